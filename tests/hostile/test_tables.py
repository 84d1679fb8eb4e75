"""Tables that nobody made to be read: bombs, endless rows, broken packages."""

import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from webapp import tables
from webapp.archive.unpack import TOO_MANY, Unpacked, unzipped
from webapp.errors import Problem
from webapp.tables import Table

MB = 1024 * 1024


def refusal(path: Path) -> str:
    """The code by which a file is refused, and no more memory for it than a few rows take."""
    tracemalloc.start()
    with pytest.raises(Problem) as refused:
        list(Table(path, path.name).rows())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 60 * MB, f"{peak // MB} MB"
    return refused.value.code


def book(path: Path, sheet: bytes, texts: bytes = b"<sst/>", how: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", how) as made:
        made.writestr("xl/workbook.xml", b"<workbook/>")
        made.writestr("xl/worksheets/sheet1.xml", sheet)
        made.writestr("xl/sharedStrings.xml", texts)
    return path


@pytest.mark.parametrize(
    "text",
    [
        b"x" * 40 * MB,
        b"," * 40 * MB,
        b'"' + b"x\n" * 20 * MB,
        b'"\n",' * 10 * MB,
        b"a,b\n" + "字".encode() * 13 * MB,
        b"\xf0\x9f\x98\x80" + b"x" * 40 * MB,
    ],
    ids=["one line", "commas", "an open quote", "quoted line ends", "one line further down", "wide signs"],
)
def test_a_row_without_an_end_takes_no_memory(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(text)
    assert refusal(path) in ("table_large", "sheet_kind")


def test_a_long_row_that_ends_is_read(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    row = [f"{number}" * 900 for number in range(70)]
    path.write_text(f"{','.join(row)}\n" * 30)
    assert len(list(Table(path, path.name).rows())) == 30


@pytest.mark.parametrize(
    "sheet",
    [
        b"<worksheet><sheetData><row>" + b'<c r="A1"/>' * 8 * MB,
        b"<worksheet><sheetData><row><c><v>" + b"1" * 80 * MB,
        b'<worksheet><sheetData><row><c r="' + b"A" * 80 * MB,
        b"<worksheet>" + b" " * 80 * MB,
    ],
    ids=["cells", "a cell", "an attribute", "blanks"],
)
def test_a_sheet_in_which_nothing_ends_takes_no_memory(tmp_path: Path, sheet: bytes) -> None:
    assert refusal(book(tmp_path / "t.xlsx", sheet)) == "table_large"


def test_shared_texts_are_counted_and_so_is_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    last = b'<worksheet><sheetData><row><c t="s"><v>1999</v></c></row></sheetData></worksheet>'
    assert refusal(book(tmp_path / "one.xlsx", last, b"<sst><si><t>" + b"x" * 80 * MB)) == "table_large"
    monkeypatch.setattr(tables, "TEXTS", 1000)
    assert refusal(book(tmp_path / "many.xlsx", last, b"<sst>" + b"<si/>" * 2000)) == "table_large"


def test_shared_texts_are_unpacked_no_further_than_they_are_asked_for(tmp_path: Path) -> None:
    first = b'<worksheet><sheetData><row><c t="s"><v>0</v></c></row></sheetData></worksheet>'
    texts = "<sst><si><t>甲</t></si>".encode() + b"<si><t>x</t></si>" * MB
    path = book(tmp_path / "t.xlsx", first, texts)
    tracemalloc.start()
    assert list(Table(path, path.name).rows()) == [["甲"]]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * MB


def test_a_number_that_is_no_place_of_a_text_is_none(tmp_path: Path) -> None:
    cells = "".join(f'<c t="s"><v>{odd}</v></c>' for odd in ("²", "٣", "9" * 5000, "-1", "1e3", "0"))
    sheet = f"<worksheet><sheetData><row>{cells}</row></sheetData></worksheet>".encode()
    path = book(tmp_path / "t.xlsx", sheet, "<sst><si><t>甲</t></si></sst>".encode())
    assert list(Table(path, path.name).rows()) == [["", "", "", "", "", "甲"]]


def test_numbers_beyond_every_number_are_text(tmp_path: Path) -> None:
    cells = "".join(f"<c><v>{odd}</v></c>" for odd in ("1e999", "-1e999", "nan", "1_0", "0x1"))
    path = book(
        tmp_path / "t.xlsx", f"<worksheet><sheetData><row>{cells}</row></sheetData></worksheet>".encode()
    )
    assert len(list(Table(path, path.name).rows())[0]) == 5


@pytest.mark.parametrize("how", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_only_what_office_programs_pack_with_is_unpacked(tmp_path: Path, how: int) -> None:
    assert refusal(book(tmp_path / "t.xlsx", b"<worksheet/>", how=how)) == "sheet_kind"


def test_a_package_broken_anywhere_is_refused_in_words(tmp_path: Path) -> None:
    whole = tmp_path / "whole.xlsx"
    with xlsxwriter.Workbook(whole) as made:
        made.add_worksheet().write(0, 0, "甲")
    data = whole.read_bytes()
    path = tmp_path / "t.xlsx"
    for at in range(0, len(data), 37):
        for odd in (b"\xff\xff", b"\0\0"):
            path.write_bytes(data[:at] + odd + data[at + 2 :])
            try:
                list(Table(path, path.name).rows())
            except Problem as problem:
                assert problem.code in ("sheet_kind", "table_large")


def listing(count: int) -> bytes:
    """A ZIP of nothing but a list of parts."""
    entry = (
        struct.pack("<4s4B4HL2L5H2L", b"PK\1\2", 20, 3, 20, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0)
        + b"x"
    )
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count & 0xFFFF, count & 0xFFFF, len(entry) * count, 0, 0)
    return entry * count + end


def test_a_list_of_millions_of_parts_is_not_held_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(b"PK\3\4" + listing(200_000))
    assert refusal(path) == "table_large"
    data = listing(200_000)
    tracemalloc.start()
    faults = list(unzipped(data, Unpacked()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert faults == [(TOO_MANY, "200000")] and peak < MB
