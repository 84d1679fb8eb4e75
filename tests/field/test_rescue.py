"""What a phone could not send: a file for its bureau alone, taken in as if that phone had sent it, and never twice."""

import hashlib
import json
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, stream_encode_multipart

from tests.conftest import both_databases
from tests.field.test_quarantine import held, judge, revoke
from tests.handset import Handset
from tests.rescued import Rescued
from webapp.accounts.models import Quarantined, User
from webapp.db import db
from webapp.demo.world import photo
from webapp.field.models import BlobName, Inspection
from webapp.field.rescue_rules import BadRescue, head_of
from webapp.field.rescues import Rescue

Desk = Callable[[str], FlaskClient]
Phones = Callable[[str], Handset]
PATH = "/office/rescue"
API = "/api/v1/rescue"


def bureau_of(app: Flask, inspection: str) -> str:
    with app.app_context():
        return db.session.get_one(Inspection, inspection).bureau_id


def rescued(app: Flask, one: Handset, inspection: str) -> Rescued:
    return Rescued(one, bureau_of(app, inspection))


def made(app: Flask, build: Callable[[], bytes]) -> bytes:
    with app.app_context():
        return build()


def load(browser: FlaskClient, data: bytes) -> TestResponse:
    return browser.post(PATH, data={"file": (BytesIO(data), "手机.yidang-rescue")})


def take(browser: FlaskClient, data: bytes) -> str:
    """Load and take in; the page that says what became of it."""
    place = load(browser, data).location
    assert browser.post(f"{place}/take").status_code == 302
    return browser.get(place).text


def log(app: Flask, inspection: str) -> list[dict[str, Any]]:
    with app.app_context():
        return [event.body for event in db.session.get_one(Inspection, inspection).events()]


@pytest.fixture
def stranded(app: Flask, phone: Phones) -> tuple[Handset, dict[str, Any], bytes, bytes]:
    """A phone with an arrival, a note and a photo that it could not send; the photo's bytes, and the file."""
    one = phone("inspector1")
    row = one.row("assigned")
    one.arrive(row)
    one.write(row["id"], "note", question=None, text="没有信号时写的")
    picture = one.photograph(row["id"])
    file = rescued(app, one, row["id"])
    for event in one.logs[row["id"]]:
        file.event(event)
    file.photo(picture, row["id"])
    return one, row, picture, made(app, file.data)


@both_databases
def test_a_file_is_taken_in_as_if_the_phone_had_sent_it(
    app: Flask, desk: Desk, stranded: tuple[Handset, dict[str, Any], bytes, bytes]
) -> None:
    one, row, picture, data = stranded
    browser = desk("archivist")
    place = load(browser, data).location
    page = browser.get(place).text
    assert row["number"] in page and "test phone" in page and "收下机关还没有的 4 件" in page
    assert log(app, row["id"]) == []
    assert browser.post(f"{place}/take").status_code == 302
    assert "已全部收下" in browser.get(place).text
    assert log(app, row["id"]) == one.logs[row["id"]]
    sha256 = hashlib.sha256(picture).hexdigest()
    with app.app_context():
        assert BlobName.held(row["id"], {sha256}) == {sha256}
        assert not db.session.query(Rescue).one().path.exists()
    assert one.client.get(f"/api/v1/blobs/{sha256}").data == picture


def test_a_file_is_never_taken_in_twice_and_neither_is_what_the_phone_sends_after_it(
    app: Flask, desk: Desk, stranded: tuple[Handset, dict[str, Any], bytes, bytes]
) -> None:
    one, row, picture, data = stranded
    browser = desk("archivist")
    take(browser, data)
    place = load(browser, data).location
    assert "已全部收下" in browser.get(place).text
    assert browser.post(f"{place}/take").status_code == 409
    again = rescued(app, one, row["id"])
    for event in one.logs[row["id"]]:
        again.event(event)
    assert "已全部收下" in take(browser, made(app, again.photo(picture, row["id"]).data))
    answer = one.send(one.logs[row["id"]])
    assert answer.json["accepted"] == [event["id"] for event in one.logs[row["id"]]]
    assert len(log(app, row["id"])) == len(one.logs[row["id"]])


def test_what_the_phone_sent_meanwhile_is_said_to_be_there(
    desk: Desk, stranded: tuple[Handset, dict[str, Any], bytes, bytes]
) -> None:
    one, row, picture, data = stranded
    one.send(one.logs[row["id"]])
    one.patch(hashlib.sha256(picture).hexdigest(), picture)
    browser = desk("archivist")
    page = browser.get(load(browser, data).location).text
    assert "里面的内容机关都已有" in page


