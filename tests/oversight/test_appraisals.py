"""Appraisals at the desk (RZ-24): by the bureau's own criteria, of units and of counties (PD-4.4), every version kept."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.conftest import both_databases
from webapp.accounts.models import Bureau, User
from webapp.db import db, today
from webapp.followup.models import Watch
from webapp.oversight.appraisals import FIXED, Appraisal, Criteria
from webapp.oversight.figure_rules import Period
from webapp.oversight.figures import Board, Scope

pytestmark = both_databases
Desk = Callable[[str], FlaskClient]
YEAR = str(today().year)


@pytest.fixture
def units(desk: Desk) -> str:
    """The address of an appraisal of the units, just begun by the planner."""
    answer = desk("planner").post("/oversight/appraisal", data={"kind": "unit", "when": YEAR})
    assert answer.status_code == 302, answer.text
    return str(answer.headers["Location"])


def kept() -> Appraisal:
    return db.session.scalars(select(Appraisal)).one()


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))


def test_the_units_of_the_library_stand_with_what_could_be_counted(
    app: Flask, desk: Desk, units: str
) -> None:
    page = plain(desk("planner").get(units).text)
    assert "劳动保障监察局（支队）" in page and "未评" in page and "得分率" in page
    assert (
        desk("planner").post("/oversight/appraisal", data={"kind": "unit", "when": YEAR}).headers["Location"]
        == units
    )
    with app.test_request_context():
        scores = kept().latest.scores
        done = next(one["name"] for one in kept().criteria if one["source"] == "done")
        counted = {name: one[done] for name, one in scores.items() if one[done]}
        assert counted and all(
            one["by"] == "figure" and one["part"] <= one["whole"] for one in counted.values()
        )


def test_what_a_person_gives_needs_a_reason_makes_a_version_and_overwrites_no_figure(
    app: Flask, desk: Desk, units: str
) -> None:
    planner = desk("planner")
    with app.app_context():
        appraisal = kept()
        target, own = next((name, one) for name, one in appraisal.latest.scores.items() if any(one.values()))
        counted = next(name for name, score in own.items() if score)
        hand = next(one["name"] for one in appraisal.criteria if one["source"] == "hand")
    said = {
        "seen": "1",
        "target": target,
        f"{hand}.points": "12.5",
        f"{counted}.points": "1",
        f"{counted}.reason": "少给",
    }
    wrong = planner.post(f"{units}/score", data=said)
    assert wrong.status_code == 422 and "要写理由" in wrong.text and 'value="12.5"' in wrong.text
    assert planner.post(f"{units}/score", data=said | {f"{hand}.reason": "抽看十份"}).status_code == 302
    late = planner.post(f"{units}/score", data=said | {f"{hand}.reason": "又看"})
    assert late.status_code == 409
    with app.app_context():
        first, second = kept().version(1), kept().version(2)
        assert second.scores[target][hand] == {"tenths": 125, "by": "hand", "reason": "抽看十份"}
        assert second.scores[target][counted] == first.scores[target][counted]
        assert first.scores[target][hand] is None
    assert planner.post(f"{units}/score", data={"seen": "2", "target": "没有"}).status_code == 404


def score_all(app: Flask, client: FlaskClient, address: str) -> int:
    """Give everything that is open its points; the number of the last version."""
    with app.app_context():
        appraisal = kept()
        targets, criteria, seen = list(appraisal.latest.scores), appraisal.criteria, appraisal.latest.number
    for target in targets:
        said: dict[str, Any] = {"target": target, "seen": str(seen)}
        for one in criteria:
            said |= {f"{one['name']}.points": "5", f"{one['name']}.reason": "抽看"}
        assert client.post(f"{address}/score", data=said).status_code == 302
        with app.app_context():
            seen = kept().latest.number
    return int(seen)


def test_it_is_fixed_by_another_when_all_is_scored_and_changed_later_only_with_a_reason(
    app: Flask, desk: Desk, units: str
) -> None:
    planner, supervisor = desk("planner"), desk("supervisor")
    assert supervisor.post(f"{units}/fix", data={"seen": "1"}).status_code == 409
    seen = score_all(app, planner, units)
    assert planner.post(f"{units}/fix", data={"seen": str(seen)}).status_code == 403
    assert supervisor.post(f"{units}/fix", data={"seen": str(seen)}).status_code == 302
    with app.app_context():
        assert kept().latest.state == FIXED
        target = next(iter(kept().latest.scores))
        hand = next(one["name"] for one in kept().criteria if one["source"] == "hand")
    change = {"seen": str(seen), "target": target, f"{hand}.points": "6", f"{hand}.reason": "复核"}
    assert planner.post(f"{units}/score", data=change).status_code == 422
    assert planner.post(f"{units}/score", data=change | {"why": "有异议，复核"}).status_code == 302
    own = change | {"seen": str(seen + 1), f"{hand}.points": "7"}
    assert supervisor.post(f"{units}/score", data=own).status_code == 302
    refused = supervisor.post(f"{units}/fix", data={"seen": str(seen + 2)})
    assert refused.status_code == 403 and "另一名督导员" in refused.text


def rows(**more: str) -> dict[str, str]:
    first = {"0.title": "按期公示", "0.points": "60", "0.source": "published_on_time"}
    second = {"1.title": "档案", "1.points": "40", "1.source": "hand", "2.title": ""}
    return {"why": "领导小组定", "0.zero": "50", "0.full": "100", **first, **second, **more}


def test_a_bureau_sets_its_own_criteria_and_an_appraisal_keeps_those_it_began_with(
    app: Flask, desk: Desk, units: str
) -> None:
    supervisor, place = desk("supervisor"), "/oversight/appraisal/criteria/unit"
    wrong = supervisor.post(place, data=rows(**{"1.points": "30"}))
    assert wrong.status_code == 422 and "现在合计 90 分" in wrong.text and 'value="按期公示"' in wrong.text
    for more in ({"0.source": "coverage"}, {"why": " "}, {"0.title": "", "1.title": ""}):
        assert supervisor.post(place, data=rows(**more)).status_code == 422
    for more in ({}, {"0.points": "70", "1.points": "30"}):
        assert supervisor.post(place, data=rows(**more)).status_code == 302
    assert desk("planner").post(place, data=rows()).status_code == 403
    with app.app_context():
        person = db.session.scalars(select(User).where(User.username == "planner")).one()
        found = Criteria.versions(person.bureau_id, "unit")
        assert [(one.number, [row["points"] for row in one.rows]) for one in found] == [
            (2, [70, 30]),
            (1, [60, 40]),
        ]
        assert [one["title"] for one in kept().criteria][0] == "按时完成检查"
    page = plain(supervisor.get("/oversight/appraisal/criteria/unit").text)
    assert "第 2 版" in page and "第 1 版" in page
    last = str(today().year - 1)
    made = (
        desk("planner").post("/oversight/appraisal", data={"kind": "unit", "when": last}).headers["Location"]
    )
    assert "档案" in plain(desk("planner").get(made).text)


def test_a_city_appraises_its_counties_by_their_own_law(app: Flask, desk: Desk) -> None:
    planner = desk("planner")
    none = planner.post("/oversight/appraisal", data={"kind": "county", "when": YEAR})
    with app.app_context():
        city = db.session.scalars(select(User).where(User.username == "planner")).one().bureau
        has = [one for one in db.session.scalars(select(Bureau)) if one.parent_id == city.id]
        if not has:
            assert none.status_code == 422
            other = db.session.scalars(select(Bureau).where(Bureau.id != city.id).order_by(Bureau.id)).first()
            other.parent_id = city.id
            db.session.commit()
            has = [other]
        names = [one.short_name for one in has]
    address = planner.post("/oversight/appraisal", data={"kind": "county", "when": YEAR}).headers["Location"]
    page = plain(planner.get(address).text)
    assert all(name in page for name in names) and "达到抽查比例" in page


def test_what_makes_no_sense_or_is_anothers_is_refused(desk: Desk, units: str) -> None:
    planner = desk("planner")
    for kind, when in (("unit", "2026-01"), ("unit", "x"), ("team", YEAR), ("", "")):
        assert planner.post("/oversight/appraisal", data={"kind": kind, "when": when}).status_code == 422
    assert desk("planner.tj").get(units).status_code == 404
    assert desk("inspector1").get("/oversight/appraisal").status_code == 403
    assert desk("auditor").get(units).status_code == 200
    assert desk("auditor").post(f"{units}/renew", data={"seen": "1"}).status_code == 403


def test_the_figures_of_now_make_a_version_only_where_something_is_another(
    app: Flask, desk: Desk, units: str
) -> None:
    planner = desk("planner")
    assert planner.post(f"{units}/renew", data={"seen": "1"}).status_code == 302
    with app.app_context():
        assert len(kept().versions) == 1
        version = kept().latest
        target, own = next((name, one) for name, one in version.scores.items() if any(one.values()))
        counted = next(name for name, score in own.items() if score)
        version.scores = version.scores | {target: own | {counted: own[counted] | {"tenths": 1}}}
        db.session.commit()
    assert planner.post(f"{units}/renew", data={"seen": "1"}).status_code == 302
    with app.app_context():
        assert kept().latest.number == 2 and kept().latest.scores[target][counted] == own[counted]


def test_a_unit_counts_what_its_page_of_figures_counts(app: Flask, units: str) -> None:
    with app.test_request_context():
        bureau = kept().bureau
        for name, scores in kept().latest.scores.items():
            board = Board(
                Scope((bureau.id,), Period(int(YEAR)), unit=name),
                {bureau.id: Watch(bureau, today())},
                today(),
            )
            tally = board.tallies[bureau.id]
            done = scores[next(one["name"] for one in kept().criteria if one["source"] == "done")]
            assert (
                (done["part"], done["whole"]) == (tally.ended, tally.inspections)
                if done
                else tally.inspections == 0
            )
