"""A visit made again: for an order, to see that it was kept; for an objection, by others than the pair (RZ-23)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request

from webapp.accounts.models import User
from webapp.archive.models import File
from webapp.archive.wording import N_
from webapp.db import today
from webapp.errors import Problem
from webapp.field.models import Inspection
from webapp.followup import acts, objections, orders
from webapp.followup.after_views import typed_day
from webapp.followup.follow_forms import given
from webapp.registry.models import Inspector

Json = dict[str, Any]

# What a hand-made inspection of this kind says as its reason (RZ-5).
REASON = "other"
FOR_ORDER, FOR_OBJECTION = N_("复查 {number} 的改正情况"), N_("对 {number} 的异议进行现场复查")
FINDINGS = 60


@dataclass(frozen=True)
class Asked:
    """What was asked for: who goes until when, for which order or objection."""

    pair: list[Inspector]
    due: date
    order: str | None
    objection: str | None


def asked(inspection: Inspection) -> Asked:
    """What was typed. Raises `day_wrong`, `recheck_pair` where the pair of the first visit would judge an objection."""
    chosen = list(dict.fromkeys(filter(None, request.form.getlist("person"))))
    known = {one.user_id: one for one in Inspector.of_bureau(inspection.bureau_id)}
    if given("objection") and objections.of_the_pair(chosen, inspection.pair):
        raise Problem("recheck_pair")
    pair = [known[name] for name in chosen if name in known]
    return Asked(pair, date.fromisoformat(typed_day("due")), given("order"), given("objection"))


def reinspect(author: User, inspection: Inspection, wanted: Asked) -> Inspection:
    """Assign the visit and link it to the first; its pair finds on their phones what was found and demanded.

    Raises `objection_closed`, `item_off_list` and what `Inspection.assign` raises, and the check of a `reinspect`.
    """
    steps = acts.after(inspection)
    order = orders.order(steps, wanted.order)
    if wanted.objection and not _open(objections.objection(steps, wanted.objection)):
        raise Problem("objection_closed")
    items = [one.item for one in inspection.listed if one.item.active]
    words = FOR_OBJECTION if wanted.objection else FOR_ORDER
    made = Inspection.assign(
        author=author, subject=inspection.subject, items=items, pair=wanted.pair, due=wanted.due, today=today(),
        reason=REASON, text=words.format(number=order.number if order else inspection.number),
    )  # fmt: skip
    said = {
        "order": wanted.order,
        "objection": wanted.objection,
        "inspection": made.id,
        "number": made.number,
    }
    acts.write(author, inspection, "reinspect", said | {"told": told(inspection, order)})
    return made


def told(inspection: Inspection, order: orders.Order | None) -> Json:
    """What the pair has to know of the first visit: `{number, day, result, note, findings: [{question, label, note, law}],
    order: {number, deadline, demands: [text]} | None}`."""
    words = File(inspection).document
    result = words["result"] or {}
    return {
        "id": inspection.id,
        "number": inspection.number,
        "day": words["date"],
        "result": result.get("code_text", ""),
        "note": result.get("note", ""),
        "findings": [
            {"question": row["address"], "label": row["label"], "note": row["note"], "law": row["law"]}
            for row in words["findings"][:FINDINGS]
        ],
        "order": order
        and {
            "number": order.number,
            "deadline": order.deadline.isoformat(),
            "demands": [one["text"] for one in order.step.payload["demands"]],
        },
    }


def _open(found: objections.Objection | None) -> bool:
    return found is not None and found.state in ("new", "rechecked")
