"""The names of a draw are opened once the visits are over (design 2.6 step 6)."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import both_databases
from tests.field.test_hall import Desk, published
from tests.field.test_hall_names import drawn, law
from webapp.db import db
from webapp.draw.layout import read
from webapp.draw.models import Draw
from webapp.draw.names import DrawSubject
from webapp.draw.proof import check
from webapp.field.drawn import inspection_id
from webapp.field.models import Inspection


def visit(app: Flask, draw_id: str, count: int, state: str = "sealed") -> list[str]:
    """Bring the index of the first `count` inspections of a draw to a state; the names of their subjects."""
    with app.app_context():
        draw = db.session.get_one(Draw, draw_id)
        rows = DrawSubject.drawn(draw_id, None, count)
        for row in rows:
            db.session.get_one(Inspection, inspection_id(draw, row.id)).state = state
        db.session.commit()
        return [row.said for row in rows]


@both_databases
def test_after_the_visit_the_name_is_opened_and_anyone_can_check_it(
    app: Flask, desk: Desk, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    planner = desk("planner")
    draw_id = drawn(planner, published(desk), monkeypatch)
    public, office = f"/public/draws/{draw_id}", f"/office/draws/{draw_id}"
    assert "公开已检查的" not in planner.get(office).text
    names = visit(app, draw_id, 2)
    assert "公开已检查的 2 个名称" in planner.get(office).text
    assert not [name for name in names if name in client.get(public).text], "nothing is opened by itself"
    assert planner.post(f"{office}/open").status_code == 302
    data = client.get(f"{public}.json").data
    assert check(data) == []
    assert sorted(one["subject"] for one in read(data)["openings"]) == sorted(names)
    page = client.get(public).text
    assert all(name in page for name in names) and "检查以后公开" in page and "公开名称" in page
    with app.app_context():
        assert db.session.get_one(Draw, draw_id).state == "drawn"
        assert len(db.session.get_one(Draw, draw_id).versions) == 3, "one file more, however many names"


def test_before_the_record_is_sealed_no_name_is_opened(
    app: Flask, desk: Desk, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    planner = desk("planner")
    draw_id = drawn(planner, published(desk), monkeypatch)
    for state in ("assigned", "open", "cancelled"):
        names = visit(app, draw_id, 1, state)
        planner.post(f"/office/draws/{draw_id}/open")
        assert names[0] not in client.get(f"/public/draws/{draw_id}.json").text
    for state in ("returned", "accepted", "archived"):
        assert visit(app, draw_id, 1, state)
    planner.post(f"/office/draws/{draw_id}/open")
    assert names[0] in client.get(f"/public/draws/{draw_id}.json").text


def test_the_daily_command_opens_what_is_due_in_all_draws_of_the_bureau(
    app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_id = drawn(desk("planner"), published(desk), monkeypatch)
    visit(app, draw_id, 3)
    run = app.test_cli_runner().invoke
    assert "no planner" in run(args=["draw", "open", "inspector1"]).output
    assert "3 names opened: 人力资源服务机构抽查" in run(args=["draw", "open", "planner"]).output
    assert "nothing to open" in run(args=["draw", "open", "planner"]).output
    with app.app_context():
        draw = db.session.get_one(Draw, draw_id)
        assert len(draw.file()["openings"]) == 3 and check(draw.act.text.encode()) == []


def test_other_bureaus_and_roles_open_nothing(
    app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_id = drawn(desk("planner"), published(desk), monkeypatch)
    visit(app, draw_id, 1)
    assert desk("auditor").post(f"/office/draws/{draw_id}/open").status_code == 403
    desk("planner.tj").post(f"/office/draws/{draw_id}/open")
    with app.app_context():
        assert len(db.session.get_one(Draw, draw_id).versions) == 2


def test_where_names_are_shown_there_is_nothing_to_open(
    app: Flask, desk: Desk, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    law(app, names_before_visit=True)
    planner = desk("planner")
    draw_id = drawn(planner, published(desk), monkeypatch)
    names = visit(app, draw_id, 1)
    assert names[0] in client.get(f"/public/draws/{draw_id}").text
    assert "名称的公开" not in planner.get(f"/office/draws/{draw_id}").text
    planner.post(f"/office/draws/{draw_id}/open")
    with app.app_context():
        assert len(db.session.get_one(Draw, draw_id).versions) == 2
