"""Retention and disposal: nothing before its day, never by one person, and the trace stays for ever."""

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.archive.test_shelf import found, take, texts_of, user
from tests.conftest import both_databases
from webapp.accounts.models import Law
from webapp.archive.disposal import APPROVED, Disposal
from webapp.archive.dispose import decide, due, propose
from webapp.archive.index import ArchiveIndex
from webapp.archive.models import Archive
from webapp.archive.rules import may_be_disposed
from webapp.canonical import canonical
from webapp.db import db
from webapp.errors import Problem
from webapp.field.models import Inspection

Desk = Callable[[str], FlaskClient]
LONG_AGO = datetime(2014, 5, 6, 4, 0, tzinfo=UTC)
TERM_OVER = date(2025, 1, 1)
SHELF = "/office/archives/disposal"


@pytest.fixture
def old(app: Flask) -> str:
    """The id of an inspection that was archived in May 2014, under a law of ten years: kept until the end of 2024."""
    with app.app_context():
        inspection = next(
            one
            for one in db.session.query(Inspection).filter_by(state="accepted")
            if one.number.startswith("平")
        )
        law = db.session.scalars(select(Law).where(Law.bureau_id == inspection.bureau_id)).first()
        assert law
        law.valid_from = date(2010, 1, 1)
        Archive.seal(inspection, user("archivist"), LONG_AGO)
        db.session.commit()
        return inspection.id


def proposed(browser: FlaskClient, *ids: str, reason: str = "期满，无继续保存价值") -> None:
    assert browser.post(SHELF, data={"id": list(ids), "reason": reason}).status_code == 302


def disposal_of(app: Flask, inspection_id: str) -> Disposal:
    with app.app_context():
        (one, *_) = Disposal.history(inspection_id)
        return one


# The day


@pytest.mark.parametrize(
    ("until", "today", "may"),
    [
        ("2024-12-31", date(2024, 12, 31), False),
        ("2024-12-31", date(2025, 1, 1), True),
        (None, date(2999, 1, 1), False),
    ],
)
def test_an_archive_is_kept_through_its_last_day_and_for_ever_without_one(
    until: str | None, today: date, may: bool
) -> None:
    assert may_be_disposed({"years": 10, "until": until}, today) is may


@both_databases
def test_nothing_is_due_or_proposed_before_its_day(app: Flask, old: str) -> None:
    with app.app_context():
        archivist = user("archivist")
        assert due(archivist.bureau_id, date(2024, 12, 31)) == []
        with pytest.raises(Problem, match="retention_runs"):
            propose(archivist, old, "到期", date(2024, 12, 31))
        assert [row.inspection_id for row in due(archivist.bureau_id, TERM_OVER)] == [old]
        assert due(user("archivist.tj").bureau_id, TERM_OVER) == []


def test_the_term_is_read_from_the_log_and_not_from_the_index(app: Flask, desk: Desk, old: str) -> None:
    with app.app_context():
        young = next(one for one in db.session.query(Inspection).filter_by(state="archived") if one.id != old)
        row = db.session.get_one(ArchiveIndex, young.id)
        row.retain_until = date(2000, 1, 1)
        young_id = young.id
        db.session.commit()
    answer = desk("archivist").post(SHELF, data={"id": young_id, "reason": "到期"})
    assert answer.status_code == 409 and "保管期限还没有到" in answer.text
    with app.app_context():
        assert Disposal.history(young_id) == []


# Two people


@both_databases
def test_two_people_dispose_of_an_archive_and_the_trace_stays(app: Flask, desk: Desk, old: str) -> None:
    proposed(desk("archivist"), old)
    supervisor = desk("supervisor")
    assert "期满，无继续保存价值" in supervisor.get(SHELF).text
    given = {"id": disposal_of(app, old).id, "decision": "approved", "opinion": "同意"}
    assert supervisor.post(f"{SHELF}/decide", data=given).status_code == 302
    with app.app_context():
        inspection = db.session.get_one(Inspection, old)
        archive = Archive.latest(inspection)
        assert archive and not archive.file.exists() and len(archive.sha256) == 64
        with pytest.raises(Problem, match="archive_disposed"):
            archive.read()
        row = db.session.get_one(ArchiveIndex, old)
        assert row.text == row.heading and row.sha256 == archive.sha256
    one = disposal_of(app, old)
    assert (one.state, one.opinion, one.proposer.username, one.decider.username) == (
        APPROVED,
        "同意",
        "archivist",
        "supervisor",
    )
    assert one.until == date(2024, 12, 31) and one.destroyed_at


