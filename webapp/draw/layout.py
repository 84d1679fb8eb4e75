"""The bytes of a draw file: JSON in canonical order, one member a line, one entry of a list a line.

So it is one exact text, and `sed`, `sort` and `sha256sum` find in it what they need (by_hand.py). `hash`
is the SHA-256 of the text without its own line.
"""

import json
from typing import Any

from webapp.canonical import MAX_SAFE, NotCanonical, canonical, sha256

DrawFile = dict[str, Any]


def write(file: DrawFile) -> bytes:
    """The bytes of `file`. Raises `NotCanonical` where a value has none."""
    members = [_member(name, file[name]) for name in sorted(file)]
    return b"{\n" + b",\n".join(members) + b"\n}\n"


def hashed(file: DrawFile) -> DrawFile:
    """`file` with the `hash` that closes it."""
    rest = {name: value for name, value in file.items() if name != "hash"}
    return rest | {"hash": sha256(write(rest))}


def read(data: bytes) -> Any:
    """What the bytes say. Raises `NotCanonical` where they are not JSON."""
    try:
        return json.loads(data.decode(), parse_int=_whole, parse_float=_number, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise NotCanonical(str(error)) from error


def _member(name: str, value: Any) -> bytes:
    label = canonical(name) + b":"
    if not isinstance(value, list):
        return label + canonical(value)
    if not value:
        return label + b"[]"
    return label + b"[\n" + _entries(value) + b"\n]"


def _entries(entries: list[Any]) -> bytes:
    if all(isinstance(entry, str) for entry in entries):
        return _utf8(json.dumps(entries, ensure_ascii=False, separators=(",\n", ":"))[1:-1])
    return _utf8(",\n".join(map(_dumps, entries)))


# The same bytes as `canonical` and much faster, as long as all members have the names that a draw file gives them.
_dumps = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise NotCanonical(str(error)) from error


def _whole(text: str) -> int | float:
    # A number that JavaScript would round is none here either: as a float no shape takes it.
    return int(text) if len(text) <= 17 and abs(int(text)) <= MAX_SAFE else float("inf")


def _number(text: str) -> int | float:
    value = float(text)
    return int(value) if value.is_integer() and abs(value) <= MAX_SAFE else value


def _refuse(name: str) -> None:
    raise NotCanonical(f"{name} is not JSON")
