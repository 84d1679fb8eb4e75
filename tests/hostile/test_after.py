"""What follows a visit in the hands of who would undo alone what two decided, bring back what is gone, or read what others
have."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from uuid6 import uuid7

from tests.conftest import both_databases
from tests.followup.after import OBJECTED, inspection_in, wrote
from tests.handset import Handset
from tests.oversight.test_returns import call
from tests.publish.office import decided
from tests.publish.shown import document_of
from tests.publish.shown import publish as shown
from tests.publish.test_office import at, publish
from webapp.accounts.models import User
from webapp.db import db
from webapp.field.fold import AFTER
from webapp.field.models import SUBJECT, Inspection
from webapp.followup import acts
from webapp.registry.subjects import Subject

Desk = Callable[[str], FlaskClient]
Phones = Callable[[str], Handset]


def after(inspection_id: str, more: str) -> str:
    return f"/office/inspections/{inspection_id}/after/{more}"


def newest(app: Flask, inspection_id: str, kind: str) -> str:
    """The event of the last step of a type."""
    with app.app_context():
        return acts.after(db.session.get_one(Inspection, inspection_id)).of(kind)[-1].event


def void(browser: FlaskClient, app: Flask, inspection_id: str, kind: str) -> int:
    said = {"target": newest(app, inspection_id, kind), "reason": "写错了"}
    return browser.post(after(inspection_id, "void"), data=said).status_code


def test_nobody_voids_alone_what_a_second_person_approved(app: Flask, desk: Desk) -> None:
    inspection_id = decided(app)
    for who in ("archivist", "supervisor", "inspector1"):
        assert void(desk(who), app, inspection_id, "decide") in (403, 409)
    with app.app_context():
        assert acts.after(db.session.get_one(Inspection, inspection_id)).result


@both_databases
def test_who_asked_that_a_result_stays_out_does_not_let_it_out_alone(app: Flask, desk: Desk) -> None:
    """PD-3.5: a secret that two people kept is no secret of one."""
    inspection_id, archivist, supervisor = decided(app), desk("archivist"), desk("supervisor")
    asked = {"kind": "secret", "clause": "保守国家秘密法 第十三条", "reason": "涉密单位"}
    assert archivist.post(at(inspection_id, "/withhold"), data=asked).status_code == 302
    granted = {"target": newest(app, inspection_id, "withhold"), "granted": "yes"}
    assert archivist.post(after(inspection_id, "approve"), data=granted).status_code == 403
    assert supervisor.post(after(inspection_id, "approve"), data=granted).status_code == 302
    assert void(archivist, app, inspection_id, "withhold") == 403
    assert f'value="{granted["target"]}"' not in archivist.get(after(inspection_id, "")[:-1]).text
    assert void(supervisor, app, inspection_id, "withhold") == 302
    assert publish(archivist, inspection_id).status_code == 302


def test_what_was_taken_down_does_not_come_back_by_voiding(app: Flask, desk: Desk) -> None:
    inspection_id, archivist = decided(app), desk("archivist")
    assert publish(archivist, inspection_id).status_code == 302
    assert void(archivist, app, inspection_id, "publish") == 409
    archivist.post(at(inspection_id, "/take-down"), data={"reason": "隐私"})
    assert void(archivist, app, inspection_id, "take_down") == 409
    assert app.test_client().get(f"/public/results/{inspection_id}").status_code == 410


def test_an_objection_of_the_subject_is_answered_and_not_voided(app: Flask, desk: Desk) -> None:
    inspection_id = decided(app)
    with app.app_context():
        wrote(SUBJECT, db.session.get_one(Inspection, inspection_id), "object", **OBJECTED)
        db.session.commit()
    assert void(desk("archivist"), app, inspection_id, "object") == 409


def test_who_inspected_voids_nothing_that_others_found_out_about_the_visit(app: Flask) -> None:
    inspection_id = decided(app)
    with app.app_context():
        inspection = db.session.get_one(Inspection, inspection_id)
        one = inspection.members[0].inspector.user
        one.roles = ["inspector", "archivist"]
        case = wrote("somebody else", inspection, "case", unit="科", number="1", reason="查")
        step = acts.after(inspection).get(case)
        assert step and not acts.may_void(one, inspection, step)


def test_a_phone_writes_nothing_of_what_follows_a_visit(app: Flask, phone: Phones) -> None:
    one = phone("inspector1")
    row = one.row()
    made: dict[type, Any] = {str: "x", bool: True, list: [], dict: {}}
    for kind, shape in AFTER.items():
        payload = {name: made[of] for name, of in shape.items()}
        event = one.arrive(row) | {"id": str(uuid7()), "type": kind, "payload": payload}
        answer = one.send([event], {}).json
        assert answer["accepted"] == [] and answer["rejected"][0]["code"] == "event_foreign", kind
    with app.app_context():
        assert db.session.get_one(Inspection, row["id"]).record()["after"] == []


@pytest.mark.parametrize(
    "begun",
    [
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "2026-13-45T99:99:99Z",
        "2026-11-21T16:12:00+99:99",
        "9999-12-31T23:59:59Z",
    ],
)
def test_a_practice_at_no_time_of_this_world_breaks_no_page(
    app: Flask, phone: Phones, desk: Desk, begun: str
) -> None:
    one = phone("inspector1")
    points = [{"name": "arrived", "met": True}]
    told = {"id": str(uuid7()), "person": one.user, "lesson": "plain", "form": "x", "points": points}
    for times in ({"begun": begun, "ended": "2026-11-21T16:12:00+08:00"}, {"begun": begun, "ended": begun}):
        answer = one.post("/api/v1/training", told | times | {"id": str(uuid7())})
        assert answer.status_code in (200, 400)
    assert desk("supervisor").get("/oversight/training").status_code == 200
    assert desk("supervisor").get(f"/oversight/training/{one.user}").status_code == 200
    assert one.client.get("/api/v1/training").status_code == 200


def test_the_public_library_finds_nobody_by_what_it_masks(app: Flask, client: FlaskClient) -> None:
    """Piece by piece, an address or a code that is not shown could else be guessed."""
    with app.app_context():
        firm, household = db.session.query(Subject).order_by(Subject.number).limit(2)
        bureau = firm.bureau_id
        with db.session.no_autoflush:
            firm.address, household.address = "团结路一号院", "幸福里三号楼"
            household.code, household.name = "92410400MA40AAAA1X", "湛河区老味道饭馆"
        db.session.commit()
        shown, hidden = firm.id, household.id

    def found(words: str) -> list[str]:
        rows = client.get(f"/public/subjects.json?bureau={bureau}&q={words}").json["data"]
        return [row["id"] for row in rows]

    assert found("团结路") == [shown] and found("老味道") == [hidden]
    for masked in ("幸福里", "92410400MA", "92410400MA40AAAA1X", "老味道 幸福里"):
        assert found(masked) == []
    assert "老味道" not in client.get(f"/public/subjects?bureau={bureau}&q=幸福里").text


def test_what_a_subject_told_of_the_pair_on_a_return_visit_reaches_no_one_of_it(
    app: Flask, desk: Desk
) -> None:
    inspection_id = decided(app)
    told = call(note="要了两千元", q7="yes")
    assert desk("supervisor").post(f"/oversight/returns/{inspection_id}", data=told).status_code == 302
    with app.app_context():
        member = db.session.get_one(Inspection, inspection_id).pair[0]
        name = db.session.get_one(User, member).username
    phone = Handset(app)
    phone.login(name)
    answers = [phone.client.get("/api/v1/worklist"), phone.client.get(f"/api/v1/inspections/{inspection_id}")]
    phone.sync(inspection_id)
    said = json.dumps([one.get_json() for one in answers] + [phone.record(inspection_id)], ensure_ascii=False)
    assert "decide" in said and "要了两千元" not in said
    page = after(inspection_id, "")[:-1]
    assert "要了两千元" not in desk(name).get(page).text and "要了两千元" in desk("supervisor").get(page).text


@pytest.mark.parametrize("year", ["9999", "0000", "0001"])
def test_figures_and_reports_of_no_year_break_nothing(desk: Desk, year: str) -> None:
    browser = desk("supervisor")
    for page in ("", "cases", "figures.xlsx", "figures.pdf"):
        assert browser.get(f"/oversight/{page}?when={year}").status_code == 200
    for about in (f"year:{year}", f"quarter:{year}-Q4"):
        assert browser.post("/oversight/reports", data={"about": about}).status_code in (404, 422)
    said = {"kind": "unit", "when": year}
    assert browser.post("/oversight/appraisal", data=said).status_code in (404, 422)


def test_a_visit_on_no_day_that_a_calendar_has_can_be_published(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        inspection = inspection_in("archived")
        row = shown(inspection, document_of(inspection, inspected=""))
        place, bureau, year = f"/public/results/{inspection.id}", row.bureau_id, row.inspected.year
    pages = [place, f"{place}.json", f"{place}.pdf", f"/public/results?bureau={bureau}"]
    pages += [f"/public/results.csv?bureau={bureau}", f"/public/year/{year}?bureau={bureau}"]
    for page in pages:
        assert client.get(page).status_code == 200, page
