"""The printed record: selectable, the same on every machine, whatever was written into it (RZ-16b)."""

import hashlib
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from webapp.archive.record_document import WORDS_ZH
from webapp.archive.record_pdf import record_pdf
from webapp.typesetting import FONT

RECORD_HASH = hashlib.sha256(b"record").hexdigest()
WRITTEN = (
    "lang title bureau number date record_hash covers verify_url reason statement generated_from".split()
)
ODD_TEXTS = [
    '#read("/etc/passwd") *bold* $x^2$ <b> @note // comment \\ `raw` = heading',
    "W" * 500,
    "9" * 40 + "无" * 400,
    "a\u0301 葛\U000e0100 \ufe0f 👍 \u202e བོད ئۇيغۇر \x00\x07\ud800\udfff\ufffe\ue000",
    "第一行\n第二行\r\n\t第三行\u2028",
    "{page} {pages} {text}",
]


def picture(size: tuple[int, int] = (64, 48), kind: str = "JPEG", mode: str = "RGB", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 90 if mode == "L" else None).save(out, kind, **options)
    return out.getvalue()


def named(raw: bytes) -> dict[str, bytes]:
    return {hashlib.sha256(raw).hexdigest(): raw}


def photo(index: int, raw: bytes, **more: Any) -> dict[str, Any]:
    return {"index": index, "sha256": hashlib.sha256(raw).hexdigest(), "time": "2026-11-21 16:00:12"} | more


def huaxin(**more: Any) -> dict[str, Any]:
    """The record of Wang Ming and Li Na at Huaxin, with one finding."""
    row = {
        "number": "2",
        "label": "是否公示收费标准",
        "law": "《人力资源市场暂行条例》第三十二条",
        "photos": [1],
    }
    signature = {
        "kind_text": "检查对象签字",
        "name": "䶮㛃欣",
        "strokes": [[[10, 10, 0, 500], [200, 90, 16, 500], [300, 20, 32, 500]], [[5, 5, 40, 500]]],
        "canvas": {"width": 640, "height": 240},
        "hash_matches": True,
    }
    return {
        "lang": "zh",
        "title": "双随机、一公开检查记录",
        "bureau": "汝州市人力资源和社会保障局",
        "number": "汝人社检 2026-0137",
        "date": "2026-11-21",
        "record_hash": RECORD_HASH,
        "verify_url": "https://example.gov.cn/verify/0192f0c1",
        "subject": {"name": "汝州市华鑫人力资源有限公司（𠮷祥路）", "code": "91410482MA3X5ABC1D"},
        "pair": [
            {"name": "王明", "credential": "豫 D2301001"},
            {"name": "李娜", "credential": "豫 D2301017"},
        ],
        "findings": [row | {"note": "收费标准牌已取下"}],
        "sections": [{"title": "基础检查表", "rows": [row | {"answer": "不合格", "mark": "found"}]}],
        "signatures": [signature],
    } | more


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def run_together(text: str) -> str:
    return "".join(text.split())


def test_the_words_can_be_selected_and_rare_characters_of_names_are_right() -> None:
    text = text_of(record_pdf(huaxin(), {}))
    for words in [
        "汝州市华鑫人力资源有限公司（𠮷祥路）",
        "䶮㛃欣",
        "91410482MA3X5ABC1D",
        "是否公示收费标准",
        "不合格",
    ]:
        assert words in text
    assert "一、检查发现的问题" in text and "第 1 页" in text
    assert RECORD_HASH in run_together(text)


def test_findings_stand_before_all_answers() -> None:
    text = text_of(record_pdf(huaxin(), {}))
    assert text.index(WORDS_ZH["findings"]) < text.index(WORDS_ZH["result"]) < text.index(WORDS_ZH["answers"])


