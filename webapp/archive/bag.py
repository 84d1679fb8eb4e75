"""A BagIt 1.0 package (RFC 8493) as a stored ZIP: the same files give the same bytes anywhere. Pure."""

import io
import zipfile
from collections.abc import Callable

from webapp.canonical import sha256

BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
SIGNATURE, KEY = f"{TAG_MANIFEST}.sig", "bureau-key.pem"
# Files that say what is in the package, and those two that prove it and so stand outside the tag manifest.
TAG_FILES = ("bag-info.txt", "bagit.txt", MANIFEST)
PROOFS = (TAG_MANIFEST, SIGNATURE, KEY)
EPOCH = (1980, 1, 1, 0, 0, 0)
FILE_MODE = 0o100644 << 16


def pack(
    files: dict[str, bytes],
    tags: dict[str, str],
    sign: Callable[[bytes], bytes],
    public_pem: str,
    *,
    folder: str = "archive",
) -> bytes:
    """The package of `files`, by their paths under `data/`; `tags` go into bag-info.txt in their order.

    `sign` gives the bureau's raw Ed25519 signature (64 bytes) of the tag manifest, `public_pem` checks it.
    """
    payload = {f"data/{path}": data for path, data in files.items()}
    info = tags | {"Payload-Oxum": oxum(payload)}
    tag_files = {
        "bagit.txt": BAGIT,
        "bag-info.txt": "".join(f"{name}: {_one_line(value)}\n" for name, value in info.items()).encode(),
        MANIFEST: manifest(payload),
    }
    listed = manifest(tag_files)
    proofs = {TAG_MANIFEST: listed, SIGNATURE: sign(listed), KEY: public_pem.encode()}
    return zipped({f"{folder}/{path}": data for path, data in (payload | tag_files | proofs).items()})


def oxum(payload: dict[str, bytes]) -> str:
    """Payload-Oxum: octets and streams."""
    return f"{sum(map(len, payload.values()))}.{len(payload)}"


def manifest(files: dict[str, bytes]) -> bytes:
    """Lines of hash and path, sorted by path."""
    return "".join(f"{sha256(files[path])}  {_encoded(path)}\n" for path in sorted(files)).encode()


def zipped(files: dict[str, bytes]) -> bytes:
    """A ZIP of stored files, sorted by name, without anything of this machine or hour in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system = 3
            entry.external_attr = FILE_MODE
            archive.writestr(entry, files[name])
    return out.getvalue()


def _encoded(path: str) -> str:
    return path.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _one_line(value: str) -> str:
    return " ".join(value.split())
