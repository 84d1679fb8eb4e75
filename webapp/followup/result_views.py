"""The result at the desk: decided, approved, a case opened, told by a notice that is served; where anyone checks it."""

from datetime import date
from typing import Any

import msgspec
from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from markupsafe import Markup

from webapp.accounts.access import allow, me
from webapp.accounts.views import limiter
from webapp.archive.models import File
from webapp.archive.strokes import svg
from webapp.archive.wording import RESULTS
from webapp.db import db, today
from webapp.errors import Problem
from webapp.field import approvals
from webapp.field.models import Inspection
from webapp.followup import acts, results, sections, uploads
from webapp.followup.after_views import perform, readable, typed, typed_day
from webapp.followup.happened import publishes_first, result_notices, told_on_the_spot
from webapp.followup.mine_views import signed_here
from webapp.followup.models import Watch
from webapp.followup.result_paper import PAPERS_SAID, SUBS_SAID, WAYS_SAID, result_said
from webapp.followup.result_rules import WAYS, services
from webapp.followup.steps import Step, Steps
from webapp.words import _, _l, language

blueprint = Blueprint("results", __name__)

Json = dict[str, Any]
WHO = ("archivist", acts.PAIR)
LINE = 200
# Before whose turn it is, nobody is told; the reason stands where the act would.
NOT_YET = {
    "undecided": _l("结果批准以后，才能告知检查对象。"),
    "unpublished": _l("按本机构的规定，先公示，公示期满后再告知。"),
    "publicity": _l("正在公示，公示期满后再告知。"),
}


@blueprint.post("/office/inspections/<inspection_id>/after/decide")
@allow("archivist", "inspector")
def decide(inspection_id: str) -> Any:
    """Put a result forward (RZ-20)."""

    def deed(inspection: Inspection) -> None:
        code = request.form.get("code", "")
        sub = request.form.get("sub", "") if code == "unreachable" else ""
        results.decide(me(), inspection, code, sub, typed("note"))

    return perform(inspection_id, WHO, deed, _("已提出，等另一个人批准。"), "result")


@blueprint.post("/office/inspections/<inspection_id>/after/case")
@allow("archivist", "inspector")
def case(inspection_id: str) -> Any:
    """Open a case for the competent unit (立案)."""

    def deed(inspection: Inspection) -> None:
        said = {"unit": typed("unit", LINE), "number": typed("number", LINE), "reason": typed("reason")}
        acts.write(me(), inspection, "case", said)

    return perform(inspection_id, WHO, deed, _("立案已记下。"), "result")


@blueprint.post("/office/inspections/<inspection_id>/after/notice")
@allow("archivist", "inspector")
@limiter.limit("60 per minute")
def notice(inspection_id: str) -> Any:
    """Issue the notice of the result in force."""

    def deed(inspection: Inspection) -> None:
        results.issue(me(), inspection, typed("contact", LINE))

    return perform(inspection_id, WHO, deed, _("告知书已出具。送达以后，把送达记在下面。"), "told")


@blueprint.post("/office/inspections/<inspection_id>/after/serve")
@allow("archivist", "inspector")
def serve(inspection_id: str) -> Any:
    """Note how a paper reached the subject, with its proof."""
    uploads.bounded()

    def deed(inspection: Inspection) -> None:
        payload = {name: typed(name, LINE) for name in ("notice", "way", "receiver", "witness", "tracking")}
        payload |= {"at": typed_day("at"), "note": typed("note")}
        files = [(one.name, one.data) for one in uploads.taken("files")]
        results.serve(me(), inspection, payload, files)

    return perform(inspection_id, WHO, deed, _("送达已记下。"), "told")


@blueprint.get("/office/inspections/<inspection_id>/after/sign/<event_id>")
@allow("archivist", "inspector")
def signing(inspection_id: str, event_id: str) -> str:
    """Where the subject reads what it is told and signs for it, on the phone that an inspector hands over."""
    return _signing(readable(inspection_id), event_id)


@blueprint.post("/office/inspections/<inspection_id>/after/sign/<event_id>")
@allow("archivist", "inspector")
def sign(inspection_id: str, event_id: str) -> Any:
    """Take the signature: the paper was served on the phone."""
    inspection = readable(inspection_id)
    if not acts.may(me(), inspection, *WHO):
        raise Problem("not_allowed")
    try:
        results.serve(me(), inspection, _signed_payload(event_id), [])
    except Problem as problem:
        db.session.rollback()
        return _signing(readable(inspection_id), event_id, problem), problem.status
    db.session.commit()
    # Who holds the phone now is the subject: nothing of the office is shown before it is given back.
    return redirect(url_for(".signing", inspection_id=inspection_id, event_id=event_id, done=1))


