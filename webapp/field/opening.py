"""After the visit the names of a draw are opened: for whom it is over, and who opens (design 2.6 step 6).

It is over when the record is sealed: whoever could have been warned has had the visit, and what comes later (sent back,
accepted, archived) changes nothing of that. Who was swapped is opened once no visit is left. A name stays open.
One act opens all that are due, so that a draw has as many files more as somebody opens, not as it has subjects.
"""

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from webapp.accounts.access import allow, me
from webapp.accounts.models import User
from webapp.db import db
from webapp.draw.models import Draw
from webapp.draw.names import DrawSubject
from webapp.errors import Problem
from webapp.field.models import Inspection, InspectionDraw
from webapp.field.rules import OVER
from webapp.words import _

blueprint = Blueprint("opening", __name__)

OPENERS = {"planner", "archivist"}
CALLED_OFF = "cancelled"


@blueprint.post("/office/draws/<draw_id>/open")
@allow(*OPENERS)
def open_names(draw_id: str) -> Response:
    """Open all names whose visits are over."""
    draw = Draw.locked(draw_id, current_user.bureau_id)
    try:
        rows = due(draw)
        draw.reveal(me(), rows)
    except Problem as problem:
        db.session.rollback()
        flash(str(problem.message))
        return _back(draw_id)
    db.session.commit()
    flash(_("已公开 %(n)s 个对象的名称。", n=len(rows)))
    return _back(draw_id)


def due(draw: Draw) -> list[DrawSubject]:
    """Who was drawn, is not opened yet, and will not be visited any more."""
    visits = select(InspectionDraw.subject_id, Inspection.state)
    visits = visits.join(Inspection, Inspection.id == InspectionDraw.inspection_id)
    state = {name: now for name, now in db.session.execute(visits.where(InspectionDraw.draw_id == draw.id))}
    # Who was swapped may be visited all the same: for another draw, or because the pair had begun.
    over = {True: (*OVER, CALLED_OFF, None), False: OVER}
    return [row for row in DrawSubject.closed(draw.id) if state.get(row.subject_id) in over[row.gone]]


def open_due(author: User) -> list[tuple[str, int]]:
    """Open what is due in every draw of the author's bureau: the task and how many. Commits draw by draw."""
    opened = []
    drawn = select(Draw.id).where(Draw.bureau_id == author.bureau_id, Draw.state != "frozen")
    for draw_id in list(db.session.scalars(drawn.order_by(Draw.id))):
        draw = Draw.locked(draw_id, author.bureau_id)
        rows = due(draw)
        if rows:
            draw.reveal(author, rows)
            opened.append((str(draw.task["name"]), len(rows)))
        db.session.commit()
    return opened


def counts(draw: Draw) -> dict[str, Any]:
    """What the desk's page says of a draw's names: how many are hidden still, and how many of them may be opened now."""
    return {"hidden": DrawSubject.hidden(draw.id), "due": len(due(draw))}


def _back(draw_id: str) -> Response:
    return redirect(url_for("hall.one", draw_id=draw_id))
