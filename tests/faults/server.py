"""The real server for `tests/faults`: prepared once, forked for each schedule and after each SIGKILL.

Commands come as lines of JSON on standard input: `keep` (what is there now is what each schedule begins with), `begin`,
`again` (after a death), `kill`, `dump`. A request says by its headers what time it is, what chance brings, and where the
process shall die. The product knows nothing of it: everything here is put around it from outside.
"""

import base64
import ctypes
import gc
import hashlib
import importlib.machinery
import io
import json
import logging
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
from contextlib import closing, suppress
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PARENT_DEATH_SIGNAL = 1


class Moment:
    """What the request that is answered now says of itself."""

    now = 1795395600.0
    kill: str | None = None
    chance = random.Random(0)


def plant(changes: list[list[str]]) -> None:
    """Have the modules that `changes` name ([file, find, replace]) loaded with that change in their source."""
    real = importlib.machinery.SourceFileLoader.get_code

    def changed(self: Any, fullname: str) -> Any:
        mine = [change for change in changes if Path(self.path) == ROOT / change[0]]
        if not mine:
            return real(self, fullname)
        text = Path(self.path).read_text("utf-8")
        for file, find, replace in mine:
            if text.count(find) != 1:
                raise SystemExit(f"{file} does not hold once: {find}")
            text = text.replace(find, replace)
        return compile(text, self.path, "exec", dont_inherit=True)

    importlib.machinery.SourceFileLoader.get_code = changed  # type: ignore[method-assign]


def die_here(point: str) -> None:
    """End by SIGKILL where the request asks for it."""
    if Moment.kill == point:
        os.kill(os.getpid(), signal.SIGKILL)


def make_repeatable() -> None:
    """Time and ids go by the request, and the named points can be deadly."""
    import uuid6
    from sqlalchemy.engine.default import DefaultDialect

    import webapp.archive.models as archives
    import webapp.evidence.models as blobs

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.fromtimestamp(Moment.now, tz)

    class Time:
        time_ns = staticmethod(lambda: int(Moment.now * 1e9))

    class Secrets:
        randbits = staticmethod(lambda bits: Moment.chance.getrandbits(bits))

    # The package has a `db` of its own beside the module of that name.
    sys.modules["webapp.db"].datetime = Clock  # type: ignore[attr-defined]
    uuid6.time, uuid6.secrets = Time, Secrets  # type: ignore[assignment]
    commit, write_blob, write_archive = DefaultDialect.do_commit, blobs._write_whole, archives._write

    def deadly_commit(self: Any, connection: Any) -> None:
        die_here("before the commit")
        commit(self, connection)
        die_here("after the commit")

    def deadly_blob(*given: Any) -> None:
        die_here("before the bytes")
        write_blob(*given)
        die_here("between blob and row")

    def deadly_archive(*given: Any) -> None:
        die_here("in the seal")
        write_archive(*given)
        die_here("after the seal's file")

    # The process that opens pictures would outlive the one that asked it.
    blobs.FILES.ask = lambda work, data: work(data)  # type: ignore[method-assign, assignment]
    DefaultDialect.do_commit = deadly_commit  # type: ignore[method-assign]
    blobs._write_whole, archives._write = deadly_blob, deadly_archive


