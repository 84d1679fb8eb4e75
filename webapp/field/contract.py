"""What the field API takes and gives (design 5)."""

from typing import Annotated, Any

import msgspec

from webapp.ids import Uuid

Count = Annotated[int, msgspec.Meta(ge=0)]
# What a column holds on every database.
Amount = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
AppVersion = Annotated[str, msgspec.Meta(pattern="^[0-9A-Za-z._-]{1,64}$")]


class WorklistRow(msgspec.Struct, frozen=True):
    """One inspection of the pair, with all that the phone needs to begin without a network.

    `earlier`: `{id, name, credential}` of who was in the pair before. `first`: of a visit made again, what was found and
    demanded at the first: `{id, number, day, result, note, findings: [{question, label, note, law}], order: {number,
    deadline, demands} | None}`.
    `clocks`: what is due by when after the visit,
    `{name, number, began, days, kind, due, done, year, half, clause}` each.
    """

    id: str
    number: str
    subject: dict[str, Any]
    items: list[dict[str, Any]]
    form_hashes: list[str]
    pair: list[dict[str, Any]]
    due: str
    state: str
    seq: int
    reason: dict[str, str]
    earlier: list[dict[str, Any]]
    notice: dict[str, Any]
    clocks: list[dict[str, Any]]
    first: dict[str, Any] | None = None


class Worklist(msgspec.Struct, frozen=True):
    """`settings` are the bureau's, by name; `bureau_key` is its public key as PEM.

    `box_key`: its public key to which the phone wraps its own keys (JWK).
    `gone`: what went from somebody's list lately, and why: `{id, person, number, subject, kind, reason, at}`.
    """

    inspections: list[WorklistRow]
    forms: dict[str, dict[str, Any]]
    settings: dict[str, Any]
    bureau_key: str
    box_key: dict[str, str]
    gone: list[dict[str, str]]


class Unsent(msgspec.Struct, frozen=True):
    """How much of what is on the phone the bureau will not have after this request."""

    events: Amount
    photos: Amount


class SyncRequest(msgspec.Struct, frozen=True):
    """`cursors`: the position up to which this phone holds each inspection's log; `events`: what it wrote.

    `signatures`: by event id, DER in base64: what another phone wrote and this one carries is signed by the key of the
    phone that wrote it, over the event's canonical bytes.
    `app`: the version of the app that runs on it; `unsent`: what stays there. Both may be missing.
    """

    device: Uuid
    cursors: dict[Uuid, Count]
    events: Annotated[list[Any], msgspec.Meta(max_length=2000)]
    signatures: dict[str, Any] = {}
    app: AppVersion | None = None
    unsent: Unsent | None = None


class Rejected(msgspec.Struct, frozen=True):
    """An event that stays on the phone, with the reason; `status` is what it would be alone."""

    id: str
    code: str
    message: str
    status: int


class SyncAnswer(msgspec.Struct, frozen=True):
    """`accepted` is the explicit list of what the bureau now holds; nothing else is a success."""

    accepted: list[str]
    rejected: list[Rejected]
    events: list[dict[str, Any]]
    cursors: dict[str, int]
    wanted: list[str]
    server_time: str


class InspectionAnswer(msgspec.Struct, frozen=True):
    """The folded record; `wanted` are the blobs that it names and the bureau does not hold whole."""

    id: str
    number: str
    state: str
    record: dict[str, Any]
    wanted: list[str]
