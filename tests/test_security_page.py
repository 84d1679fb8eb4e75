"""`docs/security.md` has every requirement of ASVS 5.0 levels 1 and 2, and what holds each is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/security.md").read_text("utf-8")
# How many requirements of levels 1 and 2 each section of the standard has: "1.1" has 1.1.1 and 1.1.2.
LEVELS = {
    "1.1": "22", "1.2": "111112222", "1.3": "11222222222", "1.4": "222", "1.5": "12",
    "2.1": "122", "2.2": "112", "2.3": "1222", "2.4": "2",
    "3.2": "11", "3.3": "1222", "3.4": "112222", "3.5": "11122", "3.7": "22",
    "4.1": "122", "4.2": "2", "4.3": "22", "4.4": "1222",
    "5.1": "2", "5.2": "112", "5.3": "11", "5.4": "222",
    "6.1": "122", "6.2": "111111112222", "6.3": "1122", "6.4": "1122", "6.5": "22222", "6.6": "222", "6.8": "2222",
    "7.1": "222", "7.2": "1111", "7.3": "22", "7.4": "11222", "7.5": "22", "7.6": "22",
    "8.1": "12", "8.2": "112", "8.3": "1", "8.4": "2",
    "9.1": "111", "9.2": "1222",
    "10.1": "22", "10.2": "22", "10.3": "2222", "10.4": "11111222222", "10.5": "22222", "10.6": "22", "10.7": "222",
    "11.1": "22", "11.2": "222", "11.3": "112", "11.4": "1222", "11.5": "2", "11.6": "2",
    "12.1": "122", "12.2": "11", "12.3": "2222",
    "13.1": "2", "13.2": "22222", "13.3": "22", "13.4": "12222",
    "14.1": "22", "14.2": "1222", "14.3": "122",
    "15.1": "122", "15.2": "122", "15.3": "1222222",
    "16.1": "2", "16.2": "22222", "16.3": "2222", "16.4": "222", "16.5": "222",
    "17.1": "2", "17.2": "2222", "17.3": "22",
}  # fmt: skip
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| ([^|]+) \| ([TDONX]) ([^|]+) \|$", re.M)


def test_all_253_requirements_are_there_once_with_their_level() -> None:
    rows = [(number, level) for number, level, *_ in ROW.findall(PAGE)]
    sections: dict[str, str] = {}
    for number, level in rows:
        section = number.rpartition(".")[0]
        sections[section] = sections.get(section, "") + level
    assert sections == LEVELS
    assert len(rows) == len(set(rows)) == 253


def test_every_test_that_holds_one_exists() -> None:
    named = set(re.findall(r"`([\w./]+)::([^`]+)`", PAGE))
    assert len(named) > 100
    for path, name in named:
        text = (ROOT / "tests" / path).read_text("utf-8")
        assert f"def {name}(" in text or f'test("{name}"' in text, f"{path}::{name}"


def test_every_row_says_by_what_it_is_held() -> None:
    parts = {title.lower() for title in re.findall(r"^## (\w+)$", PAGE, re.M)}
    for number, _level, asked, kind, held in ROW.findall(PAGE):
        assert asked.strip(), number
        if kind == "T":
            assert "::" in held, f"{number} names no test"
        elif kind == "D":
            assert re.findall(r"\]\(#(\w+)\)", held)[0] in parts, f"{number} leads nowhere"
        else:
            assert len(held) > 3, f"{number} says nothing"


def test_the_exceptions_are_these() -> None:
    assert [number for number, _l, _a, kind, _h in ROW.findall(PAGE) if kind == "X"] == ["14.2.1", "14.3.3"]
