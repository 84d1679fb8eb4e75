"""A list that another platform drew becomes inspections, says so wherever it is shown, and is taken back (RZ-9, RZ-10)."""

import csv
import hashlib
import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import both_databases
from tests.field.test_hall import NUMBERS, later, published
from tests.handset import Handset
from webapp.accounts.models import Law, User
from webapp.archive.papers import draw_files, papers
from webapp.db import db, now, today
from webapp.draw.asking import at
from webapp.draw.elsewhere import DrawnList, DrawnRow
from webapp.draw.models import Draw
from webapp.draw.proof import check
from webapp.field.models import Inspection
from webapp.plan.models import Plan
from webapp.registry import imports
from webapp.registry.imports import work
from webapp.registry.models import Inspector, Interest
from webapp.registry.subjects import Subject

Desk = Callable[..., FlaskClient]
Phone = Callable[[str], Handset]
PDF = b"%PDF-1.4\nthe platform's own words\n%%EOF\n"
HEAD = ["抽取对象", "统一社会信用代码", "检查人员", "执法证号"]
PLATFORM = "部门协同监管平台—河南"
KIND = "人力资源服务机构"


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process beside the server, in this one."""
    monkeypatch.setattr(imports, "start", lambda import_id, author: work(import_id, author.id))


def table(*rows: list[str], head: list[str] | None = None) -> bytes:
    made = io.StringIO()
    csv.writer(made).writerows([["河南省双随机抽查名单"], head or HEAD, *rows])
    return made.getvalue().encode("gb18030")


def bureau() -> str:
    author = User.by_username("planner")
    assert author
    return author.bureau_id


def firms(count: int) -> list[Subject]:
    found = db.session.query(Subject).filter_by(bureau_id=bureau(), state="在营").order_by(Subject.code)
    return [one for one in found if KIND in one.kinds][:count]


def able(count: int = 2) -> list[Inspector]:
    """Inspectors who may inspect the task's item."""
    return [one for one in Inspector.of_bureau(bureau()) if not one.items or "PD1" in one.items][:count]


def said(**more: Any) -> dict[str, Any]:
    first = today()
    return {
        "platform": PLATFORM, "batch": "2026-07", "drawn_on": first.isoformat(), "begins": first.isoformat(),
        "ends": (first + timedelta(days=10)).isoformat(), **more,
    }  # fmt: skip


def begun(planner: FlaskClient, task: dict[str, str], data: bytes, evidence: bytes = PDF, **more: Any) -> str:
    files = {"file": (io.BytesIO(data), "名单.csv"), "evidence": (io.BytesIO(evidence), "抽取结果.pdf")}
    answer = planner.post("/office/draws/elsewhere/new", data=task | said(**more) | files)
    assert answer.status_code == 302, re.findall(r'class="fault"[^>]*>([^<]*)', answer.text)
    return str(answer.location)


def read(planner: FlaskClient, place: str, columns: list[str] | None = None) -> str:
    told = {f"column-{n}": c for n, c in enumerate(columns or ["name", "code", "inspectors", "credentials"])}
    assert planner.post(f"{place}/columns", data=told).status_code == 302
    return planner.get(place).text


def listed(place: str) -> DrawnList:
    return db.session.get_one(DrawnList, place.rpartition("/")[2])


def reasons(place: str) -> dict[int, list[list[str]]]:
    return {row.line: row.faults for row in listed(place).source.rows("wrong")}


def task_of(desk: Desk, **more: Any) -> dict[str, str]:
    return published(desk, **{"bp": "100", "by": "all"} | more)


