"""The versions of a checklist at the desk: submitted, published by another person, refused, withdrawn, thrown away."""

import io
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import both_databases
from tests.forms.test_models import body, person
from webapp.db import db, today
from webapp.forms.listing import PAGE
from webapp.forms.models import Form, Release
from webapp.registry.items import Item

Desk = Callable[[str], FlaskClient]
WHY = {"why": "按新的办法增加了两题"}


def draft(app: Flask, item: str = "PD6", version: str = "2027.1", **more: Any) -> str:
    """The address of a draft that planner wrote."""
    with app.app_context():
        made = Release.begin(person("planner"), item, body(item or None, version=version, **more))
        db.session.commit()
        return f"/forms/{made.id}"


def seen(app: Flask, at: str) -> dict[str, str]:
    with app.app_context():
        return {"seen": db.session.get_one(Release, at.rpartition("/")[2]).text_hash}


def submitted(app: Flask, desk: Desk, **more: Any) -> str:
    at = draft(app, **more)
    assert desk("planner").post(f"{at}/submit", data=WHY | seen(app, at)).status_code == 302
    return at


def published(app: Flask, desk: Desk, days: int = 0, **more: Any) -> str:
    at = submitted(app, desk, **more)
    given = {"day": (today() + timedelta(days)).isoformat(), **seen(app, at)}
    assert desk("supervisor").post(f"{at}/approve", data=given).status_code == 302
    return at


def in_use(app: Flask, item: str = "PD6") -> str:
    with app.app_context():
        return Form.in_use(person("planner").bureau_id, [item], today())[-1].version


def state(app: Flask, at: str) -> str:
    with app.app_context():
        return db.session.get_one(Release, at.rpartition("/")[2]).state


@both_databases
def test_CA_2_1c_a_version_is_submitted_by_one_and_published_by_another(app: Flask, desk: Desk) -> None:
    planner, supervisor, at = desk("planner"), desk("supervisor"), submitted(app, desk)
    given = {"day": today().isoformat(), **seen(app, at)}
    mine = planner.post(f"{at}/approve", data=given)
    assert mine.status_code == 403 and "自己不能批准" in mine.text and in_use(app) == "2026.1"
    assert "等批准" in supervisor.get("/forms/?show=submitted").text
    assert "从选定的那天起" in supervisor.get(at).text and "从选定的那天起" not in planner.get(at).text
    assert supervisor.post(f"{at}/approve", data=given).status_code == 302
    assert in_use(app) == "2027.1"
    page = planner.get(at).text
    assert "正在使用" in page and WHY["why"] in page and "批准公布" in page
    assert "2027.1" in planner.get("/forms/").text


def test_a_version_that_begins_later_is_announced_and_the_one_before_used_until_then(
    app: Flask, desk: Desk
) -> None:
    at, day = published(app, desk, days=9), (today() + timedelta(9)).isoformat()
    planner = desk("planner")
    assert in_use(app) == "2026.1"
    for page in (at, "/forms/", "/forms/?item=PD6", "/forms/?show=published"):
        assert f"从 {day} 起" in planner.get(page).text, page
    other = submitted(app, desk, version="2027.2")
    assert f"已经定了从 {day} 起用 2027.1" in desk("supervisor").get(other).text


def test_a_withdrawn_version_leaves_its_place_to_the_one_before_and_says_so_first(
    app: Flask, desk: Desk
) -> None:
    supervisor, at = desk("supervisor"), published(app, desk)
    assert "新的检查改用以前的 2026.1" in supervisor.get(at).text
    silent = supervisor.post(f"{at}/withdraw", data={"reason": " "})
    assert silent.status_code == 422 and "请写明原因" in silent.text and in_use(app) == "2027.1"
    assert supervisor.post(f"{at}/withdraw", data={"reason": "写错了依据"}).status_code == 302
    assert in_use(app) == "2026.1" and "写错了依据" in supervisor.get(at).text
    with app.app_context():
        first = db.session.get_one(
            Release, Release.used(person("planner").bureau_id, ["PD6"], today())["PD6"]
        ).id
    assert "新的检查只用基础表" in supervisor.get(f"/forms/{first}").text


def test_a_refused_version_ends_with_its_reason_and_may_begin_another(app: Flask, desk: Desk) -> None:
    planner, supervisor, at = desk("planner"), desk("supervisor"), submitted(app, desk)
    assert supervisor.post(f"{at}/refuse", data={}).status_code == 422
    assert supervisor.post(f"{at}/refuse", data={"reason": "第三题没有依据"}).status_code == 302
    assert "第三题没有依据" in planner.get(at).text and "第三题没有依据" in planner.get("/office/").text
    assert planner.post(f"{at}/submit", data=WHY | seen(app, at)).status_code == 409
    again = planner.post(f"{at}/copy")
    assert again.status_code == 302 and state(app, again.location) == "draft"
    assert "2027.2" in planner.get(again.location).text


