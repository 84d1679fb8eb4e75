"""An XLSX file becomes a book of rows, and what `pyxform` makes of them; all its refusals at once, each with its place.

`pyxform` stops at the first thing that it refuses: that is put right here as if the clerk had, to find the next. Pure.
"""

import io
import re
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from openpyxl import load_workbook
from pyxform.errors import PyXFormError, PyXFormReadError
from pyxform.xls2json_backends import xlsx_to_dict
from pyxform.xls2xform import convert

Json = dict[str, Any]

BYTES, UNPACKED, PARTS = 5 * 2**20, 40 * 2**20, 1000
# What the reader builds an object of for each: cells, shared texts, looks of cells.
CELLS, TEXTS, LOOKS = 400_000, 100_000, 20_000
QUESTIONS, CHOICES, REFERENCES = 5000, 20_000, 40_000
# So many rows are read again, at the most, to find what else is wrong.
ROWS_AGAIN, TRIES = 10_000, 40
# A damaged file fails in whatever part of the reader its damage meets.
DAMAGED = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, OSError, ValueError, LookupError, TypeError, AttributeError,
    NotImplementedError, EOFError, SyntaxError, RuntimeError,
)  # fmt: skip
# After so many empty rows pyxform takes a sheet for read.
GAP = 61
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOCKED = "EncryptedPackage".encode("utf-16-le")
# pyxform makes typewriter's quotes of these, in words too, where Chinese has no others.
QUOTES = {ord(sign): chr(0xE000 + at) for at, sign in enumerate("“”‘’")}
UNQUOTES = {ord(kept): chr(sign) for sign, kept in QUOTES.items()}
WORDED = {
    "label", "caption", "hint", "guidance_hint", "guidance", "law", "severity", "constraint_message", "required_message",
    "constraining_message", "requiredmsg", "jr:constraintmsg", "jr:requiredmsg", "title", "form_title", "set_form_title",
    "form_title_en",
}  # fmt: skip
OF_A_BOOK = re.compile(r"xl/(?:workbook\.xml|styles\.xml|sharedStrings\.xml|worksheets/|_rels/)")
_REACH = re.compile(rb"<dimension\s+ref=\"[A-Z]+\d+:[A-Z]+(\d{1,7})\"")
_ROW = re.compile(r"\[row : (\d+)\] ?")


@dataclass(frozen=True)
class Fault:
    """What is wrong and where: `row` as the spreadsheet counts, `name` of the question, choice or function;
    `said` is what stands there, or what pyxform says of it, in English."""

    code: str
    sheet: str = "survey"
    row: int | None = None
    column: str = ""
    name: str = ""
    said: str = ""


class Refused(ValueError):
    """A file of which nothing can be read; `fault` says why."""

    def __init__(self, code: str, sheet: str = "", name: str = "", row: int = 1) -> None:
        super().__init__(code)
        self.fault = Fault(code, sheet, row if sheet else None, name=name)


