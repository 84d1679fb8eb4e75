"""Paper with a code: the blank checklist and the filled form to be printed, and where the code on each page leads."""

import io
from typing import Any

from flask import Blueprint, Response, redirect, render_template, send_file, session, url_for
from flask_login import current_user

from webapp.accounts.access import allow
from webapp.accounts.views import limiter
from webapp.archive.blank_pdf import blank_pdf
from webapp.archive.models import File
from webapp.archive.paper_document import blank, filled
from webapp.archive.record_pdf import record_pdf
from webapp.db import db, now
from webapp.errors import Problem
from webapp.field.models import Inspection
from webapp.field.views import OFFICE_READERS, may_see, visible
from webapp.ids import is_sha256
from webapp.words import _, language

blueprint = Blueprint("paper", __name__, url_prefix="/page/<inspection_id>")


@blueprint.app_context_processor
def printing() -> dict[str, Any]:
    """What every page of the desk says of itself on paper: when it was printed."""
    return {"printed_at": now}


@blueprint.get("")
@blueprint.get("/<record_hash>")
@allow("anyone")
@limiter.limit("60 per minute")
def page(inspection_id: str, record_hash: str | None = None) -> Any:
    """Where the code on a printed page leads: the pair to the phone app, the office to the review, nobody else further.

    Who only has the page is told whose it is and nothing that does not stand on it.
    """
    inspection = db.session.get(Inspection, inspection_id)
    if inspection is None or (record_hash and not is_sha256(record_hash)):
        raise Problem("page_unknown")
    if current_user.is_authenticated and may_see(current_user, inspection):
        visible(inspection_id)
        return redirect(_place(inspection, record_hash))
    here = url_for("paper.page", inspection_id=inspection_id, record_hash=record_hash)
    signed = record_hash is not None and bool(File(inspection, signed=record_hash).events)
    return render_template(
        "archive/page.html", inspection=inspection, record_hash=record_hash, here=here, signed=signed
    )


@blueprint.get("/blank.pdf")
@allow("inspector", *OFFICE_READERS)
@limiter.limit("30 per minute")
def blank_form(inspection_id: str) -> Response:
    """The checklist of the inspection, to be filled in by hand."""
    inspection = visible(inspection_id)
    file = File(inspection, language(), _)
    pdf = blank_pdf(blank(file.assignment, file.forms, page_address(inspection_id), language(), _))
    return _pdf(pdf, _("%(number)s 空白检查表", number=inspection.number))


@blueprint.get("/filled.pdf")
@allow("inspector", *OFFICE_READERS)
@limiter.limit("30 per minute")
def filled_form(inspection_id: str) -> Response:
    """The record as the bureau holds it now, to be signed and stamped by hand."""
    inspection = visible(inspection_id)
    file = File(inspection, language(), _)
    if not file.record["content"]["arrivals"]:
        raise Problem("record_none")
    address = page_address(inspection_id, file.record["record_hash"])
    pdf = record_pdf(filled(file.document, address, _), file.pictures())
    return _pdf(pdf, _("%(number)s 签字盖章页", number=inspection.number))


def page_address(inspection_id: str, record_hash: str | None = None) -> str:
    """What the code on a printed page says: an address on the bureau's own site."""
    return url_for("paper.page", inspection_id=inspection_id, record_hash=record_hash, _external=True)


def _place(inspection: Inspection, record_hash: str | None) -> str:
    of_office = inspection.bureau_id == current_user.bureau_id and not set(current_user.roles).isdisjoint(
        OFFICE_READERS
    )
    if of_office and "device" not in session:
        return url_for("archive.review", inspection_id=inspection.id, printed=record_hash)
    return url_for("app.shell", _anchor=f"/i/{inspection.id}")


def _pdf(data: bytes, name: str) -> Response:
    return send_file(io.BytesIO(data), "application/pdf", download_name=f"{name}.pdf")
