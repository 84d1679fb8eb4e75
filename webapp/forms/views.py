"""检查表 at the desk: the versions of a bureau's checklists, one version with what may be done with it."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user

from webapp.accounts.access import allow, me, own
from webapp.db import db, today
from webapp.errors import Problem
from webapp.forms.models import Release
from webapp.forms.release_rules import BASE, DRAFT, PUBLISHED, REFUSED, SUBMITTED, WITHDRAWN
from webapp.registry.items import Item
from webapp.words import _, _l

blueprint = Blueprint("forms", __name__)

READERS = ("planner", "admin", "inspector", "archivist", "supervisor", "auditor")
WRITERS = ("planner",)
APPROVERS = ("planner", "supervisor")
STATES = {
    DRAFT: _l("草稿"),
    SUBMITTED: _l("等批准"),
    PUBLISHED: _l("已公布"),
    REFUSED: _l("不予批准"),
    WITHDRAWN: _l("已停用"),
}
MARKS = {DRAFT: "none", SUBMITTED: "waiting", PUBLISHED: "passed", REFUSED: "found", WITHDRAWN: "kept"}
ACTS = {
    "made": _l("存为草稿"),
    "written": _l("改了草稿"),
    "submitted": _l("提交批准"),
    "taken_back": _l("收回草稿"),
    "published": _l("批准公布"),
    "refused": _l("不予批准"),
    "withdrawn": _l("停用"),
}


@blueprint.get("/forms/")
@allow(*READERS)
def listed() -> str:
    """The checklists of the bureau by item: the version in use, what waits, what comes."""
    bureau_id = current_user.bureau_id
    releases = Release.of_bureau(bureau_id, *STATES)
    items = {item.code: item.name for item in Item.listed(bureau_id)}
    used = Release.used(bureau_id, [BASE, *items], today())
    return render_template("forms/list.html", releases=releases, items=items, used=used, **shown())


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
    said = _("已停用。已经开始的检查仍按这一版做完。")
    return _act(found, lambda: found.withdraw(me(), request.form.get("reason", "")), said)


@blueprint.post("/forms/<release_id>/drop")
@allow(*WRITERS)
def drop(release_id: str) -> Any:
    """Throw a draft away."""
    found = _locked(release_id)
    try:
        found.drop()
    except Problem as problem:
        return _page(found, problem), problem.status
    db.session.commit()
    flash(_("草稿已丢弃。"))
    return redirect(url_for(".listed"))


@blueprint.post("/forms/<release_id>/copy")
@allow(*WRITERS)
def copy(release_id: str) -> Any:
    """A draft of the next version that says the same, to be changed."""
    found = of(release_id)
    try:
        made = found.copy(me())
    except Problem as problem:
        db.session.rollback()
        return _page(of(release_id), problem), problem.status
    db.session.commit()
    flash(_("新的草稿已建好，内容与原来的一版相同。"))
    return redirect(url_for(".one", release_id=made.id))


def of(release_id: str) -> Release:
    """A version of the bureau of who asks. Raises `not_found`."""
    return own(db.session.get(Release, release_id))


def shown() -> dict[str, Any]:
    """What every page of a version needs: its words, and what the person may do."""
    roles = set(current_user.roles)
    return {
        "states": STATES,
        "marks": MARKS,
        "acts_said": ACTS,
        "writes": not roles.isdisjoint(WRITERS),
        "approves": not roles.isdisjoint(APPROVERS),
        "today": today(),
        "given": request.form,
    }


def _page(release: Release, problem: Problem | None = None) -> str:
    item = Item.by_code(release.bureau_id, release.item) if release.item else None
    used = Release.used(release.bureau_id, [release.item], today()).get(release.item)
    return render_template(
        "forms/release.html",
        release=release,
        item=item,
        in_use=used == release.id,
        problem=problem,
        tab="one",
        **shown(),
    )


def _act(release: Release, do: Any, said: str) -> Any:
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
