"""平台抽取 at the desk: whose list it is and by what it is proven, its columns, what each row would do, its pairs."""

import io
from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask_login import current_user

from webapp import sheets
from webapp.accounts.access import allow, me, own
from webapp.accounts.models import Bureau
from webapp.db import db, now, today
from webapp.draw import asking, given
from webapp.draw.asking import NotAsked
from webapp.draw.elsewhere import DrawnList, DrawnRow
from webapp.draw.elsewhere_rules import LIMITS
from webapp.draw.models import Draw, Frozen
from webapp.errors import CATALOGUE, Problem
from webapp.evidence.models import Blob
from webapp.field import drawn, elsewhere
from webapp.field.elsewhere import DrawnImport
from webapp.field.hall import READERS, task_asked, words_of
from webapp.field.models import Inspection
from webapp.registry import imports
from webapp.registry.import_views import FAULTY_MOST, STATES
from webapp.registry.imports import MAX_BYTES
from webapp.registry.list_imports import StagedRow
from webapp.typed import iso_day
from webapp.words import _, _l

blueprint = Blueprint("elsewhere", __name__)

EVIDENCE_BYTES = 20 * 1024 * 1024
PAGE = 50
SAID = {
    "name": _l("检查对象"),
    "code": _l("统一社会信用代码"),
    "leader": _l("组长"),
    "inspectors": _l("检查人员"),
    "credentials": _l("执法证号"),
}
SHOWN = {"new": _l("可以导入"), "ask": _l("要您确认"), "agreed": _l("已确认"), "wrong": _l("有问题")}
FAULTS = {
    "missing": _l("这一项必须填。"),
    "number_cut": _l("表格软件把长号码变短了，请把这一列设为文本再填。"),
    "subject_unknown": _l("名录库里没有。请先加入名录库。"),
    "subject_several": _l("名录库里有几个同名的，请加上信用代码。"),
    "subject_gone": _l("已注销、吊销、迁出或移出。"),
    "subject_brought": _l("这一批以前的名单里已经有了。"),
    "twice": _l("在名单里出现了不止一次。"),
    "inspector_unknown": _l("人员名录库里没有。"),
    "inspector_several": _l("有几个同名的，请加上执法证号。"),
    "inspector_differs": _l("姓名和执法证号不是同一些人。"),
    "pair_small": _l("检查组的人数不够。"),
    "pair_lacks": _l("检查组缺任务要求的专业，或者有事项没有人能查。"),
    "unfit_inactive": _l("账号已停用。"),
    "unfit_credential": _l("执法证在检查期间内无效。"),
    "unfit_scope": _l("不能检查任务的事项。"),
    "unfit_region": _l("不能去这个区县，也没有抽调文书。"),
    "unfit_recused": _l("应当回避。"),
}
ASKS = {
    "name_only": _l("名单没有信用代码，按名称认的，请核对。"),
    "name_differs": _l("信用代码相同，名称与名录库不同，请核对。"),
    "cap": _l("今年已到次数上限。"),
    "kind": _l("不是任务的类别。"),
    "district": _l("不在任务的区县。"),
    "often": _l("这个任务今年已抽到。"),
}
FORM = {
    "platform": _l("请写平台的名称。"),
    "batch": _l("请写平台上的批次号。"),
    "drawn_on": _l("请填抽取的日期，不晚于今天。"),
    "begins": _l("请填开始和结束的日期，结束不早于开始和今天，在计划的那一年。"),
    "evidence": _l("请选择证据文件。"),
}


@blueprint.get("/office/draws/elsewhere/new")
@allow("planner")
def new() -> str:
    """Whose list it is."""
    return _start({})


