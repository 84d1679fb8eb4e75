"""Training at the desk and for the phone: who practised, and the texts at hand (CA-2.5, RZ-18, TJ-15)."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user

from webapp.accounts.access import allow, me
from webapp.api import speaks
from webapp.db import db, today
from webapp.errors import Problem
from webapp.field.models import Inspection
from webapp.field.rules import ENDED
from webapp.field.views import device_people
from webapp.oversight import guidance
from webapp.oversight.guidance import KINDS, Guidance, all_in_force, in_force
from webapp.oversight.training import (
    GIVEN,
    LESSONS,
    TAKEN,
    Outcome,
    Practice,
    Told,
    Training,
    counts_from,
    few_checklists,
    trainees,
)
from webapp.registry.models import Inspector
from webapp.words import _

blueprint = Blueprint("training", __name__)

READERS = ("supervisor", "planner", "auditor", "archivist")
WRITERS = ("supervisor", "archivist")
PAST = 200


@blueprint.get("/api/v1/training")
@allow("inspector")
@speaks(GIVEN)
def given() -> Training:
    """What the phone keeps for training, for everyone who is logged in on it."""
    people, bureau, day = device_people(), current_user.bureau, today()
    since = counts_from(bureau, day)
    lists, forms = ([], []) if Inspection.of_people(people, but=ENDED) else few_checklists(bureau.id, day)
    return Training(
        texts=[text.as_json() for text in all_in_force(bureau)],
        needed=bool(bureau.law(day).get("training_needed")),
        since=since and since.isoformat(),
        done=[row.as_json() for row in Practice.of(people)],
        checklists=lists,
        forms=forms,
    )


@blueprint.post("/api/v1/training")
@allow("inspector")
@speaks(TAKEN)
def told(body: Outcome) -> Told:
    """Take the outcome of a practice of somebody who is logged in on this phone."""
    if body.person not in device_people():
        raise Problem("practice_whose")
    Practice.keep(body)
    db.session.commit()
    return Told(body.id)


@blueprint.get("/oversight/training")
@allow(*READERS)
def listed() -> str:
    """Every inspector of the bureau: what was practised last, and who still has to."""
    bureau, day = current_user.bureau, today()
    found = trainees(bureau, day)
    return render_template(
        "oversight/training.html", people=found, lessons=LESSONS, since=counts_from(bureau, day),
        needed=bool(bureau.law(day).get("training_needed")), valid=sum(one.valid for one in found),
        texts=all_in_force(bureau),
    )  # fmt: skip


@blueprint.get("/oversight/training/<uuid:person>")
@allow(*READERS)
def of_person(person: Any) -> str:
    """What one inspector practised, with what was forgotten."""
    found = db.session.get(Inspector, str(person))
    if found is None or found.bureau_id != current_user.bureau_id:
        raise Problem("not_found")
    done = Practice.of([found.user_id], PAST)
    return render_template("oversight/practised.html", inspector=found, done=done, lessons=LESSONS)


@blueprint.get("/oversight/guidance")
@allow("signed_in")
def texts() -> str:
    """Flow, standards and discipline, as they count now."""
    return render_template(
        "oversight/guidance.html", texts=all_in_force(current_user.bureau), writes=_writes()
    )


@blueprint.get("/oversight/guidance/<kind>")
@allow("signed_in")
def text(kind: str) -> str:
    """One of the texts with its versions, and the form for who may write it."""
    return _page(kind)


@blueprint.post("/oversight/guidance/<kind>")
@allow(*WRITERS)
def write(kind: str) -> Any:
    """A new version of one of the texts."""
    try:
        changed = Guidance.write(me(), kind, request.form.get("body", ""))
    except Problem as problem:
        if problem.code == "not_found":
            raise
        return _page(kind, problem), problem.status
    db.session.commit()
    flash(_("已存为新的一版，手机联网以后换上。") if changed else _("文字没有变，没有新的一版。"))
    return redirect(url_for("training.text", kind=kind))


def _page(kind: str, problem: Problem | None = None) -> str:
    if kind not in KINDS:
        raise Problem("not_found")
    return render_template(
        "oversight/guidance_edit.html", standing=in_force(current_user.bureau, kind), writes=_writes(), problem=problem,
        versions=Guidance.versions(current_user.bureau_id, kind), body=request.form.get("body"), longest=guidance.LONGEST,
    )  # fmt: skip


def _writes() -> bool:
    return not set(WRITERS).isdisjoint(current_user.roles)
