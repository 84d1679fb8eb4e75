"""Recusal from the phone to the desk and back: 行政处罚法 43, RZ-10b, TJ-10b."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserType, Page, expect

from tests.browser.chromium import FLAGS
from tests.browser.inspector import Inspector
from tests.browser.phone import Phone
from tests.browser.server import Server
from tests.browser.swap import (
    WHY,
    approve_at_the_desk,
    ask_at_the_desk,
    ask_on_the_phone,
    drawn_inspection,
    now_in_pair,
)
from webapp.demo.world import PASSWORD


def at_the_desk(browser: BrowserType, path: str, server: Server, username: str) -> Page:
    page = browser.launch(executable_path=path, args=FLAGS).new_context(locale="zh-CN").new_page()
    page.goto(f"{server.url}/login")
    page.fill('[name="username"]', username)
    page.fill('[name="password"]', PASSWORD)
    page.click("main form button")
    return page


def nothing(_page: Page, _name: str) -> None:
    """No picture is taken here (`screens.py` takes them on the same way)."""


def test_recusal_asked_on_a_phone_is_swapped_by_two_and_the_new_inspectors_phone_gets_the_inspection(
    server: Server, phone: Callable[[str], Phone], browser_type: BrowserType, browser_path: str
) -> None:
    drawn = drawn_inspection(server)
    old = Inspector(phone("old"), server.url).start(drawn.pair[0])
    ask_on_the_phone(old, drawn, nothing)
    planner = at_the_desk(browser_type, browser_path, server, "planner")
    ask_at_the_desk(planner, drawn, nothing)
    old.page.goto(f"{server.url}/field/")
    old.at("refresh").tap()
    expect(old.at(f"card-{drawn.id}")).to_be_visible(), "nothing changes before it is approved"
    supervisor = at_the_desk(browser_type, browser_path, server, "supervisor")
    approve_at_the_desk(supervisor, nothing)

    (stepped_in,) = set(now_in_pair(server, drawn.id)) - set(drawn.pair)
    new = Inspector(phone("new"), server.url).start(stepped_in)
    expect(new.at(f"card-{drawn.id}")).to_be_visible()
    new.go(drawn.id)
    expect(new.at("pair-changed")).to_contain_text("检查组已更换")
    expect(new.at("recusal-wanted")).to_have_count(0)

    old.at("refresh").tap()
    expect(old.at("gone")).to_contain_text("与对象的法定代表人是近亲属")
    expect(old.at(f"card-{drawn.id}")).to_have_count(0)
    old.page.goto(f"{server.url}/field/#/i/{drawn.id}/check")
    expect(old.at("left")).to_contain_text("您已不在这次检查的检查组")
    old.page.goto(f"{server.url}/field/")
    old.at("gone-seen").tap()
    expect(old.at("gone")).to_have_count(0)
    expect(old.at("gone-before")).to_be_visible()
    public = supervisor.goto(f"{server.url}/public/draws/{drawn.draw_id}")
    assert public and WHY not in public.text() and "近亲属" in public.text()
    for page in (planner, supervisor):
        browser = page.context.browser
        assert browser
        browser.close()
