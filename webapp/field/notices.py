"""The approval form (行政检查审批表) and the notice (检查通知书) as sheets; what is asked for. Pure (mission 2)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

from webapp.registry.item_rules import METHODS
from webapp.typesetting.sheet import facts, lines, page, signing, table

Json = dict[str, Any]
Say = Callable[[str], str]
CHINA = timezone(timedelta(hours=8))
LONGEST = 500
# What stands in the number of each paper.
APPROVAL_KIND, NOTICE_KIND = "审", "通"
# Told before the visit, or only at the place.
ANNOUNCE = ("before", "spot")


def N_(text: str) -> str:  # noqa: N802 - the name that gettext's extraction looks for
    """Marks a sentence for extraction; `say` translates it when it is used."""
    return text


APPROVAL, NOTICE = N_("行政检查审批表"), N_("行政检查通知书")
STATES = {
    "asked": N_("等待审批"),
    "approved": N_("已批准"),
    "refused": N_("不予批准"),
    "changed": N_("批准后有变更"),
}
ANNOUNCED = {"before": N_("检查前送达通知书"), "spot": N_("不事先告知，到场时送达通知书")}
WAYS_SAID = {
    "hand": N_("当面送达"),
    "post": N_("邮寄送达"),
    "electronic": N_("电子送达"),
    "left": N_("留置送达"),
}
REASONS = {
    "drawn": N_("双随机抽取"),
    "elsewhere": N_("其他平台抽取"),
    "law": N_("法律法规规章对检查方式有明确规定"),
    "assigned": N_("上级交办、督办"),
    "complaint": N_("投诉举报"),
    "transferred": N_("其他部门移交"),
    "other": N_("其他"),
}
# What the subject may do (mission 2; RZ-14, RZ-23, TJ-10b, TJ-14c).
RIGHTS = [
    N_(
        "检查人员不得少于两人，应当出示执法证。不出示的，您可以拒绝检查；扫执法证或本通知书的二维码，可以核对。"
    ),
    N_("认为检查人员与您有利害关系、可能影响公正检查的，可以申请回避。"),
    N_("对检查的内容和发现的问题，可以陈述、申辩；签字以前可以写下不同意见。"),
    N_("对检查结果有异议的，可以向本机构提出，本机构复查、复核后答复。"),
]
# How the inspectors have to behave (RZ-4a, RZ-18, TJ-15).
CONDUCT = [
    N_("检查人员应当依法行政、廉洁执法，切实履行法定监管职责，只检查本通知书写明的事项。"),
    N_("不得妨碍正常的生产经营活动。"),
    N_("不得索取或者收受财物，不得谋取其他利益，不得收取或者变相收取费用。"),
    N_("检查人员违反上述要求的，请向本机构反映，本机构依法依规处理。"),
]
FOOT, GLYPHS = N_("第 {page} 页 共 {pages} 页"), N_("字库未收录的字符以〔U+编码〕印出。")
DAY_LINE = N_("年　　月　　日")


@dataclass(frozen=True)
class Ask:
    """What a person adds to an inspection when asking for its approval."""

    begins: date
    methods: list[str]
    announce: str
    why: str
    contact: str


class NotAsked(ValueError):
    """What was typed is not enough; `code` is that of the problem."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def ask(form: Mapping[str, str], methods: list[str], today: date, spot_allowed: bool) -> Ask:
    """What was typed. Where the bureau's law does not allow checks without telling, each one needs its reason.

    Raises `NotAsked`: `approval_day`, `approval_methods`, `approval_why`, `approval_contact`.
    """
    try:
        begins = date.fromisoformat(form.get("begins", ""))
    except ValueError:
        raise NotAsked("approval_day") from None
    if begins < today:
        raise NotAsked("approval_day")
    chosen = [method for method in METHODS if method in methods]
    if not chosen:
        raise NotAsked("approval_methods")
    announce, why = form.get("announce", ""), " ".join(form.get("why", "").split())[:LONGEST]
    if announce not in ANNOUNCE or (announce == "spot" and not spot_allowed and not why):
        raise NotAsked("approval_why")
    contact = " ".join(form.get("contact", "").split())[:LONGEST]
    if not contact:
        raise NotAsked("approval_contact")
    return Ask(begins, chosen, announce, why if announce == "spot" else "", contact)


def number(told: Json, kind: str) -> str:
    """The paper's own number, made of the inspection's: 平人社检通〔2026〕00001号; a later one of it ends with 之2."""
    given = str(told["facts"]["number"]).replace("〔", f"{kind}〔", 1)
    return given if told["place"] == 1 else f"{given}之{told['place']}"


def approval_sheet(told: Json, address: str, lang: str = "zh", say: Say = str) -> Json:
    """The approval form, as far as it is decided; `told` is `Approval.told()`, `address` where the office has it."""
    return _Paper(told, say).sheet(lang, address) | {"blocks": _Paper(told, say).approval()}


def notice_sheet(told: Json, address: str, lang: str = "zh", say: Say = str) -> Json:
    """The notice of an approved inspection; `address` is where anyone checks that it is genuine."""
    paper = _Paper(told, say)
    decided = told["decided"]["at"]
    return paper.sheet(lang, address) | {
        "title": say(NOTICE),
        "number": number(told, NOTICE_KIND),
        "day": clock(decided)[:10],
        "code_words": say(N_("扫码核对本通知书")),
        "blocks": paper.notice(),
    }


def clock(iso: str) -> str:
    """A moment on China's clock, to the minute."""
    return datetime.fromisoformat(iso).astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


