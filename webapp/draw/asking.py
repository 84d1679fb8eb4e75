"""From a task of the plan, the bureau's law and its libraries to what a draw is asked: rules, subjects, people. Pure."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any

from webapp.draw import batches
from webapp.draw.shape import UNFIT
from webapp.draw.strata import NAMED
from webapp.draw.terms import LOCAL, Rules
from webapp.plan import chances
from webapp.plan.rules import Task, by_of, class_of, fitting, share
from webapp.plan.task_rules import said as said_stratum
from webapp.registry.subject_rules import GONE, STATES, is_person, masked
from webapp.typed import whole

Json = dict[str, Any]
Law = Mapping[str, Any]

# What a line of the pool says where the library says nothing; the plan calls these strata the same.
NOTHING = "-"
CHINA = timezone(timedelta(hours=8))
EVER = "0001-01-01"
THERE = [state for state in STATES if state not in GONE]

_unfit = re.compile(f"[{UNFIT}]+")
_seal = re.compile(r"(\S.*?)\s+([0-9a-fA-F]{64})")


class NotAsked(ValueError):
    """No draw can be asked for in this way; `code` is that of the problem."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Ask:
    """What the planner says of one draw: the window of its visits, where its numbers come from, who may go where."""

    begins: date
    ends: date
    sources: list[Json]
    local: str
    # At most so many subjects in this batch (PD-3.2).
    most: int | None = None
    # Into which batches those who are drawn are divided (PD-2.1b).
    divided: batches.Wish = field(default_factory=batches.Wish)
    # It is said that strata in which nobody is may stay empty.
    empty: bool = False


@dataclass(frozen=True)
class Known:
    """What is known of visits elsewhere: open ones by inspector, and the days of those that count by subject (TJ-10c).

    `taken`: the subjects that this very task has drawn already as often as the plan says. `found`: those at whom the
    bureau's own checks of last year found something (TJ-13).
    """

    loads: Mapping[str, int] = field(default_factory=dict)
    visits: Mapping[str, list[str]] = field(default_factory=dict)
    taken: Collection[str] = frozenset()
    found: Collection[str] = frozenset()


def ask(form: Mapping[str, str], law: Law, today: date, moment: datetime, sealed: Iterable[Json] = ()) -> Ask:
    """What was typed. Witnesses are lines of a name and the seal of their number, and before them those who sealed on
    their own phones (`sealed`, as sources); the public numbers come last (RZ-13).

    Raises `NotAsked`: `draw_window`, `draw_most`, `draw_batches`, `draw_source`, `draw_source_early`, `draw_witness`,
    `draw_witness_needed`.
    """
    try:
        begins, ends = (date.fromisoformat(form.get(name, "")) for name in ("begins", "ends"))
    except ValueError:
        raise NotAsked("draw_window") from None
    if begins > ends or begins < today:
        raise NotAsked("draw_window")
    most = whole(form.get("most", ""))
    if form.get("most", "").strip() and not most:
        raise NotAsked("draw_most")
    try:
        divided = batches.wish(form)
    except batches.NoBatches:
        raise NotAsked("draw_batches") from None
    witnesses = [*sealed, *typed_witnesses(form)]
    if law.get("draw_witnesses") and not witnesses:
        raise NotAsked("draw_witness_needed")
    sources = [*witnesses, _public(form, moment)]
    if len({source["name"] for source in sources}) < len(sources):
        raise NotAsked("draw_witness")
    local = form.get("local", "")
    where = local if local in LOCAL else local_by(law)
    return Ask(begins, ends, sources, where, most, divided, form.get("empty") == "yes")


def typed_witnesses(form: Mapping[str, str]) -> list[Json]:
    """The sources of the lines in the field of witnesses. Raises `NotAsked` `draw_witness`."""
    return [_witness(line) for line in form.get("witnesses", "").splitlines() if line.strip()]


def local_by(law: Law) -> str:
    """Who may go where if the planner says nothing: where people are lent, the others stay in their districts (TJ-10a)."""
    return "local" if law.get("lent_inspectors") else "any"


