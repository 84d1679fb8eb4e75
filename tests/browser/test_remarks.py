"""What the office writes to the pair: at its question, on the overview, new until seen, open until something was done."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.inspector import Inspector
from tests.browser.phone import Phone
from tests.browser.server import Server
from webapp import create_app
from webapp.accounts.models import User
from webapp.db import db
from webapp.demo import world
from webapp.field.models import Inspection

Phones = Callable[[str], Phone]
IDS = {assignment["key"]: assignment["id"] for assignment in world.assignments()}


def write(server: Server, inspection: str, text: str, question: str | None = None) -> None:
    """A comment by the bureau's archivist, beside the running application."""
    app = create_app({"DATA": server.folder})
    with app.app_context():
        archivist = db.session.query(User).filter_by(username="archivist").one()
        locked = Inspection.locked(inspection)
        assert locked
        locked.append_office(archivist, "comment", {"text": text, "question": question})
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


def synced(inspector: Inspector, inspection: str) -> None:
    inspector.page.reload()
    inspector.expect_safe(inspection)


def test_a_comment_stands_at_its_question_until_something_newer_does(server: Server, phone: Phones) -> None:
    inspector = Inspector(phone("one"), server.url).start("inspector1")
    inspection = inspector.pick("未开始")
    inspector.arrive(inspection)
    inspector.go(inspection, "check")
    inspector.answer("base/B3", "pass")
    inspector.expect_safe(inspection)
    expect(inspector.at("remarks")).to_have_count(0)
    write(server, inspection, "执照照片看不清，请再拍一张", "base/B3")
    write(server, inspection, "下周一以前补齐")
    synced(inspector, inspection)
    expect(inspector.at("remarks")).to_contain_text("待处理 2")
    expect(inspector.at("remarks")).to_contain_text("下周一以前补齐")
    expect(inspector.at("remark-new")).to_have_count(2)

    inspector.at("remarks").locator("a").click()
    question = inspector.question("base/B3")
    expect(question.locator('[data-test="remark"]')).to_contain_text("请再拍一张")
    expect(question).to_be_in_viewport()
    inspector.at("filter-office").click()
    expect(inspector.at("filter-office")).to_contain_text("1")
    expect(inspector.page.locator("section.q")).to_have_count(1)
    inspector.take_photo("base/B3")
    expect(question.locator('[data-test="remark"]')).to_contain_text("已处理")

    # Both were on the screen by now: nothing is new any more.
    inspector.go(inspection)
    expect(inspector.at("remarks")).to_contain_text("待处理 1")
    inspector.at("add-visit-note").click()
    inspector.at("text").fill("已全部补齐")
    inspector.at("sheet-confirm").click()
    expect(inspector.at("remarks")).to_contain_text("没有待处理的")
    inspector.page.wait_for_timeout(300)
    inspector.go(inspection, "arrive")
    inspector.go(inspection)
    expect(inspector.at("remark")).to_have_count(2)
    expect(inspector.at("remark-new")).to_have_count(0)
