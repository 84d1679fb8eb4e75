"""随机抽查事项清单 on the desk: the list, one item with its guideline and its history, changing, claiming, taking off."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user

from webapp.accounts.access import allow, me, own
from webapp.accounts.models import Bureau
from webapp.db import db
from webapp.errors import Problem
from webapp.registry import item_rules
from webapp.registry.item_rules import COLUMNS, KEY, METHODS
from webapp.registry.items import Item
from webapp.typed import percent
from webapp.words import _, _l

blueprint = Blueprint("items", __name__)

READERS = ("planner", "admin", "inspector", "archivist", "supervisor", "auditor")
WRITERS = ("planner",)
SAID = {
    "code": _l("编号"),
    "serial": _l("序号"),
    "name": _l("抽查事项"),
    "bases": _l("抽查依据"),
    "subject_kind": _l("检查对象"),
    "kinds": _l("名录库中的类别"),
    "contents": _l("抽查内容"),
    "category": _l("事项类别"),
    "methods": _l("抽查方式"),
    "ratio_bp": _l("抽查比例"),
    "minimum": _l("最少抽查数"),
    "frequency": _l("抽查频次"),
    "times": _l("每年次数"),
    "level": _l("检查层级"),
    "units": _l("检查机构"),
    "guideline": _l("工作指引"),
    "active": _l("在清单上"),
}
FAULTS = {
    "missing": _l("这一项必须填。"),
    "long": _l("太长。"),
    "whole": _l("请填整数。"),
    "percent": _l("请填 0 到 100 之间的百分数，如 5 或 16.5。"),
    "one_of_two": _l("比例和最少抽查数填一个，只填一个。"),
    "code": _l("编号以字母开头，只用字母、数字、- 和 _。"),
    "taken": _l("清单里已有这个编号。"),
}
WIDTHS = {"name": 32, "bases": 48, "contents": 48, "units": 28, "kinds": 20, "subject_kind": 20}


@blueprint.get("/office/items")
@allow(*READERS)
def listed() -> str:
    """The bureau's list, and what was on it once."""
    bureau = current_user.bureau
    return render_template(
        "registry/items.html", items=Item.listed(bureau.id), off=Item.taken_off(bureau.id),
        to_claim=Item.to_claim(bureau) if _writes() else [], **_shown(),
    )  # fmt: skip


@blueprint.get("/office/items/<item_id>")
@allow(*READERS)
def item(item_id: str) -> str:
    """One item with its guideline and every version."""
    found = _mine(item_id)
    return render_template("registry/item.html", item=found, **_shown())


@blueprint.get("/office/items/new")
@allow(*WRITERS)
def new() -> str:
    """The form for a new item."""
    return _form(None, {}, {})


@blueprint.get("/office/items/<item_id>/edit")
@allow(*WRITERS)
def edit(item_id: str) -> str:
    """The form with what the line says."""
    found = _mine(item_id)
    return _form(found, {column: typed(column, getattr(found, column)) for column in COLUMNS}, {})


@blueprint.post("/office/items/new")
@allow(*WRITERS)
def add() -> Any:
    """A new line of the list."""
    return _save(None)


@blueprint.post("/office/items/<item_id>/edit")
@allow(*WRITERS)
def change(item_id: str) -> Any:
    """A new version of a line."""
    return _save(_mine(item_id))


@blueprint.post("/office/items/<item_id>/off")
@allow(*WRITERS)
def take_off(item_id: str) -> Any:
    """Take an item off the list, with the reason: from now on nobody is inspected for it (RZ-4a)."""
    return _turn(_mine(item_id), active=False)


@blueprint.post("/office/items/<item_id>/on")
@allow(*WRITERS)
def put_on(item_id: str) -> Any:
    """Put an item back on the list."""
    return _turn(_mine(item_id), active=True)


@blueprint.post("/office/items/claim")
@allow(*WRITERS)
def claim() -> Any:
    """认领: take over items of the superior bureau's list (CA-2.1a)."""
    author = me()
    bureau = db.session.get_one(Bureau, author.bureau_id, with_for_update=True)
    claimed = Item.claim(bureau, author, request.form.getlist("item"))
    db.session.commit()
    flash(_("认领了 %(n)s 个事项。", n=len(claimed)) if claimed else _("没有勾选事项。"))
    return redirect(url_for("items.listed"))


def typed(column: str, value: Any) -> str:
    """A value as it stands in its field; `item_rules.read` reads it back."""
    if column == "ratio_bp":
        return percent(value)
    if isinstance(value, list):
        return "\n".join(value)
    return "" if value is None else str(value)


def shown(column: str, value: Any) -> str:
    """A value for people."""
    if column == "ratio_bp" and value is not None:
        return f"{percent(value)}%"
    if column == "active":
        return str(_("是") if value else _("否"))
    if column in ("methods", "units", "kinds"):
        return str(_("、")).join(value)
    return typed(column, value)


def quantity(values: Any) -> str:
    """How many are inspected: a share, or a least number."""
    if values["ratio_bp"] is not None:
        return f"{percent(values['ratio_bp'])}%"
    return str(_("至少 %(n)s", n=values["minimum"]))


def _save(found: Item | None) -> Any:
    given = item_rules.read(request.form, request.form.getlist("methods"))
    author = me()
    # Two who add the same code at once come one after the other.
    db.session.get_one(Bureau, author.bureau_id, with_for_update=True)
    same = Item.by_code(author.bureau_id, given.values["code"])
    if same and same is not found:
        given.faults["code"] = "taken"
    if given.faults:
        cells = {name: request.form.get(name, "") for name in COLUMNS} | {
            "ratio_bp": request.form.get("ratio", "")
        }
        faults = {name: FAULTS[code] for name, code in given.faults.items()}
        return _form(found, cells | {"methods": "\n".join(given.values["methods"])}, faults), 422
    reason = request.form.get("reason", "").strip()[:200] or None
    if found is None:
        found = Item.add(author.bureau_id, author, given.values, reason)
        flash(_("已列入清单。"))
    else:
        values = given.values | {"serial": given.values["serial"] or found.serial}
        changed = found.change(author, values, reason)
        flash(_("已保存。以前的版本都在。") if changed else _("没有改动。"))
    db.session.commit()
    return redirect(url_for("items.item", item_id=found.id))


def _turn(found: Item, active: bool) -> Any:
    reason = request.form.get("reason", "").strip()[:200]
    if not reason:
        raise Problem("reason_needed")
    found.change(me(), {"active": active}, reason)
    db.session.commit()
    flash(_("已恢复到清单。") if active else _("已移出清单，今后不能再按它检查。"))
    return redirect(url_for("items.item", item_id=found.id))


def _form(found: Item | None, cells: dict[str, str], faults: dict[str, Any]) -> str:
    return render_template(
        "registry/item_edit.html", item=found, cells=cells, faults=faults, reason=request.form.get("reason", ""),
        methods=METHODS, chosen=cells.get("methods", "").splitlines(), **_shown(),
    )  # fmt: skip


def _shown() -> dict[str, Any]:
    return {"said": SAID, "shown": shown, "quantity": quantity, "writes": _writes(), "key": KEY}


def _writes() -> bool:
    return not set(current_user.roles).isdisjoint(WRITERS)


def _mine(item_id: str) -> Item:
    return own(db.session.get(Item, item_id))
