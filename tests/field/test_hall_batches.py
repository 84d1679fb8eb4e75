"""Where everybody is inspected, the draw says in which batch (PD-2.1b)."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import both_databases
from tests.field.test_hall import NUMBERS, Desk, Phone, frozen, later, published, said, today_in_china
from webapp.db import db
from webapp.draw.layout import read
from webapp.draw.models import Draw
from webapp.draw.names import DrawSubject
from webapp.draw.proof import check
from webapp.field.models import Inspection, InspectionDraw


@both_databases
def test_PD_2_1b_everybody_is_drawn_into_batches_and_each_is_due_in_the_window_of_its_own(
    app: Flask, desk: Desk, phone: Phone, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    planner, task = desk("planner"), published(desk, bp="100", by="risk/region")
    first = today_in_china()
    middle = first + timedelta(days=5)
    typed = f"{first} 至 {middle - timedelta(days=1)}\n{middle} 至 {first + timedelta(days=10)}"
    preview = planner.post("/office/draws/new", data=task | said(batches="2", batch_windows=typed)).text
    assert "第 2 批" in preview and typed.splitlines()[0] in preview, "nothing typed is lost"
    draw_id = frozen(planner, task, batches="2", batch_windows=typed)
    later(monkeypatch)
    assert planner.post(f"/office/draws/{draw_id}/numbers", data=NUMBERS).status_code == 302
    data = client.get(f"/public/draws/{draw_id}.json").data
    rules = read(data)["rules"]
    assert check(data) == [] and rules["batches"] == 2
    assert rules["by"] == "all", "where everybody comes, small strata would all fall into the first batch"
    assert f"第 2 批 {middle} 至 {first + timedelta(days=10)}" in rules["task"], "the windows are frozen too"
    with app.app_context():
        draw = db.session.get_one(Draw, draw_id)
        rows = {row.subject_id: row.batch for row in DrawSubject.drawn(draw_id, None, 1000)}
        made = (
            db.session.query(Inspection).join(InspectionDraw).filter(InspectionDraw.draw_id == draw_id).all()
        )
        sizes = DrawSubject.batches(draw_id)
        assert len(made) == len(rows) == sum(sizes.values()) and abs(sizes[1] - sizes[2]) <= 1
        for one in made:
            assert one.due == date.fromisoformat(draw.windows[(rows[one.subject_id] or 0) - 1]["until"])
            assert f"第 {rows[one.subject_id]} 批" in one.reason_text
    page = planner.get(f"/office/draws/{draw_id}").text
    assert page.index('id="batch-1"') < page.index('id="batch-2"')
    public = client.get(f"/public/draws/{draw_id}?batch=2").text
    assert public.count("检查以后公开</small>") == sizes[2] and f"{middle}" in public


def test_a_batch_in_which_nobody_would_be_is_refused(desk: Desk) -> None:
    planner, task = desk("planner"), published(desk, bp="1", by="risk")
    answer = planner.post("/office/draws/new", data=task | said(batches="2") | {"act": "freeze"})
    assert answer.status_code == 422 and "有的批次会一个对象也没有" in answer.text


def test_batches_that_do_not_fit_the_window_are_refused_and_kept_as_typed(desk: Desk) -> None:
    planner, task = desk("planner"), published(desk)
    data = task | said(batches="2", batch_windows="2020-01-01 至 2020-01-02") | {"act": "freeze"}
    answer = planner.post("/office/draws/new", data=data)
    assert (
        answer.status_code == 422
        and "批次没有填对" in answer.text
        and "2020-01-01 至 2020-01-02" in answer.text
    )
