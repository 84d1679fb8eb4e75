"""Which version is used on a day."""

from datetime import UTC, date, datetime

from webapp.forms.release_rules import Standing, coming, in_use, inherited, next_version

DAY = date(2026, 11, 21)


def version(name: str, day: date, minute: int = 0, item: str = "PD6") -> Standing:
    return Standing(name, item, day, datetime(2026, 11, 1, 9, minute, tzinfo=UTC))


def test_the_version_that_began_last_is_used_whenever_it_was_published() -> None:
    old, new = version("old", date(2026, 1, 1), 5), version("new", date(2026, 11, 21), 1)
    assert in_use([new, old], DAY) == {"PD6": "new"}
    assert in_use([new, old], date(2026, 11, 20)) == {"PD6": "old"}
    assert in_use([new], date(2026, 11, 20)) == {}


def test_of_two_from_the_same_day_the_one_published_last_is_used() -> None:
    assert in_use([version("a", DAY, 1), version("b", DAY, 2)], DAY) == {"PD6": "b"}
    later = date(2026, 12, 1)
    assert [one.id for one in coming([version("a", later, 1), version("b", later, 2)], DAY)] == ["b"]


def test_what_begins_later_comes_in_the_order_of_its_days() -> None:
    given = [version("c", date(2027, 1, 1)), version("b", date(2026, 12, 1), 7), version("a", DAY)]
    assert [one.id for one in coming(given, DAY)] == ["b", "c"]


def test_PD_2_3_a_superiors_version_stands_in_only_where_there_is_no_own_one() -> None:
    assert inherited({"PD6": "own"}, {"PD6": "above", "PD7": "above"}) == {"PD6": "own", "PD7": "above"}


def test_the_next_version_has_a_name_that_is_free_and_fits() -> None:
    assert next_version("2026.1", {"2026.1"}) == "2026.2"
    assert next_version("2026.9", {"2026.9", "2026.10"}) == "2026.11"
    assert next_version("试行", {"试行"}) == "试行.2"
    assert next_version("1", set()) == "1"
    assert next_version("v2-final", {"v2-final"}) == "v3-final"
    long = next_version("字" * 32, {"字" * 32})
    assert len(long) <= 32 and long != "字" * 32
    nines = "9" * 32
    assert len(next_version(nines, {nines})) <= 32 and next_version(nines, {nines}) != nines
