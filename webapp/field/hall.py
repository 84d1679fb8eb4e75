"""The draw at the desk: from a task of the plan to a freeze, from the numbers to the pairs and their inspections."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from webapp.accounts.access import allow, me, own
from webapp.accounts.models import Bureau, User
from webapp.db import db, now, rows_by_id, today
from webapp.draw import asking, names
from webapp.draw.asking import NotAsked
from webapp.draw.elsewhere import DrawnList
from webapp.draw.gatherings import Gathering
from webapp.draw.models import Draw, Frozen, prepare
from webapp.draw.views import ACTS, MARKS, STATES
from webapp.draw.wording import UNFIT, said
from webapp.errors import Problem
from webapp.field import amend, drawn, opening
from webapp.field.certificates import office_certificate
from webapp.field.models import Inspection, InspectionDraw
from webapp.plan.models import Plan, PlanVersion
from webapp.plan.rules import Task
from webapp.registry.import_views import STATES as IMPORT_STATES
from webapp.registry.items import Item
from webapp.registry.models import Expert
from webapp.words import _, _l

blueprint = Blueprint("hall", __name__)

READERS = ("planner", "admin", "archivist", "supervisor", "auditor")
LEFT_OUT = {
    "state": _l("不在营业或不在册"),
    "kind": _l("不是任务的类别"),
    "cap": _l("今年已到次数上限"),
    "cooldown": _l("刚检查过"),
    "district": _l("不在任务的区县"),
    "task": _l("这个任务今年已抽到"),
}
LOCAL = {
    "local": _l("只在自己的区县；从别处来的要有抽调文书"),
    "any": _l("本机构的人可以去全部区县"),
}
NEED = {"specialty": _l("专业"), "item": _l("事项"), "leader": _l("组长")}


@blueprint.get("/office/draws")
@allow(*READERS)
def listed() -> str:
    """The draws of the bureau, and the tasks of the published plans that can be drawn."""
    plans = [plan.in_force for plan in Plan.of_bureau(current_user.bureau_id) if plan.in_force]
    draws = Draw.of_bureau(current_user.bureau_id)
    amounts = {one.id: Draw.amounts(one) for one in plans}
    counts = {(one.id, task["id"]): amounts[one.id][task["id"]] for one in plans for task in one.tasks}
    gatherings = Gathering.open_ones(current_user.bureau_id)
    return render_template(
        "draw/draws.html", draws=draws, versions=plans, counts=counts, gatherings=gatherings,
        import_states=IMPORT_STATES, lists=DrawnList.of_bureau(current_user.bureau_id), **words_of(),
    )  # fmt: skip


@blueprint.get("/office/draws/new")
@allow("planner")
def new() -> str:
    """What a draw of a task asks of the planner."""
    return form_page(*task_asked())


@blueprint.post("/office/draws/new")
@allow("planner")
def freeze() -> Any:
    """Show what would be frozen, or freeze it. Nothing typed is lost."""
    version, task = task_asked()
    prepared = None
    try:
        prepared = prepared_of(version, task, request.form)
        if request.form.get("act") != "freeze":
            return form_page(version, task, prepared)
        draw = Draw.freeze(me(), version, task, prepared)
    except Problem as problem:
        db.session.rollback()
        return form_page(*task_asked(), prepared, problem), problem.status
    db.session.commit()
    flash(_("已冻结并公布。名录和规则从现在起不能再变。"))
    return redirect(url_for("hall.one", draw_id=draw.id))


@blueprint.get("/office/draws/<draw_id>")
@allow(*READERS)
def one(draw_id: str) -> str:
    """A draw: its hashes and sources, and once it is drawn each subject with its pair."""
    return _page(_mine(draw_id))


@blueprint.get("/office/draws/<draw_id>/certificate.pdf")
@allow(*READERS)
def certificate(draw_id: str) -> Response:
    """The office's own copy of the certificate, with names."""
    return Response(office_certificate(_mine(draw_id)), mimetype="application/pdf")


@blueprint.post("/office/draws/<draw_id>/numbers")
@allow("planner")
def numbers(draw_id: str) -> Any:
    """Draw by the numbers, and make the inspections: both or neither."""
    try:
        draw = Draw.locked(draw_id, current_user.bureau_id)
        gathering = Gathering.of_draw(draw.id)
        held = gathering.opened if gathering else None
        made = carry_out(me(), draw, asking.opened(request.form, draw.file()["rules"]["sources"], held))
    except Problem as problem:
        db.session.rollback()
        return _page(_mine(draw_id), problem), problem.status
    db.session.commit()
    flash(_("已抽取，生成 %(n)s 次检查。检查组更新任务列表后就能看到。", n=len(made)))
    return _shown(draw)


