"""The archive catalogue as a table for a spreadsheet: texts only, never a formula or a link."""

import io
from datetime import datetime
from typing import Any

from xlsxwriter import Workbook

Json = dict[str, Any]

# Of a spreadsheet's column for each share of the paper's width.
WIDTH = 5.2
# A spreadsheet takes no control characters, and no more than this in a cell.
CELL_LIMIT = 32_767
HEAD_ROW = 3


def catalogue_xlsx(given: Json) -> bytes:
    """Print a `catalogue.catalogue` as XLSX; the same input gives the same bytes."""
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True})
    book.set_properties({"title": given["title"], "created": datetime.fromisoformat(given["day"])})
    sheet = book.add_worksheet(given["title"])
    cell = book.add_format({"text_wrap": True, "valign": "top", "border": 1, "num_format": "@"})
    figures = book.add_format({"align": "right", "valign": "top", "border": 1, "num_format": "@"})
    head = book.add_format({"bold": True, "bg_color": "#F0F0F0", "border": 1, "text_wrap": True})
    sheet.write_string(0, 0, given["title"], book.add_format({"bold": True, "font_size": 16}))
    sheet.write_string(1, 0, given["head"])
    sheet.write_string(2, 0, given["searched"])
    for at, column in enumerate(given["columns"]):
        sheet.set_column(at, at, column["width"] * WIDTH)
        sheet.write_string(HEAD_ROW, at, column["name"], head)
    for row, values in enumerate(given["rows"], start=HEAD_ROW + 1):
        for at, value in enumerate(values):
            sheet.write_string(row, at, _plain(value), figures if given["columns"][at]["figures"] else cell)
    _for_paper(sheet, len(given["rows"]), len(given["columns"]))
    book.close()
    return out.getvalue()


def _for_paper(sheet: Any, rows: int, columns: int) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD_ROW)
    sheet.freeze_panes(HEAD_ROW + 1, 2)
    sheet.set_footer("&C&P / &N")
    if rows:
        sheet.autofilter(HEAD_ROW, 0, HEAD_ROW + rows, columns - 1)


def _plain(value: str) -> str:
    return "".join(mark for mark in value if mark.isprintable() or mark == "\n")[:CELL_LIMIT]