def test_the_file_says_pdf_a_2a_and_ua_1_and_is_tagged() -> None:
    root = PdfReader(io.BytesIO(record_pdf(huaxin(), {}))).trailer["/Root"]
    metadata = root["/Metadata"].get_data().decode()
    assert (
        "<pdfaid:part>2</pdfaid:part>" in metadata
        and "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    )
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert "2026-11-21" in metadata
    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root
    assert root["/Lang"] == "zh-CN"


def test_the_same_record_gives_the_same_bytes_in_any_time_zone_and_process() -> None:
    program = (
        "import hashlib; from tests.archive.test_record_pdf import *; raw = picture();"
        "print(hashlib.sha256(record_pdf(huaxin(photos=[photo(1, raw)]), named(raw))).hexdigest())"
    )
    root = Path(__file__).parents[2]
    hashes = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=root,
            env=os.environ | {"TZ": zone, "LC_ALL": tongue, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for zone, tongue, seed in [("Asia/Shanghai", "C.UTF-8", "1"), ("America/St_Johns", "C", "2")]
    }
    assert len(hashes) == 1


def test_a_jpeg_goes_in_byte_for_byte() -> None:
    raw = picture(exif=Image.Exif(), progressive=True)
    marks = [
        {"kind": kind, "x": 100, "y": 200, "w": -300, "h": 250, "text": "缺牌"}
        for kind in "circle arrow text blur x".split()
    ]
    pdf = record_pdf(
        huaxin(photos=[photo(1, raw, caption="公示栏", marks=marks, withdrawn=True)]), named(raw)
    )
    assert raw in pdf
    text = text_of(pdf)
    assert "公示栏" in text and "缺牌" in text and WORDS_ZH["withdrawn_photo"] in text


def test_every_picture_has_words_for_those_who_cannot_see_it() -> None:
    raw = picture()
    pdf = record_pdf(huaxin(photos=[photo(1, raw, caption="公示栏")]), named(raw))
    assert b"/Alt" in b"".join(_objects(pdf))


def _objects(pdf: bytes) -> list[bytes]:
    reader = PdfReader(io.BytesIO(pdf))
    return [str(reader.get_object(number)).encode() for number in range(1, len(reader.xref[0]) + 1)] + [pdf]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\xff\xd8\xff",
        picture(kind="PNG")[:60],
        picture(kind="WEBP")[:30],
        picture(mode="CMYK"),
    ],
    ids=["missing", "svg", "broken jpeg", "broken png", "broken webp", "jpeg for printers"],
)
def test_a_picture_that_cannot_be_read_leaves_a_frame_with_its_hash_and_its_neighbours(raw: bytes) -> None:
    good = picture(mode="L")
    photos = [photo(1, raw), photo(2, good)]
    pdf = record_pdf(huaxin(photos=photos), named(good) | (named(raw) if raw else {}))
    text = text_of(pdf)
    assert WORDS_ZH["picture_lost"] in text
    assert photos[0]["sha256"] in run_together(text)
    assert good in pdf


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_kinds_of_pictures_print(kind: str) -> None:
    raw = picture(kind=kind)
    text = text_of(record_pdf(huaxin(photos=[photo(1, raw)]), named(raw)))
    assert WORDS_ZH["picture_lost"] not in text


def test_text_that_looks_like_markup_is_printed_as_it_is() -> None:
    text = run_together(text_of(record_pdf(huaxin(reason=ODD_TEXTS[0]), {})))
    assert run_together(ODD_TEXTS[0]) in text


def test_a_character_without_a_glyph_is_printed_as_its_code() -> None:
    pdf = record_pdf(huaxin(reason="👍 \u202e \ud800"), {})
    text = run_together(text_of(pdf))
    assert "〔U+1F44D〕〔U+202E〕〔U+D800〕" in text and run_together(WORDS_ZH["glyphs"]) in text
    assert run_together(WORDS_ZH["glyphs"]) not in run_together(text_of(record_pdf(huaxin(), {})))


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_odd_text_prints_in_every_field(text: str) -> None:
    entry = {"time": text, "author": text, "about": text, "text": text}
    row = {
        "number": text,
        "label": text,
        "law": text,
        "answer": text,
        "mark": text,
        "note": text,
        "author": text,
    }
    whole = {name: text for name in WRITTEN} | {
        "subject": {"name": text, "code": text, "address": text, "representative": text, "phone": text},
        "items": [{"code": text, "name": text, "law": text}],
        "pair": [{"name": text, "credential": text}],
        "findings": [row],
        "sections": [{"title": text, "rows": [row, row]}],
        "photos": [
            {"sha256": text, "caption": text, "position": text, "marks": [{"kind": "text", "text": text}]}
        ],
        "notes": [entry],
        "addenda": [entry],
        "signatures": [{"kind_text": text, "name": text, "reason": text, "picture": text}],
    }
    assert record_pdf(whole, {}).startswith(b"%PDF")


def test_an_empty_or_misshapen_record_still_prints() -> None:
    assert WORDS_ZH["untitled"] in text_of(record_pdf({}, {}))
    ink = {"strokes": [[[1]], [], None, [["x", float("nan")], [float("inf"), 10**30]]], "canvas": None}
    misshapen = {
        "sections": None,
        "photos": "x",
        "result": 3,
        "subject": [],
        "signatures": [None, ink],
        "date": "2026-13-45",
    }
    assert record_pdf(misshapen | {"words": {"title": None}, "items": [{"law": None}]}, {}).startswith(
        b"%PDF"
    )


def test_three_hundred_rows_repeat_their_head_and_forty_photos_fit() -> None:
    raw = picture()
    rows = [
        {"number": str(at), "label": f"第 {at} 项是否合格", "answer": "合格", "mark": "passed"}
        for at in range(1, 301)
    ]
    photos = [photo(at, raw) for at in range(1, 41)]
    pdf = record_pdf(huaxin(sections=[{"title": "大表", "rows": rows}], photos=photos), named(raw))
    text = text_of(pdf)
    assert all(f"第 {at} 项是否合格" in text for at in range(1, 301)) and "照片 40" in text
    assert text.count(WORDS_ZH["question"]) >= 6
    assert pdf.count(raw) == 1


def test_the_words_around_can_be_english() -> None:
    words = {"findings": "Findings", "pages": "Page {page} of {pages}"}
    text = text_of(record_pdf(huaxin(lang="en", words=words), {}))
    assert "1. Findings" in text and "Page 1 of" in text


def test_the_font_is_the_one_whose_hash_is_written_beside_it() -> None:
    assert hashlib.sha256(FONT.read_bytes()).hexdigest() in FONT.with_name("README").read_text()
