"""A form as it is written in the browser, its sheet, and back: the same fields, but with expressions as texts. Pure.

A sheet may be unfinished. What is wrong or lacking is said for each question; the form that is made of it leaves that out,
so that the rest can be shown all the same.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
from pyxform.parsing.expression import is_xml_tag
from pyxform.utils import default_is_dynamic

from webapp.forms import rules
from webapp.forms.checking import DECIDES, LISTED, QUESTIONS, circle
from webapp.forms.expressions import NotAnExpression, Tree, compiled, references
from webapp.forms.live import Model, Node
from webapp.forms.rows import REFERENCE, VERDICTS
from webapp.forms.writing import References, written

Json = dict[str, Any]
Text = Annotated[str, msgspec.Meta(max_length=20_000)]

LONGEST, DEEPEST = 5000, 12
TREES = ("relevant", "constraint", "calculate", "choice_filter", "count")
EITHER = ("required", "read_only")
WORDS = ("hint", "constraint_message", "required_message")
PLAIN = ("law", "severity", "guidance", "appearance")
GROUPS = ("group", "repeat")
# What needs no words of its own.
SILENT = (*GROUPS, "calculate")
PRIVATE = re.compile("[\ue000-\ue003]")
DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,12})?")


class Choice(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One of the answers to choose from."""

    name: Text = ""
    label: dict[Literal["zh-Hans", "en"], Text] = {}
    more: dict[Text, Text] = {}


