"""A bureau's audit log as the auditor asks for it, and as a file that proves itself."""

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from sqlalchemy import ColumnElement, func, select

from webapp.accounts.audit import AuditLine, chains, faults, lines_after
from webapp.accounts.models import User
from webapp.canonical import NotCanonical, canonical, parse, sha256
from webapp.db import CHINA, db, now
from webapp.evidence.keys import bureau_key, public_pem

PAGE = 50


@dataclass(frozen=True)
class Asked:
    """What the auditor looks for; `first` and `last` are days in China, `before` the number above the page."""

    chain: str
    act: str = ""
    person: str = ""
    words: str = ""
    first: date | None = None
    last: date | None = None
    before: int | None = None

    def rows(self) -> list[AuditLine]:
        """One page, the latest first; one row more says that there is a next one."""
        rows = select(AuditLine).where(*self._conditions()).order_by(AuditLine.number.desc())
        return list(db.session.scalars(rows.limit(PAGE + 1)))

    def span(self) -> tuple[int, int]:
        """The lowest and the highest number of the days that are asked for; `(1, 0)` where there is none."""
        rows = select(func.min(AuditLine.number), func.max(AuditLine.number))
        low, high = db.session.execute(rows.where(AuditLine.chain == self.chain, *self._days())).one()
        return (low, high) if low else (1, 0)

    def _conditions(self) -> Iterator[ColumnElement[bool]]:
        yield AuditLine.chain == self.chain
        yield from self._days()
        if self.act:
            yield AuditLine.act == self.act
        if self.person:
            yield AuditLine.user_id == select(User.id).where(User.username == self.person).scalar_subquery()
        if self.words:
            yield AuditLine.line.contains(self.words, autoescape=True)
        if self.before:
            yield AuditLine.number < self.before

    def _days(self) -> Iterator[ColumnElement[bool]]:
        if self.first:
            yield AuditLine.time >= _midnight(self.first)
        if self.last:
            yield AuditLine.time < _midnight(self.last + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA)


# ---- the file


def exported(chain: str, low: int, high: int) -> Iterator[str]:
    """The lines from `low` to `high` as they were written, and last a line that the bureau's key signs."""
    number, head = low - 1, ""
    while rows := lines_after(chain, number, high):
        for row in rows:
            number, head = row.number, sha256(row.line.encode())
            yield f"{row.line}\n"
        db.session.rollback()
    yield canonical(_sealed(chain, low, number, head)).decode() + "\n"


def _sealed(chain: str, low: int, number: int, head: str) -> dict[str, Any]:
    proof = {"bureau": chain, "first": low, "head": head, "last": number, "time": now().isoformat()}
    signature = bureau_key(chain).sign(canonical(proof))
    return proof | {"key": public_pem(chain), "signature": base64.b64encode(signature).decode()}


def file_faults(lines: Iterable[str]) -> Iterator[str]:
    """What is wrong with such a file in itself, and where this database holds the same chain, against it."""
    first, number, head = 0, 0, None
    try:
        for line in lines:
            said = parse(line)
            if "signature" in said:
                yield from _proof_faults(said, first, number, head)
                return
            yield from faults([line], number, head)
            number, head = said["number"], sha256(line.encode())
            first = first or number
    except (NotCanonical, KeyError, TypeError, ValueError) as error:
        yield f"not a line of the audit log: {error}"
        return
    yield "the last line, with the signature, is missing"


def _proof_faults(said: dict[str, Any], first: int, number: int, head: str | None) -> Iterator[str]:
    proof = {name: value for name, value in said.items() if name not in ("key", "signature")}
    if (proof["first"], proof["last"], proof["head"]) != (first or proof["first"], number, head or ""):
        yield "the signature is of other lines"
    try:
        load_pem_public_key(said["key"].encode()).verify(
            base64.b64decode(said["signature"]), canonical(proof)
        )
    except (InvalidSignature, ValueError):
        yield "the signature does not hold"
    if proof["bureau"] in chains():
        held = select(AuditLine.hash).where(AuditLine.chain == proof["bureau"], AuditLine.number == number)
        if head and db.session.scalar(held) != head:
            yield "this database does not hold the last line of the file"
        if said["key"] != public_pem(proof["bureau"]):
            yield "the key is not that of the bureau"
