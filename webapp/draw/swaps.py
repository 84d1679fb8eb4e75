"""What happens to a draw later: a swap takes the next rank, a cancelled draw stays, salts are opened (design 2.6 step 5).

Rows are only ever added. Each swap says who asked and who else approved, and closes with a hash over itself and the one
before, so that a printed row binds all earlier ones.
"""

from collections import Counter
from typing import Any

from webapp.canonical import canonical, sha256
from webapp.draw.freeze import blind, region_of
from webapp.draw.layout import DrawFile, hashed
from webapp.draw.pairs import Pairing, Roster, meets, needs_of, team_for
from webapp.draw.strata import ranked, row

Ask = dict[str, str]
Swap = dict[str, Any]

KINDS = ("subject", "inspector", "expert")
ASK = {
    "kind": "text",
    "subject": "name",
    "out": "name",
    "reason": "words",
    "asked": "words",
    "approved": "words",
    "time": "time",
}
CANCELLED = {"reason": "words", "asked": "words", "approved": "words", "time": "time"}


class NotSwapped(ValueError):
    """A swap cannot be made; `code` says why, `refusal` explains where nobody can step in."""

    def __init__(self, code: str, refusal: dict[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.refusal = refusal


class Standing:
    """Who is to be inspected by whom, after the draw and the swaps so far."""

    def __init__(self, file: DrawFile) -> None:
        self.file = file
        self.rules = file["rules"]
        self.pairs: dict[str, dict[str, Any] | None] = {}
        self.stratum: dict[str, str] = {}
        self.used = Counter[str]()
        self.gone: dict[str, set[str]] = {}
        self.hash = file["key"]
        self._ranks: dict[str, list[str]] = {}
        for stratum in file["strata"]:
            self.used[stratum["name"]] = stratum["quota"]
            for drawn in stratum["drawn"]:
                self.pairs[drawn["id"]] = None
                self.stratum[drawn["id"]] = stratum["name"]
        self.pairing = None
        if self.rules["team"] is not None:
            self.pairing = Pairing(self.rules, file["key"], file["inspectors"], file["experts"])
            for pair in file["pairs"]:
                self.pairs[pair["subject"]] = pair
                self._count(pair, 1)

    def swap(self, ask: Ask) -> Swap:
        """The row that `ask` (`{kind, subject, out, reason, asked, approved, time}`) makes. Raises `NotSwapped`."""
        if ask["asked"] == ask["approved"]:
            raise NotSwapped("approver")
        if ask["kind"] not in KINDS or ask["subject"] not in self.pairs:
            raise NotSwapped("unknown")
        done = self._subject(ask) if ask["kind"] == "subject" else self._person(ask)
        swap = {name: ask[name] for name in ASK} | done
        self.hash = sha256(f"{self.hash}\n".encode() + canonical(swap))
        return swap | {"hash": self.hash}

    def _subject(self, ask: Ask) -> Swap:
        """The next rank of the same stratum, with a pair of its own; the old pair's load is taken back."""
        out = ask["out"]
        name = self.stratum[out] if out == ask["subject"] else None
        if name is None:
            raise NotSwapped("unknown")
        ranks = self._ranked(name)
        if self.used[name] >= len(ranks):
            raise NotSwapped("exhausted")
        next_one = row(ranks[self.used[name]])
        self.used[name] += 1
        old = self.pairs.pop(out)
        if old:
            self._count(old, -1)
        pair, refusal = None, None
        if self.pairing:
            pair, refusal = self.pairing.pair(next_one["id"], region_of(self.file["pool"], next_one["id"]))
        self.pairs[next_one["id"]], self.stratum[next_one["id"]] = pair, name
        return {"in": next_one["id"], "ticket": next_one["ticket"], "pair": pair, "refusal": refusal}

    def _person(self, ask: Ask) -> Swap:
        """The next by load and ticket who was not in this team before and with whom it still holds what it must."""
        subject, out, part = ask["subject"], ask["out"], f"{ask['kind']}s"
        pair = self.pairs[subject]
        if not self.pairing or not pair or out not in [member["id"] for member in pair[part]]:
            raise NotSwapped("unknown")
        roster: Roster = getattr(self.pairing, part)
        stay = [member for member in pair[part] if member["id"] != out]
        besides = {member["id"] for member in pair[part]} | self.gone.get(subject, set())
        region = region_of(self.file["pool"], subject)
        needs = self._open_needs(roster, [member["id"] for member in stay], region)
        found = team_for(roster, subject, region, 1, needs, besides)
        if not found:
            raise NotSwapped("nobody", roster.refusal(subject, region, needs))
        self.gone.setdefault(subject, set()).add(out)
        roster.give_back(out)
        roster.take(found[0]["id"])
        pair = pair | {part: [*stay, *found]}
        pair["leader"] = self.pairing.leader([member["id"] for member in pair["inspectors"]])
        self.pairs[subject] = pair
        return {"in": found[0]["id"], "ticket": found[0]["ticket"], "pair": pair, "refusal": None}

    def _open_needs(self, roster: Roster, stay: list[str], region: str) -> list[dict[str, Any]]:
        """What those who stay leave open."""
        needs = needs_of(self.rules) if roster.label == "I" else []
        open_needs = []
        for need in needs:
            met = sum(meets(need, roster.people[name], region) for name in stay)
            if met < need["count"]:
                open_needs.append(need | {"count": need["count"] - met})
        return open_needs

    def _count(self, pair: dict[str, Any], visits: int) -> None:
        if self.pairing is None:
            return
        for roster, part in ((self.pairing.inspectors, "inspectors"), (self.pairing.experts, "experts")):
            for member in pair[part]:
                roster.take(member["id"], visits)

    def _ranked(self, stratum: str) -> list[str]:
        if stratum not in self._ranks:
            ranks = ranked(self.file["pool"], self.rules["by"], self.file["key"], stratum)
            self._ranks[stratum] = ranks.get(stratum, [])
        return self._ranks[stratum]


def standing(file: DrawFile) -> Standing:
    """Who is to be inspected by whom now, with every swap of the file made again."""
    now = Standing(file)
    for done in file["swaps"]:
        now.swap({name: done[name] for name in ASK})
    return now


def swap(file: DrawFile, ask: Ask) -> DrawFile:
    """The file with one swap more. Raises `NotSwapped`; the file that was handed in never changes."""
    if not file["key"] or file["cancelled"]:
        raise NotSwapped("not_drawn")
    return hashed(file | {"swaps": [*file["swaps"], standing(file).swap(ask)]})


def cancel(file: DrawFile, reason: str, asked: str, approved: str, time: str) -> DrawFile:
    """The file with the reason why nothing comes of it; it stays public as it is. Raises `NotSwapped`."""
    if file["cancelled"]:
        raise NotSwapped("not_drawn")
    if asked == approved:
        raise NotSwapped("approver")
    cancelled = {"reason": reason, "asked": asked, "approved": approved, "time": time}
    return hashed(file | {"cancelled": cancelled})


def reveal(file: DrawFile, opened: dict[str, tuple[str, str]]) -> DrawFile:
    """The file with names opened: blind id to (subject, salt), for those whose visits are done. Raises `NotSwapped`."""
    known = {opening["id"]: opening for opening in file["openings"]}
    for name, (subject, salt) in opened.items():
        if blind(subject, salt) != name:
            raise NotSwapped("unknown")
        known[name] = {"id": name, "subject": subject, "salt": salt}
    return hashed(file | {"openings": [known[name] for name in sorted(known)]})
