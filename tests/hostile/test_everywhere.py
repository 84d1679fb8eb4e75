"""Every address that there is, with ids of another bureau, without the token, with numbers that no database holds."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.conftest import both_databases
from tests.field.test_amend import ask
from tests.field.test_approvals import request as approval
from tests.field.test_elsewhere import HEAD, begun, firms, table
from tests.field.test_hall import NUMBERS, frozen, later, published, said
from webapp.accounts.models import User
from webapp.db import db
from webapp.draw.amendments import Amendment
from webapp.draw.elsewhere import DrawnList
from webapp.draw.models import Draw
from webapp.field.approvals import Approval
from webapp.field.models import InspectionDraw
from webapp.forms.models import Release
from webapp.plan.models import Plan
from webapp.registry import import_views, imports
from webapp.registry.imports import Import, work
from webapp.registry.items import Item
from webapp.registry.models import Expert, Inspector
from webapp.registry.subjects import Subject

Desk = Callable[..., FlaskClient]
Ids = dict[str, str]
ROLES = ("planner", "supervisor", "archivist", "admin", "auditor", "inspector1")
OTHERS = (".rz", ".ca", ".tj")
# What needs no session: the door of the phone app, witnesses, and the check of a package that anyone brings.
NO_TOKEN = {"accounts.login", "accounts.challenge", "accounts.enter_by_key", "rescue.hand_over"}
NO_TOKEN |= {"witness.join", "witness.opening", "verify.check"}
WRITES = {"POST", "PUT", "PATCH", "DELETE"}
HUGE = str(10**30)


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process beside the server, in this one."""
    monkeypatch.setattr(imports, "start", lambda import_id, author: work(import_id, author.id))
    monkeypatch.setattr(import_views, "start", lambda import_id, author: work(import_id, author.id))


