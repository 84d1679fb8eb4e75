"""The clocks at the desk: on an inspection's page, in a list, on the first page of whoever has to act."""

from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import select

from webapp.accounts.access import allow
from webapp.accounts.models import User
from webapp.archive import beside
from webapp.archive.first import Number, Part, Wait
from webapp.db import db, parts, today
from webapp.field.models import Inspection
from webapp.field.views import CLOCKS, OFFICE_READERS
from webapp.followup import sections, words
from webapp.followup.acts import STATES
from webapp.followup.agenda import DONE, KINDS, PAGE, TABS, Agenda, Line
from webapp.followup.clocks import Clock
from webapp.followup.happened import Happened
from webapp.followup.models import Timeline, Watch
from webapp.registry.models import Inspector
from webapp.words import _, _l

blueprint = Blueprint("clocks", __name__)

SHOWN = 20
URGENT = ("overdue", "today", "week")
ACTING = frozenset({"archivist", "supervisor"})
EMPTY = {
    "overdue": _l("没有逾期的。过了期限还没有办的会列在这里。"),
    "today": _l("今天没有到期的。"),
    "week": _l("近期没有到期的。"),
    "running": _l("没有更晚到期的。检查封存以后，告知和公示的期限会列在这里。"),
    "done": _l("还没有办结的。当场告知的、在期限里办了的会列在这里。"),
}
TO_DO = {
    "told": _l("把检查结果告知检查对象"),
    "published": _l("把检查结果录入平台并公示"),
    "rectification": _l("核实改正的情况"),
    "withdrawal": _l("撤回或者更正公示的结果"),
}


@blueprint.get("/clocks")
@allow(*OFFICE_READERS, "inspector")
def listed() -> str:
    """Every clock of the bureau that runs, by due day; an inspector's own."""
    agenda = agenda_of(current_user, today(), request.args)
    counts = agenda.counts
    first = next((tab for tab in TABS if counts[tab]), "today")
    show = request.args.get("show") if request.args.get("show") in TABS else first
    lines = agenda.lines((str(show),), request.args.get("after", "")[:300])
    return render_template(
        "followup/clocks.html", agenda=agenda, counts=counts, show=show, tabs=_tabs(agenda.watch.soon),
        lines=lines[:PAGE], more=lines[PAGE - 1].after if len(lines) > PAGE else "", empty=EMPTY, kinds=list(KINDS),
        units=Inspector.units(current_user.bureau_id), people=_people(), office=_in_office(current_user),
        link=link_of, words=words, today=today(),
        paged=bool(request.args.get("after")), filters=_filters(agenda),
        acts=bool({"inspector", *ACTING} & {*current_user.roles}),
    )  # fmt: skip


def of_inspection(inspection: Inspection, today: date) -> Markup:
    """The clocks of one inspection, on its page; nothing where nobody goes."""
    if inspection.state == "cancelled":
        return Markup()
    row = db.session.get(Timeline, inspection.id)
    watch = Watch(inspection.bureau, today)
    clocks = watch.clocks(row.happened if row else Happened())
    shown = render_template("followup/here.html", clocks=clocks, inspection=inspection, words=words)
    return Markup(shown)  # noqa: S704 - a template's own output


def on_phone(inspections: list[Inspection], day: date) -> dict[str, list[dict[str, Any]]]:
    """The clocks that a phone takes along (RZ-4b): days only, as it may be offline for some."""
    ids = [one.id for one in inspections]
    asked = (select(Timeline).where(Timeline.inspection_id.in_(part)) for part in parts(ids))
    rows = {row.inspection_id: row for each in asked for row in db.session.scalars(each)}
    watches: dict[str, Watch] = {}
    found = {}
    for one in inspections:
        if one.bureau_id not in watches:
            watches[one.bureau_id] = Watch(one.bureau, day)
        watch = watches[one.bureau_id]
        clocks = watch.clocks(rows[one.id].happened if one.id in rows else Happened())
        found[one.id] = [_taken(clock) for clock in clocks if clock.state != "not_asked"]
    return found


