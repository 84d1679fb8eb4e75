"""Working days by the State Council's notices (mission 4)."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.workdays import BadTable, Calendar, Due, read_table

PLAIN = Calendar()


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-09-15", 20, "2026-10-19"),
        ("2026-09-15", 7, "2026-09-23"),
        ("2026-11-30", 20, "2026-12-28"),
    ],
)
def test_RZ_19_and_RZ_17_the_golden_cases_across_a_make_up_sunday_and_the_national_day(
    start: str, days: int, end: str
) -> None:
    assert PLAIN.after(date.fromisoformat(start), days) == Due(date.fromisoformat(end), provisional=False)


@pytest.mark.parametrize(("year", "days"), [(2024, 251), (2025, 248), (2026, 248)])
def test_so_many_working_days_has_a_year(year: int, days: int) -> None:
    assert PLAIN.workdays_in(year) == days


def test_one_works_on_a_make_up_day_and_not_on_a_holiday_within_the_week() -> None:
    assert date(2026, 9, 20).weekday() == 6 and PLAIN.is_workday(date(2026, 9, 20))
    assert date(2026, 10, 1).weekday() == 3 and not PLAIN.is_workday(date(2026, 10, 1))


def test_TJ_14c_seven_days_are_calendar_days_where_the_bureau_says_so() -> None:
    assert PLAIN.after(date(2026, 9, 29), 7, working=False) == Due(date(2026, 10, 6), provisional=False)
    assert PLAIN.after(date(2026, 12, 30), 7, working=False) == Due(date(2027, 1, 6), provisional=False)


def test_a_deadline_that_reaches_into_a_year_without_a_notice_is_provisional() -> None:
    """Counted by weekdays only: 31 December is the 1st, then Friday 1 January counts as one, as long as nobody knows."""
    assert PLAIN.after(date(2026, 12, 30), 2) == Due(date(2027, 1, 1), provisional=True)
    assert PLAIN.after(date(2026, 12, 30), 1) == Due(date(2026, 12, 31), provisional=False)
    assert PLAIN.after(date(2031, 5, 1), 1).provisional


def table(**more: Any) -> dict[str, Any]:
    return {
        "year": 2027,
        "source": "国务院办公厅关于2027年部分节假日安排的通知",
        "holidays": ["2027-01-01", "2027-01-02", "2027-01-03", "2027-05-01", "2027-10-01"],
        "workdays": ["2026-12-26", "2027-01-09"],
    } | more


def load(**more: Any) -> Calendar:
    return Calendar([read_table(json.dumps(table(**more)).encode())])


def test_it_is_computed_again_when_the_years_table_is_loaded() -> None:
    loaded = load()
    assert loaded.after(date(2026, 12, 30), 2) == Due(date(2027, 1, 4), provisional=False)
    assert loaded.is_workday(date(2027, 1, 9))
    assert loaded.known(2027) and not loaded.known(2028)


def test_a_notice_may_also_speak_of_the_december_before() -> None:
    assert not PLAIN.is_workday(date(2026, 12, 26))
    assert load().is_workday(date(2026, 12, 26))


def test_a_loaded_table_stands_before_what_the_library_says() -> None:
    other = load(year=2026, holidays=["2026-01-01", "2026-05-01", "2026-10-01"], workdays=[])
    assert other.is_workday(date(2026, 10, 2)) and not PLAIN.is_workday(date(2026, 10, 2))
    assert not other.is_workday(date(2026, 9, 20)) and PLAIN.is_workday(date(2026, 9, 20))


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"year": "2027"}, "year"),
        ({"year": True}, "year"),
        ({"source": " "}, "shape"),
        ({"holidays": "2027-01-01"}, "shape"),
        ({"extra": 1}, "shape"),
        ({"workdays": ["2027-1-9"]}, "date"),
        ({"workdays": ["2027-02-30"]}, "date"),
        ({"workdays": ["20270109"]}, "date"),
        ({"workdays": ["2028-01-08"]}, "date"),
        ({"workdays": ["2026-11-28"]}, "date"),
        ({"workdays": [20270109]}, "date"),
        ({"workdays": ["2027-01-09", "2027-01-09"]}, "twice"),
        ({"workdays": ["2027-01-02"]}, "both"),
        ({"workdays": ["2027-01-04"]}, "weekend"),
        ({"holidays": ["2027-01-01", "2027-05-01"]}, "fixed"),
        ({"holidays": []}, "fixed"),
    ],
)
def test_a_wrong_table_is_refused_with_the_reason(more: dict[str, Any], code: str) -> None:
    with pytest.raises(BadTable) as refused:
        load(**more)
    assert refused.value.code == code


@pytest.mark.parametrize("data", [b"", b"\xff", b"[]", b"{", b"[" * 100_000])
def test_what_is_no_table_at_all_is_refused(data: bytes) -> None:
    with pytest.raises(BadTable):
        read_table(data)


@settings(deadline=None)
@given(start=st.dates(date(2004, 1, 1), date(2034, 12, 31)), days=st.integers(1, 60))
def test_a_period_ends_on_a_working_day_with_exactly_so_many_in_it(start: date, days: int) -> None:
    due = PLAIN.after(start, days)
    assert PLAIN.is_workday(due.day)
    assert PLAIN.between(start, due.day) == days
    assert PLAIN.between(due.day, start) == -days
    assert due.provisional is (due.day.year > 2026)


@pytest.mark.parametrize("days", [-1, 3661])
def test_a_period_is_neither_negative_nor_endless(days: int) -> None:
    with pytest.raises(ValueError, match=str(days)):
        PLAIN.after(date(2026, 1, 1), days)


def test_no_days_end_where_they_began() -> None:
    assert PLAIN.after(date(2027, 1, 1), 0) == Due(date(2027, 1, 1), provisional=False)


def test_before_the_first_notice_nothing_is_certain() -> None:
    assert PLAIN.after(date(2003, 12, 30), 1).provisional
    assert PLAIN.is_workday(date(2003, 12, 30)) and date(2003, 12, 30) + timedelta(1) == date(2003, 12, 31)
