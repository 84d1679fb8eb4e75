"""The results for everybody: search, each result's page with its data, sheet and code, the same as open data and feed."""

from collections.abc import Iterable
from datetime import UTC
from typing import Any
from xml.sax.saxutils import escape

from flask import Blueprint, Response, render_template, request, url_for

from webapp.accounts import open_data
from webapp.accounts.access import allow
from webapp.accounts.models import Bureau
from webapp.accounts.views import limiter
from webapp.canonical import sha256
from webapp.db import db
from webapp.errors import Problem
from webapp.publish import listing, wording
from webapp.publish.document import SHOWN
from webapp.publish.layout import layout
from webapp.publish.listing import COUNTED, Results
from webapp.publish.models import Publication
from webapp.publish.paper import pdf_of
from webapp.qr import code_of
from webapp.sheets import as_csv
from webapp.words import _, language

blueprint = Blueprint("public_results", __name__)

MOST, FED = 500, 50
COLUMNS = (
    "id", "number", "subject", "code", "region", "items", "result", "inspected", "published", "corrected", "page",
    "document_hash",
)  # fmt: skip


@blueprint.get("/public/results")
@allow("anyone")
def listed() -> str:
    """What is published of a bureau, the latest first; with words and filters where the address has them."""
    bureau = open_data.asked_bureau()
    asked = Results.of(request.args, bureau.id)
    rows, after = ([], "") if asked.short else asked.page()
    count = len(rows) if not after and not asked.after else asked.count() if asked.chosen() else None
    return render_template(
        "publish/results.html", bureau=bureau, asked=asked, rows=rows, count=count, counted=COUNTED,
        first=url_for(".listed", **asked.conditions()) if asked.after else None,
        next=url_for(".listed", after=after, **asked.conditions()) if after else None,
        years=listing.years(bureau.id),
    )  # fmt: skip


@blueprint.get("/public/results.json")
@allow("anyone")
@limiter.limit("120 per minute")
def data() -> Response:
    """The same as JSON: `{bureau, updated, data, next}`, each with its whole document."""
    bureau, asked, rows, after = _asked()
    told = [
        {
            "id": row.inspection_id,
            "published": _moment(row.published_at),
            "corrected": _moment(row.corrected_at),
            "page": url_for(".one", inspection_id=row.inspection_id, _external=True),
            "document_hash": row.document_hash,
            "document": row.body,
        }
        for row in rows
    ]
    more = url_for(".data", after=after, **asked.conditions()) if after else None
    return open_data.sent(bureau, told, max((one["published"] for one in told), default=None), more)


@blueprint.get("/public/results.csv")
@allow("anyone")
@limiter.limit("120 per minute")
def table() -> Response:
    """The same as CSV; the header `Link` names the page that follows."""
    _bureau, asked, rows, after = _asked()
    lines = [list(COLUMNS), *(_line(row) for row in rows)]
    answer = Response(as_csv(lines), mimetype="text/csv")
    if after:
        more = url_for(".table", after=after, **asked.conditions())
        answer.headers["Link"] = f'<{more}>; rel="next"'
    return answer


@blueprint.get("/public/results.atom")
@allow("anyone")
@limiter.limit("120 per minute")
def feed() -> Response:
    """The latest as an Atom feed (RFC 4287), to subscribe to."""
    bureau, asked, rows, _after = _asked(FED)
    own = url_for(".feed", _external=True, **asked.conditions())
    page = url_for(".listed", _external=True, **asked.conditions())
    updated = max((row.changed_at for row in rows), default=None)
    head = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<id>{escape(own)}</id>",
        f"<title>{escape(bureau.name)} · {escape(_('检查结果'))}</title>",
        f"<updated>{_moment(updated) or '1970-01-01T00:00:00Z'}</updated>",
        f"<author><name>{escape(bureau.name)}</name></author>",
        f'<link rel="self" type="application/atom+xml" href="{escape(own)}"/>',
        f'<link rel="alternate" type="text/html" href="{escape(page)}"/>',
    ]
    return Response("\n".join([*head, *map(_entry, rows), "</feed>\n"]), mimetype="application/atom+xml")


