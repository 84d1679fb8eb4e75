"""A sign's evidence as drawings without a map: where somebody was, and when what was entered. Numbers only. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from webapp.oversight.signs_rules import Act

WIDTH, HEIGHT = 640, 360
# Room around the farthest spot, and for names on the left of a time line.
MARGIN, LEFT, LANE, TOP, TICKS = 48, 96, 52, 16, 7
STEPS = [
    timedelta(seconds=seconds)
    for seconds in (
        5,
        10,
        30,
        60,
        120,
        300,
        600,
        900,
        1800,
        3600,
        7200,
        21600,
        43200,
        86400,
        172800,
        604800,
        2592000,
    )
]
HAIR = timedelta(seconds=1)
DOTS = 600


@dataclass(frozen=True)
class Dot:
    """A spot on the drawing, in its units; `wide`: how far the phone may have been off."""

    x: int
    y: int
    wide: int
    kind: str
    spot: Mapping[str, Any]


@dataclass(frozen=True)
class Distance:
    """The address in the middle of what is shown, the spots around it, the ring of what the bureau holds to be near, and
    a bar of so many metres."""

    address: tuple[int, int]
    dots: list[Dot]
    ring: int
    bar: int
    bar_metres: int


@dataclass(frozen=True)
class Lane:
    """What one person, or one visit, has on a time line: `marks` as `(x, kind)`, `bar` from x to x."""

    name: str
    y: int
    marks: list[tuple[int, str]]
    bar: tuple[int, int] | None = None


@dataclass(frozen=True)
class TimeLine:
    """Lanes over one axis; `ticks`: x and the moment. `shade`: from x to x what it is about."""

    lanes: list[Lane]
    ticks: list[tuple[int, datetime]]
    height: int
    days: bool
    shade: tuple[int, int] | None = None


def distance(spots: list[Mapping[str, Any]], near: int) -> Distance:
    """Where somebody was, by metres north and east of the address."""
    norths, easts = ([near, -near, *(spot[name] for spot in spots)] for name in ("north", "east"))
    high, wide = max(norths) - min(norths), max(easts) - min(easts)
    scale = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / high)
    middle = (max(easts) + min(easts)) / 2, (max(norths) + min(norths)) / 2

    def put(east: float, north: float) -> tuple[int, int]:
        return round(WIDTH / 2 + (east - middle[0]) * scale), round(HEIGHT / 2 - (north - middle[1]) * scale)

    dots = [
        Dot(*put(spot["east"], spot["north"]), round(spot["accuracy"] * scale), spot["kind"], spot)
        for spot in spots
    ]
    bar = _round(WIDTH / 4 / scale)
    return Distance(put(0, 0), dots, round(near * scale), round(bar * scale), bar)


def entries(
    acts: list[Act], names: Mapping[str, str], shade: tuple[datetime, datetime] | None = None
) -> TimeLine:
    """When each person entered what. `shade`: what the sign is about."""
    axis = _Axis([act.at for act in acts] + [*(shade or ())])
    lanes = []
    for author in dict.fromkeys(act.author for act in acts):
        # What falls on one place is drawn once.
        marks = dict.fromkeys((axis.x(act.at), act.kind) for act in acts if act.author == author)
        y = TOP + LANE * len(lanes) + LANE // 2
        lanes.append(Lane(names.get(author, author), y, list(marks)[:DOTS]))
    shown = (axis.x(shade[0]), max(axis.x(shade[1]), axis.x(shade[0]) + 2)) if shade else None
    return TimeLine(lanes, axis.ticks(), TOP + LANE * len(lanes), axis.days, shown)


def stays(given: Iterable[tuple[str, datetime, datetime]]) -> TimeLine:
    """Visits over each other: name, from, until."""
    visits = list(given)
    axis = _Axis([moment for _name, begins, ends in visits for moment in (begins, ends)])
    lanes = [
        Lane(
            name, TOP + LANE * place + LANE // 2, [], (axis.x(begins), max(axis.x(ends), axis.x(begins) + 2))
        )
        for place, (name, begins, ends) in enumerate(visits)
    ]
    shade = max(begins for _, begins, _ in visits), min(ends for _, _, ends in visits)
    both = axis.x(shade[0]), axis.x(shade[1])
    return TimeLine(lanes, axis.ticks(), TOP + LANE * len(lanes), axis.days, both)


class _Axis:
    """From moments to places."""

    def __init__(self, moments: list[datetime]) -> None:
        self.first, self.last = min(moments), max(moments)
        self.span = max(self.last - self.first, HAIR)
        self.days = self.span > timedelta(days=1)

    def x(self, moment: datetime) -> int:
        return LEFT + round((moment - self.first) / self.span * (WIDTH - LEFT - MARGIN // 2))

    def ticks(self) -> list[tuple[int, datetime]]:
        """A few round moments."""
        step = next((step for step in STEPS if self.span / step <= TICKS), self.span / TICKS)
        midnight = self.first.replace(hour=0, minute=0, second=0, microsecond=0)
        moment = midnight + step * -((midnight - self.first) // step)
        found = []
        while moment <= self.last:
            found.append((self.x(moment), moment))
            moment += step
        return found or [(self.x(self.first), self.first)]


def _round(metres: float) -> int:
    """The longest of 1, 2, 5, 10, … metres that is not longer."""
    best = 1
    while True:
        for factor in (2, 5, 10):
            if best * factor > metres:
                return best * (1 if factor == 2 else 2 if factor == 5 else 5)
        best *= 10
