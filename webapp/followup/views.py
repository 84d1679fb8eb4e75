"""The clocks at the desk."""

from datetime import date

from flask import Blueprint, render_template
from markupsafe import Markup

from webapp.archive import beside
from webapp.db import db
from webapp.field.models import Inspection
from webapp.followup import words
from webapp.followup.clocks import Happened
from webapp.followup.models import Timeline, Watch

blueprint = Blueprint("clocks", __name__)


def of_inspection(inspection: Inspection, today: date) -> Markup:
    """The clocks of one inspection, on its page; nothing where nobody goes."""
    if inspection.state == "cancelled":
        return Markup()
    row = db.session.get(Timeline, inspection.id)
    watch = Watch(inspection.bureau, today)
    clocks = watch.clocks(row.happened if row else Happened())
    shown = render_template("followup/here.html", clocks=clocks, inspection=inspection, words=words)
    return Markup(shown)  # noqa: S704 - a template's own output


beside.RECORD.append(of_inspection)
