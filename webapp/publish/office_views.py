"""The office's side of publication: what waits, what is masked, what goes out, what stays out, what is taken down."""

import io
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import select

from webapp.accounts.access import allow, me, own
from webapp.accounts.models import User
from webapp.archive import beside
from webapp.archive.first import Number, Part, Wait
from webapp.archive.wording import RESULTS, Wording
from webapp.canonical import NotCanonical, parse
from webapp.db import china_day, db
from webapp.errors import Problem
from webapp.field.models import Inspection
from webapp.followup import acts, sections
from webapp.followup.after_views import perform, typed
from webapp.followup.steps import Steps
from webapp.followup.words import day as said_day
from webapp.publish import checks, choosing
from webapp.publish.covering import covered, propose, upright
from webapp.publish.document import (
    ASKED,
    OVERTURNED,
    READY,
    SHOWN,
    STAGES,
    WITHDRAWN,
    WITHHELD,
    standing,
    withheld,
)
from webapp.publish.preparing import Preparation, publish
from webapp.publish.redaction_rules import WHOLE
from webapp.publish.stages import PublicationDraft, Stage
from webapp.words import _, _l, language

blueprint = Blueprint("publishing", __name__, url_prefix="/office/publication")

PAGE, SHORT = 50, 12
READERS = ("archivist", "supervisor", "auditor")
STAGES_SAID = {
    READY: _l("待公示"),
    OVERTURNED: _l("应当撤下"),
    ASKED: _l("不予公示，等批准"),
    SHOWN: _l("已公示"),
    WITHHELD: _l("不予公示"),
    WITHDRAWN: _l("已撤下"),
}
MARKS = {
    READY: "waiting",
    OVERTURNED: "late",
    ASKED: "warning",
    SHOWN: "passed",
    WITHHELD: "none",
    WITHDRAWN: "none",
}
# What somebody has to act on, the most urgent first.
WAITING = (OVERTURNED, ASKED, READY)
EMPTY = {
    READY: _l("没有待公示的。结果批准以后，检查会到这里。"),
    OVERTURNED: _l("没有应当撤下的。公示以后结果被复核改变的，会到这里。"),
    ASKED: _l("没有等批准的。提出不予公示的，会到这里。"),
    SHOWN: _l("还没有公示的检查结果。"),
    WITHHELD: _l("没有依法不予公示的。"),
    WITHDRAWN: _l("没有撤下的。"),
}
FIELDS_SAID = {
    "subject.name": _l("检查对象名称"),
    "subject.code": _l("统一社会信用代码、证件号"),
    "subject.address": _l("住所（经营场所）"),
    "pair": _l("检查人员姓名"),
}
GROUNDS_SAID = {
    "secret": _l("国家秘密"),
    "trade": _l("商业秘密"),
    "privacy": _l("个人隐私"),
    "other": _l("法律、法规规定的其他情形"),
}
PIECES_SAID = {
    "name": _l("姓名"), "known": _l("本人信息"), "email": _l("电子邮箱"), "code": _l("个体户信用代码"),
    "resident": _l("身份证号"), "plate": _l("车牌"), "phone": _l("电话"), "number": _l("证件、账号"),
    "address": _l("住址"), "account": _l("账号"),
}  # fmt: skip


@blueprint.get("")
@allow(*READERS)
def listed() -> str:
    """The results of the bureau by how far they are on their way to the public."""
    counts = Stage.counts(current_user.bureau_id)
    show = request.args.get("show")
    stage = show if show in STAGES else next((one for one in STAGES_SAID if counts[one]), READY)
    words, after = request.args.get("q", "").strip()[:100], request.args.get("after", "")[:36]
    rows = Stage.page(current_user.bureau_id, stage, words, after, PAGE + 1)
    return render_template(
        "publish/list.html", rows=rows[:PAGE], more=rows[PAGE - 1].inspection_id if len(rows) > PAGE else "",
        counts=counts, show=stage, stages=STAGES_SAID, marks=MARKS, empty=EMPTY, words=words, results=RESULTS,
        paged=bool(after),
    )  # fmt: skip


@blueprint.get("/<inspection_id>")
@allow(*READERS)
def one(inspection_id: str) -> str:
    """What would go out, what is masked in it, and every decision over it."""
    return _page(_mine(inspection_id))


