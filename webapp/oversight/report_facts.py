"""What a report can name, counted now: the figures of oversight, over the inspections of a draw, a task or a period."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import force_locale
from sqlalchemy import Select, func, or_, select

from webapp.accounts.models import Bureau
from webapp.archive.wording import RESULTS, STATES
from webapp.db import china_day, db
from webapp.draw.elsewhere import DrawnList, DrawnRow
from webapp.draw.models import Draw
from webapp.errors import Problem
from webapp.field.drawn import CANCELLED
from webapp.field.models import Inspection, InspectionDraw
from webapp.followup.matters import Matter
from webapp.followup.models import Timeline, Watch
from webapp.followup.steps import REFUSED
from webapp.oversight import figure_rules, figure_tables
from webapp.oversight import figure_words as words
from webapp.oversight.figure_rules import LATE, ON_TIME, OVERDUE, Period, Tally
from webapp.oversight.figure_tables import Table
from webapp.oversight.figures import Board, Scope, count_base
from webapp.oversight.found import Found
from webapp.oversight.report_text import DRAW, QUARTER, TASK, YEAR, Facts
from webapp.plan.models import Plan, PlanVersion
from webapp.registry.items import Item
from webapp.words import LANGUAGES

Json = dict[str, Any]
QUARTERS = re.compile(r"(\d{4})-Q([1-4])", re.ASCII)
YEARS = re.compile(r"\d{4}", re.ASCII)
# More subjects than a reader reads stand in the list of inspections.
MOST_ROWS = 200
MATTERS = {
    "order": "责令改正",
    "penalty": "行政处罚",
    "transfer": "移送",
    "copy": "抄告",
    "discipline": "联合惩戒",
    "object": "异议",
}
WIDE, NARROW = 3, 1


@dataclass(frozen=True)
class AllTime(Period):
    """Whenever: visits of a draw count on whatever day they end."""

    @property
    def begins(self) -> date:
        """Before every inspection."""
        return date.min

    @property
    def ends(self) -> date:
        """After every inspection."""
        return date.max


@dataclass(frozen=True)
class DrawnScope(Scope):
    """What is counted of draws, and of lists that other platforms drew: all their inspections."""

    draws: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()

    def ended(self, *columns: Any) -> Select[Any]:
        """A statement over those that ended."""
        return super().ended(*columns).where(self.whose(Found.inspection_id))

    def left(self, *columns: Any) -> Select[Any]:
        """A statement over those that did not end yet."""
        return super().left(*columns).where(self.whose(Inspection.id))

    def whose(self, named: Any) -> Any:
        """Whether an inspection is one of these."""
        drawn = select(InspectionDraw.inspection_id).where(InspectionDraw.draw_id.in_(self.draws))
        brought = select(DrawnRow.inspection_id).where(DrawnRow.list_id.in_(self.lists))
        return or_(named.in_(drawn), named.in_(brought.where(DrawnRow.inspection_id.is_not(None))))


def gather(bureau: Bureau, kind: str, target: str, today: date) -> tuple[str, Facts]:
    """The title of a report and what it can name. Raises `not_found` where there is no such draw, task or period."""
    with force_locale(LANGUAGES["zh"]):
        made = {DRAW: _of_draw, TASK: _of_task, QUARTER: _of_period, YEAR: _of_period}.get(kind)
        if made is None:
            raise Problem("not_found")
        return made(bureau, target, today)


def _of_draw(bureau: Bureau, target: str, today: date) -> tuple[str, Facts]:
    draw = db.session.get(Draw, target) or db.session.get(DrawnList, target)
    if draw is None or draw.bureau_id != bureau.id:
        raise Problem("not_found")
    ours = isinstance(draw, Draw)
    whose = {"draws" if ours else "lists": (draw.id,)}
    scope = DrawnScope((bureau.id,), AllTime(today.year), **whose)
    facts = _of_drawn(bureau, scope, draw.task, draw.plan_version.plan, today)
    facts.values.update(_how_drawn(draw) if isinstance(draw, Draw) else _how_brought(draw))
    facts.tables["各对象"] = _subjects(scope)
    day = facts.values["抽取日期"]
    return f"“{draw.task['name']}”抽查总结报告（{day}抽取）", facts


def _how_drawn(draw: Draw) -> Json:
    head = draw.act.head
    drawn = next((one for one in draw.versions if one.state == "drawn"), draw.act)
    return {
        "抽取日期": _said(china_day(drawn.made_at)), "抽取方式": "随机抽取", "抽取户数": int(head["counts"]["drawn"]),
        "名录户数": int(head["counts"]["subjects"]), "抽取编号": draw.id, "更换次数": len(head["swaps"]),
        "检查期限": f"{_said(draw.begins)}至{_said(draw.ends)}",
    }  # fmt: skip


def _how_brought(brought: DrawnList) -> Json:
    return {
        "抽取日期": _said(brought.drawn_on), "抽取方式": f"由{brought.platform}随机抽取", "抽取户数": brought.size,
        "检查期限": f"{_said(brought.begins)}至{_said(brought.ends)}",
    }  # fmt: skip


def _of_task(bureau: Bureau, target: str, today: date) -> tuple[str, Facts]:
    plan_id, _, task_id = target.partition("/")
    plan = db.session.get(Plan, plan_id)
    if plan is None or plan.bureau_id != bureau.id or plan.in_force is None:
        raise Problem("not_found")
    version = plan.in_force
    task = version.task(task_id)
    draws, lists = _drawn_for(plan, task_id)
    scope = DrawnScope(
        (bureau.id,), AllTime(today.year), draws=tuple(one.id for one in draws), lists=tuple(one.id for one in lists)
    )  # fmt: skip
    facts = _of_drawn(bureau, scope, task, plan, today)
    facts.values.update({
        "计划户次": version.promised(task), "已抽户次": Draw.amount(version, task), "抽取次数": len(draws) + len(lists)
    })  # fmt: skip
    rows = [
        [_how_drawn(one)[name] for name in ("抽取日期", "抽取方式", "抽取户数", "检查期限")] for one in draws
    ]
    rows += [
        [_how_brought(one)[name] for name in ("抽取日期", "抽取方式", "抽取户数", "检查期限")]
        for one in lists
    ]
    columns = [["抽取日期", 2, False], ["抽取方式", 2, False], ["户数", 1, True], ["检查期限", 4, False]]
    facts.tables["各次抽取"] = _table("各次抽取", columns, [[str(one) for one in row] for row in rows])
    return f"{plan.year}年度“{task['name']}”任务总结报告", facts


def _drawn_for(plan: Plan, task_id: str) -> tuple[list[Draw], list[DrawnList]]:
    versions = select(PlanVersion.id).where(PlanVersion.plan_id == plan.id)
    draws = select(Draw).where(
        Draw.plan_version_id.in_(versions), Draw.task_id == task_id, Draw.state == "drawn", Draw.list_id.is_(None)
    )  # fmt: skip
    lists = select(DrawnList).where(DrawnList.plan_version_id.in_(versions), DrawnList.task_id == task_id)
    return list(db.session.scalars(draws.order_by(Draw.frozen_at))), [
        one for one in db.session.scalars(lists.order_by(DrawnList.id)) if one.size
    ]


def _of_drawn(bureau: Bureau, scope: DrawnScope, task: Json, plan: Plan, today: date) -> Facts:
    board = Board(scope, {bureau.id: Watch(bureau, today)}, today)
    facts = _counted(board, bureau)
    names = {item.code: item.name for item in Item.listed(bureau.id)}
    facts.values.update({
        "机构": bureau.name, "计划年度": plan.year, "任务": task["name"],
        "事项": "、".join(f"{code} {names.get(code, '')}".strip() for code in task["items"]),
        "取消": _cancelled(scope),
    })  # fmt: skip
    items = [one for one in board.items.get(bureau.id, []) if one["code"] in task["items"]]
    _items(facts, items)
    return facts


def _cancelled(scope: DrawnScope) -> int:
    rows = select(func.count()).where(scope.whose(Inspection.id), Inspection.state == CANCELLED)
    return db.session.scalar(rows) or 0


def _of_period(bureau: Bureau, target: str, today: date) -> tuple[str, Facts]:
    period = _period(target)
    board = Board(Scope((bureau.id,), period), {bureau.id: Watch(bureau, today)}, today)
    count_base(board, bureau)
    facts = _counted(board, bureau)
    tally = board.tallies[bureau.id]
    figures = figure_rules.figures(tally, board.law(bureau.id))
    by_item = board.base_of(bureau.id) == "item_subjects"
    facts.values.update({"机构": bureau.name, "时段": words.when(period).replace(" ", "")})
    facts.values.update(_asked(figures, by_item))
    facts.tables["主要指标"] = _main(figures, by_item)
    facts.tables["每月情况"] = _kept(figure_tables.months(board))
    for table in figure_tables.tables(board, bureau.id):
        if table.key == "by-district" and len(table.rows) > 1:
            facts.tables["各地区"] = _kept(table)
    _items(facts, [one for one in board.items.get(bureau.id, []) if one["visits"]])
    return f"{facts.values['时段']}“双随机、一公开”抽查工作报告", facts


def _period(target: str) -> Period:
    if not (QUARTERS.fullmatch(target) or YEARS.fullmatch(target)):
        raise Problem("not_found")
    found = figure_rules.period(target, date.min)
    if found.key != target:
        raise Problem("not_found")
    return found


def _asked(figures: list[figure_rules.Figure], by_item: bool) -> Json:
    """What the law asks of the bureau and how it stands."""
    by_name = {one.name: one for one in figures}
    coverage, risk = by_name["coverage"], by_name["risk"]
    found: Json = {"没有达到": "、".join(words.name(one, by_item) for one in figures if one.meets is False)}
    if coverage.whole and not by_item:
        found |= {"抽查对象": coverage.part, "基数": coverage.whole}
        found |= {"抽查比例": words.value(coverage), "风险比例": words.value(risk)}
    return found


def _main(figures: list[figure_rules.Figure], by_item: bool) -> Json:
    rows = [
        [words.name(one, by_item), words.value(one), words.of(one), words.goal(one).removeprefix("要求：") or "—",
         words.standing(one)[0] or "—"]
        for one in figures
    ]  # fmt: skip
    columns = [
        ["指标", 3, False],
        ["数值", 2, True],
        ["构成", 3, True],
        ["要求", 2, False],
        ["是否达到", 2, False],
    ]
    return _table("主要指标", columns, rows)


def _counted(board: Board, bureau: Bureau) -> Facts:
    tally, scope = board.tallies[bureau.id], board.scope
    values: dict[str, int | str] = _of_tally(tally)
    values |= _dealt(scope)
    tables = {"各类结果": _results(scope)}
    for clock, name in (("told", "各单位告知"), ("published", "各单位公示")):
        if rows := (table := figure_tables.standings(board, clock)).rows:
            if len(rows) > 1:
                tables[name] = _kept(table)
    return Facts(values, tables)


def _of_tally(tally: Tally) -> dict[str, int | str]:
    on_time, late, overdue = (
        {clock: tally.standings[clock, one] for clock in ("told", "published")} for one in (ON_TIME, LATE, OVERDUE)
    )  # fmt: skip
    return {
        "应查": tally.inspections, "已查": tally.ended, "未查": tally.inspections - tally.ended,
        "有问题": tally.problems, "没有问题": tally.ended - tally.problems,
        "问题比例": words.share(tally.problems, tally.ended),
        "处理到位": tally.settled, "没有处理": tally.problems - tally.settled,
        "已告知": on_time["told"] + late["told"], "按期告知": on_time["told"], "逾期告知": late["told"],
        "告知超期": overdue["told"], "应公示": tally.ended - tally.withheld, "已公示": tally.published,
        "按期公示": on_time["published"], "逾期公示": late["published"], "公示超期": overdue["published"],
        "不公示": tally.withheld, "参加人数": tally.people, "参加人次": tally.seats,
    }  # fmt: skip


def _dealt(scope: Scope) -> dict[str, int | str]:
    """Orders, penalties, transfers, copies, lists and objections; what was refused does not count."""
    rows = scope.ended(Matter.kind, Matter.state, func.count())
    rows = rows.join(Matter, Matter.inspection_id == Found.inspection_id).where(Matter.state != REFUSED)
    found: Counter[tuple[str, str]] = Counter()
    for kind, state, count in db.session.execute(rows.group_by(Matter.kind, Matter.state)):
        found[kind, state] += count
    of = {said: sum(n for (name, _), n in found.items() if name == kind) for kind, said in MATTERS.items()}
    # The day of the ruling by which a result went out of force.
    ruled = scope.ended(func.count()).join(Timeline, Timeline.inspection_id == Found.inspection_id)
    changed = db.session.scalar(ruled.where(Timeline.ruled.is_not(None))) or 0
    return {**of, "已改正": found["order", "done"], "异议改变": changed}


def _results(scope: Scope) -> Json:
    """Ended inspections by the result in force, in the law's order (RZ-20)."""
    rows = scope.ended(Found.result, func.count())
    counts = {code or "": count for code, count in db.session.execute(rows.group_by(Found.result))}
    whole = sum(counts.values())
    named = [(str(said), counts.get(code, 0)) for code, said in RESULTS.items()]
    if rest := whole - sum(count for _, count in named):
        named.append(("结果待定", rest))
    made = [[said, str(count), words.share(count, whole)] for said, count in named if count]
    return _table("各类检查结果", [["检查结果", 4, False], ["件数", 1, True], ["占比", 1, True]], made)


