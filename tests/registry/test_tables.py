"""Tables as offices make them, and as nobody should."""

import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from webapp.errors import Problem
from webapp.tables import COLUMNS, Table

ROWS = [["名称", "代码", "人数"], ["甲公司", "91110000600037341L", "12"], ["乙 公司", "x", ""]]


def book(tmp_path: Path, rows: list[list[object]], **options: object) -> Path:
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(path, options) as made:
        sheet = made.add_worksheet()
        for line, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write(line, column, cell)
    return path


def read(path: Path, name: str = "") -> list[list[str]]:
    return list(Table(path, name or path.name).rows())


def sheet_of(cells: bytes) -> bytes:
    return b"<worksheet><sheetData><row>" + cells + b"</row></sheetData></worksheet>"


def changed(path: Path, name: str, part: bytes) -> Path:
    parts = {}
    with zipfile.ZipFile(path) as old:
        parts = {each: old.read(each) for each in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for each, data in (parts | {name: part}).items():
            new.writestr(each, data)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_a_text_table_is_read_whatever_saved_it(tmp_path: Path, encoding: str, mark: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("\r\n".join(mark.join(row) for row in ROWS).encode(encoding))
    assert read(path) == ROWS


def test_a_title_line_above_does_not_hide_what_parts_the_cells(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("平顶山市名录\n名称,代码\n甲,1\n")
    assert read(path) == [["平顶山市名录"], ["名称", "代码"], ["甲", "1"]]


@pytest.mark.parametrize("constant_memory", [False, True])
def test_a_workbook_is_read_with_its_texts_shared_or_in_place(tmp_path: Path, constant_memory: bool) -> None:
    rows = read(
        book(
            tmp_path,
            [["名称 ", "人数"], ["１２３ＡＢ", 12], ["乙", 1.5], ["", "丁"]],
            constant_memory=constant_memory,
        )
    )
    assert rows == [["名称", "人数"], ["123AB", "12"], ["乙", "1.5"], ["", "丁"]]


def test_of_a_formula_what_it_came_to_is_read(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet()
        sheet.write_formula(0, 0, '="A"&HYPERLINK("http://192.0.2.1/x")', value="结果")
    assert read(path) == [["结果"]]


def test_a_number_too_long_for_a_number_is_not_made_up(tmp_path: Path) -> None:
    assert "e+17" in read(book(tmp_path, [[410400199001011234]]))[0][0]


def test_how_a_name_is_read_aloud_is_no_part_of_it(tmp_path: Path) -> None:
    path = book(tmp_path, [["甲"]])
    shared = b'<sst><si><t>a</t><rPh sb="0" eb="1"><t>b</t></rPh></si></sst>'
    assert read(changed(path, "xl/sharedStrings.xml", shared)) == [["a"]]


def test_entities_that_unfold_are_refused(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><sst><si><t>&b;</t></si></sst>'
    with pytest.raises(Problem, match="sheet_kind"):
        read(changed(book(tmp_path, [["甲"]]), "xl/sharedStrings.xml", bomb))


def test_a_cell_far_out_is_refused_before_room_is_made_for_it(tmp_path: Path) -> None:
    sheet = sheet_of(b'<c r="XFD1" t="inlineStr"><is><t>x</t></is></c>')
    with pytest.raises(Problem, match="table_large"):
        read(changed(book(tmp_path, [["甲"]]), "xl/worksheets/sheet1.xml", sheet))


def test_a_shared_text_that_is_not_there_is_empty(tmp_path: Path) -> None:
    sheet = sheet_of(b'<c t="s"><v>99</v></c><c t="s"><v>-1</v></c><c><v>7</v></c>')
    assert read(changed(book(tmp_path, [["甲"]]), "xl/worksheets/sheet1.xml", sheet)) == [["", "", "7"]]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0 old Excel"),
        ("a.pdf", b"%PDF-1.7"),
        ("a.csv", b"a,b\n\x00,c\n"),
        ("a.csv", b"\xff\xfe\x81\x00\xff"),
        ("a.xlsx", b"PK\x03\x04 no archive"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    with pytest.raises(Problem, match="sheet_kind"):
        read(path, name)


def test_a_word_document_is_no_table(tmp_path: Path) -> None:
    path, packed = tmp_path / "a.xlsx", io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("word/document.xml", "<w/>")
    path.write_bytes(packed.getvalue())
    with pytest.raises(Problem, match="sheet_kind"):
        read(path)


def test_a_workbook_cut_off_in_the_middle_is_refused(tmp_path: Path) -> None:
    path = changed(
        book(tmp_path, [["甲"]]),
        "xl/worksheets/sheet1.xml",
        b"<worksheet><sheetData><row><c><v>1</v></c></row>",
    )
    with pytest.raises(Problem, match="sheet_kind"):
        read(path)


def test_a_table_that_is_too_wide_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(",".join("x" * (COLUMNS + 1)))
    with pytest.raises(Problem, match="table_large"):
        read(path)
