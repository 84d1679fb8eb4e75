"""Codes before the camera: the partner signs on the own phone without a network, pages are found, the rest told apart."""

from __future__ import annotations

import io
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageFilter
from playwright.sync_api import FilePayload, expect

from tests.browser.film import code
from tests.browser.inspector import PIN, SCRAWL, Inspector, picture
from tests.browser.phone import Phone
from tests.browser.server import Server
from tests.browser.test_journey import held
from webapp.demo import world

USERS = {person["username"]: person["id"] for person in world.people()}
ONE, TWO = USERS["inspector1"], USERS["inspector2"]
IDS = {assignment["key"]: assignment["id"] for assignment in world.assignments()}
Phones = Callable[[str], Phone]
# A film is decoded by the processor: on a busy machine a camera takes its time.
LOOK = 30000


def shown(inspector: Inspector, selector: str = '[data-test="qr"]') -> Image.Image:
    """The code on a phone's screen, as another phone's camera sees it."""
    return Image.open(io.BytesIO(inspector.page.locator(selector).screenshot()))


def turning(inspector: Inspector, count: int = 12) -> list[Image.Image]:
    """The codes that turn on a phone's screen."""
    codes = []
    for _ in range(count):
        codes.append(shown(inspector, ".parts .qr"))
        inspector.page.wait_for_timeout(150)
    return codes


def test_the_partner_signs_on_the_own_phone_without_a_network(server: Server, phone: Phones) -> None:
    one = Inspector(phone("one"), server.url).start("inspector1")
    two = Inspector(phone("two"), server.url).start("inspector2")
    two.page.goto(f"{server.url}/field/")
    inspection = one.pick("未开始")
    server.stop()
    one.arrive(inspection)
    one.answer_the_rest(inspection)
    one.set_result(inspection, "no_problem")
    one.collect_signature(inspection)
    one.sign(inspection, ONE)

    one.at(f"cosign-ask-{TWO}").click()
    two.phone.sees(shown(one))
    two.at("scan").tap()
    expect(two.at("cosign-elsewhere")).to_be_visible(timeout=LOOK)
    two.at("cosign-sign").tap()
    two.at("inspector-pin").fill(PIN)
    two.phone.draw('[data-test="inspector-pad"] canvas, canvas[data-test="inspector-pad"]', SCRAWL)
    two.at("inspector-confirm").click()
    expect(two.at("parts-count")).to_be_visible()
    one.phone.sees(*turning(two))
    two.at("parts-done").click()
    two.go(inspection, "inspectors")
    expect(two.at("signed-away")).to_be_visible()
    expect(two.at("voided")).to_have_count(0)

    one.at("cosign-receive").click()
    expect(one.at(f"inspector-signed-{TWO}")).to_be_visible(timeout=LOOK)
    record_hash = one.seal(inspection)
    assert held(server, inspection) == []

    server.start()
    one.page.reload()
    one.expect_safe(inspection)
    signs = [event for event in held(server, inspection) if event["type"] == "sign"]
    devices = {event["author"]: event["device"] for event in signs if event["payload"]["role"] == "inspector"}
    assert set(devices) == {ONE, TWO} and devices[ONE] != devices[TWO]
    assert {event["payload"]["record_hash"] for event in signs} == {record_hash}
    two.page.reload()
    two.expect_safe(inspection)
    two.go(inspection, "inspectors")
    expect(two.at(f"inspector-signed-{ONE}")).to_be_visible()
    expect(two.at(f"inspector-signed-{TWO}")).to_be_visible()


# Back to the list, and back when the page has heard of it: a sheet closes when the address changes.
TO_THE_LIST = """() => new Promise((done) => {
  if (location.hash === "#/") return done();
  addEventListener("hashchange", () => setTimeout(done), { once: true });
  location.hash = "#/";
})"""


def sees(inspector: Inspector, text: str) -> None:
    """Hold a printed code before the camera and press the list's scan button."""
    inspector.phone.sees(code(text))
    inspector.page.evaluate(TO_THE_LIST)
    inspector.at("scan").tap()


