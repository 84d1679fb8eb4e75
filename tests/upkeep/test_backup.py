"""One command backs up, one restores: on an empty machine everything is there again, to the byte, on both databases."""

import io
import json
import sqlite3
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from tests.archive.test_models import late, of, zhao
from tests.conftest import SETTINGS, both_databases
from webapp import create_app
from webapp.accounts.audit import HERE, AuditLine
from webapp.archive.disposal import APPROVED, Disposal
from webapp.archive.models import Archive, rebuilt
from webapp.canonical import sha256
from webapp.db import db
from webapp.demo import world
from webapp.evidence.models import Blob
from webapp.field.models import Inspection
from webapp.upkeep import backup, snapshot
from webapp.upkeep.backup import back_up
from webapp.upkeep.locked_keys import WrongPassphrase, locked, opened

PASSPHRASE = "seven words that nobody ever guesses"


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=[*words, "--lang", "zh"])


@pytest.fixture
def old(app: Flask) -> Flask:
    """An installation with a few more archives, one of them in two versions."""
    app.config["BACKUP_PASSPHRASE"] = PASSPHRASE
    with app.app_context():
        inspection = of("accepted")
        Archive.seal(inspection, zhao(inspection))
        late(inspection, text="整改材料已收到", question=None)
        Archive.seal(inspection, zhao(inspection))
        db.session.commit()
    return app


@pytest.fixture
def new(request: pytest.FixtureRequest, app: Flask, tmp_path: Path) -> Iterator[Callable[[], Flask]]:
    """`new()`: an empty machine, with the same kind of database."""
    made: list[Flask] = []

    def empty() -> Flask:
        settings = SETTINGS | {"DATA": tmp_path / f"new{len(made)}", "BACKUP_PASSPHRASE": PASSPHRASE}
        if app.config["DATABASE_URL"].startswith("postgresql"):
            settings["DATABASE_URL"] = request.getfixturevalue("postgres_server").database()
        made.append(create_app(settings))
        return made[-1]

    yield empty
    for one in made:
        with one.app_context():
            db.session.remove()
            db.engine.dispose()


def everything(app: Flask) -> dict[str, Any]:
    """All rows of all tables, and the bytes of every archive and blob."""
    with app.app_context():
        tables = {
            table.name: sorted(map(repr, db.session.execute(select(table)).all()))
            for table in db.metadata.sorted_tables
            # What the commands themselves write in it is not the same.
            if table.name != AuditLine.__tablename__
        }
        archives = {row.path: sha256(row.read()) for row in db.session.scalars(select(Archive))}
        blobs = {row.sha256: sha256(row.read()) for row in db.session.scalars(select(Blob))}
        db.session.rollback()
    assert archives and blobs and all(name == made for name, made in blobs.items())
    return {"tables": tables, "archives": archives, "blobs": blobs}


def acts(app: Flask) -> list[str]:
    """What the shell did, as the audit log says."""
    with app.app_context():
        rows = select(AuditLine.act).where(AuditLine.chain == HERE).order_by(AuditLine.number)
        return list(db.session.scalars(rows))


@both_databases
@pytest.mark.parametrize("where", ["backup", "backup.tar"])
def test_what_is_restored_on_an_empty_machine_is_what_was_backed_up(
    old: Flask, new: Callable[[], Flask], tmp_path: Path, where: str
) -> None:
    said = run(old, "backup", str(tmp_path / where))
    assert said.exit_code == 0, said.output
    there = new()
    said = run(there, "restore", str(tmp_path / where))
    assert said.exit_code == 0 and "FAULT" not in said.output, said.output
    assert everything(there) == everything(old)
    assert (acts(old)[-1], acts(there)[-1]) == ("backup", "restore")
    with there.app_context():
        # The keys are here too: the same log gives the same package, signature included.
        for archive in db.session.scalars(select(Archive)).all():
            inspection = db.session.get_one(Inspection, archive.inspection_id)
            assert rebuilt(inspection, archive.version) == archive.read(stamped=False)
    if where == "backup.tar":
        assert not (tmp_path / "backup.tar.part").exists()
        assert (tmp_path / where).stat().st_mode & 0o077 == 0


