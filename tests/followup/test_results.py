"""The result at the desk: put forward, approved by another person, told by a notice, served in every way (RZ-17, RZ-20)."""

import io
import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from werkzeug.test import TestResponse

from tests.conftest import both_databases
from tests.followup.after import PNG, inspection_in, person, wrote
from tests.followup.test_views import set_law, text
from webapp.archive.wording import RESULTS
from webapp.db import db, today
from webapp.errors import Problem
from webapp.evidence.models import Blob
from webapp.field.models import Inspection
from webapp.followup import acts, results
from webapp.followup.models import Timeline
from webapp.followup.result_paper import SUBS_SAID, number
from webapp.followup.result_rules import SUBS, WAYS
from webapp.followup.steps import Step

Desk = Callable[[str], FlaskClient]
CONTACT = "王敏 0375-0000000"
PROOFS: dict[str, dict[str, Any]] = {
    "hand": {"receiver": "赵总", "files": [(io.BytesIO(PNG), "回证.png")]},
    "post": {"receiver": "前台", "tracking": "XA123456789"},
    "left": {"witness": "社区李某", "note": "拒收", "files": [(io.BytesIO(PNG), "门口.png")]},
    "electronic": {"receiver": "赵总", "note": "书面同意，a@example.cn"},
}


def accepted(app: Flask) -> str:
    with app.app_context():
        return inspection_in("accepted").id


def act(browser: FlaskClient, inspection_id: str, kind: str, **form: Any) -> TestResponse:
    return browser.post(f"/office/inspections/{inspection_id}/after/{kind}", data=form)


def page(browser: FlaskClient, inspection_id: str, section: str) -> str:
    """One section of the page, as words."""
    shown = browser.get(f"/office/inspections/{inspection_id}/after").text
    return text(f'<section id="{section}"' + shown.partition(f'id="{section}"')[2].partition("</section>")[0])


def decided(app: Flask, inspection_id: str, code: str = "corrected", sub: str | None = None) -> str:
    """A result in force; the id of its event."""
    with app.app_context():
        inspection = db.session.get_one(Inspection, inspection_id)
        event = wrote(person("archivist"), inspection, "decide", code=code, sub=sub, note="", objection=None)
        wrote(person("supervisor"), inspection, "approve", target=event, granted=True, opinion="同意")
        db.session.commit()
        return event


def notice_of(app: Flask, inspection_id: str) -> Step:
    with app.app_context():
        return acts.after(db.session.get_one(Inspection, inspection_id)).of("notice")[-1]


# ---- deciding


@pytest.mark.parametrize("code", RESULTS)
def test_RZ_20_each_of_the_eight_results_is_put_forward_and_stands_once_another_person_approved_it(
    app: Flask, desk: Desk, code: str
) -> None:
    inspection_id = accepted(app)
    sub = {"sub": "moved"} if code == "unreachable" else {}
    assert (
        act(desk("archivist"), inspection_id, "decide", code=code, note="复核了台账", **sub).status_code
        == 302
    )
    assert "等批准" in page(desk("archivist"), inspection_id, "result")
    with app.app_context():
        [step] = acts.after(db.session.get_one(Inspection, inspection_id)).of("decide")
        assert db.session.get_one(Timeline, inspection_id).waits == today()
    own = act(desk("archivist"), inspection_id, "approve", target=step.event, granted="yes")
    assert own.status_code == 403 and "自己不能批准" in own.text
    answer = act(
        desk("supervisor"), inspection_id, "approve", target=step.event, granted="yes", opinion="同意"
    )
    assert answer.status_code == 302
    said = page(desk("archivist"), inspection_id, "result").partition("现在的结果")[2]
    assert RESULTS[code] in said and ("（已迁出）" in said) is (code == "unreachable")
    with app.app_context():
        row = db.session.get_one(Timeline, inspection_id)
        assert (row.decided, row.waits) == (today(), None)


