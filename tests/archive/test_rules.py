"""What a complete file asks for, by name (CA-2.2d, RZ-14, RZ-16)."""

from datetime import date
from typing import Any

import pytest

from tests.archive import build
from tests.archive.build import ASSIGNMENT, FORMS, LI, VISIT, Log
from webapp.archive.rules import check_seal_signature, device_pem, matches, missing, retention, seal_faults


def lacks(log: Log, forms: list[Any] | None = None, **more: Any) -> list[tuple[str, str | None]]:
    given = {"seal_signature_ok": True, "visit_matches": True} | more
    held = given.pop("held", set(log.blobs))
    return [
        (one.code, one.question)
        for one in missing(log.record, FORMS if forms is None else forms, held, **given)
    ]


def test_a_sealed_visit_with_its_photos_lacks_nothing() -> None:
    assert lacks(build.sealed()) == []


def test_nobody_went_yet() -> None:
    codes = [code for code, _ in lacks(Log())]
    assert codes[:2] == ["not_sealed", "no_arrival"] and {"unanswered", "no_result", "no_ending"} <= set(
        codes
    )


def test_required_questions_and_photos_are_missed_by_their_address() -> None:
    log = build.visited(photos=1)
    log.answer("base/B2-1", None)
    found = lacks(log)
    assert ("unanswered", "base/B2-1") in found and ("photo_missing", "pd1/PD1-1") in found
    said = {
        one.code: one.words
        for one in missing(log.record, FORMS, set(), seal_signature_ok=True, visit_matches=True)
    }
    assert said["unanswered"] == "必答的检查内容没有填写：现场负责人 / 姓名"


def test_rz_20_where_nobody_was_met_the_checklist_is_not_asked_for() -> None:
    log = Log()
    log.add("arrive", {"position": None, "visit": VISIT})
    assert ("unanswered", "base/B2-1") in lacks(log)
    log.add("result", {"code": "unreachable", "told": False, "note": "大门紧锁", "replaces": []})
    assert not {"unanswered", "photo_missing"} & {code for code, _ in lacks(log)}


def test_photos_that_are_not_at_the_bureau_are_missed() -> None:
    log = build.sealed()
    one = next(iter(log.blobs))
    assert lacks(log, held=set(log.blobs) - {one}) == [("photo_absent", "base/B1")]


def test_ca_2_2d_each_signature_is_asked_for_by_name() -> None:
    log = build.visited()
    log.sign("inspector", "王明")
    told = missing(log.record, FORMS, set(log.blobs), seal_signature_ok=False, visit_matches=True)
    assert [one.code for one in told] == ["not_sealed", "no_ending", "inspector_sign_missing"]
    assert told[-1].words == "检查人员没有签字：李娜"


@pytest.mark.parametrize("kind", ["refuse", "absent", "paper"])
def test_rz_16_refused_absent_and_paper_end_a_visit_too(kind: str) -> None:
    log = build.visited()
    ending = {"reason": "拒签", "witness": "周某", "record_hash": log.record["record_hash"]}
    if kind == "paper":
        ending |= {"kind": "paper", "sha256": log.keep(build.picture(9)), "size": 1}
    log.add("stamp" if kind == "paper" else kind, ending)
    log.sign("inspector", "王明")
    log.sign("inspector", "李娜", LI)
    log.seal()
    assert lacks(log) == []


def test_a_stamp_alone_is_no_signature() -> None:
    log = build.visited()
    log.add(
        "stamp",
        {"kind": "stamp", "sha256": log.keep(build.picture(9)), "record_hash": log.record["record_hash"]},
    )
    assert ("no_ending", None) in lacks(log)


def test_a_conflict_a_reopening_and_a_foreign_seal_stand_in_the_way() -> None:
    log = build.sealed()
    log.add("reopen", {"seal": log.record["seal"]["event"], "reason": "补正"})
    log.answer("base/B1", "fail", author=LI, replaces=[])
    codes = [code for code, _ in lacks(log)]
    assert "reopened" in codes and "conflict" in codes and "inspector_sign_missing" in codes
    assert lacks(build.sealed(), seal_signature_ok=False) == [("seal_signature", None)]
    assert lacks(build.sealed(), visit_matches=False) == [("visit_differs", None)]
    assert lacks(build.sealed(), forms=FORMS[:1]) == [("form_missing", None)]


