"""Tables as one file that is written while it is sent: an XLSX workbook, or a ZIP of CSV files.

The first table goes out row by row; the rows of the others wait on the disk, never in memory.
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import IO
from xml.sax.saxutils import escape, quoteattr

from webapp.archive.answers import UNSAYABLE, Number, Table
from webapp.archive.bag import EPOCH, FILE_MODE
from webapp.archive.bundle import Parts, plain_name
from webapp.archive.wording import N_, Say
from webapp.errors import Problem
from webapp.sheets import harmless

# What a worksheet holds (ECMA-376 and Excel). A part stays below the size from which a ZIP needs its 64 bit form,
# which must be known before a part begins and which not every spreadsheet reads.
ROWS, COLUMNS, CELL, NAME = 1_048_576, 16_384, 32_767, 31
PART_BYTES = 2**30
# The name that Excel keeps for itself.
RESERVED = "history"
TABLES = 200
BLOCK = 256 * 1024
NOTES, MAIN = N_("说明"), N_("检查")
CUT = N_("……（共 {count} 字，这里放不下，全文见 CSV）")
# What a spreadsheet takes for a sign written by its number; what no sheet is called.
NUMBERED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
NAMELESS = re.compile(r"[\[\]:*?/\\'\x00-\x1f\x7f]+")
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

Rows = Iterator[tuple[int, list[str]]]


def book(
    kind: str, tables: list[Table], head: str, rows: Rows, notes: Callable[[], list[str]], say: Say
) -> Iterator[bytes]:
    """The parts of the file. `kind`: "xlsx" or "zip"; `head`: "words", "names" or "both" at the head of a table.

    `rows` give each row with the place of its table; `notes`, asked for when all are written, make a sheet of their own.
    Raises `answers_wide` where a worksheet has not as many columns, or there are too many tables.
    """
    if len(tables) > TABLES or (kind == "xlsx" and any(len(table.columns) > COLUMNS for table in tables)):
        raise Problem("answers_wide")
    titles = unique([say(MAIN), *(table.label for table in tables[1:]), say(NOTES)])
    sheets = [_Sheet(title, _head(table, head)) for title, table in zip(titles, tables, strict=False)]
    format_ = _Workbook(say(CUT)) if kind == "xlsx" else _Texts()
    return _written(format_, sheets, rows, lambda: _Sheet(titles[-1], [[line] for line in notes()]))


def unique(titles: Iterable[str]) -> list[str]:
    """Titles as sheets can be called: short, without signs that mean something, no two alike."""
    found: list[str] = []
    taken = {RESERVED}
    for title in titles:
        plain = cut(NAMELESS.sub(" ", UNSAYABLE.sub(" ", title)).strip(), NAME).strip() or "-"
        name, times = plain, 1
        while name.casefold() in taken:
            times += 1
            name = numbered(plain, times)
        taken.add(name.casefold())
        found.append(name)
    return found


def numbered(title: str, times: int) -> str:
    """The name of a further sheet of the same title."""
    end = f" ({times})"
    return cut(title, NAME - len(end)).rstrip() + end


def cut(text: str, units: int) -> str:
    """The beginning of a text, as spreadsheets count: a sign outside of the first 65,536 is two."""
    return text.encode("utf-16-le", "replace")[: units * 2].decode("utf-16-le", "ignore")


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
    format_: "_Workbook | _Texts", sheets: list[_Sheet], rows: Rows, notes: Callable[[], _Sheet]
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
    format_: "_Workbook | _Texts",
    tables: list[list[_Sheet]],
    rows: Rows,
    kept: ExitStack,
) -> Iterator[None]:
    """The first table as its rows come; those of the others are laid on the disk."""
    part = _begun(archive, format_, tables[0][0])
    try:
        for at, cells in rows:
            sheet = tables[at][-1]
            if format_.full(sheet):
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


def _other(archive: zipfile.ZipFile, format_: "_Workbook | _Texts", sheet: _Sheet) -> Iterator[None]:
    with _begun(archive, format_, sheet) as part:
        if sheet.kept:
            sheet.kept.seek(0)
            while block := sheet.kept.read(BLOCK):
                part.write(block)
                yield
        part.write(format_.END)
    yield


def _begun(archive: zipfile.ZipFile, format_: "_Workbook | _Texts", sheet: _Sheet) -> IO[bytes]:
    part = archive.open(_entry(format_.path(sheet.title)), "w")
    part.write(format_.begin(sheet.head))
    return part


def _ended(format_: "_Workbook | _Texts", part: IO[bytes]) -> None:
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

    def __init__(self) -> None:
        self.titles: list[str] = []

    def path(self, title: str) -> str:
        """Where a sheet's file lies."""
        self.titles = unique([*self.titles, plain_name(title) or "-"])
        return f"{self.titles[-1]}.csv"

    def full(self, sheet: _Sheet) -> bool:
        """Whether another line would be too much."""
        return sheet.size > PART_BYTES

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


