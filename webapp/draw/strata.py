"""The subjects: tickets, strata, quotas (design 2.6 step 3). Whole numbers only."""

import hashlib
from collections.abc import Callable
from heapq import nsmallest
from typing import Any

from webapp.draw.terms import WHOLE_BP, Rules

Stratum = dict[str, Any]
Counts = dict[str, int]

# How a stratum is named by region and risk.
NAMED: dict[str, Callable[[str, str], str]] = {
    "risk/region": lambda region, risk: f"{risk}/{region}",
    "risk": lambda region, risk: risk,
    "region": lambda region, risk: region,
    "all": lambda region, risk: "all",
}


def draw_strata(lines: list[str], rules: Rules, key: str) -> list[Stratum]:
    """`[{name, size, quota, drawn: [{id, ticket, batch}]}]` by name; those that only the rules name are empty.

    `batch`: where everyone is inspected in turn (PD-2.1b), the drawn of each stratum in `rules.batches` parts of equal
    size (the earlier ones may have one more), by rank.
    """
    tickets = tickets_by_stratum(lines, rules["by"], key)
    for name in rules["quota"]["strata"]:
        tickets.setdefault(name, [])
    sizes = {name: len(tickets[name]) for name in sorted(tickets)}
    quota = quotas(sizes, rules, key)
    return [
        {
            "name": name,
            "size": size,
            "quota": quota[name],
            "drawn": [
                row(rank) | {"batch": place * rules["batches"] // quota[name] + 1}
                # Few are drawn of many: they are found without sorting all.
                for place, rank in enumerate(map(_rank, nsmallest(quota[name], tickets[name])))
            ],
        }
        for name, size in sizes.items()
    ]


def ranked(lines: list[str], by: str, key: str, only: str | None = None) -> dict[str, list[str]]:
    """Per stratum `ticket<TAB>id` of every subject by its lowest ticket, lowest first; of one stratum where asked."""
    tickets = tickets_by_stratum(lines, by, key, only)
    return {name: list(map(_rank, sorted(found))) for name, found in tickets.items()}


def tickets_by_stratum(
    lines: list[str], by: str, key: str, only: str | None = None
) -> dict[str, list[bytes]]:
    """Per stratum every subject's lowest ticket, 32 bytes, and behind it the subject's id."""
    found: dict[str, list[bytes]] = {}
    start = hashlib.sha256(f"{key}\nS|".encode())
    # A million subjects share a few endings (region, risk, tickets): each is read once.
    endings: dict[str, tuple[list[bytes] | None, int]] = {}
    for text in lines:
        subject, _, ending = text.partition("\t")
        known = endings.get(ending)
        if known is None:
            region, risk, count = ending.split("\t")
            name = NAMED[by](region, risk)
            wanted = only is None or name == only
            known = endings[ending] = (found.setdefault(name, []) if wanted else None, int(count))
        tickets, count = known
        if tickets is None:
            continue
        label = subject.encode()
        ticket = start.copy()
        ticket.update(label + b"|0")
        lowest = ticket.digest()
        for turn in range(1, count):
            ticket = start.copy()
            ticket.update(b"%b|%d" % (label, turn))
            lowest = min(lowest, ticket.digest())
        tickets.append(lowest + label)
    return found


def _rank(ticket: bytes) -> str:
    return f"{ticket[:32].hex()}\t{ticket[32:].decode()}"


def row(rank: str) -> dict[str, Any]:
    """`{id, ticket}` of one rank."""
    ticket, _, subject = rank.partition("\t")
    return {"id": subject, "ticket": ticket}


def quotas(sizes: Counts, rules: Rules, key: str) -> Counts:
    """How many are drawn in each stratum, never more than are there.

    1. Its ratio, rounded up: that of its name, else of its risk level, else the common one; `least` at least.
    2. Where that makes fewer than `total`, the rest by largest remainder over those not yet counted. A ratio of 0 and
       a total is the plain largest remainder of design 2.6. A total over the pool is the pool: `short` says by how many.
    3. Where that makes more than `most` (what is left of the year's plan), `most` by largest remainder over 1 and 2.
    """
    quota = rules["quota"]
    counts = {name: _ratio_part(name, size, rules) for name, size in sizes.items()}
    missing = min(quota["total"], sum(sizes.values())) - sum(counts.values())
    if missing > 0:
        rest = spread(missing, {name: sizes[name] - counts[name] for name in sizes}, key)
        counts = {name: counts[name] + rest[name] for name in sizes}
    if quota["most"] is not None and sum(counts.values()) > quota["most"]:
        counts = spread(quota["most"], counts, key)
    return counts


def spread(amount: int, sizes: Counts, key: str) -> Counts:
    """`amount`, at most the sum of the sizes, by largest remainder; ties by `ticket("R|<stratum>")`, lowest first."""
    total = sum(sizes.values())
    if not total:
        return dict(sizes)
    parts = {name: amount * size // total for name, size in sizes.items()}
    by_remainder = sorted(
        sizes, key=lambda name: (-(amount * sizes[name] % total), ticket_of(key, f"R|{name}"))
    )
    for name in by_remainder[: amount - sum(parts.values())]:
        parts[name] += 1
    return parts


def ticket_of(key: str, label: str) -> str:
    """Lower-case hex SHA-256 of key, LF, label (design 2.6 step 3)."""
    return hashlib.sha256(f"{key}\n{label}".encode()).hexdigest()


def _ratio_part(name: str, size: int, rules: Rules) -> int:
    quota = rules["quota"]
    risk = name.partition("/")[0]
    bp = quota["strata"].get(name, quota["risk"].get(risk, quota["bp"]))
    part: int = min(size, max(-(-size * bp // WHOLE_BP), quota["least"]))
    return part
