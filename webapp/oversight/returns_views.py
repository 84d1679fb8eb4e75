"""Return visits at the desk: drawn, who is still to be visited, a visit or phone call written down, the checklist."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from webapp.accounts.access import allow, me, own
from webapp.accounts.models import User
from webapp.archive import beside
from webapp.archive.first import Number, Part, Wait
from webapp.archive.models import File
from webapp.db import db, now, today
from webapp.draw import asking
from webapp.draw.asking import Ask, NotAsked
from webapp.draw.models import Draw
from webapp.draw.wording import said as fault_said
from webapp.errors import Problem
from webapp.field.models import Inspection
from webapp.field.views import OFFICE_READERS
from webapp.followup import acts, sections
from webapp.followup.after_views import typed, typed_day
from webapp.followup.steps import Steps
from webapp.oversight import returns_rules as rules
from webapp.oversight.returns import (
    DRAWN,
    FROZEN,
    PAGE,
    Pool,
    ReturnDraw,
    ReturnDue,
    ReturnForm,
    ReturnVisit,
    Wish,
    counts,
    form_hash,
    prepare,
    questions,
)
from webapp.paging import page_number
from webapp.typed import whole
from webapp.words import _, _l, language

blueprint = Blueprint("returns", __name__, url_prefix="/oversight/returns")

VISITORS = ("supervisor", "archivist")
DRAWERS = ("supervisor", "planner")
TABS = {"due": _l("要回访"), "done": _l("已回访"), "draws": _l("抽取")}
WAYS = {"phone": _l("电话"), "visit": _l("上门")}
ANSWERS = {"yes": _l("是"), "no": _l("否"), "unknown": _l("说不清")}
KINDS = {"yes_no": _l("是或否"), "number": _l("数字"), "text": _l("文字")}
STATES = {FROZEN: _l("已冻结，等号码"), DRAWN: _l("已抽取")}
MARKS = {FROZEN: "waiting", DRAWN: "passed"}
FAULTS = {
    "needed": _l("请选一个。"),
    "number": _l("请填整数。"),
    "long": _l("太长，请缩短。"),
    "none": _l("至少写一个问题。"),
}
EMPTY = {
    "due": _l("没有要回访的。抽取回访以后，抽中的检查列在这里。"),
    "done": _l("还没有回访过。"),
    "draws": _l("还没有抽取过回访。每个任务结束以后抽一次。"),
}
MORE_ROWS, MOST_SHOWN = 2, 500


@blueprint.get("/")
@allow(*OFFICE_READERS)
def listed() -> str:
    """Who is still to be visited, who was, and the draws."""
    show = request.args.get("show") if request.args.get("show") in TABS else "due"
    bureau_id, page = current_user.bureau_id, page_number()
    rows: list[Any] = []
    if show == "draws":
        rows = ReturnDraw.of_bureau(bureau_id)
    else:
        asked = ReturnDue.waiting(bureau_id) if show == "due" else _done(bureau_id)
        rows = list(db.session.scalars(asked.offset((page - 1) * PAGE).limit(PAGE + 1)))
    return render_template(
        "oversight/returns.html", rows=rows[:PAGE], more=len(rows) > PAGE, page=page, show=show, tabs=TABS,
        counts=counts(bureau_id), empty=EMPTY, today=today(), may_draw=_has(DRAWERS), may_visit=_has(VISITORS),
        **_words(),
    )  # fmt: skip


@blueprint.get("/new")
@allow(*DRAWERS)
def new() -> str:
    """What a draw of return visits asks."""
    return _form_page()


@blueprint.post("/new")
@allow(*DRAWERS)
def freeze() -> Any:
    """Show what would be frozen, or freeze it. Nothing typed is lost."""
    moment, pool = now(), None
    try:
        wish, said = _wish(), _ask(request.form, today())
        pool = prepare(me().bureau, said, wish, moment)
        if request.form.get("act") != "freeze":
            return _form_page(pool)
        draw = ReturnDraw.freeze(me(), said, wish, pool, moment)
    except Problem as problem:
        db.session.rollback()
        return _form_page(pool, problem), problem.status
    db.session.commit()
    flash(_("已冻结。名单和规则不能再变，等公开号码开奖以后抽取。"))
    return redirect(url_for("returns.draw", draw_id=draw.id))


@blueprint.get("/draws/<draw_id>")
@allow(*OFFICE_READERS)
def draw(draw_id: str) -> str:
    """One draw: what was frozen, the numbers, who was drawn, the files by which anyone repeats it."""
    return _draw_page(own(db.session.get(ReturnDraw, draw_id)))


@blueprint.get("/draws/<draw_id>/<int:number>.json")
@allow(*OFFICE_READERS)
def file(draw_id: str, number: int) -> Response:
    """A file of the draw, to the byte."""
    found = own(db.session.get(ReturnDraw, draw_id))
    kept = next((one for one in found.files if one.number == number), None)
    if kept is None:
        raise Problem("not_found")
    return Response(kept.text, mimetype="application/json")


@blueprint.post("/draws/<draw_id>/numbers")
@allow(*DRAWERS)
def numbers(draw_id: str) -> Any:
    """Draw by the public numbers."""
    locked = own(ReturnDraw.locked(draw_id))
    try:
        made = locked.draw(
            me(), asking.opened(request.form, locked.file["rules"]["sources"]), asking.at(now())
        )
    except Problem as problem:
        db.session.rollback()
        return _draw_page(own(db.session.get(ReturnDraw, draw_id)), problem), problem.status
    db.session.commit()
    flash(_("已抽取，%(n)s 次检查要回访。", n=made))
    return redirect(url_for("returns.draw", draw_id=draw_id))


@blueprint.get("/form")
@allow(*OFFICE_READERS)
def form() -> str:
    """The checklist, and how it is changed."""
    return _questions_page(questions(me().bureau))


@blueprint.post("/form")
@allow("supervisor")
def change_form() -> Any:
    """Make a new version of the checklist; visits that were made keep the questions that were asked."""
    asked, faults = rules.questions_of(request.form)
    if faults:
        return _questions_page(asked, Problem("return_form"), faults), 422
    if asked != questions(me().bureau):
        db.session.add(
            ReturnForm(bureau_id=current_user.bureau_id, questions=asked, author_id=current_user.id)
        )
        db.session.commit()
    flash(_("已保存。以后的回访按新的问题；做过的不变。"))
    return redirect(url_for("returns.form"))


@blueprint.get("/<inspection_id>")
@allow(*VISITORS)
def visit(inspection_id: str) -> str:
    """The checklist of one return visit, with whom to call."""
    return _visit_page(_visitable(inspection_id))


@blueprint.post("/<inspection_id>")
@allow(*VISITORS)
def write(inspection_id: str) -> Any:
    """Write a return visit down, as an event in the inspection's log."""
    inspection = _visitable(inspection_id)
    asked = questions(inspection.bureau)
    answers, faults = rules.answers_of(asked, request.form)
    try:
        if faults:
            raise Problem("return_answers")
        due = ReturnDue.open_of(inspection.id)
        payload = {
            "way": request.form.get("way", ""), "at": typed_day("at"), "by": typed("by", 50), "answers": answers,
            "note": typed("note"), "draw": due.draw_id if due else None, "form": form_hash(asked), "questions": asked,
        }  # fmt: skip
        acts.write(me(), inspection, "return_visit", payload)
    except Problem as problem:
        db.session.rollback()
        return _visit_page(_visitable(inspection_id), problem, faults), problem.status
    db.session.commit()
    flash(_("回访已记下，会归入档案。"))
    return redirect(url_for("after.page", inspection_id=inspection_id, _anchor="returns"))


