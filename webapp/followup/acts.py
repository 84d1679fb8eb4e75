"""The one door by which something is written after a visit: every act is an event in the inspection's log."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from webapp.accounts.models import User
from webapp.archive.disposal import Disposal
from webapp.db import db, today
from webapp.errors import Problem
from webapp.evidence.models import Blob
from webapp.field.models import SUBJECT, BlobName, Inspection
from webapp.followup.steps import GRANTED, NEEDS_APPROVAL, Step, Steps, read
from webapp.followup.uploads import Upload

Json = dict[str, Any]
# `(payload, steps, author's id, today)` to the code of what is wrong, or None.
Check = Callable[[Json, Steps, str, date], str | None]

STATES = ("accepted", "archived")
PAIR = "pair"
NAME_LENGTH = 120
# What the public read is put right by the next of these, in the sight of everybody; voided, what was gone would be back.
IN_PUBLIC = frozenset({"publish", "correct", "take_down"})
CHECKS: dict[str, Check] = {}


def after(inspection: Inspection) -> Steps:
    """What followed the visit so far."""
    return read(inspection.record()["after"])


def may(user: Any, inspection: Inspection, *audience: str) -> bool:
    """Whether a person of the bureau has one of the roles, or is of the pair and `PAIR` is among them (RZ-4b)."""
    if user.bureau_id != inspection.bureau_id:
        return False
    return not set(user.roles).isdisjoint(audience) or (PAIR in audience and user.id in inspection.pair)


def may_approve(user: Any, inspection: Inspection, author: str) -> bool:
    """Whether a person may say yes or no to what `author` did: neither that one nor of the pair."""
    return may(user, inspection, "supervisor", "archivist") and user.id not in (author, *inspection.pair)


def may_void(user: Any, inspection: Inspection, step: Step) -> bool:
    """Whether a person may void a step: the own, or as an archivist any, but for the own visit's; of what two decided, not
    the one who put it forward."""
    if fixed(step):
        return False
    if step.approval == GRANTED:
        return may_approve(user, inspection, step.author)
    if step.author == user.id:
        return may(user, inspection, "archivist", "supervisor", PAIR)
    return may(user, inspection, "archivist") and user.id not in inspection.pair


def write(
    author: User | str,
    inspection: Inspection,
    kind: str,
    payload: Json,
    files: Iterable[tuple[str, bytes] | Upload] = (),
) -> str:
    """Write one event after the visit, with its files; gives the event's id. The caller commits.

    `author`: a person, or `SUBJECT`. `files`: name and bytes, or an `Upload`, which was looked at and is not opened again.
    Raises `wrong_state` where the record is not accepted yet or its archive is to be destroyed, `evidence_kind` for a file
    that is no picture, PDF or XLSX, and what the check of this type says.
    """
    locked = Inspection.locked(inspection.id)
    if locked is None or locked.state not in STATES or Disposal.approved(inspection.id):
        raise Problem("wrong_state")
    name = author if isinstance(author, str) else author.id
    fault = CHECKS[kind](payload, after(locked), name, today()) if kind in CHECKS else None
    if fault:
        raise Problem(fault)
    kept = [_kept(file) for file in files]
    event = locked.append_office(author, kind, payload | ({"files": kept} if kept else {}))
    for file in kept:
        BlobName.receive(file["sha256"], [locked.id])
    db.session.flush()
    return event


def _kept(file: tuple[str, bytes] | Upload) -> Json:
    if isinstance(file, Upload):
        name, blob = file.name, Blob.keep_checked(file.data, file.mime)
    else:
        name, blob = file[0], Blob.keep_document(file[1])
    return {"sha256": blob.sha256, "name": name[:NAME_LENGTH], "mime": blob.mime, "size": blob.size}


def _approve(payload: Json, steps: Steps, author: str, _today: date) -> str | None:
    target = steps.get(payload["target"])
    if target is None or target.type not in NEEDS_APPROVAL or not target.waits:
        return "wrong_state"
    return "approve_own" if author == target.author else None


def fixed(step: Step) -> bool:
    """Whether nobody may void it: voided already, public, decided by two (of which only what is withheld can be freed
    again), or an objection of the subject, which a ruling answers."""
    granted = step.approval == GRANTED and step.type != "withhold"
    objected = step.type == "object" and step.author == SUBJECT
    return step.voided is not None or step.type in IN_PUBLIC or granted or objected


def _void(payload: Json, steps: Steps, author: str, _today: date) -> str | None:
    target = steps.get(payload["target"])
    if target is None or fixed(target):
        return "wrong_state"
    if target.approval == GRANTED and author == target.author:
        return "approve_own"
    return None if payload["reason"].strip() else "reason_needed"


CHECKS["approve"] = _approve
CHECKS["void"] = _void
__all__ = ["CHECKS", "PAIR", "SUBJECT", "after", "fixed", "may", "may_approve", "may_void", "write"]
