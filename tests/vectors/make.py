"""Writes record.json, which JavaScript and Python both run: `python -m tests.vectors.make`.

Read the difference before committing it.
"""

import json
from pathlib import Path
from typing import Any

from tests.field.log import CHEN, LI, PIXEL, VISIT, WANG, Log, sealed
from webapp.canonical import NotCanonical, canonical, parse, sha256
from webapp.field.fold import covers, fold

FILE = Path(__file__).parent / "record.json"
ASTRAL, COMBINED = "\U00020bb7", "e\u0301"

TEXTS = {
    "keys are sorted by UTF-16 units": '{"\\uE000":1,"\\uD83D\\uDE00":2,"a":3,"B":4}',
    "an ideograph outside the basic plane stays one": f'["{ASTRAL}"]',
    "the same ideograph written as a surrogate pair": '["\\uD842\\uDFB7"]',
    "decomposed text is not composed": f'["{COMBINED}","é"]',
    "a lone high surrogate is refused": '["\\uD842"]',
    "a lone low surrogate is refused": '["x\\uDFB7"]',
    "a lone surrogate in a key is refused": '{"\\uD800":1}',
    "two surrogates in the wrong order are refused": '["\\uDFB7\\uD842"]',
    "minus zero is zero": "[-0]",
    "minus zero with a fraction is zero": "[-0.0]",
    "a whole number written with a fraction": "[1.0,250.00]",
    "a whole number written with an exponent": "[1e3,12E+2]",
    "a fraction is refused": "[0.5]",
    "the longest number": "[9007199254740991,-9007199254740991]",
    "one more than the longest number is refused": "[9007199254740992]",
    "a number that both would round is refused": "[9007199254740993]",
    "a very long number is refused": "[123456789012345678901234567890]",
    "a number over all bounds is refused": "[1e400]",
    "the last of two equal keys counts": '{"a":1,"a":2}',
    "control characters are escaped": '["\\u0000\\u001f\\b\\t\\n\\f\\r\\"\\\\/"]',
    "line separators and HTML are not escaped": '["\\u2028\\u2029<>&\\u007f"]',
    "names that objects inherit are ordinary keys": '{"__proto__":1,"constructor":{"toString":null},"hasOwnProperty":[]}',
    "empty things": '[{},[],"",null,true,false]',
    "a bare text": '"一次一档"',
    "as deep as it may be": "[" * 64 + "1" + "]" * 64,
    "too deep is refused": "[" * 66 + "1" + "]" * 66,
    "not JSON is refused": "[NaN]",
    "a trailing comma is refused": "[1,]",
    "white space does not count": ' { "b" : [ 1 , 2 ] , "a" : "x" } ',
}


def logs() -> dict[str, Any]:
    """Name to log. Each function below is one thing that happens in the field."""
    cases: dict[str, Log] = {
        "nothing happened": Log(),
        "arrived, found, result set": Log().visited(),
        "sealed": sealed(),
    }
    _answers(cases)
    _evidence(cases)
    _endings(cases)
    _seals(cases)
    _afterwards(cases)
    _against_each_other(cases)
    _pairs(cases)
    _after(cases)
    return cases


