"""综合查一次 at the desk: offered before and after a draw and at an inspection, all at once or one by one, and undone."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from webapp.accounts.access import allow, me, own
from webapp.db import db, today
from webapp.draw.models import Draw, Frozen
from webapp.draw.wording import UNFIT
from webapp.errors import Problem
from webapp.field import merges
from webapp.field.merges import Merge, Offer
from webapp.field.models import Inspection
from webapp.words import _, _l

blueprint = Blueprint("merging", __name__)

WHY = {
    "inactive": _l("账号已停用，或没有借调文书"),
    "credential": _l("执法证不在有效期"),
    "scope": _l("不在事项范围"),
    "region": _l("不在本区域"),
    "recused": _l("应当回避"),
}
LACKS = {
    "specialty": _l("缺专业：%(value)s"),
    "item": _l("没有人能查事项：%(value)s"),
    "leader": _l("缺组长"),
    "unit": _l("缺单位：%(value)s"),
    "lent": _l("缺抽调人员"),
    "size": _l("不足 %(value)s 人"),
}
# A page of a draw shows so many; the rest comes up as those are done.
MOST = 100
ROUNDS = 12


@blueprint.post("/office/draws/<draw_id>/merge")
@allow("planner")
def all_of_draw(draw_id: str) -> Response:
    """Merge all that can be, of what was drawn: each by itself, so that one that cannot holds up no other."""
    draw, made, refused = own(db.session.get(Draw, draw_id)), 0, []
    # Who is to be visited for a third reason joins what two became.
    for _round in range(ROUNDS):
        done, problems = _merge_each(draw)
        made, refused = made + done, problems
        if not done:
            break
    flash(_("已合并 %(n)s 次检查。检查组更新任务列表后就能看到。", n=made))
    for text in dict.fromkeys(refused):
        flash(text)
    return redirect(url_for("hall.one", draw_id=draw_id))


def _merge_each(draw: Draw) -> tuple[int, list[str]]:
    """Merge each offer by itself, a subject once: how many, and why others could not be."""
    made, refused, touched = 0, [], set()
    chosen = [(one.there.id, one.new.id) for one in merges.offers(draw, today()) if one.random and one.goes]
    for there, new in chosen:
        if {there, new} & touched:
            continue
        touched |= {there, new}
        try:
            merges.merge(me(), there, new, today())
            db.session.commit()
            made += 1
        except Problem as problem:
            db.session.rollback()
            refused.append(str(problem.message))
    return made, refused


@blueprint.post("/office/inspections/<inspection_id>/merge")
@allow("planner")
def one(inspection_id: str) -> Response:
    """Merge one inspection with another; with one that nobody drew by hand, with a reason (RZ-5)."""
    given = request.form
    try:
        made = merges.merge(me(), inspection_id, given.get("other", ""), today(), given.get("reason", ""))
    except Problem as problem:
        db.session.rollback()
        # Nothing of another bureau is shown.
        own(db.session.get(Inspection, inspection_id))
        return _refused(problem, inspection_id)
    db.session.commit()
    flash(_("已合并为一次检查，编号 %(number)s。", number=made.stays.number))
    return _back(made.stays_id)


@blueprint.post("/office/merges/<merge_id>/undo")
@allow("planner")
def undo(merge_id: str) -> Response:
    """Take a merge apart."""
    try:
        made = merges.undo(me(), merge_id, today())
    except Problem as problem:
        db.session.rollback()
        known = db.session.get(Merge, merge_id)
        if known is None or known.stays.bureau_id != current_user.bureau_id:
            raise
        return _refused(problem, known.stays_id)
    db.session.commit()
    flash(_("已拆开：%(one)s 和 %(other)s 分别检查。", one=made.stays.number, other=made.gone.number))
    return _back(made.stays_id)


@blueprint.app_context_processor
def shown() -> dict[str, Any]:
    """What the pages of draws and inspections ask."""
    return {
        "merges_of": _of_draw,
        "merges_ahead": _ahead,
        "merges_around": _around,
        "merges_public": _public,
        "merge_why": _why,
    }


def _of_draw(draw: Draw) -> dict[str, Any]:
    """`{offers, more, ready, made, more_made, people}`: what a draw's inspections could be merged with, and were."""
    offers = merges.offers(draw, today()) if draw.state == "drawn" else []
    ready = len({one.new.subject_id for one in offers if one.random and one.goes})
    made = Merge.of_draw(draw.id)
    return {
        "offers": offers[:MOST],
        "more": max(0, len(offers) - MOST),
        "ready": ready,
        "made": made[:MOST],
        "more_made": max(0, len(made) - MOST),
        "people": _people(offers[:MOST]),
    }


def _ahead(prepared: Frozen, bureau_id: str) -> int:
    """How many subjects of a pool are to be visited already in the days of the window (CA-2.3a)."""
    window = prepared.rules["window"]
    there = merges.waiting(bureau_id, *map(type(today()).fromisoformat, (window["from"], window["until"])))
    return len(there & prepared.names.ids.keys())


def _around(inspection: Inspection) -> dict[str, Any]:
    """`{offers, made, early, people}` of one inspection; `early`: begun by a phone that did not know of the merge."""
    offers, made = merges.around(inspection, today()), Merge.of([inspection.id])
    begun = [one for one in made if one.stays.state not in ("assigned", "cancelled")]
    return {
        "offers": offers,
        "made": made,
        "early": {one.id for one in begun if merges.before_merge(one)},
        "people": _people(offers),
    }


def _public(draw_id: str) -> list[dict[str, Any]]:
    """What everybody reads at a draw: with which others (None: with what nobody drew) some of its subjects are visited
    once, how many, and for how many of them the pair of this draw does not go: `{draw, subjects, given_back}`."""
    made = Merge.of_draw(draw_id)
    given_back = {one.stays_id for one in made if draw_id in one.added["draws"]}
    visits = {one.stays_id for one in made}
    serves: dict[str, list[str | None]] = {}
    for link in merges.links(sorted(visits)):
        if link.draw_id != draw_id:
            serves.setdefault(link.inspection_id, []).append(link.draw_id)
    found: dict[str | None, dict[str, Any]] = {}
    for visit in visits:
        for other in serves.get(visit, [None]):
            row = found.setdefault(other, {"draw": other, "subjects": 0, "given_back": 0})
            row["subjects"] += 1
            row["given_back"] += visit in given_back
    return sorted(found.values(), key=lambda row: str(row["draw"]))


def _people(offers: list[Offer]) -> dict[str, str]:
    sides = [side for one in offers for side in (one.there, one.new)]
    return {member.user_id: member.inspector.user.name for side in sides for member in side.members}


def _why(fault: dict[str, Any], people: dict[str, str]) -> str:
    """One reason why a pair cannot go, in words."""
    if "who" in fault:
        return f"{people.get(fault['who'], fault['who'])}：{WHY.get(fault['why'], UNFIT.get(fault['why'], fault['why']))}"
    need = fault["lacks"]
    return str(LACKS[need["what"]]) % {"value": need["value"]}


def _refused(problem: Problem, inspection_id: str) -> Response:
    flash(f"{problem.message}{problem.hint}")
    return _back(inspection_id)


def _back(inspection_id: str) -> Response:
    """To the draw's page where the act came from there, else to the inspection."""
    draw_id = request.form.get("draw", "")
    if draw_id and db.session.get(Draw, draw_id):
        return redirect(url_for("hall.one", draw_id=draw_id))
    return redirect(url_for("archive.review", inspection_id=inspection_id))
