"""The page of what follows a visit: results, notices, publication, objections, orders; and the acts all of them share."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, send_file, url_for
from flask_login import current_user
from markupsafe import Markup

from webapp.accounts.access import allow, me, own
from webapp.archive import beside
from webapp.archive.inbox import STATES as SAID
from webapp.archive.models import Archive, File
from webapp.archive.wording import TYPES
from webapp.db import db, today
from webapp.errors import Problem
from webapp.evidence.models import Blob
from webapp.field.models import BlobName, Inspection
from webapp.field.rules import files_of
from webapp.field.views import OFFICE_READERS
from webapp.followup import acts, sections
from webapp.followup.steps import GRANTED, Step
from webapp.words import _, language

blueprint = Blueprint("after", __name__, url_prefix="/office/inspections/<inspection_id>/after")

LONGEST = 2000
# Until the office has accepted a record there is nothing that could follow it.
BEGUN = (*acts.STATES, "sealed", "returned")


@blueprint.get("")
@allow(*OFFICE_READERS, "inspector")
def page(inspection_id: str) -> Any:
    """Everything that followed the visit, and what can be done next; for the office and for the pair."""
    return shown(readable(inspection_id))


@blueprint.get("/files/<sha256>")
@allow(*OFFICE_READERS, "inspector")
def file(inspection_id: str, sha256: str) -> Any:
    """A file that an event after the visit brought, as it came."""
    inspection = readable(inspection_id)
    named = {one["sha256"]: one for one in inspection.record()["after"] for one in files_of(one)}
    blob = db.session.get(Blob, sha256) if sha256 in named else None
    if blob is None or not BlobName.held(inspection.id, {sha256}):
        raise Problem("not_found")
    said = named[sha256]
    return send_file(
        io.BytesIO(blob.read()), blob.mime, as_attachment=blob.mime not in ("application/pdf", "image/jpeg"),
        download_name=str(said.get("name") or sha256),
    )  # fmt: skip


@blueprint.post("/approve")
@allow("supervisor", "archivist")
def approve(inspection_id: str) -> Any:
    """Say yes or no to what another person put forward."""

    def deed(inspection: Inspection) -> None:
        target = acts.after(inspection).get(request.form.get("target"))
        if target is None:
            raise Problem("wrong_state")
        if not acts.may_approve(current_user, inspection, target.author):
            raise Problem("approve_own")
        granted = request.form.get("granted") == "yes"
        opinion = typed("opinion")
        if not granted and not opinion:
            raise Problem("reason_needed")
        payload = {"target": target.event, "granted": granted, "opinion": opinion}
        acts.write(me(), inspection, "approve", payload)

    return perform(inspection_id, ("supervisor", "archivist"), deed, _("已记下您的决定。"), anchor())


@blueprint.post("/void")
@allow("archivist", "supervisor", "inspector")
def void(inspection_id: str) -> Any:
    """Void what was entered by mistake, with its reason; it stays in the log."""

    def deed(inspection: Inspection) -> None:
        target = acts.after(inspection).get(request.form.get("target"))
        if target is None or acts.fixed(target):
            raise Problem("wrong_state")
        if not acts.may_void(current_user, inspection, target):
            raise Problem("approve_own" if target.approval == GRANTED else "not_allowed")
        acts.write(me(), inspection, "void", {"target": target.event, "reason": typed("reason")})

    return perform(
        inspection_id,
        ("archivist", "supervisor", acts.PAIR),
        deed,
        _("已作废。原来写的和原因都留着。"),
        anchor(),
    )


def readable(inspection_id: str) -> Inspection:
    """The inspection, for the office of its bureau and its pair. Raises `not_found`."""
    inspection = own(db.session.get(Inspection, inspection_id))
    if not acts.may(current_user, inspection, *OFFICE_READERS, acts.PAIR):
        raise Problem("not_found")
    return inspection


def perform(
    inspection_id: str, audience: tuple[str, ...], deed: Callable[[Inspection], object], said: str, at: str
) -> Any:
    """Do one deed after the visit for who is of the `audience` (`acts.may`) and come back to the section `at`; or show the
    page again with what stands against it (`g.problem`, at `g.tried`) and what was typed."""
    inspection = readable(inspection_id)
    if not acts.may(current_user, inspection, *audience):
        raise Problem("not_allowed")
    try:
        deed(inspection)
    except Problem as problem:
        db.session.rollback()
        g.problem, g.tried = problem, at
        return shown(readable(inspection_id)), problem.status
    db.session.commit()
    flash(said)
    return redirect(url_for("after.page", inspection_id=inspection_id, _anchor=at))


def shown(inspection: Inspection) -> str:
    """The page."""
    document = File(inspection, language(), _)
    steps = acts.after(inspection)
    return render_template(
        "followup/after.html", inspection=inspection, steps=steps, names=document.names, said=SAID, types=TYPES,
        sections=sections.hung(inspection, steps, today()), begun=inspection.state in BEGUN,
        office=acts.may(current_user, inspection, *OFFICE_READERS), versions=Archive.versions(inspection),
        behind=_behind(inspection), words=document.wording,
    )  # fmt: skip


def typed(name: str, longest: int = LONGEST) -> str:
    """A text of the form, trimmed. Raises `text_long` over its length."""
    text = request.form.get(name, "").replace("\r\n", "\n").strip()
    if len(text) > longest:
        raise Problem("text_long", limit=longest)
    return text


def typed_day(name: str) -> str:
    """A day of the form as ISO. Raises `day_wrong`."""
    try:
        return date.fromisoformat(request.form.get(name, "")).isoformat()
    except ValueError:
        raise Problem("day_wrong") from None


def anchor() -> str:
    """The section that a form came from."""
    name = request.form.get("at", "")
    return name if name.isidentifier() else "after"


@blueprint.app_context_processor
def _for_sections() -> dict[str, Any]:
    return {"may_approve": may_approve, "may_void": may_void}


def may_approve(inspection: Inspection, step: Step) -> bool:
    """Whether who is in may decide on a step that waits."""
    return step.waits and acts.may_approve(current_user, inspection, step.author)


def may_void(inspection: Inspection, step: Step) -> bool:
    """Whether who is in may void a step."""
    return acts.may_void(current_user, inspection, step)


def _behind(inspection: Inspection) -> bool:
    """Whether something came that no version of the archive holds yet."""
    newest = Archive.latest(inspection)
    return newest is not None and newest.position < inspection.position


def on_record(inspection: Inspection, _today: date) -> Markup:
    """A line on the record's page: where it goes on."""
    if inspection.state not in acts.STATES:
        return Markup()
    steps = acts.after(inspection)
    shown = render_template(
        "followup/after_line.html", inspection=inspection, steps=steps, types=TYPES, behind=_behind(inspection),
        waits=[step for step in steps.all if step.waits],
    )  # fmt: skip
    return Markup(shown)  # noqa: S704 - a template's own output


beside.RECORD.insert(0, on_record)
