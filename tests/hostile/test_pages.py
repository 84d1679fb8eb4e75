"""Codes on paper, pictures of them, and what the office writes: in the hands of who means no good."""

import io
import struct
import zlib
from collections.abc import Callable
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from tests.conftest import both_databases
from tests.handset import Handset
from webapp.db import db
from webapp.field.models import Inspection
from webapp.registry.inspector_rules import expert

Desk = Callable[[str], FlaskClient]
SCRIPT = "<script>alert(1)</script>"


def png(width: int, height: int) -> bytes:
    """A PNG that says this size and has almost nothing in it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def saved(mode: str, kind: str) -> bytes:
    out = io.BytesIO()
    Image.new(mode, (40, 40)).save(out, kind)
    return out.getvalue()


def test_a_code_leads_a_stranger_nowhere_and_tells_nothing(app: Flask, desk: Desk) -> None:
    with app.app_context():
        row = db.session.query(Inspection).first()
        assert row
        name, secrets = row.id, [row.number, row.subject.name, row.subject.address]
    hidden = [app.test_client(), desk("archivist.tj")]
    for client in hidden:
        for place in (f"/page/{name}", f"/page/{name}/{'a' * 64}?next=//evil.com&lang={SCRIPT}"):
            answer = client.get(place)
            assert (
                answer.status_code == 200 and SCRIPT not in answer.text and '="//evil.com' not in answer.text
            )
            assert not any(secret in answer.text for secret in secrets)
        for odd in (
            uuid4(),
            f"{name}/{SCRIPT}",
            f"{name}/{'A' * 64}",
            "x" * 5000,
            f"{name}%0a",
            "..%2f..%2fetc",
        ):
            assert client.get(f"/page/{odd}").status_code == 404
        for form in ("blank.pdf", "filled.pdf"):
            assert client.get(f"/page/{name}/{form}").status_code in (302, 401, 403, 404)
    typed = desk("archivist").get(f"/office/?q=https://evil.com/page/{name}")
    assert typed.status_code == 302 and typed.location == f"/page/{name}"


def test_a_picture_that_is_none_is_refused_in_words(desk: Desk) -> None:
    office = desk("archivist")
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    none = [
        svg,
        b"x",
        png(65_000, 65_000),
        png(0, 0),
        saved("L", "GIF"),
        saved("L", "TIFF"),
        saved("L", "PNG")[:60],
    ]
    blank = [saved("L", "JPEG") + svg, saved("CMYK", "JPEG"), saved("I;16", "PNG"), saved("RGBA", "WEBP")]
    for data in [*none, *blank]:
        given = {"picture": (io.BytesIO(data), f"{SCRIPT}.png")}
        answer = office.post("/office/page", data=given)
        assert answer.status_code == 422 and SCRIPT not in answer.text


@both_databases
def test_comments_are_text_and_only_the_offices(
    app: Flask, phone: Callable[[str], Handset], desk: Desk
) -> None:
    one = phone("inspector1")
    row = one.row()
    one.arrive(row)
    one.sync(row["id"])
    place = f"/office/inspections/{row['id']}/comments"
    for who in ("archivist.tj", "planner", "auditor", "inspector1"):
        assert desk(who).post(place, data={"text": "x"}).status_code in (403, 404)
    office = desk("archivist")
    back = {"back": f'"><a href=//evil.com>{SCRIPT}'}
    answer = office.post(f"{place}?photo={SCRIPT}&comment={SCRIPT}", data={"text": SCRIPT, **back})
    assert answer.location.startswith(f"/office/inspections/{row['id']}") and "evil" not in answer.location
    page = office.get(f"/office/inspections/{row['id']}?comment={SCRIPT}&photo=x&printed={SCRIPT}")
    assert page.status_code == 200 and SCRIPT not in page.text and "&lt;script&gt;alert" in page.text
    for odd in ({"text": ""}, {"text": "x" * 2001}, {"text": "x", "question": SCRIPT}):
        answer = office.post(place, data=odd)
        assert answer.status_code == 422 and SCRIPT not in answer.text


def test_an_experts_knowledge_is_no_book() -> None:
    given = {"name": "甲", "unit": "乙", "specialties": "x" * 400_000}
    assert expert(given, [], []).faults == {"specialties": "long"}
    many = "、".join(map(str, range(1000)))
    assert expert(given | {"specialties": many}, [], []).faults == {"specialties": "long"}
