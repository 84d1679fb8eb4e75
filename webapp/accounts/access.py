"""Every route says whom it is for, and the app does not start where one does not (design 3)."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, TypeVar

from flask import Flask, current_app, g, redirect, request, session, url_for
from flask_login import LoginManager, current_user

from webapp.accounts.models import ROLES, Enrolment, User
from webapp.accounts.rules import ANYONE, SIGNED_IN, admits, held_at_the_door
from webapp.accounts.signins import SignIn, at_desk, touch
from webapp.db import db
from webapp.errors import Problem

View = Callable[..., Any]


class OfBureau(Protocol):
    """What belongs to a bureau."""

    bureau_id: Any


Kept = TypeVar("Kept", bound=OfBureau)
login_manager = LoginManager()


@login_manager.user_loader  # type: ignore[untyped-decorator]
def person_of_session(kept: str) -> User | None:
    """Who is in by this session's cookie; nobody once the session was left, or ended by time."""
    g.sign_in = SignIn.here()
    user = User.by_session(kept) if g.sign_in else None
    return user if user and g.sign_in.user_id == user.id else None


def allow(*audience: str, lost: bool = False, most: int | None = None) -> Callable[[View], View]:
    """Declare the audience of a route: roles, `signed_in`, or `anyone`. Stands right under the route.

    `lost`: also for the session of a phone that was revoked, which still hands over what it has.
    `most`: the bytes of a body that is larger than others, for its audience alone (`let_large_in`).
    """
    unknown = set(audience) - {ANYONE, SIGNED_IN, *ROLES}
    if unknown or not audience:
        raise ValueError(f"no such audience: {unknown or 'nobody'}")

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if ANYONE in audience:
                # Who asks makes no difference, and to look costs two queries.
                return view(*args, **kwargs)
            roles = current_user.roles if current_user.is_authenticated else None
            if admits(audience, roles):
                if not lost:
                    _refuse_lost_phone()
                owed = _owed()
                if held_at_the_door(audience, owed is not None):
                    return _to_door(*(owed or ()))
                if not _lets_by(audience):
                    return _to_login("desk_closed")
                return view(*args, **kwargs)
            if roles is not None:
                raise Problem("not_allowed")
            return _to_login("login_needed")

        guarded.audience, guarded.most = audience, most  # type: ignore[attr-defined]
        return guarded

    return decorate


def let_large_in() -> None:
    """Before anything of a request is read: a token in the form is looked for before the view begins, and a stranger's
    gigabyte is not kept for it."""
    view = current_app.view_functions.get(request.endpoint or "")
    most = getattr(view, "most", None)
    if most and current_user.is_authenticated and admits(view.audience, current_user.roles):  # type: ignore[union-attr]
        request.max_content_length = most


def _lets_by(audience: tuple[str, ...]) -> bool:
    """Whether this session opens such a route now: a phone's opens for its weeks what its app asks for, and no more.

    What the app asks for keeps the desk's pages open no longer.
    """
    app = request.path.startswith("/api/") and not {"inspector", SIGNED_IN}.isdisjoint(audience)
    if app and g.sign_in.device_id is not None:
        return True
    if not at_desk(current_user):
        return False
    touch()
    return True


def _to_login(code: str) -> Any:
    if request.path.startswith("/api/") or request.method != "GET":
        raise Problem(code)
    return redirect(url_for("accounts.login_page", next=request.full_path.rstrip("?")))


def _refuse_lost_phone() -> None:
    # Who found it has its session too: from the moment of the revocation it opens nothing any more.
    device = session.get("device")
    if device is not None and Enrolment.is_lost(device, current_user.bureau_id):
        raise Problem("device_revoked")


def _owed() -> tuple[str, str] | None:
    """What has to be done before anything else: the problem's code and the page."""
    if current_user.must_change:
        return "password_first", "password.page"
    return ("second_first", "own.page") if g.sign_in.owes else None


def _to_door(code: str, page: str) -> Any:
    if request.path.startswith("/api/") or request.method != "GET":
        raise Problem(code)
    return redirect(url_for(page))


def me() -> User:
    """The person who is in, as a row of the table."""
    return db.session.get_one(User, current_user.id)


def own(row: Kept | None) -> Kept:
    """The row, where it is there and of the person's bureau; raises `not_found` else: what others have is nobody's."""
    if row is None or row.bureau_id != current_user.bureau_id:
        raise Problem("not_found")
    return row


def check_audiences(app: Flask) -> None:
    """Raise `RuntimeError` where a route has no audience."""
    bare = sorted(name for name, view in app.view_functions.items() if not hasattr(view, "audience"))
    if bare:
        raise RuntimeError(f"routes without an audience: {', '.join(bare)}")
