"""A picture's print: what stays nearly the same when a photo is scaled, pressed again or made brighter. Pure.

`look` is 64 bits, one for each of the lowest waves of 32 × 32 greys that lies above their middle: by it an index finds the
few pictures that may be the same. `sketch` is the picture in 24 × 24 greys: by it two are compared.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, pi, sqrt

from PIL import Image

from webapp.evidence.picture_rules import NO_PICTURE, open_picture, turn

SIDE, WAVES, SKETCH = 32, 8, 24
BANDS, BAND_BITS = 4, 16
# Two looks that differ in up to seven bits differ in at most one bit in one of the four bands (7 < 4 × 2).
FARTHEST = 7
# A dark or empty picture says nothing of what was photographed.
LEAST_RANGE = 24
_WAVE = [
    [round(1024 * cos(pi * (2 * at + 1) * wave / (2 * SIDE))) for at in range(SIDE)] for wave in range(WAVES)
]


@dataclass(frozen=True)
class Print:
    """`look` below 2**64, `sketch` 576 bytes."""

    look: int
    sketch: bytes


def print_of(data: bytes) -> Print | None:
    """The print of a picture's bytes; None where they are no picture or nothing is to be seen in it."""
    try:
        with open_picture(data) as picture:
            # A JPEG is read at a fraction of its size, where that is enough.
            picture.draft("L", (SIDE * 4, SIDE * 4))
            turned, grey = turn(picture), picture.convert("L")
            grey = grey if turned is None else grey.transpose(turned)
            small = grey.resize((SIDE, SIDE), Image.Resampling.BOX).tobytes()
            sketch = grey.resize((SKETCH, SKETCH), Image.Resampling.BOX).tobytes()
    except NO_PICTURE:
        return None
    return Print(_look(small), sketch) if max(small) - min(small) >= LEAST_RANGE else None


def distance(one: int, other: int) -> int:
    """In how many of 64 bits two looks differ."""
    return (one ^ other).bit_count()


def likeness(one: bytes, other: bytes) -> int:
    """How alike two sketches are, in percent rounded down: 100 the same, whatever the light; 0 nothing in common."""
    first, second = _from_middle(one), _from_middle(other)
    both = sqrt(sum(grey * grey for grey in first) * sum(grey * grey for grey in second))
    return max(0, int(100 * sum(map(float.__mul__, first, second)) / both)) if both else 0


def bands(look: int) -> list[int]:
    """The four parts of a look that an index holds, 16 bits each."""
    return [look >> (BAND_BITS * place) & 0xFFFF for place in range(BANDS)]


def near(band: int) -> list[int]:
    """What a band may be where it differs in one bit at most."""
    return sorted({band, *(band ^ 1 << place for place in range(BAND_BITS))})


def _look(greys: bytes) -> int:
    rows = [greys[start : start + SIDE] for start in range(0, SIDE * SIDE, SIDE)]
    across = [[sum(map(int.__mul__, row, wave)) for wave in _WAVE] for row in rows]
    columns = list(zip(*across, strict=True))
    waves = [sum(map(int.__mul__, column, wave)) for wave in _WAVE for column in columns]
    # The first wave is how bright the whole is: it says nothing of what is to be seen.
    middle = sorted(waves[1:])[len(waves) // 2 - 1]
    return _bits(wave > middle for wave in waves)


def _from_middle(sketch: bytes) -> list[float]:
    middle = sum(sketch) / len(sketch)
    return [grey - middle for grey in sketch]


def _bits(said: Iterable[bool]) -> int:
    number = 0
    for bit in said:
        number = number << 1 | bit
    return number
