"""What the log says of telling, publishing, orders and rulings, and whose turn it is (RZ-17 against TJ-14c)."""

from datetime import date, timedelta
from typing import Any

import pytest

from webapp.demo.world import bureaus
from webapp.followup.happened import Happened, Order, read
from webapp.followup.turn import NOW, Turn, may_publish, may_tell, shown_long_enough
from webapp.workdays import Calendar

LAWS: dict[str, Any] = {bureau["key"]: bureau["law"] for bureau in bureaus()}
PLAIN = Calendar()
ENDED = date(2026, 9, 15)


def day(text: str) -> date:
    return date.fromisoformat(text)


def event(kind: str, name: str, time: str, **payload: Any) -> dict[str, Any]:
    return {"id": name, "type": kind, "time": time, "payload": payload}


def record(
    seal: str | None, told: bool = False, state: str = "sealed", code: str = "corrected", after: Any = ()
) -> Any:
    result = [{"code": code, "told": told, "time": "2026-09-15T10:00:00+08:00"}]
    sealed = {"event": seal} if seal else None
    return {"seal": sealed, "content": {"result": result}, "state": state, "after": list(after)}


SEALED = event("seal", "s1", "2026-09-15T23:30:00.000+08:00")


def at(when: str, kind: str, name: str, author: str = "archivist", /, **payload: Any) -> dict[str, Any]:
    """An event after the visit."""
    return {
        "event": name,
        "author": author,
        "time": f"{when}T10:00:00.000+08:00",
        "type": kind,
        "payload": payload,
    }


def yes(when: str, target: str) -> dict[str, Any]:
    return at(when, "approve", f"{target}-yes", "supervisor", target=target, granted=True, opinion="同意")


def decided(when: str = "2026-09-16", code: str = "corrected", name: str = "d") -> list[dict[str, Any]]:
    return [at(when, "decide", name, code=code), yes(when, name)]


def told(when: str, about: str = "d", name: str = "n", **more: Any) -> list[dict[str, Any]]:
    notice = at(when, "notice", name, kind="result", number="告1", about=about)
    return [
        notice,
        at(when, "serve", f"{name}-served", notice=name, way="post", at=more.pop("at", when), **more),
    ]


def shown(when: str, name: str = "p") -> dict[str, Any]:
    return at(when, "publish", name, document={}, document_hash="h")


def entered(when: str) -> dict[str, Any]:
    return at(when, "enter", f"e{when}", platform="河南", receipt="1", at=when)


def overturned(when: str, code: str | None, granted: str | None = None) -> list[dict[str, Any]]:
    outcome = "changed" if code else "reversed"
    ruling = at(when, "rule", "r", objection="o", outcome=outcome, code=code, reason="查明")
    return [at(when, "object", "o", "subject", text="不服", at=when), ruling, yes(granted or when, "r")]


def happened(*after: Any, law: str = "rz", on_the_spot: bool = False) -> Happened:
    """What the log says, its events given one by one or in lists."""
    events = [one for given in after for one in (given if isinstance(given, list) else [given])]
    said = record("s1", on_the_spot, "accepted", after=events)
    return read([(SEALED, ENDED)], said, ENDED, lambda _day: LAWS[law])


# ---- the end of a visit


def test_an_inspection_ends_on_the_day_of_its_first_seal_in_china() -> None:
    got, law = day("2026-09-18"), lambda _day: LAWS["rz"]
    said = read([(SEALED, got)], record("s1", told=True), day("2026-09-01"), law)
    assert said == Happened(ended=ENDED, told=ENDED)
    again = event("seal", "s2", "2026-09-28T09:00:00+08:00")
    log = [
        (SEALED, got),
        (event("reopen", "r", "x", seal="s1", reason="补"), got),
        (again, day("2026-09-28")),
    ]
    assert read(log, record("s2"), day("2026-09-01"), law).ended == ENDED, (
        "being sent back gives no more time"
    )


