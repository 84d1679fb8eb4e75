"""What a row of a list that another platform drew says, and what is wrong with it by our libraries. Pure.

A row is `new` (it can be taken), `ask` (somebody has to say that it is right: a guess, or a limit that is passed) or
`wrong`. Its `values`: `{subject, name, code, district, people: [id], asks: [code], who: {code: names}}`.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from webapp.draw.asking import named
from webapp.draw.pairs import Roster, meets, needs_of
from webapp.draw.terms import Rules
from webapp.registry.subject_rules import GONE
from webapp.registry.subject_rules import NAMES as OF_SUBJECT
from webapp.registry.table_rules import CUT, ListRow

NAMES: dict[str, tuple[str, ...]] = {
    "name": ("检查对象名称", *(name for name in OF_SUBJECT["name"] if name not in ("检查对象名称", "姓名")), "抽取对象"),
    "code": OF_SUBJECT["code"],
    "leader": ("组长", "检查组长", "主检人员", "检查人员1", "检查人员一"),
    "inspectors": ("检查人员", "执法人员", "执法检查人员", "检查组成员", "组员", "检查人员姓名",
        "检查人员2", "检查人员二", "协检人员"),
    "credentials": ("执法证号", "检查人员执法证号", "执法证件号", "执法证编号"),
}  # fmt: skip
NEEDED = ("name",)
SEPARATORS = re.compile(r"[、,;；/|\s]+")
BRACKETED = re.compile(r"(.+?)[(\[]([^)\]]+)[)\]]")
# What needs a reason; a guess needs only a yes.
LIMITS = ("cap", "kind", "district", "often")


@dataclass(frozen=True)
class World:
    """What the rows are compared with. Subjects are `{id, name, code, kinds, district, state}`; `staff` are
    `{id, name, credential, row}` with the row as a draw takes it, `row.recused` by the library's ids; `visits` how many
    of the year count, by subject; `brought` who came by this batch already; `often` whom the task took often enough."""

    subjects: Collection[Mapping[str, Any]]
    staff: list[Mapping[str, Any]]
    rules: Rules
    districts: Collection[str]
    cap: int | None
    visits: Mapping[str, int]
    brought: Collection[str]
    often: Collection[str]


def judge(rows: list[ListRow], world: World) -> None:
    """Say of each row whom it means, who inspects, and what is wrong."""
    codes = {one["code"]: one for one in world.subjects}
    called: dict[str, list[Mapping[str, Any]]] = {}
    for one in world.subjects:
        called.setdefault(one["name"], []).append(one)
    roster = Roster([person["row"] for person in world.staff], "I", "", world.rules)
    for row in rows:
        row.values = {"people": [], "asks": [], "who": {}}
        subject = _subject(row, codes, called)
        if subject:
            _limits(row, subject, world)
        _pair(row, subject, world, roster)
    _twice(rows)
    for row in rows:
        row.state = "wrong" if row.faults else "ask" if row.values["asks"] else "new"


def unfit(roster: Roster, person: str, region: str, subject_id: str) -> str | None:
    """Why somebody may not inspect this subject; None where nothing is against it."""
    row = roster.people[person]
    return roster.unfit(row, region) or ("recused" if subject_id in row["recused"] else None)


def lacks(roster: Roster, people: list[str], region: str) -> bool:
    """Whether a pair misses what its members must hold between them."""
    members = [roster.people[person] for person in people]
    return any(
        sum(meets(need, one, region) for one in members) < need["count"] for need in needs_of(roster.rules)
    )


def _subject(
    row: ListRow, codes: Mapping[str, Mapping[str, Any]], called: Mapping[str, list[Mapping[str, Any]]]
) -> Mapping[str, Any] | None:
    """By credit code; where the list has none, by name, which somebody has to confirm."""
    code = unicodedata.normalize("NFKC", row.cells.get("code", "")).replace(" ", "").replace("-", "").upper()
    name = row.cells.get("name", "")
    found = codes.get(code) if code else None
    if CUT.fullmatch(code):
        row.fail("code", "number_cut")
    elif code and found is None:
        row.fail("code", "subject_unknown")
    elif not code and len(called.get(name, [])) > 1:
        row.fail("name", "subject_several")
    elif not code and name in called:
        found = called[name][0]
        row.values["asks"].append("name_only")
    elif not code:
        row.fail("name", "subject_unknown")
    elif found and found["name"] != name:
        row.values["asks"].append("name_differs")
    if found:
        row.key = found["id"]
        row.values |= {name: found[name] for name in ("name", "code", "district")} | {"subject": found["id"]}
    return found


def _limits(row: ListRow, subject: Mapping[str, Any], world: World) -> None:
    """Out of business, brought already; over the yearly cap (TJ-10c) or beside the task, which a reason overrides."""
    eligible = world.rules["eligible"]
    if subject["state"] in GONE:
        row.fail("name", "subject_gone")
    if subject["id"] in world.brought:
        row.fail("name", "subject_brought")
    passed = {
        "cap": world.cap is not None and world.visits.get(subject["id"], 0) >= world.cap,
        "kind": bool(eligible["kinds"]) and not set(eligible["kinds"]) & set(subject["kinds"]),
        "district": bool(world.districts) and subject["district"] not in world.districts,
        "often": subject["id"] in world.often,
    }
    row.values["asks"] += [name for name, is_so in passed.items() if is_so]


def _pair(row: ListRow, subject: Mapping[str, Any] | None, world: World, roster: Roster) -> None:
    """Who is named to inspect; a list without anybody leaves the pair to be drawn or chosen here."""
    names, numbers = _named(row)
    people = _people(row, names, numbers, world.staff)
    row.values["people"] = people
    if not names and not numbers:
        return
    known = {person["id"]: person["name"] for person in world.staff}
    region = named(subject["district"]) if subject else ""
    for person in people if subject else ():
        reason = unfit(roster, person, region, subject["id"])  # type: ignore[index]
        if reason:
            _blame(row, "inspectors", f"unfit_{reason}", known[person])
    if not row.faults and len(people) < world.rules["team"]["size"]:
        row.fail("inspectors", "pair_small")
    if not row.faults and subject and lacks(roster, people, region):
        row.fail("inspectors", "pair_lacks")


def _named(row: ListRow) -> tuple[list[str], list[str]]:
    """The names, the leader's first, and the numbers; a number may stand in brackets behind its name."""
    names, numbers = [], []
    for column in ("leader", "inspectors", "credentials"):
        for part in SEPARATORS.split(unicodedata.normalize("NFKC", row.cells.get(column, ""))):
            both = BRACKETED.fullmatch(part)
            if both:
                names.append(both[1])
                numbers.append(both[2])
            elif part:
                (numbers if column == "credentials" else names).append(part)
    return list(dict.fromkeys(names)), list(dict.fromkeys(numbers))


