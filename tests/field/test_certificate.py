"""A draw's certificate and a bureau's key over HTTP: who gets which copy, and that it is of what is published."""

import hashlib
import io
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from tests.conftest import both_databases
from tests.field.test_hall import NUMBERS, frozen, later, published
from webapp.accounts.models import Bureau
from webapp.db import db
from webapp.draw.layout import read
from webapp.draw.names import subjects
from webapp.evidence.keys import bureau_key, public_pem

Desk = Callable[..., FlaskClient]


def words(pdf: bytes) -> str:
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


@both_databases
def test_RZ_13_the_certificate_follows_the_draw_and_names_nobody_in_public(
    app: Flask, desk: Desk, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    planner = desk("planner")
    draw_id = frozen(planner, published(desk))
    public, office = f"/public/draws/{draw_id}/certificate.pdf", f"/office/draws/{draw_id}/certificate.pdf"
    before = client.get(public)
    assert before.mimetype == "application/pdf" and "双随机抽取公告" in words(before.data)
    later(monkeypatch)
    assert planner.post(f"/office/draws/{draw_id}/numbers", data=NUMBERS).status_code == 302

    after = client.get(public)
    text, file_bytes = words(after.data), client.get(f"/public/draws/{draw_id}.json").data
    file = read(file_bytes)
    assert hashlib.sha256(file_bytes).hexdigest() in text and file["pool_hash"] in text
    assert f"/public/draws/{draw_id}" in text and "/public/bureaus/" in text
    with app.app_context():
        drawn = file["pairs"][0]["subject"]
        subject = subjects(draw_id, [drawn])[drawn]
        name = re.sub(r"\s", "", subject.name)
    assert drawn in text and name not in text and "王明" not in text
    assert client.get(public, headers={"If-None-Match": after.headers["ETag"]}).status_code == 304
    assert client.get(public).data == after.data

    own = words(planner.get(office).data)
    assert name in own and "主持抽取：" in own and "见证人：周敏" in own
    assert "certificate.pdf" in planner.get(f"/office/draws/{draw_id}").text
    assert "certificate.pdf" in client.get(f"/public/draws/{draw_id}").text


def test_the_copy_with_names_is_for_the_office_of_the_bureau_only(desk: Desk, client: FlaskClient) -> None:
    planner = desk("planner")
    draw_id = frozen(planner, published(desk))
    office = f"/office/draws/{draw_id}/certificate.pdf"
    assert client.get(office).status_code == 302
    assert desk("planner.tj").get(office).status_code == 404
    assert desk("inspector1").get(office).status_code == 403
    assert desk("auditor").get(office).status_code == 200


@pytest.mark.parametrize("name", ["x", "0192f0c1-0000-7000-8000-000000000000", "%00", "../etc"])
def test_no_such_draw_and_no_such_bureau_are_not_found(client: FlaskClient, name: str) -> None:
    assert client.get(f"/public/draws/{name}/certificate.pdf").status_code in (400, 404)
    assert client.get(f"/public/bureaus/{name}/key").status_code in (400, 404)
    assert client.get(f"/public/bureaus/{name}/key.pem").status_code in (400, 404)


@both_databases
def test_anyone_finds_the_key_that_checks_a_bureaus_archives(
    app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    with app.app_context():
        bureau = db.session.query(Bureau).filter_by(short_name="平顶山市人社局").one()
        signature = bureau_key(bureau.id).sign(b"tag manifest")
        pem, bureau_id, name = public_pem(bureau.id), bureau.id, bureau.name
    assert name in client.get("/public/bureaus").text
    page = client.get(f"/public/bureaus/{bureau_id}/key")
    assert name in page.text and pem.strip() in page.text
    assert "PRIVATE" not in page.text
    given = client.get(f"/public/bureaus/{bureau_id}/key.pem").data
    assert given == pem.encode()
    for file, data in (("key.pem", given), ("said", b"tag manifest"), ("sig", signature)):
        (tmp_path / file).write_bytes(data)
    done = subprocess.run(
        ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", "-in", "said", "-sigfile", "sig"],
        cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    assert "Verified Successfully" in done.stdout
    fingerprint = re.search(r"hash\">([0-9a-f]{64})", page.text)
    assert fingerprint
