"""抽取 as open data: the list of all draws, for people and as JSON and CSV (design 5; TJ-3: the draw is open)."""

from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from sqlalchemy import Row, func, or_, select, tuple_
from sqlalchemy.orm import aliased, joinedload

from webapp.accounts.access import allow
from webapp.accounts.models import Bureau
from webapp.accounts.views import limiter
from webapp.db import db
from webapp.draw.elsewhere import DrawnList
from webapp.draw.models import Draw, DrawVersion
from webapp.draw.views import MARKS, STATES
from webapp.errors import Problem
from webapp.plan.models import PlanVersion
from webapp.sheets import as_csv

blueprint = Blueprint("open_draws", __name__)

PAGE = 50
MOST = 500
COLUMNS = (
    "id", "bureau", "year", "plan", "plan_version", "task", "items", "state", "begins", "ends", "frozen", "subjects",
    "drawn", "pool_hash", "rules_hash", "file", "file_sha256", "changed",
)  # fmt: skip


@blueprint.get("/public/draws")
@allow("anyone")
def page() -> str:
    """Every draw that was ever frozen, the latest first; of one bureau where the address says so."""
    bureau = _bureau()
    rows, after = _page(bureau, PAGE)
    bureaus = db.session.scalars(
        select(Bureau)
        .where(or_(Bureau.id.in_(select(Draw.bureau_id)), Bureau.id.in_(select(DrawnList.bureau_id))))
        .order_by(Bureau.name)
    )
    return render_template(
        "draw/public_list.html",
        rows=rows,
        after=after,
        lists=DrawnList.public(bureau.id if bureau else None),
        bureau=bureau,
        bureaus=list(bureaus),
        states=STATES,
        marks=MARKS,
    )


@blueprint.get("/public/draws.json")
@allow("anyone")
@limiter.limit("120 per minute")
def data() -> Response:
    """The same as JSON: `{bureau, updated, data, next}`; `next` is the address of the page that follows."""
    bureau = _bureau()
    rows, after = _page(bureau, MOST)
    told = [_told(*row) for row in rows]
    more = url_for("open_draws.data", **_place(bureau, after)) if after else None
    named = {"id": bureau.id, "name": bureau.name} if bureau else None
    return jsonify({"bureau": named, "updated": _updated(rows), "data": told, "next": more})


@blueprint.get("/public/draws.csv")
@allow("anyone")
@limiter.limit("120 per minute")
def table() -> Response:
    """The same as CSV; the header `Link` names the page that follows."""
    bureau = _bureau()
    rows, after = _page(bureau, MOST)
    lines = [list(COLUMNS)]
    for row in rows:
        told = _told(*row)
        told |= {"bureau": told["bureau"]["name"], "items": "、".join(told["items"])}
        lines.append([str(told[name]) for name in COLUMNS])
    answer = Response(as_csv(lines), mimetype="text/csv")
    if after:
        answer.headers["Link"] = f'<{url_for("open_draws.table", **_place(bureau, after))}>; rel="next"'
    return answer


def _bureau() -> Bureau | None:
    """The bureau that the address names. Raises `not_found` for one that is none."""
    named = request.args.get("bureau", "")
    found = db.session.get(Bureau, named) if named else None
    if named and found is None:
        raise Problem("not_found")
    return found


def _page(bureau: Bureau | None, size: int) -> tuple[list[Row[Any]], str | None]:
    """Draws with their last file, and behind which id the next page begins. The texts of the files are not read."""
    other = aliased(DrawVersion)
    last = select(func.max(other.number)).where(other.draw_id == Draw.id).scalar_subquery()
    loaded = (joinedload(Draw.bureau), joinedload(Draw.plan_version).joinedload(PlanVersion.plan))
    rows = select(Draw, DrawVersion).join(DrawVersion, DrawVersion.draw_id == Draw.id).options(*loaded)
    rows = rows.where(DrawVersion.number == last)
    if bureau:
        rows = rows.where(Draw.bureau_id == bureau.id)
    before = db.session.get(Draw, request.args.get("after", "").replace("\0", ""))
    if before:
        rows = rows.where(tuple_(Draw.frozen_at, Draw.id) < (before.frozen_at, before.id))
    latest = (Draw.frozen_at.desc(), Draw.id.desc())
    found = list(db.session.execute(rows.order_by(*latest).limit(size + 1)))
    return found[:size], found[size - 1][0].id if len(found) > size else None


def _told(draw: Draw, act: DrawVersion) -> dict[str, Any]:
    version, head = draw.plan_version, act.head
    return {
        "id": draw.id,
        "bureau": {"id": draw.bureau_id, "name": draw.bureau.name},
        "year": version.plan.year,
        "plan": url_for("plan.public", plan_id=version.plan_id),
        "plan_version": version.number,
        "task": draw.task["name"],
        "items": head["rules"]["items"],
        "state": draw.state,
        "begins": draw.begins.isoformat(),
        "ends": draw.ends.isoformat(),
        "frozen": head["rules"]["frozen"],
        "subjects": head["counts"]["subjects"],
        "drawn": sum(one["quota"] for one in head["strata"]),
        "pool_hash": head["pool_hash"],
        "rules_hash": head["rules_hash"],
        "file": url_for("draws.file", draw_id=draw.id),
        "file_sha256": act.sha256,
        "changed": act.made_at.isoformat(timespec="seconds"),
    }


def _updated(rows: list[Row[Any]]) -> str | None:
    return max((act.made_at.isoformat(timespec="seconds") for _, act in rows), default=None)


def _place(bureau: Bureau | None, after: str) -> dict[str, str]:
    return {"after": after} | ({"bureau": bureau.id} if bureau else {})
