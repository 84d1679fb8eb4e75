"""Takes a picture of every screen and state into docs/screens (`make screens`), to be looked at one by one."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyotp
import pypdfium2
import pytest
from PIL import Image
from playwright.sync_api import BrowserType, FilePayload, Locator, Page, Route, expect
from stdnum.cn import uscc

from tests.browser import film, mine
from tests.browser import test_around as around
from tests.browser import test_gathering as gathering
from tests.browser import test_lost as lost
from tests.browser import test_vault as vault
from tests.browser.axe import violations
from tests.browser.chromium import FLAGS
from tests.browser.inspector import SCRAWL, Inspector, picture
from tests.browser.logic import ask, logic
from tests.browser.phone import Phone
from tests.browser.server import ROOT, Server
from tests.browser.site import published
from tests.browser.swap import (
    approve_at_the_desk,
    ask_at_the_desk,
    ask_on_the_phone,
    drawn_inspection,
    now_in_pair,
)
from tests.browser.test_around import DISK, WECHAT, calls_itself, room
from tests.browser.test_draw import choose, drawn
from tests.browser.test_editor import add, saved
from tests.browser.test_editor import begin as begin_checklist
from tests.browser.test_follow import again_of, go_again, issue_order
from tests.browser.test_handover import hand_over, meet
from tests.browser.test_logic import choose as choose_answer
from tests.browser.test_logic import pick_city
from tests.browser.test_logic import write as write_answer
from tests.browser.test_merge import merge_at_the_desk, two_draws
from tests.browser.test_preview import phones, question, version
from tests.browser.test_remarks import write as comment
from tests.browser.test_result import scrawl, undecided
from tests.browser.test_scan import REFUSED
from tests.browser.versions import from_file_to_use
from tests.browser.year import Year, on_the_phone
from tests.draw.hall import SALT
from tests.mended import mend, pair
from webapp import create_app
from webapp.accounts.models import Enrolment, Law, User
from webapp.archive.models import Archive
from webapp.db import db, now
from webapp.demo import world
from webapp.demo.world import PASSWORD
from webapp.draw import asking
from webapp.draw.seed import seal
from webapp.field.models import Inspection
from webapp.registry.models import Inspector as Inspector_
from webapp.registry.subjects import Subject

FOLDER = Path(__file__).parents[2] / "docs" / "screens"
USERS = {person["username"]: person["id"] for person in world.people()}
IDS = {assignment["key"]: assignment["id"] for assignment in world.assignments()}
Phones = Callable[[str], Phone]
FOUND: list[str] = []


@pytest.fixture(autouse=True)
def nothing_that_axe_finds() -> Iterator[None]:
    FOUND.clear()
    yield
    assert not FOUND, "\n".join(FOUND)


def save(page: Page | Locator, name: str) -> None:
    """A picture of 256 colours: a screen needs no more, and a repository is no gallery. Then axe-core reads the page."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    if isinstance(page, Page):
        page.wait_for_timeout(250)
    picture = Image.open(io.BytesIO(page.screenshot()))
    picture.convert("RGB").quantize(256).save(FOLDER / f"{name}.png", optimize=True)
    if isinstance(page, Page) and page.url.startswith("http"):
        FOUND.extend(f"{name}: {one}" for one in violations(page))


def theme(page: Page, name: str) -> None:
    page.evaluate("(name) => { document.documentElement.dataset.theme = name; }", name)


@pytest.fixture
def inspector(server: Server, phone: Phones) -> Inspector:
    return Inspector(phone("one"), server.url)


# A phone that falls silent in the middle of its second photo.
SILENT = """() => {
  const send = RTCDataChannel.prototype.send;
  RTCDataChannel.prototype.send = function (data) {
    const photo = typeof data === "string" && data.startsWith('{"photo"');
    this.photos = (this.photos ?? 0) + (photo ? 1 : 0);
    this.after = this.photos < 2 ? 0 : (this.after ?? 0) + 1;
    if (this.after < 4) send.call(this, data);
  };
}"""


@pytest.fixture
def desk(server: Server, browser_type: BrowserType, browser_path: str) -> Iterator[Callable[..., Page]]:
    browser = browser_type.launch(executable_path=browser_path, args=FLAGS)

    def log_in(username: str | None = None, **settings: object) -> Page:
        settings = {"viewport": {"width": 1280, "height": 800}, "locale": "zh-CN", **settings}
        page = browser.new_context(**settings).new_page()  # type: ignore[arg-type]
        page.goto(f"{server.url}/login")
        if username:
            page.fill('[name="username"]', username)
            page.fill('[name="password"]', PASSWORD)
            page.click("main form button")
        return page

    yield log_in
    browser.close()


def test_the_door_and_the_list(inspector: Inspector, server: Server) -> None:
    inspector.visit_site()
    save(inspector.page, "phone-login")
    inspector.at("login-username").fill("inspector1")
    inspector.at("login-password").fill("wrong")
    inspector.at("login-submit").tap()
    expect(inspector.at("login-fault")).to_be_visible()
    save(inspector.page, "phone-login-wrong")
    inspector.at("login-password").fill(PASSWORD)
    inspector.at("login-submit").tap()
    expect(inspector.at("pin")).to_be_visible()
    save(inspector.page, "phone-pin")
    inspector.choose_pin()
    expect(inspector.page.locator('[data-test^="card-"]').first).to_be_visible()
    save(inspector.page, "phone-worklist")
    theme(inspector.page, "dark")
    save(inspector.page, "phone-worklist-dark")
    theme(inspector.page, "sun")
    save(inspector.page, "phone-worklist-sun")
    theme(inspector.page, "light")
    inspector.page.goto(f"{server.url}/field/#/me")
    expect(inspector.at("me")).to_be_visible()
    save(inspector.page, "phone-me")
    for name in ("ready", "leave"):
        inspector.page.goto(f"{server.url}/field/#/{name}")
        expect(inspector.at("verdict")).to_be_visible()
        save(inspector.page, f"phone-{name}")
    inspector.page.goto(f"{server.url}/field/#/me")
    inspector.at("language-en").tap()
    inspector.page.goto(f"{server.url}/field/#/")
    expect(inspector.at("worklist")).to_be_visible()
    save(inspector.page, "phone-worklist-en")


def test_offline_and_safe(inspector: Inspector, server: Server) -> None:
    inspector.start("inspector1")
    inspection = inspector.pick("未开始")
    server.stop()
    inspector.arrive(inspection)
    inspector.page.goto(f"{server.url}/field/#/")
    save(inspector.page, "phone-worklist-offline")
    inspector.page.goto(f"{server.url}/field/#/sync")
    expect(inspector.at("transfer")).to_be_visible()
    save(inspector.page, "phone-sync-offline")
    server.start()
    inspector.at("sync-now").tap()
    inspector.expect_safe(inspection)
    inspector.page.goto(f"{server.url}/field/#/sync")
    expect(inspector.at("transfer")).to_be_visible()
    save(inspector.page, "phone-sync-safe")


def test_nothing_to_do(inspector: Inspector) -> None:
    inspector.visit_site()
    inspector.log_in("inspector12")
    expect(inspector.page.locator(".empty")).to_be_visible()
    save(inspector.page, "phone-worklist-empty")


def test_a_visit_step_by_step(inspector: Inspector, server: Server) -> None:
    inspector.start("inspector1")
    inspector.partner_joins("inspector2", USERS["inspector2"], USERS["inspector1"])
    inspector.page.goto(f"{server.url}/field/")
    inspection = inspector.pick("未开始")
    save(inspector.page, "phone-overview")
    inspector.go(inspection, "arrive")
    inspector.page.wait_for_timeout(500)
    save(inspector.page, "phone-arrive")
    inspector.at("arrive").tap()
    expect(inspector.at("next-step")).to_be_visible()
    save(inspector.page, "phone-door")
    inspector.at("stage-recusal").evaluate("(stage) => stage.scrollIntoView()")
    save(inspector.page, "phone-recusal")
    inspector.at(f"recusal-none-{USERS['inspector2']}").click()
    save(inspector.page, "phone-recusal-pin")
    inspector.at("sheet-cancel").click()
    inspector.nobody_steps_aside()
    inspector.at("scan-none").click()
    save(inspector.page, "phone-scan-none")
    inspector.page.locator("dialog .suggest button").first.click()
    inspector.at("scan-confirm").click()
    expect(inspector.at("state-scan")).to_contain_text("待补扫")
    save(inspector.page, "phone-door-done")
    inspector.at("add-present").tap()
    save(inspector.page, "phone-present")
    inspector.at("sheet-cancel").tap()
    inspector.go(inspection, "check")
    save(inspector.page, "phone-checklist-open")
    inspector.answer_the_rest(inspection)
    finding = inspector.page.locator('section.q:has([data-test="verdict-fail"])').nth(2)
    address = str(finding.get_attribute("data-test")).removeprefix("question-")
    inspector.answer(address, "fail")
    finding.locator('[data-test="note"]').fill(
        "服务场所未公示收费标准和监督电话，负责人称上周装修时取下，尚未挂回。"
    )
    finding.locator('[data-test="note"]').blur()
    inspector.take_photo(address, "8")
    finding.locator('[data-test="law"]').tap()
    finding.evaluate("(question) => question.scrollIntoView({block: 'start'})")
    save(inspector.page, "phone-checklist")
    theme(inspector.page, "dark")
    save(inspector.page, "phone-checklist-dark")
    theme(inspector.page, "sun")
    save(inspector.page, "phone-checklist-sun")
    theme(inspector.page, "light")
    finding.locator(".thumb").first.tap()
    save(inspector.page, "phone-photo")
    inspector.at("photo-withdraw").tap()
    save(inspector.page, "phone-photo-withdraw")
    inspector.at("sheet-cancel").last.tap()
    inspector.at("sheet-cancel").last.tap()
    inspector.go(inspection, "review")
    save(inspector.page, "phone-review-blocked")
    inspector.set_result(inspection, "corrected")
    save(inspector.page, "phone-result")
    inspector.go(inspection, "review")
    save(inspector.page, "phone-review")
    inspector.at("refuse").tap()
    save(inspector.page, "phone-refuse")
    inspector.at("sheet-cancel").tap()
    inspector.at("to-sign").tap()
    expect(inspector.at("handed")).to_be_visible()
    save(inspector.page, "phone-handed")
    inspector.phone.draw('[data-test="sign-pad"]', SCRAWL)
    save(inspector.page, "phone-sign")
    inspector.at("signer-name").fill("赵建国")
    inspector.at("sign-confirm").click()
    expect(inspector.at("signed")).to_be_visible()
    save(inspector.page, "phone-signed")
    inspector.at("hand-back-main").click()
    save(inspector.page, "phone-pin-back")
    inspector.at("pin").fill("246802")
    expect(inspector.at("review")).to_be_visible()
    inspector.go(inspection, "inspectors")
    save(inspector.page, "phone-inspectors")
    for name in ("inspector1", "inspector2"):
        inspector.sign(inspection, USERS[name])
    inspector.go(inspection, "seal")
    save(inspector.page, "phone-seal")
    inspector.at("seal").click()
    expect(inspector.at("record-hash")).to_be_visible()
    save(inspector.page, "phone-sealed")
    inspector.expect_safe(inspection)
    inspector.page.goto(f"{server.url}/field/#/i/{inspection}/seal")
    expect(inspector.at("record-hash")).to_be_visible()
    save(inspector.page, "phone-sealed-safe")


def test_what_came_back_and_what_differs(inspector: Inspector) -> None:
    inspector.start("inspector1")
    inspector.go(IDS["pd-09"])
    save(inspector.page, "phone-returned")
    inspector.at("reopen").tap()
    save(inspector.page, "phone-reopen")
    inspector.at("sheet-cancel").tap()
    inspector.go(IDS["pd-08"])
    save(inspector.page, "phone-overview-conflict")
    inspector.go(IDS["pd-08"], "check")
    conflict = inspector.page.locator(".conflict").first
    conflict.evaluate("(box) => box.closest('section').scrollIntoView({block: 'start'})")
    save(inspector.page, "phone-conflict")


