"""Approvals at the desk: asked for, decided by another person, the papers, the service; where anyone checks a notice."""

from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select

from webapp.accounts.access import allow, me, own
from webapp.accounts.views import limiter
from webapp.db import db, now, today
from webapp.draw.models import Draw
from webapp.errors import Problem
from webapp.field import approvals, notices
from webapp.field.approvals import APPROVED, ASKABLE, ASKED, REFUSED, WAYS, Approval, Service
from webapp.field.models import Inspection, InspectionDraw
from webapp.field.notices import (
    ANNOUNCE,
    ANNOUNCED,
    APPROVAL_KIND,
    NOTICE_KIND,
    STATES,
    WAYS_SAID,
    NotAsked,
    approval_sheet,
    notice_sheet,
)
from webapp.field.views import OFFICE_READERS, visible
from webapp.paging import page_number
from webapp.registry.item_rules import METHODS
from webapp.typesetting.sheet import sheet_pdf, sheets_pdf
from webapp.words import _, _l, language

blueprint = Blueprint("approvals", __name__)

ASKERS = ("planner", "archivist")
APPROVERS = ("planner", "supervisor")
SHOWS = {
    "waiting": _l("等待审批"),
    "unasked": _l("还没有申请"),
    "approved": _l("已批准"),
    "refused": _l("不予批准"),
}
KEPT = {"waiting": ASKED, "approved": APPROVED, "refused": REFUSED}
MARKS = {"asked": "waiting", "approved": "passed", "refused": "found", "changed": "warning"}
PAGE = 50


@blueprint.get("/office/approvals")
@allow(*OFFICE_READERS)
def listed() -> str:
    """What waits for a decision, what nobody asked for yet, what was decided; of all inspections or of one draw."""
    return _list()


@blueprint.get("/office/approvals/notices.pdf")
@allow(*OFFICE_READERS)
@limiter.limit("20 per minute")
def notices_together() -> Response:
    """The notices of one page of the approved ones as one file, each on pages of its own. Raises `approval_missing`."""
    rows, _more = _rows("approved")
    last = Approval.last([row.id for row in rows])
    sheets = [
        notice_sheet(last[row.id].told(), address_of(last[row.id]), language(), _)
        for row in rows
        if last[row.id].fits(row)
    ]
    if not sheets:
        raise Problem("approval_missing")
    return _sent(sheets_pdf(sheets))


@blueprint.post("/office/approvals/ask")
@allow(*ASKERS)
def ask() -> Any:
    """Ask for the chosen inspections, or for all of a draw."""
    try:
        asked = _asked()
        made = Approval.ask(me(), _chosen_inspections(), asked)
        if not made:
            raise Problem("approval_none")
    except Problem as problem:
        db.session.rollback()
        return _again(problem), problem.status
    db.session.commit()
    flash(_("已申请 %(n)s 件，等另一个人审批。", n=len(made)))
    return _done()


@blueprint.post("/office/approvals/decide")
@allow(*APPROVERS)
def decide() -> Any:
    """Approve or refuse the chosen ones, or all of a draw that wait; those of one's own are left to somebody else."""
    approve = request.form.get("act") == "approve"
    opinion = request.form.get("opinion", "").strip()[: notices.LONGEST]
    try:
        waiting = [one for one in _chosen_approvals() if one.state == ASKED]
        done = Approval.decide(me(), waiting, approve, opinion)
        if not done:
            raise Problem("approval_own" if waiting else "approval_none")
    except Problem as problem:
        db.session.rollback()
        return _again(problem), problem.status
    db.session.commit()
    left = len(waiting) - len(done)
    said = (
        _("已批准 %(n)s 件，通知书可以打印。", n=len(done))
        if approve
        else _("不予批准 %(n)s 件。", n=len(done))
    )
    flash(said + (_("另有 %(n)s 件是您申请的或由您检查的，请别人审批。", n=left) if left else ""))
    return _done()


@blueprint.get("/office/inspections/<inspection_id>/approval")
@allow("inspector", *OFFICE_READERS)
def one(inspection_id: str) -> str:
    """The approval of one inspection: what was asked, who decided, the papers, the service."""
    return _one(visible(inspection_id))


