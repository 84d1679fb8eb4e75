"""Signs of going through the motions (走形式、随意录入; CA-2.4c, CA-3.2): what in a record a person should ask about. Pure.

A sign is no verdict: each says what was seen, against which of the bureau's thresholds, and waits for somebody to ask.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import combinations, pairwise
from math import asin, cos, radians, sin, sqrt
from typing import Any

from webapp.archive.wording import CHINA, VERDICTS
from webapp.field.fold import Event, Record
from webapp.oversight.signs_prints import FARTHEST, Print, distance, likeness

Json = dict[str, Any]

# What each sign goes by where the bureau sets nothing; 0 turns it off.
LIMITS = {
    "sign_far_metres": 1000,
    "sign_answer_seconds": 8,
    "sign_run_answers": 15,
    "sign_run_seconds": 3,
    "sign_same_answers": 20,
    "sign_late_hours": 24,
    "sign_photo_likeness": 97,
    "sign_photos_placeless": 3,
    "sign_overlap_minutes": 10,
}
# Which of them each sign goes by, in the order in which signs are listed.
KINDS = {
    "far": ("sign_far_metres",),
    "short": ("sign_answer_seconds",),
    "run": ("sign_run_answers", "sign_run_seconds"),
    "same": ("sign_same_answers",),
    "late": ("sign_late_hours",),
    "twice": ("sign_photo_likeness",),
    "again": ("sign_photo_likeness",),
    "placeless": ("sign_photos_placeless",),
    "overlap": ("sign_overlap_minutes",),
}
# What one does at a visit: where and when these are written, one is there.
ON_THE_SPOT = frozenset(
    {"arrive", "scan", "present", "recuse", "answer", "photo", "note", "sign", "refuse", "absent"}
)
# Who writes nothing for so long has left.
LEFT = timedelta(hours=2)
FEW, SHOWN, OTHERS, LATE_PERCENT = 5, 40, 50, 80
# So many photos of one visit are compared; nobody is kept waiting by one who took thousands.
MOST_PHOTOS = 300
EARTH = 6_371_000


@dataclass(frozen=True)
class Place:
    """Where something is, in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class Act:
    """One thing that was written at a visit. `position` as the phone gave it."""

    event: str
    author: str
    kind: str
    at: datetime
    question: str | None = None
    position: Any = None
    sha256: str | None = None


@dataclass(frozen=True)
class Stay:
    """When one inspector was at one visit: from the arrival on, as long as something was written."""

    inspection: str
    user: str
    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class Match:
    """That a picture of this inspection is also one of another, `likeness` in percent."""

    sha256: str
    other: str
    other_sha256: str
    likeness: int


@dataclass(frozen=True)
class Found:
    """One sign. `key` is the same whenever it is found again; `other`: the other inspection of two."""

    kind: str
    key: str
    evidence: Json
    other: str | None = None


@dataclass(frozen=True)
class Visit:
    """What the rules look at: acts in the order of their times, and the first answer to each question."""

    inspection: str
    acts: list[Act]
    verdicts: list[tuple[Any, bool]]
    unverified: int
    answers: list[Act] = field(default_factory=list)

    @property
    def arrivals(self) -> list[Act]:
        """Who came when, the first one first."""
        return [act for act in self.acts if act.kind == "arrive"]

    @property
    def photos(self) -> list[Act]:
        """The photos that the record stands on."""
        return [act for act in self.acts if act.kind == "photo"]

    @property
    def arrived(self) -> datetime | None:
        """When the first of the pair came."""
        return self.arrivals[0].at if self.arrivals else None


def limits(law: Mapping[str, Any]) -> dict[str, int]:
    """The thresholds by name, as the bureau's law (name to value) sets them."""
    given = {name: law.get(name) for name in LIMITS}
    return {name: LIMITS[name] if value is None else int(value) for name, value in given.items()}


def visit_of(inspection: str, record: Record, log: Iterable[Event]) -> Visit:
    """A visit, from its record and its log in any order; what has no time that a calendar knows is left out."""
    content = record["content"]
    gone = {each["target"] for each in content["withdrawn"]}
    events = [event for event in log if event["type"] in ON_THE_SPOT and event["id"] not in gone]
    acts = sorted((act for event in events if (act := _act(event))), key=lambda act: (act.at, act.event))
    first: dict[str, Act] = {}
    for act in acts:
        if act.kind == "answer" and act.question:
            first.setdefault(act.question, act)
    standing = [given[-1] for given in content["answers"].values() if given]
    verdicts = [(one["value"], bool(one["note"])) for one in standing if one["value"] in [*VERDICTS]]
    unverified = sum(event["clock"] != "verified" for event in events)
    return Visit(inspection, acts, verdicts, unverified, list(first.values()))


