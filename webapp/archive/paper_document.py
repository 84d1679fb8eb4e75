"""What is printed to be filled in, signed and stamped by hand: the blank checklist and the filled form. Pure."""

import re
from typing import Any

from webapp.archive.document import pdf_document
from webapp.archive.record_document import WORDS_ZH
from webapp.archive.sections import numbers
from webapp.archive.wording import N_, NOT_TOLD, RESULTS, TOLD, Say, Wording, objects, text, texts
from webapp.forms.blank import BLANK_WORDS, blank_section
from webapp.forms.live import Model
from webapp.ids import SHA256, UUID

Json = dict[str, Any]
# The inspection that a printed page belongs to, and the hash of the record on it; None on a blank checklist.
Page = tuple[str, str | None]

ADDRESS = re.compile(rf"https?://[^/\s]+/(?:page|copy|mine)/({UUID})(?:/({SHA256}))?")
BLANK_TITLE, FILLED_TITLE = N_("现场检查表"), N_("现场检查记录（签字盖章页）")
BLANK_NOTE = N_("填写、签字、盖章以后，请把每一页拍照。右上角的二维码说明这一页属于哪次检查。")
UNSIGNED_NOTE = N_(
    "未签字稿，签字以此页为准。本页印的是机关现在收到的内容；签字以前内容有改动的，请重新打印，旧的页作废。"
)
SIGNED_NOTE = N_("本页供补签字、盖章。内容有改动的，请重新打印，旧的页作废。")

# The words of the printed forms beside those of the record.
PAPER_WORDS = {
    "also": N_("其他人员"),
    "asked_recusal": N_("申请检查人员回避"),
    "date_line": N_("年　　月　　日"),
    "done_first": N_("检查以前"),
    "due": N_("期限"),
    "form_of": N_("（{text}）"),
    "no": N_("否"),
    "pages": N_("第 {page} 页，共 {pages} 页"),
    "present": N_("在场人员"),
    "qr_alt": N_("二维码：{text}"),
    "read": N_("以上内容本人已看过。"),
    "refused": N_("拒绝签字"),
    "result_note": N_("说明"),
    "rights": N_("您可以陈述和申辩。对以上内容有不同意见的，请写明；也可以不签字，并说明理由。"),
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


def blank(assignment: Json, forms: list[Json], address: str, lang: str = "zh", say: Say = str) -> Json:
    """The checklist of one inspection with nothing answered: every form of it, with boxes and lines.

    `assignment` as `File.assignment` gives it; `forms`: bodies in the order of the visit; `address`: what the code
    on each page says. Keys: `lang words title note bureau number day subject items pair reason due sections results
    told page_url`; a section is a `forms.blank.blank_section`.
    """
    wording = Wording(lang, {}, say)
    words = {key: say(word) for key, word in (WORDS_ZH | BLANK_WORDS | PAPER_WORDS).items()}
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
        "sections": [_section(place, form, lang, say) for place, form in enumerate(forms, start=1)],
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
    """What the code of a printed page says, or of a paper that the subject was given, under whatever name of the bureau's
    site; None for any other text."""
    found = ADDRESS.fullmatch(text)
    return (found[1], found[2]) if found else None


def _section(place: int, form: Json, lang: str, say: Say) -> Json:
    """The questions with the numbers that they have in the record."""
    places = numbers(Model(form))
    return blank_section(form, lang, say, {key: f"{place}.{number}" for key, number in places.items()})
