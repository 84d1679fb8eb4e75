"""Canonical JSON (RFC 8785) over whole numbers and strings, the bytes that are hashed and signed."""

import hashlib
import json
from pathlib import Path
from typing import Any

import rfc8785

Json = Any

MAX_SAFE = 2**53 - 1
MAX_DEPTH = 64


class NotCanonical(ValueError):
    """The value has no canonical bytes: a fraction, a number too long, a lone surrogate, a key that is no text."""


def parse(text: str | bytes) -> Json:
    """Read JSON as every runtime reads it: `NaN` and `Infinity` are refused, the last of two equal keys counts."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise NotCanonical(str(error)) from error


def canonical(value: Json) -> bytes:
    """Canonical bytes of `value`, UTF-8. Raises `NotCanonical` where JavaScript and Python would not agree."""
    try:
        return rfc8785.dumps(_whole(value))
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        raise NotCanonical(str(error)) from error


def sha256(data: bytes) -> str:
    """Lower-case hex SHA-256."""
    return hashlib.sha256(data).hexdigest()


def file_sha256(path: Path) -> str:
    """The same of a file, however long. Raises `OSError`."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest(value: Json) -> str:
    """The SHA-256 that names a value: of its canonical bytes."""
    return sha256(canonical(value))


def _whole(value: Json, depth: int = 0) -> Json:
    if depth > MAX_DEPTH:
        raise NotCanonical("nested too deep")
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return _whole_number(value)
    if isinstance(value, list | tuple):
        return [_whole(entry, depth + 1) for entry in value]
    if isinstance(value, dict):
        return {key: _whole(entry, depth + 1) for key, entry in value.items()}
    raise NotCanonical(f"{type(value).__name__} is not JSON")


def _whole_number(value: int | float) -> int:
    # JavaScript knows one kind of number: 1.0, 1e0 and -0 are whole there, so they are here.
    if isinstance(value, float) and not value.is_integer():
        raise NotCanonical(f"{value} is not a whole number")
    if abs(value) > MAX_SAFE:
        raise NotCanonical("a whole number has at most 53 bits")
    return int(value)


def _refuse(name: str) -> None:
    raise NotCanonical(f"{name} is not JSON")