def _people(row: ListRow, names: list[str], numbers: list[str], staff: list[Mapping[str, Any]]) -> list[str]:
    """The ids of those who are named, by credential or by name."""
    holders = {person["credential"]: person["id"] for person in staff}
    sure = [holders[number] for number in numbers if number in holders]
    for number in numbers:
        if number not in holders:
            _blame(row, "credentials", "inspector_unknown", number)
    found = []
    for name in names:
        same = [person["id"] for person in staff if person["name"] == name]
        right = [person for person in same if person in sure] or same
        if len(right) == 1:
            found.append(right[0])
        else:
            _blame(row, "inspectors", "inspector_several" if right else "inspector_unknown", name)
    people = list(dict.fromkeys([*found, *sure]))
    if len(people) > max(len(names), len(numbers)):
        row.fail("credentials", "inspector_differs")
    return people


def _blame(row: ListRow, column: str, code: str, who: str) -> None:
    """Note a fault and whom it is about."""
    if (column, code) not in row.faults:
        row.faults.append((column, code))
    told = row.values["who"].get(code)
    row.values["who"][code] = f"{told}、{who}" if told else who


def _twice(rows: list[ListRow]) -> None:
    """Of a subject that stands twice the first row counts; where the pairs differ none does: which of them is right?"""
    counts = Counter(row.key for row in rows if row.key)
    pairs: dict[str, set[tuple[str, ...]]] = {}
    for row in rows:
        if row.key:
            pairs.setdefault(row.key, set()).add(tuple(row.values["people"]))
    seen: set[str] = set()
    for row in rows:
        if row.key and counts[row.key] > 1 and (row.key in seen or len(pairs[row.key]) > 1):
            row.fail("name", "twice")
        if row.key:
            seen.add(row.key)
