"""The real application in a process of its own, as `make run` starts it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """Serves the data in `folder`; stopped and started again it has the same address and data."""

    command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve"]

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder, self.environment = folder, environment
        self.root = ROOT
        self.port = free_port()
        self.log = folder.with_name(folder.name + ".log")
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, seconds: float = 120) -> None:
        """Start, and come back when `/healthz` answers; `RuntimeError` with the end of the log otherwise."""
        self.folder.mkdir(parents=True, exist_ok=True)
        own = {"HOST": "127.0.0.1", "PORT": str(self.port), "YIDANG_DATA": str(self.folder)}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.root,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **own, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        give_up = time.monotonic() + seconds
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > give_up:
                self.kill()
                raise RuntimeError(f"the application did not start:\n{self.log.read_text('utf-8')[-3000:]}")
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def stop(self) -> None:
        """End it in an orderly way (SIGTERM)."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()
        self.process = None

    def kill(self) -> None:
        """End it at once (SIGKILL), as a power cut does."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        self.process = None


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder as the first start leaves it: migrated, demo loaded. To be copied, never served."""
    first = Server(tmp_path_factory.mktemp("demo") / "data")
    first.start(600)
    first.stop()
    return first.folder


@pytest.fixture
def server(demo_data: Path, tmp_path: Path) -> Iterator[Server]:
    """The running application on a copy of the demo data, at `server.url`."""
    shutil.copytree(demo_data, tmp_path / "data")
    application = Server(tmp_path / "data")
    application.start()
    yield application
    application.stop()
