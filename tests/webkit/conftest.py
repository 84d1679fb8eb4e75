"""Fixtures: `window` (WebKit as a phone)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.webkit.window import Display, Window, is_here


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    if sys.platform == "darwin":
        pytest.skip("WebKitGTK has no package here")
    assert is_here(), "No WebKitGTK is installed: run bin/system-packages"
    screen = Display()
    yield screen.name
    screen.close()


@pytest.fixture
def window(display: str, tmp_path: Path) -> Iterator[Callable[[], Window]]:
    """`window()` opens WebKit on a profile of its own. A test fails on an error that no script caught."""
    windows: list[Window] = []

    def make() -> Window:
        windows.append(Window(display, tmp_path / "webkit"))
        return windows[-1]

    yield make
    errors = [error for each in windows for error in each.do("errors")]
    for each in windows:
        each.close()
    assert errors == []
