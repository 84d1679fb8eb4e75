"""How an id and a hash are written, wherever one is read out of a text. Pure."""

import re
from typing import Annotated

import msgspec

UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
SHA256 = "[0-9a-f]{64}"
# Where a text ends, "$" allows one line feed more.
Uuid = Annotated[str, msgspec.Meta(pattern=rf"^{UUID}(?!\n)$")]
Sha256 = Annotated[str, msgspec.Meta(pattern=rf"^{SHA256}(?!\n)$")]


def is_uuid(text: str) -> bool:
    """Whether a text is an id, whole."""
    return re.fullmatch(UUID, text) is not None


def is_sha256(text: str) -> bool:
    """Whether a text is a hash in hexadecimal, whole."""
    return re.fullmatch(SHA256, text) is not None
