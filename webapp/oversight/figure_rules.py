"""The figures of oversight: what each counts, of what, and what the law asks of it (CA-1, CA-2.3b, RZ-11, RZ-19, TJ-10c).
Pure; whole numbers only.

Counted is what an inspection is on the day it is asked. An inspection belongs to the day on which it ended, the first
seal; one that did not end yet to the day by which it is due. Cancelled ones are counted nowhere.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from webapp.followup.happened import Happened
from webapp.followup.steps import Steps
from webapp.typed import ALL_BP

Json = dict[str, Any]
WHEN = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?", re.ASCII)
# The last day of the year 9999 has none behind it.
FIRST_YEAR, LAST_YEAR = 2000, 9000
QUARTER = 3

# Results that say of a subject that something was wrong (RZ-20).
PROBLEMS = ("not_disclosed", "concealed", "unreachable", "corrected", "uncooperative", "pending")
# How a duty with a deadline stands; the first two are done.
ON_TIME, LATE, RUNNING, OVERDUE, NOT_ASKED = "on_time", "late", "running", "overdue", "not_asked"
DONE = (ON_TIME, LATE)
STANDINGS = (ON_TIME, LATE, RUNNING, OVERDUE)
# What became of problems that were found.
OPEN, SETTLED = "open", "settled"
DISPOSED = ("order", "penalty", "transfer", "copy", "case")
GOES_ON = ("penalty", "transfer", "case")


@dataclass(frozen=True)
class Period:
    """A year, one of its quarters or one of its months."""

    year: int
    quarter: int = 0
    month: int = 0

    @property
    def begins(self) -> date:
        """Its first day."""
        return date(self.year, self.month or max(1, self.quarter * QUARTER - 2), 1)

    @property
    def ends(self) -> date:
        """Its last day."""
        last = self.month or self.quarter * QUARTER or 12
        return date(self.year + last // 12, last % 12 + 1, 1) - timedelta(days=1)

    @property
    def key(self) -> str:
        """As an address says it: 2026, 2026-Q3, 2026-09."""
        part = f"-{self.month:02}" if self.month else f"-Q{self.quarter}" if self.quarter else ""
        return f"{self.year}{part}"

    @property
    def months(self) -> list[str]:
        """Its months, as `2026-09`."""
        return [f"{self.year}-{month:02}" for month in range(self.begins.month, self.ends.month + 1)]


def period(text: str, today: date) -> Period:
    """What an address asks for; this year where that is nothing."""
    found = WHEN.fullmatch(text)
    if not found or not FIRST_YEAR <= int(found[1]) < LAST_YEAR:
        return Period(today.year)
    return Period(int(found[1]), int(found[2] or 0), int(found[3] or 0))


def is_day(text: str) -> bool:
    """Whether a text is a day."""
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


@dataclass(frozen=True)
class Figure:
    """One figure: `part` of `whole`. `goal`: what the law asks, in basis points; of `over_cap` the number that may be;
    `clause`: which law. `open`: whether it may still be reached: the period goes on, or no deadline is over.
    `meets`: None where nothing is asked, or there is nothing yet that it could be asked of."""

    name: str
    part: int
    whole: int | None
    goal: int | None = None
    clause: str = ""
    least: bool = True
    open: bool = False

    @property
    def bp(self) -> int | None:
        """The share in basis points, cut and never rounded up to a goal."""
        return self.part * ALL_BP // self.whole if self.whole else None

    @property
    def meets(self) -> bool | None:
        """Whether it is as the law asks."""
        if self.goal is None or self.whole == 0 or self.whole is None:
            return None
        return self.part * ALL_BP >= self.goal * self.whole if self.least else self.part <= self.goal


@dataclass
class Tally:
    """What was counted of one bureau in a period.

    `inspections`: those of the period; `ended` of them. `standings`: by clock and standing. `withheld` need not be
    published. `subjects`: different ones visited by draw from the year's first day on, of those that `base` counts;
    `drawn`: those drawn. `cap`: how many of the `visited` subjects come more than `most_allowed` times in the year.
    """

    inspections: int = 0
    ended: int = 0
    withheld: int = 0
    published: int = 0
    problems: int = 0
    settled: int = 0
    subjects: int = 0
    base: int | None = None
    items: int = 0
    items_visited: int = 0
    items_reached: int | None = None
    by_draw: int = 0
    by_risk: int = 0
    visited: int = 0
    over_cap: int = 0
    seats: int = 0
    people: int = 0
    standings: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, row: Mapping[str, Any]) -> None:
        """Count `row["count"]` inspections that are alike: `{ended, problem, follow, withheld, published, told}`, the last
        two as standings."""
        count = row["count"]
        self.inspections += count
        if not row["ended"]:
            return
        self.ended += count
        self.problems += count * bool(row["problem"])
        self.settled += count * (row["follow"] == SETTLED)
        self.withheld += count * bool(row["withheld"])
        self.published += count * (row["published"] in DONE and not row["withheld"])
        for clock in ("told", "published"):
            if not (clock == "published" and row["withheld"]):
                self.standings[clock, row[clock]] += count


NAMES = ("coverage", "published", "items", "risk", "over_cap", "followup", "done", "problems", "load")
# What is asked of the law; the others only tell.
GOALS = NAMES[:6]


def figures(tally: Tally, law: Mapping[str, Mapping[str, Any]], goes_on: bool = False) -> list[Figure]:
    """The figures of a bureau by its law, `{name: {value, clause}}`: first what the law asks for, then what tells.
    `goes_on`: whether the period is not over."""
    least, share, cap = (law.get(name, {}) for name in ("minimum_ratio_bp", "risk_share_bp", "yearly_cap"))
    base = law.get("minimum_ratio_base", {}).get("value")
    # Where the minimum is asked of each item, what counts is how many items reach it (PD-2.1c).
    by_item = base == "item_subjects" and tally.items_reached is not None
    covered = (
        Figure("coverage", tally.items_reached or 0, tally.items, ALL_BP, _clause(least), open=goes_on)
        if by_item
        else Figure("coverage", tally.subjects, tally.base, least.get("value"), _clause(least), open=goes_on)
    )
    in_time = not tally.standings["published", OVERDUE]
    cap_of = 0 if cap.get("value") is not None else None
    return [
        covered,
        Figure(
            "published", tally.published, tally.ended - tally.withheld, ALL_BP, "RZ-19、CA-1", open=in_time
        ),
        Figure("items", tally.items_visited, tally.items, ALL_BP, "CA-1", open=goes_on),
        Figure("risk", tally.by_risk, tally.by_draw, share.get("value"), _clause(share), open=goes_on),
        Figure("over_cap", tally.over_cap, tally.visited, cap_of, _clause(cap), least=False),
        Figure("followup", tally.settled, tally.problems, ALL_BP, "CA-1", open=goes_on),
        Figure("done", tally.ended, tally.inspections),
        Figure("problems", tally.problems, tally.ended),
        Figure("load", tally.seats, tally.people),
    ]


def together(tallies: Iterable[Tally]) -> Tally:
    """Several bureaus as one: everything added up; a base that one of them does not know is not known of all."""
    found, bases = Tally(), []
    for one in tallies:
        bases.append(one.base)
        for name, value in vars(one).items():
            if name not in ("base", "standings", "items_reached"):
                setattr(found, name, getattr(found, name) + value)
        found.standings.update(one.standings)
    found.base = None if None in bases else sum(base or 0 for base in bases)
    return found


def reached(items: Iterable[Mapping[str, Any]], least: int) -> int:
    """How many items reach their share of subjects: `{subjects, base, ratio_bp, minimum, key}` each (PD-2.1c, PD-A).

    A key item's share is its own; a general item's at least `least`; an item with an absolute number has to reach that.
    """
    return sum(item["subjects"] >= asked(item, least) for item in items)


def asked(item: Mapping[str, Any], least: int) -> int:
    """How many different subjects of an item have to be inspected in the year."""
    if item["ratio_bp"] is None:
        return int(min(item["minimum"] or 0, item["base"]))
    share = item["ratio_bp"] if item["key"] else max(item["ratio_bp"], least)
    return int(-(-item["base"] * share // ALL_BP))


def code_of(steps: Steps, record: Mapping[str, Any]) -> str | None:
    """The result in force (RZ-20): that of the office, else the pair's; None after a ruling that left none."""
    if steps.result:
        return str(steps.result.payload["code"])
    if steps.standing("rule") and steps.standing("decide"):
        return None
    return next((str(one["code"]) for one in reversed(record["content"]["result"])), None)


