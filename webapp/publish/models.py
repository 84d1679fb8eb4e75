"""What is public: an index over the logs of inspections, from which every public page of a result is made."""

from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.db import UTCDateTime, db
from webapp.field.fold import Record
from webapp.field.models import Event, Inspection, renewed
from webapp.followup.steps import read
from webapp.publish.document import SHOWN, Standing, corrections, search_text, standing, text_of
from webapp.publish.search import tokens_of


class Publication(db.Model):
    """公示. One inspection's result as the public has it, renewed with every append to its log.

    Of one that was withdrawn nothing is kept here but that it was: what it said lies in the archive alone.
    """

    __tablename__ = "publication"
    __table_args__ = (
        Index("ix_publication_listed", "bureau_id", "state", "place"),
        Index("ix_publication_subject", "subject_key", "state", "place"),
        Index("ix_publication_year", "bureau_id", "state", "inspected", "result", "region", "subject_key"),
    )
    # Lists go by it, the latest last, and the search index names publications by it.
    place: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), unique=True)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"))
    number: Mapped[str] = mapped_column(String(64))
    subject_key: Mapped[str] = mapped_column(String(36))
    subject_name: Mapped[str]
    subject_code: Mapped[str | None] = mapped_column(String(32))
    region: Mapped[str]
    result: Mapped[str] = mapped_column(String(32))
    inspected: Mapped[date]
    published_at: Mapped[datetime] = mapped_column(UTCDateTime)
    corrected_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    corrections: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(16))
    document: Mapped[str] = mapped_column(Text)
    document_hash: Mapped[str] = mapped_column(String(64))
    search: Mapped[str] = mapped_column(Text)
    tokens: Mapped[str] = mapped_column(Text)
    __mapper_args__ = {"primary_key": [inspection_id]}

    @property
    def body(self) -> dict[str, Any]:
        """The public document; only of one that is shown."""
        return msgspec.json.decode(self.document)  # type: ignore[no-any-return]

    @property
    def changed_at(self) -> datetime:
        """When the public last got something else to read."""
        return self.corrected_at or self.published_at

    @classmethod
    def renew(cls, inspection_id: str, bureau_id: str, subject_key: str, found: Standing | None) -> None:
        """Bring the row up to what is public now; the caller commits."""
        row = db.session.get(cls, inspection_id)
        if row and (found is None or row.published_at != found.published_at):
            # What is published again stands among the latest again.
            db.session.delete(row)
            db.session.flush()
            row = None
        if found is None:
            return
        values = {"bureau_id": bureau_id, "subject_key": subject_key, **_columns(found)}
        if row is None:
            db.session.add(cls(inspection_id=inspection_id, **values))
            return
        for name, value in values.items():
            setattr(row, name, value)


def _columns(found: Standing) -> dict[str, Any]:
    document, shown = found.document, found.state == SHOWN
    subject = document["subject"]
    return {
        "number": document["number"],
        "subject_name": subject["name"] if shown else "",
        "subject_code": subject["code"] if shown else None,
        "region": subject["region"] if shown else "",
        "result": document["result"]["code"] if shown else "",
        "inspected": _inspected(found),
        "published_at": found.published_at,
        "corrected_at": found.corrected_at,
        "corrections": corrections(found) if shown else [],
        "state": found.state,
        "document": text_of(document) if shown else "",
        "document_hash": found.document_hash,
        "search": search_text(document) if shown else "",
        "tokens": tokens_of(document) if shown else "",
    }


def _inspected(found: Standing) -> date:
    """The day of the visit; where a phone's clock gave none that a calendar has, the day of publication."""
    try:
        return date.fromisoformat(found.document["inspected"])
    except ValueError:
        return found.publication.day


@renewed.connect
def _renew(inspection: Inspection, log: list[Event], record: Record) -> None:
    if not record["after"]:
        return
    Publication.renew(
        inspection.id, inspection.bureau_id, inspection.subject_id, standing(read(record["after"]))
    )
