"""Events that are well-formed and odd: whatever a payload may hold, in places where people expect something else."""

import random
from typing import Any

from webapp.field.fold import OFFICE, SHAPES

Json = Any
TEXTS = [
    "",
    " ",
    "=1+1",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }} %(name)s {0} %s",
    "#let x = 1; #panic() $ \\ * _ @a <b> `c`",
    "a\u0000b\u0007\u001b[31m",
    "\u202egnp.exe\u2066\ufeff\u200b",
    "𠮷 e\u0301 \U0001f468\u200d\U0001f469 \ud7ff\ue000\uffff\U0010ffff",
    "../../etc/passwd",
    "x" * 5000,
    "一" * 3000,
    "line\r\nline\u2028line\u0085line",
    "__proto__",
    "2026-99-99",
    "9" * 400,
    "-0.5",
    "NaN",
]
NUMBERS = [0, 1, -1, 7, 999, 2**31, -(2**31), 2**53 - 1, -(2**53 - 1)]
NAMES = [
    "question", "value", "note", "replaces", "told", "code", "text", "name", "role", "phone", "title", "strokes",
    "canvas", "reason", "witness", "kind", "size", "mime", "width", "height", "position", "visit", "photo", "shapes",
    "x", "y", "w", "h", "latitude", "longitude", "accuracy", "number", "bureau", "subject", "items", "forms", "pair",
    "id", "credential", "bases", "source", "__proto__", "constructor",
]  # fmt: skip
ROLES = ["subject", "inspector", "witness", ""]
KINDS = ["stamp", "paper", "circle", "arrow", "text", "blur", ""]
TIMES = [
    "2026-11-21T16:00:00+08:00",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "2026-13-45T99:99:99Z",
]


def value(dice: random.Random, depth: int = 3) -> Json:
    """Any JSON value with canonical bytes."""
    kind = dice.randrange(9 if depth else 5)
    if kind < 2:
        return dice.choice(TEXTS)
    if kind < 4:
        return dice.choice(NUMBERS)
    if kind == 4:
        return dice.choice([None, True, False])
    if kind < 7:
        return [value(dice, depth - 1) for _ in range(dice.randrange(4))]
    return {dice.choice(NAMES): value(dice, depth - 1) for _ in range(dice.randrange(5))}


def payload(dice: random.Random, kind: str, known: list[str]) -> dict[str, Json]:
    """A payload of this type: what makes it one, and anything else."""
    given = {dice.choice(NAMES): value(dice) for _ in range(dice.randrange(8))}
    for name, shape in SHAPES.get(kind, {}).items():
        right = given.get(name) if isinstance(given.get(name), shape) else None
        given[name] = right if right is not None else dice.choice(TEXTS) if shape is str else [value(dice)]
    for name in given.keys() & {"photo", "event", "seal"}:
        given[name] = dice.choice(known) if known and isinstance(given[name], str) else given[name]
    if kind in ("photo", "stamp"):
        given |= {"sha256": f"{dice.randrange(2**64):064x}", "size": dice.choice([1, 2**40])}
    if dice.random() < 0.5:
        given |= likely(dice, kind, known)
    return given


def likely(dice: random.Random, kind: str, known: list[str]) -> dict[str, Json]:
    """Parts that stand where the office reads them, nearly right."""
    shape = {
        "kind": dice.choice(KINDS),
        "x": dice.choice(NUMBERS),
        "y": value(dice, 1),
        "w": dice.choice(NUMBERS),
    }
    point = [dice.choice(NUMBERS), dice.choice(NUMBERS), value(dice, 0)]
    return {
        "answer": {"question": dice.choice(["base/B1", "base/B2", "x/<b>"]), "replaces": [value(dice, 0), *known[:3]]},
        "mark": {"shapes": [shape, value(dice), shape | {"h": 5, "text": value(dice, 1)}]},
        "sign": {"role": dice.choice(ROLES), "strokes": [[point[:2]] * 3, []], "canvas": None},
        "stamp": {"kind": dice.choice(KINDS)},
        "result": {"code": dice.choice(["no_problem", "unreachable", "", "x"]), "told": value(dice, 1)},
        "arrive": {"visit": {"forms": value(dice), "pair": [value(dice), {"id": value(dice, 1)}], "number": 1}},
        "photo": {"width": dice.choice(NUMBERS), "height": dice.choice(NUMBERS), "question": "base/B2"},
    }.get(kind, {})  # fmt: skip


def kind(dice: random.Random) -> str:
    """A type that a phone may write, known or not."""
    return dice.choice([*sorted(SHAPES.keys() - OFFICE), "hologram", "mark", "sign", "answer"])
