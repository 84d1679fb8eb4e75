"""People from a table: what is right comes in, what is wrong goes back with its reason, and nothing comes in by half."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from html import unescape

import pytest
import python_calamine
import xlsxwriter
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from webapp import sheets
from webapp.accounts.models import AccountLog, User
from webapp.db import db
from webapp.errors import Problem
from webapp.registry import people, people_import
from webapp.registry.models import Inspector
from webapp.registry.people_rules import COLUMNS, Row, World, day_of, header, judge, masked_phone, rows

Desks = Callable[[str], FlaskClient]
HEAD = list(COLUMNS)
TODAY = date(2026, 11, 21)
WEI = {
    "用户名": "zhangwei",
    "姓名": "张伟",
    "角色": "检查人员",
    "单位": "劳动保障监察局",
    "职务": "四级主任科员",
    "执法证号": "豫D-09001",
    "有效期": "2059-06-30",
    "电话": "13800001234",
}


def table(*given: dict[str, str]) -> list[list[str]]:
    return [HEAD, *([row.get(column, "") for column in HEAD] for row in given)]


def csv(*given: dict[str, str], encoding: str = "utf-8-sig") -> bytes:
    return "\r\n".join(",".join(cells) for cells in table(*given)).encode(encoding)


def xlsx(cells: list[list[object]]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate(cells):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(line, column, datetime(cell.year, cell.month, cell.day))
                else:
                    sheet.write(line, column, cell)
    return buffer.getvalue()


def upload(desk: FlaskClient, data: bytes, name: str = "人员.csv") -> object:
    return desk.post("/office/people/import", data={"file": (io.BytesIO(data), name)})


def hidden(page: str) -> dict[str, str]:
    return {
        name: unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="(table|seen)" value="([^"]*)"', page)
    }


def bring_in(desk: FlaskClient, data: bytes, name: str = "人员.csv") -> object:
    preview = upload(desk, data, name)
    assert preview.status_code == 200, preview.text
    return desk.post("/office/people/import/confirm", data=hidden(preview.text))


def count(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(User)) or 0


def found(app: Flask, username: str) -> tuple[User, Inspector | None]:
    with app.app_context():
        user = db.session.scalars(select(User).where(User.username == username)).one()
        return user, db.session.get(Inspector, user.id)


# ---- the rules


def world(**given: object) -> World:
    known = {"username": "lina", "name": "李娜", "roles": ["inspector"], "active": True, "unit": "支队"}
    known |= {"title": "科员", "credential": "豫D-1", "valid_until": date(2020, 1, 1), "phone": "13900000000"}
    known |= {"district": "", "specialties": [], "items": ["PD1"]}
    gone = {"username": "gone", "name": "甲", "roles": ["auditor"], "active": False}
    boss = {"username": "boss", "name": "乙", "roles": ["admin"], "active": True}
    facts: dict = {
        "today": TODAY,
        "roles": {
            "检查人员": "inspector",
            "档案员": "archivist",
            "管理员": "admin",
            "archivist": "archivist",
        },
        "accounts": {"lina": known, "gone": gone, "boss": boss},
        "taken": {"foreign"},
        "districts": ["新华区"],
        "items": ["PD1", "PD2"],
        "credentials": {"豫D-1": "lina"},
    }
    return World(**(facts | given))


def judged(*given: dict[str, str]) -> list[Row]:
    return judge(rows(table(*given)), world())


def test_a_whole_row_is_a_new_person() -> None:
    (row,) = judged(WEI)
    assert (row.state, row.faults, row.line) == ("new", [], 2)
    assert row.values["valid_until"] == date(2059, 6, 30)


def test_blank_cells_of_a_known_person_change_nothing() -> None:
    (row,) = judged({"用户名": "LINA "})
    assert (row.state, row.changes) == ("same", [])
    (row,) = judged(
        {"用户名": "lina", "电话": "139 0000 0001", "有效期": "2027年6月30日", "可查事项": "PD1、PD2"}
    )
    assert (row.state, set(row.changes)) == ("changed", {"phone", "valid_until", "items"})
    assert row.values["name"] == "李娜"


def test_an_expired_day_that_is_already_known_is_no_fault() -> None:
    (row,) = judged({"用户名": "lina", "有效期": "2020-01-01", "职务": "二级主任科员"})
    assert (row.state, row.changes) == ("changed", ["title"])


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"用户名": ""}, ("username", "username_needed")),
        ({"用户名": "张伟"}, ("username", "username_wrong")),
        ({"用户名": "foreign"}, ("username", "username_taken")),
        ({"用户名": "gone"}, ("username", "disabled")),
        ({"姓名": ""}, ("name", "name_needed")),
        ({"角色": ""}, ("roles", "roles_needed")),
        ({"角色": "局长"}, ("roles", "roles_wrong")),
        ({"角色": "管理员"}, ("roles", "admin_by_hand")),
        ({"单位": ""}, ("unit", "missing")),
        ({"职务": ""}, ("title", "missing")),
        ({"执法证号": ""}, ("credential", "missing")),
        ({"执法证号": "豫D-1"}, ("credential", "credential_taken")),
        ({"执法证号": "4.1049900001E+17"}, ("credential", "number_cut")),
        ({"执法证号": "1" * 65}, ("credential", "long")),
        ({"有效期": ""}, ("valid_until", "missing")),
        ({"有效期": "2026-11-20"}, ("valid_until", "day_past")),
        ({"有效期": "2027-02-30"}, ("valid_until", "day_wrong")),
        ({"有效期": "明年"}, ("valid_until", "day_wrong")),
        ({"有效期": "9999-12-31"}, ("valid_until", "day_wrong")),
        ({"所在区县": "朝阳区"}, ("district", "district_unknown")),
        ({"可查事项": "PD1、PD99"}, ("items", "item_unknown")),
        ({"电话": "打不通"}, ("phone", "phone_wrong")),
        ({"单位": "长" * 101}, ("unit", "long")),
    ],
)
def test_what_is_wrong_with_a_row_is_named_at_its_column(
    given: dict[str, str], fault: tuple[str, str]
) -> None:
    valid = {"有效期": "2027-06-30"}
    (row,) = judged(WEI | valid | given)
    assert row.state == "wrong"
    assert fault in row.faults


def test_the_administrators_role_is_neither_given_nor_taken_by_a_table() -> None:
    (row,) = judged({"用户名": "boss", "角色": "档案员"})
    assert row.faults == [("roles", "admin_by_hand")]
    assert judged({"用户名": "boss", "姓名": "丙"})[0].state == "changed"


def test_the_same_name_or_credential_twice_is_wrong_in_both_rows() -> None:
    valid = WEI | {"有效期": "2027-06-30"}
    assert [row.state for row in judged(valid, valid | {"用户名": "ZHANGWEI", "执法证号": "豫D-8"})] == [
        "wrong"
    ] * 2
    both = judged(valid, valid | {"用户名": "wangfang"})
    assert [row.faults for row in both] == [[("credential", "credential_taken")]] * 2


def test_columns_are_known_by_their_names_in_any_order() -> None:
    assert header(["姓名*", " 用户名 ", "手机号", "备注", "角色"]) == (
        ["name", "username", "phone", None, "roles"],
        [],
    )
    assert header(["姓名"])[1] == ["用户名", "角色"]
    assert header(["用户名", "账号", "姓名", "角色"])[1] == ["用户名"]


@pytest.mark.parametrize("text", ["2027-6-30", "2027/06/30", "2027.6.30", "2027年6月30日", "20270630"])
def test_a_day_is_read_as_people_write_it(text: str) -> None:
    assert day_of(text) == date(2027, 6, 30)


def test_a_phone_number_is_masked_for_who_need_not_call() -> None:
    assert masked_phone("13800001234") == "138****1234"
    assert masked_phone("12333") == "***33"
    assert masked_phone("") == ""


# ---- the file


def test_cells_become_tidy_text() -> None:
    data = xlsx([["用户名", "电话", "有效期"], ["\u3000ａ１\u200b b ", 13800001234, TODAY], ["", "", ""]])
    assert sheets.read("a.xlsx", data) == [
        ["用户名", "电话", "有效期"],
        ["a1 b", "13800001234", "2026-11-21"],
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_the_encodings_of_spreadsheets(encoding: str) -> None:
    assert sheets.read("a.csv", csv(WEI, encoding=encoding))[1][1] == "张伟"


def reaching(reference: str) -> bytes:
    """A workbook whose only cell stands far out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx([["a"], ["b"]]))) as plain, zipfile.ZipFile(out, "w") as far:
        for name in plain.namelist():
            far.writestr(name, plain.read(name).replace(b'r="A2"', f'r="{reference}"'.encode()))
    return out.getvalue()


