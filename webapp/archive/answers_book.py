"""Tables as one file that is written while it is sent: an XLSX workbook, or a ZIP of CSV files.

The first table goes out row by row; the rows of the others wait on the disk, never in memory.
"""

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import IO, Union

from webapp.archive.answers import Table
from webapp.archive.answers_xlsx import COLUMNS, CUT, Workbook, numbered, unique
from webapp.archive.bag import EPOCH, FILE_MODE
from webapp.archive.bundle import Parts, plain_name
from webapp.archive.wording import N_, Say
from webapp.errors import Problem
from webapp.sheets import harmless

# A part stays below the size from which a ZIP needs its 64 bit form, which must be known before a part begins and which
# not every spreadsheet reads.
PART_BYTES = 2**30
TABLES = 200
BLOCK = 256 * 1024
NOTES, MAIN = N_("说明"), N_("检查")

Rows = Iterator[tuple[int, list[str]]]
_Format = Union[Workbook, "_Texts"]


def book(
    kind: str, tables: list[Table], head: str, rows: Rows, notes: Callable[[], list[str]], say: Say
) -> Iterator[bytes]:
    """The parts of the file. `kind`: "xlsx" or "zip"; `head`: "words", "names" or "both" at the head of a table.

    `rows` give each row with the place of its table; `notes`, asked for when all are written, make a sheet of their own.
    Raises `answers_wide` where a worksheet has not as many columns, or there are too many tables.
    """
    if len(tables) > TABLES or (kind == "xlsx" and any(len(table.columns) > COLUMNS for table in tables)):
        raise Problem("answers_wide")
    named = [table.repeat.rpartition("/")[2] if head == "names" else table.label for table in tables[1:]]
    titles = unique(["answers" if head == "names" else say(MAIN), *named, say(NOTES)])
    sheets = [_Sheet(title, _head(table, head)) for title, table in zip(titles, tables, strict=False)]
    format_ = Workbook(say(CUT)) if kind == "xlsx" else _Texts()
    return _written(format_, sheets, rows, lambda: _Sheet(titles[-1], [[line] for line in notes()]))


class _Sheet:
    """A sheet that is being filled. `rows`: lines in it by now; `kept`: those that wait on the disk."""

    def __init__(self, title: str, head: list[list[str]]) -> None:
        self.title, self.head = title, head
        self.rows, self.size = len(head), 0
        self.kept: IO[bytes] | None = None

    def next(self, times: int) -> "_Sheet":
        """The same, empty: where this one is full."""
        return _Sheet(numbered(self.title, times), self.head)


def _written(
    format_: _Format, sheets: list[_Sheet], rows: Rows, notes: Callable[[], _Sheet]
) -> Iterator[bytes]:
    out = Parts()
    tables = [[sheet] for sheet in sheets]
    with ExitStack() as kept, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for _row in _first(archive, format_, tables, rows, kept):
            if block := out.taken():
                yield block
        for sheet in [*(each for table in tables[1:] for each in table), notes()]:
            for _block in _other(archive, format_, sheet):
                yield out.taken()
        for name, text in format_.ended().items():
            archive.writestr(_entry(name), text)
    yield out.taken()


def _first(
    archive: zipfile.ZipFile,
    format_: _Format,
    tables: list[list[_Sheet]],
    rows: Rows,
    kept: ExitStack,
) -> Iterator[None]:
    """The first table as its rows come; those of the others are laid on the disk."""
    part = _begun(archive, format_, tables[0][0])
    try:
        for at, cells in rows:
            sheet = tables[at][-1]
            if sheet.rows >= format_.most or sheet.size > PART_BYTES:
                sheet = tables[at][0].next(len(tables[at]) + 1)
                tables[at].append(sheet)
                if at == 0:
                    _ended(format_, part)
                    part = _begun(archive, format_, sheet)
            line = format_.line(cells, sheet.rows)
            sheet.rows, sheet.size = sheet.rows + 1, sheet.size + len(line)
            if at:
                sheet.kept = sheet.kept or kept.enter_context(TemporaryFile())
            (sheet.kept or part).write(line)
            yield
        _ended(format_, part)
    finally:
        # Whoever downloads may leave in the middle.
        part.close()


def _other(archive: zipfile.ZipFile, format_: _Format, sheet: _Sheet) -> Iterator[None]:
    with _begun(archive, format_, sheet) as part:
        if sheet.kept:
            sheet.kept.seek(0)
            while block := sheet.kept.read(BLOCK):
                part.write(block)
                yield
        part.write(format_.END)
    yield


def _begun(archive: zipfile.ZipFile, format_: _Format, sheet: _Sheet) -> IO[bytes]:
    part = archive.open(_entry(format_.path(sheet.title)), "w")
    part.write(format_.begin(sheet.head))
    return part


def _ended(format_: _Format, part: IO[bytes]) -> None:
    part.write(format_.END)
    part.close()


def _head(table: Table, head: str) -> list[list[str]]:
    lines = {
        "words": [[column.label for column in table.columns]],
        "names": [[column.name for column in table.columns]],
    }
    return lines["words"] + lines["names"] if head == "both" else lines[head]


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.create_system, entry.external_attr = 3, FILE_MODE
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


class _Texts:
    """CSV files in UTF-8, with the mark by which office programs know it; no cell is a formula."""

    END = b""
    most = float("inf")

    def __init__(self) -> None:
        self.titles: list[str] = []

    def path(self, title: str) -> str:
        """Where a sheet's file lies."""
        self.titles = unique([*self.titles, plain_name(title) or "-"])
        return f"{self.titles[-1]}.csv"

    def begin(self, head: list[list[str]]) -> bytes:
        """The file as far as its head."""
        return b"\xef\xbb\xbf" + b"".join(self.line(line, 0) for line in head)

    def line(self, cells: list[str], _row: int) -> bytes:
        """A row."""
        out = io.StringIO()
        csv.writer(out).writerow([harmless(cell) for cell in cells])
        return out.getvalue().encode("utf-8", "replace")

    def ended(self) -> dict[str, str]:
        """The files that stand beside the sheets."""
        return {}
