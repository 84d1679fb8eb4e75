"""Objections, orders and what is handed on, at the desk: from the form to the log, the papers, the lists, the library."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.conftest import both_databases
from tests.followup.after import OBJECTED, PNG, inspection_in, person, wrote
from webapp.archive.models import Archive
from webapp.db import db, today
from webapp.field.models import SUBJECT, Inspection
from webapp.followup import acts
from webapp.followup.matters import Again, Held, Matter, settle_due
from webapp.followup.orders import orders
from webapp.followup.steps import Steps
from webapp.plan import chances
from webapp.registry.models import Inspector

Desk = Callable[[str], FlaskClient]


def archived(app: Flask) -> str:
    """The archived inspection of the small world, with a problem found and a result in force; its id."""
    with app.app_context():
        inspection = inspection_in("archived")
        step = wrote(
            person("archivist"), inspection, "decide", code="pending", sub=None, note="", objection=None
        )
        wrote(person("supervisor"), inspection, "approve", target=step, granted=True, opinion="")
        db.session.commit()
        return inspection.id


def steps_of(app: Flask, inspection_id: str) -> Steps:
    with app.app_context():
        return acts.after(db.session.get_one(Inspection, inspection_id))


def last(app: Flask, inspection_id: str, kind: str) -> str:
    """The id of the newest event of a type."""
    return steps_of(app, inspection_id).of(kind)[-1].event


def send(browser: FlaskClient, inspection_id: str, kind: str, /, **form: Any) -> Any:
    address = f"/office/inspections/{inspection_id}/follow/{kind}"
    return browser.post(address, data=form, content_type="multipart/form-data")


def approved(desk: Desk, inspection_id: str, target: str, at: str) -> None:
    said = {"target": target, "granted": "yes", "opinion": "同意", "at": at}
    assert (
        desk("supervisor").post(f"/office/inspections/{inspection_id}/after/approve", data=said).status_code
        == 302
    )


def others(app: Flask, inspection_id: str, count: int = 2) -> list[str]:
    """Inspectors of the bureau who are not of the pair."""
    with app.app_context():
        inspection = db.session.get_one(Inspection, inspection_id)
        rows = Inspector.of_bureau(inspection.bureau_id)
        return [one.user_id for one in rows if one.user_id not in inspection.pair][:count]


def text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


DAY = today().isoformat()


@both_databases
def test_an_objection_by_letter_is_rechecked_by_others_ruled_on_approved_and_answered(
    app: Flask, desk: Desk
) -> None:
    """RZ-23, TJ-14c."""
    inspection_id, archivist = archived(app), desk("archivist")
    letter = (io.BytesIO(PNG), "来信.png")
    sent = send(
        archivist,
        inspection_id,
        "object",
        text="台账已补齐",
        name="赵总",
        phone="",
        way="letter",
        day=DAY,
        files=letter,
    )
    assert sent.status_code == 302
    objection = last(app, inspection_id, "object")
    assert steps_of(app, inspection_id).of("object")[0].payload["files"][0]["name"].startswith("来信")
    found = {"objection": objection, "way": "visit", "found": "台账齐全", "day": DAY}
    assert (
        send(archivist, inspection_id, "recheck", **found, person=others(app, inspection_id)).status_code
        == 302
    )
    ruling = {
        "objection": objection,
        "outcome": "changed",
        "code": "no_problem",
        "sub": "",
        "reason": "查明台账齐全",
    }
    assert send(archivist, inspection_id, "rule", **ruling).status_code == 302
    rule = last(app, inspection_id, "rule")
    assert send(archivist, inspection_id, "answer", ruling=rule).status_code == 409
    assert steps_of(app, inspection_id).result.payload["code"] == "pending"
    approved(desk, inspection_id, rule, "objections")
    assert steps_of(app, inspection_id).result.payload["code"] == "no_problem"
    assert send(archivist, inspection_id, "answer", ruling=rule).status_code == 302
    notice = steps_of(app, inspection_id).of("notice")[-1].payload
    assert notice["about"] == rule and "复〔" in notice["number"]
    page = archivist.get(f"/office/inspections/{inspection_id}/after")
    assert "已答复" in page.text and notice["number"] in page.text
    paper = archivist.get(f"/office/inspections/{inspection_id}/after/files/{notice['files'][0]['sha256']}")
    assert paper.data.startswith(b"%PDF-")
    assert send(archivist, inspection_id, "answer", ruling=rule).status_code == 409


def test_nobody_of_the_pair_rechecks_and_what_was_typed_stays(app: Flask, desk: Desk) -> None:
    """RZ-23."""
    inspection_id, archivist = archived(app), desk("archivist")
    with app.app_context():
        inspection = db.session.get_one(Inspection, inspection_id)
        wrote(SUBJECT, inspection, "object", **OBJECTED)
        pair = inspection.pair
        db.session.commit()
    form = {
        "objection": last(app, inspection_id, "object"),
        "way": "papers",
        "found": "核对了台账原件",
        "day": DAY,
    }
    page = send(archivist, inspection_id, "recheck", **form, person=pair[:1])
    assert page.status_code == 422 and "检查组的人不能复查" in page.text and "核对了台账原件" in page.text
    assert steps_of(app, inspection_id).of("recheck") == []


def test_a_finding_that_was_reversed_weighs_on_nobodys_chances(app: Flask, desk: Desk) -> None:
    """TJ-13: what stands is what the next year's draws know."""
    inspection_id = archived(app)
    with app.app_context():
        inspection, archivist, supervisor = (
            db.session.get_one(Inspection, inspection_id),
            person("archivist"),
            person("supervisor"),
        )
        assert inspection.result == "pending"
        objection = wrote(SUBJECT, inspection, "object", **OBJECTED)
        wrote(
            archivist, inspection, "recheck", objection=objection, way="papers", people=["周敏"], ids=[], found="无误",
            at=DAY, inspection=None,
        )  # fmt: skip
        ruling = wrote(
            archivist,
            inspection,
            "rule",
            objection=objection,
            outcome="reversed",
            code=None,
            sub=None,
            reason="证据不足",
        )
        assert inspection.result == "pending"
        wrote(supervisor, inspection, "approve", target=ruling, granted=True, opinion="")
        assert inspection.result is None
        inspection.renew_index()
        assert inspection.result is None


