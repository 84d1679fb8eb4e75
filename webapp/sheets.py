"""Tables that people make elsewhere: an XLSX or CSV file becomes rows of text, and rows become a file of either kind."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

import python_calamine
import xlsxwriter

from webapp.errors import Problem

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BYTES, ROWS, COLUMNS, CELL = 2 * 1024 * 1024, 1000, 60, 1000
# A file of 2 MB that unpacks to more than this is no table of people.
UNPACKED = 40 * 1024 * 1024
# A cell far out would make the reader reserve room for everything before it.
REFERENCE = re.compile(rb"""<(?:[\w.-]+:)?(?:c|row)\s[^<]*?\br\s*=\s*["']\s*([A-Za-z]*)(\d+)""")
EXACT = 10**15
# What a spreadsheet would run as a formula, or would after it has cut the blanks.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BLOCK = 64 * 1024
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"), None)
HALF_WIDTH = {
    code: code - 0xFEE0 for code in [*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)]
}


def read(name: str, data: bytes) -> list[list[str]]:
    """The rows of the first sheet as tidy text, without empty ones at the end. Raises a `Problem` that says what to do."""
    if not data:
        raise Problem("sheet_needed")
    if len(data) > BYTES:
        raise Problem("sheet_large")
    packed = data.startswith(b"PK")
    if not packed and not name.lower().endswith((".csv", ".txt")):
        raise Problem("sheet_kind")
    rows = [[text(cell) for cell in row] for row in (_xlsx(data) if packed else _csv(data))]
    while rows and not any(rows[-1]):
        rows.pop()
    if len(rows) < 2:
        raise Problem("sheet_empty")
    if len(rows) > ROWS + 1 or max(map(len, rows)) > COLUMNS:
        raise Problem("sheet_large")
    return rows


def text(cell: Any) -> str:
    """A cell as the person meant it: half-width figures and letters, one blank at most, none around it."""
    if isinstance(cell, bool) or cell is None:
        return "" if cell is None else str(cell)
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < EXACT:
        cell = int(cell)
    plain = str(cell)
    if not plain.isascii():
        plain = plain.translate(INVISIBLE).translate(HALF_WIDTH)
    plain = " ".join(plain.split())
    return (plain if plain.isprintable() else "".join(filter(str.isprintable, plain)))[:CELL]


def write(
    title: str, columns: list[tuple[str, int]], rows: list[list[str]], notes: list[str] | None = None
) -> bytes:
    """An XLSX file of text cells; `columns` are names and widths in characters, `notes` fill a second sheet."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        head = book.add_format(
            {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "num_format": "@"}
        )
        cell = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(title)
        sheet.freeze_panes(1, 0)
        for column, (name, width) in enumerate(columns):
            sheet.set_column(column, column, width, cell)
            sheet.write_string(0, column, name, head)
        for line, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                sheet.write_string(line, column, value, cell)
        if notes:
            _notes(book, notes)
    return buffer.getvalue()


def csv_blocks(rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Rows as CSV, a block at a time; no cell is a formula."""
    block = io.StringIO()
    writer = csv.writer(block)
    # Without the mark at the start, office programs take UTF-8 for something else.
    block.write("\ufeff")
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
        if block.tell() > BLOCK:
            yield block.getvalue()
            block.seek(0)
            block.truncate()
    yield block.getvalue()


def as_csv(rows: Iterable[Iterable[str]]) -> bytes:
    """The same as one file."""
    return "".join(csv_blocks(rows)).encode()


def harmless(cell: str) -> str:
    """A cell that a spreadsheet takes for words, whatever it begins with; a number stays one."""
    number = cell.lstrip("+-").replace(".", "", 1).isdigit()
    return f"'{cell}" if cell.startswith(FORMULA) and not number else cell


def _notes(book: xlsxwriter.Workbook, notes: list[str]) -> None:
    sheet = book.add_worksheet("说明")
    sheet.set_column(0, 0, 100, book.add_format({"text_wrap": True, "valign": "top"}))
    for line, note in enumerate(notes):
        sheet.write_string(line, 0, note)


def _csv(data: bytes) -> list[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            plain = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Problem("sheet_kind")
    if "\0" in plain:
        raise Problem("sheet_kind")
    first = plain.partition("\n")[0]
    try:
        return list(csv.reader(io.StringIO(plain, newline=""), delimiter="\t" if "\t" in first else ","))
    except csv.Error as error:
        raise Problem("sheet_kind") from error


def _xlsx(data: bytes) -> list[list[Any]]:
    try:
        book = python_calamine.load_workbook(_checked(data))
        return book.get_sheet_by_index(0).to_python(skip_empty_area=False, nrows=ROWS + 2)
    except BaseException as error:
        # The reader is written in Rust, and its panic is no `Exception`.
        if isinstance(error, Exception) and not isinstance(error, Problem) or "Panic" in type(error).__name__:
            raise Problem("sheet_kind") from error
        raise


def _checked(data: bytes) -> io.BytesIO:
    """The file packed anew: the reader sees only what was measured here, whatever its sizes said."""
    again = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(again, "w") as checked:
            if "xl/workbook.xml" not in packed.namelist():
                raise Problem("sheet_kind")
            left = UNPACKED
            for name in dict.fromkeys(packed.namelist()):
                part = _unpacked(packed, name, left)
                left -= len(part)
                _check_reach(part)
                checked.writestr(name, part)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise Problem("sheet_kind") from error
    again.seek(0)
    return again


def _unpacked(packed: zipfile.ZipFile, name: str, most: int) -> bytes:
    """A part of a workbook, unpacked no further than it may be: what it says of its own size is not believed."""
    if packed.getinfo(name).compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Problem("sheet_kind")
    with packed.open(name) as part:
        data = part.read(most + 1)
    if len(data) > most:
        raise Problem("sheet_large")
    return data


def _check_reach(part: bytes) -> None:
    for found in REFERENCE.finditer(part):
        if len(found[1]) > 2 or len(found[2]) > 5 or int(found[2]) > 10 * ROWS:
            raise Problem("sheet_large")
