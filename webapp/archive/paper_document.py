"""What is printed to be filled in, signed and stamped by hand: the blank checklist and the filled form. Pure."""

import re
from collections.abc import Iterator
from typing import Any

from webapp.archive.document import pdf_document
from webapp.archive.record_document import WORDS_ZH
from webapp.archive.sections import BETWEEN, INSTANCE, in_instance, label_of, numbers
from webapp.archive.wording import (
    ACKNOWLEDGED,
    N_,
    NOT_TOLD,
    RESULTS,
    TOLD,
    VERDICTS,
    Say,
    Wording,
    objects,
    text,
    texts,
)
from webapp.forms.live import Model, Node
from webapp.forms.rows import unfilled
from webapp.ids import SHA256, UUID

Json = dict[str, Any]
# The inspection that a printed page belongs to, and the hash of the record on it; None on a blank checklist.
Page = tuple[str, str | None]

ADDRESS = re.compile(rf"https?://[^/\s]+/page/({UUID})(?:/({SHA256}))?")
BLANK_TITLE, FILLED_TITLE = N_("现场检查表"), N_("现场检查记录（签字盖章页）")
BLANK_NOTE = N_("填写、签字、盖章以后，请把每一页拍照。右上角的二维码说明这一页属于哪次检查。")
UNSIGNED_NOTE = N_(
    "未签字稿，签字以此页为准。本页印的是机关现在收到的内容；签字以前内容有改动的，请重新打印，旧的页作废。"
)
SIGNED_NOTE = N_("本页供补签字、盖章。内容有改动的，请重新打印，旧的页作废。")

# The words of the printed forms beside those of the record.
PAPER_WORDS = {
    "also": N_("其他人员"),
    "applies": N_("视情况填写"),
    "asked_recusal": N_("申请检查人员回避"),
    "date_line": N_("年　　月　　日"),
    "done_first": N_("检查以前"),
    "due": N_("期限"),
    "form_of": N_("（{text}）"),
    "no": N_("否"),
    "pages": N_("第 {page} 页，共 {pages} 页"),
    "photo_failed": N_("不合格时拍照"),
    "photo_found": N_("发现问题时拍照"),
    "photo_wanted": N_("要拍照"),
    "present": N_("在场人员"),
    "further": N_("每项填一份，不够的另附页"),
    "computed": N_("按其他各项计算"),
    "ranked": N_("在方框里写次序"),
    "qr_alt": N_("二维码：{text}"),
    "read": N_("以上内容本人已看过。"),
    "refused": N_("拒绝签字"),
    "result_note": N_("说明"),
    "rights": N_("您可以陈述和申辩。对以上内容有不同意见的，请写明；也可以不签字，并说明理由。"),
    "several": N_("可多选"),
    "showed": N_("已出示执法证"),
    "signature": N_("签字"),
    "signed_by_inspector": N_("执法检查人员（签字）"),
    "signed_by_subject": N_("检查对象（签字、盖章）"),
    "stamp": N_("盖章处"),
    "time_line": N_("时　　分"),
    "told_rights": N_("已告知陈述、申辩和申请回避的权利"),
    "view": N_("意见"),
    "when": N_("检查时间"),
    "witness_line": N_("见证人（姓名、单位、签字）"),
    "not_there": N_("不在场"),
    "why": N_("原因"),
    "yes": N_("是"),
}
PHOTO_WORDS = {"required": "photo_wanted", "required_when_failed": "photo_failed"}
# How an answer is written by hand, where it is no box to tick.
LINES = {
    "text": "text", "integer": "number", "decimal": "number", "range": "number", "date": "date", "time": "time",
    "datetime": "datetime",
}  # fmt: skip
# Where an answer to another question will stand.
GAP = "____"
# How often what repeats is printed, from the outside in.
COPIES = (3, 2, 1)


def blank(assignment: Json, forms: list[Json], address: str, lang: str = "zh", say: Say = str) -> Json:
    """The checklist of one inspection with nothing answered: every form of it, with boxes and lines.

    `assignment` as `File.assignment` gives it; `forms`: bodies in the order of the visit; `address`: what the code
    on each page says. Keys: `lang words title note bureau number day subject items pair reason due sections results
    told page_url`. A row: `{kind, number, label, law, hint, photo, boxes, several, line, applies}`; `kind` is `instance`
    where it heads one of what repeats, `line` is `text`, `number`, `date`, `time`, `datetime` or "" where there are
    boxes or nothing is asked.
    """
    wording = Wording(lang, {}, say)
    words = {key: say(word) for key, word in (WORDS_ZH | PAPER_WORDS).items()}
    return {
        "lang": lang,
        "words": words,
        "title": say(BLANK_TITLE),
        "note": say(BLANK_NOTE),
        "bureau": text(assignment["bureau"]["name"]),
        "number": text(assignment["number"]),
        "day": text(assignment["assigned_at"])[:10],
        "subject": {key: text(value) for key, value in assignment["subject"].items()},
        "items": [
            {"code": text(item["code"]), "name": text(item["name"]), "law": "；".join(texts(item["bases"]))}
            for item in objects(assignment["items"])
        ],
        "pair": [
            {"name": text(one["name"]), "credential": text(one.get("credential"))}
            for one in objects(assignment["pair"])
        ],
        "reason": wording.reason(assignment["reason"]),
        "due": text(assignment["due"]),
        "sections": [_section(place, form, wording, words) for place, form in enumerate(forms, start=1)],
        "results": [say(result) for result in RESULTS.values()],
        "told": [say(TOLD), say(NOT_TOLD)],
        "page_url": address,
    }