def test_a_seal_that_never_held_ends_nothing_and_neither_does_a_visit_that_was_called_off() -> None:
    for said in (record(None, state="open"), record("s1", state="cancelled")):
        assert read([(SEALED, ENDED)], said, ENDED, lambda _day: LAWS["rz"]) == Happened()


@pytest.mark.parametrize(
    ("time", "ended"),
    [
        ("2031-01-01T00:00:00+08:00", "2026-09-18"),
        ("2019-01-01T00:00:00+08:00", "2026-09-01"),
        ("2026-99-99T00:00:00+08:00", "2026-09-18"),
        ("0001-01-01T00:00:00+14:00", "2026-09-18"),
    ],
)
def test_a_phone_whose_clock_is_wrong_neither_wins_nor_loses_time(time: str, ended: str) -> None:
    log = [(event("seal", "s1", time), day("2026-09-18"))]
    assert read(log, record("s1"), day("2026-09-01"), lambda _day: LAWS["rz"]).ended == day(ended)


# ---- telling


def test_RZ_17_the_pair_tells_on_the_spot_what_the_office_then_confirms() -> None:
    assert happened(decided(), on_the_spot=True).told == ENDED
    other = happened(decided(code="pending"), on_the_spot=True)
    assert other.decided == day("2026-09-16") and other.told is None, "that is another result than was told"


@pytest.mark.parametrize("way", ["phone", "hand", "post", "left", "electronic"])
def test_RZ_17_every_way_of_service_tells_on_the_day_that_it_reached_the_subject(way: str) -> None:
    served = told("2026-09-20", at="2026-09-18")
    served[1]["payload"]["way"] = way
    assert happened(decided(), served).told == day("2026-09-18")
    assert happened(decided(), told("2026-09-20", at="2026-09-25")).told == day("2026-09-20"), (
        "nothing is told ahead"
    )


def test_a_subject_that_signs_for_the_notice_on_its_own_page_was_told() -> None:
    signed = at("2026-09-21", "receive", "got", "subject", notice="n", name="赵总")
    assert happened(decided(), told("2026-09-20")[:1], signed).told == day("2026-09-21")


def test_a_notice_of_another_result_or_of_an_order_tells_nothing_and_a_voided_service_neither() -> None:
    assert happened(decided(), told("2026-09-20", about="order")).told is None
    again = [*decided(), *told("2026-09-20"), *decided("2026-09-22", "pending", "d2")]
    assert happened(again).told is None, "the result in force is not the one that was told"
    void = at("2026-09-21", "void", "v", target="n-served", reason="记错了")
    assert happened(decided(), told("2026-09-20"), void).told is None


def test_TJ_14c_where_one_publishes_first_what_was_said_on_the_spot_is_not_the_feedback() -> None:
    assert happened(decided(), law="tj", on_the_spot=True).told is None
    assert happened(decided(), shown("2026-09-17"), told("2026-09-28"), law="tj").told == day("2026-09-28")


# ---- publishing


def test_RZ_19_published_is_done_once_it_is_entered_on_the_platform_too() -> None:
    half = happened(decided(), shown("2026-09-24"))
    assert (half.published, half.completed) == (day("2026-09-24"), None)
    whole = happened(decided(), shown("2026-09-24"), entered("2026-09-28"))
    assert whole.completed == day("2026-09-28")
    assert happened(entered("2026-09-20"), shown("2026-09-24")).completed == day("2026-09-24")
    assert happened(decided(), shown("2026-09-24"), law="pd").completed == day("2026-09-24"), (
        "no platform is named"
    )


def test_PD_3_5_what_is_lawfully_not_published_is_done_with_once_another_person_agreed() -> None:
    asked = at("2026-09-20", "withhold", "w", kind="secret", clause="PD-3.5", reason="涉密")
    assert happened(decided(), asked, law="pd").completed is None
    kept = happened(decided(), asked, yes("2026-09-22", "w"), law="pd")
    assert kept.completed == kept.withheld == day("2026-09-22") and kept.published is None


