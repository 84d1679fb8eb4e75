"""What a table of items, inspectors or experts says: the names of its columns, each row's values or its faults. Pure.

A row becomes what somebody would have typed into the list's own form, over what is known already; so each column is
checked in one place (`item_rules`, `inspector_rules`).
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from webapp.registry import column_rules, inspector_rules, item_rules
from webapp.registry.item_rules import GENERAL, KEY
from webapp.sheets import CELL
from webapp.typed import ALL_BP, Given, percent

# The eleven columns of the Pingdingshan table (PD-A) as it names them, and what the program keeps beside them.
ITEMS: dict[str, tuple[str, ...]] = {
    "serial": ("序号",),
    "code": ("编号", "事项编号", "事项编码", "抽查事项编码", "事项代码"),
    "name": ("抽查事项", "抽查事项名称", "事项名称", "检查事项", "抽查项目"),
    "bases": ("抽查依据", "检查依据", "法律依据", "设定依据", "依据"),
    "subject_kind": ("检查对象", "抽查对象"),
    "kinds": ("名录库中的类别", "对象类别"),
    "contents": ("抽查内容", "检查内容"),
    "category": ("事项类别", "抽查类别", "类别"),
    "methods": ("抽查方式", "检查方式", "抽查方法", "检查方法"),
    "ratio": ("抽查比例", "检查比例", "比例"),
    "frequency": ("抽查频次", "检查频次", "频次"),
    "times": ("每年次数",),
    "level": ("检查层级", "抽查层级", "层级"),
    "units": ("检查机构", "实施机构", "检查主体", "责任单位"),
}
PERSON: dict[str, tuple[str, ...]] = {
    "unit": ("单位", "工作单位", "所在单位", "执法单位"),
    "title": ("职务", "职称", "职务职级"),
    "specialties": ("专业", "专长", "专业特长", "业务专长"),
    "items": ("可查事项", "检查事项", "抽查事项", "执法事项"),
    "district": ("所在区县", "区县", "所属区县", "辖区"),
    "phone": ("电话", "联系电话", "手机", "手机号"),
}
INSPECTORS: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "人员姓名", "检查人员", "执法人员", "执法人员姓名"),
    "username": ("用户名", "账号", "登录名"),
    "credential": ("执法证号", "执法证件号", "执法证编号", "证件编号", "执法证"),
    "valid_from": ("有效期自", "发证日期", "有效期起"),
    "valid_until": ("有效期至", "有效期", "执法证有效期", "有效期止"),
    **PERSON,
    "leader": ("可任组长", "组长"),
}
EXPERTS: dict[str, tuple[str, ...]] = {"name": ("姓名", "专家姓名", "专家"), **PERSON}
NEEDED = {"items": ("name",), "inspectors": ("name",), "experts": ("name", "unit")}
METHODS = {
    "现场": "现场检查", "实地核查": "现场检查", "实地检查": "现场检查", "书面": "书面检查", "书面审查": "书面检查",
    "网上比对": "网上信息技术比对", "网络比对": "网上信息技术比对",
    "检测": "检验检测", "检验": "检验检测", "网络检查": "网络监测",
}  # fmt: skip
LEAST = re.compile(
    r"(?:至少|不少于|不低于|≥|>=)?([\d,]{1,9})(?:人|户|家|个|名)?(?:次)?(?:以上|及以上)?", re.ASCII
)
CUT = re.compile(r"\d(\.\d+)?[eE]\+?\d+", re.ASCII)
# Lines of a cell come as one: they are told apart by a semicolon or by the number with which the next begins.
LINES = re.compile(r"\s*[；;]\s*|\s+(?=\d{1,2}[.．、](?!\d))")
NUMBERED = re.compile(r"\d{1,2}[.．、](?!\d)\s*")
SEPARATORS = re.compile(r"[、,，;；/|]+")
YES, NO = ("是", "有", "可", "y", "yes", "1", "true"), ("否", "无", "n", "no", "0", "false", "-")


@dataclass
class ListRow(column_rules.Row):
    """A row of a small list. `key`: the id of the row of the library that it is about; `before`: what that says."""

    key: str | None = None
    before: dict[str, Any] = field(default_factory=dict)

    def fail(self, column: str, code: str) -> None:
        """Note a fault, of each column the first."""
        if column not in {name for name, _ in self.faults}:
            self.faults.append((column, code))


def items(rows: list[ListRow], held: Mapping[str, Mapping[str, Any]]) -> None:
    """Judge rows of a list of items. `held`: what the bureau's lines say, by id, off the list too; by code or name."""
    codes = {one["code"]: key for key, one in held.items()}
    names = _single((one["name"], key) for key, one in held.items() if one["active"])
    for row in rows:
        code, name = plain(row.cells.get("code", "")), row.cells.get("name", "")
        row.key = codes.get(code) if code else names.get(name)
        row.before = dict(held.get(row.key or "", {}))
        form = _item_form(row)
        given = item_rules.read(form, form["methods"].splitlines())
        _keep(row, given)
        row.values["active"] = True
        if row.key is None and row.values["code"] in codes:
            row.fail("code", "taken")
    _judge(rows, "code", lambda row: row.values["code"])


