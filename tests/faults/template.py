"""What each schedule begins with: two inspectors, one office, two inspections by three short forms."""

from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade

from webapp import create_app
from webapp.db import db
from webapp.demo import load as demo
from webapp.demo import world

KEYS = {"pd-01", "pd-02"}
ASKED = {"base": 3, "pd1": 1, "pd7": 2}


def prepared(folder: Path) -> Flask:
    """The app on a new folder with the small world in it."""
    app = create_app(
        {"DATA": folder, "SECRET_KEY": "faults", "PROPAGATE_EXCEPTIONS": False, "LOGIN_TRIES": "1000 per minute"}
    )
    with app.app_context():
        upgrade()
        all_forms = world.forms
        world.forms = lambda: [short(form) for form in all_forms()]
        demo.load(KEYS)
        db.session.remove()
        db.engine.dispose()
    return app


def short(form: dict[str, Any]) -> dict[str, Any]:
    """The form with a few questions, each by a verdict."""
    count = ASKED.get(form["name"])
    if count is None:
        return form
    label = {"zh-Hans": "是否符合规定", "en": "Is it as it should be"}
    asked = [{"name": f"q{n}", "type": "verdict", "label": label, "required": True, "photo": "allowed"} for n in range(count)]
    return form | {"questions": asked}
