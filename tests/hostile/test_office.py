"""At the office: other bureaus' inspections, acts of the wrong role, two at once, records that were made to break it."""

import io
import random
import threading
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.conftest import both_databases
from tests.handset import Handset
from tests.hostile import odd
from webapp.archive.document import document, pdf_document
from webapp.archive.models import Archive, File
from webapp.archive.package import _cell
from webapp.archive.record_pdf import record_pdf
from webapp.archive.rules import as_signed
from webapp.archive.verify import verify
from webapp.db import db
from webapp.field.fold import fold
from webapp.field.models import Inspection
from webapp.sheets import as_csv, harmless

Phones = Callable[[str], Handset]
Desks = Callable[[str], FlaskClient]


def inspections(app: Flask) -> dict[str, tuple[str, str]]:
    """Id and bureau of one inspection by its state, those of the first bureau."""
    with app.app_context():
        rows = db.session.scalars(select(Inspection).order_by(Inspection.number)).all()
        first = min(row.bureau_id for row in rows if row.number.startswith("平"))
        return {row.state: (row.id, seal_of(row)) for row in rows if row.bureau_id == first}


def seal_of(inspection: Inspection) -> str:
    seal = inspection.record()["seal"]
    return str(seal["event"]) if seal else ""


ACTS = ("accept", "return", "archive")


def test_who_may_not_act_does_not_and_nothing_changes(app: Flask, desk: Desks) -> None:
    for state, (inspection, seal) in inspections(app).items():
        for who in ("admin", "planner", "supervisor", "auditor", "inspector1", "archivist.tj"):
            browser = desk(who)
            for act in ACTS:
                data = {"reason": "x", "seal": seal}
                answer = browser.post(f"/office/inspections/{inspection}/{act}", data=data)
                assert answer.status_code in (403, 404), (state, who, act)
        assert inspections(app)[state][0] == inspection
        break


def test_evidence_is_for_the_pair_and_the_office_of_the_own_bureau(app: Flask, desk: Desks) -> None:
    inspection = inspections(app)["archived"][0]
    paths = [f"/office/inspections/{inspection}", f"/office/inspections/{inspection}/record.pdf"]
    paths += [f"/api/v1/inspections/{inspection}", f"/api/v1/inspections/{inspection}/archive"]
    for who in ("admin", "inspector9", "archivist.tj", "auditor.tj", "inspector1.tj"):
        browser = desk(who)
        assert {browser.get(path).status_code for path in paths} <= {403, 404}, who
    assert desk("planner").get(paths[3]).status_code == 403
    assert {desk("archivist").get(path).status_code for path in paths} == {200}


def test_the_office_is_no_phone(desk: Desks) -> None:
    for who in ("archivist", "admin", "planner", "supervisor", "auditor"):
        browser = desk(who)
        assert browser.get("/api/v1/worklist").status_code == 403
        assert browser.post("/api/v1/sync", json={}).status_code == 403
        assert browser.patch("/api/v1/blobs/" + "a" * 64, data=b"x").status_code == 403


def assignment(app: Flask) -> dict[str, Any]:
    from webapp.registry.items import Item
    from webapp.registry.models import Inspector
    from webapp.registry.subjects import Subject

    with app.app_context():
        planner = db.session.scalars(select(Inspection).where(Inspection.number.startswith("平"))).first()
        bureau = planner.bureau_id if planner else ""
        subject = db.session.scalars(
            select(Subject).where(Subject.bureau_id == bureau, Subject.state.notin_(Subject.GONE))
        ).first()
        pair = [i.user_id for i in Inspector.of_bureau(bureau) if i.valid_until.year > 2026][:2]
        return {
            "subject": subject.id if subject else "", "items": [Item.listed(bureau)[0].id], "pair": pair,
            "due": "2026-12-31", "reason": "law", "text": "x",
        }  # fmt: skip


def test_the_id_of_another_bureaus_inspection_assigns_a_new_one(app: Flask, desk: Desks) -> None:
    with app.app_context():
        other = db.session.scalars(select(Inspection).where(~Inspection.number.startswith("平"))).first()
        foreign, number = (other.id, other.number) if other else ("", "")
    answer = desk("planner").post("/office/inspections/new", data=assignment(app) | {"id": foreign})
    assert answer.status_code == 302 and foreign not in answer.headers["Location"]
    with app.app_context():
        assert db.session.get_one(Inspection, foreign).number == number


