"""The people of the own bureau, their roles and phones: the system administrator makes accounts and proposes roles,
the security administrator gives and takes them (三员分立)."""

import secrets
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from uuid6 import uuid7
from werkzeug.wrappers import Response

from webapp.accounts import rules
from webapp.accounts.access import allow, me, own
from webapp.accounts.factors import forget, kinds
from webapp.accounts.models import ROLES, AccountLog, Bureau, Enrolment, Quarantined, User
from webapp.accounts.people import PAGE, People
from webapp.accounts.roles import ROLES_MEAN, ROLES_SAID
from webapp.accounts.signins import SignIn
from webapp.db import db, now
from webapp.errors import Problem
from webapp.paging import page_number
from webapp.words import _, _l

blueprint = Blueprint("people", __name__)

KEEPERS = ("admin", "security")
SHOWN = {
    "all": _l("全部"),
    "waiting": _l("等授予角色"),
    **ROLES_SAID,
    "never": _l("从未登录"),
    "off": _l("已停用"),
}
ACTS = {
    "created": _l("新建账号"),
    "imported": _l("从表格导入"),
    "changed": _l("改了姓名或角色"),
    "proposed": _l("建议角色"),
    "granted": _l("给或收回角色"),
    "disabled": _l("停用账号"),
    "enabled": _l("启用账号"),
    "calendar_made": _l("生成了日历订阅地址"),
    "calendar_revoked": _l("停用了日历订阅地址"),
    "password_reset": _l("重置密码"),
    "password_changed": _l("本人更换密码"),
    "second_reset": _l("清除二次验证"),
    "sessions_ended": _l("本人退出其他登录"),
    "totp_made": _l("设置验证器"),
    "totp_removed": _l("移除验证器"),
    "passkey_made": _l("设置通行密钥"),
    "passkey_removed": _l("移除通行密钥"),
    "codes_made": _l("换恢复码"),
    "phone_revoked": _l("停用手机"),
    "phone_restored": _l("恢复手机"),
}
DONE = {
    "disable": _l("账号已停用，所有登录立即失效。"),
    "enable": _l("账号已启用。"),
}


@blueprint.get("/office/people")
@allow(*KEEPERS)
def listed() -> str:
    """The accounts of one's bureau."""
    show = request.args.get("show", "all")
    page = page_number()
    words = request.args.get("q", "").strip()[:100]
    people = People(current_user.bureau_id, show if show in SHOWN else "all", words, page)
    rows = people.rows()
    return render_template(
        "accounts/people.html",
        counts=people.counts(),
        grants=_grants(current_user) and people.show == "waiting",
        makes=_makes(current_user),
        more=len(rows) > PAGE,
        people=people,
        roles=ROLES_SAID,
        rows=rows[:PAGE],
        phones=People.phones([user.id for user in rows]),
        shown=SHOWN,
    )


@blueprint.get("/office/people/new")
@allow("admin")
def new() -> str:
    """The form for a new account."""
    return _form({})


@blueprint.post("/office/people/new")
@allow("admin")
def add() -> Any:
    """Make an account, with roles that are proposed: it opens nothing until the security administrator gave one."""
    given = _given()
    username = rules.tidy_username(request.form.get("username", ""))
    faults = _faults(given)
    wrong = rules.username_fault(username)
    if wrong or User.by_username(username):
        faults["username"] = Problem(wrong or "username_taken")
    if faults:
        return _form(faults), 422
    user = User(
        id=str(uuid7()), username=username, bureau_id=current_user.bureau_id, name=given["name"], roles=[]
    )
    user.wanted = given["roles"] or None
    make_first_password(user)
    db.session.add(user)
    try:
        db.session.flush()
    except IntegrityError:
        # Two administrators took the same name at once.
        db.session.rollback()
        return _form({"username": Problem("username_taken")}), 422
    AccountLog.write(me(), user, "created", roles=given["roles"])
    db.session.commit()
    flash(_("账号已新建。安全管理员给了角色，初始密码才会生成，由安全管理员交给本人。"))
    return _to(user)


@blueprint.get("/office/people/<user_id>")
@allow(*KEEPERS)
def person(user_id: str) -> str:
    """One account: roles, phones, and what was done to it."""
    return _person(_own(user_id), {})


