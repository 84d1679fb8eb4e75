"""Checklists in the browser: given out as XLSForm, written and changed."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from tests.forms.test_views import draft
from webapp.db import db
from webapp.forms.models import Release
from webapp.forms.template import EXAMPLE
from webapp.forms.xlsform import read

Desk = Callable[[str], FlaskClient]
Json = dict[str, Any]


def test_a_version_is_given_out_as_an_xlsform_that_says_the_same(app: Flask, desk: Desk) -> None:
    at = draft(app)
    answer = desk("supervisor").get(f"/forms/{at}/form.xlsx")
    with app.app_context():
        body = db.session.get_one(Release, at).body_of()
    assert read(answer.data).form == body | {"item": None}
    assert f"filename={body['name']}_2027.1.xlsx" in answer.headers["Content-Disposition"]


def test_the_template_can_be_taken_and_is_a_form(app: Flask, desk: Desk) -> None:
    assert read(desk("planner").get("/forms/template.xlsx").data).form == EXAMPLE


def test_nobody_of_another_bureau_gets_a_version(app: Flask, desk: Desk, client: FlaskClient) -> None:
    at = draft(app)
    assert desk("planner.rz").get(f"/forms/{at}/form.xlsx").status_code == 404
    assert client.get(f"/forms/{at}/form.xlsx").status_code in (302, 401)
