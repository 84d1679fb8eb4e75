"""Backup: database, blobs, archives and keys of one moment into a folder or one TAR file, while people go on working.

The database is copied first: every file that it names was on the disk before its row, so it is there to be copied after.
"""

import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from flask import current_app

from webapp.archive.disposal import APPROVED, Disposal
from webapp.archive.models import Archive
from webapp.canonical import file_sha256, sha256
from webapp.db import db, now
from webapp.upkeep.locked_keys import locked
from webapp.upkeep.snapshot import Snapshot, kind, take

FORMAT = "yidang-backup-1"
ABOUT, KEYS, SUMS = "backup.json", "keys.enc", "sha256.txt"
BLOBS, ARCHIVES, REST = "blobs", "archives", "rest"
CHUNK = 1024 * 1024
# Of the data folder these are copied in a way of their own, or made anew.
APART = ("keys", "archives", "blobs", "secret_key", "last-backup.json")
TRIES = 3
LAST = "last-backup.json"


@dataclass
class Report:
    """What a backup holds. `lost` and `damaged`: files that the database names and that are not there, or not the same."""

    files: int = 0
    size: int = 0
    lost: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)


class Target(Protocol):
    """Where a backup goes, file by file."""

    def add(self, name: str, source: Path) -> str:
        """Copy a file under a name; gives the SHA-256 of what was copied. Raises `FileNotFoundError`."""

    def write(self, name: str, data: bytes) -> None:
        """Keep these bytes under a name."""

    def finish(self) -> None:
        """All of it is on the disk."""


def back_up(where: Path, passphrase: str | None) -> Report:
    """Make a backup in `where`: a folder, or one file where the name ends in `.tar`.

    Into a folder that has one already only what is new is copied. `passphrase` locks the keys; without one they are left
    out. Raises `NotMade` where the database cannot be copied.
    """
    began = now()
    target: Target = Tar(where) if where.suffix == ".tar" else Folder(where)
    with tempfile.TemporaryDirectory(dir=current_app.config["DATA"], prefix=".backup-") as folder:
        for attempt in range(1, TRIES + 1):
            snapshot, report, sums = take(Path(folder)), Report(), {}
            for name, source, expected in _named(snapshot):
                _copy(target, name, source, expected, report, sums)
            # What was disposed of meanwhile is not there any more, and the next copy of the database says so.
            if not report.lost or not _disposed(report.lost) or attempt == TRIES:
                break
        for name, source in [*_rest(), (snapshot.path.name, snapshot.path)]:
            _copy(target, name, source, None, report, sums)
        written = {ABOUT: _about(began, snapshot, report)}
        if passphrase:
            written[KEYS] = locked(_keys(), passphrase)
    for name, data in written.items():
        target.write(name, data)
        sums[name] = sha256(data)
    target.write(SUMS, "".join(f"{made}  {name}\n" for name, made in sorted(sums.items())).encode())
    target.finish()
    _remember(began, report)
    return report


def _named(snapshot: Snapshot) -> Iterator[tuple[str, Path, str]]:
    """What the database names: name in the backup, file, SHA-256."""
    blobs = Path(current_app.config["BLOBS"])
    archives = Path(current_app.config["DATA"]) / "archives"
    for path, made in snapshot.blobs:
        yield f"{BLOBS}/{path}", blobs / path, made
    for path, made in snapshot.archives:
        yield f"{ARCHIVES}/{path}", archives / path, made


def _rest() -> Iterator[tuple[str, Path]]:
    """What else lies in the data folder, such as a table that is being imported; not the database itself."""
    data = Path(current_app.config["DATA"])
    for path in sorted(data.rglob("*")):
        inside = path.relative_to(data)
        ours = inside.parts[0] in APART or inside.parts[0].startswith((".backup-", ".restore-"))
        if not ours and path.is_file() and ".db" not in path.name and not path.name.endswith(".part"):
            yield f"{REST}/{inside.as_posix()}", path


