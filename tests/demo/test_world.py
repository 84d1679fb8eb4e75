"""The demo world is real input: it says what its source says, and everything in it fits together."""

import csv
import io
import json
import re
from collections import Counter
from typing import Any

import pytest
from PIL import Image
from stdnum.cn import uscc

from webapp.archive.sections import asked_by
from webapp.demo import library, world
from webapp.demo.checklists import WRITTEN, questions, told
from webapp.forms import rules
from webapp.forms.rows import is_found, rows_of

COLUMNS = ["序号", "抽查事项", "检查依据", "检查对象", "检查内容", "事项类别"]
COLUMNS += ["检查方式", "抽查比例", "抽查频次", "实施层级", "责任科室、单位"]
PLAIN = {"抽查事项": "name", "检查对象": "subject_kind", "事项类别": "category", "抽查比例": "ratio"}
PLAIN |= {"抽查频次": "frequency", "实施层级": "level"}
LISTS = {"检查依据": "bases", "检查内容": "contents", "检查方式": "methods", "责任科室、单位": "units"}
STATES = {"assigned", "open", "conflict", "sealed", "sealed_refused", "sealed_absent"}
STATES |= {"returned", "accepted", "archived"}
RESULTS = {"no_problem", "not_disclosed", "concealed", "unreachable", "corrected", "uncooperative"}
RESULTS |= {"no_activity", "pending"}


def source_rows() -> list[dict[str, str]]:
    text = (library.HERE / "sources" / "pingdingshan-items.tsv").read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))


def by_id(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in rows}


def test_the_nine_items_are_the_table_of_pingdingshan_cell_by_cell() -> None:
    """PD-A: eleven columns; a list is the cell without its numbering and the punctuation between."""
    rows = source_rows()
    assert [list(row) for row in rows] == [COLUMNS] * 9
    for row, item in zip(rows, world.items(), strict=True):
        assert str(item["serial"]) == row["序号"]
        assert {column: item[key] for column, key in PLAIN.items()} == {
            column: row[column] for column in PLAIN
        }
        for column, key in LISTS.items():
            rest = row[column]
            for part in item[key]:
                before, found, rest = rest.partition(part)
                assert found and re.fullmatch(r"[;；、。\s]*(\d\. ?)?", before), (part, before)
            assert re.fullmatch(r"。?", rest)


def test_ratios_are_whole_numbers_as_the_table_has_them() -> None:
    assert [item["ratio_bp"] for item in world.items()] == [500, 3000, 2000, 2000, 500, 1000, 500, None, 1600]
    assert [item["minimum"] for item in world.items()] == [None] * 7 + [200, None]


def test_every_form_can_be_published() -> None:
    assert [form["name"] for form in world.forms()] == ["base", *(f"pd{number}" for number in range(1, 10))]
    for form in world.forms():
        rules.check(form)


@pytest.mark.parametrize("item", world.items(), ids=lambda item: item["code"])
def test_a_form_asks_about_every_listed_content_of_its_item(item: dict[str, Any]) -> None:
    """CA-2.1c, PD-A."""
    (form,) = (form for form in world.forms() if form["item"] == item["code"])
    asked = {int(re.match(rf"{item['code']}-(\d+)", each["name"])[1]) for each in questions(form)}
    assert asked == set(range(1, len(item["contents"]) + 1))
    assert 5 <= len(list(questions(form))) <= (30 if item["code"] in WRITTEN else 14)
    for question in questions(form):
        assert all(basis in item["bases"] for basis in question["law"].split("；"))
        assert question["guidance"]


def test_every_finding_has_its_words() -> None:
    assert all(row["failure"] for row in told().values() if row["type"] == "verdict")


def test_credit_codes_check_out_and_name_the_district() -> None:
    for subject in world.subjects():
        if subject["type"] == "pensioner":
            assert re.fullmatch(r"\d{6}\*{8}\d{3}X", subject["code"])
        else:
            assert uscc.validate(subject["code"]) == subject["code"]
            assert subject["code"][:2] in ("91", "92", "52", "12")


def test_ids_and_codes_stand_once() -> None:
    everything = [*world.bureaus(), *world.subjects(), *world.people(), *world.assignments()]
    everything += [item for bureau in world.bureaus() for item in world.items(bureau["key"])]
    ids = [row["id"] for row in everything]
    assert len(ids) == len(set(ids))
    for rows, key in ((world.subjects(), "code"), (world.people(), "username"), (world.people(), "phone")):
        assert max(Counter(row[key] for row in rows).values()) == 1


