"""The subject's own page, by the code that it was shown at the visit: no account, no name asked at the door.

The record's hash is the key. Whoever holds it is taken for the subject, and that may be a colleague, a finder of a paper,
or one of the pair, who had the code on the own phone: so nothing here shows what was said of the visit, nothing that was
sent can be taken back or changed, and who is logged in for the office can look but not act.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, Any

import msgspec
from flask import Blueprint, current_app, flash, redirect, render_template, request, send_file, url_for
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response

from webapp.accounts.access import allow
from webapp.accounts.views import csrf, limiter
from webapp.archive.models import File
from webapp.archive.wording import RESULTS
from webapp.canonical import sha256
from webapp.db import db, today
from webapp.errors import Problem
from webapp.evidence.models import Blob
from webapp.field.models import SUBJECT, BlobName, Inspection
from webapp.field.rules import MAX_STROKES, Canvas
from webapp.followup import acts, rating_rules, uploads, words
from webapp.followup.after_views import typed
from webapp.followup.mine import Story, receive_fault
from webapp.followup.models import Timeline, Watch
from webapp.followup.objections import OUTCOMES as RULED
from webapp.followup.orders import OUTCOMES as JUDGED
from webapp.followup.orders import Order
from webapp.followup.rating_rules import CHOICES, QUESTIONS
from webapp.followup.ratings import Rating
from webapp.ids import is_sha256
from webapp.words import _, language

blueprint = Blueprint("mine", __name__, url_prefix="/mine/<inspection_id>/<record_hash>")
# The token is checked below: not before it is sure that no more of a form is read than may come in.
csrf.exempt(blueprint)
acts.CHECKS["receive"] = receive_fault

Json = dict[str, Any]
STROKES_LENGTH, POINTS = 400_000, 20_000
NAME, LINE, TEXT = 100, 100, 2000
Whole = Annotated[int, msgspec.Meta(ge=-10_000, le=1_000_000_000)]
Side = Annotated[int, msgspec.Meta(ge=1, le=10_000)]


class Signed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A signature as the page sends it: strokes of points `[x, y, milliseconds, pressure]` on a canvas."""

    strokes: Annotated[
        list[list[Annotated[list[Whole], msgspec.Meta(min_length=2, max_length=4)]]],
        msgspec.Meta(min_length=1, max_length=MAX_STROKES),
    ]
    canvas: Canvas


@dataclass(frozen=True)
class Mine:
    """One inspection as its subject sees it. `replaced`: another record was signed since, or none stands now."""

    inspection: Inspection
    file: File
    story: Story
    replaced: bool
    hash: str

    @property
    def open(self) -> bool:
        """Whether papers can be confirmed and objections be sent already."""
        return self.story.accepted


def _code() -> str:
    """Whose code it is, for the limits: who has none of an inspection uses up only the own share."""
    given = request.view_args or {}
    return f"mine|{given.get('inspection_id', '')[:36]}|{given.get('record_hash', '')[:64]}"


reads = limiter.limit("60 per minute")
# A street of shops may have one address to the outside: the tighter limits are those of the code.
writes = [
    limiter.shared_limit("60 per 10 minutes", scope="mine"),
    limiter.shared_limit("12 per 10 minutes; 60 per day", scope="mine-code", key_func=_code),
]


def _limited(view: Callable[..., Any]) -> Callable[..., Any]:
    for limit in writes:
        view = limit(view)
    return view


@blueprint.before_request
def _at_the_door() -> None:
    """Before a form is read: no more than a few files of it, and none of who is here for the office."""
    if request.method == "POST":
        uploads.bounded()
        if current_user.is_authenticated:
            raise Problem("subject_only")


