"""The index of the shelves: one row an archive, made from its log, to be searched in and listed."""

import io
import zipfile
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.archive.facts import facts, pages
from webapp.db import UTCDateTime, db
from webapp.field.models import Inspection
from webapp.typed import iso_day

if TYPE_CHECKING:
    from webapp.archive.models import Archive

Json = dict[str, Any]


class ArchiveIndex(db.Model):
    """What is searched for and listed of an inspection's newest archive.

    Derived: `flask archive reindex` makes it anew from the logs. `text` holds all words of the record, as
    `facts.normal` writes them, and is searched by LIKE: the same on SQLite and PostgreSQL, for Chinese too.
    """

    __tablename__ = "archive_index"
    __table_args__ = (
        Index("ix_archive_index_shelf", "bureau_id", "archived_at", "inspection_id"),
        Index("ix_archive_index_due", "bureau_id", "retain_until"),
    )
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), primary_key=True)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"))
    version: Mapped[int]
    number: Mapped[str]
    subject_name: Mapped[str]
    subject_code: Mapped[str]
    district: Mapped[str]
    items: Mapped[str]
    item_codes: Mapped[str]
    people: Mapped[str]
    visited: Mapped[date | None]
    result: Mapped[str] = mapped_column(String(32))
    pages: Mapped[int | None]
    retain_years: Mapped[int | None]
    retain_until: Mapped[date | None]
    archived_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sha256: Mapped[str] = mapped_column(String(64))
    heading: Mapped[str] = mapped_column(Text)
    # Not read with a list: the words of fifty records are megabytes.
    text: Mapped[str] = mapped_column(Text, deferred=True)
    inspection: Mapped[Inspection] = relationship(lazy="raise")

    @classmethod
    def renew(cls, archive: "Archive", log: list[Json], forms: list[Json], package: bytes | None) -> None:
        """Write the row of an archive's newest version; `package` is its file, None where there is none any more."""
        found = facts(log, forms)
        inspection = db.session.get_one(Inspection, archive.inspection_id)
        known = {
            "inspection_id": inspection.id,
            "bureau_id": inspection.bureau_id,
            "archived_at": archive.archived_at,
            "sha256": archive.given[0],
            "pages": package and _record_pages(package),
            "visited": iso_day(found.pop("visited")),
            "retain_until": iso_day(found.pop("retain_until")),
        }
        db.session.merge(cls(**found, **known))


def _record_pages(package: bytes) -> int | None:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        name = next((name for name in archive.namelist() if name.endswith("/08-record.pdf")), None)
        return pages(archive.read(name)) if name else None
