"""Schedules of faults hold, replay byte for byte, and notice every bug put in (`python -m tests.faults --help`)."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.faults.__main__ import command, environment

PLANTS = json.loads(Path(__file__).with_name("plants.json").read_text("utf-8"))
# `make faults N=10000` plays more; here as many as a minute or two hold.
SCHEDULES = 30
TRIES = 500


def play(seed: int, count: int, plant: str = "") -> tuple[list[dict[str, Any]], str]:
    """What became of each schedule, and what else was said."""
    played = subprocess.run(
        command(seed, count, plant),
        env=environment(),
        capture_output=True,
        text=True,
        timeout=1700,
        check=False,
    )
    return [json.loads(line) for line in played.stdout.splitlines()], played.stderr


@pytest.mark.timeout(1800)
def test_what_was_shown_as_saved_is_there_whatever_happened() -> None:
    told, errors = play(1, SCHEDULES)
    assert len(told) == SCHEDULES and not any(one["broken"] for one in told), errors[-6000:]
    # Something happened in them.
    assert sum(one["counts"]["messages"] for one in told) > 20 * SCHEDULES
    assert sum(one["counts"]["seals"] for one in told) > SCHEDULES / 4
    assert sum(one["counts"]["conflicts"] for one in told) > SCHEDULES / 4
    # A seed plays the same in another process, whatever was played before it: the hash is of every line of what happened.
    assert play(6, 1)[0] == [told[5]]


@pytest.mark.timeout(1800)
def test_every_planted_bug_is_caught() -> None:
    """Each from the seed that is recorded with it; `results.md` says how many it takes from one seed for all."""
    told, errors = play(0, TRIES, "every")
    caught = {one["plant"] for one in told if one["broken"]}
    assert [one["name"] for one in PLANTS if one["name"] not in caught] == [], errors[-3000:]


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant["name"])
def test_every_planted_bug_changes_a_line_that_is_there(plant: dict[str, Any]) -> None:
    root = Path(__file__).resolve().parents[2]
    for file, find, replace in plant["changes"]:
        text = (root / ("" if file.endswith(".py") else "static") / file).read_text("utf-8")
        assert text.count(find) == 1 and find != replace, f"{file}: {find}"
