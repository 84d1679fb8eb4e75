"""Paper from the phone without a network, and a photo of a stamped page that finds its inspection by its code."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageFilter
from playwright.sync_api import FilePayload, expect

from tests.browser.inspector import Inspector, picture
from tests.browser.phone import Phone
from tests.browser.server import Server
from webapp.demo import world

IDS = {assignment["key"]: assignment["id"] for assignment in world.assignments()}
MINE, OTHER = IDS["pd-07"], IDS["pd-01"]


@pytest.fixture
def inspector(phone: Callable[[str], Phone], server: Server) -> Inspector:
    """石晓峰, logged in, with the inspections on the phone."""
    return Inspector(phone("one"), server.url).start("inspector1")


def printed(inspector: Inspector, kind: str) -> bytes:
    """What the phone's browser prints, as a PDF."""
    inspector.at("print").tap()
    inspector.at(f"print-{kind}").tap()
    expect(inspector.page.locator("#print .qr")).to_have_count(1)
    expect(inspector.at("print-menu")).to_have_count(0)
    inspector.page.wait_for_timeout(300)
    return inspector.page.pdf(prefer_css_page_size=True)


def pages(pdf: bytes, dots: int = 150) -> list[Image.Image]:
    return [page.render(scale=dots / 72).to_pil().convert("RGB") for page in pypdfium2.PdfDocument(pdf)]


def codes(pdf: bytes) -> list[list[str]]:
    return [[code.text for code in zxingcpp.read_barcodes(page)] for page in pages(pdf)]


def words(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf)]


def shot(pdf: bytes, at: int = -1) -> FilePayload:
    """A page as a hand-held camera sees it: turned a little, not quite sharp."""
    page = (
        pages(pdf, 130)[at]
        .rotate(4, expand=True, fillcolor=(90, 80, 70))
        .filter(ImageFilter.GaussianBlur(0.6))
    )
    out = io.BytesIO()
    page.save(out, "JPEG", quality=80)
    return {"name": "page.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def test_without_a_network_the_phone_prints_both_pages_with_their_code(
    inspector: Inspector, server: Server
) -> None:
    inspector.go(MINE)
    server.stop()
    blank, filled = printed(inspector, "blank"), printed(inspector, "filled")
    record_hash = re.sub(
        r"\s", "", inspector.page.locator("#print .print-hash").inner_text(timeout=3000) or ""
    )
    address = f"{server.url}/page/{MINE}"
    assert codes(blank) == [[address]] * len(codes(blank))
    found = codes(filled)
    assert found == [[f"{address}/{record_hash[-64:]}"]] * len(found)
    for pdf in (blank, filled):
        said = words(pdf)
        assert [f"{n} / {len(said)}" in page for n, page in enumerate(said, 1)] == [True] * len(said)
        assert "盖章处" in said[-1]
    server.start()


def test_RZ_16a_a_photo_of_the_signed_page_ends_the_visit_on_paper(
    inspector: Inspector,
) -> None:
    ready(inspector)
    inspector.go(MINE, "review")
    page = shot(printed(inspector, "filled"))
    inspector.at("paper-input").set_input_files(page)
    expect(inspector.at("page-said")).to_contain_text("与现在的记录一致", timeout=20000)
    expect(inspector.at("ended-stamp")).to_be_visible()


def test_a_page_that_was_printed_before_a_change_is_no_signature(inspector: Inspector) -> None:
    ready(inspector)
    inspector.go(MINE, "review")
    page = shot(printed(inspector, "filled"))
    inspector.go(MINE)
    inspector.at("add-visit-note").tap()
    inspector.at("text").fill("打印以后才看到的情况")
    inspector.at("sheet-confirm").tap()
    inspector.go(MINE, "review")
    inspector.at("stamp-input").set_input_files(page)
    expect(inspector.at("page-changed-confirm")).to_be_visible(timeout=20000)
    inspector.at("page-changed-confirm").tap()
    expect(inspector.at("page-said")).to_contain_text("不算签字")
    expect(inspector.at("ended-stamp")).to_have_count(0)


def test_a_page_of_another_inspection_is_brought_to_its_own(inspector: Inspector) -> None:
    inspector.go(OTHER)
    page = shot(printed(inspector, "blank"), 0)
    ready(inspector)
    inspector.go(MINE, "review")
    inspector.at("paper-input").set_input_files(page)
    expect(inspector.page.locator("dialog")).to_contain_text("另一次检查", timeout=20000)
    inspector.at("page-other-confirm").tap()
    inspector.page.wait_for_url(f"**#/i/{OTHER}/review")
    inspector.at("page-carried-confirm").tap()
    expect(inspector.page.locator("dialog")).to_contain_text("还没有填完", timeout=20000)
    inspector.at("page-early-confirm").tap()
    expect(inspector.at("page-said")).to_contain_text("不算签字")
    expect(inspector.at("ended-stamp")).to_have_count(0)
    inspector.go(MINE, "review")
    expect(inspector.at("ended-stamp")).to_have_count(0)


def test_a_photo_of_a_page_finds_its_inspection_from_the_list(inspector: Inspector) -> None:
    ready(inspector)
    inspector.go(MINE)
    page = shot(printed(inspector, "blank"), 0)
    inspector.page.goto(f"{inspector.url}/field/#/")
    inspector.at("scan").tap()
    inspector.at("scan-photo").set_input_files(page)
    inspector.page.wait_for_url(f"**#/i/{MINE}/review?page=blank", timeout=20000)
    expect(inspector.page.locator("dialog")).to_contain_text("把这一页存到这次检查")
    inspector.at("page-carried-confirm").tap()
    inspector.at("page-blank-confirm").tap(timeout=20000)
    expect(inspector.at("page-said")).to_contain_text("空白检查表")
    expect(inspector.at("ended-stamp")).to_be_visible()


def test_a_photo_without_a_code_is_kept_and_that_is_said(inspector: Inspector) -> None:
    ready(inspector)
    inspector.go(MINE, "review")
    inspector.at("paper-input").set_input_files(picture("9"))
    expect(inspector.at("page-said")).to_contain_text("没有读到二维码", timeout=20000)
    expect(inspector.at("ended-stamp")).to_be_visible()


def ready(inspector: Inspector) -> None:
    """Nothing stands in the way of the subject's signature any more."""
    inspector.answer_the_rest(MINE)
    inspector.set_result(MINE, "corrected")
