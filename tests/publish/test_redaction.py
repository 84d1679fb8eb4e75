"""Faces and plates are proposed, and what a person marked is gone from the file that goes out."""

import io

import pytest
from PIL import Image

from tests.publish.pictures import FACE, PLATE, SIZE, scene
from webapp.errors import Problem
from webapp.publish.covering import covered, propose, upright
from webapp.publish.redaction import COVER, WHOLE


def place(box: dict[str, int], width: int, height: int) -> tuple[int, int, int, int]:
    return (
        box["x"] * width // WHOLE,
        box["y"] * height // WHOLE,
        box["w"] * width // WHOLE,
        box["h"] * height // WHOLE,
    )


def holds(box: dict[str, int], point: tuple[int, int]) -> bool:
    x, y, w, h = place(box, *SIZE)
    return x <= point[0] <= x + w and y <= point[1] <= y + h


def test_a_face_and_a_plate_are_proposed_where_they_are() -> None:
    boxes = propose(scene())
    assert any(box["kind"] == "face" and holds(box, FACE) for box in boxes)
    assert any(box["kind"] == "plate" and holds(box, PLATE) for box in boxes)
    assert len(boxes) <= 6 and propose(scene()) == boxes


def test_what_was_marked_is_filled_and_nothing_else_is() -> None:
    data, width, height = covered(scene(), [{"x": 1000, "y": 2000, "w": 2500, "h": 3000}])
    picture = Image.open(io.BytesIO(data))
    assert (picture.width, picture.height) == (width, height) == SIZE
    for point in ((128 + 8, 192 + 8), (128 + 320 - 8, 192 + 288 - 8), FACE):
        assert all(
            abs(one - other) < 12 for one, other in zip(picture.getpixel(point), COVER, strict=True)
        ), point
    assert picture.getpixel((1200, 100))[0] > 180


def test_what_goes_out_has_nothing_of_the_files_own_data() -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x9286], exif[0x0112] = "王小明的手机", "410482199001011234", 1
    data, _, _ = covered(scene(exif.tobytes()), [])
    picture = Image.open(io.BytesIO(data))
    assert not picture.getexif() and set(picture.info) <= {
        "jfif",
        "jfif_version",
        "jfif_unit",
        "jfif_density",
    }
    assert b"Exif" not in data and "王小明".encode() not in data and b"410482199001011234" not in data


def test_a_picture_taken_sideways_is_covered_where_it_was_seen() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data, width, height = covered(scene(exif.tobytes()), [{"x": 0, "y": 0, "w": WHOLE, "h": 5000}])
    picture = Image.open(io.BytesIO(data))
    assert (width, height) == (960, 1280) and picture.getpixel((480, 300))[0] < 60 < picture.getpixel(
        (900, 1200)
    )[0]
    assert Image.open(io.BytesIO(upright(scene(exif.tobytes())))).size == (960, 1280)


def test_a_large_picture_goes_out_smaller_and_the_same_twice() -> None:
    large = scene(size=(4000, 3000))
    assert covered(large, [])[1:] == (1600, 1200) and covered(large, []) == covered(large, [])


@pytest.mark.parametrize("data", [b"", b"no picture", scene()[:900]])
def test_what_is_no_picture_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(Problem, match="blob_picture"):
        covered(data, [])
