"""XLSForms as a clerk writes them, for the tests."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from openpyxl import Workbook

COLUMNS = (
    "type", "name", "label", "relevant", "required", "constraint", "calculation", "default", "choice_filter",
    "repeat_count", "constraint_message", "hint", "law", "guidance", "severity", "photo", "verdict",
)  # fmt: skip
YES_NO = [("list_name", "name", "label"), ("yn", "yes", "是"), ("yn", "no", "否")]
Row = dict[str, str]


def q(type: str, name: str = "", label: str = "题", **more: str) -> Row:  # noqa: A002 - the column's name
    """A row of the survey sheet."""
    return {"type": type, "name": name, "label": label, **more}


def book(
    survey: Iterable[Row],
    choices: Iterable[tuple[Any, ...]] = (),
    settings: Row | None = None,
    columns: tuple[str, ...] = COLUMNS,
    **sheets: list[tuple[Any, ...]],
) -> bytes:
    """The bytes of an XLSX file."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "survey"
    sheet.append(list(columns))
    for row in survey:
        sheet.append([row.get(column) for column in columns])
    tables = {"choices": list(choices), **sheets}
    if settings:
        tables["settings"] = [tuple(settings), tuple(settings.values())]
    for name, rows in tables.items():
        if rows:
            other = workbook.create_sheet(name)
            for cells in rows:
                other.append(list(cells))
    kept = io.BytesIO()
    workbook.save(kept)
    return kept.getvalue()


CASCADE = [
    ("list_name", "name", "label", "state"), ("st", "tx", "得州", ""), ("st", "wa", "华州", ""),
    ("co", "k", "金县", "tx"), ("co", "p", "皮县", "wa"), ("co", "m", "梅县", "wa"),
]  # fmt: skip


def books() -> dict[str, bytes]:
    """Forms that use what forms use: skips, repeats, cascades, dates, names that stand twice, long chains."""
    return {
        "skip": book(
            [
                q("select_one yn", "a"),
                q("text", "b", relevant="${a} = 'yes'", required="yes"),
                q("begin_group", "g", relevant="selected(${a}, 'no')"),
                q("integer", "n", constraint=". > 0 and . < 10", constraint_message="1 到 9"),
                q("calculate", "c", calculation="${n} * 2 + 1"),
                q("end_group"),
                q("text", "d", relevant="${c} > 5"),
                q("text", "e", required="${n} > 3"),
            ],
            YES_NO,
        ),
        "repeats": book(
            [
                q("begin_repeat", "p"),
                q("text", "nm"),
                q("integer", "age", constraint=". >= 0"),
                q("calculate", "pos", calculation="position(..)"),
                q("calculate", "older", calculation="if(${age} > 60, 1, 0)"),
                q("text", "why", relevant="${age} > 60"),
                q("end_repeat"),
                q("calculate", "total", calculation="sum(${age})"),
                q("calculate", "howmany", calculation="count(${p})"),
                q("calculate", "olders", calculation="sum(${older})"),
                q("text", "big", relevant="${total} > 100"),
                q("calculate", "second", calculation="indexed-repeat(${nm}, ${p}, 2)"),
                q("calculate", "all", calculation="join(', ', ${nm})"),
                q("calculate", "mx", calculation="max(${age})"),
            ]
        ),
        "counted": book(
            [
                q("integer", "k"),
                q("begin_repeat", "r", repeat_count="${k}"),
                q("integer", "v", default="3"),
                q("calculate", "w", calculation="${v} + position(..)"),
                q("end_repeat"),
                q("calculate", "s", calculation="sum(${w})"),
            ]
        ),
        "cascade": book(
            [
                q("select_one st", "state"),
                q("select_one co", "county", choice_filter="state = ${state}"),
                q("select_multiple co", "many"),
                q("integer", "cnt", constraint=". = count-selected(${many})"),
                q("calculate", "first", calculation="selected-at(${many}, 0)"),
            ],
            CASCADE,
        ),
        "dates": book(
            [
                q("date", "d", constraint=". <= today()"),
                q("date", "e", constraint=". > ${d}"),
                q("calculate", "days", calculation="int(${e} - ${d})"),
                q("calculate", "plus", calculation="format-date(date(${d} + 30), '%Y-%m-%d')"),
                q("text", "late", relevant="${days} > 30"),
                q("time", "t"),
                q("calculate", "noon", calculation="if(decimal-time(${t}) >= 0.5, 'pm', 'am')"),
            ]
        ),
        "same": book(
            [
                q("begin_group", "a"),
                q("text", "other"),
                q("text", "x", relevant="../other = '1'"),
                q("end_group"),
                q("begin_group", "b"),
                q("text", "other"),
                q("text", "y", relevant="../other = '1'"),
                q("end_group"),
                q("text", "z", relevant="/data/a/other = '1' and /data/b/other = '1'"),
                q("text", "idn", constraint="regex(., '^[0-9]{17}[0-9X]$')"),
            ]
        ),
        "chain": book(
            [q("integer", "q0")]
            + [q("integer", f"q{at}", relevant=f"${{q{at - 1}}} = {at % 3}") for at in range(1, 12)]
        ),
        "nested": book(
            [
                q("begin_repeat", "site"),
                q("text", "place"),
                q("begin_repeat", "worker"),
                q("integer", "wage"),
                q("calculate", "share", calculation="${wage} div sum(../../worker/wage)"),
                q("end_repeat"),
                q("calculate", "paid", calculation="sum(${wage})"),
                q("end_repeat"),
                q("calculate", "all", calculation="sum(${paid})"),
            ]
        ),
    }
