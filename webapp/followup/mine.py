"""What a subject has to know after the visit: how far it is, what is asked of it, what it may do and until when. Pure.

A result is told here only once a notice of it was issued: a bureau that publishes first tells nobody before (TJ-14c).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from webapp.field.rules import files_of
from webapp.followup.clocks import Clock
from webapp.followup.happened import publication
from webapp.followup.objections import objection
from webapp.followup.orders import Order, orders
from webapp.followup.steps import Step, Steps

Json = dict[str, Any]

# What stands on the way of an inspection, as the subject is told of it.
VISITED, DECIDED, TOLD, PUBLISHED, PUBLICITY = "visited", "decided", "told", "published", "publicity"
DONE, NOW, LATE, LATER = "done", "now", "late", "later"
# Whose files the subject gets to see: the papers that were addressed to it, and what it sent itself.
ADDRESSED, SENT = ("notice", "order", "reply"), ("receive", "object", "proof")


@dataclass(frozen=True)
class Stage:
    """One stage of the way: when it was done, or by when the office has to do it; `clock` counts it, where one does."""

    name: str
    state: str
    day: date | None = None
    due: date | None = None
    clock: Clock | None = None


@dataclass(frozen=True)
class Story:
    """All of it. `visited`: the day of the visit; `accepted`: whether the office has taken the record over."""

    visited: date | None
    accepted: bool
    steps: Steps
    clocks: list[Clock]

    @property
    def stages(self) -> list[Stage]:
        """The way, in the order that the bureau's law gives it."""
        decided = self.steps.result
        state = DONE if decided else NOW if self.visited else LATER
        way = [Stage(VISITED, DONE if self.visited else NOW, self.visited)]
        way.append(Stage(DECIDED, state, decided.settled if decided else None))
        named = [clock for clock in self.clocks if clock.name in (TOLD, PUBLISHED, PUBLICITY)]
        return way + [_stage(clock) for clock in named if clock.state != "not_asked" or clock.name == TOLD]

    @property
    def notices(self) -> list[Step]:
        """The papers that were issued to the subject, the newest first."""
        return self.steps.standing("notice")[::-1]

    @property
    def unconfirmed(self) -> list[Step]:
        """Those that did not reach it yet, as far as it or the office said."""
        return [one for one in self.notices if not self.received(one) and not self.served(one)]

    def received(self, notice: Step) -> Step | None:
        """The subject's own confirmation of a notice."""
        return next(iter(self.steps.about("notice", notice.event, "receive")), None)

    def served(self, notice: Step) -> Step | None:
        """How the office brought it, with its proof."""
        return next(iter(self.steps.about("notice", notice.event, "serve")), None)

    @property
    def told(self) -> Step | None:
        """The decision in force, as far as a notice of it was issued."""
        result = self.steps.result
        named = [one.payload.get("about") for one in self.notices]
        return result if result and result.event in named else None

    @property
    def orders(self) -> list[Order]:
        """What it has still to put right, the most urgent first."""
        return sorted((one for one in orders(self.steps) if not one.closed), key=lambda one: one.deadline)

    def order(self, event: str) -> Order | None:
        """One of these."""
        return next((one for one in self.orders if one.step.event == event), None)

    @property
    def shown(self) -> Step | None:
        """What stands in public of the result in force."""
        return publication(self.steps)

    def became(self, sent: Step) -> str:
        """What came of something that the subject sent: `ruled`, `judged`, or it is `open`; empty where nothing follows.

        A ruling is told once it is approved, not before.
        """
        if sent.voided is not None or sent.type not in ("object", "proof"):
            return ""
        if sent.type == "object":
            found = objection(self.steps, sent.event)
            return "ruled" if found and found.ruling else "open"
        judged = self.steps.about("order", sent.payload["order"], "rectify")
        return "judged" if any(one.time > sent.time for one in judged) else "open"

    def outcome(self, sent: Step) -> Step | None:
        """The ruling or the judgement that `became` tells of."""
        if sent.type == "object":
            found = objection(self.steps, sent.event)
            return found.ruling if found else None
        judged = self.steps.about("order", sent.payload.get("order", ""), "rectify")
        return next((one for one in judged if one.time > sent.time), None)

    @property
    def sent(self) -> list[Step]:
        """What the subject sent, voided ones too, the newest first."""
        return [one for one in self.steps.all if one.type in SENT and one.author == "subject"][::-1]

    @property
    def sizes(self) -> list[int]:
        """How large the files are that it sent so far."""
        return [file["size"] for one in self.sent for file in _files(one)]

    @property
    def files(self) -> dict[str, Json]:
        """The files that it may read, by name of their bytes."""
        given = [*self.steps.standing(*ADDRESSED), *self.sent]
        return {file["sha256"]: file for one in given for file in _files(one)}

    def clock(self, name: str) -> Clock | None:
        """One of the clocks."""
        return next((clock for clock in self.clocks if clock.name == name), None)

    def repeats(self, kind: str, payload: Json, files: Iterable[str]) -> bool:
        """Whether the subject sent the very same already: a second tap on the button, a page loaded again."""
        for one in self.sent:
            kept = {name: said for name, said in one.payload.items() if name != "files"}
            same = [file["sha256"] for file in _files(one)] == list(files)
            if one.type == kind and one.voided is None and kept == payload and same:
                return True
        return False


def receive_fault(payload: Json, steps: Steps, _author: str, _today: date) -> str | None:
    """What stands against a confirmation of receipt."""
    name = payload.get("name")
    if not isinstance(name, str) or not 0 < len(name.strip()) <= 100:
        return "receive_name"
    if payload.get("notice") is None:
        return None
    notice = steps.get(payload["notice"])
    if notice is None or notice.type != "notice" or not notice.stands:
        return "wrong_state"
    return "receive_twice" if steps.about("notice", notice.event, "receive") else None


def _stage(clock: Clock) -> Stage:
    if clock.state == "done":
        return Stage(clock.name, DONE, clock.done, clock.due, clock)
    state = {"overdue": LATE, "not_started": LATER, "not_asked": LATER}.get(clock.state, NOW)
    return Stage(clock.name, state, None, clock.due, clock)


def _files(step: Step) -> list[Json]:
    return files_of({"type": step.type, "payload": step.payload})