@blueprint.post("/<inspection_id>/draft")
@allow("archivist")
def decide(inspection_id: str) -> Any:
    """Keep what was decided so far, and show what it looks like."""
    inspection = _mine(inspection_id)
    body = choosing.read(request.form, Preparation(inspection).body)
    PublicationDraft.keep(me(), inspection.id, body)
    db.session.commit()
    return redirect(url_for("publishing.one", inspection_id=inspection.id, _anchor="seen"))


@blueprint.post("/<inspection_id>/drop")
@allow("archivist")
def drop(inspection_id: str) -> Any:
    """Forget what was decided and did not go out."""
    inspection = _mine(inspection_id)
    PublicationDraft.drop(inspection.id)
    db.session.commit()
    flash(_("已放弃没有发出的改动。"))
    return redirect(url_for("publishing.one", inspection_id=inspection.id))


@blueprint.post("/<inspection_id>/publish")
@allow("archivist")
def go_out(inspection_id: str) -> Any:
    """Publish what is on the page, or correct what is public by it (RZ-19, PD-3.5)."""
    inspection = own(Inspection.locked(inspection_id))
    try:
        publish(me(), inspection, request.form.get("seen", ""))
    except Problem as problem:
        db.session.rollback()
        return _page(_mine(inspection_id), problem), problem.status
    db.session.commit()
    flash(_("已公示。公众现在看到的就是下面这样。"))
    return redirect(url_for("publishing.one", inspection_id=inspection.id))


@blueprint.get("/<inspection_id>/photos/<sha256>")
@allow("archivist")
def marking(inspection_id: str, sha256: str) -> str:
    """A photo with boxes over what nobody may recognize: proposed, until somebody confirmed them."""
    ready = Preparation(_mine(inspection_id))
    data, known = ready.photo(sha256), ready.body["pictures"].get(sha256)
    boxes = known["boxes"] if known else propose(data)
    _data, width, height = covered(data, [])
    photo = next(photo for photo in ready.photos if photo["sha256"] == sha256)
    return render_template(
        "publish/marking.html", ready=ready, inspection=ready.inspection, photo=photo, boxes=boxes, width=width,
        height=height, whole=WHOLE, confirmed=known is not None,
    )  # fmt: skip


@blueprint.post("/<inspection_id>/photos/<sha256>")
@allow("archivist")
def marked(inspection_id: str, sha256: str) -> Any:
    """Take the photo in with the boxes that a person confirmed."""
    ready = Preparation(_mine(inspection_id))
    try:
        boxes = choosing.boxes(parse(request.form.get("boxes", "")[:50_000]))
    except NotCanonical:
        boxes = None
    if boxes is None:
        raise Problem("malformed", wrong="boxes")
    PublicationDraft.keep(me(), ready.inspection.id, ready.cover(sha256, boxes))
    db.session.commit()
    return redirect(url_for("publishing.one", inspection_id=inspection_id, _anchor="photos"))


@blueprint.get("/<inspection_id>/photos/<sha256>.jpg")
@allow("archivist", "supervisor")
def photo(inspection_id: str, sha256: str) -> Any:
    """The photo as it is marked, nothing covered."""
    return _jpeg(upright(Preparation(_mine(inspection_id)).photo(sha256)))


@blueprint.get("/<inspection_id>/photos/<sha256>/covered.jpg")
@allow(*READERS)
def covered_photo(inspection_id: str, sha256: str) -> Any:
    """The photo as it would go out."""
    ready = Preparation(_mine(inspection_id))
    known = ready.body["pictures"].get(sha256)
    if known is None:
        raise Problem("not_found")
    return _jpeg(covered(ready.photo(sha256), known["boxes"])[0])


@blueprint.post("/<inspection_id>/withhold")
@allow("archivist")
def withhold(inspection_id: str) -> Any:
    """Ask that a result is not published, on a ground in law (PD-3.5); another person approves."""

    def deed(inspection: Inspection) -> None:
        payload = {
            "kind": request.form.get("kind", ""),
            "clause": typed("clause", 200),
            "reason": typed("reason"),
        }
        acts.write(me(), inspection, "withhold", payload)

    return perform(inspection_id, ("archivist",), deed, _("已提出，等另一人批准。"), "publication")


@blueprint.post("/<inspection_id>/take-down")
@allow("archivist")
def take_down(inspection_id: str) -> Any:
    """Take a publication down everywhere: page, data, feed, search and pictures."""

    def deed(inspection: Inspection) -> None:
        steps = acts.after(inspection)
        shown = standing(steps)
        if shown is None:
            raise Problem("wrong_state")
        result = steps.result
        ruling = result.event if result and result.type == "rule" else None
        payload = {"publication": shown.publication.event, "reason": typed("reason"), "rule": ruling}
        acts.write(me(), inspection, "take_down", payload)

    return perform(
        inspection_id, ("archivist",), deed, _("已撤下。网页、数据、订阅、检索和图片地址都不再有它的内容。"), "publication"
    )  # fmt: skip


