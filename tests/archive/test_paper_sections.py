"""What stood before the visit lies in its file: plan, law, the draw to the byte, approval, notice (mission 3, 02-05)."""

import io
import re
import zipfile
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from tests.archive import build
from tests.archive.build import ASSIGNMENT, BUREAU, FORMS, bureau_key, bureau_pem
from tests.archive.test_verify import again
from tests.conftest import both_databases
from tests.draw.hall import Hall
from tests.field import test_elsewhere
from tests.field.test_hall import NUMBERS, frozen, later, published
from webapp.archive.package import build as build_package
from webapp.archive.papers import draw_files, papers
from webapp.archive.rules import papers_missing
from webapp.archive.verify import examine
from webapp.canonical import parse, sha256
from webapp.db import db
from webapp.draw import layout
from webapp.draw.elsewhere import DrawnRow
from webapp.draw.models import DrawVersion
from webapp.field.models import Inspection, InspectionDraw
from webapp.registry import imports

Json = dict[str, Any]
Desk = Callable[..., FlaskClient]
AT = "2026-11-20T01:00:00+00:00"
KEYS = {BUREAU: bureau_pem()}
ADDRESSES = {
    "key": "https://yidang.example/public/bureaus/x/key",
    "approval": "https://yidang.example/office/inspections/x/approval",
    "notice": "https://yidang.example/public/notices/x",
}
LAW = {
    "valid_from": "2020-04-27",
    "valid_until": None,
    "settings": {"pair_minimum": {"value": 2, "clause": "PD-3.3"}},
}


def approval(state: str = "approved", served: int = 1) -> Json:
    facts = {
        "inspection": ASSIGNMENT["id"], "number": ASSIGNMENT["number"], "bureau": ASSIGNMENT["bureau"],
        "subject": {name: "" for name in ("address", "representative", "phone")} | ASSIGNMENT["subject"],
        "items": [{name: one[name] for name in ("code", "name", "bases")} for one in ASSIGNMENT["items"]],
        "pair": [one | {"title": "科员", "unit": "劳动保障监察支队"} for one in ASSIGNMENT["pair"]],
        "reason": ASSIGNMENT["reason"],
        "begins": "2026-11-20", "ends": "2026-11-30", "due": "2026-11-30", "methods": ["现场检查"],
        "announce": "before", "why": "", "contact": "周强 0375-2660000",
    }  # fmt: skip
    service = {
        "way": "hand",
        "day": "2026-11-20",
        "receiver": "孙经理",
        "note": "",
        "by": "王明",
        "at": "2026-11-20T02:00:00+00:00",
    }
    decided = {"by": "赵敏", "at": "2026-11-20T01:30:00+00:00", "opinion": "同意"}
    return {
        "id": build.uuid("approval"), "place": 1, "state": state, "facts": facts,
        "asked": {"by": "周强", "at": "2026-11-20T01:00:00+00:00"},
        "decided": decided if state != "asked" else None, "served": [service] * served,
    }  # fmt: skip


def by_hand(approvals: list[Json] | None = None) -> Json:
    return {
        "plans": [],
        "law": LAW,
        "draws": [],
        "lists": [],
        "approvals": approvals or [],
        "addresses": ADDRESSES,
    }


@cache
def drawn() -> tuple[Json, bytes]:
    """Papers of an inspection that was drawn, and the draw file."""
    file = Hall().file()
    data = layout.write(file)
    row = file["strata"][0]["drawn"][0]
    draw = {
        "id": file["id"], "state": "drawn", "page": "https://yidang.example/public/draws/x",
        "subject": {"said": row["id"], "salt": None, "stratum": "A/新华区", "place": 0} | row,
        "files": [{"number": 2, "state": "drawn", "sha256": sha256(data), "made_at": AT, "kept": True}],
    }  # fmt: skip
    plan = {
        "draw": file["id"], "year": 2026, "version": 1, "why": None, "approval": "会议纪要", "approved_by": "赵敏",
        "approved_at": None, "published_at": None, "task": {"name": "人力资源服务机构抽查", "items": ["PD-5"]},
    }  # fmt: skip
    return by_hand([approval()]) | {"plans": [plan], "draws": [draw]}, data


def packed(given: Json, files: dict[str, bytes] | None = None) -> bytes:
    log = build.sealed()
    log.decide("accept")
    log.decide("archive", **build.closing(log.blobs), papers=given)
    return build_package(log.events, FORMS, log.blobs, bureau_key().sign, bureau_pem(), files)


