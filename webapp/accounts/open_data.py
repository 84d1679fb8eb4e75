"""What a bureau publishes as a list: which bureau is asked for, and its rows as open data (design 5)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from flask import Response, current_app, request
from flask_login import current_user
from sqlalchemy import select

from webapp.accounts.models import Bureau
from webapp.canonical import canonical
from webapp.db import db
from webapp.errors import Problem

PAGE = 500


def asked_bureau() -> Bureau:
    """The bureau that the address names (`?bureau=`), else the person's own, else the first. Raises `not_found`."""
    name = request.args.get("bureau")
    if name is None and current_user.is_authenticated:
        return db.session.get_one(Bureau, current_user.bureau_id)
    rows = select(Bureau).order_by(Bureau.region, Bureau.id)
    found = db.session.get(Bureau, name) if name else db.session.scalars(rows.limit(1)).first()
    if found is None:
        raise Problem("not_found")
    return found


def bureaus() -> list[Bureau]:
    """Every bureau, to choose from."""
    return list(db.session.scalars(select(Bureau).order_by(Bureau.region, Bureau.id)))


def answer(bureau: Bureau, rows: Iterable[Mapping[str, Any]], updated: datetime | None) -> Response:
    """`{bureau, updated, data, next}` with an ETag; rows by `id`, at most `PAGE` after what `?after=` names.

    `next` is the address of the page that follows.
    """
    after = request.args.get("after", "")
    data = sorted((dict(row) for row in rows if str(row["id"]) > after), key=lambda row: str(row["id"]))
    told = {
        "bureau": {"id": bureau.id, "name": bureau.name},
        "updated": updated.isoformat(timespec="seconds") if updated else None,
        "data": data[:PAGE],
        "next": f"{request.path}?bureau={bureau.id}&after={data[PAGE - 1]['id']}"
        if len(data) > PAGE
        else None,
    }
    reply = current_app.response_class(canonical(told), mimetype="application/json")
    reply.add_etag()
    reply.cache_control.no_cache = True
    return reply.make_conditional(request)
