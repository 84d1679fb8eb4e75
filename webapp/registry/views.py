"""Whether a credential is real: anyone checks it by the QR code that the inspector shows (RZ-14)."""

from flask import Blueprint, render_template

from webapp.accounts.access import allow
from webapp.accounts.views import limiter
from webapp.db import db, today
from webapp.errors import Problem
from webapp.registry.models import Inspector

blueprint = Blueprint("registry", __name__)


@blueprint.get("/credential/<user_id>")
@allow("anyone")
@limiter.limit("60 per minute")
def credential(user_id: str) -> str:
    """Name, bureau, number and validity of a credential; nothing else of the person."""
    inspector = db.session.get(Inspector, user_id)
    if inspector is None:
        raise Problem("not_found")
    valid = inspector.user.active and inspector.valid_until >= today()
    return render_template("registry/credential.html", inspector=inspector, valid=valid, today=today())
