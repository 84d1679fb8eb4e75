"""From an expression as a clerk writes it (XPath 1.0 as the ODK XForms specification cuts and widens it) to a small tree.

A tree is a list: `["s", text]`, `["n", "0.5"]` (a number as it was written), `["q", key]` (the values of a question),
`["c", column]` (a column of the choice that is looked at), `["."]`, or `[name, argument, ...]` for every function, and
for every operator with all that it stands between, from the left. `evaluate` computes it, as does
`static/field/evaluate.js`. Pure.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from webapp.forms import patterns

Tree = list[Any]
# How a reference is written: `${name}` as ("name", [name]), a path as ("path", its steps; an absolute one begins with "").
Resolve = Callable[[str, list[str]], Tree]

DEPTH, CHAIN, LENGTH = 60, 250, 10_000
# A form is canonical JSON of at most 64 levels, and a question may stand in groups.
DEEPEST = 44
ANY = 99
# name: the least and the most arguments
FUNCTIONS = {
    "true": (0, 0), "false": (0, 0), "not": (1, 1), "boolean": (1, 1), "boolean-from-string": (1, 1),
    "string": (1, 1), "number": (1, 1), "int": (1, 1), "round": (1, 2), "floor": (1, 1), "ceiling": (1, 1),
    "abs": (1, 1), "pow": (2, 2), "sqrt": (1, 1), "pi": (0, 0),
    "sin": (1, 1), "cos": (1, 1), "tan": (1, 1), "asin": (1, 1), "acos": (1, 1), "atan": (1, 1), "atan2": (2, 2),
    "exp": (1, 1), "exp10": (1, 1), "log": (1, 1), "log10": (1, 1),
    "min": (1, ANY), "max": (1, ANY), "sum": (1, 1), "count": (1, 1), "count-non-empty": (1, 1),
    "if": (3, 3), "coalesce": (2, 2), "once": (1, 1), "checklist": (2, ANY), "weighted-checklist": (4, ANY),
    "selected": (2, 2), "selected-at": (2, 2), "count-selected": (1, 1),
    "concat": (0, ANY), "join": (2, ANY), "regex": (2, 2), "contains": (2, 2), "starts-with": (2, 2), "ends-with": (2, 2),
    "substr": (2, 3), "substring": (2, 3), "substring-before": (2, 2), "substring-after": (2, 2),
    "string-length": (1, 1), "normalize-space": (1, 1), "translate": (3, 3),
    "today": (0, 0), "now": (0, 0), "date": (1, 1), "date-time": (1, 1), "decimal-date-time": (1, 1),
    "decimal-time": (1, 1), "format-date": (2, 2), "format-date-time": (2, 2),
    "position": (1, 1), "indexed-repeat": (3, 7),
}  # fmt: skip
# What looks at the values of a question one by one, and so at nothing but a reference.
OF_REFERENCES = {"count", "count-non-empty", "position", "indexed-repeat"}
# Functions of the specification that are not carried out here, and why.
REFUSED = {name: "external" for name in ("pulldata", "instance", "last-saved")}
REFUSED |= {name: "chance" for name in ("random", "randomize", "uuid")}
REFUSED |= {name: "geometry" for name in ("area", "distance", "enclosed-area", "geofence", "intersects")}

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d*)?|\.\d+)|(?P<string>"[^"]*"|'[^']*')|\$\{\s*(?P<reference>[^}\s](?:[^}]*[^}\s])?|)\s*\}
    |(?P<name>[^\W\d](?:[\w.-]*[\w-])?(?::[^\W\d][\w-]*)?)|(?P<other>==|&&|\|\||<>)|(?P<mark>!=|<=|>=|\.\.|[-+*=<>()/,.|\[\]@])|(?P<end>$))""",
    re.VERBOSE,
)
# What a Chinese keyboard types, and what is meant.
WIDE = dict(
    zip(
        "（），＝＋－＊／＜＞！．［］｛｝＄“”‘’≥≤≠×÷　",
        [*"(),=+-*/<>!.[]{}$\"\"''", ">=", "<=", "!=", "*", "div", " "],
        strict=True,
    )
)
# What other languages write, and what is written here.
OTHERWISE = {"==": "=", "&&": "and", "||": "or", "<>": "!="}
TRUTHS = ("true", "false")
LEVELS = [["or"], ["and"], ["=", "!="], ["<", "<=", ">", ">="], ["+", "-"], ["*", "div", "mod"]]
_WORDS = {"or", "and", "div", "mod"}
# What one list says of more than two.
CHAINED = ("or", "and", "+", "-", "*", "div", "mod")


