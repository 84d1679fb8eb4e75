"""The record in words: what people read is what the events say."""

from typing import Any

from tests.archive import build
from tests.archive.build import ASSIGNMENT, FORMS, LI, NAMES, WANG, Log
from webapp.archive.document import document, pdf_document
from webapp.archive.paper_document import filled
from webapp.archive.record_document import Document, Page
from webapp.archive.wording import RESULTS, moment
from webapp.field.rules import REASONS

Json = dict[str, Any]


def words(log: Log, **more: Any) -> Json:
    return document(log.record, FORMS, ASSIGNMENT, names=NAMES, events=log.events, **more)


def row(given: Json, address: str) -> Json:
    return next(row for part in given["sections"] for row in part["rows"] if row["address"] == address)


def test_answers_are_said_in_words_with_who_and_when() -> None:
    given = words(build.sealed())
    assert (row(given, "base/B1")["answer"], row(given, "base/B1")["mark"]) == ("合格", "passed")
    failed = row(given, "pd1/PD1-1")
    assert (failed["answer"], failed["mark"], failed["note"]) == ("不合格", "found", "许可证已届满")
    assert (failed["author"], failed["photos"]) == ("李娜", [2])
    assert row(given, "base/B3")["answer"] == "营业执照、人力资源服务许可证"
    assert row(given, "base/B2-2")["answer"] == "42"
    assert row(given, "base/B2-1")["label"] == "现场负责人 / 姓名"
    assert given["findings"] == [failed]
    assert given["counts"]["open"] == 0 and given["counts"]["found"] == 1


def test_two_answers_that_stand_are_both_shown_as_a_conflict() -> None:
    log = build.visited()
    log.answer("base/B1", "fail", "门牌不符", author=LI, replaces=[])
    given = row(words(log), "base/B1")
    assert given["conflict"] and given["mark"] == "found"
    assert [(a["author"], a["answer"]) for a in given["answers"]] == [("王明", "合格"), ("李娜", "不合格")]


def test_a_signature_from_before_a_reopening_is_flagged() -> None:
    log = build.sealed()
    log.add("reopen", {"seal": log.record["seal"]["event"], "reason": "补拍照片"})
    signatures = words(log)["signatures"]
    assert [signature["standing"] for signature in signatures] == [False, False, False]
    assert all(signature["flag"] for signature in signatures)
    assert words(log)["reopened"][0]["text"] == "补拍照片"


def test_every_ending_has_its_words() -> None:
    log = build.visited()
    ending = {
        "reason": "不认可检查结果",
        "witness": "社区干部 周某",
        "record_hash": log.record["record_hash"],
    }
    log.add("refuse", ending)
    log.add("absent", ending)
    picture = {"sha256": log.keep(build.picture(7)), "size": 1, "record_hash": ending["record_hash"]}
    log.add("stamp", picture | {"kind": "stamp"})
    log.add("stamp", picture | {"kind": "paper"})
    kinds = [(signature["kind"], signature["kind_text"]) for signature in words(log)["signatures"]]
    assert kinds == [("refuse", "拒绝签字"), ("absent", "不在场"), ("stamp", "盖章"), ("paper", "纸质扫描")]
    assert words(log)["signatures"][0]["witness"] == "社区干部 周某"


def test_what_is_withdrawn_says_what_it_was() -> None:
    log = build.visited()
    photo = log.record["content"]["photos"][0]["event"]
    log.add("withdraw", {"event": photo, "reason": "拍错了"})
    given = words(log)
    assert given["withdrawn"][0]["about"].startswith("照片 2026-11-21")
    assert [photo["index"] for photo in given["photos"]] == [1] and row(given, "base/B1")["photos"] == []


def test_what_no_form_asks_is_shown_too() -> None:
    log = build.visited()
    log.answer("old/Q9", "多出来的回答")
    given = words(log)
    assert given["sections"][-1]["title"] == "检查表以外的内容"
    assert given["sections"][-1]["rows"][0]["answer"] == "多出来的回答"


def test_unknown_events_and_addenda_are_kept_and_shown() -> None:
    log = build.visited()
    log.add("weather", {"sky": "clear"})
    assert words(log)["unknown"][0]["text"] == '{"sky":"clear"}'
    late = build.sealed()
    late.answer("base/B1", "fail", "后来发现")
    late.add("note", {"text": "回访"}, LI)
    addenda = words(late)["addenda"]
    assert [entry["type"] for entry in addenda] == ["answer", "note"]
    assert "登记的住所与实际地址一致" in addenda[0]["text"] and "不合格" in addenda[0]["text"]


