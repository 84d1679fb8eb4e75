"""年度抽查计划 on the desk: its tasks, what they add up to, approval, publication, changes; and for the public."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from uuid6 import uuid7

from webapp.accounts import open_data
from webapp.accounts.access import allow, me, own
from webapp.accounts.models import User
from webapp.accounts.views import limiter
from webapp.db import db, today
from webapp.errors import Problem
from webapp.plan import rules, task_rules
from webapp.plan.models import Plan, PlanVersion, census, figures, items_by_code
from webapp.registry.item_rules import METHODS
from webapp.registry.items import Item
from webapp.sheets import as_csv
from webapp.typed import percent
from webapp.words import _, _l, months

blueprint = Blueprint("plan", __name__)

READERS = ("planner", "admin", "inspector", "archivist", "supervisor", "auditor")
WRITERS = ("planner",)
APPROVERS = ("planner", "supervisor")
STATES = {
    "draft": _l("草稿"),
    "approved": _l("已批准"),
    "published": _l("已公布"),
    "replaced": _l("已被新版代替"),
}
MARKS = {"draft": "waiting", "approved": "open", "published": "passed", "replaced": "none"}
BY_SAID = {
    "risk/region": _l("按风险等级和区县"),
    "risk": _l("按风险等级"),
    "region": _l("按区县（区域均衡）"),
    "all": _l("不分层"),
}
SAID = {
    "name": _l("任务名称"),
    "items": _l("抽查事项"),
    "kinds": _l("检查对象类别"),
    "districts": _l("区县"),
    "directed": _l("定向抽查"),
    "by": _l("分层"),
    "bp": _l("抽查比例（%）"),
    "total": _l("抽查数量"),
    "strata": _l("另定比例的层"),
    "times": _l("每年次数"),
    "months": _l("实施月份"),
    "methods": _l("抽查方式"),
    "joint": _l("联合的部门"),
    "team": _l("检查组"),
    "size": _l("检查组人数"),
    "note": _l("说明"),
}
FAULTS = {
    "missing": _l("这一项必须填。"),
    "off_list": _l("有事项不在清单上，清单以外的事项不得检查。"),
    "not_of_item": _l("有方式不是所选事项的抽查方式。"),
    "unknown": _l("请选择一项。"),
    "one_of_two": _l("比例和数量填一个，只填一个。"),
    "percent": _l("请填 0 到 100 之间的百分数，如 5 或 16.5。"),
    "whole": _l("请填整数。"),
    "times": _l("每年 1 到 12 次。"),
    "stratum": _l("一行一层：风险等级、区县、类别中的一个或几个，空格，百分数。如“D 100%”。"),
    "strata_need_ratio": _l("定了数量，就不能再按层另定比例。"),
    "pair_too_small": _l("检查组不得少于两人，也不得少于本机构设置的人数。"),
}


@blueprint.get("/office/plans")
@allow(*READERS)
def listed() -> str:
    """The plans of the bureau, by year."""
    return _list()


@blueprint.post("/office/plans")
@allow(*WRITERS)
def begin() -> Any:
    """Begin the plan of a year."""
    year = request.form.get("year", type=int)
    try:
        if year is None or not 2000 <= year <= 2100:
            raise Problem("plan_year")
        plan = Plan.begin(me(), year)
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        return _list(Problem("plan_exists")), 409
    except Problem as problem:
        return _list(problem), problem.status
    return redirect(url_for("plan.one", plan_id=plan.id))


@blueprint.get("/office/plans/<plan_id>")
@allow(*READERS)
def one(plan_id: str) -> str:
    """A version of a plan: what it adds up to, its tasks, what it changed."""
    return _page(_mine(plan_id))


@blueprint.get("/office/plans/<plan_id>/tasks/new")
@allow(*WRITERS)
def new_task(plan_id: str) -> str:
    """The form for a new task; of an item where the address names one."""
    plan = _mine(plan_id)
    item = next((i for i in Item.listed(plan.bureau_id) if i.code == request.args.get("item")), None)
    cells = {"name": item.name, "bp": percent(item.ratio_bp)} if item else {}
    cells |= {"total": str(item.minimum)} if item and item.minimum else {}
    chosen = {"items": [item.code], "kinds": item.kinds, "methods": item.methods} if item else {}
    return _form(plan, None, {"by": rules.BY[0], "times": "1", "size": _pair(plan), **cells}, chosen, {})


@blueprint.post("/office/plans/<plan_id>/tasks/new")
@allow(*WRITERS)
def add_task(plan_id: str) -> Any:
    """A new task in the draft."""
    return _save(_locked(plan_id), str(uuid7()), new=True)


@blueprint.get("/office/plans/<plan_id>/tasks/<task_id>")
@allow(*WRITERS)
def edit_task(plan_id: str, task_id: str) -> str:
    """The form of a task."""
    plan = _mine(plan_id)
    task = plan.latest.task(task_id)
    chosen = {name: [str(value) for value in task[name]] for name in task_rules.LISTS}
    return _form(plan, task_id, task_rules.typed(task), chosen, {})


@blueprint.post("/office/plans/<plan_id>/tasks/<task_id>")
@allow(*WRITERS)
def change_task(plan_id: str, task_id: str) -> Any:
    """Change a task of the draft."""
    plan = _locked(plan_id)
    plan.latest.task(task_id)
    return _save(plan, task_id, new=False)


@blueprint.post("/office/plans/<plan_id>/tasks/<task_id>/drop")
@allow(*WRITERS)
def drop_task(plan_id: str, task_id: str) -> Any:
    """Take a task out of the draft."""
    plan = _locked(plan_id)
    plan.latest.drop(me(), task_id)
    return _done(plan, _("任务已从草稿里去掉。"))


@blueprint.post("/office/plans/<plan_id>/approve")
@allow(*APPROVERS)
def approve(plan_id: str) -> Any:
    """Approve the draft, by another person and a document."""
    plan = _locked(plan_id)
    return _act(plan, lambda: plan.latest.approve(me(), request.form.get("document", "")), _("计划已批准。"))


@blueprint.post("/office/plans/<plan_id>/back")
@allow(*APPROVERS)
def send_back(plan_id: str) -> Any:
    """An approved version becomes a draft again."""
    plan = _locked(plan_id)
    return _act(plan, plan.latest.send_back, _("已退回草稿。"))


@blueprint.post("/office/plans/<plan_id>/publish")
@allow(*WRITERS)
def publish(plan_id: str) -> Any:
    """Make the approved version public."""
    plan = _locked(plan_id)
    return _act(plan, plan.latest.publish, _("计划已公布，可以按它抽取了。"))


@blueprint.post("/office/plans/<plan_id>/revise")
@allow(*WRITERS)
def revise(plan_id: str) -> Any:
    """Begin a changed version, with the reason (CA-2.2b)."""
    plan = _locked(plan_id)
    return _act(
        plan,
        lambda: plan.revise(me(), request.form.get("why", "")),
        _("已开始新的一版。公布以前，现在的一版仍然有效。"),
    )


@blueprint.get("/public/plans")
@allow("anyone")
def public_list() -> str:
    """The published plans of a bureau, by year (RZ-4c)."""
    bureau = open_data.asked_bureau()
    plans = [plan for plan in Plan.of_bureau(bureau.id) if plan.in_force]
    return render_template("plan/public_list.html", bureau=bureau, plans=plans, **_words())


@blueprint.get("/public/plans.json")
@allow("anyone")
@limiter.limit("120 per minute")
def public_data() -> Response:
    """The same as open data: the version in force, with its tasks."""
    bureau = open_data.asked_bureau()
    versions = [plan.in_force for plan in Plan.of_bureau(bureau.id) if plan.in_force]
    published = [version.published_at for version in versions if version.published_at]
    return open_data.answer(bureau, map(_published, versions), max(published, default=None))


@blueprint.get("/public/plans.csv")
@allow("anyone")
@limiter.limit("120 per minute")
def public_table() -> Response:
    """The same as CSV, a task a row."""
    bureau = open_data.asked_bureau()
    columns = [name for name in SAID if name != "size"]
    rows = [["id", "plan", "year", *(str(SAID[name]) for name in columns)]]
    rows += [
        [task["id"], plan.id, str(plan.year), *(_value(name, task[name]) for name in columns)]
        for plan in Plan.of_bureau(bureau.id)
        if plan.in_force
        for task in plan.in_force.tasks
    ]
    return Response(as_csv(rows), mimetype="text/csv")


def _published(version: PlanVersion) -> dict[str, Any]:
    return {
        "id": version.plan_id,
        "year": version.plan.year,
        "version": version.number,
        "published": version.published_at and version.published_at.isoformat(timespec="seconds"),
        "approval": version.approval,
        "why": version.why,
        "tasks": version.tasks,
    }


@blueprint.get("/public/plans/<plan_id>")
@allow("anyone")
def public(plan_id: str) -> str:
    """Every published version of a plan, with what each changed and why (CA-2.2b, TJ-3)."""
    plan = db.session.get(Plan, plan_id)
    shown = [version for version in plan.versions if version.published_at] if plan else []
    if plan is None or not shown:
        raise Problem("not_found")
    items = {item.code: item.name for item in Item.listed(plan.bureau_id)}
    return render_template("plan/public.html", plan=plan, versions=shown, item_names=items, **_words())


def _list(problem: Problem | None = None) -> str:
    plans = Plan.of_bureau(current_user.bureau_id)
    law = current_user.bureau.law(today())
    return render_template(
        "plan/plans.html",
        plans=plans,
        due=law.get("plan_due"),
        year=_next_year(plans),
        problem=problem,
        **_words(),
    )


def _next_year(plans: list[Plan]) -> int:
    """The first year from this one on that has no plan."""
    year = today().year
    while year in {plan.year for plan in plans}:
        year += 1
    return year


def _page(plan: Plan, problem: Problem | None = None) -> str:
    version = plan.version(request.args.get("version", type=int))
    law = plan.bureau.law(today())
    return render_template(
        "plan/plan.html", plan=plan, version=version, figures=version.figures or figures(version), law=law,
        item_names={item.code: item.name for item in Item.listed(plan.bureau_id)}, problem=problem,
        approves=not set(current_user.roles).isdisjoint(APPROVERS), given=request.form,
        approvers=_approvers(version), **_words(),
    )  # fmt: skip


def _approvers(version: PlanVersion) -> list[str]:
    """The names of those who may approve a draft: nobody who wrote in it."""
    people = db.session.scalars(
        select(User).where(User.bureau_id == version.plan.bureau_id, User.active).order_by(User.username)
    )
    wrote = {version.author_id, *version.writers}
    return [one.name for one in people if one.id not in wrote and not set(one.roles).isdisjoint(APPROVERS)]


def _save(plan: Plan, task_id: str, new: bool) -> Any:
    chosen = {name: request.form.getlist(name) for name in task_rules.LISTS}
    form = request.form.to_dict() | {"known_districts": "、".join(plan.bureau.districts)}
    task, wrong = task_rules.read(task_id, form, chosen)
    faults = task_rules.faults(task, items_by_code(plan.bureau_id), int(_pair(plan))) | wrong
    if faults:
        said = {name: FAULTS[code] for name, code in faults.items()}
        return _form(plan, None if new else task_id, form, chosen, said), 422
    plan.latest.put(me(), task)
    return _done(plan, _("任务已存入草稿。"))


def _act(plan: Plan, do: Any, said: str) -> Any:
    try:
        do()
    except Problem as problem:
        return _page(plan, problem), problem.status
    return _done(plan, said)


def _done(plan: Plan, said: str) -> Any:
    db.session.commit()
    flash(said)
    return redirect(url_for("plan.one", plan_id=plan.id))


def _form(
    plan: Plan,
    task_id: str | None,
    cells: dict[str, str],
    chosen: dict[str, list[str]],
    faults: dict[str, Any],
) -> str:
    kinds = sorted({kind for group in census(plan.bureau_id) for kind in group["kinds"]})
    return render_template(
        "plan/task.html", plan=plan, task_id=task_id, cells=cells, chosen=chosen, faults=faults, kinds=kinds,
        items=Item.listed(plan.bureau_id), districts=plan.bureau.districts, methods=METHODS, **_words(),
    )  # fmt: skip


def _words() -> dict[str, Any]:
    writes = current_user.is_authenticated and not set(current_user.roles).isdisjoint(WRITERS)
    return {
        "said": SAID,
        "states": STATES,
        "marks": MARKS,
        "by_said": BY_SAID,
        "percent": percent,
        "writes": writes,
        "value": _value,
    }


def _value(field: str, value: Any) -> str:
    """A value of a task in words, for tables and changes."""
    if field == "bp":
        return f"{percent(value)}%" if value is not None else "—"
    if field == "by":
        return str(BY_SAID.get(value, value))
    if field == "months":
        return months(value)
    if field == "strata":
        return str(_("；")).join(f"{task_rules.said(one)} {percent(one['bp'])}%" for one in value) or "—"
    if field == "joint":
        return str(_("；")).join(f"{one['department']} {'、'.join(one['items'])}" for one in value) or "—"
    if field == "team":
        parts = [
            str(_("%(n)s 人", n=value["size"])),
            value["specialty"] or "",
            str(_("请专家")) if value["expert"] else "",
        ]
        return str(_("，")).join(part for part in parts if part)
    if isinstance(value, bool):
        return str(_("是") if value else _("否"))
    if isinstance(value, list):
        return str(_("、")).join(value) or str(_("全部"))
    return "—" if value in (None, "") else str(value)


def _pair(plan: Plan) -> str:
    return str(plan.bureau.law(today()).get("pair_minimum") or task_rules.PAIR)


def _locked(plan_id: str) -> Plan:
    """The plan for one who changes it: nobody else does until the commit, and its versions are read after that."""
    plan = _mine(plan_id)
    db.session.execute(select(Plan.id).where(Plan.id == plan.id).with_for_update())
    return plan


def _mine(plan_id: str) -> Plan:
    return own(db.session.get(Plan, plan_id))
