"""Importing subjects: nothing is half imported, good rows wait for no bad ones, and what was before comes back."""

import csv
import io
import re
import time
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from stdnum.cn import uscc

from tests.conftest import both_databases
from webapp.accounts.models import User
from webapp.db import db, now
from webapp.registry.imports import Import, StagedSubject, work
from webapp.registry.subjects import Library, Subject, SubjectPast, library_at

Desk = Callable[..., FlaskClient]
HEAD = ["企业名称", "统一社会信用代码", "类别", "住所", "登记状态"]


def code(number: int) -> str:
    body = f"91410400{number:09}"
    return body + str(uscc.calc_check_digit(body))


def table(rows: list[list[str]], head: list[str] | None = None) -> bytes:
    made = io.StringIO()
    csv.writer(made).writerows([head or HEAD, *rows])
    return made.getvalue().encode("gb18030")


def firms(*numbers: int, **more: str) -> list[list[str]]:
    return [
        [f"第{n}公司", code(n), "用工单位", more.get("address", f"新华区{n}号"), more.get("state", "存续")]
        for n in numbers
    ]


def opened(author: User, name: str, data: bytes, model: type[Import] = Import) -> Import:
    begun = model.begin(author, name, io.BytesIO(data))
    db.session.commit()
    work(begun.id)
    return begun


def imported(data: bytes, take: bool = True, removes: bool = False) -> Import:
    """As the pages and the process beside them do it, in this process."""
    author = User.by_username("planner")
    assert author
    begun = opened(author, "名单.csv", data)
    begun.tell(begun.columns)
    db.session.commit()
    work(begun.id)
    if take:
        begun.removes = removes
        begun.turn("taking")
        db.session.commit()
        work(begun.id)
    return db.session.get_one(Import, begun.id)


def known(number: int) -> Subject | None:
    bureau = User.by_username("planner").bureau_id  # type: ignore[union-attr]
    return Subject.by_code(bureau, code(number))


def values(moment: Any) -> dict[str, Any]:
    """The library of a moment: name, address and state by code."""
    bureau = User.by_username("planner").bureau_id  # type: ignore[union-attr]
    rows = db.session.execute(library_at(bureau, moment))
    return {row.code: (row.name, row.address, row.state) for row in rows}


@both_databases
def test_good_rows_are_taken_and_bad_ones_wait_with_their_reasons(app: Flask) -> None:
    with app.app_context():
        rows = [*firms(1, 2), ["无码公司", "", "用工单位", "新华区", "存续"], *firms(3, state="不详")]
        found = imported(table(rows))
        assert (found.state, found.counts["new"], found.counts["wrong"]) == ("taken", 2, 2)
        assert known(1) and known(2) and not known(3)
        faults = [row.faults for row in found.rows("wrong")]
        assert faults == [[["code", "missing"]], [["state", "state_unknown"]]]


@both_databases
def test_a_second_table_changes_what_differs_and_keeps_what_was(app: Flask) -> None:
    with app.app_context():
        imported(table(firms(1, 2)))
        before = now()
        found = imported(table([*firms(1), *firms(2, address="卫东区新址")]))
        assert {name: found.counts.get(name) for name in ("same", "changed", "new")} == {
            "same": 1,
            "changed": 1,
            "new": None,
        }
        subject = known(2)
        assert subject and subject.address == "卫东区新址" and subject.district == "卫东区"
        assert [version.address for version in subject.versions()] == ["卫东区新址", "新华区2号"]
        assert values(before)[code(2)][1] == "新华区2号"
        assert values(now())[code(2)][1] == "卫东区新址"


@both_databases
def test_an_import_is_undone_to_what_was_before(app: Flask) -> None:
    with app.app_context():
        imported(table(firms(1, 2)))
        before = values(now())
        found = imported(table([*firms(2, address="卫东区新址"), *firms(3)]), removes=True)
        after = values(now())
        assert after[code(1)][2] == "移出" and code(3) in after
        found.turn("undoing")
        db.session.commit()
        work(found.id, found.author_id)
        assert (found.state, values(now())) == ("undone", before)
        assert db.session.query(SubjectPast).filter_by(code=code(3)).count() == 1


@both_databases
def test_what_changed_after_an_import_is_not_undone(app: Flask) -> None:
    with app.app_context():
        found = imported(table(firms(1, 2)))
        subject, author = known(1), User.by_username("planner")
        assert subject and author and subject.change(author, {"phone": "0375-1234567"}, "来电更正")
        found.turn("undoing")
        db.session.commit()
        work(found.id, author.id)
        assert known(1) is not None and known(2) is None


