"""The subjects: tickets, strata, quotas (design 2.6 step 3). Whole numbers only."""

import hashlib
from collections.abc import Callable
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
    ranks = ranked(lines, rules["by"], key)
    for name in rules["quota"]["strata"]:
        ranks.setdefault(name, [])
    sizes = {name: len(ranks[name]) for name in sorted(ranks)}
    quota = quotas(sizes, rules, key)
    return [
        {
            "name": name,
            "size": size,
            "quota": quota[name],
            "drawn": [
                row(rank) | {"batch": place * rules["batches"] // quota[name] + 1}
                for place, rank in enumerate(ranks[name][: quota[name]])
            ],
        }
        for name, size in sizes.items()
    ]


def ranked(lines: list[str], by: str, key: str, only: str | None = None) -> dict[str, list[str]]:
    """Per stratum `ticket<TAB>id` of every subject by its lowest ticket, lowest first; of one stratum where asked."""
    ranks: dict[str, list[str]] = {}
    named, start = NAMED[by], hashlib.sha256(f"{key}\nS|".encode())
    names: dict[tuple[str, str], str] = {}
    for text in lines:
        subject, region, risk, tickets = text.split("\t")
        # A million subjects share a few strata: name each once.
        name = names.get((region, risk)) or names.setdefault((region, risk), named(region, risk))
        if only is not None and name != only:
            continue
        lowest = start.copy()
        lowest.update(f"{subject}|0".encode())
        ticket = lowest.hexdigest()
        for turn in range(1, int(tickets)):
            other = start.copy()
            other.update(f"{subject}|{turn}".encode())
            ticket = min(ticket, other.hexdigest())
        ranks.setdefault(name, []).append(f"{ticket}\t{subject}")
    for rank in ranks.values():
        rank.sort()
    return ranks


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
