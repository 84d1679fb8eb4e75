"""Whether what lies in a package is one inspection: log, record, seal, photos and forms agree. Pure."""

import base64
from collections.abc import Iterator
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from webapp.archive.after_sections import after_data, attached
from webapp.archive.paper_sections import kept, paper_data
from webapp.archive.rules import device_pem
from webapp.archive.wording import N_
from webapp.canonical import canonical, parse, sha256
from webapp.draw.freeze import blind
from webapp.draw.proof import check
from webapp.field.fold import Event, Record, fold, in_order

Json = dict[str, Any]
Files = dict[str, bytes]
Fault = tuple[str, str]

UNREADABLE = N_("档案里的数据看不懂，无法核对检查记录")
LOG = N_("事件日志不是按顺序、按规范写出的：{detail}")
RECORD = N_("由事件日志算出的检查记录与 record.json 不同")
UNSEALED = N_("按事件日志，检查没有封存并归档")
SEAL = N_("封存的文件与事件日志不符：{detail}")
DEVICE = N_("封存的手机签名不符")
PHOTO = N_("缺少检查记录所指的照片：{detail}")
FORM = N_("检查表与其文件名不符：{detail}")
NO_FORM = N_("缺少检查记录所用的检查表：{detail}")
PAPER = N_("计划、抽取、审批、通知书的材料与归档时不符：{detail}")
DRAW = N_("抽取文件不是公布的那一份，或者重复不出来：{detail}")
NOT_DRAWN = N_("抽取文件里没有抽到这个检查对象：{detail}")
AFTER = N_("检查以后的材料与事件日志不符：{detail}")
COVER = N_("封面或 bag-info.txt 与检查记录不符：{detail}")
# More than a pair may write (field/rules.py): a stranger's log is folded only as far as an inspection's could be.
MAX_LOG_BYTES = 32 * 1024 * 1024
MAX_FOLDING = 500_000
# How much of a draw is made again while somebody waits.
MAX_TICKETS, MAX_PAIRINGS = 200_000, 1_000_000
SEAL_FOLDER = "data/10-signatures/seal"


def record_faults(files: Files, tags: dict[str, str]) -> Iterator[Fault]:
    """What does not agree among `files` of a package, by their paths; `tags` are those of bag-info.txt."""
    try:
        # All at once: whatever a stranger wrote there, half an answer would be none.
        yield from list(_faults(files, tags))
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError):
        yield UNREADABLE, ""


def _faults(files: Files, tags: dict[str, str]) -> Iterator[Fault]:
    written = files["data/events.jsonl"]
    if len(written) > MAX_LOG_BYTES:
        raise ValueError("more than any inspection holds")
    events = in_order(parse(line) for line in written.splitlines())
    if b"".join(canonical(event) + b"\n" for event in events) != written:
        yield LOG, "data/events.jsonl"
    if len(events) * sum(event["type"] == "seal" for event in events) > MAX_FOLDING:
        raise ValueError("more seals than any inspection has")
    record = fold(events)
    if canonical(record) != files["data/record.json"]:
        yield RECORD, ""
    if record["seal"] is None or record["state"] != "archived":
        yield UNSEALED, ""
        return
    yield from _seal_faults(files, record, events)
    yield from _form_faults(files, record["content"]["visit"])
    yield from _photo_faults(files, record)
    yield from _cover_faults(files, tags, record, events)
    yield from _after_faults(files, record, set(_closing(events)["payload"]["pictures"]))
    yield from _paper_faults(files, _closing(events)["payload"])


def _after_faults(files: Files, record: Record, kept: set[str]) -> Iterator[Fault]:
    """Parts 11 to 16 against the log; a file that was not at the bureau when the package was closed is not there."""
    for path, data in after_data(record).items():
        if files.get(f"data/{path}") != canonical(data):
            yield AFTER, path
    for path, name in attached(record):
        if name in kept and sha256(files.get(f"data/{path}", b"")) != name:
            yield AFTER, path


def _paper_faults(files: Files, closing: Json) -> Iterator[Fault]:
    """Parts 02 to 05 against the closing event; what was closed before papers were kept has none."""
    if "papers" not in closing:
        return
    papers = closing["papers"]
    for path, data in paper_data(papers, closing["assignment"]).items():
        if files.get(f"data/{path}") != canonical(data):
            yield PAPER, path
    listed = dict(kept(papers))
    there = {path for path in files if path.startswith("data/03-draw/")}
    for path in sorted(there ^ {f"data/{path}" for path in listed}):
        yield PAPER, path
    for path, name in kept(papers | {"draws": []}):
        if sha256(files.get(f"data/{path}", b"")) != name:
            yield PAPER, path
    for draw in papers["draws"]:
        for path, name in kept({"draws": [draw], "lists": []}):
            yield from _draw_faults(path, files.get(f"data/{path}", b""), name, draw)


