"""A form with logic in office and archive: instances, calculated values, labels, what is hidden, what is invalid."""

import json
import zipfile
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from tests.archive import build, logic
from tests.archive.build import LI, NAMES, WANG, Log
from webapp.archive.blank_pdf import blank_pdf
from webapp.archive.changes import changes, worded
from webapp.archive.document import pdf_document
from webapp.archive.facts import facts
from webapp.archive.paper_document import blank
from webapp.archive.record_pdf import record_pdf
from webapp.archive.rules import missing, sent_back
from webapp.archive.verify import verify
from webapp.archive.wording import Wording

Json = dict[str, Any]


def rows(given: Json) -> dict[str, Json]:
    return {row["address"]: row for part in given["sections"] for row in part["rows"]}


def lacking(log: Log) -> list[tuple[str, str | None]]:
    found = missing(log.record, logic.FORMS, set(log.blobs), seal_signature_ok=True, visit_matches=True)
    return [(one.code, one.question) for one in found if one.question]


def printed(pdf: bytes) -> str:
    return "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages)


def test_each_instance_has_its_heading_and_its_number_and_what_stands_in_it() -> None:
    said = rows(logic.words(logic.visited()))
    heading = said["pd4/worker[2]"]
    assert (heading["type"], heading["number"], heading["short"]) == (
        "instance",
        "1.3-2",
        "抽查的劳动者 李四（2）",
    )
    found = said["pd4/contract[2]"]
    assert (found["number"], found["within"], found["short"]) == ("1.3.2-2", 1, "李四 的劳动合同")
    assert found["label"] == "抽查的劳动者 李四（2） / 李四 的劳动合同"
    assert (found["mark"], found["photos"], found["severity"]) == ("found", [1], "一般")
    inner = said["pd4/sum[2.1]"]
    assert (inner["number"], inner["within"], inner["answer"]) == ("1.3.3.2-2.1", 2, "3000.50")
    assert "pd4/owed[1.1]" not in said


def test_answers_are_said_with_the_labels_of_their_version() -> None:
    said = rows(logic.words(logic.visited()))
    assert said["pd4/over"]["label"] == "用工情况 / 派遣 25% 的处理"
    assert {key: said[f"pd4/{key}"]["answer"] for key in ("dispatch", "street", "order", "score", "told", "again")} == {
        "dispatch": "是", "street": "东环路", "order": "1. 合同、2. 工资、3. 台账", "score": "7", "told": "已确认",
        "again": "2026-12-21 09:30",
    }  # fmt: skip
    english = rows(logic.words(logic.visited(), lang="en"))
    assert (
        english["pd4/dispatch"]["answer"] == "Yes" and english["pd4/worker[1]"]["short"] == "Worker 张三（1）"
    )


def test_what_the_form_says_itself_has_nobody_who_wrote_it_and_is_never_open() -> None:
    log = logic.visited()
    said = rows(logic.words(log))
    assert (said["pd4/percent"]["answer"], said["pd4/percent"]["author"]) == ("25", "自动计算")
    assert (said["pd4/city"]["answer"], said["pd4/city"]["author"], said["pd4/city"]["answers"]) == (
        "平顶山",
        "预先填写",
        [],
    )
    log.answer("pd4/sent", None)
    said = rows(logic.words(log))
    assert (said["pd4/percent"]["answer"], said["pd4/percent"]["mark"], said["pd4/sent"]["mark"]) == (
        "",
        "",
        "open",
    )


def test_a_choice_that_counts_as_found_is_a_finding_with_its_severity() -> None:
    given = logic.words(logic.visited())
    assert [(row["address"], row["answer"]) for row in given["findings"]] == [
        ("pd4/over", "没有调整方案"), ("pd4/contract[2]", "不合格"),
    ]  # fmt: skip
    assert given["counts"] == {
        "found": 2, "passed": 1, "na": 0, "open": 1, "questions": 20, "answered": 19, "photos": 2, "signatures": 0,
        "addenda": 0, "conflicts": 0,
    }  # fmt: skip
    text = printed(record_pdf(pdf_document(given), {}))
    assert "没有调整方案" in text and "严重程度：严重" in text and "抽查的劳动者李四（2）" in text


