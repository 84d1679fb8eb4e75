"""Paper with a code: what is printed to be signed and stamped by hand, who may print it, and where its code leads."""

import io
import re
from collections.abc import Callable

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from tests.handset import Handset
from webapp.accounts.models import Enrolment
from webapp.archive.blank_pdf import blank_pdf
from webapp.archive.models import File
from webapp.archive.paper_document import blank, page_of
from webapp.archive.wording import RESULTS
from webapp.db import db, now
from webapp.demo import world
from webapp.field.models import Inspection
from webapp.forms.rules import every

Desk = Callable[[str], FlaskClient]
Phones = Callable[[str], Handset]
IDS = {assignment["key"]: assignment["id"] for assignment in world.assignments()}


def texts(pdf: bytes) -> list[str]:
    """The text of each page, without the spaces that setting puts between."""
    return [re.sub(r"\s", "", page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]


def codes(pdf: bytes) -> list[list[zxingcpp.Barcode]]:
    """The codes on each page, as a camera sees it at 150 dots per inch."""
    pages = (page.render(scale=150 / 72).to_pil() for page in pypdfium2.PdfDocument(pdf))
    return [zxingcpp.read_barcodes(page, formats=zxingcpp.BarcodeFormat.QRCode) for page in pages]


def inspection(app: Flask, key: str) -> File:
    return File(db.session.get_one(Inspection, IDS[key]))


def test_RZ_16a_the_blank_checklist_has_every_question_every_result_and_places_to_sign(
    app: Flask, desk: Desk
) -> None:
    answer = desk("archivist").get(f"/page/{IDS['pd-01']}/blank.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    whole = "".join(texts(answer.data))
    with app.app_context():
        file = inspection(app, "pd-01")
        wanted = [question["label"]["zh-Hans"] for form in file.forms for question in every(form)]
        wanted += [member["name"] for member in file.assignment["pair"]]
        wanted += [file.assignment["number"], file.assignment["subject"]["name"], *RESULTS.values()]
    assert len(wanted) > 30
    assert [one for one in wanted if re.sub(r"\s", "", one) not in whole] == []
    assert all(word in whole for word in ("盖章处", "签字", "拒绝签字", "不在场", "见证人"))


@pytest.mark.parametrize("form", ["blank", "filled"])
def test_every_page_has_a_number_and_a_code_that_names_its_inspection(
    app: Flask, desk: Desk, form: str
) -> None:
    pdf = desk("archivist").get(f"/page/{IDS['pd-07']}/{form}.pdf").data
    with app.app_context():
        record_hash = inspection(app, "pd-07").record["record_hash"]
    address = f"http://localhost/page/{IDS['pd-07']}" + (f"/{record_hash}" if form == "filled" else "")
    pages, found = texts(pdf), codes(pdf)
    assert [[code.text for code in page] for page in found] == [[address]] * len(pages)
    assert [f"第{n}页，共{len(pages)}页" in page for n, page in enumerate(pages, 1)] == [True] * len(pages)


@pytest.mark.parametrize("form", ["blank", "filled"])
def test_a_code_is_at_least_25_millimetres_wide_at_the_top_right(desk: Desk, form: str) -> None:
    pdf = desk("archivist").get(f"/page/{IDS['pd-07']}/{form}.pdf").data
    for (code,) in codes(pdf):
        corners = code.position
        dot = 150 / 25.4
        assert (corners.top_right.x - corners.top_left.x) / dot >= 25
        assert corners.top_left.x / dot > 140 and corners.bottom_left.y / dot < 55
        assert code.ec_level in ("M", "Q", "H")


def test_the_filled_form_says_that_it_is_unsigned_and_which_record_it_shows(app: Flask, desk: Desk) -> None:
    pages = texts(desk("supervisor").get(f"/page/{IDS['pd-07']}/filled.pdf").data)
    with app.app_context():
        file = inspection(app, "pd-07")
        record_hash, notes = file.record["record_hash"], [row["note"] for row in file.document["findings"]]
    assert "未签字稿，签字以此页为准" in pages[0]
    assert all(record_hash in page for page in pages)
    assert all(re.sub(r"\s", "", note) in "".join(pages) for note in notes) and notes


def test_the_same_inspection_gives_the_same_bytes(app: Flask, desk: Desk) -> None:
    one, two = desk("archivist"), desk("planner")
    for form in ("blank", "filled"):
        path = f"/page/{IDS['pd-08']}/{form}.pdf"
        assert one.get(path).data == two.get(path).data


def test_a_change_of_the_record_is_another_code(desk: Desk, phone: Phones) -> None:
    browser, one = desk("archivist"), phone("inspector1")
    before = codes(browser.get(f"/page/{IDS['pd-07']}/filled.pdf").data)[0][0].text
    one.sync(IDS["pd-07"])
    one.write(IDS["pd-07"], "note", text="补充一点", question=None)
    one.sync(IDS["pd-07"])
    after = codes(browser.get(f"/page/{IDS['pd-07']}/filled.pdf").data)[0][0].text
    assert before != after
    assert before.rsplit("/", 1)[0] == after.rsplit("/", 1)[0]


def test_odd_characters_and_long_names_are_printed(app: Flask) -> None:
    with app.app_context():
        file = inspection(app, "pd-02")
        odd = {"name": "#read 𠮷👍" * 30, "address": "A" * 400}
        assignment = file.assignment | {"subject": file.assignment["subject"] | odd}
        pages = texts(blank_pdf(blank(assignment, file.forms, "https://example.gov.cn/page/x")))
    assert "〔U+1F44D〕" in "".join(pages)


# Who may print


@pytest.mark.parametrize("form", ["blank", "filled"])
def test_the_pair_and_the_office_print_and_nobody_else(
    app: Flask, desk: Desk, phone: Phones, client: FlaskClient, form: str
) -> None:
    path = f"/page/{IDS['pd-07']}/{form}.pdf"
    assert [desk(name).get(path).status_code for name in ("archivist", "planner", "auditor")] == [200] * 3
    assert [phone(name).client.get(path).status_code for name in ("inspector1", "inspector2")] == [200] * 2
    assert phone("inspector5").client.get(path).status_code == 404
    assert desk("admin").get(path).status_code == 403
    assert client.get(path).location.startswith("/login?next=/page/")
    foreign = f"/page/{IDS['tj-01']}/{form}.pdf"
    assert desk("archivist").get(foreign).status_code == 404
    assert desk("archivist").get(f"/page/nothing/{form}.pdf").status_code == 404


def test_a_revoked_phone_prints_nothing_and_is_told_why(app: Flask, phone: Phones) -> None:
    one = phone("inspector1")
    with app.app_context():
        db.session.query(Enrolment).filter_by(device_id=one.device).update({"revoked_at": now()})
        db.session.commit()
    for path in ("/blank.pdf", "/filled.pdf", ""):
        answer = one.client.get(f"/page/{IDS['pd-07']}{path}")
        assert answer.status_code == 403
        assert "这台手机已被停用" in answer.text


def test_where_nobody_arrived_yet_there_is_no_filled_form(desk: Desk) -> None:
    browser = desk("archivist")
    answer = browser.get(f"/page/{IDS['pd-01']}/filled.pdf")
    assert answer.status_code == 409
    assert "现在可以打印空白检查表" in answer.text
    assert "filled.pdf" not in browser.get(f"/office/inspections/{IDS['pd-01']}").text


# Where the code leads


def test_a_stranger_who_scans_a_page_learns_whose_it_is_and_nothing_else(
    app: Flask, client: FlaskClient
) -> None:
    for path in (f"/page/{IDS['pd-07']}", f"/page/{IDS['pd-07']}/{'a' * 64}"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "平顶山市人力资源和社会保障局" in answer.text
        with app.app_context():
            one = db.session.get_one(Inspection, IDS["pd-07"])
            for secret in (
                one.number,
                one.subject.name,
                one.subject.code,
                one.members[0].inspector.user.name,
            ):
                assert secret not in answer.text
        assert f"/login?next={path}" in answer.text


def test_the_office_comes_to_the_review_and_is_told_whether_the_page_still_holds(
    app: Flask, desk: Desk
) -> None:
    browser = desk("supervisor")
    with app.app_context():
        record_hash = inspection(app, "pd-07").record["record_hash"]
    answer = browser.get(f"/page/{IDS['pd-07']}/{record_hash}")
    assert answer.location == f"/office/inspections/{IDS['pd-07']}?printed={record_hash}"
    assert "纸页与现在的记录一致" in browser.get(answer.location).text
    old = browser.get(f"/page/{IDS['pd-07']}/{'0' * 64}").location
    assert "改动以前打印" in browser.get(old).text
    assert browser.get(f"/page/{IDS['pd-07']}").location == f"/office/inspections/{IDS['pd-07']}"


def test_the_pair_comes_to_the_phone_app_and_others_no_further(desk: Desk, phone: Phones) -> None:
    assert phone("inspector1").client.get(f"/page/{IDS['pd-07']}").location == f"/field/#/i/{IDS['pd-07']}"
    answer = phone("inspector5").client.get(f"/page/{IDS['pd-07']}")
    assert (answer.status_code, "您的账号看不到这次检查" in answer.text) == (200, True)


@pytest.mark.parametrize("path", ["nothing", "nothing/0", f"{IDS['pd-07']}/zz", f"{IDS['pd-07']}/{'A' * 64}"])
def test_a_page_of_no_inspection_is_not_found(client: FlaskClient, path: str) -> None:
    answer = client.get(f"/page/{path}")
    assert answer.status_code == 404
    assert "不是本站的检查" in answer.text


# The office finds an inspection by a picture of its page


def pictured(pdf: bytes, kind: str = "JPEG", scale: float = 2.0, turn: float = 0) -> bytes:
    """The first page as a scanner gives it."""
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=scale).to_pil().convert("RGB")
    out = io.BytesIO()
    page.rotate(turn, expand=True, fillcolor=(120, 110, 100)).save(out, kind)
    return out.getvalue()


def look(browser: FlaskClient, data: bytes, name: str = "scan.jpg") -> TestResponse:
    # Encoded here, as the test client would leave a temporary file open.
    boundary, body = encode_multipart({"picture": FileStorage(io.BytesIO(data), filename=name)})
    return browser.post("/office/page", data=body, content_type=f"multipart/form-data; boundary={boundary}")


@pytest.mark.parametrize(
    ("kind", "scale", "turn"), [("JPEG", 1.4, 0), ("PNG", 2, 90), ("WEBP", 2, 173), ("JPEG", 6, 4)]
)
def test_a_scanned_page_finds_its_inspection(desk: Desk, kind: str, scale: float, turn: float) -> None:
    browser = desk("archivist")
    page = browser.get(f"/page/{IDS['pd-07']}/filled.pdf").data
    answer = look(browser, pictured(page, kind, scale, turn))
    assert answer.status_code == 302, answer.text
    assert answer.location.startswith(f"/office/inspections/{IDS['pd-07']}?printed=")
    assert "纸页与现在的记录一致" in browser.get(answer.location).text


def test_what_is_no_picture_of_a_page_is_refused_in_words(desk: Desk) -> None:
    browser = desk("archivist")
    said = {
        "没有读到纸页的二维码": world.photo(["取证"], "1"),
        "不是能打开的图片": b"%PDF-1.7 " + b"x" * 100,
        "请选择 JPEG": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    }
    for words, data in said.items():
        answer = look(browser, data)
        assert answer.status_code == 422
        assert words in answer.text
    assert "没有选择图片" in browser.post("/office/page", data={}).text


def test_a_picture_that_is_too_large_is_refused_before_it_is_read(desk: Desk) -> None:
    answer = look(desk("archivist"), b"\xff\xd8\xff" + b"x" * (20 * 1024 * 1024))
    assert (answer.status_code, "图片太大" in answer.text) == (413, True)


def test_a_page_of_another_bureau_says_nothing_of_its_inspection(app: Flask, desk: Desk) -> None:
    with app.app_context():
        file = inspection(app, "tj-01")
        page = blank_pdf(blank(file.assignment, file.forms, f"http://localhost/page/{IDS['tj-01']}"))
        name = file.assignment["subject"]["name"]
    answer = look(desk("archivist"), pictured(page))
    assert answer.status_code == 404
    assert "不是本机构的检查" in answer.text and name not in answer.text


def test_only_the_office_looks_for_pages(desk: Desk, client: FlaskClient) -> None:
    assert desk("inspector1").get("/office/page").status_code == 403
    assert look(desk("admin"), b"").status_code == 403
    assert client.get("/office/page").status_code == 302


def test_a_hand_held_scanner_types_the_code_into_the_search(desk: Desk) -> None:
    browser = desk("archivist")
    typed = f"https://ldjc.example.gov.cn/page/{IDS['pd-07']}/{'0' * 64}"
    answer = browser.get("/office/", query_string={"show": "all", "q": typed})
    assert answer.location == f"/page/{IDS['pd-07']}/{'0' * 64}"


@pytest.mark.parametrize(
    "text",
    ["", "x", "https://a/page/b", f"javascript://a/page/{IDS['pd-07']}", f"https://a/page/{IDS['pd-07']}/x"],
)
def test_another_text_is_no_pages_code(text: str) -> None:
    assert page_of(text) is None
