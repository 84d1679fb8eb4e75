"""A timestamp by an authority (RFC 3161): got after the sealing, kept by the signature, good when its maker is gone."""

import io
import re
import subprocess
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from cryptography import x509
from flask import Flask
from flask.testing import FlaskClient

from tests.archive import build
from tests.archive.authority import Authority, served
from tests.archive.test_models import NOON, late, of, zhao
from tests.archive.test_verify import KEYS, again, unpacked
from tests.conftest import both_databases
from webapp.archive import inventory
from webapp.archive.bag import SIGNATURE
from webapp.archive.index import ArchiveIndex
from webapp.archive.models import Archive, known_keys, rebuilt
from webapp.archive.stamps import Stamp
from webapp.archive.timestamp import stamp_due
from webapp.archive.timestamp_rules import AUTHORITY, NoStamp, Question, file_name, files, stamped
from webapp.archive.unpack import with_proofs
from webapp.archive.verify import examine, verify
from webapp.canonical import sha256
from webapp.db import db, now
from webapp.field.models import Inspection

YEARS = timedelta(days=3650)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """One that lasts for years."""
    return Authority(tmp_path_factory.mktemp("tsa"), YEARS)


@pytest.fixture
def address(authority: Authority) -> Iterator[str]:
    """Where it answers."""
    authority.mood = "well"
    with served(authority) as url:
        yield url


def sealed_one(app: Flask) -> Archive:
    """The only archive that waits for its timestamp."""
    db.session.query(Stamp).update({"due": None})
    inspection = of("accepted")
    archive = Archive.seal(inspection, zhao(inspection), NOON)
    db.session.commit()
    return archive


def ask(address: str, authority: Authority) -> dict[str, int]:
    return dict(stamp_due(address, authority.certificates.read_text()))