@dataclass(frozen=True)
class _Paper:
    told: Json
    say: Say

    @property
    def facts(self) -> Json:
        return self.told["facts"]  # type: ignore[no-any-return]

    def sheet(self, lang: str, address: str) -> Json:
        return {
            "lang": lang,
            "title": self.say(APPROVAL),
            "number": number(self.told, APPROVAL_KIND),
            "bureau": self.facts["bureau"]["name"],
            "day": clock(self.told["asked"]["at"])[:10],
            "lead": [self.say(N_("检查编号 {number}")).format(number=self.facts["number"])],
            "address": address,
            "code_words": self.say(N_("扫码打开审批")),
            "code_alt": self.say(N_("二维码：{text}")).format(text=address),
            "foot": self.say(FOOT),
            "glyphs": self.say(GLYPHS),
        }

    def approval(self) -> list[Json]:
        asked, decided = self.told["asked"], self.told["decided"]
        rows = [(self.say(N_("申请人")), f"{asked['by']}  {clock(asked['at'])}")]
        rows.append((self.say(N_("审批")), self.say(STATES[self.told["state"]])))
        if decided:
            rows += [
                (self.say(N_("审批意见")), decided["opinion"]),
                (self.say(N_("审批人")), f"{decided['by']}  {clock(decided['at'])}"),
            ]
        foot = self.say(DAY_LINE)
        places = [(self.say(N_("申请人（签字）")), "", foot), (self.say(N_("审批人（签字）")), "", foot)]
        return [
            self._subject(),
            self._what(),
            self._pair(),
            facts(self.say(N_("审批")), rows),
            signing("", places),
        ]

    def notice(self) -> list[Json]:
        told = self.say(N_("{subject}：")).format(subject=self.facts["subject"]["name"])
        said = self.say(
            N_(
                "本机构决定对您进行行政检查，现将有关事项通知如下。请安排负责人或其他人员到场，并如实提供有关资料。"
            )
        )
        rights = [self.say(one) for one in RIGHTS]
        conduct = [self.say(one) for one in CONDUCT]
        return [
            lines("text", "", [told, said]),
            self._what(),
            self._pair(),
            lines("list", self.say(N_("您的权利")), rights),
            lines("list", self.say(N_("对检查人员的要求")), conduct),
            self._seal(),
            *self._receipt(),
        ]

    def _subject(self) -> Json:
        subject = self.facts["subject"]
        reason = self.facts["reason"]
        kind = self.say(REASONS[reason["kind"]]) if reason["kind"] in REASONS else reason["kind"]
        rows = [
            (self.say(N_("名称")), subject["name"]),
            (self.say(N_("代码")), subject["code"]),
            (self.say(N_("地址")), subject["address"]),
            (self.say(N_("检查来源")), [kind, reason["text"]]),
        ]
        return facts(self.say(N_("检查对象")), rows)

    def _what(self) -> Json:
        items = self.facts["items"]
        bases = [basis for item in items for basis in item["bases"]]
        announce = self.say(ANNOUNCED[self.facts["announce"]])
        window = self.say(N_("{begins} 至 {ends}")).format(
            begins=self.facts["begins"], ends=self.facts["ends"]
        )
        rows = [
            (self.say(N_("检查事项")), _each(f"{item['code']} {item['name']}" for item in items)),
            (self.say(N_("检查依据")), _each(dict.fromkeys(bases))),
            *self._joint(),
            (self.say(N_("检查时间")), window),
            (self.say(N_("检查方式")), self.say(N_("、")).join(self.facts["methods"])),
            (self.say(N_("告知方式")), [announce, self.facts["why"]]),
            (self.say(N_("联系方式")), self.facts["contact"]),
        ]
        return facts(self.say(N_("检查内容")), rows)

    def _joint(self) -> list[tuple[str, str]]:
        """With whom: what was asked for before there were joint tasks says nothing of it (TJ-11)."""
        parts = [
            f"{one['department']}　{self.say(N_('、')).join(one['items'])}".rstrip("　")
            for one in self.facts.get("joint", [])
        ]
        return [(self.say(N_("联合检查的单位和部门")), _each(parts))] if parts else []

    def _pair(self) -> Json:
        columns = [
            (self.say(name), width)
            for name, width in ((N_("姓名"), 3), (N_("执法证号"), 4), (N_("单位和职务"), 6))
        ]
        rows = [[one["name"], one["credential"], [one["unit"], one["title"]]] for one in self.facts["pair"]]
        return table(self.say(N_("检查人员")), columns, rows)

    def _seal(self) -> Json:
        day = clock(self.told["decided"]["at"])[:10]
        return lines("seal", "", [self.facts["bureau"]["name"], self.say(N_("（印章）")), day])

    def _receipt(self) -> list[Json]:
        """On its own page: the notice stays with the subject, this goes back into the file."""
        foot = self.say(DAY_LINE)
        served = self.say(N_("方式：□ 当面　□ 邮寄　□ 电子　□ 留置"))
        rows = [
            (self.say(N_("送达的文书")), f"{self.say(NOTICE)} {number(self.told, NOTICE_KIND)}"),
            (self.say(N_("受送达人")), self.facts["subject"]["name"]),
        ]
        places = [
            (self.say(N_("受送达人（签名或盖章）")), "", foot),
            (self.say(N_("送达人（签名）")), served, foot),
        ]
        return [page(), facts(self.say(N_("送达回证")), rows), signing("", places)]


def _each(texts: Any) -> str:
    return "\n".join(texts)