def _items(facts: Facts, items: list[Json]) -> None:
    """Items with their visits and findings, and which had most."""
    if not items:
        return
    rows = [
        [f"{one['code']} {one['name']}", str(one["visits"]), str(one["found"]), words.share(one["found"], one["visits"])]
        for one in items
    ]  # fmt: skip
    columns = [["事项", 4, False], ["完成检查", 1, True], ["有不合格", 1, True], ["占比", 1, True]]
    facts.tables["各事项"] = _table("各事项完成检查、发现不合格的件数", columns, rows)
    most = sorted((one for one in items if one["found"]), key=lambda one: (-one["found"], one["code"]))[:2]
    facts.values["问题最多的事项"] = "、".join(f"“{one['name']}”" for one in most)


def _subjects(scope: Scope) -> Json:
    """Each inspection with its result and what became of it."""
    done = scope.ended(Inspection, Found.result, Found.problem, Found.follow)
    done = done.join(Inspection, Inspection.id == Found.inspection_id).order_by(Inspection.number)
    left = scope.left(Inspection).order_by(Inspection.number).limit(MOST_ROWS + 1)
    rows: list[tuple[Inspection, str, str]] = []
    for inspection, result, problem, follow in db.session.execute(done.limit(MOST_ROWS + 1)):
        dealt = "—" if not problem else "已处理到位" if follow == figure_rules.SETTLED else "尚在处理"
        rows.append((inspection, str(RESULTS.get(result, "结果待定")), dealt))
    rows += [(one, str(STATES.get(one.state, one.state)), "—") for one in db.session.scalars(left)]
    rows.sort(key=lambda row: row[0].number)
    made = [[one.number, one.subject.name, said, dealt] for one, said, dealt in rows[:MOST_ROWS]]
    note = f"另有更多检查对象没有列出，见检查列表；这里列前 {MOST_ROWS} 户。" if len(rows) > MOST_ROWS else ""
    heads = [["编号", 3, False], ["检查对象", 4, False], ["结果", 4, False], ["处理", 2, False]]
    return _table("各检查对象的结果", heads, made, note)


def _kept(table: Table) -> Json:
    columns = [
        [name, NARROW if place >= table.words else WIDE, place >= table.words]
        for place, name in enumerate(table.columns)
    ]
    return _table(table.title, columns, [[cell.text for cell in row] for row in table.rows], table.note)


def _table(title: str, columns: list[Any], rows: list[list[str]], note: str = "") -> Json:
    return {"title": title, "columns": columns, "rows": rows, "note": note}


def _said(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
