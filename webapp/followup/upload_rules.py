"""What a stranger's file may be: a picture that opens whole, a HEIC, or a PDF in which nothing acts. Pure, and done apart.

A PDF is refused for what it could do, not for what it does: a script, an attachment, a form that sends, a film. Every
object is looked at twice, as the file's own table finds it and as a reader finds it that mends a broken table by
reading from the top, so that no version of the file that some reader would show goes unseen.
"""

import io
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, StreamObject

from webapp.evidence.picture_rules import FILE_ENDINGS, PDF, picture_mime

NAME_LENGTH = 80
# What a reader would run, open, send or play (ISO 32000-2, 12.6 and 12.7), and what carries files (7.11.4).
ACTIVE = frozenset(
    "/JS /JavaScript /AA /Launch /SubmitForm /ImportData /ResetForm /EmbeddedFile /EmbeddedFiles /EF "
    "/RichMedia /Movie /Sound /Rendition /3D /XFA /GoToR /GoToE /Encrypt".split()
)
OPENING, GO_TO, PACKED = "/OpenAction", "/GoTo", "/ObjStm"
OBJECTS, DEPTH = 200_000, 60
NAME = re.compile(rb"/[^\x00\t\n\x0c\r ()<>\[\]{}/%]+")
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
STREAM = re.compile(rb"\bstream\r?\n(.*?)\bendstream\b", re.DOTALL)
OBJECT = re.compile(rb"\d\s+\d+\s+obj\b")
BROKEN = (
    PyPdfError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OSError,
    AssertionError,
    OverflowError,
)


def examined(data: bytes) -> tuple[str | None, str | None]:
    """The MIME type of a file, and why it is not taken: `upload_kind`, `upload_broken`, `upload_active`,
    `upload_locked`; one of the two is None."""
    if data.startswith(b"%PDF-"):
        fault = _pdf_fault(data)
        return (None, fault) if fault else (PDF, None)
    mime = picture_mime(data)
    if mime:
        return mime, None
    looks = data.startswith((b"\xff\xd8\xff", b"\x89PNG", b"RIFF")) or data[4:8] == b"ftyp"
    return None, "upload_broken" if looks else "upload_kind"


def plain_name(given: str, mime: str) -> str:
    """The name of a file as it may stand on a page and on a disk, with the ending of what it is."""
    last = re.split(r"[/\\]", given)[-1]
    kept = "".join(
        one
        for one in unicodedata.normalize("NFC", last)
        if unicodedata.category(one)[0] not in "CZ" or one == " "
    )
    stem = re.sub(r'[<>:"|?*]', "", kept.rsplit(".", 1)[0]).strip(" .")
    return f"{stem[:NAME_LENGTH] or 'file'}.{FILE_ENDINGS[mime]}"


def _pdf_fault(data: bytes) -> str | None:
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted:
            return "upload_locked"
        if _acts(_objects(reader)) or _acts_in(data):
            return "upload_active"
        return None if len(reader.pages) else "upload_broken"
    except (*BROKEN, RecursionError):
        return "upload_broken"


def _objects(reader: PdfReader) -> Iterator[Any]:
    """The trailer and every object that the file's tables name, those inside of compressed streams too."""
    yield reader.trailer
    plain = [(number, turn) for turn, table in reader.xref.items() for number in table]
    packed = [(number, 0) for number in reader.xref_objStm]
    named = dict.fromkeys(plain + packed)
    if len(named) > OBJECTS:
        raise ValueError("too many objects")
    for number, turn in named:
        yield reader.get_object(IndirectObject(number, turn, reader))


def _acts(objects: Iterator[Any]) -> bool:
    return any(_active(one, DEPTH) for one in objects)


def _active(value: Any, depth: int) -> bool:
    if depth < 0:
        raise ValueError("nested too deep")
    if isinstance(value, DictionaryObject):
        # As it stands in the file, references not followed: each object is looked at by itself.
        entries = [(str(name), dict.get(value, name)) for name in dict.keys(value)]
        return _packed(value) or any(_entry_acts(*entry) or _active(entry[1], depth - 1) for entry in entries)
    if isinstance(value, ArrayObject):
        return any(_active(inner, depth - 1) for inner in list.__iter__(value))
    return isinstance(value, NameObject) and str(value) in ACTIVE


def _entry_acts(name: str, inner: Any) -> bool:
    """Where a document opens is no harm: a page, and how large it is shown."""
    if name != OPENING:
        return name in ACTIVE
    opens = inner.get_object()
    return isinstance(opens, DictionaryObject) and opens.get("/S") != GO_TO


def _packed(value: DictionaryObject) -> bool:
    """Whether a stream of packed objects holds an active name, those that no table names any more as well."""
    packed = isinstance(value, StreamObject) and value.get("/Type") == PACKED
    return packed and bool(_names(value.get_data()) & ACTIVE)


def _acts_in(data: bytes) -> bool:
    """Whether an active name stands outside of the streams, wherever the tables point; or a stream hides objects."""
    if any(OBJECT.search(inner) for inner in STREAM.findall(data)):
        return True
    return bool(_names(STREAM.sub(b" ", data)) & ACTIVE)


def _names(data: bytes) -> set[str]:
    return {
        ESCAPED.sub(lambda hit: bytes([int(hit[1], 16)]), name).decode("latin-1")
        for name in NAME.findall(data)
    }
