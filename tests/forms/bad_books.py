"""Files that were made to break a reader, or by somebody who did not know better, for the tests."""

import io
import random
import zipfile
from collections.abc import Iterator

import xlsxwriter

from tests.forms.books import YES_NO, book, q

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET, TEXTS, LOOKS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
LAUGHS = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{}]>'.format(
    "".join(f'<!ENTITY a{at} "{f"&a{at - 1};" * 10}">' for at in range(1, 10))
)
QUADRATIC = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "{"a" * 100_000}">]>'
MEGABYTES = 2**20


def plain() -> bytes:
    """A good form of one question, whose texts are shared as Excel shares them."""
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept) as made:
        sheet = made.add_worksheet("survey")
        sheet.write_row(0, 0, ["type", "name", "label"])
        sheet.write_row(1, 0, ["text", "a", "题"])
    return kept.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    """The parts of a packed file."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def packed(of: dict[str, bytes]) -> bytes:
    """A packed file of these parts."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as made:
        for name, said in of.items():
            made.writestr(name, said)
    return kept.getvalue()


def with_part(name: str, said: str) -> bytes:
    """The good form with another part."""
    return packed(parts(plain()) | {name: said.encode()})


def with_rows(said: str) -> bytes:
    """The good form with more in its sheet."""
    sheet = parts(plain())[SHEET].decode()
    return with_part(SHEET, sheet.replace("</sheetData>", f"{said}</sheetData>"))


def bombs() -> Iterator[tuple[str, bytes, str]]:
    """What would take long or much room: its name, its bytes, the fault that is told ("" where it is read all the same)."""
    shared = parts(plain())[TEXTS].decode()
    texts = f'<sst xmlns="{MAIN}">'
    yield "60 MB of blanks", with_part(SHEET, " " * 60 * MEGABYTES), "large"
    yield "a part that lies about its size", _lying(with_part(SHEET, " " * 60 * MEGABYTES)), "unreadable"
    yield "a file within a file", packed({"x.zip": packed({"x": b"\0" * 100 * MEGABYTES})}), "kind"
    yield "2,000 parts", packed(parts(plain()) | {f"xl/x{at}": b"" for at in range(2000)}), "large"
    yield "entities that grow by ten", with_part(TEXTS, LAUGHS + shared.replace("<t>题", "<t>&a9;")), "large"
    yield (
        "one entity 20,000 times",
        with_part(TEXTS, QUADRATIC + texts + f"<si><t>{'&a;' * 20_000}</t></si></sst>"),
        "large",
    )
    yield (
        "two million shared texts",
        with_part(TEXTS, texts + "<si><t/></si>" * 2_000_000 + "</sst>"),
        "large",
    )
    yield (
        "looks for five million cells",
        with_part(LOOKS, f'<styleSheet xmlns="{MAIN}"><fonts>{"<font/>" * 5_000_000}'),
        "large",
    )
    yield (
        "700,000 empty rows with looks",
        with_rows("".join(f'<row r="{at}"><c r="A{at}" s="1"/></row>' for at in range(3, 700_000))),
        "",
    )
    yield (
        "16,384 columns",
        with_rows("<row>" + '<c t="inlineStr"><is><t>x</t></is></c>' * 16_384 + "</row>"),
        "",
    )
    yield "800,000 cells", with_rows(("<row>" + "<c><v>1</v></c>" * 16_000 + "</row>") * 50), "large"
    yield "labels of five megabytes", _labels(), ""
    yield "6,500 questions", book([q("text", f"a{at}") for at in range(6500)]), "many"
    yield (
        "50,000 choices",
        book([q("select_one l", "a")], [YES_NO[0], *(("l", f"c{at}", "选") for at in range(50_000))]),
        "many",
    )
    yield (
        "300,000 references",
        book([q("text", "a"), *(q("note", f"n{at}", "${a}" * 1000) for at in range(300))]),
        "many",
    )
    yield (
        "900 groups, one in another",
        book([*(q("begin_group", f"g{at}") for at in range(900)), q("text", "x"), *[q("end_group")] * 900]),
        "nested",
    )
    yield (
        "an expression of 10,001 signs",
        book([q("text", "a", relevant="1" + "+1" * 5000)]),
        "long_expression",
    )
    yield "3,000 brackets", book([q("text", "a", relevant="(" * 3000 + "1" + ")" * 3000)]), "deep"
    yield (
        "300 faulty rows",
        book([q("text", f"a {at}", relevant="${nobody} ~ 1") for at in range(300)]),
        "name",
    )


def strangers() -> Iterator[tuple[str, bytes, str]]:
    """What is no workbook that can be read, and the fault that is told."""
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    yield "nothing", b"", "kind"
    yield ".xls", ole, "old"
    yield "a workbook with a password", ole + "EncryptedPackage".encode("utf-16-le"), "locked"
    yield "CSV in GBK", "type,name,label\ntext,a,姓名\n".encode("gbk"), "kind"
    yield (
        "ODS",
        packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}),
        "kind",
    )
    yield (
        "a letter with another ending",
        packed({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}),
        "kind",
    )
    yield "half a file", plain()[: len(plain()) // 2], "unreadable"
    yield "a file without its end", plain()[:-30], "unreadable"
    yield "a part that is no XML", with_part(SHEET, "<worksheet"), "unreadable"
    yield (
        "no sheet behind its name",
        packed({name: said for name, said in parts(plain()).items() if name != SHEET}),
        "no_survey",
    )


def _lying(data: bytes) -> bytes:
    """The same file, whose list of parts says of every large one that it has a hundred bytes."""
    lied, hundred = bytearray(data), (100).to_bytes(4, "little")
    for mark, at in ((b"PK\1\2", 24), (b"PK\3\4", 22)):
        place = lied.find(mark)
        while place >= 0:
            if int.from_bytes(lied[place + at : place + at + 4], "little") > MEGABYTES:
                lied[place + at : place + at + 4] = hundred
            place = lied.find(mark, place + 1)
    return bytes(lied)


def _labels() -> bytes:
    chance = random.Random(1)  # noqa: S311 - texts that do not pack
    signs = [chr(chance.randint(0x4E00, 0x9FA5)) for _ in range(5000)]
    return book([q("text", f"a{at}", "".join(chance.sample(signs, 4900))) for at in range(300)])
