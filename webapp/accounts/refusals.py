"""What was refused and what was taken away goes into the audit log; a flood of refusals is not written out."""

import logging

from flask import Flask, Response, request
from flask_login import current_user
from limits import parse
from sqlalchemy.exc import OperationalError

from webapp.accounts import audit
from webapp.accounts.views import caller, limiter
from webapp.db import db
from webapp.errors import REFUSED

log = logging.getLogger(__name__)
CODES = {
    "not_allowed",
    "password_first",
    "csrf",
    "device_revoked",
    "device_differs",
    "device_unproved",
    "device_needed",
    "too_many",
    "host_unknown",
    "crash",
}
# Of one person or one address; what is more in a minute says nothing that the first did not.
PER_MINUTE = parse("30/minute")


def init_app(app: Flask) -> None:
    """Look at every answer."""
    app.after_request(_say_refused)
    app.after_request(_say_taken)


def _say_refused(response: Response) -> Response:
    code = request.environ.get(REFUSED)
    if code in CODES or (code == "not_found" and _looked_for_others()):
        try:
            if limiter.limiter.hit(PER_MINUTE, "audit", _who()):
                audit.write_alone("refused", target=audit.place(), code=code, method=request.method)
        except OperationalError:
            # No room, or no database: it stays refused.
            log.exception("a refusal could not be written into the audit log")
            db.session.rollback()
    return response


def _say_taken(response: Response) -> Response:
    """A file that the office takes out of the system; without its line it does not go."""
    # In parts (206) it goes as well; a picture that a page shows has no name of a file.
    named = "filename" in response.headers.get("Content-Disposition", "")
    taken = request.method == "GET" and response.status_code in (200, 206) and named
    if taken and request.path.startswith(("/office/", "/api/")) and current_user.is_authenticated:
        if audit.SAID not in request.environ:
            audit.write_alone("downloaded", target=audit.place())
    return response


def _looked_for_others() -> bool:
    """What is another bureau's is not found; a phone that asks for bytes not there yet is not meant."""
    return request.path.startswith("/office/") and current_user.is_authenticated


def _who() -> str:
    # Not by the database's words: after a crash it may not answer.
    return str(current_user.get_id() if current_user.is_authenticated else caller())