def test_the_file_of_a_revoked_phone_goes_into_quarantine_with_its_photos_until_a_person_judges(
    app: Flask, desk: Desk, stranded: tuple[Handset, dict[str, Any], bytes, bytes]
) -> None:
    one, row, picture, data = stranded
    revoke(app, one.device)
    browser = desk("archivist")
    page = take(browser, data)
    assert "隔离 3 条" in page and log(app, row["id"]) == []
    sha256 = hashlib.sha256(picture).hexdigest()
    with app.app_context():
        assert BlobName.of(sha256) == []
        assert {row.user_id for row in db.session.query(Quarantined)} == {one.user}
    assert "照片的原件不在机关" not in browser.get("/office/quarantine").text
    assert judge(browser, held(app)).status_code == 302
    with app.app_context():
        assert BlobName.held(row["id"], {sha256}) == {sha256}
    assert browser.get(f"/api/v1/blobs/{sha256}").data == picture


def test_a_revoked_phone_hands_over_by_itself_with_nothing_but_its_key(
    app: Flask, stranded: tuple[Handset, dict[str, Any], bytes, bytes]
) -> None:
    one, row, picture, data = stranded
    client = app.test_client()
    answer = client.post(API, data=data, content_type="application/octet-stream")
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "device_active")
    assert log(app, row["id"]) == [] and held(app) == []
    revoke(app, one.device)
    for _ in range(2):
        answer = client.post(API, data=data, content_type="application/octet-stream").json
        assert answer["revoked"] and answer["refused"] == []
        assert sorted(answer["events"]) == sorted(event["id"] for event in one.logs[row["id"]])
        assert answer["photos"] == [hashlib.sha256(picture).hexdigest()]
    assert len(held(app)) == 3 and log(app, row["id"]) == []


def test_what_the_bureau_already_held_when_the_phone_was_revoked_is_not_judged_again(
    app: Flask, stranded: tuple[Handset, dict[str, Any], bytes, bytes]
) -> None:
    one, row, _, data = stranded
    one.send(one.logs[row["id"]][:2])
    revoke(app, one.device)
    answer = app.test_client().post(API, data=data).json
    assert len(answer["events"]) == 3 and len(held(app)) == 1


def test_a_phone_asks_by_an_empty_file_whether_it_is_revoked(app: Flask, phone: Phones) -> None:
    one = phone("inspector1")
    empty = made(app, rescued(app, one, one.row("assigned")["id"]).data)
    assert app.test_client().post(API, data=empty).json["error"]["code"] == "device_active"
    revoke(app, one.device)
    assert app.test_client().post(API, data=empty).json == {
        "revoked": True, "events": [], "photos": [], "refused": []
    }  # fmt: skip


def test_what_a_partner_wrote_and_this_phone_carried_counts_by_the_partners_signature(
    app: Flask, phone: Phones, desk: Desk
) -> None:
    one, partner = phone("inspector1"), phone("inspector2")
    row = one.row("assigned")
    arrival = partner.arrive(row)
    note = partner.write(row["id"], "note", question=None, text="没有签名的")
    file = rescued(app, one, row["id"]).event(arrival, partner.signature(arrival)).event(note)
    page = take(desk("archivist"), made(app, file.data))
    assert log(app, row["id"]) == [arrival]
    assert "还有 1 条没有" in page


def test_the_events_of_who_was_disabled_meanwhile_wait_for_a_judgement(
    app: Flask, desk: Desk, stranded: tuple[Handset, dict[str, Any], bytes, bytes]
) -> None:
    one, row, _, data = stranded
    with app.app_context():
        db.session.get_one(User, one.user).active = False
        db.session.commit()
    assert "隔离 3 条" in take(desk("archivist"), data)
    assert log(app, row["id"]) == []


def test_a_photo_that_no_event_names_is_refused_and_the_rest_is_taken(
    app: Flask, phone: Phones, desk: Desk
) -> None:
    one = phone("inspector1")
    row = one.row("assigned")
    one.arrive(row)
    file = rescued(app, one, row["id"]).event(one.logs[row["id"]][0])
    file.photo(photo(["别处的"], "9"), row["id"])
    page = take(desk("archivist"), made(app, file.data))
    assert len(log(app, row["id"])) == 1 and "没有检查用到这张照片" in page
    with app.app_context():
        assert db.session.query(Rescue).one().path.exists()


def test_bytes_that_are_not_the_photo_are_refused(app: Flask, phone: Phones, desk: Desk) -> None:
    one = phone("inspector1")
    row = one.row("assigned")
    one.arrive(row)
    picture = one.photograph(row["id"])
    file = rescued(app, one, row["id"])
    for event in one.logs[row["id"]]:
        file.event(event)
    file.photo(photo(["另一张"], "8"), row["id"], hashlib.sha256(picture).hexdigest())
    assert "照片传来时有损坏" in take(desk("archivist"), made(app, file.data))


