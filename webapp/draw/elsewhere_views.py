"""What anyone may see of a list that another platform drew: whose it was, and the hash of what proves it (TJ-3)."""

from flask import Blueprint, render_template
from sqlalchemy import select

from webapp.accounts.access import allow
from webapp.db import db
from webapp.draw.elsewhere import DrawnList
from webapp.draw.models import Draw
from webapp.draw.views import MARKS, STATES
from webapp.errors import Problem

blueprint = Blueprint("drawn_lists", __name__)


@blueprint.get("/public/drawn-lists/<list_id>")
@allow("anyone")
def page(list_id: str) -> str:
    """A list that was taken over, undone or not; who is on it is not known before the visit."""
    found = db.session.get(DrawnList, list_id)
    if found is None or found.source.taken_at is None:
        raise Problem("not_found")
    draws = db.session.scalars(select(Draw).where(Draw.list_id == found.id).order_by(Draw.id))
    return render_template(
        "draw/elsewhere_public.html", given=found, draws=list(draws), marks=MARKS, states=STATES
    )
