"""How an appraisal (考核, RZ-24) adds up: criteria with their points, scored from a share where one can be counted, else by
a person with a reason. Pure; points are whole tenths, shares basis points.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from webapp.oversight.figure_rules import NOT_ASKED, ON_TIME, RUNNING, Figure, Tally
from webapp.typed import ALL_BP, basis_points, whole

Json = dict[str, Any]
UNIT, COUNTY = "unit", "county"
KINDS = (UNIT, COUNTY)
HAND = "hand"
# Shares that can be counted of every unit, and those that only a bureau has: its law asks for them.
OF_ALL = ("done", "told_on_time", "published", "published_on_time", "followup")
OF_BUREAUS = ("coverage", "items", "risk", "over_cap")
FULL = 100
MOST_CRITERIA, TITLE_LONGEST, WORDS_LONGEST, REASON_LONGEST = 20, 100, 300, 500


def sources(kind: str) -> tuple[str, ...]:
    """What a criterion can be scored from."""
    return (*OF_ALL, *(OF_BUREAUS if kind == COUNTY else ()), HAND)


def supplied(kind: str) -> list[Json]:
    """Where a bureau has set none: plain criteria to begin with."""
    rows = [
        ("按时完成检查", 25, "done", 6000, ALL_BP),
        ("按期告知结果", 20, "told_on_time", 6000, ALL_BP),
        ("按期公示结果", 20, "published_on_time", 6000, ALL_BP),
        ("发现的问题处理到位", 20, "followup", 0, ALL_BP),
        ("档案齐全、记录规范", 15, HAND, 0, ALL_BP),
    ]
    if kind == COUNTY:
        rows = [
            ("达到抽查比例", 20, "coverage", 0, 500),
            ("清单事项都查到", 15, "items", 0, ALL_BP),
            ("结果全部公示", 25, "published", 5000, ALL_BP),
            ("按期告知结果", 15, "told_on_time", 6000, ALL_BP),
            ("发现的问题处理到位", 15, "followup", 0, ALL_BP),
            ("工作推进和宣传培训", 10, HAND, 0, ALL_BP),
        ]
    names = ("title", "points", "source", "zero", "full")
    return [
        {"name": f"c{place}", **dict(zip(names, row, strict=True)), "words": ""}
        for place, row in enumerate(rows)
    ]


def read(kind: str, rows: Iterable[Mapping[str, str]]) -> tuple[list[Json], dict[str, str]]:
    """The criteria that a form says, and the fault of each field as `<row>.<field>`; rows without a title are left out.

    A row: `{name, title, points, source, zero, full, words}`; shares in percent.
    """
    found, faults = [], {}
    for place, row in enumerate(rows):
        title = row.get("title", "").strip()
        if not title:
            continue
        one = {
            "name": row.get("name") or f"n{place}",
            "title": title[:TITLE_LONGEST],
            "points": whole(row.get("points", "")),
            "source": row.get("source", ""),
            "zero": basis_points(row.get("zero", "") or "0"),
            "full": basis_points(row.get("full", "") or "100"),
            "words": row.get("words", "").strip()[:WORDS_LONGEST],
        }
        faults |= {f"{place}.{field}": fault for field, fault in _faults(kind, one)}
        found.append(one)
    return found, faults


def _faults(kind: str, one: Json) -> Iterable[tuple[str, str]]:
    if not one["points"] or one["points"] > FULL:
        yield "points", "points"
    if one["source"] not in sources(kind):
        yield "source", "source"
    if one["source"] == HAND:
        return
    if one["zero"] is None or one["full"] is None or one["zero"] == one["full"]:
        yield "full", "shares"


def total(criteria: Iterable[Json]) -> int:
    """All points."""
    return sum(one["points"] or 0 for one in criteria)


def shares(tally: Tally, figures: Iterable[Figure] = ()) -> dict[str, tuple[int, int | None]]:
    """What can be counted: by source a part and its whole."""
    found: dict[str, tuple[int, int | None]] = {
        "done": (tally.ended, tally.inspections),
        "published": (tally.published, tally.ended - tally.withheld),
        "followup": (tally.settled, tally.problems),
    }
    for clock in ("told", "published"):
        due = sum(
            n for (name, standing), n in tally.standings.items() if name == clock and standing != RUNNING
        )
        due -= tally.standings[clock, NOT_ASKED]
        found[f"{clock}_on_time"] = (tally.standings[clock, ON_TIME], due)
    for figure in figures:
        if figure.name in OF_BUREAUS:
            found[figure.name] = (figure.part, figure.whole)
    return found


def scored(criterion: Json, share: tuple[int, int | None] | None) -> Json | None:
    """The points of a criterion by a share: none at `zero`, all at `full`, in between in proportion, cut to tenths.
    None where there is nothing that could be counted, or a person has to say."""
    if criterion["source"] == HAND or share is None or not share[1]:
        return None
    part, of = share
    bp = min(part * ALL_BP // of, ALL_BP)
    span = criterion["full"] - criterion["zero"]
    reach = min(max((bp - criterion["zero"]) * (1 if span > 0 else -1), 0), abs(span))
    return {
        "tenths": criterion["points"] * 10 * reach // abs(span),
        "part": part,
        "whole": of,
        "by": "figure",
    }


def by_hand(criterion: Json, points: str, reason: str) -> tuple[Json | None, str | None]:
    """What a person gives, `{tenths, by, reason}`, and the fault: `points`, `reason`."""
    tenths = _tenths(points)
    if tenths is None or tenths > criterion["points"] * 10:
        return None, "points"
    if not reason.strip():
        return None, "reason"
    return {"tenths": tenths, "by": HAND, "reason": reason.strip()[:REASON_LONGEST]}, None


def _tenths(text: str) -> int | None:
    full, _point, rest = text.strip().replace("。", ".").partition(".")
    number = whole(full or "0")
    if number is None or not (rest == "" or (len(rest) == 1 and rest.isascii() and rest.isdigit())):
        return None
    return number * 10 + int(rest or 0) if text.strip() else None


def tenths(value: int) -> str:
    """Points as people write them: 18.5, 20."""
    return str(value // 10) if value % 10 == 0 else f"{value // 10}.{value % 10}"


def standing(criteria: list[Json], scores: Mapping[str, Json | None]) -> Json:
    """What a target has: `{tenths, of, bp, open}`: points, of how many that were scored at all, their share, and which
    criteria nobody scored yet."""
    done = [(one, scores.get(one["name"])) for one in criteria]
    got = sum(score["tenths"] for _, score in done if score)
    of = sum(one["points"] * 10 for one, score in done if score)
    left = [one["name"] for one, score in done if not score]
    return {"tenths": got, "of": of, "bp": got * ALL_BP // of if of else None, "open": left}


def ranked(standings: Mapping[str, Json]) -> dict[str, int]:
    """Places, the best first; equal shares share a place. Who was not scored at all has none."""
    known = {name: one["bp"] for name, one in standings.items() if one["bp"] is not None}
    return {name: 1 + sum(other > bp for other in known.values()) for name, bp in known.items()}


def renewed(
    criteria: list[Json], old: Mapping[str, Json | None], counted: Mapping[str, Any]
) -> dict[str, Json | None]:
    """The scores by the figures of now; what a person gave stays where there is still nothing to count."""
    found: dict[str, Json | None] = {}
    for one in criteria:
        score = scored(one, counted.get(one["source"]))
        kept = old.get(one["name"])
        found[one["name"]] = score or (kept if kept and kept["by"] == HAND else None)
    return found
