"""Assigning an inspection by hand, with its reason: what is checked without a draw (RZ-5)."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from uuid6 import uuid7
from werkzeug.wrappers import Response

from webapp.accounts.access import allow
from webapp.db import db, today
from webapp.errors import Problem
from webapp.field import rules, yearly
from webapp.field.models import Inspection
from webapp.ids import is_uuid
from webapp.registry.items import Item
from webapp.registry.models import Inspector
from webapp.registry.subject_views import sees_numbers, shown
from webapp.registry.subjects import Subject
from webapp.words import _, _l

blueprint = Blueprint("assign", __name__)

# The kinds of RZ-5 in its own words.
REASONS = {
    "law": _l("法律、法规、规章对监督检查方式有明确规定"),
    "assigned": _l("上级交办、督办案件"),
    "complaint": _l("举报投诉案件"),
    "transferred": _l("其他部门移交案件线索"),
    "other": _l("其他不适用双随机抽查的情况"),
}
FIELD_OF = {
    "item_off_list": "items",
    "pair_too_small": "pair",
    "credential_expired": "pair",
    "due_past": "due",
}


@blueprint.get("/office/inspections/new")
@allow("planner", "archivist")
def new() -> str:
    """The page; what stands in the address fills it."""
    return _page({})


@blueprint.post("/office/inspections/new")
@allow("planner", "archivist")
def assign() -> Any:
    """Assign, or say every fault at its field and keep what was typed."""
    if "find" in request.form:
        return _page({})
    known = db.session.get(Inspection, _inspection_id())
    if known is not None and known.bureau_id == current_user.bureau_id:
        return _shown(known)
    given = _given()
    faults = _faults(given)
    if faults:
        return _page(faults), 422
    # An id of another bureau's inspection is nobody's business here: this one gets its own.
    given |= {"author": current_user, "today": today(), "inspection_id": None if known else _inspection_id()}
    try:
        inspection = Inspection.assign(**given)
        db.session.commit()
    except IntegrityError:
        # The same form came twice at once: the other request assigned it.
        db.session.rollback()
        return _shown(db.session.get_one(Inspection, _inspection_id()))
    flash(_("已指派，编号 %(number)s。检查组更新任务列表后就能看到。", number=inspection.number))
    return _shown(inspection)


@blueprint.app_context_processor
def counted() -> dict[str, Any]:
    """What the plan's page asks: the year's figures, what nobody drew apart (RZ-5)."""
    return {"year_of": yearly.figures, "reason_words": REASONS}


def _inspection_id() -> str:
    # Made with the page, so that a form that is sent twice assigns once.
    given = request.form.get("id", "")
    return given if is_uuid(given) else str(uuid7())


def _given() -> dict[str, Any]:
    """What was chosen, as `Inspection.assign` takes it; a `due` that is no day is None."""
    bureau_id, form = current_user.bureau_id, request.form
    items, pair = set(form.getlist("items")), set(form.getlist("pair"))
    subject = db.session.get(Subject, form.get("subject", ""))
    try:
        due = date.fromisoformat(form.get("due", ""))
    except ValueError:
        due = None
    return {
        "subject": subject if subject and subject.bureau_id == bureau_id else None,
        "items": [item for item in Item.listed(bureau_id) if item.id in items],
        "pair": [inspector for inspector in Inspector.of_bureau(bureau_id) if inspector.user_id in pair],
        "due": due,
        "reason": form.get("reason", ""),
        "text": form.get("text", "").strip()[:2000],
    }


def _faults(given: dict[str, Any]) -> dict[str, Problem]:
    """Every fault at the field where it is mended."""
    codes = rules.assignment_faults(
        today=today(),
        due=given["due"] or today(),
        items=len(given["items"]),
        credentials=[inspector.valid_until for inspector in given["pair"]],
        reason=given["reason"],
        text=given["text"],
    )
    faults = {FIELD_OF[code]: Problem(code) for code in codes if code in FIELD_OF}
    chosen = set(request.form.getlist("items"))
    if not chosen:
        faults["items"] = Problem("items_needed")
    elif len(given["items"]) != len(chosen):
        faults["items"] = Problem("item_off_list")
    if given["due"] is None:
        faults["due"] = Problem("due_needed")
    if given["subject"] is None:
        faults["subject"] = Problem("subject_needed")
    elif given["subject"].state in Subject.GONE:
        faults["subject"] = Problem("subject_gone")
    if given["reason"] not in REASONS:
        faults["reason"] = Problem("reason_kind_needed")
    if not given["text"]:
        faults["text"] = Problem("reason_needed")
    return faults


def _page(faults: dict[str, Problem]) -> str:
    bureau_id, values = current_user.bureau_id, request.values
    words = values.get("q", "").strip()[:100]
    chosen = db.session.get(Subject, values.get("subject", ""))
    subjects = Subject.search(bureau_id, words, whole=sees_numbers()) if words else []
    if chosen and chosen.bureau_id == bureau_id:
        subjects = [chosen, *(subject for subject in subjects if subject is not chosen)]
    return render_template(
        "field/assign.html",
        faults=faults,
        inspection_id=_inspection_id(),
        inspectors=Inspector.of_bureau(bureau_id),
        items=Item.listed(bureau_id),
        reasons=REASONS,
        shown=shown,
        subjects=subjects,
        today=today(),
        values=values,
        words=words,
    )


def _shown(inspection: Inspection) -> Response:
    return redirect(url_for("archive.review", inspection_id=inspection.id))
