"""The real application in a process of its own, as `make run` starts it."""

from __future__ import annotations

import multiprocessing
import os
import runpy
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMMAND = ["-m", "flask", "--app", "wsgi", "serve"]
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["webapp", "webapp.demo.load", "alembic.command"])


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """Serves the data in `folder`; stopped and started again it has the same address and data."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder, self.environment = folder, environment
        self.root = ROOT
        self.port = free_port()
        self.log = folder.with_name(folder.name + ".log")
        self.process: Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, seconds: float = 120, *, afresh: bool = False) -> None:
        """Start (`afresh`: by the command that people use), and come back when `/healthz` answers.

        Raises `RuntimeError` with the end of the log otherwise.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        own = {"HOST": "127.0.0.1", "PORT": str(self.port), "YIDANG_DATA": str(self.folder)}
        environment = {**os.environ, "PYTHONUNBUFFERED": "1", **own, **self.environment}
        if self.root == ROOT and not afresh:
            # What every server of these tests imports is imported once, and each begins as a copy of that.
            self.process = FORKS.Process(target=_serve, args=(environment, self.log))
            self.process.start()
        else:
            self.process = _Command(self.root, environment, self.log)
        give_up = time.monotonic() + seconds
        while not self._answers():
            if not self.process.is_alive() or time.monotonic() > give_up:
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
        self.process.join(15)
        if self.process.is_alive():
            self.kill()
        self.process = None

    def kill(self) -> None:
        """End it at once (SIGKILL), as a power cut does."""
        if self.process is not None:
            self.process.kill()
            self.process.join()
        self.process = None


class Process(Protocol):
    """A server that runs, from a copy or from the command."""

    def is_alive(self) -> bool: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...
    def join(self, timeout: float | None = None) -> None: ...


class _Command:
    """The very command of `make run`, from another folder of the program."""

    def __init__(self, root: Path, environment: dict[str, str], log: Path) -> None:
        with log.open("ab") as out:
            self.popen = subprocess.Popen(
                [sys.executable, *COMMAND],
                cwd=root,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )
        self.terminate, self.kill = self.popen.terminate, self.popen.kill

    def is_alive(self) -> bool:
        return self.popen.poll() is None

    def join(self, timeout: float | None = None) -> None:
        with suppress(subprocess.TimeoutExpired):
            self.popen.wait(timeout)


def _serve(environment: dict[str, str], log: Path) -> None:
    out = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    sys.argv = COMMAND[1:]
    runpy.run_module("flask", run_name="__main__", alter_sys=True)


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder as the first start leaves it: migrated, demo loaded. To be copied, never served."""
    first = Server(tmp_path_factory.mktemp("demo") / "data")
    first.start(600, afresh=True)
    first.stop()
    return first.folder


@contextmanager
def on_copy(data: Path, folder: Path) -> Iterator[Server]:
    """The running application on a copy of `data`, which lies in `folder`."""
    shutil.copytree(data, folder / "data")
    application = Server(folder / "data")
    application.start()
    yield application
    application.stop()


@pytest.fixture
def server(demo_data: Path, tmp_path: Path) -> Iterator[Server]:
    """The running application on a copy of the demo data, at `server.url`."""
    with on_copy(demo_data, tmp_path) as application:
        yield application
