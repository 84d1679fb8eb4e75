"""Answers as tables and as OpenRosa XML: what stands in a cell, and what a hostile form or answer can do."""

from __future__ import annotations

import csv
import io
import re
import tracemalloc
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
import python_calamine
from pyxform.xls2xform import convert

from tests.archive.build import INSPECTION, LI, VISIT, Log
from tests.forms.books import YES_NO, book, books, q
from webapp.archive.answers import Column, Number, Table, Tables, Wish, merged
from webapp.archive.answers_book import book as file_of
from webapp.archive.answers_filled import instance_id
from webapp.archive.answers_xlsx import Workbook, unique
from webapp.archive.answers_xml import instance
from webapp.archive.wording import Wording
from webapp.canonical import digest
from webapp.errors import Problem
from webapp.forms.rules import check
from webapp.forms.xlsform import read

Json = dict[str, Any]
SITES = {
    "place[1]": "仓库", "wage[1.1]": "3000", "wage[1.2]": "1000", "place[2]": "车间", "wage[2.1]": "500",
}  # fmt: skip


def form(data: bytes, name: str = "f") -> Json:
    """An XLSForm as ours."""
    found = read(data, name).form
    assert found
    check(found)
    return found


def log(asked: Json, answers: Json) -> Log:
    """A visit with one form, its answers by key."""
    kept = Log()
    kept.add("arrive", {"visit": VISIT | {"forms": [digest(asked)]}})
    for key, value in answers.items():
        kept.answer(f"{asked['name']}/{key}", value)
    return kept


def conflict(kept: Log, address: str, value: Any) -> None:
    """The partner answers without having seen the first answer."""
    kept.add("answer", {"question": address, "value": value, "note": None, "replaces": []}, LI)


def table(asked: Json, kept: Log, at: int = 0, **wish: bool) -> list[dict[str, str]]:
    """The rows of one table, by machine names."""
    tables = Tables({digest(asked): asked}, Wish(**wish), Wording())
    names = [column.name for column in tables.tables[at].columns]
    rows = tables.rows(INSPECTION, kept.record, digest(asked))
    return [dict(zip(names, cells, strict=True)) for place, cells in rows if place == at]


def test_a_row_says_whose_answers_they_are_and_what_became_of_the_record() -> None:
    asked = form(books()["skip"])
    kept = log(asked, {"a": "yes", "b": "有"})
    (row,) = table(asked, kept)
    assert row["_number"] == VISIT["number"]
    assert (row["_subject"], row["_subject_code"]) == (VISIT["subject"]["name"], VISIT["subject"]["code"])
    assert row["_pair"] == "王明、李娜"
    assert row["_arrived"] == "2026-11-21T16:00:01+08:00"
    assert (row["_state"], row["_sealed"]) == ("检查中", "未封存")
    assert row["_record_hash"] == kept.record["record_hash"]
    assert row["KEY"] == instance_id(INSPECTION, asked)
    assert (row["a"], row["b"]) == ("是", "有")


def test_choices_are_written_by_label_or_by_name_and_several_can_be_split() -> None:
    asked = form(books()["cascade"])
    kept = log(asked, {"state": "wa", "county": "p", "many": ["k", "m"]})
    assert (
        table(asked, kept)[0] | {"county": "皮县", "many": "金县、梅县", "cnt": ""} == table(asked, kept)[0]
    )
    (row,) = table(asked, kept, names=True, split=True)
    assert (row["state"], row["many"], row["first"]) == ("wa", "k m", "k")
    assert [row[f"many/{name}"] for name in "kpm"] == ["1", "0", "1"]
    (empty,) = table(asked, log(asked, {}), split=True)
    assert [empty[f"many/{name}"] for name in "kpm"] == ["", "", ""]


def test_numbers_can_be_counted_with_and_what_only_looks_like_one_stays_a_text() -> None:
    asked = form(
        book([q("integer", "n"), q("decimal", "d"), q("text", "t"), q("calculate", "c", calculation="${t}")])
    )
    for said, counts in {
        "7": True,
        "-7": True,
        "007": False,
        "123456789012345678": False,
        "=1": False,
    }.items():
        (row,) = table(asked, log(asked, {"t": said}))
        assert isinstance(row["c"], Number) == counts
        assert not isinstance(row["t"], Number) and row["t"] == row["c"] == said
    (row,) = table(asked, log(asked, {"n": 3, "d": "0.50"}))
    assert (row["n"], row["d"]) == ("3", "0.50")
    assert isinstance(row["n"], Number) and isinstance(row["d"], Number)


