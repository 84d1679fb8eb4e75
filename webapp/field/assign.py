"""Assigning an inspection by hand, with its reason (RZ-5)."""

from flask import Blueprint

from webapp.accounts.access import allow

blueprint = Blueprint("assign", __name__)


@blueprint.get("/office/inspections/new")
@allow("planner", "archivist")
def new() -> str:
    """The page on which an inspection is assigned."""
    return ""
