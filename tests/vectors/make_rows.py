"""Writes rows.json, which JavaScript and Python both run: `python -m tests.vectors.make_rows`.

Read the difference before committing it: what stands there was checked by hand.
"""

import json
from pathlib import Path
from typing import Any

from webapp.forms.expressions import compiled
from webapp.forms.rows import rows_of, values_of
from webapp.forms.rules import check, findings, invalid, questions, unanswered

Json = dict[str, Any]
FILE = Path(__file__).parent / "rows.json"
ABOUT = """What a form asks, given its answers; `webapp/forms/rows.py` and `static/field/form.js` give the same. A
case names its form of `forms` and says `answers` {address: [the value of each standing answer, as content
has them]}, `photos` [addresses that have one], and where it matters `result` (a code), `arrived` (the
time of the first arrival), `now` (handed in; counts only where nobody arrived; without either it is
1970-01-01T08:00:00.000+08:00). Its content is {"answers": {address: [{"value": value}, ...]}, "photos":
[{"question": address, "also": []}, ...], "arrivals": [{"time": arrived}] or [], "result": [{"code":
result}] or []}. `rows` are those of rowsOf(form, content, now) in order, with `asked` left out (it is the
question of the form itself, as the form has it), with `choices` as their names and `standing` as its
values. `values` is values_of, `questions` the addresses of questions(form, content); `unanswered`,
`invalid`, `findings` are what the functions of that name give. label, hint, constraint_message,
required_message are Words with ${key} filled in each language that the text has, null (label never) where
the question has none. A named question says: the first of its answers that can be seen from there; of a
verdict or a select the labels of the chosen, joined by "、" (zh-Hans) or ", " (en), in that language, else
in Chinese, else in English, else the name; "…" where it is empty, hidden or unknown. Labels of choices
are filled too; a label that is put into another shows "…" for what it names itself. An instance has the
label of its repeat, filled as seen from inside; at the repeat itself what stands inside it is "…".
number: place among the questions of the form that are shown at all (all types but group, repeat, note,
calculate), relevant or not, then "-" and the instance. An answer that is no text, whole number, true,
false, or list of texts and whole numbers is none; odd parts of a list are left out. Of two standing
answers the first one is computed with; `found` looks at each. standing is empty where the question is
calculated; in a filtered select a standing answer keeps only the choices that are offered, and goes where
none is left of what it said (a text becomes null, and goes). required, without a value, not calculated
and not read_only: unanswered (false is no answer, 0 is one). photo_needed: whether one is asked for, not
whether it is there. An answer of a hidden question and a conflict at one stay in content: the conflict
still keeps the record from being sealed."""


def tree(text: str, **around: int) -> list[Any]:
    """An expression in which every name is a key, `choice.x` a column of the choice."""

    def meant(kind: str, steps: list[str]) -> list[Any]:
        if kind == "path":
            return ["c", steps[0]]
        return ["q", steps[0], *([around[steps[0]]] if steps[0] in around else [])]

    return compiled(text, meant)


def q(type: str, name: str, label: str | Json, **more: Any) -> Json:  # noqa: A002 - the field's name
    """A question; its expressions are written as text."""
    trees = ("relevant", "constraint", "calculate", "default", "choice_filter", "count")
    made = {key: tree(said) if key in trees else said for key, said in more.items()}
    made |= {key: tree(more[key]) for key in ("required", "read_only") if isinstance(more.get(key), str)}
    return {
        "name": name,
        "type": type,
        "label": {"zh-Hans": label} if isinstance(label, str) else label,
    } | made


def both(chinese: str, english: str) -> Json:
    return {"zh-Hans": chinese, "en": english}


def choice(name: str, label: str | Json, **more: str) -> Json:
    made = {"name": name, "label": {"zh-Hans": label} if isinstance(label, str) else label}
    return made | ({"more": more} if more else {})


def form(name: str, *asked: Json) -> Json:
    return {
        "name": name,
        "version": "1",
        "item": None,
        "title": both("检查表", "Form"),
        "questions": list(asked),
    }


