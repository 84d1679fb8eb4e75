"""What is known of a subject's past changes its tickets and how often it may be visited, by the bureau's law."""

from datetime import date
from typing import Any

import pytest
from flask import Flask

from tests.conftest import both_databases
from tests.field.test_hall import NUMBERS, Desk, frozen, later, published, said
from tests.field.test_hall_names import law
from webapp.accounts.models import User
from webapp.db import db, now
from webapp.draw.layout import DrawFile, read
from webapp.draw.names import DrawSubject
from webapp.draw.proof import check
from webapp.field.models import Inspection
from webapp.registry.subjects import Subject


def agencies() -> list[Subject]:
    """The subjects of the task that are still there."""
    author = User.by_username("planner")
    assert author
    found = db.session.query(Subject).filter_by(bureau_id=author.bureau_id).order_by(Subject.id)
    return [one for one in found if "人力资源服务机构" in one.kinds and one.state not in Subject.GONE]


def spotless(app: Flask, *marks: dict[str, Any]) -> list[str]:
    """Nothing is held against anybody, but `marks` against the first ones; their ids."""
    with app.app_context():
        blank = {
            "complaints": 0, "penalties": 0, "abnormal": False, "dishonest": False, "labour_grade": "B",
        }  # fmt: skip
        found = agencies()
        for place, one in enumerate(found):
            for name, value in (blank | (marks[place] if place < len(marks) else {})).items():
                setattr(one, name, value)
        db.session.commit()
        return [one.id for one in found]


def tickets(app: Flask, file: DrawFile) -> dict[str, int]:
    """The tickets in a pool, by the subject's id in the library."""
    with app.app_context():
        rows = DrawSubject.of(file["id"], [line.split("\t")[0] for line in file["pool"]])
        return {rows[line.split("\t")[0]].subject_id: int(line.split("\t")[3]) for line in file["pool"]}


@both_databases
def test_RZ_12_TJ_12_PD_3_2_complaints_lists_penalties_and_grade_C_give_more_tickets(
    app: Flask, desk: Desk
) -> None:
    law(app, tickets=2, tickets_complaints=2, tickets_abnormal=3, tickets_dishonest=4, tickets_penalties=5)
    law(app, tickets_grade_c=6, tickets_clean=1, tickets_grade_a=1)
    marks = [
        {"complaints": 1}, {"abnormal": True}, {"dishonest": True}, {"penalties": 2}, {"labour_grade": "C"},
        {"labour_grade": "A"},
    ]  # fmt: skip
    ids = spotless(app, *marks)
    planner, task = desk("planner"), published(desk)
    page = planner.post("/office/draws/new", data=task | said()).text
    assert "一般对象 2 签" in page and "经营异常 +3" in page and "上年无处罚无问题 -1" in page
    data = planner.get(f"/public/draws/{frozen(planner, task)}.json").data
    held = tickets(app, read(data))
    assert check(data) == []
    # Nobody has less than one ticket: of those without a mark two less one, of grade A not less still.
    assert [held[key] for key in ids[:7]] == [3, 5, 6, 7, 7, 1, 1]


def test_TJ_13_what_the_bureau_found_last_year_gives_more_tickets_this_year(app: Flask, desk: Desk) -> None:
    law(app, tickets=1, tickets_found=4)
    ids = spotless(app)
    with app.app_context():
        last, author = now().year - 1, User.by_username("planner")
        assert author
        rows = db.session.query(Inspection).filter_by(bureau_id=author.bureau_id).limit(3).all()
        made = (("accepted", "corrected"), ("archived", "no_problem"), ("sealed", "corrected"))
        for row, subject, (state, result) in zip(rows, ids, made, strict=False):
            row.subject_id, row.state, row.result, row.due = subject, state, result, date(last, 6, 30)
        db.session.commit()
    planner = desk("planner")
    held = tickets(app, read(planner.get(f"/public/draws/{frozen(planner, published(desk))}.json").data))
    assert [held[key] for key in ids[:4]] == [5, 1, 1, 1], (
        "accepted with a finding; nothing found; not accepted yet"
    )


def test_a_record_keeps_its_result_beside_the_log_so_that_next_year_can_read_it(app: Flask) -> None:
    with app.app_context():
        rows = db.session.query(Inspection).filter(Inspection.state.in_(("accepted", "archived"))).all()
        assert rows
        for row in rows:
            assert row.result == row.record()["content"]["result"][-1]["code"]


def test_Guangxi_without_a_penalty_last_year_at_most_one_check_this_year_but_for_complaints(
    app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    law(app, clean_cap=1, cap_lifted_by_complaint=True)
    ids = spotless(app, {"penalties": 1}, {"complaints": 1})
    planner, task = desk("planner"), published(desk, bp="100", times="2")
    first = frozen(planner, task)
    with monkeypatch.context() as patch:
        later(patch)
        assert planner.post(f"/office/draws/{first}/numbers", data=NUMBERS).status_code == 302
    second = read(planner.get(f"/public/draws/{frozen(planner, task)}.json").data)
    assert set(tickets(app, second)) == set(ids[:2]), "who was fined, and of whom somebody complained"
    assert (
        second["rules"]["eligible"]["clean_cap"] == 1 and second["rules"]["left_out"]["cap"] == len(ids) - 2
    )


def test_a_plan_shows_what_the_past_does_to_chances(app: Flask, desk: Desk) -> None:
    law(app, tickets_complaints=4)
    spotless(app, {"complaints": 1})
    planner = desk("planner")
    published(desk)
    plan = planner.get("/office/plans").text.partition("/office/plans/")[2].partition('"')[0]
    page = planner.get(f"/office/plans/{plan}").text.partition('id="shares"')[2]
    assert "投诉" in page and "没有这些情形" in page
