"""When a question is asked and how it is computed, in words that somebody with pen and paper can follow. Pure."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from webapp.forms.checking import LISTED
from webapp.forms.expressions import Tree
from webapp.forms.live import Model, Node
from webapp.forms.rows import REFERENCE, VERDICTS
from webapp.forms.wording import N_, Say
from webapp.forms.writing import STRENGTH, written

Json = dict[str, Any]

ONLY = N_("仅当{condition}")
REQUIRED = N_("{condition}时必答")
COMPUTED = N_("算出：{formula}")
QUESTION = N_("第 {number} 题")
IS, IS_NOT = N_("第 {number} 题为“{answer}”"), N_("第 {number} 题不为“{answer}”")
CHOSEN, NOT_CHOSEN = N_("第 {number} 题选了“{answer}”"), N_("第 {number} 题没有选“{answer}”")
AMONG, NOT_AMONG = N_("第 {number} 题为{answers}之一"), N_("第 {number} 题不为{answers}之一")
ANSWER, BETWEEN = N_("“{answer}”"), N_("、")
FILLED, EMPTY = N_("填了第 {number} 题"), N_("第 {number} 题没有填")
COMPARED = {
    "=": N_("第 {number} 题等于 {value}"),
    "!=": N_("第 {number} 题不等于 {value}"),
    ">": N_("第 {number} 题大于 {value}"),
    ">=": N_("第 {number} 题不小于 {value}"),
    "<": N_("第 {number} 题小于 {value}"),
    "<=": N_("第 {number} 题不大于 {value}"),
}
BRACKETED, NAMED = N_("（{text}）"), N_("〔{text}〕")
JOINED = {"and": N_("，并且"), "or": N_("，或者")}
TURNED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
OPPOSITE = {"=": "!=", "!=": "="}
SIGNS = {"div": "÷", "*": "×", "<=": "≤", ">=": "≥", "!=": "≠", "and": "且", "or": "或"}
SIGNS_EN = SIGNS | {"and": "and", "or": "or"}
# What is computed of what is computed is written out so often.
DEPTH = 3


class Conditions:
    """The rules of a form in words; `numbers` says what each question is called on the page, `text` gives its words in
    the language that is printed."""

    def __init__(
        self,
        model: Model,
        numbers: Mapping[str, str],
        say: Say,
        text: Callable[[Json | None], str],
        english: bool,
    ) -> None:
        self.nodes, self.numbers, self.say, self.text = model.nodes, numbers, say, text
        self.signs = SIGNS_EN if english else SIGNS

    def when(self, node: Node) -> str:
        """When it is asked: empty where always."""
        tree = node.asked.get("relevant")
        return self.say(ONLY).format(condition=self.condition(tree)) if tree else ""

    def required(self, node: Node) -> str:
        """When it must be answered, where that depends on something."""
        tree = node.asked.get("required")
        return self.say(REQUIRED).format(condition=self.condition(tree)) if isinstance(tree, list) else ""

    def formula(self, node: Node) -> str:
        """How it is computed: empty where a person answers."""
        tree = node.asked.get("calculate")
        return self.say(COMPUTED).format(formula=self._written(tree)) if tree else ""

    def condition(self, tree: Tree) -> str:
        """A condition in words where it is simple, else as an expression with the questions by their numbers."""
        return self._simple(tree) or self._written(tree)

    def filled(self, words: Json | None) -> str:
        """A text with the numbers of the questions whose answers it names."""
        return REFERENCE.sub(
            lambda found: self.say(NAMED).format(text=self._called(["q", found[1]], -1)), self.text(words)
        )

    # ---- how

    def _simple(self, tree: Tree, negated: bool = False) -> str | None:
        head = tree[0]
        if head == "not":
            return self._simple(tree[1], not negated)
        if head in JOINED and not negated:
            return self._joined(tree)
        if head == "selected":
            return self._chosen(tree, negated)
        if head in COMPARED:
            return self._compared(tree, negated)
        return None

    def _joined(self, tree: Tree) -> str | None:
        parts = [self._simple(part) for part in tree[1:]]
        if None in parts:
            return None
        bracketed = [
            self.say(BRACKETED).format(text=said) if part[0] in JOINED and part[0] != tree[0] else said
            for part, said in zip(tree[1:], parts, strict=True)
        ]
        return self.say(JOINED[tree[0]]).join(said for said in bracketed if said)

    def _chosen(self, tree: Tree, negated: bool) -> str | None:
        if tree[1][0] == "s":
            return self._among(tree, negated)
        node = self._asked(tree[1])
        if node is None or tree[2][0] != "s":
            return None
        one = node.asked["type"] in ("select_one", "verdict")
        word = (IS_NOT if one else NOT_CHOSEN) if negated else (IS if one else CHOSEN)
        return self._put(word, node, answer=self._answer(node, tree[2][1]))

    def _among(self, tree: Tree, negated: bool) -> str | None:
        """Whether the answer is one of a list that is written out."""
        node = self._asked(tree[2])
        if node is None:
            return None
        given = [self.say(ANSWER).format(answer=self._answer(node, name)) for name in tree[1][1].split()]
        return self._put(NOT_AMONG if negated else AMONG, node, answers=self.say(BETWEEN).join(given))

    def _compared(self, tree: Tree, negated: bool) -> str | None:
        sign, left, right = tree
        if left[0] in ("s", "n") or left[:1] == ["neg"]:
            sign, left, right = TURNED[sign], right, left
        if negated:
            sign = OPPOSITE.get(sign, "")
        node, value = self._asked(left), _constant(right)
        if node is None or value is None or not sign:
            return None
        if sign in OPPOSITE and value == "":
            return self._put(FILLED if sign == "!=" else EMPTY, node)
        if sign in OPPOSITE and node.asked["type"] in ("verdict", *LISTED):
            return self._put(IS if sign == "=" else IS_NOT, node, answer=self._answer(node, value))
        return self._put(COMPARED[sign], node, value=value)

    def _put(self, word: str, node: Node, **given: str) -> str:
        return self.say(word).format(number=self.numbers[node.key], **given)

    def _asked(self, tree: Tree) -> Node | None:
        """The question that a tree is, where it has a number on the page."""
        return self.nodes.get(tree[1]) if tree[0] == "q" and tree[1] in self.numbers else None

    def _answer(self, node: Node, name: str) -> str:
        labels = VERDICTS if node.asked["type"] == "verdict" else {}
        labels = labels or {choice["name"]: choice["label"] for choice in node.asked.get("choices") or []}
        return self.text(labels.get(name)) or name

    def _written(self, tree: Tree, depth: int = 0) -> str:
        return written(tree, partial(self._called, depth=depth), self.signs)

    def _called(self, reference: Tree, depth: int = 0) -> str:
        """A question by its number; without one by its label, or by how it is computed."""
        key = reference[1]
        node = self.nodes.get(key)
        if node is None:
            return f"${{{key}}}"
        if key in self.numbers:
            return self.say(QUESTION).format(number=self.numbers[key])
        if "calculate" in node.asked and depth < DEPTH:
            tree = node.asked["calculate"]
            formula = self._written(tree, depth + 1)
            return f"({formula})" if depth >= 0 and tree[0] in STRENGTH else formula
        label = self.text(node.asked["label"])
        return f"“{REFERENCE.sub('…', label)}”" if label else f"${{{key}}}"


def _constant(tree: Tree) -> str | None:
    if tree[0] in ("s", "n"):
        return str(tree[1])
    return f"-{tree[1][1]}" if tree[0] == "neg" and tree[1][0] == "n" else None
