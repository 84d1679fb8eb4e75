"""Keys of a phone that were wrapped to the bureau: opened for who may have them, on that phone, and for nobody else."""

import base64
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask

from tests.handset import Handset
from webapp.accounts.audit import AuditLine
from webapp.accounts.models import Enrolment, User
from webapp.accounts.phone_key import phone_key
from webapp.canonical import canonical
from webapp.db import db, now
from webapp.evidence.keys import inspection_info, phone_info, unbox

ROOT = Path(__file__).parents[2]
SECRET = bytes(range(32))
Json = dict[str, Any]
Phones = Callable[[str], Handset]


def wrap(box_key: Json, info: bytes, secret: bytes = SECRET) -> str:
    """What a phone keeps: the secret as only the bureau opens it."""
    suite = hpke.Suite(hpke.KEM.P256, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
    return base64.b64encode(suite.encrypt(secret, phone_key(box_key), info=info)).decode()


def box_of(phone: Handset) -> Json:
    answer = phone.client.get("/api/v1/key")
    assert answer.status_code == 200, answer.text
    return answer.json["box_key"]  # type: ignore[no-any-return]


def ask(phone: Handset, *keys: Json, signer: Handset | None = None, **more: Any) -> Any:
    """Ask for keys, signed by this phone (or by another one)."""
    said = {"device": phone.device, "keys": list(keys)}
    signature = (signer or phone).key.sign(canonical(said), ec.ECDSA(_sha256()))
    return phone.post("/api/v1/key", said | {"signature": base64.b64encode(signature).decode()} | more)


def _sha256() -> Any:
    from cryptography.hazmat.primitives.hashes import SHA256

    return SHA256()


def own_key(phone: Handset) -> Json:
    box = box_of(phone)
    return {"name": "phone", "bureau": box["kid"], "sealed": wrap(box, phone_info(phone.device))}


def inspection_key(phone: Handset, inspection: str) -> Json:
    box = box_of(phone)
    return {"name": inspection, "bureau": box["kid"], "sealed": wrap(box, inspection_info(inspection))}


def given(answer: Any) -> dict[str, bytes]:
    assert answer.status_code == 200, answer.text
    return {name: base64.b64decode(text) for name, text in answer.json["keys"].items()}


@pytest.fixture(scope="module")
def javascript() -> Iterator[subprocess.Popen[str]]:
    """The phone's own wrapping, a line in, a line out."""
    command = ["node", str(ROOT / "tests/js/vault_lines.js")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        assert process.stdin
        process.stdin.close()
        process.wait(10)


def test_what_the_phone_wraps_the_bureau_opens_and_only_as_what_it_is(
    app: Flask, phone: Phones, javascript: subprocess.Popen[str]
) -> None:
    handset = phone("inspector1")
    box = box_of(handset)
    assert handset.worklist()["box_key"] == box
    assert javascript.stdin and javascript.stdout
    for place, info in (("device", phone_info), ("inspection", inspection_info)):
        name = str(uuid4())
        javascript.stdin.write(json.dumps({"key": box, place: name}) + "\n")
        javascript.stdin.flush()
        made = json.loads(javascript.stdout.readline())
        sealed, secret = (base64.b64decode(made[part]) for part in ("sealed", "secret"))
        with app.app_context():
            assert unbox(made["bureau"], sealed, info(name)) == secret
            assert unbox(made["bureau"], sealed, info(str(uuid4()))) is None
            for place_of_bit in range(0, len(sealed), 7):
                spoiled = bytearray(sealed)
                spoiled[place_of_bit] ^= 1
                assert unbox(made["bureau"], bytes(spoiled), info(name)) is None


def test_a_forgotten_pin_a_person_of_this_phone_gets_its_key_and_that_is_written_down(
    app: Flask, phone: Phones
) -> None:
    handset = phone("inspector1")
    assert given(ask(handset, own_key(handset))) == {"phone": SECRET}
    with app.app_context():
        line = db.session.query(AuditLine).filter_by(act="key.returned").one()
        assert handset.device in line.line
        assert base64.b64encode(SECRET).decode() not in line.line


def test_another_phone_a_revoked_one_and_one_without_its_own_key_get_nothing(
    app: Flask, phone: Phones
) -> None:
    mine, other = phone("inspector1"), phone("inspector2")
    key = own_key(mine)
    assert ask(mine, key, signer=other).json["error"]["code"] == "signature_wrong"
    # On another phone the key of this one does not open: it is wrapped for this one's id.
    assert ask(other, key).json["error"]["code"] == "key_lost"
    # Nor does a session on one phone ask for another.
    said = {"device": mine.device, "keys": [key]}
    signature = base64.b64encode(mine.key.sign(canonical(said), ec.ECDSA(_sha256()))).decode()
    assert other.post("/api/v1/key", said | {"signature": signature}).json["error"]["code"] == "device_needed"
    with app.app_context():
        db.session.query(Enrolment).filter_by(device_id=mine.device).update({"revoked_at": now()})
        db.session.commit()
    assert ask(mine, key).json["error"]["code"] == "device_revoked"
    # Nor anything else: what a lost phone still keeps is locked to a box key that it got before.
    assert mine.client.get("/api/v1/key").status_code == 403


def test_who_has_nothing_to_do_with_the_bureau_gets_no_key_of_its_phone(app: Flask, phone: Phones) -> None:
    mine = phone("inspector1")
    key = own_key(mine)
    with app.app_context():
        foreign = db.session.query(User).filter(User.bureau_id != key["bureau"]).all()
        stranger = next(user.username for user in foreign if "inspector" in user.roles)
    # The phone is copied, or lent: its keys sign, its id is known.
    mine.login(stranger)
    assert given(ask(mine, key)) == {}
    assert given(ask(mine, {**key, "bureau": "../../secret"})) == {}


def test_an_inspections_key_is_given_to_its_pair_alone(app: Flask, phone: Phones) -> None:
    mine = phone("inspector1")
    row = mine.row()
    key = inspection_key(mine, row["id"])
    assert given(ask(mine, key)) == {row["id"]: SECRET}
    with app.app_context():
        pair = {member["id"] for member in row["pair"]}
        others = [user for user in db.session.query(User).all() if user.id not in pair and user.active]
        name = next(user.username for user in others if user.roles == ["inspector"])
    other = phone(name)
    assert given(ask(other, key)) == {}
    assert given(ask(mine, {**key, "sealed": "AAAA"}, {**key, "name": str(uuid4())})) == {}
    assert ask(mine, {**own_key(mine), "sealed": "!"}).json["error"]["code"] == "key_lost"
    assert mine.client.post("/api/v1/key", json={}).status_code in (400, 422)
