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
from jinja2 import FileSystemBytecodeCache
from werkzeug.routing import Rule

from tests.handset import Handset
from webapp import create_app
from webapp.accounts import models as accounts
from webapp.db import db
from webapp.demo.load import PASSWORD, load

if TYPE_CHECKING:
    from tests.postgres import Server

# Thousands of tests make an app each, and all of them have the same routes: what Werkzeug compiles of one is compiled once.
_compile_builder = Rule._compile_builder
_builders: dict[Any, Any] = {}


def _compiled_once(rule: Rule, append_unknown: bool = True) -> Any:
    key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
    if key not in _builders:
        _builders[key] = _compile_builder(rule, append_unknown)
    return _builders[key]


Rule._compile_builder = _compiled_once  # type: ignore[method-assign]

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
def postgres_world(postgres_server: Server, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The name of a template database with the small world in it, and the folder of its blobs."""
    folder = tmp_path_factory.mktemp("world") / "data"
    name = postgres_server.template("world", lambda url: prepare({"DATA": folder, "DATABASE_URL": url}))
    return name, folder


def prepare(settings: dict[str, Any]) -> None:
    """Migrate and load."""
    app = create_app(SETTINGS | settings)
    with app.app_context():
        upgrade()
        load(KEYS)
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """What one app compiled the next need not: compiling templates anew for each was a third of the time."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture(params=["sqlite"])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The app on a copy of the small world; on both databases where a module asks for it (`both_databases`)."""
    settings = dict(SETTINGS)
    if request.param == "postgresql":
        name, folder = request.getfixturevalue("postgres_world")
        settings["DATABASE_URL"] = request.getfixturevalue("postgres_server").database(name)
    else:
        folder = request.getfixturevalue("sqlite_world")
    shutil.copytree(folder, tmp_path / "data")
    app = create_app(settings | {"DATA": tmp_path / "data"})
    app.jinja_env.bytecode_cache = request.getfixturevalue("compiled_templates")
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    if request.param == "postgresql":
        request.getfixturevalue("postgres_server").drop(settings["DATABASE_URL"])


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
