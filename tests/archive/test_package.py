"""One inspection, one archive: the same bytes everywhere, and standard tools alone can check it (RZ-16b)."""

import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import bagit
import pytest

from tests.archive import build
from tests.archive.build import FORMS
from webapp.archive.bag import pack
from webapp.archive.unpack import listed
from webapp.canonical import canonical, digest, parse
from webapp.field.fold import fold

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked package."""
    folder = tmp_path_factory.mktemp("bag")
    with zipfile.ZipFile(io.BytesIO(build.package())) as archive:
        archive.extractall(folder)
    (bag,) = folder.iterdir()
    return bag


def openssl(*words: str, cwd: Path) -> str:
    return subprocess.run(["openssl", *words], cwd=cwd, capture_output=True, text=True, check=True).stdout


def test_bagit_finds_the_package_valid(bag: Path) -> None:
    assert bag.name == "2026-00001-v1"
    read = bagit.Bag(str(bag))
    read.validate()
    assert read.version_info == (1, 0)
    assert read.info["External-Identifier"] == "平人社检〔2026〕00001号"
    assert read.info["Bagging-Date"] == "2026-11-23"


def test_sha256sum_finds_every_file_unchanged(bag: Path) -> None:
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        subprocess.run(["sha256sum", "--check", "--strict", "--quiet", manifest], cwd=bag, check=True)


def test_openssl_verifies_the_bureaus_signature(bag: Path) -> None:
    said = openssl(
        *"pkeyutl -verify -pubin -inkey bureau-key.pem -rawin -in tagmanifest-sha256.txt".split(),
        *"-sigfile tagmanifest-sha256.txt.sig".split(),
        cwd=bag,
    )
    assert "Signature Verified Successfully" in said
    assert (bag / "tagmanifest-sha256.txt.sig").stat().st_size == 64


def test_openssl_verifies_the_phones_seal(bag: Path) -> None:
    seal = bag / "data" / "10-signatures" / "seal"
    words = "dgst -sha256 -verify device-key.pem -signature signature.der signed.txt".split()
    assert "Verified OK" in openssl(*words, cwd=seal)
    record_hash, covers = (seal / "signed.txt").read_text().split("\n")
    assert hashlib.sha256((seal / "content.json").read_bytes()).hexdigest() == record_hash
    assert hashlib.sha256((seal / "covered-events.txt").read_bytes()).hexdigest() == covers


def test_the_readme_says_what_these_tests_do(bag: Path) -> None:
    readme = (bag / "data" / "README.txt").read_text()
    for command in (
        "sha256sum -c manifest-sha256.txt",
        "openssl pkeyutl -verify",
        "openssl dgst -sha256 -verify",
    ):
        assert command in readme
    for path in set((bag / "data").iterdir()) - {bag / "data" / "README.txt"}:
        assert path.name in readme


def test_log_and_record_are_the_source(bag: Path) -> None:
    events = [parse(line) for line in (bag / "data" / "events.jsonl").read_text().splitlines()]
    assert events == build.archived().events
    assert canonical(fold(events)) == (bag / "data" / "record.json").read_bytes()


def test_forms_and_photos_are_named_by_their_hash(bag: Path) -> None:
    forms = {path.stem: path.read_bytes() for path in (bag / "data" / "07-forms").iterdir()}
    assert set(forms) == {digest(form) for form in FORMS}
    photos = sorted((bag / "data" / "09-photos").glob("*.jpg"))
    assert [photo.stem.split("-")[0] for photo in photos] == ["001", "002"]
    for photo in photos:
        assert hashlib.sha256(photo.read_bytes()).hexdigest() == photo.stem.split("-")[1]
    listing = (bag / "data" / "09-photos" / "photos.csv").read_text("utf-8-sig").splitlines()
    assert len(listing) == 3 and "门头" in listing[1]


def test_signatures_can_be_looked_at(bag: Path) -> None:
    drawn = sorted(path.name for path in (bag / "data" / "10-signatures").glob("*.svg"))
    assert drawn == ["01-sign-subject.svg", "02-sign-inspector.svg", "03-sign-inspector.svg"]
    assert b'points="20,30 80,90 160,40"' in (bag / "data" / "10-signatures" / drawn[0]).read_bytes()


def test_the_cover_says_what_is_kept_and_for_how_long(bag: Path) -> None:
    cover = json.loads((bag / "data" / "00-cover.json").read_bytes())
    assert (cover["version"], cover["previous"]) == (1, None)
    assert cover["retention"] == {"years": 10, "until": "2036-12-31"}
    catalogue = (bag / "data" / "01-catalogue.csv").read_text("utf-8-sig").splitlines()
    assert len(catalogue) == sum(path.is_file() for path in (bag / "data").rglob("*"))


def test_a_hundred_rebuilds_in_two_time_zones_languages_and_processes_have_one_hash() -> None:
    program = """
import hashlib
from tests.archive.build import archived, packed
for _ in range(50):
    print(hashlib.sha256(packed(archived())).hexdigest())
"""
    hashes = {hashlib.sha256(build.package()).hexdigest()}
    for zone, tongue, seed in [("Asia/Shanghai", "C.UTF-8", "1"), ("America/St_Johns", "C", "2")]:
        env = os.environ | {"TZ": zone, "LC_ALL": tongue, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        words = [sys.executable, "-c", program]
        done = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
        told = done.stdout.split()
        assert len(told) == 50
        hashes |= set(told)
    assert len(hashes) == 1


def test_the_order_in_which_events_came_makes_no_difference() -> None:
    log = build.archived()
    log.events = [*log.events[::-1], log.events[3]]
    assert build.packed(log) == build.package()


def test_what_came_late_is_in_the_package_and_the_record_stays() -> None:
    log = build.sealed()
    before = log.record["record_hash"]
    log.decide("accept")
    log.photo(None, build.picture(200))
    log.decide("archive", **build.closing(log.blobs, version=2, previous="ab" * 32))
    with zipfile.ZipFile(io.BytesIO(build.packed(log))) as archive:
        names = archive.namelist()
        cover = json.loads(archive.read("2026-00001-v2/data/00-cover.json"))
    assert cover["record_hash"] == before and cover["previous"] == "ab" * 32
    assert any("/09-photos/addenda/" in name for name in names)


def test_a_caption_that_begins_like_a_formula_is_not_run_by_a_spreadsheet() -> None:
    log = build.visited()
    log.add("caption", {"photo": log.record["content"]["photos"][0]["event"], "text": "=HYPERLINK(1)"})
    for name, author in (("王明", build.WANG), ("李娜", build.LI)):
        log.sign("inspector", name, author)
    log.sign("subject", "孙经理")
    log.seal()
    log.decide("accept")
    log.decide("archive", **build.closing(log.blobs))
    with zipfile.ZipFile(io.BytesIO(build.packed(log))) as archive:
        assert b",'=HYPERLINK(1)," in archive.read("2026-00001-v1/data/09-photos/photos.csv")


def test_odd_paths_are_encoded_in_the_manifest() -> None:
    data = pack({"100%\n.txt": b"x"}, {"A": "b\nc"}, build.bureau_key().sign, build.bureau_pem())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        manifest = archive.read("archive/manifest-sha256.txt")
        assert archive.read("archive/bag-info.txt").startswith(b"A: b c\nPayload-Oxum: 1.1\n")
    assert manifest.endswith(b"  data/100%25%0A.txt\n")
    assert list(listed(manifest) or {}) == ["data/100%\n.txt"]