def look(
    visit: Visit,
    given: Mapping[str, int],
    address: Place | None = None,
    prints: Mapping[str, Print] | None = None,
    matches: Iterable[Match] = (),
    stays: Iterable[Stay] = (),
) -> list[Found]:
    """Every sign of a visit. `given`: thresholds (`limits`); `prints` of its pictures; `matches` of them elsewhere;
    `stays`: where the same people were besides."""
    rules: list[Iterator[Found]] = [
        _far(visit, given["sign_far_metres"], address),
        _short(visit, given["sign_answer_seconds"]),
        _run(visit, given["sign_run_answers"], given["sign_run_seconds"]),
        _same(visit, given["sign_same_answers"]),
        _late(visit, given["sign_late_hours"]),
        _placeless(visit, given["sign_photos_placeless"]),
    ]
    if given["sign_photo_likeness"]:
        rules += [_twice(visit, prints or {}, given["sign_photo_likeness"]), _again(visit, matches)]
    if given["sign_overlap_minutes"]:
        rules.append(_overlap(visit, stays, timedelta(minutes=given["sign_overlap_minutes"])))
    return [found for rule in rules for found in rule]


def stays_of(visit: Visit) -> list[Stay]:
    """When each of the pair was there; who wrote nothing on the spot is not in it."""
    found = []
    for author in dict.fromkeys(act.author for act in visit.acts):
        own = [act for act in visit.acts if act.author == author]
        came = next((place for place, act in enumerate(own) if act.kind == "arrive"), 0)
        times = [act.at for act in own[came:]]
        left = next((one for one, then in pairwise(times) if then - one > LEFT), times[-1])
        found.append(Stay(visit.inspection, author, times[0], left))
    return found


def place(latitude: Any, longitude: Any) -> Place | None:
    """A place of two decimal strings; None where they are none."""
    try:
        found = Place(float(latitude), float(longitude))
    except (TypeError, ValueError):
        return None
    return found if abs(found.latitude) <= 90 and abs(found.longitude) <= 180 else None


def metres(one: Place, other: Place) -> int:
    """How far two places are apart on the round earth."""
    north, east = radians(other.latitude - one.latitude), radians(other.longitude - one.longitude)
    both = cos(radians(one.latitude)) * cos(radians(other.latitude))
    half = sin(north / 2) ** 2 + both * sin(east / 2) ** 2
    return round(2 * EARTH * asin(sqrt(min(1.0, half))))


def _far(visit: Visit, most: int, address: Place | None) -> Iterator[Found]:
    """Nobody of the pair and no photo was near: one place near the address is enough to have been there."""
    spots = [spot for act in visit.acts if address and (spot := _spot(act, address))]
    if most and spots and all(spot["metres"] - spot["accuracy"] > most for spot in spots):
        spots.sort(key=lambda spot: (spot["kind"] != "arrive", spot["metres"]))
        nearest = min(spot["metres"] for spot in spots)
        yield Found("far", "far", {"nearest": nearest, "count": len(spots), "spots": spots[:SHOWN]})


def _short(visit: Visit, least: int) -> Iterator[Found]:
    """All was answered faster than it can be read, with everyone who answered counted."""
    if not visit.answers or len(visit.answers) < FEW:
        return
    begins = min(visit.arrived or visit.answers[0].at, visit.answers[0].at)
    seconds = int((visit.answers[-1].at - begins).total_seconds())
    people = len({act.author for act in visit.answers})
    if seconds * people < least * len(visit.answers):
        spent = {"begins": _said(begins), "ends": _said(visit.answers[-1].at), "seconds": seconds}
        yield Found("short", "short", spent | {"answers": len(visit.answers), "people": people})


def _run(visit: Visit, most: int, seconds: int) -> Iterator[Found]:
    for author in dict.fromkeys(act.author for act in visit.answers):
        own = [act for act in visit.answers if act.author == author]
        longest = max(_runs(own, timedelta(seconds=seconds)), key=len)
        if most and seconds and len(longest) >= most:
            spent = int((longest[-1].at - longest[0].at).total_seconds())
            run = {"begins": _said(longest[0].at), "ends": _said(longest[-1].at), "seconds": spent}
            counts = {"answers": len(longest), "of": len(own), "author": author}
            yield Found("run", f"run:{author}", run | counts)


def _runs(acts: list[Act], gap: timedelta) -> Iterator[list[Act]]:
    run: list[Act] = []
    for act in acts:
        if run and act.at - run[-1].at > gap:
            yield run
            run = []
        run.append(act)
    yield run


def _same(visit: Visit, most: int) -> Iterator[Found]:
    """One verdict for everything and not a word to any: of a place in order as well, so it is only asked about."""
    values = {value for value, _note in visit.verdicts}
    if (
        most
        and len(visit.verdicts) >= most
        and len(values) == 1
        and not any(note for _, note in visit.verdicts)
    ):
        yield Found("same", "same", {"value": next(iter(values)), "answers": len(visit.verdicts)})


def _late(visit: Visit, hours: int) -> Iterator[Found]:
    if not hours or visit.arrived is None or len(visit.answers) < FEW:
        return
    late = [act for act in visit.answers if act.at - visit.arrived > timedelta(hours=hours)]
    if 100 * len(late) >= LATE_PERCENT * len(visit.answers):
        evidence = {"arrived": _said(visit.arrived), "begins": _said(late[0].at), "ends": _said(late[-1].at)}
        counts = {"late": len(late), "answers": len(visit.answers), "unverified": visit.unverified}
        passed = int((late[0].at - visit.arrived).total_seconds())
        yield Found("late", "late", evidence | counts | {"seconds": passed})


