"""Importing subjects: choose a file, say what its columns are, see what it would do, take it over, undo it."""

import io
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask_login import current_user

from webapp import sheets
from webapp.accounts.access import allow, own
from webapp.accounts.models import User
from webapp.db import db
from webapp.errors import CATALOGUE, Problem
from webapp.registry.imports import MAX_BYTES, Import, start
from webapp.registry.subject_rules import COLUMNS, NAMES
from webapp.registry.subject_views import FAULTS, SAID, WRITERS, shown
from webapp.words import _, _l

blueprint = Blueprint("imports", __name__)

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
FAULTY_MOST = 20_000
PAGE = 50


@blueprint.get("/office/subjects/import")
@allow(*WRITERS)
def page() -> str:
    """Where the file is chosen; and the imports so far."""
    return _start()


@blueprint.post("/office/subjects/import")
@allow(*WRITERS)
def begin() -> Any:
    """Keep the file; a process of its own opens it, and the page asks what its columns are."""
    request.max_content_length = MAX_BYTES + 1024 * 1024
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise Problem("sheet_needed")
        begun = Import.begin(db.session.get_one(User, current_user.id), file.filename, file.stream)
    except Problem as problem:
        return _start(problem), problem.status
    return _go_on(begun)


@blueprint.get("/office/subjects/import/<import_id>")
@allow(*WRITERS)
def one(import_id: str) -> str:
    """An import, as far as it is."""
    return _page(_mine(import_id))


@blueprint.post("/office/subjects/import/<import_id>/columns")
@allow(*WRITERS)
def tell(import_id: str) -> Any:
    """Take what each column means, and read the table."""
    found = _in_state(import_id, "named", "read", "failed")
    columns = [request.form.get(f"column-{place}", "") for place in range(len(found.names))]
    try:
        found.tell(columns)
    except Problem as problem:
        db.session.rollback()
        return _page(_mine(import_id), problem, columns), problem.status
    return _go_on(found)


@blueprint.post("/office/subjects/import/<import_id>/take")
@allow(*WRITERS)
def take(import_id: str) -> Any:
    """Take the good rows over into the library."""
    found = _in_state(import_id, "read")
    found.removes = request.form.get("gone") == "remove"
    found.turn("taking")
    return _go_on(found)


@blueprint.post("/office/subjects/import/<import_id>/undo")
@allow(*WRITERS)
def undo(import_id: str) -> Any:
    """Bring back what was before."""
    found = _in_state(import_id, "taken")
    found.turn("undoing")
    return _go_on(found)


@blueprint.post("/office/subjects/import/<import_id>/again")
@allow(*WRITERS)
def again(import_id: str) -> Any:
    """Begin the part anew whose process is gone."""
    found = _mine(import_id)
    if not found.stopped:
        raise Problem("import_state")
    found.turn(found.state)
    return _go_on(found)


@blueprint.get("/office/subjects/import/<import_id>/faults.xlsx")
@allow(*WRITERS)
def faults(import_id: str) -> Response:
    """The rows that are wrong, as they were typed, with the reasons beside each; to be mended and imported again."""
    found = _mine(import_id)
    columns = [column for column in COLUMNS if column in found.columns]
    head = [(NAMES[column][0], 18) for column in columns] + [(str(_("行")), 8), (str(_("原因")), 60)]
    lines = [
        [row.cells.get(column, "") for column in columns] + [str(row.line), _reasons(row.faults)]
        for row in found.rows("wrong", limit=FAULTY_MOST)
    ]
    data = sheets.write(str(_("有问题的行")), head, lines)
    name = f"{found.file_name.rpartition('.')[0] or found.file_name}-{_('有问题的行')}.xlsx"
    return send_file(io.BytesIO(data), sheets.XLSX, as_attachment=True, download_name=name)


def _start(problem: Problem | None = None) -> str:
    imports = Import.of_bureau(current_user.bureau_id)
    return render_template("registry/imports.html", imports=imports, states=STATES, problem=problem)


def _page(found: Import, problem: Problem | None = None, columns: list[str] | None = None) -> str:
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
        after=rows[PAGE - 1].line if len(rows) > PAGE else None, gone=found.gone(PAGE) if show == "gone" else [],
        said=SAID, names=NAMES, columns=columns or found.columns, problem=problem, trouble=_trouble(found),
        reasons=_reasons, shown=shown,
    )  # fmt: skip


def _trouble(found: Import) -> Problem | None:
    return (
        Problem(found.problem if found.problem in CATALOGUE else "import_failed") if found.problem else None
    )


def _reasons(faults: list[list[str]]) -> str:
    return str(_("；")).join(f"{SAID[column]}{_('：')}{FAULTS[code]}".rstrip("。") for column, code in faults)


def _go_on(found: Import) -> Any:
    db.session.commit()
    start(found.id, current_user)
    return redirect(url_for("imports.one", import_id=found.id))


def _in_state(import_id: str, *states: str) -> Import:
    found = _mine(import_id, lock=True)
    if found.state not in states:
        flash(_("这次导入已经不在这一步，下面是最新的状态。"))
        raise Problem("import_state")
    return found


def _mine(import_id: str, lock: bool = False) -> Import:
    return own(db.session.get(Import, import_id, with_for_update={"of": Import} if lock else None))