def test_what_is_disposed_of_says_so_wherever_it_is_asked_for(app: Flask, desk: Desk, old: str) -> None:
    proposed(desk("archivist"), old)
    desk("supervisor").post(f"{SHELF}/decide", data={"id": disposal_of(app, old).id, "decision": "approved"})
    browser = desk("archivist")
    answer = browser.get(f"/api/v1/inspections/{old}/archive")
    assert answer.status_code == 410 and answer.json["error"]["code"] == "archive_disposed"
    page = browser.get(f"/office/inspections/{old}").text
    assert 'id="disposed"' in page and "下载档案（ZIP）" not in page
    listed = browser.get("/office/archives").text
    assert old in found(listed) and "已销毁" in listed
    taken = zipfile.ZipFile(io.BytesIO(take(browser, old).data))
    assert taken.namelist() == ["sha256.txt", "案卷目录.xlsx"]
    assert "已销毁" in texts_of(taken.read("案卷目录.xlsx"))
    made = app.test_cli_runner().invoke(args=["archive", "reindex"])
    assert made.exit_code == 0
    with app.app_context():
        row = db.session.get_one(ArchiveIndex, old)
        assert row.text == row.heading


def test_nobody_approves_the_own_proposal(app: Flask, desk: Desk, old: str) -> None:
    with app.app_context():
        user("archivist").roles = ["archivist", "supervisor"]
        db.session.commit()
    both = desk("archivist")
    proposed(both, old)
    answer = both.post(f"{SHELF}/decide", data={"id": disposal_of(app, old).id, "decision": "approved"})
    assert answer.status_code == 403 and "不能批准自己提出的" in answer.text
    with app.app_context():
        assert Archive.latest(db.session.get_one(Inspection, old)).read()


@pytest.mark.parametrize("name", ["auditor", "planner", "inspector1"])
def test_only_archivist_and_supervisor_act(app: Flask, desk: Desk, old: str, name: str) -> None:
    browser = desk(name)
    assert browser.post(SHELF, data={"id": old, "reason": "x"}).status_code == 403
    assert browser.post(f"{SHELF}/decide", data={"id": 1, "decision": "approved"}).status_code == 403
    assert browser.post(f"{SHELF}/finish").status_code == 403
    assert (
        desk("archivist").post(f"{SHELF}/decide", data={"id": 1, "decision": "approved"}).status_code == 403
    )
    assert desk("supervisor").post(SHELF, data={"id": old, "reason": "x"}).status_code == 403


def test_another_bureau_neither_proposes_nor_decides(app: Flask, desk: Desk, old: str) -> None:
    assert desk("archivist.tj").post(SHELF, data={"id": old, "reason": "x"}).status_code == 404
    proposed(desk("archivist"), old)
    given = {"id": disposal_of(app, old).id, "decision": "approved"}
    assert desk("supervisor.tj").post(f"{SHELF}/decide", data=given).status_code == 404
    assert "期满" not in desk("supervisor.tj").get(SHELF).text
    assert disposal_of(app, old).state == "proposed"


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"reason": "到期"}, 422),
        ({"id": "nothing", "reason": "到期"}, 404),
        ({"id": "OLD", "reason": " "}, 422),
    ],
)
def test_a_proposal_needs_an_archive_and_a_reason(
    app: Flask, desk: Desk, old: str, given: dict[str, str], status: int
) -> None:
    given = {name: old if value == "OLD" else value for name, value in given.items()}
    assert desk("archivist").post(SHELF, data=given).status_code == status
    with app.app_context():
        assert Disposal.history(old) == []