def test_repeats_in_repeats_have_tables_of_their_own_that_join_by_their_keys() -> None:
    asked = form(books()["nested"])
    kept = log(asked, SITES)
    key = instance_id(INSPECTION, asked)
    assert table(asked, kept)[0]["all"] == "4500"
    sites, workers = table(asked, kept, 1), table(asked, kept, 2)
    assert [(row["site/place"], row["site/paid"], row["KEY"]) for row in sites] == [
        ("仓库", "4000", f"{key}/site[1]"),
        ("车间", "500", f"{key}/site[2]"),
    ]
    assert {row["PARENT_KEY"] for row in sites} == {key}
    assert [
        (row["_parent_index"], row["_index"], row["site/worker/wage"], row["PARENT_KEY"]) for row in workers
    ] == [
        ("1", "1", "3000", f"{key}/site[1]"),
        ("1", "2", "1000", f"{key}/site[1]"),
        ("2", "1", "500", f"{key}/site[2]"),
    ]
    assert workers[1]["KEY"] == f"{key}/site[1]/worker[2]"
    assert {row["_number"] for row in sites + workers} == {VISIT["number"]}


def test_an_instance_that_was_taken_out_is_no_row_and_the_others_keep_their_number() -> None:
    asked = form(books()["repeats"])
    kept = log(asked, {"nm[1]": "甲", "nm[2]": "乙", "nm[3]": "丙", "p[2]": False})
    assert [(row["_index"], row["p/nm"]) for row in table(asked, kept, 1)] == [("1", "甲"), ("3", "丙")]


def test_hidden_answers_stay_out_unless_they_are_asked_for_and_then_they_are_named() -> None:
    asked = form(books()["skip"])
    kept = log(asked, {"a": "yes", "b": "有"})
    kept.answer("f/a", "no")
    (row,) = table(asked, kept)
    assert row["b"] == "" and "_hidden" not in row
    (row,) = table(asked, kept, hidden=True, names=True)
    assert row["b"] == "有" and row["_hidden"] == "b"


def test_two_answers_that_differ_are_both_said_and_neither_is_counted() -> None:
    asked = form(book([q("integer", "n"), q("select_multiple yn", "m")], YES_NO))
    kept = log(asked, {"n": 3, "m": ["yes"]})
    conflict(kept, "f/n", 4)
    conflict(kept, "f/m", ["no"])
    (row,) = table(asked, kept, split=True)
    assert row["n"] == "答案不一致：3 / 4" and not isinstance(row["n"], Number)
    assert row["m"] == "答案不一致：是 / 否"
    assert (row["m/yes"], row["m/no"]) == ("", "")
    assert row["_conflicts"] == "题、题"
    assert table(asked, kept, names=True)[0]["_conflicts"] == "n、m"


def test_notes_come_beside_their_answers_where_they_are_asked_for() -> None:
    asked = form(book([q("text", "t")]))
    kept = Log()
    kept.add("arrive", {"visit": VISIT | {"forms": [digest(asked)]}})
    kept.answer("f/t", "有", "门口已贴")
    assert table(asked, kept, notes=True)[0]["t#note"] == "门口已贴"
    assert "t#note" not in table(asked, kept)[0]


def test_photos_are_named_as_in_the_archive_where_they_are_asked_for() -> None:
    asked = form(book([q("text", "t"), q("begin_repeat", "r"), q("text", "x"), q("end_repeat")]))
    kept = log(asked, {"t": "有", "x[1]": "一"})
    for question, data in (("f/t", b"one"), ("f/x[1]", b"two"), ("f/t", b"three")):
        kept.photo(question, data)
    names = [photo["sha256"] for photo in kept.record["content"]["photos"]]
    assert table(asked, kept, photos=True)[0]["t#photos"] == f"001-{names[0]} 003-{names[2]}"
    assert table(asked, kept, 1, photos=True)[0]["r/x#photos"] == f"002-{names[1]}"
    assert "t#photos" not in table(asked, kept)[0]


