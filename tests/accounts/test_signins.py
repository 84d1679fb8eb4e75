"""Where somebody is in: sessions that end by time, by act and from elsewhere; a phone that comes in by its key."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from tests.accounts.test_factors import add_app, later
from tests.conftest import both_databases
from tests.handset import ORIGIN, Handset
from webapp.accounts.agents import browser_name
from webapp.accounts.coming import knows
from webapp.accounts.models import Enrolment, User
from webapp.accounts.phone_key import enrolling, entering, jwk_of
from webapp.accounts.signins import SignIn
from webapp.db import db, now
from webapp.demo.world import PASSWORD

Desks = Callable[[str], FlaskClient]
Phones = Callable[[str], Handset]


def enter(
    one: Handset, user: str = "", *, nonce: str = "", origin: str = ORIGIN, **given: str
) -> TestResponse:
    """Come in by the phone's key."""
    user = user or one.user
    said = {"device": one.device, "user": user, "nonce": nonce or one.challenge()} | given
    said.setdefault("entry", one.entries.get(user, "none"))
    text = entering(origin, said["device"], said["user"], said["nonce"])
    answer = one.client.post("/api/v1/enter", json={"signature": one.prove(text)} | said | given)
    if answer.status_code == 200:
        one.csrf = answer.json["csrf_token"]
    return answer


def set_rows(app: Flask, **values: object) -> None:
    with app.app_context():
        db.session.execute(update(SignIn).values(**values))
        db.session.commit()


