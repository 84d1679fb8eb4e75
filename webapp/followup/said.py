"""What a payload says, as far as it is what was asked for. Pure."""

import re
from datetime import date
from typing import Any

from webapp.typed import iso_day

Json = dict[str, Any]

NAME, LINE, LONG = 100, 500, 5000
SHA256 = re.compile(r"[0-9a-f]{64}")
AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")


def says(payload: Json, name: str, most: int = LONG) -> bool:
    """Whether there is a text at this name, not empty and not longer than `most` characters."""
    value = payload.get(name)
    return isinstance(value, str) and bool(value.strip()) and len(value) <= most


def fits(payload: Json, name: str, most: int = LONG) -> bool:
    """Whether there is a text of at most so many characters, maybe an empty one."""
    value = payload.get(name)
    return isinstance(value, str) and len(value) <= most


def day_at(payload: Json, name: str) -> date | None:
    """The ISO day at this name; None where there is none."""
    return iso_day(payload.get(name))


def between(payload: Json, name: str, first: date, last: date) -> bool:
    """Whether the day at this name is neither before `first` nor after `last`."""
    day = day_at(payload, name)
    return day is not None and first <= day <= last


def later(payload: Json, name: str, than: date) -> bool:
    """Whether at this name stands nothing, or a day after another."""
    if payload.get(name) is None:
        return True
    day = day_at(payload, name)
    return day is not None and day > than
