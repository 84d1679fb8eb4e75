"""The sheets of an XLSX file, line by line; what a worksheet can hold (ECMA-376 and Excel)."""

import re
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from webapp.archive.answers import Number
from webapp.archive.wording import N_

# What XML cannot say (XML 1.0, 2.2).
UNSAYABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ROWS, COLUMNS, CELL, NAME = 1_048_576, 16_384, 32_767, 31
# The name that Excel keeps for itself.
RESERVED = "history"
CUT = N_("……（共 {count} 字，这里放不下，全文见 CSV）")
# What a spreadsheet takes for a sign written by its number; what no sheet is called.
NUMBERED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
NAMELESS = re.compile(r"[\[\]:*?/\\'\x00-\x1f\x7f]+")
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


class Workbook:
    """The sheets of an XLSX file; texts stand in their cells, so that nothing has to be known of all of them."""

    END = b"</sheetData></worksheet>"
    most = ROWS

    def __init__(self, cut: str) -> None:
        self.cut = cut
        self.titles: list[str] = []
        self.letters: list[str] = []

    def path(self, title: str) -> str:
        """Where a sheet lies; they come in this order."""
        self.titles = unique([*self.titles, title])
        return f"xl/worksheets/sheet{len(self.titles)}.xml"

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