def code(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.json["error"]["code"]


def test_what_is_signed_for_one_purpose_serves_no_other(app: Flask, desk: Desks, phone: Phones) -> None:
    one, browser = phone("inspector1"), desk("inspector1")
    known = browser.get_cookie("known").value
    for other in (known, browser.get_cookie("session").value):
        assert code(enter(one, nonce=other)) == (401, "key_refused")
    for other in (one.challenge(), known):
        stranger = app.test_client()
        stranger.set_cookie("session", other)
        assert stranger.get("/account").status_code == 302
    with app.test_request_context(headers={"Cookie": f"known={one.challenge()}"}):
        assert knows("inspector1") is None
    with app.test_request_context(headers={"Cookie": f"known={known}"}):
        assert knows("inspector1") is not None


# ---- sessions


@both_databases
def test_a_session_ends_by_itself_after_hours_and_without_a_click(app: Flask, desk: Desks) -> None:
    browser = desk("archivist")
    set_rows(app, seen_at=now() - timedelta(minutes=59))
    assert browser.get("/office/").status_code == 200
    with app.app_context():
        row = db.session.scalars(select(SignIn).where(SignIn.device_id.is_(None))).one()
        assert now() - row.seen_at < timedelta(minutes=1), "a click keeps it"
    set_rows(app, seen_at=now() - timedelta(minutes=61))
    assert browser.get("/office/").status_code == 302
    other = desk("archivist")
    set_rows(app, ends_at=now() - timedelta(seconds=1))
    assert other.get("/office/").status_code == 302


def test_a_phones_session_does_not_end_for_want_of_a_click(app: Flask, phone: Phones) -> None:
    one = phone("inspector1")
    set_rows(app, seen_at=now() - timedelta(days=13))
    assert one.client.get("/api/v1/worklist").status_code == 200
    set_rows(app, ends_at=now())
    assert one.client.get("/api/v1/worklist").status_code == 401


def test_a_copied_cookie_lets_nobody_in_after_logging_out(app: Flask, desk: Desks) -> None:
    browser, thief = desk("archivist"), app.test_client()
    cookie = browser.get_cookie("session")
    assert cookie is not None
    thief.set_cookie("session", cookie.value)
    assert thief.get("/office/").status_code == 200
    browser.post("/logout")
    assert thief.get("/office/").status_code == 302


def test_one_sees_where_one_is_in_and_ends_the_others(app: Flask, desk: Desks, phone: Phones) -> None:
    here, there, one = desk("inspector1"), desk("inspector1"), phone("inspector1")
    somebody = desk("inspector2")
    page = here.get("/account").text
    assert page.count("退出那里") == 2 and "test phone" in page and "就是这里" in page
    assert here.post("/account/sessions/end", data={"which": ""}).status_code == 302
    assert there.get("/account").status_code == 302
    assert one.client.get("/api/v1/worklist").status_code == 401
    assert code(enter(one)) == (401, "key_refused")
    assert here.get("/account").text.count("退出那里") == 0
    assert somebody.get("/account").status_code == 200


def test_one_session_is_ended_alone_and_nobody_elses(app: Flask, desk: Desks) -> None:
    here, there = desk("inspector1"), desk("inspector1")
    with app.app_context():
        other = User.by_username("inspector1")
        assert other is not None
        rows = SignIn.of(other)
    assert (
        desk("inspector2").post("/account/sessions/end", data={"which": f"session:{rows[0].id}"}).status_code
        == 404
    )
    newest = max(rows, key=lambda row: row.began_at)
    here.post("/account/sessions/end", data={"which": f"session:{newest.id}"})
    assert (here.get("/account").status_code, there.get("/account").status_code) == (200, 302)


@pytest.mark.parametrize("act", ["disable", "roles", "password", "second"])
def test_what_changes_an_account_ends_its_sessions(app: Flask, desk: Desks, phone: Phones, act: str) -> None:
    theirs, one, keeper = (
        desk("inspector1"),
        phone("inspector1"),
        desk("admin" if act == "disable" else "security"),
    )
    keeper.post(f"/office/people/{one.user}/{act}", data={"roles": ["planner"], "reason": "本人持工作证"})
    if act == "disable":
        keeper.post(f"/office/people/{one.user}/enable")
    assert theirs.get("/account").status_code == 302, "an account that is enabled again revives no session"
    assert one.client.get("/api/v1/worklist").status_code == 401
    assert code(enter(one)) == (401, "key_refused")


# ---- a phone at the desk's pages


def opens_desk(one: Handset) -> bool:
    answer = one.client.get("/account")
    assert answer.status_code == 200 or answer.location == "/login?next=/account"
    return answer.status_code == 200


@both_databases
def test_a_phone_opens_the_desks_pages_as_long_after_a_password_as_a_desk(app: Flask, phone: Phones) -> None:
    one = phone("inspector1")
    set_rows(app, seen_at=now() - timedelta(minutes=59))
    assert one.client.get("/api/v1/worklist").status_code == 200 and opens_desk(one)
    set_rows(app, seen_at=now() - timedelta(minutes=59))
    assert opens_desk(one), "a click kept it"
    set_rows(app, seen_at=now() - timedelta(minutes=61))
    assert not opens_desk(one)
    assert one.client.get("/api/v1/worklist").status_code == 200
    assert not opens_desk(one), "what the app asks for is no click"
    refused = one.post("/account/sessions/end", {})
    assert refused.status_code == 401 and "请再用密码登录一次" in refused.text
    set_rows(app, seen_at=now(), began_at=now() - timedelta(hours=12))
    assert not opens_desk(one), "nor for longer than the hours of the policy, whoever clicks"


def test_the_phones_key_alone_opens_no_page_of_the_desk(app: Flask, phone: Phones) -> None:
    one = phone("inspector1")
    assert opens_desk(one)
    set_rows(app, ends_at=now())
    assert enter(one).status_code == 200
    assert one.client.get("/api/v1/worklist").status_code == 200 and not opens_desk(one)


def test_a_password_opens_the_desk_on_the_phone_again_and_its_app_goes_on(app: Flask, phone: Phones) -> None:
    one = phone("inspector1")
    row = one.row()
    set_rows(app, seen_at=now() - timedelta(days=1))
    page = one.client.get("/login?next=/account").text
    assert "手机上的检查不受影响" in page and 'value="inspector1"' in page
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    given = {"username": "inspector1", "password": "wrong", "csrf_token": token, "next": "/account"}
    assert one.client.post("/login", data=given).status_code == 401 and not opens_desk(one)
    assert one.client.post("/login", data=given | {"password": PASSWORD}).location == "/account"
    assert opens_desk(one)
    one.arrive(row)
    assert one.sync(row["id"])["accepted"], "the phone's session, with the token that its app knows"
    with one.client.session_transaction() as session:
        assert (session["device"], session["people"]) == (one.device, [one.user])
    assert one.client.get("/login").location == "/field/"


def test_with_a_second_factor_too_the_phone_stays_the_phone(app: Flask, phone: Phones) -> None:
    app.config.update(WTF_CSRF_ENABLED=False)
    one = phone("inspector1")
    totp, _codes = add_app(one.client)
    set_rows(app, seen_at=now() - timedelta(days=1))
    given = {"username": "inspector1", "password": PASSWORD}
    assert one.client.post("/login", data=given).location == "/login/second"
    assert not opens_desk(one) and one.client.get("/api/v1/worklist").status_code == 200
    assert one.client.post("/login/second", data={"code": later(totp)}).status_code == 302
    assert opens_desk(one) and one.client.get("/api/v1/worklist").status_code == 200


def test_who_else_comes_to_the_desk_on_a_phone_gets_no_phones_session(app: Flask, phone: Phones) -> None:
    app.config.update(WTF_CSRF_ENABLED=False)
    one = phone("inspector1")
    set_rows(app, seen_at=now() - timedelta(days=1))
    given = {"username": "archivist", "password": PASSWORD}
    assert one.client.post("/login", data=given).location == "/office/"
    assert one.client.get("/office/").status_code == 200
    with one.client.session_transaction() as session:
        assert "device" not in session and "people" not in session


def test_a_phone_whose_desk_is_closed_shows_of_the_office_nothing_by_the_api_either(
    app: Flask, phone: Phones
) -> None:
    other, one = phone("inspector2"), phone("inspector9")
    row = other.row()
    with app.app_context():
        db.session.get_one(User, one.user).roles = ["inspector", "archivist"]
        db.session.commit()
    path = f"/api/v1/inspections/{row['id']}"
    assert one.client.get(path).status_code == 200
    set_rows(app, seen_at=now() - timedelta(minutes=61))
    assert code(one.client.get(path)) == (404, "inspection_unknown")
    assert code(one.client.get(f"{path}/archive")) == (401, "desk_closed")
    assert other.client.get(path).status_code == 200, "the own visits stay open"


# ---- the phone's key


def test_nobody_enrols_on_another_phone_by_its_id_and_public_key(app: Flask, phone: Phones) -> None:
    one, thief = phone("inspector1"), Handset(app)
    # Both stand in every archive that this phone sealed.
    thief.device, public = one.device, jwk_of(one.key.public_key())
    assert code(thief.login("inspector2", public_key=public)) == (403, "device_unproved")
    assert code(thief.login("inspector1", public_key=public)) == (403, "device_unproved")
    assert code(thief.login("inspector2")) == (409, "device_differs"), "an own key makes no other phone of it"
    with app.app_context():
        assert [row.user_id for row in Enrolment.of_device(one.device)] == [one.user]
    assert thief.client.get("/api/v1/worklist").status_code == 401
    assert one.login("inspector2").status_code == 200, "who holds the phone enrols on it"


def test_what_a_phone_signed_enrols_one_person_once_here_and_within_a_minute(
    app: Flask, phone: Phones
) -> None:
    one, other = phone("inspector1"), phone("inspector9")
    nonce = one.challenge()
    theirs = {"username": "inspector2", "password": PASSWORD, "nonce": nonce}
    signed = {
        "for another person": enrolling(ORIGIN, one.device, "inspector1", nonce),
        "for another site": enrolling("https://elsewhere.example", one.device, "inspector2", nonce),
        "for another phone": enrolling(ORIGIN, other.device, "inspector2", nonce),
        "for another nonce": enrolling(ORIGIN, one.device, "inspector2", one.challenge()),
        "to come in": entering(ORIGIN, one.device, "inspector2", nonce),
    }
    for why, data in signed.items():
        assert code(one.enrol(theirs | {"signature": one.prove(data)})) == (403, "device_unproved"), why
    for why, foreign in {"another phone's": other.challenge(), "nobody's": "forged"}.items():
        assert code(one.enrol(theirs | {"nonce": foreign})) == (403, "device_unproved"), why
    assert one.enrol(theirs).status_code == 200
    assert code(one.enrol(theirs)) == (403, "device_unproved"), "it served once"
    late = one.challenge()
    with time_machine.travel(now() + timedelta(seconds=62), tick=True):
        assert code(one.enrol(theirs | {"nonce": late})) == (403, "device_unproved")


def test_a_wrong_password_uses_no_challenge_up_and_a_wrong_proof_counts_as_no_try(app: Flask) -> None:
    one = Handset(app)
    said = {"username": "inspector1", "nonce": one.challenge()}
    for _ in range(12):
        assert code(one.enrol(said | {"password": PASSWORD, "signature": one.prove(b"x")}))[0] == 403
    assert code(one.enrol(said | {"password": "wrong"})) == (401, "login_failed")
    assert one.enrol(said | {"password": PASSWORD}).status_code == 200


def test_the_phones_key_opens_a_session_without_a_password(app: Flask, phone: Phones) -> None:
    one = phone("inspector1")
    set_rows(app, ends_at=now())
    answer = enter(one)
    assert answer.status_code == 200 and answer.json["entry"] is None
    row = one.row()
    one.arrive(row)
    assert one.sync(row["id"])["accepted"]


def test_everyone_of_the_phone_comes_in_again_one_after_the_other(app: Flask, phone: Phones) -> None:
    one = phone("inspector1")
    first = one.user
    assert one.login("inspector2").status_code == 200
    set_rows(app, ends_at=now())
    assert [enter(one, first).status_code, enter(one).status_code] == [200, 200]
    with one.client.session_transaction() as session:
        assert session["people"] == [first, one.user]


def test_a_signature_serves_once_and_for_a_minute(app: Flask, phone: Phones) -> None:
    one = phone("inspector1")
    nonce = one.challenge()
    assert enter(one, nonce=nonce).status_code == 200
    assert code(enter(one, nonce=nonce)) == (401, "key_refused")
    late = one.challenge()
    with time_machine.travel(now() + timedelta(seconds=62), tick=True):
        assert code(enter(one, nonce=late)) == (401, "key_refused")


def test_a_signature_is_for_this_site_this_phone_and_this_person(app: Flask, phone: Phones) -> None:
    one, other = phone("inspector1"), phone("inspector2")
    nobody = "00000000-0000-4000-8000-000000000000"
    refused = [
        enter(one, origin="https://elsewhere.example"),
        enter(one, other.user),
        enter(one, nonce=other.challenge()),
        enter(one, nonce="forged"),
        enter(one, signature=base64.b64encode(b"x" * 70).decode()),
        enter(one, device=other.device),
        enter(one, device=nobody),
        enter(one, entry="guessed"),
        enter(one, user=nobody),
    ]
    assert {code(answer) for answer in refused} == {(401, "key_refused")}


def test_who_left_the_phone_comes_in_by_password_only(app: Flask, phone: Phones) -> None:
    one = phone("inspector1")
    one.post("/api/v1/logout", {})
    assert code(enter(one)) == (401, "key_refused")
    assert one.login("inspector1").status_code == 200
    assert enter(one).status_code == 200


def test_a_revoked_phones_key_opens_nothing(app: Flask, phone: Phones) -> None:
    one = phone("inspector1")
    with app.app_context():
        db.session.execute(update(Enrolment).values(revoked_at=now()))
        db.session.commit()
    assert code(enter(one)) == (403, "device_revoked")


def test_a_partner_whose_password_changed_writes_nothing_here_until_the_new_one(
    app: Flask, phone: Phones
) -> None:
    one = phone("inspector2")
    row = one.row()
    one.arrive(row)
    assert one.login("inspector1").status_code == 200
    with app.app_context():
        user = User.by_username("inspector2")
        assert user is not None
        user.set_password("another-long-one")
        db.session.commit()
    answer = one.send(one.logs[row["id"]], {})
    assert answer.json["accepted"] == [] and len(answer.json["rejected"]) == 1
    assert one.login("inspector2", "another-long-one").status_code == 200
    assert len(one.send(one.logs[row["id"]], {}).json["accepted"]) == 1


def test_guessing_at_the_key_is_throttled_by_phone(app: Flask, phone: Phones) -> None:
    one, other = phone("inspector1"), phone("inspector2")
    answers = [enter(one, nonce="forged").status_code for _ in range(32)]
    assert answers[:30] == [401] * 30 and answers[30:] == [429, 429]
    assert enter(other).status_code == 200


def test_a_browser_is_named_in_two_words() -> None:
    edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"
    assert browser_name(edge) == "Edge · Windows"
    assert (
        browser_name("Mozilla/5.0 (Linux; Android 14) Chrome/140 Mobile MicroMessenger/8.0")
        == "微信 · Android"
    )
    assert browser_name("curl/8") == ""
