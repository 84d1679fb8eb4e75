"""What stood before a visit, gathered when its file is closed: plan, law, draw, approval, notice (mission 3, parts 02-05).

It goes into the closing event as plain data, so that the package is made from the log alone; only the bytes of draw
files are named by their hash and read again.
"""

from datetime import date
from typing import Any

from flask import has_request_context, url_for
from sqlalchemy import func, select

from webapp.accounts.models import Law
from webapp.db import china_day, db
from webapp.draw.elsewhere import DrawnList, DrawnRow
from webapp.draw.models import Draw, DrawVersion
from webapp.draw.names import DrawSubject
from webapp.evidence.models import Blob
from webapp.field.approvals import APPROVED, Approval
from webapp.field.models import Inspection, InspectionDraw

Json = dict[str, Any]

# A larger file stays at its public address; its hash and the subject's place in it are kept.
LARGEST_DRAW_FILE = 8 * 1024 * 1024


def papers(inspection: Inspection) -> Json:
    """`{plans, law, draws, lists, approvals, addresses}` of an inspection, as they are known now."""
    served = InspectionDraw.of_inspection(inspection.id)
    lists = DrawnRow.lists([inspection.id])
    approvals = Approval.of(inspection.id)
    return {
        "plans": [_plan(one) for one in [*(row.draw for row in served), *lists]],
        "law": _law(inspection),
        "draws": [_draw(row) for row in served],
        "lists": [_list(one, inspection) for one in lists],
        "approvals": [one.told() for one in approvals],
        "addresses": _addresses(inspection, approvals),
    }


def draw_files(given: Json) -> dict[str, bytes]:
    """The bytes of draw files and other platforms' evidence that a closing event keeps, by their SHA-256."""
    kept = {file["sha256"] for draw in given.get("draws", []) for file in draw["files"] if file["kept"]}
    rows = db.session.execute(
        select(DrawVersion.sha256, DrawVersion.text).where(DrawVersion.sha256.in_(kept))
    )
    proofs = {one["evidence"]["sha256"] for one in given.get("lists", []) if one["evidence"]["kept"]}
    blobs = db.session.scalars(select(Blob).where(Blob.sha256.in_(proofs)))
    return {name: text.encode() for name, text in rows} | {blob.sha256: blob.read() for blob in blobs}


def _plan(draw: Draw | DrawnList) -> Json:
    version = draw.plan_version
    return {
        "draw": draw.id,
        "year": version.plan.year,
        "version": version.number,
        "why": version.why,
        "approval": version.approval,
        "approved_by": version.approver.name if version.approver else None,
        "approved_at": version.approved_at.isoformat() if version.approved_at else None,
        "published_at": version.published_at.isoformat() if version.published_at else None,
        "task": draw.task,
    }


def _law(inspection: Inspection) -> Json | None:
    """The version of the bureau's law of the day on which the inspection was made."""
    law = Law.in_force(inspection.bureau_id, china_day(inspection.assigned_at))
    return law and {
        "valid_from": law.valid_from.isoformat(),
        "valid_until": _iso(law.valid_until),
        "settings": law.settings,
    }


def _draw(row: InspectionDraw) -> Json:
    draw = row.draw
    in_pool = db.session.scalars(
        select(DrawSubject).where(DrawSubject.draw_id == draw.id, DrawSubject.subject_id == row.subject_id)
    ).first()
    columns = (DrawVersion.number, DrawVersion.state, DrawVersion.sha256, DrawVersion.made_at)
    versions = db.session.execute(
        select(*columns, func.length(DrawVersion.text))
        .where(DrawVersion.draw_id == draw.id)
        .order_by(columns[0])
    ).all()
    told = (versions[0].number, versions[-1].number)
    names = ("id", "said", "salt", "stratum", "batch", "place", "ticket")
    return {
        "id": draw.id,
        "state": draw.state,
        "subject": in_pool and {name: getattr(in_pool, name) for name in names},
        "page": url_for("draws.page", draw_id=draw.id, _external=True) if has_request_context() else "",
        "files": [
            {
                "number": number,
                "state": state,
                "sha256": sha256,
                "made_at": made_at.isoformat(),
                # What was announced and what holds now; those between are told by their hashes.
                "kept": number in told and size <= LARGEST_DRAW_FILE,
            }
            for number, state, sha256, made_at, size in versions
        ],
    }


def _list(given: DrawnList, inspection: Inspection) -> Json:
    """Another platform's draw: whose it was, and the evidence that came with its list (RZ-9)."""
    mine = (DrawnRow.list_id == given.id, DrawnRow.inspection_id == inspection.id)
    row = db.session.scalars(select(DrawnRow).where(*mine).order_by(DrawnRow.line)).first()
    blob = db.session.get_one(Blob, given.evidence)
    return {
        "id": given.id,
        "said": given.said,
        "platform": given.platform,
        "batch": given.batch,
        "drawn_on": given.drawn_on.isoformat(),
        "line": row.line if row else None,
        "why": row.why if row else None,
        "taken_by": given.author.name,
        "taken_at": given.source.taken_at.isoformat() if given.source.taken_at else None,
        "evidence": {
            "name": given.evidence_name,
            "sha256": given.evidence,
            "mime": blob.mime,
            "kept": blob.size <= LARGEST_DRAW_FILE,
        },
    }


def _addresses(inspection: Inspection, approvals: list[Approval]) -> Json:
    if not has_request_context():
        return {"key": "", "approval": "", "notice": ""}
    last = approvals[0] if approvals else None
    check = (
        url_for("approvals.check", approval_id=last.id, _external=True)
        if last and last.state == APPROVED
        else ""
    )
    return {
        "key": url_for("keys.page", bureau_id=inspection.bureau_id, _external=True),
        "approval": url_for("approvals.one", inspection_id=inspection.id, _external=True) if last else "",
        "notice": check,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
