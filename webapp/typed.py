"""What people type into the fields of a form, read the same way wherever it is typed. Pure."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from typing import Any

# Basis points: all of it.
ALL_BP = 10_000
PERCENT = re.compile(r"(\d{1,3})(?:\.(\d{1,2}))?%?", re.ASCII)
WHOLE = re.compile(r"\d{1,7}", re.ASCII)
# Python also reads a day by its week, 2026-W47-6.
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass
class Given:
    """What a form says: its values by column, and the fault of each field."""

    values: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)


def plain(text: str) -> str:
    """Half-width and without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def whole(text: str) -> int | None:
    """A whole number of up to seven figures, 1,000 as well; None for anything else."""
    figures = plain(text).replace(",", "")
    return int(figures) if WHOLE.fullmatch(figures) else None


def basis_points(text: str) -> int | None:
    """A share in percent with up to two decimals, as basis points: 16.5% is 1650; None for anything else."""
    found = PERCENT.fullmatch(plain(text))
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")) if found else None


def iso_day(text: Any) -> date | None:
    """A day as 2026-11-21; None for anything else."""
    try:
        return date.fromisoformat(text) if isinstance(text, str) and DAY.fullmatch(text) else None
    except ValueError:
        return None


def percent(points: int | None) -> str:
    """Basis points as percent: 500 is 5, 1650 is 16.5; `basis_points` reads it back."""
    if points is None:
        return ""
    full, rest = divmod(points, 100)
    return f"{full}.{rest:02}".rstrip("0") if rest else str(full)
