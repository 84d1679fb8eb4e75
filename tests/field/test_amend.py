"""Swaps and cancellation as acts of two people, and what they do to inspections (RZ-10b, TJ-10b, design 2.6 step 5)."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import both_databases
from tests.field.test_hall import NUMBERS, frozen, later, published
from tests.handset import Handset
from webapp.accounts.models import User
from webapp.db import db, today
from webapp.draw.amendments import Amendment
from webapp.draw.layout import read
from webapp.draw.names import DrawSubject
from webapp.draw.proof import check
from webapp.field.models import Inspection, InspectionDraw
from webapp.registry.models import Expert, Inspector, Interest
from webapp.registry.subjects import Subject

Desk = Callable[..., FlaskClient]
Phone = Callable[[str], Handset]
WHY = {"why": "recusal", "text": "与法定代表人是亲属"}


@pytest.fixture
def draw_id(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> str:
    """A draw that was drawn, with its inspections made."""
    planner = desk("planner")
    made = frozen(planner, published(desk, by="all", bp="40"))
    later(monkeypatch)
    assert planner.post(f"/office/draws/{made}/numbers", data=NUMBERS).status_code == 302
    return made


def file_of(client: FlaskClient, draw_id: str) -> dict[str, Any]:
    data = client.get(f"/public/draws/{draw_id}.json").data
    assert check(data) == []
    return read(data)  # type: ignore[no-any-return]


def visit(app: Flask, draw_id: str, pool_id: str) -> str:
    """The inspection that a subject of the pool became."""
    with app.app_context():
        row = DrawSubject.of(draw_id, [pool_id])[pool_id]
        return db.session.get_one(InspectionDraw, (draw_id, row.subject_id)).inspection_id


def state(app: Flask, inspection: str) -> str:
    with app.app_context():
        return db.session.get_one(Inspection, inspection).state


def names(app: Flask) -> dict[str, str]:
    with app.app_context():
        return {user.id: user.username for user in db.session.query(User)}


def ask(browser: FlaskClient, draw_id: str, pool_id: str, who: str = "subject", **more: str) -> str:
    """Ask; gives the amendment's address."""
    given = {"subject": pool_id, "who": who, **WHY, **more}
    if who == "subject":
        given = {**given, "why": "closed", "text": "已办理注销登记"} | more
    answer = browser.post(f"/office/draws/{draw_id}/amend", data=given)
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def member(pair: dict[str, Any], place: int = 0) -> str:
    return str(pair["inspectors"][place]["id"])


@both_databases
def test_RZ_10b_a_swap_takes_effect_when_a_second_person_approves_it_and_not_before(
    app: Flask, desk: Desk, phone: Phone, client: FlaskClient, draw_id: str
) -> None:
    before = client.get(f"/public/draws/{draw_id}.json").data
    pair = read(before)["pairs"][0]
    out, inspection = member(pair), visit(app, draw_id, pair["subject"])
    planner, supervisor = desk("planner"), desk("supervisor")
    place = ask(planner, draw_id, pair["subject"], f"inspector:{out}")
    assert client.get(f"/public/draws/{draw_id}.json").data == before
    page = supervisor.get(f"/office/inspections/{inspection}").text
    assert "已经提出更换，等第二人批准" in page and "换人…" not in page
    assert "等第二人批准" in planner.get(f"/office/draws/{draw_id}").text
    assert "更换检查人员" in supervisor.get("/office/").text
    assert "更换检查人员" not in planner.get("/office/").text
    own = planner.post(f"{place}/approve")
    assert own.status_code == 403 and "不能批准" in own.text
    assert client.get(f"/public/draws/{draw_id}.json").data == before

    assert supervisor.post(f"{place}/approve").status_code == 302
    file = file_of(client, draw_id)
    swap = file["swaps"][0]
    assert (swap["kind"], swap["out"], swap["reason"]) == ("inspector", out, "回避：与法定代表人是亲属")
    assert swap["asked"] != swap["approved"]
    assert file["pairs"] == read(before)["pairs"], "the old row stays"
    assert client.get(f"/public/draws/{draw_id}/2.json").data == before, "the old file stays byte for byte"
    public = client.get(f"/public/draws/{draw_id}").text
    assert swap["asked"] in public and swap["approved"] in public and "与法定代表人是亲属" in public
    people = names(app)
    assert inspection in [row["id"] for row in phone(people[swap["in"]]).worklist()["inspections"]]
    old = phone(people[out]).worklist()
    assert inspection not in [row["id"] for row in old["inspections"]]
    assert [row["reason"] for row in old["gone"]] == [swap["reason"]]
    with app.app_context():
        row = db.session.get_one(Inspection, inspection)
        assert Interest.standing([out])[out] == [row.subject_id], "the next draw knows it"


