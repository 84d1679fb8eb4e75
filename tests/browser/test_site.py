"""The public site in a real browser: read aloud, in large words, on a small screen, without scripts, as a copy."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserType, expect

from tests.browser.axe import violations
from tests.browser.chromium import FLAGS
from tests.browser.server import Server
from tests.browser.site import IDS, published
from webapp import create_app
from webapp.publish.export import Export

WIDER = """() => document.documentElement.scrollWidth > innerWidth && [...document.querySelectorAll('body *')]
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
  .slice(0, 3).map((one) => one.outerHTML.slice(0, 90))"""


@pytest.fixture
def browser(browser_type: BrowserType, browser_path: str) -> Iterator[Browser]:
    opened = browser_type.launch(executable_path=browser_path, args=FLAGS)
    yield opened
    opened.close()


def test_axe_finds_nothing_and_nothing_is_lost_on_a_small_screen_or_in_words_of_twice_the_size(
    server: Server, browser: Browser
) -> None:
    pages, found = published(server), []
    page = browser.new_context(locale="zh-CN").new_page()
    for name, path in pages.items():
        answer = page.goto(server.url + path)
        assert answer and answer.status == (410 if name == "gone" else 200), path
        page.set_viewport_size({"width": 1280, "height": 800})
        found += violations(page)
        for width, scale in ((1280, 2), (390, 1), (390, 2), (320, 1), (320, 2)):
            page.set_viewport_size({"width": width, "height": 800})
            page.evaluate("(n) => document.documentElement.style.setProperty('--text-scale', n)", str(scale))
            if wider := page.evaluate(WIDER):
                found.append(f"{name} at {width}, {scale} times: {wider}")
    assert found == []


def test_a_reader_without_scripts_or_cookies_searches_reads_and_turns_the_page_by_keys(
    server: Server, browser: Browser
) -> None:
    published(server)
    context = browser.new_context(locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server.url}/public/bureaus")
    page.get_by_role("link", name="平顶山市人力资源和社会保障局").click()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.get_by_role("searchbox").fill("有限公司")
    page.get_by_role("button", name="查找").press("Enter")
    page.get_by_role("combobox", name="检查结果").select_option(label="发现问题已责令改正")
    page.get_by_role("button", name="查找").click()
    expect(page.locator("table.results tbody tr")).to_have_count(1)
    page.locator("td.name a").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("检查结果公示")
    expect(page.get_by_role("main")).to_contain_text("未在经营场所公示收费标准")
    assert context.cookies() == []


def test_the_copy_is_read_below_any_path_and_repeats_a_draw(
    server: Server, browser: Browser, tmp_path: Path
) -> None:
    published(server)
    site = tmp_path / "site" / "rsj" / "gongshi"
    Export(
        create_app({"DATA": server.folder}), site, "https://www.example.gov.cn/rsj/gongshi", sheets=False
    ).go()
    serve = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path / "site"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve) as files:
        threading.Thread(target=files.serve_forever, daemon=True).start()
        page = browser.new_context(locale="zh-CN").new_page()
        failed: list[str] = []
        page.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)
        page.goto(f"http://127.0.0.1:{files.server_port}/rsj/gongshi/")
        page.get_by_role("link", name="全部机构").click()
        page.get_by_role("link", name="平顶山市人力资源和社会保障局").click()
        page.get_by_role("link", name="检查结果", exact=True).first.click()
        page.locator("td.name a").first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("检查结果公示")
        expect(page.get_by_role("main").get_by_role("img", name="本页地址的二维码")).to_be_visible()
        page.get_by_role("link", name="双随机抽取").first.click()
        page.locator("td.name a").first.click()
        page.get_by_role("link", name="重复这次抽取").click()
        expect(page.locator("#report .notice.passed")).to_be_visible(timeout=30000)
        page.goto(f"http://127.0.0.1:{files.server_port}/rsj/gongshi/public/results/{IDS['pd-22']}/")
        expect(page.get_by_role("main")).to_contain_text("这项公示已撤下")
        assert [url for url in failed if "favicon" not in url] == []
        files.shutdown()
