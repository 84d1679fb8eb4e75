"""Whose turn it is, telling or publishing: one machine for both orders (RZ-17 against TJ-14c). Pure.

Where the subject is told first, nothing is published before it was. Where the result is published first, the subject is
told when the publicity is over. What must not be published (PD-3.5) waits for nobody's publicity.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from webapp.followup.clocks import clock
from webapp.followup.happened import Happened, Law, publishes_first, value
from webapp.workdays import LONGEST, Calendar


@dataclass(frozen=True)
class Turn:
    """Whether something may be done now; where not, `why`: `undecided`, `untold`, `unpublished`, `publicity` (with the
    first `day` on which it may, as far as it is known), `withheld`."""

    may: bool
    why: str = ""
    day: date | None = None

    def __bool__(self) -> bool:
        return self.may


NOW = Turn(True)


def may_tell(happened: Happened, law: Law, calendar: Calendar, today: date) -> Turn:
    """Whether the subject may be told the result in force. `law`: that of the day on which the inspection ended."""
    if happened.decided is None:
        return Turn(False, "undecided")
    if not publishes_first(law) or happened.withheld:
        return NOW
    if happened.published is None:
        return Turn(False, "unpublished")
    publicity = clock("publicity", happened, law, calendar, today)
    if publicity.due and today <= publicity.due:
        return Turn(False, "publicity", publicity.due + timedelta(days=1))
    return NOW


def shown_long_enough(law: Law, calendar: Calendar, today: date) -> date:
    """The last day on which something may have been published for its publicity to be over `today`."""
    days, working = value(law, "publicity_days"), value(law, "publicity_day_kind") == "working"
    if days is None:
        return today
    back = (today - timedelta(days=n) for n in range(1, LONGEST))
    return next(day for day in back if calendar.after(day, days, working).day < today)


def may_publish(happened: Happened, law: Law) -> Turn:
    """Whether the result in force may be published."""
    if happened.decided is None:
        return Turn(False, "undecided")
    if happened.withheld:
        return Turn(False, "withheld")
    if not publishes_first(law) and happened.told is None:
        return Turn(False, "untold")
    return NOW
