"""The big screen in the hall (RZ-13), driven by the planner: who watches, freeze, openings, numbers, result, proof.

What the screen shows is in the database: it can be closed and opened again at any step, on another machine too.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_login import current_user

from webapp.accounts.access import allow, me, own
from webapp.accounts.models import User
from webapp.canonical import digest
from webapp.db import db, now, rows_by_id, today
from webapp.draw import asking, names
from webapp.draw import witness_rules as rules
from webapp.draw.freeze import region_of
from webapp.draw.gatherings import Gathering
from webapp.draw.models import Draw, Frozen
from webapp.draw.witness_views import CAPACITY_WORDS
from webapp.draw.wording import UNFIT, said
from webapp.errors import Problem
from webapp.field import drawn, hall
from webapp.qr import code_of
from webapp.registry.models import Expert
from webapp.words import _, _l

blueprint = Blueprint("screen", __name__, url_prefix="/office/gatherings")

STEPS = ("watch", "freeze", "reveal", "numbers", "result", "proof")
STEP_WORDS = {
    "watch": _l("谁来见证"),
    "freeze": _l("冻结"),
    "reveal": _l("公开"),
    "numbers": _l("公共号码"),
    "result": _l("结果"),
    "proof": _l("证明"),
}
# The furthest step of a state, and the one at which a screen that is opened again goes on.
FURTHEST = {"open": "freeze", "frozen": "numbers", "drawn": "proof", "cancelled": "proof", "closed": "watch"}
RESUMED = {"open": "watch", "frozen": "reveal", "drawn": "result", "cancelled": "proof", "closed": "watch"}
SAID = ("begins", "ends", "most", "public", "when")
MOST_SHOWN, MOST_REFUSED = 1000, 20


@blueprint.post("")
@allow("planner")
def gather() -> Any:
    """Open the hall for a task of the plan, with what was typed in the form of a draw."""
    version, task = hall.task_asked()
    law = dict(version.plan.bureau.law(today())) | {"draw_witnesses": False}
    try:
        asking.ask(request.form, law, today(), now())
    except asking.NotAsked as error:
        return hall.form_page(version, task, problem=Problem(error.code)), Problem(error.code).status
    typed = {name: text for name, text in request.form.items() if name not in ("csrf_token", "act")}
    gathering = Gathering.gather(me(), version, task, typed)
    db.session.commit()
    return _at(gathering, "watch")


@blueprint.get("/<gathering_id>")
@allow("planner")
def page(gathering_id: str) -> str:
    """The screen at a step; at none that cannot be yet."""
    gathering = _mine(gathering_id)
    return _screen(gathering, request.args.get("step", ""))


@blueprint.get("/<gathering_id>/live")
@allow("planner")
def live(gathering_id: str) -> Any:
    """What may have changed since the screen asked: nothing (204), the list on it, or that others went on."""
    gathering = _mine(gathering_id)
    step, seen = request.args.get("step", ""), request.args.get("seen", "")
    shown = _live(gathering)
    listed = step in ("watch", "reveal")
    if request.args.get("mark") != _mark(gathering) or (not listed and shown["seen"] != seen):
        target = {"target": "#screen", "select": "#screen", "swap": "outerHTML"}
        path = url_for("screen.page", gathering_id=gathering.id, step=_next_step(gathering, step))
        return Response("", headers={"HX-Location": json.dumps(target | {"path": path})})
    if shown["seen"] == seen:
        return "", 204
    return render_template(
        "draw/screen/live.html", gathering=gathering, step=step, live=shown, mark=_mark(gathering), **_words()
    )


@blueprint.post("/<gathering_id>/witnesses")
@allow("planner")
def join(gathering_id: str) -> Any:
    """A witness without a phone: the seal was made on paper and is typed in."""
    form = request.form
    sealed = form.get("sealed", "").strip().lower()
    return _act(
        gathering_id,
        "watch",
        lambda one: one.join(form.get("name", ""), form.get("capacity", ""), sealed, None),
    )


@blueprint.post("/<gathering_id>/strike")
@allow("planner")
def strike(gathering_id: str) -> Any:
    """Strike out who should not be there; or all, where a stranger filled the list."""
    witness = request.form.get("witness", "")
    return _act(gathering_id, "watch", lambda one: one.strike(me(), witness))


@blueprint.post("/<gathering_id>/renew")
@allow("planner")
def renew(gathering_id: str) -> Any:
    """Another short address."""
    return _act(gathering_id, "watch", Gathering.renew)


@blueprint.post("/<gathering_id>/close")
@allow("planner")
def close(gathering_id: str) -> Any:
    """Give the hall up before the freeze."""
    gathering = Gathering.locked(gathering_id, current_user.bureau_id)
    gathering.close()
    db.session.commit()
    return redirect(url_for("hall.listed"))


@blueprint.post("/<gathering_id>/said")
@allow("planner")
def change(gathering_id: str) -> Any:
    """Another window or another lottery, before the freeze."""
    typed = {name: request.form.get(name, "") for name in SAID}
    return _act(gathering_id, "freeze", lambda one: one.change(typed))


@blueprint.post("/<gathering_id>/freeze")
@allow("planner")
def freeze(gathering_id: str) -> Any:
    """Freeze with those who sealed, as the preview showed them."""

    def act(gathering: Gathering) -> None:
        gathering.freeze(me(), request.form.get("seen", ""), lambda: _prepared(gathering))

    return _act(gathering_id, "freeze", act)


@blueprint.post("/<gathering_id>/openings")
@allow("planner")
def opening(gathering_id: str) -> Any:
    """Open for a witness from the paper slip."""
    form = request.form

    def act(gathering: Gathering) -> None:
        found = next((one for one in gathering.standing if str(one.id) == form.get("witness")), None)
        if found is None:
            raise Problem("not_found")
        found.open(asking.written(form.get("number", "")), form.get("salt", "").strip())

    return _act(gathering_id, "reveal", act)


@blueprint.post("/<gathering_id>/numbers")
@allow("planner")
def numbers(gathering_id: str) -> Any:
    """Type the public numbers; look at them; then draw by them, and by what the witnesses opened."""
    act = request.form.get("act")
    if act == "draw":
        return _act(gathering_id, "result", _draw, "numbers")

    def look(gathering: Gathering) -> None:
        if act == "again":
            gathering.numbers = None
        else:
            named = gathering.named_public
            gathering.say_numbers({name: request.form.get(f"numbers-{place}", "") for place, name in named})

    return _act(gathering_id, "numbers", look)


def _draw(gathering: Gathering) -> None:
    typed = gathering.checked_numbers(request.form.get("checked", ""))
    draw = Draw.locked(gathering.draw_id or "", gathering.bureau_id)
    form = {f"numbers-{place}": typed[name] for place, name in gathering.named_public}
    hall.carry_out(me(), draw, asking.opened(form, draw.file()["rules"]["sources"], gathering.opened))


def _act(gathering_id: str, then: str, do: Callable[[Gathering], Any], otherwise: str = "") -> Any:
    """One act under the gathering's lock, and the screen after it; a fault stands on the screen, nothing is half done."""
    try:
        gathering = Gathering.locked(gathering_id, current_user.bureau_id)
        do(gathering)
    except Problem as problem:
        db.session.rollback()
        return _screen(_mine(gathering_id), otherwise or then, problem), problem.status
    db.session.commit()
    return _at(gathering, then)


