"""The answers of one form as tables: a row an inspection, and for each repeat a table with a row an instance. Pure.

A column of a question is named by its path in the form (`group/name`), as ODK's tools name it; ours begin with `_`.
"""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from webapp.archive.answers_filled import Filled, instance_id, iso
from webapp.archive.wording import N_, RESULTS, STATES, Wording, objects, text
from webapp.forms.live import Model, Node, Place, said
from webapp.forms.rows import ASIDE, EMPTY, NOT_ASKED, REFERENCE

Json = dict[str, Any]
Each = TypeVar("Each", bound=Hashable)

SEVERAL = ("select_multiple", "rank")
CHOSEN = ("verdict", "select_one", "acknowledge", *SEVERAL)
DIFFER, UNSEALED = N_("答案不一致：{answers}"), N_("未封存")
# What of a question has a column of its own beside the answer.
BESIDE = {"notes": ("#note", N_("{label}（备注）")), "photos": ("#photos", N_("{label}（照片）"))}
# Our own columns of the first table, and those of a repeat's.
FIXED = {
    "_number": N_("检查编号"),
    "_subject": N_("检查对象"),
    "_subject_code": N_("检查对象信用代码"),
    "_pair": N_("检查组"),
    "_arrived": N_("到达时间"),
    "_result": N_("检查结果"),
    "_state": N_("状态"),
    "_sealed": N_("封存时间"),
    "_conflicts": N_("不一致的答案"),
    "_form_version": N_("检查表版本"),
    "_record_hash": N_("检查记录校验值"),
    "KEY": N_("答卷标识"),
}
OF_REPEAT = {
    "_number": N_("检查编号"),
    "_parent_index": N_("上级序号"),
    "_index": N_("序号"),
    "PARENT_KEY": N_("上级标识"),
    "KEY": N_("本行标识"),
}
HIDDEN = {"_hidden": N_("现在不显示的答案")}


class Number(str):
    """A cell that a spreadsheet may count with."""


@dataclass(frozen=True)
class Wish:
    """How the tables are written.

    `names`: choices by their names instead of their labels. `split`: a column of 0 and 1 for each choice of a question
    with several answers. `hidden`: answers that are not relevant now, too. `notes`, `photos`: what was noted at a question,
    and its photos by the names that they have in the archive, too.
    """

    names: bool = False
    split: bool = False
    hidden: bool = False
    notes: bool = False
    photos: bool = False


@dataclass(frozen=True)
class Column:
    """A column of a table: its machine name, and its words."""

    name: str
    label: str


@dataclass(frozen=True)
class Table:
    """`repeat`: the path of the repeat whose instances are its rows; "" for the table of the inspections."""

    repeat: str
    label: str
    columns: list[Column]


