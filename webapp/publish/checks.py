"""What has to hold before something about a publication is written into the log. Pure."""

from datetime import date
from typing import Any

from webapp.canonical import digest
from webapp.followup.acts import CHECKS
from webapp.followup.steps import Steps
from webapp.publish.document import SHOWN, standing, withheld

Json = dict[str, Any]
# On what ground a result stays out (PD-3.5; 政府信息公开条例 14, 15).
GROUNDS = ("secret", "trade", "privacy", "other")


def publish_fault(payload: Json, steps: Steps, _author: str, _today: date) -> str | None:
    """A result that was decided, of a document that is what its hash says, not public and not withheld."""
    shown = standing(steps)
    if shown and shown.state == SHOWN:
        return "publication_shown"
    return "publication_withheld" if withheld(steps) else _document_fault(payload, steps)


def correct_fault(payload: Json, steps: Steps, _author: str, _today: date) -> str | None:
    """Something public that is put right, with the reason that the public reads."""
    shown = standing(steps)
    if not shown or shown.state != SHOWN or payload.get("publication") != shown.publication.event:
        return "wrong_state"
    if payload["document_hash"] == shown.document_hash:
        return "publication_same"
    return "reason_needed" if not payload["reason"].strip() else _document_fault(payload, steps)


def withhold_fault(payload: Json, steps: Steps, _author: str, _today: date) -> str | None:
    """A ground in law and a reason; asked once."""
    if withheld(steps):
        return "wrong_state"
    if payload.get("kind") not in GROUNDS or not payload["clause"].strip():
        return "publication_ground"
    return None if payload["reason"].strip() else "reason_needed"


def take_down_fault(payload: Json, steps: Steps, _author: str, _today: date) -> str | None:
    """Something public, and why it goes."""
    shown = standing(steps)
    if not shown or shown.state != SHOWN or payload["publication"] != shown.publication.event:
        return "wrong_state"
    return None if payload["reason"].strip() else "reason_needed"


def enter_fault(payload: Json, steps: Steps, _author: str, today: date) -> str | None:
    """A platform and its receipt, not of tomorrow, each once (RZ-19)."""
    if not payload["platform"].strip() or not payload["receipt"].strip():
        return "platform_receipt"
    try:
        if date.fromisoformat(payload["at"]) > today:
            return "day_wrong"
    except ValueError:
        return "day_wrong"
    known = {(step.payload["platform"], step.payload["receipt"]) for step in steps.standing("enter")}
    return "platform_twice" if (payload["platform"], payload["receipt"]) in known else None


def _document_fault(payload: Json, steps: Steps) -> str | None:
    result, document = steps.result, payload["document"]
    if result is None:
        return "publication_result"
    if digest(document) != payload["document_hash"] or document["result"]["code"] != result.payload["code"]:
        return "publication_changed"
    exceptions = payload.get("exceptions")
    given = isinstance(exceptions, list) and all(str(one.get("reason", "")).strip() for one in exceptions)
    return None if given else "publication_reason"


CHECKS |= {
    "publish": publish_fault,
    "correct": correct_fault,
    "withhold": withhold_fault,
    "take_down": take_down_fault,
    "enter": enter_fault,
}
