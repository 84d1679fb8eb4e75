"""Writes draw.json, which JavaScript and Python both run: `python -m tests.vectors.make_draw`.

Read the difference before committing it: a draw that was made once must come out the same for ever.
"""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.draw.hall import (
    DEPUTY,
    MEMBER,
    SALT,
    Hall,
    expert,
    inspector,
    inspectors,
    opened,
    pool,
    public,
    witness,
)
from webapp.draw import layout, proof, rules, swaps
from webapp.draw.freeze import blind, line

FILE = Path(__file__).parent / "draw.json"
ASTRAL = "\U00020bb7"


def halls() -> dict[str, Hall]:
    """Name to what is drawn; most can be drawn, some not."""
    return {**_quotas(), **_names(), **_teams(), **_refused(), **_not_drawn()}


def _quotas() -> dict[str, Hall]:
    def quota(lines: list[str] | None = None, by: str = "risk/region", **more: Any) -> Hall:
        return Hall(lines, by=by, quota=more, team=None)

    three = pool(A_新华区=30, C_新华区=12, C_卫东区=7)
    equal = pool(A_一区=5, A_二区=5, A_三区=5, A_四区=5)
    return {
        "a tenth of each stratum, rounded up": Hall(),
        "subjects only, the pairs are drawn elsewhere": Hall(team=None),
        "one hundredth of a percent still draws one": quota(bp=1),
        "nothing is asked, nothing is drawn": quota(),
        "everybody": quota(bp=10_000),
        "exactly a whole number is not rounded up": quota(pool(A_新华区=100), bp=700),
        "a ratio for a risk level": quota(bp=500, risk={"C": 5000}),
        "a ratio for a stratum stands before that of its risk level": quota(
            bp=500, risk={"C": 5000}, strata={"C/卫东区": 10_000}
        ),
        "a stratum that only the rules name is empty": quota(bp=500, strata={"D/新华区": 10_000}),
        "at least two of each, or as many as there are": quota(
            pool(A_新华区=30, C_卫东区=1), bp=100, least=2
        ),
        "a total by largest remainder": quota(total=20),
        "a total with ties, settled by ticket": quota(equal, total=6),
        "a total of one over equal strata": quota(equal, total=1),
        "a total over the pool draws the pool and says what is short": quota(three, total=200),
        "a total after one of each": quota(equal, total=7, least=1),
        "a ratio, and a total that raises it": quota(three, bp=1000, total=20),
        "a ratio over its total stays": quota(three, bp=5000, total=3),
        "no more than what is left of the plan": quota(three, bp=5000, most=5),
        "nothing is left of the plan": quota(three, bp=5000, most=0),
        "strata by risk": quota(three, by="risk", bp=1000),
        "strata by region": quota(three, by="region", total=9),
        "one stratum": quota(three, by="all", total=9),
        "a pool of one": quota(pool(A_新华区=1), bp=500),
        "batch order where everyone is inspected": Hall(batches=4, quota={"bp": 10_000}),
        "more batches than subjects": Hall(pool(A_新华区=2), batches=12, quota={"bp": 10_000}),
    }


def _names() -> dict[str, Hall]:
    heavy = [line(f"s{number}", "新华区", "D", tickets) for number, tickets in enumerate([1, 2, 3, 9, 1, 5])]
    odd = [
        line(name, "新华区", "-") for name in ("\ue000", ASTRAL, "z", "a b", "a", "华鑫", "é", "constructor")
    ]
    return {
        "more tickets for more risk": Hall(
            heavy,
            quota={"total": 3},
            weights={"risk": {"D": 3}, "labels": {"投诉": 6, "无违法": -2}, "most": 9},
        ),
        "ids are sorted by their bytes": Hall(sorted(odd), quota={"bp": 5000}),
        "names that objects inherit": Hall(
            [line("toString", "__proto__", "constructor"), line("valueOf", "__proto__", "constructor")],
            quota={"risk": {"valueOf": 1}, "strata": {"__proto__/x": 10_000}, "bp": 5000},
        ),
        "strata are sorted by their bytes": Hall(
            sorted([line("1", "\ufa0e", "x"), line("2", ASTRAL, "x"), line("3", "一", "x")]), quota={"bp": 1}
        ),
        "blind ids": Hall(
            sorted(line(blind(f"9141{number}", SALT), "新华区", "C") for number in range(20)), blind=True
        ),
        "several items at once": Hall(
            items=["PD-5", "PD-6"], people=inspectors(5, scope=["PD-6", "PD-5", "PD-9"])
        ),
        "a number as long as it may be": Hall(sources=[public("a")]),
    }


