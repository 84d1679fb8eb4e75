"""Which inspections use a version of a checklist: its tab beside the version, counted by state and paged."""

from typing import Any

from flask import Blueprint, render_template, request
from flask_login import current_user
from sqlalchemy import Select, func, select

from webapp.accounts.access import allow
from webapp.archive.inbox import STATES
from webapp.db import db
from webapp.field.models import Inspection, InspectionForm
from webapp.field.views import OFFICE_READERS
from webapp.forms.models import Release
from webapp.forms.views import of, of_page

blueprint = Blueprint("form_uses", __name__)

PAGE = 50


@blueprint.get("/forms/<release_id>/inspections")
@allow(*OFFICE_READERS)
def listed(release_id: str) -> str:
    """The bureau's inspections that began with a version, the newest number first; `after` is the last one seen."""
    release, show, after = of(release_id), request.args.get("show", ""), request.args.get("after", "")
    using = _using(release)
    counted = using.with_only_columns(Inspection.state, func.count()).group_by(Inspection.state)
    counts = {state: count for state, count in db.session.execute(counted)}
    rows = using.where(Inspection.state == show) if show in STATES else using
    rows = rows.where(Inspection.number < after) if after else rows
    found = list(db.session.scalars(rows.order_by(Inspection.number.desc()).limit(PAGE + 1)))
    return render_template(
        "archive/form_uses.html", rows=found[:PAGE], counts=counts, titles=STATES,
        show=show if show in STATES else "", total=sum(counts.values()), first=not after,
        after=found[PAGE - 1].number if len(found) > PAGE else None,
        **of_page(release, "uses"),
    )  # fmt: skip


def _using(release: Release) -> Select[Any]:
    # What is not published has no hash, and no inspection uses it.
    mine = (Inspection.bureau_id == current_user.bureau_id, InspectionForm.form_hash == release.form_hash)
    return select(Inspection).join(InspectionForm, InspectionForm.inspection_id == Inspection.id).where(*mine)
