"""Objections, orders and what is handed on at the desk: each act, its papers, and the office's lists of what is open."""

import io
from functools import partial
from typing import Any

from flask import Blueprint, Response, render_template, request, send_file
from flask_login import current_user
from sqlalchemy import select

from webapp.accounts.access import allow, me
from webapp.archive.models import Archive
from webapp.archive.reading import DOWNLOADED, Reading
from webapp.db import db, today
from webapp.errors import Problem
from webapp.field.models import Inspection
from webapp.field.views import OFFICE_READERS
from webapp.followup import acts, again, issuing, uploads
from webapp.followup.after_views import perform, readable
from webapp.followup.follow import CHECKS
from webapp.followup.follow_forms import READERS
from webapp.followup.follow_sections import place
from webapp.followup.follow_words import EMPTY, TABS, mark, name, state
from webapp.followup.matters import PAGE, Matter
from webapp.paging import page_number
from webapp.words import _l

blueprint = Blueprint("follow", __name__)

OFFICE = ("archivist",)
SHARED = ("archivist", acts.PAIR)
ASSIGNERS = ("archivist", "planner")
# Who does it, in which section of the page it stands, and what is said once it is done.
DEEDS: dict[str, tuple[tuple[str, ...], str, Any]] = {
    "object": (OFFICE, "objections", _l("异议已登记。")),
    "recheck": (OFFICE, "objections", _l("复查情况已记下。")),
    "rule": (OFFICE, "objections", _l("处理决定已提出，等另一个人批准。")),
    "answer": (OFFICE, "objections", _l("答复书已出具，可以打印送达。")),
    "order": (SHARED, "orders", _l("责令改正通知书已出具，可以打印送达。")),
    "extend": (SHARED, "orders", _l("改正期限已延长。")),
    "proof": (SHARED, "orders", _l("改正材料已记下。")),
    "rectify": (SHARED, "orders", _l("改正情况已核实。")),
    "reinspect": (
        ASSIGNERS,
        "orders",
        _l("复查已安排。检查组更新任务列表后就能看到，上次的问题也在手机上。"),
    ),
    "copy": (OFFICE, "handed", _l("抄告已记下。")),
    "transfer": (OFFICE, "handed", _l("移送已记下，档案可以下载交给对方。")),
    "reply": (OFFICE, "handed", _l("答复已记下。")),
    "penalty": (OFFICE, "handed", _l("处罚已记下，检查对象的名录也已更新。")),
    "discipline": (OFFICE, "handed", _l("已提出，等另一个人批准。")),
    "lift": (OFFICE, "handed", _l("已记下。")),
}


@blueprint.post("/office/inspections/<inspection_id>/follow/<kind>")
@allow("archivist", "planner", "inspector")
def act(inspection_id: str, kind: str) -> Any:
    """One act, or the page again with what stands against it and what was typed."""
    if kind not in DEEDS:
        raise Problem("not_found")
    uploads.bounded()
    audience, at, said = DEEDS[kind]
    if kind == "order" and "preview" in request.form:
        return _preview(readable(inspection_id))
    return perform(inspection_id, audience, lambda inspection: _do(inspection, kind), said, at)


@blueprint.get("/office/inspections/<inspection_id>/follow/<event>.zip")
@allow("archivist", "supervisor", "auditor")
def package(inspection_id: str, event: str) -> Response:
    """The archive that went with a transfer, in the version that was handed over; a trace is left."""
    inspection = readable(inspection_id)
    step = acts.after(inspection).get(event)
    named = step.payload["package"] if step and step.type == "transfer" else ""
    rows = select(Archive).where(Archive.inspection_id == inspection.id, Archive.sha256 == named)
    kept = db.session.scalar(rows)
    if kept is None:
        raise Problem("archive_none")
    data, version, number = kept.read(stamped=False), kept.version, inspection.number
    Reading.leave(current_user.id, DOWNLOADED, [(inspection.id, version)])
    name = f"{number}-v{version}.zip"
    return send_file(io.BytesIO(data), "application/zip", as_attachment=True, download_name=name)


@blueprint.get("/office/follow")
@allow(*OFFICE_READERS)
def listed() -> str:
    """What is open after visits, by what it is; or all of it."""
    still = request.args.get("show") != "all"
    page = page_number()
    counts = Matter.open_of(current_user.bureau_id)
    opened = [name for name, (_said, of) in TABS.items() if any(counts.get(kind) for kind in of)]
    tab = request.args.get("tab") if request.args.get("tab") in TABS else (opened or [*TABS])[0]
    words, kinds = TABS[str(tab)]
    found = Matter.listed(current_user.bureau_id, kinds, still).offset((page - 1) * PAGE).limit(PAGE + 1)
    rows = list(db.session.scalars(found))
    return render_template(
        "followup/follow.html", rows=rows[:PAGE], more=len(rows) > PAGE, page=page, tab=tab, still=still,
        tabs={name: (said, sum(counts.get(kind, 0) for kind in of)) for name, (said, of) in TABS.items()},
        title=words, empty=EMPTY[str(tab)], state=state, mark=mark, name=name, place=place, today=today(),
    )  # fmt: skip


def _do(inspection: Inspection, kind: str) -> None:
    steps = acts.after(inspection)
    if kind == "answer":
        issuing.answer(me(), inspection, request.form.get("ruling"))
    elif kind == "reinspect":
        again.reinspect(me(), inspection, again.asked(inspection))
    elif kind == "order":
        issuing.order(me(), inspection, READERS[kind](inspection, steps))
    else:
        acts.write(me(), inspection, kind, READERS[kind](inspection, steps), uploads.taken("files"))


def _preview(inspection: Inspection) -> Any:
    """The order as it would be, not written yet."""
    if not acts.may(current_user, inspection, *SHARED):
        raise Problem("not_allowed")
    steps = acts.after(inspection)
    try:
        payload = READERS["order"](inspection, steps)
        fault = CHECKS["order"](payload, steps, current_user.id, today())
        if fault:
            raise Problem(fault)
    except Problem as problem:
        return perform(inspection.id, SHARED, partial(_refuse, problem), "", "orders")
    answer = Response(issuing.order_pdf(inspection, payload), mimetype="application/pdf")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _refuse(problem: Problem, _inspection: Inspection) -> None:
    raise problem
