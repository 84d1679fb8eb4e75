"""The door: logging in at the desk and on the phone."""

import secrets
from collections.abc import Callable
from typing import Annotated, Any

import limits
import msgspec
from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from flask_limiter import Limiter
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect, generate_csrf
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from webapp.accounts import audit
from webapp.accounts.access import allow
from webapp.accounts.coming import Halfway, come_in, come_to_desk, factor_owed, knows, leave
from webapp.accounts.factors import FIGURES, kinds, proves
from webapp.accounts.models import Enrolment, User
from webapp.accounts.origin import origin
from webapp.accounts.phone_key import enrolling, entering, phone_signed
from webapp.accounts.policy import LoginPolicy
from webapp.accounts.rules import home, network_of, safe_next, tidy_code, tidy_username
from webapp.accounts.signins import KEY, NONCE_SECONDS, SpentNonce, at_desk, close, open_by, opens, shows
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


Nonce = Annotated[str, msgspec.Meta(max_length=400)]
Signature = Annotated[str, msgspec.Meta(max_length=200)]


class LoginRequest(msgspec.Struct, frozen=True):
    """Who wants to come in, with what phone. `code`: of the app or the paper, where a second factor is set up.

    `signature`: by the phone's key, DER in base64, over the UTF-8 lines `yidang-enrol-1`, the site's origin, `device.id`,
    `username` as it stands here and `nonce` (of `challenge`), joined by LF.
    """

    username: Annotated[str, msgspec.Meta(max_length=64)]
    password: Annotated[str, msgspec.Meta(max_length=256)]
    device: Device
    nonce: Nonce
    signature: Signature
    code: Annotated[str, msgspec.Meta(max_length=64)] | None = None


class ChallengeRequest(msgspec.Struct, frozen=True):
    """The phone that wants to be enrolled, or to come in by its key."""

    device: Uuid


class Challenge(msgspec.Struct, frozen=True):
    """What is to be signed once, within `seconds`."""

    nonce: str
    seconds: int


class EnterRequest(msgspec.Struct, frozen=True):
    """`signature`: by the phone's key, DER in base64, over the UTF-8 lines `yidang-enter-1`, the site's origin, `device`,
    `user` and `nonce`, joined by LF. `entry`: from the last login by password; the phone keeps it under its PIN."""

    device: Uuid
    user: Uuid
    nonce: Nonce
    signature: Signature
    entry: Annotated[str, msgspec.Meta(max_length=100)]


class Person(msgspec.Struct, frozen=True):
    """Who came in."""

    id: str
    name: str
    roles: list[str]
    bureau: dict[str, str]


class LoginAnswer(msgspec.Struct, frozen=True):
    """`server_time` is RFC 3339; the phone keeps its offset to it. `entry`: see `enter`; null where it stays the same."""

    user: Person
    csrf_token: str
    server_time: str
    entry: str | None


def _given_name() -> str:
    # The name as the account's is looked up, so that no other writing of it gives more tries.
    given: Any = request.form
    if request.path.startswith("/api/"):
        try:
            given = parse(request.get_data())
        except NotCanonical:
            given = None
    name = given.get("username") if isinstance(given, dict) else None
    return tidy_username(str(name))[:64]


# Wrong codes of an authenticator, of one person: three of a million are right at a time.
GUESSES = limits.parse("30/day")


def caller() -> str:
    """Whose requests are counted together, where nobody is in."""
    return network_of(request.remote_addr)


limiter = Limiter(key_func=caller)


def _failed(response: Response) -> bool:
    return response.status_code == 401


def _setting(name: str) -> Callable[[], str]:
    return lambda: str(current_app.config[name])


def _whence() -> str:
    # Who guesses closes the door to strangers only: a browser or phone on which this person was in before has counts of
    # its own, so nobody is locked out by another's tries, be it a colleague's behind the same address.
    return knows(_given_name()) or caller()


def _name_and_whence() -> str:
    return f"{_given_name()}|{_whence()}"


def _account() -> str:
    name = _given_name()
    return f"{name}|{knows(name) or 'stranger'}"


def _device_and_address() -> str:
    try:
        given: Any = parse(request.get_data()) if request.is_json else None
    except NotCanonical:
        given = None
    device = given.get("device") if isinstance(given, dict) else None
    return f"{str(device)[:36]}|{caller()}"


def proves_code(user: User, code: str) -> bool:
    """Whether a code is the person's. Who has the password does not guess six figures until they are right.

    What is on paper, and a passkey, nobody guesses: they open the door also when another used the guesses up.
    """
    guess = len(tidy_code(code)) <= FIGURES
    if guess and not limiter.limiter.test(GUESSES, "code", user.id):
        return False
    proved = proves(user, code)
    if guess and not proved:
        limiter.limiter.hit(GUESSES, "code", user.id)
    return proved


def tries(view: Any) -> Any:
    """Count wrong passwords: by name and address, by address, and by name; desk and phone are one door."""
    for setting, scope, key in (
        ("LOGIN_TRIES", "login", _name_and_whence),
        ("ADDRESS_TRIES", "login-address", _whence),
        ("ACCOUNT_TRIES", "login-account", _account),
    ):
        limit = limiter.shared_limit(_setting(setting), scope=scope, key_func=key, deduct_when=_failed)
        view = limit(view)
    return view


