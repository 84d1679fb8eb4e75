"""随机抽查事项清单 for everyone: on what ground what is inspected of whom, and by whom (RZ-4c, TJ-5)."""

from typing import Any

from flask import Blueprint, Response, render_template

from webapp.accounts import open_data
from webapp.accounts.access import allow
from webapp.accounts.views import limiter
from webapp.registry.item_rules import COLUMNS
from webapp.registry.item_views import SAID, quantity, shown
from webapp.registry.items import Item
from webapp.sheets import as_csv

blueprint = Blueprint("public_items", __name__)

# The guideline is for the inspectors; the frequency stands in words.
PRINTED = tuple(column for column in COLUMNS if column not in ("times", "guideline"))


@blueprint.get("/public/items")
@allow("anyone")
def page() -> str:
    """The list of a bureau as it stands, with the columns of the public table, and what was taken off it and why (TJ-6)."""
    bureau = open_data.asked_bureau()
    return render_template(
        "registry/public_items.html", bureau=bureau, items=Item.listed(bureau.id),
        off=Item.taken_off(bureau.id), said=SAID, shown=shown, quantity=quantity,
    )  # fmt: skip


@blueprint.get("/public/items.json")
@allow("anyone")
@limiter.limit("120 per minute")
def data() -> Response:
    """The same as open data."""
    bureau = open_data.asked_bureau()
    items = Item.listed(bureau.id)
    return open_data.answer(bureau, map(_row, items), max((item.since for item in items), default=None))


@blueprint.get("/public/items.csv")
@allow("anyone")
@limiter.limit("120 per minute")
def table() -> Response:
    """The same as CSV."""
    bureau = open_data.asked_bureau()
    rows = [["id", *(str(SAID[column]) for column in PRINTED)]]
    for item in Item.listed(bureau.id):
        rows.append([item.id, *(shown(column, getattr(item, column)) for column in PRINTED)])
    return Response(as_csv(rows), mimetype="text/csv")


def _row(item: Item) -> dict[str, Any]:
    return {"id": item.id, "since": item.since.isoformat(timespec="seconds")} | {
        column: getattr(item, column) for column in PRINTED
    }
