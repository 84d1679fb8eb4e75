"""Checklists whose words are attacks; answers that no phone gives, in all that comes of them."""

import random
import xml.etree.ElementTree as XML
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.archive import build, logic
from tests.archive.build import Log
from tests.forms.test_views import draft
from tests.hostile import odd
from tests.hostile.test_forms import judged_alike
from webapp.accounts.models import User
from webapp.archive.answers import Tables, Wish
from webapp.archive.answers_book import book
from webapp.archive.answers_xml import instance
from webapp.archive.changes import changes, worded
from webapp.archive.document import document, pdf_document
from webapp.archive.facts import facts
from webapp.archive.record_pdf import record_pdf
from webapp.archive.rules import missing
from webapp.archive.wording import Wording
from webapp.canonical import digest
from webapp.db import db
from webapp.forms.models import Release

Json = dict[str, Any]
Desk = Callable[[str], FlaskClient]
WORDS = [
    "=1+1", "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</script><script>alert(1)</script>",
    "#let x = 1; #panic() $ \\ * _ @a <b> `c` #{1/0}", "\u202egnp.exe\u2066\ufeff\u200b", "../../etc/passwd",
    "line\r\nline\u2028line", "${q1}", "%s %(x)s {0} {{ 7*7 }}", "]]>--><b>", "一" * 3000,
]  # fmt: skip
KEYS = [*logic.words(logic.visited())["sections"][0]["rows"]]
PLACES = [
    "",
    "[1]",
    "[2]",
    "[200]",
    "[201]",
    "[1.1]",
    "[1.1.1.1]",
    "[01]",
    "[0]",
    "[1000000000]",
    "[]",
    "\n[1]",
]
VALUES: list[Any] = [
    "yes", "no", "none", "fail", "pass", "9999-12-31T20:00:00Z", "200", "1", "0", True, False, None, 5, 2**53 - 1,
    ["paper", "pay"], ["fail"], {"a": 1}, [["x"]], "\x1cfail", "9" * 400, "",
]  # fmt: skip


def attack(words: str, version: str) -> Json:
    """A form that says these words wherever words can be said."""
    both = {"zh-Hans": words, "en": words}
    said = ["s", words]
    listed = [{"name": "__proto__", "label": both, "more": {words[:20]: words, "list_name": words}}]
    listed += [{"name": "=1+1", "label": both}]
    first = {
        "name": "constructor",
        "type": "text",
        "label": both,
        "hint": both,
        "law": words,
        "guidance": words,
    }
    first |= {
        "severity": words,
        "appearance": words,
        "required": True,
        "required_message": both,
        "default": said,
    }
    first |= {"constraint": ["!=", ["."], said], "constraint_message": both}
    one = {"name": "q1", "type": "select_one", "label": both, "choices": listed, "verdict": ["=1+1"]}
    one |= {"choice_filter": ["=", ["c", words[:20]], said]}
    inner = {
        "name": "r",
        "type": "repeat",
        "label": both,
        "children": [{"name": "v", "type": "verdict", "label": both}],
    }
    group = {
        "name": "g",
        "type": "group",
        "label": both,
        "relevant": ["=", ["q", "q1"], said],
        "children": [inner],
    }
    return {
        "name": "attack",
        "version": version,
        "item": None,
        "title": both,
        "questions": [first, one, group],
    }


def test_words_of_a_checklist_are_words_on_every_page(app: Flask, desk: Desk) -> None:
    planner, before = desk("planner"), ""
    for number, words in enumerate(WORDS):
        with app.app_context():
            author = User.by_username("planner")
            assert author
            version = f"{words[:12]} {number}".replace("\r\n", "").replace("\u2028", "")
            made = Release.begin(
                author, "", attack(words, version), (f"../{words[:50].split()[0]}.xlsx", b"%d" % number)
            )
            db.session.commit()
            at = made.id
        pages = [
            f"/forms/{at}{part}" for part in ("", "/preview", "/blank.pdf", "/form.xlsx", "/edit", "/source")
        ]
        pages += ["/forms/", "/forms/?item=", "/forms/?show=draft", f"/forms/{at}/compare/{before or at}"]
        pages += [f"/api/v1/forms/{at}"]
        for path in pages:
            answer = planner.get(path)
            assert answer.status_code == 200, (words, path)
            assert "html" not in answer.content_type or not any(
                sign in answer.text for sign in ("<script>alert", "<img src=x")
            ), (words, path)
        before = at