@blueprint.post("/office/inspections/<inspection_id>/approval/service")
@allow("inspector", *ASKERS)
def serve(inspection_id: str) -> Any:
    """Note that the notice was served, how and to whom."""
    inspection = visible(inspection_id)
    try:
        approval = _approved(inspection)
        db.session.add(_service(approval))
    except Problem as problem:
        db.session.rollback()
        return _one(visible(inspection_id), problem), problem.status
    db.session.commit()
    flash(_("送达已记下。"))
    return redirect(url_for(".one", inspection_id=inspection.id))


@blueprint.get("/office/inspections/<inspection_id>/approval.pdf")
@allow("inspector", *OFFICE_READERS)
@limiter.limit("60 per minute")
def approval_form(inspection_id: str) -> Response:
    """The approval form, with what was decided as far as it is."""
    found = next(iter(Approval.of(visible(inspection_id).id)), None)
    if found is None:
        raise Problem("approval_missing")
    address = url_for(".one", inspection_id=inspection_id, _external=True)
    return _pdf(approval_sheet(found.told(), address, language(), _))


@blueprint.get("/office/inspections/<inspection_id>/notice.pdf")
@allow("inspector", *OFFICE_READERS)
@limiter.limit("60 per minute")
def notice(inspection_id: str) -> Response:
    """The notice of an approved inspection."""
    approval = _approved(visible(inspection_id))
    return _pdf(notice_sheet(approval.told(), address_of(approval), language(), _))


@blueprint.get("/public/notices/<approval_id>")
@allow("anyone")
@limiter.limit("60 per minute")
def check(approval_id: str) -> str:
    """Where the code on a notice leads: is it genuine, does it still hold. Who has the paper has the key."""
    found = db.session.get(Approval, approval_id)
    if found is None or found.state != APPROVED:
        raise Problem("notice_unknown")
    last = Approval.last([found.inspection_id])[found.inspection_id]
    holds = last.id == found.id and found.fits(found.inspection)
    told = found.told()
    return render_template(
        "field/notice.html", told=told, facts=told["facts"], number=notices.number(told, NOTICE_KIND), holds=holds,
        rights=[_(one) for one in notices.RIGHTS], conduct=[_(one) for one in notices.CONDUCT],
    )  # fmt: skip


def address_of(approval: Approval) -> str:
    """Where anyone checks a notice."""
    return url_for("approvals.check", approval_id=approval.id, _external=True)


def _asked() -> notices.Ask:
    law = me().bureau.law(today())
    try:
        return notices.ask(
            request.form, request.form.getlist("methods"), today(), bool(law.get("unannounced_checks"))
        )
    except NotAsked as error:
        raise Problem(error.code) from error


def _chosen_inspections() -> list[Inspection]:
    rows = select(Inspection).where(Inspection.bureau_id == current_user.bureau_id)
    draw_id = request.form.get("draw")
    if draw_id and "all" in request.form:
        rows = rows.where(Inspection.id.in_(_of_draw(draw_id)))
    else:
        rows = rows.where(Inspection.id.in_(request.form.getlist("chosen")[:PAGE]))
    rows = rows.order_by(Inspection.due, Inspection.number).with_for_update(of=Inspection)
    return list(db.session.scalars(rows.execution_options(populate_existing=True)))


def _chosen_approvals() -> list[Approval]:
    draw_id, bureau_id = request.form.get("draw"), current_user.bureau_id
    if draw_id and "all" in request.form:
        rows = select(Approval.id).where(Approval.bureau_id == bureau_id, Approval.state == ASKED)
        ids = list(db.session.scalars(rows.where(Approval.inspection_id.in_(_of_draw(draw_id)))))
    else:
        ids = request.form.getlist("chosen")[:PAGE]
    return Approval.locked(bureau_id, ids)


def _of_draw(draw_id: str) -> Any:
    return select(InspectionDraw.inspection_id).where(InspectionDraw.draw_id == draw_id)


def _service(approval: Approval) -> Service:
    form = request.form
    try:
        day = date.fromisoformat(form.get("day", ""))
    except ValueError:
        raise Problem("service_day") from None
    if day > today():
        raise Problem("service_day")
    if form.get("way") not in WAYS:
        raise Problem("service_way")
    receiver, note = (
        " ".join(form.get(name, "").split())[: notices.LONGEST] for name in ("receiver", "note")
    )
    if not receiver:
        raise Problem("service_receiver")
    return Service(
        approval_id=approval.id,
        way=form["way"],
        day=day,
        receiver=receiver,
        note=note,
        author_id=current_user.id,
    )


