"""Measuring: processor seconds and peak memory, of this process or of one beside it."""

import gc
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import process_time, sleep
from typing import Any


@dataclass(frozen=True)
class Spent:
    """What a process took: processor seconds, and the most memory that it held at once, in MB."""

    seconds: float
    peak: float


def spent(act: Callable[[], Any]) -> tuple[float, Any]:
    """Processor seconds of an act of this process, and what came of it."""
    gc.collect()
    start = process_time()
    made = act()
    return process_time() - start, made


def run(*command: str, env: dict[str, str] | None = None) -> Spent:
    """A process beside this one, to its end. Raises `RuntimeError` where it fails."""
    # The commands are written in this folder.
    process = subprocess.Popen([sys.executable, *command], env=os.environ | (env or {}))  # noqa: S603
    peak, ended = 0.0, 0
    while not ended:
        peak = max(peak, _held(process.pid))
        sleep(0.05)
        ended, status, used = os.wait4(process.pid, os.WNOHANG)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)}: {process.returncode}")
    return Spent(used.ru_utime + used.ru_stime, peak)


def _held(pid: int) -> float:
    """The most that a process held so far; what `wait4` says counts the memory of who started it, too."""
    with suppress(FileNotFoundError, ProcessLookupError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


@dataclass(frozen=True)
class Figure:
    """One line of the results: what was measured, how it came out, against what, and what it should be."""

    what: str
    ours: str
    reference: str = ""
    ratio: float | None = None
    goal: str = ""

    def __str__(self) -> str:
        ratio = "" if self.ratio is None else f"{self.ratio:.1f} ×"
        return f"| {self.what} | {self.ours} | {self.reference} | {ratio} | {self.goal} |"


def against(what: str, ours: float, reference: str, bare: float, goal: str = "", unit: str = "s") -> Figure:
    """A figure in seconds (or milliseconds) and how many times its reference it is."""
    return Figure(what, f"{ours:,.1f} {unit}", f"{bare:,.1f} {unit}: {reference}", ours / bare, goal)
