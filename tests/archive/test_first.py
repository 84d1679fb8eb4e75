"""The first page says to each role what waits, and to nobody what is not theirs."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.archive.test_views import act, inspections
from tests.handset import Handset
from tests.mended import mend, pair
from webapp.accounts.models import Enrolment, Quarantined, User
from webapp.archive.year import for_planner
from webapp.db import db, now
from webapp.field.models import Inspection
from webapp.plan.models import Plan

Desk = Callable[[str], FlaskClient]
Phones = Callable[[str], Handset]


def numbers(page: str) -> list[int]:
    found = page.partition('class="numbers"')[2].partition("</nav>")[0]
    return [int(count) for count in re.findall(r"<b>(\d+)</b>", found)]


def give_roles(app: Flask, username: str, *roles: str) -> None:
    with app.app_context():
        db.session.query(User).filter_by(username=username).one().roles = list(roles)
        db.session.commit()


@pytest.mark.parametrize("who", ["planner", "supervisor", "auditor", "admin", "inspector1", "archivist"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_everyone_has_a_first_page_with_at_most_three_numbers(desk: Desk, who: str, lang: str) -> None:
    page = desk(who).get(f"/office/?lang={lang}").text
    assert 0 < len(numbers(page)) <= 3


def test_the_planner_sees_who_cannot_go(app: Flask, desk: Desk) -> None:
    (assigned, *_) = inspections(app, "assigned")
    with app.app_context():
        one = db.session.get_one(Inspection, assigned)
        number, person = one.number, one.members[0].inspector.user
        name, person.active = person.name, False
        db.session.commit()
    page = desk("planner").get("/office/").text
    row = page.partition(number)[2].partition("</tr>")[0]
    assert f"{name} 的账号已停用" in row and numbers(page)[1] >= 1


def test_the_late_stand_first_at_the_planners_and_the_supervisors(app: Flask, desk: Desk) -> None:
    with app.app_context():
        late = db.session.get_one(Inspection, inspections(app, "assigned")[0])
        late.due = now().date() - timedelta(days=400)
        number = late.number
        db.session.commit()
    for who in ("planner", "supervisor"):
        page = desk(who).get("/office/").text
        assert numbers(page)[0] >= 1 and number in page
        assert "逾期 40" in page.partition(number)[2].partition("</tr>")[0]
    rows = desk("planner").get("/office/").text.partition("<tbody")[2]
    assert rows.index(number) < 400


def test_the_supervisor_sees_what_was_sent_back_twice(app: Flask, desk: Desk) -> None:
    (returned, *_) = inspections(app, "returned")
    with app.app_context():
        one = db.session.get_one(Inspection, returned)
        number, names = one.number, [member.inspector.user.username for member in one.members]
    assert "退回 2 次" not in desk("supervisor").get("/office/").text
    mend(pair(app, *names), returned)
    assert act(app, desk("archivist"), returned, "return", reason="还差").status_code == 302
    page = desk("supervisor").get("/office/").text
    assert "退回 2 次" in page.partition(number)[2].partition("</tr>")[0]


def test_a_recusal_that_is_wanted_reaches_the_supervisor_until_it_is_withdrawn(
    app: Flask, desk: Desk, phone: Phones
) -> None:
    one = phone("inspector1")
    row = one.row("assigned")
    one.arrive(row)
    one.write(row["id"], "recuse", asked="subject", wanted=False, reason="")
    one.sync(row["id"])
    assert "申请回避</span>" not in desk("supervisor").get("/office/").text
    wanted = one.write(row["id"], "recuse", asked="inspector", wanted=True, reason="负责人是我的姐夫")
    one.sync(row["id"])
    page = desk("supervisor").get("/office/").text
    assert "负责人是我的姐夫" in page and "申请回避</span>" in page
    one.write(row["id"], "withdraw", event=wanted["id"], reason="写错了检查")
    one.sync(row["id"])
    assert "负责人是我的姐夫" not in desk("supervisor").get("/office/").text


def test_a_phone_that_keeps_something_for_days_is_named_once(app: Flask, desk: Desk, phone: Phones) -> None:
    one = phone("inspector1")
    one.login("inspector2")
    with app.app_context():
        for enrolment in Enrolment.of_device(one.device):
            enrolment.report("1.0", 3, 2)
            enrolment.reported_at = now() - timedelta(days=2)
        db.session.commit()
    assert desk("supervisor").get("/office/").text.count("3 条、2 张照片") == 1
    assert "3 条、2 张照片" in desk("inspector1").get("/office/").text


def test_what_a_revoked_phone_sent_stands_at_each_who_may_judge_or_oversee(
    app: Flask, desk: Desk, phone: Phones
) -> None:
    one = phone("inspector1")
    with app.app_context():
        Quarantined.keep(one.device, one.user, [{"id": "x"}])
        db.session.commit()
    for who in ("admin", "supervisor", "archivist"):
        assert "/office/quarantine" in desk(who).get("/office/").text.partition("<main")[2], who
    for who in ("archivist.tj", "planner", "inspector1"):
        assert "/office/quarantine" not in desk(who).get("/office/").text.partition("<main")[2], who


def test_the_auditor_sees_who_read_which_archive(app: Flask, desk: Desk) -> None:
    (archived, *_) = inspections(app, "archived")
    auditor = desk("auditor")
    assert "没有人调阅档案" in auditor.get("/office/").text
    desk("supervisor").get(f"/office/inspections/{archived}")
    desk("supervisor").get(f"/api/v1/inspections/{archived}/archive")
    page = auditor.get("/office/").text
    assert numbers(page) == [1, 1, 0] and "查看</span>" in page and "下载</span>" in page


def test_an_inspector_at_the_desk_sees_the_own_inspections_and_the_way_to_the_phone(
    app: Flask, desk: Desk
) -> None:
    page = desk("inspector1").get("/office/").text
    with app.app_context():
        me = db.session.query(User).filter_by(username="inspector1").one()
        mine = {one.id for one in Inspection.of_people([me.id]) if one.state != "archived"}
    assert set(re.findall(r'href="/field/#/i/([0-9a-f-]+)"', page)) == mine
    assert 'href="/field/"' in page


def test_who_has_several_roles_has_one_page_with_a_part_for_each(app: Flask, desk: Desk) -> None:
    give_roles(app, "inspector1", "inspector", "planner", "archivist")
    page = desk("inspector1").get("/office/").text
    assert re.findall(r'class="waiting-for" id="(\w+)"', page) == [
        "archivist",
        "planner",
        "inspector",
        "clocks",
        "results",
    ], "the deadlines and the results stand after the roles unless one is late"
    assert desk("inspector1").get("/office/?show=all").status_code == 200


def test_nothing_of_another_bureau_is_on_a_first_page(app: Flask, desk: Desk) -> None:
    foreign = set()
    for state in ("assigned", "open", "sealed", "returned"):
        foreign |= set(inspections(app, state, "津"))
    for who in ("planner", "supervisor", "auditor", "archivist"):
        page = desk(who).get("/office/").text
        assert not [one for one in foreign if one in page]


def test_an_administrator_alone_opens_no_list(desk: Desk) -> None:
    assert desk("admin").get("/office/?show=all").status_code == 403


def test_an_empty_first_page_says_what_would_be_here(app: Flask, desk: Desk) -> None:
    with app.app_context():
        for one in db.session.query(Inspection):
            one.state, one.due = "archived", now().date() + timedelta(days=90)
        planner, supervisor = User.by_username("planner"), User.by_username("supervisor")
        assert planner and supervisor
        version = Plan.begin(planner, now().year).latest
        version.tasks = [{"id": "1", "name": "", "months": [], "times": 0}]
        version.state, version.approved_by, version.figures = "published", supervisor.id, {"by_task": {}}
        db.session.commit()
    assert "计划和抽取都办好了" in desk("planner").get("/office/").text
    assert "没有要督办的事" in desk("supervisor").get("/office/").text
    assert "没有分给您的检查" in desk("inspector1").get("/office/").text


def test_the_year_waits_for_the_planner_and_an_own_plan_for_the_supervisor(app: Flask, desk: Desk) -> None:
    planner, supervisor = desk("planner"), desk("supervisor")
    assert "还没有计划" in planner.get("/office/").text and "等批准" not in supervisor.get("/office/").text
    place = planner.post("/office/plans", data={"year": str(now().year)}).location
    assert "还没有任务" in planner.get("/office/").text
    task = {"name": "抽查", "items": ["PD1"], "methods": ["现场检查"], "months": ["1"], "bp": "5"}
    task |= {"by": "all", "times": "1", "size": "2"}
    assert planner.post(f"{place}/tasks/new", data=task).status_code == 302
    assert "请督导员批准" in planner.get("/office/").text and place in supervisor.get("/office/").text
    supervisor.post(f"{place}/approve", data={"document": "会议纪要"})
    assert "已批准，还没有公布" in planner.get("/office/").text
    planner.post(f"{place}/publish")
    assert "1 个任务到了时候" in planner.get("/office/").text


def test_CA_2_2a_TJ_8_the_next_years_plan_is_asked_for_before_it_is_due(app: Flask) -> None:
    with app.test_request_context("/"):
        planner = User.by_username("planner.tj")
        assert planner
        due = [
            [line["mark"] for line in for_planner(planner, day) if "2028" in line["name"]]
            for day in (date(2027, 9, 1), date(2027, 11, 30), date(2027, 12, 1))
        ]
    assert due == [[], ["warning"], ["late"]]