def opened(data: bytes) -> Json:
    """The sheets of an XLSX file as pyxform wants them.

    Raises `Refused`: `kind`, `old`, `locked`, `large`, `unreadable`, `head_twice`, `gap`, `many`.
    """
    if data.startswith(OLE):
        raise Refused("locked" if LOCKED in data else "old")
    if not data.startswith(b"PK"):
        raise Refused("kind")
    if len(data) > BYTES:
        raise Refused("large")
    try:
        last = _measure(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book: Json = xlsx_to_dict(io.BytesIO(data))
        if last > GAP + len(book.get("survey") or []):
            _look_behind(data, len(book.get("survey") or []))
    except PyXFormReadError as error:
        raise Refused("unreadable") from error
    except PyXFormError as error:
        raise Refused("head_twice", *_headed_twice(data)) from error
    except Refused:
        raise
    except DAMAGED as error:
        raise Refused("unreadable") from error
    if too_much(book):
        raise Refused("many")
    return _quoted(book)


def _headed_twice(data: bytes) -> tuple[str, str]:
    """The sheet, and the head of a column that stands twice in it."""
    for sheet in load_workbook(io.BytesIO(data), read_only=True).worksheets:
        first = next(sheet.iter_rows(max_row=1, values_only=True), ())
        heads = Counter(" ".join(head.split()) for head in first if isinstance(head, str))
        if twice := [head for head, times in heads.items() if times > 1 and head]:
            return sheet.title, twice[0]
    return "", ""


def _quoted(book: Json) -> Json:
    """The book with the quotes of its words where pyxform does not find them."""
    for sheet in ("survey", "choices", "settings"):
        for row in book.get(sheet) or []:
            for head, said in row.items():
                if isinstance(said, str) and plain_head(head) in WORDED:
                    row[head] = said.translate(QUOTES)
    return book


def _look_behind(data: bytes, read: int) -> None:
    """pyxform reads no further than a long gap: refuse where questions stand behind it."""
    for sheet in load_workbook(io.BytesIO(data), read_only=True).worksheets:
        if sheet.title.lower() == "survey":
            behind = sheet.iter_rows(min_row=read + GAP, max_row=read + 20 * GAP, values_only=True)
            for row, cells in enumerate(behind, read + GAP):
                if any(cell not in (None, "") for cell in cells):
                    raise Refused("gap", sheet.title, row=row)


def _measure(data: bytes) -> int:
    """Refuse what would take long or much room before it is read, and say how many rows the longest sheet has. What a
    part says of its own size is not believed."""
    last = 0
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        names = parts.namelist()
        if "xl/workbook.xml" not in names:
            raise Refused("kind")
        if len(names) > PARTS:
            raise Refused("large")
        left = UNPACKED
        for name in filter(OF_A_BOOK.match, names):
            with parts.open(name) as part:
                said = part.read(left + 1)
            left -= len(said)
            if left < 0 or b"<!DOCTYPE" in said or _objects(name, said):
                raise Refused("large")
            if found := _REACH.search(said, 0, 4096):
                last = max(last, int(found[1]))
    return last


def _objects(name: str, said: bytes) -> bool:
    """Whether a part holds more of anything than a form has."""
    if name.endswith("sharedStrings.xml"):
        return said.count(b"<") > 8 * TEXTS or said.count(b"<si") > TEXTS
    if name.endswith("styles.xml"):
        return said.count(b"<") > LOOKS
    return said.count(b"<v") + said.count(b"<is") > CELLS


def too_much(book: Json) -> bool:
    """Whether a book has more rows, or more references in them, than pyxform carries in good time."""
    survey, choices = book.get("survey") or [], book.get("choices") or []
    if len(survey) > QUESTIONS + 1000 or len(choices) > CHOICES:
        return True
    return sum(str(said).count("${") for row in [*survey, *choices] for said in row.values()) > REFERENCES


def made(book: Json) -> tuple[Json | None, list[Fault]]:
    """What pyxform makes of the book, and what it refused: of a form with faults, what it would be without them."""
    given = book | {sheet: [dict(row) for row in book.get(sheet) or []] for sheet in ("survey", "choices")}
    given["settings"] = [dict(row) for row in book.get("settings") or []]
    faults: list[Fault] = []
    for _ in range(max(2, min(TRIES, ROWS_AGAIN // (len(given["survey"]) + 1)))):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return convert(given, validate=False)._pyxform, in_order(faults)
        except PyXFormError as error:
            found = list(_of(error, given))
            faults += [fault for fault in found if fault not in faults and not _follows(fault, faults)]
            if not all([_mended(fault, given) for fault in found]):
                break
        except RecursionError:
            faults.append(Fault("nested"))
            break
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            faults.append(Fault("pyxform", sheet="", said=f"{type(error).__name__}: {error}"[:300]))
            break
    return None, in_order(faults)


def in_order(faults: list[Fault]) -> list[Fault]:
    """Faults as they stand in the workbook."""
    return sorted(faults, key=lambda fault: (fault.sheet != "survey", fault.sheet, fault.row or 0))


def _follows(fault: Fault, faults: list[Fault]) -> bool:
    """Whether a reference only means what was put right before."""
    return fault.code == "no_question" and any(
        fault.name and fault.name == before.name for before in faults if before.code in ("name", "twice")
    )


# ---- pyxform's words, in ours

# The fault, and where its message says which name, what else, and in which sheet.
SAID: list[tuple[str, str, str]] = [
    ("twice", r"the 'name' value '(?P<name>.*?)' is invalid\. (?:Questions, groups|Repeat names must unique)", "survey"),
    ("reserved", r"the 'name' value '(?P<name>.*?)' is invalid\. (?:Repeat names must not|The name 'meta')", "survey"),
    ("nameless", r"Choices must have a name", "choices"),
    ("choice_twice", r"Choice names must be unique", "choices"),
    ("name", r"On the '(?P<sheet>\w+)' sheet, the '(?P<column>[^']*)' value is invalid\. Names must begin", "survey"),
    ("name", r"The '(?P<name>.*?)' value is invalid\. Names must begin", "settings"),
    ("no_question", r"the '(?P<column>[^']*)' value is invalid\. .*Could not find the name '(?P<name>.*?)'", "survey"),
    ("ambiguous", r"the '(?P<column>[^']*)' value is invalid\. .*The name '(?P<name>.*?)' appears more", "survey"),
    ("braces", r"the '(?P<column>[^']*)' value is invalid\. Reference variables must start with", "survey"),
    ("head_twice", r"sheet: '(?P<sheet>\w+)'\. Headers that are different names.* found: (?P<name>.*?)\. Rename", "survey"),
    ("head_missing", r"sheet: '(?P<sheet>\w+)'\. One or more required .* not found: '?(?P<name>.*?)'?\. Learn", "survey"),
    ("head_missing", r"Invalid headers provided for sheet: '(?P<sheet>\w+)'", "survey"),
    ("no_survey", r"You must have a sheet named 'survey'", ""),
    ("type", r"Unknown question type '(?P<said>.*?)'", "survey"),
    ("typeless", r"Question with no type", "survey"),
    ("nameless", r"Question or group with no name", "survey"),
    ("labelless", r"named '(?P<name>.*?)' has no label or hint", "survey"),
    ("choices", r"List name not in (?:choices|columns) sheet: (?P<name>.*)", "survey"),
    ("choices", r"There should be a choices sheet", "survey"),
    ("choices", r"Please specify choices for this", "survey"),
    ("blank", r"See \[(?P<name>.*?)\] in \[", "choices"),
    ("uncalculated", r"Missing calculation", "survey"),
    ("begun", r"Unmatched 'begin_\w+'\. .*for the name '(?P<name>.*?)'", "survey"),
    ("ended", r"Unmatched 'end_(?P<name>\w+)'", "survey"),
]  # fmt: skip
_SAID = [(code, re.compile(pattern, re.DOTALL), sheet) for code, pattern, sheet in SAID]


def _of(error: PyXFormError, book: Json) -> Iterator[Fault]:
    """A refusal as faults: one message may hold several, each with its row."""
    first, *parts = _ROW.split(str(error))
    for row, words in zip(parts[::2], parts[1::2], strict=True):
        yield _fault(words.strip(), int(row), book)
    if not parts:
        yield _fault(first, (getattr(error, "context", None) or {}).get("row"), book)


def _fault(said: str, row: int | None, book: Json) -> Fault:
    for code, pattern, sheet in _SAID:
        if found := pattern.search(said):
            parts = found.groupdict(default="")
            sheet = parts.get("sheet") or sheet
            name, stands = parts.get("name", ""), parts.get("said", "")
            if code == "choices" and not name:
                row, name = _first_list(book)
            if (
                code == "nameless"
                and sheet == "survey"
                and row
                and (kind := _cell(book, sheet, row, "type")).lower()[:3] == "end"
            ):
                code, stands = "type", kind
            if code in ("head_twice", "head_missing"):
                row = 1
            row = row or _row_of(book, sheet, name, stands)
            column = parts.get("column", "")
            if code == "name" and row:
                name = str(_cell(book, sheet, row, column or "name"))
            return Fault(code, sheet, row, column, name or _name(book, sheet, row), stands)
    return Fault("pyxform", "survey" if row else "", row, "", _name(book, "survey", row), said[:500])


def rows_named(book: Json, sheet: str = "survey") -> Iterator[tuple[int, Json, str, str]]:
    """The rows of a sheet as the spreadsheet counts them, each with its type and its name."""
    heads = {plain_head(head): head for row in book.get(f"{sheet}_header") or [{}] for head in row}
    kind = next((heads[one] for one in ("type", "command") if one in heads), "type")
    name = next((heads[one] for one in ("name", "value", "tag") if one in heads), "name")
    for number, row in enumerate(book.get(sheet) or [], 2):
        yield (
            number,
            row,
            " ".join(str(row.get(kind) or "").lower().split()),
            str(row.get(name) or "").strip(),
        )


def plain_head(head: str) -> str:
    """The head of a column as pyxform knows it: in small letters, `_` for blanks, without its language."""
    plain = head.strip().lower()
    first, mark, rest = plain.partition("::" if "::" in plain else ":")
    if first in ("bind", "control", "body") and mark:
        return "_".join(rest.split())
    return plain if first == "jr" else "_".join(first.split())


def _row_of(book: Json, sheet: str, name: str, kind: str) -> int | None:
    for number, row, _, own in rows_named(book, sheet or "survey"):
        if (name and own == name) or (kind and kind in row.values()):
            return number
    return None


def _first_list(book: Json) -> tuple[int | None, str]:
    """The first question that asks for a list of choices, and the list."""
    for number, _row, kind, _name in rows_named(book):
        if kind.startswith(("select", "rank")):
            return number, kind.split()[-1]
    return None, ""


def _name(book: Json, sheet: str, row: int | None) -> str:
    return next((own for number, _, _, own in rows_named(book, sheet) if number == row), "") if row else ""


def _cell(book: Json, sheet: str, row: int, column: str) -> str:
    return next(
        (said for head, said in _cells(book, sheet, row) if plain_head(head) == plain_head(column)), ""
    )


def _cells(book: Json, sheet: str, row: int) -> list[tuple[str, str]]:
    rows = book.get(sheet) or []
    return list(rows[row - 2].items()) if 0 <= row - 2 < len(rows) else []


# ---- put right, to find the next


def _mended(fault: Fault, book: Json) -> bool:
    """Put right what was refused; whether that could be done."""
    rows = book.get(fault.sheet) or []
    if fault.code == "choice_twice":
        book["settings"] = [*(book["settings"] or [{}])]
        book["settings"][0]["allow_choice_duplicates"] = "yes"
        return True
    if fault.row is None or not 0 <= fault.row - 2 < len(rows) or fault.code not in MENDED:
        return False
    if fault.sheet not in ("survey", "choices"):
        return False
    if fault.sheet == "choices":
        rows[fault.row - 2] = {}
        return True
    MENDED[fault.code](book, fault, rows[fault.row - 2])
    return True


def _put(**values: str) -> Callable[[Json, Fault, Json], None]:
    """Write cells of the row under the heads that the sheet has for them."""

    def put(book: Json, fault: Fault, row: Json) -> None:
        heads = {plain_head(head): head for one in book.get("survey_header") or [] for head in one}
        for column, said in values.items():
            row[heads.get(column, column)] = said.format(row=fault.row)

    return put


def _as_text(book: Json, fault: Fault, row: Json) -> None:
    # What begins or ends a group is no question, whatever stands there.
    if fault.said.lower().startswith(("begin", "end")):
        row.clear()
    else:
        _put(type="text", label="-")(book, fault, row)


def _cleared(book: Json, fault: Fault, row: Json) -> None:
    for head in list(row):
        if "${" in str(row[head]) and (
            not fault.name or fault.name in str(row[head]) or fault.code == "braces"
        ):
            del row[head]


def _dropped(book: Json, fault: Fault, row: Json) -> None:
    if not str(row.get("type") or "").strip().lower().startswith(("begin", "end")):
        row.clear()


MENDED: dict[str, Callable[[Json, Fault, Json], None]] = {
    "twice": _put(name="row_{row}"),
    "reserved": _put(name="row_{row}"),
    "name": _put(name="row_{row}"),
    "nameless": _put(name="row_{row}"),
    "labelless": _put(label="-"),
    "type": _as_text,
    "typeless": lambda book, fault, row: row.clear(),
    "choices": _as_text,
    "uncalculated": _put(calculation="''"),
    "no_question": _cleared,
    "ambiguous": _cleared,
    "braces": _cleared,
    "blank": lambda book, fault, row: row.clear(),
    "pyxform": _dropped,
}
