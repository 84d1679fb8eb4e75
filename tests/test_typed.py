"""What people type into forms."""

from datetime import date

import pytest

from webapp.typed import basis_points, iso_day, percent, whole


@pytest.mark.parametrize(
    ("text", "number"), [("12", 12), (" １２ ", 12), ("1,000", 1000), ("1 000", 1000), ("", None), ("-1", None),
                         ("1.5", None), ("十", None), ("12345678", None), ("٣", None)]
)  # fmt: skip
def test_a_whole_number_is_read_as_people_write_it(text: str, number: int | None) -> None:
    assert whole(text) == number


@pytest.mark.parametrize(
    ("text", "points"), [("5", 500), ("5％", 500), ("16.5 %", 1650), ("0.25", 25), ("100", 10_000), ("", None),
                         ("1,5", None), ("0.255", None), ("一成", None), ("1000", None)]
)  # fmt: skip
def test_a_share_is_read_in_percent_and_kept_in_basis_points(text: str, points: int | None) -> None:
    assert basis_points(text) == points


@pytest.mark.parametrize(
    ("points", "text"), [(None, ""), (0, "0"), (500, "5"), (1650, "16.5"), (1605, "16.05")]
)
def test_a_share_is_shown_as_it_is_typed(points: int | None, text: str) -> None:
    assert percent(points) == text and basis_points(text) == points


@pytest.mark.parametrize(
    "text", ["2026-02-30", "2026-W47-6", "20261121", "2026-11-21T08:00", "", None, 20261121]
)
def test_a_day_is_read_as_the_calendar_writes_it_and_nothing_else(text: object) -> None:
    assert iso_day("2026-11-21") == date(2026, 11, 21)
    assert iso_day(text) is None