def _answers(cases: dict[str, Log]) -> None:
    log = cases["an answer is replaced by its author"] = Log()
    log.answer(WANG, "base/B1", "pass")
    log.answer(WANG, "base/B1", "fail", note="门头不符")
    log = cases["concurrent answers with different values are a conflict"] = Log()
    log.answer(WANG, "base/B1", "pass", 1)
    log.answer(LI, "base/B1", "fail", 1)
    log = cases["concurrent answers with the same value are none"] = Log()
    log.answer(WANG, "base/B1", "pass", 1)
    log.answer(LI, "base/B1", "pass", 1)
    log = cases["concurrent answers with different notes are a conflict"] = Log()
    log.answer(WANG, "base/B1", "fail", 1, note="一")
    log.answer(LI, "base/B1", "fail", 1, note="二")
    log = cases["one of the pair settles a conflict"] = Log(
        cases["concurrent answers with different values are a conflict"]
    )
    log.answer(LI, "base/B1", "fail", note="已核对")
    log = cases["both settle a conflict differently"] = Log(
        cases["concurrent answers with different values are a conflict"]
    )
    log.answer(LI, "base/B1", "fail", 2)
    log.answer(WANG, "base/B1", "na", 2)
    log = cases["three answers of which one was seen"] = Log()
    first = log.answer(WANG, "base/B1", "pass", 1)
    log.answer(LI, "base/B1", "fail", 2, replaces=[first])
    log.answer(WANG, "base/B1", "na", 2, replaces=[first])
    log = cases["an answer cannot replace what is later or itself"] = Log()
    log.add(
        WANG, "answer", 5, question="base/B1", value="pass", replaces=["01930000-0000-7000-8000-000000000002"]
    )
    log.add(
        LI, "answer", 9, question="base/B1", value="fail", replaces=["01930000-0000-7000-8000-000000000002"]
    )
    log = cases["an answer replaces only answers to the same question"] = Log()
    log.answer(WANG, "base/B1", "pass", replaces=[])
    log.answer(WANG, "base/B2", "fail", replaces=["01930000-0000-7000-8000-000000000001"])
    log = cases["an answer is taken back"] = Log()
    log.answer(WANG, "base/B1", "pass")
    log.answer(WANG, "base/B1", None)
    log = cases["an answer is withdrawn"] = Log()
    log.add(WANG, "withdraw", event=log.answer(WANG, "base/B1", "pass"), reason="点错")
    log = cases["values of every kind"] = Log()
    for place, value in enumerate(["文字", 12, "12.50", ["a", "b"], "2026-11-21", "", [], True, {"x": None}]):
        log.answer(WANG, f"base/B{place}", value)
    log = cases["questions named like what objects inherit"] = Log()
    for name in ("__proto__", "constructor", "toString", "1", "一", ASTRAL, "\ue000"):
        log.answer(WANG, name, "pass")
    log = cases["conflicts are sorted by UTF-16 units"] = Log()
    for name in ("\ue000", ASTRAL, "b", "a"):
        log.answer(WANG, name, "pass", 1)
        log.answer(LI, name, "fail", 1)
    log = cases["text outside the basic plane, decomposed, and with a null"] = Log()
    log.answer(WANG, "base/B1", "fail", note=f"{ASTRAL}野家 caf{COMBINED} \0")
    log = cases["replaces that is no list"] = Log()
    log.answer(WANG, "base/B1", "pass", replaces=[])
    log.add(WANG, "answer", question="base/B1", value="fail", replaces="01930000-0000-7000-8000-000000000001")
    log = cases["replaces with things that are no ids"] = Log()
    log.answer(WANG, "base/B1", "pass", replaces=[])
    log.add(
        LI,
        "answer",
        question="base/B1",
        value="fail",
        replaces=[None, 7, {}, "01930000-0000-7000-8000-000000000001"],
    )


