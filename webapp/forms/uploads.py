"""An uploaded XLSForm is read by a process of its own, with bounded time and memory: a bad file ends that process."""

import json
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from typing import Any

from webapp.config import ROOT
from webapp.errors import Problem
from webapp.forms import xlsform
from webapp.forms.workbook import BYTES, Fault
from webapp.forms.xlsform import Reading

PATIENCE = 60
# More at once would take the machine from those who work on it.
AT_ONCE = threading.BoundedSemaphore(2)
# The package's own start would load the whole app, of which the reader needs nothing.
START = """
import sys, types
webapp = types.ModuleType("webapp")
webapp.__path__ = [sys.argv[1]]
sys.modules["webapp"] = webapp
from webapp.forms.reader import main
main(sys.argv[2])
"""


@dataclass
class Report(Reading):
    """A reading, and what stands in each row that has a fault: text by column, by sheet and row."""

    rows: dict[tuple[str, int], dict[str, str]] = field(default_factory=dict)


def read(data: bytes, name: str) -> Report:
    """Read an upload; besides the faults of `xlsform.read` there is `heavy`. Raises `busy` where too many wait."""
    if len(data) > BYTES or not data.startswith(b"PK"):
        return Report(**vars(xlsform.read(data, name)))
    if not AT_ONCE.acquire(timeout=PATIENCE / 2):
        raise Problem("busy")
    command = [sys.executable, "-c", START, str(ROOT / "webapp"), name]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=PATIENCE, check=True)  # noqa: S603
        return _told(json.loads(done.stdout))
    except (subprocess.SubprocessError, json.JSONDecodeError):
        return Report(faults=[Fault("heavy", sheet="")])
    finally:
        AT_ONCE.release()


def _told(said: dict[str, Any]) -> Report:
    return Report(
        said["form"],
        [Fault(**fault) for fault in said["faults"]],
        [tuple(note) for note in said["notes"]],
        {(sheet, row): cells for sheet, row, cells in said["rows"]},
    )