def test_a_hidden_answer_is_not_in_the_record_but_in_the_archives_data() -> None:
    log = logic.visited()
    log.answer("pd4/dispatch", "no")
    given = logic.words(log)
    assert "pd4/workers" not in rows(given) and [row["address"] for row in given["findings"]] == [
        "pd4/contract[2]"
    ]
    assert [(one["question"], one["label"], one["answer"]) for one in given["hidden"]] == [
        ("pd4/workers", "用工情况 / 用工总量", "200"), ("pd4/sent", "用工情况 / 被派遣劳动者", "50"),
        ("pd4/over", "用工情况 / 派遣 …% 的处理", "没有调整方案"),
    ]  # fmt: skip
    data = logic.packed(logic.sealed(log))
    with zipfile.ZipFile(BytesIO(data)) as files:
        folder = files.namelist()[0].split("/")[0]
        notes = json.loads(files.read(f"{folder}/data/18-notes.json"))
        record = json.loads(files.read(f"{folder}/data/record.json"))
        pdf = printed(files.read(f"{folder}/data/08-record.pdf"))
    assert notes["hidden"] == given["hidden"]
    assert record["content"]["answers"]["pd4/workers"][0]["value"] == 200
    assert "用工总量" not in pdf and "照片2" in pdf
    assert verify(data) == []


def test_a_hidden_answer_comes_back_into_the_record() -> None:
    log = logic.visited()
    log.answer("pd4/dispatch", "no")
    log.answer("pd4/dispatch", "yes")
    given = logic.words(log)
    assert rows(given)["pd4/workers"]["answer"] == "200" and given["hidden"] == []


def test_an_instance_that_was_taken_out_is_hidden_with_all_that_is_in_it() -> None:
    log = logic.visited()
    log.answer("pd4/worker[2]", False)
    given = logic.words(log)
    assert "pd4/worker[2]" not in rows(given) and "pd4/name[2]" not in rows(given)
    assert {one["question"]: one["label"] for one in given["hidden"]}[
        "pd4/month[2.1]"
    ] == "抽查的劳动者 … / 欠薪 / 月份（2.1）"
    assert [part["title"] for part in given["sections"]] == ["劳务派遣检查表"]
    assert [photo["question_label"] for photo in given["photos"]][0] == "抽查的劳动者 … / … 的劳动合同（2）"


def test_what_keeps_the_file_from_being_complete_names_the_instance_and_the_message() -> None:
    log = logic.visited()
    assert lacking(log) == []
    log.answer("pd4/sent", 201)
    log.answer("pd4/worker[3]", True)
    log.answer("pd4/contract[3]", "fail")
    assert lacking(log) == [
        ("invalid", "pd4/sent"), ("unanswered", "pd4/name[3]"), ("photo_missing", "pd4/contract[3]"),
    ]  # fmt: skip
    found = missing(log.record, logic.FORMS, set(log.blobs), seal_signature_ok=True, visit_matches=True)
    words = {one.question: one.words for one in found}
    assert words["pd4/sent"] == "检查内容的填写不合要求：用工情况 / 被派遣劳动者：不超过 200 人"
    assert words["pd4/name[3]"] == "必答的检查内容没有填写：抽查的劳动者 …（3） / 姓名"
    log.add("result", {"code": "unreachable", "told": False, "note": "", "replaces": []})
    assert [code for code, _ in lacking(log) if code != "conflict"] == []


def test_a_conflict_at_a_hidden_question_is_named() -> None:
    log = logic.visited()
    log.answer("pd4/workers", 300, author=WANG, replaces=[])
    log.answer("pd4/dispatch", "no")
    assert lacking(log) == [("conflict", "pd4/workers")]