@blueprint.post("/office/people/<user_id>")
@allow("admin")
def change(user_id: str) -> Any:
    """Change the name, and propose roles."""
    user, given = _locked(user_id), _given()
    faults = _faults(given)
    if faults:
        return _person(user, faults), 422
    wanted = given["roles"] if given["roles"] != user.roles else None
    if given["name"] != user.name:
        AccountLog.write(me(), user, "changed", name=[user.name, given["name"]])
    if wanted != user.wanted:
        AccountLog.write(me(), user, "proposed", roles=[user.roles, given["roles"]])
    user.name, user.wanted = given["name"], wanted
    db.session.commit()
    flash(_("已保存。角色要等安全管理员同意才有效。") if wanted is not None else _("已保存。"))
    return _to(user)


@blueprint.post("/office/people/<user_id>/roles")
@allow("security")
def grant(user_id: str) -> Any:
    """Give and take roles: the account has exactly these from now on."""
    user, roles = _locked(user_id), _given()["roles"]
    fault = rules.grant_fault(current_user.id, user.id, roles, ROLES)
    if fault or _is_last(user, user.active, roles):
        return _person(user, {"roles": Problem(fault or "last_admin")}), 422
    first = _give(user, roles)
    db.session.commit()
    if first:
        return _first([(user, first)])
    flash(_("角色已更新。"))
    return _to(user)


@blueprint.post("/office/people/roles")
@allow("security")
def grant_proposed() -> Any:
    """Give the proposed roles to everyone who was chosen: all or nobody; `chosen` says what was seen."""
    chosen = dict(one.partition(":")[::2] for one in request.form.getlist("chosen"))
    if not chosen:
        raise Problem("grants_none")
    _lock()
    people = [_own(user_id) for user_id in sorted(chosen)]
    for user in people:
        if user.wanted is None or ",".join(user.wanted) != chosen[user.id]:
            raise Problem("grants_changed")
        fault = rules.grant_fault(current_user.id, user.id, user.wanted, ROLES)
        if fault or _is_last(user, user.active, user.wanted):
            raise Problem(fault or "last_admin")
    given = [(user, _give(user, user.wanted or [])) for user in people]
    db.session.commit()
    slips = [(user, first) for user, first in given if first]
    told = _("已给 %(count)s 人角色。", count=len(people))
    if slips:
        return _first(slips, told)
    flash(told)
    return redirect(url_for("people.listed"))


@blueprint.post("/office/people/<user_id>/disable")
@allow("admin")
def disable(user_id: str) -> Any:
    """Let nobody in by this account; its sessions end at once."""
    return _switch(user_id, False, "disable")


@blueprint.post("/office/people/<user_id>/enable")
@allow("admin")
def enable(user_id: str) -> Any:
    """Let the person in again."""
    return _switch(user_id, True, "enable")


@blueprint.post("/office/people/<user_id>/password")
@allow("security")
def reset(user_id: str) -> Any:
    """Give a new first password, shown this once; the old one and every session end. Kept: how the person was known."""
    user, reason = _other(user_id), _reason()
    if not reason:
        return _person(user, {"reset": Problem("reset_reason")}), 422
    first = make_first_password(user)
    SignIn.end_all(user)
    AccountLog.write(me(), user, "password_reset", reason=reason)
    db.session.commit()
    return _first([(user, first)])


@blueprint.post("/office/people/<user_id>/second")
@allow("security")
def forget_second(user_id: str) -> Any:
    """Take the second factor away, where it was lost; every session ends. Kept: how the person was known."""
    user, reason = _other(user_id), _reason()
    if not reason:
        return _person(user, {"forget": Problem("reset_reason")}), 422
    forget(user)
    SignIn.end_all(user)
    AccountLog.write(me(), user, "second_reset", reason=reason)
    db.session.commit()
    flash(_("二次验证已清除。本人下次登录只用密码；本机构要求的，登录后要重新设置。"))
    return _to(user)


@blueprint.post("/office/people/<user_id>/phones/<device_id>/revoke")
@allow(*KEEPERS)
def revoke(user_id: str, device_id: str) -> Any:
    """Take nothing more from a phone, with the reason; what it still sends is kept apart."""
    return _switch_phone(user_id, device_id, True)


@blueprint.post("/office/people/<user_id>/phones/<device_id>/restore")
@allow("security")
def restore(user_id: str, device_id: str) -> Any:
    """Take from a phone again, with the reason, e.g. because it was found."""
    return _switch_phone(user_id, device_id, False)


