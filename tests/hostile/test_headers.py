"""What every answer says to a browser, whom the app answers, and with what a production server does not start."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import SETTINGS
from webapp import create_app
from webapp.accounts.views import csrf
from webapp.config import ROOT

OWN = "https://yidang.example.gov.cn"
STRONG = "fT7-Qm2!vK9_zR4@xL8#pW3$nB6%hD1&"
TAGS = re.compile(r"<(?:script|link)\b[^>]*>")


def production(folder: Path, **more: object) -> dict[str, object]:
    return {"PRODUCTION": True, "SECRET_KEY": STRONG, "ADDRESS": OWN, "DATA": folder, **more}


@pytest.fixture
def own(app: Flask) -> FlaskClient:
    """The same world under its own address."""
    settings = {**SETTINGS, "DATA": app.config["DATA"], "ADDRESS": OWN, "PROXIES": 1}
    return create_app(settings).test_client()


@pytest.mark.parametrize(
    "path", ["/login", "/field/", "/public/results", "/office/people", "/nowhere", "/healthz"]
)
def test_no_answer_can_be_framed_sniffed_or_held_by_another_site(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy and "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy


def test_no_template_has_a_script_or_a_style_of_its_own_inside() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        inline = [
            tag for tag in re.findall(r"<script\b[^>]*>", text) if "src=" not in tag and "/json" not in tag
        ]
        assert not inline, f"{path}: {inline}"
        assert not re.search(r"<style\b|\sstyle=|\son[a-z]+=|javascript:", text), path


def test_every_script_and_sheet_is_bound_to_its_bytes() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        bare = [tag for tag in TAGS.findall(path.read_text()) if _loads(tag) and "integrity=" not in tag]
        assert not bare, f"{path}: {bare}: say sheet(…) or script(…)"


@pytest.mark.parametrize("path", ["/login", "/field/", "/public/results", "/verify/draw"])
def test_the_hash_of_a_script_or_sheet_is_that_of_what_is_served(client: FlaskClient, path: str) -> None:
    found = [tag for tag in TAGS.findall(client.get(path).text) if _loads(tag) and "https://" not in tag]
    assert found
    for tag in found:
        address, said = (
            re.search(r'(?:src|href)="([^"]+)"', tag)[1],
            re.search(r'integrity="([^"]+)"', tag)[1],
        )
        with client.get(address) as answer:
            data = answer.data
        assert said == "sha384-" + base64.b64encode(hashlib.sha384(data).digest()).decode(), address


def _loads(tag: str) -> bool:
    return 'rel="stylesheet"' in tag or (tag.startswith("<script") and "src=" in tag)


def test_pages_without_htmx_ask_for_trusted_types_and_run_no_script_of_others(
    client: FlaskClient, desk: Callable[[str], FlaskClient]
) -> None:
    office = desk("archivist")
    for path in (
        *("/field/", "/field/sw.js", "/field/picture_worker.js", "/public/results", "/healthz"),
        *("/login", "/account", "/password", "/office/archives", "/office/rescue", "/nothing"),
    ):
        with (office if path.startswith(("/account", "/password", "/office")) else client).get(
            path
        ) as answer:
            policy, page = answer.headers["Content-Security-Policy"], answer.text
        assert policy.endswith("require-trusted-types-for 'script'; trusted-types lit-html yidang"), path
        assert "jsdelivr" not in policy + page, path
    assert "trusted-types" not in office.get("/office/?show=all").headers["Content-Security-Policy"]


EXTENDS, READS = re.compile(r'{% extends "base\.html" %}'), re.compile(r'(?:include|import|from) "([^"~]+)"')


def test_a_page_loads_htmx_where_it_uses_it_and_nowhere_else() -> None:
    folder = ROOT / "templates"
    said = {str(path.relative_to(folder)): path.read_text("utf-8") for path in folder.rglob("*.html")}

    def uses(name: str, seen: frozenset[str] = frozenset()) -> bool:
        within = {*READS.findall(said.get(name, ""))} - seen
        return "hx-" in said.get(name, "") or any(uses(one, seen | {name}) for one in within)

    pages = {name for name, text in said.items() if EXTENDS.search(text)}
    assert {name for name in pages if "{% set htmx = true %}" in said[name]} == {
        name for name in pages if uses(name)
    }


def test_what_is_private_stays_in_no_cache(client: FlaskClient) -> None:
    for path in ("/login", "/office/", "/api/v1/worklist", "/healthz"):
        assert client.get(path).headers["Cache-Control"] == "no-store", path


def test_only_these_take_a_write_without_a_token_of_the_session(app: Flask) -> None:
    free = {
        name
        for name, view in app.view_functions.items()
        if f"{view.__module__}.{view.__name__}" in csrf._exempt_views
    }
    assert free == {
        "accounts.login",
        # A phone's key signs what it sends: nobody else's page can.
        "accounts.challenge",
        "accounts.enter_by_key",
        "rescue.hand_over",
        "witness.join",
        "witness.opening",
        "verify.check",
    }
    # Whoever comes here has no session: the key is in the address.
    assert {blueprint.name for blueprint in csrf._exempt_blueprints} == {"mine"}


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_page_of_another_site_writes_nothing_even_where_no_token_is_asked(
    client: FlaskClient, site: str
) -> None:
    for path in ("/login", "/api/v1/login", "/logout", "/verify"):
        answer = client.post(path, headers={"Sec-Fetch-Site": site}, json={})
        assert answer.status_code == 400, path
        assert "页面已过期" in answer.get_data(as_text=True) or answer.json["error"]["code"] == "csrf"
    assert client.get("/login", headers={"Sec-Fetch-Site": site}).status_code == 200


def test_an_unknown_host_is_answered_with_nothing(own: FlaskClient) -> None:
    for host in (
        "evil.example",
        "yidang.example.gov.cn.evil.example",
        "yidang.example.gov.cn:99",
        "evil@localhost",
    ):
        answer = own.get("/login", headers={"Host": host})
        assert answer.status_code == 400 and "evil" not in answer.text, host
        assert f'href="{OWN}/"' in answer.text, "it says where to go"
        with own.get("/static/base.css", headers={"Host": host}) as sheet:
            assert sheet.status_code == 200, "and can be read"
    for host in ("yidang.example.gov.cn", "YIDANG.example.gov.cn", "localhost:8000", "127.0.0.1"):
        assert own.get("/login", headers={"Host": host}).status_code == 200, host


def test_links_are_made_of_the_own_address_whatever_the_request_names(own: FlaskClient) -> None:
    headers = {"Host": "localhost", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"}
    page = own.get("/robots.txt", headers=headers).text
    assert f"Sitemap: {OWN}/sitemap.xml" in page


def test_who_speaks_to_the_api_without_tls_is_not_led_on(own: FlaskClient) -> None:
    headers = {"Host": "yidang.example.gov.cn", "X-Forwarded-Proto": "http"}
    for path in ("/api/v1/worklist", "/api/v1/key", "/api/v1/openapi.json"):
        answer = own.get(path, headers=headers, base_url="http://yidang.example.gov.cn")
        assert answer.status_code in (200, 401) and "Location" not in answer.headers, path


def test_over_https_the_cookie_is_of_this_host_alone(own: FlaskClient) -> None:
    own.application.config["WTF_CSRF_ENABLED"] = False
    given = {"username": "planner", "password": "yidang-demo"}
    answer = own.post("/login", data=given, headers={"Host": "yidang.example.gov.cn"})
    cookies = answer.headers.getlist("Set-Cookie")
    assert {cookie.partition("=")[0] for cookie in cookies} == {"__Host-session", "__Host-known"}
    for cookie in cookies:
        assert "Domain" not in cookie
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    age = answer.headers["Strict-Transport-Security"]
    assert int(re.search(r"max-age=(\d+)", age)[1]) >= 31_536_000 and "includeSubDomains" in age


def test_the_address_of_who_asks_is_what_the_own_proxy_heard(own: FlaskClient) -> None:
    from webapp.accounts.audit import AuditLine
    from webapp.db import db

    own.application.config["WTF_CSRF_ENABLED"] = False
    wrong = {"username": "planner", "password": "x" * 12}
    headers = {"Host": "yidang.example.gov.cn", "X-Forwarded-For": "6.6.6.6, 203.0.113.7"}
    assert own.post("/login", data=wrong, headers=headers).status_code == 401
    with own.application.app_context():
        line = db.session.scalars(db.select(AuditLine).order_by(AuditLine.id.desc())).first()
        assert line.said["address"] == "203.0.113.7"


WEAK = {
    "a short key": {"SECRET_KEY": "short"},
    "a key of one sign": {"SECRET_KEY": "a" * 40},
    "no key": {"SECRET_KEY": None},
    "no address": {"ADDRESS": None},
    "an address without TLS": {"ADDRESS": "http://yidang.example.gov.cn"},
    "an address that is a page": {"ADDRESS": f"{OWN}/office"},
    "a database's password that is its name": {
        "DATABASE_URL": "postgresql+psycopg://yidangyidang:yidangyidang@db/x"
    },
    "a database's short password": {"DATABASE_URL": "postgresql+psycopg://yidang:secret@db/x"},
    "tests' own door": {"PUSH_LOOPBACK": True},
    "a log kept too short": {"AUDIT_MONTHS": 5},
}


@pytest.mark.parametrize("what", WEAK)
def test_a_production_server_does_not_start_with(what: str, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError):
        create_app(production(tmp_path, **WEAK[what]))


def test_a_production_server_starts_with_what_is_strong(tmp_path: Path) -> None:
    app = create_app(production(tmp_path))
    assert app.config["HTTPS"] and app.config["SESSION_COOKIE_NAME"] == "__Host-session" and not app.debug


@pytest.mark.parametrize(
    "path", ["/login", "/public/results.json", "/api/v1/openapi.json", "/static/base.css"]
)
def test_no_answer_is_lent_to_another_origin(client: FlaskClient, path: str) -> None:
    with client.get(path, headers={"Origin": "https://evil.example"}) as answer:
        assert not [name for name in answer.headers.keys() if name.startswith("Access-Control")]


KINDS = {
    "/login": "text/html; charset=utf-8",
    "/public/results.json": "application/json",
    "/public/results.csv": "text/csv; charset=utf-8",
    "/public/results.atom": "application/atom+xml",
    "/robots.txt": "text/plain; charset=utf-8",
    "/sitemap.xml": "application/xml",
    "/field/sw.js": "text/javascript; charset=utf-8",
    "/static/base.css": "text/css; charset=utf-8",
}


@pytest.mark.parametrize("path", KINDS)
def test_every_kind_of_answer_says_what_it_is(client: FlaskClient, path: str) -> None:
    with client.get(path) as answer:
        assert answer.status_code == 200 and answer.headers["Content-Type"].startswith(KINDS[path])


def test_a_password_is_typed_hidden_and_may_be_pasted(client: FlaskClient) -> None:
    field = re.search(r'<input[^>]*name="password"[^>]*>', client.get("/login").text)[0]
    assert 'type="password"' in field and 'autocomplete="current-password"' in field
    scripts = "".join(path.read_text() for path in (ROOT / "static").glob("*.js"))
    assert "paste" not in scripts


def test_a_session_is_signed_and_its_number_random(app: Flask, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    numbers = set()
    for _ in range(5):
        browser = app.test_client()
        browser.post("/login", data={"username": "planner", "password": "yidang-demo"})
        with browser.session_transaction() as session:
            numbers.add(session["sid"])
    assert len(numbers) == 5 and all(len(set(number)) > 8 for number in numbers)
    cookie = browser.get_cookie("session").value
    payload, stamp, mac = cookie.rsplit(".", 2)
    turned = payload[:-9] + ("A" if payload[-9] != "A" else "B") + payload[-8:]
    wrongs = [
        f"{turned}.{stamp}.{mac}",
        f"{payload}.{stamp[::-1]}.{mac}",
        f"{payload}.{stamp}.",
        f"{payload}..{mac}",
    ]
    for wrong in [*wrongs, f"{payload}.{stamp}.{'A' * len(mac)}"]:
        stranger = app.test_client()
        stranger.set_cookie("session", wrong)
        assert stranger.get("/office/").status_code == 302, wrong


@pytest.mark.parametrize("who", ["planner", "admin", "archivist", "supervisor", "auditor"])
def test_every_page_of_the_desk_says_how_to_leave(desk: Callable[[str], FlaskClient], who: str) -> None:
    page = desk(who).get("/office/", follow_redirects=True).text
    assert re.search(r'<form method="post" action="/logout">.*?<button[^>]*>\s*退出', page, re.S)


def test_neither_sources_nor_folders_are_served(client: FlaskClient) -> None:
    for path in (
        "/.git/HEAD",
        "/static/.git/HEAD",
        "/static/../webapp/config.py",
        "/static/%2e%2e/webapp/config.py",
        "/static/..%2fwsgi.py",
        "/static/",
        "/static/field/",
        "/templates/base.html",
        "/instance/yidang.db",
        "/wsgi.py",
    ):
        assert client.get(path).status_code == 404, path
    assert client.open("/login", method="TRACE").status_code == 405
