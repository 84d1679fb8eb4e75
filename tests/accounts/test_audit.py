"""The audit log: written with the act, chained, readable by the auditor alone, changed and removed by nobody."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from tests.conftest import both_databases
from webapp.accounts import audit
from webapp.accounts.audit import AuditLine, chain_faults, write
from webapp.accounts.models import User
from webapp.db import db
from webapp.demo.load import PASSWORD
from webapp.evidence.audit_views import ACTS

Desk = Callable[[str], FlaskClient]
ROOT = Path(__file__).parents[2]


def lines(app: Flask, act: str | None = None) -> list[dict]:
    with app.app_context():
        rows = db.session.scalars(db.select(AuditLine).order_by(AuditLine.id))
        return [row.said for row in rows if act in (None, row.act)]


def bureau_of(app: Flask, username: str) -> str:
    with app.app_context():
        return User.by_username(username).bureau_id


@both_databases
def test_a_line_stands_or_falls_with_the_act(app: Flask) -> None:
    with app.app_context():
        user = User.by_username("planner")
        write("tried", user, user)
        db.session.rollback()
        write("done", user, user, how="well")
        db.session.commit()
        db.session.commit()
        rows = list(db.session.scalars(db.select(AuditLine).where(AuditLine.act.in_(["tried", "done"]))))
        assert [(row.act, row.said["detail"]) for row in rows] == [("done", {"how": "well"})]
        assert list(chain_faults(user.bureau_id)) == []


@both_databases
def test_the_database_itself_refuses_to_change_or_remove_a_line(app: Flask) -> None:
    with app.app_context():
        write("done", User.by_username("planner"))
        db.session.commit()
        for statement in (
            "UPDATE audit_line SET act = 'nothing'",
            "DELETE FROM audit_line",
            "DELETE FROM audit_line WHERE id = (SELECT max(id) FROM audit_line)",
        ):
            with pytest.raises(DatabaseError, match="only added to"):
                db.session.execute(text(statement))
            db.session.rollback()
        if db.engine.dialect.name == "sqlite":
            with pytest.raises(DatabaseError, match="only added to"):
                db.session.execute(text("INSERT OR REPLACE INTO audit_line SELECT * FROM audit_line"))
            db.session.rollback()
        else:
            with pytest.raises(DatabaseError, match="only added to"):
                db.session.execute(text("TRUNCATE audit_line"))
            db.session.rollback()


TAMPERED = {
    "UPDATE audit_line SET line = replace(line, 'second', 'Second') WHERE act = 'second'": "index says",
    "UPDATE audit_line SET line = replace(line, 'second', 'zweite'), act = 'zweite' WHERE act = 'second'": "index",
    "UPDATE audit_line SET user_id = NULL WHERE act = 'second'": "index says",
    "UPDATE audit_line SET hash = substr(hash, 2) || '0' WHERE act = 'second'": "index says",
    "DELETE FROM audit_line WHERE act = 'second'": "missing",
    "DELETE FROM audit_line WHERE number = 1": "missing",
}


@pytest.mark.parametrize("statement", TAMPERED)
def test_who_takes_the_triggers_away_is_found_by_the_chain(app: Flask, statement: str) -> None:
    with app.app_context():
        planner = User.by_username("planner")
        for act in ("first", "second", "third"):
            write(act, planner)
            db.session.commit()
        chain = planner.bureau_id
        assert list(chain_faults(chain)) == []
        for name in ("update", "delete"):
            db.session.execute(text(f"DROP TRIGGER audit_line_{name}"))
        db.session.execute(text(statement))
        db.session.commit()
        assert TAMPERED[statement] in " ".join(chain_faults(chain))


def test_a_changed_line_whose_own_hash_was_mended_no_longer_carries_the_next(app: Flask) -> None:
    with app.app_context():
        planner = User.by_username("planner")
        for act in ("first", "second", "third"):
            write(act, planner)
            db.session.commit()
        row = db.session.scalar(db.select(AuditLine).where(AuditLine.act == "second"))
        line = row.line.replace("second", "zweite")
        for name in ("update", "delete"):
            db.session.execute(text(f"DROP TRIGGER audit_line_{name}"))
        change = "UPDATE audit_line SET line = :line, act = 'zweite', hash = :hash WHERE act = 'second'"
        db.session.execute(text(change), {"line": line, "hash": audit.sha256(line.encode())})
        db.session.commit()
        assert list(chain_faults(planner.bureau_id)) == [f"{row.number + 1}: does not follow the one before"]


def test_no_secret_gets_into_a_line(app: Flask) -> None:
    with app.app_context():
        for name in ("password", "new_password", "session_token", "body", "totp_secret"):
            with pytest.raises(ValueError, match="no secrets"):
                write("done", User.by_username("planner"), **{name: "x"})


@both_databases
def test_comings_goings_and_failures_are_written(app: Flask, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    wrong = {"username": "planner", "password": "Geheim-Geheim-Geheim"}
    assert client.post("/login", data=wrong).status_code == 401
    assert client.post("/login", data={**wrong, "username": "Geheim-Geheim-Geheim"}).status_code == 401
    client.post("/login", data={"username": "planner", "password": PASSWORD})
    client.post("/logout")
    said = [(line["act"], line["by"] and line["by"]["username"], line["address"]) for line in lines(app)][-4:]
    assert said == [
        ("session.failed", None, "127.0.0.1"),
        ("session.failed", None, "127.0.0.1"),
        ("session.begun", "planner", "127.0.0.1"),
        ("session.ended", "planner", "127.0.0.1"),
    ]
    failed = lines(app, "session.failed")
    assert failed[0]["bureau"] == bureau_of(app, "planner") and failed[1]["bureau"] == audit.HERE
    assert "geheim" not in json.dumps(lines(app)).casefold()


def test_what_is_written_at_the_desk_is_said_by_its_page_and_never_by_its_words(
    app: Flask, desk: Desk
) -> None:
    browser = desk("archivist")
    before = len(lines(app))
    page = "/office/inspections/"
    with app.app_context():
        found = db.session.execute(
            text("SELECT id FROM inspection WHERE state = 'signed' OR state = 'sealed'")
        ).scalar()
    answer = browser.post(f"{page}{found}/comments", data={"text": "Nur für die beiden", "question": ""})
    assert answer.status_code < 400, answer.text
    (line,) = lines(app)[before:]
    assert (line["act"], line["by"]["username"]) == ("page", "archivist")
    assert found in line["target"] and "beiden" not in json.dumps(line)


def test_a_refusal_is_written_and_a_flood_of_them_is_not(app: Flask, desk: Desk) -> None:
    browser = desk("planner")
    for _ in range(40):
        assert browser.get("/office/audit").status_code == 403
    said = lines(app, "refused")
    assert len(said) == 30
    assert said[0]["detail"] == {"code": "not_allowed", "method": "GET"}
    assert (said[0]["by"]["username"], said[0]["target"]) == ("planner", "audit.listed")


def test_a_file_that_is_taken_away_is_written(app: Flask, desk: Desk) -> None:
    browser = desk("planner")
    assert browser.get("/office/subjects/export.csv").status_code == 200
    assert [line["target"] for line in lines(app, "downloaded")] == ["subjects.export suffix=csv"]


def test_a_change_of_an_account_is_one_line_of_the_log_too(app: Flask, desk: Desk) -> None:
    with app.app_context():
        planner = User.by_username("planner").id
    before = len(lines(app))
    desk("admin").post(f"/office/people/{planner}/disable")
    said = [(line["act"], line["by"]["username"], line["target"]) for line in lines(app)[before + 1 :]]
    assert said == [("account.disabled", "admin", f"user:{planner}")]


@pytest.mark.parametrize("username", ["admin", "planner", "inspector1", "archivist", "supervisor"])
def test_the_log_is_for_the_audit_administrator_alone(desk: Desk, username: str) -> None:
    browser = desk(username)
    assert browser.get("/office/audit").status_code == 403
    assert browser.get("/office/audit.jsonl").status_code == 403


def test_every_act_that_is_written_has_its_words_on_the_page() -> None:
    code = "".join(path.read_text("utf-8") for path in (ROOT / "webapp").rglob("*.py"))
    written = set(re.findall(r"""audit\.write(?:_alone)?\(\s*"([\w.]+)\"""", code))
    of_accounts = set(re.findall(r"""AccountLog\.write\([^"()]*(?:\(\))?[^"()]*"(\w+)\"""", code))
    # Of the shell: in no bureau's log.
    written -= {"backup", "restore"}
    assert len(written) > 9 and len(of_accounts) > 9
    assert written | {f"account.{act}" for act in of_accounts} <= set(ACTS)


