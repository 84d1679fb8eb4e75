"""Approve and notify in the browser: one asks, another approves, the pair reads the notice without a network."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.inspector import Inspector
from tests.browser.phone import Phone
from tests.browser.server import Server

Desk = Callable[..., Page]


def test_one_asks_another_approves_and_the_pair_has_the_notice_without_a_network(
    server: Server, desk: Desk, phone: Callable[[str], Phone]
) -> None:
    inspector = Inspector(phone("one"), server.url).start("inspector1")
    inspection = inspector.pick()
    expect(inspector.at("notice")).to_contain_text("不得妨碍正常的生产经营活动")

    planner = desk("planner", viewport={"width": 1280, "height": 900})
    planner.goto(f"{server.url}/office/approvals?show=unasked")
    assert violations(planner) == []
    planner.goto(f"{server.url}/office/inspections/{inspection}/approval")
    planner.fill("#contact", "周强 0375-2660000")
    planner.get_by_label("书面检查").check()
    assert violations(planner) == []
    planner.locator("form.approval-act button.main").click()
    expect(planner.locator("main")).to_contain_text("等待审批")

    supervisor = desk("supervisor", viewport={"width": 1280, "height": 900})
    expect(supervisor.locator("main")).to_contain_text("申请检查审批")
    supervisor.goto(f"{server.url}/office/approvals")
    assert violations(supervisor) == []
    supervisor.locator('[name="chosen"]').first.check()
    supervisor.fill("#opinion", "同意，按期完成。")
    supervisor.locator('button[value="approve"]').click()
    expect(supervisor.locator("main")).to_contain_text("已批准 1 件")
    supervisor.goto(f"{server.url}/office/inspections/{inspection}/approval")
    assert violations(supervisor) == []
    check = supervisor.locator('a[href^="/public/notices/"]').get_attribute("href")
    supervisor.goto(f"{server.url}{check}")
    expect(supervisor.locator("main")).to_contain_text("现在有效")
    assert violations(supervisor) == []

    planner.goto(f"{server.url}/office/inspections/{inspection}/approval")
    planner.fill("#receiver", "张伟（前台）")
    planner.locator("form.approval-act button.main").click()
    expect(planner.locator("main")).to_contain_text("送达已记下")

    inspector.page.goto(f"{server.url}/field/#/")
    inspector.page.reload()
    expect(inspector.at("worklist")).to_be_visible()
    inspector.go(inspection)
    expect(inspector.at("notice-state")).to_have_text("已批准")
    server.stop()
    inspector.page.reload()
    inspector.go(inspection)
    expect(inspector.at("notice")).to_contain_text("张伟（前台）")
    expect(inspector.at("notice")).to_contain_text("周强 0375-2660000")
    inspector.at("notice").scroll_into_view_if_needed()
    inspector.at("notice").locator("summary").first.tap()
    assert violations(inspector.page) == []
