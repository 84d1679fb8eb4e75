"""The shelves: archives searched, listed in a catalogue, taken out one by one or together, and disposed of."""

import io
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask_babel import format_date
from flask_login import current_user
from sqlalchemy import select

from webapp.accounts.access import allow
from webapp.archive.bundle import Kept, bundle, plain_name
from webapp.archive.catalogue import DAMAGED, DESTROYED, catalogue, term
from webapp.archive.catalogue_pdf import catalogue_pdf
from webapp.archive.catalogue_xlsx import catalogue_xlsx
from webapp.archive.disposal import APPROVED, PROPOSED, REFUSED, Disposal
from webapp.archive.dispose import decide, destroy, due, propose
from webapp.archive.index import ArchiveIndex
from webapp.archive.models import Archive
from webapp.archive.reading import DOWNLOADED, Reading
from webapp.archive.search import PAGE, SavedSearch, Search, after
from webapp.archive.wording import RESULTS
from webapp.db import db, today
from webapp.errors import Problem
from webapp.registry.items import Item
from webapp.sheets import XLSX
from webapp.words import _, _l, language

blueprint = Blueprint("shelf", __name__)
Json = dict[str, Any]

READERS = ("archivist", "supervisor", "auditor")
MOST_AT_ONCE = 500
LONGEST = {"pdf": 2_000, "xlsx": 20_000}
FIELDS = {
    "q": _l("编号、检查对象或信用代码"),
    "text": _l("全文"),
    "item": _l("抽查事项"),
    "inspector": _l("检查人员"),
    "district": _l("区县"),
    "result": _l("检查结果"),
    "since": _l("检查日期从"),
    "until": _l("检查日期到"),
}


@blueprint.get("/office/archives")
@allow(*READERS)
def archives() -> str:
    """The bureau's archives, the newest first, as far as they are what is searched for."""
    return _archives(Search.of(request.args))


@blueprint.post("/office/archives/searches")
@allow(*READERS)
def save_search() -> Any:
    """Keep the search under a name."""
    search = Search.of(request.form)
    try:
        SavedSearch.keep(current_user, request.form.get("name", ""), search)
    except Problem as problem:
        db.session.rollback()
        return _archives(search, problem), problem.status
    db.session.commit()
    return redirect(url_for("shelf.archives", **search.conditions()))


@blueprint.post("/office/archives/searches/<int:search_id>/delete")
@allow(*READERS)
def delete_search(search_id: int) -> Any:
    """Forget a saved search."""
    SavedSearch.remove(current_user, search_id)
    db.session.commit()
    return redirect(url_for("shelf.archives", **Search.of(request.form).conditions()))


@blueprint.get("/office/archives/catalogue.<any(pdf, xlsx):kind>")
@allow(*READERS)
def list_on_paper(kind: str) -> Response:
    """The catalogue of what is searched for, as PDF or XLSX."""
    search = Search.of(request.args).from_start()
    rows = search.rows(current_user.bureau_id, LONGEST[kind] + 1)
    if len(rows) > LONGEST[kind]:
        raise Problem("catalogue_too_long")
    given = _catalogue(rows, search)(set())
    data = catalogue_pdf(given, language(), _) if kind == "pdf" else catalogue_xlsx(given)
    name = f"{plain_name(current_user.bureau.short_name)} {given['title']} {given['day']}.{kind}"
    return send_file(io.BytesIO(data), "application/pdf" if kind == "pdf" else XLSX, download_name=name)


@blueprint.post("/office/archives/download")
@allow(*READERS)
def download() -> Any:
    """The chosen archives, or all that were found, as one ZIP with their catalogue."""
    search = Search.of(request.form).from_start()
    try:
        rows = _chosen(search)
    except Problem as problem:
        return _archives(search, problem), problem.status
    kept = _kept(rows)
    listed = _catalogue(rows, search if request.form.get("all") else Search())
    name = f"{plain_name(current_user.bureau.short_name)} {today().isoformat()}.zip"
    # The trace first: nothing goes out that nobody took.
    versions = {row.inspection_id: row.version for row in rows}
    Reading.leave(
        current_user.id, DOWNLOADED, [(one.inspection_id, versions[one.inspection_id]) for one in kept]
    )
    answer = Response(bundle(kept, lambda lacking: _files(listed(lacking))), mimetype="application/zip")
    answer.headers["Content-Disposition"] = (
        f"attachment; filename=archives.zip; filename*=UTF-8''{quote(name)}"
    )
    return answer


@blueprint.get("/office/archives/disposal")
@allow(*READERS)
def disposals() -> str:
    """What is due for disposal, what is proposed, what was decided."""
    return _disposals()


@blueprint.post("/office/archives/disposal")
@allow("archivist")
def propose_disposal() -> Any:
    """Propose that the chosen archives be destroyed."""
    chosen = request.form.getlist("id")[:MOST_AT_ONCE]
    reason = request.form.get("reason", "").strip()[:2000]
    try:
        if not chosen:
            raise Problem("archives_needed")
        for inspection_id in chosen:
            propose(current_user, inspection_id, reason, today())
    except Problem as problem:
        db.session.rollback()
        return _disposals(problem), problem.status
    db.session.commit()
    flash(_("已提出销毁 %(count)s 件，等待督导员批准。", count=len(chosen)))
    return redirect(url_for("shelf.disposals"))


