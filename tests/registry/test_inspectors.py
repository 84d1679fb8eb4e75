"""The libraries of inspectors and experts: credentials, interests, lending, and what was known before."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp.accounts.models import User
from webapp.db import db
from webapp.registry import inspector_rules
from webapp.registry.models import Expert, Inspector, Interest, Lending
from webapp.registry.subjects import Subject

Desk = Callable[..., FlaskClient]
TODAY = date(2026, 11, 21)
FORM = {
    "credential": "16041234567",
    "valid_until": "2027年6月30日",
    "unit": "劳动保障监察局（支队）",
    "title": "科员",
    "specialties": "劳动监察、社保",
    "items": "PD1、PD7",
    "district": "",
    "phone": "１３９００００００００",
}


def read(**change: str) -> inspector_rules.Given:
    return inspector_rules.inspector(FORM | change, ["PD1", "PD7"], ["新华区"])


def post(client: FlaskClient, place: str, form: dict[str, Any]) -> Any:
    page = client.get("/office/experts/new").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    return client.post(place, data={**form, "csrf_token": token[1] if token else ""})


def user(name: str) -> User:
    found = User.by_username(name)
    assert found
    return found


def test_what_is_typed_of_an_inspector_is_read_as_people_write_it() -> None:
    values = read().values
    assert values["valid_until"] == date(2027, 6, 30) and values["phone"] == "13900000000"
    assert values["items"] == ["PD1", "PD7"] and values["leader"] is False


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({"credential": ""}, {"credential": "missing"}),
        ({"valid_until": ""}, {"valid_until": "missing"}),
        ({"valid_until": "明年"}, {"valid_until": "day_wrong"}),
        ({"valid_from": "2028-01-01"}, {"valid_until": "order"}),
        ({"items": "PD9"}, {"items": "item_unknown"}),
        ({"district": "某区"}, {"district": "district_unknown"}),
        ({"phone": "见名册"}, {"phone": "phone_wrong"}),
        ({"unit": ""}, {"unit": "missing"}),
    ],
)
def test_nobody_without_a_valid_credential_and_a_known_scope_is_an_inspector(
    change: dict[str, str], faults: dict[str, str]
) -> None:
    assert read(**change).faults == faults


def test_a_lending_needs_its_document_and_a_time_that_is_not_over() -> None:
    form = {"document": "津人社调〔2026〕3号", "begins": "2026-12-01", "ends": "2026-12-31"}
    assert inspector_rules.lending(form, TODAY).faults == {}
    assert inspector_rules.lending(form | {"document": ""}, TODAY).faults == {"document": "missing"}
    assert inspector_rules.lending(form | {"ends": "2026-11-30"}, TODAY).faults == {"ends": "order"}
    assert inspector_rules.lending({"document": "x"}, TODAY).faults == {
        "begins": "missing",
        "ends": "missing",
    }


def test_a_change_of_an_inspector_keeps_what_was_known(app: Flask, desk: Desk) -> None:
    planner = desk("planner")
    with app.app_context():
        user_id = user("inspector1").id
        before = db.session.get_one(Inspector, user_id).credential
    place = f"/office/inspectors/{user_id}"
    assert post(planner, f"{place}/edit", FORM | {"reason": "换证"}).status_code == 302
    page = planner.get(place).get_data(as_text=True)
    assert "16041234567" in page and f"<del>{before}</del>" in page and "换证" in page
    assert post(planner, f"{place}/edit", FORM | {"items": "PD77"}).status_code == 422


def test_RZ_10b_an_interest_is_declared_stands_and_is_ended(app: Flask, desk: Desk) -> None:
    planner = desk("planner")
    with app.app_context():
        user_id = user("inspector1").id
        subject = (
            db.session.query(Subject).filter_by(bureau_id=user("planner").bureau_id, state="在营").first()
        )
        assert subject
        code, subject_id = subject.code, subject.id
    place = f"/office/inspectors/{user_id}"
    assert (
        post(planner, f"{place}/interests", {"code": "91110000600037341L", "reason": "亲属"}).status_code
        == 422
    )
    assert post(planner, f"{place}/interests", {"code": code, "reason": ""}).status_code == 422
    assert (
        post(planner, f"{place}/interests", {"code": code, "reason": "配偶在该单位任职"}).status_code == 302
    )
    with app.app_context():
        assert Interest.standing([user_id]) == {user_id: [subject_id]}
        interest = Interest.of(user_id)[0].id
    assert post(planner, f"{place}/interests/{interest}/end", {}).status_code == 302
    with app.app_context():
        assert Interest.standing([user_id]) == {user_id: []} and len(Interest.of(user_id)) == 1


def test_TJ_10a_an_inspector_is_lent_by_a_document_for_a_time_and_called_back(app: Flask, desk: Desk) -> None:
    planner, day = desk("planner"), date.today()
    with app.app_context():
        user_id, rz = user("inspector1").id, user("planner.rz").bureau_id
        own = user("planner").bureau_id
    form = {
        "document": "平人社调〔2026〕1号",
        "begins": str(day),
        "ends": str(day + timedelta(days=30)),
        "bureau": rz,
    }
    place = f"/office/inspectors/{user_id}/lendings"
    assert post(planner, place, form | {"bureau": own}).status_code == 422
    assert post(planner, place, form).status_code == 302
    with app.app_context():
        week = day + timedelta(days=7)
        assert [one.user_id for one in Lending.to_bureau(rz, day, week)] == [user_id]
        assert Lending.to_bureau(rz, day, day + timedelta(days=60)) == []
        lending = Lending.of(user_id)[0].id
    assert "平人社调〔2026〕1号" in desk("planner.rz").get("/office/inspectors").get_data(as_text=True)
    assert post(planner, f"{place}/{lending}/end", {}).status_code == 302
    with app.app_context():
        assert Lending.to_bureau(rz, day, day) == []


def test_CA_2_1b_experts_have_a_library_of_their_own(app: Flask, desk: Desk) -> None:
    planner = desk("planner")
    form = {"name": "费知白", "unit": "某大学", "specialties": "劳动法", "items": "PD1"}
    assert post(planner, "/office/experts/new", form | {"specialties": ""}).status_code == 422
    assert post(planner, "/office/experts/new", form).status_code == 302
    assert "费知白" in planner.get("/office/experts?q=费").get_data(as_text=True)
    with app.app_context():
        expert = db.session.query(Expert).filter_by(name="费知白").one().id
    post(planner, f"/office/experts/{expert}/turn", {})
    with app.app_context():
        assert db.session.get_one(Expert, expert).active is False
    assert desk("planner.tj").get(f"/office/experts/{expert}").status_code == 404


def test_the_libraries_are_changed_by_planners_of_the_bureau_only(app: Flask, desk: Desk) -> None:
    with app.app_context():
        user_id = user("inspector1").id
    assert desk("planner.tj").get(f"/office/inspectors/{user_id}").status_code == 404
    assert desk("auditor").get(f"/office/inspectors/{user_id}").status_code == 200
    assert desk("auditor").get(f"/office/inspectors/{user_id}/edit").status_code == 403
    assert desk("inspector1").get("/office/inspectors").status_code == 403


def test_TJ_7_phones_are_masked_for_who_need_not_call(app: Flask, desk: Desk) -> None:
    with app.app_context():
        inspector = db.session.get_one(Inspector, user("inspector1").id)
        phone, place = inspector.phone, f"/office/inspectors/{inspector.user_id}"
    assert phone in desk("planner").get(place).get_data(as_text=True)
    assert phone not in desk("auditor").get(place).get_data(as_text=True)
