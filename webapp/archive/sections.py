"""The questions of the forms with what was answered, as rows in words. Pure."""

from collections.abc import Iterator
from typing import Any

from webapp.archive.wording import CLOCKS, MARKS, N_, Wording, moment, text
from webapp.forms.live import Model, Node, said
from webapp.forms.rows import Page, Row, is_found, keyed, plain, unfilled
from webapp.forms.rules import is_answer

Json = dict[str, Any]

OTHER_ANSWERS = N_("检查表以外的内容")
CALCULATED, PRESET = N_("自动计算"), N_("预先填写")
INSTANCE = N_("{label}（{number}）")
BETWEEN = " / "


def sections(record: Json, forms: list[Json], wording: Wording, photos: list[Json]) -> list[Json]:
    """A section per form, `{title, version, item, rows, hidden}`, and one for answers that belong to no form.

    A row of the type `instance` heads those of one instance of a repeat; `short` is a label as it stands under it,
    `within` how many instances it stands in.
    `hidden`: answers that stand and do not count, as other answers are now, `[{question, label, answer, answers}]`.
    """
    content = record["content"]
    pages = [Page(form, content, None) for form in forms]
    found = [_section(f"{place}.", page, wording) for place, page in enumerate(pages, start=1)]
    others = sorted(at for at in content["answers"] if not any(page.of(at) for page in pages))
    if others:
        rows = [
            _row(f"{len(forms) + 1}.{number}", _stranger(address, content), (address, address), wording)
            for number, address in enumerate(others, start=1)
        ]
        title = wording.say(OTHER_ANSWERS)
        found.append({"title": title, "version": "", "item": None, "rows": rows, "hidden": []})
    pictures: dict[str, list[int]] = {}
    for photo in photos:
        for question in dict.fromkeys(photo["questions"]):
            pictures.setdefault(question, []).append(photo["index"])
    conflicts = set(record["conflicts"])
    for row in (row for section in found for row in section["rows"]):
        row["photos"] = list(pictures.get(row["address"], []))
        row["conflict"] = row["address"] in conflicts
    return found


def labels(forms: list[Json], wording: Wording, content: Json) -> dict[str, str]:
    """The label of each question and instance by its address, also of those that are hidden now."""
    found: dict[str, str] = {}
    for form in forms:
        page = Page(form, content, None)
        found |= {
            f"{form['name']}/{key}": label for key, label in unanswered_labels(page.model, wording).items()
        }
        for address in _named(content):
            key, place = keyed(form["name"], address)
            if place and (label := found.get(f"{form['name']}/{key}")):
                found[address] = _instance(label, ".".join(map(str, place)), wording)
        found |= {row["address"]: label for row, label, _ in _labelled(page.rows(), wording)}
    return found


def asked_by(forms: list[Json]) -> dict[str, Json]:
    """The questions by their addresses, without the instance."""
    return {f"{form['name']}/{key}": node.asked for form in forms for key, node in Model(form).nodes.items()}


def made(trace: Json, wording: Wording) -> Json:
    """Who made something, and when, in words."""
    return {
        "event": trace.get("event") or trace.get("id"),
        "author": wording.who(trace["author"]),
        "time": moment(trace["time"]),
        "clock": wording.one_of(CLOCKS, trace.get("clock")),
    }


def unanswered_labels(model: Model, wording: Wording) -> dict[str, str]:
    """The label of each question by its key, after those of the groups around it, before anything was answered."""
    found: dict[str, str] = {}
    for key, node in model.nodes.items():
        above = found[node.parent.key] if node.parent else ""
        found[key] = BETWEEN.join(
            filter(None, (above, label_of(node.asked, unfilled(node.asked["label"]), wording)))
        )
    return found


def label_of(asked: Json, words: Json | None, wording: Wording) -> str:
    """A label, the name of a question that has none; a group may go without."""
    return wording.label(words) or ("" if asked["type"] == "group" else text(asked["name"]))


def numbers(model: Model) -> dict[str, str]:
    """Where each question stands on the page, as `2.1` in the second group; what nobody sees has no place."""
    found: dict[str, str] = {}
    counts: dict[str, int] = {}
    for key, node in model.nodes.items():
        if node.asked["type"] != "calculate":
            above = f"{found[node.parent.key]}." if node.parent else ""
            counts[above] = counts.get(above, 0) + 1
            found[key] = f"{above}{counts[above]}"
    return found


def in_instance(number: str, place: list[int]) -> str:
    """The number of a question, and of the instance that it stands in."""
    return f"{number}-{'.'.join(map(str, place))}" if place else number


