"""What a phone's key signed. Pure."""

import base64
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec


def phone_key(jwk: Any) -> ec.EllipticCurvePublicKey:
    """A phone's public key (P-256, RFC 7517). Raises `ValueError` where it is none."""
    try:
        if jwk["kty"] != "EC" or jwk["crv"] != "P-256":
            raise ValueError("not a P-256 key")
        x, y = (int.from_bytes(base64.urlsafe_b64decode(jwk[name] + "=="), "big") for name in ("x", "y"))
    except (KeyError, TypeError) as error:
        raise ValueError("not a P-256 key") from error
    return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()


def jwk_of(key: ec.EllipticCurvePublicKey) -> dict[str, str]:
    """A P-256 key as a JSON Web Key: what `phone_key` reads."""
    numbers = key.public_numbers()
    return {"kty": "EC", "crv": "P-256", "x": _base64url(numbers.x), "y": _base64url(numbers.y)}


def phone_signed(jwk: Any, data: bytes, signature: Any) -> bool:
    """Whether a phone's key signed `data`: ECDSA P-256 with SHA-256, DER in base64."""
    try:
        given = base64.b64decode(signature, validate=True)
        phone_key(jwk).verify(given, data, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, TypeError, ValueError):
        return False
    return True


def enrolling(origin: str, device: str, username: str, nonce: str) -> bytes:
    """What a phone signs to be enrolled: its id and public key are no secrets, its private key is."""
    return _lines("yidang-enrol-1", origin, device, username, nonce)


def entering(origin: str, device: str, user: str, nonce: str) -> bytes:
    """What a phone signs to come in without a password: for this address, this person and this once."""
    return _lines("yidang-enter-1", origin, device, user, nonce)


def _lines(*lines: str) -> bytes:
    # A name can be typed that is no text.
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def _base64url(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode()
