"""The field API: worklist, sync, record. For the phone and any other field client (design 5)."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import msgspec
from flask import Blueprint, jsonify, request, session
from flask_login import current_user
from sqlalchemy.exc import IntegrityError

from webapp.accounts.access import allow
from webapp.accounts.models import Enrolment, Quarantined, User
from webapp.accounts.signins import at_desk, here_too, opens
from webapp.api import Contract, speaks
from webapp.canonical import digest
from webapp.db import db, now, today
from webapp.errors import Problem
from webapp.evidence.keys import box_key, public_pem
from webapp.field.approvals import notices as notices_of
from webapp.field.batch import Batch
from webapp.field.contract import InspectionAnswer, Rejected, SyncAnswer, SyncRequest, Worklist, WorklistRow
from webapp.field.models import BlobName, Event, Inspection
from webapp.field.relief import earlier_of, gone
from webapp.field.rules import ENDED, NOT_FOR_PAIR
from webapp.forms.models import Form

blueprint = Blueprint("field", __name__)

OFFICE_READERS = ("archivist", "supervisor", "planner", "auditor")
EVENTS_AT_A_TIME = 1000
# What the pairs of visits made again have to know of the first ones, by id; a domain to the right says it.
FIRST_VISITS: list[Callable[[list[str]], dict[str, dict[str, Any]]]] = []
# So do the clocks of inspections, `{id: [clock]}`, as the phone takes them along.
CLOCKS: list[Callable[[list[Inspection], date], dict[str, list[dict[str, Any]]]]] = []
TRIES = 3


@blueprint.get("/api/v1/worklist")
@allow("inspector")
@speaks(Contract("The inspections of the pair, with their forms", answer=Worklist))
def worklist() -> Any:
    """Everything that the phone needs before it goes out; `304` where nothing changed."""
    people = device_people()
    found = Inspection.of_people(people, but=ENDED)
    earlier = earlier_of([one.id for one in found])
    law = current_user.bureau.law(today())
    notices = notices_of(found, bool(law.get("approval_needed")))
    first = {name: told for say in FIRST_VISITS for name, told in say([one.id for one in found]).items()}
    clocks = {name: told for say in CLOCKS for name, told in say(found, today()).items()}
    rows = [
        _row(one, earlier.get(one.id, []), notices[one.id], clocks[one.id], first.get(one.id))
        for one in found
    ]
    forms = Form.bodies(sorted({name for row in rows for name in row.form_hashes}))
    answer = {
        "inspections": [_plain(row) for row in rows],
        "forms": forms,
        "settings": {
            "photo": law.get("photo", {}),
            "bureau": current_user.bureau.name,
            "scan_needed": bool(law.get("scan_needed")),
            "signing_photo": bool(law.get("signing_photo")),
        },
        "bureau_key": public_pem(current_user.bureau_id),
        "box_key": box_key(current_user.bureau_id),
        "gone": gone(people),
    }
    response = jsonify(answer)
    response.set_etag(digest(answer))
    return response.make_conditional(request)


@blueprint.post("/api/v1/sync")
@allow("inspector", lost=True)
@speaks(
    Contract(
        "Send events, get events",
        SyncRequest,
        SyncAnswer,
        problems=("device_needed", "device_revoked"),
        most=4 * 1024 * 1024,
    )  # fmt: skip
)
def sync(body: SyncRequest) -> SyncAnswer:
    """Keep what the phone wrote, and tell it what it has not seen."""
    people = device_people(body)
    for _ in range(TRIES):
        try:
            batch = Batch(body.device, people, body.signatures)
            batch.take(body.events)
            for device, events in batch.quarantined.items():
                Quarantined.keep(device, current_user.id, events)
            answer = _answer(batch, body.cursors, people)
            db.session.commit()
        except IntegrityError:
            # The same event came by two requests at once: the second try finds it kept.
            db.session.rollback()
        else:
            return answer
    raise Problem("busy")


@blueprint.get("/api/v1/inspections/<inspection_id>")
@allow("inspector", *OFFICE_READERS)
@speaks(
    Contract("The folded record and its state", answer=InspectionAnswer, problems=("inspection_unknown",))
)
def inspection(inspection_id: str) -> InspectionAnswer:
    """What the bureau holds of an inspection: the phone compares its own record's hash with this one."""
    found = visible(inspection_id)
    record = found.record()
    if not _here(current_user).isdisjoint(found.pair):
        record["after"] = [one for one in record["after"] if one["type"] not in NOT_FOR_PAIR]
    return InspectionAnswer(found.id, found.number, record["state"], record, BlobName.missing([found.id]))


