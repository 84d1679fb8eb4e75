"""A checklist of eight questions from nothing, in a real browser: written, seen on the phone beside it, approved, asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.inspector import Inspector
from tests.browser.phone import Phone
from tests.browser.server import Server
from webapp.demo.world import PASSWORD

Desk = Callable[..., Page]


def begin(page: Page, server: Server, item: str = "PD4") -> str:
    """An empty draft in the editor; its address."""
    page.goto(f"{server.url}/forms/new")
    page.select_option("#item-start", item)
    page.select_option("#like", "")
    page.get_by_role("button", name="在浏览器里写").click()
    expect(page.get_by_text("还没有题目。先加一题")).to_be_visible()
    return page.url


def add(page: Page, label: str, kind: str = "") -> None:
    page.locator("#add-question").click()
    word(page, label)
    if kind:
        page.get_by_label("题型").select_option(kind)


def word(page: Page, label: str) -> None:
    page.get_by_label("题目（中文）").fill(label)


def saved(page: Page) -> None:
    expect(page.locator("#saved")).to_have_text(re.compile("^已保存"))


def heads(page: Page) -> list[str]:
    return page.locator(".asked-label").evaluate_all(
        "all => all.map((one) => one.firstChild.nextSibling.textContent)"
    )


def test_a_checklist_of_eight_questions_is_written_tried_approved_and_asked_on_a_phone(
    desk: Desk, server: Server, phone: Callable[[], Phone]
) -> None:
    page = desk("planner")
    address = begin(page, server)
    add(page, "是否持有办学许可证", "select_one")
    page.get_by_role("button", name="加一个选项").click()
    page.keyboard.type("有")
    page.keyboard.press("Enter")
    expect(page.locator(".choice-of")).to_have_count(2)
    expect(page.locator(".choice-of").nth(1).locator("input").first).to_be_focused()
    page.keyboard.type("没有")
    page.locator(".choice-of").nth(1).get_by_label("算发现问题").check()
    add(page, "没有的原因", "text")
    page.get_by_role("button", name="一直显示。加一个条件").click()
    page.get_by_label("哪道题").select_option("q1")
    page.get_by_label("什么回答").select_option(label="没有")
    add(page, "学员人数", "integer")
    page.locator(".more > summary").click()
    page.get_by_role("button", name="怎么答都行。加一个要求").click()
    page.locator(".more").get_by_label("怎么样").select_option("least")
    page.locator(".more").get_by_label("什么回答").fill("1")
    page.get_by_label("不合要求时说什么（中文）").fill("至少 1 人。")
    for label in ("是否公示收费标准", "是否签订培训协议", "教师是否有资格证", "台账是否完整"):
        add(page, label)
    add(page, "负责人姓名", "text")
    page.get_by_label("必答").select_option("yes")
    saved(page)
    assert len(heads(page)) == 8

    shown = page.frame_locator("#phone iframe")
    expect(shown.get_by_text("是否持有办学许可证")).to_be_visible()
    expect(shown.get_by_text("没有的原因")).to_be_hidden()
    shown.get_by_text("没有", exact=True).click()
    expect(shown.get_by_text("没有的原因")).to_be_visible()
    page.locator("#open-1").click()
    word(page, "是否持有有效的办学许可证")
    expect(shown.get_by_text("是否持有有效的办学许可证")).to_be_visible()
    expect(shown.get_by_text("没有的原因")).to_be_visible()

    page.locator("#open-1").click()
    page.locator("#open-1").click()
    page.get_by_label("题目（英文）").fill("Is there a licence")
    page.get_by_role("link", name="去提交").click()
    page.locator("#why").fill("按新办法重写")
    page.get_by_role("button", name="提交批准").click()
    expect(page.get_by_text("等批准").first).to_be_visible()

    supervisor = desk("supervisor")
    supervisor.goto(address.removesuffix("/edit"))
    supervisor.get_by_role("button", name="批准公布").click()
    expect(supervisor.get_by_text("已批准")).to_be_visible()
    page.goto(address)
    assert not page.url.endswith("/edit")

    inspection = assign(page, server, "PD4")
    inspector = Inspector(phone(), server.url).start("inspector1")
    inspector.arrive(inspection)
    inspector.go(inspection, "check")
    expect(inspector.page.get_by_text("是否持有有效的办学许可证")).to_be_visible()
    expect(inspector.question("pd4/q2")).to_be_hidden()
    inspector.question("pd4/q1").get_by_text("没有", exact=True).tap()
    expect(inspector.question("pd4/q2")).to_be_visible()


def assign(page: Page, server: Server, item: str) -> str:
    """An inspection for the item, given to two inspectors by hand; its id."""
    page.goto(f"{server.url}/office/inspections/new?q=公司")
    page.locator("[name=subject]").first.check()
    page.locator("#items label", has_text=item).locator("input").check()
    for name in ("石晓峰", "尹望舒"):
        page.locator("#pair label", has_text=name).locator("input").check()
    page.locator("#due").fill((date.today() + timedelta(10)).isoformat())
    page.locator("[name=reason]").first.check()
    page.locator("#text").fill("试用新的检查表")
    page.get_by_role("button", name="指派", exact=True).click()
    expect(page.get_by_text("已指派")).to_be_visible()
    return page.url.rpartition("/")[2]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_everybody_can_write_in_it(desk: Desk, server: Server, language: str) -> None:
    page = desk("planner")
    address = begin(page, server)
    for kind in ("select_one", "range", "repeat", "calculate"):
        page.locator("#add-question").click()
        page.locator(".panel select").first.select_option(kind if kind != "repeat" else "text")
        page.locator(".panel textarea").first.fill(kind)
    page.get_by_role("button", name="加可以重复的组").click()
    saved(page)
    page.goto(f"{address}?lang={language}")
    found = violations(page)
    for number in range(1, 6):
        page.locator(f"#open-{number}").click()
        page.locator(".more > summary").or_(page.locator(".question-tools")).first.click()
        page.locator(".condition .link").first.click()
        found += violations(page)
    page.locator(".question-tools .danger").click()
    assert found == []


def test_steps_are_undone_and_done_again_and_survive_a_reload(desk: Desk, server: Server) -> None:
    page = desk("planner", reduced_motion="reduce")
    begin(page, server)
    for label in ("甲", "乙", "丙"):
        add(page, label)
    page.keyboard.press("Alt+ArrowUp")
    assert heads(page) == ["甲", "丙", "乙"]
    page.get_by_role("button", name="复制").click()
    assert heads(page) == ["甲", "丙", "丙", "乙"]
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    assert heads(page) == ["甲", "乙", "丙"]
    page.keyboard.press("Control+Shift+z")
    assert heads(page) == ["甲", "丙", "乙"]
    saved(page)
    page.reload()
    expect(page.locator(".asked")).to_have_count(3)
    assert heads(page) == ["甲", "丙", "乙"]


def test_a_question_that_others_use_is_deleted_only_after_saying_which(desk: Desk, server: Server) -> None:
    page = desk("planner")
    begin(page, server)
    add(page, "人数", "integer")
    add(page, "大单位")
    page.get_by_role("button", name="一直显示。加一个条件").click()
    page.get_by_label("哪道题").select_option("q1")
    page.get_by_label("怎么样").select_option("more")
    page.get_by_label("什么回答").fill("100")
    page.locator("#open-1").click()
    page.get_by_role("button", name="删除").click()
    sure = page.get_by_role("dialog", name="删除这道题？")
    expect(sure).to_contain_text("2 大单位")
    sure.get_by_role("button", name="不删").click()
    assert heads(page) == ["人数", "大单位"]
    page.get_by_role("button", name="删除").click()
    sure.get_by_role("button", name="删除").click()
    expect(page.locator("#flaws")).to_have_text("还有 1 处，下一处")
    page.locator("#flaws").click()
    expect(page.get_by_text("没有叫“q1”的题，或者不止一道。")).to_be_visible()
    saved(page)
    page.get_by_role("link", name="去提交").click()
    expect(page.get_by_text("改好以前不能提交")).to_be_visible()


def test_an_expression_that_is_wrong_says_where_and_keeps_what_was_typed(desk: Desk, server: Server) -> None:
    page = desk("planner")
    begin(page, server)
    add(page, "人数", "integer")
    add(page, "大单位")
    page.get_by_role("button", name="写成式子").click()
    typed = page.get_by_role("textbox", name="什么时候显示")
    typed.fill("${q1} > = 100")
    expect(page.get_by_text("第 9 个字“=”放在这里不对。")).to_be_visible()
    saved(page)
    page.reload()
    page.locator("#open-2").click()
    expect(typed).to_have_value("${q1} > = 100")
    typed.fill("${q1} >= 100")
    saved(page)
    expect(page.locator(".fault")).to_have_count(0)
    page.reload()
    page.locator("#open-2").click()
    expect(page.get_by_label("怎么样")).to_have_value("least")
    expect(page.get_by_label("什么回答")).to_have_value("100")


def test_of_two_who_write_the_second_is_told_and_loses_nothing(desk: Desk, server: Server) -> None:
    first = desk("planner")
    address = begin(first, server)
    second = first.context.new_page()
    second.goto(address)
    expect(second.locator("#add-question")).to_be_visible()
    add(first, "先写的题")
    saved(first)
    add(second, "后写的题")
    expect(second.get_by_role("alert")).to_contain_text("岳清平 刚才改了这份草稿。")
    expect(second.locator("#saved")).to_have_text("没有存上")
    assert heads(second) == ["后写的题"]
    second.get_by_role("button", name="用我写的代替").click()
    saved(second)
    first.reload()
    expect(first.locator(".asked")).to_have_count(1)
    assert heads(first) == ["后写的题"]


def test_without_the_bureau_what_was_typed_stays_and_is_kept_later(desk: Desk, server: Server) -> None:
    page = desk("planner")
    begin(page, server)
    page.context.set_offline(True)
    add(page, "断网时写的题")
    expect(page.get_by_role("alert")).to_contain_text("连不上机关的系统。")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.context.set_offline(False)
    page.evaluate("location.reload()")
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    page.get_by_role("button", name="再存一次").click()
    saved(page)
    page.reload()
    expect(page.locator(".asked")).to_have_count(1)
    assert heads(page) == ["断网时写的题"]


def test_who_logs_in_again_in_another_window_goes_on_writing(desk: Desk, server: Server) -> None:
    page = desk("planner")
    begin(page, server)
    page.context.clear_cookies()
    add(page, "登录过期时写的题")
    expect(page.get_by_role("link", name="去登录")).to_be_visible()
    other = page.context.new_page()
    other.goto(f"{server.url}/login")
    other.fill('[name="username"]', "planner")
    other.fill('[name="password"]', PASSWORD)
    other.click("main form button")
    other.wait_for_url(f"{server.url}/office/")
    page.get_by_role("button", name="再存一次").click()
    saved(page)


def test_several_lines_become_choices_and_groups_take_questions_in(desk: Desk, server: Server) -> None:
    page = desk("planner", viewport={"width": 390, "height": 844})
    begin(page, server)
    add(page, "公示了哪些", "select_multiple")
    page.get_by_role("button", name="加一个选项").click()
    page.locator(".choice-label").first.evaluate(
        """(field) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text", "许可证\\n收费标准\\n\\n监督电话");
          field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }"""
    )
    labels = page.locator(".choice-label:not([lang])").evaluate_all("all => all.map((one) => one.value)")
    assert labels == ["许可证", "收费标准", "监督电话"]
    page.get_by_role("button", name="加一组").click()
    word(page, "二、用工")
    add(page, "花名册")
    page.keyboard.press("Alt+ArrowRight")
    expect(page.locator(".asked .asked")).to_have_count(1)
    page.locator(".panel").get_by_role("button", name="移出这一组").click()
    expect(page.locator(".asked .asked")).to_have_count(0)
    page.get_by_role("button", name="预览").click()
    expect(page.frame_locator("#phone iframe").get_by_text("收费标准")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
