"""Approve, notify, serve: nobody approves an own request, and the papers say what was approved (mission 2)."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from tests.conftest import both_databases
from tests.field.test_hall import NUMBERS, frozen, later, published, said
from tests.handset import Handset
from webapp.accounts.models import Law, User
from webapp.db import db, now, today
from webapp.field.approvals import Approval
from webapp.field.models import Inspection, InspectionDraw, Member

Desk = Callable[..., FlaskClient]
Phone = Callable[[str], Handset]
SERVED = {"way": "hand", "receiver": "张伟（前台）", "note": "当面交给负责人"}


def request(**more: Any) -> dict[str, Any]:
    """What a planner types."""
    return {
        "begins": today().isoformat(), "methods": ["现场检查", "书面检查"], "announce": "before",
        "contact": "周强 0375-2660000",
    } | more  # fmt: skip


def coming(app: Flask) -> str:
    """An inspection of inspector1 that nobody began."""
    with app.app_context():
        person = User.by_username("inspector1")
        assert person
        rows = Inspection.of_people([person.id])
        return next(row.id for row in rows if row.state == "assigned")


def asked(desk: Desk, inspection_id: str, **more: Any) -> FlaskClient:
    planner = desk("planner")
    answer = planner.post("/office/approvals/ask", data=request(chosen=inspection_id, **more))
    assert answer.status_code == 302, answer.text
    return planner


def last(app: Flask, inspection_id: str) -> Approval:
    return Approval.last([inspection_id])[inspection_id]


def decided(
    app: Flask, desk: Desk, inspection_id: str, act: str = "approve", opinion: str = "同意"
) -> FlaskClient:
    supervisor = desk("supervisor")
    with app.app_context():
        approval_id = last(app, inspection_id).id
    answer = supervisor.post(
        "/office/approvals/decide", data={"chosen": approval_id, "act": act, "opinion": opinion}
    )
    assert answer.status_code == 302, answer.text
    return supervisor


def words(pdf: bytes) -> str:
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


@both_databases
def test_approve_notify_serve_and_the_pair_sees_it(
    app: Flask, desk: Desk, phone: Phone, client: FlaskClient
) -> None:
    inspection_id = coming(app)
    place = f"/office/inspections/{inspection_id}"
    planner = asked(desk, inspection_id)
    assert planner.get(f"{place}/notice.pdf").status_code == 409
    own = planner.get("/office/approvals").text
    assert "等待审批" in own and "是您申请的" in own
    assert "审批" in desk("supervisor").get("/office/").text
    decided(app, desk, inspection_id)

    with app.app_context():
        approval = last(app, inspection_id)
        facts, approval_id = approval.facts, approval.id
        assert approval.decider and approval.decider.name != approval.asker.name
    form, notice = (words(planner.get(f"{place}/{name}.pdf").data) for name in ("approval", "notice"))
    for said_there in (facts["subject"]["name"], facts["items"][0]["name"], facts["pair"][0]["credential"]):
        assert re.sub(r"\s", "", said_there) in form and re.sub(r"\s", "", said_there) in notice
    assert (
        "同意" in form
        and "通〔" in notice
        and "现场检查、书面检查" in notice
        and "周强0375-2660000" in notice
    )
    assert planner.get(f"{place}/notice.pdf").data == planner.get(f"{place}/notice.pdf").data

    check = client.get(f"/public/notices/{approval_id}").text
    assert "现在有效" in check and facts["pair"][1]["name"] in check and "申请回避" in check
    assert (
        planner.post(f"{place}/approval/service", data=SERVED | {"day": today().isoformat()}).status_code
        == 302
    )
    row = next(row for row in phone("inspector1").worklist()["inspections"] if row["id"] == inspection_id)
    assert (
        row["notice"]["state"] == "approved"
        and row["notice"]["number"] in planner.get(f"{place}/approval").text
    )
    assert (
        row["notice"]["served"][0]["receiver"] == "张伟（前台）"
        and row["notice"]["begins"] == facts["begins"]
    )
    assert "张伟（前台）" in planner.get(f"{place}/approval").text


def test_the_notice_says_the_subjects_rights_and_RZ_18_TJ_15_how_inspectors_behave(
    app: Flask, desk: Desk
) -> None:
    inspection_id = coming(app)
    asked(desk, inspection_id)
    notice = words(
        decided(app, desk, inspection_id).get(f"/office/inspections/{inspection_id}/notice.pdf").data
    )
    for right in ("申请回避", "陈述、申辩", "异议", "复查、复核", "不得少于两人"):
        assert right in notice
    for rule in ("不得妨碍正常的生产经营活动", "不得索取或者收受财物", "变相收取费用", "依法行政、廉洁执法"):
        assert rule in notice
    assert "送达回证" in notice


def test_nobody_decides_an_own_request_nor_a_visit_of_their_own(app: Flask, desk: Desk) -> None:
    inspection_id = coming(app)
    planner = asked(desk, inspection_id)
    with app.app_context():
        approval_id = last(app, inspection_id).id
        goes = db.session.get_one(Inspection, inspection_id).pair[0]
        person = db.session.get_one(User, goes)
        assert not last(app, inspection_id).may_decide(person)
    answer = planner.post("/office/approvals/decide", data={"chosen": approval_id, "act": "approve"})
    assert answer.status_code == 403 and "不能由自己审批" in answer.text
    with app.app_context():
        assert last(app, inspection_id).state == "asked"


def test_a_refusal_needs_its_reason_and_lets_ask_anew(app: Flask, desk: Desk) -> None:
    inspection_id = coming(app)
    planner = asked(desk, inspection_id)
    supervisor = desk("supervisor")
    with app.app_context():
        approval_id = last(app, inspection_id).id
    bare = supervisor.post(
        "/office/approvals/decide", data={"chosen": approval_id, "act": "refuse", "opinion": " "}
    )
    assert bare.status_code == 422 and "请写明原因" in bare.text
    decided(app, desk, inspection_id, "refuse", "期限太紧")
    assert planner.get(f"/office/inspections/{inspection_id}/notice.pdf").status_code == 409
    assert "期限太紧" in planner.get(f"/office/inspections/{inspection_id}/approval").text
    asked(desk, inspection_id)
    decided(app, desk, inspection_id)
    notice = words(planner.get(f"/office/inspections/{inspection_id}/notice.pdf").data)
    assert "号之2" in notice


def test_what_was_asked_for_is_not_asked_for_twice(app: Flask, desk: Desk) -> None:
    inspection_id = coming(app)
    planner = asked(desk, inspection_id)
    again = planner.post("/office/approvals/ask", data=request(chosen=inspection_id))
    assert again.status_code == 409
    decided(app, desk, inspection_id)
    assert planner.post("/office/approvals/ask", data=request(chosen=inspection_id)).status_code == 409


@both_databases
def test_another_pair_needs_another_approval(
    app: Flask, desk: Desk, client: FlaskClient, phone: Phone
) -> None:
    inspection_id = coming(app)
    asked(desk, inspection_id)
    supervisor = decided(app, desk, inspection_id)
    with app.app_context():
        approval_id = last(app, inspection_id).id
        inspection = db.session.get_one(Inspection, inspection_id)
        stays = inspection.pair[0]
        other = next(
            one.id for one in db.session.query(User).filter_by(bureau_id=inspection.bureau_id)
            if "inspector" in one.roles and one.id not in inspection.pair
        )  # fmt: skip
        db.session.query(Member).filter_by(inspection_id=inspection_id).filter(
            Member.user_id != stays
        ).delete()
        db.session.add(Member(inspection_id=inspection_id, user_id=other, place=1))
        db.session.commit()
    assert supervisor.get(f"/office/inspections/{inspection_id}/notice.pdf").status_code == 409
    assert "不再有效" in client.get(f"/public/notices/{approval_id}").text
    assert "批准后有变更" in supervisor.get("/office/approvals?show=approved").text
    asked(desk, inspection_id)
    decided(app, desk, inspection_id)
    assert supervisor.get(f"/office/inspections/{inspection_id}/notice.pdf").status_code == 200


@both_databases
def test_all_of_a_draw_at_once(app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    planner = desk("planner")
    draw_id = frozen(planner, published(desk))
    later(monkeypatch)
    assert planner.post(f"/office/draws/{draw_id}/numbers", data=NUMBERS).status_code == 302
    with app.app_context():
        ids = list(
            db.session.scalars(
                db.select(InspectionDraw.inspection_id).where(InspectionDraw.draw_id == draw_id)
            )
        )
    page = planner.get(f"/office/approvals?show=unasked&draw={draw_id}").text
    assert page.count('name="chosen"') == len(ids) and said()["begins"] in page
    assert planner.post("/office/approvals/ask", data=request(draw=draw_id, all="1")).status_code == 302
    supervisor = desk("supervisor")
    done = supervisor.post("/office/approvals/decide", data={"draw": draw_id, "all": "1", "act": "approve"})
    assert done.status_code == 302
    with app.app_context():
        assert {one.state for one in Approval.last(ids).values()} == {"approved"}
        assert len(Approval.last(ids)) == len(ids)
    assert "审批" in planner.get(f"/office/draws/{draw_id}").text
    assert "notices.pdf" in planner.get(f"/office/approvals?show=approved&draw={draw_id}").text
    together = PdfReader(io.BytesIO(planner.get(f"/office/approvals/notices.pdf?draw={draw_id}").data))
    pages = [re.sub(r"\s", "", page.extract_text()) for page in together.pages]
    assert len(pages) == 2 * len(ids) and all("第1页共2页" in page for page in pages[::2])
    assert planner.get("/office/approvals/notices.pdf?page=99").status_code == 409


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({"begins": "明天"}, "开始检查的日期"),
        ({"begins": "2020-01-01"}, "开始检查的日期"),
        ({"methods": []}, "没有选择检查方式"),
        ({"methods": ["问卜"]}, "没有选择检查方式"),
        ({"announce": ""}, "怎样告知"),
        ({"announce": "spot"}, "不事先告知的理由"),
        ({"contact": " "}, "没有填写联系方式"),
    ],
)
def test_a_fault_is_named_and_nothing_typed_is_lost(
    app: Flask, desk: Desk, typed: dict[str, Any], code: str
) -> None:
    inspection_id = coming(app)
    data = request(chosen=inspection_id, one=inspection_id, why="") | typed
    answer = desk("planner").post("/office/approvals/ask", data=data)
    assert answer.status_code == 422 and code in answer.text
    assert "周强 0375-2660000" in answer.text or "contact" in typed


def test_checks_without_telling_need_a_reason_or_the_bureaus_law(app: Flask, desk: Desk) -> None:
    inspection_id = coming(app)
    with app.app_context():
        author = User.by_username("planner")
        assert author
        law = Law.in_force(author.bureau_id, now().date())
        assert law
        law.settings = law.settings | {"unannounced_checks": {"value": True, "clause": "x"}}
        db.session.commit()
    asked(desk, inspection_id, announce="spot")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"way": "pigeon"}, "没有选择送达方式"),
        ({"day": "2099-01-01"}, "送达的日期"),
        ({"day": ""}, "送达的日期"),
        ({"receiver": ""}, "没有填写签收人"),
    ],
)
def test_a_service_needs_way_day_and_receiver(
    app: Flask, desk: Desk, typed: dict[str, str], words: str
) -> None:
    inspection_id = coming(app)
    place = f"/office/inspections/{inspection_id}/approval/service"
    early = asked(desk, inspection_id).post(place, data=SERVED | {"day": today().isoformat()})
    assert early.status_code == 409 and "还没有批准" in early.text
    decided(app, desk, inspection_id)
    answer = desk("planner").post(place, data=SERVED | {"day": today().isoformat()} | typed)
    assert answer.status_code == 422 and words in answer.text


def test_who_is_not_of_the_bureau_sees_nothing_and_other_roles_do_nothing(app: Flask, desk: Desk) -> None:
    inspection_id = coming(app)
    asked(desk, inspection_id)
    with app.app_context():
        approval_id = last(app, inspection_id).id
    place = f"/office/inspections/{inspection_id}"
    stranger = desk("supervisor.tj")
    assert stranger.get(f"{place}/approval").status_code == 404
    assert stranger.get(f"{place}/approval.pdf").status_code == 404
    taken = stranger.post("/office/approvals/decide", data={"chosen": approval_id, "act": "approve"})
    assert taken.status_code == 409
    assert desk("auditor").post("/office/approvals/decide", data={"chosen": approval_id}).status_code == 403
    assert (
        desk("supervisor").post("/office/approvals/ask", data=request(chosen=inspection_id)).status_code
        == 403
    )
    assert desk("inspector1").get(f"{place}/approval").status_code == 200
    assert desk("inspector1").get("/office/approvals").status_code == 403
    assert desk("admin").get("/office/approvals").status_code == 403


def test_an_unapproved_notice_is_unknown_to_the_public(app: Flask, desk: Desk, client: FlaskClient) -> None:
    inspection_id = coming(app)
    asked(desk, inspection_id)
    with app.app_context():
        approval_id = last(app, inspection_id).id
    assert client.get(f"/public/notices/{approval_id}").status_code == 404
    assert client.get("/public/notices/%00").status_code in (400, 404)


def by_law(app: Flask, **settings: bool) -> None:
    with app.app_context():
        author = User.by_username("planner")
        assert author
        law = Law.in_force(author.bureau_id, now().date())
        assert law
        law.settings = law.settings | {
            name: {"value": value, "clause": "x"} for name, value in settings.items()
        }
        db.session.commit()


def test_where_the_law_wants_approval_the_desk_and_the_phone_say_what_is_missing(
    app: Flask, desk: Desk, phone: Phone
) -> None:
    inspection_id = coming(app)
    with app.app_context():
        bureau_id = db.session.get_one(Inspection, inspection_id).bureau_id
        sealed = db.session.query(Inspection).filter_by(bureau_id=bureau_id, state="sealed").first()
        assert sealed
        sealed_id = sealed.id
    planner = desk("planner")
    assert "没有批准的检查审批" not in planner.get(f"/office/inspections/{sealed_id}").text
    assert "还没有申请" not in planner.get("/office/").text
    by_law(app, approval_needed=True)
    assert "没有批准的检查审批" in planner.get(f"/office/inspections/{sealed_id}").text
    assert "还没有申请" in planner.get("/office/").text
    row = next(row for row in phone("inspector1").worklist()["inspections"] if row["id"] == inspection_id)
    assert row["notice"] == {"state": "none", "needed": True}
    assert "可以补办" in planner.get(f"/office/inspections/{sealed_id}/approval").text

    asked(desk, sealed_id)
    decided(app, desk, sealed_id)
    review = planner.get(f"/office/inspections/{sealed_id}").text
    assert "没有批准的检查审批" not in review and "没有通知书送达的记录" in review
    late = planner.get(f"/office/inspections/{sealed_id}/approval").text
    assert "早于批准" in late


def test_what_was_called_off_waits_for_nobody_and_its_notice_holds_no_more(
    app: Flask, desk: Desk, client: FlaskClient
) -> None:
    first = coming(app)
    asked(desk, first)
    supervisor = decided(app, desk, first)
    with app.app_context():
        approval_id = last(app, first).id
        db.session.get_one(Inspection, first).state = "cancelled"
        db.session.commit()
    assert "不再有效" in client.get(f"/public/notices/{approval_id}").text
    assert "approvals.listed" not in supervisor.get("/office/approvals?show=approved").text
    with app.app_context():
        number = db.session.get_one(Inspection, first).number
    assert number not in supervisor.get("/office/approvals?show=approved").text
