"""Swaps, cancellation and opened names, by who should not, and what the public must not read before a visit."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import both_databases
from tests.field import test_amend
from tests.field.test_amend import ask, file_of, member, names, state, visit
from tests.field.test_approvals import words
from tests.field.test_hall import frozen, published
from tests.handset import Handset
from webapp.accounts.models import User
from webapp.db import db
from webapp.draw.models import Draw
from webapp.draw.names import DrawSubject
from webapp.field import opening
from webapp.field.models import Inspection
from webapp.registry.subjects import Subject

Desk = Callable[..., FlaskClient]
Phone = Callable[[str], Handset]
draw_id = test_amend.draw_id


def also(app: Flask, username: str, role: str) -> str:
    """The same person with one role more."""
    with app.app_context():
        found = User.by_username(username)
        assert found
        found.roles = [*found.roles, role]
        db.session.commit()
    return username


def subject_of(app: Flask, draw_id: str, pool_id: str) -> tuple[str, str]:
    with app.app_context():
        row = DrawSubject.of(draw_id, [pool_id])[pool_id]
        found = db.session.get_one(Subject, row.subject_id)
        return found.name, found.code


def test_a_reason_that_names_who_is_to_be_visited_is_not_published(
    app: Flask, desk: Desk, client: FlaskClient, draw_id: str
) -> None:
    pair = file_of(client, draw_id)["pairs"][0]
    name, code = subject_of(app, draw_id, pair["subject"])
    planner, place = desk("planner"), f"/office/draws/{draw_id}/amend"
    given = {"subject": pair["subject"], "who": f"inspector:{member(pair)}", "why": "recusal"}
    for text in (f"是{name}经理的亲属", f"见 {code.lower()}", f"与{' '.join(name)}有关"):
        answer = planner.post(place, data=given | {"text": text})
        assert (answer.status_code, "原样公布" in answer.text) == (422, True), text
        assert text in answer.text, "nothing typed is lost"
    other = next(one["subject"] for one in file_of(client, draw_id)["pairs"][1:])
    text = f"计划已改，不查{subject_of(app, draw_id, other)[0]}"
    answer = planner.post(place, data={"kind": "cancel", "why": "plan", "text": text})
    assert answer.status_code == 422
    assert planner.post(place, data=given | {"text": "与法定代表人是亲属"}).status_code == 302


def test_who_was_swapped_and_is_visited_all_the_same_stays_hidden_until_then(
    app: Flask, desk: Desk, phone: Phone, client: FlaskClient, draw_id: str
) -> None:
    pair = file_of(client, draw_id)["pairs"][0]
    inspection = visit(app, draw_id, pair["subject"])
    one = phone(names(app)[member(pair)])
    one.arrive(next(row for row in one.worklist()["inspections"] if row["id"] == inspection))
    one.sync(inspection)
    place = ask(desk("planner"), draw_id, pair["subject"])
    assert desk("supervisor").post(f"{place}/approve", data={"begun": "keep"}).status_code == 302
    for after, open_now in (("open", False), ("assigned", False), ("sealed", True), ("cancelled", True)):
        with app.app_context():
            db.session.get_one(Inspection, inspection).state = after
            due = [row.id for row in opening.due(db.session.get_one(Draw, draw_id))]
            assert (pair["subject"] in due) == open_now, after
            db.session.rollback()


def test_who_is_in_the_pair_neither_refuses_nor_calls_off(
    app: Flask, desk: Desk, client: FlaskClient, draw_id: str
) -> None:
    pair = file_of(client, draw_id)["pairs"][0]
    inspection = visit(app, draw_id, pair["subject"])
    place = ask(desk("planner"), draw_id, pair["subject"], f"inspector:{member(pair)}")
    partner = desk(also(app, names(app)[member(pair, 1)], "supervisor"))
    assert partner.post(f"{place}/refuse", data={"reason": "不必"}).status_code == 403
    with app.app_context():
        db.session.get_one(Inspection, inspection).state = "open"
        db.session.commit()
    cancel = desk("planner").post(
        f"/office/draws/{draw_id}/amend", data={"kind": "cancel", "why": "plan", "text": "计划已改"}
    )
    assert desk("supervisor").post(f"{cancel.location}/approve").status_code == 302
    told = {"inspection": inspection, "act": "stop", "reason": "不查了"}
    partner.post(f"/office/draws/{draw_id}/begun", data=told)
    assert state(app, inspection) == "open"
    desk("supervisor").post(f"/office/draws/{draw_id}/begun", data=told)
    assert state(app, inspection) == "cancelled"


def test_who_was_replaced_reads_nothing_of_it_any_more(
    app: Flask, desk: Desk, phone: Phone, client: FlaskClient, draw_id: str
) -> None:
    pair = file_of(client, draw_id)["pairs"][0]
    out, inspection = names(app)[member(pair)], visit(app, draw_id, pair["subject"])
    old, browser = phone(out), desk(out)
    assert old.client.get(f"/api/v1/inspections/{inspection}").status_code == 200
    place = ask(desk("planner"), draw_id, pair["subject"], f"inspector:{member(pair)}")
    assert desk("supervisor").post(f"{place}/approve").status_code == 302
    for path in (
        f"/api/v1/inspections/{inspection}", f"/api/v1/inspections/{inspection}/archive",
        f"/office/inspections/{inspection}", f"/office/inspections/{inspection}/approval",
        f"/office/inspections/{inspection}/notice.pdf", f"/office/inspections/{inspection}/approval.pdf",
        f"/page/{inspection}/blank.pdf", f"/page/{inspection}/filled.pdf",
    ):  # fmt: skip
        for one in (old.client, browser):
            assert one.get(path).status_code in (403, 404), path
    served = {"way": "hand", "day": "2026-01-01", "receiver": "x"}
    assert browser.post(f"/office/inspections/{inspection}/approval/service", data=served).status_code == 404


@both_databases
def test_odd_ids_in_a_request_are_refused_in_words(
    app: Flask, desk: Desk, client: FlaskClient, draw_id: str
) -> None:
    pair = file_of(client, draw_id)["pairs"][0]
    planner, place = desk("planner"), f"/office/draws/{draw_id}/amend"
    good = {"subject": pair["subject"], "who": f"inspector:{member(pair)}", "why": "recusal", "text": "x"}
    for more in (
        {"wish": "x" * 500}, {"subject": "x" * 9000}, {"who": "inspector:" + "x" * 9000}, {"who": "gone:x"},
        {"who": f"expert:{member(pair)}"}, {"why": "closed"}, {"subject": pair["subject"] + " "},
    ):  # fmt: skip
        answer = planner.post(place, data=good | more)
        assert answer.status_code in (302, 409, 422), more
        if answer.status_code == 302:
            assert desk("supervisor").post(f"{answer.location}/approve").status_code in (302, 409)


def told(app: Flask, draw_id: str) -> list[str]:
    """What must not be read: names, codes and addresses of the whole pool, and every salt."""
    with app.app_context():
        rows = db.session.query(DrawSubject).filter_by(draw_id=draw_id).all()
        found = [db.session.get_one(Subject, row.subject_id) for row in rows]
        secret = [word for one in found for word in (one.name, one.code, one.address, one.id) if word]
        return [*secret, *(row.salt for row in rows if row.salt)]


def pages(draw_id: str) -> list[str]:
    public = f"/public/draws/{draw_id}"
    return [
        public, f"{public}.json", *(f"{public}/{number}.json" for number in (1, 2, 3)), f"{public}?after=0",
        "/public/draws", "/public/draws.json", "/public/draws.csv", "/public/plans", "/public/plans.json",
        "/public/plans.csv", "/public/items", "/public/items.csv", "/verify/draw",
    ]  # fmt: skip


def test_nothing_public_names_whom_the_visit_is_to_surprise(
    app: Flask, desk: Desk, client: FlaskClient, draw_id: str
) -> None:
    pair = file_of(client, draw_id)["pairs"][0]
    place = ask(desk("planner"), draw_id, pair["subject"], f"inspector:{member(pair)}")
    assert desk("supervisor").post(f"{place}/approve").status_code == 302
    second = file_of(client, draw_id)["pairs"][1]["subject"]
    assert desk("supervisor").post(f"{ask(desk('planner'), draw_id, second)}/approve").status_code == 302
    secret = told(app, draw_id)
    assert len(secret) > 20
    texts: dict[str, Any] = {}
    for path in pages(draw_id):
        answer = client.get(path)
        assert answer.status_code == 200, path
        texts[path] = f"{answer.headers} {answer.text}"
    texts["pdf"] = words(client.get(f"/public/draws/{draw_id}/certificate.pdf").data)
    for path, text in texts.items():
        assert [word for word in secret if word in text] == [], path


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "@SUM(A1)", "\t=1+1", "\r=1+1", " =1+1", "-2+3|cmd"])
def test_no_public_cell_is_a_formula(desk: Desk, client: FlaskClient, name: str) -> None:
    frozen(desk("planner"), published(desk, name=name, by="all"))
    for path in ("/public/plans.csv", "/public/draws.csv"):
        for line in client.get(path).text.lstrip("\ufeff").splitlines():
            for cell in line.split(","):
                assert cell.strip('" \t\r')[:1] not in ("=", "@", "+", "-"), (path, cell)
