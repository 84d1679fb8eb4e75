"""From a wish for recusal on a phone to another pair: the inspector asks, two at the desk swap, the new one has it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.browser.inspector import Inspector
from tests.browser.server import Server
from webapp import create_app
from webapp.accounts.models import User
from webapp.db import db
from webapp.field.models import Inspection, InspectionDraw

Save = Callable[[Page, str], None]
WHY = "近亲属在该单位任职"


@dataclass
class Drawn:
    """An inspection that was drawn and that nobody began, with the names by which its pair logs in."""

    id: str
    number: str
    draw_id: str
    pair: list[str]
    users: list[str]


def drawn_inspection(server: Server) -> Drawn:
    """The first of the demo's draw, of Pingdingshan."""
    with create_app({"DATA": server.folder}).app_context():
        planner = User.by_username("planner")
        assert planner
        rows = select(InspectionDraw).join(Inspection, Inspection.id == InspectionDraw.inspection_id)
        mine = (Inspection.bureau_id == planner.bureau_id, Inspection.state == "assigned")
        row = db.session.scalars(rows.where(*mine).order_by(Inspection.number)).first()
        assert row
        inspection = db.session.get_one(Inspection, row.inspection_id)
        people = [member.inspector.user for member in inspection.members]
        return Drawn(
            inspection.id, inspection.number, row.draw_id,
            [one.username for one in people], [one.id for one in people],
        )  # fmt: skip


def now_in_pair(server: Server, inspection_id: str) -> list[str]:
    """By which names the pair logs in now."""
    with create_app({"DATA": server.folder}).app_context():
        inspection = db.session.get_one(Inspection, inspection_id)
        return [member.inspector.user.username for member in inspection.members]


def ask_on_the_phone(inspector: Inspector, drawn: Drawn, save: Save) -> None:
    """Arrive, and say that one has to step aside."""
    inspector.go(drawn.id, "arrive")
    inspector.at("arrive").tap()
    expect(inspector.at("next-step")).to_be_visible()
    inspector.at(f"recusal-want-{drawn.users[0]}").click()
    inspector.at("recusal-reason").fill(WHY)
    inspector.at("recusal-confirm").click()
    inspector.expect_safe(drawn.id)
    inspector.go(drawn.id)
    expect(inspector.at("recusal-wanted")).to_contain_text(WHY)
    save(inspector.page, "swap-01-phone-asked")


def ask_at_the_desk(planner: Page, drawn: Drawn, save: Save) -> None:
    """From the inspection's page to the request, which waits."""
    url = planner.url.partition("/login")[0].partition("/office")[0]
    planner.goto(f"{url}/office/inspections/{drawn.id}")
    expect(planner.locator("#recusal")).to_contain_text(WHY)
    save(planner, "swap-02-desk-review")
    planner.get_by_role("link", name="同意，换人").click()
    save(planner, "swap-03-desk-ask")
    planner.locator(f'[value="inspector:{drawn.users[0]}"]').check()
    planner.select_option("#why", "recusal")
    planner.fill("#text", "与对象的法定代表人是近亲属")
    planner.get_by_role("button", name="提出申请").click()
    expect(planner.locator("main")).to_contain_text("等第二人批准")
    save(planner, "swap-04-desk-waits")


def approve_at_the_desk(supervisor: Page, save: Save) -> None:
    """Another person finds it on the first page and approves."""
    url = supervisor.url.partition("/login")[0].partition("/office")[0]
    supervisor.goto(f"{url}/office/")
    expect(supervisor.locator("#supervisor")).to_contain_text("更换检查人员")
    save(supervisor, "swap-05-desk-first-page")
    row = supervisor.locator("#supervisor tr", has_text="更换检查人员")
    row.get_by_role("link").first.click()
    expect(supervisor.locator("main")).to_contain_text("按顺位接替")
    save(supervisor, "swap-06-desk-decide")
    supervisor.get_by_role("button", name="批准", exact=True).click()
    expect(supervisor.locator("#swaps")).to_contain_text("与对象的法定代表人是近亲属")
    supervisor.locator("#swaps").scroll_into_view_if_needed()
    save(supervisor, "swap-07-desk-draw")
