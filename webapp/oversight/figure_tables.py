"""The tables of the figures, said once for page, spreadsheet and paper; a chart shows the table behind it."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from webapp.oversight import figure_rules as rules
from webapp.oversight import figure_words as words
from webapp.oversight.figure_rules import Figure, Tally
from webapp.oversight.figures import Board
from webapp.words import _

Json = dict[str, Any]


@dataclass(frozen=True)
class Cell:
    """A cell: what it says; where it is a number its `value`; `asked` is what its cases are found by."""

    text: str
    value: int | None = None
    asked: Json | None = None


@dataclass(frozen=True)
class Table:
    """One table. `chart`: `bar`, `stack`, or empty for none; `series`: the columns that it shows, each with the name of its
    colour. Every column but the first ones that are `words` holds numbers."""

    key: str
    title: str
    columns: list[str]
    rows: list[list[Cell]]
    chart: str = ""
    across: bool = True
    series: tuple[tuple[int, str], ...] = ()
    words: int = 1
    note: str = ""
    empty: str = field(default="", compare=False)


@dataclass(frozen=True)
class Line:
    """One figure in words."""

    name: str
    value: str
    of: str
    goal: str
    standing: str
    clause: str
    means: str


@dataclass(frozen=True)
class Overview:
    """All figures of a bureau in words, for paper and spreadsheet."""

    title: str
    bureau: str
    period: str
    day: date
    lead: str
    lines: list[Line]
    tables: list[Table]


def line(figure: Figure, by_item: bool) -> Line:
    """A figure in words; `by_item`: where the bureau's law asks the least share of each item."""
    return Line(
        name=words.name(figure, by_item),
        value=words.value(figure),
        of=words.of(figure),
        goal=words.goal(figure),
        standing=words.standing(figure)[0],
        clause=figure.clause,
        means=words.means(figure, by_item),
    )


def tables(board: Board, bureau_id: str) -> list[Table]:
    """Those of one bureau's board, in the order of the page."""
    law = board.law(bureau_id)
    scale = law.get("risk_scale", {}).get("value")
    made = [months(board), standings(board, "told"), standings(board, "published"), items(board, bureau_id)]
    made += [_split(board, "district", str(_("地区"))), _split(board, "kinds", str(_("对象类别")))]
    if scale != "labour":
        made.append(_split(board, "credit_risk", str(_("信用风险等级"))))
    if scale != "credit":
        made.append(_split(board, "labour_grade", str(_("守法诚信等级"))))
    return [*made, load(board)]


def months(board: Board) -> Table:
    """Month by month: what was to do, what was done, what was found."""
    by = board.by("month")
    rows = []
    for month in board.scope.period.months:
        tally, asked = by.get(month, Tally()), {"when": month}
        rows.append(
            [
                Cell(str(_("%(n)s 月", n=int(month[5:])))),
                _count(tally.inspections),
                _count(tally.ended, {**asked, "figure": "done"}),
                _count(tally.problems, {**asked, "figure": "problems"}),
                Cell(words.share(tally.problems, tally.ended)),
            ]
        )
    columns = [_("月份"), _("应完成"), _("已完成"), _("发现问题"), _("问题发现率")]
    title = _("每月完成检查、发现问题的件数")
    series = ((2, "accent"), (3, "found"))
    return Table("months", str(title), [*map(str, columns)], rows, "bar", across=False, series=series)


def standings(board: Board, clock: str) -> Table:
    """On time and late by unit, of one clock (RZ-17, RZ-19)."""
    rows = []
    by = sorted(board.by("unit").items(), key=lambda pair: (-pair[1].ended, pair[0]))
    for unit, tally in by:
        counts = [tally.standings[clock, one] for one in rules.STANDINGS]
        if not sum(counts):
            continue
        asked = {"unit": unit, "clock": clock} if unit else {"clock": clock}
        cells = [
            _count(count, {**asked, "standing": one})
            for one, count in zip(rules.STANDINGS, counts, strict=True)
        ]
        done_or_due = sum(counts) - tally.standings[clock, rules.RUNNING]
        on_time = words.share(tally.standings[clock, rules.ON_TIME], done_or_due)
        rows.append([Cell(unit or str(_("没有写明单位"))), *cells, Cell(on_time)])
    columns = [_("单位"), *words.STANDINGS.values(), _("按期率")]
    titles = {"told": _("各单位按期告知的件数"), "published": _("各单位按期公示的件数")}
    colours = ("passed", "waiting", "line-strong", "found")
    return Table(
        f"standings-{clock}", str(titles[clock]), [*map(str, columns)], rows, "stack",
        series=tuple(enumerate(colours, start=1)),
        note=str(_("按带队人员所在单位；按期率不算还在期限内的。")),
        empty=str(_("这段时间没有要%(what)s的检查。", what=words.CLOCKS[clock])),
    )  # fmt: skip


