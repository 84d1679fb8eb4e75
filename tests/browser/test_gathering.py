"""A draw in the hall in a real browser: the big screen, and two witnesses with phones, from the QR code to the result."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from urllib.request import urlopen

import pytest
from playwright.sync_api import BrowserType, Page, expect

from tests.browser.axe import violations
from tests.browser.chromium import FLAGS
from tests.browser.server import Server
from webapp.db import CHINA
from webapp.demo.world import PASSWORD
from webapp.draw.layout import read
from webapp.draw.proof import check

Open = Callable[..., Page]
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
# What a machine that others use too needs from the freeze to the openings.
SECONDS = 40


@pytest.fixture
def browser(browser_type: BrowserType, browser_path: str) -> Iterator[Open]:
    """`browser(width=1280)`: a page of somebody's own, with nothing kept; no script may fail in any of them."""
    started = browser_type.launch(executable_path=browser_path, args=FLAGS)
    wrong: list[str] = []

    def visit(**settings: object) -> Page:
        page = started.new_context(locale="zh-CN", **settings).new_page()  # type: ignore[arg-type]
        page.on("pageerror", lambda error: wrong.append(str(error)))
        return page

    yield visit
    started.close()
    assert wrong == []


def hall_of(page: Page, server: Server, seconds: int = 3600) -> str:
    """Log in as the planner and open a hall; the address on the QR code."""
    page.goto(f"{server.url}/login")
    page.fill('[name="username"]', "planner")
    page.fill('[name="password"]', PASSWORD)
    page.click("main form button")
    page.goto(f"{server.url}/office/draws")
    page.locator('a[href*="/office/draws/new"]').first.click()
    moment = datetime.now(CHINA)
    page.fill("#begins", moment.date().isoformat())
    page.fill("#ends", (moment.date() + timedelta(days=10)).isoformat())
    page.fill("#public", "双色球 2026135 期")
    page.fill("#when", (moment + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M"))
    page.get_by_role("button", name="在大厅抽取").click()
    expect(page.locator(".qr")).to_be_visible()
    return str(page.locator(".qr").get_attribute("data-text"))


def seal(page: Page, address: str, name: str, capacity: str, number: str) -> None:
    page.goto(address)
    page.fill("#name", name)
    page.check(f'[value="{capacity}"]')
    page.fill("#number", number)
    page.get_by_role("button", name="封存号码").tap()
    expect(page.locator("#own")).to_have_attribute("data-state", "waiting")
    expect(page.locator("#number")).to_have_text(number)


def freeze(screen: Page, seconds: int = SECONDS) -> None:
    """Go to the freeze, say when the lottery is drawn, and freeze."""
    screen.keyboard.press("ArrowRight")
    screen.locator("summary", has_text="改检查期间").click()
    when = datetime.now(CHINA) + timedelta(seconds=seconds)
    screen.fill("#when", when.strftime("%Y-%m-%dT%H:%M:%S"))
    screen.get_by_role("button", name="保存").click()
    expect(screen.locator("#when")).to_be_hidden()
    screen.get_by_role("button", name="冻结并公布").click()
    expect(screen.locator(".hall-hashes .fingerprint")).to_have_count(2)


def draw(screen: Page) -> None:
    """Wait for the lottery, type its numbers, look at them, draw."""
    screen.get_by_role("link", name="公共号码").first.click()
    field = screen.locator('.typing input[name^="numbers-"]')
    expect(field).to_be_visible(timeout=(SECONDS + 30) * 1000)
    field.fill("3 8 14 21 27 30 7")
    screen.get_by_role("button", name="看一遍").click()
    expect(screen.locator(".balls b")).to_have_text(["3", "8", "14", "21", "27", "30", "7"])
    screen.get_by_role("button", name="这些就是公布的号码").click()
    expect(screen.locator("#result li").first).to_be_visible()


def test_from_the_code_on_the_screen_to_the_result_with_two_witnesses(server: Server, browser: Open) -> None:
    screen = browser(viewport={"width": 1280, "height": 720})
    address = hall_of(screen, server)
    assert re.fullmatch(rf"{re.escape(server.url)}/w/[a-z0-9]{{8}}", address)
    first, second = browser(**PHONE), browser(**PHONE)
    seal(first, address, "周敏", "deputy", "583921")
    seal(second, address, "韩雪", "media", "20261121")
    expect(screen.locator(".watchers li")).to_have_count(2)
    stranger = browser(**PHONE)
    seal(stranger, address, "冒名", "other", "1")
    screen.locator("summary", has_text="划去").nth(2).click()
    screen.get_by_role("button", name="确认划去").click()
    expect(screen.locator(".watchers .struck")).to_contain_text("已划去")
    expect(stranger.locator("#own")).to_have_attribute("data-state", "struck", timeout=10_000)

    freeze(screen)
    hashes = [re.sub(r"\s", "", one) for one in screen.locator(".hall-hashes .fingerprint").all_inner_texts()]
    expect(first.locator("#checked")).to_contain_text("是第 1 个来源", timeout=20_000)
    assert first.locator("#pool-hash").inner_text().replace(" ", "") == hashes[0]
    assert first.locator("#rules-hash").inner_text().replace(" ", "") == hashes[1]
    expect(second.locator("#checked")).to_contain_text("是第 2 个来源", timeout=20_000)
    screen.keyboard.press("PageDown")
    first.reload()
    first.get_by_role("button", name="公开我的号码").tap()
    expect(first.locator("#own")).to_have_attribute("data-state", "opened")
    second.get_by_role("button", name="公开我的号码").tap()
    expect(screen.locator(".openings .open .figure")).to_have_text(["583921", "20261121"])
    late = browser(**PHONE)
    late.goto(address)
    expect(late.get_by_text("这个地址已经失效")).to_be_visible()

    draw(screen)
    screen.keyboard.press("End")
    draw_id = str(
        first.evaluate(
            "fetch(location.pathname.replace('/witness', '/api/v1/witnesses')).then((a) => a.json()).then((b) => b.draw)"
        )
    )
    file = urlopen(f"{server.url}/public/draws/{draw_id}.json").read()
    assert check(file) == [] and read(file)["seed"] == "583921./20261121./3.7.8.14.21.27.30./"
    expect(screen.locator("#result li")).to_have_count(len(read(file)["pairs"]))
    expect(first.locator("#checked")).to_contain_text("您的号码已计入", timeout=20_000)
    screen.keyboard.press("ArrowRight")
    expect(screen.get_by_text(f"flask draw verify {draw_id}.json")).to_be_visible()


def test_the_server_and_the_laptop_may_go_and_a_slip_of_paper_opens(server: Server, browser: Open) -> None:
    screen, phone = browser(viewport={"width": 1280, "height": 720}), browser(**PHONE)
    address = hall_of(screen, server)
    phone.goto(address)
    phone.fill("#name", "周敏")
    phone.check('[value="deputy"]')
    phone.fill("#number", "583921")
    server.stop()
    phone.get_by_role("button", name="封存号码").tap()
    expect(phone.locator("#join-fault")).to_contain_text("没有送到")
    server.start()
    phone.get_by_role("button", name="封存号码").tap()
    expect(phone.locator("#own")).to_have_attribute("data-state", "waiting")
    expect(phone.locator("#number")).to_have_text("583921")
    salt = phone.locator("#salt").inner_text()
    assert re.fullmatch(r"[0-9a-f]{32}", salt)
    with phone.expect_download() as download:
        phone.get_by_role("button", name="存成文件").click()
    assert salt in download.value.path().read_text("utf-8")
    freeze(screen)
    server.kill()
    server.start()
    screen.close()
    phone.evaluate("localStorage.clear()")
    phone.reload()
    phone.fill("#slip-number", "583922")
    phone.fill("#slip-salt", salt)
    phone.locator("#by-slip button").tap()
    expect(phone.locator("#open-fault")).to_contain_text("与封存的不符")
    phone.fill("#slip-number", "583921")
    phone.locator("#by-slip button").tap()
    expect(phone.locator("#own")).to_have_attribute("data-state", "opened")
    assert violations(phone) == []


@pytest.mark.whole_browser
def test_nothing_that_axe_finds_on_the_screen_and_on_a_witnesss_phone(server: Server, browser: Open) -> None:
    screen, phone = browser(viewport={"width": 1280, "height": 720}), browser(**PHONE)
    address = hall_of(screen, server)
    phone.goto(address)
    found = violations(phone)
    seal(phone, address, "周敏", "deputy", "583921")
    found += violations(phone)
    expect(screen.locator(".watchers li b")).to_have_text("周敏")
    found += violations(screen)
    screen.keyboard.press("ArrowRight")
    expect(screen.locator("[data-act]")).to_be_visible()
    found += violations(screen)
    screen.keyboard.press("ArrowRight")
    expect(screen.locator("[data-act]")).to_be_focused()
    screen.keyboard.press("f")
    assert screen.evaluate("Boolean(document.fullscreenElement)")
    screen.keyboard.press("ArrowLeft")
    expect(screen.locator(".qr")).to_be_visible()
    assert screen.evaluate("Boolean(document.fullscreenElement)")
    screen.keyboard.press("f")
    screen.keyboard.press("d")
    assert screen.evaluate("document.documentElement.dataset.theme") == "dark"
    assert screen.evaluate("document.documentElement.scrollWidth") == 1280
    assert found == []
