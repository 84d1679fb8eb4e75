"""An uploaded XLSForm is read by a process of its own, with bounded time and memory: a bad file ends that process."""

from dataclasses import dataclass, field
from typing import Any

from webapp.apart import Apart, Unopened
from webapp.forms import xlsform
from webapp.forms.reader import told
from webapp.forms.workbook import BYTES, Fault
from webapp.forms.xlsform import Reading

# A form of 5,000 questions takes five seconds and 150 MB here; pyxform writes a file of it that nobody reads.
BOOKS = Apart(seconds=30, written=64 * 2**20)


@dataclass
class Report(Reading):
    """A reading, and what stands in each row that has a fault: text by column, by sheet and row."""

    rows: dict[tuple[str, int], dict[str, str]] = field(default_factory=dict)


def read(data: bytes, name: str) -> Report:
    """Read an upload; besides the faults of `xlsform.read` there is `heavy`. Raises `busy` where too many wait."""
    if len(data) > BYTES or not data.startswith(b"PK"):
        return Report(**vars(xlsform.read(data, name)))
    try:
        return _report(BOOKS.ask(told, data, name))
    except Unopened:
        return Report(faults=[Fault("heavy", sheet="")])


def _report(said: dict[str, Any]) -> Report:
    return Report(
        said["form"],
        [Fault(**fault) for fault in said["faults"]],
        [tuple(note) for note in said["notes"]],
        {(sheet, row): cells for sheet, row, cells in said["rows"]},
    )
