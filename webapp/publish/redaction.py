"""Pictures for the public: where faces and plates may be, and a new file in which what a person marked is covered.

What is proposed is only where to look first: the cascades find faces from the front and the side and most plates, not
all. Covered is filled, never blurred: what was blurred can be brought back. Nothing of the file itself goes out, no
metadata, no thumbnail, no byte of it. Pure, and done apart (`webapp.apart`).
"""

import io
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import cv2.data
import numpy
from PIL import Image, ImageDraw

from webapp.evidence.picture_rules import open_picture, turn
from webapp.publish.redaction_rules import BOXES, WHOLE

# Of the published picture, and of the one that is looked through; the long side.
SHOWN_SIDE, LOOKED_SIDE = 1600, 1600
COVER = (38, 43, 50)
FACES = ("haarcascade_frontalface_alt2.xml", "haarcascade_frontalface_alt.xml", "haarcascade_profileface.xml")
PLATES = ("haarcascade_russian_plate_number.xml", "haarcascade_license_plate_rus_16stages.xml")
# Hair, ears and the edge of a plate are outside what the cascade gives.
FACE_ROOM, PLATE_ROOM = 0.25, 0.08
Box = dict[str, Any]
Found = tuple[int, int, int, int]


def propose(data: bytes) -> list[Box]:
    """Where faces and plates may be: `{x, y, w, h, kind}` (`face`, `plate`), none inside another of its kind."""
    picture = _upright(data)
    picture.thumbnail((LOOKED_SIDE, LOOKED_SIDE))
    grey = numpy.asarray(picture.convert("L"))
    boxes = [_box(found, picture.size, "face", FACE_ROOM) for found in _merged(_faces(grey))]
    boxes += [_box(found, picture.size, "plate", PLATE_ROOM) for found in _merged(_plates(grey))]
    return boxes[:BOXES]


def covered(data: bytes, boxes: list[Box]) -> tuple[bytes, int, int]:
    """A new JPEG of the picture with every box filled, and its width and height. The same input gives the same bytes."""
    picture = _upright(data)
    picture.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
    pen = ImageDraw.Draw(picture)
    for box in boxes:
        pen.rectangle(_corners(box, picture.size), fill=COVER)
    # Pasted into a new picture: whatever the file carried stays behind.
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=82, optimize=True)
    return out.getvalue(), clean.width, clean.height


def upright(data: bytes) -> bytes:
    """The picture as it is to be looked at while boxes are drawn: turned as the camera was held, nothing covered."""
    picture = _upright(data)
    picture.thumbnail((LOOKED_SIDE, LOOKED_SIDE))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()


def _upright(data: bytes) -> Image.Image:
    """Decoded, in RGB, turned by its EXIF, not much larger than it is shown. Raises one of `NO_PICTURE`."""
    with open_picture(data) as found:
        found.draft("RGB", (2 * SHOWN_SIDE, 2 * SHOWN_SIDE))
        turned = turn(found)
        # Made small before it is turned: a large PNG is held once.
        small = found.convert("RGB") if found.mode != "RGB" else found
        small.thumbnail((2 * SHOWN_SIDE, 2 * SHOWN_SIDE))
        return small.copy() if turned is None else small.transpose(turned)


def _faces(grey: numpy.ndarray) -> Iterator[Found]:
    for name in FACES:
        yield from _detected(name, grey, (24, 24))
    # The cascade for the side knows faces that look to the left alone.
    turned, width = numpy.ascontiguousarray(grey[:, ::-1]), grey.shape[1]
    yield from ((width - x - w, y, w, h) for x, y, w, h in _detected(FACES[-1], turned, (32, 32)))


def _plates(grey: numpy.ndarray) -> Iterator[Found]:
    # Blue and green plates carry light figures, yellow and white ones dark.
    for each in (grey, 255 - grey):
        for name in PLATES:
            yield from _detected(name, each, (40, 12))


def _detected(name: str, grey: numpy.ndarray, least: tuple[int, int]) -> Iterator[Found]:
    for x, y, w, h in _cascade(name).detectMultiScale(grey, 1.1, 3, minSize=least):
        yield int(x), int(y), int(w), int(h)


@cache
def _cascade(name: str) -> Any:
    # Requests are served beside each other; none may take every core.
    cv2.setNumThreads(1)
    return cv2.CascadeClassifier(str(Path(cv2.data.haarcascades) / name))


def _merged(found: Iterator[Found]) -> list[Found]:
    """The largest first; one whose middle lies in a larger one is the same thing."""
    kept: list[Found] = []
    for box in sorted(found, key=lambda one: -one[2] * one[3]):
        x, y = box[0] + box[2] // 2, box[1] + box[3] // 2
        if not any(a <= x <= a + w and b <= y <= b + h for a, b, w, h in kept):
            kept.append(box)
    return kept


def _box(found: Found, size: tuple[int, int], kind: str, room: float) -> Box:
    x, y, w, h = found
    left, top = max(x - room * w, 0), max(y - room * h, 0)
    right, bottom = min(x + w * (1 + room), size[0]), min(y + h * (1 + room), size[1])
    return {
        "x": round(left * WHOLE / size[0]),
        "y": round(top * WHOLE / size[1]),
        "w": round((right - left) * WHOLE / size[0]),
        "h": round((bottom - top) * WHOLE / size[1]),
        "kind": kind,
    }


def _corners(box: Box, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Outward to the next whole pixel."""
    left, top = box["x"] * size[0] // WHOLE, box["y"] * size[1] // WHOLE
    right, bottom = -(-(box["x"] + box["w"]) * size[0] // WHOLE), -(-(box["y"] + box["h"]) * size[1] // WHOLE)
    return left, top, right, bottom
