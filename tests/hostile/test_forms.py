"""Checklists that would never end, and answers that no phone writes: both languages say the same, and the server stands."""

import json
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.vectors.make_rows import both, choice, content_of, q
from webapp.forms.evaluate import TEXT, Scope, answer, evaluate
from webapp.forms.expressions import NotAnExpression, compiled
from webapp.forms.live import FEW, INSTANCES, ROWS
from webapp.forms.rows import QUOTED, rows_of, values_of
from webapp.forms.rules import check, findings, invalid, unanswered

Json = dict[str, Any]
ROOT = Path(__file__).parents[2]
NOW = "2026-11-21T16:00:00.000+08:00"


def form_of(*questions: Json) -> Json:
    form = {
        "name": "f",
        "version": "1",
        "item": None,
        "title": both("表", "Form"),
        "questions": list(questions),
    }
    check(form)
    return form


def node(script: str, given: Any) -> Any:
    """What a JavaScript expression says of `given`, with the modules of the phone at hand."""
    modules = "\n".join(
        f"import {{ {names} }} from {json.dumps((ROOT / 'static/field' / file).as_uri())};"
        for names, file in (
            ("evaluate, answer", "evaluate.js"),
            ("rowsOf, findings, invalid, unanswered", "form.js"),
        )
    )
    given_to = "const given = JSON.parse(await new Response(process.stdin).text());"
    code = f"{modules}\n{given_to}\nconsole.log(JSON.stringify({script}));"
    ran = subprocess.run(
        ["node", "--input-type=module", "-e", code],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(ran.stdout)


def computed(tree: Any, values: dict[str, list[str]], now: str = NOW) -> tuple[str, str]:
    """What an expression gives in Python and in JavaScript."""
    ours = answer(evaluate(tree, Scope(values=lambda key, around=0: values[key], now=now)))
    theirs = node(
        "answer(evaluate(given[0], {values: (key) => given[1][key], now: given[2], own: ''}))",
        [tree, values, now],
    )
    return ours, theirs


def judged(form: Json, answers: dict[str, list[Any]]) -> list[list[str]]:
    """What is on the page, missing, invalid, found; the same in both languages."""
    return judged_alike(form, [content_of({"answers": answers, "photos": []})])[0]


def judged_alike(form: Json, contents: list[Json]) -> list[list[list[str]]]:
    """The same for several contents."""
    ours = [
        [
            [row["address"] for row in rows_of(form, content, NOW)],
            unanswered(form, content, NOW),
            invalid(form, content, NOW),
            findings(form, content, NOW),
        ]
        for content in contents
    ]
    said = "[rowsOf(...each).map((row) => row.address), unanswered(...each), invalid(...each), findings(...each)]"
    theirs = node(f"given.map((each) => {said})", [[form, content, NOW] for content in contents])
    assert theirs == ours
    return ours


@pytest.mark.parametrize(
    ("tree", "said", "result"),
    [
        (["number", ["q", "x"]], "9999-12-31T20:00:00Z", ""),
        (["format-date", ["q", "x"], ["s", "%Y"]], "9999-12-31T20:00:00Z", ""),
        (["date", ["q", "x"]], "9999-12-31T15:59:59Z", "9999-12-31"),
        (["date", ["q", "x"]], "0001-01-01T00:00:00+14:00", ""),
        (["round", ["n", "7"], ["q", "x"]], "9" * 400, "7"),
        (["round", ["q", "x"], ["n", "30"]], "2" + "0" * 300, "2" + "0" * 300),
        (["round", ["q", "x"], ["n", "20"]], "100000", "100000"),
        (["pow", ["n", "1"], ["q", "x"]], "-" + "9" * 400, ""),
        (["div", ["n", "1"], ["asin", ["q", "x"]]], "-0", "Infinity"),
        (["substr", ["q", "x"], ["neg", ["pow", ["n", "10"], ["n", "300"]]]], "ab", "ab"),
        (["selected-at", ["q", "x"], ["pow", ["n", "10"], ["n", "300"]]], "a b", ""),
    ],
)
def test_a_value_at_the_edge_of_what_is_counted_raises_nothing(tree: Any, said: str, result: str) -> None:
    assert computed(tree, {"x": [said]}) == (result, result)


@pytest.mark.parametrize("now", ["9999-12-31T23:59:59Z", "2026-13-45T99:99:99Z", "0001-01-01T00:00:00+14:00"])
def test_a_phone_that_arrived_at_no_time_leaves_the_form_standing(now: str) -> None:
    for tree in (["today"], ["now"], ["format-date", ["now"], ["s", "%Y"]], ["number", ["now"]]):
        ours, theirs = computed(tree if tree[0] != "today" else ["string", tree], {}, now)
        assert ours == theirs


def test_a_text_that_doubles_itself_stays_short() -> None:
    chain = [q("text", "c0", "题")]
    chain += [
        q("calculate", f"c{n}", "", calculate=f"concat(${{c{n - 1}}}, ${{c{n - 1}}}, '工')")
        for n in range(1, 60)
    ]
    chain += [q("calculate", "j", "", calculate="join(${c59}, ${c59}, ${c59}, ${c59})")]
    form = form_of(*chain)
    values = values_of(form, content_of({"answers": {"f/c0": ["😀"]}, "photos": []}), NOW)
    assert len(values["f/c59"]) == len(values["f/j"]) == TEXT
    ours, theirs = computed(["concat", *[["q", "x"]] * 50], {"x": ["😀工" * 300] * 90})
    assert ours == theirs and len(ours) == TEXT


def test_a_pattern_is_not_held_against_a_book() -> None:
    tree = ["string", ["regex", ["q", "x"], ["s", "^a*$"]]]
    assert computed(tree, {"x": ["a" * TEXT]}) == ("true", "true")
    assert computed(tree, {"x": ["a" * (TEXT + 1)]}) == ("false", "false")


def test_repeats_in_repeats_make_no_more_rows_than_a_page_holds() -> None:
    inner = [
        q("integer", "a", "题"),
        q("calculate", "b", "", calculate="${a} + 1"),
        q("calculate", "s", "", calculate="sum(${b})"),
    ]
    deep = q("repeat", "r3", "三", count="1000000000", children=inner)
    form = form_of(
        q(
            "repeat",
            "r1",
            "一",
            count="pow(10, 300)",
            children=[q("repeat", "r2", "二", count="200", children=[deep])],
        ),
        q("calculate", "all", "", calculate="sum(${b})"),
    )
    start = time.perf_counter()
    rows = rows_of(form, content_of({"answers": {}, "photos": []}), NOW)
    assert time.perf_counter() - start < 30
    assert len(rows) <= ROWS
    assert sum(row["kind"] == "instance" and row["key"] == "r1" for row in rows) == INSTANCES


def test_a_long_form_in_a_repeat_keeps_few_instances() -> None:
    form = form_of(
        q("repeat", "r", "组", count="200", children=[q("text", f"t{n}", "题") for n in range(4000)])
    )
    rows = rows_of(form, content_of({"answers": {}, "photos": []}), NOW)
    assert len(rows) == 1 + FEW * 4001


def test_a_small_repeat_has_the_same_instances_in_both_languages_where_there_is_no_room() -> None:
    wide = [q("repeat", f"r{n}", "组", children=[q("text", f"t{n}", "题")]) for n in range(1500)]
    answers = {f"f/t0[{index}]": ["x"] for index in range(1, FEW + 6)}
    rows, *_ = judged(form_of(*wide), answers)
    assert f"f/t0[{FEW}]" in rows and f"f/t0[{FEW + 1}]" not in rows


def test_an_address_has_one_way_to_be_written() -> None:
    form = form_of(q("repeat", "r", "组", children=[q("text", "t", "题", required=True)]))
    odd = [
        "f/r[02]",
        "f/r[0]",
        "f/r[201]",
        "f/r[1000000000]",
        "f/r[2.1]",
        "f/r[1.1.1.1]",
        "f/r[]",
        "f/r[ 2]",
        "f/r[-1]",
    ]
    said = {address: [value] for address in odd for value in (True,)} | {"f/r[2]": [True], "f/t[003]": ["x"]}
    for last in (True, False):
        rows, *_ = judged(form, said | {"f/r[02]": [not last], "f/r[2]": [last]})
        assert ("f/t[2]" in rows) == last
        assert {"f/t[1]"} <= set(rows) <= {"f/r", "f/r[1]", "f/t[1]", "f/r[2]", "f/t[2]"}


def test_a_long_answer_is_quoted_in_part() -> None:
    form = form_of(q("text", "t", "题"), *(q("note", f"n{n}", "说：${t}") for n in range(300)))
    content = content_of({"answers": {"f/t": ["😀" * 100_000]}, "photos": []})
    rows = rows_of(form, content, NOW)
    assert rows[1]["label"]["zh-Hans"] == "说：" + "😀" * QUOTED + "…"
    assert node("rowsOf(...given)[1].label", [form, content, NOW]) == rows[1]["label"]
    assert rows[0]["value"] == "😀" * 100_000


@pytest.mark.parametrize(
    "value", ["x\x1cfail", "x\x85fail", "x\ufefffail", " fail", "fail\n", "x fail", ["pass", "fail"]]
)
def test_no_odd_blank_lets_a_finding_be_one_in_one_language_only(value: Any) -> None:
    judged(form_of(q("verdict", "v", "题", required=True, photo="required_when_failed")), {"f/v": [value]})


def test_a_choice_whose_name_has_a_blank_can_be_a_finding() -> None:
    chosen = q(
        "select_one", "s", "题", choices=[choice("not ok", "不行"), choice("ok", "行")], verdict=["not ok"]
    )
    assert judged(form_of(chosen), {"f/s": ["not ok"]})[3] == ["f/s"]


@pytest.mark.parametrize("name", ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"])
def test_names_that_objects_have_by_themselves_are_names_like_others(name: str) -> None:
    listed = [choice("a", "甲", **{name: "x"}), choice(name, "乙"), choice("c", "丙")]
    form = form_of(
        q("text", name, "题", required=True),
        q(
            "select_one",
            "s",
            f"选 ${{{name}}}",
            choices=listed,
            choice_filter=f"${{{name}}} != 'y'",
            verdict=[name],
        ),
        q("group", "g", "组", relevant=f"string-length(${{{name}}}) > 0", children=[q("text", "t", "题")]),
        q("repeat", "r", "组", children=[q("verdict", "v", "题")]),
    )
    form["questions"][1]["choice_filter"] = ["=", ["c", name], ["s", "x"]]
    judged(form, {})
    rows, *_ = judged(
        form, {f"f/{name}": [name], "f/s": ["a"], "__proto__": ["x"], "f/__proto__[2]": ["x"], name: [[name]]}
    )
    assert "f/t" in rows
    content = content_of({"answers": {"f/s": [name]}, "photos": []})
    offered = next(row for row in rows_of(form, content, NOW) if row["key"] == "s")["choices"]
    assert [one["name"] for one in offered] == ["a"]
    assert node(
        "rowsOf(...given).find((row) => row.key === 's').choices.map((one) => one.name)", [form, content, NOW]
    ) == ["a"]


@pytest.mark.parametrize(
    "odd", ["${" + " " * 5000 + "x", "${" * 2500, ("${" + " " * 98) * 50, "${ x" + " " * 5000 + "y"]
)
def test_a_label_of_blanks_is_read_to_its_end(odd: str) -> None:
    form = form_of(q("text", "t", "题"), q("text", "u", odd))
    content = content_of({"answers": {}, "photos": []})
    start = time.perf_counter()
    rows = rows_of(form, content, NOW)
    with pytest.raises(NotAnExpression):
        compiled(odd, lambda kind, steps: ["q", "t"])
    assert time.perf_counter() - start < 5
    assert node("rowsOf(...given)[1].label", [form, content, NOW]) == rows[1]["label"] == {"zh-Hans": odd}
