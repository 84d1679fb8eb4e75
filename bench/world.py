"""The bureau that the benchmarks run in: the demo's people, its districts widened to ten, no inspections yet."""

from itertools import islice
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import delete, insert, select
from uuid6 import uuid7

from bench.made import DISTRICTS, values
from webapp import create_app
from webapp.accounts.models import User
from webapp.db import db
from webapp.demo.load import load
from webapp.registry.subjects import Subject

CHUNK = 1000
SECRET = "only for measuring, on this machine"  # noqa: S105


def made(folder: Path, url: str | None = None) -> Flask:
    """The app on an empty folder (and database), migrated and loaded."""
    app = create_app({"DATA": folder, "SECRET_KEY": SECRET} | ({"DATABASE_URL": url} if url else {}))
    with app.app_context():
        upgrade()
        load(set())
        planner().bureau.districts = list(DISTRICTS)
        db.session.commit()
    return app


def fill(app: Flask, size: int) -> None:
    """Put the made-up subjects into the library at once, without a table and its import."""
    with app.app_context():
        bureau_id = planner().bureau_id
        # The demo's own subjects would make the small library larger than it says.
        db.session.execute(delete(Subject).where(Subject.bureau_id == bureau_id))
        rows = ({"id": str(uuid7()), "bureau_id": bureau_id} | values(number, size) for number in range(size))
        while chunk := list(islice(rows, CHUNK)):
            db.session.execute(insert(Subject), chunk)
        db.session.commit()


def planner() -> User:
    """Who acts."""
    return db.session.scalars(select(User).where(User.username == "planner")).one()