def inspectors(
    rows: list[ListRow],
    held: Mapping[str, Mapping[str, Any]],
    people: Collection[Mapping[str, Any]],
    codes: Collection[str],
    districts: Collection[str],
) -> None:
    """Judge rows of a list of inspectors. `people` are the bureau's accounts `{id, username, name, inspector}`: a list
    makes none, it says what is known of those who have one. Found by account, else by credential, else by name."""
    accounts = {one["username"]: one for one in people}
    credentials = {one["credential"]: key for key, one in held.items()}
    ids = {one["id"]: one for one in people}
    for row in rows:
        number = plain(row.cells.get("credential", ""))
        row.cells |= {"credential": number} if number else {}
        person = _person(row, accounts, ids.get(credentials.get(number, "")), people)
        if person:
            row.key, row.before = person["id"], dict(held.get(person["id"], {}))
            if row.cells.get("name") != person["name"]:
                row.fail("name", "name_differs")
        _keep(row, inspector_rules.inspector(_person_form(row, INSPECTORS), codes, districts))
        if CUT.fullmatch(number):
            row.fail("credential", "number_cut")
        if number and credentials.get(number, row.key) != row.key:
            row.fail("credential", "credential_taken")
    _judge(rows, "name", lambda row: row.key, known=set(held))
    _twice(rows, "credential", lambda row: row.values.get("credential"))


def experts(
    rows: list[ListRow],
    held: Mapping[str, Mapping[str, Any]],
    codes: Collection[str],
    districts: Collection[str],
) -> None:
    """Judge rows of a list of experts, who are known by name and unit."""
    known = _single(((one["name"], one["unit"]), key) for key, one in held.items())
    many = Counter((one["name"], one["unit"]) for one in held.values())
    for row in rows:
        who = row.cells.get("name", ""), row.cells.get("unit", "")
        row.key = known.get(who)
        row.before = dict(held.get(row.key or "", {}))
        _keep(row, inspector_rules.expert(_person_form(row, EXPERTS), codes, districts))
        row.values["active"] = True
        if many[who] > 1:
            row.fail("name", "name_several")
    _judge(rows, "name", lambda row: (row.values["name"], row.values["unit"]))


def plain(text: str) -> str:
    """A number as it is compared: half-width, without blanks."""
    return unicodedata.normalize("NFKC", text).replace(" ", "")


