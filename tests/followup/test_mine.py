"""The subject's own page: what it tells, what can be done there, and what the office gets of it."""

import io
import json
from collections.abc import Callable
from datetime import timedelta

import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from tests.conftest import both_databases
from tests.followup.after import PNG, inspection_in, person, wrote
from tests.followup.mine import Held
from tests.followup.test_uploads import pdf
from tests.handset import Handset
from webapp.accounts.models import User
from webapp.db import db, today
from webapp.evidence.code_rules import codes_in
from webapp.field.models import Inspection
from webapp.followup.ratings import Rating, Ratings

Desk = Callable[[str], FlaskClient]
STROKES = json.dumps(
    {"strokes": [[[1, 2, 0, 500], [30, 40, 90, 500]]], "canvas": {"width": 300, "height": 192}}
)


@pytest.fixture
def held(app: Flask) -> Held:
    app.config["WTF_CSRF_ENABLED"] = False
    return Held(app)


@pytest.mark.parametrize("state", ["sealed", "returned", "accepted", "archived"])
def test_whoever_was_shown_the_code_reads_how_far_it_is(app: Flask, state: str) -> None:
    held = Held(app, state)
    page = held.page()
    assert page.status_code == 200 and held.name in page.text and held.number in page.text
    assert f"/copy/{held.id}/{held.hash}" in page.text and "到哪一步了" in page.text
    assert page.headers["Cache-Control"] == "no-store" and "noindex" in page.headers["X-Robots-Tag"]


def test_after_a_reopening_the_page_still_opens_and_says_so(app: Flask) -> None:
    held = Held(app, "returned")
    with app.app_context():
        name = db.session.get_one(User, held.pair[0]).username
    phone = Handset(app)
    phone.login(name)
    phone.sync(held.id)
    phone.write(held.id, "reopen", seal=phone.record(held.id)["seal"]["event"], reason="补查")
    phone.sync(held.id)
    page = held.page()
    assert page.status_code == 200 and "记录后来被重新打开" in page.text
    app.config["WTF_CSRF_ENABLED"] = False
    assert held.send("/object", text="不属实", name="张三").status_code == 409


def test_before_the_notice_the_decision_is_not_told(held: Held) -> None:
    """TJ-14c: who publishes first tells after it."""
    with held.app.app_context():
        inspection = inspection_in("accepted")
        about = wrote(
            person("archivist"), inspection, "decide", code="no_activity", sub=None, note="", objection=None
        )
        wrote(person("supervisor"), inspection, "approve", target=about, granted=True, opinion="")
        db.session.commit()
    assert "未发现开展本次抽查涉及的经营活动" not in held.page().text


