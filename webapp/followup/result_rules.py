"""What stands against a decision on the result, a case, a notice, a service. Pure (RZ-17, RZ-20)."""

from datetime import date
from typing import Any

from webapp.archive.wording import RESULTS
from webapp.followup.happened import result_notices
from webapp.followup.steps import NO_DAY, Step, Steps, day_of

Json = dict[str, Any]

UNREACHABLE = "unreachable"
# What a subject that cannot be found at its address came to (mission 2).
SUBS = ("closed", "deregistered", "revoked", "moved", "other")
# How a paper reached the subject, and what proves it beside the day.
WAYS = ("phone", "hand", "post", "left", "electronic")
PROOFS = {
    "phone": ("receiver", "strokes"),
    "hand": ("receiver", "files"),
    "post": ("receiver", "tracking"),
    "left": ("witness", "note", "files"),
    "electronic": ("receiver", "note"),
}
FAULTS = {
    "receiver": "service_receiver",
    "tracking": "service_tracking",
    "witness": "service_witness",
    "note": "service_note",
    "strokes": "service_strokes",
    "files": "service_files",
}
# The papers that are served.
PAPERS = ("notice", "order")


def decide_fault(payload: Json, steps: Steps, _author: str, _today: date) -> str | None:
    """What stands against putting a result forward."""
    code, sub = payload.get("code"), payload.get("sub")
    if code not in RESULTS:
        return "result_needed"
    if (code == UNREACHABLE) is not (sub in SUBS):
        return "sub_needed" if code == UNREACHABLE else "wrong_state"
    if any(step.waits for step in steps.of("decide", "rule")):
        return "result_waits"
    now = steps.result
    same = now and (now.payload.get("code"), now.payload.get("sub")) == (code, sub)
    return "result_same" if same else None


def case_fault(payload: Json, _steps: Steps, _author: str, _today: date) -> str | None:
    """What stands against opening a case (立案)."""
    if not str(payload.get("unit") or "").strip():
        return "case_unit"
    return None if payload["reason"].strip() else "reason_needed"


def notice_fault(payload: Json, steps: Steps, _author: str, _today: date) -> str | None:
    """What stands against issuing a notice; of a result there is one at a time, and only of the one in force."""
    if payload["kind"] != "result":
        return None
    result = steps.result
    if result is None or payload.get("about") != result.event:
        return "result_missing"
    return "notice_given" if result_notices(steps, result) else None


def serve_fault(payload: Json, steps: Steps, _author: str, today: date) -> str | None:
    """What stands against noting that a paper was served, beside its proof."""
    paper = steps.get(payload["notice"])
    if paper is None or paper.type not in PAPERS or not paper.stands:
        return "wrong_state"
    if payload["way"] not in WAYS:
        return "service_way"
    day = day_of(payload["at"])
    if day == NO_DAY or not paper.day <= day <= today:
        return "service_day"
    return None


def proof_fault(payload: Json, files: int) -> str | None:
    """Which proof is lacking for the way in which a paper was served."""
    given = payload | {"files": files}
    lacking = (name for name in PROOFS[payload["way"]] if not given.get(name))
    return next((FAULTS[name] for name in lacking), None)


def services(steps: Steps, paper: Step) -> list[Step]:
    """How a paper reached the subject: what the office noted, and what the subject itself confirmed."""
    return steps.about("notice", paper.event, "serve", "receive")
