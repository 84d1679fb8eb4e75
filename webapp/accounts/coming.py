"""Coming in and leaving: a session that begins, one that waits for the second factor, and the browsers that know whom."""

from dataclasses import dataclass

from flask import Response, after_this_request, current_app, request, session
from flask_login import current_user, login_user, logout_user
from itsdangerous import BadData, URLSafeTimedSerializer

from webapp.accounts import audit
from webapp.accounts.factors import kinds
from webapp.accounts.models import Enrolment, User
from webapp.accounts.policy import LoginPolicy
from webapp.accounts.signins import SignIn
from webapp.db import db, now

HALFWAY = "halfway"
HALFWAY_SECONDS = 600
KNOWN_DAYS = 180
# What a phone's session keeps: the phone, who is in on it, and what its app shows with each request.
PHONES = ("device", "people", "csrf_token")
# A desk that ten people share knows them all.
KNOWN_PEOPLE = 10


def come_in(user: User, device: str | None, *, way: str, owes: bool = False) -> None:
    """Begin a session of who proved in which `way` who it is, and let this browser know it. The caller commits."""
    user.login_at = now()
    audit.write("session.begun", user, phone=device, way=way)
    enter(user, device, way, owes)
    _remember(user)


def enter(user: User, device: str | None = None, way: str = "password", owes: bool = False) -> None:
    """Begin a fresh session; the one before is over."""
    SignIn.end(session.get("sid"))
    _clear()
    login_user(user)
    session["sid"] = SignIn.begin(user, device, way, owes).id


def phone_here(user: User) -> str | None:
    """The phone whose session this browser has for the same person."""
    device = session.get("device")
    if device is None or not current_user.is_authenticated or current_user.id != user.id:
        return None
    return None if Enrolment.is_lost(device, user.bureau_id) else str(device)


def come_to_desk(user: User, *, way: str, owes: bool) -> None:
    """Begin a session at the desk; on the person's own phone it stays the phone's, whose app goes on.

    The caller commits.
    """
    phone = phone_here(user)
    kept = {name: session[name] for name in PHONES if phone and name in session}
    come_in(user, phone, way=way, owes=owes)
    session.update(kept)
    session.permanent = phone is not None


def leave() -> None:
    """End this session. Commits."""
    if current_user.is_authenticated:
        audit.write("session.ended")
    SignIn.end(session.get("sid"))
    db.session.commit()
    logout_user()
    _clear()


def factor_owed(user: User) -> bool:
    """Whether the bureau asks a second factor of this person, and there is none."""
    return LoginPolicy.of(user.bureau).asks_second(user.roles) and not kinds(user)


@dataclass(frozen=True)
class Halfway:
    """Who gave the password and has to prove the second factor; `target`: where to go on to."""

    user: User
    target: str | None

    @classmethod
    def begin(cls, user: User, target: str | None) -> None:
        """Remember it in the browser's session for ten minutes."""
        if not phone_here(user):
            _clear()
        session[HALFWAY] = {"user": user.get_id(), "at": int(now().timestamp()), "next": target}

    @classmethod
    def here(cls) -> "Halfway | None":
        """Who is halfway in by this session."""
        kept = session.get(HALFWAY)
        if not kept or now().timestamp() - kept["at"] > HALFWAY_SECONDS:
            return None
        user = User.by_session(kept["user"])
        return cls(user, kept["next"]) if user else None


def _clear() -> None:
    language = session.get("lang")
    session.clear()
    if language:
        session["lang"] = language


# ---- the browsers on which a person was in before


def knows(username: str) -> str | None:
    """The random name of this browser, where a person of this name was in here before; None for a stranger."""
    kept = _read_known()
    return str(kept["id"]) if kept and username in kept["people"] else None


def _remember(user: User) -> None:
    kept = _read_known() or {"id": session["sid"], "people": []}
    people = [name for name in kept["people"] if name != user.username][-KNOWN_PEOPLE + 1 :]
    text = _signer().dumps({"id": kept["id"], "people": [*people, user.username]})

    @after_this_request
    def keep(response: Response) -> Response:
        https = bool(current_app.config["HTTPS"])
        response.set_cookie(
            _cookie(), text, max_age=KNOWN_DAYS * 86400, secure=https, httponly=True, samesite="Lax"
        )
        return response


def _read_known() -> dict[str, list[str]] | None:
    try:
        return _signer().loads(request.cookies.get(_cookie(), ""), max_age=KNOWN_DAYS * 86400)  # type: ignore[no-any-return]
    except BadData:
        return None


def _cookie() -> str:
    return "__Host-known" if current_app.config["HTTPS"] else "known"


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="known browser")
