"""What the demo's pairs did on their visits, which follows from the assignment alone."""

from functools import cache

from webapp.demo.checklists import WRITTEN, of_visit, questions, told
from webapp.demo.library import Row, bureaus, lot
from webapp.demo.replies import NOTHING_SEEN, fails, person_in_charge, subject_of, value
from webapp.forms.rows import rows_of

CHECKED = ["资料齐全，已核对原件。", "已查阅并留存复印件。", "现场抽查一致。"]
CLOSING = {
    "corrected": "已当场责令改正，限期十五日内书面报告整改情况。",
    "pending": "已固定证据，待进一步核查处理。",
    "uncooperative": "已告知不配合检查的后果，情况见拒签记录。",
}
# An instance that somebody added says that it is there.
ADDED = {"type": "repeat", "sample": "", "failure": "", "photo": "none", "required": "no", "label": ""}
# How many workers are looked at one by one, at least.
CHECKED_WORKERS = 3
# Answered while under way, in percent; what was complained about is looked at first.
UNDER_WAY = 60


def answers(assignment: Row) -> list[Row]:
    """What was answered, in order: `{question, value, note, author, minute}`; empty where nobody went yet.

    `question` is `<form>/<question>`, `author` 0 or 1 in the pair, `minute` counts from the arrival. Values
    are `pass`/`fail`/`na`, whole numbers, decimal strings, dates, times, names of choices or lists of them.
    A question in a form with logic is answered where the form asks it, inside a repeat in each instance.
    A question in conflict is left to `conflict`.
    """
    if assignment["visit"] is None:
        return []
    asked = [row for row in _asked(assignment) if row["name"] != assignment["conflict"]]
    given = [row | {"value": value(row, assignment)} for row in asked]
    given = [row for row in given if row["value"] is not None]
    return [_answer(row, minute, assignment) for minute, row in enumerate(given, start=4)]


def conflict(assignment: Row) -> Row | None:
    """Two answers that do not agree: `{question, answers: [{value, note, author, minute}, ...]}`, or null."""
    for row in _asked(assignment) if assignment["conflict"] else []:
        if row["name"] == assignment["conflict"]:
            first = {"value": "pass", "note": "", "author": 0, "minute": 20}
            second = {"value": "fail", "note": row["failure"], "author": 1, "minute": 21}
            return {"question": row["question"], "answers": [first, second]}
    return None


def photos(assignment: Row) -> list[Row]:
    """What was photographed: `{question, caption, author, minute, lines, seed, marks}`.

    `lines` and `seed` are for `photo(lines, seed)`; `marks` are shapes in thousandths of the picture's sides.
    """
    rows = {row["question"]: row for row in _asked(assignment)}
    seen = assignment["result"] not in NOTHING_SEEN
    subject, taken, shown = subject_of(assignment), [], set()
    for answer in answers(assignment):
        row, form = rows[answer["question"]], answer["question"].partition("/")[0]
        proof = (
            seen
            and row["photo"] == "required_when_failed"
            and form not in shown
            and answer["value"] == "pass"
        )
        if row["photo"] == "required" or fails(row, answer["value"]) or proof:
            shown.add(form)
            taken.append(_photo(answer, row, subject))
    return taken


def outcome(assignment: Row) -> Row:
    """How the visit went and ended; null or empty what there was not.

    `{arrive: {time, position}, scan: {text, matches, reason},
    asked: [(author, asked)], present: [{name, role, phone}], result: {code, told, note},
    sign: {name, title, phone}, refuse: {reason, witness}, absent: {reason, witness}, return_reason, minute}`;
    `minute` is that of the result.
    """
    state, went = assignment["state"], assignment["visit"] is not None
    ended = went and state not in ("open", "conflict")
    witnessed = {"reason": assignment["ending"], "witness": assignment["witness"]}
    met = went and state != "sealed_absent"
    person = person_in_charge(assignment)
    return {
        "arrive": {"time": assignment["time"], "position": _position(assignment)} if went else None,
        "scan": _scan(assignment, met),
        "asked": [(0, "inspector"), (1, "inspector"), *([(0, "subject")] if met else [])],
        "present": [{"name": person["name"], "role": person["title"], "phone": person["phone"]}]
        if met
        else [],
        "result": _result(assignment) if ended else None,
        "sign": person if ended and met and state != "sealed_refused" else None,
        "refuse": witnessed if state == "sealed_refused" else None,
        "absent": witnessed if state == "sealed_absent" else None,
        "return_reason": assignment["ending"] if state == "returned" else None,
        "minute": len(answers(assignment)) + 8,
    }


