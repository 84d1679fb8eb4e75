"""The pairs: who inspects whom, by load and ticket, and why nobody could where that is so (design 2.6 step 4)."""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from heapq import heapify, heappop
from itertools import compress, count
from typing import Any

from webapp.draw.freeze import Person
from webapp.draw.terms import Rules

Need = dict[str, Any]
Member = dict[str, Any]
Refusal = dict[str, Any]
# Which of the needs a person meets, in their order.
Met = tuple[bool, ...]


class Roster:
    """The inspectors (label `I`) or experts (`E`) of one draw, and how much each has to do so far.

    It is the one thing in a draw that changes on the way: `take` and `give_back` count a person's load.
    """

    def __init__(self, people: list[Person], label: str, key: str, rules: Rules) -> None:
        self.people = {person["id"]: person for person in people}
        self.label = label
        self.labels = {name: name.encode() for name in self.people}
        self.start = hashlib.sha256(f"{key}\n{label}|".encode())
        self.rules = rules
        self.most: int | None = rules["team"]["most"] if label == "I" else None
        self.loads = {person["id"]: person["load"] for person in people}
        self._recused: dict[str, set[str]] = {}
        for person in people:
            for subject in person["recused"]:
                self._recused.setdefault(subject, set()).add(person["id"])
        self._levels: dict[str, dict[int, dict[str, None]]] = {}
        self._regions: dict[str, list[str]] = {person["id"]: [] for person in people}

    def unfit(self, person: Person, region: str) -> str | None:
        """Why this person can inspect nobody of a region, None where it is fit."""
        if not person["active"]:
            return "inactive"
        if self.label == "E":
            specialty = self.rules["team"]["experts"]["specialty"]
            if specialty is not None and specialty not in person["specialties"]:
                return "scope"
            return None if _serves(person, region) else "region"
        window = self.rules["window"]
        if person["valid_from"] > window["from"] or person["valid_until"] < window["until"]:
            return "credential"
        if not self._in_scope(person):
            return "scope"
        return None if self._may_go(person, region) else "region"

    def ranked(self, subject: str, region: str, besides: Collection[str] = ()) -> Iterator[Member]:
        """`{id, ticket, load}` of all who may inspect the subject, by load so far and ticket."""
        start = self.start.copy()
        start.update(f"{subject}|".encode())
        not_these = {*besides, *self._recused.get(subject, ())}
        for load, level in sorted(self._of(region).items()):
            if self.most is not None and load >= self.most:
                return
            names = [name for name in level if name not in not_these] if not_these else level
            # Few of a level are asked for: a heap finds them without sorting it.
            tickets = [_ticket(start, self.labels[name]) for name in names]
            heapify(tickets)
            while tickets:
                ticket = heappop(tickets)
                yield {"id": ticket[32:].decode(), "ticket": ticket[:32].hex(), "load": load}

    def take(self, name: str, visits: int = 1) -> None:
        """One visit more for this person."""
        load = self.loads[name]
        self.loads[name] = load + visits
        for region in self._regions[name]:
            levels = self._levels[region]
            del levels[load][name]
            if not levels[load]:
                del levels[load]
            levels.setdefault(load + visits, {})[name] = None

    def give_back(self, name: str) -> None:
        """One visit fewer: a swap took it away."""
        self.take(name, -1)

    def refusal(self, subject: str, region: str, needs: list[Need]) -> Refusal:
        """Why no team can be made: how many fit, how many do not for which reason, and which needs nobody meets."""
        out = Counter[str]()
        fit = []
        for name, person in self.people.items():
            reason = self.unfit(person, region) or self._held_back(name, subject)
            if reason:
                out[reason] += 1
            else:
                fit.append(person)
        lacks = [need for need in needs if sum(meets(need, one, region) for one in fit) < need["count"]]
        return {
            "subject": subject,
            "of": "inspectors" if self.label == "I" else "experts",
            "fit": len(fit),
            "out": dict(out),
            "lacks": lacks,
        }

    def _of(self, region: str) -> dict[int, dict[str, None]]:
        if region not in self._levels:
            self._levels[region] = {}
            for name, person in self.people.items():
                if self.unfit(person, region) is None:
                    self._levels[region].setdefault(self.loads[name], {})[name] = None
                    self._regions[name].append(region)
        return self._levels[region]

    def _held_back(self, name: str, subject: str) -> str | None:
        if name in self._recused.get(subject, ()):
            return "recused"
        return "full" if self.most is not None and self.loads[name] >= self.most else None

    def _in_scope(self, person: Person) -> bool:
        """Each of the pair covers every item, or each covers one and the pair together covers all (a joint visit)."""
        covered = [item in person["scope"] or "*" in person["scope"] for item in self.rules["items"]]
        return all(covered) if self.rules["team"]["cover"] == "each" else any(covered)

    def _may_go(self, person: Person, region: str) -> bool:
        """Local, or lent with an authorisation that covers the whole window (TJ-10a); `away`: lent only."""
        local = self.rules["team"]["local"]
        if local == "any":
            return True
        lent = lent_to(person, region, self.rules)
        return lent and not _serves(person, region) if local == "away" else lent or _serves(person, region)


def _ticket(start: "hashlib._Hash", label: bytes) -> bytes:
    """The 32 bytes of a ticket, and behind them whose it is."""
    ticket = start.copy()
    ticket.update(label)
    return ticket.digest() + label


