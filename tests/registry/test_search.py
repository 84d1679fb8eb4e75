"""Searching the library: exact for any piece of a name, code or address, whatever its size; no hidden digit is found."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, text

from tests.conftest import both_databases
from tests.registry.test_imports import code, firms, imported, table
from webapp.accounts.models import User
from webapp.db import db
from webapp.registry import search
from webapp.registry.imports import work
from webapp.registry.subjects import COUNTED, Library, Subject

PERSON = "110101199003074477"
SIGNS = "平顶山市华鑫人力资源（集团）有限公司ABCxyz019 -_=&%'\"\\𠮷éÉ　:;|"


def bureau() -> str:
    found = User.by_username("planner")
    assert found
    return found.bureau_id


def added(**values: Any) -> Subject:
    author = User.by_username("planner")
    assert author
    return Subject.add(author.bureau_id, author, values, None)


@both_databases
def test_every_piece_of_a_name_is_found_and_nothing_else(app: Flask) -> None:
    """Random texts of odd signs: what the index finds is what comparing each row finds."""
    rng = random.Random(4)  # noqa: S311 - texts for a test
    with app.app_context():
        names = ["".join(rng.choices(SIGNS, k=rng.randint(1, 12))) or "甲" for _ in range(120)]
        subjects = [added(name=name, code=f"{at:06}", address="") for at, name in enumerate(names)]
        for _ in range(120):
            whole = rng.choice(names)
            start = rng.randrange(len(whole))
            piece = whole[start : start + rng.randint(1, 5)]
            wanted = {one.id for one in subjects if all(_in(word, one) for word in piece.split())}
            found = {one.id for one in Library(q=piece).rows(bureau(), whole=True, limit=10_000)}
            assert found & {one.id for one in subjects} == wanted, piece


def _in(word: str, subject: Subject) -> bool:
    return any(_lower(word) in _lower(place) for place in (subject.name, subject.code))


def _lower(said: str) -> str:
    return "".join(sign.lower() if sign.isascii() else sign for sign in said)


@both_databases
def test_the_index_follows_every_change(app: Flask) -> None:
    with app.app_context():
        author = User.by_username("planner")
        subject = added(name="旧名称公司", code="1234567890123", address="新华区")
        assert author and [one.id for one in Library(q="旧名").rows(bureau())] == [subject.id]
        subject.change(author, {"name": "新名字公司", "state": "注销", "tags": ["重点"]}, None)
        assert Library(q="旧名").rows(bureau()) == [] == Library(q="新名字", state="there").rows(bureau())
        assert [one.id for one in Library(q="新名字", tag="重点", state="注销").rows(bureau())] == [
            subject.id
        ]
        db.session.delete(subject)
        db.session.flush()
        assert Library(q="新名字").rows(bureau()) == []


@both_databases
def test_an_import_and_its_undoing_are_in_the_index(app: Flask) -> None:
    with app.app_context():
        imported(table(firms(1, 2)))
        found = imported(table([*firms(2, address="卫东区桃花源"), *firms(3)]), removes=True)
        assert [one.code for one in Library(q="桃花源").rows(bureau())] == [code(2)]
        assert Library(q="第1公司", state="there").rows(bureau()) == []
        found.turn("undoing")
        db.session.commit()
        work(found.id, found.author_id)
        assert Library(q="桃花源").rows(bureau()) == [] == Library(q="第3公司").rows(bureau())
        assert [one.code for one in Library(q="第1公司", state="there").rows(bureau())] == [code(1)]


@both_databases
def test_filters_together_find_what_each_row_says(app: Flask) -> None:
    with app.app_context():
        for at in range(40):
            added(
                name=f"合并{at}", code=f"{at:013}", address="", district="叶县" if at % 2 else "郏县",
                kinds=["甲 类", "乙"][: at % 3], credit_risk="ABCD"[at % 4], complaints=at % 5, abnormal=at % 7 == 0,
                tags=["重点"] if at % 11 == 0 else [],
            )  # fmt: skip
        asked = Library(q="合并", district="郏县", kind="甲 类", credit="C", flag="complaints")
        assert [one.name for one in asked.rows(bureau())] == [
            f"合并{at}" for at in range(40) if at % 2 == 0 and at % 3 and at % 4 == 2 and at % 5
        ]
        assert [one.name for one in Library(tag="重点", flag="abnormal", q="合并").rows(bureau())] == [
            "合并0"
        ]
        assert asked.page(bureau()) == (asked.rows(bureau()), 6)


@both_databases
def test_a_page_goes_on_where_the_last_one_ended(app: Flask) -> None:
    with app.app_context():
        made = [added(name=f"翻页{at}公司", code=f"{at:013}", address="").id for at in range(25)]
        for asked in ({"q": "翻页"}, {"q": "页"}, {}):
            after, seen = "", []
            while rows := Library(**asked, after=after).rows(bureau(), limit=7):
                seen += [one.id for one in rows]
                after = str(rows[-1].number)
            assert [one for one in seen if one in made] == made and len(set(seen)) == len(seen)


@both_databases
def test_another_bureau_is_never_found(app: Flask) -> None:
    with app.app_context():
        other = User.by_username("planner.tj")
        assert other
        Subject.add(other.bureau_id, other, {"name": "外地独有公司", "code": "1" * 13}, None)
        assert Library(q="外地独有").rows(bureau()) == [] and Library(q="外地独有").rows(other.bureau_id)


@both_databases
def test_hidden_digits_of_a_person_are_not_found_one_by_one(
    app: Flask, desk: Callable[[str], FlaskClient]
) -> None:
    """TJ-7: who sees 110101********4477 must not find out the birthday by searching for it."""
    with app.app_context():
        imported(table([["张三", PERSON, "享受养老保险待遇人员", "新华区", "正常"], *firms(1)]))
    seen = {
        name: {
            words: "张三" in desk(name).get(f"/office/subjects?q={words}").get_data(as_text=True)
            for words in ("1990", "19900307", "10119900", "0744", "110101", "4477", PERSON, "张三")
        }
        for name in ("planner", "auditor")
    }
    assert all(seen["planner"].values())
    assert [words for words, found in seen["auditor"].items() if found] == ["110101", "4477", PERSON, "张三"]
    exported = desk("auditor").get("/office/subjects/export.csv?q=19900307").get_data(as_text=True)
    assert "张三" not in exported
    past = desk("auditor").get("/office/subjects?on=2020-01-01&q=1990").get_data(as_text=True)
    assert "张三" not in past
    with app.app_context():
        assert Library(q=code(1)[4:9]).rows(bureau()) and Library(q=code(1).lower()).rows(bureau())


@both_databases
def test_both_databases_cut_a_text_alike(app: Flask) -> None:
    rng = random.Random(7)  # noqa: S311 - texts for a test
    with app.app_context():
        for at in range(50):
            said = "".join(rng.choices(SIGNS, k=rng.randint(0, 20)))
            added(
                name=said or "甲", code=f"{at:013}", address=said[::-1], district=said[:3], kinds=[said[:4], "乙"],
                tags=["重点"], complaints=at % 2, abnormal=at % 3 == 0, state=("在营", "注销")[at % 2],
                credit_risk=("A", None)[at % 2],
            )  # fmt: skip
        said = ", ".join(search.SAID)
        kept = db.session.execute(text(f"SELECT {said}, subject_tokens({said}) FROM subject"))  # noqa: S608
        for *values, tokens in kept:
            assert (tokens if isinstance(tokens, str) else " ".join(sorted(set(tokens)))) == search.tokens_of(
                *values
            )


@pytest.mark.parametrize("size", [60, 400])
@both_databases
def test_a_page_of_the_library_asks_as_much_of_a_small_one_as_of_a_large_one(
    app: Flask, desk: Callable[[str], FlaskClient], size: int
) -> None:
    with app.app_context():
        imported(table(firms(*range(size))))
    planner = desk("planner")
    for asked in ("", "?q=公司&state=在营", "?district=新华区&flag=abnormal"):
        with app.app_context():
            engine = db.engine
        seen: list[str] = []
        event.listen(engine, "after_cursor_execute", lambda *given, seen=seen: seen.append(given[2]))
        assert planner.get(f"/office/subjects{asked}").status_code == 200
        assert len([one for one in seen if "FROM" in one]) <= 7, seen


def test_what_is_more_than_anybody_reads_is_not_counted(
    app: Flask, desk: Callable[[str], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        imported(table(firms(*range(30))))
        assert COUNTED == 1000
    monkeypatch.setattr("webapp.registry.subjects.COUNTED", 20)
    monkeypatch.setattr("webapp.registry.subject_views.COUNTED", 20)
    planner = desk("planner")
    assert "20+ 个" in planner.get("/office/subjects?after=1&q=公司").get_data(as_text=True)
    assert "1 个" in planner.get("/office/subjects?q=第29公司").get_data(as_text=True)


@both_databases
def test_the_index_is_made_anew_where_it_is_lost(app: Flask) -> None:
    with app.app_context():
        added(name="重建索引公司", code="1234567890123", address="")
        db.session.commit()
        with db.engine.begin() as connection:
            sqlite = connection.dialect.name == "sqlite"
            for statement in (
                ["DROP TRIGGER subject_search_put", "DROP TABLE subject_search"]
                if sqlite
                else ["DROP INDEX ix_subject_search"]
            ):
                connection.exec_driver_sql(statement)
            search.keep(connection)
        assert Library(q="重建索引").rows(bureau())
        added(name="重建以后公司", code="1234567890124", address="")
        assert Library(q="重建以后").rows(bureau())
