"""The office says something to the pair: at a question or in general, on their phones, answered or not."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.archive import build
from tests.archive.build import LI, WANG, ZHAO
from tests.archive.test_views import act, inspections, record_of
from tests.handset import Handset
from tests.mended import mend, pair
from webapp.archive.comments import LONGEST, comments
from webapp.db import db
from webapp.field.models import Inspection
from webapp.forms.models import Form
from webapp.forms.rules import every

Desk = Callable[[str], FlaskClient]
Phones = Callable[[str], Handset]


def question_of(app: Flask, inspection_id: str) -> str:
    with app.app_context():
        hashes = db.session.get_one(Inspection, inspection_id).form_hashes
        form = Form.bodies(hashes)[hashes[0]]
        return f"{form['name']}/{next(every(form))['name']}"


def say(browser: FlaskClient, inspection_id: str, text: str, question: str = "", **more: str) -> TestResponse:
    fields = {"text": text, "question": question} | more
    return browser.post(f"/office/inspections/{inspection_id}/comments", data=fields)


def said(app: Flask, inspection_id: str) -> list[str]:
    return [one["text"] for one in record_of(app, inspection_id)["office"] if one["type"] == "comment"]


# What it is


def test_what_the_pair_does_at_the_question_afterwards_answers_a_comment() -> None:
    log = build.visited()
    log.add("comment", {"text": "请写明到期日", "question": "pd1/PD1-1"}, ZHAO)
    (open_one,) = comments(log.events)
    assert open_one["replies"] == []
    log.answer("base/B1", "pass")
    log.add("note", {"text": "路上", "question": None}, LI)
    assert comments(log.events)[0]["replies"] == []
    reply = log.answer("pd1/PD1-1", "fail", "2026-10-31 到期", author=LI)
    assert comments(log.events)[0]["replies"] == [reply]


def test_a_mark_on_the_questions_photo_answers_too() -> None:
    log = build.visited()
    log.add("comment", {"text": "请圈出日期", "question": "pd1/PD1-1"}, ZHAO)
    photo = next(p for p in log.record["content"]["photos"] if p["question"] == "pd1/PD1-1")
    log.add("mark", {"photo": photo["event"], "shapes": []})
    assert len(comments(log.events)[0]["replies"]) == 1


def test_a_note_answers_what_was_said_in_general() -> None:
    log = build.visited()
    log.add("comment", {"text": "请说明为何分两次到场", "question": None}, ZHAO)
    log.answer("base/B1", "pass")
    assert comments(log.events)[0]["replies"] == []
    log.add("note", {"text": "对方上午停电", "question": None}, WANG)
    assert len(comments(log.events)[0]["replies"]) == 1


def test_what_was_written_without_having_seen_the_comment_is_no_answer() -> None:
    log = build.visited()
    log.add("comment", {"text": "请写明到期日", "question": "pd1/PD1-1"}, ZHAO)
    late = log.answer("pd1/PD1-1", "fail", "离线时写的", author=LI)
    late["seq"] = 2
    assert comments(log.events)[0]["replies"] == []


# At the desk


@pytest.mark.parametrize("who", ["archivist", "supervisor"])
@pytest.mark.parametrize("state", ["open", "sealed", "returned", "accepted"])
def test_a_comment_stands_at_its_question_with_who_and_leaves_the_state_as_it_is(
    app: Flask, desk: Desk, who: str, state: str
) -> None:
    one = inspections(app, state)[0]
    question, browser = question_of(app, one), desk(who)
    before = record_of(app, one)
    answer = say(browser, one, "请写明依据", question, back="talk-q-1-1")
    assert answer.status_code == 302 and answer.location.endswith("#talk-q-1-1")
    after = record_of(app, one)
    assert (after["state"], after["record_hash"]) == (state, before["record_hash"])
    page = browser.get(f"/office/inspections/{one}").text
    place = page.partition('id="talk-q-1-1"')[2].partition("</tr>")[0]
    assert "请写明依据" in place and "等检查组回应" in place
    assert "1 条等回应" in page


def test_a_comment_reaches_the_pairs_phones_and_their_answer_comes_back(app: Flask, desk: Desk) -> None:
    one, browser = inspections(app, "returned")[0], desk("archivist")
    with app.app_context():
        members = db.session.get_one(Inspection, one).members
        names = [member.inspector.user.username for member in members]
    both = pair(app, *names)
    log = record_of(app, one)["content"]["answers"]
    question = next(address for address, given in log.items() if given[-1]["value"] == "pass")
    say(browser, one, "请核对门牌", question)
    say(browser, one, "整体清楚")
    for handset in both:
        handset.sync(one)
        texts = [e["payload"]["text"] for e in handset.logs[one] if e["type"] == "comment"]
        assert texts == ["请核对门牌", "整体清楚"]
    mend(both, one)
    page = browser.get(f"/office/inspections/{one}").text
    told = page.partition('id="comments"')[2].partition("</section>")[0]
    assert "检查组已处理" in told and "已补拍明细页" in told and "1 条等回应" in told
    assert "门牌与登记不一致" in page.partition('id="changed"')[2].partition("</section>")[0]


def test_the_form_opens_at_its_question_by_an_address(app: Flask, desk: Desk) -> None:
    one = inspections(app, "sealed")[0]
    question = question_of(app, one)
    browser = desk("archivist")
    page = browser.get(f"/office/inspections/{one}", query_string={"comment": question}).text
    assert f'name="question" value="{question}"' in page
    assert f'name="question" value="{question}"' not in browser.get(f"/office/inspections/{one}").text


def test_open_comments_can_be_the_reason_for_sending_back(app: Flask, desk: Desk) -> None:
    one, browser = inspections(app, "sealed")[0], desk("archivist")
    say(browser, one, "请写明整改期限", question_of(app, one))
    say(browser, one, "缺一份名册")
    assert "等回应的意见 2 条" in browser.get(f"/office/inspections/{one}").text
    answer = act(app, browser, one, "return", reason="见下：", **{"with": "comments"})
    assert answer.status_code == 302
    reason = record_of(app, one)["office"][-1]["reason"]
    assert reason.startswith("见下：\n1. ") and "请写明整改期限" in reason and "2. 整体：缺一份名册" in reason


def test_without_a_word_and_without_comments_nothing_is_sent_back(app: Flask, desk: Desk) -> None:
    one = inspections(app, "sealed")[0]
    assert act(app, desk("archivist"), one, "return", reason="", **{"with": "comments"}).status_code == 422
    assert record_of(app, one)["state"] == "sealed"


# Attacks and limits


@pytest.mark.parametrize("who", ["planner", "auditor", "admin", "inspector1"])
def test_who_may_not_comment_does_not(app: Flask, desk: Desk, who: str) -> None:
    one, browser = inspections(app, "sealed")[0], desk(who)
    assert say(browser, one, "x").status_code == 403
    assert said(app, one) == []
    if who in ("planner", "auditor"):
        assert "写意见" not in browser.get(f"/office/inspections/{one}").text


def test_the_office_of_another_bureau_finds_nothing_to_comment_on(app: Flask, desk: Desk) -> None:
    one = inspections(app, "sealed", "津")[0]
    assert say(desk("archivist"), one, "x").status_code == 404
    assert said(app, one) == []


def test_without_the_token_nothing_is_said(app: Flask, desk: Desk) -> None:
    one, browser = inspections(app, "sealed")[0], desk("archivist")
    app.config["WTF_CSRF_ENABLED"] = True
    assert say(browser, one, "x").status_code == 400
    assert said(app, one) == []


@pytest.mark.parametrize("state", ["assigned", "archived"])
def test_where_the_pair_can_do_nothing_nothing_is_said(app: Flask, desk: Desk, state: str) -> None:
    one, browser = inspections(app, state)[0], desk("archivist")
    answer = say(browser, one, "还差一页")
    assert answer.status_code == 409 and "还差一页" in answer.text
    assert said(app, one) == []
    assert "写意见" not in browser.get(f"/office/inspections/{one}").text


@pytest.mark.parametrize(
    ("text", "question", "words"),
    [
        (" \r\n ", "", "没有写意见"),
        ("长" * (LONGEST + 1), "", "意见超过 2000 字"),
        ("x", "base/NONE", "这次检查没有这一题"),
        ("x", '"><script>alert(1)</script>', "这次检查没有这一题"),
    ],
)
def test_what_cannot_be_said_says_why_and_keeps_what_was_typed(
    app: Flask, desk: Desk, text: str, question: str, words: str
) -> None:
    one = inspections(app, "sealed")[0]
    answer = say(desk("archivist"), one, text, question)
    assert answer.status_code == 422 and words in answer.text
    assert "<script>alert" not in answer.text
    assert text.strip() in answer.text
    assert said(app, one) == []


def test_the_longest_comment_fits(app: Flask, desk: Desk) -> None:
    one = inspections(app, "sealed")[0]
    assert say(desk("archivist"), one, "长" * LONGEST).status_code == 302
    assert said(app, one) == ["长" * LONGEST]


def test_a_comment_is_text_wherever_it_stands(app: Flask, desk: Desk) -> None:
    one, browser = inspections(app, "sealed")[0], desk("archivist")
    evil = '<script>alert(1)</script><img src=x onerror="alert(2)">{{ 7*7 }}'
    say(browser, one, evil, question_of(app, one))
    page = browser.get(f"/office/inspections/{one}").text
    assert "<script>alert" not in page and "<img src=x" not in page and "{{ 7*7 }}" in page
    assert act(app, browser, one, "return", reason="", **{"with": "comments"}).status_code == 302
    assert "<script>alert" not in browser.get(f"/office/inspections/{one}").text


def test_after_so_many_comments_there_is_an_end(
    app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.archive.comments.MOST", 1)
    one, browser = inspections(app, "sealed")[0], desk("archivist")
    assert [say(browser, one, text).status_code for text in "ab"] == [302, 409]
    assert said(app, one) == ["a"]


def test_nobody_is_led_elsewhere_by_a_comment(app: Flask, desk: Desk) -> None:
    one = inspections(app, "sealed")[0]
    answer = desk("archivist").post(
        f"/office/inspections/{one}/comments?here=//evil.example&_external=1",
        data={"text": "x", "question": "", "back": "\r\nX: //evil.example"},
    )
    assert re.match(rf"/office/inspections/{one}\?photo=\d+#", answer.location)
