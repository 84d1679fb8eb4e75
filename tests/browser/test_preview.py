"""A checklist at the desk as the phone shows it: the phone's own code, nothing kept, nothing sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.browser.logic import logic
from tests.browser.server import Server
from webapp import create_app
from webapp.db import db
from webapp.demo import world
from webapp.forms.models import Form, Release

Desk = Callable[..., Page]
PD = next(one["id"] for one in world.bureaus() if one["key"] == "pd")


def version(server: Server, body: dict[str, Any]) -> str:
    """Publish a form for the bureau; the id of the version."""
    app = create_app({"DATA": server.folder})
    with app.app_context():
        form = Form.publish(body, PD)
        db.session.commit()
        found: str = db.session.query(Release.id).filter_by(form_hash=form.hash).scalar()
        db.session.remove()
        db.engine.dispose()
    return found


def phones(page: Page) -> tuple[FrameLocator, FrameLocator]:
    """The Chinese one and the English one."""
    return page.frame_locator('[data-language="zh"] iframe'), page.frame_locator(
        '[data-language="en"] iframe'
    )


def question(phone: FrameLocator, address: str) -> Locator:
    return phone.locator(f'[data-test="question-logic/{address}"]')


def choose(phone: FrameLocator, address: str, name: str) -> None:
    question(phone, address).locator(f'[data-test="choice-{name}"]').click()


def test_the_phone_stands_there_twice_and_an_answer_in_one_language_is_one_in_the_other(
    server: Server, desk: Desk
) -> None:
    page = desk("planner", viewport={"width": 1280, "height": 1200})
    page.goto(f"{server.url}/forms/{version(server, logic())}/preview")
    chinese, english = phones(page)
    expect(question(chinese, "kind")).to_contain_text("单位类型")
    expect(question(english, "kind")).to_contain_text("Kind of unit")
    expect(question(chinese, "permit")).to_have_count(0)
    choose(chinese, "kind", "dispatch")
    expect(question(english, "permit")).to_contain_text("The dispatch permit is valid")
    expect(question(english, "kind").locator('[data-test="choice-dispatch"]')).to_have_attribute(
        "aria-checked", "true"
    )
    question(english, "permit").locator('[data-test="verdict-fail"]').click()
    expect(question(chinese, "permit").locator('[data-test="verdict-fail"]')).to_have_attribute(
        "aria-checked", "true"
    )
    expect(question(chinese, "permit")).to_be_in_viewport()
    page.evaluate("() => { document.body.style.paddingBottom = '3000px'; }")
    chinese.locator('[data-test="next-open"]').click()
    page.wait_for_timeout(300)
    assert page.evaluate("() => scrollY") == 0
    question(chinese, "permit").locator('[data-test="sample-photo"]').click()
    expect(question(english, "permit").locator(".thumb img")).to_have_count(1)


def test_what_breaks_a_rule_says_so_at_its_question_and_it_all_begins_again_at_a_touch(
    server: Server, desk: Desk
) -> None:
    page = desk("planner", viewport={"width": 1280, "height": 900})
    page.goto(f"{server.url}/forms/{version(server, logic())}/preview")
    chinese, english = phones(page)
    choose(chinese, "kind", "dispatch")
    date = question(chinese, "until").locator('[data-test="answer"]')
    date.fill("2020-01-01")
    date.blur()
    expect(question(chinese, "until").locator('[data-test="broken"]')).to_contain_text(
        "必须是今天或以后的日期"
    )
    expect(question(english, "until").locator('[data-test="broken"]')).to_contain_text("Today or later")
    page.click("#anew")
    expect(question(chinese, "until")).to_have_count(0)
    expect(question(chinese, "kind").locator('[aria-checked="true"]')).to_have_count(0)


def test_nothing_that_is_answered_is_kept_or_sent(server: Server, desk: Desk) -> None:
    page = desk("planner", viewport={"width": 1280, "height": 900})
    page.goto(f"{server.url}/forms/{version(server, logic())}/preview")
    chinese, english = phones(page)
    for phone in (chinese, english):
        expect(question(phone, "kind")).to_be_visible()
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: "/static/" in request.url or asked.append(request.url))
    choose(chinese, "kind", "hr")
    chinese.locator('[data-test="add-note"]').first.click()
    expect(chinese.locator('[data-test="undo"]')).to_be_visible()
    page.wait_for_timeout(600)
    assert asked == []
    kept = page.evaluate("async () => [localStorage.length, (await indexedDB.databases()).length]")
    assert kept == [0, 0]
    page.reload()
    expect(question(chinese, "kind")).to_be_visible()
    expect(chinese.locator('[data-test="question-logic/kind"] [aria-checked="true"]')).to_have_count(0)


def test_a_narrow_screen_shows_one_phone_and_the_other_when_it_is_chosen(server: Server, desk: Desk) -> None:
    page = desk("planner", viewport={"width": 390, "height": 844})
    page.goto(f"{server.url}/forms/{version(server, logic())}/preview")
    chinese, english = phones(page)
    expect(question(chinese, "kind")).to_be_visible()
    expect(page.locator('[data-language="en"]')).to_be_hidden()
    page.locator('.languages [value="en"]').check()
    expect(question(english, "kind")).to_be_visible()
    expect(page.locator('[data-language="zh"]')).to_be_hidden()
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_a_body_that_is_not_saved_is_shown_and_one_that_cannot_be_computed_says_so(
    server: Server, desk: Desk
) -> None:
    page = desk("planner", viewport={"width": 1280, "height": 900})
    page.goto(f"{server.url}/forms/{version(server, logic())}/preview")
    expect(question(phones(page)[0], "kind")).to_be_visible()
    page.evaluate(
        """async (body) => {
          const { mount } = await import("/static/forms/preview.js");
          const element = document.querySelector("[data-language=zh]");
          element.replaceChildren();
          window.preview = await mount(element, body, { language: "zh" });
        }""",
        logic(),
    )
    chinese, _ = phones(page)
    choose(chinese, "kind", "hr")
    changed = logic()
    changed["questions"][0]["children"][1]["label"]["zh-Hans"] = "单位属于哪一类"
    page.evaluate("(body) => window.preview.show(body)", changed)
    expect(question(chinese, "kind")).to_contain_text("单位属于哪一类")
    expect(question(chinese, "kind").locator('[data-test="choice-hr"]')).to_have_attribute(
        "aria-checked", "true"
    )
    page.evaluate("(body) => window.preview.show(body)", {"name": "logic", "title": {}})
    expect(chinese.locator('[data-test="not-yet"]')).to_be_visible()
    page.evaluate("(body) => window.preview.show(body)", logic())
    expect(question(chinese, "kind")).to_contain_text("单位类型")


def test_two_versions_are_compared_from_the_page_of_one(server: Server, desk: Desk) -> None:
    old = version(server, logic())
    newer = logic("2")
    newer["questions"][0]["children"][1]["label"]["zh-Hans"] = "单位属于哪一类"
    new = version(server, newer)
    page = desk("planner", viewport={"width": 1280, "height": 900})
    page.goto(f"{server.url}/forms/{new}")
    page.click("text=与别的版本对比")
    page.select_option("#with", old)
    page.click(".compared button")
    expect(page).to_have_url(f"{server.url}/forms/{new}/compare/{old}")
    row = page.locator(".comparison tbody tr")
    expect(row).to_have_count(1)
    expect(row.locator("ins")).to_have_text(["属于哪一"])
    page.click(".filters >> text=全部")
    assert row.count() > 5