def is_problem(code: str | None, findings: int) -> bool:
    """Whether problems were found: the result says it, and where there is none yet a finding does."""
    return code in PROBLEMS if code else findings > 0


def follow_up(steps: Steps, code: str | None) -> str:
    """What became of the problems that were found: `open`, or `settled` (CA-1).

    Settled: the office decided; every order was obeyed, or a penalty, a transfer or a case follows; and what was to be
    corrected or dealt with was ordered, punished, handed over or taken up at all.
    """
    further = bool(steps.standing(*GOES_ON))
    obeyed = all(further or _obeyed(steps, order.event) for order in steps.of("order"))
    dealt = code not in ("corrected", "pending") or bool(steps.standing(*DISPOSED))
    return SETTLED if steps.result and obeyed and dealt else OPEN


def slot_of(happened: Happened, publishes_first: bool) -> str:
    """The days by which the deadlines of an inspection are counted, as one text: all that ended alike have the same.

    Where the result is published before it is told, what was published says until when it has to be told (TJ-14c).
    """
    days = [happened.ended, happened.task_ends, happened.ruled]
    days += [happened.published, happened.withheld] if publishes_first else []
    return "|".join(day.isoformat() if day else "" for day in days)


def of_slot(slot: str) -> Happened:
    """The days that a slot says; `slot_of` writes it."""
    names = ("ended", "task_ends", "ruled", "published", "withheld")
    days = (date.fromisoformat(day) if day else None for day in slot.split("|"))
    return Happened(**dict(zip(names, days, strict=False)))


def per_tenth(part: int, whole: int) -> str:
    """A quotient with one decimal, as text: 7, 2 is 3.5."""
    tenths = part * 10 // whole if whole else 0
    return f"{tenths // 10}.{tenths % 10}"


def _obeyed(steps: Steps, order: str) -> bool:
    return any(step.payload["outcome"] == "done" for step in steps.about("order", order, "rectify"))


def _clause(said: Mapping[str, Any]) -> str:
    return said.get("clause") or said.get("note") or ""