def test_what_was_taken_down_is_not_published_and_what_was_corrected_still_is() -> None:
    down = at("2026-09-26", "take_down", "t", publication="p", reason="页面有误")
    assert happened(decided(), shown("2026-09-24"), down).published is None
    assert happened(decided(), shown("2026-09-24"), down, shown("2026-09-27", "p2")).published == day(
        "2026-09-27"
    )
    better = at("2026-09-26", "correct", "c", publication="p", document={}, document_hash="h", reason="错字")
    assert happened(decided(), shown("2026-09-24"), better).published == day("2026-09-24")


# ---- objection and ruling


def test_a_ruling_that_reverses_begins_everything_anew_and_what_is_public_has_to_be_taken_back() -> None:
    before = [*decided(), *told("2026-09-18"), shown("2026-09-20"), entered("2026-09-20")]
    said = happened(before, overturned("2026-10-12", None, granted="2026-10-13"))
    assert happened(before, overturned("2026-10-12", None)[:1]).objected == day("2026-10-12")
    assert (said.ruled, said.decided, said.objected) == (day("2026-10-13"), None, None)
    assert (said.told, said.published, said.completed) == (None, None, None)
    assert (said.reversed, said.withdrawn) == (day("2026-10-13"), None)
    down = at("2026-10-14", "take_down", "t", publication="p", reason="撤销", rule="r")
    assert happened(before, overturned("2026-10-12", None), down).withdrawn == day("2026-10-14")


def test_a_changed_result_is_told_and_published_anew() -> None:
    before = [*decided(), *told("2026-09-18"), shown("2026-09-20")]
    ruled = overturned("2026-10-12", "no_problem")
    better = at("2026-10-13", "correct", "c", publication="p", document={}, document_hash="h", reason="变更")
    said = happened(before, ruled, better, told("2026-10-14", about="r", name="n2"))
    assert (said.decided, said.told) == (day("2026-10-12"), day("2026-10-14"))
    assert (said.published, said.withdrawn) == (day("2026-10-13"), day("2026-10-13"))


def test_an_objection_that_is_rejected_or_a_ruling_that_nobody_approved_changes_nothing() -> None:
    before = [*decided(), *told("2026-09-18"), shown("2026-09-20")]
    ruling = overturned("2026-10-12", None)
    waiting = happened(before, ruling[:2])
    assert waiting.reversed is None and waiting.published == day("2026-09-20")
    ruling[1]["payload"]["outcome"] = "upheld"
    assert happened(before, ruling).ruled is None


def test_where_nothing_was_public_a_reversal_has_nothing_to_take_back() -> None:
    assert happened(decided(), overturned("2026-10-12", None)).reversed is None


# ---- orders


def ordered(name: str, when: str, deadline: str) -> dict[str, Any]:
    return at(when, "order", name, number=f"令{name}", deadline=deadline, demands=[])


def judged(order: str, when: str, outcome: str) -> dict[str, Any]:
    return at(when, "rectify", f"{order}-{when}", order=order, outcome=outcome, at=when)


def test_each_order_has_its_own_days_and_an_extension_moves_one_of_them() -> None:
    longer = at("2026-10-01", "extend", "x", order="o1", deadline="2026-10-30", reason="设备在途")
    said = happened(
        ordered("o1", "2026-09-16", "2026-10-09"), ordered("o2", "2026-09-17", "2026-10-10"), longer,
        judged("o2", "2026-10-08", "done"),
    )  # fmt: skip
    assert said.orders == (
        Order("o1", "令o1", day("2026-09-16"), day("2026-10-30")),
        Order("o2", "令o2", day("2026-09-17"), day("2026-10-10"), day("2026-10-08")),
    )


