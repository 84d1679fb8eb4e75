"""The second factor and the rules of the door: passkeys, authenticators, codes on paper, MLPS level 3, throttling."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import cbor2
import pyotp
import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from tests.conftest import SETTINGS, both_databases
from tests.handset import Handset
from webapp import create_app
from webapp.accounts.factors import Authenticator, Passkey, RecoveryCode, kinds
from webapp.accounts.models import Bureau, User
from webapp.accounts.policy import LoginPolicy
from webapp.db import db, now
from webapp.demo.world import PASSWORD

Desks = Callable[[str], FlaskClient]
OWN = "correct horse battery 42"
KNOWN = {"reason": "本人持工作证到办公室"}
ORIGIN = "http://localhost"


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Device:
    """A passkey as a browser would make and use it (W3C Web Authentication, packed by hand)."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(32)
        self.count = 0

    def make(self, options: dict[str, Any], origin: str = ORIGIN) -> str:
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        credential = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(cose)
        data = self._head(options["rp"]["id"], 0x45) + credential
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options, origin)
        return self._told({"clientDataJSON": b64(client), "attestationObject": b64(attested)})

    def prove(self, options: dict[str, Any], origin: str = ORIGIN, flags: int = 0x05) -> str:
        client, data = self._client("webauthn.get", options, origin), self._head(options["rpId"], flags)
        signed = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        answer = {"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signed)}
        return self._told(answer)

    def _head(self, site: str, flags: int) -> bytes:
        self.count += 1
        return hashlib.sha256(site.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, options: dict[str, Any], origin: str) -> bytes:
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": origin}).encode()

    def _told(self, response: dict[str, str]) -> str:
        return json.dumps(
            {"id": b64(self.id), "rawId": b64(self.id), "type": "public-key", "response": response}
        )


def options(page: TestResponse) -> dict[str, Any]:
    found = re.search(r'data-options="([^"]*)"', page.text)
    assert found, page.text
    return json.loads(html.unescape(found[1]))  # type: ignore[no-any-return]


def add_passkey(browser: FlaskClient, device: Device) -> TestResponse:
    page = browser.post("/account/factors", data={"now": PASSWORD, "act": "passkey"})
    return browser.post(
        "/account/passkeys", data={"answer": device.make(options(page)), "name": "办公室电脑"}
    )


def add_app(browser: FlaskClient) -> tuple[pyotp.TOTP, list[str]]:
    """An authenticator that counts, and the codes that came with it."""
    page = browser.post("/account/factors", data={"now": PASSWORD, "act": "totp"})
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page.text)
    assert found, page.text
    app = pyotp.TOTP(found[1].replace(" ", ""))
    answer = browser.post("/account/totp", data={"code": app.now()})
    return app, re.findall(r"<li><code>([^<]+)</code>", answer.text)


def later(app: pyotp.TOTP, steps: int = 1) -> str:
    """The code that comes next: this one was used."""
    return str(app.at(now() + timedelta(seconds=30 * steps)))


def password(app: Flask, name: str) -> FlaskClient:
    """A browser that gave the right password of one with a second factor."""
    browser = app.test_client()
    answer = browser.post("/login", data={"username": name, "password": PASSWORD, "next": "/office/archives"})
    assert answer.location == "/login/second"
    return browser


def who(name: str) -> User:
    user = User.by_username(name)
    assert user is not None
    return user


def set_policy(app: Flask, **values: Any) -> None:
    with app.app_context():
        policy = db.session.merge(LoginPolicy.of(db.session.get_one(Bureau, who("admin").bureau_id)))
        for name, value in values.items():
            setattr(policy, name, value)
        db.session.commit()


# ---- the authenticator and the paper


