"""What others hand in: evidence that is a page, a picture that draws itself, a name that breaks a header; old cursors."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.field import test_amend
from tests.field.test_amend import ask, file_of, member, names, visit
from tests.field.test_elsewhere import HEAD, KIND, PDF, able, begun, firms, listed, read, said, table
from tests.field.test_hall import published
from tests.handset import Handset
from webapp.db import db
from webapp.field.models import Inspection
from webapp.registry import imports
from webapp.registry.imports import work
from webapp.registry.subjects import Subject

Desk = Callable[..., FlaskClient]
Phone = Callable[[str], Handset]
draw_id = test_amend.draw_id
SCRIPT = b"<script>fetch('/office/')</script>"


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process beside the server, in this one."""
    monkeypatch.setattr(imports, "start", lambda import_id, author: work(import_id, author.id))


def packed(name: str, data: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return made.getvalue()


def test_evidence_is_never_a_page_of_ours(app: Flask, desk: Desk, client: FlaskClient) -> None:
    planner, task = desk("planner"), published(desk, bp="100", by="all", kinds=[KIND])
    with app.app_context():
        rows = table([firms(1)[0].name, firms(1)[0].code, "", ""], head=HEAD)

    def send(evidence: bytes, name: str) -> tuple[int, str]:
        files = {"file": (io.BytesIO(rows), "名单.csv"), "evidence": (io.BytesIO(evidence), name)}
        answer = planner.post("/office/draws/elsewhere/new", data=task | said() | files)
        return answer.status_code, answer.headers.get("Location", "")

    for data, name in (
        (b"<!doctype html>" + SCRIPT, "a.pdf"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>", "a.svg"),
        (b"\n<html>%PDF-1.4" + SCRIPT, "a.pdf"),
        (packed("a.html", SCRIPT), "a.xlsx"),
        (b"GIF89a" + SCRIPT, "a.gif"),
        (b"", "a.pdf"),
    ):
        assert send(data, name)[0] == 422, name
    names = (
        'a".html',
        "a\u2028\u202etpircs.html",
        "a.html;filename=b.js",
        "<script>.svg",
        "../../../etc/passwd",
    )
    for number, name in enumerate(names):
        status, place = send(PDF + SCRIPT + bytes([number]), name)
        assert status == 302, name
        answer = planner.get(f"{place}/evidence")
        disposition = answer.headers["Content-Disposition"]
        assert (answer.mimetype, disposition.split(";")[0]) == ("application/pdf", "attachment"), name
        assert answer.headers["X-Content-Type-Options"] == "nosniff" and "Set-Cookie" not in answer.headers
        assert "<script>.svg" not in planner.get(place).text
        for other in ("planner.tj", "archivist.rz", "inspector1"):
            assert desk(other).get(f"{place}/evidence").status_code in (403, 404)
        list_id = place.rpartition("/")[2]
        assert client.get(f"/public/drawn-lists/{list_id}").status_code == 404, "not taken over yet"


def test_an_import_is_reached_by_its_own_list_alone(app: Flask, desk: Desk) -> None:
    planner, task = desk("planner"), published(desk, bp="100", by="all", kinds=[KIND])
    with app.app_context():
        rows = table([firms(1)[0].name, firms(1)[0].code, "", ""], head=HEAD)
    files = {"file": (io.BytesIO(rows), "名单.csv"), "evidence": (io.BytesIO(PDF), "a.pdf")}
    place = planner.post("/office/draws/elsewhere/new", data=task | said() | files).location
    list_id = place.rpartition("/")[2]
    for kind in ("subjects", "items", "inspectors", "experts"):
        assert planner.get(f"/office/{kind}/import/{list_id}").status_code == 404
        assert planner.get(f"/office/{kind}/import/{list_id}/faults.xlsx").status_code == 404
        for act in ("columns", "take", "undo", "again"):
            assert planner.post(f"/office/{kind}/import/{list_id}/{act}").status_code == 404


def test_a_pair_that_begins_while_a_list_is_undone_keeps_all_of_it(
    app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    planner, task = desk("planner"), published(desk, bp="100", by="all", kinds=[KIND])
    with app.app_context():
        pair = "、".join(one.user.name for one in able())
        rows = table(*([one.name, one.code, pair, ""] for one in firms(2)))
    place = begun(planner, task, rows)
    read(planner, place)
    planner.post(f"{place}/take")

    def turn(state: str) -> None:
        db.session.get_one(Inspection, listed(place).rows[1].inspection_id).state = state
        db.session.commit()

    def meanwhile(import_id: str, author: Any) -> None:
        turn("open")
        work(import_id, author.id)

    monkeypatch.setattr(imports, "start", meanwhile)
    assert planner.post(f"{place}/undo").status_code == 302
    with app.app_context():
        found = listed(place)
        states = [db.session.get_one(Inspection, row.inspection_id).state for row in found.rows]
        assert (found.source.state, states) == ("taken", ["assigned", "open"])
        turn("assigned")
    assert "不能整批撤销" in planner.get(place).text
    monkeypatch.setattr(imports, "start", lambda import_id, author: work(import_id, author.id))
    assert planner.post(f"{place}/undo").status_code == 302
    with app.app_context():
        assert listed(place).source.state == "undone"


def test_a_cursor_of_who_was_replaced_gives_nothing(
    app: Flask, desk: Desk, phone: Phone, client: FlaskClient, draw_id: str
) -> None:
    pair = file_of(client, draw_id)["pairs"][0]
    inspection = visit(app, draw_id, pair["subject"])
    old, partner = phone(names(app)[member(pair)]), phone(names(app)[member(pair, 1)])
    row = next(one for one in old.worklist()["inspections"] if one["id"] == inspection)
    place = ask(desk("planner"), draw_id, pair["subject"], f"inspector:{member(pair)}")
    assert desk("supervisor").post(f"{place}/approve").status_code == 302
    partner.arrive(next(one for one in partner.worklist()["inspections"] if one["id"] == inspection))
    partner.sync(inspection)
    answer = old.send([], {inspection: 0}).get_json()
    assert not [one for one in answer["events"] if one["inspection"] == inspection]
    late = old.arrive(row)
    answer = old.send([late], {inspection: 0}).get_json()
    assert late["id"] not in answer["accepted"]
    assert not [one for one in answer["events"] if one["inspection"] == inspection]
    assert late["id"] not in {one["id"] for one in partner.send([], {inspection: 0}).get_json()["events"]}


def test_masked_figures_are_found_by_no_probing(app: Flask, desk: Desk) -> None:
    """Each hidden figure guessed apart, the syntax of an index and of LIKE: nothing tells more than the page shows."""
    number = "410402198807154321"
    with app.app_context():
        one = db.session.query(Subject).filter(Subject.bureau_id == firms(1)[0].bureau_id).first()
        one.name, one.code = "李某某个体", number
        db.session.commit()
    auditor, planner = desk("auditor"), desk("planner")

    def finds(browser: FlaskClient, q: str) -> bool:
        answer = browser.get("/office/subjects", query_string={"q": q})
        return answer.status_code == 200 and "李某某个体" in answer.text

    assert finds(planner, "李某某个体") and finds(auditor, "李某某个体")
    for part in (
        number[6:14],
        number[7:11],
        "880715",
        number[5:9],
        number[8:17],
        "%" + number[8:12],
        "_" * 18,
    ):
        assert not finds(auditor, part), part
    for syntax in (
        '"',
        '" OR "',
        "NEAR(",
        "subject_search:",
        "tokens:x",
        "' OR 1=1 --",
        "\\",
        "%",
        "- +",
        "李*",
    ):
        assert not finds(auditor, syntax), syntax
