"""Keys that phones wrapped to the bureau, given back: after a forgotten PIN, to a second person, for what was sent back."""

import base64
import binascii
from typing import Annotated

import msgspec
from flask import Blueprint, session
from flask_login import current_user

from webapp.accounts import audit
from webapp.accounts.access import allow
from webapp.accounts.models import Bureau, Enrolment
from webapp.accounts.phone_key import phone_signed
from webapp.accounts.signins import proved_lately
from webapp.api import Contract, speaks
from webapp.canonical import canonical
from webapp.db import db
from webapp.errors import Problem
from webapp.evidence.keys import box_key, inspection_info, phone_info, unbox
from webapp.field.models import Inspection
from webapp.field.views import device_people
from webapp.ids import Uuid

blueprint = Blueprint("phone_keys", __name__)

# The name of the phone's own key; all others are inspections' ids.
PHONE = "phone"
SECRET_BYTES = 32


class Wrapped(msgspec.Struct, frozen=True):
    """A key as only `bureau` opens it; `name`: "phone" or the inspection's id. `sealed`: HPKE, base64."""

    name: Annotated[str, msgspec.Meta(max_length=36)]
    bureau: Annotated[str, msgspec.Meta(max_length=36)]
    sealed: Annotated[str, msgspec.Meta(max_length=400)]


class KeyRequest(msgspec.Struct, frozen=True):
    """`signature`: of the phone's enrolment key over the canonical `{device, keys}`, DER in base64."""

    device: Uuid
    keys: Annotated[list[Wrapped], msgspec.Meta(max_length=200)]
    signature: Annotated[str, msgspec.Meta(max_length=200)]


class KeyAnswer(msgspec.Struct, frozen=True):
    """The keys that were given, by name, base64; who may not have one does not find it."""

    keys: dict[str, str]


class BoxKeyAnswer(msgspec.Struct, frozen=True):
    """The bureau's public key to which the phone wraps its own keys (JWK; `kid` is the bureau)."""

    box_key: dict[str, str]


@blueprint.get("/api/v1/key")
@allow("signed_in")
@speaks(Contract("The bureau's box key", answer=BoxKeyAnswer))
def public_key() -> BoxKeyAnswer:
    """What a phone needs before it keeps anything."""
    return BoxKeyAnswer(box_key(current_user.bureau_id))


@blueprint.post("/api/v1/key")
@allow("signed_in")
@speaks(
    Contract(
        "Open keys of this phone that were wrapped to the bureau",
        KeyRequest,
        KeyAnswer,
        problems=("device_needed", "device_revoked", "signature_wrong", "key_lost", "password_again"),
    )
)
def give(body: KeyRequest) -> KeyAnswer:
    """Give back what this phone may have, to a person who is in on it. The phone's key proves that it is this phone."""
    people = device_people()
    if any(wrapped.name == PHONE for wrapped in body.keys) and not proved_lately():
        # The phone's own key, by which it came in, must not open what its PIN guards.
        raise Problem("password_again")
    phone = db.session.get(Enrolment, (body.device, current_user.id))
    if phone is None or session["device"] != body.device:
        raise Problem("device_needed")
    signed = canonical({"device": body.device, "keys": msgspec.to_builtins(body.keys)})
    if not phone_signed(phone.public_key, signed, body.signature):
        raise Problem("signature_wrong")
    given = {}
    for wrapped in body.keys:
        secret = _opened(wrapped, body.device, people)
        if secret is not None:
            given[wrapped.name] = base64.b64encode(secret).decode()
            audit.write("key.returned", target=f"{wrapped.name} {body.device}")
    db.session.commit()
    return KeyAnswer(given)


def _opened(wrapped: Wrapped, device: str, people: list[str]) -> bytes | None:
    """The key, or None where nobody on this phone may have it. Raises `key_lost` for the phone's own that does not open."""
    # The name of a file is made of it.
    bureau = db.session.get(Bureau, wrapped.bureau)
    own = wrapped.name == PHONE
    if bureau is None or not (_may_open_phone(bureau.id, device) if own else _in_pair(wrapped.name, people)):
        return None
    info = phone_info(device) if own else inspection_info(wrapped.name)
    try:
        secret = unbox(bureau.id, base64.b64decode(wrapped.sealed, validate=True), info)
    except binascii.Error:
        secret = None
    if secret is None or len(secret) != SECRET_BYTES:
        if own:
            raise Problem("key_lost")
        return None
    return secret


def _may_open_phone(bureau_id: str, device: str) -> bool:
    """A person of the bureau whose phone it is, or who is in a pair with one of those on it."""
    if current_user.bureau_id == bureau_id:
        return True
    others = {one.user_id for one in Enrolment.of_device(device) if one.user.bureau_id == bureau_id}
    return any(not others.isdisjoint(one.pair) for one in Inspection.of_people([current_user.id]))


def _in_pair(inspection_id: str, people: list[str]) -> bool:
    found = db.session.get(Inspection, inspection_id)
    return found is not None and not set(people).isdisjoint(found.pair)