def _mine(inspection_id: str) -> Inspection:
    return own(db.session.get(Inspection, inspection_id))


def _page(inspection: Inspection, problem: Problem | None = None) -> str:
    ready = Preparation(inspection)
    row = db.session.get(Stage, inspection.id)
    return render_template(
        "publish/one.html", ready=ready, inspection=inspection, problem=problem, stage=row.stage if row else "",
        stages=STAGES_SAID, marks=MARKS, fields=FIELDS_SAID, kinds=PIECES_SAID, results=RESULTS,
        editing="archivist" in current_user.roles, lengths=choosing,
        against=Problem(ready.fault).text if ready.fault else "",
    )  # fmt: skip


def _jpeg(data: bytes) -> Any:
    return send_file(io.BytesIO(data), "image/jpeg", max_age=0)


def of_inspection(inspection: Inspection, steps: Steps, _today: date) -> Markup:
    """The section of the page after a visit."""
    if inspection.state not in acts.STATES:
        return Markup()
    found, kept = standing(steps), withheld(steps)
    row = db.session.get(Stage, inspection.id)
    shown = render_template(
        "publish/after.html", inspection=inspection, steps=steps, found=found, kept=kept, stage=row.stage if row else "",
        stages=STAGES_SAID, marks=MARKS, grounds=GROUNDS_SAID, words=Wording(language(), names_in(steps), _),
        acting="archivist" in current_user.roles, reader=not set(current_user.roles).isdisjoint(READERS),
        kinds=checks.GROUNDS,
    )  # fmt: skip
    return Markup(shown)  # noqa: S704 - a template's own output


def names_in(steps: Steps) -> dict[str, str]:
    """Who wrote the steps and who approved them, by id."""
    wrote = {step.author for step in steps.all} | {step.approved_by for step in steps.all if step.approved_by}
    return {user.id: user.name for user in db.session.scalars(select(User).where(User.id.in_(wrote)))}


def on_first_page(user: User, _today: date) -> Part | None:
    """What waits for publication, and what has to be taken down, for who does it."""
    if "archivist" not in user.roles and "supervisor" not in user.roles:
        return None
    counts = Stage.counts(user.bureau_id)
    if not any(counts[stage] for stage in WAITING):
        return None
    numbers = [
        Number(counts[stage], STAGES_SAID[stage], url_for("publishing.listed", show=stage), urgent and counts[stage] > 0)
        for stage, urgent in ((OVERTURNED, True), (ASKED, False), (READY, False))
    ]  # fmt: skip
    rows = [row for stage in WAITING for row in Stage.page(user.bureau_id, stage, "", "", SHORT)]
    waits = [_wait(row) for row in rows[:SHORT]]
    acts_ = [(_("看全部公示"), url_for("publishing.listed"))]
    return Part("publication", numbers, waits, "", acts=acts_, title=str(_("公示")))


def over_inbox(user: User, _today: date) -> Markup:
    """A line over the list of inspections, for whose first page is that list; nothing where nothing waits."""
    counts = Stage.counts(user.bureau_id)
    if "archivist" not in user.roles or not any(counts[stage] for stage in WAITING):
        return Markup()
    shown = render_template("publish/line.html", counts=counts, stages=STAGES_SAID, urgent=WAITING)
    return Markup(shown)  # noqa: S704 - a template's own output


TO_DO = {
    OVERTURNED: _l("撤下，或按新的结果更正"),
    ASKED: _l("看理由和依据，批准或不批准"),
    READY: _l("看一遍遮盖，公示"),
}


def _wait(row: Stage) -> Wait:
    page = "publishing.one" if row.stage == READY else "after.page"
    anchor = "publication" if row.stage != READY else None
    href = url_for(page, inspection_id=row.inspection_id, _anchor=anchor)
    since = said_day(china_day(row.since))
    return Wait(
        row.inspection.number, href, row.inspection.subject.name, str(STAGES_SAID[row.stage]), MARKS[row.stage],
        todo=str(TO_DO[row.stage]), at=since,
    )  # fmt: skip


sections.AFTER.append((30, of_inspection))
beside.FIRST.append(on_first_page)
beside.INBOX.append(over_inbox)
