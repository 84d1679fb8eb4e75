"""Photos over the line: resumable, checked by hash, for those who may see them."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import both_databases
from tests.handset import Handset
from webapp.db import db
from webapp.evidence.models import Blob

pytestmark = both_databases
Phones = Callable[[str], Handset]


@pytest.fixture
def taken(phone: Phones) -> tuple[Handset, str, bytes]:
    """A phone that has sent a photo's event and not its bytes."""
    one = phone("inspector1")
    row = one.row()
    one.arrive(row)
    data = one.photograph(row["id"], "base/B2")
    sha256 = hashlib.sha256(data).hexdigest()
    assert one.sync(row["id"])["wanted"] == [sha256]
    return one, sha256, data


def test_a_photo_goes_up_in_parts_and_goes_on_where_it_was_cut(taken: tuple[Handset, str, bytes]) -> None:
    one, sha256, data = taken
    assert one.head(sha256).headers["Upload-Offset"] == "0"
    assert one.patch(sha256, data[:1000], last=False).headers["Upload-Complete"] == "?0"
    head = one.head(sha256)
    assert (head.status_code, head.headers["Upload-Offset"], head.headers["Upload-Complete"]) == (
        204,
        "1000",
        "?0",
    )
    done = one.patch(sha256, data[1000:], 1000)
    assert (done.status_code, done.headers["Upload-Complete"]) == (204, "?1")
    assert one.client.get(f"/api/v1/blobs/{sha256}").data == data
    inspection = next(iter(one.logs))
    assert one.sync(inspection)["wanted"] == []


def test_a_part_sent_twice_is_409_with_the_offset_and_spoils_nothing(
    taken: tuple[Handset, str, bytes],
) -> None:
    one, sha256, data = taken
    one.patch(sha256, data[:1000], last=False)
    again = one.patch(sha256, data[:1000], last=False)
    assert (again.status_code, again.json["error"]["details"]) == (409, {"offset": 1000})
    assert one.patch(sha256, data[1000:], 1000).headers["Upload-Complete"] == "?1"
    assert one.patch(sha256, data[1000:], 1000).headers["Upload-Complete"] == "?1"


def test_wrong_bytes_are_422_and_the_upload_starts_again(taken: tuple[Handset, str, bytes]) -> None:
    one, sha256, data = taken
    answer = one.patch(sha256, data[:-1] + b"x")
    assert (answer.status_code, answer.json["error"]["code"]) == (422, "blob_hash")
    assert one.head(sha256).headers["Upload-Offset"] == "0"
    assert one.patch(sha256, data).headers["Upload-Complete"] == "?1"


def test_a_truncated_upload_is_not_taken_for_whole(taken: tuple[Handset, str, bytes]) -> None:
    one, sha256, data = taken
    assert one.patch(sha256, data[: len(data) // 2]).json["error"]["code"] == "blob_hash"
    assert one.patch(sha256, b"").json["error"]["code"] == "blob_hash"


@pytest.mark.parametrize(
    "data", [b"<svg onload=alert(1)>", b"GIF89a" + bytes(50), b"\xff\xd8\xff\xe0 cut", b"PK\3\4"]
)
def test_a_photo_that_is_no_picture_is_refused_by_name(phone: Phones, data: bytes) -> None:
    one = phone("inspector1")
    row = one.row()
    sha256 = hashlib.sha256(data).hexdigest()
    event = one.write(
        row["id"], "photo", question=None, sha256=sha256, size=len(data), mime="image/jpeg", position=None
    )
    one.sync(row["id"])
    answer = one.patch(sha256, data)
    assert (answer.status_code, answer.json["error"]["code"]) == (422, "blob_picture")
    one.write(row["id"], "withdraw", event=event["id"], reason="打不开")
    assert one.sync(row["id"])["wanted"] == []


def test_an_oversized_upload_is_413(
    taken: tuple[Handset, str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, sha256, data = taken
    monkeypatch.setattr("webapp.field.uploads._limit", lambda: 1000)
    answer = one.patch(sha256, data)
    assert (answer.status_code, answer.json["error"]["code"]) == (413, "blob_too_large")
    assert one.patch(sha256, data[:900], last=False).status_code == 204
    assert one.patch(sha256, data[900:], 900).status_code == 413
    assert one.head(sha256).headers["Upload-Offset"] == "0"


@pytest.mark.parametrize(
    "headers", [{}, {"Upload-Offset": "-1"}, {"Upload-Offset": "٣"}, {"Upload-Complete": "yes"}]
)
def test_headers_that_cannot_be_read_are_a_clear_error(
    taken: tuple[Handset, str, bytes], headers: dict[str, str]
) -> None:
    one, sha256, data = taken
    answer = one.client.patch(
        f"/api/v1/blobs/{sha256}", data=data, headers={"X-CSRFToken": one.csrf, **headers}
    )
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "malformed")


def test_a_blob_is_there_only_for_who_may_see_an_inspection_that_names_it(
    taken: tuple[Handset, str, bytes], phone: Phones, desk: Callable
) -> None:
    one, sha256, data = taken
    one.patch(sha256, data)
    assert phone("inspector2").client.get(f"/api/v1/blobs/{sha256}").status_code == 200
    for name in ("inspector7", "inspector1.tj"):
        stranger = phone(name)
        assert stranger.client.get(f"/api/v1/blobs/{sha256}").status_code == 404
        assert stranger.head(sha256).status_code == 404
        assert stranger.patch(sha256, data).json["error"]["code"] == "blob_unknown"
    assert desk("archivist").get(f"/api/v1/blobs/{sha256}").status_code == 200
    assert desk("archivist.tj").get(f"/api/v1/blobs/{sha256}").status_code == 404
    assert desk("admin").get(f"/api/v1/blobs/{sha256}").status_code == 403


@pytest.mark.parametrize("name", ["0" * 64, "..%2f..%2fsecret_key", "x"])
def test_a_blob_that_nothing_names_is_unknown(phone: Phones, name: str) -> None:
    one = phone("inspector1")
    assert one.client.get(f"/api/v1/blobs/{name}").status_code == 404
    assert one.patch(name, b"x").status_code == 404


def test_a_full_disk_is_507_and_the_part_before_is_kept(
    taken: tuple[Handset, str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, sha256, data = taken
    one.patch(sha256, data[:1000], last=False)

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("webapp.evidence.models.os.fsync", full)
        assert one.patch(sha256, data[1000:], 1000).json["error"]["code"] == "storage_full"
    offset = int(one.head(sha256).headers["Upload-Offset"])
    assert one.patch(sha256, data[offset:], offset).headers["Upload-Complete"] == "?1"


def test_kept_bytes_are_the_captured_bytes(app: Flask, taken: tuple[Handset, str, bytes]) -> None:
    one, sha256, data = taken
    one.patch(sha256, data)
    with app.app_context():
        blob = db.session.get_one(Blob, sha256)
        assert (blob.read(), blob.size, blob.mime) == (data, len(data), "image/jpeg")
        assert not list((Path(app.config["BLOBS"]) / "parts").iterdir())


def test_a_photo_withdrawn_before_its_event_was_sent_can_still_be_sent(phone: Phones) -> None:
    one = phone("inspector1")
    row = one.row()
    data = one.photograph(row["id"])
    one.write(row["id"], "withdraw", event=one.logs[row["id"]][-1]["id"], reason="拍糊了")
    sha256 = hashlib.sha256(data).hexdigest()
    assert one.sync(row["id"])["wanted"] == []
    assert one.patch(sha256, data).headers["Upload-Complete"] == "?1"
