"""How objections, orders and what was handed on are called and how they stand, in words."""

from datetime import date

from webapp.followup import objections, orders
from webapp.followup.matters import Matter
from webapp.words import _, _l

# A tab of the office's list: what it is called, and which kinds stand in it.
TABS = {
    "objections": (_l("异议"), ("object",)),
    "orders": (_l("责令改正"), ("order",)),
    "transfers": (_l("抄告、移送"), ("copy", "transfer")),
    "penalties": (_l("处罚"), ("penalty",)),
    "lists": (_l("名单"), ("discipline",)),
}
EMPTY = {
    "objections": _l("没有等答复的异议。检查对象在网页提出的，和来信、来电登记的，会列在这里。"),
    "orders": _l("没有在改正中的。责令改正通知书出具以后，到核实改正为止列在这里。"),
    "transfers": _l("没有等答复的抄告和移送。对方答复以前列在这里。"),
    "penalties": _l("没有处罚。处罚决定记下以后列在“全部”里。"),
    "lists": _l("没有在列的。列入名单经批准以后，到移出或者期满为止列在这里。"),
}
KINDS = {"copy": _l("抄告"), "transfer": _l("移送")}
SENT = {"sent": _l("等答复"), "answered": _l("已答复")}
LISTED = {
    "waiting": _l("等批准"),
    "refused": _l("不批准"),
    "coming": _l("还没有开始"),
    "standing": _l("在列"),
    "ended": _l("已期满"),
    "lifted": _l("已移出"),
}
MARKS = {
    "new": "warning", "rechecked": "warning", "waiting": "warning", "ruled": "passed", "open": "open", "late": "late",
    "proof": "warning", "partly": "warning", "not_done": "found", "done": "passed", "sent": "open",
    "answered": "passed", "refused": "none", "coming": "none", "standing": "found", "ended": "kept", "lifted": "kept",
    "noted": "kept",
}  # fmt: skip
RESULT_SUBS = {
    "closed": _l("停业"),
    "deregistered": _l("注销"),
    "revoked": _l("被吊销"),
    "moved": _l("迁出"),
    "other": _l("其他"),
}


def standing(row: Matter, today: date) -> str:
    """How a row stands on a day: what hangs on the day is not kept."""
    if row.kind == "order" and row.state in ("open", "partly", "not_done") and row.due and row.due < today:
        return "late"
    if row.kind == "discipline" and row.state == "granted":
        return "ended" if row.due and row.due < today else "coming" if row.opened > today else "standing"
    return "noted" if row.kind == "penalty" else row.state


def state(row: Matter, today: date) -> str:
    """The same in words."""
    code = standing(row, today)
    words = {
        "object": objections.STATES, "order": orders.STATES, "discipline": LISTED, "copy": SENT, "transfer": SENT,
    }.get(row.kind, {})  # fmt: skip
    return str(_(str(words[code]))) if code in words else str(_("已记下"))


def mark(row: Matter, today: date) -> str:
    """The mark beside the word."""
    return MARKS[standing(row, today)]


def name(row: Matter) -> str:
    """What a row is about."""
    return f"{KINDS[row.kind]} {row.name}" if row.kind in KINDS else row.name