@pytest.fixture
def ids(app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Ids:
    """One of everything that the first bureau has, by the name of the address's part."""
    planner, task = desk("planner"), published(desk, by="all", bp="40", times="3")
    hall = planner.post("/office/gatherings", data=task | said(witnesses="")).location.partition("?")[0]
    with app.app_context():
        data = table([firms(1)[0].name, firms(1)[0].code, "", ""], head=HEAD)
    begun(planner, task, data)
    draw_id = frozen(planner, task)
    later(monkeypatch)
    assert planner.post(f"/office/draws/{draw_id}/numbers", data=NUMBERS).status_code == 302
    with app.app_context():
        one = InspectionDraw.of_draw(draw_id)
        pool_id = next(iter(db.session.get_one(Draw, draw_id).file()["pairs"]))["subject"]
        inspection = next(iter(one.values())).id
    ask(planner, draw_id, pool_id)
    planner.post("/office/approvals/ask", data=approval(chosen=inspection))
    with app.app_context():
        bureau = db.session.get_one(Draw, draw_id).bureau_id
        author = db.session.scalars(select(User).where(User.username == "planner")).one()
        version = Release.start(author, "")
        db.session.commit()

        def first(model: Any) -> str:
            return str(db.session.scalars(select(model.id).where(model.bureau_id == bureau)).first())

        return {
            "draw_id": draw_id, "inspection_id": inspection, "gathering_id": hall.rpartition("/")[2],
            "amendment_id": first(Amendment), "approval_id": first(Approval), "list_id": first(DrawnList),
            "import_id": first(Import), "plan_id": first(Plan), "item_id": first(Item), "subject_id": first(Subject),
            "expert_id": first(Expert), "user_id": Inspector.of_bureau(bureau)[0].user_id, "bureau": bureau,
            "task_id": task["task"], "merge_id": "x", "law_id": "1", "search_id": "1", "interest_id": "1",
            "release_id": version.id, "other_id": version.id,
            "lending_id": "1", "device_id": "x", "line": "2", "suffix": "csv", "sha256": "a" * 64, "record_hash": "b" * 64,
        }  # fmt: skip


def addresses(app: Flask, ids: Ids, part: str) -> Iterator[tuple[str, str, str]]:
    """Endpoint, method and address of every route under `part` whose ids are known."""
    for rule in app.url_map.iter_rules():
        if str(rule).startswith(part) and rule.arguments <= ids.keys():
            given = {name: ids[name] for name in rule.arguments}
            _, path = rule.build(given, append_unknown=False) or ("", "")
            for method in (rule.methods or set()) & (WRITES | {"GET"}):
                yield rule.endpoint, method, path


def of_own(app: Flask, ids: Ids) -> list[tuple[str, str, str]]:
    """Those under which something of a bureau's own lies."""
    parts = ("/office/", "/api/v1/inspections/", "/forms/")
    known = {name: value for name, value in ids.items() if name not in ("law_id", "search_id")}
    return [
        one
        for part in parts
        for one in addresses(app, known, part)
        if any(value in one[2] for value in known.values() if len(value) == 36)
    ]


def kept(app: Flask) -> dict[str, Any]:
    """All rows of the database but the sessions' own, and what says that somebody was refused."""
    with app.app_context():
        tables = [
            one
            for one in db.metadata.sorted_tables
            if one.name not in ("archive_reading", "sign_in", "audit_line")
        ]
        return {one.name: sorted(map(repr, db.session.execute(select(one)))) for one in tables}


def test_reading_changes_nothing(app: Flask, desk: Desk, ids: Ids) -> None:
    browsers = [desk(who) for who in (*ROLES, "security")]
    before = kept(app)
    read = 0
    for _endpoint, method, path in addresses(app, ids | {"code": "aaaaaaaa", "key": "a" * 32}, "/"):
        if method == "GET":
            read += sum(browser.get(path).status_code == 200 for browser in browsers)
    assert read > 200
    after = kept(app)
    assert [name for name in before if before[name] != after[name]] == []


def test_no_id_of_another_bureau_opens_anything_for_anybody(app: Flask, desk: Desk, ids: Ids) -> None:
    places = of_own(app, ids)
    assert len(places) > 60
    opened, browsers = [], {role + other: desk(role + other) for other in OTHERS for role in ROLES}
    before = kept(app)
    for who, browser in browsers.items():
        for endpoint, method, path in places:
            form = {"act": "yes", "reason": "x", "why": "other", "text": "x", "opinion": "x"}
            answer = browser.open(path, method=method, data=form if method != "GET" else None)
            if answer.status_code < 400 or answer.status_code >= 500:
                opened.append((who, endpoint, method, answer.status_code))
    assert opened == []
    after = kept(app)
    assert [name for name in before if before[name] != after[name]] == []


def test_no_id_of_another_bureau_in_a_form_does_anything(app: Flask, desk: Desk, ids: Ids) -> None:
    forms: list[tuple[str, dict[str, str]]] = [
        ("/office/approvals/ask", approval(chosen=ids["inspection_id"])),
        ("/office/approvals/ask", approval(draw=ids["draw_id"], all="1")),
        ("/office/approvals/decide", {"act": "approve", "chosen": ids["approval_id"]}),
        ("/office/approvals/decide", {"act": "approve", "draw": ids["draw_id"], "all": "1"}),
        ("/office/approvals/decide", {"act": "approve", "one": ids["inspection_id"]}),
        ("/office/draws/new", {"plan": ids["plan_id"], "task": ids["task_id"], "act": "freeze"} | said()),
        ("/office/gatherings", {"plan": ids["plan_id"], "task": ids["task_id"]} | said()),
        ("/office/draws/elsewhere/new", {"plan": ids["plan_id"], "task": ids["task_id"]}),
        ("/office/accept", {"chosen": ids["inspection_id"]}),
    ]
    browsers = [desk(role + other) for other in OTHERS for role in ("planner", "supervisor", "archivist")]
    before = kept(app)
    for browser in browsers:
        for path, form in forms:
            answer = browser.post(path, data=form)
            assert answer.status_code < 500, path
        for place in ("approvals?draw=", "draws/new?task=x&plan=", "inspections/new?subject="):
            for name in ("draw_id", "plan_id", "subject_id", "list_id"):
                with app.app_context():
                    name_of = db.session.get_one(Subject, ids["subject_id"]).name
                assert name_of not in browser.get(f"/office/{place}{ids[name]}").text
    after = kept(app)
    assert [name for name in before if before[name] != after[name]] == []


def test_nothing_is_written_anywhere_without_the_token(app: Flask, desk: Desk, ids: Ids) -> None:
    browsers = {who: desk(who) for who in ("planner", "supervisor", "archivist", "admin", "inspector1")}
    app.config["WTF_CSRF_ENABLED"] = True
    before, ids = kept(app), ids | {"code": "aaaaaaaa", "key": "a" * 32}
    for endpoint, method, path in addresses(app, ids, "/"):
        if method == "GET" or endpoint in NO_TOKEN:
            continue
        for who, browser in browsers.items():
            answer = browser.open(path, method=method)
            assert answer.status_code in (400, 403, 405), (endpoint, who, answer.status_code)
    after = kept(app)
    assert [name for name in before if before[name] != after[name]] == []


@both_databases
def test_a_number_that_no_database_holds_is_no_fault_of_the_server(
    app: Flask, desk: Desk, ids: Ids, client: FlaskClient
) -> None:
    names = ("law_id", "search_id", "interest_id", "lending_id", "line", "number")
    numbers = {name: HUGE for name in names}
    browsers = [desk(who) for who in ("planner", "archivist", "supervisor", "admin")] + [client]
    broken = []
    for _endpoint, method, path in addresses(app, ids | numbers, "/"):
        paths = [path] if HUGE in path else []
        if method == "GET":
            for value in (HUGE, f"-{HUGE}", "x", "%F0%9F%92%A9"):
                asked = ("after", "page", "version", "batch", "line", "year", "before")
                paths.append(path + "?" + "&".join(f"{name}={value}" for name in asked))
        for place in paths:
            for browser in browsers:
                if browser.open(place, method=method).status_code >= 500:
                    broken.append((method, place.replace(HUGE, "HUGE")))
                    break
    assert broken == []
