"""Rows of small lists that keep every version that they had: who said it, when, and why."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from webapp.accounts.models import User
from webapp.db import UTCDateTime, db, now


class Dated:
    """A row whose `COLUMNS` have versions; `KEY` names its id. `since`, `author`, `reason` are the latest version's."""

    COLUMNS: ClassVar[tuple[str, ...]] = ()
    KEY: ClassVar[str] = "id"
    __tablename__: str

    since: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    author_id: Mapped[str | None] = mapped_column(ForeignKey("user.id"))
    reason: Mapped[str | None]

    @declared_attr
    def author(cls) -> Mapped[User | None]:
        """Who made the latest version; nobody where it came with the bureau."""
        return relationship(User, foreign_keys=[cls.author_id])  # type: ignore[arg-type]

    def held(self) -> dict[str, Any]:
        """What the row says, by column, as JSON can hold it."""
        return {name: plain(getattr(self, name)) for name in self.COLUMNS}

    def change(self, author: User, values: Mapping[str, Any], reason: str | None) -> bool:
        """Begin a new version where something differs; the old one is kept. False where nothing does."""
        known = {name: value for name, value in values.items() if name in self.COLUMNS}
        if all(getattr(self, name) == value for name, value in known.items()):
            return False
        moment = now()
        self._keep_past(moment)
        for name, value in known.items():
            setattr(self, name, value)
        self.since, self.author_id, self.reason = moment, author.id, reason
        db.session.flush()
        return True

    def forget(self) -> None:
        """Take the row out of its table; what it said is kept."""
        self._keep_past(now())
        db.session.delete(self)
        db.session.flush()

    def _keep_past(self, moment: datetime) -> None:
        said = {"since": self.since, "author_id": self.author_id, "reason": self.reason}
        key = getattr(self, self.KEY)
        db.session.add(Past(table=self.__tablename__, row_id=key, until=moment, held=self.held(), **said))

    def versions(self) -> list[tuple["Dated | Past", dict[str, Any]]]:
        """Every version with what it said, the latest first."""
        mine = (Past.table == self.__tablename__, Past.row_id == getattr(self, self.KEY))
        rows = db.session.scalars(select(Past).where(*mine).order_by(Past.until.desc(), Past.id.desc()))
        return [(self, self.held()), *((past, past.held) for past in rows)]

    def at(self, moment: datetime) -> dict[str, Any] | None:
        """What the row said at a moment; None before its first version."""
        return next((held for version, held in self.versions() if version.since <= moment), None)

    def steps(self) -> list[dict[str, Any]]:
        """What each version changed, the latest first: `{version, first, changes: [(column, before, after)]}`."""
        versions, steps = self.versions(), []
        for (version, held), before in zip(versions, [*versions[1:], None], strict=True):
            old = before[1] if before else held
            changes = [
                (name, old.get(name), held[name]) for name in self.COLUMNS if old.get(name) != held[name]
            ]
            steps.append({"version": version, "first": before is None, "changes": changes})
        return steps


class Past(db.Model):
    """What a row said until a moment; never changed, never removed."""

    __tablename__ = "past"
    __table_args__ = (Index("ix_past_row", "table", "row_id", "until"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    table: Mapped[str] = mapped_column(String(32))
    row_id: Mapped[str] = mapped_column(String(36))
    since: Mapped[datetime] = mapped_column(UTCDateTime)
    until: Mapped[datetime] = mapped_column(UTCDateTime)
    held: Mapped[dict[str, Any]] = mapped_column(JSON)
    author_id: Mapped[str | None] = mapped_column(ForeignKey("user.id"))
    reason: Mapped[str | None]
    author: Mapped[User | None] = relationship()


def plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    return value.isoformat() if hasattr(value, "isoformat") else value