@pytest.mark.parametrize(
    ("form", "fault"),
    [
        ({"code": ""}, "没有选择检查结果"),
        ({"code": "perfect"}, "没有选择检查结果"),
        ({"code": "unreachable"}, "没有说明为什么联系不上"),
        ({"code": "unreachable", "sub": "asleep"}, "没有说明为什么联系不上"),
    ],
)
def test_a_result_that_is_none_is_refused_and_what_was_typed_stays(
    app: Flask, desk: Desk, form: dict[str, str], fault: str
) -> None:
    inspection_id = accepted(app)
    answer = act(desk("archivist"), inspection_id, "decide", note="门店已搬空", **form)
    assert answer.status_code == 422 and fault in answer.text and "门店已搬空" in answer.text


def test_a_sub_reason_belongs_to_who_cannot_be_reached_alone(app: Flask) -> None:
    assert tuple(SUBS_SAID) == SUBS
    with app.app_context(), pytest.raises(Problem, match="wrong_state"):
        wrote(person("archivist"), inspection_in("accepted"), "decide", code="no_problem", sub="moved")


def test_while_a_result_waits_no_other_is_put_forward_and_the_same_one_not_again(
    app: Flask, desk: Desk
) -> None:
    inspection_id = accepted(app)
    browser = desk("archivist")
    act(browser, inspection_id, "decide", code="pending")
    waiting = act(browser, inspection_id, "decide", code="corrected")
    assert waiting.status_code == 409 and "等批准" in waiting.text
    with app.app_context():
        [step] = acts.after(db.session.get_one(Inspection, inspection_id)).of("decide")
    refused = act(
        desk("supervisor"), inspection_id, "approve", target=step.event, granted="no", opinion="依据不足"
    )
    assert refused.status_code == 302
    assert "依据不足" in page(browser, inspection_id, "result")
    decided(app, inspection_id)
    again = act(browser, inspection_id, "decide", code="corrected")
    assert again.status_code == 409 and "结果没有变" in again.text


def test_who_inspected_decides_but_does_not_approve_and_a_stranger_does_neither(
    app: Flask, desk: Desk
) -> None:
    """RZ-4b."""
    inspection_id = accepted(app)
    with app.app_context():
        inspection = db.session.get_one(Inspection, inspection_id)
        one, other = [member.inspector.user.username for member in inspection.members][:2]
    assert act(desk(one), inspection_id, "decide", code="pending").status_code == 302
    with app.app_context():
        [step] = acts.after(db.session.get_one(Inspection, inspection_id)).of("decide")
    assert act(desk(other), inspection_id, "approve", target=step.event, granted="yes").status_code == 403
    for stranger in ("archivist.tj", "planner"):
        assert act(desk(stranger), inspection_id, "decide", code="pending").status_code in (403, 404)


def test_a_case_is_opened_for_the_competent_unit(app: Flask, desk: Desk) -> None:
    inspection_id = accepted(app)
    empty = act(desk("archivist"), inspection_id, "case", unit=" ", reason="涉嫌骗取补贴")
    assert empty.status_code == 422 and "涉嫌骗取补贴" in empty.text
    said = {"unit": "劳动保障监察支队", "number": "平人社监立〔2026〕8号", "reason": "涉嫌骗取补贴"}
    assert act(desk("archivist"), inspection_id, "case", **said).status_code == 302
    shown = page(desk("archivist"), inspection_id, "result")
    assert all(one in shown for one in said.values())


# ---- telling


