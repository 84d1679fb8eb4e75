"""The certificate of a draw on paper: whole, readable, the same bytes each time, without names before the visit."""

import io
import re
import time
from typing import Any

import pytest
from pypdf import PdfReader

from tests.draw.hall import DEPUTY, MEMBER, PUBLIC, SALT, Hall, inspectors, opened, pool, public, witness
from webapp.draw import swaps
from webapp.draw.by_hand import STEPS
from webapp.draw.certificate import MOST, Published, certificate
from webapp.draw.layout import DrawFile
from webapp.typesetting.sheet import sheet_pdf

PAGE = "https://yidang.example/public/draws/2026-PD-003"


def hall(**more: Any) -> Hall:
    sources = [witness(DEPUTY, "583921"), witness(MEMBER, "77"), public()]
    return Hall(sources=sources, left_out={"state": 12}, task="2026 年计划第 1 版：人力资源抽查", **more)


def drawn(**more: Any) -> DrawFile:
    return hall(**more).file(opened(DEPUTY, ["583921"], SALT), opened(MEMBER, []), opened())


def beside(file: DrawFile, state: str = "drawn", **more: Any) -> Published:
    given = {
        "state": state, "sha256": "ab" * 32, "made": "2026-11-22T22:00:00+08:00", "page": PAGE, "file": f"{PAGE}.json",
        "again": "https://yidang.example/verify/draw", "key": "https://yidang.example/public/bureaus/x/key",
        "pool": len(file["pool"]), "strata": [(one["name"], one["size"], one["quota"]) for one in file["strata"]],
    }  # fmt: skip
    return Published(**given | more)


def printed(file: DrawFile, state: str = "drawn", **more: Any) -> bytes:
    return sheet_pdf(certificate(file, beside(file, state, **more)))


def words(pdf: bytes) -> str:
    """The text of all pages, run together: where a line breaks does not matter."""
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


def test_RZ_13_the_certificate_says_all_that_makes_a_draw_checkable() -> None:
    file = drawn()
    text = words(printed(file))
    assert "双随机抽取结果公示表" in text and "平顶山市人力资源和社会保障局" in text
    for said in (
        file["id"],
        file["pool_hash"],
        file["rules_hash"],
        file["seed"],
        file["key"],
        "ab" * 32,
        PAGE,
    ):
        assert said in text
    for source in file["rules"]["sources"]:
        assert source["name"].replace(" ", "") in text and (source["sealed"] or "") in text
    assert (
        "583921./" in text and SALT in text and "没有公开" in text and "未列入：不在营业或不在册12个" in text
    )
    for stratum in file["strata"]:
        assert stratum["name"] in text
        for row in stratum["drawn"]:
            assert row["id"] in text and row["ticket"][:16] in text
    assert "/public/bureaus/x/key" in text


def test_TJ_3_each_drawn_subject_stands_with_its_pair_by_the_places_in_the_frozen_list() -> None:
    file = drawn()
    text = words(printed(file))
    place = {one["id"]: at for at, one in enumerate(file["inspectors"], start=1)}
    for pair in file["pairs"]:
        rest = [member["id"] for member in pair["inspectors"] if member["id"] != pair["leader"]]
        assert f"{place[pair['leader']]}号（组长）、{place[rest[0]]}号" in text
        assert pair["leader"] in text and rest[0] in text


def test_the_lines_of_shell_stand_whole_on_the_paper() -> None:
    text = words(printed(drawn()))
    for _, lines in STEPS[:5]:
        assert re.sub(r"\s", "", lines) in text


def test_what_is_only_announced_says_so_and_shows_the_strata_but_no_draw() -> None:
    file = hall().announce()
    text = words(printed(file, "frozen", strata=[("A/新华区", 30, 3)]))
    assert "双随机抽取公告" in text and "号码还没有产生" in text and "A/新华区303" in text
    assert "抽中的对象" not in text and "抽签钥" not in text


