"""One inspection from the phone's first visit to the archive's bytes, in a real Chromium, most of it without a network."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import bagit
from playwright.sync_api import Browser, BrowserType, expect

from tests.browser.chromium import FLAGS
from tests.browser.inspector import PIN, Inspector
from tests.browser.phone import Phone
from tests.browser.server import ROOT, Server
from webapp.archive.verify import verify
from webapp.demo import world
from webapp.demo.world import PASSWORD

USERS = {person["username"]: person["id"] for person in world.people()}
ONE, TWO = USERS["inspector1"], USERS["inspector2"]
Phones = Callable[[str], Phone]


def held(server: Server, inspection: str) -> list[dict]:
    """The bureau's events of an inspection, read beside the application."""
    with sqlite3.connect(server.folder / "yidang.db") as database:
        rows = database.execute(
            "SELECT text FROM event WHERE inspection_id = ? ORDER BY position", [inspection]
        )
        return [json.loads(text) for (text,) in rows]


def archive(browser: Browser, server: Server, inspection: str) -> bytes:
    """The archivist accepts, archives and downloads."""
    context = browser.new_context(accept_downloads=True)
    page = context.new_page()
    page.goto(f"{server.url}/login")
    page.fill('[name="username"]', "archivist")
    page.fill('[name="password"]', PASSWORD)
    page.click("main form button")
    page.goto(f"{server.url}/office/inspections/{inspection}")
    for act in ("accept", "archive"):
        page.click(f'form[action$="/{act}"] button')
    with page.expect_download() as download:
        page.click('a[href$="/archive"]')
    data = Path(download.value.path()).read_bytes()
    context.close()
    return data


def test_a_whole_inspection_without_a_network_from_the_first_visit_to_the_archive(
    server: Server, phone: Phones, browser_type: BrowserType, browser_path: str, tmp_path: Path
) -> None:
    inspector = Inspector(phone("one"), server.url).start("inspector1")
    inspector.partner_joins("inspector2", TWO, ONE)
    inspector.page.goto(f"{server.url}/field/")
    inspection = inspector.pick("未开始")
    server.stop()
    inspector.arrive(inspection)
    inspector.answer_the_rest(inspection)
    first = inspector.page.locator('section.q:has([data-test="verdict-fail"])').first
    address = str(first.get_attribute("data-test")).removeprefix("question-")
    inspector.answer(address, "fail")
    first.locator('[data-test="note"]').fill("未公示收费标准，𠮷野店门口无公示栏")
    first.locator('[data-test="note"]').blur()
    inspector.take_photo(address, "2")
    inspector.set_result(inspection, "corrected")
    inspector.collect_signature(inspection)
    inspector.sign(inspection, ONE)
    inspector.sign(inspection, TWO)
    record_hash = inspector.seal(inspection)
    inspector.go(inspection)
    expect(inspector.at("safety")).to_have_attribute("data-state", "here")
    assert held(server, inspection) == []

    server.start()
    inspector.page.reload()
    inspector.expect_safe(inspection)
    events = held(server, inspection)
    assert [event["type"] for event in events].count("seal") == 1
    assert {event["author"] for event in events if event["type"] == "sign"} == {ONE, TWO}

    browser = browser_type.launch(executable_path=browser_path, args=FLAGS)
    data = archive(browser, server, inspection)
    browser.close()
    assert verify(data) == [] or not list(verify(data))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        package.extractall(tmp_path / "bag")
        names = package.namelist()
    folder = next((tmp_path / "bag").iterdir())
    assert bagit.Bag(str(folder)).validate()
    assert json.loads((folder / "data" / "record.json").read_text())["record_hash"] == record_hash
    assert any(name.endswith("08-record.pdf") for name in names)
    inspector.page.reload()
    inspector.go(inspection)
    expect(inspector.page.locator('[data-test="state"]').first).to_contain_text("已归档", timeout=20000)


def test_a_phone_that_was_ready_once_starts_without_a_network(server: Server, phone: Phones) -> None:
    inspector = Inspector(phone("one"), server.url).start("inspector1")
    manifest = inspector.page.evaluate(
        """async () => {
          const manifest = await (await fetch(document.querySelector('link[rel=manifest]').href)).json();
          const icons = await Promise.all(manifest.icons.map(async (icon) => (await fetch(icon.src)).ok));
          return {...manifest, icons};
        }"""
    )
    assert manifest["display"] == "standalone"
    assert manifest["icons"] == [True, True]
    cards = inspector.page.locator('[data-test^="card-"]').count()
    server.stop()
    inspector.phone.reopen()
    inspector.page.goto(f"{server.url}/field/")
    expect(inspector.page.locator('[data-test^="card-"]')).to_have_count(cards)
    inspection = inspector.pick("未开始")
    inspector.arrive(inspection)


