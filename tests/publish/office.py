"""Inspections of the demo world whose result is decided and told: ready to be published."""

from flask import Flask

from tests.followup.after import inspection_in, person
from webapp.db import db, today
from webapp.field.models import Inspection
from webapp.followup import acts


def decided(app: Flask, code: str = "corrected") -> str:
    """The first that is archived, decided and told; its id."""
    with app.app_context():
        inspection = inspection_in("archived")
        decide_and_tell(inspection, code)
        db.session.commit()
        return inspection.id


def decide_and_tell(inspection: Inspection, code: str) -> None:
    """Two people decide a result, and the subject is told."""
    archivist, supervisor = person("archivist"), person("supervisor")
    said = {"code": code, "sub": None, "note": "", "objection": None}
    decision = acts.write(archivist, inspection, "decide", said)
    acts.write(supervisor, inspection, "approve", {"target": decision, "granted": True, "opinion": ""})
    given = {"kind": "result", "number": "告〔2026〕1号", "about": decision}
    notice = acts.write(archivist, inspection, "notice", given)
    day = today().isoformat()
    served = {
        "notice": notice,
        "way": "hand",
        "at": day,
        "receiver": "王某",
        "witness": "",
        "tracking": "",
        "note": "",
    }
    acts.write(archivist, inspection, "serve", served)
