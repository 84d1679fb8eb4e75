"""The bureau's keys, beside the data, private: for signing (Ed25519: the same bytes every time), its box, for reminders.

The box key (P-256) opens what phones wrap to the bureau by HPKE (RFC 9180): a phone's key, an inspection's key.
"""

from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from flask import current_app

from webapp.accounts.phone_key import jwk_of
from webapp.config import kept_secret


def bureau_key(bureau_id: str) -> Ed25519PrivateKey:
    """The bureau's private key, made when it is first needed."""
    key = load_pem_private_key(kept_secret(_folder() / f"{bureau_id}.pem", _new_pem), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError("the bureau's key must be Ed25519")
    return key


def public_pem(bureau_id: str) -> str:
    """The public key that checks the bureau's signatures, as PEM."""
    return (
        bureau_key(bureau_id)
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


def box_key(bureau_id: str) -> dict[str, str]:
    """The public key to which phones wrap theirs, as a JSON Web Key (RFC 7517); `kid` is the bureau."""
    return {"kid": bureau_id} | jwk_of(_box_key(bureau_id).public_key())


def phone_info(device: str) -> bytes:
    """What a phone's own key is wrapped with, so that it opens as nothing else."""
    return f"yidang-phone-key-1\n{device}".encode()


def inspection_info(inspection_id: str) -> bytes:
    """The same of an inspection's key."""
    return f"yidang-inspection-key-1\n{inspection_id}".encode()


def rescue_info(device: str) -> bytes:
    """The same of a key that a phone made for one rescue file."""
    return f"yidang-rescue-key-1\n{device}".encode()


def unbox(bureau_id: str, sealed: bytes, info: bytes) -> bytes | None:
    """The key in `sealed` (encapsulated key, then ciphertext), or None where it was not wrapped so to this bureau."""
    suite = hpke.Suite(hpke.KEM.P256, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
    try:
        return suite.decrypt(sealed, _box_key(bureau_id), info=info)
    except (InvalidTag, ValueError):
        return None


def _box_key(bureau_id: str) -> ec.EllipticCurvePrivateKey:
    key = load_pem_private_key(kept_secret(_folder() / f"{bureau_id}.box.pem", _new_p256_pem), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("the bureau's box key must be P-256")
    return key


def push_key() -> ec.EllipticCurvePrivateKey:
    """The key by which push services know this installation (RFC 8292), made when it is first needed."""
    key = load_pem_private_key(kept_secret(_folder() / "push.pem", _new_p256_pem), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("the key of reminders must be P-256")
    return key


def _folder() -> Path:
    folder = Path(current_app.config["DATA"]) / "keys"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _new_pem() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _new_p256_pem() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
