"""A public result as a sheet: PDF of the public document and of nothing else."""

import threading
from functools import lru_cache
from typing import Any

from flask import request, url_for

from webapp.db import china_day, db
from webapp.errors import Problem
from webapp.publish import wording
from webapp.publish.document import Json
from webapp.publish.models import Publication
from webapp.typesetting.sheet import facts, lines, sheet_pdf, table
from webapp.words import _, language

_printing = threading.BoundedSemaphore(1)


def pdf_of(row: Publication) -> bytes:
    """The sheet of a publication that is shown. Raises `busy` where others print already."""
    # The last ones stay in memory: whoever asks a thousand times costs nothing.
    return _kept(row.inspection_id, row.document_hash, language(), request.url_root)


@lru_cache(maxsize=16)
def _kept(inspection_id: str, _hash: str, lang: str, _root: str) -> bytes:
    row = db.session.get_one(Publication, inspection_id)
    if not _printing.acquire(timeout=20):
        raise Problem("busy")
    try:
        return sheet_pdf(sheet_of(row, lang))
    finally:
        _printing.release()


def sheet_of(row: Publication, lang: str) -> Json:
    """The sheet of a publication, for `sheet_pdf`."""
    document = row.body
    page = url_for("public_results.one", inspection_id=row.inspection_id, _external=True)
    lead = [document["subject"]["name"], wording.result(document)]
    if row.corrected_at:
        lead.append(_("本公示已于 %(day)s 更正。", day=china_day(row.corrected_at).isoformat()))
    return {
        "lang": lang,
        "title": _("检查结果公示"),
        "number": document["number"],
        "bureau": document["bureau"]["name"],
        "day": china_day(row.published_at).isoformat(),
        "lead": lead,
        "address": page,
        "code_words": _("扫码核对本公示"),
        "code_alt": _("二维码：%(text)s", text=page),
        "foot": _("第 {page} 页，共 {pages} 页"),
        "glyphs": _("字体没有的字，写成了它的编码。"),
        "blocks": [*_blocks(row, document)],
    }


def _blocks(row: Publication, document: Json) -> list[Json]:
    subject = document["subject"]
    found = [
        facts(
            "",
            [
                (_("检查对象"), subject["name"]),
                (_("统一社会信用代码"), subject["code"]),
                (_("区县"), subject["region"]),
                (_("抽查事项"), [item["name"] for item in document["items"]]),
                (_("检查来由"), wording.reason(document)),
                (_("检查日期"), document["inspected"]),
                (_("检查人员"), [f"{one['name']} {one['unit']}" for one in document["pair"]]),
                (_("检查结果"), wording.result(document)),
                (_("公示日期"), china_day(row.published_at).isoformat()),
            ],
        )
    ]
    if document["findings"]:
        rows = [[str(place), one["label"], one["law"]] for place, one in enumerate(document["findings"], 1)]
        columns = [(_("序号"), 1), (_("发现的问题"), 6), (_("依据"), 5)]
        found.append(table(_("发现的问题"), columns, rows, figures=(0,)))
    if document["text"]:
        found.append(lines("text", _("说明"), document["text"].splitlines()))
    found += _later(document)
    hashes = [f"document_hash {row.document_hash}", f"record_hash {document['record_hash']}"]
    return [*found, lines("code", _("核对"), hashes)]


def _later(document: Json) -> list[Json]:
    """What followed: orders and penalties."""
    found: list[Json] = []
    if document["orders"]:
        rows: list[list[Any]] = [
            [one["deadline"], wording.said(wording.OUTCOMES, one["outcome"]) or _("还没有期满或者核实")]
            for one in document["orders"]
        ]
        found.append(table(_("责令改正"), [(_("改正期限"), 3), (_("改正情况"), 5)], rows))
    if document["penalties"]:
        columns = [(_("文号"), 4), (_("种类"), 3), (_("金额（元）"), 2), (_("日期"), 2)]
        rows = [
            [one["number"], wording.said(wording.PENALTIES, one["kind"]), one["amount"], one["at"]]
            for one in document["penalties"]
        ]
        found.append(table(_("行政处罚"), columns, rows, figures=(2,)))
    return found
