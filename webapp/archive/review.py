"""Everything that the office sees of one inspection: its record in words, its log, and what the file still lacks."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import select

from webapp.accounts.models import Enrolment, User
from webapp.archive import rules
from webapp.archive.document import document
from webapp.archive.wording import CLOCKS, TYPES, Wording, moment, text
from webapp.db import db
from webapp.evidence.models import Blob
from webapp.field.fold import fold
from webapp.field.models import Inspection
from webapp.field.rules import blob_names
from webapp.forms.models import Form
from webapp.words import _, language

Json = dict[str, Any]

# From which states the office does what.
ACTS = {"return": ("sealed", "accepted"), "accept": ("sealed",), "archive": ("accepted",)}


@dataclass(frozen=True)
class Review:
    """One inspection, read once for one page."""

    inspection: Inspection

    @cached_property
    def log(self) -> list[Json]:
        """Its events."""
        return [event.body for event in self._events]

    @cached_property
    def record(self) -> Json:
        """What they add up to."""
        return fold(self.log)

    @cached_property
    def forms(self) -> list[Json]:
        """The forms that the visit was made with."""
        visit = self.record["content"]["visit"] or {}
        named = [name for name in visit.get("forms") or self.inspection.form_hashes if isinstance(name, str)]
        bodies = Form.bodies(named)
        return [bodies[name] for name in named if name in bodies]

    @cached_property
    def held(self) -> set[str]:
        """The pictures that are whole at the bureau."""
        return Blob.held(blob_names(self.record))

    @cached_property
    def words(self) -> Json:
        """The record in words of the person's language."""
        return document(
            self.record, self.forms, self.assignment, language(), self._names, say=_, events=self.log
        )

    @cached_property
    def missing(self) -> list[rules.Missing]:
        """What a complete file lacks, by name (CA-2.2d)."""
        return rules.missing(
            self.record,
            self.forms,
            self.held,
            seal_signature_ok=self._signed(),
            visit_matches=rules.matches(self.record["content"]["visit"], self.assignment),
            lang=language(),
            say=_,
        )

    @property
    def assignment(self) -> Json:
        """What was assigned, as plain data."""
        inspection = self.inspection
        return {
            "id": inspection.id,
            "number": inspection.number,
            "bureau": {"id": inspection.bureau_id, "name": inspection.bureau.name},
            "subject": inspection.subject.as_json(),
            "items": [{"id": v.item.id, "code": v.item.code, "name": v.item.name} for v in inspection.visits],
            "forms": inspection.form_hashes,
            "pair": [member.inspector.as_json() for member in inspection.members],
            "due": inspection.due.isoformat(),
            "reason": {"kind": inspection.reason, "text": inspection.reason_text},
        }

    def pictures(self) -> dict[str, bytes]:
        """The bytes of the pictures that the record stands on, by their names."""
        blobs = (db.session.get(Blob, name) for name in sorted(self.held))
        return {blob.sha256: blob.read() for blob in blobs if blob}

    def lines(self) -> list[Json]:
        """The log for people: one line an event, with when the bureau received it."""
        wording = Wording(language(), self._names, _)
        return [
            {
                "seq": event.body["seq"],
                "time": moment(event.body["time"]),
                "clock": wording.one_of(CLOCKS, event.body["clock"]),
                "verified": event.body["clock"] == "verified",
                "author": wording.who(event.body["author"]),
                "about": wording.one_of(TYPES, event.body["type"]),
                "id": event.id,
                "received": event.received_at,
            }
            for event in self._events
        ]

    @cached_property
    def _events(self) -> list[Any]:
        return self.inspection.events()

    @cached_property
    def _names(self) -> dict[str, str]:
        authors = {text(event["author"]) for event in self.log}
        return {user.id: user.name for user in db.session.scalars(select(User).where(User.id.in_(authors)))}

    def _signed(self) -> bool:
        seal = self.record["seal"]
        phone = seal and db.session.get(Enrolment, (seal["device"], seal["author"]))
        return bool(phone) and rules.check_seal_signature(
            phone.public_key, seal["record_hash"], seal["covers"], seal["signature"]
        )
