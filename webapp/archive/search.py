"""Search of a bureau's archives, by what their catalogue says and by every word of the record."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, ForeignKey, Select, String, UniqueConstraint, and_, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from webapp.accounts.models import User
from webapp.archive.facts import normal
from webapp.archive.index import ArchiveIndex
from webapp.archive.wording import RESULTS
from webapp.db import UTCDateTime, db, now
from webapp.errors import Problem
from webapp.typed import iso_day

PAGE = 50
MAX_WORDS = 100


@dataclass(frozen=True)
class Search:
    """What is looked for; empty is everything. `after` is the place in the list, no condition.

    `q`: in number, subject's name and code. `text`: each of its words somewhere in the record. `item`: a code.
    `inspector`: part of a name. `result`: a code of `RESULTS`. `since`, `until`: days of the visit, ISO.
    """

    q: str = ""
    text: str = ""
    item: str = ""
    inspector: str = ""
    district: str = ""
    result: str = ""
    since: str = ""
    until: str = ""
    after: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Search":
        """What an address asks for; what makes no sense in it is left out."""
        words = {field.name: given.get(field.name, "").replace("\0", "").strip() for field in fields(cls)}
        words = {name: value[:MAX_WORDS] for name, value in words.items()}
        for name in ("since", "until"):
            words[name] = words[name] if iso_day(words[name]) else ""
        words["result"] = words["result"] if words["result"] in RESULTS else ""
        return cls(**words)

    def conditions(self) -> dict[str, str]:
        """What is looked for, by field, without the place in the list."""
        return {name: value for name, value in vars(self).items() if value and name != "after"}

    def query(self) -> str:
        """As it stands in an address that can be shared."""
        return urlencode(self.conditions())

    def rows(self, bureau_id: str, limit: int = PAGE + 1) -> list[ArchiveIndex]:
        """What is found, the newest first, from the place in the list on; one more than a page: there is a next."""
        rows = self._found(select(ArchiveIndex), bureau_id)
        place = _place(self.after)
        if place:
            at, inspection_id = place
            later = and_(ArchiveIndex.archived_at == at, ArchiveIndex.inspection_id < inspection_id)
            rows = rows.where(or_(ArchiveIndex.archived_at < at, later))
        ordered = rows.order_by(ArchiveIndex.archived_at.desc(), ArchiveIndex.inspection_id.desc())
        return list(db.session.scalars(ordered.limit(limit)))

    def count(self, bureau_id: str, rows: list[ArchiveIndex] | None = None) -> int:
        """How many are found; `rows`, the first page where it was read already, spares looking twice for few."""
        if rows is not None and not self.after and len(rows) <= PAGE:
            return len(rows)
        return db.session.scalar(self._found(select(func.count(ArchiveIndex.inspection_id)), bureau_id)) or 0

    def from_start(self) -> "Search":
        """The same, from the first page."""
        return replace(self, after="")

    def _found(self, rows: Select[Any], bureau_id: str) -> Select[Any]:
        return rows.where(ArchiveIndex.bureau_id == bureau_id, *self.where())

    def where(self) -> Iterator[ColumnElement[bool]]:
        """The conditions, on `ArchiveIndex`."""
        yield from (_has(ArchiveIndex.heading, word) for word in normal(self.q).split())
        # LIKE over all the text is the same on SQLite and PostgreSQL, for Chinese too. One pass over 100 000
        # archives of 1 200 characters takes 1 to 3 s on two cores; who has more wants a trigram index.
        yield from (_has(ArchiveIndex.text, word) for word in normal(self.text).split())
        if self.item:
            yield ArchiveIndex.item_codes.contains(f" {self.item} ", autoescape=True)
        if self.inspector:
            yield ArchiveIndex.people.contains(self.inspector, autoescape=True)
        if self.district:
            yield ArchiveIndex.district == self.district
        if self.result:
            yield ArchiveIndex.result == self.result
        if since := iso_day(self.since):
            yield ArchiveIndex.visited >= since
        if until := iso_day(self.until):
            yield ArchiveIndex.visited <= until


def after(row: ArchiveIndex) -> str:
    """The place in the list behind a row."""
    return f"{row.archived_at.astimezone(UTC):%Y%m%dT%H%M%S.%f}_{row.inspection_id}"


class SavedSearch(db.Model):
    """A search that a person named, to come back to; a name used again is the newer search."""

    __tablename__ = "saved_search"
    __table_args__ = (UniqueConstraint("user_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id"))
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[str]
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    @classmethod
    def of(cls, user: User) -> list["SavedSearch"]:
        """A person's, by name."""
        return list(db.session.scalars(select(cls).where(cls.user_id == user.id).order_by(cls.name)))

    @classmethod
    def keep(cls, user: User, name: str, search: Search) -> "SavedSearch":
        """Save a search by name; the caller commits. Raises `search_unnamed`, `search_empty`."""
        name = " ".join(name.replace("\0", "").split())[:60]
        if not name:
            raise Problem("search_unnamed")
        if not search.conditions():
            raise Problem("search_empty")
        # Under the person's own row, so that two windows of theirs cannot both write a new name.
        db.session.execute(select(User.id).where(User.id == user.id).with_for_update())
        saved = db.session.scalar(select(cls).where(cls.user_id == user.id, cls.name == name))
        if saved is None:
            saved = cls(user_id=user.id, name=name)
            db.session.add(saved)
        saved.query, saved.saved_at = search.query(), now()
        return saved

    @classmethod
    def remove(cls, user: User, search_id: int) -> None:
        """Forget one of the person's own; the caller commits. Raises `not_found`."""
        saved = db.session.get(cls, search_id)
        if saved is None or saved.user_id != user.id:
            raise Problem("not_found")
        db.session.delete(saved)


def _has(column: Any, word: str) -> ColumnElement[bool]:
    return column.contains(word, autoescape=True)  # type: ignore[no-any-return]


def _place(given: str) -> tuple[datetime, str] | None:
    time, _, inspection_id = given.partition("_")
    try:
        return datetime.strptime(time, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC), inspection_id
    except ValueError:
        return None
