"""异议: an objection, its re-check by others (复查复核) and the ruling on it. Pure (RZ-23, TJ-14c)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from webapp.archive.wording import N_, RESULTS
from webapp.field.rules import SUBJECT
from webapp.followup.said import NAME, between, fits, says
from webapp.followup.steps import GRANTED, OVERTURNED, Step, Steps

Json = dict[str, Any]

PAGE = "page"
WAYS = {PAGE: N_("扫码在网页提出"), "letter": N_("来信"), "visit": N_("到机构提出"), "phone": N_("来电")}
RECHECK_WAYS = {"papers": N_("查阅材料"), "visit": N_("到现场复查")}
OUTCOMES = {
    "upheld": N_("维持原结果"),
    "changed": N_("变更结果"),
    "reversed": N_("撤销原结果"),
    "rejected": N_("不予受理"),
}
UNREACHABLE, SUBS = "unreachable", ("closed", "deregistered", "revoked", "moved", "other")
STATES = {
    "new": N_("等复查"),
    "rechecked": N_("等处理决定"),
    "waiting": N_("决定等批准"),
    "ruled": N_("已答复"),
}
MOST = 5
PEOPLE = 6


@dataclass(frozen=True)
class Objection:
    """One objection with what was done about it."""

    step: Step
    rechecks: list[Step]
    rulings: list[Step]

    @property
    def ruling(self) -> Step | None:
        """The ruling in force."""
        return next((one for one in self.rulings if one.approval == GRANTED), None)

    @property
    def waiting(self) -> Step | None:
        """The ruling on which somebody has to decide."""
        return next((one for one in self.rulings if one.waits), None)

    @property
    def state(self) -> str:
        """How it stands (`STATES`)."""
        if self.ruling:
            return "ruled"
        return "waiting" if self.waiting else "rechecked" if self.rechecks else "new"


def objections(steps: Steps) -> list[Objection]:
    """Every objection that was not voided, the oldest first."""
    return [
        Objection(one, *(steps.about("objection", one.event, kind) for kind in ("recheck", "rule")))
        for one in steps.of("object")
    ]


def objection(steps: Steps, event: Any) -> Objection | None:
    """The objection of this event."""
    return next((one for one in objections(steps) if one.step.event == event), None)


def overturns(ruling: Step) -> bool:
    """Whether by this ruling the old result is out of force."""
    return ruling.payload["outcome"] in OVERTURNED


def before(steps: Steps, ruling: Step) -> Step | None:
    """The result that was in force when a ruling on it was approved."""
    told = ruling.approved_at or ruling.time
    earlier = (one for one in steps.all if one.event != ruling.event and (one.approved_at or "") < told)
    return Steps(tuple(earlier)).result


def object_fault(payload: Json, steps: Steps, author: str, today: date) -> str | None:
    """What stands against taking an objection."""
    if not says(payload, "text"):
        return "object_text"
    if not says(payload, "name", NAME) or not fits(payload, "phone", NAME):
        return "object_name"
    if payload.get("way") not in WAYS or (payload["way"] == PAGE) != (author == SUBJECT):
        return "object_way"
    if not between(payload, "at", date.min, today):
        return "day_order"
    return "object_many" if sum(one.state != "ruled" for one in objections(steps)) >= MOST else None


def recheck_fault(payload: Json, steps: Steps, author: str, today: date) -> str | None:
    """What stands against a re-check; who may make one says `of_the_pair`."""
    found = objection(steps, payload.get("objection"))
    if found is None or found.state in ("waiting", "ruled"):
        return "objection_closed"
    if payload.get("way") not in RECHECK_WAYS:
        return "recheck_way"
    people = payload.get("people")
    named = isinstance(people, list) and all(isinstance(one, str) and one.strip() for one in people)
    least = 2 if payload["way"] == "visit" else 1
    if not named or not least <= len(set(people)) <= PEOPLE:
        return "recheck_people"
    if not says(payload, "found"):
        return "recheck_found"
    return None if between(payload, "at", found.step.day, today) else "day_order"


def of_the_pair(people: Collection[str], pair: Collection[str]) -> bool:
    """Whether one who inspected is among those who re-check: nobody judges the own work (RZ-23)."""
    return not set(people).isdisjoint(pair)


def rule_fault(payload: Json, steps: Steps, author: str, today: date) -> str | None:
    """What stands against a ruling. Only what is not taken up needs no re-check."""
    found, outcome = objection(steps, payload.get("objection")), payload.get("outcome")
    if found is None or found.state in ("waiting", "ruled"):
        return "objection_closed"
    if outcome not in OUTCOMES:
        return "rule_outcome"
    if outcome != "rejected" and not found.rechecks:
        return "recheck_first"
    if outcome in OVERTURNED and steps.result is None:
        return "rule_result"
    return _code_fault(payload, steps) or (None if says(payload, "reason") else "reason_needed")


def _code_fault(payload: Json, steps: Steps) -> str | None:
    """The new result: needed where it is changed, possible where it is reversed, else there is none."""
    outcome, code, sub = payload["outcome"], payload.get("code"), payload.get("sub")
    if code is None:
        return "rule_code" if outcome == "changed" or sub is not None else None
    held = steps.result.payload if steps.result else {}
    same = (code, sub) == (held.get("code"), held.get("sub"))
    if outcome not in OVERTURNED or code not in RESULTS or same:
        return "rule_code"
    return "rule_code" if (code == UNREACHABLE) != (sub in SUBS) else None
