"""Photos over the line: resumable, checked by hash, for those who may see an inspection that names them (design 5)."""

import re
from typing import Any

from flask import Blueprint, Response, request, session
from flask_login import current_user
from sqlalchemy.exc import IntegrityError

from webapp.accounts.access import allow
from webapp.api import Contract, speaks
from webapp.db import db, today
from webapp.errors import Problem
from webapp.evidence.models import Blob, Upload
from webapp.evidence.picture_rules import SHOWN
from webapp.field.models import BlobName
from webapp.field.relief import Relieved
from webapp.field.rules import photo_limit
from webapp.field.views import OFFICE_READERS, check_phone, device_people, may_see

blueprint = Blueprint("uploads", __name__)

PATH = "/api/v1/blobs/<sha256>"


@blueprint.route(PATH, methods=["HEAD"])
@allow("inspector")
@speaks(
    Contract(
        "How much of a blob has arrived: Upload-Offset, Upload-Complete",
        status=204,
        problems=("blob_unknown",),
    )
)
def offset(sha256: str) -> Response:
    """Where to go on."""
    device_people()
    if _held(_sendable(sha256)):
        return _whole(sha256)
    return _progress(_upload(sha256).offset, complete=False)


@blueprint.patch(PATH)
@allow("inspector")
@speaks(
    Contract(
        "Send the next bytes of a blob",
        media="application/octet-stream",
        status=204,
        headers=("Upload-Offset", "Upload-Complete"),
        problems=(
            "blob_unknown",
            "blob_offset",
            "blob_hash",
            "blob_picture",
            "blob_too_large",
            "storage_full",
        ),
    )
)
def append(sha256: str) -> Response:
    """Keep the bytes; with `Upload-Complete: ?1` they are the last, and the whole is checked."""
    device_people()
    names = _sendable(sha256)
    if _held(names):
        return _whole(sha256)
    inspections = [name.inspection_id for name in names]
    at, last = _headers()
    upload, limit = _upload(sha256), _limit()
    # Nobody waits for the database while bytes go to the disk and a picture is opened.
    db.session.rollback()
    upload.append(at, request.get_data(), limit)
    if not last:
        return _progress(upload.offset, complete=False)
    try:
        upload.complete()
    except IntegrityError:
        # The partner's phone finished the same photo at the same moment.
        db.session.rollback()
    BlobName.receive(sha256, inspections)
    db.session.commit()
    upload.drop()
    return _whole(sha256)


@blueprint.get(PATH)
@allow("inspector", *OFFICE_READERS)
@speaks(Contract("A blob's bytes as captured", problems=("blob_unknown",)))
def blob(sha256: str) -> Any:
    """The bytes, which no browser keeps: what a phone keeps of an inspection is encrypted."""
    check_phone()
    if not any(name.received for name in _named(sha256)):
        raise Problem("blob_unknown")
    found = db.session.get_one(Blob, sha256)
    response = Response(found.read(), mimetype=found.mime)
    # What no browser shows is a file to keep.
    response.headers["Content-Disposition"] = (
        "inline" if found.mime in SHOWN else f"attachment; filename={sha256[:16]}.heic"
    )
    return response


def _named(sha256: str) -> list[BlobName]:
    """Where the blob is named that this person may see."""
    names = [name for name in BlobName.of(sha256) if may_see(current_user, name.inspection)]
    if not names:
        raise Problem("blob_unknown")
    return names


def _sendable(sha256: str) -> list[BlobName]:
    """Where this person may send it: also where the own event was taken in after the pair was changed."""
    names = BlobName.of(sha256)
    found = [
        name
        for name in names
        if may_see(current_user, name.inspection) or Relieved.is_one(name.inspection_id, current_user.id)
    ]
    if not found:
        raise Problem("blob_unknown")
    return found


def _held(names: list[BlobName]) -> bool:
    return all(name.received for name in names)


def _whole(sha256: str) -> Response:
    return _progress(db.session.get_one(Blob, sha256).size, complete=True)


def _upload(sha256: str) -> Upload:
    return Upload(sha256, str(session["device"]))


def _limit() -> int:
    return photo_limit(current_user.bureau.law(today()))


def _headers() -> tuple[int, bool]:
    at, last = request.headers.get("Upload-Offset", ""), request.headers.get("Upload-Complete")
    if not re.fullmatch("[0-9]{1,12}", at) or last not in ("?0", "?1"):
        raise Problem("malformed", wrong="Upload-Offset, Upload-Complete")
    return int(at), last == "?1"


def _progress(size: int, *, complete: bool) -> Response:
    headers = {
        "Upload-Offset": str(size),
        "Upload-Complete": "?1" if complete else "?0",
        "Cache-Control": "no-store",
    }
    return Response(status=204, headers=headers)
