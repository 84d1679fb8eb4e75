"""Archives at the bureau: complete or not at all, never edited, the next version linked to the one before."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import both_databases
from webapp.accounts.models import User
from webapp.archive.models import Archive, File, known_keys, rebuilt
from webapp.archive.verify import examine, verify
from webapp.canonical import canonical
from webapp.db import db
from webapp.demo import world
from webapp.errors import Problem
from webapp.evidence.models import Blob
from webapp.field.models import BlobName, Inspection

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def of(state: str) -> Inspection:
    rows = select(Inspection).where(Inspection.state == state).order_by(Inspection.number)
    return db.session.scalars(rows).first() or pytest.fail(f"the small world has no {state} inspection")


def zhao(inspection: Inspection) -> User:
    users = db.session.scalars(select(User).where(User.bureau_id == inspection.bureau_id))
    return next(user for user in users if user.roles == ["archivist"])


def late(inspection: Inspection, kind: str = "note", **payload: Any) -> None:
    """Something that the pair writes after all."""
    members = inspection.members
    event = {
        "id": world_id(f"late {inspection.id} {inspection.position}"),
        "inspection": inspection.id,
        "seq": 5,
        "device": world_id("late phone"),
        "author": members[0].user_id,
        "type": kind,
        "time": "2026-11-24T09:00:00+08:00",
        "clock": "verified",
        "payload": payload,
    }
    inspection.append(event, canonical(event))
    inspection.renew_index()


def world_id(name: str) -> str:
    digits = hashlib.sha256(name.encode()).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:32]}"


@both_databases
def test_an_accepted_inspection_is_closed_into_one_whole_archive(app: Flask) -> None:
    with app.app_context():
        inspection = of("accepted")
        archive = Archive.seal(inspection, zhao(inspection), NOON)
        db.session.commit()
        data = archive.read()
        report = examine(data, known_keys())
        assert report.faults == [] and report.facts["registered"] is True
        assert report.facts["number"] == inspection.number
        assert (archive.version, archive.previous, archive.size) == (1, None, len(data))
        assert archive.sha256 == hashlib.sha256(data).hexdigest()
        assert inspection.state == "archived" and Archive.latest(inspection) is archive
        assert archive.path == f"{inspection.bureau_id}/2026/{inspection.id}-v1.zip"


def test_the_same_log_gives_the_same_bytes_later_whatever_the_libraries_say_then(app: Flask) -> None:
    with app.app_context():
        inspection = of("accepted")
        archive = Archive.seal(inspection, zhao(inspection), NOON)
        inspection.subject.name = "改了名的公司"
        inspection.members[0].inspector.user.name = "改了名的人"
        inspection.members[0].inspector.credential = "新证"
        db.session.commit()
        assert rebuilt(inspection, 1) == archive.read()


def test_only_an_accepted_inspection_is_closed_and_only_once(app: Flask) -> None:
    with app.app_context():
        for state in ("assigned", "open", "sealed", "returned"):
            with pytest.raises(Problem, match="wrong_state"):
                Archive.seal(of(state), zhao(of(state)))
        inspection = of("accepted")
        Archive.seal(inspection, zhao(inspection))
        with pytest.raises(Problem, match="wrong_state"):
            Archive.seal(inspection, zhao(inspection))


def test_rz_16_a_file_that_lacks_a_photo_is_not_closed_and_says_what_it_lacks(app: Flask) -> None:
    with app.app_context():
        inspection = of("accepted")
        photo = File(inspection).record["content"]["photos"][0]
        db.session.get_one(BlobName, (inspection.id, photo["sha256"])).received = False
        with pytest.raises(Problem, match="not_complete") as caught:
            Archive.seal(inspection, zhao(inspection))
        (lack,) = caught.value.details["missing"]
        assert lack["code"] == "photo_absent" and lack["question"] == photo["question"]
        assert inspection.state == "accepted" and Archive.latest(inspection) is None


def test_what_comes_later_makes_a_new_version_that_names_the_one_before(app: Flask) -> None:
    with app.app_context():
        inspection = of("accepted")
        first = Archive.seal(inspection, zhao(inspection), NOON)
        before = first.read()
        late(inspection, text="整改材料已收到", question=None)
        second = Archive.seal(inspection, zhao(inspection), NOON.replace(day=25))
        db.session.commit()
        assert (second.version, second.previous) == (2, first.tag_hash)
        assert first.read() == before == rebuilt(inspection, 1)
        assert rebuilt(inspection, 2) == second.read()
        facts = examine(second.read(), known_keys()).facts
        assert verify(second.read()) == [] and facts["previous"] == first.tag_hash
        assert [archive.version for archive in Archive.versions(inspection)] == [2, 1]


def test_a_picture_that_arrives_after_the_closing_makes_a_new_version_too(app: Flask) -> None:
    with app.app_context():
        inspection = of("accepted")
        data = world.photo(["late"], "late")
        name = hashlib.sha256(data).hexdigest()
        late(inspection, "photo", sha256=name, size=len(data), question=None, position=None)
        first = Archive.seal(inspection, zhao(inspection), NOON)
        Blob.keep(name, data)
        BlobName.receive(name, [inspection.id])
        second = Archive.seal(inspection, zhao(inspection), NOON.replace(day=25))
        assert second.previous == first.tag_hash and second.size > first.size
        assert rebuilt(inspection, 1) == first.read()


def test_a_file_that_was_changed_on_the_disk_is_not_given_out(app: Flask) -> None:
    with app.app_context():
        inspection = of("accepted")
        archive = Archive.seal(inspection, zhao(inspection))
        path = Path(app.config["DATA"]) / "archives" / archive.path
        path.write_bytes(path.read_bytes()[:-1] + b"x")
        with pytest.raises(Problem, match="archive_damaged"):
            archive.read()
        path.unlink()
        with pytest.raises(Problem, match="archive_damaged"):
            archive.read()


def test_a_full_disk_leaves_no_half_archive(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    with app.app_context():
        inspection = of("accepted")
        monkeypatch.setattr("webapp.archive.models.os.fsync", full)
        with pytest.raises(Problem, match="storage_full"):
            Archive.seal(inspection, zhao(inspection))
        db.session.rollback()
        assert inspection.state == "accepted" and Archive.latest(inspection) is None
        assert not list((Path(app.config["DATA"]) / "archives").rglob(f"{inspection.id}*"))


def test_the_command_says_whether_an_archive_is_whole(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        inspection = of("accepted")
        data = Archive.seal(inspection, zhao(inspection)).read()
        db.session.commit()
    (tmp_path / "whole.zip").write_bytes(data)
    (tmp_path / "cut.zip").write_bytes(data[:-1])
    run = app.test_cli_runner(env={"LC_ALL": "zh_CN.UTF-8"})
    whole = run.invoke(args=["archive", "verify", str(tmp_path / "whole.zip")])
    assert whole.exit_code == 0 and "完整：whole.zip" in whole.output and "与本机登记的一致" in whole.output
    cut = run.invoke(args=["archive", "verify", str(tmp_path / "cut.zip")])
    assert cut.exit_code == 1 and "不完整：" in cut.output