@both_databases
def test_an_order_is_made_of_the_findings_printed_and_served_by_its_notice(app: Flask, desk: Desk) -> None:
    """RZ-20."""
    inspection_id, archivist = archived(app), desk("archivist")
    page = archivist.get(f"/office/inspections/{inspection_id}/after").text
    asked = re.findall(r'<textarea class="demand"[^>]*>([^<]+)<', page)
    questions = re.findall(r'name="question" value="([^"]+)"', page)
    assert asked and len(asked) == len(questions)
    deadline = (today() + timedelta(days=15)).isoformat()
    form = {
        "question": questions, "demand": asked, "more": "建立台账", "deadline": deadline,
        "basis": "《就业促进法》第四十一条", "remedy": "可以申请行政复议。", "contact": "0375-1234567",
    }  # fmt: skip
    preview = send(archivist, inspection_id, "order", **form, preview="1")
    assert preview.data.startswith(b"%PDF-") and steps_of(app, inspection_id).of("order") == []
    assert send(archivist, inspection_id, "order", **form).status_code == 302
    steps = steps_of(app, inspection_id)
    [order], [notice] = steps.of("order"), steps.of("notice")
    assert [one["text"] for one in order.payload["demands"]] == [*asked, "建立台账"]
    assert order.payload["demands"][0]["question"] == questions[0]
    assert (notice.payload["about"], notice.payload["number"]) == (order.event, order.payload["number"])
    assert notice.payload["files"] == order.payload["files"]
    assert "还没有送达" in archivist.get(f"/office/inspections/{inspection_id}/after").text


def test_an_order_that_lacks_its_basis_is_not_issued_and_nothing_typed_is_lost(
    app: Flask, desk: Desk
) -> None:
    inspection_id = archived(app)
    deadline = (today() + timedelta(days=15)).isoformat()
    for more in ({}, {"preview": "1"}):
        page = send(
            desk("archivist"), inspection_id, "order", more="建立台账", deadline=deadline, basis=" ", **more
        )
        assert page.status_code == 422 and "没有写责令改正的依据" in page.text and "建立台账" in page.text
    assert steps_of(app, inspection_id).of("order") == []


