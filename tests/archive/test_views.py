"""The office reviews what came in, sends it back or keeps it, and anyone checks an archive."""

import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from tests.handset import Handset
from webapp.archive.marks import drawn
from webapp.db import db
from webapp.field.models import Inspection

Desk = Callable[[str], FlaskClient]
ROOT = Path(__file__).parents[2]


def inspections(app: Flask, state: str, prefix: str = "平") -> list[str]:
    """Ids of inspections in a state, of the bureau whose numbers begin so."""
    with app.app_context():
        found = db.session.query(Inspection).filter_by(state=state).order_by(Inspection.number)
        return [one.id for one in found if one.number.startswith(prefix)]


def record_of(app: Flask, inspection_id: str) -> dict:
    with app.app_context():
        return db.session.get_one(Inspection, inspection_id).record()


def act(app: Flask, browser: FlaskClient, inspection_id: str, kind: str, **fields: str) -> TestResponse:
    fields = {"seal": record_of(app, inspection_id)["seal"]["event"]} | fields
    return browser.post(f"/office/inspections/{inspection_id}/{kind}", data=fields)


# Who sees what


def test_the_inbox_holds_the_own_bureaus_inspections_only(app: Flask, desk: Desk) -> None:
    page = desk("supervisor").get("/office/?show=all").text
    for own in inspections(app, "sealed"):
        assert f'id="i-{own}"' in page
    for foreign in inspections(app, "sealed", "津"):
        assert f'id="i-{foreign}"' not in page


def test_an_inspection_of_another_bureau_is_not_found(app: Flask, desk: Desk) -> None:
    (foreign, *_) = inspections(app, "sealed", "津")
    browser = desk("archivist")
    paths = ["", "/record.pdf"]
    assert [browser.get(f"/office/inspections/{foreign}{path}").status_code for path in paths] == [404, 404]
    assert act(app, browser, foreign, "accept").status_code == 404
    assert browser.get(f"/api/v1/inspections/{foreign}/archive").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/office/?show=all", "/office/?q=x", "/office/inspections/0/record.pdf", "/office/inspections/new"],
)
def test_an_inspector_does_not_open_the_office(desk: Desk, path: str) -> None:
    assert desk("inspector1").get(path).status_code == 403


def test_only_the_archivist_acts(app: Flask, desk: Desk) -> None:
    (sealed, *_) = inspections(app, "sealed")
    for name in ("supervisor", "planner", "auditor"):
        browser = desk(name)
        page = browser.get(f"/office/inspections/{sealed}").text
        assert not re.search(r'action="/office/inspections/[^"]*/(accept|return|archive)', page)
        assert act(app, browser, sealed, "accept").status_code == 403
    assert record_of(app, sealed)["state"] == "sealed"


def test_an_administrator_of_accounts_sees_no_records(desk: Desk) -> None:
    page = desk("admin").get("/office/").text
    assert "系统管理员不查看检查记录" in page and "检查对象" not in page


