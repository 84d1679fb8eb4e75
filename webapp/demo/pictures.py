"""Demo photos (the same bytes for the same seed and the same Pillow) and made-up signatures."""

import io
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from webapp.demo.library import Row, lot

SIZE = (1280, 960)
FONTS = Path(__file__).parent.parent / "archive" / "fonts"
Colour = tuple[int, int, int]
INK: Colour = (58, 52, 48)
PAPER: Colour = (250, 247, 238)
RED: Colour = (176, 42, 38)


def photo(lines: list[str], seed: str) -> bytes:
    """A small JPEG (1280×960, below 150 kB) of a wall, a framed licence, a notice board and a desk.

    `lines` are written on the notice board where the program's font is there; `seed` decides the scene.
    """
    picture = Image.new("RGB", SIZE, _tint(seed, "wall", 190, 226))
    draw = ImageDraw.Draw(picture)
    _room(draw, seed)
    _licence(draw, seed)
    _board(draw, seed, lines)
    _desk(draw, seed)
    return _jpeg(_light(picture, seed))


def signature(name: str) -> Row:
    """A made-up signature: `{canvas: {width, height}, strokes: [[[x, y, ms, pressure], ...], ...]}`."""
    strokes, clock = [], 0
    for place, _ in enumerate(name):
        for stroke in range(lot(3, 5, name, str(place))):
            strokes.append(_stroke(name, place, stroke, clock))
            clock = strokes[-1][-1][2] + 120
    return {"canvas": {"width": 600, "height": 240}, "strokes": strokes}


