"""What a record says otherwise than an earlier one did: what changed since the office sent it back. Pure."""

from collections.abc import Iterable, Iterator
from typing import Any

from webapp.archive.entries import ENTRIES
from webapp.archive.sections import made
from webapp.archive.wording import N_, TYPES, Say, Wording, text
from webapp.canonical import canonical
from webapp.field.fold import ends

Json = dict[str, Any]

# Where what stands now replaces what stood before.
ALL_AT_ONCE = ("result", "answers")
# Lists of things that each stand by themselves.
ONE_BY_ONE = (
    "photos",
    "notes",
    "present",
    "arrivals",
    "scans",
    "recusals",
    "withdrawn",
    "reopened",
    "unknown",
)
KINDS = {"new": N_("新增"), "gone": N_("去掉"), "other": N_("改动"), "again": N_("重新确认，没有改动")}
FOLLOWS = N_("随其他内容变动")
VISIT, ENDING = N_("检查任务"), N_("检查对象的签字")
# What else stands at a question beside its answer.
ASIDE = {"photos": TYPES["photo"], "notes": TYPES["note"]}
MARKED, USED = N_("标注 {count} 处"), N_("用于：{questions}")


def changes(before: Json, now: Json) -> list[Json]:
    """What differs between two records, `{part, question, was, now, by}`; empty where their content is the same.

    `was` and `now` are the traces that stand there; `by` is the trace of who changed it, as far as the record
    says. A withdrawal is told with what it took away, else by itself.
    """
    old, new = before["content"], now["content"]
    rows = list(_all_rows(old, new))
    told = {_name(row["by"]) for row in rows if row["by"] and row["part"] != "withdrawn"}
    rows = [
        row for row in rows if row["part"] != "withdrawn" or _name((row["now"] or row["was"])[0]) not in told
    ]
    # While nobody has signed anew there is nothing to compare.
    if _endings(now) and _said(_endings(before)) != _said(_endings(now)):
        rows.append(_row("ending", None, _endings(before), _endings(now)))
    return rows


def worded(rows: list[Json], before: Json, now: Json, wording: Wording) -> list[Json]:
    """The rows in words, from the documents of both records, in the order of the forms.

    `{part, kind, kind_text, about, aside, address, photo, was, now, mark_was, mark_now, author, time, why}`; `photo` is
    its number now, `why` the reason of who withdrew it.
    """
    old, new = _lines(before, wording.say), _lines(now, wording.say)
    place = {row["address"]: at for at, row in enumerate(_rows(now))}
    order = ("result", "ending", "answers", *ONE_BY_ONE, "visit")
    # What nobody sees, before or now, is no change for people; what follows from a change is one.
    seen = {row["address"] for row in (*_rows(before), *_rows(now)) if row["type"] != "instance"}
    told = [
        _worded(row, old, new, wording) for row in rows if row["part"] != "answers" or row["question"] in seen
    ]
    told += _following(rows, {row["address"] for row in told}, before, now, wording)
    return sorted(told, key=lambda row: (order.index(row["part"]), place.get(row["address"], 0)))


def _all_rows(old: Json, new: Json) -> Iterator[Json]:
    gone = {withdrawn["target"]: withdrawn for withdrawn in new["withdrawn"]}
    if canonical(old["visit"]) != canonical(new["visit"]):
        was, now = ([{"event": "visit"}] if visit else [] for visit in (old["visit"], new["visit"]))
        yield {"part": "visit", "question": None, "was": was, "now": now, "by": None}
    if canonical(old["result"]) != canonical(new["result"]):
        yield _row("result", None, old["result"], new["result"], gone)
    for question in sorted(old["answers"].keys() | new["answers"].keys()):
        was, now = old["answers"].get(question, []), new["answers"].get(question, [])
        if canonical(was) != canonical(now):
            yield _row("answers", question, was, now, gone)
    for part in ONE_BY_ONE:
        was, now = _by_event(old[part]), _by_event(new[part])
        for event in was | now:
            pair = [[known[event]] if event in known else [] for known in (was, now)]
            if canonical(pair[0]) != canonical(pair[1]):
                trace = (pair[1] or pair[0])[0]
                yield _row(part, trace.get("question"), *pair, gone)


def _row(part: str, question: Any, was: list[Json], now: list[Json], gone: Json | None = None) -> Json:
    return {"part": part, "question": question, "was": was, "now": now, "by": _by(was, now, gone or {})}


def _by(was: list[Json], now: list[Json], gone: Json) -> Json | None:
    """Who changed it: by what was added, inside a photo too, else by the withdrawal of what stood there."""
    known = _by_event(_traces(was))
    added = [trace for trace in _traces(now) if _name(trace) not in known]
    if added:
        return added[-1]
    return next((gone[name] for name in known if name in gone), None)


def _traces(given: list[Json]) -> Iterator[Json]:
    for trace in given:
        if _name(trace):
            yield trace
            yield from trace.get("marks", [])
            yield from trace.get("also", [])


def _by_event(traces: Iterable[Json]) -> Json:
    return {_name(trace): trace for trace in traces}


def _name(trace: Json) -> str:
    """The event of a trace; what nobody knew is kept as the whole event."""
    return text(trace.get("event") or trace.get("id"))


def _endings(record: Json) -> list[Json]:
    return [given for given in record["signatures"] if given["standing"] and ends(given)]


