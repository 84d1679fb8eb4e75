"""随机抽查事项清单: the list of items, with every version that it had. What is off it is inspected nowhere (RZ-4a)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship
from uuid6 import uuid7

from webapp.accounts.models import Bureau, User
from webapp.db import UTCDateTime, db, now
from webapp.registry.item_rules import COLUMNS


class Item(db.Model):
    """抽查事项: one line of the list, with the eleven columns of the Pingdingshan table (PD-A).

    `subject_kind` is the table's word for whom it concerns, `kinds` the kinds of subjects in the library;
    `times` is the frequency as a number a year, where it is one; `active` while it is on the list.
    """

    __tablename__ = "item"
    __table_args__ = (UniqueConstraint("bureau_id", "code"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"))
    code: Mapped[str] = mapped_column(String(32))
    serial: Mapped[int]
    name: Mapped[str]
    bases: Mapped[list[str]] = mapped_column(JSON)
    subject_kind: Mapped[str]
    kinds: Mapped[list[str]] = mapped_column(JSON)
    contents: Mapped[list[str]] = mapped_column(JSON)
    category: Mapped[str]
    methods: Mapped[list[str]] = mapped_column(JSON)
    ratio_bp: Mapped[int | None]
    minimum: Mapped[int | None]
    frequency: Mapped[str]
    times: Mapped[int | None]
    level: Mapped[str]
    units: Mapped[list[str]] = mapped_column(JSON)
    guideline: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    claimed_id: Mapped[str | None] = mapped_column(ForeignKey("item.id"))
    since: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    author_id: Mapped[str | None] = mapped_column(ForeignKey("user.id"))
    reason: Mapped[str | None]
    author: Mapped[User | None] = relationship()

    @classmethod
    def listed(cls, bureau_id: str) -> list["Item"]:
        """The bureau's list as it stands."""
        rows = select(cls).where(cls.bureau_id == bureau_id, cls.active).order_by(cls.serial, cls.code)
        return list(db.session.scalars(rows))

    @classmethod
    def taken_off(cls, bureau_id: str) -> list["Item"]:
        """What was on the list once."""
        rows = select(cls).where(cls.bureau_id == bureau_id, ~cls.active).order_by(cls.since.desc())
        return list(db.session.scalars(rows))

    @classmethod
    def add(cls, bureau_id: str, author: User, values: Mapping[str, Any], reason: str | None) -> "Item":
        """A new line of the list; without a number it stands at the end."""
        known = {name: value for name, value in values.items() if name in COLUMNS}
        known["serial"] = known["serial"] or cls._next_serial(bureau_id)
        item = cls(id=str(uuid7()), bureau_id=bureau_id, author_id=author.id, reason=reason, **known)
        db.session.add(item)
        db.session.flush()
        return item

    @classmethod
    def to_claim(cls, bureau: Bureau) -> list["Item"]:
        """Items of the superior bureau's list that this bureau's does not have (CA-2.1a)."""
        if bureau.parent_id is None:
            return []
        own = {item.code for item in cls.listed(bureau.id)}
        return [item for item in cls.listed(bureau.parent_id) if item.code not in own]

    @classmethod
    def claim(cls, bureau: Bureau, author: User, item_ids: list[str]) -> list["Item"]:
        """认领: take over items of the superior's list, as they stand there today; gives the lines that are new or back."""
        claimed = []
        for item in cls.to_claim(bureau):
            if item.id in item_ids:
                values = item.values() | {"serial": cls._next_serial(bureau.id)}
                own = cls.by_code(bureau.id, item.code)
                if own:
                    own.change(author, values, None, active=True)
                else:
                    own = cls.add(bureau.id, author, values, None)
                own.claimed_id = item.id
                claimed.append(own)
        db.session.flush()
        return claimed

    @classmethod
    def by_code(cls, bureau_id: str, code: str) -> "Item | None":
        """The line with this code, on the list or off it."""
        return db.session.scalars(select(cls).where(cls.bureau_id == bureau_id, cls.code == code)).first()

    @classmethod
    def _next_serial(cls, bureau_id: str) -> int:
        last = db.session.scalar(select(func.max(cls.serial)).where(cls.bureau_id == bureau_id, cls.active))
        return (last or 0) + 1

    def change(
        self, author: User, values: Mapping[str, Any], reason: str | None, active: bool | None = None
    ) -> bool:
        """Begin a new version, where something differs; the old one is kept. False where nothing does."""
        known = {name: value for name, value in values.items() if name in COLUMNS}
        known["serial"] = known.get("serial") or self.serial
        on_list = self.active if active is None else active
        if on_list is self.active and all(getattr(self, name) == value for name, value in known.items()):
            return False
        moment = now()
        held = ItemPast(
            item_id=self.id, until=moment, since=self.since, author_id=self.author_id, reason=self.reason,
            active=self.active, held=self.values(),
        )  # fmt: skip
        db.session.add(held)
        for name, value in known.items():
            setattr(self, name, value)
        self.active, self.since, self.author_id, self.reason = on_list, moment, author.id, reason
        db.session.flush()
        return True

    def values(self) -> dict[str, Any]:
        """What the line says, by column."""
        return {column: getattr(self, column) for column in COLUMNS}

    def versions(self) -> list[tuple["Item | ItemPast", dict[str, Any]]]:
        """Every version with what it said, the latest first."""
        rows = select(ItemPast).where(ItemPast.item_id == self.id).order_by(ItemPast.until.desc())
        return [(self, self.values()), *((past, past.held) for past in db.session.scalars(rows))]

    def at(self, moment: datetime) -> dict[str, Any] | None:
        """What the line said at a moment; None where it was not on the list then."""
        for version, values in self.versions():
            if version.since <= moment:
                return values if version.active else None
        return None


class ItemPast(db.Model):
    """What a line of the list said until a moment; never changed, never removed."""

    __tablename__ = "item_past"
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[str] = mapped_column(ForeignKey("item.id"), index=True)
    since: Mapped[datetime] = mapped_column(UTCDateTime)
    until: Mapped[datetime] = mapped_column(UTCDateTime)
    active: Mapped[bool]
    held: Mapped[dict[str, Any]] = mapped_column(JSON)
    author_id: Mapped[str | None] = mapped_column(ForeignKey("user.id"))
    reason: Mapped[str | None]
    author: Mapped[User | None] = relationship()
