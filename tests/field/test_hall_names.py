"""Names before the visit: salted hashes or the names themselves, by the bureau's law (design 2.6 step 6)."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import both_databases
from tests.field.test_hall import NUMBERS, Desk, frozen, later, published
from webapp.accounts.models import Law, User
from webapp.db import db, now
from webapp.draw.layout import read
from webapp.draw.names import DrawSubject
from webapp.draw.proof import check
from webapp.registry.models import Interest
from webapp.registry.subjects import Subject


def law(app: Flask, **settings: object) -> None:
    """What the law of the planner's bureau says from now on."""
    with app.app_context():
        author = User.by_username("planner")
        assert author
        found = Law.in_force(author.bureau_id, now().date())
        assert found
        found.settings = found.settings | {
            name: {"value": value, "clause": "依据"} for name, value in settings.items()
        }
        db.session.commit()


def drawn(planner: FlaskClient, task: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> str:
    draw_id = frozen(planner, task)
    later(monkeypatch)
    assert planner.post(f"/office/draws/{draw_id}/numbers", data=NUMBERS).status_code == 302
    return draw_id


@both_databases
def test_names_are_known_at_the_desk_and_nowhere_else_before_the_visit(
    app: Flask, desk: Desk, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    planner, task = desk("planner"), published(desk)
    draw_id = drawn(planner, task, monkeypatch)
    public = f"/public/draws/{draw_id}"
    file = client.get(f"{public}.json")
    assert check(file.data) == [] and read(file.data)["rules"]["blind"] is True
    with app.app_context():
        pool = db.session.query(DrawSubject).filter_by(draw_id=draw_id).all()
        secrets = [
            word
            for row in pool
            for subject in [db.session.get_one(Subject, row.subject_id)]
            for word in (subject.name, subject.code, subject.id, row.salt, row.said)
        ]
        names = {subject.name for subject in db.session.query(Subject)}
    anyone = [
        client.get(place).get_data(as_text=True) for place in (public, f"{public}.json", f"{public}/1.json")
    ]
    assert pool and not [word for word in secrets if any(str(word) in page for page in anyone)]
    assert any(name in planner.get(f"/office/draws/{draw_id}").text for name in names)


def test_RZ_10b_who_steps_aside_for_whom_tells_no_name(app: Flask, desk: Desk) -> None:
    planner, task = desk("planner"), published(desk)
    with app.app_context():
        author, person = User.by_username("planner"), User.by_username("inspector1")
        assert author and person
        of_bureau = db.session.query(Subject).filter_by(bureau_id=author.bureau_id).all()
        inside = next(s for s in of_bureau if "人力资源服务机构" in s.kinds and s.state not in Subject.GONE)
        outside = next(s for s in of_bureau if s.state in Subject.GONE)
        for subject in (inside, outside):
            row = Interest(user_id=person.id, subject_id=subject.id, reason="近亲属", author_id=author.id)
            db.session.add(row)
        db.session.commit()
        person_id, ids = person.id, {inside.id, outside.id}
    draw_id = frozen(planner, task)
    text = planner.get(f"/public/draws/{draw_id}.json").text
    found = next(one for one in read(text.encode())["inspectors"] if one["id"] == person_id)
    with app.app_context():
        rows = DrawSubject.of(draw_id, found["recused"])
    assert [row.subject_id for row in rows.values()] == [inside.id] and not [
        one for one in ids if one in text
    ]


def test_where_the_law_shows_names_they_stand_in_the_file_and_its_hash_binds_them(
    app: Flask, desk: Desk, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    law(app, names_before_visit=True)
    planner, task = desk("planner"), published(desk)
    draw_id = drawn(planner, task, monkeypatch)
    data = client.get(f"/public/draws/{draw_id}.json").data
    file = read(data)
    assert check(data) == [] and file["rules"]["blind"] is False
    with app.app_context():
        rows = DrawSubject.of(draw_id, [line.split("\t")[0] for line in file["pool"]])
        assert len(rows) == len(file["pool"])
        for key, row in rows.items():
            subject = db.session.get_one(Subject, row.subject_id)
            assert key == row.said == f"{subject.name} {subject.code}" and row.salt is None
            assert subject.id not in data.decode()
