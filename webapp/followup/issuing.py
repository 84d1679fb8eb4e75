"""What the office issues on paper after a visit: an order, an answer to who objected; as PDF in the log, to be served."""

from datetime import timedelta
from typing import Any

from flask import url_for

from webapp.accounts.models import User
from webapp.archive.models import File
from webapp.db import today
from webapp.errors import Problem
from webapp.field import approvals
from webapp.field.models import Inspection
from webapp.followup import acts, objections, orders
from webapp.followup.follow_papers import ANSWER, ANSWER_KIND, ORDER, REMEDY, answer_sheet, order_sheet
from webapp.followup.steps import GRANTED, Step, Steps
from webapp.typesetting.sheet import sheet_pdf

Json = dict[str, Any]

# By what a `notice` says which paper it is.
OF_ORDER, OF_ANSWER = "rectification", "answer"
USUAL = timedelta(days=15)


def order(author: User, inspection: Inspection, payload: Json) -> str:
    """Issue an order: its event and the notice by which it is served. Raises what the check of an order says."""
    steps = acts.after(inspection)
    fault = acts.CHECKS["order"](payload, steps, author.id, today())
    if fault:
        raise Problem(fault)
    paper = [(f"{ORDER} {payload['number']}.pdf", order_pdf(inspection, payload))]
    event = acts.write(author, inspection, "order", payload, paper)
    said = {"kind": OF_ORDER, "number": payload["number"], "about": event}
    acts.write(author, inspection, "notice", said, paper)
    return event


def order_pdf(inspection: Inspection, payload: Json) -> bytes:
    """An order on paper."""
    file = File(inspection)
    laws = {row["address"]: row["law"] for row in file.document["findings"]}
    asked = [{"text": one["text"], "law": laws.get(one["question"], "")} for one in payload["demands"]]
    told = _told(file, payload["number"]) | payload | {"demands": asked}
    return sheet_pdf(order_sheet(told, address_of(file)))


def answer(author: User, inspection: Inspection, event: Any) -> str:
    """Answer who objected, by the ruling of this event. Raises `wrong_state` where none counts or it was answered."""
    steps = acts.after(inspection)
    ruling = steps.get(event)
    if ruling is None or ruling.type != "rule" or ruling.approval != GRANTED or notice_of(steps, ruling):
        raise Problem("wrong_state")
    made = sum(one.type == "notice" and one.payload["kind"] == OF_ANSWER for one in steps.all)
    number = inspection.number.replace("〔", f"{ANSWER_KIND}〔", 1) + (f"之{made + 1}" if made else "")
    pdf = sheet_pdf(_answer(File(inspection), steps, ruling, number))
    said = {"kind": OF_ANSWER, "number": number, "about": ruling.event}
    return acts.write(author, inspection, "notice", said, [(f"{ANSWER} {number}.pdf", pdf)])


def notice_of(steps: Steps, step: Step) -> Step | None:
    """The notice by which an order or a ruling is served."""
    return next(iter(steps.about("about", step.event, "notice")), None)


def address_of(file: File) -> str:
    """Where the code on a paper leads: to the subject's own page."""
    return url_for(
        "mine.page", inspection_id=file.inspection.id, record_hash=file.record["record_hash"], _external=True
    )


def next_number(inspection: Inspection) -> str:
    """The number that the next order gets."""
    return orders.number(inspection.number, acts.after(inspection))


def usual(inspection: Inspection) -> Json:
    """What an order says as long as nobody wrote it otherwise: `{demands, basis, remedy, contact, deadline}`."""
    findings = File(inspection).document["findings"]
    laws = dict.fromkeys(law for row in findings for law in row["law"].split("；") if law)
    return {
        "demands": orders.demands(findings), "basis": "；".join(laws), "remedy": REMEDY,
        "contact": approvals.contact(inspection.bureau_id), "deadline": (today() + USUAL).isoformat(),
    }  # fmt: skip


def _told(file: File, number: str) -> Json:
    """What every paper says of the inspection."""
    inspection, words = file.inspection, file.document
    return {
        "number": number,
        "day": today().isoformat(),
        "bureau": inspection.bureau.name,
        "inspection": inspection.number,
        "subject": words["subject"],
        "visited": words["date"] or inspection.due.isoformat(),
        "items": [f"{item['code']} {item['name']}".strip() for item in words["items"]],
    }


def _answer(file: File, steps: Steps, ruling: Step, number: str) -> Json:
    found = objections.objection(steps, ruling.payload["objection"])
    if found is None:
        raise Problem("wrong_state")
    held = objections.before(steps, ruling)
    rechecks = [
        {
            "day": one.payload["at"], "way": objections.RECHECK_WAYS[one.payload["way"]],
            "people": "、".join(one.payload["people"]), "found": one.payload["found"],
        }
        for one in found.rechecks
    ]  # fmt: skip
    told = _told(file, number) | {
        "objection": {
            "name": found.step.payload["name"],
            "day": found.step.payload["at"],
            "text": found.step.payload["text"],
        },
        "rechecks": rechecks,
        "outcome": ruling.payload["outcome"],
        "before": held.payload["code"] if held else "",
        "code": ruling.payload.get("code"),
        "reason": ruling.payload["reason"],
        "remedy": "",
    }
    return answer_sheet(told, address_of(file))
