"""What a report says: paragraphs with figures and tables in them, written from the data and changed by people (TJ-14a,
RZ-23, CA-3.4). Pure.

In a text `{应查}` is a figure and a line `{表：各类结果}` a table, by the names that `Facts` gives them: what a person
wrote around them stays, and a figure that changed since is seen. The reports themselves are written in Chinese.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

DRAW, TASK, QUARTER, YEAR = "draw", "task", "quarter", "year"
KINDS = (DRAW, TASK, QUARTER, YEAR)
TOKEN = re.compile(r"\{([^{}\n]{1,60})\}")
TABLE = "表："
LONGEST = 20_000


@dataclass(frozen=True)
class Facts:
    """What a report can name: figures by name (whole numbers or words), tables by name: `{title, columns: [[name, width,
    whether figures]], rows: [[text]], note}`."""

    values: dict[str, int | str] = field(default_factory=dict)
    tables: dict[str, Json] = field(default_factory=dict)

    def n(self, name: str) -> int:
        """A figure as a number; 0 where it is none."""
        value = self.values.get(name, 0)
        return value if isinstance(value, int) else 0

    def as_json(self) -> Json:
        """To be kept."""
        return {"values": self.values, "tables": self.tables}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Facts":
        """As they were kept."""
        return cls(dict(kept["values"]), dict(kept["tables"]))


@dataclass(frozen=True)
class Piece:
    """A piece of a paragraph: its text; of a figure its `name`, and what it is `now` where that is another."""

    text: str
    name: str = ""
    now: str | None = None


@dataclass(frozen=True)
class Block:
    """A paragraph, or a table with whether it is another by now."""

    pieces: tuple[Piece, ...] = ()
    table: Json | None = None
    name: str = ""
    changed: bool = False

    @property
    def text(self) -> str:
        """The paragraph without marks."""
        return "".join(piece.text for piece in self.pieces)


def blocks(text: str, facts: Facts, now: Facts | None = None) -> list[Block]:
    """A text with its figures and tables as `facts` has them; `now`: as they are now, to mark what changed."""
    return [_block(line.strip(), facts, now) for line in text.splitlines() if line.strip()]


def _block(line: str, facts: Facts, now: Facts | None) -> Block:
    found = TOKEN.fullmatch(line)
    name = found[1].removeprefix(TABLE) if found and found[1].startswith(TABLE) else ""
    if name in facts.tables:
        table = facts.tables[name]
        other = now is not None and _rows(now.tables.get(name)) != _rows(table)
        return Block(table=table, name=name, changed=other)
    return Block(tuple(_pieces(line, facts, now)))


def _rows(table: Json | None) -> Any:
    return None if table is None else [table["columns"], table["rows"]]


def _pieces(line: str, facts: Facts, now: Facts | None) -> Iterator[Piece]:
    end = 0
    for token in TOKEN.finditer(line):
        if token.start() > end:
            yield Piece(line[end : token.start()])
        yield _figure(token[1], token[0], facts, now)
        end = token.end()
    if end < len(line):
        yield Piece(line[end:])


def _figure(name: str, token: str, facts: Facts, now: Facts | None) -> Piece:
    if name not in facts.values:
        return Piece(token)
    value = str(facts.values[name])
    later = None if now is None else str(now.values.get(name, "—"))
    return Piece(value, name, later if later != value else None)


def unknown(texts: Iterable[str], facts: Facts) -> list[str]:
    """What stands in braces and names nothing, each once, as it was written."""
    found: dict[str, None] = {}
    for text in texts:
        for line in text.splitlines():
            alone = TOKEN.fullmatch(line.strip())
            for name in TOKEN.findall(line):
                table = name.removeprefix(TABLE) if name.startswith(TABLE) else None
                known = name in facts.values or (table in facts.tables and alone is not None)
                if not known:
                    found[name] = None
    return list(found)


def changed(sections: Iterable[Json], facts: Facts, now: Facts) -> list[tuple[str, str, str]]:
    """The figures of a report that are others by now: name, then, now; a table with empty texts."""
    found: dict[str, tuple[str, str, str]] = {}
    for section in sections:
        for block in blocks(section["text"], facts, now):
            if block.changed:
                found[block.name] = (block.name, "", "")
            for piece in block.pieces:
                if piece.now is not None:
                    found[piece.name] = (piece.name, piece.text, piece.now)
    return list(found.values())


# ---- what is written from the data


def compose(kind: str, facts: Facts) -> list[Json]:
    """The sections of a new report, `{name, title, text}`."""
    made = [
        ("basics", "抽查基本情况" if kind in (DRAW, TASK) else "工作概况", _basics(kind, facts)),
        ("work", "检查开展情况", _work(kind, facts)),
        ("found", "检查结果", _found(facts)),
        ("after", "告知、公示和后续处理", _after(facts)),
        ("conclusion", "检查结论", _conclusion(kind, facts)),
        ("opinion", "处理意见" if kind in (DRAW, TASK) else "下一步工作", _opinion(kind, facts)),
    ]
    return [{"name": name, "title": title, "text": "\n".join(text)} for name, title, text in made]


def _basics(kind: str, facts: Facts) -> Iterator[str]:
    if kind == DRAW:
        yield (
            "按照{计划年度}年度抽查计划的任务“{任务}”，{机构}于{抽取日期}{抽取方式}检查对象{抽取户数}户，"
            "检查期限为{检查期限}。检查事项：{事项}。"
        )
        if facts.n("名录户数"):
            yield (
                "参加抽取的名录共{名录户数}户。抽取编号{抽取编号}；名录、规则、号码来源和结果均已公布，"
                "任何人可以重新计算核对。"
            )
        if facts.n("更换次数"):
            yield "抽取后因故更换{更换次数}次，每次都有原因和第二人批准，原结果保留。"
    elif kind == TASK:
        yield (
            "{计划年度}年度抽查计划的任务“{任务}”由{机构}组织实施，计划抽查{计划户次}户次，"
            "已抽取{已抽户次}户次，分{抽取次数}次抽取。检查事项：{事项}。"
        )
        yield "{表：各次抽取}"
    else:
        yield "{时段}，{机构}按照年度抽查计划开展“双随机、一公开”检查，应完成{应查}件，已完成{已查}件。"
        if "抽查比例" in facts.values:
            yield "今年以来抽查对象{抽查对象}个，占{基数}个的{抽查比例}；按信用或者守法等级分类抽取的占{风险比例}。"
        if facts.tables.get("主要指标"):
            yield "{表：主要指标}"


def _work(kind: str, facts: Facts) -> Iterator[str]:
    said = "应检查{应查}件，已完成{已查}件"
    rest = "，尚未完成{未查}件。" if facts.n("未查") else "，全部完成。" if facts.n("应查") else "。"
    people = "参加检查的执法检查人员{参加人数}人，合计{参加人次}人次。" if facts.n("参加人数") else ""
    yield said + rest + people
    if facts.n("取消"):
        yield "另有{取消}件已取消，原因在档案中。"
    for name in ("每月情况", "各单位告知", "各单位公示"):
        if facts.tables.get(name):
            yield f"{{{TABLE}{name}}}"


def _found(facts: Facts) -> Iterator[str]:
    if not facts.n("已查"):
        yield "还没有完成的检查。"
    elif facts.n("有问题"):
        yield "已完成的{已查}件中，发现问题的{有问题}件，占{问题比例}；未发现问题的{没有问题}件。"
    else:
        yield "已完成的{已查}件均未发现问题。"
    for name in ("各类结果", "各事项", "各地区", "各对象"):
        if facts.tables.get(name) and (facts.n("已查") or name == "各对象"):
            yield f"{{{TABLE}{name}}}"


def _after(facts: Facts) -> Iterator[str]:
    if not facts.n("已查"):
        yield "还没有要告知和公示的结果。"
        return
    for said, late, overdue in (
        ("已把结果告知检查对象{已告知}件", "逾期告知", "告知超期"),
        ("应公示{应公示}件，已公示{已公示}件", "逾期公示", "公示超期"),
    ):
        more = [f"其中逾期{{{late}}}件"] if facts.n(late) else []
        more += [f"超过期限还没有办的{{{overdue}}}件"] if facts.n(overdue) else []
        yield "，".join([said, *more]) + "。"
    if facts.n("不公示"):
        yield "依法不公示{不公示}件，理由在档案中。"
    dealt = [
        (name, said)
        for name, said in (
            ("责令改正", "责令改正{责令改正}件（已改正{已改正}件）"),
            ("行政处罚", "行政处罚{行政处罚}件"),
            ("移送", "移送{移送}件"),
            ("抄告", "抄告{抄告}件"),
            ("联合惩戒", "列入名单{联合惩戒}件"),
        )
        if facts.n(name)
    ]
    if dealt:
        yield "后续处理：" + "，".join(said for _, said in dealt) + "。"
    if facts.n("异议"):
        yield "收到异议{异议}件" + ("，经复查复核撤销或者变更{异议改变}件。" if facts.n("异议改变") else "。")


def _conclusion(kind: str, facts: Facts) -> Iterator[str]:
    whole = "本次抽查" if kind == DRAW else "本任务" if kind == TASK else "{时段}的抽查工作"
    if not facts.n("已查"):
        yield f"{whole}还没有完成的检查，暂无结论。"
        return
    done = "已按计划完成" if not facts.n("未查") else "尚有{未查}件没有完成"
    found = "发现问题{有问题}件（{问题比例}）" if facts.n("有问题") else "未发现问题"
    yield f"{whole}{done}，{found}。"
    if facts.n("有问题"):
        settled = (
            "均已处理到位" if facts.n("没有处理") == 0 else "已处理到位{处理到位}件，尚在处理{没有处理}件"
        )
        yield f"发现的问题{settled}。"
    if facts.values.get("问题最多的事项"):
        yield "问题较多的事项是{问题最多的事项}。"


def _opinion(kind: str, facts: Facts) -> Iterator[str]:
    rows = []
    if facts.n("未查"):
        rows.append("没有完成的{未查}件，由检查组在检查期限内完成；确有原因的，按程序更换或者取消。")
    if facts.n("没有处理"):
        rows.append("尚在处理的{没有处理}件，由主办单位跟进整改、处罚或者移送，结果归入档案。")
    if facts.n("告知超期") or facts.n("公示超期"):
        rows.append("超过期限的告知{告知超期}件、公示{公示超期}件，由检查人员立即补办，并说明原因。")
    if facts.values.get("问题最多的事项"):
        rows.append("对问题较多的事项（{问题最多的事项}）加强指导，列为以后抽查的重点。")
    if kind in (QUARTER, YEAR) and facts.values.get("没有达到"):
        rows.append("没有达到要求的指标（{没有达到}），下一步重点补齐。")
    if not rows:
        rows.append("没有需要另行处理的事项。")
    for place, row in enumerate(rows, start=1):
        yield f"{place}. {row}" if len(rows) > 1 else row
