"""The subject's own page on a phone: without a script, narrow, with large words, by keys alone, and signed by finger."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserType, Page, expect

from tests.browser import mine
from tests.browser.axe import violations
from tests.browser.chromium import FLAGS
from tests.browser.phone import breaks_policy
from tests.browser.server import Server
from webapp import create_app
from webapp.db import db
from webapp.field.models import Inspection
from webapp.followup import acts

Open = Callable[..., Page]
WIDE = """[...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth)
  .map((one) => one.outerHTML.slice(0, 120))"""
NARROW = {"width": 320, "height": 640}


@pytest.fixture
def browser(browser_type: BrowserType, browser_path: str) -> Iterator[Browser]:
    browser = browser_type.launch(executable_path=browser_path, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def subject(browser: Browser) -> Iterator[Open]:
    """A phone without an account; the test fails on an error of a script or of the page's policy."""
    errors: list[str] = []

    def open_(place: str, **settings: object) -> Page:
        page = browser.new_context(**{"viewport": NARROW, "locale": "zh-CN"} | settings).new_page()  # type: ignore[arg-type]
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if breaks_policy(said) else None)
        page.goto(place)
        return page

    yield open_
    assert errors == []


def written(server: Server, kind: str) -> list[dict[str, object]]:
    """What the bureau has of it."""
    app = create_app({"DATA": server.folder})
    with app.app_context():
        steps = acts.after(db.session.get_one(Inspection, mine.ID))
        db.session.remove()
        db.engine.dispose()
    return [step.payload for step in steps.of(kind)]


def test_all_of_it_works_without_a_script_on_a_narrow_phone(server: Server, subject: Open) -> None:
    place = server.url + mine.issued(server)
    page = subject(place, java_script_enabled=False)
    mine.said_all(page, place)
    page.get_by_role("link", name="评价这次检查").click()
    mine.rate(page)
    assert [one["strokes"] for one in written(server, "receive")] == [None]
    assert written(server, "object")[0]["files"] and written(server, "proof")[0]["files"]


def test_a_signature_by_finger_reaches_the_bureau_stroke_by_stroke(server: Server, subject: Open) -> None:
    page = subject(server.url + mine.issued(server))
    page.get_by_role("link", name="确认收到").click()
    expect(page.locator("#pad-state")).to_contain_text("还没有签字")
    mine.sign(page)
    expect(page.locator("#pad-state")).to_have_text("已经签字。")
    page.click("#pad-undo")
    page.click("main form .button.main")
    expect(page.get_by_role("status")).to_contain_text("已确认收到")
    [said] = written(server, "receive")
    assert len(said["strokes"]) == 2 and said["canvas"]["width"] > 200  # type: ignore[arg-type, index]


def test_a_file_that_is_too_large_is_said_before_it_is_sent(server: Server, subject: Open) -> None:
    page = subject(f"{server.url}{mine.issued(server)}/object")
    large = {"name": "录像.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff" + b"x" * (11 * 2**20)}
    page.set_input_files("#files", [large])
    expect(page.locator("#files-fault")).to_contain_text("录像.jpg")
    page.fill("#text", "不属实")
    page.fill("#name", "张三")
    page.click("main form .button.main")
    assert page.url.endswith("/object") and written(server, "object") == []


def test_axe_finds_nothing_and_large_words_lose_nothing(server: Server, subject: Open) -> None:
    place = server.url + mine.issued(server)
    page = subject(place)
    links = page.locator(f'main a.button[href^="{place.removeprefix(server.url)}/"]')
    found = violations(page)
    places = [place, *(server.url + str(link.get_attribute("href")) for link in links.all())]
    assert len(places) == 5
    for each in [*places, f"{server.url}/mine/x/{'0' * 64}"]:
        page.goto(each)
        found += violations(page)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        wide = page.evaluate(WIDE)
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], wide
    assert found == []


def test_an_objection_is_written_by_keys_alone(server: Server, subject: Open) -> None:
    page = subject(f"{server.url}{mine.issued(server)}/object")
    for text in ("", "", "不属实", "", "张三", ""):
        page.keyboard.press("Tab")
        page.keyboard.type(text)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("异议已收到")
    assert written(server, "object")[0]["text"] == "不属实"
