"""An inspection keeps the version of a checklist that it began with, whatever is published or withdrawn later."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.field.test_hall import NUMBERS, frozen, later
from tests.field.test_hall import published as planned
from tests.forms.test_views import published
from tests.handset import Handset
from webapp.accounts.models import User
from webapp.db import db, today
from webapp.field.models import Inspection, InspectionDraw
from webapp.forms.models import Form, Release
from webapp.registry.items import Item
from webapp.registry.models import Inspector
from webapp.registry.subjects import Subject

Desk = Callable[..., FlaskClient]
Phone = Callable[[str], Handset]


def versions(inspection: Inspection) -> list[str]:
    return [form["version"] for form in Form.bodies(inspection.form_hashes).values() if form["item"]]


def drawn(desk: Desk, task: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> str:
    planner = desk("planner")
    draw_id = frozen(planner, task)
    with monkeypatch.context() as patch:
        later(patch)
        assert planner.post(f"/office/draws/{draw_id}/numbers", data=NUMBERS).status_code == 302
    return draw_id


def of_draw(app: Flask, draw_id: str) -> set[str]:
    with app.app_context():
        return {version for one in InspectionDraw.of_draw(draw_id).values() for version in versions(one)}


def by_hand(app: Flask, desk: Desk) -> str:
    with app.app_context():
        bureau = db.session.query(Item).filter_by(code="PD1").first().bureau_id  # type: ignore[union-attr]
        valid = [one for one in Inspector.of_bureau(bureau) if one.valid_until > date.today() + timedelta(30)]
        form = {
            "id": str(uuid4()),
            "subject": Subject.search(bureau, "公司")[0].id,
            "items": [item.id for item in Item.listed(bureau) if item.code == "PD1"],
            "pair": [one.user_id for one in valid[:2]],
            "due": (today() + timedelta(10)).isoformat(),
            "reason": "complaint",
            "text": "举报",
        }
    assert desk("planner").post("/office/inspections/new", data=form).status_code == 302
    with app.app_context():
        (version,) = versions(db.session.get_one(Inspection, str(form["id"])))
        return version


def test_draws_before_and_after_a_new_version_each_keep_their_own(
    app: Flask, desk: Desk, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = planned(desk, bp="20", by="all", times="3")
    before = drawn(desk, task, monkeypatch)
    assert of_draw(app, before) == {"2026.1"}
    at = published(app, desk, item="PD1")
    after = drawn(desk, task, monkeypatch)
    assert (of_draw(app, before), of_draw(app, after)) == ({"2026.1"}, {"2027.1"})
    assert by_hand(app, desk) == "2027.1"

    uses = desk("supervisor").get(f"{at}/inspections").text
    with app.app_context():
        numbers = [one.number for one in InspectionDraw.of_draw(after).values()]
        assert numbers and all(number in uses for number in numbers)
        assert not any(one.number in uses for one in InspectionDraw.of_draw(before).values())
        pair = next(iter(InspectionDraw.of_draw(after).values()))
        member = pair.members[0].inspector.user.username
        hashes = pair.form_hashes
    worklist = phone(member).worklist()
    assert all(name in worklist["forms"] for name in hashes)

    assert desk("supervisor").post(f"{at}/withdraw", data={"reason": "写错了"}).status_code == 302
    assert of_draw(app, after) == {"2027.1"} and by_hand(app, desk) == "2026.1"


def test_a_version_for_a_later_day_touches_nothing_before_it(app: Flask, desk: Desk) -> None:
    at = published(app, desk, days=1, item="PD1")
    assert by_hand(app, desk) == "2026.1"
    page = desk("archivist").get(f"{at}/inspections").text
    assert "还没有检查用这一版" in page


def test_the_inspections_of_a_version_are_counted_filtered_and_of_the_own_bureau(
    app: Flask, desk: Desk
) -> None:
    with app.app_context():
        base = db.session.query(Release).filter_by(item="", bureau_id=_bureau("archivist")).one().id
    archivist = desk("archivist")
    page = archivist.get(f"/forms/{base}/inspections").text
    with app.app_context():
        mine = db.session.query(Inspection).filter_by(bureau_id=_bureau("archivist")).all()
        others = db.session.query(Inspection).filter(Inspection.bureau_id != _bureau("archivist")).all()
        assert all(one.number in page for one in mine) and not any(one.number in page for one in others)
        sealed = [one.number for one in mine if one.state == "sealed"]
        rest = [one.number for one in mine if one.state != "sealed"]
    only = archivist.get(f"/forms/{base}/inspections?show=sealed").text
    assert sealed and all(number in only for number in sealed) and not any(number in only for number in rest)
    assert archivist.get(f"/forms/{base}/inspections?after=").status_code == 200
    assert desk("admin").get(f"/forms/{base}/inspections").status_code == 403
    assert desk("archivist.tj").get(f"/forms/{base}/inspections").status_code == 404


def _bureau(username: str) -> str:
    found = User.by_username(username)
    assert found
    return found.bureau_id
