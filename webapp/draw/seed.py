"""The seed: numbers that nobody knows before the freeze, written as RFC 3797 writes them (design 2.6, RZ-13).

A witness seals a number before the freeze and opens it after; public numbers (a lottery) come last. A witness who does
not open counts as `/`, with nothing to gain by it: that is settled before the public numbers are known, and a draw
whose sources are witnesses alone does not stand unless all opened.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from webapp.canonical import sha256
from webapp.draw.terms import Fault, Rules, fault

Source = dict[str, str]

_number = re.compile(r"0|[1-9][0-9]{0,29}")
_text = re.compile(r"((0|[1-9][0-9]{0,29})\.)*/")


def text_of(numbers: Iterable[str | int]) -> str:
    """`3.8.14./` of the numbers of one source: sorted, equal ones kept. Raises `ValueError` where one is none."""
    texts = [str(number) for number in numbers]
    for text in texts:
        if not _number.fullmatch(text):
            raise ValueError(text)
    return "".join(f"{text}." for text in sorted(texts, key=_size)) + "/"


def seal(text: str, salt: str) -> str:
    """What a witness hands in before the freeze: the SHA-256 of a salt of at least 32 characters, LF, the text."""
    return sha256(f"{salt}\n{text}".encode())


def seed_of(sources: Iterable[Source]) -> str:
    """The texts of the sources joined, in the order in which the rules name them."""
    return "".join(source["text"] for source in sources)


def source_faults(rules: Rules, sources: list[Source]) -> Iterator[Fault]:
    """What is wrong with the opened sources, set against those that the rules named before the freeze."""
    if [source["name"] for source in sources] != [named["name"] for named in rules["sources"]]:
        yield fault("sources", "named")
        return
    for named, source in zip(rules["sources"], sources, strict=True):
        if not _in_form(source["text"]):
            yield fault("sources", "text", source["name"])
        elif not _opened_as_sealed(named, source, rules):
            yield fault("sources", "sealed", source["name"])
    if not re.search("[0-9]", seed_of(sources)):
        yield fault("sources", "empty")


def _in_form(text: str) -> bool:
    numbers = text[:-1].split(".")[:-1]
    return _text.fullmatch(text) is not None and numbers == sorted(numbers, key=_size)


def _opened_as_sealed(named: dict[str, Any], source: Source, rules: Rules) -> bool:
    if named["kind"] == "public":
        return source["text"] != "/" and source["salt"] == ""
    if source == {"name": source["name"], "text": "/", "salt": ""}:
        return bool(rules["sources"][-1]["kind"] == "public")
    return len(source["salt"]) >= 32 and seal(source["text"], source["salt"]) == named["sealed"]


def _size(number: str) -> tuple[int, str]:
    return len(number), number