YES_NO = [choice("yes", both("是", "Yes")), choice("no", both("否", "No"))]
FORMS = [
    form(
        "plain",
        q(
            "verdict",
            "A",
            both("许可证有效", "The permit is valid"),
            required=True,
            photo="required_when_failed",
        ),
        q("note", "N", "说明", hint=both("请先出示执法证", "Show the credential first")),
        q(
            "group",
            "G",
            both("用工", "Employment"),
            children=[
                q("text", "B", "负责人", required=True, photo="none"),
                q("integer", "C", "职工人数"),
                q("verdict", "D", "台账", photo="required", law="《劳动合同法》第七条"),
            ],
        ),
        q("select_multiple", "E", "证照", required=True, choices=[choice("x", "甲"), choice("y", "乙")]),
        q("acknowledge", "F", "已告知", required=True),
    ),
    form(
        "skip",
        q(
            "select_one",
            "dispatch",
            both("经营劳务派遣", "Does labour dispatch"),
            choices=YES_NO,
            required=True,
        ),
        q(
            "group",
            "g",
            "劳务派遣",
            relevant="${dispatch} = 'yes'",
            children=[
                q(
                    "integer",
                    "workers",
                    "用工总量",
                    constraint=". > 0 and . < 100000",
                    constraint_message=both("${dispatch}：1 到 99999", "1 to 99999"),
                ),
                q(
                    "integer",
                    "sent",
                    "被派遣劳动者",
                    constraint=". <= ${workers}",
                    constraint_message=both("不超过 ${workers} 人", "At most ${workers}"),
                ),
                q("calculate", "share", "比例", calculate="round(${sent} div ${workers} * 100, 1)"),
                q("text", "shown", "派遣比例（%）", calculate="${share}"),
                q(
                    "note",
                    "over",
                    both("已达 ${share}%，超过 10%", "${share}% is over 10%"),
                    relevant="${share} > 10",
                ),
                q(
                    "text",
                    "why",
                    "超过的原因",
                    relevant="${share} > 10",
                    required="${share} > 20",
                    required_message=both("超过 20% 的，请说明", "Over 20%: say why"),
                    photo="required",
                ),
            ],
        ),
        q("text", "else", both("其他（${dispatch}；${why}）", "Else (${dispatch}; ${ why })")),
    ),
    form(
        "found",
        q(
            "select_multiple",
            "licences",
            "证照问题",
            verdict=["none", "late"],
            photo="required_when_failed",
            severity="严重",
            choices=[choice("none", "没有"), choice("late", "过期"), choice("fine", "齐全")],
        ),
        q(
            "select_one",
            "fee",
            "收费",
            verdict=["hidden"],
            choices=[choice("shown", "已公示"), choice("hidden", "未公示")],
        ),
        q(
            "rank",
            "order",
            "次序",
            verdict=["late"],
            choices=[choice("late", "过期"), choice("fine", "齐全")],
        ),
        q("verdict", "V", "台账"),
        q("text", "level", "情况", calculate="if(${V} = 'fail', 'bad', 'good')"),
        q(
            "select_one",
            "grade",
            "等次",
            calculate="${level}",
            verdict=["bad"],
            photo="required_when_failed",
            choices=[choice("bad", "差"), choice("good", "好")],
        ),
        q("text", "said", both("${licences}／${V}／${order}", "${licences} / ${V} / ${order}")),
    ),
    form(
        "people",
        q("integer", "n", "抽查人数"),
        q(
            "repeat",
            "p",
            both("劳动者 ${name}", "Worker ${name}"),
            children=[
                q("text", "name", "姓名", required=True),
                q("integer", "pay", both("${name} 的月工资", "Monthly pay of ${name}"), constraint=". >= 0"),
                q("verdict", "contract", "劳动合同", photo="required_when_failed"),
                q(
                    "repeat",
                    "m",
                    "欠薪月份",
                    relevant="${contract} = 'fail'",
                    children=[
                        q("text", "month", "${name} 的月份"),
                        q("integer", "owed", "欠薪金额"),
                        q("calculate", "at", "次序", calculate="position(${m})"),
                    ],
                ),
                q(
                    "text",
                    "sum",
                    "${name} 欠薪合计",
                    calculate="sum(${owed})",
                    relevant="${contract} = 'fail'",
                ),
            ],
        ),
        q(
            "text",
            "all",
            both("欠薪总计（第一人 ${name}）", "All arrears (first: ${name})"),
            calculate="sum(${owed})",
        ),
        q("verdict", "last", "结论"),
    ),
    form(
        "counted",
        q("integer", "branches", "分支机构数"),
        q(
            "repeat",
            "b",
            "分支机构",
            count="${branches}",
            children=[q("text", "place", "地址", required=True)],
        ),
    ),
    form(
        "cascade",
        q(
            "select_one",
            "district",
            both("区", "District"),
            choices=[choice("xh", both("新华区", "Xinhua")), choice("wd", both("卫东区", "Weidong"))],
        ),
        q(
            "select_one",
            "street",
            "街道",
            choice_filter="district = ${district}",
            choices=[
                choice("a", "曙光街", district="xh"),
                choice("b", "东环路", district="wd"),
                choice("c", "五一路", district="wd"),
            ],
        ),
        q(
            "select_multiple",
            "seen",
            "查看地点",
            choice_filter="district = ${district} or name = 'z'",
            choices=[
                choice("a", "甲", district="xh"),
                choice("b", "乙", district="wd"),
                choice("z", "${district}以外", district=""),
            ],
        ),
        q("text", "where", both("${district}${street}（${seen}）", "${street}, ${district} (${seen})")),
    ),
    form(
        "defaults",
        q("text", "city", "城市", default="'平顶山'"),
        q("date", "day", "日期", default="today()", constraint=". <= today()"),
        q("datetime", "moment", "时间", calculate="now()"),
        q(
            "range",
            "score",
            "评分",
            range={"start": "0", "end": "10", "step": "0.5"},
            default="5",
            constraint=". >= 1",
        ),
        q("text", "note", "${city} ${day}", required=True, default="''"),
        q("text", "fixed", "固定", required=True, read_only=True),
        q("text", "half", "半固定", required=True, read_only="${score} > 4"),
        q("text", "made", "算出", required=True, calculate="if(${score} > 4, '', 'x')"),
    ),
    form(
        "same",
        q("group", "a", "甲方", children=[q("text", "name", "名称"), q("text", "only", "${b/name}")]),
        q(
            "group",
            "b",
            "乙方",
            relevant="${a/name} != ''",
            children=[q("text", "name", "名称 ${a/name}", required=True)],
        ),
    ),
]

