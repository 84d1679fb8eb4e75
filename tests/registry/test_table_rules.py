"""What tables of items, inspectors and experts say, as real bureaus' sheets are."""

from datetime import date
from typing import Any

import pytest

from webapp.registry import table_rules as rules
from webapp.registry.table_rules import ListRow

ITEM = {
    "serial": "8", "name": "养老保险稽核", "bases": "1.《社会保险费征缴暂行条例》第二十条 2.《社会保险稽核办法》第二条",
    "subject_kind": "享受养老保险待遇人员", "contents": "养老保险待遇领取情况", "category": "一般",
    "methods": "网络比对、现场",
    "ratio": "不少于200人", "frequency": "1次/年", "level": "市、县社保经办机构", "units": "市社保局、县社保局",
}  # fmt: skip
HELD = {
    "code": "PD8", "serial": 8, "name": "养老保险稽核", "bases": ["甲"], "subject_kind": "人员", "kinds": ["人员"],
    "contents": ["乙"], "category": "一般检查事项", "methods": ["现场检查"], "ratio_bp": 500, "minimum": None,
    "frequency": "1次/年", "times": 1, "level": "市", "units": ["市社保局"], "guideline": "一、检查前", "active": True,
}  # fmt: skip
PEOPLE = [
    {"id": "a", "username": "li.na", "name": "李娜", "inspector": True},
    {"id": "b", "username": "wang.wei", "name": "王伟", "inspector": True},
    {"id": "c", "username": "wang.wei2", "name": "王伟", "inspector": True},
    {"id": "d", "username": "zhou", "name": "周敏", "inspector": False},
]
CARD = {
    "credential": "16040001", "valid_from": None, "valid_until": date(2028, 12, 31), "title": "科员", "unit": "监察支队",
    "specialties": [], "items": [], "district": "", "phone": "", "leader": False,
}  # fmt: skip


def item(held: dict[str, Any] | None = None, **more: str) -> ListRow:
    row = ListRow(2, ITEM | more)
    rules.items([row], {"x": held} if held else {})
    return row


def person(held: dict[str, Any], **cells: str) -> ListRow:
    row = ListRow(
        2, {"name": "李娜", "credential": "16040001", "valid_until": "2028-12-31", "unit": "监察支队"} | cells
    )
    rules.inspectors([row], held, PEOPLE, ["PD1"], ["新华区"])
    return row


def test_PD_A_the_eleven_columns_are_an_item() -> None:
    row = item()
    assert (row.state, row.faults) == ("new", [])
    assert row.values["code"] == "SX-8" and row.values["kinds"] == ["享受养老保险待遇人员"]
    assert row.values["bases"] == ["《社会保险费征缴暂行条例》第二十条", "《社会保险稽核办法》第二条"]
    assert row.values["methods"] == ["现场检查", "网上信息技术比对"] and row.values["minimum"] == 200


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("5%", (500, None)),
        ("５％", (500, None)),
        ("16.5", (1650, None)),
        ("0.05", (500, None)),
        ("不低于5%", (500, None)),
        ("至少 200 个", (None, 200)),
        ("200人以上", (None, 200)),
        ("100%", (10_000, None)),
    ],
)
def test_how_many_is_said_in_many_ways(cell: str, said: tuple[int | None, int | None]) -> None:
    row = item(ratio=cell)
    assert (row.values["ratio_bp"], row.values["minimum"], row.faults) == (*said, [])


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"ratio": "1"}, ("ratio", "percent_or_whole")),
        ({"ratio": "若干"}, ("ratio", "percent")),
        ({"ratio": ""}, ("ratio", "one_of_two")),
        ({"methods": "心灵感应"}, ("methods", "method")),
        ({"category": "其他"}, ("category", "category")),
        ({"code": "=1+1"}, ("code", "code")),
        ({"name": ""}, ("name", "missing")),
        ({"bases": "字" * 1000}, ("bases", "long")),
        ({"serial": "1.5"}, ("serial", "whole")),
    ],
)
def test_a_wrong_cell_of_an_item_says_what_is_wrong(cells: dict[str, str], fault: tuple[str, str]) -> None:
    assert fault in item(**cells).faults


