"""The desk's pages of 更换和取消: one asks, another decides; and what becomes of inspections that were begun."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select

from webapp.accounts.access import allow, me, own
from webapp.accounts.models import User
from webapp.db import db, rows_by_id, today
from webapp.draw.amendments import APPROVED, CANCEL, REFUSED, WAITING, WHY, Amendment
from webapp.draw.layout import DrawFile
from webapp.draw.models import Draw
from webapp.draw.names import DrawSubject
from webapp.draw.swaps import standing
from webapp.draw.wording import UNFIT
from webapp.errors import Problem
from webapp.field import amended, relief
from webapp.field.models import Inspection, InspectionDraw
from webapp.field.rules import UNFINISHED
from webapp.registry.models import Expert
from webapp.words import _, _l

blueprint = Blueprint("amend", __name__)
Json = dict[str, Any]

ACTORS = ("planner", "supervisor")
READERS = (*ACTORS, "admin", "archivist", "auditor")
KINDS = {
    "subject": _l("更换检查对象"),
    "inspector": _l("更换检查人员"),
    "expert": _l("更换专家"),
    CANCEL: _l("取消抽取"),
}
STATES = {WAITING: _l("等第二人批准"), APPROVED: _l("已批准"), REFUSED: _l("没有批准")}
MARKS = {WAITING: "waiting", APPROVED: "passed", REFUSED: "kept"}
NEED = {
    "specialty": _l("专业"),
    "item": _l("事项"),
    "leader": _l("组长"),
    "unit": _l("单位"),
    "lent": _l("抽调"),
}
WORDS = {
    "closed": _l("已注销、吊销或者歇业"),
    "moved": _l("已迁出"),
    "unfound": _l("无法联系"),
    "recusal": _l("回避"),
    "away": _l("因故不能前往"),
    "credential": _l("执法证失效"),
    "transferred": _l("调离"),
    "other": _l("其他原因"),
    "list": _l("名录或者规则有误"),
    "process": _l("抽取过程有误"),
    "plan": _l("计划变更"),
}
LONGEST = 2000


@blueprint.get("/office/draws/<draw_id>/amend")
@allow(*ACTORS)
def new(draw_id: str) -> str:
    """The form: whom to replace, and why; without a subject, why the whole draw is cancelled."""
    return _form(own(db.session.get(Draw, draw_id)))


@blueprint.post("/office/draws/<draw_id>/amend")
@allow(*ACTORS)
def ask(draw_id: str) -> Any:
    """Ask for it. Nothing typed is lost where something stands against it."""
    try:
        draw = Draw.locked(draw_id, current_user.bureau_id)
        asked = Amendment.ask(me(), draw, _given(), amended.visits(draw))
    except Problem as problem:
        db.session.rollback()
        return _form(own(db.session.get(Draw, draw_id)), problem), problem.status
    db.session.commit()
    flash(_("已提出，等另一位计划员或督导员批准。批准以前，什么都不变。"))
    return redirect(url_for("amend.one", amendment_id=asked.id))


@blueprint.get("/office/amendments/<amendment_id>")
@allow(*READERS)
def one(amendment_id: str) -> str:
    """What was asked, who would step in, and what was decided."""
    return _page(own(db.session.get(Amendment, amendment_id)))


@blueprint.post("/office/amendments/<amendment_id>/approve")
@allow(*ACTORS)
def approve(amendment_id: str) -> Any:
    """Let it take effect: the new file, and the inspections."""
    try:
        found = Amendment.locked(amendment_id, current_user.bureau_id)
        made = amended.approve(me(), found, request.form.get("begun", ""), today())
    except Problem as problem:
        return _again(amendment_id, problem)
    db.session.commit()
    if made:
        flash(_("已批准并公布。新的检查 %(n)s 次，更新任务列表后就在手机上。", n=len(made)))
    else:
        flash(_("已批准并公布，手机下一次同步就按新的来。"))
    return redirect(url_for("hall.one", draw_id=found.draw_id))


@blueprint.post("/office/amendments/<amendment_id>/refuse")
@allow(*ACTORS)
def refuse(amendment_id: str) -> Any:
    """Refuse it; the reason is kept."""
    try:
        found = Amendment.locked(amendment_id, current_user.bureau_id)
        amended.refuse(me(), found, request.form.get("reason", "").strip()[:LONGEST])
    except Problem as problem:
        return _again(amendment_id, problem)
    db.session.commit()
    flash(_("没有批准。抽取和检查都不变，原因已经保存。"))
    return redirect(url_for("hall.one", draw_id=found.draw_id))


@blueprint.post("/office/draws/<draw_id>/begun")
@allow(*ACTORS)
def begun(draw_id: str) -> Any:
    """Decide on one inspection that was begun before its draw was cancelled: call it off, or let it go on."""
    draw = own(db.session.get(Draw, draw_id))
    inspection = own(Inspection.locked(request.form.get("inspection", "")))
    reason = request.form.get("reason", "").strip()[:LONGEST]
    try:
        if draw.state != "cancelled" or not _of(draw, inspection):
            raise Problem("draw_state")
        if current_user.id in inspection.pair:
            raise Problem("amendment_own")
        act = relief.call_off if request.form.get("act") == amended.STOP else relief.proceed
        act(me(), inspection, reason)
    except Problem as problem:
        db.session.rollback()
        flash(problem.text)
        return redirect(f"{url_for('hall.one', draw_id=draw_id)}#begun")
    db.session.commit()
    flash(_("已决定，检查组同步后就能看到。"))
    return redirect(f"{url_for('hall.one', draw_id=draw_id)}#begun")


def shown(draw: Draw, file: DrawFile) -> Json:
    """What the draw's page says of swaps and cancellation, for `templates/draw/amendments.html`."""
    asked = Amendment.of_draw(draw.id)
    begun_rows = amended.begun_of(draw) if draw.state == "cancelled" and file["key"] else []
    return {
        "swaps": file["swaps"],
        "amendments": [one for one in asked if one.state != APPROVED],
        "begun": begun_rows,
        "kinds": KINDS,
        "amend_states": STATES,
        "amend_marks": MARKS,
        "amends": not set(current_user.roles).isdisjoint(ACTORS),
        **_said(draw, file["swaps"], asked),
    }


