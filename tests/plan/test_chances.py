"""What is known of a subject's past, and how it changes its chance."""

import random
from typing import Any

import pytest

from webapp.draw.freeze import line, tickets_of
from webapp.draw.rules import key_of
from webapp.draw.strata import draw_strata
from webapp.draw.terms import complete
from webapp.plan import chances, rules

CLEAN: dict[str, Any] = {
    "complaints": 0, "abnormal": False, "dishonest": False, "penalties": 0, "labour_grade": "B",
}  # fmt: skip
LAW = {
    "tickets": 3, "tickets_complaints": 2, "tickets_abnormal": 4, "tickets_dishonest": 5, "tickets_penalties": 6,
    "tickets_grade_c": 7, "tickets_found": 8, "tickets_clean": 1, "tickets_grade_a": 1,
}  # fmt: skip


@pytest.mark.parametrize(
    ("clause", "past", "found", "expected"),
    [
        ("RZ-12 complaints", {"complaints": 3}, False, 3 + 2 - 1),
        ("TJ-12 the list of abnormal operations", {"abnormal": True}, False, 3 + 4),
        ("RZ-12, TJ-12 serious dishonesty", {"dishonest": True}, False, 3 + 5),
        ("CA-1, TJ-13 a penalty", {"penalties": 1}, False, 3 + 6),
        ("PD-3.2 grade C", {"labour_grade": "C"}, False, 3 + 7 - 1),
        ("TJ-13 what the bureau found last year", {}, True, 3 + 8),
        ("Guangxi: nothing last year", {}, False, 3 - 1),
        ("TJ-9 a good grade", {"labour_grade": "A"}, False, 3 - 1 - 1),
        ("TJ-12 all at once", {"complaints": 1, "abnormal": True, "penalties": 2}, True, 3 + 2 + 4 + 6 + 8),
    ],
)
def test_the_past_gives_tickets_by_the_law(
    clause: str, past: dict[str, Any], found: bool, expected: int
) -> None:
    said = chances.labels(CLEAN | past, found)
    assert chances.tickets(said, LAW) == expected, clause
    asked = complete(
        {"weights": {"risk": {"C": 3}, "labels": chances.weights(LAW), "most": chances.most(LAW)}}
    )
    assert tickets_of({"risk": "C", "labels": said}, asked) == expected, "as the draw counts them"


def test_where_the_law_says_nothing_everybody_has_one_ticket() -> None:
    assert chances.weights({}) == {} and chances.most({}) == 1
    assert chances.tickets(chances.labels(CLEAN | {"complaints": 9}, True), {}) == 1


def test_nobody_has_less_than_one_ticket() -> None:
    assert (
        chances.tickets(
            chances.labels(CLEAN | {"labour_grade": "A"}), {"tickets_clean": 9, "tickets_grade_a": 9}
        )
        == 1
    )


def group(count: int, **past: Any) -> dict[str, Any]:
    return (
        CLEAN | {"kinds": ["企业"], "district": "新华区", "risk": "B", "state": "在营", "count": count} | past
    )


def task(**more: Any) -> dict[str, Any]:
    return {
        "id": "t", "kinds": ["企业"], "districts": [], "by": "risk/region", "bp": 1000, "total": None, "strata": [],
        "times": 1,
    } | more  # fmt: skip


def test_a_plan_says_what_the_past_does_to_the_share_of_each() -> None:
    law = {"tickets_complaints": 4}
    rows = chances.shares([task()], [group(90), group(10, complaints=True)], law)
    plain, complained = rows
    assert (plain["label"], plain["tickets"], plain["subjects"]) == (None, 1, 90)
    assert (complained["label"], complained["tickets"], complained["subjects"]) == ("投诉", 5, 10)
    assert plain["visits_tenths"] + complained["visits_tenths"] == 100
    assert complained["share_bp"] > 3 * plain["share_bp"]
    assert chances.shares([task()], [group(90)], {}) == [], "where nothing weighs there is nothing to say"


def test_everybody_is_drawn_whatever_the_tickets_and_a_total_is_spread() -> None:
    census = [group(90), group(10, complaints=True)]
    assert {
        row["share_bp"] for row in chances.shares([task(bp=10_000)], census, {"tickets_complaints": 4})
    } == {10_000}
    rows = chances.shares([task(bp=None, total=20, times=2)], census, {"tickets_complaints": 4})
    assert sum(row["visits_tenths"] for row in rows) in (399, 400, 401)


def test_the_shares_that_a_plan_says_are_those_that_draws_give() -> None:
    """200 draws of 60 out of 600: how often those with 1, 3 and 6 tickets are drawn, by the χ² of three groups."""
    sizes = {1: 400, 3: 150, 6: 50}
    lines = sorted(
        line(f"{held}-{n:03d}", "新华区", "B", held) for held, size in sizes.items() for n in range(size)
    )
    asked = complete({"quota": {"bp": 1000}, "weights": {"labels": {"投诉": 5}, "most": 6}})
    seeds = random.Random(20261121)  # noqa: S311 - not for secrets
    counts, rounds = dict.fromkeys(sizes, 0), 200
    for _ in range(rounds):
        key = key_of("d", "p", "r", f"{seeds.getrandbits(64)}./")
        for row in draw_strata(lines, asked, key)[0]["drawn"]:
            counts[int(row["id"].partition("-")[0])] += 1
    expected = {
        held: rounds * size * chances.chance(held, [(size, held) for held, size in sizes.items()], 60)
        for held, size in sizes.items()
    }
    assert abs(sum(expected.values()) - rounds * 60) < 1
    chi = sum((counts[held] - expected[held]) ** 2 / expected[held] for held in sizes)
    assert chi < 13.8, f"two degrees of freedom, one in a thousand: {counts} against {expected}"


def test_the_estimate_adds_up_to_what_is_drawn() -> None:
    census = [group(300), group(40, penalties=True), group(7, complaints=True, dishonest=True, risk="D")]
    given = task(strata=[{"risk": "D", "district": None, "kind": None, "bp": 5000}])
    expected = sum(part for _, part in chances._expected([given], census, LAW))
    assert abs(expected - rules.drawn(given, census)) < 0.01
