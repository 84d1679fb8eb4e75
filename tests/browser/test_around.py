"""Around the inspection: ready to leave, safe to log out, the way to the home screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.inspector import Inspector
from tests.browser.phone import Phone
from tests.browser.server import Server

Phones = Callable[[str], Phone]
WECHAT = (
    "Mozilla/5.0 (Linux; Android 14; 22081212C Build/UKQ1.230917.001; wv) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Version/4.0 Chrome/130.0.6723.103 Mobile Safari/537.36 XWEB/1300289 MMWEBSDK/20250503"
    " MicroMessenger/8.0.60.2860(0x28003C3D) WeChat/arm64 Weixin NetType/WIFI Language/zh_CN ABI/arm64"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/18.5 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
def inspector(server: Server, phone: Phones) -> Inspector:
    return Inspector(phone("one"), server.url)


def calls_itself(inspector: Inspector, agent: str) -> None:
    session = inspector.page.context.new_cdp_session(inspector.page)
    session.send("Emulation.setUserAgentOverride", {"userAgent": agent})


def open_screen(inspector: Inspector, name: str) -> None:
    inspector.page.goto(f"{inspector.url}/field/#/{name}")
    expect(inspector.at(name)).to_be_visible()


def test_before_going_out_each_thing_is_looked_at_and_one_button_mends_what_it_can(
    inspector: Inspector,
) -> None:
    inspector.start("inspector1")
    inspector.phone.context.clear_permissions()
    inspector.phone.context.grant_permissions(["camera"])
    inspector.at("ready-line").tap()
    expect(inspector.at("ready")).to_be_visible()
    for name in ("forms", "door", "clock", "refused", "unsent", "app", "camera", "partner", "map"):
        expect(inspector.at(f"check-{name}")).to_have_attribute("data-state", "good")
    expect(inspector.at("check-place")).to_have_attribute("data-state", "bad")
    expect(inspector.at("check-place")).to_contain_text("请在系统设置里允许")
    expect(inspector.at("verdict")).to_contain_text("还没准备好")
    inspector.phone.context.grant_permissions(["camera", "geolocation"])
    # Back from the settings: looked at again by itself.
    inspector.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(inspector.at("check-place")).to_have_attribute("data-state", "good")
    expect(inspector.at("check-persisted")).to_have_attribute("data-state", "look")
    before = inspector.page.evaluate("performance.getEntriesByType('resource').length")
    inspector.at("mend-all").tap()
    expect(inspector.at("mend-all")).to_have_attribute("aria-busy", "false")
    assert inspector.page.evaluate("performance.getEntriesByType('resource').length") > before
    expect(inspector.at("verdict")).not_to_contain_text("还没准备好")


def test_an_expired_login_and_what_was_not_sent_are_said_before_going_out(
    inspector: Inspector, server: Server
) -> None:
    inspector.start("inspector1")
    inspection = inspector.pick("未开始")
    server.stop()
    inspector.arrive(inspection)
    server.start()
    inspector.phone.context.clear_cookies()
    inspector.page.goto(f"{server.url}/field/#/sync")
    inspector.at("sync-now").tap()
    expect(inspector.at("login-again")).to_be_visible()
    open_screen(inspector, "ready")
    expect(inspector.at("verdict")).to_contain_text("还没准备好")
    expect(inspector.at("check-door")).to_contain_text("登录已过期")
    expect(inspector.at("check-unsent")).to_have_attribute("data-state", "look")
    inspector.at("mend-login").tap()
    inspector.log_in("inspector1")
    inspector.expect_safe(inspection)
    open_screen(inspector, "ready")
    expect(inspector.at("check-door")).to_have_attribute("data-state", "good")
    expect(inspector.at("check-unsent")).to_have_attribute("data-state", "good")


def test_logging_out_says_first_whether_everything_is_at_the_bureau(
    inspector: Inspector, server: Server
) -> None:
    inspector.start("inspector1")
    inspection = inspector.pick("未开始")
    server.stop()
    inspector.arrive(inspection)
    inspector.page.goto(f"{server.url}/field/#/me")
    inspector.at("logout").tap()
    expect(inspector.at("verdict")).to_contain_text("先不要退出")
    expect(inspector.at("check-records")).to_contain_text("没有上传")
    inspector.at("logout-confirm").tap()
    expect(inspector.page.locator(".notice.found")).to_contain_text("没有网络")
    server.start()
    inspector.at("mend-all").tap()
    expect(inspector.at("verdict")).to_contain_text("可以退出")
    expect(inspector.at("check-safe")).to_have_attribute("data-state", "good")
    inspector.at("logout-confirm").tap()
    expect(inspector.at("login")).to_be_visible()
    # What is on the phone stays on the phone.
    inspector.log_in("inspector1")
    inspector.expect_safe(inspection)
    assert server.log.read_text().count("Traceback") == 0


def test_the_way_to_the_home_screen_is_told_in_the_words_of_the_browser_and_once(
    inspector: Inspector,
) -> None:
    calls_itself(inspector, IPHONE)
    # An iPhone never offers to install by a button.
    inspector.page.add_init_script(
        "addEventListener('beforeinstallprompt', (event) => event.stopImmediatePropagation(), true)"
    )
    inspector.start("inspector1")
    expect(inspector.at("install")).to_have_attribute("data-browser", "safari")
    expect(inspector.at("install")).to_contain_text("分享按钮")
    inspector.at("install-close").tap()
    expect(inspector.at("install")).to_have_count(0)
    inspector.page.reload()
    expect(inspector.at("ready-line")).to_be_visible()
    expect(inspector.at("install")).to_have_count(0)
    open_screen(inspector, "me")
    expect(inspector.at("install")).to_contain_text("添加到主屏幕")


def test_inside_wechat_a_person_is_led_out_before_logging_in(inspector: Inspector) -> None:
    calls_itself(inspector, WECHAT)
    inspector.phone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    inspector.visit_site()
    expect(inspector.at("install")).to_contain_text("请不要在微信里做检查")
    inspector.at("copy-link").tap()
    expect(inspector.at("copy-link")).to_have_text("已复制")
    assert inspector.page.evaluate("navigator.clipboard.readText()") == f"{inspector.url}/field/"
