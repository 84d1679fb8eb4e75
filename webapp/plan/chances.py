"""What is known of a subject's past, and how it raises or lowers its chance to be drawn. Pure.

CA-1, RZ-12, TJ-9, TJ-12, TJ-13, PD-3.2: complaints, the list of abnormal operations, serious dishonesty, penalties, a bad
labour grade and what the bureau itself found last year give more tickets, a good past fewer; how many is the bureau's
law, and stands in the rules of each draw. Nothing here decides; the draw counts tickets.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from webapp.plan import rules

Law = Mapping[str, Any]
Past = Mapping[str, Any]

COMPLAINED, CLEAN = "投诉", "上年无处罚无问题"
# Which setting of the law says how many tickets a label adds or takes.
MORE = {
    COMPLAINED: "tickets_complaints",
    "经营异常": "tickets_abnormal",
    "严重违法失信": "tickets_dishonest",
    "行政处罚": "tickets_penalties",
    "守法诚信C级": "tickets_grade_c",
    "上年查出问题": "tickets_found",
}
LESS = {CLEAN: "tickets_clean", "守法诚信A级": "tickets_grade_a"}
MOST = 999
HALVINGS = 60


def labels(past: Past, found: bool = False) -> list[str]:
    """What is said of a subject: `{complaints, abnormal, dishonest, penalties, labour_grade}` of the library.

    `found`: the bureau's own check found something last year.
    """
    true = {
        COMPLAINED: past["complaints"],
        "经营异常": past["abnormal"],
        "严重违法失信": past["dishonest"],
        "行政处罚": past["penalties"],
        "守法诚信C级": past["labour_grade"] == "C",
        "上年查出问题": found,
        CLEAN: is_clean(past, found),
        "守法诚信A级": past["labour_grade"] == "A",
    }
    return [label for label, holds in true.items() if holds]


def is_clean(past: Past, found: bool = False) -> bool:
    """Whether nothing is held against a subject: no penalty, on no list, nothing found last year (Guangxi's rule)."""
    return not (past["penalties"] or past["abnormal"] or past["dishonest"] or found)


def weights(law: Law) -> dict[str, int]:
    """How many tickets each label adds or takes, by the law; those that do nothing are left out."""
    more = {label: law.get(setting) or 0 for label, setting in MORE.items()}
    less = {label: -(law.get(setting) or 0) for label, setting in LESS.items()}
    return {label: by for label, by in (more | less).items() if by}


def base(law: Law) -> int:
    """The tickets of a subject of which nothing is said."""
    return int(law.get("tickets") or 1)


def most(law: Law) -> int:
    """The most tickets that anyone can have."""
    return min(MOST, base(law) + sum(by for by in weights(law).values() if by > 0))


def tickets(said: Iterable[str], law: Law) -> int:
    """How many tickets a subject of these labels has."""
    by = weights(law)
    return max(1, min(most(law), base(law) + sum(by.get(label, 0) for label in said)))


def shares(tasks: list[rules.Task], census: list[rules.Group], law: Law) -> list[dict[str, Any]]:
    """What the law does to chances in a plan: `{label, tickets, subjects, visits_tenths, share_bp}` of each label that
    weighs, and of those of which nothing weighs (label None).

    `tickets` by that label alone; `visits_tenths` are expected visits in tenths, `share_bp` their part of the subjects.
    An estimate for people: subjects by what the library says now, large strata, whole year.
    """
    by = weights(law)
    if not by:
        return []
    rows: dict[str | None, list[float]] = {None: [0, 0.0], **{label: [0, 0.0] for label in by}}
    for group, expected in _expected(tasks, census, law):
        mine: list[str | None] = [label for label in labels(group) if label in by]
        for label in mine or [None]:
            rows[label][0] += group["count"]
            rows[label][1] += expected
    return [
        {
            "label": label,
            "tickets": tickets([label] if label else [], law),
            "subjects": int(subjects),
            "visits_tenths": round(visits * 10),
            "share_bp": round(visits * rules.ALL_BP / subjects) if subjects else None,
        }
        for label, (subjects, visits) in rows.items()
    ]


def _expected(
    tasks: list[rules.Task], census: list[rules.Group], law: Law
) -> Iterable[tuple[rules.Group, float]]:
    """Each group that a task is about, once, with its expected visits in a year."""
    visits: dict[int, float] = {}
    for task in tasks:
        strata: dict[str, list[rules.Group]] = {}
        for group in rules.scope(task, census):
            strata.setdefault(rules.stratum_of(task, group), []).append(group)
        for groups, quota in zip(strata.values(), _quotas(task, strata), strict=True):
            sizes = [(int(group["count"]), tickets(labels(group), law)) for group in groups]
            for group, (count, held) in zip(groups, sizes, strict=True):
                part = task["times"] * count * chance(held, sizes, quota)
                visits[id(group)] = visits.get(id(group), 0.0) + part
    return [(group, visits[id(group)]) for group in census if id(group) in visits]


def _quotas(task: rules.Task, strata: Mapping[str, list[rules.Group]]) -> list[float]:
    sizes = [sum(int(group["count"]) for group in groups) for groups in strata.values()]
    if task["total"] is not None:
        of = sum(sizes)
        return [min(1.0, task["total"] / of) * size if of else 0.0 for size in sizes]
    return [
        float(rules.part_of(size, rules.share(task, groups[0])))
        for size, groups in zip(sizes, strata.values(), strict=True)
    ]


def chance(held: int, sizes: list[tuple[int, int]], quota: float) -> float:
    """How likely one with `held` tickets is among the `quota` drawn of a stratum of `(subjects, tickets)`.

    Who has the lowest ticket is drawn: of large strata all below one level are, and that level is looked for.
    """
    if quota >= sum(count for count, _ in sizes):
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        level = (low + high) / 2
        drawn = sum(count * (1 - (1 - level) ** tickets) for count, tickets in sizes)
        low, high = (level, high) if drawn < quota else (low, level)
    return 1 - (1 - low) ** held