def test_a_subject_that_was_inspected_is_not_undone(app: Flask) -> None:
    with app.app_context():
        found = imported(table(firms(1)))
        subject = known(1)
        assert subject
        taken = db.session.query(Subject).filter(Subject.code != code(1)).first()
        from webapp.field.models import Inspection

        db.session.query(Inspection).first().subject_id = subject.id  # type: ignore[union-attr]
        found.turn("undoing")
        db.session.commit()
        work(found.id, found.author_id)
        assert found.state == "undone" and known(1) is not None and taken is not None


def test_a_code_that_stands_twice_in_the_table_is_taken_by_neither_row(app: Flask) -> None:
    with app.app_context():
        found = imported(table([*firms(1), *firms(1, address="别处"), *firms(2)]))
        assert [row.faults for row in found.rows("wrong")] == [[["code", "twice"]]] * 2
        assert known(1) is None and known(2) is not None


def test_where_the_library_changed_meanwhile_the_preview_is_made_anew(app: Flask) -> None:
    with app.app_context():
        imported(table(firms(1)))
        found = imported(table(firms(1, address="卫东区一")), take=False)
        subject, author = known(1), User.by_username("planner")
        assert subject and author and subject.change(author, {"address": "卫东区二"}, None)
        found.turn("taking")
        db.session.commit()
        work(found.id)
        assert (found.state, found.problem) == ("read", "library_changed")
        assert known(1).address == "卫东区二"  # type: ignore[union-attr]


def test_a_file_that_breaks_off_leaves_the_library_as_it_was(app: Flask) -> None:
    with app.app_context():
        count = db.session.query(Subject).count()
        found = imported(table(firms(*range(1, 40))) + b"\n\x00", take=False)
        assert (found.state, found.problem, db.session.query(Subject).count()) == (
            "failed",
            "sheet_kind",
            count,
        )


def test_names_of_columns_are_remembered_for_the_next_file(app: Flask) -> None:
    with app.app_context():
        author = User.by_username("planner")
        assert author
        head = ["ZTMC", "ZTDM", "备用"]
        begun = opened(author, "a.csv", table([["甲", code(1), "x"]], head))
        assert begun.columns == ["", "", ""]
        begun.tell(["name", "code", ""])
        again = opened(author, "b.csv", table([["乙", code(2), "y"]], head))
        assert again.columns == ["name", "code", ""]


@both_databases
def test_the_library_is_found_by_kind_flag_and_words(app: Flask) -> None:
    with app.app_context():
        imported(table(firms(1, 2, state="注销")))
        bureau = User.by_username("planner").bureau_id  # type: ignore[union-attr]
        assert {row.code for row in Library(kind="用工单位", state="注销").rows(bureau)} == {code(1), code(2)}
        assert [row.code for row in Library(q="第1公司 新华").rows(bureau)] == [code(1)]
        assert Library(q="第1公司", flag="abnormal").rows(bureau) == []
        assert Library(q="%").rows(bureau) == []


def test_from_the_page_to_the_library_and_back_by_the_real_process(app: Flask, desk: Desk) -> None:
    planner = desk("planner")
    answer = upload(planner, table([*firms(1, 2), ["无码", "", "", "", ""]]))
    assert answer.status_code == 302
    place = answer.location
    assert "读取并比对" in wait(planner, place)
    page = post(
        planner,
        f"{place}/columns",
        {f"column-{n}": c for n, c in enumerate(["name", "code", "kinds", "address", "state"])},
    )
    assert page.status_code == 302
    assert "新增</b>" not in wait(planner, place)
    page = planner.get(place).get_data(as_text=True)
    assert "导入 2 行" in page and "还没有写入" in page
    assert planner.get(f"{place}/faults.xlsx").data.startswith(b"PK")
    post(planner, f"{place}/take", {"gone": "leave"})
    assert "已导入" in wait(planner, place)
    assert "第1公司" in planner.get("/office/subjects?q=第1公司").get_data(as_text=True)
    post(planner, f"{place}/undo", {})
    assert "已撤销" in wait(planner, place)
    assert "第1公司" not in planner.get("/office/subjects?state=在营&q=第1").get_data(as_text=True)


def test_what_is_packed_is_unpacked_by_a_process_of_its_own(app: Flask) -> None:
    """A bomb ends that process's work with its reason; the upload keeps the file and opens nothing."""
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
        book.writestr("xl/sharedStrings.xml", "<sst><si><t>" + "x" * 40_000_000)
        book.writestr(
            "xl/worksheets/sheet1.xml",
            '<worksheet><sheetData><row><c t="s"><v>0</v></c></row></sheetData></worksheet>',
        )
    with app.app_context():
        author = User.by_username("planner")
        assert author
        begun = Import.begin(author, "炸弹.xlsx", io.BytesIO(bomb.getvalue()))
        db.session.commit()
        assert (begun.state, begun.stopped, begun.head) == ("opening", False, [])
        work(begun.id)
        assert (begun.state, begun.problem) == ("failed", "table_large")
        assert not list((app.config["DATA"] / "imports").iterdir())