def lent_to(person: Person, region: str, rules: Rules) -> bool:
    """Whether a document lends this person to the region for the whole window."""
    window = rules["window"]
    return any(
        loan["region"] == region
        and loan["document"].strip(" ") != ""
        and loan["from"] <= window["from"]
        and loan["until"] >= window["until"]
        for loan in person["lent"]
    )


def _serves(person: Person, region: str) -> bool:
    return region in person["regions"] or "*" in person["regions"]


def needs_of(rules: Rules) -> list[Need]:
    """What a pair must hold between its members, beside each member's own fitness."""
    needs = list(rules["team"]["needs"])
    if rules["team"]["cover"] == "together":
        needs += [{"what": "item", "value": item, "count": 1} for item in rules["items"]]
    return needs


def meets(need: Need, person: Person, region: str) -> bool:
    """Whether this member counts for the need."""
    what, value = need["what"], need["value"]
    if what == "specialty":
        return value in person["specialties"]
    if what == "unit":
        return bool(person["unit"] == value)
    if what == "item":
        return value in person["scope"] or "*" in person["scope"]
    if what == "lent":
        return not _serves(person, region) and any(loan["region"] == region for loan in person["lent"])
    return bool(person["leader"])


def choose(
    ranked: Iterator[Member], seats: int, needs: list[tuple[Callable[[str], bool], int]], crowd: list[str]
) -> list[Member] | None:
    """The team that comes first in the order of ranks and meets every need; None where none does.

    `needs`: who counts for it, how many are still wanted. `crowd`: the ids of all who are in `ranked`. A person is taken
    as soon as those behind can still complete the team, so of all teams that meet the needs it is the first by its
    best-ranked member, then by its second, and so on.
    """
    team: list[Member] = []
    if not seats:
        return team
    wanted = [count for _, count in needs]
    meets_of = {name: tuple(test(name) for test, _ in needs) for name in crowd}
    behind = Counter(meets_of.values())
    for member in ranked:
        met = meets_of.get(member["id"], ())
        behind[met] -= 1
        left = _less(wanted, met)
        if needs and not _can_complete(left, seats - len(team) - 1, behind):
            continue
        team.append(member)
        wanted = left
        if len(team) == seats:
            return team
    return None


def _can_complete(wanted: list[int], seats: int, behind: Counter[Met]) -> bool:
    """Whether `seats` of those behind can meet what is still wanted."""
    still = {place for place, count in enumerate(wanted) if count > 0}
    if not still:
        return behind.total() >= seats
    helpful = {met: still.intersection(compress(count(), met)) for met, left in behind.items() if left > 0}
    most = max(map(len, helpful.values()), default=0)
    if sum(wanted[place] for place in still) > seats * most:
        return False
    first = min(still)
    failed: list[set[int]] = []
    for met in sorted(helpful, key=lambda met: -len(helpful[met])):
        # Who meets no more than one with whom it failed fails too: that one could stand in.
        if first not in helpful[met] or any(helpful[met] <= other for other in failed):
            continue
        behind[met] -= 1
        possible = _can_complete(_less(wanted, met), seats - 1, behind)
        behind[met] += 1
        if possible:
            return True
        failed.append(helpful[met])
    return False


def _less(wanted: list[int], met: Met) -> list[int]:
    return [count - hit for count, hit in zip(wanted, met, strict=True)]


def team_for(
    roster: Roster, subject: str, region: str, seats: int, needs: list[Need], stays: Collection[str] = ()
) -> list[Member] | None:
    """`seats` more members for the subject. `stays`: whom not to choose; `needs` are then what those leave open."""
    crowd: list[str] = []
    if needs:
        crowd = [member["id"] for member in roster.ranked(subject, region, stays)]
    tests: list[tuple[Callable[[str], bool], int]] = [
        (lambda name, need=need: meets(need, roster.people[name], region), need["count"])  # type: ignore[misc]
        for need in needs
    ]
    return choose(roster.ranked(subject, region, stays), seats, tests, crowd)


class Pairing:
    """Pairs for one subject after the other, in the order in which they are asked for."""

    def __init__(self, rules: Rules, key: str, inspectors: list[Person], experts: list[Person]) -> None:
        self.rules = rules
        self.needs = needs_of(rules)
        self.inspectors = Roster(inspectors, "I", key, rules)
        self.experts = Roster(experts, "E", key, rules)

    def pair(self, subject: str, region: str) -> tuple[dict[str, Any] | None, Refusal | None]:
        """`{subject, inspectors, leader, experts}`, or the refusal that explains why there is none."""
        team = self.rules["team"]
        inspectors = team_for(self.inspectors, subject, region, team["size"], self.needs)
        if inspectors is None:
            return None, self.inspectors.refusal(subject, region, self.needs)
        experts = team_for(self.experts, subject, region, team["experts"]["count"], [])
        if experts is None:
            return None, self.experts.refusal(subject, region, [])
        for roster, members in ((self.inspectors, inspectors), (self.experts, experts)):
            for member in members:
                roster.take(member["id"])
        leader = self.leader([member["id"] for member in inspectors])
        return {"subject": subject, "inspectors": inspectors, "leader": leader, "experts": experts}, None

    def leader(self, names: list[str]) -> str:
        """The first who may lead, else the first."""
        return next((name for name in names if self.inspectors.people[name]["leader"]), names[0])