def test_an_order_that_was_not_obeyed_is_open_until_something_follows_from_it() -> None:
    given = [ordered("o1", "2026-09-16", "2026-10-09"), judged("o1", "2026-10-10", "not_done")]
    assert happened(given).orders[0].rectified is None
    fine = at("2026-10-20", "penalty", "f", number="罚1", kind="fine", at="2026-10-20")
    assert happened(given, fine).orders[0].rectified == day("2026-10-20")
    earlier = at("2026-10-01", "penalty", "f", number="罚1", kind="fine", at="2026-10-01")
    assert happened(given[0], earlier, given[1]).orders[0].rectified is None, "that was not for this"


# ---- whose turn it is


def tell(law: str, today: str, *after: Any, on_the_spot: bool = False) -> Turn:
    return may_tell(happened(*after, law=law, on_the_spot=on_the_spot), LAWS[law], PLAIN, day(today))


def publish(law: str, *after: Any, on_the_spot: bool = False) -> Turn:
    return may_publish(happened(*after, law=law, on_the_spot=on_the_spot), LAWS[law])


@pytest.mark.parametrize("law", ["rz", "ca", "pd", "tj"])
def test_nothing_is_told_or_published_before_another_person_approved_the_result(law: str) -> None:
    assert tell(law, "2026-09-20", decided()[:1]) == Turn(False, "undecided")
    assert publish(law, decided()[:1]) == Turn(False, "undecided")


@pytest.mark.parametrize("law", ["rz", "ca", "pd"])
def test_RZ_17_the_subject_is_told_first_and_then_it_is_published(law: str) -> None:
    assert tell(law, "2026-09-16", decided()) == NOW
    assert publish(law, decided()) == Turn(False, "untold")
    assert publish(law, decided(), told("2026-09-18")) == NOW
    assert publish(law, decided(), on_the_spot=True) == NOW


def test_TJ_14c_it_is_published_first_and_told_when_seven_days_are_over() -> None:
    assert publish("tj", decided()) == NOW
    assert tell("tj", "2026-09-20", decided()) == Turn(False, "unpublished")
    early = tell("tj", "2026-10-06", decided(), shown("2026-09-29"))
    assert early == Turn(False, "publicity", day("2026-10-07"))
    assert tell("tj", "2026-10-07", decided(), shown("2026-09-29")) == NOW


@pytest.mark.parametrize("law", ["rz", "tj"])
def test_PD_3_5_what_must_not_be_published_is_told_at_once(law: str) -> None:
    kept = [*decided(), at("2026-09-20", "withhold", "w", clause="x", reason="涉密"), yes("2026-09-20", "w")]
    assert publish(law, kept) == Turn(False, "withheld")
    assert tell(law, "2026-09-20", kept) == NOW


@pytest.mark.parametrize("law", ["rz", "tj"])
def test_after_a_ruling_the_new_result_takes_the_same_way(law: str) -> None:
    before = [*decided(), shown("2026-09-17"), *told("2026-09-28")]
    changed = [*before, *overturned("2026-10-12", "no_problem")]
    assert bool(publish(law, changed)) is (law == "tj")
    assert bool(tell(law, "2026-10-12", changed)) is (law == "rz")
    again = told("2026-10-14", about="r", name="n2")
    assert publish(law, changed, again) == NOW
    reversed_ = [*before, *overturned("2026-10-12", None)]
    assert publish(law, reversed_) == tell(law, "2026-10-12", reversed_) == Turn(False, "undecided")


@pytest.mark.parametrize("kind", ["calendar", "working"])
@pytest.mark.parametrize("today", ["2026-10-06", "2026-10-07", "2026-10-10"])
def test_what_may_be_told_today_was_published_on_that_day_or_before(kind: str, today: str) -> None:
    law = LAWS["tj"] | {"publicity_day_kind": {"value": kind}}
    last = shown_long_enough(law, PLAIN, day(today))
    said = {offset: last + timedelta(days=offset) for offset in (0, 1)}
    told = {
        offset: bool(may_tell(Happened(ENDED, decided=ENDED, published=shown), law, PLAIN, day(today)))
        for offset, shown in said.items()
    }
    assert told == {0: True, 1: False}
    assert shown_long_enough(law | {"publicity_days": {"value": None}}, PLAIN, day(today)) == day(today)
