"""A signature in the wrong hands: what a phone cannot bring in another's name."""

import base64
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask

from tests.conftest import both_databases
from tests.handset import Handset
from webapp.accounts.models import Enrolment, Quarantined
from webapp.db import db, now
from webapp.field import rules
from webapp.field.models import Event

Phones = Callable[[str], Handset]


def refused(one: Handset, *given: tuple[Any, Any]) -> list[str]:
    return [rejected["code"] for rejected in one.carry(*given)["rejected"]]


@pytest.fixture
def pair(phone: Phones) -> tuple[Handset, Handset, str]:
    """王强's and 李娜's phones, and the id of an inspection of theirs, where 王强 arrived."""
    wang, li = phone("inspector1"), phone("inspector2")
    row = wang.row()
    wang.arrive(row)
    return wang, li, row["id"]


ODD = ["", "AA==", "=", "no base64", "é", "\ud800", 7, None, [], {}, ["x"], "A" * 10**6, True]


@both_databases
def test_odd_signatures_are_refused_one_by_one_and_hold_nothing_up(pair: Any) -> None:
    wang, li, inspection = pair
    own = li.write(inspection, "note", text="x")
    for odd in ODD:
        event = wang.logs[inspection][0]
        answer = li.send([event, own], {}, signatures={event["id"]: odd, "no id": odd})
        assert answer.json["accepted"] == [own["id"]]
        code = "event_foreign" if odd is None else "signature_wrong"
        assert [rejected["code"] for rejected in answer.json["rejected"]] == [code]


def test_a_signature_stands_for_its_own_event_and_no_other(pair: Any) -> None:
    wang, li, inspection = pair
    event = wang.logs[inspection][0]
    signature = wang.signature(event)
    changed = [
        event | {"id": str(uuid4())},
        event | {"seq": 2},
        event | {"author": li.user},
        event | {"clock": "unverified"},
        event | {"payload": event["payload"] | {"position": {"latitude": "1", "longitude": "1"}}},
    ]
    codes = refused(li, *[(one, signature) for one in changed])
    assert set(codes) == {"signature_wrong", "event_foreign"} and len(codes) == len(changed)
    assert refused(li, (event, signature)) == []


def test_a_partner_cannot_sign_in_the_name_of_the_other_with_an_own_key(app: Flask, pair: Any) -> None:
    wang, li, inspection = pair
    forged = wang.write(inspection, "note", text="没有写过")
    assert refused(li, (forged, li.signature(forged))) == ["signature_wrong"]
    elsewhere = forged | {"device": str(uuid4())}
    assert refused(li, (elsewhere, li.signature(elsewhere))) == ["event_foreign"]
    # The other's phone under an own name, for once in the own hands.
    thief = Handset(app)
    thief.device, thief.key = wang.device, wang.key
    assert thief.login("inspector2").status_code == 200
    thief.key = ec.generate_private_key(ec.SECP256R1())
    assert refused(li, (forged, thief.signature(forged))) == ["signature_wrong"]
    assert thief.login("inspector2").json["error"]["code"] == "device_differs"


def test_a_phone_with_two_keys_speaks_for_nobody_but_the_owner_of_each(app: Flask, pair: Any) -> None:
    """However it came to two keys: the key that counts is the one that the author enrolled."""
    wang, li, inspection = pair
    forger = Handset(app)
    forger.login("inspector2")
    with app.app_context():
        enrolled = db.session.get_one(Enrolment, (forger.device, li.user))
        enrolled.device_id = wang.device
        db.session.commit()
    forged = wang.write(inspection, "note", text="没有写过")
    assert refused(li, (forged, forger.signature(forged))) == ["signature_wrong"]
    assert refused(li, (forged, wang.signature(forged))) == []


def test_nobody_outside_the_pair_brings_or_is_brought(phone: Phones, pair: Any) -> None:
    wang, li, inspection = pair
    stranger, elsewhere = phone("inspector9"), phone("inspector1.tj")
    event = wang.logs[inspection][0]
    for other in (stranger, elsewhere):
        assert refused(other, (event, wang.signature(event))) == ["inspection_unknown"]
        theirs = other.write(inspection, "note", text="?")
        assert refused(li, (theirs, other.signature(theirs))) == ["inspection_unknown"]
    li.carry((event, wang.signature(event)))
    # Even what the bureau holds is answered to nobody else.
    assert refused(stranger, (event, None)) == ["inspection_unknown"]


def test_the_office_is_not_written_for_by_signature(pair: Any) -> None:
    wang, li, inspection = pair
    for kind in ("accept", "return", "archive", "comment"):
        forged = wang.write(inspection, kind, seal="x", reason="x", text="x")
        assert refused(li, (forged, wang.signature(forged))) == ["event_foreign"]


def test_an_own_phone_needs_its_session_whatever_was_signed(phone: Phones) -> None:
    wang = phone("inspector1")
    first, row = wang.user, wang.row()
    wang.client.delete_cookie("session")
    assert wang.login("inspector2").status_code == 200
    wang.user = first
    forged = wang.arrive(row)
    assert refused(wang, (forged, wang.signature(forged))) == ["event_foreign"]


@both_databases
def test_a_revoked_phones_events_are_kept_apart_whoever_brings_them(app: Flask, pair: Any) -> None:
    wang, li, inspection = pair
    event, forged = wang.logs[inspection][0], wang.write(inspection, "note", text="x")
    with app.app_context():
        db.session.query(Enrolment).filter_by(device_id=wang.device).update({"revoked_at": now()})
        db.session.commit()
    given = [(event, wang.signature(event)), (forged, li.signature(forged))]
    assert refused(li, *given) == ["origin_revoked", "signature_wrong"]
    assert refused(li, *given) == ["origin_revoked", "signature_wrong"]
    with app.app_context():
        kept = db.session.query(Quarantined).one()
        assert (json.loads(kept.text), kept.device, kept.user_id) == (event, wang.device, li.user)
        assert db.session.query(Event).filter_by(inspection_id=inspection).count() == 0


def test_a_disabled_persons_events_are_not_brought_by_others(app: Flask, pair: Any) -> None:
    wang, li, inspection = pair
    event = wang.logs[inspection][0]
    with app.app_context():
        db.session.get_one(Enrolment, (wang.device, wang.user)).user.active = False
        db.session.commit()
    assert refused(li, (event, wang.signature(event))) == ["event_foreign"]


def test_what_is_carried_is_charged_to_its_author(pair: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    wang, li, inspection = pair
    monkeypatch.setattr(rules, "MAX_EVENTS", 2)
    theirs = [*wang.logs[inspection], *[wang.write(inspection, "note", text="x") for _ in range(2)]]
    given = [(event, wang.signature(event)) for event in theirs]
    assert refused(li, *given) == ["log_full"]
    # Sent again and again, it is counted once and costs the carrier nothing.
    assert refused(li, *given[:2] * 3) == []
    li.write(inspection, "note", text="还能写")
    assert li.sync(inspection)["rejected"] == []
    far = wang.write(inspection, "note", rules.MAX_SEQ_STEP + 10, text="x")
    assert refused(li, (far, wang.signature(far))) == ["event_seq"]


def test_a_signature_in_another_writing_is_refused(pair: Any) -> None:
    wang, li, inspection = pair
    event = wang.logs[inspection][0]
    raw = base64.b64decode(wang.signature(event))
    for written in (base64.b64encode(raw + b"x"), base64.encodebytes(raw), b" " + base64.b64encode(raw)):
        assert refused(li, (event, written.decode())) == ["signature_wrong"]
