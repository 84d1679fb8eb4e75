"""Objections, orders, what is handed on, and what it means for the subject: what is taken and what is not."""

from datetime import date
from typing import Any

import pytest

from webapp.field.rules import SUBJECT
from webapp.followup import consequences, handing, objections, orders
from webapp.followup.follow import CHECKS
from webapp.followup.steps import Steps, read

TODAY = date(2026, 11, 23)
ARCHIVIST, SUPERVISOR = "archivist", "supervisor"
OBJECTED = {
    "text": "台账当天已经补齐。", "name": "赵总", "phone": "", "way": "letter", "at": "2026-11-20",
}  # fmt: skip
RECHECKED = {
    "objection": "o", "way": "visit", "people": ["周敏", "吴刚"], "ids": ["u1", "u2"],
    "found": "台账齐全。", "at": "2026-11-22", "inspection": None,
}  # fmt: skip
RULED = {"objection": "o", "outcome": "upheld", "code": None, "sub": None, "reason": "事实清楚。"}
ORDERED = {
    "number": "平人社检责〔2026〕00014号", "deadline": "2026-12-08", "basis": "《就业促进法》",
    "demands": [{"question": "pd1/PD1-3a", "text": "公示收费标准"}],
}  # fmt: skip
PUNISHED = {
    "number": "平人社罚〔2026〕3号", "kind": "fine", "amount": "20000.00", "basis": "《条例》第四十三条", "facts": "押金",
    "unit": "执法支队", "at": "2026-11-20", "public": True, "until": None,
}  # fmt: skip
HANDED = {
    "to": "市公安局", "kind": "justice", "reason": "涉嫌犯罪", "package": "a" * 64, "version": 1, "receipt": "",
}  # fmt: skip
LISTED = {
    "list": "拖欠农民工工资失信联合惩戒对象名单", "flag": "dishonest", "basis": "办法第五条", "begins": "2026-11-23",
    "ends": "2029-11-22", "reason": "拖欠数额较大",
}  # fmt: skip


def event(name: str, kind: str, day: str = "2026-11-21", author: str = ARCHIVIST, /, **payload: Any) -> Any:
    time = f"{day}T10:00:00.000+08:00"
    return {"event": name, "author": author, "time": time, "type": kind, "payload": payload}


def yes(target: str, day: str = "2026-11-22", granted: bool = True) -> Any:
    return event(f"{target}-yes", "approve", day, SUPERVISOR, target=target, granted=granted, opinion="同意")


def fault(kind: str, payload: Any, *log: Any, author: str = ARCHIVIST, today: date = TODAY) -> str | None:
    return CHECKS[kind](payload, read(log), author, today)


DECIDED = [event("d", "decide", code="pending", sub=None, note="", objection=None), yes("d", "2026-11-21")]
OBJECTION = event("o", "object", "2026-11-21", **OBJECTED)
RECHECK = event("c", "recheck", "2026-11-22", **RECHECKED)
ORDER = event("r", "order", "2026-11-21", **ORDERED)
PENALTY = event("p", "penalty", "2026-11-21", **PUNISHED)
LISTING = event("l", "discipline", "2026-11-22", **LISTED)


