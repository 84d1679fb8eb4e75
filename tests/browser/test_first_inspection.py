"""A person who never saw the app finishes a first inspection in five minutes of taps."""

from __future__ import annotations

from collections.abc import Callable

from tests.browser.first_inspection import Hand, counted, report, seconds, walk
from tests.browser.inspector import Inspector
from tests.browser.phone import Phone
from tests.browser.server import Server

FIVE_MINUTES = 300
TAPS = 84


def test_two_items_three_photos_and_three_signatures_take_at_most_five_minutes_of_taps(
    server: Server, phone: Callable[[str], Phone]
) -> None:
    inspector = Inspector(phone("one"), server.url)
    steps = walk(Hand(inspector, lambda name: None))
    assert seconds(steps) <= FIVE_MINUTES
    assert sum(step.taps for step in steps) <= TAPS
    assert report(steps) == counted(), "docs/first-inspection.md is older than the app: run make screens"
