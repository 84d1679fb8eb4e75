"""The cases by which readers of BagIt are compared (RFC 8493), built here: ours finds what is wrong, and `bagit.py` agrees.

What the standard allows and no bureau here ever writes is refused by ours on purpose: one package has one writing.
"""

import hashlib
import io
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path

import bagit
import pytest

from tests.archive import build
from webapp.archive.bag import BAGIT, MANIFEST, TAG_MANIFEST, manifest, pack
from webapp.archive.verify import _file_faults

Files = dict[str, bytes]
Change = Callable[[Files], object]
HELLO = {"hello.txt": "你好\n".encode(), "photos/001.jpg": build.picture()}


def made(files: Files | None = None, tags: dict[str, str] | None = None) -> Files:
    """A package that our own writer made, by path."""
    data = pack(
        files or HELLO, tags or {"Source-Organization": "平顶山"}, build.bureau_key().sign, build.bureau_pem()
    )
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def relisted(files: Files) -> Files:
    """The tag manifest written anew, so that only what the case is about is wrong."""
    return files | {
        TAG_MANIFEST: manifest(
            {path: files[path] for path in ("bag-info.txt", "bagit.txt", MANIFEST) if path in files}
        )
    }


def by_bagit(folder: Path, files: Files) -> bool:
    """Whether `bagit.py` finds it whole."""
    for path, data in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    try:
        bagit.Bag(str(folder)).validate()
    except (bagit.BagError, ValueError, LookupError):
        return False
    return True


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def put(path: str, data: bytes) -> Change:
    return lambda files: files.update({path: data})


def add(path: str, data: bytes) -> Change:
    return lambda files: files.update({path: files[path] + data})


def without(path: str) -> Change:
    return lambda files: files.pop(path)


def instead(path: str, old: bytes, new: bytes) -> Change:
    return lambda files: files.update({path: files[path].replace(old, new, 1)})


SHA = sha(HELLO["hello.txt"]).encode()
NFD = unicodedata.normalize("NFD", "data/é.txt")


def line(path: str, data: bytes = b"x") -> Change:
    return add(MANIFEST, f"{sha(data)}  {path}\n".encode())


WHOLE = {
    "as it was made": (HELLO, None),
    "a package in a package": ({f"inner/{path}": data for path, data in made().items()}, None),
    "names with blanks": ({"a b/c d .txt": b"x"}, None),
    "names of several lines": ({"a\nb.txt": b"2", "a\rb.txt": b"3"}, None),
    "names in Chinese": ({"现场照片/照片 001（门头）.txt": b"x"}, None),
    "an empty file": ({"empty": b"", "full": b"x"}, None),
    "a long path": ({"/".join(["deep"] * 60): b"x"}, None),
    "hidden files": ({".hidden": b"x", "a/.b/.c": b"y"}, None),
    "names that differ in case": ({"A.txt": b"x", "a.txt": b"y"}, None),
    "tags with colons and Chinese": (HELLO, {"External-Description": "检查：a: b: c", "Contact-Name": "赵 敏"}),
}  # fmt: skip