def test_choices_that_name_another_answer_and_long_lists_are_written_shortly() -> None:
    many = [("list_name", "name", "label"), *(("l", f"c{at}", f"第 {at} 项 ${{a}}") for at in range(1_000))]
    asked = form(
        book([q("text", "a"), q("select_one l", "s"), q("acknowledge", "ok"), q("rank l", "k")], many)
    )
    (row,) = table(asked, log(asked, {"a": "x", "s": "c7", "ok": True, "k": ["c2", "c1"]}))
    assert (row["s"], row["k"]) == ("第 7 项 …", "1. 第 2 项 …、2. 第 1 项 …")
    assert row["ok"] and table(asked, log(asked, {"ok": True}), names=True)[0]["ok"] == "OK"


def test_versions_of_a_form_are_one_table_with_a_column_for_each_path() -> None:
    old = form(book([q("text", "a", "旧"), q("text", "gone"), q("text", "z")])) | {"version": "1"}
    new = form(book([q("text", "a", "新"), q("text", "z"), q("text", "last")])) | {"version": "2"}
    tables = Tables({digest(new): new, digest(old): old}, Wish(), Wording())
    columns = [column for column in tables.tables[0].columns if column.name[0] not in "_K"]
    assert [column.name for column in columns] == ["a", "gone", "z", "last"]
    assert columns[0].label == "新"
    names = [column.name for column in tables.tables[0].columns]
    (cells,) = [cells for _, cells in tables.rows(INSPECTION, log(old, {"gone": "x"}).record, digest(old))]
    row = dict(zip(names, cells, strict=True))
    assert (row["gone"], row["last"], row["_form_version"]) == ("x", "", "1")


def test_a_path_that_was_a_repeat_and_is_a_question_now_has_both() -> None:
    old = form(book([q("begin_repeat", "r"), q("text", "x"), q("end_repeat")]))
    new = form(book([q("text", "r")]))
    tables = Tables({digest(new): new, digest(old): old}, Wish(), Wording())
    assert [each.repeat for each in tables.tables] == ["", "r"]
    assert [at for at, _ in tables.rows(INSPECTION, log(new, {"r": "x"}).record, digest(new))] == [0]
    assert [at for at, _ in tables.rows(INSPECTION, log(old, {"x[1]": "x"}).record, digest(old))] == [0, 1]


def test_a_question_may_be_called_as_one_of_our_own_columns() -> None:
    asked = form(book([q("text", "_number"), q("text", "KEY"), q("text", "__number")]))
    (row,) = table(asked, log(asked, {"_number": "x", "KEY": "y"}))
    assert (row["_number"], row["KEY"]) == ("x", "y")
    assert row["___number"] == VISIT["number"]


def test_words_at_the_head_do_not_say_what_changes_from_row_to_row() -> None:
    asked = form(
        book(
            [q("text", "a", "名"), q("begin_group", "g", "组"), q("text", "b", "${a} 的年龄"), q("end_group")]
        )
    )
    tables = Tables({digest(asked): asked}, Wish(), Wording())
    assert [column.label for column in tables.tables[0].columns][-2:] == ["名", "组 / … 的年龄"]


def test_lists_are_merged_without_losing_their_order() -> None:
    assert merged([["a", "d"], ["a", "b", "c", "d"], ["d", "e"], ["0", "a"]]) == [
        "0",
        "a",
        "b",
        "c",
        "d",
        "e",
    ]


# The file


def made(kind: str, tables: list[Table], rows: list[tuple[int, list[str]]], head: str = "both") -> bytes:
    return b"".join(file_of(kind, tables, head, iter(rows), lambda: ["说明一"], str))


def first_sheet(data: bytes) -> list[list[Any]]:
    return next(iter(workbook(data).values()))


def workbook(data: bytes) -> dict[str, list[list[Any]]]:
    """The sheets as two other readers of XLSX have them."""
    found = openpyxl.load_workbook(io.BytesIO(data))
    other = python_calamine.load_workbook(io.BytesIO(data))
    assert found.sheetnames == other.sheet_names
    read_ = {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in found}
    assert [len(other.get_sheet_by_name(name).to_python()) for name in read_] == list(
        map(len, read_.values())
    )
    return read_


def columns(*names: str) -> list[Column]:
    return [Column(name, f"题 {name}") for name in names]


MAIN = Table("", "", columns("a", "b"))


