"""What a person at the door relies on: the list that finds, answers taken back, photos told apart, marks on a photo."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.browser.inspector import Inspector, picture
from tests.browser.phone import Phone
from tests.browser.server import Server

Phones = Callable[[str], Phone]


def cards(inspector: Inspector) -> Locator:
    return inspector.page.locator('[data-test^="card-"]')


def number(text: str) -> int:
    """The number in a label."""
    return int(re.sub(r"\D", "", text))


def test_the_list_finds_sorts_and_leads_to_map_and_telephone(server: Server, phone: Phones) -> None:
    inspector = Inspector(phone("one"), server.url).start("inspector1")
    for tab in ("today", "week", "late", "done", "todo"):
        inspector.at(f"tab-{tab}").tap()
        expect(inspector.at(f"tab-{tab}")).to_have_attribute("aria-selected", "true")
        expect(cards(inspector)).to_have_count(number(inspector.at(f"tab-{tab}").inner_text()))
    todo = cards(inspector).count()
    name = cards(inspector).last.locator(".task-name").inner_text()
    inspector.at("search").fill(name[:8])
    expect(cards(inspector)).not_to_have_count(todo)
    expect(cards(inspector).last).to_contain_text(name)
    inspector.at("search").fill("没有这样的单位")
    expect(cards(inspector)).to_have_count(0)
    inspector.at("search-clear").tap()
    expect(cards(inspector)).to_have_count(todo)

    inspector.at("sort").tap()
    expect(inspector.at("sort")).to_contain_text("按距离")
    away = [_metres(text) for text in inspector.page.locator(".away-by").all_inner_texts()]
    assert len(away) == todo and away == sorted(away)
    first = inspector.page.locator(".card.task").first
    assert re.match(
        r"geo:\d+\.\d+,\d+\.\d+\?q=", str(first.locator('[data-test="map"]').get_attribute("href"))
    )
    for call in ("call-subject", "call-partner"):
        assert re.match(r"tel:[\d*-]+$", str(first.locator(f'[data-test="{call}"]').get_attribute("href")))


def _metres(text: str) -> float:
    figure, unit = text.split()
    return float(figure) * (1000 if unit == "km" else 1)


def test_an_answer_is_taken_back_and_every_earlier_one_stays_readable(server: Server, phone: Phones) -> None:
    inspector = Inspector(phone("one"), server.url).start("inspector1")
    inspection = inspector.pick("未开始")
    inspector.arrive(inspection)
    inspector.go(inspection, "check")
    address = verdicts(inspector, 1)
    question = inspector.question(address)
    inspector.answer(address, "pass")
    inspector.answer(address, "fail")
    top = question.bounding_box()
    inspector.at("undo").tap()
    expect(question.locator('[data-test="verdict-pass"]')).to_have_attribute("aria-checked", "true")
    expect(inspector.at("undo")).to_have_count(0)
    assert top and question.bounding_box()["y"] == top["y"]  # type: ignore[index]
    expect(inspector.at("filter-mine")).to_contain_text("1")

    press(inspector, question.locator('[data-test="q-head"]'))
    expect(inspector.at("history").locator("li b")).to_have_text(["合格", "不合格", "合格"])
    inspector.at("sheet-cancel").tap()
    question.locator('[data-test="law"]').tap()
    expect(question.locator('[data-test="show-history"]')).to_contain_text("3")

    inspector.answer(verdicts(inspector, 2), "na")
    inspector.at("undo").tap()
    second = inspector.question(verdicts(inspector, 2))
    expect(second.locator('[aria-checked="true"]')).to_have_count(0)


def test_a_photo_says_where_it_is_from_and_one_that_came_twice_is_noticed(
    server: Server, phone: Phones
) -> None:
    inspector = Inspector(phone("one"), server.url).start("inspector1")
    inspection = inspector.pick("未开始")
    inspector.arrive(inspection)
    inspector.go(inspection, "check")
    one, two = verdicts(inspector, 0), verdicts(inspector, 1)
    inspector.take_photo(one, "1")
    inspector.take_photo(two, "1")
    expect(inspector.at("twin")).to_contain_text("是同一张")
    inspector.at("twin-keep").tap()
    expect(inspector.at("twin")).to_have_count(0)
    # One photo at both questions, not two of it.
    expect(inspector.at("thumb-also")).to_have_text(["2 题", "2 题"])
    inspector.take_photo(two, "1")
    inspector.at("twin-withdraw").tap()
    question = inspector.question(two)
    expect(question.locator(".thumb")).to_have_count(1)

    question.locator('[data-test="gallery-input"]').set_input_files([picture("5"), picture("6")])
    expect(question.locator(".thumb:not(.waiting)")).to_have_count(3)
    expect(question.locator(".thumb-source")).to_have_count(2)
    # What is no picture is said, whether the page or the worker beside it found out.
    broken = {"name": "x.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}
    question.locator('[data-test="gallery-input"]').set_input_files(broken)  # type: ignore[arg-type]
    expect(question.locator(".fault")).to_contain_text("不是能打开的照片")

    question.locator('[data-test="burst"]').tap()
    expect(inspector.at("watermark")).to_contain_text("33.766200, 113.192600")
    expect(inspector.at("watermark")).to_contain_text(re.compile(r"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d"))
    inspector.at("camera-close").tap()
    inspector.expect_safe(inspection)
    photos = [event["payload"] for event in held(server, inspection) if event["type"] == "photo"]
    assert [photo["source"] for photo in photos] == ["camera"] * 3 + ["gallery"] * 2
    (attached,) = [event["payload"] for event in held(server, inspection) if event["type"] == "attach"]
    assert attached["question"] == two


def test_a_finger_marks_a_photo_in_layers_that_can_be_withdrawn(server: Server, phone: Phones) -> None:
    inspector = Inspector(phone("one"), server.url).start("inspector1")
    inspection = inspector.pick("未开始")
    inspector.arrive(inspection)
    inspector.go(inspection, "check")
    address = verdicts(inspector, 0)
    inspector.answer(address, "fail")
    inspector.take_photo(address)
    thumb = inspector.question(address).locator(".thumb")
    thumb.tap()
    inspector.at("photo-mark").click()
    board = '.marking [data-test="marks"]'
    inspector.phone.draw(board, [[(0.1, 0.4), (0.4, 0.55)]])
    # Left by mistake, what was drawn is still there.
    inspector.page.keyboard.press("Escape")
    inspector.at("photo-mark").click()
    expect(inspector.page.locator(f"{board} ellipse")).to_have_count(1)
    inspector.at("mark-arrow").click()
    inspector.phone.draw(board, [[(0.7, 0.6), (0.5, 0.5)]])
    inspector.at("mark-blur").click()
    inspector.phone.draw(board, [[(0.8, 0.5), (0.9, 0.6)]])
    inspector.at("mark-undo").click()
    inspector.at("mark-text").click()
    inspector.page.locator(board).click(position={"x": 60, "y": 330})
    inspector.at("mark-text-field").fill("缺 9 月")
    inspector.at("mark-text-confirm").click()
    inspector.at("mark-done").click()
    inspector.at("sheet-cancel").click()
    expect(thumb.locator("ellipse, line, rect, text")).to_have_count(3)
    inspector.go(inspection, "review")
    expect(inspector.at("paper").locator("ellipse")).to_have_count(1)

    inspector.go(inspection, "check")
    thumb.click()
    inspector.at("mark-withdraw").click()
    inspector.at("reason").fill("画错了")
    inspector.at("mark-withdraw-confirm").click()
    expect(inspector.at("mark-withdraw")).to_have_count(0)
    inspector.at("sheet-cancel").click()
    expect(thumb.locator("ellipse")).to_have_count(0)
    inspector.expect_safe(inspection)
    (mark,) = [event["payload"] for event in held(server, inspection) if event["type"] == "mark"]
    assert [shape["kind"] for shape in mark["shapes"]] == ["circle", "arrow", "text"]
    assert mark["shapes"][1]["w"] < 0 and mark["shapes"][2]["text"] == "缺 9 月"
    assert all(0 <= shape[side] <= 1000 for shape in mark["shapes"] for side in ("x", "y"))


def test_a_photo_is_used_for_several_questions_and_counts_where_one_is_required(
    server: Server, phone: Phones
) -> None:
    inspector = Inspector(phone("one"), server.url).start("inspector1")
    inspection = inspector.pick("未开始")
    inspector.arrive(inspection)
    inspector.go(inspection, "check")
    inspector.take_photo("base/B2")
    inspector.answer("base/B3", "fail")
    lacking = inspector.question("base/B3").locator(".tool.wanted")
    expect(lacking).to_have_count(1)
    inspector.question("base/B2").locator(".thumb").click()
    inspector.at("photo-attach").click()
    inspector.at("attach-search").fill("营业执照（登记证书）正本")
    expect(inspector.page.locator('[data-test^="attach-base"], [data-test^="attach-pd"]')).to_have_count(1)
    inspector.at("attach-base/B3").click()
    expect(inspector.at("attach-base/B3")).to_have_attribute("aria-checked", "true")
    inspector.at("attach-done").click()
    inspector.at("sheet-cancel").click()
    expect(inspector.question("base/B3").locator(".thumb")).to_have_count(1)
    expect(lacking).to_have_count(0)
    inspector.go(inspection, "review")
    expect(inspector.at("paper").locator(".finding .photo")).to_have_count(1)

    inspector.go(inspection, "check")
    inspector.question("base/B3").locator(".thumb").click()
    inspector.at("photo-detach").click()
    inspector.at("detach-reason").fill("选错了题目")
    inspector.at("detach-confirm").click()
    expect(inspector.at("photo-detach")).to_have_count(0)
    inspector.at("sheet-cancel").click()
    expect(inspector.question("base/B3").locator(".thumb")).to_have_count(0)
    expect(inspector.question("base/B2").locator(".thumb")).to_have_count(1)
    expect(lacking).to_have_count(1)


def held(server: Server, inspection: str) -> list[dict]:
    """The bureau's events of an inspection, read beside the application."""
    with sqlite3.connect(server.folder / "yidang.db") as database:
        rows = database.execute(
            "SELECT text FROM event WHERE inspection_id = ? ORDER BY position", [inspection]
        )
        return [json.loads(text) for (text,) in rows]


def verdicts(inspector: Inspector, place: int) -> str:
    """The address of one of the questions that are answered by a verdict."""
    question = inspector.page.locator('section.q:has([data-test="verdict-pass"])').nth(place)
    return str(question.get_attribute("data-test")).removeprefix("question-")


def press(inspector: Inspector, place: Locator) -> None:
    """A finger rests on a place."""
    box = place.bounding_box()
    assert box
    session = inspector.page.context.new_cdp_session(inspector.page)
    finger = {"x": box["x"] + box["width"] / 2, "y": box["y"] + 8}
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [finger]})
    inspector.page.wait_for_timeout(600)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    session.detach()
