"""The lists of what waits after the visits, with the acts for many at once; and their part of the first page."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from markupsafe import Markup

from webapp.accounts.access import allow, me
from webapp.accounts.models import User
from webapp.archive import beside
from webapp.archive.first import Number, Part, Wait
from webapp.archive.wording import TYPES
from webapp.db import db, today
from webapp.errors import Problem
from webapp.field import approvals
from webapp.field.models import Inspection
from webapp.followup import acts, results, words
from webapp.followup.after_views import typed
from webapp.followup.models import Timeline
from webapp.followup.result_paper import result_said
from webapp.followup.waiting import APPROVE, DECIDE, PAGE, TELL, WHOSE, Waiting
from webapp.paging import page_number
from webapp.words import _, _l

blueprint = Blueprint("waiting", __name__)

FIRST = 10
SAID = {DECIDE: _l("待定结果"), APPROVE: _l("等您批准"), TELL: _l("待告知")}
EMPTY = {
    DECIDE: _l("没有要定结果的检查。办公室受理以后，检查会到这里。"),
    APPROVE: _l("没有等您批准的。别人提出的结果、异议处理和不公示，会到这里。"),
    TELL: _l("没有要告知的。结果批准以后，轮到告知的会到这里。"),
}
TO_DO = {
    DECIDE: _l("看一遍记录，确定结果"),
    APPROVE: _l("看一遍，批准或者不批准"),
    TELL: _l("出具告知书，送达"),
}
MARKS = {DECIDE: "waiting", APPROVE: "warning", TELL: "waiting"}
MANY = frozenset({"unreachable"})


@blueprint.get("/office/results")
@allow("archivist", "supervisor", "inspector")
def listed() -> str:
    """What waits for this person, list by list."""
    return _list()


@blueprint.post("/office/results/decide")
@allow("archivist", "inspector")
def decide() -> Any:
    """Put forward, for each of the chosen ones, what its pair found."""

    def deed(inspection: Inspection, _event: str) -> None:
        code = inspection.result or ""
        # Why somebody cannot be reached is said one by one.
        if code in MANY:
            raise Problem("sub_needed")
        results.decide(me(), inspection, code, "", "")

    return _each(DECIDE, deed, lambda n: _("已提请批准 %(n)s 件。", n=n))


@blueprint.post("/office/results/approve")
@allow("archivist", "supervisor")
def approve() -> Any:
    """Approve each of the chosen results as it was seen; anything else that waits is looked at by itself."""
    opinion = typed("opinion")

    def deed(inspection: Inspection, event: str) -> None:
        target = acts.after(inspection).get(event)
        if target is None or target.type != "decide":
            raise Problem("wrong_state")
        if not acts.may_approve(me(), inspection, target.author):
            raise Problem("approve_own")
        acts.write(me(), inspection, "approve", {"target": event, "granted": True, "opinion": opinion})

    return _each(APPROVE, deed, lambda n: _("已批准 %(n)s 件。", n=n))


@blueprint.post("/office/results/notices")
@allow("archivist", "inspector")
def notices() -> Any:
    """Issue the notice of each of the chosen ones."""
    contact = typed("contact", 200)

    def deed(inspection: Inspection, _event: str) -> None:
        results.issue(me(), inspection, contact)

    return _each(TELL, deed, lambda n: _("已出具 %(n)s 份告知书，送达以后逐件记下。", n=n))


def on_first_page(user: User, day: date) -> Part | None:
    """How much waits for a person, and the oldest of it."""
    waiting = Waiting(user, day)
    counts = waiting.counts
    if not any(counts.values()):
        return None
    numbers = [Number(counts[show], str(SAID[show]), url_for("waiting.listed", show=show)) for show in counts]
    waits = [_wait(show, row) for show in counts for row in waiting.rows(show, limit=FIRST)[:FIRST]]
    return Part("results", numbers, waits, "", title=str(_("结果和告知")))


def over_inbox(user: User, day: date) -> Markup:
    """A line over the list of inspections, for whose first page is that list."""
    counts = {show: count for show, count in Waiting(user, day).counts.items() if count}
    shown = render_template("followup/waiting_line.html", counts=counts, said=SAID) if counts else ""
    return Markup(shown)  # noqa: S704 - a template's own output


beside.FIRST.append(on_first_page)
beside.INBOX.append(over_inbox)


def _list(refused: list[tuple[Inspection, Problem]] | None = None) -> str:
    waiting = Waiting(me(), today())
    show = request.values.get("show", "")
    show = show if show in waiting.shows else next(iter(waiting.shows), DECIDE)
    page = page_number()
    rows = waiting.rows(show, page)
    return render_template(
        "followup/waiting.html", show=show, counts=waiting.counts, said=SAID, rows=rows[:PAGE], more=len(rows) > PAGE,
        page=page, empty=EMPTY, refused=refused or [], result=_result_of, types=TYPES, words=words, today=today(),
        names=_names(rows), contact=approvals.contact(me().bureau_id), many=MANY,
    )  # fmt: skip


def _each(show: str, deed: Callable[[Inspection, str], object], said: Callable[[int], str]) -> Any:
    """Do the deed for each of the chosen ones, each in a transaction of its own; say which were not, and why."""
    done, refused = 0, []
    for chosen in request.form.getlist("chosen")[:PAGE]:
        name, _dot, event = chosen.partition(".")
        inspection = Inspection.locked(name)
        if inspection is None or not acts.may(me(), inspection, *WHOSE[show]):
            db.session.rollback()
            continue
        try:
            deed(inspection, event)
            db.session.commit()
            done += 1
        except Problem as problem:
            db.session.rollback()
            refused.append((inspection, problem))
    if done:
        flash(said(done))
    return _list(refused)


def _wait(show: str, row: Timeline) -> Wait:
    inspection = row.inspection
    href = url_for("after.page", inspection_id=inspection.id, _anchor="told" if show == TELL else "result")
    state = _(TYPES[row.waiting["type"]]) if show == APPROVE and row.waiting else str(SAID[show])
    since = row.waits if show == APPROVE else row.ended
    return Wait(
        inspection.number, href, inspection.subject.name, state, MARKS[show], todo=str(TO_DO[show]),
        at=words.day(since) if since else "",
    )  # fmt: skip


def _result_of(code: str | None, sub: str | None) -> str:
    return result_said(code, sub, _) if code else ""


def _names(rows: list[Timeline]) -> dict[str, str]:
    """Who put forward what waits, by id."""
    ids = {row.waits_by for row in rows if row.waits_by}
    return {user.id: user.name for user in db.session.query(User).filter(User.id.in_(ids))} if ids else {}