@blueprint.post("/office/draws/elsewhere/new")
@allow("planner", most=MAX_BYTES + EVIDENCE_BYTES + 1024 * 1024)
def begin() -> Any:
    """Keep the list and its evidence as they came; every fault at its field, nothing typed is lost."""
    version, task = task_asked()
    faults = _faults(version.plan.year)
    evidence, file = request.files.get("evidence"), request.files.get("file")
    if faults:
        return _start(faults), 422
    try:
        if file is None or not file.filename:
            raise Problem("sheet_needed")
        data = evidence.read(EVIDENCE_BYTES + 1) if evidence else b""
        if len(data) > EVIDENCE_BYTES:
            raise Problem("evidence_kind")
        blob = Blob.keep_document(data)
        begun = DrawnImport.begin(me(), file.filename, file.stream)
    except Problem as problem:
        db.session.rollback()
        place = "evidence" if problem.code == "evidence_kind" else "file"
        return _start({place: problem.text}), problem.status
    days = {name: date.fromisoformat(request.form[name]) for name in ("drawn_on", "begins", "ends")}
    db.session.add(
        DrawnList(
            id=begun.id, bureau_id=begun.bureau_id, plan_version_id=version.id, task_id=task["id"],
            author_id=begun.author_id, platform=_text("platform"), batch=_text("batch"), evidence=blob.sha256,
            evidence_name=str(evidence and evidence.filename)[-200:], **days,
        )
    )  # fmt: skip
    return _go_on(begun)


@blueprint.get("/office/draws/elsewhere/<list_id>")
@allow(*READERS)
def one(list_id: str) -> str:
    """A list, as far as it is: its columns, its rows, its pairs."""
    return _page(_mine(list_id))


@blueprint.post("/office/draws/elsewhere/<list_id>/columns")
@allow("planner")
def tell(list_id: str) -> Any:
    """Take what each column means, and read the table."""
    found = _in_state(list_id, "named", "read", "failed")
    columns = [request.form.get(f"column-{place}", "") for place in range(len(found.names))]
    try:
        found.tell(columns)
    except Problem as problem:
        db.session.rollback()
        return _page(_mine(list_id), problem, columns), problem.status
    return _go_on(found)


@blueprint.post("/office/draws/elsewhere/<list_id>/rows/<int:line>")
@allow("planner")
def agree(list_id: str, line: int) -> Any:
    """A row is right although something speaks against it; a limit that is passed wants the reason."""
    found = _in_state(list_id, "read")
    if request.form.get("act") == "no":
        found.disagree(line)
    elif not found.agree(line, _text("why", 200)):
        return _page(found, Problem("reason_needed")), 422
    db.session.commit()
    return redirect(url_for(".one", list_id=list_id, show=request.form.get("show") or None))


@blueprint.post("/office/draws/elsewhere/<list_id>/take")
@allow("planner")
def take(list_id: str) -> Any:
    """Take the good rows over: inspections where there is a pair."""
    found = _in_state(list_id, "read")
    good = sum(found.counts.get(name, 0) for name in ("new", "agreed"))
    try:
        if not good:
            raise Problem("import_state")
        Draw.check_amount(found.given.plan_version, found.given.task, good)
    except Problem as problem:
        db.session.rollback()
        return _page(_mine(list_id), problem), problem.status
    found.turn("taking")
    return _go_on(found)


@blueprint.post("/office/draws/elsewhere/<list_id>/undo")
@allow("planner")
def undo(list_id: str) -> Any:
    """Take everything back, as long as nobody began."""
    found = _in_state(list_id, "taken")
    try:
        elsewhere.check_undo(found.given)
    except Problem as problem:
        db.session.rollback()
        return _page(_mine(list_id), problem), problem.status
    found.turn("undoing")
    return _go_on(found)


@blueprint.post("/office/draws/elsewhere/<list_id>/again")
@allow("planner")
def again(list_id: str) -> Any:
    """Begin the part anew whose process is gone; or compare anew with the libraries as they are now."""
    found = _mine(list_id, lock=True)
    if not found.stopped and found.state != "read":
        raise Problem("import_state")
    found.turn(found.state if found.stopped else "reading")
    return _go_on(found)


@blueprint.post("/office/draws/elsewhere/<list_id>/pair")
@allow("planner")
def choose(list_id: str) -> Any:
    """A pair for one subject, chosen by hand."""
    found = _in_state(list_id, "taken")
    people = [name for name in request.form.getlist("pair") if name]
    try:
        made = elsewhere.choose(
            me(), found.given, request.form.get("subject", ""), list(dict.fromkeys(people))
        )
    except Problem as problem:
        db.session.rollback()
        return _page(_mine(list_id), problem), problem.status
    db.session.commit()
    flash(_("已指派，编号 %(number)s。检查组更新任务列表后就能看到。", number=made.number))
    return redirect(url_for(".one", list_id=list_id))