@both_databases
def test_a_subject_that_is_gone_is_followed_by_the_next_and_its_visit_is_called_off(
    app: Flask, desk: Desk, phone: Phone, client: FlaskClient, draw_id: str
) -> None:
    pair = file_of(client, draw_id)["pairs"][0]
    old = visit(app, draw_id, pair["subject"])
    place = ask(desk("planner"), draw_id, pair["subject"])
    supervisor = desk("supervisor")
    assert "按顺位接替" in supervisor.get(place).text
    assert supervisor.post(f"{place}/approve").status_code == 302
    swap = file_of(client, draw_id)["swaps"][-1]
    assert state(app, old) == "cancelled"
    new = visit(app, draw_id, swap["in"])
    people = names(app)
    for one in swap["pair"]["inspectors"]:
        assert new in [row["id"] for row in phone(people[one["id"]]).worklist()["inspections"]]
    page = supervisor.get(f"/office/draws/{draw_id}").text
    assert "已办理注销登记" in page
    assert "取消检查" in desk("archivist").get(f"/office/inspections/{old}").text


def test_a_visit_that_was_begun_is_decided_by_who_approves(
    app: Flask, desk: Desk, phone: Phone, client: FlaskClient, draw_id: str
) -> None:
    for begun, after in (("keep", "open"), ("stop", "cancelled")):
        file = file_of(client, draw_id)
        gone = {swap["out"] for swap in file["swaps"]}
        pair = next(pair for pair in file["pairs"] if pair["subject"] not in gone)
        inspection = visit(app, draw_id, pair["subject"])
        handset = phone(names(app)[member(pair)])
        row = next(row for row in handset.worklist()["inspections"] if row["id"] == inspection)
        handset.arrive(row)
        handset.sync(inspection)
        place = ask(desk("planner"), draw_id, pair["subject"])
        supervisor = desk("supervisor")
        assert "已经做的怎么办" in supervisor.get(place).text
        undecided = supervisor.post(f"{place}/approve")
        assert undecided.status_code == 409 and "要先决定" in undecided.text
        assert len(file_of(client, draw_id)["swaps"]) == len(file["swaps"]), "both or neither"
        assert supervisor.post(f"{place}/approve", data={"begun": begun}).status_code == 302
        assert state(app, inspection) == after
        with app.app_context():
            office = db.session.get_one(Inspection, inspection).record()["office"]
        assert "由办公室决定" in office[-1]["reason"]


def test_who_would_step_in_but_cannot_go_any_more_is_passed_over_with_the_reason(
    app: Flask, desk: Desk, client: FlaskClient, draw_id: str
) -> None:
    pair = file_of(client, draw_id)["pairs"][0]
    planner, supervisor = desk("planner"), desk("supervisor")
    place = ask(planner, draw_id, pair["subject"], f"inspector:{member(pair)}")
    with app.app_context():
        asked = db.session.get_one(Amendment, place.rpartition("/")[2])
        first = asked.tried({})["swaps"][0]["in"]
        db.session.get_one(Inspector, first).valid_until = today() - timedelta(days=1)
        db.session.commit()
    assert supervisor.post(f"{place}/approve").status_code == 302
    swaps = file_of(client, draw_id)["swaps"]
    assert [swaps[0]["in"], swaps[1]["out"]] == [first, first] and swaps[1]["in"] != first
    assert "执法证有效期至" in swaps[1]["reason"]