def _screen(gathering: Gathering, wanted: str, problem: Problem | None = None) -> str:
    step = _reachable(gathering, wanted)
    more: dict[str, Any] = {}
    if step == "watch" and gathering.state == "open":
        more["code"] = code_of(url_for("witness.join_page", code=gathering.code, _external=True))
    elif step == "freeze" and gathering.state == "open":
        more |= _preview(gathering)
    elif step == "result":
        more |= _result(gathering.draw) if gathering.draw else {}
    elif step == "proof":
        more |= _proof(gathering)
    return render_template(
        "draw/screen/screen.html", gathering=gathering, step=step, problem=problem, given=request.form,
        live=_live(gathering), mark=_mark(gathering), furthest=STEPS.index(FURTHEST[gathering.state]),
        head=gathering.draw.act.head if gathering.draw else None, **more, **_words(),
    )  # fmt: skip


def _preview(gathering: Gathering) -> dict[str, Any]:
    """What would be frozen now, or why nothing can be."""
    seen = rules.list_hash(gathering.sources)
    try:
        return {"prepared": _prepared(gathering), "blocked": None, "seen": seen}
    except Problem as blocked:
        return {"prepared": None, "blocked": blocked, "seen": seen, "faults": _faults(blocked)}


def _prepared(gathering: Gathering) -> Frozen:
    """The same with what the planner confirmed beside the button."""
    said_now = gathering.said | {"empty": request.form.get("empty", "")}
    return hall.prepared_of(gathering.plan_version, gathering.task, said_now, gathering.sources)


