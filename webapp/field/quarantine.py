"""What revoked phones sent, and who is not in the pair any more: taken in as late events, or refused. Nothing goes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column

from webapp.accounts.models import Enrolment, Quarantined, User
from webapp.db import UTCDateTime, db, now
from webapp.errors import Problem
from webapp.field.batch import Batch
from webapp.field.models import BlobName, Event, Inspection
from webapp.field.relief import Relieved
from webapp.ids import is_sha256

Json = dict[str, Any]


class QuarantinedPhoto(db.Model):
    """That a revoked phone handed over the bytes of a photo; nobody's until a person takes its event in."""

    __tablename__ = "quarantined_photo"
    device: Mapped[str] = mapped_column(String(36), primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"), primary_key=True)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    @classmethod
    def of(cls, device: str) -> set[str]:
        """The photos that a phone handed over."""
        return set(db.session.scalars(select(cls.sha256).where(cls.device == device)))

    @classmethod
    def named(cls, device: str) -> set[str]:
        """The photos that events of a phone name which wait, or were taken in."""
        rows = select(Quarantined).where(Quarantined.device == device, Quarantined.taken.is_not(False))
        return {name for row in db.session.scalars(rows) if (name := photo_of(row.body))}


def photo_of(event: Any) -> str | None:
    """The photo that an event names, if it is one that does."""
    if not isinstance(event, dict) or event.get("type") not in ("photo", "stamp"):
        return None
    payload = event.get("payload")
    name = payload.get("sha256") if isinstance(payload, dict) else None
    return name if isinstance(name, str) and is_sha256(name) else None


@dataclass(frozen=True)
class Held:
    """A quarantined event and what the bureau knows of it."""

    row: Quarantined
    inspection: Inspection | None
    author: User | None
    phone: str

    @classmethod
    def of(cls, row: Quarantined) -> "Held":
        """What a row is about, as far as it says so; what another bureau inspects is nobody's here."""
        body = row.body if isinstance(row.body, dict) else {}
        inspection = _get(Inspection, body.get("inspection"))
        if inspection and inspection.bureau_id != row.sender.bureau_id:
            inspection = None
        phones = {one.user_id: one.name for one in Enrolment.of_device(row.device)}
        author = _get(User, body.get("author"))
        return cls(row, inspection, author, next(iter(phones.values()), ""))

    @property
    def event(self) -> Json:
        """The event; empty where what was sent is none."""
        body = self.row.body
        return body if isinstance(body, dict) and isinstance(body.get("payload"), dict) else {}

    @property
    def relieved(self) -> bool:
        """Whether its author is not in the pair any more."""
        return (
            self.inspection is not None
            and self.author is not None
            and self.author.id not in self.inspection.pair
            and Relieved.is_one(self.inspection.id, self.author.id)
        )

    @property
    def kept(self) -> bool:
        """Whether the phone, restored, sent the same event again: it is in its inspection already."""
        name = self.event.get("id")
        sought = isinstance(name, str) and "\0" not in name
        return sought and Event.texts([name]).get(name) == self.row.text

    @property
    def photo(self) -> str | None:
        """The photo that it names, where the phone handed over the bytes."""
        sha256 = photo_of(self.event)
        return sha256 if sha256 and db.session.get(QuarantinedPhoto, (self.row.device, sha256)) else None

    @property
    def bytes_missing(self) -> bool:
        """Whether it names a photo whose bytes the bureau does not have."""
        sha256 = photo_of(self.event)
        if sha256 is None or self.photo:
            return False
        return self.inspection is None or not BlobName.held(self.inspection.id, {sha256})


def judge(
    person: User, ids: list[int], taken: bool, reason: str
) -> tuple[list[Held], list[tuple[Held, Problem]]]:
    """Take in or refuse each; gives those that were judged, and those that cannot be taken in, with why.

    The caller commits. Raises `reason_needed`, `quarantine_none`, `quarantine_own`.
    """
    if not reason:
        raise Problem("reason_needed")
    held = [Held.of(row) for row in Quarantined.locked(person.bureau_id, ids)]
    if not held:
        raise Problem("quarantine_none")
    if any(person.id in (one.row.user_id, one.event.get("author")) for one in held):
        raise Problem("quarantine_own")
    done, faulty = [], []
    for one in sorted(held, key=_in_order):
        fault = _take_in(one) if taken else None
        if fault:
            faulty.append((one, fault))
        else:
            one.row.decide(person, taken, reason)
            done.append(one)
    return done, faulty


def _take_in(held: Held) -> Problem | None:
    """Append the event as sync would have before; why it is none that can be taken in."""
    if held.inspection is None:
        return Problem("inspection_unknown" if held.event else "event_malformed")
    people = [enrolment.user_id for enrolment in Enrolment.of_device(held.row.device)]
    batch = Batch(held.row.device, people, judged=True)
    batch.take([held.row.body])
    if batch.rejected:
        return batch.rejected[0][1]
    if held.photo:
        BlobName.receive(held.photo, [held.inspection.id])
    return None


def _in_order(held: Held) -> tuple[str, int, int]:
    seq = held.event.get("seq")
    return (str(held.event.get("inspection")), seq if isinstance(seq, int) else 0, held.row.id)


def _get(model: Any, name: Any) -> Any:
    return db.session.get(model, name) if isinstance(name, str) and "\0" not in name else None
