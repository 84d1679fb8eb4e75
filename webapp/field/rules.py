"""What a well-formed event is, and what a hand-made assignment must hold. Pure."""

from datetime import date
from typing import Annotated, Any, Literal

import msgspec

from webapp.canonical import MAX_SAFE, canonical
from webapp.field.fold import OFFICE, SHAPES, Event

Uuid = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Time = Annotated[
    str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$", max_length=40)
]
Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]

MAX_EVENT_BYTES = 2 * 1024 * 1024
# Canonical JSON goes to 64, and a record holds payloads some levels down.
MAX_PAYLOAD_DEPTH = 32
RESULTS = (
    "no_problem",
    "not_disclosed",
    "concealed",
    "unreachable",
    "corrected",
    "uncooperative",
    "no_activity",
    "pending",
)
DRAWN = "drawn"
# Why a bureau may inspect without a draw (RZ-5).
BY_HAND = ("law", "assigned", "complaint", "transferred", "other")
REASONS = (DRAWN, *BY_HAND)


class Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An event as it goes over the line (design 2.1)."""

    id: Uuid
    inspection: Uuid
    seq: Annotated[int, msgspec.Meta(ge=1, le=MAX_SAFE)]
    device: Uuid
    author: Uuid
    type: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z_]{0,39}$")]
    time: Time
    clock: Literal["verified", "unverified"]
    payload: dict[str, Any]


class Picture(msgspec.Struct, frozen=True):
    """What an event that names a blob says of it; more is allowed."""

    sha256: Sha256
    size: Annotated[int, msgspec.Meta(ge=1)]


def well_formed(value: Any) -> tuple[Event, bytes]:
    """An event and its canonical bytes. Raises `ValueError` that names the place that is wrong."""
    envelope = msgspec.convert(value, Envelope)
    shape = SHAPES.get(envelope.type, {})
    for name, kind in shape.items():
        if not isinstance(envelope.payload.get(name), kind):
            raise ValueError(f"$.payload.{name}: expected {kind.__name__}")
    if envelope.type in ("photo", "stamp"):
        msgspec.convert(envelope.payload, Picture)
    if _depth(envelope.payload) > MAX_PAYLOAD_DEPTH:
        raise ValueError(f"$.payload: nested deeper than {MAX_PAYLOAD_DEPTH}")
    data = canonical(value)
    if len(data) > MAX_EVENT_BYTES:
        raise ValueError(f"an event has at most {MAX_EVENT_BYTES} bytes")
    return value, data


def _depth(value: Any) -> int:
    entries = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, entries), default=0)


def is_office(event: Event) -> bool:
    """Whether only the office may write events of this type."""
    return event["type"] in OFFICE


def named_blobs(events: list[Event]) -> set[str]:
    """Every blob that a log names, withdrawn ones too: a phone may send their bytes."""
    named = (event["payload"].get("sha256") for event in events if event["type"] in ("photo", "stamp"))
    return {name for name in named if isinstance(name, str)}


def blob_names(record: dict[str, Any]) -> set[str]:
    """The blobs that the record stands on: of photos that were not withdrawn, of stamps, of what came later."""
    late = [e["payload"] for e in record["addenda"] if e["type"] in ("photo", "stamp")]
    given = [*record["content"]["photos"], *record["signatures"], *late]
    return {entry["sha256"] for entry in given if entry.get("sha256")}


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
