"""The page on which the office loads what a phone could not send: sees what is in the file, and takes it in."""

from contextlib import closing
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import current_user

from webapp.accounts.access import allow, me, own
from webapp.db import db
from webapp.errors import Problem
from webapp.field.rescues import MAX_BYTES, Rescue, contents
from webapp.field.views import OFFICE_READERS

blueprint = Blueprint("rescues", __name__)

LOADERS = ("admin", "archivist")
# What a browser writes around the file.
AROUND = 1024 * 1024


@blueprint.get("/office/rescue")
@allow(*LOADERS)
def listed() -> str:
    """Where a file is chosen; and those that were."""
    return _list()


@blueprint.post("/office/rescue")
@allow(*LOADERS, most=MAX_BYTES + AROUND)
def load() -> Any:
    """Keep the file, and show what is in it; nothing is taken in yet."""
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise Problem("rescue_needed")
        with closing(file):
            found = Rescue.load(me(), file.stream)
    except Problem as problem:
        db.session.rollback()
        return _list(problem), problem.status
    db.session.commit()
    return redirect(url_for("rescues.one", rescue_id=found.id))


@blueprint.get("/office/rescue/<rescue_id>")
@allow(*LOADERS)
def one(rescue_id: str) -> str:
    """What is in the file, and what became of it."""
    return _page(own(db.session.get(Rescue, rescue_id)))


@blueprint.post("/office/rescue/<rescue_id>/take")
@allow(*LOADERS)
def take(rescue_id: str) -> Any:
    """Take in what the bureau does not hold yet."""
    found = own(db.session.get(Rescue, rescue_id))
    try:
        found.take(me())
    except Problem as problem:
        db.session.rollback()
        return _page(own(db.session.get(Rescue, rescue_id)), problem), problem.status
    return redirect(url_for("rescues.one", rescue_id=rescue_id))


def _list(problem: Problem | None = None) -> str:
    return render_template(
        "archive/rescues.html", problem=problem, rows=Rescue.of_bureau(current_user.bureau_id)
    )


def _page(found: Rescue, problem: Problem | None = None) -> str:
    rows, revoked = [], False
    if not found.whole:
        try:
            with found.opened() as file:
                rows, revoked = contents(file), file.revoked
        except Problem as fault:
            problem = problem or fault
    refused = found.result["refused"] if found.result else []
    return render_template(
        "archive/rescue.html",
        found=found,
        problem=problem,
        reads=not set(current_user.roles).isdisjoint(OFFICE_READERS),
        refused=[Problem(code) for _, code in refused],
        revoked=revoked,
        rows=rows,
        left=sum(row["events"] - row["known"] + row["photos"] - row["held"] for row in rows),
    )
