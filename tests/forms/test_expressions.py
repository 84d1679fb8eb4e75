"""Expressions of forms: compiled, computed, the same in both languages and, where it is right, as in ODK's own engine."""

import json
import math
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from webapp.forms.evaluate import Scope, answer, evaluate, number, text
from webapp.forms.expressions import (
    CHAINED,
    FUNCTIONS,
    NotAnExpression,
    Tree,
    compiled,
    is_pattern,
    references,
)

ROOT = Path(__file__).parents[2]
VECTORS = json.loads((ROOT / "tests/vectors/expressions.json").read_text())
NOW = VECTORS["now"]
KEYS = ["a", "b", "r", "x"]


def resolve(kind: str, steps: list[str]) -> Tree:
    if len(steps) != 1 or steps[0] not in {*KEYS, "c", "y", ".."}:
        raise KeyError(steps)
    return ["q", steps[0]]


def computed(expression: str, own: str = "", place: int = 1, **values: str | list[str]) -> str:
    lists = {key: value if isinstance(value, list) else [value] for key, value in values.items()}
    scope = Scope(lambda key: lists[key], NOW, own, lambda key: place)
    return answer(evaluate(compiled(expression, resolve), scope))


def test_there_are_at_least_two_hundred_vectors_and_each_difference_from_odk_says_why() -> None:
    assert len(VECTORS["cases"]) >= 200
    assert all(case["why"] for case in VECTORS["cases"] if "odk" in case)
    same = [case for case in VECTORS["cases"] if "odk" not in case]
    assert len(same) / len(VECTORS["cases"]) > 0.9


@pytest.mark.parametrize(
    "case", VECTORS["cases"], ids=lambda case: f"{case['expression']} {case['values'] or ''}"
)
def test_python_computes_every_vector(case: dict[str, Any]) -> None:
    tree = compiled(case["expression"], resolve)
    assert tree == case["tree"]
    assert answer(evaluate(tree, Scope(case["values"].get, NOW))) == case["answer"]


@pytest.mark.parametrize("case", VECTORS["refused"], ids=lambda case: case["expression"])
def test_what_is_not_carried_out_is_refused_by_name_and_place(case: dict[str, Any]) -> None:
    with pytest.raises(NotAnExpression) as refused:
        compiled(case["expression"], resolve)
    assert (refused.value.code, refused.value.name, refused.value.at) == (
        case["code"],
        case["name"],
        case["at"],
    )


@pytest.mark.parametrize(
    ("expression", "code", "name"),
    [
        ("", "unfinished", ""),
        ("1 +", "unfinished", ""),
        ("if(1, 2", "unfinished", ""),
        ("1 2", "expected", "2"),
        ("${a} ~ 1", "sign", "~"),
        ("${nobody}", "unknown_reference", "nobody"),
        ("../nobody", "unknown_reference", "../nobody"),
        ("pulldata('a', 'b', 'c', 'd')", "refused_function", "pulldata"),
        ("regex(., '(a')", "pattern", "(a"),
        ("regex(., ${a})", "pattern", ""),
        ("regex(., '(?i)a')", "pattern", "(?i)a"),
        ("selected(${a})", "arguments", "selected"),
        ("position(1)", "reference", "position"),
        ("'it's'", "sign", "'"),
        ("(" * 100 + "1" + ")" * 100, "deep", ""),
        ("-" * 5000 + "1", "deep", ""),
        ("not(" * 100 + "1" + ")" * 100, "deep", ""),
        ("1+" * 300 + "1", "deep", ""),
        ("1+" * 6000 + "1", "long_expression", ""),
    ],
)
def test_a_text_that_is_no_expression_is_refused_with_its_reason(
    expression: str, code: str, name: str
) -> None:
    with pytest.raises(NotAnExpression) as refused:
        compiled(expression, resolve)
    assert (refused.value.code, refused.value.name) == (code, name)


def test_a_long_row_of_operators_is_still_computed() -> None:
    assert computed("1" + "+1" * 250) == "251"


def test_a_tree_says_which_questions_it_looks_at() -> None:
    assert references(compiled("if(${a} = 1, sum(${x}), position(..)) + .", resolve)) == {"a", "x", ".."}


def test_the_own_answer_is_the_dot_and_once_keeps_the_first() -> None:
    assert computed(". >= 3 and . <= 5", own="4") == "true"
    assert computed("current()/. + 1", own="4") == "5"
    assert computed("once(today())", own="2020-01-01") == "2020-01-01"
    assert computed("once(today())") == "2026-11-21"


def test_a_place_in_a_repeat_is_counted_from_one() -> None:
    assert computed("position(..) * 2", place=3) == "6"
    assert computed("indexed-repeat(${x}, ${r}, 2)", x=["p", "q"], r=["", ""]) == "q"
    assert computed("indexed-repeat(${x}, ${r}, 3)", x=["p", "q"], r=["", ""]) == ""


@pytest.mark.parametrize(
    ("pattern", "said", "matches"),
    [
        (r"^\d{3}$", "123", "true"),
        (r"^\d{3}$", "123\n", "false"),
        (r"^\d{3}$", "١٢٣", "false"),
        (r"\s", " ", "true"),
        (r"[\s]", "　", "true"),
        (r"^\S+$", "a　b", "false"),
        (r"^a.c$", "a\rc", "false"),
        (r"^[$.]$", "$", "true"),
        (r"^\w+$", "é", "false"),
    ],
)
def test_a_pattern_means_what_it_means_in_a_browser(pattern: str, said: str, matches: str) -> None:
    assert computed(f"regex(${{a}}, '{pattern}')", a=said) == matches