def _copy(
    target: Target, name: str, source: Path, expected: str | None, report: Report, sums: dict[str, str]
) -> None:
    try:
        made = target.add(name, source)
        report.size += source.stat().st_size
    except FileNotFoundError:
        if expected:
            report.lost.append(name)
        return
    report.files += 1
    sums[name] = made
    if expected not in (None, made):
        report.damaged.append(name)


def _disposed(lost: list[str]) -> bool:
    paths = [name.removeprefix(f"{ARCHIVES}/") for name in lost]
    rows = db.session.query(Disposal).join(Archive, Archive.inspection_id == Disposal.inspection_id)
    found = rows.filter(Archive.path.in_(paths), Disposal.state == APPROVED).first() is not None
    db.session.rollback()
    return found


def _keys() -> dict[str, bytes]:
    data = Path(current_app.config["DATA"])
    files = [*sorted((data / "keys").glob("*")), data / "secret_key"]
    return {path.relative_to(data).as_posix(): path.read_bytes() for path in files if path.is_file()}


def _about(began: datetime, snapshot: Snapshot, report: Report) -> bytes:
    said: dict[str, Any] = {
        "format": FORMAT,
        "made": began.isoformat(timespec="seconds"),
        "database": kind(),
        "revision": snapshot.revision,
        "blobs": len(snapshot.blobs),
        "archives": len(snapshot.archives),
        "lost": report.lost,
        "damaged": report.damaged,
    }
    return json.dumps(said, ensure_ascii=False, indent=1).encode()


def _remember(began: datetime, report: Report) -> None:
    """So that `flask doctor` can say how old the last one is."""
    said = {"made": began.isoformat(timespec="seconds"), "whole": not (report.lost or report.damaged)}
    (Path(current_app.config["DATA"]) / LAST).write_text(json.dumps(said))


class Folder:
    """A backup as a folder: what is there already, and the same, is not copied again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o700)

    def add(self, name: str, source: Path) -> str:
        """See `Target`."""
        made, kept = file_sha256(source), self.path / name
        if not (
            kept.is_file() and kept.stat().st_size == source.stat().st_size and file_sha256(kept) == made
        ):
            with source.open("rb") as file:
                made = self._put(name, file)
        return made

    def write(self, name: str, data: bytes) -> None:
        """See `Target`."""
        self._put(name, io.BytesIO(data))

    def finish(self) -> None:
        """See `Target`."""
        os.sync()

    def _put(self, name: str, source: Any) -> str:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.part")
        digest = hashlib.sha256()
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                file.write(chunk)
        part.replace(path)
        return digest.hexdigest()


class Tar:
    """A backup as one file, that is there only once it is whole."""

    def __init__(self, path: Path) -> None:
        self.path, self.part = path, path.with_name(f"{path.name}.part")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.fdopen(os.open(self.part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
        self._tar = tarfile.open(fileobj=self._file, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115 - closed below
        self._sums: dict[str, str] = {}

    def add(self, name: str, source: Path) -> str:
        """See `Target`; what a second round finds in it already is not added again."""
        if name not in self._sums:
            with source.open("rb") as file:
                entry = tarfile.TarInfo(name)
                entry.size, entry.mode = os.fstat(file.fileno()).st_size, 0o600
                read = _Hashed(file)
                self._tar.addfile(entry, read)  # type: ignore[arg-type]
            self._sums[name] = read.digest.hexdigest()
        return self._sums[name]

    def write(self, name: str, data: bytes) -> None:
        """See `Target`."""
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = len(data), 0o600
        self._tar.addfile(entry, io.BytesIO(data))

    def finish(self) -> None:
        """See `Target`."""
        self._tar.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self.part.replace(self.path)


class _Hashed:
    """A file that is hashed while it is read."""

    def __init__(self, file: Any) -> None:
        self.file, self.digest = file, hashlib.sha256()

    def read(self, size: int) -> bytes:
        data: bytes = self.file.read(size)
        self.digest.update(data)
        return data
