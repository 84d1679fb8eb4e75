"""The witness's own phone (RZ-13): join by the short address, keep the number there, send its seal, later open it.

Nobody has an account here. Who holds the key that the phone made is the witness; who holds number and salt may open.
"""

from typing import Annotated, Any

import msgspec
from flask import Blueprint, render_template, request

from webapp.accounts.access import allow
from webapp.accounts.views import caller, csrf, limiter
from webapp.api import Contract, speaks
from webapp.db import db
from webapp.draw import witness_rules as rules
from webapp.draw.gatherings import Gathering, Witness
from webapp.errors import Problem
from webapp.words import _l

blueprint = Blueprint("witness", __name__)

Key = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}(?!\n)$", max_length=32)]
CAPACITY_WORDS = {
    "deputy": _l("人大代表"),
    "member": _l("政协委员"),
    "media": _l("媒体"),
    "market": _l("市场主体代表"),
    "other": _l("其他代表"),
}
# A hall has one address to the outside: its limits are for all who sit there, those of a key for one phone.
HALL, ONE = "1500 per minute", "60 per minute"
JOINS = "60 per minute"


class Joining(msgspec.Struct, frozen=True):
    """Who watches, with the seal of a number that stays on the phone. `key` is random and made there."""

    name: Annotated[str, msgspec.Meta(max_length=200)]
    capacity: Annotated[str, msgspec.Meta(max_length=16)]
    sealed: Annotated[str, msgspec.Meta(max_length=64)]
    key: Key


class Opening(msgspec.Struct, frozen=True):
    """The number as the draw file writes it (`583921./`), and the salt of its seal."""

    text: Annotated[str, msgspec.Meta(max_length=40)]
    salt: Annotated[str, msgspec.Meta(max_length=rules.LONGEST_SALT)]


class Standing(msgspec.Struct, frozen=True):
    """How it stands with a witness. `state`: waiting, struck, closed, frozen, opened, late, drawn, cancelled; `draw`: id
    of the draw from the freeze on; `settles`: until when number and salt may be opened."""

    name: str
    sealed: str
    state: str
    opened: bool
    draw: str | None
    settles: str


def _key() -> str:
    return f"witness|{(request.view_args or {}).get('key', '')[:32]}"


@blueprint.get("/w/<code>")
@allow("anyone")
@limiter.limit("240 per minute")
def join_page(code: str) -> Any:
    """Where a witness joins; after the freeze it says that nobody can."""
    try:
        gathering = Gathering.by_code(code)
    except Problem as problem:
        own_code = rules.tidy_code(code)
        return render_template("draw/witness_closed.html", code=own_code, problem=problem), problem.status
    return render_template("draw/witness_join.html", gathering=gathering, capacities=CAPACITY_WORDS)


@blueprint.get("/witness/<key>")
@allow("anyone")
@limiter.limit("240 per minute")
def own_page(key: str) -> str:
    """A witness's own page: what was sealed, and what is to be done now."""
    witness = Witness.by_key(key)
    return render_template(
        "draw/witness_own.html", witness=witness, key=key, standing=msgspec.to_builtins(_standing(witness)),
        capacity=CAPACITY_WORDS.get(witness.capacity or ""),
    )  # fmt: skip


@blueprint.post("/api/v1/gatherings/<code>/witnesses")
@allow("anyone")
@csrf.exempt
@limiter.limit(JOINS)
@limiter.limit(JOINS, key_func=lambda: f"gathering|{(request.view_args or {}).get('code', '')[:64]}")
@speaks(
    Contract(
        "Join those who watch a draw, with a seal",
        Joining,
        Standing,
        problems=(
            "gathering_closed", "witness_name", "witness_capacity", "witness_seal", "witness_twice", "witness_full",
        ),
    )
)  # fmt: skip
def join(code: str, body: Joining) -> Standing:
    """Take the seal. The same sent twice, because an answer was lost, is taken once."""
    gathering = Gathering.by_code(code, lock=True)
    witness = gathering.join(body.name, body.capacity, body.sealed, body.key)
    answer = _standing(witness)
    db.session.commit()
    return answer


@blueprint.get("/api/v1/witnesses/<key>")
@allow("anyone")
@limiter.limit(HALL, key_func=caller)
@limiter.limit(ONE, key_func=_key)
@speaks(Contract("How it stands with a witness", answer=Standing, problems=("not_found",)))
def standing(key: str) -> Standing:
    """What the witness's phone asks every few seconds."""
    return _standing(Witness.by_key(key))


@blueprint.post("/api/v1/witnesses/<key>/opening")
@allow("anyone")
@csrf.exempt
@limiter.limit(HALL, key_func=caller)
@limiter.limit(ONE, key_func=_key)
@speaks(
    Contract(
        "Open number and salt",
        Opening,
        Standing,
        problems=("not_found", "witness_struck", "opening_early", "opening_late", "opening_wrong"),
    )
)
def opening(key: str, body: Opening) -> Standing:
    """Check number and salt against the seal, and keep them for the draw."""
    witness = Witness.by_key(key)
    Gathering.locked(witness.gathering_id, witness.gathering.bureau_id)
    db.session.refresh(witness)
    witness.open(body.text, body.salt)
    answer = _standing(witness)
    db.session.commit()
    return answer


def _standing(witness: Witness) -> Standing:
    gathering, opened = witness.gathering, witness.text is not None
    return Standing(
        witness.source_name, witness.sealed, _state(witness), opened, gathering.draw_id,
        gathering.settles if gathering.draw else "",
    )  # fmt: skip


def _state(witness: Witness) -> str:
    gathering = witness.gathering
    if witness.struck_at:
        return "struck"
    if gathering.state == "open":
        return "waiting"
    if gathering.state != "frozen":
        return gathering.state
    if witness.text:
        return "opened"
    return "late" if gathering.settled else "frozen"