def ordered(app: Flask, inspection_id: str, days: int = 15) -> str:
    with app.app_context():
        inspection = db.session.get_one(Inspection, inspection_id)
        event = wrote(
            person("archivist"), inspection, "order", number="平人社检责〔2026〕00014号", basis="《就业促进法》",
            deadline=(today() + timedelta(days=days)).isoformat(), demands=[{"question": None, "text": "公示收费标准"}],
        )  # fmt: skip
        db.session.commit()
        return event


@both_databases
def test_an_order_goes_on_by_more_time_proofs_and_judgement_and_the_list_follows(
    app: Flask, desk: Desk
) -> None:
    """CA-2.4b: follow-up is entered promptly."""
    inspection_id = archived(app)
    order, archivist = ordered(app, inspection_id), desk("archivist")
    later = (today() + timedelta(days=30)).isoformat()

    def listed() -> str:
        return text(archivist.get("/office/follow?tab=orders").text)

    assert "改正中" in listed()
    assert (
        send(archivist, inspection_id, "extend", order=order, deadline=later, reason="设备未到货").status_code
        == 302
    )
    assert later in listed()
    proof = {"order": order, "text": "", "name": "赵总", "phone": ""}
    assert send(archivist, inspection_id, "proof", **proof).status_code == 422
    assert (
        send(archivist, inspection_id, "proof", **proof, files=(io.BytesIO(PNG), "公示栏.png")).status_code
        == 302
    )
    assert "有证明待核" in listed()
    judged = {"order": order, "way": "papers", "day": DAY, "reason": "还缺一份", "inspection": ""}
    assert send(archivist, inspection_id, "rectify", **judged, outcome="partly").status_code == 302
    assert "部分改正" in listed()
    assert send(archivist, inspection_id, "rectify", **judged, outcome="done").status_code == 302
    assert "没有在改正中的" in listed()
    assert "已改正" in text(archivist.get("/office/follow?tab=orders&show=all").text)
    with app.app_context():
        assert orders(acts.after(db.session.get_one(Inspection, inspection_id)))[0].closed == today()


@both_databases
def test_the_pair_of_a_visit_made_again_finds_on_the_phone_what_was_found_first(
    app: Flask, desk: Desk, phone: Any
) -> None:
    """RZ-23, CA-2.4b: linked to the first."""
    inspection_id = archived(app)
    order, pair = ordered(app, inspection_id), others(app, inspection_id)
    due = (today() + timedelta(days=20)).isoformat()
    assert (
        send(desk("archivist"), inspection_id, "reinspect", order=order, person=pair[:1], due=due).status_code
        == 422
    )
    assert (
        send(desk("archivist"), inspection_id, "reinspect", order=order, person=pair, due=due).status_code
        == 302
    )
    with app.app_context():
        [link] = db.session.scalars(select(Again))
        again = db.session.get_one(Inspection, link.inspection_id)
        first = db.session.get_one(Inspection, inspection_id)
        assert (set(again.pair), again.subject_id, again.state) == (set(pair), first.subject_id, "assigned")
        assert [one.item_id for one in again.listed] == [one.item_id for one in first.listed]
        number, username, first_number = again.number, again.members[0].inspector.user.username, first.number
    rows = {row["number"]: row for row in phone(username).worklist()["inspections"]}
    told = rows[number]["first"]
    assert told["number"] == first_number and told["findings"][0]["note"]
    assert told["order"]["demands"] == ["公示收费标准"]
    assert all(row["first"] is None for name, row in rows.items() if name != number)
    page = text(desk("archivist").get(f"/office/inspections/{inspection_id}/after").text)
    assert number in page


def test_for_an_objection_others_than_the_pair_go_again(app: Flask, desk: Desk) -> None:
    """RZ-23."""
    inspection_id = archived(app)
    with app.app_context():
        inspection = db.session.get_one(Inspection, inspection_id)
        objection, pair = wrote(SUBJECT, inspection, "object", **OBJECTED), inspection.pair
        db.session.commit()
    form = {"objection": objection, "due": (today() + timedelta(days=9)).isoformat()}
    assert send(desk("archivist"), inspection_id, "reinspect", **form, person=pair).status_code == 422
    assert (
        send(
            desk("archivist"), inspection_id, "reinspect", **form, person=others(app, inspection_id)
        ).status_code
        == 302
    )


