"""The bureau's law in a form: typed, dated, with its clause, and no version ever lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from webapp.accounts import law_rules
from webapp.accounts.law_rules import SETTINGS, changed, day_fault, law_of, stems, typed, value_of
from webapp.accounts.law_words import CHOICES, FAULTS, MEANINGS, NAMES
from webapp.accounts.models import Bureau, Law, User
from webapp.db import db
from webapp.demo.world import bureaus

Desks = Callable[[str], FlaskClient]
TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()
LAWS = {bureau["key"]: bureau["law"] for bureau in bureaus()}


def fields(page: str) -> dict[str, str]:
    """What the form holds, as a browser would send it."""
    held = {
        name: unescape(value)
        for name, value in re.findall(r'<input[^>]* name="([^"]+)" value="([^"]*)"', page)
    }
    for name, body in re.findall(r'<select[^>]* name="([^"]+)".*?>(.*?)</select>', page, re.S):
        chosen = re.search(r'value="([^"]*)" selected', body)
        held[name] = chosen[1] if chosen else ""
    return held


def save(desk: FlaskClient, **changes: str) -> object:
    given = fields(desk.get("/office/settings/edit").text)
    return desk.post(
        "/office/settings/edit", data=given | {name.replace("__", "."): v for name, v in changes.items()}
    )


def versions(app: Flask, username: str = "admin") -> list[Law]:
    with app.app_context():
        user = db.session.scalars(select(User).where(User.username == username)).one()
        return Law.versions(user.bureau_id)


def form_of(law: dict) -> dict[str, str]:
    given = {name: typed(setting, law) for name, setting in SETTINGS.items()}
    for name in stems():
        given |= {f"{name}.{part}": law.get(name, {}).get(part) or "" for part in ("clause", "note")}
    return given


# ---- the rules


@pytest.mark.parametrize("key", LAWS)
def test_every_demo_bureaus_law_comes_back_from_its_form_unchanged(key: str) -> None:
    law, faults = law_of(form_of(LAWS[key]), LAWS[key])
    assert faults == {}
    assert changed(LAWS[key], law) == []
    assert set(law) == set(LAWS[key]), "the form knows every setting"


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("publication_days", "２０", 20),
        ("publication_days", " 20 ", 20),
        ("publication_days", "", None),
        ("minimum_ratio_bp", "5", 500),
        ("minimum_ratio_bp", "7.25%", 725),
        ("minimum_ratio_bp", "0.07", 7),
        ("plan_due", "11-30", "11-30"),
        ("plan_due", "1-5", "01-05"),
        ("lent_inspectors", "no", False),
        ("valid_until", "2027-02-28", "2027-02-28"),
        ("platform", " 平台  名 ", "平台 名"),
    ],
)
def test_a_value_is_read_as_it_is_meant(name: str, given: str, value: object) -> None:
    assert value_of(SETTINGS[name], given) == (value, None)


@pytest.mark.parametrize(
    ("name", "given", "fault"),
    [
        ("publication_days", "0", "whole"),
        ("publication_days", "366", "whole"),
        ("publication_days", "7.5", "whole"),
        ("publication_days", "-7", "whole"),
        ("publication_days", "٧", "whole"),
        ("publication_days", "9" * 5000, "whole"),
        ("minimum_ratio_bp", "100.01", "percent"),
        ("minimum_ratio_bp", "5.001", "percent"),
        ("minimum_ratio_bp", "1e1", "percent"),
        ("publication_day_kind", "moon", "choice"),
        ("lent_inspectors", "maybe", "yes_no"),
        ("lent_inspectors", "", "needed"),
        ("pair_minimum", "1", "whole"),
        ("plan_due", "02-29", "month_day"),
        ("plan_due", "13-01", "month_day"),
        ("valid_from", "2027-02-30", "date"),
        ("valid_from", "20270228", "date"),
        ("platform", "长" * 201, "text"),
    ],
)
def test_a_value_that_cannot_be_is_refused(name: str, given: str, fault: str) -> None:
    assert value_of(SETTINGS[name], given)[1] == fault


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"publication_days": "15", "publication_day_kind": ""}, {"publication_day_kind": "partner"}),
        ({"risk_share_bp": "85", "risk_share_bp.clause": "三", "risk_scale": ""}, {"risk_scale": "partner"}),
        (
            {"valid_from": "2026-01-02", "valid_until": "2026-01-01", "valid_until.note": "甲"},
            {"valid_until": "order"},
        ),
        ({"yearly_cap": "2"}, {"yearly_cap.clause": "unfounded"}),
        ({"yearly_cap": "2", "yearly_cap.note": "会议决定"}, {}),
        ({"yearly_cap.clause": "长" * 101}, {"yearly_cap.clause": "long"}),
    ],
)
def test_settings_are_judged_together(changes: dict[str, str], faults: dict[str, str]) -> None:
    assert law_of(form_of(LAWS["pd"]) | changes, LAWS["pd"])[1] == faults


def test_what_the_form_does_not_know_stays() -> None:
    base = LAWS["pd"] | {"of_later": {"value": 7, "clause": "PD-9"}}
    assert law_of(form_of(base), base)[0]["of_later"] == {"value": 7, "clause": "PD-9"}


def test_a_version_begins_today_or_later_and_never_before_the_newest() -> None:
    today = date(2026, 11, 21)
    assert day_fault(None, today, None) == "law_day"
    assert day_fault(date(2026, 11, 20), today, None) == "law_past"
    assert day_fault(today, today, date(2026, 12, 1)) == "law_order"
    assert day_fault(today, today, today) is None


def test_every_setting_has_its_words() -> None:
    assert set(SETTINGS) <= set(NAMES) and set(SETTINGS) <= set(MEANINGS)
    assert {choice for setting in SETTINGS.values() for choice in setting.choices} <= set(CHOICES)
    assert {setting.kind for setting in SETTINGS.values()} <= set(FAULTS)
    assert set(law_rules.READERS) == {setting.kind for setting in SETTINGS.values()}


# ---- the pages


def test_the_office_reads_and_only_the_administrator_changes(desk: Desks) -> None:
    for who in ("planner", "archivist", "supervisor", "auditor"):
        browser = desk(who)
        page = browser.get("/office/settings")
        assert page.status_code == 200 and "PD-3.5" in page.text and "修改设置" not in page.text
        assert browser.get("/office/settings/edit").status_code == 403
        assert browser.post("/office/settings/edit").status_code == 403
    assert desk("inspector1").get("/office/settings").status_code == 403


def test_a_change_is_a_new_version_with_its_author(app: Flask, desk: Desks) -> None:
    browser = desk("admin")
    answer = save(browser, publication_days="15")
    assert answer.status_code == 302
    newest, before = versions(app)
    assert (newest.settings["publication_days"]["value"], newest.valid_from) == (15, TODAY)
    assert before.settings["publication_days"]["value"] == 20, "what stood before stays"
    assert newest.author is not None and newest.author.username == "admin"
    page = browser.get(answer.location).text
    assert "20 天 → 15 天" in page and "路致远" in page and "现在有效" in page
    assert "已被代替" in browser.get(f"/office/settings/{before.id}").text
    with app.app_context():
        bureau = db.session.get_one(Bureau, newest.bureau_id)
        assert bureau.law(TODAY)["publication_days"] == 15
        assert bureau.law(TODAY - timedelta(days=1))["publication_days"] == 20


def test_a_later_version_waits_for_its_day(app: Flask, desk: Desks) -> None:
    browser, later = desk("admin"), TODAY + timedelta(days=30)
    assert save(browser, publication_days="15", **{"from": later.isoformat()}).status_code == 302
    with app.app_context():
        bureau = db.session.get_one(Bureau, versions(app)[0].bureau_id)
        assert bureau.law(TODAY)["publication_days"] == 20
        assert bureau.law(later)["publication_days"] == 15
    assert "尚未生效" in browser.get("/office/settings").text
    refused = save(browser, publication_days="16", **{"from": TODAY.isoformat()})
    assert refused.status_code == 422 and "新的版本不能早于它" in refused.text
    assert save(browser, publication_days="16").status_code == 302, "the form proposes a day that will do"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"publication_days": "900"}, "要填 1 到 365 之间的整数"),
        ({"publication_days": "很快"}, "要填 1 到 365 之间的整数"),
        ({"photo__quality": "5"}, "要填 50 到 100 之间的整数"),
        ({"minimum_ratio_bp": "500"}, "要填 0 到 100 之间的数"),
        ({"publication_day_kind": "moon"}, "请从列出的选项中选择"),
        ({"from": "2020-01-01", "publication_days": "15"}, "生效日期不能早于今天"),
        ({"from": "soon", "publication_days": "15"}, "没有填写生效日期"),
        ({}, "没有改动"),
        ({"yearly_cap": "2"}, "请写明依据的条款"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    app: Flask, desk: Desks, changes: dict[str, str], said: str
) -> None:
    answer = save(desk("admin"), platform__note="要问省厅", **changes) if changes else save(desk("admin"))
    assert answer.status_code == 422
    assert said in answer.text
    assert not changes or "要问省厅" in answer.text
    assert len(versions(app)) == 1


def test_two_administrators_do_not_overwrite_each_other(app: Flask, desk: Desks) -> None:
    one, other = desk("admin"), desk("admin")
    given = fields(other.get("/office/settings/edit").text)
    save(one, publication_days="15")
    answer = other.post("/office/settings/edit", data=given | {"publication_days": "16"})
    assert answer.status_code == 409
    assert "设置已被别人改过" in answer.text and 'value="16"' in answer.text
    assert len(versions(app)) == 2


def test_another_bureaus_version_is_not_there(app: Flask, desk: Desks) -> None:
    foreign = versions(app, "admin.tj")[0].id
    assert desk("admin").get(f"/office/settings/{foreign}").status_code == 404
    assert desk("admin").get("/office/settings/99999999999999").status_code == 404


def test_an_empty_form_is_no_law(app: Flask, desk: Desks) -> None:
    assert desk("admin").post("/office/settings/edit").status_code == 409
    assert len(versions(app)) == 1


def test_PD_2_3_what_the_own_document_does_not_say_the_superiors_says(app: Flask, desk: Desks) -> None:
    with app.app_context():
        county, city = (
            db.session.scalars(select(Bureau).where(Bureau.short_name == name)).one()
            for name in ("汝州市人社局", "平顶山市人社局")
        )
        own = Law.in_force(county.id, TODAY)
        assert own and own.settings["risk_scale"]["value"] is None
        assert city.law(TODAY)["risk_scale"] == county.law(TODAY)["risk_scale"] == "labour"
        assert county.law(TODAY)["feedback_days"] == 7 and city.law(TODAY)["feedback_days"] is None
        assert county.law(TODAY)["publication_start"] != city.law(TODAY)["publication_start"]
    page = desk("admin.rz").get("/office/settings").text
    assert "本机构未规定，按上级" in page and "平顶山市人社局 PD-3.2" in page
    assert "按上级" not in desk("admin").get("/office/settings").text


@pytest.mark.parametrize(
    ("values", "day"),
    [
        ({"valid_from": "2018-01-01", "validity_years": 2}, date(2019, 12, 31)),
        ({"valid_from": "2024-02-29", "validity_years": 2}, date(2026, 2, 28)),
        ({"valid_from": "2024-01-01", "valid_until": "2026-06-30", "validity_years": 5}, date(2026, 6, 30)),
        ({"valid_from": "2024-01-01"}, None),
        ({"validity_years": 2}, None),
    ],
)
def test_TJ_16_a_document_for_two_years_says_on_which_day_it_ends(
    values: dict[str, object], day: date | None
) -> None:
    assert law_rules.expires({name: {"value": value} for name, value in values.items()}) == day


def test_TJ_16_a_document_that_ran_out_is_said_on_its_page_and_to_the_administrator(desk: Desks) -> None:
    assert "届满" in desk("planner.tj").get("/office/settings").text
    assert "有延期或新的文件" in desk("admin.tj").get("/office/").text
    assert "届满" not in desk("planner").get("/office/settings").text