def test_finding_a_visit_and_taking_an_answer_back(inspector: Inspector) -> None:
    inspector.start("inspector1")
    inspector.at("tab-late").tap()
    save(inspector.page, "phone-worklist-late")
    inspector.at("tab-done").tap()
    save(inspector.page, "phone-worklist-done")
    inspector.at("tab-todo").tap()
    inspector.at("sort").tap()
    expect(inspector.at("sort")).to_contain_text("按距离")
    save(inspector.page, "phone-worklist-near")
    inspector.at("search").fill("没有这样的单位")
    save(inspector.page, "phone-worklist-nothing-found")
    inspector.at("search").fill("")
    inspection = inspector.pick("未开始")
    inspector.arrive(inspection)
    inspector.go(inspection, "check")
    address = _verdict(inspector, 1)
    inspector.answer(address, "pass")
    inspector.answer(address, "fail")
    save(inspector.page, "phone-undo")
    inspector.at("undo").tap()
    inspector.question(address).locator('[data-test="law"]').tap()
    inspector.at("show-history").tap()
    save(inspector.page, "phone-history")
    inspector.at("sheet-cancel").tap()
    inspector.at("filter-mine").tap()
    save(inspector.page, "phone-checklist-mine")


def test_photos_from_everywhere_and_marks_on_them(inspector: Inspector) -> None:
    inspector.start("inspector1")
    inspection = inspector.pick("未开始")
    inspector.arrive(inspection)
    inspector.go(inspection, "check")
    one, two = _verdict(inspector, 0), _verdict(inspector, 1)
    inspector.answer(two, "fail")
    inspector.take_photo(one, "1")
    inspector.take_photo(two, "1")
    question = inspector.question(two)
    question.locator('[data-test="gallery-input"]').set_input_files([picture("5"), picture("6")])
    expect(question.locator(".thumb:not(.waiting)")).to_have_count(3)
    question.evaluate("(question) => question.scrollIntoView({block: 'start'})")
    save(inspector.page, "phone-photo-twice")
    question.locator(".thumb").nth(1).tap()
    save(inspector.page, "phone-photo-gallery")
    inspector.at("photo-mark").click()
    board = '.marking [data-test="marks"]'
    inspector.phone.draw(board, [[(0.1, 0.4), (0.4, 0.55)]])
    inspector.at("mark-arrow").click()
    inspector.phone.draw(board, [[(0.5, 0.65), (0.7, 0.45)]])
    inspector.at("mark-blur").click()
    inspector.phone.draw(board, [[(0.75, 0.58), (0.95, 0.62)]])
    inspector.at("mark-text").click()
    inspector.page.locator(board).click(position={"x": 30, "y": 330})
    inspector.at("mark-text-field").fill("缺收费标准")
    inspector.at("mark-text-confirm").click()
    save(inspector.page, "phone-marking")
    inspector.at("mark-done").click()
    save(inspector.page, "phone-photo-marked")
    inspector.at("mark-withdraw").click()
    save(inspector.page, "phone-mark-withdraw")
    inspector.at("sheet-cancel").last.click()
    inspector.at("sheet-cancel").last.click()
    question.locator('[data-test="burst"]').click()
    expect(inspector.page.locator("video")).to_have_js_property("readyState", 4)
    inspector.at("shutter").click()
    save(inspector.page, "phone-camera")


def test_what_is_asked_at_the_door_and_what_the_office_says(
    inspector: Inspector, server: Server, desk: Callable[..., Page]
) -> None:
    inspector.start("inspector1")
    inspection = inspector.pick("未开始")
    inspector.go(inspection, "arrive")
    inspector.at("arrive").tap()
    inspector.at("scan-subject").click()
    inspector.at("scan-type").click()
    inspector.at("scan-field").fill(world.subjects()[0]["code"])
    inspector.at("scan-typed").click()
    save(inspector.page, "phone-scan-differs")
    inspector.at("scan-reason").fill("现场挂的是关联单位的执照")
    inspector.at("scan-confirm").click()
    inspector.at("recusal-want-subject").click()
    inspector.at("recusal-reason").fill("检查人员的弟弟在同行公司任职")
    save(inspector.page, "phone-recusal-reason")
    inspector.at("recusal-confirm").click()
    expect(inspector.at("state-recusal")).to_contain_text("有人申请回避")
    inspector.go(inspection, "check")
    inspector.take_photo("base/B2")
    inspector.answer("base/B3", "fail")
    inspector.question("base/B2").locator(".thumb").click()
    inspector.at("photo-attach").click()
    inspector.at("attach-base/B3").click()
    expect(inspector.at("attach-base/B3")).to_have_attribute("aria-checked", "true")
    save(inspector.page, "phone-photo-attach")
    inspector.at("attach-done").click()
    save(inspector.page, "phone-photo-several")
    inspector.at("sheet-cancel").click()
    inspector.expect_safe(inspection)
    comment(server, inspection, "执照照片看不清，请再拍一张，要看得见号码和有效期", "base/B3")
    comment(server, inspection, "下周一以前补齐，有困难给办公室打电话。")
    inspector.page.reload()
    inspector.expect_safe(inspection)
    expect(inspector.at("remarks")).to_be_visible()
    for name in ("light", "dark", "sun"):
        theme(inspector.page, name)
        save(inspector.page, f"phone-remarks{'' if name == 'light' else '-' + name}")
    theme(inspector.page, "light")
    inspector.at("remarks").locator("a").click()
    save(inspector.page, "phone-question-remark")
    page = desk("archivist")
    page.goto(f"{server.url}/office/?show=open")
    save(page, "desk-inbox-recusal")
    page.goto(f"{server.url}/office/inspections/{inspection}")
    save(page, "desk-review-recusal")


def _verdict(inspector: Inspector, place: int) -> str:
    """The address of one of the questions that are answered by a verdict."""
    question = inspector.page.locator('section.q:has([data-test="verdict-pass"])').nth(place)
    return str(question.get_attribute("data-test")).removeprefix("question-")


def test_the_desk(desk: Callable[..., Page], server: Server) -> None:
    save(desk(), "desk-login")
    page = desk("archivist")
    page.goto(f"{server.url}/office/")
    save(page, "desk-inbox")
    page.goto(f"{server.url}/office/?show=all")
    save(page, "desk-inbox-all")
    page.goto(f"{server.url}/office/?show=all&q=没有这样的")
    save(page, "desk-inbox-empty")
    for name, key in {
        "": "pd-22",
        "-refused": "pd-12",
        "-returned": "pd-09",
        "-archived": "pd-14",
        "-conflict": "pd-08",
    }.items():
        page.goto(f"{server.url}/office/inspections/{IDS[key]}")
        save(page, f"desk-review{name}")
    page.goto(f"{server.url}/verify")
    save(page, "desk-verify")
    page.goto(f"{server.url}/nothing-here")
    save(page, "desk-not-found")
    planner = desk("planner")
    planner.goto(f"{server.url}/office/inspections/new")
    save(planner, "desk-assign")
    planner.locator("main form").last.locator("button").last.click()
    save(planner, "desk-assign-faults")


def test_what_came_back_to_the_desk(desk: Callable[..., Page], server: Server) -> None:
    _mend(server)
    page = desk("archivist")
    here = f"{server.url}/office/inspections/{IDS['pd-09']}"
    page.goto(here)
    save(page, "desk-review-changed")
    page.goto(f"{here}?comment=base/B2#talk-q-1-2")
    page.locator("#talk-q-1-2 textarea").fill("门牌照片看不清号码，请补一张近景。")
    save(page, "desk-comment")
    page.locator("#talk-q-1-2 .say .button").click()
    page.locator(".send-back summary").click()
    save(page, "desk-send-back")
    page.goto(f"{here}?photo=1&beside=2&turn=1#viewer")
    save(page, "desk-compare")
    page.keyboard.press("?")
    save(page, "desk-keys")
    page.goto(f"{server.url}/office/quarantine")
    page.locator("[data-all]").check()
    page.fill("#reason", "已向本人当面核实，内容写于手机丢失之前。")
    save(page, "desk-quarantine")
    page.locator("button[value=taken]").click()
    page.goto(f"{server.url}/office/quarantine?show=judged")
    save(page, "desk-quarantine-judged")
    small = desk("archivist", viewport={"width": 390, "height": 844}, device_scale_factor=2)
    small.goto(f"{here}#changed")
    save(small, "desk-review-changed-phone")
    small.goto(f"{here}?photo=1&beside=2#viewer")
    save(small, "desk-compare-phone")
    dark = desk("archivist", color_scheme="dark")
    dark.goto(f"{here}?photo=1&beside=2#changed")
    save(dark, "desk-review-changed-dark")


def test_the_first_page_of_each_role(desk: Callable[..., Page], server: Server) -> None:
    _mend(server)
    for who in ("planner", "supervisor", "auditor", "inspector1"):
        page = desk(who)
        page.goto(f"{server.url}/office/")
        save(page, f"desk-first-{who.rstrip('1')}")
    small = desk("supervisor", viewport={"width": 390, "height": 844}, device_scale_factor=2)
    small.goto(f"{server.url}/office/")
    save(small, "desk-first-phone")
    english = desk("supervisor", locale="en-GB", color_scheme="dark")
    english.goto(f"{server.url}/office/")
    save(english, "desk-first-en-dark")


def _mend(server: Server) -> None:
    """The pair mends what was sent back, and one of them writes on a phone that was revoked."""
    app = create_app({"DATA": server.folder})
    mend(pair(app), IDS["pd-09"])
    one, _two = pair(app)
    one.sync(IDS["pd-11"])
    note = one.write(IDS["pd-11"], "note", question=None, text="离开后想起：劳务派遣协议在总公司。")
    one.photograph(IDS["pd-11"])
    with app.app_context():
        for enrolment in Enrolment.of_device(one.device):
            enrolment.revoked_at, enrolment.revoke_reason = now(), "手机丢失"
        db.session.commit()
    one.send([note, one.logs[IDS["pd-11"]][-1]])
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_the_desk_in_the_dark_in_english_and_on_a_phone(desk: Callable[..., Page], server: Server) -> None:
    dark = desk("archivist", color_scheme="dark")
    dark.goto(f"{server.url}/office/inspections/{IDS['pd-22']}")
    save(dark, "desk-review-dark")
    english = desk("archivist", locale="en-GB")
    english.goto(f"{server.url}/office/inspections/{IDS['pd-22']}")
    save(english, "desk-review-en")
    small = desk("archivist", viewport={"width": 390, "height": 844}, device_scale_factor=2)
    small.goto(f"{server.url}/office/")
    save(small, "desk-inbox-phone")
    small.goto(f"{server.url}/office/inspections/{IDS['pd-22']}")
    save(small, "desk-review-phone")


def test_the_shelves(desk: Callable[..., Page], server: Server) -> None:
    page = desk("archivist")
    page.goto(f"{server.url}/office/archives")
    save(page, "desk-archives")
    for key in "jjx":
        page.keyboard.press(key)
    save(page, "desk-archives-keys")
    page.goto(f"{server.url}/office/archives?text=公示&result=corrected")
    page.locator(".save summary").click()
    page.locator("#name").fill("公示不全，已责令改正")
    save(page, "desk-archives-save")
    page.locator(".save button").click()
    save(page, "desk-archives-found")
    page.goto(f"{server.url}/office/archives?text=没有这样的")
    save(page, "desk-archives-none")
    page.goto(f"{server.url}/office/archives/disposal")
    save(page, "desk-disposal-empty")
    page.goto(f"{server.url}/office/inspections/{IDS['pd-14']}")
    page.locator("#readings summary").click()
    save(page, "desk-review-readings")
    page.goto(f"{server.url}/office/?show=sealed")
    page.locator("[data-all]").check()
    save(page, "desk-inbox-ticked")
    page.locator("#accept-many button").click()
    save(page, "desk-accepted")


