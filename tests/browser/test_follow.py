"""An order and the visit made again for it, in the browser: from the form at the desk to the question on the phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.inspector import Inspector
from tests.browser.phone import Phone
from tests.browser.server import Server
from webapp.db import today
from webapp.demo import world

Desk = Callable[..., Page]
IDS = {assignment["key"]: assignment["id"] for assignment in world.assignments()}


def test_an_order_goes_out_and_the_pair_that_goes_again_finds_it_at_the_question_without_a_network(
    server: Server, desk: Desk, phone: Callable[[str], Phone]
) -> None:
    """CA-2.4b, RZ-23."""
    archivist = desk("archivist", viewport={"width": 1280, "height": 900})
    archivist.goto(f"{server.url}/office/inspections/{IDS['pd-14']}/after")
    for summary in archivist.locator(".follow .act-form > summary").all():
        summary.click()
    assert violations(archivist) == []
    issue_order(archivist)
    assert violations(archivist) == []
    go_again(archivist)
    archivist.goto(f"{server.url}/office/follow?tab=orders")
    expect(archivist.locator("table.list")).to_contain_text("改正中")
    assert violations(archivist) == []
    narrow = desk("archivist", viewport={"width": 320, "height": 720})
    for page in (f"/office/inspections/{IDS['pd-14']}/after", "/office/follow?tab=orders"):
        narrow.goto(server.url + page)
        assert violations(narrow) == []
        assert narrow.evaluate("document.documentElement.scrollWidth") <= 320

    inspector = Inspector(phone("one"), server.url).start("inspector1")
    again = again_of(archivist, server)
    server.stop()
    inspector.go(again)
    expect(inspector.at("first-visit")).to_contain_text("平人社检责")
    expect(inspector.at("first-demands")).to_contain_text("建立退费台账")
    assert violations(inspector.page) == []
    inspector.go(again, "check")
    expect(inspector.at("first-here").first).to_contain_text("上次不合格")
    assert violations(inspector.page) == []


def issue_order(page: Page) -> None:
    """Order what was found, and one thing more."""
    form = page.locator('form[action$="/follow/order"]')
    form.locator('[name="more"]').fill("建立退费台账")
    form.locator('[name="deadline"]').fill((today() + timedelta(days=15)).isoformat())
    form.locator("button.main").click()
    expect(page.locator("#orders")).to_contain_text("平人社检责")


def go_again(page: Page) -> None:
    """The same pair goes again."""
    page.locator("#orders summary", has_text="安排复查").click()
    page.locator('#orders form[action$="/follow/reinspect"] button.main').click()
    expect(page.locator("#orders")).to_contain_text("石晓峰")


def again_of(page: Page, server: Server) -> str:
    """The id of the visit made again."""
    page.goto(f"{server.url}/office/inspections/{IDS['pd-14']}/after")
    return str(page.locator("#orders .entry h4 a").get_attribute("href")).rpartition("/")[2]
