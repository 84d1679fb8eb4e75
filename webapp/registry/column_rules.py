"""The columns of a table that somebody made elsewhere: where its header stands, what each name means. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# Rows above the names of the columns: a title, who filled it in, a date.
HEADER_WITHIN = 10


@dataclass
class Row:
    """One row of a table: its line, what was typed, what it means; `state` new, changed, same or wrong."""

    line: int
    cells: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    state: str = "wrong"
    changes: list[str] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)


def known(names: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """The column that each name means, from the names that each column has."""
    return {name: column for column, its in names.items() for name in its}


def find_header(rows: list[list[str]], known: Mapping[str, str]) -> tuple[int, list[str]]:
    """How many of the first rows are the header (a title above it and merged cells counted in), and the columns' names.

    The row that knows most names is the header; a second line of names below merged cells belongs to it.
    """

    def knows(cells: list[str]) -> int:
        return len({known[plain(cell)] for cell in cells if plain(cell) in known})

    candidates = rows[:HEADER_WITHIN]
    best, names, score = 0, (rows[0] if rows else []), -1
    for place, row in enumerate(candidates):
        both = _merged(candidates[place - 1], row) if place else row
        for cells in (row, both):
            if knows(cells) > score:
                best, names, score = place, cells, knows(cells)
    return best + 1, [plain(name) for name in names]


def guess(names: list[str], known: Mapping[str, str]) -> list[str]:
    """The column that each name means, empty where nobody knows; the first of several with one meaning counts."""
    taken: set[str] = set()
    found = []
    for name in names:
        column = known.get(name, "")
        found.append("" if column in taken else column)
        taken.add(column)
    return found


def plain(name: str) -> str:
    """A column's name as it is compared: without blanks, stars and what stands there to explain."""
    return re.sub(r"\s", "", name).strip("*＊:：")


def _merged(above: list[str], below: list[str]) -> list[str]:
    length = max(len(above), len(below))
    upper, lower = above + [""] * (length - len(above)), below + [""] * (length - len(below))
    return [down or up for up, down in zip(upper, lower, strict=True)]
