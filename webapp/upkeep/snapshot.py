"""The database as it was at one moment, while people go on working: SQLite by its online backup, PostgreSQL by pg_dump."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from flask import current_app
from sqlalchemy import URL, make_url

# A statement to its rows.
Ask = Callable[[str], list[Any]]

FOLDERS = ("/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql*/bin")
NAMES = {"sqlite": "database.sqlite", "postgresql": "database.dump"}
# What the snapshot says has to be in the store: a file's path there, and its SHA-256.
BLOBS = "SELECT sha256 FROM blob ORDER BY sha256"
ARCHIVES = """SELECT path, sha256 FROM archive WHERE inspection_id NOT IN
 (SELECT inspection_id FROM disposal WHERE state = 'approved') ORDER BY path"""
REVISION = "SELECT version_num FROM alembic_version"


class NotMade(Exception):
    """The database could not be copied or put back; says why."""


@dataclass(frozen=True)
class Snapshot:
    """`path`: the copy of the database; `blobs` and `archives`: what it names, (path in the store, SHA-256)."""

    path: Path
    blobs: list[tuple[str, str]]
    archives: list[tuple[str, str]]
    revision: str


def kind() -> str:
    """`sqlite` or `postgresql`."""
    return _url().get_backend_name()


def is_empty() -> bool:
    """Whether the database has no tables of ours yet."""
    with _connected() as ask:
        return not ask(
            "SELECT 1 FROM sqlite_master WHERE name = 'bureau'"
            if kind() == "sqlite"
            else "SELECT 1 FROM pg_tables WHERE tablename = 'bureau' AND schemaname = current_schema()"
        )


def take(folder: Path) -> Snapshot:
    """Copy the database into `folder`. Raises `NotMade`."""
    path = folder / NAMES[kind()]
    path.unlink(missing_ok=True)
    return _take_sqlite(path) if kind() == "sqlite" else _take_postgresql(path)


def put_back(path: Path) -> None:
    """Make the database what the copy is; there must be none yet. Raises `NotMade`."""
    if kind() == "sqlite":
        target = Path(str(_url().database))
        for beside in ("-wal", "-shm"):
            target.with_name(target.name + beside).unlink(missing_ok=True)
        part = target.with_name(target.name + ".part")
        shutil.copyfile(path, part)
        part.chmod(0o600)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(target)
    else:
        _run(
            "pg_restore",
            "--exit-on-error",
            "--single-transaction",
            "--no-owner",
            "--no-privileges",
            str(path),
        )


def _take_sqlite(path: Path) -> Snapshot:
    # A read transaction of the source, which in WAL nobody waits for.
    with closing(sqlite3.connect(str(_url().database))) as source, closing(sqlite3.connect(path)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        (sound,) = copy.execute("PRAGMA quick_check").fetchone()
        if sound != "ok":
            raise NotMade(sound)
        return _named(path, lambda words: copy.execute(words).fetchall())


def _take_postgresql(path: Path) -> Snapshot:
    with _connected() as ask:
        # What is listed here and what pg_dump reads is the same moment.
        ((moment,),) = ask("SELECT pg_export_snapshot()")
        _run("pg_dump", "--format=custom", f"--snapshot={moment}", f"--file={path}")
        return _named(path, ask)


def _named(path: Path, ask: Ask) -> Snapshot:
    blobs = [(f"{name[:2]}/{name}", name) for (name,) in ask(BLOBS)]
    archives = [(where, made) for where, made in ask(ARCHIVES)]
    ((revision,),) = ask(REVISION)
    return Snapshot(path, blobs, archives, revision)


@contextmanager
def _connected() -> Iterator[Ask]:
    if kind() == "sqlite":
        with closing(sqlite3.connect(str(_url().database))) as connection:
            yield lambda words: connection.execute(words).fetchall()
    else:
        with psycopg.connect(_libpq()) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            yield lambda words: connection.execute(words).fetchall()


def _run(program: str, *words: str) -> None:
    url = _url()
    # A password on the command line could be read by everybody on this machine.
    shown = url._replace(drivername="postgresql", password=None).render_as_string(hide_password=False)
    env = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    done = subprocess.run(  # noqa: S603 - our own words and the operator's address
        [_program(program), f"--dbname={shown}", *words], env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise NotMade(f"{program}: {done.stderr.strip()[:500]}")


def _program(name: str) -> str:
    found = shutil.which(name)
    if found:
        return found
    for pattern in FOLDERS:
        for folder in sorted(Path("/").glob(pattern.lstrip("/")), reverse=True):
            if (folder / name).exists():
                return str(folder / name)
    raise NotMade(f"{name} is not installed: PostgreSQL's client programs are needed")


def _libpq() -> str:
    return _url().set(drivername="postgresql").render_as_string(hide_password=False)


def _url() -> URL:
    return make_url(current_app.config["DATABASE_URL"])