class NotAnExpression(ValueError):
    """`code` says what is wrong, `at` the place in the text (from 1), `name` what it is about."""

    def __init__(self, code: str, at: int, name: str = "") -> None:
        super().__init__(f"{code} {name!r} at {at}")
        self.code, self.at, self.name = code, at, name


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int


def compiled(text: str, resolve: Resolve) -> Tree:
    """The tree of `text`; `resolve` says which question a reference means, or raises `KeyError`.

    Raises `NotAnExpression`: `long_expression`, `sign`, `otherwise`, `unfinished`, `expected`, `unknown_function`,
    `refused_function`, `arguments`, `reference`, `unknown_reference`, `pattern`, `deep`.
    """
    if len(text) > LENGTH:
        raise NotAnExpression("long_expression", LENGTH)
    tree = _Reader(list(_tokens(text)), resolve).whole()
    if depth(tree) > DEEPEST:
        raise NotAnExpression("deep", 1)
    return tree


def chained(sign: str, left: Tree, right: Tree) -> Tree:
    """An operator on two trees. `a + b + c` stays one list: a sum of a hundred is no deeper than one of two."""
    return [*left, right] if left[0] == sign and sign in CHAINED else [sign, left, right]


def depth(tree: Tree) -> int:
    """How many lists stand in each other."""
    deepest, left = 0, [(tree, 1)]
    while left:
        part, level = left.pop()
        deepest = max(deepest, level)
        left += [(one, level + 1) for one in part if isinstance(one, list)]
    return deepest


def sees_itself(tree: Tree) -> bool:
    """Whether a tree looks at the own answer."""
    return tree == ["."] or any(isinstance(part, list) and sees_itself(part) for part in tree[1:])


def references(tree: Tree) -> set[str]:
    """The keys of all questions that a tree looks at."""
    if tree[0] == "q":
        return {tree[1]}
    return {key for part in tree[1:] if isinstance(part, list) for key in references(part)}


def _tokens(text: str) -> Iterator[_Token]:
    place = 0
    while True:
        found = _TOKEN.match(text, place)
        if not found:
            at = len(text) - len(text[place:].lstrip())
            wide = next((sign for sign in text[at : at + 2] if sign in WIDE), "")
            if wide:
                raise _otherwise(wide, WIDE[wide], at + 1)
            raise NotAnExpression("sign", at + 1, text[at : at + 1])
        kind = found.lastgroup or "end"
        yield _Token(kind, found[kind], found.start(kind) + 1)
        if kind == "end":
            return
        if kind == "other":
            raise _otherwise(found[kind], OTHERWISE[found[kind]], found.start(kind) + 1)
        place = found.end()


def _otherwise(said: str, meant: str, at: int) -> NotAnExpression:
    return NotAnExpression("otherwise", at, f"{said} → {meant}")


