"""A pair's two phones: they write, sign and seal as the real ones do, and send by the same door."""

import base64
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from uuid6 import uuid7

from webapp.accounts.models import Enrolment
from webapp.accounts.phone_key import jwk_of
from webapp.demo.world import identity
from webapp.field.batch import Batch
from webapp.field.fold import covers, fold
from webapp.field.models import Inspection

Json = dict[str, Any]


class Phone:
    """The phones of an inspection's pair, from the minute of arrival."""

    def __init__(self, inspection: Inspection, start: datetime) -> None:
        self.inspection = inspection
        self.start = start
        self.events: list[Json] = []

    @property
    def seq(self) -> int:
        """The next seq."""
        return len(self.events) + 1

    def write(self, author: int, minute: float, kind: str, /, seq: int | None = None, **payload: Any) -> str:
        """An event of the pair's member at place `author`, some minutes after the arrival."""
        user = self.inspection.members[author].user_id
        self.events.append(
            {
                "id": str(uuid7()),
                "inspection": self.inspection.id,
                "seq": seq or self.seq,
                "device": _device(user),
                "author": user,
                "type": kind,
                "time": (self.start + timedelta(minutes=minute)).isoformat(timespec="milliseconds"),
                "clock": "verified",
                "payload": payload,
            }
        )
        return str(self.events[-1]["id"])

    def answer(self, author: int, minute: int, reply: Json, seq: int | None = None) -> str:
        """One answer."""
        payload = {"question": reply["question"], "value": reply["value"], "note": reply["note"] or None}
        return self.write(author, minute, "answer", seq=seq, **payload, replaces=[])

    def visit(self) -> Json:
        """The head of the record, as the phone copies it from its worklist."""
        inspection, subject = self.inspection, self.inspection.subject
        names = ("id", "name", "code", "address", "representative", "phone")
        pair = [member.inspector.as_json() for member in inspection.members]
        return {
            "number": inspection.number,
            "bureau": {"id": inspection.bureau_id, "name": inspection.bureau.name},
            "subject": {name: getattr(subject, name) for name in names},
            "items": [{"id": v.item.id, "code": v.item.code, "name": v.item.name} for v in inspection.listed],
            "forms": inspection.form_hashes,
            "pair": [{name: member[name] for name in ("id", "name", "credential")} for member in pair],
            "reason": {"kind": inspection.reason, "text": inspection.reason_text},
        }

    def record(self) -> Json:
        """What the phones hold."""
        return fold(self.events)

    def seal(self, minute: float) -> str:
        """Seal with the first member's phone."""
        ids = sorted(event["id"] for event in self.events)
        record_hash, covered = self.record()["record_hash"], covers(ids)
        key = _key(self.inspection.members[0].user_id)
        signature = key.sign(f"{record_hash}\n{covered}".encode(), ec.ECDSA(SHA256()))
        payload = {"record_hash": record_hash, "covers": covered, "events": ids}
        return self.write(0, minute, "seal", **payload, signature=base64.b64encode(signature).decode())

    def send(self) -> None:
        """Sync both phones. Raises the first refusal."""
        for member in self.inspection.members:
            device, user = _device(member.user_id), member.inspector.user
            Enrolment.enrol(user, device, "demo", jwk_of(_key(member.user_id).public_key()))
            batch = Batch(device, [user.id])
            batch.take([event for event in self.events if event["device"] == device])
            for _, problem in batch.rejected:
                raise problem


def _device(user_id: str) -> str:
    return identity("device", user_id)


def _key(user_id: str) -> ec.EllipticCurvePrivateKey:
    # The demo's phones always have the same keys, so that loading it twice enrols nothing new.
    return ec.derive_private_key(int(identity("key", user_id).replace("-", ""), 16), ec.SECP256R1())