def _said(endings: list[Json]) -> list[Any]:
    """What matters of an ending: everybody signs anew after a reopening, with other strokes."""
    return [
        [given[name] for name in ("type", "name", "title", "phone", "reason", "witness")] for given in endings
    ]


def _worded(row: Json, old: Json, new: Json, wording: Wording) -> Json:
    was, now = _said_of(row["was"], old), _said_of(row["now"], new)
    about = {"visit": wording.say(VISIT), "ending": wording.say(ENDING)}.get(row["part"])
    by = made(row["by"], wording) if row["by"] else {"author": "", "time": ""}
    kind = _kind(row, was["text"] == now["text"])
    return {
        "part": row["part"],
        "kind": kind,
        "kind_text": wording.say(KINDS[kind]),
        "about": about or now["about"] or was["about"],
        "aside": wording.say(ASIDE[row["part"]]) if row["part"] in ASIDE else "",
        "address": text(row["question"]),
        "photo": now["photo"],
        "was": was["text"],
        "now": now["text"],
        "mark_was": was["mark"],
        "mark_now": now["mark"],
        "author": by["author"],
        "time": by["time"],
        "why": text(row["by"].get("reason")) if row["by"] and row["by"].get("target") else "",
    }


def _following(rows: list[Json], said: set[str], before: Json, now: Json, wording: Wording) -> Iterator[Json]:
    """What the form asks or says otherwise because of other answers, and instances that came or went."""
    made_by = {row["question"]: row["by"] for row in rows if row["part"] == "answers"}
    old, new = ({row["address"]: row for row in _rows(document)} for document in (before, now))
    for address in dict.fromkeys([*old, *new]):
        was, is_now = _what(old.get(address)), _what(new.get(address))
        if address in said or was["text"] == is_now["text"]:
            continue
        kind = "other" if was["text"] and is_now["text"] else "gone" if was["text"] else "new"
        by = made(made_by[address], wording) if made_by.get(address) else {"author": "", "time": ""}
        yield {
            "part": "answers",
            "kind": kind,
            "kind_text": wording.say(KINDS[kind]),
            "about": (new.get(address) or old[address])["label"],
            "aside": "",
            "address": address,
            "photo": None,
            "was": was["text"],
            "now": is_now["text"],
            "mark_was": was["mark"],
            "mark_now": is_now["mark"],
            "author": by["author"],
            "time": by["time"],
            "why": "" if by["author"] else wording.say(FOLLOWS),
        }


def _what(row: Json | None) -> Json:
    """What a row says; an instance says that it is there."""
    if row is None:
        return {"text": "", "mark": ""}
    return {"text": row["short"] if row["type"] == "instance" else row["answer"], "mark": row["mark"]}


def _said_of(traces: list[Json], lines: Json) -> Json:
    """One line for all that stands there."""
    said = [lines[_name(trace)] for trace in traces if _name(trace) in lines]
    last = said[-1] if said else {"about": "", "text": "", "mark": "", "photo": None}
    return last | {"text": " / ".join(dict.fromkeys(line["text"] for line in said if line["text"]))}


def _kind(row: Json, same: bool) -> str:
    if not row["was"] or not row["now"]:
        return "gone" if row["was"] else "new"
    return "again" if row["part"] in ALL_AT_ONCE and same else "other"


def _lines(document: Json, say: Say) -> Json:
    """What a document says of each event: `{about, text, mark, photo}`."""
    pair = [member.get("name", "") for member in document["pair"]]
    lines = {"visit": _line(say(VISIT), document["number"], document["subject"].get("name", ""), *pair)}
    for row in _rows(document):
        for answer in row["answers"]:
            lines[answer["event"]] = _line(
                row["label"], answer["answer"], answer["note"], mark=answer["mark"]
            )
    for one in (document["result"] or {"standing": []})["standing"]:
        lines[one["event"]] = _line(say(TYPES["result"]), one["code_text"], one["told_text"], one["note"])
    for photo in document["photos"]:
        about = photo["question_label"] or say(TYPES["photo"])
        lines[photo["event"]] = _line(about, *_pictured(photo, say), photo=photo["index"])
    for person in document["present"]:
        about = say(TYPES["present"])
        lines[person["event"]] = _line(about, *(person[name] for name in ("name", "role", "phone")))
    for arrival in document["arrivals"]:
        lines[arrival["event"]] = _line(say(TYPES["arrive"]), arrival["name"], arrival["position"])
    for given in document["signatures"]:
        parts = (given["kind_text"], given["name"], given["title"], given["reason"], given["witness"])
        lines[given["event"]] = _line(given["role_text"], *parts)
    for entry in (entry for name in ENTRIES for entry in document[name]):
        lines.setdefault(entry["event"], _line(entry["about"] or say(TYPES["reopen"]), entry["text"]))
    return lines


def _pictured(photo: Json, say: Say) -> Iterator[str]:
    yield photo["caption"] or say(TYPES["photo"])
    if photo["marks"]:
        yield say(MARKED).format(count=len(photo["marks"]))
    if len(photo["questions"]) > 1:
        yield say(USED).format(questions=photo["question_label"])


def _line(about: str, *parts: str, mark: str = "", photo: int | None = None) -> Json:
    return {"about": about, "text": "  ".join(part for part in parts if part), "mark": mark, "photo": photo}


def _rows(document: Json) -> list[Json]:
    return [row for section in document["sections"] for row in section["rows"]]
