"""Several accepted at once: each by itself, and the summary says which were not, and why."""

import re
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import both_databases
from webapp.archive.models import File
from webapp.db import db
from webapp.field.models import BlobName, Inspection

Desk = Callable[[str], FlaskClient]


def chosen(page: str) -> dict[str, str]:
    """The boxes of the list: inspection and the seal that was on screen."""
    return dict(re.findall(r'name="chosen" value="([0-9a-f-]+)\.([0-9a-f-]+)"', page))


def state(app: Flask, inspection_id: str) -> str:
    with app.app_context():
        return str(db.session.get_one(Inspection, inspection_id).record()["state"])


def boxes(ticked: dict[str, str]) -> dict[str, list[str]]:
    return {"chosen": [f"{inspection}.{seal}" for inspection, seal in ticked.items()]}


@both_databases
def test_all_that_is_complete_is_accepted_at_once(app: Flask, desk: Desk) -> None:
    browser = desk("archivist")
    ticked = chosen(browser.get("/office/?show=sealed").text)
    assert len(ticked) > 1
    answer = browser.post("/office/accept", data=boxes(ticked))
    assert answer.status_code == 200 and 'id="refused"' not in answer.text
    assert {state(app, one) for one in ticked} == {"accepted"}


def test_one_that_cannot_be_accepted_does_not_hold_up_the_others(app: Flask, desk: Desk) -> None:
    browser = desk("archivist")
    ticked = chosen(browser.get("/office/?show=sealed").text)
    first, *rest = ticked
    answer = browser.post("/office/accept", data=boxes(ticked | {first: "another-seal"}))
    refused = answer.text.partition('id="refused"')[2]
    assert "检查的状态已经变了" in refused
    assert state(app, first) == "sealed" and {state(app, one) for one in rest} == {"accepted"}


def test_a_file_that_lacks_a_photo_has_no_box_and_is_not_accepted_with_others(app: Flask, desk: Desk) -> None:
    browser = desk("archivist")
    before = chosen(browser.get("/office/?show=sealed").text)
    with app.app_context():
        one = next(i for i in before if File(db.session.get_one(Inspection, i)).record["content"]["photos"])
        photo = File(db.session.get_one(Inspection, one)).record["content"]["photos"][0]
        db.session.get_one(BlobName, (one, photo["sha256"])).received = False
        db.session.commit()
    assert one not in chosen(browser.get("/office/?show=sealed").text)
    answer = browser.post("/office/accept", data=boxes({one: before[one]}))
    assert "照片原件还没有传到机关" in answer.text and state(app, one) == "sealed"


def test_what_is_of_another_bureau_or_nonsense_is_passed_over(app: Flask, desk: Desk) -> None:
    foreign = chosen(desk("archivist.tj").get("/office/?show=sealed").text)
    assert foreign
    for data in (boxes(foreign), {"chosen": ["x", ".", "x.y"]}, {}):
        answer = desk("archivist").post("/office/accept", data=data)
        assert answer.status_code == 200 and "没有选择检查" in answer.text
    assert {state(app, one) for one in foreign} == {"sealed"}


def test_only_the_archivist_has_boxes(app: Flask, desk: Desk) -> None:
    for name in ("supervisor", "planner", "auditor"):
        browser = desk(name)
        assert chosen(browser.get("/office/?show=sealed").text) == {}
        assert browser.post("/office/accept", data={"chosen": "x"}).status_code == 403
    assert chosen(desk("archivist").get("/office/?show=all").text) == {}


def test_a_form_without_a_token_accepts_nothing(app: Flask, desk: Desk) -> None:
    browser = desk("archivist")
    ticked = chosen(browser.get("/office/?show=sealed").text)
    app.config["WTF_CSRF_ENABLED"] = True
    assert browser.post("/office/accept", data=boxes(ticked)).status_code == 400
    assert {state(app, one) for one in ticked} == {"sealed"}
