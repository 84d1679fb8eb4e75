"""Whose answers are asked for: the inspections of a bureau in which one form was used, as a page's address names them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from werkzeug.datastructures import MultiDict

from webapp.archive.disposal import APPROVED, Disposal
from webapp.archive.index import ArchiveIndex
from webapp.archive.search import Search
from webapp.canonical import parse
from webapp.db import db, parts
from webapp.field.fold import Record, fold
from webapp.field.models import Event, Inspection, InspectionForm, InspectionItem
from webapp.forms.models import Form
from webapp.registry.items import Item

Json = dict[str, Any]

# Where somebody arrived; what is not sealed yet, or not any more, is asked for by name.
STATES = ("sealed", "accepted", "archived", "returned", "open")
USUAL = STATES[:3]
HASH = re.compile("[0-9a-f]{64}")
# So many logs are in memory at once.
AT_ONCE = 20


@dataclass(frozen=True)
class Used:
    """A version of a form, and in how many inspections of those asked for it was used."""

    hash: str
    name: str
    version: str
    count: int


@dataclass(frozen=True)
class Asked:
    """`states`, `versions` (hashes): none means the usual ones, and every one.

    `search`: its days and its item hold for all; with `found` only archives are meant, and all of it holds.
    """

    bureau_id: str
    form: str = ""
    states: tuple[str, ...] = USUAL
    versions: tuple[str, ...] = ()
    search: Search = Search()
    found: bool = False

    @classmethod
    def of(cls, bureau_id: str, form: str, given: MultiDict[str, str]) -> "Asked":
        """What an address asks for; what makes no sense in it is left out."""
        states = tuple(state for state in STATES if state in given.getlist("state"))
        versions = tuple(dict.fromkeys(filter(HASH.fullmatch, given.getlist("version"))))
        search, found = Search.of(given).from_start(), bool(given.get("found"))
        if not found:
            search = Search(item=search.item, since=search.since, until=search.until)
        return cls(bureau_id, form, STATES if found else states or USUAL, versions, search, found)

    def conditions(self) -> Json:
        """What is asked for, as it stands in an address, without form, versions and states."""
        return self.search.conditions() | ({"found": "1"} if self.found else {})

    def used(self) -> list[Used]:
        """The versions that were used, of this form or of all, the newest first."""
        every = replace(self, versions=())
        counted = func.count(Inspection.id)
        rows = every._of(select(Form.hash, Form.name, Form.version, counted)).group_by(
            Form.hash, Form.name, Form.version, Form.published_at
        )
        newest = rows.order_by(Form.published_at.desc(), Form.version.desc(), Form.hash)
        return [Used(*row) for row in db.session.execute(newest)]

    def count(self) -> int:
        """How many inspections."""
        return db.session.scalar(self._of(select(func.count(Inspection.id.distinct())))) or 0

    def destroyed(self) -> int:
        """How many of them are destroyed and left out."""
        rows = self._of(select(func.count(Inspection.id.distinct())), destroyed=True)
        return db.session.scalar(rows) or 0

    def ids(self) -> list[str]:
        """The inspections, by number."""
        rows = self._of(select(Inspection.id, Inspection.number)).distinct().order_by(Inspection.number)
        return list(db.session.scalars(rows))

    def archived(self) -> list[tuple[str, int]]:
        """Those that have an archive, with its version."""
        mine = self._of(select(Inspection.id))
        rows = select(ArchiveIndex.inspection_id, ArchiveIndex.version)
        return list(db.session.execute(rows.where(ArchiveIndex.inspection_id.in_(mine))))

    def _of(self, rows: Select[*tuple[Any, ...]], destroyed: bool = False) -> Select[*tuple[Any, ...]]:
        gone = exists().where(Disposal.inspection_id == Inspection.id, Disposal.state == APPROVED)
        rows = rows.select_from(Inspection).join(
            InspectionForm, InspectionForm.inspection_id == Inspection.id
        )
        rows = rows.join(Form, Form.hash == InspectionForm.form_hash)
        if self.found:
            rows = rows.join(ArchiveIndex, ArchiveIndex.inspection_id == Inspection.id)
        return rows.where(*self._where(), gone if destroyed else ~gone)

    def _where(self) -> Iterator[ColumnElement[bool]]:
        yield and_(Inspection.bureau_id == self.bureau_id, Inspection.state.in_(self.states))
        if self.form:
            yield Form.name == self.form
        if self.versions:
            yield Form.hash.in_(self.versions)
        if self.found:
            yield from self.search.where()
            return
        if self.search.item:
            yield exists().where(
                InspectionItem.inspection_id == Inspection.id,
                InspectionItem.item_id == Item.id,
                Item.code == self.search.item,
            )
        if self.search.since:
            yield Inspection.visited >= date.fromisoformat(self.search.since)
        if self.search.until:
            yield Inspection.visited <= date.fromisoformat(self.search.until)


def records(ids: Iterable[str]) -> Iterator[tuple[str, Record]]:
    """The records of inspections in their order, a few at a time."""
    for some in parts(ids, AT_ONCE):
        logs: dict[str, list[Json]] = {name: [] for name in some}
        rows = select(Event.inspection_id, Event.text).where(Event.inspection_id.in_(some))
        for name, text in db.session.execute(rows.order_by(Event.inspection_id, Event.position)):
            logs[name].append(parse(text))
        for name in some:
            yield name, fold(logs.pop(name))