@both_databases
def test_a_notice_is_read_and_its_receipt_confirmed_with_a_signature(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    held, paper = Held(app), pdf()
    notice = held.notice([("告知书.pdf", paper)])
    page = held.page().text
    assert "检查结果告知书" in page and "发现问题已责令改正" in page and "要您做的" in page
    file = held.steps().get(notice).payload["files"][0]["sha256"]  # type: ignore[union-attr]
    given = held.page(f"/files/{file}")
    assert given.data == paper and given.headers["Content-Disposition"].startswith("attachment")
    assert held.page(f"/receive/{notice}").status_code == 200
    answer = held.send(f"/receive/{notice}", name=" 张三 ", title="店长", phone="", strokes=STROKES)
    assert answer.status_code == 302
    [step] = held.steps().of("receive")
    assert (step.author, step.payload["notice"], step.payload["name"]) == ("subject", notice, "张三")
    assert step.payload["strokes"] == [[[1, 2, 0, 500], [30, 40, 90, 500]]]
    page = held.page().text
    assert "已确认收到" in page and "现在没有要您做的" in page


def test_a_receipt_needs_no_signature_and_no_script(held: Held) -> None:
    notice = held.notice()
    assert held.send(f"/receive/{notice}", name="张三", title="", phone="", strokes="").status_code == 302
    assert held.steps().of("receive")[0].payload["strokes"] is None


def test_what_the_office_brought_with_proof_asks_for_no_second_receipt(held: Held) -> None:
    notice = held.notice()
    assert "还没有确认收到" in held.page().text
    said = {"notice": notice, "way": "hand", "at": today().isoformat(), "receiver": "张三"}
    held.issue("serve", [("回证.png", PNG)], said)
    page = held.page().text
    assert "已送达" in page and "确认收到" not in page


@pytest.mark.parametrize(
    "strokes",
    ["x", "[]", '{"strokes": [], "canvas": {"width": 1, "height": 1}}',
     '{"strokes": [[[1, 2]]], "canvas": {"width": 0, "height": 10}}',
     '{"strokes": [[["a", 2]]], "canvas": {"width": 9, "height": 10}}',
     '{"strokes": [[[1e99, 2]]], "canvas": {"width": 9, "height": 10}}',
     '{"strokes": ' + json.dumps([[[1, 2]] * 30_000]) + ', "canvas": {"width": 9, "height": 9}}', "9" * 500_000],
)  # fmt: skip
def test_strokes_that_are_none_are_refused_and_nothing_is_kept(held: Held, strokes: str) -> None:
    notice = held.notice()
    answer = held.send(f"/receive/{notice}", name="张三", title="", phone="", strokes=strokes)
    assert answer.status_code == 422 and 'value="张三"' in answer.text
    assert held.steps().of("receive") == []


def test_a_receipt_is_confirmed_once_and_by_name(held: Held) -> None:
    notice = held.notice()
    assert held.send(f"/receive/{notice}", name="  ").status_code == 422
    assert held.send(f"/receive/{notice}", name="张三").status_code == 302
    assert held.send(f"/receive/{notice}", name="张三").status_code == 302
    assert held.send(f"/receive/{notice}", name="李四").status_code == 409
    assert len(held.steps().of("receive")) == 1
    assert held.page("/receive/nothing").status_code == 404


def test_an_objection_comes_with_its_files_and_is_kept_once(held: Held) -> None:
    for _again in range(2):
        files = [(io.BytesIO(PNG), "../照片.png"), (io.BytesIO(pdf()), "说明.pdf")]
        answer = held.send(
            "/object", text="不属实\r\n我们公示了", name="张三", phone="13700000000", files=files
        )
        assert answer.status_code == 302
    [step] = held.steps().of("object")
    assert (step.author, step.payload["way"], step.payload["text"]) == (
        "subject",
        "page",
        "不属实\n我们公示了",
    )
    assert [(one["name"], one["mime"]) for one in step.payload["files"]] == [
        ("照片.png", "image/png"),
        ("说明.pdf", "application/pdf"),
    ]
    page = held.page().text
    assert "异议" in page and "我们公示了" in page and "13700000000" not in page


def test_a_bad_file_is_named_and_what_was_typed_is_still_there(held: Held) -> None:
    script = io.BytesIO(b"<script>alert(1)</script>")
    answer = held.send("/object", text="不属实", name="张三", phone="", files=[(script, "<b>.svg")])
    assert answer.status_code == 422 and "只收照片" in answer.text and "不属实</textarea>" in answer.text
    assert "<b>.svg" not in answer.text and "&lt;b&gt;.svg" in answer.text
    assert held.steps().of("object") == []


@both_databases
def test_an_order_says_by_when_and_its_proof_reaches_the_office(app: Flask, desk: Desk) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    held = Held(app)
    order = held.order(days=15)
    page = held.page().text
    assert "公示收费标准" in page and "以前改正" in page and f"/proof/{order}" in page
    assert held.page(f"/proof/{order}").status_code == 200
    empty = held.send(f"/proof/{order}", text=" ", name="", phone="")
    assert empty.status_code == 422 and "至少要有一样" in empty.text
    sent = held.send(f"/proof/{order}", text="", name="", phone="", files=[(io.BytesIO(PNG), "公示栏.png")])
    assert sent.status_code == 302
    [step] = held.steps().of("proof")
    assert (step.author, step.payload["order"], step.payload["files"][0]["name"]) == (
        "subject",
        order,
        "公示栏.png",
    )
    assert "正在核实" in held.page().text
    assert "公示栏.png" in desk("archivist").get(f"/office/inspections/{held.id}/after").text
    judged = {"order": order, "outcome": "done", "at": today().isoformat(), "way": "papers", "reason": ""}
    held.issue("rectify", [], judged)
    page = held.page().text
    assert "已改正" in page and "现在没有要您做的" in page
    assert held.page(f"/proof/{order}").status_code == 409


def test_more_time_moves_the_day_and_who_is_late_is_told_so(held: Held) -> None:
    order = held.order(days=2)
    later = today() + timedelta(days=9)
    held.issue("extend", [], {"order": order, "deadline": later.isoformat(), "reason": "材料在外地"})
    assert f"请在 {later.isoformat()}" in held.page().text


def test_what_came_of_an_objection_is_told_once_it_is_approved(held: Held) -> None:
    held.notice()
    held.send("/object", text="不属实", name="张三", phone="")
    [step] = held.steps().of("object")
    assert "正在复查、复核" in held.page().text
    found = {
        "objection": step.event,
        "way": "papers",
        "people": ["李四"],
        "found": "属实",
        "at": today().isoformat(),
    }
    held.issue("recheck", [], found)
    ruling = {"objection": step.event, "outcome": "upheld", "code": None, "sub": None, "reason": "照片清楚"}
    event = held.issue("rule", [], ruling)
    assert "照片清楚" not in held.page().text
    held.issue("approve", [], {"target": event, "granted": True, "opinion": ""}, by="supervisor")
    page = held.page().text
    assert "维持原结果" in page and "照片清楚" in page


def test_an_objection_says_something(held: Held) -> None:
    assert held.send("/object", text="长" * 2001, name="张三").status_code == 422
    assert held.steps().of("object") == []


@pytest.mark.parametrize("state", ["sealed", "returned"])
def test_before_the_office_has_accepted_nothing_can_be_sent_but_a_rating(app: Flask, state: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    held = Held(app, state)
    assert held.send("/object", text="不属实", name="张三").status_code == 409
    assert held.send("/rate", shown="yes").status_code == 302


@both_databases
def test_a_rating_reaches_who_oversees_and_nobody_of_the_pair(app: Flask, desk: Desk) -> None:
    """RZ-18: never in the record, the archive or the pair's phones."""
    held = Held(app)
    answer = held.send("/rate", shown="no", two="yes", asked="yes", text="要了两条烟", phone="13700000000")
    assert answer.status_code == 302
    page = held.page().text
    assert "评价已收到" in page and "要了两条烟" not in page
    supervisor = desk("supervisor")
    assert "要了两条烟" in supervisor.get("/office/ratings").text
    assert "要了两条烟" in supervisor.get(f"/office/inspections/{held.id}/after").text
    assert "检查对象的评价" in supervisor.get("/office/").text
    for name in ("archivist", "inspector1", "inspector2", "planner"):
        browser = desk(name)
        assert browser.get("/office/ratings").status_code == 403
        for place in (f"/office/inspections/{held.id}/after", f"/office/inspections/{held.id}"):
            assert "两条烟" not in browser.get(place).text
    assert desk("supervisor.rz").get("/office/ratings").text.count("两条烟") == 0
    with app.app_context():
        assert "两条烟" not in json.dumps(
            db.session.get_one(Inspection, held.id).record(), ensure_ascii=False
        )


def test_who_oversees_and_was_there_reads_no_rating_of_that_visit(app: Flask, desk: Desk) -> None:
    held = Held(app)
    held.send("/rate", asked="yes", text="要了两条烟")
    with app.app_context():
        one = db.session.get_one(User, held.pair[0])
        one.roles = ["inspector", "supervisor"]
        name = one.username
        db.session.commit()
    browser = desk(name)
    assert "两条烟" not in browser.get("/office/ratings?show=all").text
    assert "两条烟" not in browser.get(f"/office/inspections/{held.id}/after").text


def test_a_later_good_rating_does_not_bury_a_bad_one(app: Flask, desk: Desk) -> None:
    held = Held(app)
    held.send("/rate", asked="yes")
    for _again in range(3):
        assert held.send("/rate", shown="yes", two="yes", asked="no", disturbed="no").status_code == 302
    with app.app_context():
        one = Rating.of(held.id)[0]
        figures = Ratings(one.bureau_id, "nobody").figures()
    assert figures["asked"] == {"good": 0, "bad": 1, "unsure": 0}
    assert figures["shown"] == {"good": 1, "bad": 0, "unsure": 0}
    assert len(desk("supervisor").get("/office/ratings?show=open").text.split('class="card"')) == 2


def test_what_was_done_about_a_rating_is_written_down_by_who_oversees(app: Flask, desk: Desk) -> None:
    held = Held(app)
    held.send("/rate", asked="yes")
    with app.app_context():
        name = Rating.of(held.id)[0].id
    supervisor = desk("supervisor")
    assert supervisor.post(f"/office/ratings/{name}", data={"note": " "}).status_code == 422
    assert (
        supervisor.post(f"/office/ratings/{name}", data={"note": "找了店主，属实，已移交纪检"}).status_code
        == 302
    )
    assert "已移交纪检" in supervisor.get("/office/ratings?show=all").text
    assert desk("auditor").post(f"/office/ratings/{name}", data={"note": "x"}).status_code == 403
    assert desk("supervisor.rz").post(f"/office/ratings/{name}", data={"note": "x"}).status_code == 404


def test_an_empty_rating_is_none(held: Held) -> None:
    assert held.send("/rate", text="").status_code == 422
    with held.app.app_context():
        assert Rating.of(held.id) == []


def test_the_page_is_there_in_english(held: Held) -> None:
    assert held.page("?lang=en").status_code == 200


def test_the_office_finds_an_inspection_by_the_code_that_its_subject_was_given(
    app: Flask, desk: Desk
) -> None:
    held = Held(app)
    answer = desk("archivist").get("/office/", query_string={"q": f"https://rs.example.cn{held.place}"})
    assert answer.headers["Location"] == f"/page/{held.id}/{held.hash}"


def test_the_code_on_the_printed_record_leads_to_the_subjects_page(app: Flask, desk: Desk) -> None:
    held = Held(app)
    printed = [
        held.browser.get(f"/copy/{held.id}/{held.hash}/record.pdf").data,
        desk("archivist").get(f"/office/inspections/{held.id}/record.pdf").data,
    ]
    for data in printed:
        pages = pypdfium2.PdfDocument(data)
        last = pages[len(pages) - 1].render(scale=3).to_pil()
        assert codes_in(jpeg(last)) == [f"http://localhost{held.place}"]


def test_who_holds_a_printed_page_of_the_signed_record_is_shown_the_way(app: Flask) -> None:
    held = Held(app)
    assert held.place in held.browser.get(f"/page/{held.id}/{held.hash}").text
    assert "/mine/" not in held.browser.get(f"/page/{held.id}/{'a' * 64}").text


def jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG")
    return out.getvalue()
