"""The draw in a hall over HTTP: the big screen and the witnesses' phones (RZ-13)."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import both_databases
from tests.field.test_hall import published, said
from webapp.db import db, now
from webapp.draw import gatherings
from webapp.draw.gatherings import Gathering
from webapp.draw.layout import read
from webapp.draw.proof import against, check
from webapp.draw.seed import seal
from webapp.field import hall
from webapp.field.models import Inspection

Desk = Callable[..., FlaskClient]
SALTS = {"周敏": "3d1f0c9a7b5e2468ace013579bdf0246", "韩雪": "0f1e2d3c4b5a69788796a5b4c3d2e1f0"}
KEYS = {"周敏": "a" * 32, "韩雪": "b" * 32}
NUMBERS = {"周敏": "583921", "韩雪": "77"}
BALLS = "3 8 14 21 27 30 7"


class Hall:
    """A hall in which a task is drawn: the planner's screen, and phones of nobody's."""

    def __init__(self, app: Flask, planner: FlaskClient, task: dict[str, str], **more: str) -> None:
        self.app, self.planner = app, planner
        answer = planner.post("/office/gatherings", data=task | said(witnesses="", **more))
        assert answer.status_code == 302, answer.text
        self.place = answer.location.partition("?")[0]
        self.id = self.place.rpartition("/")[2]

    @property
    def code(self) -> str:
        with self.app.app_context():
            return db.session.get_one(Gathering, self.id).code

    @property
    def draw_id(self) -> str:
        with self.app.app_context():
            return db.session.get_one(Gathering, self.id).draw_id or ""

    def page(self, step: str = "") -> str:
        return self.planner.get(self.place, query_string={"step": step}).get_data(as_text=True)

    def post(self, to: str, **form: str) -> Any:
        return self.planner.post(f"{self.place}/{to}", data=form)

    def seal(self, name: str, **more: str) -> Any:
        return self.app.test_client().post(
            f"/api/v1/gatherings/{self.code}/witnesses", json=joining(name) | more
        )

    def freeze(self) -> Any:
        found = re.search(r'name="seen" value="([0-9a-f]{64})"', self.page("freeze"))
        return self.post("freeze", seen=found[1] if found else "")

    def open(self, name: str, **more: str) -> Any:
        body = {"text": f"{NUMBERS[name]}./", "salt": SALTS[name]} | more
        return self.app.test_client().post(f"/api/v1/witnesses/{KEYS[name]}/opening", json=body)

    def draw(self, balls: str = BALLS) -> Any:
        place = re.search(r'name="(numbers-\d+)"', self.page("numbers"))
        assert place
        assert self.post("numbers", act="look", **{place[1]: balls}).status_code == 302
        return self.confirm()

    def confirm(self) -> Any:
        found = re.search(r'name="checked" value="([0-9a-f]{64})"', self.page("numbers"))
        return self.post("numbers", act="draw", checked=found[1] if found else "")


def joining(name: str) -> dict[str, str]:
    sealed = seal(f"{NUMBERS[name]}./", SALTS[name])
    return {"name": name, "capacity": "deputy", "sealed": sealed, "key": KEYS[name]}


def later(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (hall, gatherings):
        monkeypatch.setattr(module, "now", lambda: now() + timedelta(hours=2))


@both_databases
def test_RZ_13_witnesses_seal_on_their_phones_and_the_screen_leads_to_the_inspections(
    app: Flask, desk: Desk, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall_ = Hall(app, desk("planner"), published(desk))
    assert f"/w/{hall_.code}" in hall_.page() and "还没有人" in hall_.page()
    assert "封存号码" in client.get(f"/w/{hall_.code}").text
    for name in ("周敏", "韩雪"):
        answer = hall_.seal(name)
        assert answer.status_code == 200 and answer.json["state"] == "waiting"
    assert "周敏" in hall_.page("watch") and "每个区县都组得成检查组" in hall_.page("freeze")
    assert hall_.freeze().status_code == 302
    announced = client.get(f"/public/draws/{hall_.draw_id}.json").data
    file = read(announced)
    assert check(announced) == []
    assert [source["name"] for source in file["rules"]["sources"]] == [
        "周敏（人大代表）",
        "韩雪（人大代表）",
        "双色球 2026135 期",
    ]
    assert file["pool_hash"][:8] in hall_.page("freeze") and file["rules_hash"][:8] in hall_.page("freeze")
    assert hall_.open("周敏").json["state"] == "opened"
    assert "583921" in hall_.page("reveal")
    assert "公共号码还没有开出" in hall_.page("numbers")
    later(monkeypatch)
    assert "没有公开" in hall_.page("reveal")
    answer = hall_.draw()
    assert answer.status_code == 302 and "step=result" in answer.location
    drawn = client.get(f"/public/draws/{hall_.draw_id}.json").data
    after = read(drawn)
    assert check(drawn) == [] and against(announced, drawn) == []
    assert after["seed"] == "583921.//3.7.8.14.21.27.30./"
    page, draw_id = hall_.page("result"), hall_.draw_id
    with app.app_context():
        visits = db.session.query(Inspection).filter_by(reason="drawn").all()
        mine = [one for one in visits if draw_id in (one.reason_text or "")]
        assert len(mine) == len(after["pairs"]) > 0
        for one in mine:
            assert one.subject.name not in page
        assert all(pair["subject"][:16] in page for pair in after["pairs"])
    assert f"flask draw verify {hall_.draw_id}.json" in hall_.page("proof")