def test_answers_go_out(desk: Callable[..., Page], server: Server) -> None:
    page = desk("archivist")
    page.goto(f"{server.url}/office/archives/answers")
    save(page, "desk-answers")
    page.goto(f"{server.url}/office/archives/answers/base?split=1&state=sealed&state=open")
    save(page, "desk-answers-of")
    page.goto(f"{server.url}/office/archives?result=corrected")
    page.get_by_role("link", name="导出答案").click()
    page.locator("td a").first.click()
    save(page, "desk-answers-found")
    page.goto(f"{server.url}/office/inspections/{IDS['pd-14']}")
    page.locator("#answers > summary").click()
    save(page, "desk-review-answers")
    small = desk(
        "archivist", viewport={"width": 390, "height": 844}, device_scale_factor=2, color_scheme="dark"
    )
    small.goto(f"{server.url}/office/archives/answers/base?until=1999-01-01")
    save(small, "desk-answers-phone-dark")


def test_what_is_due_for_disposal(desk: Callable[..., Page], server: Server) -> None:
    _age(server)
    page = desk("archivist")
    page.goto(f"{server.url}/office/archives/disposal")
    for box in page.locator("#due [name=id]").all()[:2]:
        box.check()
    page.locator("#reason").fill("保管期满，未涉诉、未涉信访，无继续保存价值。")
    save(page, "desk-disposal")
    page.locator("#due button").click()
    supervisor = desk("supervisor")
    supervisor.goto(f"{server.url}/office/archives/disposal")
    supervisor.locator("#proposed [name=id]").first.check()
    supervisor.locator("#opinion").fill("同意。")
    save(supervisor, "desk-disposal-proposed")
    supervisor.locator("[name=decision][value=approved]").click()
    save(supervisor, "desk-disposal-decided")
    supervisor.locator("#decided .key a").first.click()
    save(supervisor, "desk-review-disposed")
    small = desk("supervisor", viewport={"width": 390, "height": 844}, device_scale_factor=2)
    for name in ("archives", "archives/disposal"):
        small.goto(f"{server.url}/office/{name}")
        save(small, f"desk-{name.rpartition('/')[2]}-phone")
    dark = desk("archivist", color_scheme="dark")
    dark.goto(f"{server.url}/office/archives?result=corrected")
    save(dark, "desk-archives-dark")
    english = desk("archivist", locale="en-GB")
    english.goto(f"{server.url}/office/archives?result=corrected")
    save(english, "desk-archives-en")


def test_the_clocks(desk: Callable[..., Page], server: Server) -> None:
    """When the result is to be told and published, and the tables that the days are counted by."""
    office, admin = desk("archivist"), desk("admin")
    for name, path in {"clocks": "?show=running", "clocks-soon": "?show=week"}.items():
        office.goto(f"{server.url}/clocks{path}")
        save(office, f"desk-{name}")
    office.goto(f"{server.url}/clocks/calendar")
    save(office, "desk-calendar-none")
    office.locator("main form button").first.click()
    expect(office.locator("#made")).to_be_visible()
    save(office, "desk-calendar-made")
    admin.goto(f"{server.url}/office/workdays")
    save(admin, "desk-workdays")
    year = FilePayload(name="2027.json", mimeType="application/json", buffer=WORKDAYS)
    admin.set_input_files("#file", year)
    admin.locator("#load button").click()
    expect(admin.locator("#holidays")).to_be_visible()
    save(admin, "desk-workdays-preview")
    narrow = desk("archivist", viewport={"width": 390, "height": 844}, color_scheme="dark")
    narrow.goto(f"{server.url}/clocks?show=running")
    save(narrow, "desk-clocks-narrow-dark")


WORKDAYS = """{"year": 2027, "source": "国务院办公厅关于2027年部分节假日安排的通知",
 "holidays": ["2027-01-01", "2027-01-02", "2027-01-03", "2027-05-01", "2027-10-01", "2027-10-02"],
 "workdays": ["2027-01-09"]}""".encode()


def _age(server: Server) -> None:
    """Closes the accepted files as if it had been twelve years ago."""
    app = create_app({"DATA": server.folder})
    with app.app_context():
        for law in db.session.query(Law):
            law.valid_from = date(2010, 1, 1)
        for inspection in db.session.query(Inspection).filter_by(state="accepted"):
            archivist = db.session.get_one(User, inspection.assigned_by)
            Archive.seal(inspection, archivist, datetime(2014, 5, 6, 4, 0, tzinfo=UTC))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


PEOPLE = """用户名,姓名,角色,单位,职务,执法证号,有效期,电话
zhangwei,张伟,检查人员,劳动保障监察局,四级主任科员,豫D-09001,2028-06-30,１３８００００１２３４
lina,李娜,档案员,,,,,
inspector2,,检查人员、档案员,,,,,
wangfang,王芳,检查人员,劳动保障监察局,,豫D-09002,2020-01-01,abc
"""


def test_the_administrator(desk: Callable[..., Page], server: Server) -> None:
    page = desk("admin")
    for name, path in {
        "admin": "",
        "people": "people",
        "person-new": "people/new",
        "people-import": "people/import",
        "settings": "settings",
        "settings-edit": "settings/edit",
    }.items():
        page.goto(f"{server.url}/office/{path}")
        save(page, f"desk-{name}")
    page.fill("#publication_days", "900")
    page.locator("form.settings .button.main").click()
    save(page, "desk-settings-faults")
    page.goto(f"{server.url}/office/people/import")
    page.set_input_files("#file", {"name": "人员.csv", "mimeType": "text/csv", "buffer": PEOPLE.encode()})
    page.locator("main form .button.main").click()
    save(page, "desk-people-preview")
    page.locator("main form .button.main").click()
    save(page, "desk-people-imported")
    page.goto(f"{server.url}/office/people/{USERS['inspector1']}")
    page.locator("#phones summary").first.click()
    page.fill("#phones textarea", "手机在公交车上丢失")
    save(page, "desk-person")
    page.locator("#phones .danger").first.click()
    save(page, "desk-person-revoked")
    page.goto(f"{server.url}/office/")
    save(page, "desk-admin-waits")
    page.goto(f"{server.url}/password")
    page.locator("main .button.main").click()
    save(page, "desk-password-faults")


def test_the_security_administrator(desk: Callable[..., Page], server: Server) -> None:
    admin, page = desk("admin"), desk("security")
    admin.goto(f"{server.url}/office/people/new")
    admin.fill("#name", "张伟")
    admin.fill("#username", "zhangwei")
    admin.locator('[name="roles"][value="archivist"]').check()
    admin.locator("main form .button.main").click()
    save(admin, "desk-person-proposed")
    small = desk("security", viewport={"width": 390, "height": 844}, device_scale_factor=2)
    for name, path in {"": "office/", "-rules": "office/security", "-account": "account"}.items():
        page.goto(f"{server.url}/{path}")
        save(page, f"desk-security{name}")
        small.goto(f"{server.url}/{path}")
        save(small, f"desk-security{name}-phone")
    page.goto(f"{server.url}/office/people?show=waiting")
    save(page, "desk-people-waiting")
    page.locator("main form .button.main").last.click()
    save(page, "desk-first-passwords")
    page.goto(f"{server.url}/office/people/{USERS['planner']}")
    page.locator("#reset summary").click()
    page.locator("#reset .danger").click()
    save(page, "desk-person-reset")


def test_a_second_factor(desk: Callable[..., Page], server: Server) -> None:
    page = desk("supervisor")
    page.goto(f"{server.url}/account")
    save(page, "desk-account-bare")
    page.locator('a[href$="act=totp"]').click()
    page.fill("#now", "not the password")
    page.locator("main .button.main").click()
    save(page, "desk-consent-wrong")
    page.fill("#now", PASSWORD)
    page.locator("main .button.main").click()
    save(page, "desk-totp")
    page.fill("#code", "000000")
    page.locator("main .button.main").click()
    save(page, "desk-totp-wrong")
    page.fill("#code", pyotp.TOTP(page.locator(".account-secret").inner_text().replace(" ", "")).now())
    page.locator("main .button.main").click()
    save(page, "desk-recovery-codes")
    page.goto(f"{server.url}/account")
    save(page, "desk-account")
    page.locator('a[href$="act=no-totp"]').click()
    save(page, "desk-consent-remove")
    page.locator(".person form button").click()
    page.fill("#username", "supervisor")
    page.fill("#password", PASSWORD)
    page.locator("main .button.main").click()
    save(page, "desk-second")


def test_the_administrator_in_the_dark_and_on_a_phone(desk: Callable[..., Page], server: Server) -> None:
    dark = desk("admin", color_scheme="dark")
    small = desk("admin", viewport={"width": 390, "height": 844}, device_scale_factor=2)
    paths = {
        "admin": "",
        "people": "people",
        "person": f"people/{USERS['inspector1']}",
        "settings": "settings",
    }
    for name, path in paths.items():
        dark.goto(f"{server.url}/office/{path}")
        save(dark, f"desk-{name}-dark")
        small.goto(f"{server.url}/office/{path}")
        save(small, f"desk-{name}-phone")


def test_the_audit_log(desk: Callable[..., Page], server: Server) -> None:
    desk("planner").goto(f"{server.url}/office/people")
    page = desk("auditor")
    page.goto(f"{server.url}/office/audit")
    save(page, "desk-audit")
    page.goto(f"{server.url}/office/audit?q=nothing-like-it")
    save(page, "desk-audit-nothing")
    small = desk("auditor", viewport={"width": 390, "height": 844}, device_scale_factor=2)
    small.goto(f"{server.url}/office/audit")
    save(small, "desk-audit-phone")
    dark = desk("auditor", color_scheme="dark")
    dark.goto(f"{server.url}/office/audit?act=session.begun")
    save(dark, "desk-audit-dark")


def test_what_was_not_sent_and_a_lost_phone(
    inspector: Inspector, server: Server, desk: Callable[..., Page], tmp_path: Path
) -> None:
    lost.stranded(inspector, server)
    inspector.phone.leave_locked()
    inspector.page.reload()
    expect(inspector.at("lock-unsent")).to_be_visible()
    path = lost.make_file(inspector, tmp_path)
    expect(inspector.at("rescue-said")).to_be_visible()
    save(inspector.page, "phone-locked-rescue")
    server.start()
    page = desk("archivist")
    page.goto(f"{server.url}/office/rescue")
    save(page, "desk-rescue")
    page.set_input_files("#file", path)
    page.click("main form .main")
    save(page, "desk-rescue-file")
    page.click("main form .main")
    expect(page.get_by_text("已全部收下").first).to_be_visible()
    save(page, "desk-rescue-taken")
    small = desk("archivist", viewport={"width": 390, "height": 844}, device_scale_factor=2)
    small.goto(page.url)
    save(small, "desk-rescue-phone")
    lost.revoke(server, inspector)
    inspector.page.route("**/api/v1/rescue", lost.first_only())
    inspector.page.reload()
    expect(inspector.at("lost-left")).to_contain_text("现在没有网络", timeout=60_000)
    save(inspector.page, "phone-lost-left")
    inspector.page.unroute("**/api/v1/rescue")
    inspector.at("lost-give").click()
    expect(inspector.at("lost-done")).to_be_visible(timeout=60_000)
    save(inspector.page, "phone-lost")


