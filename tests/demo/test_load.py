"""The demo goes in by the same doors as real work, twice if need be, and never into production."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import KEYS
from webapp.accounts.models import Bureau, User
from webapp.archive.models import Archive
from webapp.archive.verify import verify
from webapp.db import db, today
from webapp.demo import world
from webapp.demo.load import load
from webapp.field.models import Event, Inspection
from webapp.forms.models import Form
from webapp.registry.items import Item
from webapp.registry.models import Inspector
from webapp.registry.subjects import Subject


def test_loading_twice_adds_nothing(app: Flask) -> None:
    with app.app_context():
        before = db.session.query(Event).count()
        assert load(KEYS) == 0
        assert db.session.query(Event).count() == before


def test_the_command_refuses_in_production(app: Flask) -> None:
    app.config["PRODUCTION"] = True
    result = app.test_cli_runner().invoke(args=["demo", "load"])
    assert result.exit_code == 1
    assert "production" in result.output


def test_the_command_refuses_beside_a_real_bureau(app: Flask) -> None:
    with app.app_context():
        bureau = Bureau(
            id="real", name="某市", short_name="某", number_prefix="某", region="410000", districts=[]
        )
        db.session.add(bureau)
        db.session.commit()
    assert app.test_cli_runner().invoke(args=["demo", "load"]).exit_code == 1


def test_there_are_four_bureaus_nine_items_a_form_each_and_two_dozen_inspectors(app: Flask) -> None:
    with app.app_context():
        first = db.session.query(Bureau).filter_by(parent_id=None, short_name="平顶山市人社局").one()
        assert db.session.query(Bureau).count() == 4
        assert len(Item.listed(first.id)) == 9
        assert len(Form.in_use(first.id, [item.code for item in Item.listed(first.id)], today())) == 10
        assert db.session.query(Inspector).count() == 24
        assert 90 <= db.session.query(Subject).count() <= 150


@pytest.mark.parametrize(
    "username",
    [
        "admin",
        "planner",
        "archivist",
        "supervisor",
        "auditor",
        "inspector1",
        "inspector12",
        "inspector1.tj",
        "admin.rz",
    ],
)
def test_every_account_of_the_issue_logs_in(
    app: Flask, desk: Callable[[str], FlaskClient], username: str
) -> None:
    desk(username)
    with app.app_context():
        assert User.query.filter_by(username=username).one().active


def test_the_inspections_are_in_the_state_that_the_world_says(app: Flask) -> None:
    states = {"conflict": "open", "sealed_refused": "sealed", "sealed_absent": "sealed"}
    with app.app_context():
        for assignment in world.assignments():
            if assignment["key"] in KEYS:
                inspection = db.session.get_one(Inspection, assignment["id"])
                wanted = states.get(assignment["state"], assignment["state"])
                record = inspection.record()
                assert (inspection.state, record["state"], record["faults"]) == (wanted, wanted, [])
                assert bool(record["conflicts"]) == (assignment["state"] == "conflict")


def test_the_demo_archives_are_whole(app: Flask) -> None:
    with app.app_context():
        archives = db.session.query(Archive).all()
        assert archives
        assert [list(verify(archive.read())) for archive in archives] == [[] for _ in archives]
