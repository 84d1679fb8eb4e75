"""A platform's columns, its own lists read as people export them, and which row is which inspection (RZ-19)."""

from datetime import date

import pytest

from webapp.publish.platform_rules import Row, cells, columns, day_in, fault, guessed, head, read

MINE = [
    {"title": "任务编号", "field": "", "text": "2026-双随机"},
    {"title": "统一社会信用代码", "field": "code", "text": ""},
    {"title": "检查日期", "field": "inspected", "text": ""},
    {"title": "回执", "field": "receipt", "text": ""},
]


def test_a_row_goes_out_in_the_platforms_columns_and_order() -> None:
    values = {"code": "91410422XN0000055E", "inspected": "2026-11-04"}
    assert cells(MINE, values) == ["2026-双随机", "91410422XN0000055E", "2026-11-04", ""]


def test_the_head_is_found_under_a_title_and_in_another_order() -> None:
    rows = [
        ["双随机检查结果", "", ""],
        ["检查日期", "企业名称", " 统一社会信用代码 "],
        ["2026/11/4", "甲", "x"],
    ]
    assert head(rows, MINE) == {"inspected": 0, "code": 2}
    assert head([["企业名称", "检查日期"]], MINE) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-04", date(2026, 11, 4)),
        ("2026/11/4 09:30", date(2026, 11, 4)),
        ("2026年11月4日", date(2026, 11, 4)),
        ("2026-13-04", None),
        ("", None),
    ],
)
def test_days_are_read_as_platforms_write_them(text: str, day: date | None) -> None:
    assert day_in(text) == day


def test_a_row_that_says_nothing_of_which_inspection_it_is_is_none() -> None:
    at = {"code": 0, "inspected": 1, "receipt": 2}
    assert read(7, ["91410422xn0000055e", "2026-11-04", "R1"], at) == Row(
        7, "", "91410422XN0000055E", date(2026, 11, 4), "", "R1"
    )
    assert read(8, ["", "2026-11-04", "R2"], at) is None and read(9, [], at) is None


def test_columns_without_a_title_are_left_out_and_a_field_needs_no_text() -> None:
    form = {
        "title.0": " 编号 ",
        "field.0": "number",
        "text.0": "x",
        "title.1": "",
        "title.2": "市",
        "text.2": "平顶山",
    }
    found = columns(form)
    assert found == [
        {"title": "编号", "field": "number", "text": ""},
        {"title": "市", "field": "", "text": "平顶山"},
    ]
    assert fault("平台", found) is None


@pytest.mark.parametrize(
    ("name", "given", "code"),
    [
        ("", MINE, "platform_columns"),
        ("平台", [], "platform_columns"),
        ("平台", [*MINE, MINE[1]], "platform_column_twice"),
        ("平台", MINE[:2], "platform_key"),
    ],
)
def test_a_mapping_by_which_no_row_can_be_told_is_refused(
    name: str, given: list[dict[str, str]], code: str
) -> None:
    assert fault(name, given) == code


def test_what_a_column_holds_is_guessed_from_its_title() -> None:
    words = {
        "subject": "检查对象名称",
        "code": "统一社会信用代码",
        "result": "检查结果",
        "result_code": "结果代码",
    }
    found = guessed(["检查对象名称", "统一社会信用代码（18位）", "检查结果", "备注"], words)
    assert [column["field"] for column in found] == ["subject", "code", "result", ""]
