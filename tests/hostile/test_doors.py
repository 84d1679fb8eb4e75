"""Who tries the door: guessing, stolen cookies, bodies that are no bodies, pages that point elsewhere."""

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.conftest import both_databases
from tests.handset import Handset
from webapp.accounts.models import Enrolment, Quarantined, User
from webapp.db import db, now
from webapp.security import HTMX_CDN

Phones = Callable[[str], Handset]
Desks = Callable[[str], FlaskClient]


def guess(app: Flask, username: str, *, phone: bool) -> int:
    app.config["WTF_CSRF_ENABLED"] = False
    if phone:
        return Handset(app).login(username, "wrong").status_code
    return app.test_client().post("/login", data={"username": username, "password": "wrong"}).status_code


def test_no_other_writing_of_a_name_gives_more_guesses(app: Flask) -> None:
    app.config["LOGIN_TRIES"] = "3 per 15 minutes"
    names = ["admin", " admin", "ADMIN\u3000", "ａｄｍｉｎ"]
    assert [guess(app, name, phone=False) for name in names] == [401, 401, 401, 429]
    assert guess(app, "Admin ", phone=True) == 429
    assert guess(app, "archivist", phone=True) == 401


def test_a_name_that_no_account_can_have_is_refused_like_any_other(app: Flask) -> None:
    for name in ("ad\0min", "\ud800", "admin\n", "' OR 1=1 --"):
        assert guess(app, name, phone=True) == 401
    assert Handset(app).login("admin", "\udfff").status_code == 401


def test_a_phone_is_named_by_what_can_be_shown(app: Flask) -> None:
    for name in ("a\0b", "\ud800", "a\n", "\x1b[31m"):
        assert Handset(app).login("inspector1", name=name).status_code == 400


def test_a_body_that_is_no_body_is_no_crash(client: FlaskClient) -> None:
    for body in [
        "[" * 100_000,
        '{"a":' * 40_000,
        "NaN",
        '"x"',
        "",
        "\ud800".encode("utf-8", "surrogatepass"),
    ]:
        assert client.post("/api/v1/login", data=body, content_type="application/json").status_code == 400


def test_a_copied_cookie_is_worth_nothing_after_the_person_left(phone: Phones) -> None:
    one = phone("inspector1")
    cookie = one.client.get_cookie("session").value
    assert one.post("/api/v1/logout", {}).status_code == 204
    one.client.set_cookie("session", cookie)
    assert one.client.get("/api/v1/worklist").status_code == 401
    assert one.send([]).status_code == 401


def test_leaving_one_device_leaves_the_others_in(app: Flask, phone: Phones, desk: Desks) -> None:
    one, other, office = phone("inspector1"), phone("inspector1"), desk("inspector1")
    office.post("/logout")
    assert one.post("/api/v1/logout", {}).status_code == 204
    assert other.client.get("/api/v1/worklist").status_code == 200
    assert office.get("/api/v1/worklist").status_code == 401


def test_a_session_from_before_the_login_is_not_kept(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    browser = app.test_client()
    browser.get("/login")
    with browser.session_transaction() as session:
        session["people"], session["device"], session["mine"] = ["someone"], "d", 1
    browser.post("/login", data={"username": "inspector1", "password": "yidang-demo"})
    with browser.session_transaction() as session:
        assert not {"people", "device", "mine"} & session.keys()


def test_who_was_disabled_opens_nothing_for_the_others_on_the_phone(app: Flask, phone: Phones) -> None:
    one = phone("inspector1")
    mine = one.worklist()["inspections"][0]["id"]
    assert one.login("inspector9").status_code == 200
    assert one.client.get(f"/api/v1/inspections/{mine}").status_code == 200
    with app.app_context():
        db.session.scalars(select(User).where(User.username == "inspector1")).one().active = False
        db.session.commit()
    assert one.client.get(f"/api/v1/inspections/{mine}").status_code == 404
    assert mine not in {row["id"] for row in one.worklist()["inspections"]}


def test_what_a_revoked_phone_sends_again_and_again_is_kept_once(app: Flask, phone: Phones) -> None:
    one = phone("inspector1")
    row = one.row()
    note = one.write(row["id"], "note", text="x")
    with app.app_context():
        db.session.get_one(Enrolment, (one.device, one.user)).revoked_at = now()
        db.session.commit()
    for _ in range(3):
        assert one.send([note, {"x": "\ud800"}, 0.5, note], {}).json["error"]["code"] == "device_revoked"
    with app.app_context():
        assert db.session.query(Quarantined).count() == 1


WRITES = ["/logout", "/login", "/office/inspections/new", "/api/v1/sync", "/api/v1/logout"]


def test_nothing_is_written_for_another_site(client: FlaskClient) -> None:
    for path in WRITES:
        assert client.post(path, data={"username": "admin"}).status_code in (400, 401)
        # A form of another site can only send what a form can.
        body = '{"username": "admin", "password": "x"}'
        assert client.post("/api/v1/login", data=body, content_type="text/plain").status_code == 400


def test_every_office_act_and_upload_asks_for_the_token(phone: Phones) -> None:
    one = phone("inspector1")
    one.csrf = ""
    assert one.patch("a" * 64, b"x").status_code == 400
    for act in ("accept", "return", "archive"):
        assert one.client.post(f"/office/inspections/x/{act}").status_code == 400


@both_databases
def test_a_nul_in_an_address_or_a_form_is_refused(app: Flask, desk: Desks) -> None:
    office = desk("archivist")
    for path in ("/office/?q=%00", "/office/inspections/%00", "/office/inspections/new?subject=%00&q=%00"):
        assert office.get(path).status_code == 400, path
    for field in ("subject", "text", "q", "id"):
        assert office.post("/office/inspections/new", data={field: "\0"}).status_code == 400
    assert office.get("/credential/%00").status_code == 400
    assert office.get("/copy/%00/x").status_code == 400


def test_a_page_that_is_not_there_points_nowhere_else(client: FlaskClient) -> None:
    for path in ["//evil.example/x", "/\\evil.example", "/%5Cevil.example", "/%2F%2Fevil.example"]:
        page = client.get(path).text
        assert 'href="//' not in page and 'href="/\\' not in page and 'href="http' not in page


def test_the_login_goes_on_to_this_site_only(app: Flask) -> None:
    for target in ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil", "javascript:x"]:
        app.config["WTF_CSRF_ENABLED"] = False
        data = {"username": "planner", "password": "yidang-demo", "next": target}
        assert app.test_client().post("/login", data=data).headers["Location"] == "/office/"


def test_the_host_of_a_request_comes_back_in_no_address(client: FlaskClient) -> None:
    answer = client.get("/office/", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    assert "evil" not in answer.headers["Location"] and "evil" not in client.get("/field/").text


def policy_of(answer: TestResponse) -> dict[str, str]:
    parts = answer.headers["Content-Security-Policy"].split(";")
    return dict(part.strip().partition(" ")[::2] for part in parts)


def test_a_page_loads_scripts_of_its_own_and_one_named_file(client: FlaskClient, desk: Desks) -> None:
    with_htmx = policy_of(desk("archivist").get("/office/?show=all"))
    assert with_htmx["script-src"] == f"'self' {HTMX_CDN}" and HTMX_CDN.endswith("/htmx.min.js")
    answer = client.get("/login")
    policy = policy_of(answer)
    assert policy["script-src"] == "'self'"
    assert (policy["frame-ancestors"], policy["object-src"], policy["base-uri"]) == ("'none'",) * 3
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