def test_a_draft_is_taken_back_and_thrown_away_whole(app: Flask, desk: Desk) -> None:
    planner, at = desk("planner"), submitted(app, desk)
    assert planner.post(f"{at}/drop").status_code == 409
    assert planner.post(f"{at}/back").status_code == 302 and state(app, at) == "draft"
    assert planner.post(f"{at}/drop").status_code == 302
    assert planner.get(at).status_code == 404 and planner.post(f"{at}/drop").status_code == 404
    with app.app_context():
        assert db.session.get(Release, at.rpartition("/")[2]) is None


def test_a_draft_names_the_others_of_its_version_of_which_one_can_be_published(
    app: Flask, desk: Desk
) -> None:
    one, two = draft(app), draft(app, title={"zh-Hans": "同一版的另一份"})
    planner = desk("planner")
    assert "只能公布其中一份" in planner.get(one).text and two in planner.get(one).text
    assert planner.post(f"{two}/drop").status_code == 302
    assert "只能公布其中一份" not in planner.get(one).text


def test_who_looks_at_an_old_page_is_told_in_words(app: Flask, desk: Desk) -> None:
    planner, supervisor, at = desk("planner"), desk("supervisor"), draft(app)
    old = seen(app, at)
    with app.app_context():
        made = db.session.get_one(Release, at.rpartition("/")[2])
        made.write(person("planner"), body("PD6", version="2027.3"), made.text_hash)
        db.session.commit()
    stale = planner.post(f"{at}/submit", data=WHY | old)
    assert stale.status_code == 409 and "又改过了" in stale.text and WHY["why"] in stale.text
    assert planner.post(f"{at}/submit", data=WHY | seen(app, at)).status_code == 302
    twice = planner.post(f"{at}/submit", data=WHY | seen(app, at))
    assert twice.status_code == 409 and "已经不在这一步" in twice.text
    assert supervisor.post(f"{at}/approve", data={"day": today().isoformat(), **old}).status_code == 409
    assert supervisor.post(f"{at}/approve", data={"day": today().isoformat()}).status_code == 409


@pytest.mark.parametrize("day", ["", "明天", "2020-01-01", "9999-12-31", "2026-13-40", "1e9", "0001-01-01"])
def test_a_day_that_is_none_is_refused_at_its_field(app: Flask, desk: Desk, day: str) -> None:
    at = submitted(app, desk)
    answer = desk("supervisor").post(f"{at}/approve", data={"day": day, **seen(app, at)})
    assert answer.status_code == 422 and "day-fault" in answer.text and state(app, at) == "submitted"


def test_each_role_may_do_its_part_and_no_other(app: Flask, desk: Desk) -> None:
    at = draft(app)
    for name in ("inspector1", "archivist", "auditor", "admin", "supervisor"):
        browser = desk(name)
        assert browser.get("/forms/").status_code == 200 and browser.get(at).status_code == 200
        for act in ("submit", "back", "drop", "copy"):
            assert browser.post(f"{at}/{act}", data=WHY).status_code == 403, (name, act)
        assert browser.get("/forms/new").status_code == 403
        if name != "supervisor":
            for act in ("approve", "refuse", "withdraw"):
                assert browser.post(f"{at}/{act}", data={"reason": "x"}).status_code == 403, (name, act)
    assert app.test_client().get(at).status_code == 302


def test_what_another_bureau_has_is_nobodys(app: Flask, desk: Desk) -> None:
    at = submitted(app, desk)
    for name in ("planner.rz", "supervisor.ca", "planner.tj"):
        browser = desk(name)
        assert browser.get(at).status_code == 404
        for act in ("submit", "back", "approve", "refuse", "withdraw", "drop", "copy"):
            form = {"day": today().isoformat(), "reason": "x", **WHY}
            assert browser.post(f"{at}/{act}", data=form).status_code in (403, 404), (name, act)
        assert "2027.1" not in browser.get("/forms/?show=submitted").text
    assert state(app, at) == "submitted"


def test_PD_2_3_what_a_superior_published_may_be_read_and_copied_and_nothing_else(
    app: Flask, desk: Desk
) -> None:
    waits, at = submitted(app, desk, version="2027.2"), published(app, desk, item="PD7")
    planner, supervisor = desk("planner.rz"), desk("supervisor.rz")
    page = planner.get(at).text
    assert "上级机构" in page and WHY["why"] in page and "经过" not in page and "停用" not in page
    assert planner.get(waits).status_code == 404 and "2027.2" not in page
    assert supervisor.post(f"{at}/withdraw", data={"reason": "x"}).status_code == 404
    assert planner.post(f"{at}/drop").status_code == 404 and planner.get(f"{at}/source").status_code == 404
    copied = planner.post(f"{at}/copy")
    assert copied.status_code == 302 and state(app, at) == "published"
    with app.app_context():
        own = db.session.get_one(Release, copied.location.rpartition("/")[2])
        assert (own.bureau_id, own.state) == (person("planner.rz").bureau_id, "draft")
    assert desk("planner.tj").get(at).status_code == 404


