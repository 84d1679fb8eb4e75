"""A rescue file: what one phone had not sent, for its bureau alone to read (docs/rescue.md). Pure.

A line of JSON, the phone's signature over it, then the pieces' ciphertext, one after another.
"""

import base64
import binascii
from typing import IO, Annotated, Any, Literal

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from webapp.canonical import NotCanonical, parse
from webapp.field.rules import MAX_PHOTO
from webapp.ids import UUID, Uuid

VERSION = "yidang-rescue-1"
# Twenty thousand pieces, each with a signature.
MAX_HEAD = 8 * 1024 * 1024
MAX_EVENT = 2 * 1024 * 1024
TAG = 16
MAX_PIECES = 20_000
MAX_KEYS = 2_000
# What a piece is bound to beside its bytes: its place in the phone's own store.
PLACES = {"event": "event", "photo": "bytes"}
Base64 = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9+/]{1,400}={0,2}(?!\n)$")]


class BadRescue(ValueError):
    """The file is not taken; `code` is in the catalogue of errors."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Piece(msgspec.Struct, frozen=True):
    """One event or one photo; `id` is the event's or the photo's SHA-256, `size` the ciphertext's in bytes.

    `signature`: of the phone that wrote an event which this one only carried.
    """

    kind: Literal["event", "photo"]
    id: Annotated[str, msgspec.Meta(pattern=rf"^(?:{UUID}|[0-9a-f]{{64}})(?!\n)$")]
    inspection: Uuid
    key: Annotated[str, msgspec.Meta(max_length=36)]
    iv: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9+/]{16}(?!\n)$")]
    size: Annotated[int, msgspec.Meta(ge=TAG + 1, le=MAX_PHOTO + TAG)]
    signature: Annotated[str, msgspec.Meta(max_length=200)] | None = None


class Head(msgspec.Struct, frozen=True):
    """Which phone made the file, when, for which bureau; `keys`, each sealed to the bureau's box key, open the pieces.

    A key's name is an inspection's id, or `rescue` for one that was made for this file.
    """

    version: Literal["yidang-rescue-1"]
    bureau: Uuid
    device: Uuid
    made: Annotated[str, msgspec.Meta(min_length=20, max_length=40)]
    keys: Annotated[dict[str, Base64], msgspec.Meta(max_length=MAX_KEYS)]
    pieces: Annotated[list[Piece], msgspec.Meta(max_length=MAX_PIECES)]


class _Versioned(msgspec.Struct, frozen=True):
    version: str


class Signed(msgspec.Struct, frozen=True):
    """A head with the bytes that the phone signed, the signature, and where in the file the pieces begin."""

    head: Head
    line: bytes
    signature: str
    start: int

    @property
    def size(self) -> int:
        """Bytes of the whole file."""
        return self.start + sum(piece.size for piece in self.head.pieces)


def head_of(file: IO[bytes]) -> Signed:
    """The head of a file. Raises `BadRescue`."""
    line, signature = _line(file, MAX_HEAD), _line(file, 400)
    try:
        if _is_newer(msgspec.json.decode(line, type=_Versioned).version):
            raise BadRescue("rescue_version")
        # Straight into its type: whoever sends it has not proved anything yet, and lists of lists would fill the memory.
        head = msgspec.json.decode(line, type=Head)
        signed = Signed(head, line, signature.decode("ascii"), len(line) + len(signature) + 2)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise BadRescue("rescue_damaged") from error
    _check(head)
    return signed


def opened(piece: Piece, key: bytes, data: bytes) -> bytes:
    """What a piece says. Raises `BadRescue` where key, place or bytes are not the phone's."""
    try:
        bound = f"{PLACES[piece.kind]} {piece.id}".encode()
        return AESGCM(key).decrypt(base64.b64decode(piece.iv), data, bound)
    except (InvalidTag, ValueError, binascii.Error) as error:
        raise BadRescue("rescue_piece") from error


def event_of(piece: Piece, data: bytes) -> dict[str, Any]:
    """The event that a piece is. Raises `BadRescue`."""
    try:
        event = parse(data)
    except (NotCanonical, UnicodeError) as error:
        raise BadRescue("rescue_piece") from error
    if not isinstance(event, dict) or (event.get("id"), event.get("inspection")) != (
        piece.id,
        piece.inspection,
    ):
        raise BadRescue("rescue_piece")
    return event


def _line(file: IO[bytes], most: int) -> bytes:
    line = file.readline(most + 1)
    if not line.endswith(b"\n"):
        raise BadRescue("rescue_damaged")
    return line[:-1]


def _is_newer(version: str) -> bool:
    return version.startswith("yidang-rescue-") and version != VERSION


def _check(head: Head) -> None:
    seen = {(piece.kind, piece.id) for piece in head.pieces}
    told = all(len(piece.id) == (64 if piece.kind == "photo" else 36) for piece in head.pieces)
    small = all(piece.kind == "photo" or piece.size <= MAX_EVENT for piece in head.pieces)
    keyed = all(piece.key in head.keys for piece in head.pieces)
    # A key of one inspection opens nothing of another.
    placed = all(piece.key in ("rescue", piece.inspection) for piece in head.pieces)
    if len(seen) != len(head.pieces) or not (told and small and keyed and placed):
        raise BadRescue("rescue_damaged")
