"""Practice (CA-2.5, CA-3.3): its outcome is kept, its content is refused, and the supervisor sees who has not practised."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from uuid6 import uuid7

from tests.conftest import both_databases
from tests.handset import Handset
from webapp.accounts.models import Bureau, Law, User
from webapp.db import db, now
from webapp.field.models import Event, Inspection, Member
from webapp.oversight.guidance import Guidance, in_force
from webapp.oversight.training import Practice, trainees

pytestmark = both_databases
Phones = Callable[[str], Handset]
Desk = Callable[[str], FlaskClient]


def outcome(phone: Handset, **more: Any) -> dict[str, Any]:
    points = [{"name": "arrived", "met": True}, {"name": "told", "met": False}]
    said = {
        "id": str(uuid7()),
        "person": phone.user,
        "lesson": "plain",
        "form": "基本检查表",
        "points": points,
    }
    return said | {"begun": "2026-11-21T16:00:00+08:00", "ended": "2026-11-21T16:12:00+08:00"} | more


def law(app: Flask, username: str, **settings: Any) -> None:
    with app.app_context():
        person = db.session.scalar(select(User).where(User.username == username))
        row = db.session.scalars(
            select(Law).where(Law.bureau_id == person.bureau_id).order_by(Law.id.desc())
        ).first()
        row.settings = row.settings | {
            name: {"value": value, "clause": None} for name, value in settings.items()
        }
        db.session.commit()


def test_an_event_of_practice_is_refused_by_its_name_and_nothing_of_it_is_kept(
    app: Flask, phone: Phones
) -> None:
    one = phone("inspector1")
    row = one.row()
    event = one.arrive(row) | {"inspection": f"practice-{uuid7()}"}
    answer = one.send([event], {})
    assert [(each["id"], each["code"]) for each in answer.json["rejected"]] == [
        (event["id"], "event_practice")
    ]
    with app.app_context():
        assert db.session.get(Event, event["id"]) is None


def test_no_inspection_of_the_bureau_can_ever_have_a_name_of_practice(app: Flask) -> None:
    with app.app_context():
        ids = db.session.scalars(select(Inspection.id)).all()
        assert ids and not any(one.startswith("practice-") for one in ids)
        assert Inspection.__table__.c.id.type.length == 36 < len(f"practice-{uuid4()}")


def test_an_outcome_is_kept_once_and_seen_on_the_phone_and_by_the_supervisor(
    app: Flask, phone: Phones, desk: Desk
) -> None:
    one = phone("inspector1")
    told = outcome(one)
    assert one.post("/api/v1/training", told).json == {"accepted": told["id"]}
    assert one.post("/api/v1/training", told | {"lesson": "found"}).json == {"accepted": told["id"]}
    done = one.client.get("/api/v1/training").json["done"]
    assert [(row["id"], row["lesson"], row["person"]) for row in done] == [(told["id"], "plain", one.user)]
    supervisor = desk("supervisor")
    page = supervisor.get("/oversight/training").text
    assert "做到 1/2" in page and "没有做过" in page
    assert "当场告知" in supervisor.get(f"/oversight/training/{one.user}").text


def test_an_outcome_of_who_is_not_on_this_phone_is_refused(phone: Phones) -> None:
    one, two = phone("inspector1"), phone("inspector2")
    answer = one.post("/api/v1/training", outcome(one, person=two.user))
    assert (answer.status_code, answer.json["error"]["code"]) == (403, "practice_whose")
    assert one.post("/api/v1/training", outcome(one, lesson="another")).status_code == 400
    assert one.post("/api/v1/training", outcome(one, points=[])).status_code == 400


def test_a_practice_that_is_too_old_does_not_count_any_more(app: Flask, phone: Phones) -> None:
    one = phone("inspector1")
    one.post("/api/v1/training", outcome(one))
    law(app, "supervisor", training_needed=True, training_months=2)
    given = one.client.get("/api/v1/training").json
    assert given["needed"] is True and given["since"] is not None
    with app.app_context():
        row = db.session.scalars(select(Practice)).one()
        person = db.session.get(User, one.user)
        row.ended = now() - timedelta(days=59)
        assert _standing(person) == (True, 1)
        row.ended = now() - timedelta(days=62)
        assert _standing(person) == (False, 0)


def _standing(person: User) -> tuple[bool, int]:
    db.session.flush()
    found = trainees(db.session.get(Bureau, person.bureau_id), now().date())
    return next((one.valid, one.times) for one in found if one.inspector.user_id == person.id)


def test_a_clock_of_a_phone_that_runs_ahead_practises_nothing_in_the_future(
    app: Flask, phone: Phones
) -> None:
    one = phone("inspector1")
    one.post("/api/v1/training", outcome(one, ended="2099-01-01T00:00:00+08:00"))
    with app.app_context():
        assert db.session.scalars(select(Practice)).one().ended <= now()


def test_a_bureau_writes_its_own_text_every_version_stays_and_the_phone_gets_the_newest(
    app: Flask, phone: Phones, desk: Desk
) -> None:
    one, supervisor = phone("inspector1"), desk("supervisor")
    before = {text["kind"]: text for text in one.client.get("/api/v1/training").json["texts"]}
    assert "不收取或者变相收取费用" in before["discipline"]["body"] and before["discipline"]["day"] is None
    for body in ("一、不收礼。", "一、不收礼。\r\n二、不吃请。"):
        assert supervisor.post("/oversight/guidance/discipline", data={"body": body}).status_code == 302
    supervisor.post("/oversight/guidance/discipline", data={"body": "一、不收礼。\n二、不吃请。  "})
    after = {text["kind"]: text for text in one.client.get("/api/v1/training").json["texts"]}
    assert after["discipline"]["body"] == "一、不收礼。\n二、不吃请。" and after["flow"] == before["flow"]
    page = supervisor.get("/oversight/guidance/discipline").text
    assert page.count("<details") == 2 and "现在有效" in page
    assert supervisor.post("/oversight/guidance/discipline", data={"body": "  \n "}).status_code == 422
    assert supervisor.post("/oversight/guidance/none", data={"body": "a"}).status_code == 404
    assert desk("inspector1").post("/oversight/guidance/discipline", data={"body": "a"}).status_code == 403
    with app.app_context():
        assert db.session.query(Guidance).count() == 2


def test_a_bureau_without_an_own_text_reads_its_superiors(app: Flask) -> None:
    with app.test_request_context():
        upper = db.session.scalar(select(User).where(User.username == "supervisor"))
        lower = db.session.scalars(select(Bureau).where(Bureau.id != upper.bureau_id)).first()
        lower.parent_id = upper.bureau_id
        Guidance.write(upper, "standards", "一、看原件。")
        db.session.flush()
        assert in_force(lower, "standards").body == "一、看原件。"
        assert in_force(lower, "standards").row.bureau_id == upper.bureau_id


def test_who_has_no_inspection_yet_gets_checklists_to_practise_with(app: Flask, phone: Phones) -> None:
    one = phone("inspector1")
    assert one.client.get("/api/v1/training").json["checklists"] == []
    with app.app_context():
        db.session.execute(delete(Member).where(Member.user_id == one.user))
        db.session.commit()
    given = one.client.get("/api/v1/training").json
    named = {name for row in given["checklists"] for name in row["hashes"]}
    assert named and named == {form["hash"] for form in given["forms"]}


def test_nobody_reads_the_training_of_another_bureau(phone: Phones, desk: Desk) -> None:
    one = phone("inspector1")
    assert desk("supervisor").get(f"/oversight/training/{one.user}").status_code == 200
    assert desk("supervisor.tj").get(f"/oversight/training/{one.user}").status_code == 404
