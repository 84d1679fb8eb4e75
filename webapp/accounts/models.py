"""Who may come in: bureaus with their law, people, and the phones that they enrolled."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from functools import reduce
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error
from flask_login import UserMixin
from sqlalchemy import JSON, ForeignKey, String, Text, event, func, inspect, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.accounts import audit
from webapp.accounts.law_rules import inherited
from webapp.accounts.rules import tidy_username, username_fault
from webapp.canonical import NotCanonical, canonical, parse
from webapp.db import UTCDateTime, db, now
from webapp.errors import Problem

# As much as one person can write in one inspection.
QUARANTINED = 5_000
# How many passwords are remembered: with the present one five.
PAST = 4
ROLES = ("admin", "security", "planner", "inspector", "archivist", "supervisor", "auditor")
_hasher = PasswordHasher()
# Eighty random bits are guessed by nobody, so many first passwords can be hashed in one import.
_quick_hasher = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1)
# Checked when the name is unknown, so that the answer takes as long as for one that is known.
_NOBODY = _hasher.hash("nobody")


class Bureau(db.Model):
    """机构. `number_prefix` begins the numbers of its documents; `suffix` ends its demo accounts."""

    __tablename__ = "bureau"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str]
    short_name: Mapped[str]
    number_prefix: Mapped[str]
    region: Mapped[str] = mapped_column(String(6))
    districts: Mapped[list[str]] = mapped_column(JSON)
    demo: Mapped[bool] = mapped_column(default=False)
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("bureau.id"))

    def law(self, day: date) -> dict[str, Any]:
        """The settings in force on `day`, name to value; each stands with its clause in `Law`.

        What the bureau's own document does not say, its superior's says (PD-2.3).
        """
        return {name: setting["value"] for name, setting in LawBook(self).on(day).items()}

    def line(self) -> Iterator["Bureau"]:
        """The bureau and those above it, the nearest first."""
        bureau: Bureau | None = self
        while bureau:
            yield bureau
            bureau = db.session.get(Bureau, bureau.parent_id) if bureau.parent_id else None


class Law(db.Model):
    """A bureau's law as data: `{name: {value, clause, note}}`, dated; a new version is a new row (mission 1).

    Without an author it came with the bureau. Of two versions from the same day the later written counts.
    """

    __tablename__ = "law"
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"), index=True)
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    author_id: Mapped[str | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    author: Mapped["User | None"] = relationship(lazy="joined")

    @classmethod
    def in_force(cls, bureau_id: str, day: date) -> "Law | None":
        """The version in force on `day`."""
        return next((law for law in cls.versions(bureau_id) if law.valid_from <= day), None)

    @classmethod
    def versions(cls, bureau_id: str) -> list["Law"]:
        """Every version, the newest first."""
        return cls.of_bureaus([bureau_id])[bureau_id]

    @classmethod
    def of_bureaus(cls, bureau_ids: Iterable[str]) -> dict[str, list["Law"]]:
        """The same of many bureaus at once."""
        found: dict[str, list[Law]] = {name: [] for name in bureau_ids}
        rows = select(cls).where(cls.bureau_id.in_(found))
        for law in db.session.scalars(rows.order_by(cls.valid_from.desc(), cls.id.desc())):
            found[law.bureau_id].append(law)
        return found


class LawBook:
    """Every version of the law of a bureau and of those above it, read once, for who asks of many days."""

    def __init__(self, bureau: Bureau, known: Mapping[str, list[Law]] | None = None) -> None:
        line = list(bureau.line())
        laws = known or Law.of_bureaus(one.id for one in line)
        self.shelves = [(one.short_name, laws[one.id]) for one in line]

    @property
    def written(self) -> list[datetime]:
        """When each version was written."""
        return [law.created_at for _bureau, laws in self.shelves for law in laws]

    def on(self, day: date) -> dict[str, Mapping[str, Any]]:
        """The settings in force on `day`: `{name: {value, clause, note, bureau}}`, `bureau`: whose document says it."""
        said = []
        for bureau, laws in self.shelves:
            law = next((law for law in laws if law.valid_from <= day), None)
            said.append({name: one | {"bureau": bureau} for name, one in law.settings.items()} if law else {})
        return reduce(inherited, said)


class User(UserMixin, db.Model):
    """A person with an account. `roles` are of `ROLES`; `wanted` are those that the system administrator proposes.

    `wanted` is null where nothing waits for the security administrator.
    """

    __tablename__ = "user"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    password_hash: Mapped[str]
    name: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(JSON)
    wanted: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    active: Mapped[bool] = mapped_column(default=True)
    must_change: Mapped[bool] = mapped_column(default=False)
    login_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    password_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"), index=True)
    bureau: Mapped[Bureau] = relationship()

    @property
    def is_active(self) -> bool:
        """Whether the account may be used at all."""
        return self.active

    def get_id(self) -> str:
        """What the session keeps: a new password ends every session that began with the old one."""
        return f"{self.id}.{self.mark}"

    @property
    def mark(self) -> str:
        """Another one with each new password; says nothing of it."""
        return hashlib.sha256(self.password_hash.encode()).hexdigest()[:16]

    def set_password(self, password: str) -> None:
        """Keep the Argon2 hash of the person's own password."""
        self.password_hash, self.password_at = _hasher.hash(password), now()
        self.must_change = False

    def set_first_password(self, password: str) -> None:
        """Keep the hash of a random password; it has to be changed before anything else."""
        self.password_hash, self.password_at = _quick_hasher.hash(password), now()
        self.must_change = True

    @classmethod
    def by_username(cls, username: str) -> "User | None":
        """The account of this name, in whichever bureau."""
        return db.session.scalar(select(cls).where(cls.username == username))

    @classmethod
    def by_session(cls, kept: str) -> "User | None":
        """The person of a session, unless disabled or with a new password since."""
        user = db.session.get(cls, kept.partition(".")[0])
        return user if user and user.active and user.get_id() == kept else None

    @classmethod
    def by_password(cls, username: str, password: str) -> "User":
        """The person with this name and password. Raises `login_failed`, the same for either being wrong."""
        name, secret = tidy_username(username), password.encode("utf-8", "surrogatepass")
        user = None if username_fault(name) else cls.by_username(name)
        password_hash = user.password_hash if user else _NOBODY
        # Hashing takes a tenth of a second; nobody else has to wait for the database meanwhile.
        db.session.rollback()
        if _hasher.check_needs_rehash(password_hash):
            # A first password's hash is quick; the answer takes as long as for any other.
            _hasher.hash(secret)
        try:
            _hasher.verify(password_hash, secret)
        except Argon2Error as error:
            raise cls._refused(user) from error
        if user is None or not user.active:
            raise cls._refused(user)
        return user

    @staticmethod
    def _refused(user: "User | None") -> Problem:
        # A name that is nobody's is not written down: people type their passwords there.
        audit.write_alone("session.failed", target=user)
        return Problem("login_failed")


