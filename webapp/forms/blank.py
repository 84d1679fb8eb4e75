"""A checklist with nothing answered, to be filled in by hand: what stands on the paper. Layout: blank_rows.typ. Pure."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from webapp.forms.conditions import Conditions
from webapp.forms.live import Model, Node
from webapp.forms.rows import VERDICTS, numbers_of
from webapp.forms.wording import N_, Say

Json = dict[str, Any]

# The words of the layout.
BLANK_WORDS = {
    "answer": N_("回答"),
    "basis": N_("依据：{text}"),
    "bracketed": N_("（{text}）"),
    "copies": N_("以下印 {n} 份，不够的另附页。"),
    "date_line": N_("年　　月　　日"),
    "more_rows": N_("一行一份，不够的另附页。"),
    "note": N_("备注"),
    "ordinal": N_("序号"),
    "question": N_("检查内容"),
    "time_line": N_("时　　分"),
    "verdict": N_("结论"),
}
SEVERAL, RANKED, OPTIONAL = N_("可多选"), N_("在方框里写次序"), N_("选填")
PHOTO, PHOTO_FAILED, PHOTO_FOUND = N_("要拍照"), N_("不合格时拍照"), N_("发现问题时拍照")
CONFIRMED, INSTANCE, STEPS = N_("已确认"), N_("{label}（{n}）"), N_("{start} 到 {end}，每步 {step}")
# How an answer is written by hand, where it is no box to tick.
LINES = {
    "text": "text",
    "integer": "number",
    "decimal": "number",
    "date": "date",
    "time": "time",
    "datetime": "datetime",
}
# What takes more room than this, a box counted as some signs, stands under its question instead of beside it.
BESIDE, BOX = 80, 3
COLUMNS = 3
MANY = 30
# A repeat of so few and so short questions is a table.
FIELDS, CELL = 5, 18
LINES_OF_TABLE, WITHIN, MOST = 6, 3, 20
# How often a longer one is printed, from the outside in.
COPIES = (3, 2, 1)
# What can be typeset in some seconds: so many rows and boxes.
LONGEST = 15_000
# A scale of no more points is ticked, a longer one written.
POINTS = 11


def blank_section(form: Json, lang: str, say: Say, numbers: Mapping[str, str] | None = None) -> Json:
    """`{title, version, blocks}` in words. A block is one of

    - `{kind: "heading", level, label, when}`: level 1 and more,
    - `{kind: "rows", rows}`: a row `{number, label, when, law, hints, verdict, boxes, groups, columns, many, line, note}`;
      `boxes` are ticked, in `columns` where that is not 0, `many` over pages; `groups` are boxes under a label; `line` is
      `text`, `number`, `date`, `time`, `datetime`, `box` or ""; `note` asks nothing,
    - `{kind: "table", columns, count}`: a repeat, its columns rows like those, and how many lines are empty,
    - `{kind: "copies", n}`: a repeat is printed so often below,
    - `{kind: "end"}`: what follows stands in none of the groups above.
    """
    return _Paper(form, lang, say, numbers).section()


def is_long(sections: list[Json]) -> bool:
    """Whether so much stands in them that printing it would hold everybody else up."""
    return sum(_size(block) for section in sections for block in section["blocks"]) > LONGEST


def _size(block: Json) -> int:
    times, rows = block.get("count", 1), block.get("rows") or block.get("columns") or []
    return sum(
        times * (1 + len(row["boxes"]) + sum(len(group["boxes"]) for group in row["groups"])) for row in rows
    )


class _Paper:
    def __init__(self, form: Json, lang: str, say: Say, numbers: Mapping[str, str] | None) -> None:
        self.form, self.lang, self.say = form, lang, say
        self.model = Model(form)
        own = numbers_of(self.model.nodes)
        self.numbers = {key: numbers[key] for key in own} if numbers else own
        self.words = Conditions(self.model, self.numbers, say, self.text, lang.startswith("en"))
        self.under: dict[str, list[Node]] = {}
        for node in self.model.nodes.values():
            self.under.setdefault(node.parent.key if node.parent else "", []).append(node)

    def section(self) -> Json:
        blocks = list(_gathered(self._blocks("", (), 1)))
        return {"title": self.text(self.form["title"]), "version": self.form["version"], "blocks": blocks}

    def text(self, words: Json | None) -> str:
        given = words or {}
        one, other = ("en", "zh-Hans") if self.lang.startswith("en") else ("zh-Hans", "en")
        return str(given.get(one) or given.get(other) or "")

    def _blocks(self, above: str, place: tuple[int, ...], level: int) -> Iterator[Json]:
        """What stands in a group, or in the form; where more follows after a group within, its end is told."""
        ended = False
        for node in self.under.get(above, []):
            grouped = node.asked["type"] in ("group", "repeat")
            if ended and not grouped and node.asked["type"] != "calculate":
                yield {"kind": "end"}
            ended = grouped or (ended and node.asked["type"] == "calculate")
            yield from self._block(node, place, level)

    def _block(self, node: Node, place: tuple[int, ...], level: int) -> Iterator[Json]:
        kind = node.asked["type"]
        if kind == "group":
            headed = list(self._headed(node, level))
            yield from headed
            yield from self._blocks(node.key, place, level + len(headed))
        elif kind == "repeat":
            yield from self._repeat(node, place, level)
        elif kind != "calculate":
            yield {"kind": "rows", "rows": [self._row(node, place)]}

    def _headed(self, node: Node, level: int, label: str = "") -> Iterator[Json]:
        said, when = label or self.words.filled(node.asked["label"]), self.words.when(node)
        if said or when:
            yield {"kind": "heading", "level": level, "label": said, "when": when}

    def _repeat(self, node: Node, place: tuple[int, ...], level: int) -> Iterator[Json]:
        children = self.under.get(node.key, [])
        shown = [child for child in children if child.asked["type"] != "calculate"]
        yield from self._headed(node, level)
        if shown and self._fits(shown):
            yield {
                "kind": "table",
                "columns": [self._row(one, place) for one in shown],
                "count": self._count(node, WITHIN if place else LINES_OF_TABLE),
            }
            return
        copies = self._count(node, COPIES[min(len(place), len(COPIES) - 1)])
        yield {"kind": "copies", "n": copies}
        label = self.words.filled(node.asked["label"])
        for one in range(1, copies + 1):
            name = self.say(INSTANCE).format(label=label, n=".".join(map(str, (*place, one))))
            yield {"kind": "heading", "level": level + 1, "label": name, "when": ""}
            yield from self._blocks(node.key, (*place, one), level + 2)

    def _count(self, node: Node, otherwise: int) -> int:
        """How many are printed: as many as the form says, where it says a number."""
        tree = node.asked.get("count") or [""]
        if tree[0] == "q":
            tree = self.model.nodes[tree[1]].asked.get("calculate") or [""]
        return max(1, min(MOST, int(float(tree[1])))) if tree[0] == "n" else otherwise

    def _fits(self, children: list[Node]) -> bool:
        plain = all(
            child.asked["type"] not in ("group", "repeat", "note")
            and not {"relevant", "law", "calculate"} & child.asked.keys()
            and len(child.asked.get("choices") or []) <= 4
            and sum(len(label) for label in self._boxes(child)) <= CELL
            for child in children
        )
        return plain and len(children) <= FIELDS

    # ---- one question

    def _row(self, node: Node, place: tuple[int, ...]) -> Json:
        asked, kind = node.asked, node.asked["type"]
        number = self.numbers.get(node.key, "")
        boxes, groups = self._boxes(node), self._groups(node)
        formula = self.words.formula(node)
        return {
            "number": f"{number}-{'.'.join(map(str, place))}" if place and number else number,
            "label": self.words.filled(asked["label"]) or asked["name"],
            "when": self.words.when(node),
            "law": asked.get("law") or "",
            "hints": [hint for hint in self._hints(node, formula) if hint],
            "note": kind == "note",
            "verdict": kind == "verdict" and not formula,
            "boxes": [] if groups or formula else boxes,
            "groups": [] if formula else groups,
            "columns": COLUMNS if sum(len(box) + BOX for box in boxes) > BESIDE else 0,
            "many": len(boxes) > MANY,
            "line": "box" if formula else "" if boxes or kind == "note" else LINES.get(kind, "number"),
        }

    def _hints(self, node: Node, formula: str) -> Iterator[str]:
        asked, kind = node.asked, node.asked["type"]
        yield self.words.filled(asked.get("hint"))
        yield formula
        if kind == "select_multiple":
            yield self.say(SEVERAL)
        if kind == "rank":
            yield self.say(RANKED)
        if kind == "range" and not self._points(asked):
            yield self.say(STEPS).format(**asked["range"])
        yield self.words.filled(asked.get("constraint_message"))
        yield self.words.required(node)
        if not asked.get("required") and not formula and kind != "note":
            yield self.say(OPTIONAL)
        if asked.get("photo") == "required":
            yield self.say(PHOTO)
        if asked.get("photo") == "required_when_failed":
            yield self.say(PHOTO_FAILED if kind == "verdict" else PHOTO_FOUND)

    def _boxes(self, node: Node) -> list[str]:
        asked, kind = node.asked, node.asked["type"]
        if kind == "verdict":
            return [self.text(words) for words in VERDICTS.values()]
        if kind == "acknowledge":
            return [self.say(CONFIRMED)]
        if kind == "range":
            return self._points(asked)
        return [self._choice(choice) for choice in asked.get("choices") or []]

    def _choice(self, choice: Json) -> str:
        return self.words.filled(choice["label"]) or str(choice["name"])

    def _points(self, asked: Json) -> list[str]:
        start, end, step = (float(asked["range"][name]) for name in ("start", "end", "step"))
        points = abs(end - start) / abs(step) + 1 if step else math.inf
        if points > POINTS:
            return []
        way = math.copysign(step, end - start)
        return [f"{start + way * at:g}" for at in range(int(points))]

    def _groups(self, node: Node) -> list[Json]:
        """The choices of a list that an earlier answer filters, under what that answer may be."""
        by = _filtered_by(node.asked.get("choice_filter"))
        if by is None:
            return []
        column, key = by
        found: dict[str, list[str]] = {}
        for choice in node.asked["choices"]:
            value = choice["name"] if column == "name" else choice.get("more", {}).get(column, "")
            found.setdefault(value, []).append(self._choice(choice))
        labels = {one["name"]: self._choice(one) for one in self.model.nodes[key].asked.get("choices") or []}
        return [{"label": labels.get(value, value), "boxes": boxes} for value, boxes in found.items()]


def _filtered_by(tree: Any) -> tuple[str, str] | None:
    """The column and the question of a filter that wants the two to be the same, or begins with such a wish."""
    if not tree:
        return None
    if tree[0] == "and":
        return next((by for part in tree[1:] if (by := _filtered_by(part))), None)
    if tree[0] != "=":
        return None
    sides = {side[0]: side[1] for side in tree[1:] if side[0] in ("c", "q")}
    return (sides["c"], sides["q"]) if len(sides) == 2 else None


def _gathered(blocks: Iterator[Json]) -> Iterator[Json]:
    """Rows that follow each other stand in one table."""
    kept: Json | None = None
    for block in blocks:
        if kept and block["kind"] == "rows":
            kept["rows"] += block["rows"]
            continue
        if kept:
            yield kept
        kept = block if block["kind"] == "rows" else None
        if kept is None:
            yield block
    if kept:
        yield kept
