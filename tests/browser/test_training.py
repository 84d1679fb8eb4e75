"""Practice on the phone (CA-2.5): from the door to the seal without a network, and the archive never hears of it."""

from __future__ import annotations

import json
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.inspector import PIN, SCRAWL, Inspector, picture
from tests.browser.phone import Phone
from tests.browser.server import Server
from webapp import create_app
from webapp.db import db
from webapp.field.models import Event
from webapp.oversight.training import Practice

Phones = Callable[[str], Phone]
PARTNERS_PIN = "123456"
STORES = """async (name) => {
  const over = (asked) => new Promise((resolve) => { asked.onsuccess = () => resolve(asked.result); });
  const db = await over(indexedDB.open(name));
  const count = async (store) => [store, await over(db.transaction(store).objectStore(store).count())];
  const found = await Promise.all(["inspections", "events", "blobs", "people"].map(count));
  db.close();
  return Object.fromEntries(found);
}"""


class Learner(Inspector):
    """An inspector in the page of practice."""

    def step(self, name: str) -> None:
        """On to a step of the lesson that is open."""
        lesson = self.page.url.split("#/i/")[1].split("/")[0]
        self.page.goto(f"{self.url}/field/practice#/i/{lesson}/{name}")

    def begin(self, lesson: str) -> None:
        self.at(f"lesson-{lesson}").tap()
        expect(self.at("overview")).to_be_visible()

    def at_the_door(self) -> None:
        """Arrive, say why no code was scanned, ask about recusal, note who is there."""
        self.step("arrive")
        self.at("arrive").tap()
        expect(self.at("next-step")).to_be_visible()
        self.at("scan-none").click()
        self.at("scan-reason").fill("现场没有码")
        self.at("scan-confirm").click()
        silent = self.page.locator('[data-test^="recusal-none-"]')
        while left := silent.count():
            name = str(silent.first.get_attribute("data-test"))
            mine = silent.first.locator("xpath=ancestor::li").get_by_text("本人").count()
            silent.first.click()
            if not (mine or name.endswith("subject")):
                self.at("recusal-pin").fill(PARTNERS_PIN)
            expect(silent).to_have_count(left - 1)

    def sign_both(self) -> None:
        """Both of the pair, each after a PIN; then the seal."""
        self.step("inspectors")
        for pin in (PIN, PARTNERS_PIN):
            self.page.locator('[data-test^="inspector-sign-"]').first.click()
            self.at("inspector-pin").fill(pin)
            self.phone.draw('[data-test="inspector-pad"] canvas, canvas[data-test="inspector-pad"]', SCRAWL)
            self.at("inspector-confirm").click()
            expect(self.at("inspector-confirm")).to_have_count(0)
        self.step("seal")
        self.at("seal").click()
        expect(self.at("lesson-done")).to_be_visible()


def into_practice(learner: Learner) -> None:
    learner.page.goto(f"{learner.url}/field/#/training")
    expect(learner.at("text-discipline")).to_be_visible()
    learner.at("practise").tap()
    expect(learner.at("lessons")).to_be_visible()


def practised(server: Server) -> list[Practice]:
    with create_app({"DATA": server.folder}).app_context():
        return db.session.query(Practice).all()


def events(server: Server) -> int:
    with create_app({"DATA": server.folder}).app_context():
        return db.session.query(Event).count()


def test_who_meets_nobody_practises_it_offline_and_only_the_outcome_reaches_the_bureau(
    server: Server, phone: Phones, desk: Callable[..., Page]
) -> None:
    learner = Learner(phone("one"), server.url)
    learner.start("inspector1")
    into_practice(learner)
    before, real = events(server), learner.page.evaluate(STORES, "yidang")
    asked: list[str] = []
    learner.phone.context.on(
        "request", lambda request: asked.append(request.url) if "/api/" in request.url else None
    )
    server.stop()
    learner.begin("nobody")
    expect(learner.at("practice-bar")).to_contain_text("练习 · 不进档案")
    assert violations(learner.page) == []
    learner.at("practice-story").click()
    assert violations(learner.page) == []
    learner.at("sheet-cancel").click()
    learner.at_the_door()
    learner.step("result")
    learner.at("result-unreachable").tap()
    expect(learner.at("result-unreachable")).to_have_attribute("aria-checked", "true")
    learner.step("review")
    learner.at("absent").first.click()
    learner.at("absent-reason").fill("锁着门")
    learner.at("absent-witness").fill("居委会 王")
    learner.at("absent-confirm").click()
    expect(learner.at("ended-absent")).to_be_visible()
    learner.sign_both()
    expect(learner.at("lesson-score")).to_have_text("做到 7/8")
    expect(learner.at("point-place")).to_have_attribute("data-met", "false")
    assert violations(learner.page) == []
    assert asked == [] and learner.page.evaluate(STORES, "yidang") == real
    assert learner.page.evaluate(STORES, "yidang-practice")["events"] > 5

    server.start()
    learner.at("practice-leave").tap()
    expect(learner.at("training")).to_contain_text("做到 7/8")
    expect(learner.at("training")).not_to_contain_text("待报机关", timeout=30000)
    assert [(row.lesson, row.met, len(row.points)) for row in practised(server)][-1:] == [("nobody", 7, 8)]
    assert events(server) == before

    supervisor = desk("supervisor", viewport={"width": 1280, "height": 900})
    supervisor.goto(f"{server.url}/oversight/training")
    expect(supervisor.locator("main")).to_contain_text("做到 7/8")
    assert violations(supervisor) == []
    for place in ("/oversight/guidance", "/oversight/guidance/flow"):
        supervisor.goto(server.url + place)
        assert violations(supervisor) == []


def test_a_practice_says_so_in_the_subjects_hands_and_over_the_camera_and_its_photos_stay(
    server: Server, phone: Phones
) -> None:
    learner = Learner(phone("one"), server.url)
    learner.start("inspector1")
    into_practice(learner)
    learner.begin("plain")
    for step in ("arrive", "check", "result", "review", "inspectors", "seal"):
        learner.step(step)
        expect(learner.at("practice-bar")).to_be_visible()
    learner.step("arrive")
    learner.at("arrive").tap()
    expect(learner.at("next-step")).to_be_visible()
    learner.at("scan-subject").click()
    said = learner.page.evaluate("getComputedStyle(document.querySelector('dialog'), '::before').content")
    assert json.loads(said) == "练习 · 不进档案"
    learner.page.keyboard.press("Escape")
    learner.step("check")
    question = learner.page.locator("section.q").first
    question.locator('[data-test="photo-input"]').set_input_files(picture("1"))
    expect(question.locator(".thumb:not(.waiting)")).to_have_count(1)
    assert learner.page.evaluate(STORES, "yidang-practice")["blobs"] == 1
    assert learner.page.evaluate(STORES, "yidang")["blobs"] == 0
    # What is of practice is not found in the real store, whatever the address says.
    lesson = learner.page.url.split("#/i/")[1].split("/")[0]
    learner.page.goto(f"{server.url}/field/#/i/{lesson}")
    expect(learner.at("broken")).to_be_visible()
    expect(learner.at("practice-bar")).to_have_count(0)


def test_nobody_practises_before_logging_in(server: Server, phone: Phones) -> None:
    learner = Learner(phone("one"), server.url)
    learner.visit_site()
    learner.page.goto(f"{server.url}/field/practice")
    expect(learner.at("login-username")).to_be_visible()
