"""The sync door: what was right is kept, what was wrong is named, and nothing else is lost."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.event import listen, remove
from uuid6 import uuid7

from tests.conftest import both_databases
from tests.handset import Handset
from webapp.accounts.models import Enrolment, Quarantined
from webapp.db import db, now
from webapp.field.models import Event, Inspection

pytestmark = both_databases
Phones = Callable[[str], Handset]
# Of a sync that brings one event.
STATEMENTS = 24


def codes(answer: Any) -> dict[str, str]:
    return {rejected["id"]: rejected["code"] for rejected in answer.json["rejected"]}


def deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@contextmanager
def counting(app: Flask) -> Iterator[list[str]]:
    """The statements that are run meanwhile."""
    statements: list[str] = []

    def note(*given: Any) -> None:
        statements.append(given[2])

    with app.app_context():
        listen(db.engine, "before_cursor_execute", note)
        yield statements
        remove(db.engine, "before_cursor_execute", note)


def stored(app: Flask, inspection: str) -> int:
    with app.app_context():
        return db.session.query(Event).filter_by(inspection_id=inspection).count()


def test_what_one_of_the_pair_writes_reaches_the_other(phone: Phones) -> None:
    one, two = phone("inspector1"), phone("inspector2")
    row = one.row()
    one.arrive(row)
    one.write(row["id"], "answer", question="base/B1", value="open", note=None, replaces=[])
    assert len(one.sync(row["id"])["accepted"]) == 2
    two.sync(row["id"])
    assert two.record(row["id"]) == one.record(row["id"])
    assert two.client.get(f"/api/v1/inspections/{row['id']}").json["record"] == one.record(row["id"])


def test_a_sync_asks_the_database_as_often_for_a_person_with_many_inspections(
    app: Flask, phone: Phones
) -> None:
    one = phone("inspector1")
    row = one.row()
    one.arrive(row)
    one.sync(row["id"])
    everything = {other["id"]: 0 for other in one.worklist()["inspections"]}
    everything = one.send([], everything).json["cursors"]
    assert len(everything) > 4
    asked: list[int] = []
    for cursors in ({row["id"]: everything[row["id"]]}, everything):
        answer = one.write(row["id"], "answer", question="base/B1", value="open", note=None, replaces=[])
        with counting(app) as statements:
            assert one.send([answer], cursors).json["accepted"] == [answer["id"]]
        asked.append(len(statements))
    assert asked[0] == asked[1] <= STATEMENTS


def test_any_request_may_be_sent_twice_and_the_outcome_is_the_same(app: Flask, phone: Phones) -> None:
    one = phone("inspector1")
    row = one.row()
    event = one.arrive(row)
    first, second = one.send([event], {row["id"]: 0}), one.send([event, event], {row["id"]: 0})
    assert first.json["accepted"] == [event["id"]]
    assert second.json["accepted"] == [event["id"], event["id"]]
    assert second.json["cursors"] == first.json["cursors"]
    assert stored(app, row["id"]) == 1


def test_the_same_id_with_other_bytes_is_refused_and_never_overwrites(app: Flask, phone: Phones) -> None:
    one = phone("inspector1")
    row = one.row()
    event = one.arrive(row)
    one.send([event], {})
    other = one.write(row["id"], "note", text="还有", question=None)
    answer = one.send([event | {"time": "2026-11-21T17:00:00.000+08:00"}, other], {row["id"]: 0})
    assert [(r["code"], r["status"]) for r in answer.json["rejected"]] == [("event_differs", 409)]
    assert answer.json["accepted"] == [other["id"]]
    with app.app_context():
        assert db.session.get_one(Event, event["id"]).body == event


def test_each_event_of_a_batch_stands_or_falls_alone(phone: Phones) -> None:
    one = phone("inspector1")
    row = one.row()
    good = one.arrive(row)
    wrong: list[Any] = [
        None, [], "text", {}, {"id": 7},
        good | {"id": "no uuid"},
        good | {"id": str(uuid7()), "seq": 0},
        good | {"id": str(uuid7()), "seq": 1.5},
        good | {"id": str(uuid7()), "seq": 2**53},
        good | {"id": str(uuid7()), "clock": "perhaps"},
        good | {"id": str(uuid7()), "time": "yesterday"},
        good | {"id": str(uuid7()), "type": "Arrive!"},
        good | {"id": str(uuid7()), "payload": []},
        good | {"id": str(uuid7()), "extra": 1},
        good | {"id": str(uuid7()), "type": "answer", "payload": {"value": "pass"}},
        good | {"id": str(uuid7()), "type": "photo", "payload": {"sha256": "../../etc/passwd", "size": 1}},
        good | {"id": str(uuid7()), "payload": {"position": 33.7662}},
        good | {"id": str(uuid7()), "payload": {"note": "\ud842"}},
        good | {"id": str(uuid7()), "type": "answer", "payload": {"question": "q", "value": deep(61)}},
    ]  # fmt: skip
    answer = one.send([*wrong, good, *wrong], {})
    assert answer.status_code == 200
    assert answer.json["accepted"] == [good["id"]]
    assert {rejected["code"] for rejected in answer.json["rejected"]} == {"event_malformed"}
    assert len(answer.json["rejected"]) == 2 * len(wrong)


def test_an_unknown_type_is_kept_for_a_newer_app_to_show(phone: Phones) -> None:
    one = phone("inspector1")
    row = one.row()
    event = one.write(row["id"], "hologram", of=["x"])
    one.sync(row["id"])
    assert one.client.get(f"/api/v1/inspections/{row['id']}").json["record"]["content"]["unknown"] == [event]


def test_nobody_writes_in_the_name_of_another_or_from_another_phone(app: Flask, phone: Phones) -> None:
    one, two = phone("inspector1"), phone("inspector2")
    row = one.row()
    event = one.arrive(row)
    forged = [
        event | {"id": str(uuid7()), "author": two.user},
        event | {"id": str(uuid7()), "device": two.device},
        event | {"id": str(uuid7()), "device": str(uuid4())},
        event | {"id": str(uuid7()), "type": "accept", "payload": {"seal": "x"}},
        event | {"id": str(uuid7()), "type": "return", "payload": {"seal": "x", "reason": "x"}},
    ]
    answer = one.send([*forged, event], {})
    assert set(codes(answer).values()) == {"event_foreign"}
    assert answer.json["accepted"] == [event["id"]]
    assert stored(app, row["id"]) == 1


def test_the_partner_may_write_on_this_phone_after_an_own_login_on_it(phone: Phones) -> None:
    one = phone("inspector1")
    first = one.user
    row = one.row()
    assert one.login("inspector2").status_code == 200
    assert one.row()["id"] == row["id"]
    theirs = one.arrive(row)
    one.user = first
    mine = one.write(row["id"], "note", text="两人同机", question=None)
    assert one.send([theirs, mine], {}).json["accepted"] == [theirs["id"], mine["id"]]


def test_a_phones_id_and_key_are_not_enough_to_write_in_the_name_of_its_owner(phone: Phones) -> None:
    victim, thief = phone("inspector1"), phone("inspector2")
    row = victim.row()
    thief.device, thief.key = victim.device, victim.key
    assert thief.login("inspector2").status_code == 200
    forged = thief.arrive(row) | {"author": victim.user}
    assert codes(thief.send([forged], {})) == {forged["id"]: "event_foreign"}


def test_an_inspection_of_another_pair_and_one_that_is_not_there_look_the_same(
    app: Flask, phone: Phones
) -> None:
    one, stranger = phone("inspector7"), phone("inspector1.tj")
    row = one.row("sealed")
    other = stranger.row()
    for inspection in (row["id"], str(uuid4())):
        event = stranger.write(inspection, "note", text="?", question=None)
        answer = stranger.send([event], {inspection: 0})
        assert codes(answer) == {event["id"]: "inspection_unknown"}
        assert (answer.json["events"], answer.json["cursors"], answer.json["wanted"]) == ([], {}, [])
        seen = stranger.client.get(f"/api/v1/inspections/{inspection}")
        assert (seen.status_code, seen.json["error"]["code"]) == (404, "inspection_unknown")
    assert other["id"] not in {each["id"] for each in one.worklist()["inspections"]}


def test_a_form_hash_that_the_server_does_not_know_is_named_and_the_rest_is_kept(phone: Phones) -> None:
    one = phone("inspector1")
    row = one.row()
    unknown = one.arrive(row, forms=["0" * 64])
    note = one.write(row["id"], "note", text="在", question=None)
    answer = one.send([unknown, note], {})
    assert codes(answer) == {unknown["id"]: "form_unknown"}
    assert answer.json["accepted"] == [note["id"]]


def test_a_seal_made_on_a_phone_holds_at_the_bureau_and_later_events_are_addenda(phone: Phones) -> None:
    one, two = phone("inspector1"), phone("inspector2")
    row = one.row()
    one.arrive(row)
    one.write(row["id"], "result", code="no_problem", told=True, note=None, replaces=[])
    one.sign(row["id"], "subject")
    one.sign(row["id"], "inspector", "甲")
    one.sync(row["id"])
    two.sync(row["id"])
    two.sign(row["id"], "inspector", "乙")
    late = two.write(row["id"], "note", seq=2, text="晚到", question=None)
    two.send(
        [event for event in two.logs[row["id"]] if event["type"] == "sign" and event["author"] == two.user]
    )
    one.sync(row["id"])
    one.seal(row["id"])
    one.sync(row["id"])
    two.sync(row["id"])
    seen = one.client.get(f"/api/v1/inspections/{row['id']}").json
    assert seen["state"] == "sealed"
    assert [event["id"] for event in seen["record"]["addenda"]] == [late["id"]]


def test_cursors_page_through_a_long_log(phone: Phones, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.field.views.EVENTS_AT_A_TIME", 3)
    one, two = phone("inspector1"), phone("inspector2")
    row = one.row()
    for number in range(7):
        one.write(row["id"], "note", text=str(number), question=None)
    one.sync(row["id"])
    lengths = [len(two.sync(row["id"])["events"]) for _ in range(4)]
    assert lengths == [3, 3, 1, 0]
    assert len(two.logs[row["id"]]) == 7


def test_an_expired_session_is_told_so_and_keeps_nothing(app: Flask, phone: Phones) -> None:
    one = phone("inspector1")
    row = one.row()
    event = one.arrive(row)
    one.client.delete_cookie("session")
    answer = one.send([event], {})
    assert (answer.status_code, answer.json["error"]["code"]) == (401, "login_needed")
    assert stored(app, row["id"]) == 0
    one.login("inspector1")
    assert one.send([event], {}).json["accepted"] == [event["id"]]


def test_a_revoked_phones_events_are_quarantined_and_it_learns_nothing(app: Flask, phone: Phones) -> None:
    one = phone("inspector1")
    row = one.row()
    event = one.arrive(row)
    with app.app_context():
        db.session.query(Enrolment).filter_by(device_id=one.device).update({"revoked_at": now()})
        db.session.commit()
    answer = one.send([event], {row["id"]: 0})
    assert (answer.status_code, answer.json["error"]["code"]) == (403, "device_revoked")
    assert one.client.get("/api/v1/worklist").status_code == 403
    assert one.client.get(f"/api/v1/inspections/{row['id']}").json["error"]["code"] == "device_revoked"
    assert one.client.get(f"/api/v1/blobs/{'0' * 64}").json["error"]["code"] == "device_revoked"
    assert one.login("inspector1").json["error"]["code"] == "device_revoked"
    for page in (
        "/office/results",
        "/clocks",
        "/forms/",
        f"/office/inspections/{row['id']}/after",
        "/password",
    ):
        assert "这台手机已被停用" in one.client.get(page).text
    for deed in ("/clocks/calendar", f"/office/inspections/{row['id']}/after/decide", "/password"):
        assert one.client.post(deed, headers={"X-CSRFToken": one.csrf}).status_code == 403
    with app.app_context():
        assert json.loads(db.session.query(Quarantined).one().text) == event
    assert stored(app, row["id"]) == 0


def test_a_disabled_person_is_out_at_once(app: Flask, phone: Phones) -> None:
    one = phone("inspector1")
    with app.app_context():
        enrolment = db.session.query(Enrolment).filter_by(device_id=one.device).one()
        enrolment.user.active = False
        db.session.commit()
    assert one.client.get("/api/v1/worklist").status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        '"x"',
        '{"device":1}',
        '{"device":"x","cursors":{},"events":[]}',
        '{"cursors":{"x":-1}}',
        "[" * 5000,
        "NaN",
    ],
)
def test_a_body_that_cannot_be_read_is_a_clear_error(phone: Phones, body: str) -> None:
    one = phone("inspector1")
    headers = {"X-CSRFToken": one.csrf, "Content-Type": "application/json"}
    answer = one.client.post("/api/v1/sync", data=body, headers=headers)
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "malformed")
    assert set(answer.json["error"]) == {"code", "message", "hint", "details"}


def test_a_write_without_the_csrf_token_is_refused(phone: Phones) -> None:
    one = phone("inspector1")
    answer = one.client.post("/api/v1/sync", json={"device": one.device, "cursors": {}, "events": []})
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "csrf")


def test_a_batch_that_is_too_large_is_413(app: Flask, phone: Phones) -> None:
    one = phone("inspector1")
    app.config["MAX_CONTENT_LENGTH"] = 2000
    row = one.row()
    for number in range(20):
        one.write(row["id"], "note", text=str(number), question=None)
    answer = one.send(one.logs[row["id"]], {})
    assert (answer.status_code, answer.json["error"]["code"]) == (413, "too_large")


def test_positions_have_no_gaps_and_no_twins_when_both_phones_write_at_once(
    app: Flask, phone: Phones
) -> None:
    phones = [phone("inspector1"), phone("inspector2"), phone("inspector1"), phone("inspector2")]
    row = phones[0].row()
    answers: list[Any] = []

    def write(handset: Handset) -> None:
        for number in range(6):
            event = handset.write(row["id"], "note", text=str(number), question=None)
            answers.append(handset.send([event], {row["id"]: 0}))

    threads = [threading.Thread(target=write, args=(handset,)) for handset in phones]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {200}
    with app.app_context():
        inspection = db.session.get_one(Inspection, row["id"])
        assert [event.position for event in inspection.events()] == list(range(1, 25))
        assert inspection.position == 24
    # No answer's cursor passed an event that it did not give.
    for answer in answers:
        assert len([e for e in answer.json["events"]]) == answer.json["cursors"][row["id"]]


def test_the_worklist_is_304_while_nothing_changed(phone: Phones) -> None:
    one = phone("inspector1")
    etag = one.client.get("/api/v1/worklist").headers["ETag"]
    assert one.client.get("/api/v1/worklist", headers={"If-None-Match": etag}).status_code == 304
    row = one.row()
    one.arrive(row)
    one.sync(row["id"])
    assert one.client.get("/api/v1/worklist", headers={"If-None-Match": etag}).status_code == 200


def test_the_worklist_holds_all_that_is_needed_without_a_network(phone: Phones) -> None:
    worklist = phone("inspector1").worklist()
    assert set(worklist) == {"inspections", "forms", "settings", "bureau_key", "box_key", "gone"}
    assert worklist["settings"]["scan_needed"] is False and worklist["settings"]["signing_photo"] is False
    for row in worklist["inspections"]:
        assert {"id", "number", "subject", "items", "form_hashes", "pair", "due", "state", "seq"} <= set(row)
        assert set(row["form_hashes"]) <= set(worklist["forms"])
        assert len(row["form_hashes"]) == 1 + len(row["items"])
    assert worklist["bureau_key"].startswith("-----BEGIN PUBLIC KEY-----")


def test_a_phone_says_which_app_it_has_and_what_it_still_keeps(
    app: Flask, phone: Phones, desk: Callable[[str], FlaskClient]
) -> None:
    one = phone("inspector1")
    assert one.send([], app="0a1b2c3d4e5f6071", unsent={"events": 3, "photos": 9}).status_code == 200
    page = desk("admin").get(f"/office/people/{one.user}").text
    assert "0a1b2c3d" in page and "旧版本" in page and "3 条记录，9 张照片" in page
    listed = desk("admin").get("/office/people?q=inspector1").text
    assert "12 件没有上传" in listed and "旧版本" in listed

    current = re.search('name="app-version" content="([0-9a-f]{16})"', one.client.get("/field/").text)
    assert current and one.send([], app=current[1], unsent={"events": 0, "photos": 0}).status_code == 200
    page = desk("admin").get(f"/office/people/{one.user}").text
    assert "当前版本" in page and "旧版本" not in page
    # A phone whose app does not say it yet is served as before, and what another one said is not lost.
    assert one.send([]).status_code == 200
    with app.app_context():
        assert [each.app for each in Enrolment.of_device(one.device)] == [current[1]]


@pytest.mark.parametrize(
    "more",
    [{"app": "<b>"}, {"app": "x" * 65}, {"app": "a\0b"}, {"unsent": {"events": -1, "photos": 0}}]
    + [{"unsent": {"events": 2**31, "photos": 0}}, {"unsent": {"events": 1}}, {"unsent": 7}],
)
def test_what_a_phone_cannot_mean_is_named(phone: Phones, more: dict[str, Any]) -> None:
    answer = phone("inspector1").send([], **more)
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "malformed")