def at_once(app: Flask, browser: FlaskClient, path: str, forms: list[dict[str, Any]]) -> list[int]:
    cookie, statuses = browser.get_cookie("session"), []

    def post(form: dict[str, Any]) -> None:
        client = app.test_client()
        client.set_cookie("session", cookie.value if cookie else "")
        statuses.append(client.post(path, data=form).status_code)

    threads = [threading.Thread(target=post, args=(form,)) for form in forms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(statuses)


@both_databases
def test_assigned_at_once_each_has_its_own_number_and_one_form_assigns_once(app: Flask, desk: Desks) -> None:
    form = assignment(app)
    with app.app_context():
        before = db.session.query(Inspection).count()
    twice = "01a00000-0000-7000-8000-000000000001"
    forms = [form, form, form | {"id": twice}, form | {"id": twice}]
    assert at_once(app, desk("planner"), "/office/inspections/new", forms) == [302] * 4
    with app.app_context():
        rows = db.session.scalars(select(Inspection)).all()
        assert len(rows) == before + 3 and len({(row.bureau_id, row.number) for row in rows}) == len(rows)


def test_archived_at_once_there_is_one_archive(app: Flask, desk: Desks) -> None:
    inspection, seal = inspections(app)["accepted"]
    path = f"/office/inspections/{inspection}/archive"
    assert at_once(app, desk("archivist"), path, [{"seal": seal}] * 3) == [302, 409, 409]
    with app.app_context():
        archives = Archive.versions(db.session.get_one(Inspection, inspection))
        assert len(archives) == 1 and verify(archives[0].read()) == []


def test_odd_events_never_hide_an_inspection_from_the_office(app: Flask, phone: Phones, desk: Desks) -> None:
    one, office = phone("inspector1"), desk("archivist")
    inspection = one.row("assigned")["id"]
    for seed in range(6):
        dice = random.Random(seed)
        for _ in range(12):
            kind = odd.kind(dice)
            one.write(inspection, kind)
            known = [event["id"] for event in one.logs[inspection]]
            one.logs[inspection][-1] |= {
                "payload": odd.payload(dice, kind, known),
                "time": dice.choice(odd.TIMES),
            }
        refused = {rejected["id"] for rejected in one.sync(inspection)["rejected"]}
        assert len(refused) < 10
        one.logs[inspection] = [event for event in one.logs[inspection] if event["id"] not in refused]
        page = office.get(f"/office/inspections/{inspection}?photo={seed}")
        assert page.status_code == 200 and "<script>alert" not in page.text and "<img src=x" not in page.text
    assert office.get(f"/office/inspections/{inspection}/record.pdf").status_code == 200
    assert office.get(f"/api/v1/inspections/{inspection}").json["record"] == fold(one.logs[inspection])


def test_a_visit_that_names_forms_a_thousand_times_shows_each_once(phone: Phones, desk: Desks) -> None:
    one = phone("inspector1")
    row = one.row("assigned")
    one.arrive(row, forms=row["form_hashes"] * 1000)
    assert one.sync(row["id"])["rejected"] == []
    page = desk("archivist").get(f"/office/inspections/{row['id']}").text
    assert page.count('<section class="form">') == len(row["form_hashes"])


def test_typst_prints_what_looks_like_typst() -> None:
    text = '#panic("x") #import "/etc/passwd" $x$ `c` <a> @b \\ *_= #{1/0}'
    empty = fold([])
    empty["content"]["notes"] = [{"event": "e", "author": "a", "time": text, "question": text, "text": text}]
    words = document(empty, [], {"id": "i", "number": text, "subject": {"name": text}})
    assert record_pdf(pdf_document(words), {}).startswith(b"%PDF")


def test_no_cell_of_a_table_is_a_formula() -> None:
    for text in ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "＝1", "－1"]:
        assert _cell(text) == f"'{text}"
    for text in ["=1+1", "+x", "-x", "@x", "\t=1", "\r=1", "\n=1", "＝1", "－1"]:
        assert harmless(text) == f"'{text}"
    # A number in an exported list stays a number: the list can be read back.
    assert as_csv([["-12.5", "=1+1"]]) == "\ufeff-12.5,'=1+1\r\n".encode()


