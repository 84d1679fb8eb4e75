"""年度抽查计划: what a task must say, how many subjects it means, and what a plan adds up to. Pure; whole numbers only.

A task is plain data, so that a version of a plan is one document:

    {id, name, items: [code], kinds: [kind], districts: [name], directed: bool, by: one of `BY`, bp: int | None,
     strata: [{risk, district, kind, bp}], total: int | None, times: int, months: [1..12], methods: [text],
     joint: [{department, items: [text]}], team: {size, specialty, expert}, note}

`bp` is the share of the subjects in basis points, `strata` say otherwise for some of them (the first that fits counts),
`total` is an absolute number instead. The library comes as a census: `{kinds, district, risk, state, count}` a row.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from webapp.registry.item_rules import KEY
from webapp.registry.subject_rules import GONE
from webapp.typed import ALL_BP

Task = dict[str, Any]
Group = Mapping[str, Any]

BY = ("risk/region", "risk", "region", "all")
ENTERPRISE = "企业"
# The class of those who are of no kind that the strata of a task name.
OTHER_KINDS = "其他类别"


def scope(task: Task, census: Iterable[Group]) -> list[Group]:
    """The groups of subjects that a task is about: still there (RZ-11), of its kinds, in its districts."""
    kinds, districts = set(task["kinds"]), set(task["districts"])
    return [
        group
        for group in census
        if group["state"] not in GONE
        and (not kinds or kinds & set(group["kinds"]))
        and (not districts or group["district"] in districts)
    ]


def share(task: Task, group: Group) -> int:
    """Which part of a group is drawn, in basis points: what the first stratum that fits says, else the task."""
    place = fitting(task, group)
    return int(task["bp"] or 0) if place is None else int(task["strata"][place]["bp"])


def fitting(task: Task, group: Group) -> int | None:
    """The place of the first of the task's strata that fits a group."""
    for place, stratum in enumerate(task["strata"]):
        fits = (
            stratum["risk"] in (None, group["risk"])
            and stratum["district"] in (None, group["district"])
            and (stratum["kind"] is None or stratum["kind"] in group["kinds"])
        )
        if fits:
            return place
    return None


def drawn(task: Task, census: Iterable[Group]) -> int:
    """How many subjects a task draws each time: each stratum rounded up (design 2.6), or its total as far as there are."""
    groups = scope(task, census)
    if task["total"] is not None:
        return min(int(task["total"]), _sum(groups))
    sizes: Counter[tuple[str, int]] = Counter()
    for group in groups:
        sizes[stratum_of(task, group), share(task, group)] += group["count"]
    return sum(part_of(size, bp) for (_, bp), size in sizes.items())


def by_of(task: Task) -> str:
    """By what the subjects of a task are divided, one of `BY`: what the task says, and what its strata tell apart besides.

    A kind is told apart in the place of the risk level (`class_of`).
    """
    region = "region" in task["by"] or any(stratum["district"] for stratum in task["strata"])
    risk = risk_based(task) or any(stratum["kind"] for stratum in task["strata"])
    parts = [name for name, told in (("risk", risk), ("region", region)) if told]
    return "/".join(parts) or "all"


def class_of(task: Task, group: Group) -> str | None:
    """The class of a group beside its district: its risk level where the task tells risk levels apart, and those of its
    kinds that the task's strata name. None where the level is not known and nothing else counts."""
    named = list(dict.fromkeys(stratum["kind"] for stratum in task["strata"] if stratum["kind"]))
    if not named:
        return group["risk"]  # type: ignore[no-any-return]
    kinds = "、".join(kind for kind in named if kind in group["kinds"]) or OTHER_KINDS
    return f"{group['risk'] or '-'} {kinds}" if risk_based(task) else kinds


def stratum_of(task: Task, group: Group) -> str:
    """The name of a group's stratum, as the draw calls it."""
    parts = {
        "risk/region": (class_of(task, group), group["district"]),
        "risk": (class_of(task, group),),
        "region": (group["district"],),
    }
    return "/".join(part or "-" for part in parts.get(by_of(task), ("all",)))


def risk_based(task: Task) -> bool:
    """Whether a task tells risk levels apart (CA-2.3b): by different shares, or by strata of their own."""
    return task["by"].startswith("risk") or any(stratum["risk"] for stratum in task["strata"])


