"""A result in the browser: one decides, another approves, the subject signs for the notice on the inspector's phone."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.inspector import Inspector
from tests.browser.phone import Phone
from tests.browser.server import Server

Desk = Callable[..., Page]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def undecided(page: Page, url: str) -> str:
    """An inspection of the list that is still to be decided, and of which no paper waits to be signed for."""
    page.goto(f"{url}/office/results?show=decide")
    assert violations(page) == []
    listed = page.locator("td.key a").evaluate_all("links => links.map(link => link.pathname.split('/')[3])")
    for found in map(str, listed):
        page.goto(f"{url}/office/inspections/{found}/after")
        if not page.locator('a[href*="/after/sign/"]').count():
            return found
    raise LookupError("every one has a paper")


def scrawl(page: Page) -> None:
    """Write something into the box."""
    canvas = page.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    page.mouse.move(box["x"] + 30, box["y"] + 40)
    page.mouse.down()
    for step in range(20):
        page.mouse.move(box["x"] + 30 + step * 8, box["y"] + 40 + step % 5 * 12)
    page.mouse.up()


def test_a_result_is_decided_approved_and_signed_for_on_the_phone(server: Server, desk: Desk) -> None:
    """RZ-17, RZ-20."""
    archivist = desk("archivist", viewport=WIDE)
    inspection = undecided(archivist, server.url)
    after = f"{server.url}/office/inspections/{inspection}/after"
    archivist.goto(after)
    reasons = archivist.locator(".subs")
    expect(reasons).to_be_hidden()
    archivist.locator('[name="code"][value="unreachable"]').check()
    expect(reasons).to_be_visible()
    assert violations(archivist) == []
    archivist.locator('[name="code"][value="not_disclosed"]').check()
    archivist.fill("#result-note", "复核时发现没有公示收费标准。")
    archivist.get_by_role("button", name="提请批准").click()
    expect(archivist.locator("#in-force")).to_contain_text("等批准")

    supervisor = desk("supervisor", viewport=WIDE)
    supervisor.goto(f"{server.url}/office/results?show=approve")
    assert violations(supervisor) == []
    supervisor.locator(f'[name="chosen"][value^="{inspection}"]').check()
    supervisor.get_by_role("button", name="批准所选").click()
    expect(supervisor.locator("main")).to_contain_text("已批准 1 件")

    held = desk("archivist", viewport=NARROW)
    held.goto(after)
    expect(held.locator("#told-state")).to_contain_text("可以告知了")
    held.fill("#notice-contact", "监察科 0375-2660000")
    held.get_by_role("button", name="出具结果告知书").click()
    expect(held.locator("#told-state")).to_contain_text("还没有送达")
    assert violations(held) == []
    held.get_by_role("link", name="请对方在这台手机上签收").click()
    assert violations(held) == []
    held.fill("#name", "赵建国")
    scrawl(held)
    held.get_by_role("button", name="签收").click()
    expect(held.get_by_role("heading", name="已签收")).to_be_visible()
    assert violations(held) == []
    held.get_by_role("link", name="检查人员：返回").click()
    expect(held.locator("#told-state")).to_contain_text("已告知")
    expect(held.locator(".service svg")).to_be_visible()
    wide = held.evaluate("document.documentElement.scrollWidth")
    assert wide <= NARROW["width"], "nothing is cut off on a phone"

    archivist.goto(after)
    archivist.get_by_role("link", name="核对真伪的页面").click()
    expect(archivist.locator("main")).to_contain_text("告知书是真的，现在有效")
    assert violations(archivist) == []


def test_which_fields_a_way_of_service_asks_for(server: Server, desk: Desk) -> None:
    archivist = desk("archivist", viewport=WIDE)
    inspection = undecided(archivist, server.url)
    archivist.goto(f"{server.url}/office/inspections/{inspection}/after")
    archivist.get_by_role("button", name="提请批准").click()
    supervisor = desk("supervisor", viewport=WIDE)
    supervisor.goto(f"{server.url}/office/inspections/{inspection}/after")
    supervisor.get_by_role("button", name="批准", exact=True).click()
    archivist.reload()
    archivist.fill("#notice-contact", "监察科")
    archivist.get_by_role("button", name="出具结果告知书").click()
    archivist.get_by_text("记下送达…").click()
    shown = {
        "hand": {"签收人"}, "post": {"签收人", "邮件号"}, "left": {"见证人", "情况"}, "electronic": {"签收人", "情况"},
    }  # fmt: skip
    form = archivist.locator('form[action$="/after/serve"]')
    for way, wanted in shown.items():
        form.locator(f'[name="way"][value="{way}"]').check()
        for label in ("签收人", "邮件号", "见证人", "情况"):
            field = form.get_by_label(label)
            expect(field).to_be_visible() if label in wanted else expect(field).to_be_hidden()


def test_the_clocks_stand_on_the_phones_overview_without_a_network(
    server: Server, phone: Callable[[str], Phone]
) -> None:
    inspector = Inspector(phone("one"), server.url).start("inspector1")
    inspector.pick()
    part = inspector.at("clocks")
    expect(part).to_contain_text("录入并公示")
    expect(inspector.at("clock-published")).to_contain_text("还没有开始")
    server.stop()
    inspector.page.reload()
    expect(part).to_contain_text("20 个工作日")
    server.start()
