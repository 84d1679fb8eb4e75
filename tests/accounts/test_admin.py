"""The administrator's pages: who has which account, which phones may write, and what cannot be undone by accident."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.conftest import both_databases
from tests.handset import Handset
from webapp.accounts import rules
from webapp.accounts.models import AccountLog, Enrolment, Quarantined, User
from webapp.accounts.password import common_passwords
from webapp.accounts.people import People
from webapp.db import db
from webapp.demo.world import PASSWORD

Desks = Callable[[str], FlaskClient]
Phones = Callable[[str], Handset]
OWN = "correct horse battery 42"
KNOWN = {"reason": "本人持工作证到办公室"}


def user(app: Flask, username: str) -> User:
    with app.app_context():
        return db.session.scalars(select(User).where(User.username == username)).one()


def log(app: Flask, username: str) -> list[AccountLog]:
    one = user(app, username)
    with app.app_context():
        return AccountLog.of(one)


def first_password(page: str) -> str:
    found = re.search(r'<code class="first">([^<]+)</code>', page)
    assert found, page
    return found[1]


def add(desk: FlaskClient, **given: object) -> object:
    data = {"name": "张伟", "username": "zhangwei", "roles": ["archivist"], **given}
    return desk.post("/office/people/new", data=data)


def grant(desk: FlaskClient, one: User, *roles: str) -> TestResponse:
    return desk.post(f"/office/people/{one.id}/roles", data={"roles": list(roles)})


@pytest.mark.parametrize("who", ["planner", "archivist", "supervisor", "auditor", "inspector1"])
def test_only_administrators_see_accounts(desk: Desks, app: Flask, who: str) -> None:
    browser, one = desk(who), user(app, "inspector1").id
    for path in ("/office/people", "/office/people/new", f"/office/people/{one}", "/office/people/import"):
        assert browser.get(path).status_code == 403
    for act in ("disable", "password", "roles"):
        assert browser.post(f"/office/people/{one}/{act}").status_code == 403
    assert browser.post("/office/people/roles").status_code == 403


def test_another_bureaus_account_is_not_there(desk: Desks, app: Flask) -> None:
    one, acts = user(app, "inspector1").id, {"admin.tj": ("", "/disable", "/enable", "/phones/x/revoke")}
    acts["security.tj"] = ("/roles", "/password", "/phones/x/revoke", "/phones/x/restore")
    for who, paths in acts.items():
        browser = desk(who)
        assert browser.get(f"/office/people/{one}").status_code == 404
        for act in paths:
            given = {"name": "甲", "roles": "admin", "reason": "x"}
            assert browser.post(f"/office/people/{one}{act}", data=given).status_code == 404
    answer = browser.post("/office/people/roles", data={"chosen": [f"{one}:inspector"]})
    assert answer.status_code == 404
    assert user(app, "inspector1").active
    assert "石晓峰" not in browser.get("/office/people?q=inspector1").text


def test_the_list_finds_people_by_name_and_by_role(desk: Desks) -> None:
    browser = desk("admin")
    assert "石晓峰" in browser.get("/office/people").text
    found = browser.get("/office/people?q=石晓").text
    assert "石晓峰" in found and "墨守真" not in found
    assert "墨守真" in browser.get("/office/people?show=archivist").text
    assert "石晓峰" not in browser.get("/office/people?show=archivist").text
    assert "没有找到" in browser.get("/office/people?q=%25").text
    assert browser.get("/office/people?show=nonsense&page=99999999999").status_code == 200


@both_databases
def test_roles_are_filtered_on_both_databases(app: Flask) -> None:
    admin = user(app, "admin")
    with app.app_context():
        bureau = admin.bureau_id
        assert People(bureau).counts()["admin"] == 1
        assert People.holders(bureau, "admin") == {admin.id}
        assert People.proposed(bureau) == []
        db.session.get_one(User, admin.id).wanted = []
        db.session.commit()
        assert [one.id for one in People.proposed(bureau)] == [admin.id]
        assert People(bureau).counts()["waiting"] == 1
        assert [one.roles for one in People(bureau, "archivist").rows()] == [["archivist"]]


def test_a_new_account_opens_nothing_until_another_person_gave_it_a_role(app: Flask, desk: Desks) -> None:
    assert add(desk("admin"), username=" ＺhangWei ").status_code == 302
    made = user(app, "zhangwei")
    assert (made.roles, made.wanted) == ([], ["archivist"])
    security = desk("security")
    assert "张伟" in security.get("/office/").text
    assert "建议：" in security.get("/office/people?show=waiting").text
    given = security.post("/office/people/roles", data={"chosen": [f"{made.id}:archivist"]})
    first = first_password(given.text)
    assert user(app, "zhangwei").roles == ["archivist"]
    assert [line.act for line in log(app, "zhangwei")] == ["granted", "created"]
    browser = app.test_client()
    entered = browser.post("/login", data={"username": "zhangwei", "password": first})
    assert entered.location.startswith("/password")
    assert browser.get("/office/").location == "/password"
    assert browser.post("/office/inspections/new").status_code == 403
    given = {"now": first, "new": OWN, "again": OWN}
    assert browser.post("/password", data=given).location == "/office/"
    assert browser.get("/office/").status_code == 200
    assert not user(app, "zhangwei").must_change


def test_a_first_password_enrols_no_phone(app: Flask, desk: Desks) -> None:
    first = first_password(
        desk("security").post(f"/office/people/{user(app, 'inspector1').id}/password", data=KNOWN).text
    )
    answer = Handset(app).login("inspector1", first)
    assert (answer.status_code, answer.json["error"]["code"]) == (403, "password_first")


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"name": " "}, "没有填写姓名"),
        ({"name": "甲" * 51}, "姓名太长"),
        ({"name": "甲\x07"}, "姓名太长"),
        ({"username": ""}, "没有填写用户名"),
        ({"username": "张伟"}, "用户名只能用"),
        ({"username": "a b"}, "用户名只能用"),
        ({"username": "inspector1"}, "已被使用"),
        ({"username": "admin.tj"}, "已被使用"),
        ({"roles": ["admin", "auditor"]}, "三员分立"),
        ({"roles": ["bishop"]}, "没有这样的角色"),
    ],
)
def test_what_is_wrong_with_a_new_account_is_said_at_its_field(
    app: Flask, desk: Desks, given: dict, fault: str
) -> None:
    answer = add(desk("admin"), **given)
    assert answer.status_code == 422
    assert fault in answer.text and "已填的内容都在" in answer.text
    with app.app_context():
        assert not User.by_username("zhangwei")


def test_roles_change_at_once_and_are_logged(app: Flask, desk: Desks) -> None:
    browser, one = desk("security"), user(app, "archivist")
    theirs = desk("archivist")
    assert theirs.get("/office/inspections/new").status_code == 200
    assert grant(browser, one, "supervisor").status_code == 302
    assert theirs.get("/office/inspections/new").status_code == 302, "every session ended"
    assert desk("archivist").get("/office/inspections/new").status_code == 403
    (line,) = log(app, "archivist")
    assert (line.act, line.detail) == ("granted", {"roles": [["archivist"], ["supervisor"]]})
    assert "档案员 → 督导员" in browser.get(f"/office/people/{one.id}").text


def test_the_system_administrator_proposes_and_gives_nothing(app: Flask, desk: Desks) -> None:
    browser, one = desk("admin"), user(app, "archivist")
    given = {"name": one.name, "roles": ["archivist", "planner"]}
    for _ in range(2):
        browser.post(f"/office/people/{one.id}", data=given)
    after = user(app, "archivist")
    assert (after.roles, after.wanted) == (["archivist"], ["planner", "archivist"])
    assert [line.act for line in log(app, "archivist")] == ["proposed"], "nothing changed, nothing is logged"
    for path in (f"{one.id}/roles", f"{one.id}/password", "roles"):
        assert browser.post(f"/office/people/{path}", data=given).status_code == 403
    browser.post(f"/office/people/{one.id}", data={"name": one.name, "roles": ["archivist"]})
    assert user(app, "archivist").wanted is None


def test_nobody_gives_roles_to_himself(app: Flask, desk: Desks) -> None:
    browser, me = desk("security"), user(app, "security")
    answer = grant(browser, me, "security", "archivist")
    assert answer.status_code == 422 and "不能给自己角色" in answer.text
    with app.app_context():
        db.session.get_one(User, me.id).wanted = ["security", "planner"]
        db.session.commit()
    answer = browser.post("/office/people/roles", data={"chosen": [f"{me.id}:security,planner"]})
    assert answer.status_code == 403
    assert browser.post(f"/office/people/{me.id}/password").status_code == 403
    assert user(app, "security").roles == ["security"]


def test_nobody_is_two_of_the_three_administrators(app: Flask, desk: Desks) -> None:
    browser, one = desk("security"), user(app, "archivist")
    for two in (("admin", "security"), ("admin", "auditor"), ("security", "auditor")):
        answer = grant(browser, one, *two)
        assert answer.status_code == 422 and "三员分立" in answer.text
    assert grant(browser, one, "admin", "archivist").status_code == 302


def test_what_was_seen_is_what_is_given(app: Flask, desk: Desks) -> None:
    add(desk("admin"))
    made = user(app, "zhangwei")
    seen = {"chosen": [f"{made.id}:archivist"]}
    desk("admin").post(f"/office/people/{made.id}", data={"name": made.name, "roles": ["auditor"]})
    answer = desk("security").post("/office/people/roles", data=seen)
    assert answer.status_code == 409 and "有了变化" in answer.text
    assert desk("security").post("/office/people/roles").status_code == 422
    assert user(app, "zhangwei").roles == []


def test_a_disabled_account_is_out_at_once_and_can_come_back(app: Flask, desk: Desks) -> None:
    browser, theirs, one = desk("admin"), desk("archivist"), user(app, "archivist").id
    browser.post(f"/office/people/{one}/disable")
    assert theirs.get("/office/").status_code == 302
    assert (
        app.test_client().post("/login", data={"username": "archivist", "password": PASSWORD}).status_code
        == 401
    )
    browser.post(f"/office/people/{one}/enable")
    assert (
        app.test_client().post("/login", data={"username": "archivist", "password": PASSWORD}).status_code
        == 302
    )
    assert [line.act for line in log(app, "archivist")] == ["enabled", "disabled"]


def test_the_last_administrators_stay(app: Flask, desk: Desks) -> None:
    browser, security, admin = desk("admin"), desk("security"), user(app, "admin")
    for who in ("admin", "security", "auditor"):
        answer = browser.post(f"/office/people/{user(app, who).id}/disable")
        assert answer.status_code == 409 and "最后一个在用的" in answer.text
    answer = grant(security, admin, "archivist")
    assert answer.status_code == 422 and "最后一个在用的" in answer.text
    assert grant(security, user(app, "planner"), "admin", "planner").status_code == 302
    assert browser.post(f"/office/people/{admin.id}/disable").status_code == 302
    assert not user(app, "admin").active


def test_the_account_log_is_only_added_to(app: Flask, desk: Desks) -> None:
    add(desk("admin"))
    with app.app_context():
        line = db.session.scalars(select(AccountLog)).one()
        line.act = "changed"
        with pytest.raises(RuntimeError):
            db.session.flush()
        db.session.rollback()
        db.session.delete(db.session.scalars(select(AccountLog)).one())
        with pytest.raises(RuntimeError):
            db.session.flush()


def test_a_reset_password_ends_every_session(app: Flask, desk: Desks) -> None:
    browser, theirs = desk("security"), desk("archivist")
    first = first_password(
        browser.post(f"/office/people/{user(app, 'archivist').id}/password", data=KNOWN).text
    )
    assert theirs.get("/office/").status_code == 302
    assert (
        app.test_client().post("/login", data={"username": "archivist", "password": first}).status_code == 302
    )
    assert re.fullmatch(r"([2-9a-z]{4}-){3}[2-9a-z]{4}", first)


# ---- the own password


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"now": "wrong"}, "现在的密码不对"),
        ({"new": "short"}, "不到 12 个字符"),
        ({"new": "x9" * 200}, "超过 256"),
        ({"new": "password2026!!"}, "太常见"),
        ({"new": "1qaz2wsx3edc"}, "太常见"),
        ({"new": "archivist.archivist"}, "不能是用户名"),
        ({"new": OWN + "x"}, "两次输入的新密码不一样"),
    ],
)
def test_a_weak_or_mistyped_password_is_refused(desk: Desks, given: dict, fault: str) -> None:
    browser = desk("archivist")
    answer = browser.post("/password", data={"now": PASSWORD, "new": OWN, "again": OWN, **given})
    assert answer.status_code == 422
    assert fault in answer.text
    assert OWN not in answer.text


def test_everyone_changes_the_own_password_and_stays_in(app: Flask, desk: Desks) -> None:
    browser, elsewhere = desk("inspector1"), desk("inspector1")
    given = {"now": PASSWORD, "new": OWN, "again": OWN, "next": "//evil.example"}
    assert browser.post("/password", data=given).location == "/field/"
    assert browser.get("/password").status_code == 200
    assert elsewhere.get("/password").status_code == 302
    assert Handset(app).login("inspector1", OWN).status_code == 200


def test_a_password_counts_as_it_was_typed_and_to_its_last_sign(app: Flask, desk: Desks) -> None:
    long = "Ein Pferd，平顶山 " * 15 + "Xy7?"
    long = "z" * (256 - len(long)) + long
    answer = desk("inspector1").post("/password", data={"now": PASSWORD, "new": long, "again": long})
    assert len(long) == 256 and answer.status_code == 302

    def comes_in(password: str) -> bool:
        data = {"username": "inspector1", "password": password}
        return app.test_client().post("/login", data=data).status_code == 302

    assert comes_in(long)
    assert not any(
        map(comes_in, (long[:-1], long[:-1] + "!", long.swapcase(), long.replace("，", ","), f" {long}"))
    )


def test_nobody_changes_a_password_without_being_in(client: FlaskClient) -> None:
    assert client.get("/password").location.startswith("/login")


def test_the_same_password_is_no_new_one(desk: Desks, app: Flask) -> None:
    browser = desk("archivist")
    browser.post("/password", data={"now": PASSWORD, "new": OWN, "again": OWN})
    answer = browser.post("/password", data={"now": OWN, "new": OWN, "again": OWN})
    assert "与现在的密码相同" in answer.text


@pytest.mark.parametrize(
    "password", ["aaaaaaaaaaaa", "PASSWORD1234", "renshe123456", "woaiwoaiwoai", "12345678901234"]
)
def test_what_guessers_try_first_is_refused(password: str) -> None:
    assert rules.password_fault(password, "wei", common_passwords()) == "password_common"


@pytest.mark.parametrize(
    "password", ["平顶山的早餐要喝一碗胡辣汤", "correct horse battery", "k3f9-xq2m-77ab"]
)
def test_what_nobody_guesses_will_do(password: str) -> None:
    assert rules.password_fault(password, "wei", common_passwords()) is None


# ---- phones


def test_a_revoked_phone_is_told_so_and_its_events_are_counted(
    app: Flask, desk: Desks, phone: Phones
) -> None:
    browser, one, hers = desk("security"), phone("inspector1"), user(app, "inspector1").id
    page = browser.get(f"/office/people/{hers}").text
    assert "可以同步" in page and "只隔离保存" in page
    path = f"/office/people/{hers}/phones/{one.device}"
    refused = browser.post(f"{path}/revoke", data={"reason": " "})
    assert refused.status_code == 422 and "没有写明原因" in refused.text
    assert browser.post(f"{path}/revoke", data={"reason": "手机丢失"}).status_code == 302
    assert Handset(app).login("inspector1").status_code == 200
    assert one.login("inspector1").json["error"]["code"] == "device_revoked"
    with app.app_context():
        db.session.add(Quarantined(device=one.device, user_id=hers, text="{}"))
        db.session.commit()
    page = browser.get(f"/office/people/{hers}").text
    assert "手机丢失" in page and "1 条" in page
    assert "1</b> <span" in desk("admin").get("/office/").text
    assert desk("admin").post(f"{path}/restore", data={"reason": "x"}).status_code == 403
    browser.post(f"{path}/restore", data={"reason": "已找回"})
    assert one.login("inspector1").status_code == 200
    assert [line.act for line in log(app, "inspector1")] == ["phone_restored", "phone_revoked"]


def test_a_phone_of_two_is_revoked_for_both(app: Flask, desk: Desks, phone: Phones) -> None:
    one = phone("inspector1")
    assert one.login("inspector2").status_code == 200
    hers = user(app, "inspector1").id
    desk("admin").post(f"/office/people/{hers}/phones/{one.device}/revoke", data={"reason": "丢失"})
    with app.app_context():
        assert all(enrolment.revoked_at for enrolment in Enrolment.of_device(one.device))
    assert [line.act for line in log(app, "inspector2")] == ["phone_revoked"]


def test_a_phone_of_somebody_else_is_not_theirs(app: Flask, desk: Desks, phone: Phones) -> None:
    one, other = phone("inspector1"), user(app, "inspector3").id
    answer = desk("admin").post(f"/office/people/{other}/phones/{one.device}/revoke", data={"reason": "x"})
    assert answer.status_code == 404


# ---- the first page


def test_the_administrators_first_page_says_what_waits(app: Flask, desk: Desks) -> None:
    browser = desk("admin")
    add(browser)
    page = browser.get("/office/").text
    assert "账号从未登录" in page and "张伟" in page
    assert "已过期" in page and "任期满" in page
    assert page.count("<b>") - page.count("<b>一档") <= 6
    assert "检查记录只给检查组和本机构的办公室看" in page


def test_others_keep_their_inbox(desk: Desks) -> None:
    for who in ("archivist", "planner", "supervisor", "auditor"):
        assert "七天内到期" in desk(who).get("/office/?show=all").text


def test_every_form_wants_its_token(app: Flask, desk: Desks) -> None:
    browser, one = desk("admin"), user(app, "archivist").id
    app.config["WTF_CSRF_ENABLED"] = True
    for path in ("/office/people/new", f"/office/people/{one}/disable", "/password", "/office/settings/edit"):
        assert browser.post(path, data={"now": "x"}).status_code == 400
    assert user(app, "archivist").active
