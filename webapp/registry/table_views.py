"""The small lists as tables: a template to fill in, and the whole list as XLSX or CSV.

Subjects go as a stream of their own.
"""

import io

from flask import Blueprint, Response, send_file
from flask_login import current_user

from webapp import sheets
from webapp.accounts.access import allow
from webapp.db import today
from webapp.errors import Problem
from webapp.registry.listings import LISTINGS, for_each

blueprint = Blueprint("tables", __name__)
routes = for_each(blueprint, ("items", "inspectors", "experts"))


@routes("GET", "template.xlsx")
@allow("planner")
def template(kind: str) -> Response:
    """An empty table with the right columns, all text, and how to fill them."""
    listing = LISTINGS[kind]
    data = sheets.write(listing.sheet, listing.head, [], listing.notes)
    return _sent(data, sheets.XLSX, f"{listing.sheet}模板.xlsx")


@routes("GET", "export.<any(csv, xlsx):suffix>")
@allow("planner", "admin", "inspector", "archivist", "supervisor", "auditor")
def export(kind: str, suffix: str) -> Response:
    """The list as it stands; it can be read back."""
    listing = LISTINGS[kind]
    if set(current_user.roles).isdisjoint(listing.readers):
        raise Problem("not_allowed")
    whole = not set(current_user.roles).isdisjoint(listing.writers)
    rows = listing.lines(current_user.bureau_id, whole)
    name = f"{listing.title}-{today()}.{suffix}"
    if suffix == "csv":
        return _sent(
            sheets.as_csv([[one for one, _ in listing.head], *rows]), "text/csv; charset=utf-8", name
        )
    return _sent(sheets.write(listing.sheet, listing.head, rows), sheets.XLSX, name)


def _sent(data: bytes, mime: str, name: str) -> Response:
    return send_file(io.BytesIO(data), mime, as_attachment=True, download_name=name)