@blueprint.post("/api/v1/login")
@allow("anyone")
@csrf.exempt
@tries
@speaks(
    Contract(
        "Log in and enrol the phone",
        LoginRequest,
        LoginAnswer,
        problems=(
            "login_failed", "password_first", "second_first", "second_needed", "second_wrong", "device_revoked",
            "device_unproved",
        ),
    )
)  # fmt: skip
def login(body: LoginRequest) -> LoginAnswer:
    """Enrol the phone for this person; on a phone where somebody is in already, this person joins."""
    key = msgspec.to_builtins(body.device.public_key)
    signed = enrolling(origin(), body.device.id, body.username, body.nonce)
    if not phone_signed(key, signed, body.signature) or not _is_fresh(body.nonce, body.device.id):
        raise Problem("device_unproved")
    user = User.by_password(body.username, body.password)
    _check_ready(user)
    if user.must_change:
        raise Problem("password_first")
    if kinds(user):
        if not body.code:
            raise Problem("second_needed")
        if not proves_code(user, body.code):
            audit.write_alone("session.failed", target=user, factor="code")
            raise Problem("second_wrong")
    elif factor_owed(user):
        raise Problem("second_first")
    if not SpentNonce.spend(body.nonce):
        raise Problem("device_unproved")
    entry = open_by(Enrolment.enrol(user, body.device.id, body.device.name, key), user)
    return _phone_in(user, body.device.id, "password", entry)


@blueprint.post("/api/v1/challenge")
@allow("anyone")
@csrf.exempt
@limiter.limit("120 per minute", key_func=_device_and_address)
@speaks(
    Contract("What the phone's key has to sign to be enrolled or to come in", ChallengeRequest, Challenge)
)
def challenge(body: ChallengeRequest) -> Challenge:
    """A nonce for any phone, known or not: nothing is told and nothing is kept."""
    return Challenge(_nonces().dumps([body.device, secrets.token_urlsafe(16)]), NONCE_SECONDS)


@blueprint.post("/api/v1/enter")
@allow("anyone")
@csrf.exempt
@limiter.limit("30 per minute", key_func=_device_and_address, deduct_when=_failed)
@speaks(
    Contract(
        "Come in again by the phone's key, without a password",
        EnterRequest,
        LoginAnswer,
        problems=("key_refused", "password_first", "second_first", "device_revoked"),
    )
)
def enter_by_key(body: EnterRequest) -> LoginAnswer:
    """Begin a session for who came in on this phone by password before, and did not leave since."""
    enrolment = db.session.get(Enrolment, (body.device, body.user))
    signed = entering(origin(), body.device, body.user, body.nonce)
    if enrolment is None or not phone_signed(enrolment.public_key, signed, body.signature):
        raise Problem("key_refused")
    if enrolment.revoked_at:
        raise Problem("device_revoked")
    shown = opens(enrolment) and shows(enrolment, body.entry)
    if not shown or not _is_fresh(body.nonce, body.device) or not SpentNonce.spend(body.nonce):
        raise Problem("key_refused")
    _check_ready(enrolment.user)
    if enrolment.user.must_change:
        raise Problem("password_first")
    if factor_owed(enrolment.user):
        raise Problem("second_first")
    enrolment.seen_at = now()
    return _phone_in(enrolment.user, body.device, KEY)


def _check_ready(user: User) -> None:
    """A password that MLPS level 3 calls too old has to be changed, like a first one."""
    if LoginPolicy.of(user.bureau).outdated(user):
        user.must_change = True
        db.session.commit()


def _phone_in(user: User, device: str, way: str, entry: str | None = None) -> LoginAnswer:
    same_phone = session.get("device") == device and current_user.is_authenticated
    people = session.get("people", []) if same_phone else []
    come_in(user, device, way=way)
    session.permanent = True
    session["device"] = device
    session["people"] = [person for person in people if person != user.id] + [user.id]
    db.session.commit()
    bureau = {"id": user.bureau.id, "name": user.bureau.name}
    person = Person(user.id, user.name, user.roles, bureau)
    return LoginAnswer(person, generate_csrf(), now().isoformat(), entry)


def _nonces() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="device challenge")


def _is_fresh(nonce: str, device: str) -> bool:
    try:
        asked, _random = _nonces().loads(nonce, max_age=NONCE_SECONDS)
    except (BadData, ValueError):
        return False
    return bool(asked == device)


@blueprint.post("/api/v1/logout")
@allow("anyone")
@speaks(Contract("Log out; what is on the phone stays on the phone", status=204))
def logout() -> tuple[str, int]:
    """End the session of everyone on this phone; its key opens none until the next password."""
    if current_user.is_authenticated and session.get("device"):
        close(session["device"], session.get("people", []))
    leave()
    return "", 204


@blueprint.get("/login")
@allow("anyone")
def login_page() -> Any:
    """The desk's door."""
    if current_user.is_authenticated and at_desk(current_user):
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
    if kinds(user):
        Halfway.begin(user, target)
        return redirect(url_for("second.page"))
    return desk_in(user, target)


def desk_in(user: User, target: str | None) -> Response:
    """Who proved everything goes on; a first password and a missing second factor come first."""
    _check_ready(user)
    owes = factor_owed(user)
    come_to_desk(user, way="second factor" if kinds(user) else "password", owes=owes)
    answer = redirect(target or home(user.roles))
    if user.must_change:
        answer = redirect(url_for("password.page", next=target))
    elif owes:
        answer = redirect(url_for("own.page"))
    db.session.commit()
    return answer


@blueprint.post("/logout")
@allow("anyone")
def logout_at_desk() -> Any:
    """Leave."""
    leave()
    return redirect(url_for("accounts.login_page"))


@blueprint.get("/")
@allow("anyone")
def front() -> Any:
    """Everyone's first page."""
    return redirect(
        home(current_user.roles) if current_user.is_authenticated else url_for("accounts.login_page")
    )
