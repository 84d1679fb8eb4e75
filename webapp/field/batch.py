"""What a phone sends at once."""

import re
from typing import Any

from webapp.canonical import NotCanonical
from webapp.errors import Problem
from webapp.field import rules
from webapp.field.models import Event, Inspection
from webapp.forms.models import Form

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Batch:
    """One phone's events in one request: each stands or falls alone (design 5)."""

    def __init__(self, device: str, people: list[str]) -> None:
        self.device = device
        self.people = people
        self.mine = Inspection.ids_of_people(people)
        self.accepted: list[str] = []
        self.rejected: list[tuple[str, Problem]] = []
        self.touched: dict[str, Inspection | None] = {}
        self.ledgers: dict[str, rules.Ledger] = {}
        self.known: dict[str, str] = {}

    def take(self, given: list[Any]) -> None:
        """Keep what is well-formed and by one of `people` on this phone; the rest is rejected with its reason."""
        changed = set()
        ordered = self._in_lock_order(given)
        self.known = Event.texts([name for value, _ in ordered if UUID.fullmatch(name := _id_of(value))])
        for value, inspection_id in ordered:
            try:
                self._take_one(value)
            except Problem as problem:
                self.rejected.append((_id_of(value), problem))
            else:
                self.accepted.append(value["id"])
                changed.add(inspection_id)
        for inspection in (self.touched[inspection_id] for inspection_id in sorted(changed)):
            if inspection:
                inspection.renew_index()

    def _in_lock_order(self, given: list[Any]) -> list[tuple[Any, str]]:
        # Two batches that lock the same inspections in different orders would wait for each other for ever.
        named = [(value, value.get("inspection") if isinstance(value, dict) else None) for value in given]
        known = [(value, name if isinstance(name, str) else "") for value, name in named]
        return sorted(known, key=lambda pair: pair[1])

    def _take_one(self, value: Any) -> None:
        try:
            event, data = rules.well_formed(value)
        except (ValueError, NotCanonical) as error:
            raise Problem("event_malformed", wrong=str(error)) from error
        if event["device"] != self.device or event["author"] not in self.people or rules.is_office(event):
            raise Problem("event_foreign")
        inspection = self._inspection(event["inspection"])
        if inspection is None or event["author"] not in inspection.pair:
            raise Problem("inspection_unknown")
        _check_forms(event)
        if inspection.id not in self.ledgers:
            self.ledgers[inspection.id] = inspection.ledger()
        inspection.append(event, data, self.known, self.ledgers[inspection.id])

    def _inspection(self, inspection_id: str) -> Inspection | None:
        # Nobody holds up inspections that are not the own.
        if inspection_id not in self.mine:
            return None
        if inspection_id not in self.touched:
            self.touched[inspection_id] = Inspection.locked(inspection_id)
        return self.touched[inspection_id]


def _id_of(value: Any) -> str:
    event_id = value.get("id") if isinstance(value, dict) else None
    return event_id if isinstance(event_id, str) else ""


def _check_forms(event: dict[str, Any]) -> None:
    visit = event["payload"].get("visit") if event["type"] == "arrive" else None
    named = visit.get("forms") if isinstance(visit, dict) else None
    hashes = [name for name in named if isinstance(name, str)] if isinstance(named, list) else []
    unknown = sorted(set(hashes) - Form.bodies(hashes).keys())
    if unknown:
        raise Problem("form_unknown", forms=unknown)