def test_there_are_enough_of_each_and_some_odd_ones() -> None:
    subjects, people = world.subjects(), world.people()
    counts = Counter(subject["bureau"] for subject in subjects)
    assert counts["pd"] >= 60 and len(subjects) >= 120
    assert sum("inspector" in person["roles"] for person in people) == 24
    assert {"inspector12", "inspector1.tj", "admin", "auditor.ca"} <= {
        person["username"] for person in people
    }
    assert {"在营", "注销", "吊销", "迁出"} <= {subject["state"] for subject in subjects}
    assert {subject["credit_risk"] for subject in subjects} == {"A", "B", "C", "D", None}
    assert any("𠮷" in subject["name"] for subject in subjects) and any(
        "䶮" in each["name"] for each in subjects
    )
    assert max(len(subject["name"]) for subject in subjects) > 40
    kinds = {kind for item in world.items() for kind in item["kinds"]}
    assert kinds <= {kind for subject in subjects for kind in subject["kinds"]}


def test_every_bureau_has_the_same_settings_each_with_its_clause_or_none() -> None:
    laws = [bureau["law"] for bureau in world.bureaus()]
    assert all(set(law) == set(laws[0]) for law in laws)
    for bureau in world.bureaus():
        clauses = {setting["clause"] for setting in bureau["law"].values()} - {None}
        assert all(clause.startswith(f"{bureau['key'].upper()}-") for clause in clauses)


def test_the_bureaus_disagree_as_their_documents_do() -> None:
    """RZ-17, TJ-14c, PD-3.5, CA-2.4a."""
    law = {bureau["key"]: {k: v["value"] for k, v in bureau["law"].items()} for bureau in world.bureaus()}
    assert (law["rz"]["feedback_days"], law["rz"]["feedback_day_kind"]) == (7, "working")
    assert (law["tj"]["publicity_days"], law["tj"]["publicity_day_kind"]) == (7, "calendar"), "at least"
    assert law["tj"]["feedback_days"] is None, "及时 is no number of days"
    assert law["rz"]["feedback_before_publish"] and not law["tj"]["feedback_before_publish"]
    assert [law[key]["publication_days"] for key in ("pd", "rz", "ca", "tj")] == [20, 20, 20, None]
    assert law["pd"]["publication_start"] == "task_end" and law["ca"]["publication_start"] == "inspection_end"


def test_a_pair_is_two_of_the_bureau_with_valid_credentials_and_the_items_in_scope() -> None:
    """RZ-14, PD-3.3."""
    people, subjects = by_id(world.people()), by_id(world.subjects())
    for assignment in world.assignments():
        pair = [people[member] for member in assignment["pair"]]
        assert len({member["id"] for member in pair}) == 2
        for member in pair:
            assert member["bureau"] == assignment["bureau"]
            assert member["valid_until"] >= "2028-01-01"
            assert set(assignment["items"]) <= set(member["items"]), assignment["key"]
        subject = subjects[assignment["subject"]]
        assert subject["bureau"] == assignment["bureau"]
        assert subject["state"] in ("在营", "正常")
        assert set(assignment["items"]) <= set(subject["items"]), assignment["key"]


def test_one_credential_has_run_out() -> None:
    (expired,) = (
        each for each in world.people() if each["valid_until"] and each["valid_until"] < "2027-01-01"
    )
    assert expired["username"] == "inspector12"


def test_every_bureau_has_visits_in_every_stage() -> None:
    assignments = world.assignments()
    assert {each["state"] for each in assignments} == STATES
    assert sum(each["bureau"] == "pd" for each in assignments) >= 24
    for bureau in ("rz", "ca", "tj"):
        assert {"assigned", "open", "returned", "accepted", "archived"} <= {
            each["state"] for each in assignments if each["bureau"] == bureau
        }
    mine = [each for each in assignments if each["usernames"][0] == "inspector1"]
    assert sum(each["state"] in ("assigned", "open", "conflict", "returned") for each in mine) >= 6
    assert {"drawn", "assigned", "complaint", "transferred", "law"} == {
        each["reason"]["kind"] for each in assignments
    }


@pytest.mark.parametrize("assignment", world.assignments(), ids=lambda assignment: assignment["key"])
def test_a_visit_was_answered_as_its_state_says(assignment: dict[str, Any]) -> None:
    answers, outcome = world.answers(assignment), world.outcome(assignment)
    assert bool(answers) == (assignment["state"] != "assigned")
    kinds = asked_by(world.forms())
    given = [(each["question"].partition("[")[0], each["value"]) for each in answers]
    failed = [address.partition("/")[2] for address, value in given if is_found(kinds[address], [str(value)])]
    assert sorted(failed) == sorted(assignment["fails"])
    assert (world.conflict(assignment) is not None) == (assignment["state"] == "conflict")
    ended = assignment["state"] not in ("assigned", "open", "conflict")
    assert (outcome["result"] is not None) == ended
    assert not ended or outcome["result"]["code"] in RESULTS
    assert sum(outcome[ending] is not None for ending in ("sign", "refuse", "absent")) == ended