def test_the_auditor_finds_by_act_person_day_and_words_and_sees_no_other_bureau(
    app: Flask, desk: Desk
) -> None:
    with app.app_context():
        planner, other = User.by_username("planner"), User.by_username("planner.rz")
        for number in range(60):
            write("counted", planner, f"thing:{number}")
        write("elsewhere", other, "thing:canary")
        db.session.commit()
    browser = desk("auditor")
    page = browser.get("/office/audit?act=counted").text
    assert "thing:59" in page and "thing:9<" not in page and "before=" in page
    assert "thing:17</td>" in browser.get("/office/audit?q=thing:17").text
    assert "thing:17</td>" not in browser.get("/office/audit?q=thing:17&person=admin").text
    assert "thing:17</td>" not in browser.get("/office/audit?q=thing:17&last=2000-01-01").text
    assert "canary" not in browser.get("/office/audit").text
    assert "canary" not in browser.get("/office/audit.jsonl").text


def test_an_exported_file_proves_itself_and_shows_what_was_cut_since(
    app: Flask, desk: Desk, tmp_path: Path
) -> None:
    with app.app_context():
        for number in range(5):
            write("counted", User.by_username("planner"), f"thing:{number}")
        db.session.commit()
    file = tmp_path / "audit.jsonl"
    data = desk("auditor").get("/office/audit.jsonl").data
    file.write_bytes(data)
    runner = app.test_cli_runner()
    assert runner.invoke(args=["audit", "verify", str(file)]).exit_code == 0
    assert runner.invoke(args=["audit", "verify"]).exit_code == 0
    rows = data.decode().splitlines()
    proof = json.loads(rows[-1])
    assert (proof["first"], proof["last"]) == (1, len(rows) - 1)
    for wrong in (
        rows[:-1],
        rows[1:],
        rows[:2] + rows[3:],
        [rows[0], rows[1].replace("planner", "Planner"), *rows[2:]],
        [*rows[:-1], rows[-1].replace('"first":1', '"first":2')],
        [*rows[:-2], rows[-1]],
        ["nonsense", *rows],
    ):
        file.write_text("\n".join(wrong) + "\n", "utf-8")
        assert runner.invoke(args=["audit", "verify", str(file)]).exit_code == 1, wrong
    file.write_bytes(data)
    with app.app_context():
        for name in ("update", "delete"):
            db.session.execute(text(f"DROP TRIGGER audit_line_{name}"))
        db.session.execute(text("DELETE FROM audit_line WHERE number >= :n"), {"n": proof["last"]})
        db.session.commit()
    assert runner.invoke(args=["audit", "verify"]).exit_code == 0
    cut = runner.invoke(args=["audit", "verify", str(file)])
    assert cut.exit_code == 1 and "does not hold the last line" in cut.output + (cut.stderr or "")


