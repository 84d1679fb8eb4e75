"""An outsider with `bagit.py`, `openssl` and `sha256sum` alone: whatever was changed in an archive, they find it.

What is run is what the README inside the package says, to the letter. Twenty archives that differ, half of them with a
timestamp; in each, 2,000 single bits are flipped, one after the other in every file, and each has to be found and named.
"""

import io
import os
import random
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.archive import build
from tests.archive.authority import Authority
from webapp.archive.bag import SIGNATURE
from webapp.archive.timestamp_rules import Question, files
from webapp.archive.unpack import Unpacked, unzipped, with_proofs

ARCHIVES, FLIPS = 20, 2000
# Where the bag's own lists stand, and what proves them.
MANIFEST, TAG_MANIFEST, KEY = "manifest-sha256.txt", "tagmanifest-sha256.txt", "bureau-key.pem"
LISTS = (MANIFEST, TAG_MANIFEST)
AUTHORITY = "timestamp-authority.pem"
ENV = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}


def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A script as the outsider types it, in their own shell."""
    words = ["bash", "-c", script]
    # A list with a flipped bit may name files by bytes that are no text.
    return subprocess.run(
        words, cwd=folder, capture_output=True, text=True, errors="replace", check=False, env=ENV
    )


def said(script: str, folder: Path) -> str:
    done = run(script, folder)
    return done.stdout + done.stderr


def bagit_says(folder: Path) -> subprocess.CompletedProcess[str]:
    """`bagit.py --validate .` as a program of its own."""
    script = next(Path(path) / "bagit.py" for path in sys.path if (Path(path) / "bagit.py").exists())
    words = [sys.executable, str(script), "--validate", "."]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, env=ENV)


class Bag:
    """One unpacked archive, the README's commands, and what the outsider got from elsewhere to compare with."""

    def __init__(self, folder: Path, package: bytes, keys: Path) -> None:
        with zipfile.ZipFile(io.BytesIO(package)) as archive:
            archive.extractall(folder)
        (self.path,) = folder.iterdir()
        self.keys = keys
        text = (self.path / "data" / "README.txt").read_text()
        self.sections = {part[0]: _commands(part) for part in re.split(r"(?m)^(?=[一二三四五]、)", text)[1:]}
        self.files = sorted(
            path.relative_to(self.path).as_posix() for path in self.path.rglob("*") if path.is_file()
        )
        self.stamps = [name for name in self.files if name.endswith(".tsr")]

    @property
    def _first(self) -> list[str]:
        return self.sections["一"].splitlines()

    def sums(self) -> str:
        """The two lines of `sha256sum`; what they blame, and nothing that is well."""
        lines = [line for line in self._first if line.startswith("sha256sum")]
        assert len(lines) == 2
        return "\n".join(
            line for line in said("\n".join(lines), self.path).splitlines() if not line.endswith(": OK")
        )

    def listing(self) -> str:
        """What was added."""
        (line,) = [line for line in self._first if "uniq" in line]
        return said(line, self.path)

    def signature(self) -> bool:
        """`openssl` about the bureau's signature, with the key compared with the one that the bureau publishes."""
        compared = f"cmp {KEY} {self.keys / KEY}\n"
        return "Signature Verified Successfully" in said(
            f"set -e\n{compared}{self.sections['二']}", self.path
        )

    def stamp(self) -> bool:
        """`openssl ts` and `sha256sum` about the timestamp, its certificates compared with the authority's own."""
        names, verification = self.sections["三"].splitlines()[:2]
        compared = f"cmp {AUTHORITY} {self.keys / AUTHORITY}\n"
        told = said(f"set -e\n{compared}{names}\n{verification}", self.path)
        return ": OK" in told and "FAILED" not in told and "Verification: OK" in told

    def whole(self) -> bool:
        """All of it."""
        return (
            not self.sums() and not self.listing() and self.signature() and (not self.stamps or self.stamp())
        )


