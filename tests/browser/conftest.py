"""Fixtures of the browser tests: `desk` and `phone` (Chromium as either); `server` stands beside its class."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserType, Page, sync_playwright

from tests.browser import chromium
from tests.browser.phone import Phone, breaks_policy
from tests.browser.server import Server
from webapp.demo.world import PASSWORD


@pytest.fixture
def browser_path(request: pytest.FixtureRequest) -> str:
    return chromium.find(whole=request.node.get_closest_marker("whole_browser") is not None)


@pytest.fixture(scope="session")
def browser_type() -> Iterator[BrowserType]:
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture
def desk(server: Server, browser_type: BrowserType, browser_path: str) -> Iterator[Callable[..., Page]]:
    """`desk("archivist")`: that person's browser at the desk, logged in; `settings` of its context. A test fails on an
    error that no script caught, or that broke the page's policy."""
    browser = browser_type.launch(executable_path=browser_path, args=chromium.FLAGS)
    errors: list[str] = []

    def log_in(username: str, **settings: object) -> Page:
        page = browser.new_context(locale="zh-CN", **settings).new_page()  # type: ignore[arg-type]
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if breaks_policy(said) else None)
        page.goto(f"{server.url}/login")
        page.fill('[name="username"]', username)
        page.fill('[name="password"]', PASSWORD)
        page.click("main form button")
        page.wait_for_url(f"{server.url}/office/**")
        return page

    yield log_in
    browser.close()
    assert errors == []


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
