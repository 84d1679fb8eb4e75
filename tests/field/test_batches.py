"""Draws by batch over the year: never more than the plan promises, nobody over the yearly cap (PD-3.2, TJ-10c)."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import both_databases
from tests.field.test_hall import Desk, frozen, published, said
from tests.field.year import Year, task
from webapp.archive.year import for_planner
from webapp.db import db, today
from webapp.draw.models import Draw
from webapp.errors import Problem
from webapp.field import drawn
from webapp.field.models import Inspection

SLOW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@both_databases
def test_PD_3_2_a_batch_that_would_go_over_the_plan_is_refused_with_what_is_left(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        year = Year(task("a"))
        promised = year.version.promised(year.version.task("a"))
        first = year.drawn("a", most=str(promised - 1))
        assert len(first) == promised - 1
        with pytest.raises(Problem) as refused:
            year.freeze("a")
        assert refused.value.code == "draw_over"
        assert refused.value.details["left"] == 1 < refused.value.details["amount"]
        rest = year.drawn("a", most="1")
        assert len(rest) == 1
        assert not {one.subject_id for one in first} & {one.subject_id for one in rest}
        with pytest.raises(Problem, match="draw_times"):
            year.freeze("a", most="1")


def test_PD_3_2_a_cancelled_draw_leaves_its_number_to_the_next(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        year = Year(task("a"))
        first = year.freeze("a")
        with pytest.raises(Problem, match="draw_times"):
            year.freeze("a")
        first.state = "cancelled"
        db.session.flush()
        assert year.drawn("a")


@SLOW
@given(batches=st.lists(st.integers(1, 9) | st.none(), min_size=1, max_size=6), times=st.integers(1, 2))
def test_PD_3_2_over_any_batches_no_more_is_drawn_than_the_plan_says(
    app: Flask, batches: list[int | None], times: int
) -> None:
    with app.test_request_context(method="POST"):
        year = Year(task("a", times=times, bp=4000))
        promised = year.version.promised(year.version.task("a"))
        subjects: list[str] = []
        for size in batches:
            made = year.tried("a", most=str(size or ""))
            if isinstance(made, str):
                over = size is None or size > promised - len(subjects)
                assert over and made in ("draw_times", "draw_over", "draw_empty")
            else:
                assert size is None or len(made) <= size
                subjects += [one.subject_id for one in made]
            assert len(subjects) <= promised
            assert Draw.amount(year.version, year.version.task("a")) == len(subjects)
        assert max(Counter(subjects).values(), default=0) <= times
        db.session.rollback()


@SLOW
@given(
    cap=st.integers(1, 3),
    acts=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 20), st.booleans()), max_size=7),
)
def test_TJ_10c_over_any_draws_of_a_year_nobody_is_drawn_more_often_than_the_cap(
    app: Flask, cap: int, acts: list[tuple[str, int, bool]]
) -> None:
    """Some are frozen and drawn at once, others drawn after the next ones were frozen."""
    with app.test_request_context(method="POST"):
        year = Year(*(task(key, bp=6000, times=3) for key in "abc"), cap=cap)
        waiting: list[Draw] = []
        for key, first, at_once in acts:
            try:
                waiting.append(year.freeze(key, first=first))
            except Problem as problem:
                assert problem.code in ("draw_pending", "draw_empty", "draw_times", "draw_over")
            while waiting and at_once:
                year.draw(waiting.pop())
        for left in waiting:
            year.draw(left)
        made = db.session.query(Inspection).filter_by(bureau_id=year.bureau.id, reason="drawn").all()
        counted = Counter(one.subject_id for one in made if one.due >= date(today().year, 1, 1))
        before = Counter(one.subject_id for one in made if " " not in one.reason_text)
        assert all(n <= max(cap, before[name]) for name, n in counted.items())
        db.session.rollback()


def test_TJ_10c_while_another_draw_is_frozen_nothing_is_frozen_that_could_go_over_the_cap(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        year = Year(task("a"), task("b"), cap=1)
        first = year.freeze("a")
        with pytest.raises(Problem) as refused:
            year.freeze("b")
        assert refused.value.code == "draw_pending" and refused.value.details["draws"] == ["任务a"]
        year.draw(first)
        assert year.drawn("b")


def test_TJ_10c_a_window_over_new_year_counts_in_both_years(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        year = Year(task("a"))
        before = drawn.known(year.bureau.id, today().year).visits
        made = year.drawn("a", days=60)
        one = made[0].subject_id
        this, next_year = (drawn.known(year.bureau.id, today().year + more).visits for more in (0, 1))
        crosses = made[0].due.year > today().year
        # The lot may fall on one that was visited this year before.
        assert len(this[one]) == len(before.get(one, ())) + 1
        assert (one in next_year) is crosses


def test_the_desk_shows_what_the_plan_promises_and_what_is_left(desk: Desk) -> None:
    planner, where = desk("planner"), published(desk)
    page = planner.get("/office/draws/new", query_string=where).get_data(as_text=True)
    assert "本批最多抽" in page and "已抽 0 个" in page
    frozen(planner, where, most="1")
    page = planner.get("/office/draws/new", query_string=where).get_data(as_text=True)
    assert "已抽 1 个" in page
    over = planner.post("/office/draws/new", data=where | said(most="999999") | {"act": "freeze"})
    assert over.status_code == 409 and "会超过计划" in over.text and "还剩" in over.text
    wrong = planner.post("/office/draws/new", data=where | said(most="许多") | {"act": "freeze"})
    assert wrong.status_code == 422 and "要写整数" in wrong.text and "许多" in wrong.text


def test_PD_3_2_the_first_page_reminds_of_a_task_until_its_batches_are_all_drawn(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        year = Year(task("a"))
        promised = year.version.promised(year.version.task("a"))
        last = date(today().year, 12, 31)
        year.drawn("a", most=str(promised - 1))
        assert any("任务a" in str(line) for line in for_planner(year.planner, last))
        year.drawn("a", most="1")
        assert not any("任务a" in str(line) for line in for_planner(year.planner, last))
