"""The draw as an act over HTTP: from an empty year to inspections on the phones of the pairs (RZ-13)."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import both_databases
from tests.handset import Handset
from webapp.accounts.models import Law, User
from webapp.db import db, now, today
from webapp.draw.asking import at
from webapp.draw.layout import read
from webapp.draw.models import Draw
from webapp.draw.names import DrawSubject
from webapp.draw.proof import against, check
from webapp.draw.seed import seal
from webapp.field import hall
from webapp.field.drawn import known, make
from webapp.field.models import Inspection
from webapp.plan.models import Plan
from webapp.registry.items import Item
from webapp.registry.models import Inspector, Interest, Lending
from webapp.registry.subjects import Subject

Desk = Callable[..., FlaskClient]
Phone = Callable[[str], Handset]
SALT = "3d1f0c9a7b5e2468ace013579bdf0246"
TASK: dict[str, Any] = {
    "name": "人力资源服务机构抽查",
    "items": ["PD1"],
    "kinds": ["人力资源服务机构"],
    "methods": ["现场检查"],
    "months": [str(month) for month in range(1, 13)],
    "bp": "50",
    "by": "risk/region",
    "times": "1",
    "size": "2",
}


def published(desk: Desk, suffix: str = "", **more: Any) -> dict[str, str]:
    """The address of the only task of a plan of this year that was written, approved and published."""
    planner, supervisor = desk(f"planner{suffix}"), desk(f"supervisor{suffix}")
    place = planner.post("/office/plans", data={"year": str(now().year)}).location
    assert planner.post(f"{place}/tasks/new", data=TASK | more).status_code == 302
    assert supervisor.post(f"{place}/approve", data={"document": "会议纪要"}).status_code == 302
    assert planner.post(f"{place}/publish").status_code == 302
    page = planner.get("/office/draws").get_data(as_text=True)
    found = re.search(r"plan=([0-9a-f-]+)&amp;task=([0-9a-f-]+)", page)
    assert found
    return {"plan": found[1], "task": found[2]}


def said(**more: str) -> dict[str, str]:
    """What a planner types: a lottery in an hour, visits in the next ten days, one witness."""
    first = today_in_china()
    return {
        "begins": first.isoformat(),
        "ends": (first + timedelta(days=10)).isoformat(),
        "public": "双色球 2026135 期",
        "when": at(now() + timedelta(hours=1))[:16],
        "witnesses": f"周敏 {seal('583921./', SALT)}",
        **more,
    }


def today_in_china() -> Any:
    from datetime import date

    return date.fromisoformat(at(now())[:10])


NUMBERS = {"numbers-0": "583921", "salt-0": SALT, "numbers-1": "3 8 14 21 27 30 7"}


def frozen(planner: FlaskClient, task: dict[str, str], **more: str) -> str:
    answer = planner.post("/office/draws/new", data=task | said(**more) | {"act": "freeze"})
    assert answer.status_code == 302, answer.text
    return str(answer.location).rpartition("/")[2]


def later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hall, "now", lambda: now() + timedelta(hours=2))


@both_databases
def test_RZ_13_from_an_empty_year_to_inspections_on_the_phones_of_the_pairs(
    app: Flask, desk: Desk, phone: Phone, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    planner, task = desk("planner"), published(desk)
    preview = planner.post("/office/draws/new", data=task | said()).get_data(as_text=True)
    assert "现在冻结，会是这样" in preview and "每个区县都组得成检查组" in preview
    draw_id = frozen(planner, task)
    public = f"/public/draws/{draw_id}"
    before = client.get(f"{public}.json")
    assert check(before.data) == [] and before.headers["ETag"]
    assert client.get(f"{public}.json", headers={"If-None-Match": before.headers["ETag"]}).status_code == 304
    announced = read(before.data)
    for place in (public, f"/office/draws/{draw_id}"):
        page = planner.get(place).get_data(as_text=True)
        assert announced["pool_hash"] in page and announced["rules_hash"] in page

    early = planner.post(f"/office/draws/{draw_id}/numbers", data=NUMBERS)
    assert early.status_code == 409 and "还没有到开奖时间" in early.text
    later(monkeypatch)
    wrong = planner.post(f"/office/draws/{draw_id}/numbers", data=NUMBERS | {"numbers-0": "583922"})
    assert wrong.status_code == 422 and "周敏" in wrong.text and "583922" in wrong.text
    assert planner.post(f"/office/draws/{draw_id}/numbers", data=NUMBERS).status_code == 302

    after = client.get(f"{public}.json").data
    assert check(after) == [] and against(before.data, after) == []
    assert client.get(f"{public}/1.json").data == before.data
    file = read(after)
    assert file["pairs"] and not file["refusals"]
    with app.app_context():
        names = {user.id: user.username for user in db.session.query(User)}
        subjects = held(draw_id)
    for pair in file["pairs"]:
        for place, member in enumerate([pair["leader"], *others(pair)]):
            rows = phone(names[member]).worklist()["inspections"]
            mine = [
                row
                for row in rows
                if row["subject"]["id"] == subjects[pair["subject"]] and draw_id in row["reason"]["text"]
            ]
            assert len(mine) == 1 and mine[0]["reason"]["kind"] == "drawn"
            assert mine[0]["pair"][place]["id"] == member and mine[0]["form_hashes"]
            assert mine[0]["due"] == said()["ends"] and mine[0]["state"] == "assigned"
    page = planner.get(f"/office/draws/{draw_id}").get_data(as_text=True)
    assert page.partition('id="merges"')[0].count("〕0") == len(file["pairs"])
    public_page = client.get(public).get_data(as_text=True)
    assert "抽取结果" in public_page and "有限公司" not in public_page


def held(draw_id: str) -> dict[str, str]:
    """The ids in the library of all who stand in the pool of a draw, by their ids there."""
    return {row.id: row.subject_id for row in db.session.query(DrawSubject).filter_by(draw_id=draw_id)}


def others(pair: dict[str, Any]) -> list[str]:
    return [member["id"] for member in pair["inspectors"] if member["id"] != pair["leader"]]


@both_databases
def test_what_is_drawn_twice_is_drawn_once(app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    planner = desk("planner")
    draw_id = frozen(planner, published(desk))
    later(monkeypatch)
    assert planner.post(f"/office/draws/{draw_id}/numbers", data=NUMBERS).status_code == 302
    with app.app_context():
        count = db.session.query(Inspection).count()
    again = planner.post(f"/office/draws/{draw_id}/numbers", data=NUMBERS)
    assert again.status_code == 409 and "已经不在这一步" in again.text
    with app.app_context():
        draw = db.session.get_one(Draw, draw_id)
        author = db.session.get_one(User, draw.act.author_id)
        assert make(author, draw, today()) == [] and db.session.query(Inspection).count() == count
        numbers = [row.number for row in db.session.query(Inspection).filter_by(bureau_id=draw.bureau_id)]
        assert len(numbers) == len(set(numbers))


def test_a_task_is_drawn_as_often_as_the_plan_says_and_no_more(desk: Desk) -> None:
    planner, task = desk("planner"), published(desk)
    frozen(planner, task)
    again = planner.post("/office/draws/new", data=task | said() | {"act": "freeze"})
    assert again.status_code == 409 and "次数已经抽完" in again.text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"ends": "2020-01-01"}, "检查期间没有填对"),
        ({"begins": "明天"}, "检查期间没有填对"),
        ({"public": ""}, "没有写明公开号码的来源"),
        ({"when": "2020-01-01T20:00"}, "开奖时间已经过了"),
        ({"witnesses": "周敏 583921"}, "见证人没有写对"),
    ],
)
def test_a_fault_is_named_and_nothing_typed_is_lost(desk: Desk, typed: dict[str, str], words: str) -> None:
    planner, task = desk("planner"), published(desk)
    answer = planner.post("/office/draws/new", data=task | said(note="x", **typed) | {"act": "freeze"})
    assert answer.status_code == 422 and words in answer.text
    assert typed.get("public", "双色球 2026135 期") in answer.text
    assert "还没有抽取" in planner.get("/office/draws").text


def test_a_witness_who_does_not_open_stops_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    planner = desk("planner")
    draw_id = frozen(planner, published(desk))
    later(monkeypatch)
    closed = NUMBERS | {"numbers-0": "", "salt-0": ""}
    assert planner.post(f"/office/draws/{draw_id}/numbers", data=closed).status_code == 302
    assert "没有公开" in planner.get(f"/office/draws/{draw_id}").text


def test_RZ_10b_TJ_10b_who_has_to_step_aside_is_never_drawn_for_that_subject(
    app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    planner, task = desk("planner"), published(desk, bp="100")
    with app.app_context():
        author = User.by_username("planner")
        people = [User.by_username(f"inspector{n}") for n in (1, 2)]
        assert author
        found = db.session.query(Subject).filter_by(bureau_id=author.bureau_id).all()
        subject = next(s.id for s in found if "人力资源服务机构" in s.kinds and s.state not in Subject.GONE)
        aside = {user.id for user in people if user}
        for user_id in aside:
            db.session.add(
                Interest(user_id=user_id, subject_id=subject, reason="近亲属", author_id=author.id)
            )
        db.session.commit()
    draw_id = frozen(planner, task)
    later(monkeypatch)
    planner.post(f"/office/draws/{draw_id}/numbers", data=NUMBERS)
    file = read(planner.get(f"/public/draws/{draw_id}.json").data)
    with app.app_context():
        subjects = held(draw_id)
    team = next(pair for pair in file["pairs"] if subjects[pair["subject"]] == subject)
    assert not aside & {member["id"] for member in team["inspectors"]}


@both_databases
def test_TJ_10c_who_was_drawn_as_often_as_the_law_allows_is_left_out(
    app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    planner, task = desk("planner"), published(desk, bp="100", times="3")
    with app.app_context():
        author = User.by_username("planner")
        assert author
        law = Law.in_force(author.bureau_id, now().date())
        assert law
        law.settings = law.settings | {"yearly_cap": {"value": 1, "clause": "TJ-10c"}}
        db.session.commit()
    first = frozen(planner, task)
    drawn_before = read(planner.get(f"/public/draws/{first}.json").data)["pool"]
    with monkeypatch.context() as patch:
        patch.setattr(hall, "now", lambda: now() + timedelta(hours=2))
        assert planner.post(f"/office/draws/{first}/numbers", data=NUMBERS).status_code == 302
    again = planner.post("/office/draws/new", data=task | said() | {"act": "freeze"})
    assert drawn_before and again.status_code == 422 and "没有可以抽取的对象" in again.text


def test_the_next_draw_knows_who_has_how_much_to_do(
    app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    planner, task = desk("planner"), published(desk, bp="100", times="2")
    first = frozen(planner, task)
    with monkeypatch.context() as patch:
        patch.setattr(hall, "now", lambda: now() + timedelta(hours=2))
        planner.post(f"/office/draws/{first}/numbers", data=NUMBERS)
    with app.app_context():
        bureau_id = db.session.query(Plan).one().bureau_id
        loads = known(bureau_id, now().year).loads
    second = read(planner.get(f"/public/draws/{frozen(planner, task)}.json").data)
    assert {one["id"]: one["load"] for one in second["inspectors"]} == {
        one["id"]: loads.get(one["id"], 0) for one in second["inspectors"]
    }
    before = read(planner.get(f"/public/draws/{first}/1.json").data)["inspectors"]
    assert sum(one["load"] for one in second["inspectors"]) > sum(one["load"] for one in before)


def test_TJ_10a_lent_inspectors_come_with_their_document_and_only_where_the_law_lends(
    app: Flask, desk: Desk
) -> None:
    planner, task = desk("planner"), published(desk)
    with app.app_context():
        author, lent = User.by_username("planner"), User.by_username("inspector1.tj")
        assert author and lent
        first = today_in_china()
        db.session.add(
            Lending(
                user_id=lent.id, bureau_id=author.bureau_id, document="抽调函〔2026〕3号",
                begins=first, ends=first + timedelta(days=30), author_id=author.id,
            )
        )  # fmt: skip
        law = Law.in_force(author.bureau_id, now().date())
        assert law
        law.settings = law.settings | {"lent_inspectors": {"value": True, "clause": "TJ-10a"}}
        db.session.commit()
        lent_id = lent.id
    file = read(planner.get(f"/public/draws/{frozen(planner, task, local='any')}.json").data)
    one = next(person for person in file["inspectors"] if person["id"] == lent_id)
    assert one["regions"] == [] and {loan["document"] for loan in one["lent"]} == {"抽调函〔2026〕3号"}


def test_RZ_10a_where_no_team_can_be_made_the_preview_says_why(desk: Desk) -> None:
    planner, task = desk("planner"), published(desk)
    page = planner.post("/office/draws/new", data=task | said(local="local")).get_data(as_text=True)
    assert "这些区县组不成检查组" in page and "不在本区域" in page
    assert "叶县" in page and "名录里的检查人员" in page


def test_RZ_4a_a_task_of_an_item_off_the_list_is_not_frozen(app: Flask, desk: Desk) -> None:
    planner, task = desk("planner"), published(desk)
    with app.app_context():
        author = User.by_username("planner")
        assert author
        db.session.query(Item).filter_by(bureau_id=author.bureau_id, code="PD1").one().active = False
        db.session.commit()
    answer = planner.post("/office/draws/new", data=task | said() | {"act": "freeze"})
    assert answer.status_code >= 400 and "清单" in answer.text


def test_other_bureaus_and_roles_hold_no_draw(desk: Desk) -> None:
    planner, task = desk("planner"), published(desk)
    draw_id = frozen(planner, task)
    assert desk("planner.tj").get(f"/office/draws/{draw_id}").status_code == 404
    assert desk("planner.tj").post(f"/office/draws/{draw_id}/numbers", data=NUMBERS).status_code == 404
    assert desk("planner.tj").get("/office/draws/new", query_string=task).status_code == 404
    assert desk("auditor").get(f"/office/draws/{draw_id}").status_code == 200
    assert desk("auditor").post(f"/office/draws/{draw_id}/numbers", data=NUMBERS).status_code == 403
    assert desk("auditor").post("/office/draws/new", data=task | said()).status_code == 403


def test_RZ_7a_regions_are_balanced_where_the_task_says_so(app: Flask, desk: Desk) -> None:
    planner, task = desk("planner"), published(desk, by="region", strata="新华区 100")
    page = planner.post("/office/draws/new", data=task | said()).get_data(as_text=True)
    file = read(planner.get(f"/public/draws/{frozen(planner, task)}.json").data)
    assert file["rules"]["quota"] | {"bp": 5000, "strata": {"新华区": 10000}} == file["rules"]["quota"]
    assert "新华区" in page and file["rules"]["by"] == "region"
    with app.app_context():
        assert db.session.query(Inspector).count()


def test_a_share_of_a_kind_is_drawn_from_a_class_of_its_own(desk: Desk) -> None:
    planner, task = desk("planner"), published(desk, bp="20", strata="职业介绍 100")
    page = planner.post("/office/draws/new", data=task | said(empty="yes")).get_data(as_text=True)
    draw_id = frozen(planner, task, empty="yes")
    file = read(planner.get(f"/public/draws/{draw_id}.json").data)
    assert "其他类别" in page and all("其他类别" in line or "职业介绍" in line for line in file["pool"])


def test_a_draw_with_an_empty_stratum_is_frozen_only_after_it_was_confirmed(desk: Desk) -> None:
    planner, task = desk("planner"), published(desk, strata="D 叶县 没有的类别 100")
    data = task | said() | {"act": "freeze"}
    refused = planner.post("/office/draws/new", data=data)
    assert refused.status_code == 409 and "有的层一个对象也没有" in refused.text
    assert "D 叶县 没有的类别" in refused.text and 'name="empty"' in refused.text
    assert planner.post("/office/draws/new", data=data | {"empty": "yes"}).status_code == 302


def test_who_may_not_read_an_inspection_finds_no_way_to_it_at_a_draw(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    planner = desk("planner")
    draw_id = frozen(planner, published(desk))
    later(monkeypatch)
    assert planner.post(f"/office/draws/{draw_id}/numbers", data=NUMBERS).status_code == 302
    for who, ways in (("planner", True), ("admin", False)):
        page = desk(who).get(f"/office/draws/{draw_id}").text
        assert "〔" in page and ("/office/inspections/" in page) is ways is ("/office/approvals" in page)
