"""Work on the bytes of strangers, done apart: by processes with bounds on memory and time that hold nothing of the server.

A decoder that crashes, hangs or fills the memory ends its own process. One is used again and again, since to start it
takes longer than most of the work; it is replaced when it dies, and now and then without a reason, so that what one file
may have left behind in it does not stay.
"""

import atexit
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import IO, ParamSpec, TypeVar, get_type_hints

import msgspec
from flask import current_app

from webapp.config import ROOT
from webapp.errors import Problem

Given = ParamSpec("Given")
Told = TypeVar("Told")

# What a process may take for itself; with the pages of its libraries that is half a gigabyte.
MEMORY = 440 * 2**20
# More at once would take the machine from those who work on it.
AT_ONCE, PATIENCE = 2, 15
USES = 500
# As much as a picture for the public takes, many times over.
ANSWER_BYTES = 32 * 2**20
# Signs that the file did it: a crash of the decoder, its time or its memory used up.
ITS_FAULT = {signal.SIGXCPU, signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL}
# The package's own start would load the whole app, of which the work needs nothing.
START = """
import sys, types
webapp = types.ModuleType("webapp")
webapp.__path__ = [sys.argv[1]]
sys.modules["webapp"] = webapp
from webapp.apart_inside import main
main(*map(int, sys.argv[2:]))
"""


class Unopened(ValueError):
    """The bytes are not what they should be: the work failed over them, or they ended its process."""


class Apart:
    """A few processes for one kind of work; each piece may take `seconds` of a processor and `MEMORY`.

    `written`: the largest file, in bytes, that a library may make for itself meanwhile.
    """

    def __init__(self, seconds: int, written: int = 0) -> None:
        self.seconds, self.written = seconds, written
        self._forget()
        self.idle: list[_Process] = []
        os.register_at_fork(after_in_child=self._after_fork)
        atexit.register(self.close)

    def ask(self, work: Callable[Given, Told], *args: Given.args, **_none: Given.kwargs) -> Told:
        """What `work` gives, a function of a module that imports nothing of the server.

        Raises `Unopened`; `busy` where the machine is to blame and not the bytes: those are to be sent again.
        """
        given = msgspec.msgpack.encode((work.__module__, work.__qualname__, args))
        if not self.slots.acquire(timeout=PATIENCE):
            raise Problem("busy")
        try:
            done, answer = self._answer(given)
        finally:
            self.slots.release()
        if not done:
            raise Unopened(msgspec.msgpack.decode(answer))
        return msgspec.msgpack.decode(answer, type=get_type_hints(work)["return"])

    def close(self) -> None:
        """End the processes."""
        while self.idle:
            self.idle.pop().end()

    def _answer(self, given: bytes) -> tuple[bool, msgspec.Raw]:
        process = self._next()
        try:
            answer = process.say(given)
        except _Ended:
            # Not for what an earlier file has left behind: a process of its own decides.
            process = _Process(self.seconds, self.written)
            try:
                answer = process.say(given)
            except _Ended as end:
                if end.code in ITS_FAULT:
                    raise Unopened(end.code.name) from end
                current_app.logger.error("a process beside the server ended by itself: %s", end.code)
                raise Problem("busy") from end
        if process.uses < USES:
            self.idle.append(process)
        else:
            process.end()
        return answer

    def _next(self) -> "_Process":
        with suppress(IndexError):
            return self.idle.pop()
        return _Process(self.seconds, self.written)

    def _forget(self) -> None:
        self.slots = threading.BoundedSemaphore(AT_ONCE)

    def _after_fork(self) -> None:
        """The parent's processes answer the parent."""
        self._forget()
        while self.idle:
            self.idle.pop().leave()


class _Ended(Exception):
    """The process is gone: by which signal, or with which code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = signal.Signals(-code) if code < 0 else code


class _Process:
    """A process that waits for work at its standard input."""

    def __init__(self, seconds: int, written: int) -> None:
        bounds = map(str, (seconds, MEMORY, written))
        command = [sys.executable, "-I", "-c", START, str(ROOT / "webapp"), *bounds]
        # No secret of the environment and no folder of the server; a second thread of a library would only take memory.
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own words
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={"OPENBLAS_NUM_THREADS": "1"}, cwd="/",
        )  # fmt: skip
        self.uses, self.patience = 0, PATIENCE + 2 * seconds

    def say(self, given: bytes) -> tuple[bool, msgspec.Raw]:
        """The answer to a piece of work. Raises `_Ended`."""
        # It counts its own seconds; a machine that stands still does not let it.
        watch = threading.Timer(self.patience, self.process.kill)
        watch.start()
        self.uses += 1
        try:
            self._stream(self.process.stdin).write(len(given).to_bytes(8, "big") + given)
            self._stream(self.process.stdin).flush()
            size = int.from_bytes(self._read(8), "big")
            if size > ANSWER_BYTES:
                raise EOFError
            return msgspec.msgpack.decode(self._read(size), type=tuple[bool, msgspec.Raw])
        except (OSError, EOFError, msgspec.DecodeError) as error:
            raise _Ended(self.end()) from error
        finally:
            watch.cancel()

    def end(self) -> int:
        """End it, where it has not ended; how it ended."""
        self._close()
        try:
            return self.process.wait(1)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def leave(self) -> None:
        """Let go of another process's child."""
        self._close()
        self.process.returncode = 0

    def _close(self) -> None:
        for stream in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                self._stream(stream).close()

    def _read(self, size: int) -> bytes:
        data = self._stream(self.process.stdout).read(size)
        if len(data) < size:
            raise EOFError
        return data

    @staticmethod
    def _stream(stream: IO[bytes] | None) -> IO[bytes]:
        if stream is None:
            raise TypeError("a process without a pipe")
        return stream


# For all that comes in as a file and is looked at while somebody waits.
FILES = Apart(seconds=5)
