"""What was noted, withdrawn, added or decided, as lines `{time, author, about, text}` in words. Pure."""

from typing import Any

from webapp.archive.sections import made
from webapp.archive.wording import ENDINGS, N_, RESULTS, ROLES, TYPES, Wording, moment, objects, text
from webapp.field.rules import asks_for_recusal, open_wishes

Json = dict[str, Any]

ENTRIES = ("notes", "scans", "recusals", "withdrawn", "reopened", "addenda", "office", "unknown")
NOT_SCANNED = N_("没有扫码")
MATCHES = {"yes": N_("与检查对象一致"), "no": N_("与检查对象不一致"), "unknown": N_("待机关核对")}
WANTED, NOT_WANTED = N_("申请回避"), N_("不申请回避")
GRANTED, DECLINED = N_("同意回避"), N_("不同意回避")
INTO = N_("现在的检查组：{names}。")
# A question that no form of the visit asks.
UNKNOWN = {"type": "verdict"}
# The part of an event's payload that says most; the whole event is in the log.
SAID = {
    "present": ("name", "role", "phone"),
    "photo": ("sha256",),
    "caption": ("text",),
    "withdraw": ("reason",),
    "note": ("text",),
    "recuse": ("reason",),
    "scan": ("text", "reason"),
    "attach": (),
    "sign": ("name", "title"),
    "refuse": ("reason", "witness"),
    "absent": ("reason", "witness"),
    "stamp": ("sha256",),
    "seal": ("record_hash",),
    "reopen": ("reason",),
    "arrive": (),
    "mark": (),
}


def entries(
    record: Json, wording: Wording, labels: dict[str, str], asked: dict[str, Json], events: dict[str, Json]
) -> Json:
    """The lists named by `ENTRIES`; `labels` of questions by address, what is `asked` by address without the instance,
    `events` by id as far as known."""
    content = record["content"]
    waiting = {wish["event"] for wish in open_wishes(record)}
    return {
        "notes": [
            _entry(note, labels.get(text(note["question"]), note["question"]), note["text"], wording)
            for note in content["notes"]
        ],
        "scans": [
            _entry(scan, _met(scan, wording), _said_of_scan(scan), wording) for scan in content["scans"]
        ],
        "recusals": [
            _entry(given, _recusal(given, wording), given["reason"], wording)
            | {"wanted": asks_for_recusal(given), "open": given["event"] in waiting}
            for given in content["recusals"]
        ],
        "withdrawn": [
            _entry(gone, _target(events.get(gone["target"]), wording), gone["reason"], wording)
            | {"target": gone["target"]}
            for gone in content["withdrawn"]
        ],
        "reopened": [_entry(reopened, "", reopened["reason"], wording) for reopened in content["reopened"]],
        "addenda": [event_entry(whole, wording, labels, asked) for whole in record["addenda"]],
        "unknown": [event_entry(whole, wording, labels, asked) for whole in content["unknown"]],
        "office": [
            _entry(decided, _decided(decided, wording, labels), _why(decided, wording), wording)
            | {"type": decided["type"], "question": text(decided["question"])}
            for decided in record["office"]
        ],
    }


def _met(scan: Json, wording: Wording) -> str:
    if scan["text"] is None:
        return wording.say(NOT_SCANNED)
    return wording.one_of(MATCHES, {True: "yes", False: "no"}.get(scan["matches"], "unknown"))


def _said_of_scan(scan: Json) -> str:
    return "  ".join(filter(None, (text(scan["text"]), text(scan["reason"]))))


def _recusal(given: Json, wording: Wording) -> str:
    asked = wording.one_of(ROLES, given["asked"] or "inspector")
    return f"{asked} {wording.say(WANTED if asks_for_recusal(given) else NOT_WANTED)}"


def _decided(decided: Json, wording: Wording, labels: dict[str, str]) -> str:
    address = text(decided["question"])
    granted = {True: wording.say(GRANTED), False: wording.say(DECLINED)}.get(decided["granted"], "")
    about = (wording.one_of(TYPES, decided["type"]), labels.get(address, address), granted)
    return "  ".join(filter(None, about))


def _why(decided: Json, wording: Wording) -> str:
    said = text(decided["reason"] or decided["text"])
    names = wording.listed([text(member.get("name")) for member in objects(decided["pair"])])
    return f"{said}  {wording.say(INTO).format(names=names)}" if names else said


def _entry(trace: Json, about: Any, said: Any, wording: Wording) -> Json:
    return made(trace, wording) | {"about": text(about), "text": text(said)}


def event_entry(event: Json, wording: Wording, labels: dict[str, str], asked: dict[str, Json]) -> Json:
    """What one event says, as a line; the question only where `labels` know it."""
    about = wording.one_of(TYPES, event["type"])
    return _entry(event, about, _said(event, wording, labels, asked), wording) | {"type": event["type"]}


def _said(event: Json, wording: Wording, labels: dict[str, str], asked: dict[str, Json]) -> str:
    payload = event["payload"]
    address = text(payload.get("question"))
    question = labels.get(address, address)
    if event["type"] == "answer":
        value = wording.answer(asked.get(address.partition("[")[0], UNKNOWN), payload.get("value"))
        return "  ".join(part for part in (question, value, text(payload.get("note"))) if part)
    if event["type"] == "result":
        return "  ".join(
            filter(None, (wording.one_of(RESULTS, payload.get("code")), text(payload.get("note"))))
        )
    names = SAID.get(event["type"])
    if names is None:
        return text(payload)
    kind = wording.one_of(ENDINGS, "paper") if payload.get("kind") == "paper" else ""
    return "  ".join(filter(None, (question, kind, *(text(payload.get(name)) for name in names))))


def _target(event: Json | None, wording: Wording) -> str:
    return f"{wording.one_of(TYPES, event['type'])} {moment(event['time'])}" if event else ""
