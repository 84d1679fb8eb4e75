"""Signs at the desk: seen with their evidence, asked about, answered by the pair, closed by a supervisor; no verdict."""

from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from tests.conftest import both_databases
from webapp.accounts.models import Law
from webapp.db import CHINA, db, today
from webapp.demo.after_signs import load_signs
from webapp.field.models import BlobName, Inspection
from webapp.oversight.signs import PhotoPrint, Sign, look_again, signs_of

Desk = Callable[[str], FlaskClient]
PAIR, STRANGER = "inspector9", "inspector3"


@pytest.fixture
def signs(app: Flask) -> dict[str, str]:
    """The demo's visits with signs are there: the id of one sign of each kind."""
    with app.app_context():
        load_signs(today())
        return {sign.kind: sign.id for sign in db.session.query(Sign).order_by(Sign.id.desc())}


def sign_in(app: Flask, sign_id: str) -> dict[str, Any]:
    with app.app_context():
        sign = db.session.get_one(Sign, sign_id)
        return {
            "state": sign.state,
            "gone": sign.gone,
            "lines": [(line.act, line.outcome) for line in sign.lines],
        }


@both_databases
def test_each_sign_is_listed_and_shown_with_its_evidence(
    app: Flask, desk: Desk, signs: dict[str, str]
) -> None:
    office = desk("supervisor")
    assert {"far", "short", "run", "again", "overlap"} <= signs.keys()
    listed = "".join(
        office.get(f"/oversight/signs/?show={state}").text for state in ("found", "asked", "answered")
    )
    for kind, sign_id in signs.items():
        assert sign_id in listed
        page = office.get(f"/oversight/signs/{sign_id}")
        assert page.status_code == 200, kind
        assert "也许是" in page.text and (
            "<svg" in page.text or "<img" in page.text or "entries" in page.text
        )


def test_the_two_photos_stand_side_by_side_for_who_may_see_the_sign(
    app: Flask, desk: Desk, signs: dict[str, str]
) -> None:
    page = desk("supervisor").get(f"/oversight/signs/{signs['again']}").text
    sources = [part.partition('"')[0] for part in page.split('<img src="')[1:]]
    assert len(sources) == 2 and len(set(sources)) == 2
    for source in map(unescape, sources):
        assert desk("auditor").get(source).mimetype == "image/jpeg"
        assert desk(STRANGER).get(source).status_code == 404
        assert desk("supervisor.tj").get(source).status_code == 404
    elsewhere = sources[0].rsplit("/", 1)[0] + "/" + "0" * 64
    assert desk("supervisor").get(elsewhere).status_code == 404


def test_a_question_is_asked_of_the_pair_answered_by_it_and_closed_by_a_supervisor(
    app: Flask, desk: Desk, signs: dict[str, str]
) -> None:
    here = f"/oversight/signs/{signs['again']}"
    pair, archivist, supervisor = desk(PAIR), desk("archivist"), desk("supervisor")
    assert pair.get(here).status_code == 404
    assert archivist.post(f"{here}/ask", data={"text": "为什么用了同一张照片？"}).status_code == 302
    assert "为什么用了同一张照片" in pair.get(here).text
    assert signs["again"] in pair.get("/office/").text
    assert pair.post(f"{here}/answer", data={"text": "两家合用一个台账室。"}).status_code == 302
    assert archivist.post(f"{here}/close", data={"text": "可以", "outcome": "explained"}).status_code == 403
    closed = {"text": "两家是母子公司，已核对租约。", "outcome": "explained"}
    assert supervisor.post(f"{here}/close", data=closed).status_code == 302
    assert sign_in(app, signs["again"]) == {
        "state": "closed", "gone": False, "lines": [("ask", None), ("answer", None), ("close", "explained")],
    }  # fmt: skip
    assert supervisor.post(f"{here}/ask", data={"text": "还有"}).status_code == 409
    assert supervisor.post(f"{here}/reopen", data={"text": "租约是哪一年的？"}).status_code == 302
    assert sign_in(app, signs["again"])["state"] == "asked"


