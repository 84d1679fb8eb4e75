"""A phone asks for reminders, or wants them no longer."""

from typing import Annotated

import msgspec
from flask import Blueprint, current_app, session
from flask_login import current_user

from webapp.accounts.access import allow
from webapp.api import Contract, speaks
from webapp.db import db
from webapp.errors import Problem
from webapp.evidence.keys import push_key
from webapp.field import webpush
from webapp.field.reminders import Subscription
from webapp.field.views import device_people
from webapp.words import LANGUAGES

blueprint = Blueprint("push", __name__)

Base64Url = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_-]{1,100}={0,2}$")]


class PushKeys(msgspec.Struct, frozen=True):
    """The two keys of a subscription, in base64url."""

    p256dh: Base64Url
    auth: Base64Url


class PushRequest(msgspec.Struct, frozen=True):
    """A `PushSubscription` as the browser writes it, and the language of this phone."""

    endpoint: Annotated[str, msgspec.Meta(max_length=webpush.MAX_ENDPOINT)]
    keys: PushKeys
    language: str = "zh"


class PushAnswer(msgspec.Struct, frozen=True):
    """`public_key`: what the browser subscribes with; `wanted`: whether this person wants reminders on this phone."""

    public_key: str
    wanted: bool


@blueprint.get("/api/v1/push")
@allow("inspector")
@speaks(Contract("Reminders on this phone", answer=PushAnswer, problems=("device_needed",)))
def state() -> PushAnswer:
    """The key to subscribe with, and whether somebody did."""
    return PushAnswer(webpush.encode(webpush.point(push_key())), _mine() is not None)


@blueprint.put("/api/v1/push")
@allow("inspector")
@speaks(
    Contract(
        "Ask for reminders on this phone", PushRequest, status=204, problems=("device_needed", "push_service")
    )
)
def subscribe(body: PushRequest) -> tuple[str, int]:
    """Keep where this phone is reached; a new address takes the place of the old one."""
    known = _mine()
    loopback = current_app.config["PUSH_LOOPBACK"]
    keys = (body.keys.p256dh.rstrip("="), body.keys.auth.rstrip("="))
    if not webpush.endpoint_allowed(body.endpoint, loopback=loopback) or not webpush.keys_valid(*keys):
        raise Problem("push_service")
    if known is None:
        known = Subscription(device_id=session["device"], user_id=current_user.id)
        db.session.add(known)
    known.endpoint, known.p256dh, known.auth = body.endpoint, *keys
    known.language = body.language if body.language in LANGUAGES else "zh"
    db.session.commit()
    return "", 204


@blueprint.delete("/api/v1/push")
@allow("inspector")
@speaks(Contract("Want no reminders on this phone", status=204, problems=("device_needed",)))
def unsubscribe() -> tuple[str, int]:
    """Forget where this phone is reached."""
    known = _mine()
    if known is not None:
        db.session.delete(known)
        db.session.commit()
    return "", 204


def _mine() -> Subscription | None:
    device_people()
    return db.session.get(Subscription, (session["device"], current_user.id))
