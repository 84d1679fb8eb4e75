"""Return visits (回访, CA-2.4c, CA-3.2): who is drawn for one, what is asked there, what a person should look at. Pure."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from webapp.draw import asking
from webapp.draw.asking import Ask
from webapp.draw.terms import Rules
from webapp.followup.steps import Step, Steps

Json = dict[str, Any]

WAYS = ("phone", "visit")
KINDS = ("yes_no", "number", "text")
YES_NO = ("yes", "no", "unknown")
MOST_QUESTIONS, QUESTION_LENGTH, TEXT_LENGTH = 30, 200, 2000
DONE, SIGNS = "done", "signs"
MOST_WEIGHT = 9
NUMBER = re.compile(r"\d{1,4}", re.ASCII)

# What is asked as long as a bureau has no checklist of its own (RZ-14, RZ-16, RZ-17, RZ-18).
USUAL: list[Json] = [
    {"name": "q1", "text": "检查人员是否出示了执法证", "kind": "yes_no", "good": "yes"},
    {"name": "q2", "text": "到场的检查人员有几位", "kind": "number", "good": None},
    {"name": "q3", "text": "检查大约用了多少分钟", "kind": "number", "good": None},
    {"name": "q4", "text": "检查人员是否看了现场和资料，逐项问过", "kind": "yes_no", "good": "yes"},
    {"name": "q5", "text": "签字以前是否看过检查记录，内容是否与实际相符", "kind": "yes_no", "good": "yes"},
    {"name": "q6", "text": "是否告知了检查结果，以及不同意时怎样提出", "kind": "yes_no", "good": "yes"},
    {"name": "q7", "text": "是否收费、索要或者收受财物、要求接受指定服务", "kind": "yes_no", "good": "no"},
    {"name": "q8", "text": "对检查人员和检查工作有什么意见", "kind": "text", "good": None},
]


def questions_of(form: Mapping[str, str]) -> tuple[list[Json], dict[str, str]]:
    """The checklist that was typed, line by line (`text-0`, `kind-0`, `good-0`, …), and the faults by field. A line without
    a text is none."""
    questions: list[Json] = []
    faults: dict[str, str] = {}
    for place in range(MOST_QUESTIONS):
        text = " ".join(form.get(f"text-{place}", "").split())
        kind, good = form.get(f"kind-{place}", "yes_no"), form.get(f"good-{place}", "")
        if not text:
            continue
        if len(text) > QUESTION_LENGTH:
            faults[f"text-{place}"] = "long"
        asked = kind if kind in KINDS else "text"
        expected = good if asked == "yes_no" and good in ("yes", "no") else None
        questions.append({"name": f"q{len(questions) + 1}", "text": text, "kind": asked, "good": expected})
    if not questions:
        faults["text-0"] = "none"
    return questions, faults


def answers_of(questions: Iterable[Json], form: Mapping[str, str]) -> tuple[Json, dict[str, str]]:
    """What was answered, by question, and the faults: each yes or no is needed, as nobody may be led to an answer."""
    answers: Json = {}
    faults: dict[str, str] = {}
    for question in questions:
        name, given = question["name"], form.get(question["name"], "").strip()
        if question["kind"] == "yes_no" and given not in YES_NO:
            faults[name] = "needed"
        elif question["kind"] == "number" and given and not NUMBER.fullmatch(given):
            faults[name] = "number"
        elif len(given) > TEXT_LENGTH:
            faults[name] = "long"
        elif given:
            answers[name] = int(given) if question["kind"] == "number" else given
    return answers, faults


def concerns(payload: Json) -> list[Json]:
    """The questions whose answer is not the one that should be: a person looks at them."""
    asked = [one for one in _objects(payload.get("questions")) if one.get("good") in ("yes", "no")]
    answers = payload.get("answers")
    given = answers if isinstance(answers, dict) else {}
    other = {"yes": "no", "no": "yes"}
    return [one for one in asked if given.get(one.get("name")) == other[one["good"]]]


def made(steps: Steps) -> list[Step]:
    """The return visits that count."""
    return steps.standing("return_visit")


def return_fault(payload: Json, _steps: Steps, _author: str, today: date) -> str | None:
    """What is wrong with a return visit as it is to be written."""
    if payload.get("way") not in WAYS or not str(payload.get("by") or "").strip():
        return "return_by"
    try:
        at = date.fromisoformat(payload["at"])
    except (TypeError, ValueError):
        return "day_wrong"
    return "return_ahead" if at > today else None


def row(number: str, district: str | None, signed: bool) -> Json:
    """An inspection as the freeze takes it; its number stands in the pool, which is no secret in the office."""
    return {
        "id": number, "region": asking.named(district), "risk": asking.NOTHING, "kind": DONE, "state": DONE,
        "labels": [SIGNS] if signed else [], "visits": [], "clean": False,
    }  # fmt: skip


def rules_of(
    said: Ask, bureau: str, title: str, frozen: str, items: list[str], total: int, weight: int
) -> Rules:
    """What a draw of return visits is asked: `total` inspections, spread over the districts by largest remainder; one about
    which a question is open counts `weight` times."""
    return {
        "bureau": bureau,
        "items": items,
        "task": title,
        "frozen": frozen,
        "window": {"from": said.begins.isoformat(), "until": said.ends.isoformat()},
        "sources": said.sources,
        "eligible": {"states": [DONE]},
        "weights": {"risk": {}, "labels": {SIGNS: weight - 1} if weight > 1 else {}, "most": weight},
        "by": "region",
        "quota": {"total": total},
        "team": None,
    }


def _objects(value: Any) -> list[Json]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
