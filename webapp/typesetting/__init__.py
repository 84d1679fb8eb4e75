"""Typst with this repository's one font and nothing else: the same files give the same PDF on any machine."""

from __future__ import annotations

import datetime
import struct
import tempfile
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import qrcode
import typst
from qrcode.exceptions import DataOverflowError

HERE = Path(__file__).parent
FONT = HERE / "fonts" / "NotoSansCJKsc-Regular-subset.otf"
# How a printed document of several pages looks; it reads its data and words from record.json.
STYLE = ("record_text.typ", "record_drawings.typ", "record_style.typ")
STANDARDS: list[Any] = ["a-2a", "ua-1"]
KEPT_WITHOUT_GLYPH = frozenset([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])  # variation selectors


def typeset(files: dict[str, bytes], main: str) -> bytes:
    """The PDF (PDF/A-2a, PDF/UA-1) of the layout `main` among `files`, which are all that it may read.

    Raises `typst.TypstError`.
    """
    # Typst takes only text from memory, so the files pass through a folder.
    with tempfile.TemporaryDirectory(prefix="typeset-") as folder:
        for name, raw in files.items():
            (Path(folder) / name).write_bytes(raw)
        return typst.compile(
            str(Path(folder) / main),
            root=folder,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            pdf_standards=STANDARDS,
            format="pdf",
        )


def style() -> dict[str, bytes]:
    """The files of `STYLE`, for `typeset`."""
    return {name: (HERE / name).read_bytes() for name in STYLE}


def printable(value: Any, lacks: set[str]) -> Any:
    """The value with each character that the font lacks, or that hides or turns text, spelled as its code.

    Those characters are added to `lacks`.
    """
    if isinstance(value, str):
        return "".join(_glyph(character, lacks) for character in value.replace("\r\n", "\n"))
    if isinstance(value, list):
        return [printable(each, lacks) for each in value]
    if isinstance(value, dict):
        return {key: printable(each, lacks) for key, each in value.items()}
    return value


def whole_day(text: str) -> list[int]:
    """Year, month, day of an ISO day; of 1970-01-01 where it is none."""
    try:
        day = datetime.date.fromisoformat(text[:10])
    except ValueError:
        day = datetime.date(1970, 1, 1)
    return [day.year, day.month, day.day]


def qr_rows(text: str) -> list[str]:
    """The modules of a QR code, a row of "1" (dark) and "0" each; none where the text is empty or too long."""
    if not text:
        return []
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4)
    try:
        code.add_data(text.encode("utf-8", "replace"))
        return ["".join("1" if dark else "0" for dark in row) for row in code.get_matrix()]
    except (DataOverflowError, ValueError):
        return []


def _glyph(character: str, lacks: set[str]) -> str:
    code = ord(character)
    if character == "\n" or code in KEPT_WITHOUT_GLYPH:
        return character
    if character in "\t\r\v\f\u2028\u2029":
        return " "
    if code in _font_characters() and unicodedata.category(character) not in ("Cc", "Cf", "Co", "Cs"):
        return character
    lacks.add(character)
    return f"〔U+{code:04X}〕"


@cache
def _font_characters() -> frozenset[int]:
    """The characters of the font file, from its Unicode table (cmap, format 12)."""
    font = FONT.read_bytes()
    tables = struct.iter_unpack(">4s4xI4x", font[12 : 12 + 16 * struct.unpack_from(">H", font, 4)[0]])
    cmap = font[dict(tables)[b"cmap"] :]
    parts = struct.iter_unpack(">4xI", cmap[4 : 4 + 8 * struct.unpack_from(">H", cmap, 2)[0]])
    full = next(at for (at,) in parts if struct.unpack_from(">H", cmap, at)[0] == 12)
    groups = cmap[full + 16 : full + struct.unpack_from(">I", cmap, full + 4)[0]]
    runs = struct.iter_unpack(">III", groups)
    return frozenset(code for first, last, _ in runs for code in range(first, last + 1))


@cache
def _fonts() -> typst.Fonts:
    folder = str(FONT.parent)
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
