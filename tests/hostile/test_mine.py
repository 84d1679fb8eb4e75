"""The subject's own page in the hands of a stranger, of a colleague of the inspectors, and of a machine."""

import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.followup.after import PNG
from tests.followup.mine import Held
from tests.handset import Handset
from webapp.accounts.models import User
from webapp.db import db
from webapp.evidence.models import Blob
from webapp.field.models import Inspection
from webapp.followup import uploads

Desk = Callable[[str], FlaskClient]
SCRIPT = "<script>alert(1)</script>"
ACTS = ("object", "rate")


@pytest.fixture
def held(app: Flask) -> Held:
    app.config["WTF_CSRF_ENABLED"] = False
    return Held(app)


def test_who_knows_a_neighbours_inspection_learns_nothing_not_even_that_it_was(held: Held) -> None:
    notice = held.notice([("告知书.png", PNG)])
    other = held.app.test_client().get("/mine/00000000-0000-0000-0000-000000000000/" + "0" * 64)
    paper = held.steps().get(notice).payload["files"][0]["sha256"]  # type: ignore[union-attr]
    with held.app.app_context():
        elsewhere = (
            db.session.query(Inspection)
            .filter(Inspection.id != held.id, Inspection.state == "archived")
            .first()
        )
        assert elsewhere
        strange = str(elsewhere.record()["seal"]["record_hash"])
        unsealed = str(db.session.query(Inspection).filter_by(state="open").first().record()["record_hash"])  # type: ignore[union-attr]
    for key in (
        "0" * 64,
        held.hash.upper(),
        held.hash[:63],
        held.hash + "0",
        held.number,
        strange,
        unsealed,
        "x",
    ):
        answer = held.browser.get(f"/mine/{held.id}/{key}")
        assert answer.status_code == 404 and told(answer) == told(other)
        for more in (f"/files/{paper}", f"/receive/{notice}", "/object", "/rate"):
            assert held.browser.get(f"/mine/{held.id}/{key}{more}").status_code == 404
        for more in (f"/receive/{notice}", "/object", "/rate"):
            said = {"name": "某人", "text": "某事", "asked": "yes"}
            assert held.browser.post(f"/mine/{held.id}/{key}{more}", data=said).status_code == 404
    assert held.steps().of("receive", "object") == []


def told(answer: Any) -> str:
    """What a page says, but for its own address."""
    return re.sub(r'href="[^"]*"', "", answer.text)


def test_a_record_that_was_not_sealed_has_no_page(app: Flask) -> None:
    with app.app_context():
        row = db.session.query(Inspection).filter_by(state="open").first()
        assert row
        place = f"/mine/{row.id}/{row.record()['record_hash']}"
    assert app.test_client().get(place).status_code == 404


def test_only_what_was_addressed_to_the_subject_can_be_fetched(held: Held) -> None:
    """The photos of the record, what the office wrote for itself, and the files of others stay where they are."""
    held.issue("copy", [("内部.png", PNG)], {"to": "市场监管局", "reason": "线索", "kind": "department"})
    inner = held.steps().of("copy")[0].payload["files"][0]["sha256"]
    with held.app.app_context():
        record = db.session.get_one(Inspection, held.id).record()
        photo = record["content"]["photos"][0]["sha256"]
        assert db.session.get(Blob, inner) and db.session.get(Blob, photo)
    for name in (photo, inner, "x", "..%2f..%2fetc%2fpasswd", "0" * 64):
        assert held.page(f"/files/{name}").status_code == 404


@pytest.mark.parametrize("name", ["archivist", "supervisor", "inspector1", "admin"])
def test_who_is_here_for_the_office_looks_and_does_not_act(held: Held, desk: Desk, name: str) -> None:
    browser, notice = desk(name), held.notice()
    page = held.page(browser=browser)
    assert page.status_code == 200 and "只能看" in page.text and f"/receive/{notice}" not in page.text
    for more in (f"/receive/{notice}", *(f"/{act}" for act in ACTS)):
        answer = held.send(more, browser, name="张三", text="某事", asked="no")
        assert answer.status_code == 403
    assert held.steps().of("receive", "object") == []


def test_an_inspectors_phone_acts_as_little(held: Held) -> None:
    phone = Handset(held.app)
    phone.login("inspector1")
    assert phone.client.post(f"{held.place}/rate", data={"asked": "no"}).status_code == 403


def test_a_rating_reaches_no_phone(held: Held) -> None:
    """RZ-18: not by the worklist, not by the log, not by the record."""
    held.send("/rate", asked="yes", text="要了两条烟")
    with held.app.app_context():
        name = db.session.get_one(User, held.pair[0]).username
    phone = Handset(held.app)
    phone.login(name)
    answers = [phone.client.get("/api/v1/worklist"), phone.client.get(f"/api/v1/inspections/{held.id}")]
    phone.sync(held.id)
    told = json.dumps([answer.get_json() for answer in answers] + [phone.record(held.id)], ensure_ascii=False)
    assert "两条烟" not in told and "asked_for" not in told


