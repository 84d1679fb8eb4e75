"""The audit administrator's page: what was done in the bureau, searched, and taken away as a file that proves itself."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, stream_with_context
from flask_login import current_user

from webapp.accounts import audit
from webapp.accounts.access import allow
from webapp.accounts.admin import ACTS as ACCOUNT_ACTS
from webapp.db import today
from webapp.evidence.audit_lines import PAGE, Asked, exported
from webapp.evidence.audit_words import told
from webapp.words import _l

blueprint = Blueprint("audit", __name__)

ACTS = {
    "session.begun": _l("登录"),
    "session.ended": _l("退出"),
    "session.failed": _l("登录失败"),
    "policy.changed": _l("改登录规则"),
    "refused": _l("被拒绝"),
    "page": _l("页面上的操作"),
    "downloaded": _l("下载文件"),
    "audit.exported": _l("导出审计日志"),
    "archive.downloaded": _l("下载档案"),
    "archive.exported": _l("导出档案内容"),
    "archive.verified": _l("核验档案"),
    "law.changed": _l("更改设置"),
    "key.returned": _l("发还手机密钥"),
    "backup": _l("备份"),
    "restore": _l("恢复备份"),
    "rescue.loaded": _l("打开救援文件"),
    "rescue.taken": _l("收下救援文件"),
    "rescue.handed": _l("停用的手机交来内容"),
} | {f"account.{act}": said for act, said in ACCOUNT_ACTS.items()}


@blueprint.get("/office/audit")
@allow("auditor")
def listed() -> str:
    """The lines, the latest first."""
    asked = _asked()
    rows = asked.rows()
    return render_template(
        "evidence/audit.html",
        acts=ACTS,
        asked=asked,
        months=current_app.config["AUDIT_MONTHS"],
        more=len(rows) > PAGE,
        query=_query(asked),
        rows=told(rows[:PAGE]),
        today=today(),
    )


@blueprint.get("/office/audit.jsonl")
@allow("auditor")
def export() -> Any:
    """The lines of the days that are asked for, each with the hash of the one before, and the bureau's signature."""
    asked = _asked()
    audit.write("audit.exported", first=_day(asked.first), last=_day(asked.last))
    low, high = asked.span()
    name = f"audit-{_day(asked.first) or 'all'}-{_day(asked.last) or today().isoformat()}.jsonl"
    return Response(
        stream_with_context(_encoded(exported(asked.chain, low, high))),
        mimetype="application/jsonl",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _encoded(lines: Iterator[str]) -> Iterator[bytes]:
    for line in lines:
        yield line.encode()


def _asked() -> Asked:
    return Asked(
        chain=current_user.bureau_id,
        act=request.args.get("act", "")[:64],
        person=request.args.get("person", "").strip()[:64],
        words=request.args.get("q", "").strip()[:100],
        first=_date("first"),
        last=_date("last"),
        before=request.args.get("before", type=int),
    )


def _date(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _query(asked: Asked) -> dict[str, Any]:
    """What stays in the address from page to page."""
    said = {"act": asked.act, "person": asked.person, "q": asked.words}
    said |= {"first": _day(asked.first) or "", "last": _day(asked.last) or ""}
    return {name: value for name, value in said.items() if value}
