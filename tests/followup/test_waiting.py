"""What waits after the visits: each person's lists, many acts at once, and the first page."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from tests.conftest import both_databases
from tests.followup.after import inspection_in, person
from tests.followup.test_results import CONTACT, decided
from tests.followup.test_views import set_law, text
from webapp.db import db, today
from webapp.field.models import Inspection
from webapp.followup import acts
from webapp.followup.models import Timeline
from webapp.followup.waiting import APPROVE, DECIDE, TELL, Waiting

Desk = Callable[[str], FlaskClient]


def waiting(username: str) -> Waiting:
    return Waiting(person(username), today())


def ids(username: str, show: str) -> list[str]:
    return [row.inspection_id for row in waiting(username).rows(show)]


def to_decide(app: Flask) -> list[Inspection]:
    """The accepted and archived inspections of the bureau."""
    rows = select(Inspection).where(Inspection.bureau_id == person("archivist").bureau_id)
    return list(db.session.scalars(rows.where(Inspection.state.in_(acts.STATES)).order_by(Inspection.id)))


@both_databases
def test_an_inspection_goes_from_list_to_list_as_its_result_is_put_forward_approved_and_told(
    app: Flask, desk: Desk
) -> None:
    with app.app_context():
        wanted = [one.id for one in to_decide(app)]
        assert sorted(ids("archivist", DECIDE)) == wanted and len(wanted) > 1
        chosen = next(one for one in to_decide(app) if one.result != "unreachable")
        row = db.session.get_one(Timeline, chosen.id)
        told_before = row.told is not None
        inspection_id = chosen.id
    browser = desk("archivist")
    answer = browser.post("/office/results/decide", data={"chosen": f"{inspection_id}.", "show": DECIDE})
    assert "已提请批准 1 件" in answer.text
    with app.app_context():
        assert inspection_id not in ids("archivist", DECIDE) and inspection_id not in ids(
            "archivist", APPROVE
        )
        assert ids("supervisor", APPROVE) == [inspection_id]
        waits = db.session.get_one(Timeline, inspection_id).waiting
        assert waits and waits["type"] == "decide"
    form = {"chosen": f"{inspection_id}.{waits['event']}", "show": APPROVE, "opinion": "同意"}
    assert "已批准 1 件" in desk("supervisor").post("/office/results/approve", data=form).text
    with app.app_context():
        assert not ids("supervisor", APPROVE)
        assert (inspection_id in ids("archivist", TELL)) is not told_before
    if not told_before:
        form = {"chosen": f"{inspection_id}.", "show": TELL, "contact": CONTACT}
        assert "已出具 1 份告知书" in browser.post("/office/results/notices", data=form).text


def test_one_that_cannot_be_done_at_once_is_named_and_the_others_are_done(app: Flask, desk: Desk) -> None:
    with app.app_context():
        first, second = to_decide(app)[:2]
        first.result, second.result = "unreachable", "pending"
        db.session.commit()
        chosen, number = [f"{first.id}.", f"{second.id}.", "nothing."], first.number
    answer = text(
        desk("archivist").post("/office/results/decide", data={"chosen": chosen, "show": DECIDE}).text
    )
    assert (
        "已提请批准 1 件" in answer
        and "1 件没有办" in answer
        and number in answer
        and "为什么联系不上" in answer
    )


def test_nobody_approves_own_results_or_those_of_the_own_pair_by_the_list_either(
    app: Flask, desk: Desk
) -> None:
    with app.app_context():
        inspection_id = inspection_in("accepted").id
    browser = desk("archivist")
    browser.post(f"/office/inspections/{inspection_id}/after/decide", data={"code": "pending"})
    with app.app_context():
        row = db.session.get_one(Timeline, inspection_id)
        assert row.waiting and inspection_id not in ids("archivist", APPROVE)
        chosen = f"{inspection_id}.{row.waiting['event']}"
    answer = browser.post("/office/results/approve", data={"chosen": chosen, "show": APPROVE})
    assert "自己不能批准" in answer.text
    assert desk("planner").get("/office/results").status_code == 403
    assert "没有等您批准的" in desk("supervisor.tj").get("/office/results?show=approve").text


def test_an_inspector_sees_the_own_pairs_only_and_nothing_to_approve(app: Flask, desk: Desk) -> None:
    """RZ-4b."""
    with app.app_context():
        mine = [one.id for one in to_decide(app) if person("inspector1").id in one.pair]
        assert sorted(ids("inspector1", DECIDE)) == sorted(mine)
        assert waiting("inspector1").shows == [DECIDE, TELL]
    page = desk("inspector1").get("/office/").text
    assert ("结果和告知" in page) is bool(mine)


def test_TJ_14c_who_publishes_first_has_nobody_to_tell_before_the_publicity_is_over(app: Flask) -> None:
    set_law(app, feedback_before_publish=False, publicity_days=7, publicity_day_kind="calendar")
    with app.app_context():
        inspection_id = inspection_in("accepted").id
    decided(app, inspection_id)
    with app.app_context():
        row = db.session.get_one(Timeline, inspection_id)
        row.told = None
        for shown, listed in ((None, False), (0, False), (7, False), (8, True)):
            row.published = None if shown is None else today().fromordinal(today().toordinal() - shown)
            db.session.flush()
            assert (inspection_id in ids("archivist", TELL)) is listed, shown
        row.published, row.withheld = None, today()
        db.session.flush()
        assert inspection_id in ids("archivist", TELL)


def test_the_first_pages_say_what_waits(app: Flask, desk: Desk) -> None:
    with app.app_context():
        count = waiting("archivist").counts[DECIDE]
        inspection = inspection_in("accepted")
        number, inspection_id = inspection.number, inspection.id
    assert f"待定结果 {count}" in text(
        desk("archivist").get("/office/").text.partition('id="waiting-line"')[2]
    )
    desk("archivist").post(f"/office/inspections/{inspection_id}/after/decide", data={"code": "pending"})
    part = desk("supervisor").get("/office/").text.partition('id="results"')[2].partition("</section>")[0]
    assert "等您批准" in part and number in part


def test_the_list_asks_as_often_for_few_lines_as_for_many(app: Flask) -> None:
    with app.app_context():
        for row in db.session.scalars(select(Timeline)):
            row.accepted = True
        db.session.commit()
        counts = []
        for limit in (1, 50):
            db.session.expire_all()
            asked: list[Any] = []
            hook = lambda *given, asked=asked: asked.append(given[2])  # noqa: E731
            event.listen(db.engine, "before_cursor_execute", hook)
            found = waiting("archivist").rows(DECIDE, limit=limit)
            assert all(row.inspection.members for row in found)
            event.remove(db.engine, "before_cursor_execute", hook)
            counts.append(len(asked))
        assert len(found) > 4 and counts[1] <= counts[0] + 1
