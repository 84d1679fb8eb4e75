"""What fits the app to a hand and an eye: the lock after a pause, the size of words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.inspector import PIN, Inspector, picture
from tests.browser.phone import Phone
from tests.browser.server import Server
from webapp.demo import world

Phones = Callable[[str], Phone]
USERS = {person["username"]: person["id"] for person in world.people()}
IDS = {assignment["key"]: assignment["id"] for assignment in world.assignments()}


@pytest.fixture
def inspector(server: Server, phone: Phones) -> Inspector:
    holder = Inspector(phone("one"), server.url)
    holder.page.clock.install()
    return holder.start("inspector1")


def pause(inspector: Inspector, minutes: int) -> None:
    """Nobody touches the phone for a while."""
    inspector.page.clock.fast_forward(minutes * 60_000 + 6000)


def test_after_five_minutes_the_pin_is_asked_and_nothing_that_was_typed_is_lost(
    inspector: Inspector, server: Server
) -> None:
    inspector.phone.leave_locked()
    inspection = inspector.pick("未开始")
    inspector.arrive(inspection)
    inspector.at("add-present").tap()
    name = inspector.page.locator("dialog:not(.lock) input").first
    name.fill("赵建")
    server.stop()
    pause(inspector, 3)
    expect(inspector.at("lock")).to_have_count(0)
    pause(inspector, 5)
    expect(inspector.at("lock")).to_be_visible()
    expect(name).to_be_hidden()
    inspector.page.keyboard.press("Escape")
    inspector.page.keyboard.press("Escape")
    expect(inspector.at("lock")).to_be_visible()
    inspector.page.wait_for_timeout(200)
    expect(inspector.at("lock-pin")).to_be_focused()
    inspector.at("lock-pin").fill("135790")
    expect(inspector.at("lock")).to_contain_text("PIN 不对")
    inspector.at("lock-pin").fill(PIN)
    expect(inspector.at("lock")).to_have_count(0)
    expect(name).to_have_value("赵建")
    expect(inspector.at("arrive-screen")).to_be_attached()


def test_a_locked_phone_stays_locked_when_the_page_is_opened_again(inspector: Inspector) -> None:
    inspector.phone.leave_locked()
    inspector.page.goto(f"{inspector.url}/field/#/me")
    inspector.at("lock-1").tap()
    pause(inspector, 1)
    expect(inspector.at("lock")).to_be_visible()
    inspector.page.reload()
    expect(inspector.at("lock")).to_be_visible()
    inspector.at("pin-forgotten").tap()
    expect(inspector.at("login-submit")).to_be_visible()
    inspector.page.goto(f"{inspector.url}/field/#/me")
    expect(inspector.at("lock")).to_be_visible()
    inspector.at("pin-forgotten").tap()
    inspector.log_in_by_password("inspector1")
    expect(inspector.at("pin-again")).to_be_visible()
    inspector.choose_pin()
    expect(inspector.at("worklist")).to_be_visible()
    expect(inspector.at("lock")).to_have_count(0)


def test_the_lock_leaves_camera_and_subject_in_peace(inspector: Inspector) -> None:
    inspector.phone.leave_locked()
    inspection = inspector.pick("未开始")
    inspector.arrive(inspection)
    inspector.go(inspection, "check")
    question = inspector.page.locator('section.q:has([data-test="verdict-pass"])').first
    # Four minutes in the system's camera: back, and on.
    pause(inspector, 4)
    question.locator('[data-test="photo-input"]').set_input_files(picture("1"))
    expect(question.locator(".thumb:not(.waiting)")).to_have_count(1)
    expect(inspector.at("lock")).to_have_count(0)
    # Longer than that: the photo is kept behind the lock.
    pause(inspector, 6)
    expect(inspector.at("lock")).to_be_visible()
    question.locator('[data-test="photo-input"]').set_input_files(picture("2"))
    inspector.at("lock-pin").fill(PIN)
    expect(question.locator(".thumb:not(.waiting)")).to_have_count(2)

    inspector.answer_the_rest(inspection)
    inspector.set_result(inspection, "no_problem")
    inspector.go(inspection, "review")
    inspector.at("to-sign").tap()
    expect(inspector.at("handed")).to_be_visible()
    pause(inspector, 30)
    expect(inspector.at("handed")).to_be_visible()
    expect(inspector.at("lock")).to_have_count(0)


def test_the_partner_takes_a_locked_phone_by_the_own_pin(inspector: Inspector) -> None:
    inspector.phone.leave_locked()
    one, two = USERS["inspector1"], USERS["inspector2"]
    inspector.partner_joins("inspector2", two, one)
    pause(inspector, 5)
    inspector.at(f"lock-{two}").tap()
    inspector.at("lock-pin").fill(PIN)
    expect(inspector.at("lock")).to_have_count(0)
    inspector.page.goto(f"{inspector.url}/field/#/me")
    expect(inspector.at(f"person-{two}")).to_contain_text("正在使用")


def test_every_tap_is_felt(inspector: Inspector) -> None:
    inspector.page.evaluate("window.felt = []; navigator.vibrate = (how) => window.felt.push(how) > 0; true")
    inspector.page.locator("h1").first.tap()
    inspector.at("tab-week").tap()
    expect(inspector.at("tab-week")).to_have_attribute("aria-selected", "true")
    felt = inspector.page.evaluate("window.felt")
    assert felt == [5], felt


SCREENS = [
    "",
    "me",
    "ready",
    "leave",
    "sync",
    "i/{pd-01}",
    "i/{pd-01}/arrive",
    "i/{pd-08}",
    "i/{pd-08}/check",
    "i/{pd-07}/result",
]
SCREENS += ["i/{pd-11}/review", "i/{pd-11}/inspectors", "i/{pd-11}/seal", "i/{pd-09}"]
WIDE = """() => {
  const over = [...document.querySelectorAll("#app *")].filter((one) => {
    if (one.closest(".filters, svg, .out-of-sight, pre") || !one.checkVisibility()) return false;
    const box = one.getBoundingClientRect();
    const { overflowX, textOverflow } = getComputedStyle(one);
    const clipped = one.scrollWidth > one.clientWidth + 1 && overflowX === "hidden" && textOverflow !== "ellipsis";
    return box.width && (box.right > innerWidth + 1 || box.left < -1 || clipped);
  });
  return over.map((one) => `${one.tagName}.${one.className} ${one.textContent.slice(0, 30)}`);
}"""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_with_the_largest_words_nothing_leaves_a_narrow_screen(inspector: Inspector, language: str) -> None:
    page = inspector.page
    page.set_viewport_size({"width": 320, "height": 640})
    inspector.expect_safe(IDS["pd-11"])
    page.goto(f"{inspector.url}/field/#/me")
    inspector.at("text-largest").tap()
    inspector.at(f"language-{language}").tap()
    expect(page.locator("html")).to_have_attribute("data-text", "largest")
    found = {}
    for screen in SCREENS:
        for key, ident in IDS.items():
            screen = screen.replace(f"{{{key}}}", ident)
        page.goto(f"{inspector.url}/field/#/{screen}")
        page.wait_for_timeout(400)
        found[screen] = page.evaluate(WIDE)
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-text", "largest")
    assert {screen: over for screen, over in found.items() if over} == {}
