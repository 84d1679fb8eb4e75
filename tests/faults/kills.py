"""`python -m tests.faults.kills 50`: the real server, killed while it writes, again and again; what it acknowledged stays.

A phone sends events and photos without a pause; at any moment the process gets SIGKILL, and another one serves the same
folder. Prints what happened as JSON; ends with 1 where something is not there or not as it was.
"""

import hashlib
import http.client
import json
import logging
import random
import shutil
import socket
import sqlite3
import sys
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.faults.server import Keeper
from tests.handset import Handset
from webapp.canonical import canonical
from webapp.demo.world import photo


class Line(http.client.HTTPConnection):
    """HTTP over the server's socket."""

    def __init__(self, path: str) -> None:
        super().__init__("yidang.example", timeout=20)
        self.path = path

    def connect(self) -> None:
        """Connect."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Sender(threading.Thread):
    """Sends events and photos of one phone until the line breaks; keeps what the bureau acknowledged."""

    def __init__(self, phone: Handset, inspection: str, cookie: str, path: str) -> None:
        super().__init__()
        self.phone, self.inspection, self.path = phone, inspection, path
        self.headers = {"Cookie": cookie, "X-CSRFToken": phone.csrf}
        self.events: set[str] = set()
        self.photos: set[str] = set()
        self.answered = 0

    def run(self) -> None:
        """Until the server is gone."""
        try:
            while True:
                self.send_events(
                    [self.phone.write(self.inspection, "note", text="看到", question=None) for _ in range(3)]
                )
                self.send_photo(photo(["取证"], str(random.random())))
        except (OSError, http.client.HTTPException):
            return

    def send_events(self, events: list[Any]) -> None:
        """In one batch."""
        body = json.dumps({"device": self.phone.device, "cursors": {}, "events": events})
        answer = self.ask("POST", "/api/v1/sync", body, {"Content-Type": "application/json"})
        if answer[0] == 200:
            self.events |= set(json.loads(answer[2])["accepted"])

    def send_photo(self, data: bytes) -> None:
        """The event that names it, then the bytes in two parts."""
        name = hashlib.sha256(data).hexdigest()
        size = {"size": len(data), "mime": "image/jpeg", "width": 1280, "height": 960}
        self.send_events(
            [self.phone.write(self.inspection, "photo", question=None, sha256=name, position=None, **size)]
        )
        half = len(data) // 2
        for at, part, last in ((0, data[:half], "?0"), (half, data[half:], "?1")):
            headers = {
                "Upload-Offset": str(at),
                "Upload-Complete": last,
                "Content-Type": "application/octet-stream",
            }
            status, given, _ = self.ask("PATCH", f"/api/v1/blobs/{name}", part, headers)
            if status == 204 and given.get("Upload-Complete") == "?1":
                self.photos.add(name)

    def ask(self, method: str, path: str, body: Any, headers: dict[str, str]) -> tuple[int, Any, bytes]:
        """Status, headers and body; raises where the line breaks."""
        with closing(Line(self.path)) as line:
            line.request(method, path, body, self.headers | headers)
            answer = line.getresponse()
            body = answer.read()
            self.answered += 1
            return answer.status, answer.headers, body


def lost(keeper: Keeper, sent: dict[str, Any], events: set[str], photos: set[str]) -> list[str]:
    """What was acknowledged and is not there as it was sent."""
    with closing(sqlite3.connect(keeper.data / "yidang.db")) as database:
        whole = database.execute("PRAGMA integrity_check").fetchone()[0]
        kept = dict(database.execute("SELECT id, text FROM event"))
    wrong = [] if whole == "ok" else [whole]
    wrong += [f"event {name}" for name in events if kept.get(name) != canonical(sent[name]).decode()]
    for name in photos:
        path = keeper.data / "blobs" / name[:2] / name
        if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != name:
            wrong.append(f"photo {name}")
    return wrong


def enrolled(keeper: Keeper) -> tuple[Handset, str, str]:
    """A phone that is in, an inspection of its holder, and its cookie."""
    phone = Handset(keeper.app)
    phone.login("inspector1")
    cookie = phone.client.get_cookie("session")
    assert cookie
    return phone, phone.row()["id"], f"session={cookie.value}"


def main() -> None:
    """So many kills."""
    rounds, events, photos, wrong = int(sys.argv[1]), set[str](), set[str](), list[str]()
    logging.disable(logging.ERROR)
    folder = Path(tempfile.mkdtemp(prefix="faults-kills-"))
    try:
        keeper = Keeper(folder, None)
        keeper.begin("fresh")
        phone, inspection, cookie = enrolled(keeper)
        for _ in range(rounds):
            path = keeper.again()["socket"]
            sender = Sender(phone, inspection, cookie, path)
            sender.start()
            at = random.randint(0, 6)
            while sender.answered < at and sender.is_alive():
                time.sleep(0.001)
            # Into the middle of the next one.
            time.sleep(random.uniform(0, 0.03))
            keeper.stop()
            sender.join()
            events, photos = events | sender.events, photos | sender.photos
            wrong += lost(keeper, {event["id"]: event for event in phone.logs[inspection]}, events, photos)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps({"kills": rounds, "events": len(events), "photos": len(photos), "wrong": wrong}))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
