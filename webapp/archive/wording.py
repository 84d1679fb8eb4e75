"""The values of a record in words. Pure: whatever a phone wrote into a payload, something can be read."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from webapp.canonical import canonical
from webapp.field.notices import REASONS

Say = Callable[[str], str]
# China has one civil time, without summer time; a fixed offset needs no zone table of the machine.
CHINA = timezone(timedelta(hours=8))


def N_(text: str) -> str:  # noqa: N802 - the name that gettext's extraction looks for
    """Marks a sentence for extraction; `say` translates it when it is used."""
    return text


RESULTS = {
    "no_problem": N_("未发现问题"),
    "not_disclosed": N_("未按规定公示应当公示的信息"),
    "concealed": N_("公示信息隐瞒真实情况弄虚作假"),
    "unreachable": N_("登记的住所（经营场所）无法联系"),
    "corrected": N_("发现问题已责令改正"),
    "uncooperative": N_("不配合检查情节严重"),
    "no_activity": N_("未发现开展本次抽查涉及的经营活动"),
    "pending": N_("发现问题待后续处理"),
}
VERDICTS = {"pass": N_("合格"), "fail": N_("不合格"), "na": N_("不适用")}
MARKS = {"pass": "passed", "fail": "found", "na": "na"}
CLOCKS = {"verified": N_("时钟已核对"), "unverified": N_("时钟未核对")}
ROLES = {"subject": N_("检查对象"), "inspector": N_("检查人员")}
ENDINGS = {
    "sign": N_("已签字"),
    "refuse": N_("拒绝签字"),
    "absent": N_("不在场"),
    "stamp": N_("盖章"),
    "paper": N_("纸质扫描"),
    "signing": N_("签字时的照片"),
}
STATES = {
    "assigned": N_("未开始"),
    "open": N_("检查中"),
    "sealed": N_("已封存"),
    "returned": N_("已退回"),
    "accepted": N_("已受理"),
    "archived": N_("已归档"),
    "cancelled": N_("已取消"),
}
TYPES = {
    "arrive": N_("到达现场"),
    "present": N_("在场人员"),
    "answer": N_("检查内容"),
    "photo": N_("照片"),
    "mark": N_("照片标注"),
    "caption": N_("照片说明"),
    "withdraw": N_("撤回"),
    "note": N_("备注"),
    "recuse": N_("回避"),
    "scan": N_("扫码入企"),
    "attach": N_("照片用于其他题目"),
    "comment": N_("办公室意见"),
    "result": N_("检查结果"),
    "sign": N_("签字"),
    "refuse": N_("拒绝签字"),
    "absent": N_("不在场"),
    "stamp": N_("盖章"),
    "seal": N_("封存"),
    "reopen": N_("重新打开"),
    "return": N_("退回"),
    "accept": N_("受理"),
    "archive": N_("归档"),
    "recusal": N_("决定回避"),
    "pair": N_("更换检查组"),
    "cancel": N_("取消检查"),
    "proceed": N_("继续检查"),
    "decide": N_("拟定检查结果"),
    "approve": N_("审批"),
    "case": N_("立案"),
    "notice": N_("出具文书"),
    "serve": N_("送达"),
    "receive": N_("签收"),
    "publish": N_("公示"),
    "withhold": N_("申请不公示"),
    "correct": N_("更正公示"),
    "take_down": N_("撤回公示"),
    "enter": N_("录入平台"),
    "object": N_("提出异议"),
    "recheck": N_("复查复核"),
    "rule": N_("异议处理意见"),
    "order": N_("责令改正"),
    "extend": N_("延长改正期限"),
    "proof": N_("改正材料"),
    "rectify": N_("核实改正"),
    "reinspect": N_("安排复查"),
    "copy": N_("抄告"),
    "transfer": N_("移送"),
    "reply": N_("对方答复"),
    "penalty": N_("行政处罚"),
    "discipline": N_("列入名单"),
    "lift": N_("移出名单"),
    "return_visit": N_("回访"),
    "void": N_("作废"),
}
ACKNOWLEDGED = N_("已确认")
TOLD, NOT_TOLD = N_("已当场告知检查结果"), N_("尚未告知检查结果")
PLACE, ACCURACY = N_("北纬 {latitude} 东经 {longitude}"), N_("（误差 {metres} 米内）")
DAY = N_("{year}年{month}月{day}日")


@dataclass(frozen=True)
class Wording:
    """Says values in one language; `names` are people's by their ids."""

    lang: str = "zh"
    names: dict[str, str] = field(default_factory=dict)
    say: Say = str

    def one_of(self, words: dict[str, str], code: Any) -> str:
        """The words of a code, the code itself where it is unknown."""
        return self.say(words[code]) if isinstance(code, str) and code in words else text(code)

    def who(self, person: Any) -> str:
        """A person's name, the id where nobody knows it."""
        known = self.names | {"subject": self.say(ROLES["subject"])}
        return known.get(person, person) if isinstance(person, str) else ""

    def label(self, words: Any) -> str:
        """Words kept in both languages, in this one where there are any."""
        if not isinstance(words, dict):
            return text(words)
        return text((self.lang == "en" and words.get("en")) or words.get("zh-Hans") or words.get("en"))

    def position(self, position: Any) -> str:
        """Where a phone was; empty where it did not say."""
        if not isinstance(position, dict) or not position.get("latitude"):
            return ""
        place = self.say(PLACE).format(
            latitude=text(position["latitude"]), longitude=text(position.get("longitude"))
        )
        metres = text(position.get("accuracy"))
        return place + self.say(ACCURACY).format(metres=metres) if metres else place

    def answer(self, question: dict[str, Any], value: Any) -> str:
        """An answer in words; empty where there is none."""
        kind = question.get("type")
        if kind == "verdict":
            return self.one_of(VERDICTS, value)
        if kind == "acknowledge":
            return self.say(ACKNOWLEDGED) if value in (True, "OK") else text(value or "")
        if kind == "datetime":
            return day_and_time(value)
        given = value.split() if kind in ("select_multiple", "rank") and isinstance(value, str) else value
        labels = {choice["name"]: self.label(choice["label"]) for choice in question.get("choices") or []}
        if not isinstance(given, list):
            return labels.get(text(given)) or text(given)
        chosen = [labels.get(text(each)) or text(each) for each in given]
        ranked = kind == "rank"
        return self.listed(
            [f"{place}. {one}" for place, one in enumerate(chosen, start=1)] if ranked else chosen
        )

    def listed(self, parts: list[str]) -> str:
        """Several words after each other."""
        return (", " if self.lang == "en" else "、").join(part for part in parts if part)

    def said_of(self, about: str, said: str) -> str:
        """What is said of something, after its name."""
        return (": " if self.lang == "en" else "：").join(part for part in (about, said) if part)

    def told(self, value: Any) -> str:
        """Whether the subject was told the result on the spot (RZ-17)."""
        if isinstance(value, bool):
            return self.say(TOLD if value else NOT_TOLD)
        return text(value)

    def reason(self, reason: Any) -> str:
        """Why an inspection was assigned by hand (RZ-5): `{kind, text}`."""
        if not isinstance(reason, dict):
            return self.one_of(REASONS, reason)
        return self.said_of(self.one_of(REASONS, reason.get("kind")), text(reason.get("text")))

    def day(self, iso: str) -> str:
        """An ISO day as people write it."""
        year, _, rest = iso.partition("-")
        month, _, day = rest.partition("-")
        if self.lang == "en" or not day:
            return iso
        return self.say(DAY).format(year=year, month=month.lstrip("0"), day=day.lstrip("0"))


def moment(time: Any) -> str:
    """An RFC 3339 time on China's clock, to the second; as it is where it is none."""
    try:
        return datetime.fromisoformat(time).astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
    except (TypeError, ValueError, OverflowError):
        return text(time)


def day_and_time(value: Any) -> str:
    """An answer with day and time, to the minute; one without a zone is China's already."""
    try:
        said = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return text(value)
    return (said.astimezone(CHINA) if said.tzinfo else said).strftime("%Y-%m-%d %H:%M")


def text(value: Any) -> str:
    """Any JSON value as one text."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return canonical(value).decode()


def texts(value: Any) -> list[str]:
    """The texts in a list, where it is one."""
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects in a list, where it is one."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