@pytest.mark.parametrize(
    ("kind", "payload", "log"),
    [
        ("object", OBJECTED, []),
        ("recheck", RECHECKED, [OBJECTION]),
        ("rule", RULED, [*DECIDED, OBJECTION, RECHECK]),
        ("order", ORDERED, []),
        ("extend", {"order": "r", "deadline": "2026-12-20", "reason": "设备未到货"}, [ORDER]),
        ("proof", {"order": "r", "text": "已公示", "name": "赵总", "phone": "1"}, [ORDER]),
        ("rectify", {"order": "r", "outcome": "done", "at": "2026-11-23", "way": "papers", "reason": ""}, [ORDER]),
        ("reinspect", {"order": "r", "inspection": "i2", "number": "2"}, [ORDER]),
        ("copy", {"to": "市市场监管局", "kind": "department", "reason": "涉及登记事项"}, []),
        ("transfer", HANDED, []),
        ("reply", {"target": "p", "text": "已缴清", "at": "2026-11-22"}, [PENALTY]),
        ("penalty", PUNISHED, []),
        ("discipline", LISTED, []),
        ("lift", {"target": "l", "reason": "信用修复"}, [LISTING, yes("l")]),
    ],
)  # fmt: skip
def test_what_is_whole_is_taken(kind: str, payload: Any, log: Any) -> None:
    assert fault(kind, payload, *log) is None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"text": "  "}, "object_text"),
        ({"name": ""}, "object_name"),
        ({"way": "page"}, "object_way"),
        ({"way": "rumour"}, "object_way"),
        ({"at": "2026-11-24"}, "day_order"),
        ({"at": "2026-02-30"}, "day_order"),
    ],
)
def test_an_objection_says_who_objects_to_what_and_when_it_came(change: Any, code: str) -> None:
    """TJ-14c."""
    assert fault("object", OBJECTED | change) == code


def test_the_subject_objects_on_the_page_and_nobody_else_does() -> None:
    assert fault("object", OBJECTED | {"way": "page"}, author=SUBJECT) is None
    assert fault("object", OBJECTED, author=SUBJECT) == "object_way"


def test_nobody_fills_the_file_with_objections() -> None:
    log = [event(f"o{at}", "object", **OBJECTED) for at in range(objections.MOST)]
    assert fault("object", OBJECTED, *log) == "object_many"
    ended = [event("x", "rule", **RULED | {"objection": "o0", "outcome": "rejected"}), yes("x")]
    assert fault("object", OBJECTED, *log, *ended) is None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"objection": "none"}, "objection_closed"),
        ({"way": "guess"}, "recheck_way"),
        ({"people": ["周敏"]}, "recheck_people"),
        ({"people": ["周敏", "周敏"]}, "recheck_people"),
        ({"people": "周敏、吴刚"}, "recheck_people"),
        ({"found": ""}, "recheck_found"),
        ({"at": "2026-11-20"}, "day_order"),
    ],
)
def test_a_recheck_says_who_found_what_when(change: Any, code: str) -> None:
    """RZ-23, RZ-14: at the place two are needed, over papers one may do."""
    assert fault("recheck", RECHECKED | change, OBJECTION) == code
    assert fault("recheck", RECHECKED | {"way": "papers", "people": ["周敏"]}, OBJECTION) is None


def test_nobody_of_the_pair_judges_the_own_work() -> None:
    """RZ-23."""
    assert objections.of_the_pair(["u1", "u2"], ["u2", "u3"])
    assert not objections.of_the_pair(["u1", "u2"], ["u3", "u4"])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"objection": "none"}, "objection_closed"),
        ({"outcome": "maybe"}, "rule_outcome"),
        ({"reason": ""}, "reason_needed"),
        ({"outcome": "changed"}, "rule_code"),
        ({"outcome": "changed", "code": "pending"}, "rule_code"),
        ({"outcome": "changed", "code": "guilty"}, "rule_code"),
        ({"outcome": "changed", "code": "unreachable"}, "rule_code"),
        ({"outcome": "changed", "code": "corrected", "sub": "closed"}, "rule_code"),
        ({"outcome": "upheld", "code": "corrected"}, "rule_code"),
    ],
)
def test_a_ruling_says_what_becomes_of_the_result_and_why(change: Any, code: str) -> None:
    assert fault("rule", RULED | change, *DECIDED, OBJECTION, RECHECK) == code


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "changed", "code": "corrected"},
        {"outcome": "changed", "code": "unreachable", "sub": "moved"},
        {"outcome": "reversed"},
        {"outcome": "reversed", "code": "no_problem"},
    ],
)
def test_a_ruling_that_overturns_may_name_another_result(change: Any) -> None:
    assert fault("rule", RULED | change, *DECIDED, OBJECTION, RECHECK) is None
    assert fault("rule", RULED | change, OBJECTION, RECHECK) == "rule_result"


