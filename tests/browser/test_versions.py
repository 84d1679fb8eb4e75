"""A checklist goes its whole way in a browser: from a clerk's file, over its faults, to the inspections that use it."""

from __future__ import annotations

from playwright.sync_api import BrowserType, Page

from tests.browser.chromium import FLAGS
from tests.browser.server import Server
from tests.browser.versions import from_file_to_use
from webapp.demo.world import PASSWORD


def test_CA_2_1c_from_a_file_to_the_inspections_that_use_it(
    server: Server, browser_type: BrowserType, browser_path: str
) -> None:
    browser = browser_type.launch(executable_path=browser_path, args=FLAGS)
    people = [
        log_in(browser.new_context(locale="zh-CN").new_page(), server, who)
        for who in ("planner", "supervisor")
    ]
    saved: list[str] = []
    from_file_to_use(server, people[0], people[1], lambda _page, name: saved.append(name))
    assert saved[-1] == "forms-withdrawn"
    browser.close()


def log_in(page: Page, server: Server, username: str) -> Page:
    page.goto(f"{server.url}/login")
    page.fill('[name="username"]', username)
    page.fill('[name="password"]', PASSWORD)
    page.click("main form button")
    return page
