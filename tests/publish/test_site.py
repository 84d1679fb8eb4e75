"""The public site: anyone reads it, any cache may keep it, and what was withdrawn is gone from all of it."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from hashlib import sha256
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.publish.shown import FIRST, document_of, publish
from webapp.db import db
from webapp.demo import world
from webapp.field.models import Inspection
from webapp.publish.site import PLACES
from webapp.registry.subjects import Subject

IDS = {one["key"]: one["id"] for one in world.assignments()}
BUREAUS = {one["key"]: one["id"] for one in world.bureaus()}
ATOM = "{http://www.w3.org/2005/Atom}"


def inspection(key: str) -> Inspection:
    return db.session.get_one(Inspection, IDS[key])


def shown(app: Flask, key: str = "pd-12", **changes: Any) -> str:
    with app.app_context():
        publish(inspection(key), document_of(inspection(key), **changes))
    return f"/public/results/{IDS[key]}"


@pytest.fixture
def pages(app: Flask) -> list[str]:
    """Every page of the menu, and one of each that lies below."""
    page = shown(app)
    with app.test_request_context():
        places = [app.url_for(endpoint, bureau=BUREAUS["pd"]) for endpoint, _name in PLACES]
    with app.app_context():
        subject = inspection("pd-12").subject_id
    more = [page, f"/public/subjects/{subject}", "/public/year/2026", "/public/data", "/public/bureaus"]
    return [*places, *more, "/verify/draw"]


def test_without_a_bureau_the_one_with_the_most_people_is_shown(client: FlaskClient) -> None:
    assert "<title>平顶山市人力资源和社会保障局" in client.get("/public/").text


def test_every_page_is_read_without_a_session_and_may_be_kept_for_a_minute(
    client: FlaskClient, pages: list[str]
) -> None:
    for address in pages:
        answer = client.get(address, follow_redirects=True)
        assert answer.status_code == 200, address
        assert answer.headers["Cache-Control"] == "public, max-age=60, must-revalidate"
        assert "Set-Cookie" not in answer.headers and "Cookie" not in answer.headers.get("Vary", "")
        again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]}, follow_redirects=True)
        assert again.status_code == 304 and not again.data, address
        assert "<script" not in answer.text or address == "/verify/draw", address


def test_a_cache_never_serves_one_reader_what_another_chose(app: Flask, desk: Any) -> None:
    page, office = shown(app), desk("archivist")
    stranger = app.test_client()
    office.get("/office/?lang=en")
    assert office.get(page).data == stranger.get(page).data
    english = stranger.get(f"{page}?lang=en")
    assert (
        'lang="en"' in english.text
        and "lang=en" in re.findall(r'href="(/public/results\?[^"]*)"', english.text)[0]
    )
    assert 'lang="zh-Hans"' in stranger.get(page).text


def test_a_result_says_what_was_found_and_its_data_is_the_document_to_the_byte(
    app: Flask, client: FlaskClient
) -> None:
    """RZ-4c, RZ-19: the result, its law and what follows are public; anyone can check what was published."""
    page = shown(
        app, result={"code": "corrected", "sub": None, "decided": "2026-10-30"},
        findings=[{"label": "未公示收费标准", "law": "《人力资源市场暂行条例》第三十二条"}],
        orders=[{"deadline": "2026-11-20", "outcome": "done"}],
        penalties=[
            {"number": "平人社罚〔2026〕3号", "kind": "fine", "amount": "10000.00", "at": "2026-11-18", "until": None}
        ],
    )  # fmt: skip
    text = client.get(page).text
    for said in (
        "发现问题已责令改正",
        "未公示收费标准",
        "第三十二条",
        "2026-11-20",
        "已改正",
        "平人社罚〔2026〕3号",
        "罚款",
        "10000.00",
    ):
        assert said in text
    data = client.get(f"{page}.json")
    assert sha256(data.data).hexdigest() in text
    assert data.headers["ETag"].strip('"') == sha256(data.data).hexdigest()
    assert client.get(f"{page}.pdf").data.startswith(b"%PDF-")
    assert b"<svg" in client.get(f"{page}/code.svg").data


def test_a_correction_shows_as_a_correction_and_not_what_it_took_away(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        first = document_of(inspection("pd-12"), text="与王小明核对过。")
        publish(inspection("pd-12"), first, first | {"text": "", "told": "2026-10-31"})
    text = client.get(f"/public/results/{IDS['pd-12']}").text
    assert re.search(r"已更正.*2026-11-02.*更正了：说明、告知", text, re.S)
    assert "王小明" not in text
    assert "已更正" in client.get(f"/public/results?bureau={BUREAUS['pd']}").text
    assert "已更正" in client.get(f"/public/results.atom?bureau={BUREAUS['pd']}").text


def test_what_was_withdrawn_is_gone_from_page_data_sheet_code_list_feed_search_subject_and_year(
    app: Flask, client: FlaskClient
) -> None:
    """A reversed result is withdrawn everywhere; what is left says that it was, and nothing else."""
    page = shown(app, text="只在这里")
    with app.app_context():
        name, subject = inspection("pd-12").subject.name, inspection("pd-12").subject_id
        number = inspection("pd-12").number
    places = [page, f"{page}.json", f"{page}.pdf", f"{page}/code.svg"]
    assert [client.get(place).status_code for place in places] == [200] * 4
    with app.app_context():
        publish(inspection("pd-12"), document_of(inspection("pd-12"), text="只在这里"), gone=True)
    for place in places:
        answer = client.get(place)
        assert answer.status_code == 410, place
        assert name not in answer.text and number not in answer.text and "只在这里" not in answer.text
    assert "这项公示已撤下" in client.get(page).text
    bureau = f"bureau={BUREAUS['pd']}"
    for place in (f"results?{bureau}", f"results?{bureau}&q={name}", f"results.json?{bureau}", f"results.csv?{bureau}",
                  f"results.atom?{bureau}", f"?{bureau}", "sitemap-0.xml"):  # fmt: skip
        answer = client.get(f"/public/{place}")
        assert number not in answer.text and IDS["pd-12"] not in answer.text, place
    assert number not in client.get(f"/public/subjects/{subject}").text
    assert client.get(f"/public/year/2026.json?{bureau}").get_json()["data"][0]["count"] == 0


def test_the_lists_are_paged_by_a_key_and_miss_and_repeat_nothing(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = ["pd-01", "pd-02", "pd-07", "pd-08", "pd-09", "pd-11", "pd-12", "pd-13", "pd-14", "pd-22"]
    with app.app_context():
        for place, key in enumerate(keys):
            publish(inspection(key), at=FIRST + timedelta(days=place))
    bureau = BUREAUS["pd"]
    whole = client.get(f"/public/results.json?bureau={bureau}").get_json()
    assert [one["id"] for one in whole["data"]] == [IDS[key] for key in reversed(keys)]
    assert whole["next"] is None and whole["bureau"]["id"] == bureau
    monkeypatch.setattr("webapp.publish.results_views.MOST", 3)
    address, seen = f"/public/results.json?bureau={bureau}", []
    while address:
        page = client.get(address).get_json()
        seen += [one["id"] for one in page["data"]]
        address = page["next"]
    assert seen == [IDS[key] for key in reversed(keys)]
    first = client.get(f"/public/results.csv?bureau={bureau}")
    assert first.text.count("\n") == 4 and 'rel="next"' in first.headers["Link"]


def test_the_feed_is_an_atom_feed_with_stable_ids(app: Flask, client: FlaskClient) -> None:
    page = shown(app)
    feed = ElementTree.fromstring(client.get(f"/public/results.atom?bureau={BUREAUS['pd']}").data)  # noqa: S314
    entry = feed.find(f"{ATOM}entry")
    assert feed.tag == f"{ATOM}feed" and entry is not None
    assert entry.findtext(f"{ATOM}id", "").endswith(page)
    assert entry.findtext(f"{ATOM}updated") == "2026-11-02T01:00:00Z"


def test_the_year_counts_what_is_public(app: Flask, client: FlaskClient) -> None:
    shown(app, "pd-12")
    shown(
        app, "pd-14", result={"code": "pending", "sub": None, "decided": "2026-11-01"}, inspected="2026-11-01"
    )
    shown(app, "pd-22", inspected="2025-11-01")
    rows = client.get(f"/public/year/2026.json?bureau={BUREAUS['pd']}").get_json()["data"]
    counts = {row["id"]: row["count"] for row in rows}
    assert counts["all:visits"] == 2 and counts["result:no_problem"] == 1 and counts["result:pending"] == 1
    assert counts["month:2026-10"] == 1 and counts["month:2026-11"] == 1
    page = client.get(f"/public/year/2026?bureau={BUREAUS['pd']}").text
    assert re.search(r"次检查</dt><dd>2</dd>", page) and "/public/year/2025" in page
    assert page.count('<table class="bars">') == 3 and page.count('<svg class="bar"') >= 2 + 12
    assert re.search(r"/public/results\?bureau=[^\"]*&amp;month=2026-\d\d\"", page)
    assert client.get(f"/public/year/1999?bureau={BUREAUS['pd']}").status_code == 404


def test_the_libraries_show_no_phone_no_whole_name_of_a_person_and_no_whole_credential(
    app: Flask, client: FlaskClient
) -> None:
    """TJ-7: of an inspector the surname and the end of the credential, of a natural person the surname alone."""
    people = [one for one in world.people() if "inspector" in one["roles"]]
    text = "".join(
        client.get(f"/public/inspectors{form}?bureau={BUREAUS['pd']}").text for form in ("", ".json", ".csv")
    )
    for person in people:
        assert person["name"] not in text and person["credential"] not in text and person["phone"] not in text
    with app.app_context():
        author = db.session.query(Inspection).first().assigned_by  # type: ignore[union-attr]
        bureau_id, code = BUREAUS["pd"], "110101199003074477"
        values = {
            "bureau_id": bureau_id,
            "code": code,
            "kinds": [],
            "address": "",
            "district": "新设区",
            "state": "在营",
        }
        known = {
            "name": "欧阳秀英",
            "complaints": 0,
            "penalties": 0,
            "abnormal": False,
            "dishonest": False,
            "tags": [],
        }
        db.session.add(
            Subject(id="0192f0c1-0000-7000-8000-000000000001", author_id=author, **values, **known)
        )
        db.session.commit()
    for form in ("", ".json", ".csv"):
        whole = client.get(f"/public/subjects{form}?bureau={bureau_id}&district=新设区").text
        assert "欧阳**" in whole and "欧阳秀英" not in whole and code not in whole and "19900307" not in whole
        assert "欧阳**" not in client.get(f"/public/subjects{form}?bureau={bureau_id}&q=欧阳秀英").text
    own = client.get("/public/subjects/0192f0c1-0000-7000-8000-000000000001").text
    assert "欧阳**" in own and "欧阳秀英" not in own and code not in own


def test_robots_and_sitemap_lead_to_every_result(app: Flask, client: FlaskClient) -> None:
    page = shown(app)
    robots = client.get("/robots.txt").text
    assert "Allow: /public/" in robots and "Disallow: /" in robots
    index = re.findall(r"<loc>http://localhost([^<]*)</loc>", client.get("/sitemap.xml").text)
    assert f"Sitemap: http://localhost{'/sitemap.xml'}" in robots
    named = "".join(client.get(address).text for address in index)
    assert f"http://localhost{page}</loc>" in named and "/public/items?bureau=" in named


def test_a_page_that_is_not_there_looks_like_the_site_and_says_so(client: FlaskClient) -> None:
    answer = client.get("/public/results/nothing")
    assert answer.status_code == 404 and 'class="band' in answer.text and "没有找到" in answer.text
    assert client.get("/public/results?bureau=nowhere").status_code == 404


def test_a_row_of_open_data_holds_the_whole_document(app: Flask, client: FlaskClient) -> None:
    page = shown(app)
    row = client.get(f"/public/results.json?bureau={BUREAUS['pd']}").get_json()["data"][0]
    assert row["document"] == json.loads(client.get(f"{page}.json").data)
