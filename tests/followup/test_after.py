"""The page of what follows a visit, the door by which it is written, and the archive that keeps it."""

import io
import json
import zipfile
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.conftest import both_databases
from tests.followup.after import OBJECTED, PNG, inspection_in, person, wrote
from webapp.archive.models import Archive, known_keys, rebuilt
from webapp.archive.verify import verify
from webapp.db import db
from webapp.errors import Problem
from webapp.evidence.models import Blob
from webapp.field.models import SUBJECT
from webapp.followup import acts

Desk = Callable[[str], FlaskClient]


@both_databases
def test_what_follows_a_visit_goes_into_the_archives_next_version(app: Flask) -> None:
    """CA-2.2d, mission 3: linked to the version before by its hash."""
    with app.app_context():
        inspection, archivist = inspection_in("archived"), person("archivist")
        first = Archive.latest(inspection)
        assert first and inspection not in Archive.behind(inspection.bureau_id, 9)
        decision = wrote(archivist, inspection, "decide", code="corrected", sub=None, note="", objection=None)
        wrote(person("supervisor"), inspection, "approve", target=decision, granted=True, opinion="同意")
        wrote(SUBJECT, inspection, "object", files=[("证明.png", PNG)], **OBJECTED)
        assert inspection in Archive.behind(inspection.bureau_id, 9)
        second = Archive.seal(inspection, archivist)
        assert (second.version, second.previous) == (first.version + 1, first.tag_hash)
        assert verify(second.read(), known_keys()) == []
        files = zipfile.ZipFile(io.BytesIO(second.read()))
        results = next(name for name in files.namelist() if name.endswith("/data/12-result.json"))
        assert [event["type"] for event in json.loads(files.read(results))] == ["decide", "approve"]
        [proof] = [name for name in files.namelist() if "/14-objection/" in name]
        assert files.read(proof) == PNG
        assert first.read() == rebuilt(inspection, first.version)


def test_the_signed_record_does_not_move_by_what_follows(app: Flask) -> None:
    with app.app_context():
        inspection = inspection_in("archived")
        before = inspection.record()
        wrote(person("archivist"), inspection, "case", unit="执法支队", number="1", reason="涉嫌违法")
        record = inspection.record()
        assert (record["record_hash"], record["state"]) == (before["record_hash"], "archived")
        assert record["addenda"] == before["addenda"]


@pytest.mark.parametrize("state", ["assigned", "open", "sealed", "returned"])
def test_nothing_follows_before_the_office_accepted(app: Flask, state: str) -> None:
    with app.app_context(), pytest.raises(Problem, match="wrong_state"):
        acts.write(person("archivist"), inspection_in(state), "decide", {"code": "no_problem"})


def test_a_file_that_proves_nothing_is_refused(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(Problem, match="evidence_kind"):
            wrote(
                SUBJECT,
                inspection_in("archived"),
                "object",
                files=[("x.exe", b"MZ")],
                **OBJECTED,
            )
        db.session.rollback()
        assert db.session.scalar(select(Blob).where(Blob.size == 2)) is None


def test_the_page_is_for_the_office_of_the_bureau_and_for_the_pair(app: Flask, desk: Desk) -> None:
    """RZ-4b."""
    with app.app_context():
        inspection = inspection_in("archived")
        address = f"/office/inspections/{inspection.id}/after"
        mine = {member.inspector.user.username for member in inspection.members}
    for name in ("archivist", "supervisor", "planner", "auditor", *mine):
        assert desk(name).get(address).status_code == 200, name
    other = next(name for name in ("inspector3", "inspector4", "inspector5") if name not in mine)
    assert desk(other).get(address).status_code == 404
    assert desk("archivist.tj").get(address).status_code == 404
    assert desk("admin").get(address).status_code == 403


def test_who_proposed_does_not_approve_and_a_no_needs_its_reason(app: Flask, desk: Desk) -> None:
    with app.app_context():
        inspection = inspection_in("archived")
        step = wrote(
            person("archivist"), inspection, "decide", code="pending", sub=None, note="", objection=None
        )
        db.session.commit()
        address = f"/office/inspections/{inspection.id}/after/approve"
    said = {"target": step, "granted": "yes", "opinion": "", "at": "result"}
    assert desk("archivist").post(address, data=said).status_code == 403
    assert desk("supervisor").post(address, data=said | {"granted": "no"}).status_code == 422
    assert desk("supervisor").post(address, data=said).status_code == 302
    assert desk("supervisor").post(address, data=said).status_code == 409
    with app.app_context():
        result = acts.after(inspection_in("archived")).result
        assert result and result.event == step
