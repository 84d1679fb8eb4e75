"""The figures as a spreadsheet: numbers as numbers, texts as texts, never a formula; a chart on the sheet of its table."""

import io
from datetime import datetime, time
from typing import Any

from xlsxwriter import Workbook

from webapp.db import CHINA
from webapp.oversight.figure_tables import Overview, Table
from webapp.words import _

SHEET_NAME = 31
WIDE, NARROW, LONG = 24, 12, 60
NOT_IN_NAMES = dict.fromkeys(map(ord, "[]:*?/\\'"), "")


def figures_xlsx(given: Overview) -> bytes:
    """An `Overview` as XLSX; the same input gives the same bytes."""
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True})
    made = datetime.combine(given.day, time(), CHINA).replace(tzinfo=None)
    book.set_properties({"title": given.title, "created": made})
    styles = _Styles(book)
    _main(book, given, styles)
    for place, table in enumerate(given.tables, start=1):
        _sheet(book, place, table, styles)
    book.close()
    return out.getvalue()


class _Styles:
    def __init__(self, book: Any) -> None:
        self.title = book.add_format({"bold": True, "font_size": 16})
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.text = book.add_format({"text_wrap": True, "valign": "top"})
        self.number = book.add_format({"num_format": "#,##0", "valign": "top"})
        self.right = book.add_format({"align": "right", "valign": "top"})


def _main(book: Any, given: Overview, styles: _Styles) -> None:
    sheet = book.add_worksheet(str(_("主要数字")))
    sheet.write_string(0, 0, given.title, styles.title)
    sheet.write_string(1, 0, given.lead)
    for at, (name, width) in enumerate(
        [
            (_("指标"), WIDE),
            (_("数值"), NARROW),
            (_("构成"), WIDE),
            (_("要求"), WIDE),
            (_("是否达到"), NARROW),
        ]
        + [(_("依据"), WIDE), (_("怎么算"), LONG)]
    ):
        sheet.set_column(at, at, width)
        sheet.write_string(3, at, str(name), styles.head)
    for row, line in enumerate(given.lines, start=4):
        said = (line.name, line.value, line.of, line.goal, line.standing, line.clause, line.means)
        for at, text in enumerate(said):
            sheet.write_string(row, at, text, styles.right if at == 1 else styles.text)
    sheet.freeze_panes(4, 1)
    _for_paper(sheet)


def _sheet(book: Any, place: int, table: Table, styles: _Styles) -> None:
    name = f"{place} {table.title}".translate(NOT_IN_NAMES)[:SHEET_NAME]
    sheet = book.add_worksheet(name)
    sheet.write_string(0, 0, table.title, styles.title)
    sheet.write_string(1, 0, table.note)
    for at, column in enumerate(table.columns):
        sheet.set_column(at, at, WIDE if at < table.words else NARROW)
        sheet.write_string(3, at, column, styles.head)
    for row, cells in enumerate(table.rows, start=4):
        for at, cell in enumerate(cells):
            if cell.value is not None:
                sheet.write_number(row, at, cell.value, styles.number)
            else:
                sheet.write_string(row, at, cell.text, styles.text if at < table.words else styles.right)
    sheet.freeze_panes(4, table.words)
    if table.chart and table.rows:
        _chart(book, sheet, name, table)
    _for_paper(sheet)


def _chart(book: Any, sheet: Any, name: str, table: Table) -> None:
    kind = {"type": "bar" if table.across else "column"}
    chart = book.add_chart(kind | ({"subtype": "stacked"} if table.chart == "stack" else {}))
    last = 3 + len(table.rows)
    for at, _colour in table.series:
        chart.add_series(
            {"name": [name, 3, at], "categories": [name, 4, 0, last, 0], "values": [name, 4, at, last, at]}
        )
    chart.set_title({"name": table.title, "name_font": {"size": 12}})
    chart.set_legend({"position": "top"})
    if table.across:
        chart.set_y_axis({"reverse": True})
    chart.set_size({"width": 720, "height": 120 + 26 * max(len(table.rows), 6)})
    sheet.insert_chart(last + 2, 0, chart)


def _for_paper(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C&P / &N")