def test_the_changes_name_instances_and_what_follows_from_another_answer() -> None:
    log = logic.sealed(logic.visited())
    log.decide("return", reason="请核对人数")
    log.add("reopen", {"seal": log.record["seal"]["event"], "reason": "补正"}, LI)
    log.answer("pd4/sent", 10, author=LI)
    log.answer("pd4/worker[2]", False, author=WANG)
    before = sent_back(log.events)
    assert before
    documents = [logic.words(build_of(record, log)) for record in (before, log.record)]
    told = {
        row["address"]: row for row in worded(changes(before, log.record), *documents, Wording("zh", NAMES))
    }
    assert (told["pd4/sent"]["was"], told["pd4/sent"]["now"], told["pd4/sent"]["author"]) == (
        "50",
        "10",
        "李娜",
    )
    assert (told["pd4/percent"]["was"], told["pd4/percent"]["now"]) == ("25", "5")
    assert (told["pd4/percent"]["author"], told["pd4/percent"]["why"]) == ("", "随其他内容变动")
    assert (told["pd4/over"]["kind"], told["pd4/over"]["was"]) == ("gone", "没有调整方案")
    removed = told["pd4/worker[2]"]
    assert (removed["kind"], removed["was"], removed["author"]) == ("gone", "抽查的劳动者 李四（2）", "王明")
    assert told["pd4/contract[2]"]["kind"] == "gone"


class build_of(Log):  # noqa: N801 - reads as a word
    """A log of which only the record is another."""

    def __init__(self, record: Json, log: Log) -> None:
        super().__init__()
        self.events, self._record = log.events, record

    @property
    def record(self) -> Json:
        return self._record


def test_a_late_answer_is_said_with_its_label() -> None:
    log = logic.sealed(logic.visited())
    log.answer("pd4/street", "wy")
    log.answer("pd4/contract[1]", "fail")
    assert [entry["text"] for entry in logic.words(log)["addenda"]] == [
        "街道  五一路", "抽查的劳动者 张三（1） / 张三 的劳动合同  不合格",
    ]  # fmt: skip


def test_the_shelves_find_what_was_answered_in_an_instance() -> None:
    log = logic.sealed(logic.visited())
    logic.packed(log)
    text = facts(log.events, logic.FORMS)["text"]
    assert "李四" in text and "东环路" in text and "没有调整方案" in text


def test_the_blank_form_prints_what_repeats_three_times_and_says_what_depends() -> None:
    subject = build.ASSIGNMENT["subject"] | {"address": "", "representative": "", "phone": ""}
    given = blank(build.ASSIGNMENT | {"subject": subject}, logic.FORMS, "http://localhost/page/x")
    blocks = given["sections"][0]["blocks"]
    heads = [block["label"] for block in blocks if block["kind"] == "heading"]
    who = "抽查的劳动者 〔第 1.3.1 题〕"
    assert heads == ["用工情况", who, *(one for n in (1, 2, 3) for one in (f"{who}（{n}）", "欠薪"))]
    tables = [block for block in blocks if block["kind"] == "table"]
    assert [column["number"] for block in tables for column in block["columns"]] == [
        "1.3.3.1-1", "1.3.3.2-1", "1.3.3.1-2", "1.3.3.2-2", "1.3.3.1-3", "1.3.3.2-3",
    ]  # fmt: skip
    by_label = {row["label"]: row for block in blocks for row in block.get("rows", [])}
    assert next(block for block in blocks if block["kind"] == "heading")["when"] == "仅当第 1.1 题为“是”"
    assert by_label["派遣比例（%）"]["hints"][0] == "算出：round(第 1.2.2 题 ÷ 第 1.2.1 题 × 100, 1)"
    assert by_label["〔第 1.3.1 题〕 的劳动合同"]["hints"][-1] == "不合格时拍照"
    assert [group["boxes"] for group in by_label["街道"]["groups"]] == [["曙光街"], ["五一路", "东环路"]]
    assert (by_label["复查时间"]["line"], len(by_label["评分"]["boxes"])) == ("datetime", 11)
    assert "第1.3.1题〕（3）" in printed(blank_pdf(given))


def test_a_label_alone_is_enough_and_a_name_stands_for_a_label() -> None:
    log = Log()
    form = logic.FORM | {"questions": [{"name": "甲", "type": "text", "label": {}}]}
    log.add("arrive", {"position": None, "visit": build.VISIT})
    log.answer("pd4/甲", "x")
    from webapp.archive.document import document

    given = document(log.record, [form], build.ASSIGNMENT)
    assert [row["label"] for row in given["sections"][0]["rows"]] == ["甲"]