@both_databases
def test_RZ_9_a_platforms_list_ends_in_inspections_on_the_phones_of_its_pairs(
    app: Flask, desk: Desk, phone: Phone, client: FlaskClient
) -> None:
    planner, task = desk("planner"), task_of(desk)
    with app.app_context():
        one, two, three = firms(3)
        first, second = able()
        names, cards = f"{first.user.name}、{second.user.name}", f"{first.credential} {second.credential}"
        rows = [
            [one.name, one.code, names, cards],
            [two.name, two.code, names, ""],
            [three.name, three.code, "查无此人", ""],
        ]
        user, chosen = first.user.username, one.name
    place = begun(planner, task, table(*rows))
    page = read(planner, place)
    assert "导入 2 行" in page and "不是本系统抽取的" in page and "人员名录库里没有" in page
    assert planner.post(f"{place}/take").status_code == 302
    with app.app_context():
        found = listed(place)
        assert (found.source.state, len(found.rows)) == ("taken", 2)
        made = [db.session.get_one(Inspection, row.inspection_id) for row in found.rows]
        assert {one.reason for one in made} == {"elsewhere"} and all(
            PLATFORM in one.reason_text for one in made
        )
        assert found.evidence == hashlib.sha256(PDF).hexdigest()
        evidence, kept = found.evidence, papers(made[0])
        assert kept["lists"][0]["platform"] == PLATFORM
        assert draw_files(kept)[evidence] == PDF
    seen = [row for row in phone(user).worklist()["inspections"] if row["reason"]["kind"] == "elsewhere"]
    assert len(seen) == 2 and PLATFORM in seen[0]["reason"]["text"]
    assert planner.get(f"{place}/evidence").data == PDF
    public = client.get(f"/public/drawn-lists/{place.rpartition('/')[2]}").text
    assert PLATFORM in public and evidence in public and "不是本系统抽取的" in public and chosen not in public
    assert PLATFORM in client.get("/public/draws").text and PLATFORM in planner.get("/office/draws").text
    assert planner.get(f"{place}/faults.xlsx").data.startswith(b"PK")


