"""What a sign is called, what was seen, by which threshold, what may be behind it, and how a person is asked about it."""

from datetime import datetime
from typing import Any

from flask_babel import format_datetime

from webapp.archive.wording import VERDICTS
from webapp.oversight.signs import Sign
from webapp.words import _, _l

TITLES = {
    "far": _l("离登记的地址很远"),
    "short": _l("用的时间太短"),
    "run": _l("一口气连着填完"),
    "same": _l("答案全都一样"),
    "late": _l("过了很久才填"),
    "twice": _l("同一次检查里照片重复"),
    "again": _l("照片与另一次检查的相同"),
    "placeless": _l("照片没有定位"),
    "overlap": _l("同一人同时在两处"),
}
STATES = {
    "found": _l("还没有问"),
    "asked": _l("等检查组回答"),
    "answered": _l("已回答，等结论"),
    "closed": _l("已了结"),
}
MARKS = {"found": "none", "asked": "waiting", "answered": "warning", "closed": "kept"}
ACTS = {"ask": _l("提问"), "answer": _l("回答"), "close": _l("了结"), "reopen": _l("重新打开")}
OUTCOMES = {
    "explained": _l("说清楚了"),
    "data": _l("名录或设置的数据不准"),
    "elsewhere": _l("另行处理"),
}
OUTCOMES_MEAN = {
    "explained": _l("检查组的说明说得通。"),
    "data": _l("比如登记的坐标不对，或者设置的数定得太紧。"),
    "elsewhere": _l("比如安排回访、复查或培训；写明去向。"),
}
MAY_BE = {
    "far": _l("登记的坐标可能不准，对象可能搬了家；在室内，手机的定位可能偏得很远。"),
    "short": _l("检查表可能大部分不适用；也可能先看完、记在纸上，再一起填。"),
    "run": _l("可能先看完全部现场，再集中填写；也可能先填了同一类的题目。"),
    "same": _l("管理规范的对象，可能确实每一题都合格。"),
    "late": _l("可能手机没电或者坏了，先用纸记录；也可能退回以后重填。"),
    "twice": _l("同一样东西可能正好证明两道题；用“用于其他题目”，就不必再拍。"),
    "again": _l("同一对象的同一样东西，两次拍得可能很像；也可能从相册里选错了照片。"),
    "placeless": _l("手机可能没有允许定位，或者在地下、室内定位不到。"),
    "overlap": _l("手机的时钟可能不准；两处可能在同一栋楼；也可能在路上补填上一处。"),
}
QUESTIONS = {
    "far": _l("到场时您在哪里？为什么离登记的地址这么远？"),
    "short": _l("这次检查是怎么做的？为什么这么快就答完了？"),
    "run": _l("这些题目是怎么填的？看现场和填写是分开的吗？"),
    "same": _l("每一题都逐项看过吗？依据是什么？"),
    "late": _l("为什么到场以后很久才填？当时是怎么记录的？"),
    "twice": _l("为什么两道题用了同一张照片？"),
    "again": _l("为什么与另一次检查用了同一张照片？这张是在哪里拍的？"),
    "placeless": _l("为什么这些照片没有定位？"),
    "overlap": _l("这段时间您在哪一处？另一处是谁在检查？"),
}


def summary(sign: Sign, names: dict[str, str]) -> str:
    """What was seen, in a sentence. `names`: people's by their ids."""
    return SAID[sign.kind](sign.evidence, names)


def rule(sign: Sign) -> str:
    """The threshold by which it was seen."""
    return str(RULES[sign.kind]) % sign.limits


def spent(seconds: int) -> str:
    """A length of time as people say it."""
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if seconds < 60:
        return str(_("%(n)s 秒", n=seconds))
    if minutes < 60:
        rest = seconds % 60
        return str(_("%(n)s 分 %(rest)s 秒", n=minutes, rest=rest) if rest else _("%(n)s 分钟", n=minutes))
    if hours < 48:
        rest = minutes % 60
        return str(_("%(n)s 小时 %(rest)s 分", n=hours, rest=rest) if rest else _("%(n)s 小时", n=hours))
    return str(_("%(n)s 天", n=days))


