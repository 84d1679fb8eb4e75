"""A first inspection by taps and keys alone: counted, its time estimated, a picture of each step (`make screens`).

Two items, three photos, one finding, three signatures on one phone: what docs/first-inspection.md says is written here.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, expect

from tests.browser.inspector import PIN, Inspector
from tests.browser.phone import Phone, Stroke
from tests.browser.server import Server
from webapp.demo import world
from webapp.demo.world import PASSWORD

DOCUMENT = Path(__file__).parents[2] / "docs" / "first-inspection.md"
FOLDER = DOCUMENT.with_suffix("")
MARKERS = ("<!-- counted -->", "<!-- end -->")
IDS = {assignment["key"]: assignment["id"] for assignment in world.assignments()}
USERS = {person["username"]: person["id"] for person in world.people()}
ONE, TWO = USERS["inspector1"], USERS["inspector2"]
VISIT = IDS["pd-01"]
FINDING = "question-pd1/PD1-2a"

# The first steps are made once, at the office.
AT_THE_OFFICE = 2
# Seconds by Card, Moran and Newell (1980): to point at a place and press it, to decide, to press a key as an unpractised
# typist, to push the page up; a line drawn by hand: 0.9 for each straight piece and 0.16 for each centimetre.
TAP, THINK, KEY, SWIPE, PIECE, CENTIMETRE = 1.3, 1.35, 0.5, 0.5, 0.9, 0.16
# A Chinese character takes about two keys of a pinyin keyboard with its suggestions.
KEYS_OF_A_CHARACTER = 2
PIXELS_OF_A_CENTIMETRE = 60
NAME: Sequence[Stroke] = [
    [(0.15, 0.3), (0.35, 0.3), (0.2, 0.75)],
    [(0.3, 0.5), (0.4, 0.75)],
    [(0.55, 0.25), (0.55, 0.8)],
    [(0.45, 0.45), (0.7, 0.4), (0.5, 0.75)],
    [(0.75, 0.3), (0.9, 0.3), (0.85, 0.8)],
]


@dataclass
class Step:
    """What was done at one place of the app, between two pictures."""

    name: str
    title: str
    screens: list[str] = field(default_factory=list)
    taps: int = 0
    thoughts: int = 0
    keys: int = 0
    swipes: int = 0
    drawn: float = 0.0

    @property
    def seconds(self) -> float:
        acts = self.taps * TAP + self.thoughts * THINK + self.keys * KEY + self.swipes * SWIPE
        return acts + self.drawn


class Hand:
    """An inspector whose every tap, key and stroke is counted; a photo of the screen is kept by `camera`."""

    def __init__(self, inspector: Inspector, camera: Callable[[str], None]) -> None:
        self.inspector, self.camera = inspector, camera
        self.steps: list[Step] = []

    def at(self, name: str) -> Locator:
        return self.inspector.at(name)

    def begin(self, name: str, title: str) -> None:
        """From here on, what is done belongs to this step."""
        self.steps.append(Step(name, title))

    def look(self) -> None:
        """Notes which screen this is."""
        shown = str(self.inspector.page.locator(".screen").get_attribute("data-screen"))
        shown = shown.replace(f"i/{VISIT}", "visit")
        shown = shown or "list"
        if shown not in self.steps[-1].screens:
            self.steps[-1].screens.append(shown)

    def end(self) -> None:
        """The step is done: a picture of it."""
        self.look()
        self.camera(f"{len(self.steps):02}-{self.steps[-1].name}")

    def tap(self, place: str | Locator, think: bool = True) -> None:
        """One tap; `think`: the person decides first, not where the hand goes on by itself (a second field, 存入)."""
        target = (self.at(place) if isinstance(place, str) else place).first
        target.wait_for()
        self.look()
        target.click()
        self.steps[-1].taps += 1
        self.steps[-1].thoughts += think

    def type(self, place: str | Locator, text: str, tap: bool = True, think: bool = True) -> None:
        """A tap into the field where it has no cursor yet, then the keys."""
        target = (self.at(place) if isinstance(place, str) else place).first
        if tap:
            self.tap(target, think)
        target.fill(text)
        self.steps[-1].keys += sum(KEYS_OF_A_CHARACTER if ord(one) > 0x2E80 else 1 for one in text)

    def swipe(self, target: Locator) -> None:
        """The page is pushed up until something is in sight."""
        target.first.scroll_into_view_if_needed()
        self.steps[-1].swipes += 1

    def sign(self, pad: str) -> None:
        """A name, drawn."""
        canvas = self.at(pad)
        self.swipe(canvas)
        box = canvas.bounding_box()
        assert box
        self.inspector.phone.draw(f'[data-test="{pad}"]', NAME)
        pieces = [piece for stroke in NAME for piece in zip(stroke, stroke[1:], strict=False)]
        width, height = 342, 160
        length = sum(math.hypot((x2 - x1) * width, (y2 - y1) * height) for (x1, y1), (x2, y2) in pieces)
        self.steps[-1].drawn += PIECE * len(pieces) + CENTIMETRE * length / PIXELS_OF_A_CENTIMETRE
        self.steps[-1].thoughts += 1


def walk(hand: Hand) -> list[Step]:
    """From the first visit of the address to the sealed record."""
    hand.inspector.visit_site()
    for part in (log_in, partner, to_the_visit, arrive, checklist, result, subject_signs, pair_signs, seal):
        part(hand)
    return hand.steps


def log_in(hand: Hand) -> None:
    hand.begin("log-in", "Log in, choose a PIN")
    hand.type("login-username", "inspector1")
    hand.type("login-password", PASSWORD, think=False)
    hand.tap("login-submit", think=False)
    choose_pin(hand)
    expect(hand.at("worklist")).to_be_visible()
    expect(hand.at(f"card-{VISIT}")).to_be_visible()
    hand.end()


def choose_pin(hand: Hand) -> None:
    hand.type("pin", PIN)
    hand.type("pin-again", PIN, think=False)
    hand.tap("pin-submit", think=False)


def partner(hand: Hand) -> None:
    hand.begin("partner", "The partner logs in on this phone too")
    hand.tap("me")
    hand.tap("add-person")
    hand.type("login-username", "inspector2")
    hand.type("login-password", PASSWORD, think=False)
    hand.tap("login-submit", think=False)
    choose_pin(hand)
    expect(hand.at("me").first).to_be_visible()
    hand.end()


def to_the_visit(hand: Hand) -> None:
    hand.begin("open", "Open the visit")
    hand.tap("back")
    card = hand.at(f"card-{VISIT}")
    hand.swipe(card)
    hand.tap(card)
    expect(hand.at("overview")).to_be_visible()
    hand.end()
    hand.tap("next-step")
    expect(hand.at("arrive-screen")).to_be_visible()


def arrive(hand: Hand) -> None:
    hand.begin(
        "arrive", "Arrive: time and place, why no code was scanned, recusal asked of all, who is present"
    )
    hand.tap("arrive")
    hand.tap("scan-none")
    hand.tap(hand.inspector.page.locator(".suggest button").first)
    hand.tap("scan-confirm", think=False)
    expect(hand.at("scan-confirm")).to_have_count(0)
    for person in (ONE, TWO, "subject"):
        said = hand.at(f"recusal-none-{person}")
        hand.swipe(said)
        hand.tap(said)
        if person == TWO:
            hand.type("recusal-pin", PIN, tap=False)
        expect(said).to_have_count(0)
    add = hand.at("add-present")
    hand.swipe(add)
    hand.tap(add)
    hand.tap(hand.inspector.page.locator(".sheet .suggest button").first)
    hand.tap("present-confirm", think=False)
    expect(hand.at("present-confirm")).to_have_count(0)
    hand.end()
    hand.tap("next-step")
    expect(hand.at("checklist")).to_be_visible()


def checklist(hand: Hand) -> None:
    hand.begin("checklist", "Checklist: required questions, a required photo")
    for question in hand.inspector.page.locator("section.q:not(:has(.optional))").all():
        hand.swipe(question)
        if question.get_attribute("data-test") == FINDING:
            finding(hand, question)
            continue
        answer(hand, question)
        if question.locator(".tool.wanted").count():
            photos(hand, question, 1)
    expect(hand.at("next-open")).to_have_count(0)
    hand.end()
    hand.tap("next-step")


def answer(hand: Hand, question: Locator) -> None:
    """The ordinary answer: passed, the first choice, or what is typed."""
    choice = question.locator('[data-test="verdict-pass"], [data-test^="choice-"]')
    if choice.count():
        hand.tap(choice)
        return expect(choice.first).to_have_attribute("aria-checked", "true")
    entry = question.locator('[data-test="answer"]')
    hand.type(entry, "12" if entry.get_attribute("inputmode") else "石晓峰")
    entry.blur()


def photos(hand: Hand, question: Locator, count: int) -> None:
    """The camera of the app: open, press the shutter, close."""
    before = question.locator(".thumb:not(.waiting)").count()
    hand.tap(question.locator('[data-test="burst"]'))
    expect(hand.inspector.page.locator("video")).to_have_js_property("readyState", 4)
    for taken in range(count):
        hand.tap("shutter")
        expect(hand.inspector.page.locator(".camera-count")).to_contain_text(str(taken + 1))
    hand.tap("camera-close", think=False)
    expect(question.locator(".thumb:not(.waiting)")).to_have_count(before + count)


def finding(hand: Hand, question: Locator) -> None:
    """What did not pass: the verdict, the fact in words, two photos; a step of its own in the middle of the checklist."""
    hand.end()
    hand.begin("finding", "The finding: verdict, fact, two photos")
    hand.tap(question.locator('[data-test="verdict-fail"]'))
    note = question.locator('[data-test="note"]')
    hand.type(note, "未公示收费标准")
    note.blur()
    photos(hand, question, 2)
    question.evaluate("(question) => question.scrollIntoView({block: 'start'})")
    hand.end()
    hand.begin("checklist-end", "Checklist: the other required questions")


def result(hand: Hand) -> None:
    hand.begin("result", "Result")
    hand.tap("result-corrected")
    expect(hand.at("result-corrected")).to_have_attribute("aria-checked", "true")
    hand.tap("told")
    hand.end()
    hand.tap("next-step")


def subject_signs(hand: Hand) -> None:
    hand.begin("subject", "Review, hand over, the subject signs, take back")
    hand.tap("to-sign")
    expect(hand.at("handed")).to_be_visible()
    hand.swipe(hand.at("signer-name"))
    assert hand.at("signer-name").input_value(), "who is present is asked for the name again"
    hand.sign("sign-pad")
    hand.end()
    hand.tap("sign-confirm")
    expect(hand.at("signed")).to_be_visible()
    hand.tap("hand-back-main")
    hand.type("pin", PIN, tap=False)
    expect(hand.at("review")).to_be_visible()
    hand.tap("next-step")
    expect(hand.at("inspectors")).to_be_visible()


def pair_signs(hand: Hand) -> None:
    hand.begin("pair", "Both inspectors sign")
    for person in (ONE, TWO):
        hand.tap(f"inspector-sign-{person}")
        hand.type("inspector-pin", PIN, tap=False)
        hand.sign("inspector-pad")
        hand.tap("inspector-confirm", think=False)
        expect(hand.at(f"inspector-signed-{person}")).to_be_visible()
    hand.end()
    hand.tap("next-step")


def seal(hand: Hand) -> None:
    hand.begin("seal", "Seal")
    hand.tap("seal")
    expect(hand.at("record-hash")).to_be_visible()
    hand.end()


# ---- what the document says


def report(steps: list[Step]) -> str:
    """The tables of the document."""
    first, rest = steps[:AT_THE_OFFICE], steps[AT_THE_OFFICE:]
    lines = [
        "| | step | screens | taps | decisions | keys | pushes | seconds |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for place, step in enumerate(steps, 1):
        picture = f"[{place}](first-inspection/{place:02}-{step.name}.png)"
        lines.append(f"| {picture} | {step.title} {_figures([step])}")
    lines.append(f"| | before going out, once {_figures(first)}")
    lines.append(f"| | **the inspection, from the list to the seal** {_figures(rest)}")
    lines.append(f"| | all {_figures(steps)}")
    return "\n".join(lines)


def _figures(steps: list[Step]) -> str:
    screens = len({screen for step in steps for screen in step.screens})
    sums = [sum(getattr(step, name) for step in steps) for name in ("taps", "thoughts", "keys", "swipes")]
    return "| " + " | ".join(map(str, [screens, *sums, seconds(steps)])) + " |"


def seconds(steps: list[Step]) -> int:
    """The estimate of some steps, in whole seconds."""
    return math.ceil(sum(step.seconds for step in steps))


def counted() -> str:
    """The tables as they stand in the document."""
    return DOCUMENT.read_text("utf-8").split(MARKERS[0])[1].split(MARKERS[1])[0].strip()


def test_the_pictures_and_the_tables_are_made(server: Server, phone: Callable[[str], Phone]) -> None:
    inspector = Inspector(phone("one"), server.url)
    FOLDER.mkdir(exist_ok=True)

    def keep(name: str) -> None:
        inspector.page.wait_for_timeout(300)
        picture = Image.open(io.BytesIO(inspector.page.screenshot()))
        picture.convert("RGB").quantize(256).save(FOLDER / f"{name}.png", optimize=True)

    tables = report(walk(Hand(inspector, keep)))
    before, rest = DOCUMENT.read_text("utf-8").split(MARKERS[0])
    after = rest.split(MARKERS[1])[1]
    DOCUMENT.write_text(f"{before}{MARKERS[0]}\n\n{tables}\n\n{MARKERS[1]}{after}", "utf-8")
