"""Searching the public results: exact on both databases, for any word and filter."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from tests.conftest import both_databases
from tests.publish.shown import FIRST, document_of, publish
from tests.publish.test_site import BUREAUS, IDS, inspection
from webapp.publish.listing import Results, years
from webapp.publish.static_rules import file_of, from_file, relinked

NAMES = {
    "pd-01": "平顶山市华鑫人力资源有限公司",
    "pd-02": "鑫华餐饮（叶县）店",
    "pd-07": "ABC 劳务 100% 有限公司",
}


def shown(app: Flask) -> None:
    for place, (key, name) in enumerate(NAMES.items()):
        document = document_of(inspection(key))
        code = ("no_problem", "pending", "pending")[place]
        document["subject"] |= {"name": name, "region": ("新华区", "叶县", "叶县")[place], "code": None}
        document |= {
            "result": {"code": code, "sub": None, "decided": "2026-11-01"},
            "inspected": f"202{4 + place}-03-31",
        }
        document["findings"] = [{"label": "台账不全", "law": ""}] if place else []
        publish(inspection(key), document, at=FIRST + timedelta(days=place))


def found(**asked: str) -> list[str]:
    keys = {IDS[key]: key for key in NAMES}
    return [keys[row.inspection_id] for row in Results.of(asked, BUREAUS["pd"]).page()[0]]


@both_databases
def test_words_and_filters_find_what_they_say_and_nothing_else(app: Flask) -> None:
    with app.app_context():
        shown(app)
        assert found() == ["pd-07", "pd-02", "pd-01"]
        assert found(q="华鑫") == ["pd-01"] and found(q="鑫华") == ["pd-02"]
        assert found(q="有限公司") == ["pd-07", "pd-01"]
        assert found(q="abc 劳务") == ["pd-07"] and found(q="100%") == ["pd-07"] and found(q="10_%") == []
        assert found(q="台账不全") == ["pd-07", "pd-02"]
        assert found(q="查无此名") == []
        assert found(result="pending") == ["pd-07", "pd-02"] and found(region="叶县", year="2026") == [
            "pd-07"
        ]
        assert found(month="2025-03") == ["pd-02"] and found(month="2025-04") == []
        assert found(q="有限公司", result="no_problem", region="新华区") == ["pd-01"]
        number = inspection("pd-02").number
        assert found(q=number) == ["pd-02"] and found(result="nothing", month="2025-13") == [
            "pd-07",
            "pd-02",
            "pd-01",
        ]
        item = document_of(inspection("pd-02"))["items"][0]["code"]
        assert len(found(item=item)) == 3 and found(item="没有") == []
        assert years(BUREAUS["pd"]) == [2026, 2025, 2024]
        # One sign is no word to look for, and other bureaus' results are not this one's.
        assert Results.of({"q": "鑫"}, BUREAUS["pd"]).short
        assert Results.of({"q": "有限公司"}, BUREAUS["tj"]).page() == ([], "")


@both_databases
def test_the_index_follows_corrections_withdrawals_and_a_second_publication(app: Flask) -> None:
    with app.app_context():
        shown(app)
        document = document_of(inspection("pd-01"))
        changed = document | {"subject": document["subject"] | {"name": "更名以后的公司"}}
        publish(inspection("pd-01"), document, changed)
        assert found(q="更名以后") == ["pd-01"] and found(q="华鑫") == []
        publish(inspection("pd-01"), document, changed, gone=True)
        assert found(q="更名以后") == [] and found() == ["pd-07", "pd-02"]
        publish(inspection("pd-02"), document_of(inspection("pd-02")), at=FIRST + timedelta(days=9))
        assert found() == ["pd-02", "pd-07"]


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("/public/", "public/index.html"),
        ("/public/results", "public/results/index.html"),
        (
            "/public/results?month=2026-11&bureau=a.b/c",
            "public/results/bureau-a~2Eb~2Fc/month-2026-11/index.html",
        ),
        ("/public/items.json?bureau=x", "public/items.bureau-x.json"),
        ("/verify/draw?file=/public/draws/x.json", "verify/draw/index.html"),
        ("/public/draws/x/1.json", "public/draws/x/1.json"),
    ],
)
def test_each_address_has_its_file_in_a_copy(address: str, file: str) -> None:
    assert file_of(address) == file


def test_links_between_the_files_are_relative() -> None:
    file = file_of("/public/results?month=2026-11")
    assert from_file(file, "/public/results/x#end") == "../x/index.html#end"
    assert from_file("public/draws/x/index.html", "/verify/draw?file=/public/draws/x.json") == (
        "../../../verify/draw/index.html?file=../../public/draws/x.json"
    )
    page = '<a href="/public/?bureau=a&amp;lang=en"><a href="/login"><a href="#x"><img src="/static/a.svg">'
    assert relinked(page, "public/index.html", lambda other: "https://a.example" + other) == (
        '<a href="bureau-a/lang-en/index.html"><a href="https://a.example/login"><a href="#x"><img src="../static/a.svg">'
    )