def test_a_seal_that_was_made_up_shows_nobody_a_copy(phone: Phones) -> None:
    one, two = phone("inspector1"), phone("inspector2")
    row = one.row("assigned")
    name = row["id"]
    one.arrive(row)
    one.sign(name, "subject")
    one.sign(name, "inspector")
    one.sync(name)
    two.sync(name)
    two.sign(name, "inspector")
    two.sync(name)
    one.sync(name)
    one.seal(name)
    signed = one.record(name)["record_hash"]
    log = one.logs[name]
    one.write(name, "seal", record_hash="f" * 64, covers="x", events=[e["id"] for e in log], signature="x")
    assert as_signed(log, signed) is not None and as_signed(log, "f" * 64) is None


def test_a_seal_that_the_phone_did_not_sign_is_named_and_not_archived(
    app: Flask, phone: Phones, desk: Desks
) -> None:
    one, two = phone("inspector1"), phone("inspector2")
    row = one.row("assigned")
    name = row["id"]
    one.arrive(row)
    one.sign(name, "subject")
    one.sign(name, "inspector")
    one.sync(name)
    two.sync(name)
    two.sign(name, "inspector")
    two.sync(name)
    one.sync(name)
    one.key = two.key
    one.seal(name)
    one.sync(name)
    with app.app_context():
        assert "seal_signature" in {lack.code for lack in File(db.session.get_one(Inspection, name)).missing}
    seal = one.record(name)["seal"]["event"]
    office = desk("archivist")
    assert office.post(f"/office/inspections/{name}/accept", data={"seal": seal}).status_code == 302
    assert office.post(f"/office/inspections/{name}/archive", data={"seal": seal}).status_code == 409


LIES = [
    {"subject": {"id": "x", "code": "x", "name": "另一家"}},
    {"pair": [{"id": "x"}, {"id": "y"}]},
    {"forms": []},
    {"items": []},
    {"number": "1"},
    {"bureau": {"id": "x"}},
]


def test_every_lie_in_the_head_of_a_visit_shows_at_the_office(app: Flask, phone: Phones) -> None:
    one = phone("inspector1")
    row = one.row("assigned")
    for lie in LIES:
        event = one.arrive(row, **lie)
        one.sync(row["id"])
        with app.app_context():
            missing = File(db.session.get_one(Inspection, row["id"])).missing
            assert "visit_differs" in {lack.code for lack in missing}, lie
        one.write(row["id"], "withdraw", event=event["id"], reason="x")
        one.sync(row["id"])


def hostile_zip(events: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a/data/events.jsonl", events)
    return out.getvalue()


def test_a_stranger_with_a_huge_log_keeps_nobody_waiting(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from webapp.archive import verify_record

    monkeypatch.setattr(verify_record, "MAX_FOLDING", 3)
    seals = [{"id": str(n), "seq": n, "device": "d", "type": "seal"} for n in range(1, 5)]
    from webapp.canonical import canonical

    files = {"data/events.jsonl": b"".join(canonical(seal) + b"\n" for seal in seals)}
    assert [words for words, _ in verify_record.record_faults(files, {})] == [verify_record.UNREADABLE]
    monkeypatch.setattr(verify_record, "MAX_LOG_BYTES", 3)
    assert [words for words, _ in verify_record.record_faults(files, {})] == [verify_record.UNREADABLE]


def test_any_file_can_be_looked_at(client: FlaskClient) -> None:
    for data in [
        b"",
        b"PK\5\6" + b"\0" * 18,
        hostile_zip(b"[" * 10**5),
        hostile_zip(b"\xff\0"),
        b"PK\3\4" * 1000,
    ]:
        answer = client.post("/verify", data={"file": (io.BytesIO(data), "<script>alert(1)</script>.zip")})
        assert answer.status_code == 200 and "<script>alert" not in answer.text


def test_a_third_file_at_once_is_asked_to_wait(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from webapp.archive import verify_views

    monkeypatch.setattr(verify_views, "_examining", threading.BoundedSemaphore(1))
    with verify_views._examining:
        answer = client.post("/verify", data={"file": (io.BytesIO(b"x"), "a.zip")})
    assert answer.status_code == 503 and answer.headers["Retry-After"]
