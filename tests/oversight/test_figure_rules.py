"""What the figures count and what the law asks of each (CA-1, CA-2.3b, RZ-11, RZ-19, TJ-10c, PD-2.1c)."""

from datetime import date
from typing import Any

import pytest

from webapp.demo.world import bureaus
from webapp.followup.happened import Happened
from webapp.followup.steps import read
from webapp.oversight import figure_rules as rules
from webapp.oversight.figure_rules import Figure, Period, Tally, figures, follow_up, period

LAWS: dict[str, Any] = {bureau["key"]: bureau["law"] for bureau in bureaus()}
TODAY = date(2026, 11, 21)


def by_name(tally: Tally, key: str) -> dict[str, Figure]:
    return {figure.name: figure for figure in figures(tally, LAWS[key])}


def alike(count: int, **more: Any) -> dict[str, Any]:
    row = {"ended": True, "problem": False, "follow": "", "withheld": False}
    return row | {"told": rules.RUNNING, "published": rules.RUNNING, "count": count} | more


@pytest.mark.parametrize(
    ("text", "begins", "ends", "key"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31), "2026"),
        ("2024-Q1", date(2024, 1, 1), date(2024, 3, 31), "2024-Q1"),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31), "2026-Q4"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "2024-02"),
        ("2026-13", date(2026, 1, 1), date(2026, 12, 31), "2026"),
        ("1999", date(2026, 1, 1), date(2026, 12, 31), "2026"),
        ("２０２６", date(2026, 1, 1), date(2026, 12, 31), "2026"),
    ],
)
def test_a_period_is_a_year_a_quarter_or_a_month_and_this_year_where_nothing_was_said(
    text: str, begins: date, ends: date, key: str
) -> None:
    found = period(text, TODAY)
    assert (found.begins, found.ends, found.key) == (begins, ends, key)


def test_the_months_of_a_quarter_are_its_own() -> None:
    assert Period(2026, 3).months == ["2026-07", "2026-08", "2026-09"]


def test_RZ_11_the_least_share_is_of_all_market_subjects_and_is_never_rounded_up_to() -> None:
    just_short = by_name(Tally(subjects=499, base=9_981), "rz")["coverage"]
    assert (just_short.bp, just_short.meets, just_short.clause) == (499, False, "RZ-11")
    assert by_name(Tally(subjects=500, base=9_981), "rz")["coverage"].meets is True
    assert by_name(Tally(subjects=500, base=10_001), "rz")["coverage"].meets is False


def test_PD_2_1c_where_the_share_is_asked_of_each_item_the_items_that_reach_it_count() -> None:
    items = [
        {"subjects": 5, "base": 100, "ratio_bp": 500, "minimum": None, "key": False},
        {"subjects": 4, "base": 100, "ratio_bp": 300, "minimum": None, "key": False},
        {"subjects": 29, "base": 100, "ratio_bp": 3000, "minimum": None, "key": True},
        {"subjects": 200, "base": 5_000, "ratio_bp": None, "minimum": 200, "key": False},
        {"subjects": 40, "base": 40, "ratio_bp": None, "minimum": 200, "key": False},
    ]
    assert [rules.asked(item, 500) for item in items] == [5, 5, 30, 200, 40]
    assert rules.reached(items, 500) == 3
    found = by_name(Tally(items=5, items_reached=3), "pd")["coverage"]
    assert (found.part, found.whole, found.meets) == (3, 5, False)


def test_CA_1_CA_2_3b_what_changan_asks_five_eighty_five_and_all() -> None:
    tally = Tally(subjects=5, base=100, by_draw=100, by_risk=85, items=4, items_visited=4)
    tally.add(alike(10, published=rules.ON_TIME))
    found = by_name(tally, "ca")
    assert [found[name].meets for name in ("coverage", "risk", "items", "published")] == [True] * 4
    tally.by_risk = 84
    assert by_name(tally, "ca")["risk"].meets is False


def test_who_asks_for_no_share_by_risk_is_told_it_and_not_judged() -> None:
    found = by_name(Tally(by_draw=10, by_risk=1), "rz")["risk"]
    assert (found.bp, found.goal, found.meets) == (1_000, None, None)


def test_TJ_10c_one_subject_over_the_cap_is_too_many_and_without_a_cap_nobody_is_over_it() -> None:
    assert by_name(Tally(visited=1_000, over_cap=1), "tj")["over_cap"].meets is False
    assert by_name(Tally(visited=1_000), "tj")["over_cap"].meets is True
    assert by_name(Tally(visited=1_000), "rz")["over_cap"].meets is None


def test_RZ_19_what_is_not_published_is_not_completed_and_what_must_not_be_is_not_asked() -> None:
    tally = Tally()
    tally.add(alike(6, published=rules.ON_TIME))
    tally.add(alike(1, published=rules.LATE))
    tally.add(alike(2, published=rules.ON_TIME, withheld=True))
    found = by_name(tally, "rz")["published"]
    assert (found.part, found.whole, found.meets) == (7, 7, True)
    tally.add(alike(1, published=rules.RUNNING))
    assert by_name(tally, "rz")["published"].meets is False
    assert tally.standings["published", rules.LATE] == 1 and tally.standings["published", rules.ON_TIME] == 6


