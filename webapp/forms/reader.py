"""An uploaded XLSForm as plain data: the workbook comes in, the reading goes out. Pure, and done apart (`uploads`)."""

from dataclasses import asdict
from typing import Any

from webapp.forms import xlsform
from webapp.forms.workbook import Fault, opened

# Of so many faults the rows are told too, and of a cell so many signs.
MOST, CELL = 200, 200


def told(data: bytes, name: str) -> dict[str, Any]:
    """The reading of the workbook called `name`: `{form, faults, notes, rows}`."""
    reading = xlsform.read(data, name)
    return {
        "form": reading.form,
        "faults": [asdict(fault) for fault in reading.faults],
        "notes": reading.notes,
        "rows": _rows(data, reading.faults[:MOST]),
    }


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
