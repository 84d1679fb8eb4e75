"""What the events of one inspection add up to: the record, its hash, its signatures, its seal, its state.

`static/field/fold.js` is the same function for the phone; `tests/vectors/record.json` holds the two equal, byte for byte.
The order of the events handed in does not matter, and neither does one that is handed in twice.
"""

from collections.abc import Iterable
from typing import Any

from webapp.canonical import canonical, digest, sha256

Event = dict[str, Any]
Record = dict[str, Any]

# What comes after the visit, by the office, or by the subject on its own page: it changes nothing that was signed.
AFTER: dict[str, dict[str, type]] = {
    "decide": {"code": str},
    "approve": {"target": str, "granted": bool},
    "case": {"unit": str, "reason": str},
    "notice": {"kind": str, "number": str},
    "serve": {"notice": str, "way": str, "at": str},
    "receive": {"name": str},
    "publish": {"document": dict, "document_hash": str},
    "withhold": {"clause": str, "reason": str},
    "correct": {"document": dict, "document_hash": str, "reason": str},
    "take_down": {"publication": str, "reason": str},
    "enter": {"platform": str, "receipt": str, "at": str},
    "object": {"text": str, "at": str},
    "recheck": {"objection": str, "way": str, "at": str},
    "rule": {"objection": str, "outcome": str, "reason": str},
    "order": {"number": str, "deadline": str, "demands": list},
    "extend": {"order": str, "deadline": str, "reason": str},
    "proof": {"order": str, "text": str},
    "rectify": {"order": str, "outcome": str, "at": str},
    "reinspect": {"inspection": str, "number": str},
    "copy": {"to": str, "reason": str},
    "transfer": {"to": str, "kind": str, "reason": str},
    "reply": {"target": str, "text": str, "at": str},
    "penalty": {"number": str, "kind": str, "at": str},
    "discipline": {"list": str, "reason": str},
    "lift": {"target": str, "reason": str},
    "return_visit": {"way": str, "at": str},
    "void": {"target": str, "reason": str},
}
BEFORE = frozenset({"comment", "return", "accept", "archive", "recusal", "pair", "cancel", "proceed"})
OFFICE = BEFORE | AFTER.keys()
ENDINGS = frozenset({"sign", "refuse", "absent", "stamp"})

# What a payload must hold to mean anything; an event that lacks it is kept and shown as unknown.
SHAPES: dict[str, dict[str, type]] = {
    "arrive": {},
    "present": {"name": str},
    "answer": {"question": str},
    "photo": {"sha256": str},
    "mark": {"photo": str, "shapes": list},
    "caption": {"photo": str, "text": str},
    "attach": {"photo": str, "question": str},
    "withdraw": {"event": str, "reason": str},
    "note": {"text": str},
    "recuse": {"reason": str},
    "scan": {},
    "result": {"code": str},
    "sign": {"role": str, "record_hash": str},
    "refuse": {"reason": str, "record_hash": str},
    "absent": {"reason": str, "record_hash": str},
    "stamp": {"sha256": str, "record_hash": str},
    "seal": {"record_hash": str, "covers": str, "events": list, "signature": str},
    "reopen": {"reason": str, "seal": str},
    "comment": {"text": str},
    "return": {"reason": str, "seal": str},
    "accept": {"seal": str},
    "archive": {"seal": str},
    "recusal": {"wish": str, "granted": bool, "reason": str},
    "pair": {"pair": list, "reason": str},
    "cancel": {"reason": str},
    "proceed": {"reason": str},
    **AFTER,
}
ENVELOPE = frozenset({"device", "clock", "type", "payload"})
PHOTO = (
    "device",
    "clock",
    "question",
    "sha256",
    "size",
    "mime",
    "width",
    "height",
    "position",
    "source",
)
DECISION = ("type", "reason", "seal", "question", "text", "wish", "granted", "pair", "out")
SIGNATURE = ("role", "name", "title", "phone", "strokes", "canvas", "reason", "witness", "kind", "sha256")


def fold(events: Iterable[Event]) -> Record:
    """The record of one inspection (design 2.2). Raises `ValueError` where two events share an id and differ."""
    log = in_order(events)
    office = [_trace(event, *DECISION) for event in _of(log, *BEFORE)]
    seal, faults = _seal_in_force(log, office)
    covered = set(seal["payload"]["events"]) if seal else {event["id"] for event in log}
    base = [event for event in log if event["id"] in covered]
    content = content_of(base)
    record_hash = digest(content)
    return {
        "content": content,
        "record_hash": record_hash,
        "conflicts": conflicts(content),
        "signatures": _signatures(base, record_hash),
        "seal": seal and _trace(seal, "device", "record_hash", "covers", "signature"),
        "faults": faults,
        "addenda": [e for e in log if e["id"] not in covered and e is not seal and e["type"] not in OFFICE],
        "office": office,
        "after": [_trace(event, "type", "payload") for event in _of(log, *AFTER)],
        "state": _state(log, seal, office),
    }


