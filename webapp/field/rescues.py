"""Rescue files that the office loaded: kept as they came until all of it is taken in, and who did it stays."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any

from flask import current_app
from sqlalchemy import JSON, ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.accounts import audit
from webapp.accounts.models import Enrolment, Quarantined, User
from webapp.canonical import NotCanonical, canonical
from webapp.db import UTCDateTime, db, now
from webapp.errors import Problem
from webapp.evidence.models import room
from webapp.field.models import BlobName, Event, Inspection
from webapp.field.quarantine import QuarantinedPhoto
from webapp.field.rescue import EVENTS_AT_A_TIME, RescueFile, Taken

Json = dict[str, Any]
MAX_BYTES = 1024 * 1024 * 1024
CHUNK = 1024 * 1024
SHOWN = 50


class Rescue(db.Model):
    """A rescue file. `result`: how many pieces were `accepted`, `quarantined`, `photos`, and `refused` with why."""

    __tablename__ = "rescue"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"), index=True)
    device: Mapped[str] = mapped_column(String(36))
    phone: Mapped[str]
    made: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    loaded_by: Mapped[str] = mapped_column(ForeignKey("user.id"))
    loaded_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    taken_by: Mapped[str | None] = mapped_column(ForeignKey("user.id"))
    taken_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    result: Mapped[Json | None] = mapped_column(JSON(none_as_null=True))
    loader: Mapped[User] = relationship(foreign_keys=[loaded_by], lazy="joined")
    taker: Mapped[User | None] = relationship(foreign_keys=[taken_by], lazy="joined")

    @classmethod
    def load(cls, person: User, stream: IO[bytes]) -> "Rescue":
        """Keep a file that a phone of the person's bureau made; the same file is the same row. The caller commits.

        Raises what `RescueFile` raises, `rescue_large`, `storage_full`.
        """
        with _spooled(stream) as (file, name, size):
            found = RescueFile(file, size, person.bureau_id)
            known = db.session.get(cls, name)
            if known is None:
                known = cls(
                    id=name, bureau_id=person.bureau_id, device=found.head.device, phone=found.phone,
                    made=found.head.made, size=size, loaded_by=person.id,
                )  # fmt: skip
                db.session.add(known)
                db.session.flush()
                audit.write("rescue.loaded", target=f"{known.phone} {known.device}", file=name)
            if not known.whole:
                _keep(Path(file.name), known.path)
        return known

    @classmethod
    def of_bureau(cls, bureau_id: str) -> list["Rescue"]:
        """The files that a bureau loaded, the latest first."""
        rows = select(cls).where(cls.bureau_id == bureau_id)
        return list(db.session.scalars(rows.order_by(cls.loaded_at.desc(), cls.id).limit(SHOWN)))

    @property
    def path(self) -> Path:
        """Where the file lies until all of it is taken in."""
        return _folder() / self.id

    @property
    def people(self) -> list[User]:
        """Who enrolled the phone, of this bureau."""
        return [one.user for one in Enrolment.of_device(self.device) if one.user.bureau_id == self.bureau_id]

    @property
    def whole(self) -> bool:
        """Whether everything of it was taken in."""
        return self.result is not None and not self.result["refused"]

    @contextmanager
    def opened(self) -> Iterator[RescueFile]:
        """The file. Raises `rescue_gone` once all of it was taken in."""
        if not self.path.exists():
            raise Problem("rescue_gone")
        with self.path.open("rb") as file:
            yield RescueFile(file, self.size, self.bureau_id)

    def take(self, person: User) -> Taken:
        """Take in what is not here yet, and remember who did; the file goes when nothing was refused. Commits."""
        with self.opened() as file:
            taken = file.take()
        self.taken_by, self.taken_at = person.id, now()
        self.result = {
            "accepted": len(taken.accepted),
            "quarantined": len(taken.quarantined),
            "photos": len(taken.photos),
            "refused": [[name, problem.code] for name, problem in taken.refused],
        }
        counts = self.result | {"refused": len(taken.refused)}
        audit.write("rescue.taken", target=f"{self.phone} {self.device}", file=self.id, **counts)
        db.session.commit()
        if self.whole:
            self.path.unlink(missing_ok=True)
        return taken


def contents(file: RescueFile) -> list[Json]:
    """What is in a file, by inspection: `{inspection | None, events, known, photos, held, broken}`, counted."""
    found: dict[str, Json] = {}
    for piece in file.head.pieces:
        row = found.setdefault(
            piece.inspection, {"events": 0, "known": 0, "photos": 0, "held": 0, "broken": 0}
        )
        row["events" if piece.kind == "event" else "photos"] += 1
    _count_known(file, found)
    shown = dict(sorted(found.items())[:SHOWN])
    _count_held(file, shown)
    rows = select(Inspection).where(Inspection.id.in_(shown), Inspection.bureau_id == file.head.bureau)
    inspections = {one.id: one for one in db.session.scalars(rows)}
    return [{"inspection": inspections.get(name)} | row for name, row in shown.items()]


def _count_known(file: RescueFile, found: dict[str, Json]) -> None:
    apart = Quarantined.texts(file.head.device)
    events = file.events()
    while some := list(islice(events, EVENTS_AT_A_TIME)):
        here = Event.texts([piece.id for piece, _ in some])
        for piece, event in some:
            if isinstance(event, Problem):
                found[piece.inspection]["broken"] += 1
            else:
                text = _text(event[0])
                found[piece.inspection]["known"] += text in apart or here.get(piece.id) == text


def _count_held(file: RescueFile, shown: dict[str, Json]) -> None:
    apart = QuarantinedPhoto.of(file.head.device)
    photos: dict[str, set[str]] = {name: set() for name in shown}
    # Once through the file: whoever made it says how many inspections it is about.
    for piece in file.head.pieces:
        if piece.kind == "photo" and piece.inspection in photos:
            photos[piece.inspection].add(piece.id)
    for name, row in shown.items():
        row["held"] = len(photos[name] & apart | BlobName.held(name, photos[name]))


def _text(event: Json) -> str | None:
    try:
        return canonical(event).decode()
    except NotCanonical:
        return None


@contextmanager
def _spooled(stream: IO[bytes]) -> Iterator[tuple[Any, str, int]]:
    """A copy beside the data with its SHA-256 and size; gone afterwards unless it was kept."""
    whole, size = hashlib.sha256(), 0
    with room(), tempfile.NamedTemporaryFile(dir=_folder(), prefix="part-") as file:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > MAX_BYTES:
                raise Problem("rescue_large")
            whole.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
        file.seek(0)
        yield file, whole.hexdigest(), size


def _keep(part: Path, path: Path) -> None:
    # A link is made whole or not at all; the part itself goes by itself.
    if not path.exists():
        os.link(part, path)


def _folder() -> Path:
    folder = Path(current_app.config["DATA"]) / "rescue"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
