"""Papers that stand for themselves (certificate, approval, notice), built of blocks. Layout: sheet.typ."""

import json
from pathlib import Path
from typing import Any

from webapp.typesetting import printable, qr_rows, typeset, whole_day

Json = dict[str, Any]
LAYOUT = Path(__file__).parent / "sheet.typ"


def sheet_pdf(sheet: Json) -> bytes:
    """Print a sheet as PDF/A-2a: the same sheet gives the same bytes on any machine, at any hour.

    `sheet`: `{lang, title, number, bureau, day, lead: [line], address, code_words, code_alt, foot, glyphs, blocks}`,
    all in words; `day` is ISO and becomes the date inside the PDF; `address` is the text of the code; `foot` holds
    {page} and {pages}; `glyphs` is said where the font lacks a character. Blocks come from the functions below.
    """
    return sheets_pdf([sheet])


def sheets_pdf(sheets: list[Json]) -> bytes:
    """Print several sheets into one file, each on pages of its own, counted by itself. The first one names the file."""
    data = [_complete(sheet) for sheet in sheets]
    files = {LAYOUT.name: LAYOUT.read_bytes(), "sheets.json": json.dumps(data, ensure_ascii=False).encode()}
    return typeset(files, LAYOUT.name)


def _complete(sheet: Json) -> Json:
    lacks: set[str] = set()
    data = printable(sheet, lacks)
    return data | {  # type: ignore[no-any-return]
        "date": whole_day(sheet["day"]),
        "qr": qr_rows(sheet["address"]),
        "qr_words": data["code_words"],
        "qr_alt": data["code_alt"],
        "glyphs": data["glyphs"] if lacks else "",
    }


def facts(title: str, rows: list[tuple[str, Any]]) -> Json:
    """Labels with their values; a value is a text, or a list whose first line counts. An empty one is a dash."""
    return {
        "kind": "facts",
        "title": title,
        "rows": [{"label": label, "value": _lines(value)} for label, value in rows],
    }


def table(
    title: str, columns: list[tuple[str, int]], rows: list[list[Any]], figures: tuple[int, ...] = ()
) -> Json:
    """A table whose head repeats and whose rows are never cut; a column is its name and its share of the width."""
    heads = [
        {"name": name, "width": width, "figures": place in figures}
        for place, (name, width) in enumerate(columns)
    ]
    cells = [[{"lines": _lines(value)} for value in row] for row in rows]
    return {"kind": "table", "title": title, "columns": heads, "rows": cells}


def lines(kind: str, title: str, given: list[str]) -> Json:
    """Paragraphs (`text`), a numbered list (`list`), a framed note (`note`), lines of shell (`code`), or who seals
    and when (`seal`)."""
    return {"kind": kind, "title": title, "lines": given}


def page() -> Json:
    """What follows begins on a page of its own."""
    return {"kind": "page", "title": ""}


def signing(title: str, places: list[tuple[str, str, str]]) -> Json:
    """Places to sign by hand: a label, what stands there already, and the line of the day."""
    named = [{"label": label, "text": said, "foot": foot} for label, said, foot in places]
    return {"kind": "signing", "title": title, "places": named}


def _lines(value: Any) -> list[str]:
    given = value if isinstance(value, list) else [value]
    found = [str(one) for one in given if one not in (None, "")]
    return found or ["—"]
