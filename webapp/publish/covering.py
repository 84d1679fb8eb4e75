"""`redaction`, asked apart from the server: whatever a photo is, only a process of its own opens it."""

from collections.abc import Callable
from typing import Any, TypeVar

from webapp.apart import FILES, Unopened
from webapp.errors import Problem
from webapp.publish import redaction

Box = dict[str, Any]
Told = TypeVar("Told")


def propose(data: bytes) -> list[Box]:
    """As `redaction.propose`. Raises `blob_picture`, as the others here."""
    return _asked(redaction.propose, data)


def covered(data: bytes, boxes: list[Box]) -> tuple[bytes, int, int]:
    """As `redaction.covered`."""
    return _asked(redaction.covered, data, boxes)


def upright(data: bytes) -> bytes:
    """As `redaction.upright`."""
    return _asked(redaction.upright, data)


def _asked(work: Callable[..., Told], *given: Any) -> Told:
    try:
        return FILES.ask(work, *given)
    except Unopened as error:
        raise Problem("blob_picture") from error