def _approved(inspection: Inspection) -> Approval:
    """The approval that stands now. Raises `approval_missing`, `approval_changed`."""
    found = Approval.last([inspection.id]).get(inspection.id)
    if found is None or found.state != APPROVED:
        raise Problem("approval_missing")
    if not found.fits(inspection):
        raise Problem("approval_changed")
    return found


def _done() -> Any:
    if one := request.form.get("one"):
        return redirect(url_for(".one", inspection_id=one))
    return redirect(url_for(".listed", show="waiting", draw=request.form.get("draw") or None))


def _again(problem: Problem) -> str:
    """The page that was filled in, with what stands against it."""
    inspection = db.session.get(Inspection, request.form.get("one", ""))
    return _one(own(inspection), problem) if inspection else _list(problem)


def _list(problem: Problem | None = None) -> str:
    show = request.values.get("show", "waiting")
    show = show if show in SHOWS else "waiting"
    rows, more = _rows(show)
    draw_id = request.values.get("draw")
    return render_template(
        "field/approvals.html", rows=rows, more=more, last=Approval.last([row.id for row in rows]), show=show,
        page=page_number(), draw=own(db.session.get(Draw, draw_id)) if draw_id else None, problem=problem, shows=SHOWS,
        coming=ASKABLE, **_words(),
    )  # fmt: skip


def _rows(show: str) -> tuple[list[Inspection], bool]:
    """A page of the inspections in a state, of one draw where it is named; and whether more follow."""
    rows = approvals.listed(current_user.bureau_id, KEPT.get(show))
    if draw_id := request.values.get("draw"):
        rows = rows.where(Inspection.id.in_(_of_draw(draw_id)))
    rows = rows.order_by(Inspection.due, Inspection.number).offset((page_number() - 1) * PAGE).limit(PAGE + 1)
    found = list(db.session.scalars(rows))
    return found[:PAGE], len(found) > PAGE


def _one(inspection: Inspection, problem: Problem | None = None) -> str:
    found = Approval.of(inspection.id)
    last = found[0] if found else None
    return render_template(
        "field/approval.html", inspection=inspection, approvals=found, last=last, problem=problem,
        standing=last.standing(inspection) if last else "", coming=inspection.state in ASKABLE,
        numbers={one.id: notices.number(one.told(), APPROVAL_KIND) for one in found},
        early=_before_approval(inspection, last),
        notice_number=notices.number(last.told(), NOTICE_KIND) if last else "",
        office=inspection.bureau_id == current_user.bureau_id and not set(current_user.roles).isdisjoint(OFFICE_READERS),
        **_words(),
    )  # fmt: skip


def _before_approval(inspection: Inspection, last: Approval | None) -> bool:
    """Whether somebody arrived before the approval was given, or without any."""
    arrivals = inspection.record()["content"]["arrivals"] if inspection.state != "assigned" else []
    decided = last.decided_at if last and last.state == APPROVED else None
    # A phone's clock may be wrong: this is only shown, and decides nothing.
    return any(decided is None or _moment(one["time"]) < decided for one in arrivals)


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return now()


def _words() -> dict[str, Any]:
    law = current_user.bureau.law(today())
    roles = set(current_user.roles)
    return {
        "states": {name: _(text) for name, text in STATES.items()},
        "marks": MARKS,
        "methods": METHODS,
        "announced": {name: _(ANNOUNCED[name]) for name in ANNOUNCE},
        "ways": {name: _(text) for name, text in WAYS_SAID.items()},
        "asks": not roles.isdisjoint(ASKERS),
        "approves": not roles.isdisjoint(APPROVERS),
        "given": request.form,
        "contact": request.form.get("contact") or approvals.contact(current_user.bureau_id),
        "unannounced": bool(law.get("unannounced_checks")),
        "today": today(),
    }


def _pdf(sheet: dict[str, Any]) -> Response:
    return _sent(sheet_pdf(sheet))


def _sent(pdf: bytes) -> Response:
    return Response(pdf, mimetype="application/pdf")
