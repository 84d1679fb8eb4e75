"""The list of clocks says exactly what the inspections' own pages say, page by page, however many there are."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from tests.conftest import both_databases
from tests.followup.test_views import bureau_of, ended, set_law, text
from webapp.db import db, today
from webapp.field.models import Inspection, Member
from webapp.followup import agenda as listing
from webapp.followup.agenda import KINDS, TABS, Agenda
from webapp.followup.clocks import OPEN
from webapp.followup.models import OrderDays, Timeline, Watch
from webapp.registry.models import Inspector

Desk = Callable[[str], FlaskClient]
SEVEN = {"feedback_days": 7, "feedback_day_kind": "working"}


def spread(app: Flask) -> None:
    """Every inspection of the bureau ended on another day of the last weeks, some of one task; half were told."""
    with app.app_context():
        rows = select(Timeline).where(Timeline.bureau_id == bureau_of("archivist").id)
        for place, row in enumerate(db.session.scalars(rows.order_by(Timeline.inspection_id))):
            row.ended = today() - timedelta(days=place // 2 * 9)
            row.task_ends = today() - timedelta(days=10) if place % 3 == 0 else None
            row.told = row.ended if place % 2 else None
            row.published = row.ended if place % 4 == 1 else None
            row.completed = row.published if place % 8 == 1 else None
            row.reversed = today() - timedelta(days=place // 2) if place % 4 == 1 else None
            row.withdrawn = today() if place % 8 == 5 else None
            for number in range(place % 3):
                db.session.add(order(row, number, None if place % 2 else today()))
        db.session.commit()


def order(row: Timeline, place: int, rectified: date | None) -> OrderDays:
    """An order to rectify that the inspection of the row got."""
    return OrderDays(
        event=f"{row.inspection_id[:-2]}-{place}", inspection_id=row.inspection_id, bureau_id=row.bureau_id, place=place,
        number=f"令{place}", ordered=today(), rectify_by=today() + timedelta(days=place * 3), rectified=rectified,
    )  # fmt: skip


def said_by_each(agenda: Agenda) -> set[tuple[str, str, str, str, Any]]:
    rows = db.session.scalars(select(Timeline).where(Timeline.bureau_id == agenda.bureau_id))
    return {
        (row.inspection_id, clock.name, clock.number, clock.state, clock.due)
        for row in rows
        for clock in agenda.watch.clocks(row.happened)
        if clock.state in OPEN
    }


def open_agenda(**more: str) -> Agenda:
    bureau = bureau_of("archivist")
    return Agenda(Watch(bureau, today()), bureau.id, **more)


def pages(agenda: Agenda, tabs: tuple[str, ...], limit: int) -> list[listing.Line]:
    found: list[listing.Line] = []
    after = ""
    while True:
        lines = agenda.lines(tabs, after, limit)
        found += lines[:limit]
        if len(lines) <= limit:
            return found
        after = lines[limit - 1].after


@both_databases
@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_page_by_page_the_list_holds_each_open_clock_once_by_due_day(app: Flask, limit: int) -> None:
    set_law(app, **SEVEN)
    spread(app)
    with app.app_context():
        agenda = open_agenda()
        lines = pages(agenda, OPEN, limit)
        assert [line.clock.due for line in lines] == sorted(
            line.clock.due for line in lines if line.clock.due
        )
        told = [
            (line.inspection.id, line.clock.name, line.clock.number, line.clock.state, line.clock.due)
            for line in lines
        ]
        assert len(told) == len(set(told)) and set(told) == said_by_each(agenda)
        assert {state for _id, _name, _number, state, _due in told} >= {"overdue", "running"}
        assert {name for _id, name, _number, _state, _due in told} == set(KINDS)
        for tab in OPEN:
            assert agenda.counts[tab] == len(pages(agenda, (tab,), limit)), tab
        done = pages(agenda, ("done",), limit)
        assert (
            agenda.counts["done"] == len({(line.inspection.id, line.clock.key) for line in done}) == len(done)
        )
        assert all(line.clock.state == "done" for line in done)
        assert {line.clock.name for line in done} == set(KINDS)
        days = [line.clock.done for line in done if line.clock.done]
        assert days == sorted(days, reverse=True) and len(days) == len(done)


@both_databases
def test_the_list_is_filtered_by_clock_by_unit_and_by_person(app: Flask) -> None:
    set_law(app, **SEVEN)
    spread(app)
    with app.app_context():
        every = pages(open_agenda(), OPEN, 50)
        told = pages(open_agenda(name="told"), OPEN, 50)
        assert told and {line.clock.name for line in told} == {"told"} and len(told) < len(every)
        member = db.session.scalars(select(Member)).first()
        assert member
        mine = pages(open_agenda(person=member.user_id), OPEN, 50)
        assert [line for line in every if member.user_id in line.inspection.pair] == mine
        unit = db.session.get_one(Inspector, member.user_id).unit
        of_unit = pages(open_agenda(unit=unit), OPEN, 50)
        assert of_unit and all(
            unit in [one.inspector.unit for one in line.inspection.members] for line in of_unit
        )
        assert not pages(open_agenda(unit="没有这个单位"), OPEN, 50)


@pytest.mark.parametrize("after", ["x", "2026-01-01|told|x|", "|" * 40, "a|b|c|d|e|f", "2026-99-99|1"])
@pytest.mark.parametrize("show", TABS)
def test_an_address_that_was_changed_by_hand_is_an_ordinary_page(desk: Desk, after: str, show: str) -> None:
    assert desk("archivist").get(f"/clocks?show={show}&after={after}").status_code == 200


def test_the_page_asks_as_often_for_few_lines_as_for_many(app: Flask, desk: Desk) -> None:
    """Of 3 or of all the demo's inspections."""
    set_law(app, **SEVEN)
    spread(app)
    browser = desk("archivist")
    browser.get("/clocks")
    counts = []
    for limit in (2, 50):
        asked: list[str] = []
        with app.app_context():
            hook = lambda *given, asked=asked: asked.append(given[2])  # noqa: E731
            event.listen(db.engine, "before_cursor_execute", hook)
            lines = open_agenda().lines(OPEN, "", limit)
            assert all(line.inspection.members for line in lines)
            event.remove(db.engine, "before_cursor_execute", hook)
        counts.append(len(asked))
    assert counts[1] <= counts[0] + 8, "subjects, pairs and forms come in one statement each"


