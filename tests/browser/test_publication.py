"""Boxes over a photo are drawn by finger and by keys, and what goes out is what was on the page."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import BrowserType, Page, expect

from tests.browser.chromium import FLAGS
from tests.browser.server import Server
from webapp.demo import world
from webapp.demo.world import PASSWORD

IDS = {assignment["key"]: assignment["id"] for assignment in world.assignments()}
# Decided and told, with photos.
ONE = IDS["pd-14"]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
Desk = Callable[..., Page]


@pytest.fixture
def desk(server: Server, browser_type: BrowserType, browser_path: str) -> Desk:
    browser = browser_type.launch(executable_path=browser_path, args=FLAGS)

    def log_in(username: str, **settings: object) -> Page:
        page = browser.new_context(locale="zh-CN", **settings).new_page()  # type: ignore[arg-type]
        page.goto(f"{server.url}/login")
        page.fill('[name="username"]', username)
        page.fill('[name="password"]', PASSWORD)
        page.click("main form button")
        return page

    yield log_in  # type: ignore[misc]
    browser.close()


def covered_at(page: Page, address: str, x: float, y: float) -> bool:
    picture = Image.open(io.BytesIO(page.request.get(address).body()))
    red, green, blue = picture.getpixel((int(x * picture.width), int(y * picture.height)))
    return max(abs(red - 38), abs(green - 43), abs(blue - 50)) < 14


@pytest.mark.parametrize(
    "settings", [{"viewport": {"width": 1280, "height": 800}}, PHONE], ids=["desk", "phone"]
)
def test_a_box_is_drawn_and_removed_and_the_picture_goes_out_covered(
    server: Server, desk: Desk, settings: dict[str, object]
) -> None:
    page = desk("archivist", **settings)
    page.goto(f"{server.url}/office/publication/{ONE}")
    page.get_by_text("遮盖并放入…").first.click()
    canvas = page.locator("svg.canvas")
    expect(page.locator("[data-count]").first).not_to_be_empty()
    # what was proposed is gone by keys
    while page.locator("svg.canvas g").count():
        page.locator("svg.canvas g").first.focus()
        page.keyboard.press("Delete")
    box = canvas.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] * 0.1)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.4, steps=4)
    page.mouse.up()
    expect(page.locator("svg.canvas g")).to_have_count(1)
    page.get_by_role("button", name="加一个框").click()
    expect(page.locator("svg.canvas g")).to_have_count(2)
    for _ in range(10):
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Shift+ArrowDown")
    page.get_by_role("button", name="遮盖好了，放入公示").click()
    picture = page.locator(".photos img").first
    expect(picture).to_be_visible()
    address = f"{server.url}{picture.get_attribute('src')}"
    assert covered_at(page, address, 0.25, 0.25), "where the finger drew"
    assert covered_at(page, address, 0.65, 0.65), "where the keys moved and stretched the second"
    assert not covered_at(page, address, 0.05, 0.9)


def test_a_reason_is_asked_for_and_unsaved_changes_do_not_go_out(server: Server, desk: Desk) -> None:
    page = desk("archivist", viewport={"width": 1280, "height": 800})
    page.goto(f"{server.url}/office/publication/{ONE}")
    why = page.locator('[name="why.pair"]')
    expect(why).to_be_hidden()
    page.check('[name="open.pair"]')
    expect(why).to_be_visible()
    page.get_by_role("button", name="照这样公示").click()
    expect(page.get_by_role("button", name="照这样公示")).to_be_visible()
    assert not page.request.get(f"{server.url}/public/results/{ONE}").ok, "nothing went out"
    why.fill("本人书面同意")
    page.get_by_role("button", name="保存，看效果").click()
    page.get_by_role("button", name="照这样公示").click()
    expect(page.locator(".notice.said")).to_contain_text("已公示")
    assert page.request.get(f"{server.url}/public/results/{ONE}").ok
