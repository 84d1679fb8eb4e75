"""换人 where it was assigned by hand, and the office's word on a wish for recusal (行政处罚法 43, RZ-10b)."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webapp.accounts.access import allow, me, own
from webapp.db import db, today
from webapp.draw.names import DrawSubject
from webapp.errors import Problem
from webapp.field import relief, rules
from webapp.field.models import Inspection, InspectionDraw
from webapp.registry.models import Inspector, Interest
from webapp.words import _

blueprint = Blueprint("relieving", __name__)

ACTORS = ("planner", "supervisor")
LONGEST = 500


@blueprint.get("/office/inspections/<inspection_id>/relieve")
@allow(*ACTORS)
def new(inspection_id: str) -> Any:
    """Who goes and who comes. What was drawn is swapped by its draw's order, so that nobody chooses."""
    inspection = own(db.session.get(Inspection, inspection_id))
    draw_id = drawn_by(inspection)
    if draw_id:
        wish = request.args.get("wish", "")
        return redirect(url_for("amend.new", draw_id=draw_id, inspection=inspection.id, wish=wish))
    return _page(inspection)


@blueprint.post("/office/inspections/<inspection_id>/relieve")
@allow(*ACTORS)
def relieve(inspection_id: str) -> Any:
    """Put one in the place of another; where somebody asked for recusal, that is the decision on it."""
    inspection = own(Inspection.locked(inspection_id))
    try:
        _relieve(inspection)
    except Problem as problem:
        db.session.rollback()
        return _page(own(db.session.get(Inspection, inspection_id)), problem), problem.status
    db.session.commit()
    flash(_("已换人。检查组更新任务列表后就能看到。"))
    return _shown(inspection)


@blueprint.post("/office/inspections/<inspection_id>/recusal")
@allow("supervisor")
def decline(inspection_id: str) -> Any:
    """Nobody has to step aside; the reason reaches the phones and is part of the record."""
    inspection = own(Inspection.locked(inspection_id))
    reason = request.form.get("reason", "").strip()[:LONGEST]
    try:
        relief.decide(me(), inspection, request.form.get("wish", ""), False, reason)
    except Problem as problem:
        db.session.rollback()
        flash(problem.text)
        return redirect(f"{_shown(inspection).location}#recusal")
    db.session.commit()
    flash(_("已决定。检查组同步后就能看到。"))
    return _shown(inspection)


def drawn_by(inspection: Inspection) -> str | None:
    """The draw whose order says who steps in; None where the inspection was assigned by hand."""
    for row in InspectionDraw.of_inspection(inspection.id):
        if row.draw.state == "drawn" and DrawSubject.standing(row.draw_id, row.subject_id):
            return row.draw_id
    return None


def _relieve(inspection: Inspection) -> None:
    author, form = me(), request.form
    reason = " ".join(form.get("reason", "").split())[:LONGEST]
    if drawn_by(inspection):
        raise Problem("relief_drawn")
    if author.id in inspection.pair:
        raise Problem("recusal_own")
    if not reason:
        raise Problem("reason_needed")
    into = own(db.session.get(Inspector, form.get("into", "")))
    fault = unable(inspection, into)
    if fault:
        raise Problem(fault)
    out, wish = form.get("out", ""), form.get("wish", "")
    if wish:
        relief.decide(author, inspection, wish, True, reason)
        relief.step_aside(author, inspection, out, reason)
    relief.relieve(author, inspection, out, into, reason)


def unable(inspection: Inspection, into: Inspector) -> str | None:
    """Why an inspector of the library cannot step in, as a code; None where nothing is against it (RZ-10b, RZ-14)."""
    if not into.user.active or "inspector" not in into.user.roles or into.user_id in inspection.pair:
        return "relief_pair"
    if into.valid_until < max(today(), inspection.due):
        return "credential_expired"
    if inspection.subject_id in Interest.standing([into.user_id])[into.user_id]:
        return "relief_interest"
    return None


def _page(inspection: Inspection, problem: Problem | None = None) -> str:
    others = [one for one in Inspector.of_bureau(inspection.bureau_id) if one.user_id not in inspection.pair]
    able = [one for one in others if unable(inspection, one) is None]
    wishes = {wish["event"]: wish for wish in rules.open_wishes(inspection.record())}
    wish = wishes.get(request.values.get("wish", ""))
    given = {"out": relief.who_asks(inspection, wish["event"] if wish else "")} | request.values.to_dict()
    return render_template(
        "field/relieve.html",
        inspection=inspection,
        able=able,
        problem=problem,
        given=given,
        wish=wish,
    )


def _shown(inspection: Inspection) -> Response:
    return redirect(url_for("archive.review", inspection_id=inspection.id))
