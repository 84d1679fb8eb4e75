"""The clocks of an inspection, by the laws of four bureaus and by the State Council's days (mission 4)."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.demo.world import bureaus
from webapp.followup.clocks import NAMES, OPEN, Clock, clock, clocks
from webapp.followup.happened import Happened, Order
from webapp.workdays import Calendar, Table

LAWS: dict[str, Any] = {bureau["key"]: bureau["law"] for bureau in bureaus()}
PLAIN = Calendar()
ENDED = date(2026, 9, 15)
YEAR = Table(
    2027,
    "通知",
    frozenset(date(2027, 1, day) for day in (1, 2, 3)) | {date(2027, 5, 1), date(2027, 10, 1)},
    frozenset({date(2027, 1, 9)}),
)


def day(text: str) -> date:
    return date.fromisoformat(text)


def one(name: str, law: str, today: date = ENDED, calendar: Calendar = PLAIN, **happened: Any) -> Clock:
    return clock(name, Happened(**({"ended": ENDED} | happened)), LAWS[law], calendar, today)


@pytest.mark.parametrize(
    ("law", "ended", "due"),
    [
        ("rz", "2026-09-15", "2026-10-19"),
        ("rz", "2026-11-30", "2026-12-28"),
        ("ca", "2026-09-15", "2026-10-19"),
    ],
)
def test_RZ_19_and_CA_2_4a_a_result_is_published_within_twenty_working_days_of_the_inspection(
    law: str, ended: str, due: str
) -> None:
    made = one("published", law, ended=day(ended))
    assert (made.began, made.start, made.due) == ("inspection_end", day(ended), day(due))
    assert (made.days, made.kind, made.provisional) == (20, "working", False)
    assert made.clause == {"rz": "RZ-19", "ca": "CA-2.4a"}[law]


def test_RZ_17_the_subject_is_told_within_seven_working_days() -> None:
    made = one("told", "rz")
    assert (made.due, made.state, made.left, made.clause) == (day("2026-09-23"), "running", 7, "RZ-17")


def test_RZ_17_who_was_told_on_the_spot_waits_for_nothing() -> None:
    made = one("told", "rz", today=day("2026-12-01"), told=ENDED)
    assert (made.state, made.done, made.late) == ("done", ENDED, False)
    late = one("told", "rz", today=day("2026-12-01"), told=day("2026-09-24"))
    assert late.state == "done" and late.late


def test_PD_3_5_the_twenty_days_begin_when_the_task_ends_not_the_visit() -> None:
    made = one("published", "pd", task_ends=day("2026-11-30"))
    assert (made.began, made.start, made.due) == ("task_end", day("2026-11-30"), day("2026-12-28"))
    by_hand = one("published", "pd")
    assert (by_hand.start, by_hand.due) == (ENDED, day("2026-10-19"))
    late = one("published", "pd", task_ends=day("2026-09-01"))
    assert late.start == ENDED, "what ended after its task begins with its own end"


def test_TJ_14c_what_is_published_stands_seven_calendar_days_before_the_subject_is_told() -> None:
    shown = {"published": day("2026-09-29")}
    made = one("publicity", "tj", **shown)
    assert (made.start, made.due, made.kind) == (day("2026-09-29"), day("2026-10-06"), "calendar")
    assert one("publicity", "tj", today=day("2026-10-06"), **shown).state == "today"
    over = one("publicity", "tj", today=day("2026-10-07"), **shown)
    assert (over.state, over.done) == ("done", day("2026-10-06")), "it runs out by itself and nobody is late"
    told = one("told", "tj", **shown)
    assert (told.began, told.start, told.due, told.state) == (
        "publicity_end",
        day("2026-10-06"),
        None,
        "not_asked",
    )


def test_TJ_14c_where_the_law_says_how_long_the_subject_is_told_after_the_publicity() -> None:
    law = LAWS["tj"] | {
        "feedback_days": {"value": 7, "clause": "x"},
        "feedback_day_kind": {"value": "calendar"},
    }
    made = clock("told", Happened(ENDED, published=day("2026-09-29")), law, PLAIN, ENDED)
    assert (made.start, made.due) == (day("2026-10-06"), day("2026-10-13"))


@pytest.mark.parametrize(
    ("law", "order"),
    [
        ("rz", ["told", "published", "objection", "rectification", "withdrawal"]),
        ("tj", ["published", "publicity", "told", "objection", "rectification", "withdrawal"]),
    ],
)
def test_the_clocks_stand_in_the_order_of_the_law_and_publicity_only_where_one_publishes_first(
    law: str, order: list[str]
) -> None:
    assert [made.name for made in clocks(Happened(), LAWS[law], PLAIN, ENDED)] == order


def test_what_the_document_does_not_say_is_not_asked() -> None:
    assert one("told", "ca").state == one("told", "pd").state == "not_asked"
    assert one("published", "tj").state == "not_asked"
    assert one("objection", "rz", told=ENDED).state == "not_asked"


def test_nothing_runs_before_the_visit_ended() -> None:
    states = {made.name: made.state for made in clocks(Happened(), LAWS["rz"], PLAIN, ENDED)}
    assert states == {
        "told": "not_started",
        "published": "not_started",
        "objection": "not_asked",
        "rectification": "not_started",
        "withdrawal": "not_started",
    }


def test_an_objection_runs_from_the_day_that_the_law_says_and_lapses() -> None:
    law = LAWS["rz"] | {
        "objection_days": {"value": 5},
        "objection_day_kind": {"value": "working"},
        "objection_start": {"value": "published"},
    }
    happened = Happened(ENDED, told=ENDED, published=day("2026-09-30"))
    assert clock("objection", happened, law, PLAIN, ENDED).due == day("2026-10-13")
    law["objection_start"] = {"value": "told"}
    assert clock("objection", happened, law, PLAIN, ENDED).due == day("2026-09-21"), "a make-up Sunday counts"
    assert clock("objection", happened, law, PLAIN, day("2026-09-22")).state == "done"


def test_each_order_to_rectify_is_due_on_the_day_that_it_names() -> None:
    orders = (
        Order("o1", "令1", ENDED, day("2026-10-15"), day("2026-10-01")),
        Order("o2", "令2", ENDED, day("2026-10-15")),
        Order("o3", "令3", day("2026-10-08"), day("2026-11-15")),
    )
    made = clocks(Happened(ENDED, orders=orders), LAWS["rz"], PLAIN, day("2026-10-16"))
    found = [(one.key, one.number, one.due, one.state) for one in made if one.name == "rectification"]
    assert found == [
        ("rectification-o1", "令1", day("2026-10-15"), "done"),
        ("rectification-o2", "令2", day("2026-10-15"), "overdue"),
        ("rectification-o3", "令3", day("2026-11-15"), "running"),
    ]
    assert [one.state for one in clocks(Happened(ENDED), LAWS["rz"], PLAIN, ENDED) if not one.order].count(
        "not_started"
    ) == 2, "without an order there is one line that has not begun"


def test_after_a_ruling_the_new_result_is_told_and_published_in_the_same_time_as_the_old_one() -> None:
    """RZ-17, RZ-19: what was told and published before was another result."""
    ruled = {"ruled": day("2026-11-30"), "told": None}
    assert one("told", "rz", **ruled).due == day("2026-12-09")
    published = one("published", "rz", **ruled)
    assert (published.began, published.start, published.due) == (
        "ruling",
        day("2026-11-30"),
        day("2026-12-28"),
    )


def test_RZ_19_what_is_published_but_not_entered_on_the_platform_is_not_done() -> None:
    half = one("published", "rz", today=day("2026-10-20"), published=day("2026-09-20"))
    assert half.half and half.state == "overdue"
    whole = one("published", "rz", published=day("2026-09-20"), completed=day("2026-09-22"))
    assert not whole.half and (whole.state, whole.done) == ("done", day("2026-09-22"))


def test_TJ_14c_what_must_not_be_published_waits_for_no_publicity() -> None:
    law = LAWS["tj"] | {"feedback_days": {"value": 5}, "feedback_day_kind": {"value": "working"}}
    made = clock("told", Happened(ENDED, withheld=day("2026-09-21")), law, PLAIN, ENDED)
    assert (made.start, made.due) == (day("2026-09-21"), day("2026-09-29")), "25 September is a day off"
    no_term = law | {"publicity_days": {"value": None}}
    assert clock("told", Happened(ENDED, published=day("2026-09-21")), no_term, PLAIN, ENDED).start == day(
        "2026-09-21"
    )


def test_an_objection_that_came_is_not_said_to_have_lapsed() -> None:
    law = LAWS["rz"] | {
        "objection_days": {"value": 60}, "objection_day_kind": {"value": "calendar"}, "objection_start": {"value": "told"},
    }  # fmt: skip
    made = clock("objection", Happened(ENDED, told=ENDED, objected=day("2026-09-20")), law, PLAIN, ENDED)
    assert (made.state, made.done, made.due) == ("done", day("2026-09-20"), day("2026-11-14"))


def test_a_reversed_decision_is_withdrawn_within_three_working_days() -> None:
    made = one("withdrawal", "rz", reversed=day("2026-09-30"))
    assert (made.due, made.kind) == (day("2026-10-10"), "working"), "10 October is a make-up Saturday"


@pytest.mark.parametrize(
    ("today", "state", "left"),
    [
        ("2026-09-15", "running", 7),
        ("2026-09-16", "week", 6),
        ("2026-09-22", "week", 1),
        ("2026-09-23", "today", 0),
        ("2026-09-24", "overdue", -1),
    ],
)
def test_a_clock_says_how_it_stands(today: str, state: str, left: int) -> None:
    made = one("told", "rz", today=day(today))
    assert (made.state, made.left) == (state, left)


def test_what_ran_out_on_friday_is_late_on_sunday_though_no_working_day_has_passed() -> None:
    made = one("published", "rz", today=day("2026-11-22"), ended=day("2026-10-23"))
    assert (made.due, made.state, made.left) == (day("2026-11-20"), "overdue", -2)


def test_a_deadline_beyond_the_last_known_year_is_provisional_and_moves_when_the_table_comes() -> None:
    guessed = one("published", "rz", ended=day("2026-12-10"))
    assert (guessed.provisional, guessed.year, guessed.due) == (True, 2027, day("2027-01-07"))
    known = one("published", "rz", ended=day("2026-12-10"), calendar=Calendar([YEAR]))
    assert (known.provisional, known.due) == (False, day("2027-01-08")), "1 January is off"


# ---- properties

DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
CALENDARS = st.sampled_from([PLAIN, Calendar([YEAR])])


def law_of(days: int, kind: str) -> dict[str, Any]:
    return {"publication_days": {"value": days}, "publication_day_kind": {"value": kind}}


@settings(deadline=None)
@given(DAYS, st.integers(1, 90), st.sampled_from(["working", "calendar"]), CALENDARS)
def test_nothing_is_due_before_it_began_and_more_days_are_never_due_earlier(
    ended: date, days: int, kind: str, calendar: Calendar
) -> None:
    happened = Happened(ended)
    made = clock("published", happened, law_of(days, kind), calendar, ended)
    longer = clock("published", happened, law_of(days + 1, kind), calendar, ended)
    later = clock("published", Happened(ended + timedelta(days=1)), law_of(days, kind), calendar, ended)
    assert made.due and longer.due and later.due
    assert ended < made.due < longer.due and made.due <= later.due
    assert made.left == days


@settings(deadline=None)
@given(DAYS, st.integers(1, 90), st.sampled_from(["working", "calendar"]), CALENDARS)
def test_a_deadline_is_provisional_exactly_where_working_days_reach_into_an_unknown_year(
    ended: date, days: int, kind: str, calendar: Calendar
) -> None:
    made = clock("published", Happened(ended), law_of(days, kind), calendar, ended)
    assert made.due
    unknown = [year for year in range(ended.year, made.due.year + 1) if not calendar.known(year)]
    assert made.provisional is (kind == "working" and bool(unknown))
    assert made.year is None or made.year == unknown[0]


@settings(deadline=None)
@given(DAYS, st.sampled_from(NAMES), st.sampled_from(sorted(LAWS)), DAYS)
def test_every_clock_has_one_state_that_fits_its_due_day(
    ended: date, name: str, law: str, today: date
) -> None:
    happened = Happened(ended, published=ended, reversed=ended)
    order = Order("o", "1", ended, ended) if name == "rectification" else None
    made = clock(name, happened, LAWS[law], PLAIN, today, order=order)
    if made.state in OPEN:
        assert made.due and (made.due < today) is (made.state == "overdue")
    if made.state == "not_asked":
        assert made.days is None and made.due is None
