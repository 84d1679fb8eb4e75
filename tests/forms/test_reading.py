"""One version of a checklist as the desk reads it."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select

from webapp.accounts.models import User
from webapp.db import db, today
from webapp.demo import world
from webapp.forms.models import Form, Release

Desk = Callable[[str], FlaskClient]
BUREAUS = {one["key"]: one["id"] for one in world.bureaus()}


def form(version: str, *questions: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": "hours", "version": version, "item": None, "title": {"zh-Hans": "工时检查"}, "questions": list(questions),
    }  # fmt: skip


def asked(name: str, label: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": "integer", "label": {"zh-Hans": label, "en": f"English {name}"}, **more}


@pytest.fixture
def versions(app: Flask) -> tuple[str, str]:
    """The ids of two versions of the base form of the bureau, the older one first."""
    more = {"relevant": [">", ["q", "hours"], ["n", "40"]], "law": "劳动法第四十四条"}
    with app.app_context():
        Form.publish(form("1", asked("hours", "每周工时"), asked("pay", "加班费 <倍>")), BUREAUS["pd"])
        Form.publish(
            form(
                "2",
                asked("hours", "每周工作时间"),
                asked("pay", "加班费 <倍>", **more),
                asked("rest", "休息日"),
            ),
            BUREAUS["pd"],
        )
        db.session.commit()
        found = select(Release.id).where(Release.name == "hours").order_by(Release.id)
        one, two = db.session.scalars(found)
    return one, two


def texts(pdf: bytes) -> list[str]:
    """The text of each page."""
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


def test_two_versions_are_compared_with_what_changed_marked_in_the_words(
    versions: tuple[str, str], desk: Desk
) -> None:
    html = desk("planner").get(f"/forms/{versions[1]}/compare/{versions[0]}").text
    assert "每周工<ins>作</ins>时<ins>间</ins>" in html
    assert "<ins>${hours} &gt; 40</ins>" in html
    assert "<ins>劳动法第四十四条</ins>" in html
    assert "加班费 &lt;倍&gt;" in html
    assert "有变化的 3" in words(html) and "增加了 1" in words(html) and "改了内容 2" in words(html)


def test_the_older_version_is_what_was_whichever_was_asked_for_first(
    versions: tuple[str, str], desk: Desk
) -> None:
    html = desk("planner").get(f"/forms/{versions[0]}/compare/{versions[1]}").text
    assert "每周工<ins>作</ins>时<ins>间</ins>" in html


def test_without_a_choice_it_is_compared_with_the_one_in_use_and_that_one_with_the_one_before(
    versions: tuple[str, str], app: Flask, desk: Desk
) -> None:
    with app.app_context():
        assert Release.used(BUREAUS["pd"], [""], today())[""] == versions[1]
    for asked_for, with_ in (versions, versions[::-1]):
        answer = desk("planner").get(f"/forms/{asked_for}/compare")
        assert answer.location == f"/forms/{asked_for}/compare/{with_}"


def test_one_kind_of_change_alone_is_shown_when_it_is_asked_for(
    versions: tuple[str, str], desk: Desk
) -> None:
    html = desk("planner").get(f"/forms/{versions[1]}/compare/{versions[0]}?show=added").text
    assert "休息日" in html and "每周工" not in html
    assert desk("planner").get(f"/forms/{versions[1]}/compare/{versions[0]}?show=odd").status_code == 404


def test_a_version_of_another_bureau_is_nobodys_business(
    versions: tuple[str, str], app: Flask, desk: Desk
) -> None:
    with app.app_context():
        other = Form.publish(form("9", asked("hours", "另一机构")), BUREAUS["tj"])
        db.session.commit()
        (theirs,) = db.session.scalars(select(Release.id).where(Release.form_hash == other.hash))
    assert desk("planner").get(f"/forms/{versions[1]}/compare/{theirs}").status_code == 404
    assert desk("planner").get(f"/forms/{theirs}/compare").status_code == 404


def test_a_version_is_printed_with_nothing_answered_in_either_language(
    versions: tuple[str, str], desk: Desk
) -> None:
    for lang, said in (("zh", "每周工作时间"), ("en", "English hours")):
        answer = desk("planner").get(f"/forms/{versions[1]}/blank.pdf?on_paper={lang}")
        assert answer.mimetype == "application/pdf"
        assert said in " ".join(texts(answer.data))
        fallback = re.search(r'filename="([\w.-]+)\.pdf"', answer.headers["Content-Disposition"], re.ASCII)
        assert fallback and len(fallback[1]) > 5, "a browser without UTF-8 has a name too"
    assert desk("planner").get(f"/forms/{versions[1]}/blank.pdf?on_paper=fr").status_code == 404


def test_the_preview_holds_the_form_and_the_phones_own_sheets(versions: tuple[str, str], desk: Desk) -> None:
    html = desk("auditor").get(f"/forms/{versions[1]}/preview").text
    body = re.search(r'<script type="application/json" id="body">(.*?)</script>', html, re.DOTALL)
    assert body and json.loads(body[1])["questions"][1]["label"]["zh-Hans"] == "加班费 <倍>"
    inside = html.partition('<template id="handset">')[2].partition("</template>")[0]
    assert "/static/field/field.css" in inside and "/static/forms/handset.js" in inside


def test_what_nobody_has_published_says_so_on_paper(app: Flask, desk: Desk) -> None:
    with app.app_context():
        author = User.by_username("planner")
        assert author
        made = Release.begin(author, "", form("3", asked("hours", "每周工时")))
        db.session.commit()
        address = f"/forms/{made.id}/blank.pdf"
    assert "还没有公布" in "".join(texts(desk("planner").get(address).data))