@blueprint.get("/notices/<inspection_id>/<token>")
@allow("anyone")
@limiter.limit("60 per minute")
def check(inspection_id: str, token: str) -> Response:
    """Where anyone checks a result notice; who has the paper has the address."""
    found = results.notice_by(inspection_id[:36], token[:100])
    if found is None:
        raise Problem("notice_unknown")
    inspection, steps, paper = found
    about = steps.get(paper.payload.get("about"))
    file = next(iter(paper.payload.get("files") or []), {})
    answer = make_response(
        render_template(
            "followup/notice_check.html",
            inspection=inspection,
            paper=paper,
            about=about,
            file=file,
            stands=results.stands(steps, paper),
            said=_result_of(about),
        )  # fmt: skip
    )
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def of_result(inspection: Inspection, steps: Steps, _today: date) -> Markup:
    """What was found, what was decided, and the acts: decide, approve, open a case."""
    file = File(inspection, language(), _)
    found = file.document["result"]
    return _piece(
        "result", inspection, steps, file, results=RESULTS, subs=SUBS_SAID, found=found, code=_code_of(steps, file),
        findings=file.document["findings"], history=steps.of("decide") + _voided(steps, "decide"),
        waiting=any(step.waits for step in steps.of("decide", "rule")), cases=steps.of("case"), said=_result_of,
    )  # fmt: skip


def of_telling(inspection: Inspection, steps: Steps, today: date) -> Markup:
    """Whether the subject was told, by which notice, how it was served; and the acts."""
    if steps.result is None and not steps.of("notice") and g.get("tried") != "told":
        return Markup()
    file, watch = File(inspection, language(), _), Watch(inspection.bureau, today)
    happened = results.happened_of(inspection)
    law = watch.law_of(happened)
    notices = [step for step in steps.all if step.type == "notice"]
    given = result_notices(steps, steps.result)
    return _piece(
        "told", inspection, steps, file, notices=notices, happened=happened, turn=results.may_tell(inspection),
        not_yet=NOT_YET, ways=WAYS_SAID, noted=[way for way in WAYS if way != "phone"], services=services, today=today,
        given=given, holding=[one for one in notices if _holds(one, given)], papers=PAPERS_SAID,
        first=publishes_first(law), said=_result_of,
        spot=told_on_the_spot(file.record, steps.result), contact=_contact(inspection, notices),
        check=lambda paper: _check_of(inspection, paper), svg=svg,
    )  # fmt: skip


sections.AFTER.append((10, of_result))
sections.AFTER.append((20, of_telling))


def _signing(inspection: Inspection, event_id: str, problem: Problem | None = None) -> str:
    steps = acts.after(inspection)
    paper = steps.get(event_id)
    if paper is None or paper.type != "notice" or not _holds(paper, result_notices(steps, steps.result)):
        raise Problem("not_found")
    document, about = File(inspection, language(), _).document, steps.get(paper.payload.get("about"))
    return render_template(
        "followup/notice_sign.html", inspection=inspection, paper=paper, about=about, said=_result_of(steps.result),
        note=_note(steps), findings=document["findings"], inspected=document["date"], problem=problem, papers=PAPERS_SAID,
        done="done" in request.args and bool(services(steps, paper)),
    )  # fmt: skip


def _holds(paper: Step, given: list[Step]) -> bool:
    """Whether a notice may still be served: not voided, and of a result only that of the one in force."""
    return paper.stands and (paper.payload["kind"] != "result" or paper in given)


def _signed_payload(event_id: str) -> Json:
    signed = signed_here()
    ink = {"strokes": signed.strokes, "canvas": msgspec.to_builtins(signed.canvas)} if signed else {}
    who = {"receiver": typed("name", LINE), "title": typed("title", LINE), "phone": typed("phone", LINE)}
    return {"notice": event_id, "way": "phone", "at": today().isoformat(), "note": "", **who, **ink}


def _note(steps: Steps) -> str:
    """What stands beside the result in force: the note of a decision, the reason of a ruling."""
    payload = steps.result.payload if steps.result else {}
    return str(payload.get("note") or payload.get("reason") or "")


def _piece(name: str, inspection: Inspection, steps: Steps, file: File, **more: Any) -> Markup:
    may = {"acts": acts.may(me(), inspection, *WHO) and inspection.state in acts.STATES}
    shown = render_template(
        f"followup/after_{name}.html", inspection=inspection, steps=steps, words=file.wording, **may, **more
    )
    return Markup(shown)  # noqa: S704 - a template's own output


def _result_of(step: Step | None) -> str:
    """The result that a step decided, in words."""
    return result_said(step.payload.get("code"), step.payload.get("sub"), _) if step else ""


def _code_of(steps: Steps, file: File) -> str:
    """Which result is chosen at first: the one in force, else the pair's."""
    stated = [one["code"] for one in file.record["content"]["result"]]
    return str(steps.result.payload["code"]) if steps.result else next(iter(stated), "")


def _voided(steps: Steps, kind: str) -> list[Step]:
    return [step for step in steps.all if step.type == kind and step.voided is not None]


def _contact(inspection: Inspection, notices: list[Step]) -> str:
    """What was last written as the contact, so that it is typed once."""
    last = notices[-1].payload.get("contact") if notices else None
    return str(last or approvals.contact(inspection.bureau_id))


def _check_of(inspection: Inspection, paper: Step) -> str:
    token = paper.payload.get("check")
    return url_for("results.check", inspection_id=inspection.id, token=token) if token else ""
