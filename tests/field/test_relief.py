"""换人 in one inspection: who steps in writes, who was relieved is kept apart, and nothing is lost (行政处罚法 43)."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import both_databases
from tests.handset import Handset
from webapp.accounts.models import Quarantined, User
from webapp.db import db
from webapp.errors import Problem
from webapp.field import relief
from webapp.field.models import Inspection
from webapp.registry.models import Inspector, Interest

Desk = Callable[[str], FlaskClient]
Phones = Callable[[str], Handset]


def user(name: str) -> User:
    found = User.by_username(name)
    assert found
    return found


def relieve(app: Flask, inspection: str, out: str, into: str, reason: str = "回避") -> None:
    """`planner` puts one inspector in the place of another."""
    with app.app_context():
        locked = Inspection.locked(inspection)
        assert locked
        relief.relieve(
            user("planner"), locked, user(out).id, db.session.get_one(Inspector, user(into).id), reason
        )
        db.session.commit()


def held(app: Flask) -> list[Any]:
    with app.app_context():
        return [row.body for row in db.session.query(Quarantined).filter(Quarantined.taken.is_(None))]


@pytest.fixture
def changed(app: Flask, phone: Phones) -> tuple[str, Handset, Handset, Handset]:
    """An inspection that two began and in which inspector3 stepped in for inspector1, and the three phones."""
    one, two, three = phone("inspector1"), phone("inspector2"), phone("inspector3")
    row = one.row()
    assert two.user in [member["id"] for member in row["pair"]]
    assert three.user not in [member["id"] for member in row["pair"]]
    one.arrive(row)
    one.write(row["id"], "note", question=None, text="换人以前写的")
    one.sync(row["id"])
    two.sync(row["id"])
    relieve(app, row["id"], "inspector1", "inspector3", "与法定代表人是亲属")
    return row["id"], one, two, three


@both_databases
def test_RZ_10b_the_new_inspector_has_it_with_the_next_worklist_and_the_old_ones_phone_is_told_why(
    changed: tuple[str, Handset, Handset, Handset],
) -> None:
    inspection, one, two, three = changed
    assert inspection not in [row["id"] for row in one.worklist()["inspections"]]
    gone = [row for row in one.worklist()["gone"] if row["id"] == inspection]
    assert [(row["kind"], row["reason"], row["person"]) for row in gone] == [
        ("relieved", "与法定代表人是亲属", one.user)
    ]
    assert gone[0]["number"] and gone[0]["subject"]
    row = next(row for row in three.worklist()["inspections"] if row["id"] == inspection)
    assert {member["id"] for member in row["pair"]} == {two.user, three.user}
    assert [member["id"] for member in row["earlier"]] == [one.user]
    three.sync(inspection)
    assert [note["text"] for note in three.record(inspection)["content"]["notes"]] == ["换人以前写的"]
    pair = three.record(inspection)["content"]["visit"]["pair"]
    assert {member["id"] for member in pair} == {two.user, three.user}


@both_databases
def test_what_the_relieved_sends_later_is_kept_apart_and_no_part_of_the_record(
    app: Flask, changed: tuple[str, Handset, Handset, Handset]
) -> None:
    inspection, one, two, _ = changed
    late = one.write(inspection, "note", question=None, text="换人以后才传来")
    answer = one.sync(inspection)
    assert [(row["id"], row["code"]) for row in answer["rejected"]] == [(late["id"], "pair_left")]
    assert one.sync(inspection)["rejected"], "sent again it is kept once"
    assert held(app) == [late]
    two.sync(inspection)
    assert [note["text"] for note in two.record(inspection)["content"]["notes"]] == ["换人以前写的"]


def test_what_was_kept_before_is_no_fault_when_it_comes_again(
    changed: tuple[str, Handset, Handset, Handset],
) -> None:
    inspection, one, _, _ = changed
    answer = one.send([event for event in one.logs[inspection] if event["device"] == one.device])
    assert answer.json["rejected"] == [] and len(answer.json["accepted"]) == 2


def test_the_archivist_takes_it_in_and_its_photo_follows(
    app: Flask, desk: Desk, changed: tuple[str, Handset, Handset, Handset]
) -> None:
    inspection, one, two, _ = changed
    data = one.photograph(inspection)
    sha256 = one.logs[inspection][-1]["payload"]["sha256"]
    one.sync(inspection)
    assert one.head(sha256).status_code == 404
    archivist = desk("archivist")
    with app.app_context():
        ids = [row.id for row in db.session.query(Quarantined)]
    page = archivist.get("/office/quarantine").text
    assert "换下" in page
    judged = archivist.post("/office/quarantine", data={"id": ids, "decision": "taken", "reason": "已核实"})
    assert judged.status_code == 302
    assert one.sync(inspection)["rejected"] == []
    assert one.patch(sha256, data).status_code == 204
    two.sync(inspection)
    assert [photo["sha256"] for photo in two.record(inspection)["content"]["photos"]] == [sha256]


def test_a_relieved_inspector_reads_the_record_no_more(
    changed: tuple[str, Handset, Handset, Handset],
) -> None:
    inspection, one, _, three = changed
    assert one.client.get(f"/api/v1/inspections/{inspection}").status_code == 404
    assert three.client.get(f"/api/v1/inspections/{inspection}").status_code == 200


def test_events_that_another_phone_carries_for_the_relieved_are_kept_apart_too(
    app: Flask, changed: tuple[str, Handset, Handset, Handset]
) -> None:
    inspection, one, two, _ = changed
    late = one.write(inspection, "note", question=None, text="由搭档带来")
    answer = two.carry((late, one.signature(late)))
    assert [row["code"] for row in answer["rejected"]] == ["pair_left"] and held(app) == [late]
    forged = one.write(inspection, "note", question=None, text="没有签名")
    assert [row["code"] for row in two.carry((forged, None))["rejected"]] == ["event_foreign"]
    assert held(app) == [late]


def test_who_comes_back_writes_again(app: Flask, changed: tuple[str, Handset, Handset, Handset]) -> None:
    inspection, one, _, _ = changed
    relieve(app, inspection, "inspector3", "inspector1", "因病")
    one.write(inspection, "note", question=None, text="回来了")
    assert one.sync(inspection)["rejected"] == []
    assert inspection not in [row["id"] for row in one.worklist()["gone"]]


@pytest.mark.parametrize("state", ["sealed", "accepted", "archived"])
def test_nobody_is_relieved_after_the_seal(app: Flask, phone: Phones, state: str) -> None:
    with app.app_context():
        row = db.session.query(Inspection).filter_by(state=state).first()
        assert row
        inspection, out = row.id, row.members[0].inspector.user.username
    with pytest.raises(Problem, match="relief_state"):
        relieve(app, inspection, out, "inspector3")


def test_only_who_is_in_the_pair_is_relieved_and_only_by_who_is_not(app: Flask, phone: Phones) -> None:
    inspection = phone("inspector1").row()["id"]
    for out, into in (("inspector3", "inspector4"), ("inspector1", "inspector2")):
        with pytest.raises(Problem, match="relief_pair"):
            relieve(app, inspection, out, into)


def test_what_is_called_off_leaves_the_list_and_says_why_and_what_was_written_stays(
    app: Flask, phone: Phones
) -> None:
    one, two = phone("inspector1"), phone("inspector2")
    row = one.row()
    one.arrive(row)
    with app.app_context():
        locked = Inspection.locked(row["id"])
        assert locked
        relief.call_off(user("planner"), locked, "检查对象已注销")
        assert locked.state == "cancelled"
        db.session.commit()
    for handset in (one, two):
        worklist = handset.worklist()
        assert row["id"] not in [other["id"] for other in worklist["inspections"]]
        assert ("cancelled", "检查对象已注销") in [(g["kind"], g["reason"]) for g in worklist["gone"]]
    assert one.sync(row["id"])["rejected"] == [], "what was written without a network is kept"
    assert one.record(row["id"])["state"] == "cancelled"
    with app.app_context():
        locked = Inspection.locked(row["id"])
        assert locked
        relief.proceed(user("planner"), locked, "仍在经营")
        assert locked.state == "open"
        db.session.commit()
    assert row["id"] in [other["id"] for other in one.worklist()["inspections"]]


def test_RZ_10b_a_wish_is_decided_once_by_who_is_not_concerned(app: Flask, phone: Phones) -> None:
    one = phone("inspector1")
    row = one.row()
    one.arrive(row)
    wish = one.write(row["id"], "recuse", asked="inspector", wanted=True, reason="近亲属在该单位任职")["id"]
    one.sync(row["id"])
    with app.app_context():
        locked = Inspection.locked(row["id"])
        assert locked and locked.recusal
        with pytest.raises(Problem, match="recusal_own"):
            relief.decide(user("inspector2"), locked, wish, False, "不必")
        with pytest.raises(Problem, match="reason_needed"):
            relief.decide(user("supervisor"), locked, wish, False, "")
        relief.decide(user("supervisor"), locked, wish, False, "不构成利害关系")
        assert not locked.recusal
        with pytest.raises(Problem, match="recusal_decided"):
            relief.decide(user("supervisor"), locked, wish, True, "属实")
        relief.step_aside(user("supervisor"), locked, one.user, "属实")
        relief.step_aside(user("supervisor"), locked, one.user, "属实")
        assert Interest.standing([one.user])[one.user].count(locked.subject_id) == 1
        db.session.commit()
    one.sync(row["id"])
    said = [made for made in one.record(row["id"])["office"] if made["type"] == "recusal"]
    assert [(made["wish"], made["granted"], made["reason"]) for made in said] == [
        (wish, False, "不构成利害关系")
    ]
