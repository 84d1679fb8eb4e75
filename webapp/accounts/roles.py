"""What the roles are called and what each may do."""

from webapp.words import _l

ROLES_SAID = {
    "admin": _l("管理员"),
    "planner": _l("计划员"),
    "inspector": _l("检查人员"),
    "archivist": _l("档案员"),
    "supervisor": _l("督导员"),
    "auditor": _l("审计员"),
}
ROLES_MEAN = {
    "admin": _l("管理本机构的账号、手机和设置；不看检查记录。"),
    "planner": _l("指派检查，看检查的进展和记录。"),
    "inspector": _l("在现场用手机检查；要有有效的执法证。"),
    "archivist": _l("审核、退回、受理、归档；也能指派检查。"),
    "supervisor": _l("看本机构的检查和档案，可以给检查组写意见，不改动。"),
    "auditor": _l("看本机构的检查和档案，不改动。"),
}
# The name in Chinese or in code, as people write it in a table; other words for the same thing too.
ROLE_NAMES = {str(role): role for role in ROLES_SAID} | {
    "管理员": "admin",
    "计划员": "planner",
    "检查人员": "inspector",
    "执法检查人员": "inspector",
    "检查员": "inspector",
    "档案员": "archivist",
    "督导员": "supervisor",
    "审计员": "auditor",
}
