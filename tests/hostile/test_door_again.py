"""The door once more: what a hostile colleague, or somebody with half of what it takes, gets by it."""

import json
import tracemalloc
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.accounts.test_audit import lines
from tests.accounts.test_factors import Device, add_app, add_passkey, later, options, password
from tests.accounts.test_signins import code, enter
from tests.handset import Handset
from webapp.accounts.models import Bureau, User
from webapp.accounts.policy import LoginPolicy
from webapp.accounts.rules import network_of
from webapp.accounts.views import limiter
from webapp.db import db
from webapp.demo.load import PASSWORD

Desk = Callable[[str], FlaskClient]
Phone = Callable[[str], Handset]


class Uncounted(Device):
    """A passkey that lies in a password manager, and so on many devices, which do not count together."""

    def _head(self, site: str, flags: int) -> bytes:
        self.count = -1
        return super()._head(site, flags)


# ---- what leaves


@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=0-"}])
@pytest.mark.parametrize("path", ["/office/archives/catalogue.xlsx", "/office/archives/catalogue.pdf"])
def test_a_file_leaves_its_line_also_where_it_is_asked_for_in_parts(
    app: Flask, desk: Desk, path: str, headers: dict[str, str]
) -> None:
    browser = desk("archivist")
    with browser.get(path, headers=headers) as answer:
        assert answer.status_code == (206 if headers else 200)
        assert answer.headers["Cache-Control"] == "no-store"
    assert len(lines(app, "downloaded")) == 1


def test_a_photo_stays_in_no_cache_of_a_phone_or_a_desk(phone: Phone) -> None:
    one = phone("inspector1")
    row = one.row()
    one.arrive(row)
    data = one.photograph(row["id"])
    one.sync(row["id"])
    sha256 = one.logs[row["id"]][-1]["payload"]["sha256"]
    assert one.patch(sha256, data).status_code == 204
    answer = one.client.get(f"/api/v1/blobs/{sha256}")
    assert answer.data == data and answer.headers["Cache-Control"] == "no-store"


# ---- factors


def test_what_makes_an_authenticators_codes_is_shown_once(app: Flask, desk: Desk) -> None:
    browser = desk("archivist")
    secret = add_app(browser)[0].secret
    again = browser.post("/account/factors", data={"now": PASSWORD, "act": "totp"})
    assert again.status_code == 404 and secret[:4] not in again.text


def test_a_passkeys_answer_written_in_another_way_is_still_the_same_answer(app: Flask, desk: Desk) -> None:
    key = Uncounted()
    assert add_passkey(desk("archivist"), key).status_code == 200
    browser = password(app, "archivist")
    page = browser.get("/login/second")
    cookie = browser.get_cookie("session").value
    answer = json.loads(key.prove(options(page)))
    assert browser.post("/login/second", data={"answer": json.dumps(answer)}).status_code == 302
    thief = app.test_client()
    thief.set_cookie("session", cookie)
    answer["response"]["clientDataJSON"] += "="
    assert thief.post("/login/second", data={"answer": json.dumps(answer)}).status_code == 401


def test_a_phones_key_does_not_go_round_a_second_factor_that_is_asked_for_now(
    app: Flask, phone: Phone
) -> None:
    one = phone("inspector1")
    with app.app_context():
        bureau = db.session.get_one(Bureau, User.by_username("inspector1").bureau_id)
        db.session.merge(LoginPolicy.of(bureau)).second = ["inspector"]
        db.session.commit()
    assert code(enter(one)) == (403, "second_first")


