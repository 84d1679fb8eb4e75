"""What the office said to the pair, at a question or in general, and what the pair did about it. Pure."""

from typing import Any

from webapp.archive.entries import event_entry
from webapp.archive.sections import made
from webapp.archive.wording import N_, Wording, text
from webapp.field.fold import OFFICE, Event, in_order

Json = dict[str, Any]

# While the pair can still do something about it.
STATES = ("open", "sealed", "returned", "accepted")
LONGEST, MOST = 2000, 200
IN_GENERAL = N_("整体")
# What the pair does at a question; a mark, a caption or a withdrawal belongs where its photo or answer does.
AT_A_QUESTION = ("answer", "photo", "note", "attach", "mark", "caption", "withdraw")


def comments(events: list[Event]) -> list[Json]:
    """The office's comments in order, `{event, author, time, question, text, replies}`.

    `replies` are the events that the pair wrote at the same question after it had the comment.
    """
    log = in_order(events)
    known = {event["id"]: event for event in log}
    done = [(event, _question(event, known)) for event in log if event["type"] in AT_A_QUESTION]
    return [
        {
            "event": said["id"],
            "author": said["author"],
            "time": said["time"],
            "question": said["payload"].get("question"),
            "text": said["payload"]["text"],
            "replies": [event for event, question in done if _answers(event, question, said)],
        }
        for said in log
        if said["type"] == "comment" and isinstance(said["payload"].get("text"), str)
    ]


def worded(given: list[Json], wording: Wording, labels: dict[str, str], asked: dict[str, Json]) -> list[Json]:
    """The comments in words, `{event, author, time, address, about, text, open, replies}`; replies as `entries`."""
    return [
        made(said, wording)
        | {
            "address": text(said["question"]),
            "about": labels.get(text(said["question"]), text(said["question"])) or wording.say(IN_GENERAL),
            "text": said["text"],
            "open": not said["replies"],
            "replies": [event_entry(event, wording, {}, asked) for event in said["replies"]],
        }
        for said in given
    ]


def as_reason(written: str, waiting: list[Json], wording: Wording) -> str:
    """A reason for sending back: what was written, and the comments that wait for an answer."""
    colon = ": " if wording.lang == "en" else "："
    lines = [
        f"{number}. {said['about']}{colon}{said['text']}" for number, said in enumerate(waiting, start=1)
    ]
    return "\n".join([*filter(None, [written]), *lines])


def _answers(event: Event, question: Any, said: Event) -> bool:
    # Who had not seen the comment did not answer it: what was seen has a lower seq.
    return question == said["payload"].get("question") and event["seq"] > said["seq"]


def _question(event: Event, known: dict[str, Event]) -> Any:
    payload = event["payload"]
    if "question" in payload:
        return payload["question"]
    target = known.get(text(payload.get("photo") or payload.get("event")))
    # What belongs nowhere answers nothing, a comment in general neither.
    return target["payload"].get("question", False) if target and target["type"] not in OFFICE else False
