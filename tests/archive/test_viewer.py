"""Looking at photos: turned, with layers or without, two beside each other; by links alone."""

import hashlib
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.archive.test_record_pdf import text_of
from tests.archive.test_views import inspections, record_of
from tests.handset import Handset
from tests.hostile.files import heic
from webapp.archive.viewer import LAYERS, View, turned

Desk = Callable[[str], FlaskClient]


def of(photos: int = 5, **args: str) -> View:
    return View.of(args, "/here", photos)


def test_an_address_that_says_nothing_shows_the_first_photo_as_it_was_taken() -> None:
    assert of() == View("/here", photo=1)
    assert View.of({}, "/here", 5, first=3).photo == 3
    assert of(0) == View("/here")


@pytest.mark.parametrize(
    "args",
    [
        {"photo": "-9", "beside": "-1", "turn": "x"},
        {"photo": "99999999999999999999", "beside": "9" * 50, "turned": "-7"},
        {"hide": "marks,nothing,<script>", "photo": "٣", "turn": "1e9"},
    ],
)
def test_whatever_an_address_says_there_is_a_view(args: dict[str, str]) -> None:
    view = of(**args)
    assert 1 <= view.photo <= 5 and 0 <= view.beside <= 5
    assert view.turn in range(4) and view.turned in range(4) and view.hidden <= LAYERS.keys()
    assert (
        of(**dict(pair.split("=") for pair in view.address.partition("?")[2].split("&"))).photo == view.photo
    )


def test_every_step_is_an_address_that_gives_the_same_view_again() -> None:
    view = of(photo="2", beside="4", turn="1", turned="3", hide="marks")
    assert view.address == "/here?photo=2&beside=4&turn=1&turned=3&hide=marks"
    left, right = view.sides()
    assert view.rotate(right) == "/here?photo=2&beside=4&turn=1&hide=marks"
    assert view.go(left, 3) == "/here?photo=3&beside=4&turned=3&hide=marks"
    assert view.toggle("marks") == "/here?photo=2&beside=4&turn=1&turned=3"
    assert view.toggle_all() == view.toggle("marks")
    assert of(photo="2").toggle_all() == "/here?photo=2&hide=caption%2Cmarks%2Cwater"
    assert view.compare(5) == "/here?photo=2&turn=1&hide=marks"
    assert of(photo="5").compare(5) == "/here?photo=5&beside=4"


@pytest.mark.parametrize(("quarters", "corner"), [(0, (0, 0)), (1, (300, 0)), (2, (400, 300)), (3, (0, 400))])
def test_a_turned_picture_stays_in_its_frame(quarters: int, corner: tuple[int, int]) -> None:
    frame = turned(400, 300, quarters)
    assert (frame["width"], frame["height"]) == ((400, 300) if quarters % 2 == 0 else (300, 400))
    moved = re.match(r"translate\((\d+) (\d+)\)", frame["transform"])
    assert tuple(map(int, moved.groups() if moved else (0, 0))) == corner


def test_layers_and_turning_change_what_is_drawn_and_nothing_that_is_kept(app: Flask, desk: Desk) -> None:
    (one, *_) = inspections(app, "returned")
    browser, before = desk("auditor"), record_of(app, one)
    page = browser.get(f"/office/inspections/{one}").text
    plain = browser.get(f"/office/inspections/{one}?hide=marks,caption,water&turn=1").text
    assert 'class="over"' in page and 'class="band"' in page and "rotate(90)" not in page
    assert 'class="over"' not in plain and 'class="band"' not in plain and "rotate(90)" in plain
    assert record_of(app, one) == before


def test_two_photos_stand_beside_each_other(app: Flask, desk: Desk) -> None:
    (one, *_) = inspections(app, "returned")
    page = desk("archivist").get(f"/office/inspections/{one}?photo=1&beside=2").text
    photos = record_of(app, one)["content"]["photos"]
    assert re.findall(r'data-photo="(\w+)"', page) == [photo["sha256"] for photo in photos[:2]]


def test_for_the_photos_alone_only_the_photos_are_sent(app: Flask, desk: Desk) -> None:
    (one, *_) = inspections(app, "returned")
    part = desk("archivist").get(f"/office/inspections/{one}?photo=2", headers={"HX-Target": "viewer"}).text
    assert 'id="viewer"' in part and "<html" not in part


def test_a_photo_of_several_questions_shows_at_each(
    app: Flask, desk: Desk, phone: Callable[[str], Handset]
) -> None:
    handset = phone("inspector1")
    row = handset.row("assigned")
    one = row["id"]
    handset.arrive(row)
    first, second = (f"base/{name}" for name in _names(handset, row)[:2])
    handset.photograph(one, first)
    photo = handset.logs[one][-1]["id"]
    handset.write(one, "attach", photo=photo, question=second)
    handset.sync(one)
    page = desk("archivist").get(f"/office/inspections/{one}").text
    for address in (first, second):
        place = page.partition(f'id="q-{address.replace("/", "-")}"')[2].partition("</tr>")[0]
        assert "照片 1" in place
        assert f'href="#q-{address.replace("/", "-")}"' in page.partition('id="viewer"')[2]


def _names(handset: Handset, row: dict) -> list[str]:
    """Names of the base form's questions that take an answer."""
    form = handset.worklist()["forms"][row["form_hashes"][0]]
    return [question["name"] for question in form["questions"] if question["type"] not in ("group", "note")]


def test_a_heic_photo_is_kept_as_it_came_and_given_out_as_a_file(
    app: Flask, desk: Desk, phone: Callable[[str], Handset]
) -> None:
    one, data = phone("inspector1"), heic()
    row, sha256 = one.row(), hashlib.sha256(data).hexdigest()
    one.arrive(row)
    size = {"size": len(data), "mime": "image/heic", "width": 4032, "height": 3024}
    one.write(row["id"], "photo", question="base/B1", sha256=sha256, position=None, **size)
    one.sync(row["id"])
    assert one.patch(sha256, data).headers["Upload-Complete"] == "?1"
    archivist = desk("archivist")
    kept = archivist.get(f"/api/v1/blobs/{sha256}")
    assert (kept.data, kept.mimetype) == (data, "image/heic")
    assert kept.headers["Content-Disposition"] == f"attachment; filename={sha256[:16]}.heic"
    assert kept.headers["X-Content-Type-Options"] == "nosniff"
    page = archivist.get(f"/office/inspections/{row['id']}").text
    viewer = page.partition('id="viewer"')[2].partition("</aside>")[0]
    assert "HEIC 照片，按原样保存" in viewer and f'href="/api/v1/blobs/{sha256}" download' in viewer
    assert "<image" not in viewer and "<img" not in viewer
    pdf = archivist.get(f"/office/inspections/{row['id']}/record.pdf")
    assert pdf.status_code == 200 and "照片原件未能印出" in text_of(pdf.data)
