"""The archive catalogue on paper. Layout: catalogue.typ."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from webapp.archive.catalogue import FOOT, GLYPHS
from webapp.archive.wording import Say
from webapp.typesetting import printable, typeset

Json = dict[str, Any]
LAYOUT = Path(__file__).parent / "catalogue.typ"


def catalogue_pdf(given: Json, lang: str = "zh", say: Say = str) -> bytes:
    """Print a `catalogue.catalogue` as PDF/A-2a: the same input gives the same bytes on any machine."""
    lacks: set[str] = set()
    data = printable(given | {"lang": lang, "foot": say(FOOT)}, lacks)
    day = date.fromisoformat(given["day"])
    data |= {"date": [day.year, day.month, day.day], "note": say(GLYPHS) if lacks else ""}
    files = {
        LAYOUT.name: LAYOUT.read_bytes(),
        "catalogue.json": json.dumps(data, ensure_ascii=False).encode(),
    }
    return typeset(files, LAYOUT.name)
