"""A plan from the empty year to its public versions."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import both_databases
from webapp.accounts.models import User
from webapp.db import db, now
from webapp.plan.models import Plan, census

Desk = Callable[..., FlaskClient]
TASK: dict[str, Any] = {
    "name": "人力资源服务机构抽查",
    "items": ["PD1"],
    "kinds": ["人力资源服务机构"],
    "methods": ["现场检查"],
    "months": ["3", "4"],
    "bp": "50",
    "by": "risk/region",
    "strata": "D 100%",
    "times": "1",
    "size": "2",
}


def post(client: FlaskClient, place: str, form: dict[str, Any]) -> Any:
    page = client.get("/office/plans").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    return client.post(place, data={**form, "csrf_token": token[1] if token else ""})


def begun(client: FlaskClient, year: int = 2027) -> str:
    return str(post(client, "/office/plans", {"year": str(year)}).location)


@both_databases
def test_a_plan_is_written_approved_by_another_published_and_changed_with_its_reason(
    app: Flask, desk: Desk
) -> None:
    planner, supervisor = desk("planner"), desk("supervisor")
    place = begun(planner)
    assert post(planner, f"{place}/tasks/new", TASK).status_code == 302
    page = planner.get(place).get_data(as_text=True)
    assert "人力资源服务机构抽查" in page and "没有安排的事项" in page and "每月的工作量" in page
    assert post(planner, f"{place}/approve", {"document": "会议纪要〔2026〕8号"}).status_code == 403
    assert post(supervisor, f"{place}/approve", {"document": ""}).status_code == 422
    assert post(supervisor, f"{place}/approve", {"document": "会议纪要〔2026〕8号"}).status_code == 302
    public = f"/public/plans/{place.rpartition('/')[2]}"
    assert app.test_client().get(public).status_code == 404
    assert post(planner, f"{place}/publish", {}).status_code == 302
    assert "人力资源服务机构抽查" in app.test_client().get(public).get_data(as_text=True)
    assert post(planner, f"{place}/tasks/new", TASK).status_code == 409
    assert post(planner, f"{place}/revise", {"why": ""}).status_code == 422
    assert post(planner, f"{place}/revise", {"why": "投诉增多，提高比例"}).status_code == 302
    with app.app_context():
        task = db.session.query(Plan).one().latest.tasks[0]["id"]
    assert post(planner, f"{place}/tasks/{task}", TASK | {"bp": "60"}).status_code == 302
    assert "60%" not in app.test_client().get(public).get_data(as_text=True)
    post(supervisor, f"{place}/approve", {"document": "会议纪要〔2027〕1号"})
    post(planner, f"{place}/publish", {})
    shown = app.test_client().get(public).get_data(as_text=True)
    assert "投诉增多，提高比例" in shown and "<del>50%</del> → <ins>60%</ins>" in shown and "第 1 版" in shown


def test_RZ_4a_a_task_with_faults_is_not_kept_and_nothing_typed_is_lost(desk: Desk) -> None:
    planner = desk("planner")
    place = begun(planner)
    answer = post(planner, f"{place}/tasks/new", TASK | {"items": ["PD77"], "bp": "很多", "size": "1"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "清单以外的事项不得检查" in page and "不得少于两人" in page
    assert "人力资源服务机构抽查" in page and "很多" in page and "D 100%" in page


def test_a_task_begins_with_what_the_list_asks_of_its_item(desk: Desk) -> None:
    planner = desk("planner")
    page = planner.get(f"{begun(planner)}/tasks/new?item=PD8").get_data(as_text=True)
    assert 'value="200"' in page and "养老保险稽核" in page


def test_there_is_one_plan_a_year(desk: Desk) -> None:
    planner = desk("planner")
    begun(planner)
    assert post(planner, "/office/plans", {"year": "2027"}).status_code == 409
    assert post(planner, "/office/plans", {"year": "明年"}).status_code == 422


def test_other_bureaus_and_roles_change_no_plan(desk: Desk) -> None:
    place = begun(desk("planner"))
    assert desk("planner.tj").get(place).status_code == 404
    assert post(desk("auditor"), f"{place}/tasks/new", TASK).status_code == 403
    assert post(desk("auditor"), f"{place}/approve", {"document": "x"}).status_code == 403


@pytest.mark.parametrize("act", ["publish", "back"])
def test_a_draft_is_neither_published_nor_sent_back(desk: Desk, act: str) -> None:
    planner = desk("planner")
    assert post(planner, f"{begun(planner)}/{act}", {}).status_code == 409


@both_databases
def test_the_census_counts_every_subject_once(app: Flask) -> None:
    from webapp.registry.subjects import Subject

    with app.app_context():
        author = User.by_username("planner")
        assert author
        rows = census(author.bureau_id)
        count = db.session.query(Subject).filter_by(bureau_id=author.bureau_id).count()
        assert sum(row["count"] for row in rows) == count
        keys = [(tuple(row["kinds"]), row["district"], row["risk"], row["state"]) for row in rows]
        assert all(row["kinds"] is not None for row in rows) and len(keys) >= len(set(keys))


def test_a_plan_names_the_tasks_that_nobody_may_inspect_and_who_may_approve_it(desk: Desk) -> None:
    planner = desk("planner.rz")
    place = begun(planner)
    post(planner, f"{place}/tasks/new", TASK | {"size": "5"})
    page = planner.get(place).get_data(as_text=True)
    assert "组不成检查组" in page and "要 5 人" in page and "有 4 人" in page
    assert "严秋实" in page.partition('id="approve"')[2] and 'name="document"' not in page


def test_a_document_that_is_missing_is_said_at_its_field(desk: Desk) -> None:
    planner, supervisor = desk("planner"), desk("supervisor")
    place = begun(planner)
    post(planner, f"{place}/tasks/new", TASK)
    page = post(supervisor, f"{place}/approve", {"document": " "}).get_data(as_text=True)
    assert 'aria-describedby="document-fault"' in page and "请填写批准文件" in page


def test_the_year_that_is_asked_for_first_is_the_first_without_a_plan(desk: Desk) -> None:
    planner = desk("planner")
    this = now().year
    assert f'value="{this}"' in planner.get("/office/plans").get_data(as_text=True)
    begun(planner, this)
    assert f'value="{this + 1}"' in planner.get("/office/plans").get_data(as_text=True)


def test_TJ_10c_a_plan_over_the_yearly_cap_says_so_and_is_kept(desk: Desk) -> None:
    planner = desk("planner.tj")
    place = begun(planner)
    post(planner, f"{place}/tasks/new", TASK | {"times": "2"})
    assert "可能超过每年次数" not in planner.get(place).get_data(as_text=True)
    post(planner, f"{place}/tasks/new", TASK | {"name": "再查一次", "months": ["9"]})
    page = planner.get(place).get_data(as_text=True)
    assert "可能超过每年次数" in page and "再查一次" in page and "6 个对象可能被几个任务抽到" in page


def test_TJ_9_what_a_task_says_of_its_flow_is_published_with_it(app: Flask, desk: Desk) -> None:
    planner, supervisor = desk("planner"), desk("supervisor")
    place = begun(planner)
    post(planner, f"{place}/tasks/new", TASK | {"note": "先书面后现场"})
    post(supervisor, f"{place}/approve", {"document": "会议纪要"})
    post(planner, f"{place}/publish", {})
    public = app.test_client().get(f"/public/plans/{place.rpartition('/')[2]}").get_data(as_text=True)
    assert "先书面后现场" in public and "3月、4月" in public
