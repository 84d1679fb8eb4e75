"""What a value must look like, as a small tree that Python and the browser read alike (static/verify/shape.js).

A shape is the name of a kind, a list with the shape of its entries, or a dict of members: all of them and no others.
A member named `x?` may be null; `*` stands for members of any name.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from webapp.canonical import MAX_SAFE

Shape = Any

# Loads, weights, seats: far from where JavaScript's sums and products would be rounded.
MAX_SMALL = 1_000_000

# Names are read by people, sorted by `sort`, split at tabs and put into labels: no white space but a blank inside,
# nothing that cannot be seen, nothing that JSON escapes, no `|` and no `/`.
UNFIT = (
    r"\x00-\x20\x7f-\xa0\xad\"\\|/\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000"
    r"\ud800-\udfff\ufeff\ufff0-\uffff"
)
NAME = rf"[^{UNFIT}]+(?: [^{UNFIT}]+)*"

_name = re.compile(NAME)
_half = re.compile(r"[\ud800-\udfff]")
_hex = re.compile(r"[0-9a-f]{64}")
_date = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])")
# One offset, so that times can be compared as texts; China has one civil time.
_time = re.compile(_date.pattern + r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\+08:00")


def is_name(value: Any) -> bool:
    """A name of a subject, region, risk level, inspector, item."""
    return isinstance(value, str) and _name.fullmatch(value) is not None


def is_text(value: Any) -> bool:
    """Text that has UTF-8 bytes."""
    return isinstance(value, str) and _half.search(value) is None


def is_whole(value: Any) -> bool:
    """A whole number that every runtime holds exactly."""
    return type(value) is int and abs(value) <= MAX_SAFE


def _fits(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


KINDS: dict[str, Callable[[Any], bool]] = {
    "text": is_text,
    "words": lambda value: is_text(value) and value.strip(" ") != "",
    "name": is_name,
    "hex": _fits(_hex),
    "date": _fits(_date),
    "time": _fits(_time),
    "count": lambda value: is_whole(value) and value >= 0,
    "small": lambda value: is_whole(value) and 0 <= value <= MAX_SMALL,
    "whole": is_whole,
    "flag": lambda value: isinstance(value, bool),
}


def misfits(value: Any, shape: Shape, at: str = "") -> Iterator[str]:
    """Where `value` is not of `shape`, as paths like `team.size`; the deepest known place, each once."""
    if isinstance(shape, str):
        if not KINDS[shape](value):
            yield at
    elif isinstance(shape, list):
        yield from _in_list(value, shape[0], at)
    elif "*" in shape:
        yield from _in_map(value, shape["*"], at)
    else:
        yield from _in_members(value, shape, at)


def _in_list(value: Any, shape: Shape, at: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield at
        return
    if isinstance(shape, str) and all(map(KINDS[shape], value)):
        return
    for place, entry in enumerate(value):
        yield from misfits(entry, shape, f"{at}[{place}]")


def _in_map(value: Any, shape: Shape, at: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield at
        return
    for name in sorted(value):
        if not is_text(name):
            yield at
        else:
            yield from misfits(value[name], shape, _member(at, name))


def _in_members(value: Any, shape: dict[str, Shape], at: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield at
        return
    known = {name.removesuffix("?") for name in shape}
    for name in sorted(known ^ value.keys()):
        yield _member(at, name) if is_text(name) else at
    for name in sorted(shape):
        plain = name.removesuffix("?")
        if plain in value and not (name != plain and value[plain] is None):
            yield from misfits(value[plain], shape[name], _member(at, plain))


def _member(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name
