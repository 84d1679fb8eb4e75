"""Drawn pictures with a face and a plate that can be found, as no photo of a real person belongs here."""

import io

from PIL import Image, ImageDraw, ImageFilter, ImageFont

WALL = (205, 210, 205)
SIZE = (1280, 960)
FACE, PLATE = (300, 350), (900, 700)


def scene(exif: bytes = b"", size: tuple[int, int] = SIZE) -> bytes:
    """A wall with a face at `FACE` and a blue plate at `PLATE`."""
    picture = Image.new("RGB", size, WALL)
    face = _face().resize((260, 260))
    picture.paste(face, (FACE[0] - 130, FACE[1] - 130))
    _plate(ImageDraw.Draw(picture))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=92, **({"exif": exif} if exif else {}))
    return out.getvalue()


def _face() -> Image.Image:
    picture = Image.new("RGB", (400, 400), WALL)
    pen = ImageDraw.Draw(picture)
    pen.ellipse((70, 20, 330, 360), fill=(60, 48, 42))
    pen.ellipse((92, 70, 308, 385), fill=(214, 178, 152))
    for eye in (150, 250):
        pen.ellipse((eye - 36, 160, eye + 36, 205), fill=(120, 84, 70))
        pen.ellipse((eye - 22, 174, eye + 22, 198), fill=(60, 42, 38))
        pen.rounded_rectangle((eye - 38, 146, eye + 38, 160), 6, fill=(70, 50, 42))
    for cheek in (138, 262):
        pen.ellipse((cheek - 30, 225, cheek + 30, 285), fill=(228, 194, 168))
    pen.polygon([(190, 180), (210, 180), (224, 262), (176, 262)], fill=(232, 200, 176))
    pen.ellipse((174, 252, 226, 274), fill=(150, 108, 90))
    pen.ellipse((154, 300, 246, 330), fill=(140, 70, 66))
    return picture.filter(ImageFilter.GaussianBlur(7))


def _plate(pen: ImageDraw.ImageDraw) -> None:
    x, y = PLATE
    pen.rectangle((x - 120, y - 35, x + 120, y + 35), fill=(20, 60, 160))
    pen.rectangle((x - 114, y - 29, x + 114, y + 29), outline=(240, 240, 240), width=3)
    pen.text((x, y), "A·8D612", font=ImageFont.load_default(50), fill=(245, 245, 245), anchor="mm")
