"""The page on which what revoked phones sent is judged."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_login import current_user

from webapp.accounts.access import allow
from webapp.accounts.models import Quarantined
from webapp.archive.entries import event_entry
from webapp.archive.models import File
from webapp.archive.sections import asked_by
from webapp.archive.wording import TYPES, Wording
from webapp.db import db
from webapp.errors import Problem
from webapp.evidence.models import Blob
from webapp.field.quarantine import Held, judge
from webapp.field.views import OFFICE_READERS
from webapp.words import _, language

blueprint = Blueprint("quarantine", __name__)
Json = dict[str, Any]

JUDGES = ("admin", "archivist")
PAGE = 200
LONGEST = 2000


@blueprint.get("/office/quarantine")
@allow(*JUDGES, "supervisor")
def listed() -> str:
    """What waits to be judged, or what was."""
    return _page()


@blueprint.post("/office/quarantine")
@allow(*JUDGES)
def decide() -> Any:
    """Take in or refuse the chosen events, with a reason that is kept."""
    taken = request.form.get("decision") == "taken"
    reason = request.form.get("reason", "").strip()[:LONGEST]
    try:
        done, faulty = judge(current_user, request.form.getlist("id", type=int)[:PAGE], taken, reason)
    except Problem as problem:
        db.session.rollback()
        return _page(problem), problem.status
    db.session.commit()
    if done:
        flash(
            _("已采纳 %(count)s 条。", count=len(done))
            if taken
            else _("已拒绝 %(count)s 条。", count=len(done))
        )
    if faulty:
        return _page(faults={one.row.id: problem for one, problem in faulty})
    return redirect(url_for("quarantine.listed"))


@blueprint.get("/office/quarantine/<int:row_id>/photo")
@allow("archivist", "supervisor")
def photo(row_id: int) -> Response:
    """The photo of an event that waits, as the phone handed it over: to judge by."""
    row = db.session.get(Quarantined, row_id)
    if row is None or row.sender.bureau_id != current_user.bureau_id:
        raise Problem("not_found")
    name = Held.of(row).photo
    if name is None:
        raise Problem("not_found")
    blob = db.session.get_one(Blob, name)
    headers = {"Content-Disposition": "inline", "Cache-Control": "no-store"}
    return Response(blob.read(), mimetype=blob.mime, headers=headers)


def _page(problem: Problem | None = None, faults: dict[int, Problem] | None = None) -> str:
    judged = request.args.get("show") == "judged"
    rows = Quarantined.of_bureau(current_user.bureau_id, judged=judged, limit=PAGE + 1)
    held = [Held.of(row) for row in rows[:PAGE]]
    # Who manages accounts sees which phone sent how much, and no record (`OFFICE_READERS` do).
    reads = not set(current_user.roles).isdisjoint(OFFICE_READERS)
    return render_template(
        "archive/quarantine.html",
        faults=faults or {},
        judged=judged,
        judges=not set(current_user.roles).isdisjoint(JUDGES),
        more=len(rows) > PAGE,
        own=[one.row.id for one in held if current_user.id in (one.row.user_id, one.event.get("author"))],
        problem=problem,
        reads=reads,
        ticked=set(faults or ()) | (set(request.form.getlist("id", type=int)) if problem else set()),
        rows=list(zip(held, _said(held, reads), strict=True)),
    )


def _said(held: list[Held], reads: bool) -> list[Json]:
    """What each event says, `{about, text, time}`; without its words for who reads no records."""
    files: dict[str, File] = {}
    said = []
    for one in held:
        if one.inspection and one.inspection.id not in files:
            files[one.inspection.id] = File(one.inspection, language(), _)
        said.append(_line(one, files[one.inspection.id] if one.inspection else None, reads))
    return said


def _line(held: Held, file: File | None, reads: bool) -> Json:
    event = held.event
    if not all(isinstance(event.get(name), str) for name in ("id", "type", "time", "author")):
        return {"about": _("不是能读懂的事件"), "text": "", "time": ""}
    names = {held.author.id: held.author.name} if held.author else {}
    wording = Wording(language(), names, _)
    labels, asked = (file.labels, asked_by(file.forms)) if file else ({}, {})
    line = event_entry(event, wording, labels, asked)
    return line if reads else line | {"about": wording.one_of(TYPES, event["type"]), "text": ""}
