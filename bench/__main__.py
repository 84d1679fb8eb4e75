"""`python -m bench [N] [part …]`: measured in one run; of a million subjects written to `bench/results.md`, else shown."""

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

from bench import dashboard, draw, forms, freezing, imports, made, pages, photos, public, world
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


def main(size: int, chosen: list[str]) -> None:
    """Measure the parts, all where none is named; of the full size what came out is kept as it comes."""
    head, lines = _head(), []
    for part in chosen or PARTS:
        with tempfile.TemporaryDirectory(prefix="yidang-bench-") as folder:
            for figure in PARTS[part](Path(folder), size):
                print(figure, flush=True)
                lines.append(f"{figure}\n")
                if size == SIZE:
                    RESULTS.write_text(head + "".join(lines))


def drawing(_folder: Path, size: int) -> Iterator[Figure]:
    """The draw itself and its verification."""
    yield from draw.figures(size)


def importing(folder: Path, size: int) -> Iterator[Figure]:
    """From both kinds of tables."""
    for kind, write, take in ((".xlsx", made.write_xlsx, True), (".csv", made.write_csv, False)):
        table = folder / f"{size}{kind}"
        write(table, size)
        yield from imports.figures(world.made(folder / kind[1:]), table, size, take)


def library(folder: Path, size: int) -> Iterator[Figure]:
    """The pages of a small library and of a large one, its freeze for a draw, its export."""
    small, large = (_filled(folder / str(count), count) for count in (SMALL, size))
    yield from _compared("SQLite", small, large, pages.asked(SMALL), pages.asked(size), size)
    list(freezing.frozen(small, SMALL))
    yield from freezing.frozen(large, size)
    yield from _compared("SQLite", small, large, freezing.addresses(small), freezing.addresses(large), size)
    yield from imports.exported(large, size)


def postgresql(folder: Path, size: int) -> Iterator[Figure]:
    """The pages on PostgreSQL, where it is installed."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(postgres.running())
        except FileNotFoundError as missing:
            print(missing, file=sys.stderr)
            return
        small, large = (_filled(folder / str(count), count, server.database()) for count in (SMALL, size))
        name = "PostgreSQL, by the clock"
        yield from _compared(name, small, large, pages.asked(SMALL), pages.asked(size), size)
        for app in (small, large):
            with app.app_context():
                db.session.remove()
                db.engine.dispose()


def filling(_folder: Path, _size: int) -> Iterator[Figure]:
    """Forms, whose size does not follow the library's."""
    yield from forms.figures()


def oversight(folder: Path, size: int) -> Iterator[Figure]:
    """The figures of a tenth of as many inspections, and of a thousand."""
    few, many = SMALL, max(size // 10, SMALL)
    apps = []
    for name, count in (("few", few), ("many", many)):
        apps.append(world.made(folder / name))
        dashboard.fill(apps[-1], count)
    before, now = (pages.measured(app, dashboard.addresses(), "supervisor") for app in apps)
    for what, milliseconds in now.items():
        title = f"Oversight at {many:,} inspections (SQLite): {what}"
        yield against(title, milliseconds, f"the same at {few:,}", before[what], "", "ms")


def publishing(folder: Path, size: int) -> Iterator[Figure]:
    """The public site: its pages, requests a second, the static export."""
    yield from public.figures(folder, SMALL, size)


def comparing(folder: Path, _size: int) -> Iterator[Figure]:
    """Photos, of which a bureau has so many whatever its library's size."""
    yield from photos.figures(folder)


PARTS = {
    "forms": filling,
    "draw": drawing,
    "import": importing,
    "library": library,
    "photos": comparing,
    "postgresql": postgresql,
    "oversight": oversight,
    "public": publishing,
}


def _filled(folder: Path, size: int, url: str | None = None) -> Flask:
    app = world.made(folder, url)
    world.fill(app, size)
    if url:
        with app.app_context(), db.engine.connect() as connection:
            # The server does this by itself within a minute.
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(
                "VACUUM ANALYZE subject"
            )
    return app


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
    given = sys.argv[1:]
    main(int(given.pop(0)) if given and given[0].isdigit() else SIZE, given)
