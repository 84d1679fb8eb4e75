"""What anyone may see of a draw: its page and its files, from the freeze on (TJ-3)."""

from flask import Blueprint, Response, render_template, request

from webapp.accounts.access import allow
from webapp.accounts.views import limiter
from webapp.db import db
from webapp.draw.models import Draw, DrawVersion
from webapp.draw.names import DrawSubject
from webapp.draw.papers import public_certificate
from webapp.errors import Problem
from webapp.words import _l

blueprint = Blueprint("draws", __name__)

STATES = {"frozen": _l("已冻结，尚未抽取"), "drawn": _l("已抽取"), "cancelled": _l("已取消")}
ACTS = STATES | {"frozen": _l("冻结"), "drawn": _l("抽取"), "opened": _l("公开名称"), "swapped": _l("更换")}
PAGE = 100
MARKS = {"frozen": "waiting", "drawn": "passed", "cancelled": "kept"}


@blueprint.get("/public/draws/<draw_id>")
@allow("anyone")
def page(draw_id: str) -> str:
    """The page of a draw, before and after. A name stands there once it is opened, or where the law shows it at once."""
    draw = _found(draw_id)
    after = request.args.get("after", type=int)
    batch = request.args.get("batch", type=int) if draw.windows else None
    rows = DrawSubject.drawn(draw.id, after, PAGE + 1, batch)
    return render_template(
        "draw/public.html", draw=draw, head=draw.act.head, states=STATES, marks=MARKS, acts_said=ACTS,
        rows=rows[:PAGE], after=rows[PAGE - 1].place if len(rows) > PAGE else None, first=after is None,
        hidden=DrawSubject.hidden(draw.id), batch=batch, in_batch=DrawSubject.batches(draw.id), swapped=_swapped(draw),
    )  # fmt: skip


@blueprint.get("/public/draws/<draw_id>.json")
@allow("anyone")
@limiter.limit("120 per minute")
def file(draw_id: str) -> Response:
    """The last file, to the byte."""
    return _sent(_found(draw_id).act)


@blueprint.get("/public/draws/<draw_id>/<int:number>.json")
@allow("anyone")
@limiter.limit("120 per minute")
def earlier(draw_id: str, number: int) -> Response:
    """An earlier file: what was announced stays to be compared."""
    found = next((one for one in _found(draw_id).versions if one.number == number), None)
    if found is None:
        raise Problem("not_found")
    return _sent(found)


@blueprint.get("/public/draws/<draw_id>/certificate.pdf")
@allow("anyone")
@limiter.limit("30 per minute")
def certificate(draw_id: str) -> Response:
    """The certificate of the draw as it stands: announced, drawn or cancelled (RZ-13, TJ-3)."""
    draw = _found(draw_id)
    answer = Response(public_certificate(draw), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{draw.id}.pdf"'
    answer.add_etag()
    answer.cache_control.no_cache = True
    return answer.make_conditional(request)


def _swapped(draw: Draw) -> dict[str, str]:
    """The names of swapped subjects, as far as they are open."""
    rows = draw.act.head.get("swaps", [])
    ids = {
        row[name]
        for row in rows
        for name in ("subject", "in")
        if name == "subject" or row["kind"] == "subject"
    }
    return {row.id: row.said for row in DrawSubject.of(draw.id, ids).values() if row.opened}


def _sent(version: DrawVersion) -> Response:
    # Who has the file already does not make anybody read a million lines.
    known = request.if_none_match.contains(version.sha256)
    answer = Response(None if known else version.text, mimetype="application/json")
    answer.set_etag(version.sha256)
    answer.cache_control.no_cache = True
    return answer.make_conditional(request)


def _found(draw_id: str) -> Draw:
    draw = db.session.get(Draw, draw_id)
    if draw is None:
        raise Problem("not_found")
    return draw
