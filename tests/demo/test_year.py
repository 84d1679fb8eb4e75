"""The demo's year: plans with the list's own ratios, and one draw each that anyone can repeat."""

import shutil
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import SETTINGS
from webapp import create_app
from webapp.db import db, today
from webapp.demo import world
from webapp.demo.year import load_year
from webapp.draw.models import Draw
from webapp.draw.proof import check
from webapp.field.models import Inspection
from webapp.plan import task_rules
from webapp.plan.models import Plan, items_by_code


def test_PD_A_the_plan_has_the_ratio_of_every_item_and_two_hundred_persons_for_the_eighth(app: Flask) -> None:
    with app.app_context():
        load_year(today())
        tasks = {task["items"][0]: task for task in _plan("pd").latest.tasks}
    assert [tasks[f"PD{n}"]["bp"] for n in range(1, 10)] == [
        500,
        3000,
        2000,
        2000,
        500,
        1000,
        500,
        None,
        1600,
    ]
    eighth = tasks["PD8"]
    assert (eighth["total"], eighth["kinds"], eighth["methods"]) == (
        200, ["享受养老保险待遇人员"], ["网上信息技术比对"],
    )  # fmt: skip


@pytest.mark.parametrize("bureau", ["pd", "tj"])
def test_a_plan_of_the_demo_is_one_that_a_planner_could_have_typed(app: Flask, bureau: str) -> None:
    with app.app_context():
        load_year(today())
        version = _plan(bureau).latest
        assert version.state == "published" and version.approver and version.approver.id != version.author_id
        faults = [task_rules.faults(task, items_by_code(version.plan.bureau_id)) for task in version.tasks]
        assert faults == [{}] * len(version.tasks)
        assert (version.figures or {})["uncovered"] == []


@pytest.mark.parametrize("bureau", ["pd", "tj"])
def test_the_draw_of_the_demo_holds_and_its_inspections_are_with_the_pairs(app: Flask, bureau: str) -> None:
    with app.app_context():
        before = db.session.query(Inspection).count()
        assert load_year(today()) == db.session.query(Inspection).count() - before > 0
        (draw,) = Draw.of_bureau(_plan(bureau).bureau_id)
        assert draw.state == "drawn" and check(draw.act.text.encode()) == []
        assert not draw.file()["refusals"] and draw.begins == today()
        assert load_year(today()) == 0


def test_the_same_day_gives_the_same_draw(sqlite_world: Path, tmp_path: Path) -> None:
    files = []
    for name in ("one", "other"):
        shutil.copytree(sqlite_world, tmp_path / name)
        with create_app(SETTINGS | {"DATA": tmp_path / name}).app_context():
            load_year(today())
            files.append([draw.act.sha256 for draw in db.session.query(Draw).order_by(Draw.id)])
            db.session.remove()
            db.engine.dispose()
    assert files[0] == files[1] and len(files[0]) == 2


def _plan(bureau: str) -> Plan:
    (bureau_id,) = (one["id"] for one in world.bureaus() if one["key"] == bureau)
    return db.session.query(Plan).filter_by(bureau_id=bureau_id).one()
