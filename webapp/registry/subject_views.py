"""检查对象名录库: to look through as it is or was on a day; one subject with its history; changed by hand; exported."""

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import chain
from tempfile import TemporaryFile
from typing import Any
from urllib.parse import quote

import xlsxwriter
from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    stream_with_context,
    url_for,
)
from flask_login import current_user

from webapp import sheets
from webapp.accounts.access import allow, me, own
from webapp.accounts.models import Bureau
from webapp.db import CHINA, db, today
from webapp.registry import subject_rules
from webapp.registry.people_rules import masked_phone
from webapp.registry.subject_rules import COLUMNS, NAMES, STATES, masked
from webapp.registry.subjects import COUNTED, PAGE, Library, Subject
from webapp.sheets import text
from webapp.typed import iso_day
from webapp.words import _, _l

blueprint = Blueprint("subjects", __name__)

READERS = ("planner", "admin", "archivist", "supervisor", "auditor")
WRITERS = ("planner", "admin")
SAID = {
    "name": _l("名称"),
    "code": _l("统一社会信用代码"),
    "kinds": _l("类别"),
    "district": _l("区县"),
    "address": _l("地址"),
    "state": _l("状态"),
    "credit_risk": _l("信用风险等级"),
    "labour_grade": _l("守法诚信等级"),
    "representative": _l("负责人"),
    "phone": _l("电话"),
    "staff": _l("职工人数"),
    "complaints": _l("投诉次数"),
    "penalties": _l("处罚次数"),
    "abnormal": _l("经营异常名录"),
    "dishonest": _l("严重违法失信"),
    "latitude": _l("纬度"),
    "longitude": _l("经度"),
    "tags": _l("标签"),
}
FAULTS = {
    "missing": _l("这一项必须填。"),
    "long": _l("太长。"),
    "number_cut": _l("表格软件把长号码变短了，请把这一列设为文本再填。"),
    "code_wrong": _l("不是有效的统一社会信用代码、注册号或身份证号。"),
    "district_unknown": _l("不是本机构的区县。"),
    "state_unknown": _l("状态只能是：在营、正常、停业、注销、吊销、迁出、移出。"),
    "grade_wrong": _l("信用风险等级是 A 到 D，守法诚信等级是 A 到 C。"),
    "whole": _l("请填整数。"),
    "yes_no": _l("请填“是”或“否”。"),
    "phone_wrong": _l("不像电话号码。"),
    "degrees": _l("请填度数，如 33.766200。"),
    "twice": _l("同一个代码在表里出现了不止一次。"),
    "taken": _l("名录库里已有这个代码。"),
}
FLAGS = {
    "complaints": _l("有投诉"),
    "abnormal": _l("经营异常"),
    "dishonest": _l("严重违法失信"),
    "penalties": _l("受过处罚"),
}
WIDTHS = {"name": 32, "code": 22, "address": 40, "kinds": 18, "tags": 18}
NOTES = [
    "第一行是列名，从第二行起一个检查对象一行。必须有名称和统一社会信用代码；个体工商户可用注册号，自然人可用身份证号。",
    "列名可以用各平台自己的叫法，导入时对应一次，以后就记住了。多余的列不导入。",
    "状态：在营、正常（自然人）、停业、注销、吊销、迁出、移出（不再列入名录）。信用风险等级 A 到 D，守法诚信等级 A 到 C。",
    "类别、标签有几个的用顿号隔开。经营异常、严重违法失信填“是”或“否”。",
    "名录库里已有的代码，更新那个检查对象，空着的单元格不改；没有的，新增。",
]
EXPORT_PAGE = 1000
BLOCK = 64 * 1024


@blueprint.get("/office/subjects")
@allow(*READERS)
def listed() -> str:
    """The library, filtered by its address; `on` is the day at whose end it is shown."""
    library, day = Library.of(request.args), _day(request.args.get("on", ""))
    bureau_id, whole = current_user.bureau_id, sees_numbers()
    if day:
        rows, count = library.rows_at(bureau_id, _end(day), whole), None
        keys = places = [row.subject_id for row in rows]
    else:
        rows, count = library.page(bureau_id, whole)
        keys, places = [row.id for row in rows], [row.number for row in rows]
    return render_template(
        "registry/subjects.html",
        rows=list(zip(keys, rows, strict=True))[:PAGE],
        count=count,
        counted=COUNTED,
        after=places[PAGE - 1] if len(rows) > PAGE else None,
        library=library,
        on=day and day.isoformat(),
        today=today().isoformat(),
        districts=current_user.bureau.districts,
        **_shown(),
    )


@blueprint.get("/office/subjects/<subject_id>")
@allow(*READERS)
def subject(subject_id: str) -> str:
    """One subject with everything that was ever known of it."""
    found = _mine(subject_id)
    return render_template("registry/subject.html", subject=found, steps=_steps(found), **_shown())


@blueprint.get("/office/subjects/new")
@allow(*WRITERS)
def new() -> str:
    """The form for a new subject."""
    return _form(None, {}, {})


@blueprint.get("/office/subjects/<subject_id>/edit")
@allow(*WRITERS)
def edit(subject_id: str) -> str:
    """The form with what is known."""
    found = _mine(subject_id)
    return _form(found, {column: typed(getattr(found, column)) for column in COLUMNS}, {})


@blueprint.post("/office/subjects/new")
@allow(*WRITERS)
def add() -> Any:
    """A new subject, by hand."""
    return _save(None)


