"""Fixtures of the browser tests: `phone` (Chromium as a phone); `server` stands beside its class."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserType, sync_playwright

from tests.browser import chromium
from tests.browser.phone import Phone


@pytest.fixture(scope="session")
def browser_path() -> str:
    return chromium.find()


@pytest.fixture(scope="session")
def browser_type(browser_path: str) -> Iterator[BrowserType]:
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture
def phone(browser_type: BrowserType, browser_path: str, tmp_path: Path) -> Iterator[Callable[[str], Phone]]:
    """`phone("a")` opens a phone with a profile of its own. A test fails on an error that no script caught,
    unless it has emptied `phone.errors`."""
    phones: list[Phone] = []

    def make(name: str = "phone") -> Phone:
        phones.append(Phone(browser_type, browser_path, tmp_path / f"profile-{name}"))
        return phones[-1]

    yield make
    for each in phones:
        each.close()
    assert [error for each in phones for error in each.errors] == []