class _Workbook:
    """The sheets of an XLSX file; texts stand in their cells, so that nothing has to be known of all of them."""

    END = b"</sheetData></worksheet>"

    def __init__(self, cut: str) -> None:
        self.cut = cut
        self.titles: list[str] = []
        self.letters: list[str] = []

    def path(self, title: str) -> str:
        """Where a sheet lies; they come in this order."""
        self.titles = unique([*self.titles, title])
        return f"xl/worksheets/sheet{len(self.titles)}.xml"

    def full(self, sheet: _Sheet) -> bool:
        """Whether another line would be too much."""
        return sheet.rows >= ROWS or sheet.size > PART_BYTES

    def begin(self, head: list[list[str]]) -> bytes:
        """The sheet as far as its head, which stays where it is; so does the first column."""
        below = len(head) + 1
        pane = f'<pane xSplit="1" ySplit="{len(head)}" topLeftCell="B{below}" activePane="bottomRight" state="frozen"/>'
        # The sheet of notes is all head: nothing of it stays, and it is as wide as a line.
        pane, width = ("", 100) if head and len(head[0]) == 1 else (pane, 18)
        opened = (
            f'{XML}<worksheet xmlns="{SPREADSHEET}"><sheetViews><sheetView workbookViewId="0">{pane}</sheetView>'
            f'</sheetViews><cols><col min="1" max="{COLUMNS}" width="{width}" customWidth="1"/></cols><sheetData>'
        )
        style = 0 if width == 100 else 1
        return opened.encode() + b"".join(self.line(line, at, style) for at, line in enumerate(head))

    def line(self, cells: list[str], row: int, style: int = 0) -> bytes:
        """A row; `row` are the rows above it."""
        while len(self.letters) < len(cells):
            self.letters.append(_letters(len(self.letters)))
        made = [
            self._cell(f"{self.letters[at]}{row + 1}", cell, style) for at, cell in enumerate(cells) if cell
        ]
        return f'<row r="{row + 1}">{"".join(made)}</row>'.encode()

    def _cell(self, place: str, cell: str, style: int) -> str:
        if isinstance(cell, Number):
            return f'<c r="{place}"><v>{cell}</v></c>'
        plain = NUMBERED.sub("_x005F_", UNSAYABLE.sub("\ufffd", cell))
        if len(plain) > CELL // 2 and cut(plain, CELL) != plain:
            end = self.cut.format(count=len(cell))
            plain = cut(plain, CELL - len(end)) + end
        styled = f' s="{style}"' if style else ""
        return (
            f'<c r="{place}" t="inlineStr"{styled}><is><t xml:space="preserve">{escape(plain)}</t></is></c>'
        )

    def ended(self) -> dict[str, str]:
        """What makes the sheets a workbook."""
        places = range(1, len(self.titles) + 1)
        types = "".join(
            f'<Override PartName="/xl/worksheets/sheet{at}.xml" ContentType="{TYPE}.worksheet+xml"/>'
            for at in places
        )
        sheets = "".join(
            f'<sheet name={quoteattr(title)} sheetId="{at}" r:id="rId{at}"/>'
            for at, title in enumerate(self.titles, start=1)
        )
        related = "".join(_related(f"rId{at}", "worksheet", f"worksheets/sheet{at}.xml") for at in places)
        return {
            "xl/workbook.xml": (
                f'{XML}<workbook xmlns="{SPREADSHEET}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets></workbook>'
            ),
            "xl/styles.xml": STYLES,
            "xl/_rels/workbook.xml.rels": _relations(related + _related("rId0", "styles", "styles.xml")),
            "_rels/.rels": _relations(_related("rId1", "officeDocument", "xl/workbook.xml")),
            "[Content_Types].xml": (
                f'{XML}<Types xmlns="{PACKAGE}/content-types">'
                '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
                '<Default Extension="xml" ContentType="application/xml"/>'
                f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
                f'<Override PartName="/xl/styles.xml" ContentType="{TYPE}.styles+xml"/>{types}</Types>'
            ),
        }


# Two styles: as it is, and bold with its lines broken for a head.
STYLES = (
    f'{XML}<styleSheet xmlns="{SPREADSHEET}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/>'
    '</fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0" fontId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" xfId="0" applyFont="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>'
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def _relations(related: str) -> str:
    return f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{related}</Relationships>'


def _related(name: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" Target="{target}"/>'


def _letters(column: int) -> str:
    """A spreadsheet's name of a column: A, B, … Z, AA."""
    above, letter = divmod(column, 26)
    return (_letters(above - 1) if above else "") + chr(65 + letter)