@pytest.mark.parametrize(
    "pattern", ["(?<=a)b", "(?P<n>a)", r"\1", r"\p{L}", "a++", "[[:alpha:]]", r"\A", "a{,3}", "("]
)
def test_a_pattern_that_the_two_languages_read_differently_is_refused(pattern: str) -> None:
    assert not is_pattern(pattern)


# ---- two languages


@pytest.fixture(scope="module")
def javascript() -> Iterator[Callable[[Tree, dict[str, Any]], str]]:
    command = ["node", str(ROOT / "tests/js/expression_lines.js")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as node:
        assert node.stdin and node.stdout
        write, read = node.stdin, node.stdout

        def run(tree: Tree, scope: dict[str, Any]) -> str:
            write.write(json.dumps([tree, scope]) + "\n")
            write.flush()
            return str(json.loads(read.readline()))

        yield run
        write.close()


SAID = st.one_of(
    st.sampled_from(["", " ", "0", "-1", "2.5", "a", "a b", "b a ", "2026-02-28", "2026-02-28T23:30:00.000+08:00"]),
    st.sampled_from(["10:30", "9999-12-31", "0001-01-01", "0001-01-01T00:00:00Z", "true", "😀检查", "1e3", ".5", "-"]),
    st.sampled_from(["-0", "1e21", "999999999999999999999", "0.1", "1.005", "NaN", "Infinity", "00012", "１２", "12-2-3"]),
    st.sampled_from(["2024-2-29", "1900-02-29", "2026-13-01", "1970-01-01", "24:00", "23:59:59.9999Z", "2026-01-01T00:00"]),
    st.sampled_from(["9999-12-31T20:00:00Z", "9" * 330, "-" + "9" * 330, "a\x1cb\x85c"]),
    st.sampled_from(["工 作", "\u00a0", "\ufb00", "e\u0301", "\u3000工"]),
    st.dates().map(str),
    st.datetimes().map(lambda given: given.isoformat(timespec="milliseconds") + "+08:00"),
    st.integers(-(10**6), 10**6).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(lambda given: text(given)),
    st.text(max_size=6).filter(lambda given: "'" not in given),
)  # fmt: skip
NEVER = {
    "regex",
    "true",
    "false",
    "pi",
    "today",
    "now",
    "position",
    "count",
    "count-non-empty",
    "indexed-repeat",
}


def trees() -> st.SearchStrategy[Tree]:
    numbers = st.one_of(
        st.integers(0, 10**7).map(str),
        st.sampled_from(
            [
                "0.5",
                "1.005",
                ".1",
                "2.",
                "123456789.987654321",
                "1000000000000000000000",
                "0.0000001",
                "9007199254740993",
            ]
        ),
    )
    leaves = st.one_of(
        SAID.map(lambda said: ["s", said]),
        numbers.map(lambda said: ["n", said]),
        st.sampled_from([["q", key] for key in KEYS]),
        st.sampled_from(
            [["."], ["true"], ["false"], ["today"], ["now"], ["position", ["q", "r"]], ["c", "x"]]
        ),
    )
    names = st.sampled_from(sorted(FUNCTIONS.keys() - NEVER))
    signs = st.sampled_from(["or", "and", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "div", "mod"])

    def larger(parts: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
        called = names.flatmap(
            lambda name: st.lists(
                parts, min_size=FUNCTIONS[name][0], max_size=min(FUNCTIONS[name][1], FUNCTIONS[name][0] + 2)
            ).map(lambda given: [name, *given])
        )
        return st.one_of(
            called,
            st.tuples(signs, parts, parts).map(list),
            st.tuples(st.sampled_from(CHAINED), st.lists(parts, min_size=3, max_size=5)).map(
                lambda given: [given[0], *given[1]]
            ),
            parts.map(lambda part: ["neg", part]),
            st.sampled_from(KEYS).map(lambda key: ["count-non-empty", ["q", key]]),
        )

    return st.recursive(leaves, larger, max_leaves=12)


@settings(max_examples=1500, deadline=None)
@example(["round", ["n", "1.005"], ["n", "2"]], {}, "", 1)
@example(["mod", ["neg", ["n", "5"]], ["n", "3"]], {}, "", 1)
@given(
    trees(),
    st.dictionaries(st.sampled_from(KEYS), st.lists(SAID, max_size=4)),
    SAID,
    st.integers(1, 9),
)
def test_both_languages_give_the_same_answer_to_any_expression(
    javascript: Callable[[Tree, dict[str, Any]], str],
    tree: Tree,
    values: dict[str, list[str]],
    own: str,
    place: int,
) -> None:
    all_values = {key: values.get(key, []) for key in KEYS}
    scope = Scope(lambda key: all_values[key], NOW, own, lambda key: place, lambda name: f"column {name}")
    ours = answer(evaluate(tree, scope))
    assert javascript(tree, {"values": all_values, "now": NOW, "own": own, "place": place}) == ours


@settings(max_examples=300)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_that_is_written_reads_back_as_itself(value: float) -> None:
    assert number(text(value)) == value and "e" not in text(value)
    assert math.isnan(number("1e3"))


def test_the_page_about_forms_names_every_function() -> None:
    page = (ROOT / "docs/forms.md").read_text()
    assert [name for name in FUNCTIONS if not re.search(rf"(?<![\w-]){name}(?![\w-])", page)] == []