def test_a_browser_killed_in_mid_checklist_has_lost_nothing(server: Server, phone: Phones) -> None:
    inspector = Inspector(phone("one"), server.url).start("inspector1")
    inspection = inspector.pick("未开始")
    server.stop()
    inspector.arrive(inspection)
    inspector.go(inspection, "check")
    verdicts = inspector.page.locator('section.q:has([data-test="verdict-pass"])')
    addresses = [
        str(verdicts.nth(place).get_attribute("data-test")).removeprefix("question-") for place in range(5)
    ]
    for address in addresses:
        inspector.question(address).scroll_into_view_if_needed()
        inspector.answer(address, "pass")
    inspector.take_photo(addresses[4])
    inspector.phone.reopen()
    inspector.page.goto(f"{server.url}/field/")
    # Back at the same question, with every answer that the screen had shown as saved.
    expect(inspector.at("checklist")).to_be_visible()
    for address in addresses:
        expect(inspector.question(address).locator('[data-test="verdict-pass"]')).to_have_attribute(
            "aria-checked", "true"
        )
    expect(inspector.question(addresses[4]).locator(".thumb")).to_have_count(1)
    server.start()
    inspector.log_in_again("inspector1")
    inspector.expect_safe(inspection)
    assert [
        event["payload"]["question"] for event in held(server, inspection) if event["type"] == "answer"
    ] == addresses


def test_a_photo_by_the_fake_camera_keeps_its_bytes(server: Server, phone: Phones) -> None:
    inspector = Inspector(phone("one"), server.url).start("inspector1")
    inspection = inspector.pick("未开始")
    inspector.arrive(inspection)
    inspector.go(inspection, "check")
    question = (
        inspector.page.locator("section.q").filter(has=inspector.page.locator('[data-test="burst"]')).first
    )
    question.locator('[data-test="burst"]').tap()
    expect(inspector.page.locator("video")).to_have_js_property("readyState", 4)
    inspector.at("shutter").tap()
    inspector.at("shutter").tap()
    inspector.at("camera-close").tap()
    expect(question.locator(".thumb:not(.waiting)")).to_have_count(2)
    inspector.expect_safe(inspection)
    photos = [event["payload"] for event in held(server, inspection) if event["type"] == "photo"]
    for photo in photos:
        blob = server.folder / "blobs" / photo["sha256"][:2] / photo["sha256"]
        assert blob.stat().st_size == photo["size"]
        assert photo["position"] == {"latitude": "33.766200", "longitude": "113.192600", "accuracy": "15"}


def test_two_phones_with_different_answers_show_both_and_settle_them(server: Server, phone: Phones) -> None:
    one = Inspector(phone("one"), server.url).start("inspector1")
    two = Inspector(phone("two"), server.url).start("inspector2")
    inspection = one.pick("未开始")
    one.arrive(inspection)
    one.expect_safe(inspection)
    two.go(inspection, "check")
    one.go(inspection, "check")
    address = str(
        one.page.locator('section.q:has([data-test="verdict-pass"])').first.get_attribute("data-test")
    ).removeprefix("question-")
    one.phone.offline()
    two.phone.offline()
    one.answer(address, "pass")
    two.answer(address, "fail")
    one.phone.offline(False)
    two.phone.offline(False)
    one.expect_safe(inspection)
    two.expect_safe(inspection)
    one.page.reload()
    one.expect_safe(inspection)
    for inspector in (one, two):
        inspector.go(inspection, "check")
        expect(inspector.at(f"conflict-{address}")).to_be_visible(timeout=20000)
        expect(inspector.at(f"conflict-{address}")).to_contain_text("合格")
        expect(inspector.at(f"conflict-{address}")).to_contain_text("不合格")
    one.at(f"conflict-{address}").locator('[data-test="conflict-choose-2"]').tap()
    expect(one.at(f"conflict-{address}")).to_have_count(0)
    one.expect_safe(inspection)
    two.page.reload()
    two.go(inspection, "check")
    expect(two.at(f"conflict-{address}")).to_have_count(0, timeout=20000)