def test_a_transfer_takes_the_archive_as_it_is_closed_and_leaves_a_trace(app: Flask, desk: Desk) -> None:
    """RZ-21, CA-2.4b: crime to justice."""
    inspection_id, archivist = archived(app), desk("archivist")
    form = {"to": "平顶山市公安局", "kind": "justice", "reason": "涉嫌拒不支付劳动报酬罪", "receipt": ""}
    assert send(archivist, inspection_id, "transfer", **form).status_code == 302
    event = last(app, inspection_id, "transfer")
    with app.app_context():
        kept = Archive.latest(db.session.get_one(Inspection, inspection_id))
        step = acts.after(db.session.get_one(Inspection, inspection_id)).get(event)
        assert kept and step and (step.payload["package"], step.payload["version"]) == (kept.sha256, 1)
    package = archivist.get(f"/office/inspections/{inspection_id}/follow/{event}.zip")
    assert zipfile.ZipFile(io.BytesIO(package.data)).testzip() is None
    assert "下载" in desk("auditor").get(f"/office/inspections/{inspection_id}").text
    reply = {"target": event, "kind": "receipt", "text": "平公（治）收字 12 号", "day": DAY}
    assert send(archivist, inspection_id, "reply", **reply).status_code == 302
    with app.app_context():
        row = db.session.get_one(Matter, event)
        assert (row.state, row.closed) == ("answered", today())


def test_what_is_handed_on_is_the_archivists_and_not_another_bureaus(app: Flask, desk: Desk) -> None:
    inspection_id = archived(app)
    form = {"to": "市监局", "kind": "department", "reason": "登记"}
    with app.app_context():
        inspector = db.session.get_one(Inspection, inspection_id).members[0].inspector.user.username
    assert send(desk(inspector), inspection_id, "copy", **form).status_code == 403
    assert send(desk("supervisor"), inspection_id, "copy", **form).status_code == 403
    assert send(desk("archivist.tj"), inspection_id, "copy", **form).status_code == 404
    assert send(desk("archivist"), inspection_id, "gift", **form).status_code == 404
    assert send(desk("archivist"), inspection_id, "copy", **form).status_code == 302


PENALTY = {
    "number": "平人社罚〔2026〕3号", "kind": "fine", "amount": "20,000.00", "facts": "收取押金", "basis": "条例第四十三条",
    "unit": "执法支队", "day": DAY, "until": "", "public": "1",
}  # fmt: skip


@both_databases
def test_a_penalty_counts_in_the_library_and_its_version_says_why(app: Flask, desk: Desk) -> None:
    """TJ-13, RZ-12: and no more once it was voided."""
    inspection_id, archivist = archived(app), desk("archivist")
    with app.app_context():
        subject = db.session.get_one(Inspection, inspection_id).subject
        before, subject_id = subject.penalties, subject.id
    assert send(archivist, inspection_id, "penalty", **PENALTY).status_code == 302
    event = last(app, inspection_id, "penalty")
    page = archivist.get(f"/office/subjects/{subject_id}").text
    assert "平人社罚〔2026〕3号" in page
    with app.app_context():
        subject = db.session.get_one(Inspection, inspection_id).subject
        assert subject.penalties == before + 1 and "平人社罚〔2026〕3号" in (subject.reason or "")
        law = {"tickets": 1, "tickets_penalties": 2}
        assert chances.tickets(chances.labels(subject.values()), law) == 3
    void = {"target": event, "reason": "文号错了", "at": "handed"}
    assert archivist.post(f"/office/inspections/{inspection_id}/after/void", data=void).status_code == 302
    with app.app_context():
        assert db.session.get_one(Inspection, inspection_id).subject.penalties == before
        assert list(db.session.scalars(select(Held))) == []