def _draw_faults(path: str, data: bytes, name: str, draw: Json) -> Iterator[Fault]:
    """Whether a draw file is the one that was published, comes out the same again, and drew this subject."""
    if sha256(data) != name:
        yield DRAW, path
        return
    file = parse(data)
    if file["id"] != draw["id"]:
        yield DRAW, path
    subject = draw["subject"]
    if subject and subject["salt"] and blind(subject["said"], subject["salt"]) != subject["id"]:
        yield DRAW, path
    drawn = {row["id"] for stratum in file["strata"] for row in stratum["drawn"]}
    drawn |= {swap["in"] for swap in file["swaps"] if swap["kind"] == "subject"}
    if drawn and (subject is None or subject["id"] not in drawn):
        yield NOT_DRAWN, path
    if _small(file) and check(data):
        yield DRAW, path


def _small(file: Json) -> bool:
    """Whether a stranger's draw is made again here; a larger one is left to `flask draw verify`."""
    tickets = sum(int(line.rpartition("\t")[2]) for line in file["pool"])
    people = len(file["inspectors"]) + len(file["experts"])
    return tickets <= MAX_TICKETS and (len(file["pairs"]) + len(file["swaps"]) + 1) * people <= MAX_PAIRINGS


def _seal_faults(files: Files, record: Record, events: list[Event]) -> Iterator[Fault]:
    seal = record["seal"]
    covered = next(event["payload"]["events"] for event in events if event["id"] == seal["event"])
    expected = {
        "content.json": canonical(record["content"]),
        "covered-events.txt": "\n".join(sorted(covered)).encode(),
        "signed.txt": f"{seal['record_hash']}\n{seal['covers']}".encode(),
        "signature.der": base64.b64decode(seal["signature"], validate=True),
        "device-key.pem": device_pem(_closing(events)["payload"]["device_key"]).encode(),
    }
    for name, data in expected.items():
        if files.get(f"{SEAL_FOLDER}/{name}") != data:
            yield SEAL, name
    if not _signed(expected["device-key.pem"], expected["signature.der"], expected["signed.txt"]):
        yield DEVICE, ""


def _signed(pem: bytes, signature: bytes, signed: bytes) -> bool:
    try:
        key = load_pem_public_key(pem)
        if not isinstance(key, ec.EllipticCurvePublicKey):
            return False
        key.verify(signature, signed, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError, UnsupportedAlgorithm):
        return False
    return True


def _form_faults(files: Files, visit: Json) -> Iterator[Fault]:
    forms = {path: data for path, data in files.items() if path.startswith("data/07-forms/")}
    for path, data in forms.items():
        if path != f"data/07-forms/{sha256(data)}.json":
            yield FORM, path
    for name in visit["forms"]:
        if f"data/07-forms/{name}.json" not in forms:
            yield NO_FORM, name


def _photo_faults(files: Files, record: Record) -> Iterator[Fault]:
    folders = ("data/09-photos/", "data/10-signatures/")
    kept = {sha256(data) for path, data in files.items() if path.startswith(folders)}
    stamps = [
        signature for signature in record["signatures"] if signature["standing"] and signature["sha256"]
    ]
    for named in [*record["content"]["photos"], *stamps]:
        if named["sha256"] not in kept:
            yield PHOTO, named["sha256"]


def _cover_faults(files: Files, tags: dict[str, str], record: Record, events: list[Event]) -> Iterator[Fault]:
    cover = parse(files["data/00-cover.json"])
    closing = _closing(events)["payload"]
    number, inspection = record["content"]["visit"]["number"], events[0]["inspection"]
    pairs = {
        "number": (cover["number"], number, tags.get("External-Identifier")),
        "record_hash": (cover["record_hash"], record["record_hash"], tags.get("Yidang-Record-Hash")),
        "bureau": (cover["bureau"]["id"], closing["assignment"]["bureau"]["id"], tags.get("Yidang-Bureau")),
        "version": (str(cover["version"]), str(closing["version"]), tags.get("Yidang-Version")),
        "previous": (cover["previous"], closing["previous"], tags.get("Yidang-Previous")),
        "inspection": (
            cover["inspection"],
            tags.get("Yidang-Inspection"),
            *(e["inspection"] for e in events),
        ),
    }
    for name, values in pairs.items():
        if len(set(values)) != 1:
            yield COVER, name
    if inspection != closing["assignment"]["id"]:
        yield COVER, "assignment"


def _closing(events: list[Event]) -> Event:
    return [event for event in events if event["type"] == "archive"][-1]
