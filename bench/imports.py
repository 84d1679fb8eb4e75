"""Importing and exporting the library: `measure(file, data)`; `python -m bench.imports read|calamine FILE` reads only."""

from collections.abc import Callable
from pathlib import Path

from flask import Flask

from bench.measure import Spent, run
from bench.world import planner
from webapp.db import db
from webapp.registry.imports import Import


def imported(app: Flask, file: Path) -> dict[str, Spent]:
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
    _turn(app, import_id, lambda found: found.turn("taking"))
    parts["take"] = _work(app, import_id, author_id)
    _turn(app, import_id, _must_be_taken)
    return parts


def _turn(app: Flask, import_id: str, act: Callable[[Import], None]) -> None:
    with app.app_context():
        act(db.session.get_one(Import, import_id))
        db.session.commit()


def _must_be_taken(found: Import) -> None:
    if found.state != "taken" or found.counts.get("wrong"):
        raise RuntimeError(f"{found.state} {found.problem} {found.counts}")


def _work(app: Flask, import_id: str, author_id: str) -> Spent:
    config = app.config
    known = {"YIDANG_DATA": str(config["DATA"]), "YIDANG_DATABASE_URL": config["DATABASE_URL"]}
    return run("-m", "flask", "--app", "wsgi", "registry", "work", import_id, author_id, env=known)
