"""The year on the plan's page: random and not random apart (RZ-5, PD-1.3); joint tasks say with whom (TJ-11)."""

from __future__ import annotations

from typing import Any

from flask import Flask

from tests.conftest import both_databases
from tests.field.test_hall import NUMBERS, Desk, frozen, later, published
from tests.field.test_merges import apart, two
from tests.field.year import Year, task
from webapp.accounts.models import User
from webapp.db import db, today
from webapp.field import approvals, merges, notices, yearly
from webapp.field.models import Inspection, InspectionDraw
from webapp.registry.items import Item
from webapp.registry.models import Inspector


def by_hand(year: Year, like: Inspection, reason: str) -> Inspection:
    pair = [db.session.get_one(Inspector, name) for name in like.pair]
    item = next(item for item in Item.listed(year.bureau.id) if item.code == "PD7")
    return Inspection.assign(
        author=year.planner, subject=like.subject, items=[item], pair=pair, due=like.due, today=today(),
        reason=reason, text="群众来信",
    )  # fmt: skip


def figures(year: Year) -> dict[str, Any]:
    found = yearly.figures(year.version.plan)
    assert found
    return found


@both_databases
def test_RZ_5_PD_1_3_what_nobody_drew_is_counted_apart_by_its_reason(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        year = Year(task("a"))
        before = figures(year)
        made = year.drawn("a")
        known = dict(before["random"])
        hand = {name: visits for name, visits, _ in before["by_hand"]}
        for reason in ("complaint", "complaint", "law"):
            by_hand(year, made[0], reason)
        after = figures(year)
        assert after["random"]["visits"] == known["visits"] + len(made)
        assert {name: visits for name, visits, _ in after["by_hand"]} == hand | {
            "complaint": hand.get("complaint", 0) + 2, "law": hand.get("law", 0) + 1,
        }  # fmt: skip
        assert (after["tasks"][0]["drawn"], after["tasks"][0]["left"]) == (len(made), 0)
        joined = merges.merge(
            year.planner, made[0].id, by_hand(year, made[0], "complaint").id, today(), "少打扰"
        )
        last = figures(year)
        assert joined.stays is made[0] and last["random"]["visits"] == after["random"]["visits"]
        assert last["apart"] == after["apart"] + 1


def test_CA_2_3a_a_joint_visit_is_one_visit_and_says_how_many_were_spared(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        year, first, second = two()
        one, before = apart(year, second), figures(year)
        merges.merge(year.planner, one.there.id, one.new.id, today())
        after = figures(year)
        assert after["random"]["visits"] == before["random"]["visits"] - 1
        assert after["random"]["merged"] == before["random"]["merged"] + 1
        assert after["random"]["subjects"] == before["random"]["subjects"]
        assert [one["drawn"] for one in after["tasks"]] == [one["drawn"] for one in before["tasks"]]


def test_the_plan_page_shows_the_year(desk: Desk, monkeypatch: Any) -> None:
    planner, where = desk("planner"), published(desk)
    draw_id = frozen(planner, where)
    later(monkeypatch)
    planner.post(f"/office/draws/{draw_id}/numbers", data=NUMBERS)
    page = planner.get(f"/office/plans/{where['plan']}").get_data(as_text=True)
    part = page.partition('id="carried-out"')[2].partition("每月的工作量")[0]
    assert "不经抽取的检查，单独计数" in part and "举报投诉案件" in part and "人力资源服务机构抽查" in part


def test_TJ_11_a_joint_task_says_with_whom_in_the_plan_at_the_draw_and_in_the_notice(
    app: Flask, desk: Desk
) -> None:
    with app.test_request_context(method="POST"):
        with_whom = [{"department": "市场监督管理局", "items": ["广告检查", "价格检查"]}]
        year = Year(task("a", joint=with_whom))
        made = year.drawn("a")[0]
        asked = notices.Ask(today(), ["现场检查"], "before", "", "0375-1234567")
        (approval,) = approvals.Approval.ask(year.planner, [made], asked)
        supervisor = User.by_username("supervisor")
        assert supervisor and approvals.Approval.decide(supervisor, [approval], True, "同意")
        said = str(notices.notice_sheet(approval.told(), "https://example.org/n"))
        assert "市场监督管理局" in said and "广告检查、价格检查" in said and "联合检查的单位和部门" in said
        assert "联合：市场监督管理局" in made.reason_text
        draw_id = InspectionDraw.of_inspection(made.id)[0].draw_id
        plan_id = year.version.plan_id
        db.session.commit()
    for address in (f"/public/draws/{draw_id}", f"/office/draws/{draw_id}", f"/public/plans/{plan_id}"):
        assert "市场监督管理局" in desk("planner").get(address).text, address