def items(board: Board, bureau_id: str) -> Table:
    """Item by item: visits, findings, different subjects against what the list asks (CA-1, PD-2.1c)."""
    law = board.law(bureau_id)
    by_item = law.get("minimum_ratio_base", {}).get("value") == "item_subjects"
    least = law.get("minimum_ratio_bp", {}).get("value") or 0 if by_item else 0
    rows = []
    for item in board.items.get(bureau_id, []):
        asked = {"item": item["code"]}
        cells = [
            Cell(f"{item['code']} {item['name']}"),
            _count(item["visits"], {**asked, "figure": "done"}),
            _count(item["found"], {**asked, "figure": "item_found"}),
            Cell(words.share(item["found"], item["visits"])),
            _count(item["subjects"], {**asked, "figure": "coverage"}),
        ]
        known = by_item and item["base"] is not None
        rows.append([*cells, _count(rules.asked(item, least)) if known else Cell("—")])
    columns = [_("事项"), _("完成检查"), _("有不合格"), _("占比"), _("今年抽查对象"), _("今年应抽查")]
    title = str(_("各事项完成检查、发现不合格的件数"))
    series = ((1, "accent"), (2, "found"))
    note = str(_("有不合格：该事项的检查表中有判为不合格的。一次检查办几个事项的，各算一次。"))
    empty = str(_("清单上还没有事项。"))
    return Table("items", title, [*map(str, columns)], rows, "bar", series=series, note=note, empty=empty)


def _split(board: Board, name: str, said: str) -> Table:
    rows = []
    for row in board.split(name):
        asked = {"by": name, "of": row["name"]}
        rows.append(
            [
                Cell(words.named(name, row["name"])),
                _count(row["ended"], {**asked, "figure": "done"}),
                _count(row["found"], {**asked, "figure": "problems"}),
                Cell(words.share(row["found"], row["ended"])),
            ]
        )
    columns = [said, str(_("已完成")), str(_("发现问题")), str(_("问题发现率"))]
    title = str(_("按%(what)s：完成检查、发现问题的件数", what=said))
    note = str(_("按检查当天名录库的内容。")) if name != "kinds" else ""
    note = note or str(_("按检查当天名录库的内容；一个对象有几个类别的，各算一次。"))
    series = ((1, "accent"), (2, "found"))
    empty = str(_("这段时间还没有完成的检查。"))
    return Table(f"by-{name}", title, columns, rows, "bar", series=series, note=note, empty=empty)


def load(board: Board) -> Table:
    """Who has how much to do."""
    rows = [
        [
            Cell(one["name"]),
            Cell(one["unit"]),
            _count(one["ended"], {"by": "person", "of": one["id"], "figure": "done"}),
            _count(one["left"], {"by": "person", "of": one["id"], "figure": "done", "side": 1}),
            _count(one["ended"] + one["left"]),
        ]
        for one in board.load
    ]
    columns = [_("检查人员"), _("单位"), _("已完成"), _("待完成"), _("合计")]
    title = str(_("每名检查人员参加的检查件数"))
    series = ((2, "accent"), (3, "line-strong"))
    note = str(_("从多到少，最多列 30 人。"))
    empty = str(_("这段时间没有分派检查。"))
    return Table(
        "load", title, [*map(str, columns)], rows, "stack", series=series, words=2, note=note, empty=empty
    )


def _count(count: int, asked: Json | None = None) -> Cell:
    return Cell(words.number(count), count, asked if count else None)


def shown(figures: list[Figure], unit: str, item: str) -> list[Figure]:
    """Those that mean something of a part of a bureau's work: a unit has no base, an item no list."""
    if unit:
        return [one for one in figures if one.name in ("published", "followup", "done", "problems", "load")]
    hidden = ("items", "over_cap", "risk") if item else ()
    return [one for one in figures if one.name not in hidden]
