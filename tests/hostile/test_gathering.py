"""Strangers at a gathering: guessed and dead addresses, forged and copied seals, replays, floods, odd texts."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.field.test_hall import published
from tests.field.test_screen import KEYS, SALTS, Desk, Hall, joining
from webapp.accounts.views import limiter
from webapp.db import db
from webapp.draw.gatherings import Gathering, Witness
from webapp.draw.seed import seal
from webapp.draw.witness_rules import MOST_ROWS, MOST_WITNESSES


@pytest.fixture
def hall_(app: Flask, desk: Desk) -> Hall:
    return Hall(app, desk("planner"), published(desk))


def code(answer: Any) -> str:
    return str(answer.json["error"]["code"])


def count(app: Flask) -> int:
    with app.app_context():
        return db.session.query(Witness).count()


def test_a_stranger_with_the_address_of_a_frozen_gathering_can_do_nothing(
    app: Flask, hall_: Hall, client: FlaskClient
) -> None:
    hall_.seal("周敏")
    place = f"/w/{hall_.code}"
    hall_.freeze()
    for address in (place, f"/w/{hall_.code.upper()}", "/w/aaaaaaaa", "/w/%20", "/w/" + "a" * 3000):
        answer = client.get(address)
        assert answer.status_code == 410 and 'name="number"' not in answer.text
    late = hall_.seal("韩雪")
    assert late.status_code == 410 and code(late) == "gathering_closed"
    for act in ("strike", "renew", "close", "said", "freeze", "openings", "numbers", "witnesses"):
        assert client.post(f"{hall_.place}/{act}").status_code in (401, 403)
    for act in ("", "/live"):
        assert client.get(f"{hall_.place}{act}").status_code == 302
    assert count(app) == 1


def test_what_is_no_name_no_seal_and_no_key_is_refused(app: Flask, hall_: Hall) -> None:
    for more, problem in (
        ({"name": ""}, "witness_name"),
        ({"name": "周" * 31}, "witness_name"),
        ({"name": "周敏（媒体）"}, "witness_name"),
        ({"name": "周\u202e敏"}, "witness_name"),
        ({"name": "<script>alert(1)</script>"}, "witness_name"),
        ({"name": '周"敏'}, "witness_name"),
        ({"capacity": "王"}, "witness_capacity"),
        ({"sealed": "f" * 63}, "witness_seal"),
        ({"sealed": "F" * 64}, "witness_seal"),
        ({"sealed": "g" * 64}, "witness_seal"),
        ({"sealed": "f" * 65}, "malformed"),
        ({"key": "short"}, "malformed"),
        ({"key": "a" * 31 + "\n"}, "malformed"),
        ({"name": "x" * 500}, "malformed"),
        ({"name": 7}, "malformed"),
        ({"name": "周\ud800敏"}, "witness_name"),
    ):
        answer = hall_.seal("周敏", **more)
        assert (code(answer), count(app)) == (problem, 0), more


def test_a_seal_sent_twice_is_one_and_a_copied_one_is_refused(app: Flask, hall_: Hall) -> None:
    assert hall_.seal("周敏").status_code == hall_.seal("周敏").status_code == 200
    assert count(app) == 1
    other = seal("1./", "s" * 32)
    assert code(hall_.seal("周敏", sealed=other)) == "witness_twice"
    assert code(hall_.seal("周敏", sealed=other, name="冒名")) == "witness_seal"
    copied = hall_.seal("韩雪", sealed=joining("周敏")["sealed"])
    assert code(copied) == "witness_seal"
    assert code(hall_.seal("周敏", key="c" * 32, sealed=other)) == "witness_twice"
    assert count(app) == 1


def test_a_forged_opening_is_refused_and_a_right_one_replayed_changes_nothing(
    app: Flask, hall_: Hall
) -> None:
    hall_.seal("周敏")
    hall_.freeze()
    for more in (
        {"text": "583922./"},
        {"salt": "f" * 32},
        {"text": "0583921./"},
        {"text": "583921.7./"},
        {"text": "/", "salt": ""},
        {"salt": "短"},
    ):
        assert code(hall_.open("周敏", **more)) == "opening_wrong"
    for _ in range(2):
        assert hall_.open("周敏").json["state"] == "opened"
    stranger = app.test_client().post(
        f"/api/v1/witnesses/{'f' * 32}/opening", json={"text": "583921./", "salt": SALTS["周敏"]}
    )
    assert stranger.status_code == 404
    with app.app_context():
        one = db.session.query(Witness).one()
        assert (one.text, one.salt) == ("583921./", SALTS["周敏"])
        assert one.key_hash != KEYS["周敏"]


def test_names_are_shown_as_text(hall_: Hall, client: FlaskClient) -> None:
    hall_.seal("周敏", name="周&lt;敏'")
    assert "周&amp;lt;敏&#39;" in hall_.page("watch")
    assert "周&amp;lt;敏&#39;" in client.get(f"/witness/{KEYS['周敏']}").text


def test_a_flood_fills_neither_the_hall_nor_the_database_and_a_new_address_ends_it(
    app: Flask, hall_: Hall
) -> None:
    with app.app_context():
        gathering = db.session.get_one(Gathering, hall_.id)
        old = gathering.code
        for number in range(MOST_WITNESSES):
            gathering.join(f"人{number}", "other", seal(f"{number}./", "s" * 32), f"{number:032x}")
        db.session.commit()
    assert code(hall_.seal("周敏")) == "witness_full"
    assert hall_.post("strike", witness="0").status_code == 404
    assert hall_.post("strike", witness="all").status_code == 302
    assert hall_.seal("周敏").status_code == 200
    assert hall_.post("renew").status_code == 302
    assert hall_.code != old
    stranger = app.test_client().post(f"/api/v1/gatherings/{old}/witnesses", json=joining("韩雪"))
    assert code(stranger) == "gathering_closed"
    assert app.test_client().get(f"/api/v1/witnesses/{KEYS['周敏']}").json["state"] == "waiting"
    assert MOST_ROWS > MOST_WITNESSES


def test_who_tries_without_end_is_asked_to_wait(app: Flask, hall_: Hall, client: FlaskClient) -> None:
    limiter.reset()
    try:
        answers = [
            client.post("/api/v1/gatherings/aaaaaaaa/witnesses", json={}).status_code for _ in range(70)
        ]
        assert answers[0] == 400 and answers[-1] == 429
        asked = [client.get(f"/api/v1/witnesses/{'f' * 32}").status_code for _ in range(70)]
        assert asked[0] == 404 and asked[-1] == 429
    finally:
        limiter.reset()
