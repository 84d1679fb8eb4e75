"""结果的确定和告知: decided, told by a notice, served; every act an event in the inspection's log (RZ-17, RZ-20)."""

import secrets
from collections.abc import Iterable
from typing import Any

from flask import url_for
from flask_babel import force_locale

from webapp.accounts.models import User
from webapp.archive.models import File
from webapp.db import db, today
from webapp.errors import Problem
from webapp.field.models import Inspection
from webapp.followup import acts, result_rules, turn, words
from webapp.followup.happened import Happened, result_notices
from webapp.followup.models import Timeline, Watch
from webapp.followup.result_paper import notice_sheet, number, result_said, until
from webapp.followup.steps import Step, Steps
from webapp.followup.turn import Turn
from webapp.typesetting.sheet import sheet_pdf
from webapp.words import LANGUAGES

Json = dict[str, Any]
Files = Iterable[tuple[str, bytes]]

acts.CHECKS["decide"] = result_rules.decide_fault
acts.CHECKS["case"] = result_rules.case_fault
acts.CHECKS["notice"] = result_rules.notice_fault
acts.CHECKS["serve"] = result_rules.serve_fault


def happened_of(inspection: Inspection) -> Happened:
    """What happened when, as the index has it."""
    row = db.session.get(Timeline, inspection.id)
    return row.happened if row else Happened()


def may_tell(inspection: Inspection) -> Turn:
    """Whether the subject may be told the result in force now, by the bureau's law (RZ-17, TJ-14c)."""
    happened, watch = happened_of(inspection), Watch(inspection.bureau, today())
    return turn.may_tell(happened, watch.law_of(happened), watch.calendar, watch.today)


def may_publish(inspection: Inspection) -> Turn:
    """Whether the result in force may be published now."""
    happened = happened_of(inspection)
    return turn.may_publish(happened, Watch(inspection.bureau, today()).law_of(happened))


def decide(author: User, inspection: Inspection, code: str, sub: str, note: str) -> str:
    """Put a result forward; it stands once another person approved it. Raises what `result_rules` says."""
    payload = {"code": code, "sub": sub or None, "note": note, "objection": None}
    return acts.write(author, inspection, "decide", payload)


def issue(author: User, inspection: Inspection, contact: str) -> str:
    """Issue the notice of the result in force, as PDF in the log. Raises `turn_...` where it is not its turn."""
    Inspection.locked(inspection.id)
    steps = acts.after(inspection)
    result = steps.result
    if may := may_tell(inspection):
        if result is None:
            raise Problem("result_missing")
    else:
        raise Problem(f"turn_{may.why}", day=str(may.day or ""))
    if not contact:
        raise Problem("approval_contact")
    given = [step for step in steps.all if step.type == "notice" and step.payload["kind"] == "result"]
    payload = {
        "kind": "result",
        "number": number(inspection.number, len(given) + 1),
        "about": result.event,
        "contact": contact,
        # What the paper's own address ends with: nobody finds it who does not hold the paper.
        "check": secrets.token_urlsafe(12),
    }
    pdf = sheet_pdf(_sheet(inspection, result, payload))
    return acts.write(author, inspection, "notice", payload, [(f"{payload['number']}.pdf", pdf)])


def serve(author: User, inspection: Inspection, payload: Json, files: Files) -> str:
    """Note how a paper reached the subject, with what proves it. Raises `service_...` for what is lacking."""
    kept = list(files)
    if payload["way"] in result_rules.WAYS and (fault := result_rules.proof_fault(payload, len(kept))):
        raise Problem(fault)
    return acts.write(author, inspection, "serve", payload, kept)


def notice_by(inspection_id: str, token: str) -> tuple[Inspection, Steps, Step] | None:
    """The notice with this token, voided or not; None where there is none."""
    inspection = db.session.get(Inspection, inspection_id)
    steps = acts.after(inspection) if inspection else Steps()
    for step in steps.all:
        kept = step.payload.get("check") if step.type == "notice" else None
        if inspection and isinstance(kept, str) and secrets.compare_digest(kept.encode(), token.encode()):
            return inspection, steps, step
    return None


def stands(steps: Steps, notice: Step) -> bool:
    """Whether a notice still says what is in force."""
    return notice in result_notices(steps, steps.result)


def _sheet(inspection: Inspection, result: Step, payload: Json) -> Json:
    """The notice as it is printed; a paper of the bureau is in Chinese, whatever language its clerk reads."""
    with force_locale(LANGUAGES["zh"]):
        file = File(inspection)
        said = file.document
        objection = Watch(inspection.bureau, today()).clock("objection", happened_of(inspection))
        told = {
            "number": payload["number"],
            "inspection": inspection.number,
            "bureau": inspection.bureau.name,
            "day": today().isoformat(),
            "subject": {name: said["subject"].get(name, "") for name in ("name", "code", "address")},
            "items": said["items"],
            "inspected": said["date_text"] or said["date"],
            "pair": [{name: one.get(name, "") for name in ("name", "credential")} for one in said["pair"]],
            "result": result_said(result.payload["code"], result.payload.get("sub"), str),
            "note": result.payload.get("note") or result.payload.get("reason") or "",
            "findings": [{name: row[name] for name in ("label", "law", "note")} for row in said["findings"]],
            "contact": payload["contact"],
            "objection": until(objection, words.rule(objection)),
            "address": _own_page(inspection, file),
            "check": url_for(
                "results.check", inspection_id=inspection.id, token=payload["check"], _external=True
            ),
        }
        return notice_sheet(told)


def _own_page(inspection: Inspection, file: File) -> str:
    """Where the subject has its own record; the hash of what it signed is the key."""
    keys = {"inspection_id": inspection.id, "record_hash": file.record["record_hash"]}
    return url_for("mine.page", **keys, _external=True)
