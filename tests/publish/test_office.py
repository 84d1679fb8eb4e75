"""The office decides what the public reads: masked by default, each exception with its reason, gone when taken down."""

import html
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import both_databases
from tests.publish.office import decided
from webapp.db import db
from webapp.field.models import Inspection
from webapp.followup import acts
from webapp.publish.models import Publication
from webapp.publish.stages import Stage

Desk = Callable[[str], FlaskClient]


def at(inspection_id: str, more: str = "") -> str:
    return f"/office/publication/{inspection_id}{more}"


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', page)
    assert found, page
    return found[1]


def publish(browser: FlaskClient, inspection_id: str) -> Any:
    page = browser.get(at(inspection_id)).text
    return browser.post(at(inspection_id, "/publish"), data={"seen": seen(page)})


def public(app: Flask, inspection_id: str) -> Publication:
    with app.app_context():
        return db.session.get_one(Publication, inspection_id)


@both_databases
def test_RZ_19_what_is_on_the_page_goes_out_once_and_masked(app: Flask, desk: Desk) -> None:
    inspection_id = decided(app)
    browser = desk("archivist")
    assert publish(browser, inspection_id).status_code == 302
    row = public(app, inspection_id)
    body = json.loads(row.document)
    assert (row.state, body["result"]["code"], body["version"]) == ("shown", "corrected", "yidang-public-1")
    assert body["text"] == "" and body["pictures"] == []
    with app.app_context():
        inspection = db.session.get_one(Inspection, inspection_id)
        for member in inspection.members:
            assert member.inspector.user.name not in row.document
            assert member.inspector.user.name[0] + "*" in row.document
        assert acts.after(inspection).of("publish")[0].payload["exceptions"] == []
    again = browser.post(at(inspection_id, "/publish"), data={"seen": row.document_hash})
    assert again.status_code == 409


def test_what_nobody_saw_does_not_go_out(app: Flask, desk: Desk) -> None:
    inspection_id = decided(app)
    browser = desk("archivist")
    old = seen(browser.get(at(inspection_id)).text)
    browser.post(at(inspection_id, "/draft"), data={"text": "已当场整改。", "read": "on"})
    answer = browser.post(at(inspection_id, "/publish"), data={"seen": old})
    assert answer.status_code == 409 and "有了变化" in answer.text
    assert publish(browser, inspection_id).status_code == 302
    assert json.loads(public(app, inspection_id).document)["text"] == "已当场整改。"


def test_an_exception_needs_its_reason_and_stands_in_the_log(app: Flask, desk: Desk) -> None:
    inspection_id = decided(app)
    browser = desk("archivist")
    browser.post(at(inspection_id, "/draft"), data={"open.pair": "on", "why.pair": ""})
    page = browser.get(at(inspection_id)).text
    assert "没有写明理由" in page and 'name="seen"' not in page
    assert browser.post(at(inspection_id, "/publish"), data={"seen": "0" * 64}).status_code == 422
    browser.post(at(inspection_id, "/draft"), data={"open.pair": "on", "why.pair": "本人同意"})
    assert publish(browser, inspection_id).status_code == 302
    with app.app_context():
        inspection = db.session.get_one(Inspection, inspection_id)
        payload = acts.after(inspection).of("publish")[0].payload
        assert payload["exceptions"] == [{"what": "pair", "reason": "本人同意"}]
        names = [one["name"] for one in payload["document"]["pair"]]
        assert names == [member.inspector.user.name for member in inspection.members]


def test_free_text_is_masked_and_goes_in_only_after_a_person_read_it(app: Flask, desk: Desk) -> None:
    inspection_id = decided(app)
    browser = desk("archivist")
    text = "员工王晓明（身份证410482199001011234，电话13812345678）已补签合同。"
    browser.post(at(inspection_id, "/draft"), data={"text": text})
    assert "没有确认逐字读过" in browser.get(at(inspection_id)).text
    browser.post(at(inspection_id, "/draft"), data={"text": text, "read": "on"})
    assert publish(browser, inspection_id).status_code == 302
    shown = json.loads(public(app, inspection_id).document)["text"]
    assert shown == "员工王**（身份证***，电话138****78）已补签合同。"


