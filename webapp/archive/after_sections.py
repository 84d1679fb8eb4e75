"""Parts 11 to 16 of an archive: what followed the visit, as it was written, with its files (mission 3). Pure."""

from collections.abc import Iterator
from typing import Any

from webapp.canonical import canonical
from webapp.evidence.picture_rules import FILE_ENDINGS
from webapp.field.fold import AFTER, Record
from webapp.field.rules import files_of

Json = dict[str, Any]

# The events of each part. An approval and a voiding lie with what they are about.
PARTS: dict[str, tuple[str, ...]] = {
    "11-feedback": ("notice", "serve", "receive"),
    "12-result": ("decide", "case"),
    "13-publication": ("publish", "correct", "withhold", "take_down", "enter"),
    "14-objection": ("object", "recheck", "rule"),
    "15-follow-up": (
        "order",
        "extend",
        "proof",
        "rectify",
        "reinspect",
        "copy",
        "transfer",
        "reply",
        "penalty",
        "discipline",
        "lift",
    ),
    "16-return-visit": ("return_visit",),
}
PART_OF = {kind: part for part, kinds in PARTS.items() for kind in kinds}
ABOUT_ANOTHER = AFTER.keys() - PART_OF.keys()


def after_files(record: Record, blobs: dict[str, bytes]) -> dict[str, bytes]:
    """The files of parts 11 to 16 by path; a part without an event has none. `blobs`: files that were kept, by name."""
    files = {path: canonical(data) for path, data in after_data(record).items()}
    return files | {path: blobs[name] for path, name in attached(record) if name in blobs}


def after_data(record: Record) -> dict[str, list[Json]]:
    """The events of each part that has some, in order, by the path of its data."""
    parts: dict[str, list[Json]] = {}
    for event, part in _placed(record):
        parts.setdefault(f"{part}.json", []).append(event)
    return parts


def attached(record: Record) -> Iterator[tuple[str, str]]:
    """Path and SHA-256 of each file that an event after the visit brought: `11-feedback/003-7a91….pdf`."""
    for place, (event, part) in enumerate(_placed(record), start=1):
        for file in files_of(event):
            ending = FILE_ENDINGS.get(str(file.get("mime")), "bin")
            yield f"{part}/{place:03}-{file['sha256']}.{ending}", file["sha256"]


def empty_after(record: Record) -> list[str]:
    """The numbers of the parts in which nothing lies."""
    there = {part for _event, part in _placed(record)}
    return [part[:2] for part in PARTS if part not in there]


def _placed(record: Record) -> Iterator[tuple[Json, str]]:
    """Each event with its part; what is about an event that nobody knows lies with the results."""
    kinds: dict[str, str] = {}
    for event in record["after"]:
        kind = event["type"]
        if kind in ABOUT_ANOTHER:
            kind = kinds.get(event["payload"]["target"], "decide")
        kinds[event["event"]] = kind
        yield event, PART_OF[kind]
