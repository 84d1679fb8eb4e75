"""A phone in the wrong hands: events and photos that are forged, foreign, too many, too deep, too far."""

import hashlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import both_databases
from tests.handset import Handset
from webapp.canonical import MAX_SAFE
from webapp.evidence import models as evidence
from webapp.field import rules

Phones = Callable[[str], Handset]
Desks = Callable[[str], FlaskClient]


def refused(one: Handset, *events: Any) -> list[str]:
    answer = one.send(list(events), {})
    assert answer.status_code == 200, answer.text
    return [rejected["code"] for rejected in answer.json["rejected"]]


@pytest.fixture
def arrived(phone: Phones) -> tuple[Handset, str]:
    """A phone that arrived, and the id of the inspection."""
    one = phone("inspector1")
    row = one.row()
    one.arrive(row)
    one.sync(row["id"])
    return one, row["id"]


def test_one_phone_cannot_use_up_the_numbers_of_the_other(
    arrived: tuple[Handset, str], phone: Phones
) -> None:
    one, inspection = arrived
    partner = phone("inspector2")
    far = [one.write(inspection, "note", seq, text="x") for seq in (MAX_SAFE, 2**31, rules.MAX_SEQ_STEP + 2)]
    assert refused(one, *far) == ["event_seq"] * 3
    one.logs[inspection] = []
    near = one.write(inspection, "note", rules.MAX_SEQ_STEP + 1, text="a fast writer, long offline")
    assert refused(one, near) == []
    partner.sync(inspection)
    partner.write(inspection, "note", text="goes on")
    assert partner.sync(inspection)["rejected"] == []


