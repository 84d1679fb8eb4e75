"""Reminders: to known push services only, readable by one phone only, once a day, and nothing of a subject in them."""

import base64
import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Flask

from tests.handset import Handset
from webapp.accounts.models import Enrolment, User
from webapp.db import db, now
from webapp.field import webpush
from webapp.field.models import Inspection
from webapp.field.reminders import Due, Subscription, remind
from webapp.field.webpush import Target, decode, encode, encrypt, endpoint_allowed, point, post

Phones = Callable[[str], Handset]
# The example of RFC 8291, appendix A.
UA = Target(
    "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "BTBZMqHH6r4Tts7J_aSIgg",
)
EXPECTED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
    "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def private(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(decode(text), "big"), ec.SECP256R1())


@dataclass
class Browser:
    """What a browser has that subscribed: it alone reads what comes."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = b"0123456789abcdef"

    def keys(self) -> dict[str, str]:
        return {"p256dh": encode(point(self.key)), "auth": encode(self.auth)}

    def read(self, body: bytes) -> Any:
        salt, theirs, sealed = body[:16], body[21 : 21 + body[20]], body[21 + body[20] :]
        shared = self.key.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
        )
        info = b"WebPush: info\0" + point(self.key) + theirs
        secret = HKDF(algorithm=SHA256(), length=32, salt=self.auth, info=info).derive(shared)
        key, nonce = (
            HKDF(
                algorithm=SHA256(), length=length, salt=salt, info=b"Content-Encoding: " + what + b"\0"
            ).derive(secret)
            for what, length in ((b"aes128gcm", 16), (b"nonce", 12))
        )
        plain = AESGCM(key).decrypt(nonce, sealed, None)
        assert plain[-1:] == b"\x02"
        return json.loads(plain[:-1])


class PushService:
    """A push service on this machine; answers with `status`, and keeps what came."""

    def __init__(self) -> None:
        self.status, self.got = 201, []  # type: ignore[var-annotated]
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.got.append((self.path, dict(self.headers), body))
                self.send_response(outer.status)
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.end_headers()

            def log_message(self, *_given: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/push/abc?x=1"


@pytest.fixture
def service(app: Flask) -> Iterator[PushService]:
    app.config["PUSH_LOOPBACK"] = True
    given = PushService()
    yield given
    given.server.shutdown()
    given.server.server_close()


def subscribe(one: Handset, endpoint: str, browser: Browser, **more: Any) -> Any:
    body = {"endpoint": endpoint, "keys": browser.keys(), **more}
    return one.client.put("/api/v1/push", json=body, headers={"X-CSRFToken": one.csrf})


def run(app: Flask, day: date) -> dict[str, int]:
    with app.app_context():
        return remind(day)


def due_on(app: Flask, user: str) -> date:
    """The day before the last day of this person's most urgent inspection."""
    with app.app_context():
        rows = [row for row in Inspection.of_people([user]) if row.state in ("assigned", "open", "returned")]
        return min(row.due for row in rows) - timedelta(days=1)


def test_a_message_is_sealed_as_the_standard_says() -> None:
    key = private("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")
    salt = decode("DGv6ra1nlYgDCS1FRnbzlw")
    sealed = encrypt(b"When I grow up, I want to be a watermelon", UA, key, salt)
    assert encode(sealed) == EXPECTED


def test_a_reminder_says_how_many_and_nothing_about_whom_and_comes_once_a_day(
    app: Flask, phone: Phones, service: PushService
) -> None:
    one, browser = phone("inspector1"), Browser()
    assert one.client.get("/api/v1/push").json["wanted"] is False
    assert subscribe(one, service.endpoint, browser).status_code == 204
    assert one.client.get("/api/v1/push").json["wanted"] is True
    day = due_on(app, one.user)
    assert run(app, day) == {"sent": 1, "gone": 0, "failed": 0}
    assert run(app, day) == {"sent": 0, "gone": 0, "failed": 0}
    (path, headers, body) = service.got[0]
    said = browser.read(body)
    assert path == "/push/abc?x=1" and headers["Content-Encoding"] == "aes128gcm" and int(headers["TTL"]) > 0
    assert said["body"] == "明天有 1 次检查到期" and said["path"].startswith("#/i/")
    with app.app_context():
        names = [row.subject.name for row in Inspection.of_people([one.user])]
    assert not any(name in json.dumps(said, ensure_ascii=False) for name in names)
    assert run(app, day + timedelta(days=60))["sent"] == 1
    assert "次检查逾期" in browser.read(service.got[1][2])["body"]


def test_the_service_can_check_who_sends(app: Flask, phone: Phones, service: PushService) -> None:
    one = phone("inspector1")
    subscribe(one, service.endpoint, Browser())
    run(app, due_on(app, one.user))
    scheme, _, given = service.got[0][1]["Authorization"].partition(" ")
    token, public = (part.split("=", 1)[1] for part in given.split(", "))
    assert scheme == "vapid" and public == one.client.get("/api/v1/push").json["public_key"]
    signed, _, signature = token.rpartition(".")
    raw = decode(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(public))
    key.verify(der, signed.encode(), ec.ECDSA(SHA256()))
    claims = json.loads(decode(signed.split(".")[1]))
    assert claims["aud"] == service.endpoint.split("/push")[0] and claims["sub"].startswith("mailto:")
    assert now().timestamp() < claims["exp"] <= now().timestamp() + 24 * 3600


@pytest.mark.parametrize("status", [404, 410])
def test_who_is_there_no_more_is_forgotten(
    app: Flask, phone: Phones, service: PushService, status: int
) -> None:
    one = phone("inspector1")
    subscribe(one, service.endpoint, Browser())
    service.status = status
    assert run(app, due_on(app, one.user))["gone"] == 1
    assert one.client.get("/api/v1/push").json["wanted"] is False