@both_databases
def test_a_backup_is_of_one_moment_while_people_go_on_working(
    old: Flask, new: Callable[[], Flask], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop, written = threading.Event(), []

    def work() -> None:
        with old.app_context():
            while not stop.is_set():
                number = len(written)
                data = world.photo([str(number)], f"while {number}")
                inspection = Inspection.locked(written_id)
                Blob.keep(sha256(data), data)
                late(inspection, text=f"第 {number} 条", question=None)
                db.session.commit()
                written.append(sha256(data))

    with old.app_context():
        written_id = of("open").id
    thread = threading.Thread(target=work)
    copied = backup._copy

    def slowly(*words: Any) -> None:
        copied(*words)
        if words[1].startswith("blobs/"):
            # At least one more is written while files are copied.
            seen = len(written)
            while thread.is_alive() and len(written) == seen and seen < 20:
                stop.wait(0.01)

    monkeypatch.setattr(backup, "_copy", slowly)
    thread.start()
    try:
        said = run(old, "backup", str(tmp_path / "backup"))
    finally:
        stop.set()
        thread.join()
    assert said.exit_code == 0 and len(written) >= 20, said.output
    there = new()
    said = run(there, "restore", str(tmp_path / "backup"))
    assert said.exit_code == 0, said.output
    with there.app_context():
        names = set(db.session.scalars(select(Blob.sha256)))
        kept = [name in names for name in written]
    # The first so many, and none after: one moment.
    assert kept == sorted(kept, reverse=True) and not all(kept)


def test_into_the_same_folder_only_what_is_new_is_copied(old: Flask, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    assert run(old, "backup", str(target)).exit_code == 0
    files = {path: path.stat().st_ino for path in (target / "blobs").rglob("*") if path.is_file()}
    with old.app_context():
        data = world.photo(["new"], "new")
        Blob.keep(sha256(data), data)
        db.session.commit()
    assert run(old, "backup", str(target)).exit_code == 0
    later = {path: path.stat().st_ino for path in (target / "blobs").rglob("*") if path.is_file()}
    assert files.items() < later.items() and len(later) == len(files) + 1


def test_no_key_lies_open_in_a_backup(old: Flask, tmp_path: Path) -> None:
    data = Path(old.config["DATA"])
    secrets = [path.read_bytes() for path in (data / "keys").iterdir()] + [b"PRIVATE KEY"]
    assert len(secrets) > 1 and run(old, "backup", str(tmp_path / "backup")).exit_code == 0
    assert run(old, "backup", str(tmp_path / "open"), "--without-keys").exit_code == 0
    for path in [*(tmp_path / "backup").rglob("*"), *(tmp_path / "open").rglob("*")]:
        assert path.is_dir() or not any(secret in path.read_bytes() for secret in secrets), path
    assert (tmp_path / "backup" / "keys.enc").exists() and not (tmp_path / "open" / "keys.enc").exists()
    for weak in (None, "short"):
        old.config["BACKUP_PASSPHRASE"] = weak
        said = run(old, "backup", str(tmp_path / "none"))
        assert said.exit_code == 1 and "YIDANG_BACKUP_PASSPHRASE" in said.output
        assert not (tmp_path / "none").exists()


def test_keys_open_with_their_passphrase_alone() -> None:
    files = {"keys/a.pem": b"\x00private", "secret_key": b"secret"}
    data = locked(files, PASSPHRASE)
    assert opened(data, PASSPHRASE) == files and locked(files, PASSPHRASE) != data
    said = json.loads(data)
    for changed in (said | {"sealed": said["salt"]}, said | {"salt": said["nonce"]}, {}, []):
        with pytest.raises(WrongPassphrase):
            opened(json.dumps(changed).encode(), PASSPHRASE)
    with pytest.raises(WrongPassphrase):
        opened(data, "another passphrase")


def test_a_password_of_the_database_stands_on_no_command_line(
    old: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, Any] = {}

    def noted(words: list[str], env: dict[str, str], **_more: Any) -> Any:
        seen.update(words=words, env=env)
        return type("Done", (), {"returncode": 0})()

    monkeypatch.setattr(snapshot.subprocess, "run", noted)
    old.config["DATABASE_URL"] = "postgresql+psycopg://yidang:geheim@db.example:5432/yidang"
    with old.app_context():
        snapshot.put_back(Path("x"))
    assert "geheim" not in " ".join(map(str, seen["words"])) and seen["env"]["PGPASSWORD"] == "geheim"
    assert "--dbname=postgresql://yidang@db.example:5432/yidang" in seen["words"]


# ---- what is wrong is said, and nothing is half done


def test_a_lost_or_damaged_file_is_named_and_the_rest_is_backed_up(old: Flask, tmp_path: Path) -> None:
    with old.app_context():
        first, second = db.session.scalars(select(Blob.sha256).order_by(Blob.sha256).limit(2))
    blobs = Path(old.config["BLOBS"])
    (blobs / first[:2] / first).unlink()
    (blobs / second[:2] / second).write_bytes(b"changed")
    said = run(old, "backup", str(tmp_path / "backup"))
    assert said.exit_code == 1
    assert f"不见了：blobs/{first[:2]}/{first}" in said.output
    assert f"与登记的校验值不符：blobs/{second[:2]}/{second}" in said.output
    about = json.loads((tmp_path / "backup" / "backup.json").read_bytes())
    assert (
        len(about["lost"]) == len(about["damaged"]) == 1
        and (tmp_path / "backup" / "database.sqlite").exists()
    )


def test_an_archive_that_is_destroyed_during_the_backup_is_not_missed(
    old: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with old.app_context():
        archive = db.session.scalars(select(Archive)).first()
        taken, count = backup.take, []

        def meanwhile(folder: Path) -> Any:
            made = taken(folder)
            if not count:
                author = zhao(of("archived")).id
                day = archive.archived_at.date()
                gone = Disposal(
                    inspection_id=archive.inspection_id,
                    until=day,
                    reason="x",
                    proposed_by=author,
                    state=APPROVED,
                )
                db.session.add(gone)
                db.session.commit()
                for one in db.session.scalars(
                    select(Archive).where(Archive.inspection_id == archive.inspection_id)
                ):
                    one.file.unlink()
            count.append(1)
            return made

        monkeypatch.setattr(backup, "take", meanwhile)
        report = back_up(tmp_path / "backup", PASSPHRASE)
    assert len(count) == 2 and report.lost == []


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda folder: (folder / "sha256.txt").unlink(), "不是本程序的备份"),
        (lambda folder: (folder / "backup.json").write_text("{}"), "被改动"),
        (lambda folder: (folder / "database.sqlite").write_bytes(b"x"), "被改动"),
        (lambda folder: next((folder / "blobs").glob("*/*")).unlink(), "不见了"),
        (lambda folder: (folder / "sha256.txt").write_text("rubbish\n"), "不是本程序的备份"),
        (lambda folder: sums(folder, "../../etc/passwd"), "不是本程序的备份"),
        (lambda folder: sums(folder, "/etc/passwd"), "不是本程序的备份"),
        (lambda folder: sums(folder, "rest/keys/one.pem"), "不是本程序的备份"),
        (lambda folder: sums(folder, "rest/secret_key"), "不是本程序的备份"),
    ],
)
def test_a_backup_that_is_not_whole_is_refused_before_anything_is_written(
    old: Flask, new: Callable[[], Flask], tmp_path: Path, harm: Callable[[Path], None], words: str
) -> None:
    assert run(old, "backup", str(tmp_path / "backup")).exit_code == 0
    harm(tmp_path / "backup")
    there = new()
    said = run(there, "restore", str(tmp_path / "backup"))
    assert said.exit_code == 1 and words in said.output, said.output
    assert nothing_in(there)


