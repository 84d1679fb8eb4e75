"""A checklist to be filled in by hand: what stands on the paper, and when a question is to be answered, in words."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pypdf import PdfReader

from tests.forms.books import YES_NO, book, q
from webapp.errors import Problem
from webapp.forms.blank import blank_section
from webapp.forms.blank_pdf import blank_pdf
from webapp.forms.conditions import Conditions
from webapp.forms.live import Model
from webapp.forms.rows import numbers_of
from webapp.forms.xlsform import read

Json = dict[str, Any]


def form(*rows: dict[str, str], choices: Any = YES_NO) -> Json:
    reading = read(book(rows, choices, {"form_id": "hire", "version": "1", "form_title": "用工检查"}))
    assert reading.form, reading.faults
    return reading.form


def blocks(*rows: dict[str, str], choices: Any = YES_NO, lang: str = "zh") -> list[Json]:
    found: list[Json] = blank_section(form(*rows, choices=choices), lang, str)["blocks"]
    return found


@pytest.mark.parametrize(
    ("relevant", "words"),
    [
        ("${ot} = 'yes'", "仅当第 1 题为“是”"),
        ("'yes' != ${ot}", "仅当第 1 题不为“是”"),
        ("not(${ot} = 'no')", "仅当第 1 题不为“否”"),
        ("selected(${how}, 'yes')", "仅当第 2 题选了“是”"),
        ("not(selected(${how}, 'yes'))", "仅当第 2 题没有选“是”"),
        ("selected('yes no', ${ot})", "仅当第 1 题为“是”、“否”之一"),
        ("${n} != ''", "仅当填了第 3 题"),
        ("${n} = ''", "仅当第 3 题没有填"),
        ("${n} > 5 and ${ot} = 'yes'", "仅当第 3 题大于 5，并且第 1 题为“是”"),
        ("5 >= ${n}", "仅当第 3 题不大于 5"),
        (
            "${n} < -1 or (${n} > 1 and ${ot} = 'no')",
            "仅当第 3 题小于 -1，或者（第 3 题大于 1，并且第 1 题为“否”）",
        ),
        ("string-length(${ot}) * 2 > 1", "仅当string-length(第 1 题) × 2 > 1"),
        ("${twice} > 4", "仅当(第 3 题 × 2) > 4"),
    ],
)
def test_when_a_question_is_asked_is_said_in_words_where_they_are_simple(relevant: str, words: str) -> None:
    rows = [q("select_one yn", "ot"), q("select_multiple yn", "how"), q("integer", "n")]
    made = form(*rows, q("calculate", "twice", calculation="${n} * 2"), q("text", "why", relevant=relevant))
    model = Model(made)
    said = Conditions(
        model, numbers_of(model.nodes), str, lambda given: (given or {}).get("zh-Hans", ""), False
    )
    assert said.when(model.nodes["why"]) == words


def test_what_a_label_names_is_the_question_by_its_number_and_a_computed_one_by_how() -> None:
    (block,) = blocks(
        q("integer", "n", "人数"),
        q("calculate", "twice", calculation="${n} * 2"),
        q("note", "told", "共 ${n} 人，两倍 ${twice}"),
    )
    assert block["rows"][1]["label"] == "共 〔第 1 题〕 人，两倍 〔第 1 题 × 2〕"


def test_a_computed_question_is_an_empty_box_with_its_formula() -> None:
    (block,) = blocks(q("integer", "n"), q("text", "half", calculation="${n} div 2"))
    row = block["rows"][1]
    assert (row["line"], row["hints"]) == ("box", ["算出：第 1 题 ÷ 2"])


def test_the_choices_of_a_cascade_stand_under_what_they_depend_on() -> None:
    head = ("list_name", "name", "label", "province")
    rows = [head, ("p", "hn", "河南", ""), ("p", "hb", "湖北", "")]
    rows += [("c", "zz", "郑州", "hn"), ("c", "wh", "武汉", "hb"), ("c", "ly", "洛阳", "hn")]
    (block,) = blocks(
        q("select_one p", "province"),
        q("select_one c", "city", choice_filter="province = ${province}"),
        choices=rows,
    )
    assert block["rows"][1]["groups"] == [
        {"label": "河南", "boxes": ["郑州", "洛阳"]}, {"label": "湖北", "boxes": ["武汉"]},
    ]  # fmt: skip
    assert block["rows"][1]["boxes"] == []


def test_many_choices_stand_in_columns_and_may_go_over_pages() -> None:
    rows = [("list_name", "name", "label"), *(("l", f"c{n}", f"选项{n}") for n in range(200))]
    (block,) = blocks(q("select_one l", "one"), choices=rows)
    assert (block["rows"][0]["columns"], block["rows"][0]["many"], len(block["rows"][0]["boxes"])) == (
        3,
        True,
        200,
    )


def test_a_short_repeat_is_a_table_and_a_long_one_is_printed_three_times() -> None:
    repeat, end = q("begin repeat", "r", "职工"), q("end repeat")
    heading, table = blocks(repeat, q("text", "name", "姓名"), q("integer", "age", "年龄"), end)
    assert (heading["label"], table["kind"], table["count"]) == ("职工", "table", 6)
    assert [column["label"] for column in table["columns"]] == ["姓名", "年龄"]
    long = blocks(repeat, q("text", "name", "姓名", law="劳动法"), end)
    assert [block.get("label") for block in long if block["kind"] == "heading"] == [
        "职工", "职工（1）", "职工（2）", "职工（3）",
    ]  # fmt: skip
    numbers = [row["number"] for block in long if block["kind"] == "rows" for row in block["rows"]]
    assert numbers == ["1-1", "1-2", "1-3"]


def test_a_repeat_with_a_known_count_is_printed_so_often() -> None:
    rows = [q("begin repeat", "r", "职工", repeat_count="4"), q("text", "name", "姓名"), q("end repeat")]
    assert blocks(*rows)[-1]["count"] == 4


def test_a_group_says_when_it_is_asked_once_above_its_questions() -> None:
    group = q("begin group", "g", "合同", relevant="${n} > 0")
    heading, rows, end, after = blocks(group, q("text", "a"), q("end group"), q("integer", "n"))
    assert (heading["label"], heading["when"]) == ("合同", "仅当第 2 题大于 0")
    assert [row["when"] for row in rows["rows"]] == [""]
    assert (end["kind"], [row["number"] for row in after["rows"]]) == ("end", ["2"])


def test_a_scale_of_few_points_is_ticked_and_a_long_one_is_written() -> None:
    short, long = ({"start": "1", "end": end, "step": "1"} for end in ("5", "100"))
    made = form(q("range", "a"), q("range", "b"))
    made["questions"][0]["range"], made["questions"][1]["range"] = short, long
    (block,) = blank_section(made, "zh", str)["blocks"]
    assert [row["boxes"] for row in block["rows"]] == [["1", "2", "3", "4", "5"], []]
    assert block["rows"][1]["hints"][0] == "1 到 100，每步 1"


def test_whatever_a_form_holds_is_printed_and_the_same_each_time() -> None:
    choices = [
        ("list_name", "name", "label"),
        *(("l", f"c{n}", "很长的选项" * (n % 9 + 1)) for n in range(120)),
    ]
    rows = [q("select_multiple l", f"m{n}", "长" * 900, hint="提示" * 200) for n in range(3)]
    rows += [
        q("begin repeat", "r", "外"),
        q("begin repeat", "s", "内"),
        q("date", "d"),
        q("end repeat"),
        q("end repeat"),
    ]
    rows += [
        q("rank l", "k"),
        q("dateTime", "t"),
        q("acknowledge", "ok"),
        q("note", "n", "<b>#strong[x] $a$ \\ @y"),
    ]
    made = form(*rows, choices=choices)
    first, again = (blank_pdf(made, "某局", ["版本 1"], "2026-11-21", True, "zh", str) for _ in "12")
    assert first == again
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(first)).pages]
    assert "#strong[x] $a$" in "".join(pages) and len(pages) > 5


def test_what_would_take_too_long_to_print_is_refused_in_words() -> None:
    choices = [("list_name", "name", "label"), *(("l", f"c{n}", f"选项{n}") for n in range(2000))]
    made = form(*(q("select_one l", f"q{n}") for n in range(8)), choices=choices)
    with pytest.raises(Problem) as refused:
        blank_pdf(made, "", [], "", False, "zh", str)
    assert refused.value.code == "paper_long"


def test_a_form_without_any_question_is_a_page() -> None:
    made = {"name": "f", "version": "1", "item": None, "title": {"en": "Empty"}, "questions": []}
    assert len(PdfReader(io.BytesIO(blank_pdf(made, "", [], "", False, "en", str))).pages) == 1
