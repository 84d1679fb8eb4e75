"""A subject with the code of its visit in the hand, and what an office issues to it."""

from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from tests.followup.after import inspection_in, person, wrote
from webapp.db import db, today
from webapp.field.models import Inspection
from webapp.followup import acts
from webapp.followup.steps import Steps


class Held:
    """An inspection in a state, its code, and a browser without an account."""

    def __init__(self, app: Flask, state: str = "accepted", name: str = "") -> None:
        self.app, self.browser = app, app.test_client()
        with app.app_context():
            inspection = db.session.get_one(Inspection, name) if name else inspection_in(state)
            self.id, self.number = inspection.id, inspection.number
            self.hash = str(inspection.record()["seal"]["record_hash"])
            self.pair = list(inspection.pair)
            self.name = inspection.subject.name

    @property
    def place(self) -> str:
        return f"/mine/{self.id}/{self.hash}"

    def page(self, more: str = "", browser: FlaskClient | None = None) -> Any:
        return (browser or self.browser).get(self.place + more)

    def send(self, more: str, browser: FlaskClient | None = None, **said: Any) -> Any:
        return (browser or self.browser).post(
            self.place + more, data=said, content_type="multipart/form-data"
        )

    def issue(
        self, kind: str, files: list[tuple[str, bytes]], payload: dict[str, Any], by: str = "archivist"
    ) -> str:
        """Something of the office; committed."""
        with self.app.app_context():
            inspection = db.session.get_one(Inspection, self.id)
            event = acts.write(person(by), inspection, kind, payload, files)
            db.session.commit()
            return event

    def notice(self, files: list[tuple[str, bytes]] | None = None) -> str:
        """A decision with its approval, and the notice of it."""
        with self.app.app_context():
            inspection = db.session.get_one(Inspection, self.id)
            result = acts.after(inspection).result
            about = result.event if result else _decided(inspection)
            said = {"kind": "result", "number": "告〔2026〕1号", "about": about}
            event = acts.write(person("archivist"), inspection, "notice", said, files or [])
            db.session.commit()
            return event

    def order(self, days: int = 15) -> str:
        """An order with one demand."""
        deadline = (today() + timedelta(days=days)).isoformat()
        demands = [{"question": None, "text": "公示收费标准"}]
        said = {"number": "责〔2026〕1号", "deadline": deadline, "demands": demands, "basis": "条例"}
        return self.issue("order", [], said)

    def steps(self) -> Steps:
        with self.app.app_context():
            return acts.after(db.session.get_one(Inspection, self.id))


def _decided(inspection: Inspection) -> str:
    about = wrote(
        person("archivist"), inspection, "decide", code="corrected", sub=None, note="", objection=None
    )
    wrote(person("supervisor"), inspection, "approve", target=about, granted=True, opinion="")
    return about