def sums(folder: Path, name: str) -> None:
    path = folder / "sha256.txt"
    path.write_text(f"{path.read_text()}{'0' * 64}  {name}\n")


def nothing_in(app: Flask) -> bool:
    data = Path(app.config["DATA"])
    left = [
        path
        for path in data.rglob("*")
        if path.is_file() and path.stat().st_size and path.name != "secret_key"
    ]
    with app.app_context():
        return snapshot.is_empty() and left == []


def test_a_wrong_passphrase_or_none_restores_nothing(
    old: Flask, new: Callable[[], Flask], tmp_path: Path
) -> None:
    assert run(old, "backup", str(tmp_path / "backup")).exit_code == 0
    for given, words in (("not the passphrase at all", "打不开"), (None, "请设 YIDANG_BACKUP_PASSPHRASE")):
        there = new()
        there.config["BACKUP_PASSPHRASE"] = given
        said = run(there, "restore", str(tmp_path / "backup"))
        assert said.exit_code == 1 and words in said.output and nothing_in(there)


def test_what_is_there_is_never_written_over(old: Flask, tmp_path: Path) -> None:
    assert run(old, "backup", str(tmp_path / "backup")).exit_code == 0
    before = everything(old)
    said = run(old, "restore", str(tmp_path / "backup"))
    assert said.exit_code == 1 and "这里已有数据" in said.output and everything(old) == before


