"""A rescue file written from docs/rescue.md alone: what any other field client could make."""

import base64
import hashlib
import json
import os
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from tests.handset import Handset, Json
from webapp.canonical import canonical
from webapp.evidence.keys import box_key

SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class Rescued:
    """Gathers pieces; `data()` is the file, signed by the phone's key. `changed` alters the head before it is signed."""

    def __init__(self, phone: Handset, bureau: str) -> None:
        self.phone, self.bureau = phone, bureau
        self.secrets: dict[str, bytes] = {}
        self.pieces: list[Json] = []
        self.parts: list[bytes] = []

    def event(self, event: Json, signature: str | None = None, key: str | None = None) -> "Rescued":
        self.piece("event", event["id"], event["inspection"], canonical(event), key)
        if signature:
            self.pieces[-1]["signature"] = signature
        return self

    def photo(self, data: bytes, inspection: str, name: str | None = None) -> "Rescued":
        return self.piece("photo", name or hashlib.sha256(data).hexdigest(), inspection, data)

    def piece(self, kind: str, name: str, inspection: str, plain: bytes, key: str | None = None) -> "Rescued":
        secret = self.secrets.setdefault(key or inspection, os.urandom(32))
        iv = os.urandom(12)
        place = {"event": "event", "photo": "bytes"}[kind]
        data = AESGCM(secret).encrypt(iv, plain, f"{place} {name}".encode())
        self.parts.append(data)
        self.pieces.append(
            {
                "kind": kind,
                "id": name,
                "inspection": inspection,
                "key": key or inspection,
                "iv": _64(iv),
                "size": len(data),
            }
        )
        return self

    def head(self) -> Json:
        public = _public(box_key(self.bureau))
        infos = {
            name: f"yidang-rescue-key-1\n{self.phone.device}"
            if name == "rescue"
            else f"yidang-inspection-key-1\n{name}"
            for name in self.secrets
        }
        return {
            "version": "yidang-rescue-1",
            "bureau": self.bureau,
            "device": self.phone.device,
            "made": "2026-11-22T10:00:00.000+08:00",
            "keys": {
                name: _64(SUITE.encrypt(secret, public, infos[name].encode()))
                for name, secret in self.secrets.items()
            },
            "pieces": self.pieces,
        }

    def data(self, key: ec.EllipticCurvePrivateKey | None = None, **changed: Any) -> bytes:
        line = json.dumps(self.head() | changed, ensure_ascii=False).encode()
        signature = (key or self.phone.key).sign(line, ec.ECDSA(SHA256()))
        return line + b"\n" + _64(signature).encode() + b"\n" + b"".join(self.parts)


def _public(jwk: dict[str, str]) -> ec.EllipticCurvePublicKey:
    x, y = (int.from_bytes(base64.urlsafe_b64decode(jwk[name] + "=="), "big") for name in "xy")
    return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()


def _64(data: bytes) -> str:
    return base64.b64encode(data).decode()