class Asked(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A question as it is written; `required` and `read_only` are truths or expressions."""

    name: Text
    type: Literal[
        "verdict", "text", "integer", "decimal", "date", "time", "datetime", "select_one", "select_multiple", "rank",
        "range", "acknowledge", "calculate", "note", "group", "repeat",
    ]  # fmt: skip
    label: dict[Literal["zh-Hans", "en"], Text] = {}
    hint: dict[Literal["zh-Hans", "en"], Text] = {}
    constraint_message: dict[Literal["zh-Hans", "en"], Text] = {}
    required_message: dict[Literal["zh-Hans", "en"], Text] = {}
    law: Text = ""
    severity: Text = ""
    guidance: Text = ""
    appearance: Text = ""
    photo: Literal["", "none", "allowed", "required", "required_when_failed"] = ""
    verdict: list[Text] = []
    required: bool | Text | None = None
    read_only: bool | Text | None = None
    relevant: Text = ""
    constraint: Text = ""
    calculate: Text = ""
    default: Text = ""
    choice_filter: Text = ""
    count: Text = ""
    choices: list[Choice] = []
    range: dict[Literal["start", "end", "step"], Text] = {}
    children: "list[Asked]" = []


class Sheet(msgspec.Struct, forbid_unknown_fields=True):
    """A form as it is written."""

    name: Text
    version: Text
    title: dict[Literal["zh-Hans", "en"], Text]
    questions: list[Asked]


@dataclass(frozen=True)
class Flaw:
    """What is wrong or lacks: `at` the question in the order of the page (-1: the form), in which field; `name` what it is
    about; `place` where in an expression (from 1)."""

    at: int
    field: str
    code: str
    name: str = ""
    place: int = 0


def sheet_of(form: Json) -> Json:
    """The sheet of a form; `form_of` makes the same form of it."""
    references = References(form)
    keys = iter(references.nodes)
    return {
        **{name: form[name] for name in ("name", "version", "title")},
        "questions": [_sheeted(asked, keys, references) for asked in form["questions"]],
    }


def form_of(sheet: Json) -> tuple[Json, list[Flaw]]:
    """The form that a sheet says, and what is wrong with it: only without flaws is it the whole."""
    made = _Maker(sheet)
    return made.form, made.flaws


def tidy(text: str) -> str:
    """A text as every spreadsheet keeps it: one kind of line end and of blank, nothing that cannot be seen."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")
    seen = (sign for sign in plain if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cs", "Cn"))
    return PRIVATE.sub("", "".join(seen)).strip()


def _sheeted(asked: Json, keys: Iterator[str], references: References) -> Json:
    refer = references.at(next(keys))
    made = {name: said for name, said in asked.items() if said is not None}
    for name in (*TREES, *EITHER, "default"):
        if isinstance(made.get(name), list):
            plain = name == "default" and made[name][0] == "s"
            made[name] = made[name][1] if plain else written(made[name], refer)
    if "children" in made:
        made["children"] = [_sheeted(child, keys, references) for child in made["children"]]
    return made


class _Maker:
    """A sheet on its way to a form."""

    def __init__(self, sheet: Json) -> None:
        self.flaws: list[Flaw] = []
        self.given: list[Json] = []
        self.form: Json = {
            "name": tidy(sheet["name"]), "version": " ".join(tidy(sheet["version"]).split())[:32], "item": None,
            "title": self._words(-1, "title", sheet["title"]), "questions": [],
        }  # fmt: skip
        self._check_head()
        if self._fits(sheet["questions"]):
            self.form["questions"] = self._plain(sheet["questions"])
            self._compile()
            self._check_circles()
            self._check_whole()

    def flaw(self, at: int, field: str, code: str, name: str = "", place: int = 0) -> None:
        self.flaws.append(Flaw(at, field, code, name[:200], place))

    # ---- the form

    def _check_head(self) -> None:
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,63}", self.form["name"]):
            self.flaw(-1, "name", "form_name", self.form["name"])
            self.form["name"] = "form"
        if not self.form["version"]:
            self.flaw(-1, "version", "lacks_version")
            self.form["version"] = "1"
        if not self.form["title"]:
            self.flaw(-1, "title", "lacks_title")

    def _fits(self, questions: list[Json]) -> bool:
        """Whether there are no more, and no deeper, than a form may have."""
        left, count = [(asked, 1) for asked in questions], 0
        while left:
            asked, level = left.pop()
            count += 1
            if level > DEEPEST or count > QUESTIONS:
                self.flaw(-1, "questions", "nested" if level > DEEPEST else "many")
                return False
            left += [(child, level + 1) for child in asked.get("children") or []]
        return True

    def _check_whole(self) -> None:
        if self.flaws:
            return
        try:
            rules.check(self.form)
        except ValueError as error:
            self.flaw(-1, "questions", "other", str(error))

    # ---- question by question

    def _plain(self, questions: list[Json]) -> list[Json]:
        """The questions without their expressions, in the order of the page."""
        made, names = [], set[str]()
        for given in questions:
            at = len(self.given)
            self.given.append(given)
            asked: Json = {"name": self._name(at, given, names), "type": given["type"]}
            asked |= {"label": self._words(at, "label", given.get("label") or {})}
            if given["type"] not in SILENT and not asked["label"]:
                self.flaw(at, "label", "lacks_label")
            self._say(at, given, asked)
            self._choose(at, given, asked)
            if given["type"] in GROUPS:
                asked["children"] = self._plain(given.get("children") or [])
            made.append(asked)
        return made

    def _name(self, at: int, given: Json, names: set[str]) -> str:
        name = tidy(given["name"])
        good = is_xml_tag(name) and ":" not in name and len(name) <= 255
        if not good or name in names or name == "meta":
            code = "lacks_name" if not name else "name_twice" if name in names else "name"
            self.flaw(at, "name", code, name)
            # Whatever is asked has to be called something to be shown.
            name = f"unnamed.{at}"
        names.add(name)
        return name

    def _say(self, at: int, given: Json, asked: Json) -> None:
        for name in WORDS:
            if words := self._words(at, name, given.get(name) or {}):
                asked[name] = words
        for name in PLAIN:
            if said := self._text(at, name, given.get(name) or ""):
                asked[name] = said
        if given.get("photo"):
            asked["photo"] = given["photo"]
        asked |= {name: given[name] for name in EITHER if isinstance(given.get(name), bool)}

    def _choose(self, at: int, given: Json, asked: Json) -> None:
        known = list(VERDICTS) if given["type"] == "verdict" else []
        if given["type"] in LISTED:
            asked["choices"] = self._choices(at, given.get("choices") or [])
            known = [choice["name"] for choice in asked["choices"]]
        if given["type"] == "range":
            asked["range"] = self._range(at, given.get("range") or {})
        if found := [name for name in given.get("verdict") or [] if name in known]:
            asked["verdict"] = found

    def _choices(self, at: int, given: list[Json]) -> list[Json]:
        made, names = [], set[str]()
        for place, choice in enumerate(given, start=1):
            name, label = (
                tidy(choice.get("name") or ""),
                self._words(at, "choices", choice.get("label") or {}),
            )
            if not name or re.search(r"\s", name) or len(name) > 255 or name in names:
                self.flaw(at, "choices", "choice_twice" if name in names else "choice_name", name, place)
                name = f"unnamed.{place}"
            names.add(name)
            more = {tidy(head): tidy(said) for head, said in (choice.get("more") or {}).items()}
            more = {head: said for head, said in more.items() if head and said}
            made.append({"name": name, "label": label} | ({"more": more} if more else {}))
        if not made:
            self.flaw(at, "choices", "lacks_choices")
        return made or [{"name": "1", "label": {"zh-Hans": "…"}}]

    def _range(self, at: int, given: Json) -> Json:
        made = {name: tidy(str(given.get(name) or "")) for name in ("start", "end", "step")}
        whole = all(DECIMAL.fullmatch(said) for said in made.values())
        if not whole or not 0 < float(made["step"]) <= abs(float(made["end"]) - float(made["start"])):
            self.flaw(at, "range", "range")
            return {"start": "1", "end": "10", "step": "1"}
        return made

    def _words(self, at: int, field: str, given: Json) -> Json:
        made = {language: self._text(at, field, said) for language, said in given.items()}
        return {language: said for language, said in made.items() if said}

    def _text(self, at: int, field: str, said: str) -> str:
        plain = tidy(said)
        if len(plain) > LONGEST:
            self.flaw(at, field, "long")
        return plain[:LONGEST]

    # ---- what decides

    def _compile(self) -> None:
        meaning = Meaning(self.form)
        for at, (node, given) in enumerate(zip(meaning.nodes.values(), self.given, strict=True)):
            self._refer(at, node, meaning)
            for name in (*TREES, *EITHER):
                said = given.get(name)
                if isinstance(said, str) and tidy(said) and self._belongs(name, node):
                    self._tree(at, name, tidy(said), node, meaning)
            self._default(at, node, given, meaning)
            if node.asked["type"] == "calculate" and "calculate" not in node.asked:
                if not tidy(given.get("calculate") or ""):
                    self.flaw(at, "calculate", "lacks_calculation")
                node.asked["calculate"] = ["s", ""]

    def _belongs(self, name: str, node: Node) -> bool:
        kind = node.asked["type"]
        return kind in {"choice_filter": LISTED, "count": ("repeat",)}.get(name, (kind,))

    def _tree(self, at: int, name: str, said: str, node: Node, meaning: "Meaning") -> None:
        try:
            tree = compiled(said, meaning.at(node, name == "choice_filter"))
        except NotAnExpression as error:
            self.flaw(at, name, error.code, error.name, error.at)
            return
        # Other tools would write a question of their own for it.
        if name == "count" and (tree[0] != "q" or "/" in tree[1] or len(tree) > 2):
            self.flaw(at, name, "count")
            return
        node.asked[name] = tree

    def _default(self, at: int, node: Node, given: Json, meaning: "Meaning") -> None:
        said, kind = tidy(given.get("default") or ""), node.asked["type"]
        if not said or kind in (*GROUPS, "note"):
            return
        if default_is_dynamic(said, {"datetime": "dateTime"}.get(kind, kind)):
            self._tree(at, "default", said, node, meaning)
        else:
            node.asked["default"] = ["s", said]

    def _refer(self, at: int, node: Node, meaning: "Meaning") -> None:
        """The questions that texts name are there; where not, the text is shown without."""
        for field in ("label", *WORDS):
            for language, said in (node.asked.get(field) or {}).items():
                for name in REFERENCE.findall(said):
                    if name not in meaning.nodes:
                        self.flaw(at, field, "unknown_reference", name)
                node.asked[field][language] = REFERENCE.sub(
                    lambda found: found[0] if found[1] in meaning.nodes else found[1], said
                )

    def _check_circles(self) -> None:
        nodes = Model(self.form).nodes
        needs: dict[str, set[str]] = {}
        for key, node in nodes.items():
            above = needs[node.parent.key] if node.parent else set[str]()
            needs[key] = above | {
                one for name in DECIDES if name in node.asked for one in references(node.asked[name])
            }
        order, done = list(nodes), set[str]()
        for start in order:
            if found := circle(start, needs, done):
                self.flaw(order.index(found[0]), "relevant", "circular", " → ".join([*found, found[0]]))
                for key in found:
                    _stilled(nodes[key])


