"""Asking a timestamp authority (RFC 3161) for the time under each archive's signature, long after the archive is sealed."""

import urllib.request
from collections import Counter
from datetime import timedelta
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from webapp.archive.bag import SIGNATURE
from webapp.archive.index import ArchiveIndex
from webapp.archive.models import Archive
from webapp.archive.stamps import Stamp
from webapp.archive.timestamp_rules import MAX_BYTES, NoStamp, Question, certificates, files
from webapp.archive.unpack import Unpacked, unzipped, with_proofs
from webapp.canonical import sha256
from webapp.db import db, now
from webapp.errors import Problem

SECONDS = 20
# No redirect: what answers at the address that was set is the authority, and nobody sends this server elsewhere.
_LINE = urllib.request.OpenerDirector()
for _handler in (urllib.request.HTTPHandler, urllib.request.HTTPSHandler, urllib.request.ProxyHandler):
    _LINE.add_handler(_handler())
# After so many minutes the authority is asked again, doubled with each failure up to a day.
FIRST, LONGEST = 1, 24 * 60


class Unreachable(Exception):
    """The authority did not answer at all: nobody asks it for the next archive either."""


def authority() -> tuple[str, str] | None:
    """The authority's address and its certificates as PEM; None where none is set.

    Raises `RuntimeError` where the settings say something that cannot be.
    """
    url, path = current_app.config["TSA_URL"], current_app.config["TSA_CERTIFICATES"]
    if not url:
        return None
    if not url.startswith(("https://", "http://")) or not path:
        raise RuntimeError(
            "YIDANG_TSA_URL is an http(s) address and needs YIDANG_TSA_CERTIFICATES, a PEM file"
        )
    pem = Path(path).read_text("ascii")
    if not any(one.issuer == one.subject for one in certificates(pem)):
        raise RuntimeError("YIDANG_TSA_CERTIFICATES has no root certificate")
    return url, pem


def stamp_due(url: str, pem: str) -> Counter[str]:
    """Ask for every archive whose turn it is: how many were `stamped`, `refused`, and how many still wait.

    Each is committed by itself, and no transaction is open while the authority thinks.
    """
    counts: Counter[str] = Counter()
    began = now()
    while True:
        rows = (
            select(Stamp.archive_id).where(Stamp.due <= began).order_by(Stamp.due, Stamp.archive_id).limit(1)
        )
        archive_id = db.session.scalar(rows)
        if archive_id is None:
            break
        try:
            counts[_stamp(archive_id, url, pem)] += 1
        except Unreachable as error:
            _put_off(archive_id, str(error))
            counts["unreachable"] += 1
            break
    counts["waiting"] = waiting()
    db.session.rollback()
    return counts


def waiting() -> int:
    """How many archives have no timestamp yet."""
    return db.session.query(Stamp).filter(Stamp.due.is_not(None)).count()


def _stamp(archive_id: str, url: str, pem: str) -> str:
    try:
        package = db.session.get_one(Archive, archive_id).read(stamped=False)
    except Problem as problem:
        _put_off(archive_id, problem.code, for_good=problem.code == "archive_disposed")
        return "skipped"
    db.session.rollback()
    question = Question(_signature(package))
    try:
        answer = _asked(url, question.der)
        time = question.answered(answer, pem)
    except NoStamp as error:
        _put_off(archive_id, str(error))
        return "refused"
    whole = with_proofs(package, files(answer, pem))
    stamp = _locked(archive_id)
    # Another process may have been faster.
    if stamp.due is not None:
        stamp.due, stamp.fault, stamp.tries = None, "", stamp.tries + 1
        stamp.response, stamp.authority, stamp.stamped_at = answer, pem, time
        stamp.sha256, stamp.size = sha256(whole), len(whole)
        _renew_shelf(archive_id, stamp.sha256)
    db.session.commit()
    return "stamped"


def _renew_shelf(archive_id: str, made: str) -> None:
    """The shelves name the hash of what they give out."""
    archive = db.session.get_one(Archive, archive_id)
    row = db.session.get(ArchiveIndex, archive.inspection_id)
    if row and row.version == archive.version:
        row.sha256 = made


def _put_off(archive_id: str, why: str, for_good: bool = False) -> None:
    db.session.rollback()
    stamp = _locked(archive_id)
    if stamp.due is not None:
        wait = timedelta(minutes=min(FIRST << min(stamp.tries, 16), LONGEST))
        stamp.due = None if for_good else now() + wait
        stamp.tries, stamp.fault = stamp.tries + 1, why[:500]
    db.session.commit()


def _locked(archive_id: str) -> Stamp:
    return db.session.get_one(Stamp, archive_id, with_for_update=True, populate_existing=True)


def _signature(package: bytes) -> bytes:
    unpacked = Unpacked()
    if list(unzipped(package, unpacked)):
        raise ValueError("not a package of ours")
    return unpacked.files[SIGNATURE]


def _asked(url: str, question: bytes) -> bytes:
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    # The address is the operator's setting, and `authority` allows HTTP alone.
    request = urllib.request.Request(url, question, headers)  # noqa: S310
    try:
        with _LINE.open(request, timeout=SECONDS) as answer:
            if answer.status != HTTPStatus.OK:
                raise Unreachable(f"{answer.status} {answer.reason}")
            return bytes(answer.read(MAX_BYTES + 1))
    except (OSError, HTTPException) as error:
        raise Unreachable(str(error)) from error
