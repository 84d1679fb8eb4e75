"""An XLSForm, as ODK, Kobo and Survey123 write it, becomes a form of ours, or a list of everything that is wrong in it.

`pyxform` reads the workbook; what it accepts and we do not carry out is refused with sheet, row and name. Pure.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

from webapp.forms.checking import DECIDES, circle
from webapp.forms.expressions import NotAnExpression, Tree, compiled, references, sees_itself
from webapp.forms.rows import FINDING, VERDICTS
from webapp.forms.workbook import (
    QUESTIONS,
    UNQUOTES,
    Fault,
    Refused,
    in_order,
    made,
    opened,
    plain_head,
    rows_named,
)

Json = dict[str, Any]

LABEL = 5000
PHOTOS = ("none", "allowed", "required", "required_when_failed")
OWN_COLUMNS = ("law", "guidance", "severity", "photo", "verdict")
# The control that pyxform gives a type, and where it is an input the kind of its answer.
CONTROLS = {
    "select1": "select_one", "select": "select_multiple", "odk:rank": "rank", "range": "range", "trigger": "acknowledge",
}  # fmt: skip
ANSWERS = {
    "string": "text", "int": "integer", "decimal": "decimal", "date": "date", "time": "time", "dateTime": "datetime",
    "barcode": "text",
}  # fmt: skip
REFUSED_ANSWERS = {"geopoint": "geometry", "geotrace": "geometry", "geoshape": "geometry", "binary": "media"}
# What a phone knows by itself. What says who holds it or which it is stays unknown here: the log says it already.
PRELOADS: dict[str, Tree] = {"start": ["once", ["now"]], "today": ["once", ["today"]]}
_CHINESE = re.compile(r"[\u3400-\u9fff]")


@dataclass
class Reading:
    """A form, or why there is none. `notes`: what was left out, as (row, name)."""

    form: Json | None = None
    faults: list[Fault] = field(default_factory=list)
    notes: list[tuple[int | None, str]] = field(default_factory=list)


def read(data: bytes, name: str = "form") -> Reading:
    """Read the bytes of an XLSX file; `name` names a form whose settings sheet does not.

    Faults: those of `workbook` and of `NotAnExpression`, and `type`, `external`, `search`, `repeat_choices`, `geometry`,
    `media`, `trigger`, `entities`, `choices`, `blank`, `photo`, `verdict`, `circular`, `long`, `many`.
    """
    try:
        book = opened(data)
    except Refused as refused:
        return Reading(faults=[refused.fault])
    given, faults = made(_with_own_heads(book))
    if given is None:
        return Reading(faults=faults)
    return _Survey(book, given, name).reading(faults)


def _with_own_heads(book: Json) -> Json:
    """Our own columns however their heads are written; pyxform leaves heads that it does not know as they are."""
    heads = {head: plain_head(head) for one in book.get("survey_header") or [] for head in one}
    ours = {head: plain for head, plain in heads.items() if plain in OWN_COLUMNS and head != plain}
    if not ours:
        return book
    rows = [{ours.get(head, head): said for head, said in row.items()} for row in book["survey"]]
    return book | {
        "survey": rows,
        "survey_header": [{ours.get(head, head): None for head in one} for one in book["survey_header"]],
    }


@dataclass
class _Node:
    given: Json
    path: list[str]
    parent: "_Node | None" = None
    children: list["_Node"] = field(default_factory=list)
    key: str = ""

    @property
    def name(self) -> str:
        return self.path[-1] if self.path else ""

    @property
    def is_repeat(self) -> bool:
        return self.given.get("type") == "repeat"

    @property
    def trail(self) -> list["_Node"]:
        """From the survey to this node."""
        return [*(self.parent.trail if self.parent else []), self]

    @property
    def around(self) -> int:
        """How many repeats a child of this node stands in."""
        return sum(one.is_repeat for one in self.trail)

    def under(self) -> Iterator["_Node"]:
        yield self
        for child in self.children:
            yield from child.under()


class _Survey:
    """What pyxform made, on its way to a form."""

    def __init__(self, book: Json, made: Json, name: str) -> None:
        self.made, self.faults, self.notes = made, list[Fault](), list[tuple[int | None, str]]()
        first = next(iter(book.get("settings") or []), {})
        self.settings = {plain_head(head): said for head, said in first.items()}
        self.heads = {plain_head(head): head for one in book.get("survey_header") or [] for head in one}
        self.rows: dict[str, list[int]] = {}
        for row, _, kind, said in rows_named(book):
            # A row that had to be renamed to be read goes by its number.
            for one in {said, f"row_{row}", kind if kind == "audit" else ""} - {""}:
                if not kind.startswith(("end ", "end_")):
                    self.rows.setdefault(one, []).append(row)
        self.entities = bool(book.get("entities"))
        self.file_name = name
        self.root = self._grown(made, [], None)
        self.named: dict[str, list[_Node]] = {}
        for node in self.root.under():
            self.named.setdefault(node.name, []).append(node)
        for node in self.root.under():
            node.key = node.name if len(self.named[node.name]) == 1 else "/".join(node.path)

    def reading(self, faults: list[Fault]) -> Reading:
        if self.entities:
            self.faults.append(Fault("entities", sheet="entities"))
        questions = self._questions(self.root)
        self._circles(questions)
        count = sum(1 for _ in self.root.under())
        if count > QUESTIONS:
            self.faults.append(Fault("many"))
        if not questions and not faults and not self.faults:
            self.faults.append(Fault("empty"))
        faults = in_order([*faults, *self.faults])
        form = {
            "name": self._form_name(),
            "version": self._version(),
            "item": None,
            "title": self._title(),
            "questions": questions,
        }
        return Reading(None if faults else form, faults, self.notes)

    def _version(self) -> str:
        said = str(self.settings.get("version") or self.made.get("version") or "")
        return " ".join("".join(sign if sign.isprintable() else " " for sign in said).split())[:32] or "1"

    def _form_name(self) -> str:
        said = str(self.settings.get("form_id") or self.settings.get("id_string") or self.file_name)
        tidy = re.sub(r"[^A-Za-z0-9_-]+", "_", said).strip("_-")[:64]
        return tidy if tidy[:1].isalpha() else f"form_{tidy}"[:64].rstrip("_")

    def _title(self) -> Json:
        """The title, in the form's default language where its signs do not say Chinese; and the English one."""
        said = self.made.get("title")
        language = str(self.settings.get("default_language") or "default")
        if isinstance(said, str):
            said = {"default" if _CHINESE.search(said) else language: said}
        title = self._words(said) or {"zh-Hans": self._form_name()}
        english = self._words({"en": self.settings.get("form_title_en")})
        return title | (english or {})

    # ---- the tree of groups

    def _grown(self, given: Json, path: list[str], parent: _Node | None) -> _Node:
        node = _Node(given, path, parent)
        children = given.get("children") or []
        if given.get("type") == "loop":
            children = [_looped(column, children) for column in given.get("columns") or []]
        for child in children:
            if child.get("name") == "meta" and parent is None:
                self._audit(child)
                continue
            node.children.append(self._grown(child, [*path, str(child.get("name") or "")], node))
        return node

    def _audit(self, meta: Json) -> None:
        """The log says who answered what and when; what another tool would log beside it is left out."""
        if any(one.get("type") == "audit" for one in meta.get("children") or []):
            self.notes.append((next(iter(self.rows.get("audit", [])), None), "audit"))

    def _questions(self, node: _Node) -> list[Json]:
        return [made for child in node.children if (made := self._question(child))]

    def _question(self, node: _Node) -> Json | None:
        kind = self._kind(node)
        if kind is None:
            return None
        appearance = str((node.given.get("control") or {}).get("appearance") or "")
        if "search(" in appearance:
            return self._fault(node, "search", column="appearance", said=appearance)
        if node.given.get("trigger"):
            return self._fault(node, "trigger", column="trigger")
        made: Json = {
            "name": node.name,
            "type": kind,
            "label": self._words(node.given.get("label"), node) or {},
        }
        bind, control = node.given.get("bind") or {}, node.given.get("control") or {}
        self._texts(node, made, bind)
        self._logic(node, made, bind)
        if kind in ("select_one", "select_multiple", "rank"):
            self._choices(node, made)
            self._verdict(node, made)
        if kind == "range":
            given = node.given.get("parameters") or {}
            made["range"] = {name: str(given.get(name, default)) for name, default in RANGE.items()}
        if kind == "repeat" and control.get("jr:count"):
            made["count"] = self._tree(node, "repeat_count", control["jr:count"])
        if kind in ("group", "repeat"):
            made["children"] = self._questions(node)
        return made

    def _kind(self, node: _Node) -> str | None:
        """Our type; `None` where there is nothing to ask, or a fault was noted."""
        said = str(node.given.get("type") or "")
        if said in ("group", "repeat", "loop"):
            return "repeat" if said == "repeat" else "group"
        if said in ("xml-external", "csv-external") or said.endswith(" external") or " from file" in said:
            return self._fault(node, "external", said=said)
        known = QUESTION_TYPE_DICT.get(said)
        if known is None:
            return self._fault(node, "type", said=said)
        control, answer = known.get("control", {}).get("tag"), known.get("bind", {}).get("type", "string")
        if refused := REFUSED_ANSWERS.get(answer) or ("media" if control == "upload" else None):
            return self._fault(node, refused, said=said)
        if control is None:
            return "calculate"
        if (
            control in CONTROLS
            and "label" in str((node.given.get("control") or {}).get("appearance")).split()
        ):
            # A row of another tool's table that shows the words of the choices and takes no answer.
            return "note" if node.given.get("label") else None
        if control in CONTROLS:
            return CONTROLS[control]
        bind = known["bind"] | (node.given.get("bind") or {})
        return (
            "note"
            if known["bind"].get("readonly") and not bind.get("calculate")
            else ANSWERS.get(answer, "text")
        )

    # ---- words

    def _texts(self, node: _Node, made: Json, bind: Json) -> None:
        known = QUESTION_TYPE_DICT.get(str(node.given.get("type")), {})
        said = {
            "hint": node.given.get("hint") or known.get("hint"),
            "constraint_message": bind.get("jr:constraintMsg"),
            "required_message": bind.get("jr:requiredMsg"),
        }
        for name, words in said.items():
            if found := self._words(words, node):
                made[name] = found
        guidance = self._words(node.given.get("guidance_hint"), node)
        own = {name: str(node.given.get(name) or "").translate(UNQUOTES).strip() for name in OWN_COLUMNS}
        made |= {name: own[name] for name in ("law", "guidance", "severity") if own[name]}
        if guidance and not own["guidance"]:
            made["guidance"] = guidance.get("zh-Hans") or guidance["en"]
        photo = own["photo"].lower().replace(" ", "_")
        if photo and photo not in PHOTOS:
            self._fault(node, "photo", own["photo"], "photo")
        elif photo:
            made["photo"] = photo
        if own["verdict"]:
            made["verdict"] = own["verdict"].split()

    def _words(self, said: Any, node: _Node | None = None) -> Json | None:
        """A text in its languages as ours: Chinese, English. A form in another one stands where Chinese stands."""
        if not said:
            return None
        by_name = said if isinstance(said, dict) else {"default": said}
        found: Json = {}
        for name, text in by_name.items():
            if not isinstance(text, str) or not text.strip() or text == "-":
                continue
            if "${last-saved#" in text:
                self.faults.append(Fault("last_saved", row=self._row(node), name=node.name if node else ""))
                continue
            if len(text) > LABEL:
                self.faults.append(Fault("long", row=self._row(node), name=node.name if node else ""))
                continue
            found.setdefault(_language(str(name), text), text.translate(UNQUOTES).strip())
        other = found.pop("other", None)
        if other and not found:
            found["zh-Hans"] = other
        return found or None

    # ---- what decides

    def _logic(self, node: _Node, made: Json, bind: Json) -> None:
        known = QUESTION_TYPE_DICT.get(str(node.given.get("type")), {}).get("bind", {})
        bind = known | bind
        for name in ("relevant", "constraint", "calculate"):
            if said := bind.get(name):
                made[name] = self._tree(node, name, said)
        if made["type"] == "calculate" and "calculate" not in made:
            made["calculate"] = PRELOADS.get(str(known.get("jr:preloadParams")), ["s", ""])
            if str(node.given.get("type")) not in ("calculate", "hidden") and made["calculate"] == ["s", ""]:
                self.notes.append((self._row(node), node.name))
        if (required := _said(bind.get("required"))) is not None:
            made["required"] = (
                required if isinstance(required, bool) else self._tree(node, "required", required)
            )
        if (read_only := _said(bind.get("readonly"))) is not None and made["type"] not in (
            "note",
            "calculate",
        ):
            made["read_only"] = (
                read_only if isinstance(read_only, bool) else self._tree(node, "read_only", read_only)
            )
        default = node.given.get("default")
        if default not in (None, "") and made["type"] not in ("group", "repeat", "note"):
            dynamic = node.given.get("_dynamic_default")
            fixed = _of_a_cell(str(default), made["type"])
            made["default"] = self._tree(node, "default", default) if dynamic else ["s", fixed]

    def _tree(self, node: _Node, column: str, said: str, choices: bool = False) -> Tree:
        try:
            return compiled(str(said), lambda kind, steps: self._meant(node, kind, steps, choices))
        except NotAnExpression as error:
            last = error.name.startswith("last-saved#")
            self.faults.append(
                Fault(
                    "last_saved" if last else error.code,
                    "survey",
                    self._row(node),
                    self._head(column),
                    error.name or node.name,
                    str(said)[:200],
                )
            )
            return ["s", ""]

    def _meant(self, node: _Node, kind: str, steps: list[str], choices: bool) -> Tree:
        """The question that a reference means from where `node` stands. Raises `KeyError`."""
        if kind == "name":
            (only,) = self.named.get(steps[0]) or [None]
            if only is None or not steps[0]:
                raise KeyError(steps)
            return ["q", only.key]
        if choices and len(steps) == 1 and steps[0] != "..":
            return ["c", steps[0]]
        place: _Node | None = self.root if steps[0] == "" else node
        top = None
        for step in steps[2:] if steps[0] == "" else steps:
            if place is None:
                raise KeyError(steps)
            if step == "..":
                top = place = place.parent
            else:
                place = next((one for one in place.children if one.name == step), None)
        if place is None or place is self.root:
            raise KeyError(steps)
        around = top.around if top else len(steps)
        common = sum(
            one is other for one, other in zip(node.trail, place.trail, strict=False) if one.is_repeat
        )
        return ["q", place.key] if around >= common else ["q", place.key, around]

    def _choices(self, node: _Node, made: Json) -> None:
        listed = self.made.get("choices") or {}
        rows = node.given.get("choices") or listed.get(node.given.get("itemset")) or []
        if re.search(r"\.(csv|xml|geojson)$", str(node.given.get("itemset") or "")):
            self._fault(node, "external", said=str(node.given["itemset"]))
            return
        if not rows:
            of_repeat = str(node.given.get("itemset") or "").startswith("${")
            code = "repeat_choices" if of_repeat else "choices"
            self._fault(node, code, "" if of_repeat else str(node.given.get("itemset") or ""))
            return
        made["choices"] = []
        for row in rows:
            if " " in str(row.get("name", "")) and made["type"] != "select_one":
                self._fault(node, "blank", str(row["name"]))
                return
            choice: Json = {"name": str(row.get("name", "")), "label": self._words(row.get("label")) or {}}
            more = {
                name: str(said)
                for name, said in row.items()
                if name not in ("name", "label", "media", "sms_option")
                and isinstance(said, str | int | float)
            }
            made["choices"].append(choice | ({"more": more} if more else {}))
        if said := node.given.get("choice_filter"):
            made["choice_filter"] = self._tree(node, "choice_filter", said, choices=True)
        unknown = set(made.get("verdict", [])) - {choice["name"] for choice in made["choices"]}
        for name in sorted(unknown):
            self._fault(node, "verdict", name, "verdict")

    def _verdict(self, node: _Node, made: Json) -> None:
        """`select_one verdict` of the three: a type of ours, whose words are ours and whose finding needs no saying."""
        names = {choice["name"] for choice in made.get("choices") or []}
        is_ours = (
            made["type"] == "select_one"
            and node.given.get("itemset") == "verdict"
            and names == VERDICTS.keys()
        )
        if is_ours and "choice_filter" not in made:
            made["type"] = "verdict"
            del made["choices"]
            if made.get("verdict") == [FINDING]:
                del made["verdict"]

    def _circles(self, questions: list[Json]) -> None:
        """Questions that come and go, or are computed, by each other."""
        needs = {node.key: set[str]() for node in self.root.under() if node.key}
        self._needs(self.root, questions, set(), needs)
        done: set[str] = set()
        for start in needs:
            if found := circle(start, needs, done):
                node = next(node for node in self.root.under() if node.key == found[0])
                self._fault(node, "circular", " → ".join([*found, found[0]]))

    def _needs(self, node: _Node, questions: list[Json], above: set[str], needs: dict[str, set[str]]) -> None:
        by_name = {question["name"]: question for question in questions}
        for child in node.children:
            made = by_name.get(child.name)
            if made is None:
                continue
            own = above | {key for name in DECIDES if name in made for key in references(made[name])}
            if sees_itself(made.get("relevant", [])):
                own = own | {child.key}
            needs[child.key] |= own
            self._needs(child, made.get("children", []), own, needs)

    def _fault(self, node: _Node, code: str, name: str = "", column: str = "", said: str = "") -> None:
        self.faults.append(
            Fault(code, "survey", self._row(node), self._head(column), name or node.name, said)
        )

    def _head(self, column: str) -> str:
        """The head of a column as this sheet writes it."""
        return next(
            (self.heads[one] for one in (column, *HEADS.get(column, ())) if one in self.heads), column
        )

    def _row(self, node: _Node | None) -> int | None:
        if node is None:
            return None
        rows = self.rows.get(node.name, [])
        if len(rows) < 2:
            return rows[0] if rows else None
        place = [id(one) for one in self.named[node.name]].index(id(node)) if hasattr(self, "named") else 0
        return rows[place] if place < len(rows) else rows[0]


