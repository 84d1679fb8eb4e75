"""Return visits (CA-2.4c, CA-3.2): drawn by the draw that anyone repeats, kept in the archive, made by nobody of a pair."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import both_databases
from tests.followup.after import inspection_in
from webapp.archive.after_sections import after_data
from webapp.db import CHINA, db, today
from webapp.demo.after_signs import load_signs
from webapp.draw.proof import against, check
from webapp.field.models import Inspection
from webapp.followup.steps import Steps
from webapp.oversight import returns_rules as rules
from webapp.oversight import returns_views
from webapp.oversight.returns import ReturnDraw, ReturnDue, ReturnVisit

Desk = Callable[[str], FlaskClient]
TODAY = date(2026, 11, 21)
ANSWERED = {
    "q1": "yes",
    "q2": "2",
    "q3": "40",
    "q4": "yes",
    "q5": "yes",
    "q6": "yes",
    "q7": "no",
    "q8": "没有",
}


def wish(**more: str) -> dict[str, str]:
    """What is typed to draw return visits."""
    when = datetime.now(CHINA) + timedelta(days=1)
    return {
        "first": (today() - timedelta(days=400)).isoformat(), "last": today().isoformat(), "total": "2", "weight": "1",
        "begins": today().isoformat(), "ends": (today() + timedelta(days=20)).isoformat(),
        "public": "双色球 2026135 期", "when": when.strftime("%Y-%m-%dT%H:%M"), "act": "freeze",
    } | more  # fmt: skip


def call(**more: str) -> dict[str, str]:
    """What is typed after a phone call."""
    return {"way": "phone", "at": today().isoformat(), "by": "严立衡", "note": "", **ANSWERED, **more}


def frozen(desk: FlaskClient, **more: str) -> str:
    answer = desk.post("/oversight/returns/new", data=wish(**more))
    assert answer.status_code == 302, answer.text
    return str(answer.location.rsplit("/", 1)[1])


def after_the_lottery(monkeypatch: pytest.MonkeyPatch) -> None:
    later = datetime.now(CHINA) + timedelta(days=2)
    monkeypatch.setattr(returns_views, "now", lambda: later)


@both_databases
def test_inspections_are_drawn_by_a_file_that_anyone_repeats(
    app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = desk("supervisor")
    name = frozen(office)
    early = office.post(f"/oversight/returns/draws/{name}/numbers", data={"numbers-0": "3 8 14 21 27 30 7"})
    assert early.status_code == 409 and "还没有到开奖时间" in early.text
    after_the_lottery(monkeypatch)
    assert (
        office.post(
            f"/oversight/returns/draws/{name}/numbers", data={"numbers-0": "3 8 14 21 27 30 7"}
        ).status_code
        == 302
    )
    announced, drawn = (
        office.get(f"/oversight/returns/draws/{name}/{number}.json").data for number in (1, 2)
    )
    assert check(announced) == [] and check(drawn) == [] and against(announced, drawn) == []
    with app.app_context():
        due = db.session.query(ReturnDue).all()
        assert len(due) == 2 and all(one.inspection.state in ("accepted", "archived") for one in due)
        numbers = [one.inspection.number for one in due]
    assert all(number in office.get("/oversight/returns/").text for number in numbers)
    again = office.post(f"/oversight/returns/draws/{name}/numbers", data={"numbers-0": "1 2"})
    assert again.status_code == 409


def test_who_was_drawn_before_is_not_drawn_again(
    app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = desk("supervisor")
    first = frozen(office, total="99")
    with app.app_context():
        pool = len(db.session.get_one(ReturnDraw, first).file["pool"])
    after_the_lottery(monkeypatch)
    office.post(f"/oversight/returns/draws/{first}/numbers", data={"numbers-0": "5"})
    monkeypatch.undo()
    nobody = office.post("/oversight/returns/new", data=wish())
    assert nobody.status_code == 422 and "没有可以抽取的对象" in nobody.text
    preview = office.post("/oversight/returns/new", data=wish(act="preview")).text
    assert f"<b>{pool}</b><span>次已经抽过或回访过" in preview


def test_one_about_which_a_question_is_open_can_count_more(app: Flask, desk: Desk) -> None:
    with app.app_context():
        load_signs(today())
    name = frozen(desk("supervisor"), weight="4")
    with app.app_context():
        file = db.session.get_one(ReturnDraw, name).file
        tickets = {line.split("\t")[0]: int(line.split("\t")[3]) for line in file["pool"]}
        signed = {
            one.number
            for one in db.session.query(Inspection).filter(Inspection.reason_text.contains("市局交办：用工"))
        }
        assert {tickets[number] for number in signed} == {4}
        assert {count for number, count in tickets.items() if number not in signed} == {1}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"total": "0"}, "数量至少 1"),
        ({"first": "昨天"}, "起止日期"),
        ({"weight": "99"}, "起止日期"),
        ({"when": "2020-01-01T00:00"}, "开奖时间已经过了"),
        ({"public": " "}, "公开号码的来源"),
    ],
)
def test_what_was_typed_wrong_is_said_and_nothing_is_lost(
    desk: Desk, more: dict[str, str], said: str
) -> None:
    answer = desk("supervisor").post("/oversight/returns/new", data=wish(**more))
    assert answer.status_code == 422 and said in answer.text
    assert "双色球" in answer.text or "public" in more


@both_databases
def test_a_phone_call_goes_into_the_log_and_into_part_16_of_the_archive(app: Flask, desk: Desk) -> None:
    with app.app_context():
        name = inspection_in("accepted").id
    office = desk("supervisor")
    assert office.post(f"/oversight/returns/{name}", data=call(q7="yes", q5="unknown")).status_code == 302
    with app.app_context():
        record = db.session.get_one(Inspection, name).record()
        (event,) = after_data(record)["16-return-visit.json"]
        assert event["payload"]["answers"] == {**ANSWERED, "q2": 2, "q3": 40, "q7": "yes", "q5": "unknown"}
        assert event["payload"]["questions"] == rules.USUAL
        kept = db.session.query(ReturnVisit).one()
        assert (kept.event, kept.concerns, kept.way) == (event["event"], 1, "phone")
    page = office.get(f"/office/inspections/{name}/after").text
    assert "1 处要看" in page and "索要或者收受财物" in page
    done = office.get("/oversight/returns/?show=done").text
    assert "1 处要看" in done
    target = {"target": event["event"], "reason": "记错了对象", "at": "returns"}
    assert desk("archivist").post(f"/office/inspections/{name}/after/void", data=target).status_code == 302
    with app.app_context():
        assert db.session.query(ReturnVisit).count() == 0


def test_nobody_returns_to_the_own_visit_and_no_answer_is_led_to(app: Flask, desk: Desk) -> None:
    with app.app_context():
        inspection = inspection_in("accepted")
        inspection.members[0].inspector.user.roles = ["inspector", "supervisor"]
        own, name = inspection.members[0].inspector.user.username, inspection.id
        sealed = inspection_in("sealed").id
        db.session.commit()
    assert desk(own).post(f"/oversight/returns/{name}", data=call()).status_code == 403
    assert desk("inspector3").get(f"/oversight/returns/{name}").status_code == 403
    assert desk("supervisor.tj").get(f"/oversight/returns/{name}").status_code == 404
    silent = desk("supervisor").post(f"/oversight/returns/{name}", data=call(q4="", q2="两"))
    assert silent.status_code == 422 and "请选一个" in silent.text and "请填整数" in silent.text
    ahead = desk("supervisor").post(f"/oversight/returns/{name}", data=call(at="2099-01-01"))
    assert ahead.status_code == 422 and "今天以后" in ahead.text
    assert desk("supervisor").post(f"/oversight/returns/{sealed}", data=call()).status_code == 409
    page = desk("archivist").get(f"/oversight/returns/{name}").text
    assert not re.search(r'name="q\d" value="[a-z]+" checked', page)


def test_a_bureau_asks_its_own_questions_and_what_was_asked_stays(app: Flask, desk: Desk) -> None:
    with app.app_context():
        name = inspection_in("accepted").id
    office = desk("supervisor")
    office.post(f"/oversight/returns/{name}", data=call())
    own = {
        "text-0": "  检查 以前 有没有通知  ",
        "kind-0": "yes_no",
        "good-0": "yes",
        "text-3": "几点到的",
        "kind-3": "text",
    }
    assert office.post("/oversight/returns/form", data=own).status_code == 302
    page = office.get(f"/oversight/returns/{name}").text
    assert "检查 以前 有没有通知" in page and "索要或者收受财物" not in page
    assert "索要或者收受财物" in office.get(f"/office/inspections/{name}/after").text
    assert office.post("/oversight/returns/form", data={"text-0": " "}).status_code == 422
    assert desk("archivist").post("/oversight/returns/form", data=own).status_code == 403


def test_due_return_visits_stand_on_the_first_page(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    office = desk("supervisor")
    assert "次检查要回访" not in office.get("/office/").text
    name = frozen(office)
    after_the_lottery(monkeypatch)
    office.post(f"/oversight/returns/draws/{name}/numbers", data={"numbers-0": "9 9"})
    assert "次检查要回访" in office.get("/office/").text


# ---- the rules


def fault(**more: Any) -> str | None:
    given = {"way": "visit", "at": "2026-11-20", "by": "严立衡"} | more
    return rules.return_fault(given, Steps(), "a", TODAY)


def test_a_return_visit_says_how_when_and_by_whom() -> None:
    assert fault() is None
    assert fault(way="post") == fault(by="  ") == fault(by=None) == "return_by"
    assert fault(at="昨天") == fault(at=None) == "day_wrong"
    assert fault(at="2026-11-22") == "return_ahead"


@pytest.mark.parametrize(
    "payload", [{}, {"questions": "x"}, {"questions": [1, {}]}, {"questions": rules.USUAL, "answers": 3}]
)
def test_what_a_log_holds_in_another_shape_says_nothing(payload: dict[str, Any]) -> None:
    assert rules.concerns(payload) == []


def test_only_an_answer_that_is_the_wrong_one_is_a_concern() -> None:
    given = {"questions": rules.USUAL, "answers": {"q1": "no", "q4": "unknown", "q7": "yes"}}
    assert [one["name"] for one in rules.concerns(given)] == ["q1", "q7"]
    assert rules.questions_of({})[1] == {"text-0": "none"}
