"""The audit log in words: what a line tells of, for a person; the line itself stays as it was written."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from webapp.accounts.audit import AuditLine
from webapp.accounts.models import User
from webapp.accounts.roles import ROLES_SAID
from webapp.db import db
from webapp.errors import CATALOGUE
from webapp.words import _, _l

NAMES = {
    "code": _l("原因"),
    "count": _l("件数"),
    "events": _l("记录"),
    "factor": _l("第二步"),
    "file": _l("文件"),
    "files": _l("文件数"),
    "first": _l("从哪天"),
    "hours": _l("一次登录最长小时"),
    "idle_minutes": _l("没有操作的分钟"),
    "inspections": _l("检查"),
    "last": _l("到哪天"),
    "method": _l("请求"),
    "mlps3": _l("按三级管密码"),
    "name": _l("姓名"),
    "phone": _l("手机"),
    "photos": _l("照片"),
    "reason": _l("原因"),
    "refused": _l("没有收下"),
    "roles": _l("角色"),
    "second": _l("要二次验证的角色"),
    "settings": _l("改了哪些"),
    "way": _l("怎样进来"),
    "which": _l("退出哪里"),
}
VALUES = {
    "code": _l("数字或恢复码"),
    "key": _l("手机的密钥"),
    "others": _l("其他所有地方"),
    "passkey": _l("通行密钥"),
    "password": _l("密码"),
    "phone": _l("手机"),
    "second factor": _l("二次验证"),
    "session": _l("一个浏览器"),
}


def told(rows: Iterable[AuditLine]) -> list[tuple[AuditLine, dict[str, Any], str, list[tuple[str, str]]]]:
    """Each row with its line, of whom or what it tells, and the details as `(name, value)`."""
    said = [(row, row.said) for row in rows]
    people = _people({line["target"][5:] for _row, line in said if _is_person(line["target"])})
    return [(row, line, _target(line["target"] or "", people), details(line["detail"])) for row, line in said]


def details(detail: dict[str, Any]) -> list[tuple[str, str]]:
    """What a line says beside act and target; what is empty is left out."""
    return [
        (str(NAMES.get(name, name)), _value(name, value))
        for name, value in detail.items()
        if value is not None
    ]


def _target(target: str, people: dict[str, str]) -> str:
    # A bureau has one set of rules for its door; the act says so.
    return "" if target.startswith("login_policy:") else str(people.get(target.removeprefix("user:"), target))


def _value(name: str, value: Any) -> str:
    if name in ("roles", "second"):
        before_and_after = [value] if not any(isinstance(one, list) for one in value) else value
        return " → ".join(str(_("、")).join(map(_role, one)) or _("没有") for one in before_and_after)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, str):
        return str(CATALOGUE[value][1] if name == "code" and value in CATALOGUE else VALUES.get(value, value))
    if name == "name" and isinstance(value, list):
        return " → ".join(map(str, value))
    return json.dumps(value, ensure_ascii=False)


def _role(role: str) -> str:
    return str(ROLES_SAID.get(role, role))


def _is_person(target: str | None) -> bool:
    return bool(target and target.startswith("user:"))


def _people(ids: set[str]) -> dict[str, str]:
    rows = select(User.id, User.username, User.name).where(User.id.in_(ids))
    return {user: f"{username} {name}" for user, username, name in db.session.execute(rows)}