@both_databases
def test_a_code_of_the_app_lets_in_once(app: Flask, desk: Desks) -> None:
    totp, codes = add_app(desk("archivist"))
    assert len(codes) == 10 and len(set(codes)) == 10
    browser = password(app, "archivist")
    assert browser.get("/office/").status_code == 302, "the password alone opens nothing"
    for wrong in ("000000", "٣٣٣٣٣٣", "é", "\ud800", ""):
        data = {"code": wrong.encode("utf-8", "surrogatepass")}
        assert browser.post("/login/second", data=data).status_code == 401, wrong
    code = later(totp)
    answer = browser.post("/login/second", data={"code": f"{code[:3]} {code[3:]}"})
    assert answer.location == "/office/archives"
    assert browser.get("/office/").status_code == 200
    assert password(app, "archivist").post("/login/second", data={"code": code}).status_code == 401
    for steps in (-10, -2, 3):
        code = later(totp, steps)
        assert password(app, "archivist").post("/login/second", data={"code": code}).status_code == 401, steps


def test_a_password_that_was_reset_does_not_go_round_the_second_factor(app: Flask, desk: Desks) -> None:
    _totp, codes = add_app(desk("archivist"))
    with app.app_context():
        one = who("archivist").id
    page = desk("security").post(f"/office/people/{one}/password", data=KNOWN).text
    first = re.findall(r"(?:[2-9a-z]{4}-){3}[2-9a-z]{4}", page)[0]
    browser = app.test_client()
    given = {"username": "archivist", "password": first}
    assert browser.post("/login", data=given).location == "/login/second"
    assert browser.get("/password").status_code == 302
    answer = browser.post("/login/second", data={"code": codes[0]})
    assert answer.location.startswith("/password")


def test_a_code_on_paper_serves_once_however_it_is_typed(app: Flask, desk: Desks) -> None:
    _totp, codes = add_app(desk("archivist"))
    assert all(re.fullmatch(r"([2-9a-z]{4}-){5}[2-9a-z]{4}", code) for code in codes), "24 signs of 5 bits"
    typed = f"  {codes[3].upper()} "
    assert password(app, "archivist").post("/login/second", data={"code": typed}).status_code == 302
    assert password(app, "archivist").post("/login/second", data={"code": codes[3]}).status_code == 401
    typed = codes[4].replace("-", "－", 3).replace("-", "—", 1).replace("-", "")
    assert password(app, "archivist").post("/login/second", data={"code": typed}).status_code == 302
    with app.app_context():
        assert RecoveryCode.left(who("archivist")) == 8


def test_neither_secret_nor_codes_stand_open_in_the_database(app: Flask, desk: Desks) -> None:
    totp, codes = add_app(desk("archivist"))
    with app.app_context():
        row = db.session.scalars(select(Authenticator)).one()
        kept = {one.id for one in db.session.scalars(select(RecoveryCode))}
        assert totp.secret not in row.secret and row.plain() == totp.secret
        assert kept.isdisjoint(codes)
        app.config["SECRET_KEY"] = "another"
        assert row.plain() is None and not row.takes(totp.now())


def test_an_app_counts_only_after_its_first_code(app: Flask, desk: Desks) -> None:
    browser = desk("archivist")
    browser.post("/account/factors", data={"now": PASSWORD, "act": "totp"})
    assert browser.post("/account/totp", data={"code": "000000"}).status_code == 422
    assert desk("archivist").get("/office/").status_code == 200


def test_halfway_in_is_over_after_ten_minutes_and_with_a_new_password(app: Flask, desk: Desks) -> None:
    totp, codes = add_app(desk("archivist"))
    browser = password(app, "archivist")
    with time_machine.travel(now() + timedelta(minutes=11), tick=True):
        answer = browser.post("/login/second", data={"code": codes[0]})
        assert answer.status_code == 401 and "时间过长" in answer.text
    browser = password(app, "archivist")
    with app.app_context():
        who("archivist").set_password(OWN)
        db.session.commit()
    assert browser.post("/login/second", data={"code": codes[0]}).status_code == 401
    assert app.test_client().post("/login/second", data={"code": codes[0]}).status_code == 401


def test_guessing_codes_is_throttled_by_person(app: Flask, desk: Desks) -> None:
    add_app(desk("archivist"))
    answers = [
        password(app, "archivist").post("/login/second", data={"code": f"{number:06}"}).status_code
        for number in range(11)
    ]
    assert answers == [401] * 10 + [429]


# ---- passkeys


