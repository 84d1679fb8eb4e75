"""The public site: its frame and front page, open data by their addresses, what search engines ask for."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from sqlalchemy import func, select

from webapp.accounts import open_data
from webapp.accounts.access import allow
from webapp.accounts.models import Bureau
from webapp.accounts.views import limiter
from webapp.db import db, today
from webapp.errors import Problem
from webapp.public import EXPORTED
from webapp.publish import account, listing
from webapp.publish.document import SHOWN
from webapp.publish.models import Publication
from webapp.publish.wording import MARKS, RESULTS_SAID
from webapp.words import _l

blueprint = Blueprint("site", __name__)

# Where the site goes, in the order of its menu.
PLACES = (
    ("site.front", _l("首页")),
    ("public_results.listed", _l("检查结果")),
    ("public_items.page", _l("抽查事项")),
    ("libraries.subjects", _l("检查对象")),
    ("libraries.inspectors", _l("检查人员")),
    ("plan.public_list", _l("抽查计划")),
    ("open_draws.page", _l("双随机抽取")),
    ("account.latest", _l("年度情况")),
)
LATEST = 8
# A sitemap may name 50,000 addresses.
MAPPED = 20_000


@limiter.request_filter
def _is_exported() -> bool:
    """Who makes the copy asks faster than anybody; nobody can say so from outside."""
    return EXPORTED in request.environ


@blueprint.app_context_processor
def _frame() -> dict[str, Any]:
    exported = request.environ.get(EXPORTED, "")
    return {"site_places": _places, "exported": exported, "results_said": RESULTS_SAID, "result_marks": MARKS}


def _places(bureau: Bureau | None) -> list[dict[str, str]]:
    """The menu: `{name, href, here}`; `here` is `page` on the page itself and `true` below it."""
    found = []
    for endpoint, name in PLACES:
        path = url_for(endpoint).partition("?")[0]
        below = path != "/public/" and request.path.startswith(f"{path}/")
        here = "page" if request.path == path else "true" if below else ""
        href = url_for(endpoint, bureau=bureau.id if bureau else None)
        found.append({"name": str(name), "href": href, "here": here})
    return found


@blueprint.get("/public/")
@allow("anyone")
def front() -> str:
    """A bureau's first page: search, what was published last, the year in four numbers, how the draw works."""
    bureau = open_data.asked_bureau()
    year = account.lately(bureau.id, today().year)
    return render_template(
        "publish/front.html", bureau=bureau, year=year, rows=listing.latest(bureau.id, LATEST)
    )


@blueprint.get("/public/data")
@allow("anyone")
def data() -> str:
    """What there is as open data, in which forms and at which addresses."""
    bureau = open_data.asked_bureau()
    return render_template("publish/data.html", bureau=bureau, years=listing.years(bureau.id))


@blueprint.get("/robots.txt")
@allow("anyone")
def robots() -> Response:
    """Search engines may read what is public, and find all of it by the sitemap."""
    lines = ["User-agent: *", "Allow: /public/", "Allow: /static/", "Disallow: /"]
    lines += ["", f"Sitemap: {url_for('site.sitemap', _external=True)}", ""]
    return Response("\n".join(lines), mimetype="text/plain")


@blueprint.get("/sitemap.xml")
@allow("anyone")
def sitemap() -> Response:
    """The index of the sitemaps: the fixed pages, and the results by their places."""
    last = db.session.scalar(select(func.max(Publication.place))) or 0
    parts = [url_for("site.sitemap_pages", _external=True)]
    for number in range(-(-last // MAPPED)):
        parts.append(url_for("site.sitemap_results", number=number, _external=True))
    rows = "".join(f"<sitemap><loc>{_xml(part)}</loc></sitemap>" for part in parts)
    return _xml_page(
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</sitemapindex>'
    )


@blueprint.get("/public/sitemap-pages.xml")
@allow("anyone")
def sitemap_pages() -> Response:
    """The fixed pages of every bureau."""
    found = [
        url_for(endpoint, bureau=bureau.id, _external=True)
        for bureau in open_data.bureaus()
        for endpoint, _name in PLACES
    ]
    return _urls((address, "") for address in found)


@blueprint.get("/public/sitemap-<int:number>.xml")
@allow("anyone")
def sitemap_results(number: int) -> Response:
    """The results of one stretch of places, with the day on which each was last changed."""
    begin = number * MAPPED
    columns = (Publication.inspection_id, Publication.published_at, Publication.corrected_at)
    stretch = Publication.place.between(begin + 1, begin + MAPPED)
    rows = db.session.execute(select(*columns).where(stretch, Publication.state == SHOWN)).all()
    if not rows:
        raise Problem("not_found")
    # One address is made, the others are like it: twenty thousand would take a second.
    pattern = url_for("public_results.one", inspection_id="~", _external=True)
    return _urls((pattern.replace("~", row[0]), (row[2] or row[1]).date().isoformat()) for row in rows)


def _urls(rows: Iterator[tuple[str, str]] | Any) -> Response:
    said = "".join(
        f"<url><loc>{_xml(address)}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</url>"
        for address, day in rows
    )
    return _xml_page(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{said}</urlset>')


def _xml_page(body: str) -> Response:
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n', mimetype="application/xml")


def _xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
