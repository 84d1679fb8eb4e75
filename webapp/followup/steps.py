"""What followed a visit, step by step: results, notices, publications, objections, orders (mission 3). Pure.

`fold` gives the events after a visit as they were written; here each one learns what became of it: who approved it, and
whether it was voided. What the steps of one kind mean stands in a file of its own beside this.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from webapp.archive.wording import CHINA

Json = dict[str, Any]

# What stands only once a second person said yes.
NEEDS_APPROVAL = frozenset({"decide", "rule", "withhold", "discipline"})
WAITING, GRANTED, REFUSED = "waiting", "granted", "refused"
# Rulings on an objection by which the old result stands no more.
OVERTURNED = ("reversed", "changed")
NO_DAY = date(1970, 1, 1)


@dataclass(frozen=True)
class Step:
    """One event after the visit. `day`: in China. `voided`: why it does not count any more. `approval`: `waiting`,
    `granted`, `refused`; None where none is needed; with who decided, when, and the `opinion`."""

    event: str
    author: str
    time: str
    day: date
    type: str
    payload: Json
    voided: str | None = None
    approval: str | None = None
    approved_by: str | None = None
    approved_at: str | None = None
    opinion: str = ""

    @property
    def stands(self) -> bool:
        """Whether it counts: not voided, and approved where that is needed."""
        return self.voided is None and self.approval in (None, GRANTED)

    @property
    def waits(self) -> bool:
        """Whether somebody has still to say yes or no."""
        return self.voided is None and self.approval == WAITING

    @property
    def settled(self) -> date:
        """The day from which it counts: that of its approval, else its own."""
        return day_of(self.approved_at) if self.approved_at else self.day


@dataclass(frozen=True)
class Steps:
    """All steps of one inspection, in the order in which they were written."""

    all: tuple[Step, ...] = ()

    def of(self, *types: str) -> list[Step]:
        """Those of some types that were not voided, waiting and refused ones too."""
        return [step for step in self.all if step.type in types and step.voided is None]

    def standing(self, *types: str) -> list[Step]:
        """Those of some types that count."""
        return [step for step in self.of(*types) if step.stands]

    def about(self, name: str, event: str, *types: str) -> list[Step]:
        """Those of some types whose payload names an event: `about("order", order.event, "extend", "proof")`."""
        return [step for step in self.of(*types) if step.payload.get(name) == event]

    def get(self, event: Any) -> Step | None:
        """The step of an event, voided or not."""
        return self._by_event.get(event) if isinstance(event, str) else None

    @cached_property
    def result(self) -> Step | None:
        """The decision in force (RZ-20): the last `decide` that was approved, or the ruling that put another in its place;
        None before any, and after a ruling that left none."""
        decided = [step for step in self.standing("decide", "rule") if step.approved_at]
        found = None
        for step in sorted(decided, key=lambda step: (step.approved_at or "", step.event)):
            if step.type == "decide":
                found = step
            elif step.payload.get("outcome") in OVERTURNED:
                found = step if isinstance(step.payload.get("code"), str) else None
        return found

    @cached_property
    def _by_event(self) -> dict[str, Step]:
        return {step.event: step for step in self.all}


def read(after: Iterable[Json]) -> Steps:
    """The steps of a record's `after`. Nobody approves an own step: such an approval counts for nothing."""
    made: dict[str, Step] = {}
    for event in after:
        kind, payload = event["type"], event["payload"]
        if kind in ("approve", "void"):
            target = made.get(payload["target"])
            if target:
                made[target.event] = _voided(target, event) if kind == "void" else _approved(target, event)
            continue
        asked = WAITING if kind in NEEDS_APPROVAL else None
        made[event["event"]] = Step(
            event["event"],
            event["author"],
            event["time"],
            day_of(event["time"]),
            kind,
            payload,
            approval=asked,
        )
    return Steps(tuple(made.values()))


def day_of(time: Any) -> date:
    """The day in China of an event's time, or of a day as it stands in a payload; the first day of all for neither."""
    try:
        if len(time) == len("2026-11-21"):
            return date.fromisoformat(time)
        return datetime.fromisoformat(time).astimezone(CHINA).date()
    except (TypeError, ValueError, OverflowError):
        return NO_DAY


def _approved(target: Step, event: Json) -> Step:
    if target.approval != WAITING or event["author"] == target.author:
        return target
    said = event["payload"].get("opinion")
    return replace(
        target,
        approval=GRANTED if event["payload"]["granted"] else REFUSED,
        approved_by=event["author"],
        approved_at=event["time"],
        opinion=said if isinstance(said, str) else "",
    )


def _voided(target: Step, event: Json) -> Step:
    return target if target.voided is not None else replace(target, voided=event["payload"]["reason"])
