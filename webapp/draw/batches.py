"""批次顺序 (PD-2.1b): where all or most are inspected, the draw says in which batch, each with its window. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from webapp.draw.terms import MOST_BATCHES
from webapp.typed import whole

Window = dict[str, str]

DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class NoBatches(ValueError):
    """What was typed of batches makes none."""


@dataclass(frozen=True)
class Wish:
    """What the planner says: into how many batches, or how large about each is; and the window of each, if at all."""

    count: int = 1
    size: int | None = None
    windows: tuple[tuple[date, date], ...] = ()


def wish(form: Mapping[str, str]) -> Wish:
    """What was typed: `batches` or `batch_size`, and `batch_windows`, a line of two days for each. Raises `NoBatches`."""
    count, size = (_number(form.get(name, "")) for name in ("batches", "batch_size"))
    if count and size and count > 1:
        raise NoBatches
    lines = [line for line in form.get("batch_windows", "").splitlines() if line.strip()]
    return Wish(count or 1, size, tuple(map(_days, lines)))


def windows(said: Wish, amount: int, begins: date, ends: date) -> list[Window]:
    """The window of each batch of `amount` subjects, in order and none over another; none where all is one batch.

    Where no windows were typed, the days are divided as evenly as they can be. Raises `NoBatches`.
    """
    count = -(-amount // said.size) if said.size else said.count
    if count <= 1:
        return []
    days = list(said.windows) or _even(count, begins, ends)
    if not count == len(days) <= MOST_BATCHES:
        raise NoBatches
    before = begins - timedelta(days=1)
    for first, last in days:
        if not before < first <= last <= ends:
            raise NoBatches
        before = last
    return [{"from": first.isoformat(), "until": last.isoformat()} for first, last in days]


def sizes(quotas: Iterable[int], count: int) -> list[int]:
    """How many each batch gets where each stratum gives its quota, in `count` parts by rank (`strata.draw_strata`)."""
    found = Counter(place * count // quota for quota in quotas for place in range(quota))
    return [found[place] for place in range(count)]


def said(days: list[Window]) -> str:
    """The windows in words, as the rules of a draw hold them, so that they cannot be changed after the freeze."""
    parts = [f"第 {n} 批 {one['from']} 至 {one['until']}" for n, one in enumerate(days, start=1)]
    return f"；分 {len(days)} 批：{'，'.join(parts)}" if parts else ""


def _even(count: int, begins: date, ends: date) -> list[tuple[date, date]]:
    length = (ends - begins).days + 1
    starts = [begins + timedelta(days=place * length // count) for place in range(count + 1)]
    return [
        (first, following - timedelta(days=1)) for first, following in zip(starts, starts[1:], strict=False)
    ]


def _number(text: str) -> int | None:
    number = whole(text)
    if text.strip() and not number:
        raise NoBatches
    return number


def _days(line: str) -> tuple[date, date]:
    try:
        first, last = map(date.fromisoformat, DAY.findall(line))
    except ValueError:
        raise NoBatches from None
    return first, last
