"""Importing a table as the desk does, against reading it alone; and exporting the library."""

from collections.abc import Callable, Iterator
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from bench.measure import Figure, Spent, against, run, spent
from bench.pages import logged_in
from bench.world import planner
from webapp.db import db
from webapp.registry.imports import Import
from webapp.registry.subject_rules import COLUMNS
from webapp.registry.subjects import Subject
from webapp.tables import Table

MOST = 400


def figures(app: Flask, file: Path, size: int, take: bool = True) -> Iterator[Figure]:
    """What importing a file took, part by part; `take`: over into the library too."""
    parts = imported(app, file, take)
    kind = file.suffix[1:].upper()
    bare, rows = spent(lambda: sum(1 for _ in Table(file, file.name).rows()))
    reading = parts["read"].seconds
    megabytes = file.stat().st_size / 2**20
    yield Figure(
        f"Opening a {kind} of {size:,} subjects ({megabytes:.0f} MB)", f"{parts['open'].seconds:.1f} s"
    )
    yield against(f"Reading it and comparing it with the library ({size / reading:,.0f} rows a second)", reading,
                  f"the same reader alone ({rows / bare:,.0f} rows a second)", bare)  # fmt: skip
    if take:
        yield Figure(
            f"Taking {size:,} subjects over into library and index", f"{parts['take'].seconds:.1f} s"
        )
    peak = max(part.peak for part in parts.values())
    yield Figure(f"Most memory of the process that imports the {kind}", f"{peak:.0f} MB", goal=f"< {MOST} MB")


def exported(app: Flask, size: int) -> Iterator[Figure]:
    """The whole library as a table, against reading its rows."""
    with app.app_context():
        bare, _ = spent(_bare)
    client = logged_in(app)
    for kind in ("csv", "xlsx"):
        seconds, length = spent(lambda kind=kind: _length(client, f"/office/subjects/export.{kind}"))
        what = f"Exporting {size:,} subjects as {kind.upper()} ({length / 2**20:.0f} MB)"
        yield against(what, seconds, "reading the rows of the library", bare)


def _length(client: FlaskClient, address: str) -> int:
    return sum(map(len, client.get(address, buffered=False).iter_encoded()))


def _bare() -> int:
    columns = [getattr(Subject, name) for name in COLUMNS]
    rows = db.session.execute(select(*columns).order_by(Subject.number).execution_options(yield_per=1000))
    return sum(1 for _ in rows)


def imported(app: Flask, file: Path, take: bool = True) -> dict[str, Spent]:
    """Import a table as the desk does, each part by the process that the server starts; what each part took."""
    with app.app_context():
        author = planner()
        with file.open("rb") as upload:
            begun = Import.begin(author, file.name, upload)
        import_id, author_id = begun.id, author.id
        db.session.commit()
    parts = {"open": _work(app, import_id, author_id)}
    _turn(app, import_id, lambda found: found.tell(found.columns))
    parts["read"] = _work(app, import_id, author_id)
    if take:
        _turn(app, import_id, lambda found: found.turn("taking"))
        parts["take"] = _work(app, import_id, author_id)
    _turn(app, import_id, lambda found: _must_be(found, "taken" if take else "read"))
    return parts


def _turn(app: Flask, import_id: str, act: Callable[[Import], None]) -> None:
    with app.app_context():
        act(db.session.get_one(Import, import_id))
        db.session.commit()


def _must_be(found: Import, state: str) -> None:
    if found.state != state or found.counts.get("wrong"):
        raise RuntimeError(f"{found.state} {found.problem} {found.counts}")


def _work(app: Flask, import_id: str, author_id: str) -> Spent:
    config = app.config
    known = {"YIDANG_DATA": str(config["DATA"]), "YIDANG_DATABASE_URL": config["DATABASE_URL"]}
    return run("-m", "flask", "--app", "wsgi", "registry", "work", import_id, author_id, env=known)
