"""Figures out of the database: each can be counted again by the list of cases behind it; who sees whom (PD-4.4)."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pypdfium2
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import event, select

from tests.conftest import both_databases
from tests.field.year import Year, task
from tests.followup.after import inspection_in, person, wrote
from webapp.accounts.models import Bureau
from webapp.db import db, today
from webapp.field.models import Inspection, Member
from webapp.followup.models import Timeline, Watch, dated
from webapp.oversight import figure_rules as rules
from webapp.oversight.figure_cases import FIGURES, Asked, cases, count
from webapp.oversight.figure_rules import Period
from webapp.oversight.figure_tables import Cell, Line, Overview, Table
from webapp.oversight.figure_xlsx import figures_xlsx
from webapp.oversight.figures import Board, Scope, below, count_base
from webapp.oversight.found import Found, FoundItem


def board(bureau: Bureau, period: Period | None = None, **only: str) -> Board:
    scope = Scope((bureau.id,), period or Period(today().year), **only)
    return Board(scope, {bureau.id: Watch(bureau, today())}, today())


def figures_of(made: Board, bureau: Bureau) -> dict[str, rules.Figure]:
    count_base(made, bureau)
    return {one.name: one for one in rules.figures(made.tallies[bureau.id], made.law(bureau.id))}


@both_databases
def test_CA_1_every_figure_is_as_many_as_the_cases_behind_it(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        year = Year(task("a"), task("b", by="risk"), cap=1)
        drawn = year.drawn("a") + year.drawn("b")
        ended = list(db.session.scalars(select(Found).where(Found.bureau_id == year.bureau.id)))
        ended[0].completed, ended[1].withheld = today(), True
        db.session.flush()
        made = board(year.bureau)
        found = figures_of(made, year.bureau)
        tally = made.tallies[year.bureau.id]
        for name in ("published", "risk", "followup", "done", "problems"):
            assert count(made, Asked(name)) == found[name].part, name
            assert count(made, Asked(name, 1)) == (found[name].whole or 0) - found[name].part, name
        assert (tally.by_draw, found["done"].whole) == (len(drawn), tally.inspections)
        seen = {one.inspection.subject_id for one in cases(made, Asked("coverage"), limit=1_000)}
        assert len(seen) == tally.subjects > 0
        assert sum(row["ended"] for row in made.split("district")) == tally.ended
        people = sum(one["ended"] + one["left"] for one in made.load)
        assert people == tally.seats and len(made.load) == tally.people


@both_databases
def test_RZ_17_RZ_19_on_time_and_late_are_counted_by_the_clock_of_each_and_listed(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        bureau = person("archivist").bureau
        row = db.session.scalars(
            select(Timeline).where(Timeline.bureau_id == bureau.id, Timeline.ended.is_not(None))
        ).first()
        assert row and row.ended
        row.ended, row.completed = row.ended - timedelta(days=60), today()
        dated.send(row, inspection=row.inspection, record=row.inspection.record())
        db.session.flush()
        made = board(bureau, Period(row.ended.year))
        clock = made.watches[bureau.id].clock("published", row.happened)
        assert clock.late and count(made, Asked(clock="published", standing="late")) == 1
        assert [one.inspection.id for one in cases(made, Asked(clock="published", standing="late"))] == [
            row.inspection_id
        ]
        for one in rules.STANDINGS:
            counted = sum(tally.standings["published", one] for tally in made.by("unit").values())
            assert counted == count(made, Asked(clock="published", standing=one))


@both_databases
def test_TJ_10c_a_subject_over_the_cap_is_found_with_its_visits(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        year = Year(task("a"), cap=1)
        first = year.drawn("a")[0]
        assert figures_of(board(year.bureau), year.bureau)["over_cap"].part == 0
        another = db.session.scalars(
            select(Inspection).where(
                Inspection.bureau_id == year.bureau.id,
                Inspection.subject_id != first.subject_id,
                Inspection.state == "assigned",
                Inspection.reason != "drawn",
            )
        ).first()
        assert another
        another.subject, another.reason = first.subject, "drawn"
        db.session.flush()
        made = board(year.bureau)
        assert figures_of(made, year.bureau)["over_cap"].part == 1
        assert {one.inspection.id for one in cases(made, Asked("over_cap"))} == {first.id, another.id}


@both_databases
def test_CA_1_an_order_is_open_until_it_is_obeyed(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        inspection = inspection_in("archived")
        decided = wrote(
            person("archivist"), inspection, "decide", code="corrected", sub=None, note="", objection=None
        )
        wrote(person("supervisor"), inspection, "approve", target=decided, granted=True, opinion="")
        row = db.session.get_one(Found, inspection.id)
        assert (row.result, row.problem, row.follow) == ("corrected", True, "open")
        made = board(inspection.bureau)
        assert inspection.id in {one.inspection.id for one in cases(made, Asked("followup", 1))}


def test_findings_are_counted_by_the_item_of_their_checklist(app: Flask) -> None:
    with app.app_context():
        for row in db.session.scalars(select(Found)):
            listed = db.session.scalars(select(FoundItem).where(FoundItem.inspection_id == row.inspection_id))
            assert sum(one.findings for one in listed) <= row.findings
        assert db.session.scalars(select(FoundItem)).first()


@both_databases
def test_a_unit_and_an_item_leave_only_their_own(app: Flask) -> None:
    with app.test_request_context():
        bureau = person("archivist").bureau
        whole = board(bureau)
        by_unit = whole.by("unit")
        for unit, tally in by_unit.items():
            if unit:
                assert board(bureau, unit=unit).tallies[bureau.id].ended == tally.ended
        item = next(one for one in whole.items[bureau.id] if one["visits"])
        made = board(bureau, item=item["code"])
        assert made.tallies[bureau.id].ended == item["visits"] == count(made, Asked("done"))
        assert count(made, Asked("item_found")) == item["found"]
        person_ = db.session.scalars(select(Member)).first()
        assert (
            person_
            and count(whole, Asked("done", by="person", of=person_.user_id)) <= whole.tallies[bureau.id].ended
        )


@both_databases
def test_cases_are_read_page_by_page_without_gap_or_repetition(app: Flask) -> None:
    with app.test_request_context():
        made = board(person("archivist").bureau)
        every = [one.inspection.id for one in cases(made, Asked("done"), limit=1_000)]
        seen, after = [], ""
        while page := cases(made, Asked("done"), after, limit=2)[:2]:
            seen += [one.inspection.id for one in page]
            after = page[-1].key
        assert seen == every and len(every) == count(made, Asked("done"))


def test_what_makes_no_sense_in_an_address_is_left_out() -> None:
    assert Asked.read({"figure": "'; drop", "side": "7", "by": "password", "of": "x"}) == Asked("done")
    assert Asked.read({"clock": "told", "standing": "late"}).query == {"clock": "told", "standing": "late"}
    assert {Asked.read({"figure": name}).figure for name in FIGURES} == set(FIGURES)


# ---- who sees whom


def test_PD_4_4_the_city_sees_the_county_and_never_sideways_or_up(app: Flask, desk: Any) -> None:
    with app.app_context():
        city, county = person("supervisor").bureau, person("supervisor.rz").bureau
        other = person("supervisor.tj").bureau
        assert [one.id for one in below(city)] == [county.id] and below(county) == []
        ids = {"city": city.id, "county": county.id, "other": other.id, "name": county.short_name}
    above, under = desk("supervisor"), desk("supervisor.rz")
    assert ids["name"] in above.get("/oversight/").text
    for place in ("/oversight/", "/oversight/cases"):
        assert above.get(f"{place}?bureau={ids['county']}").status_code == 200
        assert above.get(f"{place}?bureau={ids['other']}").status_code == 404
        assert under.get(f"{place}?bureau={ids['city']}").status_code == 404
        assert under.get(f"{place}?bureau={ids['other']}").status_code == 404
    assert desk("inspector1").get("/oversight/").status_code == 403


def test_the_page_says_its_numbers_without_javascript_and_what_each_means(app: Flask, desk: Any) -> None:
    page = desk("supervisor").get("/oversight/?lang=zh").text
    assert page.count("<details open>") == page.count('class="chart"') > 3
    assert page.count("怎么算") >= len(rules.NAMES) and "分母" in page
    assert desk("supervisor").get("/oversight/?when=2026-Q9&unit=无&item=ZZ").status_code == 200


def test_a_case_is_linked_where_one_may_read_it_and_only_there(app: Flask, desk: Any) -> None:
    with app.app_context():
        county = person("supervisor.rz").bureau_id
    own, theirs = (
        desk("supervisor").get(f"/oversight/cases?figure=done{more}").text
        for more in ("", f"&bureau={county}")
    )
    assert "/office/inspections/" in own and "/office/inspections/" not in theirs


def test_the_figures_are_taken_as_spreadsheet_and_on_paper_with_the_same_numbers(
    app: Flask, desk: Any
) -> None:
    with app.app_context():
        bureau = person("supervisor").bureau
        ended = board(bureau).tallies[bureau.id].ended
    taken = desk("supervisor").get("/oversight/figures.xlsx?lang=zh")
    book = CalamineWorkbook.from_filelike(io.BytesIO(taken.data))
    months = book.get_sheet_by_name(book.sheet_names[1]).to_python()
    assert months[3][2] == "已完成" and sum(row[2] for row in months[4:]) == ended
    assert all(row[6] for row in book.get_sheet_by_index(0).to_python()[4:])
    paper = desk("supervisor").get("/oversight/figures.pdf?lang=zh")
    assert paper.mimetype == "application/pdf" and paper.data.startswith(b"%PDF")
    with pypdfium2.PdfDocument(paper.data) as pdf:
        assert f"{ended} /" in pdf[0].get_textpage().get_text_range()


def test_names_in_a_spreadsheet_are_no_formulas_and_break_no_sheet() -> None:
    evil = "=HYPERLINK(1)[x]:*?/'"
    given = Overview("t", "b", "2026", today(), "", [Line(evil, evil, "", "", "", "", "")], [])
    table = Table("k", evil, [evil, "n"], [[Cell(evil), Cell("1", 1)]], "bar", series=((1, "accent"),))
    book = CalamineWorkbook.from_filelike(io.BytesIO(figures_xlsx(replace(given, tables=[table, table]))))
    assert len(book.sheet_names) == 3 and book.get_sheet_by_index(1).to_python()[4][0] == evil


@both_databases
def test_PD_4_4_many_bureaus_below_are_read_by_as_many_questions_as_one(app: Flask) -> None:
    with app.test_request_context():
        city = person("supervisor").bureau
        asked = []
        for more in (0, 8):
            for number in range(more):
                name = f"第{number}县人社局"
                db.session.add(
                    Bureau(
                        id=f"county-{number}", name=name, short_name=name, number_prefix=f"县{number}", region="410499",
                        districts=[], parent_id=city.id,
                    )
                )  # fmt: skip
            db.session.flush()
            asked.append(_asked(lambda: _all_below(city)))
        assert asked[0] == asked[1]


def _all_below(city: Bureau) -> None:
    found = below(city)
    board = Board(
        Scope(tuple(one.id for one in found), Period(today().year)), Watch.of(found, today()), today()
    )
    assert set(board.tallies) == {one.id for one in found}


def _asked(act: Any) -> int:
    said: list[str] = []
    listener = lambda _c, _k, statement, *_more: said.append(statement)  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listener)
    try:
        act()
    finally:
        event.remove(db.engine, "before_cursor_execute", listener)
    return len(said)