@blueprint.after_request
def _unlisted(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


@blueprint.errorhandler(Problem)
def _problem(problem: Problem) -> tuple[str, int]:
    return render_template("followup/mine/problem.html", problem=problem), problem.status


@blueprint.errorhandler(429)
def _too_many(_error: Exception) -> tuple[str, int]:
    return _problem(Problem("too_many"))


@blueprint.get("")
@allow("anyone")
@reads
def page(inspection_id: str, record_hash: str) -> Any:
    """How far it is, what is asked of the subject, its papers, and what it can do."""
    mine = _mine(inspection_id, record_hash)
    if mine is None:
        return render_template("followup/mine/later.html"), 404
    shown = _public(inspection_id) if mine.story.shown else ""
    return _shown("page", mine, told=mine.file.document["result"], public=shown, ruled=RULED, judged=JUDGED)


@blueprint.get("/files/<sha256>")
@allow("anyone")
@reads
def file(inspection_id: str, record_hash: str, sha256: str) -> Any:
    """A paper that was addressed to the subject, or a file that it sent, as it came."""
    mine = _mine(inspection_id, record_hash)
    said = mine.story.files.get(sha256) if mine else None
    blob = db.session.get(Blob, sha256) if said else None
    if mine is None or said is None or blob is None or not BlobName.held(mine.inspection.id, {sha256}):
        raise Problem("not_found")
    return send_file(io.BytesIO(blob.read()), blob.mime, as_attachment=True, download_name=str(said["name"]))


@blueprint.get("/receive/<event_id>")
@allow("anyone")
@reads
def receiving(inspection_id: str, record_hash: str, event_id: str) -> Any:
    """Where the receipt of a paper is confirmed."""
    mine = _known(inspection_id, record_hash)
    return _shown("receive", mine, notice=_notice(mine, event_id))


@blueprint.post("/receive/<event_id>")
@allow("anyone")
@_limited
def receive(inspection_id: str, record_hash: str, event_id: str) -> Any:
    """Confirm that a paper was received, by name, with or without a signature."""
    mine = _known(inspection_id, record_hash)
    notice = _notice(mine, event_id)

    def payload() -> Json:
        signed = signed_here()
        return {
            "notice": notice.event,
            "name": typed("name", NAME),
            "title": typed("title", LINE),
            "phone": typed("phone", LINE),
            "strokes": signed.strokes if signed else None,
            "canvas": signed and msgspec.to_builtins(signed.canvas),
        }

    return _sent(mine, "receive", payload, _("已确认收到。"), notice=notice)


@blueprint.get("/object")
@allow("anyone")
@reads
def objecting(inspection_id: str, record_hash: str) -> Any:
    """Where an objection is written."""
    return _shown("object", _known(inspection_id, record_hash))


@blueprint.post("/object")
@allow("anyone")
@_limited
def object_(inspection_id: str, record_hash: str) -> Any:
    """Object to the result (TJ-14c, RZ-23)."""
    mine = _known(inspection_id, record_hash)

    def payload() -> Json:
        return _written() | {"way": "page", "at": today().isoformat()}

    done = _("异议已收到，机关会复查、复核后答复您。")
    return _sent(mine, "object", payload, done)


@blueprint.get("/proof/<event_id>")
@allow("anyone")
@reads
def proving(inspection_id: str, record_hash: str, event_id: str) -> Any:
    """Where it is shown that something was put right."""
    mine = _known(inspection_id, record_hash)
    return _shown("proof", mine, order=_order(mine, event_id))


@blueprint.post("/proof/<event_id>")
@allow("anyone")
@_limited
def prove(inspection_id: str, record_hash: str, event_id: str) -> Any:
    """Show what was put right: words, files, or both."""
    mine = _known(inspection_id, record_hash)
    order = _order(mine, event_id)

    def payload() -> Json:
        said = _written()
        if not said["text"] and not any(one.filename for one in request.files.getlist("files")):
            raise Problem("proof_empty")
        return said | {"order": order.step.event}

    done = _("改正材料已收到，机关核实以后会告诉您。")
    return _sent(mine, "proof", payload, done, order=order)


@blueprint.get("/rate")
@allow("anyone")
@reads
def rating(inspection_id: str, record_hash: str) -> Any:
    """Where the visit is rated."""
    return _shown("rate", _known(inspection_id, record_hash), questions=QUESTIONS, choices=CHOICES)


@blueprint.post("/rate")
@allow("anyone")
@_limited
@limiter.limit("5 per day", key_func=_code, deduct_when=lambda response: response.status_code == 302)
def rate(inspection_id: str, record_hash: str) -> Any:
    """Rate the visit (RZ-18). It goes to who oversees, and into no record."""
    mine = _known(inspection_id, record_hash)
    try:
        _check_token()
        answers = rating_rules.answers_of(request.form)
        text = typed("text", rating_rules.TEXT_LENGTH)
        Rating.give(mine.inspection, answers, text, typed("phone", rating_rules.PHONE_LENGTH))
    except Problem as problem:
        db.session.rollback()
        return _shown("rate", mine, problem, questions=QUESTIONS, choices=CHOICES), problem.status
    db.session.commit()
    return _done(mine, _("评价已收到，只有负责监督的人员看得到。谢谢您。"))


def _written() -> Json:
    return {name: typed(name, longest) for name, longest in (("text", TEXT), ("name", NAME), ("phone", LINE))}


def address(inspection_id: str, record_hash: str) -> str:
    """Where a subject's page is: what the codes say that it is shown."""
    return url_for("mine.page", inspection_id=inspection_id, record_hash=record_hash, _external=True)


def _mine(inspection_id: str, record_hash: str) -> Mine | None:
    inspection = db.session.get(Inspection, inspection_id)
    if inspection is None or not is_sha256(record_hash):
        return None
    file = File(inspection, language(), _, signed=record_hash)
    if not file.events:
        return None
    record = inspection.record()
    seal = record["seal"]
    row = db.session.get(Timeline, inspection.id)
    clocks = Watch(inspection.bureau, today()).clocks(row.happened) if row else []
    story = Story(inspection.visited, inspection.state in acts.STATES, acts.read(record["after"]), clocks)
    return Mine(inspection, file, story, seal is None or seal["record_hash"] != record_hash, record_hash)


def _known(inspection_id: str, record_hash: str) -> Mine:
    mine = _mine(inspection_id, record_hash)
    if mine is None:
        raise Problem("not_found")
    return mine


def _notice(mine: Mine, event_id: str) -> Any:
    found = next((one for one in mine.story.notices if one.event == event_id), None)
    if found is None:
        raise Problem("not_found")
    return found


def _order(mine: Mine, event_id: str) -> Order:
    found = mine.story.order(event_id)
    if found is None:
        raise Problem("order_closed")
    return found


def signed_here() -> Signed | None:
    """The signature that the page sent; None where nobody signed. Raises `strokes_wrong`."""
    said = request.form.get("strokes", "")
    if not said:
        return None
    try:
        if len(said) > STROKES_LENGTH:
            raise ValueError("too long")
        signed = msgspec.json.decode(said, type=Signed)
        if sum(map(len, signed.strokes)) > POINTS:
            raise ValueError("too many points")
        msgspec.convert([signed.canvas.width, signed.canvas.height], list[Side])
    except (ValueError, msgspec.MsgspecError) as error:
        raise Problem("strokes_wrong") from error
    return signed


def _sent(mine: Mine, kind: str, payload: Callable[[], Json], done: str, **shown: Any) -> Any:
    """Write what the subject sends and come back to its page; or show the form again with what was typed."""
    try:
        _check_token()
        said = payload()
        sizes = mine.story.sizes
        # Nobody waits for the database while files are looked at.
        db.session.rollback()
        files = uploads.taken("files", sizes)
        if not _repeats(mine, kind, said, files):
            acts.write(SUBJECT, mine.inspection, kind, said, files)
    except Problem as problem:
        db.session.rollback()
        return _shown(kind, mine, problem, **shown), problem.status
    db.session.commit()
    return _done(mine, done)


def _repeats(mine: Mine, kind: str, payload: Json, files: list[uploads.Upload]) -> bool:
    """Whether the same was sent before; under the row's lock, for two taps may come at once."""
    locked = Inspection.locked(mine.inspection.id) or mine.inspection
    story = replace(mine.story, steps=acts.after(locked))
    return story.repeats(kind, payload, [sha256(one.data) for one in files])


def _check_token() -> None:
    """The token that the page gave; here, so that what was typed is shown again where it ran out. Raises `csrf`."""
    if current_app.config["WTF_CSRF_ENABLED"]:
        try:
            csrf.protect()
        except CSRFError as error:
            raise Problem("csrf") from error


def _done(mine: Mine, said: str) -> Response:
    flash(said)
    return redirect(url_for("mine.page", inspection_id=mine.inspection.id, record_hash=mine.hash))


def _shown(name: str, mine: Mine, problem: Problem | None = None, **more: Any) -> str:
    keys = {"inspection_id": mine.inspection.id, "record_hash": mine.hash}
    return render_template(
        f"followup/mine/{name}.html", mine=mine, story=mine.story, inspection=mine.inspection, keys=keys,
        problem=problem, results=_results(), words=words, today=today(), **more,
    )  # fmt: skip


def _public(inspection_id: str) -> str:
    """Where the public reads the result."""
    return url_for("public_results.one", inspection_id=inspection_id)


def _results() -> dict[str, str]:
    return {code: str(_(said)) for code, said in RESULTS.items()}