def _placeless(visit: Visit, most: int) -> Iterator[Found]:
    without = [act for act in visit.photos if _located(act.position) is None]
    if most and len(without) >= most:
        arrived = sum(_located(act.position) is not None for act in visit.arrivals)
        shown = [act.event for act in without[:SHOWN]]
        counts = {"without": len(without), "photos": len(visit.photos), "arrivals": arrived}
        yield Found("placeless", "placeless", counts | {"events": shown})


def _twice(visit: Visit, prints: Mapping[str, Print], least: int) -> Iterator[Found]:
    """One picture for two questions of one inspection; a photo that belongs to two is attached, not taken again."""
    pairs = []
    for one, other in combinations(visit.photos[:MOST_PHOTOS], 2):
        if one.question != other.question and (alike := _alike(one, other, prints)) >= least:
            shown = [{"event": act.event, "sha256": act.sha256} for act in (one, other)]
            pairs.append({"own": shown[0], "other": shown[1], "likeness": alike})
    if pairs:
        yield Found("twice", "twice", {"count": len(pairs), "pairs": pairs[:SHOWN]})


def _again(visit: Visit, matches: Iterable[Match]) -> Iterator[Found]:
    by_other: dict[str, list[Match]] = {}
    for match in matches:
        by_other.setdefault(match.other, []).append(match)
    for other, found in list(by_other.items())[:OTHERS]:
        first, second = sorted((visit.inspection, other))
        # Both inspections find it; written the same way it is one sign.
        mine = first == visit.inspection
        pairs = [
            {
                "own": {"inspection": first, "sha256": one.sha256 if mine else one.other_sha256},
                "other": {"inspection": second, "sha256": one.other_sha256 if mine else one.sha256},
                "likeness": one.likeness,
            }
            for one in found
        ]
        pairs.sort(key=lambda pair: (-pair["likeness"], str(pair["own"]), str(pair["other"])))
        evidence = {"count": len(pairs), "pairs": pairs[:SHOWN]}
        yield Found("again", f"again:{first}:{second}", evidence, other)


def _overlap(visit: Visit, stays: Iterable[Stay], least: timedelta) -> Iterator[Found]:
    elsewhere = list(stays)
    for here in stays_of(visit):
        for there in elsewhere:
            begins, ends = max(here.begins, there.begins), min(here.ends, there.ends)
            if there.user != here.user or there.inspection == visit.inspection or ends - begins < least:
                continue
            first, second = sorted((here, there), key=lambda stay: (stay.begins, stay.inspection))
            lanes = [
                {"inspection": stay.inspection, "begins": _said(stay.begins), "ends": _said(stay.ends)}
                for stay in (first, second)
            ]
            names = ":".join(sorted((here.inspection, there.inspection)))
            minutes = int((ends - begins).total_seconds()) // 60
            evidence = {"author": here.user, "minutes": minutes, "stays": lanes}
            yield Found("overlap", f"overlap:{here.user}:{names}", evidence, there.inspection)


def _alike(one: Act, other: Act, prints: Mapping[str, Print]) -> int:
    if one.sha256 == other.sha256:
        return 100
    first, second = prints.get(one.sha256 or ""), prints.get(other.sha256 or "")
    return alike(first, second) if first and second else 0


def alike(one: Print, other: Print) -> int:
    """How alike two pictures are, in percent; 0 where an index would not have brought them together."""
    return likeness(one.sketch, other.sketch) if distance(one.look, other.look) <= FARTHEST else 0


def _spot(act: Act, address: Place) -> Json | None:
    there = _located(act.position)
    if there is None:
        return None
    north = metres(address, Place(there.latitude, address.longitude))
    east = metres(Place(there.latitude, address.longitude), there)
    return {
        "kind": act.kind, "author": act.author, "at": _said(act.at), "metres": metres(address, there),
        "accuracy": _accuracy(act.position), "north": north if there.latitude >= address.latitude else -north,
        "east": east if there.longitude >= address.longitude else -east,
    }  # fmt: skip


def _act(event: Event) -> Act | None:
    payload = event["payload"]
    try:
        at = datetime.fromisoformat(event["time"]).astimezone(CHINA)
    except (TypeError, ValueError, OverflowError):
        return None
    question, sha256 = payload.get("question"), payload.get("sha256")
    return Act(
        event["id"], event["author"], event["type"], at, question if isinstance(question, str) else None,
        payload.get("position"), sha256 if isinstance(sha256, str) else None,
    )  # fmt: skip


def _located(position: Any) -> Place | None:
    if not isinstance(position, dict):
        return None
    return place(position.get("latitude"), position.get("longitude"))


def _accuracy(position: Json) -> int:
    try:
        return max(0, min(int(float(position.get("accuracy") or 0)), EARTH))
    except (TypeError, ValueError, OverflowError):
        return 0


def _said(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