def _evidence(cases: dict[str, Log]) -> None:
    log = cases["a photo with marks and captions"] = Log()
    photo = log.add(LI, "photo", question="base/B1", position=None, **PIXEL)
    log.add(LI, "mark", photo=photo, shapes=[{"kind": "circle", "x": 100, "y": 100, "w": 300, "h": 200}])
    log.add(WANG, "mark", photo=photo, shapes=[{"kind": "arrow", "x": 1, "y": 2, "w": -3, "h": 4}])
    log.add(LI, "caption", photo=photo, text="公示栏")
    log.add(WANG, "caption", photo=photo, text="入口公示栏")
    log.add(WANG, "caption", photo="of another inspection", text="?")
    log = cases["a photo is withdrawn with a reason"] = Log()
    photo = log.add(LI, "photo", question=None, position=None, **PIXEL)
    log.add(LI, "mark", photo=photo, shapes=[])
    log.add(WANG, "withdraw", event=photo, reason="模糊")
    log = cases["a mark is withdrawn"] = Log()
    photo = log.add(LI, "photo", question=None, position=None, **PIXEL)
    log.add(LI, "withdraw", event=log.add(LI, "mark", photo=photo, shapes=[]), reason="画错")
    log = cases["nobody can withdraw what is not yet there"] = Log()
    log.add(WANG, "withdraw", 3, event="01930000-0000-7000-8000-000000000002", reason="?")
    log.add(LI, "photo", 3, question=None, position=None, **PIXEL)
    log = cases["the same photo twice"] = Log()
    log.add(LI, "photo", question="base/B1", position=None, **PIXEL)
    log.add(LI, "photo", question="base/B2", position=None, **PIXEL)
    log = cases["a photo from the gallery"] = Log()
    log.add(LI, "photo", question="base/B1", position=None, source="gallery", **PIXEL)
    log.add(LI, "photo", question="base/B1", position=None, source="camera", note="?", **PIXEL)
    log = cases["both arrive, each on the own phone"] = Log()
    log.add(WANG, "arrive", 1, position=None, visit=VISIT)
    log.add(LI, "arrive", 1, position=None, visit={**VISIT, "number": "another"})
    log = cases["an arrival without a visit"] = Log()
    log.add(WANG, "arrive", position=None, visit=[1])
    log.add(WANG, "arrive", position=None)
    log = cases["notes and a recusal"] = Log()
    log.add(WANG, "note", text="仓库未开放", question=None)
    log.add(LI, "recuse", reason="与法定代表人有亲属关系")
    log = cases["recusal asked of all, and one asked for"] = Log()
    log.add(WANG, "recuse", asked="inspector", wanted=False, reason="")
    log.add(WANG, "recuse", asked="subject", wanted=True, reason="检查人员与同行有往来")
    log.add(LI, "recuse", asked="inspector", wanted=False, reason="")
    log = cases["the subject's code could not be scanned, and was scanned later"] = Log()
    log.add(WANG, "scan", text=None, matches=None, reason="现场没有网络")
    log.add(WANG, "scan", text="91410400MA00000000", matches=True, reason="补扫：现场没有网络")
    log.add(LI, "withdraw", event=log.add(LI, "scan", text="?", matches=False, reason=None), reason="扫错")
    log = cases["a photo belongs to several questions"] = Log()
    photo = log.add(LI, "photo", question="base/B1", position=None, **PIXEL)
    log.add(LI, "attach", photo=photo, question="base/B2")
    log.add(WANG, "withdraw", event=log.add(WANG, "attach", photo=photo, question="base/B3"), reason="点错")
    log.add(WANG, "attach", photo="of another inspection", question="base/B4")
    log.add(WANG, "attach", photo=photo)
    log = cases["unknown types and broken payloads are kept as unknown"] = Log()
    log.add(WANG, "hologram", of={"x": [1, None]})
    log.add(WANG, "answer", value="pass")
    log.add(WANG, "photo", sha256=7)
    log.add(WANG, "mark", photo="x", shapes="y")
    log.add(WANG, "toString")
    log.add(WANG, "constructor", name="x")
    log = cases["two results at once are a conflict"] = Log()
    log.add(WANG, "result", 1, code="no_problem", told=True, note=None, replaces=[])
    log.add(LI, "result", 1, code="corrected", told=True, note=None, replaces=[])
    log = cases["a result is changed"] = Log()
    first = log.add(WANG, "result", code="pending", told=False, note=None, replaces=[])
    log.add(LI, "result", code="corrected", told=True, note="当场改正", replaces=[first])


def _endings(cases: dict[str, Log]) -> None:
    ways: dict[str, dict[str, Any]] = {
        "refuse": {"reason": "认为事实不符", "witness": "社区工作人员 周敏"},
        "absent": {"reason": "负责人不在场", "witness": "物业 吴刚"},
        "stamp": {"kind": "paper", **PIXEL},
    }
    for kind, payload in ways.items():
        log = cases[f"sealed after {kind}"] = Log().visited()
        log.add(WANG, kind, record_hash=log.hash, **payload)
        log.sign(WANG, "inspector")
        log.sign(LI, "inspector")
        log.seal()
    log = cases["a stamp beside the signature"] = Log().visited()
    log.add(LI, "stamp", kind="stamp", record_hash=log.hash, **PIXEL)
    log.signed().seal()
    log = cases["a photo of the signing is no ending"] = Log().visited()
    log.add(LI, "stamp", kind="signing", record_hash=log.hash, **PIXEL)
    log.sign(WANG, "inspector")
    log.sign(LI, "inspector")
    log.seal()
    log = cases["a change after signing voids the signatures"] = Log().visited().signed()
    log.answer(LI, "pd1/PD1-1", "fail", note="又发现")


