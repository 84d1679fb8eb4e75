"""One's own account: where one is in, and what proves who one is."""

from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_login import current_user

from webapp.accounts import passkeys
from webapp.accounts.access import allow, me
from webapp.accounts.agents import browser_name
from webapp.accounts.coming import factor_owed
from webapp.accounts.factors import Authenticator, Passkey, RecoveryCode, kinds
from webapp.accounts.models import AccountLog, Enrolment, User
from webapp.accounts.policy import LoginPolicy
from webapp.accounts.rules import tidy_code
from webapp.accounts.signins import SignIn, opens
from webapp.accounts.views import limiter
from webapp.db import db, now
from webapp.errors import Problem
from webapp.qr import code_of
from webapp.words import _

blueprint = Blueprint("own", __name__)


def _who() -> str:
    return f"account|{current_user.get_id() if current_user.is_authenticated else 'nobody'}"


# Who found an open desk does not guess the password here.
guesses = limiter.shared_limit("20 per 15 minutes", scope="account", key_func=_who)


@blueprint.get("/account")
@allow("signed_in")
def page() -> str:
    """Password, second factor, and where one is in."""
    return _page()


@blueprint.post("/account/sessions/end")
@allow("signed_in")
def end() -> Response:
    """Leave elsewhere: one session, one phone, or all others."""
    user, which = me(), request.form.get("which", "")
    kind, _colon, name = which.partition(":")
    if kind == "phone":
        SignIn.end_phone(user, name)
    elif kind == "session":
        row = db.session.get(SignIn, name)
        if row is None or row.user_id != user.id:
            raise Problem("not_found")
        SignIn.end(name)
    else:
        SignIn.end_all(user, g.sign_in.id)
    AccountLog.write(user, user, "sessions_ended", which=kind or "others")
    db.session.commit()
    flash(_("已退出。那里再用要重新登录。"))
    return redirect(url_for(".page"))


@blueprint.get("/account/factors")
@allow("signed_in")
def consent() -> str:
    """Asks for the password before one act (`?act=`): an open desk is no consent. Raises `not_found`."""
    return _consent(request.args.get("act", ""))


@blueprint.post("/account/factors")
@allow("signed_in")
@guesses
def change() -> Any:
    """Set up a factor, make new codes, or take one away."""
    asked = request.form.get("act", "")
    act, _colon, name = asked.partition(":")
    if act not in ACTS:
        raise Problem("malformed", wrong="act")
    try:
        User.by_password(me().username, request.form.get("now", "")[:256])
    except Problem:
        return _consent(asked, Problem("password_wrong")), 422
    return ACTS[act](me(), name)


@blueprint.post("/account/totp")
@allow("signed_in")
@guesses
def confirm() -> Any:
    """The authenticator counts from the first right code on."""
    user = me()
    app = db.session.get(Authenticator, user.id)
    if app is None or app.confirmed_at:
        raise Problem("not_found")
    if not app.takes(tidy_code(request.form.get("code", ""))):
        return _app_page(user, app, Problem("totp_wrong")), 422
    app.confirmed_at = now()
    return _set_up(user, "totp_made")


@blueprint.post("/account/passkeys")
@allow("signed_in")
@guesses
def keep_passkey() -> Any:
    """Keep the passkey that the browser made."""
    user = me()
    try:
        passkeys.keep(user, request.form.get("answer", ""), _name_of_key())
    except Problem as problem:
        return _page(problem), problem.status
    return _set_up(user, "passkey_made")


def _begin_app(user: User, _name: str) -> Any:
    if _confirmed(user):
        # Its secret was shown once, when it was set up.
        raise Problem("not_found")
    app = Authenticator.begin(user)
    db.session.commit()
    return _app_page(user, app)


def _begin_passkey(user: User, _name: str) -> Any:
    if not passkeys.possible():
        raise Problem("passkey_failed")
    return render_template("accounts/passkey.html", options=passkeys.to_make(user))


def _new_codes(user: User, _name: str) -> Any:
    if not kinds(user):
        raise Problem("not_found")
    codes = RecoveryCode.renew(user)
    AccountLog.write(user, user, "codes_made")
    db.session.commit()
    return render_template("accounts/codes.html", codes=codes, renewed=True)


def _remove_app(user: User, _name: str) -> Any:
    app = db.session.get(Authenticator, user.id)
    return _remove(user, app, "totp_removed")


def _remove_passkey(user: User, name: str) -> Any:
    key = db.session.get(Passkey, name[:1400])
    return _remove(user, key if key and key.user_id == user.id else None, "passkey_removed")


ACTS = {
    "totp": _begin_app,
    "passkey": _begin_passkey,
    "codes": _new_codes,
    "no-totp": _remove_app,
    "no-passkey": _remove_passkey,
}


def _remove(user: User, factor: Authenticator | Passkey | None, act: str) -> Any:
    if factor is None:
        raise Problem("not_found")
    db.session.delete(factor)
    db.session.flush()
    if factor_owed(user):
        db.session.rollback()
        return _page(Problem("second_last")), 422
    AccountLog.write(user, user, act)
    db.session.commit()
    flash(_("已移除。"))
    return redirect(url_for(".page"))


def _set_up(user: User, act: str) -> Any:
    """A factor is there; with the first one come the codes for when it is lost."""
    g.sign_in.owes = False
    AccountLog.write(user, user, act)
    codes = RecoveryCode.renew(user) if not RecoveryCode.left(user) else []
    db.session.commit()
    if codes:
        return render_template("accounts/codes.html", codes=codes, renewed=False)
    flash(_("已设置。下次登录要用它验证。"))
    return redirect(url_for(".page"))


def _consent(asked: str, problem: Problem | None = None) -> str:
    act, _colon, name = asked.partition(":")
    key = next((one for one in Passkey.of(me()) if one.id == name), None)
    if act not in ACTS or (act == "no-passkey" and key is None):
        raise Problem("not_found")
    return render_template("accounts/consent.html", act=act, asked=asked, key=key, problem=problem, user=me())


def _page(problem: Problem | None = None) -> str:
    user = me()
    phones = [one for one in Enrolment.of_person(user.id) if opens(one)]
    return render_template(
        "accounts/account.html",
        app=_confirmed(user),
        codes=RecoveryCode.left(user),
        own=g.sign_in,
        keys=Passkey.of(user),
        owes=g.sign_in.owes,
        asked=LoginPolicy.of(user.bureau).asks_second(user.roles),
        phones=phones,
        possible=passkeys.possible(),
        problem=problem,
        sessions=SignIn.of(user),
        user=user,
    )


def _confirmed(user: User) -> Authenticator | None:
    app = db.session.get(Authenticator, user.id)
    return app if app and app.confirmed_at else None


def _app_page(user: User, app: Authenticator, problem: Problem | None = None) -> str:
    secret = app.plain() or ""
    groups = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return render_template(
        "accounts/totp.html",
        address=app.address(user),
        code=code_of(app.address(user)),
        problem=problem,
        secret=groups,
    )


def _name_of_key() -> str:
    given = request.form.get("name", "").strip()[:80]
    return given if given and given.isprintable() else browser_name(request.user_agent.string) or "—"
