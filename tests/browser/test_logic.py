"""Checklists with conditions, repeats and computed values, as a pair fills them without a network."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.browser.axe import violations
from tests.browser.inspector import Inspector
from tests.browser.logic import ask, logic
from tests.browser.phone import Phone
from tests.browser.server import Server
from tests.browser.test_handover import file_of, receive

Phones = Callable[[str], Phone]


def begun(server: Server, phone: Phones) -> tuple[Inspector, str]:
    """A pair's first phone at the checklist, the bureau out of reach; the inspection's id."""
    inspection = ask(server, logic())
    inspector = Inspector(phone("one"), server.url).start("inspector1")
    server.stop()
    inspector.arrive(inspection)
    inspector.go(inspection, "check")
    return inspector, inspection


def choose(inspector: Inspector, address: str, name: str) -> None:
    choice = inspector.question(address).locator(f'[data-test="choice-{name}"]')
    choice.tap()
    expect(choice).to_have_attribute("aria-checked", "true")


def write(inspector: Inspector, address: str, text: str) -> None:
    """Type, leave the field, wait until it is on the disk."""
    field = inspector.question(address).locator('[data-test="answer"]')
    field.fill(text)
    field.blur()
    expect(inspector.at("undo")).to_be_visible()
    expect(inspector.page.locator(".snack-text")).to_contain_text(text)


def pick_city(inspector: Inspector, words: str, name: str) -> None:
    """From the list that is searched."""
    inspector.question("logic/city").locator('[data-test="open-choices"]').tap()
    inspector.at("choice-search").fill(words)
    choices = inspector.page.locator('dialog [data-test^="choice-"][role="radio"]')
    expect(choices).to_have_count(1)
    inspector.page.locator(f'dialog [data-test="choice-{name}"]').tap()
    expect(inspector.page.locator("dialog")).to_have_count(0)


def given(inspector: Inspector, address: str) -> Locator:
    """What the form says by itself."""
    return inspector.question(address).locator('[data-test="given"]')


def test_questions_come_and_go_with_the_answers_and_nothing_that_was_said_is_lost(
    server: Server, phone: Phones
) -> None:
    inspector, inspection = begun(server, phone)
    expect(inspector.question("logic/permit")).to_have_count(0)
    choose(inspector, "logic/kind", "dispatch")
    expect(inspector.question("logic/permit")).to_contain_text("重")
    inspector.answer("logic/permit", "fail")
    expect(inspector.at("filter-found")).to_have_text("发现 1")
    expect(inspector.question("logic/permit").locator(".tool.wanted")).to_have_count(1)

    choose(inspector, "logic/kind", "hr")
    expect(inspector.question("logic/permit")).to_have_count(0)
    expect(inspector.at("filter-found")).to_have_text("发现 0")
    # What comes back stands above: what the eye is on stays where it is.
    inspector.question("logic/address").evaluate("(question) => question.scrollIntoView({block: 'start'})")
    before = inspector.question("logic/address").bounding_box()
    inspector.at("undo").tap()
    expect(inspector.question("logic/permit")).to_have_count(1)
    after = inspector.question("logic/address").bounding_box()
    assert before and after and abs(before["y"] - after["y"]) < 2
    expect(inspector.question("logic/permit").locator('[data-test="verdict-fail"]')).to_have_attribute(
        "aria-checked", "true"
    )
    expect(inspector.at("filter-found")).to_have_text("发现 1")

    write(inspector, "logic/until", "2026-01-02")
    expect(inspector.question("logic/until").locator('[data-test="broken"]')).to_have_text(
        "必须是今天或以后的日期。"
    )
    inspector.go(inspection, "review")
    expect(inspector.at("blockers")).to_contain_text("答案不符合要求：3 许可证到期日")
    inspector.go(inspection, "check")
    write(inspector, "logic/until", "2099-01-02")
    expect(inspector.question("logic/until").locator('[data-test="broken"]')).to_have_count(0)

    pick_city(inspector, "顶山", "pds")
    choose(inspector, "logic/district", "pds3")
    pick_city(inspector, "ＺＺ", "zz")
    expect(inspector.question("logic/district").locator('[data-test^="choice-"]')).to_have_count(2)
    expect(inspector.question("logic/district").locator('[aria-checked="true"]')).to_have_count(0)
    pick_city(inspector, "平顶", "pds")
    expect(inspector.question("logic/district").locator('[data-test="choice-pds3"]')).to_have_attribute(
        "aria-checked", "true"
    )

    address = inspector.question("logic/address")
    expect(address.locator('[data-test="answer"]')).to_have_value("与登记的住所一致")
    expect(address.locator('[data-test="prefilled"]')).to_have_text("预填")
    write(inspector, "logic/address", "建设路 1 号")
    expect(address.locator('[data-test="prefilled"]')).to_have_count(0)


def test_a_page_that_is_killed_in_the_middle_of_a_repeat_comes_back_to_it(
    server: Server, phone: Phones
) -> None:
    inspector, _ = begun(server, phone)
    write(inspector, "logic/nm[1]", "张三")
    expect(inspector.question("logic/wage[1]").locator(".q-label")).to_contain_text("张三的月工资")
    choose(inspector, "logic/contract[1]", "none")
    inspector.take_photo("logic/contract[1]")
    choose(inspector, "logic/paid[1]", "no")
    write(inspector, "logic/amount[1.1]", "1200.5")
    inspector.at("add-logic/owed[1]").tap()
    expect(inspector.at("instance-logic/owed[1.2]")).to_be_visible()
    write(inspector, "logic/amount[1.2]", "800")
    for address in ("logic/sum_owed[1]", "logic/total"):
        expect(given(inspector, address)).to_have_text("2000.5")
    inspector.at("add-logic/person").tap()
    expect(inspector.at("instance-logic/person[2]")).to_be_visible()
    field = inspector.question("logic/nm[2]").locator('[data-test="answer"]')
    field.focus()
    field.press_sequentially("李")
    inspector.page.wait_for_timeout(700)

    inspector.phone.reopen()
    inspector.page.goto(f"{server.url}/field/")
    inspector.at("lock-pin").or_(inspector.at("checklist")).first.wait_for()
    expect(inspector.question("logic/nm[2]").locator('[data-test="answer"]')).to_have_value("李")
    inspector.question("logic/nm[2]").get_by_role("button", name="存入").tap()
    expect(inspector.page.locator(".snack-text")).to_have_text("第 7-2 题：李")
    expect(inspector.question("logic/nm[2]")).to_be_in_viewport()

    inspector.at("fold-logic/person[2]").tap()
    expect(inspector.at("fold-logic/person[2]")).to_contain_text("李")
    expect(inspector.at("fold-logic/person[2]")).to_contain_text("未答 2")
    inspector.at("fold-logic/unit").tap()
    expect(inspector.at("fold-logic/unit")).to_contain_text("未答 2")
    inspector.page.wait_for_timeout(500)
    inspector.page.reload()
    expect(inspector.at("fold-logic/unit")).to_have_attribute("aria-expanded", "false")
    expect(inspector.question("logic/kind")).to_have_count(0)
    inspector.at("missing").tap()
    expect(inspector.page.locator(".q.flash")).to_be_in_viewport()

    inspector.at("remove-logic/person[1]").tap()
    expect(inspector.at("instance-logic/person[1]")).to_have_count(0)
    expect(inspector.at("filter-found")).to_have_text("发现 0")
    inspector.at("undo").tap()
    expect(inspector.question("logic/nm[1]").locator('[data-test="answer"]')).to_have_value("张三")
    expect(inspector.at("filter-found")).to_have_text("发现 1")
    inspector.at("remove-logic/owed[1.1]").tap()
    expect(given(inspector, "logic/sum_owed[1]")).to_have_text("800")
    inspector.at("add-logic/owed[1]").tap()
    expect(inspector.at("instance-logic/owed[1.3]")).to_be_visible()
    inspector.at("undo").tap()
    expect(inspector.at("instance-logic/owed[1.3]")).to_have_count(0)
    inspector.at("restore-logic/owed[1.1]").tap()
    expect(given(inspector, "logic/sum_owed[1]")).to_have_text("2000.5")

    write(inspector, "logic/shops", "2")
    expect(inspector.at("instance-logic/shop[2]")).to_be_visible()
    expect(
        inspector.page.locator('[data-test^="remove-logic/shop"], [data-test="add-logic/shop"]')
    ).to_have_count(0)
    write(inspector, "logic/shops", "0")
    expect(inspector.at("repeat-logic/shop")).to_contain_text("份数由前面的答案决定")


def test_every_kind_of_answer_is_given_by_a_thumb_and_taken_back(server: Server, phone: Phones) -> None:
    inspector, inspection = begun(server, phone)
    choose(inspector, "logic/shown", "pay")
    choose(inspector, "logic/shown", "roll")
    # What is offered to be taken back is the last of the two.
    expect(inspector.page.locator(".snack-text")).to_contain_text("职工名册")
    inspector.at("undo").tap()
    expect(inspector.question("logic/shown").locator('[aria-checked="true"]')).to_have_count(1)

    order = inspector.question("logic/order")
    order.locator('[data-test="rank-insure"] [data-test="rank-up"]').tap()
    expect(inspector.page.locator(".snack-text")).to_contain_text(
        "1. 补发工资，2. 补缴社会保险费，3. 补签合同"
    )
    order.locator('[data-test="rank-pay"] [data-test="rank-down"]').tap()
    expect(order.locator(".rank-label").first).to_have_text("补缴社会保险费")
    inspector.at("undo").tap()
    expect(order.locator(".rank-label").first).to_have_text("补发工资")

    help_ = inspector.question("logic/help")
    expect(help_.locator('[data-test="range-said"]')).to_have_text("未选")
    help_.locator('[data-test="range"]').fill("7")
    expect(help_.locator('[data-test="range-said"]')).to_have_text("7")
    help_.locator('[data-test="range-more"]').tap()
    expect(help_.locator('[data-test="range-said"]')).to_have_text("8")
    inspector.at("undo").tap()
    expect(help_.locator('[data-test="range-said"]')).to_have_text("7")

    choose(inspector, "logic/grade", "4")
    inspector.question("logic/next").locator('[data-test="answer"]').fill("2026-12-01T09:30")
    inspector.question("logic/next").locator('[data-test="answer"]').blur()
    expect(inspector.page.locator(".snack-text")).to_have_text("第 21 题：2026-12-01 09:30")
    rights = inspector.question("logic/rights").locator('[data-test="acknowledge"]')
    rights.tap()
    expect(rights).to_have_attribute("aria-checked", "true")
    inspector.question("logic/trades").locator('[data-test="open-choices"]').tap()
    shown = inspector.page.locator('dialog [data-test^="choice-t"]')
    expect(shown).to_have_count(60)
    inspector.at("more-choices").tap()
    expect(shown).to_have_count(70)
    inspector.at("choice-search").fill("工种 6")
    for name in ("t66", "t6"):
        inspector.page.locator(f'dialog [data-test="choice-{name}"]').tap()
        expect(inspector.page.locator(f'dialog [data-test="choice-{name}"]')).to_have_attribute(
            "aria-checked", "true"
        )
    inspector.at("choices-done").tap()
    expect(inspector.question("logic/trades").locator('[data-test="open-choices"]')).to_have_text(
        "工种 6、工种 66"
    )
    assert violations(inspector.page) == []
    for target in inspector.page.locator(".q button:visible, .fold:visible, .add-one:visible").all():
        box = target.bounding_box()
        assert box and box["height"] >= 47.5 and box["width"] >= 47.5, target.inner_text()

    answers = inspector.page.evaluate(
        """async (id) => {
          const [db, { fold }] = [await import('/static/field/db.js'), await import('/static/field/fold.js')];
          const { answers } = fold(await db.events(id)).content;
          return Object.fromEntries(Object.entries(answers).map(([at, [one]]) => [at, one.value]));
        }""",
        inspection,
    )
    assert answers == {
        "logic/shown": ["pay"],
        "logic/order": ["pay", "insure", "sign"],
        "logic/help": 7,
        "logic/grade": "4",
        "logic/next": "2026-12-01T09:30",
        "logic/rights": True,
        "logic/trades": ["t6", "t66"],
    }


def test_two_phones_that_add_without_a_network_fill_one_instance_and_settle_what_differs(
    server: Server, phone: Phones
) -> None:
    inspection = ask(server, logic())
    one = Inspector(phone("one"), server.url).start("inspector1")
    two = Inspector(phone("two"), server.url).start("inspector2")
    server.stop()
    one.arrive(inspection)
    for inspector, name in ((one, "张三"), (two, "张山")):
        inspector.go(inspection, "check")
        inspector.at("add-logic/person").tap()
        expect(inspector.at("instance-logic/person[2]")).to_be_visible()
        write(inspector, "logic/nm[2]", name)
    choose(two, "logic/paid[2]", "yes")
    choose(two, "logic/kind", "dispatch")
    two.answer("logic/permit", "pass")
    choose(one, "logic/kind", "dispatch")
    one.answer("logic/permit", "na")
    one.go(inspection, "check")
    one.at("remove-logic/person[1]").tap()
    expect(one.at("instance-logic/person[1]")).to_have_count(0)

    receive(one, file_of(two))
    expect(one.at("handover-done")).to_be_visible(timeout=20000)
    one.go(inspection, "check")
    expect(one.at("instance-logic/person[2]")).to_have_count(1)
    expect(one.at("instance-logic/person[3]")).to_have_count(0)
    expect(one.question("logic/paid[2]").locator(".initial")).to_have_count(1)
    expect(one.at("filter-differs")).to_have_text("不一致 2")
    name = one.question("logic/nm[2]")
    name.locator('[data-test="conflict-choose-1"]').tap()
    expect(name.locator('[data-test="conflict-logic/nm[2]"]')).to_have_count(0)

    # A conflict at a question that is not asked any more is still seen and settled.
    choose(one, "logic/kind", "hr")
    expect(one.at("filter-differs")).to_have_text("不一致 1")
    lost = one.question("logic/permit")
    expect(lost).to_have_count(1)
    lost.locator('[data-test="conflict-choose-1"]').tap()
    expect(lost).to_have_count(0)
    expect(one.at("filter-differs")).to_have_count(0)


def test_an_inspection_opens_in_the_version_that_it_began_with(server: Server, phone: Phones) -> None:
    newer = logic("2")
    newer["questions"] = newer["questions"][1:]
    old, new = ask(server, logic(), key="pd-01"), ask(server, newer, key="pd-02")
    inspector = Inspector(phone("one"), server.url).start("inspector1")
    server.stop()
    inspector.go(old, "check")
    choose(inspector, "logic/kind", "dispatch")
    expect(inspector.question("logic/permit")).to_be_visible()
    inspector.go(new, "check")
    expect(inspector.question("logic/nm[1]")).to_be_visible()
    expect(inspector.question("logic/kind")).to_have_count(0)
    inspector.go(old, "check")
    expect(inspector.question("logic/permit")).to_be_visible()
