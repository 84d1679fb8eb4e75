"""Checklists in the browser: given out as XLSForm, written and changed."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from tests.forms.test_views import draft
from webapp.accounts.models import User
from webapp.db import db, today
from webapp.forms.models import Release
from webapp.forms.template import EXAMPLE
from webapp.forms.xlsform import read

Desk = Callable[[str], FlaskClient]
Json = dict[str, Any]


def made(app: Flask) -> str:
    """The id of a draft."""
    return draft(app).removeprefix("/forms/")


def test_a_version_is_given_out_as_an_xlsform_that_says_the_same(app: Flask, desk: Desk) -> None:
    at = made(app)
    answer = desk("supervisor").get(f"/forms/{at}/form.xlsx")
    with app.app_context():
        body = db.session.get_one(Release, at).body_of()
    assert read(answer.data).form == body | {"item": None}
    assert f"filename={body['name']}_2027.1.xlsx" in answer.headers["Content-Disposition"]


def test_the_template_can_be_taken_and_is_a_form(app: Flask, desk: Desk) -> None:
    assert read(desk("planner").get("/forms/template.xlsx").data).form == EXAMPLE


def test_nobody_of_another_bureau_gets_a_version(app: Flask, desk: Desk, client: FlaskClient) -> None:
    at = made(app)
    assert desk("planner.rz").get(f"/forms/{at}/form.xlsx").status_code == 404
    assert client.get(f"/forms/{at}/form.xlsx").status_code in (302, 401)


# ---- written in the browser


def begun(app: Flask, person: FlaskClient, item: str, like: str) -> Json:
    """The body of the draft that the page begins."""
    answer = person.post("/forms/start", data={"item": item, "like": like})
    assert answer.status_code == 302 and answer.location.endswith("/edit"), answer.text
    return body_of(app, answer.location.split("/")[-2])


def test_a_draft_begins_from_nothing_from_what_is_used_or_from_another_items(app: Flask, desk: Desk) -> None:
    planner = desk("planner")
    with app.app_context():
        bureau_id = User.by_username("planner").bureau_id  # type: ignore[union-attr]
        used = Release.used(bureau_id, ["PD5", "PD6"], today())
        other, same = (db.session.get_one(Release, used[item]).body_of() for item in ("PD5", "PD6"))
    empty = begun(app, planner, "PD6", "")
    assert (empty["questions"], empty["item"], empty["name"]) == ([], "PD6", "pd6")
    like = begun(app, planner, "PD6", "used")
    assert like["questions"] == same["questions"] and like["version"] != same["version"]
    copy = begun(app, planner, "PD6", used["PD5"])
    assert (
        copy["questions"] == other["questions"] and copy["name"] == "pd6" and copy["title"] == empty["title"]
    )


def call(person: FlaskClient, at: str, sheet: Json, seen: str) -> tuple[int, Json]:
    answer = person.put(f"/api/v1/forms/{at}", json={"seen": seen, "sheet": sheet})
    return answer.status_code, answer.get_json()


def opened(person: FlaskClient, at: str) -> tuple[Json, str]:
    answer = person.get(f"/api/v1/forms/{at}").get_json()
    return answer["sheet"], answer["seen"]


def question(name: str, **more: Any) -> Json:
    return {"name": name, "type": "text", "label": {"zh-Hans": "题"}, **more}


def body_of(app: Flask, at: str) -> Json:
    with app.app_context():
        return db.session.get_one(Release, at).body_of()


def test_what_is_written_is_the_draft_and_the_next_write_names_it(app: Flask, desk: Desk) -> None:
    planner, at = desk("planner"), made(app)
    sheet, seen = opened(planner, at)
    sheet["questions"].append(question("新题", relevant="${PD6-1a} = 'fail'"))
    status, answer = call(planner, at, sheet, seen)
    assert status == 200 and not answer["flaws"] and answer["seen"] != seen
    assert body_of(app, at)["questions"][-1]["relevant"] == ["=", ["q", "PD6-1a"], ["s", "fail"]]
    assert call(planner, at, sheet, answer["seen"])[0] == 200
    with app.app_context():
        assert [act.act for act in db.session.get_one(Release, at).acts] == ["written", "made"]


def test_what_is_no_form_yet_is_kept_and_shown_but_not_submitted(app: Flask, desk: Desk) -> None:
    planner, at = desk("planner"), made(app)
    before = body_of(app, at)
    sheet, seen = opened(planner, at)
    sheet["questions"].append({"name": "b", "type": "text", "relevant": "${gone} = 1"})
    status, answer = call(planner, at, sheet, seen)
    assert status == 200 and answer["form"]["questions"][-1]["name"] == "b"
    flaws = [(flaw["field"], flaw["lacks"]) for flaw in answer["flaws"]]
    assert flaws == [("label", True), ("relevant", False)]
    assert body_of(app, at) == before
    assert opened(planner, at) == (sheet, answer["seen"])
    assert "提交批准" not in planner.get(f"/forms/{at}").text
    with app.app_context():
        text_hash = db.session.get_one(Release, at).text_hash
    refused = planner.post(f"/forms/{at}/submit", data={"why": "x", "seen": text_hash})
    assert refused.status_code == 422 and "没改好" in refused.text
    sheet["questions"].pop()
    assert call(planner, at, sheet, answer["seen"])[0] == 200
    assert planner.post(f"/forms/{at}/submit", data={"why": "x", "seen": text_hash}).status_code == 302


def test_of_two_who_write_the_second_is_told_who_was_first_and_changes_nothing(
    app: Flask, desk: Desk
) -> None:
    planner, at = desk("planner"), made(app)
    sheet, seen = opened(planner, at)
    assert call(planner, at, sheet | {"title": {"zh-Hans": "先写的"}}, seen)[0] == 200
    status, answer = call(planner, at, sheet | {"title": {"zh-Hans": "后写的"}}, seen)
    assert status == 409 and answer["error"]["code"] == "form_changed"
    assert answer["error"]["details"]["by"] == "岳清平"
    assert body_of(app, at)["title"] == {"zh-Hans": "先写的"}
    again = call(planner, at, sheet | {"title": {"zh-Hans": "后写的"}}, answer["error"]["details"]["seen"])
    assert again[0] == 200 and body_of(app, at)["title"] == {"zh-Hans": "后写的"}


def test_a_version_that_was_submitted_or_published_is_not_written_any_more(app: Flask, desk: Desk) -> None:
    planner, at = desk("planner"), made(app)
    sheet, seen = opened(planner, at)
    before = body_of(app, at)
    planner.post(f"/forms/{at}/submit", data={"why": "x", "seen": seen})
    assert call(planner, at, sheet | {"title": {"zh-Hans": "晚了"}}, seen)[0] == 409
    assert planner.get(f"/api/v1/forms/{at}").status_code == 409
    assert planner.get(f"/forms/{at}/edit").status_code == 302
    desk("supervisor").post(f"/forms/{at}/approve", data={"day": today().isoformat(), "seen": seen})
    assert call(planner, at, sheet | {"title": {"zh-Hans": "晚了"}}, seen)[0] == 409
    assert body_of(app, at) == before


def test_only_writers_of_the_bureau_open_and_write_a_draft(app: Flask, desk: Desk) -> None:
    at = made(app)
    sheet, seen = opened(desk("planner"), at)
    for name, status in (("planner.rz", 404), ("supervisor", 403), ("inspector1", 403)):
        assert call(desk(name), at, sheet, seen)[0] == status
        assert desk(name).get(f"/api/v1/forms/{at}").status_code == status
        assert desk(name).get(f"/forms/{at}/edit").status_code == status


def test_what_is_no_sheet_is_refused_and_changes_nothing(app: Flask, desk: Desk) -> None:
    planner, at = desk("planner"), made(app)
    sheet, seen = opened(planner, at)
    before = body_of(app, at)
    deep: Any = question("a")
    for _ in range(400):
        deep = {"name": "g", "type": "group", "children": [deep]}
    wrong: list[Any] = [
        None, [], {"name": 1}, sheet | {"questions": {}}, sheet | {"more": 1}, sheet | {"questions": [{"name": "a"}]},
        sheet | {"questions": [question("a", type="file")]}, sheet | {"questions": [question("a", required=[["q", "b"]])]},
        sheet | {"questions": [question("a", label={"fr": "x"})]}, sheet | {"questions": [question("a", hint="\ud800")]},
        sheet | {"title": {"zh-Hans": "\ud800"}}, sheet | {"questions": [deep]},
    ]  # fmt: skip
    for one in wrong:
        assert call(planner, at, one, seen)[0] == 400, one
    large = sheet | {"questions": [question(f"q{at}", guidance="长" * 9000) for at in range(600)]}
    assert call(planner, at, large, seen)[0] == 413
    assert body_of(app, at) == before and opened(planner, at) == (sheet, seen)


def test_too_many_questions_are_kept_but_are_no_form(app: Flask, desk: Desk) -> None:
    planner, at = desk("planner"), made(app)
    sheet, seen = opened(planner, at)
    many = sheet | {"questions": [question(f"q{number}") for number in range(6000)]}
    status, answer = call(planner, at, many, seen)
    assert status == 200 and [flaw["said"] for flaw in answer["flaws"]] == ["题目过多：一张表最多 5000 道。"]
    assert answer["form"]["questions"] == []


def test_what_looks_like_a_script_stays_words(app: Flask, desk: Desk) -> None:
    planner, at = desk("planner"), made(app)
    sheet, seen = opened(planner, at)
    evil = "</script><img src=x onerror=alert(1)>"
    sheet |= {"title": {"zh-Hans": evil}, "questions": [question("a", label={"zh-Hans": evil})]}
    assert call(planner, at, sheet, seen)[0] == 200
    for address in (f"/forms/{at}/edit", f"/forms/{at}"):
        page = planner.get(address)
        assert page.status_code == 200 and evil not in page.text
