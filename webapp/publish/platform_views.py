"""Entry on state platforms: the export in a platform's columns, receipts, what is here and not there (RZ-19)."""

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import chain, islice
from pathlib import Path
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask_login import current_user
from markupsafe import Markup
from werkzeug.datastructures import FileStorage

from webapp import sheets
from webapp.accounts.access import allow, me, own
from webapp.archive.wording import Wording
from webapp.db import china_day, db, today
from webapp.errors import Problem
from webapp.field.models import Inspection
from webapp.followup import acts, sections
from webapp.followup.after_views import perform, typed, typed_day
from webapp.followup.steps import Steps
from webapp.publish import platform_rules as rules
from webapp.publish.office_views import names_in
from webapp.publish.platform import EXPORTED, Platform, PlatformList
from webapp.tables import Table
from webapp.words import _, _l, language

blueprint = Blueprint("platform", __name__, url_prefix="/office/platform")

READERS = ("archivist", "supervisor", "auditor")
PAGE, FILED = 50, 100
# A platform's list is read while somebody waits.
BYTES, ROWS = 20 * 1024 * 1024, 50_000
PROOF_BYTES = 10 * 1024 * 1024
FIELDS_SAID = {
    "number": _l("检查编号"),
    "subject": _l("检查对象名称"),
    "code": _l("统一社会信用代码"),
    "kind": _l("对象类别"),
    "region": _l("区县"),
    "address": _l("住所"),
    "items": _l("抽查事项"),
    "item_codes": _l("事项编码"),
    "inspected": _l("检查日期"),
    "result": _l("检查结果"),
    "result_code": _l("结果代码"),
    "sub": _l("无法联系的情形"),
    "decided": _l("结果批准日期"),
    "published": _l("公示日期"),
    "inspectors": _l("检查人员"),
    "credentials": _l("执法证号"),
    "units": _l("检查机构"),
    "link": _l("公示网址"),
    "receipt": _l("回执号"),
}
# Columns to begin with, until the platform's own template is read.
BEGIN = ("number", "subject", "code", "items", "inspected", "result", "inspectors", "published", "receipt")
SHOWS = {"here": _l("这里有，平台没有"), "there": _l("平台有，这里没有公示"), "receipts": _l("回执待归档")}


@blueprint.get("")
@allow(*READERS)
def listed() -> str:
    """The platforms of the bureau, and how much each still lacks."""
    rows = [
        (one, one.waiting(), PlatformList.latest(one)) for one in Platform.of_bureau(current_user.bureau_id)
    ]
    return render_template("publish/platforms.html", rows=rows, named=_named(), acting=_acting())


@blueprint.get("/new")
@allow("archivist")
def new() -> str:
    """The columns of a platform that is not here yet."""
    columns = [{"title": str(FIELDS_SAID[field]), "field": field, "text": ""} for field in BEGIN]
    return _form(None, _named() or "", columns)


@blueprint.get("/<platform_id>/columns")
@allow("archivist")
def columns(platform_id: str) -> str:
    """The columns of a platform."""
    platform = _mine(platform_id)
    return _form(platform, platform.name, platform.columns)


@blueprint.post("/columns")
@allow("archivist")
def keep() -> Any:
    """Keep a platform's columns, or read them off its own template."""
    known = request.form.get("platform")
    platform = _mine(known) if known else None
    name, given = typed("name", 100), rules.columns(request.form)
    template = request.files.get("template")
    try:
        if template and template.filename:
            given = _of_template(template)
            return _form(platform, name, given, read=len(given))
        fault = rules.fault(name, given)
        if fault:
            raise Problem(fault)
        platform = Platform.keep(me(), platform, name, given)
    except Problem as problem:
        db.session.rollback()
        return _form(platform, name, given, problem), problem.status
    db.session.commit()
    flash(_("已保存。"))
    return redirect(url_for("platform.one", platform_id=platform.id))


@blueprint.get("/<platform_id>")
@allow(*READERS)
def one(platform_id: str) -> str:
    """What is to be entered, and what the platform's last list says."""
    return _page(_mine(platform_id))


@blueprint.get("/<platform_id>/export.xlsx")
@allow("archivist")
def export(platform_id: str) -> Any:
    """What is decided and has no receipt yet, in the platform's columns."""
    platform = _mine(platform_id)
    head = [(column["title"], max(12, 2 * len(column["title"]))) for column in platform.columns]
    data = sheets.write(str(_("录入")), head, list(platform.export(request.url_root.rstrip("/"))))
    name = f"{platform.name}-{today().isoformat()}.xlsx"
    return send_file(io.BytesIO(data), sheets.XLSX, as_attachment=True, download_name=name)


@blueprint.post("/<platform_id>/list")
@allow("archivist")
def compare(platform_id: str) -> Any:
    """Take the platform's own list in, and compare."""
    platform = _mine(platform_id)
    try:
        with _table(request.files.get("list"), BYTES) as (name, rows):
            first = list(islice(rows, 10))
            at = rules.head(first, platform.columns)
            if at is None:
                raise Problem("platform_head")
            everything = enumerate(chain(first, rows), start=1)
            read = (rules.read(line, cells, at) for line, cells in islice(everything, ROWS))
            titles = {column["title"] for column in platform.columns}
            PlatformList.take(
                me(), platform, name, (row for row in read if row and not _is_head(row, titles))
            )
    except Problem as problem:
        db.session.rollback()
        return _page(_mine(platform_id), problem), problem.status
    db.session.commit()
    return redirect(url_for("platform.one", platform_id=platform_id, _anchor="compared"))