def _teams() -> dict[str, Hall]:
    def team(people: list[dict[str, Any]] | None = None, **more: Any) -> Hall:
        experts = [expert("审1"), expert("审2", load=1), expert("法1", specialties=["法律"])]
        return Hall(people=people, experts=experts, team={"local": "any"} | more)

    split = [inspector(f"东{n}", regions=["卫东区"]) for n in range(3)] + [
        inspector(f"西{n}", regions=["新华区"]) for n in range(4)
    ]
    loan = {
        "region": "卫东区",
        "document": "平人社调〔2026〕8号",
        "from": "2026-11-01",
        "until": "2027-01-31",
    }
    lent = [inspector(f"借{n}", regions=["湛河区"], lent=[loan]) for n in range(2)]
    skilled = [inspector("技1", specialties=["劳务派遣"], load=9), *inspectors(5)]
    units = [*inspectors(4), *(inspector(f"税{n}", unit="税务局", scope=["SW-1"]) for n in range(3))]
    overlapping = [
        inspector("甲", specialties=["审计"], load=0),
        inspector("乙", specialties=["审计", "法律"], load=1),
        inspector("丙", specialties=["审计"], load=2),
        inspector("丁", leader=True, load=3),
        inspector("戊", leader=True, specialties=["法律"], load=4),
    ]
    return {
        "three of a kind": team(size=3),
        "from where the subject is": team(split, local="local"),
        "lent with a document": team([*split[3:], *lent], local="local"),
        "somebody lent has to be there": team(
            [*split, *lent], local="local", needs=[{"what": "lent", "value": "", "count": 1}]
        ),
        "only lent ones, from elsewhere": team([*split, *lent], local="away"),
        "a specialist although he has most to do": team(
            skilled, needs=[{"what": "specialty", "value": "劳务派遣", "count": 1}]
        ),
        "a leader": team(
            [*inspectors(4), inspector("组长", leader=True)],
            needs=[{"what": "leader", "value": "", "count": 1}],
        ),
        "the leader leads although another ranks before": team(
            [inspector("甲", leader=True, load=5), inspector("乙")]
        ),
        "two units together cover two items": Hall(
            people=units,
            items=["PD-5", "SW-1"],
            team={
                "local": "any",
                "size": 3,
                "cover": "together",
                "needs": [{"what": "unit", "value": "税务局", "count": 1}],
            },
        ),
        "needs that overlap find the first team that meets all": team(
            overlapping,
            needs=[
                {"what": "specialty", "value": "审计", "count": 1},
                {"what": "specialty", "value": "法律", "count": 1},
                {"what": "leader", "value": "", "count": 1},
            ],
        ),
        "who had more before gets less now": team([inspector("新"), *inspectors(4, load=3)]),
        "nobody over the most": team(inspectors(6), most=1),
        "an expert comes along": team(experts={"count": 1, "specialty": "审计"}),
        "two experts of any kind": team(experts={"count": 2, "specialty": None}),
        "all items": team(inspectors(4, scope=["*"])),
        "recused from one subject": team([*inspectors(3), inspector("亲", recused=["91410400MA0001"])]),
    }


