"""The list of items: what a line must say, its versions, claiming from the superior, and that off the list is off."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from webapp.accounts.models import Bureau, User
from webapp.db import db, now
from webapp.registry import item_rules
from webapp.registry.items import Item
from webapp.typed import percent

Desk = Callable[..., FlaskClient]
FORM = {
    "code": "PD10",
    "name": "工伤保险检查",
    "bases": "《工伤保险条例》第五十一条\n\n",
    "subject_kind": "参保单位",
    "kinds": "参保企业\n企业",
    "contents": "参保登记情况\n待遇支付情况",
    "category": "重点检查事项",
    "methods": "现场检查",
    "ratio": "16.5%",
    "frequency": "1次/年",
    "level": "市级",
    "units": "工伤保险科",
    "guideline": "先看台账",
}


def item_of(code: str, bureau: str = "planner") -> Item:
    author = User.by_username(bureau)
    found = Item.by_code(author.bureau_id, code) if author else None
    assert found
    return found


def post(client: FlaskClient, place: str, form: dict[str, Any]) -> Any:
    page = client.get("/office/items/new").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    return client.post(place, data={**form, "csrf_token": token[1]})


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"name": " "}, {"name": "missing"}),
        ({"bases": "\n"}, {"bases": "missing"}),
        ({"code": "十"}, {"code": "code"}),
        ({"ratio": "120"}, {"ratio": "percent"}),
        ({"ratio": "百分之五"}, {"ratio": "percent"}),
        ({"minimum": "200"}, {"ratio": "one_of_two"}),
        ({"ratio": ""}, {"ratio": "one_of_two"}),
        ({"ratio": "", "minimum": "很多"}, {"minimum": "whole"}),
        ({"serial": "0"}, {"serial": "whole"}),
        ({"name": "长" * 101}, {"name": "long"}),
    ],
)
def test_what_a_line_of_the_list_lacks_is_named_at_its_field(
    change: dict[str, str], fault: dict[str, str]
) -> None:
    assert item_rules.read(FORM | change, ["现场检查"]).faults == fault


@pytest.mark.parametrize(
    ("typed", "points"), [("5", 500), ("5％", 500), ("16.5%", 1650), ("0.25", 25), ("100", 10_000)]
)
def test_a_ratio_is_kept_in_whole_basis_points(typed: str, points: int) -> None:
    assert item_rules.read(FORM | {"ratio": typed}, ["现场检查"]).values["ratio_bp"] == points


@given(st.integers(1, 10_000))
def test_a_ratio_is_shown_as_it_is_typed(points: int) -> None:
    typed = percent(points)
    assert item_rules.read(FORM | {"ratio": typed}, ["现场检查"]).values["ratio_bp"] == points


def test_PD_A_the_least_number_of_persons_stands_instead_of_a_ratio(desk: Desk) -> None:
    assert "至少 200" in desk("planner").get("/office/items").get_data(as_text=True)


def test_a_new_item_stands_on_the_list_and_its_guideline_with_it(app: Flask, desk: Desk) -> None:
    planner = desk("planner")
    answer = post(planner, "/office/items/new", FORM)
    page = planner.get(answer.location).get_data(as_text=True)
    assert "工伤保险检查" in page and "先看台账" in page and "16.5%" in page
    assert "工伤保险检查" in planner.get("/office/inspections/new").get_data(as_text=True)


def test_a_change_begins_a_version_and_the_list_of_any_day_can_be_asked_for(app: Flask, desk: Desk) -> None:
    planner = desk("planner")
    with app.app_context():
        item, before = item_of("PD1"), now()
        author = User.by_username("planner")
        assert author and item.change(author, {"ratio_bp": 800}, "按年度计划调整")
        assert not item.change(author, item.held(), "没有改")
        assert (item.at(before) or {})["ratio_bp"] == 500
        assert (item.at(now()) or {})["ratio_bp"] == 800
        db.session.commit()
        place = f"/office/items/{item.id}"
    page = planner.get(place).get_data(as_text=True)
    assert "按年度计划调整" in page and "<del>5%</del>" in page and "<ins>8%</ins>" in page


def test_RZ_4a_an_item_off_the_list_can_be_assigned_to_nobody(app: Flask, desk: Desk) -> None:
    planner = desk("planner")
    with app.app_context():
        item_id = item_of("PD1").id
    assert post(planner, f"/office/items/{item_id}/off", {}).status_code == 422
    assert post(planner, f"/office/items/{item_id}/off", {"reason": "上级清单已取消"}).status_code == 302
    assert item_id not in planner.get("/office/inspections/new").get_data(as_text=True)
    with app.app_context():
        assert (item_of("PD1").at(now()) or {})["active"] is False
    post(planner, f"/office/items/{item_id}/on", {"reason": "恢复"})
    assert item_id in planner.get("/office/inspections/new").get_data(as_text=True)


def test_CA_2_1a_items_are_claimed_from_the_superior_bureaus_list(app: Flask, desk: Desk) -> None:
    with app.app_context():
        rz = User.by_username("planner.rz")
        assert rz
        offered = Item.to_claim(db.session.get_one(Bureau, rz.bureau_id))
        assert [item.code for item in offered] == ["PD2", "PD3", "PD6", "PD8", "PD9"]
        claimed, refused = offered[0].id, offered[1].id
    post(desk("planner.rz"), "/office/items/claim", {"item": [claimed]})
    with app.app_context():
        own = item_of("PD2", "planner.rz")
        assert own.claimed_id == claimed != own.id and own.serial == 8
        rz = User.by_username("planner.rz")
        assert rz and refused in {item.id for item in Item.to_claim(db.session.get_one(Bureau, rz.bureau_id))}


def test_nobody_claims_from_a_list_that_is_not_the_superiors(app: Flask, desk: Desk) -> None:
    with app.app_context():
        foreign = item_of("PD8", "planner.tj").id
    post(desk("planner.rz"), "/office/items/claim", {"item": [foreign]})
    with app.app_context():
        rz = User.by_username("planner.rz")
        assert rz and Item.by_code(rz.bureau_id, "PD8") is None


def test_a_code_that_is_taken_is_said_at_its_field_and_nothing_typed_is_lost(desk: Desk) -> None:
    answer = post(desk("planner"), "/office/items/new", FORM | {"code": "PD1"})
    page = answer.get_data(as_text=True)
    assert (
        answer.status_code == 422
        and "清单里已有这个编号" in page
        and "工伤保险检查" in page
        and "16.5%" in page
    )


def test_only_planners_of_the_bureau_change_its_list(app: Flask, desk: Desk) -> None:
    with app.app_context():
        item_id = item_of("PD1").id
    assert desk("planner.tj").get(f"/office/items/{item_id}").status_code == 404
    assert desk("auditor").get(f"/office/items/{item_id}").status_code == 200
    assert desk("auditor").get(f"/office/items/{item_id}/edit").status_code == 403


def test_the_guideline_of_an_item_is_on_the_phone(phone: Callable[..., Any]) -> None:
    worklist = phone("inspector1").worklist()
    assert all("一、检查前" in item["guideline"] for row in worklist["inspections"] for item in row["items"])