def _asked(assignment: Row) -> list[Row]:
    """The questions of the visit with what the demo knows of each; while under way only those come to."""
    asked = [
        row
        for form in _forms(tuple(assignment["items"]))
        for row in (_by_logic(form, assignment) if form["item"] in WRITTEN else _one_by_one(form))
    ]
    if assignment["state"] != "open":
        return asked
    base = [row for row in asked if row["form"] == "base"]
    rest = [row for row in asked if row["form"] != "base"]
    reached = len(rest) * UNDER_WAY // 100
    return base + [row for at, row in enumerate(rest) if at < reached or row["name"] in assignment["fails"]]


def _one_by_one(form: Row) -> list[Row]:
    """Every question of a form that asks the same of everybody."""
    return [
        _told()[asked["name"]]
        | {"question": f"{form['name']}/{asked['name']}", "form": form["name"], "asked": asked, "place": []}
        for asked in questions(form)
    ]


def _by_logic(form: Row, assignment: Row) -> list[Row]:
    """The questions that a form comes to ask as one after another is answered, and the instances that are added."""
    content: Row = {"answers": {}, "photos": [], "arrivals": []}
    found: dict[str, Row] = {}
    while True:
        page = rows_of(form, content)
        new = [row for row in page if row["address"] not in found and _is_asked(row)]
        if not new:
            return [found[row["address"]] for row in page if row["address"] in found]
        for row in new:
            one = _told().get(row["key"], ADDED) | {"question": row["address"], "form": form["name"]}
            found[row["address"]] = one | {"name": row["key"], "asked": row["asked"], "place": row["place"]}
            content["answers"][row["address"]] = [{"value": value(found[row["address"]], assignment)}]
        for row in page:
            if row["kind"] == "repeat":
                content["answers"] |= {
                    f"{row['address']}[{one}]": [{"value": True}] for one in range(2, CHECKED_WORKERS + 1)
                }


def _is_asked(row: Row) -> bool:
    added = row["kind"] == "instance" and row["place"][-1] > 1
    return added or (row["kind"] == "question" and not row["calculated"])


def _answer(row: Row, minute: int, assignment: Row) -> Row:
    failed = fails(row, row["value"])
    remark = CHECKED[lot(0, 2, assignment["key"], row["name"])]
    remarked = row["value"] == "pass" and lot(1, 9, row["name"], assignment["key"]) == 1
    forms = ["base", *(code.lower() for code in assignment["items"])]
    return {
        "question": row["question"],
        "value": row["value"],
        "note": row["failure"] if failed else remark if remarked else "",
        "author": forms.index(row["form"]) % 2,
        "minute": minute,
    }


def _photo(answer: Row, row: Row, subject: Row) -> Row:
    failed = fails(row, answer["value"])
    caption = row["failure"] if failed else f"查验：{row['label']}"
    if row["name"] == "B2" and not failed:
        caption = "网上比对工作现场" if subject["type"] == "pensioner" else "检查对象门头及门牌"
    seed = f"{subject['key']}/{row['name']}"
    circle = {
        "kind": "circle",
        "x": lot(280, 420, seed, "x"),
        "y": lot(260, 380, seed, "y"),
        "w": 260,
        "h": 240,
        "text": "",
    }
    return {
        "question": answer["question"],
        "caption": caption,
        "author": answer["author"],
        "minute": answer["minute"],
        "lines": [subject["name"], caption],
        "seed": seed,
        "marks": [circle] if failed else [],
    }


def _result(assignment: Row) -> Row:
    code = assignment["result"]
    (bureau,) = (each for each in bureaus() if each["key"] == assignment["bureau"])
    met = code not in NOTHING_SEEN and assignment["state"] != "sealed_absent"
    told = met and bureau["law"]["feedback_before_publish"]["value"]
    fallen = [row["failure"] for row in _asked(assignment) if row["name"] in assignment["fails"]]
    found = list(dict.fromkeys(fallen))
    listed = "；".join(f"{number}. {text}" for number, text in enumerate(found, start=1))
    note = f"发现问题：{listed}。{CLOSING.get(code, '')}" if found else "本次抽查事项均未发现问题。"
    return {"code": code, "told": told, "note": note}


def _scan(assignment: Row, met: bool) -> Row:
    subject = subject_of(assignment)
    if not met:
        return {"text": None, "matches": None, "reason": "大门紧锁，现场没有码"}
    if subject["type"] == "pensioner":
        return {"text": None, "matches": None, "reason": "检查对象是自然人，没有码"}
    return {"text": subject["code"], "matches": True, "reason": None}


def _position(assignment: Row) -> Row:
    subject = subject_of(assignment)
    accuracy = str(lot(6, 28, assignment["key"], "accuracy"))
    return {"latitude": subject["latitude"], "longitude": subject["longitude"], "accuracy": accuracy}


@cache
def _told() -> dict[str, dict[str, str]]:
    return told()


@cache
def _forms(codes: tuple[str, ...]) -> list[Row]:
    return of_visit(list(codes))