def test_RZ_10b_where_nobody_can_step_in_the_refusal_is_explained(
    app: Flask, desk: Desk, client: FlaskClient, draw_id: str
) -> None:
    file = file_of(client, draw_id)
    pair = file["pairs"][0]
    with app.app_context():
        subject = DrawSubject.of(draw_id, [pair["subject"]])[pair["subject"]].subject_id
        author = User.by_username("planner")
        assert author
        for one in file["inspectors"]:
            row = Interest(user_id=one["id"], subject_id=subject, reason="亲属", author_id=author.id)
            db.session.add(row)
        db.session.commit()
    given = {"subject": pair["subject"], "who": f"inspector:{member(pair)}", **WHY}
    answer = desk("planner").post(f"/office/draws/{draw_id}/amend", data=given)
    assert answer.status_code == 409 and "没有人可以接替" in answer.text and "合适的" in answer.text
    assert "与法定代表人是亲属" in answer.text, "nothing typed is lost"


def test_a_refused_request_keeps_its_reason_and_changes_nothing(
    desk: Desk, client: FlaskClient, draw_id: str
) -> None:
    before = client.get(f"/public/draws/{draw_id}.json").data
    place = ask(desk("planner"), draw_id, read(before)["pairs"][0]["subject"])
    supervisor = desk("supervisor")
    assert supervisor.post(f"{place}/refuse", data={"reason": " "}).status_code == 422
    assert supervisor.post(f"{place}/refuse", data={"reason": "查明仍在经营"}).status_code == 302
    assert client.get(f"/public/draws/{draw_id}.json").data == before
    assert "查明仍在经营" in supervisor.get(f"/office/draws/{draw_id}").text
    again = supervisor.post(f"{place}/approve")
    assert again.status_code == 409 and "已经有人决定" in again.text


def test_a_cancelled_draw_stays_public_with_its_reason_and_calls_off_what_nobody_began(
    app: Flask, desk: Desk, phone: Phone, client: FlaskClient, draw_id: str
) -> None:
    file = file_of(client, draw_id)
    begun, *others = [visit(app, draw_id, pair["subject"]) for pair in file["pairs"]]
    handset = phone(names(app)[member(file["pairs"][0])])
    handset.arrive(next(row for row in handset.worklist()["inspections"] if row["id"] == begun))
    handset.sync(begun)
    planner, supervisor = desk("planner"), desk("supervisor")
    cancel = {"kind": "cancel", "why": "list", "text": "漏了一个区县"}
    place = planner.post(f"/office/draws/{draw_id}/amend", data=cancel).location
    assert supervisor.post(f"{place}/approve").status_code == 302
    after = file_of(client, draw_id)
    assert after["cancelled"]["reason"] == "名录或者规则有误：漏了一个区县"
    assert {**after, "cancelled": None, "hash": file["hash"]} == file
    assert "漏了一个区县" in client.get(f"/public/draws/{draw_id}").text
    assert {state(app, one) for one in others} <= {"cancelled"} and state(app, begun) == "open"
    assert "逐一决定" in planner.get("/office/").text
    url = f"/office/draws/{draw_id}/begun"
    assert supervisor.post(url, data={"inspection": begun, "act": "keep", "reason": ""}).status_code == 302
    assert "照常做完" in supervisor.get(f"/office/draws/{draw_id}").text
    supervisor.post(url, data={"inspection": begun, "act": "keep", "reason": "现场已经发现问题"})
    assert state(app, begun) == "open" and "逐一决定" not in planner.get("/office/").text
    assert begun in [row["id"] for row in handset.worklist()["inspections"]]
    nothing = planner.post(f"/office/draws/{draw_id}/amend", data=cancel)
    assert nothing.status_code == 409


