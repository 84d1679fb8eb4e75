"""From an empty year to inspections on the phones of a pair, as a new user goes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserType, Page, expect

from tests.browser.chromium import FLAGS
from tests.browser.inspector import Inspector
from tests.browser.phone import Phone
from tests.browser.server import Server
from tests.browser.year import ITEM, PAIR, Year, on_the_phone
from webapp.demo.world import PASSWORD


@pytest.fixture
def desk(server: Server, browser_type: BrowserType, browser_path: str) -> Iterator[Callable[[str], Page]]:
    """`desk("planner.rz")`: that person's browser at the desk, logged in."""
    browser = browser_type.launch(executable_path=browser_path, args=FLAGS)

    def log_in(username: str) -> Page:
        settings = {"viewport": {"width": 1280, "height": 800}, "locale": "zh-CN"}
        page = browser.new_context(**settings).new_page()  # type: ignore[arg-type]
        page.goto(f"{server.url}/login")
        page.fill('[name="username"]', username)
        page.fill('[name="password"]', PASSWORD)
        page.click("main form button")
        return page

    yield log_in
    browser.close()


def test_from_an_empty_year_to_inspections_on_the_phones_of_the_pair(
    server: Server, desk: Callable[[str], Page], phone: Callable[[str], Phone]
) -> None:
    year = Year(desk("planner.rz"), desk("supervisor.rz"), lambda page, name: None)
    year.claim()
    year.fill_the_library()
    year.write_the_plan()
    year.let_them_inspect_it()
    year.publish_the_plan()
    year.freeze()
    drawn = year.draw()
    # 10 % of 23 enterprises, rounded up: the fifteen that were there, and the eight of the table
    assert len(drawn) == 3
    for username in PAIR.values():
        inspector = Inspector(phone(username), server.url)
        card = on_the_phone(inspector, username, drawn[0])
        expect(card).to_be_visible(timeout=30000)
        card.tap()
        expect(inspector.page.get_by_role("heading", name=drawn[0])).to_be_visible()
        # the item with its own form, which came with the claim, and the base form
        expect(inspector.at("overview")).to_contain_text(f"PD6 {ITEM}")
        expect(inspector.page.locator(".forms > li")).to_have_count(2)
