"""XLSForms: what becomes a form, and what is refused with sheet, row and name."""

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook

from tests.forms.books import CASCADE, COLUMNS, YES_NO, Row, book, books, q
from webapp.canonical import canonical
from webapp.forms.live import Model
from webapp.forms.wording import FAULTS, words
from webapp.forms.xlsform import Fault, count, read


def faults(*rows: Row, **more: Any) -> list[tuple[str, int | None, str]]:
    """Code, row and name of everything that is wrong."""
    reading = read(book(rows, **more))
    assert reading.form is None
    return [(fault.code, fault.row, fault.name) for fault in reading.faults]


def form(*rows: Row, **more: Any) -> dict[str, Any]:
    reading = read(book(rows, **more), "f")
    assert reading.form, reading.faults
    return reading.form


@pytest.mark.parametrize("name", books())
def test_a_form_that_uses_what_forms_use_is_accepted_and_can_be_computed(name: str) -> None:
    reading = read(books()[name], name)
    assert reading.form and not reading.faults
    assert Model(reading.form).order


def test_questions_come_with_their_words_law_severity_photo_and_verdict() -> None:
    made = form(
        q(
            "select_one yn", "P1", "是否签订劳动合同", law="劳动合同法第十条", guidance="看花名册", severity="重",
            photo="required when failed", verdict="no", hint="逐人核对", required="yes",
        ),
        choices=YES_NO, settings={"form_title": "劳动用工检查表", "form_id": "pd1 base", "version": "2026.1"},
    )  # fmt: skip
    assert (made["name"], made["version"], made["title"]) == (
        "pd1_base",
        "2026.1",
        {"zh-Hans": "劳动用工检查表"},
    )
    (question,) = made["questions"]
    assert question == {
        "name": "P1", "type": "select_one", "label": {"zh-Hans": "是否签订劳动合同"}, "hint": {"zh-Hans": "逐人核对"},
        "law": "劳动合同法第十条", "guidance": "看花名册", "severity": "重", "photo": "required_when_failed",
        "verdict": ["no"], "required": True,
        "choices": [{"name": "yes", "label": {"zh-Hans": "是"}}, {"name": "no", "label": {"zh-Hans": "否"}}],
    }  # fmt: skip


def test_several_languages_become_ours_by_tag_name_or_signs() -> None:
    columns = (
        "type",
        "name",
        "label::中文 (zh)",
        "label::English (en)",
        "label::Français (fr)",
        "hint::english",
        "hint::中文 (zh)",
    )
    row = {
        "type": "text", "name": "a", "label::中文 (zh)": "姓名", "label::English (en)": "Name",
        "label::Français (fr)": "Nom", "hint::english": "as on the card", "hint::中文 (zh)": "按证件填写",
    }  # fmt: skip
    (question,) = form(row, columns=columns)["questions"]
    assert question["label"] == {"zh-Hans": "姓名", "en": "Name"}
    assert question["hint"] == {"zh-Hans": "按证件填写", "en": "as on the card"}


def test_a_form_in_one_other_language_stands_where_chinese_stands() -> None:
    row = {"type": "text", "name": "a", "label::Français (fr)": "Nom"}
    (question,) = form(row, columns=("type", "name", "label::Français (fr)"))["questions"]
    assert question["label"] == {"zh-Hans": "Nom"}


def test_cascades_keep_the_columns_that_their_filters_look_at() -> None:
    made = form(
        q("select_one st", "s"), q("select_one co", "c", choice_filter="state = ${s}"), choices=CASCADE
    )
    county = made["questions"][1]
    assert county["choice_filter"] == ["=", ["c", "state"], ["q", "s"]]
    assert county["choices"][0] == {"name": "k", "label": {"zh-Hans": "金县"}, "more": {"state": "tx"}}


def test_a_name_that_stands_twice_is_meant_by_its_group() -> None:
    made = form(
        q("begin_group", "a"), q("text", "x"), q("text", "y", relevant="../x = '1'"), q("end_group"),
        q("begin_group", "b"), q("text", "x"), q("end_group"),
    )  # fmt: skip
    assert made["questions"][0]["children"][1]["relevant"] == ["=", ["q", "a/x"], ["s", "1"]]


def test_all_faults_are_told_at_once_with_their_rows() -> None:
    assert faults(
        q("geopoint", "where"),
        q("image", "pic"),
        q("text", "ok"),
        q("text", "a", relevant="${ok} = = 1"),
        q("text", "b", relevant="pulldata('x', 'y', 'z', ${ok})"),
        q("text", "c", constraint="frob(.)"),
        q("text", "d", photo="sometimes"),
        q("select_one yn", "e", verdict="never"),
        choices=YES_NO,
    ) == [
        ("geometry", 2, "where"), ("media", 3, "pic"), ("expected", 5, "="), ("refused_function", 6, "pulldata"),
        ("unknown_function", 7, "frob"), ("photo", 8, "sometimes"), ("verdict", 9, "never"),
    ]  # fmt: skip


