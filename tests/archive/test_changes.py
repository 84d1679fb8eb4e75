"""What changed since the office sent a record back: every difference is named, and nothing else."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.archive import build
from tests.archive.build import ASSIGNMENT, FORMS, LI, NAMES, WANG, Log, picture
from tests.field.test_fold import logs
from webapp.archive.changes import ALL_AT_ONCE, ONE_BY_ONE, changes, worded
from webapp.archive.document import document
from webapp.archive.rules import sent_back
from webapp.archive.wording import Wording
from webapp.canonical import canonical
from webapp.field.fold import fold

Json = dict[str, Any]


def returned() -> Log:
    """Sealed, sent back, reopened."""
    log = build.sealed()
    log.decide("return", reason="请补拍许可证")
    log.add("reopen", {"seal": log.record["seal"]["event"], "reason": "补正"}, LI)
    return log


def told(log: Log, lang: str = "zh") -> list[Json]:
    before, now = sent_back(log.events), log.record
    assert before is not None
    documents = (
        document(record, FORMS, ASSIGNMENT, lang, NAMES, events=log.events) for record in (before, now)
    )
    return worded(changes(before, now), *documents, Wording(lang, NAMES))


def only(rows: list[Json], part: str) -> Json:
    (row,) = [row for row in rows if row["part"] == part]
    return row


def test_a_record_that_came_back_unchanged_shows_no_change() -> None:
    record = build.sealed().record
    assert changes(record, record) == []


def test_before_the_pair_reopens_nothing_has_changed() -> None:
    log = build.sealed()
    log.decide("return", reason="请补拍许可证")
    assert told(log) == []


def test_where_nothing_was_sent_back_there_is_nothing_to_compare_with() -> None:
    assert sent_back(build.archived().events) is None


def test_an_answer_says_what_it_was_what_it_is_and_who_changed_it() -> None:
    log = returned()
    log.answer("base/B1", "fail", "门牌不符", author=LI)
    row = only(told(log), "answers")
    assert (row["about"], row["address"]) == ("登记的住所与实际地址一致", "base/B1")
    assert (row["was"], row["mark_was"], row["now"], row["mark_now"]) == (
        "合格",
        "passed",
        "不合格  门牌不符",
        "found",
    )
    assert (row["author"], row["kind"]) == ("李娜", "other")


def test_an_answer_that_was_only_given_again_says_so() -> None:
    log = returned()
    log.answer("base/B1", "pass")
    assert only(told(log), "answers")["kind"] == "again"


def test_a_photo_that_was_added_has_its_number_and_who_took_it() -> None:
    log = returned()
    log.photo("pd1/PD1-1", picture(200), "许可证明细")
    row = only(told(log), "photos")
    assert (row["kind"], row["was"], row["now"], row["photo"]) == ("new", "", "许可证明细", 3)
    assert row["author"] == "王明"


def test_a_photo_that_was_withdrawn_is_told_once_with_the_reason() -> None:
    log = returned()
    photo = log.record["content"]["photos"][0]["event"]
    log.add("withdraw", {"event": photo, "reason": "照片模糊"}, LI)
    rows = told(log)
    row = only(rows, "photos")
    assert (row["kind"], row["was"], row["why"], row["author"]) == ("gone", "门头", "照片模糊", "李娜")
    assert not [row for row in rows if row["part"] == "withdrawn"]


def test_new_marks_on_a_photo_are_a_change_of_it() -> None:
    log = returned()
    photo = log.record["content"]["photos"][0]["event"]
    log.add("mark", {"photo": photo, "shapes": [{"kind": "arrow", "x": 1, "y": 1, "w": 9, "h": 9}]}, LI)
    row = only(told(log), "photos")
    assert (row["was"], row["now"], row["author"]) == ("门头", "门头  标注 1 处", "李娜")


def test_notes_people_and_the_result_are_named() -> None:
    log = returned()
    log.add("note", {"text": "已补拍", "question": "pd1/PD1-1"}, LI)
    log.add("present", {"name": "周会计", "role": "会计", "phone": None})
    standing = [one["event"] for one in log.record["content"]["result"]]
    log.add("result", {"code": "pending", "told": False, "note": None, "replaces": standing})
    rows = told(log)
    assert only(rows, "notes")["now"] == "已补拍" and only(rows, "present")["now"] == "周会计  会计"
    assert "发现问题已责令改正" in only(rows, "result")["was"]
    assert "发现问题待后续处理" in only(rows, "result")["now"]
    assert [row["part"] for row in rows] == ["result", "notes", "present", "reopened"]


def test_a_subject_that_signed_before_and_refuses_now_is_named() -> None:
    log = returned()
    given = {"reason": "不认可", "witness": "周某", "record_hash": log.record["record_hash"]}
    log.add("refuse", given)
    log.sign("inspector", "王明", WANG)
    log.sign("inspector", "李娜", LI)
    log.seal()
    row = only(told(log), "ending")
    assert row["was"].startswith("已签字  孙经理") and row["now"].startswith("拒绝签字")


def test_signing_anew_is_no_change() -> None:
    log = returned()
    log.sign("subject", "孙经理")
    log.sign("inspector", "王明", WANG)
    log.sign("inspector", "李娜", LI)
    log.seal()
    assert [row["part"] for row in told(log)] == ["reopened"]


def test_sent_back_twice_it_is_compared_with_the_last_time() -> None:
    log = returned()
    log.answer("base/B1", "fail", "门牌不符")
    log.sign("subject", "孙经理")
    log.sign("inspector", "王明", WANG)
    log.sign("inspector", "李娜", LI)
    log.seal()
    log.decide("return", reason="还差一张")
    log.add("reopen", {"seal": log.record["seal"]["event"], "reason": "再补"})
    log.answer("base/B2-2", 43)
    assert [row["address"] for row in told(log) if row["part"] == "answers"] == ["base/B2-2"]


@settings(max_examples=150, deadline=None)
@given(one=logs(), two=logs(), grown=st.booleans())
def test_nothing_that_differs_is_left_out_and_nothing_that_does_not_is_named(
    one: list[Json], two: list[Json], grown: bool
) -> None:
    known = {event["id"]: event for event in one}
    # An id stands for the same event for ever.
    later = [event for event in two if known.get(event["id"], event) == event]
    later = [*one, *(event for event in later if event["id"] not in known)] if grown else later
    before, now = fold(one), fold(later)
    rows = changes(before, now)
    old, new = before["content"], now["content"]
    named = {row["part"] for row in rows} | {
        "withdrawn" for row in rows if row["by"] and "target" in row["by"]
    }
    assert {
        part for part in ("visit", *ALL_AT_ONCE, *ONE_BY_ONE) if differs(old[part], new[part])
    } == named - {"ending"}
    questions = {row["question"] for row in rows if row["part"] == "answers"}
    every = old["answers"].keys() | new["answers"].keys()
    assert questions == {q for q in every if differs(old["answers"].get(q), new["answers"].get(q))}
    for part in ONE_BY_ONE:
        gone, came = ids(old[part]) - ids(new[part]), ids(new[part]) - ids(old[part])
        by = ids([row["by"] for row in rows if row["by"]])
        assert gone <= {name for row in rows if row["part"] == part for name in ids(row["was"])}
        assert came <= {name for row in rows if row["part"] == part for name in ids(row["now"])} | by
    documents = [document(record, FORMS, ASSIGNMENT, events=later) for record in (before, now)]
    assert len(worded(rows, *documents, Wording())) == len(rows)


def differs(one: Any, two: Any) -> bool:
    return canonical(one) != canonical(two)


def ids(traces: list[Json]) -> set[str]:
    return {trace.get("event") or trace.get("id") for trace in traces}