def _refused() -> dict[str, Hall]:
    everyone = {"quota": {"bp": 10_000}}
    few = pool(A_新华区=2)
    mixed = [
        inspector("1停用", active=False),
        inspector("2过期", valid_until="2026-12-15"),
        inspector("3未生效", valid_from="2026-12-02"),
        inspector("4范围", scope=["PD-9"]),
        inspector("5外区", regions=["卫东区"]),
        inspector(
            "6借出无文号",
            regions=["卫东区"],
            lent=[{"region": "新华区", "document": " ", "from": "2026-01-01", "until": "2027-12-31"}],
        ),
        inspector(
            "7借期不足",
            regions=["卫东区"],
            lent=[
                {"region": "新华区", "document": "〔2026〕8号", "from": "2026-12-01", "until": "2026-12-30"}
            ],
        ),
        inspector("8回避", recused=["91410400MA0000", "91410400MA0001"]),
        inspector("9可"),
    ]
    return {
        "nobody is there": Hall(few, [], **everyone),
        "one is not a pair": Hall(few, inspectors(1), **everyone),
        "each reason is counted": Hall(few, mixed, **everyone, team={}),
        "no specialist": Hall(
            few,
            **everyone,
            team={"local": "any", "needs": [{"what": "specialty", "value": "爆破", "count": 1}]},
        ),
        "every need could be met, but not by two": Hall(
            few,
            [
                inspector("审", specialties=["审计"]),
                inspector("法", specialties=["法律"]),
                inspector("长", leader=True),
            ],
            **everyone,
            team={
                "local": "any",
                "needs": [
                    {"what": "specialty", "value": "审计", "count": 1},
                    {"what": "specialty", "value": "法律", "count": 1},
                    {"what": "leader", "value": "", "count": 1},
                ],
            },
        ),
        "no expert": Hall(
            few,
            experts=[expert("审1", active=False)],
            **everyone,
            team={"local": "any", "experts": {"count": 1}},
        ),
        "all are busy before the end": Hall(few, inspectors(2), **everyone, team={"local": "any", "most": 1}),
    }


def _not_drawn() -> dict[str, Hall]:
    lines = pool(A_新华区=3)

    def bent(change: Callable[[Hall], Any], **more: Any) -> Hall:
        hall = Hall(list(lines), **more)
        change(hall)
        return hall

    def rule(**more: Any) -> Hall:
        return bent(lambda hall: hall.rules.update(more))

    return {
        "an empty pool": Hall([]),
        "the same subject twice": bent(lambda hall: hall.pool.append("91410400MA0002\t卫东区\tC\t1")),
        "a line that is none": bent(lambda hall: hall.pool.append("z\t卫东区\tC\t0")),
        "a name with a bar": bent(lambda hall: hall.pool.append("z|1\t卫东区\tC\t1")),
        "a name with a trailing blank": bent(lambda hall: hall.pool.append("z \t卫东区\tC\t1")),
        "a name that is not composed": bent(lambda hall: hall.pool.append("e\u0301\t卫东区\tC\t1")),
        "a name with half a character": bent(lambda hall: hall.pool.append("z\ud842\t卫东区\tC\t1")),
        "more tickets than the rules weigh": bent(lambda hall: hall.pool.append("z\t卫东区\tC\t2")),
        "a name among blind ids": bent(lambda hall: None, blind=True),
        "inspectors other than the rules name": bent(lambda hall: hall.people.pop()),
        "an inspector twice": bent(lambda hall: hall.people.append(hall.people[0])),
        "an inspector without a credential": bent(lambda hall: hall.people[0].pop("valid_until")),
        "a team of one": rule(team={**Hall().rules["team"], "size": 1}),
        "a source that is known before the freeze": rule(sources=[public(when="2026-11-21T15:59:59+08:00")]),
        "a witness after the lottery": rule(sources=[public(), witness(DEPUTY, "583921")]),
        "no source": rule(sources=[]),
        "a member too many": rule(extra=1),
        "a ratio of a risk level without such strata": rule(
            by="region", quota={**Hall().rules["quota"], "risk": {"C": 1}}
        ),
        "a window that ends before it opens": rule(window={"from": "2026-12-02", "until": "2026-12-01"}),
    }