def test_a_refusal_has_a_reason_and_the_archive_can_be_proposed_again(
    app: Flask, desk: Desk, old: str
) -> None:
    archivist, supervisor = desk("archivist"), desk("supervisor")
    proposed(archivist, old)
    assert archivist.post(SHELF, data={"id": old, "reason": "再提"}).status_code == 409
    refusal = {"id": disposal_of(app, old).id, "decision": "refused"}
    assert supervisor.post(f"{SHELF}/decide", data=refusal).status_code == 422
    assert supervisor.post(f"{SHELF}/decide", data=refusal | {"opinion": "涉诉，继续保管"}).status_code == 302
    assert supervisor.post(f"{SHELF}/decide", data=refusal | {"opinion": "再来"}).status_code == 409
    assert archivist.get(f"/api/v1/inspections/{old}/archive").status_code == 200
    assert "涉诉，继续保管" in archivist.get(f"/office/inspections/{old}").text
    proposed(archivist, old)


@pytest.mark.parametrize("given", [{}, {"id": "x"}, {"id": "999999", "decision": "approved"}])
def test_a_decision_on_nothing_destroys_nothing(
    app: Flask, desk: Desk, old: str, given: dict[str, str]
) -> None:
    proposed(desk("archivist"), old)
    assert desk("supervisor").post(f"{SHELF}/decide", data=given).status_code in (404, 422)
    assert disposal_of(app, old).state == "proposed"


# In between


def test_destroying_that_was_cut_goes_on_and_nothing_is_given_out_meanwhile(
    app: Flask, desk: Desk, old: str
) -> None:
    with app.app_context():
        proposal = propose(user("archivist"), old, "到期", TERM_OVER)
        decide(user("supervisor"), proposal.id, True, "", TERM_OVER)
        db.session.commit()
        assert Archive.latest(db.session.get_one(Inspection, old)).file.exists()
    assert desk("auditor").get(f"/api/v1/inspections/{old}/archive").status_code == 410
    supervisor = desk("supervisor")
    assert "文件还没有全部销毁" in supervisor.get(SHELF).text
    assert supervisor.post(f"{SHELF}/finish").status_code == 302
    with app.app_context():
        assert not Archive.latest(db.session.get_one(Inspection, old)).file.exists()
        assert Disposal.unfinished(user("archivist").bureau_id) == []


def test_a_later_version_that_is_kept_longer_is_not_destroyed(app: Flask, old: str) -> None:
    with app.app_context():
        proposal = propose(user("archivist"), old, "到期", TERM_OVER)
        late_note(db.session.get_one(Inspection, old))
        Archive.seal(db.session.get_one(Inspection, old), user("archivist"))
        with pytest.raises(Problem, match="retention_runs"):
            decide(user("supervisor"), proposal.id, True, "", TERM_OVER)


def test_an_archive_that_is_disposed_of_gets_no_new_version(app: Flask, desk: Desk, old: str) -> None:
    with app.app_context():
        proposal = propose(user("archivist"), old, "到期", TERM_OVER)
        decide(user("supervisor"), proposal.id, True, "", TERM_OVER)
        late_note(db.session.get_one(Inspection, old))
        db.session.commit()
        with pytest.raises(Problem, match="archive_disposed"):
            Archive.seal(db.session.get_one(Inspection, old), user("archivist"))
    assert "归档为新版本" not in desk("archivist").get(f"/office/inspections/{old}").text


def late_note(inspection: Inspection) -> None:
    """Something that the pair writes after all."""
    event = {
        "id": "0192f0c1-0000-7000-8000-000000000001",
        "inspection": inspection.id,
        "seq": inspection.seq + 1,
        "device": "0192f0c1-0000-7000-8000-000000000002",
        "author": inspection.members[0].user_id,
        "type": "note",
        "time": "2026-11-24T09:00:00+08:00",
        "clock": "verified",
        "payload": {"text": "补充", "question": None},
    }
    inspection.append(event, canonical(event))
    inspection.renew_index()
