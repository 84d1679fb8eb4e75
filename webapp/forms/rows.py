"""What stands on the page of a form, given what was answered: `static/field/rows.js` gives the same rows, and
`tests/vectors/rows.json` says how a case of both is built. Pure.

A row is `{kind, address, key, place, depth, asked, label, hint}`; a question has beside it `{number, value, calculated,
read_only, required, valid, choices, found, standing, photo_needed, constraint_message, required_message}`.
"""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from webapp.forms.evaluate import names_of
from webapp.forms.live import Live, Model, Node, Place, said

Json = dict[str, Any]
Row = dict[str, Any]

FINDING = "fail"
# What a form that is computed before anybody arrived takes for now.
BEFORE = "1970-01-01T08:00:00.000+08:00"
# What takes no answer of its own.
ASIDE = ("group", "repeat", "note")
NOT_ASKED = (*ASIDE, "calculate")
VERDICTS = {
    "pass": {"zh-Hans": "合格", "en": "Pass"},
    "fail": {"zh-Hans": "不合格", "en": "Fail"},
    "na": {"zh-Hans": "不适用", "en": "N/A"},
}
BETWEEN = {"zh-Hans": "、", "en": ", "}
EMPTY = "…"
QUOTED = 500
ADDRESS = re.compile(r"([^/]+)/(.+?)(?:\[([1-9][0-9]{0,8}(?:\.[1-9][0-9]{0,8})*)\])?", re.DOTALL)
# Blanks are matched in one way only: a label of blanks would never be read to its end.
REFERENCE = re.compile(r"\$\{\s*([^}\s](?:[^}]*[^}\s])?|)\s*\}")


def rows_of(form: Json, content: Json, now: str | None = None) -> list[Row]:
    """The rows of a form in the order of the page, only what is relevant."""
    return Page(form, content, now).rows()


def values_of(form: Json, content: Json, now: str | None = None) -> dict[str, str]:
    """What every relevant question says, the calculated ones that nobody sees too, by address in the order of the page."""
    return dict(Page(form, content, now).values())


def given(content: Json) -> Json:
    """The answers that are computed with, by address: of two that stand the first; what is no answer's shape is none."""
    return {
        address: plain(standing[0]["value"]) for address, standing in content["answers"].items() if standing
    }


def is_found(asked: Json, texts: list[str]) -> bool:
    """Whether an answer is a finding: a verdict that fails, or a choice that `verdict` names."""
    sought = {*asked.get("verdict", []), *([FINDING] if asked["type"] == "verdict" else [])}
    return bool(sought) and any(not sought.isdisjoint([text, *names_of(text)]) for text in texts)


def keys_in(words: Json | None) -> list[str]:
    """The questions that a text names as `${key}`."""
    return [key for text in (words or {}).values() if "${" in text for key in REFERENCE.findall(text)]


def numbers_of(nodes: Mapping[str, Node]) -> dict[str, str]:
    """The numbers of the questions of a form by key, whether relevant or not: they never move."""
    asked = [key for key, node in nodes.items() if node.asked["type"] not in NOT_ASKED]
    return {key: str(number) for number, key in enumerate(asked, start=1)}


def keyed(form: str, address: str) -> tuple[str, Place]:
    """The key and the place of an address; an empty key where it is none of this form's."""
    found = ADDRESS.fullmatch(address)
    if not found or found[1] != form:
        return "", ()
    return found[2], tuple(int(one) for one in found[3].split(".")) if found[3] else ()


def unfilled(words: Json | None) -> Json | None:
    """Words as long as nothing that they name was answered."""
    return words and {language: REFERENCE.sub(EMPTY, text) for language, text in words.items()}


def plain(value: Any) -> Any:
    """A value as far as it has an answer's shape."""
    if isinstance(value, list):
        return [one for one in value if isinstance(one, str | int) and not isinstance(one, bool)]
    return value if isinstance(value, str | int) else None


