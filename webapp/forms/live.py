"""What a form asks, given its answers: what is relevant, what is computed, what holds (ODK XForms). `static/field/live.js`
gives the same.

A question's key is its name, or where another question of the form has the same its path (`group/name`). Its address is
`<form>/<key>`, inside a repeat `<form>/<key>[2]`, in a repeat within one `<form>/<key>[2.1]`. An instance of a repeat is
there when something in it was answered or its own address says `true`, until that says `false`; one is there from the
start; of more than a page can hold only the first are there (`Model.room`). An answer of a question that is not relevant,
or a choice that is not offered, does not count, and counts again when it comes back. Pure.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from webapp.forms.evaluate import Scope, evaluate, names_of, number, truth, typed
from webapp.forms.expressions import Tree, references

Json = dict[str, Any]
Place = tuple[int, ...]

INSTANCES = 200
# How many rows all instances of a form may make together, as far as each repeat keeps these few.
ROWS, FEW = 20_000, 20
_address = re.compile(r"(.+?)(?:\[([1-9][0-9]{0,8}(?:\.[1-9][0-9]{0,8})*)\])?")


@dataclass
class Node:
    """A question, group or repeat: its key, the group around it, the repeats around it from the outside in."""

    key: str
    asked: Json
    parent: "Node | None"
    repeats: list[str]
    needs: set[str] = field(default_factory=set)


class Model:
    """A form as it is computed: `nodes` by key as they stand on the page, `order` so that what decides comes first."""

    def __init__(self, form: Json) -> None:
        self.form = form
        self.nodes: dict[str, Node] = {}
        twice = {name for name, times in Counter(_names(form["questions"])).items() if times > 1}
        self._grow(form["questions"], None, [], [], twice)
        self.order = self._ordered()
        self.room = self._room()

    def _grow(
        self, questions: list[Json], parent: Node | None, path: list[str], repeats: list[str], twice: set[str]
    ) -> None:
        for asked in questions:
            way = [*path, asked["name"]]
            key = "/".join(way) if asked["name"] in twice else asked["name"]
            within = [*repeats, key] if asked["type"] == "repeat" else repeats
            node = Node(key, asked, parent, repeats)
            decides = ("relevant", "calculate", "count", "default", "choice_filter")
            node.needs = {name for what in decides for name in references(asked.get(what) or ["."])} - {key}
            if parent:
                node.needs.add(parent.key)
            self.nodes[key] = node
            self._grow(asked.get("children") or [], node, way, within, twice)

    def _room(self) -> dict[str, int]:
        """How many instances a repeat has at most, in all instances of the repeats around it together."""
        repeats = {key: node for key, node in self.nodes.items() if node.asked["type"] == "repeat"}
        rows = Counter(key for node in self.nodes.values() for key in (*node.repeats, node.key))
        return {key: max(FEW, ROWS // (rows[key] * len(repeats))) for key in repeats}

    def _ordered(self) -> list[str]:
        """The keys, each after what it needs; `xlsform` refuses circles, and one that is there all the same ends."""
        done: dict[str, None] = {}
        for start in self.nodes:
            trail, open_ones = [(start, iter(sorted(self.nodes[start].needs)))], {start}
            while trail:
                key, needs = trail[-1]
                step = next(
                    (one for one in needs if one in self.nodes and one not in done and one not in open_ones),
                    None,
                )
                if step is None:
                    done[trail.pop()[0]] = None
                else:
                    open_ones.add(step)
                    trail.append((step, iter(sorted(self.nodes[step].needs))))
        return list(done)


class Live:
    """The state of a form. `given`: address to answer, as the record has it; `now`: ISO 8601."""

    def __init__(self, model: Model, given: Json, now: str) -> None:
        self.model, self.given, self.now = model, given, now
        self.relevant: dict[tuple[str, Place], bool] = {}
        self.values: dict[tuple[str, Place], str] = {}
        self.places: dict[tuple[str, Place], list[int]] = {}
        self._there = self._instances()
        for key in model.order:
            self._compute(model.nodes[key])

    def address(self, key: str, place: Place) -> str:
        """The address of a question in an instance."""
        return f"{self.model.form['name']}/{key}" + (f"[{'.'.join(map(str, place))}]" if place else "")

    def everywhere(self, node: Node, around: Place = ()) -> list[Place]:
        """The instances of the repeats around a question, in order; of the outermost only those at `around`."""
        found: list[Place] = [around]
        for repeat in node.repeats[len(around) :]:
            found = [(*place, one) for place in found for one in self.places.get((repeat, place), [])]
        return found

    def state(self) -> Iterator[tuple[str, Json]]:
        """Every question in the order of the page: its address, whether it is relevant, what it says, what holds."""
        for node in self.model.nodes.values():
            for place in self.everywhere(node):
                yield self.address(node.key, place), self.of(node, place)

    def of(self, node: Node, place: Place) -> Json:
        """One question. `valid` is false where a constraint does not hold; an empty answer breaks none."""
        relevant, value = self.relevant[node.key, place], self.values[node.key, place]
        found: Json = {"relevant": relevant, "value": value, "required": False, "valid": True}
        if relevant:
            required = node.asked.get("required", False)
            found["required"] = required if isinstance(required, bool) else self.holds(node, place, required)
            if value and node.asked.get("constraint"):
                found["valid"] = self.holds(node, place, node.asked["constraint"])
        if node.asked.get("choice_filter"):
            found["choices"] = self._choices(node, place)
        return found

    # ---- one question after another

    def _compute(self, node: Node) -> None:
        room = self.model.room.get(node.key, 0)
        for place in self.everywhere(node):
            outer = node.parent is None or self.relevant[node.parent.key, place[: len(node.parent.repeats)]]
            relevant = outer and (
                "relevant" not in node.asked or self.holds(node, place, node.asked["relevant"])
            )
            self.relevant[node.key, place] = relevant
            if node.asked["type"] == "repeat":
                self.places[node.key, place] = self._repeated(node, place)[:room]
                room -= len(self.places[node.key, place])
            self.values[node.key, place] = self._value(node, place) if relevant else ""

    def _value(self, node: Node, place: Place) -> str:
        if node.asked["type"] in ("group", "repeat", "note"):
            return ""
        if "calculate" in node.asked:
            return typed(evaluate(node.asked["calculate"], self._scope(node, place)), node.asked["type"])
        address, value = self.address(node.key, place), ""
        if address in self.given:
            value = said(self.given[address])
        elif "default" in node.asked:
            value = typed(evaluate(node.asked["default"], self._scope(node, place)), node.asked["type"])
        if value and "choice_filter" in node.asked:
            offered = self._choices(node, place)
            chosen = [value] if node.asked["type"] == "select_one" else names_of(value)
            value = " ".join(name for name in chosen if name in offered)
        return value

    def _repeated(self, node: Node, place: Place) -> list[int]:
        if "count" in node.asked:
            wanted = number(evaluate(node.asked["count"], self._scope(node, place)))
            return list(range(1, int(min(wanted, INSTANCES)) + 1)) if wanted >= 1 else []
        there = self._there.get((node.key, place), {1: True})
        return sorted(one for one, stands in ({1: True} | there).items() if stands)

    def _instances(self) -> dict[tuple[str, Place], dict[int, bool]]:
        """What the answers say of instances: (repeat, place) to index to whether it is there."""
        found: dict[tuple[str, Place], dict[int, bool]] = {}
        mentioned: list[tuple[str, Place, bool]] = []
        for address, value in self.given.items():
            match = _address.fullmatch(address.partition("/")[2])
            node = (
                self.model.nodes.get(match[1])
                if match and address.startswith(f"{self.model.form['name']}/")
                else None
            )
            if not match or not node or not match[2]:
                continue
            place = tuple(int(one) for one in match[2].split("."))
            if node.asked["type"] == "repeat" and len(place) == len(node.repeats) + 1:
                mentioned.append((node.key, place, value is not False))
            elif len(place) == len(node.repeats):
                mentioned += [(key, place[: at + 1], True) for at, key in enumerate(node.repeats)]
        for key, place, stands in sorted(mentioned, key=lambda one: not one[2]):
            if 1 <= place[-1] <= INSTANCES:
                found.setdefault((key, place[:-1]), {})[place[-1]] = stands
        return found

    # ---- what an expression sees

    def holds(self, node: Node, place: Place, tree: Tree) -> bool:
        """Whether an expression of a question is true in an instance."""
        return truth(evaluate(tree, self._scope(node, place)))

    def _scope(self, node: Node, place: Place, choice: Json | None = None) -> Scope:
        def column(name: str) -> list[str]:
            given = choice or {}
            return (
                [given["name"]]
                if name == "name"
                else [said for said in [given.get("more", {}).get(name)] if said]
            )

        return Scope(
            values=lambda key, around=INSTANCES: self.seen(node, place, key, around),
            now=self.now,
            own=self.values.get((node.key, place), ""),
            place=lambda key: self._position(node, place, key),
            column=column,
            indexed=lambda key, places: self._indexed(node, place, key, places),
        )

    def seen(self, node: Node, place: Place, key: str, around: int = INSTANCES) -> list[str]:
        """The answers of `key` that an expression of `node` at `place` means: of the repeats that both stand in (and of
        those at most `around`, where a path climbs out of the others) the same instance, of all others every one."""
        target = self.model.nodes[key]
        here = [*node.repeats, node.key] if node.asked["type"] == "repeat" else node.repeats
        shared = 0
        while (
            shared < min(len(here), len(target.repeats), len(place), around)
            and here[shared] == target.repeats[shared]
        ):
            shared += 1
        found = self.everywhere(target, place[:shared])
        if target.asked["type"] == "repeat":
            return [""] * sum(len(self.places.get((key, one), [])) for one in found)
        return [self.values.get((key, one), "") for one in found]

    def _indexed(self, node: Node, place: Place, key: str, places: dict[str, float]) -> list[str]:
        """The answers of `key` in the instances at these places of their repeats; of other repeats that both stand in the
        same instance, of all others every one."""
        target = self.model.nodes[key]
        found: list[Place] = [()]
        for depth, repeat in enumerate(target.repeats):
            same = node.repeats[: depth + 1] == target.repeats[: depth + 1] and len(place) > depth
            found = [
                (*one, index)
                for one in found
                for at, index in enumerate(self.places.get((repeat, one), []), 1)
                if (at == places[repeat] if repeat in places else not same or index == place[depth])
            ]
        return [self.values.get((key, one), "") for one in found]

    def _position(self, node: Node, place: Place, key: str) -> int:
        at = node.repeats.index(key) if key in node.repeats else -1
        if at < 0:
            return 1
        return self.places[key, place[:at]].index(place[at]) + 1

    def _choices(self, node: Node, place: Place) -> list[str]:
        return [choice["name"] for choice in self.offered(node, place)]

    def offered(self, node: Node, place: Place) -> list[Json]:
        """The choices of a select as its filter leaves them."""
        tree, choices = node.asked.get("choice_filter"), node.asked.get("choices") or []
        if not tree:
            return list(choices)
        return [choice for choice in choices if truth(evaluate(tree, self._scope(node, place, choice)))]


def said(value: Any) -> str:
    """An answer as the text that expressions see: choices with blanks between them, as ODK writes them."""
    if value is None or value is False:
        return ""
    if value is True:
        return "OK"
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _names(questions: list[Json]) -> Iterator[str]:
    for asked in questions:
        yield asked["name"]
        yield from _names(asked.get("children") or [])
