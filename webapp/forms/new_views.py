"""A new version of a checklist at the desk: an XLSForm is uploaded, with every fault at once, or a draft is begun."""

import io
from collections.abc import Callable
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_login import current_user
from itsdangerous import BadData, URLSafeSerializer

from webapp import sheets
from webapp.accounts.access import allow, me, own
from webapp.accounts.views import limiter
from webapp.db import db, today
from webapp.errors import Problem
from webapp.forms import uploads
from webapp.forms.models import Release
from webapp.forms.reader import MOST
from webapp.forms.release_rules import BASE
from webapp.forms.uploads import Report
from webapp.forms.views import READERS, WRITERS, same_as
from webapp.forms.wording import sentence
from webapp.forms.workbook import BYTES
from webapp.forms.xlsform import Fault
from webapp.registry.items import Item
from webapp.words import _

blueprint = Blueprint("form_new", __name__)

# What a page may send back in one field.
CARRIED = 300_000
COLUMNS = (("sheet", 10), ("row", 8), ("column", 16), ("name", 20), ("typed", 40), ("said", 70))


@blueprint.get("/forms/new")
@allow(*WRITERS)
def page() -> str:
    """Where a file is chosen, and what it is for; or a draft is begun without one."""
    return _page(request.args.get("item", BASE))


@blueprint.post("/forms/new")
@allow(*WRITERS)
@limiter.limit("30 per minute")
def upload() -> Any:
    """Read an XLSForm; it becomes a draft, or nothing is kept of it."""
    item, file = request.form.get("item", BASE), request.files.get("file")
    name, data = (_plain(file.filename), file.read(BYTES + 1)) if file else ("", b"")
    if not name or not data:
        return _page(item, Problem("form_file")), 422
    if item not in _codes():
        return _page(BASE, Problem("item_off_list")), 422
    # Reading takes seconds, and nobody is to wait for the database meanwhile.
    db.session.rollback()
    report = uploads.read(data, item.lower() or "base")
    if report.form is None:
        return _page(item, Problem("form_faults"), _told(report, name)), 422
    return _begun(item, lambda: Release.begin(me(), item, report.form or {}, (name, data), report.notes))


@blueprint.post("/forms/start")
@allow(*WRITERS)
def start() -> Any:
    """Begin a draft without a file: like the version that is used now, there or for another item, or empty."""
    item, like = request.form.get("item", BASE), request.form.get("like", "")
    codes = [BASE, *(one.code for one in Item.listed(current_user.bureau_id))]
    used = Release.used(current_user.bureau_id, codes, today())
    wanted = used.get(item) if like == "used" else like if like in used.values() else None
    before = db.session.get(Release, wanted) if wanted else None
    return _begun(item, lambda: Release.start(me(), item, before), "form_editor.page")


@blueprint.post("/forms/faults.<any(xlsx, csv):suffix>")
@allow(*WRITERS)
def faults(suffix: str) -> Response:
    """The faults of a page as a table, each beside what stands in its row; nothing of them is kept here."""
    try:
        name, lines = _seal().loads(request.form.get("told", ""))
    except BadData:
        raise Problem("malformed") from None
    said = _said()
    head, rows = (
        [(said[column], width) for column, width in COLUMNS],
        [[str(line[column]) for column, _width in COLUMNS] for line in lines],
    )
    if suffix == "xlsx":
        data = sheets.write(str(_("要改的地方")), head, rows)
    else:
        data = sheets.as_csv([[word for word, _width in head], *rows])
    kind = sheets.XLSX if suffix == "xlsx" else "text/csv"
    given = f"{name.rpartition('.')[0] or name}-{_('要改的地方')}.{suffix}"
    return send_file(io.BytesIO(data), kind, as_attachment=True, download_name=given)


@blueprint.get("/forms/<release_id>/source")
@allow(*READERS)
def source(release_id: str) -> Response:
    """The file that was uploaded, byte by byte."""
    found = own(db.session.get(Release, release_id))
    if found.source is None:
        raise Problem("not_found")
    return send_file(
        io.BytesIO(found.source), sheets.XLSX, as_attachment=True, download_name=found.source_name
    )


def _begun(item: str, begin: Callable[[], Release], then: str = "forms.one") -> Any:
    try:
        made = begin()
    except Problem as problem:
        db.session.rollback()
        return _page(item, problem), problem.status
    db.session.commit()
    if then == "forms.one":
        flash(_("已存为草稿。看一遍，再提交批准。"))
    return redirect(url_for(then, release_id=made.id))


def _page(item: str, problem: Problem | None = None, told: dict[str, Any] | None = None) -> str:
    codes = _codes()
    used = Release.used(current_user.bureau_id, codes, today())
    return render_template(
        "forms/new.html", item=item, codes=codes, used=used, versions=Release.by_ids(used.values()), problem=problem,
        told=told, said=_said(), same=same_as(problem),
    )  # fmt: skip


def _codes() -> dict[str, str]:
    """What a checklist can be for: the base form and the items of the list, as they are shown."""
    listed = {one.code: f"{one.code} {one.name}" for one in Item.listed(current_user.bureau_id)}
    return {BASE: _("基础表（每次检查都用）"), **listed}


def _told(report: Report, name: str) -> dict[str, Any]:
    """The faults as lines of a table, at most `MOST`, and sealed as they go out again as a file."""
    lines = [
        {
            "sheet": fault.sheet,
            "row": fault.row or "",
            "column": fault.column,
            "name": fault.name,
            "typed": _typed(report.rows.get((fault.sheet, fault.row or 0), {})),
            "said": sentence(fault, _),
        }
        for fault in sorted(report.faults[:MOST], key=_place)
    ]
    sealed = _seal().dumps([name, lines])
    if len(sealed) > CARRIED:
        sealed = _seal().dumps([name, [line | {"typed": ""} for line in lines]])
    return {"name": name, "lines": lines, "count": len(report.faults), "sealed": sealed}


def _plain(name: str | None) -> str:
    """A file's name as it can be shown and given back."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in name or "").split())[-200:]


def _place(fault: Fault) -> tuple[bool, str, int]:
    """As one goes through the workbook: the questions first."""
    return fault.sheet != "survey", fault.sheet, fault.row or 0


def _typed(cells: dict[str, str]) -> str:
    """What stands in a row: its type, its name and its first label, as it is known by."""
    labels = [text for column, text in cells.items() if column.startswith("label")]
    shown = [
        cells.get("type") or cells.get("list_name") or cells.get("list name"),
        cells.get("name"),
        *labels[:1],
    ]
    return " · ".join(text for text in shown if text)


def _said() -> dict[str, str]:
    return {
        "sheet": _("工作表"),
        "row": _("行"),
        "column": _("列"),
        "name": _("题目或名称"),
        "typed": _("这一行写的"),
        "said": _("错在哪里，怎么改"),
    }


def _seal() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="form-faults")
