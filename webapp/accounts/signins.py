"""Where somebody is in: each session, how long it holds, and how it ends; the phones whose key opens a session."""

import secrets
from datetime import datetime, timedelta
from hmac import compare_digest

from flask import current_app, g, request, session
from sqlalchemy import ForeignKey, String, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column
from uuid6 import uuid7

from webapp.accounts.agents import browser_name
from webapp.accounts.models import Enrolment, User
from webapp.accounts.policy import LoginPolicy
from webapp.canonical import sha256
from webapp.db import UTCDateTime, db, now, write_anew

# How often a session says that it is still used: more would make a writer of every reader.
TOUCH = timedelta(minutes=5)
# How long a password just given stands for the person.
LATELY = timedelta(minutes=15)
KEY = "key"
# A challenge is answered at once, or not at all.
NONCE_SECONDS = 60


class SignIn(db.Model):
    """A session. `owes`: a second factor is missing.

    A phone's does not end after `idle_minutes`, it has a lock of its own; the desk's pages close to it then (`at_desk`).
    """

    __tablename__ = "sign_in"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id"), index=True)
    device_id: Mapped[str | None] = mapped_column(String(36))
    way: Mapped[str] = mapped_column(String(16))
    browser: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(String(64))
    began_at: Mapped[datetime] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    idle_minutes: Mapped[int]
    owes: Mapped[bool] = mapped_column(default=False)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @classmethod
    def begin(cls, user: User, device_id: str | None, way: str, owes: bool) -> "SignIn":
        """Let a person in from here; at the desk as long as the bureau's policy says. Flushes."""
        at, policy = now(), LoginPolicy.of(user.bureau)
        hours = int(current_app.config["PHONE_HOURS"]) if device_id else policy.hours
        row = cls(
            id=str(uuid7()),
            user_id=user.id,
            device_id=device_id,
            way=way,
            browser=browser_name(request.user_agent.string),
            address=request.remote_addr or "",
            began_at=at,
            seen_at=at,
            ends_at=at + timedelta(hours=hours),
            idle_minutes=policy.idle_minutes,
            owes=owes,
        )
        db.session.add(row)
        db.session.flush()
        return row

    @classmethod
    def here(cls) -> "SignIn | None":
        """The session of this request, where it still holds."""
        row = db.session.get(cls, session["sid"]) if "sid" in session else None
        return row if row and row.holds(now()) else None

    @classmethod
    def of(cls, user: User) -> list["SignIn"]:
        """Where a person is in at a desk, the last seen first."""
        rows = select(cls).where(cls.user_id == user.id, cls.device_id.is_(None), cls.ended_at.is_(None))
        found = db.session.scalars(rows.where(cls.ends_at > now()).order_by(cls.seen_at.desc()).limit(100))
        return [row for row in found if row.holds(now())]

    @classmethod
    def end(cls, session_id: str | None) -> None:
        """Let nobody in by this session from now on, wherever its cookie was copied to."""
        if session_id and (row := db.session.get(cls, session_id)):
            row.ended_at = row.ended_at or now()

    @classmethod
    def end_all(cls, user: User, but: str | None = None) -> None:
        """End every session of a person, but this one; no phone's key opens one any more until the next password.

        The phone of the session that stays keeps its right.
        """
        kept = db.session.get(cls, but) if but else None
        rows = update(cls).where(cls.user_id == user.id, cls.ended_at.is_(None), cls.id != (but or ""))
        db.session.execute(rows.values(ended_at=now()))
        phone = kept.device_id if kept else None
        keys = update(Enrolment).where(Enrolment.user_id == user.id, Enrolment.device_id != (phone or ""))
        db.session.execute(keys.values(opens=None))

    @classmethod
    def end_phone(cls, user: User, device_id: str) -> None:
        """Leave a phone from elsewhere: its session ends, and its key opens none for this person."""
        rows = update(cls).where(cls.user_id == user.id, cls.device_id == device_id, cls.ended_at.is_(None))
        db.session.execute(rows.values(ended_at=now()))
        close(device_id, [user.id])

    def holds(self, at: datetime) -> bool:
        """Whether this session lets the person in at a moment."""
        return (
            self.ended_at is None and at < self.ends_at and (self.device_id is not None or self.is_used(at))
        )

    def is_used(self, at: datetime) -> bool:
        """Whether somebody was at the desk's pages within the minutes of the policy, or came in by password since."""
        return at - self.seen_at < timedelta(minutes=self.idle_minutes)

    def at_desk(self, user: User, at: datetime) -> bool:
        """Whether this session opens the desk's pages to `user`: a phone's does as long after a password as a desk's would.

        Its cookie lies outside the phone's lock for weeks, and its key alone proves no person.
        """
        if self.device_id is None:
            return True
        hours = timedelta(hours=LoginPolicy.of(user.bureau).hours)
        return self.way != KEY and self.is_used(at) and at - self.began_at < hours


def at_desk(user: User) -> bool:
    """Whether the session of this request, which is `user`'s, opens the desk's pages."""
    row: SignIn | None = g.get("sign_in")
    return row is not None and row.at_desk(user, now())


def touch() -> None:
    """Say that the session of this request is used, now and then."""
    row: SignIn | None = g.get("sign_in")
    if row is None or now() - row.seen_at < TOUCH:
        return
    write_anew()
    row.seen_at = now()
    db.session.commit()


def proved_lately() -> bool:
    """Whether this session began by a password a moment ago: what a phone's key alone must not open."""
    row: SignIn | None = g.get("sign_in")
    return row is not None and row.way != KEY and now() - row.began_at < LATELY


# ---- the phone's key


def opens(enrolment: Enrolment) -> bool:
    """Whether the phone's key opens a session for this person: since the last password here nothing changed."""
    user = enrolment.user
    return enrolment.revoked_at is None and user.active and enrolment.opens == user.mark


def shows(enrolment: Enrolment, entry: str) -> bool:
    """Whether this is what the phone was given at the last password."""
    return compare_digest(enrolment.entry or "", sha256(entry.encode()))


def open_by(enrolment: Enrolment, user: User) -> str:
    """Let the phone's key open sessions from now on; gives what the phone has to show besides, kept under its PIN."""
    entry = secrets.token_urlsafe(32)
    enrolment.opens, enrolment.entry = user.mark, sha256(entry.encode())
    return entry


def close(device_id: str, people: list[str]) -> None:
    """The phone's key opens no session for these people until the next password."""
    rows = update(Enrolment).where(Enrolment.device_id == device_id, Enrolment.user_id.in_(people))
    db.session.execute(rows.values(opens=None))


def here_too(device_id: str, people: list[str]) -> list[User]:
    """Those of `people` who came in on this phone and may still use it."""
    rows = select(Enrolment).where(Enrolment.device_id == device_id, Enrolment.user_id.in_(people))
    return [one.user for one in db.session.scalars(rows) if opens(one)]


class SpentNonce(db.Model):
    """A challenge that was answered: it serves once."""

    __tablename__ = "spent_nonce"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)

    @classmethod
    def spend(cls, nonce: str) -> bool:
        """Whether this was the first answer; old ones are forgotten, they are too late anyway. Flushes."""
        db.session.execute(delete(cls).where(cls.at < now() - timedelta(seconds=10 * NONCE_SECONDS)))
        db.session.add(cls(id=sha256(nonce.encode()), at=now()))
        try:
            db.session.flush()
        except IntegrityError:
            db.session.rollback()
            return False
        return True