def test_who_is_not_signed_in_comes_back_after_the_login(client: FlaskClient) -> None:
    answer = client.get("/office/?show=sealed")
    assert answer.status_code == 302
    assert answer.location == "/login?next=/office/?show%3Dsealed"
    assert 'name="next" value="/office/?show=sealed"' in client.get(answer.location).text


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_after_login_nobody_is_led_to_another_site(app: Flask, client: FlaskClient, target: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    assert 'name="next" value=""' in client.get("/login", query_string={"next": target}).text
    given = {"username": "archivist", "password": "yidang-demo", "next": target}
    assert client.post("/login", data=given).location == "/office/"


# The inbox


def test_the_most_urgent_stands_first_and_the_late_are_marked(app: Flask, desk: Desk) -> None:
    page = desk("archivist").get("/office/?show=all").text
    with app.app_context():
        waiting = db.session.query(Inspection).filter(
            Inspection.state != "archived", Inspection.number.startswith("平")
        )
        wanted = [one.id for one in waiting.order_by(Inspection.due, Inspection.number)]
    assert re.findall(r'id="i-([0-9a-f-]+)"', page)[: len(wanted)] == wanted
    assert "逾期" in desk("archivist").get("/office/?show=late").text


@pytest.mark.parametrize("words", ["number", "name", "code"])
def test_an_inspection_is_found_by_number_subject_or_code(app: Flask, desk: Desk, words: str) -> None:
    (wanted, *_) = inspections(app, "returned")
    with app.app_context():
        one = db.session.get_one(Inspection, wanted)
        typed = {"number": one.number[-6:], "name": one.subject.name[2:8], "code": one.subject.code}[words]
    assert (
        f'id="i-{wanted}"' in desk("archivist").get("/office/", query_string={"show": "all", "q": typed}).text
    )


def test_what_is_searched_for_is_text_and_no_pattern(desk: Desk) -> None:
    page = desk("archivist").get("/office/", query_string={"show": "all", "q": '%_"><script>'}).text
    assert 'id="i-' not in page and "<script>" not in page.partition("<main")[2]


def test_an_empty_list_says_what_would_be_here(desk: Desk) -> None:
    assert "归档以后可以在这里下载档案" in desk("archivist.tj").get("/office/?show=archived").text


@pytest.mark.parametrize("query", ["show=nonsense", "page=-3", "page=x", "page=99999999999999999999"])
def test_an_address_that_makes_no_sense_still_gives_a_list(desk: Desk, query: str) -> None:
    assert desk("archivist").get(f"/office/?{query}").status_code == 200


# The review


@pytest.mark.parametrize("state", ["assigned", "open", "sealed", "returned", "accepted"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_inspection_can_be_reviewed(app: Flask, desk: Desk, state: str, lang: str) -> None:
    browser = desk("archivist")
    for one in inspections(app, state):
        assert browser.get(f"/office/inspections/{one}?lang={lang}&photo=99").status_code == 200


def test_findings_stand_before_all_answers_and_each_leads_to_its_photo(app: Flask, desk: Desk) -> None:
    (returned, *_) = inspections(app, "returned")
    page = desk("archivist").get(f"/office/inspections/{returned}").text
    findings = page.partition('id="findings"')[2].partition("</section>")[0]
    assert "不合格" in findings and f"/office/inspections/{returned}?photo=" in findings
    assert page.index('id="findings"') < page.index('class="form"')


def test_what_is_missing_is_named_before_the_file_is_closed(app: Flask, desk: Desk) -> None:
    """CA-2.2d"""
    (under_way, *_) = inspections(app, "open")
    page = desk("archivist").get(f"/office/inspections/{under_way}").text
    assert "检查记录还没有封存" in page and "没有检查结果" in page


def test_the_record_is_printed_as_pdf(app: Flask, desk: Desk) -> None:
    (sealed, *_) = inspections(app, "sealed")
    answer = desk("auditor").get(f"/office/inspections/{sealed}/record.pdf")
    assert answer.mimetype == "application/pdf" and answer.data.startswith(b"%PDF-")


def test_marks_are_drawn_in_pixels_and_nonsense_is_left_out() -> None:
    marks = [{"kind": "circle", "x": 500, "y": 500, "w": -100, "h": 100}, {"kind": "arrow", "x": "left"}]
    (shape,) = drawn({"width": 2000, "height": 1000, "marks": marks})["shapes"]
    assert shape["box"] == [800, 500, 200, 100] and shape["middle"] == [900, 550]


# The acts


def test_sending_back_needs_a_reason(app: Flask, desk: Desk) -> None:
    (sealed, *_) = inspections(app, "sealed")
    answer = act(app, desk("archivist"), sealed, "return", reason="  \n ")
    assert answer.status_code == 422 and 'id="reason-fault"' in answer.text
    assert record_of(app, sealed)["state"] == "sealed"


def test_the_reason_for_sending_back_reaches_the_pairs_phones(
    app: Flask, desk: Desk, phone: Callable[[str], Handset]
) -> None:
    handset = phone("inspector1")
    sealed = handset.row("sealed")["id"]
    assert act(app, desk("archivist"), sealed, "return", reason="请补拍九月台账").status_code == 302
    assert handset.row("returned")["id"] == sealed or record_of(app, sealed)["state"] == "returned"
    answer = handset.post("/api/v1/sync", {"device": handset.device, "cursors": {sealed: 0}, "events": []})
    (sent_back,) = [event for event in answer.json["events"] if event["type"] == "return"]
    assert sent_back["payload"]["reason"] == "请补拍九月台账"


def test_who_accepts_second_is_told_that_somebody_was_faster(app: Flask, desk: Desk) -> None:
    (sealed, *_) = inspections(app, "sealed")
    browser = desk("archivist")
    assert act(app, browser, sealed, "accept").status_code == 302
    again = act(app, browser, sealed, "accept")
    assert again.status_code == 409 and "检查的状态已经变了" in again.text
    assert [made["type"] for made in record_of(app, sealed)["office"]] == ["accept"]


def test_what_was_typed_survives_when_somebody_was_faster(app: Flask, desk: Desk) -> None:
    (returned, *_) = inspections(app, "returned")
    late = act(app, desk("archivist"), returned, "return", reason="照片看不清")
    assert late.status_code == 409 and "照片看不清" in late.text


def test_an_act_on_another_seal_than_the_one_on_screen_is_refused(app: Flask, desk: Desk) -> None:
    (sealed, *_) = inspections(app, "sealed")
    assert act(app, desk("archivist"), sealed, "accept", seal="0").status_code == 409


@pytest.mark.parametrize("state", ["assigned", "open", "returned"])
@pytest.mark.parametrize("kind", ["return", "accept", "archive"])
def test_what_is_not_sealed_is_with_the_pair(app: Flask, desk: Desk, state: str, kind: str) -> None:
    for one in inspections(app, state):
        fields = {"seal": (record_of(app, one)["seal"] or {}).get("event", ""), "reason": "不齐"}
        answer = desk("archivist").post(f"/office/inspections/{one}/{kind}", data=fields)
        assert answer.status_code == 409
        assert record_of(app, one)["state"] == state


def test_a_form_without_a_token_is_refused(app: Flask, desk: Desk) -> None:
    (sealed, *_) = inspections(app, "sealed")
    browser = desk("archivist")
    app.config["WTF_CSRF_ENABLED"] = True
    assert act(app, browser, sealed, "accept").status_code == 400
    assert record_of(app, sealed)["state"] == "sealed"


# The archive


@pytest.fixture
def archived(app: Flask, desk: Desk) -> str:
    (accepted, *_) = inspections(app, "accepted")
    assert act(app, desk("archivist"), accepted, "archive").status_code == 302
    return accepted


def test_one_inspection_has_one_archive_to_download(app: Flask, desk: Desk, archived: str) -> None:
    """RZ-16b"""
    browser = desk("auditor")
    answer = browser.get(f"/api/v1/inspections/{archived}/archive")
    assert answer.mimetype == "application/zip" and answer.data.startswith(b"PK")
    assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]
    same = browser.get(
        f"/api/v1/inspections/{archived}/archive", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert same.status_code == 304
    assert act(app, desk("archivist"), archived, "archive").status_code == 409


def test_before_it_is_archived_there_is_no_archive(app: Flask, desk: Desk) -> None:
    (sealed, *_) = inspections(app, "sealed")
    answer = desk("archivist").get(f"/api/v1/inspections/{sealed}/archive")
    assert answer.status_code == 404 and answer.json["error"]["code"] == "archive_none"


def test_a_planner_does_not_download_archives(desk: Desk, archived: str) -> None:
    assert desk("planner").get(f"/api/v1/inspections/{archived}/archive").status_code == 403


def upload(browser: FlaskClient, data: bytes, name: str = "一档.zip") -> TestResponse:
    # Encoded here, as the test client would leave a temporary file open.
    boundary, body = encode_multipart({"file": FileStorage(io.BytesIO(data), filename=name)})
    return browser.post("/verify", data=body, content_type=f"multipart/form-data; boundary={boundary}")


def test_anyone_learns_that_an_archive_is_whole(desk: Desk, client: FlaskClient, archived: str) -> None:
    data = desk("archivist").get(f"/api/v1/inspections/{archived}/archive").data
    page = upload(client, data).text
    assert "<title>档案完整" in page and "是本系统登记的机构公钥" in page


def test_anyone_learns_what_of_an_archive_is_not_whole(
    desk: Desk, client: FlaskClient, archived: str
) -> None:
    data = desk("archivist").get(f"/api/v1/inspections/{archived}/archive").data
    page = upload(client, data.replace(b'"type":"answer"', b'"type":"Answer"', 1)).text
    assert "<title>档案不完整" in page and "events.jsonl" in page


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\x03\x04" + b"\0" * 64])
def test_what_is_no_archive_is_not_whole(client: FlaskClient, data: bytes) -> None:
    assert "<title>档案不完整" in upload(client, data).text


def test_without_a_file_the_page_says_so(client: FlaskClient) -> None:
    assert "没有选择文件" in client.post("/verify", data={}).text


def test_a_file_that_is_too_large_is_refused_on_the_page(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.archive.verify_views.MAX_ARCHIVE_BYTES", 1000)
    answer = upload(client, b"x" * 2000)
    assert answer.status_code == 413 and "这里不核验" in answer.text


# The frame


def test_the_page_names_the_htmx_that_is_kept_here() -> None:
    packages = json.loads((ROOT / "static/vendor/vendor.json").read_text())["packages"]
    (htmx,) = [
        file for one in packages for file in one["files"] if file.get("cdn") and one["name"] == "htmx.org"
    ]
    base = (ROOT / "templates/base.html").read_text()
    assert f'src="{htmx["cdn"]}" integrity="{htmx["integrity"]}"' in base


def test_no_page_breaks_the_content_policy() -> None:
    """What is no script but data in one (`application/json`) runs nowhere."""
    inline = re.compile(r"""<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\s(?:src=|type="application/json"))""")
    for page in (ROOT / "templates").rglob("*.html"):
        assert not inline.search(page.read_text()), page


def test_rz_10b_who_asks_for_recusal_is_seen_in_the_inbox_and_on_top_of_the_record(
    app: Flask, desk: Desk, phone: Callable[[str], Handset]
) -> None:
    one = phone("inspector1")
    row = one.row()
    one.arrive(row)
    asked = one.write(
        row["id"], "recuse", asked="subject", wanted=True, reason="检查人员的弟弟在同行公司任职"
    )
    one.sync(row["id"])
    browser = desk("archivist")
    assert "有人申请回避" in browser.get("/office/?show=open").text
    page = browser.get(f"/office/inspections/{row['id']}").text
    assert page.index("检查人员的弟弟在同行公司任职") < page.index('class="next card"')
    one.write(row["id"], "withdraw", event=asked["id"], reason="是误会")
    one.sync(row["id"])
    assert "有人申请回避" not in browser.get("/office/?show=open").text
    assert 'id="recusal"' not in browser.get(f"/office/inspections/{row['id']}").text
