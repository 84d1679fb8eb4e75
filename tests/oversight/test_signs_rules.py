"""Signs of going through the motions (CA-2.4c, CA-3.2): each seen where it is, none where all is as it should be."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.field.log import INSPECTION, LI, WANG, Log
from webapp.archive.wording import CHINA
from webapp.field.fold import fold
from webapp.oversight.signs_rules import (
    KINDS,
    LIMITS,
    Found,
    Match,
    Place,
    Stay,
    Visit,
    limits,
    look,
    metres,
    place,
    stays_of,
    visit_of,
)

ADDRESS = Place(33.7662, 113.1926)
HERE = {"latitude": "33.766300", "longitude": "113.192600", "accuracy": "12"}
THERE = {"latitude": "33.800000", "longitude": "113.192600", "accuracy": "12"}
ARRIVED = datetime(2026, 11, 21, 9, 30, tzinfo=CHINA)
OTHER = "01930000-0000-7000-8000-0000000000bb"


class Day(Log):
    """A log in which every event says its own second after the arrival."""

    def at(self, seconds: float, author: str, kind: str, **payload: Any) -> str:
        event = self.add(author, kind, **payload)
        self[-1]["time"] = (ARRIVED + timedelta(seconds=seconds)).isoformat(timespec="milliseconds")
        return event

    def arrives(self, position: Any = HERE, author: str = WANG, seconds: float = 0) -> "Day":
        self.at(seconds, author, "arrive", position=position)
        return self

    def answers(
        self,
        count: int,
        every: float = 30,
        first: float = 60,
        author: str = WANG,
        value: Any = None,
        form: str = "f",
    ) -> "Day":
        for number in range(count):
            said = value or ("pass", "fail", "na")[number % 3]
            payload = {
                "question": f"{form}/{author[-2:]}{number}",
                "value": said,
                "note": None,
                "replaces": [],
            }
            self.at(first + number * every, author, "answer", **payload)
        return self

    def photo(
        self, name: str, question: str | None = "f/1", position: Any = HERE, seconds: float = 90
    ) -> "Day":
        picture = {"sha256": name * 64, "size": 9, "mime": "image/jpeg", "width": 4, "height": 3}
        self.at(seconds, LI, "photo", question=question, position=position, **picture)
        return self

    @property
    def visit(self) -> Visit:
        return visit_of(INSPECTION, fold(self), self)


def seen(
    day: Day, address: Place | None = ADDRESS, changed: dict[str, int] | None = None, **more: Any
) -> list[Found]:
    return look(day.visit, LIMITS | (changed or {}), address, **more)


def kinds(found: list[Found]) -> list[str]:
    return [one.kind for one in found]


def usual() -> Day:
    """A visit as it should be."""
    return Day().arrives().answers(30).photo("a").photo("b", "f/2")


def test_a_visit_as_it_should_be_has_no_sign() -> None:
    assert seen(usual()) == []


def test_a_visit_far_from_the_address_is_seen_with_how_far() -> None:
    found = seen(Day().arrives(THERE).answers(30))
    assert kinds(found) == ["far"]
    assert found[0].evidence["nearest"] == metres(ADDRESS, Place(33.8, 113.1926)) == 3758
    assert found[0].evidence["spots"][0]["north"] == 3758


def test_one_photo_near_the_address_is_enough_to_have_been_there() -> None:
    assert seen(Day().arrives(THERE).answers(30).photo("a", position=HERE)) == []


def test_what_a_phone_may_be_off_counts_for_the_inspector() -> None:
    assert seen(Day().arrives(THERE | {"accuracy": "3000"}).answers(30)) == []


def test_without_an_address_or_a_place_nobody_was_far() -> None:
    assert seen(Day().arrives(THERE).answers(30), address=None) == []
    assert seen(Day().arrives(None).answers(30)) == []


def test_questions_answered_faster_than_they_can_be_read_are_seen() -> None:
    found = seen(Day().arrives().answers(30, every=7, first=5))
    assert kinds(found) == ["short"]
    assert found[0].evidence["seconds"] == 208 and found[0].evidence["answers"] == 30


def test_two_who_answer_side_by_side_have_twice_the_time() -> None:
    both = Day().arrives().answers(15, every=7, first=35).answers(15, every=7, first=35, author=LI, form="g")
    assert seen(both) == []


def test_answers_in_one_run_are_seen_for_who_entered_them() -> None:
    day = Day().arrives().answers(20, every=2, first=900)
    found = seen(day)
    assert kinds(found) == ["run"]
    assert found[0].evidence["author"] == WANG and found[0].evidence["answers"] == 20


def test_a_run_with_a_pause_in_it_is_two_short_ones() -> None:
    day = Day().arrives().answers(10, every=2, first=900).answers(10, every=2, first=1200, form="g")
    assert seen(day) == []


def test_the_same_answer_to_everything_is_seen_unless_somebody_wrote_a_word() -> None:
    day = Day().arrives().answers(30, value="pass")
    assert kinds(seen(day)) == ["same"]
    day.at(990, WANG, "answer", question="f/last", value="pass", note="已核对原件", replaces=[])
    assert seen(day) == []


def test_everything_entered_days_later_is_seen() -> None:
    day = Day().arrives().answers(30, first=3 * 86400)
    found = seen(day)
    assert kinds(found) == ["late"]
    assert found[0].evidence["late"] == 30 and found[0].evidence["seconds"] == 3 * 86400


def test_what_was_mended_later_was_not_entered_later() -> None:
    day = usual()
    for number in range(30):
        old = next(event for event in day if event["payload"].get("question") == f"f/a1{number}")
        day.at(
            9 * 86400,
            WANG,
            "answer",
            question=f"f/a1{number}",
            value="pass",
            note="补正",
            replaces=[old["id"]],
        )
    assert seen(day) == []


def test_photos_without_a_place_are_seen_from_the_third_on() -> None:
    day = Day().arrives().answers(30).photo("a", position=None).photo("b", "f/2", None)
    assert seen(day) == []
    found = seen(day.photo("c", "f/3", {"latitude": "x"}))
    assert kinds(found) == ["placeless"]
    assert found[0].evidence["without"] == 3 and found[0].evidence["arrivals"] == 1


def test_one_picture_for_two_questions_is_seen_but_not_one_that_was_attached() -> None:
    day = usual().photo("a", "f/9")
    assert kinds(seen(day)) == ["twice"]
    attached = usual()
    photo = next(event for event in attached if event["type"] == "photo")
    attached.at(200, LI, "attach", photo=photo["id"], question="f/9")
    assert seen(attached) == []


def test_a_photo_that_was_withdrawn_counts_for_nothing() -> None:
    day = usual().photo("a", "f/9")
    day.at(300, LI, "withdraw", event=day[-1]["id"], reason="拍错")
    assert seen(day) == []


def test_the_same_photo_in_two_inspections_is_one_sign_from_both_sides() -> None:
    mine = look(usual().visit, LIMITS, matches=[Match("a" * 64, OTHER, "b" * 64, 99)])
    there = visit_of(OTHER, fold(usual()), usual())
    other = look(there, LIMITS, matches=[Match("b" * 64, INSPECTION, "a" * 64, 99)])
    assert kinds(mine) == ["again"]
    assert mine[0].key == other[0].key and mine[0].evidence == other[0].evidence
    assert (mine[0].other, other[0].other) == (OTHER, INSPECTION)


def test_one_inspector_at_two_places_at_once_is_seen_with_the_minutes() -> None:
    stay = Stay(OTHER, WANG, ARRIVED + timedelta(minutes=5), ARRIVED + timedelta(hours=1))
    found = seen(usual(), stays=[stay, Stay(OTHER, LI, stay.begins, stay.ends)])
    assert kinds(found) == ["overlap"]
    assert found[0].evidence["author"] == WANG and found[0].evidence["minutes"] == 10


def test_who_writes_nothing_for_hours_has_left() -> None:
    day = Day().arrives().answers(5).answers(5, first=6 * 3600, form="g")
    assert [stay.ends for stay in stays_of(day.visit)] == [ARRIVED + timedelta(seconds=180)]


def test_a_bureau_turns_each_sign_off_with_nought() -> None:
    day = Day().arrives(THERE).answers(30, every=2.5, first=1, value="pass")
    day.photo("a", position=None).photo("a", "f/2", None).photo("a", "f/3", None)
    stays = [Stay(OTHER, WANG, ARRIVED, ARRIVED + timedelta(hours=1))]
    matches = [Match("a" * 64, OTHER, "b" * 64, 99)]
    given: dict[str, Any] = {"stays": stays, "matches": matches}
    found = seen(day, changed={"sign_overlap_minutes": 1}, **given)
    assert set(kinds(found)) == set(KINDS) - {"late"}
    assert seen(day, changed=dict.fromkeys(LIMITS, 0), **given) == []


def test_what_the_law_does_not_say_is_as_usual() -> None:
    assert limits({}) == LIMITS
    assert limits({"sign_far_metres": 300, "sign_late_hours": None})["sign_far_metres"] == 300
    assert limits({"sign_far_metres": 0})["sign_far_metres"] == 0


@pytest.mark.parametrize(
    "given", [(None, None), ("x", "1"), ("91", "1"), ("1", "181"), ("nan", "1"), ("inf", "1")]
)
def test_what_is_no_place_is_none(given: tuple[Any, Any]) -> None:
    assert place(*given) is None


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.text(max_size=5)
    | st.sampled_from(["nan", "9e999", "33.7"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["latitude", "longitude", "accuracy"]), inner)
    ),
    max_leaves=5,
)


@given(st.lists(st.tuples(st.sampled_from(["arrive", "photo", "note", "answer"]), anything), max_size=8))
def test_nothing_that_a_phone_writes_breaks_it(written: list[tuple[str, Any]]) -> None:
    day = Day()
    for kind, value in written:
        more = {"sha256": "a" * 64} if kind == "photo" else {"text": "x"} if kind == "note" else {}
        day.at(1, WANG, kind, position=value, question="f/1", value=value, note=value, **more)
        day[-1]["time"] = "9999-12-31T23:59:59Z" if value == "nan" else day[-1]["time"]
    found = look(day.visit, LIMITS | {"sign_photos_placeless": 1}, ADDRESS)
    assert all(one.kind in KINDS for one in found)