@both_databases
def test_RZ_17_the_notice_is_issued_once_the_result_is_approved_and_names_it(app: Flask, desk: Desk) -> None:
    inspection_id = accepted(app)
    early = act(desk("archivist"), inspection_id, "notice", contact=CONTACT)
    assert early.status_code == 409 and "结果还没有批准" in early.text
    decided(app, inspection_id, "unreachable", "moved")
    assert act(desk("archivist"), inspection_id, "notice", contact=" ").status_code == 422
    assert act(desk("archivist"), inspection_id, "notice", contact=CONTACT).status_code == 302
    twice = act(desk("archivist"), inspection_id, "notice", contact=CONTACT)
    assert twice.status_code == 409 and "已经出具" in twice.text
    notice = notice_of(app, inspection_id)
    [file] = notice.payload["files"]
    pdf = desk("archivist").get(f"/office/inspections/{inspection_id}/after/files/{file['sha256']}")
    said = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.data)).pages)
    said = re.sub(r"\s", "", said)
    with app.app_context():
        inspection = db.session.get_one(Inspection, inspection_id)
        wanted = [notice.payload["number"], inspection.subject.name, inspection.bureau.name, CONTACT]
        assert notice.payload["number"] == number(inspection.number, 1)
    for one in [
        *wanted,
        "检查结果告知书",
        "无法联系（已迁出）",
        "复查、复核",
        "送达回证",
        notice.payload["check"],
    ]:
        assert re.sub(r"\s", "", one) in said, one


def test_the_same_notice_is_made_of_the_same_bytes_in_whatever_language_its_clerk_reads(
    app: Flask, desk: Desk
) -> None:
    inspection_id = accepted(app)
    decided(app, inspection_id)
    browser = desk("archivist")
    browser.get("/office/?lang=en")
    assert act(browser, inspection_id, "notice", contact=CONTACT).status_code == 302
    [file] = notice_of(app, inspection_id).payload["files"]
    with app.app_context():
        pages = PdfReader(io.BytesIO(db.session.get_one(Blob, file["sha256"]).read())).pages
        assert "检查结果告知书" in re.sub(r"\s", "", pages[0].extract_text())


@pytest.mark.parametrize("way", PROOFS)
def test_each_way_of_service_tells_the_subject_and_none_without_its_proof(
    app: Flask, desk: Desk, way: str
) -> None:
    inspection_id = accepted(app)
    decided(app, inspection_id, "pending")
    browser = desk("archivist")
    act(browser, inspection_id, "notice", contact=CONTACT)
    base = {"notice": notice_of(app, inspection_id).event, "way": way, "at": today().isoformat()}
    proof = {
        name: [(io.BytesIO(PNG), "x.png")] if name == "files" else said for name, said in PROOFS[way].items()
    }
    for name in proof:
        lacking = {
            key: [(io.BytesIO(PNG), "x.png")] if key == "files" else said for key, said in proof.items()
        }
        del lacking[name]
        assert act(browser, inspection_id, "serve", **base, **lacking).status_code == 422, name
    assert act(browser, inspection_id, "serve", **base, **proof).status_code == 302
    said = page(browser, inspection_id, "told")
    assert f"已告知 {today()}" in said
    with app.app_context():
        assert db.session.get_one(Timeline, inspection_id).told == today()


def test_the_subject_signs_for_the_notice_on_the_inspectors_phone(app: Flask, desk: Desk) -> None:
    inspection_id = accepted(app)
    decided(app, inspection_id)
    act(desk("archivist"), inspection_id, "notice", contact=CONTACT)
    with app.app_context():
        inspector = db.session.get_one(Inspection, inspection_id).members[0].inspector.user.username
    browser, path = desk(inspector), f"sign/{notice_of(app, inspection_id).event}"
    assert "发现问题已责令改正" in browser.get(f"/office/inspections/{inspection_id}/after/{path}").text
    unsigned = act(browser, inspection_id, path, name="赵总")
    assert unsigned.status_code == 422 and "还没有签名" in unsigned.text and "赵总" in unsigned.text
    ink = json.dumps(
        {"strokes": [[[10, 10, 0, 500], [90, 60, 80, 500]]], "canvas": {"width": 300, "height": 150}}
    )
    assert act(browser, inspection_id, path, name="赵总", title="经理", strokes=ink).status_code == 302
    said = page(browser, inspection_id, "told")
    assert "已告知" in said and "在手机上签收" in said and "赵总" in said
    assert "<polyline" in browser.get(f"/office/inspections/{inspection_id}/after").text
    assert act(desk("archivist.tj"), inspection_id, path, name="x", strokes=ink).status_code == 404