def test_a_passkey_lets_in_and_is_bound_to_the_site(app: Flask, desk: Desks) -> None:
    device = Device()
    assert "恢复码" in add_passkey(desk("archivist"), device).text
    browser = password(app, "archivist")
    asked = options(browser.get("/login/second"))
    assert asked["userVerification"] == "required" and asked["allowCredentials"][0]["id"] == b64(device.id)
    wrong = device.prove(asked, origin="https://yidang.example")
    assert browser.post("/login/second", data={"answer": wrong}).status_code == 401
    answer = device.prove(options(browser.get("/login/second")))
    assert browser.post("/login/second", data={"answer": answer}).status_code == 302
    assert browser.get("/office/").status_code == 200


def test_a_passkey_of_somebody_else_an_old_answer_and_an_unproved_person_are_refused(
    app: Flask, desk: Desks
) -> None:
    device, other = Device(), Device()
    add_passkey(desk("archivist"), device)
    add_passkey(desk("planner"), other)
    browser = password(app, "archivist")
    asked = options(browser.get("/login/second"))
    assert browser.post("/login/second", data={"answer": other.prove(asked)}).status_code == 401
    asked = options(browser.get("/login/second"))
    assert browser.post("/login/second", data={"answer": device.prove(asked, flags=0x01)}).status_code == 401
    old = device.prove(options(browser.get("/login/second")))
    cookie = browser.get_cookie("session")
    assert cookie is not None
    assert browser.post("/login/second", data={"answer": old}).status_code == 302
    device.count = 0
    thief = app.test_client()
    thief.set_cookie("session", cookie.value)
    assert thief.post("/login/second", data={"answer": old}).status_code == 401
    for nonsense in ("{}", "[]", "null", '{"id": 1}', "x" * 100, '{"id": "a", "rawId": "b"}'):
        assert browser.post("/login/second", data={"answer": nonsense}).status_code == 401


def test_one_passkey_is_kept_once_and_removed_with_the_password(app: Flask, desk: Desks) -> None:
    browser, device = desk("archivist"), Device()
    add_passkey(browser, device)
    assert add_passkey(browser, device).status_code == 422
    act = f"no-passkey:{b64(device.id)}"
    assert "办公室电脑" in browser.get("/account").text
    assert browser.post("/account/factors", data={"now": "wrong", "act": act}).status_code == 422
    thief = desk("planner")
    assert thief.post("/account/factors", data={"now": PASSWORD, "act": act}).status_code == 404
    assert browser.post("/account/factors", data={"now": PASSWORD, "act": act}).status_code == 302
    with app.app_context():
        assert kinds(who("archivist")) == [] and not db.session.scalars(select(Passkey)).all()


def test_each_act_on_a_factor_asks_for_the_password_on_a_page_of_its_own(app: Flask, desk: Desks) -> None:
    browser = desk("archivist")
    add_passkey(browser, device := Device())
    for act in ("totp", "passkey", "codes", "no-totp", f"no-passkey:{b64(device.id)}"):
        page = browser.get("/account/factors", query_string={"act": act})
        assert page.status_code == 200 and 'name="now"' in page.text
    assert desk("planner").get(f"/account/factors?act=no-passkey:{b64(device.id)}").status_code == 404
    assert browser.get("/account/factors?act=everything").status_code == 404


def test_the_secret_of_an_authenticator_that_counts_is_shown_no_more(app: Flask, desk: Desks) -> None:
    browser = desk("archivist")
    totp, _codes = add_app(browser)
    page = browser.post("/account/factors", data={"now": PASSWORD, "act": "totp"})
    assert page.status_code == 404 and totp.secret[:4] not in page.text


# ---- who has to have one


def test_who_needs_a_second_factor_sets_it_up_before_anything_else(app: Flask, desk: Desks) -> None:
    set_policy(app, second=["archivist"])
    browser = app.test_client()
    answer = browser.post("/login", data={"username": "archivist", "password": PASSWORD})
    assert answer.location == "/account"
    assert browser.get("/office/").location == "/account"
    assert browser.post("/office/inspections/new").status_code == 403
    totp, _codes = add_app(browser)
    assert browser.get("/office/").status_code == 200
    answer = browser.post("/account/factors", data={"now": PASSWORD, "act": "no-totp"})
    assert answer.status_code == 422 and "最后一样不能移除" in answer.text
    assert desk("planner").get("/office/").status_code == 200


