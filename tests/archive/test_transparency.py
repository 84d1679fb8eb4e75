"""The log of archives: only added to, its roots published; who takes one away is found by a root that others kept."""

import hashlib
import json
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import column as column_of
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy import table as table_of
from sqlalchemy.exc import DatabaseError

from tests.archive import build
from tests.archive.test_models import NOON, late, of, zhao
from tests.conftest import both_databases
from webapp.archive import inventory, merkle, transparency
from webapp.archive.bag import pack
from webapp.archive.models import Archive
from webapp.archive.stamps import Stamp
from webapp.archive.transparency import ArchiveLeaf, ArchiveRoot
from webapp.archive.unpack import tag_manifest
from webapp.canonical import sha256
from webapp.db import db, now
from webapp.field.models import Inspection

DAY = datetime(2026, 11, 23, 4, tzinfo=UTC)


def sealed_one() -> Archive:
    inspection = of("accepted")
    archive = Archive.seal(inspection, zhao(inspection), NOON)
    db.session.commit()
    return archive


def faults(published: list[dict[str, Any]] | None = None) -> list[str]:
    return [inventory.said(fault) for fault in inventory.faults(published or [])]


def codes(published: list[dict[str, Any]] | None = None) -> set[str]:
    return {code for code, _values in inventory.faults(published or [])}


@both_databases
def test_an_archive_that_is_sealed_is_in_the_log_and_its_package_alone_gives_the_leaf(app: Flask) -> None:
    with app.app_context():
        before = transparency.size()
        archive = sealed_one()
        leaf = db.session.scalars(select(ArchiveLeaf).where(ArchiveLeaf.archive_id == archive.id)).one()
        assert leaf.position == before and transparency.size() == before + 1
        assert leaf.hash == hashlib.sha256(b"\0" + tag_manifest(archive.read())).hexdigest()
        assert faults() == []


