"""Results that are public, for tests: an inspection of the demo and what its log would say of its publication."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from webapp.canonical import digest
from webapp.db import CHINA, db
from webapp.field.models import Inspection
from webapp.followup.steps import read
from webapp.publish.document import standing
from webapp.publish.models import Publication
from webapp.registry.items import Item

Json = dict[str, Any]
FIRST = datetime(2026, 11, 2, 9, tzinfo=CHINA)


def document_of(inspection: Inspection, **changes: Any) -> Json:
    """A public document of an inspection, with other values where they are given."""
    subject = inspection.subject
    items = (
        db.session.query(Item).filter(Item.bureau_id == inspection.bureau_id).order_by(Item.serial).limit(1)
    )
    return {
        "version": "yidang-public-1",
        "id": inspection.id,
        "number": inspection.number,
        "bureau": {"id": inspection.bureau_id, "name": inspection.bureau.name},
        "subject": {
            "name": subject.name, "code": subject.code, "kind": "unit", "region": subject.district,
            "address": subject.address,
        },
        "items": [{"code": item.code, "name": item.name, "bases": item.bases[:1]} for item in items],
        "inspected": "2026-10-28",
        "pair": [{"name": "李*", "unit": "劳动保障监察支队"}, {"name": "王**", "unit": "劳动保障监察支队"}],
        "reason": {"kind": "complaint", "draw": None, "task": None},
        "result": {"code": "no_problem", "sub": None, "decided": "2026-10-30"},
        "findings": [],
        "text": "",
        "pictures": [],
        "told": "2026-10-30",
        "orders": [],
        "penalties": [],
        "record_hash": "ab" * 32,
    } | changes  # fmt: skip


def publish(
    inspection: Inspection, *documents: Json, gone: bool = False, at: datetime = FIRST
) -> Publication:
    """Publish the first document, correct it by the others, and take it down where it is `gone`; commits."""
    events: list[Json] = []
    for place, document in enumerate(documents or (document_of(inspection),)):
        payload = {"document": document, "document_hash": digest(document), "exceptions": [], "until": None}
        more = {"publication": f"{inspection.id}-0", "reason": "写错"} if place else {}
        events.append(_event(inspection, len(events), "correct" if place else "publish", payload | more, at))
    if gone:
        payload = {"publication": f"{inspection.id}-0", "reason": "撤销", "rule": None}
        events.append(_event(inspection, len(events), "take_down", payload, at))
    Publication.renew(inspection.id, inspection.bureau_id, inspection.subject_id, standing(read(events)))
    db.session.commit()
    return db.session.get_one(Publication, inspection.id)


def _event(inspection: Inspection, place: int, kind: str, payload: Json, at: datetime) -> Json:
    time = (at + timedelta(hours=place)).isoformat(timespec="milliseconds")
    return {
        "event": f"{inspection.id}-{place}",
        "author": "archivist",
        "time": time,
        "type": kind,
        "payload": payload,
    }
