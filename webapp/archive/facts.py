"""What the shelves know of an archive: the columns of the catalogue, and all its words for the search. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from webapp.archive.document import document
from webapp.archive.wording import objects, text
from webapp.field.fold import Event, fold, in_order

Json = dict[str, Any]

ENTRIES = ("notes", "scans", "recusals", "withdrawn", "reopened", "addenda", "office", "unknown")
PAGES = re.compile(rb"/Type/Pages/Count (\d+)")


def facts(events: list[Event], forms: list[Json]) -> Json:
    """The index of the archive that the log's last `archive` event closed, as plain values.

    Keys: `version number subject_name subject_code district items item_codes people visited result
    retain_years retain_until heading text`. `items`, `people` are for people; `item_codes` and `heading` are
    searched in.
    """
    log = in_order(events)
    closing = [event for event in log if event["type"] == "archive"][-1]["payload"]
    assignment = closing["assignment"]
    words = document(fold(log), forms, assignment, names=closing["names"], events=log)
    subject = objects([assignment.get("subject")])[0] | words["subject"]
    codes = [text(item["code"]) for item in words["items"]]
    result = words["result"] or {}
    found = {
        "version": closing["version"],
        "number": words["number"],
        "subject_name": text(subject.get("name")),
        "subject_code": text(subject.get("code")),
        "district": text(subject.get("district")),
        "items": "、".join(codes),
        "item_codes": f" {' '.join(codes)} ",
        "people": "、".join(text(member.get("name")) for member in words["pair"]),
        "visited": words["date"] or None,
        "result": text(result.get("code"))[:32],
        "retain_years": closing["retention"]["years"],
        "retain_until": closing["retention"]["until"],
        "heading": normal(" ".join([words["number"], text(subject.get("name")), text(subject.get("code"))])),
        "text": normal(" ".join(said(words))),
    }
    # PostgreSQL keeps no NUL, and a phone may have written one.
    return {
        name: value.replace("\0", "") if isinstance(value, str) else value for name, value in found.items()
    }


def normal(words: str) -> str:
    """Words as they are compared: one width, one case, one space between them; without what no database keeps."""
    folded = unicodedata.normalize("NFKC", words).casefold()
    return " ".join(folded.split())


def said(words: Json) -> Iterator[str]:
    """Every word of a record, by people and about them.

    The questions' own words only where something was found: else each archive would answer to its checklist.
    """
    yield from (words["number"], words["bureau"], words["date"], words["reason"])
    yield from words["subject"].values()
    for item in words["items"]:
        yield from (item["code"], item["name"])
    for person in [*words["pair"], *words["present"]]:
        yield from (text(value) for name, value in person.items() if name not in ("id", "event", "clock"))
    for row in words["findings"]:
        yield from (row["label"], row["law"])
    for section in words["sections"]:
        for row in section["rows"]:
            yield from ("" if row["type"] == "verdict" else row["answer"], row["note"])
    yield from _said_of_photos(words["photos"])
    for name in ENTRIES:
        for entry in words[name]:
            yield from (entry["about"], entry["text"], entry["author"])
    for result in (words["result"] or {}).get("standing", []):
        yield from (result["code_text"], result["told_text"], result["note"])
    for signature in words["signatures"]:
        yield from (signature[name] for name in ("name", "title", "phone", "reason", "witness", "kind_text"))


def pages(pdf: bytes) -> int | None:
    """How many pages a PDF of `record_pdf` has; None where it does not say so."""
    counts = [int(count) for count in PAGES.findall(pdf)]
    return max(counts, default=None)


def _said_of_photos(photos: list[Json]) -> Iterator[str]:
    for photo in photos:
        yield photo["caption"]
        yield from (text(shape.get("text")) for shape in photo["marks"])