def test_nobody_who_is_not_asked_answers_and_nothing_is_closed_without_a_word(
    app: Flask, desk: Desk, signs: dict[str, str]
) -> None:
    here = f"/oversight/signs/{signs['again']}"
    desk("archivist").post(f"{here}/ask", data={"text": "为什么？"})
    assert desk(STRANGER).post(f"{here}/answer", data={"text": "我来说"}).status_code == 404
    assert desk("auditor").post(f"{here}/ask", data={"text": "我来问"}).status_code == 403
    assert (
        desk("supervisor.tj").post(f"{here}/close", data={"text": "x", "outcome": "data"}).status_code == 404
    )
    silent = desk("supervisor").post(f"{here}/close", data={"text": " ", "outcome": "data"})
    assert silent.status_code == 422 and "请写明原因" in silent.text
    guilty = desk("supervisor").post(f"{here}/close", data={"text": "有问题", "outcome": "guilty"})
    assert guilty.status_code == 422
    assert sign_in(app, signs["again"])["state"] == "asked"


def test_found_again_it_is_the_same_sign_with_what_was_said(app: Flask, signs: dict[str, str]) -> None:
    before = sign_in(app, signs["far"])
    result = app.test_cli_runner().invoke(args=["signs", "look"])
    assert result.exit_code == 0, result.output
    assert sign_in(app, signs["far"]) == before
    with app.app_context():
        assert {sign.kind: sign.id for sign in db.session.query(Sign).order_by(Sign.id.desc())} == signs


def test_a_bureau_sets_what_is_far_and_what_it_does_not_look_at(app: Flask, signs: dict[str, str]) -> None:
    """What was spoken about stays, marked as not to be seen any more; what nobody spoke about goes."""
    with app.app_context():
        sign = db.session.get_one(Sign, signs["far"])
        law = Law.versions(sign.bureau_id)[0]
        off = {"value": 0, "clause": None, "note": "示范"}
        law.settings = law.settings | {"sign_far_metres": {**off, "value": 9000}, "sign_overlap_minutes": off}
        db.session.commit()
        look_again(sign.inspection)
        db.session.commit()
        there = {one.kind for one in signs_of(sign.inspection_id)}
        assert "far" not in there and "short" in there
    assert sign_in(app, signs["far"])["gone"] is True
    assert app.test_cli_runner().invoke(args=["signs", "look"]).exit_code == 0
    with app.app_context():
        assert db.session.query(Sign).filter_by(kind="overlap").count() == 0


def test_a_photo_that_comes_late_is_compared_when_it_is_there(app: Flask, signs: dict[str, str]) -> None:
    with app.app_context():
        inspection = db.session.get_one(Sign, signs["again"]).inspection
        row = db.session.query(BlobName).filter_by(inspection_id=inspection.id).one()
        row.received = False
        db.session.query(PhotoPrint).filter_by(inspection_id=inspection.id).delete()
        look_again(inspection)
        assert "again" not in {sign.kind for sign in signs_of(inspection.id)}
        row.received = True
        look_again(inspection)
        assert "again" in {sign.kind for sign in signs_of(inspection.id)}


def test_a_visit_that_was_called_off_has_no_signs(app: Flask, signs: dict[str, str]) -> None:
    with app.app_context():
        inspection = db.session.get_one(Sign, signs["run"]).inspection
        planner = inspection.members[0].inspector.user
        inspection.append_office(
            planner, "cancel", {"reason": "示范"}, datetime.now(CHINA) + timedelta(seconds=1)
        )
        assert not [sign for sign in signs_of(inspection.id) if not sign.lines]


def test_the_office_sees_the_signs_of_an_inspection_on_its_page(
    app: Flask, desk: Desk, signs: dict[str, str]
) -> None:
    with app.app_context():
        inspection: Inspection = db.session.get_one(Sign, signs["far"]).inspection
        address = f"/office/inspections/{inspection.id}"
    page = desk("archivist").get(address).text
    assert signs["far"] in page and "离登记的地址很远" in page
    assert signs["overlap"] in desk("supervisor").get("/office/").text


def test_the_pair_finds_the_question_on_the_page_that_its_phone_leads_to(
    app: Flask, desk: Desk, signs: dict[str, str]
) -> None:
    with app.app_context():
        address = f"/office/inspections/{db.session.get_one(Sign, signs['far']).inspection_id}/after"
    page = desk(PAIR).get(address).text
    assert signs["far"] in page and signs["run"] not in page


def test_a_list_asks_the_database_as_often_for_one_sign_as_for_all(
    app: Flask, desk: Desk, signs: dict[str, str]
) -> None:
    office, asked = desk("supervisor"), []
    with app.app_context():
        engine = db.engine
    office.get("/oversight/signs/?show=found")
    event.listen(engine, "before_cursor_execute", lambda _c, _u, statement, *_: asked.append(statement))
    counts = []
    for address in ("/oversight/signs/?show=found&kind=again", "/oversight/signs/?show=found"):
        asked.clear()
        assert office.get(address).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
