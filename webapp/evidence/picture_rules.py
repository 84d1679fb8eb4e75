"""What counts as a picture: JPEG, PNG, WebP that open whole; HEIC as it came. Pure, and done apart (`webapp.apart`)."""

import io
import struct
from collections.abc import Iterator

from PIL import Image, UnidentifiedImageError

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
# What a browser, a PDF and this server can show; anything else is kept, and given out as a file.
SHOWN = frozenset(FORMATS.values())
# So many pixels are decoded in half a gigabyte: WebP holds each four times meanwhile, PNG twice where it is turned.
MOST_PIXELS = {"JPEG": 64_000_000, "PNG": 40_000_000, "WEBP": 24_000_000}
# A JPEG is whole where all of it could be read, at whatever size.
SMALL = (64, 64)
# ISO/IEC 23008-12: the brand of a still picture or a burst pressed as video (HEVC), or as the container says.
HEIF = dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"), "image/heic")
HEIF |= dict.fromkeys((b"mif1", b"msf1"), "image/heif")
# By its kind, how the name of a file ends.
FILE_ENDINGS = {
    PDF: "pdf",
    XLSX: "xlsx",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/heic": "heic",
    "image/heif": "heif",
}
BOXES = 1000
# EXIF 3.0, 4.6.5.1: how the camera was held. What another number says is no turn.
ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # fmt: skip

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
    """The MIME type of a picture that can be opened whole, or of a HEIC whose boxes are whole; None for the rest."""
    if data[4:8] == b"ftyp":
        return heif_mime(data)
    try:
        with open_picture(data) as picture:
            picture.draft("L", SMALL)
            picture.load()
            return FORMATS[str(picture.format)]
    except NO_PICTURE:
        return None


def heif_mime(data: bytes) -> str | None:
    """The MIME type of a HEIC or HEIF, told by its boxes alone; nothing of it is ever decoded here."""
    mime = HEIF.get(data[8:12])
    try:
        names = [name for _at, name in zip(range(BOXES), _boxes(data), strict=False)]
    except ValueError:
        return None
    return mime if mime and names[0] == b"ftyp" and b"meta" in names else None


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
    if picture.width * picture.height > MOST_PIXELS[str(picture.format)]:
        raise ValueError("too many pixels")
    return picture


def turn(picture: Image.Image) -> Image.Transpose | None:
    """How a picture is to be turned to stand as it was seen; not at all where its EXIF says nothing sensible."""
    try:
        return TURNS.get(picture.getexif().get(ORIENTATION, 1))
    except (*NO_PICTURE, LookupError, TypeError, struct.error):
        return None


def _boxes(data: bytes) -> Iterator[bytes]:
    """The names of the outer boxes (ISO/IEC 14496-12), which fill the file. Raises `ValueError` where they do not."""
    at = 0
    while at < len(data):
        size, head = int.from_bytes(data[at : at + 4], "big"), 8
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        elif size == 0:
            size = len(data) - at
        if size < head or at + size > len(data):
            raise ValueError("a box that does not fit")
        yield data[at + 4 : at + 8]
        at += size