@blueprint.app_context_processor
def waiting() -> Json:
    """What the page of an inspection asks."""
    return {"amendments_waiting": _waiting}


def _waiting(inspection: Inspection) -> list[Amendment]:
    """What was asked of an inspection's subject or pair and waits for a second person."""
    found = []
    for row in InspectionDraw.of_inspection(inspection.id):
        held = DrawSubject.standing(row.draw_id, row.subject_id)
        rows = select(Amendment).where(Amendment.draw_id == row.draw_id, Amendment.state == WAITING)
        found += db.session.scalars(rows.where(Amendment.subject == held.id)) if held else []
    return found


def _form(draw: Draw, problem: Problem | None = None) -> str:
    pool_id = request.values.get("subject") or _pool_id(draw, request.values.get("inspection", ""))
    pair = standing(draw.file()).pairs.get(pool_id) if pool_id and draw.state == "drawn" else None
    members = [
        (part, one["id"]) for part in ("inspector", "expert") for one in (pair or {}).get(f"{part}s", [])
    ]
    kind, inspection = "" if pool_id else CANCEL, _visit(draw, pool_id)
    wish = request.values.get("wish", "")
    asks = relief.who_asks(inspection, wish) if inspection else ""
    given = {"why": "recusal" if wish else "", "who": f"inspector:{asks}" if asks else ""}
    return render_template(
        "draw/amend.html", draw=draw, pool_id=pool_id, members=members, kind=kind, problem=problem,
        given=given | request.values.to_dict(), kinds=KINDS, whys=_whys(kind), words=WORDS, inspection=inspection,
        **_said(draw, [], [], [pool_id], [name for _part, name in members]), **_refused(problem),
    )  # fmt: skip


def _page(asked: Amendment, problem: Problem | None = None) -> str:
    draw, next_rows, against = asked.draw, [], problem
    if asked.state == WAITING:
        try:
            file = asked.tried(amended.visits(draw))
            next_rows = file["swaps"][len(draw.file()["swaps"]) :]
        except Problem as stands:
            against = problem or stands
    inspection = _visit(draw, asked.subject)
    own_one = current_user.id in (asked.asked_by, asked.out) or bool(
        inspection and current_user.id in inspection.pair
    )
    return render_template(
        "draw/amendment.html", asked=asked, draw=draw, next_rows=next_rows, problem=against, kinds=KINDS,
        states=STATES, marks=MARKS, inspection=inspection, given=request.form,
        decides=asked.state == WAITING and not own_one and not set(current_user.roles).isdisjoint(ACTORS),
        own_one=own_one, unfinished=UNFINISHED,
        **_said(draw, next_rows, [asked]), **_refused(against),
    )  # fmt: skip


def _again(amendment_id: str, problem: Problem) -> Any:
    db.session.rollback()
    if problem.code == "not_found":
        raise problem
    return _page(own(db.session.get(Amendment, amendment_id)), problem), problem.status


def _given() -> Json:
    form = request.form
    part, _dot, name = form.get("who", "").partition(":")
    given = {name: form.get(name, "") for name in ("subject", "why", "text", "wish")}
    return given | {"kind": part or form.get("kind", ""), "out": name}


def _whys(kind: str) -> list[tuple[str, list[str]]]:
    """The reasons to choose from, in groups."""
    if kind == CANCEL:
        return [("", list(WHY[CANCEL]))]
    people = [why for why in WHY["inspector"] if why != "other"]
    subject = [why for why in WHY["subject"] if why != "other"]
    return [(_("检查对象"), subject), (_("人员"), people), (_("其他"), ["other"])]


def _pool_id(draw: Draw, inspection_id: str) -> str:
    """Under which id the subject of an inspection stands in the draw; empty where it does not."""
    inspection = db.session.get(Inspection, inspection_id) if inspection_id else None
    row = DrawSubject.standing(draw.id, inspection.subject_id) if inspection else None
    return row.id if row and inspection and _of(draw, inspection) else ""


def _of(draw: Draw, inspection: Inspection) -> bool:
    return draw.id in [row.draw_id for row in InspectionDraw.of_inspection(inspection.id)]


def _visit(draw: Draw, pool_id: str) -> Inspection | None:
    return amended.inspection_of(draw, pool_id) if pool_id else None


def _said(
    draw: Draw,
    rows: list[Json],
    asked: list[Amendment],
    subjects: list[str] | None = None,
    people: list[str] | None = None,
) -> Json:
    """Names: of subjects by their ids in the pool, of inspectors and experts by theirs."""
    pool = {one.subject for one in asked} | {name for row in rows for name in (row["subject"], row["in"])}
    some = {one.out for one in asked} | {name for row in rows for name in (row["out"], row["in"])}
    some |= set(people or [])
    told = {row.id: row.said for row in DrawSubject.of(draw.id, pool | set(subjects or [])).values()}
    named = [*rows_by_id(User, some), *rows_by_id(Expert, some)]
    return {"said_subject": told, "said_person": {row.id: row.name for row in named}}


def _refused(problem: Problem | None) -> Json:
    """The refusal that explains why nobody can step in, and its words."""
    return {
        "refusal": problem.details.get("refusal") if problem else None,
        "unfit": {name: str(_(text)) for name, text in UNFIT.items()},
        "need_words": NEED,
    }
