"""Two versions of a checklist, question by question."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.forms.books import YES_NO, book, q
from webapp.forms.compare import Line, compare, marks
from webapp.forms.xlsform import read

Json = dict[str, Any]


def form(*rows: dict[str, str], choices: Any = YES_NO, **settings: str) -> Json:
    read_ = read(book(rows, choices, {"form_id": "hire", "version": "1", **settings}))
    assert read_.form, read_.faults
    return read_.form


def lines(old: Json, new: Json) -> dict[str, Line]:
    return {line.node.key: line for line in compare(old, new).lines if line.touched}


HOURS = q("integer", "hours", "每周工时", constraint=". <= 60", hint="按考勤表")


def test_nothing_is_said_of_what_stayed() -> None:
    same = form(HOURS, q("select_one yn", "rest", "每周休息一天"))
    found = compare(same, deepcopy(same))
    assert [line.touched for line in found.lines] == [False, False]
    assert found.head == ()


def test_what_came_and_what_went_stand_where_they_are_and_were() -> None:
    old = form(q("text", "a", "甲"), q("text", "b", "乙"), q("text", "c", "丙"))
    new = form(q("text", "a", "甲"), q("text", "c", "丙"), q("text", "d", "丁"))
    said = [(line.node.key, line.state, line.numbers) for line in compare(old, new).lines]
    assert said == [
        ("a", "same", ("1", "1")),
        ("b", "removed", ("2", "")),
        ("c", "same", ("3", "2")),
        ("d", "added", ("", "3")),
    ]


def test_every_field_of_a_question_is_compared_and_its_rules_are_read_as_a_clerk_wrote_them() -> None:
    old = form(q("select_one yn", "ot", "加班"), HOURS)
    more = {"law": "劳动法第三十八条", "photo": "required", "required": "yes", "relevant": "${ot} = 'yes'"}
    changed = HOURS | more | {"type": "decimal", "constraint": ". < 44", "hint": ""}
    new = form(q("select_one yn", "ot", "加班"), changed)
    said = {(one.field, one.language): (one.old, one.new) for one in lines(old, new)["hours"].changes}
    assert said == {
        ("type", ""): ("integer", "decimal"),
        ("hint", "zh-Hans"): ("按考勤表", None),
        ("law", ""): (None, "劳动法第三十八条"),
        ("required", ""): ("no", "yes"),
        ("relevant", ""): (None, "${ot} = 'yes'"),
        ("constraint", ""): (". <= 60", ". < 44"),
        ("photo", ""): ("allowed", "required"),
    }


def test_both_languages_of_a_label_are_compared() -> None:
    old, new = form(HOURS), form(HOURS)
    old["questions"][0]["label"] = {"zh-Hans": "每周工时", "en": "Hours a week"}
    new["questions"][0]["label"] = {"zh-Hans": "每周工时", "en": "Working hours a week"}
    (change,) = lines(old, new)["hours"].changes
    assert (change.language, change.old, change.new) == ("en", "Hours a week", "Working hours a week")


def test_a_question_with_another_name_and_the_same_words_is_the_same_question_and_who_names_it_did_not_change() -> (
    None
):
    old = form(HOURS, q("text", "why", "原因", relevant="${hours} > 44"))
    new = form(HOURS | {"name": "weekly"}, q("text", "why", "原因", relevant="${weekly} > 44"))
    found = lines(old, new)
    assert list(found) == ["weekly"]
    assert (found["weekly"].renamed, found["weekly"].state) == (True, "same")
    assert found["weekly"].old and found["weekly"].old.key == "hours"


def test_where_two_questions_say_the_same_nobody_guesses_which_is_which() -> None:
    old = form(q("text", "a", "签名"), q("text", "b", "签名"))
    new = form(q("text", "c", "签名"), q("text", "d", "签名"))
    states = [line.state for line in compare(old, new).lines]
    assert sorted(states) == ["added", "added", "removed", "removed"]


def test_only_what_was_taken_elsewhere_has_moved_not_all_that_made_way() -> None:
    rows = [q("text", name, name) for name in "abcde"]
    found = lines(form(*rows), form(rows[4], *rows[:4]))
    assert [(key, line.moved, line.state) for key, line in found.items()] == [("e", True, "same")]


def test_a_question_in_another_group_has_moved_and_those_of_a_renamed_group_have_not() -> None:
    group, end = q("begin group", "g", "用工"), q("end group")
    old = form(group, q("text", "a", "甲"), end, q("text", "b", "乙"))
    new = form(group | {"name": "h"}, q("text", "a", "甲"), q("text", "b", "乙"), end)
    found = lines(old, new)
    assert {key: (line.renamed, line.moved) for key, line in found.items()} == {
        "h": (True, False),
        "b": (False, True),
    }


def test_choices_are_compared_by_name_and_by_label_where_the_name_is_another() -> None:
    head = ("list_name", "name", "label", "city")
    before = [
        head,
        ("l", "a", "甲", "x"),
        ("l", "b", "乙", "x"),
        ("l", "c", "丙", "x"),
        ("l", "d", "丁", "x"),
    ]
    after = [
        head,
        ("l", "a", "甲厂", "x"),
        ("l", "bb", "乙", "x"),
        ("l", "d", "丁", "y"),
        ("l", "e", "戊", "x"),
    ]
    old, new = (form(q("select_one l", "k", "企业"), choices=rows) for rows in (before, after))
    (line,) = lines(old, new).values()
    said = [(one.state, (one.old or {}).get("name"), (one.new or {}).get("name")) for one in line.choices]
    assert said == [
        ("changed", "a", "a"), ("renamed", "b", "bb"), ("changed", "d", "d"), ("added", None, "e"), ("removed", "c", None),
    ]  # fmt: skip
    assert [(one.field, one.old, one.new) for one in line.choices[2].changes] == [("city", "x", "y")]


def test_what_the_form_itself_is_called_is_compared_and_its_version_is_not() -> None:
    old, new = form(HOURS, form_title="用工检查"), form(HOURS, form_title="用工检查表", version="2")
    assert [(one.field, one.old, one.new) for one in compare(old, new).head] == [
        ("title", "用工检查", "用工检查表")
    ]


@pytest.mark.parametrize(
    ("old", "new", "pieces"),
    [
        (
            "每周工时不超过44小时",
            "每周工时不超过40小时",
            [("same", "每周工时不超过"), ("gone", "44"), ("new", "40"), ("same", "小时")],
        ),
        ("${a} = 'yes'", "${b} = 'yes'", [("gone", "${a}"), ("new", "${b}"), ("same", " = 'yes'")]),
        (None, "新", [("new", "新")]),
        ("全都不同", "Entirely other", [("gone", "全都不同"), ("new", "Entirely other")]),
    ],
)  # fmt: skip
def test_the_words_that_changed_are_marked_and_no_others(
    old: str, new: str, pieces: list[tuple[str, str]]
) -> None:
    assert marks(old, new) == pieces


@given(st.text(max_size=60), st.text(max_size=60))
def test_marked_pieces_are_both_texts(old: str, new: str) -> None:
    pieces = marks(old, new)
    assert "".join(text for kind, text in pieces if kind != "new") == old
    assert "".join(text for kind, text in pieces if kind != "gone") == new


@given(st.lists(st.sampled_from("abcdefgh"), unique=True), st.lists(st.sampled_from("abcdefgh"), unique=True))
def test_every_question_of_either_version_is_in_the_comparison_once(
    before: list[str], after: list[str]
) -> None:
    old, new = (
        {
            "name": "f", "version": "1", "item": None, "title": {},
            "questions": [{"name": name, "type": "text", "label": {"zh-Hans": name}} for name in names],
        }
        for names in (before, after)
    )  # fmt: skip
    found = compare(old, new)
    assert [line.node.key for line in found.lines if line.state != "removed"] == after
    assert {line.node.key for line in found.lines if line.state == "removed"} == set(before) - set(after)
    stayed = [line.node.key for line in found.lines if line.state == "same" and not line.moved]
    assert stayed == [name for name in before if name in stayed]
