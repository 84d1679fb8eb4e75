"""All draws as open data (design 5, TJ-3)."""

import csv
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import both_databases
from tests.field.test_hall import Desk, frozen, published
from tests.field.test_hall_names import drawn
from webapp.db import db
from webapp.draw import open_data
from webapp.draw.models import Draw


@both_databases
def test_TJ_3_anyone_reads_which_draws_there_are_from_the_freeze_on(
    app: Flask, desk: Desk, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "还没有抽取" in client.get("/public/draws").text
    planner, task = desk("planner"), published(desk, times="2")
    first = drawn(planner, task, monkeypatch)
    monkeypatch.undo()
    second = frozen(planner, task)
    answer = client.get("/public/draws.json").get_json()
    assert {one["id"] for one in answer["data"]} == {second, first} and answer["next"] is None
    assert [one["frozen"] for one in answer["data"]] == sorted(
        (one["frozen"] for one in answer["data"]), reverse=True
    )
    one = next(one for one in answer["data"] if one["id"] == first)
    assert one["state"] == "drawn" and one["drawn"] > 0 and one["task"] == "人力资源服务机构抽查"
    assert client.get(one["file"]).headers["ETag"].strip('"') == one["file_sha256"]
    assert client.get(one["plan"]).status_code == 200 and answer["updated"] == max(
        row["changed"] for row in answer["data"]
    )
    page = client.get("/public/draws").text
    assert one["pool_hash"] in page and "已冻结，尚未抽取" in page and first in page
    table = client.get("/public/draws.csv")
    rows = list(csv.DictReader(io.StringIO(table.data.decode("utf-8-sig"))))
    assert {row["id"] for row in rows} == {second, first} and rows[1]["bureau"] == one["bureau"]["name"]


def test_a_page_of_draws_is_as_long_as_a_page_and_names_the_next(
    app: Flask, desk: Desk, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    planner, task = desk("planner"), published(desk, times="3")
    for _ in range(3):
        frozen(planner, task)
    monkeypatch.setattr(open_data, "PAGE", 2)
    monkeypatch.setattr(open_data, "MOST", 2)
    first = client.get("/public/draws.json").get_json()
    rest = client.get(first["next"]).get_json()
    with app.app_context():
        ids = [
            row.id
            for row in sorted(db.session.query(Draw), key=lambda row: (row.frozen_at, row.id), reverse=True)
        ]
    assert [one["id"] for one in first["data"] + rest["data"]] == ids and rest["next"] is None
    page = client.get("/public/draws").text
    assert ids[1] in page and ids[2] not in page and f"after={ids[1]}" in page
    link = client.get("/public/draws.csv").headers["Link"]
    assert f"after={ids[1]}" in link and 'rel="next"' in link


def test_draws_of_one_bureau_are_read_by_its_address(desk: Desk, client: FlaskClient) -> None:
    frozen(desk("planner"), published(desk))
    of = client.get("/public/draws.json").get_json()["data"][0]["bureau"]
    assert client.get(f"/public/draws.json?bureau={of['id']}").get_json()["bureau"] == of
    assert client.get("/public/draws.json?bureau=nobody").status_code == 404
    assert of["name"] in client.get(f"/public/draws?bureau={of['id']}").text