def in_order(events: Iterable[Event]) -> list[Event]:
    """Each event once, by `(seq, device, id)`; a phone's clock is never sorted by (design 2.1)."""
    unique: dict[str, Event] = {}
    for event in events:
        known = unique.setdefault(event["id"], event)
        if known is not event and canonical(known) != canonical(event):
            raise ValueError(f"two events with the id {event['id']}")
    return sorted(unique.values(), key=lambda event: (event["seq"], event["device"], event["id"]))


def content_of(base: list[Event]) -> dict[str, Any]:
    """What was found, from events in order: what `record_hash` is the hash of, and people sign."""
    seq = {event["id"]: event["seq"] for event in base}
    gone = {
        event["payload"]["event"]
        for event in _of(base, "withdraw")
        if seq.get(event["payload"]["event"], event["seq"]) < event["seq"]
    }
    left = [event for event in base if event["id"] not in gone]
    return {
        "visit": _visit(left, base),
        "arrivals": [_trace(event, "device", "clock", "position") for event in _of(left, "arrive")],
        "present": [_trace(event, "name", "role", "phone") for event in _of(left, "present")],
        "answers": _answers(base, gone),
        "photos": _photos(left),
        "notes": [_trace(event, "question", "text") for event in _of(left, "note")],
        "scans": [_trace(e, "device", "clock", "text", "matches", "reason") for e in _of(left, "scan")],
        "recusals": [_trace(event, "asked", "wanted", "reason") for event in _of(left, "recuse")],
        "result": [_trace(e, "clock", "code", "told", "note") for e in _standing(_of(base, "result"), gone)],
        "withdrawn": [
            {**_trace(event, "reason"), "target": event["payload"]["event"]}
            for event in _of(base, "withdraw")
        ],
        "reopened": [_trace(event, "reason") for event in _of(base, "reopen")],
        "unknown": [event for event in base if not _known(event)],
    }


def conflicts(content: dict[str, Any]) -> list[str]:
    """The questions, and `result`, to which two different answers stand; nobody signs before they are settled."""
    found = [
        question
        for question, standing in content["answers"].items()
        if len({canonical([answer["value"], answer["note"]]) for answer in standing}) > 1
    ]
    if len({canonical([result["code"], result["told"], result["note"]]) for result in content["result"]}) > 1:
        found.append("result")
    return sorted(found, key=lambda question: question.encode("utf-16-be", "surrogatepass"))


def covers(ids: Iterable[str]) -> str:
    """SHA-256 of the sorted ids that a seal stands on, joined by LF (design 2.2)."""
    return sha256("\n".join(sorted(ids)).encode())


def _visit(left: list[Event], base: list[Event]) -> dict[str, Any] | None:
    """The head of the record, with the pair that the office last said (RZ-10b): what is signed says who inspected."""
    visits = (event["payload"].get("visit") for event in _of(left, "arrive"))
    visit = next((visit for visit in visits if isinstance(visit, dict)), None)
    pairs = _of(base, "pair")
    return visit | {"pair": pairs[-1]["payload"]["pair"]} if visit and pairs else visit


def _answers(base: list[Event], gone: set[str]) -> dict[str, list[dict[str, Any]]]:
    by_question: dict[str, list[Event]] = {}
    for event in _of(base, "answer"):
        by_question.setdefault(event["payload"]["question"], []).append(event)
    return {
        question: [_trace(event, "clock", "value", "note") for event in standing]
        for question, given in by_question.items()
        if (standing := _standing(given, gone))
    }


def _standing(given: list[Event], gone: set[str]) -> list[Event]:
    # One can only replace what one has seen, and a seen event has a lower seq: no two can replace each other.
    seq = {event["id"]: event["seq"] for event in given}
    replaced = {
        old
        for event in given
        for old in _texts(event["payload"].get("replaces"))
        if seq.get(old, event["seq"]) < event["seq"]
    }
    return [event for event in given if event["id"] not in replaced and event["id"] not in gone]


def _photos(left: list[Event]) -> list[dict[str, Any]]:
    photos = {
        event["id"]: {
            **_trace(event, *PHOTO),
            "caption": None,
            "marks": [],
            "also": [],
        }
        for event in _of(left, "photo")
    }
    for event in _of(left, "mark", "caption", "attach"):
        photo = photos.get(event["payload"]["photo"])
        if photo and event["type"] == "mark":
            photo["marks"].append(_trace(event, "shapes"))
        elif photo and event["type"] == "attach":
            photo["also"].append(_trace(event, "question"))
        elif photo:
            photo["caption"] = event["payload"]["text"]
    return list(photos.values())


def _signatures(base: list[Event], record_hash: str) -> list[dict[str, Any]]:
    return [
        {
            **_trace(event, "device", "clock", "type", "record_hash", *SIGNATURE),
            "standing": event["payload"]["record_hash"] == record_hash,
        }
        for event in _of(base, *ENDINGS)
    ]


