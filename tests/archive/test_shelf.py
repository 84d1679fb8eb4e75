"""The shelves: found, listed, taken out together; each bureau its own, and reading leaves a trace."""

import hashlib
import io
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from tests.conftest import both_databases
from webapp.accounts.models import User
from webapp.archive.bundle import Kept, bundle
from webapp.archive.facts import normal, pages
from webapp.archive.index import ArchiveIndex
from webapp.archive.models import Archive, File
from webapp.archive.reading import Reading
from webapp.archive.search import Search, after
from webapp.db import db
from webapp.field.models import Inspection

Desk = Callable[[str], FlaskClient]
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def user(username: str) -> User:
    return db.session.scalars(select(User).where(User.username == username)).one()


def close_all(state: str = "accepted", prefix: str = "平") -> list[str]:
    """Archives what is accepted, the bureau's whose numbers begin so; ids of all its archives, by number."""
    rows = select(Inspection).order_by(Inspection.number)
    mine = [one for one in db.session.scalars(rows) if one.number.startswith(prefix)]
    for at, one in enumerate(one for one in mine if one.state == state):
        Archive.seal(one, user("archivist" if prefix == "平" else "archivist.tj"), NOON.replace(minute=at))
    db.session.commit()
    return [one.id for one in mine if one.state == "archived"]


@pytest.fixture
def shelf(app: Flask) -> list[str]:
    """Ids of the archives of Pingdingshan."""
    with app.app_context():
        # Tianjin's sealed inspection is accepted and archived, so that there is something to be kept apart.
        foreign = next(
            one for one in db.session.query(Inspection).filter_by(state="sealed") if "津" in one.number
        )
        archivist = user("archivist.tj")
        foreign.append_office(archivist, "accept", {"seal": foreign.record()["seal"]["event"]}, NOON)
        db.session.commit()
        assert len(close_all(prefix="津")) >= 1
        return close_all()


def found(page: str) -> list[str]:
    return re.findall(r'id="a-([0-9a-f-]+)"', page)


def upload(browser: FlaskClient, data: bytes) -> None:
    # Encoded here, as the test client would leave a temporary file open.
    boundary, body = encode_multipart({"file": FileStorage(io.BytesIO(data), filename="一档.zip")})
    browser.post("/verify", data=body, content_type=f"multipart/form-data; boundary={boundary}")


def zip_of(data: bytes) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    return archive


def take(browser: FlaskClient, *ids: str, **fields: str) -> TestResponse:
    return browser.post("/office/archives/download", data={"id": list(ids), **fields})


# Search


@both_databases
def test_an_archive_is_found_by_everything_its_catalogue_says(
    app: Flask, desk: Desk, shelf: list[str]
) -> None:
    browser = desk("auditor")
    with app.app_context():
        row = db.session.get_one(ArchiveIndex, shelf[0])
        asked = {
            "q": row.number[-6:],
            "inspector": row.people.split("、")[0],
            "item": row.items.split("、")[0],
            "district": row.district,
            "result": row.result,
            "since": row.visited.isoformat(),
            "until": row.visited.isoformat(),
        }
        typed = [row.subject_name[3:8], row.subject_code.lower()]
    assert all(asked.values())
    for name, value in [*asked.items(), *(("q", words) for words in typed)]:
        assert shelf[0] in found(browser.get("/office/archives", query_string={name: value}).text), name
    assert found(browser.get("/office/archives", query_string=asked).text) == [shelf[0]]
    for name, value in {"q": "没有这样的", "since": "2099-01-01", "item": "P", "inspector": "王明_"}.items():
        assert found(browser.get("/office/archives", query_string={name: value}).text) == []


@both_databases
def test_every_word_of_the_record_is_found_and_no_pattern(app: Flask, desk: Desk, shelf: list[str]) -> None:
    with app.app_context():
        noted = {
            one: row["note"]
            for one in shelf
            for row in File(db.session.get_one(Inspection, one)).document["findings"]
            if row["note"]
        }
    (wanted, note), *_ = noted.items()
    browser = desk("archivist")

    def search(text: str) -> list[str]:
        return found(browser.get("/office/archives", query_string={"text": text}).text)

    assert wanted in search(note[2:10]) and wanted in search(f"{note[-4:]} {note[:4]}")
    assert search(f"{note[:4]} 没有这样的词") == search("%") == search("_") == []