def test_a_blank_cell_leaves_what_the_list_said() -> None:
    row = item(HELD, ratio="", bases="", contents="", methods="", units="", level="", subject_kind="")
    assert (row.state, row.changes, row.key) == ("same", [], "x")
    assert item(HELD, code="PD8", name="养老稽核", ratio="").changes[0] == "name"


def test_an_item_that_was_taken_off_comes_back_by_its_code_alone() -> None:
    off = HELD | {"active": False}
    assert "active" in item(off, code="PD8").changes
    assert item(off).state == "new"


def test_of_an_item_that_stands_twice_neither_row_is_taken() -> None:
    rows = [
        ListRow(2, dict(ITEM)),
        ListRow(3, ITEM | {"level": "县"}),
        ListRow(4, ITEM | {"serial": "9", "name": "别的"}),
    ]
    rules.items(rows, {})
    assert [row.state for row in rows] == ["wrong", "wrong", "new"]


def test_a_number_made_for_an_item_takes_nobody_elses() -> None:
    assert ("code", "taken") in item(HELD | {"code": "SX-8", "name": "别的"}).faults


def test_an_inspector_is_found_by_account_by_credential_or_by_name() -> None:
    held = {"a": CARD}
    assert person(held).key == "a" and person(held).state == "same"
    assert person({}, credential="16049999").state == "new"
    assert person(held, username="LI.NA", credential="16050000").changes == ["credential"]


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"name": "赵六", "credential": "1"}, ("name", "account_none")),
        ({"username": "nobody"}, ("username", "account_none")),
        ({"name": "王伟", "credential": "16040002"}, ("name", "name_several")),
        ({"name": "周敏", "credential": "16040003"}, ("name", "not_inspector")),
        ({"name": "王伟"}, ("name", "name_differs")),
        ({"username": "wang.wei", "name": "王伟"}, ("credential", "credential_taken")),
        ({"credential": "1.6E+07"}, ("credential", "number_cut")),
        ({"valid_until": "不详"}, ("valid_until", "day_wrong")),
        ({"items": "PD99"}, ("items", "item_unknown")),
        ({"district": "月球区"}, ("district", "district_unknown")),
        ({"leader": "也许"}, ("leader", "yes_no")),
        ({"phone": "无"}, ("phone", "phone_wrong")),
    ],
)
def test_a_wrong_cell_of_an_inspector_says_what_is_wrong(
    cells: dict[str, str], fault: tuple[str, str]
) -> None:
    assert fault in person({"a": CARD}, **cells).faults


def test_a_list_of_inspectors_neither_makes_nor_names_accounts() -> None:
    assert person({"a": CARD}, unit="").values.keys().isdisjoint({"name", "username", "roles"})


def test_an_expert_is_known_by_name_and_unit() -> None:
    held = {"e": {"name": "陈教授", "unit": "平顶山学院", "title": "", "specialties": ["审计"], "items": [],
                  "district": "", "phone": "", "active": False}}  # fmt: skip
    rows = [
        ListRow(2, {"name": "陈教授", "unit": "平顶山学院"}),
        ListRow(3, {"name": "陈教授", "unit": "市医院", "specialties": "工伤"}),
        ListRow(4, {"name": "无专业", "unit": "市医院"}),
        ListRow(5, {"name": "两次", "unit": "市医院", "specialties": "甲"}),
        ListRow(6, {"name": "两次", "unit": "市医院", "specialties": "乙"}),
    ]
    rules.experts(rows, held, [], [])
    assert [row.state for row in rows] == ["changed", "new", "wrong", "wrong", "wrong"]
    assert rows[0].changes == ["active"] and rows[3].faults == [("name", "twice")]