def _seals(cases: dict[str, Log]) -> None:
    log = cases["a seal with one inspector does not hold"] = Log().visited()
    log.sign(WANG, "subject")
    log.sign(WANG, "inspector")
    log.sign(WANG, "inspector")
    log.seal()
    log = cases["a seal with a stranger's signature does not hold"] = Log().visited()
    log.sign(WANG, "subject")
    log.sign(WANG, "inspector")
    log.sign(CHEN, "inspector")
    log.seal()
    log = cases["a seal without the subject does not hold"] = Log().visited()
    log.sign(WANG, "inspector")
    log.sign(LI, "inspector")
    log.seal()
    log = cases["a stamp alone is no ending"] = Log(cases["a seal without the subject does not hold"][:-1])
    log.add(LI, "stamp", kind="stamp", record_hash=log.hash, **PIXEL)
    log.seal()
    log = cases["a seal over another record does not hold"] = Log().visited().signed()
    log.seal(WANG, record_hash="0" * 64)
    log = cases["a seal with wrong covers does not hold"] = Log().visited().signed()
    log.seal(WANG, covers="0" * 64)
    log = cases["a seal over events that are not here does not hold"] = Log().visited().signed()
    log.seal(WANG, events=[*(event["id"] for event in log), "01930000-0000-7000-8000-ffffffffffff"])
    log = cases["a seal that covers an event twice does not hold"] = Log().visited().signed()
    log.seal(WANG, events=[*(event["id"] for event in log), log[0]["id"]])
    log = cases["a seal over things that are no ids does not hold"] = Log().visited().signed()
    log.seal(WANG, events=[1, None, {}])
    log = cases["a seal over a conflict does not hold"] = Log().visited()
    log.answer(LI, "pd1/PD1-1", "fail", 2)
    log.signed().seal()
    log = cases["a seal without an arrival does not hold"] = Log()
    log.answer(WANG, "base/B1", "pass")
    log.signed().seal()
    log = cases["a visit whose pair is no list"] = Log()
    log.add(WANG, "arrive", position=None, visit={"pair": {"id": WANG}})
    log.signed().seal()
    log = cases["a pair with things that are no members"] = Log()
    log.add(WANG, "arrive", position=None, visit={"pair": [1, {"id": [WANG]}, {"id": WANG}, {"id": LI}]})
    log.signed().seal()
    log = cases["both seal at once"] = Log().visited().signed()
    seq = len(log) + 1
    log.seal(WANG, seq)
    log.seal(LI, seq, events=[event["id"] for event in log[:-1]], covers=log[-1]["payload"]["covers"])
    log = cases["a bad seal and a good one"] = Log(cases["a seal with wrong covers does not hold"])
    log.seal(LI)


