"""What the demo's pairs put down as the answer to one question."""

from datetime import date
from functools import cache
from typing import Any

from webapp.demo.library import Row, lot, subjects
from webapp.forms.rows import is_found

MANAGERS = [
    "杭一苇",
    "鲍若水",
    "危思安",
    "梅映雪",
    "柯九思",
    "蓝田玉",
    "屈知非",
    "穆清扬",
    "盛夏禾",
    "葛有方",
]
TITLES = ["人事经理", "综合部部长", "办公室主任", "副总经理", "行政主管"]
LICENCES = {"hr": "hr", "dispatch": "dispatch", "school": "school", "training": "school"}
# Who has these results was not met, so that nothing inside could be checked.
NOTHING_SEEN = ("unreachable", "no_activity")
# Who is looked at one by one, and which of them where something is found.
WORKERS = ["江晚舟", "许春生", "孔令仪", "邢立冬", "滕小满", "路遥知", "贺新凉", "岑谷雨", "韦长庚", "莫问津"]
FOUND_AT = [2]
# The districts of the form for labour dispatch, by their names.
DISTRICTS = {
    "新华区": "xinhua", "卫东区": "weidong", "湛河区": "zhanhe", "石龙区": "shilong", "宝丰县": "baofeng", "叶县": "yexian",
    "鲁山县": "lushan", "郏县": "jiaxian", "舞钢市": "wugang",
}  # fmt: skip


def value(row: Row, assignment: Row) -> Any:
    """What was answered to one question of the visit, or null where it was left out."""
    subject, kind = subject_of(assignment), row["type"]
    if kind == "repeat":
        return True
    if row["name"] in assignment["fails"] and row["place"] in ([], FOUND_AT):
        return "fail" if kind == "verdict" else row["asked"]["verdict"][-1]
    if row["name"] == "B1":
        return _business(assignment, subject)
    if row["name"] == "B2":
        return "na" if subject["type"] == "pensioner" else "pass"
    personal = subject["type"] == "pensioner" and row["form"] == "base" and kind in ("verdict", "integer")
    if personal or assignment["result"] in NOTHING_SEEN:
        return _blank(row)
    if row["sample"].startswith("@"):
        return _known(row, assignment, subject)
    return _sampled(row, assignment["key"])


def fails(row: Row, answer: Any) -> bool:
    """Whether an answer is a finding."""
    return is_found(row["asked"], [answer] if isinstance(answer, str) else [])


def _business(assignment: Row, subject: Row) -> str:
    if subject["type"] == "pensioner":
        return "person"
    return "suspended" if assignment["result"] in NOTHING_SEEN else "open"


def _blank(row: Row) -> Any:
    """What is put down where there is nothing to check: the least that a required question takes."""
    if row["type"] == "verdict":
        return "na"
    if row["required"] == "no":
        return None
    last = row["asked"].get("choices", [{}])[-1].get("name")
    return {
        "integer": 0,
        "decimal": "0.00",
        "text": "未能核实",
        "select_one": last,
        "select_multiple": [last],
    }.get(row["type"])


def _known(row: Row, assignment: Row, subject: Row) -> Any:
    """What follows from who the subject is."""
    if row["sample"] in ("@street", "@worker"):
        return _street(row, subject) if row["sample"] == "@street" else _worker(row, subject)
    person = person_in_charge(assignment)
    short = {"B8-2": "PD7-2a", "B8-3": "PD7-7b"}.get(row["name"])
    missing = {"B8-2": 3, "B8-3": 7}.get(row["name"], 0) if short in assignment["fails"] else 0
    licence = LICENCES.get(subject["type"])
    known = {
        "@manager": person["name"],
        "@title": person["title"],
        "@phone": person["phone"],
        "@staff": max(subject["staff"] - missing, 0),
        "@founded": subject["founded"],
        "@business": subject["business"],
        "@visit": _later(assignment["time"], 3),
        "@kind": "agency" if subject["type"] == "dispatch" else "user",
        "@district": _district(subject),
        "@licences": ["none"]
        if subject["type"] == "pensioner"
        else ["licence", *([licence] if licence else []), "insurance"],
    }
    return known[row["sample"]]


def _district(subject: Row) -> str:
    """Where a firm is; a town of Ruzhou is in Ruzhou."""
    return DISTRICTS.get(subject["district"], "ruzhou")


def _street(row: Row, subject: Row) -> str:
    offered = [
        one for one in row["asked"].get("choices", []) if one["more"]["district"] == _district(subject)
    ]
    own = [one for one in offered if one["label"]["zh-Hans"] == subject["district"]]
    at = own[0] if own else offered[lot(0, len(offered) - 1, subject["key"], "street")]
    return str(at["name"])


def _worker(row: Row, subject: Row) -> str:
    first = lot(0, len(WORKERS) - 1, subject["key"], "workers")
    return WORKERS[(first + sum(row["place"])) % len(WORKERS)]


def _sampled(row: Row, key: str) -> Any:
    """A value from what is plausible: `a|b` is one of the two, `a..b` lies between."""
    low, _, high = row["sample"].partition("..")
    name = f"{row['name']}{row['place'] or ''}"
    if not high:
        options = row["sample"].split("|")
        chosen = options[lot(0, len(options) - 1, key, name)]
        return chosen.split(",") if row["type"] in ("select_multiple", "rank") else chosen
    if row["type"] == "date":
        days = lot(date.fromisoformat(low).toordinal(), date.fromisoformat(high).toordinal(), key, name)
        return date.fromordinal(days).isoformat()
    number = lot(int(low.replace(".", "")), int(high.replace(".", "")), key, name)
    if row["type"] == "integer":
        return number
    places = len(low.partition(".")[2])
    return f"{number // 10**places}.{number % 10**places:0{places}}"


def person_in_charge(assignment: Row) -> Row:
    """Who speaks for the subject: themselves, the owner of a small firm, or a manager."""
    subject = subject_of(assignment)
    name, title = subject["name"], "本人"
    if subject["type"] != "pensioner":
        name, title = subject["representative"], "法定代表人"
        if subject["staff"] > 60:
            name = MANAGERS[lot(0, len(MANAGERS) - 1, subject["key"], "name")]
            title = TITLES[lot(0, len(TITLES) - 1, subject["key"], "title")]
    return {"name": name, "title": title, "phone": subject["phone"]}


def _later(time: str, minutes: int) -> str:
    hour, minute = (int(part) for part in time.split(":"))
    total = hour * 60 + minute + minutes
    return f"{total // 60:02}:{total % 60:02}"


def subject_of(assignment: Row) -> Row:
    """The subject that the visit is to."""
    return _subjects()[assignment["subject"]]


@cache
def _subjects() -> dict[str, Row]:
    return {subject["id"]: subject for subject in subjects()}
