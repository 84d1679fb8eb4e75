"""A form as it is written in the browser, and back; what is wrong is said at its question."""

import inspect
import re
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings

from tests.forms.books import books
from tests.forms.test_xlsform_out import forms
from webapp.canonical import canonical
from webapp.demo import world
from webapp.forms import editing, expressions, rules
from webapp.forms.editing import Sheet, form_of, sheet_of
from webapp.forms.editing_words import SAID
from webapp.forms.template import EXAMPLE
from webapp.forms.xlsform import read

Json = dict[str, Any]
UPLOADED = [reading.form for name, data in books().items() if (reading := read(data, name)).form]


def sheet(*questions: Json, **head: Any) -> Json:
    return {"name": "f", "version": "1", "title": {"zh-Hans": "表"}, **head, "questions": list(questions)}


def q(name: str, kind: str = "text", **more: Any) -> Json:
    return {"name": name, "type": kind, "label": {"zh-Hans": "题"}, **more}


def flaws(*questions: Json, **head: Any) -> list[tuple[int, str, str]]:
    """What is wrong, and that the rest can be shown all the same."""
    form, found = form_of(sheet(*questions, **head))
    rules.check(form)
    return [(flaw.at, flaw.field, flaw.code) for flaw in found]


def again(form: Json) -> Json:
    written = msgspec.to_builtins(msgspec.convert(sheet_of(form), Sheet))
    made, found = form_of(written)
    assert not found
    return made


@pytest.mark.parametrize("form", [*UPLOADED, *world.forms(), EXAMPLE], ids=lambda form: form["name"])
def test_a_form_that_nobody_changed_is_the_same(form: Json) -> None:
    assert canonical(again(form)) == canonical(form | {"item": None})


@settings(max_examples=60, deadline=None)
@given(forms())
def test_any_form_is_the_same_after_it_was_opened(form: Json) -> None:
    assert canonical(again(form)) == canonical(form)


def test_what_lacks_or_is_wrong_is_said_at_its_question_all_at_once() -> None:
    found = flaws(
        q("a", label={}),
        q("b c"),
        q("g", "group", children=[q("d", "select_one"), q("d")]),
        q("e", relevant="${nobody} = 1"),
        q("f", constraint="frob(.)"),
        q("h", "calculate"),
        q("i", "range", range={"start": "1", "end": "5", "step": "0"}),
        q("j", "select_multiple", choices=[{"name": "x"}, {"name": "x"}, {"name": "a b"}]),
        q("k", label={"zh-Hans": "${gone} 的"}),
        q("m", "repeat", count="3 + 1", children=[q("n")]),
        name="1",
        title={},
        version=" ",
    )
    assert found == [
        (-1, "name", "form_name"), (-1, "version", "lacks_version"), (-1, "title", "lacks_title"),
        (0, "label", "lacks_label"), (1, "name", "name"), (3, "choices", "lacks_choices"), (4, "name", "name_twice"),
        (8, "range", "range"), (9, "choices", "choice_twice"), (9, "choices", "choice_name"),
        (5, "relevant", "unknown_reference"), (6, "constraint", "unknown_function"),
        (7, "calculate", "lacks_calculation"), (10, "label", "unknown_reference"), (11, "count", "count"),
    ]  # fmt: skip


def test_a_circle_is_named_and_the_rest_is_shown() -> None:
    assert flaws(q("a", relevant="${b} = 1"), q("b", relevant="${a} = 1")) == [(0, "relevant", "circular")]
    assert flaws(q("g", "group", relevant="${x} = 1", children=[q("x")])) == [(1, "relevant", "circular")]


def test_an_expression_says_where_it_went_wrong() -> None:
    _, (flaw,) = form_of(sheet(q("a"), q("b", relevant="${a} = = 1")))
    assert (flaw.code, flaw.place, flaw.name) == ("expected", 8, "=")


def test_too_many_and_too_deep_are_refused_before_they_are_looked_at() -> None:
    assert flaws(*[q(f"q{at}") for at in range(6000)]) == [(-1, "questions", "many")]
    deep: Json = q("a")
    for level in range(300):
        deep = q(f"g{level}", "group", children=[deep])
    assert flaws(deep) == [(-1, "questions", "nested")]


def test_texts_lose_what_no_spreadsheet_keeps_and_nothing_else() -> None:
    form, found = form_of(sheet(q("a", label={"zh-Hans": "  甲\r\n乙\xa0丙\x00\ud800 ", "en": "\u200b"})))
    assert form["questions"][0]["label"] == {"zh-Hans": "甲\n乙 丙", "en": "\u200b"} and not found
    assert (
        "<script>"
        in form_of(sheet(q("a", label={"en": "<script>alert(1)</script>"})))[0]["questions"][0]["label"]["en"]
    )


def test_each_flaw_has_words() -> None:
    codes = set(re.findall(r'"([a-z_]+)"', inspect.getsource(editing)))
    expression = set(re.findall(r'NotAnExpression\("([a-z_]+)"', inspect.getsource(expressions)))
    for code in expression | {"name_twice", "choice_twice", "nested", "many", "other"}:
        assert code in SAID
    assert SAID.keys() - expression <= codes
