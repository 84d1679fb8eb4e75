"""Codes before the camera: the partner signs on the own phone without a network, pages are found, the rest told apart."""

from __future__ import annotations

import io
from collections.abc import Callable

from PIL import Image
from playwright.sync_api import expect

from tests.browser.inspector import PIN, SCRAWL, Inspector
from tests.browser.phone import Phone
from tests.browser.server import Server
from tests.browser.test_journey import held
from webapp.demo import world

USERS = {person["username"]: person["id"] for person in world.people()}
ONE, TWO = USERS["inspector1"], USERS["inspector2"]
IDS = {assignment["key"]: assignment["id"] for assignment in world.assignments()}
READY = IDS["pd-11"]
Phones = Callable[[str], Phone]


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


def ready(inspector: Inspector) -> None:
    """Everything of the visit is on the phone and the network is gone."""
    inspector.expect_safe(READY)


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
    expect(two.at("cosign-elsewhere")).to_be_visible()
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
    expect(one.at(f"inspector-signed-{TWO}")).to_be_visible()
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