def test_the_administrator_loads_a_file_and_reads_no_record(
    desk: Desk, stranded: tuple[Handset, dict[str, Any], bytes, bytes]
) -> None:
    _, row, _, data = stranded
    browser = desk("admin")
    page = browser.get(load(browser, data).location).text
    assert row["number"] in page and row["subject"]["name"] not in page


def test_nobody_else_loads_a_file_or_sees_one(
    desk: Desk, stranded: tuple[Handset, dict[str, Any], bytes, bytes]
) -> None:
    *_, data = stranded
    place = load(desk("archivist"), data).location
    for name in ("supervisor", "planner", "auditor"):
        assert load(desk(name), data).status_code == 403
        assert desk(name).get(place).status_code == 403
    other = desk("archivist.tj")
    assert other.get(place).status_code == 404
    answer = load(other, data)
    assert answer.status_code == 422 and "不是交给本机构的" in answer.text


# ---- hostile files


def changed(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


HOSTILE: dict[str, Callable[[Rescued, bytes], bytes]] = {
    "nothing": lambda _file, _data: b"",
    "no line": lambda _file, _data: b"x" * 5000,
    "not JSON": lambda _file, _data: b"{\nMEUC\n",
    "a list": lambda _file, _data: b"[]\nMEUC\n",
    "nested deep": lambda _file, _data: b"[" * 100_000 + b"\nMEUC\n",
    "cut in the head": lambda _file, data: data[:200],
    "cut at the end": lambda _file, data: data[:-1],
    "one byte more": lambda _file, data: data + b"x",
    "a changed head": lambda _file, data: data.replace(b'"made": "2026-11-22', b'"made": "2026-11-23'),
    "a flipped bit in the head": lambda _file, data: changed(data, 40),
    "no signature": lambda _file, data: data.split(b"\n", 1)[0] + b"\n\n" + data.split(b"\n", 2)[2],
    "a signature that is no text": lambda _file, data: data.split(b"\n", 1)[0] + b"\n\xff\n" + data.split(b"\n", 2)[2],
    "another's signature": lambda file, _data: file.data(key=ec.generate_private_key(ec.SECP256R1())),
    "an unknown phone": lambda file, _data: file.data(device="00000000-0000-4000-8000-000000000000"),
    "another bureau": lambda file, _data: file.data(bureau="00000000-0000-4000-8000-000000000000"),
    "a newer version": lambda file, _data: file.data(version="yidang-rescue-2"),
    "another kind of file": lambda file, _data: file.data(version="yidang-parcel-1"),
    "more than it says": lambda file, _data: file.data(pieces=[]),
    "keys of another bureau": lambda file, _data: file.data(keys=dict.fromkeys(file.secrets, "AAAA")),
    "keys that are no base64": lambda file, _data: file.data(keys=dict.fromkeys(file.secrets, "é")),
    "a key that is missing": lambda file, _data: file.data(keys={}),
    "a path for a name": lambda file, _data: file.data(pieces=[{**file.pieces[0], "id": "../../etc/passwd"}]),
    "a piece twice": lambda file, _data: file.data(pieces=[file.pieces[0], file.pieces[0]]),
    "a piece under the key of another inspection": lambda file, _data: file.data(
        pieces=[{**piece, "inspection": "01930000-0000-7000-8000-0000000000aa"} for piece in file.pieces]
    ),
    "a size below nothing": lambda file, _data: file.data(pieces=[{**file.pieces[0], "size": -1}]),
    "a size beyond measure": lambda file, _data: file.data(pieces=[{**file.pieces[0], "size": 2**60}]),
    "an event as large as a photo": lambda file, _data: file.data(pieces=[{**file.pieces[0], "size": 3 * 2**20}]),
    "a number for a date": lambda file, _data: file.data(made=5),
}  # fmt: skip


def test_a_hostile_file_bounces_with_words_and_leaves_nothing(app: Flask, desk: Desk, phone: Phones) -> None:
    one, browser, client = phone("inspector1"), desk("archivist"), app.test_client()
    row = one.row("assigned")
    file = rescued(app, one, row["id"]).event(one.arrive(row))
    for name, hostile in HOSTILE.items():
        data = made(app, lambda hostile=hostile: hostile(file, file.data()))  # type: ignore[misc]
        answer = load(browser, data)
        assert answer.status_code == 422 and 'id="file-fault"' in answer.text, name
        assert client.post(API, data=data).status_code in (409, 422), name
    with app.app_context():
        assert db.session.query(Rescue).count() == db.session.query(Quarantined).count() == 0
        folder = app.config["DATA"] / "rescue"
        assert not folder.exists() or list(folder.iterdir()) == []
    assert log(app, row["id"]) == []


def test_a_file_of_too_many_pieces_is_none(app: Flask, phone: Phones) -> None:
    one = phone("inspector1")
    row = one.row("assigned")
    file = rescued(app, one, row["id"]).event(one.arrive(row))
    data = made(app, lambda: file.data(pieces=[file.pieces[0]] * 20_001))
    with pytest.raises(BadRescue):
        head_of(BytesIO(data))


PIECES: dict[str, Callable[[Rescued, dict[str, Any]], Rescued]] = {
    "a flipped bit": lambda file, _event: _flip(file),
    "not JSON": lambda file, event: file.piece("event", _other(event), event["inspection"], b"{"),
    "a list": lambda file, event: file.piece("event", _other(event), event["inspection"], b"[]"),
    "the event of another name": lambda file, event: file.piece(
        "event", _other(event), event["inspection"], json.dumps(event).encode()
    ),
    "a device that is a list": lambda file, event: file.event({**event, "id": _other(event), "device": []}),
    "an author that is a map": lambda file, event: file.event({**event, "id": _other(event), "author": {}}),
    "a fraction": lambda file, event: file.piece(
        "event", _other(event), event["inspection"],
        json.dumps({**event, "id": _other(event), "payload": {"x": 0.5}}).encode(),
    ),
    "a signature that is none": lambda file, event: file.event(
        {**event, "id": _other(event), "device": _other(event)}, "MEUC"
    ),
}  # fmt: skip


def _other(event: dict[str, Any]) -> str:
    return str(event["id"])[:-4] + "ffff"


def _flip(file: Rescued) -> Rescued:
    name, inspection = file.pieces[0]["id"][:-4] + "ffff", file.pieces[0]["inspection"]
    file.event({"id": name, "inspection": inspection})
    file.parts[-1] = changed(file.parts[-1], 5)
    return file


@pytest.mark.parametrize("lost", [False, True], ids=["in use", "revoked"])
def test_a_hostile_piece_is_refused_and_what_is_right_beside_it_is_taken(
    app: Flask, desk: Desk, phone: Phones, lost: bool
) -> None:
    one, browser = phone("inspector1"), desk("archivist")
    row = one.row("assigned")
    if lost:
        revoke(app, one.device)
    for count, (name, hostile) in enumerate(PIECES.items(), 1):
        good = one.write(row["id"], "note", question=None, text=name)
        take(browser, made(app, hostile(rescued(app, one, row["id"]).event(good), good).data))
        with app.app_context():
            result = db.session.query(Rescue).order_by(Rescue.loaded_at.desc()).first().result  # type: ignore[union-attr]
            assert result and result["quarantined" if lost else "accepted"] >= 1, name
        kept = [event["id"] for event in log(app, row["id"])]
        assert kept == ([] if lost else [event["id"] for event in one.logs[row["id"]][:count]]), name


def test_a_file_about_thousands_of_inspections_is_looked_at_once(
    app: Flask, phone: Phones, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, asked = phone("inspector1"), []
    file = rescued(app, one, one.row("assigned")["id"])
    for n in range(2_000):
        name = hashlib.sha256(str(n).encode()).hexdigest()
        file.piece("photo", name, f"00000000-0000-4000-8000-{n:012}", b"x", key="rescue")
    browser = desk("archivist")
    place = load(browser, made(app, file.data)).location
    held = BlobName.held
    monkeypatch.setattr(BlobName, "held", lambda *given: asked.append(given) or held(*given))
    assert browser.get(place).status_code == 200
    assert len(asked) <= 50


def test_a_file_larger_than_what_any_other_page_takes_is_loaded_with_its_token(
    app: Flask, phone: Phones, desk: Desk
) -> None:
    one = phone("inspector1")
    row = one.row("assigned")
    file = rescued(app, one, row["id"]).event(one.arrive(row))
    for seed in range(3):
        file.photo(bytes([seed]) * 12 * 1024 * 1024, row["id"])
    browser, other = desk("archivist"), desk("supervisor")
    app.config["WTF_CSRF_ENABLED"] = True
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(PATH).text)

    def brought(by: FlaskClient, data: bytes) -> TestResponse:
        # The test client's own way leaves a temporary file open for what is as large.
        fields = {"csrf_token": token[1], "file": FileStorage(BytesIO(data), "手机.yidang-rescue")}
        stream, _, boundary = stream_encode_multipart(fields, use_tempfile=False)
        return by.post(PATH, data=stream.read(), content_type=f"multipart/form-data; boundary={boundary}")

    answer = brought(browser, made(app, file.data))
    assert answer.status_code == 302, answer.text
    for who in (app.test_client(), other):
        assert brought(who, b"x" * 40 * 1024 * 1024).status_code == 413