def test_who_does_not_come_in_any_more(
    inspector: Inspector, server: Server, desk: Callable[..., Page]
) -> None:
    inspector.page.clock.install()
    lost.stranded(inspector, server)
    inspector.phone.leave_locked()
    inspector.page.reload()
    expect(inspector.at("lock-unsent")).to_be_visible()
    vault.locked_out(inspector)
    save(inspector.page, "phone-locked-out")
    inspector.at("pin-forgotten").tap()
    expect(inspector.at("login")).to_be_visible()
    save(inspector.page, "phone-login-forgotten")
    server.start()
    inspector.log_in_by_password("inspector1")
    expect(inspector.at("pin")).to_be_visible()
    save(inspector.page, "phone-pin-anew")
    inspector.choose_pin()
    expect(inspector.at("worklist")).to_be_visible()
    around.change_password(desk(), server.url, "inspector1")
    inspector.at("refresh").tap()
    expect(inspector.at("login-again")).to_be_visible()
    save(inspector.page, "phone-worklist-login-again")
    inspector.page.goto(f"{server.url}/field/#/sync")
    expect(inspector.at("login-again")).to_be_visible()
    save(inspector.page, "phone-sync-login-again")


def test_what_only_the_bureau_can_read(inspector: Inspector, server: Server) -> None:
    inspector.start("inspector1")
    inspection = vault.sealed(inspector)
    inspector.page.wait_for_timeout(500)
    inspector.phone.leave_locked()
    inspector.page.reload()
    expect(inspector.at("lock")).to_be_visible()
    save(inspector.page, "phone-locked-two")
    inspector.at("lock-pin").fill("246802")
    expect(inspector.at("lock")).to_have_count(0)
    inspector.page.goto(f"{server.url}/field/#/i/{inspection}")
    expect(inspector.at("closed")).to_be_visible()
    save(inspector.page, "phone-closed")
    server.stop()
    inspector.at("closed-ask").tap()
    expect(inspector.at("closed-fault")).to_be_visible()
    save(inspector.page, "phone-closed-offline")


def test_a_browser_in_which_one_may_only_look(inspector: Inspector, server: Server) -> None:
    inspector.start("inspector1")
    calls_itself(inspector, WECHAT)
    inspector.page.reload()
    expect(inspector.at("look-bar")).to_be_visible()
    save(inspector.page, "phone-look-only")
    inspector.page.goto(f"{server.url}/field/#/look")
    expect(inspector.at("look")).to_be_visible()
    save(inspector.page, "phone-look")


def test_the_lock_and_large_words(inspector: Inspector, server: Server) -> None:
    inspector.page.clock.install()
    inspector.start("inspector1")
    inspector.partner_joins("inspector2", USERS["inspector2"], USERS["inspector1"])
    inspector.phone.leave_locked()
    inspector.page.clock.fast_forward(6 * 60_000)
    expect(inspector.at("lock")).to_be_visible()
    save(inspector.page, "phone-locked")
    inspector.at("lock-pin").fill("135790")
    expect(inspector.at("lock")).to_contain_text("PIN 不对")
    save(inspector.page, "phone-locked-wrong")
    inspector.at("lock-pin").fill("246802")
    inspector.page.goto(f"{server.url}/field/#/me")
    part = inspector.at("locked-part")
    for summary in part.locator("summary").all():
        summary.click()
    part.scroll_into_view_if_needed()
    save(inspector.page, "phone-what-is-locked")
    inspector.at("text-largest").tap()
    inspector.page.set_viewport_size({"width": 320, "height": 640})
    for name, place in {"worklist": "", "overview": f"i/{IDS['pd-01']}", "sync": "sync"}.items():
        inspector.page.goto(f"{server.url}/field/#/{place}")
        save(inspector.page, f"phone-{name}-largest")


def test_the_list_of_items(desk: Callable[..., Page]) -> None:
    page = desk("planner.rz")
    address = page.url.partition("/login")[0].rstrip("/").removesuffix("/office")
    page.goto(f"{address}/office/items")
    save(page, "desk-items")
    page.locator("td.name a").first.click()
    save(page, "desk-item")
    page.get_by_role("link", name="修改").click()
    page.fill("#ratio", "一成")
    page.get_by_role("button", name="保存").click()
    save(page, "desk-item-faults")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}/office/items")
    save(page, "desk-items-phone")


def test_the_people_who_inspect(desk: Callable[..., Page], server: Server) -> None:
    sizes = {"": {"width": 1280, "height": 800}, "-phone": {"width": 390, "height": 844}}
    for scheme in ("light", "dark"):
        page = desk("planner", color_scheme=scheme)
        for end, size in sizes.items() if scheme == "light" else [("-dark", sizes[""])]:
            page.set_viewport_size(size)  # type: ignore[arg-type]
            for kind in ("inspector", "expert"):
                page.goto(f"{server.url}/office/{kind}s")
                save(page, f"desk-{kind}s{end}")
                page.locator("td.name a").first.click()
                save(page, f"desk-{kind}{end}")
                page.goto(f"{page.url}/edit")
                save(page, f"desk-{kind}-edit{end}")
    page.goto(f"{server.url}/office/experts/new")
    expect(page.locator("#items")).to_have_value("")
    page.locator("main form .button.main").click()
    save(page, "desk-expert-faults")
    page.goto(f"{server.url}/office/experts?q=没有这个人")
    save(page, "desk-experts-none")


def test_the_library_of_subjects(desk: Callable[..., Page], tmp_path: Path) -> None:
    page = desk("planner")
    address = page.url.partition("/login")[0].rstrip("/").removesuffix("/office")
    page.goto(f"{address}/office/subjects")
    save(page, "desk-subjects")
    page.goto(f"{address}/office/subjects?q=人力&credit=C")
    save(page, "desk-subjects-found")
    page.goto(f"{address}/office/subjects?q=没有这家")
    save(page, "desk-subjects-none")
    page.goto(f"{address}/office/subjects?q=星榆")
    page.locator("td.name a").first.click()
    page.get_by_role("link", name="修改").click()
    page.fill("#phone", "0375-2990001")
    page.select_option("#credit_risk", "D")
    page.fill("#reason", "信用风险分类按季度更新")
    save(page, "desk-subject-edit")
    page.get_by_role("button", name="保存").click()
    save(page, "desk-subject")
    table = tmp_path / "河南省监管平台导出.csv"
    rows = ["平顶山市检查对象", "主体全称,统一社会信用代码,主体类型,住所,登记状态,备注"]
    rows += [
        f"平顶山新设{n}号人力资源有限公司,{_code(n)},人力资源服务机构,新华区建设路{n}号,存续,"
        for n in range(1, 30)
    ]
    rows += [
        "没有代码的公司,,用工单位,新华区,存续,",
        "状态不明的公司," + _code(99) + ",用工单位,新华区,不详,",
    ]
    table.write_bytes("\n".join(rows).encode("gb18030"))
    page.goto(f"{address}/office/subjects/import")
    save(page, "desk-import")
    page.set_input_files("#file", table)
    page.get_by_role("button", name="上传").click()
    expect(page.get_by_role("button", name="读取并比对")).to_be_visible(timeout=30000)
    save(page, "desk-import-columns")
    page.locator("tr", has_text="主体全称").locator("select").select_option("name")
    page.get_by_role("button", name="读取并比对").click()
    expect(page.get_by_role("button", name="导入")).to_be_visible(timeout=30000)
    save(page, "desk-import-read")
    page.get_by_role("button", name="导入").click()
    expect(page.get_by_role("button", name="撤销这次导入")).to_be_visible(timeout=30000)
    save(page, "desk-import-taken")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}/office/subjects")
    save(page, "desk-subjects-phone")


def test_the_small_lists_as_tables(desk: Callable[..., Page], tmp_path: Path) -> None:
    page = desk("planner")
    address = page.url.partition("/login")[0].rstrip("/").removesuffix("/office")
    table = tmp_path / "省平台抽查事项清单.csv"
    rows = [
        "序号,事项编码,抽查事项,抽查依据,检查对象,抽查内容,事项类别,抽查方式,抽查比例,抽查频次,检查层级,检查机构",
        "1,PD1,人力资源服务机构检查,,,,,,20%,,,",
        "10,PD10,职业中介活动检查,《就业促进法》,人力资源服务机构,收费公示,一般,现场、书面,5%,1次/年,市、县,监察支队",
        "11,PD11,没有比例的事项,《劳动法》,用人单位,用工,一般,现场,,1次/年,市,监察支队",
    ]
    table.write_bytes("\n".join(rows).encode("gb18030"))
    page.goto(f"{address}/office/items/import")
    save(page, "desk-list-import")
    page.set_input_files("#file", table)
    page.get_by_role("button", name="上传").click()
    page.get_by_role("button", name="读取并比对").click(timeout=30000)
    expect(page.get_by_role("button", name="导入")).to_be_visible(timeout=30000)
    save(page, "desk-list-import-read")
    page.get_by_role("link", name="更新").click()
    save(page, "desk-list-import-changed")
    page.set_viewport_size({"width": 390, "height": 844})
    save(page, "desk-list-import-phone")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{address}/office/inspectors/import")
    save(page, "desk-list-import-inspectors")