def test_an_archive_that_could_not_be_kept_is_not_in_the_log(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        before = transparency.size()

        def full(_path: Path, _data: bytes) -> None:
            raise OSError("no room")

        monkeypatch.setattr("webapp.archive.models._write", full)
        inspection = of("accepted")
        with pytest.raises(OSError, match="no room"):
            Archive.seal(inspection, zhao(inspection), NOON)
        db.session.rollback()
        assert transparency.size() == before and faults() == []


@both_databases
def test_the_database_itself_refuses_to_change_the_log(app: Flask) -> None:
    with app.app_context():
        sealed_one()
        with time_machine.travel(now() + timedelta(days=1)):
            transparency.publish(transparency.today())
            db.session.commit()
        for table, column in (("archive_leaf", "hash"), ("archive_node", "hash"), ("archive_root", "root")):
            rows = table_of(table, column_of(column))
            # What neither an update nor a deletion says: SQLite's other insert, PostgreSQL's emptying.
            sqlite = db.engine.dialect.name == "sqlite"
            other = "INSERT OR REPLACE INTO {0} SELECT * FROM {0}" if sqlite else "TRUNCATE {0} CASCADE"
            for act in (update(rows).values({column: "x"}), delete(rows), text(other.format(table))):
                with pytest.raises(DatabaseError, match="only added to"):
                    db.session.execute(act)
                db.session.rollback()


def test_each_day_has_one_root_which_nothing_later_changes(app: Flask) -> None:
    with app.app_context():
        began = transparency.size()
        with time_machine.travel(DAY, tick=False) as clock:
            transparency.publish(transparency.today())
            db.session.commit()
            first = sealed_one()
            assert transparency.newest(1) == [] or transparency.newest(1)[0].size == began
            clock.shift(timedelta(days=3))
            late(of_archive(first), text="补充", question=None)
            Archive.seal(of_archive(first), zhao(of_archive(first)))
            db.session.commit()
            (root,) = transparency.newest(1)
            assert (root.day.isoformat(), root.size) == ("2026-11-23", began + 1)
            kept = transparency.told(root)
            clock.shift(timedelta(days=-30))
            late(of_archive(first), text="钟慢了", question=None)
            Archive.seal(of_archive(first), zhao(of_archive(first)))
            db.session.commit()
            clock.shift(timedelta(days=60))
            assert transparency.publish(transparency.today()) is None or codes([kept]) == set()
            db.session.commit()
        assert codes([kept]) == set()
        assert [row.day for row in transparency.roots()] == sorted({row.day for row in transparency.roots()})


def of_archive(archive: Archive) -> Inspection:
    return db.session.get_one(Inspection, archive.inspection_id)


# ---- what anyone reads


def test_anyone_gets_roots_and_proofs_and_checks_them_by_the_book(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        leaf = merkle.leaf_hash(tag_manifest(sealed_one().read()))
        with time_machine.travel(now() + timedelta(days=1)):
            transparency.publish(transparency.today())
            db.session.commit()
        count = transparency.size()
    (root,) = [row for row in client.get("/public/roots.json").json["data"] if row["size"] == count]
    proof = client.get(f"/public/roots/proof.json?leaf={leaf}").json
    assert (proof["size"], proof["root"]) == (count, root["root"])
    assert merkle.includes(leaf, proof["position"], count, proof["path"], root["root"])
    both = client.get(f"/public/roots/consistency.json?first=1&second={count}").json
    assert merkle.extends(1, count, both["proof"], both["first_root"], root["root"])
    assert client.get("/public/roots/latest.json").json["root"] == root["root"]
    lines = client.get("/public/roots.csv").text.splitlines()
    assert lines[0].lstrip("\ufeff") == "day,size,root" and lines[-1].endswith(root["root"])
    assert root["root"] in client.get("/public/roots").text


@pytest.mark.parametrize(
    "address",
    [
        "proof.json",
        "proof.json?leaf=x",
        f"proof.json?leaf={'0' * 64}",
        f"proof.json?leaf={'0' * 64}&size=9999999999",
        "proof.json?leaf=%00",
        "consistency.json",
        "consistency.json?first=0",
        "consistency.json?first=-1&second=2",
        "consistency.json?first=1&second=99999999",
        "consistency.json?first=²&second=3",
    ],
)
def test_a_proof_of_what_is_not_there_is_not_found(client: FlaskClient, address: str) -> None:
    assert client.get(f"/public/roots/{address}").status_code in (400, 404)
    assert client.get("/public/roots.json?after=yesterday").status_code == 404


# ---- one of a thousand

KEY = build.bureau_key()


@pytest.fixture
def thousand(app: Flask) -> Iterator[list[dict[str, Any]]]:
    """A thousand small archives on ten days, and the roots as somebody kept them."""
    yield from filled(app, 1000)


@pytest.fixture
def fifty(app: Flask) -> Iterator[list[dict[str, Any]]]:
    """The same, fifty of them."""
    yield from filled(app, 50)


def filled(app: Flask, count: int) -> Iterator[list[dict[str, Any]]]:
    """So many small archives of ten days; gives the roots that were published."""
    with app.app_context():
        template = of("accepted")
        names = [column.name for column in Inspection.__table__.columns]
        row = {name: getattr(template, name) for name in names}
        author = zhao(template).id
        inspections, archives, stamps, leaves = [], [], [], []
        for number in range(count):
            made = pack(
                {"record.json": b"%d" % number}, {}, KEY.sign, build.bureau_pem(), folder=f"a{number}"
            )
            inspection_id, archive_id = build.uuid(f"i{number}"), build.uuid(f"a{number}")
            inspections.append(
                row | {"id": inspection_id, "number": f"千〔2026〕{number:05}号", "position": 0}
            )
            path = f"{template.bureau_id}/2026/{inspection_id}-v1.zip"
            listed = tag_manifest(made)
            kept = {
                "id": archive_id,
                "inspection_id": inspection_id,
                "path": path,
                "author": author,
                "size": len(made),
            }
            kept |= {
                "version": 1,
                "position": 0,
                "sha256": sha256(made),
                "tag_hash": sha256(listed),
                "archived_at": DAY,
            }
            archives.append(kept | {"previous": None})
            stamps.append({"archive_id": archive_id, "due": None, "tries": 0, "fault": ""})
            leaves.append((archive_id, listed))
            file = Path(app.config["DATA"]) / "archives" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(made)
        for table, rows in ((Inspection, inspections), (Archive, archives), (Stamp, stamps)):
            db.session.execute(insert(table), rows)
        with time_machine.travel(now(), tick=False) as clock:
            for number, (archive_id, listed) in enumerate(leaves):
                if number % (count // 10) == 0:
                    clock.shift(timedelta(days=1))
                transparency.enter(archive_id, listed)
            clock.shift(timedelta(days=1))
            transparency.publish(transparency.today())
        db.session.commit()
        yield [transparency.told(one) for one in transparency.roots()]


def attack(app: Flask, *statements: str, **named: str) -> None:
    """Somebody with all rights on the database, who takes the triggers away first."""
    with closing(sqlite3.connect(Path(app.config["DATA"]) / "yidang.db")) as rows:
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%only added to%'"
        for (name,) in rows.execute(triggers).fetchall():
            rows.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            rows.execute(statement, named)
        rows.commit()


def test_one_of_a_thousand_archives_that_is_deleted_from_database_and_store_is_found_by_the_published_root(
    app: Flask, thousand: list[dict[str, Any]], tmp_path: Path
) -> None:
    assert len(thousand) >= 10 and faults(thousand) == []
    victim = db.session.get_one(Archive, build.uuid("a437"))
    file, archive_id, inspection_id = victim.file, victim.id, victim.inspection_id
    db.session.rollback()
    file.unlink()
    assert codes() == {"file_lost"}
    gone = [
        "DELETE FROM archive_stamp WHERE archive_id = :archive",
        "DELETE FROM archive WHERE id = :archive",
        "DELETE FROM inspection WHERE id = :inspection",
    ]
    named = {"archive": archive_id, "inspection": inspection_id}
    attack(app, *gone, **named)
    assert codes() == {"row_lost"}
    attack(app, "DELETE FROM archive_leaf WHERE archive_id = :archive", **named)
    assert "log_gap" in codes()
    # The best forger makes the whole log anew without it, and every root.
    forge(app)
    assert codes() == set()
    found = faults(thousand)
    assert len(found) >= 6 and all("公布" in words for words in found)
    kept = tmp_path / "roots.json"
    kept.write_text(json.dumps({"data": thousand}))
    told = app.test_cli_runner().invoke(args=["archive", "audit", "--published", str(kept), "--lang", "zh"])
    assert told.exit_code == 1 and "以前的档案被改动或删除" in told.output
    # Before the day on which it was archived nothing is missing.
    assert {code for code, values in inventory.faults(thousand[:1])} == set()


def forge(app: Flask) -> None:
    """The log as it would be had the archive never been."""
    left = db.session.execute(select(ArchiveLeaf.archive_id, ArchiveLeaf.hash, ArchiveLeaf.logged_at)).all()
    roots = [(row.day, row.size) for row in transparency.roots()]
    left = sorted(left, key=lambda row: row.logged_at)
    db.session.rollback()
    attack(app, "DELETE FROM archive_leaf", "DELETE FROM archive_node", "DELETE FROM archive_root")
    for position, (archive_id, made, logged_at) in enumerate(left):
        db.session.add(ArchiveLeaf(position=position, hash=made, archive_id=archive_id, logged_at=logged_at))
        for level, place, node in merkle.grown(position, made, transparency._node):
            db.session.add(transparency.ArchiveNode(level=level, place=place, hash=node))
        db.session.flush()
    for day, size in roots:
        length = min(size, len(left))
        db.session.add(ArchiveRoot(day=day, size=length, root=transparency.root(length)))
    db.session.commit()


def test_an_archive_that_is_changed_with_its_row_is_found_by_the_log(
    app: Flask, fifty: list[dict[str, Any]]
) -> None:
    victim = db.session.get_one(Archive, build.uuid("a7"))
    forged = pack({"record.json": b"forged"}, {}, KEY.sign, build.bureau_pem(), folder="a7")
    victim.file.write_bytes(forged)
    assert codes() == {"file_differs"}
    victim.sha256, victim.tag_hash = sha256(forged), sha256(tag_manifest(forged))
    db.session.commit()
    assert codes() == {"leaf_differs"}


def test_what_was_never_logged_and_files_that_nobody_registered_are_found(
    app: Flask, fifty: list[dict[str, Any]]
) -> None:
    row = db.session.get_one(Archive, build.uuid("a3"))
    more = {
        name: getattr(row, name)
        for name in ("inspection_id", "position", "author", "sha256", "tag_hash", "size")
    }
    db.session.add(
        Archive(id=build.uuid("new"), version=2, path=f"{row.path}2", previous="0" * 64, archived_at=DAY, **more,
                stamp=Stamp(due=None))
    )  # fmt: skip
    (row.file.parent / "unknown.zip").write_bytes(b"x")
    db.session.commit()
    assert codes() == {"not_logged", "link_broken", "file_lost", "stray"}


def test_the_roots_are_written_for_others_by_a_command(
    app: Flask, fifty: list[dict[str, Any]], tmp_path: Path
) -> None:
    out = tmp_path / "roots.json"
    told = app.test_cli_runner().invoke(args=["archive", "roots", "--out", str(out)])
    assert told.exit_code == 0 and fifty[-1]["root"] in told.output
    assert json.loads(out.read_text())["data"] == fifty
    told = app.test_cli_runner().invoke(args=["archive", "audit", "--published", str(out), "--lang", "zh"])
    assert told.exit_code == 0, told.output


def test_the_leaf_is_what_the_readme_says(tmp_path: Path) -> None:
    listed = tag_manifest(build.package())
    (tmp_path / "tagmanifest-sha256.txt").write_bytes(listed)
    command = "(printf '\\000'; cat tagmanifest-sha256.txt) | sha256sum"
    said = subprocess.run(
        ["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout
    assert said.split()[0] == merkle.leaf_hash(listed)
