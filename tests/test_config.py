"""The data of a bureau is nobody else's on the machine, and a command on an empty folder says what to do."""

import re
import stat
from pathlib import Path

import pytest
from flask_migrate import upgrade

from tests.conftest import SETTINGS
from webapp import create_app
from webapp.config import DEFAULTS, ROOT
from webapp.db import db

# What the app itself decides, and what only tests set.
NOT_SET = {
    "MAX_CONTENT_LENGTH", "PERMANENT_SESSION_LIFETIME", "SESSION_REFRESH_EACH_REQUEST", "SESSION_COOKIE_SAMESITE",
    "WTF_CSRF_TIME_LIMIT", "RATELIMIT_HEADERS_ENABLED", "PUSH_LOOPBACK", "BABEL_DEFAULT_LOCALE", "BABEL_DEFAULT_TIMEZONE",
    "BABEL_TRANSLATION_DIRECTORIES",
}  # fmt: skip


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_owner_reads_the_data(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    app = create_app(SETTINGS | {"DATA": data})
    with app.app_context():
        upgrade()
        kept = {path.name: rights(path) for path in data.iterdir() if path.is_file()}
        db.session.remove()
        db.engine.dispose()
    assert rights(data) == 0o700
    assert "yidang.db" in kept and set(kept.values()) == {0o600}


@pytest.mark.parametrize("command", [["remind"], ["archive", "reindex"], ["demo", "load"]])
def test_a_command_on_an_empty_folder_says_what_to_do(tmp_path: Path, command: list[str]) -> None:
    result = create_app(SETTINGS | {"DATA": tmp_path}).test_cli_runner().invoke(args=command)
    assert result.exit_code == 1 and "flask db upgrade" in result.output
    assert isinstance(result.exception, SystemExit)


@pytest.mark.parametrize("page", ["README.md", "README.zh.md"])
def test_every_setting_is_named_where_people_look(page: str) -> None:
    code = "".join(path.read_text("utf-8") for path in (ROOT / "webapp").rglob("*.py"))
    named = set(re.findall(r"`YIDANG_([A-Z_]+)`", (ROOT / page).read_text("utf-8")))
    assert DEFAULTS.keys() - NOT_SET <= named
    read = set(re.findall(r"config(?:\.get\(|\[)\"([A-Z_]+)\"", code)) | DEFAULTS.keys()
    assert named <= read
