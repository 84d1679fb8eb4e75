"""Who watches a draw in the hall (RZ-13): what a witness may be called, seal and open, and until when. Pure."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from webapp.accounts.rules import ALPHABET
from webapp.canonical import digest
from webapp.draw.asking import at
from webapp.draw.seed import seal
from webapp.draw.shape import is_name

# Whom RZ-13 names, and the others; the file says it in the words of the law.
CAPACITIES = {
    "deputy": "人大代表",
    "member": "政协委员",
    "media": "媒体",
    "market": "市场主体代表",
    "other": "其他代表",
}
# A hall, not a crowd; and what a stranger's flood can put on the screen before the address is changed.
MOST_WITNESSES, MOST_ROWS = 30, 200
LONGEST_NAME, LONGEST_SALT, SHORTEST_SALT = 30, 128, 32
CODE_LETTERS = 8
MOST_NUMBERS = 40

_seal = re.compile(r"[0-9a-f]{64}")
_number = re.compile(r"0|[1-9][0-9]{0,29}")
_text = re.compile(r"(0|[1-9][0-9]{0,29})\./")
_salt = re.compile(rf"[!-~]{{{SHORTEST_SALT},{LONGEST_SALT}}}")
_brackets = re.compile(r"[()（）\[\]［］【】〔〕<>＜＞]")


def new_code(choose: Callable[[Sequence[str]], str]) -> str:
    """The short address: 8 of 32 letters that nobody mistakes for each other; `choose` is a safe random choice."""
    return "".join(choose(ALPHABET) for _ in range(CODE_LETTERS))


def tidy_code(typed: str) -> str:
    """A short address as it is kept, however it was typed."""
    text = unicodedata.normalize("NFKC", typed[:64]).lower()
    return "".join(letter for letter in text if letter not in "-_. ")


def tidy_name(typed: str) -> str:
    """A witness's name as it stands in the file: NFC, single blanks."""
    return " ".join(unicodedata.normalize("NFC", typed[:200]).split())


def join_fault(name: str, capacity: str, sealed: str, standing: Collection[str]) -> str | None:
    """Why this witness cannot join those who stand, whose names as sources are `standing`; None where it is right.

    Brackets are ours: nobody writes a second capacity into the name.
    """
    if len(name) > LONGEST_NAME or not is_name(name) or _brackets.search(name):
        return "witness_name"
    if capacity not in CAPACITIES:
        return "witness_capacity"
    if not _seal.fullmatch(sealed):
        return "witness_seal"
    if source_name(name, capacity) in standing:
        return "witness_twice"
    return "witness_full" if len(standing) >= MOST_WITNESSES else None


def source_name(name: str, capacity: str | None) -> str:
    """What a witness is called among the sources of the draw."""
    return f"{name}（{CAPACITIES[capacity]}）" if capacity else name


def source(name: str, sealed: str) -> dict[str, Any]:
    """A witness among the sources that the rules name."""
    return {"name": name, "kind": "witness", "when": None, "sealed": sealed}


def opens(sealed: str, text: str, salt: str) -> bool:
    """Whether number and salt are those that were sealed."""
    right = _text.fullmatch(text) is not None and _salt.fullmatch(salt) is not None
    return right and seal(text, salt) == sealed


def are_numbers(numbers: Sequence[str]) -> bool:
    """Whether they can stand in a draw file, and on a screen."""
    return len(numbers) <= MOST_NUMBERS and all(_number.fullmatch(number) for number in numbers)


def settled_at(sources: Iterable[dict[str, Any]]) -> str:
    """When it is settled who opened: the moment from which the first public numbers can be known (`seed`)."""
    return min((source["when"] for source in sources if source["when"]), default="9999")


def is_settled(sources: Iterable[dict[str, Any]], moment: datetime) -> bool:
    """Whether an opening comes too late: who knows the public numbers would choose."""
    return at(moment) >= settled_at(sources)


def list_hash(sources: Iterable[dict[str, Any]]) -> str:
    """What the planner saw of those who sealed, so that nobody slips in between the look and the freeze."""
    return digest([[source["name"], source["sealed"]] for source in sources])