def visible(inspection_id: str) -> Inspection:
    """The inspection, for its pair and the office of its bureau. Raises `inspection_unknown` for everyone else."""
    check_phone()
    found = db.session.get(Inspection, inspection_id)
    if found is None or not may_see(current_user, found):
        raise Problem("inspection_unknown")
    return found


def check_phone() -> None:
    """Raise `device_revoked` or `device_needed` where this session is a phone's that may no longer come in."""
    if session.get("device") is not None:
        device_people()


def may_see(user: User, inspection: Inspection) -> bool:
    """Whether a person may see an inspection: its pair, and the office of its bureau."""
    of_office = inspection.bureau_id == user.bureau_id and not set(user.roles).isdisjoint(OFFICE_READERS)
    return (of_office and at_desk(user)) or not _here(user).isdisjoint(inspection.pair)


def _here(user: User) -> set[str]:
    """The person, and who else is logged in on the same phone and may still come in."""
    others = [one for one in session.get("people", []) if one != user.id]
    return {user.id, *(one.id for one in (here_too(session["device"], others) if others else ()))}


def device_people(body: SyncRequest | None = None) -> list[str]:
    """Who may write on this session's phone. Raises `device_needed`, `device_revoked`; keeps what a revoked one sent."""
    device = session.get("device")
    if device is None or (body is not None and body.device != device):
        raise Problem("device_needed")
    enrolments = {enrolment.user_id: enrolment for enrolment in Enrolment.of_device(device)}
    if current_user.id not in enrolments:
        raise Problem("device_needed")
    if Enrolment.is_lost(device, current_user.bureau_id):
        Quarantined.keep(device, current_user.id, body.events if body else [])
        db.session.commit()
        raise Problem("device_revoked")
    if body is not None:
        enrolments[current_user.id].seen_at = now()
        _keep_report(enrolments.values(), body)
    # A phone's id is no secret, its session is: who did not log in on this phone in this session writes nothing.
    return [person for person in session["people"] if person in enrolments and opens(enrolments[person])]


def _keep_report(enrolments: Iterable[Enrolment], body: SyncRequest) -> None:
    """What the phone says of itself; a phone is one thing, whoever is logged in on it."""
    if body.app is None and body.unsent is None:
        return
    for enrolment in enrolments:
        unsent = msgspec.to_builtins(body.unsent) or {}
        enrolment.report(body.app, unsent.get("events"), unsent.get("photos"))


def _answer(batch: Batch, cursors: dict[str, int], people: list[str]) -> SyncAnswer:
    touched = {inspection_id for inspection_id, found in batch.touched.items() if found}
    mine = Inspection.positions(people, cursors.keys() | touched)
    events: list[dict[str, Any]] = []
    reached = {}
    for inspection_id in sorted(cursors.keys() & mine.keys()):
        left = EVENTS_AT_A_TIME - len(events)
        # A bureau that was restored from a backup holds less than a phone saw: what it gives out anew is new to it.
        cursor = min(cursors[inspection_id], mine[inspection_id])
        found = Event.log(inspection_id, cursor, left) if left and cursor < mine[inspection_id] else []
        events += [event.body for event in found if event.body["type"] not in NOT_FOR_PAIR]
        reached[inspection_id] = found[-1].position if found else cursor
    rejected = [
        Rejected(event_id, problem.code, problem.text, problem.status) for event_id, problem in batch.rejected
    ]
    wanted = BlobName.missing(sorted(reached.keys() | touched & mine.keys()))
    return SyncAnswer(batch.accepted, rejected, events, reached, wanted, now().isoformat())


def _row(
    inspection: Inspection,
    earlier: list[dict[str, Any]],
    notice: dict[str, Any],
    clocks: list[dict[str, Any]],
    first: dict[str, Any] | None,
) -> WorklistRow:
    return WorklistRow(
        id=inspection.id,
        number=inspection.number,
        subject=inspection.subject.as_json(),
        items=[
            {name: getattr(v.item, name) for name in ("id", "code", "name", "bases", "guideline")}
            for v in inspection.listed
        ],
        form_hashes=inspection.form_hashes,
        pair=[member.inspector.as_json() for member in inspection.members],
        due=inspection.due.isoformat(),
        state=inspection.state,
        seq=inspection.seq,
        reason={"kind": inspection.reason, "text": inspection.reason_text},
        earlier=earlier,
        notice=notice,
        first=first,
        clocks=clocks,
    )


def _plain(row: WorklistRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__struct_fields__}
