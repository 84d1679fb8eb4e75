"""A made-up library of subjects of any size, as the tables that bureaus hand in: CSV, and XLSX with shared texts."""

import csv
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import escape

from stdnum.cn import uscc

from webapp.registry.subject_rules import EMPTY, NAMES

COLUMNS = (
    "name", "code", "kinds", "district", "address", "state", "credit_risk", "labour_grade", "representative", "phone",
    "staff", "complaints", "penalties", "abnormal", "dishonest", "tags",
)  # fmt: skip
DISTRICTS = ("新华区", "卫东区", "湛河区", "石龙区", "高新区", "宝丰县", "叶县", "鲁山县", "郏县", "舞钢市")
KINDS = ("用工单位", "人力资源服务机构", "民办职业培训学校", "劳务派遣单位")
STATES = ("在营",) * 46 + ("停业", "注销", "吊销", "迁出")
FIRST = "华鑫恒泰瑞祥德信诚达宏远盛世嘉和永安东方中原金鼎天宇博雅正大同创"
TRADES = (
    "人力资源",
    "劳务派遣",
    "建筑工程",
    "餐饮管理",
    "纺织",
    "机械制造",
    "物流",
    "商贸",
    "物业服务",
    "职业培训",
)
RARE = "桃源"
FAMILY, GIVEN = "王李张刘陈杨赵黄周吴", "伟芳娜敏静强磊军洋勇艳杰娟涛明超兰霞平刚"


def row(number: int, size: int) -> list[str]:
    """The subject of a number: the same each time, no two alike; sixty of any library stand out."""
    rare = number % max(size // 60, 1) == 0
    trade = "".join(FIRST[number // len(FIRST) ** place % len(FIRST)] for place in range(3))
    district = DISTRICTS[number % len(DISTRICTS)]
    body = f"91410400{number:09}"
    named = {
        "name": f"平顶山市{trade}{number // len(FIRST) ** 3 or ''}{TRADES[number % 7]}{RARE if rare else ''}有限公司",
        "code": body + str(uscc.calc_check_digit(body)),
        "kinds": KINDS[number // 3 % len(KINDS)],
        "district": district,
        "address": f"{district}建设路{number // 10}号院{number % 31 + 1}号楼",
        "state": STATES[number % len(STATES)],
        "credit_risk": "ABCD"[number // len(DISTRICTS) % 4],
        "labour_grade": "ABC"[number // 7 % 3],
        "representative": FAMILY[number % 10] + GIVEN[number // 10 % 20] + GIVEN[number // 200 % 20],
        "phone": f"1{30 + number % 9}{number * 7919 % 10**8:08}",
        "staff": str(number % 400),
        "complaints": str(number % 97 // 96),
        "penalties": str(number % 211 // 210),
        "abnormal": "否" if number % 151 else "是",
        "dishonest": "否" if number % 1009 else "是",
        "tags": RARE if rare else "",
    }
    return [named[column] for column in COLUMNS]


def values(number: int, size: int) -> dict[str, Any]:
    """The same as the library keeps it."""
    typed = dict(zip(COLUMNS, row(number, size), strict=True))
    whole = {name: int(typed[name]) for name in ("staff", "complaints", "penalties")}
    flags = {name: typed[name] == "是" for name in ("abnormal", "dishonest")}
    lists = {name: [typed[name]] if typed[name] else [] for name in ("kinds", "tags")}
    return EMPTY | typed | whole | flags | lists


def write_csv(path: Path, size: int) -> None:
    """As an office program saves it: GB 18030."""
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows(_rows(size))


def write_xlsx(path: Path, size: int) -> None:
    """As an office program saves it: one list of texts, and cells that name their place in it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as book:
        book.writestr("[Content_Types].xml", CONTENT)
        book.writestr("_rels/.rels", RELS)
        book.writestr("xl/workbook.xml", BOOK)
        book.writestr("xl/_rels/workbook.xml.rels", BOOK_RELS)
        with tempfile.TemporaryFile("w+", encoding="utf-8") as texts:
            with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
                _write_sheet(sheet, texts, size)
            texts.seek(0)
            with book.open("xl/sharedStrings.xml", "w", force_zip64=True) as shared:
                shared.write(f'{HEAD}<sst xmlns="{MAIN}">'.encode())
                while block := texts.read(1024 * 1024):
                    shared.write(block.encode())
                shared.write(b"</sst>")


def _write_sheet(sheet: IO[bytes], texts: IO[str], size: int) -> None:
    places: dict[str, int] = {}
    count = 0
    sheet.write(f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>'.encode())
    for line, cells in enumerate(_rows(size), 1):
        written = []
        for column, cell in enumerate(cells):
            if not cell:
                continue
            place = places.get(cell)
            if place is None:
                place, count = count, count + 1
                texts.write(f"<si><t>{escape(cell)}</t></si>")
                # Names, codes and addresses stand once each; only what repeats is worth being remembered.
                if len(cell) < 10:
                    places[cell] = place
            written.append(f'<c r="{chr(65 + column)}{line}" t="s"><v>{place}</v></c>')
        sheet.write(f'<row r="{line}">{"".join(written)}</row>'.encode())
    sheet.write(b"</sheetData></worksheet>")


def _rows(size: int) -> Iterator[list[str]]:
    yield [NAMES[column][0] for column in COLUMNS]
    for number in range(size):
        yield row(number, size)


HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
CONTENT = f"""{HEAD}<Types xmlns="{PACKAGE}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/xl/workbook.xml" ContentType="{SHEET_TYPE}.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{SHEET_TYPE}.worksheet+xml"/>
<Override PartName="/xl/sharedStrings.xml" ContentType="{SHEET_TYPE}.sharedStrings+xml"/></Types>"""
RELS = f"""{HEAD}<Relationships xmlns="{PACKAGE}/relationships">
<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>"""
BOOK = f"""{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">
<sheets><sheet name="名录" sheetId="1" r:id="rId1"/></sheets></workbook>"""
BOOK_RELS = f"""{HEAD}<Relationships xmlns="{PACKAGE}/relationships">
<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="rId2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>"""
