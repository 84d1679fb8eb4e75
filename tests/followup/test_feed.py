"""A person's deadlines in a calendar program: whole, stable, secret, and without anybody's own numbers."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from tests.conftest import both_databases
from tests.followup.test_agenda import SEVEN, open_agenda, pages, spread
from tests.followup.test_views import bureau_of, ended, set_law
from tests.followup.test_years import FIXED, file, take
from webapp.accounts.models import AccountLog, User
from webapp.db import db, today
from webapp.followup.clocks import OPEN
from webapp.followup.feed import Entry, calendar, uid
from webapp.followup.models import CalendarFeed
from webapp.registry.subjects import Subject
from webapp.workdays import LAST_KNOWN

Desk = Callable[[str], FlaskClient]


def subscribe(browser: FlaskClient) -> str:
    page = browser.post("/clocks/calendar").text
    found = re.search(r'value="(http[^"]+/calendar/[^"]+)"', page)
    assert found
    return found[1].replace("&amp;", "&")


def read(client: FlaskClient, address: str) -> dict[str, Any]:
    """The events of a feed by their UID, read back by the library."""
    answer = client.get(address)
    assert answer.status_code == 200 and answer.mimetype == "text/calendar"
    return {str(event["uid"]): event for event in Calendar.from_ical(answer.data).events}


@both_databases
def test_every_open_clock_is_an_all_day_event_on_its_due_day(
    app: Flask, desk: Desk, client: FlaskClient
) -> None:
    set_law(app, **SEVEN)
    spread(app)
    found = read(client, subscribe(desk("archivist")))
    with app.app_context():
        lines = pages(open_agenda(), OPEN, 50)
        assert set(found) == {uid(line.inspection.id, line.clock.key) for line in lines}
        for line in lines:
            event = found[uid(line.inspection.id, line.clock.key)]
            assert event["dtstart"].dt == line.clock.due and type(event["dtstart"].dt) is date
            assert line.inspection.number in event["summary"] and line.inspection.id in event["url"]
            assert (event["status"] == "TENTATIVE") is line.clock.provisional
            assert event["transp"] == "TRANSPARENT" and "dtend" not in event
            assert event["last-modified"].dt == event["dtstamp"].dt


def test_an_inspectors_calendar_holds_the_own_pairs_only(app: Flask, desk: Desk, client: FlaskClient) -> None:
    spread(app)
    found = read(client, subscribe(desk("inspector1")))
    with app.app_context():
        mine = [
            line
            for line in pages(open_agenda(), OPEN, 50)
            if any(one.inspector.user.username == "inspector1" for one in line.inspection.members)
        ]
        assert mine and set(found) == {uid(line.inspection.id, line.clock.key) for line in mine}


@both_databases
def test_a_table_of_working_days_moves_an_event_and_raises_its_sequence(
    app: Flask, desk: Desk, client: FlaskClient
) -> None:
    inspection_id = ended(app, date(LAST_KNOWN, 12, 20))
    address = subscribe(desk("archivist"))
    name = uid(inspection_id, "published")
    before = read(client, address)[name]
    assert before["status"] == "TENTATIVE" and "暂估" in before["summary"] and "估算" in before["description"]
    assert take(desk("admin"), file(holidays=[*FIXED, f"{LAST_KNOWN + 1}-01-04"])).status_code == 302
    after = read(client, address)[name]
    assert after["status"] == "CONFIRMED" and "暂估" not in after["summary"]
    assert after["dtstart"].dt > before["dtstart"].dt
    assert after["sequence"] > before["sequence"]
    assert after["last-modified"].dt > before["last-modified"].dt


def test_nothing_new_is_not_sent_again(app: Flask, desk: Desk, client: FlaskClient) -> None:
    address = subscribe(desk("archivist"))
    first = client.get(address)
    tag = first.headers["ETag"]
    assert client.get(address).data == first.data
    again = client.get(address, headers={"If-None-Match": tag})
    assert again.status_code == 304 and not again.data
    ended(app, today() - timedelta(days=3))
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 200


@both_databases
def test_the_address_is_renewed_revoked_and_ends_with_the_account(
    app: Flask, desk: Desk, client: FlaskClient
) -> None:
    browser = desk("archivist")
    old = subscribe(browser)
    assert old.partition("?")[0] not in browser.get("/clocks/calendar").text, "it is shown once"
    new = subscribe(browser)
    assert client.get(old).status_code == 404 and client.get(new).status_code == 200
    with app.app_context():
        kept = db.session.query(CalendarFeed).one()
        assert kept.token_hash not in new, "the table gives no address away"
        assert len(re.search(r"/calendar/([\w-]+)\.ics", new)[1]) == 22  # type: ignore[index]
        acts = [line.act for line in AccountLog.of(kept.user)]
        assert acts[:2] == ["calendar_made", "calendar_made"]
        kept.user.active = False
        db.session.commit()
    assert client.get(new).status_code == 404
    with app.app_context():
        db.session.query(User).filter_by(username="archivist").one().active = True
        db.session.commit()
    assert client.get(new).status_code == 200
    desk("archivist").post("/clocks/calendar/revoke")
    assert client.get(new).status_code == 404
    assert client.get("/calendar/nobody.ics").status_code == 404


def test_who_has_nothing_to_act_on_has_no_calendar(desk: Desk) -> None:
    for who in ("admin", "planner", "auditor"):
        assert desk(who).get("/clocks/calendar").status_code == 403


def test_no_personal_number_and_no_natural_persons_name_goes_into_a_calendar(
    app: Flask, desk: Desk, client: FlaskClient
) -> None:
    """PD-A item 8: subjects may be natural persons."""
    with app.app_context():
        lines = pages(open_agenda(), OPEN, 50)
        person = lines[0].inspection.subject
        person.name, person.code = "钱七七", "410402199003070023"
        db.session.commit()
    data = client.get(subscribe(desk("archivist"))).data.decode()
    plain = data.replace("\r\n ", "")
    assert "钱七七" not in plain and "41040219900307" not in plain
    with app.app_context():
        subjects = db.session.query(Subject).all()
        assert not any(subject.phone and subject.phone in plain for subject in subjects)
        assert bureau_of("archivist").short_name in plain


@given(st.text(max_size=300), st.text(max_size=300))
@settings(deadline=None)
def test_whatever_the_words_are_they_come_back_from_the_calendar(summary: str, text: str) -> None:
    moment = datetime(2026, 11, 21, 8, tzinfo=UTC)
    entry = Entry("i", "told", date(2026, 12, 1), True, summary, text, "https://a.b/c#d", 3, moment)
    data = calendar("一档", [entry])
    (event,) = Calendar.from_ical(data).events
    plain = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
    assert plain.sub("", str(event["summary"])) == plain.sub("", summary.replace("\\n", "\n"))
    assert event["uid"] == uid("i", "told") and event["sequence"] == 3
    assert data.startswith(b"BEGIN:VCALENDAR\r\n") and data.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in data.split(b"\r\n")), "lines are folded (RFC 5545, 3.1)"


@pytest.mark.parametrize(("lang", "word"), [("zh", "录入并公示"), ("", "录入并公示")])
def test_the_language_is_that_of_the_address(
    app: Flask, desk: Desk, client: FlaskClient, lang: str, word: str
) -> None:
    """And not of the program that reads it."""
    spread(app)
    address = subscribe(desk("archivist")).partition("?")[0] + (f"?lang={lang}" if lang else "")
    data = client.get(address, headers={"Accept-Language": "en"}).data.decode()
    assert word in data.replace("\r\n ", "")
