"""What the demo's pairs put down as the answer to one question."""

from datetime import date
from functools import cache
from typing import Any

from webapp.demo.library import Row, lot, subjects

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
# Questions of an item that is for two kinds of subject, by the kind that they do not concern.
NOT_FOR = {"dispatch": ("PD5-5",), "user": ("PD5-1", "PD5-2", "PD5-3", "PD5-4")}


def value(row: Row, assignment: Row) -> Any:
    """What was answered to one question of the visit, or null where it was left out."""
    subject, kind = subject_of(assignment), row["type"]
    if row["name"] in assignment["fails"]:
        return "fail"
    if row["name"] == "B1":
        return _business(assignment, subject)
    if row["name"] == "B2":
        return "na" if subject["type"] == "pensioner" else "pass"
    elsewhere = row["name"].startswith(NOT_FOR.get(subject["type"], ("-",)))
    personal = subject["type"] == "pensioner" and row["form"] == "base" and kind in ("verdict", "integer")
    if elsewhere or personal or assignment["result"] in NOTHING_SEEN:
        return _blank(row)
    if row["sample"].startswith("@"):
        return _known(row, assignment, subject)
    return _sampled(row, assignment["key"])


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
        "@licences": ["none"]
        if subject["type"] == "pensioner"
        else ["licence", *([licence] if licence else []), "insurance"],
    }
    return known[row["sample"]]


def _sampled(row: Row, key: str) -> Any:
    """A value from what is plausible: `a|b` is one of the two, `a..b` lies between."""
    low, _, high = row["sample"].partition("..")
    if not high:
        options = row["sample"].split("|")
        chosen = options[lot(0, len(options) - 1, key, row["name"])]
        return chosen.split(",") if row["type"] == "select_multiple" else chosen
    if row["type"] == "date":
        days = lot(
            date.fromisoformat(low).toordinal(), date.fromisoformat(high).toordinal(), key, row["name"]
        )
        return date.fromordinal(days).isoformat()
    number = lot(int(low.replace(".", "")), int(high.replace(".", "")), key, row["name"])
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
