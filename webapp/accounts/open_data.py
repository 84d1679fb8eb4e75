"""What a bureau publishes as a list: which bureau is asked for, and its rows as open data (design 5)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from flask import Response, request
from sqlalchemy import func, select

from webapp.accounts.models import Bureau, User
from webapp.canonical import canonical
from webapp.db import db
from webapp.errors import Problem

PAGE = 500


def asked_bureau() -> Bureau:
    """The bureau that the address names (`?bureau=`), else the one with the most people. Raises `not_found`."""
    name = request.args.get("bureau")
    found = db.session.get(Bureau, name) if name else _largest()
    if found is None:
        raise Problem("not_found")
    return found


def _largest() -> Bureau | None:
    people = select(func.count()).where(User.bureau_id == Bureau.id).scalar_subquery()
    return db.session.scalars(
        select(Bureau).order_by(people.desc(), Bureau.region, Bureau.id).limit(1)
    ).first()


def bureaus() -> list[Bureau]:
    """Every bureau, to choose from."""
    return list(db.session.scalars(select(Bureau).order_by(Bureau.region, Bureau.id)))


def answer(bureau: Bureau, rows: Iterable[Mapping[str, Any]], updated: datetime | None) -> Response:
    """`{bureau, updated, data, next}` with an ETag; rows by `id`, at most `PAGE` after what `?after=` names.

    `next` is the address of the page that follows.
    """
    after = request.args.get("after", "")
    data = sorted((dict(row) for row in rows if str(row["id"]) > after), key=lambda row: str(row["id"]))
    more = f"{request.path}?bureau={bureau.id}&after={data[PAGE - 1]['id']}" if len(data) > PAGE else None
    return sent(bureau, data[:PAGE], updated.isoformat(timespec="seconds") if updated else None, more)


def sent(
    bureau: Bureau | None, data: list[dict[str, Any]], updated: str | None, more: str | None
) -> Response:
    """A page of open data as canonical JSON; `more` is the address of the page that follows."""
    named = {"id": bureau.id, "name": bureau.name} if bureau else None
    told = {"bureau": named, "updated": updated, "data": data, "next": more}
    return Response(canonical(told), mimetype="application/json")
