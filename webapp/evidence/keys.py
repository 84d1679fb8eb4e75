"""The bureau's signing key (Ed25519: the same bytes every time) and the key of reminders: beside the data, private."""

from pathlib import Path

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


def push_key() -> ec.EllipticCurvePrivateKey:
    """The key by which push services know this installation (RFC 8292), made when it is first needed."""
    key = load_pem_private_key(kept_secret(_folder() / "push.pem", _new_push_pem), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("the key of reminders must be P-256")
    return key


def _folder() -> Path:
    folder = Path(current_app.config["DATA"]) / "keys"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _new_pem() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _new_push_pem() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
