"""Signs at the desk: their list, one with its evidence, the question to the pair, their answer, how it was closed."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import click
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.cli import AppGroup, with_appcontext
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import select

from webapp.accounts.access import allow, me
from webapp.accounts.models import User
from webapp.archive import beside
from webapp.archive.first import Number, Part, Wait
from webapp.archive.models import File
from webapp.archive.wording import TYPES
from webapp.db import db, parts, today
from webapp.errors import Problem
from webapp.evidence.models import Blob
from webapp.field.models import BlobName, Inspection
from webapp.field.rules import OVER
from webapp.field.views import OFFICE_READERS
from webapp.followup import sections
from webapp.followup.steps import Steps
from webapp.oversight import signs_drawings as drawings
from webapp.oversight import signs_words as words
from webapp.oversight.signs import (
    ANSWERED,
    ASKED,
    CLOSED,
    FOUND,
    OUTCOMES,
    PAGE,
    STATES,
    Sign,
    SignList,
    look_again,
    signs_of,
)
from webapp.oversight.signs_rules import KINDS, Act, visit_of
from webapp.words import _, _l, language

blueprint = Blueprint("signs", __name__, url_prefix="/oversight/signs")
signs_group = AppGroup("signs", help="Signs of going through the motions.")

ASKERS = frozenset({"archivist", "supervisor"})
SHOWN, LISTED = 10, 300
EMPTY = {
    "found": _l("没有还没问的疑点。检查封存以后，记录里值得问一句的会列在这里。"),
    "asked": _l("没有等检查组回答的。"),
    "answered": _l("没有等结论的。检查组回答以后列在这里，由督导员了结。"),
    "closed": _l("还没有了结的。"),
}
DONE = {
    "ask": _l("已问检查组。问题列在他们的待办里。"),
    "answer": _l("已记下您的回答。"),
    "close": _l("已了结。问答都留着。"),
    "reopen": _l("已重新打开，等检查组回答。"),
}


@blueprint.get("/")
@allow(*OFFICE_READERS, "inspector")
def listed() -> str:
    """The signs of the bureau, the newest first; to an inspector those about which the own pair was asked."""
    office = in_office(current_user)
    asked = SignList(current_user.bureau_id, person="" if office else current_user.id)
    counts = asked.counts()
    tabs = [state for state in STATES if office or state != FOUND]
    show = request.args.get("show", "")
    show = show if show in tabs else next((state for state in tabs if counts[state]), tabs[0])
    kind = request.args.get("kind", "") if request.args.get("kind") in KINDS else ""
    chosen = SignList(asked.bureau_id, show, kind, asked.person)
    after = request.args.get("after", "")[:36]
    rows = chosen.rows(after)
    return render_template(
        "oversight/signs.html", rows=rows[:PAGE], more=rows[PAGE - 1].id if len(rows) > PAGE else "", words=words,
        counts=counts, tabs=tabs, show=show, kind=kind, kinds=chosen.by_kind(), empty=EMPTY, paged=bool(after),
        names=_names(rows), at_desk=office,
    )  # fmt: skip


@blueprint.get("/<sign_id>")
@allow(*OFFICE_READERS, "inspector")
def one(sign_id: str) -> str:
    """One sign: what was seen, by what, what may be behind it, what was asked and answered."""
    return _one(readable(db.session.get(Sign, sign_id)))


@blueprint.get("/<sign_id>/photos/<inspection_id>/<sha256>")
@allow(*OFFICE_READERS, "inspector")
def photo(sign_id: str, inspection_id: str, sha256: str) -> Response:
    """A photo that the sign is about, to whoever may see the sign; the pair sees the other visit's as well."""
    sign = readable(db.session.get(Sign, sign_id))
    named = {(inspection, shown["sha256"]) for inspection, shown in _pictures(sign)}
    blob = db.session.get(Blob, sha256) if (inspection_id, sha256) in named else None
    if blob is None or not BlobName.held(inspection_id, {sha256}):
        raise Problem("not_found")
    return Response(blob.read(), mimetype=blob.mime)


@blueprint.post("/<sign_id>/ask")
@allow(*ASKERS)
def ask(sign_id: str) -> Any:
    """Ask the pair."""
    return _said(sign_id, "ask", may_ask)


@blueprint.post("/<sign_id>/answer")
@allow("inspector")
def answer(sign_id: str) -> Any:
    """Answer, as one of the pair."""
    return _said(sign_id, "answer", may_answer)


@blueprint.post("/<sign_id>/close")
@allow("supervisor")
def close(sign_id: str) -> Any:
    """Say how it ended; nobody closes what concerns the own visit."""
    return _said(sign_id, "close", may_close)


@blueprint.post("/<sign_id>/reopen")
@allow("supervisor")
def reopen(sign_id: str) -> Any:
    """Ask once more."""
    return _said(sign_id, "reopen", may_close)


