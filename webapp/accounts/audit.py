"""The audit log: what was done, by whom and from where. Lines are only added, each bound to the one before by its hash.

`write` is for everybody: the line stands or falls with the act's own transaction. What is written is what was done, never
a password, a token or the body of a form.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from flask import has_request_context, request
from flask_login import current_user
from sqlalchemy import Index, String, Text, UniqueConstraint, event, func, insert, inspect, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.canonical import NotCanonical, canonical, parse, sha256
from webapp.db import UTCDateTime, db, now, write_anew

# What belongs to no bureau: a name that is nobody's at the door, a command of the shell.
HERE = "-"
BEGIN = "0" * 64
READING = ("GET", "HEAD", "OPTIONS")
LENGTH = 500
STEP, LAST = 1000, 2**31 - 1
# In a request's environment: something exact was said of it already.
SAID = "yidang.audited"
# A name in `detail` that says one of these is a mistake of ours, and stops the act.
SECRET = ("password", "secret", "token", "cookie", "signature", "body", "otp", "nonce")


class AuditLine(db.Model):
    """One line of a bureau's chain. `line` is its canonical JSON, `hash` the SHA-256 of that; the rest is its index."""

    __tablename__ = "audit_line"
    __table_args__ = (
        UniqueConstraint("chain", "number"),
        # By what the auditor asks: a page of it reads a page of lines, however long the chain.
        Index("ix_audit_line_act", "chain", "act", "number"),
        Index("ix_audit_line_user_id", "chain", "user_id", "number"),
        Index("ix_audit_line_time", "chain", "time", "number"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    chain: Mapped[str] = mapped_column(String(36))
    number: Mapped[int]
    time: Mapped[datetime] = mapped_column(UTCDateTime)
    act: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[str | None] = mapped_column(String(36))
    target: Mapped[str | None] = mapped_column(String(200))
    line: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))

    @property
    def said(self) -> dict[str, Any]:
        """What the line says: `act`, `by`, `address`, `target`, `detail`, …"""
        return dict(parse(self.line))


def write(
    act: str, user: Any = None, target: Any = None, *, bureau: str | None = None, **detail: Any
) -> None:
    """Say that `user` (whoever is in, where none is given) did `act` to `target` (a row or a text).

    The line is written with the act: at the commit, or not at all. A request that only reads writes it at once, which ends
    its transaction. `bureau`: an id, where it is neither the person's nor the target's. Raises `ValueError` for a secret.
    """
    db.session.info.setdefault("audit", []).append(_spoken(act, user, target, bureau, detail))
    if has_request_context() and request.method in READING:
        _at_once()


def write_alone(
    act: str, user: Any = None, target: Any = None, *, bureau: str | None = None, **detail: Any
) -> None:
    """Say what no act stands behind, a refusal or a reading: what was begun is taken back, this line alone is written."""
    spoken = _spoken(act, user, target, bureau, detail)
    db.session.rollback()
    db.session.info["audit"] = [spoken]
    _at_once()


def _at_once() -> None:
    spoken = db.session.info["audit"]
    write_anew()
    db.session.info["audit"] = spoken
    db.session.commit()


def _spoken(act: str, user: Any, target: Any, bureau: str | None, detail: dict[str, Any]) -> dict[str, Any]:
    secret = [name for name in detail if any(word in name.lower() for word in SECRET)]
    if secret:
        raise ValueError(f"the audit log keeps no secrets: {', '.join(secret)}")
    if has_request_context():
        request.environ[SAID] = True
        user = user or (current_user if current_user.is_authenticated else None)
    return {
        "act": act,
        "address": request.remote_addr if has_request_context() else None,
        "bureau": bureau or getattr(user, "bureau_id", None) or getattr(target, "bureau_id", None) or HERE,
        "by": {"id": user.id, "username": user.username} if user is not None else None,
        "detail": {name: _short(value) for name, value in detail.items()},
        "target": _name(target),
    }


def _name(target: Any) -> str | None:
    if target is None or isinstance(target, str):
        return target and target[:200]
    # A row, or one that stands behind `current_user`.
    row = getattr(target, "_get_current_object", lambda: target)()
    key = inspect(row).mapper.primary_key_from_instance(row)
    return f"{row.__tablename__}:{'/'.join(map(str, key))}"[:200]


def _short(value: Any) -> Any:
    return value[:LENGTH] if isinstance(value, str) else value


# ---- with the act