def typed(column: str, value: Any) -> str:
    """A value as it stands in a cell; the rules above read it back."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return ("；" if column in ("bases", "contents") else "、").join(value)
    return "" if value is None else str(value)


def ratio(values: Mapping[str, Any]) -> str:
    """How many an item asks for, as it stands in a cell."""
    if values["ratio_bp"] is not None:
        return f"{percent(values['ratio_bp'])}%"
    return f"至少 {values['minimum']} 个" if values["minimum"] is not None else ""


def _item_form(row: ListRow) -> dict[str, str]:
    """What somebody would type into the form of an item; what a table leaves out is made of what it says."""
    form = {column: typed_lines(value) for column, value in row.before.items()}
    form |= {"ratio": percent(row.before.get("ratio_bp")), "minimum": typed_lines(row.before.get("minimum"))}
    cells = {column: cell for column, cell in row.cells.items() if cell}
    form |= cells
    for column in ("bases", "contents"):
        if column in cells:
            form[column] = "\n".join(NUMBERED.sub("", line, count=1) for line in LINES.split(cells[column]))
    for column in ("kinds", "units"):
        if column in cells:
            form[column] = "\n".join(SEPARATORS.split(cells[column]))
    form.setdefault("kinds", "\n".join(SEPARATORS.split(form.get("subject_kind", ""))))
    if "code" in cells or "code" not in form:
        form["code"] = plain(cells.get("code", "")) or f"SX-{cells.get('serial') or row.line}"
    _item_choices(row, cells, form)
    return form


def _item_choices(row: ListRow, cells: Mapping[str, str], form: dict[str, str]) -> None:
    """Columns of which a form gives a choice, and the two ways to say how many."""
    if "category" in cells:
        form["category"] = KEY if "重点" in cells["category"] else GENERAL
        if "重点" not in cells["category"] and "一般" not in cells["category"]:
            row.fail("category", "category")
    said = [METHODS.get(part.strip(), part.strip()) for part in SEPARATORS.split(cells.get("methods", ""))]
    if "methods" in cells:
        form["methods"] = "\n".join(said)
        if not set(said) <= set(item_rules.METHODS):
            row.fail("methods", "method")
    form.setdefault("methods", "")
    if "ratio" in cells:
        form["ratio"], form["minimum"] = _quantity(row, unicodedata.normalize("NFKC", cells["ratio"]))


def _quantity(row: ListRow, cell: str) -> tuple[str, str]:
    """A share in percent, or a least number (PD-A item 8). A cell of percents comes as a part of one: 0.05 is 5%."""
    tidy = cell.replace(" ", "")
    if re.fullmatch(r"0\.\d{1,4}", tidy, re.ASCII):
        return percent(int(Decimal(tidy) * ALL_BP)), ""
    least = LEAST.fullmatch(tidy)
    if least and not tidy.isdecimal():
        return "", least[1].replace(",", "")
    if tidy == "1":
        row.fail("ratio", "percent_or_whole")
    return tidy.removeprefix("不低于").removeprefix("不少于").removeprefix("≥"), ""


def _person_form(row: ListRow, names: Mapping[str, Any]) -> dict[str, str]:
    """What somebody would type into the form of a person."""
    form = {column: typed(column, value) for column, value in row.before.items()}
    form |= {column: cell for column, cell in row.cells.items() if cell and column in names}
    leader = form.get("leader", "").lower()
    if leader and leader not in (*YES, *NO):
        row.fail("leader", "yes_no")
    return form | {"leader": "yes" if leader in YES else ""}


def _person(
    row: ListRow,
    accounts: Mapping[str, Mapping[str, Any]],
    holder: Mapping[str, Any] | None,
    people: Collection[Mapping[str, Any]],
) -> Mapping[str, Any] | None:
    """Whose row it is; the fault where nobody or nobody for certain is meant."""
    username, name = row.cells.get("username", "").lower(), row.cells.get("name", "")
    found = [accounts[username]] if username in accounts else [holder] if holder and not username else []
    if not found and not username:
        found = [one for one in people if one["name"] == name]
    if len(found) > 1:
        row.fail("name", "name_several")
    elif not found:
        row.fail("username" if username else "name", "account_none")
    elif not found[0]["inspector"]:
        row.fail("name", "not_inspector")
    else:
        return found[0]
    return None


def _keep(row: ListRow, given: Given) -> None:
    row.values = dict(given.values)
    for column, cell in row.cells.items():
        # What is longer was cut when the table was read.
        if len(cell) >= CELL:
            row.fail(column, "long")
    for column, code in given.faults.items():
        row.fail(column, code)


def _judge(
    rows: list[ListRow], column: str, same: Callable[[ListRow], Any], known: Collection[str] | None = None
) -> None:
    """Say what each row does. `known`: the keys that the library has, where not every key is one of it."""
    _twice(rows, column, same)
    for row in rows:
        there = row.key is not None and (known is None or row.key in known)
        row.changes = [name for name, value in row.values.items() if there and row.before.get(name) != value]
        row.state = "wrong" if row.faults else "new" if not there else "changed" if row.changes else "same"


def _twice(rows: list[ListRow], column: str, same: Callable[[ListRow], Any]) -> None:
    """No row of what stands in several is taken: nobody knows which of them is right."""
    counts = Counter(same(row) for row in rows)
    for row in rows:
        if same(row) and counts[same(row)] > 1:
            row.fail(column, "twice")
            row.state = "wrong"


def _single(pairs: Iterable[tuple[Any, str]]) -> dict[Any, str]:
    """The key by what it is known by, where only one is."""
    kept = list(pairs)
    counts = Counter(name for name, _ in kept)
    return {name: key for name, key in kept if counts[name] == 1}


def typed_lines(value: Any) -> str:
    """A value as it stands in a field of the form: lists one a line."""
    return "\n".join(value) if isinstance(value, list) else "" if value is None else str(value)