def test_who_has_the_password_does_not_guess_six_figures_and_locks_nobody_out(
    app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, codes = add_app(desk("archivist"))
    thief = password(app, "archivist")
    monkeypatch.setattr(limiter, "enabled", False)
    for n in range(30):
        assert thief.post("/login/second", data={"code": f"{n:06}"}).status_code == 401
    assert password(app, "archivist").post("/login/second", data={"code": later(made)}).status_code == 401
    assert password(app, "archivist").post("/login/second", data={"code": codes[0]}).status_code == 302


# ---- throttles


def tried(browser: FlaskClient, name: str, given: str = "wrong", address: str = "203.0.113.9") -> int:
    data = {"username": name, "password": given}
    return browser.post("/login", data=data, environ_base={"REMOTE_ADDR": address}).status_code


def test_a_colleague_behind_the_same_address_locks_nobody_out(app: Flask) -> None:
    app.config.update(WTF_CSRF_ENABLED=False, LOGIN_TRIES="3 per hour", ADDRESS_TRIES="5 per hour")
    own, others = app.test_client(), app.test_client()
    assert tried(own, "planner", PASSWORD) == 302
    own.post("/logout")
    assert [tried(others, "planner") for _ in range(4)] == [401, 401, 401, 429]
    assert [tried(others, f"nobody{n}") for n in range(3)] == [401, 401, 429]
    assert tried(own, "planner", PASSWORD) == 302


def test_a_browser_that_knows_a_person_has_no_more_tries_for_it(app: Flask) -> None:
    app.config.update(WTF_CSRF_ENABLED=False, LOGIN_TRIES="3 per hour", ADDRESS_TRIES="5 per hour")
    own = app.test_client()
    assert tried(own, "planner", PASSWORD) == 302
    own.post("/logout")
    assert [tried(own, "planner", address=f"203.0.113.{n}") for n in range(4)] == [401, 401, 401, 429]
    assert tried(own, "admin") == 401


def test_who_has_a_whole_network_has_no_more_tries(app: Flask) -> None:
    app.config.update(WTF_CSRF_ENABLED=False, ADDRESS_TRIES="5 per hour")
    tries = [tried(app.test_client(), f"nobody{n}", address=f"2001:db8:1:2::{n + 1:x}") for n in range(6)]
    assert tries == [401] * 5 + [429]
    assert tried(app.test_client(), "nobody", address="2001:db8:1:3::1") == 401


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        (None, ""),
        ("nonsense", "nonsense"),
    ],
)
def test_an_address_belongs_to_a_network(address: str | None, network: str) -> None:
    assert network_of(address) == network


# ---- what costs

BOMB = b"[" + b"[]," * 300_000 + b"[]]"


@pytest.mark.parametrize("path", ["/api/v1/login", "/api/v1/challenge", "/api/v1/enter"])
def test_who_proved_nothing_yet_fills_no_memory(client: FlaskClient, path: str) -> None:
    body = b'{"username":' + BOMB + b"}"
    answer = client.post(path, data=body, content_type="application/json")
    assert (answer.status_code, answer.json["error"]["code"]) == (413, "too_large")


def test_a_phone_sends_four_megabytes_at_once_and_no_more(phone: Phone) -> None:
    one = phone("inspector1")
    big = one.send([{"x": "x" * 4 * 1024 * 1024}])
    assert (big.status_code, big.json["error"]["code"]) == (413, "too_large")
    assert one.send([{"x": "x" * 3 * 1024 * 1024}]).status_code == 200


def test_the_head_of_a_rescue_file_is_read_into_its_own_type_and_nothing_else(client: FlaskClient) -> None:
    head = b'{"version":"yidang-rescue-1","bureau":' + BOMB * 8
    tracemalloc.start()
    try:
        answer = client.post("/api/v1/rescue", data=head + b"}\nx\n", content_type="application/octet-stream")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (answer.status_code, answer.json["error"]["code"]) == (422, "rescue_damaged")
    assert peak < 6 * len(head), peak


def test_a_stranger_hands_over_so_many_false_files_and_no_more(client: FlaskClient) -> None:
    sent = [client.post("/api/v1/rescue", data=b"nonsense").status_code for _ in range(61)]
    assert sent == [422] * 60 + [429]


# ---- phones of others


def test_no_bureau_shuts_out_a_phone_of_another_by_enrolling_somebody_on_it(
    app: Flask, desk: Desk, phone: Phone
) -> None:
    one, forged = phone("inspector1"), Handset(app)
    # However that was come by: a phone that both bureaus' people use, or a browser that gave its key away.
    forged.device, forged.key = one.device, one.key
    assert forged.login("inspector1.rz").status_code == 200
    path = f"/office/people/{forged.user}/phones/{one.device}/revoke"
    assert desk("admin.rz").post(path, data={"reason": "丢失"}).status_code == 302
    assert code(forged.client.get("/api/v1/worklist")) == (403, "device_revoked")
    row = one.row()
    one.arrive(row)
    assert one.sync(row["id"])["accepted"]
    assert one.login("inspector1").status_code == 200 and enter(one).status_code == 200


def test_of_two_bureaus_on_one_phone_the_one_that_did_not_revoke_it_writes_for_its_own_alone(
    app: Flask, desk: Desk, phone: Phone
) -> None:
    one = phone("inspector1")
    row = one.row()
    one.arrive(row)
    hers = one.user
    assert one.login("inspector1.rz").status_code == 200
    path = f"/office/people/{hers}/phones/{one.device}/revoke"
    assert desk("admin").post(path, data={"reason": "丢失"}).status_code == 302
    answer = one.send(one.logs[row["id"]], {})
    assert answer.json["accepted"] == [] and len(answer.json["rejected"]) == 1
    assert one.client.get(f"/api/v1/inspections/{row['id']}").status_code == 404