class Keeper:
    """Holds the app, the folder that it serves, and the one process that serves it."""

    def __init__(self, folder: Path, kept: Path | None) -> None:
        from tests.faults.template import app_on, prepare, warm

        self.folder, self.kept = folder, kept or folder
        self.data = folder / "data"
        self.app = app_on(self.data)
        self.sockets = 0
        self.pid = 0
        if kept is None:
            prepare(self.app)
            self.keep("fresh")
            warm(self.app)
        gc.freeze()

    def where(self) -> dict[str, Any]:
        """The folder of what is kept, for a keeper of the same with a bug in it."""
        return {"folder": str(self.kept)}

    def keep(self, name: str) -> None:
        """What is there now is what a schedule may begin with, by this name."""
        self.stop()
        with closing(sqlite3.connect(self.data / "yidang.db")) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copytree(self.data, self.kept / name)

    def begin(self, name: str) -> dict[str, Any]:
        """Serve a copy of what was kept."""
        self.stop()
        shutil.rmtree(self.data)
        shutil.copytree(self.kept / name, self.data)
        return self.again()

    def again(self) -> dict[str, Any]:
        """Serve what is there."""
        self.stop()
        self.sockets += 1
        path = str(self.folder / f"{self.sockets}.sock")
        ready, tell = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            serve(self.app, path, tell)
        os.close(tell)
        os.read(ready, 1)
        os.close(ready)
        return {"socket": path}

    def stop(self) -> None:
        """End the process at once."""
        if self.pid:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pid = 0
        for path in self.folder.glob("*.sock"):
            path.unlink()

    def picture(self) -> dict[str, Any]:
        """A small JPEG."""
        from PIL import Image

        made = io.BytesIO()
        Image.new("L", (8, 8), 128).save(made, "JPEG", quality=50)
        return {"jpeg": base64.b64encode(made.getvalue()).decode()}

    def dump(self) -> dict[str, Any]:
        """Everything that is to be judged, read past the app."""
        with closing(sqlite3.connect(self.data / "yidang.db")) as database:
            database.row_factory = sqlite3.Row

            def rows(statement: str) -> list[dict[str, Any]]:
                return [dict(row) for row in database.execute(statement)]

            found = {
                "events": rows(
                    "SELECT id, inspection_id AS inspection, position, text FROM event ORDER BY 2, 3"
                ),
                "blobs": rows("SELECT sha256 FROM blob ORDER BY 1"),
                "names": rows(
                    "SELECT inspection_id AS inspection, sha256, wanted, received FROM blob_name ORDER BY 1, 2"
                ),
                "archives": rows(
                    "SELECT inspection_id AS inspection, version, sha256, path FROM archive ORDER BY 1, 2"
                ),
            }
        for row in found["blobs"]:
            row["bytes"] = hash_of(self.data / "blobs" / row["sha256"][:2] / row["sha256"])
        for row in found["archives"]:
            row["bytes"] = hash_of(self.data / "archives" / row["path"])
        return found


def hash_of(path: Path) -> str | None:
    """SHA-256 of a file, None where there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None


class Waiting:
    """Requests that are read and not answered yet; where waitress has its threads."""

    def __init__(self) -> None:
        self.tasks: list[Any] = []

    def add_task(self, task: Any) -> None:
        """Answer it next."""
        self.tasks.append(task)


def serve(app: Any, path: str, tell: int) -> None:
    """Answer at the socket until the end; in the forked process."""
    from waitress import create_server, wasyncore

    ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)

    def told(environ: dict[str, Any], start_response: Any) -> Any:
        Moment.now = float(environ.get("HTTP_X_FAULT_NOW", Moment.now))
        Moment.kill = environ.get("HTTP_X_FAULT_KILL")
        Moment.chance.seed(environ.get("HTTP_X_FAULT_SEED", "0"))
        return app(environ, start_response)

    # One request after the other, in this thread: what is handed to a thread would cost more than it takes to answer.
    waiting = Waiting()
    server = create_server(
        told, unix_socket=path, ident=None, send_bytes=1 << 20, channel_timeout=86400, _dispatcher=waiting
    )
    os.write(tell, b"1")
    while True:
        wasyncore.poll(60, server._map)
        while waiting.tasks:
            waiting.tasks.pop(0).service()


def main() -> None:
    """Keep a server for who asks on standard input."""
    logging.disable(logging.ERROR)
    plant(json.loads(sys.argv[1]) if len(sys.argv) > 1 else [])
    memory = Path("/dev/shm")  # noqa: S108 - what a schedule writes needs no disk
    folder = Path(tempfile.mkdtemp(prefix="faults-", dir=memory if memory.is_dir() else None))
    try:
        make_repeatable()
        keeper = Keeper(folder, Path(sys.argv[2]) if len(sys.argv) > 2 else None)
        for line in sys.stdin:
            asked = json.loads(line)
            print(json.dumps(getattr(keeper, asked.pop("do"))(**asked) or {}), flush=True)
        keeper.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