@blueprint.post("/office/archives/disposal/decide")
@allow("supervisor")
def decide_disposal() -> Any:
    """Approve or refuse what another person proposed; what is approved is destroyed."""
    chosen = request.form.getlist("id", type=int)[:MOST_AT_ONCE]
    approved = request.form.get("decision") == APPROVED
    opinion = request.form.get("opinion", "").strip()[:2000]
    try:
        if not chosen:
            raise Problem("archives_needed")
        for disposal_id in chosen:
            decide(current_user, disposal_id, approved, opinion, today())
    except Problem as problem:
        db.session.rollback()
        return _disposals(problem), problem.status
    # The decision first: from here on nothing of it is given out, wherever the destroying is cut.
    db.session.commit()
    destroy(Disposal.unfinished(current_user.bureau_id))
    count = len(chosen)
    if approved:
        flash(_("已批准，销毁了 %(count)s 件。", count=count))
    else:
        flash(_("没有批准 %(count)s 件，继续保管。", count=count))
    return redirect(url_for("shelf.disposals"))


@blueprint.post("/office/archives/disposal/finish")
@allow("supervisor")
def finish_disposal() -> Any:
    """Destroy what was approved and is still there, after a disk was full or a server fell."""
    destroy(Disposal.unfinished(current_user.bureau_id))
    return redirect(url_for("shelf.disposals"))


def _archives(search: Search, problem: Problem | None = None) -> str:
    bureau_id = current_user.bureau_id
    rows = search.rows(bureau_id)
    shown = rows[:PAGE]
    return render_template(
        "archive/archives.html",
        count=search.count(bureau_id, rows),
        disposals=Disposal.standing(row.inspection_id for row in shown),
        districts=current_user.bureau.districts,
        fields=FIELDS,
        items=listed_items(bureau_id),
        most=MOST_AT_ONCE,
        next=url_for("shelf.archives", **search.conditions(), after=after(shown[-1]))
        if len(rows) > PAGE
        else None,
        problem=problem,
        results=RESULTS,
        rows=shown,
        saved=SavedSearch.of(current_user),
        search=search,
        term=lambda row: term(row, _),
    )


def listed_items(bureau_id: str) -> list[Item]:
    """Those that are off the list by now too: archives are older."""
    rows = select(Item).where(Item.bureau_id == bureau_id).order_by(Item.serial)
    return list(db.session.scalars(rows))


def _chosen(search: Search) -> list[ArchiveIndex]:
    """The archives ticked, or all that were found. Raises `archives_needed`, `archives_too_many`, `not_found`."""
    if request.form.get("all"):
        rows = search.rows(current_user.bureau_id, MOST_AT_ONCE + 1)
    else:
        ids = list(dict.fromkeys(request.form.getlist("id")))[: MOST_AT_ONCE + 1]
        mine = ArchiveIndex.bureau_id == current_user.bureau_id
        found = select(ArchiveIndex).where(mine, ArchiveIndex.inspection_id.in_(ids))
        rows = list(db.session.scalars(found.order_by(ArchiveIndex.number)))
        if len(rows) < len(ids):
            raise Problem("not_found")
    if not rows:
        raise Problem("archives_needed")
    if len(rows) > MOST_AT_ONCE:
        raise Problem("archives_too_many")
    return rows


def _kept(rows: list[ArchiveIndex]) -> list[Kept]:
    """The files of those that are not disposed of."""
    gone = {key for key, one in _standing(rows).items() if one.state == APPROVED}
    newest = {row.inspection_id: row.version for row in rows if row.inspection_id not in gone}
    archives = db.session.scalars(select(Archive).where(Archive.inspection_id.in_(newest)))
    by_id = {one.inspection_id: one for one in archives if newest[one.inspection_id] == one.version}
    return [
        Kept(
            row.inspection_id,
            f"{plain_name(row.number)}.zip",
            one.file,
            one.sha256,
            one.size,
            one.given,
            one.stamp.files(),
        )
        for row in rows
        if (one := by_id.get(row.inspection_id))
    ]


def _catalogue(rows: list[ArchiveIndex], search: Search) -> Callable[[set[str]], Json]:
    """What makes the catalogue, from plain values, once it is known whose file is damaged."""
    destroyed = {
        key: [_(DESTROYED) + (f" {format_date(one.destroyed_at, 'yyyy-MM-dd')}" if one.destroyed_at else "")]
        for key, one in _standing(rows).items()
        if one.state == APPROVED
    }
    damaged, words = [_(DAMAGED)], said_of(search)
    bureau, day = current_user.bureau.name, today()
    given = catalogue(bureau, words, day, rows, destroyed, _)
    ids = [row.inspection_id for row in rows]

    def made(lacking: set[str]) -> Json:
        lines = [
            [*line[:-1], "；".join(filter(None, [line[-1], *damaged]))] if inspection_id in lacking else line
            for inspection_id, line in zip(ids, given["rows"], strict=True)
        ]
        return given | {"rows": lines}

    return made


def _files(given: Json) -> dict[str, bytes]:
    return {f"{given['title']}.xlsx": catalogue_xlsx(given)}


def _standing(rows: list[ArchiveIndex]) -> dict[str, Disposal]:
    return Disposal.standing(row.inspection_id for row in rows)


def said_of(search: Search) -> str:
    """What is searched for, as the catalogue's head says it."""
    values = search.conditions()
    values["result"] = _(RESULTS[search.result]) if search.result else ""
    return "；".join(f"{FIELDS[name]} {value}" for name, value in values.items() if value)


def _disposals(problem: Problem | None = None) -> str:
    bureau_id = current_user.bureau_id
    return render_template(
        "archive/disposal.html",
        decided=Disposal.of_bureau(bureau_id, APPROVED, REFUSED),
        due=due(bureau_id, today()),
        problem=problem,
        proposed=Disposal.of_bureau(bureau_id, PROPOSED, limit=MOST_AT_ONCE),
        unfinished=Disposal.unfinished(bureau_id),
    )
