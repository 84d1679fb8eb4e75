"""Whether an archive is whole, and if not, what is not (design 2.5). Pure: bytes in, words out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from webapp.archive.bag import BAGIT, KEY, MANIFEST, PROOFS, SIGNATURE, TAG_FILES, TAG_MANIFEST, oxum, zipped
from webapp.archive.timestamp_rules import AUTHORITY, NAME, NoStamp, file_name, stamped
from webapp.archive.unpack import Unpacked, listed, unzipped
from webapp.archive.verify_record import record_faults
from webapp.archive.wording import CHINA, N_, Say
from webapp.canonical import NotCanonical, parse, sha256

Fault = tuple[str, str]

NOT_LISTED = N_("多出文件：{detail}")
LOST = N_("缺少文件：{detail}")
CHANGED = N_("文件被改动：{detail}")
BAD_LIST = N_("文件清单看不懂：{detail}")
NOT_BAGIT = N_("不是 BagIt 1.0 包")
OXUM = N_("文件的总数或总字节数与 bag-info.txt 所写的不符")
BAD_KEY = N_("机构公钥不是 Ed25519 公钥：{detail}")
SIGNED_OTHERWISE = N_("机构签名与文件清单不符")
FOREIGN_KEY = N_("签名的公钥不是该机构登记的公钥（指纹 {detail}）")
STAMP_NAME = N_("时间戳文件被改动：{detail}")
STAMP = N_("时间戳与机构签名不符，或者不是 timestamp-authority.pem 的机构出具的：{detail}")
STAMPS = N_("有不止一个时间戳：{detail}")
SHELL = N_("ZIP 的外壳被改动：与机构写出的字节不同")


@dataclass
class Report:
    """What was found. `faults` in plain words, none where the archive is whole.

    `facts`: `number bureau bureau_id subject visited sealed archived version previous record_hash` as far as
    they could be read, `fingerprint` (SHA-256 of the key) and `registered`: whether it is the bureau's key as it
    is known here; None where it is not known here, so that a person has to compare the fingerprint.
    `published_by`: the bureau with whose published key it was compared. `stamped`: when the signature was there, as an
    authority says (RFC 3161), by whatever certificates lie in the package; None without a timestamp.
    """

    faults: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)


def verify(data: bytes, keys: Mapping[str, str] | None = None, say: Say = str) -> list[str]:
    """Faults in plain words; none where it is whole. `keys`: public keys as PEM by the bureaus' ids."""
    return examine(data, keys, say).faults


def examine(data: bytes, keys: Mapping[str, str] | None = None, say: Say = str) -> Report:
    """The whole report on the bytes of a file that somebody says is an archive."""
    report = Report()

    def blame(faults: Iterator[Fault]) -> bool:
        found = [say(words).format(detail=_shown(detail)) for words, detail in faults]
        report.faults += [fault for fault in found if fault not in report.faults]
        return not found

    unpacked = Unpacked()
    if not blame(unzipped(data, unpacked)):
        return report
    whole = blame(_file_faults(unpacked.files))
    report.facts = _facts(unpacked.files)
    blame(_signature_faults(unpacked.files, keys or {}, report.facts))
    blame(_stamp_faults(unpacked.files, report.facts))
    if whole:
        blame(record_faults(unpacked.files, _tags(unpacked.files)))
    if not report.faults and zipped(unpacked.named()) != data:
        blame(iter([(SHELL, "")]))
    return report


def _file_faults(files: dict[str, bytes]) -> Iterator[Fault]:
    payload = {path: data for path, data in files.items() if path.startswith("data/")}
    tags = {path: files[path] for path in TAG_FILES if path in files}
    for path in sorted({*TAG_FILES, *PROOFS} - files.keys()):
        yield LOST, path
    for path in sorted(files.keys() - payload.keys() - {*TAG_FILES, *PROOFS} - _stamp_files(files)):
        yield NOT_LISTED, path
    yield from _list_faults(files.get(TAG_MANIFEST, b""), tags, TAG_MANIFEST)
    yield from _list_faults(files.get(MANIFEST, b""), payload, MANIFEST)
    if files.get("bagit.txt", BAGIT) != BAGIT:
        yield NOT_BAGIT, ""
    if _tags(files).get("Payload-Oxum") != oxum(payload):
        yield OXUM, ""