def test_a_list_that_another_platform_drew(desk: Callable[..., Page], server: Server, tmp_path: Path) -> None:
    page, other = desk("planner.ca"), desk("supervisor.ca")
    address = page.url.partition("/login")[0].rstrip("/").removesuffix("/office")
    _publish_a_plan(page, other, address)
    table, proof = tmp_path / "省平台抽取名单.csv", tmp_path / "抽取结果.pdf"
    table.write_bytes(_platform_list(server).encode("gb18030"))
    proof.write_bytes(b"%PDF-1.4\n%%EOF\n")
    page.goto(f"{address}/office/draws")
    page.get_by_role("link", name="导入平台名单 人力资源服务机构抽查").click()
    page.get_by_role("button", name="上传").click()
    save(page, "desk-elsewhere-faults")
    day = datetime.fromisoformat(asking.at(now()))
    page.fill("#platform", "部门协同监管平台—河北")
    page.fill("#batch", "冀双随机2026-07")
    for name, moment in (("drawn_on", day), ("begins", day), ("ends", day + timedelta(days=20))):
        page.fill(f"#{name}", f"{moment:%Y-%m-%d}")
    page.set_input_files("#file", table)
    page.set_input_files("#evidence", proof)
    save(page, "desk-elsewhere-new")
    page.get_by_role("button", name="上传").click()
    expect(page.get_by_role("button", name="读取并比对")).to_be_visible(timeout=30000)
    save(page, "desk-elsewhere-columns")
    page.get_by_role("button", name="读取并比对").click()
    expect(page.get_by_role("button", name="重新比对")).to_be_visible(timeout=30000)
    save(page, "desk-elsewhere-read")
    page.get_by_role("button", name="就是它").first.click()
    page.locator(".tabs a", has_text="有问题").click()
    save(page, "desk-elsewhere-wrong")
    page.set_viewport_size({"width": 390, "height": 844})
    save(page, "desk-elsewhere-wrong-phone")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("button", name="导入").click()
    expect(page.get_by_role("button", name="撤销这份名单")).to_be_visible(timeout=30000)
    save(page, "desk-elsewhere-taken")
    theme(page, "dark")
    save(page, "desk-elsewhere-taken-dark")
    place = page.url
    page.get_by_role("link", name="抽取检查组").click()
    page.fill("#public", "双色球 2026135 期")
    moment = datetime.fromisoformat(asking.at(now() + timedelta(hours=1)))
    page.locator("#when").evaluate("(box, time) => { box.value = time; }", f"{moment:%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="看一看").click()
    save(page, "desk-elsewhere-pairs")
    page.goto(place)
    page.set_viewport_size({"width": 320, "height": 700})
    page.locator("summary", has_text="指派检查组").first.click()
    save(page, "desk-elsewhere-taken-narrow")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("link", name="公众看到的样子").click()
    save(page, "public-elsewhere")
    page.goto(f"{address}/office/draws")
    save(page, "desk-elsewhere-draws")
    page.goto(f"{address}/public/draws")
    save(page, "public-elsewhere-draws")


def _platform_list(server: Server) -> str:
    """A list as a platform gives it: with pairs and without, a name without a code, somebody unknown."""
    application = create_app({"DATA": server.folder, "SECRET_KEY": "screens"})
    with application.app_context():
        planner = User.by_username("planner.ca")
        assert planner
        kind = "人力资源服务机构"
        found = db.session.query(Subject).filter_by(bureau_id=planner.bureau_id, state="在营")
        firms = [one for one in found.order_by(Subject.code) if kind in one.kinds][:5]
        people = [
            one for one in Inspector_.of_bureau(planner.bureau_id) if not one.items or "PD1" in one.items
        ]
        pair = f"{people[0].user.name}、{people[1].user.name}"
        rows = [
            "检查对象名称,统一社会信用代码,检查人员,执法证号",
            f"{firms[0].name},{firms[0].code},{pair},{people[0].credential} {people[1].credential}",
            f"{firms[1].name},{firms[1].code},,",
            f"{firms[2].name},,{pair},",
            f"{firms[2].name}（旧名）,{firms[3].code},{pair},",
            f"{firms[4].name},{firms[4].code},{people[0].user.name}、赵无名,",
            f"石家庄无此公司,{_code(77)},{pair},",
        ]
        db.engine.dispose()
    return "\n".join(rows)


def _code(number: int) -> str:
    body = f"91410400{number:09}"
    return body + str(uscc.calc_check_digit(body))


def sheets(pdf: bytes, name: str) -> None:
    """Every page of what is printed, beside each other."""
    pages = [page.render(scale=0.9).to_pil().convert("RGB") for page in pypdfium2.PdfDocument(pdf)]
    width, height = (max(page.size[side] for page in pages) for side in (0, 1))
    table = Image.new("RGB", ((width + 12) * len(pages) + 12, height + 24), "#7d8996")
    for at, page in enumerate(pages):
        table.paste(page, (12 + at * (width + 12), 12))
    table.quantize(256).save(FOLDER / f"{name}.png", optimize=True)


def test_paper_of_the_phone(inspector: Inspector, server: Server) -> None:
    inspector.start("inspector1")
    inspector.answer_the_rest(IDS["pd-07"])
    inspector.set_result(IDS["pd-07"], "corrected")
    inspector.go(IDS["pd-07"], "review")
    inspector.at("print").scroll_into_view_if_needed()
    save(inspector.page, "phone-review-paper")
    for kind in ("blank", "filled"):
        inspector.at("print").tap()
        if kind == "blank":
            save(inspector.page, "phone-print")
        inspector.at(f"print-{kind}").tap()
        expect(inspector.page.locator("#print .print-sheet")).to_have_count(1)
        inspector.page.wait_for_timeout(800)
        sheets(inspector.page.pdf(prefer_css_page_size=True), f"paper-phone-{kind}")
    page = pypdfium2.PdfDocument(inspector.page.pdf(prefer_css_page_size=True))[0].render(scale=1.8).to_pil()
    file = io.BytesIO()
    page.convert("RGB").save(file, "JPEG")
    shot: FilePayload = {"name": "page.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}
    inspector.go(IDS["pd-01"], "review")
    inspector.go(IDS["pd-07"])
    inspector.at("add-visit-note").tap()
    inspector.at("text").fill("打印以后才看到的情况")
    inspector.at("sheet-confirm").tap()
    inspector.go(IDS["pd-07"], "review")
    inspector.at("paper-input").set_input_files(shot)
    expect(inspector.at("page-changed-confirm")).to_be_visible(timeout=20000)
    save(inspector.page, "phone-page-changed")
    inspector.at("page-changed-confirm").tap()
    expect(inspector.at("page-said")).to_be_visible()
    inspector.at("page-said").scroll_into_view_if_needed()
    save(inspector.page, "phone-page-said")


def test_anyone_repeats_a_draw(desk: Callable[..., Page], server: Server) -> None:
    for name, size in (("desk", {"width": 1280, "height": 900}), ("phone", {"width": 390, "height": 844})):
        page = desk(viewport=size)
        page.goto(f"{server.url}/verify/draw")
        save(page, f"{name}-draw-verify")
        choose(page, drawn())
        save(page, f"{name}-draw-verified")
        bent = drawn()
        bent["pairs"][0]["inspectors"][0]["id"] = "16040006"
        choose(page, bent)
        expect(page.locator(".steps .mark.found").first).to_be_visible()
        save(page, f"{name}-draw-differs")


def test_handing_over_to_the_partners_phone(inspector: Inspector, server: Server, phone: Phones) -> None:
    one, two = inspector.start("inspector1"), Inspector(phone("two"), server.url).start("inspector2")
    server.stop()
    inspection = IDS["pd-01"]
    one.arrive(inspection)
    for who in (one, two):
        who.go(inspection, "check")
        question = who.page.locator('section.q:has([data-test="verdict-fail"])').first
        address = str(question.get_attribute("data-test")).removeprefix("question-")
        who.answer(address, "fail" if who is one else "pass")
        for seed in ("1", "2", "3") if who is one else ("4",):
            who.take_photo(address, seed)
    hand_over(one)
    save(one.page, "phone-handover")
    for name in ("dark", "sun"):
        theme(one.page, name)
        save(one.page, f"phone-handover-{name}")
    theme(one.page, "light")
    one.page.set_viewport_size({"width": 320, "height": 640})
    save(one.page, "phone-handover-small")
    one.page.set_viewport_size({"width": 390, "height": 844})
    one.at("handover-make").tap()
    expect(one.at("handover-made")).to_be_visible()
    save(one.page, "phone-handover-file")
    one.at("back").tap()
    one.page.evaluate(SILENT)
    meet(
        one,
        two,
        between=lambda: [
            save(who.page, f"phone-handover-{name}") for who, name in ((one, "code"), (two, "back"))
        ],
    )
    expect(two.at("handover-moving")).to_contain_text("照片 1/3 张")
    save(one.page, "phone-handover-moving")
    one.at("handover-stop").tap()
    expect(two.at("handover-fault")).to_be_visible()
    save(two.page, "phone-handover-broken")
    one.page.reload()
    meet(one, two)
    expect(two.at("handover-done")).to_be_visible()
    save(two.page, "phone-handover-done")
    hand_over(two)
    two.at("receive-file").set_input_files({"name": "x.yidang", "mimeType": "text/plain", "buffer": b"x"})
    expect(two.at("handover-fault")).to_be_visible()
    save(two.page, "phone-handover-refused")
    two.page.goto(f"{server.url}/field/#/sync")
    two.at("receive-file").evaluate("(field) => field.scrollIntoView({block: 'center'})")
    save(two.page, "phone-handover-receive")
    one.go(inspection)
    one.at("to-handover").scroll_into_view_if_needed()
    save(one.page, "phone-handover-entry")


A_PART = """import("/static/field/parts.js").then(({ cut }) => cut(new Uint8Array(2000).fill(7)).code(3))"""


def test_codes_before_the_camera(inspector: Inspector, server: Server) -> None:
    inspector.start("inspector1")
    inspector.at("scan").tap()
    expect(inspector.at("scan-video")).to_be_visible()
    save(inspector.page, "phone-scan")
    photo = inspector.page.locator('[data-test="scan-photo"]')
    photo.set_input_files(picture("no code in it"))
    expect(inspector.at("scan-said")).to_contain_text("没有读到二维码", timeout=30000)
    save(inspector.page, "phone-scan-nothing")
    inspector.at("scan-close").click()
    inspector.phone.sees(film.code("https://example.org/a-poster-on-the-wall"))
    inspector.at("scan").click()
    expect(inspector.at("scan-said")).to_contain_text("a-poster", timeout=30000)
    save(inspector.page, "phone-scan-unknown")
    inspector.at("scan-close").click()
    inspector.phone.sees(film.code(inspector.page.evaluate(A_PART)))
    inspector.at("scan").click()
    expect(inspector.at("parts-held")).to_be_visible(timeout=30000)
    save(inspector.page, "phone-scan-part")
    inspector.at("scan-close").click()
    inspector.page.evaluate(REFUSED)
    inspector.at("scan").click()
    expect(inspector.at("scan-refused")).to_be_visible()
    save(inspector.page, "phone-scan-refused")


def test_the_partners_code_signed_on_this_phone(inspector: Inspector, server: Server) -> None:
    inspector.start("inspector1")
    visit, one = IDS["pd-08"], USERS["inspector1"]
    # The record is whole only when everything of the bureau is on the phone.
    inspector.expect_safe(visit)
    inspector.go(visit, "inspectors")
    own = re.sub(r"\s", "", inspector.page.locator(".hash").inner_text())
    asked = f"{server.url}/field/#/i/{visit}/cosign?seq=99&asked="
    inspector.page.goto(f"{asked}{one}&hash={'ab' * 32}")
    expect(inspector.at("cosign-elsewhere")).to_be_visible()
    save(inspector.page, "phone-cosign-elsewhere")
    inspector.page.goto(f"{asked}{USERS['inspector2']}&hash={own}")
    expect(inspector.at("cosign-other")).to_be_visible()
    save(inspector.page, "phone-cosign-other")
    inspector.page.goto(f"{asked}{one}&hash={own}")
    expect(inspector.at("cosign-same")).to_be_visible()
    save(inspector.page, "phone-cosign")
    inspector.at("cosign-sign").tap()
    inspector.at("inspector-pin").fill("246802")
    inspector.phone.draw('[data-test="inspector-pad"] canvas, canvas[data-test="inspector-pad"]', SCRAWL)
    inspector.at("inspector-confirm").click()
    expect(inspector.at("parts-count")).to_be_visible()
    save(inspector.page, "phone-cosign-codes")
    inspector.at("sheet-cancel").click()
    expect(inspector.at("cosign-signed")).to_be_visible()
    save(inspector.page, "phone-cosign-signed")


def test_the_plan(desk: Callable[..., Page]) -> None:
    page = desk("planner")
    address = page.url.partition("/login")[0].rstrip("/").removesuffix("/office")
    page.goto(f"{address}/office/plans")
    save(page, "desk-plans")
    page.get_by_role("button", name="新建计划").click()
    save(page, "desk-plan-empty")
    for code in ("PD1", "PD5", "PD7"):
        page.goto(f"{page.url.split('/tasks')[0]}/tasks/new?item={code}")
        for month in ("3", "4", "5"):
            page.check(f'[name="months"][value="{month}"]')
        if code == "PD1":
            page.fill("#strata", "D 100%\nC 30%")
            page.fill("#bp", "一成")
            page.get_by_role("button", name="存入草稿").click()
            save(page, "desk-task-faults")
            page.fill("#bp", "10")
        page.get_by_role("button", name="存入草稿").click()
    save(page, "desk-plan")
    plan = page.url
    page.set_viewport_size({"width": 390, "height": 844})
    save(page, "desk-plan-phone")
    page.locator("td.name a").first.click()
    save(page, "desk-task-phone")
    page.set_viewport_size({"width": 1280, "height": 800})
    other = desk("supervisor")
    other.goto(plan)
    other.fill("#document", "双随机工作领导小组会议纪要〔2026〕8号")
    other.get_by_role("button", name="批准", exact=True).click()
    page.goto(plan)
    page.get_by_role("button", name="公布").click()
    page.get_by_role("link", name="公众看到的样子").click()
    save(page, "desk-plan-public")


def test_one_visit_for_two_draws(desk: Callable[..., Page], server: Server) -> None:
    draw_id = two_draws(server)
    page = desk("planner.rz")
    page.goto(f"{server.url}/office/draws/{draw_id}")
    page.locator("#merges").scroll_into_view_if_needed()
    save(page, "desk-merge-offers")
    merge_at_the_desk(page, server, draw_id)
    page.locator("#merges h3").scroll_into_view_if_needed()
    save(page, "desk-merge-made")
    page.locator("#merges li a").first.click()
    save(page, "desk-merge-inspection")
    page.goto(f"{server.url}/public/draws/{draw_id}")
    page.get_by_role("heading", name="综合查一次").scroll_into_view_if_needed()
    save(page, "draw-public-merged")
    page.goto(f"{server.url}/office/plans")
    page.locator("td.name a").first.click()
    page.locator("#carried-out").scroll_into_view_if_needed()
    save(page, "desk-plan-year")


def test_the_draw(desk: Callable[..., Page]) -> None:
    page, other = desk("planner.ca"), desk("supervisor.ca")
    address = page.url.partition("/login")[0].rstrip("/").removesuffix("/office")
    page.goto(f"{address}/office/draws")
    save(page, "desk-draws-empty")
    _publish_a_plan(page, other, address)
    page.goto(f"{address}/office/draws")
    save(page, "desk-draws")
    page.get_by_role("link", name="抽取 人力资源服务机构抽查").click()
    page.fill("#public", "双色球 2026135 期")
    page.fill("#witnesses", f"人大代表 周敏 {seal('583921./', SALT)}")
    page.get_by_role("button", name="看一看").click()
    save(page, "desk-draw-faults")
    page.check('[name="local"][value="local"]')
    _say_when(page, 3600)
    page.get_by_role("button", name="看一看").click()
    save(page, "desk-draw-preview-short")
    page.check('[name="local"][value="any"]')
    page.get_by_role("button", name="看一看").click()
    save(page, "desk-draw-preview")
    page.locator("summary", has_text="抽出后分批检查").click()
    page.fill("#batches", "3")
    page.get_by_role("button", name="看一看").click()
    save(page, "desk-draw-preview-batches")
    page.fill("#batches", "2")
    _say_when(page, 8)
    page.get_by_role("button", name="冻结并公布").click()
    save(page, "desk-draw-frozen")
    desk_page = page.url
    page.get_by_role("link", name="公众看到的样子").click()
    save(page, "draw-public-frozen")
    page.goto(desk_page)
    page.wait_for_timeout(8000)
    page.fill("#numbers-0", "583922")
    page.fill("#salt-0", SALT)
    page.fill("#numbers-1", "3 8 14 21 27 30 7")
    page.locator("form.card button").click()
    save(page, "desk-draw-wrong-number")
    page.fill("#numbers-0", "583921")
    page.locator("form.card button").click()
    save(page, "desk-draw-drawn")
    page.get_by_role("link", name="公众看到的样子").click()
    save(page, "draw-public-drawn")
    public_page = page.url
    for size in ({"width": 390, "height": 844}, {"width": 1280, "height": 900}):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.goto(f"{address}/public/draws")
        save(page, f"draws-public-{size['width']}")
        page.goto(f"{public_page}#drawn")
        save(page, f"draw-public-rows-{size['width']}")
    page.get_by_role("link", name="重复这次抽取").click()
    expect(page.locator("#report")).to_contain_text("与抽取时一致")
    save(page, "draw-public-repeated")


def test_the_year_of_a_new_user(desk: Callable[..., Page], server: Server, phone: Phones) -> None:
    year = Year(desk("planner.rz"), desk("supervisor.rz"), save)
    for step in (year.claim, year.fill_the_library, year.write_the_plan, year.let_them_inspect_it):
        step()
    year.publish_the_plan()
    year.freeze()
    subject = year.draw()[0]
    inspector = Inspector(phone("rz"), server.url)
    card = on_the_phone(inspector, "inspector1.rz", subject)
    expect(card).to_be_visible(timeout=30000)
    card.scroll_into_view_if_needed()
    save(inspector.page, "year-14-phone")
    card.tap()
    expect(inspector.at("overview")).to_be_visible()
    save(inspector.page, "year-15-visit")


def test_approval_and_notice(desk: Callable[..., Page], server: Server, inspector: Inspector) -> None:
    inspection = inspector.start("inspector1").pick()
    planner, supervisor = desk("planner"), desk("supervisor")
    planner.goto(f"{server.url}/office/approvals?show=unasked")
    save(planner, "desk-approvals-unasked")
    planner.goto(f"{server.url}/office/inspections/{inspection}/approval")
    planner.fill("#contact", "周强 0375-2660000")
    save(planner, "desk-approval-ask")
    planner.locator("form.approval-act button.main").click()
    supervisor.goto(f"{server.url}/office/approvals")
    save(supervisor, "desk-approvals-waiting")
    supervisor.locator('[name="chosen"]').first.check()
    supervisor.locator('button[value="approve"]').click()
    supervisor.goto(f"{server.url}/office/inspections/{inspection}/approval")
    save(supervisor, "desk-approval")
    check = str(supervisor.locator('a[href^="/public/notices/"]').get_attribute("href"))
    paper = supervisor.request.get(f"{server.url}/office/inspections/{inspection}/notice.pdf").body()
    pypdfium2.PdfDocument(paper)[0].render(scale=1.3).to_pil().quantize(16).save(
        FOLDER / "paper-notice.png", optimize=True
    )
    supervisor.set_viewport_size({"width": 390, "height": 844})
    supervisor.goto(f"{server.url}{check}")
    save(supervisor, "notice-checked")
    inspector.page.reload()
    expect(inspector.at("worklist").or_(inspector.at("overview")).first).to_be_visible()
    inspector.go(inspection)
    expect(inspector.at("notice-state")).to_have_text("已批准")
    inspector.at("notice").scroll_into_view_if_needed()
    save(inspector.page, "phone-notice")
    for name in ("dark", "sun"):
        theme(inspector.page, name)
        save(inspector.page, f"phone-notice-{name}")


def test_what_goes_on_after_a_visit(desk: Callable[..., Page], server: Server, inspector: Inspector) -> None:
    archivist = desk("archivist")
    archivist.goto(f"{server.url}/office/inspections/{IDS['pd-14']}/after")
    for words in ("出具责令改正", "登记异议", "记下处罚", "列入名单"):
        archivist.locator(".follow summary", has_text=words).click()
    for section in ("objections", "orders", "handed"):
        save(archivist.locator(f"#{section}"), f"desk-follow-{section}-form")
    issue_order(archivist)
    go_again(archivist)
    save(archivist.locator("#orders"), "desk-follow-orders")
    archivist.goto(f"{server.url}/office/follow?tab=orders")
    save(archivist, "desk-follow-list")
    again = again_of(archivist, server)
    archivist.set_viewport_size({"width": 390, "height": 844})
    archivist.goto(f"{server.url}/office/follow?tab=orders")
    save(archivist, "desk-follow-list-phone")
    inspector.start("inspector1").go(again)
    for name in ("light", "dark", "sun"):
        theme(inspector.page, name)
        save(inspector.page, f"phone-first-visit-{name}")
    inspector.go(again, "check")
    inspector.at("first-here").first.scroll_into_view_if_needed()
    save(inspector.page, "phone-first-visit-question")


def test_what_is_public(desk: Callable[..., Page], server: Server) -> None:
    pages = published(server)
    for name, size in (
        ("public", {}),
        ("public-phone", {"viewport": {"width": 390, "height": 844}}),
        ("public-dark", {"color_scheme": "dark"}),
    ):
        page = desk(None, **size)
        for place, path in pages.items():
            page.goto(server.url + path)
            save(page, f"{name}-{place}")


def test_the_hall(desk: Callable[..., Page], server: Server) -> None:
    screen, wide = desk(viewport={"width": 1280, "height": 720}), {"width": 1920, "height": 1080}
    one, other, small = (
        desk(**gathering.PHONE),
        desk(**gathering.PHONE),
        desk(viewport={"width": 320, "height": 640}),
    )
    address = gathering.hall_of(screen, server)
    save(screen, "hall-1-watch-empty")
    one.goto(address)
    save(one, "witness-join")
    small.goto(address)
    save(small, "witness-join-small")
    gathering.seal(one, address, "周敏", "deputy", "583921")
    gathering.seal(other, address, "韩雪", "media", "20261121")
    save(one, "witness-sealed")
    expect(screen.locator(".watchers li b")).to_have_text(["周敏", "韩雪"])
    screen.locator("summary", has_text="没有手机").click()
    screen.locator("summary", has_text="划去").first.click()
    save(screen, "hall-1-watch")
    screen.keyboard.press("ArrowRight")
    expect(screen.locator("[data-act]")).to_be_visible()
    save(screen, "hall-2-freeze")
    screen.keyboard.press("ArrowLeft")
    expect(screen.locator(".qr")).to_be_visible()
    gathering.freeze(screen, 60)
    save(screen, "hall-2-frozen")
    expect(one.locator("#checked.passed")).to_be_visible(timeout=20_000)
    save(one, "witness-frozen")
    screen.keyboard.press("ArrowRight")
    one.get_by_role("button", name="公开我的号码").tap()
    expect(screen.locator(".openings .open")).to_have_count(1)
    save(screen, "hall-3-reveal")
    save(one, "witness-opened")
    screen.keyboard.press("ArrowRight")
    expect(screen.get_by_text("公共号码还没有开出")).to_be_visible()
    save(screen, "hall-4-waiting")
    field = screen.locator('.typing input[name^="numbers-"]')
    expect(field).to_be_visible(timeout=90_000)
    save(screen, "hall-4-numbers")
    expect(other.locator("#own")).to_have_attribute("data-state", "late", timeout=10_000)
    save(other, "witness-late")
    field.fill("3 8 14 21 27 30 7")
    screen.get_by_role("button", name="看一遍").click()
    expect(screen.locator(".balls")).to_be_visible()
    save(screen, "hall-4-second-look")
    screen.get_by_role("button", name="这些就是公布的号码").click()
    expect(screen.locator("#result li").first).to_be_visible()
    save(screen, "hall-5-result")
    screen.keyboard.press("End")
    screen.set_viewport_size(wide)
    theme(screen, "dark")
    save(screen, "hall-5-result-dark-1920")
    screen.keyboard.press("ArrowRight")
    expect(screen.get_by_text("flask draw verify")).to_be_visible()
    save(screen, "hall-6-proof-dark-1920")
    expect(one.locator("#checked")).to_contain_text("已计入", timeout=20_000)
    save(one, "witness-drawn")
    small.goto(address)
    save(small, "witness-closed-small")


def _publish_a_plan(page: Page, other: Page, address: str) -> None:
    page.goto(f"{address}/office/plans")
    page.fill("#year", str(now().year))
    page.get_by_role("button", name="新建计划").click()
    plan = page.url
    page.goto(f"{plan}/tasks/new?item=PD1")
    page.fill("#name", "人力资源服务机构抽查")
    page.fill("#bp", "50")
    page.check(f'[name="months"][value="{now().month}"]')
    page.get_by_role("button", name="存入草稿").click()
    other.goto(plan)
    other.fill("#document", "双随机工作领导小组会议纪要〔2026〕8号")
    other.get_by_role("button", name="批准", exact=True).click()
    page.goto(plan)
    page.get_by_role("button", name="公布").click()


def _say_when(page: Page, seconds: int) -> None:
    """Visits from today on, numbers that are public in so many seconds."""
    moment = datetime.fromisoformat(asking.at(now() + timedelta(seconds=seconds)))
    page.fill("#begins", f"{moment:%Y-%m-%d}")
    page.fill("#ends", f"{moment + timedelta(days=10):%Y-%m-%d}")
    page.locator("#when").evaluate("(box, time) => { box.value = time; }", f"{moment:%Y-%m-%dT%H:%M:%S}")


def test_paper_at_the_desk(desk: Callable[..., Page], server: Server) -> None:
    page = desk("archivist")
    page.goto(f"{server.url}/office/inspections/{IDS['pd-22']}")
    page.locator("#to-print > summary").click()
    save(page, "desk-review-print")
    page.goto(f"{server.url}/page/{IDS['pd-07']}/{'0' * 64}")
    save(page, "desk-review-old-page")
    page.goto(f"{server.url}/office/page")
    page.set_input_files("#picture", [picture("3")])
    page.locator("main form button").click()
    save(page, "desk-page-finder")
    for name, path in {
        "inbox": "/office/?show=all",
        "archives": "/office/archives",
        "settings": "/office/settings",
    }.items():
        page.goto(server.url + path)
        sheets(page.pdf(prefer_css_page_size=True), f"paper-desk-{name}")
    page.goto(f"{server.url}/office/inspections/{IDS['pd-22']}")
    sheets(page.pdf(prefer_css_page_size=True), "paper-desk-review")
    stranger = desk(viewport={"width": 390, "height": 844}, device_scale_factor=2)
    stranger.goto(f"{server.url}/page/{IDS['pd-07']}/{'0' * 64}")
    save(stranger, "page-stranger")


def test_states_of_the_data(inspector: Inspector, server: Server, tmp_path: Path) -> None:
    page, context = inspector.page, inspector.phone.context
    context.add_init_script(DISK)
    held: list[Route] = []
    context.route("**/api/v1/worklist", lambda route: held.append(route))
    inspector.visit_site()
    inspector.log_in("inspector1")
    save(page, "phone-worklist-loading")
    held.pop().continue_()
    expect(page.locator('[data-test^="card-"]').first).to_be_visible()
    context.unroute("**/api/v1/worklist")
    inspector.expect_safe(IDS["pd-13"])
    # Its photos come to the phone when they are looked at.
    inspector.go(IDS["pd-13"], "check")
    expect(page.locator(".thumb img[src]").first).to_be_visible()
    inspection = IDS["pd-01"]
    inspector.arrive(inspection)
    inspector.go(inspection, "check")
    address = _verdict(inspector, 0)
    room(inspector, 38)
    inspector.question(address).locator('[data-test="verdict-fail"]').tap()
    expect(inspector.question(address).locator(".fault")).to_be_visible()
    save(page, "phone-full-answer")
    room(inspector, None)
    inspector.answer(address, "fail")
    room(inspector, 4000)
    inspector.question(address).locator('[data-test="photo-input"]').set_input_files(picture("1"))
    expect(inspector.question(address).locator(".fault")).to_be_visible()
    save(page, "phone-full-photo")
    used = page.evaluate("navigator.storage.estimate().then(({usage}) => usage)")
    room(inspector, used // 9)
    page.goto(f"{server.url}/field/#/")
    expect(inspector.at("room-low")).to_be_visible()
    save(page, "phone-worklist-room-low")
    page.goto(f"{server.url}/field/#/sync")
    expect(inspector.at("make-room")).to_be_visible()
    inspector.at("make-room").scroll_into_view_if_needed()
    save(page, "phone-sync-room")
    room(inspector, None)
    # The records arrive, the photos do not.
    context.route("**/api/v1/blobs/**", lambda route: route.abort())
    inspector.go(inspection, "check")
    inspector.take_photo(address, "1")
    page.goto(f"{server.url}/field/#/sync")
    expect(inspector.at("transfer")).to_contain_text("还有 1 张没有上传")
    save(page, "phone-sync-partly")
    page.goto(f"{server.url}/field/#/leave")
    expect(inspector.at("verdict")).to_contain_text("先不要退出")
    save(page, "phone-leave-unsafe")
    context.unroute("**/api/v1/blobs/**")
    page.goto(f"{server.url}/field/#/")
    inspector.at("help-line").tap()
    save(page, "phone-help")
    inspector.at("sheet-cancel").tap()
    server.stop()
    server.root = tmp_path / "newer"
    for part in ("webapp", "static", "templates", "migrations", "translations"):
        shutil.copytree(ROOT / part, server.root / part)
    shutil.copy(ROOT / "wsgi.py", server.root)
    with (server.root / "static/field/field.css").open("a") as sheet:
        sheet.write("\n/* newer */\n")
    server.start()
    page.reload()
    expect(inspector.at("update")).to_be_visible()
    save(page, "phone-update")


def test_inside_another_app(inspector: Inspector) -> None:
    calls_itself(inspector, WECHAT)
    inspector.visit_site()
    expect(inspector.at("install")).to_be_visible()
    save(inspector.page, "phone-login-wechat")


def test_another_pair(server: Server, phone: Phones, desk: Callable[..., Page]) -> None:
    """A wish for recusal, two at the desk, and what both phones show then; the draw cancelled at the end."""
    found = drawn_inspection(server)
    old = Inspector(phone("old"), server.url).start(found.pair[0])
    ask_on_the_phone(old, found, save)
    planner, supervisor = desk("planner"), desk("supervisor")
    ask_at_the_desk(planner, found, save)
    approve_at_the_desk(supervisor, save)
    (stepped_in,) = set(now_in_pair(server, found.id)) - set(found.pair)
    new = Inspector(phone("new"), server.url).start(stepped_in)
    new.go(found.id)
    expect(new.at("pair-changed")).to_be_visible()
    save(new.page, "swap-08-phone-new")
    old.page.goto(f"{server.url}/field/")
    old.at("refresh").tap()
    for name in ("light", "dark", "sun"):
        expect(old.at("gone")).to_be_visible()
        theme(old.page, name)
        save(old.page, f"swap-09-phone-gone-{name}")
    theme(old.page, "light")
    old.at("gone-seen").tap()
    expect(old.at("gone-before")).to_be_visible()
    old.at("gone-before").locator("summary").tap()
    old.at("gone-before").scroll_into_view_if_needed()
    save(old.page, "swap-10-phone-gone-before")
    old.page.goto(f"{server.url}/field/#/i/{found.id}")
    expect(old.at("left")).to_be_visible()
    save(old.page, "swap-11-phone-left")
    planner.goto(f"{server.url}/office/draws/{found.draw_id}/amend")
    save(planner, "swap-12-desk-cancel")
    planner.select_option("#why", "list")
    planner.fill("#text", "名录漏了一个区县")
    planner.get_by_role("button", name="提出申请").click()
    supervisor.goto(planner.url)
    save(supervisor, "swap-13-desk-cancel-decide")
    supervisor.get_by_role("button", name="批准", exact=True).click()
    expect(supervisor.locator("#begun")).to_be_visible()
    supervisor.locator("#begun").scroll_into_view_if_needed()
    save(supervisor, "swap-14-desk-cancelled")
    supervisor.goto(f"{server.url}/public/draws/{found.draw_id}")
    supervisor.locator("#swaps").scroll_into_view_if_needed()
    save(supervisor, "swap-15-public")
    narrow = desk(None, viewport={"width": 390, "height": 844})
    narrow.goto(f"{server.url}/public/draws/{found.draw_id}")
    narrow.locator("#cancelled").scroll_into_view_if_needed()
    save(narrow, "swap-16-public-narrow")


def test_a_checklist_that_folds_repeats_and_computes(inspector: Inspector, server: Server) -> None:
    inspection = ask(server, logic())
    inspector.start("inspector1")
    page = inspector.page
    inspector.arrive(inspection)
    inspector.go(inspection, "check")
    choose_answer(inspector, "logic/kind", "dispatch")
    inspector.answer("logic/permit", "fail")
    write_answer(inspector, "logic/until", "2026-01-02")
    pick_city(inspector, "平顶", "pds")
    write_answer(inspector, "logic/nm[1]", "张三")
    choose_answer(inspector, "logic/contract[1]", "none")
    choose_answer(inspector, "logic/paid[1]", "no")
    write_answer(inspector, "logic/amount[1.1]", "1200.5")
    inspector.at("add-logic/person").tap()
    expect(inspector.at("instance-logic/person[2]")).to_be_visible()
    write_answer(inspector, "logic/nm[2]", "李四")
    inspector.at("rank-keep").tap()
    inspector.question("logic/help").locator('[data-test="range"]').fill("7")
    expect(inspector.page.locator(".snack-text")).to_contain_text("7")
    shown = {
        "broken": inspector.question("logic/until"),
        "instance": inspector.at("repeat-logic/person"),
        "nested": inspector.at("repeat-logic/owed[1]"),
        "order": inspector.question("logic/order"),
    }
    for look in ("light", "dark", "sun"):
        theme(page, look)
        for name, place in shown.items():
            place.evaluate("(element) => element.scrollIntoView()")
            save(page, f"phone-logic-{name}{'' if look == 'light' else '-' + look}")
    theme(page, "light")
    page.set_viewport_size({"width": 320, "height": 640})
    shown["instance"].evaluate("(element) => element.scrollIntoView()")
    save(page, "phone-logic-instance-narrow")
    page.set_viewport_size({"width": 390, "height": 844})
    for folded in ("unit", "person[1]"):
        inspector.at(f"fold-logic/{folded}").tap()
    inspector.at("remove-logic/person[2]").tap()
    expect(inspector.at("restore-logic/person[2]")).to_be_visible()
    inspector.at("group-logic/people").evaluate("(element) => element.scrollIntoView()")
    save(page, "phone-logic-folded")
    inspector.at("fold-logic/unit").tap()
    inspector.question("logic/city").locator('[data-test="open-choices"]').tap()
    save(page, "phone-logic-choices")
    inspector.at("choices-done").tap()
    inspector.at("filter-open").tap()
    save(page, "phone-logic-open")
    inspector.go(inspection, "review")
    inspector.at("paper").locator("details.others").evaluate(
        "(part) => { part.open = true; part.scrollIntoView(); }"
    )
    save(page, "phone-logic-paper")


def test_versions_of_a_checklist(server: Server, desk: Callable[..., Page]) -> None:
    """An upload with faults, a draft, its approval by another person from a later day, refused, withdrawn, used by whom."""
    planner, supervisor = desk("planner"), desk("supervisor")
    at = from_file_to_use(server, planner, supervisor, save)
    for name, settings in (
        ("dark", {"color_scheme": "dark"}),
        ("narrow", {"viewport": {"width": 390, "height": 844}}),
    ):
        page = desk("planner", **settings)
        for place, path in (
            ("list", "/forms/"),
            ("new", "/forms/new"),
            ("one", at),
            ("item", "/forms/?item=PD5"),
        ):
            page.goto(f"{server.url}{path}")
            save(page, f"forms-{place}-{name}")


def test_a_checklist_that_is_written_in_the_browser(desk: Callable[..., Page], server: Server) -> None:
    page = desk("planner")
    begin_checklist(page, server)
    save(page, "desk-form-editor-empty")
    add(page, "是否持有“人力资源服务许可证”", "select_one")
    page.get_by_role("button", name="加一个选项").click()
    page.keyboard.type("有")
    page.keyboard.press("Enter")
    page.keyboard.type("没有")
    add(page, "没有的原因", "text")
    page.get_by_role("button", name="一直显示。加一个条件").click()
    page.get_by_label("哪道题").select_option("q1")
    page.get_by_label("什么回答").select_option(label="没有")
    saved(page)
    save(page, "desk-form-editor")
    page.get_by_role("button", name="写成式子").click()
    page.get_by_role("textbox", name="什么时候显示").fill("${q1} = = '没有'")
    expect(page.locator(".fault")).to_be_visible()
    page.locator("#open-1").click()
    page.get_by_role("button", name="删除").click()
    save(page, "desk-form-editor-sure")
    page.get_by_role("button", name="不删").click()
    page.set_viewport_size({"width": 390, "height": 844})
    save(page, "desk-form-editor-narrow")


def test_a_checklist_is_tried_out_compared_and_printed(desk: Callable[..., Page], server: Server) -> None:
    old, newer = version(server, logic()), logic("2")
    unit = newer["questions"][0]["children"]
    unit[1] |= {"label": {"zh-Hans": "单位属于哪一类", "en": "What kind of unit"}, "photo": "allowed"}
    unit[1]["choices"] = unit[1]["choices"][:2]
    unit.append(unit.pop(0))
    new = version(server, newer)
    page = desk("planner", viewport={"width": 1280, "height": 1000})
    page.goto(f"{server.url}/forms/{new}/preview")
    chinese, english = phones(page)
    for phone in (chinese, english):
        expect(question(phone, "kind")).to_be_visible()
    question(chinese, "kind").locator('[data-test="choice-dispatch"]').click()
    question(chinese, "permit").locator('[data-test="verdict-fail"]').click()
    question(chinese, "permit").locator('[data-test="sample-photo"]').click()
    question(chinese, "until").locator('[data-test="answer"]').fill("2020-01-01")
    question(chinese, "until").locator('[data-test="answer"]').blur()
    expect(question(english, "until").locator('[data-test="broken"]')).to_be_visible()
    save(page, "forms-preview")
    page.emulate_media(color_scheme="dark")
    save(page, "forms-preview-dark")
    page.emulate_media(color_scheme="light")
    page.goto(f"{server.url}/forms/{new}/compare/{old}")
    save(page, "forms-compare")
    save_pages(page, server, new)
    narrow = desk("planner", viewport={"width": 390, "height": 844})
    narrow.goto(f"{server.url}/forms/{new}/compare/{old}")
    save(narrow, "forms-compare-narrow")
    narrow.goto(f"{server.url}/forms/{new}/preview")
    expect(question(phones(narrow)[0], "kind")).to_be_visible()
    save(narrow, "forms-preview-narrow")


def save_pages(page: Page, server: Server, release: str) -> None:
    """The blank form in both languages."""
    for language in ("zh", "en"):
        answer = page.request.get(f"{server.url}/forms/{release}/blank.pdf?on_paper={language}")
        sheets(answer.body(), f"forms-blank-{language}")


def test_what_the_subject_sees_and_does(desk: Callable[..., Page], server: Server) -> None:
    place = mine.issued(server)
    phone = {"viewport": {"width": 390, "height": 844}}
    page = desk(**phone)
    page.goto(f"{server.url}{place}")
    save(page, "subject-asked")
    page.get_by_role("link", name="确认收到").click()
    mine.sign(page)
    save(page, "subject-receive")
    page.goto(f"{server.url}{place}")
    page.get_by_role("link", name="交改正材料").click()
    save(page, "subject-proof")
    page.goto(f"{server.url}{place}/object")
    mine.refused(page)
    save(page, "subject-object-refused")
    page.goto(f"{server.url}{place}/rate")
    save(page, "subject-rate")
    mine.rate(page, "asked")
    mine.said_all(page, f"{server.url}{place}")
    save(page, "subject-sent")
    dark = desk(**phone, color_scheme="dark", locale="en-GB")
    dark.goto(f"{server.url}{place}")
    save(dark, "subject-dark-english")
    supervisor = desk("supervisor")
    supervisor.goto(f"{server.url}/office/ratings")
    save(supervisor, "ratings")
    supervisor.set_viewport_size({"width": 390, "height": 844})
    save(supervisor, "ratings-phone")


def test_the_figures_of_oversight(desk: Callable[..., Page], server: Server) -> None:
    """What the law asks for and what was done; the cases behind a number; the same on a phone and without JavaScript."""
    page, narrow = (desk("supervisor", viewport={"width": width, "height": 844}) for width in (1280, 390))
    page.goto(f"{server.url}/oversight/")
    save(page, "desk-figures")
    page.locator("#f-published summary").click()
    save(page.locator("#f-published"), "desk-figures-means")
    for name in ("months", "standings-told", "items", "load", "below"):
        page.locator(f"#{name}").scroll_into_view_if_needed()
        save(page.locator(f"#{name}"), f"desk-figures-{name}")
    page.goto(f"{server.url}/oversight/cases?figure=problems")
    save(page, "desk-figures-cases")
    for place, name in (("", ""), ("#items", "-chart"), ("cases?figure=problems", "-cases")):
        narrow.goto(f"{server.url}/oversight/{place}")
        save(narrow, f"desk-figures{name}-phone")
    bare = desk("supervisor", viewport={"width": 390, "height": 844}, java_script_enabled=False)
    bare.goto(f"{server.url}/oversight/#months")
    bare.screenshot(path=FOLDER / "desk-figures-bare.png")


def test_signs_and_return_visits(desk: Callable[..., Page], server: Server) -> None:
    page, narrow = (desk("supervisor", viewport={"width": width, "height": 844}) for width in (1280, 390))
    page.goto(f"{server.url}/oversight/signs/")
    save(page, "desk-signs")
    kinds = {"again": "照片与另一次检查的相同", "overlap": "同一人同时在两处", "run": "一口气连着填完"}
    for name, title in kinds.items():
        page.goto(f"{server.url}/oversight/signs/")
        page.get_by_role("link", name=title).click()
        expect(page.get_by_role("heading", name=title)).to_be_visible()
        save(page, f"desk-sign-{name}")
        narrow.goto(page.url)
        save(narrow, f"desk-sign-{name}-narrow")
    page.goto(f"{server.url}/oversight/signs/?show=answered")
    page.get_by_role("link", name="离登记的地址很远").click()
    expect(page.locator(".drawing")).to_be_visible()
    save(page, "desk-sign-far")
    theme(page, "dark")
    save(page, "desk-sign-far-dark")
    pair = desk("inspector9", viewport={"width": 390, "height": 844})
    pair.goto(page.url)
    save(pair, "desk-sign-answer-narrow")
    for name, place in (("", ""), ("-draws", "?show=draws"), ("-new", "new"), ("-form", "form")):
        page.goto(f"{server.url}/oversight/returns/{place}")
        save(page, f"desk-returns{name}")
    page.goto(f"{server.url}/oversight/returns/")
    page.locator(".list .key a").first.click()
    expect(page.get_by_role("button", name="记下回访")).to_be_visible()
    save(page, "desk-return-visit")
    narrow.goto(page.url)
    save(narrow, "desk-return-visit-narrow")
    page.goto(f"{server.url}/oversight/returns/?show=done")
    page.locator(".list .key a").first.click()
    expect(page.locator("#returns .returned")).to_be_visible()
    page.locator("#returns").scroll_into_view_if_needed()
    save(page, "desk-return-made")


def test_publication_and_platforms(desk: Callable[..., Page], server: Server) -> None:
    page, one = desk("archivist"), f"{server.url}/office/publication/{IDS['pd-14']}"
    page.goto(f"{server.url}/office/publication?show=ready")
    save(page, "desk-publication")
    page.goto(one)
    page.get_by_text("遮盖并放入…").first.click()
    expect(page.locator("svg.canvas g").first).to_be_visible()
    save(page, "desk-publication-marking")
    page.get_by_role("button", name="遮盖好了，放入公示").click()
    page.fill("#text", "员工王晓明（电话13812345678）已补签合同。")
    page.check('[name="read"]')
    page.get_by_role("button", name="保存，看效果").click()
    save(page, "desk-publication-one")
    page.goto(f"{server.url}/office/publication/{IDS['pd-28']}")
    save(page, "desk-publication-person")
    narrow = desk("archivist", viewport={"width": 390, "height": 844})
    narrow.goto(one)
    save(narrow, "narrow-publication-one")
    narrow.get_by_text("遮盖并放入…").first.click()
    save(narrow, "narrow-publication-marking")
    rz = desk("archivist.rz")
    rz.goto(f"{server.url}/office/platform")
    save(rz, "desk-platforms")
    rz.locator(".list a").first.click()
    save(rz, "desk-platform")
    rz.get_by_role("link", name="改列").click()
    save(rz, "desk-platform-columns")


def test_a_result_from_the_list_to_the_signature(server: Server, desk: Callable[..., Page]) -> None:
    page, held = desk("archivist"), desk("archivist", viewport={"width": 390, "height": 844})
    inspection = undecided(page, server.url)
    page.goto(f"{server.url}/office/results?show=decide")
    save(page, "desk-results-to-decide")
    page.goto(f"{server.url}/office/inspections/{inspection}/after")
    page.locator('[name="code"][value="unreachable"]').check()
    page.locator("#result").scroll_into_view_if_needed()
    save(page, "desk-result-unreachable")
    page.locator('[name="sub"][value="moved"]').check()
    page.get_by_role("button", name="提请批准").click()
    supervisor = desk("supervisor")
    supervisor.goto(f"{server.url}/office/results?show=approve")
    save(supervisor, "desk-results-to-approve")
    supervisor.goto(f"{server.url}/office/inspections/{inspection}/after#result")
    save(supervisor, "desk-result-to-approve")
    supervisor.get_by_role("button", name="批准", exact=True).click()
    held.goto(f"{server.url}/office/results?show=tell")
    save(held, "desk-results-to-tell-narrow")
    held.goto(f"{server.url}/office/inspections/{inspection}/after#told")
    held.fill("#notice-contact", "劳动监察科 12333")
    held.get_by_role("button", name="出具结果告知书").click()
    held.get_by_text("记下送达…").click()
    held.locator('[name="way"][value="left"]').check()
    held.locator("#told").scroll_into_view_if_needed()
    save(held, "desk-result-service-narrow")
    held.get_by_role("link", name="请对方在这台手机上签收").click()
    scrawl(held)
    save(held, "desk-result-signing-narrow")
    held.fill("#name", "赵建国")
    held.get_by_role("button", name="签收").click()
    save(held, "desk-result-signed-narrow")
    held.get_by_role("link", name="检查人员：返回").click()
    for name in ("dark", "sun"):
        theme(held, name)
        save(held, f"desk-result-told-narrow-{name}")
    page.goto(f"{server.url}/office/inspections/{inspection}/after#told")
    # Only what stands behind the # is new: the browser would show the page as it was.
    page.reload()
    save(page, "desk-result-told")
    page.get_by_role("link", name="核对真伪的页面").click()
    save(page, "public-result-notice")


def test_reports_appraisal_and_training(desk: Callable[..., Page], server: Server) -> None:
    page = desk("planner")
    narrow = desk("planner", viewport={"width": 390, "height": 844})
    page.goto(f"{server.url}/oversight/reports")
    save(page, "desk-reports")
    page.get_by_role("link", name="抽查工作报告").first.click()
    save(page, "desk-report")
    narrow.goto(page.url)
    save(narrow, "desk-report-narrow")
    page.goto(f"{page.url}/edit")
    save(page, "desk-report-edit")
    page.goto(f"{server.url}/oversight/appraisal")
    save(page, "desk-appraisals")
    page.locator(".list .name a").first.click()
    save(page, "desk-appraisal")
    theme(page, "dark")
    save(page, "desk-appraisal-dark")
    page.locator("table.appraisal tbody a").first.click()
    save(page, "desk-appraisal-score")
    page.goto(f"{server.url}/oversight/training")
    save(page, "desk-training")
    leader = desk("supervisor")
    for name, place in (("criteria", "appraisal/criteria/unit"), ("guidance", "guidance/discipline")):
        leader.goto(f"{server.url}/oversight/{place}")
        save(leader, f"desk-{name}")


def test_practice(inspector: Inspector) -> None:
    inspector.start("inspector1")
    page = inspector.page
    page.goto(f"{inspector.url}/field/#/training")
    expect(inspector.at("text-flow")).to_be_visible()
    save(page, "phone-training")
    inspector.at("practise").tap()
    expect(inspector.at("lessons")).to_be_visible()
    save(page, "phone-lessons")
    inspector.at("lesson-found").tap()
    expect(inspector.at("overview")).to_be_visible()
    save(page, "phone-practice")
    inspector.at("practice-story").click()
    save(page, "phone-practice-story")
    inspector.at("sheet-cancel").click()
    for name in ("dark", "sun"):
        theme(page, name)
        save(page, f"phone-practice-{name}")