class Tables:
    """The tables of several versions of one form: what stands on one path is one column."""

    def __init__(self, forms: dict[str, Json], wish: Wish, wording: Wording) -> None:
        """`forms`: versions by their hash, the newest first: its words stand at the head."""
        self.wish, self.wording = wish, wording
        self.choices: dict[int, dict[str, Json]] = {}
        self.versions = {name: _Version(form) for name, form in forms.items()}
        self.fixed = FIXED | (HIDDEN if wish.hidden else {})
        by_table: dict[str, list[list[tuple[str, str]]]] = {"": []}
        labels: dict[str, str] = {"": ""}
        words: dict[tuple[str, str], str] = {}
        for version in self.versions.values():
            for repeat, nodes in version.tables.items():
                by_table.setdefault(repeat, []).append(self._keys(version, nodes))
                node = version.by_path.get(repeat)
                labels.setdefault(repeat, self._sheet(node) if node else "")
            for path, node in version.by_path.items():
                for key, label in self._columns(path, node):
                    words.setdefault(key, label)
        self.keys = {repeat: merged(orders) for repeat, orders in by_table.items()}
        self.at = {repeat: {key: at for at, key in enumerate(keys)} for repeat, keys in self.keys.items()}
        self.tables = [
            Table(repeat, labels[repeat], self._head(repeat, keys, words))
            for repeat, keys in self.keys.items()
        ]

    def rows(self, inspection: str, record: Json, form_hash: str) -> Iterator[tuple[int, list[str]]]:
        """The rows of one record, each with the place of its table; `inspection` is its id."""
        version = self.versions[form_hash]
        filled = Filled(version.model, record)
        key = instance_id(inspection, version.form)
        number = text((record["content"]["visit"] or {}).get("number"))
        first = self._fixed(record, version, filled) | {"KEY": key}
        yield 0, [*(first[name] for name in self.fixed), *self._cells(version, filled, "", ())]
        for at, table in enumerate(self.tables[1:], start=1):
            node = version.by_path.get(table.repeat)
            if node is None or node.asked["type"] != "repeat":
                continue
            for place in filled.instances(node):
                head = [number, _dotted(place[:-1]), Number(place[-1]), *_keys(key, version, node, place)]
                yield at, [*head, *self._cells(version, filled, table.repeat, place)]

    # ---- columns

    def _keys(self, version: "_Version", nodes: list[Node]) -> list[tuple[str, str]]:
        return [key for node in nodes for key, _ in self._columns(version.paths[node.key], node)]

    def _columns(self, path: str, node: Node) -> Iterator[tuple[tuple[str, str], str]]:
        """Key (path, what of it) and label of each column of a question."""
        label = self._label(node)
        yield (path, ""), label
        if self.wish.split and node.asked["type"] in SEVERAL:
            for choice in node.asked["choices"]:
                yield (path, f"/{choice['name']}"), f"{label} / {self._plain(choice['label'])}"
        for wished, (name, words) in BESIDE.items():
            if getattr(self.wish, wished) and node.asked["type"] not in NOT_ASKED:
                yield (path, name), self.wording.say(words).format(label=label)

    def _head(
        self, repeat: str, keys: list[tuple[str, str]], words: dict[tuple[str, str], str]
    ) -> list[Column]:
        names = [path + part for path, part in keys]
        fixed, taken = OF_REPEAT if repeat else self.fixed, set(names)
        head = []
        for name, label in fixed.items():
            while name in taken:
                name = f"_{name}"
            head.append(Column(name, self.wording.say(label)))
        return head + [Column(name, words[key]) for name, key in zip(names, keys, strict=True)]

    def _label(self, node: Node) -> str:
        """A question's words with those of the groups around it, up to the repeat."""
        above, labels = node.parent, [self._plain(node.asked["label"]) or node.asked["name"]]
        while above and above.asked["type"] != "repeat":
            labels.append(self._plain(above.asked["label"]))
            above = above.parent
        return " / ".join(label for label in reversed(labels) if label)

    def _sheet(self, node: Node) -> str:
        """What the table of a repeat is called: its words without what they say of one instance."""
        return (
            " ".join(REFERENCE.sub(" ", self.wording.label(node.asked["label"])).split())
            or node.asked["name"]
        )

    def _plain(self, words: Any) -> str:
        """Words at a head: what they say of another answer differs from row to row."""
        return REFERENCE.sub(EMPTY, self.wording.label(words))

    # ---- cells

    def _fixed(self, record: Json, version: "_Version", filled: Filled) -> dict[str, str]:
        content, wording = record["content"], self.wording
        visit = content["visit"] or {}
        subject = (objects([visit.get("subject")]) or [{}])[0]
        results = dict.fromkeys(text(one["code"]) for one in content["result"])
        pair = [text(member.get("name")) for member in objects(visit.get("pair"))]
        seal = record["seal"]
        return {
            "_number": text(visit.get("number")),
            "_subject": text(subject.get("name")),
            "_subject_code": text(subject.get("code")),
            "_pair": wording.listed(pair),
            "_arrived": iso(content["arrivals"][0]["time"]) if content["arrivals"] else "",
            "_result": self._differing([self._result(code) for code in results]),
            "_state": record["state"] if self.wish.names else wording.one_of(STATES, record["state"]),
            "_sealed": iso(seal["time"]) if seal else wording.say(UNSEALED),
            "_conflicts": wording.listed(self._named(version, filled, Filled.differs)),
            "_form_version": text(version.form["version"]),
            "_record_hash": record["record_hash"],
            "_hidden": wording.listed(self._named(version, filled, Filled.kept)) if self.wish.hidden else "",
        }

    def _result(self, code: str) -> str:
        return code if self.wish.names else self.wording.one_of(RESULTS, code)

    def _named(self, version: "_Version", filled: Filled, holds: Any) -> list[str]:
        """The questions of which something holds, by label or by path."""
        return [
            (version.paths[node.key] if self.wish.names else self._label(node))
            + (f"[{_dotted(place)}]" if place else "")
            for nodes in version.tables.values()
            for node in nodes
            for place in filled.live.everywhere(node)
            if holds(filled, node, place)
        ]

    def _cells(self, version: "_Version", filled: Filled, repeat: str, place: Place) -> list[str]:
        at = self.at[repeat]
        cells = [""] * len(at)
        for node in version.tables.get(repeat, []):
            path = version.paths[node.key]
            value = filled.value(node, place)
            if filled.differs(node, place):
                value, shown = "", self._conflict(node, filled.standing(node, place))
            else:
                value = value or (filled.kept(node, place) if self.wish.hidden else "")
                shown = self.cell(node.asked, value)
            cells[at[path, ""]] = shown
            if value and self.wish.split and node.asked["type"] in SEVERAL:
                chosen = value.split()
                for choice in node.asked["choices"]:
                    cells[at[path, f"/{choice['name']}"]] = Number(int(choice["name"] in chosen))
            if filled.relevant(node, place) or self.wish.hidden:
                for name, said in filled.beside(node, place).items():
                    if (path, name) in at:
                        cells[at[path, name]] = said
        return cells

    def cell(self, asked: Json, value: str) -> str:
        """A value as it stands in a cell: choices by label or name, numbers to count with, everything else as it is."""
        if asked["type"] in CHOSEN:
            return value if self.wish.names else self.wording.answer(self._chosen(asked, value), value)
        counts = asked["type"] in ("integer", "decimal", "range", "calculate")
        return Number(value) if counts and _countable(value) else value

    def _chosen(self, asked: Json, value: str) -> Json:
        """A question with only the choices that an answer names: a list may have thousands."""
        if id(asked) not in self.choices:
            listed = asked.get("choices") or []
            self.choices[id(asked)] = {
                choice["name"]: {"name": choice["name"], "label": self._plain(choice["label"])}
                for choice in listed
            }
        known = self.choices[id(asked)]
        names = value.split() if asked["type"] in SEVERAL else [value]
        return {"type": asked["type"], "choices": [known[name] for name in names if name in known]}

    def _conflict(self, node: Node, standing: list[Json]) -> str:
        return self._differing([str(self.cell(node.asked, said(one["value"]))) for one in standing])

    def _differing(self, values: list[str]) -> str:
        distinct = list(dict.fromkeys(values))
        if len(distinct) < 2:
            return "".join(distinct)
        return self.wording.say(DIFFER).format(answers=" / ".join(distinct))


