"""A phone written from the HTTP contract alone (design 5): what any other field client could be."""

import base64
import hashlib
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from flask import Flask
from uuid6 import uuid7
from werkzeug.test import TestResponse

from webapp.accounts.phone_key import enrolling
from webapp.canonical import canonical
from webapp.demo.world import PASSWORD, photo
from webapp.field.fold import covers, fold

Json = dict[str, Any]
# What the test client asks for.
ORIGIN = "http://localhost"


class Handset:
    """Keeps its own log, like the phone app; several people may log in on it."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.device = str(uuid4())
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.csrf = ""
        self.user = ""
        self.entries: Json = {}
        self.logs: dict[str, list[Json]] = {}
        self.cursors: dict[str, int] = {}

    def login(self, username: str, password: str = PASSWORD, **more: Any) -> TestResponse:
        return self.enrol({"username": username, "password": password}, **more)

    def enrol(self, body: Json, **more: Any) -> TestResponse:
        """Log in with this phone; `body` may say more than name and password."""
        numbers = self.key.public_key().public_numbers()
        jwk = {"kty": "EC", "crv": "P-256", "x": _base64url(numbers.x), "y": _base64url(numbers.y)}
        device = {"id": self.device, "name": "test phone", "public_key": jwk, **more}
        body = {"device": device, "nonce": self.challenge()} | body
        signed = enrolling(ORIGIN, self.device, body["username"], body["nonce"])
        answer = self.client.post("/api/v1/login", json={"signature": self.prove(signed)} | body)
        if answer.status_code == 200:
            self.csrf, self.user = answer.json["csrf_token"], answer.json["user"]["id"]
            self.entries[self.user] = answer.json["entry"]
        return answer

    def challenge(self) -> str:
        """What this phone has to sign to come in."""
        return str(self.client.post("/api/v1/challenge", json={"device": self.device}).json["nonce"])

    def prove(self, data: bytes) -> str:
        return base64.b64encode(self.key.sign(data, ec.ECDSA(SHA256()))).decode()

    def post(self, path: str, json: Any) -> TestResponse:
        return self.client.post(path, json=json, headers={"X-CSRFToken": self.csrf})

    def worklist(self) -> Json:
        answer = self.client.get("/api/v1/worklist")
        assert answer.status_code == 200, answer.text
        return answer.json  # type: ignore[no-any-return]

    def row(self, state: str = "assigned") -> Json:
        """The first inspection of the worklist in this state."""
        return next(row for row in self.worklist()["inspections"] if row["state"] == state)

    def write(self, inspection: str, kind: str, seq: int | None = None, **payload: Any) -> Json:
        """Write an event into the own log."""
        log = self.logs.setdefault(inspection, [])
        event = {
            "id": str(uuid7()),
            "inspection": inspection,
            "seq": seq or max((event["seq"] for event in log), default=0) + 1,
            "device": self.device,
            "author": self.user,
            "type": kind,
            "time": "2026-11-21T16:00:00.123+08:00",
            "clock": "verified",
            "payload": payload,
        }
        log.append(event)
        return event

    def send(self, events: list[Any], cursors: Json | None = None, **more: Any) -> TestResponse:
        body = {
            "device": self.device,
            "cursors": self.cursors if cursors is None else cursors,
            "events": events,
        }
        return self.post("/api/v1/sync", body | more)

    def signature(self, event: Json) -> str:
        """What this phone's key says to an event that another phone shall carry."""
        return self.prove(canonical(event))

    def carry(self, *given: tuple[Any, Any]) -> Json:
        """Send events of other phones, each with its signature (None for none)."""
        signatures = {event["id"]: signature for event, signature in given if signature is not None}
        answer = self.send([event for event, _ in given], {}, signatures=signatures)
        assert answer.status_code == 200, answer.text
        return answer.json  # type: ignore[no-any-return]

    def sync(self, inspection: str) -> Json:
        """Send everything of the log, take what is new."""
        self.cursors.setdefault(inspection, 0)
        log = self.logs.setdefault(inspection, [])
        answer = self.send([event for event in log if event["device"] == self.device])
        assert answer.status_code == 200, answer.text
        known = {event["id"] for event in log}
        log += [e for e in answer.json["events"] if e["inspection"] == inspection and e["id"] not in known]
        self.cursors |= answer.json["cursors"]
        return answer.json  # type: ignore[no-any-return]

    def record(self, inspection: str) -> Json:
        return fold(self.logs[inspection])

    def photograph(self, inspection: str, question: str | None = None, seed: str = "1") -> bytes:
        """Take a photo: its event is written, its bytes are given."""
        data = photo(["取证"], seed)
        sha256 = hashlib.sha256(data).hexdigest()
        size = {"size": len(data), "mime": "image/jpeg", "width": 1280, "height": 960}
        self.write(inspection, "photo", question=question, sha256=sha256, position=None, **size)
        return data

    def patch(self, sha256: str, data: bytes, offset: int = 0, *, last: bool = True) -> TestResponse:
        headers = {
            "X-CSRFToken": self.csrf,
            "Upload-Offset": str(offset),
            "Upload-Complete": "?1" if last else "?0",
            "Content-Type": "application/octet-stream",
        }
        return self.client.patch(f"/api/v1/blobs/{sha256}", data=data, headers=headers)

    def head(self, sha256: str) -> TestResponse:
        return self.client.head(f"/api/v1/blobs/{sha256}")

    def arrive(self, row: Json, **more: Any) -> Json:
        names = ("id", "name", "code", "address", "representative", "phone")
        visit = {
            "number": row["number"],
            "bureau": {"id": "b", "name": "b"},
            "subject": {name: row["subject"][name] for name in names},
            "items": [{name: item[name] for name in ("id", "code", "name")} for item in row["items"]],
            "forms": row["form_hashes"],
            "pair": [{name: member[name] for name in ("id", "name", "credential")} for member in row["pair"]],
            "reason": row["reason"],
        }
        return self.write(row["id"], "arrive", position=None, visit=visit | more)

    def sign(self, inspection: str, role: str, name: str = "赵总") -> Json:
        record_hash = self.record(inspection)["record_hash"]
        strokes = [[[10, 10, 0, 500], [200, 90, 40, 600]]]
        canvas = {"width": 300, "height": 150}
        return self.write(
            inspection, "sign", role=role, name=name, title="经理", phone=None,
            strokes=strokes, canvas=canvas, record_hash=record_hash,
        )  # fmt: skip

    def seal(self, inspection: str) -> Json:
        ids = sorted(event["id"] for event in self.logs[inspection])
        record_hash, covered = self.record(inspection)["record_hash"], covers(ids)
        signature = self.key.sign(f"{record_hash}\n{covered}".encode(), ec.ECDSA(SHA256()))
        encoded = base64.b64encode(signature).decode()
        return self.write(
            inspection, "seal", record_hash=record_hash, covers=covered, events=ids, signature=encoded
        )


def _base64url(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode()
