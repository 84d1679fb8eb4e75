"""The ratings at the desk: for supervisors and auditors, and for nobody who made the visit (RZ-18)."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response

from webapp.accounts.access import allow, me
from webapp.accounts.models import User
from webapp.archive import beside
from webapp.archive.first import Number, Part, Wait
from webapp.db import db
from webapp.errors import Problem
from webapp.field.models import Inspection
from webapp.followup import sections
from webapp.followup.after_views import typed
from webapp.followup.rating_rules import CHOICES, QUESTIONS
from webapp.followup.ratings import PAGE, Rating, Ratings, mark_of
from webapp.followup.steps import Steps
from webapp.words import _, _l

blueprint = Blueprint("ratings", __name__, url_prefix="/office/ratings")

READERS = ("supervisor", "auditor")
SHOWN = 10
SHOWS = {"open": _l("要处理的"), "all": _l("全部")}
MARKS = {"good": "passed", "bad": "found", "unsure": "none"}
EMPTY = {
    "open": _l("没有要处理的评价。评价里说没有亮证、不到两人、索取财物或者妨碍经营的，会列在这里。"),
    "all": _l("还没有评价。检查对象扫检查记录上的二维码，可以评价这次检查。"),
}


@blueprint.get("")
@allow(*READERS)
def listed() -> str:
    """What subjects said of the visits, with how many said what."""
    return _page()


@blueprint.post("/<rating_id>")
@allow("supervisor")
def deal(rating_id: str) -> Any:
    """Write down what was found out about a rating and what was done."""
    row = _readable().get(rating_id)
    if row is None:
        raise Problem("not_found")
    try:
        row.deal(me(), typed("note"))
    except Problem as problem:
        db.session.rollback()
        return _page(problem, rating_id), problem.status
    db.session.commit()
    flash(_("已记下处理情况。"))
    return _back()


def of_inspection(inspection: Inspection, _steps: Steps, _today: date) -> Markup:
    """The ratings of one visit, on the page of what follows it; nothing for who may not read them."""
    if not set(READERS) & set(current_user.roles) or current_user.id in inspection.pair:
        return Markup()
    rows = Rating.of(inspection.id)
    if not rows:
        return Markup()
    shown = render_template("followup/ratings/here.html", rows=rows, **_words())
    return Markup(shown)  # noqa: S704 - a template's own output


def on_first_page(user: User, _today: date) -> Part | None:
    """What is to be looked into, for who oversees; nothing as long as nobody said anything."""
    if not set(READERS) & set(user.roles):
        return None
    ratings = Ratings(user.bureau_id, user.id)
    counts = ratings.counts()
    if not counts["all"]:
        return None
    numbers = [
        Number(counts["open"], str(SHOWS["open"]), url_for("ratings.listed"), counts["open"] > 0),
        Number(counts["all"], _("条评价"), url_for("ratings.listed", show="all")),
    ]
    waits = [_wait(row) for row in ratings.rows(True, limit=SHOWN)[:SHOWN]]
    return Part("ratings", numbers, waits, str(EMPTY["open"]), title=str(_("检查对象的评价")))


sections.AFTER.append((80, of_inspection))
beside.FIRST.append(on_first_page)


def _page(problem: Problem | None = None, tried: str = "") -> str:
    ratings, show = _readable(), request.values.get("show", "")
    counts = ratings.counts()
    show = show if show in SHOWS else "open" if counts["open"] or not counts["all"] else "all"
    rows = ratings.rows(show == "open", request.values.get("after", "")[:100])
    return render_template(
        "followup/ratings/list.html", ratings=ratings, counts=counts, figures=ratings.figures(), show=show, shows=SHOWS,
        rows=rows[:PAGE], more=mark_of(rows[PAGE - 1]) if len(rows) > PAGE else "", empty=EMPTY[show], problem=problem,
        tried=tried, paged=bool(request.values.get("after")), **_words(),
    )  # fmt: skip


def _readable() -> Ratings:
    year = request.values.get("year", "")
    asked = int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None
    return Ratings(current_user.bureau_id, current_user.id, asked)


def _back() -> Response:
    kept = {name: request.form[name][:100] for name in ("show", "year") if request.form.get(name)}
    return redirect(url_for("ratings.listed", **kept))


def _words() -> dict[str, Any]:
    return {"questions": QUESTIONS, "choices": CHOICES, "marks": MARKS}


def _wait(row: Rating) -> Wait:
    bad = [str(_(QUESTIONS[name].short)) for name, said in row.standings.items() if said == "bad"]
    return Wait(
        row.inspection.number, url_for("ratings.listed", _anchor=f"r-{row.id}"), row.inspection.subject.name,
        str(_("、")).join(bad), "found", todo=str(_("了解情况，写下处理结果")),
    )  # fmt: skip