def carry_out(author: User, draw: Draw, sources: list[dict[str, str]]) -> list[Inspection]:
    """Draw by opened sources, and make the inspections: both or neither. The draw's row is locked."""
    draw.draw(author, sources, now())
    return drawn.make(author, draw, today())


def prepared_of(
    version: PlanVersion,
    task: Task,
    form: Mapping[str, str],
    sealed: Iterable[dict[str, Any]] = (),
) -> Frozen:
    """What a freeze would hold fast now: what was typed, and the witnesses who sealed on their own phones.

    Raises the problems of `asking.ask` and of `prepare`.
    """
    moment, bureau_id = now(), version.plan.bureau_id
    law = version.plan.bureau.law(today())
    # Of two who freeze or draw at once, the second sees what the first did.
    db.session.execute(select(Bureau.id).where(Bureau.id == bureau_id).with_for_update())
    try:
        asked = asking.ask(form, law, today(), moment, sealed)
    except NotAsked as error:
        raise Problem(error.code) from error
    known = drawn.known(bureau_id, version.plan.year, version, task)
    frozen = prepare(version, task, asked, known, moment)
    drawn.check_pending(bureau_id, frozen, known.visits)
    return frozen


def form_page(
    version: PlanVersion, task: Task, prepared: Frozen | None = None, problem: Problem | None = None
) -> str:
    """The form of a draw, with what was typed and what is wrong with it."""
    law = version.plan.bureau.law(today())
    given = {"local": asking.local_by(law), **request.form}
    items = {item.code: item.name for item in Item.listed(version.plan.bureau_id)}
    return render_template(
        "draw/new.html", version=version, task=task, given=given, prepared=prepared, problem=problem, law=law,
        today=today(), faults=_faults(problem), item_names=items,
        promised=version.promised(task), drawn_so_far=Draw.amount(version, task), **words_of(),
    )  # fmt: skip


def _page(draw: Draw, problem: Problem | None = None) -> str:
    file = draw.file()
    pairs = drawn.pairs_of(file) if draw.state == "drawn" else []
    made = InspectionDraw.of_draw(draw.id)
    subjects = {pair["subject"] for pair in pairs} | {one["subject"] for one in file["refusals"]}
    people = {member["id"] for pair in pairs for member in pair["inspectors"]}
    experts = {member["id"] for pair in pairs for member in pair["experts"]}
    found = names.subjects(draw.id, subjects)
    batch_of = {
        key: row.batch for key, row in names.DrawSubject.of(draw.id, subjects if draw.windows else []).items()
    }
    pairs.sort(key=lambda pair: batch_of.get(pair["subject"]) or 0)
    return render_template(
        "draw/draw.html", batch_of=batch_of, in_batch=names.DrawSubject.batches(draw.id),
        draw=draw, file=file, problem=problem, given=request.form,
        rows=[(pair, made.get(found[pair["subject"]].id) if pair["subject"] in found else None) for pair in pairs],
        subjects=found,
        people={row.id: row.name for row in rows_by_id(User, people)},
        experts={row.id: row.name for row in rows_by_id(Expert, experts)},
        opens_at=max((source["when"] or "" for source in file["rules"]["sources"]), default=""),
        moment=asking.at(now()), names=opening.counts(draw), gathering=Gathering.of_draw(draw.id),
        opens=opening.OPENERS & set(current_user.roles), **amend.shown(draw, file), **words_of(),
    )  # fmt: skip


def _faults(problem: Problem | None) -> list[str]:
    faults = problem.details.get("faults", []) if problem else []
    return [said(fault, lambda text: str(_(text))) for fault in faults[:5]]


def task_asked() -> tuple[PlanVersion, Task]:
    """The task of the plan in force that the address names. Raises `not_found`."""
    plan = own(db.session.get(Plan, request.values.get("plan", "")))
    if plan.in_force is None:
        raise Problem("not_found")
    return plan.in_force, plan.in_force.task(request.values.get("task", ""))


def words_of() -> dict[str, Any]:
    """The words that the pages of draws share."""
    return {
        "states": STATES,
        "acts_said": ACTS,
        "marks": MARKS,
        "left_words": LEFT_OUT,
        "local_words": LOCAL,
        "unfit": {name: str(_(text)) for name, text in UNFIT.items()},
        "need_words": NEED,
        "acts": "planner" in current_user.roles,
    }


def _mine(draw_id: str) -> Draw:
    return own(db.session.get(Draw, draw_id))


def _shown(draw: Draw) -> Response:
    return redirect(url_for("hall.one", draw_id=draw.id))
