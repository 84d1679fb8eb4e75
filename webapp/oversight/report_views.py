"""Reports at the desk: written from the data, changed by hand, handed in and approved by another (TJ-14a, RZ-23)."""

import re
from datetime import date
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select

from webapp.accounts.access import allow, me, own
from webapp.accounts.models import User
from webapp.archive import beside
from webapp.archive.first import Part, Wait
from webapp.db import db, today
from webapp.draw.elsewhere import DrawnList
from webapp.draw.models import Draw
from webapp.errors import Problem
from webapp.oversight import report_papers as papers
from webapp.oversight import report_text as rules
from webapp.oversight.report_facts import gather
from webapp.oversight.report_text import DRAW, KINDS, QUARTER, TASK, YEAR, Facts
from webapp.oversight.reports import APPROVED, DRAFT, PAGE, RETURNED, SUBMITTED, Report, ReportVersion
from webapp.plan.models import Plan
from webapp.typed import whole
from webapp.words import _, _l

blueprint = Blueprint("reports", __name__, url_prefix="/oversight/reports")

Json = dict[str, Any]
READERS = ("supervisor", "planner", "archivist", "auditor")
WRITERS = ("supervisor", "planner", "archivist")
APPROVERS = ("supervisor",)
KINDS_SAID = {DRAW: _l("一次抽取"), TASK: _l("一个任务"), QUARTER: _l("季度"), YEAR: _l("年度")}
STATES = {DRAFT: _l("草稿"), SUBMITTED: _l("待批准"), APPROVED: _l("已批准"), RETURNED: _l("已退回")}
MARKS = {DRAFT: "none", SUBMITTED: "waiting", APPROVED: "passed", RETURNED: "returned"}
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# How many draws and lists a new report can be chosen of; older ones have their reports.
MOST = 100
# What stays as it is in the name of a file.
PLAIN = re.compile(r"[^0-9A-Za-z\u4e00-\u9fff]+")


@blueprint.get("")
@allow(*READERS)
def listed() -> str:
    """The bureau's reports, and of what a new one can be written."""
    found = Report.of_bureau(current_user.bureau_id, request.args.get("after", "")[:36])
    return render_template(
        "oversight/reports.html", reports=found[:PAGE], more=found[PAGE - 1].id if len(found) > PAGE else "",
        choices=_choices() if _writes() else [], kinds=KINDS_SAID, states=STATES, marks=MARKS,
        paged=bool(request.args.get("after")),
    )  # fmt: skip


@blueprint.post("")
@allow(*WRITERS)
def begin() -> Any:
    """Write the first version of a report; where there is one, open it."""
    kind, _colon, target = request.form.get("about", "").partition(":")
    if kind not in KINDS:
        raise Problem("report_what")
    report = Report.about(current_user.bureau_id, kind, target[:80])
    if report is None:
        title, facts = gather(current_user.bureau, kind, target[:80], today())
        report = Report.begin(me(), kind, target[:80], title, facts)
        db.session.commit()
        flash(_("已按现在的数据写好初稿，请看过、改好，再提交。"))
    return redirect(url_for("reports.page", report_id=report.id))


@blueprint.get("/<uuid:report_id>")
@allow(*READERS)
def page(report_id: Any) -> str:
    """One version of a report, with what changed since it was written."""
    return _page(_own(report_id))


@blueprint.get("/<uuid:report_id>/edit")
@allow(*WRITERS)
def edit(report_id: Any) -> str:
    """The texts of the latest version, to be changed."""
    return _form(_own(report_id))


@blueprint.post("/<uuid:report_id>/edit")
@allow(*WRITERS)
def write(report_id: Any) -> Any:
    """Keep the texts as a new version; with `renew` by the figures of now."""
    report = _own(report_id)
    names = {one["name"] for one in report.latest.sections}
    texts = {name: text for name, text in request.form.items() if name in names}
    try:
        facts = _now(report) if request.form.get("renew") else None
        changed = report.write(me(), texts, request.form.get("why", ""), _seen(), facts)
    except Problem as problem:
        db.session.rollback()
        return _form(_own(report_id), problem), problem.status
    db.session.commit()
    flash(_("已存为第 %(n)s 版。", n=report.latest.number) if changed else _("没有改动，没有新的一版。"))
    return redirect(url_for("reports.page", report_id=report.id))


@blueprint.post("/<uuid:report_id>/renew")
@allow(*WRITERS)
def renew(report_id: Any) -> Any:
    """The same texts by the figures of now, as a new version."""
    report = _own(report_id)
    return _acted(report, lambda: report.write(me(), {}, request.form.get("why", ""), _seen(), _now(report)))


@blueprint.post("/<uuid:report_id>/submit")
@allow(*WRITERS)
def submit(report_id: Any) -> Any:
    """Hand the latest version in."""
    report = _own(report_id)
    return _acted(report, lambda: report.submit(me(), _seen()), _("已提出，等另一个人批准。"))


@blueprint.post("/<uuid:report_id>/decide")
@allow(*APPROVERS)
def decide(report_id: Any) -> Any:
    """Approve what was handed in, or give it back."""
    report = _own(report_id)
    granted = request.form.get("granted") == "yes"
    opinion = request.form.get("opinion", "")
    return _acted(report, lambda: report.decide(me(), _seen(), granted, opinion), _("已记下您的决定。"))


