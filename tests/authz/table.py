"""The table of who may do what: `tests/authz.csv`, a row for each route and method, a column for each principal."""

from __future__ import annotations

import csv
from pathlib import Path

from tests.authz.world import PRINCIPALS

PATH = Path(__file__).resolve().parent.parent / "authz.csv"
HEAD = ["method", "route", *PRINCIPALS]
Row = dict[str, str]


def read() -> dict[tuple[str, str], Row]:
    """The cells by method and route. Raises `ValueError` where a route stands twice."""
    with PATH.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {(row.pop("method"), row.pop("route")): row for row in rows}
    if len(found) < len(rows):
        raise ValueError("a route stands twice in authz.csv")
    return found


def write(rows: dict[tuple[str, str], Row]) -> None:
    """Write the table, by route."""
    with PATH.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(HEAD)
        for method, route in sorted(rows, key=lambda one: (one[1], one[0])):
            lines.writerow([method, route, *(rows[method, route][who] for who in PRINCIPALS)])
