"""Whether a text holds what a regular expression describes, in a time that grows with the text alone; `static/field/
patterns.js` says the same. Neither language's own engine is asked: they read some patterns differently, and on others
they would never end. A pattern is `expressions.is_pattern`'s part of both, and texts are counted in characters.

The pattern becomes a machine of states that is run over the text from its end, all ways at once (Thompson 1968): so every
place is known from which the pattern matches, and a look ahead is a list of such places. Pure.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

Node = tuple[Any, ...]
Ranges = tuple[tuple[int, int], ...]

STATES, KEPT, LAST = 2000, 20_000, 0x10FFFF
DIGIT: Ranges = ((48, 57),)
WORD: Ranges = ((48, 57), (65, 90), (95, 95), (97, 122))
# What JavaScript's `\s` and `.` mean.
SPACE: Ranges = (
    (9, 13), (32, 32), (160, 160), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F),
    (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF),
)  # fmt: skip
LINE: Ranges = ((10, 10), (13, 13), (0x2028, 0x2029))
KINDS = {"d": DIGIT, "w": WORD, "s": SPACE}
CONTROLS = {"n": 10, "r": 13, "t": 9, "f": 12, "v": 11}


def matches(pattern: str, text: str) -> bool:
    """Whether the pattern matches anywhere in the text."""
    program = compiled(pattern)
    return any(_places(program, [ord(sign) for sign in text]))


@dataclass
class Program:
    """States, each with where it leads; `looks` are the machines of what is looked ahead for."""

    states: list[Node] = field(default_factory=lambda: [("match",)])
    looks: list["Program"] = field(default_factory=list)
    start: int = 0
    closed: dict[Any, tuple[tuple[int, ...], bool]] = field(default_factory=dict)
    steps: dict[Any, frozenset[int]] = field(default_factory=dict)
    room: int = KEPT

    def add(self, state: Node) -> int:
        """A new state's number. Raises `ValueError` where there are too many."""
        if len(self.states) >= STATES:
            raise ValueError("too many states")
        self.states.append(state)
        return len(self.states) - 1

    def keep(self, kept: dict[Any, Any], key: Any, value: Any, size: int) -> None:
        """Remember what was found, as long as there is room for it."""
        self.room -= size + 10
        if self.room < 0:
            self.closed.clear()
            self.steps.clear()
            self.room = KEPT
        kept[key] = value


@lru_cache(maxsize=100)
def compiled(pattern: str) -> Program:
    """The machine of a pattern. Raises `ValueError` where it would be too large, or is no pattern."""
    reader = _Reader([ord(sign) for sign in pattern])
    node = reader.either()
    if reader.place < len(reader.signs):
        raise ValueError("not a pattern")
    return _made(node)


def _made(node: Node) -> Program:
    program = Program()
    program.start = _built(program, node, 0)
    return program


def _built(program: Program, node: Node, after: int) -> int:
    """The state that begins `node`, read from its end, where `after` comes next."""
    kind = node[0]
    if kind == "all":
        for part in node[1]:
            after = _built(program, part, after)
        return after
    if kind == "either":
        first = _built(program, node[1][0], after)
        for part in node[1][1:]:
            first = program.add(("split", first, _built(program, part, after)))
        return first
    if kind == "times":
        return _repeated(program, node, after)
    if kind == "look":
        program.looks.append(_made(node[2]))
        return program.add(("look", node[1], len(program.looks) - 1, after))
    return program.add((*node, after))


def _repeated(program: Program, node: Node, after: int) -> int:
    _, part, least, most = node
    if most is None:
        loop = program.add(("split", 0, after))
        program.states[loop] = ("split", _built(program, part, loop), after)
        first = loop
    else:
        first = after
        for _ in range(most - least):
            first = program.add(("split", _built(program, part, first), after))
    for _ in range(least):
        first = _built(program, part, first)
    return first


def _places(program: Program, signs: list[int]) -> list[bool]:
    """For each place of the text, its end included, whether the pattern matches from there."""
    looks = [_places(one, signs) for one in program.looks]
    found = [False] * (len(signs) + 1)
    here: frozenset[int] = frozenset()
    for place in range(len(signs), -1, -1):
        before, behind = (
            place > 0 and _is_in(WORD, signs[place - 1]),
            place < len(signs) and _is_in(WORD, signs[place]),
        )
        edges = (place == 0, place == len(signs), before != behind, *(one[place] for one in looks))
        reached, found[place] = _reached(program, here | {program.start}, edges)
        if place:
            here = _stepped(program, reached, signs[place - 1])
    return found


def _reached(program: Program, here: frozenset[int], edges: tuple[bool, ...]) -> tuple[tuple[int, ...], bool]:
    """The states that wait for a sign, and whether the end was reached, from some states without a sign between."""
    known = program.closed.get((here, edges))
    if known:
        return known
    seen, left = set(here), list(here)
    while left:
        for one in _onward(program.states[left.pop()], edges):
            if one not in seen:
                seen.add(one)
                left.append(one)
    reached = tuple(sorted(one for one in seen if program.states[one][0] == "one"))
    program.keep(program.closed, (here, edges), (reached, 0 in seen), len(here) + len(reached))
    return reached, 0 in seen


