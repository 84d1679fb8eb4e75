"""What a phone sends at once."""

from typing import Any

from webapp.accounts.models import Enrolment
from webapp.accounts.phone_key import phone_signed
from webapp.canonical import NotCanonical, canonical
from webapp.errors import Problem
from webapp.field import rules
from webapp.field.models import Event, Inspection
from webapp.field.relief import Relieved
from webapp.forms.models import Form
from webapp.ids import is_uuid


class Batch:
    """One phone's events in one request: each stands or falls alone (design 5).

    `signatures`: by event id, of the phones that wrote what this one carries for them. `quarantined`, by phone, are the
    events of revoked phones among those, and of who is not in the pair any more; `judged`: a person takes these in.
    """

    def __init__(
        self,
        device: str,
        people: list[str],
        signatures: dict[str, Any] | None = None,
        *,
        judged: bool = False,
    ) -> None:
        self.device = device
        self.people = people
        self.signatures = signatures or {}
        self.judged = judged
        self.quarantined: dict[str, list[Any]] = {}
        self.mine: set[str] = set()
        self.accepted: list[str] = []
        self.rejected: list[tuple[str, Problem]] = []
        self.touched: dict[str, Inspection | None] = {}
        self.ledgers: dict[str, rules.Ledger] = {}
        self.known: dict[str, str] = {}
        self.phones: dict[str, dict[str, Enrolment]] = {}

    def take(self, given: list[Any]) -> None:
        """Keep what is well-formed and by one of `people` on this phone, or signed by its author's phone.

        The rest is rejected with its reason.
        """
        changed = set()
        ordered = self._in_lock_order(given)
        named = {inspection_id for _, inspection_id in ordered}
        self.mine = Inspection.positions(self.people, named).keys() | Relieved.among(self.people, named)
        self.known = Event.texts([name for value, _ in ordered if is_uuid(name := _id_of(value))])
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
        if self._is_kept(value):
            return
        if rules.is_practice(value):
            raise Problem("event_practice")
        try:
            event, data = rules.well_formed(value)
        except (ValueError, NotCanonical) as error:
            raise Problem("event_malformed", wrong=str(error)) from error
        own = event["device"] == self.device
        if rules.is_office(event) or (own and event["author"] not in self.people):
            raise Problem("event_foreign")
        inspection = self._inspection(event["inspection"])
        relieved = inspection is not None and self._is_relieved(inspection, event["author"])
        if inspection is None or not (relieved or event["author"] in inspection.pair):
            raise Problem("inspection_unknown")
        carried = None if own else self._carried(event, data)
        if relieved and not self.judged:
            self.quarantined.setdefault(event["device"], []).append(event)
            raise Problem("pair_left")
        _check_forms(event)
        if inspection.id not in self.ledgers:
            self.ledgers[inspection.id] = inspection.ledger()
        inspection.append(event, data, self.known, self.ledgers[inspection.id], carried)

    def _is_kept(self, value: Any) -> bool:
        """Whether the bureau holds these very bytes already: then it does not matter who sends them again."""
        text = self.known.get(_id_of(value))
        try:
            same = text is not None and text.encode() == canonical(value)
        except NotCanonical:
            same = False
        return same and self._inspection(value["inspection"]) is not None

    def _carried(self, event: dict[str, Any], data: bytes) -> dict[str, str]:
        """How an event of another phone came and what proves it: that phone's signature over the event's bytes."""
        signature, phone = self.signatures.get(event["id"]), self._phone(event["device"])
        author = phone.get(event["author"])
        if signature is None or author is None or not author.user.active:
            raise Problem("event_foreign")
        if not phone_signed(author.public_key, data, signature):
            raise Problem("signature_wrong")
        if any(one.revoked_at for one in phone.values() if one.user.bureau_id == author.user.bureau_id):
            self.quarantined.setdefault(event["device"], []).append(event)
            raise Problem("origin_revoked")
        return {"device": self.device, "signature": signature}

    def _is_relieved(self, inspection: Inspection, author: str) -> bool:
        return author not in inspection.pair and Relieved.is_one(inspection.id, author)

    def _phone(self, device: str) -> dict[str, Enrolment]:
        # Each person's own enrolment, with the key that this person gave.
        if device not in self.phones:
            self.phones[device] = {one.user_id: one for one in Enrolment.of_device(device)}
        return self.phones[device]

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
