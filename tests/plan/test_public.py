"""What anyone may read before a visit: the list of items, the plans; as pages and as open data."""

import csv
import io
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp.accounts import open_data
from webapp.db import today
from webapp.demo import world
from webapp.demo.year import load_year

Desk = Callable[..., FlaskClient]
BUREAUS = {one["key"]: one for one in world.bureaus()}


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    """Nobody, in a world with a year."""
    with app.app_context():
        load_year(today())
    return app.test_client()


def test_TJ_5_the_list_says_basis_content_agency_and_subject_of_every_item(visitor: FlaskClient) -> None:
    page = visitor.get("/public/items", query_string={"bureau": BUREAUS["tj"]["id"]}).text
    for item in world.items("tj"):
        said = [item["name"], item["subject_kind"], *item["bases"], *item["contents"], *item["units"]]
        assert [text for text in said if text not in page] == []


def test_TJ_6_what_was_taken_off_the_list_is_public_with_its_reason(
    app: Flask, visitor: FlaskClient, desk: Desk
) -> None:
    item = next(item for item in world.items("tj") if item["code"] == "PD6")
    desk("planner.tj").post(f"/office/items/{item['id']}/off", data={"reason": "依据已废止"})
    page = visitor.get("/public/items", query_string={"bureau": BUREAUS["tj"]["id"]}).text
    listed, _, off = page.partition("移出清单的事项")
    assert item["name"] not in listed and item["name"] in off and "依据已废止" in off


def test_RZ_4c_the_plans_of_a_bureau_are_listed_with_the_version_in_force(visitor: FlaskClient) -> None:
    page = visitor.get("/public/plans", query_string={"bureau": BUREAUS["pd"]["id"]}).text
    assert f"{today().year} 年抽查计划" in page
    assert "还没有公布计划" in visitor.get("/public/plans", query_string={"bureau": BUREAUS["rz"]["id"]}).text


def test_a_draft_is_on_no_public_list(visitor: FlaskClient, desk: Desk) -> None:
    desk("planner.rz").post("/office/plans", data={"year": "2027"})
    assert "2027" not in visitor.get("/public/plans", query_string={"bureau": BUREAUS["rz"]["id"]}).text
    assert visitor.get(f"/public/plans.json?bureau={BUREAUS['rz']['id']}").json["data"] == []  # type: ignore[index]


@pytest.mark.parametrize(("kind", "count"), [("items", 9), ("plans", 1)])
def test_open_data_has_stable_ids_and_is_asked_for_again_by_its_tag(
    visitor: FlaskClient, kind: str, count: int
) -> None:
    place = f"/public/{kind}.json?bureau={BUREAUS['pd']['id']}"
    answer = visitor.get(place)
    assert answer.json and answer.json["bureau"]["name"] == BUREAUS["pd"]["name"] and answer.json["updated"]
    ids = [row["id"] for row in answer.json["data"]]
    assert len(set(ids)) == count and visitor.get(place).data == answer.data
    assert visitor.get(place, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    ("kind", "rows", "said"),
    [("items", 9, "网上信息技术比对,,200,1次/年"), ("plans", 9, "3月、6月、9月、12月")],
)
def test_the_same_stands_in_a_table(visitor: FlaskClient, kind: str, rows: int, said: str) -> None:
    answer = visitor.get(f"/public/{kind}.csv?bureau={BUREAUS['pd']['id']}")
    lines = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert len(lines) == 1 + rows and {len(line) for line in lines} == {len(lines[0])}
    assert said in answer.data.decode()


def test_open_data_goes_on_after_the_last_row(visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_data, "PAGE", 4)
    place, found = f"/public/items.json?bureau={BUREAUS['pd']['id']}", []
    while place:
        told = visitor.get(place).json
        assert told
        found += [row["code"] for row in told["data"]]
        place = told["next"]
    assert sorted(found) == [f"PD{n}" for n in range(1, 10)]


@pytest.mark.parametrize("place", ["items", "plans", "items.json", "plans.json", "items.csv", "plans.csv"])
def test_a_bureau_that_is_not_there_is_said(visitor: FlaskClient, place: str) -> None:
    assert visitor.get(f"/public/{place}?bureau=x").status_code == 404
    assert visitor.get(f"/public/{place}").status_code == 200
