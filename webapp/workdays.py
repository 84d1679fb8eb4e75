"""Working days of China: the State Council's notices, make-up days included (mission 4). Pure.

The years that the library knows, and those whose table an administrator has loaded, are certain; in any other a weekday
is taken for a working day and every deadline that reaches into it is provisional (暂估), to be computed again when
its table is there.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import chinese_calendar

SATURDAY = 5
# Statutory in every year: a table without them is a wrong one.
FIXED = ((1, 1), (5, 1), (10, 1))
LONGEST = 3660
# A year, and the December before.
MOST_DAYS = 400
# The library answers for every year from its first notice to its last, each of which holds holidays.
FIRST_KNOWN = min(chinese_calendar.holidays).year
LAST_KNOWN = max(chinese_calendar.holidays).year


class BadTable(ValueError):
    """The file is no table of a year; `code` says why: json, shape, year, date, twice, both, weekend, fixed."""

    def __init__(self, code: str, at: str = "") -> None:
        super().__init__(f"{code} {at}".strip())
        self.code = code
        self.at = at


@dataclass(frozen=True)
class Table:
    """One year by its notice: the days off, and the weekend days on which one works in return."""

    year: int
    source: str
    holidays: frozenset[date]
    workdays: frozenset[date]


@dataclass(frozen=True)
class Due:
    """The last day of a period, and whether it may still move."""

    day: date
    provisional: bool


class Calendar:
    """Which day is a working day. A loaded table stands before what the library says of its year."""

    def __init__(self, tables: Iterable[Table] = ()) -> None:
        self.tables = {table.year: table for table in tables}
        self._found: dict[tuple[date, int, bool], Due] = {}

    def known(self, year: int) -> bool:
        """Whether there is a notice for the year."""
        return year in self.tables or FIRST_KNOWN <= year <= LAST_KNOWN

    def is_workday(self, day: date) -> bool:
        """By the notice of its year, by its weekday where there is none yet."""
        # A notice may also speak of the last days of the December before.
        for table in (self.tables.get(day.year), self.tables.get(day.year + 1)):
            if table and day in table.holidays | table.workdays:
                return day in table.workdays
        if day.year not in self.tables and self.known(day.year):
            return _noticed(day)
        return day.weekday() < SATURDAY

    def after(self, start: date, days: int, working: bool = True) -> Due:
        """`days` working days (or calendar days) after `start`, which is not counted itself.

        Raises `ValueError` for a negative period or one of more than ten years.
        """
        if not 0 <= days <= LONGEST:
            raise ValueError(days)
        asked = (start, days, working)
        # Who lists deadlines asks of few days, and of each many times.
        if asked not in self._found:
            self._found[asked] = self._count(start, days, working)
        return self._found[asked]

    def _count(self, start: date, days: int, working: bool) -> Due:
        day = start if working else start + timedelta(days=days)
        left = days if working else 0
        while left:
            day += timedelta(days=1)
            left -= self.is_workday(day)
        # Only working days wait for a notice.
        unknown = any(not self.known(year) for year in range(start.year, day.year + 1))
        return Due(day, working and days > 0 and unknown)

    def between(self, start: date, end: date) -> int:
        """How many working days lie after `start`, up to and with `end`; negative where `end` is before."""
        if end < start:
            return -self.between(end, start)
        return sum(self.is_workday(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))

    def workdays_in(self, year: int) -> int:
        """How many working days the year has."""
        return self.between(date(year - 1, 12, 31), date(year, 12, 31))


def by_library(year: int) -> Table | None:
    """What the library knows of a year; None where it has no notice."""
    if not FIRST_KNOWN <= year <= LAST_KNOWN:
        return None
    days = (chinese_calendar.holidays, chinese_calendar.workdays)
    return Table(year, "", *(frozenset(day for day in known if day.year == year) for known in days))


def runs(days: Iterable[date]) -> list[tuple[date, date]]:
    """Days in a row as their first and last, in order."""
    found: list[tuple[date, date]] = []
    for day in sorted(set(days)):
        if found and day - found[-1][1] == timedelta(days=1):
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def written(table: Table) -> dict[str, Any]:
    """A table as its file holds it; `read_table` reads it back."""
    holidays, workdays = (
        [day.isoformat() for day in sorted(days)] for days in (table.holidays, table.workdays)
    )
    return {"year": table.year, "source": table.source, "holidays": holidays, "workdays": workdays}


@lru_cache(maxsize=20_000)
def _noticed(day: date) -> bool:
    """What the library says of a day; it takes a while to say it."""
    return bool(chinese_calendar.is_workday(day))


def read_table(data: bytes) -> Table:
    """The table in a file: JSON `{year, source, holidays: ["2027-01-01", ..], workdays: [..]}`. Raises `BadTable`."""
    try:
        said = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BadTable("json") from error
    if not isinstance(said, dict) or said.keys() != {"year", "source", "holidays", "workdays"}:
        raise BadTable("shape")
    if type(said["year"]) is not int or not 2004 <= said["year"] <= 2100:
        raise BadTable("year", str(said["year"])[:20])
    if not isinstance(said["source"], str) or not said["source"].strip():
        raise BadTable("shape", "source")
    holidays, workdays = (_days(said, name) for name in ("holidays", "workdays"))
    _check(said["year"], holidays, workdays)
    return Table(said["year"], said["source"].strip(), holidays, workdays)


def _days(said: Mapping[str, Any], name: str) -> frozenset[date]:
    texts = said[name]
    if not isinstance(texts, list) or len(texts) > MOST_DAYS:
        raise BadTable("shape", name)
    days = [_day(said["year"], text) for text in texts]
    for place, day in enumerate(days):
        if day in days[:place]:
            raise BadTable("twice", day.isoformat())
    return frozenset(days)


def _day(year: int, text: Any) -> date:
    try:
        day = date.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise BadTable("date", str(text)[:20]) from error
    if day.isoformat() != text or (day.year != year and (day.year, day.month) != (year - 1, 12)):
        raise BadTable("date", str(text)[:20])
    return day


def _check(year: int, holidays: frozenset[date], workdays: frozenset[date]) -> None:
    for day in sorted(holidays & workdays):
        raise BadTable("both", day.isoformat())
    for day in sorted(workdays):
        if day.weekday() < SATURDAY:
            raise BadTable("weekend", day.isoformat())
    for month, number in FIXED:
        if date(year, month, number) not in holidays:
            raise BadTable("fixed", date(year, month, number).isoformat())