def base(census: Iterable[Group], law: Mapping[str, Any]) -> int | None:
    """What the minimum ratio is a ratio of; None where it is asked of each item (mission 1, disagreement 3)."""
    there = [group for group in census if group["state"] not in GONE]
    if law.get("minimum_ratio_base") == "market_subjects":
        return _sum(there)
    if law.get("minimum_ratio_base") == "enterprises":
        return _sum(group for group in there if ENTERPRISE in group["kinds"])
    return None


def summary(
    tasks: list[Task], census: list[Group], items: Mapping[str, Mapping[str, Any]], law: Mapping[str, Any]
) -> dict[str, Any]:
    """What a plan adds up to, and what it falls short of.

    `{visits, by_task, pools, bases, base, ratio_bp, enough, risk_bp, risk_enough, uncovered: [code], short and rare:
    [{item, planned, needed}], over_cap: int, merges: [(id, id)]}`; `pools`: subjects that a task is about, `bases`: those
    of an item's kinds.
    None where the bureau's law says nothing.
    """
    visits = {task["id"]: drawn(task, census) * task["times"] for task in tasks}
    total = sum(visits.values())
    of = base(census, law)
    at_risk = sum(visits[task["id"]] for task in tasks if risk_based(task))
    ratio = total * ALL_BP // of if of else None
    risk = at_risk * ALL_BP // total if total else None
    return {
        "visits": total,
        "by_task": visits,
        "pools": {task["id"]: _sum(scope(task, census)) for task in tasks},
        "bases": {code: of_item(item, census) for code, item in items.items()},
        "base": of,
        "ratio_bp": ratio,
        "enough": _reaches(ratio, law.get("minimum_ratio_bp")) if of is not None else None,
        "risk_bp": risk,
        "risk_enough": _reaches(risk, law.get("risk_share_bp")),
        "uncovered": uncovered(tasks, items),
        "short": short_items(tasks, census, items, least(law)),
        "rare": rare_items(tasks, items),
        "over_cap": over_cap(tasks, census, law.get("yearly_cap")),
        "merges": merges(tasks),
    }


