"""The libraries and the plan in the wrong hands: odd forms, work that is done twice, approvals of the own."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm.attributes import set_committed_value

from tests.conftest import both_databases
from tests.registry.test_imports import firms, imported, known, table
from webapp.accounts.models import User
from webapp.db import db
from webapp.plan.models import Plan
from webapp.plan.task_rules import read
from webapp.registry import import_views
from webapp.registry.imports import Import, work
from webapp.registry.models import Inspector

Desk = Callable[..., FlaskClient]
HUGE = "9" * 30
TASK: dict[str, Any] = {
    "name": "抽查", "items": ["PD1"], "methods": ["现场检查"], "months": ["3"], "bp": "50", "by": "all", "times": "1",
    "size": "2",
}  # fmt: skip


@both_databases
def test_an_import_goes_its_way_on_the_desk(app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_views, "start", lambda import_id, author: work(import_id, author.id))
    planner, stranger = desk("planner"), desk("planner.tj")
    given = {"file": (io.BytesIO(table(firms(1, 2))), "<b>名单</b>.csv")}
    place = planner.post("/office/subjects/import", data=given).location
    told = {f"column-{at}": name for at, name in enumerate(("name", "code", "kinds", "address", "state"))}
    for act in ("columns", "take", "undo", "again"):
        assert stranger.post(f"{place}/{act}", data=told).status_code == 404
    assert stranger.get(place).status_code == stranger.get(f"{place}/faults.xlsx").status_code == 404
    assert planner.post(f"{place}/take").status_code == 409
    assert planner.post(f"{place}/columns", data=told).status_code == 302
    assert planner.post(f"{place}/take").status_code == 302
    assert planner.post(f"{place}/take").status_code == 409
    assert planner.post(f"{place}/undo").status_code == 302
    assert planner.post(f"{place}/undo").status_code == planner.post(f"{place}/again").status_code == 409
    page = planner.get(f"{place}?show=wrong&after={HUGE}")
    assert page.status_code in (200, 400)
    assert "<b>名单" not in planner.get(place).text


@both_databases
def test_a_part_that_another_process_did_already_is_not_done_again(app: Flask) -> None:
    """A second process that began while the first was still writing: the rows are gone, so it would remove everyone."""
    with app.app_context():
        imported(table(firms(1, 2)))
        found = imported(table(firms(2, 3)), take=False)
        found.removes = True
        found.turn("taking")
        db.session.commit()
        late = db.session.get_one(Import, found.id)
        late.take()
        assert (known(1).state, known(2).state, known(3).state) == ("移出", "在营", "在营")  # type: ignore[union-attr]
        # As a process sees it that read the row before the other one's end.
        set_committed_value(late, "state", "taking")
        work(found.id)
        assert (known(2).state, known(3).state) == ("在营", "在营")  # type: ignore[union-attr]
        assert db.session.get_one(Import, found.id).state == "taken"


@both_databases
def test_odd_questions_to_the_library_are_answered(desk: Desk) -> None:
    planner = desk("planner")
    asked = [
        "kind=企业", "kind=%F0%9F%98%80", "kind=%22%5C%25_", "tag=%22", "on=0001-01-01", "on=9999-12-31", "on=2026-W01-1",
        "on=x&q=%25_%5C", f"q={'x' * 5000}", f"after={'x' * 1000}", "q=%ED%A0%80", "state=x&credit=AB&flag=__class__",
        "on=0001-01-01&after=zz&kind=x&tag=y&flag=penalties&credit=A&labour=B",
    ]  # fmt: skip
    for query in asked:
        assert planner.get(f"/office/subjects?{query}").status_code == 200, query
        for suffix in ("csv", "xlsx"):
            assert planner.get(f"/office/subjects/export.{suffix}?{query}").status_code == 200, query
    assert planner.get("/office/subjects?q=%00").status_code == 400


ODD = [
    "\ud7ff\ue000",
    "x" * 400_000,
    "²",
    "٣" * 5,
    "9" * 5000,
    "1e999",
    "\u202e",
    "<script>alert(1)</script>",
]
FIELDS = (
    "name code serial ratio minimum times bases contents units kinds level frequency subject_kind guideline unit title "
    "specialties phone district districts state staff latitude months items methods total bp strata joint reason size "
    "valid_from valid_until credential document begins ends bureau year by"
).split()


@both_databases
def test_odd_forms_are_refused_in_words(app: Flask, desk: Desk) -> None:
    planner = desk("planner")
    with app.app_context():
        person = db.session.query(Inspector).first().user_id  # type: ignore[union-attr]
    plan = planner.post("/office/plans", data={"year": "2031"}).location
    pages = [
        "/office/items/new", "/office/experts/new", "/office/subjects/new", "/office/plans", "/office/items/claim",
        f"{plan}/tasks/new", f"{plan}/revise", f"{plan}/tasks/x/drop", f"/office/inspectors/{person}/edit",
        f"/office/inspectors/{person}/lendings", f"/office/inspectors/{person}/interests",
    ]  # fmt: skip
    for page in pages:
        for odd in ODD:
            few = FIELDS if len(odd) < 1000 else ("name", "reason", "months", "strata", "specialties")
            answer = planner.post(page, data=dict.fromkeys(few, odd))
            assert answer.status_code < 500 and "<script>alert" not in answer.text, (page, odd[:20])
        answer = planner.post(page, data=dict.fromkeys(FIELDS, "a\0b"), content_type="multipart/form-data")
        assert answer.status_code < 500, page


@both_databases
def test_numbers_that_no_database_holds_are_no_crash(app: Flask, desk: Desk) -> None:
    planner, office = desk("planner"), desk("archivist")
    with app.app_context():
        person = db.session.query(Inspector).first().user_id  # type: ignore[union-attr]
    for number in (HUGE, "9" * 4301, str(2**63)):
        for part in ("interests", "lendings"):
            answer = planner.post(f"/office/inspectors/{person}/{part}/{number}/end")
            assert answer.status_code in (400, 404), number
        judged = {"id": number, "reason": "x", "decision": "taken"}
        assert office.post("/office/quarantine", data=judged).status_code < 500
        assert office.post(f"/office/archives/searches/{number}/delete").status_code in (400, 404)


def test_a_month_is_a_month_and_a_line_is_a_line() -> None:
    months = ["3", "²", "٣", "03", "99", "0", "-1", "3", "9" * 5000]
    strata = "\n".join(f"区{number} 5" for number in range(1000))
    task, wrong = read("t", {"strata": strata, "joint": "局：项\n" * 1000}, {"months": months})
    assert task["months"] == [3] and wrong["strata"] and len(task["strata"]) == len(task["joint"]) == 50
    assert read("t", {"strata": f"{'x' * 200} 5"}, {})[1] == {"strata": "stratum"}


@both_databases
def test_who_wrote_in_a_plan_does_not_approve_it_whoever_began_it(app: Flask, desk: Desk) -> None:
    with app.app_context():
        for name in ("admin", "supervisor"):
            user = User.by_username(name)
            assert user
            user.roles = [*user.roles, "planner"]
        db.session.commit()
    planner, second, third = desk("planner"), desk("admin"), desk("supervisor")
    place = planner.post("/office/plans", data={"year": "2031"}).location
    assert second.post(f"{place}/tasks/new", data=TASK).status_code == 302
    document = {"document": "会议纪要"}
    assert second.post(f"{place}/approve", data=document).status_code == 403
    assert third.post(f"{place}/approve", data=document).status_code == 302
    assert third.post(f"{place}/back").status_code == 302
    assert second.post(f"{place}/approve", data=document).status_code == 403
    with app.app_context():
        task = db.session.query(Plan).one().latest.tasks[0]["id"]
    assert third.post(f"{place}/tasks/{task}/drop").status_code == 302
    assert planner.post(f"{place}/tasks/new", data=TASK).status_code == 302
    assert third.post(f"{place}/approve", data=document).status_code == 403
    assert app.test_client().get(f"/public/plans/{place.rpartition('/')[2]}").status_code == 404


def test_the_plan_of_another_bureau_is_nobodys_here(desk: Desk) -> None:
    place, stranger = (
        desk("planner").post("/office/plans", data={"year": "2031"}).location,
        desk("planner.tj"),
    )
    assert stranger.get(place).status_code == 404
    for act in ("tasks/new", "tasks/x", "tasks/x/drop", "approve", "back", "publish", "revise"):
        assert stranger.post(f"{place}/{act}", data=TASK).status_code == 404
