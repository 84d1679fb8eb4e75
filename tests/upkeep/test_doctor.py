"""`flask doctor` finds what was harmed, names it, and ends with 1; where all is well it says so and ends with 0."""

import hashlib
import sqlite3
from collections import namedtuple
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from tests.archive.authority import Authority
from tests.archive.test_models import of, zhao
from tests.conftest import both_databases
from webapp.accounts import audit
from webapp.archive.models import Archive
from webapp.db import db, now
from webapp.evidence.models import Blob
from webapp.upkeep import doctor

Usage = namedtuple("Usage", "total used free")


@pytest.fixture(autouse=True)
def room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever this machine has."""
    free = 100 * doctor.GIGABYTE
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _path: Usage(2 * free, free, free))


@pytest.fixture(autouse=True)
def archived(app: Flask) -> None:
    """An archive more."""
    with app.app_context():
        inspection = of("accepted")
        Archive.seal(inspection, zhao(inspection))
        db.session.commit()


def look(app: Flask) -> Result:
    return app.test_cli_runner().invoke(args=["doctor", "--lang", "zh"])


def faults(app: Flask) -> str:
    said = look(app)
    assert said.exit_code == 1, said.output
    return "\n".join(line for line in said.output.splitlines() if line.startswith("FAULT"))


def sql(app: Flask, statement: str, **named: str) -> None:
    """Somebody with all rights on the database."""
    with closing(sqlite3.connect(Path(app.config["DATA"]) / "yidang.db")) as rows:
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%only added to%'"
        for (name,) in rows.execute(triggers).fetchall():
            rows.execute(f"DROP TRIGGER {name}")
        rows.execute(statement, named)
        rows.commit()


@both_databases
def test_where_all_is_well_it_says_so(app: Flask) -> None:
    said = look(app)
    assert said.exit_code == 0 and "FAULT" not in said.output, said.output
    assert {"ok", "warning"} >= {line.split()[0] for line in said.output.splitlines()}
    assert "还没有做过备份" in said.output


def test_a_lost_blob_and_a_changed_one_are_named(app: Flask) -> None:
    with app.app_context():
        first, second = db.session.scalars(select(Blob.sha256).order_by(Blob.sha256).limit(2))
    folder = Path(app.config["BLOBS"])
    (folder / first[:2] / first).unlink()
    path = folder / second[:2] / second
    path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:])
    found = faults(app)
    assert f"文件不见了：{first}" in found and f"被改动：{second}" in found


def test_a_photo_that_is_said_to_be_here_and_has_no_row_is_named(app: Flask) -> None:
    with app.app_context():
        name = db.session.scalars(select(Blob.sha256)).first()
    sql(app, "DELETE FROM blob WHERE sha256 = :name", name=name)
    assert f"却没有保存：{name}" in faults(app)


@pytest.mark.parametrize("which", ["min", "max"])
def test_a_log_from_which_an_event_is_gone_is_named(app: Flask, which: str) -> None:
    if which == "min":
        sql(app, "DELETE FROM event WHERE position = 1")
    else:
        sql(app, "DELETE FROM event WHERE position = (SELECT max(position) FROM event)")
    assert "事件日志断了" in faults(app)


def test_a_damaged_archive_and_a_link_that_leads_nowhere_are_named(app: Flask) -> None:
    with app.app_context():
        first = db.session.scalars(select(Archive).order_by(Archive.id)).first()
        first.file.write_bytes(b"x")
    sql(app, "UPDATE archive SET previous = :no WHERE id = (SELECT max(id) FROM archive)", no="0" * 64)
    found = faults(app)
    assert "的文件与登记的校验值不符" in found and "没有连着前一版" in found


def test_a_log_of_archives_that_was_changed_is_named(app: Flask) -> None:
    other = hashlib.sha256(b"other").hexdigest()
    sql(app, "UPDATE archive_leaf SET hash = :other WHERE position = 0", other=other)
    assert "归档日志" in faults(app)


def test_an_audit_log_that_was_changed_is_named(app: Flask) -> None:
    with app.app_context():
        audit.write("one", target="x", bureau="tests")
        audit.write("two", target="x", bureau="tests")
        db.session.commit()
    sql(app, "UPDATE audit_line SET line = replace(line, '\"two\"', '\"six\"') WHERE chain = 'tests'")
    assert "审计日志" in faults(app)


@pytest.mark.parametrize("line", ["rubbish", "[]", '{"number":2}', '{"number":"two"}', "1e999"])
def test_an_audit_log_over_which_somebody_wrote_something_else_is_named(app: Flask, line: str) -> None:
    with app.app_context():
        for act in ("one", "two", "three"):
            audit.write(act, target="x", bureau="tests")
        db.session.commit()
    sql(app, "UPDATE audit_line SET line = :line WHERE chain = 'tests' AND number = 2", line=line)
    assert "审计日志 tests" in faults(app)
    said = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert said.exit_code == 1 and "tests: 2:" in said.output, said.output


def test_a_log_of_archives_that_is_no_hash_any_more_is_named(app: Flask) -> None:
    sql(app, "UPDATE archive_leaf SET hash = 'rubbish' WHERE position = 0")
    sql(app, "UPDATE archive_node SET hash = 'rubbish'")
    assert "归档日志" in faults(app)


def test_a_lost_key_and_one_that_others_can_read_are_named(app: Flask) -> None:
    with app.app_context():
        bureau_id = of("archived").bureau_id
    folder = Path(app.config["DATA"]) / "keys"
    (folder / f"{bureau_id}.pem").rename(folder / "elsewhere.pem")
    (folder / "elsewhere.pem").chmod(0o644)
    found = faults(app)
    assert "签名私钥不见了" in found and "别人也能读：elsewhere.pem" in found


def test_tables_of_an_older_version_are_said_to_need_an_upgrade(app: Flask) -> None:
    sql(app, "UPDATE alembic_version SET version_num = '0000'")
    assert "flask db upgrade" in faults(app)


def test_a_clock_that_fell_back_is_named(app: Flask) -> None:
    with time_machine.travel(now() - timedelta(days=1)):
        assert "本机时钟慢了" in faults(app)


def test_little_room_is_said_before_there_is_none(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    for free, sign in ((doctor.GIGABYTE // 2, "FAULT"), (5 * doctor.GIGABYTE, "warning")):
        monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _path, free=free: Usage(free, 0, free))
        (line, _) = [line for line in look(app).output.splitlines() if "还剩" in line]
        assert line.startswith(sign)


def test_timestamp_settings_that_cannot_be_are_named_and_a_long_wait_is_said(
    app: Flask, tmp_path: Path
) -> None:
    app.config["TSA_URL"] = "https://tsa.example/"
    assert "时间戳的设置不对" in faults(app)
    app.config["TSA_CERTIFICATES"] = str(Authority(tmp_path / "tsa", timedelta(days=9)).certificates)
    with time_machine.travel(now() + timedelta(days=2)):
        said = look(app).output
    assert any(line.startswith("warning") and "还没有时间戳" in line for line in said.splitlines())


def test_many_faults_of_one_kind_are_counted_and_not_all_listed(app: Flask) -> None:
    folder = Path(app.config["BLOBS"])
    with app.app_context():
        names = list(db.session.scalars(select(Blob.sha256)))
    for name in names:
        (folder / name[:2] / name).unlink()
    found = faults(app)
    assert found.count("文件不见了") == doctor.MOST and f"还有 {len(names) - doctor.MOST} 条同类问题" in found
