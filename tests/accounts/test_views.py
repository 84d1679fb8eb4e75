"""The door: who comes in, who does not, and what each is told."""

from collections.abc import Callable

import pytest
from argon2 import Type
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import PASSWORDS
from tests.handset import Handset
from webapp import create_app
from webapp.accounts.access import allow, check_audiences
from webapp.accounts.models import User
from webapp.accounts.rules import safe_next
from webapp.api import document
from webapp.db import db

Phones = Callable[[str], Handset]


def test_every_route_declares_its_audience(app: Flask) -> None:
    assert all(view.audience for view in app.view_functions.values())


def test_the_app_does_not_start_with_a_route_without_an_audience(app: Flask) -> None:
    app.view_functions["open_to_all_by_mistake"] = lambda: "secrets"
    with pytest.raises(RuntimeError, match="open_to_all_by_mistake"):
        check_audiences(app)


def test_an_audience_must_be_known() -> None:
    with pytest.raises(ValueError, match="bishop"):
        allow("bishop")


def test_a_password_costs_what_it_should() -> None:
    """Argon2id with at least the second recommendation of RFC 9106."""
    assert (PASSWORDS.type, PASSWORDS.time_cost >= 3, PASSWORDS.memory_cost >= 65536) == (Type.ID, True, True)


def test_login_gives_what_the_contract_says(app: Flask) -> None:
    answer = Handset(app).login("inspector1")
    assert answer.status_code == 200
    assert set(answer.json) == {"user", "csrf_token", "server_time", "entry"}
    assert set(answer.json["user"]) == {"id", "name", "roles", "bureau"}
    assert answer.json["user"]["roles"] == ["inspector"]


@pytest.mark.parametrize(
    ("username", "password"), [("inspector1", "wrong"), ("nobody", "yidang-demo"), ("", ""), ("a\0b", "x")]
)
def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(
    app: Flask, username: str, password: str
) -> None:
    answer = Handset(app).login(username, password)
    assert (answer.status_code, answer.json["error"]["code"]) == (401, "login_failed")
    assert answer.json["error"]["hint"]


def test_wrong_passwords_are_throttled_by_name_and_address() -> None:
    app = create_app(
        {"TESTING": True, "DATABASE_URL": "sqlite://", "LOGIN_TRIES": "3 per minute", "SECRET_KEY": "x"}
    )
    with app.app_context():
        db.create_all()
    tries = [Handset(app).login("inspector1", "wrong") for _ in range(5)]
    assert [answer.status_code for answer in tries] == [401, 401, 401, 429, 429]
    assert int(tries[-1].headers["Retry-After"]) > 0
    assert Handset(app).login("inspector2", "wrong").status_code == 401


def test_a_disabled_account_does_not_come_in(app: Flask) -> None:
    with app.app_context():
        User.query.filter_by(username="inspector1").one().active = False
        db.session.commit()
    assert Handset(app).login("inspector1").status_code == 401


def test_a_new_password_ends_every_session(app: Flask, desk: Callable[[str], FlaskClient]) -> None:
    browser = desk("archivist")
    assert browser.get("/office/").status_code == 200
    with app.app_context():
        User.query.filter_by(username="archivist").one().set_password("another-long-one")
        db.session.commit()
    assert browser.get("/office/").status_code == 302


@pytest.mark.parametrize(
    "device",
    [
        {"id": "x"},
        {"name": ""},
        {"name": "x" * 101},
        {"public_key": {}},
        {"public_key": {"kty": "RSA"}},
        {"id": None},
    ],
)
def test_a_phone_that_cannot_be_enrolled_is_a_clear_error(app: Flask, device: dict) -> None:
    answer = Handset(app).login("inspector1", **device)
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "malformed")


def test_another_key_for_an_enrolled_phone_is_refused(app: Flask, phone: Phones) -> None:
    one, other = phone("inspector1"), Handset(app)
    other.device = one.device
    assert other.login("inspector2").json["error"]["code"] == "device_differs"


def test_logging_out_ends_the_session(phone: Phones) -> None:
    one = phone("inspector1")
    assert one.post("/api/v1/logout", {}).status_code == 204
    assert one.client.get("/api/v1/worklist").status_code == 401


def test_the_desk_has_no_phone(desk: Callable[[str], FlaskClient]) -> None:
    answer = desk("inspector1").get("/api/v1/worklist")
    assert (answer.status_code, answer.json["error"]["code"]) == (403, "device_needed")


@pytest.mark.parametrize(
    ("target", "safe"),
    [
        ("/office/?state=sealed", "/office/?state=sealed"),
        ("//evil.example", None),
        ("https://evil.example", None),
        ("/\\evil.example", None),
        ("/\tevil", None),
        ("", None),
        (None, None),
    ],
)
def test_after_login_one_goes_on_within_this_site_only(target: str | None, safe: str | None) -> None:
    assert safe_next(target) == safe


def test_a_page_asks_to_log_in_and_comes_back(client: FlaskClient) -> None:
    answer = client.get("/office/?state=sealed")
    assert answer.status_code == 302
    assert answer.location == "/login?next=/office/?state%3Dsealed"


def test_every_answer_carries_a_strict_policy(client: FlaskClient) -> None:
    headers = client.get("/login").headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assert headers["Cache-Control"] == "no-store"
    assert "camera=(self)" in headers["Permissions-Policy"]


def test_a_weak_secret_is_refused_in_production() -> None:
    with pytest.raises(RuntimeError, match="YIDANG_SECRET_KEY"):
        create_app({"PRODUCTION": True, "SECRET_KEY": "short", "DATABASE_URL": "sqlite://"})


def test_the_cookie_is_host_bound_where_served_by_https() -> None:
    app = create_app({"HTTPS": True, "DATABASE_URL": "sqlite://"})
    assert app.config["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert app.config["SESSION_COOKIE_SECURE"]


def test_the_openapi_document_is_made_from_what_validates(app: Flask, client: FlaskClient) -> None:
    from openapi_spec_validator import validate

    shown = client.get("/api/v1/openapi.json").json
    validate(shown)
    assert shown == document(app)
    contract = {
        ("/api/v1/login", "post"), ("/api/v1/logout", "post"), ("/api/v1/worklist", "get"), ("/api/v1/sync", "post"),
        ("/api/v1/blobs/{sha256}", "head"), ("/api/v1/blobs/{sha256}", "patch"), ("/api/v1/blobs/{sha256}", "get"),
        ("/api/v1/inspections/{inspection_id}", "get"), ("/api/v1/inspections/{inspection_id}/archive", "get"),
    }  # fmt: skip
    assert contract <= {(path, method) for path, methods in shown["paths"].items() for method in methods}
    sync = shown["components"]["schemas"]["SyncRequest"]
    assert sync["required"] == ["device", "cursors", "events"]


def test_health_says_what_is_well(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert set(answer.json) == {"status", "database", "blobs", "version"}


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/nothing"])
def test_what_is_not_there_says_so_in_the_form_that_was_asked_for(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert ("error" in (answer.json or {})) == path.startswith("/api/")


def test_an_answer_on_its_way_does_not_put_an_older_session_back(phone: Phones) -> None:
    one = phone("inspector1")
    row = one.row()
    one.arrive(row)
    answers = [one.client.get("/api/v1/worklist"), one.send(one.logs[row["id"]], {})]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert all("Set-Cookie" not in answer.headers for answer in answers)
