"""What an inspection does to how its subject stands in the library, and by that to its chance to be drawn. Pure.

RZ-12, RZ-22, TJ-12, TJ-13, PD-3.2: a penalty and an entry in a list count until they are voided, lifted or over.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from webapp.followup.handing import FLAGS, listings
from webapp.followup.said import day_at
from webapp.followup.steps import GRANTED, Steps

Json = dict[str, Any]

COUNTED = "penalties"


@dataclass(frozen=True)
class Burden:
    """One thing that is held against the subject: `what` is the column of the library, `name` number or list."""

    event: str
    what: str
    name: str
    begins: date
    ends: date | None

    def holds(self, today: date) -> bool:
        """Whether it counts on a day."""
        return self.begins <= today and (self.ends is None or today <= self.ends)


def burdens(steps: Steps) -> list[Burden]:
    """Everything that this inspection holds against its subject, once or still."""
    found = [
        Burden(one.event, COUNTED, str(one.payload["number"]), day_at(one.payload, "at") or one.day, None)
        for one in steps.of("penalty")
    ]
    for one in listings(steps):
        flag = one.step.payload.get("flag")
        if flag in FLAGS and one.step.approval == GRANTED:
            found.append(
                Burden(one.step.event, flag, str(one.step.payload["list"]), one.begins(), one.ends())
            )
    return found


def laid(values: Json, what: str) -> Json:
    """What the library says once a burden is laid on the subject; empty where it says so already."""
    if what == COUNTED:
        return {COUNTED: values[COUNTED] + 1}
    return {} if values[what] else {what: True}


def lifted(values: Json, what: str, others: int) -> Json:
    """What the library says once it is lifted, where `others` of the same kind are still held against the subject."""
    if what == COUNTED:
        return {COUNTED: max(0, values[COUNTED] - 1)}
    return {} if others else {what: False}
