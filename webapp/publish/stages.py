"""How far each result is on its way to the public, and what was decided so far for one that is not out yet."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, delete, func, or_, select, tuple_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.accounts.models import User
from webapp.db import UTCDateTime, db, now
from webapp.field.fold import Record
from webapp.field.models import Event, Inspection, renewed
from webapp.followup.steps import read
from webapp.publish.document import STAGES, stage_of, standing
from webapp.registry.subjects import Subject


class Stage(db.Model):
    """How far the publication of an inspection's result is: an index over its log, for the office's lists.

    `stage`: see `document.STAGES`. `result` and `decided`: the decision in force. `entered`: the platforms that gave a
    receipt, parted by LF (RZ-19).
    """

    __tablename__ = "publication_stage"
    __table_args__ = (Index("ix_publication_stage_list", "bureau_id", "stage", "since", "inspection_id"),)
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), primary_key=True)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"))
    stage: Mapped[str] = mapped_column(String(16))
    since: Mapped[datetime] = mapped_column(UTCDateTime)
    result: Mapped[str] = mapped_column(String(32))
    sub: Mapped[str] = mapped_column(String(32))
    decided: Mapped[date | None]
    entered: Mapped[str] = mapped_column(Text, default="")
    inspection: Mapped[Inspection] = relationship(lazy="joined")

    @classmethod
    def counts(cls, bureau_id: str) -> dict[str, int]:
        """How many are at each stage."""
        rows = select(cls.stage, func.count()).where(cls.bureau_id == bureau_id).group_by(cls.stage)
        return {**dict.fromkeys(STAGES, 0), **dict(db.session.execute(rows).all())}

    @classmethod
    def page(cls, bureau_id: str, stage: str, words: str, after: str, limit: int) -> list["Stage"]:
        """Those at a stage, the longest waiting first; `after`: the id that the page before ended with."""
        rows = (
            select(cls).join(Inspection).join(Subject).where(cls.bureau_id == bureau_id, cls.stage == stage)
        )
        for word in words.split()[:5]:
            like = (column.contains(word, autoescape=True) for column in (Inspection.number, Subject.name))
            rows = rows.where(or_(*like))
        last = db.session.get(cls, after) if after else None
        if last:
            rows = rows.where(tuple_(cls.since, cls.inspection_id) > tuple_(last.since, last.inspection_id))
        return list(db.session.scalars(rows.order_by(cls.since, cls.inspection_id).limit(limit)))


class PublicationDraft(db.Model):
    """What was decided so far for a publication or a correction that is not out yet; gone once it is.

    `body`: see `choosing.read`.
    """

    __tablename__ = "publication_draft"
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), primary_key=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    author_id: Mapped[str] = mapped_column(ForeignKey("user.id"))
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    author: Mapped[User] = relationship(lazy="joined")

    @classmethod
    def keep(cls, author: User, inspection_id: str, body: dict[str, Any]) -> None:
        """Keep what was decided; the caller commits."""
        db.session.merge(cls(inspection_id=inspection_id, body=body, author_id=author.id, changed_at=now()))

    @classmethod
    def drop(cls, inspection_id: str) -> None:
        """Forget it."""
        db.session.execute(delete(cls).where(cls.inspection_id == inspection_id))


@renewed.connect
def _renew(inspection: Inspection, log: list[Event], record: Record) -> None:
    """Bring the stage up to the log; none before anything was decided."""
    if not record["after"]:
        return
    steps = read(record["after"])
    row = db.session.get(Stage, inspection.id)
    stage, since = stage_of(steps, standing(steps))
    if not stage:
        if row:
            db.session.delete(row)
        return
    if row is None:
        row = Stage(inspection_id=inspection.id, bureau_id=inspection.bureau_id)
        db.session.add(row)
    result = steps.result
    row.stage, row.since = stage, datetime.fromisoformat(since)
    row.result = str(result.payload["code"])[:32] if result else ""
    row.sub = str(result.payload.get("sub") or "")[:32] if result else ""
    row.decided = result.settled if result else None
    row.entered = "\n".join(sorted({str(step.payload["platform"]) for step in steps.standing("enter")}))