@blueprint.get("/office/draws/elsewhere/<list_id>/pairs")
@allow("planner")
def pairs(list_id: str) -> str:
    """What a draw of the pairs asks."""
    return _pairs(_mine(list_id).given)


@blueprint.post("/office/draws/elsewhere/<list_id>/pairs")
@allow("planner")
def freeze(list_id: str) -> Any:
    """Show what would be frozen, or freeze it: the subjects of the platform, our inspectors."""
    found = _in_state(list_id, "taken")
    prepared = None
    try:
        prepared = _prepared(found.given)
        if request.form.get("act") != "freeze":
            return _pairs(found.given, prepared)
        draw = Draw.freeze(me(), found.given.plan_version, found.given.task, prepared, given=found.given)
    except Problem as problem:
        db.session.rollback()
        return _pairs(_mine(list_id).given, prepared, problem), problem.status
    db.session.commit()
    flash(_("已冻结并公布。名录和规则从现在起不能再变。"))
    return redirect(url_for("hall.one", draw_id=draw.id))


@blueprint.get("/office/draws/elsewhere/<list_id>/evidence")
@allow(*READERS)
def evidence(list_id: str) -> Response:
    """What proves the list, as it came."""
    kept = _mine(list_id).given
    blob = db.session.get_one(Blob, kept.evidence)
    name = kept.evidence_name
    return send_file(io.BytesIO(blob.read()), blob.mime, as_attachment=True, download_name=name)


@blueprint.get("/office/draws/elsewhere/<list_id>/faults.xlsx")
@allow("planner")
def faults(list_id: str) -> Response:
    """The rows that are not taken, as they were typed, with the reasons beside each."""
    found = _mine(list_id)
    columns = [column for column in found.NAMES if column in found.columns]
    head = [(str(SAID[column]), 24) for column in columns] + [(str(_("行")), 8), (str(_("原因")), 60)]
    rows = [*found.rows("wrong", limit=FAULTY_MOST), *found.rows("ask", limit=FAULTY_MOST)]
    lines = [
        [row.cells.get(column, "") for column in columns] + [str(row.line), reasons(row)]
        for row in sorted(rows, key=lambda row: row.line)
    ]
    data = sheets.write(str(_("有问题的行")), head, lines)
    return send_file(
        io.BytesIO(data), sheets.XLSX, as_attachment=True, download_name=f"{_('有问题的行')}.xlsx"
    )


@blueprint.get("/office/draws/elsewhere/template.xlsx")
@allow("planner")
def template() -> Response:
    """An empty list with the right columns."""
    head = [(str(word), 24) for word in SAID.values()]
    notes = [
        "一行一个检查对象。列名可以用平台自己的叫法，导入时对应一次，以后就记住了。",
        "有信用代码的按代码认；没有的按名称认，要您确认。检查人员有几个的用顿号隔开，同名的加执法证号，如 李娜(16040001)。",
        "平台没有抽检查人员的，人员各列空着，导入以后在这里抽检查组或者指派。",
    ]
    data = sheets.write("平台抽取名单", head, [], notes)
    return send_file(io.BytesIO(data), sheets.XLSX, as_attachment=True, download_name="平台抽取名单模板.xlsx")


def reasons(row: StagedRow) -> str:
    """Why a row is not taken as it is."""
    who = row.values.get("who", {})
    told = [
        f"{SAID[column]}{_('：')}{who.get(code, '')}{_('，') if code in who else ''}{FAULTS[code]}"
        for column, code in row.faults
    ]
    told += [str(ASKS[code]) for code in row.values.get("asks", [])]
    return str(_("；")).join(one.rstrip("。") for one in told)


def _faults(year: int) -> dict[str, Any]:
    wrong = [name for name in ("platform", "batch") if not _text(name)]
    drawn_on, begins, ends = (_day(name) for name in ("drawn_on", "begins", "ends"))
    if drawn_on is None or drawn_on > today():
        wrong.append("drawn_on")
    if begins is None or ends is None or ends < max(begins, today()) or year not in (begins.year, ends.year):
        wrong.append("begins")
    kept = request.files.get("evidence")
    if kept is None or not kept.filename:
        wrong.append("evidence")
    return {name: FORM[name] for name in wrong}


