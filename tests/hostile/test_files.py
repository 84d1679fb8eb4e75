"""More than 300 files that nobody made to be opened, each at every door: no crash, no 500, no long wait."""

import hashlib
import io
import os
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from tests.archive.test_record_pdf import huaxin
from tests.field.test_elsewhere import PDF, firms, said, table
from tests.field.test_hall import published
from tests.followup.mine import Held
from tests.handset import Handset
from tests.hostile.files import NAMES, heic, hostile, picture
from tests.publish.test_platform import platform
from webapp import apart
from webapp.accounts.views import limiter
from webapp.archive.record_pdf import record_pdf
from webapp.db import db
from webapp.errors import Problem
from webapp.evidence.code_rules import codes_in
from webapp.evidence.models import Blob
from webapp.evidence.picture_rules import FORMATS, picture_mime
from webapp.followup import uploads
from webapp.forms.uploads import BOOKS
from webapp.oversight.signs_prints import print_of
from webapp.publish import redaction
from webapp.registry import import_views, imports
from webapp.registry.imports import work

Desk = Callable[[str], FlaskClient]
Send = Callable[[str, bytes], TestResponse]
MB = 2**20
SECONDS, MEMORY = 5, 512 * MB
TAKEN = {
    *FORMATS.values(),
    "image/heic",
    "image/heif",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Each door gets a sixth, another one than the door before it; with HOSTILE=1 all of them (`files.md`).
EVERY = int(os.environ.get("HOSTILE", "6"))
DOORS = (
    "photo",
    "subject",
    "serve",
    "evidence",
    "drawn list",
    "library",
    "people",
    "template",
    "platform list",
    "receipt",
    "form",
    "workdays",
    "verify",
    "page",
)


@pytest.fixture(autouse=True)
def open_doors(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """No limit of how often; the process that reads a library's table is this one, which only makes it harder."""
    monkeypatch.setattr(limiter, "enabled", False)
    monkeypatch.setattr(uploads, "FILES_IN_ALL", 10_000)
    monkeypatch.setattr(uploads, "BYTES_IN_ALL", 10**10)
    for module in (imports, import_views):
        monkeypatch.setattr(module, "start", lambda import_id, author: work(import_id, author.id))


def form(
    browser: FlaskClient, path: str, fields: dict[str, str], name: str, data: bytes, field: str = "file"
) -> TestResponse:
    file = FileStorage(io.BytesIO(data), name, content_type="application/octet-stream")
    boundary, body = encode_multipart(fields | {field: file})
    return browser.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def door(kind: str, app: Flask, desk: Desk, phone: Callable[[str], Handset]) -> Send:
    """What sends a file, by its name and bytes, to a door."""
    if kind == "photo":
        return _photo(phone("inspector1"))
    if kind == "subject":
        held = Held(app, "archived")
        order = held.order()
        told = {"text": "已改正", "name": "赵总", "phone": ""}
        return lambda name, data: form(held.browser, f"{held.place}/proof/{order}", told, name, data, "files")
    if kind == "serve":
        held, archivist = Held(app, "archived"), desk("archivist")
        served = {
            "notice": held.notice(),
            "way": "post",
            "receiver": "赵总",
            "witness": "",
            "tracking": "1",
            "at": "2026-11-22",
            "note": "",
        }
        place = f"/office/inspections/{held.id}/after/serve"
        return lambda name, data: form(archivist, place, served, name, data, "files")
    if kind in ("evidence", "drawn list"):
        return _elsewhere(kind, app, desk)
    planner, archivist = desk("planner"), desk("archivist")
    if kind in ("template", "platform list", "receipt"):
        return _platform(kind, app, archivist)
    who, path, field = {
        "library": (planner, "/office/subjects/import", "file"),
        "people": (desk("admin"), "/office/people/import", "file"),
        "form": (planner, "/forms/new", "file"),
        "workdays": (desk("admin"), "/office/workdays/preview", "file"),
        "verify": (app.test_client(), "/verify", "file"),
        "page": (archivist, "/office/page", "picture"),
    }[kind]
    return lambda name, data: form(who, path, {"item": "PD6"}, name, data, field)


def _photo(one: Handset) -> Send:
    """Every file is a photo that the log has named before."""
    row = one.row()
    one.arrive(row)
    for data in {**hostile(), "the good": picture(), "the kept": heic()}.values():
        sha256 = hashlib.sha256(data).hexdigest()
        size = {"size": len(data), "mime": "image/jpeg", "width": 4, "height": 3}
        one.write(row["id"], "photo", question="base/B2", sha256=sha256, position=None, **size)
    one.sync(row["id"])
    return lambda _name, data: one.patch(hashlib.sha256(data).hexdigest(), data)


def _elsewhere(kind: str, app: Flask, desk: Desk) -> Send:
    planner, task = desk("planner"), published(desk, bp="100", by="all")
    with app.app_context():
        listed = table([firms(1)[0].name, firms(1)[0].code, "", ""])
    told = {name: str(value) for name, value in (task | said()).items()}

    def send(name: str, data: bytes) -> TestResponse:
        good, other = ("file", listed) if kind == "evidence" else ("evidence", PDF)
        fields: dict[str, Any] = told | {good: FileStorage(io.BytesIO(other), "名单.csv")}
        return form(
            planner,
            "/office/draws/elsewhere/new",
            fields,
            name,
            data,
            "evidence" if kind == "evidence" else "file",
        )

    return send


def _platform(kind: str, app: Flask, archivist: FlaskClient) -> Send:
    if kind == "template":
        return lambda name, data: form(
            archivist, "/office/platform/columns", {"name": "平台"}, name, data, "template"
        )
    if kind == "platform list":
        place = platform(archivist)
        return lambda name, data: form(archivist, f"{place}/list", {}, name, data, "list")
    held = Held(app, "archived")
    with suppress(Problem):
        # Where another door gave it already.
        held.notice()
    told = {"platform": "平台", "receipt": "1", "day": "2026-11-22"}
    return lambda name, data: form(archivist, f"/office/platform/enter/{held.id}", told, name, data)


@pytest.fixture(params=DOORS)
def sent(
    request: pytest.FixtureRequest, app: Flask, desk: Desk, phone: Callable[[str], Handset]
) -> tuple[str, Send]:
    return request.param, door(request.param, app, desk, phone)


def test_there_are_at_least_three_hundred_and_no_two_are_the_same() -> None:
    made = hostile()
    assert len(made) >= 300 and len(set(made.values())) > 300
    assert max(map(len, made.values())) < 10 * MB


def test_no_file_breaks_a_door_or_holds_it_up(app: Flask, sent: tuple[str, Send]) -> None:
    """What each costs is counted in this process and in those beside it."""
    kind, send = sent
    wrong, longest, before = [], (0.0, ""), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    given = list(enumerate(hostile().items()))[DOORS.index(kind) % EVERY :: EVERY]
    for at, (label, data) in given:
        begun = time.process_time() + _beside()
        answer = send(NAMES[at % len(NAMES)], data)
        took = time.process_time() + _beside() - begun
        longest = max(longest, (round(took, 1), label))
        if answer.status_code >= 500 or took > SECONDS:
            wrong.append((label, answer.status_code, round(took, 1)))
        answer.close()
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    most = max(map(_highest, _pids()), default=0) // MB
    print(f"| {kind} | {len(given)} | {len(wrong)} | {longest[0]} s: {longest[1]} | {grown} MB | {most} MB |")
    assert wrong == []
    assert grown < MEMORY // MB and most <= MEMORY // MB
    with app.app_context():
        for blob in db.session.query(Blob):
            assert blob.mime in TAKEN and hashlib.sha256(blob.read()).hexdigest() == blob.sha256, kind


def _pids() -> Iterator[int]:
    return (one.process.pid for pool in (apart.FILES, BOOKS) for one in pool.idle)


def _highest(pid: int) -> int:
    """The most memory that a process ever held, in bytes (proc(5), VmHWM)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def _beside() -> float:
    """Seconds of a processor that the processes beside took, those that ended as well."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime + sum(map(_spent, _pids()))


def _spent(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


@pytest.mark.parametrize("data", [picture(), heic()], ids=["JPEG", "HEIC"])
def test_what_is_a_picture_passes_the_same_doors(
    app: Flask, desk: Desk, phone: Callable[[str], Handset], data: bytes
) -> None:
    for kind in ("photo", "subject", "serve", "evidence", "receipt"):
        answer = door(kind, app, desk, phone)("照片.jpg", data)
        assert answer.status_code in (204, 302), (kind, answer.status_code)


def test_what_is_taken_for_a_picture_can_be_printed_covered_and_compared(app: Flask) -> None:
    """A file that opens once has to open everywhere: in the record, for the public, beside other photos."""
    taken = [data for data in hostile().values() if _told(picture_mime, data) in FORMATS.values()]
    assert len(taken) > 40
    with app.app_context():
        for data in taken:
            _told(redaction.covered, data, [])
            _told(print_of, data)
            _told(codes_in, data)
    named = {hashlib.sha256(data).hexdigest(): data for data in taken}
    photos = [{"index": at, "sha256": name} for at, name in enumerate(named, start=1)]
    assert record_pdf({**huaxin(), "photos": photos}, named).startswith(b"%PDF-")


def _told(work: Callable[..., Any], *given: Any) -> Any:
    with suppress(apart.Unopened):
        return apart.FILES.ask(work, *given)
