"""What stands on the page of a form, given what was answered; JavaScript runs the same vectors."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.vectors.make_rows import FILE, computed, q
from webapp.forms.rows import given, keys_in, rows_of

VECTORS = json.loads(Path(FILE).read_text())
NOW = "2026-11-21T16:00:00.000+08:00"


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_python_gives_every_row_of_the_vectors(case: dict[str, Any]) -> None:
    for name, said in computed(VECTORS["forms"][case["form"]], case).items():
        assert said == case[name], name


def test_of_two_standing_answers_the_first_is_computed_with_and_odd_ones_are_none() -> None:
    answers = {
        "f/a": [{"value": "1"}, {"value": "2"}],
        "f/b": [{"value": 0.5}],
        "f/c": [],
        "f/d": [{"value": [1, {}]}],
    }
    assert given({"answers": answers}) == {"f/a": "1", "f/b": None, "f/d": [1]}


def test_a_text_names_questions_with_or_without_blanks() -> None:
    assert keys_in({"zh-Hans": "${甲} 和 ${ b }", "en": "$c {d}"}) == ["甲", "b"]
    assert keys_in(None) == []


def test_five_thousand_questions_with_labels_that_name_others_are_rows_within_a_second() -> None:
    import time

    asked = [q("integer", "n0", "甲")] + [
        q("integer", f"n{at}", f"${{n{at - 1}}} 之后") for at in range(1, 5000)
    ]
    form = {"name": "f", "version": "1", "item": None, "title": {}, "questions": asked}
    began = time.process_time()
    rows = rows_of(form, {"answers": {"f/n7": [{"value": 7}]}}, NOW)
    assert rows[8]["label"] == {"zh-Hans": "7 之后"} and len(rows) == 5000
    assert time.process_time() - began < 1
