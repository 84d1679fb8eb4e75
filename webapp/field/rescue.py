"""Rescue files: what a phone could not send by itself is taken in as if that phone had sent it, and never twice."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from sqlalchemy.exc import IntegrityError

from webapp.accounts.models import Bureau, Enrolment, Quarantined
from webapp.accounts.phone_key import phone_signed
from webapp.db import db, today
from webapp.errors import Problem
from webapp.evidence.keys import inspection_info, rescue_info, unbox
from webapp.evidence.models import Blob
from webapp.field.batch import Batch
from webapp.field.models import BlobName, Event
from webapp.field.quarantine import QuarantinedPhoto
from webapp.field.relief import Relieved
from webapp.field.rescue_rules import BadRescue, Piece, event_of, head_of, opened
from webapp.field.rules import photo_limit

Json = dict[str, Any]
# An event with the signature that it carries, where another phone wrote it.
Row = tuple[Json, str | None]
EVENTS_AT_A_TIME = 200
TRIES = 3


@dataclass
class Taken:
    """What became of the pieces: events and photos that the bureau holds now, by id and hash, and what it refused."""

    accepted: list[str] = field(default_factory=list)
    quarantined: list[str] = field(default_factory=list)
    photos: list[str] = field(default_factory=list)
    refused: list[tuple[str, Problem]] = field(default_factory=list)


class RescueFile:
    """A file of `size` bytes that an enrolled phone made for its bureau. Raises a `Problem` where it is none."""

    def __init__(self, file: IO[bytes], size: int, bureau_id: str | None = None) -> None:
        try:
            self.signed = head_of(file)
        except BadRescue as bad:
            raise Problem(bad.code) from bad
        self.file, self.head = file, self.signed.head
        if bureau_id not in (None, self.head.bureau):
            raise Problem("rescue_bureau")
        self.enrolments = [
            one for one in Enrolment.of_device(self.head.device) if one.user.bureau_id == self.head.bureau
        ]
        if not any(self._signed_by(one.public_key) for one in self.enrolments):
            raise Problem("rescue_phone")
        if size != self.signed.size:
            raise Problem("rescue_damaged")
        self.keys = {name: self._open(name, sealed) for name, sealed in self.head.keys.items()}
        if self.keys and not any(self.keys.values()):
            raise Problem("rescue_key")

    @property
    def revoked(self) -> bool:
        """Whether a person judges whatever this phone still sends."""
        return any(one.revoked_at for one in self.enrolments)

    @property
    def phone(self) -> str:
        """The phone's name for people."""
        return self.enrolments[0].name

    def events(self) -> Iterator[tuple[Piece, Row | Problem]]:
        """Each event of the file, or why it cannot be read."""
        for piece, data in self._read("event"):
            try:
                yield piece, data if isinstance(data, Problem) else (event_of(piece, data), piece.signature)
            except BadRescue as bad:
                yield piece, Problem(bad.code)

    def take(self) -> Taken:
        """Take everything in, events first, and commit piece by piece; what is held already counts as taken."""
        taken, rows = Taken(), []
        for piece, row in self.events():
            if isinstance(row, Problem):
                taken.refused.append((piece.id, row))
                continue
            rows.append(row)
            if len(rows) == EVENTS_AT_A_TIME:
                self._take_events(rows, taken)
                rows = []
        self._take_events(rows, taken)
        for piece, data in self._read("photo"):
            try:
                if isinstance(data, Problem):
                    raise data
                self._take_photo(piece.id, data)
                taken.photos.append(piece.id)
            except Problem as problem:
                db.session.rollback()
                taken.refused.append((piece.id, problem))
        return taken

    def _take_events(self, rows: list[Row], taken: Taken) -> None:
        for _ in range(TRIES):
            try:
                accepted, quarantined, refused = self._keep_events(rows)
                db.session.commit()
            except IntegrityError:
                # The phone itself, or another loading of the file, sent the same event at this moment.
                db.session.rollback()
            else:
                taken.accepted += accepted
                taken.quarantined += quarantined
                taken.refused += refused
                return
        raise Problem("busy")

    def _keep_events(self, rows: list[Row]) -> tuple[list[str], list[str], list[tuple[str, Problem]]]:
        active = [one.user_id for one in self.enrolments if one.user.active]
        kept = Event.texts([event["id"] for event, _ in rows])
        apart = [event for event, _ in rows if event["id"] not in kept and self._is_apart(event, active)]
        names = {event["id"] for event in apart}
        signatures = {event["id"]: signature for event, signature in rows if signature is not None}
        batch = Batch(self.head.device, self._people, signatures)
        batch.take([event for event, _ in rows if event["id"] not in names])
        quarantined = self._quarantine({self.head.device: apart, **batch.quarantined})
        refused = [(name, problem) for name, problem in batch.rejected if name not in quarantined]
        refused += [(name, Problem("quarantine_full")) for name in sorted(names - quarantined)]
        return batch.accepted, sorted(quarantined), refused

    def _is_apart(self, event: Json, active: list[str]) -> bool:
        """Whether a person has to judge: what this phone wrote once it was revoked, or its author left."""
        own, author = event.get("device") == self.head.device, event.get("author")
        return own and author in self._people and (self.revoked or author not in active)

    def _quarantine(self, by_phone: dict[str, list[Json]]) -> set[str]:
        """Keep events apart, each as sent by its author: who loads a file has sent nothing."""
        kept: list[Json] = []
        for device, events in by_phone.items():
            for author in sorted({event["author"] for event in events}):
                kept += Quarantined.keep(device, author, [one for one in events if one["author"] == author])
        return {event["id"] for event in kept}

    def _take_photo(self, sha256: str, data: bytes) -> None:
        people = set(self._people)
        names = [
            name
            for name in BlobName.of(sha256)
            if people & set(name.inspection.pair)
            or any(Relieved.is_one(name.inspection_id, person) for person in people)
        ]
        inspections = [name.inspection_id for name in names]
        if names and all(name.received for name in names):
            return
        if not names and sha256 not in QuarantinedPhoto.named(self.head.device):
            raise Problem("blob_unknown")
        limit = photo_limit(db.session.get_one(Bureau, self.head.bureau).law(today()))
        if len(data) > limit:
            raise Problem("blob_too_large", limit=limit)
        # Nobody waits for the database while a picture is opened and goes to the disk.
        db.session.rollback()
        self._keep_photo(sha256, data, inspections)

    def _keep_photo(self, sha256: str, data: bytes, inspections: list[str]) -> None:
        try:
            Blob.keep(sha256, data)
        except IntegrityError:
            db.session.rollback()
        if inspections:
            BlobName.receive(sha256, inspections)
        else:
            db.session.merge(QuarantinedPhoto(device=self.head.device, sha256=sha256))
        db.session.commit()

    @property
    def _people(self) -> list[str]:
        return [one.user_id for one in self.enrolments]

    def _signed_by(self, jwk: Any) -> bool:
        return phone_signed(jwk, self.signed.line, self.signed.signature)

    def _read(self, kind: str) -> Iterator[tuple[Piece, bytes | Problem]]:
        """Each piece of a kind with what it says, one at a time."""
        at = self.signed.start
        for piece in self.head.pieces:
            if piece.kind == kind:
                self.file.seek(at)
                yield piece, self._opened(piece, self.file.read(piece.size))
            at += piece.size

    def _opened(self, piece: Piece, data: bytes) -> bytes | Problem:
        key = self.keys[piece.key]
        if key is None:
            return Problem("rescue_piece")
        try:
            return opened(piece, key, data)
        except BadRescue as bad:
            return Problem(bad.code)

    def _open(self, name: str, sealed: str) -> bytes | None:
        try:
            data = base64.b64decode(sealed, validate=True)
        except ValueError:
            return None
        info = rescue_info(self.head.device) if name == "rescue" else inspection_info(name)
        return unbox(self.head.bureau, data, info)
