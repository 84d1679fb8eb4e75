"""What a draw is asked, from a task of the plan, the law and the libraries."""

from datetime import date, datetime
from typing import Any

import pytest

from webapp.draw import asking, terms
from webapp.draw.asking import Ask, NotAsked
from webapp.draw.freeze import line

MOMENT = datetime(2026, 11, 21, 8, 0, tzinfo=asking.CHINA)
SEALED = "ab" * 32


def task(**more: Any) -> dict[str, Any]:
    return {
        "id": "t", "name": "劳务派遣抽查", "items": ["PD5"], "kinds": ["劳务派遣单位"], "districts": [],
        "by": "risk/region", "bp": 1000, "total": None, "strata": [], "times": 1,
        "team": {"size": 2, "specialty": None, "expert": False},
    } | more  # fmt: skip


def rules(law: dict[str, Any], **more: Any) -> dict[str, Any]:
    source = {"name": "双色球", "kind": "public", "when": "2026-11-22T21:15:00+08:00", "sealed": None}
    said = Ask(date(2026, 12, 1), date(2026, 12, 20), [source], "local")
    return asking.rules_of(task(**more), said, law, "平顶山市人社局", "2026 年", MOMENT, False)


def test_rules_of_any_task_are_whole_once_completed_and_bound() -> None:
    whole = terms.complete(rules({"yearly_cap": 2})) | {"inspectors_hash": SEALED, "experts_hash": SEALED}
    assert terms.rules_faults(whole) == []
    assert whole["eligible"]["cap"] == 2


def test_RZ_14_the_team_is_never_smaller_than_the_law_says() -> None:
    assert rules({"pair_minimum": 3})["team"]["size"] == 3
    assert (
        rules({"pair_minimum": 2}, team={"size": 4, "specialty": None, "expert": False})["team"]["size"] == 4
    )


def test_a_specialty_and_an_expert_are_asked_for_as_the_task_says() -> None:
    team = rules({}, team={"size": 2, "specialty": "劳务/派遣", "expert": True})["team"]
    assert (
        team["needs"] == [{"what": "specialty", "value": "劳务 派遣", "count": 1}]
        and team["experts"]["count"] == 1
    )


def test_RZ_7a_each_stratum_gives_the_share_that_the_first_fitting_line_of_the_task_says() -> None:
    lines = [
        line("1", "新华区", "C"),
        line("2", "卫东区", "C"),
        line("3", "卫东区", "A"),
        line("4", "叶县", "-"),
    ]
    strata = [
        {"risk": None, "district": "新华区", "kind": None, "bp": 10_000},
        {"risk": "C", "district": None, "kind": None, "bp": 3000},
    ]
    quota = asking.quota_of(task(strata=strata), lines)
    assert quota == {"bp": 1000, "strata": {"C/新华区": 10_000, "C/卫东区": 3000}}


def test_a_share_of_something_that_the_strata_do_not_tell_apart_is_refused() -> None:
    lines = [line("1", "新华区", "C"), line("2", "新华区", "A")]
    strata = [{"risk": "C", "district": None, "kind": None, "bp": 3000}]
    with pytest.raises(NotAsked) as refused:
        asking.quota_of(task(strata=strata, by="region"), lines)
    assert refused.value.code == "draw_strata"


def test_a_witness_is_needed_where_the_law_says_so() -> None:
    form = {"begins": "2026-12-01", "ends": "2026-12-20", "public": "双色球", "when": "2026-11-22T21:15"}
    with pytest.raises(NotAsked) as refused:
        asking.ask(form, {"draw_witnesses": True}, date(2026, 11, 21), MOMENT)
    assert refused.value.code == "draw_witness_needed"
    said = asking.ask(
        form | {"witnesses": f"人大代表 周敏　{SEALED.upper()}"},
        {"draw_witnesses": True},
        date(2026, 11, 21),
        MOMENT,
    )
    assert [(one["name"], one["kind"], one["sealed"]) for one in said.sources] == [
        ("人大代表 周敏", "witness", SEALED), ("双色球", "public", None),
    ]  # fmt: skip


def test_TJ_10a_who_is_lent_serves_no_region_but_by_the_document() -> None:
    held = {
        "user_id": "u", "unit": "", "district": "", "active": True, "valid_from": None, "valid_until": "2029-12-31",
        "items": [], "specialties": [], "leader": False,
    }  # fmt: skip
    lent = asking.loans("抽调函", date(2026, 12, 1), date(2026, 12, 31), ["叶县"])
    assert asking.inspector_row(held, [], 0, lent)["regions"] == []
    assert asking.inspector_row(held, [], 0, []) | {
        "regions": ["*"],
        "scope": ["*"],
        "unit": "-",
    } == asking.inspector_row(held, [], 0, [])


def test_numbers_are_written_as_the_draw_file_writes_them() -> None:
    sources = [
        {"name": "周敏", "kind": "witness"},
        {"name": "韩雪", "kind": "witness"},
        {"name": "双色球", "kind": "public"},
    ]
    form = {
        "numbers-0": "583921",
        "salt-0": " 暗码 ",
        "numbers-1": "",
        "salt-1": "x",
        "numbers-2": "０8，3 14，3",
    }
    assert asking.opened(form, sources) == [
        {"name": "周敏", "text": "583921./", "salt": "暗码"},
        {"name": "韩雪", "text": "/", "salt": ""},
        {"name": "双色球", "text": "3.3.8.14./", "salt": ""},
    ]
