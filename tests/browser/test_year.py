"""From an empty year to inspections on the phones of a pair, as a new user goes it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.inspector import Inspector
from tests.browser.phone import Phone
from tests.browser.server import Server
from tests.browser.year import ITEM, PAIR, Year, on_the_phone


def test_from_an_empty_year_to_inspections_on_the_phones_of_the_pair(
    server: Server, desk: Callable[[str], Page], phone: Callable[[str], Phone]
) -> None:
    year = Year(desk("planner.rz"), desk("supervisor.rz"), lambda page, name: None)
    year.claim()
    year.fill_the_library()
    year.write_the_plan()
    year.let_them_inspect_it()
    year.publish_the_plan()
    year.freeze()
    drawn = year.draw()
    # 10 % of 23 enterprises, rounded up: the fifteen that were there, and the eight of the table
    assert len(drawn) == 3
    for username in PAIR.values():
        inspector = Inspector(phone(username), server.url)
        card = on_the_phone(inspector, username, drawn[0])
        expect(card).to_be_visible(timeout=30000)
        card.tap()
        expect(inspector.page.get_by_role("heading", name=drawn[0])).to_be_visible()
        # the item with its own form, which came with the claim, and the base form
        expect(inspector.at("overview")).to_contain_text(f"PD6 {ITEM}")
        expect(inspector.page.locator(".forms > li")).to_have_count(2)