def _onward(state: Node, edges: tuple[bool, ...]) -> tuple[int, ...]:
    match state:
        case ("split", first, other):
            return (first, other)
        case ("edge", which, wanted, after) if edges[which] == wanted:
            return (after,)
        case ("look", wanted, number, after) if edges[3 + number] == wanted:
            return (after,)
    return ()


def _stepped(program: Program, reached: tuple[int, ...], sign: int) -> frozenset[int]:
    known = program.steps.get((reached, sign))
    if known is None:
        states = program.states
        known = frozenset(states[one][2] for one in reached if _is_in(states[one][1], sign))
        program.keep(program.steps, (reached, sign), known, len(reached) + len(known))
    return known


def _is_in(ranges: Ranges, sign: int) -> bool:
    place = bisect_right(ranges, (sign, LAST)) - 1
    return place >= 0 and sign <= ranges[place][1]


def _others(ranges: Ranges) -> Ranges:
    """All signs but these."""
    found, start = [], 0
    for first, last in ranges:
        if start < first:
            found.append((start, first - 1))
        start = last + 1
    return tuple([*found, (start, LAST)] if start <= LAST else found)


def _joined(ranges: list[tuple[int, int]]) -> Ranges:
    found: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return tuple(found)


@dataclass
class _Reader:
    """A pattern's signs, and how far they were read."""

    signs: list[int]
    place: int = 0

    def takes(self, text: str) -> bool:
        wanted = [ord(sign) for sign in text]
        if self.signs[self.place : self.place + len(wanted)] != wanted:
            return False
        self.place += len(wanted)
        return True

    def sign(self) -> int:
        if self.place >= len(self.signs):
            raise ValueError("not a pattern")
        self.place += 1
        return self.signs[self.place - 1]

    def either(self) -> Node:
        parts = [self.all()]
        while self.takes("|"):
            parts.append(self.all())
        return ("either", parts) if len(parts) > 1 else parts[0]

    def all(self) -> Node:
        parts: list[Node] = []
        while self.place < len(self.signs) and chr(self.signs[self.place]) not in "|)":
            parts.append(self.times(self.part()))
        return ("all", parts)

    def times(self, part: Node) -> Node:
        least, most = 1, 1
        if self.takes("*"):
            least, most = 0, None  # type: ignore[assignment]
        elif self.takes("+"):
            most = None  # type: ignore[assignment]
        elif self.takes("?"):
            least = 0
        elif self.takes("{"):
            least = self.number()
            most = least if not self.takes(",") else None if self.takes("}") else self.number()  # type: ignore[assignment]
            if most is not None:
                self.takes("}")
        else:
            return part
        self.takes("?")
        return ("times", part, least, most)

    def number(self) -> int:
        start = self.place
        while self.place < len(self.signs) and _is_in(DIGIT, self.signs[self.place]):
            self.place += 1
        return int("".join(map(chr, self.signs[start : self.place])))

    def part(self) -> Node:
        sign = chr(self.sign())
        if sign == "(":
            return self.group()
        if sign == "[":
            return ("one", self.listed())
        if sign == "\\":
            return self.escaped()
        if sign in "^$":
            return ("edge", "^$".index(sign), True)
        return ("one", _others(LINE)) if sign == "." else ("one", ((ord(sign), ord(sign)),))

    def group(self) -> Node:
        looks = True if self.takes("?=") else False if self.takes("?!") else None
        if looks is None:
            self.takes("?:")
        node = self.either()
        if not self.takes(")"):
            raise ValueError("not a pattern")
        return node if looks is None else ("look", looks, node)

    def escaped(self) -> Node:
        sign = chr(self.sign())
        if sign in "bB":
            return ("edge", 2, sign == "b")
        return ("one", self.meant(sign))

    def meant(self, sign: str) -> Ranges:
        """The signs that an escape stands for."""
        if sign.lower() in KINDS:
            return KINDS[sign] if sign in KINDS else _others(KINDS[sign.lower()])
        code = CONTROLS.get(sign, ord(sign))
        if sign in "ux":
            length = 4 if sign == "u" else 2
            code = int("".join(map(chr, self.signs[self.place : self.place + length])), 16)
            self.place += length
        return ((code, code),)

    def listed(self) -> Ranges:
        without, found = self.takes("^"), list[tuple[int, int]]()
        while not self.takes("]"):
            first = self.member()
            last = first
            if len(first) == 1 and self.signs[self.place : self.place + 1] == [45]:
                if self.signs[self.place + 1 : self.place + 2] != [93]:
                    self.place += 1
                    last = self.member()
            found += [*first, *last, (first[0][0], last[-1][1])] if first != last else first
        return _others(_joined(found)) if without else _joined(found)

    def member(self) -> Ranges:
        sign = self.sign()
        return self.meant(chr(self.sign())) if sign == 92 else ((sign, sign),)
