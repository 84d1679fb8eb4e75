"""What each schedule begins with: two inspectors, one office, two inspections by three short forms."""

import hashlib
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade

from tests.handset import Handset
from webapp import create_app
from webapp.db import db
from webapp.demo import load as demo
from webapp.demo import world

KEYS = {"pd-01", "pd-02"}
ASKED = {"base": 3, "pd1": 1, "pd7": 2}


def app_on(folder: Path) -> Flask:
    """The app on a data folder."""
    return create_app(
        {
            "DATA": folder,
            "SECRET_KEY": "faults",
            "PROPAGATE_EXCEPTIONS": False,
            "LOGIN_TRIES": "1000 per minute",
        }
    )


def prepare(app: Flask) -> None:
    """Put the small world into an empty folder."""
    all_forms = world.forms
    world.forms = lambda: [short(form) for form in all_forms()]
    try:
        with app.app_context():
            upgrade()
            demo.load(KEYS)
            db.session.remove()
            db.engine.dispose()
    finally:
        world.forms = all_forms


def short(form: dict[str, Any]) -> dict[str, Any]:
    """The form with a few questions, each by a verdict."""
    count = ASKED.get(form["name"])
    if count is None:
        return form
    label = {"zh-Hans": "是否符合规定", "en": "Is it as it should be"}
    asked = [
        {"name": f"q{n}", "type": "verdict", "label": label, "required": True, "photo": "allowed"}
        for n in range(count)
    ]
    return form | {"questions": asked}


def warm(app: Flask) -> None:
    """Let a visit go through once, so that no forked process has to compile its statements anew."""
    phones = [Handset(app), Handset(app)]
    first = phones[0]
    for phone, name in zip(phones, ("inspector1", "inspector2"), strict=True):
        assert phone.login(name).status_code == 200
    row = first.row()
    case = row["id"]
    first.arrive(row)
    for form in first.worklist()["forms"].values():
        for asked in form["questions"]:
            first.write(
                case,
                "answer",
                question=f"{form['name']}/{asked['name']}",
                value="pass",
                note=None,
                replaces=[],
            )
    data = first.photograph(case)
    first.sync(case)
    name = hashlib.sha256(data).hexdigest()
    for _ in range(2):
        first.head(name)
        first.patch(name, data)
    for phone in phones:
        phone.sync(case)
        phone.sync(case)
        phone.client.get(f"/api/v1/inspections/{case}")
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
