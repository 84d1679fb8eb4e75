"""Who is in the pool, and with how many tickets."""

from typing import Any

import pytest

from tests.draw.hall import Hall
from webapp.draw.freeze import blind, eligible, freeze, line, tickets_of


def subject(**more: Any) -> dict[str, Any]:
    return {
        "id": "91410400MA0001",
        "region": "新华区",
        "risk": "C",
        "kind": "firm",
        "state": "active",
        "labels": [],
        "visits": [],
        "clean": False,
    } | more


def rules(**more: Any) -> dict[str, Any]:
    return Hall(eligible=more).rules


@pytest.mark.parametrize("state", ["cancelled", "revoked", "moved"])
def test_RZ_11_who_is_gone_is_not_in_the_pool(state: str) -> None:
    assert eligible(subject(state=state), rules()) == "state"


def test_TJ_10c_the_cap_counts_the_visits_of_the_year_in_which_the_window_opens() -> None:
    twice = subject(visits=["2026-01-05", "2026-06-30"])
    assert eligible(twice, rules(cap=2)) == "cap"
    assert eligible(twice, rules(cap=3)) is None
    assert eligible(subject(visits=["2025-12-31", "2026-06-30"]), rules(cap=2)) is None
    assert eligible(subject(visits=["2027-01-01", "2026-06-30"]), rules(cap=2)) is None


def test_a_subject_without_penalty_last_year_can_have_a_lower_cap() -> None:
    once = subject(visits=["2026-06-30"])
    assert eligible(once, rules(cap=2, clean_cap=1)) is None
    assert eligible(once | {"clean": True}, rules(cap=2, clean_cap=1)) == "cap"


def test_PD_2_1b_key_items_know_no_cap_and_no_pause() -> None:
    often = subject(visits=["2026-11-30", "2026-11-29", "2026-11-28"])
    assert eligible(often, rules(cap=2, cooldown=90)) == "cap"
    assert eligible(often, rules(cap=2, cooldown=90, key=True)) is None


def test_TJ_12_a_complaint_lifts_the_cap_where_the_rules_say_so() -> None:
    often = subject(visits=["2026-01-05", "2026-06-30"], labels=["投诉"])
    assert eligible(often, rules(cap=2)) == "cap"
    assert eligible(often, rules(cap=2, exempt=["投诉"])) is None


@pytest.mark.parametrize(
    ("day", "reason"), [("2026-09-02", None), ("2026-09-03", "cooldown"), ("2026-12-15", "cooldown")]
)
def test_a_pause_counts_days_before_and_after(day: str, reason: str | None) -> None:
    """90 days before 1 December is 2 September."""
    assert eligible(subject(visits=[day]), rules(cooldown=90)) == reason


def test_a_campaign_draws_some_kinds_only() -> None:
    assert eligible(subject(kind="school"), rules(kinds=["firm"])) == "kind"
    assert eligible(subject(kind="school"), rules()) is None


def test_TJ_12_tickets_by_risk_and_labels_between_one_and_the_most() -> None:
    weights = Hall(weights={"risk": {"D": 4}, "labels": {"投诉": 3, "无违法": -9}, "most": 6}).rules
    assert tickets_of(subject(risk="A"), weights) == 1
    assert tickets_of(subject(risk="D"), weights) == 4
    assert tickets_of(subject(risk="D", labels=["投诉", "投诉"]), weights) == 6
    assert tickets_of(subject(risk="D", labels=["无违法"]), weights) == 1
    assert tickets_of(subject(labels=["其他"]), weights) == 1


def test_the_pool_is_sorted_and_says_how_many_were_left_out_for_which_reason() -> None:
    subjects = [
        subject(id="b"),
        subject(id="a", region="卫东区"),
        subject(id="c", state="revoked"),
        subject(id="d", state="moved"),
    ]
    assert freeze(subjects, rules()) == (["a\t卫东区\tC\t1", "b\t新华区\tC\t1"], {"state": 2})


def test_the_same_subject_twice_would_have_twice_the_chance() -> None:
    with pytest.raises(ValueError, match="e1"):
        freeze([subject(id="e1"), subject(id="e1", region="卫东区")], rules())
    with pytest.raises(ValueError, match="é"):
        freeze([subject(id="é"), subject(id="e\u0301")], rules())


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "a ",
        " a",
        "a\tb",
        "a\nb",
        "a|b",
        "a/b",
        'a"b',
        "a\\b",
        "a\u200bb",
        "a\u3000b",
        "a\xa0b",
        "\ud842",
        "\ufeffa",
    ],
)
def test_a_name_that_could_be_read_in_two_ways_stands_in_no_pool(name: str) -> None:
    for names in ((name, "r", "k"), ("s", name, "k"), ("s", "r", name)):
        with pytest.raises(ValueError, match="^"):
            line(*names)


@pytest.mark.parametrize("tickets", [0, -1, 1000])
def test_a_subject_has_1_to_999_tickets(tickets: int) -> None:
    with pytest.raises(ValueError, match=str(tickets)):
        line("s", "r", "k", tickets)


def test_a_blind_id_tells_nothing_without_its_salt() -> None:
    assert blind("91410400MA0001", "a") != blind("91410400MA0001", "b")
    assert blind("e\u0301", "a") == blind("é", "a")
