"""The result notice (检查结果告知书) as a sheet: what was inspected and found, what was decided, what one may do. Pure."""

from typing import Any

from webapp.archive.wording import RESULTS, Say, Wording
from webapp.field.notices import DAY_LINE, FOOT, GLYPHS
from webapp.followup.clocks import Clock
from webapp.followup.follow_papers import ANSWER, ORDER
from webapp.typesetting.sheet import facts, lines, page, signing, table

Json = dict[str, Any]


def N_(text: str) -> str:  # noqa: N802 - the name that gettext's extraction looks for
    """Marks a sentence for extraction; `say` translates it when it is used."""
    return text


NOTICE_KIND = "告"
TITLE = N_("行政检查结果告知书")
PAPERS_SAID = {"result": TITLE, "rectification": ORDER, "answer": ANSWER}
SUBS_SAID = {
    "closed": N_("停业"),
    "deregistered": N_("已注销"),
    "revoked": N_("已被吊销"),
    "moved": N_("已迁出"),
    "other": N_("其他"),
}
WAYS_SAID = {
    "phone": N_("在手机上签收"),
    "hand": N_("当面送达"),
    "post": N_("邮寄送达"),
    "left": N_("留置送达"),
    "electronic": N_("电子送达"),
}
RIGHTS = [
    N_("可以陈述、申辩。"),
    N_("对检查结果有异议的，可以向本机构提出，本机构复查、复核后答复。"),
    N_("发现检查人员索取财物、收受礼品或者有其他违反纪律的行为，可以向本机构反映，也可以扫码评价。"),
]
UNTIL = N_("提出异议的期限：{rule}。")


def number(given: str, place: int) -> str:
    """The notice's own number, made of the inspection's: 平人社检告〔2026〕00001号; a later one of it ends with 之2."""
    made = given.replace("〔", f"{NOTICE_KIND}〔", 1)
    return made if place == 1 else f"{made}之{place}"


def result_said(code: Any, sub: Any, say: Say) -> str:
    """A result in words, with its sub-reason: 登记的住所（经营场所）无法联系（已迁出）."""
    words = Wording(say=say)
    said = words.one_of(RESULTS, code)
    return say(N_("{result}（{sub}）")).format(result=said, sub=words.one_of(SUBS_SAID, sub)) if sub else said


def notice_sheet(told: Json, say: Say = str, lang: str = "zh") -> Json:
    """The notice. `told`: `{number, inspection, bureau, day, subject: {name, code, address}, items: [{code, name}],
    inspected, pair: [{name, credential}], result, decided, note, findings: [{label, law, note}], contact, objection,
    address, check}`, all in words; `address`: the subject's own page; `check`: where anyone checks the paper."""
    foot = {"foot": say(FOOT), "glyphs": say(GLYPHS), "lang": lang}
    return foot | {
        "title": say(TITLE),
        "number": told["number"],
        "bureau": told["bureau"],
        "day": told["day"],
        "lead": [say(N_("检查编号 {number}")).format(number=told["inspection"])],
        "address": told["address"],
        "code_words": say(N_("扫码查看和签收")),
        "code_alt": say(N_("二维码：{text}")).format(text=told["address"]),
        "blocks": [*_body(told, say), page(), *_receipt(told, say)],
    }


def until(objection: Clock | None, rule: str, say: Say = str) -> str:
    """Until when one may object, where the law says so; empty where not."""
    return say(UNTIL).format(rule=rule) if objection and objection.days is not None else ""


def _body(told: Json, say: Say) -> list[Json]:
    lead = say(N_("{subject}：")).format(subject=told["subject"]["name"])
    said = say(N_("本机构于 {day} 对您进行了行政检查，现将检查结果告知如下。")).format(day=told["inspected"])
    rights = [say(one) for one in RIGHTS] + ([told["objection"]] if told["objection"] else [])
    return [
        lines("text", "", [lead, said]),
        facts(say(N_("检查的情况")), _rows(told, say)),
        *_findings(told, say),
        facts(say(N_("检查结果")), [(say(N_("结果")), told["result"]), *_note(told, say)]),
        lines("list", say(N_("您的权利")), rights),
        lines("text", "", [say(N_("核对本告知书的真伪：{address}")).format(address=told["check"])]),
        lines("seal", "", [told["bureau"], say(N_("（印章）")), told["day"]]),
    ]


def _rows(told: Json, say: Say) -> list[tuple[str, Any]]:
    subject = told["subject"]
    return [
        (say(N_("检查对象")), subject["name"]),
        (say(N_("代码")), subject["code"]),
        (say(N_("地址")), subject["address"]),
        (say(N_("检查日期")), told["inspected"]),
        (say(N_("检查事项")), "\n".join(f"{one['code']} {one['name']}" for one in told["items"])),
        (say(N_("检查人员")), "\n".join(f"{one['name']} {one['credential']}" for one in told["pair"])),
        (say(N_("联系方式")), told["contact"]),
    ]


def _note(told: Json, say: Say) -> list[tuple[str, Any]]:
    return [(say(N_("说明")), told["note"])] if told["note"] else []


def _findings(told: Json, say: Say) -> list[Json]:
    """What was found, in the words of the checklist."""
    title = say(N_("检查发现的问题"))
    if not told["findings"]:
        return [lines("text", title, [say(N_("没有发现问题。"))])]
    columns = [(say(N_("问题")), 6), (say(N_("依据")), 5), (say(N_("检查人员写的")), 5)]
    return [table(title, columns, [[one["label"], one["law"], one["note"]] for one in told["findings"]])]


def _receipt(told: Json, say: Say) -> list[Json]:
    """On its own page: the notice stays with the subject, this goes back into the file."""
    foot, ways = say(DAY_LINE), say(N_("方式：□ 当面　□ 邮寄　□ 电子　□ 留置"))
    rows = [
        (say(N_("送达的文书")), f"{say(TITLE)} {told['number']}"),
        (say(N_("受送达人")), told["subject"]["name"]),
    ]
    places = [
        (say(N_("受送达人（签名或盖章）")), "", foot),
        (say(N_("送达人（签名）")), ways, foot),
        (say(N_("见证人（留置送达时签名）")), "", foot),
    ]
    return [facts(say(N_("送达回证")), rows), signing("", places)]
