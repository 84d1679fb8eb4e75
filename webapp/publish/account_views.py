"""The year of a bureau as its public figures, as page and open data (TJ-3, RZ-4c)."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for

from webapp.accounts import open_data
from webapp.accounts.access import allow
from webapp.accounts.views import limiter
from webapp.db import today
from webapp.errors import Problem
from webapp.publish import account, listing, wording
from webapp.publish.account import Year
from webapp.sheets import as_csv
from webapp.words import _

blueprint = Blueprint("account", __name__)


@blueprint.get("/public/year")
@allow("anyone")
def latest() -> Any:
    """The latest year of which something is public, else this one."""
    bureau = open_data.asked_bureau()
    year = next(iter(listing.years(bureau.id)), today().year)
    return redirect(url_for(".page", year=year, bureau=request.args.get("bureau")))


@blueprint.get("/public/year/<int:year>")
@allow("anyone")
def page(year: int) -> str:
    """A year: what was inspected, how it came out, where and when."""
    bureau = open_data.asked_bureau()
    years = listing.years(bureau.id)
    if year not in {*years, today().year}:
        raise Problem("not_found")
    found = account.of_year(bureau.id, year)
    return render_template("publish/year.html", bureau=bureau, year=found, years=years, tables=_tables(found))


@blueprint.get("/public/year/<int:year>.json")
@allow("anyone")
@limiter.limit("120 per minute")
def data(year: int) -> Response:
    """The same as JSON."""
    bureau = open_data.asked_bureau()
    return open_data.sent(bureau, list(_rows(account.of_year(bureau.id, _year(year)))), None, None)


@blueprint.get("/public/year/<int:year>.csv")
@allow("anyone")
@limiter.limit("120 per minute")
def table(year: int) -> Response:
    """The same as CSV."""
    bureau = open_data.asked_bureau()
    rows = _rows(account.of_year(bureau.id, _year(year)))
    lines = [
        ["id", "by", "value", "count"],
        *([row["id"], row["by"], row["name"], str(row["count"])] for row in rows),
    ]
    return Response(as_csv(lines), mimetype="text/csv")


def _year(year: int) -> int:
    if not 2000 <= year <= 2100:
        raise Problem("not_found")
    return year


def _tables(year: Year) -> list[tuple[str, int, list[tuple[str, dict[str, Any], int]]]]:
    """Each table of the page: title, number of a full bar, rows of a name, what lists the cases and a number."""
    results = [
        (wording.said(wording.RESULTS_SAID, code), {"result": code, "year": year.year}, n)
        for code, n in year.results.items()
    ]
    regions = [
        (name or _("没有写明"), {"region": name, "year": year.year} if name else {}, n)
        for name, n in year.regions.items()
    ]
    months = [
        (_("%(n)s 月", n=month), {"month": f"{year.year}-{month:02}"} if month in year.months else {}, n)
        for month, n in ((month, year.months.get(month, 0)) for month in range(1, 13))
    ]
    most = max(year.months.values(), default=0)
    return [
        (_("检查结果"), year.visits, results),
        (_("区县"), year.visits, regions),
        (_("月份"), most, months),
    ]


def _rows(year: Year) -> list[dict[str, Any]]:
    """Each figure as a row `{id, by, name, count}`."""
    rows = [("all", "visits", _("检查"), year.visits), ("all", "subjects", _("检查对象"), year.subjects)]
    rows += [
        ("result", code, wording.said(wording.RESULTS_SAID, code), n) for code, n in year.results.items()
    ]
    rows += [("region", name, name, n) for name, n in year.regions.items()]
    rows += [
        ("month", f"{year.year}-{month:02}", f"{year.year}-{month:02}", n)
        for month, n in sorted(year.months.items())
    ]
    return [
        {"id": f"{by}:{key}", "by": by, "name": str(name), "count": count} for by, key, name, count in rows
    ]