REPEATED = {
    "people/name[1]": ["王"],
    "people/pay[1]": [3000],
    "people/contract[1]": ["fail"],
    "people/month[1.1]": ["1月"],
    "people/owed[1.1]": [100],
    "people/owed[1.3]": [50],
    "people/name[3]": ["李"],
    "people/contract[3]": ["pass"],
}
CASCADED = {"cascade/street": ["c"], "cascade/seen": [["b", "z"]]}
DISPATCH = {"skip/dispatch": ["yes"], "skip/workers": [200], "skip/sent": [50]}
CASES: list[Json] = [
    {"name": "nothing answered", "form": "plain"},
    {"name": "a pass needs no photo", "form": "plain", "answers": {"plain/A": ["pass"]}},
    {"name": "a finding asks for its photo", "form": "plain",
     "answers": {"plain/A": ["fail"], "plain/B": ["x"], "plain/D": ["na"], "plain/E": [["x"]], "plain/F": [True]},
     "photos": ["plain/D", None]},
    {"name": "everything is there", "form": "plain",
     "answers": {"plain/A": ["fail"], "plain/B": ["x"], "plain/D": ["na"], "plain/E": [["x"]], "plain/F": [True]},
     "photos": ["plain/A", "plain/D"]},
    {"name": "null, false, an empty text and an empty list are no answers; zero is one", "form": "plain",
     "answers": {"plain/A": [None], "plain/B": [""], "plain/C": [0], "plain/E": [[]], "plain/F": [False]}},
    {"name": "what is no answer's shape is none", "form": "plain",
     "answers": {"plain/A": [{"fail": 1}], "plain/B": [["x", True, None, {}, 7]], "plain/E": [[["x"]]]}},
    {"name": "nobody was met: nothing is left to answer", "form": "plain", "answers": {"plain/A": ["fail"]},
     "result": "unreachable"},
    {"name": "a result that needs the checklist", "form": "plain", "result": "no_problem"},
    {"name": "of two standing answers the first is computed with, and each can be a finding", "form": "plain",
     "answers": {"plain/A": ["pass", "fail"], "plain/B": ["", "x"], "plain/C": [3, 4]}},
    {"name": "a hidden group", "form": "skip", "answers": {"skip/dispatch": ["no"]}},
    {"name": "a hidden answer does not count", "form": "skip",
     "answers": DISPATCH | {"skip/dispatch": ["no"], "skip/why": ["季节性"]}},
    {"name": "and comes back when it is shown again", "form": "skip", "answers": DISPATCH | {"skip/why": ["季节性"]},
     "photos": ["skip/why"]},
    {"name": "required by an expression, with a photo", "form": "skip", "answers": DISPATCH},
    {"name": "less than a tenth: the reason is not asked for", "form": "skip", "answers": DISPATCH | {"skip/sent": [4]}},
    {"name": "a constraint does not hold, and says with what", "form": "skip", "answers": DISPATCH | {"skip/sent": [201]}},
    {"name": "an empty answer breaks no constraint, and nothing can be calculated", "form": "skip",
     "answers": {"skip/dispatch": ["yes"], "skip/workers": [""]}},
    {"name": "two standing answers decide by the first", "form": "skip", "answers": {"skip/dispatch": ["no", "yes"]}},
    {"name": "nobody was met: nothing is invalid either", "form": "skip", "answers": DISPATCH | {"skip/sent": [201]},
     "result": "no_activity"},
    {"name": "nothing found", "form": "found",
     "answers": {"found/licences": [["fine"]], "found/fee": ["shown"], "found/V": ["pass"]}},
    {"name": "choices that count as found, a calculated one too", "form": "found",
     "answers": {"found/licences": [["fine", "late"]], "found/fee": ["hidden"], "found/order": [["fine", "late"]],
                 "found/V": ["fail"], "found/level": ["good"], "found/grade": ["good"]},
     "photos": ["found/licences"]},
    {"name": "one of two found something", "form": "found", "answers": {"found/fee": ["shown", "hidden"]}},
    {"name": "one instance from the start", "form": "people"},
    {"name": "instances in instances", "form": "people", "answers": REPEATED, "photos": ["people/contract[1]"]},
    {"name": "an instance is taken out, with all that is in it", "form": "people",
     "answers": REPEATED | {"people/p[1]": [False]}},
    {"name": "and put back", "form": "people", "answers": REPEATED | {"people/p[1]": [True], "people/m[1.3]": [False]}},
    {"name": "instances that were added and not filled", "form": "people",
     "answers": {"people/p[2]": [True], "people/p[5]": [True], "people/contract[5]": ["fail"], "people/m[5.2]": [True]}},
    {"name": "a wrong answer in an instance", "form": "people", "answers": {"people/pay[2]": [-1]}},
    {"name": "no instance at all", "form": "people", "answers": {"people/p[1]": [False]}},
    {"name": "an inner repeat that is hidden keeps its answers", "form": "people",
     "answers": REPEATED | {"people/contract[1]": ["pass"]}},
    {"name": "addresses that mean nothing", "form": "people",
     "answers": {"people/name": ["x"], "people/name[0]": ["x"], "people/name[1.1]": ["x"], "people/nobody": ["x"],
                 "other/name[2]": ["x"], "people/name[201]": ["x"], "people/__proto__": ["x"]}},
    {"name": "as many as an answer says", "form": "counted",
     "answers": {"counted/branches": [2], "counted/place[1]": ["甲"], "counted/place[3]": ["丙"]}},
    {"name": "none as long as it says nothing", "form": "counted"},
    {"name": "nothing chosen, nothing offered", "form": "cascade"},
    {"name": "choices by what was chosen before", "form": "cascade",
     "answers": CASCADED | {"cascade/district": ["wd"]}},
    {"name": "choices that are not offered any more do not count", "form": "cascade",
     "answers": CASCADED | {"cascade/district": ["xh"]}},
    {"name": "nothing that was chosen is offered", "form": "cascade",
     "answers": {"cascade/district": ["xh"], "cascade/street": ["b", None], "cascade/seen": [["b"], []]}},
    {"name": "before anybody arrived", "form": "defaults"},
    {"name": "what was handed in as now", "form": "defaults", "now": "2026-11-20T23:30:00.000+08:00"},
    {"name": "once somebody arrived, that is now", "form": "defaults", "now": "2026-11-20T23:30:00.000+08:00",
     "arrived": "2026-11-21T16:30:00.000+00:00"},
    {"name": "defaults that somebody changed or emptied", "form": "defaults", "arrived": "2026-11-21T09:00:00.000+08:00",
     "answers": {"defaults/city": [None], "defaults/day": ["2026-11-22"], "defaults/score": ["0.5"],
                 "defaults/note": ["好"]}},
    {"name": "names that stand twice go by their paths", "form": "same",
     "answers": {"same/a/name": ["华鑫"], "same/name": ["x"]}},
]  # fmt: skip


