"""At the door: the subject's code, who has to step aside, and what the office sees of it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.inspector import PIN, Inspector, picture
from tests.browser.phone import Phone
from tests.browser.server import Server
from tests.browser.test_axe import violations
from tests.browser.test_phone import held
from webapp import create_app
from webapp.accounts.models import Law
from webapp.db import db
from webapp.demo import world

Phones = Callable[[str], Phone]
USERS = {person["username"]: person["id"] for person in world.people()}
ONE, TWO = USERS["inspector1"], USERS["inspector2"]


def payloads(server: Server, inspection: str, kind: str) -> list[dict]:
    """What the bureau holds of one kind of event."""
    return [event["payload"] for event in held(server, inspection) if event["type"] == kind]


def arrived(inspector: Inspector) -> str:
    """At the door of an inspection that nobody began."""
    inspection = inspector.pick("未开始")
    inspector.go(inspection, "arrive")
    inspector.at("arrive").tap()
    expect(inspector.at("next-step")).to_be_visible()
    return inspection


def scan(inspector: Inspector, text: str) -> None:
    """The code as it is typed where no camera reads it."""
    inspector.at("scan-subject").click()
    inspector.at("scan-type").click()
    inspector.at("scan-field").fill(text)
    inspector.at("scan-typed").click()


def test_the_subjects_code_is_compared_and_one_that_differs_is_said(server: Server, phone: Phones) -> None:
    inspector = Inspector(phone("one"), server.url).start("inspector1")
    inspection = arrived(inspector)
    inspector.go(inspection)
    code = inspector.page.locator("dl.facts dd").first.inner_text()
    inspector.go(inspection, "arrive")
    stranger = next(one["code"] for one in world.subjects() if one["type"] == "hr" and one["code"] != code)
    scan(inspector, stranger)
    expect(inspector.page.locator("dialog")).to_contain_text("不一致")
    inspector.at("sheet-cancel").click()
    expect(inspector.at("state-scan")).to_contain_text("还没有扫")
    scan(inspector, f"https://qr.example.cn/q?uscc={code.lower()}")
    expect(inspector.at("state-scan")).to_contain_text("与检查对象一致")
    expect(inspector.at("scan-subject")).to_have_count(0)
    inspector.expect_safe(inspection)
    (scanned,) = payloads(server, inspection, "scan")
    assert scanned["matches"] is True and scanned["reason"] is None


def test_what_cannot_be_scanned_now_is_owed_until_it_is_made_good(server: Server, phone: Phones) -> None:
    inspector = Inspector(phone("one"), server.url).start("inspector1")
    inspection = arrived(inspector)
    inspector.at("scan-none").click()
    inspector.at("scan-confirm").click()
    expect(inspector.page.locator(".fault").first).to_be_visible()
    inspector.page.locator("dialog .suggest button").first.click()
    inspector.at("scan-confirm").click()
    expect(inspector.at("state-scan")).to_contain_text("待补扫")
    inspector.go(inspection)
    expect(inspector.at("scan-owed")).to_contain_text("现场没有码")
    expect(inspector.at("step-arrive")).to_contain_text("待补扫")
    inspector.at("scan-owed").tap()
    scan(inspector, "这张码里没有代码")
    expect(inspector.at("scan-reason")).to_have_value("补扫：现场没有码")
    inspector.at("scan-confirm").click()
    expect(inspector.at("state-scan")).to_contain_text("待机关核对")
    inspector.expect_safe(inspection)
    expect(inspector.at("scan-owed")).to_have_count(0)
    first, later = payloads(server, inspection, "scan")
    assert first == {"text": None, "matches": None, "reason": "现场没有码"}
    assert later == {"text": "这张码里没有代码", "matches": None, "reason": "补扫：现场没有码"}


def test_rz_10b_each_speaks_for_oneself_and_nobody_signs_before(server: Server, phone: Phones) -> None:
    inspector = Inspector(phone("one"), server.url).start("inspector1")
    inspector.partner_joins("inspector2", TWO, ONE)
    inspector.page.goto(f"{server.url}/field/")
    inspection = arrived(inspector)
    expect(inspector.at("state-recusal")).to_contain_text("3")
    inspector.go(inspection, "review")
    for words in ("还没有说明是否需要回避", "还没有问检查对象是否申请回避"):
        expect(inspector.at("blockers")).to_contain_text(words)
    inspector.go(inspection, "arrive")
    inspector.at(f"recusal-none-{ONE}").tap()
    expect(inspector.at(f"recusal-none-{ONE}")).to_have_count(0)
    inspector.at(f"recusal-none-{TWO}").click()
    inspector.at("recusal-pin").fill("000000")
    expect(inspector.page.locator("dialog .fault")).to_be_visible()
    inspector.at("recusal-pin").fill(PIN)
    expect(inspector.at(f"recusal-none-{TWO}")).to_have_count(0)
    inspector.at("recusal-none-subject").click()
    expect(inspector.at("state-recusal")).to_contain_text("都不申请回避")
    inspector.go(inspection, "review")
    expect(inspector.at("blockers")).not_to_contain_text("回避")
    inspector.expect_safe(inspection)
    said = [event for event in held(server, inspection) if event["type"] == "recuse"]
    assert [(event["author"], event["payload"]["asked"]) for event in said] == [
        (ONE, "inspector"),
        (TWO, "inspector"),
        (ONE, "subject"),
    ]


def test_who_asks_for_recusal_is_heard_until_it_is_withdrawn(server: Server, phone: Phones) -> None:
    inspector = Inspector(phone("one"), server.url).start("inspector1")
    inspection = arrived(inspector)
    assert violations(inspector.page) == []
    inspector.at("recusal-want-subject").click()
    inspector.at("recusal-confirm").click()
    expect(inspector.page.locator("dialog .fault")).to_be_visible()
    assert violations(inspector.page) == []
    inspector.at("recusal-reason").fill("检查人员的弟弟在同行公司任职")
    inspector.at("recusal-confirm").click()
    expect(inspector.at("state-recusal")).to_contain_text("有人申请回避")
    inspector.go(inspection)
    expect(inspector.at("recusal-wanted")).to_contain_text("弟弟在同行公司任职")
    assert violations(inspector.page) == []
    inspector.at("recusal-wanted").tap()
    inspector.page.locator('[data-test^="recusal-back-"]').click()
    inspector.at("recusal-reason").fill("问清楚了，是误会")
    inspector.at("recusal-confirm").click()
    expect(inspector.at("recusal-none-subject")).to_be_visible()
    inspector.go(inspection)
    expect(inspector.at("recusal-wanted")).to_have_count(0)


def ask_for(server: Server, *settings: str) -> None:
    """The bureaus' law says yes to these, from its first day on."""
    server.stop()
    app = create_app({"DATA": server.folder})
    with app.app_context():
        for law in db.session.query(Law):
            law.settings = law.settings | {
                name: {"value": True, "clause": "局办〔2026〕3号"} for name in settings
            }
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    server.start()


