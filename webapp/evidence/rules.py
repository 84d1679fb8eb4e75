"""What counts as a picture, and what a phone's key signed. Pure."""

import base64
import io
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from PIL import Image, UnidentifiedImageError

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
MAX_PIXELS = 64_000_000


# What Pillow raises where a file only looks like a picture, or would fill the memory.
NO_PICTURE = (
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


def picture_mime(data: bytes) -> str | None:
    """The MIME type of a picture that can be opened whole, or None for anything else."""
    try:
        with open_picture(data) as picture:
            picture.load()
            return FORMATS[str(picture.format)]
    except NO_PICTURE:
        return None


def document_mime(data: bytes) -> str | None:
    """The MIME type of what a platform gives as proof: PDF, XLSX or a picture; None for anything else.

    Nothing is unpacked: a workbook's parts stand by their names in the package.
    """
    if data.startswith(b"%PDF-"):
        return PDF
    if data.startswith(b"PK") and b"xl/workbook.xml" in data:
        return XLSX
    return picture_mime(data)


def open_picture(data: bytes) -> Image.Image:
    """A JPEG, PNG or WebP, its pixels not read yet. Raises one of `NO_PICTURE`, for too many pixels as well."""
    picture = Image.open(io.BytesIO(data), formats=list(FORMATS))
    if picture.width * picture.height > MAX_PIXELS:
        raise ValueError("too many pixels")
    return picture


def phone_key(jwk: Any) -> ec.EllipticCurvePublicKey:
    """A phone's public key (P-256, RFC 7517). Raises `ValueError` where it is none."""
    try:
        if jwk["kty"] != "EC" or jwk["crv"] != "P-256":
            raise ValueError("not a P-256 key")
        x, y = (int.from_bytes(base64.urlsafe_b64decode(jwk[name] + "=="), "big") for name in ("x", "y"))
    except (KeyError, TypeError) as error:
        raise ValueError("not a P-256 key") from error
    return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()


def phone_signed(jwk: Any, data: bytes, signature: Any) -> bool:
    """Whether a phone's key signed `data`: ECDSA P-256 with SHA-256, DER in base64."""
    try:
        given = base64.b64decode(signature, validate=True)
        phone_key(jwk).verify(given, data, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, TypeError, ValueError):
        return False
    return True
