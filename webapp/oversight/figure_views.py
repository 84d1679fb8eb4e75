"""The figures at the desk: what the law asks for, what was done, and the inspections behind every number (PD-4.4, TJ-4)."""

import io
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, request, send_file, url_for
from flask_login import current_user

from webapp.accounts.access import allow
from webapp.accounts.models import Bureau
from webapp.archive.wording import RESULTS
from webapp.db import db, today
from webapp.errors import Problem
from webapp.field.views import OFFICE_READERS
from webapp.followup.models import Watch
from webapp.oversight import figure_rules as rules
from webapp.oversight import figure_tables as tables
from webapp.oversight import figure_words as words
from webapp.oversight.figure_cases import PAGE, Asked, cases, count
from webapp.oversight.figure_pdf import figures_pdf
from webapp.oversight.figure_rules import Figure, Period
from webapp.oversight.figure_tables import Overview
from webapp.oversight.figure_xlsx import figures_xlsx
from webapp.oversight.figures import Board, Scope, below, count_base
from webapp.registry.items import Item
from webapp.registry.models import Inspector
from webapp.sheets import XLSX
from webapp.words import _

blueprint = Blueprint("figures", __name__)

Json = dict[str, Any]
YEARS = 4


@dataclass(frozen=True)
class Seen:
    """Who is looked at, from where: the own bureau or one below it, over a period, by unit and item."""

    bureau: Bureau
    line: list[Bureau]
    scope: Scope
    day: date

    @property
    def board(self) -> Board:
        """Its figures."""
        return Board(self.scope, {self.bureau.id: Watch(self.bureau, self.day)}, self.day)

    @property
    def goes_on(self) -> bool:
        """Whether the period is not over."""
        return self.scope.period.ends >= self.day

    def query(self, **other: Any) -> Json:
        """The same as an address says it, with something else in it."""
        said = {
            "bureau": self.bureau.id if len(self.line) > 1 else "",
            "when": self.scope.period.key if self.scope.period != Period(self.day.year) else "",
            "unit": self.scope.unit,
            "item": self.scope.item,
        }
        return {name: value for name, value in (said | other).items() if value not in ("", None)}


@blueprint.get("/oversight/")
@allow(*OFFICE_READERS)
def page() -> str:
    """The figures of a bureau."""
    seen = _seen()
    board, figures = _counted(seen)
    return render_template(
        "oversight/figures.html",
        seen=seen,
        figures=figures,
        tables=tables.tables(board, seen.bureau.id),
        under=_under(seen),
        by_item=board.base_of(seen.bureau.id) == "item_subjects",
        units=Inspector.units(seen.bureau.id),
        items=Item.listed(seen.bureau.id),
        periods=_periods(seen),
        goals=rules.GOALS,
        words=words,
    )


@blueprint.get("/oversight/cases")
@allow(*OFFICE_READERS)
def listed() -> str:
    """The inspections behind a number."""
    seen, asked = _seen(), Asked.read(request.args)
    board = seen.board
    after = request.args.get("after", "")[:100]
    found = cases(board, asked, after)
    return render_template(
        "oversight/cases.html",
        seen=seen,
        asked=asked,
        title=_title(asked),
        cases=found[:PAGE],
        more=found[PAGE - 1].key if len(found) > PAGE else "",
        paged=bool(after),
        count=count(board, asked),
        results=RESULTS,
        words=words,
    )


@blueprint.get("/oversight/figures.<any(xlsx, pdf):kind>")
@allow(*OFFICE_READERS)
def taken(kind: str) -> Response:
    """The same figures as a spreadsheet or on paper."""
    seen = _seen()
    given = _overview(seen)
    if kind == "xlsx":
        data, mime = figures_xlsx(given), XLSX
    else:
        data, mime = (
            figures_pdf(given, url_for("figures.page", _external=True, **seen.query())),
            "application/pdf",
        )
    name = f"{seen.bureau.short_name}-{seen.scope.period.key}.{kind}"
    return send_file(io.BytesIO(data), mime, as_attachment=True, download_name=name)


def _overview(seen: Seen) -> Overview:
    board, figures = _counted(seen)
    period = words.when(seen.scope.period)
    only = [seen.scope.unit, f"{_('事项')} {seen.scope.item}" if seen.scope.item else ""]
    said = " · ".join(one for one in (period, *only) if one)
    lead = _("%(day)s 统计。", day=seen.day.isoformat()) + str(words.DAY)
    return Overview(
        title=f"{seen.bureau.name} · {said}", bureau=seen.bureau.name, period=said, day=seen.day, lead=lead,
        lines=[tables.line(one, board.base_of(seen.bureau.id) == "item_subjects") for one in figures],
        tables=tables.tables(board, seen.bureau.id),
    )  # fmt: skip


def _counted(seen: Seen) -> tuple[Board, list[Figure]]:
    board = seen.board
    count_base(board, seen.bureau)
    figures = rules.figures(board.tallies[seen.bureau.id], board.law(seen.bureau.id), seen.goes_on)
    return board, tables.shown(figures, seen.scope.unit, seen.scope.item)


def _seen() -> Seen:
    """What the address asks for. Raises `not_found` for a bureau that is neither the own one nor below it."""
    own, asked = current_user.bureau, request.args.get("bureau", "")
    bureau = own if asked in ("", own.id) else db.session.get(Bureau, asked[:36])
    line = list(bureau.line()) if bureau else []
    if bureau is None or own not in line:
        raise Problem("not_found")
    day = today()
    scope = Scope(
        (bureau.id,),
        rules.period(request.args.get("when", ""), day),
        request.args.get("unit", "")[:200],
        request.args.get("item", "")[:32],
    )
    return Seen(bureau, line[: line.index(own) + 1], scope, day)


def _under(seen: Seen) -> list[Json]:
    """The bureaus below, each with its figures, and all of them together: `{bureau, depth, figures}`."""
    found = below(seen.bureau)
    if not found or seen.scope.unit or seen.scope.item:
        return []
    scope = Scope(tuple(one.id for one in found), seen.scope.period)
    board = Board(scope, Watch.of(found, seen.day), seen.day)
    depths = {seen.bureau.id: -1}
    rows: list[Json] = []
    for one in found:
        depths[one.id] = depths[str(one.parent_id)] + 1
        figures = rules.figures(board.tallies[one.id], board.law(one.id), seen.goes_on)
        rows.append(
            {"bureau": one, "depth": depths[one.id], "figures": {each.name: each for each in figures}}
        )
    if len(rows) > 1:
        total = rules.figures(rules.together(board.tallies.values()), {})
        rows.append({"bureau": None, "depth": 0, "figures": {each.name: each for each in total}})
    return rows


def _title(asked: Asked) -> str:
    if asked.clock:
        return f"{words.CLOCKS[asked.clock]} · {words.STANDINGS[asked.standing]}"
    if asked.figure == "item_found":
        return str(_("有不合格的"))
    return f"{words.NAMES[asked.figure]} · {words.SIDES[asked.figure][asked.side]}"


def _periods(seen: Seen) -> list[tuple[str, list[tuple[str, str]]]]:
    """Years, each with its quarters and months, as an address and in words."""
    last = max(seen.day.year, seen.scope.period.year)
    found = []
    for year in range(last, last - YEARS, -1):
        parts = [Period(year), *(Period(year, quarter) for quarter in range(1, 5))]
        parts += [Period(year, month=month) for month in range(1, 13)]
        found.append((words.when(Period(year)), [(one.key, words.when(one)) for one in parts]))
    return found
