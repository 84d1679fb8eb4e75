"""The second factor: passkeys (WebAuthn), an authenticator app (TOTP, RFC 6238), and codes for when both are lost."""

import base64
import secrets
from datetime import datetime
from hmac import compare_digest

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app
from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, delete, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from webapp.accounts.models import User
from webapp.accounts.rules import recovery_code, tidy_code
from webapp.canonical import sha256
from webapp.db import UTCDateTime, db, now

ISSUER = "一档"
PASSKEYS = 10
CODES = 10
FIGURES, STEP = 6, 30


class Passkey(db.Model):
    """A key that lies in a person's device or password manager. `id`: the credential's, base64url."""

    __tablename__ = "passkey"
    id: Mapped[str] = mapped_column(String(1400), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @classmethod
    def of(cls, user: User) -> list["Passkey"]:
        """A person's passkeys, the oldest first."""
        return list(db.session.scalars(select(cls).where(cls.user_id == user.id).order_by(cls.made_at)))


class Authenticator(db.Model):
    """A person's authenticator app. It counts once a code of it was typed; each code counts once.

    `secret` is encrypted by a key that is derived from the server's secret: a copy of the database makes no codes.
    """

    __tablename__ = "authenticator"
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id"), primary_key=True)
    secret: Mapped[str]
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @classmethod
    def begin(cls, user: User) -> "Authenticator":
        """A new secret, to be confirmed by a code; one that counts already stays until removed."""
        row = db.session.get(cls, user.id)
        if row is None or row.confirmed_at is None:
            row = db.session.merge(
                cls(user_id=user.id, secret=_locked(user.id, pyotp.random_base32()), last_step=0)
            )
        return row

    def address(self, user: User) -> str:
        """What the app reads from the code on the screen (otpauth://…)."""
        return pyotp.TOTP(self.plain() or "").provisioning_uri(name=user.username, issuer_name=ISSUER)

    def plain(self) -> str | None:
        """The secret itself; None where the server's secret is another one by now."""
        return _unlocked(self.user_id, self.secret)

    def takes(self, code: str) -> bool:
        """Whether this is a code of this half minute, the one before or after, and was not used yet. Remembers it."""
        secret = self.plain()
        if secret is None:
            return False
        current = int(now().timestamp()) // STEP
        totp = pyotp.TOTP(secret)
        steps = (
            step
            for step in (current - 1, current, current + 1)
            if compare_digest(totp.generate_otp(step), code)
        )
        step = next(steps, 0)
        # Of two that come at once with the same code, one gets in.
        rows = update(Authenticator).where(
            Authenticator.user_id == self.user_id, Authenticator.last_step < step
        )
        return bool(step) and db.session.execute(rows.values(last_step=step, used_at=now())).rowcount == 1


class RecoveryCode(db.Model):
    """One of the codes that a person keeps on paper; each serves once. 120 random bits need no slow hash."""

    __tablename__ = "recovery_code"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id"), index=True)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @classmethod
    def renew(cls, user: User) -> list[str]:
        """New codes, shown this once; the old ones are void."""
        db.session.execute(delete(cls).where(cls.user_id == user.id))
        codes = [recovery_code(secrets.choice) for _ in range(CODES)]
        db.session.add_all(cls(id=_hashed(user.id, tidy_code(code)), user_id=user.id) for code in codes)
        return codes

    @classmethod
    def left(cls, user: User) -> int:
        """How many were not used yet."""
        rows = select(func.count(cls.id)).where(cls.user_id == user.id, cls.used_at.is_(None))
        return db.session.scalar(rows) or 0

    @classmethod
    def spend(cls, user: User, code: str) -> bool:
        """Whether this is one of them, tidied, and was not used; it is now."""
        rows = update(cls).where(cls.id == _hashed(user.id, code), cls.used_at.is_(None))
        return db.session.execute(rows.values(used_at=now())).rowcount == 1


def kinds(user: User) -> list[str]:
    """The second factors that a person set up: `passkey`, `totp`."""
    app = db.session.get(Authenticator, user.id)
    keys = db.session.scalar(select(func.count(Passkey.id)).where(Passkey.user_id == user.id))
    return [*(["passkey"] if keys else []), *(["totp"] if app and app.confirmed_at else [])]


def proves(user: User, code: str) -> bool:
    """Whether a code, of the app or from the paper, is the person's. It serves once."""
    code = tidy_code(code)
    if len(code) > FIGURES:
        return RecoveryCode.spend(user, code)
    app = db.session.get(Authenticator, user.id)
    return bool(app and app.confirmed_at and app.takes(code))


def forget(user: User) -> None:
    """Take every second factor away: it was lost with the phone, or somebody else has it."""
    for model in (Passkey, Authenticator, RecoveryCode):
        db.session.execute(delete(model).where(model.user_id == user.id))


def _hashed(user_id: str, code: str) -> str:
    return sha256(f"{user_id} {code}".encode())


def _locked(user_id: str, text: str) -> str:
    nonce = secrets.token_bytes(12)
    return base64.b64encode(nonce + _cipher().encrypt(nonce, text.encode(), user_id.encode())).decode()


def _unlocked(user_id: str, kept: str) -> str | None:
    data = base64.b64decode(kept)
    try:
        return _cipher().decrypt(data[:12], data[12:], user_id.encode()).decode()
    except InvalidTag:
        return None


def _cipher() -> AESGCM:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return AESGCM(HKDF(hashes.SHA256(), 32, None, b"yidang authenticator").derive(secret))
