"""How an appraisal adds up (RZ-24): points from a share, points by hand with a reason, places."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.oversight import appraisal_rules as rules
from webapp.oversight.appraisal_rules import COUNTY, HAND, UNIT
from webapp.oversight.figure_rules import Figure, Tally


def criterion(**more: Any) -> dict[str, Any]:
    return {
        "name": "a",
        "title": "按期告知",
        "points": 20,
        "source": "told_on_time",
        "zero": 6000,
        "full": 10_000,
    } | more


@pytest.mark.parametrize(
    ("share", "tenths"),
    [((6, 10), 0), ((8, 10), 100), ((10, 10), 200), ((3, 10), 0), ((12, 10), 200), ((7, 9), 88)],
)
def test_points_rise_from_none_to_all_and_are_cut_not_rounded(share: tuple[int, int], tenths: int) -> None:
    score = rules.scored(criterion(), share)
    assert score and score["tenths"] == tenths and score["by"] == "figure"


def test_where_less_is_better_the_scale_is_turned() -> None:
    turned = criterion(source="over_cap", zero=1000, full=0)
    points = [rules.scored(turned, (n, 100)) for n in (0, 5, 10, 50)]
    assert [one and one["tenths"] for one in points] == [200, 100, 0, 0]


def test_nothing_to_count_gives_no_points_but_waits_for_a_person() -> None:
    assert rules.scored(criterion(), (0, 0)) is None
    assert rules.scored(criterion(), (3, None)) is None
    assert rules.scored(criterion(), None) is None
    assert rules.scored(criterion(source=HAND), (3, 4)) is None


@pytest.mark.parametrize(
    ("points", "reason", "fault"),
    [("18.5", "抽看十份", None), ("20", "好", None), ("0", "没有做", None), ("20.1", "好", "points"), ("", "好", "points"),
     ("-1", "好", "points"), ("1.55", "好", "points"), ("18", " ", "reason"), ("十", "好", "points")],
)  # fmt: skip
def test_what_a_person_gives_has_a_reason_and_lies_within_the_points(
    points: str, reason: str, fault: str | None
) -> None:
    score, found = rules.by_hand(criterion(source=HAND), points, reason)
    assert found == fault and (score is None) == (fault is not None)


def test_who_has_less_that_could_be_scored_is_compared_by_share() -> None:
    criteria = [criterion(), criterion(name="b", points=80)]
    full = {"a": {"tenths": 200, "by": "figure"}, "b": {"tenths": 400, "by": "figure"}}
    part = {"a": {"tenths": 180, "by": "figure"}, "b": None}
    scores = {"one": full, "two": part, "none": {}}
    standings = {name: rules.standing(criteria, one) for name, one in scores.items()}
    assert (standings["one"]["tenths"], standings["one"]["of"], standings["one"]["bp"]) == (600, 1000, 6000)
    assert standings["two"]["bp"] == 9000 and standings["two"]["open"] == ["b"]
    assert rules.ranked(standings) == {"one": 2, "two": 1}


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 10_000), max_size=8))
def test_places_are_as_many_as_are_better_and_one(shares: dict[str, int]) -> None:
    places = rules.ranked({name: {"bp": bp} for name, bp in shares.items()})
    for name, place in places.items():
        assert place == 1 + len([1 for bp in shares.values() if bp > shares[name]])


def test_by_the_figures_of_now_what_a_person_gave_stays_where_there_is_nothing_to_count() -> None:
    criteria = [
        criterion(),
        criterion(name="b", source=HAND, points=10),
        criterion(name="c", source="followup", zero=0),
    ]
    hand = {"tenths": 50, "by": HAND, "reason": "好"}
    old = {"a": {"tenths": 0, "by": "figure"}, "b": hand, "c": hand}
    found = rules.renewed(criteria, old, {"told_on_time": (10, 10), "followup": (0, 0)})
    assert found["a"]["tenths"] == 200 and found["b"] == hand and found["c"] == hand
    assert rules.renewed(criteria, old, {"followup": (1, 1)})["c"]["by"] == "figure"
    assert rules.renewed(criteria, old, {})["a"] is None


def test_shares_leave_out_what_still_runs() -> None:
    tally = Tally(inspections=10, ended=8, withheld=1, published=5, problems=4, settled=1)
    counts = {"on_time": 6, "late": 1, "running": 2, "overdue": 1, "not_asked": 3}
    tally.standings = Counter({("told", name): count for name, count in counts.items()})
    found = rules.shares(tally, [Figure("coverage", 5, 100), Figure("load", 1, 2)])
    assert found["told_on_time"] == (6, 8) and found["done"] == (8, 10) and found["published"] == (5, 7)
    assert found["followup"] == (1, 4) and found["coverage"] == (5, 100) and "load" not in found


@pytest.mark.parametrize("kind", [UNIT, COUNTY])
def test_what_comes_with_the_program_adds_up_and_can_be_scored(kind: str) -> None:
    criteria = rules.supplied(kind)
    assert rules.total(criteria) == rules.FULL
    assert {one["source"] for one in criteria} <= set(rules.sources(kind))
    typed = [{**one, "points": str(one["points"]), "zero": "0", "full": "100"} for one in criteria]
    assert rules.read(kind, typed)[1] == {}


def test_a_form_of_criteria_says_what_is_wrong_where() -> None:
    rows = [
        {"title": " "},
        {"title": "甲", "points": "x", "source": "done"},
        {"title": "乙", "points": "101", "source": "sorcery"},
        {"title": "丙", "points": "20", "source": "done", "zero": "50", "full": "50"},
        {"title": "丁", "points": "20", "source": HAND, "zero": "?"},
    ]
    found, faults = rules.read(UNIT, rows)
    assert [one["title"] for one in found] == ["甲", "乙", "丙", "丁"]
    assert set(faults) == {"1.points", "2.points", "2.source", "3.full"}
    assert rules.read(UNIT, [{"title": "甲", "points": "5", "source": "coverage"}])[1] == {
        "0.source": "source"
    }
