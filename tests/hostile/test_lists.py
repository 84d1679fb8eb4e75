"""Every list that is imported, before tables that nobody made to be read, and before those that real bureaus make."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from flask import Flask
from flask.testing import FlaskClient

from tests.field.test_elsewhere import KIND, PDF, bureau, firms, listed, said
from tests.field.test_hall import published
from tests.registry.test_imports import code
from webapp.db import db
from webapp.registry import import_views, imports
from webapp.registry.imports import Import, work
from webapp.registry.models import Inspector

Desk = Callable[..., FlaskClient]
LISTS = ("subjects", "items", "inspectors", "experts", "draws")
ITEM = [
    "10",
    "PD10",
    "职业中介检查",
    "《就业促进法》",
    "人力资源服务机构",
    "收费",
    "一般",
    "现场",
    "5%",
    "1次/年",
    "市",
    "支队",
]
HEADS = {
    "subjects": ["名称", "统一社会信用代码", "地址"],
    "items": ["序号", "编号", "抽查事项", "抽查依据", "检查对象", "抽查内容", "事项类别", "抽查方式", "抽查比例",
              "抽查频次", "检查层级", "检查机构"],
    "inspectors": ["姓名", "执法证号", "有效期至"],
    "experts": ["姓名", "单位", "专业"],
    "draws": ["检查对象名称", "统一社会信用代码"],
}  # fmt: skip


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process beside the server, in this one."""
    monkeypatch.setattr(imports, "start", lambda import_id, author: work(import_id, author.id))
    monkeypatch.setattr(import_views, "start", lambda import_id, author: work(import_id, author.id))


def good(kind: str) -> list[str]:
    """A row that can be taken."""
    if kind == "inspectors":
        one = Inspector.of_bureau(bureau())[0]
        return [one.user.name, one.credential, "2031-01-01"]
    if kind == "draws":
        firm = firms(1)[0]
        return [firm.name, firm.code]
    return {
        "subjects": ["新公司", code(7), "新华区"],
        "items": [*ITEM],
        "experts": ["刘工", "质检院", "电梯"],
    }[kind]


class Door:
    """One list's import at the desk."""

    def __init__(self, kind: str, app: Flask, desk: Desk) -> None:
        self.kind, self.app, self.planner = kind, app, desk("planner")
        self.task = published(desk, bp="100", by="all", kinds=[KIND]) if kind == "draws" else {}

    def send(self, data: bytes, name: str = "表.xlsx") -> Import:
        form: dict[str, Any] = {"file": (io.BytesIO(data), name)}
        place = f"/office/{self.kind}/import"
        if self.kind == "draws":
            form |= self.task | said() | {"evidence": (io.BytesIO(PDF), "a.pdf")}
            place = "/office/draws/elsewhere/new"
        answer = self.planner.post(place, data=form)
        assert answer.status_code == 302, answer.text
        self.place = str(answer.location)
        return self.found()

    def found(self) -> Import:
        with self.app.app_context():
            return db.session.get_one(Import, self.place.rpartition("/")[2])

    def read(self, columns: list[str] | None = None) -> Import:
        told = {f"column-{at}": name for at, name in enumerate(columns or self.found().columns)}
        self.answer = self.planner.post(f"{self.place}/columns", data=told)
        return self.found()

    def faults(self) -> dict[int, list[str]]:
        with self.app.app_context():
            found = (
                listed(self.place).source
                if self.kind == "draws"
                else db.session.get_one(Import, self.found().id)
            )
            return {row.line: [code for _, code in row.faults] for row in found.rows("wrong")}


@pytest.fixture(params=LISTS)
def door(request: pytest.FixtureRequest, app: Flask, desk: Desk) -> Door:
    return Door(request.param, app, desk)


