"""Importing any of the lists: choose a file, say what its columns are, see what it would do, take it over, undo it."""

import io
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask_login import current_user

from webapp import sheets
from webapp.accounts.access import allow, me, own
from webapp.db import db
from webapp.errors import CATALOGUE, Problem
from webapp.registry.imports import MAX_BYTES, Import, StagedSubject, start
from webapp.registry.list_imports import StagedRow
from webapp.registry.listings import LISTINGS, Listing, for_each
from webapp.words import _, _l

blueprint = Blueprint("imports", __name__)
routes = for_each(blueprint, tuple(LISTINGS))

SHOWN = {"new": _l("新增"), "changed": _l("更新"), "wrong": _l("有问题"), "gone": _l("表里没有")}
MARKS = {"new": "passed", "changed": "waiting", "wrong": "found", "gone": "none"}
STATES = {
    "opening": _l("正在打开"),
    "named": _l("待说明各列"),
    "reading": _l("正在读取"),
    "read": _l("待确认"),
    "taking": _l("正在写入"),
    "taken": _l("已导入"),
    "undoing": _l("正在撤销"),
    "undone": _l("已撤销"),
    "failed": _l("没有成功"),
}
# Who writes at least one of the lists; each list says who writes it.
WRITERS = ("planner", "admin")
FAULTY_MOST = 20_000
PAGE = 50


@routes("GET", "import")
@allow(*WRITERS)
def page(kind: str) -> str:
    """Where the file is chosen; and the imports so far."""
    return _start(_listing(kind))


@routes("POST", "import")
@allow(*WRITERS, most=MAX_BYTES + 1024 * 1024)
def begin(kind: str) -> Any:
    """Keep the file; a process of its own opens it, and the page asks what its columns are."""
    listing = _listing(kind)
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise Problem("sheet_needed")
        begun = listing.model.begin(me(), file.filename, file.stream)
    except Problem as problem:
        return _start(listing, problem), problem.status
    return _go_on(begun)


@routes("GET", "import/<import_id>")
@allow(*WRITERS)
def one(kind: str, import_id: str) -> str:
    """An import, as far as it is."""
    return _page(_mine(kind, import_id))


@routes("POST", "import/<import_id>/columns")
@allow(*WRITERS)
def tell(kind: str, import_id: str) -> Any:
    """Take what each column means, and read the table."""
    found = _in_state(kind, import_id, "named", "read", "failed")
    columns = [request.form.get(f"column-{place}", "") for place in range(len(found.names))]
    try:
        found.tell(columns)
    except Problem as problem:
        db.session.rollback()
        return _page(_mine(kind, import_id), problem, columns), problem.status
    return _go_on(found)


@routes("POST", "import/<import_id>/take")
@allow(*WRITERS)
def take(kind: str, import_id: str) -> Any:
    """Take the good rows over into the library."""
    found = _in_state(kind, import_id, "read")
    found.removes = request.form.get("gone") == "remove"
    found.turn("taking")
    return _go_on(found)


@routes("POST", "import/<import_id>/undo")
@allow(*WRITERS)
def undo(kind: str, import_id: str) -> Any:
    """Bring back what was before."""
    found = _in_state(kind, import_id, "taken")
    found.turn("undoing")
    return _go_on(found)


@routes("POST", "import/<import_id>/again")
@allow(*WRITERS)
def again(kind: str, import_id: str) -> Any:
    """Begin the part anew whose process is gone."""
    found = _mine(kind, import_id)
    if not found.stopped:
        raise Problem("import_state")
    found.turn(found.state)
    return _go_on(found)


@routes("GET", "import/<import_id>/faults.xlsx")
@allow(*WRITERS)
def faults(kind: str, import_id: str) -> Response:
    """The rows that are wrong, as they were typed, with the reasons beside each; to be mended and imported again."""
    found, listing = _mine(kind, import_id), LISTINGS[kind]
    columns = [column for column in found.NAMES if column in found.columns]
    head = [(found.NAMES[column][0], 18) for column in columns] + [(str(_("行")), 8), (str(_("原因")), 60)]
    lines = [
        [row.cells.get(column, "") for column in columns] + [str(row.line), reasons(listing, row.faults)]
        for row in found.rows("wrong", limit=FAULTY_MOST)
    ]
    data = sheets.write(str(_("有问题的行")), head, lines)
    name = f"{found.file_name.rpartition('.')[0] or found.file_name}-{_('有问题的行')}.xlsx"
    return send_file(io.BytesIO(data), sheets.XLSX, as_attachment=True, download_name=name)