@blueprint.get("/<uuid:report_id>/<int:number>.<any(pdf, docx):kind>")
@allow(*READERS)
def paper(report_id: Any, number: int, kind: str) -> Response:
    """A version as a file."""
    report = _own(report_id)
    version = report.version(number)
    data = papers.pdf(version) if kind == "pdf" else papers.docx(version)
    title = PLAIN.sub("-", report.title).strip("-")
    said = f"attachment; filename*=UTF-8''{quote(f'{title}-{number}.{kind}')}"
    mime = "application/pdf" if kind == "pdf" else DOCX
    return Response(data, mimetype=mime, headers={"Content-Disposition": said})


def on_first_page(user: User, today: date) -> Part | None:
    """Reports that wait for a second person."""
    if not set(APPROVERS) & {*user.roles}:
        return None
    waits = [
        Wait(
            one.title, url_for("reports.page", report_id=one.id), str(KINDS_SAID[one.kind]), str(STATES[SUBMITTED]),
            MARKS[SUBMITTED], todo=str(_("看过以后批准，或者退回")), at="",
        )
        for one in Report.waiting(user.bureau_id, user.id)
    ]  # fmt: skip
    return Part("reports", [], waits, "", title=str(_("报告"))) if waits else None


beside.FIRST.append(on_first_page)


def _own(report_id: Any) -> Report:
    return own(db.session.get(Report, str(report_id)))


def _now(report: Report) -> Facts:
    return gather(report.bureau, report.kind, report.target, today())[1]


def _seen() -> int:
    return whole(request.form.get("seen", "")) or 0


def _writes() -> bool:
    return not set(WRITERS).isdisjoint(current_user.roles)


def _page(report: Report, problem: Problem | None = None) -> str:
    number = request.args.get("version", type=int)
    version = report.version(number)
    facts = Facts.of(version.facts)
    latest = version is report.latest
    # What was approved says what was known then; only what is worked on is compared with now.
    now = _now(report) if latest else None
    return render_template(
        "oversight/report.html", report=report, version=version, latest=latest, problem=problem,
        sections=[(one, rules.blocks(one["text"], facts, now)) for one in version.sections],
        changed=rules.changed(version.sections, facts, now) if now else [], before=_before(report, version),
        states=STATES, marks=MARKS, kinds=KINDS_SAID, writes=_writes(), opinion=request.form.get("opinion", ""),
        why=request.form.get("why", ""),
        approves=not set(APPROVERS).isdisjoint(current_user.roles) and current_user.id not in report.writers,
    )  # fmt: skip


def _before(report: Report, version: ReportVersion) -> list[str]:
    """The titles of the sections that this version changed."""
    if version.number == 1:
        return []
    last = {one["name"]: one["text"] for one in report.version(version.number - 1).sections}
    return [one["title"] for one in version.sections if one["text"] != last.get(one["name"])]


def _form(report: Report, problem: Problem | None = None) -> str:
    version = report.latest
    facts, now = Facts.of(version.facts), _now(report)
    typed = {one["name"]: request.form.get(one["name"], one["text"]) for one in version.sections}
    return render_template(
        "oversight/report_edit.html", report=report, version=version, typed=typed, problem=problem, facts=facts,
        now=now, why=request.form.get("why", ""), longest=rules.LONGEST, seen=_seen() or version.number,
        changed=rules.changed(version.sections, facts, now), needs_why=version.state == APPROVED,
    )  # fmt: skip


def _acted(report: Report, act: Any, said: str = "") -> Any:
    try:
        act()
    except Problem as problem:
        report_id = report.id
        db.session.rollback()
        return _page(_own(report_id), problem), problem.status
    db.session.commit()
    if said:
        flash(said)
    return redirect(url_for("reports.page", report_id=report.id))


def _choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Of what a report can be written and has none yet, in groups: what the form sends, and what it is called."""
    written = select(Report.kind, Report.target).where(Report.bureau_id == current_user.bureau_id)
    there = {(kind, target) for kind, target in db.session.execute(written)}
    plans = [plan for plan in Plan.of_bureau(current_user.bureau_id)[:2] if plan.in_force]
    groups = [
        (DRAW, _drawn()),
        (TASK, [one for plan in plans for one in _tasks(plan)]),
        (QUARTER, _quarters()),
        (YEAR, [(str(year), str(_("%(year)s 年", year=year))) for year in (today().year, today().year - 1)]),
    ]  # fmt: skip
    return [
        (str(KINDS_SAID[kind]), [(f"{kind}:{target}", said) for target, said in found if (kind, target) not in there])
        for kind, found in groups
    ]  # fmt: skip


def _tasks(plan: Plan) -> list[tuple[str, str]]:
    tasks = plan.in_force.tasks if plan.in_force else []
    return [(f"{plan.id}/{task['id']}", f"{plan.year} {task['name']}") for task in tasks]


def _drawn() -> list[tuple[str, str]]:
    mine = Draw.bureau_id == current_user.bureau_id
    draws = select(Draw).where(mine, Draw.state == "drawn").order_by(Draw.frozen_at.desc()).limit(MOST)
    found = [(one.id, f"{one.frozen_at.date()} {one.task['name']}") for one in db.session.scalars(draws)]
    lists = [one for one in DrawnList.of_bureau(current_user.bureau_id, MOST) if one.size]
    return found + [(one.id, f"{one.drawn_on} {one.task['name']} ({one.platform})") for one in lists]


def _quarters() -> list[tuple[str, str]]:
    day = today()
    last = day.year * 4 + (day.month - 1) // 3
    return [
        (f"{place // 4}-Q{place % 4 + 1}", str(_("%(year)s 年第 %(quarter)s 季度", year=place // 4, quarter=place % 4 + 1)))
        for place in range(last, last - 6, -1)
    ]  # fmt: skip