def files() -> dict[str, bytes]:
    """Name to the bytes of a draw file, whole or not."""
    whole = _whole_files()
    return {**{name: layout.write(file) for name, file in whole.items()}, **_bent_files(whole)}


def _whole_files() -> dict[str, layout.DrawFile]:
    witnesses = Hall(sources=[witness(DEPUTY, "583921"), witness(MEMBER, "7"), public()])
    codes = [f"9141{number}" for number in range(12)]
    hidden = Hall(sorted(line(blind(code, SALT), "新华区", "C") for code in codes), blind=True)
    drawn, blinded = Hall().file(), hidden.file()
    first = drawn["pairs"][0]
    swapped = swaps.swap(drawn, ask("subject", first["subject"], first["subject"]))
    now = swapped["swaps"][0]["pair"]
    swapped = swaps.swap(swapped, ask("inspector", now["subject"], now["inspectors"][0]["id"]))
    names = {blind(code, SALT): (code, SALT) for code in codes}
    shown = {name: names[name] for name in (row["id"] for row in blinded["strata"][0]["drawn"])}
    return {
        "announced": Hall().announce(),
        "drawn": drawn,
        "drawn before witnesses": witnesses.file(
            opened(DEPUTY, ["583921"], SALT), opened(MEMBER, ["7"], SALT), opened()
        ),
        "a witness did not open": witnesses.file(
            opened(DEPUTY, ["583921"], SALT), opened(MEMBER, []), opened()
        ),
        "swapped twice": swapped,
        "cancelled": swaps.cancel(drawn, "名录库有误", "周敏", "韩雪", "2026-11-23T09:00:00+08:00"),
        "blind": blinded,
        "blind, opened after the visits": swaps.reveal(blinded, shown),
        "with refusals": Hall(people=inspectors(1)).file(),
        "subjects only": Hall(team=None).file(),
    }


def ask(kind: str, subject: str, out: str) -> swaps.Ask:
    reason = "已注销" if kind == "subject" else "申请回避"
    return {
        "kind": kind,
        "subject": subject,
        "out": out,
        "reason": reason,
        "asked": "周敏",
        "approved": "韩雪",
        "time": "2026-11-25T10:00:00+08:00",
    }


