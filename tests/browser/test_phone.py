"""What a person at the door relies on: the list that finds, answers taken back, photos told apart, marks on a photo."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.browser.inspector import Inspector
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
    assert 1 <= cards(inspector).count() < todo
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
