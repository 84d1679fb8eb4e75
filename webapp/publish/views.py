"""The pictures of a publication: each lives at its address as long as the publication shows it."""

import re
from typing import Any

from flask import Blueprint, Response, request

from webapp.accounts.access import allow
from webapp.db import db
from webapp.errors import Problem
from webapp.evidence.models import Blob
from webapp.publish.document import SHOWN
from webapp.publish.models import Publication

blueprint = Blueprint("publication", __name__)

NAME = re.compile(r"[0-9a-f]{64}")


@blueprint.get("/public/results/<inspection_id>/pictures/<sha256>.jpg")
@allow("anyone")
def picture(inspection_id: str, sha256: str) -> Any:
    """A picture made for the public; gone with its publication, in every cache that asks."""
    row = db.session.get(Publication, inspection_id)
    if row is None or not NAME.fullmatch(sha256):
        raise Problem("not_found")
    if row.state != SHOWN:
        raise Problem("withdrawn")
    blob = db.session.get(Blob, sha256)
    if blob is None or not any(one["sha256"] == sha256 for one in row.body["pictures"]):
        raise Problem("not_found")
    answer = Response(blob.read(), mimetype=blob.mime)
    answer.set_etag(sha256)
    answer.cache_control.public, answer.cache_control.no_cache = True, True
    return answer.make_conditional(request)
