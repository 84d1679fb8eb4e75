"""The figures on paper: the same numbers, tables and definitions as on the page."""

from typing import Any

from webapp.oversight.figure_tables import Overview, Table
from webapp.typesetting import sheet
from webapp.words import _, language

Json = dict[str, Any]


def figures_pdf(given: Overview, address: str) -> bytes:
    """An `Overview` as PDF/A, with the address of its page as a code."""
    return sheet.sheet_pdf(
        {
            "lang": language(),
            "title": str(_("监督数字")),
            "number": given.period,
            "bureau": given.bureau,
            "day": given.day.isoformat(),
            "lead": [given.lead],
            "address": address,
            "code_words": str(_("扫码看最新数字")),
            "code_alt": str(_("二维码：%(text)s", text=address)),
            "foot": str(_("第 {page} 页 共 {pages} 页")),
            "glyphs": str(_("字库未收录的字符以〔U+编码〕印出。")),
            "blocks": [_main(given), *map(_table, given.tables), _means(given)],
        }
    )


def _main(given: Overview) -> Json:
    columns = [(_("指标"), 6), (_("数值"), 3), (_("构成"), 6), (_("要求"), 5), (_("是否达到"), 3)]
    rows: list[list[Any]] = [
        [line.name, line.value, line.of, line.goal, line.standing] for line in given.lines
    ]
    return sheet.table(
        str(_("主要数字")), [(str(name), width) for name, width in columns], rows, figures=(1,)
    )


def _table(given: Table) -> Json:
    if not given.rows:
        return sheet.lines("text", given.title, [given.empty])
    columns = [(name, 5 if at < given.words else 2) for at, name in enumerate(given.columns)]
    rows: list[list[Any]] = [[cell.text for cell in row] for row in given.rows]
    figures = tuple(range(given.words, len(columns)))
    return sheet.table(given.title, columns, rows, figures)


def _means(given: Overview) -> Json:
    rows: list[tuple[str, Any]] = [
        (line.name, [line.means, f"{_('依据')}: {line.clause}" if line.clause else ""])
        for line in given.lines
    ]
    return sheet.facts(str(_("怎么算")), rows)
