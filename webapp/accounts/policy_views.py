"""The rules of the door, set by the security administrator: a second factor, how long a session holds, MLPS level 3."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user

from webapp.accounts import audit
from webapp.accounts.access import allow, me
from webapp.accounts.models import ROLES
from webapp.accounts.policy import ROTATION, LoginPolicy
from webapp.accounts.roles import ROLES_SAID
from webapp.db import db, now
from webapp.errors import Problem
from webapp.words import _

blueprint = Blueprint("policy", __name__)

IDLE = range(5, 481)
HOURS = range(1, 25)


@blueprint.get("/office/security")
@allow("security", "admin", "auditor")
def page() -> str:
    """The rules that hold."""
    return _page({})


@blueprint.post("/office/security")
@allow("security")
def save() -> Any:
    """Change them: they hold from the next login on."""
    numbers = {name: _number(name, allowed) for name, allowed in (("idle_minutes", IDLE), ("hours", HOURS))}
    faults = {name: Problem(f"policy_{name}") for name, number in numbers.items() if number is None}
    if faults:
        return _page(faults), 422
    policy = db.session.merge(LoginPolicy.of(me().bureau))
    given = {
        "second": [role for role in ROLES if role in request.form.getlist("second")],
        "mlps3": "mlps3" in request.form,
        **numbers,
    }
    changed = {name: value for name, value in given.items() if getattr(policy, name) != value}
    for name, value in given.items():
        setattr(policy, name, value)
    policy.changed_at, policy.author_id = now(), current_user.id
    audit.write("policy.changed", target=policy, **changed)
    db.session.commit()
    flash(_("已保存，从下一次登录起有效。"))
    return redirect(url_for(".page"))


def _number(name: str, allowed: range) -> int | None:
    given = request.form.get(name, "")
    return (
        int(given)
        if given.isascii() and given.isdigit() and len(given) < 5 and int(given) in allowed
        else None
    )


def _page(faults: dict[str, Problem]) -> str:
    return render_template(
        "accounts/policy.html",
        edits="security" in current_user.roles,
        faults=faults,
        hours=HOURS,
        idle=IDLE,
        policy=LoginPolicy.of(me().bureau),
        roles=ROLES_SAID,
        rotation=ROTATION.days,
    )
