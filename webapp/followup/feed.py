"""The clocks as a calendar that an office program subscribes to (iCalendar, RFC 5545). Pure.

One all-day event a clock, on its due day. The same clocks give the same bytes: nothing in it says when it was asked for.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from icalendar import Calendar, Event

# How often a program is asked to come again.
EVERY = timedelta(hours=6)
MAKER = "-//Yidang//clocks//ZH"


@dataclass(frozen=True)
class Entry:
    """One open clock in words. `sequence` grows with everything that can move its day; `changed`: when that was last."""

    inspection: str
    clock: str
    due: date
    provisional: bool
    summary: str
    text: str
    url: str
    sequence: int
    changed: datetime


def calendar(name: str, entries: Iterable[Entry]) -> bytes:
    """The calendar of one person."""
    made = Calendar()
    made.add("prodid", MAKER)
    made.add("version", "2.0")
    made.add("x-wr-calname", name)
    made.add("refresh-interval", EVERY, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT6H")
    for entry in entries:
        made.add_component(_event(entry))
    return bytes(made.to_ical())


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", uid(entry.inspection, entry.clock))
    # Without a METHOD both say when it was last revised (RFC 5545, 3.8.7.2).
    event.add("dtstamp", entry.changed)
    event.add("last-modified", entry.changed)
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.due)
    event.add("summary", entry.summary)
    event.add("description", entry.text)
    event.add("url", entry.url)
    event.add("status", "TENTATIVE" if entry.provisional else "CONFIRMED")
    # A deadline takes nobody's time on that day, and is nobody else's business.
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    return event


def uid(inspection: str, clock: str) -> str:
    """What a clock is called in every calendar, for ever."""
    return str(uuid5(NAMESPACE_URL, f"yidang:{inspection}:{clock}"))
