"""A small demo world for every test: `app` on SQLite or PostgreSQL, `desk(name)` at the desk, `phone(name)` in the hand."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import settings as properties

from tests.handset import Handset
from webapp import create_app
from webapp.accounts import models as accounts
from webapp.accounts.views import limiter
from webapp.db import db
from webapp.demo.load import PASSWORD, load

if TYPE_CHECKING:
    from tests.postgres import Server

# The same examples each time, so that a run says what the code is, not what was drawn;
# `pytest --hypothesis-profile=default` draws new ones.
properties.register_profile("repeatable", derandomize=True)
properties.load_profile("repeatable")

# What makes guessing slow makes thousands of logins slow; `test_a_password_costs_what_it_should` looks at the real ones.
PASSWORDS = accounts._hasher
accounts._hasher = PasswordHasher.from_parameters(CHEAPEST)
accounts._NOBODY = accounts._hasher.hash("nobody")

pytest_plugins = ["tests.postgres", "tests.browser.server"]

# One of each state for inspector1 and inspector2, and one of another pair and of another bureau.
KEYS = {
    "pd-01",
    "pd-02",
    "pd-07",
    "pd-08",
    "pd-09",
    "pd-11",
    "pd-12",
    "pd-13",
    "pd-14",
    "pd-22",
    "tj-01",
    "tj-05",
}
# The database under the app that a test has.
OWN = "own"
SETTINGS = {
    "TESTING": True,
    "PROPAGATE_EXCEPTIONS": False,
    "SECRET_KEY": "tests",
    "LOGIN_TRIES": "1000 per minute",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser on a machine that others use too is tried twice more; pytest counts and prints every further try."""
    for item in items:
        if {"browser", "webkit"} & set(item.path.parts):
            item.add_marker(pytest.mark.flaky(reruns=2))


@pytest.fixture(scope="session")
def sqlite_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the small world in it; to be copied."""
    folder = tmp_path_factory.mktemp("world") / "data"
    prepare({"DATA": folder})
    return folder


@pytest.fixture(scope="session")
def postgresql_world(postgres_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, its database a template of the server."""
    folder = tmp_path_factory.mktemp("world") / "data"
    postgres_server.template("world", lambda url: prepare({"DATA": folder, "DATABASE_URL": url}))
    return folder


def prepare(settings: dict[str, Any]) -> None:
    """Migrate and load."""
    app = create_app(SETTINGS | settings)
    with app.app_context():
        upgrade()
        load(KEYS)
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An app; a test's world comes and goes under it (`app`)."""
    return create_app(SETTINGS | {"DATA": tmp_path_factory.mktemp("sqlite") / "data"})


@pytest.fixture(scope="session")
def postgresql_app(postgres_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The same on PostgreSQL."""
    folder = tmp_path_factory.mktemp("postgres") / "data"
    return create_app(SETTINGS | {"DATA": folder, "DATABASE_URL": postgres_server.url(OWN)})


@pytest.fixture(params=["sqlite"])
def app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The app on a copy of the small world; on both databases where a module asks for it (`both_databases`).

    To make an app, and to compile its routes, templates and statements, takes longer than most tests: all have the same.
    """
    served: Flask = request.getfixturevalue(f"{request.param}_app")
    folder = served.config["DATA"]
    config, views = dict(served.config), dict(served.view_functions)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(request.getfixturevalue(f"{request.param}_world"), folder)
    server = request.getfixturevalue("postgres_server") if request.param == "postgresql" else None
    if server:
        server.copy("world", OWN)
    limiter.enabled = True
    limiter.reset()
    yield served
    with served.app_context():
        db.session.remove()
        db.engine.dispose()
    if server:
        server.drop(server.url(OWN))
    for kept, now in ((config, served.config), (views, served.view_functions)):
        now.clear()
        now.update(kept)


both_databases = pytest.mark.parametrize("app", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Nobody, at the desk."""
    return app.test_client()


@pytest.fixture
def desk(app: Flask) -> Callable[[str], FlaskClient]:
    """`desk("archivist")`: that person's browser, logged in. CSRF tokens are checked in tests of their own."""
    app.config["WTF_CSRF_ENABLED"] = False

    def login(username: str) -> FlaskClient:
        browser = app.test_client()
        answer = browser.post("/login", data={"username": username, "password": PASSWORD})
        assert answer.status_code == 302, answer.text
        return browser

    return login


@pytest.fixture
def phone(app: Flask) -> Callable[[str], Handset]:
    """`phone("inspector1")`: a phone that this person enrolled, speaking the HTTP contract."""

    def enrol(username: str) -> Handset:
        handset = Handset(app)
        assert handset.login(username).status_code == 200
        return handset

    return enrol
