"""Forms as they are computed: relevance, calculations, constraints, repeats, as ODK's own engine gives them."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.forms.books import book, books, q
from webapp.forms.live import Live, Model
from webapp.forms.xlsform import read

ROOT = Path(__file__).parents[2]
VECTORS = json.loads((ROOT / "tests/vectors/live.json").read_text())
NOW = VECTORS["now"]
MODELS = {name: Model(form) for name, form in VECTORS["forms"].items()}


def state(form: dict[str, Any], **given: Any) -> dict[str, Any]:
    """What a form says, by address without the form's name; `_2` at the end of a name stands for `[2]`."""
    answers = {f"{form['name']}/{name}": value for name, value in given.items()}
    return {address.partition("/")[2]: said for address, said in Live(Model(form), answers, NOW).state()}


def made(*rows: dict[str, str]) -> dict[str, Any]:
    reading = read(book(rows), "f")
    assert reading.form, reading.faults
    return reading.form


def test_the_books_become_the_forms_of_the_vectors() -> None:
    assert {name: read(data, name).form for name, data in books().items()} == VECTORS["forms"]


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["form"])
def test_python_computes_every_vector(case: dict[str, Any]) -> None:
    assert dict(Live(MODELS[case["form"]], case["given"], NOW).state()) == case["state"]


def test_a_hidden_answer_does_not_count_and_comes_back_when_shown_again() -> None:
    form = made(
        q("text", "a"), q("text", "b", relevant="${a} = '1'"), q("calculate", "c", calculation="${b}")
    )
    assert state(form, a="1", b="x")["c"]["value"] == "x"
    assert state(form, a="2", b="x")["c"]["value"] == ""
    assert state(form, a="2", b="x")["b"] == {
        "relevant": False,
        "value": "",
        "required": False,
        "valid": True,
    }
    assert state(form, a="1", b="x")["b"]["value"] == "x"


def test_what_a_group_hides_is_hidden_with_all_that_is_in_it() -> None:
    form = made(
        q("text", "a"), q("begin_group", "g", relevant="${a} = '1'"), q("begin_group", "h"), q("text", "b"),
        q("end_group"), q("end_group"),
    )  # fmt: skip
    assert state(form)["b"]["relevant"] is False
    assert state(form, a="1")["b"]["relevant"] is True


def test_a_repeat_has_one_instance_until_more_are_answered_and_loses_those_that_are_taken_out() -> None:
    form = made(
        q("begin_repeat", "r"),
        q("text", "x"),
        q("end_repeat"),
        q("calculate", "n", calculation="count(${r})"),
    )
    live = {f"f/{name}": value for name, value in {"x[2]": "b", "x[3]": "c"}.items()}
    addresses = [address for address, _ in Live(Model(form), live, NOW).state()]
    assert addresses == ["f/r", "f/x[1]", "f/x[2]", "f/x[3]", "f/n"]
    without = dict(Live(Model(form), live | {"f/r[2]": False}, NOW).state())
    assert "f/x[2]" not in without and without["f/n"]["value"] == "2"


def test_a_default_stands_until_somebody_answers_or_empties_it() -> None:
    form = made(q("text", "a", default="河南"), q("date", "d", default="today()"))
    assert state(form)["a"]["value"] == "河南" and state(form)["d"]["value"] == "2026-11-21"
    assert state(form, a="")["a"]["value"] == "" and state(form, a=None)["a"]["value"] == ""


def test_a_long_chain_is_computed_without_depth() -> None:
    rows = [q("integer", "q0")] + [
        q("integer", f"q{at}", relevant=f"${{q{at - 1}}} = 1") for at in range(1, 1500)
    ]
    form = made(*rows)
    answers = {f"f/q{at}": 1 for at in range(1500)}
    assert all(said["relevant"] for _, said in Live(Model(form), answers, NOW).state())


@pytest.fixture(scope="module")
def javascript() -> Iterator[Callable[[dict[str, Any]], Any]]:
    command = ["node", str(ROOT / "tests/js/live_lines.js")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as node:
        assert node.stdin and node.stdout
        write, lines = node.stdin, node.stdout

        def run(asked: dict[str, Any]) -> Any:
            write.write(json.dumps(asked) + "\n")
            write.flush()
            return json.loads(lines.readline())

        yield run
        write.close()


def answers_of(name: str) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    model = MODELS[name]
    values = st.one_of(
        st.sampled_from(
            [None, True, False, "", "1", "yes", "tx", "wa", "k", ["k", "m"], [], "2026-03-01", "13:00"]
        ),
        st.integers(-3, 70),
    )
    places = st.sampled_from(["", "[1]", "[2]", "[4]", "[2.1]", "[1.2]", "[0]"])
    address = st.builds(lambda key, place: f"{name}/{key}{place}", st.sampled_from(list(model.nodes)), places)
    return st.tuples(st.just(name), st.dictionaries(address, values, max_size=12))


@settings(max_examples=400, deadline=None)
@given(case=st.sampled_from(sorted(MODELS)).flatmap(answers_of))
def test_both_languages_give_one_state_told_at_once_or_answer_by_answer(
    javascript: Callable[[dict[str, Any]], Any], case: tuple[str, dict[str, Any]]
) -> None:
    name, answers = case
    ours = [[address, said] for address, said in Live(MODELS[name], answers, NOW).state()]
    at_once, one_by_one = javascript({"form": VECTORS["forms"][name], "given": answers, "now": NOW})
    assert at_once == ours
    assert one_by_one == ours


def test_the_place_before_is_seen_from_within_a_repeat() -> None:
    form = made(
        q("begin_repeat", "r"), q("integer", "x"),
        q("calculate", "d", calculation="${x} - indexed-repeat(${x}, ${r}, position(..) - 1)"), q("end_repeat"),
    )  # fmt: skip
    live = dict(Live(Model(form), {"f/x[1]": 3, "f/x[2]": 10, "f/x[4]": 11, "f/r[3]": False}, NOW).state())
    assert [live[f"f/d[{at}]"]["value"] for at in (1, 2, 4)] == ["", "7", "1"]


def test_places_of_nested_repeats_are_given_one_by_one() -> None:
    form = made(
        q("begin_repeat", "site"), q("begin_repeat", "worker"), q("text", "nm"), q("end_repeat"), q("end_repeat"),
        q("calculate", "one", calculation="indexed-repeat(${nm}, ${site}, 2, ${worker}, 1)"),
    )  # fmt: skip
    given = {"f/nm[1.1]": "甲", "f/nm[1.2]": "乙", "f/nm[2.1]": "丙"}
    assert dict(Live(Model(form), given, NOW).state())["f/one"]["value"] == "丙"


def test_what_is_computed_is_an_answer_of_its_kind() -> None:
    form = made(
        q("integer", "n", calculation="7 div 2"),
        q("date", "d", calculation="now()"),
        q("decimal", "x", calculation="'a'"),
    )
    assert [said["value"] for said in state(form).values()] == ["3", "2026-11-21", ""]


def test_an_empty_cell_of_a_choice_is_nothing_and_equals_nothing() -> None:
    listed = [("list_name", "name", "label", "grp"), ("l", "a", "甲", "x"), ("l", "b", "乙", "")]
    for said, offered in (("grp = ''", []), ("grp != 'y'", ["a"]), ("not(grp = 'x')", ["b"])):
        reading = read(book([q("select_one l", "s", choice_filter=said)], listed), "f")
        assert reading.form
        assert state(reading.form)["s"]["choices"] == offered
