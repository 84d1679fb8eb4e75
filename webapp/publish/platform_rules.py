"""The columns of a state platform and what stands in them; which of its rows is which inspection of ours. Pure (RZ-19)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from webapp.typed import plain

Json = dict[str, Any]

# What a column can hold of an inspection; an empty one holds the same text in every row.
FIELDS = (
    "number", "subject", "code", "kind", "region", "address", "items", "item_codes", "inspected", "result", "result_code",
    "sub", "decided", "published", "inspectors", "credentials", "units", "link", "receipt",
)  # fmt: skip
# What of a platform's row says which inspection it is.
KEYS = ("number", "code", "inspected", "subject", "receipt")
COLUMNS, TITLE, TEXT = 60, 60, 200
DAY = re.compile(r"(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


@dataclass(frozen=True)
class Row:
    """A row of a platform's own list, as far as its columns are known; `line`: of the file."""

    line: int
    number: str = ""
    code: str = ""
    inspected: date | None = None
    subject: str = ""
    receipt: str = ""


def columns(form: Mapping[str, str]) -> list[Json]:
    """The columns as the page says them: `{title, field, text}`, those without a title left out."""
    found = []
    for place in range(COLUMNS):
        title = " ".join(form.get(f"title.{place}", "").split())[:TITLE]
        field = form.get(f"field.{place}", "")
        if title:
            text = form.get(f"text.{place}", "").strip()[:TEXT]
            known = field if field in FIELDS else ""
            found.append({"title": title, "field": known, "text": "" if known else text})
    return found


def fault(name: str, given: list[Json]) -> str | None:
    """What keeps a mapping from being of use."""
    titles = [column["title"] for column in given]
    if not name or not titles:
        return "platform_columns"
    if len(set(titles)) < len(titles):
        return "platform_column_twice"
    return None if tells(column["field"] for column in given) else "platform_key"


def tells(fields: Iterable[str]) -> bool:
    """Whether these fields say which inspection a row is: its number, or whose it is and of which day."""
    known = set(fields)
    return "number" in known or {"code", "inspected"} <= known


def guessed(titles: list[str], words: Mapping[str, str]) -> list[Json]:
    """Columns for the head of a platform's own file; a field where its words are in the title, the longest first."""
    found, left = [], dict(words)
    for title in titles[:COLUMNS]:
        near = [field for field, said in left.items() if said and (said in title or title in said)]
        field = max(near, key=lambda one: len(left[one]), default="")
        left.pop(field, None)
        found.append({"title": title[:TITLE], "field": field, "text": ""})
    return [column for column in found if column["title"]]


def cells(given: list[Json], values: Mapping[str, str]) -> list[str]:
    """One row of the export."""
    return [values.get(column["field"], "") if column["field"] else column["text"] for column in given]


def head(rows: Iterable[list[str]], given: list[Json]) -> dict[str, int] | None:
    """Where each key stands, read off the first of the first rows that has the titles; None where none says enough."""
    titles = {plain(column["title"]): column["field"] for column in given if column["field"] in KEYS}
    for _place, row in zip(range(10), rows, strict=False):
        found = {titles[plain(cell)]: at for at, cell in enumerate(row) if plain(cell) in titles}
        if tells(found):
            return found
    return None


def read(line: int, cells: list[str], at: Mapping[str, int]) -> Row | None:
    """A row of the platform's list; None where it says nothing of which inspection it is."""
    said = {name: cells[place].strip() if place < len(cells) else "" for name, place in at.items()}
    day = day_in(said.get("inspected", ""))
    row = Row(
        line, said.get("number", "")[:64], plain(said.get("code", "")).upper()[:32], day,
        said.get("subject", "")[:200], said.get("receipt", "")[:100],
    )  # fmt: skip
    return row if row.number or (row.code and row.inspected) or row.subject else None


def day_in(text: str) -> date | None:
    """A day as platforms write it: 2026-11-04, 2026/11/4, 2026年11月4日, with or without a time."""
    found = DAY.search(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
