"""Disposal (鉴定销毁): that two people decided to destroy an archive's files, and that it was done."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.accounts.models import User
from webapp.db import UTCDateTime, db, now
from webapp.field.models import Inspection

PROPOSED, APPROVED, REFUSED = "proposed", "approved", "refused"
STANDING = text("state <> 'refused'")


class Disposal(db.Model):
    """One proposal and what became of it; kept for ever, as the rows and the hashes of what it destroyed are.

    `until` is the last day of the retention that had passed. Once approved, no file of the archive is given
    out; `destroyed_at` says when the last one was gone.
    """

    __tablename__ = "disposal"
    __table_args__ = (
        # At most one that is proposed or approved for each archive, whoever was faster.
        Index(
            "uq_disposal_standing",
            "inspection_id",
            unique=True,
            sqlite_where=STANDING,
            postgresql_where=STANDING,
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), index=True)
    until: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[str] = mapped_column(ForeignKey("user.id"))
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    state: Mapped[str] = mapped_column(String(16), default=PROPOSED)
    opinion: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    destroyed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    inspection: Mapped[Inspection] = relationship(lazy="joined")
    proposer: Mapped[User] = relationship(foreign_keys=[proposed_by], lazy="joined")
    decider: Mapped[User | None] = relationship(foreign_keys=[decided_by], lazy="joined")

    @classmethod
    def standing(cls, inspection_ids: Iterable[str]) -> dict[str, "Disposal"]:
        """What is proposed or approved, by inspection."""
        rows = select(cls).where(cls.inspection_id.in_(list(inspection_ids)), cls.state != REFUSED)
        return {disposal.inspection_id: disposal for disposal in db.session.scalars(rows)}

    @classmethod
    def approved(cls, inspection_id: str) -> "Disposal | None":
        """The decision by which this archive's files are no more, if there is one."""
        disposal = cls.standing([inspection_id]).get(inspection_id)
        return disposal if disposal and disposal.state == APPROVED else None

    @classmethod
    def history(cls, inspection_id: str) -> list["Disposal"]:
        """Every proposal for this archive, the newest first."""
        rows = select(cls).where(cls.inspection_id == inspection_id).order_by(cls.id.desc())
        return list(db.session.scalars(rows))

    @classmethod
    def of_bureau(cls, bureau_id: str, *states: str, limit: int = 200) -> list["Disposal"]:
        """A bureau's disposals in these states, the newest first."""
        rows = select(cls).join(Inspection, Inspection.id == cls.inspection_id)
        rows = rows.where(Inspection.bureau_id == bureau_id, cls.state.in_(states))
        return list(db.session.scalars(rows.order_by(cls.id.desc()).limit(limit)))

    @classmethod
    def unfinished(cls, bureau_id: str) -> list["Disposal"]:
        """Approved, but the files may still be there."""
        rows = select(cls).join(Inspection, Inspection.id == cls.inspection_id)
        rows = rows.where(Inspection.bureau_id == bureau_id, cls.state == APPROVED)
        return list(db.session.scalars(rows.where(cls.destroyed_at.is_(None)).order_by(cls.id)))
