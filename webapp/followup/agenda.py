"""What a bureau has to do by when: its clocks, counted by the days on which they began, listed by those on which they end.

No due day is stored. Inspections that ended on one day, for tasks that end on one day, have the same deadlines: there
are as many such groups as days, however many inspections, and a page is cut out of the groups.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from webapp.db import db
from webapp.field.models import Inspection, Member
from webapp.followup.clocks import OPEN, Clock, Happened
from webapp.followup.models import Timeline, Watch
from webapp.registry.models import Inspector

PAGE = 50
DONE = "done"
TABS = (*OPEN, DONE)


@dataclass(frozen=True)
class Slot:
    """Inspections whose clock of one name runs out on the same day for the same reason, and how many they are."""

    clock: Clock
    ended: date
    task_ends: date | None
    count: int

    @property
    def key(self) -> tuple[str, ...]:
        """What they are sorted by."""
        days = (self.clock.due, self.ended, self.task_ends)
        due, ended, task_ends = (day.isoformat() if day else "" for day in days)
        return due, self.clock.name, ended, task_ends


@dataclass(frozen=True)
class Line:
    """One clock of one inspection; `after` asks for what comes behind it."""

    clock: Clock
    inspection: Inspection
    after: str


@dataclass(frozen=True)
class Agenda:
    """The clocks of a bureau's inspections; only those of one kind (`name`), of a unit, of a person in the pair."""

    watch: Watch
    bureau_id: str
    name: str = ""
    unit: str = ""
    person: str = ""

    @cached_property
    def slots(self) -> list[Slot]:
        """What runs, by due day."""
        columns = (Timeline.ended, Timeline.task_ends, Timeline.told.is_(None))
        rows = select(*columns, func.count()).where(*self._mine(), Timeline.ended.is_not(None))
        found = db.session.execute(rows.group_by(*columns)).all()
        merged: dict[tuple[str, date, date | None], int] = {}
        for ended, task_ends, waits, count in found:
            for name in ("told", "published") if waits else ("published",):
                if self.name in ("", name):
                    merged[name, ended, task_ends] = merged.get((name, ended, task_ends), 0) + count
        slots = [
            Slot(self.watch.clock(name, Happened(ended, task_ends)), ended, task_ends, count)
            for (name, ended, task_ends), count in merged.items()
        ]
        return sorted((slot for slot in slots if slot.clock.state in OPEN), key=lambda slot: slot.key)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many stand in each tab."""
        found = dict.fromkeys(TABS, 0)
        for slot in self.slots:
            found[slot.clock.state] += slot.count
        if self.name in ("", "told"):
            done = select(func.count()).where(*self._mine(), Timeline.told.is_not(None))
            found[DONE] = db.session.scalar(done) or 0
        return found

    def lines(self, tabs: tuple[str, ...], after: str = "", limit: int = PAGE) -> list[Line]:
        """Those of some tabs, the most urgent first, behind the line that said `after`; one more than `limit` says
        that there are more."""
        if tabs == (DONE,):
            return self._done(after, limit + 1)
        slots = [slot for slot in self.slots if slot.clock.state in tabs]
        *key, last = after.split("|") if after else ("",)
        chosen = list(self._behind(slots, tuple(key), last, limit + 1))[: limit + 1]
        found = _inspections([name for _slot, name in chosen])
        return [Line(slot.clock, found[name], "|".join((*slot.key, name))) for slot, name in chosen]

    def _behind(
        self, slots: list[Slot], key: tuple[str, ...], last: str, need: int
    ) -> Iterator[tuple[Slot, str]]:
        """Slots and ids in order. What is left of the slot of the last page, whole slots, and the beginning of one."""
        begun = next((slot for slot in slots if slot.key == key), None)
        if begun:
            rest = self._ids(begun).where(Timeline.inspection_id > last)
            for name in db.session.scalars(rest.limit(need)):
                need -= 1
                yield begun, name
        left = [slot for slot in slots if slot.key > key]
        whole = list(_whole(left, need))
        yield from self._of_whole(whole)
        need -= sum(slot.count for slot in whole)
        for slot in left[len(whole) :][:1]:
            for name in db.session.scalars(self._ids(slot).limit(max(need, 0))):
                yield slot, name

    def _of_whole(self, slots: list[Slot]) -> Iterator[tuple[Slot, str]]:
        rows = select(Timeline).where(*self._mine(), or_(*map(_in, slots))) if slots else None
        found = list(db.session.scalars(rows.order_by(Timeline.inspection_id))) if rows is not None else []
        for slot in slots:
            for row in found:
                same = (row.ended, row.task_ends) == (slot.ended, slot.task_ends)
                if same and not (slot.clock.name == "told" and row.told):
                    yield slot, row.inspection_id

    def _ids(self, slot: Slot) -> Select[Any]:
        rows = select(Timeline.inspection_id).where(*self._mine(), _in(slot))
        return rows.order_by(Timeline.inspection_id)

    def _done(self, after: str, limit: int) -> list[Line]:
        if self.name not in ("", "told"):
            return []
        rows = select(Timeline).where(*self._mine(), Timeline.told.is_not(None))
        told, _bar, last = after.partition("|")
        if last and _is_day(told):
            day = date.fromisoformat(told)
            same = and_(Timeline.told == day, Timeline.inspection_id > last)
            rows = rows.where(or_(Timeline.told < day, same))
        found = list(
            db.session.scalars(rows.order_by(Timeline.told.desc(), Timeline.inspection_id).limit(limit))
        )
        seen = _inspections([row.inspection_id for row in found])
        return [
            Line(
                self.watch.clock("told", row.happened),
                seen[row.inspection_id],
                f"{row.told}|{row.inspection_id}",
            )
            for row in found
        ]

    def _mine(self) -> Iterator[ColumnElement[bool]]:
        yield Timeline.bureau_id == self.bureau_id
        if self.unit:
            of_unit = select(Member.inspection_id).join(Inspector, Inspector.user_id == Member.user_id)
            yield Timeline.inspection_id.in_(of_unit.where(Inspector.unit == self.unit))
        if self.person:
            of_person = select(Member.inspection_id).where(Member.user_id == self.person)
            yield Timeline.inspection_id.in_(of_person)


def _in(slot: Slot) -> ColumnElement[bool]:
    same = [Timeline.ended == slot.ended, Timeline.task_ends.is_not_distinct_from(slot.task_ends)]
    return and_(*same, Timeline.told.is_(None)) if slot.clock.name == "told" else and_(*same)


def _whole(slots: list[Slot], need: int) -> Iterator[Slot]:
    """The slots that go whole onto a page of `need` lines."""
    total = 0
    for slot in slots:
        total += slot.count
        if total > need:
            return
        yield slot


def _inspections(ids: list[str]) -> dict[str, Inspection]:
    rows = select(Inspection).where(Inspection.id.in_(set(ids)))
    return {row.id: row for row in db.session.scalars(rows)}


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False
