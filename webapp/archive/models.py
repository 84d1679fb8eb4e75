"""Archives: sealed files that are never changed, and rows that say where they are and what they hash to."""

import contextlib
import errno
import os
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import ForeignKey, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship
from uuid6 import uuid7

from webapp.accounts.models import Bureau, Enrolment, User
from webapp.archive import changes, comments, rules
from webapp.archive.disposal import Disposal
from webapp.archive.document import document
from webapp.archive.index import ArchiveIndex
from webapp.archive.package import build
from webapp.archive.papers import draw_files, papers
from webapp.archive.sections import asked_by, labels
from webapp.archive.stamps import Stamp
from webapp.archive.transparency import enter
from webapp.archive.unpack import tag_manifest, with_proofs
from webapp.archive.wording import CHINA, Say, Wording, moment, texts
from webapp.canonical import sha256
from webapp.db import UTCDateTime, china_day, db, now, today
from webapp.errors import Problem
from webapp.evidence.keys import bureau_key, public_pem
from webapp.evidence.models import Blob
from webapp.field.fold import Event, Record, fold
from webapp.field.models import BlobName, Inspection
from webapp.field.rules import blob_names
from webapp.forms.models import Form
from webapp.typed import iso_day

Json = dict[str, Any]


@dataclass(frozen=True)
class File:
    """All that the bureau holds of one inspection, read once: what review and archive are made from."""

    inspection: Inspection
    lang: str = "zh"
    say: Say = str
    version: int | None = None
    signed: str | None = None

    @cached_property
    def events(self) -> list[Event]:
        """Its log, by position; as it was when `version` was closed, or what the seal of the record `signed` stands on."""
        db.session.flush()
        log = [event.body for event in self.inspection.events()]
        if self.signed:
            return rules.as_signed(log, self.signed) or []
        closed = [at for at, event in enumerate(log, start=1) if event["type"] == "archive"]
        return log[: closed[self.version - 1]] if self.version else log

    @cached_property
    def record(self) -> Record:
        """What the log adds up to. To who has only what was `signed`, the office's talk with the pair is not shown."""
        record = fold(self.events)
        told = [made for made in record["office"] if made["type"] in ("pair", "recusal")]
        return record | {"office": told} if self.signed else record

    @cached_property
    def forms(self) -> list[Json]:
        """The forms that the visit was made with, in its order; those assigned where nobody arrived yet."""
        return list(self.forms_by_hash.values())

    @cached_property
    def forms_by_hash(self) -> dict[str, Json]:
        """The same by their hashes, in the same order."""
        visit = self.record["content"]["visit"]
        named = list(dict.fromkeys(texts(visit.get("forms")))) if visit else self.inspection.form_hashes
        bodies = Form.bodies(named)
        return {name: bodies[name] for name in named if name in bodies}

    @cached_property
    def held(self) -> set[str]:
        """Names of the pictures of the record that are whole here."""
        return BlobName.held(self.inspection.id, blob_names(self.record))

    @cached_property
    def shown(self) -> set[str]:
        """Those of them that a page can show; the others are given out as files."""
        return self.held - Blob.unshown(self.held)

    @cached_property
    def names(self) -> dict[str, str]:
        """Everyone who wrote in the log, by id."""
        authors = {event["author"] for event in self.events}
        return {user.id: user.name for user in db.session.scalars(select(User).where(User.id.in_(authors)))}

    @cached_property
    def document(self) -> Json:
        """The record in words (`document.document`)."""
        return self.in_words(self.record)

    def in_words(self, record: Record) -> Json:
        """A record of this inspection in words, such as an earlier one."""
        return document(
            record, self.forms, self.assignment, self.lang, self.names, say=self.say, events=self.events
        )

    @cached_property
    def wording(self) -> Wording:
        """Words in this language, with the names of who wrote."""
        return Wording(self.lang, self.names, self.say)

    @cached_property
    def sent_back(self) -> Record | None:
        """The record as it was when the office last sent it back."""
        return rules.sent_back(self.events)

    @cached_property
    def changed(self) -> list[Json]:
        """What changed since it was sent back, in words."""
        if self.sent_back is None:
            return []
        rows = changes.changes(self.sent_back, self.record)
        return changes.worded(rows, self.in_words(self.sent_back), self.document, self.wording)

    @cached_property
    def comments(self) -> list[Json]:
        """What the office said to the pair, in words."""
        return comments.worded(
            comments.comments(self.events), self.wording, self.labels, asked_by(self.forms)
        )

    @cached_property
    def labels(self) -> dict[str, str]:
        """The questions of its forms, by address."""
        return labels(self.forms, self.wording, self.record["content"])

    @cached_property
    def missing(self) -> list[rules.Missing]:
        """What a complete file lacks, by name (CA-2.2d)."""
        seal = self.record["seal"]
        signed = seal and self.device_key and (seal["record_hash"], seal["covers"], seal["signature"])
        return self._papers_missing + rules.missing(
            self.record,
            self.forms,
            self.held,
            seal_signature_ok=bool(signed) and rules.check_seal_signature(self.device_key, *signed),
            visit_matches=rules.matches(self.record["content"]["visit"], self.assignment),
            wanted=self.wanted,
            lang=self.lang,
            say=self.say,
        )

    @property
    def _papers_missing(self) -> list[rules.Missing]:
        """Approval and service, where the bureau's law of the day asks for them."""
        wanted = self.inspection.bureau.law(self._visited).get("approval_needed")
        return rules.papers_missing(self.papers["approvals"], self.say) if wanted else []

    @cached_property
    def papers(self) -> Json:
        """What stood before the visit (`papers.papers`)."""
        return papers(self.inspection)

    @cached_property
    def wanted(self) -> frozenset[str]:
        """What the bureau's law asked for beyond the ordinary on the day of the visit."""
        law = self.inspection.bureau.law(self._visited)
        return frozenset(name for name in rules.WANTED_BY_LAW if law.get(name))

    @property
    def _visited(self) -> date:
        """The day on which somebody arrived; today where nobody did."""
        times = [moment(arrival["time"]) for arrival in self.record["content"]["arrivals"]]
        return iso_day(times[0][:10] if times else "") or today()

    @cached_property
    def device_key(self) -> Json | None:
        """The public key of the phone that sealed, as its holder enrolled it."""
        seal = self.record["seal"]
        enrolment = seal and db.session.get(Enrolment, (seal["device"], seal["author"]))
        return enrolment.public_key if enrolment else None

    @cached_property
    def assignment(self) -> Json:
        """What was assigned, to whom, by whom and why (RZ-5), as plain data."""
        assigned = self.inspection
        by = db.session.get(User, assigned.assigned_by)
        items = [listed.item for listed in assigned.listed]
        return {
            "id": assigned.id,
            "number": assigned.number,
            "bureau": {"id": assigned.bureau_id, "name": assigned.bureau.name},
            "subject": assigned.subject.as_json(),
            "items": [{"id": i.id, "code": i.code, "name": i.name, "bases": i.bases} for i in items],
            "forms": assigned.form_hashes,
            "pair": [member.inspector.as_json() for member in assigned.members],
            "due": assigned.due.isoformat(),
            "reason": {"kind": assigned.reason, "text": assigned.reason_text},
            "assigned_by": by.name if by else assigned.assigned_by,
            "assigned_at": assigned.assigned_at.isoformat(),
        }

    def pictures(self) -> dict[str, bytes]:
        """The bytes of the pictures that are whole here, as captured."""
        rows = db.session.scalars(select(Blob).where(Blob.sha256.in_(self.held)))
        return {blob.sha256: blob.read() for blob in rows}