def test_only_what_is_not_taken_up_is_ruled_on_without_a_recheck() -> None:
    """RZ-23: 复查复核."""
    assert fault("rule", RULED, *DECIDED, OBJECTION) == "recheck_first"
    assert fault("rule", RULED | {"outcome": "rejected"}, *DECIDED, OBJECTION) is None


def test_an_objection_goes_from_new_to_answered_and_a_refused_ruling_is_made_again() -> None:
    ruling = event("x", "rule", "2026-11-22", **RULED)
    states = [
        objections.objections(read(log))[0].state
        for log in (
            [OBJECTION],
            [OBJECTION, RECHECK],
            [OBJECTION, RECHECK, ruling],
            [OBJECTION, RECHECK, ruling, yes("x", granted=False)],
            [OBJECTION, RECHECK, ruling, yes("x")],
        )
    ]
    assert states == ["new", "rechecked", "waiting", "rechecked", "ruled"]
    assert fault("recheck", RECHECKED, OBJECTION, RECHECK, ruling) == "objection_closed"
    assert fault("rule", RULED, *DECIDED, OBJECTION, RECHECK, ruling, yes("x")) == "objection_closed"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"number": " "}, "order_number"),
        ({"deadline": "2026-11-23"}, "order_deadline"),
        ({"deadline": "2030-01-01"}, "order_deadline"),
        ({"demands": []}, "order_demands"),
        ({"demands": [{"question": None, "text": ""}]}, "order_demands"),
        ({"demands": [{"question": 3, "text": "改"}]}, "order_demands"),
        ({"demands": ["改"]}, "order_demands"),
        ({"basis": ""}, "order_basis"),
    ],
)
def test_an_order_says_what_is_to_be_done_by_when_and_by_which_law(change: Any, code: str) -> None:
    """RZ-20: 责令改正."""
    assert fault("order", ORDERED | change) == code


def test_a_number_of_an_order_is_used_once_even_where_it_was_voided() -> None:
    voided = event("v", "void", target="r", reason="写错了")
    assert fault("order", ORDERED, ORDER, voided) == "order_number"
    assert orders.number("平人社检〔2026〕00014号", read([])) == "平人社检责〔2026〕00014号"
    assert orders.number("平人社检〔2026〕00014号", read([ORDER, voided])) == "平人社检责〔2026〕00014号之2"


def test_more_time_is_more_than_there_was() -> None:
    asked = {"order": "r", "deadline": "2026-12-20", "reason": "设备未到货"}
    more = event("e", "extend", **asked)
    assert fault("extend", asked, ORDER, more) == "extend_deadline"
    assert fault("extend", asked | {"reason": ""}, ORDER) == "reason_needed"
    assert orders.orders(read([ORDER, more]))[0].deadline == date(2026, 12, 20)
    assert fault("extend", asked | {"deadline": "2026-12-07"}, ORDER) == "extend_deadline"


def judged(outcome: str, day: str = "2026-11-23") -> Any:
    return event(
        "j",
        "rectify",
        day,
        order="r",
        outcome=outcome,
        at=day,
        way="papers",
        reason="缺一份",
        inspection=None,
    )


def test_an_order_is_open_late_proven_and_done() -> None:
    proof = event("q", "proof", "2026-11-22", SUBJECT, order="r", text="已公示", name="", phone="")
    standing = [
        orders.orders(read(log))[0].state(today)
        for log, today in (
            ([ORDER], TODAY),
            ([ORDER], date(2026, 12, 9)),
            ([ORDER, proof], TODAY),
            ([ORDER, proof, judged("partly")], TODAY),
            ([ORDER, proof, judged("partly")], date(2026, 12, 9)),
            ([ORDER, proof, judged("done")], date(2026, 12, 9)),
        )
    ]
    assert standing == ["open", "late", "proof", "partly", "late", "done"]
    assert orders.orders(read([ORDER, judged("done")]))[0].closed == date(2026, 11, 23)


