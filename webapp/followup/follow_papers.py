"""责令改正通知书 and the answer to an objection (异议复查答复书) as sheets. Pure."""

from collections.abc import Callable
from typing import Any

from webapp.archive.wording import DAY, N_, RESULTS
from webapp.field.notices import DAY_LINE, FOOT, GLYPHS
from webapp.followup.objections import OUTCOMES
from webapp.followup.steps import OVERTURNED
from webapp.typesetting.sheet import facts, lines, page, signing, table

Json = dict[str, Any]
Say = Callable[[str], str]

ANSWER_KIND = "复"
ORDER, ANSWER = N_("责令改正通知书"), N_("异议复查答复书")
REMEDY = N_(
    "对本通知书不服的，可以自收到之日起六十日内依法申请行政复议，也可以自收到之日起六个月内依法提起行政诉讼。"
)
RIGHTS = [
    N_("您对发现的问题和改正要求，可以向本机构陈述、申辩。"),
    N_("有正当理由不能按期改正的，请在期限届满以前向本机构书面申请延期。"),
    N_("改正以后，请把情况和证明材料报本机构；也可以扫本通知书的二维码上传。"),
]
DID = {
    "upheld": N_("经复查，原检查结果事实清楚、依据正确，予以维持。"),
    "changed": N_("经复查，对原检查结果予以变更。原结果自本答复作出之日起不再有效。"),
    "reversed": N_("经复查，对原检查结果予以撤销。原结果自本答复作出之日起不再有效。"),
    "rejected": N_("经审查，您的异议不予受理。"),
}


def order_sheet(told: Json, address: str, lang: str = "zh", say: Say = str) -> Json:
    """The order. `told`: `{number, day, bureau, inspection, subject: {name, code, address}, visited, items: [text],
    demands: [{text, law}], basis, deadline, remedy, contact}`, days ISO; `address` is the subject's own page."""
    name = told["subject"]["name"]
    said = say(
        N_(
            "本机构于 {visited} 对您进行了检查（{number}），发现下列问题。"
            "依据{basis}，责令您于 {deadline} 以前改正，并把改正情况书面报本机构。"
        )
    )
    filled = said.format(
        visited=_day(told["visited"], say), number=told["inspection"], basis=told["basis"],
        deadline=_day(told["deadline"], say),
    )  # fmt: skip
    rows = [[str(at), [one["text"], one["law"]]] for at, one in enumerate(told["demands"], start=1)]
    columns = [(say(N_("序号")), 1), (say(N_("问题和改正要求")), 11)]
    rights = [*(say(one) for one in RIGHTS), *([told["remedy"]] if told["remedy"] else [])]
    return _sheet(told, say(ORDER), address, lang, say) | {
        "blocks": [
            lines("text", "", [say(N_("{subject}：")).format(subject=name), filled]),
            table(say(N_("责令改正的内容")), columns, rows),
            facts(
                say(N_("期限和联系")),
                [
                    (say(N_("改正期限")), _day(told["deadline"], say)),
                    (say(N_("检查事项")), "\n".join(told["items"])),
                    (say(N_("联系方式")), told["contact"]),
                ],
            ),
            lines("list", say(N_("您的权利")), rights),
            _seal(told, say),
            *_receipt(told, say(ORDER), say),
        ]
    }


def answer_sheet(told: Json, address: str, lang: str = "zh", say: Say = str) -> Json:
    """The answer to who objected. `told`: as of an order, with `{objection: {name, day, text}, rechecks: [{day, way,
    people, found}], outcome, before, code, sub, reason}`; `before` and `code` are codes of results or None."""
    given, outcome = told["objection"], told["outcome"]
    said = say(
        N_("您于 {day} 对检查（{number}）的结果提出异议。本机构由检查组以外的人员进行了复查，现答复如下。")
    )
    if outcome == "rejected":
        said = say(N_("您于 {day} 对检查（{number}）的结果提出异议，现答复如下。"))
    rows = [[_day(one["day"], say), [one["way"], one["people"]], one["found"]] for one in told["rechecks"]]
    columns = [(say(N_("日期")), 3), (say(N_("方式和人员")), 4), (say(N_("复查情况")), 9)]
    return _sheet(told, say(ANSWER), address, lang, say) | {
        "blocks": [
            lines(
                "text",
                "",
                [
                    say(N_("{subject}：")).format(subject=told["subject"]["name"]),
                    said.format(day=_day(given["day"], say), number=told["inspection"]),
                ],
            ),
            facts(
                say(N_("提出的异议")),
                [(say(N_("提出人")), given["name"]), (say(N_("异议内容")), given["text"])],
            ),
            *([table(say(N_("复查情况")), columns, rows)] if rows else []),
            lines("note", say(N_("处理决定")), [say(OUTCOMES[outcome]), say(DID[outcome])]),
            facts("", _results(told, say)),
            lines("text", say(N_("理由")), told["reason"].split("\n")),
            *([lines("list", say(N_("您的权利")), [told["remedy"]])] if told["remedy"] else []),
            _seal(told, say),
            *_receipt(told, say(ANSWER), say),
        ]
    }


def _results(told: Json, say: Say) -> list[tuple[str, Any]]:
    rows: list[tuple[str, Any]] = [(say(N_("原检查结果")), _result(told["before"], say))]
    if told["outcome"] in OVERTURNED:
        rows.append((say(N_("现检查结果")), _result(told["code"], say) or say(N_("撤销后没有新的结果"))))
    return rows


def _result(code: str | None, say: Say) -> str:
    return say(RESULTS[code]) if code in RESULTS else code or ""


def _sheet(told: Json, title: str, address: str, lang: str, say: Say) -> Json:
    return {
        "lang": lang,
        "title": title,
        "number": told["number"],
        "bureau": told["bureau"],
        "day": told["day"],
        "lead": [say(N_("检查编号 {number}")).format(number=told["inspection"])],
        "address": address,
        "code_words": say(N_("扫码查看、提交材料")) if address else "",
        "code_alt": say(N_("二维码：{text}")).format(text=address),
        "foot": say(FOOT),
        "glyphs": say(GLYPHS),
    }


def _seal(told: Json, say: Say) -> Json:
    return lines("seal", "", [told["bureau"], say(N_("（印章）")), _day(told["day"], say)])


def _receipt(told: Json, title: str, say: Say) -> list[Json]:
    """On its own page: the paper stays with the subject, this goes back into the file."""
    foot = say(DAY_LINE)
    ways = say(N_("方式：□ 当面　□ 邮寄　□ 电子　□ 留置"))
    rows = [
        (say(N_("送达的文书")), f"{title} {told['number']}"),
        (say(N_("受送达人")), told["subject"]["name"]),
    ]
    places = [(say(N_("受送达人（签名或盖章）")), "", foot), (say(N_("送达人（签名）")), ways, foot)]
    return [page(), facts(say(N_("送达回证")), rows), signing("", places)]


def _day(iso: str, say: Say) -> str:
    year, month, day = iso.split("-")
    return say(DAY).format(year=year, month=month.lstrip("0"), day=day.lstrip("0"))