def make_first_password(user: User) -> str:
    """Give the account a random first password, and say it."""
    first = rules.first_password(secrets.choice)
    user.set_first_password(first)
    return first


def _give(user: User, roles: list[str]) -> str | None:
    """The account has these roles now; gives its first password where nobody was ever in by it."""
    before, user.roles, user.wanted = user.roles, roles, None
    if before != roles:
        SignIn.end_all(user)
    AccountLog.write(me(), user, "granted", roles=[before, roles])
    return make_first_password(user) if roles and not before and user.login_at is None else None


def _grants(user: User) -> bool:
    return "security" in user.roles


def _makes(user: User) -> bool:
    return "admin" in user.roles


def _own(user_id: str) -> User:
    return own(db.session.get(User, user_id))


def _other(user_id: str) -> User:
    """The account of somebody else, locked."""
    user = _locked(user_id)
    if user.id == current_user.id:
        raise Problem("own_account")
    return user


def _locked(user_id: str) -> User:
    """The account, with the bureau's row locked: two administrators cannot take the role from each other at once."""
    _lock()
    return _own(user_id)


def _lock() -> None:
    db.session.execute(select(Bureau.id).where(Bureau.id == current_user.bureau_id).with_for_update())


def _given() -> dict[str, Any]:
    chosen = set(request.form.getlist("roles"))
    known = [role for role in ROLES if role in chosen]
    return {
        "name": request.form.get("name", "").strip(),
        "roles": known + sorted(chosen - set(known)),
    }


def _reason() -> str:
    return request.form.get("reason", "").strip()[:500]


def _faults(given: dict[str, Any]) -> dict[str, Problem]:
    found = {"name": rules.name_fault(given["name"]), "roles": rules.roles_fault(given["roles"], ROLES)}
    return {name: Problem(code) for name, code in found.items() if code}


def _is_last(user: User, active: bool, roles: list[str]) -> bool:
    return any(
        rules.is_last(user.id, People.holders(user.bureau_id, role), active and role in roles)
        for role in rules.NEVER_WITHOUT
    )


def _switch(user_id: str, active: bool, act: str) -> Any:
    user = _locked(user_id)
    if _is_last(user, active, user.roles):
        return _person(user, {"account": Problem("last_admin")}), 409
    if user.active is not active:
        user.active = active
        SignIn.end_all(user)
        AccountLog.write(me(), user, f"{act}d")
        db.session.commit()
        flash(DONE[act])
    return _to(user)


def _switch_phone(user_id: str, device_id: str, revoked: bool) -> Any:
    user = _own(user_id)
    mine = [one for one in Enrolment.of_device(device_id) if one.user.bureau_id == user.bureau_id]
    enrolment = next((one for one in mine if one.user_id == user.id), None)
    reason = _reason()
    if enrolment is None:
        raise Problem("device_unknown")
    if not reason:
        return _person(user, {f"phone-{device_id}": Problem("phone_reason")}), 422
    act = "phone_revoked" if revoked else "phone_restored"
    # A phone is one thing, whoever logged in on it: everyone's right to write on it goes and comes together.
    for one in mine:
        if bool(one.revoked_at) is not revoked:
            one.revoked_at, one.revoke_reason = (now(), reason) if revoked else (None, None)
            AccountLog.write(me(), one.user, act, phone=one.name, reason=reason)
    db.session.commit()
    flash(_("手机已停用，机关不再接收它的内容。") if revoked else _("手机已恢复，可以重新登录和同步。"))
    return _to(user)


def _form(faults: dict[str, Problem]) -> str:
    return render_template("accounts/person_new.html", faults=faults, means=ROLES_MEAN, roles=ROLES_SAID)


def _person(user: User, faults: dict[str, Problem]) -> str:
    phones = Enrolment.of_person(user.id)
    return render_template(
        "accounts/person.html",
        acts=ACTS,
        faults=faults,
        grants=_grants(current_user),
        here=url_for("people.person", user_id=user.id),
        log=AccountLog.of(user),
        makes=_makes(current_user),
        means=ROLES_MEAN,
        phones=phones,
        second=kinds(user),
        quarantined=Quarantined.counts({phone.device_id for phone in phones}),
        roles=ROLES_SAID,
        user=user,
    )


def _first(people: list[tuple[User, str]], told: str = "") -> str:
    return render_template("accounts/first_passwords.html", people=people, told=told)


def _to(user: User) -> Response:
    return redirect(url_for("people.person", user_id=user.id))
