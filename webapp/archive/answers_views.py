"""Answers go out: as tables, for the inspections in which a form was used, and as OpenRosa XML of one record."""

import io
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, render_template, request, send_file, stream_with_context
from flask_babel import force_locale
from flask_login import current_user
from sqlalchemy import select

from webapp.accounts.access import allow, own
from webapp.archive.answers import Tables, Wish
from webapp.archive.answers_asked import STATES, Asked, Used
from webapp.archive.answers_book import book
from webapp.archive.answers_told import Told, first_lines
from webapp.archive.answers_xml import instance
from webapp.archive.bundle import plain_name
from webapp.archive.disposal import Disposal
from webapp.archive.inbox import STATES as SAID
from webapp.archive.models import Archive, File
from webapp.archive.reading import EXPORTED, Reading
from webapp.archive.shelf import READERS, listed_items, said_of
from webapp.archive.wording import Say, Wording, moment
from webapp.db import db, now, today
from webapp.errors import Problem
from webapp.field.models import Inspection
from webapp.forms.models import Form, Release
from webapp.sheets import XLSX
from webapp.words import LANGUAGES, _, language

blueprint = Blueprint("answers", __name__)
Json = dict[str, Any]

HEADS = ("both", "words", "names")
KINDS = {"xlsx": XLSX, "zip": "application/zip"}


@blueprint.get("/office/archives/answers")
@allow(*READERS)
def forms() -> str:
    """The forms whose answers can be exported, with their versions."""
    asked = Asked.of(current_user.bureau_id, "", request.args)
    by_name: dict[str, list[Used]] = {}
    for one in replace(asked, states=STATES).used():
        by_name.setdefault(one.name, []).append(one)
    bodies = Form.bodies([versions[0].hash for versions in by_name.values()])
    rows = [(name, bodies[versions[0].hash], versions) for name, versions in by_name.items()]
    rows.sort(key=lambda row: (row[1]["item"] or "", row[0]))
    return render_template("archive/answers.html", asked=asked, range=_range(asked), rows=rows)


@blueprint.get("/office/archives/answers/<form>")
@allow(*READERS)
def of_form(form: str) -> str:
    """What is to be exported of one form, and how."""
    asked = Asked.of(current_user.bureau_id, form, request.args)
    used = asked.used()
    every = used or Asked(asked.bureau_id, form, states=STATES).used()
    title = Form.bodies([every[0].hash])[every[0].hash]["title"] if every else _title(form)
    return render_template(
        "archive/answers_of.html",
        asked=asked,
        count=asked.count(),
        given=_given(),
        items=listed_items(asked.bureau_id),
        range=_range(asked),
        states={state: SAID[state] for state in STATES},
        title=Wording(language()).label(title),
        used=every,
    )


@blueprint.get("/office/archives/answers/<form>.<any(xlsx, zip):kind>")
@allow(*READERS)
def table(form: str, kind: str) -> Response:
    """The answers as tables; a stream, however many there are."""
    asked = Asked.of(current_user.bureau_id, form, request.args)
    ids, hashes = asked.ids(), [one.hash for one in asked.used()]
    if asked.versions:
        hashes = [name for name in hashes if name in asked.versions]
    if not ids:
        raise Problem("answers_none")
    given, bodies = _given(), Form.bodies(hashes)
    say = _saying(given["words"])
    wording = Wording(given["words"], say=say)
    tables = Tables({name: bodies[name] for name in hashes}, Wish(**given["wish"]), wording)
    title = wording.label(bodies[hashes[0]]["title"])
    told = Told(asked, tables, say, _first(asked, title, tables, given["words"]), asked.destroyed())
    blocks = book(kind, tables.tables, given["head"], told.rows(ids), told.lines, say)
    answer = Response(mimetype=KINDS[kind])
    name = quote(f"{plain_name(title)[:80]} {today().isoformat()}.{kind}")
    answer.headers["Content-Disposition"] = f"attachment; filename=answers.{kind}; filename*=UTF-8''{name}"
    if request.method == "GET":
        # The trace first: nothing goes out that nobody took.
        Reading.leave(current_user.id, EXPORTED, asked.archived())
        answer.response = stream_with_context(blocks)
    return answer


@blueprint.get("/office/inspections/<inspection_id>/answers.xml")
@allow(*READERS)
def xml(inspection_id: str) -> Response:
    """What one form of a record says, as ODK's tools write it; `form` is the hash of the form."""
    inspection = own(db.session.get(Inspection, inspection_id))
    if Disposal.approved(inspection.id):
        raise Problem("archive_disposed")
    file = File(inspection)
    body = file.forms_by_hash.get(request.args.get("form", next(iter(file.forms_by_hash), "")))
    if body is None or not file.record["content"]["arrivals"]:
        raise Problem("not_found")
    try:
        data = instance(body, file.record, inspection.id)
    except ValueError as error:
        raise Problem("answers_conflict") from error
    name = f"{plain_name(inspection.number)} {body['name']}.xml"
    newest = Archive.latest(inspection)
    if newest and request.method == "GET":
        Reading.leave(current_user.id, EXPORTED, [(newest.inspection_id, newest.version)])
    return send_file(io.BytesIO(data), "application/xml", as_attachment=True, download_name=name)


def _title(form: str) -> Json:
    """The title of a form of the bureau that was used in no inspection yet. Raises `not_found`."""
    rows = select(Release.title).where(Release.bureau_id == current_user.bureau_id, Release.name == form)
    title = db.session.scalar(rows.order_by(Release.id.desc()).limit(1))
    if title is None:
        raise Problem("not_found")
    return title


def _given() -> Json:
    """How the tables are to be written, as the address says it."""
    asked = request.args
    return {
        "words": asked["words"] if asked.get("words") in LANGUAGES else language(),
        "head": asked["head"] if asked.get("head") in HEADS else HEADS[0],
        "wish": {
            "names": asked.get("choices") == "names",
            **{name: bool(asked.get(name)) for name in ("split", "hidden", "notes", "photos")},
        },
    }


def _range(asked: Asked) -> str:
    """Which archives are meant, in words; empty where not only what a search found is."""
    return (said_of(asked.search) or _("全部档案")) if asked.found else ""


def _first(asked: Asked, title: str, tables: Tables, lang: str) -> list[str]:
    """The first lines of the file's own sheet, in its language."""
    versions = [version.form["version"] for version in tables.versions.values()]
    made = (current_user.bureau.name, current_user.name, moment(now().isoformat()))
    with force_locale(LANGUAGES[lang]):
        return list(first_lines(asked, title, versions, _range(asked), made, lambda words: str(_(words))))


def _saying(lang: str) -> Say:
    """What translates into a language, whatever the page's is; each sentence once."""
    known: dict[str, str] = {}

    def say(sentence: str) -> str:
        if sentence not in known:
            with force_locale(LANGUAGES[lang]):
                known[sentence] = str(_(sentence))
        return known[sentence]

    return say