def on_first_page(user: User, today: date) -> Part | None:
    """What is overdue, due today and due soon of what a person has to do or to see to (RZ-4b, CA-2.4a)."""
    if not {"inspector", *ACTING} & {*user.roles}:
        return None
    agenda = agenda_of(user, today)
    counts, titles = agenda.counts, _tabs(agenda.watch.soon)
    numbers = [
        Number(counts[tab], titles[tab], url_for("clocks.listed", show=tab), tab == "overdue" and counts[tab] > 0)
        for tab in URGENT
    ]  # fmt: skip
    waits = [_wait(line, user) for line in agenda.lines(URGENT, limit=SHOWN)[:SHOWN]]
    empty = _("近期没有到期的时限。检查封存以后，告知、录入和公示的期限从这里提醒。")
    acts = [(_("看全部时限"), url_for("clocks.listed"))]
    return Part("clocks", numbers, waits, empty, acts=acts, title=str(_("时限")))


def over_inbox(user: User, today: date) -> Markup:
    """A line over the list of inspections, for whose first page is that list; nothing where nothing is near."""
    agenda = agenda_of(user, today)
    if not any(agenda.counts[tab] for tab in URGENT):
        return Markup()
    shown = render_template(
        "followup/line.html", counts=agenda.counts, tabs=_tabs(agenda.watch.soon), urgent=URGENT
    )
    return Markup(shown)  # noqa: S704 - a template's own output


CLOCKS.append(on_phone)
sections.AFTER.append((5, lambda inspection, _steps, day: of_inspection(inspection, day)))
beside.RECORD.append(of_inspection)
beside.FIRST.append(on_first_page)
beside.INBOX.append(over_inbox)


def _taken(clock: Clock) -> dict[str, Any]:
    names = ("name", "number", "began", "days", "kind", "year", "half", "clause")
    days = {name: day.isoformat() if (day := getattr(clock, name)) else None for name in ("due", "done")}
    return {name: getattr(clock, name) for name in names} | days


def _in_office(user: User) -> bool:
    return not set(user.roles).isdisjoint(OFFICE_READERS)


def agenda_of(user: User, day: date, asked: Any = None) -> Agenda:
    """A person's clocks: all of the bureau in the office, else those of the own pairs."""
    asked = asked or {}
    name = asked.get("clock", "") if asked.get("clock") in KINDS else ""
    person = asked.get("person", "")[:36] if _in_office(user) else user.id
    return Agenda(Watch(user.bureau, day), user.bureau_id, name, asked.get("unit", "")[:200], person)


def _filters(agenda: Agenda) -> dict[str, str]:
    """What is asked for beside the tab, as it stands in the address."""
    asked = {
        "clock": agenda.name,
        "unit": agenda.unit,
        "person": agenda.person if _in_office(current_user) else "",
    }
    return {name: value for name, value in asked.items() if value}


def _tabs(soon: int) -> dict[str, str]:
    return {
        "overdue": str(_("已逾期")),
        "today": str(_("今天到期")),
        "week": str(_("%(n)s 天内到期", n=soon)),
        "running": str(_("更晚到期")),
        DONE: str(_("已办")),
    }


def _wait(line: Line, user: User) -> Wait:
    clock, inspection = line.clock, line.inspection
    due = words.day(clock.due) + (f" {_('暂估')}" if clock.provisional else "")
    todo = TO_DO[clock.name] if user.id in inspection.pair or "archivist" in user.roles else _("督促检查组")
    return Wait(
        inspection.number, link_of(inspection, user), f"{words.NAMES[clock.name]} · {inspection.subject.name}",
        words.state(clock), words.mark(clock), todo=str(todo), at=due,
    )  # fmt: skip


def link_of(inspection: Inspection, user: Any, external: bool = False) -> str:
    """Where a person acts on a clock: once the record was accepted on the page of what follows, else on its own page in the
    office or on the phone."""
    if inspection.state in STATES:
        return url_for("after.page", inspection_id=inspection.id, _anchor="clocks", _external=external)
    if _in_office(user):
        page = "archive.review"
        return url_for(page, inspection_id=inspection.id, _anchor="clocks", _external=external)
    return f"{url_for('app.shell', _external=external)}#/i/{inspection.id}"


def _people() -> list[tuple[str, str]]:
    rows = select(User.id, User.name).join(Inspector, Inspector.user_id == User.id)
    rows = rows.where(Inspector.bureau_id == current_user.bureau_id).order_by(User.name, User.id)
    return [(name, said) for name, said in db.session.execute(rows)]
