"""综合查一次: when two inspections of one subject can be one visit, and whose pair goes (TJ-11, CA-2.3a, PD-1.2). Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from webapp.draw.pairs import Roster, meets, needs_of
from webapp.draw.terms import Rules, complete

Json = dict[str, Any]
Window = tuple[date, date]


@dataclass(frozen=True)
class Side:
    """One of the two: its first and last day, its pair as the draw takes inspectors, and the rules of each of its draws.

    `begun`: somebody arrived, or it is called off. `random`: drawn, not assigned for another reason (RZ-5).
    """

    begins: date
    due: date
    begun: bool
    random: bool
    pair: list[Json]
    terms: list[Rules]


def by_hand(items: list[str]) -> Rules:
    """What a pair must hold where no draw says it: each may inspect one of the items, both together all."""
    return complete({"items": items, "team": {"cover": "together", "local": "any"}})


def common(one: Side, other: Side) -> Window | None:
    """The days on which both could be done; the earlier end is the due date. None where the windows do not meet."""
    begins, due = max(one.begins, other.begins), min(one.due, other.due)
    return (begins, due) if begins <= due else None


def fault(one: Side, other: Side, today: date, reason: str) -> str | None:
    """Why the two cannot be one visit, as the code of a problem; None where they can. What nobody drew needs a reason."""
    if one.begun or other.begun:
        return "merge_begun"
    window = common(one, other)
    if window is None or window[1] < today:
        return "merge_window"
    return None if (one.random and other.random) or reason.strip() else "reason_needed"


def goes(there: Side, new: Side, window: Window, subject: str, region: str) -> tuple[Side | None, list[Json]]:
    """Whose pair makes the one visit: that of the inspection which was there, else the other; None where neither can.

    With it what is wrong with each pair that cannot, `{who, why}` or `{lacks: need}`. `window`: what both have in common.
    """
    found: list[Json] = []
    for side in (there, new):
        wrong = [
            one
            for terms in (*there.terms, *new.terms)
            for one in _unfit(side, terms, window, subject, region)
        ]
        if not wrong:
            return side, found
        found += [one for place, one in enumerate(wrong) if one not in wrong[:place]]
    return None, found


def _unfit(side: Side, terms: Rules, window: Window, subject: str, region: str) -> Iterator[Json]:
    """What keeps a pair from an inspection under the rules of its draw, as they are known of the people now."""
    rules = terms | {"window": {"from": window[0].isoformat(), "until": window[1].isoformat()}}
    roster = Roster(side.pair, "I", "", rules)
    for person in side.pair:
        why = "recused" if subject in person["recused"] else roster.unfit(person, region)
        if why:
            yield {"who": person["id"], "why": why}
    seats = {"what": "size", "value": str(rules["team"]["size"]), "count": rules["team"]["size"]}
    if len(side.pair) < rules["team"]["size"]:
        yield {"lacks": seats}
    for need in needs_of(rules):
        if sum(meets(need, person, region) for person in side.pair) < need["count"]:
            yield {"lacks": need}
