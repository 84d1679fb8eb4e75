"""`python -m bench [N]`: everything measured in one run, written to `bench/results.md` (with N only to the screen)."""

import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import sqlalchemy
from flask import Flask

from bench import draw, freezing, imports, made, pages, world
from bench.measure import Figure, against
from tests import postgres
from webapp.db import db

SMALL, SIZE = 1000, 1_000_000
RESULTS = Path(__file__).with_name("results.md")
HEAD = """# What `make bench` measured

{when}, {machine}; {versions}.
Seconds are the processor's and not the clock's unless a line says so, each reference was measured in the same run on the
same data, and the last column is what it should be. Pages: milliseconds, the middle of thirteen, the whole request with
the session, the rows and the HTML. Others may have used the machine: two figures of one run can be compared, two runs not.

| what | ours | reference | ratio | goal |
|---|---|---|---|---|
"""


def main(size: int) -> None:
    """Measure all; keep what came out where it is the full size."""
    lines = []
    with tempfile.TemporaryDirectory(prefix="yidang-bench-") as folder:
        for figure in figures(Path(folder), size):
            print(figure, flush=True)
            lines.append(f"{figure}\n")
    if size == SIZE:
        RESULTS.write_text(_head() + "".join(lines))


def figures(folder: Path, size: int) -> Iterator[Figure]:
    """Import, export, pages, freeze, draw, verification; SQLite, then PostgreSQL where it is installed."""
    yield from draw.figures(size)
    small, large = (world.made(folder / f"sqlite-{count}") for count in (SMALL, size))
    tables = {count: folder / f"{count}.xlsx" for count in (SMALL, size)}
    for count, table in tables.items():
        made.write_xlsx(table, count)
    list(imports.figures(small, tables[SMALL], SMALL))
    yield from imports.figures(large, tables[size], size)
    made.write_csv(folder / f"{size}.csv", size)
    other = world.made(folder / "csv")
    yield from imports.figures(other, folder / f"{size}.csv", size, take=False)
    yield from imports.exported(large, size)
    yield from _pages("SQLite", small, large, size)
    list(freezing.frozen(small, SMALL))
    yield from freezing.frozen(large, size)
    yield from _compared("SQLite", small, large, freezing.addresses(small), freezing.addresses(large), size)
    with ExitStack() as stack:
        try:
            server = stack.enter_context(postgres.running())
        except FileNotFoundError as missing:
            print(missing, file=sys.stderr)
            return
        yield from _on_postgresql(server, folder, tables, size)


def _on_postgresql(
    server: postgres.Server, folder: Path, tables: dict[int, Path], size: int
) -> Iterator[Figure]:
    apps = {count: world.made(folder / f"postgresql-{count}", server.database()) for count in tables}
    for count, app in apps.items():
        parts = imports.imported(app, tables[count])
        with app.app_context(), db.engine.connect() as connection:
            # The server does this by itself within a minute.
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(
                "VACUUM ANALYZE subject"
            )
        if count == size:
            seconds = parts["read"].seconds + parts["take"].seconds
            yield Figure(f"PostgreSQL: importing {size:,} subjects, our process alone", f"{seconds:.1f} s")
    yield from _pages("PostgreSQL, by the clock", apps[SMALL], apps[size], size)
    for app in apps.values():
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def _pages(name: str, small: Flask, large: Flask, size: int) -> Iterator[Figure]:
    yield from _compared(name, small, large, pages.asked(SMALL), pages.asked(size), size)


def _compared(
    name: str, small: Flask, large: Flask, of_small: dict[str, str], of_large: dict[str, str], size: int
) -> Iterator[Figure]:
    before, now = pages.measured(small, of_small), pages.measured(large, of_large)
    for what, milliseconds in now.items():
        title = f"Page at {size:,} subjects ({name}): {what}"
        yield against(title, milliseconds, f"the same at {SMALL:,}", before[what], "≤ 1.5 ×", "ms")


def _head() -> str:
    versions = {
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "SQLAlchemy": sqlalchemy.__version__,
        "psycopg": psycopg.__version__,
        "Node": _said("node", "--version"),
    }
    model = next(
        (
            line.partition(": ")[2]
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    return HEAD.format(
        when=f"{datetime.now(UTC):%Y-%m-%d}",
        machine=f"{model}, {os.cpu_count()} cores, {platform.system()} {platform.release()}",
        versions=", ".join(f"{name} {version}" for name, version in versions.items()),
    )


def _said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1] else SIZE)