def _faults(problem: Problem) -> list[str]:
    return [said(fault, lambda text: str(_(text))) for fault in problem.details.get("faults", [])[:5]]


def _result(draw: Draw) -> dict[str, Any]:
    """Who was drawn, in the order of the draw, with the pair; ids alone where names wait for the visit."""
    file = draw.file()
    pairs = drawn.pairs_of(file)
    shown, hidden = pairs[:MOST_SHOWN], file["rules"]["blind"]
    people = _names(User, (one["id"] for pair in shown for one in pair["inspectors"]))
    experts = _names(Expert, (one["id"] for pair in shown for one in pair["experts"]))
    refused = file["refusals"][:MOST_REFUSED]
    ids = [one["subject"] for one in [*shown, *refused]]
    subjects = {} if hidden else names.subjects(draw.id, ids)
    regions = {one: region_of(file["pool"], one) for one in ids}
    return {
        "pairs": shown, "left": len(pairs) - len(shown), "hidden": hidden,
        "refusals": refused, "refused": len(file["refusals"]),
        "subjects": subjects, "regions": regions, "people": people, "experts": experts,
    }  # fmt: skip


def _names(table: Any, ids: Iterable[str]) -> dict[str, str]:
    return {row.id: row.name for row in rows_by_id(table, dict.fromkeys(ids))}


def _proof(gathering: Gathering) -> dict[str, Any]:
    """Where anyone repeats the draw, and its certificate."""
    draw_id = gathering.draw_id
    return {
        "code": code_of(url_for("draws.page", draw_id=draw_id, _external=True)),
        "certificate": url_for("draws.certificate", draw_id=draw_id),
        "version": gathering.draw.act if gathering.draw else None,
    }


def _live(gathering: Gathering) -> dict[str, Any]:
    """The witnesses as the screen lists them; `seen` changes with every change of it."""
    rows = [[one.id, bool(one.struck_at), one.text or ""] for one in gathering.witnesses]
    return {"seen": digest(rows)[:16], "standing": len(gathering.standing), "opened": len(gathering.opened)}


def _mark(gathering: Gathering) -> str:
    """What the steps hang on; where it has changed, the screen shows another step or another form."""
    typed = digest(gathering.numbers)[:8] if gathering.numbers else ""
    return f"{gathering.state}-{gathering.code}-{int(gathering.settled)}-{typed}"


def _reachable(gathering: Gathering, wanted: str) -> str:
    if wanted not in STEPS:
        resumed = RESUMED[gathering.state]
        return "numbers" if resumed == "reveal" and gathering.settled else resumed
    return min(wanted, FURTHEST[gathering.state], key=STEPS.index)


def _next_step(gathering: Gathering, step: str) -> str:
    """Where a screen goes whose step was overtaken: to what is new, else it stays."""
    new = {"frozen": ("watch",), "drawn": ("watch", "freeze", "reveal", "numbers")}.get(gathering.state, ())
    goes_on = "freeze" if gathering.state == "frozen" else "result"
    return goes_on if step in new else step


def _words() -> dict[str, Any]:
    return {
        "steps": STEPS,
        "step_words": STEP_WORDS,
        "capacities": CAPACITY_WORDS,
        "unfit": {name: str(_(text)) for name, text in UNFIT.items()},
        "need_words": hall.NEED,
        "left_words": hall.LEFT_OUT,
    }


def _at(gathering: Gathering, step: str) -> Any:
    return redirect(url_for("screen.page", gathering_id=gathering.id, step=step))


def _mine(gathering_id: str) -> Gathering:
    return own(db.session.get(Gathering, gathering_id))