@event.listens_for(db.session, "before_commit")
def _append_all(session: Session) -> None:
    _say_page()
    spoken = session.info.pop("audit", [])
    if spoken:
        # Rows first, the chain last: who has the chain waits for nobody, so no two wait for each other.
        session.flush()
    for chain in sorted({one["bureau"] for one in spoken}):
        _append(session, chain, [one for one in spoken if one["bureau"] == chain])


@event.listens_for(db.session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("audit", None)


def _say_page() -> None:
    """What a person writes at the desk is said once, by the page's name, where the page says nothing more exact."""
    if not has_request_context() or request.method in READING or SAID in request.environ:
        return
    if request.path.startswith("/office/") and current_user.is_authenticated:
        write("page", target=place())


def place() -> str:
    """The page that is asked for, and of what; of an address outside the office no part, which may be a key."""
    given = (request.view_args or {}) if request.path.startswith("/office/") else {}
    return " ".join([str(request.endpoint), *(f"{name}={value}" for name, value in given.items())])[:200]


def _append(session: Session, chain: str, spoken: Iterable[dict[str, Any]]) -> None:
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        # Until the commit nobody else adds to this chain; SQLite has one writer anyway.
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"audit {chain}"))))
    number, previous = head(chain)
    for one in spoken:
        number, time = number + 1, now()
        line = canonical(one | {"number": number, "previous": previous, "time": time.isoformat()})
        previous = sha256(line)
        index = {
            "act": one["act"],
            "user_id": one["by"] and one["by"]["id"],
            "target": one["target"],
            "time": time,
        }
        row = index | {"chain": chain, "number": number, "line": line.decode(), "hash": previous}
        connection.execute(insert(AuditLine).values(row))


# ---- checking


def faults(lines: Iterable[str], number: int = 0, previous: str | None = None) -> Iterator[str]:
    """What is wrong with lines that should follow each other, in a few words each; nothing where all holds.

    `number` and `previous` are those of the line before the first; without `previous` the first is believed.
    """
    for line in lines:
        said = _told(line)
        number = said["number"] if said and previous is None else number + 1
        if said is None:
            yield f"{number}: not a line of the audit log"
        elif said["number"] != number:
            yield f"{number}: missing"
            number = said["number"]
        elif previous is not None and said["previous"] != previous:
            yield f"{number}: does not follow the one before"
        if said and canonical(said) != line.encode():
            yield f"{number}: not canonical"
        previous = sha256(line.encode())


def _told(line: str) -> dict[str, Any] | None:
    """What a line says; None where somebody wrote something else over it."""
    try:
        said = parse(line)
        canonical(said)
        whole = {"number": int, "previous": str, "bureau": str, "act": str, "time": str}
        return said if all(type(said[name]) is kind for name, kind in whole.items()) else None
    except (NotCanonical, LookupError, TypeError):
        return None


def chain_faults(chain: str) -> Iterator[str]:
    """What is wrong with a bureau's chain as it lies in the database."""
    number, previous = 0, BEGIN
    while rows := lines_after(chain, number):
        for row in rows:
            yield from faults([row.line], number, previous)
            if _index(row.line) != (
                row.chain,
                row.number,
                row.act,
                row.user_id,
                row.target,
                row.time,
                row.hash,
            ):
                yield f"{row.number}: the index says something else"
            number, previous = row.number, sha256(row.line.encode())
        # A long reading keeps nobody from writing.
        db.session.rollback()


def lines_after(chain: str, number: int, last: int = LAST) -> list[AuditLine]:
    """The next lines of a chain after a number, at most `STEP`, none above `last`."""
    rows = select(AuditLine).where(
        AuditLine.chain == chain, AuditLine.number > number, AuditLine.number <= last
    )
    return list(db.session.scalars(rows.order_by(AuditLine.number).limit(STEP)))


def _index(line: str) -> tuple[Any, ...] | None:
    said = _told(line) or {}
    try:
        by, time = said["by"] and said["by"]["id"], datetime.fromisoformat(said["time"])
        return said["bureau"], said["number"], said["act"], by, said["target"], time, sha256(line.encode())
    except (LookupError, TypeError, ValueError):
        return None


def head(chain: str) -> tuple[int, str]:
    """The number and the hash of a chain's last line; `(0, BEGIN)` where it has none."""
    last = select(AuditLine.number, AuditLine.hash).where(AuditLine.chain == chain)
    found = db.session.execute(last.order_by(AuditLine.number.desc()).limit(1)).first()
    return (found.number, found.hash) if found else (0, BEGIN)


def chains() -> list[str]:
    """The names of all chains: bureaus' ids, and `HERE`."""
    return list(db.session.scalars(select(AuditLine.chain).distinct().order_by(AuditLine.chain)))
