"""The review at the desk in a real browser: keys and zoom over photos, comments in place, and all of it without scripts."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.browser.server import Server
from webapp.demo import world

IDS = {assignment["key"]: assignment["id"] for assignment in world.assignments()}
Desk = Callable[..., Page]


def wait_for_htmx(page: Page) -> None:
    # The page's policy lets no string be evaluated, so that nothing can be waited for inside it.
    for _ in range(100):
        if page.evaluate("() => Boolean(window.htmx)"):
            return
        page.wait_for_timeout(100)
    raise AssertionError("htmx did not come")


def press(page: Page, key: str) -> None:
    """A key, no faster than a hand: a link that was only just put in place is not htmx's yet."""
    page.wait_for_timeout(300)
    page.keyboard.press(key)


def test_photos_are_turned_layered_compared_and_enlarged_by_keys(desk: Desk, server: Server) -> None:
    page = desk("archivist")
    page.goto(f"{server.url}/office/inspections/{IDS['pd-09']}?photo=1")
    wait_for_htmx(page)
    page.evaluate("() => { window.same = true; }")
    frames = page.locator("#viewer svg.frame")
    press(page, "ArrowRight")
    expect(page.locator("#viewer h2")).to_contain_text("照片 2")
    press(page, "r")
    expect(frames.locator("> g").first).to_have_attribute("transform", "translate(960 0) rotate(90)")
    press(page, "l")
    expect(page.locator("#viewer .over")).to_have_count(0)
    press(page, "c")
    expect(frames).to_have_count(2)
    press(page, "+")
    boxes = [frame.get_attribute("viewBox") for frame in frames.all()]
    shares = [[float(part) for part in str(box).split()] for box in boxes]
    sides = [
        [float(part) for part in str(frame.get_attribute("data-whole")).split()] for frame in frames.all()
    ]
    assert [share[2] / side[2] for share, side in zip(shares, sides, strict=True)] == pytest.approx(
        [1 / 1.5] * 2
    )
    place = frames.nth(0).bounding_box() or {"x": 0, "y": 0}
    page.mouse.move(place["x"] + 100, place["y"] + 100)
    page.mouse.down()
    page.mouse.move(place["x"] + 60, place["y"] + 80)
    page.mouse.up()
    moved = [str(frame.get_attribute("viewBox")).split() for frame in frames.all()]
    parts = [float(box[0]) / side[2] for box, side in zip(moved, sides, strict=True)]
    assert parts[0] == pytest.approx(parts[1]) and parts[0] > shares[0][0] / sides[0][2]
    assert page.evaluate("() => window.same")
    assert "turn=1" in page.url and "beside=" in page.url and "hide=" in page.url
    page.reload()
    expect(frames).to_have_count(2)


def test_a_comment_is_written_where_it_belongs_without_a_reload(desk: Desk, server: Server) -> None:
    page = desk("archivist")
    page.goto(f"{server.url}/office/inspections/{IDS['pd-22']}")
    wait_for_htmx(page)
    page.evaluate("() => { window.same = true; }")
    talk = page.locator("#talk-q-1-2")
    talk.locator(".write").click()
    talk.locator("textarea").fill("  ")
    talk.locator("textarea").evaluate("(field) => field.removeAttribute('required')")
    talk.locator(".say .button").click()
    expect(talk.locator(".fault")).to_contain_text("没有写意见")
    talk.locator("textarea").fill("请写明\n依据 <b>")
    talk.locator(".say .button").click()
    expect(talk.locator(".comment")).to_contain_text("依据 <b>")
    expect(page.locator("#comments h2")).to_contain_text("1 条等回应")
    assert page.evaluate("() => window.same")
    page.locator(".send-back summary").click()
    expect(page.locator("#open-comments")).to_contain_text("请写明")


def test_without_scripts_everything_is_read_and_written_by_links_and_forms(
    desk: Desk, server: Server
) -> None:
    page = desk("archivist", java_script_enabled=False)
    page.goto(f"{server.url}/office/inspections/{IDS['pd-09']}?photo=1")
    page.locator("#rotate").click()
    page.locator("#compare").click()
    expect(page.locator("#viewer svg.frame")).to_have_count(2)
    expect(page.locator("#viewer svg.frame > g").first).to_have_attribute(
        "transform", "translate(960 0) rotate(90)"
    )
    page.locator("#talk-q-1-2 .write").click()
    page.locator("#talk-q-1-2 textarea").fill("请写明依据")
    page.locator("#talk-q-1-2 .say .button").click()
    expect(page.locator("#talk-q-1-2 .comment")).to_contain_text("请写明依据")
    expect(page.locator("#viewer svg.frame")).to_have_count(2)


def test_a_question_mark_shows_the_keys_of_the_page(desk: Desk, server: Server) -> None:
    page = desk("archivist")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    expect(page.locator("#keys")).to_contain_text("下一行")
    expect(page.locator('#keys [data-for="#viewer svg.frame"]')).to_be_hidden()
    page.keyboard.press("Escape")
    page.goto(f"{server.url}/office/inspections/{IDS['pd-09']}")
    page.keyboard.press("?")
    expect(page.locator('#keys [data-for="#viewer svg.frame"]')).to_be_visible()


def test_answers_are_counted_while_they_are_chosen_and_come_as_a_workbook(desk: Desk, server: Server) -> None:
    page = desk("archivist")
    page.goto(f"{server.url}/office/archives/answers/base")
    wait_for_htmx(page)
    before = page.locator("#count").inner_text()
    page.get_by_label("检查中").check()
    expect(page.locator("#count")).not_to_have_text(before)
    page.get_by_label("只写名称").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="下载 XLSX").click()
    book = load_workbook(io.BytesIO(download.value.path().read_bytes()))
    assert f"符合条件的检查 {book['answers'].max_row - 1} 次" == page.locator("#count").inner_text()
    assert book["answers"]["A1"].value == "_number"


def test_answers_can_be_counted_without_scripts(desk: Desk, server: Server) -> None:
    page = desk("archivist", java_script_enabled=False)
    page.goto(f"{server.url}/office/archives/answers/base")
    page.fill("#until", "1999-01-01")
    page.get_by_role("button", name="按条件数一数").click()
    expect(page.locator("#count")).to_have_text("没有符合条件的检查")
