"""What a bureau has to do by when: its clocks, counted by the days on which they began, listed by those on which they end.

No due day is stored. Inspections that ended on one day, for tasks that end on one day, have the same deadlines: there
are as many such groups as days, however many inspections, and a page is cut out of the groups.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import selectinload

from webapp.db import db
from webapp.field.models import Inspection, Member
from webapp.followup.clocks import OPEN, Clock
from webapp.followup.happened import Happened, Order
from webapp.followup.models import OrderDays, Timeline, Watch
from webapp.registry.models import Inspector

PAGE = 50
DONE = "done"
TABS = (*OPEN, DONE)
Row = Timeline | OrderDays


@dataclass(frozen=True)
class Kind:
    """Where the clocks of one name stand in the index: in rows of which `table`, by which of its `days` they are counted,
    which one says that they run at all (`begun`), and which one that somebody did what they ask for (`done`)."""

    table: type[Row]
    days: tuple[str, ...]
    begun: str
    done: str

    def column(self, name: str) -> Any:
        """A column of its table."""
        return getattr(self.table, name)

    @property
    def key(self) -> Any:
        """The column that names a row."""
        return OrderDays.event if self.table is OrderDays else Timeline.inspection_id

    def happened(self, days: tuple[date | None, ...]) -> tuple[Happened, Order | None]:
        """What the days of a group say, as a clock takes it."""
        said = dict(zip(self.days, days, strict=True))
        if self.table is OrderDays:
            return Happened(), Order("", "", **said)  # type: ignore[arg-type]
        return Happened(**said), None  # type: ignore[arg-type]


# What somebody has to do by a day; publicity and objection run out by themselves.
KINDS = {
    "told": Kind(Timeline, ("ended", "task_ends", "ruled", "published", "withheld"), "ended", "told"),
    "published": Kind(Timeline, ("ended", "task_ends", "ruled", "published"), "ended", "completed"),
    "rectification": Kind(OrderDays, ("ordered", "rectify_by"), "ordered", "rectified"),
    "withdrawal": Kind(Timeline, ("ended", "reversed"), "reversed", "withdrawn"),
}


@dataclass(frozen=True)
class Slot:
    """Inspections whose clock of one name runs out on the same day for the same reason, and how many they are."""

    clock: Clock
    days: tuple[date | None, ...]
    count: int

    @property
    def kind(self) -> Kind:
        """Where its rows stand."""
        return KINDS[self.clock.name]

    @property
    def key(self) -> tuple[str, ...]:
        """What they are sorted by; it names the slot."""
        due, *days = (day.isoformat() if day else "" for day in (self.clock.due, *self.days))
        return due, self.clock.name, *days


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

    @property
    def kinds(self) -> dict[str, Kind]:
        """What is asked for."""
        return {name: kind for name, kind in KINDS.items() if self.name in ("", name)}

    @cached_property
    def slots(self) -> list[Slot]:
        """What runs, by due day."""
        slots = [slot for name, kind in self.kinds.items() for slot in self._slots(name, kind)]
        return sorted((slot for slot in slots if slot.clock.state in OPEN), key=lambda slot: slot.key)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many stand in each tab."""
        found = dict.fromkeys(TABS, 0)
        for slot in self.slots:
            found[slot.clock.state] += slot.count
        for kind in self.kinds.values():
            done = select(func.count()).where(*self._mine(kind), kind.column(kind.done).is_not(None))
            found[DONE] += db.session.scalar(done) or 0
        return found

    def lines(self, tabs: tuple[str, ...], after: str = "", limit: int = PAGE) -> list[Line]:
        """Those of some tabs, the most urgent first, behind the line that said `after`; one more than `limit` says
        that there are more."""
        if tabs == (DONE,):
            return self._done(after, limit + 1)
        slots = [slot for slot in self.slots if slot.clock.state in tabs]
        *key, last = after.split("|") if after else ("",)
        chosen = list(self._behind(slots, tuple(key), last, limit + 1))[: limit + 1]
        rows = self._rows(chosen)
        return [
            Line(self._clock_of(slot, rows[name]), rows[name].inspection, "|".join((*slot.key, name)))
            for slot, name in chosen
        ]

    def _slots(self, name: str, kind: Kind) -> Iterator[Slot]:
        columns = [kind.column(day) for day in kind.days]
        rows = select(*columns, func.count()).where(*self._open(kind)).group_by(*columns)
        for *days, count in db.session.execute(rows):
            happened, order = kind.happened(tuple(days))
            yield Slot(self.watch.clock(name, happened, order), tuple(days), count)

    def _clock_of(self, slot: Slot, row: Row) -> Clock:
        """The slot's clock, with what only the row knows."""
        return (
            self.watch.clock(slot.clock.name, Happened(), row.order)
            if isinstance(row, OrderDays)
            else slot.clock
        )

    def _behind(
        self, slots: list[Slot], key: tuple[str, ...], last: str, need: int
    ) -> Iterator[tuple[Slot, str]]:
        """Slots and names of rows in order. What is left of the slot of the last page, whole slots, and the beginning of
        one."""
        begun = next((slot for slot in slots if slot.key == key), None)
        if begun:
            rest = self._names(begun).where(begun.kind.key > last)
            for name in db.session.scalars(rest.limit(need)):
                need -= 1
                yield begun, name
        left = [slot for slot in slots if slot.key > key]
        whole = list(_whole(left, need))
        yield from self._of_whole(whole)
        need -= sum(slot.count for slot in whole)
        for slot in left[len(whole) :][:1]:
            for name in db.session.scalars(self._names(slot).limit(max(need, 0))):
                yield slot, name

    def _of_whole(self, slots: list[Slot]) -> Iterator[tuple[Slot, str]]:
        found: dict[tuple[str, ...], list[str]] = {}
        for name, kind in self.kinds.items():
            wanted = [slot for slot in slots if slot.clock.name == name]
            rows = select(kind.key, *(kind.column(day) for day in kind.days))
            asked = (
                rows.where(*self._open(kind), or_(*map(_in, wanted))).order_by(kind.key) if wanted else None
            )
            for row, *days in db.session.execute(asked) if asked is not None else ():
                found.setdefault((name, *days), []).append(row)
        for slot in slots:
            for row in found.get((slot.clock.name, *slot.days), []):
                yield slot, row

    def _names(self, slot: Slot) -> Select[Any]:
        return select(slot.kind.key).where(*self._open(slot.kind), _in(slot)).order_by(slot.kind.key)

    def _rows(self, chosen: list[tuple[Slot, str]]) -> dict[str, Row]:
        """The rows of some names, each table asked once, and their inspections."""
        found: dict[str, Row] = {}
        for table in (Timeline, OrderDays):
            names = {name for slot, name in chosen if slot.kind.table is table}
            key = OrderDays.event if table is OrderDays else Timeline.inspection_id
            rows = select(table).options(selectinload(table.inspection)).where(key.in_(names))
            found |= {getattr(row, key.key): row for row in db.session.scalars(rows)} if names else {}
        return found

    def _open(self, kind: Kind) -> Iterator[ColumnElement[bool]]:
        yield from self._mine(kind)
        yield kind.column(kind.begun).is_not(None)
        yield kind.column(kind.done).is_(None)

    def _done(self, after: str, limit: int) -> list[Line]:
        """What was done, the latest first."""
        lines = [
            line for name, kind in self.kinds.items() for line in self._done_of(name, kind, after, limit)
        ]
        return sorted(lines, key=lambda line: _backwards(line.after))[:limit]

    def _done_of(self, name: str, kind: Kind, after: str, limit: int) -> Iterator[Line]:
        done, key = kind.column(kind.done), kind.key
        rows = select(kind.table).options(selectinload(kind.table.inspection))
        rows = rows.where(*self._mine(kind), done.is_not(None))
        day, _bar, rest = after.partition("|")
        last_kind, _bar, last = rest.partition("|")
        if _is_day(day):
            that = date.fromisoformat(day)
            behind = key > last if name == last_kind else true() if name > last_kind else false()
            rows = rows.where(or_(done < that, and_(done == that, behind)))
        for row in db.session.scalars(rows.order_by(done.desc(), key).limit(limit)):
            order = row.order if isinstance(row, OrderDays) else None
            clock = self.watch.clock(name, Happened() if order else row.happened, order)
            after = f"{getattr(row, kind.done)}|{name}|{getattr(row, key.key)}"
            yield Line(clock, row.inspection, after)

    def _mine(self, kind: Kind) -> Iterator[ColumnElement[bool]]:
        yield kind.column("bureau_id") == self.bureau_id
        if self.unit:
            of_unit = select(Member.inspection_id).join(Inspector, Inspector.user_id == Member.user_id)
            yield kind.column("inspection_id").in_(of_unit.where(Inspector.unit == self.unit))
        if self.person:
            of_person = select(Member.inspection_id).where(Member.user_id == self.person)
            yield kind.column("inspection_id").in_(of_person)


def _in(slot: Slot) -> ColumnElement[bool]:
    days = zip(slot.kind.days, slot.days, strict=True)
    return and_(*(slot.kind.column(name).is_not_distinct_from(day) for name, day in days))


def _backwards(after: str) -> tuple[int, str]:
    """The latest day first, then by name and row."""
    day, _bar, rest = after.partition("|")
    return -date.fromisoformat(day).toordinal(), rest


def _whole(slots: list[Slot], need: int) -> Iterator[Slot]:
    """The slots that go whole onto a page of `need` lines."""
    total = 0
    for slot in slots:
        total += slot.count
        if total > need:
            return
        yield slot


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False
