"""The clocks at the desk: on an inspection's page, in their list, on the first page of whoever has to act."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.conftest import both_databases
from tests.handset import Handset
from webapp.accounts.models import Bureau, Law, User
from webapp.db import db, today
from webapp.field.models import Inspection
from webapp.followup.models import Timeline, Watch

Desk = Callable[[str], FlaskClient]


def text(page: str) -> str:
    """What a reader reads."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


def row(page: str, name: str) -> str:
    """One clock on an inspection's page, as words."""
    return text(page.partition(f'id="clock-{name}"')[2].partition("</tr>")[0].partition(">")[2])


def bureau_of(username: str) -> Bureau:
    return db.session.scalars(select(User).where(User.username == username)).one().bureau


def ended(app: Flask, when: date, told: date | None = None, bureau: str = "archivist") -> str:
    """An inspection of the bureau that ended on a day; its id."""
    with app.app_context():
        rows = select(Timeline).where(Timeline.bureau_id == bureau_of(bureau).id, Timeline.ended.is_not(None))
        found = db.session.scalars(rows.order_by(Timeline.inspection_id)).first()
        assert found
        found.ended, found.told, found.task_ends = when, told, None
        db.session.commit()
        return found.inspection_id


def set_law(app: Flask, **values: object) -> None:
    """What the bureau's document says from now on, and always said."""
    with app.app_context():
        law = Law.versions(bureau_of("archivist").id)[0]
        law.settings = law.settings | {
            name: {"value": value, "clause": "RZ-17", "note": None} for name, value in values.items()
        }
        db.session.commit()


@both_databases
def test_an_inspections_page_says_what_is_due_when_and_by_which_clause(app: Flask, desk: Desk) -> None:
    """PD-3.5, assigned by hand: it counts from its own end."""
    page = desk("archivist").get(f"/office/inspections/{ended(app, today())}").text
    with app.app_context():
        due = Watch(bureau_of("archivist"), today()).calendar.after(today(), 20)
    said = row(page, "published")
    assert "还有 20 个工作日" in said and due.day.isoformat() in said and "PD-3.5" in said
    assert ("暂估" in said) is due.provisional
    assert "文件没有规定期限" in row(page, "told")


def test_what_was_told_on_the_spot_is_done(app: Flask, desk: Desk) -> None:
    set_law(app, feedback_days=7, feedback_day_kind="working")
    inspection_id = ended(app, today(), told=today())
    assert row(desk("archivist").get(f"/office/inspections/{inspection_id}").text, "told").startswith(
        f"告知检查对象 已办 {today()}"
    )


def test_a_visit_that_was_called_off_has_no_clocks(app: Flask, desk: Desk) -> None:
    inspection_id = ended(app, today())
    with app.app_context():
        db.session.get_one(Inspection, inspection_id).state = "cancelled"
        db.session.commit()
    assert 'id="clocks"' not in desk("archivist").get(f"/office/inspections/{inspection_id}").text


@both_databases
def test_the_index_follows_the_log(app: Flask) -> None:
    """Every sealed inspection of the demo has its day, and those not begun have none."""
    with app.app_context():
        states = dict(db.session.execute(select(Inspection.id, Inspection.state)).all())
        found = {row.inspection_id: row for row in db.session.scalars(select(Timeline))}
        for inspection_id, state in states.items():
            over = state in ("sealed", "returned", "accepted", "archived")
            happened = found.get(inspection_id)
            assert bool(happened and happened.ended) is over, state
            before = happened and (happened.ended, happened.told)
            db.session.get_one(Inspection, inspection_id).renew_index()
            assert before == (happened and (happened.ended, happened.told))
        told = [row for row in found.values() if row.told]
        assert told and all(row.told == row.ended for row in told)


def test_the_clocks_of_an_inspection_are_on_the_pairs_phone(
    app: Flask, phone: Callable[[str], Handset]
) -> None:
    """RZ-4b, RZ-19: as many queries for many inspections as for one."""
    set_law(app, feedback_days=7, feedback_day_kind="working")
    rows = phone("inspector1").worklist()["inspections"]
    assert {clock["name"] for row in rows for clock in row["clocks"]} >= {
        "told",
        "published",
        "rectification",
    }
    with app.app_context():
        for row in rows:
            kept = db.session.get(Timeline, row["id"])
            known = {clock["name"]: clock for clock in row["clocks"]}
            ended = kept.ended if kept else None
            due = (
                Watch(bureau_of("archivist"), today()).calendar.after(ended, 7).day.isoformat()
                if ended
                else None
            )
            assert known["told"]["due"] == due and known["told"]["days"] == 7
            assert (known["told"]["done"] is not None) is bool(kept and kept.told)
