"""The office's word on a wish for recusal, and 换人 where an inspection was assigned by hand (行政处罚法 43, RZ-10b)."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import both_databases
from tests.handset import Handset
from webapp.accounts.models import User
from webapp.archive.document import pdf_document
from webapp.archive.models import File
from webapp.db import db
from webapp.field.models import Inspection
from webapp.registry.models import Interest

Desk = Callable[[str], FlaskClient]
Phones = Callable[[str], Handset]


@pytest.fixture
def wish(phone: Phones) -> tuple[str, str, Handset]:
    """An inspection assigned by hand in which the subject asks for recusal, the event, and the phone that took it down."""
    one = phone("inspector1")
    row = next(row for row in one.worklist()["inspections"] if row["state"] == "assigned")
    assert row["reason"]["kind"] != "drawn"
    one.arrive(row)
    asked = one.write(row["id"], "recuse", asked="subject", wanted=True, reason="是竞争对手的亲属")
    one.sync(row["id"])
    return row["id"], asked["id"], one


def person(app: Flask, name: str) -> str:
    with app.app_context():
        found = User.by_username(name)
        assert found
        return found.id


def given(app: Flask, event: str, **more: Any) -> dict[str, Any]:
    said = {"out": person(app, "inspector1"), "into": person(app, "inspector3"), "reason": "属实，应当回避"}
    return said | {"wish": event} | more


@both_databases
def test_TJ_10b_granted_the_pair_is_changed_and_the_decision_stands_in_the_record(
    app: Flask, desk: Desk, phone: Phones, wish: tuple[str, str, Handset]
) -> None:
    inspection, event, one = wish
    supervisor = desk("supervisor")
    assert "是竞争对手的亲属" in supervisor.get("/office/").text
    assert "同意，换人" in supervisor.get(f"/office/inspections/{inspection}").text
    form = supervisor.get(f"/office/inspections/{inspection}/relieve?wish={event}").text
    assert "是竞争对手的亲属" in form
    answer = supervisor.post(f"/office/inspections/{inspection}/relieve", data=given(app, event))
    assert answer.status_code == 302
    three = phone("inspector3")
    assert inspection in [row["id"] for row in three.worklist()["inspections"]]
    assert inspection in [row["id"] for row in one.worklist()["gone"]]
    three.sync(inspection)
    record = three.record(inspection)
    said = [made for made in record["office"] if made["type"] in ("recusal", "pair")]
    assert [(made["type"], made["granted"], made["reason"]) for made in said] == [
        ("recusal", True, "属实，应当回避"),
        ("pair", None, "属实，应当回避"),
    ]
    assert "是竞争对手的亲属" not in supervisor.get("/office/").text, "it waits no more"
    page = desk("archivist").get(f"/office/inspections/{inspection}").text
    assert "同意回避" in page and "现在的检查组" in page
    with app.app_context():
        printed = pdf_document(File(db.session.get_one(Inspection, inspection)).document)["recusals"]
    assert ["申请回避" in printed[0]["about"], "同意回避" in printed[1]["about"]] == [True, True]
    assert "现在的检查组" in printed[2]["text"]
    with app.app_context():
        row = db.session.get_one(Inspection, inspection)
        assert not row.recusal
        assert row.subject_id in Interest.standing([one.user])[one.user]


def test_who_asks_to_step_aside_is_chosen_already(desk: Desk, phone: Phones) -> None:
    one = phone("inspector1")
    row = one.row()
    one.arrive(row)
    event = one.write(row["id"], "recuse", asked="inspector", wanted=True, reason="亲属")["id"]
    one.sync(row["id"])
    page = desk("supervisor").get(f"/office/inspections/{row['id']}/relieve?wish={event}").text
    chosen = next(line for line in page.splitlines() if f'value="{one.user}"' in line)
    assert "checked" in chosen


@both_databases
def test_TJ_10b_declined_with_a_reason_the_same_pair_goes_on(
    desk: Desk, wish: tuple[str, str, Handset]
) -> None:
    inspection, event, one = wish
    url = f"/office/inspections/{inspection}/recusal"
    supervisor = desk("supervisor")
    supervisor.post(url, data={"wish": event, "reason": " "})
    one.sync(inspection)
    assert [made for made in one.record(inspection)["office"] if made["type"] == "recusal"] == []
    supervisor.post(url, data={"wish": event, "reason": "没有利害关系"})
    one.write(inspection, "note", question=None, text="继续检查")
    assert one.sync(inspection)["rejected"] == []
    said = [made for made in one.record(inspection)["office"] if made["type"] == "recusal"]
    assert [(made["wish"], made["granted"], made["reason"]) for made in said] == [
        (event, False, "没有利害关系")
    ]
    page = supervisor.get(f"/office/inspections/{inspection}").text
    assert "不同意回避" in page and "等机关负责人决定" not in page
    again = supervisor.post(url, data={"wish": event, "reason": "再说一次"}, follow_redirects=True)
    assert "已经决定" in again.text


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"reason": ""}, "请写明原因"),
        ({"into": "inspector2"}, "检查组已经变了"),
        ({"out": "inspector3"}, "检查组已经变了"),
        ({"wish": "01930000-0000-7000-8000-000000000001"}, "已经决定"),
    ],
)
def test_what_stands_against_it_is_said_and_nothing_is_half_done(
    app: Flask, desk: Desk, wish: tuple[str, str, Handset], more: dict[str, str], words: str
) -> None:
    inspection, event, one = wish
    named = {
        key: person(app, value) if value.startswith("inspector") else value for key, value in more.items()
    }
    answer = desk("supervisor").post(
        f"/office/inspections/{inspection}/relieve", data=given(app, event, **named)
    )
    assert answer.status_code in (403, 409, 422) and words in answer.text
    one.sync(inspection)
    assert {made["type"] for made in one.record(inspection)["office"]} & {"recusal", "pair"} == set()


def test_RZ_10b_who_has_an_interest_does_not_step_in(
    app: Flask, desk: Desk, wish: tuple[str, str, Handset]
) -> None:
    inspection, event, _ = wish
    three = person(app, "inspector3")
    with app.app_context():
        row = db.session.get_one(Inspection, inspection)
        author = person_row("supervisor")
        db.session.add(Interest(user_id=three, subject_id=row.subject_id, reason="亲属", author_id=author.id))
        db.session.commit()
    supervisor = desk("supervisor")
    assert three not in supervisor.get(f"/office/inspections/{inspection}/relieve").text
    answer = supervisor.post(f"/office/inspections/{inspection}/relieve", data=given(app, event))
    assert answer.status_code == 422 and "应当回避" in answer.text


def person_row(name: str) -> User:
    found = User.by_username(name)
    assert found
    return found


def test_only_supervisors_decline_and_only_the_own_bureau_decides(
    app: Flask, desk: Desk, wish: tuple[str, str, Handset]
) -> None:
    inspection, event, _ = wish
    decline, relieve = (f"/office/inspections/{inspection}/{act}" for act in ("recusal", "relieve"))
    assert desk("planner").post(decline, data={"wish": event, "reason": "x"}).status_code == 403
    for name in ("archivist", "auditor", "admin"):
        assert desk(name).post(relieve, data=given(app, event)).status_code == 403
    assert desk("supervisor.tj").post(decline, data={"wish": event, "reason": "x"}).status_code == 404
    assert desk("planner.tj").post(relieve, data=given(app, event)).status_code == 404
    assert desk("planner.tj").get(relieve).status_code == 404
