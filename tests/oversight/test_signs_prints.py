"""The print of a picture: the same for one photo however it was scaled or pressed, another for another photo."""

import io
from itertools import combinations

import pytest
from PIL import Image, ImageEnhance

from webapp.demo.world import photo
from webapp.oversight.signs_prints import FARTHEST, Print, bands, distance, likeness, near, print_of
from webapp.oversight.signs_rules import LIMITS, alike

LEAST = LIMITS["sign_photo_likeness"]
PHOTOS = {seed: photo(["取证"], seed) for seed in map(str, range(24))}


def pressed(picture: Image.Image, quality: int = 60) -> bytes:
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()


def printed(data: bytes) -> Print:
    found = print_of(data)
    assert found
    return found


@pytest.mark.parametrize("change", ["small", "pressed", "bright", "pale", "png", "edge"])
def test_one_photo_is_known_again_however_it_was_changed(change: str) -> None:
    for data in PHOTOS.values():
        with Image.open(io.BytesIO(data)) as picture:
            picture.load()
            changed = {
                "small": lambda shown: pressed(shown.resize((480, 360))),
                "pressed": lambda shown: pressed(shown, 15),
                "bright": lambda shown: pressed(ImageEnhance.Brightness(shown).enhance(1.1)),
                "pale": lambda shown: pressed(ImageEnhance.Contrast(shown).enhance(0.7)),
                "png": _png,
                "edge": lambda shown: pressed(shown.crop((6, 5, 1274, 955))),
            }[change](picture)
        assert alike(printed(data), printed(changed)) >= LEAST


def test_two_photos_of_rooms_that_are_furnished_alike_are_two() -> None:
    prints = [printed(data) for data in PHOTOS.values()]
    assert max(likeness(one.sketch, other.sketch) for one, other in combinations(prints, 2)) < LEAST


def test_a_photo_on_its_side_is_known_by_what_its_file_says() -> None:
    with Image.open(io.BytesIO(PHOTOS["1"])) as picture:
        out, exif = io.BytesIO(), Image.Exif()
        exif[0x0112] = 8
        picture.rotate(-90, expand=True).save(out, "JPEG", quality=80, exif=exif)
    assert alike(printed(PHOTOS["1"]), printed(out.getvalue())) >= LEAST


# The process in which it is done does not listen to warnings.
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "exif",
    [
        b"Exif\0\0",
        b"Exif\0\0II",
        b"Exif\0\0II*\0\xfe\xff\xff\xff",
        b"Exif\0\0II*\0\x08\0\0\0\xff\xff\x12\x01\x02\0AAAA",
    ],
)
def test_nobody_hides_a_photo_by_breaking_what_its_file_says(exif: bytes) -> None:
    data = PHOTOS["1"]
    broken = data[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + data[2:]
    assert alike(printed(data), printed(broken)) == 100


def test_a_picture_in_which_nothing_is_to_be_seen_has_no_print() -> None:
    assert print_of(pressed(Image.new("RGB", (800, 600), (12, 12, 12)))) is None
    assert print_of(b"no picture") is None


def test_whatever_differs_in_seven_bits_shares_a_band_but_for_one_bit() -> None:
    look = 0x0123456789ABCDEF
    for flipped in (0, 1, 0b1010101 << 30, 0x8001800180018000 ^ 0x11 ^ 0x8, (1 << 63) | (1 << 40) | 0b11):
        other = look ^ flipped
        if distance(look, other) <= FARTHEST:
            pairs = zip(bands(look), bands(other), strict=True)
            assert any(there in near(here) for here, there in pairs)
    assert len(near(0)) == 17


def _png(shown: Image.Image) -> bytes:
    out = io.BytesIO()
    shown.save(out, "PNG")
    return out.getvalue()
