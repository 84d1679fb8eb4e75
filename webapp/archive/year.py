"""What the year asks of planner and supervisor on their first page: a plan to write, to approve, to publish, to draw by."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from flask import url_for

from webapp.accounts.models import User
from webapp.draw.models import Draw
from webapp.plan.models import Plan
from webapp.words import _

Line = dict[str, Any]

# A plan that is due by then takes about two months to write, to report and to publish.
AHEAD = timedelta(days=60)


def for_planner(user: User, today: date) -> list[Line]:
    """Lines `{name, href, what, state, mark, todo}`: this year's plan, next year's, tasks to draw, numbers to enter."""
    plans = {plan.year: plan for plan in Plan.of_bureau(user.bureau_id)}
    draws = Draw.of_bureau(user.bureau_id)
    return [
        *_of_year(plans.get(today.year), today.year),
        *_to_draw(plans.get(today.year), today),
        *_frozen(draws),
        *_of_next_year(plans.get(today.year + 1), user.bureau.law(today).get("plan_due"), today),
    ]


def for_supervisor(user: User, today: date) -> list[Line]:
    """Plans that wait for somebody else than their writers to approve them."""
    return [
        _line(plan, _("等批准"), "waiting", _("看一遍，批准"))
        for plan in Plan.of_bureau(user.bureau_id)
        if plan.year >= today.year and plan.latest.state == "draft" and plan.latest.tasks
        if user.id not in (plan.latest.author_id, *plan.latest.writers)
    ]


def _of_year(plan: Plan | None, year: int) -> Iterator[Line]:
    if plan is None:
        yield _begin(year, _("还没有计划"), "waiting")
    elif plan.latest.state == "approved":
        yield _line(plan, _("已批准，还没有公布"), "waiting", _("公布"))
    elif plan.latest.state == "draft" and plan.latest.tasks:
        yield _line(plan, _("等批准"), "open", _("请督导员批准"))
    elif plan.latest.state == "draft":
        yield _line(plan, _("还没有任务"), "waiting", _("添加任务"))


def _of_next_year(plan: Plan | None, due: str | None, today: date) -> Iterator[Line]:
    if due is None or plan and plan.in_force:
        return
    day = date(today.year, *map(int, due.split("-")))
    if day - AHEAD <= today:
        state = _("应在 %(day)s 以前公布", day=day)
        mark = "late" if today > day else "warning"
        yield (
            _line(plan, state, mark, _("写好，报批准，公布")) if plan else _begin(today.year + 1, state, mark)
        )


def _to_draw(plan: Plan | None, today: date) -> Iterator[Line]:
    if plan is None or plan.in_force is None:
        return
    version = plan.in_force
    drawn = Draw.amounts(version)
    waiting = [
        task
        for task in version.tasks
        if drawn[task["id"]] < _by_now(version.promised(task), task["months"], today.month)
    ]
    if waiting:
        names = "、".join(task["name"] for task in waiting[:2]) + ("…" if len(waiting) > 2 else "")
        state = _("%(n)s 个任务到了时候", n=len(waiting))
        yield _named(_("双随机抽取"), url_for("hall.listed"), names, state, "waiting", _("冻结，抽取"))


def _by_now(promised: int, months: list[int], month: int) -> int:
    """How many of the year's visits should have been drawn by a month, spread evenly over those of the task."""
    passed = sum(one <= month for one in months)
    return -(-promised * passed // len(months)) if months else 0


def _frozen(draws: list[Draw]) -> Iterator[Line]:
    for draw in draws:
        if draw.state == "frozen":
            href = url_for("hall.one", draw_id=draw.id)
            name, todo = _("双随机抽取"), _("开奖以后录入号码")
            yield _named(name, href, draw.task["name"], _("已冻结，尚未抽取"), "waiting", todo)


def _begin(year: int, state: str, mark: str) -> Line:
    name, what = _("%(year)s 年抽查计划", year=year), _("公布了计划，才能抽取")
    return _named(name, url_for("plan.listed"), what, state, mark, _("新建计划，添加任务"))


def _line(plan: Plan, state: str, mark: str, todo: str) -> Line:
    name, href = _("%(year)s 年抽查计划", year=plan.year), url_for("plan.one", plan_id=plan.id)
    what = _("第 %(n)s 版，任务 %(tasks)s 个", n=plan.latest.number, tasks=len(plan.latest.tasks))
    return _named(name, href, what, state, mark, todo)


def _named(name: str, href: str, what: str, state: str, mark: str, todo: str) -> Line:
    return {"name": name, "href": href, "what": what, "state": state, "mark": mark, "todo": todo}
