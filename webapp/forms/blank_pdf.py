"""A version of a checklist as a PDF, to be read and to be filled in by hand. Layout: version.typ."""

import json
from pathlib import Path
from typing import Any

from webapp.errors import Problem
from webapp.forms.blank import BLANK_WORDS, blank_section, is_long
from webapp.forms.wording import N_, Say
from webapp.typesetting import printable, style, typeset, whole_day

Json = dict[str, Any]
HERE = Path(__file__).parent
LAYOUT = "version.typ"
# How the questions are set, here and on the paper of one inspection.
ROWS = HERE / "blank_rows.typ"

PAGE_WORDS = {
    "absent_value": N_("—"),
    "pages": N_("第 {page} 页，共 {pages} 页"),
    "untitled": N_("检查表"),
}
LINES = (N_("检查对象"), N_("统一社会信用代码"), N_("检查时间"), N_("检查人员"))
SIGNS = (N_("检查对象签字"), N_("检查人员签字"))
DRAFT = N_("这一版还没有公布，不能用来检查。")


def blank_pdf(form: Json, bureau: str, facts: list[str], day: str, draft: bool, lang: str, say: Say) -> bytes:
    """Print a form as PDF/A-2a: the same input gives the same bytes on any machine. `facts` stand under the title,
    `day` (ISO) becomes the date inside the PDF; a `draft` says that it is one. Raises `paper_long`."""
    section = blank_section(form, lang, say)
    if is_long([section]):
        raise Problem("paper_long")
    data = printable(
        {
            "lang": lang,
            "words": {key: say(word) for key, word in (BLANK_WORDS | PAGE_WORDS).items()},
            "bureau": bureau,
            "title": section["title"],
            "version": section["version"],
            "facts": facts,
            "note": say(DRAFT) if draft else "",
            "lines": [say(word) for word in LINES],
            "signs": [say(word) for word in SIGNS],
            "section": section,
        },
        set(),
    ) | {"day": whole_day(day)}
    files = {name: (HERE / name).read_bytes() for name in (LAYOUT, ROWS.name)}
    return typeset(style() | files | {"record.json": json.dumps(data, ensure_ascii=False).encode()}, LAYOUT)