def test_a_cancelled_draw_keeps_its_rows_and_says_why() -> None:
    file = swaps.cancel(drawn(), "名录有误", "周强", "赵敏", "2026-11-23T09:00:00+08:00")
    text = words(printed(file, "cancelled"))
    assert "双随机抽取取消公告" in text and "这次抽取已经取消：名录有误" in text
    assert "周强提出，赵敏批准，2026-11-2309:00" in text
    assert file["strata"][0]["drawn"][0]["id"] in text


def test_a_swap_stands_beside_the_row_that_it_replaces() -> None:
    file = drawn()
    out = file["strata"][0]["drawn"][0]["id"]
    ask = {
        "kind": "subject", "subject": out, "out": out, "reason": "已经注销", "asked": "周强", "approved": "赵敏",
        "time": "2026-11-23T09:00:00+08:00",
    }  # fmt: skip
    file = swaps.swap(file, ask)
    text = words(printed(file))
    assert "已更换，见后" in text and f"{out}换下" in text and f"{file['swaps'][0]['in']}接替" in text
    assert "已经注销" in text


def test_names_are_printed_only_where_the_office_hands_them_in() -> None:
    file = drawn()
    name = file["strata"][0]["drawn"][0]["id"]
    long = "平顶山市" + "华鑫" * 60 + "人力资源有限公司（𠮷祥路）"
    text = words(
        printed(file, names={name: [long, "91410400MA3X5ABC1D"]}, people={file["pairs"][0]["leader"]: "王明"})
    )
    assert long in text and "王明" in text and name in text
    assert "王明" not in words(printed(file))
    assert "签字" in words(printed(file, sign=["主持抽取：周强"]))


def test_RZ_9_whose_draw_it_was_is_said_where_a_platform_gave_the_subjects() -> None:
    text = words(printed(drawn(), given_by="省平台（批次 1，2026-11-01 抽取）"))
    assert "检查对象不是本系统抽取的" in text and "省平台（批次1" in text


def test_the_same_draw_gives_the_same_bytes() -> None:
    assert printed(drawn()) == printed(drawn())


def test_blind_ids_stay_in_their_cells() -> None:
    lines = sorted(f"{number:064x}\t新华区\tA\t1" for number in range(30))
    file = hall(lines=lines, blind=True).file(opened(DEPUTY, ["583921"], SALT), opened(MEMBER, []), opened())
    assert file["strata"][0]["drawn"][0]["id"] in words(printed(file))


def test_a_thousand_subjects_are_printed_in_bounded_time_with_a_head_on_each_page() -> None:
    file = drawn(lines=pool(A_新华区=6000, B_卫东区=4000), people=inspectors(60))
    begin = time.monotonic()
    pdf = printed(file)
    assert time.monotonic() - begin < 60
    pages = [re.sub(r"\s", "", page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]
    assert len(pages) < 60
    whole = "".join(pages)
    drawn_rows = [row["id"] for stratum in file["strata"] for row in stratum["drawn"]]
    assert len(drawn_rows) == 1000 and all(name in whole for name in drawn_rows)
    assert sum("序号检查对象层和签序检查组" in page for page in pages) >= 30


def test_more_rows_than_anyone_reads_are_left_to_the_file() -> None:
    file = drawn(lines=pool(A_新华区=MOST + 5), people=inspectors(400), quota={"bp": 10000})
    sheet = certificate(file, beside(file))
    rows = next(block for block in sheet["blocks"] if "抽中的对象" in block["title"])["rows"]
    assert len(rows) == MOST
    assert any("另有 5 个" in line for block in sheet["blocks"] for line in block.get("lines", []))


@pytest.mark.parametrize("name", ["#panic() *b* $x$", "〔\u202e〕", "名" * 300])
def test_whatever_a_source_is_called_it_is_only_text(name: str) -> None:
    file = hall().announce()
    file["rules"]["sources"][2]["name"] = name
    assert printed(file, "frozen").startswith(b"%PDF") and PUBLIC not in words(printed(file, "frozen"))
