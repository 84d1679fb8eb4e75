"""A form that would break when it is computed is refused before it is published, with the place."""

import copy
import time
from typing import Any

import pytest

from tests.forms.books import CASCADE, book, books, q
from webapp.forms.rules import check
from webapp.forms.xlsform import read

Json = dict[str, Any]


def form(*asked: Json) -> Json:
    return {"name": "f", "version": "1", "item": None, "title": {"zh-Hans": "表"}, "questions": list(asked)}


def asked(name: str, type: str = "text", **more: Any) -> Json:  # noqa: A002 - the field's name
    return {"name": name, "type": type, "label": {"zh-Hans": "题"}} | more


LIST = [{"name": "x", "label": {"zh-Hans": "甲"}, "more": {"区": "东"}}, {"name": "曙光", "label": {}}]
EVERYTHING = form(
    asked("营业执照", "verdict", severity="严重", verdict=["fail", "na"], photo="required"),
    asked("b.1", "select_one", choices=LIST, choice_filter=["=", ["c", "区"], ["q", "营业执照"]], verdict=["x"]),
    asked("c", "range", range={"start": "0", "end": "1", "step": "0.1"}, read_only=[">", ["."], ["n", "1"]]),
    asked("g", "group", relevant=["not", ["selected", ["q", "b.1"], ["s", "x"]]], children=[asked("c2")]),
    asked("r", "repeat", count=["n", "2"], children=[asked("d"), asked("e", "calculate", calculate=["n", "1"])]),
    asked("f", "datetime", required=["=", ["q", "d", 1], ["s", ""]], required_message={"en": "Why ${d}?"}, default=["now"]),
    asked("h", "acknowledge", constraint=["regex", ["."], ["s", "^O"]], constraint_message={"zh-Hans": "不对"}),
    asked("g2", "group", children=[]),
)  # fmt: skip
WRONG: dict[str, tuple[Json, str]] = {
    "a tree that looks at nobody": (asked("a", relevant=["q", "nobody"]), "a: relevant: no question nobody"),
    "a function that nobody knows": (asked("a", constraint=["pulldata", ["s", ""]]), "a: constraint: pulldata"),
    "too few arguments": (asked("a", calculate=["+", ["n", "1"]]), r"a: calculate: \+ does not take 1"),
    "too many arguments": (asked("a", calculate=["not", ["."], ["."]]), "a: calculate: not does not take 2"),
    "a count of a text": (asked("a", calculate=["count", ["s", "x"]]), "a: calculate: count looks at"),
    "a pattern of one language": (asked("a", constraint=["regex", ["."], ["s", "(?P<x>a)"]]), "a: constraint: regex"),
    "a pattern that is computed": (asked("a", constraint=["regex", ["."], ["."]]), "a: constraint: regex"),
    "a column outside of a filter": (asked("a", relevant=["c", "district"]), "a: relevant: c is not known"),
    "a tree that is none": (asked("a", relevant=[]), "a: relevant: not an expression"),
    "a part that is none": (asked("a", relevant=["not", "x"]), "a: relevant: not an expression"),
    "a leaf with too much": (asked("a", relevant=["s", "x", "y"]), "a: relevant: s is not known"),
    "a label that names nobody": (asked("a", hint={"zh-Hans": "见 ${nobody}"}), "a: hint: no question nobody"),
    "a question that needs itself": (asked("a", relevant=["q", "a"]), "a → a"),
    "a group that needs what is in it": (asked("a", "group", relevant=["q", "a2"], children=[asked("a2")]), "a2 → a2"),
    "a verdict that is no choice": (asked("a", "select_one", choices=LIST, verdict=["y"]), "a: verdict: no choice y"),
    "a verdict of a text": (asked("a", verdict=["y"]), "a: verdict: no choice y"),
    "a choice without a name": (asked("a", "select_one", choices=[{"name": "", "label": {}}]), "name"),
    "a choice with a blank in its name": (asked("a", "rank", choices=[{"name": "x y", "label": {}}]), "name"),
    "a range without ends": (asked("a", "range"), "a: a range"),
    "a text with ends": (asked("a", range={"start": "0", "end": "1", "step": "1"}), "a: a range"),
    "nothing to calculate": (asked("a", "calculate"), "a: nothing is calculated"),
    "a name with an instance": (asked("a[1]"), "name"),
    "a name with a blank": (asked("a b"), "name"),
    "a name twice in one group": (asked("g", "group", children=[asked("a"), asked("a")]), "stand twice: g/a"),
    "a photo that nobody knows": (asked("a", photo="sometimes"), "photo"),
}  # fmt: skip


def test_what_the_contract_says_is_a_form() -> None:
    check(EVERYTHING)


@pytest.mark.parametrize("wrong", WRONG)
def test_a_form_that_would_break_is_refused_with_its_place(wrong: str) -> None:
    question, said = WRONG[wrong]
    body = copy.deepcopy(EVERYTHING)
    body["questions"].insert(0, question)
    with pytest.raises(ValueError, match=said):
        check(body)


def test_a_circle_of_three_is_refused_and_says_its_way() -> None:
    ring = [
        asked("a", relevant=["q", "b"]),
        asked("b", calculate=["q", "c"]),
        asked("c", relevant=["q", "a"]),
    ]
    with pytest.raises(ValueError, match="a → b → c → a"):
        check(form(*ring))


def test_the_same_name_in_two_groups_goes_by_its_path() -> None:
    groups = [asked("a", "group", children=[asked("n")]), asked("b", "group", children=[asked("n")])]
    check(form(*groups, asked("c", relevant=["q", "a/n"], hint={"zh-Hans": "${b/n}"})))
    with pytest.raises(ValueError, match="no question n"):
        check(form(*groups, asked("c", relevant=["q", "n"])))


def test_whatever_the_reader_gives_is_a_form() -> None:
    for name, data in books().items():
        check(read(data, name).form)
    rows = [
        q("select_one co", "s", choice_filter="state = 'tx'"),
        q("range", "r"),
        q("rank co", "k"),
        q("acknowledge", "t"),
    ]
    reading = read(book(rows, CASCADE), "f")
    assert reading.form, reading.faults
    check(reading.form)


def test_a_choice_of_pass_fail_and_na_is_a_verdict_and_fail_goes_without_saying() -> None:
    three = [("list_name", "name", "label"), *(("verdict", name, "x") for name in ("pass", "fail", "na"))]
    reading = read(
        book(
            [q("select_one verdict", "a", verdict="fail"), q("select_one verdict", "b", verdict="fail na")],
            three,
        ),
        "f",
    )
    assert reading.form, reading.faults
    first, second = reading.form["questions"]
    assert first == {"name": "a", "type": "verdict", "label": {"zh-Hans": "题"}}
    assert (second["type"], second["verdict"]) == ("verdict", ["fail", "na"])
    two = read(book([q("select_one verdict", "a", verdict="fail")], three[:3]), "f").form
    assert two and two["questions"][0]["type"] == "select_one" and two["questions"][0]["verdict"] == ["fail"]


def test_five_megabytes_and_five_thousand_questions_are_checked_within_a_second() -> None:
    many = [
        asked(f"n{at}", label={"zh-Hans": "职" * 330}, relevant=["=", ["q", f"n{at - 1}"], ["s", "1"]])
        for at in range(1, 5000)
    ]
    body = form(asked("n0"), *many)
    began = time.process_time()
    check(body)
    assert time.process_time() - began < 1
    with pytest.raises(ValueError, match="more than 5000"):
        check(form(asked("n0"), *many, asked("more")))