def _commands(section: str) -> str:
    return "\n".join(line[4:] for line in section.splitlines() if line.startswith("    "))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa"), timedelta(days=3650))


@pytest.fixture(scope="module")
def keys(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What bureau and authority publish, as the outsider got it from them."""
    folder = tmp_path_factory.mktemp("published")
    (folder / KEY).write_text(build.bureau_pem())
    shutil.copy(authority.certificates, folder / AUTHORITY)
    return folder


def package(number: int, authority: Authority) -> bytes:
    """An archive like no other: so many photos, its own remark, every second one with a timestamp."""
    log = build.visited(photos=1 + number % 4)
    log.add("note", {"text": f"第 {number} 次", "question": None})
    log.photo(None, build.picture(number, (64 + number, 48)))
    log.sign("subject", "孙经理")
    log.sign("inspector", "王明", build.WANG)
    log.sign("inspector", "李娜", build.LI)
    log.seal()
    log.decide("accept")
    log.decide("archive", **build.closing(log.blobs))
    made = build.packed(log)
    return with_proofs(made, _stamp(made, authority)) if number % 2 else made


def _stamp(made: bytes, authority: Authority) -> dict[str, bytes]:
    unpacked = Unpacked()
    assert not list(unzipped(made, unpacked))
    answer = authority.answer(Question(unpacked.files[SIGNATURE]).der)
    return files(answer, authority.certificates.read_text())


@pytest.fixture
def bag(authority: Authority, keys: Path, tmp_path: Path) -> Bag:
    """One with a timestamp."""
    return Bag(tmp_path / "bag", package(1, authority), keys)


def test_an_archive_as_it_was_made_is_whole_to_them(bag: Bag) -> None:
    assert bag.whole()
    assert bagit_says(bag.path).returncode == 0
    seal = bag.sections["四"]
    assert "Verified OK" in said(seal, bag.path / "data" / "10-signatures" / "seal")


# ---- 2,000 bits in each of twenty archives


def flip(path: Path, bit: int) -> None:
    with path.open("r+b") as file:
        file.seek(bit // 8)
        byte = file.read(1)[0]
        file.seek(bit // 8)
        file.write(bytes([byte ^ 1 << bit % 8]))


def rounds(bag: Bag, chance: random.Random) -> Iterator[dict[str, int]]:
    """The flips of one archive, a bit of each file at a time: 2,000 in all, as many in every file but for one."""
    left = FLIPS
    while left:
        chosen = chance.sample(bag.files, min(left, len(bag.files)))
        yield {name: chance.randrange((bag.path / name).stat().st_size * 8) for name in chosen}
        left -= len(chosen)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("number", range(ARCHIVES))
def test_each_of_2000_flipped_bits_in_an_archive_is_found(
    number: int, authority: Authority, keys: Path, tmp_path: Path
) -> None:
    bag = Bag(tmp_path / "bag", package(number, authority), keys)
    assert bag.whole() and bool(bag.stamps) == bool(number % 2)
    chance, found = random.Random(number), 0
    for flips in rounds(bag, chance):
        apart = {name: bit for name, bit in flips.items() if "/" not in name}
        together = {name: bit for name, bit in flips.items() if name not in apart}
        found += found_together(bag, together)
        for name, bit in apart.items():
            found += found_alone(bag, name, bit)
    assert found == FLIPS
    assert bag.whole()


def found_together(bag: Bag, flips: dict[str, int]) -> int:
    """Payload files changed at once: `sha256sum` judges each of its lines by itself, and names each."""
    for name, bit in flips.items():
        flip(bag.path / name, bit)
    blamed = bag.sums()
    for name, bit in flips.items():
        flip(bag.path / name, bit)
    found = sum(f"{name}: FAILED" in blamed for name in flips)
    assert found == len(flips), sorted(name for name in flips if f"{name}: FAILED" not in blamed)
    return found


def found_alone(bag: Bag, name: str, bit: int) -> int:
    """One of the files that say or prove what the others are."""
    flip(bag.path / name, bit)
    if name in bag.stamps or name == AUTHORITY:
        found = not bag.stamp()
    elif name in (TAG_MANIFEST, KEY, SIGNATURE):
        found = not bag.signature()
    else:
        found = f"{name}: FAILED" in bag.sums()
    flip(bag.path / name, bit)
    assert found, f"bit {bit} of {name}"
    return found


def test_bagit_itself_finds_a_flipped_bit_wherever_a_list_covers_it(bag: Bag) -> None:
    chance = random.Random(2026)
    listed = [name for name in bag.files if "/" in name or name in (MANIFEST, "bag-info.txt", "bagit.txt")]
    for name in chance.sample(listed, 8):
        bit = chance.randrange((bag.path / name).stat().st_size * 8)
        flip(bag.path / name, bit)
        assert bagit_says(bag.path).returncode == 1, f"bit {bit} of {name}"
        flip(bag.path / name, bit)
    assert bagit_says(bag.path).returncode == 0


# ---- what somebody does on purpose


def rewritten(bag: Bag) -> None:
    """Both lists made anew by the same tools, as a forger would."""
    tags = "bag-info.txt bagit.txt manifest-sha256.txt"
    script = f"find data -type f | LC_ALL=C sort | xargs -d '\\n' sha256sum > {MANIFEST}\nsha256sum {tags} > {TAG_MANIFEST}"
    assert run(script, bag.path).returncode == 0


def test_two_photos_swapped_with_all_lists_written_anew_are_found_by_the_signature(
    authority: Authority, keys: Path, tmp_path: Path
) -> None:
    bag = Bag(tmp_path / "bag", package(3, authority), keys)
    one, other = sorted((bag.path / "data" / "09-photos").glob("00*.jpg"))[:2]
    aside = one.with_suffix(".aside")
    one.rename(aside)
    other.rename(one)
    aside.rename(other)
    assert bag.sums()
    rewritten(bag)
    # To the lists all is well now; only the signature was never theirs to make.
    assert not bag.sums() and not bag.listing() and bagit_says(bag.path).returncode == 0
    assert not bag.signature()


def test_a_forger_who_signs_anew_with_a_key_of_their_own_is_found_by_the_published_key(bag: Bag) -> None:
    (bag.path / "data" / "18-notes.json").write_text("{}")
    rewritten(bag)
    forged = f"""openssl genpkey -algorithm ed25519 -out ../own.pem
      openssl pkey -in ../own.pem -pubout -out {KEY}
      openssl pkeyutl -sign -inkey ../own.pem -rawin -in {TAG_MANIFEST} -out {SIGNATURE}"""
    assert run(forged, bag.path).returncode == 0
    assert not bag.sums() and "Signature Verified Successfully" in said(bag.sections["二"], bag.path)
    assert not bag.signature()
    # And the time under the old signature is not to be had for the new one.
    assert not bag.stamp()


@pytest.mark.parametrize("name", ["data/09-photos/099-extra.jpg", "data/extra.txt", "data/.hidden"])
def test_a_file_that_was_added_is_found(bag: Bag, name: str) -> None:
    (bag.path / name).write_bytes(build.picture(7))
    assert name in bag.listing()
    assert bagit_says(bag.path).returncode == 1


def test_a_file_that_was_taken_away_is_found(bag: Bag) -> None:
    (bag.path / "data" / "08-record.pdf").unlink()
    assert "data/08-record.pdf" in bag.sums() and "data/08-record.pdf" in bag.listing()
    assert bagit_says(bag.path).returncode == 1


def test_their_tools_are_their_own() -> None:
    for tool in ("openssl", "sha256sum", "find", "cmp"):
        where = shutil.which(tool, path=ENV["PATH"])
        assert where and not os.path.realpath(where).startswith(sys.prefix)
