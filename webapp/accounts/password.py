"""Everyone changes the own password here; a first password cannot stay."""

import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_login import current_user
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from webapp.accounts.access import allow, me
from webapp.accounts.coming import enter, factor_owed
from webapp.accounts.models import AccountLog, PastPassword, User
from webapp.accounts.policy import LoginPolicy
from webapp.accounts.rules import home, password_fault, safe_next
from webapp.accounts.signins import SignIn
from webapp.accounts.views import limiter
from webapp.db import db
from webapp.errors import Problem
from webapp.words import _

blueprint = Blueprint("password", __name__)


@cache
def common_passwords() -> frozenset[str]:
    """What is tried first by who guesses, in lower case: the thirty thousand commonest of what was stolen elsewhere, as
    zxcvbn ships them, and what people in Chinese offices type."""
    lines = Path(__file__).with_name("common_passwords.txt").read_text("utf-8").splitlines()
    ours = {line.strip().casefold() for line in lines if line.strip() and not line.startswith("#")}
    return frozenset(ours.union(FREQUENCY_LISTS["passwords"]))


def _who() -> str:
    return f"password|{current_user.get_id() if current_user.is_authenticated else 'nobody'}"


@blueprint.get("/password")
@allow("signed_in")
def page() -> str:
    """The form."""
    return _page({})


@blueprint.post("/password")
@allow("signed_in")
@limiter.limit("20 per 15 minutes", key_func=_who)
def change() -> Any:
    """Change the password: every other session ends, this one goes on."""
    faults = _faults()
    if faults:
        return _page(faults), 422
    user = me()
    PastPassword.keep(user)
    user.set_password(request.form["new"])
    SignIn.end_all(user)
    AccountLog.write(user, user, "password_changed")
    enter(user, owes=factor_owed(user))
    db.session.commit()
    flash(_("密码已更换。在别处的登录都已退出。"))
    return redirect(safe_next(request.form.get("next")) or home(user.roles))


def _faults() -> dict[str, Problem]:
    """Every fault at its field. The own password is asked for: an open desk is no consent."""
    now, new, again = (request.form.get(name, "") for name in ("now", "new", "again"))
    faults = {}
    try:
        User.by_password(current_user.username, now[:256])
    except Problem:
        faults["now"] = Problem("password_wrong")
    user = me()
    strict = LoginPolicy.of(user.bureau).mlps3
    wrong = password_fault(new, user.username, common_passwords(), mixed=strict)
    if wrong is None and strict and PastPassword.repeats(user, new):
        wrong = "password_before"
    if wrong is None and unicodedata.normalize("NFKC", new) == unicodedata.normalize("NFKC", now):
        wrong = "password_same"
    if wrong:
        faults["new"] = Problem(wrong)
    elif new != again:
        faults["again"] = Problem("password_differs")
    return faults


def _page(faults: dict[str, Problem]) -> str:
    target = safe_next(request.values.get("next"))
    strict = LoginPolicy.of(me().bureau).mlps3
    return render_template("accounts/password.html", faults=faults, next=target, strict=strict)
