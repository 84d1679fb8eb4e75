"""What a phone's camera sees: pictures one after another, as a film that Chromium takes for its camera."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import qrcode
from PIL import Image

SIZE = (1280, 720)
# Chromium plays a film of JPEGs at this many pictures a second.
RATE = 30


def code(text: str, side: int = 480) -> Image.Image:
    """A QR code as it is printed."""
    made = qrcode.QRCode(border=4, box_size=8)
    made.add_data(text)
    made.make()
    return made.make_image().get_image().convert("RGB").resize((side, side))


def film(path: Path, pictures: Sequence[Image.Image], seconds: float = 0.3) -> None:
    """Write the film: each picture before a grey wall, for so many seconds; without any, the wall."""
    frames = []
    for picture in pictures or [Image.new("RGB", (1, 1))]:
        wall = Image.new("RGB", SIZE, (120, 122, 118))
        shown = picture.convert("RGB")
        shown.thumbnail((SIZE[0] - 40, SIZE[1] - 40))
        wall.paste(shown, ((SIZE[0] - shown.width) // 2, (SIZE[1] - shown.height) // 2))
        jpeg = io.BytesIO()
        wall.save(jpeg, "jpeg", quality=90)
        frames += [jpeg.getvalue()] * max(1, round(RATE * seconds))
    path.write_bytes(b"".join(frames))