def test_a_phone_asks_for_the_second_factor_too(app: Flask, desk: Desks) -> None:
    one = Handset(app)
    set_policy(app, second=["inspector"])
    answer = one.login("inspector1")
    assert (answer.status_code, answer.json["error"]["code"]) == (403, "second_first")
    browser = app.test_client()
    browser.post("/login", data={"username": "inspector1", "password": PASSWORD})
    totp, codes = add_app(browser)
    assert one.login("inspector1").json["error"]["code"] == "second_needed"
    assert one.login("inspector1", "wrong").json["error"]["code"] == "login_failed", (
        "a guesser learns nothing"
    )
    body = {"username": "inspector1", "password": PASSWORD, "code": "000000"}
    assert one.enrol(body).json["error"]["code"] == "second_wrong"
    assert one.enrol(body | {"code": later(totp)}).status_code == 200
    assert one.enrol(body | {"code": codes[0]}).status_code == 200


def test_the_security_administrator_takes_a_lost_factor_away(app: Flask, desk: Desks) -> None:
    add_app(desk("archivist"))
    with app.app_context():
        one = who("archivist").id
    assert desk("admin").post(f"/office/people/{one}/second").status_code == 403
    security = desk("security")
    untold = security.post(f"/office/people/{one}/second", data={"reason": " "})
    assert untold.status_code == 422 and "没有写怎样核实了是本人" in untold.text
    assert security.post(f"/office/people/{one}/second", data=KNOWN).status_code == 302
    assert desk("archivist").get("/office/").status_code == 200
    assert KNOWN["reason"] in security.get(f"/office/people/{one}").text


def test_production_asks_it_of_those_who_can_do_most_harm_and_the_demo_of_nobody(app: Flask) -> None:
    with app.app_context():
        bureau = db.session.get_one(Bureau, who("admin").bureau_id)
        assert LoginPolicy.of(bureau).second == []
        app.config["PRODUCTION"] = True
        assert LoginPolicy.of(bureau).second == [], "a demo bureau"
        bureau.demo = False
        assert set(LoginPolicy.of(bureau).second) == {"admin", "security", "auditor", "archivist"}
        db.session.rollback()


# ---- the rules of the door


def test_the_security_administrator_sets_the_rules_and_others_read_them(app: Flask, desk: Desks) -> None:
    given = {"second": ["admin", "bishop"], "idle_minutes": "15", "hours": "8", "mlps3": "1"}
    for name in ("admin", "auditor"):
        assert desk(name).get("/office/security").status_code == 200
        assert desk(name).post("/office/security", data=given).status_code == 403
    assert desk("archivist").get("/office/security").status_code == 403
    browser = desk("security")
    assert browser.post("/office/security", data=given).status_code == 302
    with app.app_context():
        policy = db.session.get_one(LoginPolicy, who("admin").bureau_id)
        assert (policy.second, policy.idle_minutes, policy.hours, policy.mlps3) == (["admin"], 15, 8, True)
    for wrong in ({"idle_minutes": "4"}, {"hours": "25"}, {"hours": "²"}, {"idle_minutes": ""}):
        assert browser.post("/office/security", data=given | wrong).status_code == 422


def test_mlps_level_3_wants_mixed_passwords_that_change_and_do_not_come_back(app: Flask, desk: Desks) -> None:
    browser = desk("archivist")

    def change(old: str, new: str) -> TestResponse:
        return browser.post("/password", data={"now": old, "new": new, "again": new})

    def grow_old() -> None:
        with app.app_context():
            db.session.execute(update(User).values(password_at=now() - timedelta(days=91)))
            db.session.commit()

    assert change(PASSWORD, "correct horse battery").status_code == 302, "without the switch length is enough"
    grow_old()
    given = {"username": "archivist", "password": "correct horse battery"}
    assert app.test_client().post("/login", data=given).location == "/office/", "nor does it have to change"
    set_policy(app, mlps3=True)
    assert "三类" in change("correct horse battery", "correct horse battery too").text
    assert change("correct horse battery", "Correct horse 42").status_code == 302
    assert change("Correct horse 42", "Staple horse 43").status_code == 302
    assert "最近用过" in change("Staple horse 43", "Correct horse 42").text
    grow_old()
    again = app.test_client()
    given = {"username": "archivist", "password": "Staple horse 43"}
    assert again.post("/login", data=given).location.startswith("/password")
    assert Handset(app).login("inspector1").json["error"]["code"] == "password_first"