def on_after_page(inspection: Inspection, steps: Steps, _today: date) -> Markup:
    """The return visits of an inspection, on the page of what followed it; not for its pair, about which they ask."""
    if current_user.id in inspection.pair:
        return Markup()
    made = steps.of("return_visit")
    may = may_visit(inspection)
    if not made and not may:
        return Markup()
    due = ReturnDue.open_of(inspection.id) if may else None
    shown = render_template(
        "oversight/returns_here.html", inspection=inspection, made=made, due=due, may=may, concerns=rules.concerns,
        names=_names([step.author for step in made]), words=File(inspection, language(), _).wording, **_words(),
    )  # fmt: skip
    return Markup(shown)  # noqa: S704 - a template's own output


def may_visit(inspection: Inspection) -> bool:
    """Whether who is in may write a return visit of it down: of the office, and not of its pair."""
    able = acts.may(current_user, inspection, *VISITORS) and current_user.id not in inspection.pair
    return able and inspection.state in acts.STATES


def on_first_page(user: User, today: date) -> Part | None:
    """Who is still to be visited."""
    if set(user.roles).isdisjoint(VISITORS):
        return None
    waiting = list(db.session.scalars(ReturnDue.waiting(user.bureau_id).limit(6)))
    if not waiting:
        return None
    count = counts(user.bureau_id)
    late = waiting[0].draw.ends < today
    numbers = [Number(count["due"], _("次检查要回访"), url_for("returns.listed"), late)]
    waits = [
        Wait(
            one.inspection.number, url_for("returns.visit", inspection_id=one.inspection_id),
            one.inspection.subject.name, _("已过期") if one.draw.ends < today else _("要回访"),
            "late" if one.draw.ends < today else "none", todo=_("打电话或者上门，记下来"), at=one.draw.ends.isoformat(),
        )
        for one in waiting[:5]
    ]  # fmt: skip
    acts_ = [(_("看全部回访"), url_for("returns.listed"))]
    return Part("returns", numbers, waits, "", acts=acts_, title=str(_("回访")))