def _stilled(node: Node | None) -> None:
    """What makes a question come, go or say something, taken from it and from what it stands in."""
    while node:
        for name in ("relevant", "count"):
            node.asked.pop(name, None)
        if "calculate" in node.asked:
            node.asked["calculate"] = ["s", ""]
        node = node.parent


class Meaning:
    """Which question a reference in an expression means: what `References` writes."""

    def __init__(self, form: Json) -> None:
        self.nodes = Model(form).nodes
        self.named: dict[str, list[Node]] = {}
        self.under: dict[str | None, dict[str, Node]] = {}
        for node in self.nodes.values():
            self.named.setdefault(node.asked["name"], []).append(node)
            self.under.setdefault(node.parent.key if node.parent else None, {})[node.asked["name"]] = node

    def at(self, here: Node, choices: bool = False) -> Callable[[str, list[str]], Tree]:
        """What references mean in an expression of a question; with `choices` a single step is a column of its list."""
        return lambda kind, steps: self._meant(here, kind, steps, choices)

    def _meant(self, here: Node, kind: str, steps: list[str], choices: bool) -> Tree:
        if kind == "name":
            found = self.named.get(steps[0]) or []
            if len(found) != 1:
                raise KeyError(steps)
            return ["q", found[0].key]
        if choices and len(steps) == 1 and steps[0] != "..":
            return ["c", steps[0]]
        there, around = self._walked(here, steps)
        common = sum(one == other for one, other in zip(_repeats(here), _repeats(there), strict=False))
        return ["q", there.key] if around >= common else ["q", there.key, around]

    def _walked(self, here: Node, steps: list[str]) -> tuple[Node, int]:
        """Where a path leads, and how many repeats stand around where it climbed to. Raises `KeyError`."""
        place, around = (None if steps[0] == "" else here), len(steps)
        for step in steps[2:] if steps[0] == "" else steps:
            if step == "..":
                if place is None:
                    raise KeyError(steps)
                place = place.parent
                around = len(_repeats(place)) if place else 0
            else:
                place = self.under[place.key if place else None][step]
        if place is None:
            raise KeyError(steps)
        return place, around


def _repeats(node: Node) -> list[str]:
    return [*node.repeats, node.key] if node.asked["type"] == "repeat" else node.repeats