def may_ask(sign: Sign) -> bool:
    """Whether who is in may ask."""
    return bool(ASKERS & {*current_user.roles}) and current_user.id not in sign.pair


def may_answer(sign: Sign) -> bool:
    """Whether who is in is of the pair that is asked."""
    return current_user.id in sign.pair


def may_close(sign: Sign) -> bool:
    """Whether who is in may say how it ended."""
    return "supervisor" in current_user.roles and current_user.id not in sign.pair


def readable(sign: Sign | None) -> Sign:
    """The sign, for the office of its bureau, and for its pair once somebody asked. Raises `not_found`."""
    if sign is None or sign.bureau_id != current_user.bureau_id:
        raise Problem("not_found")
    asked = current_user.id in sign.pair and sign.state != FOUND
    if not asked and not in_office(current_user):
        raise Problem("not_found")
    return sign


def in_office(user: Any) -> bool:
    """Whether somebody sees the inspections of the bureau."""
    return not set(user.roles).isdisjoint(OFFICE_READERS)


def of_inspection(inspection: Inspection, _today: date) -> Markup:
    """The signs of one inspection, on its page in the office."""
    found = signs_of(inspection.id)
    shown = found and render_template(
        "oversight/signs_here.html", signs=found, words=words, names=_names(found)
    )
    return Markup(shown or "")  # noqa: S704 - a template's own output


def on_first_page(user: User, _today: date) -> Part | None:
    """What somebody was asked, and what waits for a question or its end."""
    mine = _for_pair(user) if "inspector" in user.roles else None
    return mine or (_for_office(user) if ASKERS & {*user.roles} else None)


def _for_pair(user: User) -> Part | None:
    asked = SignList(user.bureau_id, ASKED, person=user.id)
    counts = asked.counts()
    if not counts[ASKED]:
        return None
    numbers = [Number(counts[ASKED], _("件等您回答"), url_for("signs.listed", show=ASKED), True)]
    acts = [(_("看全部"), url_for("signs.listed"))]
    waits = [_wait(sign, _("说明当时的情况")) for sign in asked.rows(limit=SHOWN)[:SHOWN]]
    return Part("signs", numbers, waits, "", acts=acts, title=str(_("要回答的问题")))


def _for_office(user: User) -> Part | None:
    counts = SignList(user.bureau_id).counts()
    if not any(counts[state] for state in (FOUND, ASKED, ANSWERED)):
        return None
    titles = {FOUND: _("个疑点还没有问"), ANSWERED: _("个已回答，等结论"), ASKED: _("个等检查组回答")}
    numbers = [
        Number(counts[state], said, url_for("signs.listed", show=state)) for state, said in titles.items()
    ]
    todo = {ANSWERED: _("看回答，了结"), FOUND: _("看证据，问检查组")}
    states = (ANSWERED, FOUND) if "supervisor" in user.roles else (FOUND,)
    signs = [sign for state in states for sign in SignList(user.bureau_id, state).rows(limit=SHOWN)]
    waits = [_wait(sign, todo[sign.state]) for sign in signs[:SHOWN]]
    acts = [(_("看全部疑点"), url_for("signs.listed"))]
    empty = _("没有还没问的疑点。")
    return Part("signs", numbers, waits, empty, acts=acts, title=str(_("要问一句的疑点")))


def _wait(sign: Sign, todo: str) -> Wait:
    return Wait(
        sign.inspection.number, url_for("signs.one", sign_id=sign.id),
        f"{words.TITLES[sign.kind]} · {sign.inspection.subject.name}", str(words.STATES[sign.state]),
        words.MARKS[sign.state], todo=todo,
    )  # fmt: skip


def on_after_page(inspection: Inspection, _steps: Steps, _today: date) -> Markup:
    """What the pair was asked, on the page that it reaches from the phone; the office has it on the record's page."""
    asked = current_user.id in inspection.pair and not in_office(current_user)
    found = [sign for sign in signs_of(inspection.id) if sign.state != FOUND] if asked else []
    shown = found and render_template(
        "oversight/signs_here.html", signs=found, words=words, names=_names(found)
    )
    return Markup(shown or "")  # noqa: S704 - a template's own output


beside.RECORD.append(of_inspection)
sections.AFTER.append((95, on_after_page))
beside.FIRST.append(on_first_page)


@signs_group.command("look")
@click.option("--bureau", help="Only the inspections of this bureau (its id).")
@with_appcontext
def look_command(bureau: str | None) -> None:
    """Look at every visit that is over once more: after new thresholds, or to open photos that came late. Once a night."""
    rows = select(Inspection.id).where(Inspection.state.in_(OVER)).order_by(Inspection.id)
    ids = list(db.session.scalars(rows.where(Inspection.bureau_id == bureau) if bureau else rows))
    for part in parts(ids, 20):
        for name in part:
            inspection = Inspection.locked(name)
            if inspection:
                look_again(inspection)
        db.session.commit()
        db.session.expire_all()
    open_ = db.session.query(Sign).filter(Sign.state != CLOSED, ~Sign.gone).count()
    click.echo(f"{len(ids)} visits looked at, {open_} signs open")


