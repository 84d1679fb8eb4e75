"""The door for files of people without an account: few, small, looked at in a process of its own, kept as they came.

With `YIDANG_CLAMD` (`unix:/run/clamav/clamd.ctl` or `tcp:127.0.0.1:3310`) ClamAV looks at each as well, and where it does
not answer nothing is taken. Nothing of what comes in is ever opened in the server itself.
"""

import socket
import struct
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass

from flask import current_app, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from webapp.apart import FILES as APART
from webapp.apart import Unopened
from webapp.errors import Problem
from webapp.followup.upload_rules import examined, plain_name

FILES, FILE_BYTES, BYTES = 6, 10 * 2**20, 30 * 2**20
# Of all that one subject sends in one inspection.
FILES_IN_ALL, BYTES_IN_ALL = 30, 80 * 2**20
PATIENCE = 30
CHUNK = 64 * 1024


@dataclass(frozen=True)
class Upload:
    """A file that was looked at: a name for a page and a disk, what it is, its bytes as they came."""

    name: str
    mime: str
    data: bytes


def bounded() -> None:
    """Let no more of this request in than a few files, before anything of it is read. Raises `upload_large`."""
    request.max_content_length = BYTES + 2**20
    try:
        request.files  # noqa: B018 - reading them is what asks for the limit
    except RequestEntityTooLarge as error:
        raise Problem("upload_large") from error


def taken(field: str, before: Iterable[int] = ()) -> list[Upload]:
    """The files of one field of this request; `before`: the sizes of those that this subject sent earlier.

    Raises `upload_large`, `upload_many`, `upload_full`, `upload_kind`, `upload_broken`, `upload_active`,
    `upload_locked`, `upload_virus`, each with the `file`; `busy` where too many wait or the scanner does not answer.
    """
    given = [one for one in request.files.getlist(field) if one.filename]
    if len(given) > FILES:
        raise Problem("upload_many", most=FILES)
    files = [(one.filename or "", _bytes(one)) for one in given]
    earlier = list(before)
    total = sum(earlier) + sum(len(data) for _name, data in files)
    if len(earlier) + len(files) > FILES_IN_ALL or total > BYTES_IN_ALL:
        raise Problem("upload_full")
    return [look(name, data) for name, data in files]


def look(name: str, data: bytes) -> Upload:
    """One file, looked at. Raises as `taken`."""
    if not data:
        raise Problem("upload_broken", file=name[:80])
    try:
        mime, fault = APART.ask(examined, data)
    except Unopened:
        mime, fault = None, "upload_broken"
    if fault or mime is None:
        raise Problem(fault or "upload_broken", file=name[:80])
    scan(data, name)
    return Upload(plain_name(name, mime), mime, data)


def scan(data: bytes, name: str) -> None:
    """Ask ClamAV, where a bureau has set it up. Raises `upload_virus`, and `busy` where it does not answer."""
    address = current_app.config.get("CLAMD")
    if not address:
        return
    try:
        said = _asked(str(address), data)
    except (OSError, ValueError) as error:
        current_app.logger.exception("clamd did not answer")
        raise Problem("busy") from error
    if said.endswith("FOUND"):
        current_app.logger.warning("clamd refused an upload: %s", said)
        raise Problem("upload_virus", file=name[:80])
    if said != "stream: OK":
        current_app.logger.error("clamd said: %s", said)
        raise Problem("busy")


def _bytes(file: FileStorage) -> bytes:
    with file.stream as stream:
        data = stream.read(FILE_BYTES + 1)
    if len(data) > FILE_BYTES:
        raise Problem("upload_large", file=(file.filename or "")[:80])
    return data


def _asked(address: str, data: bytes) -> str:
    """clamd's answer to INSTREAM (clamd(8)): each part behind its length, an empty one at the end."""
    with closing(_connected(address)) as line:
        line.sendall(b"zINSTREAM\0")
        for at in range(0, len(data), CHUNK):
            part = data[at : at + CHUNK]
            line.sendall(struct.pack(">I", len(part)) + part)
        line.sendall(struct.pack(">I", 0))
        said = b""
        while not said.endswith(b"\0") and (more := line.recv(4096)):
            said += more
    return said.rstrip(b"\0").decode("utf-8", "replace")


def _connected(address: str) -> socket.socket:
    kind, _colon, place = address.partition(":")
    if kind == "tcp":
        host, _colon, port = place.rpartition(":")
        return socket.create_connection((host, int(port)), timeout=PATIENCE)
    if kind != "unix":
        raise ValueError(f"CLAMD is unix:PATH or tcp:HOST:PORT, not {kind}:")
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(PATIENCE)
    try:
        line.connect(place)
    except OSError:
        line.close()
        raise
    return line
