"""Work on strangers' bytes is done apart: what it takes too much of ends its process, and the server goes on."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest
from flask import Flask

from tests.hostile.files import scans
from webapp import apart
from webapp.apart import Apart, Unopened
from webapp.errors import Problem
from webapp.evidence.picture_rules import picture_mime

ROOT = Path(__file__).parents[1]
# Who may import a decoder: what is done apart, and what makes pictures of our own.
DECODERS = {
    "evidence/picture_rules.py", "evidence/code_rules.py", "oversight/signs_prints.py", "publish/redaction.py",
    "followup/upload_rules.py", "demo/pictures.py", "demo/after_signs.py",
}  # fmt: skip
# What only `ask` may call.
WORK = "picture_mime|document_mime|codes_in|print_of|examined|open_picture"


def work(name: str) -> Callable[..., Any]:
    """A function of the standard library as work: `os.getpid`."""
    made = FunctionType((lambda *_given: None).__code__, {})
    made.__module__, _dot, made.__qualname__ = name.rpartition(".")
    made.__annotations__ = {"return": Any}
    return made


@pytest.fixture
def own() -> Iterator[Apart]:
    """Processes of this test, with a second each."""
    made = Apart(seconds=1)
    yield made
    made.close()


def test_one_process_does_one_piece_after_the_other_and_is_replaced_now_and_then(
    own: Apart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "USES", 3)
    seen = [own.ask(work("os.getpid")) for _ in range(4)]
    assert seen[0] == seen[1] == seen[2] != seen[3] and os.getpid() not in seen


def test_it_has_nothing_of_the_servers_environment_nor_of_its_folder(
    own: Apart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIDANG_SECRET_KEY", "of the server alone")
    assert own.ask(work("os.getenv"), "YIDANG_SECRET_KEY") is None and own.ask(work("os.getcwd")) == "/"


def test_it_writes_no_file(own: Apart) -> None:
    with pytest.raises(Unopened, match="SIGXFSZ|OSError"):
        own.ask(work("os.posix_fallocate"), own.ask(work("os.memfd_create"), "x"), 0, 4096)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("builtins.bytearray", [600 * 2**20]),
        ("re.fullmatch", ["(a+)+b", "a" * 60]),
        ("signal.raise_signal", [int(signal.SIGSEGV)]),
        ("os.abort", []),
        ("math.sqrt", [-1.0]),
        ("sys.intern", ["an answer with \ud800"]),
    ],
    ids=["memory", "time", "a crash", "an abort", "an error", "no answer that can be said"],
)
def test_what_the_bytes_do_ends_the_process_and_is_their_fault(
    own: Apart, name: str, given: list[Any]
) -> None:
    before = own.ask(work("os.getpid"))
    begun = time.monotonic()
    with pytest.raises((Unopened, UnicodeEncodeError)):
        own.ask(work(name), *given)
    assert time.monotonic() - begun < 60
    assert own.ask(work("os.getpid")) != os.getpid() and before != os.getpid()


@pytest.mark.parametrize(
    ("name", "given"), [("signal.raise_signal", [9]), ("os._exit", [3]), ("no.such", [])]
)
def test_what_the_machine_does_is_not_laid_to_the_bytes(
    app: Flask, own: Apart, name: str, given: list[Any]
) -> None:
    """A phone that was told its photo is none would have a person withdraw it."""
    with app.app_context(), pytest.raises(Problem) as raised:
        own.ask(work(name), *given)
    assert raised.value.code == "busy" and own.ask(work("os.getpid"))


def test_a_process_that_stands_still_is_ended(
    app: Flask, own: Apart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "PATIENCE", -1)
    with app.app_context(), pytest.raises(Problem, match="busy"):
        own.ask(work("time.sleep"), 60)


def test_what_an_earlier_file_left_behind_does_not_count_against_the_next(own: Apart) -> None:
    assert own.ask(work("os.nice"), 0) == 0
    own.idle[0].process.kill()
    assert own.ask(work("os.getppid")) == os.getpid()


def test_no_more_than_two_work_at_once(own: Apart) -> None:
    pids: list[int] = []

    def ask() -> None:
        own.ask(work("time.sleep"), 0.05)
        pids.append(own.ask(work("os.getpid")))

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(pids) == 12 and len(set(pids)) <= apart.AT_ONCE == len(own.idle)


def test_a_server_that_forks_shares_no_process_with_its_child() -> None:
    script = """
import os, sys, warnings
warnings.simplefilter("ignore")
from tests.test_apart import work
from webapp.apart import FILES
before = FILES.ask(work("os.getpid"))
child = os.fork()
if not child:
    os._exit(0 if FILES.ask(work("os.getpid")) != before else 1)
assert os.waitpid(child, 0)[1] == 0
assert FILES.ask(work("os.getpid")) == before
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, timeout=60
    )
    assert done.returncode == 0


def test_a_picture_that_is_read_without_end_ends_its_process() -> None:
    own = Apart(seconds=1)
    data, begun = scans(7900, 3000), time.monotonic()
    assert len(data) < 10 * 2**20
    with pytest.raises(Unopened):
        own.ask(picture_mime, data)
    assert time.monotonic() - begun < 90
    own.close()


def test_only_what_is_done_apart_opens_what_comes_in() -> None:
    for path in (ROOT / "webapp").rglob("*.py"):
        name, text = str(path.relative_to(ROOT / "webapp")), path.read_text()
        if name not in DECODERS:
            assert not re.search(r"^\s*(from|import) (PIL|cv2|zxingcpp|pypdf|numpy)\b", text, re.M), name
            assert not re.search(rf"(?<!def )(?<![\w.])({WORK})\(", text), name