def listing(days: int, last_day: int | None = None) -> dict[str, str]:
    ends = (today() + timedelta(days=last_day)).isoformat() if last_day is not None else ""
    return {
        "list": "拖欠农民工工资失信联合惩戒对象名单", "flag": "dishonest", "ends": ends,
        "begins": (today() + timedelta(days=days)).isoformat(), "basis": "办法第五条", "reason": "拖欠数额较大",
    }  # fmt: skip


def flagged(app: Flask, inspection_id: str) -> bool:
    with app.app_context():
        return db.session.get_one(Inspection, inspection_id).subject.dishonest


@both_databases
def test_who_is_put_on_a_list_is_marked_once_it_is_approved_until_it_is_lifted(
    app: Flask, desk: Desk
) -> None:
    """RZ-22, TJ-12, PD-3.5."""
    inspection_id, archivist = archived(app), desk("archivist")
    assert send(archivist, inspection_id, "discipline", **listing(0)).status_code == 302
    assert not flagged(app, inspection_id)
    event = last(app, inspection_id, "discipline")
    approved(desk, inspection_id, event, "handed")
    assert flagged(app, inspection_id)
    assert "在列" in text(archivist.get("/office/follow?tab=lists").text)
    page = archivist.get(f"/office/inspections/{inspection_id}/after").text
    assert "严重违法失信" in page
    assert send(archivist, inspection_id, "lift", target=event, reason="信用修复").status_code == 302
    assert not flagged(app, inspection_id)
    with app.app_context():
        versions = db.session.get_one(Inspection, inspection_id).subject.versions()
        assert "不再有效" in (versions[0].reason or "") and "拖欠农民工工资" in (versions[1].reason or "")


def test_an_entry_begins_and_ends_by_its_own_days(app: Flask, desk: Desk) -> None:
    """RZ-22: nobody has to remember it."""
    inspection_id = archived(app)
    assert send(desk("archivist"), inspection_id, "discipline", **listing(3, 10)).status_code == 302
    approved(desk, inspection_id, last(app, inspection_id, "discipline"), "handed")
    seen = []
    for days in (0, 3, 10, 11, 12):
        with app.app_context():
            changed = settle_due(today() + timedelta(days=days))
            db.session.commit()
        seen.append((changed, flagged(app, inspection_id)))
    assert seen == [(0, False), (1, True), (0, True), (1, False), (0, False)]


def test_a_mark_that_another_put_there_stays_when_ours_is_lifted(app: Flask, desk: Desk) -> None:
    inspection_id, archivist = archived(app), desk("archivist")
    with app.app_context():
        db.session.get_one(Inspection, inspection_id).subject.change(
            person("planner"), {"dishonest": True}, "市监局名单"
        )
        db.session.commit()
    assert send(archivist, inspection_id, "discipline", **listing(0)).status_code == 302
    event = last(app, inspection_id, "discipline")
    approved(desk, inspection_id, event, "handed")
    assert send(archivist, inspection_id, "lift", target=event, reason="信用修复").status_code == 302
    assert flagged(app, inspection_id)


def test_the_first_page_says_what_waits_and_nothing_where_nothing_does(app: Flask, desk: Desk) -> None:
    supervisor = desk("supervisor")
    assert "件异议等答复" not in supervisor.get("/office/").text
    inspection_id = archived(app)
    with app.app_context():
        wrote(SUBJECT, db.session.get_one(Inspection, inspection_id), "object", **OBJECTED)
        db.session.commit()
    page = text(supervisor.get("/office/").text)
    assert "1 件异议等答复" in page and "复查，再提出处理决定" in page
    assert "件异议等答复" not in desk("planner").get("/office/").text


def test_the_lists_are_for_the_office_and_each_bureaus_own(app: Flask, desk: Desk) -> None:
    ordered(app, archived(app))
    for tab in ("objections", "orders", "transfers", "penalties", "lists", "nothing"):
        assert desk("auditor").get(f"/office/follow?tab={tab}&show=all&page=2").status_code == 200
    assert "平人社检责" in desk("auditor").get("/office/follow?tab=orders").text
    assert "平人社检责" not in desk("archivist.tj").get("/office/follow?tab=orders").text
    assert desk("inspector1").get("/office/follow").status_code == 403
