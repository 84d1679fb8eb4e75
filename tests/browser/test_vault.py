"""What the phone keeps, in a real browser: locked when a page opens anew, legible to no copy of it, never lost."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.inspector import PIN, Inspector
from tests.browser.phone import Phone
from tests.browser.server import Server
from tests.browser.test_lost import make_file, stranded
from webapp.demo import world

Phones = Callable[[str], Phone]
USERS = {person["username"]: person["id"] for person in world.people()}
ONE, TWO = USERS["inspector1"], USERS["inspector2"]
NOTE = "未公示收费标准，门口无公示栏"
OTHER_PIN = "907531"
# Whether these words stand anywhere in the phone's database: as text, or as bytes of it.
STANDS = """async (words) => {
  const over = (asked) => new Promise((resolve) => { asked.onsuccess = () => resolve(asked.result); });
  const db = await over(indexedDB.open("yidang"));
  const texts = [];
  const decoder = new TextDecoder();
  const walk = (value) => {
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) texts.push(decoder.decode(value));
    else if (value && typeof value === "object" && !(value instanceof CryptoKey)) Object.values(value).forEach(walk);
    else if (typeof value === "string") texts.push(value);
  };
  for (const name of db.objectStoreNames) walk(await over(db.transaction(name).objectStore(name).getAll()));
  db.close();
  return words.filter((word) => texts.some((text) => text.includes(word)));
}"""
KEY = """async (id) => {
  const over = (asked) => new Promise((resolve) => { asked.onsuccess = () => resolve(asked.result); });
  const db = await over(indexedDB.open("yidang"));
  const row = await over(db.transaction("keys").objectStore("keys").get(id));
  db.close();
  return Object.keys(row).sort();
}"""


def test_what_a_locked_phone_keeps_is_legible_to_nobody_and_a_forgotten_pin_loses_nothing(
    server: Server, phone: Phones
) -> None:
    inspector = Inspector(phone("one"), server.url).start("inspector1")
    inspector.phone.leave_locked()
    inspection = inspector.pick("未开始")
    name = inspector.page.locator(".bar-title").inner_text()
    server.stop()
    inspector.arrive(inspection)
    inspector.go(inspection, "check")
    question = inspector.page.locator('section.q:has([data-test="verdict-fail"])').first
    address = str(question.get_attribute("data-test")).removeprefix("question-")
    inspector.answer(address, "fail")
    question.locator('[data-test="note"]').fill(NOTE)
    question.locator('[data-test="note"]').blur()
    inspector.page.wait_for_timeout(500)
    assert inspector.page.evaluate(STANDS, [NOTE, name[:8], "inspection"]) == []
    # The page opened anew asks for the PIN before anything else; after a wrong one nothing has changed.
    inspector.page.reload()
    expect(inspector.at("lock-unsent")).to_be_visible()
    expect(inspector.page.locator("#app")).not_to_contain_text(name[:8])
    inspector.at("lock-pin").fill("135790")
    expect(inspector.at("lock")).to_contain_text("PIN 不对")
    # Without a network there is no way around it; with one, password and new PIN open everything.
    server.start()
    inspector.at("pin-forgotten").tap()
    inspector.log_in_by_password("inspector1")
    inspector.at("pin").fill(OTHER_PIN)
    inspector.at("pin-again").fill(OTHER_PIN)
    inspector.at("pin-submit").tap()
    inspector.expect_safe(inspection)
    inspector.page.reload()
    inspector.at("lock-pin").fill(PIN)
    expect(inspector.at("lock")).to_contain_text("PIN 不对")
    inspector.at("lock-pin").fill(OTHER_PIN)
    inspector.go(inspection, "check")
    expect(inspector.question(address).locator('[data-test="note"]')).to_have_value(NOTE)
    with sqlite3.connect(server.folder / "yidang.db") as database:
        lines = database.execute("SELECT line FROM audit_line WHERE act = 'key.returned'").fetchall()
    assert [json.loads(text)["by"]["username"] for (text,) in lines] == ["inspector1"]


def locked_out(inspector: Inspector) -> None:
    """Ten wrong PINs at the lock, each after the wait that the last one cost; needs a clock that was installed."""
    lock = inspector.at("lock")
    for wrong in range(1, 11):
        inspector.page.clock.fast_forward(3_600_000)
        inspector.at("lock-pin").fill("135790")
        if wrong < 10:
            expect(lock).to_contain_text(f"再错 {10 - wrong} 次" if wrong > 4 else "PIN 不对")
            # The field is empty again for the next one.
            expect(inspector.at("lock-pin")).to_have_value("")
    expect(lock).to_contain_text("这个 PIN 已不能用")


def test_after_ten_wrong_pins_only_the_password_opens_the_phone_and_nothing_is_lost(
    server: Server, phone: Phones, tmp_path: Path
) -> None:
    inspector = Inspector(phone("one"), server.url)
    inspector.page.clock.install()
    inspection, count = stranded(inspector, server)
    inspector.phone.leave_locked()
    inspector.page.reload()
    expect(inspector.at("lock-unsent")).to_be_visible()
    locked_out(inspector)
    # A field that nothing opens is not offered; what is unsent can be saved here and at the door.
    expect(inspector.at("lock-pin")).to_have_count(0)
    assert make_file(inspector, tmp_path).stat().st_size > 0
    inspector.page.reload()
    expect(inspector.at("login")).to_contain_text("用密码登录，再设新的 PIN")
    assert make_file(inspector, tmp_path).stat().st_size > 0
    server.start()
    inspector.log_in("inspector1")
    inspector.expect_safe(inspection)
    with sqlite3.connect(server.folder / "yidang.db") as database:
        kept = "SELECT count(*) FROM event WHERE inspection_id = ?"
        assert database.execute(kept, [inspection]).fetchone() == (count - 1,)


def sealed(inspector: Inspector) -> str:
    """A sealed record of a visit to a locked door, signed by both of the pair on this phone, and safe at the bureau."""
    inspector.partner_joins("inspector2", TWO, ONE)
    inspection = inspector.pick("未开始")
    inspector.arrive(inspection)
    inspector.set_result(inspection, "unreachable")
    inspector.go(inspection, "review")
    inspector.at("absent").first.tap()
    inspector.at("absent-reason").fill("大门上锁，无人应答")
    inspector.at("absent-witness").fill("社区工作人员 周敏")
    inspector.page.locator("dialog button.main").tap()
    for user in (ONE, TWO):
        inspector.sign(inspection, user)
    assert "phone" in inspector.page.evaluate(KEY, inspection)
    inspector.seal(inspection)
    inspector.expect_safe(inspection)
    return inspection


def test_what_is_sealed_and_safe_only_the_bureau_can_read_until_it_sends_it_back(
    server: Server, phone: Phones, desk: Callable[..., Page]
) -> None:
    inspector = Inspector(phone("one"), server.url).start("inspector1")
    inspection = sealed(inspector)
    inspector.page.wait_for_timeout(500)
    assert inspector.page.evaluate(KEY, inspection) == ["bureau", "id", "sealed"]
    inspector.page.reload()
    inspector.page.goto(f"{server.url}/field/#/i/{inspection}")
    expect(inspector.at("closed")).to_be_visible()
    expect(inspector.at("state")).to_contain_text("已封存")
    server.stop()
    inspector.at("closed-ask").tap()
    expect(inspector.at("closed-fault")).to_contain_text("没有网络")
    server.start()
    office = desk("archivist")
    office.goto(f"{server.url}/office/inspections/{inspection}")
    office.click("#send-back summary")
    office.fill('form[action$="/return"] textarea', "缺一张照片")
    office.click('form[action$="/return"] button')
    inspector.page.goto(f"{server.url}/field/#/")
    inspector.at("refresh").tap()
    inspector.go(inspection)
    expect(inspector.at("overview")).to_contain_text("缺一张照片")
    inspector.expect_safe(inspection)
    assert inspector.page.evaluate(KEY, inspection) == ["bureau", "id", "phone", "sealed"]
