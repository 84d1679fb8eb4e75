"""Anyone repeats a draw in the browser, from its file alone, without the network."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from threading import Thread

import pytest
from playwright.sync_api import BrowserType, FilePayload, Page, expect
from waitress.server import create_server

from tests.browser.chromium import FLAGS
from tests.browser.test_axe import violations
from tests.draw.hall import DEPUTY, SALT, Hall, inspectors, opened, public, witness
from tests.vectors.make_draw import ask
from webapp import create_app
from webapp.draw import layout, swaps


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site without any data: who repeats a draw needs none of the bureau's."""
    app = create_app({"DATA": tmp_path_factory.mktemp("empty"), "HTMX_CDN": False})
    server = create_server(app, host="127.0.0.1", port=0)
    thread = Thread(target=server.run)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(10)


@pytest.fixture
def visitor(site: str, browser_type: BrowserType, browser_path: str) -> Iterator[Callable[..., Page]]:
    """Somebody without an account; the page stands open."""
    browser = browser_type.launch(executable_path=browser_path, args=FLAGS)

    def visit(address: str = "/verify/draw?lang=zh", **more: object) -> Page:
        settings = {"viewport": {"width": 1280, "height": 900}, "locale": "zh-CN", **more}
        page = browser.new_context(**settings).new_page()  # type: ignore[arg-type]
        page.goto(site + address)
        return page

    yield visit
    browser.close()


def drawn() -> layout.DrawFile:
    """A draw before a witness, with a swap."""
    hall = Hall(sources=[witness(DEPUTY, "583921"), public()])
    file = hall.file(opened(DEPUTY, ["583921"], SALT), opened())
    gone = file["pairs"][0]["subject"]
    return swaps.swap(file, ask("subject", gone, gone))


def choose(page: Page, file: layout.DrawFile, name: str = "draw.json") -> None:
    page.set_input_files(
        "#file", FilePayload(name=name, mimeType="application/json", buffer=layout.write(file))
    )
    expect(page.locator("#report")).to_be_visible()


def test_a_draw_is_repeated_step_by_step_without_the_network(visitor: Callable[..., Page]) -> None:
    page = visitor()
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    choose(page, drawn())
    expect(page.locator("#report .notice")).to_contain_text("与抽取时一致")
    steps = page.locator(".steps > li")
    expect(steps).to_have_count(9)
    expect(page.locator(".steps .mark.passed")).to_have_count(9)
    expect(steps.nth(4)).to_contain_text("583921./")
    page.locator("summary", has_text="C/新华区").click()
    expect(page.locator("details[open] tbody tr")).to_have_count(2)
    page.context.set_offline(False)
    assert violations(page) == []


def test_another_inspector_in_a_pair_is_found(visitor: Callable[..., Page]) -> None:
    page = visitor()
    file = drawn()
    bent = copy.deepcopy(file)
    bent["pairs"][0]["inspectors"][0]["id"] = "16040006"
    choose(page, layout.hashed(bent))
    expect(page.locator("#report .notice")).to_contain_text("与抽取时不一致")
    expect(page.locator(".steps .mark.found")).to_have_count(1)
    expect(page.locator(".steps > li", has=page.locator(".mark.found"))).to_contain_text(
        file["pairs"][0]["subject"]
    )
    assert violations(page) == []
    choose(page, file)
    expect(page.locator("#report .notice")).to_contain_text("与抽取时一致")


def test_a_file_of_the_site_is_loaded_by_its_address_and_no_other(visitor: Callable[..., Page]) -> None:
    page = visitor()
    page.route(
        lambda url: url.endswith("/public/draws/3.json") and "?" not in url,
        lambda route: route.fulfill(body=layout.write(Hall(people=inspectors(1)).file())),
    )
    page.goto(page.url.partition("?")[0] + "?lang=zh&file=/public/draws/3.json")
    expect(page.locator("#report .notice")).to_contain_text("3.json")
    expect(page.locator("#report")).to_contain_text("合适的 1 人")
    page.goto(page.url.partition("?")[0] + "?lang=zh&file=https://example.org/3.json")
    expect(page.locator("#busy")).to_contain_text("取不到这个文件")


def test_a_file_can_be_dropped_and_what_is_none_is_said(visitor: Callable[..., Page]) -> None:
    page = visitor()
    page.evaluate(
        """() => {
          const carried = new DataTransfer();
          carried.items.add(new File(["{}"], "x.json"));
          document.getElementById("drop").dispatchEvent(new DragEvent("drop", {dataTransfer: carried, bubbles: true}));
        }"""
    )
    expect(page.locator("#report")).to_contain_text("不是 yidang-draw-1 格式的抽取文件")
    expect(page.locator(".steps .mark.none")).to_have_count(7)


def test_an_announced_draw_is_whole_and_not_drawn_yet(visitor: Callable[..., Page]) -> None:
    page = visitor(viewport={"width": 390, "height": 844})
    choose(page, Hall().announce())
    expect(page.locator("#report .notice")).to_contain_text("已冻结，尚未抽取")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert violations(page) == []
