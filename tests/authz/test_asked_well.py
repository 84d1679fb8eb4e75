"""Guards that the table does not miss (`unnoticed.tsv`), because its plain questions are refused for something else before:
here each is asked with all that it takes. With the guard nothing is found; without it the deed is done, so the question is
the right one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.field.test_relief_views import person
from tests.oversight.test_returns import after_the_lottery, frozen
from tests.publish.office import decided
from tests.publish.test_office import at, seen
from webapp.db import db
from webapp.demo.library import identity
from webapp.field import relief_views
from webapp.field.models import Inspection
from webapp.oversight import returns_views
from webapp.oversight.returns import FROZEN, ReturnDraw
from webapp.publish import office_views
from webapp.publish.models import Publication

Desk = Callable[[str], FlaskClient]


def found_by_nobody(ask: Callable[[], Any], patch: pytest.MonkeyPatch, module: Any) -> None:
    """Not found by the other bureau; without `own` the same question does it."""
    assert ask().status_code == 404
    patch.setattr(module, "own", lambda row: row)
    assert ask().status_code == 302


def test_nobody_of_another_bureau_puts_an_own_inspector_into_a_pair(
    app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        rows = select(Inspection).where(Inspection.state == "assigned", Inspection.reason != "drawn")
        mine = db.session.scalars(rows.where(Inspection.bureau_id == identity("bureau", "pd"))).first()
        name, pair = mine.id, list(mine.pair)
    given = {"out": pair[0], "into": person(app, "inspector1.tj"), "reason": "换人"}
    browser = desk("planner.tj")

    def ask() -> Any:
        return browser.post(f"/office/inspections/{name}/relieve", data=given)

    assert ask().status_code == 404
    with app.app_context():
        assert db.session.get_one(Inspection, name).pair == pair
    found_by_nobody(ask, monkeypatch, relief_views)


def test_nobody_of_another_bureau_draws_return_visits(
    app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = frozen(desk("supervisor"))
    after_the_lottery(monkeypatch)
    browser = desk("supervisor.tj")

    def ask() -> Any:
        numbers = {"numbers-0": "3 8 14 21 27 30 7"}
        return browser.post(f"/oversight/returns/draws/{name}/numbers", data=numbers)

    assert ask().status_code == 404
    with app.app_context():
        assert db.session.get_one(ReturnDraw, name).state == FROZEN
    found_by_nobody(ask, monkeypatch, returns_views)


def test_nobody_of_another_bureau_publishes_though_the_hash_of_what_goes_out_is_known(
    app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = decided(app)
    hash_of_it = seen(desk("archivist").get(at(name)).text)
    browser = desk("archivist.tj")

    def ask() -> Any:
        return browser.post(at(name, "/publish"), data={"seen": hash_of_it})

    assert ask().status_code == 404
    with app.app_context():
        assert db.session.get(Publication, name) is None
    # Behind it `acts.write` asks for the bureau as well.
    monkeypatch.setattr(office_views, "own", lambda row: row)
    assert ask().status_code in (302, 403, 404)