def uncovered(tasks: list[Task], items: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Items of the list that no task inspects (CA-1: all are covered)."""
    planned = {code for task in tasks for code in task["items"]}
    return [code for code in items if code not in planned]


def of_item(item: Mapping[str, Any], census: Iterable[Group]) -> int:
    """How many subjects there are of the kinds that an item concerns (PD-2.1c)."""
    kinds = set(item["kinds"])
    return _sum(group for group in census if group["state"] not in GONE and kinds & set(group["kinds"]))


def least(law: Mapping[str, Any]) -> int:
    """The share that every general item has to reach where the minimum is asked of each item (PD-2.1c); 0 else."""
    return int(law.get("minimum_ratio_bp") or 0) if law.get("minimum_ratio_base") == "item_subjects" else 0


def short_items(
    tasks: list[Task], census: list[Group], items: Mapping[str, Mapping[str, Any]], least_bp: int = 0
) -> list[dict[str, Any]]:
    """Items whose tasks draw fewer subjects than the list asks for: its ratio, or its least number (PD-A).

    `least_bp`: what a general item reaches whatever ratio its line has (PD-2.1c).
    """
    found = []
    for code, item in items.items():
        concerned = [task for task in tasks if code in task["items"]]
        if not concerned:
            continue
        there = of_item(item, census)
        asked = item["ratio_bp"] if item["category"] == KEY else max(item["ratio_bp"] or 0, least_bp)
        needed = item["minimum"] if item["ratio_bp"] is None else part_of(there, asked)
        planned = sum(drawn(task, census) for task in concerned)
        if planned < min(needed or 0, there):
            found.append({"item": code, "planned": planned, "needed": min(needed or 0, there)})
    return found


def rare_items(tasks: list[Task], items: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Items whose tasks together come less often in the year than the list says (PD-A: once or twice a year)."""
    found = []
    for code, item in items.items():
        times = [task["times"] for task in tasks if code in task["items"]]
        if times and sum(times) < (item["times"] or 0):
            found.append({"item": code, "planned": sum(times), "needed": item["times"]})
    return found


def over_cap(tasks: list[Task], census: list[Group], cap: int | None) -> int:
    """Subjects that the tasks together could visit more often in the year than the cap allows (TJ-10c).

    Tasks that can be merged into one visit count once (mission 1, disagreement 6); the draw leaves out who is at the cap.
    """
    if cap is None:
        return 0
    together = _joined(tasks)
    found = 0
    for group in census:
        concerned = [task for task in tasks if scope(task, [group]) and (task["total"] or share(task, group))]
        most: dict[int, int] = {}
        for task in concerned:
            most[together[task["id"]]] = max(most.get(together[task["id"]], 0), task["times"])
        if sum(most.values()) > cap:
            found += group["count"]
    return found


def merges(tasks: list[Task]) -> list[tuple[str, str]]:
    """Pairs of tasks that one visit could serve: the same kinds, a common month, a common district (CA-2.3a, PD-1.2)."""
    return [
        (one["id"], other["id"])
        for place, one in enumerate(tasks)
        for other in tasks[place + 1 :]
        if _meet(one["kinds"], other["kinds"])
        and set(one["months"]) & set(other["months"])
        and _meet(one["districts"], other["districts"])
    ]


def load(tasks: list[Task], census: list[Group], scopes: Mapping[str, Iterable[str]]) -> list[dict[str, Any]]:
    """Visits and visits per inspector in each month: `{month, visits, inspectors, each_tenths}` (tenths of a visit).

    `scopes`: item codes by inspector; none: all items. A visit takes a whole team; a task's visits are spread evenly
    over its months, what is over to the first ones.
    """
    months = []
    for month in range(1, 13):
        visits, seats, people = 0, 0, set()
        for task in tasks:
            part = _in_month(drawn(task, census) * task["times"], task["months"], month)
            visits += part
            seats += part * task["team"]["size"]
            if part:
                people |= able(task, scopes)
        each = seats * 10 // len(people) if people else None
        months.append({"month": month, "visits": visits, "inspectors": len(people), "each_tenths": each})
    return months


def able(task: Task, scopes: Mapping[str, Iterable[str]]) -> set[str]:
    """The inspectors who may inspect all items of a task."""
    return {name for name, codes in scopes.items() if not set(codes) or set(task["items"]) <= set(codes)}


def unmanned(tasks: list[Task], scopes: Mapping[str, Iterable[str]]) -> list[dict[str, Any]]:
    """Tasks for which no team can be made of the bureau's own people: `{task, able}`, and how many may go."""
    found = [
        {"task": task["id"], "able": len(able(task, scopes)), "size": task["team"]["size"]} for task in tasks
    ]
    return [one for one in found if one["able"] < one["size"]]


def changes(before: list[Task], after: list[Task]) -> list[dict[str, Any]]:
    """What a version changed (CA-2.2b): `{id, name, what, fields: [(field, before, after)]}`; new, gone or changed."""
    old, new = ({task["id"]: task for task in tasks} for tasks in (before, after))
    found = [
        {"id": key, "name": old[key]["name"], "what": "gone", "fields": []} for key in old if key not in new
    ]
    for key, task in new.items():
        if key not in old:
            found.append({"id": key, "name": task["name"], "what": "new", "fields": []})
            continue
        fields = [
            (name, old[key].get(name), value) for name, value in task.items() if old[key].get(name) != value
        ]
        if fields:
            found.append({"id": key, "name": task["name"], "what": "changed", "fields": fields})
    return found


def _sum(groups: Iterable[Group]) -> int:
    return sum(int(group["count"]) for group in groups)


def part_of(size: int, bp: int) -> int:
    """So many basis points of a size, rounded up (design 2.6 step 3)."""
    return -(-size * bp // ALL_BP)


def _reaches(given: int | None, asked: int | None) -> bool | None:
    return None if asked is None or given is None else given >= asked


def _meet(one: list[str], other: list[str]) -> bool:
    """Whether two lists share something; an empty one means all."""
    return not one or not other or bool(set(one) & set(other))


def _joined(tasks: list[Task]) -> dict[str, int]:
    """Which visit each task belongs to, where tasks that can be merged are one."""
    visit = {task["id"]: place for place, task in enumerate(tasks)}
    for one, other in merges(tasks):
        old, new = visit[other], visit[one]
        visit = {key: new if place == old else place for key, place in visit.items()}
    return visit


def _in_month(visits: int, months: list[int], month: int) -> int:
    if month not in months:
        return 0
    whole, rest = divmod(visits, len(months))
    return whole + (sorted(months).index(month) < rest)
