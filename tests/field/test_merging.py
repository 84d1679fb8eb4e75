"""综合查一次 at the desk and on the phones: merged, refused, undone; a phone that begins meanwhile loses nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import both_databases
from tests.field.test_merges import apart, two
from tests.handset import Handset
from webapp.accounts.models import User
from webapp.db import db
from webapp.draw.models import Draw
from webapp.field.merges import Merge
from webapp.field.models import Inspection, InspectionDraw

Desk = Callable[[str], FlaskClient]
Phone = Callable[[str], Handset]
Drawn = dict[str, Any]


@pytest.fixture
def both(app: Flask) -> Iterator[Drawn]:
    """Two draws of one year, committed; one subject of both with two pairs: ids, and who goes."""
    with app.test_request_context(method="POST"):
        year, first, second = two()
        one = apart(year, second)
        names = {user.id: user.username for user in db.session.query(User)}
        link = InspectionDraw.of_inspection(one.new.id)[0]
        found = {
            "there": one.there.id,
            "new": one.new.id,
            "stays": [names[name] for name in one.there.pair],
            "gone": [names[name] for name in one.new.pair],
            "draw": link.draw_id,
            "number": one.there.number,
            "earlier": InspectionDraw.of_inspection(one.there.id)[0].draw_id,
        }
        db.session.commit()
    yield found


def merged(desk: Desk, both: Drawn) -> None:
    data = {"other": both["there"], "draw": both["draw"]}
    answer = desk("planner").post(f"/office/inspections/{both['new']}/merge", data=data)
    assert answer.location == f"/office/draws/{both['draw']}"


def merge_id(app: Flask) -> str:
    with app.app_context():
        return db.session.query(Merge).one().id


@both_databases
def test_TJ_11_the_pair_finds_one_visit_with_both_checklists_and_the_other_pair_none(
    app: Flask, desk: Desk, phone: Phone, both: Drawn
) -> None:
    merged(desk, both)
    rows = {row["id"]: row for row in phone(both["stays"][0]).worklist()["inspections"]}
    visit = rows[both["there"]]
    assert {"PD1", "PD5"} <= {item["code"] for item in visit["items"]} and both["new"] not in rows
    assert both["draw"] in visit["reason"]["text"] and both["earlier"] in visit["reason"]["text"]
    answer = phone(both["gone"][0]).worklist()
    assert not {both["new"], both["there"]} & {row["id"] for row in answer["inspections"]}
    told = next(one for one in answer["gone"] if one["id"] == both["new"])
    assert both["number"] in told["reason"] and "综合查一次" in told["reason"]


def test_both_draws_show_what_became_of_the_subject_and_the_public_reads_it_without_a_name(
    app: Flask, desk: Desk, both: Drawn
) -> None:
    planner = desk("planner")
    before = planner.get(f"/office/draws/{both['draw']}").get_data(as_text=True)
    assert "综合查一次" in before and "全部合并" in before
    merged(desk, both)
    with app.app_context():
        subject = db.session.get_one(Inspection, both["there"]).subject.name
    for draw_id in (both["draw"], both["earlier"]):
        page = planner.get(f"/office/draws/{draw_id}").get_data(as_text=True)
        assert "已合并" in page and both["number"] in page
        public = planner.get(f"/public/draws/{draw_id}").get_data(as_text=True)
        assert "1 个对象与另一次抽取的检查合并为一次" in public and subject not in public
        other = both["earlier"] if draw_id == both["draw"] else both["draw"]
        assert f"/public/draws/{other}" in public
        assert ("本次抽取的检查组不再去" in public) is (draw_id == both["draw"])
    gone = planner.get(f"/office/inspections/{both['new']}").get_data(as_text=True)
    assert "已与另一次检查合并" in gone and both["number"] in gone


def test_all_at_once_and_one_by_one_and_nothing_twice(app: Flask, desk: Desk, both: Drawn) -> None:
    planner = desk("planner")
    answer = planner.post(f"/office/draws/{both['draw']}/merge", follow_redirects=True).get_data(as_text=True)
    with app.app_context():
        made = Merge.of([row.inspection_id for row in db.session.query(InspectionDraw)])
        assert len(made) > 1 and len({one.gone_id for one in made}) == len(made)
        assert all(len(InspectionDraw.of_inspection(one.stays_id)) >= 1 for one in made)
        count = len(made)
    assert f"已合并 {count} 次检查" in answer and "全部合并" not in answer
    assert "已合并 0 次检查" in planner.post(
        f"/office/draws/{both['draw']}/merge", follow_redirects=True
    ).get_data(as_text=True)


@both_databases
def test_a_phone_that_began_first_stops_the_merge_with_a_clear_word(
    app: Flask, desk: Desk, phone: Phone, both: Drawn
) -> None:
    handset = phone(both["gone"][0])
    handset.write(both["new"], "arrive", position=None)
    assert handset.sync(both["new"])["accepted"]
    data = {"other": both["there"]}
    page = desk("planner").post(f"/office/inspections/{both['new']}/merge", data=data, follow_redirects=True)
    assert "检查组已经开始" in page.text and "写下的内容都在" in page.text
    with app.app_context():
        assert db.session.query(Merge).count() == 0
        assert db.session.get_one(Inspection, both["new"]).state == "open"


@both_databases
def test_what_a_phone_wrote_before_it_heard_of_the_merge_is_kept_and_taken_apart_it_goes_on(
    app: Flask, desk: Desk, phone: Phone, both: Drawn
) -> None:
    """The pair that should not go had begun without a network: nothing is lost, and the planner takes the two apart."""
    handset = phone(both["gone"][0])
    written = handset.write(both["new"], "arrive", position=None)
    merged(desk, both)
    assert handset.sync(both["new"])["accepted"] == [written["id"]]
    desk("planner").post(f"/office/merges/{merge_id(app)}/undo")
    with app.app_context():
        gone = db.session.get_one(Inspection, both["new"])
        assert gone.state == "open" and [e["event"] for e in gone.record()["content"]["arrivals"]] == [
            written["id"]
        ]
        assert db.session.get_one(Inspection, both["there"]).state == "assigned"
    assert both["new"] in {row["id"] for row in handset.worklist()["inspections"]}


def test_the_pair_that_goes_had_begun_without_knowing_then_it_can_still_be_taken_apart(
    app: Flask, desk: Desk, phone: Phone, both: Drawn
) -> None:
    handset = phone(both["stays"][0])
    row = next(row for row in handset.worklist()["inspections"] if row["id"] == both["there"])
    visit = {"forms": row["form_hashes"], "items": row["items"], "pair": row["pair"]}
    handset.write(both["there"], "arrive", position=None, visit=visit)
    merged(desk, both)
    assert handset.sync(both["there"])["accepted"]
    page = desk("planner").get(f"/office/inspections/{both['there']}").get_data(as_text=True)
    assert "手机上还是合并以前的任务" in page
    desk("planner").post(f"/office/merges/{merge_id(app)}/undo")
    with app.app_context():
        stays = db.session.get_one(Inspection, both["there"])
        assert stays.form_hashes == row["form_hashes"] and stays.state == "open"
        assert db.session.get_one(Inspection, both["new"]).state == "assigned"


def test_once_the_merged_visit_began_nobody_takes_it_apart(
    app: Flask, desk: Desk, phone: Phone, both: Drawn
) -> None:
    merged(desk, both)
    handset = phone(both["stays"][0])
    row = next(row for row in handset.worklist()["inspections"] if row["id"] == both["there"])
    visit = {"forms": row["form_hashes"], "items": row["items"], "pair": row["pair"]}
    handset.write(both["there"], "arrive", position=None, visit=visit)
    handset.sync(both["there"])
    answer = desk("planner").post(f"/office/merges/{merge_id(app)}/undo", follow_redirects=True)
    assert "检查组已经开始" in answer.text
    with app.app_context():
        assert db.session.query(Merge).one().undone_at is None


def test_only_planners_of_the_bureau_merge_and_take_apart(app: Flask, desk: Desk, both: Drawn) -> None:
    data = {"other": both["there"]}
    addresses = [f"/office/inspections/{both['new']}/merge", f"/office/draws/{both['draw']}/merge"]
    for who in ("supervisor", "archivist", "auditor", "inspector1"):
        assert [desk(who).post(address, data=data).status_code for address in addresses] == [403, 403], who
    assert [desk("planner.tj").post(address, data=data).status_code for address in addresses] == [404, 404]
    with app.app_context():
        assert db.session.query(Merge).count() == 0
    merged(desk, both)
    undo = f"/office/merges/{merge_id(app)}/undo"
    assert desk("archivist").post(undo).status_code == 403
    assert desk("planner.tj").post(undo).status_code == 404
    assert desk("planner").post("/office/merges/nothing/undo").status_code == 404
    strangers = {"other": "nothing"}
    page = desk("planner").post(addresses[0], data=strangers, follow_redirects=True)
    assert "没有找到" in page.text


def test_before_the_freeze_the_desk_says_how_many_are_to_be_visited_already(
    app: Flask, desk: Desk, both: Drawn
) -> None:
    from tests.field.test_hall import said

    with app.app_context():
        draw = db.session.get_one(Draw, both["draw"])
        version = draw.plan_version
        version.tasks = [*version.tasks, version.tasks[0] | {"id": "c", "name": "任务c", "bp": 1000}]
        version.figures = (version.figures or {}) | {
            "by_task": (version.figures or {})["by_task"] | {"c": 50}
        }
        where = {"plan": version.plan_id, "task": "c"}
        db.session.commit()
    page = desk("planner").post("/office/draws/new", data=where | said())
    assert "在这些日子里已经有别的检查" in page.text
