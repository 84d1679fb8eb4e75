"""What a line of the list of items (随机抽查事项清单) must say, as it is typed in a form. Pure."""

import re
from collections.abc import Mapping

from webapp.typed import ALL_BP, Given, basis_points, whole

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


def _quantity(given: Given, form: Mapping[str, str]) -> None:
    """A share of the subjects, or a least number of them; one of the two."""
    ratio, least = form.get("ratio", "").strip(), form.get("minimum", "").strip()
    given.values["ratio_bp"] = given.values["minimum"] = None
    if bool(ratio) is bool(least):
        given.faults["ratio"] = "one_of_two"
    elif ratio:
        points = basis_points(ratio)
        if points is not None and 0 < points <= ALL_BP:
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
    typed = form.get(name, "").strip()
    number = whole(typed)
    if number is not None and least <= number <= most:
        return number
    if typed:
        given.faults[name] = "whole"
    return None