def test_a_scanned_code_leads_to_where_it_belongs_or_says_what_it_is(server: Server, phone: Phones) -> None:
    inspector = Inspector(phone("one"), server.url).start("inspector1")
    inspection = IDS["pd-01"]
    server.stop()
    sees(inspector, f"https://elsewhere.example.org/page/{inspection}")
    expect(inspector.at("review")).to_be_visible(timeout=LOOK)
    sees(inspector, f"{server.url}/page/{inspection}/{'ab' * 32}")
    expect(inspector.at("page-scanned")).to_contain_text("改动以前", timeout=LOOK)
    inspector.go(inspection)
    subject = inspector.page.locator(".facts dd").first.inner_text()
    sees(inspector, f"https://example.cn/licence?uniscid={subject}")
    expect(inspector.at("overview")).to_contain_text(subject, timeout=LOOK)

    sees(inspector, "https://example.org/a-poster-on-the-wall")
    expect(inspector.at("scan-said")).to_contain_text("a-poster-on-the-wall", timeout=LOOK)
    page = page_photo(f"{server.url}/page/{inspection}")
    inspector.page.locator('[data-test="scan-photo"]').set_input_files(page)
    expect(inspector.at("page-carried-confirm")).to_be_visible(timeout=LOOK)


def page_photo(text: str) -> FilePayload:
    """An A4 page that lies askew on a desk, its code 3 cm wide, as a hand-held camera takes it."""
    page = Image.new("RGB", (1654, 2339), "white")
    draw = ImageDraw.Draw(page)
    for line in range(300, 2200, 34):
        draw.text((140, line), "record of the inspection  " * 9, fill="black", font_size=22)
    side = round(1654 * 3 / 21)
    page.paste(code(text, side), (1360, 90))
    desk = Image.new("RGB", (3000, 4000), (112, 92, 70))
    desk.paste(page.resize((2200, 3111)), (400, 420))
    desk = desk.rotate(6, resample=Image.Resampling.BICUBIC, fillcolor=(112, 92, 70))
    desk = desk.filter(ImageFilter.GaussianBlur(2)).point(lambda value: int(value * 0.7 + 25))
    jpeg = io.BytesIO()
    desk.save(jpeg, "jpeg", quality=80)
    return {"name": "page.jpg", "mimeType": "image/jpeg", "buffer": jpeg.getvalue()}


REFUSED = "() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError')); }"


def test_without_a_camera_the_photo_is_read_and_nothing_is_lost(server: Server, phone: Phones) -> None:
    inspector = Inspector(phone("one"), server.url).start("inspector1")
    inspection = IDS["pd-01"]
    inspector.page.evaluate(REFUSED)
    inspector.at("scan").tap()
    expect(inspector.at("scan-refused")).to_contain_text("没有得到允许")
    photo = inspector.page.locator('[data-test="scan-photo"]')
    photo.set_input_files(picture("no code in it"))
    expect(inspector.at("scan-said")).to_contain_text("没有读到二维码", timeout=LOOK)
    photo.set_input_files({"name": "x.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"})
    expect(inspector.at("scan-said")).to_contain_text("不是能打开的照片", timeout=LOOK)
    photo.set_input_files(page_photo(f"{server.url}/page/{inspection}"))
    expect(inspector.at("page-carried-confirm")).to_be_visible(timeout=LOOK)


# What phones without their maker's services have: a detector that says it can, and cannot.
HOLLOW = """() => { globalThis.BarcodeDetector = class {
  static async getSupportedFormats() { return ["qr_code"]; }
  async detect() { throw new DOMException("Barcode detection service unavailable.", "NotSupportedError"); }
}; }"""


def test_a_detector_of_the_browser_that_only_fails_is_no_hindrance(server: Server, phone: Phones) -> None:
    inspector = Inspector(phone("one"), server.url).start("inspector1")
    inspector.page.evaluate(HOLLOW)
    sees(inspector, f"{server.url}/page/{IDS['pd-01']}")
    expect(inspector.at("review")).to_be_visible(timeout=LOOK)
