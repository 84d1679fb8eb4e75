"""How clocks are called and how they stand, in words."""

from flask_babel import format_date

from webapp.accounts.models import Bureau
from webapp.followup.clocks import LAPSES, Clock
from webapp.words import _, _l

NAMES = {
    "told": _l("告知检查对象"),
    "published": _l("录入并公示"),
    "publicity": _l("公示期"),
    "objection": _l("提出异议"),
    "rectification": _l("改正"),
    "withdrawal": _l("撤回公示"),
}
BEGAN = {
    "inspection_end": _l("检查结束"),
    "task_end": _l("抽查任务结束"),
    "told": _l("告知"),
    "published": _l("公示"),
    "publicity_end": _l("公示期满"),
    "order": _l("责令改正"),
    "reversal": _l("结果被撤销或者变更"),
    "ruling": _l("结果被撤销或者变更"),
}
MARKS = {
    "overdue": "late",
    "today": "warning",
    "week": "warning",
    "running": "open",
    "done": "passed",
    "not_started": "none",
    "not_asked": "kept",
}


def state(clock: Clock) -> str:
    """How a clock stands: `还有 3 个工作日`, `逾期 2 天`."""
    if clock.state == "done" and clock.name == "objection" and clock.done != clock.due:
        return str(_("已提出"))
    if clock.state == "done":
        return str(_("已办，迟了") if clock.late else _("已期满") if clock.name in LAPSES else _("已办"))
    if clock.state == "today":
        return str(_("今天到期"))
    if clock.left is None:
        return str(_("还没有开始") if clock.state == "not_started" else _("文件没有规定期限"))
    if clock.state == "overdue":
        return str(_("逾期 %(days)s", days=length(-clock.left, "calendar")))
    return str(_("还有 %(days)s", days=length(clock.left, clock.kind)))


def mark(clock: Clock) -> str:
    """The mark beside the word."""
    return "late" if clock.late else MARKS[clock.state]


def length(days: int, kind: str | None) -> str:
    """`7 个工作日`, `7 天`."""
    return str(_("%(n)s 个工作日", n=days) if kind == "working" else _("%(n)s 天", n=days))


def rule(clock: Clock) -> str:
    """What the law says of it: `检查结束之日起 7 个工作日内`."""
    if clock.name == "rectification":
        return str(_("按责令改正通知书写明的日期"))
    if clock.days is None:
        return str(_("本机构的文件没有规定期限"))
    began, days = BEGAN[clock.began], length(clock.days, clock.kind)
    if clock.name == "publicity":
        return str(_("%(began)s之日起至少 %(days)s", began=began, days=days))
    return str(_("%(began)s之日起 %(days)s内，当日不计", began=began, days=days))


def source(clock: Clock, bureau: Bureau) -> str:
    """Whose document says it and where: `RZ-17`, `平顶山市人社局 PD-3.5`; empty where nobody does."""
    above = clock.bureau if clock.bureau != bureau.short_name else ""
    return f"{above} {clock.clause}".strip() if clock.clause else ""


def why(clock: Clock) -> str:
    """Why a due day is provisional; empty where it is not."""
    if clock.year is None:
        return ""
    text = _("%(year)s 年的放假安排还没有载入，按周一到周五估算；载入后自动重算。", year=clock.year)
    return str(text)


def day(value: object) -> str:
    """2026-11-28 (周六)."""
    return format_date(value, "yyyy-MM-dd (EEE)")
