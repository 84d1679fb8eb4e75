"""The QR codes in a picture that somebody sends: opened as carefully as evidence is, and not kept. Pure, and done apart."""

import zxingcpp

from webapp.evidence.picture_rules import NO_PICTURE, open_picture

# A page of A4 at 300 dots per inch; more takes memory and finds nothing more.
MAX_EDGE = 3600


def codes_in(data: bytes) -> list[str] | None:
    """The texts of the codes in a JPEG, PNG or WebP, each once; None for what is no such picture or too large."""
    try:
        with open_picture(data) as picture:
            picture.draft("L", (MAX_EDGE, MAX_EDGE))
            grey = picture.convert("L")
    except NO_PICTURE:
        return None
    grey.thumbnail((MAX_EDGE, MAX_EDGE))
    found = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormat.QRCode)
    return list(dict.fromkeys(code.text for code in found))
