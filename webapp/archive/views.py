"""The office: what came in, its review, its archive."""

import io
import re
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask_babel import format_date, format_datetime
from flask_login import current_user

from webapp.accounts.access import allow, own
from webapp.accounts.models import Quarantined
from webapp.accounts.roles import ROLES_SAID
from webapp.api import Contract, speaks
from webapp.archive import beside, first
from webapp.archive.comments import STATES as COMMENTED
from webapp.archive.copy import own_page
from webapp.archive.disposal import Disposal
from webapp.archive.document import pdf_document
from webapp.archive.inbox import PAGE, STATES, Inbox
from webapp.archive.marks import drawn, watermark
from webapp.archive.models import Archive, File
from webapp.archive.office import accept_each, act, comment, ready, reason_of
from webapp.archive.paper_document import page_of
from webapp.archive.reading import DOWNLOADED, VIEWED, Reading
from webapp.archive.record_pdf import record_pdf
from webapp.archive.review import acts, lines
from webapp.archive.strokes import svg
from webapp.archive.viewer import LAYERS, View, turned
from webapp.archive.wording import Wording
from webapp.db import db, now, today
from webapp.errors import Problem
from webapp.field.models import Inspection
from webapp.field.views import OFFICE_READERS, visible
from webapp.paging import page_number
from webapp.words import _, _l, language

blueprint = Blueprint("archive", __name__)

ASKED = {"show", "q", "page"}
ANCHOR = re.compile(r"[a-z0-9-]{1,60}")
COMMENTERS = frozenset({"archivist", "supervisor"})

TITLES = STATES | {"all": _l("全部"), "late": _l("已逾期"), "soon": _l("七天内到期")}
EMPTY = {
    "sealed": _l("没有待审的检查。检查组签字、封存并同步后，检查会到这里。"),
    "returned": _l("没有退回的检查。退回的检查在检查组重新封存之前留在这里。"),
    "accepted": _l("没有已受理的检查。审核通过的检查在归档之前留在这里。"),
    "archived": _l("还没有归档的检查。归档以后可以在这里下载档案。"),
    "open": _l("没有正在进行的检查。检查组到达现场并同步后，检查会到这里。"),
    "assigned": _l("没有未开始的检查。新指派的检查会到这里。"),
    "cancelled": _l("没有取消的检查。抽取更换了对象或者取消的，没有做的检查会到这里。"),
    "late": _l("没有逾期的检查。过了期限还没有封存的检查会到这里。"),
    "soon": _l("七天内没有到期的检查。"),
    "all": _l("还没有检查。指派检查以后，会列在这里。"),
}
WAITS = {
    "assigned": _l("检查组还没有开始。他们到达现场后，内容会陆续同步到这里。"),
    "open": _l("检查组正在检查。签字、封存并同步后，就可以审核。"),
    "returned": _l("已退回检查组。他们补正并重新封存后，会再回到待审。"),
    "cancelled": _l("已取消，不再检查。已经写下的内容都留着。"),
}
DONE = {
    "return": _l("已退回。原因会随下一次同步到检查组的手机上。"),
    "accept": _l("已受理。材料齐全就可以归档。"),
    "archive": _l("已归档。档案可以下载，任何人都能核验。"),
}


@blueprint.app_template_filter("day")
def day(value: date) -> str:
    """2026-11-28 (周六)."""
    return format_date(value, "yyyy-MM-dd (EEE)")


@blueprint.app_template_filter("moment")
def moment(value: datetime) -> str:
    """2026-11-28 16:00, on China's clock."""
    return format_datetime(value, "yyyy-MM-dd HH:mm")


@blueprint.app_template_filter("since")
def since(value: datetime, today: date) -> str:
    """11-28 16:00 in the year of `today`, else 2025-11-28."""
    told = moment(value)
    return told[5:] if told[:4] == str(today.year) else told[:10]


@blueprint.app_template_filter("clock")
def clock(value: datetime) -> str:
    """16:00:12, on China's clock."""
    return format_datetime(value, "HH:mm:ss")