def _said(sign_id: str, act: str, allowed: Callable[[Sign], bool]) -> Any:
    """One act, or the page again with what stands against it and what was typed."""
    sign = readable(Sign.locked(sign_id))
    if not allowed(sign):
        raise Problem("not_allowed")
    text = request.form.get("text", "").replace("\r\n", "\n")
    try:
        sign.write(me(), act, text, request.form.get("outcome") if act == "close" else None)
    except Problem as problem:
        db.session.rollback()
        return _one(readable(db.session.get(Sign, sign_id)), problem, act), problem.status
    db.session.commit()
    flash(str(DONE[act]))
    return redirect(url_for("signs.one", sign_id=sign_id, _anchor="talk"))


def _one(sign: Sign, problem: Problem | None = None, tried: str = "") -> str:
    names = _names([sign])
    return render_template(
        "oversight/sign.html", sign=sign, words=words, names=names, evidence=_evidence(sign, names), problem=problem,
        tried=tried, typed=request.form.get("text", ""), outcomes=OUTCOMES, chosen=request.form.get("outcome"),
        at_desk=in_office(current_user), may_ask=may_ask(sign) and sign.state != CLOSED,
        may_answer=may_answer(sign) and sign.state in (ASKED, ANSWERED),
        may_close=may_close(sign), mine=current_user.id in sign.inspection.pair, types=TYPES, today=today(),
    )  # fmt: skip


def _evidence(sign: Sign, names: dict[str, str]) -> dict[str, Any]:
    """What the page draws: pictures side by side, spots around an address, lanes over a time line."""
    seen = sign.evidence
    if sign.kind == "far":
        return {"distance": drawings.distance(seen["spots"], sign.limits["sign_far_metres"])}
    if sign.kind in ("twice", "again"):
        return {"pictures": _sides(sign)}
    if sign.kind == "overlap":
        numbers = {each.id: each.number for each in (sign.inspection, sign.other) if each}
        given = [
            (
                numbers.get(stay["inspection"], ""),
                *(datetime.fromisoformat(stay[end]) for end in ("begins", "ends")),
            )
            for stay in seen["stays"]
        ]
        return {"line": drawings.stays(given), "stays": given}
    acts = _acts(sign)
    if sign.kind == "placeless":
        return {"without": [act for act in acts if act.event in seen["events"]]}
    shade = (seen["begins"], seen["ends"]) if "begins" in seen else None
    moments = shade and (datetime.fromisoformat(shade[0]), datetime.fromisoformat(shade[1]))
    drawn = [act for act in acts if act.kind in ("arrive", "answer", "photo", "sign")]
    return {"line": drawings.entries(drawn, names, moments), "acts": drawn[:LISTED], "count": len(drawn)}


def _acts(sign: Sign) -> list[Act]:
    inspection = sign.inspection
    return visit_of(inspection.id, inspection.record(), [event.body for event in inspection.events()]).acts


def _pictures(sign: Sign) -> list[tuple[str, dict[str, Any]]]:
    """The pictures of the evidence, each with its inspection."""
    pairs = sign.evidence.get("pairs", [])
    shown = [side for pair in pairs for side in (pair["own"], pair["other"])]
    return [(side.get("inspection", sign.inspection_id), side) for side in shown]


def _sides(sign: Sign) -> list[dict[str, Any]]:
    """Each two pictures with where, when, by whom and to which question they were taken."""
    files = {each.id: File(each, language(), _) for each in (sign.inspection, sign.other) if each}
    taken = {name: _taken(file) for name, file in files.items()}
    found = []
    for pair in sign.evidence["pairs"][:SHOWN]:
        sides = []
        for side in (pair["own"], pair["other"]):
            name = side.get("inspection", sign.inspection_id)
            photos = taken.get(name, {})
            shown = photos.get(side.get("event")) or photos.get(side["sha256"], {})
            sides.append({"inspection": files[name].inspection, "sha256": side["sha256"], "photo": shown})
        found.append({"sides": sides, "likeness": pair["likeness"]})
    return found


def _taken(file: File) -> dict[str, dict[str, Any]]:
    """The photos of a record in words, by event and by the hash of their bytes."""
    found: dict[str, dict[str, Any]] = {}
    for shown in file.document["photos"]:
        found.setdefault(shown["sha256"], shown)
        found[shown["event"]] = shown
    return found


def _names(signs: list[Sign]) -> dict[str, str]:
    """The people of these signs by their ids."""
    ids = {name for sign in signs for name in [*sign.pair, str(sign.evidence.get("author", ""))]}
    return {user.id: user.name for part in parts(sorted(ids)) for user in _users(part)}


def _users(ids: list[str]) -> list[User]:
    return list(db.session.scalars(select(User).where(User.id.in_(ids))))
