"""The double random: `draw` (design 2.6). Pure; the same pool, rules and numbers give the same result anywhere.

Before: `complete` rules, `freeze` the pool, `announce` a file that is published. Then the seed's numbers become known,
`draw_file` makes the file with everything in it, and anyone re-runs it (`proof.check`, static/verify, by hand).
"""

from collections.abc import Iterable
from typing import Any

from webapp.canonical import digest, sha256
from webapp.draw import freeze, layout, pairs, seed, strata, terms
from webapp.draw.shape import is_name
from webapp.draw.terms import Fault, Rules

VERSION = "yidang-draw-1"
Result = dict[str, Any]


class NotDrawn(ValueError):
    """A draw cannot be made from this; `faults` say why."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(f"{one['step']} {one['code']} {one['at']}".strip() for one in faults))
        self.faults = faults


def bind(
    asked: Rules, inspectors: Iterable[freeze.Person] = (), experts: Iterable[freeze.Person] = ()
) -> Rules:
    """Complete rules that name the lists of inspectors and experts (in the order of their ids) by hash."""
    return terms.complete(asked) | {
        "inspectors_hash": freeze.people_hash(by_id(inspectors)),
        "experts_hash": freeze.people_hash(by_id(experts)),
    }


def by_id(people: Iterable[freeze.Person]) -> list[freeze.Person]:
    """Sorted by the bytes of their ids."""
    return sorted(people, key=lambda person: str(person["id"]))


def key_of(draw_id: str, pool_hash: str, rules_hash: str, numbers: str) -> str:
    """The key of all tickets (design 2.6 step 2). `numbers`: the seed's text."""
    return sha256("\n".join([VERSION, draw_id, pool_hash, rules_hash, numbers]).encode())


def draw(
    draw_id: str,
    pool: list[str],
    rules: Rules,
    numbers: str,
    inspectors: Iterable[freeze.Person] = (),
    experts: Iterable[freeze.Person] = (),
) -> Result:
    """`{key, strata, pairs, refusals, short}` of frozen lines and the seed's text. Raises `NotDrawn`.

    The order in which lines and people are handed in does not matter.
    """
    pool, inspectors, experts = sorted(pool), by_id(inspectors), by_id(experts)
    faults = input_faults(pool, rules, inspectors, experts)
    if faults:
        raise NotDrawn(faults)
    key = key_of(draw_id, freeze.pool_hash(pool), digest(rules), numbers)
    return {"key": key} | drawn_by(key, pool, rules, inspectors, experts)


def drawn_by(
    key: str,
    pool: list[str],
    rules: Rules,
    inspectors: list[freeze.Person],
    experts: list[freeze.Person],
) -> Result:
    """`{strata, pairs, refusals, short}` under a key, of lists that have no fault."""
    drawn = strata.draw_strata(pool, rules, key)
    result: Result = {"strata": drawn, "pairs": [], "refusals": []}
    result["short"] = max(0, rules["quota"]["total"] - len(pool))
    if rules["team"] is None:
        return result
    pairing = pairs.Pairing(rules, key, inspectors, experts)
    for _ticket, subject in sorted((row["ticket"], row["id"]) for one in drawn for row in one["drawn"]):
        pair, refusal = pairing.pair(subject, freeze.region_of(pool, subject))
        if pair:
            result["pairs"].append(pair)
        else:
            result["refusals"].append(refusal)
    return result


def input_faults(
    pool: list[str], rules: Rules, inspectors: list[freeze.Person], experts: list[freeze.Person]
) -> list[Fault]:
    """Why nothing can be drawn from this; none where it can."""
    faults = terms.rules_faults(rules)
    faults += freeze.people_faults(inspectors, freeze.INSPECTOR, "inspectors")
    faults += freeze.people_faults(experts, freeze.EXPERT, "experts")
    if faults:
        return faults
    for people, step in ((inspectors, "inspectors"), (experts, "experts")):
        if freeze.people_hash(people) != rules[f"{step}_hash"]:
            faults.append(terms.fault(step, "hash"))
    return faults + freeze.pool_faults(pool, rules)


def shortages(
    pool: list[str],
    rules: Rules,
    inspectors: Iterable[freeze.Person] = (),
    experts: Iterable[freeze.Person] = (),
) -> dict[str, pairs.Refusal]:
    """Where no team could be made even for the first subject drawn, by region, so that it is known before the freeze.

    Recusals are of single subjects and count only in the draw. Lines and lists have no fault; there is a team to make.
    """
    short = {}
    for region in sorted({line.split("\t")[1] for line in pool}):
        pairing = pairs.Pairing(rules, "", by_id(inspectors), by_id(experts))
        _, refusal = pairing.pair("", region)
        if refusal:
            short[region] = refusal
    return short


def announce(
    draw_id: str,
    pool: list[str],
    rules: Rules,
    inspectors: Iterable[freeze.Person] = (),
    experts: Iterable[freeze.Person] = (),
) -> layout.DrawFile:
    """The file that is published at the freeze, before the seed can be known. Raises `NotDrawn`."""
    pool, inspectors, experts = sorted(pool), by_id(inspectors), by_id(experts)
    faults = [] if is_name(draw_id) else [terms.fault("file", "shape", "id")]
    faults += input_faults(pool, rules, inspectors, experts)
    if faults:
        raise NotDrawn(faults)
    return layout.hashed(
        {
            "version": VERSION,
            "id": draw_id,
            "bureau": rules["bureau"],
            "items": rules["items"],
            "rules": rules,
            "rules_hash": digest(rules),
            "pool": pool,
            "pool_hash": freeze.pool_hash(pool),
            "inspectors": inspectors,
            "experts": experts,
            "sources": [],
            "seed": "",
            "key": "",
            "strata": [],
            "pairs": [],
            "refusals": [],
            "short": 0,
            "swaps": [],
            "openings": [],
            "cancelled": None,
        }
    )


def draw_file(announced: layout.DrawFile, sources: list[seed.Source]) -> layout.DrawFile:
    """The file with the draw in it, once all sources are known: `[{name, text, salt}]` (seed.py). Raises `NotDrawn`."""
    faults = list(seed.source_faults(announced["rules"], sources))
    if faults:
        raise NotDrawn(faults)
    numbers = seed.seed_of(sources)
    key = key_of(announced["id"], announced["pool_hash"], announced["rules_hash"], numbers)
    result = drawn_by(
        key, announced["pool"], announced["rules"], announced["inspectors"], announced["experts"]
    )
    return layout.hashed(announced | {"sources": sources, "seed": numbers, "key": key} | result)
