"""Who may do what: every route, every method, every principal, asked for real (`tests/authz.csv`).

A new route is red until it has its row: `python -m tests.authz` says what each principal is told there now; a person judges
whether that is right, and writes the row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from tests.authz import table
from tests.authz.court import ALLOW, DENY, NOT_FOUND, OWN_WORK, Ask, Court, Places, Told, foreign
from tests.authz.fields import questions, readers
from tests.authz.guards import read_unnoticed
from tests.authz.world import PRINCIPALS, STRANGERS, World, canary, words_of
from webapp.db import db
from webapp.demo.library import identity

# Of the questions that come to one guard, so many are asked again without it.
MOST = 40


@dataclass(frozen=True)
class Heard:
    """One question, what the table says of it, and what came of it."""

    ask: Ask
    said: str
    told: Told
    reached: frozenset[int]
    public: bool

    def __str__(self) -> str:
        one, told = self.ask, self.told
        return (
            f"{one.method} {one.rule} {one.who}: {told.verdict} ({told.status} {told.said}), not {self.said}"
        )


@pytest.fixture(scope="module")
def court(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Court]:
    """The two bureaus, and whoever asks."""
    court = Court(World(tmp_path_factory.mktemp("authz") / "data"))
    court.guards.install()
    yield court
    court.guards.remove()
    court.close()


def hear(court: Court, one: Ask, said: str) -> Heard:
    """Ask, and remember which guards were reached."""
    court.guards.reached.clear()
    told = court.ask(one)
    return Heard(one, said, told, frozenset(court.guards.reached), one.rule in court.public)


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
    refused = [hear(court, one, said) for one, said in asked if said != ALLOW]
    assert (court.dump(), court.files()) == (before, files), "a refusal changed something"
    return refused + [hear(court, one, said) for one, said in asked if said == ALLOW]


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
    inside = [one for one in heard if one.said == ALLOW and not one.public]
    told = [one for one in inside if one.told.birds & foreign(one.ask.who)]
    assert [f"{one}: {sorted(one.told.birds)}" for one in told] == []


def test_no_deed_in_a_bureau_writes_anything_of_the_other(court: Court, heard: list[Heard]) -> None:
    inside = [one for one in heard if one.said == ALLOW and not one.public]
    others = {key: {identity("bureau", bird) for bird in foreign(key)} for key in PRINCIPALS}
    wrote = [one for one in inside if court.of_bureau(one.told.touched) & others[one.ask.who]]
    assert sum(bool(one.told.touched) for one in inside) > 30
    assert [f"{one}: {sorted(one.told.touched)}" for one in wrote] == []


@pytest.fixture(scope="module")
def strangers(court: Court) -> list[Heard]:
    """Everybody of the other bureau at every address that has an id of the first in it."""
    places, ids = Places(court), court.world.ids
    own = {value for value in ids.values() if len(value) > 16}
    asked = (places.asking(rule, method, who, ids) for rule, method in places.rules() for who in STRANGERS)
    inside = (
        one for one in asked if one.rule not in court.public and any(value in one.path for value in own)
    )
    return [hear(court, one, NOT_FOUND) for one in inside]


def test_nobody_of_the_other_bureau_finds_anything_by_its_id(strangers: list[Heard]) -> None:
    assert len(strangers) > 500
    assert [str(one) for one in strangers if is_red(one, one.told)] == []


def is_red(one: Heard, told: Told) -> bool:
    """Whether an answer is none that the table allows."""
    if one.said == ALLOW:
        return told.verdict != ALLOW or (not one.public and bool(told.birds & foreign(one.ask.who)))
    meant = (DENY, NOT_FOUND) if one.ask.who in STRANGERS else (one.said.replace(OWN_WORK, DENY),)
    birds = () if one.said == OWN_WORK else told.birds
    return told.verdict not in meant or bool(birds) or bool(told.touched)


def test_the_canaries_sing(court: Court) -> None:
    bird, silent = canary("pd"), []
    with court.app.app_context(), db.engine.connect() as connection:
        for one in db.metadata.sorted_tables:
            words = [one.columns[name] for name in words_of(one)]
            rows = [row for row in connection.execute(select(*words)) if any(row)] if words else []
            if rows and not any(bird in str(row) for row in rows):
                silent.append(one.name)
    assert silent == []


def test_no_field_of_any_form_or_query_takes_an_id_of_the_other_bureau(court: Court) -> None:
    ids, wrong, asked = court.world.ids, [], 0
    pd, known = identity("bureau", "pd"), {value for value in court.world.ids.values() if len(value) > 16}
    for first, wanted in list(readers(court, Places(court))):
        for one in questions(first, wanted, ids):
            told = court.ask(one, keep=True)
            asked += 1
            crossed = court.pointing(told, known) or pd in court.of_bureau(told.touched)
            if told.status >= 500 or told.birds & foreign(one.who) or crossed:
                wrong.append((one, told))
            if told.touched:
                court.set_back()
    assert asked > 500
    assert wrong == []


def test_each_allow_that_is_taken_away_is_noticed(court: Court, heard: list[Heard]) -> None:
    views, unnoticed = court.app.view_functions, []
    refused: dict[tuple[str, str], list[Heard]] = {}
    for one in heard:
        if one.said == DENY and not one.public:
            refused.setdefault((one.ask.method, one.ask.rule), []).append(one)
    for rule, method in Places(court).rules():
        if rule.rule in court.public:
            continue
        guarded = views[rule.endpoint]
        views[rule.endpoint] = guarded.__wrapped__  # type: ignore[attr-defined]
        # Where a second guard stands behind it, the words of the refusal are others.
        if not any(court.ask(one.ask) != one.told for one in refused[method, rule.rule]):
            unnoticed.append((method, rule.rule))
        views[rule.endpoint] = guarded
    assert unnoticed == []


def test_each_own_that_is_taken_away_is_noticed(
    court: Court, heard: list[Heard], strangers: list[Heard]
) -> None:
    ways = by_guard([*strangers, *heard], court)
    asked = [site for site in court.guards.sites if site.kind == "own" and site.number in ways]
    unnoticed = [site.name for site in asked if not noticed(court, site.number, ways)]
    assert len(asked) > 25
    assert sorted(set(unnoticed) - set(read_unnoticed())) == []


def by_guard(heard: list[Heard], court: Court) -> dict[int, list[Heard]]:
    """The questions that came to each guard: those of the other bureau first, then those that were refused."""
    ways: dict[int, list[Heard]] = {}
    order = sorted(
        heard, key=lambda one: (one.ask.who not in STRANGERS, "other" not in one.ask.who, one.said == ALLOW)
    )
    for one in order:
        for number in () if one.public else one.reached:
            ways.setdefault(number, []).append(one)
    return ways


def noticed(court: Court, number: int, ways: dict[int, list[Heard]]) -> bool:
    """Whether any of the questions that come to a guard is answered otherwise without it."""
    court.guards.off = number
    red = any(is_red(one, court.ask(one.ask)) for one in ways[number][:: len(ways[number]) // MOST + 1])
    court.guards.off = None
    return red


def test_no_batch_takes_or_gives_what_is_of_the_other_bureau(court: Court) -> None:
    ids, others = court.world.ids, court.world.others
    device, who = ids["device of other inspector"], "other inspector"
    event = {
        "id": "01999999-0000-7000-8000-000000000001", "inspection": ids["inspection_id"], "seq": 1, "device": device,
        "author": others["user_id"], "type": "comment", "time": "2026-11-21T16:00:00.123+08:00", "clock": "verified",
        "payload": {"text": "x", "question": None},
    }  # fmt: skip
    own = event | {"inspection": others["inspection"], "id": "01999999-0000-7000-8000-000000000002"}
    photo = {"question": None, "sha256": ids["photo"], "position": None, "size": 1, "mime": "image/jpeg"}
    events = [
        event, event | {"device": ids["device of pair member 1"]}, event | {"author": ids["user_id"]},
        event | {"type": "photo", "payload": photo}, own | {"author": ids["user_id"]}, own | {"type": "accept"},
    ]  # fmt: skip
    bodies = [{"device": device, "cursors": {}, "events": [one]} for one in events]
    bodies += [{"device": device, "cursors": {ids["inspection_id"]: 0, ids["drawn"]: 0}, "events": events}]
    bodies += [
        {"device": ids["device of pair member 1"], "cursors": {ids["inspection_id"]: 0}, "events": events}
    ]
    for body in bodies:
        told = court.ask(Ask(who, "POST", "/api/v1/sync", "/api/v1/sync", json=body), keep=True)
        assert not told.birds & foreign(who), body
        assert identity("bureau", "pd") not in court.of_bureau(told.touched), body
        assert not court.pointing(told, set(ids.values())) and told.status in (200, 403), body
        court.set_back()
    training = {"person": ids["user_id"], "device": device}
    for method, path, said in (
        ("GET", f"/api/v1/blobs/{ids['photo']}", None),
        ("HEAD", f"/api/v1/blobs/{ids['photo']}", None),
        ("PATCH", f"/api/v1/blobs/{ids['photo']}", None),
        ("POST", "/api/v1/training", training),
    ):
        told = court.ask(Ask(who, method, path, path, json=said))
        assert told.status >= 400 and not told.touched and not told.birds & foreign(who), (method, path)
