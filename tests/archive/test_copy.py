"""The subject's copy: who was shown the hash reads what was signed, before and after everything that came later."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.handset import Handset
from tests.mended import mend, pair
from webapp.db import db
from webapp.demo import world
from webapp.field.models import Inspection

IDS = {assignment["key"]: assignment["id"] for assignment in world.assignments()}


def sealed_hash(app: Flask, inspection: str) -> str:
    with app.app_context():
        return str(db.session.get_one(Inspection, inspection).record()["seal"]["record_hash"])


@pytest.mark.parametrize("key", ["pd-11", "pd-12", "pd-14"])
def test_the_copy_is_what_was_signed(app: Flask, client: FlaskClient, key: str) -> None:
    record_hash = sealed_hash(app, IDS[key])
    answer = client.get(f"/copy/{IDS[key]}/{record_hash}")
    assert answer.status_code == 200
    assert record_hash in answer.text
    assert "与签字时一致" in answer.text
    pdf = client.get(f"/copy/{IDS[key]}/{record_hash}/record.pdf")
    assert pdf.data.startswith(b"%PDF")


@pytest.mark.parametrize("record_hash", ["0" * 64, "x", "..%2f..%2f"])
def test_without_the_hash_nothing_is_learned(app: Flask, client: FlaskClient, record_hash: str) -> None:
    for inspection in (IDS["pd-11"], IDS["pd-01"], "nothing"):
        answer = client.get(f"/copy/{inspection}/{record_hash}")
        assert answer.status_code == 404
        assert "有限公司" not in answer.text


def test_after_a_reopening_the_copy_still_shows_what_was_signed_and_says_so(
    app: Flask, client: FlaskClient, phone: Callable[[str], Handset]
) -> None:
    inspection = IDS["pd-09"]
    record_hash = sealed_hash(app, inspection)
    one = phone("inspector1")
    one.sync(inspection)
    seal = one.record(inspection)["seal"]["event"]
    before = client.get(f"/copy/{inspection}/{record_hash}").text
    one.write(inspection, "reopen", seal=seal, reason="补查")
    one.write(inspection, "note", text="后来写的", question=None)
    one.sync(inspection)
    after = client.get(f"/copy/{inspection}/{record_hash}")
    assert "与签字时一致" in before
    assert "后来被重新打开" in after.text
    assert "后来写的" not in after.text


def test_a_record_that_was_sent_back_and_sealed_again_has_its_copy_without_what_the_office_wrote(
    app: Flask, client: FlaskClient
) -> None:
    inspection = IDS["pd-09"]
    with app.app_context():
        row = db.session.get_one(Inspection, inspection)
        assert row.state == "returned"
        said = next(made["reason"] for made in row.record()["office"] if made["type"] == "return")
    mend(pair(app), inspection)
    answer = client.get(f"/copy/{inspection}/{sealed_hash(app, inspection)}")
    assert answer.status_code == 200 and "与签字时一致" in answer.text
    assert said not in answer.text


def test_RZ_14_anyone_checks_a_credential_and_an_expired_one_is_said_to_be(client: FlaskClient) -> None:
    people = {person["username"]: person for person in world.people()}
    good = client.get(f"/credential/{people['inspector1']['id']}")
    assert "执法证有效" in good.text
    assert people["inspector1"]["credential"] in good.text
    assert people["inspector1"]["phone"] not in good.text
    assert "执法证无效" in client.get(f"/credential/{people['inspector12']['id']}").text
    assert client.get("/credential/nobody").status_code == 404