def test_what_may_still_be_reached_is_not_missed_and_what_is_overdue_is() -> None:
    tally = Tally(subjects=1, base=100)
    tally.add(alike(1))
    running = {figure.name: figure for figure in figures(tally, LAWS["rz"], goes_on=True)}
    assert (running["coverage"].meets, running["coverage"].open) == (False, True)
    assert (running["published"].meets, running["published"].open) == (False, True)
    tally.add(alike(1, published=rules.OVERDUE))
    over = {figure.name: figure for figure in figures(tally, LAWS["rz"])}
    assert not over["coverage"].open and not over["published"].open


def test_where_nothing_was_to_do_nothing_is_missed() -> None:
    assert {figure.meets for figure in figures(Tally(base=0), LAWS["ca"])} <= {None, True}
    assert by_name(Tally(base=0), "rz")["coverage"].bp is None


def test_PD_4_4_bureaus_together_are_their_sum_and_one_without_a_base_leaves_none() -> None:
    one, two = Tally(subjects=5, base=100), Tally(subjects=7, base=50)
    one.add(alike(3, published=rules.ON_TIME))
    both = rules.together([one, two])
    assert (both.subjects, both.base, both.ended, both.published) == (12, 150, 3, 3)
    assert both.standings["published", rules.ON_TIME] == 3
    assert rules.together([one, Tally(subjects=1)]).base is None


# ---- what follows problems (CA-1)


def made(kind: str, name: str, author: str = "a", /, **payload: Any) -> dict[str, Any]:
    time = "2026-11-21T10:00:00.000+08:00"
    return {"event": name, "author": author, "time": time, "type": kind, "payload": payload}


def decided(code: str) -> list[dict[str, Any]]:
    return [made("decide", "d", code=code), made("approve", "y", "b", target="d", granted=True)]


ORDER = made("order", "o", number="1", deadline="2026-12-01", demands=[])
OBEYED = made("rectify", "r", order="o", outcome="done", at="2026-11-30")
NOT_OBEYED = made("rectify", "r", order="o", outcome="not_done", at="2026-11-30")
PENALTY = made("penalty", "p", number="1", kind="fine", at="2026-12-02")


@pytest.mark.parametrize(
    ("code", "log", "becomes"),
    [
        ("corrected", [], "open"),
        ("corrected", decided("corrected"), "open"),
        ("corrected", [*decided("corrected"), ORDER], "open"),
        ("corrected", [*decided("corrected"), ORDER, NOT_OBEYED], "open"),
        ("corrected", [*decided("corrected"), ORDER, OBEYED], "settled"),
        ("corrected", [*decided("corrected"), ORDER, NOT_OBEYED, PENALTY], "settled"),
        ("corrected", [ORDER, OBEYED], "open"),
        ("pending", [*decided("pending")], "open"),
        (
            "pending",
            [*decided("pending"), made("transfer", "t", to="税务局", kind="department", reason="…")],
            "settled",
        ),
        ("unreachable", decided("unreachable"), "settled"),
        ("unreachable", [*decided("unreachable"), ORDER], "open"),
    ],
)
def test_CA_1_problems_are_settled_once_decided_and_every_order_obeyed_or_followed_by_more(
    code: str, log: list[dict[str, Any]], becomes: str
) -> None:
    assert follow_up(read(log), code) == becomes


def test_the_result_in_force_is_the_offices_and_none_after_a_ruling_that_left_none() -> None:
    record = {"content": {"result": [{"code": "corrected"}]}}
    assert rules.code_of(read([]), record) == "corrected"
    assert rules.code_of(read(decided("pending")), record) == "pending"
    ruled = [*decided("pending"), made("rule", "u", objection="x", outcome="reversed", reason="…")]
    ruled.append(made("approve", "z", "b", target="u", granted=True))
    assert rules.code_of(read(ruled), record) is None


def test_a_finding_is_a_problem_only_until_there_is_a_result() -> None:
    assert rules.is_problem(None, 1) and not rules.is_problem(None, 0)
    assert rules.is_problem("unreachable", 0) and not rules.is_problem("no_problem", 3)


def test_a_slot_says_the_days_by_which_deadlines_are_counted_and_no_others() -> None:
    happened = Happened(ended=TODAY, task_ends=date(2026, 11, 30), told=TODAY, published=date(2026, 11, 22))
    assert rules.slot_of(happened, publishes_first=False) == "2026-11-21|2026-11-30|"
    first = rules.slot_of(happened, publishes_first=True)
    assert rules.of_slot(first) == Happened(
        ended=TODAY, task_ends=date(2026, 11, 30), published=date(2026, 11, 22)
    )
