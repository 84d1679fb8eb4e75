"""Many archives as one ZIP that is written while it is sent: never more than a part of one file in memory.

One that carries a timestamp is held whole, and only that one.
"""

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import RawIOBase
from pathlib import Path
from typing import IO, Any

from webapp.archive.bag import EPOCH, FILE_MODE
from webapp.archive.unpack import with_proofs
from webapp.canonical import file_sha256

CHUNK = 256 * 1024
SUMS = "sha256.txt"


@dataclass(frozen=True)
class Kept:
    """An archive's file, by plain values: a stream outlives the request's database session.

    `sha256` and `size` are those of the file on the disk, `given` those of what goes out, with its timestamp's `proofs`.
    """

    inspection_id: str
    name: str
    path: Path
    sha256: str
    size: int
    given: tuple[str, int]
    proofs: dict[str, bytes] = field(default_factory=dict)


def bundle(kept: list[Kept], catalogue: Callable[[set[str]], dict[str, bytes]]) -> Iterator[bytes]:
    """The parts of a stored ZIP: each archive, `sha256.txt` for `sha256sum -c`, and last the catalogue's files.

    An archive that is not what was registered is left out; `catalogue` is given the inspection ids of those.
    """
    out = Parts()
    lacking: set[str] = set()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for one in kept:
            # Read twice: what is damaged must be known before its first byte has gone out.
            if _whole(one):
                yield from _file(archive, out, one)
            else:
                lacking.add(one.inspection_id)
        sums = "".join(f"{one.given[0]}  {one.name}\n" for one in kept if one.inspection_id not in lacking)
        for name, data in {SUMS: sums.encode(), **catalogue(lacking)}.items():
            archive.writestr(_entry(name, len(data)), data)
            yield out.taken()
    yield out.taken()


def plain_name(number: str) -> str:
    """A number as a file's name on any system."""
    return "".join("-" if mark in '/\\:*?"<>|' or not mark.isprintable() else mark for mark in number).strip(
        " ."
    )


def _file(archive: zipfile.ZipFile, out: "Parts", one: Kept) -> Iterator[bytes]:
    with _opened(one) as file, archive.open(_entry(one.name, one.given[1]), "w") as entry:
        while chunk := file.read(CHUNK):
            entry.write(chunk)
            yield out.taken()


def _opened(one: Kept) -> IO[bytes]:
    if one.proofs:
        return io.BytesIO(with_proofs(one.path.read_bytes(), one.proofs))
    return one.path.open("rb")


def _whole(one: Kept) -> bool:
    try:
        return file_sha256(one.path) == one.sha256
    except OSError:
        return False


def _entry(name: str, size: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.create_system = 3
    entry.external_attr = FILE_MODE
    entry.file_size = size
    return entry


class Parts(RawIOBase):
    """A file that can only be written to; what was written is taken away again and again."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.parts.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        taken, self.parts = b"".join(self.parts), []
        return taken