def unpacked(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


@cache
def package() -> bytes:
    given, data = drawn()
    return packed(given, {sha256(data): data})


def words(pdf: bytes) -> str:
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


def test_a_drawn_inspections_file_holds_plan_law_draw_approval_and_notice() -> None:
    given, data = drawn()
    files = unpacked(package())
    assert files[f"data/03-draw/{given['draws'][0]['id']}/2-drawn.json"] == data
    plan, proof = parse(files["data/02-plan.json"]), parse(files["data/03-draw.json"])
    assert plan["plans"][0]["task"]["name"] == "人力资源服务机构抽查" and plan["law"] == LAW
    assert proof["draws"][0]["subject"]["ticket"] and proof["empty"] is None
    assert parse(files["data/05-notice.json"])["served"][0]["receiver"] == "孙经理"
    assert "行政检查审批表" in words(files["data/04-approval.pdf"]) and "同意" in words(
        files["data/04-approval.pdf"]
    )
    assert "行政检查通知书" in words(files["data/05-notice.pdf"])
    assert ADDRESSES["key"] in files["data/README.txt"].decode()
    catalogue = files["data/01-catalogue.csv"].decode("utf-8-sig")
    for title in ("抽查计划摘录及规则版本", "抽取文件", "抽取证明", "行政检查审批表", "行政检查通知书"):
        assert title in catalogue
    assert examine(package(), KEYS).faults == []


def test_the_same_log_gives_the_same_bytes() -> None:
    given, data = drawn()
    assert packed(given, {sha256(data): data}) == package()


def test_RZ_5_an_inspection_by_hand_says_why_a_part_is_empty() -> None:
    files = unpacked(packed(by_hand()))
    for path in ("02-plan", "03-draw"):
        assert parse(files[f"data/{path}.json"])["empty"] == "这次检查不经抽取：投诉举报，收费标准未公示。"
    assert parse(files["data/04-approval.json"])["empty"] == "没有申请检查审批。"
    assert "没有通知书" in parse(files["data/05-notice.json"])["empty"]
    notes = parse(files["data/18-notes.json"])
    assert set(notes["empty"]) == {"02", "03", "04", "05"} and "02" not in notes["not_kept_here"]
    assert "data/05-notice.pdf" not in files and "data/04-approval.pdf" not in files
    assert examine(packed(by_hand()), KEYS).faults == []


def test_a_refused_approval_is_kept_and_makes_no_notice() -> None:
    files = unpacked(packed(by_hand([approval("refused", 0)])))
    assert "不予批准" in words(files["data/04-approval.pdf"]) and "data/05-notice.pdf" not in files


def test_what_was_closed_before_papers_were_kept_stays_whole() -> None:
    assert examine(build.package(), KEYS).faults == []
    assert "data/02-plan.json" not in unpacked(build.package())


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("02-plan.json", "材料与归档时不符"),
        ("04-approval.json", "材料与归档时不符"),
        ("05-notice.json", "材料与归档时不符"),
    ],
)
def test_a_paper_that_was_changed_is_found_though_all_is_signed_anew(path: str, fault: str) -> None:
    files = unpacked(package())
    files[f"data/{path}"] = (
        files[f"data/{path}"].replace(b"2026", b"2027").replace("赵敏".encode(), "周强".encode())
    )
    assert any(fault in said and path in said for said in examine(again(files, bureau_key()), KEYS).faults)


def test_one_changed_byte_of_the_draw_file_is_found() -> None:
    files = unpacked(package())
    path = next(path for path in files if path.startswith("data/03-draw/"))
    files[path] = files[path].replace(b"A", b"B", 1)
    assert any(
        "抽取文件不是公布的那一份" in said for said in examine(again(files, bureau_key()), KEYS).faults
    )
    del files[path]
    assert any("材料与归档时不符" in said for said in examine(again(files, bureau_key()), KEYS).faults)


