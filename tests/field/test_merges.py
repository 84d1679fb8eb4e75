"""综合查一次: two tasks that hit one subject in the same days become one visit (TJ-11, CA-2.3a, PD-1.2)."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import both_databases
from tests.field.year import Year, task
from webapp.accounts.models import User
from webapp.db import db, today
from webapp.draw.models import Draw
from webapp.draw.names import DrawSubject
from webapp.errors import Problem
from webapp.field import drawn, merges, rules
from webapp.field.merges import Merge
from webapp.field.models import Inspection, InspectionDraw, Member
from webapp.registry.items import Item
from webapp.registry.models import Inspector, Interest

SLOW = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def two(
    bp: int = 10_000, cap: int | None = None, days: tuple[int, int] = (10, 6)
) -> tuple[Year, list[Inspection], list[Inspection]]:
    """Two tasks of a year, each drawn, with windows from today on."""
    year = Year(task("a", bp=bp), task("b", items=["PD5"], bp=bp), cap=cap)
    return year, year.drawn("a", days=days[0]), year.drawn("b", days=days[1])


def offered(year: Year, made: list[Inspection]) -> list[merges.Offer]:
    link = db.session.query(InspectionDraw).filter_by(inspection_id=made[0].id).one()
    return [one for one in merges.offers(link.draw, today()) if one.random]


def pair_that_goes(offers: list[merges.Offer], second: list[Inspection]) -> merges.Offer:
    """One where both were drawn in this test."""
    ids = {one.id for one in second}
    return next(
        one for one in offers
        if one.goes and one.new.id in ids and one.there.id not in ids and InspectionDraw.of_inspection(one.there.id)
    )  # fmt: skip


def apart(year: Year, second: list[Inspection]) -> merges.Offer:
    """One where two pairs without a common member were drawn, of whom each may inspect everything."""
    for person in db.session.query(Inspector).filter_by(bureau_id=year.bureau.id):
        person.items = []
    db.session.flush()
    ids = {one.id for one in second}
    for one in offered(year, second):
        drawn_twice = one.new.id in ids and InspectionDraw.of_inspection(one.there.id)
        if drawn_twice and one.goes is one.there and not set(one.there.pair) & set(one.new.pair):
            return one
    raise AssertionError("no subject was drawn twice with two pairs")


@both_databases
def test_TJ_11_CA_2_3a_PD_1_2_two_tasks_one_visit_with_the_forms_of_both(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        year, first, second = two()
        one = pair_that_goes(offered(year, second), second)
        loads = drawn.known(year.bureau.id, today().year).loads
        before = len(one.goes.forms) if one.goes else 0
        made = merges.merge(year.planner, one.there.id, one.new.id, today())
        stays, gone = made.stays, made.gone
        assert (stays.state, gone.state) == ("assigned", "cancelled")
        assert {v.item.code for v in stays.listed} >= {"PD5"} and len(stays.listed) >= 2
        assert len(stays.forms) > before and len(set(stays.form_hashes)) == len(stays.forms)
        assert stays.due == min(one.there.due, one.new.due) == today() + timedelta(days=6)
        names = [link.draw.task["name"] for link in InspectionDraw.of_inspection(stays.id)]
        assert {"任务a", "任务b"} >= set(names) and len(names) == 2
        assert all(link.draw_id in stays.reason_text for link in InspectionDraw.of_inspection(stays.id))
        after = drawn.known(year.bureau.id, today().year).loads
        assert {name: loads[name] - after.get(name, 0) for name in gone.pair} == dict.fromkeys(gone.pair, 1)


@both_databases
def test_TJ_10c_a_merged_visit_counts_once_and_undone_twice(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        year, first, second = two()
        one = pair_that_goes(offered(year, second), second)
        before = len(year.visits()[one.new.subject_id])
        made = merges.merge(year.planner, one.new.id, one.there.id, today())
        assert len(year.visits()[one.new.subject_id]) == before - 1
        merges.undo(year.planner, made.id, today())
        assert len(year.visits()[one.new.subject_id]) == before
        assert made.gone.state == "assigned" and made.stays.state == "assigned"
        with pytest.raises(Problem, match="merge_undone"):
            merges.undo(year.planner, made.id, today())


def test_what_is_undone_is_as_it_was(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        year, first, second = two()
        one = pair_that_goes(offered(year, second), second)
        was = [_shape(side) for side in (one.there, one.new)]
        made = merges.merge(year.planner, one.there.id, one.new.id, today())
        assert [_shape(side) for side in (one.there, one.new)] != was
        merges.undo(year.planner, made.id, today())
        assert [_shape(side) for side in (one.there, one.new)] == was
        again = merges.merge(year.planner, one.there.id, one.new.id, today())
        assert [row.id for row in Merge.of([one.there.id])] == [again.id]
        assert len(Merge.history(one.there.id)) == 2


def _shape(inspection: Inspection) -> tuple[object, ...]:
    links = [link.draw_id for link in InspectionDraw.of_inspection(inspection.id)]
    items = [v.item_id for v in inspection.listed]
    return (items, inspection.form_hashes, inspection.due, inspection.reason_text, links, inspection.state)


def test_the_pair_that_was_there_goes_where_it_can_else_the_other_else_nobody(app: Flask) -> None:
    """RZ-10b, TJ-10b: nobody goes who has to step aside, or may not inspect what is added."""
    with app.test_request_context(method="POST"):
        year, first, second = two()
        one = apart(year, second)
        _aside(year, one.there.pair[0], one.new.subject_id)
        assert _offer(year, one).goes is one.new
        _aside(year, one.new.pair[1], one.new.subject_id)
        neither = _offer(year, one)
        assert neither.goes is None and {"who": one.new.pair[1], "why": "recused"} in neither.faults
        with pytest.raises(Problem, match="merge_team"):
            merges.merge(year.planner, one.there.id, one.new.id, today())


def test_a_pair_without_the_scope_for_the_added_items_does_not_go(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        year, first, second = two()
        one = apart(year, second)
        for name in one.there.pair:
            db.session.get_one(Inspector, name).items = ["PD1"]
        db.session.flush()
        assert _offer(year, one).goes is one.new
        made = merges.merge(year.planner, one.there.id, one.new.id, today())
        assert made.stays is one.new and made.gone is one.there and made.gone.state == "cancelled"
        assert {"PD1", "PD5"} <= {v.item.code for v in made.stays.listed}


def _aside(year: Year, user_id: str, subject_id: str) -> None:
    row = Interest(user_id=user_id, subject_id=subject_id, reason="近亲属", author_id=year.planner.id)
    db.session.add(row)
    db.session.flush()


def _offer(year: Year, one: merges.Offer) -> merges.Offer:
    found = merges.around(one.new, today())
    return next(offer for offer in found if {offer.there.id, offer.new.id} == {one.there.id, one.new.id})


def test_windows_that_do_not_meet_are_not_offered_and_not_merged(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        year = Year(task("a", bp=10_000), task("b", items=["PD5"], bp=10_000))
        first, second = year.drawn("a", days=5), year.drawn("b", first=6, days=5)
        ids = {one.id for one in first}
        assert not [one for one in offered(year, second) if one.there.id in ids]
        other = next(one for one in first if one.subject_id == second[0].subject_id)
        with pytest.raises(Problem, match="merge_window"):
            merges.merge(year.planner, other.id, second[0].id, today())


def test_RZ_5_what_nobody_drew_is_merged_only_by_hand_with_a_reason_and_counts_apart(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        year = Year(task("a", bp=10_000))
        made = year.drawn("a")[0]
        pair = [db.session.get_one(Inspector, name) for name in made.pair]
        item = next(item for item in Item.listed(year.bureau.id) if item.code == "PD5")
        by_hand = Inspection.assign(
            author=year.planner, subject=made.subject, items=[item], pair=pair, due=made.due, today=today(),
            reason="complaint", text="举报 2026-33 号",
        )  # fmt: skip
        before = len(year.visits()[made.subject_id])
        with pytest.raises(Problem, match="reason_needed"):
            merges.merge(year.planner, made.id, by_hand.id, today())
        done = merges.merge(year.planner, made.id, by_hand.id, today(), "同一地点，少打扰")
        assert (
            done.stays is made
            and "同一地点，少打扰" in made.reason_text
            and "举报 2026-33 号" in made.reason_text
        )
        assert len(year.visits()[made.subject_id]) == before
        assert by_hand.reason == "complaint"


@both_databases
def test_undoing_may_not_take_anybody_over_the_cap(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        year, first, second = two(cap=9)
        one = pair_that_goes(offered(year, second), second)
        made = merges.merge(year.planner, one.there.id, one.new.id, today())
        count = len(year.visits()[one.new.subject_id])
        for link in InspectionDraw.of_inspection(made.stays_id):
            head = link.draw.act.head
            eligible = head["rules"]["eligible"] | {"cap": count}
            link.draw.act.head = head | {"rules": head["rules"] | {"eligible": eligible}}
        db.session.flush()
        with pytest.raises(Problem, match="merge_cap"):
            merges.undo(year.planner, made.id, today())


@SLOW
@given(
    acts=st.lists(
        st.tuples(st.sampled_from(["a", "b", "c", "merge", "undo"]), st.integers(0, 15), st.integers(0, 9)),
        min_size=3, max_size=9,
    ),
    cap=st.integers(1, 3),
)  # fmt: skip
def test_TJ_10c_with_any_draws_merges_and_undoings_nobody_is_visited_more_often_than_the_cap(
    app: Flask, acts: list[tuple[str, int, int]], cap: int
) -> None:
    with app.test_request_context(method="POST"):
        year = Year(
            *(
                task(key, items=[code], bp=7000, times=2)
                for key, code in zip("abc", ("PD1", "PD5", "PD7"), strict=True)
            ),
            cap=cap,
        )
        before = Counter({name: len(days) for name, days in year.visits().items()})
        standing: list[Merge] = []
        links = 0
        for act, first, pick in acts:
            if act == "undo" and standing:
                made = standing.pop(pick % len(standing))
                try:
                    merges.undo(year.planner, made.id, today())
                except Problem as problem:
                    assert problem.code in ("merge_cap", "merge_later", "merge_begun")
            elif act == "merge":
                found = [
                    offer
                    for one in _assigned(year)
                    for offer in merges.around(one, today())
                    if offer.random and offer.goes
                ]
                if found:
                    offer = found[pick % len(found)]
                    standing.append(merges.merge(year.planner, offer.there.id, offer.new.id, today()))
            elif act in "abc":
                made_now = year.tried(act, first=first)
                links += len(made_now) if not isinstance(made_now, str) else 0
            counted = year.visits()
            assert all(len(days) <= max(cap, before[name]) for name, days in counted.items())
            assert (
                db.session.query(InspectionDraw)
                .join(Inspection, Inspection.id == InspectionDraw.inspection_id)
                .filter(Inspection.state != "cancelled")
                .count()
                == links
            )
        _nobody_works_twice(year)
        db.session.rollback()


def _assigned(year: Year) -> list[Inspection]:
    rows = db.session.query(Inspection).join(InspectionDraw, InspectionDraw.inspection_id == Inspection.id)
    return rows.filter(Inspection.bureau_id == year.bureau.id, Inspection.state == "assigned").limit(5).all()


def _nobody_works_twice(year: Year) -> None:
    """Loads are what the inspections that stand say."""
    rows = db.session.query(Member).join(Inspection, Inspection.id == Member.inspection_id)
    rows = rows.filter(Inspection.bureau_id == year.bureau.id, Inspection.state.in_(rules.UNFINISHED))
    assert Counter(row.user_id for row in rows) == drawn.known(year.bureau.id, today().year).loads


def test_another_bureaus_inspection_is_nobodys_business(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        year, first, second = two()
        stranger = User.by_username("planner.tj")
        assert stranger
        one = pair_that_goes(offered(year, second), second)
        with pytest.raises(Problem, match="not_found"):
            merges.merge(stranger, one.there.id, one.new.id, today())
        made = merges.merge(year.planner, one.there.id, one.new.id, today())
        with pytest.raises(Problem, match="not_found"):
            merges.undo(stranger, made.id, today())


def test_of_a_draw_that_was_cancelled_or_swapped_the_subject_nothing_is_taken_apart(app: Flask) -> None:
    """Who was to be inspected for it alone is not any more; the visit of the other draw goes on."""
    with app.test_request_context(method="POST"):
        year, first, second = two()
        one = apart(year, second)
        made = merges.merge(year.planner, one.there.id, one.new.id, today())
        draw = db.session.get_one(Draw, made.added["draws"][0])
        draw.state = "cancelled"
        with pytest.raises(Problem, match="merge_drawn"):
            merges.undo(year.planner, made.id, today())
        draw.state = "drawn"
        row = db.session.query(DrawSubject).filter_by(draw_id=draw.id, subject_id=one.new.subject_id).one()
        row.gone = True
        db.session.flush()
        with pytest.raises(Problem, match="merge_drawn"):
            merges.undo(year.planner, made.id, today())
        row.gone = False
        assert merges.undo(year.planner, made.id, today()).undone_at
