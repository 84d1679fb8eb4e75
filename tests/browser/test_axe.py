"""axe-core finds nothing on the screens, phone and desk, light and dark."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files

import pytest
from playwright.sync_api import BrowserType, Page, expect

from tests.browser.chromium import FLAGS
from tests.browser.inspector import Inspector
from tests.browser.phone import Phone
from tests.browser.server import Server
from webapp.demo import world
from webapp.demo.world import PASSWORD

AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
RUN = """axe.run(document, {resultTypes: ["violations"]})
  .then(({violations}) => violations.map(({id, nodes}) => `${id}: ${nodes[0].html.slice(0, 200)}`))"""
IDS = {assignment["key"]: assignment["id"] for assignment in world.assignments()}
ONE = next(person["id"] for person in world.people() if person["username"] == "inspector1")
STEPS = [("pd-01", ""), ("pd-01", "arrive"), ("pd-08", "check"), ("pd-07", "result"), ("pd-11", "review")]
STEPS += [("pd-08", "handover"), ("pd-11", "inspectors"), ("pd-11", "seal"), ("pd-09", "")]
DESK = {
    None: ["/login", f"/page/{IDS['pd-07']}", "/verify", "/nothing"],
    "archivist": [
        "/office/",
        "/office/page",
        "/office/archives",
        "/office/archives/disposal",
        "/office/settings",
    ]
    + [f"/office/inspections/{IDS[key]}" for key in ("pd-22", "pd-08", "pd-14")]
    + [f"/office/inspections/{IDS['pd-09']}?photo=1&beside=2&comment=base/B2", "/office/quarantine"],
    "supervisor": ["/office/"],
    "auditor": ["/office/"],
    "inspector1": ["/office/"],
    "planner": ["/office/", "/office/inspections/new"],
    "admin": ["/office/", "/office/people", "/office/people/new", "/office/settings/edit", "/password"],
}


def violations(page: Page) -> list[str]:
    """What axe-core finds on the page as it stands, each with where."""
    page.wait_for_timeout(250)
    page.evaluate(AXE)
    return [f"{page.url} {found}" for found in page.evaluate(RUN)]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_phones_screens(server: Server, phone: Callable[[str], Phone], theme: str) -> None:
    inspector = Inspector(phone("one"), server.url)
    inspector.visit_site()
    found = violations(inspector.page)
    inspector.log_in("inspector1")
    expect(inspector.page.locator('[data-test^="card-"]').first).to_be_visible(timeout=30000)
    inspector.expect_safe(IDS["pd-11"])
    inspector.page.evaluate("(name) => { document.documentElement.dataset.theme = name; }", theme)
    asked = f"i/{IDS['pd-08']}/cosign?hash={'ab' * 32}&seq=99&asked={ONE}"
    steps = [f"i/{IDS[key]}/{step}" for key, step in STEPS]
    for place in ["", "me", "ready", "leave", "sync", asked, *steps]:
        inspector.page.goto(f"{server.url}/field/#/{place}")
        found += violations(inspector.page)
    assert found == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_desks_pages(server: Server, browser_type: BrowserType, browser_path: str, scheme: str) -> None:
    browser = browser_type.launch(executable_path=browser_path, args=FLAGS)
    found = []
    for username, paths in DESK.items():
        page = browser.new_context(locale="zh-CN", color_scheme=scheme).new_page()  # type: ignore[arg-type]
        if username:
            page.goto(f"{server.url}/login")
            page.fill('[name="username"]', username)
            page.fill('[name="password"]', PASSWORD)
            page.click("main form button")
        for path in paths:
            page.goto(f"{server.url}{path}")
            found += violations(page)
    browser.close()
    assert found == []
