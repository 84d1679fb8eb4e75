"""500 made-up people in every field of inspections that are published: none is found in anything that is public."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote, urljoin, urlsplit

import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import inspect, select

from tests.publish.identities import EACH, Identity, identities, inspected, notes
from tests.publish.test_office import at, publish
from webapp.accounts.views import limiter
from webapp.db import db
from webapp.publish.models import Publication

Desk = Callable[[str], FlaskClient]
ADDRESS = re.compile(
    r"""(?:href|src|action|content)="([^"#]+)|<loc>([^<]+)</loc>|"(?:page|next)":"([^"]+)\""""
)
# More pages than there are for these inspections, in both languages; who comes to it found a trap for crawlers.
MOST = 4000


def test_none_of_500_identities_is_in_any_public_output(
    app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names, resident numbers, phones and plates: HTML, PDF, CSV, JSON, feed, pictures and their data, the search index."""
    monkeypatch.setattr(limiter, "enabled", False)
    people = identities(500)
    published = inspected(app, people)
    browser = desk("archivist")
    for place, inspection_id in enumerate(published):
        theirs = people[EACH * place : EACH * place + EACH]
        prepare(browser, inspection_id, typed=notes(theirs) if place % 2 else [])
        assert publish(browser, inspection_id).status_code == 302, inspection_id
    found = dict(crawled(app.test_client()))
    missing = [one for one in published if f"/public/results/{one}" not in found]
    assert not missing, "every result is reached from the sitemap"
    kinds = {kind for kind, _text in found.values()}
    assert kinds >= {
        "text/html",
        "application/pdf",
        "text/csv",
        "application/json",
        "application/atom+xml",
        "image/jpeg",
    }
    with app.app_context():
        bodies = [db.session.get_one(Publication, one).body for one in published]
    assert all(len(one["text"]) > 200 and "**" in one["text"] and one["pictures"] for one in bodies)
    leaks = [
        (address, needle)
        for address, (_kind, text) in [*found.items(), *indexed(app)]
        for needle in named(people, text)
    ]
    assert not leaks, leaks[:10]


def test_a_leak_would_be_found() -> None:
    """The search itself: in plain text, with blanks in the figures, in a PDF and in a picture's own data."""
    one = identities(3)[2]
    exif = Image.Exif()
    exif[0x010E] = one.phone
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG", exif=exif)
    assert one.phone in named([one], readable("image/jpeg", out.getvalue()))
    assert one.name in named([one], f"<p>{one.name}</p>")
    assert one.phone in named([one], f"{one.phone[:3]} {one.phone[3:7]} {one.phone[7:]}")
    assert one.plate in named([one], f"{one.plate[:2]}·{one.plate[2:]}")


def prepare(browser: FlaskClient, inspection_id: str, typed: list[str]) -> None:
    """An archivist in a hurry: puts in all that is proposed, or types what stands in the record, and the photo without a
    box, and says to have read it."""
    page = browser.get(at(inspection_id)).text
    photo = re.findall(r"/photos/([0-9a-f]{64})", page)[0]
    answer = browser.post(at(inspection_id, f"/photos/{photo}"), data={"boxes": "[]"})
    assert answer.status_code == 302
    proposed = re.findall(r'data-take="([^"]*)"', page)
    assert len(proposed) >= 6, "the notes of the record are proposed"
    text = "\n".join(typed or proposed)
    assert browser.post(at(inspection_id, "/draft"), data={"text": text, "read": "on"}).status_code == 302


def crawled(client: FlaskClient) -> Iterator[tuple[str, tuple[str, str]]]:
    """Every public address that is reached from the sitemap and the front page, with its kind and what is to be read."""
    queue, known = ["/sitemap.xml", "/public/"], {"/sitemap.xml", "/public/"}
    while queue:
        path = queue.pop()
        answer = client.get(path)
        if answer.status_code in (301, 302, 308):
            queue += fresh(path, [answer.location], known)
            continue
        assert answer.status_code in (200, 404, 410), (path, answer.status_code)
        kind = answer.mimetype
        if kind in ("text/html", "application/xml", "application/atom+xml", "application/json"):
            queue += fresh(path, [next(filter(None, each)) for each in ADDRESS.findall(answer.text)], known)
        yield path, (kind, readable(kind, answer.data))
        assert len(known) < MOST, "the addresses of the public site do not end"


def fresh(base: str, found: list[str], known: set[str]) -> list[str]:
    """The public addresses among these that were not met yet; of two languages one, of a search only what is linked."""
    paths = []
    for each in found:
        parts = urlsplit(urljoin(base, each.replace("&amp;", "&")))
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        public = parts.path.startswith("/public/") and "lang=en" not in parts.query
        if public and parts.hostname in (None, "localhost") and path not in known:
            known.add(path)
            paths.append(path)
    return paths


def readable(kind: str, data: bytes) -> str:
    """What a person or a program could read in it."""
    if kind == "application/pdf":
        document = pypdfium2.PdfDocument(data)
        texts = [page.get_textpage().get_text_range() for page in document]
        return " ".join([*texts, str(document.get_metadata_dict())])
    if kind.startswith("image/") and kind != "image/svg+xml":
        picture = Image.open(io.BytesIO(data))
        said = [str(picture.info), *map(str, dict(picture.getexif()).values())]
        return " ".join(
            [
                *said,
                data.decode("latin-1"),
                data.decode("utf-16-le", "ignore"),
                data.decode("utf-8", "ignore"),
            ]
        )
    return data.decode("utf-8", "replace")


def indexed(app: Flask) -> list[tuple[str, tuple[str, str]]]:
    """All that the table of publications and its search index hold."""
    with app.app_context():
        names = [column.key for column in inspect(Publication).columns]
        rows = db.session.execute(select(*(getattr(Publication, name) for name in names))).all()
        return [(f"publication row {row[0]}", ("text/plain", " ".join(map(str, row)))) for row in rows]


def named(people: list[Identity], text: str) -> list[str]:
    """What of whom stands in a text, also where figures are parted."""
    text = unquote(text)
    tight = re.sub(r"[\s·•.\-]", "", text)
    wide = tight.translate({0xFF10 + n: str(n) for n in range(10)})
    return [part for one in people for part in one.all if part in wide]
