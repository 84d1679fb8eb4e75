"""The public site comes out of the sealed packages: the same documents, their pictures, and what was withdrawn stays so."""

import re
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from tests.conftest import both_databases
from tests.followup.after import person
from tests.publish.office import decided
from tests.publish.test_office import at, publish
from webapp.archive.models import Archive
from webapp.db import db
from webapp.evidence.models import Blob
from webapp.evidence.models import _path as path_of
from webapp.field.models import Inspection
from webapp.publish.models import Publication
from webapp.publish.rebuild import rebuild

Desk = Callable[[str], FlaskClient]


def with_a_picture(app: Flask, desk: Desk) -> tuple[FlaskClient, str]:
    """Published with one picture."""
    inspection_id = decided(app)
    browser = desk("archivist")
    photo = re.findall(r"/photos/([0-9a-f]{64})", browser.get(at(inspection_id)).text)[0]
    browser.post(at(inspection_id, f"/photos/{photo}"), data={"boxes": '[{"x":0,"y":0,"w":5000,"h":5000}]'})
    assert publish(browser, inspection_id).status_code == 302
    return browser, inspection_id


def seal(app: Flask, inspection_id: str) -> None:
    with app.app_context():
        Archive.seal(db.session.get_one(Inspection, inspection_id), person("archivist"))
        db.session.commit()


def row(app: Flask, inspection_id: str) -> dict[str, Any] | None:
    with app.app_context():
        found = db.session.get(Publication, inspection_id)
        names = (
            "number",
            "state",
            "document",
            "document_hash",
            "published_at",
            "search",
            "subject_name",
            "region",
        )
        return {name: getattr(found, name) for name in names} if found else None


@both_databases
def test_publications_come_back_from_the_packages_alone(app: Flask, desk: Desk) -> None:
    _browser, inspection_id = with_a_picture(app, desk)
    seal(app, inspection_id)
    before = row(app, inspection_id)
    assert before and before["state"] == "shown"
    with app.app_context():
        body = db.session.get_one(Publication, inspection_id).body
        name = body["pictures"][0]["sha256"]
        db.session.execute(delete(Publication))
        db.session.execute(delete(Blob).where(Blob.sha256 == name))
        db.session.commit()
        path_of(name).unlink()
        assert rebuild() == ({"sealed": 1, "open": 0}, [])
    assert row(app, inspection_id) == before
    picture = app.test_client().get(f"/public/results/{inspection_id}/pictures/{name}.jpg")
    assert picture.status_code == 200 and picture.data.startswith(b"\xff\xd8")


def test_what_was_changed_in_the_table_is_put_right_and_what_came_since_is_read_from_the_log(
    app: Flask, desk: Desk
) -> None:
    browser, inspection_id = with_a_picture(app, desk)
    seal(app, inspection_id)
    before = row(app, inspection_id)
    with app.app_context():
        db.session.get_one(Publication, inspection_id).document = "{}"
        db.session.commit()
        rebuild()
    assert row(app, inspection_id) == before
    browser.post(at(inspection_id, "/take-down"), data={"reason": "撤"})
    with app.app_context():
        assert rebuild() == ({"sealed": 0, "open": 1}, [])
        assert db.session.get_one(Publication, inspection_id).state == "withdrawn"
    seal(app, inspection_id)
    with app.app_context():
        assert rebuild() == ({"sealed": 1, "open": 0}, [])
        found = db.session.get_one(Publication, inspection_id)
        assert (found.state, found.document) == ("withdrawn", "")


def test_a_damaged_package_is_named_and_its_publication_comes_from_the_log(app: Flask, desk: Desk) -> None:
    _browser, inspection_id = with_a_picture(app, desk)
    seal(app, inspection_id)
    before = row(app, inspection_id)
    with app.app_context():
        inspection = db.session.get_one(Inspection, inspection_id)
        archive = Archive.latest(inspection)
        assert archive
        archive.file.write_bytes(b"PK broken")
        assert rebuild() == ({"sealed": 0, "open": 1}, [inspection.number])
        assert list(db.session.scalars(select(Publication.inspection_id))) == [inspection_id]
    assert row(app, inspection_id) == before
    answer = app.test_cli_runner().invoke(args=["publish", "rebuild"])
    assert answer.exit_code == 1 and "damaged or gone" in answer.output
