"""What a table of subjects says: which column is what, each row's values or its faults, what it would change. Pure."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from stdnum.cn import uscc

from webapp.registry.column_rules import Row

# The names that offices and provincial platforms give the columns; the first is ours.
NAMES: dict[str, tuple[str, ...]] = {
    "name": (
        "名称",
        "单位名称",
        "企业名称",
        "主体名称",
        "市场主体名称",
        "检查对象名称",
        "检查对象",
        "机构名称",
        "姓名",
    ),
    "code": (
        "统一社会信用代码",
        "信用代码",
        "社会信用代码",
        "统一信用代码",
        "代码",
        "注册号",
        "证件号码",
        "身份证号",
    ),
    "kinds": ("类别", "对象类别", "检查对象类别", "主体类型", "机构类型", "类型"),
    "district": ("区县", "所在区县", "所属区县", "行政区划", "所在地区", "辖区"),
    "address": ("地址", "住所", "经营场所", "住所（经营场所）", "注册地址", "单位地址", "详细地址"),
    "state": ("状态", "登记状态", "经营状态", "企业状态", "主体状态"),
    "credit_risk": ("信用风险等级", "企业信用风险分类", "信用风险分类", "风险等级"),
    "labour_grade": ("守法诚信等级", "劳动保障守法诚信等级", "诚信等级"),
    "representative": ("负责人", "法定代表人", "法人代表", "法人", "法定代表人（负责人）"),
    "phone": ("电话", "联系电话", "手机", "手机号", "联系方式"),
    "staff": ("职工人数", "用工人数", "从业人数", "参保人数"),
    "complaints": ("投诉次数", "投诉举报次数", "投诉"),
    "penalties": ("处罚次数", "行政处罚次数", "行政处罚"),
    "abnormal": ("经营异常", "经营异常名录", "列入经营异常名录"),
    "dishonest": ("严重违法失信", "严重违法", "严重违法失信名单"),
    "latitude": ("纬度",),
    "longitude": ("经度",),
    "tags": ("标签", "备注标签"),
}
COLUMNS = tuple(NAMES)
NEEDED = ("name", "code")
# How platforms call the states, by ours.
STATES = {
    "在营": ("在营", "存续", "开业", "在业", "在册", "营业", "存续（在营、开业、在册）"),
    "正常": ("正常",),
    "停业": ("停业", "歇业", "暂停营业"),
    "注销": ("注销", "已注销"),
    "吊销": ("吊销", "已吊销", "吊销未注销", "吊销，未注销", "被吊销"),
    "迁出": ("迁出", "已迁出"),
    "移出": ("移出", "移出名录"),
}
STATE_OF = {name: state for state, names in STATES.items() for name in names}
# Who is not there any more is no base of a plan and is drawn by nobody (RZ-11).
GONE = ("注销", "吊销", "迁出", "移出")
YES, NO = ("是", "有", "y", "yes", "1", "true", "列入"), ("否", "无", "n", "no", "0", "false", "未列入", "-")
SEPARATORS = re.compile(r"[、,，;；/|]+")
MASKED = re.compile(r"\d{6}\*{8}\d{3}[\dX]")
RESIDENT = re.compile(r"[1-9]\d{5}((?:18|19|20)\d{6})\d{3}[\dXx]", re.ASCII)
# GB 11643-1999, 6: what each figure counts, and the check figure by the remainder.
WEIGHTS, CHECKS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"
REGISTRATION = re.compile(r"\d{13}|\d{15}")
CUT = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
PHONE = re.compile(r"\+?[0-9][0-9-]{4,19}")
DEGREES = re.compile(r"-?\d{1,3}(\.\d{1,10})?")
LONGEST = {"name": 100, "address": 200, "representative": 50}
EMPTY: dict[str, Any] = {
    "kinds": [], "district": "", "address": "", "state": "在营", "credit_risk": None, "labour_grade": None,
    "representative": None, "phone": None, "staff": None, "complaints": 0, "penalties": 0, "abnormal": False,
    "dishonest": False, "latitude": None, "longitude": None, "tags": [],
}  # fmt: skip


def read(line: int, cells: list[str], columns: list[str], districts: Collection[str]) -> Row:
    """What one row says. `columns` are codes by place; faults are `(column, code)`."""
    pairs = zip(columns, cells, strict=False)
    row = Row(line, {column: cell for column, cell in pairs if column})
    for column, cell in row.cells.items():
        if not cell:
            continue
        value, fault = READERS.get(column, _text)(column, cell)
        if fault:
            row.faults.append((column, fault))
        else:
            row.values[column] = value
    _district(row, districts)
    row.faults += [(column, "missing") for column in NEEDED if not row.cells.get(column)]
    return row


def judge(row: Row, known: Mapping[str, Any] | None) -> Row:
    """Say what the row does to what is known of the subject. A blank cell leaves what was there."""
    if row.faults:
        row.state = "wrong"
    elif known is None:
        row.values = EMPTY | row.values
        row.state = "new"
    else:
        row.changes = [column for column, value in row.values.items() if value != known[column]]
        row.values = {column: known[column] for column in COLUMNS} | row.values
        row.state = "changed" if row.changes else "same"
    return row


def is_person(code: str) -> bool:
    """Whether a code is a resident's number, whole or masked: the subject is a natural person (PD-A item 8)."""
    return bool(MASKED.fullmatch(code)) or is_resident(code)


