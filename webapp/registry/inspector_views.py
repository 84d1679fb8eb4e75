"""执法检查人员名录库, 专家库 on the desk: credentials, scope, interests, lending, and every version of each."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select
from uuid6 import uuid7

from webapp.accounts.access import allow, me, own
from webapp.accounts.models import Bureau
from webapp.db import db, now, today
from webapp.errors import Problem
from webapp.registry import inspector_rules
from webapp.registry.items import Item
from webapp.registry.models import Expert, Inspector, Interest, Lending
from webapp.registry.people_rules import masked_phone
from webapp.registry.subjects import Subject
from webapp.typed import Given
from webapp.words import _, _l

blueprint = Blueprint("inspectors", __name__)

READERS = ("planner", "admin", "archivist", "supervisor", "auditor")
WRITERS = ("planner",)
SAID = {
    "name": _l("姓名"),
    "credential": _l("执法证号"),
    "valid_from": _l("有效期自"),
    "valid_until": _l("有效期至"),
    "unit": _l("单位"),
    "title": _l("职务"),
    "specialties": _l("专业"),
    "items": _l("可查事项"),
    "district": _l("所在区县"),
    "phone": _l("电话"),
    "leader": _l("可任组长"),
    "active": _l("在库"),
}
FAULTS = {
    "missing": _l("这一项必须填。"),
    "long": _l("太长。"),
    "day_wrong": _l("看不懂这个日期，请写成 2027-06-30。"),
    "order": _l("止期不能早于起期，也不能早于今天。"),
    "item_unknown": _l("有事项不在本机构的抽查事项清单上。"),
    "district_unknown": _l("不是本机构的区县。"),
    "phone_wrong": _l("不像电话号码。"),
    "bureau_unknown": _l("请选择借用的机构。"),
    "subject_unknown": _l("名录库里没有这个代码。"),
}
# A credential that ends within so many days is marked: nobody can be drawn whose credential ends before the visit.
SOON = 60


@blueprint.get("/office/inspectors")
@allow(*READERS)
def listed() -> str:
    """Everyone who inspects for the bureau, and who is lent to it."""
    people = Inspector.of_bureau(current_user.bureau_id)
    lent = Lending.to_bureau(current_user.bureau_id, today(), today())
    return render_template("registry/inspectors.html", people=people, lent=lent, ends=_ends, **_shown())


@blueprint.get("/office/inspectors/<user_id>")
@allow(*READERS)
def inspector(user_id: str) -> str:
    """One inspector: credential, scope, interests, lending, versions."""
    return _page(_mine(user_id))


@blueprint.get("/office/inspectors/<user_id>/edit")
@allow(*WRITERS)
def edit(user_id: str) -> str:
    """The form with what is known."""
    found = _mine(user_id)
    return _form("inspector", found, found.user.name, _cells(found), {})


@blueprint.post("/office/inspectors/<user_id>/edit")
@allow(*WRITERS)
def change(user_id: str) -> Any:
    """A new version of an inspector."""
    found = _mine(user_id)
    return _save(
        "inspector", found, found.user.name, inspector_rules.inspector, url_for(".inspector", user_id=user_id)
    )


@blueprint.post("/office/inspectors/<user_id>/interests")
@allow(*WRITERS)
def declare(user_id: str) -> Any:
    """An interest in a subject: from now on this person is not drawn for it (RZ-10b)."""
    found, reason = _mine(user_id), " ".join(request.form.get("reason", "").split())[:200]
    subject = Subject.by_code(found.bureau_id, request.form.get("code", "").strip().upper())
    if subject is None:
        return _page(found, {"code": FAULTS["subject_unknown"]}), 422
    if not reason:
        return _page(found, {"reason": FAULTS["missing"]}), 422
    db.session.add(
        Interest(user_id=found.user_id, subject_id=subject.id, reason=reason, author_id=current_user.id)
    )
    db.session.commit()
    flash(_("已登记。以后抽取时自动回避。"))
    return redirect(url_for(".inspector", user_id=user_id))


@blueprint.post("/office/inspectors/<user_id>/interests/<int:interest_id>/end")
@allow(*WRITERS)
def end_interest(user_id: str, interest_id: int) -> Any:
    """The interest is no more; that it was stays to be seen."""
    interest = db.session.get(Interest, interest_id)
    if interest is None or interest.user_id != _mine(user_id).user_id or interest.ended_at:
        raise Problem("not_found")
    interest.ended_at, interest.ended_by = now(), current_user.id
    db.session.commit()
    return redirect(url_for(".inspector", user_id=user_id))


@blueprint.post("/office/inspectors/<user_id>/lendings")
@allow(*WRITERS)
def lend(user_id: str) -> Any:
    """Lend an inspector to another bureau, by a document (TJ-10a)."""
    found, given = _mine(user_id), inspector_rules.lending(request.form, today())
    bureau = db.session.get(Bureau, request.form.get("bureau", ""))
    if bureau is None or bureau.id == found.bureau_id:
        given.faults["bureau"] = "bureau_unknown"
    if given.faults:
        return _page(found, {name: FAULTS[code] for name, code in given.faults.items()}), 422
    lending = Lending(
        user_id=found.user_id,
        bureau_id=bureau.id if bureau else "",
        author_id=current_user.id,
        **given.values,
    )
    db.session.add(lending)
    db.session.commit()
    flash(_("已登记抽调。"))
    return redirect(url_for(".inspector", user_id=user_id))


@blueprint.post("/office/inspectors/<user_id>/lendings/<int:lending_id>/end")
@allow(*WRITERS)
def end_lending(user_id: str, lending_id: int) -> Any:
    """Call the person back."""
    lending = db.session.get(Lending, lending_id)
    if lending is None or lending.user_id != _mine(user_id).user_id or lending.ended_at:
        raise Problem("not_found")
    lending.ended_at = now()
    db.session.commit()
    return redirect(url_for(".inspector", user_id=user_id))


@blueprint.get("/office/experts")
@allow(*READERS)
def experts() -> str:
    """The library of experts (CA-2.1b)."""
    words = request.args.get("q", "").replace("\0", "").strip()[:100]
    people = Expert.of_bureau(current_user.bureau_id, words)
    return render_template("registry/experts.html", people=people, words=words, **_shown())


@blueprint.get("/office/experts/new")
@allow(*WRITERS)
def new_expert() -> str:
    """The form for a new expert."""
    return _form("expert", None, "", {}, {})


@blueprint.post("/office/experts/new")
@allow(*WRITERS)
def add_expert() -> Any:
    """A new expert."""
    found = Expert(id=str(uuid7()), bureau_id=current_user.bureau_id, active=True, author_id=current_user.id)
    return _save("expert", found, "", inspector_rules.expert, url_for(".experts"))


@blueprint.get("/office/experts/<expert_id>")
@allow(*READERS)
def expert(expert_id: str) -> str:
    """One expert, with every version."""
    return render_template("registry/expert.html", person=_expert(expert_id), **_shown())


@blueprint.get("/office/experts/<expert_id>/edit")
@allow(*WRITERS)
def edit_expert(expert_id: str) -> str:
    """The form with what is known."""
    found = _expert(expert_id)
    return _form("expert", found, found.name, _cells(found), {})


@blueprint.post("/office/experts/<expert_id>/edit")
@allow(*WRITERS)
def change_expert(expert_id: str) -> Any:
    """A new version of an expert."""
    found = _expert(expert_id)
    return _save("expert", found, found.name, inspector_rules.expert, url_for(".expert", expert_id=expert_id))


@blueprint.post("/office/experts/<expert_id>/turn")
@allow(*WRITERS)
def turn_expert(expert_id: str) -> Any:
    """Take an expert out of the library, or back in."""
    found = _expert(expert_id)
    found.change(me(), {"active": not found.active}, None)
    db.session.commit()
    return redirect(url_for(".expert", expert_id=expert_id))


def shown(column: str, value: Any) -> str:
    """A value for people; phones masked for who need not call (TJ-7)."""
    if isinstance(value, bool):
        return str(_("是") if value else _("否"))
    if column == "phone" and value and not _writes():
        return masked_phone(value)
    if isinstance(value, list):
        return str(_("、")).join(value) or (str(_("全部")) if column == "items" else "—")
    return str(value) if value else "—"


def _save(kind: str, found: Any, name: str, read: Callable[..., Given], place: str) -> Any:
    bureau = current_user.bureau
    given = read(request.form, [item.code for item in Item.listed(bureau.id)], bureau.districts)
    if given.faults:
        faults = {field: FAULTS[code] for field, code in given.faults.items()}
        known = found if name else None
        return _form(kind, known, name, request.form.to_dict(), faults), 422
    reason = " ".join(request.form.get("reason", "").split())[:200] or None
    if kind == "expert" and not name:
        for column, value in given.values.items():
            setattr(found, column, value)
        found.reason = reason
        db.session.add(found)
        flash(_("已列入专家库。"))
    else:
        author = me()
        flash(
            _("已保存。以前的内容留在历史里。")
            if found.change(author, given.values, reason)
            else _("没有改动。")
        )
    db.session.commit()
    return redirect(place)


def _form(kind: str, found: Any, name: str, cells: dict[str, str], faults: dict[str, Any]) -> str:
    return render_template(
        "registry/person_edit.html", kind=kind, person=found, name=name, cells=cells, faults=faults,
        districts=current_user.bureau.districts, items=Item.listed(current_user.bureau_id), **_shown(),
    )  # fmt: skip


def _page(found: Inspector, faults: dict[str, Any] | None = None) -> str:
    others = select(Bureau).where(Bureau.id != found.bureau_id).order_by(Bureau.name)
    return render_template(
        "registry/inspector.html", person=found, ends=_ends, interests=Interest.of(found.user_id),
        lendings=Lending.of(found.user_id), bureaus=list(db.session.scalars(others)), faults=faults or {},
        given=request.form, today=today(), **_shown(),
    )  # fmt: skip


def _cells(found: Any) -> dict[str, str]:
    cells = {name: value for name, value in found.held().items()}
    return {
        name: "、".join(value)
        if isinstance(value, list)
        else "yes"
        if value is True
        else ""
        if not value
        else str(value)
        for name, value in cells.items()
    }


def _ends(person: Inspector) -> str:
    """passed, waiting or found: whether the credential is valid, for how long."""
    left = (person.valid_until - today()).days
    begun = person.valid_from is None or person.valid_from <= today()
    return "found" if left < 0 or not begun else "waiting" if left < SOON else "passed"


def _shown() -> dict[str, Any]:
    return {"said": SAID, "shown": shown, "writes": _writes()}


def _writes() -> bool:
    return not set(current_user.roles).isdisjoint(WRITERS)


def _mine(user_id: str) -> Inspector:
    return own(db.session.get(Inspector, user_id))


def _expert(expert_id: str) -> Expert:
    return own(db.session.get(Expert, expert_id))
