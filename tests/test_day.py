"""Which day it is."""

from datetime import UTC, date, datetime
from importlib import import_module

import pytest

# The package has a name `db` of its own, the database.
clock = import_module("webapp.db")


def test_a_new_day_begins_in_china_while_it_is_still_yesterday_in_utc(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC))
    assert clock.today() == date(2026, 12, 31)
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 12, 31, 16, 0, tzinfo=UTC))
    assert clock.today() == date(2027, 1, 1)
