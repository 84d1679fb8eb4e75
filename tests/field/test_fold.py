"""The fold: what events add up to, the same in both languages and in any order."""

import json
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.field.log import CHEN, INSPECTION, LI, PHONES, PIXEL, VISIT, WANG, Log, sealed
from tests.vectors import make
from webapp.canonical import NotCanonical, canonical, parse
from webapp.field.fold import SHAPES, covers, fold

ROOT = Path(__file__).parents[2]
VECTORS = json.loads(make.FILE.read_text())


def test_the_vectors_are_at_least_sixty_and_stand_as_they_were_made() -> None:
    assert len(VECTORS["canonical"]) + len(VECTORS["fold"]) >= 60
    assert make.dump(make.make()) == make.FILE.read_text()


@pytest.mark.parametrize("case", VECTORS["fold"], ids=lambda case: case["name"])
def test_python_folds_every_vector(case: dict[str, Any]) -> None:
    assert canonical(fold(case["events"])) == canonical(case["record"])


@pytest.mark.parametrize("case", VECTORS["canonical"], ids=lambda case: case["name"])
def test_python_writes_every_vector(case: dict[str, Any]) -> None:
    if case["canonical"] is None:
        with pytest.raises(NotCanonical):
            canonical(parse(case["text"]))
    else:
        assert canonical(parse(case["text"])).decode() == case["canonical"]


def test_two_answers_that_nobody_replaced_are_both_kept_and_block_the_seal() -> None:
    log = Log().visited()
    log.answer(WANG, "base/B1", "pass", 7)
    log.answer(LI, "base/B1", "fail", 7)
    record = fold(log)
    assert record["conflicts"] == ["base/B1"]
    assert {answer["value"] for answer in record["content"]["answers"]["base/B1"]} == {"pass", "fail"}
    log.signed().seal()
    assert fold(log)["state"] == "open"
    assert fold(log)["faults"][0]["code"] == "conflict"


def test_RZ_14_one_inspector_who_signs_twice_is_not_two() -> None:
    log = Log().visited()
    log.sign(WANG, "subject")
    log.sign(WANG, "inspector")
    log.sign(WANG, "inspector", name="李娜")
    log.seal()
    assert fold(log)["faults"][0]["code"] == "inspectors"


@pytest.mark.parametrize("kind", ["refuse", "absent"])
def test_RZ_16a_refused_and_absent_close_the_record_like_a_signature(kind: str) -> None:
    log = Log().visited()
    log.add(WANG, kind, reason="不同意", witness="周敏", record_hash=log.hash)
    log.sign(WANG, "inspector")
    log.sign(LI, "inspector")
    log.seal()
    assert fold(log)["state"] == "sealed"


def test_nothing_that_comes_after_the_seal_changes_what_was_signed() -> None:
    log = sealed()
    before = fold(log)
    log.answer(LI, "pd1/PD1-1", "fail")
    log.add(LI, "note", 2, text="晚到的备注", question=None)
    log.add(WANG, "withdraw", event=log[4]["id"], reason="?")
    after = fold(log)
    assert (after["content"], after["record_hash"], after["state"]) == (
        before["content"],
        before["record_hash"],
        "sealed",
    )
    assert [event["type"] for event in after["addenda"]] == ["note", "answer", "withdraw"]


def test_a_change_after_a_signature_leaves_that_signature_standing_for_nothing() -> None:
    log = Log().visited().signed()
    assert all(signature["standing"] for signature in fold(log)["signatures"])
    log.answer(LI, "pd1/PD1-1", "fail")
    assert not any(signature["standing"] for signature in fold(log)["signatures"])


def test_reopening_says_why_and_asks_for_new_signatures() -> None:
    log = sealed()
    log.add(LI, "reopen", seal=log[-1]["id"], reason="漏查一项")
    record = fold(log)
    assert (record["state"], record["seal"]) == ("open", None)
    assert record["content"]["reopened"][0]["reason"] == "漏查一项"
    assert not any(signature["standing"] for signature in record["signatures"])


PAIR = [VISIT["pair"][0], {"id": CHEN, "name": "陈刚", "credential": "16040003"}]


def test_RZ_10b_after_the_pair_was_changed_the_new_one_signs_and_who_stepped_aside_does_not_count() -> None:
    log = Log().visited().signed()
    log.add(CHEN, "pair", pair=PAIR, reason="回避")
    assert fold(log)["content"]["visit"]["pair"] == PAIR
    assert not any(signature["standing"] for signature in fold(log)["signatures"])
    with_old = Log(log)
    with_old.signed().seal()
    assert [fault["code"] for fault in fold(with_old)["faults"]] == ["inspectors"]
    for role, author in (("subject", WANG), ("inspector", WANG), ("inspector", CHEN)):
        log.sign(author, role)
    log.seal()
    assert fold(log)["state"] == "sealed"


def test_RZ_10b_a_seal_that_did_not_know_the_new_pair_does_not_hold() -> None:
    log = Log().visited().signed()
    ids = sorted(event["id"] for event in log)
    old = {"record_hash": log.hash, "covers": covers(ids), "events": ids}
    log.add(CHEN, "pair", pair=PAIR, reason="回避")
    log.seal(WANG, 1, **old)
    record = fold(log)
    assert (record["state"], [fault["code"] for fault in record["faults"]]) == ("open", ["pair"])