def test_nobody_fills_an_inspection_up_for_the_partner(
    arrived: tuple[Handset, str], phone: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, inspection = arrived
    partner = phone("inspector2")
    monkeypatch.setattr(rules, "MAX_EVENTS", 5)
    monkeypatch.setattr(rules, "MAX_OF", {"seal": 1})
    seals = [
        one.write(inspection, "seal", record_hash="x", covers="x", events=[], signature="") for _ in range(2)
    ]
    assert refused(one, *seals) == ["log_full"]
    notes = [one.write(inspection, "note", text="x") for _ in range(4)]
    assert refused(one, *notes) == ["log_full"]
    assert refused(one, *notes[:3]) == []
    partner.sync(inspection)
    partner.write(inspection, "note", text="still here")
    assert partner.sync(inspection)["rejected"] == []
    monkeypatch.setattr(rules, "MAX_BYTES", 1000)
    assert refused(partner, partner.write(inspection, "note", text="x" * 1000)) == ["log_full"]


ODD = [
    {"id": f"{uuid4()}\n"},
    {"id": "\ud800"},
    {"id": "\ud800" * 36},
    {"id": "\0" * 36},
    {"inspection": "\n"},
    {"time": "2026-11-21T16:00:00Z\n"},
    {"time": "٢٠٢٦-11-21T16:00:00Z"},
    {"seq": True},
    {"seq": "7"},
    {"seq": 0},
    {"type": "note\n"},
    {"type": "__proto__"},
    {"payload": {"text": "\ud800"}},
    {"payload": {"text": "x", "\udfff": 1}},
    {"payload": {"text": "x", "more": 0.5}},
    {"payload": {"text": "x", "more": 10**400}},
    {"payload": {"text": 7}},
    {"payload": []},
    {"type": "sign", "payload": {"role": "subject", "record_hash": "x", "sha256": ["a"]}},
    {"type": "sign", "payload": {"role": "subject", "record_hash": "x", "sha256": "a" * 5000}},
    {"type": "sign", "payload": {"role": "subject", "record_hash": "x", "strokes": [[]] * 501}},
    {"type": "sign", "payload": {"role": "subject", "record_hash": "x", "strokes": [[[1, "2"]]]}},
    {"type": "refuse", "payload": {"reason": "x", "record_hash": "x", "strokes": "drawn"}},
    {"type": "photo", "payload": {"sha256": "../" * 21 + "a", "size": 1}},
    {"type": "photo", "payload": {"sha256": "A" * 64, "size": 1}},
    {"more": 1},
]


@both_databases
def test_odd_events_are_refused_one_by_one_and_hold_nothing_up(arrived: tuple[Handset, str]) -> None:
    one, inspection = arrived
    deep: Any = 1
    for _ in range(900):
        deep = [deep]
    given = [one.write(inspection, "note", text="x") | {"id": str(uuid4())} | odd for odd in ODD]
    given += [given[0] | {"id": str(uuid4()), "payload": {"text": "x", "deep": deep}}]
    given += [given[0] | {"id": str(uuid4()), "inspection": deep}, deep, None, "x", 7]
    good = one.write(inspection, "note", text="\0 and every other text")
    answer = one.send([*given, good], {})
    assert answer.status_code == 200
    assert answer.json["accepted"] == [good["id"]]
    assert {rejected["code"] for rejected in answer.json["rejected"]} == {"event_malformed"}


@both_databases
def test_a_kept_event_that_comes_again_as_no_event_is_refused_alone(arrived: tuple[Handset, str]) -> None:
    one, inspection = arrived
    kept, good = one.logs[inspection][0], one.write(inspection, "note", text="x")
    for odd in ({"x": 0.5}, {"x": "\ud800"}, {"x": 10**400}):
        answer = one.send([kept | {"payload": odd}, good], {})
        assert answer.json["accepted"] == [good["id"]]
        assert [rejected["code"] for rejected in answer.json["rejected"]] == ["event_malformed"]


def test_a_payload_as_deep_as_it_may_be_can_be_folded(arrived: tuple[Handset, str], desk: Desks) -> None:
    one, inspection = arrived
    deep: Any = "end"
    for _ in range(rules.MAX_PAYLOAD_DEPTH - 1):
        deep = [deep]
    one.write(inspection, "hologram", deep=deep)
    one.write(inspection, "photo", question={"a": 1}, sha256="b" * 64, size=1)
    shapes = deep[0]
    photo = one.logs[inspection][-1]["id"]
    one.write(inspection, "mark", photo=photo, shapes=shapes)
    assert one.sync(inspection)["rejected"] == []
    assert desk("archivist").get(f"/office/inspections/{inspection}").status_code == 200


def test_a_cursor_beyond_everything_comes_back_to_the_end(arrived: tuple[Handset, str]) -> None:
    one, inspection = arrived
    for cursor in (2, 10**6, 2**31, MAX_SAFE, 2**64, 10**30):
        assert one.send([], {inspection: cursor}).json["cursors"] == {inspection: 1}
    for cursor in (-1, 0.5, "0", None):
        assert one.send([], {inspection: cursor}).status_code == 400


def test_nobody_writes_for_another_or_from_another_phone_or_as_the_office(
    arrived: tuple[Handset, str], phone: Phones
) -> None:
    one, inspection = arrived
    partner, stranger = phone("inspector2"), phone("inspector9")

    def forged(**change: str) -> dict[str, Any]:
        return one.write(inspection, "note", text="x") | {"id": str(uuid4())} | change

    assert refused(one, forged(author=partner.user), forged(device=partner.device)) == ["event_foreign"] * 2
    both = {"author": partner.user, "device": partner.device}
    assert refused(one, forged(**both)) == ["event_foreign"]
    assert refused(one, one.write(inspection, "accept", seal="x")) == ["event_foreign"]
    theirs = forged(author=stranger.user, device=stranger.device)
    assert refused(stranger, theirs) == ["inspection_unknown"]
    assert one.send([], device=partner.device).status_code == 403


def test_the_name_of_a_photo_alone_gives_no_photo(app: Flask, phone: Phones, desk: Desks) -> None:
    owner, thief = phone("inspector1"), phone("inspector1.tj")
    row = owner.row()
    data = owner.photograph(row["id"])
    name = hashlib.sha256(data).hexdigest()
    owner.sync(row["id"])
    assert owner.patch(name, data).status_code == 204
    mine = thief.worklist()["inspections"][0]["id"]
    thief.write(mine, "photo", question=None, sha256=name, size=len(data))
    assert thief.sync(mine)["wanted"] == [name]
    head = thief.head(name)
    assert (head.headers["Upload-Offset"], head.headers["Upload-Complete"]) == ("0", "?0")
    assert thief.client.get(f"/api/v1/blobs/{name}").status_code == 404
    assert desk("archivist.tj").get(f"/api/v1/blobs/{name}").status_code == 404
    assert thief.patch(name, b"\xff\xd8\xff").status_code == 422
    assert thief.client.get(f"/api/v1/blobs/{name}").status_code == 404
    assert owner.client.get(f"/api/v1/blobs/{name}").data == data
    # Who has the bytes gives them again, and nobody's copy is touched.
    assert thief.patch(name, data).headers["Upload-Complete"] == "?1"
    assert thief.client.get(f"/api/v1/blobs/{name}").data == data and thief.sync(mine)["wanted"] == []


def test_an_offset_that_is_no_place_is_refused(arrived: tuple[Handset, str]) -> None:
    one, inspection = arrived
    name = hashlib.sha256(one.photograph(inspection)).hexdigest()
    one.sync(inspection)
    for offset in ("9" * 5000, "9" * 13, "-1", "0x1", "1e3", "", "１".encode().decode("latin1")):
        headers = {"X-CSRFToken": one.csrf, "Upload-Offset": offset, "Upload-Complete": "?0"}
        assert one.client.patch(f"/api/v1/blobs/{name}", data=b"x", headers=headers).status_code == 400


def test_photos_that_are_never_finished_do_not_fill_the_disk(
    app: Flask, arrived: tuple[Handset, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, inspection = arrived
    monkeypatch.setattr(evidence, "PARTS", 3)
    names = [f"{number:064x}" for number in range(6)]
    for name in names:
        one.write(inspection, "photo", question=None, sha256=name, size=100)
    one.sync(inspection)
    for name in names:
        assert one.patch(name, b"x" * 10, last=False).status_code == 204
    parts = sorted(path.name[:64] for path in (Path(app.config["BLOBS"]) / "parts").iterdir())
    assert parts == names[3:]
    assert one.patch(names[5], b"x" * 10, 10, last=False).headers["Upload-Offset"] == "20"


def test_what_is_sent_out_as_a_photo_is_a_picture_whatever_its_event_says(
    arrived: tuple[Handset, str],
) -> None:
    one, inspection = arrived
    data = one.photograph(inspection) + b"<script>alert(1)</script>"
    name = hashlib.sha256(data).hexdigest()
    one.write(inspection, "photo", question=None, sha256=name, size=1, mime="text/html")
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'
    one.write(inspection, "photo", question=None, sha256=hashlib.sha256(svg).hexdigest(), size=1)
    one.sync(inspection)
    assert one.patch(name, data).status_code == 204
    answer = one.client.get(f"/api/v1/blobs/{name}")
    assert (answer.mimetype, answer.headers["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert one.patch(hashlib.sha256(svg).hexdigest(), svg).status_code == 422


@both_databases
def test_the_same_events_in_several_requests_at_once_are_kept_once(
    app: Flask, arrived: tuple[Handset, str]
) -> None:
    one, inspection = arrived
    events = [one.write(inspection, "note", text=str(number)) for number in range(10)]
    cookie, answers = one.client.get_cookie("session").value, []

    def send() -> None:
        client = app.test_client()
        client.set_cookie("session", cookie)
        body = {"device": one.device, "cursors": {inspection: 0}, "events": events}
        answers.append(client.post("/api/v1/sync", json=body, headers={"X-CSRFToken": one.csrf}))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ids = [event["id"] for event in events]
    assert [sorted(answer.json["accepted"]) for answer in answers] == [sorted(ids)] * 4
    held = one.send([], {inspection: 0}).json["events"]
    assert sorted(event["id"] for event in held[1:]) == sorted(ids)
