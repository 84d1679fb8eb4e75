"""What a phone hands over once it was revoked: everything that it had not sent, sealed for the bureau, by its own key."""

import io

import msgspec
from flask import Blueprint, request

from webapp.accounts import audit
from webapp.accounts.access import allow
from webapp.accounts.views import csrf, limiter
from webapp.api import Contract, speaks
from webapp.db import db
from webapp.errors import Problem
from webapp.field.rescue import RescueFile

blueprint = Blueprint("rescue", __name__)


class Refused(msgspec.Struct, frozen=True):
    """A piece that the bureau does not hold, and why; it stays on the phone, where nobody reads it."""

    id: str
    code: str


class HandedOver(msgspec.Struct, frozen=True):
    """The explicit list of what the bureau holds now: `events` by id, `photos` by hash; nothing else may be deleted."""

    revoked: bool
    events: list[str]
    photos: list[str]
    refused: list[Refused]


@blueprint.post("/api/v1/rescue")
@allow("anyone")
@csrf.exempt
@limiter.limit("60 per minute", deduct_when=lambda response: response.status_code == 422)
@speaks(
    Contract(
        "Hand over what a revoked phone had not sent: a rescue file (docs/rescue.md)",
        answer=HandedOver,
        media="application/octet-stream",
        problems=("device_active", "rescue_damaged", "rescue_phone", "rescue_key"),
    )
)
def hand_over() -> HandedOver:
    """Keep it apart for a person to judge. The phone's signature is who it is; no session is needed, nor a password.

    A file without pieces asks whether the phone is revoked. Raises `device_active` where it is not.
    """
    data = request.get_data()
    found = RescueFile(io.BytesIO(data), len(data))
    if not found.revoked:
        raise Problem("device_active")
    taken = found.take()
    if found.head.pieces:
        audit.write(
            "rescue.handed", target=f"{found.phone} {found.head.device}", bureau=found.head.bureau,
            events=len(taken.quarantined), photos=len(taken.photos), refused=len(taken.refused),
        )  # fmt: skip
        db.session.commit()
    refused = [Refused(name, problem.code) for name, problem in taken.refused]
    return HandedOver(True, taken.accepted + taken.quarantined, taken.photos, refused)