# What is wrong, and whether `bagit.py` sees it; where it does not, the standard asks for it all the same.
BROKEN: dict[str, tuple[Change, bool]] = {
    "no declaration": (without("bagit.txt"), True),
    "a declaration with a byte order mark": (put("bagit.txt", b"\xef\xbb\xbf" + BAGIT), True),
    "a declaration with blanks before its colon": (instead("bagit.txt", b"Version:", b"Version :"), False),
    "a declaration with two blanks": (instead("bagit.txt", b"Version: ", b"Version:  "), False),
    "a version that is no number": (instead("bagit.txt", b"1.0", b"1.x"), True),
    "a version that is not there yet": (instead("bagit.txt", b"1.0", b"9.9"), True),
    "no encoding": (instead("bagit.txt", b"Tag-File-Character-Encoding: UTF-8\n", b""), True),
    "an encoding that is none": (instead("bagit.txt", b"UTF-8", b"UTF-47"), True),
    "a declaration that says more": (add("bagit.txt", b"More: x\n"), False),
    "no list of the payload": (without(MANIFEST), True),
    "no payload": (lambda files: [files.pop(path) for path in list(files) if path.startswith("data/")], True),
    "a payload file changed in one bit": (put("data/hello.txt", b"\xe5" + HELLO["hello.txt"][1:]), True),
    "a payload file cut": (put("data/hello.txt", HELLO["hello.txt"][:-1]), True),
    "a payload file that is gone": (without("data/hello.txt"), True),
    "a payload file that no list names": (put("data/extra.txt", b"x"), True),
    "a list that names what is not there": (line("data/nowhere.txt"), True),
    "a list that names the same twice": (line("data/hello.txt", HELLO["hello.txt"]), True),
    "a list that names the same twice otherwise": (line("data/hello.txt"), True),
    "a list that leads out by dots": (line("data/../../outside.txt"), True),
    "a list that leads out by a full path": (line("/etc/passwd"), True),
    "a list that leads into somebody's home": (line("~/outside.txt"), True),
    "a list that leads out by the other slash": (line("data\\..\\..\\outside.txt"), True),
    "a list of the payload that names a tag": (line("bagit.txt", BAGIT), True),
    "a hash that is too short": (instead(MANIFEST, SHA[:9], SHA[:8]), True),
    "a list without a path": (add(MANIFEST, f"{sha(b'x')}\n".encode()), False),
    "a list in another encoding": (add(MANIFEST, f"{sha(b'x')}  data/".encode() + "你".encode("gb18030") + b"\n"), True),
    "a sum that is wrong": (instead("bag-info.txt", b"Payload-Oxum: ", b"Payload-Oxum: 9"), True),
    "a file to be fetched that no list names": (put("fetch.txt", b"http://example.com/x 1 data/x.txt\n"), False),
    "a file to be fetched outside": (put("fetch.txt", b"http://example.com/x 1 data/../../x.txt\n"), True),
    "a second list that lacks a file": (put("manifest-sha512.txt", b""), False),
    "a name written in other parts than it is listed": (
        lambda files: (put(NFD, b"x")(files), line("data/é.txt")(files)),
        True,
    ),
}  # fmt: skip

# The standard allows these; no bureau here writes them, and a package of ours that has them was changed.
FOREIGN: dict[str, Change] = {
    "lists with the mark of binary files": instead(MANIFEST, b"  data/", b" *data/"),
    "hashes in capitals": lambda files: files.update(
        {MANIFEST: b"".join(one[:64].upper() + one[64:] for one in files[MANIFEST].splitlines(keepends=True))}
    ),
    "lines that end as Windows ends them": lambda files: files.update(
        {MANIFEST: files[MANIFEST].replace(b"\n", b"\r\n")}
    ),
    "another list beside": lambda files: files.update(
        {
            "manifest-sha512.txt": b"".join(
                f"{hashlib.sha512(data).hexdigest()}  {path}\n".encode()
                for path, data in sorted(files.items())
                if path.startswith("data/")
            )
        }
    ),
    "a tag file of one's own": put("notes.txt", b"x"),
    "an older version": instead("bagit.txt", b"1.0", b"0.97"),
}


@pytest.mark.parametrize(("files", "tags"), WHOLE.values(), ids=WHOLE)
def test_what_our_writer_makes_is_whole_to_both(
    files: Files, tags: dict[str, str] | None, tmp_path: Path
) -> None:
    package = made(files, tags)
    assert list(_file_faults(package)) == [] and by_bagit(tmp_path, package)


def test_a_percent_sign_is_escaped_as_the_standard_says(tmp_path: Path) -> None:
    """RFC 8493, 2.1.3; `bagit.py` 1.9 does not read it, so no archive of ours has such a name."""
    package = made({"50%.txt": b"1", "%0A.txt": b"4"})
    assert b"data/50%25.txt" in package[MANIFEST] and list(_file_faults(package)) == []
    assert not by_bagit(tmp_path, package)


@pytest.mark.parametrize(("change", "seen"), BROKEN.values(), ids=BROKEN)
def test_what_the_standard_forbids_is_found(change: Change, seen: bool, tmp_path: Path) -> None:
    package = made()
    change(package)
    package = relisted(package)
    assert list(_file_faults(package))
    assert by_bagit(tmp_path, package) is not seen


@pytest.mark.parametrize("change", FOREIGN.values(), ids=FOREIGN)
def test_what_the_standard_allows_and_no_bureau_writes_is_refused_on_purpose(
    change: Change, tmp_path: Path
) -> None:
    package = made()
    change(package)
    package = relisted(package)
    assert by_bagit(tmp_path, package) and list(_file_faults(package))
