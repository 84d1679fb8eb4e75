"""A ZIP that anyone may have made, read without trusting it, never into more than it is. Pure."""

import io
import re
import struct
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from webapp.archive.bag import TAG_MANIFEST, zipped
from webapp.archive.wording import N_

MAX_FILES = 10_000
ENTRY = b"PK\1\2"
NOT_ZIP = N_("不是能打开的 ZIP 文件")
TOO_MANY = N_("ZIP 里的文件太多：{detail}")
NOT_STORED = N_("ZIP 里的文件经过压缩、加密或相互重叠，不是机构写出的：{detail}")
BAD_PATH = N_("ZIP 里有不允许的路径：{detail}")
TWICE = N_("ZIP 里同一路径出现两次：{detail}")
FOLDERS = N_("ZIP 里应当只有一个文件夹")
DAMAGED = N_("文件损坏：{detail}")
# What zipfile raises over bytes that are no ZIP, or a broken one.
BROKEN = (
    zipfile.BadZipFile,
    ValueError,
    LookupError,
    ArithmeticError,
    RuntimeError,
    OSError,
    EOFError,
    struct.error,
)
LINE = re.compile(r"([0-9a-f]{64})  (.+)")

Fault = tuple[str, str]


@dataclass
class Unpacked:
    """`files` by their paths inside the one `folder`."""

    folder: str = ""
    files: dict[str, bytes] = field(default_factory=dict)

    def named(self) -> dict[str, bytes]:
        """The files by their names in the ZIP."""
        return {f"{self.folder}/{path}": data for path, data in self.files.items()}


def unzipped(data: bytes, into: Unpacked) -> Iterator[Fault]:
    """Read `data` into `into`; what it gives is wrong with it, and then nothing was read, or not all."""
    # Each entry of its list begins so; `zipfile` would hold millions of them in memory before anyone counts.
    if data.count(ENTRY) > MAX_FILES:
        yield TOO_MANY, str(data.count(ENTRY))
        return
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
    except BROKEN:
        yield NOT_ZIP, ""
        return
    faults = list(_entry_faults(entries, len(data)))
    yield from faults
    if faults:
        return
    into.folder = entries[0].filename.partition("/")[0]
    for entry in entries:
        try:
            into.files[entry.filename.partition("/")[2]] = archive.read(entry)
        except BROKEN:
            yield DAMAGED, entry.filename


def listed(manifest: bytes) -> dict[str, str] | None:
    """Hash by path, as a manifest lists them; None where it is no manifest."""
    try:
        lines = manifest.decode().split("\n")
    except UnicodeDecodeError:
        return None
    found = [LINE.fullmatch(line) for line in lines[:-1]]
    if lines[-1] or not all(found):
        return None
    pairs = [(_decoded(match[2]), match[1]) for match in found if match]
    return dict(pairs) if len(dict(pairs)) == len(pairs) else None


def tag_manifest(package: bytes) -> bytes:
    """The tag manifest of a package that was just made: what the bureau signed."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return archive.read(next(name for name in archive.namelist() if name.endswith(f"/{TAG_MANIFEST}")))


def with_proofs(package: bytes, proofs: dict[str, bytes]) -> bytes:
    """A package of ours with more files beside its signature; none of those that it has changes."""
    unpacked = Unpacked()
    if list(unzipped(package, unpacked)) or proofs.keys() & unpacked.files.keys():
        raise ValueError("not a package of ours, or one that has these files")
    return zipped(unpacked.named() | {f"{unpacked.folder}/{name}": data for name, data in proofs.items()})


def _entry_faults(entries: list[zipfile.ZipInfo], size: int) -> Iterator[Fault]:
    if len(entries) > MAX_FILES:
        yield TOO_MANY, str(len(entries))
        return
    # Stored and together no larger than the file itself: nothing can unfold to more than was sent.
    packed = [
        entry.filename
        for entry in entries
        if entry.compress_type != zipfile.ZIP_STORED
        or entry.flag_bits & 1
        or entry.file_size != entry.compress_size
    ]
    if packed or sum(entry.file_size for entry in entries) > size:
        yield NOT_STORED, packed[0] if packed else entries[0].filename
    names = [entry.filename for entry in entries]
    for name in names:
        if not _is_plain(name):
            yield BAD_PATH, name
    for name, times in Counter(names).items():
        if times > 1:
            yield TWICE, name
    if len({name.partition("/")[0] for name in names}) != 1:
        yield FOLDERS, ""


def _is_plain(name: str) -> bool:
    parts = name.split("/")
    return len(parts) > 1 and name.isprintable() and "\\" not in name and not {"", ".", ".."} & set(parts)


def _decoded(path: str) -> str:
    return path.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
