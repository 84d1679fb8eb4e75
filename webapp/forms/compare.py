"""Two versions of a checklist, question by question: what came, went, changed, moved, and was given another name. Pure."""

import json
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from webapp.forms.checking import WORDS
from webapp.forms.live import Model, Node
from webapp.forms.rows import REFERENCE, numbers_of
from webapp.forms.writing import References, written

Json = dict[str, Any]

LANGUAGES = ("zh-Hans", "en")
TEXTS = ("law", "guidance", "severity", "appearance")
TREES = ("relevant", "required", "read_only", "constraint", "calculate", "default", "choice_filter", "count")
# In the order in which a person reads a question.
FIELDS = (
    "type", "label", "hint", "law", "guidance", "severity", "required", "required_message", "relevant", "constraint",
    "constraint_message", "calculate", "default", "read_only", "range", "choice_filter", "verdict", "photo", "count",
    "appearance",
)  # fmt: skip
# What goes without saying of a question that is new or gone.
NOTHING = {"required": ("no",), "read_only": ("no",), "photo": ("allowed",)}
# Texts beyond this are marked whole: to look for the words that stayed would take too long.
MARKED = 1500
# With less in common it is another text, not a changed one.
ALIKE = 0.35
_PIECE = re.compile(r"\$\{[^}]*\}|[A-Za-z0-9_]+(?:[.'-][A-Za-z0-9_]+)*|\s+|.", re.DOTALL)


@dataclass(frozen=True)
class Change:
    """What one field said and says now, `None` where it said nothing. `language` is empty where the field has none;
    `shape` is `text`, `code` (a name of ours, to be put into words) or `expression`."""

    field: str
    old: str | None
    new: str | None
    language: str = ""
    shape: str = "text"


@dataclass(frozen=True)
class ChoiceChange:
    """A choice that was added, removed, renamed (same label), or changed in its label or columns; `old` and `new` are
    choices as the form has them. `moved`: it only stands elsewhere in the list."""

    state: str
    old: Json | None
    new: Json | None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Line:
    """A question, group or note: `node` as it is now, where it is gone as it was; `old` as it was, where it was there.

    `state`: `added`, `removed`, `changed`, `same`; `renamed` and `moved` may be beside the last two. `numbers`: those on
    the page before and now, empty where it has none.
    """

    state: str
    node: Node
    old: Node | None
    depth: int
    numbers: tuple[str, str]
    changes: tuple[Change, ...] = ()
    choices: tuple[ChoiceChange, ...] = ()
    renamed: bool = False
    moved: bool = False

    @property
    def touched(self) -> bool:
        """Whether anything is another."""
        return self.state != "same" or self.renamed or self.moved


@dataclass(frozen=True)
class Comparison:
    """`head`: what changed of the form itself; `lines` in the order of the new version, what went where it stood."""

    head: tuple[Change, ...]
    lines: tuple[Line, ...]


def compare(old: Json, new: Json) -> Comparison:
    """What a person who knows `old` has to know of `new`; both are forms."""
    return _Pair(old, new).comparison()


def marks(old: str | None, new: str | None) -> list[tuple[str, str]]:
    """A changed text in pieces, each `same`, `gone` or `new`: Chinese by signs, other languages by words."""
    if old is None or new is None:
        return [(kind, text) for kind, text in (("gone", old), ("new", new)) if text]
    before, after = _PIECE.findall(old), _PIECE.findall(new)
    if len(before) + len(after) > MARKED:
        return [("gone", old), ("new", new)]
    match = SequenceMatcher(None, before, after, autojunk=False)
    if match.ratio() < ALIKE:
        return [("gone", old), ("new", new)]
    return list(_joined(match.get_opcodes(), before, after))


def _joined(
    codes: Iterable[tuple[str, int, int, int, int]], before: list[str], after: list[str]
) -> Iterator[tuple[str, str]]:
    for code, start, end, begin, stop in codes:
        if code == "equal":
            yield "same", "".join(before[start:end])
            continue
        if end > start:
            yield "gone", "".join(before[start:end])
        if stop > begin:
            yield "new", "".join(after[begin:stop])