def rules_of(
    task: Task, said: Ask, law: Law, bureau: str, title: str, moment: datetime, key_items: bool
) -> Rules:
    """The rules as far as they do not hang on the pool. `key_items`: all are key items, which know no cap (PD-2.1b)."""
    team = task["team"]
    specialty = named(team["specialty"]) if team["specialty"] else None
    return {
        "bureau": bureau,
        "items": task["items"],
        "task": title,
        "frozen": at(moment),
        "window": {"from": said.begins.isoformat(), "until": said.ends.isoformat()},
        "sources": said.sources,
        "eligible": {
            "states": THERE,
            "kinds": task["kinds"],
            "cap": law.get("yearly_cap"),
            "clean_cap": law.get("clean_cap"),
            "exempt": [chances.COMPLAINED] if law.get("cap_lifted_by_complaint") else [],
            "key": key_items,
        },
        "by": by_of(task),
        "weights": {"risk": {}, "labels": chances.weights(law), "most": chances.most(law)},
        "quota": {"total": task["total"] or 0, "bp": task["bp"] or 0},
        "team": {
            "size": max(team["size"], law.get("pair_minimum") or 0),
            "cover": "together" if len(task["items"]) > 1 else "each",
            "local": said.local,
            "needs": [{"what": "specialty", "value": specialty, "count": 1}] if specialty else [],
            "experts": {"count": 1 if team["expert"] else 0, "specialty": None},
        },
        "blind": not law.get("names_before_visit"),
    }


def quota_of(task: Task, shares: Mapping[str, int]) -> Json:
    """How much each stratum of the pool gives (RZ-7a): its own share where the task says another than the common one.

    `shares`: basis points by stratum, as `Shares` noted them.
    """
    if task["total"] is not None:
        return {"total": task["total"]}
    common = int(task["bp"] or 0)
    return {"bp": common, "strata": {name: bp for name, bp in shares.items() if bp != common}}


@dataclass
class Shares:
    """The share of each stratum while the pool is made, and which of the task's strata somebody is in."""

    task: Task
    by_stratum: dict[str, int] = field(default_factory=dict)
    fitted: set[int] = field(default_factory=set)

    def note(self, region: str, risk: str, group: Mapping[str, Any]) -> None:
        """One who is in the pool, by its line and by the library. Raises `NotAsked` `draw_strata` where two strata of
        different shares have one name."""
        name, bp = NAMED[by_of(self.task)](region, risk), share(self.task, group)
        if self.by_stratum.setdefault(name, bp) != bp:
            raise NotAsked("draw_strata")
        place = fitting(self.task, group)
        if place is not None:
            self.fitted.add(place)

    @property
    def empty(self) -> list[str]:
        """The task's strata in which nobody is, as the plan says them."""
        strata = enumerate(self.task["strata"])
        return [said_stratum(one) for place, one in strata if place not in self.fitted and one["bp"]]


def subject_row(
    row: Mapping[str, Any], task: Task, scale: str | None, visits: list[str], found: bool = False
) -> Json:
    """A subject as the freeze takes it, with its `group` as the plan takes it. Of several kinds the one that the task
    means counts. `found`: the bureau's own check found something last year."""
    kinds = [kind for kind in row["kinds"] if kind in task["kinds"]] or row["kinds"] or [""]
    risk = row["labour_grade"] if scale == "labour" else row["credit_risk"]
    group = {"risk": risk, "district": row["district"], "kinds": row["kinds"]}
    return {
        "id": row["id"],
        "region": named(row["district"]),
        "risk": named(class_of(task, group)),
        "kind": kinds[0],
        "state": row["state"],
        "labels": chances.labels(row, found),
        "visits": visits,
        "clean": chances.is_clean(row, found),
        "group": group,
    }