def test_the_keys_of_a_living_installation_are_never_written_over(
    old: Flask, new: Callable[[], Flask], tmp_path: Path
) -> None:
    assert run(old, "backup", str(tmp_path / "backup")).exit_code == 0
    there = new()
    with old.app_context():
        name = f"{of('archived').bureau_id}.pem"
    mine = Path(there.config["DATA"]) / "keys" / name
    mine.parent.mkdir()
    mine.write_text("the only key of another installation, whose database is elsewhere")
    before = mine.read_text()
    said = run(there, "restore", str(tmp_path / "backup"))
    assert said.exit_code == 1 and "这里已有数据" in said.output, said.output
    assert mine.read_text() == before
    with there.app_context():
        assert snapshot.is_empty()


def test_a_restore_that_was_cut_is_begun_again(
    old: Flask, new: Callable[[], Flask], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(old, "backup", str(tmp_path / "backup.tar")).exit_code == 0
    there = new()

    def cut(_path: Path) -> None:
        raise OSError("the power went")

    with monkeypatch.context() as patched:
        patched.setattr("webapp.upkeep.restore.put_back", cut)
        assert run(there, "restore", str(tmp_path / "backup.tar")).exit_code == 1
    said = run(there, "restore", str(tmp_path / "backup.tar"))
    assert said.exit_code == 0 and everything(there) == everything(old), said.output


def test_a_hostile_tar_writes_nothing_outside(new: Callable[[], Flask], tmp_path: Path) -> None:
    for name, kind in (
        ("../outside", tarfile.REGTYPE),
        ("/tmp/outside-yidang", tarfile.REGTYPE),
        ("link", tarfile.SYMTYPE),
    ):
        entry = tarfile.TarInfo(name)
        entry.type, entry.linkname = kind, "../../.."
        with tarfile.open(tmp_path / "hostile.tar", "w") as archive:
            archive.addfile(entry, io.BytesIO())
        there = new()
        said = run(there, "restore", str(tmp_path / "hostile.tar"))
        assert said.exit_code == 1 and "不是本程序的备份" in said.output and nothing_in(there)
    assert not list(tmp_path.rglob("outside"))


def test_a_backup_of_one_database_is_refused_by_the_other_kind(
    old: Flask, new: Callable[[], Flask], tmp_path: Path
) -> None:
    assert run(old, "backup", str(tmp_path / "backup")).exit_code == 0
    about = tmp_path / "backup" / "backup.json"
    changed = about.read_bytes().replace(b'"sqlite"', b'"postgresql"')
    listed = tmp_path / "backup" / "sha256.txt"
    listed.write_text(listed.read_text().replace(sha256(about.read_bytes()), sha256(changed)))
    about.write_bytes(changed)
    there = new()
    said = run(there, "restore", str(tmp_path / "backup"))
    assert said.exit_code == 1 and "另一种数据库" in said.output and nothing_in(there)


def test_the_copy_of_a_running_sqlite_is_sound_without_its_journal(old: Flask, tmp_path: Path) -> None:
    with old.app_context():
        made = snapshot.take(tmp_path)
    with closing(sqlite3.connect(f"file:{made.path}?mode=ro", uri=True)) as copy:
        assert copy.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert copy.execute("SELECT count(*) FROM inspection").fetchone()[0] > 10
