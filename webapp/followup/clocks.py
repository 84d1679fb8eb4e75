"""The clocks of an inspection: what is due by when, by the bureau's own law (RZ-17, RZ-19, CA-2.4a, PD-3.5, TJ-14c). Pure.

`Happened` says what happened when; everything else follows from it, from the law and from the calendar.
"""

from dataclasses import dataclass, replace
from datetime import date

from webapp.followup.happened import Happened, Law, Order, publishes_first, value
from webapp.workdays import Calendar, Due

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
class Clock:
    """One deadline. `began`: what starts it; `kind`: `working` or `calendar` days; `left`: days of that kind from today
    to `due`; when it is past, calendar days, negative; `year`: the one without a notice yet, by which `due` is
    provisional (暂估); `half`: published, but not yet entered on the platform that the law names; `order`: the event of
    the order that it is about, with its `number`."""

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
    half: bool = False
    order: str = ""
    number: str = ""

    @property
    def key(self) -> str:
        """Which one of an inspection's clocks it is."""
        return f"{self.name}-{self.order}" if self.order else self.name

    @property
    def provisional(self) -> bool:
        """Whether `due` may still move, when the table of working days of `year` comes."""
        return self.year is not None

    @property
    def late(self) -> bool:
        """Whether it was done after it was due."""
        return bool(self.done and self.due and self.done > self.due)


def clocks(happened: Happened, law: Law, calendar: Calendar, today: date, soon: int = SOON) -> list[Clock]:
    """Every clock of an inspection, in the order in which the law lets them run.

    `law` is that of the day on which the inspection ended: `{name: {value, clause, note, bureau}}`.
    """
    names = [name for name in NAMES if name != "publicity"]
    if publishes_first(law):
        names = ["published", "publicity", "told", *names[2:]]
    return [
        clock(name, happened, law, calendar, today, soon, order)
        for name in names
        for order in (happened.orders if name == "rectification" and happened.orders else (None,))
    ]


def clock(
    name: str, happened: Happened, law: Law, calendar: Calendar, today: date, soon: int = SOON,
    order: Order | None = None,
) -> Clock:  # fmt: skip
    """One of them; that of a rectification is of one `order`."""
    began = _began(name, happened, law)
    begun = Due(order.ordered, provisional=False) if order else _start(began, happened, law, calendar)
    due = Due(order.rectify_by, provisional=False) if order else _due(name, begun, law, calendar)
    stem = STEMS[name]
    said = law.get(f"{stem}_days", {}) if stem else {}
    year = _unknown(begun, due, calendar) if due and due.provisional else None
    made = Clock(
        name=name, began=began, start=begun.day if begun else None, days=said.get("value"), kind=_kind(name, law),
        due=due.day if due else None, left=None, year=year,
        done=order.rectified if order else _done(name, happened), state="not_started",
        clause=said.get("clause") or "", note=said.get("note") or "", bureau=said.get("bureau") or "",
        half=name == "published" and happened.published is not None and happened.completed is None,
        order=order.event if order else "", number=order.number if order else "",
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


def _began(name: str, happened: Happened, law: Law) -> str:
    """What starts a clock."""
    if name in ("told", "published") and happened.ruled:
        return "publicity_end" if name == "told" and publishes_first(law) else "ruling"
    if name == "told":
        return "publicity_end" if publishes_first(law) else value(law, "feedback_start") or "inspection_end"
    if name == "published":
        return value(law, "publication_start") or "inspection_end"
    if name == "objection":
        return value(law, "objection_start") or "told"
    return {"publicity": "published", "rectification": "order", "withdrawal": "reversal"}[name]


def _start(began: str, happened: Happened, law: Law, calendar: Calendar) -> Due | None:
    if began == "publicity_end":
        # What must not be published is fed back as if nothing had to be waited for.
        shown = _plain(happened.published)
        return _due("publicity", shown, law, calendar) or shown or _plain(happened.withheld)
    # What ended after its task begins with its own end.
    task = happened.ended and max(happened.ended, happened.task_ends or happened.ended)
    days = {
        "inspection_end": happened.ended,
        "task_end": task,
        "ruling": happened.ruled,
        "told": happened.told,
        "published": happened.published,
        "reversal": happened.reversed,
    }
    return _plain(days.get(began))


def _due(name: str, begun: Due | None, law: Law, calendar: Calendar) -> Due | None:
    days = value(law, f"{STEMS[name]}_days") if STEMS[name] else None
    if begun is None or days is None:
        return None
    due = calendar.after(begun.day, days, _kind(name, law) == "working")
    return replace(due, provisional=due.provisional or begun.provisional)


def _plain(day: date | None) -> Due | None:
    return Due(day, provisional=False) if day else None


def _done(name: str, happened: Happened) -> date | None:
    stopped = {
        "told": happened.told,
        "published": happened.completed,
        "objection": happened.objected,
        "withdrawal": happened.withdrawn,
    }
    return stopped.get(name)


def _kind(name: str, law: Law) -> str | None:
    """In which days it is counted; without a word of the law in calendar days, as an order names a day."""
    return value(law, f"{STEMS[name]}_day_kind") or (None if STEMS[name] else "calendar")


def _unknown(begun: Due | None, due: Due, calendar: Calendar) -> int:
    years = range((begun or due).day.year, due.day.year + 1)
    return next((year for year in years if not calendar.known(year)), due.day.year)
