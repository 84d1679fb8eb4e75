"""An administrator takes over the working days of a year, and what was provisional is so no more."""

import io
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import both_databases
from tests.followup.test_views import bureau_of, text
from webapp.db import db, today
from webapp.errors import CATALOGUE
from webapp.followup.happened import Happened
from webapp.followup.models import Watch, YearTable
from webapp.workdays import LAST_KNOWN, by_library, read_table, runs, written

Desk = Callable[[str], FlaskClient]
YEAR = LAST_KNOWN + 1
FIXED = [f"{YEAR}-01-01", f"{YEAR}-05-01", f"{YEAR}-10-01"]
NOTICE = "国务院办公厅关于部分节假日安排的通知"


def file(**changes: Any) -> bytes:
    said = {"year": YEAR, "source": NOTICE, "holidays": FIXED, "workdays": []} | changes
    return json.dumps(said).encode()


def preview(browser: FlaskClient, data: bytes) -> Any:
    return browser.post("/office/workdays/preview", data={"file": (io.BytesIO(data), "year.json")})


def take(browser: FlaskClient, data: bytes, reason: str = "") -> Any:
    return browser.post("/office/workdays", data={"table": data.decode(), "reason": reason})


def due(app: Flask, username: str, ended: date) -> tuple[date | None, bool]:
    with app.app_context():
        law = Watch(bureau_of(username), today())
        clock = law.clock("published", Happened(ended))
        return clock.due, clock.provisional


@both_databases
def test_a_table_makes_what_was_provisional_certain_for_the_bureau_and_those_below(
    app: Flask, desk: Desk
) -> None:
    """Ruzhou stands below Pingdingshan; Tianjin does not."""
    ended = date(LAST_KNOWN, 12, 10)
    before, provisional = due(app, "archivist.rz", ended)
    assert before and provisional
    admin = desk("admin")
    assert take(admin, file(holidays=[*FIXED, f"{YEAR}-01-04"])).status_code == 302
    after, provisional = due(app, "archivist.rz", ended)
    assert after and not provisional and after > before
    with app.app_context():
        assert not Watch(bureau_of("archivist.tj"), today()).tables
        assert [row.bureau.short_name for row in Watch(bureau_of("archivist.rz"), today()).tables] == [
            "平顶山市人社局"
        ]


@both_databases
def test_a_bureaus_own_table_stands_before_its_superiors_and_the_newest_before_the_older(
    app: Flask, desk: Desk
) -> None:
    take(desk("admin"), file())
    take(desk("admin.rz"), file(holidays=[*FIXED, f"{YEAR}-01-04"]), "本地")
    take(desk("admin.rz"), file(holidays=[*FIXED, f"{YEAR}-01-05"]), "更正")
    with app.app_context():
        (table,) = Watch(bureau_of("archivist.rz"), today()).tables
        assert table.holidays[1] == f"{YEAR}-01-05" and table.reason == "更正"
        (table,) = Watch(bureau_of("archivist"), today()).tables
        assert table.holidays == FIXED
        assert db.session.query(YearTable).count() == 3, "what stood before stays"
    page = desk("admin.rz").get("/office/workdays").text
    assert page.count("已被代替") == 2 and "更正" in page and "平顶山市人社局" in page


def test_a_file_is_seen_day_by_day_before_anything_is_written(app: Flask, desk: Desk) -> None:
    days = [*FIXED, f"{YEAR}-01-02", f"{YEAR}-01-03"]
    worked = next(day for day in (date(YEAR, 1, number) for number in range(4, 20)) if day.weekday() == 6)
    page = preview(desk("admin"), file(holidays=days, workdays=[worked.isoformat()])).text
    said = text(page)
    assert f"{YEAR}-01-01" in said and "3 天" in said and worked.isoformat() in said and NOTICE in said
    assert "替换的原因" not in said
    with app.app_context():
        assert not db.session.query(YearTable).count()


def test_a_known_year_is_replaced_only_with_a_reason_and_only_by_something_else(
    app: Flask, desk: Desk
) -> None:
    library = by_library(LAST_KNOWN)
    assert library
    admin = desk("admin")
    same = json.dumps(written(library) | {"source": NOTICE}).encode()
    assert "和现在用的一样" in take(admin, same, "原因").text
    other = written(library) | {"source": NOTICE}
    other["holidays"] = [*other["holidays"], f"{LAST_KNOWN}-12-31"]
    data = json.dumps(other).encode()
    assert "替换的原因" in preview(admin, data).text and f"{LAST_KNOWN}-12-31" in preview(admin, data).text
    assert take(admin, data).status_code == 422
    with app.app_context():
        assert not db.session.query(YearTable).count()
    assert take(admin, data, "补发的通知").status_code == 302
    assert "补发的通知" in admin.get("/office/workdays").text


@pytest.mark.parametrize(
    ("data", "code", "at"),
    [
        (b"", "year_needed", ""),
        (b"x" * 70_000, "year_large", ""),
        ("年".encode("gbk"), "year_json", ""),
        (b"[" * 60_000, "year_json", ""),
        (b"{}", "year_shape", ""),
        (file(source=" \x00 "), "year_shape", "source"),
        (file(holidays=FIXED * 200), "year_shape", "holidays"),
        (file(year=1999), "year_year", "1999"),
        (file(holidays=["2027-1-1"]), "year_date", "2027-1-1"),
        (file(holidays=[*FIXED, FIXED[0]]), "year_twice", FIXED[0]),
        (file(holidays=FIXED[1:]), "year_fixed", FIXED[0]),
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_wrong_with_a_file_is_said_with_its_place(
    desk: Desk, data: bytes, code: str, at: str, lang: str
) -> None:
    admin = desk("admin")
    admin.get(f"/office/workdays?lang={lang}")
    answer = preview(admin, data)
    assert answer.status_code == CATALOGUE[code][0]
    fault = text(answer.text.partition('id="file-fault"')[2].partition("</p>")[0].partition(">")[2])
    assert at in fault and len(fault) > len(at) + 10
    if lang == "zh":
        assert str(CATALOGUE[code][1]) in fault


def test_only_an_administrator_loads_and_the_office_reads(desk: Desk) -> None:
    planner = desk("planner")
    assert planner.get("/office/workdays").status_code == 200
    assert "看预览" not in planner.get("/office/workdays").text
    assert take(planner, file()).status_code == 403
    assert desk("inspector1").get("/office/workdays").status_code == 403


def test_a_template_is_empty_and_a_known_year_comes_back_as_it_was(desk: Desk) -> None:
    admin = desk("admin")
    template = admin.get(f"/office/workdays/{YEAR}.json")
    assert template.json == {"year": YEAR, "source": "", "holidays": [], "workdays": []}
    assert preview(admin, template.data).status_code == 422, "nobody takes an empty one over by mistake"
    known = read_table(admin.get(f"/office/workdays/{LAST_KNOWN}.json").data)
    library = by_library(LAST_KNOWN)
    assert library and (known.holidays, known.workdays) == (library.holidays, library.workdays)
    assert admin.get("/office/workdays/1999.json").status_code == 404


def test_days_in_a_row_are_one_run() -> None:
    days = [date(2026, 10, number) for number in (3, 1, 2, 9)]
    assert runs(days) == [(date(2026, 10, 1), date(2026, 10, 3)), (date(2026, 10, 9),) * 2]
