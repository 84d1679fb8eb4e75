"""The second step at the desk's door: a passkey, a code of the authenticator, or one from the paper."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from webapp.accounts import audit, passkeys
from webapp.accounts.access import allow
from webapp.accounts.coming import Halfway
from webapp.accounts.factors import kinds
from webapp.accounts.models import User
from webapp.accounts.views import caller, desk_in, limiter, proves_code
from webapp.db import db
from webapp.errors import Problem

blueprint = Blueprint("second", __name__)


def _who() -> str:
    here = Halfway.here()
    return f"second|{here.user.id if here else caller()}"


@blueprint.get("/login/second")
@allow("anyone")
def page() -> Any:
    """The form, for who gave the password."""
    here = Halfway.here()
    return _page(here.user, None) if here else redirect(url_for("accounts.login_page"))


@blueprint.post("/login/second")
@allow("anyone")
@limiter.limit("10 per 15 minutes", key_func=_who, deduct_when=lambda response: response.status_code == 401)
def prove() -> Any:
    """Let the person in who proves it, or say on the same page that it was wrong."""
    here = Halfway.here()
    if here is None:
        problem = Problem("second_late")
        return render_template("accounts/login.html", problem=problem, next=None), problem.status
    answer = request.form.get("answer", "")
    if passkeys.proves(here.user, answer) if answer else proves_code(here.user, request.form.get("code", "")):
        return desk_in(here.user, here.target)
    problem = Problem("second_wrong")
    audit.write("session.failed", target=here.user, factor="passkey" if answer else "code")
    db.session.commit()
    return _page(here.user, problem), problem.status


def _page(user: User, problem: Problem | None) -> str:
    known = kinds(user)
    return render_template(
        "accounts/second.html",
        kinds=known,
        options=passkeys.to_prove(user) if "passkey" in known and passkeys.possible() else None,
        problem=problem,
    )