@blueprint.get("/office/")
@allow(*OFFICE_READERS, "admin", "security", "inspector")
def inbox() -> Any:
    """What waits for a person; with something asked for, and for an archivist, the list of inspections."""
    if current_user.roles != ["archivist"] and request.args.keys().isdisjoint(ASKED):
        return render_template(
            "archive/first.html", parts=first.parts(current_user, today()), roles=ROLES_SAID
        )
    if set(current_user.roles).isdisjoint(OFFICE_READERS):
        raise Problem("not_allowed")
    return _inspections()


def _inspections() -> Any:
    """The inspections of one's bureau, the most urgent first."""
    show = request.args.get("show", "sealed" if "archivist" in current_user.roles else "all")
    page = page_number()
    words = request.args.get("q", "").strip()[:200]
    if scanned := page_of(words):
        # A hand-held scanner types what the code of a page says.
        return redirect(url_for("paper.page", inspection_id=scanned[0], record_hash=scanned[1]))
    box = Inbox(current_user.bureau_id, today(), show if show in TITLES else "all", words, page)
    rows = box.rows()
    return render_template(
        "archive/inbox.html",
        inbox=box,
        ready=ready(rows[:PAGE]) if box.show == "sealed" and "archivist" in current_user.roles else {},
        rows=rows[:PAGE],
        more=len(rows) > PAGE,
        counts=box.counts(),
        numbers=box.numbers(),
        tabs=[*STATES, "all"],
        titles=TITLES,
        empty=EMPTY,
        now=now(),
        beside=[line(current_user, today()) for line in beside.INBOX],
        quarantined=Quarantined.waiting(current_user.bureau_id) if "archivist" in current_user.roles else 0,
    )


@blueprint.get("/office/inspections/<inspection_id>")
@allow(*OFFICE_READERS)
def review(inspection_id: str) -> str:
    """The record beside its photos, what is missing, and what can be done."""
    _trace(own(db.session.get(Inspection, inspection_id)), VIEWED)
    return _review(db.session.get_one(Inspection, inspection_id))


@blueprint.post("/office/accept")
@allow("archivist")
def accept_many() -> str:
    """Accept the chosen inspections one by one, and say which were and which were not."""
    chosen = [
        (name, seal) for name, _dot, seal in (one.partition(".") for one in request.form.getlist("chosen"))
    ]
    accepted, refused = accept_each(current_user, chosen[:PAGE])
    return render_template("archive/accepted.html", accepted=accepted, refused=refused)


@blueprint.post("/office/inspections/<inspection_id>/return")
@allow("archivist")
def send_back(inspection_id: str) -> Any:
    """Send the inspection back to its pair, with a reason that reaches their phones."""
    reason = request.form.get("reason", "").strip()[:2000]
    if request.form.get("with") == "comments":
        reason = reason_of(File(own(Inspection.locked(inspection_id)), language(), _), reason)
    return _act(inspection_id, "return", reason)


@blueprint.post("/office/inspections/<inspection_id>/comments")
@allow(*COMMENTERS)
def say(inspection_id: str) -> Any:
    """Say something to the pair, at a question or in general; it reaches their phones with the next sync."""
    inspection = own(Inspection.locked(inspection_id))
    question = request.form.get("question", "")
    try:
        comment(current_user, inspection, request.form.get("text", ""), question)
    except Problem as problem:
        db.session.rollback()
        return _review(inspection, problem, "comment", question), problem.status
    db.session.commit()
    here = url_for("archive.review", inspection_id=inspection.id)
    photos = len(File(inspection).record["content"]["photos"])
    view = View.of(request.args, here, photos)
    place = request.form.get("back", "")
    return redirect(f"{view.link(comment='')}#{place if ANCHOR.fullmatch(place) else 'comments'}")


@blueprint.post("/office/inspections/<inspection_id>/accept")
@allow("archivist")
def accept(inspection_id: str) -> Any:
    """Accept the inspection."""
    return _act(inspection_id, "accept")


