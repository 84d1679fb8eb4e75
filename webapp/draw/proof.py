"""The proof: `check` re-runs a draw from its file alone and says what is wrong (TJ-3, RZ-13). Pure.

`static/verify/check.js` is the same for the browser; `tests/vectors/draw.json` holds the two equal.
"""

from collections.abc import Iterator
from typing import Any

from webapp.canonical import NotCanonical, digest
from webapp.draw import freeze, layout, rules, seed, swaps, terms
from webapp.draw.shape import misfits
from webapp.draw.terms import Fault, fault

MEMBER = {"id": "name", "ticket": "hex", "load": "whole"}
PAIR = {"subject": "name", "inspectors": [MEMBER], "leader": "name", "experts": [MEMBER]}
NEED = {"what": "text", "value": "text", "count": "count"}
REFUSAL = {"subject": "name", "of": "text", "fit": "count", "out": {"*": "count"}, "lacks": [NEED]}
STRATUM = {
    "name": "words",
    "size": "count",
    "quota": "count",
    "drawn": [{"id": "name", "ticket": "hex", "batch": "count"}],
}
FILE = {
    "version": "words",
    "id": "name",
    "bureau": "words",
    "items": ["name"],
    "rules": terms.RULES,
    "rules_hash": "hex",
    "pool": ["text"],
    "pool_hash": "hex",
    "inspectors": [freeze.INSPECTOR],
    "experts": [freeze.EXPERT],
    "sources": [{"name": "words", "text": "text", "salt": "text"}],
    "seed": "text",
    "key": "text",
    "strata": [STRATUM],
    "pairs": [PAIR],
    "refusals": [REFUSAL],
    "short": "count",
    "swaps": [swaps.ASK | {"in": "name", "ticket": "hex", "pair?": PAIR, "refusal?": REFUSAL, "hash": "hex"}],
    "openings": [{"id": "hex", "subject": "name", "salt": "words"}],
    "cancelled?": swaps.CANCELLED,
    "hash": "hex",
}
EMPTY_BEFORE = ("strata", "pairs", "refusals", "swaps", "openings")


def check(data: bytes) -> list[Fault]:
    """What is wrong with a draw file, as `{step, code, at}`; none where it is as drawn.

    A file without sources is an announcement: it is whole where nothing is drawn yet.
    """
    try:
        file = layout.read(data)
    except NotCanonical:
        return [fault("file", "json")]
    if not isinstance(file, dict) or file.get("version") != rules.VERSION:
        return [fault("file", "version")]
    wrong = list(misfits(file, FILE))
    if wrong:
        return [fault("file", "shape", at) for at in wrong]
    return [*_file(file, data), *check_file(file)]


def against(announced: bytes, drawn: bytes) -> list[Fault]:
    """Where a drawn file is not of the freeze that was announced. Both have been checked, and are whole."""
    before, after = layout.read(announced), layout.read(drawn)
    frozen = ("id", "rules_hash", "pool_hash")
    return [fault("announced", "differs", name) for name in frozen if before[name] != after[name]]


def check_file(file: layout.DrawFile) -> list[Fault]:
    """The same of a file that has its shape, whatever its bytes were."""
    bound = [*_bound(file), *_inputs(file)]
    if any(one["code"] != "hash" for one in bound):
        return bound
    if not file["sources"] and not file["seed"]:
        return bound + [fault(step, "early") for step in EMPTY_BEFORE if file[step]]
    return [*bound, *_sources(file), *_key(file), *_drawn(file), *_openings(file)]


def _file(file: layout.DrawFile, data: bytes) -> Iterator[Fault]:
    if layout.write(file) != data:
        yield fault("file", "layout")
    if layout.hashed(file)["hash"] != file["hash"]:
        yield fault("file", "hash")


def _bound(file: layout.DrawFile) -> Iterator[Fault]:
    """Bureau and items stand in the rules too, so that they are bound by their hash."""
    for name in ("bureau", "items"):
        if file[name] != file["rules"][name]:
            yield fault("rules", "differs", name)
    if digest(file["rules"]) != file["rules_hash"]:
        yield fault("rules", "hash")


def _inputs(file: layout.DrawFile) -> Iterator[Fault]:
    yield from rules.input_faults(file["pool"], file["rules"], file["inspectors"], file["experts"])
    if freeze.pool_hash(file["pool"]) != file["pool_hash"]:
        yield fault("pool", "hash")


def _sources(file: layout.DrawFile) -> Iterator[Fault]:
    yield from seed.source_faults(file["rules"], file["sources"])
    if seed.seed_of(file["sources"]) != file["seed"]:
        yield fault("sources", "seed")


def _key(file: layout.DrawFile) -> Iterator[Fault]:
    if rules.key_of(file["id"], file["pool_hash"], file["rules_hash"], file["seed"]) != file["key"]:
        yield fault("key", "differs")


def _drawn(file: layout.DrawFile) -> Iterator[Fault]:
    """Every stratum, pair, refusal and swap, drawn again under the file's key."""
    again = rules.drawn_by(file["key"], file["pool"], file["rules"], file["inspectors"], file["experts"])
    yield from _differing("strata", "name", file["strata"], again["strata"])
    if file["short"] != again["short"]:
        yield fault("strata", "short")
    yield from _differing("pairs", "subject", file["pairs"], again["pairs"])
    yield from _differing("refusals", "subject", file["refusals"], again["refusals"])
    yield from _swaps(file, file | again)


def _differing(step: str, name: str, rows: list[Any], again: list[Any]) -> Iterator[Fault]:
    """The rows that are not as drawn again, and those that are missing or too many; else their order."""
    kept, made = ({row[name]: row for row in these} for these in (rows, again))
    found = [at for at in sorted(kept.keys() | made.keys()) if kept.get(at) != made.get(at)]
    for at in found:
        yield fault(step, "differs", at)
    if not found and [row[name] for row in rows] != [row[name] for row in again]:
        yield fault(step, "order")


def _swaps(file: layout.DrawFile, again: layout.DrawFile) -> Iterator[Fault]:
    now = swaps.Standing(again)
    for number, done in enumerate(file["swaps"], 1):
        try:
            made = now.swap({name: done[name] for name in swaps.ASK})
        except swaps.NotSwapped as error:
            yield fault("swaps", error.code, str(number))
            return
        if made != done:
            yield fault("swaps", "differs", str(number))
            return
    if file["cancelled"] and file["cancelled"]["asked"] == file["cancelled"]["approved"]:
        yield fault("swaps", "approver")


def _openings(file: layout.DrawFile) -> Iterator[Fault]:
    drawn = {row["id"] for stratum in file["strata"] for row in stratum["drawn"]}
    drawn |= {done["in"] for done in file["swaps"] if done["kind"] == "subject"}
    before = ""
    for opening in file["openings"]:
        name = opening["id"]
        right = file["rules"]["blind"] and name in drawn and before < name
        if not right or freeze.blind(opening["subject"], opening["salt"]) != name:
            yield fault("openings", "differs", name)
        before = name