def test_where_the_law_says_so_the_scan_and_the_photo_of_the_signing_are_waited_for(
    server: Server, phone: Phones
) -> None:
    ask_for(server, "scan_needed", "signing_photo")
    inspector = Inspector(phone("one"), server.url).start("inspector1")
    inspector.partner_joins("inspector2", TWO, ONE)
    inspector.page.goto(f"{server.url}/field/")
    inspection = inspector.pick("未开始")
    inspector.arrive(inspection)
    inspector.answer_the_rest(inspection)
    inspector.set_result(inspection, "no_problem")
    inspector.go(inspection, "review")
    expect(inspector.at("blockers")).to_contain_text("还没有扫检查对象的码")
    inspector.at("mend").tap()
    inspector.at("scan-none").click()
    inspector.page.locator("dialog .suggest button").first.click()
    inspector.at("scan-confirm").click()
    inspector.collect_signature(inspection)
    inspector.go(inspection, "seal")
    expect(inspector.at("blockers")).to_contain_text("还没有拍签字时的照片")
    inspector.go(inspection, "review")
    inspector.at("signing-input").set_input_files(picture("9"))
    expect(inspector.at("ended-stamp")).to_contain_text("签字时的照片")
    for user in (ONE, TWO):
        inspector.sign(inspection, user)
    inspector.seal(inspection)
    inspector.expect_safe(inspection)
    (signing,) = payloads(server, inspection, "stamp")
    assert signing["kind"] == "signing"
    # What was owed is made good after the seal, and changes nothing that was signed.
    inspector.go(inspection, "arrive")
    scan(inspector, world.subjects()[0]["code"])
    inspector.at("scan-confirm").click()
    inspector.expect_safe(inspection)
    expect(inspector.at("addenda")).to_contain_text("扫码入企")


def test_who_is_not_there_cannot_be_asked(server: Server, phone: Phones) -> None:
    inspector = Inspector(phone("one"), server.url).start("inspector1")
    inspection = arrived(inspector)
    inspector.at(f"recusal-none-{ONE}").tap()
    inspector.answer_the_rest(inspection)
    inspector.set_result(inspection, "pending")
    inspector.go(inspection, "review")
    inspector.at("absent").tap()
    inspector.at("absent-reason").fill("店员离开，无人应答")
    inspector.at("absent-witness").fill("社区工作人员 周敏")
    inspector.at("absent-confirm").click()
    expect(inspector.at("ended-absent")).to_be_visible()
    expect(inspector.at("blockers")).to_have_count(0)
