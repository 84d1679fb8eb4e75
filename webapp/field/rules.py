"""What a well-formed event is, and what a hand-made assignment must hold. Pure."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Annotated, Any, Literal

import msgspec

from webapp.canonical import MAX_SAFE, canonical
from webapp.field.fold import AFTER, ENDINGS, OFFICE, SHAPES, Event
from webapp.ids import Sha256, Uuid

# Where a text ends, "$" allows one line feed more.
TIME = r"^[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})(?!\n)$"
Time = Annotated[str, msgspec.Meta(pattern=TIME, max_length=40)]

# What a subject told others about the pair (CA-2.4c): it goes to no phone of the pair.
NOT_FOR_PAIR = frozenset({"return_visit"})
MAX_EVENT_BYTES = 1024 * 1024
# Canonical JSON goes to 64, and a record holds payloads some levels down.
MAX_PAYLOAD_DEPTH = 32
# How far a seq may lie above the highest that the bureau knows: whole numbers must not run out for the partner.
MAX_SEQ_STEP = 10_000
# What one person may write in one inspection: many times what a visit needs, and never so much that the office
# or the partner's phone cannot fold it.
MAX_EVENTS, MAX_BYTES = 5_000, 8 * 1024 * 1024
MAX_OF = {"seal": 20, "sign": 60}
MAX_STROKES = 500
MAX_PHOTO = 20 * 1024 * 1024
# How the phone names the inspections of practice (static/field/lessons.js).
PRACTICE = "practice-"
# Who writes on the subject's own page, which asks for no account.
SUBJECT = "subject"
DRAWN = "drawn"
# China has one civil time, without summer time.
CHINA = timezone(timedelta(hours=8))
# Drawn by another platform, whose list was taken over (RZ-9, RZ-10).
ELSEWHERE = "elsewhere"
BY_DRAW = (DRAWN, ELSEWHERE)
# Why a bureau may inspect without a draw (RZ-5).
BY_HAND = ("law", "assigned", "complaint", "transferred", "other")
REASONS = (*BY_DRAW, *BY_HAND)
# While the pair still works on an inspection: what is sealed is sent back first.
UNFINISHED = ("assigned", "open", "returned")
# The visit is over once the record was sealed, whatever comes later.
OVER = ("sealed", "returned", "accepted", "archived")
# Nobody has anything to do there any more.
ENDED = ("archived", "cancelled")


class Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An event as it goes over the line (design 2.1)."""

    id: Uuid
    inspection: Uuid
    seq: Annotated[int, msgspec.Meta(ge=1, le=MAX_SAFE)]
    device: Uuid
    author: Uuid
    type: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z_]{0,39}(?!\n)$")]
    time: Time
    clock: Literal["verified", "unverified"]
    payload: dict[str, Any]


Point = Annotated[list[int], msgspec.Meta(min_length=2)]


class Picture(msgspec.Struct, frozen=True):
    """What an event that names a blob says of it; more is allowed."""

    sha256: Sha256
    size: Annotated[int, msgspec.Meta(ge=1)]


class Canvas(msgspec.Struct, frozen=True):
    """What a signature was drawn on."""

    width: int
    height: int


class Ending(msgspec.Struct, frozen=True):
    """What is drawn or looked up of a signature, refusal, absence or stamp; more is allowed."""

    sha256: Sha256 | None = None
    strokes: Annotated[list[list[Point]], msgspec.Meta(max_length=MAX_STROKES)] | None = None
    canvas: Canvas | None = None


def photo_limit(law: dict[str, Any]) -> int:
    """The largest photo that a bureau takes, in bytes."""
    return int(law.get("photo", {}).get("max_bytes", MAX_PHOTO))


def is_practice(value: Any) -> bool:
    """Whether an event is of a practice (CA-2.5). Its inspection has no uuid, so no log ever takes it; this says why."""
    return isinstance(value, dict) and str(value.get("inspection", "")).startswith(PRACTICE)


def well_formed(value: Any) -> tuple[Event, bytes]:
    """An event and its canonical bytes. Raises `ValueError` that names the place that is wrong."""
    envelope = msgspec.convert(value, Envelope)
    if _deeper(envelope.payload, MAX_PAYLOAD_DEPTH - 1):
        raise ValueError(f"$.payload: nested deeper than {MAX_PAYLOAD_DEPTH}")
    shape = SHAPES.get(envelope.type, {})
    for name, kind in shape.items():
        if not isinstance(envelope.payload.get(name), kind):
            raise ValueError(f"$.payload.{name}: expected {kind.__name__}")
    if envelope.type in ("photo", "stamp"):
        msgspec.convert(envelope.payload, Picture)
    if envelope.type in ENDINGS:
        msgspec.convert(envelope.payload, Ending)
    data = canonical(value)
    if len(data) > MAX_EVENT_BYTES:
        raise ValueError(f"an event has at most {MAX_EVENT_BYTES} bytes")
    return value, data


