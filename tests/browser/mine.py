"""A subject's phone: papers that the office issued to it, and what the subject does with them."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.server import Server
from tests.followup.mine import Held
from tests.followup.test_uploads import pdf, picture
from webapp import create_app
from webapp.db import db
from webapp.demo import world

ID = next(assignment["id"] for assignment in world.assignments() if assignment["key"] == "pd-25")


def issued(server: Server) -> str:
    """A notice and an order in the server's data; where the subject's page is."""
    app = create_app({"DATA": server.folder})
    held = Held(app, name=ID)
    held.notice([("检查结果告知书.pdf", pdf())])
    held.order()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return held.place


def sign(page: Page, name: str = "张三") -> None:
    """The name, and three strokes by finger."""
    page.fill("#name", name)
    page.locator("#pad canvas").scroll_into_view_if_needed()
    box = page.locator("#pad canvas").bounding_box()
    assert box
    for at in (40, 130, 220):
        page.mouse.move(box["x"] + at, box["y"] + 40)
        page.mouse.down()
        page.mouse.move(box["x"] + at + 50, box["y"] + 120, steps=8)
        page.mouse.move(box["x"] + at + 20, box["y"] + 60, steps=8)
        page.mouse.up()


def refused(page: Page) -> None:
    """An objection with a file that is not taken."""
    page.fill("#text", "店门口左侧公示了收费标准，检查时被促销海报挡住了。")
    page.fill("#name", "张三")
    page.set_input_files(
        "#files", [{"name": "说明.docx", "mimeType": "application/zip", "buffer": b"PK\x03\x04"}]
    )
    page.click("main form .button.main")
    expect(page.locator("#problem")).to_be_visible()


def rate(page: Page, bad: str = "") -> None:
    """All as it should be, but for one question."""
    for name, good in (("shown", "yes"), ("two", "yes"), ("asked", "no"), ("disturbed", "no")):
        said = {"yes": "no", "no": "yes"}[good] if name == bad else good
        page.check(f'[name="{name}"][value="{said}"]')
    page.fill("#text", "临走要了两条烟，说是赞助。")
    page.click("main form .button.main")
    expect(page.get_by_role("status")).to_contain_text("评价已收到")


def said_all(page: Page, place: str) -> None:
    """The receipt confirmed, an objection and a proof sent."""
    photo = {"name": "公示栏.jpg", "mimeType": "image/jpeg", "buffer": picture("JPEG", (800, 600))}
    page.goto(place)
    page.get_by_role("link", name="确认收到").click()
    page.fill("#name", "张三")
    page.click("main form .button.main")
    expect(page.get_by_role("status")).to_contain_text("已确认收到")
    page.get_by_role("link", name="提出异议").click()
    page.fill("#text", "店门口左侧公示了收费标准，检查时被促销海报挡住了。")
    page.fill("#name", "张三")
    page.set_input_files("#files", [photo])
    page.click("main form .button.main")
    expect(page.get_by_role("status")).to_contain_text("异议已收到")
    page.get_by_role("link", name="交改正材料").click()
    page.set_input_files("#files", [photo])
    page.click("main form .button.main")
    expect(page.get_by_role("status")).to_contain_text("改正材料已收到")
