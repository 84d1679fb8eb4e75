"""What one phone carries to the bureau for its partner's: proved by the signature of the phone that wrote it."""

from collections.abc import Callable
from typing import Any

from flask import Flask

from tests.conftest import both_databases
from tests.handset import Handset
from webapp.db import db
from webapp.field.models import Event

pytestmark = both_databases
Phones = Callable[[str], Handset]


def codes(answer: Any) -> list[str]:
    return [rejected["code"] for rejected in answer["rejected"]]


def test_the_partners_phone_brings_what_was_written_without_a_network(app: Flask, phone: Phones) -> None:
    wang, li = phone("inspector1"), phone("inspector2")
    row = wang.row()
    written = [wang.arrive(row), wang.write(row["id"], "note", text="没有信号", question=None)]
    brought = li.carry(*[(event, wang.signature(event)) for event in written])
    assert brought["accepted"] == [event["id"] for event in written]
    assert li.client.get(f"/api/v1/inspections/{row['id']}").json["record"] == wang.record(row["id"])
    with app.app_context():
        kept = db.session.get_one(Event, written[0]["id"])
        assert kept.body == written[0]
        assert kept.carried is not None and kept.carried["device"] == li.device


def test_what_both_phones_send_is_kept_once(app: Flask, phone: Phones) -> None:
    wang, li = phone("inspector1"), phone("inspector2")
    row = wang.row()
    event = wang.arrive(row)
    given = (event, wang.signature(event))
    assert li.carry(given, given)["accepted"] == [event["id"]] * 2
    assert wang.sync(row["id"])["accepted"] == [event["id"]]
    assert li.carry(given)["accepted"] == [event["id"]]
    with app.app_context():
        assert db.session.query(Event).filter_by(inspection_id=row["id"]).count() == 1


def test_what_the_bureau_holds_already_needs_no_signature_to_come_again(phone: Phones) -> None:
    wang, li = phone("inspector1"), phone("inspector2")
    row = wang.row("returned")
    wang.sync(row["id"])
    by_office = next(event for event in wang.logs[row["id"]] if event["type"] == "return")
    mine = wang.write(row["id"], "note", text="补充", question=None)
    wang.sync(row["id"])
    assert li.carry((mine, None), (by_office, None))["accepted"] == [mine["id"], by_office["id"]]
    assert codes(li.carry((mine | {"seq": mine["seq"] + 1}, None))) == ["event_foreign"]


def test_a_seal_that_was_carried_is_checked_with_the_key_of_the_phone_that_sealed(phone: Phones) -> None:
    wang, li = phone("inspector1"), phone("inspector2")
    row = wang.row()
    wang.arrive(row)
    wang.write(row["id"], "result", code="no_problem", told=True, note=None, replaces=[])
    wang.sign(row["id"], "subject")
    wang.sign(row["id"], "inspector", "甲")
    li.logs[row["id"]] = list(wang.logs[row["id"]])
    signed = li.sign(row["id"], "inspector", "乙")
    wang.logs[row["id"]].append(signed)
    wang.seal(row["id"])
    theirs = [event for event in wang.logs[row["id"]] if event["device"] == wang.device]
    li.sync(row["id"])
    assert codes(li.carry(*[(event, wang.signature(event)) for event in theirs])) == []
    seen = li.client.get(f"/api/v1/inspections/{row['id']}").json
    assert (seen["state"], seen["record"]["faults"]) == ("sealed", [])


def test_each_carried_event_stands_or_falls_alone(phone: Phones) -> None:
    wang, li = phone("inspector1"), phone("inspector2")
    row = wang.row()
    first, second = wang.arrive(row), wang.write(row["id"], "note", text="二", question=None)
    answer = li.carry((first, li.signature(first)), (second, wang.signature(second)))
    assert (codes(answer), answer["accepted"]) == (["signature_wrong"], [second["id"]])


def test_a_photo_of_a_carried_event_is_wanted_and_taken_from_the_phone_that_carries(phone: Phones) -> None:
    wang, li = phone("inspector1"), phone("inspector2")
    row = wang.row()
    data = wang.photograph(row["id"])
    event = wang.logs[row["id"]][-1]
    name = event["payload"]["sha256"]
    assert li.carry((event, wang.signature(event)))["wanted"] == [name]
    assert li.patch(name, data).status_code == 204
    assert li.carry((event, None))["wanted"] == []