def test_any_rubbish_in_a_payload_still_gives_a_page() -> None:
    rubbish = [None, 7, "x", [], [[1]], {"a": [None]}, True]
    for value in rubbish:
        log = Log()
        log.add("arrive", {"position": value, "visit": value})
        log.add(
            "arrive",
            {"position": {"latitude": value}, "visit": {"subject": value, "pair": value, "items": [value]}},
        )
        log.add("answer", {"question": "base/B1", "value": value, "note": value, "replaces": value})
        photo = log.add("photo", {"sha256": "ab", "question": value, "position": value, "size": value})
        log.add("mark", {"photo": photo["id"], "shapes": [value]})
        log.add("present", {"name": "n", "role": value, "phone": value})
        log.add("result", {"code": str(value), "told": value, "note": value})
        log.add("sign", {"role": "x", "record_hash": "", "strokes": value, "canvas": value, "name": value})
        log.add("note", {"text": "t", "question": value if not isinstance(value, dict | list) else None})
        assert pdf_document(words(log))["title"] == "现场检查记录"


def test_before_anyone_arrived_the_assignment_speaks() -> None:
    given = words(Log())
    assert given["number"] == ASSIGNMENT["number"] and given["subject"]["name"].startswith("平顶山市华鑫")
    assert given["reason"] == "投诉举报：收费标准未公示" and given["date"] == ""
    assert given["counts"]["open"] == given["counts"]["questions"] == 5


def test_the_eight_results_and_all_reasons_have_words() -> None:
    codes = "no_problem not_disclosed concealed unreachable corrected uncooperative no_activity pending"
    assert list(RESULTS) == codes.split()
    log = Log()
    for reason in REASONS:
        said = document(log.record, FORMS, ASSIGNMENT | {"reason": {"kind": reason, "text": ""}})["reason"]
        assert said and said != reason


def test_times_are_said_on_chinas_clock_wherever_the_phone_was() -> None:
    assert moment("2026-11-21T08:00:00.123Z") == moment("2026-11-21T16:00:00+08:00") == "2026-11-21 16:00:00"
    assert moment("2026-99-99T00:00:00Z") == "2026-99-99T00:00:00Z"


def test_another_language_goes_through_its_translator() -> None:
    given = words(build.sealed(), lang="en", say=lambda sentence: {"合格": "pass"}.get(sentence, sentence))
    assert row(given, "base/B1")["answer"] == "pass"
    assert row(given, "base/B1")["label"] == "The registered address is the actual one"


def test_the_printed_form_has_the_keys_that_the_printer_knows() -> None:
    log = build.sealed()
    log.answer("pd1/PD1-1", None, author=WANG)
    given = pdf_document(words(log))
    assert Document.__annotations__.keys() <= given.keys() | {"words", "page"}
    assert Page.__annotations__.keys() == filled(words(log), "a")["page"].keys()
    assert given["signatures"][0]["hash_matches"] is True and given["signatures"][0]["void"] is False
    assert {row["mark"] for part in given["sections"] for row in part["rows"]} <= {
        "found",
        "passed",
        "na",
        "",
    }


def test_the_scan_and_what_was_said_of_recusal_are_read_in_words() -> None:
    log = build.visited()
    log.add("scan", {"text": None, "matches": None, "reason": "现场没有码"})
    log.add("scan", {"text": "91410400MA3X5ABC1D", "matches": True, "reason": "补扫：现场没有码"})
    log.add("recuse", {"asked": "subject", "wanted": True, "reason": "检查人员的弟弟在同行公司任职"})
    given = words(log)
    assert [(scan["about"], scan["text"]) for scan in given["scans"]] == [
        ("没有扫码", "现场没有码"),
        ("与检查对象一致", "91410400MA3X5ABC1D  补扫：现场没有码"),
    ]
    assert [said["wanted"] for said in given["recusals"]] == [False, False, False, True]
    assert given["recusals"][0]["about"] == "检查人员 不申请回避"
    assert given["recusals"][-1]["about"] == "检查对象 申请回避"
    assert given["recusals"][-1]["text"] == "检查人员的弟弟在同行公司任职"


def test_a_photo_of_several_questions_names_them_all_and_stands_at_each() -> None:
    log = build.visited()
    first = log.record["content"]["photos"][0]["event"]
    attached = log.add("attach", {"photo": first, "question": "pd1/PD1-1"})
    given = words(log)
    assert given["photos"][0]["question_label"] == "登记的住所与实际地址一致、许可证在有效期内"
    assert row(given, "pd1/PD1-1")["photos"] == [1, 2]
    log.add("withdraw", {"event": attached["id"], "reason": "选错了题目"})
    assert row(words(log), "pd1/PD1-1")["photos"] == [2]
