"""The public results of a bureau, as an address asks for them: the latest first, by the place where the last page ended."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select

from webapp.archive.wording import RESULTS
from webapp.db import db
from webapp.grams import grams, token
from webapp.publish.document import SHOWN
from webapp.publish.models import Publication
from webapp.publish.search import narrowed

PAGE = 20
# Nobody reads further than that, and nobody waits for a million to be counted.
COUNTED = 100
LONGEST, WORDS = 60, 5
YEAR = re.compile(r"20\d\d", re.ASCII)
MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])", re.ASCII)
PLACE = re.compile(r"[0-9]{1,15}", re.ASCII)


@dataclass(frozen=True)
class Results:
    """What is looked for; empty is everything. `after` is the place in the list, no condition.

    `q`: words of number, subject, code, item or finding. `item`, `result`: codes. `year`, `month`: of the visit.
    """

    bureau: str = ""
    q: str = ""
    result: str = ""
    region: str = ""
    item: str = ""
    year: str = ""
    month: str = ""
    after: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str], bureau: str) -> "Results":
        """What an address asks for; what makes no sense in it is left out."""
        said = {field.name: given.get(field.name, "").strip()[:LONGEST] for field in fields(cls)}
        said["bureau"] = bureau
        said["result"] = said["result"] if said["result"] in RESULTS else ""
        for name, form in (("year", YEAR), ("month", MONTH), ("after", PLACE)):
            said[name] = said[name] if form.fullmatch(said[name]) else ""
        return cls(**said)

    @property
    def words(self) -> list[str]:
        """The words that are looked for; one sign alone is none."""
        return [word for word in self.q.split() if grams(word)][:WORDS]

    @property
    def short(self) -> bool:
        """Whether something was typed, but too short to look for."""
        return bool(self.q.split()) and not self.words

    def conditions(self) -> dict[str, str]:
        """What is looked for, as it stands in an address, without the place in the list."""
        return {name: value for name, value in vars(self).items() if value and name != "after"}

    def chosen(self) -> dict[str, str]:
        """The conditions that a person chose: all but the bureau."""
        return {name: value for name, value in self.conditions().items() if name != "bureau"}

    def without(self, name: str) -> dict[str, str]:
        """The conditions but one."""
        return replace(self, **{name: ""}).conditions()

    def page(self, size: int = PAGE) -> tuple[list[Publication], str]:
        """The rows of a page, and behind which place the next begins; empty where this is the last."""
        rows = self._found()
        if self.after:
            rows = rows.where(Publication.place < int(self.after))
        found = list(db.session.scalars(rows.limit(size + 1)))
        return found[:size], str(found[size - 1].place) if len(found) > size else ""

    def count(self) -> int:
        """How many there are; `COUNTED` + 1 where there are more than are counted."""
        counted = self._found().with_only_columns(Publication.place).limit(COUNTED + 1).subquery()
        return db.session.scalar(select(func.count()).select_from(counted)) or 0

    def _found(self) -> Select[Any]:
        rows = select(Publication).where(*self._where())
        if not self.chosen():
            return rows.order_by(Publication.place.desc())
        return narrowed(rows, Publication, self.words, self._tokens())

    def _tokens(self) -> set[str]:
        asked = {"bureau", "result", "region", "item", "year", "month"}
        return {token(name, value) for name, value in self.conditions().items() if name in asked}

    def _where(self) -> Iterator[ColumnElement[bool]]:
        yield Publication.bureau_id == self.bureau
        yield Publication.state == SHOWN
        for name in ("result", "region"):
            if getattr(self, name):
                yield getattr(Publication, name) == getattr(self, name)
        if self.item:
            held = literal(" ").concat(Publication.tokens).concat(" ")
            yield held.contains(f" {token('item', self.item)} ", autoescape=True)
        for period in (self.year, self.month):
            if period:
                yield Publication.inspected.between(*_days(period))
        yield from (Publication.search.icontains(word, autoescape=True) for word in self.words)


def latest(bureau_id: str, size: int) -> list[Publication]:
    """What a bureau published last."""
    return Results(bureau=bureau_id).page(size)[0]


def of_subject(subject_key: str, size: int) -> list[Publication]:
    """What is public of a subject, the latest first."""
    rows = select(Publication).where(Publication.subject_key == subject_key, Publication.state == SHOWN)
    return list(db.session.scalars(rows.order_by(Publication.place.desc()).limit(size)))


def years(bureau_id: str) -> list[int]:
    """The years of which something is public, the latest first."""
    mine = Publication.bureau_id == bureau_id, Publication.state == SHOWN
    # Asked one by one, each is read off an end of the index.
    first, last = (
        db.session.scalar(select(end(Publication.inspected)).where(*mine)) for end in (func.min, func.max)
    )
    return list(range(last.year, first.year - 1, -1)) if first and last else []


def found(inspection_id: str) -> Publication | None:
    """One publication, withdrawn or not."""
    return db.session.get(Publication, inspection_id)


def _days(period: str) -> tuple[date, date]:
    """The first and the last day of `2026` or `2026-11`."""
    year, _, month = period.partition("-")
    first = date(int(year), int(month or 1), 1)
    after = date(int(year) + (month in ("", "12")), int(month) % 12 + 1 if month else 1, 1)
    return first, date.fromordinal(after.toordinal() - 1)
