"""The demo's results: one told and served, one to be told, one that waits for approval; the rest are to be decided."""

from datetime import date

from flask import current_app
from sqlalchemy import select

from webapp.accounts.models import User
from webapp.db import db
from webapp.demo import world
from webapp.demo.year import who
from webapp.field.models import Inspection
from webapp.followup import acts, results

CONTACT = "劳动监察科 12333"
SERVED, TO_TELL, WAITING = "served", "to tell", "waiting"
STAGES = (SERVED, TO_TELL, WAITING)


def load_results(day: date) -> None:
    """Decide the first few of each bureau among those closed of which nothing was decided or ordered yet."""
    for bureau in world.bureaus():
        rows = select(Inspection).where(
            Inspection.bureau_id == bureau["id"], Inspection.state.in_(acts.STATES)
        )
        found = list(db.session.scalars(rows.order_by(Inspection.number)))
        found = [one for one in found if not acts.after(one).of("decide", "order")]
        if not found:
            continue
        archivist, supervisor = who(bureau["id"], "archivist"), who(bureau["id"], "supervisor")
        able = [one for one in found if one.result and one.result != "unreachable"]
        # Who was told at the place needs no notice.
        able.sort(key=lambda one: results.happened_of(one).told is not None)
        for inspection, stage in zip(able, STAGES, strict=False):
            _decided(inspection, stage, archivist, supervisor, day)
        db.session.commit()


def _decided(inspection: Inspection, stage: str, archivist: User, supervisor: User, day: date) -> None:
    decided = results.decide(archivist, inspection, inspection.result or "", "", "")
    if stage == WAITING:
        return
    acts.write(supervisor, inspection, "approve", {"target": decided, "granted": True, "opinion": "同意。"})
    if stage == TO_TELL or not results.may_tell(inspection):
        return
    # The paper says where it is checked, and a load has no address of its own.
    with current_app.test_request_context():
        notice = results.issue(archivist, inspection, CONTACT)
    said = {"receiver": "前台 王女士", "witness": "", "tracking": "XA41040000001", "note": ""}
    results.serve(archivist, inspection, {"notice": notice, "way": "post", "at": day.isoformat(), **said}, [])
