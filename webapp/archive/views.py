"""The office: what came in, its review, its archive, and the check of any archive."""

from flask import Blueprint

from webapp.accounts.access import allow

blueprint = Blueprint("archive", __name__)


@blueprint.get("/office/")
@allow("archivist", "supervisor", "planner", "auditor", "admin")
def inbox() -> str:
    """The inspections of one's bureau."""
    return ""
