"""随机抽查事项清单: the list of items, with every version that it had. What is off it is inspected nowhere (RZ-4a)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column
from uuid6 import uuid7

from webapp.accounts.models import Bureau, User
from webapp.db import db
from webapp.registry.history import Dated
from webapp.registry.item_rules import COLUMNS


class Item(Dated, db.Model):
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

    COLUMNS = (*COLUMNS, "active")

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
                values = item.held() | {"serial": cls._next_serial(bureau.id)}
                own = cls.by_code(bureau.id, item.code)
                if own:
                    own.change(author, values, None)
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
