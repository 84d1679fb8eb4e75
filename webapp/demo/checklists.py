"""The demo's forms: the base form, one per item with questions on each content. Most are made from `questions.tsv`;
what has logic is a spreadsheet, as a clerk writes it (`pd5.xlsx`)."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from webapp.demo.library import HERE, Row, items, table
from webapp.forms.rules import every

WRITTEN = ("PD5",)
VERSION = "2026.1"
BASE_TITLE = {"zh-Hans": "基础检查表", "en": "Base form"}


def forms() -> list[Row]:
    """The base form, then `pd1` to `pd9` (CA-2.1c), each in the shape that `webapp.forms` publishes."""
    rows = table("questions.tsv")
    base = _form("base", None, BASE_TITLE, rows, [])
    return [base, *(_of_item(item, rows) for item in items())]


def of_visit(codes: list[str]) -> list[Row]:
    """The forms that a visit for these items asks for, the base form first."""
    return [form for form in forms() if form["item"] is None or form["item"] in codes]


def questions(form: Row) -> Iterator[Row]:
    """The questions of a form that take an answer, in order, those of a group or repeat in its place."""
    return (asked for asked in every(form) if "calculate" not in asked)


def told() -> dict[str, dict[str, str]]:
    """What the demo knows of each question by its name: what is answered to it, and what is written where it fails."""
    known = {row["name"]: row for row in table("questions.tsv")}
    for row in table("logic.tsv"):
        (asked,) = (one for code in WRITTEN for one in every(_written(code)) if one["name"] == row["name"])
        words = {
            "label": asked["label"]["zh-Hans"],
            "type": asked["type"],
            "photo": asked.get("photo", "allowed"),
        }
        known[row["name"]] = row | words | {"required": "yes" if asked.get("required") else "no"}
    return known


def _of_item(item: Row, rows: list[dict[str, str]]) -> Row:
    if item["code"] in WRITTEN:
        return _written(item["code"])
    return _form(_name(item["code"]), item["code"], _title(item), rows, item["bases"])


@cache
def _written(code: str) -> Row:
    # The reader is large: only what looks at such a form waits for it.
    from webapp.forms.xlsform import read

    reading = read((HERE / f"{code.lower()}.xlsx").read_bytes(), code.lower())
    if reading.form is None:
        raise ValueError(f"{code}: {reading.faults}")
    return reading.form | {"item": code}


def _form(
    name: str, item: str | None, title: dict[str, str], rows: list[dict[str, str]], bases: list[str]
) -> Row:
    own = [row for row in rows if row["form"] == (item or "base")]
    asked = [_question(row, own, bases) for row in own if not row["parent"]]
    return {"name": name, "version": VERSION, "item": item, "title": title, "questions": asked}


def _question(row: dict[str, str], rows: list[dict[str, str]], bases: list[str]) -> Row:
    question: dict[str, Any] = {
        "name": row["name"],
        "type": row["type"],
        "label": {"zh-Hans": row["label"], "en": row["english"]},
        "hint": _words(row["hint"]) if row["hint"] else None,
        "law": _law(row["law"], bases) or None,
        "guidance": row["guidance"] or None,
        "required": row["required"] == "yes",
        "photo": row["photo"],
        "choices": [_choice(choice) for choice in row["choices"].split(";") if choice],
        "children": [_question(child, rows, bases) for child in rows if child["parent"] == row["name"]],
    }
    return {name: value for name, value in question.items() if value not in (None, [])}


def _law(named: str, bases: list[str]) -> str:
    """The item's legal bases by their numbers in the list (`1,2`), or the words given for the base form."""
    return "；".join(bases[int(number) - 1] for number in named.split(",")) if named[:1].isdigit() else named


def _choice(written: str) -> Row:
    name, _, label = written.partition("=")
    return {"name": name, "label": _words(label)}


def _words(written: str) -> dict[str, str]:
    chinese, _, english = written.partition("=")
    return {"zh-Hans": chinese, "en": english}


def _title(item: Row) -> dict[str, str]:
    return {"zh-Hans": f"{item['name'].removesuffix('检查')}检查表", "en": item["english"]}


def _name(code: str) -> str:
    return code.lower()
