"""A tree as the expression that a clerk would write."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.forms.books import book, q
from webapp.forms.expressions import Tree, chained, compiled
from webapp.forms.live import Model
from webapp.forms.writing import References, written
from webapp.forms.xlsform import read

ROOT = Path(__file__).parents[2]
VECTORS = json.loads((ROOT / "tests/vectors/expressions.json").read_text())


def resolve(kind: str, steps: list[str]) -> Tree:
    return ["q", steps[0]] if kind == "name" else ["c", steps[0]]


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["expression"])
def test_every_vector_is_written_so_that_it_compiles_to_the_same_tree(case: dict[str, Any]) -> None:
    assert compiled(written(case["tree"]), resolve) == case["tree"]


@pytest.mark.parametrize(
    "expression",
    [
        "${a} = 'fail'",
        "${a} - (${b} - 1) - 2",
        "(${a} or ${b}) and not(${c} = '')",
        "-(1 + 2) * --${a}",
        "selected(${a}, name) and code = ${b}",
        """concat("it's", 'say "so"')""",
        "if(. > 1, regex(., '^[0-9]+$'), true())",
        "1 < 2 = true()",
        "(1 = 2) < 3",
    ],
)
def test_brackets_stand_where_they_are_needed_and_nowhere_else(expression: str) -> None:
    said = written(compiled(expression, resolve))
    assert said.replace('"', "'") == expression.replace('"', "'")


def trees() -> st.SearchStrategy[Tree]:
    texts = st.text(max_size=8).filter(lambda text: not ("'" in text and '"' in text))
    leaves = st.one_of(
        texts.map(lambda text: ["s", text]),
        st.decimals(0, 9999, places=2).map(lambda number: ["n", str(number)]),
        st.sampled_from([["q", "a"], ["q", "区县"], ["c", "city"], ["."], ["today"], ["pi"]]),
    )
    signs = st.sampled_from("or and = != < <= > >= + - * div mod".split())
    return st.recursive(
        leaves,
        lambda parts: st.one_of(
            st.tuples(signs, parts, parts).map(lambda given: chained(*given)),
            st.tuples(st.sampled_from(["neg", "not", "string"]), parts).map(list),
            st.tuples(st.just("if"), parts, parts, parts).map(list),
            st.lists(parts, max_size=4).map(lambda given: ["concat", *given]),
        ),
        max_leaves=25,
    )


@given(trees())
def test_whatever_a_tree_says_it_is_written_and_compiled_to_itself(tree: Tree) -> None:
    assert compiled(written(tree), resolve) == tree


def test_a_text_with_both_kinds_of_quotes_is_put_together() -> None:
    tree = ["s", """it's "so" """]
    assert compiled(written(tree), resolve) == ["concat", ["s", "it"], ["s", "'"], ["s", 's "so" ']]


def test_a_form_with_paths_and_names_that_stand_twice_is_read_again_from_what_is_written() -> None:
    survey = [
        q("begin group", "g"),
        q("integer", "a"),
        q("end group"),
        q("integer", "a", relevant="/data/g/a > 1"),
        q("begin repeat", "r"),
        q("begin group", "h"),
        q("integer", "n"),
        q("calculate", "all", calculation="sum(../../../r/h/n) - ${n}"),
        q("end group"),
        q("end repeat"),
        q("note", "told", relevant="sum(${n}) > 1"),
    ]
    form = read(book(survey)).form
    assert form is not None
    nodes, refer = Model(form).nodes, References(form)
    assert written(nodes["a"].asked["relevant"], refer.at("a")) == "/data/g/a > 1"
    assert written(nodes["all"].asked["calculate"], refer.at("all")) == "sum(../../../r/h/n) - ${n}"
    assert written(nodes["told"].asked["relevant"], refer.at("told")) == "sum(${n}) > 1"