class _Pair:
    """Two forms, and which question of one is which of the other."""

    def __init__(self, old: Json, new: Json) -> None:
        self.forms = (old, new)
        self.nodes = (Model(old).nodes, Model(new).nodes)
        self.refer = (References(old), References(new))
        self.numbers = (numbers_of(self.nodes[0]), numbers_of(self.nodes[1]))
        self.to_old = _matched(*self.nodes)
        self.to_new = {before: after for after, before in self.to_old.items()}
        self.names = {
            _name(self.nodes[0][old]): _name(self.nodes[1][new]) for new, old in self.to_old.items()
        }
        self.moved = self._moved()

    def comparison(self) -> Comparison:
        gone = self._gone()
        lines = [self._removed(node) for node in gone.get("", [])]
        for key, node in self.nodes[1].items():
            lines.append(self._line(key, node))
            lines += [self._removed(one) for one in gone.get(key, [])]
        return Comparison(tuple(self._head()), tuple(lines))

    def _head(self) -> Iterator[Change]:
        old, new = self.forms
        yield from _words("title", old["title"], new["title"])
        for name in ("name", "item"):
            yield from _change(name, old.get(name), new.get(name))

    def _gone(self) -> dict[str, list[Node]]:
        """What is not there any more, by the key of what stands before it now."""
        found: dict[str, list[Node]] = {}
        before = ""
        for key, node in self.nodes[0].items():
            if key not in self.to_new:
                found.setdefault(before, []).append(node)
            elif self.to_new[key] not in self.moved:
                before = self.to_new[key]
        return found

    def _removed(self, node: Node) -> Line:
        numbers = (self.numbers[0].get(node.key, ""), "")
        changes, choices = self._alone(0, node)
        return Line("removed", node, node, _depth(node), numbers, changes, choices)

    def _line(self, key: str, node: Node) -> Line:
        before = self.nodes[0].get(self.to_old.get(key, ""))
        numbers = (self.numbers[0].get(before.key, "") if before else "", self.numbers[1].get(key, ""))
        if before is None:
            return Line("added", node, None, _depth(node), numbers, *self._alone(1, node))
        changes, choices = tuple(self._changes(before, node)), tuple(_choices(before.asked, node.asked))
        return Line(
            "changed" if changes or choices else "same",
            node,
            before,
            _depth(node),
            numbers,
            changes,
            choices,
            renamed=_name(before) != _name(node),
            moved=key in self.moved,
        )

    def _alone(self, side: int, node: Node) -> tuple[tuple[Change, ...], tuple[ChoiceChange, ...]]:
        """All that is said of a question that is in one version only, but its type and label, which stand there anyway."""
        found: list[Change] = []
        for field in FIELDS[2:]:
            if field in WORDS:
                found += _words(field, {}, node.asked.get(field))
            else:
                said = self._said(side, node, field) if field in TREES else _plain(node.asked, field)
                found += _change(
                    field, None, None if said in NOTHING.get(field, ()) else said, shape=_shape(field, said)
                )
        choices = [ChoiceChange("added", None, choice) for choice in node.asked.get("choices") or []]
        if side:
            return tuple(found), tuple(choices)
        gone = [Change(one.field, one.new, None, one.language, one.shape) for one in found]
        return tuple(gone), tuple(ChoiceChange("removed", one.new, None) for one in choices)

    def _changes(self, old: Node, new: Node) -> Iterator[Change]:
        for field in FIELDS:
            if field in WORDS:
                yield from _words(field, old.asked.get(field), new.asked.get(field))
            elif field in TREES:
                said = (self._said(0, old, field), self._said(1, new, field))
                yield from _change(field, *said, shape=_shape(field, *said))
            else:
                said = (_plain(old.asked, field), _plain(new.asked, field))
                yield from _change(field, *said, shape=_shape(field, *said))

    def _said(self, side: int, node: Node, field: str) -> str | None:
        """What a tree says, as it would be written; `yes` and `no` of what may be a plain truth."""
        tree = node.asked.get(field)
        if field in ("required", "read_only") and not isinstance(tree, list):
            return "yes" if tree else "no"
        if not tree:
            return None
        if field == "default" and tree[0] == "s":
            return str(tree[1]) or None
        return self._meant(written(tree, self.refer[side].at(node.key)), side)

    def _meant(self, text: str, side: int) -> str:
        """The new name of a question that only has another name is no change of who names it."""
        if side:
            return text
        return REFERENCE.sub(lambda found: f"${{{self.names.get(found[1], found[1])}}}", text)

    def _moved(self) -> set[str]:
        """The keys, of the new version, of what stands in another group, or elsewhere among what stayed in its own."""
        found: set[str] = set()
        within: dict[str, list[str]] = {}
        for key, old in self.to_old.items():
            parent, before = self.nodes[1][key].parent, self.nodes[0][old].parent
            if (parent and parent.key) != (before and self.to_new.get(before.key, "")):
                found.add(key)
            else:
                within.setdefault(parent.key if parent else "", []).append(key)
        places = {key: place for place, key in enumerate(self.nodes[0])}
        for keys in within.values():
            found |= _astray(keys, [places[self.to_old[key]] for key in keys])
        return found