def test_a_workbook_has_a_sheet_for_each_table_and_one_that_says_what_it_is() -> None:
    tables = [MAIN, Table("r", "雇员", columns("x"))]
    sheets = workbook(
        made("xlsx", tables, [(0, ["1", Number("2")]), (1, ["甲"]), (0, ["", "乙"]), (1, ["丙"])])
    )
    assert list(workbook(made("xlsx", tables, [], "names"))) == ["answers", "r", "说明"]
    assert sheets == {
        "检查": [["题 a", "题 b"], ["a", "b"], ["1", 2], [None, "乙"]],
        "雇员": [["题 x"], ["x"], ["甲"], ["丙"]],
        "说明": [["说明一"]],
    }


def test_csv_has_a_file_for_each_table_and_no_cell_is_a_formula() -> None:
    tables = [MAIN, Table("site/worker", "雇员/工资", columns("x"))]
    data = made(
        "zip", tables, [(0, ["=cmd|' /C calc'!A0", "-5"]), (1, ["@x"]), (1, ['一\n二,三"四'])], "names"
    )
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        found = {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
    rows = {name: list(csv.reader(io.StringIO(text, newline=""))) for name, text in found.items()}
    assert rows == {
        "answers.csv": [["a", "b"], ["'=cmd|' /C calc'!A0", "-5"]],
        "worker.csv": [["x"], ["'@x"], ['一\n二,三"四']],
        "说明.csv": [["说明一"]],
    }


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("=1+1", "=1+1"),
        ("一\n二\t\"三'<&>", "一\n二\t\"三'<&>"),
        ("\x00\x07\x1b\ufffe坏", "\ufffd\ufffd\ufffd\ufffd坏"),
        ("_x0041_", "_x0041_"),
        ("𠮷" * 3, "𠮷" * 3),
        (" 两边 ", " 两边 "),
        ("\ud800", "\ufffd"),
    ],
)
def test_a_workbook_keeps_any_text_as_a_text(cell: str, kept: str) -> None:
    data = made("xlsx", [MAIN], [(0, [cell, cell])], "names")
    # openpyxl leaves a sign that is written by its number as it stands.
    sheet = python_calamine.load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert sheet[1] == [kept, kept]
    assert first_sheet(data)[0] == ["a", "b"]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    assert made("zip", [MAIN], [(0, [cell, cell])])


def test_a_text_too_long_for_a_cell_is_cut_and_says_so() -> None:
    found = first_sheet(made("xlsx", [MAIN], [(0, ["长" * 40_000, "b"])], "names"))[1][0]
    assert len(found) == 32_767 and found.endswith("……（共 40000 字，这里放不下，全文见 CSV）")
    found = first_sheet(made("xlsx", [MAIN], [(0, ["𠮷" * 20_000, "b"])], "names"))[1][0]
    assert len(found.encode("utf-16-le")) <= 2 * 32_767 and "共 20000 字" in found


def test_labels_of_any_length_become_names_of_sheets() -> None:
    long = "很长的名称" * 10
    assert unique([long, long, long.upper(), "a/b:c", "A b C", "", "'", "x" * 31, "X" * 31]) == [
        long[:31], f"{long[:27]} (2)", f"{long[:27]} (3)", "a b c", "A b C (2)", "-", "- (2)", "x" * 31, f"{'X' * 27} (2)",
    ]  # fmt: skip
    tables = [
        MAIN,
        *(Table(f"r{at}", label, columns("x")) for at, label in enumerate([long, long, "检查", "说明"])),
    ]
    assert len(workbook(made("xlsx", tables, []))) == 6


def test_labels_of_any_kind_stand_at_the_head_as_they_are() -> None:
    asked = form(book([q("text", "a"), q("begin_repeat", "r"), q("text", "b"), q("end_repeat")]))
    hostile = ["=cmd|' /C calc'!A0", '一\n二\r\n"三"\'', "长" * 5_000, "\x07铃\ufffe"]
    for label in hostile:
        asked["questions"][0]["label"] = asked["questions"][1]["label"] = {"zh-Hans": label}
        tables = Tables({digest(asked): asked}, Wish(), Wording())
        rows = list(tables.rows(INSPECTION, log(asked, {"a": "x", "b[1]": "y"}).record, digest(asked)))
        sheets = workbook(made("xlsx", tables.tables, rows))
        kept = label.replace("\x07", "\ufffd").replace("\ufffe", "\ufffd").replace("\r\n", "\n")
        assert kept in [str(cell).replace("\r\n", "\n") for cell in sheets["检查"][0]]
        assert len(sheets) == 3 and all(len(name) <= 31 for name in sheets)
        with zipfile.ZipFile(io.BytesIO(made("zip", tables.tables, rows))) as archive:
            first = archive.read("检查.csv").decode("utf-8-sig")
        head = next(csv.reader(io.StringIO(first, newline="")))
        assert head[-1] == (f"'{label}" if label.startswith("=") else label)