@dataclass
class Ledger:
    """How much each author wrote in one inspection, so that nobody fills it up for the others."""

    highest: int
    events: Counter[str] = field(default_factory=Counter)
    bytes: Counter[str] = field(default_factory=Counter)
    types: Counter[tuple[str, str]] = field(default_factory=Counter)

    def enter(self, event: Event, size: int) -> None:
        """Count an event of `size` bytes that is kept."""
        author = event["author"]
        self.highest = max(self.highest, event["seq"])
        self.events[author] += 1
        self.bytes[author] += size
        self.types[author, event["type"]] += 1

    def fault(self, event: Event, size: int) -> str | None:
        """Why an event of `size` bytes is not taken any more, as a code; None where it is."""
        author = event["author"]
        if event["seq"] > self.highest + MAX_SEQ_STEP:
            return "event_seq"
        full = self.events[author] >= MAX_EVENTS or self.bytes[author] + size > MAX_BYTES
        often = self.types[author, event["type"]] >= MAX_OF.get(event["type"], MAX_EVENTS)
        return "log_full" if full or often else None


def is_office(event: Event) -> bool:
    """Whether only the office may write events of this type."""
    return event["type"] in OFFICE


def asks_for_recusal(said: dict[str, Any]) -> bool:
    """Whether somebody asks that an inspector steps aside (RZ-10b, TJ-10b); an entry of a record's `recusals`."""
    return said["wanted"] is not False


def open_wishes(record: dict[str, Any]) -> list[dict[str, Any]]:
    """The wishes for recusal on which the office has not decided (行政处罚法 43)."""
    decided = {made["wish"] for made in record["office"] if made["type"] == "recusal"}
    asked = record["content"]["recusals"]
    return [said for said in asked if asks_for_recusal(said) and said["event"] not in decided]


def named_blobs(events: list[Event]) -> set[str]:
    """Every blob that a log names, withdrawn ones too: a phone may send their bytes."""
    named = (event["payload"].get("sha256") for event in events if event["type"] in ("photo", "stamp"))
    return {name for name in named if isinstance(name, str)} | _attached(events)


def visited(record: dict[str, Any]) -> date | None:
    """The day in China on which the first of the pair arrived; `None` where nobody did, or no calendar has it."""
    arrivals = record["content"]["arrivals"]
    try:
        return datetime.fromisoformat(arrivals[0]["time"]).astimezone(CHINA).date() if arrivals else None
    except (ValueError, OverflowError):
        return None


def blob_names(record: dict[str, Any]) -> set[str]:
    """The blobs that the record stands on: of photos that were not withdrawn, of stamps, of what came later."""
    late = [e["payload"] for e in record["addenda"] if e["type"] in ("photo", "stamp")]
    given = [*record["content"]["photos"], *record["signatures"], *late]
    seen = {entry["sha256"] for entry in given if isinstance(entry.get("sha256"), str)}
    return seen | _attached(record["after"])


def files_of(event: Event) -> list[dict[str, Any]]:
    """The files that an event after the visit brought: `[{sha256, name, mime, size}]`."""
    files = event["payload"].get("files") if event["type"] in AFTER else None
    given = files if isinstance(files, list) else []
    return [file for file in given if isinstance(file, dict) and isinstance(file.get("sha256"), str)]


def _attached(events: list[Event]) -> set[str]:
    return {file["sha256"] for event in events for file in files_of(event)}


def _deeper(value: Any, levels: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels < 0 or any(_deeper(each, levels - 1) for each in inner if isinstance(each, dict | list))


def assignment_faults(
    *, today: date, due: date, items: int, credentials: list[date], reason: str, text: str
) -> list[str]:
    """Codes of what is wrong with an assignment by hand; `credentials` are the days until which they are valid."""
    faults = []
    if not items:
        faults.append("item_off_list")
    if len(credentials) < 2:
        faults.append("pair_too_small")
    if any(valid_until < max(today, due) for valid_until in credentials):
        faults.append("credential_expired")
    if due < today:
        faults.append("due_past")
    if reason not in REASONS or not text.strip():
        faults.append("reason_needed")
    return faults
