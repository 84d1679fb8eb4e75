"""Importing items, inspectors and experts: the same promises as for subjects, over the small lists."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
import python_calamine
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import both_databases
from tests.registry.test_imports import opened
from webapp.accounts.models import User
from webapp.db import db
from webapp.registry import column_rules, import_views
from webapp.registry.imports import ColumnName, Import, work
from webapp.registry.items import Item
from webapp.registry.list_imports import ExpertImport, InspectorImport, ItemImport
from webapp.registry.listings import LISTINGS
from webapp.registry.models import Expert, Inspector

Desk = Callable[..., FlaskClient]
ITEMS = [
    "序号", "编号", "抽查事项", "抽查依据", "检查对象", "抽查内容", "事项类别",
    "抽查方式", "抽查比例", "抽查频次", "检查层级", "检查机构",
]  # fmt: skip
NEW = [
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
    "监察支队",
]
EXPERTS = ["姓名", "工作单位", "专业"]


def table(head: list[str], *rows: list[str]) -> bytes:
    made = io.StringIO()
    csv.writer(made).writerows([head, *rows])
    return made.getvalue().encode("gb18030")


def imported(model: type[Import], data: bytes, take: bool = True, removes: bool = False) -> Any:
    """As the pages and the process beside them do it, in this process."""
    author = User.by_username("planner")
    assert author
    begun = opened(author, "名单.csv", data, model)
    begun.tell(begun.columns)
    db.session.commit()
    work(begun.id)
    if take:
        begun.removes = removes
        undone(begun, "taking")
    return db.session.get_one(Import, begun.id)


def undone(found: Any, state: str = "undoing") -> Any:
    found.turn(state)
    db.session.commit()
    work(found.id, found.author_id)
    return found


def bureau() -> str:
    author = User.by_username("planner")
    assert author
    return author.bureau_id


@both_databases
def test_PD_A_a_list_of_items_is_taken_over_and_undone(app: Flask) -> None:
    with app.app_context():
        before = {item.code: item.held() for item in Item.listed(bureau())}
        known = Item.by_code(bureau(), "PD1")
        assert known
        changed = ["1", "PD1", known.name, "", "", "", "", "", "20%", "", "", ""]
        wrong = ["11", "PD11", "没有比例", "甲", "乙", "丙", "一般", "现场", "", "1次/年", "市", "丁"]
        found = imported(ItemImport, table(ITEMS, NEW, changed, wrong), removes=True)
        assert (found.state, found.counts) == (
            "taken",
            {"new": 1, "changed": 1, "wrong": 1, "gone": len(before) - 1},
        )
        assert {item.code for item in Item.listed(bureau())} == {"PD1", "PD10"}
        assert known.ratio_bp == 2000 and known.versions()[0][0].reason == "从表格导入"
        undone(found)
        assert found.state == "undone"
        assert {item.code: item.held() for item in Item.listed(bureau())} == before
        again = imported(ItemImport, table(ITEMS, NEW))
        assert again.counts["changed"] == 1 and Item.by_code(bureau(), "PD10").active  # type: ignore[union-attr]


@both_databases
def test_inspectors_are_changed_by_a_list_and_accounts_are_not(app: Flask) -> None:
    with app.app_context():
        one = Inspector.of_bureau(bureau())[0]
        credential, accounts = one.credential, db.session.query(User).count()
        head = ["姓名", "执法证号", "有效期至", "可任组长"]
        rows = [[one.user.name, credential, "2030-01-01", "是"], ["外来人", "X-1", "2030-01-01", ""]]
        found = imported(InspectorImport, table(head, *rows))
        assert (one.valid_until.isoformat(), one.leader) == ("2030-01-01", True)
        assert found.counts["wrong"] == 1 and db.session.query(User).count() == accounts
        undone(found)
        assert one.valid_until.isoformat() != "2030-01-01" and len(one.versions()) == 3


@both_databases
def test_an_inspector_whose_account_had_no_credential_gets_one_and_loses_it_again(app: Flask) -> None:
    with app.app_context():
        user = User.by_username("archivist")
        assert user
        user.roles = [*user.roles, "inspector"]
        data = table(
            ["姓名", "用户名", "执法证号", "有效期至", "单位"],
            [user.name, "archivist", "N-9", "2030-01-01", "支队"],
        )
        found = imported(InspectorImport, data)
        assert db.session.get_one(Inspector, user.id).credential == "N-9"
        undone(found)
        assert db.session.get(Inspector, user.id) is None


@both_databases
def test_experts_come_and_go_by_a_list(app: Flask) -> None:
    with app.app_context():
        before = {one.id for one in ExpertImport.there(bureau())}
        rows = [
            ["陈教授", "平顶山学院", "审计"],
            ["陈教授", "平顶山学院", "工伤"],
            ["刘工", "市质检院", "特种设备"],
        ]
        found = imported(ExpertImport, table(EXPERTS, *rows), removes=True)
        assert [one.name for one in ExpertImport.there(bureau())] == ["刘工"]
        assert [row.faults for row in found.rows("wrong")] == [[["name", "twice"]]] * 2
        undone(found)
        assert {one.id for one in ExpertImport.there(bureau())} == before


def test_what_changed_after_an_import_is_not_undone(app: Flask) -> None:
    with app.app_context():
        found = imported(
            ExpertImport, table(EXPERTS, ["刘工", "市质检院", "特种设备"], ["何工", "市质检院", "电梯"])
        )
        author = User.by_username("planner")
        kept = db.session.query(Expert).filter_by(name="刘工").one()
        assert author and kept.change(author, {"phone": "13800000000"}, "来电")
        undone(found)
        assert kept.active and not db.session.query(Expert).filter_by(name="何工").one().active


def test_where_the_library_changed_meanwhile_the_preview_is_made_anew(app: Flask) -> None:
    with app.app_context():
        found = imported(ItemImport, table(ITEMS, NEW), take=False)
        author = User.by_username("planner")
        assert author
        Item.add(bureau(), author, Item.listed(bureau())[0].held() | {"code": "PD10", "serial": 10}, None)
        undone(found, "taking")
        assert (found.state, found.problem, found.counts.get("new")) == ("read", "library_changed", None)
        assert Item.by_code(bureau(), "PD10").name != "职业中介检查"  # type: ignore[union-attr]


def test_nothing_is_half_taken(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(self: Any, author: User, row: Any) -> Any:
        if row.cells["name"] == "何工":
            raise OSError("the disk is gone")
        return add(self, author, row)

    with app.app_context():
        add, count = ExpertImport.add, db.session.query(Expert).count()
        found = imported(ExpertImport, table(EXPERTS, ["刘工", "甲", "乙"], ["何工", "甲", "乙"]), take=False)
        monkeypatch.setattr(ExpertImport, "add", breaks)
        found.turn("taking")
        db.session.commit()
        with pytest.raises(OSError, match="the disk"):
            work(found.id)
        assert (found.state, found.problem, db.session.query(Expert).count()) == (
            "failed",
            "import_failed",
            count,
        )


def test_what_a_column_means_is_remembered_for_each_list_alone(app: Flask) -> None:
    with app.app_context():
        author = User.by_username("planner")
        assert author
        data = table(["ZJXM", "DW", "ZY"], ["甲", "乙", "丙"])
        begun = opened(author, "a.csv", data, ExpertImport)
        begun.tell(["name", "unit", "specialties"])
        again = opened(author, "b.csv", data, ExpertImport)
        assert again.columns == ["name", "unit", "specialties"]
        assert ColumnName.remembered(bureau(), "subjects") == {}


@pytest.mark.parametrize("kind", ["items", "inspectors", "experts"])
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_what_was_exported_can_be_imported_and_changes_nothing(
    app: Flask, desk: Desk, kind: str, suffix: str
) -> None:
    answer = desk("planner").get(f"/office/{kind}/export.{suffix}")
    assert all(str(value).encode("latin-1") for _, value in answer.headers)
    with app.app_context():
        author = User.by_username("planner")
        assert author
        begun = opened(author, f"a.{suffix}", answer.data, LISTINGS[kind].model)
        assert "" not in begun.columns
        begun.tell(begun.columns)
        db.session.commit()
        work(begun.id)
        assert set(begun.counts) - {"gone"} == {"same"} and begun.counts["gone"] == 0, [
            (row.changes, row.before, row.values, row.faults)
            for state in ("changed", "wrong", "new")
            for row in begun.rows(state)
        ]


@pytest.mark.parametrize("kind", ["items", "inspectors", "experts"])
def test_a_template_is_known_column_by_column(app: Flask, desk: Desk, kind: str) -> None:
    data = desk("planner").get(f"/office/{kind}/template.xlsx").data
    head = python_calamine.load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python()[0]
    names, model = [str(cell) for cell in head], LISTINGS[kind].model
    assert column_rules.guess(names, column_rules.known(model.NAMES)) == list(model.NAMES)


@both_databases
def test_from_the_page_to_the_list_and_back(app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_views, "start", lambda import_id, author: work(import_id, author.id))
    planner = desk("planner")
    data = table(ITEMS, NEW, ["11", "PD11", "<b>坏</b>", "", "", "", "", "", "", "", "", ""])
    place = planner.post("/office/items/import", data={"file": (io.BytesIO(data), "清单.csv")}).location
    assert "/office/items/import/" in place
    told = {f"column-{n}": column for n, column in enumerate(["serial", "code", "name", "bases", "subject_kind",
            "contents", "category", "methods", "ratio", "frequency", "level", "units"])}  # fmt: skip
    missing = planner.post(f"{place}/columns", data=told | {"column-2": ""})
    assert missing.status_code == 422 and "抽查事项" in missing.text
    assert planner.post(f"{place}/columns", data=told).status_code == 302
    page = planner.get(place).text
    assert "导入 1 行" in page and "这一项必须填" in page and "<b>坏" not in page
    assert planner.get(f"{place}/faults.xlsx").data.startswith(b"PK")
    planner.post(f"{place}/take", data={"gone": "leave"})
    assert "职业中介检查" in planner.get("/office/items").text
    planner.post(f"{place}/undo")
    assert "已撤销" in planner.get(place).text
    assert planner.get(place.replace("/items/", "/experts/")).status_code == 404


def test_only_who_writes_a_list_imports_it(desk: Desk) -> None:
    admin, planner = desk("admin"), desk("planner")
    for kind in ("items", "inspectors", "experts"):
        assert admin.get(f"/office/{kind}/import").status_code == 403
        assert planner.get(f"/office/{kind}/import").status_code == 200
        assert desk("auditor").get(f"/office/{kind}/import").status_code == 403
        assert desk("auditor").get(f"/office/{kind}/export.csv").status_code == 200
    assert admin.get("/office/subjects/import").status_code == 200
    assert desk("inspector1").get("/office/experts/export.csv").status_code == 403
