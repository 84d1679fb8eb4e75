"""One task of a plan as it is typed in a form, and what is wrong with it. Pure."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from webapp.plan.rules import BY, Task
from webapp.typed import ALL_BP, basis_points, percent, whole

Items = Mapping[str, Mapping[str, Any]]
Fault = tuple[str, str]

PAIR = 2
LISTS = ("items", "kinds", "districts", "methods", "months")
STRATUM = re.compile(r"(\S+(?:\s+\S+){0,2})\s+(\d{1,3}(?:\.\d{1,2})?)[%％]?")
RISKS = "ABCD"
LONGEST = 100
MOST = 50


def read(
    task_id: str, form: Mapping[str, str], chosen: Mapping[str, list[str]]
) -> tuple[Task, dict[str, str]]:
    """A task as typed, and the fault of each field that could not be read. `chosen`: the ticked boxes by field.

    Strata are lines like `D 100%`, `新华区 10`, `C 新华区 劳务派遣单位 20`: a risk level, a district, a kind, or two or
    three of them, and the share.
    """
    faults: dict[str, str] = {}
    districts = chosen.get("districts", [])
    task: Task = {
        "id": task_id,
        "name": " ".join(form.get("name", "").split())[:LONGEST],
        **{name: list(chosen.get(name, [])) for name in ("items", "kinds", "methods")},
        "districts": list(districts),
        "months": [month for month in range(1, 13) if str(month) in chosen.get("months", [])],
        "directed": form.get("directed") == "yes",
        "by": form.get("by", BY[0]),
        "bp": _percent(form, "bp", faults),
        "total": _whole(form, "total", faults),
        "times": _whole(form, "times", faults) or 1,
        "strata": _strata(form.get("strata", ""), form.get("known_districts", "").split("、"), faults),
        "joint": _joint(form.get("joint", "")),
        "team": {
            "size": _whole(form, "size", faults) or PAIR,
            "specialty": form.get("specialty", "").strip()[:LONGEST] or None,
            "expert": form.get("expert") == "yes",
        },
        "note": form.get("note", "").strip()[:1000],
    }
    return task, faults


def faults(task: Task, items: Items, pair_minimum: int = PAIR) -> dict[str, str]:
    """What is wrong with a task, by field. `items`: the list as it stands, by code; nothing off it is planned (RZ-4a)."""
    return dict(reversed([*_subject_faults(task, items), *_number_faults(task, pair_minimum)]))


def typed(task: Task) -> dict[str, str]:
    """The fields of a task as they stand in its form; `read` reads them back."""
    lines = [f"{said(one)} {percent(one['bp'])}" for one in task["strata"]]
    return {
        "name": task["name"],
        "bp": percent(task["bp"]),
        "total": "" if task["total"] is None else str(task["total"]),
        "times": str(task["times"]),
        "by": task["by"],
        "directed": "yes" if task["directed"] else "",
        "strata": "\n".join(lines),
        "joint": "\n".join(f"{one['department']}：{'、'.join(one['items'])}" for one in task["joint"]),
        "size": str(task["team"]["size"]),
        "specialty": task["team"]["specialty"] or "",
        "expert": "yes" if task["team"]["expert"] else "",
        "note": task["note"],
    }


def _subject_faults(task: Task, items: Items) -> Iterator[Fault]:
    if not task["name"]:
        yield "name", "missing"
    if not task["items"]:
        yield "items", "missing"
    elif not set(task["items"]) <= items.keys():
        yield "items", "off_list"
    elif not set(task["methods"]) <= {method for code in task["items"] for method in items[code]["methods"]}:
        yield "methods", "not_of_item"
    if not task["methods"]:
        yield "methods", "missing"
    if not task["months"]:
        yield "months", "missing"
    if task["by"] not in BY:
        yield "by", "unknown"


def _number_faults(task: Task, pair_minimum: int) -> Iterator[Fault]:
    if (task["bp"] is None) is (task["total"] is None):
        yield "bp", "one_of_two"
    if any(not 0 <= bp <= ALL_BP for bp in [task["bp"] or 0, *(one["bp"] for one in task["strata"])]):
        yield "bp", "percent"
    if task["total"] is not None and task["total"] < 1:
        yield "total", "whole"
    if task["total"] is not None and task["strata"]:
        yield "strata", "strata_need_ratio"
    if not 1 <= task["times"] <= 12:
        yield "times", "times"
    if task["team"]["size"] < max(PAIR, pair_minimum):
        yield "size", "pair_too_small"


def _strata(typed_lines: str, districts: list[str], wrong: dict[str, str]) -> list[dict[str, Any]]:
    found = []
    for line in filter(
        None, (unicodedata.normalize("NFKC", line).strip() for line in typed_lines.splitlines())
    ):
        read_line = STRATUM.fullmatch(line)
        points = basis_points(read_line[2]) if read_line else None
        if read_line is None or points is None:
            wrong["strata"] = "stratum"
            continue
        stratum = _stratum(read_line[1].split(), districts)
        if stratum is None or len(found) == MOST:
            wrong["strata"] = "stratum"
            break
        found.append(stratum | {"bp": points})
    return found


def _stratum(names: list[str], districts: list[str]) -> dict[str, str | None] | None:
    """What the names of a line mean, at most one of each; None where two mean the same sort of thing."""
    stratum: dict[str, str | None] = {"risk": None, "district": None, "kind": None}
    for name in names:
        risk = name.removesuffix("级")
        place = "risk" if risk in tuple(RISKS) else "district" if name in districts else "kind"
        if stratum[place] or len(name) > LONGEST:
            return None
        stratum[place] = risk if place == "risk" else name
    return stratum


def said(stratum: Mapping[str, Any]) -> str:
    """A stratum in a line as it is typed, without its share."""
    return " ".join(stratum[name] for name in ("risk", "district", "kind") if stratum[name])


def _joint(typed_lines: str) -> list[dict[str, Any]]:
    """One department a line, its items after a colon: `市场监督管理局：广告检查、价格检查` (TJ-11)."""
    found = []
    for line in typed_lines.splitlines()[:MOST]:
        department, _, items = line.replace(":", "：").partition("：")
        if department.strip():
            parts = [part.strip()[:LONGEST] for part in re.split(r"[、,，;；]", items) if part.strip()]
            found.append({"department": department.strip()[:LONGEST], "items": parts[:MOST]})
    return found


def _percent(form: Mapping[str, str], name: str, wrong: dict[str, str]) -> int | None:
    text = form.get(name, "").strip()
    points = basis_points(text)
    if text and points is None:
        wrong[name] = "percent"
    return points


def _whole(form: Mapping[str, str], name: str, wrong: dict[str, str]) -> int | None:
    text = form.get(name, "").strip()
    number = whole(text)
    if text and number is None:
        wrong[name] = "whole"
    return number
