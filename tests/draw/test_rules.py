"""The double random: chances, sums, loads, and what cannot be drawn."""

import math
import time
from collections import Counter
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.draw.hall import DEPUTY, SALT, Hall, inspector, inspectors, opened, pool, public, witness
from tests.draw.test_vectors import halls
from webapp.draw import pairs, rules
from webapp.draw.freeze import line, region_of
from webapp.draw.strata import draw_strata, quotas, spread, ticket_of

SEEDS = 4000


def drawn_ids(hall: Hall, number: int) -> list[str]:
    key = rules.key_of("d", "p", "r", f"{number}./")
    return [row["id"] for stratum in draw_strata(hall.pool, hall.rules, key) for row in stratum["drawn"]]


def assert_chi_square(statistic: float, freedom: int) -> None:
    """Within four standard deviations on either side: too even is no chance either. The seeds are fixed."""
    assert abs(statistic - freedom) < 4 * math.sqrt(2 * freedom), (statistic, freedom)


@pytest.fixture(scope="module")
def many() -> tuple[int, int, list[list[str]]]:
    """5 of 12, drawn with many seeds."""
    hall = Hall(pool(A_新华区=12), quota={"total": 5}, team=None)
    return 12, 5, [drawn_ids(hall, number) for number in range(SEEDS)]


def test_RZ_7a_each_subject_is_drawn_as_often_as_every_other(many: Any) -> None:
    size, quota, draws = many
    counts = Counter(one for draw in draws for one in draw)
    assert len(counts) == size
    share = quota / size
    # Drawn without replacement the counts hang together: (N - 1) / N brings the statistic to N - 1 degrees.
    deviation = sum((count - SEEDS * share) ** 2 for count in counts.values())
    assert_chi_square(deviation / (SEEDS * share * (1 - share)) * (size - 1) / size, size - 1)