@both_databases
def test_RZ_10a_where_the_list_names_nobody_the_pairs_are_drawn_with_a_proof_of_their_own(
    app: Flask, desk: Desk, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    planner, task = desk("planner"), task_of(desk)
    with app.app_context():
        rows = [[one.name, one.code, "", ""] for one in firms(3)]
    place = begun(planner, task, table(*rows))
    read(planner, place)
    planner.post(f"{place}/take")
    assert "3 个还没有检查组" in planner.get(place).text
    asked = {"public": "双色球 2026135 期", "when": at(now() + timedelta(hours=1))[:16], "local": "any"}
    assert "每个区县都组得成检查组" in planner.post(f"{place}/pairs", data=asked).text
    draw_at = planner.post(f"{place}/pairs", data=asked | {"act": "freeze"}).location
    draw_id = draw_at.rpartition("/")[2]
    assert planner.post(f"{place}/pairs", data=asked | {"act": "freeze"}).status_code == 409
    assert PLATFORM in planner.get(draw_at).text and PLATFORM in client.get(f"/public/draws/{draw_id}").text
    later(monkeypatch)
    assert planner.post(f"{draw_at}/numbers", data={"numbers-0": NUMBERS["numbers-1"]}).status_code == 302
    assert check(client.get(f"/public/draws/{draw_id}.json").data) == []
    with app.app_context():
        found, draw = listed(place), db.session.get_one(Draw, draw_id)
        assert all(row.inspection_id for row in found.rows) and len(draw.file()["pairs"]) == 3
        made = db.session.get_one(Inspection, found.rows[0].inspection_id)
        assert made.reason == "elsewhere" and PLATFORM in made.reason_text and draw_id in made.reason_text
        assert Draw.amount(draw.plan_version, draw.task) == 3
    assert "先按程序取消那次抽取" in planner.post(f"{place}/undo").text
    wrong = {"kind": "cancel", "why": "list", "text": "平台更正了名单"}
    asked_at = planner.post(f"{draw_at}/amend", data=wrong).location
    assert desk("supervisor").post(f"{asked_at}/approve").status_code == 302
    assert "3 个还没有检查组" in planner.get(place).text
    assert planner.post(f"{place}/undo").status_code == 302 and "已撤销" in planner.get(place).text


def test_a_pair_is_chosen_by_hand_and_only_who_may_inspect_there(app: Flask, desk: Desk) -> None:
    planner, task = desk("planner"), task_of(desk)
    with app.app_context():
        one = firms(1)[0]
        first, second, third = able(3)
        subject, people = one.id, [first.user_id, second.user_id, third.user_id]
        db.session.add(
            Interest(user_id=third.user_id, subject_id=one.id, reason="配偶在该单位", author_id=first.user_id)
        )
        db.session.commit()
        place = begun(planner, task, table([one.name, one.code, "", ""]))
    read(planner, place)
    planner.post(f"{place}/take")
    assert planner.post(f"{place}/pair", data={"subject": subject, "pair": people[:1] * 2}).status_code == 422
    assert planner.post(f"{place}/pair", data={"subject": subject, "pair": people[1:]}).status_code == 422
    assert planner.post(f"{place}/pair", data={"subject": subject, "pair": people[:2]}).status_code == 302
    assert planner.post(f"{place}/pair", data={"subject": subject, "pair": people[:2]}).status_code == 409
    with app.app_context():
        assert [row.inspection_id is None for row in listed(place).rows] == [False]


@both_databases
def test_a_list_is_undone_as_long_as_nobody_began(app: Flask, desk: Desk) -> None:
    planner, task = desk("planner"), task_of(desk)
    with app.app_context():
        first, second = able()
        rows = [[one.name, one.code, f"{first.user.name}、{second.user.name}", ""] for one in firms(2)]
        wanted = Plan.of_bureau(bureau())[0].in_force
        assert wanted
    place = begun(planner, task, table(*rows))
    read(planner, place)
    planner.post(f"{place}/take")
    with app.app_context():
        made = db.session.get_one(Inspection, listed(place).rows[0].inspection_id)
        made.state = "open"
        db.session.commit()
    assert "不能整批撤销" in planner.post(f"{place}/undo").text
    with app.app_context():
        db.session.get_one(Inspection, listed(place).rows[0].inspection_id).state = "assigned"
        db.session.commit()
    assert planner.post(f"{place}/undo").status_code == 302
    with app.app_context():
        found = listed(place)
        states = {db.session.get_one(Inspection, row.inspection_id).state for row in found.rows}
        assert (found.source.state, states) == ("undone", {"cancelled"})
        assert DrawnList.amounts(found.plan_version)[found.task_id] == 0
    again = begun(planner, task, table(*rows))
    assert "导入 2 行" in read(planner, again)


def test_faults_stand_beside_their_rows_and_hold_up_nobody(app: Flask, desk: Desk) -> None:
    planner, task = desk("planner"), task_of(desk)
    with app.app_context():
        one, two, three, four, five = firms(5)
        first, second, third = able(3)
        two.state = "注销"
        third.valid_until = today()
        db.session.add(
            Interest(user_id=first.user_id, subject_id=three.id, reason="亲属", author_id=first.user_id)
        )
        db.session.commit()
        pair = f"{first.user.name}、{second.user.name}"
        other = f"{second.user.name}、{third.user.name}"
        rows = [
            [one.name, one.code, pair, ""],
            [two.name, two.code, pair, ""],
            [three.name, three.code, pair, ""],
            [four.name, four.code, other, ""],
            ["没有的公司", "91410400MA3X00000A", pair, ""],
            [five.name, five.code, first.user.name, ""],
            [one.name, one.code, pair, ""],
            ["截断", "9.14104E+17", pair, ""],
            [five.name, "", f"{first.user.name}({second.credential})", ""],
        ]
        place = begun(planner, task, table(*rows))
    page = read(planner, place)
    with app.app_context():
        codes = {line: [code for _, code in found] for line, found in reasons(place).items()}
    assert codes == {
        4: ["subject_gone"], 5: ["unfit_recused"], 6: ["unfit_credential"], 7: ["subject_unknown"],
        8: ["pair_small", "twice"], 9: ["twice"], 10: ["number_cut"], 11: ["inspector_differs", "twice"],
    }  # fmt: skip
    assert "导入 1 行" in page and "应当回避" in page


def test_a_name_without_a_code_is_a_guess_that_somebody_confirms(app: Flask, desk: Desk) -> None:
    planner, task = desk("planner"), task_of(desk)
    with app.app_context():
        one, two = firms(2)
        rows = [[one.name, "", "", ""], ["旧名称", two.code, "", ""]]
    place = begun(planner, task, table(*rows))
    page = read(planner, place)
    assert (
        "按名称认的" in page
        and "名称与名录库不同" in page
        and "导入" not in re.findall(r'button main">([^<]*)', page)[-1:]
    )
    assert planner.post(f"{place}/rows/3", data={}).status_code == 302
    assert "导入 1 行" in planner.get(place).text
    planner.post(f"{place}/rows/3", data={"act": "no"})
    assert planner.post(f"{place}/take").status_code == 409
    planner.post(f"{place}/rows/3", data={})
    planner.post(f"{place}/take")
    with app.app_context():
        assert [row.line for row in listed(place).rows] == [3]


def test_TJ_10c_who_is_over_the_cap_is_inspected_for_a_reason_only(app: Flask, desk: Desk) -> None:
    planner, task = desk("planner"), task_of(desk)
    with app.app_context():
        one = firms(1)[0]
        db.session.query(Inspection).filter_by(bureau_id=bureau()).update(
            {"subject_id": one.id, "reason": "drawn"}
        )
        law = db.session.query(Law).filter_by(bureau_id=bureau()).one()
        law.settings = law.settings | {"yearly_cap": {"value": 1, "clause": "TJ-10c"}}
        db.session.commit()
        row = [one.name, one.code, "", ""]
    place = begun(planner, task, table(row))
    assert "今年已到次数上限" in read(planner, place)
    assert planner.post(f"{place}/rows/3", data={"why": " "}).status_code == 422
    assert planner.post(f"{place}/rows/3", data={"why": "上级平台统一抽取"}).status_code == 302
    planner.post(f"{place}/take")
    with app.app_context():
        assert db.session.query(DrawnRow).one().why == "上级平台统一抽取"


def test_CA_2_2b_a_list_never_brings_more_than_the_plan_promises(app: Flask, desk: Desk) -> None:
    planner, task = desk("planner"), task_of(desk, bp="", total="1")
    with app.app_context():
        rows = [[one.name, one.code, "", ""] for one in firms(2)]
    place = begun(planner, task, table(*rows))
    read(planner, place)
    answer = planner.post(f"{place}/take")
    assert answer.status_code == 409 and "计划还剩 1 个" in answer.text
    with app.app_context():
        assert listed(place).rows == []


def test_the_same_batch_brings_nobody_twice_and_another_counts_on(app: Flask, desk: Desk) -> None:
    planner, task = desk("planner"), task_of(desk)
    with app.app_context():
        rows = [[one.name, one.code, "", ""] for one in firms(2)]
    place = begun(planner, task, table(rows[0]))
    read(planner, place)
    planner.post(f"{place}/take")
    more = begun(planner, task, table(*rows))
    assert "这一批以前的名单里已经有了" in read(planner, more)
    with app.app_context():
        assert listed(more).source.counts == {"wrong": 1, "new": 1, "gone": 0}
    other = begun(planner, task, table(rows[0]), batch="2026-08")
    assert "这个任务今年已抽到" in read(planner, other)


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({"platform": " "}, "请写平台的名称"),
        ({"batch": ""}, "请写平台上的批次号"),
        ({"drawn_on": "2999-01-01"}, "不晚于今天"),
        ({"ends": "2020-01-01"}, "结束不早于开始"),
    ],
)
def test_what_is_missing_is_said_at_its_field(desk: Desk, more: dict[str, str], fault: str) -> None:
    planner, task = desk("planner"), task_of(desk)
    files = {"file": (io.BytesIO(table()), "a.csv"), "evidence": (io.BytesIO(PDF), "a.pdf")}
    answer = planner.post("/office/draws/elsewhere/new", data=task | said(**more) | files)
    assert (
        answer.status_code == 422 and fault in answer.text and ("2026-07" in answer.text or "batch" in more)
    )


