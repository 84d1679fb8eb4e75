"""What a revoked phone sent is judged by a person: taken in as a late event or refused, and never thrown away."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import both_databases
from tests.handset import Handset
from webapp.accounts.models import Enrolment, Quarantined, User
from webapp.db import db, now
from webapp.field.models import Inspection

Desk = Callable[[str], FlaskClient]
Phones = Callable[[str], Handset]
PATH = "/office/quarantine"


def revoke(app: Flask, device: str) -> None:
    with app.app_context():
        for enrolment in Enrolment.of_device(device):
            enrolment.revoked_at = now()
        db.session.commit()


def held(app: Flask) -> list[int]:
    with app.app_context():
        return [row.id for row in db.session.query(Quarantined).filter(Quarantined.taken.is_(None))]


def judge(
    browser: FlaskClient, ids: list[int], decision: str = "taken", reason: str = "已当面核实"
) -> TestResponse:
    return browser.post(PATH, data={"id": ids, "decision": decision, "reason": reason})


def record(app: Flask, inspection: str) -> dict[str, Any]:
    with app.app_context():
        return db.session.get_one(Inspection, inspection).record()


@pytest.fixture
def late(app: Flask, phone: Phones) -> tuple[str, Handset]:
    """A sealed inspection, and a phone of its pair that wrote a note, was revoked and sent it then."""
    one = phone("inspector1")
    inspection = one.row("sealed")["id"]
    one.sync(inspection)
    one.write(inspection, "note", question=None, text="封存以后想起的一句话")
    revoke(app, one.device)
    assert one.send(one.logs[inspection][-1:]).status_code == 403
    return inspection, one


@both_databases
def test_taken_in_after_the_seal_it_is_an_addendum_and_changes_nothing_that_was_signed(
    app: Flask, desk: Desk, late: tuple[str, Handset]
) -> None:
    inspection, _ = late
    before = record(app, inspection)
    browser = desk("archivist")
    page = browser.get(PATH).text
    assert "封存以后想起的一句话" in page and "test phone" in page
    assert judge(browser, held(app)).status_code == 302
    after = record(app, inspection)
    assert [event["payload"]["text"] for event in after["addenda"]] == ["封存以后想起的一句话"]
    assert (after["record_hash"], after["state"]) == (before["record_hash"], "sealed")
    assert held(app) == []


def test_each_judgement_is_kept_with_who_when_and_why(
    app: Flask, desk: Desk, late: tuple[str, Handset]
) -> None:
    browser = desk("archivist")
    assert judge(browser, held(app), "refused", "手机当时不在本人手里").status_code == 302
    assert record(app, late[0])["addenda"] == []
    page = browser.get(f"{PATH}?show=judged").text
    with app.app_context():
        row = db.session.query(Quarantined).one()
        assert row.judge and row.judge.name in page and row.taken is False and row.judged_at
    assert "已拒绝" in page and "手机当时不在本人手里" in page and "封存以后想起的一句话" in page


def test_what_was_judged_is_not_judged_again_and_nothing_is_removed(
    app: Flask, desk: Desk, late: tuple[str, Handset]
) -> None:
    ids, browser = held(app), desk("archivist")
    judge(browser, ids, "refused")
    assert judge(browser, ids, "taken").status_code == 422
    assert record(app, late[0])["addenda"] == []
    with app.app_context():
        row = db.session.query(Quarantined).one()
        row.taken = True
        with pytest.raises(RuntimeError):
            db.session.flush()
        db.session.rollback()
        db.session.delete(db.session.query(Quarantined).one())
        with pytest.raises(RuntimeError):
            db.session.flush()


def test_before_the_seal_it_becomes_part_of_the_record(app: Flask, desk: Desk, phone: Phones) -> None:
    one = phone("inspector1")
    row = one.row("assigned")
    one.arrive(row)
    one.write(row["id"], "note", question=None, text="一")
    one.write(row["id"], "note", question=None, text="二")
    revoke(app, one.device)
    one.send(one.logs[row["id"]][::-1])
    assert judge(desk("archivist"), held(app)).status_code == 302
    content = record(app, row["id"])["content"]
    assert content["visit"]["number"] == row["number"]
    assert [note["text"] for note in content["notes"]] == ["一", "二"]


def test_the_administrator_judges_by_the_phone_and_reads_no_record(
    app: Flask, desk: Desk, late: tuple[str, Handset]
) -> None:
    browser = desk("admin")
    page = browser.get(PATH).text
    assert "封存以后想起的一句话" not in page and "备注" in page and "test phone" in page
    assert judge(browser, held(app)).status_code == 302
    assert len(record(app, late[0])["addenda"]) == 1


def test_the_bytes_of_a_photo_that_never_came_are_said_to_be_missing(
    app: Flask, desk: Desk, phone: Phones
) -> None:
    one = phone("inspector1")
    row = one.row("assigned")
    one.arrive(row)
    one.photograph(row["id"])
    revoke(app, one.device)
    one.send(one.logs[row["id"]])
    browser = desk("archivist")
    assert "照片的原件不在机关" in browser.get(PATH).text
    judge(browser, held(app))
    assert "原件还没有传到机关" in browser.get(f"/office/inspections/{row['id']}").text


def test_what_a_restored_phone_sent_again_is_marked_and_can_be_put_away(
    app: Flask, desk: Desk, late: tuple[str, Handset]
) -> None:
    inspection, one = late
    with app.app_context():
        for enrolment in Enrolment.of_device(one.device):
            enrolment.revoked_at = None
        db.session.commit()
    one.login("inspector1")
    one.sync(inspection)
    browser = desk("archivist")
    assert "检查里已有" in browser.get(PATH).text
    assert judge(browser, held(app)).status_code == 302
    assert len(record(app, inspection)["addenda"]) == 1


# What cannot be taken in


ODD: list[Any] = [
    "no event",
    {"id": "x"},
    [1],
    7,
    None,
    {"payload": {}, "inspection": "\ud800"},
    {"id": "<script>alert(1)</script>", "type": "note", "payload": {"text": "<script>alert(1)</script>"}},
]


def test_what_is_no_event_is_shown_and_only_refused(app: Flask, desk: Desk, phone: Phones) -> None:
    one = phone("inspector1")
    revoke(app, one.device)
    with app.app_context():
        Quarantined.keep(one.device, one.user, ODD)
        db.session.commit()
    browser, ids = desk("archivist"), held(app)
    page = browser.get(PATH)
    assert page.status_code == 200 and "不是能读懂的事件" in page.text and "<script>alert" not in page.text
    answer = judge(browser, ids)
    assert answer.status_code == 200 and f"有 {len(ids)} 条不能采纳" in answer.text
    assert held(app) == ids
    assert judge(browser, ids, "refused").status_code == 302
    assert held(app) == []


@pytest.mark.parametrize(
    "change",
    [
        {"author": "00000000-0000-4000-8000-000000000001"},
        {"device": "00000000-0000-4000-8000-000000000002"},
        {"inspection": "00000000-0000-4000-8000-000000000003"},
        {"type": "accept", "payload": {"seal": "x"}},
        {"seq": 10**9},
    ],
    ids=["author", "device", "inspection", "office", "seq"],
)
def test_what_sync_would_not_have_taken_is_not_taken_in_either(
    app: Flask, desk: Desk, late: tuple[str, Handset], change: dict[str, Any]
) -> None:
    inspection, one = late
    forged = one.logs[inspection][-1] | {"id": "01930000-0000-7000-8000-0000000000ff"} | change
    with app.app_context():
        Quarantined.keep(one.device, one.user, [forged])
        db.session.commit()
    before, (_, made_up) = record(app, inspection), held(app)
    answer = judge(desk("archivist"), [made_up])
    assert answer.status_code == 200 and "有 1 条不能采纳" in answer.text
    assert record(app, inspection) == before and made_up in held(app)


# Who


@pytest.mark.parametrize("who", ["planner", "auditor", "inspector1", "supervisor"])
def test_who_may_not_judge_does_not(app: Flask, desk: Desk, late: tuple[str, Handset], who: str) -> None:
    browser, ids = desk(who), held(app)
    assert judge(browser, ids).status_code == 403 and held(app) == ids
    assert browser.get(PATH).status_code == (200 if who == "supervisor" else 403)
    if who == "supervisor":
        assert "采纳所选" not in browser.get(PATH).text


def test_another_bureau_sees_and_judges_nothing(app: Flask, desk: Desk, late: tuple[str, Handset]) -> None:
    ids, browser = held(app), desk("archivist.tj")
    assert "没有待处理的内容" in browser.get(PATH).text
    assert judge(browser, ids).status_code == 422 and held(app) == ids


def test_nobody_judges_what_the_own_phone_sent(app: Flask, desk: Desk, late: tuple[str, Handset]) -> None:
    with app.app_context():
        db.session.query(User).filter_by(username="inspector1").one().roles = ["inspector", "archivist"]
        db.session.commit()
    browser, ids = desk("inspector1"), held(app)
    assert 'name="id"' not in browser.get(PATH).text
    answer = judge(browser, ids)
    assert answer.status_code == 403 and "自己写的" in answer.text and held(app) == ids


def test_without_a_reason_or_a_token_nothing_is_judged(
    app: Flask, desk: Desk, late: tuple[str, Handset]
) -> None:
    browser, ids = desk("archivist"), held(app)
    answer = judge(browser, ids, reason=" \n")
    assert answer.status_code == 422 and 'id="reason-fault"' in answer.text
    app.config["WTF_CSRF_ENABLED"] = True
    assert judge(browser, ids).status_code == 400
    assert held(app) == ids