def book(*rows: list[Any], formula: str = "") -> bytes:
    """A workbook; where a row says `=`, a formula of that text."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        for line, row in enumerate(rows):
            for at, cell in enumerate(row):
                if cell == "=":
                    sheet.write_formula(line, at, formula, None, "得数")
                else:
                    sheet.write_string(line, at, cell)
    return made.getvalue()


def test_a_bomb_ends_the_work_beside_the_server_and_nothing_else(door: Door) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
        packed.writestr("xl/sharedStrings.xml", "<sst><si><t>" + "x" * 40_000_000)
        packed.writestr(
            "xl/worksheets/sheet1.xml",
            '<worksheet><sheetData><row><c t="s"><v>0</v></c></row></sheetData></worksheet>',
        )
    found = door.send(made.getvalue())
    assert (found.state, found.problem) == ("failed", "table_large")
    assert "表格太大" in door.planner.get(door.place).text


def test_a_formula_is_what_it_came_to_and_never_itself(door: Door) -> None:
    with door.app.app_context():
        row = good(door.kind)
    row[HEADS[door.kind].index("抽查事项") if door.kind == "items" else 0] = "="
    door.send(book(HEADS[door.kind], row, formula='=HYPERLINK("http://x.invalid","点")'))
    door.read()
    page = door.planner.get(door.place).text
    assert "得数" in page and "HYPERLINK" not in page


def test_a_link_to_another_book_is_never_followed(door: Door) -> None:
    with door.app.app_context():
        data = book(HEADS[door.kind], good(door.kind))
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as whole, zipfile.ZipFile(made, "w") as packed:
        for name in whole.namelist():
            packed.writestr(name, whole.read(name))
        packed.writestr(
            "xl/externalLinks/_rels/externalLink1.xml.rels",
            '<Relationships><Relationship Id="r1" TargetMode="External" Target="http://x.invalid/a.xlsx"/></Relationships>',
        )
        packed.writestr("xl/externalLinks/externalLink1.xml", '<!DOCTYPE x SYSTEM "http://x.invalid"><x/>')
    door.send(made.getvalue())
    found = door.read()
    assert found.state == "read" and sum(found.counts.get(name, 0) for name in ("new", "changed")) == 1


def test_two_headers_are_one(door: Door) -> None:
    """A title, merged names over two lines, and the header once more in the middle, as on every printed page."""
    head = HEADS[door.kind]
    with door.app.app_context():
        row = good(door.kind)
    door.send(book(["2026 年名单"], [*head[:1], "基本情况"], ["", *head[1:]], row, head))
    found = door.read()
    assert found.state == "read" and found.header == 3
    assert sum(found.counts.get(name, 0) for name in ("new", "changed")) == 1
    assert list(door.faults()) == ([5] if door.kind == "subjects" else [])


def test_a_column_that_means_something_else_makes_faults_and_nothing_worse(door: Door) -> None:
    head = HEADS[door.kind]
    with door.app.app_context():
        row = good(door.kind)
    columns = door.send(book(head, row)).columns
    turned = [*columns[1:], columns[0]]
    found = door.read(turned)
    assert found.state == "read" and not found.counts.get("changed")
    # An expert is words alone, so that only the person who sees the preview can tell.
    assert not found.counts.get("new") or door.kind == "experts"
    found = door.read([""] * len(columns))
    assert door.answer.status_code == 422 and "还有必须的列没有说明" in door.answer.text
    door.read([columns[0]] * len(columns))
    assert door.answer.status_code == 422


def test_what_stands_twice_is_said_and_what_is_known_is_not_added_again(door: Door) -> None:
    head = HEADS[door.kind]
    with door.app.app_context():
        row = good(door.kind)
    other = [*row[:-1], row[-1] + "甲"] if door.kind in ("subjects", "items", "experts") else row
    door.send(book(head, row, other))
    found = door.read()
    wrong = door.faults()
    assert wrong and all("twice" in codes for codes in wrong.values())
    assert set(wrong) == ({3} if door.kind == "draws" else {2, 3}), found.counts
    door.send(book(head, row))
    assert not door.faults()
    door.read()
    door.planner.post(f"{door.place}/take", data={"gone": "leave"})
    door.send(book(head, row))
    again = door.read()
    assert not again.counts.get("new") and (again.counts.get("same") or door.kind == "draws")
    if door.kind == "draws":
        assert door.faults() == {2: ["subject_brought"]}


@pytest.mark.parametrize("name", ["a.pdf", "a.exe", "a.xlsx"])
def test_what_is_no_table_is_refused_in_words(door: Door, name: str) -> None:
    form: dict[str, Any] = {"file": (io.BytesIO(b"\x7fELF nothing"), name)}
    place = f"/office/{door.kind}/import"
    if door.kind == "draws":
        form |= door.task | said() | {"evidence": (io.BytesIO(PDF), "a.pdf")}
        place = "/office/draws/elsewhere/new"
    answer = door.planner.post(place, data=form)
    assert answer.status_code == 422 and "不是能打开的 XLSX 或 CSV 表格" in answer.text
    assert not list((Path(door.app.config["DATA"]) / "imports").glob("*"))