def test_words_are_compared_in_one_width_one_case_and_one_space() -> None:
    assert normal("ＡＢＣ　公司\n（Ｘ）") == "abc 公司 (x)"


def test_a_bureau_sees_its_own_archives_only(app: Flask, desk: Desk, shelf: list[str]) -> None:
    own = found(desk("supervisor").get("/office/archives").text)
    foreign = found(desk("archivist.tj").get("/office/archives").text)
    assert sorted(own) == sorted(shelf) and foreign and not set(own) & set(foreign)
    assert take(desk("archivist"), foreign[0]).status_code == 404
    assert take(desk("archivist"), shelf[0], foreign[0]).status_code == 404


@pytest.mark.parametrize("name", ["planner", "inspector1", "admin"])
def test_who_is_not_of_the_archive_does_not_come_to_the_shelves(desk: Desk, name: str) -> None:
    browser = desk(name)
    paths = ["", "/catalogue.pdf", "/catalogue.xlsx", "/disposal"]
    assert {browser.get(f"/office/archives{path}").status_code for path in paths} == {403}
    assert take(browser, "x").status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        "since=yesterday&until=2026-13-40",
        "after=x",
        "after=20261121T000000.000000_",
        "result=x&item=%20",
        "text=%25%5F%5C",
        "since=2026-01-01&since=yesterday&text=a&text=b&result=x&result=y",
    ],
)
def test_an_address_that_makes_no_sense_still_gives_a_list(desk: Desk, shelf: list[str], query: str) -> None:
    assert desk("archivist").get(f"/office/archives?{query}").status_code == 200


def test_what_is_typed_is_text_on_the_page(desk: Desk, shelf: list[str]) -> None:
    page = desk("archivist").get("/office/archives", query_string={"q": '"><script>', "text": "<b>"}).text
    assert (
        "<script>" not in page.partition("<main")[2]
        and "<b>" not in page.partition("<form")[2].partition("<table")[0]
    )
    assert "没有查到符合这些条件的档案" in page


def test_an_empty_shelf_says_what_would_be_here(app: Flask, desk: Desk) -> None:
    assert "受理过的检查归档以后，会到这里" in desk("archivist.tj").get("/office/archives").text


@both_databases
def test_the_pages_of_a_list_follow_each_other_without_a_gap(app: Flask, shelf: list[str]) -> None:
    with app.app_context():
        first = db.session.get_one(ArchiveIndex, shelf[0])
        columns = [column.key for column in ArchiveIndex.__table__.columns]
        bureau = first.bureau_id
        for other in shelf[1:]:
            # Archived in the same moment: the id decides.
            db.session.get_one(ArchiveIndex, other).archived_at = first.archived_at
        assert "archived_at" in columns
        db.session.commit()
        whole = [row.inspection_id for row in Search().rows(bureau)]
        seen: list[str] = []
        place = ""
        while rows := Search(after=place).rows(bureau, 1):
            seen.append(rows[0].inspection_id)
            place = after(rows[0])
        assert seen == whole and sorted(seen) == sorted(shelf) and Search().count(bureau) == len(seen)


# Saved searches


def test_a_search_is_saved_under_a_name_and_forgotten_again(app: Flask, desk: Desk, shelf: list[str]) -> None:
    browser = desk("archivist")
    given = {"name": " 王明  的 ", "inspector": "王明", "since": "2026-01-01"}
    assert browser.post("/office/archives/searches", data=given).status_code == 302
    browser.post("/office/archives/searches", data=given | {"since": ""})
    page = browser.get("/office/archives").text
    (saved,) = re.findall(r'id="saved-(\d+)"', page)
    assert 'href="/office/archives?inspector=%E7%8E%8B%E6%98%8E"' in page and "王明 的" in page
    assert desk("auditor").post(f"/office/archives/searches/{saved}/delete").status_code == 404
    assert browser.post(f"/office/archives/searches/{saved}/delete").status_code == 302
    assert 'id="saved-' not in browser.get("/office/archives").text


@pytest.mark.parametrize(
    ("given", "said"), [({"q": "华鑫", "name": "  "}, "没有给这个查找起名"), ({"name": "空"}, "没有查找条件")]
)
def test_a_search_without_a_name_or_a_condition_is_not_saved(
    desk: Desk, given: dict[str, str], said: str
) -> None:
    answer = desk("archivist").post("/office/archives/searches", data=given)
    assert answer.status_code == 422 and said in answer.text


# Several at once


