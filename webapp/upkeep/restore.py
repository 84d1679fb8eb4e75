"""Restore: a backup into an empty installation, whole and checked, or not at all."""

import json
import os
import re
import shutil
import tarfile
import tempfile
from pathlib import Path, PurePosixPath
from typing import Any

from flask import current_app

from webapp.canonical import file_sha256
from webapp.db import db
from webapp.upkeep.backup import ABOUT, APART, ARCHIVES, BLOBS, FORMAT, KEYS, REST, SUMS
from webapp.upkeep.locked_keys import opened
from webapp.upkeep.snapshot import NAMES, is_empty, kind, put_back

LINE = re.compile(r"([0-9a-f]{64})  (.+)")


class NotRestored(Exception):
    """Nothing was put back; `code` says why, `detail` where."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code, self.detail = code, detail


def restore(where: Path, passphrase: str | None) -> dict[str, Any]:
    """Put back the backup in `where` (a folder, or a `.tar`); gives what `backup.json` says.

    All is checked before anything is written, and the database comes last: what was cut can be begun again. Without a
    passphrase a backup with keys is refused. Raises `NotRestored` (`not_empty`, `not_backup`, `damaged`, `other_database`,
    `passphrase`), `WrongPassphrase`, `NotMade`.
    """
    if not is_empty():
        raise NotRestored("not_empty")
    data = Path(current_app.config["DATA"])
    with tempfile.TemporaryDirectory(dir=data, prefix=".restore-") as folder:
        source = _unpacked(where, Path(folder)) if where.is_file() else where
        sums = _checked(source)
        about = json.loads((source / ABOUT).read_bytes())
        if about.get("format") != FORMAT:
            raise NotRestored("not_backup", str(about.get("format")))
        if about["database"] != kind():
            raise NotRestored("other_database", about["database"])
        keys = _keys(source, sums, passphrase)
        # The keys of a living installation, beside a database that is not the one that was meant, would be gone for ever.
        if any(_is_other(data / name, secret) for name, secret in keys.items() if name != "secret_key"):
            raise NotRestored("not_empty")
        for name in sums:
            _place(source / name, name, data)
        for name, secret in keys.items():
            _write_secret(data / name, secret)
        os.sync()
        db.session.remove()
        db.engine.dispose()
        put_back(source / NAMES[kind()])
    return dict(about)


def _unpacked(where: Path, folder: Path) -> Path:
    try:
        with tarfile.open(where) as archive:
            archive.extractall(folder, filter="data")
    except (tarfile.TarError, OSError, EOFError) as error:
        raise NotRestored("not_backup", str(error)) from error
    return folder


def _checked(source: Path) -> dict[str, str]:
    """Every file that the list names is there and the same; what it does not name is not looked at."""
    try:
        lines = (source / SUMS).read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise NotRestored("not_backup", SUMS) from error
    found = [LINE.fullmatch(line) for line in lines]
    sums = {match[2]: match[1] for match in found if match}
    if not all(found) or ABOUT not in sums or not all(_is_plain(name) and _is_ours(name) for name in sums):
        raise NotRestored("not_backup", SUMS)
    for name, made in sums.items():
        path = source / name
        if path.is_symlink() or not path.is_file() or file_sha256(path) != made:
            raise NotRestored("damaged", name)
    return sums


def _is_plain(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and str(path) == name


def _is_ours(name: str) -> bool:
    """What a backup calls the rest is never what it keeps in a way of its own, such as a key."""
    part, _, inside = name.partition("/")
    return part != REST or inside.partition("/")[0] not in APART


def _is_other(path: Path, secret: bytes) -> bool:
    return path.exists() and path.read_bytes() != secret


def _keys(source: Path, sums: dict[str, str], passphrase: str | None) -> dict[str, bytes]:
    if KEYS not in sums:
        return {}
    if not passphrase:
        raise NotRestored("passphrase")
    keys = opened((source / KEYS).read_bytes(), passphrase)
    if not all(map(_is_plain, keys)):
        raise NotRestored("not_backup", KEYS)
    return keys


def _place(file: Path, name: str, data: Path) -> None:
    part, _, inside = name.partition("/")
    homes = {BLOBS: Path(current_app.config["BLOBS"]), ARCHIVES: data / "archives", REST: data}
    if part in homes and inside:
        target = homes[part] / inside
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)


def _write_secret(path: Path, secret: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_bytes(secret)