class PastPassword(db.Model):
    """The hash of a password that somebody had: where MLPS level 3 is switched on, the last five do not come back."""

    __tablename__ = "past_password"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id"), index=True)
    password_hash: Mapped[str]

    @classmethod
    def keep(cls, user: User) -> None:
        """Keep the one that is being replaced, and no more than the last few."""
        db.session.add(cls(user_id=user.id, password_hash=user.password_hash))
        db.session.flush()
        for old in cls._of(user)[PAST:]:
            db.session.delete(old)

    @classmethod
    def repeats(cls, user: User, password: str) -> bool:
        """Whether this is one of them."""
        return any(old.is_of(password) for old in cls._of(user))

    def is_of(self, password: str) -> bool:
        """Whether this is the hash of `password`."""
        with suppress(Argon2Error):
            return _hasher.verify(self.password_hash, password.encode("utf-8", "surrogatepass"))
        return False

    @classmethod
    def _of(cls, user: User) -> list["PastPassword"]:
        return list(db.session.scalars(select(cls).where(cls.user_id == user.id).order_by(cls.id.desc())))


class AccountLog(db.Model):
    """Who changed which account of a bureau, when and how. Lines are only added."""

    __tablename__ = "account_log"
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[str] = mapped_column(ForeignKey("bureau.id"), index=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id"), index=True)
    author_id: Mapped[str] = mapped_column(ForeignKey("user.id"))
    time: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    act: Mapped[str] = mapped_column(String(32))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    author: Mapped[User] = relationship(foreign_keys=[author_id], lazy="joined")

    @classmethod
    def write(cls, author: User, user: User, act: str, **detail: Any) -> None:
        """Add a line about `user`, here for the account's own page and in the audit log."""
        audit.write(f"account.{act}", author, user, **detail)
        line = cls(bureau_id=user.bureau_id, user_id=user.id, author_id=author.id, act=act, detail=detail)
        db.session.add(line)

    @classmethod
    def of(cls, user: User) -> list["AccountLog"]:
        """What was done to an account, the latest first."""
        return list(db.session.scalars(select(cls).where(cls.user_id == user.id).order_by(cls.id.desc())))


@event.listens_for(AccountLog, "before_update")
@event.listens_for(AccountLog, "before_delete")
def _refuse_change(*_given: Any) -> None:
    raise RuntimeError("the account log is only added to")


class Enrolment(db.Model):
    """A person's right to write events on one phone; the phone's key signs seals (design 2.2)."""

    __tablename__ = "enrolment"
    device_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id"), primary_key=True)
    name: Mapped[str]
    public_key: Mapped[dict[str, Any]] = mapped_column(JSON)
    enrolled_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoke_reason: Mapped[str | None]
    # What the phone last said of itself: its app's version, and how much the bureau did not have.
    app: Mapped[str | None] = mapped_column(String(64))
    # The mark of the password by which this person last came in here, and the hash of what the phone keeps under its
    # PIN: as long as both are the same, and nobody left, the phone's key opens a session by itself.
    opens: Mapped[str | None] = mapped_column(String(16))
    entry: Mapped[str | None] = mapped_column(String(64))
    unsent_events: Mapped[int | None]
    unsent_photos: Mapped[int | None]
    reported_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    user: Mapped[User] = relationship()

    @property
    def unsent(self) -> int:
        """Events and photos that stayed on the phone when it last said so."""
        return (self.unsent_events or 0) + (self.unsent_photos or 0)

    def report(self, app: str | None, events: int | None, photos: int | None) -> None:
        """Keep what the phone says of itself."""
        self.app, self.unsent_events, self.unsent_photos = app, events, photos
        self.reported_at = now()

    @classmethod
    def enrol(cls, user: User, device_id: str, name: str, public_key: dict[str, Any]) -> "Enrolment":
        """Enrol `user` on a phone. Raises `device_revoked`, or `device_differs` where the phone had another key."""
        if cls.is_lost(device_id, user.bureau_id):
            raise Problem("device_revoked")
        if any(known.public_key != public_key for known in cls.of_device(device_id)):
            raise Problem("device_differs")
        enrolment = db.session.get(cls, (device_id, user.id))
        if enrolment is None:
            enrolment = cls(device_id=device_id, user_id=user.id, name=name, public_key=public_key)
            db.session.add(enrolment)
        enrolment.name, enrolment.seen_at = name, now()
        return enrolment

    @classmethod
    def of_device(cls, device_id: str) -> list["Enrolment"]:
        """Everyone who enrolled this phone."""
        return list(db.session.scalars(select(cls).where(cls.device_id == device_id)))

    @classmethod
    def is_lost(cls, device_id: str, bureau_id: str) -> bool:
        """Whether a bureau revoked a phone. Each decides for its own people: those of two may use one phone."""
        rows = select(cls.device_id).join(User, User.id == cls.user_id)
        mine = rows.where(cls.device_id == device_id, User.bureau_id == bureau_id)
        return db.session.scalar(mine.where(cls.revoked_at.is_not(None)).limit(1)) is not None

    @classmethod
    def of_person(cls, user_id: str) -> list["Enrolment"]:
        """The phones of a person, the last seen first."""
        rows = select(cls).where(cls.user_id == user_id)
        return list(db.session.scalars(rows.order_by(cls.seen_at.desc(), cls.device_id)))


class Quarantined(db.Model):
    """An event that a revoked phone sent: kept for a person to judge, no part of any record until taken in.

    `user_id` is who sent it. `taken` is null until somebody judged; a judgement is never changed, a row never removed.
    """

    __tablename__ = "quarantined"
    id: Mapped[int] = mapped_column(primary_key=True)
    device: Mapped[str] = mapped_column(String(36), index=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id"))
    text: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    taken: Mapped[bool | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    judged_by: Mapped[str | None] = mapped_column(ForeignKey("user.id"))
    judged_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    sender: Mapped[User] = relationship(foreign_keys=[user_id], lazy="joined")
    judge: Mapped[User | None] = relationship(foreign_keys=[judged_by], lazy="joined")

    @classmethod
    def of_bureau(cls, bureau_id: str, *, judged: bool, limit: int) -> list["Quarantined"]:
        """What phones of a bureau's people sent: what waits, in the order in which it came, or what was judged last."""
        sent = select(User.id).where(User.bureau_id == bureau_id)
        rows = select(cls).where(
            cls.user_id.in_(sent), cls.taken.is_not(None) if judged else cls.taken.is_(None)
        )
        order = (cls.judged_at.desc(), cls.id.desc()) if judged else (cls.id,)
        return list(db.session.scalars(rows.order_by(*order).limit(limit)))

    @classmethod
    def waiting(cls, bureau_id: str) -> int:
        """How many wait in a bureau."""
        rows = select(func.count(cls.id)).join(User, User.id == cls.user_id)
        return db.session.scalar(rows.where(User.bureau_id == bureau_id, cls.taken.is_(None))) or 0

    @classmethod
    def locked(cls, bureau_id: str, ids: list[int]) -> list["Quarantined"]:
        """Those of these that wait in a bureau, so that no two people judge one."""
        sent = select(User.id).where(User.bureau_id == bureau_id)
        rows = select(cls).where(cls.id.in_(ids), cls.user_id.in_(sent), cls.taken.is_(None))
        rows = rows.order_by(cls.id).with_for_update(of=cls).execution_options(populate_existing=True)
        return list(db.session.scalars(rows))

    @property
    def body(self) -> Any:
        """What was sent: an event, as far as it is one."""
        return parse(self.text)

    def decide(self, judge: User, taken: bool, reason: str) -> None:
        """Remember who took it in or refused it, and why."""
        self.taken, self.reason, self.judged_by, self.judged_at = taken, reason, judge.id, now()

    @classmethod
    def keep(cls, device: str, user_id: str, events: list[Any]) -> list[Any]:
        """Keep what a revoked phone sent, each event once; gives what is kept. What is no event at all is dropped."""
        known = cls.texts(device)
        kept = []
        for sent in events:
            with suppress(NotCanonical):
                text = canonical(sent).decode()
                if text not in known and len(known) < QUARANTINED:
                    known.add(text)
                    db.session.add(cls(device=device, user_id=user_id, text=text))
                if text in known:
                    kept.append(sent)
        return kept

    @classmethod
    def texts(cls, device: str) -> set[str]:
        """The texts of all that a phone sent."""
        return set(db.session.scalars(select(cls.text).where(cls.device == device)))

    @classmethod
    def counts(cls, devices: set[str]) -> dict[str, int]:
        """How many events each of these phones sent after it was revoked, of which nobody has judged."""
        waiting = (cls.device.in_(devices), cls.taken.is_(None))
        rows = select(cls.device, func.count()).where(*waiting).group_by(cls.device)
        return {device: count for device, count in db.session.execute(rows)}


@event.listens_for(Quarantined, "before_update")
@event.listens_for(Quarantined, "before_delete")
def _keep_judgement(_mapper: Any, _connection: Any, row: Quarantined) -> None:
    judged = inspect(row).attrs.taken.history
    if row in db.session.deleted or judged.unchanged != () or judged.deleted not in ((), [None]):
        raise RuntimeError("what was quarantined is kept, and so is each judgement")
