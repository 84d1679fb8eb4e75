"""Answers at the desk: who may export them, which inspections they are of, and the trace that it leaves."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from xml.etree import ElementTree

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.archive.test_answers import model_of, paths
from tests.conftest import both_databases
from webapp.accounts.models import User
from webapp.archive.answers_xml import instance
from webapp.archive.disposal import APPROVED, Disposal
from webapp.archive.models import Archive, File
from webapp.archive.reading import EXPORTED, Reading
from webapp.db import db, today
from webapp.field.models import Inspection
from webapp.forms.models import Form
from webapp.forms.xlsform_out import write

Desk = Callable[[str], FlaskClient]
PAGE = "/office/archives/answers"
EVERY = "state=sealed&state=accepted&state=archived&state=returned&state=open"


def user(username: str) -> User:
    return db.session.scalars(select(User).where(User.username == username)).one()


@pytest.fixture
def archived(app: Flask) -> list[str]:
    """Ids of the archives of Pingdingshan: those that came with the world and one that is closed now."""
    with app.app_context():
        rows = select(Inspection).where(Inspection.state == "accepted", Inspection.number.startswith("平"))
        for one in db.session.scalars(rows):
            Archive.seal(one, user("archivist"), datetime(2026, 11, 23, 4, tzinfo=UTC))
        db.session.commit()
        rows = select(Inspection).where(Inspection.state == "archived", Inspection.number.startswith("平"))
        return [one.id for one in db.session.scalars(rows.order_by(Inspection.number))]


def tables(data: bytes) -> dict[str, list[list[str]]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        texts = {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
    return {name: list(csv.reader(io.StringIO(text, newline=""))) for name, text in texts.items()}


def numbers(browser: FlaskClient, query: str = EVERY) -> list[str]:
    """The numbers of the inspections in the table of the base form."""
    answer = browser.get(f"{PAGE}/base.zip?head=names&{query}")
    return [row[0] for row in tables(answer.data)["answers.csv"][1:]] if answer.status_code == 200 else []


def traces(app: Flask) -> list[str]:
    with app.app_context():
        rows = select(Reading.inspection_id).where(Reading.what == EXPORTED).order_by(Reading.id)
        return list(db.session.scalars(rows))


@both_databases
def test_the_page_names_the_forms_that_were_used_and_counts_their_inspections(
    app: Flask, desk: Desk, archived: list[str]
) -> None:
    browser = desk("auditor")
    page = browser.get(PAGE).text
    assert "基础检查表" in page
    page = browser.get(f"{PAGE}/base?{EVERY}").text
    with app.app_context():
        begun = Inspection.state.in_(["sealed", "accepted", "archived", "returned", "open"])
        rows = db.session.scalars(
            select(Inspection.number).where(Inspection.number.startswith("平"), begun)
        ).all()
    assert f"符合条件的检查 {len(rows)} 次" in page
    assert numbers(browser) == sorted(rows)


@both_databases
def test_a_workbook_comes_with_the_same_rows(app: Flask, desk: Desk, archived: list[str]) -> None:
    browser = desk("archivist")
    answer = browser.get(f"{PAGE}/base.xlsx?head=names&{EVERY}&split=1&notes=1&photos=1&hidden=1")
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    rows = list(book["answers"].iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == numbers(browser)
    staff = rows[0].index("B8/B8-1")
    assert any(isinstance(row[staff], int) for row in rows[1:])
    assert any(
        "平顶山市人力资源和社会保障局" in str(row[0]) for row in book["说明"].iter_rows(values_only=True)
    )


@both_databases
def test_state_days_item_and_version_narrow_what_goes_out(
    app: Flask, desk: Desk, archived: list[str]
) -> None:
    browser = desk("archivist")
    every = numbers(browser)
    with app.app_context():
        mine = {one.number: one for one in db.session.scalars(select(Inspection)) if one.number in every}
        days = sorted({one.visited.isoformat() for one in mine.values() if one.visited})
        item = mine[every[0]].listed[0].item.code
        assert len(days) > 1
        for state in ("sealed", "archived", "open"):
            assert numbers(browser, f"state={state}") == [n for n in every if mine[n].state == state]
        until = f"{EVERY}&until={days[0]}"
        assert numbers(browser, until) == [n for n in every if mine[n].visited.isoformat() == days[0]]
        assert numbers(browser, f"{EVERY}&since={days[1]}") == [
            n for n in every if n not in numbers(browser, until)
        ]
        of_item = [n for n in every if item in {listed.item.code for listed in mine[n].listed}]
        assert numbers(browser, f"{EVERY}&item={item}") == of_item and 0 < len(of_item) < len(every)
        version = mine[every[0]].forms[0].form_hash
    assert numbers(browser, f"{EVERY}&version={version}") == every
    assert browser.get(f"{PAGE}/base.zip?{EVERY}&version={'0' * 64}").status_code == 404
    assert f'name="version" value="{"0" * 64}"' in browser.get(f"{PAGE}/base?{EVERY}&version={'0' * 64}").text
    assert "没有符合条件的检查" in browser.get(f"{PAGE}/base?{EVERY}&until=1999-01-01").text
    assert browser.get(f"{PAGE}/base.zip?until=1999-01-01").status_code == 404


@both_databases
def test_what_the_shelf_found_can_be_exported_alone(app: Flask, desk: Desk, archived: list[str]) -> None:
    browser = desk("archivist")
    with app.app_context():
        number = db.session.get_one(Inspection, archived[0]).number
    assert "found=1" in browser.get(f"/office/archives?q={number[-6:]}").text
    assert numbers(browser, f"found=1&q={number[-6:]}") == [number]
    assert "base" in browser.get(f"{PAGE}?found=1&q={number[-6:]}").text
    assert traces(app) == [archived[0]]


@both_databases
def test_an_export_is_read_in_each_archive_and_its_sheet_says_what_is_not_settled(
    app: Flask, desk: Desk, archived: list[str]
) -> None:
    browser = desk("supervisor")
    answer = browser.get(f"{PAGE}/base.zip?{EVERY}")
    assert sorted(traces(app)) == sorted(archived)
    said = "\n".join(row[0] for row in tables(answer.data)["说明.csv"])
    assert "没有封存、还会改变的 2 次" in said
    assert "、已受理" in said and ", " not in said.partition("状态：")[2].partition("\n")[0]
    assert "两人答案不一致、还没有选定的 1 次" in said
    assert "导出答案" in browser.get(f"/office/inspections/{archived[0]}").text
    assert browser.head(f"{PAGE}/base.zip?{EVERY}").status_code == 200
    assert len(traces(app)) == len(archived)


@both_databases
def test_what_was_destroyed_is_not_in_it_and_that_is_said(
    app: Flask, desk: Desk, archived: list[str]
) -> None:
    with app.app_context():
        gone = db.session.get_one(Inspection, archived[0])
        db.session.add(
            Disposal(
                inspection_id=gone.id,
                until=today(),
                reason="到期",
                proposed_by=user("archivist").id,
                state=APPROVED,
            )
        )
        db.session.commit()
        number = gone.number
    browser = desk("archivist")
    answer = browser.get(f"{PAGE}/base.zip?{EVERY}")
    found = tables(answer.data)
    assert number not in {row[0] for row in found["检查.csv"]}
    assert "档案已销毁、没有放入的 1 次" in "\n".join(row[0] for row in found["说明.csv"])
    assert browser.get(f"/office/inspections/{archived[0]}/answers.xml").status_code == 410


def test_the_words_of_the_table_can_be_in_another_language_than_the_page(
    desk: Desk, archived: list[str]
) -> None:
    browser = desk("archivist")
    rows = tables(browser.get(f"{PAGE}/base.zip?{EVERY}&words=en&head=words").data)
    question = next(iter(rows.values()))[0][-1]
    assert question and not re.search("[一-鿿]", question)
    assert "导出答案" in browser.get(PAGE).text


def test_one_record_goes_out_as_xml_with_a_trace(app: Flask, desk: Desk, archived: list[str]) -> None:
    browser = desk("archivist")
    answer = browser.get(f"/office/inspections/{archived[0]}/answers.xml")
    assert (answer.status_code, answer.mimetype) == (200, "application/xml")
    root = ElementTree.fromstring(answer.data)  # noqa: S314 - our own
    assert (root.tag, root.get("id")) == ("data", "base")
    assert (root.findtext("meta/instanceID") or "").startswith("uuid:")
    assert traces(app) == [archived[0]]
    page = browser.get(f"/office/inspections/{archived[0]}").text
    for name in re.findall(r"answers\.xml\?form=([0-9a-f]{64})", page):
        assert browser.get(f"/office/inspections/{archived[0]}/answers.xml?form={name}").status_code == 200
    assert browser.get(f"/office/inspections/{archived[0]}/answers.xml?form=x").status_code == 404


def test_a_record_in_conflict_gives_no_xml_but_says_why(app: Flask, desk: Desk) -> None:
    with app.app_context():
        rows = db.session.scalars(select(Inspection).where(Inspection.number.startswith("平")))
        one = next(one for one in rows if any("/" in each for each in one.record()["conflicts"]))
        forms = {db.session.get_one(Form, name).name: name for name in one.form_hashes}
        form = forms[one.record()["conflicts"][0].partition("/")[0]]
        path = f"/office/inspections/{one.id}/answers.xml?form={form}"
    answer = desk("archivist").get(path)
    assert answer.status_code == 409 and "两人的答案不一致" in answer.text


def test_every_record_fits_the_xform_that_pyxform_makes_of_its_form(app: Flask) -> None:
    known: dict[str, set[str]] = {}
    seen = 0
    with app.app_context():
        for one in db.session.scalars(select(Inspection).where(Inspection.visited.is_not(None))):
            file = File(one)
            for name, form in file.forms_by_hash.items():
                if name not in known:
                    known[name] = model_of(write(form))[1]
                try:
                    root = ElementTree.fromstring(instance(form, file.record, one.id))  # noqa: S314 - our own
                except ValueError:
                    assert any(each.startswith(f"{form['name']}/") for each in file.record["conflicts"])
                    continue
                assert set(paths(root)) <= known[name]
                seen += 1
    assert seen > 10


@pytest.mark.parametrize("name", ["inspector1", "planner", "admin"])
def test_who_may_not_read_the_archive_exports_nothing(desk: Desk, archived: list[str], name: str) -> None:
    browser = desk(name)
    for path in (PAGE, f"{PAGE}/base", f"{PAGE}/base.zip", f"/office/inspections/{archived[0]}/answers.xml"):
        assert browser.get(path).status_code == 403


@both_databases
def test_odd_addresses_are_no_fault_of_the_server(app: Flask, desk: Desk) -> None:
    browser = desk("archivist")
    odd = "%\ufffe" + "a" * 62
    for query in (
        {"version": odd},
        {"since": "9999-99-99", "until": "0001-01-01"},
        {"state": odd, "item": odd, "words": odd},
    ):
        assert browser.get(f"{PAGE}/base", query_string=query).status_code == 200
        assert (
            browser.get(f"{PAGE}/base.xlsx", query_string=query | {"until": "1999-01-01"}).status_code == 404
        )
    assert browser.get(f"{PAGE}/{'%00x'}").status_code in (400, 404)
    assert browser.get(f"{PAGE}/{'%00x'}.zip").status_code in (400, 404)


@both_databases
def test_another_bureau_sees_nothing_of_it(app: Flask, desk: Desk, archived: list[str]) -> None:
    browser = desk("archivist.tj")
    assert not set(numbers(browser)) & set(numbers(desk("archivist")))
    assert browser.get(f"/office/inspections/{archived[0]}/answers.xml").status_code == 404
    assert browser.get(f"{PAGE}/nobody").status_code == 404
    assert browser.get(f"{PAGE}/nobody.zip").status_code == 404


@both_databases
def test_the_auditor_sees_an_export_as_one_act_however_many_archives_it_read(
    app: Flask, desk: Desk, archived: list[str]
) -> None:
    assert len(archived) > 1
    assert desk("archivist").get(f"{PAGE}/base.zip?{EVERY}").data
    page = desk("auditor").get("/office/").text
    assert page.count("导出答案") == 1
    assert f"{len(archived)} 件档案" in page