def test_the_office_sees_the_bureau_and_an_inspector_the_own_pairs(app: Flask, desk: Desk) -> None:
    spread(app)
    office = text(desk("archivist").get("/clocks?show=running").text)
    own = text(desk("inspector1").get("/clocks?show=running").text)
    with app.app_context():
        for line in pages(open_agenda(), ("running",), 50):
            assert line.inspection.number in office
            mine = any(one.inspector.user.username == "inspector1" for one in line.inspection.members)
            assert (line.inspection.number in own) is mine
        other = db.session.scalars(
            select(Inspection).where(Inspection.bureau_id != bureau_of("archivist").id)
        )
        assert all(one.number not in office for one in other)
    assert desk("admin").get("/clocks").status_code == 403


def test_what_is_late_stands_on_the_first_page_of_who_has_to_act(app: Flask, desk: Desk) -> None:
    """RZ-4b: the pair, and the office."""
    late = ended(app, date(2026, 1, 5))
    with app.app_context():
        inspection = db.session.get_one(Inspection, late)
        number, names = inspection.number, [one.inspector.user.username for one in inspection.members]
    for who in ("supervisor", *names):
        page = desk(who).get("/office/").text
        part = page.partition('id="clocks"')[2].partition("</section>")[0]
        assert number in part and "录入并公示" in part and "逾期" in part, who
        assert page.index('id="clocks"') < page.index(
            'class="waiting-for" id="', page.index('id="clocks"') + 20
        )
    assert "已逾期 1" in text(desk("archivist").get("/office/").text.partition('id="clocks-line"')[2])
    assert 'id="clocks"' not in desk("admin").get("/office/").text