def test_a_frozen_draw_is_cancelled_before_its_numbers_are_known(desk: Desk, client: FlaskClient) -> None:
    planner, task = desk("planner"), published(desk)
    draw_id = frozen(planner, task)
    cancel = {"kind": "cancel", "why": "plan", "text": "任务推迟"}
    place = planner.post(f"/office/draws/{draw_id}/amend", data=cancel).location
    assert desk("supervisor").post(f"{place}/approve").status_code == 302
    assert file_of(client, draw_id)["cancelled"]["reason"] == "计划变更：任务推迟"
    assert planner.post(f"/office/draws/{draw_id}/numbers", data=NUMBERS).status_code == 409
    assert frozen(planner, task), "the task can be drawn again"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"who": "", "kind": ""}, "没有说清更换谁"),
        ({"who": "subject", "why": ""}, "没有选择原因"),
        ({"who": "subject", "why": "credential"}, "没有选择原因"),
        ({"who": "subject", "why": "closed", "text": "  "}, "请写明原因"),
        ({"who": "subject", "why": "closed", "text": "长" * 201}, "超过 200 字"),
        ({"who": "inspector:nobody", "why": "recusal"}, "现在不在抽取结果里"),
        ({"who": "subject", "why": "closed", "subject": "no such"}, "现在不在抽取结果里"),
        ({"who": "oracle:x", "why": "recusal"}, "没有说清更换谁"),
    ],
)
def test_what_is_asked_wrongly_is_named(
    desk: Desk, client: FlaskClient, draw_id: str, given: dict[str, str], words: str
) -> None:
    pool_id = file_of(client, draw_id)["pairs"][0]["subject"]
    data = {"subject": pool_id, "text": "情况"} | given
    answer = desk("planner").post(f"/office/draws/{draw_id}/amend", data=data)
    assert answer.status_code in (409, 422) and words in answer.text


def test_the_same_is_not_asked_twice(desk: Desk, client: FlaskClient, draw_id: str) -> None:
    pool_id = file_of(client, draw_id)["pairs"][0]["subject"]
    ask(desk("planner"), draw_id, pool_id)
    data = {"subject": pool_id, "who": "subject", "why": "moved", "text": "已迁出"}
    answer = desk("supervisor").post(f"/office/draws/{draw_id}/amend", data=data)
    assert answer.status_code == 409 and "已经有人提出" in answer.text


def test_other_bureaus_and_roles_neither_ask_nor_decide(
    desk: Desk, client: FlaskClient, draw_id: str
) -> None:
    place = ask(desk("planner"), draw_id, file_of(client, draw_id)["pairs"][0]["subject"])
    for name in ("planner.tj", "supervisor.tj"):
        assert desk(name).get(place).status_code == 404
        assert desk(name).post(f"{place}/approve").status_code == 404
        assert desk(name).get(f"/office/draws/{draw_id}/amend").status_code == 404
    for name in ("archivist", "auditor"):
        assert desk(name).get(place).status_code == 200
        assert desk(name).post(f"{place}/approve").status_code == 403
        assert desk(name).post(f"/office/draws/{draw_id}/amend").status_code == 403
    assert client.get(place).status_code == 302 and client.post(f"{place}/approve").status_code in (401, 403)


