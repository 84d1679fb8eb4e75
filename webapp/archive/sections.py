"""The questions of the forms with what was answered, as rows in words. Pure."""

from collections.abc import Iterator
from typing import Any

from webapp.archive.wording import CLOCKS, MARKS, N_, Wording, moment, text
from webapp.forms.rules import is_answer

Json = dict[str, Any]

OTHER_ANSWERS = N_("检查表以外的内容")


def sections(record: Json, forms: list[Json], wording: Wording, photos: list[Json]) -> list[Json]:
    """A section per form, `{title, version, item, rows}`, and one for answers that belong to no form."""
    answers = record["content"]["answers"]
    found = [_section(f"{place}.", form, answers, wording) for place, form in enumerate(forms, start=1)]
    known = {row["address"] for section in found for row in section["rows"]}
    others = sorted(answers.keys() - known)
    if others:
        rows = [
            _row(f"{len(forms) + 1}.{number}", address, address, {"type": "text"}, answers[address], wording)
            for number, address in enumerate(others, start=1)
        ]
        found.append({"title": wording.say(OTHER_ANSWERS), "version": "", "item": None, "rows": rows})
    for row in (row for section in found for row in section["rows"]):
        row["photos"] = [photo["index"] for photo in photos if row["address"] in photo["questions"]]
        row["conflict"] = row["address"] in record["conflicts"]
    return found


def labels(forms: list[Json], wording: Wording) -> dict[str, str]:
    """The label of each question by its address."""
    return {address: label for form in forms for address, label, _, _ in numbered(form, wording)}


def made(trace: Json, wording: Wording) -> Json:
    """Who made something, and when, in words."""
    return {
        "event": trace.get("event") or trace.get("id"),
        "author": wording.who(trace["author"]),
        "time": moment(trace["time"]),
        "clock": wording.one_of(CLOCKS, trace.get("clock")),
    }


def _section(prefix: str, form: Json, answers: Json, wording: Wording) -> Json:
    rows = [
        _row(prefix + number, address, label, question, answers.get(address, []), wording)
        for address, label, number, question in numbered(form, wording)
    ]
    title = wording.label(form["title"])
    return {"title": title, "version": form["version"], "item": form["item"], "rows": rows}


def numbered(form: Json, wording: Wording) -> Iterator[tuple[str, str, str, Json]]:
    """Address, label, number, question; those of a group carry its label, notes have a place too."""
    yield from _walk(form["name"], form["questions"], wording, "", "")


def _walk(
    form: str, questions: list[Json], wording: Wording, above: str, number: str
) -> Iterator[tuple[str, str, str, Json]]:
    for place, question in enumerate(questions, start=1):
        label = f"{above}{wording.label(question['label'])}"
        if question["type"] == "group":
            yield from _walk(form, question["children"], wording, f"{label} / ", f"{number}{place}.")
        else:
            yield f"{form}/{question['name']}", label, f"{number}{place}", question


def _row(
    number: str, address: str, label: str, question: Json, standing: list[Json], wording: Wording
) -> Json:
    answers = [_answer(question, given, wording) for given in standing]
    last = answers[-1] if answers else {"author": "", "time": ""}
    return {
        "number": number,
        "address": address,
        "label": label,
        "law": text(question.get("law")),
        "guidance": text(question.get("guidance")),
        "type": question["type"],
        "required": bool(question.get("required")),
        "answer": _distinct(answer["answer"] for answer in answers),
        "mark": _mark(question, answers),
        "note": _distinct(answer["note"] for answer in answers),
        "author": last["author"],
        "time": last["time"],
        "answers": answers,
    }


def _answer(question: Json, given: Json, wording: Wording) -> Json:
    value = given["value"]
    verdict = question["type"] == "verdict" and isinstance(value, str)
    return made(given, wording) | {
        "value": value,
        "answer": wording.answer(question, value),
        "mark": MARKS.get(value, "") if verdict else "",
        "note": text(given["note"]),
    }


def _mark(question: Json, answers: list[Json]) -> str:
    said = [answer["mark"] for answer in answers if is_answer(answer["value"])]
    if not said:
        return "" if question["type"] == "note" else "open"
    return "found" if "found" in said else said[-1]


def _distinct(texts: Iterator[str]) -> str:
    return " / ".join(dict.fromkeys(each for each in texts if each))