def test_a_version_is_one_line_as_it_stands_in_the_names_of_files(app: Flask, desk: Desk) -> None:
    planner, at = desk("planner"), draft(app)
    address = f"/api/v1{at}"
    opened = planner.get(address).json
    assert opened
    sheet = opened["sheet"] | {"version": "2027\r\nSet-Cookie: x=1\u2028\x07"}
    answer = planner.put(address, json={"seen": opened["seen"], "sheet": sheet})
    assert answer.json and answer.json["form"]["version"] == "2027 Set-Cookie: x=1"
    assert planner.get(f"{at}/form.xlsx").status_code == planner.get(f"{at}/blank.pdf").status_code == 200


def forged(seed: int) -> Log:
    """A visit by a phone that answers anything to anything."""
    dice, log = random.Random(seed), Log()
    keys = [row["address"].partition("/")[2].partition("[")[0] for row in KEYS]
    visit = build.VISIT | {"forms": [digest(logic.FORM)]}
    log.add("arrive", {"position": None, "visit": visit}, time=dice.choice(odd.TIMES))
    for _ in range(dice.randrange(60)):
        question = (
            f"pd4/{dice.choice([*keys, 'worker', 'owed', 'g', 'share', '__proto__'])}{dice.choice(PLACES)}"
        )
        value = dice.choice(VALUES) if dice.random() < 0.7 else odd.value(dice)
        standing = [event["id"] for event in log.events if event["payload"].get("question") == question]
        payload = {"question": question, "value": value, "note": odd.value(dice, 1)}
        log.add("answer", payload | {"replaces": standing if dice.random() < 0.7 else []})
        if dice.random() < 0.1:
            log.photo(question, build.picture(dice.randrange(250)), "x")
    return log


@pytest.mark.parametrize("start", range(0, 60, 20))
def test_forged_answers_leave_record_archive_export_and_comparison_standing(start: int) -> None:
    logs = [forged(seed) for seed in range(start, start + 20)]
    documents = [logic.words(log) for log in logs]
    for log, before, written, earlier in zip(
        logs, logs[1:] + logs[:1], documents, documents[1:] + documents[:1], strict=True
    ):
        record = log.record
        assert worded(changes(before.record, record), earlier, written, Wording()) is not None
        assert missing(record, logic.FORMS, set(log.blobs), seal_signature_ok=True, visit_matches=True)
        log.add("archive", {"seal": "x", **build.closing({})})
        assert "text" in facts(log.events, logic.FORMS)
        for wish in (Wish(), Wish(names=True, split=True, hidden=True, notes=True, photos=True)):
            tables = Tables({digest(logic.FORM): logic.FORM}, wish, Wording())
            for kind in ("xlsx", "zip"):
                rows = tables.rows(build.uuid("i"), record, digest(logic.FORM))
                assert b"".join(book(kind, tables.tables, "both", rows, lambda: ["x"], str)).startswith(b"PK")
        if not record["conflicts"]:
            given = instance(logic.FORM, record, build.uuid("i"))
            assert XML.fromstring(given).tag == "data"  # noqa: S314 - our own
    assert record_pdf(pdf_document(document(logs[0].record, logic.FORMS, build.ASSIGNMENT)), {}).startswith(
        b"%PDF"
    )
    judged_alike(logic.FORM, [log.record["content"] for log in logs])
