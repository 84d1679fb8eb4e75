"""Which fields each route reads, found by asking, and the other bureau's ids put into every one of them."""

from __future__ import annotations

from collections.abc import Iterator

from tests.authz.court import ALLOW, Ask, Court, Places, Read
from tests.authz.world import STRANGERS, Ids

# Under these names an id is looked for; every other field gets the ids that fit nowhere else too.
KINDS = {
    "inspection": ("inspection_id", "drawn"), "chosen": ("inspection_id", "drawn", "approval", "release"),
    "plan": ("plan",), "draw": ("draw_id", "return_draw"), "subject": ("subject",), "user": ("user_id",),
}  # fmt: skip
PLAIN = {"csrf_token", "lang", "page", "act", "step"}
WHO = [*STRANGERS, "other inspector", "other supervisor"]


def known_ids(ids: Ids) -> list[str]:
    """Every id of a bureau, one of each kind, and its keys."""
    return sorted({value for name, value in ids.items() if value and not name.startswith("device")})


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


def questions(one: Ask, wanted: list[str], ids: list[str]) -> Iterator[Ask]:
    """The same request with each id in every field; and with all of them, where a field may stand many times."""
    for value in ids:
        pairs = tuple((name, value) for name in wanted)
        yield Ask(
            one.who, one.method, one.rule, one.path, *((pairs, ()) if one.method == "GET" else ((), pairs))
        )
    every = tuple((name, value) for name in wanted for value in ids)
    yield Ask(one.who, one.method, one.rule, one.path, *((every, ()) if one.method == "GET" else ((), every)))
