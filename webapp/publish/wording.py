"""What a public page says of a result, in words."""

from webapp.archive.wording import RESULTS
from webapp.field.notices import REASONS
from webapp.publish.document import Json
from webapp.publish.rules import HOUSEHOLD, PERSON, UNIT
from webapp.words import _, _l

RESULTS_SAID = {code: _l(said) for code, said in RESULTS.items()}
MARKS = {
    "no_problem": "passed",
    "not_disclosed": "found",
    "concealed": "found",
    "unreachable": "none",
    "corrected": "waiting",
    "uncooperative": "found",
    "no_activity": "none",
    "pending": "waiting",
}
KINDS = {PERSON: _l("自然人"), HOUSEHOLD: _l("个体工商户"), UNIT: _l("单位")}
SUBS = {
    "closed": _l("停业"),
    "deregistered": _l("注销"),
    "revoked": _l("被吊销"),
    "moved": _l("迁出"),
    "other": _l("其他"),
}
OUTCOMES = {"done": _l("已改正"), "partly": _l("部分改正"), "not_done": _l("没有改正")}
PENALTIES = {
    "warning": _l("警告"),
    "fine": _l("罚款"),
    "confiscation": _l("没收违法所得"),
    "suspension": _l("责令停业、暂扣许可证"),
    "revocation": _l("吊销许可证"),
    "other": _l("其他处罚"),
}
# What of a document a correction can change, as the page says it.
PARTS = {
    "subject": _l("检查对象"),
    "items": _l("抽查事项"),
    "inspected": _l("检查日期"),
    "pair": _l("检查人员"),
    "reason": _l("检查来由"),
    "result": _l("检查结果"),
    "findings": _l("发现的问题"),
    "text": _l("说明"),
    "pictures": _l("图片"),
    "told": _l("告知"),
    "orders": _l("责令改正"),
    "penalties": _l("行政处罚"),
}


def said(words: dict[str, str], code: str | None) -> str:
    """The words of a code, the code itself where it has none."""
    return str(words.get(code, code)) if code else ""


def result(document: Json) -> str:
    """The result with the reason behind it, where it has one."""
    found = document["result"]
    sub = said(SUBS, found.get("sub"))
    return said(RESULTS_SAID, found["code"]) + (str(_("（%(sub)s）", sub=sub)) if sub else "")


def reason(document: Json) -> str:
    """How it came to the visit: drawn, or why not."""
    kind = document["reason"]["kind"]
    return str(_(REASONS[kind])) if kind in REASONS else str(kind)
