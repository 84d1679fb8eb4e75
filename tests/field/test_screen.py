"""The draw in a hall over HTTP: the big screen and the witnesses' phones (RZ-13)."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import both_databases
from tests.field.test_hall import published, said
from webapp.accounts.models import Law
from webapp.db import db, now
from webapp.draw import gatherings
from webapp.draw.gatherings import Gathering, Witness
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

    def seal(self, name: str, /, **more: Any) -> Any:
        return self.app.test_client().post(
            f"/api/v1/gatherings/{self.code}/witnesses", json=joining(name) | more
        )

    def freeze(self) -> Any:
        found = re.search(r'name="seen" value="([0-9a-f]{64})"', self.page("freeze"))
        return self.post("freeze", seen=found[1] if found else "")

    def open(self, name: str, /, **more: Any) -> Any:
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


@pytest.fixture
def hall_(app: Flask, desk: Desk) -> Hall:
    """A hall that has just been opened."""
    return Hall(app, desk("planner"), published(desk))


def seeds(hall_: Hall) -> str:
    return str(read(hall_.planner.get(f"/public/draws/{hall_.draw_id}.json").data)["seed"])


def test_who_should_not_be_there_is_struck_out_on_the_screen_before_the_freeze(
    app: Flask, hall_: Hall
) -> None:
    for name in ("周敏", "韩雪"):
        hall_.seal(name)
    with app.app_context():
        struck = db.session.query(Witness).filter_by(name="韩雪").one().id
    assert hall_.post("strike", witness=str(struck)).status_code == 302
    assert "已划去" in hall_.page("watch")
    own = app.test_client().get(f"/api/v1/witnesses/{KEYS['韩雪']}").json
    assert own["state"] == "struck"
    hall_.freeze()
    file = read(hall_.planner.get(f"/public/draws/{hall_.draw_id}.json").data)
    assert [one["name"] for one in file["rules"]["sources"]] == ["周敏（人大代表）", "双色球 2026135 期"]
    refused = hall_.open("韩雪")
    assert refused.status_code == 403 and refused.json["error"]["code"] == "witness_struck"
    late = hall_.post("strike", witness=str(struck))
    assert late.status_code == 409 and "不在这一步" in late.text


def test_nobody_slips_in_between_the_look_and_the_freeze(hall_: Hall) -> None:
    hall_.seal("周敏")
    seen = re.search(r'name="seen" value="([0-9a-f]{64})"', hall_.page("freeze"))
    assert seen
    hall_.seal("韩雪")
    answer = hall_.post("freeze", seen=seen[1])
    assert answer.status_code == 409 and "名单有变化" in answer.text and "韩雪" in answer.text
    assert hall_.draw_id == ""


def test_who_opens_too_late_counts_as_not_opened_and_the_desk_cannot_say_otherwise(
    hall_: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("周敏", "韩雪"):
        hall_.seal(name)
    early = hall_.open("周敏")
    assert early.status_code == 409 and early.json["error"]["code"] == "opening_early"
    hall_.freeze()
    hall_.open("周敏")
    later(monkeypatch)
    late = hall_.open("韩雪")
    assert late.status_code == 409 and late.json["error"]["code"] == "opening_late"
    assert hall_.open("周敏").json["opened"]
    typed = {
        "numbers-0": "1",
        "salt-0": "x" * 32,
        "numbers-1": "77",
        "salt-1": SALTS["韩雪"],
        "numbers-2": BALLS,
    }
    page = hall_.planner.get(f"/office/draws/{hall_.draw_id}").get_data(as_text=True)
    assert "salt-0" not in page and "583921" in page
    assert hall_.planner.post(f"/office/draws/{hall_.draw_id}/numbers", data=typed).status_code == 302
    assert seeds(hall_) == "583921.//3.7.8.14.21.27.30./"


def test_the_public_numbers_are_looked_at_twice(hall_: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    hall_.freeze()
    early = hall_.post("numbers", act="look", **{"numbers-0": BALLS})
    assert early.status_code == 409 and "还没有到开奖时间" in early.text
    later(monkeypatch)
    assert hall_.post("numbers", act="draw", checked="").status_code == 409
    empty = hall_.post("numbers", act="look", **{"numbers-0": "无"})
    assert empty.status_code == 422 and "号码没有填对" in empty.text
    hall_.post("numbers", act="look", **{"numbers-0": "3 8 14 21 27 30 9"})
    page = hall_.page("numbers")
    wrong = re.search(r'name="checked" value="([0-9a-f]{64})"', page)
    assert wrong and "<b>9</b>" in page and page.index("<b>30</b>") < page.index("<b>9</b>")
    hall_.post("numbers", act="again")
    hall_.post("numbers", act="look", **{"numbers-0": BALLS})
    changed = hall_.post("numbers", act="draw", checked=wrong[1])
    assert changed.status_code == 409 and "以前被改过" in changed.text
    assert hall_.confirm().status_code == 302
    assert seeds(hall_) == "3.7.8.14.21.27.30./"


def test_a_witness_without_a_phone_seals_and_opens_on_paper(
    app: Flask, hall_: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = joining("周敏")
    wrong = hall_.post("witnesses", name="周敏", capacity="deputy", sealed="abc")
    assert wrong.status_code == 422 and "封存指纹不对" in wrong.text and 'value="周敏"' in wrong.text
    assert hall_.post("witnesses", **{k: v for k, v in body.items() if k != "key"}).status_code == 302
    hall_.freeze()
    with app.app_context():
        witness = str(db.session.query(Witness).one().id)
    slip = {"witness": witness, "number": "583921", "salt": SALTS["周敏"]}
    bad = hall_.post("openings", **slip | {"number": "583922"})
    assert bad.status_code == 422 and "与封存的不符" in bad.text
    assert hall_.post("openings", **slip).status_code == 302
    later(monkeypatch)
    assert hall_.draw().status_code == 302
    assert seeds(hall_) == "583921./3.7.8.14.21.27.30./"


def test_the_screen_goes_on_where_it_was_and_what_is_pressed_twice_is_done_once(
    app: Flask, desk: Desk, hall_: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = hall_.planner.post("/office/gatherings", data=task_of(app, hall_) | said(witnesses=""))
    assert hall_.id in again.location
    hall_.seal("周敏")
    assert 'data-step="watch"' in hall_.page() and 'data-step="freeze"' in hall_.page("result")
    hall_.freeze()
    assert hall_.freeze().status_code == 409
    assert 'data-step="reveal"' in hall_.page()
    stale = hall_.planner.get(
        f"{hall_.place}/live", query_string={"step": "watch", "mark": "open", "seen": ""}
    )
    assert "step=freeze" in stale.headers["HX-Location"]
    later(monkeypatch)
    assert 'data-step="numbers"' in hall_.page()
    hall_.draw()
    with app.app_context():
        count = db.session.query(Inspection).count()
    assert hall_.confirm().status_code == 409
    with app.app_context():
        assert db.session.query(Inspection).count() == count
    assert 'data-step="result"' in hall_.page()
    assert desk("planner.tj").get(hall_.place).status_code == 404
    assert desk("auditor").get(hall_.place).status_code == 403


def task_of(app: Flask, hall_: Hall) -> dict[str, str]:
    with app.app_context():
        found = db.session.get_one(Gathering, hall_.id)
        return {"plan": found.plan_version.plan_id, "task": found.task_id}


def test_where_the_law_shows_names_the_hall_sees_them(
    app: Flask, hall_: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        law = Law.in_force(db.session.get_one(Gathering, hall_.id).bureau_id, now().date())
        assert law
        law.settings = law.settings | {"names_before_visit": {"value": True, "clause": None}}
        db.session.commit()
    hall_.freeze()
    later(monkeypatch)
    hall_.draw()
    page, draw_id = hall_.page("result"), hall_.draw_id
    with app.app_context():
        visits = [one for one in db.session.query(Inspection) if draw_id in (one.reason_text or "")]
        assert visits
        for one in visits:
            assert one.subject.name in page
            assert all(member.inspector.user.name in page for member in one.members)


def test_what_is_unchanged_is_not_sent_again(hall_: Hall) -> None:
    shown = re.search(r'hx-get="([^"]+)"', hall_.page("watch"))
    assert shown
    address = shown[1].replace("&amp;", "&")
    assert hall_.planner.get(address).status_code == 204
    hall_.seal("周敏")
    answer = hall_.planner.get(address)
    assert answer.status_code == 200 and "周敏" in answer.text and "<html" not in answer.text


def test_a_hall_can_be_given_up_and_the_task_drawn_at_the_desk(app: Flask, desk: Desk, hall_: Hall) -> None:
    hall_.seal("周敏")
    task = task_of(app, hall_)
    assert "正在大厅进行" in hall_.planner.get("/office/draws").get_data(as_text=True)
    assert hall_.post("close").status_code == 302
    assert app.test_client().get(f"/w/{hall_.code}").status_code == 410
    assert app.test_client().get(f"/api/v1/witnesses/{KEYS['周敏']}").json["state"] == "closed"
    assert "正在大厅进行" not in hall_.planner.get("/office/draws").get_data(as_text=True)
    assert hall_.planner.post("/office/draws/new", data=task | said() | {"act": "freeze"}).status_code == 302


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_of_two_planners_who_press_at_once_one_freezes_and_a_seal_is_before_or_after(
    app: Flask, desk: Desk, hall_: Hall
) -> None:
    hall_.seal("周敏")
    seen = re.search(r'name="seen" value="([0-9a-f]{64})"', hall_.page("freeze"))
    assert seen
    others = [hall_.planner, desk("planner")]
    answers: list[int] = []

    def press(planner: FlaskClient) -> None:
        answers.append(planner.post(f"{hall_.place}/freeze", data={"seen": seen[1]}).status_code)

    late = threading.Thread(target=lambda: answers.append(hall_.seal("韩雪").status_code))
    threads = [threading.Thread(target=press, args=(one,)) for one in others]
    for thread in [*threads, late]:
        thread.start()
    for thread in [*threads, late]:
        thread.join()
    with app.app_context():
        gathering = db.session.get_one(Gathering, hall_.id)
        named = [one["name"] for one in gathering.draw.file()["rules"]["sources"]] if gathering.draw else []
        assert len(named) in (0, 2)
        standing = {one.source_name for one in gathering.standing}
    # Either the seal was first, and both planners have to look again; or one froze without it, and it came too late.
    assert (len(standing), sorted(answers)) in ((2, [200, 409, 409]), (1, [302, 409, 410]))
