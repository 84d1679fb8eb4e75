"""From a tree back to the expression that a clerk would write: what `expressions.compiled` reads to the same tree. Pure."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from webapp.forms.expressions import LEVELS, Tree
from webapp.forms.live import Model, Node

# From the tree of a reference to how it is written.
Refer = Callable[[Tree], str]

STRENGTH = {sign: level for level, signs in enumerate(LEVELS) for sign in signs}
_NEGATIVE = len(LEVELS)


def by_name(reference: Tree) -> str:
    """A question by its name, whichever instance of it is meant: enough to be read, not always to be compiled again."""
    return f"${{{reference[1]}}}"


def written(tree: Tree, refer: Refer = by_name, signs: Mapping[str, str] = {}) -> str:  # noqa: B006 - never changed
    """The tree as XLSForm writes it, with no more brackets than it needs; `signs` are drawn in place of its operators
    where it is only to be read."""
    return _written(tree, 0, refer, signs)


class References:
    """How the questions of a form are written in its own expressions: `${name}`, or a path where a name is not enough."""

    def __init__(self, form: dict[str, Any]) -> None:
        self.nodes = Model(form).nodes
        names = Counter(node.asked["name"] for node in self.nodes.values())
        self.twice = {name for name, times in names.items() if times > 1}

    def at(self, key: str) -> Refer:
        """How they are written in an expression of the question `key`."""
        return lambda reference: self._written(self.nodes.get(key), reference)

    def _written(self, here: Node | None, reference: Tree) -> str:
        node = self.nodes.get(reference[1])
        if node is None:
            return by_name(reference)
        if here and len(reference) > 2:
            return _climbed(here, node, reference[2])
        name = node.asked["name"]
        return f"/data/{'/'.join(_steps(node))}" if name in self.twice else f"${{{name}}}"


def _climbed(here: Node, there: Node, around: int) -> str:
    """The path from a question to another one through the innermost repeat but `around`, and so to all its instances."""
    repeats = [one for one in _trail(here) if one.asked["type"] == "repeat"]
    top = len(_steps(repeats[around - 1])) if around else 0
    return "/".join([".."] * (len(_steps(here)) - top) + _steps(there)[top:])


def _trail(node: Node) -> list[Node]:
    return [*(_trail(node.parent) if node.parent else []), node]


def _steps(node: Node) -> list[str]:
    return [one.asked["name"] for one in _trail(node)]


def _written(tree: Tree, level: int, refer: Refer, signs: Mapping[str, str]) -> str:
    head = tree[0]
    if head in STRENGTH and len(tree) > 2:
        own = STRENGTH[head]
        further = [_written(part, own + 1, refer, signs) for part in tree[2:]]
        text = f" {signs.get(head, head)} ".join([_written(tree[1], own, refer, signs), *further])
        return f"({text})" if own < level else text
    if head == "neg":
        text = f"-{_written(tree[1], _NEGATIVE, refer, signs)}"
        return f"({text})" if level > _NEGATIVE else text
    if head in _LEAVES:
        return _LEAVES[head](tree, refer)
    return f"{head}({', '.join(_written(part, 0, refer, signs) for part in tree[1:])})"


def _quoted(text: str) -> str:
    """A text in quotes. XPath knows no way to write both kinds in one: such a text is put together of parts."""
    if "'" not in text:
        return f"'{text}'"
    if '"' not in text:
        return f'"{text}"'
    parts = [f"'{part}'" for part in text.split("'")]
    return f"concat({', '.join(_between(parts))})"


def _between(parts: list[str]) -> list[str]:
    return [one for part in parts for one in (part, '"\'"')][:-1]


_LEAVES: dict[str, Callable[[Tree, Refer], str]] = {
    "s": lambda tree, refer: _quoted(tree[1]),
    "n": lambda tree, refer: str(tree[1]),
    "q": lambda tree, refer: refer(tree),
    "c": lambda tree, refer: str(tree[1]),
    ".": lambda tree, refer: ".",
}
