"""Settings: defaults for one machine, and whatever the environment says by `YIDANG_…` (design 4)."""

import contextlib
import os
import secrets
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask

ROOT = Path(__file__).parent.parent

DEFAULTS = {
    "DATA": str(ROOT / "instance"),
    "PRODUCTION": False,
    "HTTPS": False,
    # Where people reach it, `https://…` without a path: every link is made of it, and no other host is answered.
    "ADDRESS": None,
    # How many proxies stand in front, each of which adds whom it heard to X-Forwarded-For.
    "PROXIES": 0,
    "HTMX_CDN": True,
    "MAX_CONTENT_LENGTH": 32 * 1024 * 1024,
    "PERMANENT_SESSION_LIFETIME": timedelta(days=14),
    # An answer on its way when somebody logs in would put the older session's cookie back over the new one.
    "SESSION_REFRESH_EACH_REQUEST": False,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "WTF_CSRF_TIME_LIMIT": None,
    "RATELIMIT_STORAGE_URI": "memory://",
    "RATELIMIT_HEADERS_ENABLED": True,
    # Whom a push service writes to about our reminders; and, in tests only, a push service on this machine.
    "PUSH_CONTACT": "mailto:yidang@example.com",
    "PUSH_LOOPBACK": False,
    # At the desk, where a bureau's own policy says nothing else: how long a session holds without a click, and at most.
    "IDLE_MINUTES": 60,
    "SESSION_HOURS": 12,
    # On a phone, which goes on by its key while it is unlocked.
    "PHONE_HOURS": 14 * 24,
    # Wrong passwords: of one name from one address, of all names from one address (an office has one), of one name from
    # everywhere. The last closes the door to strangers only (see `accounts/views.py`).
    "LOGIN_TRIES": "10 per 15 minutes",
    "ADDRESS_TRIES": "100 per 15 minutes",
    "ACCOUNT_TRIES": "50 per hour",
    # How long a line of the audit log must stay, in months (网络安全法: six at least). The app itself never removes one.
    "AUDIT_MONTHS": 6,
    # ClamAV's daemon, where a bureau has one, for what people send without an account: unix:PATH or tcp:HOST:PORT.
    "CLAMD": None,
    # A timestamp authority (RFC 3161) and its certificates, a PEM file with its root, where a bureau has one.
    "TSA_URL": None,
    "TSA_CERTIFICATES": None,
    "BABEL_DEFAULT_LOCALE": "zh_Hans_CN",
    "BABEL_DEFAULT_TIMEZONE": "Asia/Shanghai",
    "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "translations"),
}


def configure(app: Flask, overrides: dict | None = None) -> None:
    """Fill `app.config`. Raises `RuntimeError` where a production server has no strong secret key."""
    app.config.update(DEFAULTS)
    app.config.from_prefixed_env("YIDANG")
    app.config.update(overrides or {})
    data = Path(app.config["DATA"]).absolute()
    data.mkdir(parents=True, exist_ok=True)
    _make_private(data, 0o700)
    app.config["DATA"] = data
    app.config.setdefault("BLOBS", str(data / "blobs"))
    if "DATABASE_URL" not in app.config:
        database = data / "yidang.db"
        # SQLite gives the files beside it the rights of this one.
        database.touch(mode=0o600)
        _make_private(database, 0o600)
        app.config["DATABASE_URL"] = f"sqlite:///{database}"
    app.config["SQLALCHEMY_DATABASE_URI"] = app.config["DATABASE_URL"]
    app.config["SECRET_KEY"] = _secret_key(app, data)
    _know_address(app)
    if app.config["PRODUCTION"]:
        _refuse_weak(app)
    if int(app.config["AUDIT_MONTHS"]) < 6:
        raise RuntimeError("AUDIT_MONTHS is six at least (网络安全法)")
    if app.config["HTTPS"]:
        app.config.update(SESSION_COOKIE_SECURE=True, SESSION_COOKIE_NAME="__Host-session")


def _know_address(app: Flask) -> None:
    address = app.config["ADDRESS"]
    if address is None:
        return
    parts = urlsplit(str(address))
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise RuntimeError("YIDANG_ADDRESS is https:// and a host, nothing behind it")
    app.config["ADDRESS"] = f"{parts.scheme}://{parts.netloc.lower()}"
    app.config["HTTPS"] = app.config["HTTPS"] or parts.scheme == "https"


def _refuse_weak(app: Flask) -> None:
    """What would be asking for it on a server that people rely on."""
    if app.config["PUSH_LOOPBACK"]:
        raise RuntimeError("PUSH_LOOPBACK is for tests")
    if not str(app.config["ADDRESS"] or "").startswith("https://"):
        raise RuntimeError("set YIDANG_ADDRESS to where people reach this server, https://…")
    database = urlsplit(str(app.config["DATABASE_URL"]))
    if database.password is not None and (
        len(database.password) < 12 or database.password == database.username
    ):
        raise RuntimeError("the password in YIDANG_DATABASE_URL has at least 12 characters")


def _make_private(path: Path, mode: int) -> None:
    """Nobody else on this machine reads it. Where it is another's, a mounted volume, its rights are theirs to set."""
    with contextlib.suppress(PermissionError):
        path.chmod(mode)


def _secret_key(app: Flask, data: Path) -> str:
    given = app.config.get("SECRET_KEY")
    if app.config["PRODUCTION"] and (len(str(given or "")) < 32 or len(set(str(given))) < 10):
        raise RuntimeError("set YIDANG_SECRET_KEY to at least 32 random characters")
    return (
        str(given)
        if given
        else kept_secret(data / "secret_key", lambda: secrets.token_hex(32).encode()).decode()
    )


def kept_secret(path: Path, make: Callable[[], bytes]) -> bytes:
    """The secret in `path`, made once and readable by nobody else; two processes that start together agree."""
    if not path.exists():
        part = path.with_suffix(f".{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        # A link is made whole or not at all, and never over one that is there.
        with contextlib.suppress(FileExistsError):
            os.link(part, path)
        part.unlink()
    return path.read_bytes()