def _list_faults(text: bytes, files: dict[str, bytes], name: str) -> Iterator[Fault]:
    hashes = listed(text)
    if hashes is None:
        yield BAD_LIST, name
        return
    for path in sorted(hashes.keys() - files.keys()):
        yield LOST, path
    for path in sorted(files.keys() - hashes.keys()):
        yield NOT_LISTED, path
    for path in sorted(hashes.keys() & files.keys()):
        if sha256(files[path]) != hashes[path]:
            yield CHANGED, path


def _signature_faults(
    files: dict[str, bytes], keys: Mapping[str, str], facts: dict[str, Any]
) -> Iterator[Fault]:
    if not {TAG_MANIFEST, SIGNATURE, KEY} <= files.keys():
        return
    key = _public_key(files[KEY])
    if key is None:
        yield BAD_KEY, KEY
        return
    facts["fingerprint"] = sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    bureau_id = _tags(files).get("Yidang-Bureau", "")
    registered = keys.get(bureau_id)
    facts["registered"] = None if registered is None else registered.encode() == files[KEY]
    facts["published_by"] = bureau_id if registered else None
    if facts["registered"] is False:
        yield FOREIGN_KEY, facts["fingerprint"]
    try:
        key.verify(files[SIGNATURE], files[TAG_MANIFEST])
    except InvalidSignature:
        yield SIGNED_OTHERWISE, ""


def _stamp_files(files: dict[str, bytes]) -> set[str]:
    """A timestamp and the authority's certificates: both, or neither."""
    stamps = {path for path in files if NAME.fullmatch(path)}
    return stamps | {AUTHORITY} if stamps and AUTHORITY in files else set()


def _stamp_faults(files: dict[str, bytes], facts: dict[str, Any]) -> Iterator[Fault]:
    found = sorted(_stamp_files(files) - {AUTHORITY})
    facts["stamped"] = None
    if len(found) > 1:
        yield STAMPS, found[1]
    for path in found[:1]:
        if path != file_name(files[path]):
            yield STAMP_NAME, path
        try:
            authority = files[AUTHORITY].decode("ascii")
            time = stamped(files[path], files.get(SIGNATURE, b""), authority)
            facts["stamped"] = time.astimezone(CHINA).isoformat()
        except (NoStamp, UnicodeDecodeError):
            yield STAMP, path


def _public_key(pem: bytes) -> Ed25519PublicKey | None:
    try:
        key = load_pem_public_key(pem)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    # PEM readers forgive stray characters; one key is to have one writing here.
    written = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return key if isinstance(key, Ed25519PublicKey) and written == pem else None


def _tags(files: dict[str, bytes]) -> dict[str, str]:
    lines = files.get("bag-info.txt", b"").decode("utf-8", "replace").splitlines()
    return {name: value for name, _, value in (line.partition(": ") for line in lines)}


def _facts(files: dict[str, bytes]) -> dict[str, Any]:
    try:
        cover = parse(files.get("data/00-cover.json", b"{}"))
    except NotCanonical:
        cover = {}
    if not isinstance(cover, dict):
        return {}
    bureau, subject = ({} if not isinstance(cover.get(n), dict) else cover[n] for n in ("bureau", "subject"))
    names = ("number", "visited", "sealed", "archived", "version", "previous", "record_hash")
    facts = {name: cover.get(name) for name in names}
    return facts | {
        "bureau": bureau.get("name"),
        "bureau_id": bureau.get("id"),
        "subject": subject.get("name"),
    }


def _shown(detail: str) -> str:
    return detail if detail.isprintable() and len(detail) <= 200 else ascii(detail[:200])
