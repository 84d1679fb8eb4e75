"""An inspection that nobody drew is assigned by hand, with its reason (RZ-5)."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp.accounts.models import User
from webapp.db import db
from webapp.field.models import Inspection
from webapp.registry.items import Item
from webapp.registry.models import Inspector
from webapp.registry.subjects import Subject

Desk = Callable[[str], FlaskClient]
Given = dict[str, str | list[str]]
NEW = "/office/inspections/new"


@pytest.fixture
def given(app: Flask) -> Given:
    """A whole assignment by the first bureau's planner."""
    with app.app_context():
        bureau = db.session.query(User).filter_by(username="planner").one().bureau_id
        subject = Subject.search(bureau, "公司")[0]
        valid = [one for one in Inspector.of_bureau(bureau) if one.valid_until > date.today() + timedelta(30)]
        return {
            "id": str(uuid4()),
            "subject": subject.id,
            "items": [item.id for item in Item.listed(bureau)[:2]],
            "pair": [inspector.user_id for inspector in valid[:2]],
            "due": (date.today() + timedelta(10)).isoformat(),
            "reason": "complaint",
            "text": "举报 2026-33 号",
        }


def test_what_is_assigned_stands_in_the_pairs_list_with_its_reason(
    app: Flask, desk: Desk, given: Given
) -> None:
    """RZ-5, RZ-14"""
    answer = desk("planner").post(NEW, data=given, follow_redirects=True)
    assert answer.request.path == f"/office/inspections/{given['id']}"
    assert "已指派" in answer.text and "举报 2026-33 号" in answer.text
    with app.app_context():
        inspection = db.session.get_one(Inspection, given["id"])
        assert (inspection.state, inspection.reason) == ("assigned", "complaint")
        assert sorted(inspection.pair) == sorted(given["pair"])


def test_a_form_that_is_sent_twice_assigns_once(app: Flask, desk: Desk, given: Given) -> None:
    browser = desk("planner")
    first, second = browser.post(NEW, data=given), browser.post(NEW, data=given)
    assert first.location == second.location
    with app.app_context():
        assert db.session.query(Inspection).filter_by(reason_text="举报 2026-33 号").count() == 1


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("subject", "", "没有选择检查对象"),
        ("items", [], "没有选择抽查事项"),
        ("items", ["off-the-list"], "抽查事项不在清单上"),
        ("pair", [], "检查人员不得少于两人"),
        ("due", "", "没有填写期限"),
        ("due", "2026-02-31", "没有填写期限"),
        ("due", "2020-01-01", "期限不能早于今天"),
        ("due", "9999-12-31", "执法证已过期"),
        ("reason", "", "没有选择事由"),
        ("reason", "drawn", "没有选择事由"),
        ("text", " \n", "请写明原因"),
    ],
)
def test_a_fault_is_told_at_its_field_and_the_rest_is_kept(
    app: Flask, desk: Desk, given: Given, field: str, value: str | list[str], said: str
) -> None:
    """RZ-4a, RZ-5, RZ-14"""
    answer = desk("planner").post(NEW, data=given | {field: value})
    place = "pair" if value == "9999-12-31" else field
    assert answer.status_code == 422
    assert said in answer.text.partition(f'id="fault-{place}"')[2].partition("</p>")[0]
    if field != "text":
        assert "举报 2026-33 号" in answer.text
    with app.app_context():
        assert db.session.get(Inspection, given["id"]) is None


def test_all_faults_are_told_at_once(desk: Desk) -> None:
    page = desk("planner").post(NEW, data={"due": "2020-01-01"}).text
    assert all(f'id="fault-{name}"' in page for name in ("subject", "items", "pair", "due", "reason", "text"))


def test_one_person_twice_is_no_pair(app: Flask, desk: Desk, given: Given) -> None:
    """RZ-14"""
    answer = desk("planner").post(NEW, data=given | {"pair": [given["pair"][0]] * 2})
    assert answer.status_code == 422 and 'id="fault-pair"' in answer.text


def test_a_subject_that_is_gone_is_not_inspected(app: Flask, desk: Desk, given: Given) -> None:
    with app.app_context():
        db.session.get_one(Subject, given["subject"]).state = "注销"
        db.session.commit()
    answer = desk("planner").post(NEW, data=given)
    assert answer.status_code == 422 and "已注销、吊销或迁出" in answer.text


@pytest.mark.parametrize("field", ["subject", "items", "pair"])
def test_what_belongs_to_another_bureau_cannot_be_chosen(
    app: Flask, desk: Desk, given: Given, field: str
) -> None:
    with app.app_context():
        bureau = db.session.query(User).filter_by(username="planner.tj").one().bureau_id
        foreign = {
            "subject": Subject.search(bureau, "")[0].id,
            "items": [item.id for item in Item.listed(bureau)],
            "pair": [inspector.user_id for inspector in Inspector.of_bureau(bureau)],
        }
    answer = desk("planner").post(NEW, data=given | {field: foreign[field]})
    assert answer.status_code == 422 and f'id="fault-{field}"' in answer.text


def test_subjects_are_found_by_part_of_the_name_or_code(app: Flask, desk: Desk, given: Given) -> None:
    with app.app_context():
        subject = db.session.get_one(Subject, given["subject"])
        name, code = subject.name, subject.code
    browser = desk("planner")
    for words in (name[:6], code[-8:]):
        assert f'value="{given["subject"]}"' in browser.get(NEW, query_string={"q": words}).text


def test_searching_without_a_script_keeps_what_was_typed(desk: Desk, given: Given) -> None:
    page = desk("planner").post(NEW, data=given | {"find": "1", "q": "没有这个对象"}).text
    assert f'value="{given["subject"]}" checked' in page and "举报 2026-33 号" in page
    assert 'class="fault"' not in page


def test_an_expired_credential_is_shown_and_cannot_be_chosen(app: Flask, desk: Desk) -> None:
    """TJ-7"""
    with app.app_context():
        expired = db.session.query(Inspector).join(Inspector.user).filter(User.username == "inspector1").one()
        expired.valid_until = date(2026, 1, 31)
        person = expired.user_id
        db.session.commit()
    page = desk("planner").get(NEW).text
    assert "2026-01-31 已过期" in page
    assert "disabled" in page.partition(f'value="{person}"')[2].partition(">")[0]


@pytest.mark.parametrize("name", ["supervisor", "auditor", "admin", "inspector1"])
def test_only_planner_and_archivist_assign(desk: Desk, given: Given, name: str) -> None:
    assert desk(name).post(NEW, data=given).status_code == 403