def test_the_chosen_archives_come_in_one_zip_with_their_catalogue(
    app: Flask, desk: Desk, shelf: list[str]
) -> None:
    answer = take(desk("archivist"), *shelf)
    assert (
        answer.mimetype == "application/zip" and "filename*=UTF-8''" in answer.headers["Content-Disposition"]
    )
    archive = zip_of(answer.data)
    with app.app_context():
        kept = {
            f"{one.number}.zip": Archive.latest(one).read()
            for one in map(lambda i: db.session.get_one(Inspection, i), shelf)
        }
    assert set(archive.namelist()) == {*kept, "sha256.txt", "案卷目录.xlsx"}
    for name, data in kept.items():
        assert archive.read(name) == data
        assert f"{hashlib.sha256(data).hexdigest()}  {name}\n" in archive.read("sha256.txt").decode()
    assert all(entry.compress_type == zipfile.ZIP_STORED for entry in archive.infolist())


def test_all_that_was_found_is_taken_by_one_button(desk: Desk, shelf: list[str]) -> None:
    browser = desk("auditor")
    assert len(zip_of(take(browser, all="1").data).namelist()) == len(shelf) + 2
    answer = take(browser, all="1", q="没有这样的")
    assert answer.status_code == 422 and "没有选择档案" in answer.text
    assert take(browser).status_code == 422


def test_more_than_can_be_taken_at_once_is_refused(
    desk: Desk, shelf: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.archive.shelf.MOST_AT_ONCE", 1)
    answer = take(desk("archivist"), all="1")
    assert answer.status_code == 422 and "一次最多" in answer.text
    assert take(desk("archivist"), *shelf).status_code == 422


def test_a_damaged_archive_is_left_out_and_the_catalogue_says_so(
    app: Flask, desk: Desk, shelf: list[str]
) -> None:
    with app.app_context():
        archive = Archive.latest(db.session.get_one(Inspection, shelf[0]))
        archive.file.write_bytes(archive.file.read_bytes()[:-1] + b"x")
    given = zip_of(take(desk("archivist"), *shelf).data)
    assert len([name for name in given.namelist() if name.endswith(".zip")]) == len(shelf) - 1
    assert "文件与登记的校验值不符" in texts_of(given.read("案卷目录.xlsx"))


def test_a_bundle_is_never_whole_in_memory(tmp_path: Path) -> None:
    data = b"archive" * 500_000
    (tmp_path / "a.zip").write_bytes(data)
    made = hashlib.sha256(data).hexdigest()
    one = Kept("a", "甲.zip", tmp_path / "a.zip", made, len(data), (made, len(data)))
    gone = Kept("b", "乙.zip", tmp_path / "b.zip", "0" * 64, 1, ("0" * 64, 1))
    parts = list(bundle([one, gone], lambda lacking: {"缺.txt": "".join(lacking).encode()}))
    assert max(map(len, parts)) < 300_000
    archive = zip_of(b"".join(parts))
    assert (
        archive.read("甲.zip") == data
        and archive.read("缺.txt") == b"b"
        and "乙.zip" not in archive.namelist()
    )


# The catalogue


def texts_of(xlsx: bytes) -> str:
    return zip_of(xlsx).read("xl/sharedStrings.xml").decode()


def test_the_catalogue_is_a_table_and_a_paper(app: Flask, desk: Desk, shelf: list[str]) -> None:
    browser = desk("supervisor")
    with app.app_context():
        row = db.session.get_one(ArchiveIndex, shelf[0])
        number, name = row.number, row.subject_name
        pdf = zip_of(Archive.latest(db.session.get_one(Inspection, shelf[0])).read())
        record = pdf.read(next(one for one in pdf.namelist() if one.endswith("08-record.pdf")))
        assert row.pages == pages(record) == len(PdfReader(io.BytesIO(record)).pages)
    xlsx = browser.get("/office/archives/catalogue.xlsx").data
    assert number in texts_of(xlsx) and name in texts_of(xlsx)
    printed = browser.get("/office/archives/catalogue.pdf").data
    assert printed == browser.get("/office/archives/catalogue.pdf").data
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(printed)).pages)
    text = "".join(text.split())
    assert "案卷目录" in text and number in text and name in text
    xmp = PdfReader(io.BytesIO(printed)).xmp_metadata
    assert b"pdfaid" in PdfReader(io.BytesIO(printed)).trailer["/Root"]["/Metadata"].get_data() and xmp


