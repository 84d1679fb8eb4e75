"""What a plan adds up to, by the clauses of the bureaus' own rules."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from webapp.plan import rules
from webapp.typed import ALL_BP

ITEMS: dict[str, dict[str, Any]] = {
    "PD1": {"kinds": ["人力资源服务机构"], "ratio_bp": 500, "minimum": None, "methods": ["现场检查"]},
    "PD5": {"kinds": ["劳务派遣单位"], "ratio_bp": 500, "minimum": None, "methods": ["现场检查", "书面检查"]},
    "PD8": {
        "kinds": ["享受养老保险待遇人员"],
        "ratio_bp": None,
        "minimum": 200,
        "methods": ["网上信息技术比对"],
    },
}
for one in ITEMS.values():
    one |= {"category": "一般检查事项", "times": 1}


def group(
    count: int,
    kind: str = "人力资源服务机构",
    risk: str | None = "A",
    district: str = "新华区",
    state: str = "在营",
) -> rules.Group:
    return {"kinds": [kind, "企业"], "district": district, "risk": risk, "state": state, "count": count}


def task(key: str = "t1", **more: Any) -> rules.Task:
    made = {
        "id": key, "name": key, "items": ["PD1"], "kinds": ["人力资源服务机构"], "districts": [], "directed": False,
        "by": "risk/region", "bp": 500, "strata": [], "total": None, "times": 1, "months": [3, 4], "methods": ["现场检查"],
        "joint": [], "team": {"size": 2, "specialty": None, "expert": False}, "note": "",
    }  # fmt: skip
    return made | more


CENSUS = [
    group(100),
    group(40, risk="D"),
    group(60, district="卫东区"),
    group(10, state="注销"),
    group(30, "劳务派遣单位"),
]


def test_RZ_11_who_is_gone_is_no_base_and_is_not_drawn() -> None:
    assert rules.base(CENSUS, {"minimum_ratio_base": "market_subjects"}) == 230
    assert sum(g["count"] for g in rules.scope(task(), CENSUS)) == 200


def test_each_stratum_is_rounded_up() -> None:
    assert rules.drawn(task(bp=500), CENSUS) == 5 + 2 + 3
    assert rules.drawn(task(bp=500, by="all"), CENSUS) == 10
    assert rules.drawn(task(bp=1), CENSUS) == 3


def test_a_stratum_of_its_own_says_another_share() -> None:
    strata = [{"risk": "D", "district": None, "kind": None, "bp": 10_000}]
    assert rules.drawn(task(strata=strata), CENSUS) == 5 + 40 + 3


def test_CA_2_3b_strata_of_risk_region_and_kind_are_counted_as_they_are_drawn() -> None:
    both = {"kinds": ["人力资源服务机构", "劳务派遣单位"]}
    census = [group(90), group(20) | both, group(10, risk="D") | both]
    strata = [
        {"risk": "D", "district": None, "kind": "劳务派遣单位", "bp": 10_000},
        {"risk": None, "district": None, "kind": "劳务派遣单位", "bp": 2000},
    ]
    given = task(by="region", strata=strata)
    assert rules.by_of(given) == "risk/region"
    assert rules.drawn(given, census) == 5 + 4 + 10
    assert (
        rules.stratum_of(given, census[1])
        == f"{census[1]['risk'] or '-'} 劳务派遣单位/{census[1]['district']}"
    )


def test_PD_A_an_absolute_number_is_drawn_as_far_as_there_are_so_many() -> None:
    people = [group(150, "享受养老保险待遇人员", None)]
    given = task(items=["PD8"], kinds=["享受养老保险待遇人员"], bp=None, total=200)
    assert rules.drawn(given, people) == 150
    assert rules.drawn(given, [group(900, "享受养老保险待遇人员", None)]) == 200


def test_CA_1_coverage_is_measured_against_the_bureaus_own_base() -> None:
    law = {"minimum_ratio_base": "enterprises", "minimum_ratio_bp": 500}
    found = rules.summary([task()], CENSUS, ITEMS, law)
    assert (found["visits"], found["base"], found["ratio_bp"], found["enough"]) == (10, 230, 434, False)
    assert rules.summary([task(bp=700)], CENSUS, ITEMS, law)["enough"] is True
    assert rules.summary([task()], CENSUS, ITEMS, {})["enough"] is None


def test_CA_2_3b_the_share_of_draws_that_tell_risks_apart() -> None:
    tasks = [task("a"), task("b", items=["PD5"], kinds=["劳务派遣单位"], by="all", bp=1000)]
    found = rules.summary(tasks, CENSUS, ITEMS, {"risk_share_bp": 8500})
    assert (found["risk_bp"], found["risk_enough"]) == (10 * 10_000 // 13, False)


def test_CA_1_items_that_no_task_inspects_are_named() -> None:
    assert rules.uncovered([task(items=["PD1", "PD5"])], ITEMS) == ["PD8"]


def test_PD_2_1c_an_item_that_is_drawn_less_than_the_list_asks_is_named() -> None:
    assert rules.short_items([task(bp=100)], CENSUS, ITEMS) == [{"item": "PD1", "planned": 3, "needed": 10}]
    assert rules.short_items([task()], CENSUS, ITEMS) == []


def test_PD_2_1c_a_general_item_reaches_the_bureaus_minimum_whatever_its_line_says() -> None:
    items = {"PD1": ITEMS["PD1"] | {"ratio_bp": 200}}
    law = {"minimum_ratio_base": "item_subjects", "minimum_ratio_bp": 500}
    given = task(bp=200, by="all")
    assert rules.summary([given], CENSUS, items, law)["short"] == [
        {"item": "PD1", "planned": 4, "needed": 10}
    ]
    assert rules.summary([given], CENSUS, items, {})["short"] == []
    key = {"PD1": items["PD1"] | {"category": "重点检查事项"}}
    assert rules.summary([given], CENSUS, key, law)["short"] == []


def test_PD_A_an_item_that_comes_less_often_than_the_list_says_is_named() -> None:
    twice = {"PD1": ITEMS["PD1"] | {"times": 2}}
    assert rules.rare_items([task()], twice) == [{"item": "PD1", "planned": 1, "needed": 2}]
    assert rules.rare_items([task("a"), task("b")], twice) == rules.rare_items([task(times=2)], twice) == []
    assert rules.rare_items([task()], {"PD1": ITEMS["PD1"] | {"times": None}}) == []


def test_a_task_is_unmanned_where_too_few_may_inspect_all_of_its_items() -> None:
    given = task(items=["PD1", "PD5"])
    scopes = {"w": ["PD1"], "l": ["PD1", "PD5"], "c": []}
    assert rules.unmanned([given], scopes) == []
    assert rules.unmanned([given], {"w": ["PD1"], "c": []}) == [{"task": "t1", "able": 1, "size": 2}]


def test_TJ_10c_who_could_be_visited_more_often_than_the_cap_is_counted_and_a_joint_visit_counts_once() -> (
    None
):
    apart = [task("a"), task("b", months=[9]), task("c", months=[11])]
    assert rules.over_cap(apart, CENSUS, 2) == 200
    assert rules.over_cap([task("a"), task("b"), task("c", months=[11])], CENSUS, 2) == 0
    assert rules.over_cap([task("a", times=3)], CENSUS, 2) == 200
    assert rules.over_cap(apart, CENSUS, None) == 0


def test_CA_2_3a_tasks_of_the_same_subjects_in_the_same_month_can_be_one_visit() -> None:
    assert rules.merges([task("a"), task("b", months=[4, 5]), task("c", months=[9])]) == [("a", "b")]
    assert rules.merges([task("a", districts=["新华区"]), task("b", districts=["卫东区"])]) == []
    assert rules.merges([task("a"), task("b", kinds=["劳务派遣单位"])]) == []


def test_load_is_spread_over_the_months_and_the_inspectors_in_scope() -> None:
    months = rules.load([task(months=[3, 4, 5])], CENSUS, {"w": [], "l": ["PD1"], "c": ["PD5"]})
    assert [row["visits"] for row in months[:6]] == [0, 0, 4, 3, 3, 0]
    assert months[2] == {"month": 3, "visits": 4, "inspectors": 2, "each_tenths": 40}
    assert months[0]["each_tenths"] is None


def test_CA_2_2b_a_version_says_what_it_changed() -> None:
    found = rules.changes([task("a"), task("b")], [task("a", bp=800), task("c")])
    assert [(row["id"], row["what"]) for row in found] == [("b", "gone"), ("a", "changed"), ("c", "new")]
    assert found[1]["fields"] == [("bp", 500, 800)]


@given(st.lists(st.integers(0, 5000), max_size=6), st.integers(0, 10_000), st.sampled_from(rules.BY))
def test_never_more_is_drawn_than_there_is_and_never_less_than_the_share(
    counts: list[int], bp: int, by: str
) -> None:
    census = [
        group(count, risk="ABCD"[place % 4], district=f"d{place % 3}") for place, count in enumerate(counts)
    ]
    size = sum(counts)
    drawn = rules.drawn(task(bp=bp, by=by), census)
    assert drawn <= size and drawn * ALL_BP >= size * bp


@given(st.integers(0, 3000), st.sets(st.integers(1, 12), min_size=1))
def test_the_months_add_up_to_the_visits(total: int, months: set[int]) -> None:
    given = task(bp=None, total=max(1, total), months=sorted(months))
    rows = rules.load([given], [group(total)], {"w": []})
    assert sum(row["visits"] for row in rows) == min(max(1, total), total)
    assert {row["month"] for row in rows if row["visits"]} <= months
