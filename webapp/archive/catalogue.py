"""The archive catalogue (案卷目录): one line an archive, in words, for paper and for tables. Pure."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from webapp.archive.wording import CHINA, N_, RESULTS, Say

Json = dict[str, Any]

TITLE = N_("案卷目录")
# Name, share of the paper's width, and whether figures stand at the right.
COLUMNS: tuple[tuple[str, float, bool], ...] = (
    (N_("序号"), 1.1, True),
    (N_("案卷号"), 3.4, False),
    (N_("题名（检查对象）"), 5, False),
    (N_("事项"), 1.9, False),
    (N_("责任者（检查组）"), 2.3, False),
    (N_("检查日期"), 2.1, False),
    (N_("检查结果"), 3.4, False),
    (N_("页数"), 1.1, True),
    (N_("保管期限"), 2.2, False),
    (N_("归档日期"), 2.1, False),
    (N_("校验值（前 16 位）"), 2.9, False),
    (N_("备注"), 2.4, False),
)
YEARS, UNTIL, NO_TERM = N_("{years} 年"), N_("至 {day}"), N_("未定")
VERSION, DESTROYED, DAMAGED = N_("第 {version} 版"), N_("已销毁"), N_("文件与登记的校验值不符，未放入")
HEAD, FOOT, SEARCHED = (
    N_("{bureau} · 共 {count} 件 · 编制于 {day}"),
    N_("第 {page} 页 共 {pages} 页"),
    N_("范围：{text}"),
)
GLYPHS = N_("字库未收录的字符以〔U+编码〕印出。")


def catalogue(
    bureau: str, searched: str, made: date, entries: Iterable[Any], notes: dict[str, list[str]], say: Say
) -> Json:
    """`{title, head, searched, columns: [{name, width, figures}], rows: [[...]]}`, all in words.

    `entries` are rows of the index; `notes` adds remarks by inspection id.
    """
    rows = [line(at, entry, notes.get(entry.inspection_id, []), say) for at, entry in enumerate(entries, 1)]
    return {
        "title": say(TITLE),
        "head": say(HEAD).format(bureau=bureau, count=len(rows), day=made.isoformat()),
        "searched": say(SEARCHED).format(text=searched) if searched else "",
        "columns": [{"name": say(name), "width": width, "figures": figs} for name, width, figs in COLUMNS],
        "rows": rows,
        "day": made.isoformat(),
    }


def line(serial: int, entry: Any, notes: list[str], say: Say) -> list[str]:
    """One archive, in the order of `COLUMNS`."""
    version = [say(VERSION).format(version=entry.version)] if entry.version > 1 else []
    return [
        str(serial),
        entry.number,
        entry.subject_name,
        entry.items,
        entry.people,
        entry.visited.isoformat() if entry.visited else "",
        say(RESULTS[entry.result]) if entry.result in RESULTS else entry.result,
        str(entry.pages or ""),
        " ".join(term(entry, say)),
        entry.archived_at.astimezone(CHINA).date().isoformat(),
        f"{entry.sha256[:8]} {entry.sha256[8:16]}",
        "；".join([*version, *notes]),
    ]


def term(entry: Any, say: Say) -> list[str]:
    """How long an archive is kept: the years, and the last day."""
    if not entry.retain_until:
        return [say(NO_TERM)]
    return [
        say(YEARS).format(years=entry.retain_years),
        say(UNTIL).format(day=entry.retain_until.isoformat()),
    ]