def test_more_columns_or_tables_than_a_workbook_has_are_said_in_words() -> None:
    wide = [Table("", "", columns(*map(str, range(16_385))))]
    with pytest.raises(Problem) as raised:
        made("xlsx", wide, [])
    assert raised.value.code == "answers_wide"
    assert made("zip", wide, [(0, ["x"] * 16_385)])
    with pytest.raises(Problem):
        made("zip", [MAIN, *(Table(str(at), "", []) for at in range(200))], [])


def test_a_full_sheet_goes_on_in_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Workbook, "most", 4)
    tables = [MAIN, Table("r", "雇员", columns("x"))]
    rows = [(at % 2, [Number(at), ""]) if at % 2 == 0 else (1, [Number(at)]) for at in range(10)]
    sheets = workbook(made("xlsx", tables, rows))
    assert list(sheets) == ["检查", "检查 (2)", "检查 (3)", "雇员", "雇员 (2)", "雇员 (3)", "说明"]
    assert [row[0] for name in list(sheets)[:3] for row in sheets[name][2:]] == [0, 2, 4, 6, 8]
    assert [row[0] for name in list(sheets)[3:6] for row in sheets[name][2:]] == [1, 3, 5, 7, 9]
    assert all(len(sheet) <= 4 for sheet in sheets.values())


@pytest.mark.parametrize("kind", ["xlsx", "zip"])
def test_a_long_table_is_never_in_memory(kind: str) -> None:
    tables = [MAIN, Table("r", "雇员", columns("x"))]

    def rows(count: int) -> Iterator[tuple[int, list[str]]]:
        for at in range(count):
            yield 0, [f"{at} {'长' * 100}", Number(at)]
            yield 1, [f"{at} {'宽' * 100}"]

    def peak(count: int) -> int:
        tracemalloc.start()
        for _block in file_of(kind, tables, "both", rows(count), list, str):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(4_000) < peak(400) + 200_000


def test_a_further_sheet_takes_no_other_sheets_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Workbook, "most", 3)
    tables = [MAIN, Table("r", "检查 (2)", columns("x"))]
    sheets = workbook(made("xlsx", tables, [(0, ["1", ""]), (0, ["2", ""]), (1, ["甲"])]))
    assert [(name, rows[2][0]) for name, rows in list(sheets.items())[:3]] == [
        ("检查", "1"), ("检查 (2)", "2"), ("检查 (2) (2)", "甲"),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["xlsx", "zip"])
def test_whoever_leaves_in_the_middle_leaves_nothing_open(kind: str) -> None:
    tables = [MAIN, Table("r", "雇员", columns("x"))]
    rows = [(0, [str(at) * 1000, ""]) for at in range(1000)] + [(1, ["x" * 300_000]) for _ in range(3)]
    whole = made(kind, tables, rows)
    for left in (1, 3):
        stream = file_of(kind, tables, "both", iter(rows), list, str)
        parts = [next(stream) for _ in range(left)]
        stream.close()  # type: ignore[attr-defined]
        assert 0 < len(b"".join(parts)) < len(whole)


def test_what_fails_in_the_middle_is_no_whole_file() -> None:
    def rows() -> Iterator[tuple[int, list[str]]]:
        yield from [(0, [str(at) * 1000, ""]) for at in range(1000)]
        raise OSError("the database is gone")

    taken = []
    with pytest.raises(OSError, match="gone"):
        taken.extend(file_of("zip", [MAIN], "both", rows(), list, str))
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(b"".join(taken)))


# OpenRosa XML


def parsed(asked: Json, kept: Log) -> ElementTree.Element:
    return ElementTree.fromstring(instance(asked, kept.record, INSPECTION))  # noqa: S314 - our own


def model_of(data: bytes) -> tuple[ElementTree.Element, set[str]]:
    """The primary instance of the XForm that pyxform makes of an XLSForm, and every path in it."""
    made_ = convert(io.BytesIO(data), file_type=".xlsx", validate=False).xform
    root = ElementTree.fromstring(re.sub(r' xmlns="[^"]*"', "", made_, count=1))  # noqa: S314 - our own
    first = root.find(".//model/instance/*")
    assert first is not None
    return first, set(paths(first))