class Page:
    """One form with its answers, as it is read from top to bottom."""

    def __init__(self, form: Json, content: Json, now: str | None) -> None:
        arrivals = content.get("arrivals") or []
        self.model, self.answers = Model(form), content["answers"]
        self.live = Live(self.model, given(content), arrivals[0]["time"] if arrivals else now or BEFORE)
        self.under: dict[str | None, list[Node]] = {}
        self.numbers = numbers_of(self.model.nodes)
        for node in self.model.nodes.values():
            self.under.setdefault(node.parent.key if node.parent else None, []).append(node)

    def rows(self) -> list[Row]:
        """What stands on the page."""
        return [
            self._question(node, place, depth)
            if kind == "question"
            else self._aside(kind, node, place, depth)
            for kind, node, place, depth in self._walk(None, (), 0)
            if kind != "calculate"
        ]

    def values(self) -> Iterator[tuple[str, str]]:
        """What every relevant question says, by address."""
        for kind, node, place, _ in self._walk(None, (), 0):
            if kind in ("question", "calculate"):
                yield self.live.address(node.key, place), self.live.values[node.key, place]

    def of(self, address: str) -> Node | None:
        """The question, or the repeat of the instance, that an address of this form means."""
        key, place = keyed(self.model.form["name"], address)
        node = self.model.nodes.get(key)
        if node is None or node.asked["type"] in ("group", "note"):
            return None
        return node if len(place) == len(node.repeats) + (node.asked["type"] == "repeat") else None

    def hidden(self, rows: list[Row]) -> list[str]:
        """Addresses of questions whose answers stand but do not count beside these rows: what asks them is not relevant
        or was taken out, or the form says by itself what they say."""
        shown = {row["address"] for row in rows if row["kind"] == "question" and not row["calculated"]}
        asked = {address: self.of(address) for address in self.answers if address not in shown}
        return [address for address, node in asked.items() if node and node.asked["type"] != "repeat"]

    def _walk(self, above: str | None, place: Place, depth: int) -> Iterator[tuple[str, Node, Place, int]]:
        """What is relevant from here downwards: kind, question, place, depth."""
        for node in self.under.get(above, []):
            if not self.live.relevant.get((node.key, place)):
                continue
            kind = node.asked["type"]
            yield kind if kind in NOT_ASKED else "question", node, place, depth
            if kind == "group":
                yield from self._walk(node.key, place, depth + 1)
            if kind == "repeat":
                for one in self.live.places[node.key, place]:
                    yield "instance", node, (*place, one), depth + 1
                    yield from self._walk(node.key, (*place, one), depth + 2)

    def _aside(self, kind: str, node: Node, place: Place, depth: int) -> Row:
        return {
            "kind": kind,
            "address": self.live.address(node.key, place),
            "key": node.key,
            "place": list(place),
            "depth": depth,
            "asked": node.asked,
            "label": self._filled(node, place, node.asked["label"]),
            "hint": self._filled(node, place, node.asked.get("hint")),
        }

    def _question(self, node: Node, place: Place, depth: int) -> Row:
        asked, state = node.asked, self.live.of(node, place)
        choices = self._choices(node, place)
        standing = self._standing(node, place, choices)
        found = is_found(asked, [state["value"], *(said(plain(one["value"])) for one in standing)])
        photo = asked.get("photo", "allowed")
        instance = f"-{'.'.join(map(str, place))}" if place else ""
        return self._aside("question", node, place, depth) | {
            "number": self.numbers[node.key] + instance,
            "value": state["value"],
            "calculated": "calculate" in asked,
            "read_only": self._read_only(node, place),
            "required": state["required"],
            "valid": state["valid"],
            "choices": choices,
            "found": found,
            "standing": standing,
            "photo_needed": photo == "required" or (photo == "required_when_failed" and found),
            "constraint_message": self._filled(node, place, asked.get("constraint_message")),
            "required_message": self._filled(node, place, asked.get("required_message")),
        }

    def _read_only(self, node: Node, place: Place) -> bool:
        said = node.asked.get("read_only", False)
        return said if isinstance(said, bool) else self.live.holds(node, place, said)

    def _choices(self, node: Node, place: Place) -> list[Json] | None:
        if not node.asked.get("choices"):
            return None
        return [
            choice | {"label": self._filled(node, place, choice["label"])}
            if keys_in(choice["label"])
            else choice
            for choice in self.live.offered(node, place)
        ]

    def _standing(self, node: Node, place: Place, choices: list[Json] | None) -> list[Json]:
        """The answers that count; of a filtered list only what is offered."""
        if "calculate" in node.asked:
            return []
        standing = self.answers.get(self.live.address(node.key, place), [])
        if "choice_filter" not in node.asked or choices is None:
            return list(standing)
        offered = {choice["name"] for choice in choices}
        left = [one | {"value": _offered(one["value"], offered)} for one in standing]
        return [
            one for one, before in zip(left, standing, strict=True) if one["value"] or not before["value"]
        ]

    # ---- words

    def _filled(self, node: Node, place: Place, words: Json | None) -> Json | None:
        """Words with what the questions that they name say now."""
        if not keys_in(words):
            return words
        return {
            language: REFERENCE.sub(partial(self._said, node, place, language), text)
            for language, text in (words or {}).items()
        }

    def _said(self, node: Node, place: Place, language: str, named: re.Match[str]) -> str:
        key = named[1]
        target = self.model.nodes.get(key)
        # The heading of a repeat stands for all its instances, and so for none.
        if not target or (len(place) == len(node.repeats) and node.key in target.repeats):
            return EMPTY
        value = next(iter(self.live.seen(node, place, key)), "")
        if not value:
            return EMPTY
        labels = VERDICTS if target.asked["type"] == "verdict" else {}
        labels = labels or {choice["name"]: choice["label"] for choice in target.asked.get("choices") or []}
        if not labels:
            return _quoted(value)
        names = names_of(value) if target.asked["type"] in ("select_multiple", "rank") else [value]
        return _quoted(BETWEEN[language].join(_text(labels.get(name), language) or name for name in names))


def _quoted(said: str) -> str:
    """An answer within other words: a page that quotes a long one at every question would never end."""
    return said if len(said) <= QUOTED else said[:QUOTED] + EMPTY


def _offered(value: Any, offered: set[str]) -> Any:
    if isinstance(value, list):
        return [one for one in value if said(plain(one)) in offered]
    return value if said(plain(value)) in offered else None


def _text(words: Json | None, language: str) -> str:
    """A text in a language, in the other one where it has none; what it names is not looked up again."""
    given = words or {}
    text = given.get(language) or given.get("zh-Hans") or given.get("en") or ""
    return REFERENCE.sub(EMPTY, text)