def _stroke(name: str, place: int, stroke: int, clock: int) -> list[list[int]]:
    """One stroke of a written character: a bent line in the character's square."""
    width = 540 // max(len(name), 3)
    corner = (30 + place * width, 50)
    seed = (name, str(place), str(stroke))
    ends = [
        (corner[0] + lot(0, width - 16, *seed, f"x{n}"), corner[1] + lot(0, 140, *seed, f"y{n}"))
        for n in range(3)
    ]
    points = []
    for step in range(13):
        # A quadratic curve in whole numbers: what is hashed must be the same on every machine.
        a, b, c = (12 - step) ** 2, 2 * (12 - step) * step, step**2
        x, y = ((a * ends[0][at] + b * ends[1][at] + c * ends[2][at]) // 144 for at in (0, 1))
        points.append([x, y, clock + step * 16, 420 + 40 * min(step, 12 - step)])
    return points


def _room(draw: ImageDraw.ImageDraw, seed: str) -> None:
    floor = lot(720, 770, seed, "floor")
    draw.rectangle((0, floor, *SIZE), fill=_tint(seed, "floor", 120, 158))
    draw.rectangle((0, floor - 18, SIZE[0], floor), fill=_tint(seed, "skirting", 90, 120))
    for tile in range(-6, 14):
        draw.line(
            (640 + (tile - 4) * 70, floor, 640 + (tile - 4) * 190, SIZE[1]), fill=(104, 100, 96), width=2
        )
    for row in (40, 96, 168):
        draw.line((0, floor + row, SIZE[0], floor + row), fill=(104, 100, 96), width=2)


def _licence(draw: ImageDraw.ImageDraw, seed: str) -> None:
    """The framed licence: gold border, emblem, lines of print, a red stamp."""
    x, y = lot(70, 150, seed, "licence x"), lot(110, 190, seed, "licence y")
    width, height = 420, 300
    draw.rectangle((x + 12, y + 14, x + width + 12, y + height + 14), fill=(140, 136, 130))
    draw.rectangle((x, y, x + width, y + height), fill=(112, 78, 48))
    draw.rectangle(
        (x + 14, y + 14, x + width - 14, y + height - 14), fill=PAPER, outline=(190, 152, 82), width=5
    )
    draw.ellipse(
        (x + width // 2 - 20, y + 30, x + width // 2 + 20, y + 70), fill=RED, outline=(200, 160, 60), width=4
    )
    draw.rectangle((x + 130, y + 82, x + width - 130, y + 100), fill=INK)
    for row in range(6):
        top = y + 122 + row * 24
        draw.rectangle((x + 46, top, x + 110, top + 8), fill=(120, 112, 104))
        draw.rectangle((x + 126, top, x + 126 + lot(90, 220, seed, f"print {row}"), top + 8), fill=INK)
    draw.ellipse((x + width - 120, y + height - 116, x + width - 40, y + height - 36), outline=RED, width=5)


def _board(draw: ImageDraw.ImageDraw, seed: str, lines: list[str]) -> None:
    """The notice board with its sheets, and what was photographed written on the largest."""
    x, y = lot(590, 640, seed, "board x"), lot(90, 150, seed, "board y")
    draw.rectangle(
        (x, y, x + 580, y + 430), fill=_tint(seed, "cork", 130, 180), outline=(96, 84, 70), width=12
    )
    draw.rectangle((x + 34, y + 34, x + 546, y + 190), fill=PAPER)
    _write(draw, (x + 52, y + 56), lines)
    for sheet in range(3):
        left = x + 40 + sheet * 176
        top = y + 214 + lot(-6, 10, seed, f"sheet {sheet}")
        draw.rectangle((left, top, left + 150, top + 184), fill=_tint(seed, f"paper {sheet}", 226, 252))
        for row in range(8):
            draw.rectangle(
                (
                    left + 14,
                    top + 22 + row * 19,
                    left + lot(70, 134, seed, f"{sheet}/{row}"),
                    top + 27 + row * 19,
                ),
                fill=INK,
            )


def _desk(draw: ImageDraw.ImageDraw, seed: str) -> None:
    top = lot(640, 690, seed, "desk")
    draw.polygon(
        [(120, top), (1180, top), (1270, top + 150), (30, top + 150)], fill=_tint(seed, "desk", 128, 176)
    )
    draw.rectangle((30, top + 150, 1270, SIZE[1]), fill=_tint(seed, "front", 92, 120))
    for binder in range(lot(3, 6, seed, "binders")):
        left = 180 + binder * 62
        draw.rectangle(
            (left, top - 132, left + 50, top + 40),
            fill=_tint(seed, f"binder {binder}", 50, 190),
            outline=INK,
            width=3,
        )
        draw.rectangle((left + 10, top - 108, left + 40, top - 54), fill=PAPER)
    left = lot(690, 820, seed, "papers")
    for sheet in range(3):
        x = left + sheet * 16
        draw.polygon(
            [(x, top + 26), (x + 230, top + 26), (x + 258, top + 118), (x - 22, top + 118)],
            fill=PAPER,
            outline=(150, 144, 136),
        )
    for row in range(4):
        draw.line(
            (left + 40, top + 44 + row * 18, left + lot(150, 240, seed, f"row {row}"), top + 44 + row * 18),
            fill=INK,
            width=4,
        )


def _write(draw: ImageDraw.ImageDraw, at: tuple[int, int], lines: list[str]) -> None:
    font = next(iter(sorted(FONTS.glob("*.otf"))), None)
    if font is None:
        return
    rows = [line[start : start + 17] for line in lines for start in range(0, len(line), 17)]
    for row, text in enumerate(rows[:3]):
        draw.text((at[0], at[1] + row * 44), text, font=ImageFont.truetype(font, 28), fill=INK)


def _light(picture: Image.Image, seed: str) -> Image.Image:
    """Soft light from one side and the slight blur of a hand-held phone."""
    shade = Image.linear_gradient("L").rotate(lot(0, 3, seed, "light") * 90).resize(SIZE)
    dark = Image.new("RGB", SIZE, (36, 34, 40))
    return Image.composite(dark, picture, shade.point([value // 4 for value in range(256)])).filter(
        ImageFilter.GaussianBlur(0.8)
    )


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


def _tint(seed: str, part: str, low: int, high: int) -> Colour:
    return (lot(low, high, seed, part, "r"), lot(low, high, seed, part, "g"), lot(low, high, seed, part, "b"))