def content_of(case: Json) -> Json:
    """The content of a record, as far as rows look at it."""
    return {
        "answers": {
            address: [{"value": value} for value in values]
            for address, values in case.get("answers", {}).items()
        },
        "photos": [{"question": address, "also": []} for address in case.get("photos", [])],
        "arrivals": [{"time": case["arrived"]}] if "arrived" in case else [],
        "result": [{"code": case["result"]}] if "result" in case else [],
    }


def shown(row: Json) -> Json:
    """A row as the file has it."""
    found = {name: value for name, value in row.items() if name != "asked"}
    if row["kind"] == "question":
        choices = row["choices"]
        found["choices"] = None if choices is None else [choice["name"] for choice in choices]
        found["standing"] = [answer["value"] for answer in row["standing"]]
    return found


def computed(asked: Json, case: Json) -> Json:
    """What Python makes of a case."""
    content, now = content_of(case), case.get("now")
    return {
        "rows": [shown(row) for row in rows_of(asked, content, now)],
        "values": values_of(asked, content, now),
        "questions": [address for address, _ in questions(asked, content)],
        "unanswered": unanswered(asked, content),
        "invalid": invalid(asked, content),
        "findings": findings(asked, content),
    }


def main() -> None:
    forms = {made["name"]: made for made in FORMS}
    for made in FORMS:
        check(made)
    cases = [case | computed(forms[case["form"]], case) for case in CASES]
    lines = [
        '{\n"about": ' + json.dumps(ABOUT.split("\n"), ensure_ascii=False, indent=1),
        '"forms": {\n' + ",\n".join(f"{_one(name)}: {_one(made)}" for name, made in forms.items()) + "\n}",
        '"cases": [\n' + ",\n".join(_case(case) for case in cases) + "\n]\n}\n",
    ]
    FILE.write_text(",\n".join(lines))


def _case(case: Json) -> str:
    """A row a line, so that a difference can be read."""
    parts = [f"{_one(name)}: {_one(said)}" for name, said in case.items() if name != "rows"]
    rows = ",\n  ".join(_one(row) for row in case["rows"])
    return "{" + ",\n ".join([*parts, f'"rows": [\n  {rows}]']) + "}"


def _one(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    main()