def test_no_cell_of_the_catalogue_is_a_formula(app: Flask, desk: Desk, shelf: list[str]) -> None:
    with app.app_context():
        db.session.get_one(ArchiveIndex, shelf[0]).subject_name = '=HYPERLINK("https://evil.example")\x07'
        db.session.get_one(ArchiveIndex, shelf[1 % len(shelf)]).people = "https://evil.example"
        db.session.commit()
    sheet = zip_of(desk("archivist").get("/office/archives/catalogue.xlsx").data)
    body = sheet.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in body and "hyperlink" not in body.lower() and "=HYPERLINK" in texts_of_sheet(sheet)
    assert desk("archivist").get("/office/archives/catalogue.pdf").status_code == 200


def texts_of_sheet(sheet: zipfile.ZipFile) -> str:
    return sheet.read("xl/sharedStrings.xml").decode()


def test_a_catalogue_that_is_too_long_says_what_to_do(
    desk: Desk, shelf: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.archive.shelf.LONGEST", {"pdf": 0, "xlsx": 0})
    answer = desk("archivist").get("/office/archives/catalogue.pdf")
    assert answer.status_code == 422 and "分成几份" in answer.text


# Traces


@both_databases
def test_reading_an_archive_leaves_a_trace(app: Flask, desk: Desk, shelf: list[str]) -> None:
    auditor = desk("auditor")
    for _ in range(2):
        assert auditor.get(f"/office/inspections/{shelf[0]}").status_code == 200
    data = auditor.get(f"/api/v1/inspections/{shelf[0]}/archive").data
    take(auditor, shelf[0])
    upload(auditor, data)
    with app.app_context():
        read = [(one.user.username, one.what, one.version) for one in reversed(Reading.of(shelf[0]))]
    assert read == [("auditor", what, 1) for what in ("viewed", "downloaded", "downloaded", "verified")]
    page = desk("supervisor").get(f"/office/inspections/{shelf[0]}").text.partition('id="readings"')[2]
    assert "下载" in page and "核验" in page
    assert 'id="readings"' not in desk("planner").get(f"/office/inspections/{shelf[0]}").text


def test_what_was_not_given_out_leaves_no_trace(app: Flask, desk: Desk, shelf: list[str]) -> None:
    browser = desk("archivist")
    path = f"/api/v1/inspections/{shelf[0]}/archive"
    etag = browser.get(path).headers["ETag"]
    assert browser.get(path, headers={"If-None-Match": etag}).status_code == 304
    assert browser.head(path).status_code == 200
    assert desk("archivist.tj").get(path).status_code == 404
    with app.app_context():
        assert [one.what for one in Reading.of(shelf[0])] == ["downloaded"]


def test_an_inspection_without_an_archive_is_read_without_a_trace(app: Flask, desk: Desk) -> None:
    with app.app_context():
        (sealed, *_) = [
            one.id for one in db.session.query(Inspection).filter_by(state="sealed") if "平" in one.number
        ]
    assert desk("auditor").get(f"/office/inspections/{sealed}").status_code == 200
    with app.app_context():
        assert Reading.count(sealed) == 0


# The index


@both_databases
def test_the_index_is_made_anew_from_the_logs(app: Flask, shelf: list[str]) -> None:
    names = [column.key for column in ArchiveIndex.__table__.columns]

    def rows() -> list[tuple]:
        with app.app_context():
            every = db.session.scalars(select(ArchiveIndex).order_by(ArchiveIndex.inspection_id))
            return [tuple(getattr(row, name) for name in names) for row in every]

    before = rows()
    with app.app_context():
        db.session.get_one(ArchiveIndex, shelf[0]).subject_name = "改了"
        db.session.delete(db.session.get_one(ArchiveIndex, shelf[-1]))
        db.session.commit()
    result = app.test_cli_runner().invoke(args=["archive", "reindex"])
    assert result.exit_code == 0 and f"{len(before)} archives indexed" in result.output
    assert rows() == before and any(row[names.index("visited")] > date(2020, 1, 1) for row in before)


def test_making_the_index_anew_names_the_archive_whose_file_is_gone(app: Flask, shelf: list[str]) -> None:
    with app.app_context():
        inspection = db.session.get_one(Inspection, shelf[0])
        number = inspection.number
        Archive.latest(inspection).file.unlink()
    result = app.test_cli_runner().invoke(args=["archive", "reindex"])
    assert result.exit_code == 1 and number in result.output
