"""The rules of a draw: what they must say before the freeze, so that nothing is left to decide after it.

Everything that could steer a draw stands in the rules and is bound by `rules_hash`: the sources of the seed with the
witnesses' seals, the list of inspectors (by its hash), the weights, who was left out and why. All members are written
out, none has a hidden default; `complete` fills in what a planner does not ask for.
"""

from collections.abc import Iterator
from typing import Any

from webapp.draw.shape import misfits

Rules = dict[str, Any]
Fault = dict[str, str]

BY = ("risk/region", "risk", "region", "all")
COVER = ("each", "together")
LOCAL = ("any", "local", "away")
NEEDS = ("specialty", "unit", "leader", "lent")
MOST_TICKETS = 999
MOST_SEATS = 20
WHOLE_BP = 10_000
MOST_BATCHES = 366

TEAM = {
    "size": "small",
    "cover": "text",
    "local": "text",
    "most?": "small",
    "needs": [{"what": "text", "value": "text", "count": "small"}],
    "experts": {"count": "small", "specialty?": "name"},
}
# Who may be drawn at all (freeze.py reads it); published with the rules, checked by whoever holds the library.
ELIGIBLE = {
    "states": ["name"],
    "kinds": ["name"],
    "cap?": "small",
    "clean_cap?": "small",
    "cooldown": "small",
    "key": "flag",
    "exempt": ["name"],
}
RULES = {
    "bureau": "words",
    "items": ["name"],
    "task": "text",
    "frozen": "time",
    "window": {"from": "date", "until": "date"},
    "sources": [{"name": "words", "kind": "text", "when?": "time", "sealed?": "hex"}],
    "eligible": ELIGIBLE,
    "left_out": {"*": "count"},
    "weights": {"risk": {"*": "small"}, "labels": {"*": "whole"}, "most": "small"},
    "by": "text",
    "quota": {
        "bp": "count",
        "risk": {"*": "count"},
        "strata": {"*": "count"},
        "least": "count",
        "total": "count",
        "most?": "count",
    },
    "batches": "small",
    "team?": TEAM,
    "inspectors_hash": "hex",
    "experts_hash": "hex",
    "blind": "flag",
}

DEFAULTS: Rules = {
    "task": "",
    "eligible": {},
    "left_out": {},
    "weights": {},
    "by": "risk/region",
    "quota": {},
    "batches": 1,
    "team": {},
    "blind": False,
}
ELIGIBLE_DEFAULTS: Rules = {
    "states": ["active"],
    "kinds": [],
    "cap": None,
    "clean_cap": None,
    "cooldown": 0,
    "key": False,
    "exempt": [],
}
WEIGHTS_DEFAULTS: Rules = {"risk": {}, "labels": {}, "most": 1}
QUOTA_DEFAULTS: Rules = {"bp": 0, "risk": {}, "strata": {}, "least": 0, "total": 0, "most": None}
TEAM_DEFAULTS: Rules = {
    "size": 2,
    "cover": "each",
    "local": "local",
    "most": None,
    "needs": [],
    "experts": {"count": 0, "specialty": None},
}


def fault(step: str, code: str, at: str = "") -> Fault:
    """One thing that is wrong: in which step, what (`wording.py` says it), and where."""
    return {"step": step, "code": code, "at": at}


def complete(asked: Rules) -> Rules:
    """`asked` with every member that it leaves out; `team: None` draws subjects only (RZ-10: pairs drawn elsewhere)."""
    rules = DEFAULTS | asked
    rules["eligible"] = ELIGIBLE_DEFAULTS | rules["eligible"]
    rules["weights"] = WEIGHTS_DEFAULTS | rules["weights"]
    rules["quota"] = QUOTA_DEFAULTS | rules["quota"]
    if rules["team"] is not None:
        rules["team"] = TEAM_DEFAULTS | rules["team"]
        rules["team"]["experts"] = TEAM_DEFAULTS["experts"] | rules["team"]["experts"]
    return rules


def rules_faults(rules: Any) -> list[Fault]:
    """What is wrong with the rules by themselves; none where a draw can stand on them."""
    wrong = list(misfits(rules, RULES))
    if wrong:
        return [fault("rules", "shape", at) for at in wrong]
    checks = (_head(rules), _sources(rules), _weights(rules), _quota(rules), _team(rules["team"]))
    return [fault("rules", "value", at) for check in checks for at in check]


def _head(rules: Rules) -> Iterator[str]:
    if not rules["items"] or len(set(rules["items"])) < len(rules["items"]):
        yield "items"
    if rules["window"]["from"] > rules["window"]["until"]:
        yield "window"
    if rules["by"] not in BY:
        yield "by"
    if not 1 <= rules["batches"] <= MOST_BATCHES:
        yield "batches"


def _sources(rules: Rules) -> Iterator[str]:
    """Witnesses sealed their numbers before the freeze; public numbers come last and after it (RZ-13, design 2.6)."""
    sources = rules["sources"]
    if not sources or len({source["name"] for source in sources}) < len(sources):
        yield "sources"
    public = False
    for place, source in enumerate(sources):
        sealed, when = source["sealed"] is not None, source["when"] is not None
        if source["kind"] == "witness":
            right = sealed and not when and not public
        else:
            public = True
            right = source["kind"] == "public" and when and not sealed and source["when"] > rules["frozen"]
        if not right:
            yield f"sources[{place}]"


def _weights(rules: Rules) -> Iterator[str]:
    weights = rules["weights"]
    if not 1 <= weights["most"] <= MOST_TICKETS:
        yield "weights.most"
    for name in sorted(weights["risk"]):
        if not 1 <= weights["risk"][name] <= MOST_TICKETS:
            yield f"weights.risk.{name}"
    for name in sorted(weights["labels"]):
        if abs(weights["labels"][name]) > MOST_TICKETS:
            yield f"weights.labels.{name}"


def _quota(rules: Rules) -> Iterator[str]:
    quota = rules["quota"]
    if quota["bp"] > WHOLE_BP:
        yield "quota.bp"
    if quota["risk"] and rules["by"] not in ("risk/region", "risk"):
        yield "quota.risk"
    for part in ("risk", "strata"):
        for name in sorted(quota[part]):
            if quota[part][name] > WHOLE_BP:
                yield f"quota.{part}.{name}"


def _team(team: Rules | None) -> Iterator[str]:
    """Two at least (RZ-14, PD-3.3), whatever else the rules ask."""
    if team is None:
        return
    if not 2 <= team["size"] <= MOST_SEATS:
        yield "team.size"
    if team["cover"] not in COVER:
        yield "team.cover"
    if team["local"] not in LOCAL:
        yield "team.local"
    for place, need in enumerate(team["needs"]):
        named = need["what"] in ("specialty", "unit")
        if (
            need["what"] not in NEEDS
            or named != bool(need["value"])
            or not 1 <= need["count"] <= team["size"]
        ):
            yield f"team.needs[{place}]"
    if team["experts"]["count"] > MOST_SEATS:
        yield "team.experts.count"