@blueprint.post("/office/inspections/<inspection_id>/archive")
@allow("archivist")
def archive(inspection_id: str) -> Any:
    """Make the inspection's one archive (RZ-16b)."""
    return _act(inspection_id, "archive")


@blueprint.get("/office/inspections/<inspection_id>/record.pdf")
@allow(*OFFICE_READERS)
def record(inspection_id: str) -> Response:
    """The record as it stands, as a document for the paper file."""
    _trace(own(db.session.get(Inspection, inspection_id)), VIEWED)
    inspection = db.session.get_one(Inspection, inspection_id)
    file = File(inspection, language(), _)
    seal = file.record["seal"]
    pdf = record_pdf(
        pdf_document(file.document, own_page(file, seal["record_hash"]) if seal else ""), file.pictures()
    )
    return send_file(io.BytesIO(pdf), "application/pdf", download_name=f"{inspection.number}.pdf")


@blueprint.get("/api/v1/inspections/<inspection_id>/archive")
@allow("archivist", "supervisor", "auditor")
@speaks(
    Contract(
        "The inspection's archive: BagIt as ZIP",
        problems=("inspection_unknown", "archive_none", "archive_disposed"),
    )
)
def package(inspection_id: str) -> Response:
    """The bytes of the archive; they change once, when its timestamp has come."""
    inspection = visible(inspection_id)
    kept = Archive.latest(inspection)
    if kept is None:
        raise Problem("archive_none")
    answer = send_file(
        io.BytesIO(kept.read()),
        "application/zip",
        as_attachment=True,
        download_name=f"{inspection.number}.zip",
        conditional=True,
        etag=kept.given[0],
    )
    if request.method == "GET" and answer.status_code != 304:
        _trace(inspection, DOWNLOADED)
    return answer


def _act(inspection_id: str, kind: str, reason: str | None = None) -> Any:
    """One act of the office, or the page again with what stands against it and what was typed."""
    inspection = own(Inspection.locked(inspection_id))
    try:
        act(current_user, inspection, kind, request.form.get("seal"), reason)
    except Problem as problem:
        db.session.rollback()
        return _review(inspection, problem, kind), problem.status
    db.session.commit()
    flash(DONE[kind])
    return redirect(url_for("archive.review", inspection_id=inspection.id))


def _trace(inspection: Inspection, what: str) -> None:
    """Leave a trace of reading, where there is an archive; ends what the request did before."""
    newest = Archive.latest(inspection)
    if newest:
        Reading.leave(current_user.id, what, [(newest.inspection_id, newest.version)])


def _review(
    inspection: Inspection, problem: Problem | None = None, tried: str | None = None, at: str | None = None
) -> str:
    file = File(inspection, language(), _)
    here = url_for("archive.review", inspection_id=inspection.id)
    photos = file.document["photos"]
    of_a_finding = next((index for row in file.document["findings"] for index in row["photos"]), 1)
    view = View.of(request.args, here, len(photos), of_a_finding)
    shown = {
        "drawn": drawn,
        "file": file,
        "inspection": inspection,
        "layers": LAYERS,
        "turned": turned,
        "view": view if at is None else replace(view, comment=at),
        "watermark": watermark,
        "words": file.document,
    }
    if request.headers.get("HX-Target") == "viewer":
        return render_template("archive/viewer.html", **shown)
    disposed = Disposal.approved(inspection.id)
    return render_template(
        "archive/review.html",
        **shown,
        act=tried,
        acts=[] if disposed else acts(inspection.state, file.events),
        commenting=inspection.state in COMMENTED and not COMMENTERS.isdisjoint(current_user.roles),
        disposals=Disposal.history(inspection.id),
        disposed=disposed,
        here=here,
        log=lines(file.events, Wording(language(), file.names, _)),
        printed=request.args.get("printed"),
        problem=problem,
        readings=Reading.of(inspection.id),
        readings_count=Reading.count(inspection.id),
        svg=svg,
        today=today(),
        versions=Archive.versions(inspection),
        waits=WAITS,
        beside=[piece(inspection, today()) for piece in beside.RECORD],
    )