def _start(listing: Listing, problem: Problem | None = None) -> str:
    imports = listing.model.of_bureau(current_user.bureau_id)
    return render_template(
        "registry/imports.html", imports=imports, states=STATES, problem=problem, **_words(listing)
    )


def _page(found: Import, problem: Problem | None = None, columns: list[str] | None = None) -> str:
    listing = LISTINGS[found.kind]
    show = request.args.get("show", "")
    show = (
        show
        if show in SHOWN
        else next((does for does in ("wrong", "changed", "new", "gone") if found.counts.get(does)), "new")
    )
    after = request.args.get("after", 0, type=int)
    rows = found.rows(show, after, PAGE + 1) if show != "gone" and found.state != "taken" else []
    return render_template(
        "registry/import.html", found=found, states=STATES, shows=SHOWN, marks=MARKS, show=show, rows=rows[:PAGE],
        after=rows[PAGE - 1].line if len(rows) > PAGE else None,
        gone=found.gone(PAGE) if show == "gone" and found.state == "read" else [],
        columns=columns or found.columns, problem=problem, trouble=_trouble(found), cell=_cell,
        reasons=lambda faults: reasons(listing, faults), changes=_changes, **_words(listing),
    )  # fmt: skip


def _words(listing: Listing) -> dict[str, Any]:
    return {"listing": listing, "kind": listing.model.kind_of(), "said": listing.said}


def _cell(listing: Listing, row: Any, column: str) -> str:
    """What a row of the preview shows: as it was typed where it is wrong, else what it means."""
    if isinstance(row, StagedRow) or getattr(row, "does", "") == "wrong":
        typed = row.cells.get(column, "")
        return typed or (listing.shown(column, row.values.get(column)) if row.does != "wrong" else "")
    if isinstance(row, StagedSubject):
        return listing.shown(column, getattr(row, column))
    return listing.export(row, True)[column]


def _trouble(found: Import) -> Problem | None:
    return (
        Problem(found.problem if found.problem in CATALOGUE else "import_failed") if found.problem else None
    )


def reasons(listing: Listing, faults: list[list[str]]) -> str:
    """Why a row is wrong, column by column."""
    told = (f"{listing.said[column]}{_('：')}{listing.faults[code]}" for column, code in faults)
    return str(_("；")).join(one.rstrip("。") for one in told)


def _changes(listing: Listing, row: Any) -> list[tuple[Any, str, str]]:
    """What a row changes: the column's name, and of a small list what stood there and what will."""
    if not isinstance(row, StagedRow):
        return [(listing.said[column], "", "") for column in row.changes]
    return [
        (
            listing.said[column],
            listing.shown(column, row.before.get(column)),
            listing.shown(column, row.values.get(column)),
        )
        for column in row.changes
    ]


def _go_on(found: Import) -> Any:
    db.session.commit()
    start(found.id, current_user)
    return redirect(url_for("imports.one", kind=found.kind, import_id=found.id))


def _in_state(kind: str, import_id: str, *states: str) -> Import:
    found = _mine(kind, import_id, lock=True)
    if found.state not in states:
        flash(_("这次导入已经不在这一步，下面是最新的状态。"))
        raise Problem("import_state")
    return found


def _mine(kind: str, import_id: str, lock: bool = False) -> Import:
    model = _listing(kind).model
    found = own(db.session.get(Import, import_id, with_for_update={"of": Import} if lock else None))
    if found.kind != model.kind_of():
        raise Problem("not_found")
    return found


def _listing(kind: str) -> Listing:
    """The list, for who writes it. Raises `not_allowed`."""
    listing = LISTINGS[kind]
    if set(current_user.roles).isdisjoint(listing.writers):
        raise Problem("not_allowed")
    return listing