def test_what_pyxform_refuses_is_told_with_its_row_and_the_next_is_looked_for() -> None:
    found = faults(q("text", "a b"), q("text", "c", relevant="${nobody} = 1"), q("text", "d"), q("text", "d"))
    assert found == [("name", 2, "a b"), ("no_question", 3, "nobody"), ("twice", 5, "d")]


@pytest.mark.parametrize(
    ("rows", "circle"),
    [
        ([q("text", "a", relevant="${a} = 1")], None),
        ([q("text", "a", relevant="${b} = 1"), q("text", "b", relevant="${a} = 1")], "a → b → a"),
        (
            [q("calculate", "a", calculation="${b} + 1"), q("calculate", "b", calculation="${c}"),
             q("calculate", "c", calculation="${a}")],
            "a → b → c → a",
        ),
        ([q("begin_group", "g", relevant="${x} = 1"), q("text", "x"), q("end_group")], None),
    ],
)  # fmt: skip
def test_questions_that_decide_over_each_other_in_a_circle_are_refused(
    rows: list[Row], circle: str | None
) -> None:
    (found,) = faults(*rows)
    assert found[0] == "circular"
    assert circle is None or found[2] in (circle, _turned(circle))


def _turned(circle: str) -> str:
    first, *others = circle.split(" → ")[:-1]
    return " → ".join([*others, first, others[0]])


def test_long_chains_without_a_circle_are_no_circle() -> None:
    rows = [q("calculate", "n0", calculation="1")]
    rows += [q("calculate", f"n{at}", calculation=f"${{n{at - 1}}} + 1") for at in range(1, 1200)]
    assert count(form(*rows)) == 0


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "locked"),
        ("type,name,label\ntext,a,姓名\n".encode("gbk"), "kind"),
        (b"PK\x03\x04 not a workbook", "unreadable"),
        (b"PK" + b"\0" * (6 * 2**20), "large"),
    ],
)
def test_what_is_no_workbook_is_refused_in_words(data: bytes, code: str) -> None:
    (fault,) = read(data).faults
    assert fault.code == code
    assert words(fault, lambda text: text)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", b" " * (60 * 2**20))
    assert [fault.code for fault in read(kept.getvalue()).faults] == ["large"]


def test_a_workbook_that_lost_a_part_is_refused_in_words() -> None:
    whole, kept = zipfile.ZipFile(io.BytesIO(book([q("text", "a")]))), io.BytesIO()
    with zipfile.ZipFile(kept, "w") as parts:
        for name in whole.namelist():
            if "workbook.xml" not in name:
                parts.writestr(name, whole.read(name))
    assert [fault.code for fault in read(kept.getvalue()).faults] == ["kind"]


def test_labels_of_five_megabytes_are_refused_each_with_its_row() -> None:
    long = "很长" * 4000
    found = faults(q("text", "a", long), q("text", "b"), q("text", "c", long))
    assert found == [("long", 2, "a"), ("long", 4, "c")]


def test_a_choice_list_that_is_missing_or_outside_is_refused() -> None:
    assert [code for code, _, _ in faults(q("select_one nobody", "a"), choices=YES_NO)] == ["choices"]
    assert [code for code, _, _ in faults(q("select_one_from_file towns.csv", "a"), choices=YES_NO)] == [
        "external"
    ]


def test_a_workbook_without_a_survey_is_refused() -> None:
    workbook, kept = Workbook(), io.BytesIO()
    workbook.save(kept)
    (fault,) = read(kept.getvalue()).faults
    assert fault.code == "no_survey"


def test_what_a_phone_of_another_tool_knows_by_itself_is_left_out_with_a_note() -> None:
    reading = read(book([q("start", "start"), q("deviceid", "deviceid"), q("text", "a")]))
    assert reading.form and reading.notes == [(3, "deviceid")]
    assert reading.form["questions"][0]["calculate"] == ["once", ["now"]]


def test_each_fault_has_words() -> None:
    for code in FAULTS:
        assert words(Fault(code, row=3, name="甲", said="乙"), lambda text: text)


def test_a_sum_of_a_hundred_questions_is_no_deeper_than_one_of_two_and_what_is_too_deep_is_refused() -> None:
    many = "${a}" + " + ${a}" * 99 + " - 1 - 2"
    form = read(book([q("integer", "a"), q("calculate", "b", calculation=many)]), "f").form
    assert form and canonical(form) and len(form["questions"][1]["calculate"][1]) == 101
    deep = "if(${a} = 1, 1, " * 50 + "0" + ")" * 50
    (fault,) = read(book([q("integer", "a"), q("calculate", "b", calculation=deep)]), "f").faults
    assert (fault.code, fault.row) == ("deep", 3)


