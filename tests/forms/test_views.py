"""The versions of a checklist at the desk: submitted, published by another person, withdrawn."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from webapp.accounts.models import User
from webapp.db import db, today
from webapp.demo import world
from webapp.forms.models import Form, Release

Desk = Callable[[str], FlaskClient]


def draft(app: Flask, item: str = "PD6", version: str = "2027.1", **more: Any) -> str:
    """A draft of planner's bureau, from the demo's own form."""
    with app.app_context():
        author = User.by_username("planner")
        assert author
        (body,) = (form for form in world.forms() if form["item"] == (item or None))
        made = Release.begin(author, item, body | {"version": version} | more)
        db.session.commit()
        return made.id


def seen(app: Flask, release_id: str) -> dict[str, str]:
    with app.app_context():
        return {"seen": db.session.get_one(Release, release_id).text_hash}


def in_use(app: Flask, item: str = "PD6") -> str:
    with app.app_context():
        author = User.by_username("planner")
        assert author
        return Form.in_use(author.bureau_id, [item], today())[-1].version


def test_a_version_is_submitted_by_one_and_published_by_another(app: Flask, desk: Desk) -> None:
    planner, supervisor, at = desk("planner"), desk("supervisor"), draft(app)
    address = f"/forms/{at}"
    assert planner.post(f"{address}/submit", data={"why": "改了依据", **seen(app, at)}).status_code == 302
    mine = planner.post(f"{address}/approve", data={"day": today().isoformat(), **seen(app, at)})
    assert mine.status_code == 403 and "自己不能批准" in mine.text
    assert in_use(app) == "2026.1"
    given = {"day": today().isoformat(), **seen(app, at)}
    assert supervisor.post(f"{address}/approve", data=given).status_code == 302
    assert in_use(app) == "2027.1"
    assert "正在使用" in planner.get(address).text and "改了依据" in planner.get(address).text


def test_a_withdrawn_version_leaves_its_place_to_the_one_before(app: Flask, desk: Desk) -> None:
    planner, supervisor, at = desk("planner"), desk("supervisor"), draft(app)
    planner.post(f"/forms/{at}/submit", data={"why": "新法", **seen(app, at)})
    supervisor.post(f"/forms/{at}/approve", data={"day": today().isoformat(), **seen(app, at)})
    assert supervisor.post(f"/forms/{at}/withdraw", data={"reason": " "}).status_code == 422
    assert supervisor.post(f"/forms/{at}/withdraw", data={"reason": "写错了"}).status_code == 302
    assert in_use(app) == "2026.1"
    assert planner.get("/forms/").status_code == 200
