"""Nothing is lost: a file of everything unsent, a phone that was lost, a full one, a browser that cannot be trusted."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.inspector import Inspector, picture
from tests.browser.phone import Phone
from tests.browser.server import Server
from tests.browser.test_around import IPHONE, WECHAT, calls_itself

Phones = Callable[[str], Phone]
# Of each store, how many rows; and of the values, their names.
KEPT = """async () => {
  const names = await indexedDB.databases();
  if (!names.some((one) => one.name === "yidang")) return {};
  const done = (asked) => new Promise((resolve) => { asked.onsuccess = () => resolve(asked.result); });
  const db = await done(indexedDB.open("yidang"));
  const read = (name) => done(db.transaction(name).objectStore(name).getAllKeys());
  const found = {};
  for (const name of db.objectStoreNames) found[name] = (await read(name)).length;
  found.names = await read("values");
  db.close();
  return found;
}"""


@pytest.fixture
def inspector(server: Server, phone: Phones) -> Inspector:
    return Inspector(phone("one"), server.url)


def stranded(inspector: Inspector, server: Server) -> tuple[str, int]:
    """Without a network: somebody arrives, answers, takes a photo. The inspection, and how much waits."""
    inspector.start("inspector1")
    inspection = inspector.pick("未开始")
    server.stop()
    inspector.arrive(inspection)
    inspector.go(inspection, "check")
    first = judged(inspector)
    inspector.answer(first, "pass")
    inspector.take_photo(first)
    return inspection, unsent(inspector)


def judged(inspector: Inspector) -> str:
    """The address of the first question that is passed or failed."""
    question = inspector.page.locator('section.q:has([data-test="verdict-pass"])').first
    return str(question.get_attribute("data-test")).removeprefix("question-")


def unsent(inspector: Inspector) -> int:
    rows = 'async () => Object.values(await (await import("/static/field/db.js")).countUnsent())'
    return sum(inspector.page.evaluate(rows))


def asked(server: Server, question: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(server.folder / "yidang.db") as base:
        return list(base.execute(question))


def revoke(server: Server, inspector: Inspector) -> None:
    device = inspector.page.evaluate(
        """async () => (await (await import("/static/field/keys.js")).device()).id"""
    )
    with sqlite3.connect(server.folder / "yidang.db") as base:
        base.execute(
            "UPDATE enrolment SET revoked_at = '2026-11-22 00:00:00', revoke_reason = '丢失' WHERE device_id = ?",
            [device],
        )


def make_file(inspector: Inspector, folder: Path) -> Path:
    with inspector.page.expect_download() as coming:
        inspector.at("rescue-make").click()
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return path


def test_a_locked_phone_makes_a_file_and_the_office_takes_it_in_once(
    inspector: Inspector, server: Server, desk: Callable[..., Page], tmp_path: Path
) -> None:
    inspection, count = stranded(inspector, server)
    inspector.phone.leave_locked()
    inspector.page.reload()
    expect(inspector.at("lock-unsent")).to_be_visible()
    path = make_file(inspector, tmp_path)
    expect(inspector.at("rescue-said")).to_be_visible()
    assert path.suffix == ".yidang-rescue" and b"\xff\xd8\xff" not in path.read_bytes()
    server.start()
    page = desk("archivist")
    page.goto(f"{server.url}/office/rescue")
    page.set_input_files("#file", path)
    page.click("main form .main")
    expect(page.get_by_text(f"收下机关还没有的 {count} 件")).to_be_visible()
    page.click("main form .main")
    expect(page.get_by_text("已全部收下").first).to_be_visible()
    taken = asked(server, f"SELECT count(*) FROM event WHERE inspection_id = '{inspection}'")  # noqa: S608
    assert taken == [(count - 1,)]
    held = f"SELECT count(*) FROM blob_name WHERE inspection_id = '{inspection}' AND received"  # noqa: S608
    assert asked(server, held) == [(1,)]
    # The phone itself finds everything there.
    inspector.at("lock-pin").fill("246802")
    inspector.expect_safe(inspection)
    assert asked(server, f"SELECT count(*) FROM event WHERE inspection_id = '{inspection}'") == taken  # noqa: S608


def test_a_lost_phone_hands_over_what_is_unsent_and_keeps_nothing(
    inspector: Inspector, server: Server
) -> None:
    inspection, count = stranded(inspector, server)
    revoke(server, inspector)
    inspector.phone.leave_locked()
    inspector.page.reload()
    expect(inspector.at("lock-unsent")).to_be_visible()
    server.start()
    # Nobody gives a PIN or a password: the phone asks by itself.
    inspector.page.reload()
    expect(inspector.at("lost-done")).to_be_visible(timeout=60_000)
    kept = inspector.page.evaluate(KEPT)
    assert {name: number for name, number in kept.items() if number} == {}
    assert inspector.page.evaluate("caches.keys()") == []
    assert asked(server, "SELECT count(*) FROM quarantined") == [(count - 1,)]
    assert asked(server, "SELECT count(*) FROM quarantined_photo") == [(1,)]
    assert asked(server, f"SELECT count(*) FROM event WHERE inspection_id = '{inspection}'") == [(0,)]  # noqa: S608


def test_what_a_lost_phone_could_not_hand_over_stays_as_only_the_bureau_can_read_it(
    inspector: Inspector, server: Server
) -> None:
    _, count = stranded(inspector, server)
    revoke(server, inspector)
    server.start()
    inspector.page.route("**/api/v1/rescue", first_only())
    inspector.page.reload()
    expect(inspector.at("lost-left")).to_be_visible(timeout=60_000)
    expect(inspector.at("lost-left")).to_contain_text("没有交出去")
    kept = inspector.page.evaluate(KEPT)
    assert (kept["people"], kept["inspections"], kept["forms"]) == (0, 0, 0)
    assert kept["events"] + kept["blobs"] == count
    assert sorted(kept["names"]) == ["box-key", "device", "shut"]
    ways = "async () => (await (await import('/static/field/db.js')).unsentAsKept()).events.every((row) => row.box)"
    assert inspector.page.evaluate(ways)
    inspector.page.unroute("**/api/v1/rescue")
    inspector.at("lost-give").click()
    expect(inspector.at("lost-done")).to_be_visible(timeout=60_000)


def first_only() -> Callable[..., None]:
    """The bureau says that the phone is revoked; then the network goes."""
    said: list[bool] = []

    def answer(route) -> None:  # type: ignore[no-untyped-def]
        if said:
            return route.abort()
        said.append(True)
        return route.continue_()

    return answer


def test_a_phone_in_use_is_not_shut_by_a_refusal_that_is_not_the_bureaus(
    inspector: Inspector, server: Server
) -> None:
    inspector.start("inspector1")
    refusal = {"error": {"code": "device_revoked", "message": "", "hint": "", "details": {}}}
    inspector.page.route("**/api/v1/sync", lambda route: route.fulfill(status=403, json=refusal))
    inspector.page.reload()
    expect(inspector.page.get_by_text("这台手机已被停用").first).to_be_visible()
    assert inspector.page.evaluate(KEPT)["people"] == 1
    inspector.page.unroute("**/api/v1/sync")


def test_inside_another_app_one_may_look_but_not_collect_and_reads_why(inspector: Inspector) -> None:
    inspector.start("inspector1")
    calls_itself(inspector, WECHAT)
    inspector.page.reload()
    expect(inspector.at("look-bar")).to_be_visible()
    inspection = inspector.pick("未开始")
    inspector.at("step-arrive").click()
    expect(inspector.at("look")).to_contain_text("不让检查")
    expect(inspector.at("address")).to_contain_text("/field/")
    expect(inspector.at("copy-link")).to_be_visible()
    inspector.page.goto(f"{inspector.url}/field/#/i/{inspection}/check")
    expect(inspector.at("checklist").first).to_be_visible()
    inspector.page.locator('[data-test="verdict-pass"]').first.tap()
    expect(inspector.page.get_by_text("这个浏览器只能看").first).to_be_visible()
    assert unsent(inspector) == 0


def test_a_private_window_of_safari_may_look_only(inspector: Inspector) -> None:
    inspector.page.add_init_script(
        "StorageManager.prototype.getDirectory = () => Promise.reject(new DOMException('private', 'UnknownError'))"
    )
    inspector.visit_site()
    calls_itself(inspector, IPHONE)
    inspector.page.reload()
    expect(inspector.at("install")).to_contain_text("请不要在无痕窗口里做检查")
    inspector.log_in("inspector1")
    inspector.at("look-bar").click()
    expect(inspector.at("look")).to_contain_text("窗口一关")


def test_a_full_phone_loses_nothing_and_says_what_to_do(inspector: Inspector) -> None:
    inspector.start("inspector1")
    inspection = inspector.pick("未开始")
    inspector.arrive(inspection)
    inspector.go(inspection, "check")
    name = judged(inspector)
    question = inspector.question(name)
    inspector.answer(name, "pass")
    inspector.expect_safe(inspection)
    session = inspector.page.context.new_cdp_session(inspector.page)
    origin = {"origin": inspector.url}
    session.send("Storage.overrideQuotaForOrigin", {**origin, "quotaSize": 1})
    # The browser looks at the quota anew for a database that nobody had open.
    inspector.page.goto("about:blank")
    inspector.page.wait_for_timeout(3000)
    inspector.go(inspection, "check")
    question.locator('[data-test="photo-input"]').set_input_files(picture("1"))
    fault = inspector.page.get_by_text("手机空间不足").first
    expect(fault).to_be_visible(timeout=20_000)
    expect(fault).to_contain_text("已填的内容都在")
    assert unsent(inspector) == 0
    expect(question.locator(".thumb:not(.waiting)")).to_have_count(0)
    question.locator('[data-test="verdict-fail"]').tap()
    expect(inspector.page.get_by_text("手机空间不足").last).to_be_visible()
    expect(question.locator('[data-test="verdict-pass"]')).to_have_attribute("aria-checked", "true")
    inspector.page.goto(f"{inspector.url}/field/#/")
    expect(inspector.at("room-low")).to_contain_text("有内容没有存上")
    session.send("Storage.overrideQuotaForOrigin", origin)
    inspector.page.goto("about:blank")
    inspector.page.wait_for_timeout(3000)
    inspector.go(inspection, "check")
    inspector.take_photo(name)
    inspector.expect_safe(inspection)
    inspector.page.goto(f"{inspector.url}/field/#/")
    expect(inspector.at("worklist")).to_be_visible()
    expect(inspector.at("room-low")).to_have_count(0)


def test_from_four_fifths_on_the_worklist_warns(inspector: Inspector) -> None:
    inspector.start("inspector1")
    expect(inspector.at("room-low")).to_have_count(0)
    # Chromium reports ten gigabytes whatever there is; others say how it is.
    said = "StorageManager.prototype.estimate = async () => ({ usage: 82e8, quota: 100e8 })"
    inspector.page.add_init_script(said)
    inspector.page.reload()
    expect(inspector.at("room-low")).to_contain_text("手机存储已用 82%")
    expect(inspector.at("room-low")).to_contain_text("请先上传")