def is_resident(code: str) -> bool:
    """Whether it is a resident's number (GB 11643-1999): a birthday and the check figure. Its first six figures are the
    county at the time of the first registration, which need not have been one at birth."""
    found = RESIDENT.fullmatch(code)
    if not found:
        return False
    try:
        datetime.strptime(found[1], "%Y%m%d")
    except ValueError:
        return False
    counted = sum(weight * int(figure) for weight, figure in zip(WEIGHTS, code[:17], strict=True))
    return CHECKS[counted % 11] == code[17].upper()


def masked(code: str) -> str:
    """A code as it may be shown: of a resident's number the birthday hidden (TJ-7)."""
    return f"{code[:6]}********{code[14:]}" if is_resident(code) else code


def _district(row: Row, districts: Collection[str]) -> None:
    """One of the bureau's districts; where the column says nothing, the one that the address names."""
    given = row.values.get("district", "")
    found = next(
        (name for name in districts if name and name in (given or row.values.get("address", ""))), None
    )
    if found:
        row.values["district"] = found
    elif given and districts:
        row.faults.append(("district", "district_unknown"))
        row.values.pop("district")


def _text(column: str, cell: str) -> tuple[Any, str | None]:
    return (cell, None) if len(cell) <= LONGEST.get(column, 100) else (None, "long")


def _code(_column: str, cell: str) -> tuple[Any, str | None]:
    code = unicodedata.normalize("NFKC", cell).replace(" ", "").replace("-", "").upper()
    if CUT.fullmatch(code):
        return None, "number_cut"
    valid = uscc.is_valid(code) or is_resident(code) or MASKED.fullmatch(code) or REGISTRATION.fullmatch(code)
    return (code, None) if valid else (None, "code_wrong")


def _list(_column: str, cell: str) -> tuple[Any, str | None]:
    parts = list(dict.fromkeys(part.strip() for part in SEPARATORS.split(cell) if part.strip()))
    fits = len(parts) <= 20 and all(len(part) <= 40 for part in parts)
    return (parts, None) if fits else (None, "long")


def _state(_column: str, cell: str) -> tuple[Any, str | None]:
    state = STATE_OF.get(cell)
    return (state, None) if state else (None, "state_unknown")


def _grade(column: str, cell: str) -> tuple[Any, str | None]:
    letter = unicodedata.normalize("NFKC", cell).upper().removesuffix("级").removesuffix("类").strip()
    return (
        (letter, None)
        if letter in ("ABCD" if column == "credit_risk" else "ABC") and letter
        else (None, "grade_wrong")
    )


def _whole(_column: str, cell: str) -> tuple[Any, str | None]:
    number = (
        unicodedata.normalize("NFKC", cell).replace(",", "").removesuffix("次").removesuffix("人").strip()
    )
    return (int(number), None) if re.fullmatch(r"\d{1,7}", number, re.ASCII) else (None, "whole")


def _yes_no(_column: str, cell: str) -> tuple[Any, str | None]:
    word = cell.lower()
    if word in YES or word in NO:
        return word in YES, None
    return None, "yes_no"


def _phone(_column: str, cell: str) -> tuple[Any, str | None]:
    number = re.sub(r"[\s()]", "", unicodedata.normalize("NFKC", cell))
    return (number, None) if PHONE.fullmatch(number) else (None, "phone_wrong")


def _degrees(column: str, cell: str) -> tuple[Any, str | None]:
    number = unicodedata.normalize("NFKC", cell).strip()
    try:
        within = DEGREES.fullmatch(number) and abs(Decimal(number)) <= (90 if column == "latitude" else 180)
    except InvalidOperation:
        within = False
    return (f"{Decimal(number):.6f}", None) if within else (None, "degrees")


READERS = {
    "code": _code,
    "kinds": _list,
    "tags": _list,
    "state": _state,
    "credit_risk": _grade,
    "labour_grade": _grade,
    "phone": _phone,
    "staff": _whole,
    "complaints": _whole,
    "penalties": _whole,
    "abnormal": _yes_no,
    "dishonest": _yes_no,
    "latitude": _degrees,
    "longitude": _degrees,
}
