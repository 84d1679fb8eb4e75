"""检查表 at the desk: the versions of a bureau's checklists, one version with what may be done with it."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select

from webapp.accounts.access import allow, me, own
from webapp.accounts.models import User
from webapp.db import db, today
from webapp.errors import Problem
from webapp.forms import listing
from webapp.forms.models import Release, above
from webapp.forms.release_rules import DRAFT, PUBLISHED, REFUSED, SUBMITTED, WITHDRAWN
from webapp.registry.items import Item
from webapp.words import _, _l

blueprint = Blueprint("forms", __name__)

READERS = ("planner", "admin", "inspector", "archivist", "supervisor", "auditor")
WRITERS = ("planner",)
APPROVERS = ("planner", "supervisor")
# What a bureau under the one that published it may read too: it inspects by it.
OPEN = (PUBLISHED, WITHDRAWN)
STATES = {
    DRAFT: _l("草稿"),
    SUBMITTED: _l("等批准"),
    PUBLISHED: _l("已公布"),
    REFUSED: _l("未获批准"),
    WITHDRAWN: _l("已停止使用"),
}
PHASES = {"used": _l("正在使用"), "coming": _l("将要使用"), "past": _l("已由新版代替")}
PHASE_MARKS = {"used": "passed", "coming": "open", "past": "kept"}
MARKS = {DRAFT: "none", SUBMITTED: "waiting", PUBLISHED: "passed", REFUSED: "found", WITHDRAWN: "kept"}
ACTS = {
    "made": _l("存为草稿"),
    "written": _l("改了草稿"),
    "submitted": _l("提交批准"),
    "taken_back": _l("收回草稿"),
    "published": _l("批准公布"),
    "refused": _l("未获批准"),
    "withdrawn": _l("停止使用"),
}


@blueprint.get("/forms/")
@allow(*READERS)
def listed() -> str:
    """The checklists of the bureau by item, or its versions: of one item, in one state, as a search finds them."""
    show, q = request.args.get("show", ""), request.args.get("q", "").strip()[:100]
    item = request.args.get("item")
    if show in STATES or item is not None:
        return _versions(show if show in STATES else "", item, q)
    lines = listing.lines(current_user.bureau_id, today())
    lacking = [line for line in lines if not line.own and line.listed]
    found = [line for line in (lacking if show == "lacking" else lines) if line.says(q)]
    return render_template("forms/list.html", lines=found, **_tabs(show, q), **shown())


@blueprint.get("/forms/<release_id>")
@allow(*READERS)
def one(release_id: str) -> str:
    """One version: what it is, what may be done with it, what was done."""
    return _page(of(release_id))


@blueprint.post("/forms/<release_id>/submit")
@allow(*WRITERS)
def submit(release_id: str) -> Any:
    """Ask for a draft to be published."""
    found = _locked(release_id)
    given = request.form
    return _act(
        found,
        lambda: found.submit(me(), given.get("why", ""), given.get("seen", "")),
        _("已提交，等另一个人批准。"),
    )


@blueprint.post("/forms/<release_id>/back")
@allow(*WRITERS)
def take_back(release_id: str) -> Any:
    """Make a draft again of what waits."""
    found = _locked(release_id)
    return _act(found, lambda: found.take_back(me()), _("已收回，又是草稿了。"))


@blueprint.post("/forms/<release_id>/approve")
@allow(*APPROVERS)
def approve(release_id: str) -> Any:
    """Publish it from a day on."""
    found = _locked(release_id)
    return _act(
        found, lambda: found.approve(me(), _day(), request.form.get("seen", "")), _("已批准，检查表已公布。")
    )


@blueprint.post("/forms/<release_id>/refuse")
@allow(*APPROVERS)
def refuse(release_id: str) -> Any:
    """Refuse it, with a reason."""
    found = _locked(release_id)
    return _act(
        found, lambda: found.refuse(me(), request.form.get("reason", "")), _("已记下不予批准的原因。")
    )


@blueprint.post("/forms/<release_id>/withdraw")
@allow(*APPROVERS)
def withdraw(release_id: str) -> Any:
    """Use it for no new inspection any more."""
    found = _locked(release_id)
    said = _("已停止使用。已经指派的检查仍按这一版做完。")
    return _act(found, lambda: found.withdraw(me(), request.form.get("reason", "")), said)


@blueprint.post("/forms/<release_id>/drop")
@allow(*WRITERS)
def drop(release_id: str) -> Any:
    """Throw a draft away."""
    found = _locked(release_id)
    try:
        found.drop()
    except Problem as problem:
        db.session.rollback()
        return _page(of(release_id), problem), problem.status
    db.session.commit()
    flash(_("草稿已丢弃。"))
    return redirect(url_for(".listed"))


@blueprint.post("/forms/<release_id>/copy")
@allow(*WRITERS)
def copy(release_id: str) -> Any:
    """A draft of the next version that says the same, to be changed."""
    found = of(release_id)
    try:
        made = Release.start(me(), found.item, found)
    except Problem as problem:
        db.session.rollback()
        return _page(of(release_id), problem), problem.status
    db.session.commit()
    flash(_("新的草稿已建好，内容与原来的一版相同。"))
    return redirect(url_for(".one", release_id=made.id))


def of(release_id: str) -> Release:
    """A version to be read: of the bureau of who asks, or one that a superior published. Raises `not_found`."""
    found = db.session.get(Release, release_id)
    if found and found.state in OPEN and found.bureau_id in above(current_user.bureau_id):
        return found
    return own(found)


def of_page(release: Release, tab: str) -> dict[str, Any]:
    """What the head of every page of one version needs; `tab` names the page."""
    return {
        "release": release,
        "tab": tab,
        "item": Item.by_code(current_user.bureau_id, release.item) if release.item else None,
        "phase": listing.phases(release.bureau_id, [release], today()).get(release.id),
        **shown(),
    }


def shown() -> dict[str, Any]:
    """What every page of checklists needs: its words, and what the person may do."""
    roles = set(current_user.roles)
    return {
        "states": STATES,
        "marks": MARKS,
        "phases_said": PHASES,
        "phase_marks": PHASE_MARKS,
        "acts_said": ACTS,
        "writes": not roles.isdisjoint(WRITERS),
        "approves": not roles.isdisjoint(APPROVERS),
        "today": today(),
        "given": request.form,
    }


def _tabs(show: str, q: str) -> dict[str, Any]:
    return {"show": show, "q": q, "counts": listing.counts(current_user.bureau_id)}


def _versions(state: str, item: str | None, q: str) -> str:
    bureau_id, after = current_user.bureau_id, request.args.get("after", "")
    rows = listing.versions(bureau_id, states=[state] if state else [], item=item, q=q, after=after)
    shown_rows = rows[: listing.PAGE]
    line = None
    if item is not None:
        line = next((one for one in listing.lines(bureau_id, today()) if one.code == item), None)
        if line is None:
            raise Problem("not_found")
    return render_template(
        "forms/versions.html", rows=shown_rows, after=rows[listing.PAGE - 1].id if len(rows) > listing.PAGE else None,
        first=not after, item=item, line=line, phases=listing.phases(bureau_id, shown_rows, today()),
        names={one.code: one.name for one in Item.listed(bureau_id)}, registered=item and Item.by_code(bureau_id, item),
        **_tabs(state, q), **shown(),
    )  # fmt: skip


def _page(release: Release, problem: Problem | None = None) -> str:
    mine = release.bureau_id == current_user.bureau_id
    others = listing.versions(release.bureau_id, states=() if mine else OPEN, item=release.item)
    return render_template(
        "forms/release.html", problem=problem, same=same_as(problem), own=release.is_of(me()), mine=mine,
        others=others[: listing.PAGE], phases=listing.phases(release.bureau_id, others, today()),
        stands=listing.stands(release, today()), approvers=_approvers(release), **of_page(release, "one"),
    )  # fmt: skip


def _approvers(release: Release) -> list[str]:
    """The names of those who may approve it: nobody who wrote in it."""
    people = select(User).where(User.bureau_id == current_user.bureau_id, User.active).order_by(User.username)
    return [
        one.name
        for one in db.session.scalars(people)
        if not release.is_of(one) and not set(one.roles).isdisjoint(APPROVERS)
    ]


def same_as(problem: Problem | None) -> str | None:
    """The id of the version that a problem names as one that says the same."""
    return problem.details.get("release") if problem else None


def _act(release: Release, do: Callable[[], None], said: str) -> Any:
    try:
        do()
    except Problem as problem:
        db.session.rollback()
        return _page(of(release.id), problem), problem.status
    db.session.commit()
    flash(said)
    return redirect(url_for(".one", release_id=release.id))


def _day() -> date:
    try:
        return date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        raise Problem("form_day") from None


def _locked(release_id: str) -> Release:
    return Release.locked(release_id, current_user.bureau_id)
