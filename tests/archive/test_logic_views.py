"""A visit whose form has logic, as the office, the subject and the shelves see it, on both databases."""

from collections.abc import Callable

from flask import Flask, render_template_string
from flask.testing import FlaskClient

from tests.archive import logic
from tests.conftest import both_databases
from webapp.archive.models import File
from webapp.db import db
from webapp.demo import world
from webapp.field.models import Inspection

Desk = Callable[[str], FlaskClient]
IDS = {assignment["key"]: assignment["id"] for assignment in world.assignments()}
WORKERS = [f"pd5/PD5-4r[{one}]" for one in (1, 2, 3)]


def file_of(app: Flask, key: str) -> File:
    with app.app_context():
        file = File(db.session.get_one(Inspection, IDS[key]))
        assert file.missing == [] and file.document
        return file


@both_databases
def test_the_review_shows_each_worker_under_a_heading_and_takes_a_comment_there(
    app: Flask, desk: Desk
) -> None:
    file, browser = file_of(app, "pd-22"), desk("archivist")
    page = browser.get(f"/office/inspections/{IDS['pd-22']}").text
    assert page.count('class="instance in-0"') == 3
    for address in WORKERS:
        assert f'id="q-{address.replace("/", "-")}"' in page and file.labels[address] in page
    address = "pd5/PD5-4r7[2]"
    assert file.labels[address] in [row["label"] for row in file.document["findings"]]
    answer = browser.post(
        f"/office/inspections/{IDS['pd-22']}/comments", data={"text": "请核对参保月份", "question": address}
    )
    assert answer.status_code == 302
    page = browser.get(f"/office/inspections/{IDS['pd-22']}").text
    assert f'href="#q-{address.replace("/", "-")}"' in page and "请核对参保月份" in page


def test_the_subjects_copy_and_the_printed_forms_show_each_worker(app: Flask, desk: Desk) -> None:
    file = file_of(app, "pd-22")
    names = [
        row["short"]
        for part in file.document["sections"]
        for row in part["rows"]
        if row["type"] == "instance"
    ]
    copy = app.test_client().get(f"/copy/{IDS['pd-22']}/{file.record['record_hash']}").text
    assert len(names) == 3 and all(name in copy for name in names)
    for form in ("blank", "filled"):
        answer = desk("archivist").get(f"/page/{IDS['pd-22']}/{form}.pdf")
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")


def test_the_review_says_a_note_at_its_place_as_the_record_does(app: Flask) -> None:
    rows = [row for part in logic.words(logic.visited())["sections"] for row in part["rows"]]
    (note,) = (row for row in rows if row["type"] == "note")
    source = "{% from 'archive/parts.html' import answer_rows with context %}{{ answer_rows(rows, 'q') }}"
    with app.test_request_context():
        said = render_template_string(source, rows=[note | {"short": "合计 <25> 人"}])
    assert f'class="ordinal">{note["number"]}</td>' in said and "合计 &lt;25&gt; 人" in said
