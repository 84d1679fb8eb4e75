"""The blank checklist of an inspection as a PDF, to be filled in by hand. Layout: blank.typ."""

import json
from typing import Any

from webapp.archive.record_pdf import HERE, PARTS
from webapp.errors import Problem
from webapp.forms.blank import is_long
from webapp.forms.blank_pdf import ROWS
from webapp.typesetting import printable, qr_rows, style, typeset, whole_day

LAYOUT = "blank.typ"


def blank_pdf(given: dict[str, Any]) -> bytes:
    """Print a `paper_document.blank` as PDF/A-2a: the same input gives the same bytes on any machine.

    Raises `paper_long`.
    """
    if is_long(given["sections"]):
        raise Problem("paper_long")
    data = printable(given, set()) | {"page_qr": qr_rows(given["page_url"]), "day": whole_day(given["day"])}
    layout = style() | {name: (HERE / name).read_bytes() for name in (LAYOUT, *PARTS)}
    layout |= {ROWS.name: ROWS.read_bytes()}
    return typeset(layout | {"record.json": json.dumps(data, ensure_ascii=False).encode()}, LAYOUT)
