"""An XLSForm comes in at the desk: kept as a draft with its bytes, or every fault told and nothing kept."""

import io
import zipfile
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from tests.forms.books import book, q
from tests.forms.test_views import published
from webapp.apart import Apart
from webapp.db import db
from webapp.forms import uploads
from webapp.forms.models import Release
from webapp.registry.items import Item

Desk = Callable[[str], FlaskClient]
SURVEY = [q("text", "a", "单位名称"), q("integer", "b", "人数", photo="required")]
BAD = [
    q("text", "a", "单位名称", photo="perhaps"),
    q("geopoint", "where", "位置"),
    q("integer", "b", "人数", relevant="${nobody} > 1"),
    q("calculate", "c", "", calculation="pulldata('x', 'y')"),
]
NAMED = {"form_title": "特殊工时检查表", "form_id": "pd6", "version": "2027.1"}
SHEET = "xl/worksheets/sheet1.xml"
SHEET_NS = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


def send(browser: FlaskClient, data: bytes, name: str = "表.xlsx", item: str = "PD6") -> TestResponse:
    file = FileStorage(io.BytesIO(data), name, content_type="application/octet-stream")
    boundary, body = encode_multipart({"item": item, "file": file})
    return browser.post("/forms/new", data=body, content_type=f"multipart/form-data; boundary={boundary}")


def drafts(app: Flask) -> int:
    with app.app_context():
        return db.session.query(Release).filter_by(state="draft").count()


