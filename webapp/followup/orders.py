"""责令改正: an order with its demands, extensions, proofs, how it was judged, and the visits made again for it. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from webapp.archive.wording import N_
from webapp.followup.said import LINE, NAME, between, day_at, fits, says
from webapp.followup.steps import Step, Steps

Json = dict[str, Any]

# What stands in the number of the paper.
KIND = "责"
OUTCOMES = {"done": N_("已改正"), "partly": N_("部分改正"), "not_done": N_("没有改正")}
WAYS = {"papers": N_("查阅材料"), "visit": N_("到现场核实")}
STATES = {
    "open": N_("改正中"),
    "late": N_("逾期未改正"),
    "proof": N_("有证明待核"),
    "partly": N_("部分改正"),
    "not_done": N_("没有改正"),
    "done": N_("已改正"),
}
# The time an order may give, at most; nobody means ten years.
LONGEST = timedelta(days=366)
DEMANDS, PROOFS = 50, 20


@dataclass(frozen=True)
class Order:
    """One order with what came of it."""

    step: Step
    extensions: list[Step]
    proofs: list[Step]
    judged: list[Step]
    visits: list[Step]

    @property
    def number(self) -> str:
        """The number of the paper."""
        return str(self.step.payload["number"])

    @property
    def deadline(self) -> date:
        """By when it has to be done, extensions counted in."""
        days = [day_at(one.payload, "deadline") for one in [self.step, *self.extensions]]
        return next((day for day in reversed(days) if day), self.step.day)

    @property
    def outcome(self) -> str | None:
        """How it was last judged."""
        return str(self.judged[-1].payload["outcome"]) if self.judged else None

    @property
    def closed(self) -> date | None:
        """The day since which all is done."""
        last = self.judged[-1] if self.outcome == "done" else None
        return last and (day_at(last.payload, "at") or last.day)

    @property
    def unread(self) -> list[Step]:
        """The proofs that came since it was last judged."""
        return [one for one in self.proofs if not self.judged or one.time > self.judged[-1].time]

    def state(self, today: date) -> str:
        """How it stands (`STATES`)."""
        if self.closed:
            return "done"
        if self.unread:
            return "proof"
        if self.deadline < today:
            return "late"
        return self.outcome or "open"


def orders(steps: Steps) -> list[Order]:
    """Every order that was not voided, the oldest first."""
    return [
        Order(
            one,
            *(steps.about("order", one.event, kind) for kind in ("extend", "proof", "rectify", "reinspect")),
        )
        for one in steps.of("order")
    ]


def order(steps: Steps, event: Any) -> Order | None:
    """The order of this event."""
    return next((one for one in orders(steps) if one.step.event == event), None)


def number(inspection: str, steps: Steps) -> str:
    """The next order's number, made of the inspection's; a later one ends with 之2."""
    place = sum(one.type == "order" for one in steps.all) + 1
    given = inspection.replace("〔", f"{KIND}〔", 1)
    return given if place == 1 else f"{given}之{place}"


def demands(findings: list[Json]) -> list[Json]:
    """What an order demands as long as nobody wrote it otherwise: that each finding is put right (rows of `document`)."""
    return [
        {"question": row["address"], "text": "：".join(part for part in (row["label"], row["note"]) if part)}
        for row in findings
    ]


def order_fault(payload: Json, steps: Steps, author: str, today: date) -> str | None:
    """What stands against an order."""
    if not says(payload, "number", NAME) or any(
        one.payload["number"] == payload["number"] for one in steps.all if one.type == "order"
    ):
        return "order_number"
    if not between(payload, "deadline", today + timedelta(days=1), today + LONGEST):
        return "order_deadline"
    asked = payload.get("demands")
    if not isinstance(asked, list) or not 0 < len(asked) <= DEMANDS or not all(map(_is_demand, asked)):
        return "order_demands"
    return None if says(payload, "basis") else "order_basis"


def extend_fault(payload: Json, steps: Steps, author: str, today: date) -> str | None:
    """What stands against giving more time."""
    found = order(steps, payload.get("order"))
    if found is None or found.closed:
        return "order_closed"
    first = max(found.deadline, today) + timedelta(days=1)
    if not between(payload, "deadline", first, today + LONGEST):
        return "extend_deadline"
    return None if says(payload, "reason") else "reason_needed"


def proof_fault(payload: Json, steps: Steps, author: str, today: date) -> str | None:
    """What stands against taking a proof that something was put right."""
    found = order(steps, payload.get("order"))
    if found is None or found.closed:
        return "order_closed"
    if not fits(payload, "text") or not all(fits(payload, name, LINE) for name in ("name", "phone")):
        return "proof_text"
    return "proof_many" if len(found.unread) >= PROOFS else None


def rectify_fault(payload: Json, steps: Steps, author: str, today: date) -> str | None:
    """What stands against judging what came of an order."""
    found = order(steps, payload.get("order"))
    if found is None or found.closed:
        return "order_closed"
    if payload.get("outcome") not in OUTCOMES:
        return "rectify_outcome"
    if payload.get("way") not in WAYS:
        return "rectify_way"
    if not between(payload, "at", found.step.day, today):
        return "day_order"
    judged_alone = payload["outcome"] == "done" or says(payload, "reason")
    return None if judged_alone else "reason_needed"


def reinspect_fault(payload: Json, steps: Steps, author: str, today: date) -> str | None:
    """What stands against a visit made again."""
    if payload.get("order") is not None:
        found = order(steps, payload["order"])
        if found is None or found.closed:
            return "order_closed"
    twice = any(one.payload["inspection"] == payload.get("inspection") for one in steps.of("reinspect"))
    named = says(payload, "inspection", NAME) and says(payload, "number", NAME)
    return None if named and not twice else "wrong_state"


def _is_demand(one: Any) -> bool:
    if not isinstance(one, dict) or not says(one, "text"):
        return False
    return one.get("question") is None or says(one, "question", LINE)