@blueprint.get("/public/results/<inspection_id>")
@allow("anyone")
def one(inspection_id: str) -> Response:
    """One result as the public reads it; of one that was withdrawn that it was, and nothing else (410)."""
    row = _shown(inspection_id)
    made_of = (row.document_hash, _moment(row.changed_at), request.full_path, language(), layout())
    tag = sha256("\n".join(map(str, made_of)).encode())
    # Who has the page already does not make anybody write it again.
    if request.if_none_match.contains(tag):
        answer = Response(status=304)
    else:
        bureau = db.session.get_one(Bureau, row.bureau_id)
        page = render_template(
            "publish/result.html", row=row, document=row.body, bureau=bureau, words=wording
        )
        answer = Response(page, mimetype="text/html")
    answer.set_etag(tag)
    return answer


@blueprint.get("/public/results/<inspection_id>.json")
@allow("anyone")
@limiter.limit("120 per minute")
def document(inspection_id: str) -> Response:
    """The public document, to the byte: its SHA-256 is its `document_hash`."""
    row = _shown(inspection_id)
    answer = Response(row.document, mimetype="application/json")
    answer.set_etag(row.document_hash)
    return answer


@blueprint.get("/public/results/<inspection_id>.pdf")
@allow("anyone")
@limiter.limit("30 per minute")
def pdf(inspection_id: str) -> Response:
    """The same as a sheet to print or to keep."""
    row = _shown(inspection_id)
    answer = Response(pdf_of(row), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{row.inspection_id}.pdf"'
    return answer


@blueprint.get("/public/results/<inspection_id>/code.svg")
@allow("anyone")
def code(inspection_id: str) -> Response:
    """The QR code that leads to the result, to be put on paper."""
    row = _shown(inspection_id)
    made = code_of(url_for(".one", inspection_id=row.inspection_id, _external=True))
    square = f"0 0 {made.size} {made.size}"
    body = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{square}"><path fill="#fff" d="M0 0h{made.size}v{made.size}H0z"/><path d="{made.path}"/></svg>'  # noqa: E501
    return Response(body, mimetype="image/svg+xml")


def _asked(most: int | None = None) -> tuple[Bureau, Results, list[Publication], str]:
    bureau = open_data.asked_bureau()
    asked = Results.of(request.args, bureau.id)
    rows, after = ([], "") if asked.short else asked.page(most or MOST)
    return bureau, asked, rows, after


def _shown(inspection_id: str) -> Publication:
    """Raises `withdrawn` for what was taken down, `not_found` for what never was public."""
    row = listing.found(inspection_id)
    if row is None:
        raise Problem("not_found")
    if row.state != SHOWN:
        raise Problem("withdrawn")
    return row


def _line(row: Publication) -> Iterable[str]:
    document = row.body
    yield from (row.inspection_id, row.number, row.subject_name, row.subject_code or "", row.region)
    yield "、".join(item["name"] for item in document["items"])
    yield wording.result(document)
    yield from (row.inspected.isoformat(), _moment(row.published_at) or "", _moment(row.corrected_at) or "")
    yield url_for(".one", inspection_id=row.inspection_id, _external=True)
    yield row.document_hash


def _entry(row: Publication) -> str:
    page = url_for(".one", inspection_id=row.inspection_id, _external=True)
    document = row.body
    title = f"{row.subject_name} · {wording.result(document)}"
    said = "、".join(item["name"] for item in document["items"])
    corrected = f"{_('已更正')} · " if row.corrected_at else ""
    return (
        f"<entry><id>{escape(page)}</id><title>{escape(corrected + title)}</title>"
        f"<published>{_moment(row.published_at)}</published><updated>{_moment(row.changed_at)}</updated>"
        f'<link rel="alternate" type="text/html" href="{escape(page)}"/><summary>{escape(said)}</summary></entry>'
    )


def _moment(time: Any) -> str | None:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if time else None