class _Version:
    """One version of a form: its questions by path, and by the table in which they have a column."""

    def __init__(self, form: Json) -> None:
        self.form, self.model = form, Model(form)
        self.paths = {key: "/".join(_way(node)) for key, node in self.model.nodes.items()}
        self.by_path = {self.paths[key]: node for key, node in self.model.nodes.items()}
        self.tables: dict[str, list[Node]] = {"": []}
        for node in self.model.nodes.values():
            kind = node.asked["type"]
            table = self.tables.setdefault(self.paths[node.repeats[-1]] if node.repeats else "", [])
            if kind == "repeat":
                self.tables.setdefault(self.paths[node.key], [])
            elif kind not in ASIDE:
                table.append(node)


def merged(orders: Iterable[list[Each]]) -> list[Each]:
    """Several lists as one: what stands only in a later one comes after what it follows there."""
    follows: dict[Each | None, Each | None] = {None: None}
    for order in orders:
        last: Each | None = None
        for key in order:
            if key not in follows:
                follows[key], follows[last] = follows[last], key
            last = key
    found, step = [], follows[None]
    while step is not None:
        found.append(step)
        step = follows[step]
    return found


def _countable(value: str) -> bool:
    """Whether a spreadsheet keeps a number as it is: no zeros before it, at most 15 figures."""
    whole, _, part = value.removeprefix("-").partition(".")
    if not (whole + part).isdecimal() or not (whole + part).isascii() or not whole:
        return False
    return (whole == "0" or whole[0] != "0") and len(whole + part) <= 15 and not value.endswith(".")


def _keys(key: str, version: _Version, node: Node, place: Place) -> list[str]:
    """The keys of the row around an instance and of its own, as ODK Central writes them."""
    around = zip([*node.repeats, node.key], place, strict=True)
    ways = [f"{version.model.nodes[name].asked['name']}[{at}]" for name, at in around]
    return ["/".join([key, *ways[:-1]]), "/".join([key, *ways])]


def _dotted(place: Place) -> str:
    return ".".join(map(str, place))


def _way(node: Node) -> list[str]:
    return [*(_way(node.parent) if node.parent else []), node.asked["name"]]