def test_RZ_7a_each_pair_of_subjects_is_drawn_together_as_often_as_every_other(many: Any) -> None:
    """What no systematic draw passes (every k-th from a random start): neighbours never come together there."""
    size, quota, draws = many
    counts = Counter(two for draw in draws for two in combinations(sorted(draw), 2))
    assert len(counts) == math.comb(size, 2)
    names = sorted({one for two in counts for one in two})
    mean = SEEDS * math.comb(quota, 2) / math.comb(size, 2)
    # What a subject's own share explains is taken out; what is left has N(N - 3) / 2 degrees of freedom.
    own = {name: sum(counts[two] - mean for two in counts if name in two) / (size - 2) for name in names}
    left = sum((count - mean - own[one] - own[two]) ** 2 for (one, two), count in counts.items())
    drawn_of = [math.perm(quota, k) / math.perm(size, k) for k in (2, 3, 4)]
    spread_of = SEEDS * (drawn_of[0] - 2 * drawn_of[1] + drawn_of[2])
    assert_chi_square(left / spread_of, size * (size - 3) // 2)


def test_TJ_12_three_tickets_come_before_one_three_times_in_four() -> None:
    lines = [line("heavy", "新华区", "D", 3), line("light", "新华区", "A", 1)]
    hall = Hall(lines, by="all", quota={"total": 1}, team=None, weights={"risk": {"D": 3}, "most": 3})
    heavy = sum(drawn_ids(hall, number) == ["heavy"] for number in range(SEEDS))
    assert abs(heavy - 0.75 * SEEDS) < 4 * math.sqrt(SEEDS * 0.75 * 0.25)


def test_PD_3_3_each_pair_of_inspectors_comes_as_often_as_every_other() -> None:
    people = inspectors(6)
    hall = Hall(pool(A_新华区=1), people, quota={"total": 1})
    pairs: Counter[tuple[str, ...]] = Counter()
    for number in range(1500):
        result = rules.drawn_by(f"{number:064x}", hall.pool, hall.rules, people, [])
        pairs[tuple(sorted(member["id"] for member in result["pairs"][0]["inspectors"]))] += 1
    assert len(pairs) == 15
    assert_chi_square(sum((count - 100) ** 2 / 100 for count in pairs.values()), 14)


@settings(max_examples=100, deadline=None)
@given(hall=halls())
def test_RZ_14_no_pair_is_below_two_and_every_drawn_subject_has_one_or_a_reason(hall: Hall) -> None:
    result = hall.draw()
    drawn = {row["id"] for stratum in result["strata"] for row in stratum["drawn"]}
    if hall.rules["team"] is None:
        assert not result["pairs"] and not result["refusals"]
        return
    for pair in result["pairs"]:
        members = [member["id"] for member in pair["inspectors"]]
        assert len(members) == len(set(members)) == hall.rules["team"]["size"] >= 2
        assert pair["leader"] in members
    of = [row["subject"] for row in result["pairs"] + result["refusals"]]
    assert sorted(of) == sorted(drawn)


@settings(max_examples=100, deadline=None)
@given(hall=halls())
def test_RZ_10b_nobody_inspects_who_is_recused_expired_out_of_scope_or_over_the_most(hall: Hall) -> None:
    people = {person["id"]: person for person in hall.people}
    visits = Counter({name: person["load"] for name, person in people.items()})
    most = hall.rules["team"] and hall.rules["team"]["most"]
    for pair in hall.draw()["pairs"]:
        covered = set()
        for member in pair["inspectors"]:
            person = people[member["id"]]
            assert person["active"] and pair["subject"] not in person["recused"]
            assert member["load"] == visits[member["id"]]
            covered |= set(hall.rules["items"]) & set(person["scope"]) or {"*"} & set(person["scope"])
            visits[member["id"]] += 1
            assert most is None or visits[member["id"]] <= most
        assert covered >= set(hall.rules["items"]) or "*" in covered


@settings(max_examples=100, deadline=None)
@given(hall=halls())
def test_strata_sum_to_what_the_rules_ask(hall: Hall) -> None:
    quota, result = hall.rules["quota"], hall.draw()
    size = sum(stratum["size"] for stratum in result["strata"])
    assert size == len(hall.pool)
    drawn = sum(stratum["quota"] for stratum in result["strata"])
    assert all(stratum["quota"] == len(stratum["drawn"]) <= stratum["size"] for stratum in result["strata"])
    if quota["most"] is not None:
        assert drawn <= quota["most"] or drawn == 0
    else:
        assert drawn >= min(quota["total"], size)
    assert result["short"] == max(0, quota["total"] - size)


@settings(deadline=None)
@given(sizes=st.lists(st.integers(0, 50), min_size=1, max_size=8), part=st.integers(0, 100))
def test_the_largest_remainder_is_exact_and_never_off_by_one_or_more(sizes: list[int], part: int) -> None:
    named = {str(place): size for place, size in enumerate(sizes)}
    amount = part * sum(sizes) // 100
    parts = spread(amount, named, "k")
    assert sum(parts.values()) == amount
    for name, size in named.items():
        assert 0 <= parts[name] <= size
        assert sum(sizes) == 0 or abs(parts[name] * sum(sizes) - amount * size) < sum(sizes)


def test_largest_remainder_by_hand() -> None:
    """`total × N / pool`: 10 × 6/20 = 3, 10 × 5/20 = 2 rest 10, 10 × 9/20 = 4 rest 10: the tie goes by ticket."""
    tie = min("BC", key=lambda name: ticket_of("k", f"R|{name}"))
    expected = {"A": 3, "B": 2, "C": 4}
    expected[tie] += 1
    assert spread(10, {"A": 6, "B": 5, "C": 9}, "k") == expected


def test_CA_1_five_in_a_hundred_is_counted_in_whole_numbers() -> None:
    """`math.ceil(0.07 * 100)` is 8; 700 of 10,000 is 7."""
    hall = Hall(quota={"bp": 700})
    assert quotas({"A": 100}, hall.rules, "k") == {"A": 7}
    assert quotas({"A": 101}, hall.rules, "k") == {"A": 8}


@settings(max_examples=60, deadline=None)
@given(extra=st.integers(1, 9), seed=st.integers(0, 10**6))
def test_one_subject_more_in_a_stratum_never_changes_another_under_the_same_key(
    extra: int, seed: int
) -> None:
    """Of the tickets: with another pool the key is another too, so here the key is held."""
    key = f"{seed:064x}"
    before, after = (Hall(pool(A_新华区=20, C_卫东区=size), quota={"bp": 2000}) for size in (10, 10 + extra))
    one, other = (draw_strata(hall.pool, hall.rules, key) for hall in (before, after))
    assert one[0] == other[0]
    assert one[1] != other[1]


@settings(max_examples=40, deadline=None)
@given(subjects=st.integers(1, 40), people=st.integers(2, 9), size=st.integers(2, 4))
def test_PD_3_3_loads_differ_by_one_at_most_where_all_may_go(subjects: int, people: int, size: int) -> None:
    hall = Hall(
        pool(A_新华区=subjects), inspectors(people), quota={"bp": 10_000}, team={"local": "any", "size": size}
    )
    result = hall.draw()
    visits = Counter({person["id"]: 0 for person in hall.people})
    visits.update(member["id"] for pair in result["pairs"] for member in pair["inspectors"])
    if size <= people:
        assert max(visits.values()) - min(visits.values()) <= 1
    else:
        assert len(result["refusals"]) == subjects


@pytest.mark.parametrize("what", ["pool", "rules", "seed", "id", "inspectors"])
def test_one_changed_character_of_what_was_frozen_is_another_draw(what: str) -> None:
    hall = Hall()
    drawn = hall.draw()
    if what == "pool":
        hall.pool[0] = hall.pool[0].replace("A", "B")
    elif what == "rules":
        hall.rules["task"] = "2"
    elif what == "id":
        hall.id = "2026-PD-004"
    elif what == "inspectors":
        hall = Hall(people=[*inspectors(5), inspector("16040007")])
    other = hall.draw("3.7.8.14.21.27.31./") if what == "seed" else hall.draw()
    assert other["key"] != drawn["key"]
    assert other["strata"] != drawn["strata"]


def test_RZ_13_a_witness_who_does_not_open_stops_a_draw_that_has_no_public_numbers() -> None:
    """Else the last to open would choose between two draws."""
    hall = Hall(sources=[witness(DEPUTY, "583921"), witness("记者 林", "4")])
    with pytest.raises(rules.NotDrawn, match="sources sealed 记者 林"):
        hall.file(opened(DEPUTY, ["583921"], SALT), opened("记者 林", []))
    assert (
        hall.file(opened(DEPUTY, ["583921"], SALT), opened("记者 林", ["4"], SALT))["seed"] == "583921./4./"
    )


def test_RZ_13_a_witness_cannot_open_another_number_than_was_sealed() -> None:
    hall = Hall(sources=[witness(DEPUTY, "583921"), public()])
    with pytest.raises(rules.NotDrawn, match="sources sealed"):
        hall.file(opened(DEPUTY, ["583922"], SALT), opened())


def test_the_seed_is_written_as_RFC_3797_writes_it() -> None:
    hall = Hall(sources=[public("一"), public("二"), public("三")])
    file = hall.file(
        opened("一", ["14", "3", "30", "8", "21", "27"]), opened("二", ["7"]), opened("三", ["583921"])
    )
    assert file["seed"] == "3.8.14.21.27.30./7./583921./"


def test_a_draw_of_nobody_is_refused_with_the_reason() -> None:
    with pytest.raises(rules.NotDrawn, match="pool empty"):
        Hall([]).announce()


@settings(max_examples=80, deadline=None)
@given(hall=halls())
def test_a_team_is_refused_only_where_no_team_at_all_would_do(hall: Hall) -> None:
    """Every team tried out: the chosen one is the first of those that hold, and a refusal means that there is none."""
    if hall.rules["team"] is None or hall.rules["team"]["experts"]["count"]:
        return
    result = hall.draw()
    chosen = {pair["subject"]: [member["id"] for member in pair["inspectors"]] for pair in result["pairs"]}
    pairing = pairs.Pairing(hall.rules, result["key"], rules.by_id(hall.people), [])
    for _, subject in sorted((row["ticket"], row["id"]) for one in result["strata"] for row in one["drawn"]):
        region = region_of(sorted(hall.pool), subject)
        ranked = [member["id"] for member in pairing.inspectors.ranked(subject, region)]
        people = pairing.inspectors.people
        fine = [
            list(team)
            for team in combinations(ranked, hall.rules["team"]["size"])
            if all(
                sum(pairs.meets(need, people[name], region) for name in team) >= need["count"]
                for need in pairing.needs
            )
        ]
        assert chosen.get(subject) == (fine[0] if fine else None)
        pairing.pair(subject, region)


def test_a_team_that_cannot_be_is_refused_before_all_of_them_were_tried() -> None:
    """Nine items that two of three hundred cannot cover; all pairs of pairs of them would take minutes."""
    items = [f"PD-{number}" for number in range(1, 10)]
    people = [
        inspector(f"i{n:03d}", scope=[items[n % 9], items[n * n % 9], items[n * 7 % 8]]) for n in range(300)
    ]
    hall = Hall(
        pool(A_新华区=30),
        people,
        items=items,
        team={"local": "any", "cover": "together", "size": 2},
        quota={"bp": 10_000},
    )
    started = time.process_time()
    result = hall.draw()
    assert len(result["refusals"]) == 30
    assert time.process_time() - started < 20


def test_a_region_without_a_team_is_known_before_the_freeze() -> None:
    people = [*inspectors(3, regions=["新华区"]), inspector("东", regions=["卫东区"])]
    hall = Hall(people=people, team={})
    short = rules.shortages(hall.pool, hall.rules, hall.people)
    assert list(short) == ["卫东区"]
    assert short["卫东区"]["fit"] == 1 and short["卫东区"]["out"] == {"region": 3}
    refused = {refusal["subject"] for refusal in hall.draw()["refusals"]}
    assert refused == {
        row["id"]
        for stratum in hall.draw()["strata"]
        if "卫东区" in stratum["name"]
        for row in stratum["drawn"]
    }