def _afterwards(cases: dict[str, Log]) -> None:
    log = cases["an event after the seal is an addendum"] = sealed()
    log.answer(LI, "pd1/PD1-1", "fail")
    log = cases["an event with a lower seq that came late is an addendum"] = sealed()
    log.add(LI, "note", 4, text="搭档手机上的备注", question=None)
    log = cases["an unknown event after the seal"] = sealed()
    log.add(LI, "hologram", x=1)
    for kind, state in (("return", "returned"), ("accept", "accepted"), ("archive", "archived")):
        log = cases[state] = sealed()
        log.add(CHEN, kind, seal=log[-1]["id"], **({"reason": "缺 9 月台账照片"} if kind == "return" else {}))
    log = cases["the office asks at a question, before the seal and after"] = Log().visited()
    log.add(CHEN, "comment", text="请拍清楚公示栏", question="pd1/PD1-2")
    log.signed().seal()
    log.add(CHEN, "comment", text="照片可以", question=None)
    log = cases["a decision on another seal changes nothing"] = sealed()
    log.add(CHEN, "accept", seal="01930000-0000-7000-8000-ffffffffffff")
    log = cases["reopened after a return"] = Log(cases["returned"])
    log.add(LI, "reopen", seal=log[-2]["id"], reason="补充照片")
    log = cases["reopened, mended, signed and sealed again"] = Log(cases["reopened after a return"])
    log.add(LI, "photo", question="pd1/PD1-2", position=None, **{**PIXEL, "sha256": "b" * 64})
    log.signed().seal(LI)
    log = cases["reopened and nothing changed: the old signatures do not count"] = Log(
        cases["reopened after a return"]
    )
    log.seal(LI)
    log = cases["reopened without a return"] = sealed()
    log.add(WANG, "reopen", seal=log[-1]["id"], reason="漏查一项")
    log = cases["what the office accepted cannot be reopened"] = Log(cases["accepted"])
    log.add(LI, "reopen", seal=log[-2]["id"], reason="想改")
    log = cases["accepted, archived"] = Log(cases["accepted"])
    log.add(CHEN, "archive", seal=log[-2]["id"])
    log = cases["accepted, then returned and reopened"] = Log(cases["accepted"])
    seal = log[-2]["id"]
    log.add(CHEN, "return", seal=seal, reason="复核发现漏项")
    log.add(LI, "reopen", seal=seal, reason="补查")
    log = cases["out of order"] = Log(reversed(cases["reopened, mended, signed and sealed again"]))
    log = cases["every event twice"] = Log([*sealed(), *reversed(sealed())])


def _against_each_other(cases: dict[str, Log]) -> None:
    older = Log().visited().signed()
    covered = sorted(event["id"] for event in older)
    again = {"record_hash": older.hash, "covers": covers(covered), "events": covered}
    changed = Log(older)
    changed.answer(LI, "pd1/PD1-3", "fail", note="后来发现的问题")
    log = cases["an older record that all had signed is sealed after the later one"] = Log(changed)
    log.signed().seal(LI)
    log.seal(WANG, 1, **again)
    log = cases["accepted, and then an older record is sealed"] = Log(log[:-1])
    log.add(CHEN, "accept", seal=log[-1]["id"])
    log.seal(WANG, 1, **again)
    log = cases["an older record is sealed while the later one is not"] = Log(changed)
    log.seal(WANG, 1, **again)
    log.signed().seal(LI)
    log = cases["two records that all had signed, and neither holds the other"] = Log(changed)
    log.signed().seal(LI)
    log.sign(WANG, "inspector", 2, name="王强", record_hash=older.hash)
    padded = sorted([*covered, log[-1]["id"]])
    log.seal(WANG, 1, **again | {"covers": covers(padded), "events": padded})
    log = cases["two records that all had signed, and then one more over both"] = Log(log)
    log.signed().seal(LI)
    log = cases["a second seal does not bring back what was reopened"] = Log(older)
    log.seal(LI)
    log.add(LI, "reopen", seal=log[-1]["id"], reason="漏查一项")
    log.seal(WANG, 1, **again)
    log = cases["a reopening of what is no seal changes nothing"] = sealed()
    log.add(LI, "reopen", seal=log[0]["id"], reason="?")


