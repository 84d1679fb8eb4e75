"""A visit that serves two draws goes on until both have let it go, and keeps somebody for each of its items (CA-2.3a)."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.conftest import both_databases
from tests.field.test_merges import apart, two
from webapp.accounts.models import User
from webapp.db import db, today
from webapp.draw.amendments import Amendment
from webapp.draw.models import Draw
from webapp.draw.names import DrawSubject
from webapp.errors import Problem
from webapp.field import amended, merges
from webapp.field.models import InspectionDraw
from webapp.registry.models import Inspector

CANCEL = {"kind": "cancel", "why": "plan", "text": "任务推迟"}


def carried_out(author: User, draw: Draw, given: dict[str, str]) -> None:
    """Asked for by the planner and approved by the supervisor."""
    supervisor = User.by_username("supervisor")
    assert supervisor
    asked = Amendment.ask(author, Draw.locked(draw.id, draw.bureau_id), given, amended.visits(draw))
    amended.approve(supervisor, Amendment.locked(asked.id, draw.bureau_id), "", today())


@both_databases
def test_CA_2_3a_a_joint_visit_is_called_off_with_the_last_of_its_draws(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        year, _, second = two()
        one = apart(year, second)
        visit = merges.merge(year.planner, one.there.id, one.new.id, today()).stays
        draws = [link.draw for link in InspectionDraw.of_inspection(visit.id)]
        assert len(draws) == 2
        carried_out(year.planner, draws[0], CANCEL)
        assert visit.state == "assigned"
        others = [one.state for one in InspectionDraw.of_draw(draws[0].id).values() if one.id != visit.id]
        assert set(others) <= {"cancelled", "assigned"} and "cancelled" in others
        carried_out(year.planner, draws[1], CANCEL)
        assert visit.state == "cancelled"


@both_databases
def test_of_a_joint_visit_a_subject_is_swapped_out_of_one_draw_and_then_of_the_other(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        year, _, second = two(bp=5_000)
        one = apart(year, second)
        visit = merges.merge(year.planner, one.there.id, one.new.id, today()).stays
        for link, after in zip(
            InspectionDraw.of_inspection(visit.id), ("assigned", "cancelled"), strict=True
        ):
            held = DrawSubject.standing(link.draw_id, visit.subject_id)
            assert held
            given = {"kind": "subject", "subject": held.id, "why": "closed", "text": "已注销"}
            carried_out(year.planner, link.draw, given)
            assert visit.state == after


def test_who_could_not_check_the_items_of_the_other_draw_does_not_step_in(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        year, _, second = two()
        one = apart(year, second)
        visit = merges.merge(year.planner, one.there.id, one.new.id, today()).stays
        link = next(link for link in InspectionDraw.of_inspection(visit.id) if visit.id == one.there.id)
        codes = link.draw.task["items"]
        for person in db.session.query(Inspector).filter_by(bureau_id=year.bureau.id):
            person.items = list(codes)
        db.session.flush()
        held = DrawSubject.standing(link.draw_id, visit.subject_id)
        assert held
        file = link.draw.file()
        pair = next(pair for pair in file["pairs"] if pair["subject"] == held.id)
        out = next(m["id"] for m in pair["inspectors"] if m["id"] in visit.pair)
        given = {"kind": "inspector", "subject": held.id, "out": out, "why": "away", "text": "出差"}
        with pytest.raises(Problem, match="amendment_joint"):
            carried_out(year.planner, link.draw, given)
