"""The export in a platform's columns, its receipts in the archive, and what is here and not there (RZ-19)."""

import io
import re
from collections.abc import Callable

import python_calamine
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import both_databases
from tests.publish.office import decided
from tests.publish.test_office import at, publish
from webapp import sheets
from webapp.db import db, today
from webapp.field.models import Inspection
from webapp.followup import acts
from webapp.publish.platform import Platform

Desk = Callable[[str], FlaskClient]
NAME = "部门协同监管平台"
COLUMNS = {
    "title.0": "检查编号", "field.0": "number", "title.1": "企业名称", "field.1": "subject", "title.2": "代码",
    "field.2": "code", "title.3": "日期", "field.3": "inspected", "title.4": "结果", "field.4": "result",
    "title.5": "地区", "field.5": "", "text.5": "平顶山", "title.6": "回执", "field.6": "receipt",
}  # fmt: skip


def platform(browser: FlaskClient) -> str:
    answer = browser.post("/office/platform/columns", data={"name": NAME, **COLUMNS})
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def rows(data: bytes) -> list[list[str]]:
    book = python_calamine.load_workbook(io.BytesIO(data))
    return [[str(cell) for cell in row] for row in book.get_sheet_by_index(0).to_python()]


def upload(browser: FlaskClient, address: str, lines: list[list[str]]) -> str:
    head = [(title, 12) for title in ("检查编号", "企业名称", "代码", "日期", "结果", "地区", "回执")]
    file = (io.BytesIO(sheets.write("清单", head, lines)), "平台清单.xlsx")
    answer = browser.post(f"{address}/list", data={"list": file}, content_type="multipart/form-data")
    assert answer.status_code == 302, answer.text
    return browser.get(address).text


@both_databases
def test_what_is_decided_goes_out_in_the_platforms_columns_until_a_receipt_came(
    app: Flask, desk: Desk
) -> None:
    inspection_id = decided(app)
    browser = desk("archivist")
    address = platform(browser)
    with app.app_context():
        inspection = db.session.get_one(Inspection, inspection_id)
        number, name, code = inspection.number, inspection.subject.name, inspection.subject.code
        day = inspection.visited.isoformat() if inspection.visited else ""
    exported = rows(browser.get(f"{address}/export.xlsx").data)
    assert exported[0] == ["检查编号", "企业名称", "代码", "日期", "结果", "地区", "回执"]
    assert [number, name, code, day, "发现问题已责令改正", "平顶山", ""] in exported
    said = {"platform": NAME, "receipt": "R-1", "day": today().isoformat()}
    assert browser.post(f"/office/platform/enter/{inspection_id}", data=said).status_code == 302
    assert browser.post(f"/office/platform/enter/{inspection_id}", data=said).status_code == 409
    assert number not in {row[0] for row in rows(browser.get(f"{address}/export.xlsx").data)}
    with app.app_context():
        entered = acts.after(db.session.get_one(Inspection, inspection_id)).of("enter")
        assert [step.payload["receipt"] for step in entered] == ["R-1"]
    assert "R-1" in browser.get(f"/office/inspections/{inspection_id}/after").text


@both_databases
def test_what_is_here_and_not_there_and_there_and_not_here_is_listed(app: Flask, desk: Desk) -> None:
    inspection_id = decided(app)
    browser = desk("archivist")
    publish(browser, inspection_id)
    address = platform(browser)
    with app.app_context():
        inspection = db.session.get_one(Inspection, inspection_id)
        number, subject = inspection.number, inspection.subject
        code, day = subject.code, str(inspection.visited)
    page = upload(browser, address, [["不是我们的〔2026〕1号", "别处的公司", "", "", "", "", "R-9"]])
    assert number in page and '这里有，平台没有 <span class="count">1' in page
    there = browser.get(f"{address}?show=there").text
    assert "别处的公司" in there and "本机构没有这一件" in there
    page = upload(browser, address, [["", "", code.lower(), day.replace("-", "/"), "", "", "R-7"]])
    assert '这里有，平台没有 <span class="count">0' in page, (
        "found by code and day where the platform has no number"
    )
    assert '回执待归档 <span class="count">1' in page
    assert browser.post(f"{address}/receipts").status_code == 302
    with app.app_context():
        entered = acts.after(db.session.get_one(Inspection, inspection_id)).of("enter")
        assert [step.payload["receipt"] for step in entered] == ["R-7"]
    browser.post(at(inspection_id, "/take-down"), data={"reason": "撤"})
    page = browser.get(f"{address}?show=there").text
    assert re.search(r"平台有，这里没有公示 <span class=\"count\">1", page), (
        "what was taken down here is still there"
    )


def test_the_columns_are_read_off_the_platforms_own_template(app: Flask, desk: Desk) -> None:
    browser = desk("archivist")
    head = [("序号", 6), ("检查对象名称", 20), ("统一社会信用代码", 20), ("检查日期", 12)]
    file = (io.BytesIO(sheets.write("模板", head, [["1", "甲", "x", "2026-11-04"]])), "模板.xlsx")
    given = {"name": NAME, "template": file}
    page = browser.post("/office/platform/columns", data=given, content_type="multipart/form-data").text
    assert 'value="统一社会信用代码"' in page and "从模板读出 4 列" in page
    assert re.search(r'name="field.2".*?value="code" selected', page, re.S)


def test_a_table_without_the_titles_and_a_mapping_without_a_key_say_what_to_do(
    app: Flask, desk: Desk
) -> None:
    browser = desk("archivist")
    address = platform(browser)
    file = (io.BytesIO(sheets.write("x", [("甲", 5), ("乙", 5)], [["1", "2"]])), "x.xlsx")
    answer = browser.post(f"{address}/list", data={"list": file}, content_type="multipart/form-data")
    assert answer.status_code == 422 and "没有找到已设的列名" in answer.text
    answer = browser.post(
        "/office/platform/columns", data={"name": "另一个", "title.0": "名称", "field.0": "subject"}
    )
    assert (
        answer.status_code == 422
        and "没有一列能说明是哪一件检查" in answer.text
        and 'value="名称"' in answer.text
    )
    assert browser.post("/office/platform/columns", data={"name": NAME, **COLUMNS}).status_code == 409


def test_platforms_are_the_bureaus_own_and_the_pair_files_receipts(app: Flask, desk: Desk) -> None:
    """RZ-19: who inspects enters."""
    inspection_id = decided(app)
    address = platform(desk("archivist"))
    assert desk("archivist.tj").get(address).status_code == 404
    assert desk("inspector1").get(address).status_code == 403
    with app.app_context():
        inspection = db.session.get_one(Inspection, inspection_id)
        pair = inspection.members[0].inspector.user.username
        assert [one.name for one in Platform.of_bureau(inspection.bureau_id)] == [NAME]
    said = {"platform": NAME, "receipt": "R-2", "day": today().isoformat()}
    assert desk(pair).post(f"/office/platform/enter/{inspection_id}", data=said).status_code == 302
    said["day"] = "2099-01-01"
    assert desk(pair).post(f"/office/platform/enter/{inspection_id}", data=said).status_code == 422