sections.AFTER.append((90, on_after_page))
beside.FIRST.append(on_first_page)


def _done(bureau_id: str) -> Any:
    rows = (
        select(ReturnVisit)
        .where(ReturnVisit.bureau_id == bureau_id)
        .options(selectinload(ReturnVisit.inspection))
    )
    return rows.order_by(ReturnVisit.at.desc(), ReturnVisit.event.desc())


def _wish() -> Wish:
    given = request.form
    try:
        first, last = (date.fromisoformat(given.get(name, "")) for name in ("first", "last"))
    except ValueError:
        raise Problem("return_pool") from None
    total, weight = whole(given.get("total", "")), whole(given.get("weight", "1"))
    if first > last or not total or not weight or weight > rules.MOST_WEIGHT:
        raise Problem("return_pool")
    return Wish(first, last, given.get("draw", "")[:36], total, weight)


def _ask(given: Mapping[str, str], day: date) -> Ask:
    try:
        return asking.ask(given, {}, day, now())
    except NotAsked as error:
        raise Problem(error.code) from error


def _form_page(pool: Pool | None = None, problem: Problem | None = None) -> str:
    day = today()
    usual = {
        "first": day.replace(day=1).isoformat(), "last": day.isoformat(), "total": "5", "weight": "1",
        "begins": day.isoformat(), "ends": (day + timedelta(days=30)).isoformat(),
    }  # fmt: skip
    return render_template(
        "oversight/returns_new.html", given=usual | request.form.to_dict(), pool=pool, problem=problem,
        faults=_faults(problem), draws=[one for one in Draw.of_bureau(current_user.bureau_id) if one.state == DRAWN],
        most=rules.MOST_WEIGHT, today=day,
    )  # fmt: skip


def _draw_page(found: ReturnDraw, problem: Problem | None = None) -> str:
    rows = select(ReturnDue).where(ReturnDue.draw_id == found.id).options(selectinload(ReturnDue.inspection))
    rows = rows.order_by(ReturnDue.place).limit(MOST_SHOWN)
    due = list(db.session.scalars(rows))
    visited = select(ReturnVisit.inspection_id).where(
        ReturnVisit.inspection_id.in_([one.inspection_id for one in due])
    )
    return render_template(
        "oversight/returns_draw.html", draw=found, file=found.file, rows=due, problem=problem, given=request.form,
        visited=set(db.session.scalars(visited)), faults=_faults(problem), moment=asking.at(now()),
        may_draw=_has(DRAWERS), may_visit=_has(VISITORS), **_words(),
    )  # fmt: skip


def _questions_page(asked: list[Any], problem: Problem | None = None, faults: Any = None) -> str:
    kept = ReturnForm.of(me().bureau)
    return render_template(
        "oversight/returns_form.html", questions=asked, kept=kept, problem=problem, faults=faults or {},
        fault_words=FAULTS, may=_has(("supervisor",)), rows=min(len(asked) + MORE_ROWS, rules.MOST_QUESTIONS), **_words(),
    )  # fmt: skip


def _visit_page(inspection: Inspection, problem: Problem | None = None, faults: Any = None) -> str:
    people = inspection.record()["content"]["present"]
    return render_template(
        "oversight/returns_visit.html", inspection=inspection, people=people, problem=problem, faults=faults or {},
        questions=questions(inspection.bureau), given={"at": today().isoformat(), "by": current_user.name, **request.form},
        due=ReturnDue.open_of(inspection.id), fault_words=FAULTS, today=today(), **_words(),
    )  # fmt: skip


def _visitable(inspection_id: str) -> Inspection:
    inspection = own(db.session.get(Inspection, inspection_id))
    if current_user.id in inspection.pair:
        raise Problem("return_own")
    return inspection


def _faults(problem: Problem | None) -> list[str]:
    faults = problem.details.get("faults", []) if problem else []
    return [fault_said(fault, lambda text: str(_(text))) for fault in faults[:5]]


def _has(roles: tuple[str, ...]) -> bool:
    return not set(current_user.roles).isdisjoint(roles)


def _names(ids: list[str]) -> dict[str, str]:
    return {user.id: user.name for user in db.session.scalars(select(User).where(User.id.in_(ids)))}


def _words() -> dict[str, Any]:
    return {"ways": WAYS, "answers_said": ANSWERS, "kinds": KINDS, "states": STATES, "marks": MARKS}