def filled(document: Json, address: str, say: Say = str) -> Json:
    """The record as it stands, to be signed and stamped by hand: what `record_pdf` prints, and what is added to it."""
    signed = any(one["standing"] for one in document["signatures"])
    return pdf_document(document) | {
        "title": say(FILLED_TITLE),
        "statement": "",
        "page": {
            "note": say(SIGNED_NOTE if signed else UNSIGNED_NOTE),
            "url": address,
            "words": {key: say(word) for key, word in PAPER_WORDS.items()},
        },
    }


def page_of(text: str) -> Page | None:
    """What the code of a printed page says, under whatever name of the bureau's site; None for any other text."""
    found = ADDRESS.fullmatch(text)
    return (found[1], found[2]) if found else None


def _section(place: int, form: Json, wording: Wording, words: dict[str, str]) -> Json:
    rows = [
        _row(f"{place}.{number}", label, node, wording, words)
        for number, label, node in _printed(Model(form), wording)
    ]
    return {"title": wording.label(form["title"]), "version": text(form["version"]), "rows": rows}


def _printed(model: Model, wording: Wording) -> Iterator[tuple[str, str, Node]]:
    """Number, label and question of each line; a repeat heads each of its copies."""
    places, under = numbers(model), dict[str, list[Node]]()
    for node in model.nodes.values():
        under.setdefault(node.parent.key if node.parent else "", []).append(node)

    def walk(above: str, labels: list[str], place: list[int]) -> Iterator[tuple[str, str, Node]]:
        for node in under.get(above, []):
            if node.key not in places:
                continue
            own = label_of(node.asked, unfilled(node.asked["label"], GAP), wording)
            kind, trail = node.asked["type"], [*labels, own] if own else labels
            if kind == "group":
                yield from walk(node.key, trail, place)
            elif kind == "repeat":
                for one in range(1, COPIES[min(len(place), len(COPIES) - 1)] + 1):
                    said = wording.say(INSTANCE).format(label=own, number=one)
                    number = in_instance(places[node.key], [*place, one])
                    yield number, BETWEEN.join([*labels, said]), node
                    yield from walk(node.key, [], [*place, one])
            else:
                yield in_instance(places[node.key], place), BETWEEN.join(trail), node

    return walk("", [], [])


def _row(number: str, label: str, node: Node, wording: Wording, words: dict[str, str]) -> Json:
    asked, kind = node.asked, node.asked["type"]
    computed = "calculate" in asked
    boxes = [] if computed else _boxes(asked, wording)
    return {
        "kind": "instance" if kind == "repeat" else kind,
        "number": number,
        "label": label,
        "law": text(asked.get("law")),
        "hint": wording.label(unfilled(asked.get("hint"), GAP)),
        "photo": words.get(_photo_word(asked), ""),
        "verdict": kind == "verdict" and not computed,
        "boxes": boxes,
        "several": _several(asked, computed, words) if kind != "repeat" or number.endswith("1") else "",
        "line": LINES.get(kind, "text" if computed else ""),
        "applies": words["applies"] if _depends(node) else "",
    }


def _boxes(asked: Json, wording: Wording) -> list[str]:
    if asked["type"] == "verdict":
        return [wording.say(word) for word in VERDICTS.values()]
    if asked["type"] == "acknowledge":
        return [wording.say(ACKNOWLEDGED)]
    chosen = asked.get("choices") or []
    return [wording.label(unfilled(choice["label"], GAP)) or text(choice["name"]) for choice in chosen]


def _photo_word(asked: Json) -> str:
    word = PHOTO_WORDS.get(text(asked.get("photo")), "")
    return "photo_found" if word == "photo_failed" and asked["type"] != "verdict" else word


def _several(asked: Json, computed: bool, words: dict[str, str]) -> str:
    """What is to be known of how an answer is written, as far as its hint does not say it."""
    if computed:
        return words["computed"]
    if asked["type"] == "repeat":
        return words["further"]
    if asked["type"] == "range":
        return "{start}～{end}".format(**asked["range"])
    if asked.get("hint"):
        return ""
    return {"select_multiple": words["several"], "rank": words["ranked"]}.get(asked["type"], "")


def _depends(node: Node | None) -> bool:
    """Whether the question, or what it stands in, comes and goes with other answers; an instance is its own matter."""
    while node is not None and "relevant" not in node.asked:
        node = node.parent if node.parent and node.parent.asked["type"] == "group" else None
    return node is not None
