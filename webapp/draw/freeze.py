"""The freeze: who is in the pool, with how many tickets, and the hashes that bind them (design 2.6 step 1)."""

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from webapp.canonical import canonical, sha256
from webapp.draw.shape import NAME, is_name, misfits
from webapp.draw.terms import MOST_TICKETS, Fault, Rules, fault

Subject = dict[str, Any]
Person = dict[str, Any]

INSPECTOR = {
    "id": "name",
    "unit": "name",
    "regions": ["name"],
    "lent": [{"region": "name", "document": "text", "from": "date", "until": "date"}],
    "active": "flag",
    "valid_from": "date",
    "valid_until": "date",
    "scope": ["name"],
    "specialties": ["name"],
    "leader": "flag",
    "recused": ["name"],
    "load": "small",
}
EXPERT = {
    "id": "name",
    "unit": "name",
    "regions": ["name"],
    "active": "flag",
    "specialties": ["name"],
    "recused": ["name"],
    "load": "small",
}

_line = re.compile(rf"({NAME})\t({NAME})\t({NAME})\t([1-9][0-9]{{0,2}})")
_hex = re.compile(r"[0-9a-f]{64}")


def eligible(subject: Subject, rules: Rules) -> str | None:
    """Why this subject is not in the pool, None where it is.

    A subject here is `{id, region, risk, kind, state, labels: [..], visits: [date, ..], clean: bool}`: `visits` are the
    days of every visit that counts, made or already drawn, one joint visit once (TJ-10c); `clean` says that it had no
    penalty last year. The cap is that of the year in which the window opens; key items (PD-2.1b) know no cap and no
    pause, and neither does a subject with a label that the rules exempt (complaints).
    """
    terms, opens = rules["eligible"], rules["window"]["from"]
    if terms["states"] and subject["state"] not in terms["states"]:
        return "state"
    if terms["kinds"] and subject["kind"] not in terms["kinds"]:
        return "kind"
    if terms["key"] or set(subject["labels"]) & set(terms["exempt"]):
        return None
    caps = [terms["cap"], terms["clean_cap"] if subject["clean"] else None]
    visits = sum(day[:4] == opens[:4] for day in subject["visits"])
    if any(cap is not None and visits >= cap for cap in caps):
        return "cap"
    if any(_days_between(day, opens) < terms["cooldown"] for day in subject["visits"]):
        return "cooldown"
    return None


def tickets_of(subject: Subject, rules: Rules) -> int:
    """1 to `most`: what its risk level weighs (1 where the rules do not say), and what its labels add or take."""
    weights = rules["weights"]
    added = sum(weights["labels"].get(label, 0) for label in set(subject["labels"]))
    tickets: int = max(1, min(weights["most"], weights["risk"].get(subject["risk"], 1) + added))
    return tickets


def freeze(subjects: Iterable[Subject], rules: Rules) -> tuple[list[str], dict[str, int]]:
    """The lines of the pool, sorted, and how many were left out for which reason. Raises `ValueError` on a bad name.

    The same subject handed in twice is refused: one of the two would have double the chance.
    """
    lines, left_out = [], Counter[str]()
    for subject in subjects:
        reason = eligible(subject, rules)
        if reason:
            left_out[reason] += 1
        else:
            lines.append(line(subject["id"], subject["region"], subject["risk"], tickets_of(subject, rules)))
    lines.sort()
    for one, next_one in zip(lines, lines[1:], strict=False):
        if one.partition("\t")[0] == next_one.partition("\t")[0]:
            raise ValueError(one.partition("\t")[0])
    return lines, dict(left_out)


def line(subject: str, region: str, risk: str, tickets: int = 1) -> str:
    """One line of the pool, in NFC. Raises `ValueError` with the name that cannot stand in one."""
    names = [unicodedata.normalize("NFC", name) for name in (subject, region, risk)]
    for name in names:
        if not is_name(name):
            raise ValueError(name)
    if not 1 <= tickets <= MOST_TICKETS:
        raise ValueError(str(tickets))
    return "\t".join([*names, str(tickets)])


def blind(subject: str, salt: str) -> str:
    """The id under which a subject stands in a pool whose names must not be known yet: SHA-256 of salt, LF, id."""
    return sha256(f"{salt}\n{unicodedata.normalize('NFC', subject)}".encode())


def pool_hash(lines: list[str]) -> str:
    """SHA-256 of the lines, each closed by LF."""
    return sha256(("\n".join(lines) + "\n").encode())


def people_hash(people: list[Person]) -> str:
    """SHA-256 of the list: canonical JSON of each, closed by LF."""
    return sha256(b"".join(canonical(person) + b"\n" for person in people))


def region_of(lines: list[str], subject: str) -> str:
    """The region of a subject of the pool."""
    # A tab sorts before everything that a name may hold, so whole lines are in the order of their ids.
    return lines[bisect_left(lines, f"{subject}\t")].split("\t")[1]


def pool_faults(lines: list[str], rules: Rules) -> list[Fault]:
    """What is wrong with the lines themselves; `at` is the line's number, from 1. At most one of a kind is named."""
    if not lines:
        return [fault("pool", "empty")]
    before, match, weighed = "", _line.fullmatch, set()
    for number, text in enumerate(lines, 1):
        found = match(text)
        if not found:
            return [fault("pool", "line", str(number))]
        subject, risk, tickets = found.group(1, 3, 4)
        if subject <= before:
            return [fault("pool", "twice" if subject == before else "order", str(number))]
        before = subject
        weighed.add((risk, tickets))
    if not unicodedata.is_normalized("NFC", "\n".join(lines)):
        return [fault("pool", "nfc")]
    return [*_weight_faults(lines, weighed, rules), *_blind_faults(lines, rules)]


def people_faults(people: list[Person], shape: dict[str, Any], step: str) -> list[Fault]:
    """What is wrong with a list of inspectors or experts: each once, sorted by id."""
    wrong = list(misfits(people, [shape], step))
    if wrong:
        return [fault(step, "shape", at) for at in wrong]
    for one, next_one in zip(people, people[1:], strict=False):
        if one["id"] >= next_one["id"]:
            return [fault(step, "twice" if one["id"] == next_one["id"] else "order", next_one["id"])]
    return []


def _weight_faults(lines: list[str], weighed: set[tuple[str, str]], rules: Rules) -> Iterator[Fault]:
    """Labels are not in the line, so what they may add or take gives the bounds between which its tickets lie."""
    weights = rules["weights"]
    added = sum(max(0, by) for by in weights["labels"].values())
    taken = sum(min(0, by) for by in weights["labels"].values())
    wrong = []
    for risk, tickets in weighed:
        base = weights["risk"].get(risk, 1)
        least, most = (max(1, min(weights["most"], base + by)) for by in (taken, added))
        if not least <= int(tickets) <= most:
            wrong.append(f"\t{risk}\t{tickets}")
    if wrong:
        yield fault("pool", "weight", str(_first(lines, lambda text: text.endswith(tuple(wrong)))))


def _blind_faults(lines: list[str], rules: Rules) -> Iterator[Fault]:
    if rules["blind"]:
        number = _first(lines, lambda text: not _hex.fullmatch(text.partition("\t")[0]))
        if number:
            yield fault("pool", "blind", str(number))


def _first(lines: list[str], wrong: Callable[[str], object]) -> int:
    return next((number for number, text in enumerate(lines, 1) if wrong(text)), 0)


def _days_between(one: str, other: str) -> int:
    return abs((date.fromisoformat(other) - date.fromisoformat(one)).days)