def _bent_files(whole: dict[str, layout.DrawFile]) -> dict[str, bytes]:
    cases: dict[str, bytes] = {}

    def bend(name: str, of: str, change: Callable[[layout.DrawFile], Any], rehash: bool = True) -> None:
        file = copy.deepcopy(whole[of])
        change(file)
        # Who changes a file knows how to close it again; what is found is found beneath that.
        cases[name] = layout.write(layout.hashed(file) if rehash else file)

    def reseed(file: layout.DrawFile, text: str) -> None:
        file["sources"][0]["text"] = text

    bend("another hash", "drawn", lambda file: file.update(hash="0" * 64), rehash=False)
    bend("a subject was taken out", "drawn", lambda file: file["pool"].pop())
    bend(
        "a subject has another risk",
        "drawn",
        lambda file: file["pool"].__setitem__(0, "91410400MA0000\t新华区\tB\t1"),
    )
    bend("the pool's hash", "drawn", lambda file: file.update(pool_hash="0" * 64))
    bend("rules changed after the draw", "drawn", lambda file: file["rules"]["quota"].update(bp=900))
    bend("another bureau on top", "drawn", lambda file: file.update(bureau="汝州市人力资源和社会保障局"))
    bend("another item on top", "drawn", lambda file: file.update(items=["PD-6"]))
    bend("an inspector's load", "drawn", lambda file: file["inspectors"][0].update(load=4))
    bend("another number", "drawn", lambda file: reseed(file, "3.7.8.14.21.27.31./"))
    bend("numbers out of order", "drawn", lambda file: reseed(file, "7.3.8.14.21.27.30./"))
    bend("no numbers", "drawn", lambda file: reseed(file, "/"))
    bend("a source was dropped", "drawn before witnesses", lambda file: file["sources"].pop(0))
    bend(
        "a witness opened another number",
        "drawn before witnesses",
        lambda file: file["sources"][0].update(text="583922./"),
    )
    bend("the seed", "drawn", lambda file: file.update(seed="1./"))
    bend("the draw's name", "drawn", lambda file: file.update(id="2026-PD-004"))
    bend("the key", "drawn", lambda file: file.update(key="0" * 64))
    bend(
        "one was drawn in place of another",
        "drawn",
        lambda file: file["strata"][0]["drawn"][0].update(id="91410400MA0001"),
    )
    bend("a stratum's quota", "drawn", lambda file: file["strata"][0].update(quota=4))
    bend("a stratum is missing", "drawn", lambda file: file["strata"].pop(1))
    bend("a stratum twice", "drawn", lambda file: file["strata"].append(file["strata"][0]))
    bend("strata in another order", "drawn", lambda file: file["strata"].reverse())
    bend("short by some", "drawn", lambda file: file.update(short=3))
    bend("another inspector", "drawn", lambda file: file["pairs"][0]["inspectors"][0].update(id="16040006"))
    bend(
        "another leader",
        "drawn",
        lambda file: file["pairs"][0].update(leader=file["pairs"][0]["inspectors"][1]["id"]),
    )
    bend("a pair is missing", "drawn", lambda file: file["pairs"].pop())
    bend("a refusal is missing", "with refusals", lambda file: file["refusals"].pop())
    bend("a swap's reason", "swapped twice", lambda file: file["swaps"][0].update(reason="迁出"))
    bend("a swap was taken out", "swapped twice", lambda file: file["swaps"].pop(0))
    bend(
        "a swap without a second approver",
        "swapped twice",
        lambda file: file["swaps"][1].update(approved="周敏"),
    )
    bend("a swap of nobody", "swapped twice", lambda file: file["swaps"][0].update(subject="91", out="91"))
    bend("cancelled by one alone", "cancelled", lambda file: file["cancelled"].update(approved="周敏"))
    bend(
        "an opening of another subject",
        "blind, opened after the visits",
        lambda file: file["openings"][0].update(subject="9149"),
    )
    bend(
        "something drawn before the numbers",
        "announced",
        lambda file: file.update(pairs=whole["drawn"]["pairs"]),
    )
    bend("a pool out of order", "drawn", lambda file: file["pool"].reverse())
    bend("a member too many", "drawn", lambda file: file.update(extra=1))
    bend("a member is missing", "drawn", lambda file: file.pop("short"))
    bend("a number that is text", "drawn", lambda file: file["strata"][0].update(size="30"))
    bend("another version", "drawn", lambda file: file.update(version="yidang-draw-2"))
    drawn = layout.write(whole["drawn"])
    cases["written otherwise"] = json.dumps(whole["drawn"], ensure_ascii=False).encode()
    cases["a number with a fraction"] = drawn.replace(b'"short":0', b'"short":0.0')
    cases["a member twice"] = drawn.replace(b'"short":0', b'"short":1,\n"short":0')
    cases["cut off"] = drawn[: len(drawn) // 2]
    cases["nothing"] = b""
    cases["no object"] = b"[1]"
    return cases


def make() -> dict[str, Any]:
    """Every case with what it must give."""
    draws = []
    for name, hall in halls().items():
        case: dict[str, Any] = {"name": name, "given": hall.given()}
        try:
            draws.append(case | {"result": hall.draw()})
        except rules.NotDrawn as error:
            draws.append(case | {"faults": error.faults})
    checks = [
        {"name": name, "text": data.decode(), "faults": proof.check(data)} for name, data in files().items()
    ]
    return {"draw": draws, "check": checks}


def dump(vectors: dict[str, Any]) -> str:
    """ASCII, so that no editor composes what is meant to be decomposed; one case a line."""
    parts = [
        f'"{kind}":[\n' + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]"
        for kind, cases in vectors.items()
    ]
    return "{" + ",\n".join(parts) + "}\n"


if __name__ == "__main__":
    FILE.write_text(dump(make()))
