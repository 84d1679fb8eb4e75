"""The timestamps of archives: one row each from the sealing on, waiting until the authority has answered."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.archive.timestamp_rules import files
from webapp.db import UTCDateTime, db, now


class Stamp(db.Model):
    """`due`: when the authority is asked next; None once it has answered. `fault`: why not yet.

    `response` is its answer to the byte, `authority` its certificates as they were set then (PEM), `stamped_at` the time it
    says; `sha256` and `size` are those of the package with these in it.
    """

    __tablename__ = "archive_stamp"
    archive_id: Mapped[str] = mapped_column(ForeignKey("archive.id"), primary_key=True)
    due: Mapped[datetime | None] = mapped_column(UTCDateTime, default=now, index=True)
    tries: Mapped[int] = mapped_column(default=0)
    fault: Mapped[str] = mapped_column(Text, default="")
    response: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    authority: Mapped[str | None] = mapped_column(Text, deferred=True)
    stamped_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    sha256: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int | None]

    def files(self) -> dict[str, bytes]:
        """What lies in the package beside the signature; nothing while it waits."""
        if self.response is None or self.authority is None:
            return {}
        return files(self.response, self.authority)