def names(package: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return [name.partition("/")[2] for name in archive.namelist()]


# ---- the queue


@both_databases
def test_sealing_waits_for_no_authority_and_the_stamp_comes_after(
    app: Flask, authority: Authority, address: str
) -> None:
    with app.app_context():
        archive = sealed_one(app)
        asked, as_sealed = authority.asked, archive.read()
        assert archive.stamp.due is not None and not [
            name for name in names(as_sealed) if name.endswith(".tsr")
        ]
        assert ask(address, authority) == {"stamped": 1, "waiting": 0}
        package = archive.read()
        added = set(names(package)) - set(names(as_sealed))
        assert added == {file_name(archive.stamp.response), AUTHORITY}
        report = examine(package, known_keys())
        assert (
            report.faults == []
            and datetime.fromisoformat(report.facts["stamped"]) == archive.stamp.stamped_at
        )
        assert abs(archive.stamp.stamped_at - now()) < timedelta(minutes=1)
        assert archive.given == (sha256(package), len(package))
        # What was sealed stays as it was, in the store and in what later versions name.
        assert archive.read(stamped=False) == as_sealed == rebuilt(inspection_of(archive), 1)
        assert sha256(as_sealed) == archive.sha256 and not list(inventory.faults())
        assert ask(address, authority) == {"waiting": 0} and authority.asked == asked + 1


def inspection_of(archive: Archive) -> Inspection:
    return db.session.get_one(Inspection, archive.inspection_id)


@pytest.mark.parametrize("mood", ["down", "gate", "replays"])
def test_an_authority_that_is_down_or_answers_something_else_is_asked_again_later_and_later(
    app: Flask, authority: Authority, address: str, mood: str
) -> None:
    (authority.folder / "older.tsr").write_bytes(authority.answer(Question(b"another signature").der))
    authority.mood = mood
    with app.app_context(), time_machine.travel(now(), tick=False) as clock:
        archive = sealed_one(app)
        before, waits = archive.read(), []
        for _again in range(3):
            counts = ask(address, authority)
            assert counts["waiting"] == 1 and "stamped" not in counts
            assert ask(address, authority) == {"waiting": 1}
            db.session.refresh(archive.stamp)
            assert archive.stamp.fault and archive.read() == before
            waits.append(archive.stamp.due - now())
            clock.shift(waits[-1])
        assert waits == [timedelta(minutes=minutes) for minutes in (1, 2, 4)]
        authority.mood = "well"
        assert ask(address, authority) == {"stamped": 1, "waiting": 0}


def test_an_authority_sends_this_server_nowhere_else(app: Flask, authority: Authority, address: str) -> None:
    authority.mood = "elsewhere"
    with app.app_context():
        archive = sealed_one(app)
        assert ask(address, authority) == {"unreachable": 1, "waiting": 1}
        db.session.refresh(archive.stamp)
        assert archive.stamp.fault.startswith("302")
    assert authority.visits == []


def test_an_authority_that_cannot_be_reached_is_not_asked_for_every_archive(
    app: Flask, authority: Authority
) -> None:
    with app.app_context():
        sealed_one(app)
        db.session.query(Stamp).update({"due": now()})
        db.session.commit()
        count = db.session.query(Stamp).count()
        assert count > 1
        assert ask("http://127.0.0.1:9/", authority) == {"unreachable": 1, "waiting": count}


def test_an_authority_that_is_not_the_one_that_was_set_is_not_believed(
    app: Flask, authority: Authority, tmp_path: Path
) -> None:
    other = Authority(tmp_path / "other", YEARS)
    with app.app_context(), served(other) as url:
        archive = sealed_one(app)
        assert ask(url, authority) == {"refused": 1, "waiting": 1}
        assert archive.stamp.response is None


def test_a_later_version_is_linked_to_the_one_before_whether_that_has_a_stamp_or_not(
    app: Flask, authority: Authority, address: str
) -> None:
    with app.app_context():
        first = sealed_one(app)
        ask(address, authority)
        inspection = inspection_of(first)
        late(inspection, text="整改材料已收到", question=None)
        second = Archive.seal(inspection, zhao(inspection), NOON.replace(day=25))
        db.session.commit()
        assert second.previous == first.tag_hash and not list(inventory.faults())
        assert ask(address, authority)["stamped"] == 1
        assert verify(second.read(), known_keys()) == [] and not list(inventory.faults())


def test_what_is_given_out_has_the_stamp_and_the_hash_that_the_office_shows(
    app: Flask, desk: Callable[[str], FlaskClient], authority: Authority, address: str
) -> None:
    with app.app_context():
        archive = sealed_one(app)
        ask(address, authority)
        inspection_id, given = archive.inspection_id, archive.given
        assert db.session.get_one(ArchiveIndex, inspection_id).sha256 == given[0]
    browser = desk("archivist")
    data = browser.get(f"/api/v1/inspections/{inspection_id}/archive").data
    assert (sha256(data), len(data)) == given
    page = browser.get(f"/office/inspections/{inspection_id}").text
    assert given[0] in page and "时间戳" in page
    bundle = browser.post("/office/archives/download", data={"id": [inspection_id]})
    with zipfile.ZipFile(io.BytesIO(bundle.data)) as archive_zip:
        (name,) = [one for one in archive_zip.namelist() if one.endswith(".zip")]
        assert archive_zip.read(name) == data
        assert f"{given[0]}  {name}" in archive_zip.read("sha256.txt").decode()


def test_the_command_says_what_is_missing_and_what_it_did(
    app: Flask, authority: Authority, address: str
) -> None:
    run = app.test_cli_runner().invoke
    said = run(args=["archive", "stamp", "--lang", "zh"])
    assert said.exit_code == 1 and "YIDANG_TSA_URL" in said.output
    app.config.update(TSA_URL=address, TSA_CERTIFICATES=str(authority.certificates))
    with app.app_context():
        sealed_one(app)
    said = run(args=["archive", "stamp", "--lang", "zh"])
    assert said.exit_code == 0 and "取得时间戳 1 个" in said.output
    app.config["TSA_URL"] = "file:///etc/passwd"
    assert run(args=["archive", "stamp"]).exit_code == 1


# ---- a package with a stamp


def stamped_package(authority: Authority) -> bytes:
    signed = unpacked()[SIGNATURE]
    answer = authority.answer(Question(signed).der)
    return with_proofs(build.package(), files(answer, authority.certificates.read_text()))


def test_a_stamp_whose_bytes_or_name_or_signature_differ_is_found(authority: Authority) -> None:
    package = stamped_package(authority)
    assert examine(package, KEYS).faults == []
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        whole = {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
    (name,) = [name for name in whole if name.endswith(".tsr")]
    other = authority.answer(Question(b"other").der)
    for changed, words in [
        ({name: whole[name][:-1] + bytes([whole[name][-1] ^ 1])}, "时间戳文件被改动"),
        ({file_name(other): other}, "不止一个时间戳"),
        ({name: None, file_name(other): other}, "时间戳与机构签名不符"),
        ({AUTHORITY: b"rubbish"}, "时间戳与机构签名不符"),
        ({AUTHORITY: None}, f"多出文件：{name}"),
        ({name: None}, f"多出文件：{AUTHORITY}"),
    ]:
        left = {path: data for path, data in (whole | changed).items() if data is not None}
        assert any(words in fault for fault in verify(again(left, rewrite=False))), words


@pytest.mark.timeout(120)
def test_no_bytes_that_a_stranger_calls_a_timestamp_do_any_harm(authority: Authority) -> None:
    signed, pem = unpacked()[SIGNATURE], authority.certificates.read_text()
    whole = authority.answer(Question(signed).der)
    assert stamped(whole, signed, pem)
    bad = [
        b"",
        b"0",
        b"\x30\x80",
        b"\x30\x03\x02\x01\x02",
        bytes(70_000),
        whole[: len(whole) // 2],
        whole * 2,
    ]
    bad += [whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :] for at in range(0, len(whole), 7)]
    seen = 0
    for response in bad:
        try:
            stamped(response, signed, pem)
        except NoStamp:
            seen += 1
    # A few bytes say nothing that anybody signed, such as those of a certificate that is not used.
    assert seen > len(bad) * 0.8
    with pytest.raises(NoStamp):
        stamped(whole, b"another signature", pem)
    for certificates in ("no certificates", pem * 200, pem[:-40]):
        with pytest.raises(NoStamp):
            stamped(whole, signed, certificates)


# ---- when the authority's certificate has expired


def commands(title: str) -> str:
    """The indented commands of the package's README under a heading, as a shell script."""
    with zipfile.ZipFile(io.BytesIO(build.package())) as archive:
        text = archive.read(
            next(name for name in archive.namelist() if name.endswith("data/README.txt"))
        ).decode()
    section = re.split(r"(?m)^(?=[一二三四五]、)", text)
    (found,) = [part for part in section if part.startswith(title)]
    return "\n".join(line[4:] for line in found.splitlines() if line.startswith("    "))


def shell(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    words = ["bash", "-c", script]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, env=env)


def test_the_readmes_command_still_verifies_after_the_authoritys_certificate_has_expired(
    tmp_path: Path,
) -> None:
    brief = Authority(tmp_path / "tsa", timedelta(seconds=4))
    package = stamped_package(brief)
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        archive.extractall(tmp_path / "bag")
    (bag,) = (tmp_path / "bag").iterdir()
    first, _, later = commands("三").partition("t=$(")
    later = later.partition("(printf")[0]
    fresh = shell(first, bag)
    assert "Verification: OK" in fresh.stdout and "Time stamp: " in fresh.stdout, fresh.stderr
    while datetime.now(UTC) < _ends(brief):
        time.sleep(0.2)
    expired = shell(first, bag)
    assert "Verification: OK" not in expired.stdout and "expired" in expired.stderr
    as_of = shell(f"t=$({later}", bag)
    assert "Verification: OK" in as_of.stdout, as_of.stderr
    # Ours says so too, years later.
    with time_machine.travel(datetime(2050, 1, 1, tzinfo=UTC)):
        assert examine(package, KEYS).faults == []
    # As of a moment at which the certificate was not valid yet, it does not.
    long_ago = later.replace('"$(date -d "$t" +%s)"', "1000000000")
    assert "Verification: OK" not in shell(f"t=$({long_ago}", bag).stdout


def _ends(authority: Authority) -> datetime:
    return x509.load_pem_x509_certificate(
        authority.certificates.read_bytes()
    ).not_valid_after_utc + timedelta(seconds=1)