def test_without_its_token_nothing_is_written_and_nothing_typed_is_lost(app: Flask) -> None:
    assert app.config.get("WTF_CSRF_ENABLED", True)
    held = Held(app)
    notice = held.notice()
    for more in (f"/receive/{notice}", "/object", "/rate"):
        answer = held.send(more, name="张三", text="我们公示了", asked="yes")
        assert answer.status_code == 400 and "页面已过期" in answer.text
        assert "张三" in answer.text or "我们公示了" in answer.text
    assert held.steps().of("receive", "object") == []


def test_nobody_writes_without_end(held: Held) -> None:
    codes = [held.send("/object", text=f"第 {n} 次", name="张三").status_code for n in range(20)]
    assert 429 in codes and codes.count(302) <= 12
    assert "尝试太频繁" in held.send("/object", text="再来", name="张三").text


def test_a_stranger_without_the_code_uses_up_only_the_own_share(held: Held) -> None:
    stranger = held.app.test_client()
    for _again in range(15):
        stranger.post(f"/mine/{held.id}/{'0' * 64}/object", data={"text": "x", "name": "y"})
    assert held.send("/object", text="不属实", name="张三").status_code == 302


def test_a_day_has_five_ratings(held: Held) -> None:
    codes = [held.send("/rate", text=f"第 {n} 次").status_code for n in range(7)]
    assert codes == [302] * 5 + [429] * 2


def test_a_body_without_end_is_not_read(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "BYTES", 1000)
    # By hand: a client that makes so large a form keeps it in a file that nobody closes where nobody reads it.
    head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.jpg"\r\n\r\n\xff\xd8\xff'
    body, kind = head + b"x" * (2 * 2**20) + b"\r\n--x--\r\n", "multipart/form-data; boundary=x"
    answer = held.browser.post(f"{held.place}/object", data=body, content_type=kind)
    assert answer.status_code == 413 and "文件太大" in answer.text


def test_too_many_files_and_too_large_ones_are_refused(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    many = [(io.BytesIO(PNG), f"{n}.png") for n in range(uploads.FILES + 1)]
    assert held.send("/object", text="不属实", name="张三", files=many).status_code == 422
    monkeypatch.setattr(uploads, "FILE_BYTES", len(PNG) - 1)
    assert (
        held.send("/object", text="不属实", name="张三", files=[(io.BytesIO(PNG), "a.png")]).status_code
        == 413
    )
    assert held.steps().of("object") == []


def test_what_one_subject_sends_in_all_has_an_end(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "FILES_IN_ALL", 1)
    assert held.send("/object", text="一", name="张三", files=[(io.BytesIO(PNG), "a.png")]).status_code == 302
    answer = held.send("/object", text="二", name="张三", files=[(io.BytesIO(PNG), "a.png")])
    assert answer.status_code == 422 and "不能再传" in answer.text


def test_what_is_written_is_shown_as_text_to_everybody(held: Held, desk: Desk) -> None:
    said = {"text": SCRIPT, "name": SCRIPT[:90], "phone": SCRIPT}
    assert held.send("/object", **said, files=[(io.BytesIO(PNG), f"{SCRIPT}.png")]).status_code == 302
    assert held.send("/rate", text=SCRIPT, phone=SCRIPT).status_code == 302
    supervisor = desk("supervisor")
    for page in (
        held.page().text,
        supervisor.get("/office/ratings?show=all").text,
        supervisor.get(f"/office/inspections/{held.id}/after").text,
    ):
        assert SCRIPT not in page


@pytest.mark.parametrize(
    "said", ["text=a%00b", "text=%ED%A0%80", "text=%FF%FE", "asked=maybe", "show=" + "x" * 9999]
)
def test_odd_bytes_do_no_harm(held: Held, said: str) -> None:
    for more in ("/object", "/rate"):
        body, kind = f"name=x&{said}", "application/x-www-form-urlencoded"
        assert held.browser.post(held.place + more, data=body, content_type=kind).status_code < 500
    assert held.page().status_code == 200


QUERIES = ["year=9999", "year=0000", "year=１２３４", "show=x", "after=x|y"]
QUERIES += ["after=0001-01-01T00:00:00%2B00:00|", "after=9999-12-31T23:59:59%2B00:00|z"]


@pytest.mark.parametrize("query", QUERIES)
def test_odd_questions_to_the_list_of_ratings_do_no_harm(held: Held, desk: Desk, query: str) -> None:
    held.send("/rate", asked="yes")
    assert desk("supervisor").get(f"/office/ratings?{query}").status_code == 200
