"""The QR codes in a picture that somebody sends: opened as carefully as evidence is, and not kept."""

import io

import zxingcpp
from PIL import Image, UnidentifiedImageError

from webapp.evidence.rules import FORMATS, MAX_PIXELS

# A page of A4 at 300 dots per inch; more takes memory and finds nothing more.
MAX_EDGE = 3600


def codes_in(data: bytes) -> list[str] | None:
    """The texts of the codes in a JPEG, PNG or WebP, each once; None for what is no such picture or too large."""
    try:
        with Image.open(io.BytesIO(data), formats=list(FORMATS)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                return None
            picture.draft("L", (MAX_EDGE, MAX_EDGE))
            grey = picture.convert("L")
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ):
        return None
    grey.thumbnail((MAX_EDGE, MAX_EDGE))
    found = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormat.QRCode)
    return list(dict.fromkeys(code.text for code in found))
