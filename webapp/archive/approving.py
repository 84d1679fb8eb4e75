"""What approvals ask of planner and supervisor on their first page."""

from typing import Any

from flask import url_for
from sqlalchemy import func

from webapp.accounts.models import User
from webapp.db import db, today
from webapp.field import approvals
from webapp.field.approvals import REFUSED, Approval
from webapp.words import _

Line = dict[str, Any]


def for_approver(user: User) -> list[Line]:
    """A line `{name, href, what, state, mark, todo}` for each other person whose requests wait."""
    return [
        {
            "name": asker.name,
            "href": url_for("approvals.listed", show="waiting"),
            "what": _("申请检查审批"),
            "state": _("%(n)s 件待批", n=count),
            "mark": "waiting",
            "todo": _("看一遍，批准或不予批准"),
            "at": f"{since:%Y-%m-%d}",
        }
        for asker, count, since in Approval.waiting(user.bureau_id)
        if asker.id != user.id
    ]


def for_asker(user: User) -> list[Line]:
    """What is still to be asked for, where the bureau's law wants approvals; and what came back."""
    lines = []
    wanted = user.bureau.law(today()).get("approval_needed")
    for state, show, said in ((None, "unasked", _("还没有申请")), (REFUSED, "refused", _("不予批准"))):
        rows = approvals.listed(user.bureau_id, state).with_only_columns(
            func.count(), maintain_column_froms=True
        )
        count = db.session.scalar(rows) if wanted or state else 0
        if count:
            href, what = url_for("approvals.listed", show=show), _("%(n)s 件检查", n=count)
            todo = _("申请审批") if state is None else _("看意见，改好再申请")
            lines.append(
                {
                    "name": _("检查审批"),
                    "href": href,
                    "what": what,
                    "state": said,
                    "mark": "waiting",
                    "todo": todo,
                }
            )
    return lines