class Archive(db.Model):
    """档案. One version of an inspection's package; what comes later is a new version that names this one.

    `position`: that of the last event in it. `sha256` and `size` are those of the package as it was sealed; what is given
    out has its timestamp beside the signature (`given`). `tag_hash`, the SHA-256 of its tag manifest, never differs by
    that: the next version names it as `previous`.
    """

    __tablename__ = "archive"
    __table_args__ = (UniqueConstraint("inspection_id", "version"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"))
    version: Mapped[int]
    position: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    tag_hash: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    path: Mapped[str]
    previous: Mapped[str | None] = mapped_column(String(64))
    author: Mapped[str] = mapped_column(ForeignKey("user.id"))
    archived_at: Mapped[datetime] = mapped_column(UTCDateTime)
    stamp: Mapped[Stamp] = relationship(lazy="joined", innerjoin=True)

    @classmethod
    def seal(cls, inspection: Inspection, author: User, time: datetime | None = None) -> "Archive":
        """Close the file of an accepted inspection, or close it anew when something came after (RZ-16b).

        The caller commits. Raises `wrong_state`, `not_complete` with what is missing by name, or
        `archive_disposed`.
        """
        inspection = Inspection.locked(inspection.id) or inspection
        if Disposal.approved(inspection.id):
            raise Problem("archive_disposed")
        file = File(inspection)
        if not _may_close(file):
            raise Problem("wrong_state")
        if file.missing:
            raise Problem("not_complete", missing=[vars(lack) for lack in file.missing])
        time = time or now()
        last = cls.latest(inspection)
        inspection.append_office(author, "archive", _closing(file, author, last, time), time)
        return cls._keep(inspection, author, last, time)

    @classmethod
    def latest(cls, inspection: Inspection) -> "Archive | None":
        """The newest version, if there is an archive."""
        return next(iter(cls.versions(inspection)), None)

    @classmethod
    def versions(cls, inspection: Inspection) -> list["Archive"]:
        """Every version, the newest first."""
        rows = select(cls).where(cls.inspection_id == inspection.id).order_by(cls.version.desc())
        return list(db.session.scalars(rows))

    @classmethod
    def behind(cls, bureau_id: str, limit: int) -> list[Inspection]:
        """Archived inspections of which something came that no version holds yet, those that wait longest first."""
        held = select(func.max(cls.position)).where(cls.inspection_id == Inspection.id).scalar_subquery()
        mine = (Inspection.bureau_id == bureau_id, Inspection.state == "archived", Inspection.position > held)
        rows = select(Inspection).where(*mine).order_by(Inspection.changed_at, Inspection.id)
        return list(db.session.scalars(rows.limit(limit)))

    @property
    def file(self) -> Path:
        """Where the package lies."""
        return _folder() / self.path

    def index(self, package: bytes | None) -> None:
        """Write the row by which the shelves find this archive; `package` are its bytes, as far as they are there."""
        inspection = db.session.get_one(Inspection, self.inspection_id)
        file = File(inspection, version=self.version)
        ArchiveIndex.renew(self, file.events, file.forms, package)

    @property
    def given(self) -> tuple[str, int]:
        """SHA-256 and size of the package as it is given out."""
        return (self.stamp.sha256, self.stamp.size) if self.stamp.sha256 else (self.sha256, self.size)

    def read(self, stamped: bool = True) -> bytes:
        """The package as it is given out, or as it was sealed.

        Raises `archive_damaged` where the file is gone or is not what was kept, `archive_disposed`.
        """
        if Disposal.approved(self.inspection_id):
            raise Problem("archive_disposed")
        try:
            data = self.file.read_bytes()
        except OSError as error:
            raise Problem("archive_damaged") from error
        if sha256(data) != self.sha256:
            raise Problem("archive_damaged")
        proofs = self.stamp.files() if stamped else {}
        return with_proofs(data, proofs) if proofs else data

    @classmethod
    def _keep(cls, inspection: Inspection, author: User, last: "Archive | None", time: datetime) -> "Archive":
        version = last.version + 1 if last else 1
        data = rebuilt(inspection, version)
        listed = tag_manifest(data)
        archive = cls(
            id=str(uuid7()),
            inspection_id=inspection.id,
            version=version,
            position=inspection.position,
            sha256=sha256(data),
            tag_hash=sha256(listed),
            size=len(data),
            path=f"{inspection.bureau_id}/{time.astimezone(CHINA).year}/{inspection.id}-v{version}.zip",
            previous=last.tag_hash if last else None,
            author=author.id,
            archived_at=time,
            stamp=Stamp(),
        )
        db.session.add(archive)
        # The row first: where another process made this version already, its file is not touched.
        db.session.flush()
        archive.index(data)
        enter(archive.id, listed)
        _write(archive.file, data)
        return archive


def rebuilt(inspection: Inspection, version: int) -> bytes:
    """A version of the inspection's package as it was sealed, made from its log: the same bytes every time."""
    file = File(inspection, version=version)
    bureau_id = inspection.bureau_id
    closing = [event for event in file.events if event["type"] == "archive"][-1]["payload"]
    return build(
        file.events,
        file.forms,
        file.pictures(),
        bureau_key(bureau_id).sign,
        public_pem(bureau_id),
        draw_files(closing.get("papers", {})),
    )


def known_keys() -> dict[str, str]:
    """The public keys of the bureaus here that have one, as PEM by bureau id: what `verify` compares with."""
    folder = Path(current_app.config["DATA"]) / "keys"
    ids = db.session.scalars(select(Bureau.id))
    return {bureau_id: public_pem(bureau_id) for bureau_id in ids if (folder / f"{bureau_id}.pem").exists()}


def _may_close(file: File) -> bool:
    if file.record["state"] != "archived":
        return bool(file.record["state"] == "accepted")
    # By position, not by seq: a phone that was offline may send what it wrote long before.
    at, closing = [(at, event) for at, event in enumerate(file.events, 1) if event["type"] == "archive"][-1]
    return at < len(file.events) or closing["payload"]["pictures"] != sorted(file.held)


def _closing(file: File, author: User, last: Archive | None, time: datetime) -> Json:
    """What the log has to say for the package to be made from it alone, whatever the libraries say later."""
    day = china_day(time)
    return {
        "seal": file.record["seal"]["event"],
        "version": last.version + 1 if last else 1,
        "previous": last.tag_hash if last else None,
        "assignment": file.assignment,
        "names": file.names | {author.id: author.name},
        "retention": rules.retention(file.inspection.bureau.law(day), day),
        "device_key": file.device_key,
        "pictures": sorted(file.held),
        "papers": file.papers,
    }


def _write(path: Path, data: bytes) -> None:
    """On the disk before anything says so, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Problem("storage_full") from error
        raise
    finally:
        with contextlib.suppress(FileNotFoundError):
            part.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _folder() -> Path:
    return Path(current_app.config["DATA"]) / "archives"