def test_every_way_has_words_and_proof() -> None:
    assert set(PROOFS) | {"phone"} == set(WAYS)


@pytest.mark.parametrize("days", [-1, 1])
def test_a_paper_is_not_served_before_it_was_issued_nor_in_the_future(
    app: Flask, desk: Desk, days: int
) -> None:
    inspection_id = accepted(app)
    decided(app, inspection_id)
    browser = desk("archivist")
    act(browser, inspection_id, "notice", contact=CONTACT)
    form = {"notice": notice_of(app, inspection_id).event, "way": "post", **PROOFS["post"]}
    day: date = today() + timedelta(days=days)
    answer = act(browser, inspection_id, "serve", at=day.isoformat(), **form)
    assert answer.status_code == 422 and "送达的日期" in answer.text


def test_TJ_14c_who_publishes_first_tells_after_the_publicity(app: Flask, desk: Desk) -> None:
    set_law(app, feedback_before_publish=False, publicity_days=7, publicity_day_kind="calendar")
    inspection_id = accepted(app)
    decided(app, inspection_id)
    browser = desk("archivist")
    early = act(browser, inspection_id, "notice", contact=CONTACT)
    assert early.status_code == 409 and "先公示" in early.text
    with app.app_context():
        db.session.get_one(Timeline, inspection_id).published = today()
        db.session.commit()
    shown = act(browser, inspection_id, "notice", contact=CONTACT)
    after = (today() + timedelta(days=8)).isoformat()
    assert shown.status_code == 409 and f"从 {after} 起可以告知" in shown.text
    with app.app_context():
        row = db.session.get_one(Timeline, inspection_id)
        row.published = today() - timedelta(days=8)
        db.session.commit()
    assert act(browser, inspection_id, "notice", contact=CONTACT).status_code == 302


# ---- checking a notice


def test_anyone_who_has_the_notice_checks_it_and_reads_when_it_stands_no_more(
    app: Flask, desk: Desk, client: FlaskClient
) -> None:
    inspection_id = accepted(app)
    decided(app, inspection_id)
    act(desk("archivist"), inspection_id, "notice", contact=CONTACT)
    notice = notice_of(app, inspection_id)
    address = f"/notices/{inspection_id}/{notice.payload['check']}"
    answer = client.get(address)
    assert "告知书是真的，现在有效" in answer.text and notice.payload["files"][0]["sha256"] in answer.text
    assert answer.headers["X-Robots-Tag"].startswith("noindex") and answer.mimetype == "text/html"
    assert client.get(f"/notices/{inspection_id}/x").status_code == 404
    assert client.get(f"/notices/x/{notice.payload['check']}").status_code == 404
    decided(app, inspection_id, "pending")
    assert "结果已经变更" in client.get(address).text
    with app.app_context():
        inspection = db.session.get_one(Inspection, inspection_id)
        wrote(person("archivist"), inspection, "void", target=notice.event, reason="写错了")
        db.session.commit()
    assert "告知书已经作废" in client.get(address).text


def test_a_changed_result_gets_a_notice_of_its_own_number(app: Flask, desk: Desk) -> None:
    inspection_id = accepted(app)
    decided(app, inspection_id)
    browser = desk("archivist")
    act(browser, inspection_id, "notice", contact=CONTACT)
    decided(app, inspection_id, "pending")
    assert "结果已变更" in page(browser, inspection_id, "told")
    assert act(browser, inspection_id, "notice", contact=CONTACT).status_code == 302
    assert notice_of(app, inspection_id).payload["number"].endswith("之2")


def test_the_turn_of_an_inspection_is_asked_by_those_who_publish(app: Flask) -> None:
    inspection_id = accepted(app)
    with app.app_context():
        assert results.may_publish(db.session.get_one(Inspection, inspection_id)).why == "undecided"