@pytest.mark.parametrize(
    "evidence", [b"", b"MZ\x90", b"<html>", b"PK\3\4 but no book", b"\x89PNG\r\n\x1a\n cut"]
)
def test_evidence_is_a_document_as_it_came(app: Flask, desk: Desk, evidence: bytes) -> None:
    planner, task = desk("planner"), task_of(desk)
    files = {"file": (io.BytesIO(table()), "a.csv"), "evidence": (io.BytesIO(evidence), "a.pdf")}
    answer = planner.post("/office/draws/elsewhere/new", data=task | said() | files)
    assert answer.status_code == 422 and "证据文件打不开" in answer.text
    with app.app_context():
        assert db.session.query(DrawnList).count() == 0


def test_another_bureau_and_other_roles_touch_no_list(app: Flask, desk: Desk) -> None:
    planner, task = desk("planner"), task_of(desk)
    with app.app_context():
        one = firms(1)[0]
        row = [one.name, one.code, "", ""]
    place = begun(planner, task, table(row))
    stranger, auditor = desk("planner.tj"), desk("auditor")
    for act in ("columns", "take", "undo", "again", "pair", "pairs", "rows/3"):
        assert stranger.post(f"{place}/{act}").status_code == 404
        assert auditor.post(f"{place}/{act}").status_code == 403
    assert stranger.get(place).status_code == stranger.get(f"{place}/evidence").status_code == 404
    assert auditor.get(place).status_code == 200
    assert auditor.get(f"/public/drawn-lists/{place.rpartition('/')[2]}").status_code == 404
    assert planner.get(place.replace("/draws/elsewhere/", "/items/import/")).status_code == 404