@blueprint.post("/office/subjects/<subject_id>/edit")
@allow(*WRITERS)
def change(subject_id: str) -> Any:
    """A new version of what is known; what was known stays."""
    return _save(_mine(subject_id))


@blueprint.get("/office/subjects/template.xlsx")
@allow(*WRITERS)
def template() -> Response:
    """An empty table with the right columns, all text, and how to fill them."""
    data = sheets.write("检查对象", _columns(), [], NOTES)
    return send_file(io.BytesIO(data), sheets.XLSX, as_attachment=True, download_name="检查对象模板.xlsx")


@blueprint.get("/office/subjects/export.<any(csv, xlsx):suffix>")
@allow(*READERS)
def export(suffix: str) -> Response:
    """What the address asks for, as a table; a stream, however long it is."""
    library, whole = Library.of(request.args), sees_numbers()
    rows = _lines(current_user.bureau_id, library, whole)
    name = f"检查对象名录库-{today()}.{suffix}"
    if suffix == "csv":
        names = [NAMES[column][0] for column in COLUMNS]
        blocks, mime = sheets.csv_blocks(chain([names], rows)), "text/csv; charset=utf-8"
    else:
        blocks, mime = _xlsx(rows), sheets.XLSX
    response = Response(stream_with_context(blocks), mimetype=mime)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


def typed(value: Any) -> str:
    """A value as it stands in a field or a cell; `subject_rules.read` reads it back."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(value)
    return "" if value is None else str(value)


def shown(column: str, value: Any) -> str:
    """A value for people; personal numbers masked for who need not see them (TJ-7)."""
    if column == "code" and not sees_numbers():
        return masked(value)
    if column == "phone" and value and not sees_numbers():
        return masked_phone(value)
    if isinstance(value, bool):
        return str(_("是") if value else _("否"))
    return typed(value) or "—"


def sees_numbers() -> bool:
    """Whether the person needs whole personal numbers: who keeps the library does."""
    return not set(current_user.roles).isdisjoint(WRITERS)


def _save(found: Subject | None) -> Any:
    cells = {column: text(request.form.get(column, "")) for column in COLUMNS}
    reason = text(request.form.get("reason", ""))[:200] or None
    row = subject_rules.read(0, list(cells.values()), list(cells), current_user.bureau.districts)
    author = me()
    # Two who add the same code at once come one after the other.
    db.session.get_one(Bureau, author.bureau_id, with_for_update=True)
    same = Subject.by_code(author.bureau_id, row.values.get("code", ""))
    if same and same is not found:
        row.faults.append(("code", "taken"))
    if row.faults:
        return _form(found, cells, {column: FAULTS[code] for column, code in row.faults}), 422
    values = subject_rules.EMPTY | row.values
    if found is None:
        found = Subject.add(author.bureau_id, author, values, reason)
        flash(_("已新增。"))
    elif found.change(author, values, reason):
        flash(_("已保存。以前的内容留在历史里。"))
    else:
        flash(_("没有改动。"))
    db.session.commit()
    return redirect(url_for("subjects.subject", subject_id=found.id))


def _form(found: Subject | None, cells: dict[str, str], faults: dict[str, Any]) -> str:
    return render_template(
        "registry/subject_edit.html", subject=found, cells=cells, faults=faults, reason=request.form.get("reason", ""),
        districts=current_user.bureau.districts, **_shown(),
    )  # fmt: skip


def _steps(found: Subject) -> list[dict[str, Any]]:
    """What each version changed, the latest first."""
    versions = found.versions()
    steps = []
    for version, before in zip(versions, [*versions[1:], None], strict=True):
        changes = [
            (column, getattr(before, column), getattr(version, column))
            for column in COLUMNS
            if before is not None and getattr(before, column) != getattr(version, column)
        ]
        steps.append({"version": version, "changes": changes, "first": before is None})
    return steps


def _mine(subject_id: str) -> Subject:
    return own(db.session.get(Subject, subject_id))


def _shown() -> dict[str, Any]:
    return {
        "said": SAID, "states": list(STATES), "flags": FLAGS, "shown": shown, "typed": typed,
        "writes": not set(current_user.roles).isdisjoint(WRITERS),
    }  # fmt: skip


def _lines(bureau_id: str, library: Library, whole: bool) -> Iterator[list[str]]:
    after = ""
    while rows := Library(**library.conditions(), after=after).rows(bureau_id, whole, EXPORT_PAGE):
        for row in rows:
            cells = {column: typed(getattr(row, column)) for column in COLUMNS}
            if not whole:
                cells |= {"code": masked(row.code), "phone": masked_phone(row.phone or "")}
            yield list(cells.values())
        after = str(rows[-1].number)
        db.session.expunge_all()


def _xlsx(rows: Iterator[list[str]]) -> Iterator[bytes]:
    with TemporaryFile() as file:
        with xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_urls": False}) as book:
            _fill(book.add_worksheet("检查对象"), rows)
        file.seek(0)
        while block := file.read(BLOCK):
            yield block


def _fill(sheet: Any, rows: Iterator[list[str]]) -> None:
    sheet.freeze_panes(1, 0)
    for column, (name, width) in enumerate(_columns()):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, name)
    for line, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if value:
                sheet.write_string(line, column, value)


def _columns() -> list[tuple[str, int]]:
    return [(NAMES[column][0], WIDTHS.get(column, 14)) for column in COLUMNS]


def _day(given: str) -> date | None:
    day = iso_day(given)
    return day if day and day < today() else None


def _end(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), CHINA)
