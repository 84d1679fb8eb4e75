"""检查表 written and changed in the browser, and given out as XLSForm."""

import io
from typing import Any

import msgspec
from flask import Blueprint, redirect, render_template, request, send_file, url_for

from webapp.accounts.access import allow, me
from webapp.api import Contract, speaks
from webapp.canonical import NotCanonical, canonical, parse
from webapp.db import db
from webapp.errors import Problem
from webapp.forms import editing_words
from webapp.forms.editing import Flaw, Sheet, form_of, sheet_of
from webapp.forms.models import Release
from webapp.forms.release_rules import DRAFT
from webapp.forms.template import template
from webapp.forms.views import READERS, WRITERS, of, shown
from webapp.forms.xlsform_out import write
from webapp.sheets import XLSX
from webapp.words import _

blueprint = Blueprint("form_editor", __name__)

BYTES = 5 * 2**20
Json = dict[str, Any]


class WriteRequest(msgspec.Struct, frozen=True):
    """What stands in the editor, and `seen`: what stood in the draft when it was opened or last kept."""

    seen: str
    sheet: Sheet


class SheetFlaw(msgspec.Struct, frozen=True):
    """What is wrong or, where `lacks`, still to be filled in: at which question in the order of the page (-1: the form), in
    which field, in words; `place` in an expression, from 1."""

    at: int
    field: str
    said: str
    lacks: bool
    place: int


class SheetAnswer(msgspec.Struct, frozen=True):
    """`form`: what the sheet says so far, to be shown; `seen` for the next write; `sheet` where it was asked for."""

    seen: str
    flaws: list[SheetFlaw]
    form: dict[str, Any]
    sheet: dict[str, Any] | None = None


@blueprint.before_request
def limit() -> None:
    """A form is small: nothing larger is read into memory."""
    request.max_content_length = BYTES


@blueprint.get("/forms/<release_id>/edit")
@allow(*WRITERS)
def page(release_id: str) -> Any:
    """The editor of a draft."""
    release = of(release_id)
    if release.state != DRAFT:
        return redirect(url_for("forms.one", release_id=release.id))
    return render_template(
        "forms/edit.html", release=release, tab="edit", words=editing_words.page(), **shown()
    )


@blueprint.get("/api/v1/forms/<release_id>")
@allow(*WRITERS)
@speaks(
    Contract("What stands in the editor of a draft", answer=SheetAnswer, problems=("not_found", "form_state"))
)
def opened(release_id: str) -> SheetAnswer:
    """The sheet of a draft, with what is wrong in it."""
    release = of(release_id)
    if release.state != DRAFT:
        raise Problem("form_state")
    sheet = parse(release.sketch) if release.sketch else sheet_of(release.body_of())
    form, flaws = form_of(sheet)
    return SheetAnswer(release.seen, _told(flaws), form, sheet)


@blueprint.put("/api/v1/forms/<release_id>")
@allow(*WRITERS)
@speaks(
    Contract(
        "Write into a draft; what is no form yet is kept too, and cannot be submitted", WriteRequest, SheetAnswer,
        problems=("not_found", "form_state", "form_changed", "too_large"), most=BYTES,
    )
)  # fmt: skip
def written(release_id: str, body: WriteRequest) -> SheetAnswer:
    """Keep a sheet, and say what is wrong in it."""
    sheet = msgspec.to_builtins(body.sheet)
    kept = _kept(sheet)
    form, flaws = form_of(sheet)
    release = Release.locked(release_id, me().bureau_id)
    if flaws:
        release.keep_sketch(me(), kept, body.seen)
    else:
        release.write(me(), form, body.seen)
    db.session.commit()
    return SheetAnswer(release.seen, _told(flaws), form)


@blueprint.get("/forms/<release_id>/form.xlsx")
@allow(*READERS)
def xlsform(release_id: str) -> Any:
    """A version as XLSForm, made from what it says; what was uploaded is given out beside it as it came."""
    release = of(release_id)
    try:
        data = write(release.body_of())
    except ValueError as error:
        raise Problem("form_wrong", said=str(error)) from error
    return _given_out(data, f"{release.name}_{release.version}.xlsx")


@blueprint.get("/forms/template.xlsx")
@allow(*READERS)
def xlsform_template() -> Any:
    """An XLSForm with a row of each kind, and what the columns are for."""
    return _given_out(template(), f"{_('检查表模板')}.xlsx")


def _kept(sheet: Json) -> str:
    try:
        return canonical(sheet).decode()
    except NotCanonical as error:
        raise Problem("malformed", wrong=str(error)) from error


def _told(flaws: list[Flaw]) -> list[SheetFlaw]:
    return [
        SheetFlaw(one.at, one.field, editing_words.of(one), one.code in editing_words.LACKS, one.place)
        for one in flaws
    ]


def _given_out(data: bytes, name: str) -> Any:
    return send_file(io.BytesIO(data), XLSX, as_attachment=True, download_name=name)
