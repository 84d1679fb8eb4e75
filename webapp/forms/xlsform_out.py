"""A form of ours as an XLSForm: `xlsform.read` reads it back to the same, and ODK, Kobo and Survey123 open it. Pure.

What another tool does not know (law, severity, guidance, photo, verdict) stands in columns of its own, which it skips.
"""

import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import count
from typing import Any

import xlsxwriter
from pyxform.utils import default_is_dynamic

from webapp.canonical import canonical
from webapp.forms.checking import LISTED, WORDS
from webapp.forms.expressions import Tree
from webapp.forms.writing import Refer, References, written

Json = dict[str, Any]
Row = dict[str, str]

CHINESE, ENGLISH = "中文 (zh)", "English (en)"
LANGUAGES = {"zh-Hans": CHINESE, "en": ENGLISH}
# Our name of a tree and the column in which it stands.
TREES = {
    "relevant": "relevant", "constraint": "constraint", "calculate": "calculation", "choice_filter": "choice_filter",
    "count": "repeat_count",
}  # fmt: skip
OWN = ("law", "severity", "guidance", "photo")
PLAIN = ("appearance", *OWN)
TYPES = {"datetime": "dateTime", "group": "begin_group", "repeat": "begin_repeat"}
VERDICT = "verdict"
VERDICTS: list[Json] = [
    {"name": "pass", "label": {"zh-Hans": "合格", "en": "Pass"}},
    {"name": "fail", "label": {"zh-Hans": "不合格", "en": "Fail"}},
    {"name": "na", "label": {"zh-Hans": "不适用", "en": "Not applicable"}},
]

SURVEY = (
    "type", "name",
    *(f"{name}::{language}" for name in ("label", "hint") for language in (CHINESE, ENGLISH)),
    "required", "relevant", "constraint", "calculation", "default", "choice_filter", "repeat_count", "parameters",
    "appearance", "read_only",
    *(f"{name}::{language}" for name in WORDS[2:] for language in (CHINESE, ENGLISH)),
    *OWN, "verdict",
)  # fmt: skip
CHOICES = ("list_name", "name", f"label::{CHINESE}", f"label::{ENGLISH}")
WIDTHS = {"type": 22, "name": 16, f"label::{CHINESE}": 44, f"label::{ENGLISH}": 44, "law": 30, "guidance": 30}
# The same form gives the same bytes: no time of writing.
MADE = datetime(2026, 1, 1)


def write(form: Json, notes: list[tuple[str, str]] | None = None) -> bytes:
    """The bytes of an XLSX file; with `notes` (names of columns, what they are for) all columns stand there, explained.

    Raises `ValueError` where a text is longer than a cell of a spreadsheet.
    """
    book = _Book(form)
    settings = book.settings()
    sheets = {
        "survey": (list(SURVEY) if notes else _used(SURVEY, book.survey), book.survey),
        "choices": (
            _used((*CHOICES, *book.more), book.choices) if book.choices else list(CHOICES),
            book.choices,
        ),
        "settings": (list(settings), [settings]),
    }
    return _packed(sheets, notes or [])


