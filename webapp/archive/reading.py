"""Reading leaves a trace: who saw, took or checked which archive, and when."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, func, insert, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.accounts import audit
from webapp.accounts.models import User
from webapp.db import UTCDateTime, db, now, parts, write_anew

VIEWED, DOWNLOADED, EXPORTED, VERIFIED = "viewed", "downloaded", "exported", "verified"
# As many archives as one line of the audit log names; their number it says always.
NAMED = 10
# Who turns through the photos of one record reads it once.
ONE_READING = timedelta(minutes=30)


class Reading(db.Model):
    """That a person read an inspection's archive. Never changed, never removed."""

    __tablename__ = "archive_reading"
    __table_args__ = (Index("ix_archive_reading_of", "inspection_id", "at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"))
    version: Mapped[int]
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id"))
    what: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    user: Mapped[User] = relationship(lazy="joined")

    @classmethod
    def leave(cls, user_id: str, what: str, read: Iterable[tuple[str, int]]) -> None:
        """Write the trace of each (inspection id, version) and commit, before anything of it goes out.

        Whatever the request did before must be committed: its transaction ends here.
        """
        write_anew()
        time, count, named = now(), 0, []
        # In parts, as an export may read every archive there is.
        for some in parts(read):
            count, named = count + len(some), named or [inspection_id for inspection_id, _ in some[:NAMED]]
            traces = [
                {
                    "inspection_id": inspection_id,
                    "version": version,
                    "user_id": user_id,
                    "what": what,
                    "at": time,
                }
                for inspection_id, version in some
                if what != VIEWED or not cls._lately(user_id, inspection_id, version, time)
            ]
            if traces:
                db.session.execute(insert(cls), traces)
        db.session.commit()
        if count and what != VIEWED:
            audit.write_alone(f"archive.{what}", count=count, inspections=named)

    @classmethod
    def of(cls, inspection_id: str, limit: int = 100) -> list["Reading"]:
        """The traces of an archive, the newest first."""
        rows = select(cls).where(cls.inspection_id == inspection_id)
        return list(db.session.scalars(rows.order_by(cls.at.desc(), cls.id.desc()).limit(limit)))

    @classmethod
    def count(cls, inspection_id: str) -> int:
        """How many traces an archive has."""
        return db.session.scalar(select(func.count()).where(cls.inspection_id == inspection_id)) or 0

    @classmethod
    def _lately(cls, user_id: str, inspection_id: str, version: int, time: datetime) -> bool:
        rows = select(cls.id).where(
            cls.user_id == user_id,
            cls.inspection_id == inspection_id,
            cls.version == version,
            cls.what == VIEWED,
            cls.at > time - ONE_READING,
        )
        return db.session.scalar(rows.limit(1)) is not None
