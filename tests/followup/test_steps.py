"""What became of each step after a visit, read out of its events."""

from datetime import date
from typing import Any

from webapp.followup.steps import Steps, day_of, read


def event(name: str, kind: str, author: str = "a", day: str = "2026-11-23", **payload: Any) -> dict[str, Any]:
    return {
        "event": name,
        "author": author,
        "time": f"{day}T10:00:00.000+08:00",
        "type": kind,
        "payload": payload,
    }


def decided(name: str, code: str, day: str = "2026-11-23") -> list[dict[str, Any]]:
    return [
        event(name, "decide", code=code, day=day),
        event(f"{name}-yes", "approve", "b", day, target=name, granted=True, opinion="同意"),
    ]


def test_a_result_counts_only_once_another_person_approved_it() -> None:
    """RZ-20."""
    proposed = event("d", "decide", code="corrected")
    assert read([proposed]).result is None
    own = event("x", "approve", "a", target="d", granted=True, opinion="")
    assert read([proposed, own]).result is None and read([proposed, own]).all[0].waits
    steps = read(decided("d", "corrected"))
    assert steps.result and steps.result.payload["code"] == "corrected"
    assert (steps.result.approved_by, steps.result.opinion) == ("b", "同意")


def test_what_was_refused_does_not_come_back_by_a_later_yes() -> None:
    no = event("n", "approve", "b", target="d", granted=False, opinion="依据不足")
    yes = event("y", "approve", "c", target="d", granted=True, opinion="")
    steps = read([event("d", "decide", code="pending"), no, yes])
    assert steps.result is None and steps.all[0].approval == "refused" and steps.all[0].opinion == "依据不足"


def test_a_later_approved_result_takes_the_place_of_the_earlier_one() -> None:
    steps = read([*decided("d", "pending"), *decided("e", "corrected", "2026-12-01")])
    assert steps.result and steps.result.event == "e"


def test_a_ruling_that_reverses_leaves_no_result_and_one_that_changes_leaves_its_own() -> None:
    """RZ-23, TJ-14c."""

    def ruled(outcome: str, code: str | None) -> Steps:
        ruling = event(
            "r", "rule", day="2026-12-01", objection="o", outcome=outcome, code=code, reason="查明"
        )
        yes = event("ry", "approve", "b", "2026-12-02", target="r", granted=True, opinion="")
        return read([*decided("d", "concealed"), ruling, yes])

    assert ruled("reversed", None).result is None
    changed = ruled("changed", "corrected").result
    assert changed and changed.payload["code"] == "corrected" and changed.settled == date(2026, 12, 2)
    for outcome in ("upheld", "rejected"):
        kept = ruled(outcome, None).result
        assert kept and kept.event == "d"


def test_what_was_voided_stays_and_does_not_count() -> None:
    steps = read([*decided("d", "pending"), event("v", "void", target="d", reason="录错")])
    assert steps.result is None and steps.of("decide") == []
    assert [step.voided for step in steps.all] == ["录错"]


def test_an_approval_of_nothing_and_a_day_that_no_calendar_has_break_nothing() -> None:
    steps = read(
        [event("x", "approve", target="nothing", granted=True), event("y", "void", target="z", reason="")]
    )
    assert steps == Steps()
    assert day_of("+999999-01-01T00:00:00Z") == day_of(None) == day_of("2026-02-30") == date(1970, 1, 1)
    assert day_of("2026-11-21T23:30:00Z") == date(2026, 11, 22)