def test_no_act_goes_without_the_pages_token(app: Flask, desk: Desk) -> None:
    at, supervisor, planner = submitted(app, desk), desk("supervisor"), desk("planner")
    app.config["WTF_CSRF_ENABLED"] = True
    day = {"day": today().isoformat(), **seen(app, at)}
    assert supervisor.post(f"{at}/approve", data=day).status_code == 400
    assert planner.post(f"{at}/back").status_code == 400
    file = {"item": "PD6", "file": (io.BytesIO(b"PK"), "a.xlsx")}
    assert planner.post("/forms/new", data=file).status_code == 400
    assert state(app, at) == "submitted"


def test_the_list_is_searched_and_filtered_and_says_what_is_not_there(app: Flask, desk: Desk) -> None:
    planner = desk("planner")
    draft(app)
    found = planner.get("/forms/?q=不定时").text
    assert "PD6" in found and "PD7" not in found
    assert "没有符合“%_”的检查表" in planner.get("/forms/?q=%25_&show=draft").text
    assert "没有等批准的检查表" in planner.get("/forms/?show=submitted").text
    assert planner.get("/forms/?q=2027&show=draft").text.count("2027.1") == 1
    assert planner.get("/forms/?item=none").status_code == 404
    assert planner.get("/forms/?show=nothing&after=x").status_code == 200
    rz = desk("planner.rz")
    with app.app_context():
        author = person("planner.rz")
        claimed = [item.id for item in Item.to_claim(author.bureau) if item.code == "PD6"]
        Item.claim(author.bureau, author, claimed)
        db.session.commit()
    lacking = rz.get("/forms/?show=lacking").text
    assert "用上级的" in lacking and "PD6" in lacking and "PD7" not in lacking
    assert (
        "用上级的 2026.1" in rz.get("/forms/?item=PD6").text
        and "现用上级的 2026.1" in rz.get("/forms/new").text
    )


def test_RZ_4a_an_item_off_the_list_keeps_its_versions_and_gets_no_new_one(app: Flask, desk: Desk) -> None:
    at, planner = submitted(app, desk), desk("planner")
    with app.app_context():
        author = person("planner")
        item = Item.by_code(author.bureau_id, "PD6")
        assert item
        item.change(author, {"active": False}, "不再检查")
        db.session.commit()
    assert "已移出清单" in planner.get("/forms/").text and "已移出清单" in planner.get(at).text
    answer = desk("supervisor").post(f"{at}/approve", data={"day": today().isoformat(), **seen(app, at)})
    assert answer.status_code == 422 and "不在清单上" in answer.text
    assert planner.post(f"{at}/copy").status_code == 422
    assert planner.post("/forms/start", data={"item": "PD6"}).status_code == 422


def test_a_hundred_versions_are_paged(app: Flask, desk: Desk) -> None:
    with app.app_context():
        author = person("planner")
        for number in range(PAGE + 3):
            Release.begin(author, "PD6", body("PD6", version=f"v{number}"))
        db.session.commit()
    planner = desk("planner")
    first = planner.get("/forms/?item=PD6").text
    assert f"v{PAGE + 2}<" in first and "after=" in first
    after = first.partition("after=")[2].partition('"')[0]
    second = planner.get(f"/forms/?item=PD6&after={after}").text
    assert ">v0<" not in first.replace("</span>v", ">v") and ">v0<" in second.replace("</span>v", ">v")
    assert "还有" in planner.get("/forms/").text


@both_databases
def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told(app: Flask, desk: Desk) -> None:
    at = submitted(app, desk)
    given = {"day": today().isoformat(), "reason": "不行", **seen(app, at)}
    found = at_once(
        [(desk("supervisor"), f"{at}/approve", given), (desk("supervisor"), f"{at}/refuse", given)]
    )
    assert sorted(found) == [302, 409] and state(app, at) in ("published", "refused")


@both_databases
def test_of_two_forms_of_one_name_and_version_approved_at_once_one_is_published(
    app: Flask, desk: Desk
) -> None:
    one, two = submitted(app, desk), submitted(app, desk, title={"zh-Hans": "另一份"})
    day = {"day": today().isoformat()}
    acts = [(desk("supervisor"), f"{at}/approve", day | seen(app, at)) for at in (one, two)]
    assert sorted(at_once(acts)) == [302, 409]
    assert sorted([state(app, one), state(app, two)]) == ["published", "submitted"]


@both_databases
def test_a_draft_that_is_begun_twice_at_once_is_begun_once(app: Flask, desk: Desk) -> None:
    planner = desk("planner"), desk("planner")
    acts = [(browser, "/forms/start", {"item": "PD6", "like": "used"}) for browser in planner]
    assert sorted(at_once(acts)) == [302, 409]
    with app.app_context():
        assert len(Release.of_bureau(person("planner").bureau_id, "draft")) == 1


def at_once(acts: list[tuple[FlaskClient, str, dict[str, str]]]) -> list[int]:
    """The status of each of these posts, sent in the same moment."""
    found: list[int] = []
    start = threading.Barrier(len(acts))

    def send(browser: FlaskClient, path: str, form: dict[str, str]) -> None:
        start.wait()
        found.append(browser.post(path, data=form).status_code)

    threads = [threading.Thread(target=send, args=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found