@pytest.mark.parametrize("status", [301, 400, 429, 500])
def test_what_failed_is_tried_again_and_no_redirect_is_followed(
    app: Flask, phone: Phones, service: PushService, status: int
) -> None:
    one = phone("inspector1")
    subscribe(one, service.endpoint, Browser())
    service.status = status
    day = due_on(app, one.user)
    assert run(app, day)["failed"] == 1
    service.status = 201
    assert run(app, day)["sent"] == 1
    assert len(service.got) == 2


def test_who_may_not_come_in_or_wants_none_or_has_nothing_due_is_not_reminded(
    app: Flask, phone: Phones, service: PushService
) -> None:
    one = phone("inspector1")
    subscribe(one, service.endpoint, Browser())
    day = due_on(app, one.user)
    assert run(app, day - timedelta(days=400))["sent"] == 0
    with app.app_context():
        db.session.get_one(Enrolment, (one.device, one.user)).revoked_at = now()
        db.session.commit()
    assert run(app, day)["sent"] == 0
    with app.app_context():
        db.session.get_one(Enrolment, (one.device, one.user)).revoked_at = None
        db.session.get_one(User, one.user).active = False
        db.session.commit()
    assert run(app, day)["sent"] == 0
    with app.app_context():
        db.session.get_one(User, one.user).active = True
        db.session.commit()
    assert one.client.delete("/api/v1/push", headers={"X-CSRFToken": one.csrf}).status_code == 204
    assert run(app, day)["sent"] == 0 and service.got == []


def test_two_runs_at_once_send_one_reminder(app: Flask, phone: Phones, service: PushService) -> None:
    one = phone("inspector1")
    subscribe(one, service.endpoint, Browser())
    day = due_on(app, one.user)
    with app.app_context():
        (waiting,) = Subscription.waiting(day)
        assert waiting.claim(day) is True
        assert waiting.claim(day) is False


def test_the_command_says_what_it_did(app: Flask, phone: Phones, service: PushService) -> None:
    subscribe(phone("inspector1"), service.endpoint, Browser())
    result = app.test_cli_runner().invoke(args=["remind"])
    assert result.exit_code == 0 and "failed" in result.output


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x",
        "https://127.0.0.1/x",
        "https://localhost/x",
        "https://10.0.0.7/x",
        "https://[::1]/x",
        "https://169.254.169.254/latest/meta-data",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evilfcm.googleapis.com@10.0.0.1/x",
        "https://user:pw@fcm.googleapis.com/x",
        "https://fcm.googleapis.com:22/x",
        "https://notfcm.googleapis.com.cn/x",
        "https://fcm.googleapis.com/" + "x" * 1000,
        "https://fcm.googleapis.com/\r\nX: y",
        "file:///etc/passwd",
        "https://[/x",
        "",
    ],
)
def test_no_address_leads_anywhere_but_to_a_known_push_service(phone: Phones, endpoint: str) -> None:
    answer = subscribe(phone("inspector1"), endpoint, Browser())
    assert answer.status_code in (400, 422) and not endpoint_allowed(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc:def",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
        "https://wns2-by3p.notify.windows.com/w/?token=AwYAAA%3d",
        "https://web.push.apple.com/QCyt",
    ],
)
def test_the_services_of_the_browsers_are_known(phone: Phones, endpoint: str) -> None:
    assert subscribe(phone("inspector1"), endpoint, Browser()).status_code == 204


def test_a_name_that_leads_inside_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    def inside(*_given: Any, **_more: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.7", 443))]

    def never(*_given: Any, **_more: Any) -> None:
        raise AssertionError("connected")

    monkeypatch.setattr(webpush.socket, "getaddrinfo", inside)
    monkeypatch.setattr(webpush.socket, "create_connection", never)
    assert post("https://fcm.googleapis.com/x", b"", "vapid") == 0


@pytest.mark.parametrize(
    "keys",
    [
        {"p256dh": encode(b"\x04" + b"\x01" * 64), "auth": encode(b"0" * 16)},
        {"p256dh": encode(b"short"), "auth": encode(b"0" * 16)},
        {"p256dh": UA.p256dh, "auth": encode(b"0" * 15)},
        {"p256dh": "no base64", "auth": UA.auth},
        {"p256dh": base64.b64encode(b"\xff" * 65).decode(), "auth": UA.auth},
    ],
)
def test_keys_that_are_none_are_refused(phone: Phones, keys: dict[str, str]) -> None:
    one = phone("inspector1")
    body = {"endpoint": "https://fcm.googleapis.com/x", "keys": keys}
    answer = one.client.put("/api/v1/push", json=body, headers={"X-CSRFToken": one.csrf})
    assert answer.status_code in (400, 422)


def test_two_people_on_one_phone_each_want_their_own(app: Flask, phone: Phones) -> None:
    one = phone("inspector1")
    subscribe(one, "https://fcm.googleapis.com/x", Browser())
    one.login("inspector2")
    assert one.client.get("/api/v1/push").json["wanted"] is False
    with app.app_context():
        assert db.session.query(Subscription).count() == 1


def test_what_is_due_is_counted_by_day(app: Flask, phone: Phones) -> None:
    one = phone("inspector1")
    with app.app_context():
        rows = [
            row for row in Inspection.of_people([one.user]) if row.state in ("assigned", "open", "returned")
        ]
        last = max(row.due for row in rows)
        assert Due.of(one.user, last + timedelta(days=1)).late == len(rows)
        assert not Due.of(one.user, min(row.due for row in rows) - timedelta(days=2))
