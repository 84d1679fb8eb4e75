"""What the figures are called, and what each means: the definition that stands one tap away from its number."""

from typing import Any

from flask_babel import format_decimal

from webapp.oversight import figure_rules as rules
from webapp.oversight.figure_rules import Figure, Period
from webapp.typed import ALL_BP, percent
from webapp.words import _, _l

NAMES = {
    "coverage": _l("抽查覆盖率"),
    "coverage_items": _l("达到抽查比例的事项"),
    "published": _l("公示率"),
    "items": _l("事项覆盖率"),
    "risk": _l("运用风险分类的抽取"),
    "over_cap": _l("超过每年次数的对象"),
    "followup": _l("后续处理完成率"),
    "done": _l("检查完成率"),
    "problems": _l("问题发现率"),
    "load": _l("人均检查"),
}
MEANS = {
    "coverage": _l(
        "分子：从 1 月 1 日到期末，随机抽查并已完成检查的不同检查对象数，同一对象只算一次。"
        "分母：本机构文件规定的基数，按年度计划批准时的名录库计（不含注销、吊销、迁出、移出的）；没有公布计划的，按名录库现有数。"
        "不经抽取的检查（投诉举报、转办交办等）不算。"
    ),
    "coverage_items": _l(
        "本机构文件要求每个事项分别达到比例：分子是达到比例的事项数，分母是清单上的事项数。"
        "每个事项算从 1 月 1 日到期末随机抽查并已完成检查的不同对象数，与计划批准时该事项的对象数相比；"
        "重点事项按清单上的比例，规定了户数的按户数。"
    ),
    "published": _l(
        "分子：期内完成检查、已经公示的件数；文件要求录入指定平台的，录入以后才算。分母：期内完成检查的件数，依法不予公示的除外。没有公示的，视为没有办结。"
    ),
    "items": _l("分子：从 1 月 1 日到期末，随机抽查过（已完成检查）的事项数。分母：清单上现有的事项数。"),
    "risk": _l(
        "分子：期内按风险等级区别抽取的任务抽中的户次。分母：期内抽中的全部户次，包括其他平台抽取的；取消的不算。一次检查办几次抽取的，每次抽取各算一次。"
    ),
    "over_cap": _l(
        "全年随机抽查（已完成和将要进行的）超过本机构规定次数的检查对象数。一次进门查多个事项算一次；不经抽取的检查不算。"
    ),
    "followup": _l(
        "分母：期内完成检查、发现问题的件数。分子：其中后续处理到位的：办公室已定结果；责令改正的都已改正，或者已经处罚、移送、立案；结果是“已责令改正”“待后续处理”的，要有责令改正、处罚、移送、抄告或立案的记录。"
    ),
    "done": _l("分母：期内应完成的和已完成的检查件数，取消的不算。分子：已完成（已封存）的件数。"),
    "problems": _l(
        "分母：期内完成检查的件数。分子：其中发现问题的：以现行有效的检查结果为准；还没有结果的，以检查表中有判为不合格的为准。"
    ),
    "load": _l("期内每名检查人员平均参加的检查件数，已完成的和待完成的都算；没有检查任务的人员不算在内。"),
}
STANDINGS = {
    "on_time": _l("按期"),
    "late": _l("逾期办结"),
    "running": _l("期限内"),
    "overdue": _l("逾期未办"),
}
CLOCKS = {"told": _l("告知"), "published": _l("公示")}
# Which inspections stand behind a figure: those that make it, and those that it lacks.
SIDES = {
    "coverage": (_l("抽查过的检查"), _l("抽中、还没有检查的")),
    "published": (_l("已公示的"), _l("没有公示的")),
    "risk": (_l("按风险等级抽取的"), _l("没有按风险等级抽取的")),
    "over_cap": (_l("超过次数的对象的检查"), ""),
    "followup": (_l("处理到位的"), _l("还没有处理到位的")),
    "done": (_l("已完成的"), _l("没有完成的")),
    "problems": (_l("发现问题的"), _l("没有发现问题的")),
}
DAY = _l("检查计入首次封存的那一天；没有完成的，计入应完成的那一天。取消的检查不计。")


def value(figure: Figure) -> str:
    """The figure itself, as it is read: 4.21%, 3, 3.5; a dash where there is nothing to count of."""
    if figure.name == "over_cap":
        return number(figure.part)
    if figure.name == "load":
        return rules.per_tenth(figure.part, figure.whole) if figure.whole else "—"
    return f"{percent(figure.bp)}%" if figure.bp is not None else "—"


def of(figure: Figure) -> str:
    """What it is made of: 412 / 9,800."""
    if figure.name == "over_cap":
        return str(_("全年抽查对象 %(n)s 个", n=number(figure.whole or 0)))
    if figure.name == "load":
        return str(_("%(n)s 人次，%(people)s 人", n=number(figure.part), people=number(figure.whole or 0)))
    if figure.whole is None:
        return str(_("%(n)s，没有公布计划，也没有基数", n=number(figure.part)))
    return f"{number(figure.part)} / {number(figure.whole)}"


def goal(figure: Figure) -> str:
    """What the law asks of it; empty where nothing."""
    if figure.goal is None:
        return ""
    if not figure.least:
        return str(_("要求：没有"))
    if figure.goal == ALL_BP:
        return str(_("要求：全部"))
    return str(_("要求：不低于 %(n)s%%", n=percent(figure.goal)))


def standing(figure: Figure) -> tuple[str, str]:
    """Whether it is as asked, in a word, and the mark beside it."""
    if figure.meets is None:
        return ("", "none") if figure.goal is None else (str(_("还没有可计的")), "none")
    if figure.meets:
        return str(_("达到")), "passed"
    return (str(_("还没有达到")), "waiting") if figure.open else (str(_("没有达到")), "found")


def name(figure: Figure, by_item: bool) -> str:
    """What a figure is called; `by_item`: where the bureau's law asks the least share of each item."""
    return str(NAMES["coverage_items" if figure.name == "coverage" and by_item else figure.name])


def means(figure: Figure, by_item: bool) -> str:
    """The definition of a figure."""
    return str(MEANS["coverage_items" if figure.name == "coverage" and by_item else figure.name])


def number(count: int) -> str:
    """A count with its thousands apart."""
    return str(format_decimal(count))


def when(period: Period) -> str:
    """A period in words."""
    if period.month:
        return str(_("%(year)s 年 %(month)s 月", year=period.year, month=period.month))
    if period.quarter:
        return str(_("%(year)s 年第 %(quarter)s 季度", year=period.year, quarter=period.quarter))
    return str(_("%(year)s 年", year=period.year))


def share(part: int, whole: int) -> str:
    """A share in percent with one decimal, cut; a dash of nothing."""
    return f"{part * 1000 // whole / 10:.1f}%" if whole else "—"


def named(name: str, value: Any) -> str:
    """What a group of subjects is called."""
    if value:
        return str(_("%(grade)s 级", grade=value)) if name in ("credit_risk", "labour_grade") else str(value)
    return str(_("没有分级")) if name in ("credit_risk", "labour_grade") else str(_("没有写明"))