def test_RZ_9_another_platforms_draw_is_said_to_be_that_and_its_evidence_lies_beside() -> None:
    evidence = b"%PDF-1.7 the platform's own page"
    kept_there = {"name": "证明.pdf", "sha256": sha256(evidence), "mime": "application/pdf", "kept": True}
    given = {
        "id": build.uuid("list"), "said": "省平台（批次 1，2026-11-01 抽取）", "platform": "省平台", "batch": "1",
        "drawn_on": "2026-11-01", "line": 2, "why": None, "taken_by": "周强", "taken_at": AT, "evidence": kept_there,
    }  # fmt: skip
    package = packed(by_hand() | {"lists": [given]}, {sha256(evidence): evidence})
    files = unpacked(package)
    path = f"data/03-draw/{given['id']}/evidence.pdf"
    assert (
        files[path] == evidence and parse(files["data/03-draw.json"])["elsewhere"][0]["platform"] == "省平台"
    )
    assert examine(package, KEYS).faults == []
    files[path] = evidence + b" "
    assert any("材料与归档时不符" in said for said in examine(again(files, bureau_key()), KEYS).faults)


def test_a_draw_that_does_not_come_out_again_or_drew_somebody_else_is_found() -> None:
    given, data = drawn()
    false = layout.hashed(layout.read(data) | {"short": 3})
    forged = layout.write(false)
    wrong = given["draws"][0] | {"files": [given["draws"][0]["files"][0] | {"sha256": sha256(forged)}]}
    faults = examine(packed(given | {"draws": [wrong]}, {sha256(forged): forged}), KEYS).faults
    assert any("重复不出来" in said for said in faults)
    other = given["draws"][0] | {"subject": given["draws"][0]["subject"] | {"id": "91410400MA9999"}}
    faults = examine(packed(given | {"draws": [other]}, {sha256(data): data}), KEYS).faults
    assert any("没有抽到这个检查对象" in said for said in faults)


def test_where_the_law_asks_for_approval_its_lack_is_named() -> None:
    assert [one.code for one in papers_missing([])] == ["no_approval"]
    assert [one.code for one in papers_missing([approval("refused", 0), approval()])] == ["no_approval"]
    assert [one.code for one in papers_missing([approval(served=0)])] == ["no_service"]
    assert papers_missing([approval()]) == []


@both_databases
def test_the_papers_of_a_drawn_inspection_are_those_that_were_published(
    app: Flask, desk: Desk, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    planner = desk("planner")
    draw_id = frozen(planner, published(desk))
    later(monkeypatch)
    assert planner.post(f"/office/draws/{draw_id}/numbers", data=NUMBERS).status_code == 302
    announced, last = (client.get(f"/public/draws/{draw_id}{part}.json").data for part in ("/1", ""))
    with app.app_context():
        row = db.session.query(InspectionDraw).filter_by(draw_id=draw_id).first()
        assert row
        given = papers(db.session.get_one(Inspection, row.inspection_id))
        kept = draw_files(given)
        assert [file["sha256"] for file in given["draws"][0]["files"]] == [
            one.sha256
            for one in db.session.query(DrawVersion).filter_by(draw_id=draw_id).order_by(DrawVersion.number)
        ]
    assert sorted(kept.values(), key=len) == sorted([announced, last], key=len)
    assert given["plans"][0]["approval"] == "会议纪要" and given["plans"][0]["task"]["items"] == ["PD1"]
    assert given["draws"][0]["subject"]["ticket"] and given["draws"][0]["subject"]["said"]
    assert given["law"]["settings"]["pair_minimum"]["value"] == 2


def test_RZ_9_the_papers_of_a_platforms_subject_name_the_platform_and_keep_its_evidence(
    app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "start", lambda import_id, author: imports.work(import_id, author.id))
    planner, task = desk("planner"), test_elsewhere.task_of(desk)
    with app.app_context():
        firm, pair = test_elsewhere.firms(1)[0], test_elsewhere.able()
        names = "、".join(one.user.name for one in pair), " ".join(one.credential for one in pair)
        data = test_elsewhere.table([firm.name, firm.code, *names])
    place = test_elsewhere.begun(planner, task, data)
    test_elsewhere.read(planner, place)
    assert planner.post(f"{place}/take").status_code == 302
    with app.app_context():
        row = db.session.query(DrawnRow).one()
        assert row.inspection_id
        given = papers(db.session.get_one(Inspection, row.inspection_id))
        assert given["lists"][0]["platform"] == test_elsewhere.PLATFORM and given["lists"][0]["taken_at"]
        assert list(draw_files(given).values()) == [test_elsewhere.PDF]
        assert given["plans"][0]["task"]["items"] == ["PD1"]
