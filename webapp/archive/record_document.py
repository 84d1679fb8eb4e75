"""What the record PDF is made from: the shape of `document`, and the words printed around its values."""

from __future__ import annotations

from typing import TypedDict


def N_(text: str) -> str:
    """Marks a word for gettext's extraction; translating is the caller's part."""
    return text


class Subject(TypedDict, total=False):
    name: str
    code: str
    address: str
    representative: str
    phone: str


class Item(TypedDict, total=False):
    code: str
    name: str
    law: str


class Inspector(TypedDict, total=False):
    name: str
    credential: str


class Arrival(TypedDict, total=False):
    name: str
    time: str
    clock: str
    position: str


class Person(TypedDict, total=False):
    name: str
    role: str
    phone: str


class Row(TypedDict, total=False):
    number: str
    type: str
    label: str
    short: str
    within: int
    law: str
    severity: str
    answer: str
    mark: str
    note: str
    author: str
    time: str
    photos: list[int]


class Section(TypedDict, total=False):
    title: str
    rows: list[Row]


class Shape(TypedDict, total=False):
    kind: str
    x: int
    y: int
    w: int
    h: int
    text: str


class Photo(TypedDict, total=False):
    index: int
    sha256: str
    caption: str
    question_label: str
    time: str
    clock: str
    position: str
    author: str
    width: int
    height: int
    withdrawn: bool
    marks: list[Shape]


class Entry(TypedDict, total=False):
    time: str
    author: str
    about: str
    text: str


class Result(TypedDict, total=False):
    code_text: str
    told_text: str
    note: str


class Canvas(TypedDict, total=False):
    width: int
    height: int


class Signature(TypedDict, total=False):
    kind_text: str
    name: str
    title: str
    phone: str
    time: str
    clock: str
    strokes: list[list[list[int]]]
    canvas: Canvas
    hash_matches: bool
    void: bool
    reason: str
    witness: str
    picture: str


class Page(TypedDict, total=False):
    note: str
    url: str
    words: dict[str, str]


class Document(TypedDict, total=False):
    lang: str
    words: dict[str, str]
    title: str
    bureau: str
    number: str
    date: str
    date_text: str
    record_hash: str
    covers: str
    verify_url: str
    subject: Subject
    items: list[Item]
    reason: str
    pair: list[Inspector]
    arrivals: list[Arrival]
    present: list[Person]
    findings: list[Row]
    result: Result
    sections: list[Section]
    photos: list[Photo]
    notes: list[Entry]
    scans: list[Entry]
    recusals: list[Entry]
    withdrawn: list[Entry]
    reopened: list[Entry]
    statement: str
    signatures: list[Signature]
    addenda: list[Entry]
    generated_from: str
    page: Page


WORDS_ZH = {
    "about": N_("涉及"),
    "absent_value": N_("—"),
    "addenda": N_("封存后的补充"),
    "addenda_hint": N_("以下内容在封存之后到达，不属于签字确认的检查记录。"),
    "address": N_("住所（经营场所）"),
    "answers": N_("检查内容及情况"),
    "arrivals": N_("到达现场"),
    "author": N_("记录人"),
    "basis": N_("依据：{text}"),
    "bracketed": N_("（{text}）"),
    "code": N_("统一社会信用代码"),
    "content": N_("内容"),
    "covers": N_("所含事件校验值（SHA-256）"),
    "credential": N_("执法证号 {text}"),
    "date": N_("检查日期"),
    "finding": N_("发现的问题"),
    "findings": N_("检查发现的问题"),
    "generated_from": N_("本文件据以生成：{text}"),
    "glyphs": N_("字库未收录的字符以〔U+编码〕印出。"),
    "items": N_("抽查事项"),
    "matches": N_("所签检查记录的校验值与本记录一致"),
    "matches_not": N_("所签检查记录的校验值与本记录不一致"),
    "name": N_("姓名"),
    "no_findings": N_("未记录到问题项。"),
    "no_result": N_("尚未作出检查结果。"),
    "no_rows": N_("无。"),
    "no_signatures": N_("尚无签字。"),
    "note": N_("说明"),
    "notes": N_("备注"),
    "number": N_("编号：{text}"),
    "ordinal": N_("序号"),
    "pages": N_("第 {page} 页 共 {pages} 页"),
    "pair": N_("执法检查人员"),
    "phone": N_("联系电话"),
    "photo": N_("照片 {text}"),
    "photo_table": N_("照片清单及校验值"),
    "photos": N_("现场照片"),
    "picture_alt": N_("检查现场照片"),
    "picture_lost": N_("照片原件未能印出"),
    "position": N_("位置"),
    "present": N_("在场人员"),
    "qr_alt": N_("二维码：{text}"),
    "question": N_("检查内容"),
    "reason": N_("检查事由"),
    "record_hash": N_("检查记录校验值（SHA-256）"),
    "recusals": N_("回避情况"),
    "reopened": N_("重新打开情况"),
    "representative": N_("法定代表人（负责人）"),
    "result": N_("检查结果"),
    "scans": N_("扫码入企"),
    "sign_none": N_("（未手写签字）"),
    "sign_reason": N_("事由"),
    "severity": N_("严重程度：{text}"),
    "signature_alt": N_("{text}的手写签字"),
    "signatures": N_("签字"),
    "subject": N_("检查对象"),
    "time": N_("时间"),
    "title": N_("职务"),
    "told": N_("告知情况"),
    "verdict": N_("结果"),
    "verify": N_("核对"),
    "verify_hint": N_("检查对象扫描二维码或打开下列地址，可以核对本记录、看以后的文书和期限、提出异议："),
    "untitled": N_("现场检查记录"),
    "void": N_("已作废"),
    "withdrawn": N_("撤回情况"),
    "withdrawn_photo": N_("已撤回"),
    "witness": N_("见证人"),
}
