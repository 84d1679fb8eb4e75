"""Blobs: bytes named by their SHA-256, uploaded in parts that survive any cut, never changed (design 2.4)."""

import errno
import fcntl
import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from webapp.apart import FILES, Unopened
from webapp.db import UTCDateTime, db, now
from webapp.errors import Problem
from webapp.evidence.picture_rules import SHOWN, document_mime, picture_mime

# A phone sends one photo after the other; a few may have been cut.
PARTS = 8
STALE_SECONDS = 30 * 86400


class Blob(db.Model):
    """A picture or document that is whole at the bureau: its row is written after its bytes are on the disk."""

    __tablename__ = "blob"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int]
    mime: Mapped[str]
    stored_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    @classmethod
    def keep(cls, sha256: str, data: bytes) -> "Blob":
        """Keep whole bytes under their name. Raises `blob_hash` or `blob_picture`."""
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Problem("blob_hash")
        mime = _told(picture_mime, data)
        if mime is None:
            raise Problem("blob_picture")
        return cls._kept(sha256, data, mime)

    @classmethod
    def keep_document(cls, data: bytes) -> "Blob":
        """Keep what proves something, as it came: PDF, picture or XLSX. Raises `evidence_kind`."""
        mime = _told(document_mime, data)
        if mime is None:
            raise Problem("evidence_kind")
        return cls._kept(hashlib.sha256(data).hexdigest(), data, mime)

    @classmethod
    def keep_checked(cls, data: bytes, mime: str) -> "Blob":
        """Keep what a process of its own has looked at already, as it came."""
        return cls._kept(hashlib.sha256(data).hexdigest(), data, mime)

    @classmethod
    def _kept(cls, sha256: str, data: bytes, mime: str) -> "Blob":
        blob = db.session.get(cls, sha256)
        if blob is None:
            _write_whole(_path(sha256), data)
            blob = cls(sha256=sha256, size=len(data), mime=mime)
            db.session.add(blob)
            db.session.flush()
        return blob

    def read(self) -> bytes:
        """The bytes as captured."""
        return _path(self.sha256).read_bytes()

    @classmethod
    def unshown(cls, names: set[str]) -> set[str]:
        """Those of these that are kept and that nothing here can show: HEIC."""
        rows = select(cls.sha256).where(cls.sha256.in_(names), cls.mime.not_in(SHOWN))
        return set(db.session.scalars(rows))


def _told(work: Callable[[bytes], str | None], data: bytes) -> str | None:
    try:
        return FILES.ask(work, data)
    except Unopened:
        return None


class Upload:
    """The part of a blob that one phone has sent so far; a file that grows, beside the blobs."""

    def __init__(self, sha256: str, device: str) -> None:
        self.sha256 = sha256
        self.path = _folder() / "parts" / f"{sha256}.{device}"

    @property
    def offset(self) -> int:
        """Bytes received and on the disk."""
        return self.path.stat().st_size if self.path.exists() else 0

    def append(self, offset: int, chunk: bytes, limit: int) -> None:
        """Add `chunk` at `offset`. Raises `blob_offset`, `blob_too_large` over `limit` bytes, `storage_full`."""
        if offset + len(chunk) > limit:
            self.drop()
            raise Problem("blob_too_large", limit=limit)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if offset == 0:
            self._tidy()
        with room(), self.path.open("ab") as file:
            # A retry may overtake the request that it repeats, in another process too.
            fcntl.flock(file, fcntl.LOCK_EX)
            if offset != os.fstat(file.fileno()).st_size:
                raise Problem("blob_offset", offset=os.fstat(file.fileno()).st_size)
            file.write(chunk)
            file.flush()
            os.fsync(file.fileno())

    def _tidy(self) -> None:
        """Before a new part: drop this phone's oldest beyond a few, and what nobody went on with for a month."""
        device = self.path.suffix
        parts = sorted(_times(self.path.parent), reverse=True)
        others = [path for _, path in parts if path.suffix == device and path != self.path]
        stale = [
            path for time, path in parts if time < now().timestamp() - STALE_SECONDS and path != self.path
        ]
        for path in {*others[PARTS - 1 :], *stale}:
            path.unlink(missing_ok=True)

    def complete(self) -> Blob:
        """Check the whole and keep it; wrong bytes are dropped, so that the upload starts again."""
        try:
            return Blob.keep(self.sha256, self.path.read_bytes() if self.path.exists() else b"")
        except Problem as problem:
            if problem.code in ("blob_hash", "blob_picture"):
                self.drop()
            raise

    def drop(self) -> None:
        """Forget the part, once the blob's row is committed."""
        self.path.unlink(missing_ok=True)


def _times(folder: Path) -> Iterator[tuple[float, Path]]:
    for path in folder.iterdir():
        # Another request may have finished it meanwhile.
        with suppress(FileNotFoundError):
            yield path.stat().st_mtime, path


def _write_whole(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
    with room(), part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def room() -> Iterator[None]:
    """What runs out of room meanwhile says so: `storage_full`."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Problem("storage_full") from error
        raise


def _path(sha256: str) -> Path:
    return _folder() / sha256[:2] / sha256


def _folder() -> Path:
    return Path(current_app.config["BLOBS"])


def writable() -> bool:
    """Whether blobs can be kept."""
    try:
        _folder().mkdir(parents=True, exist_ok=True)
        return os.access(_folder(), os.W_OK)
    except OSError:
        return False
