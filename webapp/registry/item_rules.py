"""What a line of the list of items (随机抽查事项清单) must say, as it is typed in a form. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# How an item may be inspected (RZ-15, PD-A).
METHODS = ("现场检查", "书面检查", "网上信息技术比对", "检验检测", "网络监测")
KEY, GENERAL = "重点检查事项", "一般检查事项"
LISTS = ("bases", "contents", "units", "kinds")
TEXTS = ("code", "name", "subject_kind", "frequency", "level", "guideline")
COLUMNS = (
    "code", "serial", "name", "bases", "subject_kind", "kinds", "contents", "category", "methods", "ratio_bp", "minimum",
    "frequency", "times", "level", "units", "guideline",
)  # fmt: skip
NEEDED = ("code", "name", "subject_kind", "frequency", "level", "bases", "contents", "units", "kinds")
LONGEST = {"code": 32, "name": 100, "subject_kind": 100, "frequency": 50, "level": 100, "guideline": 10_000}
CODE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,31}")
RATIO = re.compile(r"(\d{1,3})(?:\.(\d{1,2}))?%?")
ALL_BP = 10_000


@dataclass
class Given:
    """What a form says of an item: its values by column, and the fault of each field."""

    values: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)


def read(form: Mapping[str, str], methods: list[str]) -> Given:
    """The values of an item as typed: lists one a line, the ratio in percent or the least number of subjects (PD-A)."""
    given = Given()
    for name in TEXTS:
        given.values[name] = form.get(name, "").strip()
    for name in LISTS:
        lines = [" ".join(line.split()) for line in form.get(name, "").splitlines()]
        given.values[name] = list(dict.fromkeys(line for line in lines if line))
    given.values["methods"] = [method for method in METHODS if method in methods]
    given.values["category"] = KEY if form.get("category") == KEY else GENERAL
    given.values["serial"] = _whole(given, form, "serial", 1, 9_999)
    given.values["times"] = _whole(given, form, "times", 1, 366)
    _quantity(given, form)
    _check(given)
    return given


def ratio_text(ratio_bp: int | None) -> str:
    """Basis points as percent: 500 is 5, 1650 is 16.5."""
    if ratio_bp is None:
        return ""
    whole, rest = divmod(ratio_bp, 100)
    return f"{whole}.{rest:02}".rstrip("0") if rest else str(whole)


def _quantity(given: Given, form: Mapping[str, str]) -> None:
    """A share of the subjects, or a least number of them; one of the two."""
    ratio, least = _plain(form.get("ratio", "")), _plain(form.get("minimum", ""))
    given.values["ratio_bp"] = given.values["minimum"] = None
    if bool(ratio) is bool(least):
        given.faults["ratio"] = "one_of_two"
    elif ratio:
        found = RATIO.fullmatch(ratio)
        points = int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")) if found else 0
        if 0 < points <= ALL_BP:
            given.values["ratio_bp"] = points
        else:
            given.faults["ratio"] = "percent"
    else:
        given.values["minimum"] = _whole(given, form, "minimum", 1, 1_000_000)


def _check(given: Given) -> None:
    for name in NEEDED:
        if not given.values[name]:
            given.faults.setdefault(name, "missing")
    if not given.values["methods"]:
        given.faults["methods"] = "missing"
    if given.values["code"] and not CODE.fullmatch(given.values["code"]):
        given.faults["code"] = "code"
    for name, longest in LONGEST.items():
        if len(given.values[name]) > longest:
            given.faults[name] = "long"
    for name in LISTS:
        if any(len(line) > 300 for line in given.values[name]) or len(given.values[name]) > 50:
            given.faults[name] = "long"


def _whole(given: Given, form: Mapping[str, str], name: str, least: int, most: int) -> int | None:
    typed = _plain(form.get(name, ""))
    if not typed:
        return None
    if re.fullmatch(r"\d{1,7}", typed, re.ASCII) and least <= int(typed) <= most:
        return int(typed)
    given.faults[name] = "whole"
    return None


def _plain(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed).replace(" ", "").replace(",", "")