def far(metres: int) -> str:
    """A distance as people say it."""
    if metres < 1000:
        return str(_("%(n)s 米", n=metres))
    return str(_("%(n)s 公里", n=f"{metres / 1000:.1f}".removesuffix(".0")))


def at(text: str) -> str:
    """A moment of the evidence: 11-21 09:30:12."""
    return str(format_datetime(datetime.fromisoformat(text), "MM-dd HH:mm:ss"))


def _far(seen: dict[str, Any], _names: dict[str, str]) -> str:
    return str(
        _("%(n)s 处定位都不在地址附近，最近的一处也有 %(far)s。", n=seen["count"], far=far(seen["nearest"]))
    )


def _short(seen: dict[str, Any], _names: dict[str, str]) -> str:
    said = {"n": seen["answers"], "spent": spent(seen["seconds"]), "people": seen["people"]}
    return str(_("从到场到答完 %(n)s 题一共 %(spent)s，%(people)s 个人答的。", **said))


def _run(seen: dict[str, Any], names: dict[str, str]) -> str:
    said = {"n": seen["answers"], "of": seen["of"], "spent": spent(seen["seconds"])}
    who = names.get(seen["author"], seen["author"])
    return str(_("%(who)s 在 %(spent)s里连着答了 %(n)s 题（一共答了 %(of)s 题）。", who=who, **said))


def _same(seen: dict[str, Any], _names: dict[str, str]) -> str:
    value = _(VERDICTS[seen["value"]])
    return str(_("%(n)s 题全是“%(value)s”，没有一句备注。", n=seen["answers"], value=value))


def _late(seen: dict[str, Any], _names: dict[str, str]) -> str:
    said = {"n": seen["late"], "of": seen["answers"], "spent": spent(seen["seconds"])}
    return str(_("%(of)s 题里有 %(n)s 题在到场 %(spent)s以后才填。", **said))


def _twice(seen: dict[str, Any], _names: dict[str, str]) -> str:
    return str(
        _("两道题用了同一张照片，有 %(n)s 处，最像的 %(alike)s%%。", n=seen["count"], alike=_most(seen))
    )


def _again(seen: dict[str, Any], _names: dict[str, str]) -> str:
    return str(
        _("有 %(n)s 张照片与另一次检查的相同，最像的 %(alike)s%%。", n=seen["count"], alike=_most(seen))
    )


def _placeless(seen: dict[str, Any], _names: dict[str, str]) -> str:
    said = str(_("%(of)s 张照片里有 %(n)s 张没有定位", of=seen["photos"], n=seen["without"]))
    return said + str(_("；到场时有定位。") if seen["arrivals"] else _("；到场时也没有定位。"))


def _overlap(seen: dict[str, Any], names: dict[str, str]) -> str:
    who = names.get(seen["author"], seen["author"])
    return str(_("%(who)s 在两处检查的时间重叠了 %(n)s 分钟。", who=who, n=seen["minutes"]))


def _most(seen: dict[str, Any]) -> int:
    return int(max(pair["likeness"] for pair in seen["pairs"]))


SAID = {
    "far": _far,
    "short": _short,
    "run": _run,
    "same": _same,
    "late": _late,
    "twice": _twice,
    "again": _again,
    "placeless": _placeless,
    "overlap": _overlap,
}
RULES = {
    "far": _l("到场和照片的定位减去误差，都超过 %(sign_far_metres)s 米。"),
    "short": _l("平均每题不到 %(sign_answer_seconds)s 秒；几个人分着答的，时间按人数加倍算。"),
    "run": _l("同一个人连着答了 %(sign_run_answers)s 题以上，每两题相隔不到 %(sign_run_seconds)s 秒。"),
    "same": _l("%(sign_same_answers)s 题以上全答成一样，没有备注。"),
    "late": _l("八成以上的题目在到场 %(sign_late_hours)s 小时以后才填。"),
    "twice": _l("两张照片有 %(sign_photo_likeness)s%% 以上相像，用在两道题里。"),
    "again": _l("两张照片有 %(sign_photo_likeness)s%% 以上相像，用在两次检查里。"),
    "placeless": _l("%(sign_photos_placeless)s 张以上照片没有定位。"),
    "overlap": _l("同一个人在两处检查的时间重叠 %(sign_overlap_minutes)s 分钟以上。"),
}
