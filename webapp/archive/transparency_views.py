"""The roots of the archives' log, for everybody: a page, JSON and CSV, and the proofs by which anyone compares them."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from webapp.accounts.access import allow
from webapp.accounts.open_data import sent
from webapp.accounts.views import limiter
from webapp.archive import transparency
from webapp.canonical import canonical
from webapp.errors import Problem
from webapp.ids import is_sha256
from webapp.sheets import as_csv

blueprint = Blueprint("roots", __name__)

PAGE, MOST = 60, 500
COLUMNS = ("day", "size", "root")
OFTEN = "120 per minute"


@blueprint.get("/public/roots")
@allow("anyone")
def page() -> str:
    """The newest roots, how the log is made, and how anyone finds an archive in it."""
    size = transparency.size()
    return render_template(
        "archive/roots.html", roots=transparency.newest(PAGE), size=size, root=transparency.root(size)
    )


@blueprint.get("/public/roots.json")
@allow("anyone")
@limiter.limit(OFTEN)
def data() -> Response:
    """Every published root by its day, the oldest first: `{bureau, updated, data, next}`."""
    rows, more = _part()
    return sent(None, rows, rows[-1]["day"] if rows else None, more and url_for("roots.data", after=more))


@blueprint.get("/public/roots.csv")
@allow("anyone")
@limiter.limit(OFTEN)
def table() -> Response:
    """The same as CSV; the header `Link` names the page that follows."""
    rows, more = _part()
    lines = [list(COLUMNS), *([str(row[name]) for name in COLUMNS] for row in rows)]
    answer = Response(as_csv(lines), mimetype="text/csv")
    if more:
        answer.headers["Link"] = f'<{url_for("roots.table", after=more)}>; rel="next"'
    return answer


@blueprint.get("/public/roots/latest.json")
@allow("anyone")
@limiter.limit(OFTEN)
def latest() -> Response:
    """How many archives the log holds now, and its root."""
    size = transparency.size()
    return _told({"size": size, "root": transparency.root(size)})


@blueprint.get("/public/roots/proof.json")
@allow("anyone")
@limiter.limit(OFTEN)
def proof() -> Response:
    """That an archive (`?leaf=`) is in the log of `?size=` archives, or of all (RFC 6962, 2.1.1). Raises `not_found`."""
    leaf, now = request.args.get("leaf", ""), transparency.size()
    size = _number("size", now)
    found = transparency.inclusion(leaf, size) if is_sha256(leaf) and size <= now else None
    if found is None:
        raise Problem("not_found")
    return _told(found)


@blueprint.get("/public/roots/consistency.json")
@allow("anyone")
@limiter.limit(OFTEN)
def consistency() -> Response:
    """That the log of `?second=` archives begins with that of `?first=` (RFC 6962, 2.1.2). Raises `not_found`."""
    now = transparency.size()
    first, second = _number("first", 0), _number("second", now)
    if not 0 < first <= second <= now:
        raise Problem("not_found")
    return _told(transparency.consistency(first, second))


def _part() -> tuple[list[dict[str, Any]], str | None]:
    """Some roots, and behind which day the next part begins. Raises `not_found` for a day that is none."""
    after = request.args.get("after", "")
    try:
        after = after and date.fromisoformat(after).isoformat()
    except ValueError as error:
        raise Problem("not_found") from error
    rows = [transparency.told(row) for row in transparency.roots(after, MOST + 1)]
    return rows[:MOST], rows[MOST - 1]["day"] if len(rows) > MOST else None


def _number(name: str, default: int) -> int:
    given = request.args.get(name, "")
    if not given:
        return default
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise Problem("not_found")
    return int(given)


def _told(said: dict[str, Any]) -> Response:
    return Response(canonical({"log": transparency.NAME} | said), mimetype="application/json")