def _seal_in_force(
    log: list[Event], office: list[dict[str, Any]]
) -> tuple[Event | None, list[dict[str, Any]]]:
    seals = {seal["id"]: seal for seal in _of(log, "seal")}
    accepted = [seal for seal in seals.values() if _decision(seal, office) in ("accept", "archive")]
    reopened: dict[str, set[str]] = {}
    for event in _of(log, "reopen"):
        target = seals.get(event["payload"]["seal"])
        if target and target not in accepted:
            reopened.setdefault(target["id"], set()).add(event["id"])
    faults, holding = [], []
    pairs = {event["id"] for event in _of(log, "pair")}
    for seal in seals.values():
        if seal not in accepted and _is_void(seal, reopened):
            continue
        # Who sealed without having seen that the pair was changed sealed for a pair that was not any more.
        late = seal not in accepted and not pairs <= set(_texts(seal["payload"]["events"]))
        fault = _fault(seal, log) or ("pair" if late else None)
        if fault is None:
            holding.append(seal)
        else:
            faults.append({"event": seal["id"], "code": fault})
    chosen = next((seal for seal in holding if seal in accepted), None) or _agreed(holding)
    if holding and chosen is None:
        faults += [{"event": seal["id"], "code": "conflict"} for seal in holding]
    return chosen, faults


def _is_void(seal: Event, reopened: dict[str, set[str]]) -> bool:
    """Whether the seal was reopened, or was made as if a reopening of another had not been."""
    covered = set(_texts(seal["payload"]["events"]))
    return any(target == seal["id"] or not by & covered for target, by in reopened.items())


def _agreed(holding: list[Event]) -> Event | None:
    """The first seal of the record that all last agreed on; None where two records claim to be that one."""
    covered = [(set(_texts(seal["payload"]["events"])), seal["payload"]["record_hash"]) for seal in holding]
    # Anyone of the pair can seal what all signed before: it does not stand against what they signed since.
    last = {name for ids, name in covered if not any(ids < more for more, _ in covered)}
    return next((s for s in holding if {s["payload"]["record_hash"]} == last), None)


def _fault(seal: Event, log: list[Event]) -> str | None:
    payload = seal["payload"]
    ids = set(_texts(payload["events"]))
    base = [event for event in log if event["id"] in ids and event is not seal]
    if len(base) != len(payload["events"]):
        return "incomplete"
    if payload["covers"] != covers(ids):
        return "covers"
    content = content_of(base)
    if payload["record_hash"] != digest(content):
        return "content"
    if conflicts(content):
        return "conflict"
    return _unsigned(content, _signatures(base, payload["record_hash"]))


def _unsigned(content: dict[str, Any], signatures: list[dict[str, Any]]) -> str | None:
    """Two inspectors of the pair and an ending for the subject: signed, refused, absent, or on paper (RZ-14, RZ-16)."""
    standing = [signature for signature in signatures if signature["standing"]]
    members = set(_texts([member.get("id") for member in _objects((content["visit"] or {}).get("pair"))]))
    inspectors = {s["author"] for s in standing if s["type"] == "sign" and s["role"] == "inspector"}
    if len(inspectors & members) < 2:
        return "inspectors"
    return None if any(map(ends, standing)) else "subject"


def ends(signature: dict[str, Any]) -> bool:
    """Whether a signature is how the subject's part ends: signed, refused, absent, or on paper (RZ-16)."""
    by_subject = signature["type"] == "sign" and signature["role"] == "subject"
    on_paper = signature["type"] == "stamp" and signature["kind"] == "paper"
    return by_subject or on_paper or signature["type"] in ("refuse", "absent")


def _state(log: list[Event], seal: Event | None, office: list[dict[str, Any]]) -> str:
    called = [made["type"] for made in office if made["type"] in ("cancel", "proceed")]
    if called and called[-1] == "cancel":
        return "cancelled"
    if seal:
        decided = {"return": "returned", "accept": "accepted", "archive": "archived"}
        return decided.get(_decision(seal, office) or "", "sealed")
    return "open" if any(event["type"] not in OFFICE for event in log) else "assigned"


def _decision(seal: Event, office: list[dict[str, Any]]) -> str | None:
    return next((made["type"] for made in reversed(office) if made["seal"] == seal["id"]), None)


def _of(log: list[Event], *types: str) -> list[Event]:
    return [event for event in log if event["type"] in types and _known(event)]


def _known(event: Event) -> bool:
    shape = SHAPES.get(event["type"])
    return shape is not None and all(
        isinstance(event["payload"].get(name), kind) for name, kind in shape.items()
    )


def _trace(event: Event, *names: str) -> dict[str, Any]:
    """Who did it and when, and the named parts of the event and its payload; what is absent is null."""
    parts = {name: event[name] if name in ENVELOPE else event["payload"].get(name) for name in names}
    return {"event": event["id"], "author": event["author"], "time": event["time"], **parts}


def _texts(value: Any) -> list[str]:
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []


def _objects(value: Any) -> list[dict[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
