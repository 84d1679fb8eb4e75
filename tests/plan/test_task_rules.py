"""A task as a planner types it."""

from typing import Any

import pytest

from tests.plan.test_rules import ITEMS, task
from webapp.plan import task_rules

FORM = {
    "name": "人力资源服务机构抽查", "bp": "5％", "by": "risk/region", "times": "1", "size": "2",
    "strata": "D级 100%\n新华区 8.5\n\n劳务派遣单位 20%", "known_districts": "新华区、卫东区",
    "joint": "市场监督管理局：广告检查、价格检查", "note": " 说明 ",
}  # fmt: skip
CHOSEN = {"items": ["PD1"], "kinds": ["人力资源服务机构"], "methods": ["现场检查"], "months": ["4", "3"]}


def test_a_task_is_read_as_people_write_it() -> None:
    given, wrong = task_rules.read("t1", FORM, CHOSEN)
    assert wrong == {} and task_rules.faults(given, ITEMS) == {}
    assert given["bp"] == 500 and given["months"] == [3, 4] and given["note"] == "说明"
    assert [(one["risk"], one["district"], one["kind"], one["bp"]) for one in given["strata"]] == [
        ("D", None, None, 10_000), (None, "新华区", None, 850), (None, None, "劳务派遣单位", 2000),
    ]  # fmt: skip
    assert given["joint"] == [{"department": "市场监督管理局", "items": ["广告检查", "价格检查"]}]


def test_a_task_stands_in_its_form_as_it_was_typed() -> None:
    given, _ = task_rules.read("t1", FORM, CHOSEN)
    again, wrong = task_rules.read("t1", task_rules.typed(given) | {"known_districts": "新华区"}, CHOSEN)
    assert (again, wrong) == (given, {})


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"bp": "一成"}, ("bp", "percent")),
        ({"total": "若干"}, ("total", "whole")),
        ({"times": "两次"}, ("times", "whole")),
        ({"strata": "D级 很多"}, ("strata", "stratum")),
    ],
)
def test_what_cannot_be_read_is_named_at_its_field(change: dict[str, str], fault: tuple[str, str]) -> None:
    assert fault in task_rules.read("t1", FORM | change, CHOSEN)[1].items()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"name": ""}, ("name", "missing")),
        ({"items": []}, ("items", "missing")),
        ({"items": ["PD77"]}, ("items", "off_list")),
        ({"methods": ["检验检测"]}, ("methods", "not_of_item")),
        ({"methods": []}, ("methods", "missing")),
        ({"months": []}, ("months", "missing")),
        ({"by": "moon"}, ("by", "unknown")),
        ({"bp": None}, ("bp", "one_of_two")),
        ({"total": 5}, ("bp", "one_of_two")),
        ({"bp": 20_000}, ("bp", "percent")),
        ({"bp": None, "total": 0}, ("total", "whole")),
        ({"times": 0}, ("times", "times")),
        ({"team": {"size": 1, "specialty": None, "expert": False}}, ("size", "pair_too_small")),
    ],
)
def test_RZ_4a_RZ_14_what_is_wrong_with_a_task_is_named_at_its_field(
    change: dict[str, Any], fault: tuple[str, str]
) -> None:
    assert fault in task_rules.faults(task(**change), ITEMS).items()
    assert task_rules.faults(task(), ITEMS) == {}
