"""检查对象名录库 and 执法检查人员名录库 for everybody, masked; and all that is public of one subject (TJ-7, RZ-4c)."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from webapp.accounts import open_data
from webapp.accounts.access import allow
from webapp.accounts.models import Bureau
from webapp.accounts.views import limiter
from webapp.db import db, today
from webapp.errors import Problem
from webapp.publish import listing, wording
from webapp.publish.document import Json, public_subject
from webapp.publish.rules import PERSON, Private, masked_name
from webapp.registry.items import Item
from webapp.registry.models import Inspector
from webapp.registry.subjects import COUNTED, PAGE, Library, Subject
from webapp.sheets import as_csv

blueprint = Blueprint("libraries", __name__)

NOBODY = Private(frozenset(), frozenset())
MOST, OWN = 500, 200
KEPT_FIGURES = 3
SUBJECT_COLUMNS = ("id", "name", "code", "kinds", "region", "state")
INSPECTOR_COLUMNS = ("id", "name", "unit", "title", "credential", "valid_until", "region", "items")


@blueprint.get("/public/subjects")
@allow("anyone")
def subjects() -> str:
    """The library of subjects: who can be drawn."""
    bureau = open_data.asked_bureau()
    asked = _library()
    rows = asked.rows(bureau.id)
    after = rows[PAGE - 1].number if len(rows) > PAGE else None
    place = {"bureau": bureau.id, **asked.conditions()}
    return render_template(
        "publish/subjects.html", bureau=bureau, asked=asked, rows=[*map(_subject, _open(rows[:PAGE], asked))],
        first=url_for(".subjects", **place) if asked.after else None, kinds=wording.KINDS, PERSON=PERSON,
        next=url_for(".subjects", after=after, **place) if after else None, counted=COUNTED,
    )  # fmt: skip


@blueprint.get("/public/subjects.json")
@allow("anyone")
@limiter.limit("120 per minute")
def subjects_data() -> Response:
    """The same as JSON."""
    bureau, rows, more = _page(".subjects_data")
    return open_data.sent(bureau, rows, None, more)


@blueprint.get("/public/subjects.csv")
@allow("anyone")
@limiter.limit("120 per minute")
def subjects_table() -> Response:
    """The same as CSV; the header `Link` names the page that follows."""
    _bureau, rows, more = _page(".subjects_table")
    answer = _table(SUBJECT_COLUMNS, rows)
    if more:
        answer.headers["Link"] = f'<{more}>; rel="next"'
    return answer


@blueprint.get("/public/subjects/<key>")
@allow("anyone")
def subject(key: str) -> str:
    """A subject's own page: what the library says of it, and every result that is public."""
    found = db.session.get(Subject, key)
    if found is None:
        raise Problem("not_found")
    rows = listing.of_subject(found.id, OWN)
    return render_template(
        "publish/subject.html", bureau=db.session.get_one(Bureau, found.bureau_id), subject=_subject(found),
        rows=rows, kinds=wording.KINDS, PERSON=PERSON,
    )  # fmt: skip


@blueprint.get("/public/inspectors")
@allow("anyone")
def inspectors() -> str:
    """The library of inspectors: who can be drawn to inspect."""
    bureau = open_data.asked_bureau()
    return render_template(
        "publish/inspectors.html", bureau=bureau, rows=_inspectors(bureau.id), today=today().isoformat()
    )


@blueprint.get("/public/inspectors.json")
@allow("anyone")
@limiter.limit("120 per minute")
def inspectors_data() -> Response:
    """The same as JSON."""
    bureau = open_data.asked_bureau()
    return open_data.answer(bureau, _inspectors(bureau.id), None)


@blueprint.get("/public/inspectors.csv")
@allow("anyone")
@limiter.limit("120 per minute")
def inspectors_table() -> Response:
    """The same as CSV."""
    return _table(INSPECTOR_COLUMNS, _inspectors(open_data.asked_bureau().id))


def _library() -> Library:
    """What may be looked for: names and regions, nothing of risk or past."""
    asked = {name: request.args.get(name, "") for name in ("q", "district", "after")}
    return Library.of(asked)


def _page(endpoint: str) -> tuple[Bureau, list[Json], str | None]:
    bureau, asked = open_data.asked_bureau(), _library()
    rows = asked.rows(bureau.id, limit=MOST + 1)
    place = {"bureau": bureau.id, **asked.conditions()}
    more = url_for(endpoint, after=rows[MOST - 1].number, **place) if len(rows) > MOST else None
    return bureau, [*map(_subject, _open(rows[:MOST], asked))], more


def _open(rows: Iterable[Subject], asked: Library) -> list[Subject]:
    """Nobody is found here by what nobody may read: not a person by the name, not a household by where it lives."""
    return [row for row in rows if all(_says(_public(row), word.lower()) for word in asked.words)]


def _says(said: Json, word: str) -> bool:
    return any(word in (said[name] or "").lower() for name in ("name", "code", "address"))


def _public(row: Subject) -> Json:
    return public_subject(row.as_json(), NOBODY)


def _subject(row: Subject) -> Json:
    found = _public(row)
    person = found["kind"] == PERSON
    return {
        "id": row.id,
        "name": found["name"],
        "code": found["code"],
        "kind": found["kind"],
        "kinds": row.kinds,
        "region": row.district,
        "state": "" if person else row.state,
    }


def _inspectors(bureau_id: str) -> list[Json]:
    items = {item.code: item.name for item in Item.listed(bureau_id)}
    return [
        {
            # A number in the list, not the person's own: that one opens the credential's page.
            "id": f"{place:04}",
            "name": masked_name(one.user.name),
            "unit": one.unit,
            "title": one.title,
            "credential": _masked(one.credential),
            "valid_until": one.valid_until.isoformat(),
            "region": one.district,
            "items": [items[code] for code in one.items if code in items],
        }
        for place, one in enumerate(Inspector.of_bureau(bureau_id), start=1)
    ]


def _masked(credential: str) -> str:
    """A credential's number with its end alone."""
    hidden = max(len(credential) - KEPT_FIGURES, 1)
    return "*" * hidden + credential[hidden:]


def _table(columns: tuple[str, ...], rows: Iterable[dict[str, Any]]) -> Response:
    lines = [
        ["、".join(value) if isinstance(value, list) else str(value or "") for value in map(row.get, columns)]
        for row in rows
    ]
    return Response(as_csv([list(columns), *lines]), mimetype="text/csv")
