"""The page on which anyone checks an archive, whoever gave it to them."""

import threading
from typing import Any

from flask import Blueprint, render_template, request
from flask_login import current_user
from sqlalchemy import select
from werkzeug.exceptions import RequestEntityTooLarge

from webapp.accounts.access import allow
from webapp.accounts.views import csrf, limiter
from webapp.archive.models import Archive, known_keys
from webapp.archive.reading import VERIFIED, Reading
from webapp.archive.unpack import tag_manifest
from webapp.archive.verify import examine
from webapp.canonical import sha256
from webapp.db import db
from webapp.errors import Problem
from webapp.field.models import Inspection
from webapp.words import _

blueprint = Blueprint("verify", __name__)

_examining = threading.BoundedSemaphore(2)
MAX_ARCHIVE_BYTES = 128 * 1024 * 1024


@blueprint.get("/verify")
@allow("anyone")
def page() -> str:
    """Where anyone checks an archive."""
    return render_template("archive/verify.html", problem=None, report=None, name=None)


@blueprint.post("/verify")
@allow("anyone")
@csrf.exempt
@limiter.limit("20 per minute")
def check() -> Any:
    """Say whether an archive is whole, and if not, what is not; the file is not kept."""
    request.max_content_length = MAX_ARCHIVE_BYTES
    try:
        name, data = _upload()
    except Problem as problem:
        return render_template("archive/verify.html", problem=problem, report=None, name=None), problem.status
    keys = known_keys()
    # Nobody waits for the database meanwhile, and strangers' files take no more than a part of the machine.
    db.session.rollback()
    if not _examining.acquire(blocking=False):
        raise Problem("busy")
    try:
        report = examine(data, keys, _)
    finally:
        _examining.release()
    if not report.faults:
        _trace_verified(data)
    return render_template("archive/verify.html", problem=None, report=report, name=name)


def _upload() -> tuple[str, bytes]:
    try:
        file = request.files.get("file")
    except RequestEntityTooLarge as error:
        raise Problem("archive_too_large") from error
    if file is None or not file.filename:
        raise Problem("file_needed")
    with file.stream:
        return file.filename[:200], file.read()


def _trace_verified(data: bytes) -> None:
    """Leave a trace where a signed-in person checked an archive of the own bureau."""
    known = db.session.scalar(select(Archive).where(Archive.tag_hash == sha256(tag_manifest(data))))
    if known is None or not current_user.is_authenticated:
        return
    if db.session.get_one(Inspection, known.inspection_id).bureau_id == current_user.bureau_id:
        Reading.leave(current_user.id, VERIFIED, [(known.inspection_id, known.version)])
