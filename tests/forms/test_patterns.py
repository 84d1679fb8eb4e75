"""Regular expressions of forms: the same in both languages and as Python's own, and never slow."""

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from webapp.forms.expressions import is_pattern
from webapp.forms.patterns import matches

ROOT = Path(__file__).parents[2]
LONG = 10_000
# Each would take Python's or JavaScript's own engine longer than anybody waits.
SLOW = [
    ("(a+)+$", "a" * LONG + "b", False),
    ("^(a|a)*$", "a" * LONG + "b", False),
    ("^([a-zA-Z]+ ?)+[.]$", "abcd " * (LONG // 5), False),
    ("a*a*a*a*a*b", "a" * LONG, False),
    ("(?=(a+)+b)x", "a" * LONG, False),
    ("(a?){600}a{600}", "a" * LONG, True),
]


@pytest.fixture(scope="module")
def javascript() -> Iterator[Callable[[str, str], bool]]:
    command = ["node", str(ROOT / "tests/js/pattern_lines.js")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as node:
        assert node.stdin and node.stdout
        write, read = node.stdin, node.stdout

        def run(pattern: str, text: str) -> bool:
            write.write(json.dumps([pattern, text]) + "\n")
            write.flush()
            return bool(json.loads(read.readline()))

        yield run
        write.close()


def patterns() -> st.SearchStrategy[str]:
    signs = st.sampled_from(
        ["a", "b", "1", "工", " ", "-", r"\d", r"\W", r"\w", r"\s", r"[\S]", ".", "[ab]", "[^a]", "[a-c_]", r"[\d工]", "^",
         "$", r"\b", r"\.", r"\u5de5", r"\x61", "[a-]", "😀"]
    )  # fmt: skip
    times = st.sampled_from(["", "", "", "*", "+", "?", "{2}", "{1,3}", "{2,}", "*?"])

    def larger(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        heads = st.sampled_from(["(", "(?:", "(?=", "(?!"])
        return st.one_of(
            st.tuples(heads, parts, times).map(lambda given: f"{given[0]}{given[1]}){given[2]}"),
            st.tuples(parts, parts).map("|".join),
            st.tuples(parts, parts).map("".join),
        )

    return st.recursive(st.tuples(signs, times).map("".join), larger, max_leaves=6)


@settings(max_examples=1500, deadline=None)
@given(patterns(), st.text(st.sampled_from("aab1工 _-.\n😀"), max_size=9))
def test_a_pattern_means_what_python_and_a_browser_make_of_it(
    javascript: Callable[[str, str], bool], pattern: str, text: str
) -> None:
    assume(is_pattern(pattern))
    plain = pattern.replace(r"[\S]", r"\S").replace("$", r"\Z")
    assert matches(pattern, text) == bool(re.search(plain, text, re.ASCII))
    assert javascript(pattern, text) == matches(pattern, text)


@pytest.mark.parametrize(("pattern", "text", "found"), SLOW, ids=[pattern for pattern, _, _ in SLOW])
def test_no_pattern_takes_long_on_a_long_answer(
    javascript: Callable[[str, str], bool], pattern: str, text: str, found: bool
) -> None:
    assert is_pattern(pattern)
    start = process_time()
    assert matches(pattern, text) == found
    assert process_time() - start < 5
    assert javascript(pattern, text) == found


@pytest.mark.parametrize("pattern", ["(a{1,100}){1,100}", "a{5000}", "(" * 300 + "a" + ")*" * 300 + "{9}{9}"])
def test_a_pattern_that_would_be_too_large_a_machine_is_refused(pattern: str) -> None:
    assert not is_pattern(pattern)
