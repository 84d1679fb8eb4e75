"""A folded record and its forms in words, in reading order: for the record PDF and the review page. Pure."""

from collections.abc import Iterable
from typing import Any

from webapp.archive.entries import ENTRIES, entries
from webapp.archive.record_document import WORDS_ZH
from webapp.archive.sections import asked_by, labels, made, sections
from webapp.archive.wording import (
    ENDINGS,
    N_,
    RESULTS,
    ROLES,
    STATES,
    Say,
    Wording,
    moment,
    objects,
    text,
    texts,
)
from webapp.forms.rules import questions_of

Json = dict[str, Any]

TITLE = N_("现场检查记录")
VOID = N_("已作废：签字之后内容有改动")
STATEMENT = N_("签字人所签的是检查记录校验值所对应的全部内容，校验值见“核对”一节。")
CHECK_BY_CODE = N_("二维码载有编号和检查记录校验值，可与档案中的 record.json 核对：")
MADE_FROM = N_("检查记录及其事件日志")
PARTED = N_("至")
# Rows that ask nothing.
ASIDE = ("note", "instance")


def document(
    record: Json,
    forms: list[Json],
    inspection: Json,
    lang: str = "zh",
    names: dict[str, str] | None = None,
    *,
    say: Say = str,
    events: Iterable[Json] = (),
) -> Json:
    """The record of one inspection in words of `lang` ("zh", "en"), by `say`, which translates a sentence.

    - forms: bodies in the order of the visit.
    - inspection: `{id, number, bureau: {id, name}, subject, items, pair, due, reason: {kind, text}}`, used
      for what the signed visit does not say.
    - names: people by id; the pair's are known.
    - events: the log, where it is at hand; tells what a withdrawn event was.

    Keys: `lang title id bureau number date date_text due state state_text record_hash covers sealed
    conflicts subject items reason pair arrivals present sections findings hidden photos notes scans withdrawn
    reopened recusals result signatures addenda unknown office counts`. A row: `{number, address, label, short, within,
    law, guidance, severity, type, required, answer, mark, note, author, time, answers, conflict, photos}`, its mark
    `found`, `passed`, `na`, `open` or ""; `answers` are all that stand, none where the form itself says what is there.
    """
    content = record["content"]
    visit = content["visit"] or {}
    pair = objects(visit.get("pair")) or objects(inspection.get("pair"))
    known = {text(member.get("id")): text(member.get("name")) for member in pair}
    wording = Wording(lang, known | (names or {}), say)
    questions = labels(forms, wording, content)
    photos = [
        _photo(index, photo, questions, wording) for index, photo in enumerate(content["photos"], start=1)
    ]
    parts = sections(record, forms, wording, photos)
    rows = [row for part in parts for row in part["rows"] if row["type"] not in ASIDE]
    return {
        **_header(record, inspection, visit, wording),
        "pair": [_texts_of(member) for member in pair],
        **_people(content, wording),
        "sections": parts,
        "findings": [row for row in rows if row["mark"] == "found"],
        "hidden": [one for part in parts for one in part["hidden"]],
        "photos": photos,
        **entries(record, wording, questions, asked_by(forms), {event["id"]: event for event in events}),
        "result": _result(content["result"], wording),
        "signatures": [_signature(given, pair, wording) for given in record["signatures"]],
        "counts": _counts(rows, photos, record),
        "words": {key: say(word) for key, word in WORDS_ZH.items()},
    }


def pdf_document(given: Json, address: str = "") -> Json:
    """The same in the shape that `record_pdf` prints (`record_document.Document`). `address`: where the subject's own page
    is; the archive's document, which is made anywhere from the log alone, has number and hash in its code."""
    made_known = {name: [_pdf_entry(entry) for entry in given[name]] for name in ENTRIES}
    parts = [part | {"rows": [_pdf_row(row) for row in part["rows"]]} for part in given["sections"]]
    result = given["result"]
    return {
        **given,
        **made_known,
        "notes": made_known["notes"] + made_known["unknown"],
        # What was asked, what the office decided on it, and who stepped in (行政处罚法 43, RZ-10b).
        "recusals": made_known["recusals"]
        + [_pdf_entry(made) for made in given["office"] if made["type"] in ("recusal", "pair")],
        "words": given["words"] | ({} if address else {"verify_hint": given["check_text"]}),
        "sections": parts,
        "findings": [_pdf_row(row) for row in given["findings"]],
        "result": result and {name: result[name] for name in ("code_text", "told_text", "note")},
        "signatures": [_pdf_signature(signature) for signature in given["signatures"]],
        "verify_url": address or "\n".join(part for part in (given["number"], given["record_hash"]) if part),
    }