RANGE = {"start": "1", "end": "10", "step": "1"}
# Columns by our names, and what else their heads may say.
HEADS = {
    "calculate": ("calculation",), "relevant": ("relevance",), "read_only": ("readonly",), "required": (),
    "repeat_count": ("count", "jr:count"),
}  # fmt: skip
_CELL_DAY = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.0+)?")


def _of_a_cell(said: str, kind: str) -> str:
    """A default as it is answered: pyxform writes a cell that holds a day as `2026-01-02 00:00:00`."""
    found = _CELL_DAY.fullmatch(said)
    if not found or kind not in ("date", "time", "datetime"):
        return said
    return {"date": found[1], "time": found[2], "datetime": f"{found[1]}T{found[2]}.000+08:00"}[kind]


def _looped(column: Json, children: list[Json]) -> Json:
    """A loop of XLSForm: the same questions once for each choice, with its words in theirs."""
    group = {"type": "group", "name": column["name"], "label": column.get("label")}
    return group | {"children": [_put(child, column) for child in children]}


def _put(said: Any, column: Json) -> Any:
    if isinstance(said, dict):
        return {name: _put_words(one, column, str(name)) for name, one in said.items()}
    return said


def _put_words(said: Any, column: Json, name: str) -> Any:
    if isinstance(said, dict):
        return {one: _put_words(words, column, one) for one, words in said.items()}
    if isinstance(said, list):
        return [_put(one, column) for one in said]
    if not isinstance(said, str):
        return said
    label = column.get("label") or column["name"]
    words = label.get(name) or next(iter(label.values())) if isinstance(label, dict) else label
    return said.replace("%(label)s", str(words)).replace("%(name)s", str(column["name"]))


