"""The door: logging in at the desk and on the phone."""

from typing import Annotated, Any
from uuid import uuid4

import msgspec
from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user, login_user, logout_user
from flask_wtf.csrf import CSRFProtect, generate_csrf
from werkzeug.wrappers import Response

from webapp.accounts import audit
from webapp.accounts.access import allow
from webapp.accounts.models import EndedSession, Enrolment, User
from webapp.accounts.rules import home, safe_next, tidy_username
from webapp.api import Contract, speaks
from webapp.canonical import NotCanonical, parse
from webapp.db import db, now
from webapp.errors import Problem
from webapp.ids import Uuid

blueprint = Blueprint("accounts", __name__)
csrf = CSRFProtect()

# Where a text ends, "$" allows one line feed more.
Coordinate = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{43}(?!\n)$")]
Shown = r"^[^\u0000-\u001f\u007f\ud800-\udfff]+(?!\n)$"


class PublicKey(msgspec.Struct, frozen=True):
    """A P-256 public key as a JSON Web Key (RFC 7517)."""

    kty: Annotated[str, msgspec.Meta(pattern="^EC$", max_length=2)]
    crv: Annotated[str, msgspec.Meta(pattern="^P-256$", max_length=5)]
    x: Coordinate
    y: Coordinate


class Device(msgspec.Struct, frozen=True):
    """The phone: an id that it made once, a name for people, and its public key."""

    id: Uuid
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=Shown)]
    public_key: PublicKey


class LoginRequest(msgspec.Struct, frozen=True):
    """Who wants to come in, with what phone."""

    username: Annotated[str, msgspec.Meta(max_length=64)]
    password: Annotated[str, msgspec.Meta(max_length=256)]
    device: Device


class Person(msgspec.Struct, frozen=True):
    """Who came in."""

    id: str
    name: str
    roles: list[str]
    bureau: dict[str, str]


class LoginAnswer(msgspec.Struct, frozen=True):
    """`server_time` is RFC 3339; the phone keeps its offset to it."""

    user: Person
    csrf_token: str
    server_time: str


def _name_and_address() -> str:
    # The name as the account's is looked up, so that no other writing of it gives more tries.
    given: Any = request.form
    if request.is_json:
        try:
            given = parse(request.get_data())
        except NotCanonical:
            given = None
    name = given.get("username") if isinstance(given, dict) else None
    return f"{tidy_username(str(name))[:64]}|{get_remote_address()}"


limiter = Limiter(key_func=get_remote_address)


def _failed(response: Response) -> bool:
    return response.status_code == 401


def _tries() -> str:
    from flask import current_app

    return str(current_app.config["LOGIN_TRIES"])


# Desk and phone are one door: who guesses has no second count of tries.
tries = limiter.shared_limit(_tries, scope="login", key_func=_name_and_address, deduct_when=_failed)


@blueprint.post("/api/v1/login")
@allow("anyone")
@csrf.exempt
@tries
@speaks(
    Contract(
        "Log in and enrol the phone",
        LoginRequest,
        LoginAnswer,
        problems=("login_failed", "password_first", "device_revoked"),
    )
)
def login(body: LoginRequest) -> LoginAnswer:
    """Enrol the phone for this person; on a phone where somebody is in already, this person joins."""
    user = User.by_password(body.username, body.password)
    if user.must_change:
        raise Problem("password_first")
    user.login_at = now()
    Enrolment.enrol(user, body.device.id, body.device.name, msgspec.to_builtins(body.device.public_key))
    same_phone = session.get("device") == body.device.id and current_user.is_authenticated
    people = session.get("people", []) if same_phone else []
    enter(user)
    session.permanent = True
    session["device"] = body.device.id
    session["people"] = [person for person in people if person != user.id] + [user.id]
    audit.write("session.begun", user, phone=body.device.id)
    db.session.commit()
    bureau = {"id": user.bureau.id, "name": user.bureau.name}
    return LoginAnswer(Person(user.id, user.name, user.roles, bureau), generate_csrf(), now().isoformat())


@blueprint.post("/api/v1/logout")
@allow("anyone")
@speaks(Contract("Log out; what is on the phone stays on the phone", status=204))
def logout() -> tuple[str, int]:
    """End the session of everyone on this phone."""
    _leave()
    return "", 204


@blueprint.get("/login")
@allow("anyone")
def login_page() -> Any:
    """The desk's door."""
    if current_user.is_authenticated:
        return redirect(home(current_user.roles))
    return render_template("accounts/login.html", problem=None, next=safe_next(request.args.get("next")))


@blueprint.post("/login")
@allow("anyone")
@tries
def login_at_desk() -> Any:
    """Let a person in at the desk, or say why not on the same page."""
    target = safe_next(request.form.get("next"))
    try:
        user = User.by_password(request.form.get("username", "").strip(), request.form.get("password", ""))
    except Problem as problem:
        return render_template("accounts/login.html", problem=problem, next=target), problem.status
    user.login_at = now()
    audit.write("session.begun", user)
    db.session.commit()
    enter(user)
    if user.must_change:
        return redirect(url_for("password.page", next=target))
    return redirect(target or home(user.roles))


@blueprint.post("/logout")
@allow("anyone")
def logout_at_desk() -> Any:
    """Leave."""
    _leave()
    return redirect(url_for("accounts.login_page"))


@blueprint.get("/")
@allow("anyone")
def front() -> Any:
    """Everyone's first page."""
    return redirect(
        home(current_user.roles) if current_user.is_authenticated else url_for("accounts.login_page")
    )


def enter(user: User) -> None:
    """Begin a fresh session."""
    language = session.get("lang")
    session.clear()
    login_user(user)
    session["sid"] = str(uuid4())
    if language:
        session["lang"] = language


def _leave() -> None:
    language = session.get("lang")
    if current_user.is_authenticated:
        audit.write("session.ended")
    EndedSession.end(session.get("sid"))
    logout_user()
    session.clear()
    if language:
        session["lang"] = language
