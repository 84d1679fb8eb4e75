"""Phones hand each other what they have, as files and directly, in any order: the record is that of everything."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.field.test_fold import logs
from webapp.canonical import canonical
from webapp.field.fold import fold

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def javascript() -> Iterator[subprocess.Popen[str]]:
    """Three phones, a log in, their records out."""
    command = ["node", str(ROOT / "tests/js/handover_lines.js")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        yield process
        assert process.stdin
        process.stdin.close()
        process.wait(10)


@settings(max_examples=150, deadline=None)
@given(log=logs(), seed=st.integers(0, 2**31))
def test_whoever_hands_what_to_whom_all_phones_end_with_the_fold_of_everything(
    javascript: subprocess.Popen[str], log: list[dict[str, Any]], seed: int
) -> None:
    assert javascript.stdin and javascript.stdout
    javascript.stdin.write(json.dumps({"events": log, "seed": seed}) + "\n")
    javascript.stdin.flush()
    assert json.loads(javascript.stdout.readline()) == [canonical(fold(log)).decode()] * 3
