"""What a phone takes from the partner's by its form is what the bureau would take from it, and nothing else."""

import json
import subprocess
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.field.test_fold import events
from webapp.canonical import NotCanonical
from webapp.field.rules import well_formed

ROOT = Path(__file__).parents[2]
DEVICE = "10000000-0000-4000-8000-0000000000a1"
UUID = "01930000-0000-7000-8000-000000000001"


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


ODD = st.sampled_from(
    [None, True, False, 0, 1, -1, 2**53 - 1, 2**53, "", "x", UUID, UUID.upper(), f"{UUID}\n", "a" * 64, "A" * 64]
    + ["2026-11-21T16:00:00Z", "2026-11-21T16:00:00.1234567Z", "2026-11-21T16:00:00+08:00\n", "٢٠٢٦-11-21T16:00:00Z"]
    + ["note", "note\n", "Note", "a" * 40, "a" * 41, "__proto__", "constructor", "verified", "\ud800", "\0"]
    + [[], {}, [[1, 2]], [[[1, 2]]], [[[1, "2"]]], [[[1]]], [[]], [[]] * 500, [[]] * 501, nested(30), nested(31)]
    + [{"width": 1, "height": 2}, {"width": 1}, {"width": True, "height": 2}, {"width": 1, "height": None, "x": 1}]
    + [nested(32), "长" * 349000, "长" * 349600]
)  # fmt: skip
PLACES = ["id", "inspection", "seq", "device", "author", "type", "time", "clock", "payload", "more"]
INNER = [
    "sha256",
    "size",
    "strokes",
    "canvas",
    "record_hash",
    "text",
    "question",
    "events",
    "role",
    "deep",
    "shapes",
]


@st.composite
def odd_events(draw: st.DrawFn) -> dict[str, Any]:
    """An event by one of the phones, with up to three places that hold something odd."""
    event: dict[str, Any] = draw(events(7)) | {"device": DEVICE}
    for _ in range(draw(st.integers(0, 3))):
        if draw(st.booleans()) and isinstance(event["payload"], dict):
            event["payload"][draw(st.sampled_from(INNER))] = deepcopy(draw(ODD))
        else:
            event[draw(st.sampled_from(PLACES))] = deepcopy(draw(ODD))
    return event


@pytest.fixture(scope="module")
def javascript() -> Iterator[subprocess.Popen[str]]:
    """The phone's check, a line in, a line out."""
    command = ["node", str(ROOT / "tests/js/envelope_lines.js")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        assert process.stdin
        process.stdin.close()
        process.wait(10)


def plain(**more: Any) -> dict[str, Any]:
    """A note that is well-formed, or with `more`."""
    names = ("id", "inspection", "author")
    given = dict.fromkeys(names, UUID) | {"seq": 1, "device": DEVICE, "type": "note", "clock": "verified"}
    return given | {"time": "2026-11-21T16:00:00Z", "payload": {"text": "x"}} | more


def taken(event: Any) -> bool:
    try:
        well_formed(event)
    except (ValueError, NotCanonical):
        return False
    return True


@settings(max_examples=500, deadline=None)
@given(event=odd_events())
@example(event=plain())
@example(event=plain(payload={"text": "长" * 349000}))
@example(event=plain(payload={"text": "长" * 349600}))
@example(event=plain(payload={"text": "x", "deep": nested(31)}))
@example(event=plain(payload={"text": "x", "deep": nested(32)}))
def test_phone_and_bureau_agree_on_what_an_event_is(javascript: Any, event: dict[str, Any]) -> None:
    javascript.stdin.write(json.dumps(event) + "\n")
    javascript.stdin.flush()
    assert javascript.stdout.readline().strip() == str(taken(event)).lower()


def test_the_plain_event_is_one() -> None:
    assert taken(plain()) and not taken(plain(seq=0))
