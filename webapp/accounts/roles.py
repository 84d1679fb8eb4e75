"""What the roles are called and what each may do."""

from webapp.words import _l

ROLES_SAID = {
    "admin": _l("系统管理员"),
    "security": _l("安全管理员"),
    "planner": _l("计划员"),
    "inspector": _l("检查人员"),
    "archivist": _l("档案员"),
    "supervisor": _l("督导员"),
    "auditor": _l("审计管理员"),
}
ROLES_MEAN = {
    "admin": _l("新建和停用账号，管设置、工作日历和手机；不给角色，不看检查记录。"),
    "security": _l("给和收回角色，重置密码和二次验证，停用和恢复手机，定登录规则；不看检查记录。"),
    "planner": _l("指派检查，看检查的进展和记录。"),
    "inspector": _l("在现场用手机检查；要有有效的执法证。"),
    "archivist": _l("审核、退回、受理、归档；也能指派检查。"),
    "supervisor": _l("看本机构的检查和档案，可以给检查组写意见，不改动。"),
    "auditor": _l("只有审计管理员看审计日志；也看本机构的检查和档案，不改动。"),
}
# The name in Chinese or in code, as people write it in a table; other words for the same thing too.
ROLE_NAMES = {str(role): role for role in ROLES_SAID} | {
    "系统管理员": "admin",
    "管理员": "admin",
    "安全管理员": "security",
    "计划员": "planner",
    "检查人员": "inspector",
    "执法检查人员": "inspector",
    "检查员": "inspector",
    "档案员": "archivist",
    "督导员": "supervisor",
    "审计管理员": "auditor",
    "审计员": "auditor",
}