def paths(element: ElementTree.Element, above: str = "") -> Iterator[str]:
    here = f"{above}/{element.tag}"
    yield here
    for child in element:
        yield from paths(child, here)


ANSWERS: dict[str, Json] = {
    "skip": {"a": "no", "n": 5, "d": "x", "e": "y"},
    "repeats": {"nm[1]": "甲", "age[1]": 61, "why[1]": "老", "nm[2]": "乙", "age[2]": 50},
    "counted": {"k": 2, "v[2]": 7},
    "cascade": {"state": "wa", "county": "p", "many": ["k", "m"], "cnt": 2},
    "dates": {"d": "2026-01-01", "e": "2026-03-01", "late": "x", "t": "13:30"},
    "same": {"a/other": "1", "x": "x", "b/other": "1", "y": "y", "z": "z"},
    "chain": {f"q{at}": at % 3 for at in range(12)},
    "nested": SITES,
}


@pytest.mark.parametrize("name", sorted(books()))
def test_every_path_of_an_instance_is_one_of_the_form_as_pyxform_makes_it(name: str) -> None:
    data = books()[name]
    model, known = model_of(data)
    found = parsed(form(data, name), log(form(data, name), ANSWERS[name]))
    assert found.tag == model.tag == "data"
    assert set(paths(found)) <= known
    assert found.get("id") == form(data, name)["name"]


def test_an_instance_is_written_as_odk_writes_it() -> None:
    asked = form(books()["nested"]) | {"version": "2026.1"}
    kept = log(asked, SITES)
    found = parsed(asked, kept)
    assert (found.get("id"), found.get("version")) == ("f", "2026.1")
    assert [site.findtext("place") for site in found.findall("site")] == ["仓库", "车间"]
    assert [worker.findtext("wage") for worker in found.findall("site/worker")] == ["3000", "1000", "500"]
    assert found.findtext("all") == "4500"
    assert found.findtext("meta/instanceID") == instance_id(INSPECTION, asked)
    assert instance(asked, kept.record, INSPECTION) == instance(asked, kept.record, INSPECTION)
    assert kept.record["record_hash"].encode() in instance(asked, kept.record, INSPECTION)


def test_what_is_not_relevant_is_left_out_and_what_is_empty_stands_empty() -> None:
    asked = form(books()["skip"])
    found = parsed(asked, log(asked, {"a": "yes", "e": "x"}))
    assert [child.tag for child in found] == ["a", "b", "e", "meta"]
    assert found.find("b").text is None  # type: ignore[union-attr]


def test_several_choices_stand_with_blanks_and_times_with_their_zone() -> None:
    asked = form(
        book([q("select_multiple yn", "m"), q("time", "t"), q("dateTime", "at"), q("date", "d")], YES_NO)
    )
    found = parsed(
        asked, log(asked, {"m": ["yes", "no"], "t": "14:38", "at": "2026-11-21T14:38", "d": "2026-11-21"})
    )
    assert found.findtext("m") == "yes no"
    assert found.findtext("t") == "14:38:00.000+08:00"
    assert found.findtext("at") == "2026-11-21T14:38:00.000+08:00"
    assert found.findtext("d") == "2026-11-21"


def test_an_answer_with_signs_that_xml_cannot_say_still_gives_xml() -> None:
    asked = form(book([q("text", "t")]))
    found = parsed(asked, log(asked, {"t": "a\x00\x07<b>&\ufffe\n--]]>\"'"}))
    assert found.findtext("t") == "a\ufffd\ufffd<b>&\ufffd\n--]]>\"'"
    kept = log(asked, {"t": "x"})
    kept.events[0]["payload"]["visit"] = VISIT | {"number": "-- --> <x> \x00", "forms": [digest(asked)]}
    assert parsed(asked, kept).findtext("t") == "x"


def test_two_answers_that_differ_give_no_instance_unless_they_are_hidden() -> None:
    asked = form(books()["skip"])
    kept = log(asked, {"a": "yes", "b": "甲"})
    conflict(kept, "f/b", "乙")
    with pytest.raises(ValueError, match="f/b"):
        instance(asked, kept.record, INSPECTION)
    kept.answer("f/a", "no")
    assert parsed(asked, kept).find("b") is None
