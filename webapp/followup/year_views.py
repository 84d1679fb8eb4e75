"""The working days of each year: which table counts, and how an administrator takes over a new one."""

import json
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select

from webapp.accounts.access import allow, me
from webapp.accounts.law_rules import tidy
from webapp.accounts.models import Bureau
from webapp.accounts.settings import READERS
from webapp.db import db, today
from webapp.errors import Problem
from webapp.followup import words
from webapp.followup.models import YearTable, standing
from webapp.words import _
from webapp.workdays import (
    FIRST_KNOWN,
    LAST_KNOWN,
    BadTable,
    Calendar,
    Table,
    by_library,
    read_table,
    runs,
    written,
)

blueprint = Blueprint("years", __name__)

MOST_BYTES = 64 * 1024
LONGEST = 500
BACK, AHEAD = 2, 1


@blueprint.get("/office/workdays")
@allow(*READERS)
def listed() -> str:
    """The years around today, with the table that counts in each, and every table that was taken over."""
    return _page()


@blueprint.get("/office/workdays/<int:year>.json")
@allow(*READERS)
def table(year: int) -> Response:
    """A year's table as its file; of a year that nobody knows yet, an empty one to be filled."""
    if not FIRST_KNOWN <= year <= LAST_KNOWN + 20:
        raise Problem("not_found")
    held = _held(year)
    body = written(held[0]) if held else {"year": year, "source": "", "holidays": [], "workdays": []}
    body["source"] = body["source"] or ("" if held is None else _("国务院办公厅的放假通知"))
    text = json.dumps(body, ensure_ascii=False, indent=1)
    name = {"Content-Disposition": f'attachment; filename="workdays-{year}.json"'}
    return Response(text + "\n", mimetype="application/json", headers=name)


@blueprint.post("/office/workdays/preview")
@allow("admin")
def preview() -> Any:
    """What a file says, day by day, before it is taken over."""
    try:
        file = request.files.get("file")
        data = file.read(MOST_BYTES + 1) if file else b""
        if not data:
            raise Problem("year_needed")
        return _preview(_read(data))
    except Problem as problem:
        return _page(problem), problem.status


@blueprint.post("/office/workdays")
@allow("admin")
def take() -> Any:
    """Take a table over; every deadline that was counted without it is another from now on."""
    # Of two administrators who take over the same table, the second is told.
    db.session.execute(select(Bureau.id).where(Bureau.id == current_user.bureau_id).with_for_update())
    try:
        given = _read(request.form.get("table", "").encode("utf-8", "surrogatepass"))
    except Problem as problem:
        return _page(problem), problem.status
    reason = tidy(request.form.get("reason", ""))[:LONGEST]
    held = _held(given.year)
    fault = "year_same" if held and _same(held[0], given) else "year_reason" if held and not reason else None
    if fault:
        problem = Problem(fault)
        return _preview(given, problem), problem.status
    YearTable.take(me(), given, reason)
    db.session.commit()
    flash(_("%(year)s 年的工作日历已载入，期限已经按它重算。", year=given.year))
    return redirect(url_for("years.listed"))


def _read(data: bytes) -> Table:
    """The table in a file. Raises what is wrong with it as a `Problem` that says where."""
    if len(data) > MOST_BYTES:
        raise Problem("year_large")
    try:
        found = read_table(data)
    except BadTable as bad:
        raise Problem(f"year_{bad.code}", at=bad.at) from bad
    if not (source := tidy(found.source)):
        raise Problem("year_shape", at="source")
    return Table(found.year, source, found.holidays, found.workdays)


def _line() -> list[str]:
    return [one.id for one in current_user.bureau.line()]


def _held(year: int) -> tuple[Table, YearTable | None] | None:
    """The table that counts in a year: one that was taken over, else the library's; None where nobody knows it."""
    line = _line()
    own = {row.year: row for row in standing(line, YearTable.of(line))}.get(year)
    if own:
        return own.table, own
    library = by_library(year)
    return (library, None) if library else None


def _same(one: Table, other: Table) -> bool:
    return (one.holidays, one.workdays) == (other.holidays, other.workdays)


def _page(problem: Problem | None = None) -> str:
    line, day = _line(), today()
    taken = YearTable.of(line)
    counts = {row.year: row for row in standing(line, taken)}
    calendar = Calendar(row.table for row in counts.values())
    last = max([day.year + AHEAD, LAST_KNOWN, *counts])
    years = [
        {
            "year": year,
            "row": counts.get(year),
            "known": calendar.known(year),
            "workdays": calendar.workdays_in(year),
        }
        for year in range(last, day.year - BACK - 1, -1)
    ]
    return render_template(
        "followup/years.html", years=years, taken=taken, counts=counts, problem=problem,
        next=next((one["year"] for one in reversed(years) if not one["known"]), day.year + AHEAD),
        may_take="admin" in current_user.roles,
    )  # fmt: skip


def _preview(given: Table, problem: Problem | None = None) -> str:
    held = _held(given.year)
    old = held[0] if held else None
    calendars = [Calendar([table] if table else []) for table in (given, old)]
    return render_template(
        "followup/year_preview.html",
        given=given,
        text=json.dumps(written(given), ensure_ascii=False),
        holidays=runs(given.holidays),
        workdays=sorted(given.workdays),
        count=calendars[0].workdays_in(given.year),
        was=calendars[1].workdays_in(given.year),
        old=old,
        row=held[1] if held else None,
        more=sorted((given.holidays | given.workdays) ^ (old.holidays | old.workdays)) if old else [],
        problem=problem,
        reason=request.form.get("reason", ""),
        words=words,
    )
