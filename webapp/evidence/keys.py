"""The bureau's signing key (Ed25519: the same bytes every time), kept beside the data and readable by nobody else."""

from pathlib import Path

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
    folder = Path(current_app.config["DATA"]) / "keys"
    folder.mkdir(mode=0o700, exist_ok=True)
    key = load_pem_private_key(kept_secret(folder / f"{bureau_id}.pem", _new_pem), None)
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


def _new_pem() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