def _matched(old: dict[str, Node], new: dict[str, Node]) -> dict[str, str]:
    """Old keys by new keys, in the order of the new: of the same key, else of the same name where it is the only one left,
    else of the same type and label where they are."""
    found = {key: key for key in new if key in old}
    for same in (_name, _looks):
        taken = set(found.values())
        olds = _alone(same, (node for key, node in old.items() if key not in taken))
        news = _alone(same, (node for key, node in new.items() if key not in found))
        found |= {news[one]: olds[one] for one in news if one in olds}
    return {key: found[key] for key in new if key in found}


def _alone(same: Callable[[Node], str], nodes: Iterable[Node]) -> dict[str, str]:
    """The keys of nodes by what `same` says of them, where it says so of one only."""
    given = [(same(node), node.key) for node in nodes]
    times = Counter(said for said, _ in given)
    return {said: key for said, key in given if said and times[said] == 1}


def _name(node: Node) -> str:
    return str(node.asked["name"])


def _looks(node: Node) -> str:
    label = {language: text.strip() for language, text in node.asked["label"].items() if text.strip()}
    return json.dumps([node.asked["type"], label], sort_keys=True) if label else ""


def _astray(keys: list[str], places: list[int]) -> set[str]:
    """The fewest keys that one would have to take away so that the places of the others grow."""
    # For each length of a growing row: where the one with the lowest end ends, and that end.
    ends, tops, before = list[int](), list[int](), list[int]()
    for at, place in enumerate(places):
        length = bisect_left(tops, place)
        before.append(ends[length - 1] if length else -1)
        ends[length : length + 1], tops[length : length + 1] = [at], [place]
    at, stay = ends[-1] if ends else -1, set[int]()
    while at >= 0:
        stay.add(at)
        at = before[at]
    return {key for place, key in enumerate(keys) if place not in stay}


def _choices(old: Json, new: Json) -> Iterator[ChoiceChange]:
    """Choices in the order of the new list, what went from it last."""
    before = {choice["name"]: choice for choice in old.get("choices") or []}
    after = {choice["name"]: choice for choice in new.get("choices") or []}
    to_old = _same_choices(before, after)
    places = {name: place for place, name in enumerate(before)}
    astray = _astray(list(to_old), [places[name] for name in to_old.values()])
    for name, choice in after.items():
        was = before.get(to_old.get(name, ""))
        changes = tuple(_choice(was, choice)) if was else ()
        if was is None:
            yield ChoiceChange("added", None, choice)
        elif was["name"] != name:
            yield ChoiceChange("renamed", was, choice, changes)
        elif changes:
            yield ChoiceChange("changed", was, choice, changes)
        elif name in astray:
            yield ChoiceChange("moved", was, choice)
    stayed = set(to_old.values())
    for name, choice in before.items():
        if name not in stayed:
            yield ChoiceChange("removed", choice, None)


def _same_choices(before: Json, after: Json) -> dict[str, str]:
    found = {name: name for name in after if name in before}
    taken = set(found.values())
    olds = {
        json.dumps(one["label"], sort_keys=True): name for name, one in before.items() if name not in taken
    }
    for name, choice in after.items():
        if (
            name not in found
            and choice["label"]
            and (was := olds.pop(json.dumps(choice["label"], sort_keys=True), None))
        ):
            found[name] = was
    return {name: found[name] for name in after if name in found}


def _choice(old: Json, new: Json) -> Iterator[Change]:
    yield from _words("label", old["label"], new["label"])
    before, after = old.get("more") or {}, new.get("more") or {}
    for column in sorted({*before, *after}):
        yield from _change(column, before.get(column), after.get(column))


def _words(field: str, old: Json | None, new: Json | None) -> Iterator[Change]:
    for language in LANGUAGES:
        yield from _change(field, (old or {}).get(language), (new or {}).get(language), language)


def _change(
    field: str, old: str | None, new: str | None, language: str = "", shape: str = "text"
) -> Iterator[Change]:
    if (old or None) != (new or None):
        yield Change(field, old or None, new or None, language, shape)


def _shape(field: str, *said: str | None) -> str:
    if field in ("type", "photo") or {"yes", "no"} & set(said):
        return "code"
    return "expression" if field in TREES else "text"


def _plain(asked: Json, field: str) -> str | None:
    said = asked.get(field)
    if field == "photo":
        return said or "allowed"
    if isinstance(said, dict):
        return f"{said['start']}–{said['end']} ({said['step']})"
    return " ".join(said) if isinstance(said, list) else said


def _depth(node: Node) -> int:
    return _depth(node.parent) + 1 if node.parent else 0
