"""The bureau's public key, published: what anyone compares an archive's key with (design 2.5)."""

from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Blueprint, Response, render_template

from webapp.accounts.access import allow
from webapp.accounts.models import Bureau
from webapp.canonical import sha256
from webapp.db import db
from webapp.errors import Problem
from webapp.evidence.keys import bureau_key, public_pem

blueprint = Blueprint("keys", __name__)


@blueprint.get("/public/bureaus")
@allow("anyone")
def listed() -> str:
    """Every bureau here with the address of its key."""
    bureaus = db.session.query(Bureau).order_by(Bureau.region, Bureau.id).all()
    return render_template("evidence/bureaus.html", bureaus=bureaus)


@blueprint.get("/public/bureaus/<bureau_id>/key")
@allow("anyone")
def page(bureau_id: str) -> str:
    """The key for people: its fingerprint, its text, what it checks and how."""
    bureau = _found(bureau_id)
    return render_template(
        "evidence/key.html", bureau=bureau, pem=public_pem(bureau.id), fingerprint=fingerprint(bureau.id)
    )


@blueprint.get("/public/bureaus/<bureau_id>/key.pem")
@allow("anyone")
def pem(bureau_id: str) -> Any:
    """The key as `openssl` reads it: the same bytes as `bureau-key.pem` of every archive."""
    return Response(public_pem(_found(bureau_id).id), mimetype="application/x-pem-file")


def fingerprint(bureau_id: str) -> str:
    """SHA-256 of the key (DER), as a verification says it."""
    key = bureau_key(bureau_id).public_key()
    return sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def _found(bureau_id: str) -> Bureau:
    bureau = db.session.get(Bureau, bureau_id)
    if bureau is None:
        raise Problem("not_found")
    return bureau
