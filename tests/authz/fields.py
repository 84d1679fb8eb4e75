"""Which fields each route reads, found by asking, and the other bureau's ids put into every one of them."""

from __future__ import annotations

from collections.abc import Iterator

from tests.authz.court import ALLOW, Ask, Court, Places, Read
from tests.authz.world import STRANGERS, Ids

# What fields name most: in each round every field gets the ids of one kind.
ROUNDS = (
    ("inspection_id", "drawn"),
    ("subject", "item"),
    ("user_id", "expert"),
    ("plan", "task_id"),
    ("draw_id", "return_draw"),
)
ROUNDS += (
    ("approval", "amendment", "notice", "order"),
    ("release", "released", "platform", "drawn_list", "quarantined"),
)
PLAIN = {"csrf_token", "lang", "page", "act", "step"}
WHO = [*STRANGERS, "other inspector", "other supervisor"]


def readers(court: Court, places: Places) -> Iterator[tuple[Ask, list[str]]]:
    """Who of the other bureau is let in where, with what that route looks for in a form or a query."""
    for rule, method in places.rules():
        if rule.rule in court.public or method not in ("GET", "POST"):
            continue
        for who in WHO:
            one = places.asking(rule, method, who, court.world.others)
            if court.ask(one).verdict == ALLOW:
                wanted = sorted(Read.wanted - PLAIN)
                if wanted:
                    yield one, wanted
                break


def questions(one: Ask, wanted: list[str], ids: Ids) -> Iterator[Ask]:
    """The same request with the ids of each kind in every field; and all at once, where a field may stand many times."""
    every = tuple(kind for kinds in ROUNDS for kind in kinds)
    for kinds in (*ROUNDS, every):
        pairs = tuple((name, ids[kind]) for name in wanted for kind in kinds)
        yield Ask(
            one.who, one.method, one.rule, one.path, *((pairs, ()) if one.method == "GET" else ((), pairs))
        )
