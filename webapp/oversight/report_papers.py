"""A version of a report as paper: PDF by typesetting, DOCX for a word processor."""

import io
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from webapp.db import china_day
from webapp.oversight.report_text import Facts, blocks
from webapp.oversight.reports import APPROVED, ReportVersion
from webapp.typesetting import sheet

Json = dict[str, Any]
SONG, HEI = "宋体", "黑体"
STATES = {"draft": "草稿", "submitted": "已提交，待批准", "returned": "已退回", "approved": "已批准"}
# What XML cannot hold, a word processor would not open.
ALLOWED = "\t\n"


def standing(version: ReportVersion) -> str:
    """Which version it is and who stands for it."""
    parts = [
        f"第 {version.number} 版",
        STATES[version.state],
        f"{version.author.name}编写 {china_day(version.made_at)}",
    ]
    if version.state == APPROVED and version.decider and version.decided_at:
        parts.append(f"{version.decider.name}批准 {china_day(version.decided_at)}")
    return "，".join(parts)


def pdf(version: ReportVersion) -> bytes:
    """The version as PDF; the same version gives the same bytes."""
    report, facts = version.report, Facts.of(version.facts)
    made: list[Json] = []
    for section in version.sections:
        made += _sheet_blocks(section, facts)
    return sheet.sheet_pdf(
        {
            "lang": "zh", "title": report.title, "number": standing(version), "bureau": report.bureau.name,
            "day": china_day(version.made_at).isoformat(), "lead": [], "address": "",
            "code_words": "", "code_alt": "", "foot": "第 {page} 页，共 {pages} 页",
            "glyphs": "字库未收录的字符以〔U+编码〕印出。", "blocks": made,
        }
    )  # fmt: skip


def _sheet_blocks(section: Json, facts: Facts) -> list[Json]:
    found: list[Json] = [sheet.lines("text", section["title"], [])]
    for block in blocks(section["text"], facts):
        if block.table is None:
            found.append(sheet.lines("text", "", [block.text]))
            continue
        table = block.table
        found.append(sheet.lines("text", "", [f"表：{table['title']}"]))
        columns = [(name, width) for name, width, _ in table["columns"]]
        figures = tuple(place for place, column in enumerate(table["columns"]) if column[2])
        found.append(sheet.table("", columns, table["rows"], figures))
        if table.get("note"):
            found.append(sheet.lines("text", "", [table["note"]]))
    return found


def docx(version: ReportVersion) -> bytes:
    """The version as an Office Open XML document, in the layout of an official report."""
    report, facts = version.report, Facts.of(version.facts)
    document = _blank(report.title, version)
    _line(document, report.title, HEI, 18, WD_ALIGN_PARAGRAPH.CENTER, bold=True, after=6)
    _line(document, report.bureau.name, SONG, 12, WD_ALIGN_PARAGRAPH.CENTER)
    _line(document, standing(version), SONG, 10.5, WD_ALIGN_PARAGRAPH.CENTER, after=12)
    for place, section in enumerate(version.sections):
        heading = document.add_heading(level=1)
        _font(heading.add_run(_clean(f"{'一二三四五六七八九十'[place]}、{section['title']}")), HEI, 15)
        for block in blocks(section["text"], facts):
            if block.table is None:
                _paragraph(document, block.text)
            else:
                _table(document, block.table)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _blank(title: str, version: ReportVersion) -> Any:
    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin, page.right_margin = Cm(2.8), Cm(2.6)
    page.top_margin, page.bottom_margin = Cm(3.7), Cm(3.5)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = SONG, Pt(12)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), SONG)
    properties = document.core_properties
    properties.title, properties.author = _clean(title), _clean(version.author.name)
    properties.language = "zh-CN"
    properties.created = properties.modified = version.made_at
    properties.comments, properties.last_modified_by = "", _clean(version.author.name)
    return document


def _line(
    document: Any, text: str, font: str, size: float, where: Any, *, bold: bool = False, after: float = 0
) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = where
    paragraph.paragraph_format.space_after = Pt(after)
    run = paragraph.add_run(_clean(text))
    run.bold = bold
    _font(run, font, size)


def _paragraph(document: Any, text: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.first_line_indent = Pt(24)
    paragraph.paragraph_format.line_spacing = 1.5
    paragraph.paragraph_format.space_after = Pt(0)
    _font(paragraph.add_run(_clean(text)), SONG, 12)


def _table(document: Any, given: Json) -> None:
    _line(document, f"表：{given['title']}", HEI, 10.5, WD_ALIGN_PARAGRAPH.LEFT, after=3)
    columns = given["columns"]
    table = document.add_table(rows=1, cols=len(columns), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for cell, (name, _, figures) in zip(table.rows[0].cells, columns, strict=True):
        _cell(cell, name, figures, bold=True)
    for row in given["rows"]:
        for cell, value, (_, _, figures) in zip(table.add_row().cells, row, columns, strict=True):
            _cell(cell, value, figures)
    _line(document, given.get("note", ""), SONG, 9, WD_ALIGN_PARAGRAPH.LEFT, after=6)


def _cell(cell: Any, value: Any, figures: bool, *, bold: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if figures else WD_ALIGN_PARAGRAPH.LEFT
    run = paragraph.add_run(_clean(str(value)))
    run.bold = bold
    _font(run, SONG, 10.5)


def _font(run: Any, name: str, size: float) -> None:
    run.font.name, run.font.size = name, Pt(size)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _clean(text: str) -> str:
    return "".join(one for one in text if one.isprintable() or one in ALLOWED)