def _language(name: str, text: str) -> str:
    """Which of our languages a language of a form is: by its tag, its name, or, where it has none, its signs."""
    plain = name.lower()
    if "hant" in plain or "zh-tw" in plain or "zh-hk" in plain or "繁" in plain:
        return "other"
    tag = re.search(r"\(([a-z]{2,3})\b", plain)
    if (
        (tag and tag[1] == "zh")
        or "chinese" in plain
        or "中文" in plain
        or "汉语" in plain
        or plain.startswith("zh")
    ):
        return "zh-Hans"
    if (tag and tag[1] == "en") or plain.startswith("en"):
        return "en"
    if plain == "default":
        return "zh-Hans" if _CHINESE.search(text) else "en"
    return "other"


def _said(given: Any) -> bool | str | None:
    """`yes`, `TRUE`, `true()` and their opposites as a truth, another text as it is."""
    if given in (None, ""):
        return None
    plain = str(given).strip().lower().removesuffix("()")
    if plain in ("yes", "true", "1"):
        return True
    if plain in ("no", "false", "0"):
        return False
    return str(given)


def count(form: Json) -> int:
    """How many questions take an answer."""
    return Counter(kind in ASKED for kind in _kinds(form["questions"]))[True]


ASKED = {
    "verdict", "text", "integer", "decimal", "date", "time", "datetime", "select_one", "select_multiple", "rank", "range",
    "acknowledge",
}  # fmt: skip


def _kinds(questions: list[Json]) -> Iterator[str]:
    for question in questions:
        yield question["type"]
        yield from _kinds(question.get("children", []))