def test_a_sync_cut_in_the_middle_goes_on_where_it_was(server: Server, phone: Phones) -> None:
    inspector = Inspector(phone("one"), server.url).start("inspector1")
    inspection = inspector.pick("未开始")
    server.stop()
    inspector.arrive(inspection)
    inspector.go(inspection, "check")
    question = (
        inspector.page.locator("section.q")
        .filter(has=inspector.page.locator('[data-test="photo-input"]'))
        .first
    )
    address = str(question.get_attribute("data-test")).removeprefix("question-")
    for seed in ("1", "2", "3"):
        inspector.take_photo(address, seed)
    # The bureau answers everything but the photos' bytes; then it is killed and comes back.
    inspector.page.route(
        "**/api/v1/blobs/**",
        lambda route: route.abort() if route.request.method == "PATCH" else route.continue_(),
    )
    server.start()
    inspector.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    inspector.go(inspection)
    expect(inspector.at("safety")).not_to_have_attribute("data-state", "safe")
    inspector.page.wait_for_timeout(2000)
    server.kill()
    assert len([event for event in held(server, inspection) if event["type"] == "photo"]) == 3
    server.start()
    inspector.page.unroute_all()
    inspector.page.reload()
    inspector.expect_safe(inspection)
    events = held(server, inspection)
    assert len({event["id"] for event in events}) == len(events)


def test_the_subjects_page_is_left_only_by_the_inspectors_pin(server: Server, phone: Phones) -> None:
    inspector = Inspector(phone("one"), server.url).start("inspector1")
    inspection = inspector.pick("未开始")
    inspector.arrive(inspection)
    inspector.set_result(inspection, "unreachable")
    inspector.go(inspection, "review")
    inspector.at("to-sign").tap()
    expect(inspector.at("handed")).to_be_visible()
    inspector.page.goto(f"{server.url}/field/#/")
    expect(inspector.at("handed")).to_be_visible()
    inspector.page.reload()
    expect(inspector.at("handed")).to_be_visible()
    inspector.at("hand-back").tap()
    inspector.at("pin").fill("000000")
    expect(inspector.page.locator(".fault")).to_be_visible()
    inspector.at("pin").fill(PIN)
    expect(inspector.at("review")).to_be_visible()


def test_nobody_there_and_no_network_closes_too(server: Server, phone: Phones) -> None:
    inspector = Inspector(phone("one"), server.url).start("inspector1")
    inspector.partner_joins("inspector2", TWO, ONE)
    inspector.page.goto(f"{server.url}/field/")
    inspection = inspector.pick("未开始")
    server.stop()
    inspector.arrive(inspection)
    inspector.set_result(inspection, "unreachable")
    inspector.go(inspection, "review")
    inspector.at("absent").first.tap()
    inspector.at("absent-reason").fill("大门上锁，无人应答")
    inspector.at("absent-witness").fill("社区工作人员 周敏")
    inspector.page.locator("dialog button.main").tap()
    expect(inspector.at("ended-absent")).to_be_visible()
    inspector.sign(inspection, ONE)
    inspector.sign(inspection, TWO)
    inspector.seal(inspection)
    server.start()
    inspector.page.reload()
    inspector.expect_safe(inspection)


def test_an_update_waits_for_consent_and_keeps_everything(
    server: Server, phone: Phones, tmp_path: Path
) -> None:
    inspector = Inspector(phone("one"), server.url).start("inspector1")
    inspection = inspector.pick("未开始")
    inspector.arrive(inspection)
    inspector.expect_safe(inspection)
    versions = "caches.keys()"
    before = inspector.page.evaluate(versions)
    server.stop()
    server.root = tmp_path / "newer"
    for part in ("webapp", "static", "templates", "migrations", "translations"):
        shutil.copytree(ROOT / part, server.root / part)
    shutil.copy(ROOT / "wsgi.py", server.root)
    with (server.root / "static/field/field.css").open("a") as sheet:
        sheet.write("\n/* newer */\n")
    server.start()
    inspector.go(inspection, "check")
    inspector.page.reload()
    expect(inspector.at("checklist")).to_be_visible()
    inspector.page.wait_for_timeout(1500)
    # Never with a form open.
    expect(inspector.at("update")).to_have_count(0)
    inspector.page.goto(f"{server.url}/field/#/")
    expect(inspector.at("update")).to_be_visible()
    with inspector.page.expect_navigation():
        inspector.at("update").click()
    expect(inspector.at("worklist")).to_be_visible()
    after = inspector.page.evaluate(versions)
    assert len(after) == 1
    assert after != before
    inspector.go(inspection)
    expect(inspector.at("step-arrive")).to_contain_text(":")