@blueprint.post("/<platform_id>/receipts")
@allow("archivist")
def receipts(platform_id: str) -> Any:
    """Write the receipts that the platform's list brought into the archives, some at a time."""
    platform = _mine(platform_id)
    latest = PlatformList.latest(platform)
    if latest is None:
        raise Problem("not_found")
    day, author = china_day(latest.taken_at).isoformat(), me()
    rows = latest.receipts(FILED + 1)
    filed = 0
    for row in rows[:FILED]:
        inspection = own(db.session.get(Inspection, row.inspection_id))
        said = {"platform": platform.name, "receipt": row.receipt, "at": day, "list": latest.name}
        try:
            acts.write(author, inspection, "enter", said)
        except Problem as problem:
            if problem.code not in ("wrong_state", "platform_twice"):
                raise
            continue
        filed += 1
    db.session.commit()
    flash(_("已归入 %(n)s 张回执。", n=filed) + (str(_("还有，请再按一次。")) if len(rows) > FILED else ""))
    return redirect(url_for("platform.one", platform_id=platform_id, show="receipts"))


@blueprint.post("/enter/<inspection_id>")
@allow("archivist", "inspector")
def enter(inspection_id: str) -> Any:
    """File the receipt of one inspection back, with the platform's paper where there is one (RZ-19)."""

    def deed(inspection: Inspection) -> None:
        payload = {
            "platform": typed("platform", 100),
            "receipt": typed("receipt", 100),
            "at": typed_day("day"),
        }
        proof = request.files.get("file")
        data = proof.read(PROOF_BYTES + 1) if proof and proof.filename else b""
        if len(data) > PROOF_BYTES:
            raise Problem("blob_too_large", limit=PROOF_BYTES)
        files = [(str(proof.filename), data)] if proof and data else []
        acts.write(me(), inspection, "enter", payload, files)

    return perform(inspection_id, ("archivist", acts.PAIR), deed, _("回执已归入档案。"), "platform")


def of_inspection(inspection: Inspection, steps: Steps, day: date) -> Markup:
    """The section of the page after a visit; nothing where nobody could enter anything."""
    if inspection.state not in acts.STATES or steps.result is None:
        return Markup()
    names = [one.name for one in Platform.of_bureau(inspection.bureau_id)]
    law = inspection.bureau.law(day).get("platform")
    entered = steps.of("enter")
    if not (names or law or entered):
        return Markup()
    shown = render_template(
        "publish/after_platform.html", inspection=inspection, steps=steps, entered=entered, day=day,
        platforms=list(dict.fromkeys([*([law] if law else []), *names])), law=law,
        words=Wording(language(), names_in(steps), _), acting=acts.may(current_user, inspection, "archivist", acts.PAIR),
    )  # fmt: skip
    return Markup(shown)  # noqa: S704 - a template's own output


sections.AFTER.append((40, of_inspection))


def _page(platform: Platform, problem: Problem | None = None) -> str:
    latest = PlatformList.latest(platform)
    counts = latest.counts() if latest else dict.fromkeys(SHOWS, 0)
    show = request.args.get("show", "")
    show = show if show in SHOWS else next((one for one in SHOWS if counts[one]), "here")
    after = request.args.get("after", 0, type=int)
    rows = _rows(latest, show, after)
    return render_template(
        "publish/platform.html", platform=platform, latest=latest, counts=counts, shows=SHOWS, show=show, rows=rows[:PAGE],
        more=len(rows) > PAGE, waiting=platform.waiting(), most=EXPORTED, problem=problem, acting=_acting(),
        paged=bool(after), filed=FILED,
    )  # fmt: skip


def _rows(latest: PlatformList | None, show: str, after: int) -> list[Any]:
    if latest is None:
        return []
    if show == "here":
        return list(latest.only_here(after, PAGE + 1))
    return latest.receipts(PAGE) if show == "receipts" else latest.only_there(after, PAGE + 1)


def _form(
    platform: Platform | None,
    name: str,
    given: list[dict[str, str]],
    problem: Problem | None = None,
    read: int = 0,
) -> str:
    blank = [{"title": "", "field": "", "text": ""}] * min(5, rules.COLUMNS - len(given))
    return render_template(
        "publish/platform_columns.html", platform=platform, name=name, columns=[*given, *blank], said=FIELDS_SAID,
        problem=problem, read=read,
    )  # fmt: skip


def _of_template(file: FileStorage) -> list[dict[str, str]]:
    """The columns of the row with most titles among the first of a platform's own file."""
    with _table(file, sheets.BYTES) as (_name, rows):
        first = max(islice(rows, 10), key=lambda row: len(set(filter(None, row))), default=[])
    return rules.guessed(
        list(dict.fromkeys(filter(None, first))), {name: str(said) for name, said in FIELDS_SAID.items()}
    )


@contextmanager
def _table(file: FileStorage | None, most: int) -> Iterator[tuple[str, Iterator[list[str]]]]:
    """The rows of an uploaded table. Raises `sheet_needed`, `table_large`, `sheet_kind`."""
    data = file.read(most + 1) if file and file.filename else b""
    if not data or file is None:
        raise Problem("sheet_needed")
    if len(data) > most:
        raise Problem("table_large")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        path.write_bytes(data)
        yield str(file.filename), Table(path, str(file.filename)).rows()


def _is_head(row: rules.Row, titles: set[str]) -> bool:
    return bool({row.number, row.subject, row.receipt} & titles)


def _named() -> str | None:
    """The platform that the bureau's law names."""
    name = current_user.bureau.law(today()).get("platform")
    return str(name) if name else None


def _acting() -> bool:
    return "archivist" in current_user.roles


def _mine(platform_id: str) -> Platform:
    return own(db.session.get(Platform, platform_id))
