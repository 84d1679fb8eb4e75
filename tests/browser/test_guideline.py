"""The work guideline of an item is one tap away on the phone, without a network too."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.inspector import Inspector
from tests.browser.phone import Phone
from tests.browser.server import Server


def test_the_guideline_of_an_item_is_one_tap_from_its_checklist(
    server: Server, phone: Callable[[str], Phone]
) -> None:
    inspector = Inspector(phone("one"), server.url).start("inspector1")
    inspection = inspector.pick()
    server.stop()
    inspector.go(inspection, "check")
    inspector.page.wait_for_timeout(500)
    inspector.page.locator('[data-test^="guideline-"]').first.click()
    expect(inspector.page.locator("dialog .guideline")).to_contain_text("一、检查前")
    inspector.at("sheet-cancel").tap()
    inspector.go(inspection)
    inspector.page.wait_for_timeout(500)
    inspector.page.locator('[data-test^="guideline-"]').first.click()
    expect(inspector.page.locator("dialog .guideline")).to_contain_text("四、检查后")
