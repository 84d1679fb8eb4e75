"""The clocks of an inspection: what is due by when, by the bureau's own law (RZ-17, RZ-19, CA-2.4a, PD-3.5, TJ-14c). Pure.

`Happened` says what happened when; everything else follows from it, from the law and from the calendar. What later acts
of the office bring about (told, published, objected, ordered, reversed) is read out of the log by `read` and nowhere else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from webapp.archive.wording import CHINA
from webapp.field.fold import Event, Record
from webapp.workdays import Calendar, Due

Law = Mapping[str, Mapping[str, Any]]

# The clock, and the stem of the settings that say how long it runs; an order itself says until when.
STEMS = {
    "told": "feedback",
    "published": "publication",
    "publicity": "publicity",
    "objection": "objection",
    "rectification": None,
    "withdrawal": "withdrawal",
}
NAMES = tuple(STEMS)
# A time that others have: it runs out by itself and nobody is late.
LAPSES = ("publicity", "objection")
STATES = ("overdue", "today", "week", "running", "done", "not_started", "not_asked")
OPEN = STATES[:4]
SOON = 7


@dataclass(frozen=True)
class Happened:
    """The days on which something happened in an inspection; None where it has not.

    `ended`: the day of the first seal; being sent back gives nobody more time. `task_ends`: the last day of the task that
    it was drawn for. `rectify_by`: the day that an order sets.
    """

    ended: date | None = None
    task_ends: date | None = None
    told: date | None = None
    published: date | None = None
    ordered: date | None = None
    rectify_by: date | None = None
    rectified: date | None = None
    reversed: date | None = None
    withdrawn: date | None = None


@dataclass(frozen=True)
class Clock:
    """One deadline. `began`: what starts it; `kind`: `working` or `calendar` days; `left`: days of that kind from today
    to `due`; when it is past, calendar days, negative; `year`: the one without a notice yet, by which `due` is
    provisional (暂估)."""

    name: str
    began: str
    start: date | None
    days: int | None
    kind: str | None
    due: date | None
    left: int | None
    year: int | None
    done: date | None
    state: str
    clause: str
    note: str
    bureau: str

    @property
    def provisional(self) -> bool:
        """Whether `due` may still move, when the table of working days of `year` comes."""
        return self.year is not None

    @property
    def late(self) -> bool:
        """Whether it was done after it was due."""
        return bool(self.done and self.due and self.done > self.due)


def read(log: Iterable[tuple[Event, date]], record: Record, assigned: date) -> Happened:
    """What the log says so far. `log`: events, each with the day on which the bureau got it; no task's end is in it.

    A phone's clock may be wrong: nothing ends before it was assigned, nor after the bureau has it.
    """
    events = list(log)
    named = [event["payload"].get("seal") for event, _got in events if event["type"] == "reopen"]
    named += [record["seal"]["event"]] if record["seal"] else []
    seals = [
        max(assigned, min(_day(event, got), got))
        for event, got in events
        if event["type"] == "seal" and event["id"] in named
    ]
    if not seals or record["state"] == "cancelled":
        return Happened()
    on_the_spot = any(result["told"] is True for result in record["content"]["result"])
    return Happened(ended=min(seals), told=min(seals) if on_the_spot else None)


def clocks(happened: Happened, law: Law, calendar: Calendar, today: date, soon: int = SOON) -> list[Clock]:
    """Every clock of an inspection, in the order in which the law lets them run.

    `law` is that of the day on which the inspection ended: `{name: {value, clause, note, bureau}}`.
    """
    names = [name for name in NAMES if name != "publicity"]
    if _publishes_first(law):
        names = ["published", "publicity", "told", *names[2:]]
    return [clock(name, happened, law, calendar, today, soon) for name in names]


def clock(
    name: str, happened: Happened, law: Law, calendar: Calendar, today: date, soon: int = SOON
) -> Clock:
    """One of them."""
    began = _began(name, law)
    begun = _start(began, happened, law, calendar)
    due = _due(name, begun, happened, law, calendar)
    stem = STEMS[name]
    said = law.get(f"{stem}_days", {}) if stem else {}
    year = _unknown(begun, due, calendar) if due and due.provisional else None
    made = Clock(
        name=name, began=began, start=begun.day if begun else None, days=said.get("value"), kind=_kind(name, law),
        due=due.day if due else None, left=None, year=year, done=_done(name, happened), state="not_started",
        clause=said.get("clause") or "", note=said.get("note") or "", bureau=said.get("bureau") or "",
    )  # fmt: skip
    return _standing(made, calendar, today, soon)


def _standing(made: Clock, calendar: Calendar, today: date, soon: int) -> Clock:
    if made.done:
        return replace(made, state="done")
    if made.days is None and made.name != "rectification":
        return replace(made, state="not_asked")
    if made.due is None:
        return made
    if made.due < today and made.name in LAPSES:
        return replace(made, state="done", done=made.due)
    far = (made.due - today).days
    state = "overdue" if far < 0 else "today" if far == 0 else "week" if far <= soon else "running"
    # Late is late on a Sunday too: what is past is said in plain days.
    working = made.kind == "working" and far > 0
    return replace(made, state=state, left=calendar.between(today, made.due) if working else far)


def _began(name: str, law: Law) -> str:
    """What starts a clock."""
    if name == "told":
        return "publicity_end" if _publishes_first(law) else _value(law, "feedback_start") or "inspection_end"
    if name == "published":
        return _value(law, "publication_start") or "inspection_end"
    if name == "objection":
        return _value(law, "objection_start") or "told"
    return {"publicity": "published", "rectification": "order", "withdrawal": "reversal"}[name]


def _start(began: str, happened: Happened, law: Law, calendar: Calendar) -> Due | None:
    if began == "publicity_end":
        shown = _start("published", happened, law, calendar)
        return _due("publicity", shown, happened, law, calendar)
    # What ended after its task begins with its own end.
    task = happened.ended and max(happened.ended, happened.task_ends or happened.ended)
    days = {
        "inspection_end": happened.ended,
        "task_end": task,
        "told": happened.told,
        "published": happened.published,
        "order": happened.ordered,
        "reversal": happened.reversed,
    }
    day = days[began]
    return Due(day, provisional=False) if day else None


def _due(name: str, begun: Due | None, happened: Happened, law: Law, calendar: Calendar) -> Due | None:
    if name == "rectification":
        return Due(happened.rectify_by, provisional=False) if happened.rectify_by else None
    days = _value(law, f"{STEMS[name]}_days")
    if begun is None or days is None:
        return None
    due = calendar.after(begun.day, days, _kind(name, law) == "working")
    return replace(due, provisional=due.provisional or begun.provisional)


def _done(name: str, happened: Happened) -> date | None:
    stopped = {
        "told": happened.told,
        "published": happened.published,
        "rectification": happened.rectified,
        "withdrawal": happened.withdrawn,
    }
    return stopped.get(name)


def _kind(name: str, law: Law) -> str | None:
    """In which days it is counted; without a word of the law in calendar days, as an order names a day."""
    return _value(law, f"{STEMS[name]}_day_kind") or (None if STEMS[name] else "calendar")


def _unknown(begun: Due | None, due: Due, calendar: Calendar) -> int:
    years = range((begun or due).day.year, due.day.year + 1)
    return next((year for year in years if not calendar.known(year)), due.day.year)


def _publishes_first(law: Law) -> bool:
    return _value(law, "feedback_before_publish") is False


def _value(law: Law, name: str) -> Any:
    return law.get(name, {}).get("value")


def _day(event: Event, otherwise: date) -> date:
    try:
        return datetime.fromisoformat(event["time"]).astimezone(CHINA).date()
    except (ValueError, OverflowError):
        return otherwise
