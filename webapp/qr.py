"""A QR code for a page: one path of modules, dark on light whatever the colours of the screen. Pure."""

from dataclasses import dataclass

import qrcode

BORDER = 4


@dataclass(frozen=True)
class Code:
    """`path`: the dark modules as an SVG path on a square of `size`."""

    text: str
    size: int
    path: str


def code_of(text: str) -> Code:
    """The code of an address."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=BORDER)
    code.add_data(text)
    rows = code.get_matrix()
    dark = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, on in enumerate(row) if on)
    return Code(text, len(rows), "".join(dark))
