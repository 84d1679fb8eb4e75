"""The subject's copy: by the QR code on the sealed page anyone who was there reads the record as it was signed."""

import io
from typing import Any

from flask import Blueprint, Response, render_template, send_file, url_for

from webapp.accounts.access import allow
from webapp.accounts.views import limiter
from webapp.archive.document import pdf_document
from webapp.archive.models import File
from webapp.archive.record_pdf import record_pdf
from webapp.archive.strokes import svg
from webapp.canonical import sha256
from webapp.db import db
from webapp.field.models import Inspection
from webapp.words import _, language

blueprint = Blueprint("copy", __name__, url_prefix="/copy/<inspection_id>/<record_hash>")


@blueprint.get("")
@allow("anyone")
@limiter.limit("60 per minute")
def page(inspection_id: str, record_hash: str) -> Any:
    """The record with this hash. The hash is the key: who does not hold it learns nothing, not even that it exists."""
    file = _file(inspection_id, record_hash)
    if file is None:
        return render_template("archive/copy_later.html"), 404
    now = File(file.inspection).record["seal"]
    replaced = now is None or now["record_hash"] != record_hash
    return render_template(
        "archive/copy.html", file=file, words=file.document, hash=record_hash, replaced=replaced, svg=svg,
        public=sha256(record_hash.encode()),
    )  # fmt: skip


@blueprint.get("/record.pdf")
@allow("anyone")
@limiter.limit("10 per minute")
def pdf(inspection_id: str, record_hash: str) -> Any:
    """The same as a document, photos included."""
    file = _file(inspection_id, record_hash)
    if file is None:
        return render_template("archive/copy_later.html"), 404
    data = record_pdf(pdf_document(file.document, own_page(file, record_hash)), file.pictures())
    name = f"{file.inspection.number}.pdf"
    answer: Response = send_file(io.BytesIO(data), "application/pdf", download_name=name)
    return answer


def own_page(file: File, record_hash: str) -> str:
    """The address of the subject's own page, for the code on paper that the subject is given."""
    return url_for("mine.page", inspection_id=file.inspection.id, record_hash=record_hash, _external=True)


def _file(inspection_id: str, record_hash: str) -> File | None:
    inspection = db.session.get(Inspection, inspection_id)
    if inspection is None:
        return None
    file = File(inspection, language(), _, signed=record_hash)
    return file if file.events else None
