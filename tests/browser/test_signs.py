"""A sign goes its way by keyboard alone: found in the list, asked, answered on a phone, closed; axe finds nothing on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserType, Page, expect

from tests.browser.axe import violations
from tests.browser.chromium import FLAGS
from tests.browser.server import Server
from webapp.demo.world import PASSWORD

Desk = Callable[..., Page]


@pytest.fixture
def desk(server: Server, browser_type: BrowserType, browser_path: str) -> Iterator[Desk]:
    browser = browser_type.launch(executable_path=browser_path, args=FLAGS)

    def log_in(username: str, width: int = 1280, **more: object) -> Page:
        size = {"width": width, "height": 844}
        page = browser.new_context(viewport=size, locale="zh-CN", **more).new_page()  # type: ignore[arg-type]
        page.goto(f"{server.url}/login")
        page.fill('[name="username"]', username)
        page.fill('[name="password"]', PASSWORD)
        page.click("main form button")
        return page

    yield log_in
    browser.close()


def seen_by(page: Page) -> list[str]:
    """What axe finds, and whether the page is wider than its window."""
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [*violations(page), *(["wider than the window"] if wide else [])]


def test_a_sign_is_asked_answered_and_closed_by_keyboard_alone(desk: Desk, server: Server) -> None:
    office = desk("supervisor")
    office.goto(f"{server.url}/oversight/signs/")
    found = seen_by(office)
    link = office.get_by_role("link", name="照片与另一次检查的相同")
    link.focus()
    office.keyboard.press("Enter")
    photos = office.locator(".same-photo img")
    expect(photos).to_have_count(2)
    for photo in photos.all():
        expect(photo).to_have_js_property("complete", True)
        assert photo.evaluate("one => one.naturalWidth") > 99
    found += seen_by(office)
    address = office.url
    office.get_by_label("问检查组").focus()
    office.keyboard.press("Tab")
    office.keyboard.press("Enter")
    expect(office.locator(".said-lines")).to_contain_text("为什么与另一次检查用了同一张照片")

    pair = desk("inspector9", width=320, color_scheme="dark")
    pair.goto(f"{server.url}/office/")
    pair.goto(address)
    found += seen_by(pair)
    pair.get_by_label("说明当时的情况").focus()
    pair.keyboard.type("两家合用一个台账室，同一面墙。")
    pair.keyboard.press("Tab")
    pair.keyboard.press("Enter")
    expect(pair.locator(".said-lines")).to_contain_text("同一面墙")

    office.reload()
    office.get_by_label("说清楚了").focus()
    office.keyboard.press("Space")
    office.get_by_label("经过和依据").focus()
    office.keyboard.type("已核对租约。")
    office.keyboard.press("Tab")
    office.keyboard.press("Enter")
    expect(office.locator(".head .mark")).to_have_text("已了结")
    assert found + seen_by(office) == []


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_every_kind_of_evidence_fits_its_window(desk: Desk, server: Server, width: int) -> None:
    page = desk("supervisor", width=width)
    addresses = set()
    for show in ("found", "asked", "answered"):
        page.goto(f"{server.url}/oversight/signs/?show={show}")
        addresses |= {link.get_attribute("href") for link in page.locator(".sign-list .key a").all()}
    assert len(addresses) >= 5
    for address in sorted(filter(None, addresses)):
        page.goto(f"{server.url}{address}")
        assert seen_by(page) == [], address
        if width > 320:
            page.evaluate("document.documentElement.style.setProperty('--text-scale', '2')")
            assert seen_by(page) == [], f"{address} in large text"
