"""A report's text: figures and tables by name, what is unknown, what changed, what is written from the data (TJ-14a)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.oversight.report_text import DRAW, KINDS, QUARTER, Facts, blocks, changed, compose, unknown

TABLE = {
    "title": "各类检查结果",
    "columns": [["结果", 3, False], ["件数", 1, True]],
    "rows": [["未发现问题", "3"]],
    "note": "",
}
FACTS = Facts({"应查": 5, "已查": 4, "任务": "技工院校"}, {"各类结果": TABLE})
COUNTS = tuple(
    "应查 已查 未查 有问题 没有问题 处理到位 没有处理 已告知 按期告知 逾期告知 告知超期 应公示 已公示 按期公示 逾期公示 "
    "公示超期 不公示 参加人数 参加人次 责令改正 已改正 行政处罚 移送 抄告 联合惩戒 异议 异议改变 取消 抽取户数 名录户数 "
    "更换次数 计划户次 已抽户次 抽取次数 计划年度 抽查对象 基数".split()
)
WORDS = tuple(
    "机构 任务 事项 抽取日期 抽取方式 抽取编号 检查期限 时段 问题比例 问题最多的事项 没有达到 抽查比例 风险比例".split()
)
TABLES = (
    "各类结果",
    "各事项",
    "各地区",
    "各对象",
    "主要指标",
    "每月情况",
    "各单位告知",
    "各单位公示",
    "各次抽取",
)


def whole(**more: int | str) -> Facts:
    values: dict[str, int | str] = {name: 0 for name in COUNTS} | {name: "某" for name in WORDS} | more
    return Facts(values, {name: TABLE for name in TABLES})


def said(kind: str, facts: Facts) -> str:
    return "\n".join(b.text for section in compose(kind, facts) for b in blocks(section["text"], facts))


def test_a_figure_stands_in_its_sentence_and_a_table_on_its_line() -> None:
    first, second = blocks("应检查{应查}件，已完成{已查}件。\n\n{表：各类结果}", FACTS)
    assert first.text == "应检查5件，已完成4件。"
    assert [piece.name for piece in first.pieces if piece.name] == ["应查", "已查"]
    assert second.table == TABLE and not second.changed


def test_what_names_nothing_is_said_and_stays_as_it_was_written() -> None:
    text = "共{没有的}件，{应查}件，{表：各类结果}不独占一行。\n{表：没有的表}"
    assert unknown([text], FACTS) == ["没有的", "表：各类结果", "表：没有的表"]
    assert blocks("共{没有的}件", FACTS)[0].text == "共{没有的}件"
    assert unknown(["{应查}", "{表：各类结果}", "{}", "{{"], FACTS) == []


def test_a_figure_that_is_another_by_now_is_marked_and_only_where_it_is_named() -> None:
    now = Facts(
        {"应查": 5, "已查": 5, "任务": "别的"}, {"各类结果": {**TABLE, "rows": [["未发现问题", "4"]]}}
    )
    sections = [{"text": "应{应查}已{已查}{已查}"}, {"text": "{表：各类结果}"}]
    assert changed(sections, FACTS, now) == [("已查", "4", "5"), ("各类结果", "", "")]
    assert changed(sections, FACTS, FACTS) == []
    assert changed([{"text": "{已查}"}], FACTS, Facts()) == [("已查", "4", "—")]


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_the_figures_a_report_names_only_what_there_is(kind: str) -> None:
    for number in (0, 1, 7):
        facts = whole(**{name: number for name in COUNTS})
        assert unknown([section["text"] for section in compose(kind, facts)], facts) == []
        assert "{" not in said(kind, facts)


@given(st.dictionaries(st.sampled_from(COUNTS), st.integers(0, 3)), st.sampled_from(KINDS))
def test_every_mixture_of_figures_makes_whole_sentences(given_: dict[str, int], kind: str) -> None:
    facts = whole(**given_)
    for line in said(kind, facts).splitlines():
        assert line == "" or line.endswith("。"), line
        assert "，，" not in line and "，。" not in line and "（）" not in line


def test_a_draw_without_findings_concludes_so_and_asks_for_nothing() -> None:
    done = {
        "应查": 3,
        "已查": 3,
        "没有问题": 3,
        "参加人数": 4,
        "参加人次": 6,
        "应公示": 3,
        "已公示": 3,
        "问题最多的事项": "",
    }
    text = said(DRAW, whole(**done))
    assert "全部完成" in text and "本次抽查已按计划完成，未发现问题。" in text
    assert text.endswith("没有需要另行处理的事项。")


def test_what_is_open_is_concluded_and_asked_for() -> None:
    open_ = {
        "应查": 9,
        "已查": 6,
        "未查": 3,
        "有问题": 2,
        "没有问题": 4,
        "处理到位": 1,
        "没有处理": 1,
        "公示超期": 2,
    }
    text = said(QUARTER, whole(**open_))
    assert "尚有3件没有完成，发现问题2件" in text
    assert "已处理到位1件，尚在处理1件" in text
    assert "超过期限的告知0件、公示2件" in text and "1. 没有完成的3件" in text
