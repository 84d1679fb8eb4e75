"""What a form asks is the same in Python and in JavaScript, for forms and answers that nobody thought of."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vectors.make_rows import both, choice, content_of, q
from webapp.forms.rows import rows_of
from webapp.forms.rules import check, findings, invalid, unanswered

Json = dict[str, Any]
ROOT = Path(__file__).parents[2]
NOW = "2026-11-21T16:00:00.000+08:00"
CHOICES = [
    choice("x", both("甲", "A"), part="x"),
    choice("y", "乙 ${q0}", part="y"),
    choice("z", {}, part="x"),
]
VALUES: list[Any] = [
    None, True, False, "", "x", "y", "z", "pass", "fail", "na", 0, 1, 7, -3, "2", "0.5", ["x"], ["y", "x"], [],
    ["x", 7, None], {"x": 1}, "2026-11-22", "𠮷 x", "${q0}",
]  # fmt: skip
PLACES = ["", "[1]", "[2]", "[3]", "[1.1]", "[2.1]", "[1.2]", "[01]", "[0]", "[1000000000]"]
CONDITIONS = [
    "${%s} = 'x'", "${%s} != ''", "${%s} > 1", "selected(${%s}, 'y')", "not(${%s} = 'fail')", "count-selected(${%s}) > 1",
    "string-length(${%s}) < 3",
]  # fmt: skip
CALCULATIONS = [
    "concat(${%s}, '!')",
    "${%s} + 1",
    "sum(${%s})",
    "count(${%s})",
    "coalesce(${%s}, 'x')",
    "if(${%s} > 1, 'x', 'y')",
]
CONSTRAINTS = [". > 1", "selected(., 'x')", "string-length(.) < 3", ". <= today()", "regex(., '^[a-z]+$')"]
LABELS = ["题", "${%s}？", "「${%s}」和 ${ %s }", "${%s}"]


@st.composite
def forms(draw: st.DrawFn) -> Json:
    """A form of questions that look only at those above them: no circles."""
    names = ["q0"]
    body = [q("text", "q0", "甲"), *(draw(_questions(names, 0)))]
    form = {"name": "f", "version": "1", "item": None, "title": both("表", "Form"), "questions": body}
    check(form)
    return form


@st.composite
def _questions(draw: st.DrawFn, names: list[str], depth: int) -> list[Json]:
    return [draw(_question(names, depth)) for _ in range(draw(st.integers(1, 4)))]


@st.composite
def _question(draw: st.DrawFn, names: list[str], depth: int) -> Json:
    kinds = [
        "text",
        "integer",
        "verdict",
        "select_one",
        "select_multiple",
        "rank",
        "calculate",
        "note",
        "acknowledge",
    ]
    kind = draw(st.sampled_from(kinds + ["group", "repeat"] * (depth < 2)))
    name, looked = f"q{len(names)}", list(names)
    names.append(name)
    on = lambda texts: draw(st.sampled_from(texts)).replace("%s", draw(st.sampled_from(looked)))  # noqa: E731
    some = lambda odds=3: draw(st.integers(0, odds)) == 0  # noqa: E731
    more: Json = {"relevant": on(CONDITIONS)} if some(2) else {}
    label = {"zh-Hans": on(LABELS)} | ({"en": on(LABELS)} if some(1) else {})
    if kind in ("group", "repeat"):
        if kind == "repeat" and some():
            more["count"] = on(["${%s} + 1"])
        return q(kind, name, label, **more, children=draw(_questions(names, depth + 1)))
    if kind == "note":
        return q(kind, name, label, **more)
    if kind == "calculate":
        return q(kind, name, label, **more, calculate=on(CALCULATIONS))
    if kind in ("select_one", "select_multiple", "rank"):
        more |= {"choices": CHOICES} | ({"verdict": ["y"]} if some(1) else {})
        more |= {"choice_filter": on(["part = ${%s} or name = 'z'"])} if some(1) else {}
    if some(4):
        more["calculate"] = on(CALCULATIONS)
    elif some(4):
        more["default"] = draw(st.sampled_from(["'x'", "today()", "2 + 2", "''"]))
    more |= {"required": draw(st.sampled_from([True, on(CONDITIONS)]))} if some(1) else {}
    more |= {"read_only": draw(st.sampled_from([True, on(CONDITIONS)]))} if some(5) else {}
    more |= (
        {"constraint": draw(st.sampled_from(CONSTRAINTS)), "constraint_message": {"zh-Hans": on(LABELS)}}
        if some(1)
        else {}
    )
    more |= {"photo": draw(st.sampled_from(["none", "required", "required_when_failed"]))} if some(1) else {}
    return q(kind, name, label, **more, hint={"en": on(LABELS)} if some() else None)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Json, list[Json]]:
    """A form, and its content after one answer and another."""
    form = draw(forms())
    names = [name for name in _names(form["questions"])]
    address = st.builds(
        lambda name, place: f"f/{name}{place}", st.sampled_from(names), st.sampled_from(PLACES)
    )
    content: Json = {"answers": {}, "photos": []}
    contents = []
    for _ in range(draw(st.integers(1, 5))):
        change = draw(st.dictionaries(address, st.lists(st.sampled_from(VALUES), max_size=2), max_size=6))
        gone = draw(st.sets(st.sampled_from(sorted(content["answers"]) or [""]), max_size=1))
        answers = {at: said for at, said in (content["answers"] | change).items() if said and at not in gone}
        content = {"answers": answers, "photos": draw(st.lists(address, max_size=2))}
        content |= draw(
            st.sampled_from([{}, {}, {"arrived": NOW}, {"result": "no_activity"}, {"result": "no_problem"}])
        )
        contents.append(content_of(content))
    return form, contents


def _names(questions: list[Json]) -> Iterator[str]:
    for asked in questions:
        yield asked["name"]
        yield from _names(asked.get("children") or [])


def said(form: Json, content: Json) -> list[Any]:
    """What Python says of a form, as the other side writes it."""
    rows = []
    for row in rows_of(form, content, NOW):
        told = {name: value for name, value in row.items() if name != "asked"}
        if row["kind"] == "question":
            listed = row["choices"] and [[one["name"], one["label"]] for one in row["choices"]]
            told |= {"choices": listed, "standing": [one["value"] for one in row["standing"]]}
        rows.append(told)
    return [rows, unanswered(form, content, NOW), invalid(form, content, NOW), findings(form, content, NOW)]


@pytest.fixture(scope="module")
def javascript() -> Iterator[Callable[[Json], Any]]:
    command = ["node", str(ROOT / "tests/js/rows_lines.js")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as node:
        assert node.stdin and node.stdout
        write, lines = node.stdin, node.stdout

        def run(asked: Json) -> Any:
            write.write(json.dumps(asked) + "\n")
            write.flush()
            return json.loads(lines.readline())

        yield run
        write.close()


@settings(max_examples=300, deadline=None)
@given(case=cases())
def test_both_languages_give_the_same_rows_computed_on_or_anew(
    javascript: Callable[[Json], Any], case: tuple[Json, list[Json]]
) -> None:
    form, contents = case
    on, anew = javascript({"form": form, "contents": contents, "now": NOW})
    ours = [said(form, content) for content in contents]
    assert anew == ours
    assert on == ours
