"""The bureau's law in a form: each setting with its clause, every version dated and by whom."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import format_date
from flask_login import current_user
from sqlalchemy import select

from webapp.accounts import audit, law_rules, law_words
from webapp.accounts.access import allow, own
from webapp.accounts.models import Bureau, Law
from webapp.db import db, today
from webapp.errors import Problem
from webapp.words import _

blueprint = Blueprint("settings", __name__)

READERS = ("admin", "security", "planner", "archivist", "supervisor", "auditor")


@blueprint.get("/office/settings")
@allow(*READERS)
def current() -> str:
    """The settings in force, and every version."""
    versions = Law.versions(current_user.bureau_id)
    law = Law.in_force(current_user.bureau_id, today())
    return _show(law or (versions[-1] if versions else None))


@blueprint.get("/office/settings/<int:law_id>")
@allow(*READERS)
def version(law_id: int) -> str:
    """One version, and what it changed."""
    return _show(own(db.session.get(Law, law_id) if law_id < 2**31 else None))


@blueprint.get("/office/settings/edit")
@allow("admin")
def edit() -> str:
    """The form, filled with the newest version."""
    base = _newest()
    return _form(base, _typed(base), {}, {})


@blueprint.post("/office/settings/edit")
@allow("admin")
def save() -> Any:
    """Write a new version, valid from the chosen day; what stood before stays."""
    db.session.execute(select(Bureau.id).where(Bureau.id == current_user.bureau_id).with_for_update())
    base, given = _newest(), request.form.to_dict()
    old = base.settings if base else {}
    law, faults = law_rules.law_of(given, old)
    problems = _problems(base, law, faults)
    if faults or problems:
        return _form(base, given, faults, problems), 409 if "base" in problems else 422
    day = date.fromisoformat(given["from"])
    author_id, bureau_id = current_user.id, current_user.bureau_id
    written = Law(bureau_id=bureau_id, valid_from=day, settings=law, author_id=author_id)
    db.session.add(written)
    audit.write("law.changed", target=f"law from {day}", settings=law_rules.changed(old, law))
    db.session.commit()
    flash(_("已保存，从 %(day)s 起生效。", day=format_date(day, "yyyy-MM-dd (EEE)")))
    return redirect(url_for("settings.version", law_id=written.id))


def _problems(base: Law | None, law: dict[str, Any], faults: dict[str, str]) -> dict[str, Problem]:
    """What is wrong with the version as a whole."""
    problems = {}
    if request.form.get("base") != str(base.id if base else ""):
        problems["base"] = Problem("law_changed")
    elif not faults and not law_rules.changed(base.settings if base else {}, law):
        problems["same"] = Problem("law_same")
    try:
        day = date.fromisoformat(request.form.get("from", ""))
    except ValueError:
        day = None
    wrong = law_rules.day_fault(day, today(), base.valid_from if base else None)
    return problems | ({"from": Problem(wrong)} if wrong else {})


def _show(law: Law | None) -> str:
    versions, day = Law.versions(current_user.bureau_id), today()
    in_force = Law.in_force(current_user.bureau_id, day)
    before = versions[versions.index(law) + 1] if law and versions[-1] is not law else None
    names = law_rules.changed(before.settings, law.settings) if law and before else []
    return render_template(
        "accounts/settings.html",
        before=before,
        above=_above(law, day),
        expires=law_rules.expires(law.settings) if law else None,
        differences=law_words.differences(before.settings, law.settings, names) if law and before else [],
        groups=law_rules.GROUPS,
        here=request.path,
        in_force=in_force,
        law=law,
        may_change="admin" in current_user.roles,
        said=law_words.said,
        today=day,
        versions=versions,
        words=law_words,
    )


def _above(law: Law | None, day: date) -> dict[str, tuple[Bureau, Any]]:
    """What the nearest superior says where this version says nothing (PD-2.3): bureau and law by setting."""
    found: dict[str, tuple[Bureau, Any]] = {}
    bureau = db.session.get(Bureau, current_user.bureau.parent_id or "")
    while law and bureau:
        theirs = Law.in_force(bureau.id, day)
        for name, setting in (theirs.settings if theirs else {}).items():
            silent = law.settings.get(name, {}).get("value") is None and name not in law_rules.VALIDITY
            if silent and setting["value"] is not None:
                found.setdefault(name, (bureau, theirs.settings if theirs else {}))
        bureau = db.session.get(Bureau, bureau.parent_id or "")
    return found


def _form(
    base: Law | None, values: dict[str, str], faults: dict[str, str], problems: dict[str, Problem]
) -> str:
    said = {name: law_words.fault(law_rules.SETTINGS.get(name), code) for name, code in faults.items()}
    earliest = max(today(), base.valid_from) if base else today()
    return render_template(
        "accounts/settings_edit.html",
        base=base,
        earliest=earliest,
        faults=said,
        groups=law_rules.GROUPS,
        here=url_for("settings.edit"),
        problems=problems,
        today=today(),
        values=values,
        words=law_words,
    )


def _typed(base: Law | None) -> dict[str, str]:
    law = base.settings if base else {}
    fields = {setting.name: law_rules.typed(setting, law) for setting in law_rules.SETTINGS.values()}
    for name in law_rules.stems():
        for part in ("clause", "note"):
            fields[f"{name}.{part}"] = law.get(name, {}).get(part) or ""
    return fields


def _newest() -> Law | None:
    return next(iter(Law.versions(current_user.bureau_id)), None)