@dataclass
class _Reader:
    tokens: list[_Token]
    resolve: Resolve
    place: int = 0
    depth: int = field(default=0)

    def whole(self) -> Tree:
        tree = self.level(0)
        if self.next.kind == "name" and self.next.text.lower() in _WORDS:
            raise _otherwise(self.next.text, self.next.text.lower(), self.next.at)
        if self.next.kind != "end":
            raise NotAnExpression("expected", self.next.at, self.next.text)
        return tree

    @property
    def next(self) -> _Token:
        return self.tokens[self.place]

    def take(self) -> _Token:
        token = self.next
        if token.kind == "end":
            raise NotAnExpression("unfinished", token.at)
        self.place += 1
        return token

    def takes(self, *texts: str) -> str | None:
        token = self.next
        if token.kind in ("mark", "name") and token.text in texts:
            self.place += 1
            return token.text
        return None

    def needs(self, text: str) -> None:
        token = self.take()
        if token.kind != "mark" or token.text != text:
            raise NotAnExpression("expected", token.at, token.text)

    def level(self, level: int) -> Tree:
        """Operators of one strength, from the left; those that bind more tightly below."""
        if level == len(LEVELS):
            return self.negative()
        tree, chain = self.level(level + 1), 0
        while sign := self.takes(*LEVELS[level]):
            chain += 1
            if chain > CHAIN:
                raise NotAnExpression("deep", self.next.at)
            tree = chained(sign, tree, self.level(level + 1))
        return tree

    def negative(self) -> Tree:
        if not self.takes("-"):
            return self.operand()
        self.deeper()
        tree = ["neg", self.negative()]
        self.depth -= 1
        return tree

    def operand(self) -> Tree:
        token = self.take()
        if token.kind == "number":
            return ["n", token.text]
        if token.kind == "string":
            return ["s", token.text[1:-1]]
        if token.kind == "reference":
            return self.meant("name", [token.text], token)
        if token.text == "(":
            return self.inside()
        if token.kind == "name" and self.next.text == "(":
            return self.call(token)
        return self.path(token)

    def inside(self) -> Tree:
        self.deeper()
        tree = self.level(0)
        self.needs(")")
        self.depth -= 1
        return tree

    def call(self, name: _Token) -> Tree:
        self.needs("(")
        if name.text == "current" and self.takes(")"):
            return self.path(_Token("mark", ".", name.at))
        if name.text in REFUSED:
            raise NotAnExpression("refused_function", name.at, name.text)
        if name.text not in FUNCTIONS:
            raise NotAnExpression("unknown_function", name.at, name.text)
        given: list[Tree] = []
        self.deeper()
        while not self.takes(")"):
            if given:
                self.needs(",")
            given.append(self.level(0))
        self.depth -= 1
        self.fits(name, given)
        return [name.text, *given]

    def fits(self, name: _Token, given: list[Tree]) -> None:
        least, most = FUNCTIONS[name.text]
        if not least <= len(given) <= most:
            raise NotAnExpression("arguments", name.at, name.text)
        if name.text in OF_REFERENCES and given[0][0] != "q":
            raise NotAnExpression("reference", name.at, name.text)
        if name.text == "indexed-repeat" and len(given) % 2 == 0:
            raise NotAnExpression("arguments", name.at, name.text)
        if name.text == "indexed-repeat" and any(one[0] != "q" for one in given[1::2]):
            raise NotAnExpression("reference", name.at, name.text)
        if name.text == "regex" and (given[1][0] != "s" or not is_pattern(given[1][1])):
            raise NotAnExpression("pattern", name.at, given[1][1] if given[1][0] == "s" else "")

    def path(self, first: _Token) -> Tree:
        """`.`, `..`, `a`, `../a/b`, `/data/a`."""
        steps, token = [], first
        if first.text == "/":
            steps, token = [""], self.take()
        while True:
            if token.text not in (".", "..") and (token.kind != "name" or token.text in _WORDS):
                raise NotAnExpression("expected", token.at, token.text)
            steps.append(token.text)
            if not self.takes("/"):
                break
            token = self.take()
        if self.next.text in ("[", "|", "@"):
            raise NotAnExpression("expected", self.next.at, self.next.text)
        steps = [step for step in steps if step != "."]
        return self.meant("path", steps, first) if steps else ["."]

    def meant(self, kind: str, steps: list[str], token: _Token) -> Tree:
        try:
            return self.resolve(kind, steps)
        except KeyError:
            if kind == "path" and len(steps) == 1 and steps[0].lower() in TRUTHS:
                raise _otherwise(steps[0], f"{steps[0].lower()}()", token.at) from None
            raise NotAnExpression("unknown_reference", token.at, "/".join(steps)) from None

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEPTH:
            raise NotAnExpression("deep", self.next.at)


_PATTERN = re.compile(
    r"""(?:(?:\\(?:[dDwWsSbBnrtfv]|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|[^\w\s])
    |\[\^?(?:\\(?:[dDwWsSnrtfv]|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|[^\w\s])|[^\]\\\[])+\]
    |[^\\\[\](){}*+?]|\))(?:(?:[*+?]|\{\d+(?:,\d*)?\})\??)?|\((?:\?[:=!])?)*""",
    re.VERBOSE,
)


def is_pattern(text: str) -> bool:
    """Whether a regular expression means the same wherever forms are read, and is small enough to be run."""
    if len(text) > 1000 or not _PATTERN.fullmatch(text):
        return False
    try:
        re.compile(text)
        patterns.compiled(text)
    except (re.error, OverflowError, RecursionError, ValueError):
        return False
    return True