def _pairs(cases: dict[str, Log]) -> None:
    """The office decides on recusal, changes the pair, calls the inspection off (RZ-10b, TJ-10b)."""
    new = [VISIT["pair"][0], {"id": CHEN, "name": "陈刚", "credential": "16040003"}]
    log = cases["a recusal is declined with its reason"] = Log().visited()
    wish = log.add(WANG, "recuse", asked="subject", wanted=True, reason="是竞争对手的亲属")
    log.add(CHEN, "recusal", wish=wish, granted=False, reason="查无此事")
    log = cases["a recusal is granted and the pair is changed"] = Log().visited()
    wish = log.add(LI, "recuse", asked="inspector", wanted=True, reason="近亲属在该单位任职")
    log.add(CHEN, "recusal", wish=wish, granted=True, reason="属实")
    log.add(CHEN, "pair", pair=new, out=[VISIT["pair"][1]], reason="回避")
    log = cases["the new pair signs and seals"] = Log(log)
    for role, author in (("subject", WANG), ("inspector", WANG), ("inspector", CHEN)):
        log.sign(author, role)
    log.seal()
    log = cases["who was replaced signs for nothing"] = Log(
        cases["a recusal is granted and the pair is changed"]
    )
    log.signed().seal()
    log = cases["a seal made as if the pair had not been changed"] = Log().visited().signed()
    before = sorted(event["id"] for event in log)
    again = {"record_hash": log.hash, "covers": covers(before), "events": before}
    log.add(CHEN, "pair", pair=new, reason="因病")
    log.seal(WANG, 1, **again)
    log = cases["the pair is changed after a return"] = Log(cases["returned"])
    log.add(CHEN, "pair", pair=new, reason="调离")
    log = cases["what was accepted keeps its pair"] = Log(cases["accepted"])
    log.add(CHEN, "pair", pair=new, reason="调离")
    log = cases["the pair is changed before anybody arrived, and the phone had not seen it"] = Log()
    log.add(CHEN, "pair", 1, pair=new, reason="利害关系")
    log.add(WANG, "arrive", 1, position=None, visit=VISIT)
    log = cases["no phone withdraws what the office said of the pair"] = Log(log)
    log.add(WANG, "withdraw", event=log[0]["id"], reason="?")
    log = cases["called off before it began"] = Log()
    log.add(CHEN, "cancel", reason="检查对象已注销")
    log = cases["called off, and a phone that did not know it sealed"] = Log(sealed())
    log.add(CHEN, "cancel", 1, reason="检查对象已注销")
    log = cases["called off and taken up again"] = Log(log)
    log.add(CHEN, "proceed", reason="到现场查明仍在经营")
    log = cases["decisions that lack what they must hold"] = Log()
    log.add(CHEN, "recusal", wish="x", granted="yes", reason="?")
    log.add(CHEN, "pair", pair={}, reason="?")
    log.add(CHEN, "cancel")


def _after(cases: dict[str, Log]) -> None:
    """What follows the record: it stands beside it, and changes neither its hash nor its state."""
    log = cases["decided, approved and told"] = Log(cases["accepted"])
    decision = log.add(CHEN, "decide", code="corrected", sub=None, note="", objection=None)
    log.add(WANG, "approve", target=decision, granted=True, opinion="同意")
    log.add(CHEN, "serve", notice="x", way="post", at="2026-11-24")
    log = cases["the subject objects, and the phone sends something late"] = Log(log)
    log.add("subject", "object", text="认定有误", at="2026-11-25")
    log.add(WANG, "note", 40, text="补充")
    log = cases["what follows lacks what it must hold"] = Log(cases["accepted"])
    log.add(CHEN, "publish", document=[], document_hash="x")
    log.add(CHEN, "publish", document=None, document_hash="x")
    log.add(CHEN, "approve", target="x", granted="yes")
    log = cases["called off after a decision that nobody may make"] = Log()
    log.add(CHEN, "decide", code="no_problem")
    log.add(CHEN, "cancel", reason="检查对象已注销")


def make() -> dict[str, Any]:
    """Every case with what it must give."""
    texts = []
    for name, text in TEXTS.items():
        try:
            data = canonical(parse(text))
            texts.append({"name": name, "text": text, "canonical": data.decode(), "sha256": sha256(data)})
        except NotCanonical:
            texts.append({"name": name, "text": text, "canonical": None, "sha256": None})
    folds = [{"name": name, "events": list(log), "record": fold(log)} for name, log in logs().items()]
    return {"canonical": texts, "fold": folds}


def dump(vectors: dict[str, Any]) -> str:
    """ASCII, so that no editor composes what is meant to be decomposed; one case a line."""
    parts = [
        f'"{kind}":[\n' + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]"
        for kind, cases in vectors.items()
    ]
    return "{" + ",\n".join(parts) + "}\n"


if __name__ == "__main__":
    FILE.write_text(dump(make()))
