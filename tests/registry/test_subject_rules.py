"""What a table of subjects says, as real bureaus' sheets are."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.registry import column_rules as columns
from webapp.registry import subject_rules as rules

KNOWN = columns.known(rules.NAMES)
DISTRICTS = ["新华区", "卫东区"]
CODE = "91410400MA3X00000A"
GOOD = "91110000600037341L"
COLUMNS = ["name", "code", "kinds", "district", "address", "state", "credit_risk", "phone"]


def read(**cells: str) -> rules.Row:
    return rules.read(2, list(cells.values()), list(cells), DISTRICTS)


def known(**more: Any) -> dict[str, Any]:
    return rules.EMPTY | {"name": "甲公司", "code": GOOD} | more


def test_the_header_is_found_below_a_title_and_a_date() -> None:
    rows = [
        ["平顶山市检查对象名录"],
        ["填表日期：2026-11-01"],
        ["序号", "单位名称", "统一社会信用代码*", "住 所"],
        ["1", "甲", GOOD, "x"],
    ]
    assert columns.find_header(rows, KNOWN) == (3, ["序号", "单位名称", "统一社会信用代码", "住所"])


def test_merged_cells_over_two_lines_of_names_are_one_header() -> None:
    rows = [
        ["名称", "基本信息", "", "状态"],
        ["", "统一社会信用代码", "地址", ""],
        ["甲", GOOD, "新华区", "存续"],
    ]
    header, names = columns.find_header(rows, KNOWN)
    assert (header, columns.guess(names, KNOWN)) == (2, ["name", "code", "address", "state"])


def test_what_a_bureau_said_of_a_column_is_remembered() -> None:
    said = KNOWN | {"主体全称": "name", "ZTDM": "code"}
    header, names = columns.find_header([["主体全称", "ZTDM"], ["甲", GOOD]], said)
    assert (header, columns.guess(names, said)) == (1, ["name", "code"])


def test_of_two_columns_with_one_meaning_the_first_counts() -> None:
    assert columns.guess(["名称", "企业名称", "代码"], KNOWN) == ["name", "", "code"]


def test_words_of_the_platforms_become_ours() -> None:
    row = read(
        name="甲公司",
        code=GOOD,
        state="存续",
        credit_risk="Ｂ级",
        labour_grade="a类",
        abnormal="列入",
        staff="1,200人",
    )
    values = rules.judge(row, None).values
    assert (row.state, values["state"], values["credit_risk"], values["labour_grade"]) == (
        "new",
        "在营",
        "B",
        "A",
    )
    assert values["abnormal"] is True and values["staff"] == 1200 and values["dishonest"] is False


def test_the_district_is_taken_from_the_address_where_its_column_is_empty() -> None:
    assert read(name="甲", code=GOOD, address="河南省平顶山市卫东区东安路").values["district"] == "卫东区"


@pytest.mark.parametrize(
    ("column", "cell", "fault"),
    [
        ("code", "4.10400199001E+17", "number_cut"),
        ("code", CODE, "code_wrong"),
        ("district", "某区", "district_unknown"),
        ("state", "不详", "state_unknown"),
        ("credit_risk", "E", "grade_wrong"),
        ("labour_grade", "D", "grade_wrong"),
        ("complaints", "三", "whole"),
        ("abnormal", "也许", "yes_no"),
        ("phone", "电话见附件", "phone_wrong"),
        ("latitude", "北纬三十三", "degrees"),
        ("latitude", "133.2", "degrees"),
        ("name", "长" * 101, "long"),
    ],
)
def test_a_cell_that_means_nothing_is_named_with_its_reason(column: str, cell: str, fault: str) -> None:
    row = rules.judge(read(**({"name": "甲", "code": GOOD} | {column: cell})), None)
    assert row.state == "wrong" and (column, fault) in row.faults


def test_a_row_without_a_name_or_a_code_is_wrong() -> None:
    assert rules.judge(read(name="", code=GOOD), None).faults == [("name", "missing")]
    assert rules.judge(read(name="甲"), None).faults == [("code", "missing")]


@pytest.mark.parametrize(
    "code",
    [
        GOOD,
        " 9111 0000 6000 37341l ",
        "９１１１００００６００037341L",
        "410400000012345",
        "410401********012X",
    ],
)
def test_codes_of_firms_traders_and_people_are_taken_however_they_are_typed(code: str) -> None:
    assert read(name="甲", code=code).faults == []


def test_a_blank_cell_leaves_what_was_there() -> None:
    row = rules.judge(
        read(name="甲公司", code=GOOD, phone="", address="新地址"),
        known(phone="13900000000", address="旧地址"),
    )
    assert (row.state, row.changes, row.values["phone"]) == ("changed", ["address"], "13900000000")


def test_a_row_that_says_what_is_known_is_the_same() -> None:
    assert (
        rules.judge(read(name="甲公司", code=GOOD, kinds="甲、乙"), known(kinds=["甲", "乙"])).state == "same"
    )


def test_of_a_residents_number_only_the_birthday_is_hidden() -> None:
    assert rules.masked("110101199003074477") == "110101********4477"
    assert rules.masked(GOOD) == GOOD


@given(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=40)), st.booleans())
def test_whatever_stands_in_the_cells_the_row_has_one_state_and_wrong_ones_say_why(
    cells: dict[str, str], is_known: bool
) -> None:
    row = rules.judge(
        rules.read(2, list(cells.values()), list(cells), DISTRICTS), known() if is_known else None
    )
    assert row.state in ("new", "changed", "same", "wrong")
    assert (row.state == "wrong") is bool(row.faults)
    assert row.state == "wrong" or set(row.values) == set(rules.COLUMNS)


@pytest.mark.parametrize(
    ("code", "person"),
    [
        ("11010519491231002X", True),
        ("11010519491231002x", True),
        ("410482196001011001", True),
        ("410482196001011002", False),
        ("410482196013011001", False),
        ("91410422XN0000055E", False),
        ("410482********1005", True),
    ],
)
def test_a_persons_number_is_one_wherever_its_county_was_founded(code: str, person: bool) -> None:
    """PD-A item 8. Ruzhou became a city in 1988; who was born before and registered later has its number all the same."""
    assert rules.is_person(code) is person
    assert (rules.masked(code) != code) is (person and "*" not in code)
