"""The inspection record as a PDF for people: parts 07 to 10 of the archive (RZ-16b). Layout: record.typ."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import typst

from webapp.archive.record_document import WORDS_ZH, Document
from webapp.typesetting import printable, qr_rows, style, typeset, whole_day

HERE = Path(__file__).parent
PARTS = ("record_sections.typ", "paper.typ")
NUMBER_LIMIT = 100_000


def record_pdf(document: dict[str, Any], pictures: dict[str, bytes]) -> bytes:
    """Print the record of one inspection: the same input gives the same bytes on any machine, at any hour.

    Written as PDF/A-2a and PDF/UA-1. `document` is a `Document`: plain JSON with every value already in words
    of the language `lang` ("zh" or "en"). What is missing or null prints as a dash or not at all.

    - words: translations of `WORDS_ZH` by its keys, {text}, {page}, {pages} kept; the rest is Chinese.
    - date: ISO day; becomes the date inside the PDF (1970-01-01 where it is none: PDF/A asks for one).
      date_text is what is printed (`date` where it is empty).
    - record_hash, covers: hex SHA-256, printed in groups. verify_url is the text of the QR code.
    - mark: "found", "passed", "na", or "" for a row without a verdict. photos: the `index` of each photo.
    - marks: {kind: "circle" | "arrow" | "text" | "blur", x, y, w, h, text}, in per mille of the picture's
      width and height as it is seen. Circle and blur fill the box, an arrow runs from (x, y) to
      (x + w, y + h) where w and h may be negative, text starts at (x, y).
    - strokes: points [x, y, ...] on `canvas` {width, height}; what lies outside the canvas is cut off.
    - picture: SHA-256 of a stamp, a scanned paper or another picture that belongs to a signature.
    - hash_matches: only True says that the signed hash is the record's. void: signed before a reopening.
    - statement: the sentence that the signers had before them.
    - notes, scans, recusals, withdrawn, reopened, addenda: each an `Entry` {time, author, about, text}.
    - page: where it has a url, what is printed is to be signed and stamped by hand (filled.typ): the url is the
      code on every page, note stands on top, words are those of the places for hand and stamp.

    `pictures` maps SHA-256 to the bytes as captured. A JPEG goes into the file byte for byte; PNG and WEBP
    are kept without loss as pixels, since PDF knows neither. Marks lie above: a blurred face is still in the
    file, so this PDF is for the archive, never for publication. A picture that is missing, cannot be read or
    is of another kind leaves a frame with its hash. A character that the font lacks prints as 〔U+…〕.
    """
    data = _complete(Document, document)
    data["words"] = WORDS_ZH | {key: word for key, word in data["words"].items() if key in WORDS_ZH}
    data["day"] = whole_day(data["date"])
    page = data.pop("page")
    data["words"] |= page["words"]
    data |= {"page_url": page["url"], "page_note": page["note"], "page_qr": qr_rows(page["url"])}
    data["qr"] = qr_rows(data["verify_url"])
    for signature in data["signatures"]:
        signature["ink"] = _ink(signature.pop("strokes"), signature.pop("canvas"))
    lacks: set[str] = set()
    data = printable(data, lacks)
    data["lacks_glyphs"] = bool(lacks)
    wanted = [row["sha256"] for row in data["photos"]] + [row["picture"] for row in data["signatures"]]
    readable = {name: pictures[name] for name in sorted(set(wanted)) if _format(pictures.get(name, b""))}
    try:
        return _compile(data, readable)
    except typst.TypstError:
        return _compile(data, {name: raw for name, raw in readable.items() if _prints(raw)})


def _complete(shape: Any, value: Any) -> Any:
    """The value in the given shape; what is missing, null or of another kind becomes the empty one."""
    if get_origin(shape) is list:
        rows = value if isinstance(value, list | tuple) else []
        return [_complete(get_args(shape)[0], each) for each in rows]
    if get_origin(shape) is dict:
        return {str(key): str(each) for key, each in value.items()} if isinstance(value, dict) else {}
    if shape is str:
        return "" if value is None else str(value)
    if shape is bool:
        return value is True
    if shape is int:
        return _whole(value)
    fields = value if isinstance(value, dict) else {}
    return {name: _complete(kind, fields.get(name)) for name, kind in get_type_hints(shape).items()}


def _whole(value: Any) -> int:
    try:
        return max(-NUMBER_LIMIT, min(NUMBER_LIMIT, int(value)))
    except (TypeError, ValueError, OverflowError):
        return 0


def _ink(strokes: list[list[list[int]]], canvas: dict[str, int]) -> dict[str, Any]:
    """Strokes reduced to points on a canvas that has a size: the extent of the points where it has none."""
    lines = [[point[:2] for point in stroke if len(point) >= 2] for stroke in strokes]
    lines = [line for line in lines if line]
    points = [point for line in lines for point in line]
    width, height = canvas["width"], canvas["height"]
    if width <= 0 or height <= 0:
        width = max([1, *(x for x, _ in points)])
        height = max([1, *(y for _, y in points)])
    return {"width": width, "height": height, "strokes": lines}


def _format(raw: bytes) -> str:
    """The kind of a picture by its first bytes; empty for what is not printed (an SVG could set text)."""
    if raw.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if raw.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    return "webp" if raw[:4] == b"RIFF" and raw[8:12] == b"WEBP" else ""


def _prints(raw: bytes) -> bool:
    name = f"picture.{_format(raw)}"
    page = f'''#set document(title: "-", date: datetime(year: 1970, month: 1, day: 1))
    #image("{name}", alt: "-")'''
    try:
        typeset({"page.typ": page.encode(), name: raw}, "page.typ")
    except typst.TypstError:
        return False
    return True


def _compile(data: dict[str, Any], pictures: dict[str, bytes]) -> bytes:
    files = {name: f"picture-{at}.{_format(raw)}" for at, (name, raw) in enumerate(sorted(pictures.items()))}
    record = json.dumps(data | {"files": files}, ensure_ascii=False).encode()
    main = "filled.typ" if data["page_url"] else "record.typ"
    layout = style() | {name: (HERE / name).read_bytes() for name in (main, *PARTS)}
    printed = {files[name]: raw for name, raw in pictures.items()}
    return typeset(layout | {"record.json": record} | printed, main)
