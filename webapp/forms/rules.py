"""What a form is, and what is still to be answered in it (design 2.3). Pure."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec

from webapp.forms.checking import check_questions
from webapp.forms.expressions import Tree
from webapp.forms.rows import Row, rows_of

Words = dict[Literal["zh-Hans", "en"], str]
# Where a text ends, "$" allows one line feed more.
FormName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,63}(?!\n)$")]
# A name is an element's in an XLSForm's XML, so it begins and goes on as one (NCName, Namespaces in XML 1.0, 3).
BEGINS = (
    r"A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    r"\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
GOES_ON = rf"{BEGINS}0-9.\u00b7\u0300-\u036f\u203f\u2040-"
Name = Annotated[str, msgspec.Meta(pattern=rf"^[{BEGINS}][{GOES_ON}]{{0,254}}(?!\n)$")]
# It stands in the names of files.
Version = Annotated[
    str, msgspec.Meta(pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]+(?!\n)$", min_length=1, max_length=32)
]
ChoiceName = Annotated[str, msgspec.Meta(pattern=r"^\S(?:[^\r\n\t]{0,253}\S)?(?!\n)$")]
# Where nobody could be met or nothing could be checked, the checklist stays as it is (RZ-20).
WITHOUT_CHECKLIST = {"unreachable", "uncooperative", "no_activity"}


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the answers to choose from; `more` are the other columns of its list, for filters."""

    name: ChoiceName
    label: Words
    more: dict[str, str] | None = None


class Range(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From where to where, in which steps; decimal texts."""

    start: str
    end: str
    step: str


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question; a group or repeat has `children` and no answer of its own, a note only its label.

    `verdict`: the names of choices that count as found; `severity`: how grave that is, in words.
    """

    name: Name
    type: Literal[
        "verdict",
        "text",
        "integer",
        "decimal",
        "date",
        "time",
        "datetime",
        "select_one",
        "select_multiple",
        "rank",
        "range",
        "acknowledge",
        "calculate",
        "note",
        "group",
        "repeat",
    ]
    label: Words
    hint: Words | None = None
    law: str | None = None
    guidance: str | None = None
    severity: str | None = None
    verdict: list[str] | None = None
    photo: Literal["none", "allowed", "required", "required_when_failed"] = "allowed"
    appearance: str | None = None
    required: bool | Tree = False
    required_message: Words | None = None
    read_only: bool | Tree = False
    relevant: Tree | None = None
    constraint: Tree | None = None
    constraint_message: Words | None = None
    calculate: Tree | None = None
    default: Tree | None = None
    choices: list[Choice] | None = None
    choice_filter: Tree | None = None
    range: Range | None = None
    count: Tree | None = None
    children: "list[Question] | None" = None


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """检查表: the base form where `item` is null, else the form of that item."""

    name: FormName
    version: Version
    item: str | None
    title: Words
    questions: list[Question]


def check(body: Any) -> Form:
    """`body` as a form. Raises `ValueError` that names the place that is wrong."""
    form = msgspec.convert(body, Form)
    check_questions(body["questions"])
    return form


def every(form: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every question that takes an answer, asked or not, in order."""
    return (asked for asked in _walk(form["questions"]) if asked["type"] not in ("group", "repeat", "note"))


def questions(form: dict[str, Any], content: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every question that is asked, in order, with its address `<form>/<key>[place]`."""
    return ((row["address"], row["asked"]) for row in asked_rows(form, content))


def unanswered(form: dict[str, Any], content: dict[str, Any], now: str | None = None) -> list[str]:
    """Addresses of required questions without an answer, and of required photos that were not taken."""
    if without_checklist(content):
        return []
    pictured = {question for photo in content["photos"] for question in questions_of(photo)}
    return [row["address"] for row in asked_rows(form, content, now) if is_left(row, pictured)]


def invalid(form: dict[str, Any], content: dict[str, Any], now: str | None = None) -> list[str]:
    """Addresses of questions whose answer does not keep to the question's constraint."""
    if without_checklist(content):
        return []
    return [row["address"] for row in asked_rows(form, content, now) if not row["valid"]]


def findings(form: dict[str, Any], content: dict[str, Any], now: str | None = None) -> list[str]:
    """Addresses of the questions that were answered with a finding."""
    return [row["address"] for row in asked_rows(form, content, now) if row["found"]]


def asked_rows(form: dict[str, Any], content: dict[str, Any], now: str | None = None) -> list[Row]:
    """The rows of the questions alone."""
    return [row for row in rows_of(form, content, now) if row["kind"] == "question"]


def is_left(row: Row, pictured: set[str]) -> bool:
    """Whether a question lacks its answer, or its photo among the addresses that have one."""
    return lacks_answer(row) or (row["photo_needed"] and row["address"] not in pictured)


def lacks_answer(row: Row) -> bool:
    """Whether somebody has to answer here and nobody did; what the form itself says asks nobody."""
    return row["required"] and not (row["value"] or row["calculated"] or row["read_only"])


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


def _walk(given: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for question in given:
        yield question
        yield from _walk(question.get("children") or [])