def _prepared(kept: DrawnList) -> Frozen:
    """Raises the problems of `asking.ask` and `given.prepare`."""
    moment, law = now(), kept.bureau.law(today())
    # Of two who freeze at once, the second sees what the first did.
    db.session.execute(db.select(Bureau.id).where(Bureau.id == kept.bureau_id).with_for_update())
    waits = db.select(Draw.id).where(Draw.list_id == kept.id, Draw.state == "frozen")
    if db.session.scalars(waits).first():
        raise Problem("list_paired")
    begins = max(kept.begins, today())
    form = {**request.form, "begins": begins.isoformat(), "ends": kept.ends.isoformat(), "most": ""}
    try:
        said = asking.ask(form, law, today(), moment)
    except NotAsked as error:
        raise Problem(error.code) from error
    subjects = [row.subject for row in kept.rows if row.inspection_id is None]
    return given.prepare(kept, subjects, said, drawn.known(kept.bureau_id, begins.year), moment)


def _pairs(kept: DrawnList, prepared: Frozen | None = None, problem: Problem | None = None) -> str:
    law = kept.bureau.law(today())
    return render_template(
        "draw/elsewhere_pairs.html", given=kept, prepared=prepared, problem=problem, law=law,
        typed={"local": asking.local_by(law), **request.form},
        waiting=kept.waiting, **words_of(),
    )  # fmt: skip


def _start(faults: dict[str, Any]) -> str:
    version, task = task_asked()
    return render_template(
        "draw/elsewhere_new.html", version=version, task=task, typed=request.form, faults=faults, today=today(),
        promised=version.promised(task), so_far=Draw.amount(version, task),
        platforms=sorted({kept.platform for kept in DrawnList.of_bureau(current_user.bureau_id)}),
    )  # fmt: skip


def _page(found: DrawnImport, problem: Problem | None = None, columns: list[str] | None = None) -> str:
    kept, show, after = found.given, request.args.get("show", ""), request.args.get("after", 0, type=int)
    if show not in SHOWN:
        show = next((does for does in ("ask", "wrong", "agreed", "new") if found.counts.get(does)), "new")
    rows = found.rows(show, after, PAGE + 1) if found.state == "read" else []
    taken = DrawnRow.page(kept.id, after, PAGE + 1) if found.state in ("taken", "undone") else []
    lines = taken or rows
    people = {person["id"]: person["name"] for person in elsewhere.staff(kept, [])} if lines else {}
    visits = drawn_visits([row.inspection_id for row in taken if row.inspection_id])
    trouble = (
        Problem(found.problem if found.problem in CATALOGUE else "import_failed") if found.problem else None
    )
    return render_template(
        "draw/elsewhere.html", found=found, given=kept, shows=SHOWN, show=show, rows=rows[:PAGE],
        taken=taken[:PAGE], after=lines[PAGE - 1].line if len(lines) > PAGE else None, said=SAID, reasons=reasons,
        columns=columns or found.columns, problem=problem, trouble=trouble, people=people, visits=visits,
        limits=set(LIMITS), waiting=kept.waiting,
        draws=list(db.session.scalars(db.select(Draw).where(Draw.list_id == kept.id).order_by(Draw.id))),
        **words_of() | {"states": STATES},
    )  # fmt: skip


def drawn_visits(ids: list[str]) -> dict[str, Inspection]:
    """The inspections of a page of rows."""
    rows = db.session.scalars(db.select(Inspection).where(Inspection.id.in_(ids))) if ids else ()
    return {row.id: row for row in rows}


def _go_on(found: DrawnImport) -> Any:
    db.session.commit()
    imports.start(found.id, current_user)
    return redirect(url_for(".one", list_id=found.id))


def _in_state(list_id: str, *states: str) -> DrawnImport:
    found = _mine(list_id, lock=True)
    if found.state not in states:
        flash(_("这次导入已经不在这一步，下面是最新的状态。"))
        raise Problem("import_state")
    return found


def _mine(list_id: str, lock: bool = False) -> DrawnImport:
    how = {"of": imports.Import} if lock else None
    found: Any = own(db.session.get(imports.Import, list_id, with_for_update=how))
    if not isinstance(found, DrawnImport):
        raise Problem("not_found")
    return found


def _text(name: str, longest: int = 100) -> str:
    return " ".join(request.form.get(name, "").replace("\0", "").split())[:longest]


def _day(name: str) -> date | None:
    return iso_day(request.form.get(name))