def test_what_is_done_takes_no_more_proof_and_is_not_judged_again() -> None:
    log = [ORDER, judged("done")]
    assert fault("proof", {"order": "r", "text": "x", "name": "", "phone": ""}, *log) == "order_closed"
    assert fault("rectify", judged("done")["payload"], *log) == "order_closed"
    assert fault("extend", {"order": "r"}, *log) == "order_closed"
    assert fault("reinspect", {"order": "r", "inspection": "i", "number": "2"}, *log) == "order_closed"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"outcome": "nearly"}, "rectify_outcome"),
        ({"way": "phone"}, "rectify_way"),
        ({"at": "2026-11-20"}, "day_order"),
        ({"at": "2026-11-24"}, "day_order"),
        ({"outcome": "not_done", "reason": ""}, "reason_needed"),
    ],
)
def test_how_an_order_was_kept_is_judged_with_reason_and_day(change: Any, code: str) -> None:
    assert fault("rectify", judged("done")["payload"] | change, ORDER) == code


def test_one_visit_is_made_again_once_and_nobody_fills_an_order_with_proofs() -> None:
    again = event("a", "reinspect", order="r", inspection="i2", number="2")
    assert fault("reinspect", again["payload"], ORDER, again) == "wrong_state"
    proofs = [event(f"q{at}", "proof", order="r", text="x", name="", phone="") for at in range(orders.PROOFS)]
    asked = {"order": "r", "text": "x", "name": "", "phone": ""}
    assert fault("proof", asked, ORDER, *proofs) == "proof_many"
    assert fault("proof", asked, ORDER, *proofs, judged("partly")) is None


def test_an_order_demands_what_was_found() -> None:
    rows = [
        {"address": "pd1/PD1-3a", "label": "是否公示收费标准", "note": "未公示"},
        {"address": "pd1/PD1-3b", "label": "台账", "note": ""},
    ]
    assert [one["text"] for one in orders.demands(rows)] == ["是否公示收费标准：未公示", "台账"]


@pytest.mark.parametrize(
    ("kind", "change", "code"),
    [
        ("fine", {"amount": None}, "penalty_amount"),
        ("fine", {"amount": "0"}, "penalty_amount"),
        ("fine", {"amount": "两万元"}, "penalty_amount"),
        ("fine", {"amount": 20000}, "penalty_amount"),
        ("warning", {"amount": "1"}, "penalty_amount"),
        ("prison", {}, "penalty_kind"),
        ("fine", {"number": ""}, "penalty_number"),
        ("fine", {"facts": ""}, "penalty_facts"),
        ("fine", {"at": "2026-11-24"}, "day_order"),
        ("fine", {"until": "2026-11-20"}, "penalty_until"),
        ("fine", {"public": "yes"}, "penalty_until"),
    ],
)
def test_a_penalty_says_what_by_which_law_and_how_much(kind: str, change: Any, code: str) -> None:
    """TJ-13, PD-3.5."""
    assert fault("penalty", PUNISHED | {"kind": kind} | change) == code


def test_a_penalty_is_noted_once() -> None:
    assert fault("penalty", PUNISHED, PENALTY) == "penalty_number"
    assert fault("penalty", PUNISHED, PENALTY, event("v", "void", target="p", reason="重复")) is None


@pytest.mark.parametrize(
    ("kind", "change", "code"),
    [
        ("copy", {"to": ""}, "handed_to"),
        ("copy", {"kind": "justice"}, "handed_to"),
        ("copy", {"reason": ""}, "reason_needed"),
        ("transfer", {"kind": "superior"}, "handed_to"),
        ("transfer", {"package": "a"}, "transfer_package"),
        ("transfer", {"version": None}, "transfer_package"),
    ],
)
def test_what_is_handed_on_says_to_whom_why_and_with_which_archive(kind: str, change: Any, code: str) -> None:
    """RZ-21, CA-2.4b."""
    whole = {"copy": {"to": "市监局", "kind": "department", "reason": "登记"}}
    whole["transfer"] = whole["copy"] | {"package": "a" * 64, "version": 1, "receipt": ""}
    assert fault(kind, whole[kind] | change) == code


