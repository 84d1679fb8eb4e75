"""Which version of a checklist is in use on a day, and what may become of a version. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

DRAFT, SUBMITTED, REFUSED, PUBLISHED, WITHDRAWN = "draft", "submitted", "refused", "published", "withdrawn"
STATES = (DRAFT, SUBMITTED, PUBLISHED, REFUSED, WITHDRAWN)
# As the base form stands where an item's code would.
BASE = ""
NUMBER = re.compile(r"\d+(?!.*\d)", re.ASCII)
VERSION = 32


@dataclass(frozen=True)
class Standing:
    """A published version as far as it decides what is in use: `id`, `item`, from which day, when it was published."""

    id: str
    item: str
    from_day: date
    published_at: datetime


def in_use(published: Iterable[Standing], day: date) -> dict[str, str]:
    """The id of the version that is used on `day`, by item: the one that began last, of those the one published last."""
    begun = (one for one in published if one.from_day <= day)
    return {one.item: one.id for one in sorted(begun, key=_rank)}


def coming(published: Iterable[Standing], day: date) -> list[Standing]:
    """Those that begin after `day` and will be used, in the order in which they begin."""
    latest = {(one.item, one.from_day): one for one in sorted(published, key=_rank) if one.from_day > day}
    return sorted(latest.values(), key=_rank)


def next_version(version: str, taken: Iterable[str]) -> str:
    """A name for the version after `version` that is not taken: its last number grows, or a number is put behind."""
    known = set(taken)
    while version in known:
        found = NUMBER.search(version)
        if found is None:
            version = f"{version[: VERSION - 2]}.2"
        else:
            grown = str(int(found[0]) + 1)
            version = f"{version[: found.start()]}{grown}{version[found.end() :]}"
    return version[-VERSION:]


def inherited(own: Mapping[str, str], above: Mapping[str, str]) -> dict[str, str]:
    """What is used where a superior's stands in for what the bureau has not (PD-2.3)."""
    return {**above, **own}


def _rank(one: Standing) -> tuple[date, datetime, str]:
    return one.from_day, one.published_at, one.id