@pytest.mark.parametrize("assignment", world.assignments(), ids=lambda assignment: assignment["key"])
def test_an_ended_visit_left_nothing_unanswered(assignment: dict[str, Any]) -> None:
    if assignment["state"] in ("assigned", "open", "conflict"):
        return
    content = {
        "answers": {each["question"]: [each] for each in world.answers(assignment)},
        "photos": [photo | {"also": []} for photo in world.photos(assignment)],
        "result": [],
    }
    for form in world.forms():
        if form["item"] is None or form["item"] in assignment["items"]:
            assert rules.unanswered(form, content) == []
            assert rules.invalid(form, content) == []


def test_one_form_is_a_spreadsheet_with_logic_and_a_finished_visit_has_answered_all_of_it() -> None:
    (form,) = (form for form in world.forms() if form["item"] in WRITTEN)
    kinds = {asked["type"] for asked in rules.every(form)}
    assert {"verdict", "select_one", "select_multiple", "rank", "date", "decimal", "calculate"} <= kinds
    assert max(len(asked.get("choices", [])) for asked in rules.every(form)) > 10
    logic = json.dumps(form, ensure_ascii=False)
    for part in (
        "relevant",
        "constraint",
        "constraint_message",
        "calculate",
        "choice_filter",
        "severity",
        '"repeat"',
        "${",
    ):
        assert part in logic
    archived = next(one for one in world.assignments() if one["key"] == "pd-23")
    content = {
        "answers": {each["question"]: [each] for each in world.answers(archived)}, "photos": [], "result": []
    }  # fmt: skip
    rows = {row["address"]: row for row in rows_of(form, content)}
    assert {"pd5/PD5-4r[1]", "pd5/PD5-4r[2]", "pd5/PD5-4r[3]"} <= rows.keys() and "pd5/PD5-C" not in rows
    assert rows["pd5/PD5-4f"]["value"] == "3" and float(rows["pd5/PD5-4g"]["value"]) > 10_000
    assert rows["pd5/PD5-4r7[2]"]["label"]["zh-Hans"] == f"{rows['pd5/PD5-4r1[2]']['value']} 的社会保险"


def test_answers_fit_their_questions() -> None:
    kinds = asked_by(world.forms())
    fits = {
        "verdict": lambda value, _: value in ("pass", "fail", "na"),
        "integer": lambda value, _: isinstance(value, int) and value >= 0,
        "decimal": lambda value, _: bool(re.fullmatch(r"\d+\.\d+", value)),
        "date": lambda value, _: bool(re.fullmatch(r"\d{4}-\d\d-\d\d", value)),
        "time": lambda value, _: bool(re.fullmatch(r"\d\d:\d\d", value)),
        "text": lambda value, _: isinstance(value, str) and value != "",
        "select_one": lambda value, names: value in names,
        "select_multiple": lambda value, names: value != [] and set(value) <= names,
        "rank": lambda value, names: set(value) == names and len(value) == len(names),
        "repeat": lambda value, _: value is True,
    }
    for assignment in world.assignments():
        for answer in world.answers(assignment):
            question = kinds[answer["question"].partition("[")[0]]
            names = {choice["name"] for choice in question.get("choices", [])}
            assert fits[question["type"]](answer["value"], names), answer


def test_two_calls_are_equal() -> None:
    for make in (world.bureaus, world.items, world.subjects, world.people, world.forms, world.assignments):
        assert make() == make()
    first, second = world.assignments()[5], world.assignments()[5]
    for make in (world.answers, world.photos, world.outcome, world.conflict):
        assert make(first) == make(second)
    assert world.signature("刘䶮") == world.signature("刘䶮")


def test_a_demo_photo_is_a_small_jpeg_and_the_same_each_time() -> None:
    photo = world.photo(["鲁山县䶮泽人力资源服务有限公司", "检查对象门头及门牌"], "test")
    with Image.open(io.BytesIO(photo)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (1280, 960))
    assert len(photo) < 150_000
    assert photo == world.photo(["鲁山县䶮泽人力资源服务有限公司", "检查对象门头及门牌"], "test")
    assert photo != world.photo(["鲁山县䶮泽人力资源服务有限公司", "检查对象门头及门牌"], "other")


def test_a_signature_stays_on_its_canvas() -> None:
    """Points are whole numbers `[x, y, ms, pressure]`, time going forward."""
    made = world.signature("长孙柏")
    points = [point for stroke in made["strokes"] for point in stroke]
    assert all(
        0 <= x < made["canvas"]["width"] and 0 <= y < made["canvas"]["height"] for x, y, _, _ in points
    )
    assert [point[2] for point in points] == sorted(point[2] for point in points)
    assert all(0 <= point[3] <= 1000 for point in points)
