"""A PostgreSQL of the tests' own: in a temporary folder, reached by a socket in it, gone afterwards.

Use `postgres_url` for an empty database, or `postgres_server.template(...)` once and then
`postgres_server.database(template)` for many alike. `python -m tests.postgres` prints where the programs are,
or ends with 1.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

FOLDERS = ("/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql*/bin", "/usr/local/opt/postgresql*/bin")


def programs() -> Path:
    """The folder of `initdb` and `pg_ctl`; `FileNotFoundError` with what to install where there is none."""
    found = [
        path for pattern in FOLDERS for path in sorted(Path("/").glob(pattern.lstrip("/")), reverse=True)
    ]
    on_path = shutil.which("initdb")
    found += [Path(on_path).resolve().parent] if on_path else []
    for folder in found:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise FileNotFoundError("No PostgreSQL server is installed: run bin/system-packages")


@dataclass
class Server:
    """One running server; databases are made by name, from a template or empty."""

    folder: Path
    numbers: Iterator[int] = field(default_factory=count)

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def run(self, statement: sql.Composed) -> None:
        """Run one statement that stands outside any transaction."""
        with psycopg.connect(
            f"host={self.folder} user=postgres dbname=postgres", autocommit=True
        ) as connection:
            connection.execute(statement)

    def database(self, template: str = "template0") -> str:
        """The URL of a new database, a copy of the template (0.1 s)."""
        name = f"test{next(self.numbers)}"
        self.copy(template, name)
        return self.url(name)

    def copy(self, template: str, name: str) -> None:
        """A copy of the template by this name."""
        names = sql.Identifier(name), sql.Identifier(template)
        self.run(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))

    def drop(self, url: str) -> None:
        """Let a database go: hundreds of them, of three hundred files each, fill a disk."""
        name = sql.Identifier(url.rpartition("@/")[2].partition("?")[0])
        self.run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))

    def template(self, name: str, prepare: Callable[[str], None]) -> str:
        """The name of a database that `prepare(url)` has filled once, for `database(name)`."""
        self.run(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        prepare(self.url(name))
        return name


@contextmanager
def running() -> Iterator[Server]:
    """A running server, gone afterwards (1.3 s)."""
    bin_folder = programs()
    # PostgreSQL refuses to run as root, pytest's own folders are closed to others, a socket's path is short
    folder = Path(tempfile.mkdtemp(prefix="yidang-pg-", dir="/tmp"))
    user = pwd.getpwnam("nobody").pw_uid if os.getuid() == 0 else os.getuid()
    os.chown(folder, user, -1)

    def command(program: str, *arguments: str) -> None:
        subprocess.run(
            [bin_folder / program, "-D", folder / "data", *arguments],
            check=True, cwd=folder, user=user if os.getuid() == 0 else None, stdout=subprocess.DEVNULL,
        )  # fmt: skip

    try:
        command("initdb", "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        options = f"-c listen_addresses='' -c fsync=off -k {folder}"
        command("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
        yield Server(folder)
        command("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A running server, started once for each test process."""
    with running() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: Server) -> Iterator[str]:
    """The URL of an empty database of this test's own."""
    url = postgres_server.database()
    yield url
    postgres_server.drop(url)


if __name__ == "__main__":
    try:
        print(programs())
    except FileNotFoundError as missing:
        sys.exit(str(missing))
