"""综合查一次 in a browser: two tasks, two draws, one visit on the phone with the checklists of both, filled and sealed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserType, Page, expect

from tests.browser.chromium import FLAGS
from tests.browser.inspector import Inspector
from tests.browser.phone import Phone
from tests.browser.server import Server
from tests.field.year import Year, task
from webapp import create_app
from webapp.db import db
from webapp.demo import world
from webapp.demo.world import PASSWORD
from webapp.draw.models import Draw
from webapp.field import relief
from webapp.field.models import Inspection, InspectionDraw
from webapp.forms.models import Form

NAMES = {person["id"]: person["username"] for person in world.people()}


def two_draws(server: Server) -> str:
    """Two tasks of Ruzhou's year, drawn with windows that meet; the second draw."""
    app = create_app({"DATA": server.folder})
    with app.test_request_context(method="POST"):
        year = Year(task("a", bp=2500), task("b", items=["PD5"], bp=10_000), planner="planner.rz")
        # What the demo has waiting would be offered too.
        for one in db.session.query(Inspection).filter_by(bureau_id=year.bureau.id, state="assigned"):
            relief.call_off(year.planner, one, "改期")
        year.drawn("a")
        made = year.drawn("b", days=6)
        draw_id = InspectionDraw.of_inspection(made[0].id)[0].draw_id
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return draw_id


@pytest.fixture
def planner(server: Server, browser_type: BrowserType, browser_path: str) -> Iterator[Page]:
    """Ruzhou's planner at the desk."""
    browser = browser_type.launch(executable_path=browser_path, args=FLAGS)
    page = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN").new_page()
    page.goto(f"{server.url}/login")
    page.fill('[name="username"]', "planner.rz")
    page.fill('[name="password"]', PASSWORD)
    page.click("main form button")
    yield page
    browser.close()


def merge_at_the_desk(page: Page, server: Server, draw_id: str) -> None:
    """One by one: the first that is offered."""
    page.goto(f"{server.url}/office/draws/{draw_id}")
    offers = page.get_by_role("table", name="可以合并的检查")
    offers.locator("tbody tr:not(:has(details)) button").first.click()
    expect(page.locator(".said")).to_contain_text("已合并为一次检查")
    expect(page.locator("#merges")).to_contain_text("已合并 1")


def merged_visit(server: Server, draw_id: str) -> tuple[str, list[str], list[str]]:
    """The inspection that serves both draws, its pair's ids, the items of its forms."""
    app = create_app({"DATA": server.folder})
    with app.app_context():
        for link in db.session.query(InspectionDraw).filter_by(draw_id=draw_id):
            if len(InspectionDraw.of_inspection(link.inspection_id)) == 2:
                found = db.session.get_one(Inspection, link.inspection_id)
                bodies = Form.bodies(found.form_hashes)
                return found.id, found.pair, [bodies[name]["item"] or "" for name in found.form_hashes]
        raise AssertionError(f"nothing of draw {db.session.get_one(Draw, draw_id).id} was merged")


def test_TJ_11_CA_2_3a_two_tasks_two_draws_one_visit_filled_and_sealed(
    server: Server, planner: Page, phone: Callable[[str], Phone]
) -> None:
    draw_id = two_draws(server)
    merge_at_the_desk(planner, server, draw_id)
    inspection, (one, two), forms = merged_visit(server, draw_id)
    assert sorted(forms) == ["", "PD1", "PD5"]

    inspector = Inspector(phone("one"), server.url).start(NAMES[one])
    inspector.partner_joins(NAMES[two], two, one)
    inspector.go(inspection)
    expect(inspector.page.locator(".forms > li")).to_have_count(3)
    expect(inspector.at("overview")).to_contain_text("综合查一次")
    inspector.arrive(inspection)
    inspector.go(inspection, "check")
    inspector.question("pd5/PD5-1").locator('[data-test="choice-user"]').tap()
    inspector.answer_the_rest(inspection)
    inspector.set_result(inspection, "no_problem")
    inspector.collect_signature(inspection)
    inspector.sign(inspection, one)
    inspector.sign(inspection, two)
    inspector.seal(inspection)
    inspector.expect_safe(inspection)

    planner.goto(f"{server.url}/office/inspections/{inspection}")
    expect(planner.locator("main")).to_contain_text("已并入这次检查")
    assert not planner.locator('[data-test="merge-undo"]').count()
    page = planner.locator("main").inner_text()
    assert "PD1" in page and "PD5" in page
