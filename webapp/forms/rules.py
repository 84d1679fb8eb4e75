"""What a form is, and what is still to be answered in it (design 2.3). Pure."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec

Words = dict[Literal["zh-Hans", "en"], str]
Name = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,63}$")]
FINDING = "fail"
# Where nobody could be met or nothing could be checked, the checklist stays as it is (RZ-20).
WITHOUT_CHECKLIST = {"unreachable", "uncooperative", "no_activity"}


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the answers to choose from."""

    name: Name
    label: Words


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One question; a group has `children` and no answer of its own, a note only its label."""

    name: Name
    type: Literal[
        "verdict",
        "text",
        "integer",
        "decimal",
        "date",
        "time",
        "select_one",
        "select_multiple",
        "note",
        "group",
    ]
    label: Words
    hint: Words | None = None
    law: str | None = None
    guidance: str | None = None
    required: bool = False
    photo: Literal["none", "allowed", "required", "required_when_failed"] = "allowed"
    choices: list[Choice] | None = None
    children: "list[Question] | None" = None


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """检查表: the base form where `item` is null, else the form of that item."""

    name: Name
    version: Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
    item: str | None
    title: Words
    questions: list[Question]


def check(body: Any) -> Form:
    """`body` as a form. Raises `ValueError` that names the place that is wrong."""
    form = msgspec.convert(body, Form)
    names = [question["name"] for question in _walk(body["questions"])]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"question names stand twice: {', '.join(sorted(twice))}")
    for question in _walk(body["questions"]):
        if question["type"].startswith("select_") != bool(question.get("choices")):
            raise ValueError(f"{question['name']}: a select has choices and nothing else does")
        if (question["type"] == "group") != bool(question.get("children")):
            raise ValueError(f"{question['name']}: a group has children and nothing else does")
    return form


def questions(form: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every question that takes an answer, in order, with its address `<form>/<question>`."""
    for question in _walk(form["questions"]):
        if question["type"] not in ("group", "note"):
            yield f"{form['name']}/{question['name']}", question


def unanswered(form: dict[str, Any], content: dict[str, Any]) -> list[str]:
    """Addresses of required questions without an answer, and of required photos that were not taken."""
    if without_checklist(content):
        return []
    pictured = {question for photo in content["photos"] for question in questions_of(photo)}
    left = []
    for address, question in questions(form):
        values = [answer["value"] for answer in content["answers"].get(address, [])]
        if question.get("required") and not any(is_answer(value) for value in values):
            left.append(address)
        elif needs_photo(question, values) and address not in pictured:
            left.append(address)
    return left


def without_checklist(content: dict[str, Any]) -> bool:
    """Whether the result says that nobody was met or nothing could be checked (RZ-20)."""
    return any(result["code"] in WITHOUT_CHECKLIST for result in content["result"])


def is_answer(value: Any) -> bool:
    """Whether a value says anything."""
    return value is not None and value != "" and value != []


def questions_of(photo: dict[str, Any]) -> list[str]:
    """The questions that a photo of a record belongs to: the one that it was taken for, and those it was attached to."""
    given = [photo["question"], *(attached["question"] for attached in photo["also"])]
    return [question for question in given if isinstance(question, str)]


def needs_photo(question: dict[str, Any], values: list[Any]) -> bool:
    """Whether the question asks for a photo, given its answers."""
    photo = question.get("photo", "allowed")
    return photo == "required" or (photo == "required_when_failed" and FINDING in values)


def findings(form: dict[str, Any], content: dict[str, Any]) -> list[str]:
    """Addresses of the questions that were answered with a finding."""
    return [
        address
        for address, question in questions(form)
        if question["type"] == "verdict"
        and any(answer["value"] == FINDING for answer in content["answers"].get(address, []))
    ]


def _walk(given: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for question in given:
        yield question
        yield from _walk(question.get("children") or [])