@pytest.mark.parametrize("password", ["password1990!!", "abcd1234abcd1234", "qwertyuiop123", "zaq12wsxcde3"])
def test_what_a_guesser_reaches_soon_is_refused(desk: Desks, password: str) -> None:
    answer = desk("archivist").post("/password", data={"now": PASSWORD, "new": password, "again": password})
    assert answer.status_code == 422 and "太常见" in answer.text


# ---- a bureau's beginning

FIRST = [
    "accounts",
    "first",
    "某县人力资源和社会保障局",
    "--short",
    "某县人社局",
    "--prefix",
    "某人社检",
    "--region",
    "410421",
]
THREE = ["--admin", "wang=王一", "--security", "li=李二", "--auditor", "zhao=赵三"]


def test_a_bureau_begins_with_three_administrators_and_once(app: Flask) -> None:
    run = app.test_cli_runner().invoke
    assert "三员分立" in run(args=[*FIRST, *THREE[:4], "--auditor", "wang=王一"]).output
    said = run(args=[*FIRST, *THREE])
    assert said.exit_code == 0, said.output
    slips = dict(line.split("\t") for line in said.output.splitlines())
    assert set(slips) == {"wang", "li", "zhao"}
    answer = app.test_client().post("/login", data={"username": "wang", "password": slips["wang"]})
    assert answer.status_code in (302, 400)
    with app.app_context():
        assert [who(name).roles for name in ("wang", "li", "zhao")] == [["admin"], ["security"], ["auditor"]]
        assert who("wang").must_change and not who("wang").bureau.demo
    again = run(args=[*FIRST, "--admin", "a1=甲", "--security", "b1=乙", "--auditor", "c1=丙"])
    assert again.exit_code == 1 and "has its administrators" in again.output


# ---- throttling


def throttled(**limits: str) -> Flask:
    """An app with a few people and tight limits."""
    settings = SETTINGS | {"DATABASE_URL": "sqlite://", "WTF_CSRF_ENABLED": False} | limits
    app = create_app(settings)
    with app.app_context():
        db.create_all()
        bureau = Bureau(id="b", name="局", short_name="局", number_prefix="x", region="410400", districts=[])
        db.session.add(bureau)
        for name in ("wei", "na"):
            user = User(id=name, username=name, name=name, roles=["planner"], bureau_id="b")
            user.set_password(OWN)
            db.session.add(user)
        db.session.commit()
    return app


def guess(browser: FlaskClient, name: str, word: str = "wrong", address: str = "10.0.0.1") -> int:
    given = {"username": name, "password": word}
    return browser.post("/login", data=given, environ_base={"REMOTE_ADDR": address}).status_code


def test_one_address_that_tries_many_names_is_stopped() -> None:
    app = throttled(ADDRESS_TRIES="5 per minute")
    assert [guess(app.test_client(), f"name{n}") for n in range(7)] == [401] * 5 + [429] * 2
    assert guess(app.test_client(), "wei", OWN, "10.0.0.2") == 302


def test_many_addresses_that_try_one_name_lock_strangers_out_and_not_the_person() -> None:
    app = throttled(ACCOUNT_TRIES="5 per minute")
    known = app.test_client()
    assert guess(known, "wei", OWN, "10.1.1.1") == 302
    tries = [guess(app.test_client(), "wei", address=f"10.2.0.{n}") for n in range(7)]
    assert tries == [401] * 5 + [429] * 2
    assert guess(app.test_client(), "wei", OWN, "10.3.0.1") == 429, "a stranger waits, the right word or not"
    known.post("/logout")
    assert guess(known, "wei", OWN, "10.1.1.1") == 302, "the person's own browser comes in"
    assert guess(app.test_client(), "na", OWN, "10.2.0.1") == 302
