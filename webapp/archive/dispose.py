"""To dispose of archives: one proposes, another decides, then the files are destroyed."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from webapp.accounts.models import User
from webapp.archive import rules
from webapp.archive.disposal import APPROVED, PROPOSED, REFUSED, Disposal
from webapp.archive.index import ArchiveIndex
from webapp.archive.models import Archive, File
from webapp.db import db, now
from webapp.errors import Problem
from webapp.field.models import Inspection

DUE_PAGE = 200


def due(bureau_id: str, today: date) -> list[ArchiveIndex]:
    """A bureau's archives whose retention is over and of which nobody has decided, the oldest first."""
    decided = select(Disposal.inspection_id).where(Disposal.state != REFUSED)
    rows = select(ArchiveIndex).where(
        ArchiveIndex.bureau_id == bureau_id,
        ArchiveIndex.retain_until < today,
        ArchiveIndex.inspection_id.not_in(decided),
    )
    ordered = rows.order_by(ArchiveIndex.retain_until, ArchiveIndex.inspection_id)
    return list(db.session.scalars(ordered.limit(DUE_PAGE)))


def propose(author: User, inspection_id: str, reason: str, today: date) -> Disposal:
    """Propose that an archive be destroyed; the caller commits.

    Raises `not_found`, `reason_needed`, `archive_none`, `retention_runs`, `disposal_decided`.
    """
    inspection = _own(author, inspection_id)
    if not reason.strip():
        raise Problem("reason_needed")
    retention = _retention(inspection)
    if not rules.may_be_disposed(retention, today):
        raise Problem("retention_runs", until=retention["until"])
    if Disposal.standing([inspection.id]):
        raise Problem("disposal_decided")
    disposal = Disposal(
        inspection_id=inspection.id,
        until=date.fromisoformat(retention["until"]),
        reason=reason.strip(),
        proposed_by=author.id,
    )
    db.session.add(disposal)
    db.session.flush()
    return disposal


def decide(author: User, disposal_id: int, approved: bool, opinion: str, today: date) -> Disposal:
    """Approve or refuse a proposal of another person; the caller commits, and destroys afterwards.

    Raises `not_found`, `disposal_decided`, `second_person_needed`, `reason_needed` for a refusal without one,
    `retention_runs` where a later version of the archive is kept longer.
    """
    proposal = db.session.get(Disposal, disposal_id)
    if proposal is None:
        raise Problem("not_found")
    inspection = _own(author, proposal.inspection_id)
    db.session.refresh(proposal)
    if proposal.state != PROPOSED:
        raise Problem("disposal_decided")
    if proposal.proposed_by == author.id:
        raise Problem("second_person_needed")
    if not approved and not opinion.strip():
        raise Problem("reason_needed")
    if approved and not rules.may_be_disposed(_retention(inspection), today):
        raise Problem("retention_runs")
    proposal.state = APPROVED if approved else REFUSED
    proposal.opinion, proposal.decided_by, proposal.decided_at = opinion.strip(), author.id, now()
    return proposal


def destroy(disposals: Iterable[Disposal]) -> None:
    """Destroy the files of approved disposals and say so; what was cut short is done at the next call.

    Each is committed by itself: a row that says destroyed has no file any more.
    """
    for disposal in disposals:
        for archive in Archive.versions(disposal.inspection):
            archive.file.unlink(missing_ok=True)
        disposal.destroyed_at = now()
        forget(disposal.inspection_id)
        db.session.commit()


def forget(inspection_id: str) -> None:
    """Take the record's words out of the index; the catalogue's columns stay."""
    row = db.session.get(ArchiveIndex, inspection_id)
    if row:
        row.text = row.heading


def _own(author: User, inspection_id: str) -> Inspection:
    inspection = Inspection.locked(inspection_id)
    if inspection is None or inspection.bureau_id != author.bureau_id:
        raise Problem("not_found")
    return inspection


def _retention(inspection: Inspection) -> dict[str, str | None]:
    """As the newest version's closing said, by the law of its day. From the log: the index is only derived."""
    closings = [event["payload"] for event in File(inspection).events if event["type"] == "archive"]
    if not closings:
        raise Problem("archive_none")
    return closings[-1]["retention"]  # type: ignore[no-any-return]