@pytest.mark.parametrize(
    ("said", "code", "name"),
    [
        ("${a}＝'x'", "otherwise", "＝ → ="),
        ("selected(${a}，'x')", "otherwise", "， → ,"),
        ("$｛a｝ = 1", "otherwise", "｛ → {"),
        ("${a} ≥ 3", "otherwise", "≥ → >="),
        ("${a} == 'x'", "otherwise", "== → ="),
        ("${a} = 'x' AND ${a} != 'y'", "otherwise", "AND → and"),
        ("TRUE", "otherwise", "TRUE → true()"),
        ("${a} = x", "unknown_reference", "x"),
        ("${last-saved#a} = 1", "last_saved", "last-saved#a"),
        ("pulldata('f', 'x', 'y', ${a})", "refused_function", "pulldata"),
        (". = 1", "circular", "b → b"),
        ("regex(., '(a{1,99}){1,99}')", "pattern", "(a{1,99}){1,99}"),
    ],
)  # fmt: skip
def test_what_a_clerk_writes_out_of_habit_is_told_with_what_to_write(said: str, code: str, name: str) -> None:
    assert faults(q("text", "a"), q("text", "b", relevant=said)) == [(code, 3, name)]


def test_quotes_and_blanks_of_a_word_processor_mean_what_they_look_like() -> None:
    made = form(q("text", "a "), q("text", "b\u00a0", relevant="${a}\u00a0= “x”"))
    assert made["questions"][1] == {
        "name": "b", "type": "text", "label": {"zh-Hans": "题"}, "relevant": ["=", ["q", "a"], ["s", "x"]],
    }  # fmt: skip


def test_columns_of_other_tools_are_passed_over_and_ours_are_known_however_written() -> None:
    columns = (
        "TYPE",
        "Name",
        "LABEL",
        "$given_name",
        "kobo--score-choices",
        "bind::esri:fieldType",
        "Law",
        "PHOTO",
    )
    row = dict(
        zip(columns, ("text", "a", "题", "x", "y", "esriFieldTypeString", "第十条", "required"), strict=True)
    )
    assert form(row, columns=columns)["questions"] == [
        {"name": "a", "type": "text", "label": {"zh-Hans": "题"}, "law": "第十条", "photo": "required"}
    ]


@pytest.mark.parametrize(
    ("rows", "code", "row"),
    [
        ([q("text", "a"), q("text", "b", trigger="${a}", calculation="1")], "trigger", 3),
        ([q("begin_repeat", "r"), q("text", "a"), q("end_repeat"), q("select_one ${a}", "b")], "repeat_choices", 5),
        ([q("select_one yn", "a", appearance="search('towns')")], "search", 2),
        ([q("text", "a", default="${b}"), q("text", "b", default="${a}")], "circular", 2),
        ([q("begin_group", "g"), q("text", "a")], "begun", 2),
        ([q("text", "a"), q("end_group")], "ended", 3),
        ([q("Begin Group", "g"), q("text", "a"), q("End Group")], "type", 2),
        ([q("text", "a", "")], "labelless", 2),
        ([q("calculate", "a")], "uncalculated", 2),
        ([q("text", "a"), *({} for _ in range(70)), q("text", "z")], "gap", 73),
        ([], "empty", None),
    ],
)  # fmt: skip
def test_each_row_that_cannot_be_carried_out_is_named(rows: list[Row], code: str, row: int | None) -> None:
    columns = (*COLUMNS, "trigger", "appearance")
    found = faults(*rows, choices=YES_NO, columns=columns)
    assert found[0][:2] == (code, row)


def test_of_two_choices_of_one_name_each_is_told_where_it_stands() -> None:
    listed = [
        ("list_name", "name", "label"),
        ("l", "x", "一"),
        ("l", "x", "二"),
        ("l", "y", "三"),
        ("l", "y", "四"),
    ]
    reading = read(book([q("select_one l", "a"), q("geopoint", "b")], listed))
    assert [(one.code, one.sheet, one.row, one.name) for one in reading.faults] == [
        ("geometry", "survey", 3, "b"), ("choice_twice", "choices", 3, "x"), ("choice_twice", "choices", 5, "y"),
    ]  # fmt: skip


def test_a_day_in_a_cell_is_a_day() -> None:
    workbook, kept = Workbook(), io.BytesIO()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "survey"
    for cells in (
        ("type", "name", "label", "default"),
        ("date", "d", "题", date(2026, 1, 2)),
        ("text", "t", 5, 1.0),
    ):
        sheet.append(cells)
    workbook.save(kept)
    made = read(kept.getvalue()).form
    assert made and [asked["default"] for asked in made["questions"]] == [["s", "2026-01-02"], ["s", "1"]]
