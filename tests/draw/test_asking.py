"""What a draw is asked, from a task of the plan, the law and the libraries."""

from datetime import date, datetime
from typing import Any

import pytest

from webapp.draw import asking, terms
from webapp.draw.asking import Ask, NotAsked

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


def noted(given: dict[str, Any], *groups: tuple[str, str | None, str]) -> asking.Shares:
    """The shares of a pool of subjects, each by district, risk and kinds."""
    shares = asking.Shares(given)
    for district, risk, kinds in groups:
        row = asking.subject_row(
            LIBRARY | {"district": district, "credit_risk": risk, "kinds": kinds.split()}, given, "credit", []
        )
        shares.note(row["region"], row["risk"], row["group"])
    return shares


LIBRARY = {
    "id": "u", "kinds": ["劳务派遣单位"], "district": "新华区", "credit_risk": "C", "labour_grade": None, "state": "在营",
    "complaints": 0, "penalties": 0, "abnormal": False, "dishonest": False,
}  # fmt: skip


def stratum(
    bp: int, risk: str | None = None, district: str | None = None, kind: str | None = None
) -> dict[str, Any]:
    return {"risk": risk, "district": district, "kind": kind, "bp": bp}


def test_RZ_7a_each_stratum_gives_the_share_that_the_first_fitting_line_of_the_task_says() -> None:
    given = task(strata=[stratum(10_000, district="新华区"), stratum(3000, risk="C")])
    shares = noted(
        given, ("新华区", "C", "甲"), ("卫东区", "C", "甲"), ("卫东区", "A", "甲"), ("叶县", None, "甲")
    )
    assert asking.quota_of(given, shares.by_stratum) == {
        "bp": 1000,
        "strata": {"C/新华区": 10_000, "C/卫东区": 3000},
    }
    assert shares.empty == []


def test_what_the_strata_name_is_told_apart_whatever_the_task_divides_by() -> None:
    assert rules({}, by="region", strata=[stratum(3000, risk="C")])["by"] == "risk/region"
    assert rules({}, by="risk", strata=[stratum(3000, district="新华区")])["by"] == "risk/region"
    assert rules({}, by="all", strata=[stratum(3000, kind="职业介绍")])["by"] == "risk"
    assert rules({}, by="all")["by"] == "all"


def test_CA_2_3b_a_share_by_kind_makes_a_class_of_its_own_beside_the_risk_level() -> None:
    given = task(
        strata=[stratum(10_000, "D", "新华区", "劳务派遣单位"), stratum(5000, kind="职业介绍")], bp=500
    )
    shares = noted(
        given, ("新华区", "D", "劳务派遣单位"), ("新华区", "D", "职业介绍 劳务派遣单位"), ("新华区", "D", "职业介绍"),
        ("新华区", "A", "劳务派遣单位"), ("叶县", None, "培训"),
    )  # fmt: skip
    assert shares.by_stratum == {
        "D 劳务派遣单位/新华区": 10_000,
        "D 劳务派遣单位、职业介绍/新华区": 10_000,
        "D 职业介绍/新华区": 5000,
        "A 劳务派遣单位/新华区": 500,
        "- 其他类别/叶县": 500,
    }


def test_by_region_alone_a_share_by_kind_divides_by_kind_and_region_only() -> None:
    given = task(by="region", strata=[stratum(5000, kind="职业介绍")])
    shares = noted(given, ("新华区", "D", "职业介绍"), ("新华区", "A", "职业介绍"), ("新华区", "A", "培训"))
    assert shares.by_stratum == {"职业介绍/新华区": 5000, "其他类别/新华区": 1000}


def test_a_stratum_in_which_nobody_is_is_named_as_the_plan_says_it() -> None:
    given = task(strata=[stratum(10_000, "D", "叶县"), stratum(3000, risk="C"), stratum(0, kind="职业介绍")])
    assert noted(given, ("新华区", "C", "甲")).empty == ["D 叶县"]


def test_two_strata_of_one_name_and_two_shares_are_refused() -> None:
    given = task(by="region", strata=[stratum(3000, district="新/华区")])
    with pytest.raises(NotAsked) as refused:
        noted(given, ("新/华区", "C", "甲"), ("新 华区", "C", "甲"))
    assert refused.value.code == "draw_strata"


def test_the_past_of_a_subject_weighs_as_the_law_says_and_the_rules_say_how() -> None:
    law = {
        "tickets": 2,
        "tickets_complaints": 3,
        "tickets_clean": 1,
        "clean_cap": 1,
        "cap_lifted_by_complaint": True,
    }
    asked = rules(law)
    assert asked["weights"] == {"risk": {}, "labels": {"投诉": 3, "上年无处罚无问题": -1}, "most": 5}
    assert asked["eligible"] | {"clean_cap": 1, "exempt": ["投诉"]} == asked["eligible"]
    row = asking.subject_row(LIBRARY | {"complaints": 2}, task(), "credit", [])
    assert row["labels"] == ["投诉", "上年无处罚无问题"] and row["clean"] is True
    assert asking.subject_row(LIBRARY, task(), "credit", [], found=True)["clean"] is False


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