def test_a_finding_that_is_not_for_the_public_stays_out_with_its_reason(app: Flask, desk: Desk) -> None:
    inspection_id = decided(app)
    browser = desk("archivist")
    page = browser.get(at(inspection_id)).text
    address = html.unescape(re.findall(r'name="out\.1" value="([^"]+)"', page)[0])
    before = len(re.findall(r'name="out\.\d+"', page))
    given = {"out.1": address, "out.1.on": "on", "out.1.why": "商业秘密"}
    browser.post(at(inspection_id, "/draft"), data=given)
    assert publish(browser, inspection_id).status_code == 302
    with app.app_context():
        payload = acts.after(db.session.get_one(Inspection, inspection_id)).of("publish")[0].payload
    assert payload["left_out"] == [{"what": address, "reason": "商业秘密"}]
    assert len(payload["document"]["findings"]) == before - 1


def test_a_correction_says_why_and_shows_as_one(app: Flask, desk: Desk) -> None:
    inspection_id = decided(app)
    browser = desk("archivist")
    publish(browser, inspection_id)
    browser.post(at(inspection_id, "/draft"), data={"text": "更正。", "read": "on", "reason": ""})
    assert browser.post(at(inspection_id, "/publish"), data={"seen": ""}).status_code == 422
    browser.post(at(inspection_id, "/draft"), data={"text": "更正。", "read": "on", "reason": "漏写一句"})
    assert publish(browser, inspection_id).status_code == 302
    row = public(app, inspection_id)
    assert row.corrected_at and json.loads(row.document)["text"] == "更正。"
    assert "漏写一句" in browser.get(f"/office/inspections/{inspection_id}/after").text


def test_what_is_taken_down_is_gone_and_a_reason_is_needed(app: Flask, desk: Desk) -> None:
    inspection_id = decided(app)
    browser = desk("archivist")
    publish(browser, inspection_id)
    assert browser.post(at(inspection_id, "/take-down"), data={"reason": " "}).status_code == 422
    assert browser.post(at(inspection_id, "/take-down"), data={"reason": "对象有误"}).status_code == 302
    row = public(app, inspection_id)
    assert (row.state, row.document, row.search, row.subject_name, row.subject_code) == (
        "withdrawn",
        "",
        "",
        "",
        None,
    )
    assert browser.post(at(inspection_id, "/take-down"), data={"reason": "再来"}).status_code == 409
    assert publish(browser, inspection_id).status_code == 302, "it can be published again"


def test_PD_3_5_what_is_withheld_waits_for_another_person_and_is_not_published(
    app: Flask, desk: Desk
) -> None:
    inspection_id = decided(app)
    browser = desk("archivist")
    before = seen(browser.get(at(inspection_id)).text)
    given = {"kind": "trade", "clause": "", "reason": "工艺"}
    assert browser.post(at(inspection_id, "/withhold"), data=given).status_code == 422
    given["clause"] = "政府信息公开条例第十五条"
    assert browser.post(at(inspection_id, "/withhold"), data=given).status_code == 302
    assert browser.post(at(inspection_id, "/publish"), data={"seen": before}).status_code == 409
    with app.app_context():
        asked = acts.after(db.session.get_one(Inspection, inspection_id)).of("withhold")[0].event
        assert db.session.get_one(Stage, inspection_id).stage == "asked"
    approval = {"target": asked, "granted": "yes", "opinion": "", "at": "publication"}
    address = f"/office/inspections/{inspection_id}/after/approve"
    assert browser.post(address, data=approval).status_code == 403
    assert desk("supervisor").post(address, data=approval).status_code == 302
    with app.app_context():
        assert db.session.get_one(Stage, inspection_id).stage == "withheld"
        assert db.session.get(Publication, inspection_id) is None
    assert "依法不予公示" in browser.get(at(inspection_id)).text


@pytest.mark.parametrize("who", ["planner", "inspector1", "archivist.tj", "admin"])
def test_others_do_not_come_in(app: Flask, desk: Desk, who: str) -> None:
    inspection_id = decided(app)
    assert desk(who).get(at(inspection_id)).status_code in (403, 404)
    assert desk("supervisor").get(at(inspection_id)).status_code == 200
    assert desk("supervisor").post(at(inspection_id, "/publish"), data={}).status_code == 403


def test_the_first_page_and_the_list_say_what_waits(app: Flask, desk: Desk) -> None:
    inspection_id = decided(app)
    with app.app_context():
        number = db.session.get_one(Inspection, inspection_id).number
    assert number in desk("archivist").get("/office/publication").text
    part = desk("supervisor").get("/office/").text.partition('id="publication"')[2].partition("</section>")[0]
    assert number in part and "待公示" in part
    line = desk("archivist").get("/office/").text.partition('id="publication-line"')[2].partition("</p>")[0]
    assert "待公示" in line and "show=ready" in line
    publish(desk("archivist"), inspection_id)
    assert number not in desk("archivist").get("/office/publication?show=ready").text
    assert number in desk("archivist").get("/office/publication?show=shown").text