def inspector_row(held: Mapping[str, Any], recused: Collection[str], load: int, lent: list[Json]) -> Json:
    """An inspector as the draw takes it: credential, scope, district, whom to step aside for (RZ-10a, RZ-10b).

    `lent`: the documents that lend the person here, by region; who is lent serves no region by itself (TJ-10a).
    """
    return {
        "id": held["user_id"],
        "unit": named(held["unit"]),
        "regions": [] if lent else [named(held["district"])] if held["district"] else ["*"],
        "lent": lent,
        "active": held["active"],
        "valid_from": held["valid_from"] or EVER,
        "valid_until": held["valid_until"],
        "scope": held["items"] or ["*"],
        "specialties": [named(one) for one in held["specialties"]],
        "leader": held["leader"],
        "recused": sorted(recused),
        "load": load,
    }


def expert_row(held: Mapping[str, Any]) -> Json:
    """An expert as the draw takes it."""
    return {
        "id": held["id"],
        "unit": named(held["unit"]),
        "regions": [named(held["district"])] if held["district"] else ["*"],
        "active": True,
        "specialties": [named(one) for one in held["specialties"]],
        "recused": [],
        "load": 0,
    }


def loans(document: str, begins: date, ends: date, regions: Iterable[str]) -> list[Json]:
    """One lending, for each region of the bureau that borrows."""
    days = {"from": begins.isoformat(), "until": ends.isoformat()}
    return [{"region": region, "document": document, **days} for region in regions]


def opened(
    form: Mapping[str, str], sources: list[Json], held: Mapping[str, tuple[str, str]] | None = None
) -> list[dict[str, str]]:
    """The sources with the numbers that were typed (`numbers-0`, `salt-0`, …), as the draw file keeps them.

    A witness without numbers did not open. Where the witnesses opened in a gathering, `held` has text and salt of those
    who did, by name, and what is typed of a witness counts for nothing.
    """
    found = []
    for place, source in enumerate(sources):
        witness = source["kind"] == "witness"
        if witness and held is not None:
            text, salt = held.get(source["name"], ("/", ""))
        else:
            text = written(form.get(f"numbers-{place}", ""))
            salt = form.get(f"salt-{place}", "").strip() if witness and text != "/" else ""
        found.append({"name": source["name"], "text": text, "salt": salt})
    return found


def numbers_in(typed: str) -> list[str]:
    """The whole numbers in what somebody typed, in any width, in that order, without leading zeros."""
    found = re.findall(r"[0-9]+", unicodedata.normalize("NFKC", typed))
    return [number.lstrip("0") or "0" for number in found]


def written(typed: str) -> str:
    """The same as a source's text: `3.8.14./`. Whether they may stand in a draw file, the draw says."""
    numbers = sorted(numbers_in(typed), key=lambda text: (len(text), text))
    return "".join(f"{number}." for number in numbers) + "/"


def named(text: str | None) -> str:
    """A text of the library as a name of the draw: NFC, nothing that a name may not hold."""
    return " ".join(_unfit.sub(" ", unicodedata.normalize("NFC", text or "")).split()) or NOTHING


def told(name: str, code: str) -> str:
    """What the public reads of a subject: a firm's name and code; of a natural person neither whole (TJ-7)."""
    if is_person(code):
        return named(f"{name[:1]}{'*' * (len(name) - 1)} {masked(code)}")
    return named(f"{name} {code}")


def at(moment: datetime) -> str:
    """A moment as a draw file writes it: to the second, China's time."""
    return moment.astimezone(CHINA).isoformat(timespec="seconds")


def _witness(line: str) -> Json:
    found = _seal.fullmatch(unicodedata.normalize("NFKC", line).strip())
    if not found:
        raise NotAsked("draw_witness")
    return {"name": found[1], "kind": "witness", "when": None, "sealed": found[2].lower()}


def _public(form: Mapping[str, str], moment: datetime) -> Json:
    name = " ".join(form.get("public", "").split())[:100]
    try:
        when = datetime.fromisoformat(form.get("when", "")).replace(tzinfo=CHINA)
    except ValueError:
        raise NotAsked("draw_source") from None
    if not name:
        raise NotAsked("draw_source")
    if when <= moment:
        raise NotAsked("draw_source_early")
    return {"name": name, "kind": "public", "when": at(when), "sealed": None}
