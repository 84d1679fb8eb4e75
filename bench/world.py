"""The bureau that the benchmarks run in: the demo's people, its districts widened to ten, no inspections yet."""

from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import select

from bench.made import DISTRICTS
from webapp import create_app
from webapp.accounts.models import User
from webapp.db import db
from webapp.demo.load import load

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


def planner() -> User:
    """Who acts."""
    return db.session.scalars(select(User).where(User.username == "planner")).one()