def swollen() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b" " * (sheets.UNPACKED + 1))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.csv", b"", "sheet_needed"),
        ("a.csv", b"x" * (sheets.BYTES + 1), "sheet_large"),
        ("a.csv", "用户名\n".encode(), "sheet_empty"),
        ("a.csv", b"a\n\0\n", "sheet_kind"),
        ("a.csv", b"\xff\xfe\xff\xff\x80", "sheet_kind"),
        ("a.csv", ("a\n" + "b\n" * (sheets.ROWS + 1)).encode(), "sheet_large"),
        ("a.csv", (",".join("a" * 61) + "\nb").encode(), "sheet_large"),
        ("a.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 100, "sheet_kind"),
        ("a.pdf", b"%PDF-1.7", "sheet_kind"),
        ("a.xlsx", b"PK\x03\x04 no zip", "sheet_kind"),
        ("a.xlsx", swollen(), "sheet_large"),
        ("a.xlsx", reaching("XFD1048576"), "sheet_large"),
        ("a.xlsx", reaching("A99999"), "sheet_large"),
        ("a.xlsx", xlsx([["a"]])[:-30], "sheet_kind"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_is_no_table_is_refused_with_what_to_do(name: str, data: bytes, code: str) -> None:
    with pytest.raises(Problem) as refused:
        sheets.read(name, data)
    assert refused.value.code == code


def test_a_zip_without_a_workbook_is_no_table() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("hello.txt", b"hello")
    with pytest.raises(Problem, match="sheet_kind"):
        sheets.read("a.xlsx", out.getvalue())


def test_what_is_written_is_text_and_never_a_formula() -> None:
    data = sheets.write("人员", [("甲", 10)], [["=1+1"], ["00123"]])
    book = python_calamine.load_workbook(io.BytesIO(data))
    assert book.get_sheet_by_index(0).to_python() == [["甲"], ["=1+1"], ["00123"]]
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")


# ---- the pages


def test_only_administrators_import(desk: Desks) -> None:
    for who in ("planner", "archivist", "inspector1"):
        browser = desk(who)
        assert browser.get("/office/people/import").status_code == 403
        assert browser.get("/office/people/import/template.xlsx").status_code == 403
        assert upload(browser, csv(WEI)).status_code == 403
        assert browser.post("/office/people/import/confirm").status_code == 403


def test_the_template_has_the_columns_and_can_be_filled_and_read(app: Flask, desk: Desks) -> None:
    data = desk("admin").get("/office/people/import/template.xlsx").data
    book = python_calamine.load_workbook(io.BytesIO(data))
    head = book.get_sheet_by_index(0).to_python()[0]
    assert header([str(cell) for cell in head]) == (list(COLUMNS.values()), [])
    assert book.sheet_names == ["人员", "说明"]


def test_a_preview_writes_nothing(app: Flask, desk: Desks) -> None:
    before = count(app)
    page = upload(desk("admin"), csv(WEI)).text
    assert "新建 1" in page and "还没有写入" in page and "导入 1 人" in page
    assert "138****1234" in page and "13800001234" not in page.replace(hidden(page)["table"], "")
    assert count(app) == before


def test_good_rows_come_in_with_account_credential_and_log(app: Flask, desk: Desks) -> None:
    browser = desk("admin")
    page = bring_in(
        browser,
        csv(
            WEI | {"电话": "１３８ ００００ １２３４", "可查事项": "PD1、PD2"},
            {"用户名": "lili", "姓名": "李丽", "角色": "档案员"},
        ),
    )
    assert page.location == "/office/people?show=waiting"
    assert "新建 2 人" in browser.get(page.location).text
    user, inspector = found(app, "zhangwei")
    assert inspector is not None
    assert (inspector.credential, inspector.phone, inspector.items) == (
        "豫D-09001",
        "13800001234",
        ["PD1", "PD2"],
    )
    assert (user.roles, user.wanted, user.bureau_id) == ([], ["inspector"], inspector.bureau_id)
    lili, nobody = found(app, "lili")
    assert nobody is None
    with app.app_context():
        assert [line.act for line in AccountLog.of(user)] == ["imported"]
    chosen = {"chosen": [f"{user.id}:inspector", f"{lili.id}:archivist"]}
    slips = desk("security").post("/office/people/roles", data=chosen).text
    first = re.findall(r'class="username">lili</td>.*?class="first">([^<]+)<', slips, re.DOTALL)[0]
    entered = app.test_client().post("/login", data={"username": "lili", "password": first})
    assert entered.location.startswith("/password")


def test_a_known_person_is_changed_and_keeps_the_password(app: Flask, desk: Desks) -> None:
    answer = bring_in(
        desk("admin"), csv({"用户名": "inspector1", "职务": "处长", "角色": "检查人员、档案员"})
    )
    assert answer.status_code == 302
    user, inspector = found(app, "inspector1")
    assert inspector is not None and inspector.title == "处长" and inspector.credential
    assert user.roles == ["inspector"] and not user.must_change
    assert user.wanted == ["inspector", "archivist"], "a table proposes; the security administrator gives"


def test_wrong_rows_stay_out_and_come_back_with_their_reasons(app: Flask, desk: Desks) -> None:
    browser = desk("admin")
    wrong = {"用户名": "wangfang", "姓名": "王芳", "角色": "局长", "电话": "=cmd"}
    preview = upload(browser, csv(WEI, wrong))
    assert "没有这样的角色" in preview.text and "有问题 1" in preview.text, preview.text
    data = browser.post("/office/people/import/faults.xlsx", data=hidden(preview.text)).data
    head, row = python_calamine.load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert head[-1] == "原因" and row[:3] == ["wangfang", "王芳", "局长"]
    assert "角色：没有这样的角色" in row[-1] and "电话" in row[-1]
    browser.post("/office/people/import/confirm", data=hidden(preview.text))
    with app.app_context():
        assert User.by_username("zhangwei") and not User.by_username("wangfang")


def test_the_file_of_wrong_rows_can_be_mended_and_read_again(app: Flask, desk: Desks) -> None:
    browser = desk("admin")
    preview = upload(browser, csv(WEI | {"有效期": "2020-01-01"}))
    data = browser.post("/office/people/import/faults.xlsx", data=hidden(preview.text)).data
    cells = python_calamine.load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    cells[1][HEAD.index("有效期")] = date(2050, 6, 30)
    assert "新建 1 人" in browser.get(bring_in(browser, xlsx(cells), "改好.xlsx").location).text


def test_nothing_comes_in_by_half(app: Flask, desk: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, before = desk("admin"), count(app)
    write = people._write

    def fail_at_the_second(author: User, user: User, row: Row) -> None:
        if row.line == 3:
            raise IntegrityError("taken meanwhile", None, Exception())
        write(author, user, row)

    monkeypatch.setattr(people, "_write", fail_at_the_second)
    answer = bring_in(browser, csv(WEI, {"用户名": "lili", "姓名": "李丽", "角色": "档案员"}))
    assert answer.status_code == 409
    assert count(app) == before


def test_what_changed_since_the_preview_is_shown_again(app: Flask, desk: Desks) -> None:
    browser = desk("admin")
    preview = hidden(upload(browser, csv(WEI)).text)
    assert browser.post("/office/people/import/confirm", data=preview).status_code == 302
    again = browser.post("/office/people/import/confirm", data=preview)
    assert again.status_code == 409 and "账号有了变化" in again.text
    assert "没有变化 1" in again.text


@pytest.mark.parametrize("given", ["", "nonsense", "W10.forged"])
def test_a_table_that_was_not_read_here_is_refused(app: Flask, desk: Desks, given: str) -> None:
    before = count(app)
    for path in ("confirm", "faults.xlsx"):
        assert desk("admin").post(f"/office/people/import/{path}", data={"table": given}).status_code == 422
    assert count(app) == before


def test_another_administrators_table_is_refused(desk: Desks) -> None:
    held = hidden(upload(desk("admin.tj"), csv(WEI)).text)
    assert desk("admin").post("/office/people/import/confirm", data=held).status_code == 422


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "没有选择文件"),
        ({"file": (io.BytesIO(b""), "a.csv")}, "没有选择文件"),
        ({"file": (io.BytesIO("姓名,单位\n张伟,监察局".encode()), "a.csv")}, "用户名、角色"),
        ({"file": (io.BytesIO(b"%PDF"), "a.pdf")}, "另存为 XLSX"),
        ({"file": (io.BytesIO(b"a" * 100_000), "a.csv")}, "文件太大"),
    ],
)
def test_a_bad_upload_says_what_to_do(
    desk: Desks, data: dict, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people_import, "UPLOAD", 50_000)
    answer = desk("admin").post("/office/people/import", data=data)
    assert answer.status_code in (413, 422)
    assert said in answer.text


def test_another_bureaus_people_cannot_be_changed(app: Flask, desk: Desks) -> None:
    page = upload(desk("admin.tj"), csv({"用户名": "inspector1", "姓名": "改名", "角色": "档案员"})).text
    assert "已被使用" in page and "没有可以导入的行" in page
    assert found(app, "inspector1")[0].name == "石晓峰"
