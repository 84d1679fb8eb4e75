"""What counts as a picture. Pure."""

import io

from PIL import Image, UnidentifiedImageError

FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
MAX_PIXELS = 64_000_000


def picture_mime(data: bytes) -> str | None:
    """The MIME type of a picture that can be opened whole, or None for anything else."""
    try:
        with Image.open(io.BytesIO(data), formats=list(FORMATS)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                return None
            mime = FORMATS[str(picture.format)]
            picture.load()
            return mime
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ):
        return None
