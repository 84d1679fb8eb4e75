"""What an inspector does on the phone, step by step, by what stands on the screen."""

from __future__ import annotations

import re

from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.phone import PIN, Phone
from webapp.demo.world import PASSWORD, photo

SCREENS = {"": "overview", "arrive": "arrive-screen", "check": "checklist", "seal": "seal-screen"}
SCREENS |= {step: step for step in ("result", "review", "inspectors")}
SCRAWL = [[(0.1, 0.6), (0.3, 0.3), (0.5, 0.7)], [(0.6, 0.3), (0.8, 0.7)]]


class Inspector:
    """A person with a phone in hand."""

    def __init__(self, phone: Phone, url: str) -> None:
        self.phone, self.url = phone, url

    @property
    def page(self) -> Page:
        return self.phone.page

    def at(self, name: str) -> Locator:
        """What the screen calls `name`."""
        return self.page.locator(f'[data-test="{name}"]')

    def visit_site(self) -> None:
        """The first visit; over when everything is here for the way."""
        self.page.goto(f"{self.url}/field/")
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    def log_in(self, username: str, password: str = PASSWORD) -> None:
        """Name, password, and a PIN where this person has none on this phone."""
        self.log_in_by_password(username, password)
        expect(self.at("pin").or_(self.at("worklist")).first).to_be_visible()
        if self.at("pin").count():
            self.choose_pin()
        expect(self.at("worklist")).to_be_visible()

    def log_in_by_password(self, username: str, password: str = PASSWORD) -> None:
        """Name and password at the door."""
        self.at("login-username").fill(username)
        self.at("login-password").fill(password)
        self.at("login-submit").tap()

    def choose_pin(self) -> None:
        """Six digits, twice."""
        self.at("pin").fill(PIN)
        self.at("pin-again").fill(PIN)
        self.at("pin-submit").tap()

    def log_in_again(self, username: str) -> None:
        """A browser that was killed may have lost its session with the cookie jar; what was written is there."""
        self.page.goto(f"{self.url}/field/#/login")
        self.log_in(username)

    def start(self, username: str) -> Inspector:
        """Ready to go out: enrolled, with the inspections on the phone."""
        self.visit_site()
        self.log_in(username)
        expect(self.page.locator('[data-test^="card-"]').first).to_be_visible()
        return self

    def pick(self, state: str = "未开始") -> str:
        """Open the first inspection in this state; its id."""
        card = self.page.locator('[data-test^="card-"]').filter(
            has=self.page.locator('[data-test="state"]', has_text=state)
        )
        expect(card.first).to_be_visible()
        name = str(card.first.get_attribute("data-test"))
        card.first.tap()
        expect(self.at("overview")).to_be_visible()
        return name.removeprefix("card-")

    def go(self, inspection: str, step: str = "") -> None:
        """Straight to a step of an inspection."""
        self.page.goto(f"{self.url}/field/#/i/{inspection}/{step}")
        screen, closed = self.at(SCREENS[step]), self.at("closed-ask")
        expect(screen.or_(closed).first).to_be_visible()
        if closed.count():
            # Sealed, and the page was opened anew: the bureau gives the key.
            closed.click()
            expect(screen.first).to_be_visible()

    def arrive(self, inspection: str) -> None:
        """Arrive; everyone who can be asked on this phone says that nobody has to step aside."""
        self.go(inspection, "arrive")
        self.at("arrive").tap()
        expect(self.at("next-step")).to_be_visible()
        self.nobody_steps_aside()

    def nobody_steps_aside(self) -> None:
        """One tap each; the partner, where there is one on this phone, after the own PIN."""
        silent = self.page.locator('[data-test^="recusal-none-"]')
        expect(silent.first).to_be_visible()
        while left := silent.count():
            alone = silent.first.locator("xpath=ancestor::li").get_by_text("本人").count()
            subject = silent.first.get_attribute("data-test") == "recusal-none-subject"
            silent.first.click()
            if not (alone or subject):
                self.at("recusal-pin").fill(PIN)
            expect(silent).to_have_count(left - 1)

    def question(self, address: str) -> Locator:
        return self.at(f"question-{address}")

    def answer(self, address: str, value: str) -> None:
        """One tap; back when it is on the disk."""
        button = self.question(address).locator(f'[data-test="verdict-{value}"]')
        button.tap()
        expect(button).to_have_attribute("aria-checked", "true")

    def take_photo(self, address: str, seed: str = "1") -> None:
        """A picture through the camera's button; back when it is stored."""
        question = self.question(address)
        before = question.locator(".thumb:not(.waiting)").count()
        question.locator('[data-test="photo-input"]').set_input_files(picture(seed))
        expect(question.locator(".thumb:not(.waiting)")).to_have_count(before + 1)

    def answer_the_rest(self, inspection: str) -> None:
        """Every open question gets an ordinary answer, every photo that is asked for is taken."""
        self.go(inspection, "check")
        seen: set[str] = set()
        # An answer may bring up questions that were not asked before.
        while left := [name for name in self._asked() if name not in seen]:
            for name in left:
                seen.add(name)
                question = self.at(name)
                if question.count():
                    question.scroll_into_view_if_needed()
                    self._answer(question)
                    if question.locator(".tool.wanted").count():
                        self.take_photo(name.removeprefix("question-"))
        expect(self.at("missing")).to_have_count(0)

    def _asked(self) -> list[str]:
        return self.page.eval_on_selector_all("section.q", "all => all.map(one => one.dataset.test)")

    def _answer(self, question: Locator) -> None:
        if question.locator('[aria-checked="true"]').count():
            return
        choice = question.locator('[data-test="verdict-pass"], [data-test^="choice-"]')
        field = question.locator('[data-test="answer"]')
        if choice.count():
            choice.first.tap()
            expect(choice.first).to_have_attribute("aria-checked", "true")
        elif field.count() and not field.input_value():
            kind, mode = field.get_attribute("type"), field.get_attribute("inputmode")
            field.fill({"date": "2026-11-21", "time": "09:30"}.get(kind or "", "12" if mode else "属实"))
            field.blur()

    def set_result(self, inspection: str, code: str) -> None:
        self.go(inspection, "result")
        self.at(f"result-{code}").tap()
        expect(self.at(f"result-{code}")).to_have_attribute("aria-checked", "true")

    def collect_signature(self, inspection: str, name: str = "赵建国") -> None:
        """Hand the phone over, the subject reads and signs, take it back by PIN."""
        self.go(inspection, "review")
        self.at("to-sign").tap()
        self.at("signer-name").fill(name)
        self.phone.draw('[data-test="sign-pad"] canvas, canvas[data-test="sign-pad"]', SCRAWL)
        self.at("sign-confirm").click()
        expect(self.at("signed")).to_be_visible()
        self.at("hand-back-main").click()
        self.at("pin").fill(PIN)
        expect(self.at("review")).to_be_visible()

    def sign(self, inspection: str, user: str) -> None:
        """One of the pair signs on this phone after the own PIN."""
        self.go(inspection, "inspectors")
        self.at(f"inspector-sign-{user}").click()
        self.at("inspector-pin").fill(PIN)
        self.phone.draw('[data-test="inspector-pad"] canvas, canvas[data-test="inspector-pad"]', SCRAWL)
        self.at("inspector-confirm").click()
        expect(self.at(f"inspector-signed-{user}")).to_be_visible()

    def seal(self, inspection: str) -> str:
        """Seal; the record's hash as the screen shows it."""
        self.go(inspection, "seal")
        self.at("seal").click()
        expect(self.at("record-hash")).to_be_visible()
        return re.sub(r"\s", "", self.at("record-hash").inner_text())

    def partner_joins(self, username: str, user: str, holder: str) -> None:
        """The partner logs in on this phone too, then gives it back."""
        self.page.goto(f"{self.url}/field/#/login")
        self.log_in(username)
        self.page.goto(f"{self.url}/field/#/me")
        self.at(f"person-{holder}").tap()
        self.at("pin").fill(PIN)
        expect(self.at("worklist")).to_be_visible()
        assert user != holder

    def expect_safe(self, inspection: str) -> None:
        """The words "safe at the bureau" stand on the screen."""
        self.go(inspection)
        expect(self.at("safety")).to_have_attribute("data-state", "safe", timeout=30000)


def picture(seed: str) -> FilePayload:
    """A photo as the camera gives it."""
    return {"name": f"{seed}.jpg", "mimeType": "image/jpeg", "buffer": photo(["取证"], seed)}
