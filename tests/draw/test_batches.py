"""In which batch who is inspected, and when (PD-2.1b)."""

from collections import Counter
from datetime import date

import pytest

from webapp.draw import batches
from webapp.draw.batches import NoBatches, Wish
from webapp.draw.freeze import line
from webapp.draw.strata import draw_strata
from webapp.draw.terms import complete

BEGINS, ENDS = date(2026, 12, 1), date(2026, 12, 31)


def test_the_days_are_divided_as_evenly_as_they_can_be() -> None:
    days = batches.windows(Wish(count=3), 90, BEGINS, ENDS)
    assert days == [
        {"from": "2026-12-01", "until": "2026-12-10"},
        {"from": "2026-12-11", "until": "2026-12-20"},
        {"from": "2026-12-21", "until": "2026-12-31"},
    ]
    assert batches.said(days).startswith("；分 3 批：第 1 批 2026-12-01 至 2026-12-10，")


def test_so_large_batches_are_so_many() -> None:
    assert len(batches.windows(Wish(size=40), 90, BEGINS, ENDS)) == 3
    assert batches.windows(Wish(size=90), 90, BEGINS, ENDS) == [] == batches.windows(Wish(), 90, BEGINS, ENDS)
    assert batches.said([]) == ""


def test_windows_that_were_typed_stand_as_they_are() -> None:
    said = batches.wish(
        {"batches": "2", "batch_windows": "2026-12-02 至 2026-12-05\n\n2026-12-20，2026-12-31\n"}
    )
    assert batches.windows(said, 9, BEGINS, ENDS) == [
        {"from": "2026-12-02", "until": "2026-12-05"},
        {"from": "2026-12-20", "until": "2026-12-31"},
    ]


@pytest.mark.parametrize(
    "form",
    [
        {"batches": "x"},
        {"batches": "0"},
        {"batches": "3", "batch_size": "4"},
        {"batches": "2", "batch_windows": "2026-12-01"},
        {"batches": "2", "batch_windows": "2026-12-01 2026-13-01"},
    ],
)
def test_what_is_no_batches_is_refused(form: dict[str, str]) -> None:
    with pytest.raises(NoBatches):
        batches.wish(form)


@pytest.mark.parametrize(
    "lines",
    [
        "2026-12-01 2026-12-10",
        "2026-12-01 2026-12-10\n2026-12-10 2026-12-20",
        "2026-12-11 2026-12-20\n2026-12-01 2026-12-10",
        "2026-12-10 2026-12-01\n2026-12-11 2026-12-12",
        "2026-11-30 2026-12-10\n2026-12-11 2026-12-12",
        "2026-12-01 2026-12-10\n2026-12-11 2027-01-01",
    ],
)
def test_windows_follow_each_other_inside_the_window_of_the_draw(lines: str) -> None:
    with pytest.raises(NoBatches):
        batches.windows(batches.wish({"batches": "2", "batch_windows": lines}), 9, BEGINS, ENDS)


def test_more_batches_than_days_are_none() -> None:
    with pytest.raises(NoBatches):
        batches.windows(Wish(count=3), 9, BEGINS, date(2026, 12, 2))


def test_the_sizes_of_the_batches_are_those_that_the_draw_makes() -> None:
    lines = sorted(line(f"s{n}", "新华区" if n % 3 else "叶县", "C") for n in range(31))
    asked = complete({"quota": {"bp": 8000}, "batches": 4})
    drawn = draw_strata(lines, asked, "k")
    made = Counter(row["batch"] for stratum in drawn for row in stratum["drawn"])
    assert batches.sizes((stratum["quota"] for stratum in drawn), 4) == [made[n] for n in (1, 2, 3, 4)]
    assert batches.sizes([1, 1, 1], 2) == [3, 0]
