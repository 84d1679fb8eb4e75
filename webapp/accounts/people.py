"""The accounts of a bureau, searched, filtered and counted."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, or_, select

from webapp.accounts.models import ROLES, Enrolment, User
from webapp.db import db

PAGE = 50
PROPOSED = 500


@dataclass(frozen=True)
class People:
    """A bureau's accounts. `show`: a role, `waiting` (for roles), `never`, `off` or `all`.

    `words` stand in the name or the user name.
    """

    bureau_id: str
    show: str = "all"
    words: str = ""
    page: int = 1

    def rows(self) -> list[User]:
        """One page; one row more than a page has says that there is a next one."""
        rows = select(User).where(*self._searched(), *_shown(self.show)).order_by(User.username)
        return list(db.session.scalars(rows.offset((self.page - 1) * PAGE).limit(PAGE + 1)))

    def counts(self) -> dict[str, int]:
        """How many of what was searched for each filter would show."""
        shows = ("all", "waiting", *ROLES, "never", "off")
        return {show: _count(*self._searched(), *_shown(show)) for show in shows}

    def _searched(self) -> Iterator[ColumnElement[bool]]:
        yield User.bureau_id == self.bureau_id
        if self.words:
            yield or_(*(place.contains(self.words, autoescape=True) for place in (User.name, User.username)))

    @staticmethod
    def phones(user_ids: list[str]) -> dict[str, Enrolment]:
        """The phone on which each of these people was last seen."""
        rows = select(Enrolment).where(Enrolment.user_id.in_(user_ids)).order_by(Enrolment.seen_at)
        return {enrolment.user_id: enrolment for enrolment in db.session.scalars(rows)}

    @staticmethod
    def holders(bureau_id: str, role: str) -> set[str]:
        """The ids of the active people with a role."""
        rows = select(User.id).where(User.bureau_id == bureau_id, *_shown(role))
        return set(db.session.scalars(rows))

    @staticmethod
    def proposed(bureau_id: str) -> list[User]:
        """Those for whom the system administrator proposed roles, the first `PROPOSED`."""
        rows = select(User).where(User.bureau_id == bureau_id, *_shown("waiting"))
        return list(db.session.scalars(rows.order_by(User.username).limit(PROPOSED)))

    @staticmethod
    def never_in(bureau_id: str) -> list[User]:
        """Active accounts by which nobody ever came in."""
        rows = select(User).where(User.bureau_id == bureau_id, *_shown("never"))
        return list(db.session.scalars(rows.order_by(User.username)))


def _shown(show: str) -> Iterator[ColumnElement[bool]]:
    if show == "all":
        return
    yield User.active.is_(show != "off")
    if show == "waiting":
        yield User.wanted.is_not(None)
    elif show == "never":
        yield User.login_at.is_(None)
    elif show in ROLES:
        # The roles are a JSON list of words that are no part of each other.
        yield cast(User.roles, String).contains(f'"{show}"')


def _count(*conditions: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(User).where(*conditions)) or 0