def _section(prefix: str, page: Page, wording: Wording) -> Json:
    form, places, rows = page.model.form, numbers(page.model), page.rows()
    shown = [
        _row(prefix + in_instance(places[row["key"]], row["place"]), row, (label, short), wording)
        for row, label, short in _labelled(rows, wording)
        if row["kind"] not in ("group", "repeat")
    ]
    title = wording.label(form["title"])
    known = unanswered_labels(page.model, wording)
    hidden = [
        _hidden(address, known[node.key], node, page, wording)
        for address in page.hidden(rows)
        if (node := page.of(address))
    ]
    return {"title": title, "version": form["version"], "item": form["item"], "rows": shown, "hidden": hidden}


def _labelled(rows: list[Row], wording: Wording) -> Iterator[tuple[Row, str, str]]:
    """Each row with its label after those of all that it stands in, and after those below the last instance."""
    trail: list[tuple[str, str]] = []
    for row in rows:
        del trail[row["depth"] :]
        own = label_of(row["asked"], row["label"], wording)
        if row["kind"] == "instance":
            own = _instance(own, str(row["place"][-1]), wording)
        since = max((at for at, (kind, _) in enumerate(trail, start=1) if kind == "instance"), default=0)
        above = [label for _, label in trail]
        yield (
            row,
            BETWEEN.join(filter(None, [*above, own])),
            BETWEEN.join(filter(None, [*above[since:], own])),
        )
        # A repeat says nothing that its instances do not say again.
        trail.append((row["kind"], "" if row["kind"] == "repeat" else own))


def _instance(label: str, number: str, wording: Wording) -> str:
    return wording.say(INSTANCE).format(label=label, number=number)


def _named(content: Json) -> Iterator[str]:
    yield from content["answers"]
    for trace in [*content["photos"], *content["notes"]]:
        if isinstance(trace["question"], str):
            yield trace["question"]


def _stranger(address: str, content: Json) -> Row:
    """A row for an answer that no form asks for."""
    return {
        "kind": "question",
        "address": address,
        "asked": {"type": "text"},
        "standing": content["answers"][address],
    }


def _hidden(address: str, label: str, node: Node, page: Page, wording: Wording) -> Json:
    place = keyed(page.model.form["name"], address)[1]
    standing = page.answers[address]
    return {
        "question": address,
        "label": _instance(label, ".".join(map(str, place)), wording) if place else label,
        "answer": _distinct(wording.answer(node.asked, given["value"]) for given in standing),
        "answers": standing,
    }


def _row(number: str, row: Row, named: tuple[str, str], wording: Wording) -> Json:
    asked = row["asked"] | ({"choices": row["choices"]} if row.get("choices") else {})
    answers = [_answer(asked, given, wording) for given in row.get("standing", [])]
    last = answers[-1] if answers else _by_itself(row, asked, wording)
    return {
        "number": number,
        "address": row["address"],
        "label": named[0],
        "short": named[1],
        "within": len(row.get("place", [])),
        "law": text(asked.get("law")),
        "guidance": text(asked.get("guidance")),
        "severity": text(asked.get("severity")),
        "type": "instance" if row["kind"] == "instance" else asked["type"],
        "required": bool(row.get("required")),
        "answer": _distinct(answer["answer"] for answer in answers or [last]),
        "mark": _mark(row, answers or [last]),
        "note": _distinct(answer["note"] for answer in answers),
        "author": last["author"],
        "time": last["time"],
        "answers": answers,
    }


def _answer(asked: Json, given: Json, wording: Wording) -> Json:
    value = given["value"]
    return made(given, wording) | {
        "value": value,
        "answer": wording.answer(asked, value),
        "mark": _mark_of(asked, value),
        "note": text(given["note"]),
    }


def _by_itself(row: Row, asked: Json, wording: Wording) -> Json:
    """What the form says where nobody answered."""
    value = row.get("value", "")
    author = wording.say(CALCULATED if row.get("calculated") else PRESET) if value else ""
    words = wording.answer(asked, value)
    return {"value": value, "answer": words, "mark": _mark_of(asked, value), "author": author, "time": ""}


def _mark_of(asked: Json, value: Any) -> str:
    if asked["type"] == "verdict" and isinstance(value, str) and value in MARKS:
        return MARKS[value]
    return "found" if is_found(asked, [said(plain(value))]) else ""


def _mark(row: Row, answers: list[Json]) -> str:
    given = [answer["mark"] for answer in answers if is_answer(answer["value"])]
    if not given:
        by_form = row["kind"] != "question" or row.get("calculated") or row.get("read_only")
        return "" if by_form else "open"
    return "found" if "found" in given else given[-1]


def _distinct(texts: Iterator[str]) -> str:
    return " / ".join(dict.fromkeys(each for each in texts if each))
