"""Around the inspection: ready to leave, safe to log out, the way to the home screen."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserType, Page, expect

from tests.browser.chromium import FLAGS
from tests.browser.inspector import Inspector, picture
from tests.browser.phone import Phone
from tests.browser.server import Server
from webapp.demo import world
from webapp.demo.world import PASSWORD

Phones = Callable[[str], Phone]
IDS = {assignment["key"]: assignment["id"] for assignment in world.assignments()}
WECHAT = (
    "Mozilla/5.0 (Linux; Android 14; 22081212C Build/UKQ1.230917.001; wv) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Version/4.0 Chrome/130.0.6723.103 Mobile Safari/537.36 XWEB/1300289 MMWEBSDK/20250503"
    " MicroMessenger/8.0.60.2860(0x28003C3D) WeChat/arm64 Weixin NetType/WIFI Language/zh_CN ABI/arm64"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/18.5 Mobile/15E148 Safari/604.1"
)


NEW_PASSWORD = "梧桐 晚风 六点半的渡船"
# The phone first stores the whole app: on a busy machine that takes longer than a browser test waits for a word.
PATIENCE = 30_000


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
        expect(inspector.at(f"check-{name}")).to_have_attribute("data-state", "good", timeout=PATIENCE)
    expect(inspector.at("check-place")).to_have_attribute("data-state", "bad", timeout=PATIENCE)
    expect(inspector.at("check-place")).to_contain_text("请在系统设置里允许")
    expect(inspector.at("verdict")).to_contain_text("还没准备好")
    inspector.phone.context.grant_permissions(["camera", "geolocation"])
    # Back from the settings: looked at again by itself.
    inspector.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(inspector.at("check-place")).to_have_attribute("data-state", "good", timeout=PATIENCE)
    expect(inspector.at("check-persisted")).to_have_attribute("data-state", "look", timeout=PATIENCE)
    with inspector.page.expect_request("**", timeout=PATIENCE):
        inspector.at("mend-all").tap()
    expect(inspector.at("mend-all")).to_have_attribute("aria-busy", "false", timeout=PATIENCE)
    expect(inspector.at("verdict")).not_to_contain_text("还没准备好")


def written_without_a_network(inspector: Inspector) -> str:
    """An inspection that is begun on a phone without a network."""
    inspector.start("inspector1")
    inspection = inspector.pick("未开始")
    inspector.phone.offline()
    inspector.arrive(inspection)
    return inspection


def change_password(office: Page, url: str, username: str) -> None:
    """At a desk somebody takes a new password; every other session ends with the old one."""
    office.goto(f"{url}/login?next=/password")
    office.fill('[name="username"]', username)
    office.fill('[name="password"]', PASSWORD)
    office.click("main form button")
    for name, given in (("now", PASSWORD), ("new", NEW_PASSWORD), ("again", NEW_PASSWORD)):
        office.fill(f'[name="{name}"]', given)
    office.click("main form button")
    expect(office.locator('[name="again"]')).to_have_count(0)


def ready_again(inspector: Inspector) -> None:
    open_screen(inspector, "ready")
    expect(inspector.at("check-door")).to_have_attribute("data-state", "good")
    expect(inspector.at("check-unsent")).to_have_attribute("data-state", "good")


def ways_in(server: Server) -> list[str]:
    """By what the sessions of phones began, the first one first."""
    with sqlite3.connect(server.folder / "yidang.db") as base:
        rows = base.execute("SELECT way FROM sign_in WHERE device_id IS NOT NULL ORDER BY began_at")
        return [way for (way,) in rows]


def test_a_session_that_ran_out_begins_again_by_the_phones_key_and_nobody_notices(
    inspector: Inspector, server: Server
) -> None:
    inspection = written_without_a_network(inspector)
    with sqlite3.connect(server.folder / "yidang.db") as base:
        base.execute("UPDATE sign_in SET ends_at = '2026-01-01 00:00:00'")
    inspector.phone.offline(False)
    inspector.expect_safe(inspection)
    assert ways_in(server) == ["password", "key"]
    # The cookie gone altogether is the same.
    inspector.phone.context.clear_cookies()
    inspector.page.goto(f"{server.url}/field/#/")
    inspector.at("refresh").tap()
    ready_again(inspector)
    inspector.at("mend-all").tap()
    expect(inspector.at("mend-all")).to_have_attribute("aria-busy", "false", timeout=PATIENCE)
    expect(inspector.at("check-door")).to_have_attribute("data-state", "good")
    assert ways_in(server) == ["password", "key", "key"]


def test_after_a_new_password_at_the_desk_the_phone_says_so_and_logging_in_again_sends_everything(
    inspector: Inspector, server: Server, browser_type: BrowserType, browser_path: str
) -> None:
    inspection = written_without_a_network(inspector)
    office = browser_type.launch(executable_path=browser_path, args=FLAGS)
    change_password(office.new_page(), server.url, "inspector1")
    office.close()
    inspector.phone.offline(False)
    inspector.page.goto(f"{server.url}/field/#/sync")
    expect(inspector.at("login-again")).to_be_visible(timeout=PATIENCE)
    open_screen(inspector, "ready")
    expect(inspector.at("verdict")).to_contain_text("还没准备好")
    expect(inspector.at("check-door")).to_contain_text("要用密码重新登录")
    expect(inspector.at("check-unsent")).to_have_attribute("data-state", "look")
    inspector.at("mend-login").tap()
    inspector.log_in("inspector1", NEW_PASSWORD)
    inspector.expect_safe(inspection)
    ready_again(inspector)


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


# What a browser does on a full disk: it says how much there is, and a write of more than that fails.
DISK = """(() => {
  const estimate = navigator.storage.estimate.bind(navigator.storage);
  navigator.storage.estimate = async () => {
    const { usage, quota } = await estimate();
    return { usage, quota: window.quota ? usage + window.quota.left : quota };
  };
  for (const name of ["add", "put"]) {
    const write = IDBObjectStore.prototype[name];
    IDBObjectStore.prototype[name] = function (value, ...more) {
      const bytes = value?.byteLength ?? JSON.stringify(value)?.length ?? 0;
      if (!window.quota || bytes <= window.quota.left || this.name === "values") return write.call(this, value, ...more);
      throw new DOMException("the disk is full", "QuotaExceededError");
    };
  }
})()"""


def room(inspector: Inspector, left: int | None) -> None:
    """The phone can keep so many bytes more; as many as it has, without a number."""
    inspector.page.evaluate("(left) => { window.quota = left === null ? null : { left }; }", left)


def test_a_full_phone_says_what_is_safe_how_much_is_left_and_loses_nothing(inspector: Inspector) -> None:
    inspector.phone.context.add_init_script(DISK)
    inspector.start("inspector1")
    inspection = inspector.pick("未开始")
    inspector.arrive(inspection)
    inspector.go(inspection, "check")
    first = inspector.page.locator('section.q:has([data-test="verdict-pass"])').first
    address = str(first.get_attribute("data-test")).removeprefix("question-")
    question = inspector.question(address)
    inspector.answer(address, "pass")
    room(inspector, 38)
    question.locator('[data-test="verdict-fail"]').tap()
    expect(question.locator(".fault")).to_contain_text(
        "没有存上：手机空间不足（还剩 1 KB）。已填的内容都在。"
    )
    expect(question.locator('[data-test="verdict-pass"]')).to_have_attribute("aria-checked", "true")
    question.locator('[data-test="photo-input"]').set_input_files(picture("1"))
    expect(question.locator(".fault").last).to_contain_text("手机空间不足")
    expect(question.locator(".thumb:not(.waiting)")).to_have_count(0)
    expect(question.locator(".thumb.waiting")).to_have_count(0)
    room(inspector, None)
    inspector.answer(address, "fail")
    inspector.take_photo(address, "1")
    inspector.expect_safe(inspection)


def test_from_four_fifths_the_phone_warns_and_makes_room_only_of_what_the_bureau_holds(
    inspector: Inspector,
) -> None:
    inspector.phone.context.add_init_script(DISK)
    inspector.start("inspector1")
    inspector.expect_safe(IDS["pd-13"])
    # Its photos come to the phone when they are looked at, while there is room.
    inspector.go(IDS["pd-13"], "check")
    photos = inspector.page.locator(".thumb img[src]")
    expect(photos.first).to_be_visible()
    used = inspector.page.evaluate("navigator.storage.estimate().then(({usage}) => usage)")
    room(inspector, used // 9)
    inspector.page.goto(f"{inspector.url}/field/#/me")
    inspector.page.goto(f"{inspector.url}/field/#/")
    expect(inspector.at("room-low")).to_contain_text(re.compile("手机存储已用 (8|9)[0-9]%"))
    inspector.page.goto(f"{inspector.url}/field/#/sync")
    inspector.at("make-room").tap()
    expect(inspector.page.locator("main")).to_contain_text("已腾出")
    expect(inspector.at("make-room")).to_have_count(0)
    # What was let go of comes from the bureau again; opened anew, the phone asks for the PIN, and the bureau for the key.
    inspector.page.goto(f"{inspector.url}/field/")
    expect(inspector.at("worklist")).to_be_visible()
    inspector.go(IDS["pd-13"], "check")
    expect(photos.first).to_be_visible()


@pytest.mark.whole_browser
def test_reminders_are_asked_for_shown_without_a_name_and_lead_to_the_inspection(
    inspector: Inspector, server: Server
) -> None:
    inspector.phone.context.grant_permissions(["notifications"])
    # No push service is in reach here: the browser's side of it is played, the bureau's is real.
    inspector.phone.context.add_init_script(
        """PushManager.prototype.subscribe = async ({ applicationServerKey }) => ({ toJSON: () => ({
          endpoint: "https://fcm.googleapis.com/fcm/send/abc", given: applicationServerKey,
          keys: { p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
                  auth: "BTBZMqHH6r4Tts7J_aSIgg" } }) })"""
    )
    inspector.start("inspector1")
    inspector.page.goto(f"{inspector.url}/field/#/me")
    inspector.at("remind-on").tap()
    expect(inspector.at("remind-off")).to_be_visible()
    inspector.page.reload()
    inspector.at("remind-off").tap()
    expect(inspector.at("remind-on")).to_be_visible()

    session = inspector.page.context.new_cdp_session(inspector.page)
    found: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(one["registrationId"] for one in event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    inspector.page.wait_for_timeout(300)
    said = {"title": "一档", "body": "明天有 1 次检查到期", "path": f"#/i/{IDS['pd-01']}"}
    session.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": inspector.url, "registrationId": found[0], "data": json.dumps(said)},
    )
    shown = inspector.page.evaluate(
        """async () => {
          const registration = await navigator.serviceWorker.ready;
          for (let tries = 0; tries < 300; tries += 1) {
            const [one] = await registration.getNotifications();
            if (one) return [one.title, one.body, one.data.path];
            await new Promise((resolve) => setTimeout(resolve, 100));
          }
          return null;
        }"""
    )
    assert shown == [said["title"], said["body"], said["path"]]
    inspector.page.evaluate(
        """(path) => navigator.serviceWorker.dispatchEvent(new MessageEvent("message", { data: { open: path } }))""",
        said["path"],
    )
    expect(inspector.at("overview")).to_be_visible()


def test_each_screen_is_explained_by_one_picture(inspector: Inspector) -> None:
    inspector.start("inspector1")
    inspector.at("help-line").tap()
    expect(inspector.at("help-sheet")).to_contain_text("接着做最要紧的一次")
    inspector.at("sheet-cancel").tap()
    for place in (
        "me",
        "sync",
        *(f"i/{IDS['pd-11']}/{step}" for step in ("check", "review", "seal", "handover")),
    ):
        inspector.page.goto(f"{inspector.url}/field/#/{place}")
        inspector.at("help").tap()
        picture = inspector.at("help-sheet").locator("svg.help-picture")
        expect(picture).to_be_visible()
        # As many words as numbers on the picture.
        expect(inspector.at("help-sheet").locator("li")).to_have_count(picture.locator("text").count())
        inspector.at("sheet-cancel").tap()
    inspector.page.goto(f"{inspector.url}/field/#/me")
    inspector.page.locator("details.others summary").tap()
    expect(inspector.page.locator(".help-entry")).to_have_count(12)
    inspector.page.set_viewport_size({"width": 320, "height": 640})
    expect(inspector.at("help")).to_be_hidden()
    expect(inspector.at("help-line")).to_be_visible()
