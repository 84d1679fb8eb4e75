"""The data of a bureau is nobody else's on the machine, and a command on an empty folder says what to do."""

import stat
from pathlib import Path

import pytest
from flask_migrate import upgrade

from tests.conftest import SETTINGS
from webapp import create_app
from webapp.db import db


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