def test_a_reply_is_to_something_that_was_sent() -> None:
    said = {"target": "p", "text": "收到", "at": "2026-11-22"}
    assert fault("reply", said) == "reply_target"
    assert fault("reply", said | {"text": ""}, PENALTY) == "reply_text"
    assert fault("reply", said | {"at": "2026-11-20"}, PENALTY) == "day_order"
    assert fault("reply", said | {"target": "o"}, OBJECTION) == "reply_target"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"list": ""}, "discipline_list"),
        ({"flag": "penalties"}, "discipline_list"),
        ({"begins": "soon"}, "discipline_days"),
        ({"ends": "2026-11-23"}, "discipline_days"),
        ({"basis": ""}, "discipline_basis"),
        ({"reason": ""}, "discipline_basis"),
    ],
)
def test_an_entry_in_a_list_has_its_law_its_reason_and_its_days(change: Any, code: str) -> None:
    """RZ-22, PD-3.5."""
    assert fault("discipline", LISTED | change) == code


def test_nobody_is_put_twice_on_one_list_and_lifted_only_from_where_he_stands() -> None:
    lift = event("f", "lift", "2026-11-23", target="l", reason="信用修复")
    assert fault("discipline", LISTED, LISTING) == "discipline_twice"
    assert fault("discipline", LISTED, LISTING, yes("l", granted=False)) is None
    assert fault("discipline", LISTED, LISTING, yes("l"), lift) is None
    assert fault("lift", lift["payload"], LISTING) == "lift_target"
    assert fault("lift", lift["payload"], LISTING, yes("l"), lift) == "lift_target"
    assert fault("lift", {"target": "p", "reason": "期满"}, PENALTY) is None


def test_an_entry_comes_stands_and_ends_by_its_days() -> None:
    def state(today: date, *more: Any) -> str:
        return handing.listings(read([LISTING, *more]))[0].state(today)

    assert state(TODAY) == "waiting" and state(TODAY, yes("l", granted=False)) == "refused"
    days = (date(2026, 11, 22), TODAY, date(2029, 11, 22), date(2029, 11, 23))
    assert [state(day, yes("l")) for day in days] == ["coming", "standing", "standing", "ended"]
    assert state(TODAY, yes("l"), event("f", "lift", target="l", reason="修复")) == "lifted"


def held(*log: Any) -> list[tuple[str, bool]]:
    return [(one.what, one.holds(TODAY)) for one in consequences.burdens(read(log))]


def test_what_weighs_on_the_subject_is_what_counts() -> None:
    """RZ-12, TJ-13: not before it is approved, not once it is voided, lifted or over."""
    assert held(PENALTY, LISTING) == [("penalties", True)]
    assert held(PENALTY, LISTING, yes("l")) == [("penalties", True), ("dishonest", True)]
    assert held(PENALTY, event("v", "void", target="p", reason="撤销")) == []
    lift = event("f", "lift", "2026-11-23", target="l", reason="信用修复")
    assert held(LISTING, yes("l"), lift) == [("dishonest", False)]
    unmarked = event("l", "discipline", **LISTED | {"flag": None})
    assert held(unmarked, yes("l")) == []
    assert Steps().of("penalty") == []


def test_a_mark_that_was_there_before_is_not_taken_away() -> None:
    values = {"penalties": 2, "dishonest": True, "abnormal": False}
    assert consequences.laid(values, "penalties") == {"penalties": 3}
    assert consequences.laid(values, "dishonest") == {}
    assert consequences.laid(values, "abnormal") == {"abnormal": True}
    assert consequences.lifted(values, "penalties", 0) == {"penalties": 1}
    assert consequences.lifted(values, "dishonest", 1) == {}
    assert consequences.lifted(values, "dishonest", 0) == {"dishonest": False}
