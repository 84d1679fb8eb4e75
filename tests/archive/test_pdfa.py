"""What of PDF/A-2a (ISO 19005-2) can be checked without a validator, on the PDF inside an archive; no more is claimed.

No validator of PDF/A-2 comes with PyPI, npm or Debian, so the file is *written as* PDF/A-2a and looked at here.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from tests.archive import build

# 6.6.1, 6.5.2, 6.8: nothing acts, nothing lies outside, nothing is hidden in it. 6.1.7: no filter that is not free.
FORBIDDEN = {
    "/JavaScript", "/JS", "/Launch", "/SubmitForm", "/ImportData", "/ResetForm", "/Movie", "/Sound", "/Rendition", "/GoToE",
    "/AA", "/EmbeddedFiles", "/EF", "/XFA", "/NeedsRendering", "/Alternates", "/OPI", "/PS", "/HTP", "/LZWDecode",
    "/Crypt", "/RichMedia", "/3D", "/Encrypt", "/Ref",
}  # fmt: skip


@pytest.fixture(scope="module")
def pdf() -> bytes:
    """The record of an archive."""
    with zipfile.ZipFile(io.BytesIO(build.package())) as archive:
        name = next(one for one in archive.namelist() if one.endswith(".pdf"))
        return archive.read(name)


@pytest.fixture(scope="module")
def reader(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf), strict=True)


def objects(reader: PdfReader) -> Iterator[Any]:
    """Every object of the file."""
    numbers = {number for table in reader.xref.values() for number in table} | set(reader.xref_objStm)
    for number in sorted(numbers - {0}):
        yield reader.get_object(IndirectObject(number, 0, reader))


def dictionaries(reader: PdfReader, kind: str = "") -> list[DictionaryObject]:
    found = [one for one in objects(reader) if isinstance(one, DictionaryObject)]
    return [one for one in found if not kind or one.get("/Type") == kind]


def test_the_file_begins_and_ends_as_it_must(pdf: bytes, reader: PdfReader) -> None:
    """6.1.2, 6.1.3: a version, four bytes that are no text, an identifier, no lock, nothing behind the end."""
    assert re.match(rb"%PDF-1\.[4-7]\n%[\x80-\xff]{4}", pdf)
    assert len(reader.trailer["/ID"]) == 2 and "/Encrypt" not in reader.trailer
    assert pdf.rstrip(b"\r\n").endswith(b"%%EOF") and pdf.count(b"%%EOF") == 1


def test_it_says_what_it_is_where_a_program_looks(reader: PdfReader) -> None:
    """6.6.2, 6.6.4: XMP that is not packed, part 2, level A."""
    metadata = reader.root_object["/Metadata"].get_object()
    assert "/Filter" not in metadata
    told = metadata.get_data().decode()
    assert re.search(r"pdfaid:part(>|=\")2", told) and re.search(r"pdfaid:conformance(>|=\")A", told)


def test_its_colours_are_those_of_a_profile_inside(reader: PdfReader) -> None:
    """6.2.3, 6.2.4: an output intent with an ICC profile of as many parts as it says."""
    (intent,) = reader.root_object["/OutputIntents"]
    profile = intent["/DestOutputProfile"]
    assert intent["/S"] == "/GTS_PDFA1" and profile.get_data()[36:40] == b"acsp"
    assert profile["/N"] == {b"RGB ": 3, b"GRAY": 1, b"CMYK": 4}[profile.get_data()[16:20]]


def test_every_font_is_inside_and_every_sign_has_its_meaning(reader: PdfReader) -> None:
    """6.2.11.4, 6.2.11.7: embedded, with a table to Unicode."""
    fonts = dictionaries(reader, "/Font")
    descriptors = dictionaries(reader, "/FontDescriptor")
    assert descriptors and all({"/FontFile", "/FontFile2", "/FontFile3"} & one.keys() for one in descriptors)
    assert all("/ToUnicode" in one for one in fonts if one["/Subtype"] == "/Type0")
    assert {one["/Subtype"] for one in fonts} <= {"/Type0", "/CIDFontType0", "/CIDFontType2"}


def test_it_is_tagged_and_says_its_language(reader: PdfReader) -> None:
    """6.7: a tree of its parts, marked, in a language."""
    root = reader.root_object
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value is True
    assert root["/StructTreeRoot"]["/Type"] == "/StructTreeRoot" and str(root["/Lang"]).startswith("zh")
    assert all(one.get("/Tabs") == "/S" or "/Annots" not in one for one in dictionaries(reader, "/Page"))


def test_nothing_in_it_acts_hides_or_lies_elsewhere(reader: PdfReader) -> None:
    for one in objects(reader):
        assert not (FORBIDDEN & _names(one)), one
        if isinstance(one, StreamObject):
            assert not {"/F", "/FFilter", "/FDecodeParms"} & one.keys()
            assert one.get("/Subtype") != "/Image" or not one.get("/Interpolate", False)


def test_what_can_be_clicked_prints_too(reader: PdfReader) -> None:
    """6.3.2: shown, printed, not hidden."""
    for page in reader.pages:
        for one in page.get("/Annots", []):
            flags = int(one.get_object().get("/F", 0))
            assert flags & 4 and not flags & 0b100011, one


def _names(value: Any) -> set[str]:
    """The names that stand in an object as it is, references not followed."""
    if isinstance(value, DictionaryObject):
        inner = [dict.get(value, name) for name in dict.keys(value)]
        return {str(name) for name in dict.keys(value)}.union(*map(_names, inner))
    if isinstance(value, ArrayObject):
        return set().union(*map(_names, list.__iter__(value)))
    return {str(value)} if type(value).__name__ == "NameObject" else set()
