"""axe-core finds nothing on phone and desk, in both languages and all colours; screens.py asks it of more states."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserType, expect

from tests.browser.axe import violations
from tests.browser.chromium import FLAGS
from tests.browser.inspector import Inspector
from tests.browser.phone import Phone
from tests.browser.server import Server
from webapp.demo import world
from webapp.demo.world import PASSWORD

IDS = {assignment["key"]: assignment["id"] for assignment in world.assignments()}
ONE = next(person["id"] for person in world.people() if person["username"] == "inspector1")
STEPS = {
    "pd-01": ["", "arrive"],
    "pd-07": ["result"],
    "pd-08": ["check", "arrive", "handover", f"cosign?hash={'ab' * 32}&seq=99&asked={ONE}"],
    "pd-09": [""],
    "pd-11": ["review", "inspectors", "seal"],
}
# What is tapped at a step, one after another; a sheet then stands on top of it.
SHEETS = [
    ("pd-08", "check", ['.q:has(.conflict) [data-test="law"]', "show-history"]),
    ("pd-08", "check", [".thumb", "photo-caption"]),
    ("pd-08", "check", [".thumb", "photo-mark"]),
    ("pd-08", "check", [".thumb", "photo-withdraw"]),
    ("pd-08", "check", ["burst"]),
    ("pd-01", "arrive", ["open-credentials", f"credential-{ONE}"]),
    ("pd-07", "arrive", ["add-present"]),
    ("pd-09", "", ["reopen"]),
    ("pd-11", "seal", ["reopen"]),
]
LIBRARIES = ["items", "items/new", "inspectors", "experts", "experts/new", "subjects", "subjects/new"]
DESK = {
    None: ["/login", f"/page/{IDS['pd-07']}", "/verify", "/verify/draw", "/nothing"]
    + ["/public/items", "/public/plans", "/public/roots"],
    "archivist": [f"/office/{place}" for place in ("", "page", "archives", "archives/disposal", "settings")]
    + [f"/office/inspections/{IDS[key]}" for key in ("pd-22", "pd-08", "pd-12", "pd-14")]
    + [
        f"/office/inspections/{IDS['pd-09']}?photo=1&beside=2&comment=base/B2",
        "/office/quarantine",
        "/office/rescue",
    ]
    + ["/clocks", "/clocks?show=running", "/clocks/calendar"]
    + ["/office/publication", "/office/platform", "/office/platform/new"]
    + [f"/office/publication/{IDS[key]}" for key in ("pd-14", "pd-28")],
    "supervisor": [
        "/office/",
        "/office/archives/disposal",
        "/office/archives/answers",
        "/office/archives/answers/base",
        "/office/ratings",
        "/office/ratings?show=all",
        *(
            f"/oversight/{place}"
            for place in (
                "",
                "cases?figure=problems",
                "signs/",
                "signs/?show=answered",
                "returns/",
                "returns/new",
                "returns/form",
                "reports",
                "appraisal",
                "appraisal/criteria/unit",
                "training",
                "guidance",
                "guidance/flow",
            )
        ),
        f"/oversight/returns/{IDS['pd-13']}",
    ],
    "auditor": ["/office/", "/office/audit", "/office/audit?act=session.begun"],
    "inspector1": ["/office/"],
    "planner": [
        f"/office/{place}"
        for place in ("", "inspections/new", "plans", "draws", "subjects/import", *LIBRARIES)
    ]
    + ["/forms/", "/forms/new", "/forms/?item=PD5", "/forms/?show=draft"],
    "admin": ["/office/", "/office/people", "/office/people/new", "/office/people/import"]
    + ["/office/settings/edit", "/password", "/office/workdays"],
    "security": ["/office/", "/office/people?show=waiting", "/office/security", "/account"]
    + ["/account/factors?act=totp", "/account/factors?act=passkey", f"/office/people/{ONE}"],
}


def opened(inspector: Inspector, place: str) -> None:
    """A screen of the phone; where only the bureau can read what stands there, with the key from the bureau."""
    inspector.page.goto(f"{inspector.url}/field/#/{place}")
    inspector.page.wait_for_timeout(500)
    if inspector.at("closed-ask").count():
        inspector.at("closed-ask").click()
        expect(inspector.at("closed")).to_have_count(0)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_phones_screens(server: Server, phone: Callable[[str], Phone], language: str) -> None:
    inspector = Inspector(phone("one"), server.url)
    inspector.visit_site()
    found = violations(inspector.page)
    inspector.log_in("inspector1")
    expect(inspector.page.locator('[data-test^="card-"]').first).to_be_visible(timeout=30000)
    inspector.expect_safe(IDS["pd-11"])
    inspector.page.goto(f"{server.url}/field/#/me")
    inspector.at(f"language-{language}").click()
    expect(inspector.at(f"language-{language}")).to_have_attribute("aria-checked", "true")
    steps = [f"i/{IDS[key]}/{step}" for key, steps in STEPS.items() for step in steps]
    for place in ["", "me", "ready", "leave", "sync", "look", *steps]:
        opened(inspector, place)
        found += violations(inspector.page)
    for key, step, taps in SHEETS:
        inspector.page.goto(f"{server.url}/field/#/")
        # a sheet that stands open goes with the page
        inspector.page.reload()
        expect(inspector.at("worklist")).to_be_visible(timeout=30_000)
        opened(inspector, f"i/{IDS[key]}/{step}")
        for tap in taps:
            inspector.page.locator(tap if tap.startswith(".") else f'[data-test="{tap}"]').last.click()
        expect(inspector.page.locator("dialog[open]").last).to_be_visible()
        found += violations(inspector.page, ("dark",))
    # Only the bureau can read this one; then the phone is locked, and its PIN forgotten.
    inspector.page.goto(f"{server.url}/field/#/i/{IDS['pd-13']}")
    expect(inspector.at("closed")).to_be_visible()
    found += violations(inspector.page)
    inspector.phone.leave_locked()
    inspector.page.reload()
    expect(inspector.at("lock")).to_be_visible()
    found += violations(inspector.page)
    inspector.at("pin-forgotten").click()
    expect(inspector.at("login")).to_be_visible()
    found += violations(inspector.page)
    assert found == []


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_the_desks_pages(server: Server, browser_type: BrowserType, browser_path: str, locale: str) -> None:
    browser = browser_type.launch(executable_path=browser_path, args=FLAGS)
    found = []
    for username, paths in DESK.items():
        page = browser.new_context(locale=locale).new_page()
        if username:
            page.goto(f"{server.url}/login")
            page.fill('[name="username"]', username)
            page.fill('[name="password"]', PASSWORD)
            page.click("main form button")
        for path in paths:
            answer = page.goto(f"{server.url}{path}")
            assert answer and (answer.ok or path == "/nothing"), path
            found += violations(page)
    browser.close()
    assert found == []
