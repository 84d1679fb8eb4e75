"""Who may do what: every route, every method, every principal, asked for real (`tests/authz.csv`).

A new route is red until it has its row: `python -m tests.authz` says what each principal is told there now; a person judges
whether that is right, and writes the row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.authz import table
from tests.authz.court import ALLOW, DENY, NOT_FOUND, OWN_WORK, Ask, Court, Places, Told, foreign
from tests.authz.world import PRINCIPALS, STRANGERS, World, canary, words_of
from webapp.db import db
from webapp.demo.library import identity


@dataclass(frozen=True)
class Heard:
    """One question, what the table says of it, and what came of it."""

    ask: Ask
    said: str
    told: Told

    def __str__(self) -> str:
        one, told = self.ask, self.told
        return (
            f"{one.method} {one.rule} {one.who}: {told.verdict} ({told.status} {told.said}), not {self.said}"
        )


@pytest.fixture(scope="module")
def court(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Court]:
    """The two bureaus, and whoever asks."""
    court = Court(World(tmp_path_factory.mktemp("authz") / "data"))
    yield court
    court.close()


@pytest.fixture(scope="module")
def heard(court: Court) -> list[Heard]:
    """A real request for each cell of the table, those to be refused first: nothing is set back between them."""
    cells, places = table.read(), Places(court)
    asked = [
        (places.asking(rule, method, who, court.world.ids), cells[method, rule.rule][who])
        for rule, method in places.rules()
        if (method, rule.rule) in cells
        for who in PRINCIPALS
    ]
    before, files = court.dump(), court.files()
    refused = [Heard(one, said, court.ask(one)) for one, said in asked if said != ALLOW]
    assert (court.dump(), court.files()) == (before, files), "a refusal changed something"
    return refused + [Heard(one, said, court.ask(one)) for one, said in asked if said == ALLOW]


def test_every_route_has_its_row_and_every_row_its_route(court: Court) -> None:
    routes = {(method, rule.rule) for rule, method in Places(court).rules()}
    rows = set(table.read())
    assert (sorted(routes - rows), sorted(rows - routes)) == ([], [])


def test_each_is_let_in_or_turned_away_as_the_table_says(heard: list[Heard]) -> None:
    assert len(heard) > 5000
    wrong = [str(one) for one in heard if one.told.verdict != one.said.replace(OWN_WORK, DENY)]
    assert wrong == []


def test_no_refusal_tells_anything_of_anybody(heard: list[Heard]) -> None:
    refused = [one for one in heard if one.said in (DENY, NOT_FOUND)]
    assert [f"{one}: {sorted(one.told.birds)}" for one in refused if one.told.birds] == []


def test_no_refusal_changes_a_row(heard: list[Heard]) -> None:
    refused = [one for one in heard if one.said != ALLOW]
    assert len(refused) > 3000
    assert [f"{one}: {sorted(one.told.touched)}" for one in refused if one.told.touched] == []


def test_no_page_of_a_bureau_tells_anything_of_the_other(court: Court, heard: list[Heard]) -> None:
    inside = [one for one in heard if one.said == ALLOW and one.ask.rule not in court.public]
    told = [one for one in inside if one.told.birds & foreign(one.ask.who)]
    assert [f"{one}: {sorted(one.told.birds)}" for one in told] == []


def test_no_deed_in_a_bureau_writes_anything_of_the_other(court: Court, heard: list[Heard]) -> None:
    inside = [one for one in heard if one.said == ALLOW and one.ask.rule not in court.public]
    others = {key: {identity("bureau", bird) for bird in foreign(key)} for key in PRINCIPALS}
    wrote = [one for one in inside if court.of_bureau(one.told.touched) & others[one.ask.who]]
    assert sum(bool(one.told.touched) for one in inside) > 30
    assert [f"{one}: {sorted(one.told.touched)}" for one in wrote] == []


def test_nobody_of_the_other_bureau_finds_anything_by_its_id(court: Court) -> None:
    places, ids = Places(court), court.world.ids
    own = {value for value in ids.values() if len(value) > 16}
    found, asked = [], 0
    for rule, method in places.rules():
        for who in STRANGERS:
            one = places.asking(rule, method, who, ids)
            if rule.rule in court.public or not any(value in one.path for value in own):
                continue
            asked += 1
            told = court.ask(one)
            if told.verdict not in (DENY, NOT_FOUND) or told.birds & foreign(who) or told.touched:
                found.append(str(Heard(one, NOT_FOUND, told)))
    assert asked > 500
    assert found == []


def test_the_canaries_sing(court: Court) -> None:
    bird, silent = canary("pd"), []
    with court.app.app_context(), db.engine.connect() as connection:
        for one in db.metadata.sorted_tables:
            rows = connection.execute(one.select()).fetchall() if words_of(one) else []
            if rows and not any(bird in str(row) for row in rows):
                silent.append(one.name)
    assert silent == []
