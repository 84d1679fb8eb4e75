"""What a form is, and what is still to be answered in it."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from webapp.forms.rules import check, findings, questions, unanswered

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "forms.json").read_text())
FORM = VECTORS["form"]


def test_questions_are_addressed_in_order_and_groups_and_notes_take_no_answer() -> None:
    content = {"answers": {}, "photos": [], "result": []}
    assert [address for address, _ in questions(FORM, content)] == VECTORS["questions"]


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_what_is_left_and_what_was_found(case: dict[str, Any]) -> None:
    answers = {address: [{"value": value} for value in values] for address, values in case["answers"].items()}
    result = [{"code": case["result"]}] if "result" in case else []
    content = {
        "answers": answers,
        "photos": [{"question": question, "also": []} for question in case["photos"]],
        "result": result,
    }
    assert unanswered(FORM, content) == case["unanswered"]
    assert findings(FORM, content) == case["findings"]


def broken(change: str) -> dict[str, Any]:
    form = copy.deepcopy(FORM)
    first = form["questions"][0]
    match change:
        case "a name twice":
            form["questions"][2]["children"][0]["name"] = "C"
        case "an unknown type":
            first["type"] = "poem"
        case "an unknown key":
            first["colour"] = "red"
        case "a select without choices":
            del form["questions"][3]["choices"]
        case "a text with choices":
            form["questions"][2]["children"][0]["choices"] = [{"name": "x", "label": {}}]
        case "a group without children":
            del form["questions"][2]["children"]
        case "a name that is an address":
            first["name"] = "a/b"
    return form


@pytest.mark.parametrize(
    "change",
    ["a name twice", "an unknown type", "an unknown key", "a select without choices", "a text with choices",
     "a group without children", "a name that is an address"],
)  # fmt: skip
def test_a_form_that_is_wrong_is_refused_before_it_is_published(change: str) -> None:
    check(FORM)
    with pytest.raises(ValueError, match=r"\w"):
        check(broken(change))


@pytest.mark.parametrize("name", ["a", "_x", "中文", "a.b-1", "é"])
def test_a_question_is_named_as_an_element_of_xml_can_be(name: str) -> None:
    form = copy.deepcopy(FORM)
    form["questions"][0]["name"] = name
    check(form)


@pytest.mark.parametrize("name", ["1a", "-a", "a:b", "a b", "a\n", "a#", "×", "", "<a>", "a" * 256])
def test_a_name_that_no_element_of_xml_can_have_is_refused(name: str) -> None:
    form = copy.deepcopy(FORM)
    form["questions"][0]["name"] = name
    with pytest.raises(ValueError, match="name"):
        check(form)


def test_the_name_of_a_form_or_a_choice_does_not_end_in_a_line_feed() -> None:
    with pytest.raises(ValueError, match="name"):
        check(FORM | {"name": "base\n"})
    form = copy.deepcopy(FORM)
    form["questions"][3]["choices"][0]["name"] += "\n"
    with pytest.raises(ValueError, match="name"):
        check(form)