def test_a_sealed_visit_is_swapped_no_more(app: Flask, desk: Desk, client: FlaskClient, draw_id: str) -> None:
    pair = file_of(client, draw_id)["pairs"][0]
    place = ask(desk("planner"), draw_id, pair["subject"], f"inspector:{member(pair)}")
    inspection = visit(app, draw_id, pair["subject"])
    with app.app_context():
        # `state` is an index over the log; here it stands for a log that ends with a seal.
        db.session.get_one(Inspection, inspection).state = "sealed"
        db.session.commit()
    answer = desk("supervisor").post(f"{place}/approve")
    assert answer.status_code == 409 and "已经封存" in answer.text
    assert file_of(client, draw_id)["swaps"] == []


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told(
    app: Flask, desk: Desk, client: FlaskClient, draw_id: str
) -> None:
    pair = file_of(client, draw_id)["pairs"][0]
    place = ask(desk("planner"), draw_id, pair["subject"], f"inspector:{member(pair)}")
    browsers = [desk("supervisor"), desk("supervisor")]
    found: list[int] = []
    start = threading.Barrier(2)

    def approve(browser: FlaskClient) -> None:
        start.wait()
        found.append(browser.post(f"{place}/approve").status_code)

    threads = [threading.Thread(target=approve, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [302, 409]
    assert len(file_of(client, draw_id)["swaps"]) == 1


def test_a_subject_that_left_the_library_since_does_not_step_in(
    app: Flask, desk: Desk, client: FlaskClient, draw_id: str
) -> None:
    pair = file_of(client, draw_id)["pairs"][0]
    place = ask(desk("planner"), draw_id, pair["subject"])
    with app.app_context():
        asked = db.session.get_one(Amendment, place.rpartition("/")[2])
        first = asked.tried({})["swaps"][0]["in"]
        subject = db.session.get_one(Subject, DrawSubject.of(draw_id, [first])[first].subject_id)
        subject.state = next(iter(Subject.GONE))
        db.session.commit()
    assert desk("supervisor").post(f"{place}/approve").status_code == 302
    _, swap = file_of(client, draw_id)["swaps"]
    assert (swap["out"], swap["in"] != first) == (first, True) and "已注销、吊销或迁出" in swap["reason"]
    with app.app_context():
        passed_over = DrawSubject.of(draw_id, [first])[first].subject_id
        assert (
            db.session.query(InspectionDraw).filter_by(draw_id=draw_id, subject_id=passed_over).count() == 0
        )


def test_CA_2_1b_an_expert_is_swapped_and_the_inspection_names_the_new_one(
    app: Flask, desk: Desk, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    planner = desk("planner")
    with app.app_context():
        author = User.by_username("planner")
        assert author
        for name in ("贺兰芝", "司空明", "闻人雅"):
            db.session.add(
                Expert(
                    id=str(uuid4()), bureau_id=author.bureau_id, name=name, unit="平顶山学院", title="副教授",
                    specialties=[], items=[], district="", phone="", active=True,
                )
            )  # fmt: skip
        db.session.commit()
    drawn = frozen(planner, published(desk, by="all", bp="40", expert="yes"))
    later(monkeypatch)
    assert planner.post(f"/office/draws/{drawn}/numbers", data=NUMBERS).status_code == 302
    pair = file_of(client, drawn)["pairs"][0]
    out = pair["experts"][0]["id"]
    place = ask(planner, drawn, pair["subject"], f"expert:{out}")
    assert desk("supervisor").post(f"{place}/approve").status_code == 302
    (swap,) = file_of(client, drawn)["swaps"]
    inspection = visit(app, drawn, pair["subject"])
    with app.app_context():
        before, after = (db.session.get_one(Expert, name).name for name in (out, swap["in"]))
        text = db.session.get_one(Inspection, inspection).reason_text
    assert before not in text and after in text


def test_RZ_10b_who_is_in_the_pair_does_not_decide_on_it(
    app: Flask, desk: Desk, client: FlaskClient, draw_id: str
) -> None:
    pair = file_of(client, draw_id)["pairs"][0]
    place = ask(desk("planner"), draw_id, pair["subject"], f"inspector:{member(pair)}")
    partner = names(app)[member(pair, 1)]
    with app.app_context():
        found = User.by_username(partner)
        assert found
        found.roles = [*found.roles, "supervisor"]
        db.session.commit()
    answer = desk(partner).post(f"{place}/approve")
    assert answer.status_code == 403 and "不能批准" in answer.text
    assert file_of(client, draw_id)["swaps"] == []