def with_sheet(sheet: bytes) -> bytes:
    """A workbook whose first sheet is these bytes."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book(SURVEY))) as parts,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for name in parts.namelist():
            out.writestr(name, sheet if name == SHEET else parts.read(name))
    return made.getvalue()


def test_a_good_form_becomes_a_draft_and_its_file_comes_back_byte_by_byte(app: Flask, desk: Desk) -> None:
    planner, data = desk("planner"), book([*SURVEY, q("deviceid", "phone", "")], settings=NAMED)
    answer = send(planner, data, "特殊 工时;.xlsx")
    assert answer.status_code == 302
    page = planner.get(answer.location).text
    assert "特殊工时检查表" in page and "2027.1" in page and "草稿" in page and "2 题" in page
    assert "没有带过来的" in page and "phone" in page
    source = planner.get(f"{answer.location}/source")
    assert source.data == data and source.headers["Content-Disposition"].startswith("attachment")
    with app.app_context():
        made = db.session.get_one(Release, answer.location.rpartition("/")[2])
        assert (made.item, made.body_of()["item"], made.name) == ("PD6", "PD6", "pd6")


def test_a_form_without_settings_is_named_after_its_item(app: Flask, desk: Desk) -> None:
    answer = send(desk("planner"), book(SURVEY))
    with app.app_context():
        made = db.session.get_one(Release, answer.location.rpartition("/")[2])
        assert (made.name, made.version) == ("pd6", "1")


def test_every_fault_stands_in_one_table_with_its_row_and_nothing_is_kept(app: Flask, desk: Desk) -> None:
    planner = desk("planner")
    answer = send(planner, book(BAD, settings=NAMED))
    assert answer.status_code == 422 and drafts(app) == 0
    for words in ("位置", "perhaps", "nobody", "pulldata", "没有存入"):
        assert words in answer.text, words
    told = answer.text.partition('name="told" value="')[2].partition('"')[0]
    table = planner.post("/forms/faults.xlsx", data={"told": told})
    rows = list(load_workbook(io.BytesIO(table.data)).worksheets[0].values)
    found = {(row[0], row[1]): row for row in rows[1:]}
    assert {("survey", "2"), ("survey", "3"), ("survey", "4"), ("survey", "5")} <= found.keys()
    assert found["survey", "3"][4] == "geopoint · where · 位置"
    assert planner.post("/forms/faults.csv", data={"told": told}).text.count("survey,") == len(rows) - 1


def test_a_table_of_faults_is_only_made_of_what_a_page_here_said(desk: Desk) -> None:
    planner = desk("planner")
    for told in ("", "x", "W10.x", "eyJhIjoxfQ.AAAA"):
        assert planner.post("/forms/faults.csv", data={"told": told}).status_code == 400
    assert desk("archivist").post("/forms/faults.csv", data={"told": ""}).status_code == 403


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "a.xlsx", "没有选择文件"),
        ("类型,名称\n整数,人数".encode("gbk"), "表.csv", "xlsx"),
        (bytes.fromhex("D0CF11E0A1B11AE1") + bytes(512), "表.xls", "xls"),
        (b"PK\x03\x04" + bytes(400), "表.xlsx", "损坏"),
        (b"PK\x03\x04" + bytes(6 * 2**20), "表.xlsx", "5 MB"),
        (b"%PDF-1.7", "表.xlsx", "XLSX"),
        (b"\x00" * 20, "\u202e表.xlsx", "XLSX"),
    ],
    ids=["nothing", "csv", "xls", "broken", "large", "pdf", "zeros"],
)
def test_what_is_no_workbook_is_refused_in_a_sentence_and_not_kept(
    app: Flask, desk: Desk, data: bytes, name: str, said: str
) -> None:
    answer = send(desk("planner"), data, name)
    assert answer.status_code == 422 and said in answer.text and drafts(app) == 0


@pytest.mark.parametrize(
    "sheet",
    [
        SHEET_NS + b"<row>" + b"<c><v>1</v></c>" * 2_000_000,
        SHEET_NS + b"<a>" * 1_000_000,
        b'<!DOCTYPE x [<!ENTITY a "' + b"x" * 9999 + b'">]>' + SHEET_NS + b"<row><c><v>" + b"&a;" * 99_999,
    ],
    ids=["wide", "deep", "entities"],
)
def test_a_bomb_ends_its_own_process_and_not_ours(
    app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch, sheet: bytes
) -> None:
    monkeypatch.setattr(uploads, "BOOKS", Apart(seconds=2, written=2**26))
    data = with_sheet(sheet)
    assert len(data) < 2**20
    answer = send(desk("planner"), data)
    assert answer.status_code == 422 and "什么也没有存" in answer.text and drafts(app) == 0


def test_the_same_bytes_again_lead_to_the_version_that_is_there(app: Flask, desk: Desk) -> None:
    planner, data = desk("planner"), book(SURVEY, settings=NAMED)
    first = send(planner, data).location
    again = send(planner, data, "改了名.xlsx")
    assert again.status_code == 409 and "同样的检查表已经有了" in again.text and first in again.text
    assert drafts(app) == 1
    assert send(planner, book(SURVEY, settings=NAMED | {"form_id": "pd7x"}), item="PD7").status_code == 302


def test_a_version_name_that_was_published_is_refused_for_another_body(app: Flask, desk: Desk) -> None:
    published(app, desk)
    answer = send(desk("planner"), book(SURVEY, settings=NAMED))
    assert answer.status_code == 409 and "公布过的不能改" in answer.text and drafts(app) == 0
    other = send(desk("planner"), book(SURVEY, settings=NAMED | {"version": "2027.2", "form_id": "pd5"}))
    assert other.status_code == 409 and "已经用在别的事项上" in other.text


def test_RZ_4a_a_form_for_what_is_not_on_the_list_is_refused(app: Flask, desk: Desk) -> None:
    planner = desk("planner")
    for item in ("PD99", "PD6\x00", "../PD6", "P" * 9999):
        assert send(planner, book(SURVEY), item=item).status_code in (400, 422), item[:9]
    with app.app_context():
        item = db.session.query(Item).filter_by(code="PD6").first()
        assert item
        item.active = False
        db.session.commit()
    assert send(planner, book(SURVEY)).status_code == 422 and drafts(app) == 0


def test_a_huge_name_and_a_script_stay_words(app: Flask, desk: Desk) -> None:
    planner, script = desk("planner"), "<script>alert(1)</script>"
    settings = {"form_title": script + "题" * 3000, "form_id": "x" * 900, "version": "v" * 900}
    answer = send(planner, book(SURVEY, settings=settings), script + "长" * 900 + ".xlsx")
    assert answer.status_code in (302, 422)
    if answer.status_code == 302:
        page = planner.get(answer.location).text
        assert script not in page and script not in planner.get("/forms/?show=draft").text
        assert planner.get(f"{answer.location}/source").status_code == 200
    assert script not in answer.text


def test_a_draft_is_begun_like_the_used_version_or_empty(app: Flask, desk: Desk) -> None:
    planner = desk("planner")
    like = planner.post("/forms/start", data={"item": "PD6", "like": "used"}).location.removesuffix("/edit")
    empty = planner.post("/forms/start", data={"item": "PD6"}).location.removesuffix("/edit")
    assert "10 题" in planner.get(like).text and "0 题" in planner.get(empty).text
    assert planner.post(f"{empty}/submit", data={"why": "x", "seen": ""}).status_code == 409
