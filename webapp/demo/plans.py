"""The demo's yearly plans as plain data: which tasks, in which months, and the one draw of each that was held."""

from datetime import date, datetime, time, timedelta
from typing import Any

from webapp.db import CHINA
from webapp.demo.library import Row, identity, items

# By bureau: item, months, how the strata are told apart, strata of their own, a share where the list has none of its own.
PD: list[tuple[str, list[int], str, list[str], int | None]] = [
    ("PD1", [4, 5], "risk", ["C 100"], None),
    ("PD2", [], "all", [], None),
    ("PD3", [6], "all", [], None),
    ("PD4", [5, 6], "all", [], None),
    ("PD5", [7, 8], "risk", ["C 20"], None),
    ("PD6", [9, 10], "all", [], None),
    ("PD7", [3, 6, 9, 12], "risk", ["C 20"], None),
    ("PD8", [10, 11], "all", [], None),
    ("PD9", [8, 9], "all", [], None),
]
TJ: list[tuple[str, list[int], str, list[str], int | None]] = [
    ("PD1", [], "risk", ["A 20", "C 100"], 5000),
    ("PD6", [5, 6], "risk", ["A 5", "C 30"], None),
    ("PD7", [4, 10], "risk", ["A 5", "C 20"], 1000),
    ("PD8", [8, 9], "all", [], None),
]
PLANS: dict[str, dict[str, Any]] = {
    "pd": {"tasks": PD, "drawn": "PD2", "approval": "市人社局双随机工作领导小组会议纪要〔{before}〕8号"},
    "tj": {"tasks": TJ, "drawn": "PD1", "approval": "市人社局局务会会议纪要〔{before}〕31号"},
}
LOTTERY = "双色球 {year}135 期"
NUMBERS = "3 8 14 21 27 30 7"
BASIS_POINTS = 100


def plans(day: date) -> list[Row]:
    """A plan a bureau, of the year of `day`: `{bureau, year, tasks, approval, approved, published, draw}`.

    A task is as `webapp.plan.rules` has it; the drawn one goes on in the month of `day`, its draw was frozen and held
    the day before.
    """
    return [_plan(bureau, said, day) for bureau, said in PLANS.items()]


def _plan(bureau: str, said: Row, day: date) -> Row:
    listed = {item["code"]: item for item in items(bureau)}
    # Written in the autumn before, when plans are due (TJ-8: by the end of November).
    before = date(day.year - 1, 11, 18)
    tasks = [
        _task(bureau, listed[code], months or [day.month], *more) for code, months, *more in said["tasks"]
    ]
    return {
        "bureau": listed[said["drawn"]]["bureau_id"],
        "year": day.year,
        "tasks": tasks,
        "approval": said["approval"].format(before=before.year),
        "approved": _at(before, 10),
        "published": _at(before + timedelta(days=2), 9),
        "draw": {"task": identity("task", bureau, said["drawn"]), **_draw(bureau, said, day)},
    }


def _draw(bureau: str, said: Row, day: date) -> Row:
    eve = day - timedelta(days=1)
    return {
        "id": identity("draw", bureau, str(day.year)),
        "frozen": _at(eve, 9),
        "drawn": _at(eve, 22),
        "form": {
            "begins": day.isoformat(),
            "ends": (day + timedelta(days=20)).isoformat(),
            "local": "any",
            "public": LOTTERY.format(year=day.year),
            "when": f"{eve.isoformat()}T21:15",
        },
        "numbers": {"numbers-0": NUMBERS},
    }


def _task(bureau: str, item: Row, months: list[int], by: str, strata: list[str], bp: int | None) -> Row:
    own: dict[str, Any] = {"bp": bp or item["ratio_bp"], "total": None if bp else item["minimum"]}
    return own | {
        "id": identity("task", bureau, item["code"]),
        "name": f"{item['subject_kind']}抽查" if item["code"] != "PD7" else "用人单位劳动用工和社会保险抽查",
        "items": [item["code"]],
        "kinds": item["kinds"],
        "districts": [],
        "directed": False,
        "by": by,
        "strata": [_stratum(line) for line in strata],
        "times": item["times"] or 1,
        "months": months,
        "methods": item["methods"],
        "joint": [],
        "team": {"size": 2, "specialty": None, "expert": False},
        "note": "",
    }


def _stratum(line: str) -> Row:
    risk, _, percent = line.partition(" ")
    return {"risk": risk, "district": None, "kind": None, "bp": int(percent) * BASIS_POINTS}


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), CHINA)