def test_a_line_says_its_time_in_utc(app: Flask, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client.post("/login", data={"username": "planner", "password": PASSWORD})
    assert lines(app, "session.begun")[-1]["time"].endswith("+00:00")


def test_what_is_typed_makes_no_line_of_its_own(app: Flask) -> None:
    typed = 'x\n{"act":"forged","number":99}\r\n\u2028"'
    with app.app_context():
        planner = User.by_username("planner")
        write("typed", planner, typed, reason=typed)
        db.session.commit()
        row = db.session.scalar(db.select(AuditLine).where(AuditLine.act == "typed"))
        assert "\n" not in row.line and "\r" not in row.line
        assert (row.said["target"], row.said["detail"]) == (typed, {"reason": typed})
        assert list(chain_faults(planner.bureau_id)) == []


def test_a_crash_says_nothing_of_itself_and_is_written(
    app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_given: str) -> str:
        raise RuntimeError("SELECT canary FROM /srv/yidang")

    broken.audience = ("signed_in",)  # type: ignore[attr-defined]
    browser = desk("planner")
    monkeypatch.setitem(app.view_functions, "subjects.listed", broken)
    answer = browser.get("/office/subjects")
    assert answer.status_code == 500 and "canary" not in answer.text and "RuntimeError" not in answer.text
    assert lines(app, "refused")[-1]["detail"] == {"code": "crash", "method": "GET"}
