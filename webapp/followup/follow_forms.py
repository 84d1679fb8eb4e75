"""What was typed on the page after a visit, as payloads: objections, orders, what is handed on (contract of each type)."""

from collections.abc import Callable
from typing import Any

from flask import request
from flask_login import current_user

from webapp.archive.models import Archive
from webapp.errors import Problem
from webapp.field.models import Inspection
from webapp.followup import objections, orders
from webapp.followup.after_views import typed, typed_day
from webapp.followup.handing import FLAGS
from webapp.followup.said import LINE, LONG, NAME
from webapp.followup.steps import Steps
from webapp.registry.models import Inspector

Json = dict[str, Any]
Reader = Callable[[Inspection, Steps], Json]

PEOPLE = 3


def given(name: str) -> str | None:
    """A choice, or the id of something; None where nothing was chosen."""
    return request.form.get(name, "")[:LINE] or None


def people(inspection: Inspection) -> list[Inspector]:
    """Who was chosen in the fields `person`, each once. Raises `recheck_pair` where one of them inspected (RZ-23)."""
    chosen = list(dict.fromkeys(filter(None, request.form.getlist("person"))))[: objections.PEOPLE]
    if objections.of_the_pair(chosen, inspection.pair):
        raise Problem("recheck_pair")
    known = {one.user_id: one for one in Inspector.of_bureau(current_user.bureau_id)}
    return [known[name] for name in chosen if name in known]


def _object(_inspection: Inspection, _steps: Steps) -> Json:
    return {
        "text": typed("text", LONG), "name": typed("name", NAME), "phone": typed("phone", NAME),
        "way": given("way"), "at": typed_day("day"),
    }  # fmt: skip


def _recheck(inspection: Inspection, _steps: Steps) -> Json:
    chosen = people(inspection)
    return {
        "objection": given("objection"), "way": given("way"), "people": [one.user.name for one in chosen],
        "ids": [one.user_id for one in chosen], "found": typed("found", LONG), "at": typed_day("day"),
        "inspection": given("inspection"),
    }  # fmt: skip


def _rule(_inspection: Inspection, _steps: Steps) -> Json:
    return {
        "objection": given("objection"), "outcome": given("outcome"), "code": given("code"), "sub": given("sub"),
        "reason": typed("reason", LONG),
    }  # fmt: skip


def _order(inspection: Inspection, steps: Steps) -> Json:
    questions, texts = request.form.getlist("question"), request.form.getlist("demand")
    asked = [
        {"question": question or None, "text": text.strip()[:LONG]}
        for question, text in zip(questions, texts, strict=False)
        if text.strip()
    ]
    more = [
        {"question": None, "text": line.strip()} for line in typed("more", LONG).splitlines() if line.strip()
    ]
    return {
        "number": orders.number(inspection.number, steps), "deadline": typed_day("deadline"),
        "demands": asked + more, "basis": typed("basis"), "remedy": typed("remedy"), "contact": typed("contact", LINE),
    }  # fmt: skip


def _extend(_inspection: Inspection, _steps: Steps) -> Json:
    return {"order": given("order"), "deadline": typed_day("deadline"), "reason": typed("reason")}


def _proof(_inspection: Inspection, _steps: Steps) -> Json:
    said = {"text": typed("text", LONG), "name": typed("name", NAME), "phone": typed("phone", NAME)}
    if not said["text"] and not any(one.filename for one in request.files.getlist("files")):
        raise Problem("proof_text")
    return {"order": given("order"), **said}


def _rectify(_inspection: Inspection, _steps: Steps) -> Json:
    return {
        "order": given("order"), "outcome": given("outcome"), "at": typed_day("day"), "way": given("way"),
        "reason": typed("reason", LONG), "inspection": given("inspection"),
    }  # fmt: skip


def _copy(_inspection: Inspection, _steps: Steps) -> Json:
    return {"to": typed("to", LINE), "kind": given("kind"), "reason": typed("reason", LONG)}


def _transfer(inspection: Inspection, steps: Steps) -> Json:
    """With the archive as it is closed now: what came since is not handed over unseen."""
    newest = Archive.latest(inspection)
    if newest is None:
        raise Problem("archive_none")
    package = {"package": newest.sha256, "version": newest.version, "receipt": typed("receipt", LINE)}
    return _copy(inspection, steps) | package


def _reply(_inspection: Inspection, _steps: Steps) -> Json:
    return {
        "target": given("target"), "kind": given("kind"), "text": typed("text", LONG), "at": typed_day("day"),
    }  # fmt: skip


def _penalty(_inspection: Inspection, _steps: Steps) -> Json:
    amount = typed("amount", NAME).replace(",", "").replace("，", "")
    return {
        "number": typed("number", NAME), "kind": given("kind"), "amount": amount or None, "basis": typed("basis"),
        "facts": typed("facts", LONG), "unit": typed("unit", LINE), "at": typed_day("day"),
        "public": "public" in request.form, "until": typed_day("until") if request.form.get("until") else None,
    }  # fmt: skip


def _discipline(_inspection: Inspection, _steps: Steps) -> Json:
    flag = given("flag")
    return {
        "list": typed("list", LINE), "flag": flag if flag in FLAGS else None, "basis": typed("basis"),
        "begins": typed_day("begins"), "ends": typed_day("ends") if request.form.get("ends") else None,
        "reason": typed("reason", LONG),
    }  # fmt: skip


def _lift(_inspection: Inspection, _steps: Steps) -> Json:
    return {"target": given("target"), "reason": typed("reason", LONG)}


READERS: dict[str, Reader] = {
    "object": _object, "recheck": _recheck, "rule": _rule, "order": _order, "extend": _extend,
    "proof": _proof, "rectify": _rectify, "copy": _copy, "transfer": _transfer, "reply": _reply,
    "penalty": _penalty, "discipline": _discipline, "lift": _lift,
}  # fmt: skip