def test_a_phone_cannot_withdraw_what_the_office_said_of_the_pair() -> None:
    log = Log().visited()
    said = log.add(CHEN, "pair", pair=PAIR, reason="回避")
    log.add(LI, "withdraw", event=said, reason="不同意")
    assert fold(log)["content"]["visit"]["pair"] == PAIR


def test_what_is_called_off_stays_so_whatever_a_phone_that_did_not_know_it_sends() -> None:
    log = sealed()
    log.add(CHEN, "cancel", 1, reason="检查对象已注销")
    assert fold(log)["state"] == "cancelled" and fold(log)["seal"]
    log.add(CHEN, "proceed", reason="到现场查明仍在经营")
    assert fold(log)["state"] == "sealed"


def test_two_different_events_with_one_id_are_refused() -> None:
    log = Log().visited()
    with pytest.raises(ValueError, match="two events"):
        fold([*log, {**log[0], "seq": 99}])


PEOPLE = [WANG, LI, CHEN]
QUESTIONS = st.sampled_from(
    ["base/B1", "base/B2", "__proto__", "constructor", "\ue000", "\U00020bb7", "result"]
)
IDS = st.integers(1, 25).map(lambda number: f"01930000-0000-7000-8000-{number:012x}")
HASHES = st.sampled_from(["a" * 64, "current", "0" * 64])
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**53) + 1, 2**53 - 1), TEXT, st.lists(TEXT, max_size=2)
)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "question": QUESTIONS,
    "value": ODD,
    "note": st.one_of(st.none(), TEXT),
    "replaces": st.one_of(ODD, st.lists(st.one_of(IDS, ODD), max_size=3)),
    "event": IDS,
    "photo": IDS,
    "seal": IDS,
    "events": st.lists(IDS, max_size=4),
    "sha256": st.just(PIXEL["sha256"]),
    "record_hash": HASHES,
    "code": st.sampled_from(["no_problem", "corrected"]),
    "role": st.sampled_from(["subject", "inspector"]),
    "visit": st.one_of(st.just(VISIT), ODD),
    "shapes": st.lists(ODD, max_size=2),
    "kind": st.sampled_from(["paper", "stamp"]),
    "wish": IDS,
    "granted": st.booleans(),
    "pair": st.lists(st.one_of(st.sampled_from(VISIT["pair"]), ODD), max_size=3),
}


@st.composite
def events(draw: st.DrawFn, number: int) -> dict[str, Any]:
    """One event, well-formed or not quite."""
    author = draw(st.sampled_from(PEOPLE))
    kind = draw(st.sampled_from([*SHAPES, "hologram"]))
    needed = set(SHAPES.get(kind, {})) | draw(st.sets(st.sampled_from(sorted(FIELDS)), max_size=3))
    payload = {name: draw(FIELDS.get(name, TEXT)) for name in sorted(needed)}
    if draw(st.integers(0, 9)) == 0 and payload:
        payload[draw(st.sampled_from(sorted(payload)))] = draw(ODD)
    return {
        "id": f"01930000-0000-7000-8000-{number:012x}",
        "inspection": INSPECTION,
        "seq": draw(st.integers(1, 30)),
        "device": PHONES.get(author, "office"),
        "author": author,
        "type": kind,
        "time": "2026-11-21T16:00:00.000+08:00",
        "clock": "verified",
        "payload": payload,
    }


@st.composite
def logs(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A log of up to 25 events; some sign or seal what really stands before them."""
    log: list[dict[str, Any]] = list(sealed()) if draw(st.booleans()) else []
    for number in range(100, 100 + draw(st.integers(0, 18))):
        event = draw(events(number))
        if event["payload"].get("record_hash") == "current":
            event["payload"]["record_hash"] = fold(log)["record_hash"]
        if event["type"] == "seal" and draw(st.booleans()):
            ids = sorted(each["id"] for each in log)
            event["payload"] |= {
                "events": ids,
                "covers": covers(ids),
                "signature": "",
                "record_hash": fold(log)["record_hash"],
            }
        log.append(event)
    return log


@pytest.fixture(scope="module")
def javascript() -> Iterator[subprocess.Popen[str]]:
    """The phone's fold, a line in, a line out."""
    command = ["node", str(ROOT / "tests/js/fold_lines.js")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        yield process
        assert process.stdin
        process.stdin.close()
        process.wait(10)


@settings(max_examples=300, deadline=None)
@given(log=logs(), seed=st.integers(0, 2**32))
def test_both_languages_fold_any_log_in_any_order_to_the_same_bytes(
    javascript: subprocess.Popen[str], log: list[dict[str, Any]], seed: int
) -> None:
    shuffled = [*log, *log[:3]]
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - an order, not a secret
    expected = canonical(fold(log)).decode()
    assert canonical(fold(shuffled)).decode() == expected
    assert javascript.stdin and javascript.stdout
    javascript.stdin.write(json.dumps(shuffled) + "\n")
    javascript.stdin.flush()
    assert json.loads(javascript.stdout.readline()) == expected
