"""Importing people from a table: upload, preview, import; the rows that are wrong go back with their reasons."""

import io
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
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import RequestEntityTooLarge

from webapp import sheets
from webapp.accounts.access import allow, me
from webapp.accounts.admin import make_first_password
from webapp.accounts.models import Bureau, User
from webapp.accounts.roles import ROLES_SAID
from webapp.accounts.rules import tidy_username
from webapp.canonical import digest
from webapp.db import db, today
from webapp.errors import CATALOGUE, Problem
from webapp.registry import people, people_rules
from webapp.registry.people_rules import COLUMNS, NEEDED, Row, masked_phone
from webapp.words import _, _l

blueprint = Blueprint("people_import", __name__)

UPLOAD = sheets.BYTES + 64 * 1024
# What a form field may hold; a table of people that is longer is cut into several files.
HELD = 400_000
COLUMNS_SAID = {
    "username": _l("用户名"),
    "name": _l("姓名"),
    "roles": _l("角色"),
    "unit": _l("单位"),
    "title": _l("职务"),
    "credential": _l("执法证号"),
    "valid_until": _l("有效期"),
    "district": _l("所在区县"),
    "specialties": _l("专业"),
    "items": _l("可查事项"),
    "phone": _l("电话"),
}
FAULTS = {
    "twice": _l("同一个用户名在表里出现了不止一次。"),
    "disabled": _l("这个账号已停用，请先在账号页启用。"),
    "admin_by_hand": _l("系统、安全、审计管理员的角色只能在账号页上建议和授予。"),
    "missing": _l("检查人员要填这一项。"),
    "long": _l("太长。"),
    "item_unknown": _l("有事项不在本机构的抽查事项清单上。"),
    "district_unknown": _l("不是本机构的区县。"),
    "day_wrong": _l("看不懂这个日期，请写成 2027-06-30。"),
    "day_past": _l("有效期已经过了。"),
    "phone_wrong": _l("不像电话号码。"),
    "number_cut": _l("表格软件把长号码变短了，请把这一列设为文本再填。"),
    "credential_taken": _l("这个执法证号与另一个人的相同。"),
}
STATES = {"new": _l("新建"), "changed": _l("更新"), "same": _l("没有变化"), "wrong": _l("有问题")}
WIDTHS = {"unit": 24, "items": 24, "specialties": 18, "credential": 22}
NOTES = [
    "第一行是列名，从第二行起一人一行。带 * 的列必须填；角色是“检查人员”的，还要填单位、职务、执法证号、有效期。",
    "用户名：小写字母、数字和 . _ -，登录用，定了就不再改。表里的用户名已有账号的，更新那个账号；没有的，新建账号。",
    "角色：计划员、检查人员、档案员、督导员；有几个角色的用顿号隔开，如“检查人员、档案员”。表里的是建议，安全管理员同意后才有效，初始密码也由安全管理员给。系统、安全、审计管理员只能在账号页上设。",
    "有效期：执法证的有效期，如 2027-06-30。",
    "可查事项：抽查事项的编号，用顿号隔开；空着表示不限。专业：用顿号隔开。",
    "已有账号的人，空着的单元格表示不改。",
]


@blueprint.get("/office/people/import")
@allow("admin")
def page() -> str:
    """Where the file is chosen."""
    return _start()


@blueprint.get("/office/people/import/template.xlsx")
@allow("admin")
def template() -> Response:
    """An empty table with the right columns, all text, and how to fill them."""
    return _file(sheets.write("人员", _columns(), [], NOTES), "人员模板.xlsx")


@blueprint.post("/office/people/import")
@allow("admin")
def preview() -> Any:
    """Show what the file would do; nothing is written yet."""
    request.max_content_length = UPLOAD
    try:
        table = _upload()
        packed = _packer().dumps(table)
        if len(packed) > HELD:
            raise Problem("sheet_large")
    except Problem as problem:
        return _start(problem), problem.status
    return _preview(_judged(table), packed)


