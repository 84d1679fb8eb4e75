"""The private keys of an installation, locked by a passphrase for a backup. Pure but for the salt."""

import base64
import json
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

SHORTEST = 12
KIND = "yidang-keys-1"
# 64 MB and about a fifth of a second for each guess.
COST = {"n": 2**16, "r": 8, "p": 1}


class WrongPassphrase(ValueError):
    """The passphrase does not open these keys, or they were changed."""


def locked(files: dict[str, bytes], passphrase: str) -> bytes:
    """The files by their names, as JSON that only the passphrase opens (scrypt, AES-256-GCM)."""
    salt, nonce = os.urandom(16), os.urandom(12)
    plain = json.dumps({name: _text(data) for name, data in files.items()}).encode()
    sealed = AESGCM(_key(passphrase, salt)).encrypt(nonce, plain, KIND.encode())
    said = {"kind": KIND, "salt": _text(salt), "nonce": _text(nonce), "sealed": _text(sealed)}
    return json.dumps(said, indent=1).encode()


def opened(data: bytes, passphrase: str) -> dict[str, bytes]:
    """The files again. Raises `WrongPassphrase`."""
    try:
        said = json.loads(data)
        salt, nonce, sealed = (base64.b64decode(said[name]) for name in ("salt", "nonce", "sealed"))
        plain = AESGCM(_key(passphrase, salt)).decrypt(nonce, sealed, KIND.encode())
    except (InvalidTag, ValueError, LookupError, TypeError) as error:
        raise WrongPassphrase from error
    return {name: base64.b64decode(text) for name, text in json.loads(plain).items()}


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, **COST).derive(passphrase.encode())


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