def test_a_seal_that_does_not_hold_says_why() -> None:
    log = build.visited()
    log.seal()
    told = missing(log.record, FORMS, set(log.blobs), seal_signature_ok=False, visit_matches=True)
    assert told[-1].code == "seal_fault" and "两名检查人员没有都签字" in told[-1].words
    for name in ("王明", "李娜"):
        log.sign("inspector", name, LI if name == "李娜" else build.WANG)
    log.sign("subject", "孙经理")
    log.seal()
    assert lacks(log) == [] and len(seal_faults(log.record)) == 1


def test_the_visit_has_to_say_what_was_assigned() -> None:
    assigned = ASSIGNMENT | {"forms": VISIT["forms"]}
    assert matches(VISIT, assigned)
    assert matches(VISIT | {"pair": VISIT["pair"][::-1]}, assigned)
    assert not matches(None, assigned)
    for change in (
        {"number": "x"},
        {"forms": VISIT["forms"][:1]},
        {"items": []},
        {"subject": {"id": "other"}},
        {"pair": VISIT["pair"][:1]},
        {"bureau": "text"},
    ):
        assert not matches(VISIT | change, assigned)


def test_the_phones_signature_is_checked_with_the_enrolled_key() -> None:
    seal = build.sealed().record["seal"]
    given = (seal["record_hash"], seal["covers"], seal["signature"])
    assert check_seal_signature(build.jwk(), *given)
    assert not check_seal_signature(build.jwk(build.device_key("another phone")), *given)
    assert not check_seal_signature(build.jwk(), seal["covers"], seal["record_hash"], seal["signature"])
    for rubbish in ("", "AA==", "=", "no base64", "é"):
        assert not check_seal_signature(build.jwk(), seal["record_hash"], seal["covers"], rubbish)
    for key in (
        {},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
        build.jwk() | {"crv": "P-384"},
        {"x": None},
    ):
        assert not check_seal_signature(key, *given)
    with pytest.raises(ValueError, match="P-256"):
        device_pem({})


def test_an_archive_is_kept_as_long_as_the_bureaus_law_says() -> None:
    assert retention({"retention_years": 10}, date(2026, 11, 23)) == {"years": 10, "until": "2036-12-31"}
    assert retention({}, date(2026, 11, 23)) == {"years": None, "until": None}


def test_rz_10b_the_subject_is_asked_for_recusal_where_somebody_is_there() -> None:
    log = Log()
    log.add("arrive", {"position": None, "visit": VISIT})
    assert ("recusal_unasked", None) in lacks(log)
    log.add("recuse", {"asked": "inspector", "wanted": False, "reason": ""})
    assert ("recusal_unasked", None) in lacks(log), "an inspector speaks for nobody else"
    asked = log.add("recuse", {"asked": "subject", "wanted": True, "reason": "亲属"})
    assert ("recusal_unasked", None) not in lacks(log)
    log.add("withdraw", {"event": asked["id"], "reason": "点错了"})
    assert ("recusal_unasked", None) in lacks(log)
    log.add("result", {"code": "unreachable", "told": False, "note": "大门紧锁", "replaces": []})
    assert ("recusal_unasked", None) not in lacks(log)


def test_who_was_absent_cannot_be_asked() -> None:
    log = Log()
    log.add("arrive", {"position": None, "visit": VISIT})
    given = {"reason": "无人在场", "witness": "周敏", "record_hash": log.record["record_hash"]}
    log.add("absent", given)
    assert ("recusal_unasked", None) not in lacks(log)


def test_the_scan_is_asked_for_where_the_law_says_so_and_a_reason_is_enough() -> None:
    wanted = frozenset({"scan_needed"})
    log = build.visited()
    assert ("no_scan", None) not in lacks(log)
    assert ("no_scan", None) in lacks(log, wanted=wanted)
    log.add("scan", {"text": None, "matches": None, "reason": "现场没有码"})
    assert ("no_scan", None) not in lacks(log, wanted=wanted)


def test_the_photo_of_the_signing_is_asked_for_where_the_law_says_so_and_somebody_signed() -> None:
    wanted = frozenset({"signing_photo"})
    log = build.signed()
    assert ("no_signing_photo", None) not in lacks(log)
    assert ("no_signing_photo", None) in lacks(log, wanted=wanted)
    picture = {
        "sha256": log.keep(build.picture(7)),
        "size": 1,
        "mime": "image/jpeg",
        "width": 64,
        "height": 48,
    }
    log.add("stamp", {"kind": "signing", **picture, "record_hash": log.record["record_hash"]})
    assert ("no_signing_photo", None) not in lacks(log, wanted=wanted)
    refused = build.visited()
    given = {"reason": "不认可", "witness": None, "record_hash": refused.record["record_hash"]}
    refused.add("refuse", given)
    assert ("no_signing_photo", None) not in lacks(refused, wanted=wanted)