class _Book:
    """A form as the rows of an XLSForm."""

    def __init__(self, form: Json) -> None:
        self.form, self.references = form, References(form)
        self.survey: list[Row] = []
        self.choices: list[Row] = []
        self.lists: dict[bytes, str] = {}
        self._ask(form["questions"], iter(self.references.nodes))

    def settings(self) -> Row:
        """What holds for the whole form."""
        title = self.form["title"]
        chinese = title.get("zh-Hans")
        found = {"form_title": chinese or title.get("en", ""), "form_id": self.form["name"]}
        found |= {"version": self.form["version"], "default_language": CHINESE if chinese else ENGLISH}
        if chinese and "en" in title:
            found["form_title_en"] = title["en"]
        if any(_twice(names) for names in self._names().values()):
            found["allow_choice_duplicates"] = "yes"
        # Readers of XLSForms make one blank of two, unless they are told not to.
        if any("  " in said for row in [*self.survey, *self.choices] for said in row.values()):
            found["clean_text_values"] = "no"
        return found

    @property
    def more(self) -> list[str]:
        """The columns that choices have beside their name and label, in the order in which they come."""
        return list(dict.fromkeys(name for row in self.choices for name in row if name not in CHOICES))

    def _names(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for row in self.choices:
            found.setdefault(row["list_name"], []).append(row["name"])
        return found

    def _ask(self, questions: list[Json], keys: Iterator[str]) -> None:
        """A row for each question; `keys` come in the order of the page, as the questions do."""
        for asked in questions:
            self.survey.append(self._row(asked, self.references.at(next(keys))))
            if asked["type"] in ("group", "repeat"):
                self._ask(asked.get("children") or [], keys)
                self.survey.append({"type": f"end_{asked['type']}"})

    def _row(self, asked: Json, refer: Refer) -> Row:
        row = {"type": self._type(asked), "name": asked["name"]}
        for name in WORDS:
            row |= _words(name, asked.get(name))
        row |= {column: written(asked[name], refer) for name, column in TREES.items() if name in asked}
        for name in ("required", "read_only"):
            if name in asked:
                said = asked[name]
                row[name] = ("yes" if said else "no") if isinstance(said, bool) else written(said, refer)
        if "default" in asked:
            row["default"] = _default(asked["default"], row["type"], refer)
        if "range" in asked:
            row["parameters"] = " ".join(f"{name}={said}" for name, said in asked["range"].items())
        row |= {name: asked[name] for name in PLAIN if asked.get(name)}
        found = asked.get("verdict", ["fail"] if asked["type"] == VERDICT else [])
        return row | ({"verdict": " ".join(found)} if found else {})

    def _type(self, asked: Json) -> str:
        if asked["type"] == VERDICT:
            return f"select_one {self._list([VERDICT], VERDICTS)}"
        if asked["type"] in LISTED:
            names = (name for name in _numbered(asked["name"]) if name != VERDICT)
            return f"{asked['type']} {self._list(names, asked['choices'])}"
        return TYPES.get(asked["type"], asked["type"])

    def _list(self, names: Iterable[str], choices: list[Json]) -> str:
        """The list of these choices, named by the first name that is free; questions that offer the same share one."""
        same = canonical([names == [VERDICT], choices])
        if same not in self.lists:
            name = self.lists[same] = next(one for one in names if one not in self.lists.values())
            for choice in choices:
                row = {"list_name": name, "name": choice["name"], **_words("label", choice.get("label"))}
                self.choices.append(choice.get("more", {}) | row)
        return self.lists[same]


def _numbered(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}_{number}" for number in count(2))


def _twice(names: list[str]) -> bool:
    return len(set(names)) < len(names)


def _words(name: str, said: Json | None) -> Row:
    return {f"{name}::{LANGUAGES[language]}": text for language, text in (said or {}).items()}


def _default(tree: Tree, kind: str, refer: Refer) -> str:
    """A text as it is, unless readers would take it for an expression."""
    plain = tree[0] == "s" and not default_is_dynamic(tree[1], kind)
    return str(tree[1]) if plain else written(tree, refer)


def _used(columns: tuple[str, ...], rows: list[Row]) -> list[str]:
    """The columns in which something stands; a form always has its first ones."""
    return [name for at, name in enumerate(columns) if at < 3 or any(row.get(name) for row in rows)]


def _packed(sheets: dict[str, tuple[list[str], list[Row]]], notes: list[tuple[str, str]]) -> bytes:
    """An XLSX file in which every cell is a text: none is ever run as a formula."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"created": MADE})
        head = book.add_format({"bold": True, "bottom": 1, "num_format": "@"})
        cell = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        for name, (columns, rows) in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for at, column in enumerate(columns):
                sheet.set_column(at, at, WIDTHS.get(column, 18), cell)
                sheet.write_string(0, at, column, head)
            for line, row in enumerate(rows, start=1):
                for at, column in enumerate(columns):
                    if (said := row.get(column)) and sheet.write_string(line, at, said, cell):
                        raise ValueError(f"{name} {line + 1} {column}: longer than a cell")
        if notes:
            _explain(book.add_worksheet("说明"), notes, head, cell)
    return buffer.getvalue()


def _explain(sheet: Any, notes: list[tuple[str, str]], head: Any, cell: Any) -> None:
    sheet.set_column(0, 0, 26, head)
    sheet.set_column(1, 1, 100, cell)
    for line, (column, said) in enumerate(notes):
        sheet.write_string(line, 0, column, head)
        sheet.write_string(line, 1, said, cell)
