"""抄告, 移送, 处罚, 联合惩戒: what an inspection passes on to others. Pure (RZ-21, RZ-22, CA-2.4b)."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from webapp.archive.wording import N_
from webapp.followup.said import AMOUNT, LINE, NAME, SHA256, between, day_at, fits, later, says
from webapp.followup.steps import GRANTED, WAITING, Step, Steps

Json = dict[str, Any]

COPIES = {
    "department": N_("有关部门"),
    "superior": N_("上级机关"),
    "local": N_("属地政府或主管单位"),
    "other": N_("其他"),
}
TRANSFERS = {"department": N_("有管辖权的部门"), "justice": N_("司法机关（涉嫌犯罪）")}
PENALTIES = {
    "warning": N_("警告、通报批评"),
    "fine": N_("罚款"),
    "confiscation": N_("没收违法所得"),
    "suspension": N_("责令停产停业"),
    "revocation": N_("吊销许可证件"),
    "other": N_("其他行政处罚"),
}
PAID = ("fine", "confiscation")
# Which mark in the library of subjects a list is: it raises the chance to be drawn (RZ-12, TJ-12).
FLAGS = {"dishonest": N_("严重违法失信"), "abnormal": N_("经营异常")}
REPLIES = {"receipt": N_("签收回执"), "outcome": N_("处理结果"), "other": N_("其他答复")}
ANSWERED = ("copy", "transfer", "penalty")


@dataclass(frozen=True)
class Handed:
    """A copy, transfer or penalty with what came back; `lifted`: that it is not published any more."""

    step: Step
    replies: list[Step]
    lifted: Step | None


@dataclass(frozen=True)
class Listing:
    """One entry in a joint discipline list."""

    step: Step
    lifted: Step | None

    def begins(self) -> date:
        """Its first day."""
        return day_at(self.step.payload, "begins") or self.step.day

    def ends(self) -> date | None:
        """Its last day as it was said, or the day before it was lifted; None where it stands until it is."""
        said = day_at(self.step.payload, "ends")
        gone = self.lifted and self.lifted.day - timedelta(days=1)
        return min(said or gone, gone) if gone else said

    def state(self, today: date) -> str:
        """`waiting`, `refused`, `coming`, `standing`, `ended` or `lifted`."""
        if self.step.approval != GRANTED:
            return self.step.approval or WAITING
        if self.lifted:
            return "lifted"
        ends = self.ends()
        if ends and ends < today:
            return "ended"
        return "coming" if self.begins() > today else "standing"


def handed(steps: Steps, *kinds: str) -> list[Handed]:
    """The copies, transfers or penalties that were not voided, the oldest first."""
    return [
        Handed(one, steps.about("target", one.event, "reply"), _lift(one, steps)) for one in steps.of(*kinds)
    ]


def listings(steps: Steps) -> list[Listing]:
    """The entries in lists that were not voided, the oldest first."""
    return [Listing(one, _lift(one, steps)) for one in steps.of("discipline")]


def copy_fault(payload: Json, steps: Steps, author: str, today: date) -> str | None:
    """What stands against telling another department."""
    if not says(payload, "to", LINE) or payload.get("kind") not in COPIES:
        return "handed_to"
    return None if says(payload, "reason") else "reason_needed"


def transfer_fault(payload: Json, steps: Steps, author: str, today: date) -> str | None:
    """What stands against handing the case over: it goes with the archive of a version (RZ-21)."""
    if not says(payload, "to", LINE) or payload.get("kind") not in TRANSFERS:
        return "handed_to"
    package, version = payload.get("package"), payload.get("version")
    if not isinstance(package, str) or not SHA256.fullmatch(package) or not isinstance(version, int):
        return "transfer_package"
    if not fits(payload, "receipt", LINE):
        return "reply_text"
    return None if says(payload, "reason") else "reason_needed"


def reply_fault(payload: Json, steps: Steps, author: str, today: date) -> str | None:
    """What stands against noting what came back."""
    found = _standing(payload.get("target"), steps, *ANSWERED)
    if found is None:
        return "reply_target"
    if not says(payload, "text"):
        return "reply_text"
    return None if between(payload, "at", found.day, today) else "day_order"


def penalty_fault(payload: Json, steps: Steps, author: str, today: date) -> str | None:
    """What stands against noting a penalty."""
    taken = any(one.payload["number"] == payload.get("number") for one in steps.of("penalty"))
    if taken or not says(payload, "number", NAME):
        return "penalty_number"
    if payload.get("kind") not in PENALTIES:
        return "penalty_kind"
    if not _is_amount(payload.get("amount"), payload["kind"] in PAID):
        return "penalty_amount"
    if not all(says(payload, name) for name in ("basis", "facts", "unit")):
        return "penalty_facts"
    if not between(payload, "at", date.min, today):
        return "day_order"
    until = later(payload, "until", day_at(payload, "at") or today)
    return None if until and isinstance(payload.get("public"), bool) else "penalty_until"


def discipline_fault(payload: Json, steps: Steps, author: str, today: date) -> str | None:
    """What stands against asking for an entry in a list."""
    if not says(payload, "list", LINE) or payload.get("flag") not in (*FLAGS, None):
        return "discipline_list"
    same = [one for one in listings(steps) if one.step.payload["list"] == payload["list"]]
    if any(one.state(today) in ("waiting", "coming", "standing") for one in same):
        return "discipline_twice"
    begins = day_at(payload, "begins")
    if begins is None or not later(payload, "ends", begins):
        return "discipline_days"
    return None if says(payload, "basis") and says(payload, "reason") else "discipline_basis"


def lift_fault(payload: Json, steps: Steps, author: str, today: date) -> str | None:
    """What stands against lifting an entry, or ending that a penalty is published."""
    found = _standing(payload.get("target"), steps, "discipline", "penalty")
    if found is None or _lift(found, steps) or (found.type == "discipline" and found.approval != GRANTED):
        return "lift_target"
    return None if says(payload, "reason") else "reason_needed"


def _is_amount(value: Any, wanted: bool) -> bool:
    if not wanted:
        return value is None
    return isinstance(value, str) and bool(AMOUNT.fullmatch(value)) and Decimal(value) > 0


def _standing(event: Any, steps: Steps, *kinds: str) -> Step | None:
    return next((one for one in steps.of(*kinds) if one.event == event), None)


def _lift(one: Step, steps: Steps) -> Step | None:
    return next(iter(steps.about("target", one.event, "lift")), None)
