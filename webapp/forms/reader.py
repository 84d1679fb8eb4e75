"""What the process does that reads one uploaded XLSForm: the workbook comes in, the reading goes out (`uploads`)."""

import json
import resource
import sys
from dataclasses import asdict

from webapp.forms import xlsform
from webapp.forms.workbook import Fault, opened

# A form of 5,000 questions takes five seconds and 150 MB here.
SECONDS, MEMORY = 30, 1024 * 2**20
# Of so many faults the rows are told too, and of a cell so many signs.
MOST, CELL = 200, 200


def main(name: str) -> None:
    """Read standard input as the workbook called `name`, within bounds, and write what came of it as JSON."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    data = sys.stdin.buffer.read()
    reading = xlsform.read(data, name)
    told = {
        "form": reading.form,
        "faults": [asdict(fault) for fault in reading.faults],
        "notes": reading.notes,
        "rows": _rows(data, reading.faults[:MOST]),
    }
    json.dump(told, sys.stdout)


def _rows(data: bytes, faults: list[Fault]) -> list[tuple[str, int, dict[str, str]]]:
    """What stands in the rows that have faults, as it was typed: sheet, row, text by column."""
    places = sorted({(fault.sheet, fault.row) for fault in faults if fault.sheet and fault.row})
    book = opened(data) if places else {}
    found = []
    for sheet, row in places:
        lines = book.get(sheet) or []
        if 0 <= row - 2 < len(lines):
            cells = {str(column): str(text)[:CELL] for column, text in lines[row - 2].items() if text}
            found.append((sheet, row, cells))
    return found
