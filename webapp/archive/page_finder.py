"""The office finds an inspection by a picture of one of its printed pages; the picture is not kept."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge

from webapp.accounts.access import allow
from webapp.accounts.views import limiter
from webapp.apart import FILES, Unopened
from webapp.archive.paper_document import Page, page_of
from webapp.db import db
from webapp.errors import Problem
from webapp.evidence.code_rules import codes_in
from webapp.field.models import Inspection
from webapp.field.views import OFFICE_READERS, may_see

blueprint = Blueprint("finder", __name__, url_prefix="/office/page")

MAX_BYTES = 20 * 1024 * 1024


@blueprint.get("")
@allow(*OFFICE_READERS)
def find() -> str:
    """Where a picture of a page is given in."""
    return render_template("archive/page_finder.html", problem=None)


@blueprint.post("")
@allow(*OFFICE_READERS)
@limiter.limit("20 per minute")
def found() -> Any:
    """Go to the inspection whose code is in the picture, or say why there is none."""
    request.max_content_length = MAX_BYTES
    try:
        inspection_id, record_hash = _own(_pages(_picture()))
    except Problem as problem:
        return render_template("archive/page_finder.html", problem=problem), problem.status
    return redirect(url_for("archive.review", inspection_id=inspection_id, printed=record_hash))


def _picture() -> bytes:
    try:
        file = request.files.get("picture")
    except RequestEntityTooLarge as error:
        raise Problem("picture_large") from error
    if file is None or not file.filename:
        raise Problem("picture_needed")
    with file.stream:
        return file.read()


def _pages(data: bytes) -> list[Page]:
    # Nobody waits for the database meanwhile.
    db.session.rollback()
    try:
        texts = FILES.ask(codes_in, data)
    except Unopened:
        texts = None
    if texts is None:
        raise Problem("picture_kind")
    pages = [page for page in map(page_of, texts) if page]
    if not pages:
        raise Problem("page_code_none")
    return pages


def _own(pages: list[Page]) -> Page:
    for page in pages:
        inspection = db.session.get(Inspection, page[0])
        if (
            inspection
            and inspection.bureau_id == current_user.bureau_id
            and may_see(current_user, inspection)
        ):
            return page
    raise Problem("page_elsewhere")