@blueprint.post("/office/people/import/faults.xlsx")
@allow("admin")
def faults() -> Response:
    """The rows that are wrong, as they were typed, with the reasons beside each."""
    wrong = [row for row in _judged(_unpacked()) if row.state == "wrong"]
    lines = [[row.cells.get(column, "") for column in COLUMNS.values()] + [_reasons(row)] for row in wrong]
    return _file(
        sheets.write("有问题的行", [*_columns(), (_("原因"), 60)], lines, NOTES), "人员-有问题的行.xlsx"
    )


@blueprint.post("/office/people/import/confirm")
@allow("admin")
def confirm() -> Any:
    """Write the good rows in one transaction, if they still do what was shown."""
    table, packed = _unpacked(), request.form["table"]
    new = sum(row.state == "new" for row in _judged(table))
    # Hashing takes a while; nobody else waits for the database meanwhile.
    db.session.rollback()
    fresh = [User() for _ in range(new)]
    for user in fresh:
        make_first_password(user)
    db.session.execute(select(Bureau.id).where(Bureau.id == current_user.bureau_id).with_for_update())
    rows = _judged(table)
    if request.form.get("seen") != _seen(rows):
        return _changed(rows, packed)
    try:
        made = people.store(me(), rows, fresh)
    except IntegrityError:
        db.session.rollback()
        return _changed(_judged(table), packed)
    db.session.commit()
    changed = sum(row.state == "changed" for row in rows)
    flash(
        _(
            "已导入：新建 %(new)s 人，更新 %(changed)s 人。角色等安全管理员同意。",
            new=len(made),
            changed=changed,
        )
    )
    return redirect(url_for("people.listed", show="waiting" if made else "all"))


def _upload() -> list[list[str]]:
    try:
        file = request.files.get("file")
    except RequestEntityTooLarge as error:
        raise Problem("sheet_large") from error
    if file is None or not file.filename:
        raise Problem("sheet_needed")
    with file.stream:
        table = sheets.read(file.filename, file.read(UPLOAD))
    missing = people_rules.header(table[0])[1]
    if missing:
        raise Problem("sheet_columns", columns=missing)
    return table


def _packer() -> URLSafeSerializer:
    """Signs the table that waits in the page between preview and import: what comes back is what was read."""
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"people|{current_user.id}")


def _unpacked() -> list[list[str]]:
    try:
        return _packer().loads(request.form.get("table", ""))  # type: ignore[no-any-return]
    except BadData as error:
        raise Problem("sheet_needed") from error


def _judged(table: list[list[str]]) -> list[Row]:
    rows = people_rules.rows(table)
    usernames = {tidy_username(row.cells.get("username", "")) for row in rows}
    bureau = db.session.get_one(Bureau, current_user.bureau_id)
    return people_rules.judge(rows, people.world(bureau, usernames, today()))


def _seen(rows: list[Row]) -> str:
    return digest([row.as_seen() for row in rows])


def _reasons(row: Row) -> str:
    """Why a row is wrong, column by column."""
    return " ".join(f"{COLUMNS_SAID[column]}{_('：')}{_fault(code)}" for column, code in row.faults)


def _fault(code: str) -> str:
    return str(FAULTS[code] if code in FAULTS else CATALOGUE[code][1])


def _changed(rows: list[Row], packed: str) -> Any:
    problem = Problem("sheet_changed")
    return _preview(rows, packed, problem), problem.status


def _preview(rows: list[Row], packed: str, problem: Problem | None = None) -> str:
    order = list(STATES)
    return render_template(
        "registry/people_preview.html",
        columns=COLUMNS_SAID,
        counts={state: sum(row.state == state for row in rows) for state in order},
        here=url_for("people_import.page"),
        masked=masked_phone,
        problem=problem,
        reasons=_reasons,
        roles=ROLES_SAID,
        rows=sorted(rows, key=lambda row: (row.state != "wrong", row.line)),
        seen=_seen(rows),
        states=STATES,
        table=packed,
    )


def _start(problem: Problem | None = None) -> str:
    return render_template("registry/people_import.html", columns=COLUMNS_SAID, notes=NOTES, problem=problem)


def _columns() -> list[tuple[str, int]]:
    return [
        (f"{name}*" if column in NEEDED else name, WIDTHS.get(column, 14)) for name, column in COLUMNS.items()
    ]


def _file(data: bytes, name: str) -> Response:
    return send_file(io.BytesIO(data), sheets.XLSX, as_attachment=True, download_name=name)