def test_a_file_that_cannot_be_opened_says_so_on_its_page(desk: Desk) -> None:
    planner = desk("planner")
    answer = upload(planner, b"only one line", "a.csv")
    page = wait(planner, answer.location)
    assert "表格里没有内容" in page and "另选一个文件" in page and "读取并比对" not in page


def test_a_process_that_works_shows_a_sign_of_life(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        found = imported(table(firms(1)), take=False)
        found.turn("taking")
        found.beat_at = now() - timedelta(minutes=5)
        seen = []
        monkeypatch.setattr(Import, "take", lambda self: seen.append(self.stopped))
        assert found.stopped
        db.session.commit()
        work(found.id)
        assert seen == [False] and found.stopped


def test_another_bureau_and_other_roles_see_no_import(app: Flask, desk: Desk) -> None:
    place = upload(desk("planner"), table(firms(1))).location
    assert desk("planner.tj").get(place).status_code == 404
    assert desk("archivist").get(place).status_code == 403
    assert post(desk("planner.tj"), f"{place}/take", {}).status_code == 404


def test_a_file_that_is_no_table_is_refused_on_its_page(desk: Desk) -> None:
    answer = upload(desk("planner"), b"%PDF-1.7", "a.pdf")
    assert answer.status_code == 422 and "不是能打开的" in answer.get_data(as_text=True)


def test_numbers_of_people_are_whole_only_for_who_keeps_the_library(app: Flask, desk: Desk) -> None:
    with app.app_context():
        imported(table([["张三", "110101199003074477", "享受养老保险待遇人员", "新华区", "正常"]]))
    assert "110101199003074477" in desk("planner").get("/office/subjects?q=张三").get_data(as_text=True)
    seen = desk("auditor").get("/office/subjects?q=张三").get_data(as_text=True)
    assert "110101********4477" in seen and "19900307" not in seen
    exported = desk("auditor").get("/office/subjects/export.csv?q=张三").get_data(as_text=True)
    assert "19900307" not in exported


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_was_exported_can_be_imported_and_changes_nothing(app: Flask, desk: Desk, kind: str) -> None:
    answer = desk("planner").get(f"/office/subjects/export.{kind}")
    data = answer.data
    # What a server sends; Flask's own client does not ask.
    assert all(str(value).encode("latin-1") for _, value in answer.headers)
    with app.app_context():
        author = User.by_username("planner")
        assert author
        begun = opened(author, f"a.{kind}", data)
        begun.tell(begun.columns)
        db.session.commit()
        work(begun.id)
        assert begun.counts.get("new") is None and begun.counts.get("changed") is None, [
            (row.changes, row.cells) for row in begun.rows("changed")
        ]
        assert begun.counts["gone"] == 0
        wrong = db.session.query(StagedSubject).filter_by(import_id=begun.id, does="wrong").all()
        assert all(fault == ["code", "twice"] for row in wrong for fault in row.faults)


def test_a_cell_that_begins_like_a_formula_is_exported_as_words(app: Flask, desk: Desk) -> None:
    with app.app_context():
        imported(table([["=HYPERLINK(1)", code(1), "", "新华区", "存续"]]))
    assert "'=HYPERLINK(1)" in desk("planner").get("/office/subjects/export.csv?q=HYPERLINK").get_data(
        as_text=True
    )


def upload(client: FlaskClient, data: bytes, name: str = "名单.csv") -> Any:
    form = {"file": (io.BytesIO(data), name), "csrf_token": token(client)}
    return client.post("/office/subjects/import", data=form, content_type="multipart/form-data")


def post(client: FlaskClient, place: str, form: dict[str, str]) -> Any:
    return client.post(place, data={**form, "csrf_token": token(client)})


def token(client: FlaskClient) -> str:
    page = client.get("/office/subjects").get_data(as_text=True)
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    return found[1] if found else ""


def wait(client: FlaskClient, place: str) -> str:
    """The page once nothing is under way on it any more."""
    give_up = time.monotonic() + 60
    while time.monotonic() < give_up:
        page = client.get(place).get_data(as_text=True)
        if "<progress" not in page:
            return page
        time.sleep(0.3)
    raise TimeoutError(place)