def _header(record: Json, inspection: Json, visit: Json, wording: Wording) -> Json:
    subject = visit.get("subject") or inspection.get("subject")
    bureau = visit.get("bureau") or inspection.get("bureau")
    seal = record["seal"] or {}
    first, last = _days(record)
    days = [wording.day(day) for day in dict.fromkeys((first, last)) if day]
    return {
        "lang": wording.lang,
        "title": wording.say(TITLE),
        "id": text(inspection.get("id")),
        "bureau": text(bureau.get("name") if isinstance(bureau, dict) else bureau),
        "number": text(visit.get("number") or inspection.get("number")),
        "date": first,
        "date_text": f" {wording.say(PARTED)} ".join(days),
        "due": text(inspection.get("due")),
        "state": record["state"],
        "state_text": wording.one_of(STATES, record["state"]),
        "record_hash": record["record_hash"],
        "covers": text(seal.get("covers")),
        "sealed": moment(seal.get("time")),
        "conflicts": record["conflicts"],
        "subject": _texts_of(subject),
        "items": _items(visit, inspection),
        "reason": wording.reason(visit.get("reason") or inspection.get("reason")),
        "statement": wording.say(STATEMENT) if record["signatures"] else "",
        "check_text": wording.say(CHECK_BY_CODE),
        "generated_from": wording.say(MADE_FROM),
    }


def _days(record: Json) -> tuple[str, str]:
    times = [moment(arrival["time"])[:10] for arrival in record["content"]["arrivals"]]
    sealed = moment(record["seal"]["time"])[:10] if record["seal"] else ""
    first = times[0] if times else sealed
    return first, max(first, sealed)


def _items(visit: Json, inspection: Json) -> list[Json]:
    assigned = objects(inspection.get("items"))
    bases = {text(item.get("code")): item.get("bases") for item in assigned}
    return [
        {
            "id": text(item.get("id")),
            "code": text(item.get("code")),
            "name": text(item.get("name")),
            "law": "；".join(texts(item.get("bases") or bases.get(text(item.get("code"))))),
        }
        for item in objects(visit.get("items")) or assigned
    ]


def _people(content: Json, wording: Wording) -> Json:
    return {
        "arrivals": [
            made(arrival, wording)
            | {"name": wording.who(arrival["author"]), "position": wording.position(arrival["position"])}
            for arrival in content["arrivals"]
        ],
        "present": [
            made(person, wording) | {name: text(person[name]) for name in ("name", "role", "phone")}
            for person in content["present"]
        ],
    }


def _photo(index: int, photo: Json, questions: dict[str, str], wording: Wording) -> Json:
    address, belongs = text(photo["question"]), questions_of(photo)
    return made(photo, wording) | {
        "index": index,
        "sha256": photo["sha256"],
        "question": address,
        "question_label": wording.listed([questions.get(each, each) for each in belongs]),
        "questions": belongs,
        "caption": text(photo["caption"]),
        "position": wording.position(photo["position"]),
        "marks": [shape for mark in photo["marks"] for shape in objects(mark["shapes"])],
        **{name: photo[name] for name in ("size", "mime", "width", "height")},
    }


def _result(standing: list[Json], wording: Wording) -> Json | None:
    """The last of the results that stand, with all of them: two are a conflict."""
    said = [
        made(result, wording)
        | {
            "code": text(result["code"]),
            "code_text": wording.one_of(RESULTS, result["code"]),
            "told": result["told"],
            "told_text": wording.told(result["told"]),
            "note": text(result["note"]),
        }
        for result in standing
    ]
    return said[-1] | {"standing": said} if said else None


def _signature(given: Json, pair: list[Json], wording: Wording) -> Json:
    kind = (
        given["kind"] if given["type"] == "stamp" and given["kind"] in ("paper", "signing") else given["type"]
    )
    role = given["role"] if kind == "sign" else "subject"
    member = next((member for member in pair if member.get("id") == given["author"]), {})
    inspector = role == "inspector"
    return made(given, wording) | {
        "kind": kind,
        "kind_text": wording.one_of(ENDINGS, kind),
        "role": text(role),
        "role_text": wording.one_of(ROLES, role),
        "name": text(given["name"]) or (wording.who(given["author"]) if inspector else ""),
        "credential": text(member.get("credential")) if inspector else "",
        "title": text(given["title"]),
        "phone": text(given["phone"]),
        "strokes": given["strokes"] or [],
        "canvas": given["canvas"],
        "reason": text(given["reason"]),
        "witness": text(given["witness"]),
        "picture": text(given["sha256"]),
        "record_hash": given["record_hash"],
        "standing": given["standing"],
        "flag": "" if given["standing"] else wording.say(VOID),
    }


def _counts(rows: list[Json], photos: list[Json], record: Json) -> dict[str, int]:
    marks = [row["mark"] for row in rows]
    by_mark = {mark: marks.count(mark) for mark in ("found", "passed", "na", "open")}
    return by_mark | {
        "questions": len(rows),
        "answered": len(rows) - by_mark["open"],
        "photos": len(photos),
        "signatures": len(record["signatures"]),
        "addenda": len(record["addenda"]),
        "conflicts": len(record["conflicts"]),
    }


def _pdf_row(row: Json) -> Json:
    return row | {"mark": "" if row["mark"] == "open" else row["mark"]}


def _pdf_entry(entry: Json) -> Json:
    return {name: entry[name] for name in ("time", "author", "about", "text")}


def _pdf_signature(signature: Json) -> Json:
    kind = f"{signature['role_text']} {signature['kind_text']}"
    standing = signature["standing"]
    return signature | {"kind_text": kind, "hash_matches": standing, "void": not standing}


def _texts_of(given: Any) -> dict[str, str]:
    return {key: text(value) for key, value in given.items()} if isinstance(given, dict) else {}
